"""Answers questions from a library of inspection documents, in the documents' own words, each quotation cited."""

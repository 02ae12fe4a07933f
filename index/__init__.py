"""From files of inspection documents to ranked passages: readers, passages, vectors, the library and its search."""

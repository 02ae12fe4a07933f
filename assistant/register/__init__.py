"""The register of judgements: its entries, the questions that it answers, and its answers, tables and records."""

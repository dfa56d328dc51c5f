"""Finding facts: documents to chunks to embeddings to Chroma and BM25 to passages."""

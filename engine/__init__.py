"""Running models: the catalogue of weights, adapters, one protocol, its runtimes, the embedder."""

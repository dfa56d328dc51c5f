"""Making weights: corpora, LoRA training, adapters and the gates that they must pass."""

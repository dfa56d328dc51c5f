"""What a text says of its writer: language, sentiment, intent; the heads that read it and how they are trained."""

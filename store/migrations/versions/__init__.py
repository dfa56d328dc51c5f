"""One file a schema change, in order; each is frozen once released."""

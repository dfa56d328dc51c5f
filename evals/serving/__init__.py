"""The server under load, driven over HTTP as its callers would: what `hawker bench serve` is made of."""

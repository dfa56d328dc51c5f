"""Statistics put into words, every number and comparison checked against them."""

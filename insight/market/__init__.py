"""What customers speak of, what they miss, and how the shop stands beside others' catalogues."""

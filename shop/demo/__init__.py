"""The demo shop: Fernhill Outfitters, an invented outdoor shop, and a simulator of its customers."""

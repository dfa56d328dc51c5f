"""Segments that a marketer writes: `category = tents and last_order > 90 days and consent(email)`."""

"""Bringing a shop in: sources, mappings, mending, the report; and the demo shop."""

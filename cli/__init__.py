"""The hawker command."""

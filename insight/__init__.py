"""Knowing a customer: what they say (`reading`), who they are and what they like (`customers`)."""

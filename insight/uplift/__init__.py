"""Whom a message changes: the effect of writing on each customer, learnt from who was written to and who was not."""

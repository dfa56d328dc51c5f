"""Dated word lists behind the checks; text files, no code."""

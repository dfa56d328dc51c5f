"""Measuring ourselves: quality and speed, against named peers."""

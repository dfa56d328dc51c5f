"""Scores from tables: what a customer will probably do, with a baseline, honest probabilities, reasons and a card."""

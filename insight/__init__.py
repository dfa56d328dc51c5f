"""Knowing a customer: language, sentiment, intent, segments, profiles."""

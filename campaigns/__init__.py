"""Deciding who hears it and when: audience, consent, contexts, durable generation."""

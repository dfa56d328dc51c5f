"""Checks on generated text: pure functions over a text and the facts that license it. They know no model, no task."""

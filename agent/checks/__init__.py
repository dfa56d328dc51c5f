"""Checks on generated text: pure functions over the text and the facts that license it. They know no model and no task."""

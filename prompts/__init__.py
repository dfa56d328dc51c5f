"""The prompt library (Markdown with front matter) and its renderer."""

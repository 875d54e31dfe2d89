"""A conversation in the forms that others read: notebook, Markdown, HTML, JSON, a script, training data."""

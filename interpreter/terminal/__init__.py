"""The terminal front end: the only user of rich and prompt_toolkit."""

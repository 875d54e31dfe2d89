"""The terminal front end: the only user of prompt_toolkit and pygments."""

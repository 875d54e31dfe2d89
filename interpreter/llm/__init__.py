"""Everything that knows how a language model is reached."""

"""The user's rules applied to code: which commands and paths a block names, and what the rules say of them."""

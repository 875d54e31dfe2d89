"""Which model is meant: what can be taken now, what a name stands for, and what is taken when none is named."""

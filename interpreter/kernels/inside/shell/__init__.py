"""A Jupyter kernel for bash: one bash that lives on between blocks, and whose state outlives it."""

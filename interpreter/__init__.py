"""Interpreter: any language model, real Jupyter kernels, your own machine."""

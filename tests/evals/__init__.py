"""Small tasks with checked answers, run on any model; `python -m tests.evals --help`, docs/evals.md."""

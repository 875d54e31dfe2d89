"""The public names under the import name `open_interpreter`; the build moves this file to `open_interpreter.py`."""

from interpreter import OpenInterpreter, Result, execute

__all__ = ["OpenInterpreter", "Result", "execute"]

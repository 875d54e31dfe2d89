"""`python -m interpreter`."""

import sys

if not sys.flags.safe_path:
    # Python put the working folder first: a file there must not take the place of a module.
    del sys.path[0]

from interpreter.cli import main

sys.exit(main())

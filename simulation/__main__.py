"""Start Heartland by `python -m simulation`."""

import sys

from simulation.commands.program import main

if __name__ == "__main__":
    sys.exit(main())

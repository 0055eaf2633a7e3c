"""Start Heartland from a checkout: python run.py, or python run.py --help.

This file is read by whichever Python starts it, so its own syntax is kept old: a Python that is
too old is told so, and is not left with a syntax error.
"""

import sys

OLDEST = (3, 11)


def main():
    """Hand over to the commands, or say what is missing.

    Returns:
        The exit status: 2 when this Python is too old.
    """
    if sys.version_info < OLDEST:
        sys.stderr.write(
            "Heartland needs Python %d.%d or later; this is Python %d.%d.\n"
            % (OLDEST + tuple(sys.version_info[:2]))
        )
        sys.stderr.write(
            "Make an environment with a newer one: python3.11 -m venv .venv, then\n"
            ". .venv/bin/activate && pip install -e . && python run.py\n"
        )
        return 2
    from simulation.commands.program import main as commands

    return commands()


if __name__ == "__main__":
    sys.exit(main())

"""Lines that a Python of its own runs."""

import subprocess
import sys

from places import ROOT


def printed(*lines: str) -> str:
    """What a Python of its own prints that runs these lines."""
    command = [sys.executable, "-c", "\n".join(("import sys", *lines))]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()

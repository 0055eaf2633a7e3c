"""Where things lie and what there is, for tests in whichever folder."""

import multiprocessing
from pathlib import Path

TESTS = Path(__file__).resolve().parent
ROOT = TESTS.parent
DOCS = ROOT / "docs"
PACKAGE = ROOT / "simulation"
SHARED = ROOT.parent / "shared"
STARTS = [way for way in ("fork", "spawn") if way in multiprocessing.get_all_start_methods()]
"""How workers may begin on this machine."""

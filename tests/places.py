"""Where things lie, for tests in whichever folder."""

from pathlib import Path

TESTS = Path(__file__).resolve().parent
ROOT = TESTS.parent
DOCS = ROOT / "docs"
PACKAGE = ROOT / "simulation"
SHARED = ROOT.parent / "shared"

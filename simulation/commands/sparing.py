"""What a command need not import, nor look through: pandas; what was imported.

This is for programs. In a library it would take something away from those who use it.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType


class _NoPandas:
    """A finder that finds no pandas."""

    @staticmethod
    def find_spec(
        name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Say that pandas is not there, and nothing of other modules."""
        if name == "pandas":
            raise ModuleNotFoundError(f"no {name} for Arrow yet", name=name)
        return None


def let_arrow_do_without_pandas() -> None:
    """Let Arrow look for pandas while there is none; it does so once, and again for a data frame.

    Arrow looks whether what it is given is a column of pandas, and imports pandas for that, a
    quarter of a second. Nothing here gives it one; who did, before any data frame was made, would
    have it read as a sequence.
    """
    if "pandas" in sys.modules:
        return
    import pyarrow as pa

    sys.meta_path.insert(0, _NoPandas)
    try:
        pa.array([0])
    finally:
        sys.meta_path.remove(_NoPandas)


def pass_over_imports() -> None:
    """Let no search for lost cycles go through what was imported: a million objects that stay.

    Only where the process ends with the command: of one that goes on, what is lost would be kept.
    """
    if _ends_with_the_command:
        gc.freeze()


def end_with_the_command() -> None:
    """Say that the process ends with the command."""
    global _ends_with_the_command
    _ends_with_the_command = True


_ends_with_the_command = False

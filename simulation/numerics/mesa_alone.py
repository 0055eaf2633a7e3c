"""Mesa without what it brings along and nothing here uses: pandas, networkx, SciPy's spatial part.

Mesa imports its grids and spaces, and for them half a second of packages, before its model.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType, ModuleType

from simulation.numerics.stand_ins import standing_in

__all__ = ["mesa"]

_UNUSED = (
    "asyncio",
    "mesa.discrete_space",
    "mesa.experimental.continuous_space",
    "mesa.space",
    "pandas",
)


@contextmanager
def callers_by_name() -> Iterator[None]:
    """Let `inspect` tell callers by their names alone.

    Mesa asks who imports it; to find that out, `inspect` reads the source of all callers and looks
    through all modules, for 0.2 s.
    """
    whole = inspect.getouterframes, inspect.getmodule

    def callers(frame: FrameType | None, context: int = 1) -> list[inspect.FrameInfo]:
        found = []
        while frame is not None:
            found.append(
                inspect.FrameInfo(
                    frame=frame,
                    filename=frame.f_code.co_filename,
                    lineno=frame.f_lineno,
                    function=frame.f_code.co_name,
                    code_context=None,
                    index=None,
                )
            )
            frame = frame.f_back
        return found

    def module_of(object: object, _filename: str | None = None) -> ModuleType | None:
        if isinstance(object, FrameType):
            return sys.modules.get(object.f_globals["__name__"])
        return whole[1](object, _filename)

    inspect.getouterframes, inspect.getmodule = callers, module_of
    try:
        yield
    finally:
        inspect.getouterframes, inspect.getmodule = whole


with standing_in("mesa", _UNUSED), callers_by_name():
    import mesa

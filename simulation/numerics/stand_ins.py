"""Stand-ins for modules that a library imports and nothing here uses.

While the library is imported, stand-ins take their places; each gives way to the module itself as
soon as anybody asks something of it or imports it. What was imported before stays as it is.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Any


class StandIn(ModuleType):
    """A module that is imported when something of it is asked for."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name != "__path__":  # asked of every module, as by `inspect`
            raise AttributeError(name)
        _make_way(self)
        return getattr(import_module(self.__name__), name)


def _make_way(stand_in: StandIn) -> None:
    """Let whoever imports the module from now on have the module itself."""
    if sys.modules.get(stand_in.__name__) is stand_in:
        del sys.modules[stand_in.__name__]


@contextmanager
def standing_in(library: str, unused: Sequence[str]) -> Iterator[None]:
    """Put stand-ins in the places of modules, for as long as it lasts.

    Args:
        library: the one that is imported meanwhile; where it was before, nothing is done.
        unused: modules that it imports by their whole names, and asks nothing of meanwhile; where
            it does, they are imported. Those that are imported already stay.
    """
    left_out = () if library in sys.modules else unused
    stand_ins = [StandIn(name) for name in left_out if name not in sys.modules]
    for each in stand_ins:
        sys.modules[each.__name__] = each
        package, _, name = each.__name__.rpartition(".")
        if package in sys.modules:
            setattr(sys.modules[package], name, each)
    try:
        yield
    finally:
        for each in stand_ins:
            _make_way(each)

"""Memory: what is freed is kept for the next array, and models that are done with go.

A quarter allocates and frees thousands of arrays of some hundred kilobytes. By default the C
library hands such memory back to the system at once and gets it again, zeroed page by page: a
tenth of the time of an ensemble.
"""

from __future__ import annotations

import ctypes
import gc
import mmap
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

import mesa

_Model = TypeVar("_Model", bound=mesa.Model)

TRIM_THRESHOLD, MMAP_THRESHOLD, ARENA_MAX = -1, -3, -8
"""Names of glibc's options in malloc.h."""
_KEPT = 1 << 28
"""Bytes of freed memory that are kept at most, and below which arrays share the heap."""
LARGE_PAGE = 1 << 21


def keep_freed_memory() -> bool:
    """Ask glibc to keep what is freed; elsewhere nothing happens. Whether it agreed.

    Threads share the one heap: another would begin anew with pages that the system zeroes.
    """
    try:
        library = ctypes.CDLL(None)
        option = library.mallopt
    except (AttributeError, OSError, TypeError):
        return False
    asked = {TRIM_THRESHOLD: _KEPT, MMAP_THRESHOLD: _KEPT, ARENA_MAX: 1}
    agreed = [option(name, value) for name, value in asked.items()]
    if all(agreed):
        _ask_for_large_pages(library, _KEPT - LARGE_PAGE)
    return all(agreed)


def _ask_for_large_pages(library: ctypes.CDLL, size: int) -> None:
    """Ask the system to back the next bytes of the heap with large pages, once they are used.

    Walking through some hundred rows of an ensemble otherwise spends a twentieth of its time on
    looking up pages. A system without them goes on as it was.
    """
    library.malloc.restype = ctypes.c_void_p
    library.free.argtypes = [ctypes.c_void_p]
    library.madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    place = library.malloc(ctypes.c_size_t(size))
    if not place:
        return
    first = -(-place // LARGE_PAGE) * LARGE_PAGE
    advice = getattr(mmap, "MADV_HUGEPAGE", None)
    if advice is not None:
        library.madvise(first, place + size - first, advice)
    library.free(place)


def give_back() -> bool:
    """Hand freed memory back to the system, as before a fork. Whether there was any.

    A copy of the process would else copy each page that it takes from what is kept. Large pages go
    with it: whoever wants them after this asks anew.
    """
    try:
        return bool(ctypes.CDLL(None).malloc_trim(0))
    except (AttributeError, OSError, TypeError):
        return False


@contextmanager
def collecting_later() -> Iterator[None]:
    """Let no search for lost cycles interrupt; those that arise are few, and found afterwards."""
    usual = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if usual:
            gc.enable()


def let_go(models: list[_Model]) -> None:
    """Free models that are done with, and empty the list.

    Mesa 3.3 numbers agents in a table that keeps every model, and a model and its agents refer to
    each other: without this a worker would keep every block it has run. What a model holds is
    taken from it, which frees it at once and spares a search through all there is in memory.
    """
    numbered = getattr(mesa.Agent, "_ids", {})
    while models:
        model = models.pop()
        numbered.pop(model, None)
        vars(model).clear()

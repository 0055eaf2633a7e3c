"""Memory: what is freed is kept for the next array, and models that are done with go.

A quarter allocates and frees thousands of arrays of some hundred kilobytes. By default the C
library hands such memory back to the system at once and gets it again, zeroed page by page: a
tenth of the time of an ensemble.
"""

from __future__ import annotations

import ctypes

import mesa

TRIM_THRESHOLD, MMAP_THRESHOLD, ARENA_MAX = -1, -3, -8
"""Names of glibc's options in malloc.h."""
KEPT = 1 << 28
"""Bytes of freed memory that are kept at most, and below which arrays share the heap."""


def keep_freed_memory() -> bool:
    """Ask glibc to keep what is freed; elsewhere nothing happens. Whether it agreed.

    Threads share the one heap: another would begin anew with pages that the system zeroes.
    """
    try:
        option = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return False
    asked = {TRIM_THRESHOLD: KEPT, MMAP_THRESHOLD: KEPT, ARENA_MAX: 1}
    return all([option(name, value) for name, value in asked.items()])


def let_go(models: list[mesa.Model]) -> None:
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

"""Memory: what is freed is kept for the next array, and models that are done with go.

A quarter allocates and frees thousands of arrays of some hundred kilobytes. By default the C
library hands such memory back to the system at once and gets it again, zeroed page by page: a
tenth of the time of an ensemble.
"""

from __future__ import annotations

import ctypes
import errno
import gc
import mmap
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from simulation.numerics.mesa_alone import mesa

_Model = TypeVar("_Model", bound=mesa.Model)

TRIM_THRESHOLD, MMAP_THRESHOLD, ARENA_MAX = -1, -3, -8
"""Names of glibc's options in malloc.h."""
_KEPT = 1 << 28
"""Bytes of freed memory that are kept at most, and below which arrays share the heap."""
LARGE_PAGE = 1 << 21
_ENDED_FIRST = 500
"""Thousandths of the machine's memory by which a process counts as larger than it is, of 1,000."""
_LITTLE = 64 << 20
"""Bytes below which a failed allocation says nothing of what was asked for."""
_NO_THREAD = "can't start new thread", "Failed to launch worker thread"
"""What Python and Arrow say where the system gives no thread more."""


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


def be_ended_first() -> None:
    """Let a system that is short of memory end this process before those that have not asked.

    What a worker was at can be done again by another; its parent knows what there is to do.
    """
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(str(_ENDED_FIRST), encoding="ascii")


def ended_for_memory() -> int:
    """How many processes the system has ended for want of memory since it started, if it says."""
    try:
        words = Path("/proc/vmstat").read_text(encoding="ascii").split()
        return int(words[words.index("oom_kill") + 1])
    except (OSError, ValueError, IndexError):
        return 0


def is_wanting(error: BaseException) -> bool:
    """Whether an error comes of a lack of memory, and not of what was at hand.

    A damaged file may claim that it holds more than there ever was: an error that says memory is
    believed only where little is left. A process or thread more needs memory as well, and who may
    have no more is told with the same words.
    """
    if any(words in str(error) for words in _NO_THREAD):
        return True
    if isinstance(error, OSError) and error.errno in (errno.ENOMEM, errno.EAGAIN):
        return True
    free = free_memory() if isinstance(error, MemoryError) else None
    return free is not None and free < _LITTLE


def free_memory() -> int | None:
    """Bytes that may still be taken: of the machine, the group of processes, and the process.

    None where the system does not say.
    """
    found = [*_free_of_machine(), *_free_of_groups(), *_free_of_process()]
    return max(min(found), 0) if found else None


def _free_of_machine() -> Iterator[int]:
    for line in _lines("/proc/meminfo"):
        if line.startswith("MemAvailable:"):
            yield int(line.split()[1]) << 10


def _free_of_groups() -> Iterator[int]:
    """What control groups leave, which is how containers and schedulers set limits."""
    for line in _lines("/proc/self/cgroup"):
        _, controllers, name = line.split(":", 2)
        old = "memory" in controllers.split(",")
        if controllers and not old:
            continue
        root = Path("/sys/fs/cgroup/memory" if old else "/sys/fs/cgroup")
        limit, used, cache = (
            ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
            if old
            else ("memory.max", "memory.current", "inactive_file")
        )
        group = root / name.lstrip("/")
        for place in (group, *group.parents):
            numbers = [*_numbers(place / limit), *_numbers(place / used)]
            if len(numbers) == 2:
                given_up = [int(each.split()[1]) for each in _lines(place / "memory.stat")
                            if each.split()[0] == cache]  # fmt: skip
                yield numbers[0] - numbers[1] + sum(given_up)
            if place == root:
                break


def _free_of_process() -> Iterator[int]:
    """What `ulimit -v` leaves."""
    try:
        import resource
    except ModuleNotFoundError:  # Windows
        return
    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    if limit != resource.RLIM_INFINITY:
        for size in _numbers("/proc/self/statm"):
            yield limit - size * mmap.PAGESIZE


def _lines(file: str | Path) -> list[str]:
    """The lines of a file of the system; none where there is none."""
    try:
        return Path(file).read_text(encoding="ascii").splitlines()
    except (OSError, ValueError):
        return []


def _numbers(file: str | Path) -> list[int]:
    """The first number of such a file, if it begins with one."""
    words = " ".join(_lines(file)).split()
    return [int(words[0])] if words and words[0].isdigit() else []


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


def forget_numbering(model: mesa.Model) -> None:
    """Take a model out of the table by which Mesa 3.3 numbers agents, which keeps every model.

    Later versions have no such table. Without this no model would ever be freed.
    """
    getattr(mesa.Agent, "_ids", {}).pop(model, None)


def let_go(models: list[_Model]) -> None:
    """Free models that are done with at once, and empty the list.

    A model and its agents refer to each other, and would wait for a search through all there is
    in memory. What a model holds is taken from it, which spares the search.
    """
    while models:
        vars(models.pop()).clear()

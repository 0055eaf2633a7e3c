"""Memory is kept, given back, and not searched while a model runs; nothing of it moves a number."""

import errno
import gc
import mmap
import sys
from pathlib import Path

import pytest

from simulation.model.model import InfluenceModel
from simulation.numerics import memory
from simulation.numerics.memory import collecting_later, give_back, keep_freed_memory


def resident() -> int:
    """Bytes of memory that this process holds."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * mmap.PAGESIZE


on_linux = pytest.mark.skipif(sys.platform != "linux", reason="glibc alone has these options")


@pytest.mark.parametrize(
    ("missing", "call"), [("mallopt", keep_freed_memory), ("malloc_trim", give_back)]
)
def test_where_the_library_has_no_such_option_nothing_happens(monkeypatch, missing, call):
    class Other:
        def __getattr__(self, name):
            if name == missing:
                raise AttributeError(name)
            return lambda *_: pytest.fail(f"{name} was called")

    monkeypatch.setattr("ctypes.CDLL", lambda _: Other())
    assert not call()


@pytest.mark.parametrize("error", [OSError, TypeError])
@pytest.mark.parametrize("call", [keep_freed_memory, give_back])
def test_where_there_is_no_such_library_nothing_happens(monkeypatch, call, error):
    """Windows has no library of everything that is loaded."""

    def refuse(name):
        raise error

    monkeypatch.setattr("ctypes.CDLL", refuse)
    assert not call()


@on_linux
def test_what_is_freed_is_kept_until_it_is_given_back():
    if not keep_freed_memory():
        pytest.skip("this C library keeps nothing")
    size = 100 << 20
    held = [bytearray(size // 200) for _ in range(200)]
    full = resident()
    del held
    assert resident() > full - size / 4
    assert give_back()
    assert resident() < full - size / 2


@pytest.mark.parametrize("usual", [True, False])
def test_the_search_for_cycles_is_afterwards_as_it_was(usual):
    before = gc.isenabled()
    try:
        (gc.enable if usual else gc.disable)()
        with collecting_later():
            assert not gc.isenabled()
        assert gc.isenabled() == usual
    finally:
        (gc.enable if before else gc.disable)()


def test_a_model_that_has_run_searches_again():
    assert gc.isenabled()
    InfluenceModel("baseline", runs=2, seed=1).run("2001Q4")
    assert gc.isenabled()


@pytest.mark.parametrize(
    ("error", "free", "wanting"),
    [
        (MemoryError(), 1 << 20, True),
        (MemoryError(), 1 << 30, False),  # a damaged file that claims to hold too much
        (MemoryError(), None, False),
        (RuntimeError("can't start new thread"), None, True),
        (RuntimeError("something else"), 0, False),
        (OSError(errno.ENOMEM, "Cannot allocate memory"), None, True),
        (OSError(errno.ENOSPC, "No space left on device"), 0, False),
    ],
)
def test_a_lack_of_memory_is_told_from_what_is_wrong_with_a_file(error, free, wanting, monkeypatch):
    monkeypatch.setattr(memory, "free_memory", lambda: free)
    assert memory.is_wanting(error) is wanting

"""Code that is made once a machine: what it gives, and that later processes call it alone."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.numerics import compiled, machine
from simulation.numerics.compiled import on_arrays, part_of_loops
from simulation.numerics.elementary import exp, tanh
from simulation.numerics.randomness import Draws

ADDED = 3

can_be_made = pytest.mark.skipif(not machine.can_translate(), reason="nothing is compiled here")


@part_of_loops
def _doubled(value):
    return value + value


@compiled.compiled
def _filled(values, factor: float, shift: int, doubled: bool, out) -> int:
    count = 0
    for row in range(values.shape[0]):
        for run in range(values.shape[1]):
            value = values[row, run] * factor + shift + ADDED
            out[row, run] = _doubled(value) if doubled else value
            count += 1
    return count


@compiled.compiled
def _mean(values):
    total = 0.0
    for value in values:
        total += value
    return total / len(values)


def _due(values, factor, shift, doubled):
    found = values.astype(np.float64) * factor + shift + ADDED
    return (found * 2 if doubled else found).astype(np.float32)


@given(
    st.integers(0, 3),
    st.integers(0, 40),
    st.floats(-9, 9),
    st.integers(-(2**40), 2**40),
    st.booleans(),
)
def test_a_loop_does_what_its_text_says(rows, runs, factor, shift, doubled):
    values = np.arange(rows * runs, dtype=np.float32).reshape(rows, runs)
    out = np.empty_like(values)
    told = {"factor": factor, "shift": shift, "doubled": doubled}
    assert _filled(values, **told, out=out) == rows * runs
    assert (out == _due(values, **told)).all()


@pytest.mark.parametrize("turned", [np.transpose, lambda array: array[::-1, ::2]])
def test_an_array_may_lie_otherwise_than_row_by_row(turned):
    values = turned(np.arange(24, dtype=np.float32).reshape(4, 6))
    out = turned(np.zeros((4, 6), np.float32))
    _filled(values, 1.0, 0, doubled=False, out=out)
    assert (out == values + ADDED).all()


def test_it_does_the_same_where_its_code_cannot_be_called_directly(monkeypatch):
    values = np.arange(6, dtype=np.float32).reshape(2, 3)
    found = np.empty((2, *values.shape), np.float32)
    _filled(values, 0.5, 1, doubled=True, out=found[0])
    monkeypatch.setattr(compiled, "_can_be_called", lambda: False)
    monkeypatch.setattr(_filled, "_codes", {})
    _filled(values, 0.5, 1, doubled=True, out=found[1])
    assert (found[0] == found[1]).all()


def test_it_does_the_same_where_numba_is_told_to_compile_nothing(tmp_path):
    told = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path), "NUMBA_DISABLE_JIT": "1"}
    words = DRAWN.replace('"numba"', '"nothing"')  # it is imported, and compiles nothing
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", words], env=told, capture_output=True
    )
    assert done.returncode == 0, done.stderr.decode()
    here = tanh(Draws(1, 3, 50).noise(2, ("a", "b"), "what"))
    assert done.stdout.decode().split() == ["False", here.tobytes().hex()]


@compiled.compiled
def _refusing(values) -> int:
    for value in values:
        if value < 0:
            raise ValueError("below nought")
    return 7


def test_what_goes_wrong_in_a_loop_is_said():
    assert _refusing(np.array([1.0, 2.0])) == 7
    with pytest.raises((RuntimeError, ValueError), match=r"_refusing has raised|below nought"):
        _refusing(np.array([1.0, -1.0, 2.0]))


@compiled.compiled
def _raised(values, by: int = 2, out=None):
    for place in range(len(values)):
        out[place] = values[place] + by


def test_arguments_are_taken_as_python_takes_them():
    values, out = np.zeros(3), np.zeros(3)
    _raised(values, out=out)
    assert out.tolist() == [2, 2, 2]
    for wrong in ({"otherwise": 1}, {"values": values}):
        with pytest.raises(TypeError):
            _raised(values, 1, out=out, **wrong)
    _raised(values, np.int64(3), out)  # no number of Python's: Numba's own way takes it
    assert out.tolist() == [3, 3, 3]


@can_be_made
def test_what_may_not_be_written_is_not():
    sealed = np.frombuffer(bytes(24))
    with pytest.raises(Exception, match=r"(?i)read.?only|setitem|immutable"):
        _raised(np.ones(3), 1, sealed)
    assert not sealed.any()


def test_what_a_text_holds_is_a_part_of_what_it_says():
    def times(factor):
        return on_arrays(lambda x: x * factor)

    values = np.ones(3, np.float32)
    assert times(np.float32(2))(values).tolist() == [2, 2, 2]
    assert times(np.float32(3))(values).tolist() == [3, 3, 3]


def test_two_threads_may_draw_of_one():
    draws = Draws(1, 0, 20_000)
    names = [f"name {k}" for k in range(40)]
    alone = [draws.uniform(1, name, "what").tobytes() for name in names]
    with ThreadPoolExecutor(2) as threads:
        both = list(threads.map(lambda name: draws.uniform(1, name, "what").tobytes(), names))
    assert both == alone


def test_what_hands_back_something_else_is_called_by_numba():
    assert _mean(np.array([1.0, 2.0])) == 1.5


@can_be_made
def test_other_words_are_other_code(monkeypatch):
    before = compiled._named(_filled.text)
    assert compiled._named(_filled.text) == before
    monkeypatch.setitem(globals(), "ADDED", 4)
    assert compiled._named(_filled.text) != before
    assert compiled._named(_mean.text) != before


@can_be_made
def test_without_a_place_to_keep_it_code_is_made_for_the_process_alone(monkeypatch):
    monkeypatch.setattr(machine, "kept_beside", lambda name: None)
    monkeypatch.setattr(_filled, "_codes", {})
    monkeypatch.setitem(globals(), "ADDED", 5)  # so that it was not made yet
    out = np.empty((1, 2), np.float32)
    _filled(np.zeros((1, 2), np.float32), 1.0, 0, doubled=False, out=out)
    assert out.tolist() == [[5, 5]]


def test_a_function_takes_arrays_of_any_form_and_numbers():
    squared = on_arrays(lambda x: x * x)
    values = np.arange(600, dtype=np.float32).reshape(2, 300)
    for array in (values, values.T, values[:, ::7], values[0, :0], values[1, 2], np.arange(4.0)):
        found = squared(array)
        assert found.shape == array.shape
        assert (found == array * array).all()
    assert isinstance(squared(np.float32(3)), np.float32)
    assert isinstance(exp(np.float32(0)), np.float32)


DRAWN = """
import sys
import numpy as np
from simulation.numerics.elementary import tanh
from simulation.numerics.randomness import Draws
drawn = Draws(1, 3, 50).noise(2, ("a", "b"), "what")
print("numba" in sys.modules, tanh(drawn).tobytes().hex())
"""


@can_be_made
def test_a_later_process_does_without_numba(tmp_path):
    def drawn():
        told = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}
        done = subprocess.run([sys.executable, "-c", DRAWN], env=told, capture_output=True)
        assert done.returncode == 0, done.stderr.decode()
        imported, bits = done.stdout.decode().split()
        return imported == "True", bits

    first, second = drawn(), drawn()
    assert first[0]
    assert second == (False, first[1])
    for each in tmp_path.rglob("*.o"):
        each.write_bytes(each.read_bytes()[:-40])  # a disk that was full, or a hand that slipped
    assert drawn() == first
    assert drawn() == second

"""Both forms of a stretch: the loops made of a text give the bits of the text on arrays."""

import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.decisions.cases import prospects
from simulation.numerics import machine, stretches
from simulation.numerics.arrays import FLOAT, nowhere, number, ones, rows_with, some, total, zeros
from simulation.numerics.stretches import Formulas, Program, Shelf, TwoForms
from simulation.numerics.tracing import Untraceable, View
from simulation.rules import projects, trade

ROWS = 3, 4
"""Of the arrays here, before the run."""


class Weights:
    """Numbers of a model: one a run, and one alike in all."""

    changes = 0

    def __init__(self, runs, seed, idle=False):
        source = np.random.default_rng(seed)
        self.table = source.uniform(0.2, 2, (4, runs)).astype(FLOAT)
        self.alike = source.uniform(0.2, 2, (3, 1)).astype(FLOAT)
        self.single = FLOAT(0 if idle else 0.3)


class World:
    """Some arrays, and a quarter that passes."""

    PASSING = frozenset({"quarter", "phase"})

    def __init__(self, runs, seed=1):
        source = np.random.default_rng(seed)
        self.runs, self.quarter, self.phase = runs, 5, "settle"
        self.names = ("one", "other")
        self.a = source.uniform(-2, 2, (*ROWS, runs)).astype(FLOAT)
        self.b = source.uniform(-2, 2, (*ROWS, runs)).astype(FLOAT)
        self.line = source.uniform(-2, 2, (4, runs)).astype(FLOAT)
        self.holds = source.random((*ROWS, runs)) > 0.5
        self.codes = source.integers(0, 4, (3, runs)).astype(np.int8)
        self.counts = source.integers(-1, 40, (3, runs)).astype(np.int16)

    def open(self):
        """Where a code has a value."""
        return self.codes == 2

    @property
    def rows(self):
        """How many rows there are."""
        return len(self.names)


def bits(*things):
    """Every array in some things, as bytes with its form."""
    for thing in things:
        if isinstance(thing, np.ndarray):
            yield thing.dtype, thing.shape, thing.tobytes()
        elif isinstance(thing, dict | tuple | list):
            yield from bits(*(thing.values() if isinstance(thing, dict) else thing))
        elif hasattr(thing, "__dict__"):
            yield from bits(*vars(thing).values())


@pytest.fixture(autouse=True)
def _compiles(monkeypatch):
    if not machine.can_compile():
        pytest.skip("nothing is compiled here")
    keep_in(None, monkeypatch)


def keep_in(folder, monkeypatch):
    """Keep what later processes can read in a folder, or nowhere."""
    for module in (machine, stretches):
        monkeypatch.setattr(module, "kept_beside", lambda name: folder and folder / name)
    monkeypatch.setattr(machine, "_LOADED", {})
    monkeypatch.setattr(machine, "_OBJECTS", {})


def same(text, runs=(64, 100, 1000), times=2, **more):
    """Both forms of a text on equal worlds, in several lengths."""
    stretch = TwoForms(text, ("world", "weights"))
    for length in runs:
        one, other, weights = World(length), World(length), Weights(length, 2)
        for _ in range(times):
            looped, expected = stretch(one, weights, **more), text(other, weights, **more)
            assert [*bits(looped, one)] == [*bits(expected, other)]
        assert stretch._programs  # it did not stay arrays
    return stretch


def test_sums_masks_and_rows():
    def text(world, weights):
        before = world.a * 2
        world.a[:] = world.a + total(world.b, axis=1)[:, np.newaxis] / 3
        world.a[1] += world.line
        found = zeros(4, world.runs)
        for p in range(3):
            if some(world.holds[p]):
                found += np.where(world.holds[p], world.b[p], 0.5) * weights.alike[p]
        world.b[:] = world.b[::-1] - np.maximum(world.b, 0)
        world.holds[:, 2] |= world.holds[:, 0] & (world.a[:, 1] > 0)
        world.codes[1] = 2
        world.counts += world.open()
        return before, found, {"held": number(world.holds), "line": weights.table * found}

    same(text)


def test_what_is_read_before_it_is_written_stays_what_it_was():
    def text(world, weights):
        old = world.a
        moved = world.a + weights.single * world.b
        difference = moved - world.a
        world.a[:] = moved
        world.b[0], world.b[1] = world.b[1] * 1, world.b[0] * 1
        swapped = np.stack([world.line[3], world.line[0], world.line[1]])
        world.line[:3] = swapped
        return difference, old + 0, swapped

    same(text)


def test_functions_that_stay_numpys():
    def text(world, weights):
        grown = np.exp(world.a * weights.single)
        world.a[:] = np.tanh(np.log(grown) - world.b) + np.abs(world.a) ** weights.single
        out = np.exp(-np.abs(world.line))
        out = np.subtract(1.0, out, out=out)
        return out, world.line**2, np.sqrt(np.abs(world.line)), weights.table**0.25

    same(text)


def test_a_quarter_that_passes_is_read_anew():
    def text(world, weights):
        begun = (world.counts >= 0) & (world.quarter - world.counts < 7 * weights.alike)
        grown = world.line + weights.single * world.quarter
        return begun, weights.table * (world.quarter / 4), grown

    stretch, weights = TwoForms(text, ("world", "weights")), Weights(70, 2)
    world = World(70)
    for world.quarter in (0, 5, 31):
        assert [*bits(stretch(world, weights))] == [*bits(text(world, weights))]
    assert sum(map(len, stretch._programs.values())) == 1


def test_draws_are_drawn_anew():
    def text(world, weights, noise):
        return noise((3, 4), "trade").reshape(world.a.shape) * world.a

    count = iter(range(1000))

    def noise(shape, purpose):
        source = np.random.default_rng(next(count) // 2)
        return source.random((shape[0] * shape[1], 80), FLOAT)

    stretch, weights, world = TwoForms(text, ("world", "weights")), Weights(80, 2), World(80)
    stretch(world, weights, noise)  # what it drew while it was traced is not counted
    count = iter(range(1000))
    for _ in range(3):
        assert [*bits(stretch(world, weights, noise))] == [*bits(text(world, weights, noise))]


def test_a_number_that_changes_binds_anew_and_one_that_is_nought_traces_anew():
    def text(world, weights):
        return world.a * weights.single if some(weights.single) else world.a * weights.table

    stretch, world = TwoForms(text, ("world", "weights")), World(64)
    for idle in (False, True):
        weights = Weights(64, 2, idle=idle)
        assert [*bits(stretch(world, weights))] == [*bits(text(world, weights))]
    assert sum(map(len, stretch._programs.values())) == 2
    weights.table = weights.table * 3
    weights.changes = 1
    assert [*bits(stretch(world, weights))] == [*bits(text(world, weights))]
    assert sum(map(len, stretch._programs.values())) == 2


def test_other_precisions_and_numbers_that_are_not_weak():
    def text(world, weights):
        wide = world.a.astype(np.float64)
        wide += np.float64(0.1) * world.a
        return wide, world.a * np.float64(0.1), world.a * 0.1, world.codes + np.int16(300)

    same(text, runs=(64,))


def test_rows_that_hold_are_known_of_parameters_alone():
    def text(world, weights):
        found = zeros(4, world.runs)
        for row in rows_with(weights.table > 1.9):
            found += row * world.line[row]
        return found + ones(4, world.runs) * nowhere(world.runs)

    same(text, runs=(64,))


def test_other_models_share_the_loops_unless_they_are_built_otherwise():
    def text(world, weights):
        return sum(world.a[place] for place in range(world.rows))

    stretch, weights = TwoForms(text, ("world", "weights")), Weights(64, 2)
    for names in (("a", "b"), ("a", "b"), ("a", "b", "c")):
        world = World(64)
        world.names = names
        assert [*bits(stretch(world, weights))] == [*bits(text(world, weights))]
    assert sum(map(len, stretch._programs.values())) == 2


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (lambda world, weights: world.a if world.a[0, 0] > 0 else world.b, "branches on a value"),
        (lambda world, weights: world.a[world.holds], "picked by Symbol"),
        (lambda world, weights: world.a[..., 0], "some runs are picked"),
        (lambda world, weights: np.sum(world.a), "cannot be traced"),
        (lambda world, weights: np.any(world.holds, axis=-1), "over runs"),
        (lambda world, weights: np.asarray(world.a), "only an array"),
        (lambda world, weights: len(world.a[0, 0]), "the number of runs"),
        (lambda world, weights: world.a + np.ones(64, FLOAT), "not alike in all runs"),
        (lambda world, weights: world.phase, "'phase' passes"),
        (lambda world, weights: setattr(world, "a", world.b), "'a' is set"),
        (lambda world, weights: np.add.accumulate(world.a), "accumulate"),
        (lambda world, weights: np.cos(world.a), "cos cannot be traced"),
    ],
)
def test_what_cannot_be_traced_is_refused(text, why):
    world, weights = World(64), Weights(64, 2)
    with pytest.raises(Untraceable, match=why):
        Program(text, {"world": world, "weights": weights})


def test_what_cannot_be_traced_runs_as_arrays_and_says_why():
    def text(world, weights):
        return np.cos(world.a)

    stretch, world, weights = TwoForms(text, ("world", "weights")), World(64), Weights(64, 2)
    why = "text runs as arrays, which takes longer: cos cannot be traced."
    with pytest.warns(RuntimeWarning, match=why):
        found = stretch(world, weights)
    assert (found == np.cos(world.a)).all()
    assert (stretch(world, weights) == found).all()  # said once: a warning is an error here


def test_an_array_of_other_runs_or_that_cannot_be_written_in_place_is_refused():
    def text(world, weights):
        world.a[:] = world.a + world.line

    stretch = TwoForms(text, ("world", "weights"))
    short = World(100)
    short.line = short.line[:, :50]
    turned = World(100)
    turned.a = np.asfortranarray(turned.a)
    with pytest.raises(ValueError, match="of 100 runs"):
        stretch(short, Weights(100, 2))
    with pytest.raises(ValueError, match="does not lie row by row"):
        stretch(turned, Weights(100, 2))


def test_few_runs_stay_arrays():
    def text(world, weights):
        return np.sum(world.a)  # which could not be traced

    world = World(stretches.LEAST_RUNS - 1)
    assert TwoForms(text, ("world", "weights"))(world, Weights(world.runs, 2)) == np.sum(world.a)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["add", "sub", "mul", "div", "max", "min", "where", "total", "row", "exp"]),
        st.integers(0, 5),
        st.integers(0, 5),
        st.integers(0, 2),
    ),
    min_size=3,
    max_size=14,
)


@settings(max_examples=40, deadline=None)
@given(steps=STEPS)
def test_any_text_gives_the_same_bits(steps):
    def text(world, weights):
        held = [world.a, world.b, world.line[np.newaxis], weights.table, world.a[:, 1:2], world.b]
        for kind, one, other, row in steps:
            left, right = held[one], held[other]
            if kind == "add":
                made = left + right
            elif kind == "sub":
                made = left - right * weights.single
            elif kind == "mul":
                made = left * right
            elif kind == "div":
                made = left / (np.abs(right) + 1)
            elif kind == "max":
                made = np.maximum(left, right)
            elif kind == "min":
                made = np.minimum(left, 0.25)
            elif kind == "where":
                made = np.where(left > right, left, 1.5)
            elif kind == "total":
                made = total(world.a * right)[np.newaxis]
            elif kind == "exp":
                made = np.exp(np.minimum(left, 3.0))
            else:
                world.a[row] = world.a[2 - row] + world.b[row]
                world.b[:, row] += world.line[row]
                made = world.a - world.b[::-1]
            held[row + 3] = made
        return [each * 1 for each in held]

    with np.errstate(all="ignore"):
        same(text, runs=(65,), times=2)


def test_a_view_of_an_array_and_of_a_symbol_are_one():
    array = np.arange(2 * 3 * 5).reshape(2, 3, 5)
    for key in (1, (slice(None), 2), (..., slice(None)), (0, slice(None, None, -1)), (None, 1)):
        assert (View.whole((2, 3)).at(key).of(array) == array[key]).all()
    assert View.whole((2, 3)).at(0).apart(View.whole((2, 3)).at(1))
    assert not View.whole((2, 3)).at(0).apart(View.whole((2, 3)).at((slice(None), 1)))


def test_code_is_kept_and_read_again(tmp_path, monkeypatch):
    keep_in(tmp_path, monkeypatch)

    def text(world, weights):
        return world.a * 7.125

    same(text, runs=(64,))
    assert [file.suffix for file in tmp_path.iterdir()] == [".o"]
    from llvmlite import binding

    def refuse(text):
        raise AssertionError("it was compiled anew")

    keep_in(tmp_path, monkeypatch)
    monkeypatch.setattr(binding, "parse_assembly", refuse)
    same(text, runs=(64,))


def test_programs_of_a_rule_of_somebodys_own_are_not_kept(tmp_path, monkeypatch):
    keep_in(tmp_path, monkeypatch)
    text, world = prospects.text, World(64)
    assert Shelf(text, (), Formulas.of(world))._file is not None
    monkeypatch.setattr(projects, "deeper", lambda so_far, depth: so_far + depth)
    assert Shelf(text, (), Formulas.of(World(64)))._file is None
    assert Shelf(text, (), Formulas.of(world))._file is not None  # as when it was first advanced


def test_another_number_in_a_rules_text_is_another_program(monkeypatch):
    before = Formulas.of(World(64)).kept_as
    monkeypatch.setattr(trade, "SHARE_LEAST", FLOAT(0.02))
    assert Formulas.of(World(64)).kept_as != before


def test_nothing_is_compiled_where_that_is_not_wanted():
    code = "from simulation.numerics.machine import can_compile; print(can_compile())"
    told = {**os.environ, "HEARTLAND_COMPILE": "0"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=told, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"

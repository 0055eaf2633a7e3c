"""A stretch of the turn in two forms: as arrays, and as loops made of the same text.

`stretch` marks a function. Called on arrays for a few runs, or where nothing can be compiled
(`HEARTLAND_COMPILE=0`), it is what it was; else the loops run that `tracing` and `machine` made of
it. Both give the same bits. A rule that somebody put in place of ours and that cannot be traced
runs as arrays, and a warning says why; in the tests of this project such a warning is an error.
"""

from __future__ import annotations

import pickle
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache, cached_property, update_wrapper
from hashlib import blake2b
from inspect import signature
from pathlib import Path
from types import FunctionType
from typing import Any, Generic, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

import numpy as np

from simulation.numerics.heads import place_of
from simulation.numerics.machine import (
    ALIGNED,
    ENTRY,
    TILE,
    Function,
    LoopText,
    can_compile,
    code_form,
    compiled_code,
    is_part,
    keep_whole,
    kept_beside,
    loaded_code,
    scheduled,
)
from simulation.numerics.tracing import (
    UNTRACED,
    Buffer,
    Call,
    Recording,
    Symbol,
    Untraceable,
    View,
    carried_out,
    reached,
    seen,
)

P = ParamSpec("P")
R = TypeVar("R")
LEAST_RUNS = 8
"""For fewer runs it hardly pays to compile: as arrays, a single history is as quick."""


class Program:
    """The loops of a stretch, for models of one build.

    Args:
        text: the function. given: what it is called with, by name.
    """

    def __init__(self, text: Callable[..., Any], given: Mapping[str, Any]) -> None:
        of = Recording(given)
        symbols = {name: seen(of, value, (name,)) for name, value in given.items()}
        self.handed = _handed(of, text(**symbols))
        plan = scheduled(of)
        self.buffers, self.supposed = of.buffers, of.supposed
        self.near, self.size = plan.near, plan.size
        self.used = {*plan.used, *_buffers(self.handed)}
        self.steps: list[Call | str] = []
        for part in plan.parts:
            if isinstance(part, Call):
                self.steps.append(part)
            elif part:
                self.steps.append(compiled_code(LoopText("NAME", part, plan).text))
        for each in self.buffers:
            del each.written[1:]  # whether it is written, without every step

    @cached_property
    def parts(self) -> list[Function | Call]:
        """The loops and calls in order."""
        return [each if isinstance(each, Call) else loaded_code(each) for each in self.steps]

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name != "parts"}

    def fits(self, given: Mapping[str, Any], known: dict[Any, Any]) -> bool:
        """Whether another model is built alike, as far as the text looked; see `reached`."""
        try:
            for path, value in self.supposed.items():
                if reached(given, path, known) != value:
                    return False
            return all(
                np.shape(found := reached(given, each.path, known))[:-1] == each.shape
                and np.asarray(found).dtype == each.dtype
                for each in self.buffers
                if each in self.used and each.path and not each.passing
            )
        except (AttributeError, KeyError, IndexError):
            return False


class Bound:
    """A program on the arrays of one model.

    Args:
        program: the loops.
        given: what the stretch is called with.
        lasting: the names of what stays from call to call.
        runs: how many there are.
        known: what was worked out of its parameters.
    """

    def __init__(
        self,
        program: Program,
        given: Mapping[str, Any],
        lasting: tuple[str, ...],
        runs: int,
        known: dict[Any, Any],
    ) -> None:
        self.program, self.runs = program, runs
        self._stays = [given[name] for name in lasting[1:]]  # so that no other takes its identity
        buffers = program.buffers
        self._table = np.zeros((len(buffers), ENTRY), dtype=np.int64)
        self._arrays: list[Any] = [None] * len(buffers)
        self._held: list[Any] = [None] * len(buffers)
        self._fresh: list[Buffer] = []
        self._results: list[Buffer] = []
        self._room = np.zeros(program.size * TILE + ALIGNED, np.uint8)
        start = self._room.ctypes.data + -self._room.ctypes.data % ALIGNED
        for each in buffers:
            if each not in program.used:
                continue
            if each.path:
                root = each.path[0]
                if (isinstance(root, tuple) or root in (*lasting, "table")) and not each.passing:
                    self._place(each, reached(given, each.path, known))
                else:
                    self._fresh.append(each)
            elif each.result:
                self._results.append(each)
                size = each.dtype.itemsize
                self._table[each.number] = 0, runs * size, size
            elif each in program.near:
                size = each.dtype.itemsize
                place = start + program.near[each] * TILE
                self._table[each.number] = place, TILE * size, size
            else:
                self._place(each, np.empty((*each.shape, runs), each.dtype))
        self._at = self._table.ctypes.data
        changing = {*self._fresh, *self._results}
        self._ready = {
            id(part): self._operands(part)
            for part in program.parts
            if isinstance(part, Call) and not changing & {e[0] for e in part.given if is_part(e)}
        }

    def _place(self, buffer: Buffer, array: Any) -> None:
        """Enter where an array is; what is alike in all runs is spread over a vector."""
        number, size = buffer.number, buffer.dtype.itemsize
        found = np.asarray(array, buffer.dtype)
        shape = found.shape
        alike = not shape or (shape[-1] == 1 and self.runs != 1)
        if shape[:-1] != buffer.shape or not (alike or shape[-1] == self.runs):
            raise ValueError(f"{buffer.path} has the shape {shape}, of {self.runs} runs")
        self._arrays[number] = array
        if alike and self._table[number, 0] and not self._table[number, 2]:  # it has its room
            self._held[number][...] = found.reshape(-1, 1)
            return
        if alike:
            found = np.repeat(found.reshape(-1, 1), TILE, axis=1)
        elif not found.flags.c_contiguous:
            if buffer.written:
                raise ValueError(f"{buffer.path} is written, and does not lie row by row")
            found = np.ascontiguousarray(found)
        self._held[number] = found
        row = (TILE if alike else self.runs) * size
        self._table[number] = place_of(found), row, 0 if alike else size

    def __call__(self, given: Mapping[str, Any]) -> Any:
        """Run the loops; what they hand back is in new arrays."""
        for each in self._fresh:
            self._place(each, reached(given, each.path))
        for each in self._results:  # of new arrays alone the place is another
            self._arrays[each.number] = array = np.empty((*each.shape, self.runs), each.dtype)
            self._table[each.number, 0] = place_of(array)
        for part in self.program.parts:
            if isinstance(part, Call):
                self._called(part)
            else:
                part(self._at, 0, self.runs)
        return _filled_in(self.program.handed, self._arrays)

    def _called(self, call: Call) -> None:
        operands = self._ready.get(id(call)) or self._operands(call)
        into = self._arrays[call.into.number]
        if call.function is np.power:
            into[...] = carried_out(call.function, operands)
        else:
            carried_out(call.function, operands, {"out": into})

    def _operands(self, call: Call) -> list[Any]:
        return [
            each[1].of(self._arrays[each[0].number]) if is_part(each) else each
            for each in call.given
        ]


_TOLD_APART = (*UNTRACED, np.ndarray)
"""Of what loops are called with, that by which they are told apart: an array by its shape."""


class TwoForms(Generic[P, R]):
    """A function in two forms; see `stretch`."""

    def __init__(self, text: Callable[P, R], lasting: tuple[str, ...]) -> None:
        self.text, self._lasting = text, lasting
        self._names = tuple(signature(text).parameters)
        self._programs: dict[Any, list[Program | Untraceable]] = {}
        self._bound: WeakKeyDictionary[Any, dict[Any, tuple[Any, Bound | Untraceable]]]
        self._bound = WeakKeyDictionary()
        update_wrapper(self, text)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """What the text gives, in the form that suits."""
        world: Any = args[0]
        if world.runs < LEAST_RUNS or not can_compile():
            return self.text(*args, **kwargs)
        given = dict(zip(self._names[: len(args)], args, strict=True)) | kwargs
        plain = tuple(
            [
                (name, value.shape[:-1] if isinstance(value, np.ndarray) else value)
                for name, value in given.items()
                if isinstance(value, _TOLD_APART)
            ]
        )
        stays = tuple([(id(given[n]), getattr(given[n], "changes", 0)) for n in self._lasting])
        known = self._bound.setdefault(world, {})
        before, bound = known.get(plain, (None, None))
        if bound is None or before != stays:
            bound = self._bind(given, plain, world)
            known[plain] = stays, bound
        found: R = bound(given) if isinstance(bound, Bound) else self.text(*args, **kwargs)
        return found

    def _bind(self, given: Mapping[str, Any], plain: Any, world: Any) -> Bound | Untraceable:
        """The loops on the arrays of a model; why there are none where a rule allows none."""
        formulas, known = Formulas.of(world), dict[Any, Any]()
        shelf = Shelf(self.text, plain, formulas)
        if (plain, formulas) not in self._programs:
            self._programs[plain, formulas] = shelf.programs()
        programs = self._programs[plain, formulas]
        for each in programs:
            if isinstance(each, Untraceable):
                return each
            if each.fits(given, known):
                return Bound(each, given, self._lasting, world.runs, known)
        try:
            programs.append(made := Program(self.text, given))
        except Untraceable as reason:
            message = f"{self.text.__name__} runs as arrays, which takes longer: {reason}."
            warnings.warn(message, RuntimeWarning, stacklevel=4)
            programs.append(reason)
            return reason
        shelf.keep(programs)
        return Bound(made, given, self._lasting, world.runs, known)


PACKAGE = __name__.partition(".")[0]


class Formulas:
    """The functions and numbers that texts name; with another in its place, loops are others.

    Attributes:
        kept_as: what stands for them and the sources, in names of what is kept for later
            processes; None where a function of somebody's own has taken the place of one of ours.
    """

    def __init__(self, named: tuple[tuple[str, Any], ...]) -> None:
        ours = {PACKAGE, "numpy", *sys.stdlib_module_names}
        functions = [(n, each) for n, each in named if isinstance(each, FunctionType)]
        numbers = [(n, repr(each)) for n, each in named if not isinstance(each, FunctionType)]
        self.kept_as: str | None = None
        found = sources()
        if found and all(each.__module__.partition(".")[0] in ours for _, each in functions):
            called = [(n, each.__module__, each.__qualname__) for n, each in functions]
            self.kept_as = _digest(found, code_form(), called, numbers)

    @classmethod
    def of(cls, world: Any) -> Formulas:
        """As they were when a world was first advanced."""
        if world not in _FORMULAS:
            rooms = ("rules", "world", "decisions", "model.turn")
            begin = tuple(f"{PACKAGE}.{room}." for room in rooms)
            named = tuple(
                (f"{place}.{name}", each)
                for place, module in sorted(sys.modules.items())
                if place.startswith(begin)
                for name, each in vars(module).items()
                if isinstance(each, FunctionType | int | float | np.generic)
            )
            _FORMULAS[world] = _KNOWN.get(named) or _KNOWN.setdefault(named, cls(named))
        return _FORMULAS[world]


_FORMULAS: WeakKeyDictionary[Any, Formulas] = WeakKeyDictionary()
_KNOWN: dict[tuple[tuple[str, Any], ...], Formulas] = {}


# -- what later processes need not trace --------------------------------------------------------

MOST_KEPT = 4
"""Programs of one text that are kept: of the newest builds of a model."""


class Shelf:
    """Where the programs of a text are kept for later processes.

    Args:
        text: the function. plain: what it is called with that is no array.
        formulas: what it names.
    """

    def __init__(self, text: Callable[..., Any], plain: Any, formulas: Formulas) -> None:
        self._file: Path | None = None
        if formulas.kept_as is not None and text.__module__.startswith(f"{PACKAGE}."):
            name = _digest(formulas.kept_as, text.__module__, text.__qualname__, plain)
            self._file = kept_beside(f"{name}.programs")

    def programs(self) -> list[Program | Untraceable]:
        """The programs that an earlier process kept, as far as their code is there."""
        try:
            found = pickle.loads(self._file.read_bytes()) if self._file else []
            return [each for each in found if each.parts]
        except Exception:  # whatever is wrong with what can be made again
            return []

    def keep(self, programs: list[Program | Untraceable]) -> None:
        """Keep programs, if there is a place."""
        if self._file:
            made = [each for each in programs if isinstance(each, Program)]
            keep_whole(self._file, pickle.dumps(made[-MOST_KEPT:]))


@cache
def sources() -> tuple[tuple[str, int, int], ...]:
    """The sources of the package, as they are when they are first asked for: name, size, time."""
    try:
        folder = Path(__file__).resolve().parents[1]
        found = [(path, path.stat()) for path in sorted(folder.rglob("*.py"))]
    except OSError:
        return ()
    return tuple((str(path), each.st_size, each.st_mtime_ns) for path, each in found)


def _digest(*about: Any) -> str:
    return blake2b(repr(about).encode(), digest_size=16).hexdigest()


def stretch(*lasting: str) -> Callable[[Callable[P, R]], TwoForms[P, R]]:
    """Let a function of the turn run as loops where that can be done.

    Args:
        lasting: the names of its arguments that are the same objects, with the same arrays, from
            call to call of a model, until their `changes` count up. The first argument of all is
            among them and knows `runs`.
    """
    return lambda text: TwoForms(text, lasting)


def _handed(of: Recording, found: Any) -> Any:
    """What a text hands back, with the buffer for every symbol."""
    if isinstance(found, Symbol):
        if found.settled:
            return of.buffer(found.dtype, found.lead, found.settled)
        node = found.node
        assert node.dtype is not None
        room = of.buffer(node.dtype, node.shape)
        room.result = True
        of.store(room, View.whole(node.shape), node)
        return room
    if isinstance(found, tuple | list):
        return type(found)(_handed(of, each) for each in found)
    if isinstance(found, dict):
        return {name: _handed(of, each) for name, each in found.items()}
    if is_dataclass(found) and not isinstance(found, type):
        named = {each.name: getattr(found, each.name) for each in fields(found) if each.init}
        return (type(found), _handed(of, named))
    return found


def _buffers(handed: Any) -> Iterator[Buffer]:
    """The buffers in what is handed back."""
    if isinstance(handed, Buffer):
        yield handed
    elif isinstance(handed, dict | tuple | list):
        for each in handed.values() if isinstance(handed, dict) else handed:
            yield from _buffers(each)


def _filled_in(handed: Any, arrays: list[Any]) -> Any:
    """The same with the arrays of a call."""
    if isinstance(handed, Buffer):
        return arrays[handed.number]
    if isinstance(handed, tuple) and len(handed) == 2 and isinstance(handed[0], type):
        return handed[0](**_filled_in(handed[1], arrays))
    if isinstance(handed, tuple | list):
        return type(handed)(_filled_in(each, arrays) for each in handed)
    if isinstance(handed, dict):
        return {name: _filled_in(each, arrays) for name, each in handed.items()}
    return handed

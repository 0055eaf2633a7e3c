"""Tracing: a text on arrays is called once with symbols, which write down what is computed.

A stretch of the turn is a function on arrays whose last axis is the run. `stretches` calls it once
with symbols instead of arrays. A symbol answers NumPy's functions and operators, does nothing and
notes the step; `machine` makes one loop over the runs of what was noted. Nothing is parsed and no
type is guessed.

What is noted is what NumPy would do, operation by operation and in the order of the text: types by
NumPy's own rules, sums as `arrays.total` adds them, nothing contracted or put in another order. So
both forms give the same bits. `exp`, `log`, `tanh` and powers are the project's own (`elementary`).
Where a rule of somebody's own calls NumPy's, the loop ends, NumPy is called, and another goes on.

A text may not branch on a run's value, pick runs by a mask or sum over runs: `Untraceable` says
where it does. Whether something holds in any run may be asked. Of parameters the answer is the
true one; of anything else it is yes, and what is saved for arrays by not looking must be nought
where it does not hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from operator import methodcaller
from types import MethodType
from typing import Any, NamedTuple

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from simulation.numerics.arrays import Runs, some

Shape = tuple[int, ...]
"""The lengths of the axes before the run."""


class Untraceable(TypeError):
    """A text does something that no loop over runs can do."""


# -- where in a buffer --------------------------------------------------------------------------


class AxisSeen(NamedTuple):
    """How an axis of a buffer follows an axis of what is seen of it; `of` is None at a place."""

    of: int | None
    start: int
    step: int


@dataclass(frozen=True)
class View:
    """What basic indexing sees: for each axis of the buffer, which place belongs to which."""

    shape: Shape
    axes: tuple[AxisSeen, ...]

    @classmethod
    def whole(cls, shape: Shape) -> View:
        """All of a buffer."""
        return cls(shape, tuple(AxisSeen(a, 0, 1) for a in range(len(shape))))

    def of(self, array: Any) -> Any:
        """The same view of an array with a run axis, or of a number."""
        if not np.ndim(array):
            return array
        begun = array[tuple(slice(each.start, None) for each in self.axes)]
        strides = [0] * len(self.shape)
        for axis, stride in zip(self.axes, array.strides[:-1], strict=True):
            if axis.of is not None:
                strides[axis.of] += axis.step * stride
        shape = (*self.shape, array.shape[-1])
        return np.lib.stride_tricks.as_strided(begun, shape, (*strides, array.strides[-1]))

    def at(self, key: Any) -> View:
        """What an index sees of it; the run axis is seen whole."""
        keys = list(key) if isinstance(key, tuple) else [key]
        given = sum(1 for each in keys if each is not None and each is not Ellipsis)
        missing = len(self.shape) + 1 - given
        open_at = [place for place, each in enumerate(keys) if each is Ellipsis] or [len(keys)]
        keys[open_at[0] : open_at[0] + 1] = [slice(None)] * missing
        shape: list[int] = []
        became: list[AxisSeen] = []
        axis = 0
        for each in keys:
            if each is None:
                shape.append(1)
                continue
            if axis == len(self.shape):
                if not isinstance(each, slice) or each != slice(None):
                    raise Untraceable(f"some runs are picked, by {type(each).__name__}")
            elif isinstance(each, slice):
                first, end, step = each.indices(self.shape[axis])
                became.append(AxisSeen(len(shape), first, step))
                shape.append(len(range(first, end, step)))
            elif isinstance(each, int | np.integer) and not isinstance(each, bool):
                length = self.shape[axis]
                if not -length <= each < length:
                    raise IndexError(f"place {each} of an axis of {length}")
                became.append(AxisSeen(None, int(each) % length, 0))
            else:
                raise Untraceable(f"places are picked by {type(each).__name__}")
            axis += 1
        if axis != len(self.shape) + 1 or keys[-1] is None:
            raise Untraceable("an axis stands behind the run")
        return View(tuple(shape), tuple(self._after(became)))

    def swapped(self, one: int, other: int) -> View:
        """With two axes exchanged."""
        order = list(range(len(self.shape)))
        order[one], order[other] = order[other], order[one]
        became = [AxisSeen(order.index(a), 0, 1) for a in range(len(order))]
        return View(tuple(self.shape[a] for a in order), tuple(self._after(became)))

    def spread(self, shape: Shape) -> View:
        """Repeated along new axes and along those of length one."""
        if np.broadcast_shapes(self.shape, shape) != shape:
            raise ValueError(f"{self.shape} does not spread to {shape}")
        new = len(shape) - len(self.shape)
        became = [
            AxisSeen(None, 0, 0) if length == 1 and shape[new + a] != 1 else AxisSeen(new + a, 0, 1)
            for a, length in enumerate(self.shape)
        ]
        return View(shape, tuple(self._after(became)))

    def apart(self, other: View) -> bool:
        """Whether two views of a buffer have no row in common: they stand at different places."""
        return any(
            one.of is None and another.of is None and one.start != another.start
            for one, another in zip(self.axes, other.axes, strict=True)
        )

    def _after(self, became: Sequence[AxisSeen]) -> Iterator[AxisSeen]:
        for axis, start, step in self.axes:
            if axis is None:
                yield AxisSeen(None, start, 0)
            else:
                further = became[axis]
                yield AxisSeen(further.of, start + step * further.start, step * further.step)


# -- what is noted ------------------------------------------------------------------------------


@dataclass(eq=False)
class Buffer:
    """Rows of runs: an array of the world, a parameter, a draw, or room for what is worked out.

    Attributes:
        number: its place in the recording.
        dtype, shape: of its numbers; the lengths of its axes before the run.
        path: how it is reached from what the text is given; empty for room of its own.
        result: whether it is handed back.
        written: the steps that write to it, and where.
        passing: of which type it is, where it is a number of Python's that changes.
    """

    number: int
    dtype: np.dtype[Any]
    shape: Shape
    path: tuple[Any, ...] = ()
    result: bool = False
    written: list[tuple[int, View]] = field(default_factory=list)
    passing: type | None = None


@dataclass(eq=False)
class Node:
    """A value in every run: a number, what a buffer holds, or an operation on others.

    Attributes:
        number: its place in the order of the text. time: how many steps came before it.
        kind: "number", "load", "view", or what is done.
        dtype: its type; None for a number of Python's, which takes the type of what it meets.
        shape: the lengths of its axes before the run.
        given: what it is made of.
        value: of a number; where Python's number is only known at the call, one of its type.
        buffer, view: of a load or view.
    """

    number: int
    time: int
    kind: str
    dtype: np.dtype[Any] | None
    shape: Shape
    given: tuple[Node, ...] = ()
    value: Any = None
    buffer: Buffer | None = None
    view: View | None = None


class Store(NamedTuple):
    """A value is written to a part of a buffer."""

    buffer: Buffer
    view: View
    value: Node


class Call(NamedTuple):
    """NumPy is called on whole arrays: parts of buffers, or numbers."""

    function: Callable[..., Any]
    given: tuple[tuple[Buffer, View] | Any, ...]
    into: Buffer


class Table:
    """A number or a table of numbers that stands in a text; equal to one of the same bits."""

    def __init__(self, value: Any) -> None:
        self.value = value
        array = np.asarray(value)
        self._known_by = (type(value), array.dtype.str, array.shape, array.tobytes())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Table) and self._known_by == other._known_by

    def __hash__(self) -> int:
        return hash(self._known_by)


class HandedOver:
    """What something is called with; equal to the same handed over again."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.to = methodcaller("__call__", *args, **kwargs)
        within = tuple(tuple(each) if isinstance(each, list) else each for each in args)
        self._known_by = (within, tuple(kwargs.items()))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, HandedOver) and self._known_by == other._known_by

    def __hash__(self) -> int:
        return hash(self._known_by)


class Recording:
    """What a text did, step by step.

    Args:
        given: what the text is called with, by name.

    Attributes:
        steps, buffers, nodes: in the order of the text.
        supposed: whatever else was looked at, by its path: another model that differs in it needs
            a recording of its own.
    """

    def __init__(self, given: Mapping[str, Any]) -> None:
        self.given = given
        self.steps: list[Store | Call] = []
        self.buffers: list[Buffer] = []
        self.nodes: list[Node] = []
        self.supposed: dict[tuple[Any, ...], Any] = {}
        self._known: dict[Any, Node] = {}
        self._reached: dict[tuple[Any, ...], Buffer] = {}

    def node(
        self, kind: str, dtype: Any, shape: Shape, given: tuple[Node, ...] = (), value: Any = None
    ) -> Node:
        """An operation, or the same that was noted before."""
        key = (kind, dtype, shape, given, type(value))
        return self._noted(key, kind, dtype, shape, given=given, value=value)

    def number(self, value: Any, dtype: Any = None) -> Node:
        """A number that stands in the text."""
        return self._noted(
            ("number", repr(value), type(value), dtype), "number", dtype, (), value=value
        )

    def load(self, buffer: Buffer, view: View) -> Node:
        """What a part of a buffer holds now."""
        key = ("load", buffer.number, view, len(buffer.written))
        weak, of = buffer.passing, {"buffer": buffer, "view": view}
        if weak:
            return self._noted(key, "load", None, view.shape, value=weak(), **of)
        return self._noted(key, "load", buffer.dtype, view.shape, **of)

    def seen(self, node: Node, view: View) -> Node:
        """A part of a value."""
        if view == View.whole(node.shape):
            return node
        return self._noted(
            ("view", node, view), "view", node.dtype, view.shape, given=(node,), view=view
        )

    def _noted(self, key: Any, kind: str, dtype: Any, shape: Shape, **of: Any) -> Node:
        found = self._known.get(key)
        if found is None:
            found = Node(len(self.nodes), len(self.steps), kind, dtype, shape, **of)
            self.nodes.append(found)
            self._known[key] = found
        return found

    def buffer(self, dtype: Any, shape: Shape, path: tuple[Any, ...] = ()) -> Buffer:
        """A buffer; the same for the same path."""
        if path and path in self._reached:
            return self._reached[path]
        made = Buffer(len(self.buffers), np.dtype(dtype), shape, path)
        self.buffers.append(made)
        if path:
            self._reached[path] = made
        return made

    def store(self, buffer: Buffer, view: View, value: Node) -> None:
        """Note that a value is written."""
        buffer.written.append((len(self.steps), view))
        self.steps.append(Store(buffer, view, value))

    def known(self, path: tuple[Any, ...]) -> Any:
        """What a path leads to; a model in which it leads elsewhere needs its own recording."""
        if path not in self.supposed:
            self.supposed[path] = reached(self.given, path)
        return self.supposed[path]

    def call(self, function: Callable[..., Any], given: Sequence[Any], into: Buffer) -> None:
        """Note that NumPy is called."""
        into.written.append((len(self.steps), View.whole(into.shape)))
        self.steps.append(Call(function, tuple(given), into))


# -- symbols ------------------------------------------------------------------------------------

INSTRUCTIONS: dict[Any, str] = {
    np.add: "add",
    np.subtract: "subtract",
    np.multiply: "multiply",
    np.true_divide: "divide",
    np.negative: "negative",
    np.absolute: "absolute",
    np.sqrt: "sqrt",
    np.rint: "rint",
    np.maximum: "maximum",
    np.minimum: "minimum",
    np.greater: "greater",
    np.greater_equal: "greater_equal",
    np.less: "less",
    np.less_equal: "less_equal",
    np.equal: "equal",
    np.not_equal: "not_equal",
    np.bitwise_and: "and",
    np.bitwise_or: "or",
    np.bitwise_xor: "xor",
    np.invert: "not",
    np.isnan: "isnan",
    np.left_shift: "left_shift",
    np.right_shift: "right_shift",
}
"""NumPy's functions that are one instruction or two, and how they are noted."""
ELSEWHERE = (np.exp, np.log, np.tanh, np.log1p, np.expm1, np.power, np.arctanh)
"""NumPy's functions that stay NumPy's."""
TRUTH = np.dtype(bool)


class Symbol(NDArrayOperatorsMixin):
    """An array of the text while it is traced.

    It is either a value, or a part of a buffer that may change until it is read.

    Attributes:
        settled: how it is reached, where it is made of parameters alone.
    """

    def __init__(self, of: Recording, node: Node | None, place: tuple[Buffer, View] | None) -> None:
        self._of, self._node, self._place = of, node, place
        self._seen_of: tuple[Symbol, Any] | None = None
        self.settled: tuple[Any, ...] | None = None

    @property
    def place(self) -> tuple[Buffer, View] | None:
        """The part of a buffer that it is; None for a value."""
        return self._place

    @property
    def node(self) -> Node:
        """What it stands for now."""
        if self._place is not None:
            buffer, view = self._place
            return self._of.load(buffer, view)
        assert self._node is not None
        return self._node

    @property
    def lead(self) -> Shape:
        """The lengths of the axes before the run."""
        return self._place[1].shape if self._place is not None else self.node.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of its numbers."""
        found = self._place[0].dtype if self._place is not None else self.node.dtype
        return found or physical(self.node)

    @property
    def shape(self) -> tuple[int, ...]:
        """As an array's."""
        return (*self.lead, runs_of(self._of, 0))

    @property
    def ndim(self) -> int:
        """As an array's."""
        return len(self.lead) + 1

    def __len__(self) -> int:
        if not self.lead:
            raise Untraceable("the number of runs is asked for")
        return self.lead[0]

    def __iter__(self) -> Iterator[Symbol]:
        return (self[place] for place in range(len(self)))

    def __bool__(self) -> bool:
        raise Untraceable("the text branches on a value of a run")

    __hash__ = object.__hash__
    __float__ = __int__ = __index__ = __bool__

    def __array__(self, *args: Any, **kwargs: Any) -> np.ndarray:
        raise Untraceable("a symbol is used where only an array can be")

    def __getitem__(self, key: Any) -> Symbol:
        if isinstance(key, list):
            rows = filled(self._of, (len(key), *self.lead[1:]), None, self.dtype)
            for place, each in enumerate(key):
                rows[place] = self[each]
            return rows
        if self._place is not None:
            buffer, view = self._place
            found = Symbol(self._of, None, (buffer, view.at(key)))
            if self.settled:
                found.settled = (*buffer.path, ("seen", view.at(key)))
            return found
        view = View.whole(self.lead).at(key)
        part = Symbol(self._of, self._of.seen(self.node, view), None)
        part._seen_of = (self, key)
        if self.settled:
            part.settled = (*self.settled, ("seen", view))
        return part

    def __setitem__(self, key: Any, value: Any) -> None:
        if self._place is None:  # a value of the text's own becomes a buffer
            room = self._of.buffer(self.dtype, self.lead)
            whole = View.whole(self.lead)
            self._of.store(room, whole, self.node)
            self._place, self.settled = (room, whole), None
        buffer, view = self._place
        view = view.at(key)
        if isinstance(value, Symbol) and value._place == (buffer, view):
            return  # what was changed in place is put back
        node = _cast(self._of, _node(self._of, value), buffer.dtype)
        if np.broadcast_shapes(node.shape, view.shape) != view.shape:
            raise ValueError(f"{node.shape} does not fit into {view.shape}")
        self._of.store(buffer, view, node)

    def _in_place(self, value: Symbol) -> Symbol:
        if self._place is not None:
            self[...] = value
        elif self._seen_of is not None:
            whole, key = self._seen_of
            whole[key] = value
            self._node, self._place, self._seen_of = None, whole[key]._place, None
        else:
            self._node, self.settled = _cast(self._of, value.node, self.dtype), value.settled
        return self

    def __array_ufunc__(
        self, function: np.ufunc, method: str, *given: Any, out: Any = None, **kwargs: Any
    ) -> Any:
        if method == "reduce" and kwargs.get("axis") == -1 and function is np.logical_or:
            if self.settled:
                return np.array(self._of.known((*self.settled, ("rows holding",))), dtype=bool)
            return np.ones(self.lead, dtype=bool)  # in which rows something holds in any run
        dtype = kwargs.pop("dtype", None)
        if method != "__call__" or any(kwargs.values()):
            raise Untraceable(f"{function.__name__}.{method} with {', '.join(kwargs)}")
        found = _applied(self._of, function, given, dtype)
        if out is None:
            return found
        (into,) = out
        if not isinstance(into, Symbol):
            raise Untraceable(f"{function.__name__} writes into an array that is no symbol")
        return into._in_place(found)

    def __array_function__(
        self, function: Any, types: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        done = FUNCTIONS.get(function)
        if done is None:
            raise Untraceable(f"{getattr(function, '__name__', function)} cannot be traced")
        return methodcaller("__call__", self._of, *args, **kwargs)(done)

    def astype(self, dtype: Any, **_: Any) -> Symbol:
        """In another type."""
        return Symbol(self._of, _cast(self._of, self.node, np.dtype(dtype)), None)

    def view(self, dtype: Any) -> Symbol:
        """Its bits as a number of another type that has as many."""
        node = self.node
        return Symbol(self._of, self._of.node("bits", np.dtype(dtype), node.shape, (node,)), None)

    def applied(self, function: Any) -> Symbol:
        """What one of the project's own functions gives of it; see `elementary`."""
        settled = _of_parameters(self._of, function, (self,), None)
        found: Symbol = function.text(self) if settled is None else settled
        return found

    def copy(self) -> Symbol:
        """What it holds now."""
        return Symbol(self._of, self.node, None)

    def swapaxes(self, one: int, other: int) -> Symbol:
        """With two axes before the run exchanged."""
        if self._place is not None:
            return Symbol(self._of, None, (self._place[0], self._place[1].swapped(one, other)))
        view = View.whole(self.lead).swapped(one, other)
        return Symbol(self._of, self._of.seen(self.node, view), None)

    def reshape(self, *shape: Any) -> Symbol:
        """With its rows counted anew: of something given alone."""
        (whole,) = shape if isinstance(shape[0], tuple) else (shape,)
        if self._place is None or not self._place[0].path or self._place[0].written:
            raise Untraceable("rows of the text's own are counted anew by reshape")
        buffer, _ = self._place
        lead = tuple(map(int, whole[:-1]))
        path = (*buffer.path, ("rows", lead))
        rows = self._of.buffer(buffer.dtype, lead, path)
        return Symbol(self._of, None, (rows, View.whole(lead)))


def _node(of: Recording, value: Any) -> Node:
    """What stands for an operand."""
    if isinstance(value, Symbol):
        return value.node
    if isinstance(value, bool | np.bool_):
        return of.number(bool(value), TRUTH)
    if isinstance(value, np.generic):  # a double is a float of Python's as well, and not weak
        return of.number(value.item(), value.dtype)
    if isinstance(value, int | float):
        return of.number(value)
    if isinstance(value, np.ndarray):
        return _constant(of, value)
    raise Untraceable(f"an operand of type {type(value).__name__}")


def _constant(of: Recording, array: np.ndarray) -> Node:
    """A table of numbers that stands in the text, the same in all runs."""
    if array.ndim and array.shape[-1] != 1:
        raise Untraceable(f"an array of shape {array.shape} is no symbol and not alike in all runs")
    buffer = of.buffer(array.dtype, array.shape[:-1], ("table", Table(array)))
    return of.load(buffer, View.whole(buffer.shape))


def _cast(of: Recording, node: Node, dtype: np.dtype[Any]) -> Node:
    """A value in a type."""
    if node.dtype is not None and node.dtype == dtype:
        return node
    if node.kind == "number":
        value = np.asarray(node.value if node.dtype is None else node.dtype.type(node.value))
        return of.number(value.astype(dtype).item(), dtype)
    return of.node("cast", dtype, node.shape, (node,))


def _applied(of: Recording, function: np.ufunc, given: tuple[Any, ...], dtype: Any) -> Symbol:
    """One of NumPy's functions on every run."""
    if function is np.square or (
        function is np.power and isinstance(given[1], int) and given[1] == 2
    ):
        function, given = np.multiply, (given[0], given[0])
    settled = _of_parameters(of, function, given, dtype)
    if settled is not None:
        return settled
    nodes = [_node(of, each) for each in given]
    if function in ELSEWHERE:
        return _called(of, function, given, nodes)
    return _noted(of, function, nodes, dtype)


def _of_parameters(of: Recording, function: Any, given: Sequence[Any], dtype: Any) -> Symbol | None:
    """What is made of parameters alone, worked out once and not every quarter; or None."""
    parts = [e.settled if isinstance(e, Symbol) else ("table", Table(e)) for e in given]
    if not all(parts):
        return None
    path = (("apply", function, tuple(parts), dtype),)
    found = Symbol(of, seen(of, reached(of.given, path), path).node, None)
    found.settled = path
    return found


def _noted(of: Recording, function: np.ufunc, nodes: list[Node], dtype: Any) -> Symbol:
    kind = INSTRUCTIONS.get(function)
    if kind is None:
        raise Untraceable(f"{function.__name__} cannot be traced")
    if all(each.dtype is None for each in nodes):
        return _of_pythons(of, kind, function, nodes)
    wanted = (np.dtype(dtype),) if dtype else (None,)
    types = function.resolve_dtypes((*map(_asked, nodes), *wanted))
    nodes = [_cast(of, each, one) for each, one in zip(nodes, types[:-1], strict=True)]
    shape = np.broadcast_shapes(*(each.shape for each in nodes))
    return Symbol(of, of.node(kind, types[-1], shape, tuple(nodes)), None)


def _of_pythons(of: Recording, kind: str, function: np.ufunc, nodes: Sequence[Node]) -> Symbol:
    """Python's own arithmetic, on numbers that are known at the call: it stays Python's."""
    types = function.resolve_dtypes((*(np.dtype(type(each.value)) for each in nodes), None))
    nodes = [_cast(of, each, one) for each, one in zip(nodes, types[:-1], strict=True)]
    value = None if types[-1] == TRUTH else types[-1].type(0).item()
    dtype = TRUTH if value is None else None
    return Symbol(of, of.node(kind, dtype, (), tuple(nodes), value), None)


def physical(node: Node) -> np.dtype[Any]:
    """The type in which a value is worked out."""
    return node.dtype or np.dtype(type(node.value))


def _asked(node: Node) -> Any:
    """The type of an operand, as NumPy is asked which type comes of several."""
    return node.dtype or type(node.value)


def _called(
    of: Recording, function: np.ufunc, given: tuple[Any, ...], nodes: Sequence[Node]
) -> Symbol:
    """A function that stays NumPy's: the loop ends, and it is called on whole arrays."""
    dtype = function.resolve_dtypes((*map(_asked, nodes), None))[-1]
    shape = np.broadcast_shapes(*(each.shape for each in nodes))
    parts: list[Any] = []
    for value, node in zip(given, nodes, strict=True):
        if not isinstance(value, Symbol):
            parts.append(value)
        elif node.buffer and not any(time >= node.time for time, _ in node.buffer.written):
            parts.append((node.buffer, node.view))
        else:
            room = of.buffer(node.dtype, node.shape)
            of.store(room, View.whole(node.shape), node)
            parts.append((room, View.whole(node.shape)))
    into = of.buffer(dtype, shape)
    of.call(function, parts, into)
    return Symbol(of, of.load(into, View.whole(shape)), None)


def _where(of: Recording, holds: Any, one: Any, other: Any) -> Symbol:
    nodes = [_node(of, each) for each in (one, other)]
    dtype = np.maximum.resolve_dtypes((*map(_asked, nodes), None))[-1]
    nodes = [_cast(of, _node(of, holds), TRUTH), *(_cast(of, each, dtype) for each in nodes)]
    shape = np.broadcast_shapes(*(each.shape for each in nodes))
    return Symbol(of, of.node("where", dtype, shape, tuple(nodes)), None)


def _filled(of: Recording, like: Symbol, value: Any, dtype: Any = None) -> Symbol:
    return filled(of, like.lead, value, dtype or like.dtype)


def filled(of: Recording, lead: Shape, value: Any, dtype: Any) -> Symbol:
    """An array of the text's own, which can be written into."""
    room = of.buffer(dtype, lead)
    if value is not None:
        of.store(room, View.whole(lead), _cast(of, of.number(value), room.dtype))
    return Symbol(of, None, (room, View.whole(lead)))


def _stacked(of: Recording, parts: Sequence[Any], axis: int = 0) -> Symbol:
    if axis:
        raise Untraceable("np.stack along another axis than the first")
    nodes = [_node(of, each) for each in parts]
    lead = np.broadcast_shapes(*(each.shape for each in nodes))
    into = filled(of, (len(nodes), *lead), None, nodes[0].dtype)
    for place, node in enumerate(nodes):
        into[place] = Symbol(of, node, None)
    return into


def _joined(of: Recording, parts: Sequence[Any], axis: int = 0) -> Symbol:
    if axis:
        raise Untraceable("np.concatenate along another axis than the first")
    nodes = [_node(of, each) for each in parts]
    rows = [each.shape[0] for each in nodes]
    into = filled(of, (sum(rows), *nodes[0].shape[1:]), None, nodes[0].dtype)
    first = 0
    for node, length in zip(nodes, rows, strict=True):
        if not length:
            continue
        into[first : first + length] = Symbol(of, node, None)
        first += length
    return into


def _spread(of: Recording, value: Any, shape: tuple[int, ...]) -> Symbol:
    node = _node(of, value)
    return Symbol(of, of.seen(node, View.whole(node.shape).spread(tuple(shape[:-1]))), None)


def _largest(of: Recording, value: Symbol, axis: int, over: np.ufunc = np.maximum) -> Symbol:
    if axis < 0 or axis >= len(value.lead):
        raise Untraceable("a largest value over runs, or over all axes")
    before = (slice(None),) * axis
    found = value[(*before, 0)]
    for place in range(1, value.lead[axis]):
        found = over(found, value[(*before, place)])
    return found


FUNCTIONS: dict[Any, Callable[..., Any]] = {
    np.where: _where,
    np.zeros_like: lambda of, like, dtype=None: _filled(of, like, 0, dtype),
    np.empty_like: lambda of, like, dtype=None: _filled(of, like, None, dtype),
    np.count_nonzero: lambda of, values: (
        of.known((*values.settled, ("holds",))) if values.settled else 1
    ),
    np.stack: _stacked,
    np.concatenate: _joined,
    np.broadcast_to: _spread,
    np.broadcast_arrays: lambda of, *given: list(given),
    np.atleast_1d: lambda of, value: value,
    np.ascontiguousarray: lambda of, value, dtype=None: value,
    np.max: _largest,
    np.any: lambda of, value, axis: _largest(of, value, axis, np.bitwise_or),
    np.shape: lambda of, value: value.shape,
    np.ndim: lambda of, value: value.ndim,
    np.clip: lambda of, value, low, high: np.minimum(np.maximum(value, low), high),
}
"""NumPy's functions beside the operations on every run, as far as texts use them."""


def runs_of(of: Recording, number: int) -> Runs:
    """How many runs there are; nothing may be made of it but arrays."""
    runs = Runs(number)
    runs.filled = partial(filled, of)
    return runs


# -- what a text is given -----------------------------------------------------------------------

OF_PARAMETERS = ("weights", "size")
"""What a text is given under these names is the same in all quarters: what is made of it alone is
worked out once, and whether it holds is known."""
UNTRACED = (int, float, str, tuple, frozenset, type(None), type)


class Traceable:
    """What a text is given, while it is traced: arrays in it are symbols.

    A class may say how it is seen: `PASSING` names attributes that change from call to call (of
    those, a whole number is a symbol, and anything else is refused); a method `NAME_traced` stands
    in for the method NAME.

    Args:
        of: the recording.
        thing: what is seen. path: how it is reached.
    """

    def __init__(self, of: Recording, thing: Any, path: tuple[Any, ...]) -> None:
        self.__dict__.update(_of=of, _thing=thing, _path=path)

    def __getattr__(self, name: str) -> Any:
        thing, kind = self._thing, type(self._thing)
        path = (*self._path, ("attribute", name))
        if name == "runs":
            return runs_of(self._of, thing.runs)
        if name in getattr(kind, "PASSING", ()):
            return _passing(self._of, getattr(thing, name), path)
        own = getattr(kind, name, None)
        if isinstance(own, property):
            assert own.fget
            return own.fget(self)
        if callable(own) and not isinstance(own, type):
            return MethodType(getattr(kind, f"{name}_traced", own), self)
        return seen(self._of, getattr(thing, name), path)

    def __setattr__(self, name: str, value: Any) -> None:
        own = getattr(self, name)
        if not isinstance(value, Symbol) or value.place != own.place:  # but for `thing.name += it`
            raise Untraceable(f"'{name}' is set")

    def __getitem__(self, key: Any) -> Any:
        return seen(self._of, self._thing[key], (*self._path, ("item", key)))

    def __iter__(self) -> Iterator[Any]:
        return iter(self._keys() if isinstance(self._thing, Mapping) else self.values())

    def __len__(self) -> int:
        return len(self._keys())

    def __contains__(self, key: Any) -> bool:
        return key in self._keys()

    def get(self, key: Any, otherwise: Any = None) -> Any:
        """As a mapping's."""
        if key not in self:
            return otherwise
        return self[key]

    def items(self) -> list[tuple[Any, Any]]:
        """As a mapping's."""
        return [(key, self[key]) for key in self._keys()]

    def values(self) -> list[Any]:
        """As a mapping's."""
        return [self[key] for key in self._keys()]

    def _keys(self) -> tuple[Any, ...]:
        found = keys_of(self._thing)
        self._of.supposed[(*self._path, ("keys",))] = found
        return found

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """What the thing answers; it is called anew whenever the loops run."""
        path = (*self._path, ("call", HandedOver(*args, **kwargs)))
        return seen(self._of, self._thing(*args, **kwargs), path)


def keys_of(thing: Any) -> tuple[Any, ...]:
    """The keys of a mapping, or the places of a sequence."""
    return tuple(thing) if isinstance(thing, Mapping) else tuple(range(len(thing)))


def seen(of: Recording, thing: Any, path: tuple[Any, ...]) -> Any:
    """A thing as a traced text sees it: arrays and numbers of the model's are symbols."""
    if isinstance(thing, np.ndarray | np.generic):
        shape = np.shape(thing)
        buffer = of.buffer(thing.dtype, shape[:-1], path)
        symbol = Symbol(of, None, (buffer, View.whole(buffer.shape)))
        if path[0] in OF_PARAMETERS or isinstance(path[0], tuple):
            symbol.settled = path
        return symbol
    if isinstance(thing, UNTRACED):
        of.supposed[path] = thing
        return thing
    return Traceable(of, thing, path)


def _passing(of: Recording, value: Any, path: tuple[Any, ...]) -> Symbol:
    """A whole number that changes from call to call."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise Untraceable(f"'{path[-1][1]}' passes, and is no number")
    buffer = of.buffer(np.int64, (), path)
    buffer.passing = int
    return Symbol(of, None, (buffer, View.whole(())))


def carried_out(function: Any, operands: Sequence[Any], options: Any = None) -> Any:
    """NumPy's function as the text has it: an operator takes some exponents apart."""
    if function is np.power:
        return operands[0] ** operands[1]
    return methodcaller("__call__", *operands, **options or {})(function)


def reached(
    given: Mapping[str, Any], path: tuple[Any, ...], known: dict[Any, Any] | None = None
) -> Any:
    """What a path leads to, from what a text is given.

    Args:
        given: that. path: where to go, or what to work out of parameters on the way.
        known: what was worked out for other paths.
    """
    if path[0] == "table":
        return path[1].value
    if isinstance(path[0], tuple):
        known = {} if known is None else known
        if path[0] not in known:
            _, function, parts, dtype = path[0]
            operands = [reached(given, each, known) for each in parts]
            known[path[0]] = carried_out(function, operands, dtype and {"dtype": dtype})
        thing = known[path[0]]
    else:
        thing = given[path[0]]
    for how, *what in path[1:]:
        if how == "attribute":
            thing = getattr(thing, what[0])
        elif how == "item":
            thing = thing[what[0]]
        elif how == "keys":
            thing = keys_of(thing)
        elif how == "seen":
            thing = what[0].of(thing)
        elif how == "holds":
            thing = some(np.asarray(thing))
        elif how == "rows holding":
            thing = tuple(np.logical_or.reduce(thing, axis=-1).tolist())
        elif how == "rows":
            thing = thing.reshape(*what[0], -1)
        else:
            thing = what[0].to(thing)
    return thing

"""From what a text did to machine code: one loop over tiles of runs, sixteen at a time.

`scheduled` decides which values are kept in rows of their own and which stay in registers;
`written` writes the loops in LLVM's language; `compiled_code` has them translated, and keeps the
object code beside the caches under a hash of what was written, so that a later process reads it.
A tile's rows stay in the processor's nearest cache from the first step to the last.
"""

from __future__ import annotations

import ctypes
import os
import struct
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from hashlib import blake2b
from math import prod
from pathlib import Path
from threading import RLock
from typing import Any, NamedTuple

import numpy as np

from simulation.numerics.caches import cache_folder
from simulation.numerics.tracing import (
    TRUTH,
    AxisSeen,
    Buffer,
    Call,
    Node,
    Recording,
    Store,
    View,
    physical,
)

LANES = 16
"""Runs in a vector."""
TILE = 16 * LANES
"""Runs that go through all steps before the next ones do."""
ALIGNED = 64
"""Bytes: where a tile may begin."""
ENTRY = 3
"""Of a buffer in the table: where it begins, bytes from row to row, bytes from run to run.

From run to run it is nought for what is alike in all runs: that has a tile of its own.
"""


# -- which values are kept ----------------------------------------------------------------------


class Use(NamedTuple):
    """Where a value is wanted: at which step, for which row written, and seen how from there."""

    time: int
    root: Store
    see: View


@dataclass(eq=False)
class SharedLoop:
    """Steps that share their loops over rows: each row goes through all of them in registers.

    Attributes:
        shape: of the rows. steps: in the order of the text.
        reads: what each of them reads, and where.
    """

    shape: tuple[int, ...]
    steps: list[Store] = field(default_factory=list)
    reads: list[set[tuple[Buffer, View]]] = field(default_factory=list)


def shared_loops(steps: Sequence[Store], rooms: dict[Node, Buffer]) -> list[SharedLoop]:
    """Steps of one shape together, as far as none needs what is written at another row.

    A step moves before others only where neither reads or writes what the other writes.
    """
    waiting = [
        (store, set(_reads(store.value, see, rooms, store.buffer)))
        for store in steps
        if prod(store.view.shape)
        for see in (View.whole(store.value.shape).spread(store.view.shape),)
    ]
    groups: list[SharedLoop] = []
    while waiting:
        group = SharedLoop(waiting[0][0].view.shape)
        left: list[tuple[Store, set[tuple[Buffer, View]]]] = []
        passed = _Touched()
        inside = _Touched()
        for store, reads in waiting:
            joins = store.view.shape == group.shape
            joins = joins and not passed.clash(store, reads, alike=False)
            joins = joins and not inside.clash(store, reads, alike=True)
            if joins and len(group.steps) < TOGETHER:
                group.steps.append(store)
                group.reads.append(reads)
                inside.add(store, reads)
            else:
                left.append((store, reads))
                passed.add(store, reads)
        groups.append(group)
        waiting = left
    return groups


TOGETHER = 24
"""Steps that share their loops at most: registers are few."""


class _Touched:
    """What some steps read and write."""

    def __init__(self) -> None:
        self.read: dict[Buffer, set[View]] = defaultdict(set)
        self.written: dict[Buffer, set[View]] = defaultdict(set)

    def add(self, store: Store, reads: set[tuple[Buffer, View]]) -> None:
        self.written[store.buffer].add(store.view)
        for buffer, view in reads:
            self.read[buffer].add(view)

    def clash(self, store: Store, reads: set[tuple[Buffer, View]], alike: bool) -> bool:
        """Whether a step may not come before them, or, if `alike`, into one loop with them."""

        def meet(view: View, others: set[View]) -> bool:
            return any(not view.apart(each) and not (alike and view == each) for each in others)

        nothing: set[View] = set()
        touched = self.read.get(store.buffer, nothing) | self.written.get(store.buffer, nothing)
        if meet(store.view, touched):
            return True
        changed = [(view, self.written[buffer]) for buffer, view in reads if buffer in self.written]
        return any(meet(view, there) for view, there in changed)


def _reads(
    value: Node, see: View, rooms: dict[Node, Buffer], into: Buffer | None
) -> Iterator[tuple[Buffer, View]]:
    """What a value is made of that lies in rows, and where."""
    waiting, known = [(value, see)], set[tuple[Node, View]]()
    while waiting:
        node, seen = waiting.pop()
        if (node, seen) in known:
            continue
        known.add((node, seen))
        room = rooms.get(node)
        if room is not None and not (node is value and room is into):
            yield room, composed(View.whole(node.shape), seen)
        elif node.kind == "load":
            assert node.buffer is not None
            assert node.view is not None
            yield node.buffer, composed(node.view, seen)
        else:
            waiting += [(each, under(node, each, seen)) for each in node.given]


@dataclass
class Schedule:
    """Loops and calls in order, and which values have rows of their own.

    Attributes:
        parts: the groups of a loop over tiles, or a call.
        rooms: where a value is kept that is wanted more than once.
        near: rows that one loop alone needs, so that a tile of them is enough; where they begin
            among all of them, in bytes for each run.
        size: how many bytes they need for each run.
        used: every buffer that is needed.
    """

    parts: list[list[SharedLoop] | Call]
    rooms: dict[Node, Buffer]
    near: dict[Buffer, int]
    size: int
    used: set[Buffer]


def scheduled(recording: Recording) -> Schedule:
    """Decide which values are kept in rows: those wanted twice, more often, or too late.

    Everything else is worked out where it is wanted. A value is wanted too late where something
    that it is made of is written in between.
    """
    steps, rooms = recording.steps, {}
    uses: dict[Node, dict[Use, None]] = defaultdict(dict)
    for time, step in enumerate(steps):
        if isinstance(step, Store):
            see = View.whole(step.value.shape).spread(step.view.shape)
            uses[step.value][Use(time, step, see)] = None
    reads: dict[Node, frozenset[tuple[Buffer, View]]] = {}
    for node in recording.nodes:
        own = {(node.buffer, node.view)} if node.buffer and node.view else set()
        reads[node] = frozenset(own.union(*(reads[each] for each in node.given)))
    before: dict[int, list[Store]] = defaultdict(list)
    loaded: set[Buffer] = set()
    for node in reversed(recording.nodes):
        wanted = uses.get(node)
        if not wanted or node.kind == "number":
            continue
        late = max(each.time for each in wanted)
        kept = any(
            node.time <= time < late and not view.apart(there)
            for buffer, view in reads[node]
            for time, there in buffer.written
        )
        if node.kind == "load":
            kept = kept or any(_crosses(node, each) for each in wanted)
        elif node.kind != "view":
            alike = {(id(each.root), each.see) for each in wanted}
            kept = (
                kept
                or len(alike) > 1
                or any(prod(each.see.shape) > prod(node.shape) for each in wanted)
            )
        if kept:
            rooms[node] = room = recording.buffer(physical(node), node.shape)
            store = Store(room, View.whole(node.shape), node)
            before[node.time].append(store)
            wanted = {Use(node.time, store, store.view): None}
        if node.kind == "load":
            assert node.buffer is not None
            loaded.add(node.buffer)
        for each in node.given:
            uses[each] |= {use._replace(see=under(node, each, use.see)): None for use in wanted}
    parts: list[list[Store] | Call] = [[]]
    called = {g[0] for step in steps if isinstance(step, Call) for g in step.given if is_part(g)}
    for time in range(len(steps) + 1):
        last = parts[-1]
        assert isinstance(last, list)
        last += reversed(before[time])
        if time == len(steps):
            break
        step = steps[time]
        if isinstance(step, Call):
            parts += [step, []]
        elif step.buffer.path or step.buffer.result or step.buffer in loaded | called:
            last.append(step)
    near, used = _used(recording, parts, rooms)
    groups = [each if isinstance(each, Call) else shared_loops(each, rooms) for each in parts]
    places, size = _laid_out([each for each in groups if isinstance(each, list)], near)
    return Schedule(groups, rooms, places, size, used)


def _laid_out(
    parts: Sequence[list[SharedLoop]], near: set[Buffer]
) -> tuple[dict[Buffer, int], int]:
    """Where rows begin that are needed for a while: in the place of those that are needed no more.

    Returns:
        The first byte of each buffer, and how many bytes there are, both for each run.
    """
    places, size = {}, 0
    for groups in parts:
        span: dict[Buffer, tuple[int, int]] = {}
        for time, group in enumerate(groups):
            for buffer in (
                *(s.buffer for s in group.steps),
                *(b for r in group.reads for b, _ in r),
            ):
                if buffer in near:
                    span[buffer] = (span.get(buffer, (time,))[0], time)
        held: list[tuple[int, int, int]] = []
        for buffer, (first, last) in sorted(span.items(), key=lambda it: (it[1], it[0].number)):
            wanted = -(-prod(buffer.shape) * buffer.dtype.itemsize // 8) * 8
            held = sorted(each for each in held if each[2] >= first)
            at = 0
            for begin, end, _ in held:
                if begin - at >= wanted:
                    break
                at = max(at, end)
            held.append((at, at + wanted, last))
            places[buffer] = at
            size = max(size, at + wanted)
    return places, size


def under(node: Node, given: Node, see: View) -> View:
    """How what a node is made of is seen, where the node is seen so."""
    if node.kind == "view":
        assert node.view is not None
        return composed(node.view, see)
    return composed(View.whole(given.shape).spread(node.shape), see)


def composed(inner: View, outer: View) -> View:
    """What is seen of a thing through one view and then another."""
    axes = []
    for axis in inner.axes:
        if axis.of is None:
            axes.append(axis)
        else:
            further = outer.axes[axis.of]
            start = axis.start + axis.step * further.start
            axes.append(AxisSeen(further.of, start, axis.step * further.step))
    return View(outer.shape, tuple(axes))


def _crosses(node: Node, use: Use) -> bool:
    """Whether a loop would write to rows that it still reads elsewhere."""
    store = use.root
    if store.buffer is not node.buffer:
        return False
    assert node.view is not None
    seen = composed(node.view, use.see)
    return seen != store.view and not seen.apart(store.view)


def is_part(given: Any) -> bool:
    """Whether an operand of a call is a part of a buffer."""
    return isinstance(given, tuple) and len(given) == 2 and isinstance(given[0], Buffer)


def _used(
    recording: Recording, parts: Sequence[list[Store] | Call], rooms: dict[Node, Buffer]
) -> tuple[set[Buffer], set[Buffer]]:
    """Rows that one loop alone needs, so that a tile of them is enough; and all that are used."""
    where: dict[Buffer, set[int]] = defaultdict(set)
    for place, part in enumerate(parts):
        if isinstance(part, Call):
            for each in (*part.given, (part.into, None)):
                if is_part(each):
                    where[each[0]] |= {place, -1}
            continue
        for store in part:
            where[store.buffer].add(place)
            for node in _below(store, rooms):
                kept = rooms.get(node) or node.buffer
                assert kept is not None
                where[kept].add(place)
    own = [b for b in recording.buffers if not b.path and not b.result]
    return {b for b in own if len(where[b]) == 1}, {b for b in where if where[b]}


def _below(store: Store, rooms: dict[Node, Buffer]) -> Iterator[Node]:
    """What a loop reads to work out a value."""
    waiting, known = [store.value], set()
    while waiting:
        node = waiting.pop()
        if node in known:
            continue
        known.add(node)
        if rooms.get(node, store.buffer) is not store.buffer or node.kind == "load":
            yield node
        else:
            waiting += node.given


# -- LLVM's language ----------------------------------------------------------------------------

NAMES = {"f4": "float", "f8": "double", "b1": "i1", "i1": "i8", "i2": "i16", "i4": "i32"}
NAMES |= {"i8": "i64"}
INTRINSIC = {"float": "f32", "double": "f64"}
OF_FLOATS = {"add": "fadd", "subtract": "fsub", "multiply": "fmul", "divide": "fdiv"}
OF_WHOLE = {"add": "add", "subtract": "sub", "multiply": "mul"}
OF_WHOLE |= {"left_shift": "shl", "right_shift": "ashr"}
OF_TRUTH = {"add": "or", "multiply": "and", "maximum": "or", "minimum": "and"}
BITWISE = {"and": "and", "or": "or", "xor": "xor"}
COMPARISONS = {
    "greater": ("ogt", "sgt", "ugt"),
    "greater_equal": ("oge", "sge", "uge"),
    "less": ("olt", "slt", "ult"),
    "less_equal": ("ole", "sle", "ule"),
    "equal": ("oeq", "eq", "eq"),
    "not_equal": ("une", "ne", "ne"),
}


def llvm_type(dtype: np.dtype[Any]) -> str:
    """What LLVM calls a type in a register."""
    return NAMES[dtype.str[1:]]


def in_memory(dtype: np.dtype[Any]) -> str:
    """What LLVM calls a type in memory."""
    return "i8" if dtype == TRUTH else llvm_type(dtype)


def vector(name: str) -> str:
    """A vector of a type."""
    return f"<{LANES} x {name}>"


def splat(name: str, value: str) -> str:
    """A vector of one number."""
    return f"<{', '.join([f'{name} {value}'] * LANES)}>"


def literal(value: Any, dtype: np.dtype[Any]) -> str:
    """A number as LLVM reads it: a float by its bits."""
    if dtype.kind == "f":
        with np.errstate(over="ignore"):
            bits = struct.pack(">d", float(dtype.type(value)))
        return f"0x{bits.hex().upper()}"
    return str(int(value)) if dtype != TRUTH else str(bool(value)).lower()


class LoopText:
    """The text of one loop over tiles.

    Args:
        name: of the function. groups: what it does. plan: of the whole recording.
    """

    def __init__(self, name: str, groups: Sequence[SharedLoop], plan: Schedule) -> None:
        self.plan = plan
        self.lines: list[str] = []
        self.declared: set[str] = set()
        self._count = 0
        self._label = "tile"
        self._readers: dict[Buffer, set[SharedLoop]] = defaultdict(set)
        for group in groups:
            for reads in group.reads:
                for buffer, _ in reads:
                    self._readers[buffer].add(group)
        for group in groups:
            self._nest(group)
        self.text = "\n".join(
            [
                f"define void @{name}(ptr %table, ptr %near, i64 %runs) {{",
                "entry:",
                "  br label %tile",
                "tile:",
                "  %t = phi i64 [0, %entry], [%t.next, %tile.end]",
                "  %left = sub i64 %runs, %t",
                f"  %full = icmp sgt i64 %left, {TILE}",
                f"  %n = select i1 %full, i64 {TILE}, i64 %left",
                f"  %whole = and i64 %n, {-LANES}",
                "  %any = icmp sgt i64 %whole, 0",
                "  %short = icmp slt i64 %whole, %n",
                "  %over = sub i64 %n, %whole",
                "  %left.over = trunc i64 %over to i32",
                *self.lines,
                "  br label %tile.end",
                "tile.end:",
                f"  %t.next = add i64 %t, {TILE}",
                "  %more = icmp slt i64 %t.next, %runs",
                "  br i1 %more, label %tile, label %out",
                "out:",
                "  ret void",
                "}",
                *(f"declare {each}" for each in sorted(self.declared)),
            ]
        )

    def _new(self) -> str:
        self._count += 1
        return f"%x{self._count}"

    def _say(self, text: str, into: list[str] | None = None) -> str:
        name = self._new()
        (self.body if into is None else into).append(f"  {name} = {text}")
        return name

    def _nest(self, group: SharedLoop) -> None:
        """Loops over rows, and inside one over the vectors of the tile."""
        shape = group.shape
        self._count += 1
        nest, places, ends = f"n{self._count}", [], []
        self._bases: dict[Buffer, tuple[str, str, str]] = {}
        self.begun: list[str] = []
        before_loops = len(self.lines)
        lines = self.lines
        for axis, length in enumerate(shape):
            if length == 1:
                places.append("0")
                continue
            label = f"{nest}.{axis}"
            lines += [
                f"  br label %{label}",
                f"{label}:",
                f"  %{label}.i = phi i64 [0, %{self._label}], [%{label}.next, %{label}.end]",
            ]
            ends.append((label, length))
            self._label = label
            places.append(f"%{label}.i")
        self.rows: list[str] = []
        self._addresses: dict[Any, str] = {}
        self._places = places
        label, rest = f"{nest}.v", f"{nest}.rest"
        at = f"%{label}.i"
        whole = self._vector(group, at, masked=False)
        short = self._vector(group, "%whole", masked=True)
        vectors = [
            f"  br i1 %any, label %{label}, label %{label}.end",
            f"{label}:",
            f"  {at} = phi i64 [0, %{self._label}], [{at}.next, %{label}]",
            *whole,
            f"  {at}.next = add i64 {at}, {LANES}",
            f"  {at}.more = icmp slt i64 {at}.next, %whole",
            f"  br i1 {at}.more, label %{label}, label %{label}.end",
            f"{label}.end:",
            f"  br i1 %short, label %{rest}, label %{rest}.end",
            f"{rest}:",
            *short,
            f"  br label %{rest}.end",
            f"{rest}.end:",
        ]
        lines[before_loops:before_loops] = self.begun
        lines += [*self.rows, *vectors]
        self._label = f"{rest}.end"
        for name, length in reversed(ends):
            lines += [
                f"  br label %{name}.end",
                f"{name}.end:",
                f"  %{name}.next = add i64 %{name}.i, 1",
                f"  %{name}.more = icmp slt i64 %{name}.next, {length}",
                f"  br i1 %{name}.more, label %{name}, label %{name}.out",
                f"{name}.out:",
            ]
            self._label = f"{name}.out"

    def _vector(self, group: SharedLoop, at: str, masked: bool) -> list[str]:
        """What is done with a vector of a row; `masked` where not all of its lanes are runs."""
        self.body: list[str] = []
        self._known: dict[Any, str] = {}
        self._at, self._mask = at, ""
        if masked:
            kind = vector("i32")
            one = self._say(f"insertelement {kind} poison, i32 %left.over, i32 0")
            zeros = f"<{LANES} x i32> zeroinitializer"
            many = self._say(f"shufflevector {kind} {one}, {kind} poison, {zeros}")
            steps = f"<{', '.join(f'i32 {lane}' for lane in range(LANES))}>"
            self._mask = self._say(f"icmp slt {kind} {steps}, {many}")
        last = {(store.buffer, store.view): place for place, store in enumerate(group.steps)}
        for place, store in enumerate(group.steps):
            see = View.whole(store.value.shape).spread(group.shape)
            found = self._value(store.value, see, store.buffer)
            self._write(store, found, last[store.buffer, store.view] == place, group)
        return self.body

    def _base(self, buffer: Buffer) -> tuple[str, str, str]:
        """Where a buffer begins, and how far it is to the next row and run."""
        if buffer not in self._bases:
            found = []
            for word, kind in enumerate(("ptr", "i64", "i64")):
                place = buffer.number * ENTRY + word
                at = self._say(f"getelementptr i64, ptr %table, i64 {place}", self.begun)
                found.append(self._say(f"load {kind}, ptr {at}, align 8", self.begun))
            self._bases[buffer] = (found[0], found[1], found[2])
        return self._bases[buffer]

    def _address(self, buffer: Buffer, view: View) -> str:
        """Where the runs of a tile of a row are, of this vector."""
        base, to_row, to_run = self._base(buffer)
        key = (buffer, view)
        if key not in self._addresses:
            first, row = 0, None
            for axis, (of, start, step) in enumerate(view.axes):
                rows = prod(buffer.shape[axis + 1 :])
                first += start * rows
                if of is not None and self._places[of] != "0":
                    far = self._say(f"mul i64 {self._places[of]}, {step * rows}", self.rows)
                    row = far if row is None else self._say(f"add i64 {row}, {far}", self.rows)
            if row is None:
                row = str(first)
            elif first:
                row = self._say(f"add i64 {row}, {first}", self.rows)
            far = self._say(f"mul i64 {row}, {to_row}", self.rows)
            if buffer not in self.plan.near:
                along = self._say(f"mul i64 %t, {to_run}", self.rows)
                far = self._say(f"add i64 {far}, {along}", self.rows)
            self._addresses[key] = self._say(f"getelementptr i8, ptr {base}, i64 {far}", self.rows)
        kind = in_memory(buffer.dtype)
        return self._say(f"getelementptr {kind}, ptr {self._addresses[key]}, i64 {self._at}")

    def _read(self, buffer: Buffer, view: View) -> str:
        key = (buffer, view)
        if key not in self._known:
            kind = in_memory(buffer.dtype)
            many, bits = vector(kind), INTRINSIC.get(kind, kind)
            at = self._address(buffer, view)
            if buffer in self.plan.near or not self._mask:
                found = self._say(f"load {many}, ptr {at}, align {buffer.dtype.itemsize}")
            else:
                function = f"@llvm.masked.load.v{LANES}{bits}.p0"
                self.declared.add(f"{many} {function}(ptr, i32, {vector('i1')}, {many})")
                found = self._say(
                    f"call {many} {function}(ptr {at}, i32 {buffer.dtype.itemsize}, "
                    f"{vector('i1')} {self._mask}, {many} zeroinitializer)"
                )
            if buffer.dtype == TRUTH:
                found = self._say(f"icmp ne {many} {found}, zeroinitializer")
            self._known[key] = found
        return self._known[key]

    def _write(self, store: Store, found: str, last: bool, group: SharedLoop) -> None:
        """Keep a value: in its register for the group, and in its row where others read it."""
        buffer, view, _ = store
        for key in [k for k in self._known if k[0] is buffer and not view.apart(k[1])]:
            del self._known[key]
        self._known[buffer, view] = found
        near = buffer in self.plan.near
        if not last or (near and self._readers[buffer] <= {group}):
            return
        kind = in_memory(buffer.dtype)
        many, bits = vector(kind), INTRINSIC.get(kind, kind)
        if buffer.dtype == TRUTH:
            found = self._say(f"zext {vector('i1')} {found} to {many}")
        at, size = self._address(buffer, view), buffer.dtype.itemsize
        if buffer in self.plan.near or not self._mask:
            self.body.append(f"  store {many} {found}, ptr {at}, align {size}")
            return
        function = f"@llvm.masked.store.v{LANES}{bits}.p0"
        self.declared.add(f"void {function}({many}, ptr, i32, {vector('i1')})")
        self.body.append(
            f"  call void {function}({many} {found}, ptr {at}, i32 {size}, "
            f"{vector('i1')} {self._mask})"
        )

    def _value(self, node: Node, see: View, into: Buffer | None = None) -> str:
        """The register of a value, seen from the loop."""
        room = self.plan.rooms.get(node)
        if room is not None and room is not into:
            return self._read(room, composed(View.whole(node.shape), see))
        if node.kind == "number":
            dtype = physical(node)
            return splat(llvm_type(dtype), literal(node.value, dtype))
        if node.kind == "load":
            assert node.buffer is not None
            assert node.view is not None
            return self._read(node.buffer, composed(node.view, see))
        if node.kind == "view":
            return self._value(node.given[0], under(node, node.given[0], see))
        key = (node, see)
        if key not in self._known:
            parts = [self._value(each, under(node, each, see)) for each in node.given]
            self._known[key] = self._done(node, parts)
        return self._known[key]

    def _done(self, node: Node, parts: list[str]) -> str:
        """An operation on registers."""
        kind, dtype = node.kind, physical(node.given[-1])
        name = vector(llvm_type(dtype))
        place = 0 if dtype.kind == "f" else 2 if dtype == TRUTH else 1
        compare = ("fcmp", "icmp", "icmp")[place]
        if kind == "cast":
            return self._cast(parts[0], dtype, physical(node))
        if kind == "bits":
            return self._say(f"bitcast {name} {parts[0]} to {vector(llvm_type(physical(node)))}")
        if kind == "where":
            holds, one, other = parts
            return self._say(f"select {vector('i1')} {holds}, {name} {one}, {name} {other}")
        if kind in COMPARISONS:
            how = COMPARISONS[kind][place]
            return self._say(f"{compare} {how} {name} {parts[0]}, {parts[1]}")
        if kind in BITWISE:
            return self._say(f"{BITWISE[kind]} {name} {parts[0]}, {parts[1]}")
        if kind == "not":
            ones = splat(llvm_type(dtype), "true" if dtype == TRUTH else "-1")
            return self._say(f"xor {name} {parts[0]}, {ones}")
        if dtype == TRUTH:
            return self._say(f"{OF_TRUTH[kind]} {name} {parts[0]}, {parts[1]}")
        if kind in ("maximum", "minimum"):
            how = COMPARISONS["greater" if kind == "maximum" else "less"][place]
            one, other = parts
            first = self._say(f"{compare} {how} {name} {one}, {other}")
            found = self._say(f"select {vector('i1')} {first}, {name} {one}, {name} {other}")
            if dtype.kind != "f":
                return found
            missing = self._say(f"fcmp uno {name} {one}, {one}")
            return self._say(f"select {vector('i1')} {missing}, {name} {one}, {name} {found}")
        if dtype.kind != "f":
            if kind == "negative":
                return self._say(f"sub {name} zeroinitializer, {parts[0]}")
            return self._say(f"{OF_WHOLE[kind]} {name} {parts[0]}, {parts[1]}")
        if kind == "isnan":
            return self._say(f"fcmp uno {name} {parts[0]}, {parts[0]}")
        if kind == "negative":
            return self._say(f"fneg {name} {parts[0]}")
        if kind in ("absolute", "sqrt", "rint"):
            called = "fabs" if kind == "absolute" else kind
            function = f"@llvm.{called}.v{LANES}{INTRINSIC[llvm_type(dtype)]}"
            self.declared.add(f"{name} {function}({name})")
            return self._say(f"call {name} {function}({name} {parts[0]})")
        return self._say(f"{OF_FLOATS[kind]} {name} {parts[0]}, {parts[1]}")

    def _cast(self, found: str, old: np.dtype[Any], new: np.dtype[Any]) -> str:
        one, other = vector(llvm_type(old)), vector(llvm_type(new))
        if new == TRUTH:
            if old.kind == "f":
                return self._say(f"fcmp une {one} {found}, zeroinitializer")
            return self._say(f"icmp ne {one} {found}, zeroinitializer")
        if old.kind == "f" and new.kind == "f":
            how = "fpext" if new.itemsize > old.itemsize else "fptrunc"
        elif old.kind == "f":
            how = "fptosi"
        elif new.kind == "f":
            how = "uitofp" if old == TRUTH else "sitofp"
        elif old == TRUTH:
            how = "zext"
        else:
            how = "sext" if new.itemsize > old.itemsize else "trunc"
        if one == other:
            return found
        return self._say(f"{how} {one} {found} to {other}")


# -- machine code -------------------------------------------------------------------------------

Function = Callable[[int, int, int], None]
_FORM = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64)


def _new_machine() -> Any:
    """The processor as LLVM knows it; an engine takes one for itself."""
    from llvmlite import binding as llvm

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    target = llvm.Target.from_default_triple()
    features = llvm.get_host_cpu_features().flatten()
    return target.create_target_machine(
        cpu=llvm.get_host_cpu_name(), features=features, opt=OPTIMIZED, jit=True
    )


_machine = cache(_new_machine)


OPTIMIZED = 1
"""How much care LLVM takes, of 3: what more of it saves is less than it takes."""


@cache
def can_compile() -> bool:
    """Whether the turn's loops are compiled here: where it is wanted, and LLVM can."""
    return os.environ.get("HEARTLAND_COMPILE", "1") != "0" and can_translate()


@cache
def can_translate() -> bool:
    """Whether there is an LLVM here that understands our loops."""
    try:
        from llvmlite import binding as llvm

        _machine()
    except Exception:  # whatever a processor or a library lacks, arrays do it
        return False
    return bool(llvm.llvm_version_info[0] >= LEAST_LLVM)


LEAST_LLVM = 20
"""An older LLVM reads another language."""


@cache
def _engine() -> Any:
    from llvmlite import binding as llvm

    return llvm.create_mcjit_compiler(llvm.parse_assembly(""), _new_machine())


def compiled_code(text: str) -> str:
    """Have a text of LLVM's translated, unless it was before.

    Args:
        text: defines one function, called NAME wherever its name would stand.

    Returns:
        The name of the function, for `loaded_code`.
    """
    from llvmlite import binding as llvm

    name = "f" + blake2b(f"{code_form()}{text}".encode(), digest_size=16).hexdigest()
    return kept_code(name, lambda: llvm.parse_assembly(text.replace("@NAME", f"@{name}")))


def kept_code(name: str, made: Callable[[], Any]) -> str:
    """Have a module of LLVM's translated, unless object code of this name is there.

    Args:
        name: stands for what the code is made of and for, and is that of its function.
        made: makes the module.

    Returns:
        The name, for `loaded_code`.
    """
    with _ONE_AT_A_TIME:
        file = kept_beside(f"{name}.o")
        code = _OBJECTS.get(name) or _read(file)
        if code is None:
            module = made()
            module.verify()
            code = _machine().emit_object(module)
            if file is not None:
                keep_whole(file, _mark(code) + code)
        _OBJECTS[name] = code
    return name


def loaded_code(name: str, form: Callable[[int], Any] = _FORM) -> Any:
    """A function that was compiled, by this process or another.

    Args:
        name: of the function.
        form: how it is called; by default as a loop of the turn is.

    Raises:
        OSError: its object code is not there.
    """
    from llvmlite import binding as llvm

    with _ONE_AT_A_TIME:
        if name not in _LOADED:
            code = _OBJECTS.pop(name, None) or _read(kept_beside(f"{name}.o"))
            if code is None:
                raise OSError(f"no object code of {name}")
            engine = _engine()
            engine.add_object_file(llvm.ObjectFileRef.from_data(code))
            engine.finalize_object()
            _LOADED[name] = form(engine.get_function_address(name))
        return _LOADED[name]


_OBJECTS: dict[str, bytes] = {}
"""Object code that is not loaded yet."""
_LOADED: dict[str, Any] = {}
_ONE_AT_A_TIME = RLock()


@cache
def code_form() -> str:
    """What object code hangs on beside its text: LLVM, the processor, how much care is taken."""
    from llvmlite import binding as llvm

    features = llvm.get_host_cpu_features().flatten()
    return f"{(llvm.llvm_version_info, llvm.get_host_cpu_name(), OPTIMIZED)}{features}"


def kept_beside(name: str) -> Path | None:
    """Where something is kept for later processes; None where nothing can be."""
    folder = _folder()
    return None if folder is None else folder / name


@cache
def _folder() -> Path | None:
    told = os.environ.get("NUMBA_CACHE_DIR")  # who keeps Numba's code elsewhere keeps this there
    here = Path(told) if told else Path(__file__).parent / "__pycache__"
    return cache_folder("traced", first=here)


def _read(file: Path | None) -> bytes | None:
    """Object code that was kept; None where there is none, or not what was written."""
    try:
        found = b"" if file is None else file.read_bytes()
    except OSError:
        return None
    code = found[MARK:]
    return code if found and found[:MARK] == _mark(code) else None


MARK = 16
"""Bytes before object code that tell whether it is whole."""


def _mark(code: bytes) -> bytes:
    return blake2b(code, digest_size=MARK).digest()


def keep_whole(file: Path, code: bytes) -> None:
    """Write beside and move: another process reads a whole file or none."""
    beside = file.with_suffix(f".{os.getpid()}")
    try:
        beside.write_bytes(code)
        beside.replace(file)
    except OSError:
        return

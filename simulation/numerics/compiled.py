"""Code that is no part of the turn's loops: made once a machine, and called without its compiler.

There are a few loops, which draw and count bands, and the functions on arrays. Numba turns a loop
into machine code the first time that it is called on a machine; a function is traced as the turn
is. The code is kept beside that of the turn's loops (`machine`), and later processes call it
without Numba, whose import and start would take a third of a second. A loop adds in the order in
which its text adds and contracts nothing, so bits hang neither on the block nor on the processor.

Code takes arrays as Python has them, and finds in their heads where their numbers are (`heads`).
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache, partial, update_wrapper
from hashlib import blake2b
from inspect import signature
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any, TypeVar, cast

import numpy as np

from simulation.numerics.arrays import Array
from simulation.numerics.heads import DATA, HEAD, LENGTHS, STEPS, WORD, as_numpy_says
from simulation.numerics.machine import (
    ALIGNED,
    ENTRY,
    TILE,
    LoopText,
    can_translate,
    code_form,
    kept_code,
    loaded_code,
    scheduled,
)
from simulation.numerics.tracing import Buffer, Recording, Symbol, View

Loop = TypeVar("Loop", bound=Callable[..., Any])


# -- loops --------------------------------------------------------------------------------------


def compiled(text: Loop) -> Loop:
    """Have a loop compiled when it is first called.

    Args:
        text: takes arrays, whole numbers, truths and numbers; makes no arrays; hands back nothing
            or a whole number. What it names of its module are formulas and numbers.

    Raises:
        RuntimeError: in a call, where the text itself raises something.
    """
    return cast(Loop, _Compiled(text))


def part_of_loops(formula: Loop) -> Loop:
    """A formula on numbers that loops may call."""
    _PARTS.append(formula)
    return formula


_PARTS: list[Callable[..., Any]] = []
"""What Numba has not been told of yet."""


_ROW_BY_ROW, _ALIGNED, _WRITABLE = 0x1, 0x100, 0x400
"""Flags of an array, as NumPy numbers them."""
_TOLD = _ROW_BY_ROW | _ALIGNED | _WRITABLE
_RAISED = -(2**63)
"""What code hands back where its text raises something."""


class _Compiled:
    """A loop, and its code for the kinds of arrays that it was called with."""

    def __init__(self, text: Callable[..., Any]) -> None:
        self.text = text
        self._signature = signature(text)
        self._names = tuple(self._signature.parameters)
        self._codes: dict[tuple[Any, ...], Callable[..., Any]] = {}
        update_wrapper(self, text)

    def __call__(self, *given: Any, **named: Any) -> Any:
        """What the text does."""
        if len(given) + len(named) != len(self._names):  # something is missing, or too much
            bound = self._signature.bind(*given, **named)
            bound.apply_defaults()
            given = bound.args
        elif named:
            given = (*given, *[named[name] for name in self._names[len(given) :]])
        kinds = tuple(
            [
                (each.dtype, each.ndim, each.flags.num & _TOLD)
                if type(each) is np.ndarray
                else type(each)
                for each in given
            ]
        )
        code = self._codes.get(kinds)
        if code is None:
            code = self._codes[kinds] = _code_of_loop(self.text, kinds)
        found = code(*given)
        if found == _RAISED:
            raise RuntimeError(f"{self.text.__name__} has raised an error")
        return found


def _code_of_loop(text: Callable[..., Any], kinds: tuple[Any, ...]) -> Any:
    """The code of a loop, for arrays and numbers of some kinds; by Numba's own way if need be."""
    if _can_be_called() and all(isinstance(each, tuple) or each in PASSED for each in kinds):
        name = _named(text, kinds)
        passed: list[Any] = [
            ctypes.py_object if isinstance(each, tuple) else PASSED[each][1] for each in kinds
        ]
        form = ctypes.CFUNCTYPE(ctypes.c_int64, *passed)
        with suppress(_OtherForm):
            return loaded_code(kept_code(name, partial(_translated, text, kinds, name)), form)
    return _by_numba(text)


class _OtherForm(Exception):
    """Numba's function takes its arguments otherwise, or calls what is only there beside Numba."""


def _by_numba(text: Callable[..., Any], **options: Any) -> Any:
    """What Numba makes of a text."""
    import numba
    from numba.extending import register_jitable

    while _PARTS:
        register_jitable(inline="always")(_PARTS.pop())
    return numba.njit(error_model="numpy", nogil=True, **options)(text)


_ALONE = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True, "_nrt": False}
"""Numba's options: the function itself without what calls it from Python; it makes no arrays."""
_DONE, _NOTHING = 0, -2
"""How Numba's functions say that they have a result, or none; anything else is an error."""
PASSED = {
    int: ("i64", ctypes.c_int64, "int64"),
    bool: ("i8", ctypes.c_int8, "boolean"),
    float: ("double", ctypes.c_double, "float64"),
}
"""What LLVM calls a number of Python's, how it is handed over, and what Numba calls it."""


def _translated(text: Callable[..., Any], kinds: Sequence[Any], name: str) -> Any:
    """A module of LLVM's: Numba's function, and one of this name that calls it with arrays.

    Raises:
        _OtherForm: Numba's function cannot be called so.
    """
    from llvmlite import binding as llvm
    from numba import int64, none

    made = _by_numba(text, **_ALONE)
    if not hasattr(made, "compile"):  # Numba was told to leave texts as they are
        raise _OtherForm(text.__name__)
    made.compile(tuple(map(_type_of, kinds)))
    (of,) = made.signatures
    module = llvm.parse_assembly(made.inspect_llvm(of))
    own = [each for each in module.functions if not each.is_declaration]
    called = {each.name.partition(".")[0] for each in module.functions if each.is_declaration}
    lines, operands = _operands_of(kinds)
    due = ["ptr", "ptr", *(each.split()[0] for each in operands)]
    returned = made.overloads[of].signature.return_type
    alike = len(own) == 1 and [str(each.type) for each in own[0].arguments] == due
    if not alike or called - {"llvm"} or returned not in (none, int64):
        raise _OtherForm(text.__name__)
    taken = [
        f"{'ptr' if isinstance(kind, tuple) else PASSED[kind][0]} %a{place}"
        for place, kind in enumerate(kinds)
    ]
    inner = f'i32 @"{own[0].name}"'
    caller = [
        f"define i64 @{name}({', '.join(taken)}) {{",
        "  %found = alloca i64",
        "  %wrong = alloca ptr",
        "  store i64 0, ptr %found",
        *lines,
        f"  %status = call {inner}({', '.join(['ptr %found', 'ptr %wrong', *operands])})",
        "  %value = load i64, ptr %found",
        f"  %done = icmp eq i32 %status, {_DONE}",
        f"  %nothing = icmp eq i32 %status, {_NOTHING}",
        "  %fine = or i1 %done, %nothing",
        f"  %it = select i1 %fine, i64 %value, i64 {_RAISED}",
        "  ret i64 %it",
        "}",
        f"declare {inner}({', '.join(due)})",
    ]
    beside = llvm.parse_assembly("\n".join(caller))
    beside.triple, beside.data_layout = module.triple, module.data_layout
    module.link_in(beside)
    return module


def _type_of(kind: Any) -> Any:
    """What Numba calls a kind of argument."""
    from numba import from_dtype, types

    if not isinstance(kind, tuple):
        return getattr(types, PASSED[kind][2])
    dtype, axes, flags = kind
    return types.Array(
        from_dtype(dtype),
        axes,
        layout="C" if flags & _ROW_BY_ROW else "A",
        readonly=not flags & _WRITABLE,
        aligned=bool(flags & _ALIGNED),
    )


def _operands_of(kinds: Sequence[Any]) -> tuple[list[str], list[str]]:
    """How arguments become those of Numba's function, in LLVM's language: lines, and operands.

    Of an array these are: its owner twice, whom nobody asks for; how many numbers there are, and
    the bytes of each; where they are; the length of every axis; the step along it in bytes.
    """
    lines: list[str] = []
    operands: list[str] = []
    for place, kind in enumerate(kinds):
        if not isinstance(kind, tuple):
            operands.append(f"{PASSED[kind][0]} %a{place}")
            continue
        dtype, axes, _ = kind
        data, lengths, steps = (
            _word_at(f"%a{place}", word, lines, "ptr") for word in (DATA, LENGTHS, STEPS)
        )
        length, step = (
            [_word_at(each, axis * WORD, lines, "i64") for axis in range(axes)]
            for each in (lengths, steps)
        )
        many = "1"
        for each in length:
            lines.append(f"  %m{len(lines)} = mul i64 {many}, {each}")
            many = f"%m{len(lines) - 1}"
        operands += ["ptr null", "ptr null", f"i64 {many}", f"i64 {dtype.itemsize}", f"ptr {data}"]
        operands += [f"i64 {each}" for each in (*length, *step)]
    return lines, operands


# -- functions on arrays ------------------------------------------------------------------------


def on_arrays(formula: Callable[[Any], Any]) -> Callable[[Array], Array]:
    """A function of arrays in single precision, of a formula that is traced as those of the turn.

    Args:
        formula: of an array; it is carried out as it stands where nothing can be compiled.
    """
    if not _can_be_called():
        return formula
    name = _named(formula)
    form = ctypes.CFUNCTYPE(None, ctypes.py_object, ctypes.py_object, ctypes.c_int64)
    code = loaded_code(kept_code(name, partial(_traced, formula, name)), form)

    def function(x: Array) -> Array:
        """The formula of every number."""
        found: Array = np.empty(np.shape(x), np.float32)
        code(np.ascontiguousarray(x, np.float32), found, found.size)
        return found if found.ndim else found[()]

    return function


def _traced(formula: Callable[[Any], Any], name: str) -> Any:
    """A module of LLVM's with a function of this name: of an array, one to fill, and a length."""
    from llvmlite import binding as llvm

    of, whole = Recording({}), View.whole(())
    x, filled = (of.buffer(np.float32, (), (each,)) for each in ("x", "filled"))
    of.store(filled, whole, formula(Symbol(of, of.load(x, whole), None)).node)
    plan = scheduled(of)
    (groups,) = plan.parts
    assert isinstance(groups, list)
    lines = [f"  %table = alloca [{len(of.buffers) * ENTRY} x i64]"]
    lines += [f"  %room = alloca [{max(plan.size, 1) * TILE} x i8], align {ALIGNED}"]
    for buffer, given in ((x, "%a0"), (filled, "%a1")):
        place = _word_at(given, DATA, lines, "ptr")
        _enter(buffer, place, "%runs", lines)
    for buffer, first in plan.near.items():
        place = f"%near{buffer.number}"
        lines += [f"  {place} = getelementptr i8, ptr %room, i64 {first * TILE}"]
        _enter(buffer, place, str(TILE), lines)
    lines += ["  call void @inner(ptr %table, ptr %room, i64 %runs)", "  ret void", "}"]
    caller = [f"define void @{name}(ptr %a0, ptr %a1, i64 %runs) {{", *lines]
    return llvm.parse_assembly("\n".join([*caller, LoopText("inner", groups, plan).text]))


def _enter(buffer: Buffer, place: str, runs: str, lines: list[str]) -> None:
    """Enter in the table of a loop where a buffer begins, and how far apart rows and runs are."""
    number, size = buffer.number, buffer.dtype.itemsize
    lines += [f"  %row{number} = mul i64 {runs}, {size}"]
    for word, value in enumerate((f"ptr {place}", f"i64 %row{number}", f"i64 {size}")):
        at = f"%entry{number}.{word}"
        lines += [f"  {at} = getelementptr i64, ptr %table, i64 {number * ENTRY + word}"]
        lines += [f"  store {value}, ptr {at}"]


# -- what both share ----------------------------------------------------------------------------


def _word_at(of: str, far: int, lines: list[str], kind: str) -> str:
    """Read a word that lies so far from a place."""
    found = f"%v{len(lines)}"
    lines.append(f"  {found}.at = getelementptr i8, ptr {of}, i64 {far}")
    lines.append(f"  {found} = load {kind}, ptr {found}.at")
    return found


def _can_be_called() -> bool:
    """Whether code can be made here that takes arrays as Python has them."""
    return can_translate() and as_numpy_says()


def _named(text: Callable[..., Any], *about: Any) -> str:
    """A name for code: it stands for all that the text says, and for what the code is made for."""
    told = [each for each in sorted(os.environ.items()) if each[0].startswith("NUMBA_")]
    said = repr((code_form(), HEAD, _made_by(), _said(text), about, told)).encode()
    return "g" + blake2b(said, digest_size=16).hexdigest()


@cache
def _made_by() -> str:
    """What stands for the files that make code of a text, and for Numba, which needs one LLVM."""
    import llvmlite

    here = Path(__file__).parent
    files = [
        (here / f"{each}.py").read_bytes() for each in ("compiled", "heads", "machine", "tracing")
    ]
    return f"{blake2b(b''.join(files), digest_size=16).hexdigest()} {llvmlite.__version__}"


def _said(text: Callable[..., Any]) -> tuple[Any, ...]:
    """What a text says, with the formulas, numbers and arrays that it names."""
    code, around = text.__code__, text.__globals__
    held = [each.cell_contents for each in text.__closure__ or ()]
    named = [around[name] for name in code.co_names if name in around]
    told = [_told(each) for each in (*held, *named, text.__defaults__, text.__kwdefaults__)]
    return code.co_code, code.co_names, code.co_consts, told


def _told(named: Any) -> Any:
    """What stands for something that a text names, the same in every process."""
    if isinstance(named, FunctionType):
        return _said(named)
    if isinstance(named, np.ndarray):
        return named.dtype.str, named.shape, named.tobytes()
    if isinstance(named, int | float | str | bytes | tuple | dict | np.generic | None):
        return repr(named)
    return named.__name__ if isinstance(named, ModuleType | type) else type(named).__qualname__

"""Types of the parts of Solara that the dashboard uses, which it does not export by itself."""

from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Generic, ParamSpec, TypeVar

from matplotlib.figure import Figure

from . import v as v

_P = ParamSpec("_P")
_T = TypeVar("_T")

class Element:
    def __enter__(self) -> Element: ...
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

class Ref(Generic[_T]):
    current: _T

class Route:
    def __init__(
        self,
        path: str,
        component: Callable[[], Element],
        label: str,
        layout: Callable[[list[Element]], Element],
    ) -> None: ...

def component(function: Callable[_P, Element | None]) -> Callable[_P, Element]: ...
def component_vue(
    vue_path: str,
) -> Callable[[Callable[_P, None]], Callable[_P, Element]]: ...
def use_state(initial: _T) -> tuple[_T, Callable[[_T], None]]: ...
def use_ref(initial_value: _T) -> Ref[_T]: ...
def use_memo(f: Callable[[], _T], dependencies: Sequence[object]) -> _T: ...
def use_effect(
    effect: Callable[[], Callable[[], None] | None], dependencies: Sequence[object]
) -> None: ...
def Style(value: str | Path) -> Element: ...
def FigureMatplotlib(figure: Figure, dependencies: Sequence[object]) -> Element: ...
def AppLayout(children: Sequence[Element], navigation: bool) -> Element: ...

from collections.abc import Sequence

from . import Element

def Html(
    tag: str, class_: str = ..., style_: str = ..., children: Sequence[Element] = ...
) -> Element: ...

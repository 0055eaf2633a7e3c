"""The parts of the page that are drawn by the browser, each beside its template.

What Python hands to a part it shows; `event_` functions are told what a visitor does with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import solara

Sent = Mapping[str, Any]
"""What the browser sends when a visitor does something: it may hold anything."""
Lines = Sequence[Mapping[str, Any]]
"""What the browser shows one below the other, each with its own fields."""


@solara.component_vue("top.vue")
def Top(address: str, title: str) -> None:
    """The heading of every page, with a link to the other one."""


@solara.component_vue("controls.vue")
def Controls(
    state: Mapping[str, Any],
    scenarios: Lines,
    theories: Lines,
    event_choose: Callable[[str], None],
    event_move: Callable[[Sent], None],
    event_turn: Callable[[Sent], None],
    event_believe: Callable[[str], None],
    event_compare: Callable[[Sent], None],
    event_luck: Callable[[Sent], None],
    event_reset: Callable[[object], None],
) -> None:
    """Scenario, sliders, switches."""


@solara.component_vue("files.vue")
def Files(
    note: str,
    wrong: str,
    file: Mapping[str, str],
    largest: int,
    event_save: Callable[[str], None],
    event_load: Callable[[Sent], None],
) -> None:
    """To save what one sees, and to load a scenario."""


@solara.component_vue("answer.vue")
def Sentences(busy: bool, note: str, wrong: str, answers: Lines) -> None:
    """The answers in a sentence each."""


@solara.component_vue("charts.vue")
def ChartCard(
    busy: bool,
    scenarios: Lines,
    scenario: str,
    views: Lines,
    view: str,
    how: str,
    source: str,
    message: str,
    charts: Lines,
    outcomes: Lines,
    outcome: str,
    rows: Lines,
    event_show: Callable[[str], None],
    event_look: Callable[[str], None],
    event_pick: Callable[[str], None],
) -> None:
    """The charts, or the table."""


@solara.component_vue("map.vue")
def MapCard(
    busy: bool,
    names: Sequence[str],
    quarter: int,
    svg: str,
    source: str,
    event_turn: Callable[[int], None],
) -> None:
    """The map, which can be played."""


@solara.component_vue("story.vue")
def StoryCard(
    busy: bool,
    source: str,
    runs: int,
    run: int,
    happenings: Lines,
    told: Mapping[str, Any] | None,
    wrong: str,
    event_open: Callable[[bool], None],
    event_follow: Callable[[int], None],
    event_ask: Callable[[Sent], None],
) -> None:
    """One run, and the explanation of what happened in it."""

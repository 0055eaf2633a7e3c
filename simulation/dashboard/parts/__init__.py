"""The parts of the page that are drawn by the browser, each beside its template.

What Python hands to a part it shows; `event_` functions are told what a visitor does with it.
"""

from __future__ import annotations

from collections.abc import Callable

import solara


@solara.component_vue("top.vue")
def Top(address: str, title: str) -> None:
    """The heading of every page, with a link to the other one."""


@solara.component_vue("controls.vue")
def Controls(
    state: dict,
    scenarios: list,
    theories: list,
    event_choose: Callable,
    event_move: Callable,
    event_turn: Callable,
    event_believe: Callable,
    event_compare: Callable,
    event_luck: Callable,
    event_reset: Callable,
) -> None:
    """Scenario, sliders, switches."""


@solara.component_vue("files.vue")
def Files(note: str, wrong: str, file: dict, event_save: Callable, event_load: Callable) -> None:
    """To save what one sees, and to load a scenario."""


@solara.component_vue("answer.vue")
def Sentences(busy: bool, note: str, wrong: str, answers: list) -> None:
    """The answers in a sentence each."""


@solara.component_vue("charts.vue")
def ChartCard(
    busy: bool,
    scenarios: list,
    scenario: str,
    views: list,
    view: str,
    how: str,
    message: str,
    charts: list,
    outcomes: list,
    outcome: str,
    rows: list,
    event_show: Callable,
    event_look: Callable,
    event_pick: Callable,
) -> None:
    """The charts, or the table."""


@solara.component_vue("map.vue")
def MapCard(busy: bool, names: list, quarter: int, svg: str, event_turn: Callable) -> None:
    """The map, which can be played."""


@solara.component_vue("story.vue")
def StoryCard(
    busy: bool,
    runs: int,
    run: int,
    happenings: list,
    told: dict | None,
    wrong: str,
    event_open: Callable,
    event_follow: Callable,
    event_ask: Callable,
) -> None:
    """One run, and the explanation of what happened in it."""

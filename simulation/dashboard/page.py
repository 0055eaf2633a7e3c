"""The page: what is asked, what is answered, and what happens between the two.

Everything a visitor sets lives in the state of the component, which each tab has for itself.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import solara

from simulation.dashboard import controls
from simulation.dashboard.answer import CHOICES, Answer, Asked, answered
from simulation.dashboard.background import use_work
from simulation.dashboard.charts import Chart
from simulation.dashboard.draft import LARGEST_LOADED, Draft, check_name, check_size, loaded_draft
from simulation.dashboard.parts import (
    ChartCard,
    Controls,
    Files,
    MapCard,
    Sent,
    Sentences,
    StoryCard,
    Top,
)
from simulation.dashboard.story import events_of, explanation_of
from simulation.inputs.escapes import visible
from simulation.inputs.invocation import program
from simulation.inputs.problems import Problems
from simulation.numerics.dates import quarter_name
from simulation.scenario.mechanisms import SWITCHES, THEORIES
from simulation.show.figures.trajectories import READ_FAN

STYLE = Path(__file__).with_name("page.css")
_FIRST = "us_base_withdrawal"
"""The scenario that the page opens with."""
VIEWS = {
    "influence": ("Influence", f"{READ_FAN[:1].upper()}{READ_FAN[1:]}"),
    "outcome": (
        "One outcome",
        "The line is the mean of all runs; half of them lie in the dark band, nine in ten in the "
        "light one. Grey is the mean of the baseline. The difference is taken run by run.",
    ),
    "table": (
        "All outcomes",
        "Means at the end, and the mean paired difference; the intervals hold together. What is "
        "in colour can be told from zero.",
    ),
}
"""What can be looked at: title, and how to read it."""


class Selection(NamedTuple):
    """What is looked at.

    Attributes:
        scenario: a scenario of the answer; empty for the one that is being changed.
        view: one of `VIEWS`.
        outcome: an outcome; empty for the one that answers the question.
        quarter: of the map; -1 for the last.
    """

    scenario: str = ""
    view: str = "influence"
    outcome: str = ""
    quarter: int = -1


@solara.component
def Dashboard() -> None:
    """The whole page."""
    asked, set_asked = solara.use_state(Asked(Draft(_FIRST)))
    look, set_look = solara.use_state(Selection())
    looking = solara.use_ref(look)
    looking.current = look

    def work(wanted: Callable[[], bool]) -> Answer:
        answer = answered(asked, wanted)
        drawn(answer, looking.current)  # what is looked at is there before the old answer goes
        return answer

    answer, wrong, busy = use_work(work, asked)

    solara.Style(STYLE)
    with solara.v.Html(tag="div", class_="heartland"):
        Top(address="mesa", title="The same model in Mesa's own view")
        with solara.v.Html(tag="main", class_="body"):
            with solara.v.Html(tag="div", class_="side"):
                ControlPanel(asked, set_asked)
            with solara.v.Html(tag="div", class_="shown"):
                note = ""
                if answer is not None:
                    runs, seed = answer.asked.runs, answer.asked.seed
                    source = answer.comparison.source
                    note = f"{runs:,} paired runs, {source}, seed {seed}, {answer.seconds:.1f} s"
                Sentences(
                    busy=busy, note=note, wrong=wrong, answers=answer.sentences if answer else []
                )
                if answer is not None:
                    Shown(answer, busy, look, set_look)
                    Story(answer, scenario_of(answer, look))


@solara.component
def ControlPanel(asked: Asked, set_asked: Callable[[Asked], None]) -> None:
    """What can be moved, saved and loaded."""
    draft = asked.draft
    sources = solara.use_memo(controls.source_list, [])
    scenarios = solara.use_memo(controls.scenario_list, [])
    names = {each["name"] for each in scenarios}  # a visitor names no file of this machine
    current = draft.resolved
    saved, set_saved = solara.use_state(dict[str, str]())
    said, set_said = solara.use_state(("", ""))

    def change(new: Draft) -> None:
        try:
            new.check()
        except Problems as problems:  # two changes that do not go together: nothing is changed
            set_said(("", problems.render()))
            return
        set_said(("", ""))
        set_asked(replace(asked, draft=new))

    def choose(name: str) -> None:
        if name in names:
            change(Draft(name))

    def move(data: Sent) -> None:
        value = controls.placed(str(data["key"]), float(data["value"]), draft.origin)
        if value is not None:
            change(draft.with_number(data["key"], value))

    def turn(data: Sent) -> None:
        if data["name"] in SWITCHES:
            change(draft.with_switch(data["name"], bool(data["on"])))

    def believe(theory: str) -> None:
        change(replace(draft, theory=theory if theory in THEORIES else None))

    def compare(data: Sent) -> None:
        others = tuple(name for name in asked.compared if name != data["name"])
        added = (data["name"],) if data["on"] and data["name"] in names else ()
        set_asked(replace(asked, compared=others + added))

    def luck(data: Sent) -> None:
        runs, seed, source = int(data["runs"]), max(int(data["seed"]), 0), data["source"]
        if runs in CHOICES and source in (each["name"] for each in sources):
            set_asked(replace(asked, runs=runs, seed=seed, parameters=source))

    def save(name: str) -> None:
        problem = check_name(name)
        if problem:
            set_said(("", problem))
            return
        again = asked.again(f"{name}.yaml")
        set_saved({"name": f"{name}.yaml", "text": draft.text(f"The same numbers:\n  {again}")})
        set_said((f"Saved as {name}.yaml among your downloads. Where it lies:\n"
                  f"{program()} check {name}.yaml\n{again}", ""))  # fmt: skip

    def load(data: Sent) -> None:
        try:
            check_size(str(data["name"]), int(data["size"]))
            change(loaded_draft(str(data["name"]), base64.b64decode(data["content"])))
        except Problems as problems:
            set_said(("", problems.render()))
        except binascii.Error:
            set_said(("", "The file did not arrive whole: load it again."))

    state = {
        "start": draft.start,
        "loaded": draft.loaded is not None,
        "changed": draft.changed,
        "question": visible(current.question or ""),
        "groups": controls.slider_groups(draft, current, asked.source),
        "switches": controls.switch_list(current),
        "theory": draft.theory,
        "compared": list(asked.compared),
        "runs": asked.runs,
        "choices": list(CHOICES),
        "seed": asked.seed,
        "sources": sources,
        "source": controls.source_shown(asked.parameters),
    }
    Controls(
        state=state,
        scenarios=scenarios,
        theories=controls.theory_list(),
        event_choose=choose,
        event_move=move,
        event_turn=turn,
        event_believe=believe,
        event_compare=compare,
        event_luck=luck,
        event_reset=lambda _: change(Draft(draft.start, draft.loaded)),
    )
    Files(
        note=said[0],
        wrong=said[1],
        file=saved,
        largest=LARGEST_LOADED,
        event_save=save,
        event_load=load,
    )


@solara.component
def Shown(
    answer: Answer, busy: bool, look: Selection, set_look: Callable[[Selection], None]
) -> None:
    """Charts and map of one scenario of the answer."""
    scenario, known = scenario_of(answer, look), answer.record.manifest["outcomes"]
    outcome = look.outcome or answer.outcome_asked(scenario)
    charts, quarter = drawn(answer, look), quarter_of_map(answer, look)
    picture, _, _ = use_work(
        lambda _: answer.charts.map(scenario, quarter), (answer, scenario, quarter)
    )
    ChartCard(
        busy=busy,
        scenarios=answer.scenarios,
        scenario=scenario,
        views=[{"name": name, "title": title} for name, (title, _) in VIEWS.items()],
        view=look.view,
        how=VIEWS[look.view][1],
        source=answer.source_told,
        message=answer.charts.message(scenario) if look.view == "influence" else "",
        charts=[each._asdict() for each in charts],
        outcomes=controls.outcome_list(answer.record),
        outcome=outcome,
        rows=answer.rows(scenario) if look.view == "table" else [],
        event_show=lambda name: set_look(look._replace(scenario=name)),
        event_look=lambda name: set_look(look._replace(view=name)) if name in VIEWS else None,
        event_pick=lambda name: set_look(look._replace(outcome=name)) if name in known else None,
    )
    last = answer.charts.results.last_quarter
    MapCard(
        busy=busy,
        names=[quarter_name(each) for each in range(last + 1)],
        quarter=quarter,
        svg=picture.svg if picture else "",
        source=answer.source_told,
        event_turn=lambda turned: set_look(look._replace(quarter=max(0, int(turned)))),
    )


@solara.component
def Story(answer: Answer, scenario: str) -> None:
    """One run of a scenario, played again when somebody looks."""
    opened, set_opened = solara.use_state(False)
    run, set_run = solara.use_state(0)
    question, set_question = solara.use_state(dict[str, str]())
    play = solara.use_memo(lambda: answer.play(scenario), [answer, scenario])
    run = min(run, answer.asked.runs - 1)
    events, _, playing = use_work((lambda _: events_of(play, run)) if opened else None, (play, run))
    told, wrong, explaining = use_work(
        (lambda _: explanation_of(play, run, question["event"], question["quarter"]))
        if question
        else None,
        (play, run, tuple(question.values())),
    )

    def follow(number: int) -> None:
        set_question({})
        set_run(max(0, int(number)))

    def ask(data: Sent) -> None:
        set_question({"event": str(data["event"]), "quarter": str(data["quarter"])})

    StoryCard(
        busy=playing or explaining,
        source=answer.source_told,
        runs=answer.asked.runs,
        run=run,
        happenings=events or [],
        told=told if question else None,
        wrong=wrong,
        event_open=set_opened,
        event_follow=follow,
        event_ask=ask,
    )


def scenario_of(answer: Answer, look: Selection) -> str:
    """The scenario that is looked at: the one chosen, if the answer holds it."""
    return look.scenario if look.scenario in answer.record.scenarios else answer.shown


def quarter_of_map(answer: Answer, look: Selection) -> int:
    """The quarter that the map shows."""
    last = answer.charts.results.last_quarter
    return last if look.quarter < 0 else min(look.quarter, last)


def drawn(answer: Answer, look: Selection) -> list[Chart]:
    """The charts that are looked at; nothing else is drawn."""
    scenario, charts = scenario_of(answer, look), answer.charts
    if look.view == "influence":
        return charts.influence(scenario)
    if look.view == "outcome":
        return charts.outcome(scenario, look.outcome or answer.outcome_asked(scenario))
    return []

"""The dashboard without a browser: what it asks, runs, saves, loads and says."""

from __future__ import annotations

import socket
import sys
from dataclasses import replace

import mesa
import numpy as np
import pytest

from simulation.batch.batch import run_batch
from simulation.commands.program import main
from simulation.dashboard.answer import Asked, answered
from simulation.dashboard.controls import SLIDERS, placed, scenario_list, slider_groups
from simulation.dashboard.draft import Draft, check_name, loaded_draft
from simulation.dashboard.histories import Request, Superseded, horizon, played
from simulation.dashboard.server import address
from simulation.dashboard.story import events_of, explanation_of
from simulation.evidence.catalogue import load_catalogue
from simulation.inputs.problems import Problems
from simulation.record.compare import compare
from simulation.scenario.scenario import load_scenario
from simulation.show.figures.summaries import Results

WITHDRAWAL = "us_base_withdrawal"
GROWTH = "patronage.budget_growth.china"
KEYS = [key for group in SLIDERS.values() for key in group]
BROKEN = b"""title: Something is wrong here
question: Is it told?
overrides:
  basing.thret: {value: 3, why: A slip of the pen.}
"""


@pytest.fixture(scope="module")
def changed():
    """A withdrawal with two numbers moved and a mechanism off."""
    draft = Draft(WITHDRAWAL).with_number(GROWTH, 0.14).with_number("basing.statement", 4.1)
    return draft.with_switch("conditional_aid", False)


@pytest.fixture(scope="module")
def answer(changed):
    """Few paired histories of it beside another scenario."""
    return answered(Asked(changed, ("no_andijan",), runs=24, seed=5))


# -- sliders ---------------------------------------------------------------------------------


@pytest.mark.parametrize("key", KEYS)
def test_neither_end_of_a_slider_makes_an_invalid_scenario(key):
    draft, origin = Draft(WITHDRAWAL), load_scenario(WITHDRAWAL)
    low, high = load_catalogue().range_of(key)
    assert low < high
    for asked, due in ((-1e9, low), (1e9, high)):
        value = placed(key, asked, origin)
        assert value == due
        assert draft.with_number(key, value).resolved.values[key] == due


def test_every_slider_tells_where_its_number_comes_from():
    draft = Draft(WITHDRAWAL)
    sliders = [each for group in slider_groups(draft, draft.resolved) for each in group["sliders"]]
    assert [each["key"] for each in sliders] == KEYS
    assert all(each["about"] and each["unit"] and each["range"] for each in sliders)
    assert all(each["passages"] or each["why"] for each in sliders)
    assert all(each["low"] <= each["value"] <= each["high"] for each in sliders)


def test_no_other_number_can_be_moved_from_the_browser():
    origin = load_scenario("baseline")
    assert placed("basing.notice.manas", 90, origin) is None
    assert placed(GROWTH, float("nan"), origin) is None


def test_a_slider_that_a_mechanism_holds_says_so():
    draft = Draft("baseline").with_switch("spillover", False)
    groups = slider_groups(draft, draft.resolved)
    held = {each["key"]: each["held"] for group in groups for each in group["sliders"]}
    assert held["organizations.spillover"] == "mechanism spillover off"
    assert held[GROWTH] == ""


def test_what_is_moved_back_is_no_change():
    draft = Draft(WITHDRAWAL)
    start = draft.origin.values[GROWTH]
    assert draft.with_number(GROWTH, 0.12).with_number(GROWTH, start) == draft
    off = draft.with_switch("conditional_aid", False)
    assert off.changed
    assert off.with_switch("conditional_aid", True) == draft


# -- files -----------------------------------------------------------------------------------


def test_what_is_saved_passes_check_and_is_what_was_run(changed, tmp_path, capsys):
    file = tmp_path / "mine.yaml"
    file.write_text(changed.text("A note."), encoding="utf-8")
    assert main(["check", str(file)]) == 0
    capsys.readouterr()
    assert load_scenario(file).hash == changed.resolved.hash


def test_a_batch_of_what_is_saved_gives_the_same_numbers(changed, answer, tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text(changed.text(), encoding="utf-8")
    batch = run_batch(
        [file, "no_andijan"], runs=24, seed=5, results=tmp_path / "results", workers=1,
        parameters="point",
    )  # fmt: skip
    for name, here in (("mine", changed.name), ("no_andijan", "no_andijan")):
        there = batch.outcomes(name)
        for outcome, values in answer.record.histories[here].outcomes.items():
            np.testing.assert_array_equal(values, there[outcome].to_numpy(), outcome)
        ours, theirs = answer.charts.results, Results(batch)
        at = {"power": "china", "state": "uzbekistan"}
        for each in ("mean", "q05", "q50", "q95"):
            np.testing.assert_array_equal(
                getattr(ours.band(here, "influence_share", **at), each),
                getattr(theirs.band(name, "influence_share", **at), each),
            )
        assert answer.comparison.answer(here) == compare(batch).answer(name)


def test_a_saved_file_loads_to_the_same_scenario_and_can_be_changed_further(changed):
    loaded = loaded_draft("mine.yaml", changed.text().encode())
    assert loaded.name == "mine"
    assert not loaded.changed
    assert loaded.resolved.hash == changed.resolved.hash
    further = loaded.with_number(GROWTH, 0.11)
    assert further.resolved.values[GROWTH] == 0.11
    assert further.resolved.values["basing.statement"] == 4.1
    assert further.text().count("changed") == 1


def test_a_number_that_a_loaded_file_gives_in_a_table_can_be_moved():
    text = (
        "title: Budgets\nquestion: Which?\noverrides:\n  patronage.budget_growth:\n"
        "    value: {china: 0.06, russia: 0.02}\n    why: Slower.\n"
    )
    moved = loaded_draft("slow.yaml", text.encode()).with_number(GROWTH, 0.12).resolved
    assert moved.values[GROWTH] == 0.12
    assert moved.values["patronage.budget_growth.russia"] == 0.02


def test_a_broken_file_is_told_as_check_tells_it(tmp_path, capsys, monkeypatch):
    (tmp_path / "broken.yaml").write_bytes(BROKEN)
    monkeypatch.chdir(tmp_path)
    assert main(["check", "broken.yaml"]) == 2
    with pytest.raises(Problems) as told:
        loaded_draft("broken.yaml", BROKEN)
    assert told.value.render() == capsys.readouterr().err.strip()


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        (
            "far.yaml",
            b"title: A\nquestion: B\nextends: ../secret.yaml\n",
            "which the page does not",
        ),
        ("baseline.yaml", b"title: A\nquestion: B\n", "give the file another name"),
        ("large.yaml", b"#" * 300_000, "too large"),
        ("two words.yaml", b"title: A\nquestion: B\n", "cannot name a scenario"),
        ("picture.yaml", bytes(range(256)), "picture.yaml has 1 problem"),
    ],
)
def test_a_file_that_cannot_be_a_scenario_is_refused_with_a_reason(name, content, told):
    with pytest.raises(Problems, match=told):
        loaded_draft(name, content)


def test_a_scenario_with_mistakes_is_not_offered_and_spoils_no_other(tmp_path, monkeypatch):
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "broken.yaml").write_bytes(BROKEN)
    monkeypatch.chdir(tmp_path)
    names = [each["name"] for each in scenario_list()]
    assert names[0] == "baseline"
    assert WITHDRAWAL in names
    assert "broken" not in names


def test_a_name_for_the_file_is_checked():
    assert check_name("my_question-2") is None
    assert "cannot name a scenario" in check_name("a b")
    assert "choose another name" in check_name("baseline")


# -- histories and answers ---------------------------------------------------------------------


def test_the_same_request_is_played_once_and_a_superseded_one_is_dropped():
    scenario = load_scenario("baseline")

    def request(seed, wanted=True):
        return Request(scenario.hash, 3, seed, 4, "point", scenario, lambda: wanted)

    assert played(request(11)) is played(request(11, wanted=False))
    with pytest.raises(Superseded):
        played(request(12, wanted=False))
    assert played(request(12)).outcomes["china_share"].shape == (3,)


def test_an_answer_holds_the_baseline_the_draft_and_what_it_is_compared_with(changed, answer):
    assert answer.record.scenarios == ["baseline", changed.name, "no_andijan"]
    assert [each["name"] for each in answer.sentences] == [changed.name, "no_andijan"]
    assert all("95% interval" in each["sentence"] for each in answer.sentences[:1])
    rows = answer.rows(changed.name)
    assert {each["told"] for each in rows} <= {"", "more", "less"}
    assert any(each["told"] for each in rows)
    assert answer.rows("baseline") == []


def test_numbers_that_are_drawn_are_drawn_as_in_a_batch_until_they_are_moved(changed, tmp_path):
    asked = Asked(changed, runs=12, seed=5, parameters="prior")
    file = tmp_path / "mine.yaml"
    file.write_text(changed.text(), encoding="utf-8")
    batch = run_batch(
        [file], runs=12, seed=5, results=tmp_path / "results", workers=1, parameters="prior"
    )
    ours = answered(asked).record.histories[changed.name].outcomes["china_share"]
    np.testing.assert_array_equal(ours, batch.outcomes("mine")["china_share"].to_numpy())
    groups = slider_groups(changed, changed.resolved, "prior")
    drawn = {each["key"]: each["drawn"] for group in groups for each in group["sliders"]}
    assert drawn["trade.potential.china"]
    assert not drawn[GROWTH]


def test_the_baseline_alone_is_answered_too():
    alone = answered(Asked(Draft("baseline"), runs=8, seed=5))
    assert alone.record.scenarios == ["baseline"]
    assert len(alone.sentences) == 1
    assert len(alone.charts.influence("baseline")) == 5
    assert len(alone.charts.outcome("baseline", alone.outcome_asked("baseline"))) == 1


def test_the_command_that_runs_it_again_names_everything(changed):
    asked = Asked(changed, ("no_andijan",), runs=200, seed=7)
    assert asked.again("mine.yaml") == (
        "python run.py batch mine.yaml no_andijan --runs 200 --seed 7 --parameters point"
    )
    short = loaded_draft("short.yaml", b"title: A\nquestion: B\nuntil: 2006Q4\n")
    assert replace(asked, draft=short).again("short.yaml").endswith("--until 2006Q4")
    assert horizon(short.resolved) == 21


def test_charts_have_an_alternative_text_and_are_drawn_once(answer):
    charts = answer.charts.influence(answer.shown)
    assert [each.title for each in charts][:2] == ["Kazakhstan", "Kyrgyzstan"]
    assert all("<title" in each.svg and "Median share of influence" in each.svg for each in charts)
    assert answer.charts.influence(answer.shown) is charts
    both = answer.charts.outcome(answer.shown, "china_share")
    assert [each.title.partition(" (")[0] for each in both][1] == "Paired difference"
    picture = answer.charts.map(answer.shown, 20)
    assert "2006Q3" in picture.svg


def test_a_run_is_told_and_what_happened_in_it_explained(answer):
    play = answer.play("no_andijan")
    events = events_of(play, 3)
    kept = next(each for each in events if each["name"].startswith("open_base:"))
    told = explanation_of(play, 3, kept["name"], kept["quarter"])
    assert kept["quarter"] in told["title"]
    assert told["steps"]
    assert all(len(row) == len(step["heads"]) for step in told["steps"] for row in step["rows"])


def test_no_model_is_kept_once_it_has_answered(answer):
    explanation_of(answer.play("no_andijan"), 1, "open_base:manas", "2001Q4")
    assert not [model for model in getattr(mesa.Agent, "_ids", ()) if not model.running]


# -- the command -------------------------------------------------------------------------------


def test_an_address_that_is_taken_or_not_there_is_told(capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert main(["app", "--port", str(taken.getsockname()[1]), "--no-browser"]) == 2
    assert "choose another --port" in capsys.readouterr().err
    assert main(["app", "--host", "nowhere.invalid", "--no-browser"]) == 2
    assert "no address 'nowhere.invalid'" in capsys.readouterr().err
    assert main(["app", "--port", "70000"]) == 2
    assert "1 to 65535" in capsys.readouterr().err


def test_without_its_packages_the_command_says_how_to_install_them(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "solara", None)
    assert main(["app", "--no-browser"]) == 2
    assert "pip install -e '.[app]'" in capsys.readouterr().err


def test_the_page_is_for_this_machine_unless_told_otherwise(monkeypatch, capsys):
    heard = {}

    def prepared(host, port):
        heard["host"] = host

    monkeypatch.setattr("simulation.dashboard.server.prepared", prepared)
    monkeypatch.setattr("simulation.dashboard.server.serve", lambda *_, **__: None)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert main(["app", "--port", str(port)]) == 0
    assert heard == {"host": "127.0.0.1"}
    assert address("0.0.0.0", 80) == "http://127.0.0.1:80/"
    assert address("::", 80) == "http://[::1]:80/"


@pytest.mark.filterwarnings("ignore:.*ComponentsView:UserWarning")  # about hooks in Mesa's code
def test_mesas_own_view_renders_the_model():
    solara = pytest.importorskip("solara", reason="the extra 'app' is not installed")
    widgets = pytest.importorskip("ipyvuetify")
    from simulation.dashboard.app import MesaLayout, MesaView

    page, rendered = solara.render(MesaLayout(children=[MesaView()]), handle_error=False)
    labels = [each.children for each in rendered.find(widgets.Btn).widgets]
    assert ["Step"] in labels
    assert any("baseline" in each.items for each in rendered.find(widgets.Select).widgets)
    rendered.close()

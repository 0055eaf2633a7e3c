"""A state and a power that a scenario adds: true answers, names and panels for everyone."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.text import Text
from worlds.pairs import scenario

from simulation import InfluenceModel, run_batch
from simulation.contrast.sweep import run_sweep
from simulation.evidence.catalogue import load_catalogue
from simulation.evidence.schema import ActorEntry, Additions
from simulation.model.measures import trade_share_of_region
from simulation.model.patterns import read_patterns, watched_run
from simulation.record.compare import compare
from simulation.show.figures.differences import READ_DASH, difference_heatmap, scenario_heatmap
from simulation.show.figures.registry import FIGURES
from simulation.show.figures.style import styled
from simulation.show.figures.summaries import Results
from simulation.show.figures.trajectories import contest_figure, influence_fan
from simulation.show.tables import comparison_table

FIVE = ("kazakhstan", "kyrgyzstan", "tajikistan", "turkmenistan", "uzbekistan")
GEORGIA = {"kind": "state", "name": "Georgia", "neighbours": ["russia", "armenia"]}
UNION = {"kind": "power", "name": "European Union", "called": "the European Union", "short": "EU"}
LIKE = {"georgia": "kyrgyzstan", "european_union": "japan"}
"""Whose numbers a newcomer has."""


def numbers_for(added):
    """Every number that newcomers need, taken from those whom they are like."""
    catalogue = load_catalogue()
    entries = {key: ActorEntry.model_validate(entry) for key, entry in added.items()}
    wider = catalogue.extended(Additions(actors=entries))
    missing = [
        key
        for parameter in wider.parameters.values()
        for key, value in wider.expanded(parameter).items()
        if value is None
    ]
    like = {key: ".".join(LIKE.get(part, part) for part in key.split(".")) for key in missing}
    return {
        key: {"value": catalogue.value(other) or 0.05, "why": "A test."}
        for key, other in like.items()
    }


def with_added(name, **added):
    return scenario(name, actors={"add": added}, overrides=numbers_for(added))


@pytest.fixture(scope="module")
def record(tmp_path_factory):
    files = [
        with_added("georgia_outside", georgia=GEORGIA),
        with_added("georgia_inside", georgia={**GEORGIA, "group": "central_asia"}),
        with_added("fifth_power", european_union=UNION),
        with_added("newcomers", georgia=GEORGIA, european_union=UNION),
        scenario("four_states", actors={"drop": ["uzbekistan"]}),
    ]
    results = tmp_path_factory.mktemp("results")
    return run_batch(
        files, runs=30, seed=1, until="2005Q4", results=results, parameters="point", workers=1
    )


@pytest.fixture(scope="module")
def comparison(record):
    return compare(record)


@pytest.mark.parametrize("name", ["georgia_outside", "georgia_inside"])
def test_a_regional_outcome_compares_the_five_states_that_both_have(comparison, name):
    for outcome in ("china_share", "russia_china_share"):
        of_states = [comparison.row(name, f"{outcome}_{state}").difference for state in FIVE]
        assert comparison.row(name, outcome).difference == pytest.approx(
            np.mean(of_states), abs=1e-6
        )
    row = comparison.row(name, "china_trade_share")
    assert row.baseline_mean == comparison.row("fifth_power", "china_trade_share").baseline_mean
    assert not comparison.row(name, "china_share_georgia").pairs


def test_a_state_enters_the_mean_of_the_region_only_if_its_entry_says_so(record):
    outside, inside = (
        record.outcomes(name)["china_share"].to_numpy()
        for name in ("georgia_outside", "georgia_inside")
    )
    of_states = {
        state: record.outcomes("georgia_inside")[f"china_share_{state}"].to_numpy()
        for state in (*FIVE, "georgia")
    }
    five = np.mean([of_states[state] for state in FIVE], axis=0)
    assert outside == pytest.approx(five, abs=1e-6)
    assert inside == pytest.approx(np.mean(list(of_states.values()), axis=0), abs=1e-6)


def test_it_is_said_where_the_states_are_not_the_same(record, comparison):
    assert comparison.row("georgia_inside", "china_share").states == " ".join(FIVE)
    assert comparison.row("four_states", "china_share").states == " ".join(FIVE[:4])
    assert not comparison.row("georgia_outside", "china_share").states
    assert not comparison.row("georgia_inside", "sco_depth").states
    table = comparison_table(comparison, width=200)
    assert "four_states does not have the states of the baseline" in table
    kept = {row["scenario"]: row["states"] for row in record.table("comparison").to_pylist()}
    assert set(kept) == set(comparison.scenarios)
    if comparison.outcome_asked("four_states").endswith("_share"):
        assert "Kyrgyzstan, Tajikistan and Turkmenistan" in comparison.answer("four_states")


def test_the_baseline_is_read_without_the_state_that_another_lacks(record, comparison):
    row = comparison.row("four_states", "china_share")
    baseline = record.outcomes("baseline")
    four = np.mean([baseline[f"china_share_{state}"].to_numpy() for state in FIVE[:4]], axis=0)
    assert row.baseline_mean == pytest.approx(four.mean(), abs=1e-6)
    assert not comparison.row("four_states", "china_share_uzbekistan").pairs


def test_the_record_can_be_compared_with_another_than_the_baseline(record):
    row = compare(record, "four_states").row("georgia_inside", "china_share")
    assert row.states == " ".join(FIVE[:4])
    assert row.pairs == 30


def test_a_fifth_power_has_outcomes_and_a_column_in_every_table(record, comparison):
    names = ["european_union_share", "bases_open_european_union", "european_union_trade_share"]
    assert set(names) <= {row.outcome for row in comparison.headlines("fifth_power")}
    assert {f"european_union_share_{state}" for state in FIVE} <= set(record.manifest["outcomes"])
    row = comparison.row("fifth_power", "european_union_share")
    assert row.baseline_mean == 0
    assert row.difference > 0
    shares = [f"{power}_share" for power in (*load_catalogue().names["power"], "european_union")]
    outcomes = record.outcomes("fifth_power")
    assert sum(outcomes[name].to_numpy() for name in shares) == pytest.approx(np.ones(30), abs=1e-5)
    table = comparison_table(comparison, width=400)
    assert "Bases of" in table
    assert "EU" in table
    about = record.manifest["outcomes"]["european_union_share"]
    assert about["description"] == "The European Union's share of influence over Central Asia"


def said(figure):
    return "\n".join(text.get_text() for axes in figure.axes for text in axes.texts)


@pytest.mark.parametrize("draw", [contest_figure, influence_fan])
def test_every_state_has_its_panel_and_nobody_vanishes(record, draw):
    names = [load_catalogue().name_of(state) for state in FIVE]
    with styled():
        figure = draw(record, "newcomers")
        assert {*names, "Georgia"} <= {
            axes.get_title(loc) for axes in figure.axes for loc in ("left", "center")
        }
        drawn = [axes for axes in figure.axes if axes.get_visible()]
        assert all(axes.has_data() or axes.texts or axes.collections for axes in drawn)


def test_the_sides_of_the_contest_are_named_by_who_is_there(record):
    with styled():
        assert "US + Japan + EU" in said(contest_figure(record, "newcomers"))
        assert "United States + Japan" in said(contest_figure(record, "georgia_outside"))


def test_a_fifth_power_has_a_colour_of_its_own(record):
    labels = Results.of(record).labels
    looks = {power: labels.look_of(power) for power in labels.powers}
    assert list(looks)[-1] == "european_union"
    assert len({look.color for look in looks.values()}) == 5
    assert labels.in_sentence("european_union") == "the European Union"


@pytest.mark.parametrize("name", sorted(FIGURES))
def test_every_figure_can_be_drawn_of_added_actors(record, name):
    if name != "drivers":  # asks for drawn parameters
        with styled():
            assert FIGURES[name].make(record, "newcomers")


def test_a_scenario_may_ask_for_the_outcome_of_whom_it_adds():
    file = scenario(
        "asked",
        actors={"add": {"european_union": UNION}},
        overrides=numbers_for({"european_union": UNION}),
        outcome="european_union_share",
    )
    found = run_sweep(file, ["basing.rent=1:2:2"], runs=4, seed=1, until="2002Q4", workers=1)
    assert list(found.curves) == ["european_union_share"]


def test_patterns_are_read_where_someone_is_missing():
    model = InfluenceModel(
        scenario("without_japan", actors={"drop": ["uzbekistan"]}), runs=2, seed=1
    )
    found = read_patterns(model, watched_run(model))
    assert not found["P3"].any()
    assert not found["P6 Uzbekistan to China"].any()


def test_the_region_is_that_of_the_evidence():
    model = InfluenceModel(with_added("sixth", georgia=GEORGIA), runs=2, seed=1).run("2002Q1")
    world = model.world
    five = [world.place("region", state) for state in FIVE]
    assert world.home == tuple(five)
    assert np.array_equal(
        trade_share_of_region(world, "china"), trade_share_of_region(world, "china", five)
    )


def test_a_heat_map_explains_a_dash_where_it_has_one(record):
    """The five powers of one are four in the other; four scenarios and the baseline are alike."""
    with styled():
        assert READ_DASH.strip() in whole(difference_heatmap(record, "newcomers"))
        crowded = scenario_heatmap(record)
        assert READ_DASH.strip() in whole(crowded)
        assert "–" in [text.get_text() for text in crowded.findobj(Text)]


def whole(figure):
    """Everything a figure says, on one line."""
    return " ".join(" ".join(text.get_text() for text in figure.findobj(Text)).split())

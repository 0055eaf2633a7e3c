"""Typical histories, and what matters in the list of a run."""

from __future__ import annotations

import pytest

from simulation.batch.batch import run_batch
from simulation.batch.replay import Play, happenings_of
from simulation.explanation.story import DOZEN, story
from simulation.explanation.weight import by_weight, matching, rates_in
from simulation.show.story_tables import story_text

LEAVING = "us_base_withdrawal"


@pytest.fixture(scope="module")
def record(tmp_path_factory):
    return run_batch(
        [LEAVING], runs=24, seed=1, until="2006Q4", workers=1, trajectories=0,
        results=tmp_path_factory.mktemp("results"),
    )  # fmt: skip


@pytest.fixture(scope="module")
def told(record):
    return story(record, LEAVING)


def test_a_tale_begins_with_the_first_decision_that_falls_otherwise(record, told):
    for tale in told.tales:
        here, there = (
            Play.of(record, name).played(tale.run).world.entries for name in (LEAVING, "baseline")
        )
        parting = tale.parting.decision
        before = [
            (each.quarter, each.key, each.actor, each.object, bool(each.happened[0]))
            for each in here
            if each.quarter < parting.quarter
        ]
        known = {(e.quarter, e.key, e.actor, e.object): bool(e.happened[0]) for e in there}
        assert all(known.get(each[:4], False) == each[4] for each in before)
        asked = (parting.quarter, parting.key, parting.actor, parting.object)
        assert bool(parting.happened[0]) != known.get(asked, False)
        assert all(line.quarter >= parting.quarter for line in tale.lines)


def test_a_tale_is_a_dozen_lines_at_most_in_order(told):
    for tale in told.tales:
        assert 0 < len(tale.lines) <= DOZEN
        quarters = [line.quarter for line in tale.lines]
        assert quarters == sorted(quarters)


def test_each_line_is_what_the_two_runs_hold(record, told):
    tale = told.tales[0]
    ours, theirs = (
        {(e.quarter, e.kind, e.actor, e.counterpart, e.object) for e in happenings_of(model)}
        for model in (Play.of(record, name).played(tale.run) for name in (LEAVING, "baseline"))
    )
    for line in tale.lines:
        each = line.happening
        name = (line.quarter, each.kind, each.actor, each.counterpart, each.object)
        assert (name in ours) == line.here
        assert (name in theirs) == (line.shared or not line.here)


def test_what_the_scenario_scripts_is_told_first_and_the_baseline_has_nothing_beside_it(
    record, told
):
    text = story_text(told, width=100)
    assert "2004-03-01  close base Karshi-Khanabad: The force is ordered home." in text
    assert "The first decision that differs, in 200" in text
    alone = story_text(story(record, "baseline"), width=100)
    assert "of the baseline" not in alone.split("\n", 3)[3].replace("run 0 of the baseline", "")
    assert "Not here" not in alone


def test_the_same_batch_gives_the_same_story(record, told):
    assert story_text(story(record, LEAVING)) == story_text(told)


def test_what_seldom_happens_leads_and_the_rest_is_counted(record):
    past = happenings_of(Play.of(record, "baseline").played(3))
    rates = rates_in(past)
    found = by_weight(past, {**rates, "stay_out": 97.0, "open_base": 1.0})
    assert "open_base" in {each.kind for each in found.leading}
    assert "stay_out" not in {each.kind for each in found.leading}
    counts = {kind: times for kind, times, *_ in found.counted}
    assert counts["stay_out"] == sum(each.kind == "stay_out" for each in past)
    assert len(found.leading) + sum(counts.values()) == len(past)


def test_the_list_is_filtered_by_kind_and_actor(record):
    past = happenings_of(Play.of(record, "baseline").played(3))
    joined = matching(past, ["open_base"], ["russia"])
    assert joined
    assert all(
        each.kind == "open_base" and "russia" in (each.actor, each.counterpart) for each in joined
    )
    scripted = matching(past, ["attack"])
    assert [each.kind for each in scripted] == ["event_attack"]

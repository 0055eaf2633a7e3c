"""How often patterns hold: counted over runs, whatever the block, with the arms of P6n."""

import numpy as np
import pytest
from worlds.pairs import without as file_without

from simulation.contrast import pattern_rates as measure
from simulation.contrast.pattern_rates import JOINT, measure_patterns
from simulation.evidence.catalogue import load_catalogue
from simulation.model import patterns
from simulation.model.model import InfluenceModel
from simulation.parameters.numbers import usual_source
from simulation.show.tables import pattern_table

RUNS = 24


@pytest.fixture(scope="module")
def rows():
    return {row.name: row for row in measure_patterns(RUNS, seed=3)}


def test_every_pattern_has_a_row_followed_by_its_parts(rows):
    names = list(rows)
    whole = [name for name in names if not rows[name].part]
    numbered = [f"P{n}" for n in range(1, 7)] + ["P6n"] + [f"P{n}" for n in range(7, 12)]
    assert whole == [*numbered, JOINT]
    for name, row in rows.items():
        assert row.part == (" " in name)
        if row.part:
            assert names.index(name) > names.index(name.split(" ")[0])
            assert row.description == name.split(" ", 1)[1]
        elif name != JOINT:
            assert row.description == load_catalogue().patterns[name].description


def test_a_share_is_a_count_of_runs(rows):
    for row in rows.values():
        assert row.runs == RUNS
        assert 0 <= row.share <= 1
        assert row.share * RUNS == pytest.approx(round(row.share * RUNS), abs=1e-9)


def test_the_whole_is_never_likelier_than_a_part(rows):
    for row in rows.values():
        if row.part:
            assert row.share >= rows[row.name.split(" ")[0]].share


def test_the_shares_are_those_of_free_runs_and_their_arms(rows):
    free = InfluenceModel("baseline", runs=RUNS, seed=3)
    found = patterns.read_patterns(free, patterns.watched_run(free))
    arms = [
        InfluenceModel(file_without(s), runs=RUNS, seed=3)
        for s in patterns.pattern_arms(free.catalogue).values()
    ]
    for arm in arms:
        arm.run("2005Q4")
    found |= patterns.reading_of_arms(arms)
    joint = np.logical_and.reduce([each for name, each in found.items() if " " not in name])
    assert {name: row.share for name, row in rows.items()} == {
        name: values.mean() for name, values in {**found, JOINT: joint}.items()
    }


def test_the_source_is_the_posterior_and_every_row_says_so(rows):
    assert {row.parameters for row in rows.values()} == {usual_source(load_catalogue())}
    point = measure_patterns(4, seed=3, parameters="point")
    assert {row.parameters for row in point} == {"point"}
    assert "(point values: no parameter uncertainty)" in pattern_table(point, width=120)
    assert "(calibrated)" in pattern_table([*rows.values()], width=120)


def test_the_block_changes_no_share(monkeypatch):
    whole = measure_patterns(7, seed=3, parameters="prior")
    monkeypatch.setattr(measure, "_BLOCK", 4)
    assert measure_patterns(7, seed=3, parameters="prior") == whole


def test_patterns_follow_the_scenario(rows):
    shares = {row.name: row.share for row in measure_patterns(8, 3, file_without("campaign_bases"))}
    assert rows["P1"].share > 0.5
    assert shares["P1"] == shares["P6 notice on Karshi-Khanabad"] == 0

"""The response table: read strictly, run in pairs, judged by intervals."""

from __future__ import annotations

from math import inf

import numpy as np
import pytest
from places import ROOT

from simulation.contrast.response_rows import Demand, Readout, chosen_rows, read_rows
from simulation.contrast.responses import Measured, ratio_of, run_responses, share_of
from simulation.evidence.catalogue import load_catalogue
from simulation.inputs.problems import Problems
from simulation.numerics.dates import quarter_of
from simulation.show.response_tables import response_table, responses_page

BROKEN = ROOT / "tests" / "broken"


def table(tmp_path, text):
    path = tmp_path / "mine.yaml"
    path.write_text("responses:\n" + text, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def rows():
    return {row.id: row for row in read_rows([], load_catalogue())}


def test_the_own_table_has_the_rows_that_it_should(rows):
    assert list(rows) == [f"R{number:02}" for number in range(1, 38)]
    assert all(row.expected for row in rows.values())
    assert {each.kind for row in rows.values() for each in row.expected} >= {
        "level", "difference", "change", "ratio", "part", "worlds_above", "most_where",
    }  # fmt: skip


@pytest.mark.parametrize("name", sorted(path.stem for path in BROKEN.glob("responses/*.yaml")))
def test_a_broken_table_says_what_is_wrong(name, monkeypatch):
    monkeypatch.chdir(BROKEN)
    with pytest.raises(Problems) as raised:
        read_rows([f"responses/{name}.yaml"], load_catalogue())
    expected = (BROKEN / "responses" / f"{name}.txt").read_text(encoding="utf-8")
    assert raised.value.render() + "\n" == expected


def test_a_misspelt_row_is_told_with_the_nearest(rows):
    with pytest.raises(Problems, match="no row 'RO3'"):
        chosen_rows(list(rows.values()), ["RO3"])


def wanted(low, high, strict=False):
    read = Readout("a", ("china_share",), 10)
    return Demand("difference", read, read, None, (), low, high, strict, "")


@pytest.mark.parametrize(
    ("low", "high", "strict", "interval", "verdict"),
    [
        (0.1, 0.3, False, (0.15, 0.25), "inside"),
        (0.1, 0.3, False, (0.05, 0.25), "undecided"),
        (0.1, 0.3, False, (0.0, 0.05), "outside"),
        (0.1, 0.3, False, (0.4, 0.5), "outside"),
        (-inf, 0.0, False, (0.0, 0.0), "inside"),  # at most 0: nothing moved
        (-inf, 0.0, True, (0.0, 0.0), "outside"),  # below 0: nothing moved
        (0.0, inf, True, (0.01, 0.02), "inside"),
        (0.0, inf, True, (-inf, inf), "undecided"),
    ],
)
def test_the_verdict_follows_the_whole_interval(low, high, strict, interval, verdict):
    assert Measured(wanted(low, high, strict), 0.0, *interval, 100).verdict == verdict


def test_a_ratio_covers_the_true_one_and_says_where_it_cannot_be_told():
    chance = np.random.default_rng(1)
    hits = 0
    for _ in range(300):
        below = chance.normal(2, 1, 200)
        above = 0.5 * below + chance.normal(0, 0.5, 200)
        _, low, high, _ = ratio_of(above, below)
        hits += low <= 0.5 <= high
    assert 270 <= hits <= 299
    noise = chance.normal(0, 1, 50)
    assert ratio_of(noise, noise - noise.mean() + 0.01)[1] == -inf


def test_a_share_of_runs_leaves_out_those_without_a_value():
    value, low, high, count = share_of(np.array([1, 0, np.nan, 1.0]))
    assert (value, count) == (2 / 3, 3)
    assert 0 < low < value < high < 1


def test_numbers_are_multiplied_exchanged_and_added_to_run_by_run(tmp_path):
    """What an arm does to a number it does to the number that the run would have had."""
    path = table(
        tmp_path,
        """
  - id: same
    question: Does an exchange with itself, and times 1, change anything?
    why: It does not.
    arms:
      same:
        times: {patronage.budget.*.china: 1}
        plus: {basing.rent: 0}
        exchange: [[initial.autonomy.uzbekistan, initial.autonomy.uzbekistan]]
    expected:
      - {outcome: [china_share, russia_share], at: 2003Q4, between: [0, 0]}
  - id: more
    question: Does China gain by ten times the money?
    why: Money buys something.
    arms:
      tenfold: {times: {patronage.budget.*.china: 10}}
    expected:
      - {outcome: china_share, at: 2003Q4, above: 0}
      - {outcome: china_share, at: 2003Q4, since: 2002Q4, above: 0}
      - {outcome: aid_china, at: 2003Q4, as: ratio, above: 5}
""",
    )
    found = {it.row.id: it for it in run_responses(runs=30, source="posterior", files=[path])}
    assert found["same"].verdict == "inside"
    assert found["more"].verdict == "inside"


def test_a_number_beyond_its_bounds_is_refused_with_its_name(tmp_path):
    path = table(
        tmp_path,
        """
  - id: much
    question: What if repression were overlooked ten times over?
    why: It is not said.
    arms:
      much: {times: {patronage.tolerance_base: -10}}
    expected: [{outcome: china_share, at: 2002Q4, above: 0}]
""",
    )
    with pytest.raises(Problems, match=r"patronage\.tolerance_base"):
        run_responses(runs=10, source="point", files=[path])


def test_what_is_read_earlier_in_a_run_is_what_a_shorter_run_reads(tmp_path):
    def at(quarters):
        listed = ", ".join(f"{{outcome: china_share, at: {each}, above: 0}}" for each in quarters)
        text = f"""
  - id: base
    question: What is China's share?
    why: It is read.
    expected: [{listed}]
"""
        [found] = run_responses(runs=10, source="point", files=[table(tmp_path, text)])
        return {it.expectation.read.at: it.value for it in found.measured}

    long = at(["2002Q4", "2004Q4"])
    assert long[quarter_of("2002Q4")] == at(["2002Q4"])[quarter_of("2002Q4")]


def test_quick_rows_are_measured_and_told():
    found = run_responses(["R19", "R36"], runs=60, source="point")
    told = response_table(found, width=200, color=False)
    page = responses_page({"posterior": found}, {"R36": "Said by hand."}, "a command")
    for response in found:
        assert response.row.id in told
        assert f"| {response.row.id} |" in page
        assert response.verdict in told
    assert "60 pairs of runs" in told


def test_an_outline_before_the_offices_is_another_order():
    [found] = run_responses(["R36"], runs=100, source="point")
    assert found.measured[0].verdict == "inside"


def test_the_page_has_every_row(rows):
    page = (ROOT / "docs" / "responses.md").read_text(encoding="utf-8")
    for row in rows.values():
        assert f"| {row.id} | {row.question} |" in page

"""Tables: they fit the terminal, mark what cannot be told from zero, and stay plain in a pipe."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest
from synthetic import write_results

from simulation.contrast.pattern_rates import PatternRow
from simulation.record.compare import compare
from simulation.record.record import Record
from simulation.show.tables import (
    answers,
    comparison_table,
    decimals,
    head_of,
    pattern_table,
    without_value,
)


@pytest.fixture(scope="module")
def comparison(tmp_path_factory):
    folder = write_results(tmp_path_factory.mktemp("batch") / "made_up", scenarios=4, runs=60)
    return compare(Record.open(folder))


@pytest.mark.parametrize("width", [60, 80, 100, 160])
def test_the_table_fits_the_terminal(comparison, width):
    lines = comparison_table(comparison, width=width, color=False).splitlines()
    assert max(map(len, lines)) <= width
    assert "…" not in "".join(lines)


def test_every_headline_outcome_of_every_scenario_is_there(comparison):
    text = comparison_table(comparison, width=100, color=False).partition("Difference from")[0]
    headlines = comparison.headlines("no_andijan")
    cells = [word for word in text.split() if "±" in word or word == "0"]
    assert len(cells) == len(headlines) * len(comparison.scenarios)


def test_what_cannot_be_told_from_zero_is_marked(comparison):
    text = comparison_table(comparison, width=100, color=False)
    marked = sum(word.startswith("~") for word in text.split() if "±" in word)
    untold = [
        row
        for row in comparison
        if row.headline and not row.told_from_zero and (row.runs_up or row.runs_down)
    ]
    assert marked == len(untold) > 0
    assert "~ cannot be told from zero" in text


def test_an_outcome_that_is_the_same_in_every_run_is_a_plain_nought(comparison):
    row = comparison.row("no_andijan", "sco_depth")
    assert (row.runs_up, row.runs_down) == (0, 0)
    line = next(
        line
        for line in comparison_table(comparison, width=400, color=False).splitlines()
        if line.startswith("no_andijan")
    )
    assert "0" in line.split()


def test_a_column_has_the_decimals_its_intervals_need(comparison):
    rows = [comparison.row(name, "china_share") for name in comparison.scenarios]
    assert decimals(rows) == 1
    assert "+3.9±0.2" in comparison_table(comparison, width=100, color=False)


def test_a_pipe_and_no_color_get_plain_text(comparison, monkeypatch):
    assert "\x1b" not in comparison_table(comparison)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in comparison_table(comparison)


def test_a_terminal_gets_colour(comparison, monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b[" in comparison_table(comparison, color=True)


def test_each_question_is_followed_by_its_answer(comparison):
    text = answers(comparison, width=100, color=False)
    assert max(map(len, text.splitlines())) <= 100
    for scenario in comparison.scenarios:
        assert scenario in text
    assert text.count("→ ") == len(comparison.scenarios) + 1  # and the baseline's own
    assert text.count("without pairing") == len(comparison.scenarios)
    assert " ".join(text.split()).count("Does Chinese influence change") == 4


def test_a_batch_of_the_baseline_alone_has_nothing_to_compare(tmp_path):
    alone = compare(Record.open(write_results(tmp_path / "alone", scenarios=1, runs=8)))
    assert "nothing to compare" in comparison_table(alone, color=False)
    text = answers(alone, color=False)
    assert text.count("→ ") == 1
    assert "the middle half of worlds" in " ".join(text.split())


def test_patterns_are_shown_with_their_parts_below_them():
    rows = [
        PatternRow("P1", "Both bases open.", 0.9, 40, False, "prior"),
        PatternRow("P1 manas", "Manas", 1.0, 40, True, "prior"),
        PatternRow("P6n", "For the right reason.", 0.3, 40, False, "prior"),
    ]
    lines = pattern_table(rows, width=80, color=False).splitlines()
    assert lines[1].startswith("P1")
    assert "90%" in lines[1]
    assert not lines[2].startswith("P1")
    assert "30%" in lines[3]
    assert "40 free runs" in lines[-1]
    assert "(prior)" in lines[-1]


def test_the_table_says_the_source_and_what_lies_beyond_its_range(tmp_path):
    record = Record.open(write_results(tmp_path / "two", scenarios=2, runs=8, parameters="prior"))
    said = " ".join(comparison_table(compare(record), width=160, color=False).split())
    assert "prior" in said.lower()
    scenario = record.scenarios[1]
    assert f"{scenario}: basing.reservation.united_states is 0, beyond its range 40–120." in said


@pytest.mark.parametrize(
    ("others", "lost", "said"),
    [
        (
            ["a", "b"],
            [3, 0],
            "Manas rent has no value in some runs; left out are of 9 pairs 3 in a.",
        ),
        (["a", "b"], [3, 3], "left out are 3 of 9 pairs in every scenario."),
        (["a", "b"], [9, 9], "Manas rent: there is no pair in which both runs have a value."),
        (list("abcdefgh"), [1, 2, 3, 4, 5, 6, 7, 9], "are 1 to 9 of 9 pairs, most in h."),
    ],
)
def test_pairs_without_a_value_are_told(others, lost, said):
    """Briefly: each scenario where there are few, the span where there are many."""
    pairs = {name: 9 - count for name, count in zip(others, lost, strict=True)}

    class Compared(list):
        record = SimpleNamespace(manifest={"runs": 9, "outcomes": {"rent": {"head": "Manas rent"}}})
        scenarios = others

        def has(self, name, outcome):
            return True

        def row(self, name, outcome):
            return SimpleNamespace(pairs=pairs[name])

    found = without_value(Compared([SimpleNamespace(outcome="rent", headline=True)]))
    assert len(found) == 1
    assert said in found[0]


def test_an_outcome_without_a_value_has_no_column(comparison, monkeypatch):
    def cells():
        table, _, notes = comparison_table(comparison, width=400, color=False).partition("Diff")
        line = next(each for each in table.splitlines() if each.startswith("no_andijan"))
        return len(line.split()), notes

    before, _ = cells()
    whole = comparison.row

    def row(name, outcome):
        found = whole(name, outcome)
        return replace(found, pairs=0) if outcome == "sco_depth" else found

    monkeypatch.setattr(comparison, "row", row)
    after, notes = cells()
    assert after == before - 1
    assert f"{head_of(comparison, 'sco_depth')}: there is no pair in which both runs" in notes

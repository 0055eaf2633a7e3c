"""What a figure says: its message, worked out from the data."""

from __future__ import annotations

import pytest

from simulation.show import messages
from simulation.show.figures.registry import FIGURES
from simulation.show.figures.summaries import MeanDifference

SCENARIO = "us_base_withdrawal"


def only(results, monkeypatch, difference):
    """Let every difference be the same one."""
    monkeypatch.setattr(type(results), "difference", lambda *_: difference)


def test_the_title_says_who_overtakes_whom_and_when(results):
    assert messages.overtaking(results, "baseline").startswith("China overtakes Russia in ")
    assert any(str(year) in messages.overtaking(results, "baseline") for year in range(2004, 2016))


def test_the_title_of_a_scenario_names_the_largest_change_with_its_interval(record):
    title = FIGURES["influence_fan"].make(record, SCENARIO).get_label()
    assert title.startswith("The United States leaves both bases in 2004: the United States loses")
    assert " to " in title


def test_what_cannot_be_told_from_zero_makes_no_headline(results, monkeypatch):
    only(results, monkeypatch, MeanDifference(0.01, -0.01, 0.03))
    message = messages.shift_of_influence(results, SCENARIO, "baseline")
    assert message == "no power's share of influence can be told from the baseline's"


def test_small_changes_are_called_small(results, monkeypatch):
    only(results, monkeypatch, MeanDifference(0.008, 0.006, 0.010))
    message = messages.shift_of_influence(results, SCENARIO, "baseline")
    assert message == "no power's share moves by more than 0.8 points in any state"


def test_a_scenario_that_changes_nothing_is_said_to_change_nothing(results, monkeypatch):
    only(results, monkeypatch, MeanDifference(0.0, 0.0, 0.0))
    message = messages.shift_of_influence(results, SCENARIO, "baseline")
    assert message == "influence is the same as in the baseline in every run"
    assert "in every run" in messages.lead_in_contest(results, SCENARIO, "baseline")


def test_a_loss_is_told_without_a_sign_and_its_interval_runs_upward():
    assert messages.points(MeanDifference(-0.05, -0.06, -0.04)) == "5.0 points (4.0 to 6.0)"


@pytest.mark.parametrize(
    ("share", "text"),
    [(0, "0%"), (0.002, "under 1%"), (0.5, "50%"), (0.998, "over 99%"), (1, "100%")],
)
def test_a_share_that_is_not_quite_nothing_is_not_called_nothing(share, text):
    assert messages.percent(share) == text

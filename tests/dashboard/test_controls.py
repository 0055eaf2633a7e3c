"""What can be moved on the page: sliders and scenarios."""

from __future__ import annotations

import pytest

from simulation.dashboard.controls import placed, scenario_list, slider_groups
from simulation.dashboard.draft import Draft
from simulation.evidence.catalogue import load_catalogue
from simulation.scenario.scenario import load_scenario

WITHDRAWAL = "us_base_withdrawal"
GROWTH = "patronage.budget_growth.china"
KEYS = list(load_catalogue().sliders)
BROKEN = b"""title: Something is wrong here
question: Is it told?
overrides:
  basing.thret: {value: 3, why: A slip of the pen.}
"""


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
    sliders = [
        each
        for group in slider_groups(draft, draft.resolved, "posterior")
        for each in group["sliders"]
    ]
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
    groups = slider_groups(draft, draft.resolved, "posterior")
    held = {each["key"]: each["held"] for group in groups for each in group["sliders"]}
    assert held["organizations.spillover"] == "mechanism spillover off"
    assert held[GROWTH] == ""


def test_a_scenario_with_mistakes_is_not_offered_and_spoils_no_other(tmp_path, monkeypatch):
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "broken.yaml").write_bytes(BROKEN)
    monkeypatch.chdir(tmp_path)
    names = [each["name"] for each in scenario_list()]
    assert names[0] == "baseline"
    assert WITHDRAWAL in names
    assert "broken" not in names

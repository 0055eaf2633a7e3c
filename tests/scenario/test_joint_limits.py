"""Numbers that are lawful one by one and not together: refused with line, reason and remedy."""

from pathlib import Path

import pytest
import yaml

from simulation.evidence.catalogue import load_catalogue
from simulation.inputs.problems import Problems
from simulation.scenario.joint_limits import conflicts
from simulation.scenario.scenario import load_scenario

CHANNELS = ("economic", "political", "security")
NOTHING = dict.fromkeys(CHANNELS, 0)


def report(folder: Path, settings: tuple[str, ...] = (), **entries) -> str:
    """What is said of a scenario, or nothing."""
    path = folder / "together.yaml"
    path.write_text(yaml.safe_dump({"title": "Together", **entries}, sort_keys=False))
    try:
        load_scenario(path, settings=settings)
    except Problems as problems:
        return problems.render()
    return ""


def override(**tables) -> dict:
    return {key.replace("__", "."): {"value": it, "why": "Why."} for key, it in tables.items()}


def test_the_catalogue_stands_together():
    catalogue = load_catalogue()
    assert not list(conflicts(load_scenario("baseline").values, catalogue))


def test_the_channels_cannot_all_weigh_nothing(tmp_path):
    said = report(tmp_path, overrides=override(influence__channel_weight=NOTHING))
    assert "line 3: 'influence.channel_weight' is 0 for every channel\n" in said
    assert "leave one above 0: influence.channel_weight.economic, " in said
    one = {**NOTHING, "security": 0.1}
    assert not report(tmp_path, overrides=override(influence__channel_weight=one))


def test_what_the_command_line_sets_is_said_to_be_its_own(tmp_path):
    said = report(tmp_path, tuple(f"influence.channel_weight.{each}=0" for each in CHANNELS))
    assert said.startswith("--set has 1 problem:")


def test_the_bodies_of_an_organization_cannot_all_weigh_nothing(tmp_path):
    none = {"treaty_organization": 0, "kant_centre": 0}
    said = report(tmp_path, overrides=override(organizations__body_weight=none))
    assert "'organizations.body_weight' is 0 for every body of csto" in said
    assert " of sco" not in said


@pytest.mark.parametrize("table", ["initial.trade_share", "observed.trade_share.y2003"])
def test_the_powers_cannot_have_all_the_trade_of_a_state(tmp_path, table):
    overrides = override(**{f"{table}.russia": {"tajikistan": 0.95}})
    said = report(tmp_path, overrides=overrides)
    assert f"line 3: the powers' shares of tajikistan in '{table}' come to 1.0" in said
    assert "bring them below 1 together" in said
    gone = report(tmp_path, overrides=overrides, actors={"drop": ["tajikistan"]})
    assert "come to" not in gone
    others = ["china", "japan", "united_states"]
    assert not report(tmp_path, overrides=overrides, actors={"drop": others})


def test_a_dated_change_is_checked_with_those_before_and_of_its_quarter(tmp_path):
    def lowered(date: str, **weights: float) -> dict:
        return {"date": date, "set": {"influence.channel_weight": weights}, "why": "Why."}

    first, rest = lowered("2004-03-01", economic=0), lowered("2004-05-01", political=0, security=0)
    said = report(tmp_path, events=[first, rest])
    assert said.count("'influence.channel_weight' is 0 for every channel from then on") == 1
    assert "line 8: " in said
    raised = lowered("2004-06-30", economic=0.2)
    assert not report(tmp_path, events=[first, rest, raised])


def test_what_is_inherited_is_held_against_the_heir(tmp_path):
    report(tmp_path, overrides=override(influence__channel_weight={"economic": 0, "political": 0}))
    heir = tmp_path / "heir.yaml"
    own = override(influence__channel_weight={"security": 0})
    entries = {"title": "Heir", "extends": "together.yaml", "overrides": own}
    heir.write_text(yaml.safe_dump(entries, sort_keys=False))
    with pytest.raises(Problems) as raised:
        load_scenario(heir)
    (problem,) = raised.value.problems
    assert problem.file.endswith("heir.yaml")
    assert problem.line == 4

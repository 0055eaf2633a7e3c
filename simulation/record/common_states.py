"""Over which states two scenarios can be compared, where they do not have the same.

An outcome about a region is read over the states of it that a scenario has. Where another scenario
of the batch has others, the outcome is also read without those that the other lacks, in a column of
its own; a comparison pairs the columns that are about the same states, and says which these are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from simulation.evidence.catalogue import Catalogue
from simulation.model.measures import states_of
from simulation.scenario.scenario import Scenario
from simulation.world.axes import Axes

StatesByRegion = Mapping[str, Sequence[str]]
"""The states that a scenario has of each region."""


class Without(NamedTuple):
    """A region, and the states of it that are left out."""

    region: str
    states: tuple[str, ...]


class CommonStates(NamedTuple):
    """The states of a region that two scenarios share, and what only one of them has."""

    shared: tuple[str, ...]
    only_here: tuple[str, ...]
    only_there: tuple[str, ...]


def states_by_region(
    scenarios: Iterable[Scenario], catalogue: Catalogue
) -> dict[str, dict[str, list[str]]]:
    """The states that each scenario has of each region, by its name."""
    found = {}
    for scenario in scenarios:
        evidence = scenario.evidence(catalogue)
        axes = Axes.of(evidence, scenario)
        found[scenario.name] = {
            region: list(states_of(axes, evidence, region))
            for region in evidence.names["whole region"]
        }
    return found


def common_states(here: Sequence[str], there: Sequence[str]) -> CommonStates:
    """What two scenarios have of a region."""
    return CommonStates(
        shared=tuple(sorted({*here} & {*there})),
        only_here=tuple(sorted({*here} - {*there})),
        only_there=tuple(sorted({*there} - {*here})),
    )


def read_without(scenario: str, states: Mapping[str, StatesByRegion]) -> list[Without]:
    """What a scenario's outcomes are also read without, for the sake of the others'."""
    own = states[scenario]
    found = {
        Without(region, common_states(own[region], other.get(region, ())).only_here)
        for other in states.values()
        for region in own
    }
    return sorted(each for each in found if each.states)


def further_columns(
    states: Mapping[str, StatesByRegion], regions: Mapping[str, str]
) -> dict[str, tuple[str, tuple[str, ...]]]:
    """The further columns of a batch: of which outcome each is, and which states it leaves out.

    Args:
        states: what each scenario has of each region.
        regions: the region that an outcome is about, by outcome; empty where it is about none.
    """
    return {
        column_without(name, each.states): (name, each.states)
        for scenario in states
        for each in read_without(scenario, states)
        for name, region in regions.items()
        if region == each.region
    }


def column_without(outcome: str, states: Sequence[str]) -> str:
    """The column of an outcome that is read without some states."""
    return f"{outcome}_without_{'_and_'.join(states)}" if states else outcome


def states_compared(
    manifest: Mapping[str, Any], scenario: str, baseline: str, outcome: str
) -> CommonStates | None:
    """What two scenarios of a batch have of the region that an outcome is about, if about one."""
    region = manifest.get("outcomes", {}).get(outcome, {}).get("region")
    states = manifest.get("states") or {}
    if not region or scenario not in states or baseline not in states:
        return None
    here, there = states[scenario], states[baseline]
    return common_states(here.get(region, ()), there.get(region, ()))


def paired_columns(
    manifest: Mapping[str, Any], scenario: str, baseline: str, outcome: str
) -> tuple[str, str]:
    """The columns of an outcome that are about the same states: the scenario's, the baseline's."""
    common = states_compared(manifest, scenario, baseline, outcome)
    if common is None:
        return outcome, outcome
    return column_without(outcome, common.only_here), column_without(outcome, common.only_there)

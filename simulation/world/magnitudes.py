"""What the documents' figures make of the projects, bodies and exercises: their size.

The effects stated in `works`, `influence` and `organizations` hold for the sizes that stand beside
them as references; where a scenario changes a stated figure, the effect changes with it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulation.numerics.arrays import Array, zeros
from simulation.parameters.weights import Weights
from simulation.rules import projects
from simulation.world.world import World


@dataclass(frozen=True)
class Sizes:
    """Effects at the sizes of the day.

    Attributes:
        opens_trade, running_flow, host_share: shape (project, region, runs or 1).
        planned_quarters, cost: shape (project, runs or 1).
        exercise, working_groups: factors, 1 at the stated figures.
        standing_bodies: the same for the bodies of each organization, shape (organization, ...).
    """

    opens_trade: Array
    running_flow: Array
    host_share: Array
    planned_quarters: Array
    cost: Array
    exercise: Array
    standing_bodies: Array
    working_groups: Array


def sizes(world: World, weights: Weights) -> Sizes:
    """Effects of works, bodies and exercises, by what is stated of their size."""
    return weights.derived("sizes", lambda: _sizes(world, weights))


def _sizes(world: World, weights: Weights) -> Sizes:
    stated, works = weights.projects, weights.works
    reference, elasticity = works.reference, works.elasticity
    length = projects.relative(stated.length_km, works.reference_length)
    capacity = projects.relative(stated.capacity_mt, reference["capacity_mt"])
    inner, outer = stated.area_ha.values()
    zone = projects.zone(
        inner,
        outer,
        reference["zone_area_ha"],
        stated.zone_tariff,
    )
    yearly_trainees = projects.yearly(stated.trainees, stated.training_years)
    trained = projects.relative(yearly_trainees, reference["trainees_a_year"])
    troops = projects.size_effect(stated.exercise_troops, reference["troops"], elasticity["troops"])
    budget = projects.size_effect(stated.body_budget, reference["budget"], elasticity["budget"])
    by_kind = {"zone": zone, "fund": trained}
    trade, flow = [], []
    for j, project in enumerate(world.projects):
        factor = capacity[j] if project.kind == "pipeline" else by_kind.get(project.kind, 1.0)
        trade.append(projects.at_size(works.opens_trade[j], factor))
        flow.append(projects.at_size(works.running_flow[j], factor))
    return Sizes(
        opens_trade=_stack(trade, world),
        running_flow=_stack(flow, world),
        host_share=_stack([*works.host_share], world),
        planned_quarters=projects.at_size(stated.planned_quarters, length),
        cost=projects.at_size(stated.cost, length),
        exercise=troops,
        standing_bodies=projects.funded(works.budgeted, budget),
        working_groups=projects.relative(stated.begun_projects, reference["projects"]),
    )


def record_of_aid(weights: Weights) -> Array:
    """What each power gives, against what its record is stated to be; shape (power, runs or 1)."""
    return weights.derived("record of aid", lambda: _record_of_aid(weights))


def _record_of_aid(weights: Weights) -> Array:
    stated, works = weights.projects, weights.works
    yearly = projects.yearly(stated.aid_total, stated.aid_years)
    factor = projects.relative(yearly, works.reference["aid_a_year"])
    return projects.funded(works.aid_on_record, factor)


def oil_friendship(weights: Weights) -> Array:
    """How far a long oil contract raises a sponsor's push, shape (power, state, runs or 1)."""
    stated, works = weights.projects, weights.works
    yearly = projects.oil_a_year(stated.oil_contract, stated.oil_taken, stated.oil_years)
    raised = projects.size_effect(yearly, works.reference["oil_a_year"], works.elasticity["oil"])
    return projects.funded(works.oil_contract, raised)


def _stack(rows: list[Array], world: World) -> Array:
    """A table over projects, also where there is no project."""
    if not rows:
        return zeros(0, world.regions, 1)
    return np.stack(np.broadcast_arrays(*rows))

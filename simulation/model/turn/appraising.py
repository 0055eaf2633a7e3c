"""What each state is worth to each power, on the world as it is after the quarter's unrest."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from simulation.numerics.arrays import Array
from simulation.numerics.stretches import stretch
from simulation.parameters.weights import Weights
from simulation.rules import appraisal, patronage
from simulation.world.situation import Situation
from simulation.world.world import World


def worth_to_powers(on: Situation) -> Array:
    """Worth of each contested state to each power, shape (power, region, runs)."""
    return _worth_to_powers(on.world, on.weights, on.public.features, on.public.rival_share)


@stretch("world", "weights")
def _worth_to_powers(
    world: World, weights: Weights, features: Mapping[str, Array], rival_share: Array
) -> Array:
    """The same; `features` and `rival_share` are what everyone can see."""
    rules, worth = weights.appraisal, np.empty_like(world.value)
    for p in range(len(world.axes.power)):
        thirst = appraisal.own_thirst(rules.thirsty[p], world.energy_thirst)
        worth[p] = patronage.worth_giving(
            appraisal.value(
                feature=features,
                priority=rules.priority,
                pressure=world.pressure[p],
                rival_share=rival_share[p],
                stake=world.stake[p],
                thirst=thirst,
                power=p,
                weights=rules,
            ).total
        )
    return worth

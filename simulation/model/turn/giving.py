"""What a power gives without deciding on it anew: aid by worth, and political cover."""

from __future__ import annotations

from simulation.decisions.cases import AidCase
from simulation.numerics.arrays import Array, some
from simulation.rules import patronage


def give(it: AidCase) -> None:
    """Spread what is not withheld over the states by their worth, and cover the frightened."""
    world, weights, p = it.world, it.weights.patronage, it.p
    world.intend("published", p, it.published)
    given = patronage.aid_given(_obliged(it), it.withheld)
    for (power, state), times in world.budget_factors.items():
        if power == p:
            given[:, state] = patronage.aid_multiplied(given[:, state], times)
    world.intend("aid", (slice(None), p), given)
    cover = patronage.cover(weights.non_interference[p], world.fear[: world.regions])
    world.intend("cover", p, cover)


def _obliged(it: AidCase) -> Array:
    """What is planned, as it is signed year by year; conditions are weighed on what is planned."""
    rules, p = it.weights.patronage, it.p
    lumps, drift = rules.lumps[p], rules.drift[p]
    if not (some(lumps > 0) or some(drift > 0)):
        return it.planned
    dyads = it.stream(("power", "states"))
    of_year, since = it.on.noise_of_year(dyads, "lumps"), it.on.walk(dyads, "drift")
    return patronage.obliged(it.planned, patronage.unevenness(of_year, since, lumps, drift))

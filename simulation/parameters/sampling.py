"""Where the parameters of a run come from: their point values, their ranges, or a posterior.

A drawn parameter belongs to its run: it is named by the seed, the run and the key, so that run i
has the same one in every scenario, and anyone who knows these can draw it again.
"""

from __future__ import annotations

from collections.abc import Collection

from simulation.evidence.catalogue import Catalogue
from simulation.numerics.arrays import Array
from simulation.numerics.randomness import Draws
from simulation.parameters.posterior import POSTERIOR, load_posterior

POINT, PRIOR = "point", "prior"

DRAWN_AT = -1
"""The quarter under which parameters are drawn: before the first."""


def draw_parameters(
    source: str, catalogue: Catalogue, draws: Draws, fixed: Collection[str] = ()
) -> dict[str, Array]:
    """The parameters that are drawn by run.

    Args:
        source: "point" for none, "prior" for all that are uncertain, each from its range, or a
            posterior by name, which leaves the parameters it was not fitted to their ranges.
        catalogue: the evidence.
        draws: those of the block of runs.
        fixed: full keys that a scenario holds at a value.

    Returns:
        Values by full key, each of shape (runs,).

    Raises:
        Problems: the posterior is not there, or does not hold for the evidence as it is.
    """
    if source == POINT:
        return {}
    limits = catalogue.drawable()
    if source == PRIOR:
        drawn = {key: _from_range(key, each, draws) for key, each in limits.items()}
    else:
        posterior = load_posterior(catalogue, source)
        drawn = posterior.drawn(draws.uniform(DRAWN_AT, "parameter", POSTERIOR))
        drawn |= {
            key: _from_range(key, limits.get(key) or (0.0, 0.0), draws)
            for key in posterior.unfitted
        }
    return {key: values for key, values in drawn.items() if key not in fixed}


def _from_range(key: str, limits: tuple[float, float], draws: Draws) -> Array:
    low, high = limits
    return low + (high - low) * draws.uniform(DRAWN_AT, "parameter", key)

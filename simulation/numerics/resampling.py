"""Units drawn anew, with replacement, as a bootstrap does."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from simulation.numerics.randomness import Draws


def drawn_anew(
    units: Sequence[str], purpose: str, seed: int, draws: int, turn: int = 0
) -> NDArray[np.intp]:
    """Places of units in samples of as many, shape (draws, units).

    Args:
        units: By which the draws are named.
        purpose: What for. seed, turn: Name the draws too.
        draws: How many samples.
    """
    luck = Draws(seed, 0, draws, np.float64).uniform(turn, units, purpose)
    return (luck.T * len(units)).astype(np.intp)

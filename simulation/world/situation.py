"""What those who decide can look at in a quarter, and the luck that they have in it."""

from __future__ import annotations

from collections.abc import Sequence

from simulation.numerics.arrays import Array
from simulation.numerics.randomness import Draws
from simulation.parameters.weights import Weights
from simulation.world.beginning import Start
from simulation.world.common_knowledge import Public
from simulation.world.world import World


class Situation:
    """The world, the numbers, the start, what everyone can see, and the draws of the quarter.

    Attributes:
        world, weights, start: those of the run.
        public: what everyone can see once the trouble of the quarter is known.
        recorded: whether the decisions of the quarter are known and will be imposed.
    """

    public: Public
    recorded: bool = False

    def __init__(self, world: World, weights: Weights, start: Start, draws: Draws) -> None:
        self.world = world
        self.weights = weights
        self.start = start
        self._draws = draws

    def noise(self, stream: str | Sequence[str], purpose: str) -> Array:
        """This quarter's deviate of unit variance and logistic shape.

        Args:
            stream: the name that the draw bears; of several, a row each.
            purpose: what it is for.

        Returns:
            Shape (runs,), or (stream, runs) for several.
        """
        return self._draws.noise(self.world.quarter, stream, purpose)

    def uniform(self, stream: str | Sequence[str], purpose: str) -> Array:
        """This quarter's draw strictly inside (0, 1), of the shape of `noise`."""
        return self._draws.uniform(self.world.quarter, stream, purpose)

    def logistic(self, stream: str | Sequence[str], purpose: str) -> Array:
        """This quarter's logistic deviate, of the shape of `noise`."""
        return self._draws.logistic(self.world.quarter, stream, purpose)

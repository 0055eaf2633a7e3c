"""What every agent has: a name, a place in the world's arrays, and draws of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import mesa

from simulation.numerics.arrays import Array

if TYPE_CHECKING:
    from simulation.model.model import InfluenceModel


class Actor(mesa.Agent):
    """Anyone with a name, a place in the world's arrays, and draws of its own."""

    model: InfluenceModel

    def __init__(self, model: InfluenceModel, name: str) -> None:
        super().__init__(model)
        self.name = name
        self.world = model.world
        self.weights = model.weights

    def uniform(self, purpose: str, other: str | Sequence[str] = "") -> Array:
        """This quarter's draw for a purpose, strictly inside (0, 1).

        Args:
            purpose: what it is for.
            other: whom or what it is about; of several, a row each.

        Returns:
            Shape (runs,), or (other, runs) for several.
        """
        return self.model.uniform(self._who(other), purpose)

    def logistic(self, purpose: str, other: str | Sequence[str] = "") -> Array:
        """This quarter's logistic deviate for a purpose, of the shape of `uniform`."""
        return self.model.logistic(self._who(other), purpose)

    def _who(self, other: str | Sequence[str]) -> str | tuple[str, ...]:
        """The name under which one draws."""
        if isinstance(other, str):
            return f"{self.name}>{other}" if other else self.name
        return tuple(f"{self.name}>{each}" for each in other)

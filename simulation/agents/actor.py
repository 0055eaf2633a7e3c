"""What every agent has: a name, a place in the world's arrays, and draws of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import mesa
import numpy as np

from simulation.arrays import Array

if TYPE_CHECKING:
    from simulation.model import InfluenceModel


class Actor(mesa.Agent):
    """Anyone with a name, a place in the world's arrays, and draws of its own."""

    model: InfluenceModel

    def __init__(self, model: InfluenceModel, name: str) -> None:
        super().__init__(model)
        self.name = name
        self.world = model.world
        self.weights = model.weights

    def uniform(self, purpose: str, other: str = "") -> Array:
        """This quarter's draw for a purpose, shape (runs,), strictly inside (0, 1)."""
        name = f"{self.name}>{other}" if other else self.name
        return self.model.draws.uniform(self.world.quarter, name, purpose)

    def logistic(self, purpose: str, other: str = "") -> Array:
        """This quarter's logistic deviate for a purpose, shape (runs,)."""
        u = self.uniform(purpose, other)
        return np.log(u / (1 - u))

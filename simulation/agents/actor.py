"""What every agent has: a name, a place in the world's arrays, and draws of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import mesa

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
        self._names: dict[str | tuple[str, ...], str | tuple[str, ...]] = {}

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
        """The name under which one draws; made once, since its hash is kept with it."""
        about = other if isinstance(other, str) else tuple(other)
        if about not in self._names:
            self._names[about] = (
                tuple(f"{self.name}>{each}" for each in about)
                if isinstance(about, tuple)
                else f"{self.name}>{about}"
                if about
                else self.name
            )
        return self._names[about]

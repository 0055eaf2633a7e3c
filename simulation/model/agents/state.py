"""States: they answer proposals, review guests, and hand over exiles or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulation.decisions.bases import OPEN_BASE, REVIEW, TAKE_UP
from simulation.decisions.cases import BaseCase, DyadCase
from simulation.decisions.patronage import UNDERSTANDING
from simulation.model.agents.actor import Actor, Quantity
from simulation.numerics.arrays import some

if TYPE_CHECKING:
    from simulation.model.model import InfluenceModel


class State(Actor):
    """A Central Asian or outer state: answers offers, reviews its guests."""

    fear = Quantity("fear", "state")
    accountability = Quantity("accountability", "state")
    affinity = Quantity("affinity", "state", before=1)
    repression = Quantity("repression", "region")
    hardship = Quantity("hardship", "region")
    capacity = Quantity("capacity", "region")
    militancy = Quantity("militancy", "region")
    influence = Quantity("influence", "region", before=1)
    share = Quantity("share", "region", before=1)

    def __init__(self, model: InfluenceModel, name: str) -> None:
        super().__init__(model, name)
        self.s = self.world.place("state", name)
        self.in_region = self.world.has("region", name)
        self.bases = [b for b, host in enumerate(self.world.hosts) if host == self.s]

    def respond(self) -> None:
        """Answer proposals for bases, review guests, and hand over exiles or not."""
        if not self.in_region:
            return
        for b in self.bases:
            it = BaseCase(self.on, b)
            OPEN_BASE.decide(it)
            TAKE_UP.decide(it)
            REVIEW.decide(it)
        if UNDERSTANDING.due(self.on):
            for p, seeks in enumerate(self.weights.patronage.seeks_exiles):
                if some(seeks > 0):
                    UNDERSTANDING.decide(DyadCase(self.on, self.s, p))

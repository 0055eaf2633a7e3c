"""Great powers: they appraise, give and withhold, propose bases, and bargain to stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulation.decisions.bases import (
    KEEP_BASE,
    LEAVE_EARLY,
    PROPOSE_AGAINST_RIVALS,
    PROPOSE_FOR_CAMPAIGN,
    RAISE_RENT,
    VISIT,
    WITHDRAW,
)
from simulation.decisions.cases import AidCase, BaseCase, DealCase
from simulation.decisions.patronage import DEAL, OFFER_CREDIT, WITHHOLD_AID
from simulation.model.agents.actor import Actor, Quantity
from simulation.model.turn.appraising import worth_to_powers
from simulation.model.turn.giving import give
from simulation.numerics.arrays import rows_with, some

if TYPE_CHECKING:
    from simulation.model.model import InfluenceModel


class Power(Actor):
    """A great power: appraises, gives and withholds, proposes bases, bargains to stay."""

    pressure = Quantity("pressure", "power")
    value = Quantity("value", "power")
    influence = Quantity("influence", "power")
    share = Quantity("share", "power")
    affinity = Quantity("affinity", "power")
    criticism = Quantity("criticism", "power")
    withheld = Quantity("withheld", "power")

    def __init__(self, model: InfluenceModel, name: str) -> None:
        super().__init__(model, name)
        self.p = self.world.place("power", name)
        self.bases = [
            b
            for b, guest in enumerate(self.world.guests)
            if guest == self.p and self.world.in_region(b)
        ]

    def appraise(self) -> None:
        """Value each contested state on the world as it is after this quarter's unrest."""
        self.world.intend("value", self.p, self.on.shared(worth_to_powers)[self.p])

    def offer(self) -> None:
        """Withhold aid or give it, cover the frightened, sign deals, propose bases."""
        it = AidCase(self.on, self.p)
        WITHHOLD_AID.decide(it)
        give(it)
        OFFER_CREDIT.decide(it)
        cracked = rows_with(self.world.cracked_down[: self.world.regions])
        if cracked and some(self.weights.patronage.non_interference[self.p] > 0):
            DEAL.decide(DealCase(self.on, self.p, cracked))
        bases = [BaseCase(self.on, b) for b in self.bases]
        for base in bases:
            if self.world.asked_for[base.b]:  # else an event opens it, or nobody does
                propose = PROPOSE_FOR_CAMPAIGN if base.for_campaign else PROPOSE_AGAINST_RIVALS
                propose.decide(base)
        for base in bases:
            RAISE_RENT.decide(base)
            WITHDRAW.decide(base)

    def bargain(self) -> None:
        """Under review, pay the price to stay and come in person, or receive notice."""
        for b in self.bases:
            it = BaseCase(self.on, b)
            VISIT.decide(it)
            KEEP_BASE.decide(it)
            LEAVE_EARLY.decide(it)

"""States: they suffer unrest, answer proposals, review guests, and hand over exiles or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulation.model import turn
from simulation.model.agents.actor import Actor
from simulation.numerics.arrays import Array, Mask, Utility, logit, sigmoid, some
from simulation.numerics.dates import season_of
from simulation.rules import basing, patronage, regime
from simulation.world import world as w

if TYPE_CHECKING:
    from simulation.model.model import InfluenceModel


class State(Actor):
    """A Central Asian or outer state: suffers unrest, responds to offers, hosts, hedges."""

    def __init__(self, model: InfluenceModel, name: str) -> None:
        super().__init__(model, name)
        self.s = self.world.place("state", name)
        self.in_region = self.world.has("region", name)
        installations = model.catalogue.installations
        self.bases = [
            (self.world.place("installation", base), base, installations[base].guest)
            for base in self.world.axes.installation
            if installations[base].host == name
        ]

    def suffer_unrest(self) -> None:
        """Unrest comes by chance where no trouble is scripted; the regime cracks down or falls."""
        if not self.in_region or self.model.trouble_is_scripted:
            return
        world, weights = self.world, self.weights.regime
        hazard = regime.unrest_utility(world.hardship[self.s], world.club[self.s], weights)
        draw = self.uniform("unrest")
        unrest = draw < regime.chance(hazard)
        world.explain("unrest", self.name, "", hazard, unrest, draw=-logit(draw))
        if not some(unrest):
            return
        odds = regime.fall_utility(world.capacity[self.s], world.hardship[self.s], weights)
        draw = self.uniform("fall")
        falls = unrest & (draw < regime.chance(odds))
        conditions = {"unrest": unrest}
        world.explain("ouster", self.name, "", odds, falls, 0, -logit(draw), conditions)
        world.intend("ousted", self.s, True, falls)
        world.intend("cracked_down", self.s, True, unrest & ~falls)

    def respond(self) -> None:
        """Answer proposals for bases, review guests, and hand over exiles or not."""
        if not self.in_region:
            return
        for b, base, guest in self.bases:
            self._answer_proposal(b, base, guest)
            self._review(b, base, guest)
        self._hand_over_exiles()

    def hosting(self, b: int, rent: Array) -> Utility:
        """What hosting is worth, from the public state of the quarter."""
        return turn.hosting(self.world, self.weights, self.model.public, b, rent)

    def _called(self) -> Mask:
        """Whether a bloc to which the state belongs has spoken this quarter."""
        world = self.world
        m = len(world.axes.power) + self.s
        return np.any(world.stated_now & (world.standing[:, m] == w.MEMBER), axis=0)

    def _answer_proposal(self, b: int, base: str, guest: str) -> None:
        world, weights = self.world, self.weights.basing
        asked = world.proposed[b]
        if not some(asked):
            return
        rent = np.broadcast_to(weights.first_rent[b], (world.runs,))
        utility = self.hosting(b, rent)
        mood = weights.noise * self.logistic("host", base)
        agrees = asked & (utility.total + mood > 0)
        facts = self._terms_of_stay(b, rent)
        conditions = {"asked": asked}
        world.explain("open_base", self.name, base, utility, agrees, 0, mood, conditions, facts)
        world.intend("base_status", b, w.OPEN, agrees)
        world.intend("rent", b, rent, agrees)
        term = np.rint(weights.contract[b])
        world.intend("contract_left", b, term, agrees)
        world.mark("opened_at", b, agrees)
        world.note("open_base", agrees, self.name, guest, base, rent)

    def _review(self, b: int, base: str, guest: str) -> None:
        world, weights = self.world, self.weights.basing
        is_open = world.base_status[b] == w.OPEN
        if not some(is_open):
            return
        ended = world.contract_left[b] <= 0
        called = self._called()
        triggered = called | world.new_government[self.s] | ended
        chance = basing.review_chance(triggered, weights)
        draw = self.uniform("review", base)
        reviewed = is_open & (draw < chance)
        if world.explaining:
            world.explain(
                "take_up",
                self.name,
                base,
                basing.review_odds(triggered, weights),
                reviewed,
                draw=-logit(draw),
                conditions={"in_use": is_open},
                facts={
                    "statement": called,
                    "new_government": world.new_government[self.s],
                    "contract_end": ended,
                },
            )
        if not some(reviewed):
            return
        utility = self.hosting(b, world.rent[b])
        mood = weights.noise * self.logistic("mood", base)
        unhappy = reviewed & (utility.total + mood < 0)
        price = basing.price_to_stay(utility, self.model.public.rent_scale[self.s], weights)
        facts = {**self._terms_of_stay(b, world.rent[b]), "price": price}
        conditions = {"reviewed": reviewed}
        world.explain(
            "review", self.name, base, utility, unhappy, 0, mood, conditions, facts, below=True
        )
        world.intend("under_review", b, unhappy)
        world.intend("price", b, price, unhappy)
        renewed = reviewed & ended & ~unhappy
        term = np.rint(weights.contract[b])
        world.intend("contract_left", b, term, renewed)
        world.note("review", unhappy, self.name, guest, base, price)

    def _terms_of_stay(self, b: int, rent: Array) -> dict[str, Array | float]:
        """What belongs to hosting and is no term of it."""
        scale = self.model.public.rent_scale[self.s]
        return {"rent": rent, "scale": scale, "campaign_base": self.world.for_campaign[b]}

    def _hand_over_exiles(self) -> None:
        world, weights, s = self.world, self.weights, self.s
        if season_of(world.quarter) != weights.patronage.understanding_season:
            return
        for p, power in enumerate(world.axes.power):
            if not some(self.weights.patronage.seeks_exiles[p] > 0):
                continue
            asked = ~world.understanding[p, s]
            utility = patronage.understanding_utility(
                goods=world.goods[p, s],
                fear=world.fear[s],
                accountability=world.accountability[s],
                exile=weights.initial.xinjiang[s],
                weights=weights.patronage,
            )
            draw = self.uniform("understanding", power)
            agrees = asked & (draw < sigmoid(utility.total))
            conditions = {"none_yet": asked}
            world.explain(
                "understanding", self.name, power, utility, agrees, 0, -logit(draw), conditions
            )
            world.intend("understanding", (p, s), True, agrees)
            world.note("understanding", agrees, self.name, power)

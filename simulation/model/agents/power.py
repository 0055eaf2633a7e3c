"""Great powers: they appraise, give and withhold, propose bases, and bargain to stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulation.model.agents.actor import Actor
from simulation.numerics.arrays import Array, Mask, Utility, logit, rows_with, some
from simulation.numerics.dates import (
    DAYS_IN_QUARTER,
    FIRST_YEAR,
    QUARTERS_IN_YEAR,
    season_of,
    year_of,
)
from simulation.rules import appraisal, basing, patronage
from simulation.world import world as w
from simulation.world.magnitudes import record_of_aid

if TYPE_CHECKING:
    from simulation.model.model import InfluenceModel


class Power(Actor):
    """A great power: appraises, gives and withholds, proposes bases, bargains to stay."""

    def __init__(self, model: InfluenceModel, name: str) -> None:
        super().__init__(model, name)
        self.p = self.world.place("power", name)
        installations = model.catalogue.installations
        self.bases = [
            (self.world.place("installation", base), base, installations[base].host)
            for base in self.world.axes.installation
            if installations[base].guest == name
        ]

    def appraise(self) -> None:
        """Value each contested state on the world as it is after this quarter's unrest."""
        world, p = self.world, self.p
        worth = appraisal.value(
            feature=self.model.public.features,
            priority=self.weights.appraisal.priority,
            pressure=world.pressure[p],
            rival_share=self.model.public.rival_share[p],
            stake=world.stake[p],
            power=p,
            weights=self.weights.appraisal,
        )
        world.intend("value", p, np.maximum(worth.total, 0))

    def offer(self) -> None:
        """Spread aid, withhold it, cover the frightened, sign deals, propose bases."""
        self._withhold_and_give()
        self._deal()
        for b, base, host in self.bases:
            self._propose(b, base, host)

    def _withhold_and_give(self) -> None:
        world, weights, p = self.world, self.weights.patronage, self.p
        withheld = world.withheld[p]
        published = np.zeros_like(withheld)
        if season_of(world.quarter) == weights.decision_season:
            share = patronage.withheld(
                world.repression, world.need[p], weights.conditionality[p], weights
            )
            withheld = np.where(world.scripted_withholding[p], withheld, share)
            announced = patronage.published(withheld, weights)
            published = withheld * announced
            world.intend("withheld", p, withheld)
            if world.explaining and some(weights.conditionality[p] > 0):
                self._explain_withholding(announced)
            world.mark("withheld_since", p, announced)
            states = world.axes.region
            world.note_each("withhold_aid", announced, self.name, states, "", withheld)
        world.intend("published", p, published)
        part = patronage.spread(world.value[p], weights.concentration, weights.reserve[p])
        years = year_of(world.quarter) - FIRST_YEAR
        growth = (1 + weights.budget_growth[p]) ** years
        record = record_of_aid(self.weights)[p]
        given = part * (1 - withheld)
        yearly = weights.budget[:, p] * growth * record
        quarterly = yearly / QUARTERS_IN_YEAR
        world.intend("aid", (slice(None), p), given * quarterly[:, np.newaxis])
        world.intend("cover", p, weights.non_interference[p] * world.fear[: world.regions])

    def _explain_withholding(self, announced: Mask) -> None:
        world, weights, p = self.world, self.weights.patronage, self.p
        utility = patronage.withholding_utility(world.repression, world.need[p], weights)
        bar = patronage.withholding_bar(weights.conditionality[p], weights)
        for a, state in enumerate(world.axes.region):
            fresh = ~world.scripted_withholding[p, a]
            world.explain(
                "withhold_aid",
                self.name,
                state,
                utility.of(a),
                announced[a] & fresh,
                bar,
                conditions={"unscripted": fresh},
            )

    def _deal(self) -> None:
        world, weights = self.world, self.weights.patronage
        cracked = world.cracked_down[: world.regions]
        places = rows_with(cracked)
        if not places or not some(weights.non_interference[self.p] > 0):
            return
        states = [world.axes.region[a] for a in places]
        hydrocarbons = self.weights.initial.hydrocarbons
        chance = patronage.deal_after_crackdown(
            weights.non_interference[self.p], cracked[places], hydrocarbons[places], weights
        )
        draw = self.uniform("deal", states)
        signed = draw < chance
        amount = weights.deal_amount * signed
        for row, a in enumerate(places):
            if world.explaining:
                utility = patronage.deal_utility(
                    weights.non_interference[self.p], hydrocarbons[a], weights
                )
                luck, conditions = -np.log(draw[row]), {"crackdown": cracked[a]}
                about = (utility, signed[row], 0, luck, conditions)
                world.explain("deal", self.name, states[row], *about)
            world.intend("deals", (self.p, a), world.deals[self.p, a] + amount[row])
        world.note_each("deal", signed, self.name, states, "", amount)

    def _propose(self, b: int, base: str, host: str) -> None:
        world, weights, p = self.world, self.weights.basing, self.p
        free = (world.base_status[b] == w.NONE) | (world.base_status[b] == w.PRESENT)
        if not some(free):
            return
        propensity = weights.propensity[p]
        if world.for_campaign[b]:
            worth = world.value[p, world.place("region", host)]
            luck: Array | float = 0.0
            bar = weights.value_threshold
            asks = basing.campaign_proposal(worth, world.campaign, bar, propensity)
            conditions = {"free": free, "at_war": world.campaign > 0, "seeks": propensity > 0}
            utility = Utility(worth=worth)
        else:
            bar = weights.pressure_threshold[b]
            chance = basing.proposal_chance(world.pressure[p], bar, propensity, weights)
            draw = self.uniform("propose", base)
            asks = draw < chance
            if world.explaining:
                seeks = draw < propensity
                luck = -logit(np.where(seeks, draw / np.where(seeks, propensity, 1), 0.5))
                conditions = {"free": free, "seeks": seeks}
                bar = weights.proposal_slope * bar
                utility = Utility(pressure=weights.proposal_slope * world.pressure[p])
        if world.explaining:
            world.explain(
                "propose_base", self.name, base, utility, free & asks, bar, luck, conditions
            )
        world.intend("proposed", b, free & asks)

    def bargain(self) -> None:
        """Under review, pay the price to stay and come in person, or receive notice."""
        for b, base, host in self.bases:
            self._stay_or_go(b, base, host)
            self._run_notice(b, base, host)

    def _stay_or_go(self, b: int, base: str, host: str) -> None:
        world, weights, p = self.world, self.weights.basing, self.p
        reviewed = world.under_review[b]
        if not some(reviewed):
            return
        a = world.place("region", host)
        blame = self.model.public.blame[p, a]
        ceiling = basing.reservation(
            weights.reservation[p], self.weights.initial.access[a], world.campaign, weights
        )
        draw = self.uniform("attend", base)
        comes = draw < basing.attendance(blame, world.fear[a], weights)
        pays = world.price[b] <= ceiling
        stays = reviewed & pays & comes
        goes = reviewed & ~stays
        rent = np.where(stays, np.maximum(world.price[b], world.rent[b]), world.rent[b])
        raised = stays & (rent > world.rent[b])
        if world.explaining:
            self._explain_bargain(b, base, host, ceiling, draw, comes)
        world.intend("rent", b, rent, stays)
        term = np.rint(weights.contract[b])
        world.intend("contract_left", b, term, stays)
        world.intend("base_status", b, w.NOTICE, goes)
        notice = np.rint(weights.notice[b] / DAYS_IN_QUARTER)
        world.intend("notice_left", b, notice, goes)
        world.mark("rent_raised_at", b, raised)
        world.mark("notice_at", b, goes)
        world.note("keep_base", stays, self.name, host, base, rent)
        world.note("serve_notice", goes, host, self.name, base, world.price[b])

    def _explain_bargain(
        self, b: int, base: str, host: str, ceiling: Array, draw: Array, comes: Mask
    ) -> None:
        world, weights, p = self.world, self.weights.basing, self.p
        a, reviewed = world.place("region", host), world.under_review[b]
        scale = self.model.public.rent_scale[a]
        welcome = Utility(
            welcome=1.0,
            blame=-weights.attendance_blame * self.model.public.blame[p, a] * world.fear[a],
        )
        conditions = {"under_review": reviewed}
        world.explain("visit", self.name, base, welcome, reviewed & comes, 0, -draw, conditions)
        hosting = self.model.states[a].hosting(b, world.rent[b])
        world.explain(
            "keep_base",
            self.name,
            base,
            basing.staying_utility(hosting, ceiling, scale, weights),
            reviewed & comes & (world.price[b] <= ceiling),
            weights.margin,
            conditions={"under_review": reviewed, "visited": comes},
            facts={
                "rent": world.rent[b],
                "scale": scale,
                "campaign_base": world.for_campaign[b],
                "price": world.price[b],
                "reservation": ceiling,
            },
        )

    def _run_notice(self, b: int, base: str, host: str) -> None:
        world, weights = self.world, self.weights.basing
        leaving = world.base_status[b] == w.NOTICE
        if not some(leaving):
            return
        left = world.notice_left[b] - 1
        early = self.uniform("leave_early", base) < weights.leave_early
        gone = leaving & (early | (left <= 0))
        world.intend("notice_left", b, left, leaving)
        world.intend("base_status", b, w.CLOSED, gone)
        world.intend("rent", b, 0, gone)
        world.mark("closed_at", b, gone)
        world.note("close_base", gone, self.name, host, base)

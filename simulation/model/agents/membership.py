"""Who belongs to an organization: its sponsors and their say, admission, joining, leaving."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulation.model.agents.actor import Actor
from simulation.numerics.arrays import (
    Array,
    Mask,
    logit,
    number,
    ones,
    rows_with,
    some,
    total,
    zeros,
)
from simulation.rules import organizations
from simulation.world import world as w
from simulation.world.magnitudes import oil_friendship

if TYPE_CHECKING:
    from simulation.model.model import InfluenceModel


class Club(Actor):
    """The members of an organization and how they come and go."""

    def __init__(self, model: InfluenceModel, name: str) -> None:
        super().__init__(model, name)
        self.o = self.world.place("organization", name)
        self.entry = model.catalogue.organizations[name]
        powers = self.world.axes.power
        self.sponsors = [
            self.world.place("power", sponsor)
            for sponsor in self.entry.sponsors
            if sponsor in powers
        ]
        self.bodies = [
            (self.world.place("body", (name, body)), body, self.entry.bodies[body])
            for body in sorted(self.entry.bodies)
        ]
        self.packages = [
            pair
            for pair in self.entry.packages
            if all(self.world.has("member", one) for one in pair)
        ]

    def belonging(self) -> Mask:
        """Who is a full member, shape (member, runs)."""
        return self.world.standing[self.o] == w.MEMBER

    def widened(self, of_states: Array) -> Array:
        """Widen values of states to all members; powers get 0."""
        powers = zeros(len(self.world.axes.power), of_states.shape[-1])
        return np.concatenate([powers, of_states])

    def _sponsor_say(self) -> Array:
        world, weights = self.world, self.weights.organizations
        rows = []
        for p in self.sponsors:
            hosts = zeros(world.runs)
            for body, _, entry in self.bodies:
                if entry.kind == "institution":
                    hosts = np.maximum(hosts, world.founded[body] & (world.seat[body] == p))
            rows.append(organizations.say(hosts, self.model.public.creditor[p], weights))
        return np.stack(rows)

    def sponsor_pressure(self) -> Array:
        """The sponsors' lagged pressure, weighted by their say."""
        pressures = np.stack([self.world.pressure[p] for p in self.sponsors])
        return organizations.voice_of_sponsors(pressures, self._sponsor_say())

    def _rivals(self, belongs: Mask) -> list[int]:
        """Powers with bases in the region that do not belong."""
        return [g for g in sorted(set(self.world.guests)) if not some(belongs[g])]

    def admit(self) -> None:
        """Weigh every candidate as observer or full member; packages come together or not."""
        world, weights = self.world, self.weights.organizations
        if not some(weights.admits[self.o]):
            return
        belongs = self.belonging()
        size = total(number(belongs))
        powers = len(world.axes.power)
        sponsor_leanings = world.affinity[self.sponsors]
        leanings = np.concatenate(
            [ones(len(self.sponsors), powers, world.runs), sponsor_leanings], axis=1
        )
        members = organizations.tally(leanings, belongs)
        pressure = self.sponsor_pressure()
        wanted = weights.sponsor_push * oil_friendship(self.weights)
        grants: dict[str, Mask] = {}
        votes: dict[str, tuple] = {}
        for s, state in enumerate(world.axes.state):
            m = powers + s
            standing = world.standing[self.o, m]
            observing = standing == w.OUTSIDE
            candidate = (standing != w.MEMBER) & world.exists[self.o]
            barred = world.sanctioned[s] & (weights.bar_sanctioned > 0) & ~observing
            candidate = candidate & ~barred
            if not some(candidate):
                continue
            served = observing | (world.observing_for[self.o, m] >= weights.observer_quarters)
            candidate = candidate & served
            fraction = np.where(observing, weights.observer_fraction, 1)
            push = np.max(wanted[self.sponsors, s], axis=0)
            rivals = self._rivals(belongs)
            utility = organizations.admission_utility(
                appeal=weights.appeal[s],
                sponsor=push,
                rivals=pressure,
                bloc_seeking=organizations.distance(world.affinity[rivals, s]),
                autonomy=self.weights.initial.autonomy[s],
                size=size,
                spread=organizations.spread_with(members, sponsor_leanings[:, s]),
                fraction=fraction,
                depth=world.depth[self.o],
                weights=weights,
                welcome=world.welcome[self.o, s],
            )
            if self.model.history.covers(world.quarter):  # a refusal may have to be explained
                world.intend("worth", (self.o, s), utility.total, candidate)
            mood = weights.admission_noise * self.logistic("admit", state)
            granted = candidate & (utility.total + mood > 0)
            conditions = {"outside": standing != w.MEMBER, "unbarred": ~barred, "served": served}
            facts = {"fraction": fraction}
            votes[state] = (utility, mood, conditions, facts)
            grants[state] = granted
        for one, other in self.packages:  # each has a sponsor who will not have the other alone
            s, t = world.place("state", one), world.place("state", other)
            same = np.minimum(world.standing[self.o, powers + s], w.OBSERVER) == np.minimum(
                world.standing[self.o, powers + t], w.OBSERVER
            )
            nobody = np.zeros(world.runs, dtype=bool)
            first, second = grants.get(one, nobody), grants.get(other, nobody)
            for name, partner in ((one, second), (other, first)):
                if name in grants:
                    grants[name] = np.where(same, first & second, grants[name])
                    votes[name][2]["partner"] = ~same | partner
        for state, granted in grants.items():
            m = world.place("member", state)
            standing = world.standing[self.o, m]
            world.intend("standing", (self.o, m), standing + 1, granted)
            world.mark("joined_at", (self.o, m), granted)
            world.note("admit", granted, self.name, state, "", standing + 1)
            utility, mood, conditions, facts = votes[state]
            world.explain("admit", self.name, state, utility, granted, 0.0, mood, conditions, facts)

    def join_and_leave(self, summit: bool) -> None:
        """States join at summits; they may leave in any quarter."""
        world, weights = self.world, self.weights.organizations
        powers = len(world.axes.power)
        sponsor = self.sponsors[0]
        start = self.model.start
        eligible = weights.eligible[self.o] > 0
        concerned = eligible.any(axis=-1)
        if not (summit or world.explaining):  # outsiders join at summits alone
            concerned &= (world.standing[self.o, powers:] == w.MEMBER).any(axis=-1)
        places = concerned.nonzero()[0]
        if not places.size:
            return
        near = places < world.regions
        dependence = zeros(len(places), world.runs)
        grip = world.concentration[sponsor] - start.concentration[sponsor]
        dependence[near] = np.maximum(grip[places[near]], 0)
        utility = organizations.belonging_utility(
            base=weights.belonging_base[self.o],
            fear=world.fear_before[places] - self.weights.regime.fear_floor,
            fear_sign=weights.shelters[self.o],
            affinity_gain=world.affinity[sponsor, places] - start.affinity[sponsor, places],
            autonomy=self.weights.initial.autonomy[places],
            concentration_gain=dependence,
            weights=weights,
        )
        draw = self.uniform("belong", [world.axes.state[s] for s in places])
        belongs = world.standing[self.o, powers + places] == w.MEMBER
        leaving = belongs & (draw < organizations.leaving_chance(utility, weights))
        may_join = world.exists[self.o] & eligible[places]
        joining = np.zeros_like(belongs)
        if summit:
            joining = ~belongs & may_join
            joining &= draw < organizations.joining_chance(utility, weights)
        moving = rows_with(leaving | joining)
        for row in range(len(places)) if world.explaining else moving:
            s, inside = places[row], belongs[row]
            state, index = world.axes.state[s], (self.o, powers + s)
            moves: tuple[tuple[w.LoggedKind, Mask, int, w.ArrayName], ...] = (
                ("leave", leaving[row], w.OUTSIDE, "left_at"),
                ("join", joining[row], w.MEMBER, "joined_at"),
            )
            for decision, happened, standing, first in moves:
                if world.explaining:
                    conditions = {"member": inside}
                    if decision == "join":
                        meets = np.broadcast_to(summit, inside.shape)
                        conditions = {"outside": ~inside, "open_to": may_join[row], "summit": meets}
                    sign = 1 if decision == "join" else -1
                    bar = sign * weights.hysteresis
                    luck = -sign * logit(draw[row]) / weights.belonging_slope
                    worth, facts = utility.of(row), {"shelters": weights.shelters[self.o]}
                    about = (worth, happened, bar, luck, conditions, facts, decision == "leave")
                    world.explain(decision, state, self.name, *about)
                if some(happened):
                    world.intend("standing", index, standing, happened)
                    world.mark(first, index, happened)
                    world.note(decision, happened, state, self.name)

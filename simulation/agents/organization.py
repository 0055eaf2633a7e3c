"""Organizations: they meet, found bodies, speak, admit and exercise; members come and go."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulation import world as w
from simulation.agents.actor import Actor
from simulation.arrays import Array, Mask, Utility, logit, total
from simulation.dates import quarter_of, season_of, year_of
from simulation.rules import organizations

if TYPE_CHECKING:
    from simulation.model import InfluenceModel


class Organization(Actor):
    """An organization: founds bodies, speaks, admits, exercises; its members come and go."""

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

    def meets(self, council: str) -> bool:
        """Whether a council meets this quarter: as it did while known, else in its season."""
        calendar = self.entry.summits.get(council)
        if calendar is None:
            return False
        met = {quarter_of(day) for day in self.model.history.days(calendar.known)}
        years = {year_of(quarter) for quarter in met}
        if year_of(self.world.quarter) in years:
            return self.world.quarter in met
        return season_of(self.world.quarter) == calendar.season

    def convene(self) -> None:
        """Hold the meetings that fall in this quarter and decide what they decide."""
        world = self.world
        if not self.sponsors:
            return
        self._speak_for_members()
        if not world.exists[self.o].all():
            self._may_be_founded()
        if not world.exists[self.o].any():
            return
        heads_of_state = self.meets("heads_of_state")
        if heads_of_state or self.meets("heads_of_government"):
            self._found_bodies("heads_of_state" if heads_of_state else "heads_of_government")
        if heads_of_state:
            self._make_statement()
            self._admit()
        self._join_and_leave(heads_of_state)
        if season_of(world.quarter) == self.weights.organizations.exercise_season:
            self._exercise()

    # what members bring to the table

    def _belongs(self) -> Mask:
        return self.world.standing[self.o] == w.MEMBER

    def _members(self, of_states: Array) -> Array:
        """Widen values of states to all members; powers get 0."""
        powers = np.zeros((len(self.world.axes.power), of_states.shape[-1]))
        return np.concatenate([powers, of_states])

    def _sponsor_say(self) -> Array:
        world, weights = self.world, self.weights.organizations
        rows = []
        for p in self.sponsors:
            hosts = np.zeros(world.runs)
            for body, _, entry in self.bodies:
                if entry.kind == "institution":
                    hosts = np.maximum(hosts, world.founded[body] & (world.seat[body] == p))
            rows.append(organizations.say(hosts, self.model.public.creditor[p], weights))
        return np.stack(rows)

    def _sponsor_pressure(self) -> Array:
        pressures = np.stack([self.world.pressure[p] for p in self.sponsors])
        return organizations.voice_of_sponsors(pressures, self._sponsor_say())

    def _rivals(self, belongs: Mask) -> list[int]:
        """Powers with bases in the region that do not belong."""
        return [g for g in sorted(set(self.world.guests)) if not belongs[g].any()]

    def _found_bodies(self, council: str) -> None:
        world, weights = self.world, self.weights.organizations
        due = [item for item in self.bodies if item[2].decided_by == council]
        due = [item for item in due if not world.founded[item[0]].all()]
        if not due:
            return
        belongs = self._belongs()
        pressure = self._sponsor_pressure()
        public = self.model.public
        autonomy = self._members(self.weights.initial.autonomy)
        friction = self._members(public.friction)
        threat = self._members(public.threat)
        trade = self._founded_share("economic")
        for body, name, entry in due:
            missing = world.exists[self.o] & ~world.founded[body]
            prepared = np.ones(world.runs, dtype=bool)
            for required in entry.requires:
                prepared &= world.founded[world.place("body", (self.name, required))]
            ready = missing & prepared
            if not ready.any():
                continue
            answers = entry.kind == "security"
            support = organizations.body_support(
                benefit=weights.benefit[entry.kind] + weights.taste[entry.kind],
                spillover=trade * (entry.kind != "economic"),
                threat=threat * answers,
                sponsor_pressure=pressure,
                autonomy=autonomy,
                friction=friction,
                weights=weights,
            )
            noise = weights.body_noise * np.stack(
                [self.logistic(f"body:{name}", member) for member in world.axes.member]
            )
            bar = weights.body_threshold + weights.body_difficulty[name]
            founded = ready & organizations.consensus(support.total, belongs, noise, bar)
            seat = self._site(entry, belongs)
            if world.explaining:
                least, weakest, luck = organizations.weakest(support, noise, belongs)
                conditions, facts = {"missing": missing, "prepared": prepared}, {"member": least}
                about = (weakest, founded, bar, luck, conditions, facts)
                world.explain("found_body", self.name, name, *about)
            world.intend("founded", body, True, founded)
            world.intend("seat", body, seat, founded)
            world.mark("founded_at", body, founded)
            for place, member in enumerate(world.axes.member):
                world.note("found_body", founded & (seat == place), self.name, member, name)
            world.note("found_body", founded & (seat < 0), self.name, "", name)

    def _founded_share(self, kind: str) -> Array:
        places = [body for body, _, entry in self.bodies if entry.kind == kind]
        if not places:
            return np.zeros(self.world.runs)
        built = self.world.founded[places].astype(float)
        return total(built, axis=0) / len(places)

    def _site(self, entry, belongs: Mask) -> Array:
        """Where a body sits: a security body where militancy is highest, else with a sponsor."""
        world = self.world
        candidates = [world.place("member", s) for s in entry.seats if world.has("member", s)]
        if not candidates:
            return np.full(world.runs, -1)
        powers = len(world.axes.power)
        scores = []
        for m in candidates:
            exposed = m >= powers and m - powers < world.regions
            score = world.militancy[m - powers] if exposed else np.zeros(world.runs)
            score = score * self.weights.organizations.siting_by_threat
            scores.append(np.where(belongs[m], score, -1))
        return np.asarray(candidates)[np.argmax(np.stack(scores), axis=0)]

    def _make_statement(self) -> None:
        world, weights = self.world, self.weights.organizations
        if not weights.speaks[self.o].any():
            return
        powers = len(world.axes.power)
        belongs = self._belongs() & world.exists[self.o]
        states = belongs[powers:]
        fear = total(world.fear * states) / np.maximum(total(states.astype(float)), 1)
        strongest = np.zeros(world.runs)
        warmest = np.zeros(world.runs)
        for guest in sorted(set(world.guests)):
            outside = ~belongs[guest]
            leaning = np.max(np.where(states, world.affinity[guest], 0), axis=0)
            warmest = np.maximum(warmest, np.maximum(leaning, 0) * outside)
            strongest = np.maximum(strongest, outside * self.model.public.bases_of[guest])
        utility = organizations.statement_utility(
            pressure=self._sponsor_pressure(),
            fear=fear,
            campaign=world.campaign,
            warmest=warmest,
            weights=weights,
        )
        mood = weights.statement_noise * self.logistic("statement")
        outsiders = strongest > 0
        may_speak = world.exists[self.o] & (weights.speaks[self.o] > 0)
        speaks = (utility.total + mood > 0) & outsiders & may_speak
        faded = world.statement[self.o] * weights.statement_fading
        conditions = {"outsiders": outsiders, "may_speak": may_speak}
        world.explain("statement", self.name, "", utility, speaks, 0, mood, conditions)
        world.intend("statement", self.o, np.where(speaks, 1, faded))
        world.intend("stated_now", self.o, speaks)
        world.mark("statement_at", self.o, speaks)
        world.note("statement", speaks, self.name)

    def _admit(self) -> None:
        world, weights = self.world, self.weights.organizations
        if not weights.admits[self.o].any():
            return
        belongs = self._belongs()
        size = total(belongs.astype(float))
        powers = len(world.axes.power)
        sponsor_leanings = world.affinity[self.sponsors]
        leanings = np.concatenate(
            [np.ones((len(self.sponsors), powers, world.runs)), sponsor_leanings], axis=1
        )
        pressure = self._sponsor_pressure()
        grants: dict[str, Array] = {}
        votes: dict[str, tuple] = {}
        for s, state in enumerate(world.axes.state):
            m = powers + s
            standing = world.standing[self.o, m]
            observing = standing == w.OUTSIDE
            candidate = (standing != w.MEMBER) & world.exists[self.o]
            barred = world.sanctioned[s] & (weights.bar_sanctioned > 0) & ~observing
            candidate = candidate & ~barred
            if not candidate.any():
                continue
            served = observing | (world.observing_for[self.o, m] >= weights.observer_quarters)
            candidate = candidate & served
            fraction = np.where(observing, weights.observer_fraction, 1)
            push = np.max(np.stack([weights.sponsor_push[p, s] for p in self.sponsors]), axis=0)
            rivals = self._rivals(belongs)
            utility = organizations.admission_utility(
                appeal=weights.appeal[s],
                sponsor=push,
                rivals=pressure,
                bloc_seeking=organizations.distance(world.affinity[rivals, s]),
                autonomy=self.weights.initial.autonomy[s],
                size=size,
                spread=organizations.spread_with(leanings, belongs, sponsor_leanings[:, s]),
                fraction=fraction,
                depth=world.depth[self.o],
                weights=weights,
            )
            mood = weights.admission_noise * self.logistic("admit", state)
            granted = candidate & (utility.total + mood > 0)
            conditions = {"outside": standing != w.MEMBER, "unbarred": ~barred, "served": served}
            facts = {"fraction": fraction}
            votes[state] = (utility, 0.0, mood, conditions, facts)
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
                    votes[name][3]["partner"] = ~same | partner
        for state, granted in grants.items():
            m = world.place("member", state)
            standing = world.standing[self.o, m]
            world.intend("standing", (self.o, m), standing + 1, granted)
            world.mark("joined_at", (self.o, m), granted)
            world.note("admit", granted, self.name, state, "", standing + 1)
            utility, bar, mood, conditions, facts = votes[state]
            world.explain("admit", self.name, state, utility, granted, bar, mood, conditions, facts)

    def _join_and_leave(self, summit: bool) -> None:
        """States join at summits; they may leave in any quarter."""
        world, weights = self.world, self.weights.organizations
        powers = len(world.axes.power)
        sponsor = self.sponsors[0]
        public = self.model.public
        eligible = weights.eligible[self.o] > 0
        places = np.flatnonzero(eligible.any(axis=-1))
        if not places.size:
            return
        dependence = np.zeros((len(world.axes.state), world.runs))
        dependence[: world.regions] = np.maximum(public.concentration_gain[sponsor], 0)
        utility = organizations.belonging_utility(
            base=weights.belonging_base[self.o],
            fear=world.fear_before[places] - self.weights.regime.fear_floor,
            fear_sign=weights.shelters[self.o],
            affinity_gain=public.affinity_gain[sponsor, places],
            autonomy=self.weights.initial.autonomy[places],
            concentration_gain=dependence[places],
            weights=weights,
        )
        draw = np.stack([self.uniform("belong", world.axes.state[s]) for s in places])
        belongs = world.standing[self.o, powers + places] == w.MEMBER
        leaving = belongs & (draw < organizations.leaving_chance(utility, weights))
        may_join = world.exists[self.o] & eligible[places]
        joining = ~belongs & summit & may_join
        if summit:
            joining &= draw < organizations.joining_chance(utility, weights)
        for row, s in enumerate(places):
            state, index = world.axes.state[s], (self.o, powers + s)
            inside = belongs[row]
            for decision, happened, standing, first in (
                ("leave", leaving[row], w.OUTSIDE, "left_at"),
                ("join", joining[row], w.MEMBER, "joined_at"),
            ):
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
                if happened.any():
                    world.intend("standing", index, standing, happened)
                    world.mark(first, index, happened)
                    world.note(decision, happened, state, self.name)

    def _exercise(self) -> None:
        world, weights = self.world, self.weights.organizations
        chance = weights.exercises[self.o] * organizations.exercise_chance(
            world.depth[self.o], weights
        )
        draw = self.uniform("exercise")
        called = (draw < chance) & world.exists[self.o]
        if world.explaining:
            self._explain_exercise(draw, called)
        if not called.any():
            return
        world.intend("exercised", self.o, called)
        belongs = self._belongs()
        world.note("exercise", called, self.name)
        for m, member in enumerate(world.axes.member):
            if not belongs[m].any():
                continue
            s = m - len(world.axes.power)
            takes_part = called & belongs[m]
            if s >= 0:
                leaning = total(world.affinity[self.sponsors, s]) / len(self.sponsors)
                threat = world.militancy[s] if s < world.regions else np.zeros(world.runs)
                utility = organizations.exercise_utility(
                    leaning, self.weights.initial.autonomy[s], threat, weights
                )
                mood = weights.exercise_noise * self.logistic("take_part", member)
                conditions = {"member": belongs[m], "called": called}
                takes_part = takes_part & (utility.total + mood > 0)
                world.explain(
                    "take_part", member, self.name, utility, takes_part, 0, mood, conditions
                )
            world.intend("took_part", (self.o, m), takes_part)
            world.note("stay_out", called & belongs[m] & ~takes_part, member, self.name)

    def _explain_exercise(self, draw: Array, called: Mask) -> None:
        weights = self.weights.organizations
        holds = self.world.exists[self.o] & (draw < weights.exercises[self.o])
        self.world.explain(
            "exercise",
            self.name,
            "",
            Utility(depth=weights.exercise_slope * self.world.depth[self.o]),
            called,
            weights.exercise_slope * weights.exercise_threshold,
            -logit(np.where(holds, draw / np.where(holds, weights.exercises[self.o], 1), 0.5)),
            conditions={"holds": holds},
        )

    def _may_be_founded(self) -> None:
        world, weights = self.world, self.weights.organizations
        if season_of(world.quarter) != weights.founding_season:
            return
        founder = self.sponsors[0]
        rival_depth = np.zeros(world.runs)
        for other, sponsors in enumerate(world.sponsors):
            for sponsor in sponsors:
                if sponsor != founder:
                    felt = self.weights.appraisal.rivalry[founder, sponsor]
                    rival_depth = np.maximum(rival_depth, felt * world.depth_last[other])
        chance = organizations.founding_chance(1, rival_depth, weights)
        draw = self.uniform("found")
        founded = ~world.exists[self.o] & (draw < chance)
        drive = Utility(rival_depth=weights.founding_slope * rival_depth)
        bar, luck = weights.founding_slope * weights.founding_threshold, -logit(draw)
        about = (drive, founded, bar, luck, {"missing": ~world.exists[self.o]})
        world.explain("found_organization", world.axes.power[founder], self.name, *about)
        world.intend("exists", self.o, True, founded)
        invited = (weights.invited[self.o] > 0) & founded
        world.intend("standing", self.o, w.MEMBER, invited)
        world.mark("organization_founded_at", self.o, founded)
        world.note("found_organization", founded, world.axes.power[founder], "", self.name)

    def _speak_for_members(self) -> None:
        """A standing secretariat calls a member's crackdown lawful; the word fades."""
        world, weights = self.world, self.weights.organizations
        if not weights.speaks[self.o].any():
            return
        powers = len(world.axes.power)
        belongs = self._belongs()[powers:]
        seat = np.zeros(world.runs, dtype=bool)
        for body, _, entry in self.bodies:
            if entry.kind == "institution":
                seat = seat | world.founded[body]
        speaks = seat & np.any(world.cracked_down & belongs, axis=0) & (weights.speaks[self.o] > 0)
        faded = world.voice[self.o] * weights.voice_fading
        world.intend("voice", self.o, np.where(speaks, 1, faded))
        world.note("legitimize", speaks, self.name)

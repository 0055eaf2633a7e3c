"""Organizations: they meet, found bodies, speak, admit and exercise; members come and go."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulation.model.agents.membership import Club
from simulation.numerics.arrays import Array, Mask, Utility, logit, number, some, total, zeros
from simulation.numerics.dates import quarter_of, season_of, year_of
from simulation.rules import organizations
from simulation.world import world as w

if TYPE_CHECKING:
    from simulation.model.model import InfluenceModel


class Organization(Club):
    """An organization: founds bodies, speaks, admits, exercises; its members come and go."""

    def __init__(self, model: InfluenceModel, name: str) -> None:
        super().__init__(model, name)
        self.known_meetings = {
            council: {quarter_of(day) for day in model.history.days(calendar.known)}
            for council, calendar in self.entry.summits.items()
        }

    def meets(self, council: str) -> bool:
        """Whether a council meets this quarter: as it did while known, else in its season."""
        if council not in self.entry.summits:
            return False
        met, now = self.known_meetings[council], self.world.quarter
        if year_of(now) in map(year_of, met):
            return now in met
        return season_of(now) == self.entry.summits[council].season

    def convene(self) -> None:
        """Hold the meetings that fall in this quarter and decide what they decide."""
        world = self.world
        if not self.sponsors:
            return
        self._speak_for_members()
        if not world.exists[self.o].all():
            self._may_be_founded()
        if not some(world.exists[self.o]):
            return
        heads_of_state = self.meets("heads_of_state")
        if heads_of_state or self.meets("heads_of_government"):
            self._found_bodies("heads_of_state" if heads_of_state else "heads_of_government")
        if heads_of_state:
            self._make_statement()
            self.admit()
        self.join_and_leave(heads_of_state)
        if season_of(world.quarter) == self.weights.organizations.exercise_season:
            self._exercise()

    def _found_bodies(self, council: str) -> None:
        world, weights = self.world, self.weights.organizations
        due = [item for item in self.bodies if item[2].decided_by == council]
        due = [item for item in due if not world.founded[item[0]].all()]
        belongs = self.belonging()
        asked = np.flatnonzero(belongs.any(axis=-1))  # who belongs in no run is not asked
        if not due or not asked.size:
            return
        names = [world.axes.member[m] for m in asked]
        pressure = self.sponsor_pressure()
        public = self.model.public
        autonomy = self.widened(self.weights.initial.autonomy)[asked]
        friction = self.widened(public.friction)[asked]
        threat = self.widened(public.threat)[asked]
        trade = self._founded_share("economic")
        for body, name, entry in due:
            missing = world.exists[self.o] & ~world.founded[body]
            prepared = np.ones(world.runs, dtype=bool)
            for required in entry.requires:
                prepared &= world.founded[world.place("body", (self.name, required))]
            candidates = [world.place("member", m) for m in entry.seats if world.has("member", m)]
            if entry.seats:  # nobody houses a body of an organization that it has left
                prepared &= np.any(belongs[candidates], axis=0)
            ready = missing & prepared
            if not some(ready):
                continue
            answers = entry.kind == "security"
            support = organizations.body_support(
                benefit=(weights.benefit[entry.kind] + weights.taste[entry.kind])[asked],
                spillover=trade * (entry.kind != "economic"),
                threat=threat * answers,
                sponsor_pressure=pressure,
                autonomy=autonomy,
                friction=friction,
                weights=weights,
            )
            noise = weights.body_noise * self.logistic(f"body:{name}", names)
            bar = weights.body_threshold + weights.body_difficulty[name]
            founded = ready & organizations.consensus(support.total, belongs[asked], noise, bar)
            seat = self._site(candidates, belongs)
            if world.explaining:
                least, weakest, luck = organizations.weakest(support, noise, belongs[asked])
                conditions = {"missing": missing, "prepared": prepared}
                facts = {"member": asked[least]}
                about = (weakest, founded, bar, luck, conditions, facts)
                world.explain("found_body", self.name, name, *about)
            world.intend("founded", body, True, founded)
            world.intend("seat", body, seat, founded)
            world.mark("founded_at", body, founded)
            for place in sorted(set(seat[founded].tolist())):
                member = world.axes.member[place] if place >= 0 else ""
                world.note("found_body", founded & (seat == place), self.name, member, name)

    def _founded_share(self, kind: str) -> Array:
        places = [body for body, _, entry in self.bodies if entry.kind == kind]
        if not places:
            return zeros(self.world.runs)
        built = number(self.world.founded[places])
        return total(built, axis=0) / len(places)

    def _site(self, candidates: list[int], belongs: Mask) -> Array:
        """Where a body sits: a security body where militancy is highest, else with a sponsor."""
        world = self.world
        if not candidates:
            return np.full(world.runs, -1)
        powers = len(world.axes.power)
        scores = []
        for m in candidates:
            exposed = m >= powers and m - powers < world.regions
            score = world.militancy[m - powers] if exposed else zeros(world.runs)
            score = score * self.weights.organizations.siting_by_threat
            scores.append(np.where(belongs[m], score, -1))
        return np.asarray(candidates)[np.argmax(np.stack(scores), axis=0)]

    def _make_statement(self) -> None:
        world, weights = self.world, self.weights.organizations
        scripted, strength = world.stated_now[self.o], world.statement[self.o]
        faded = np.where(scripted, strength, strength * weights.statement_fading)
        world.intend("statement", self.o, faded)
        if not some(weights.speaks[self.o]):
            return
        powers = len(world.axes.power)
        belongs = self.belonging() & world.exists[self.o]
        states = belongs[powers:]
        fear = total(world.fear * states) / np.maximum(total(number(states)), 1)
        strongest = zeros(world.runs)
        warmest = zeros(world.runs)
        for guest in sorted(set(world.guests)):
            outside = ~belongs[guest]
            leaning = np.max(np.where(states, world.affinity[guest], 0), axis=0)
            warmest = np.maximum(warmest, np.maximum(leaning, 0) * outside)
            strongest = np.maximum(strongest, outside * self.model.public.bases_of[guest])
        utility = organizations.statement_utility(
            pressure=self.sponsor_pressure(),
            fear=fear,
            campaign=world.campaign,
            warmest=warmest,
            weights=weights,
        )
        mood = weights.statement_noise * self.logistic("statement")
        outsiders = strongest > 0
        may_speak = world.exists[self.o] & (weights.speaks[self.o] > 0)
        speaks = (utility.total + mood > 0) & outsiders & may_speak
        conditions = {"outsiders": outsiders, "may_speak": may_speak}
        world.explain("statement", self.name, "", utility, speaks, 0, mood, conditions)
        world.intend("statement", self.o, 1, speaks)
        world.intend("stated_now", self.o, True, speaks)
        world.mark("statement_at", self.o, speaks)
        world.note("statement", speaks, self.name)

    def _exercise(self) -> None:
        world, weights = self.world, self.weights.organizations
        chance = weights.exercises[self.o] * organizations.exercise_chance(
            world.depth[self.o], weights
        )
        draw = self.uniform("exercise")
        called = (draw < chance) & world.exists[self.o]
        if world.explaining:
            self._explain_exercise(draw, called)
        if not some(called):
            return
        world.intend("exercised", self.o, True, called)
        belongs = self.belonging()
        world.note("exercise", called, self.name)
        for m, member in enumerate(world.axes.member):
            if not some(belongs[m]):
                continue
            s = m - len(world.axes.power)
            takes_part = called & belongs[m]
            if s >= 0:
                leaning = total(world.affinity[self.sponsors, s]) / len(self.sponsors)
                threat = world.militancy[s] if s < world.regions else zeros(world.runs)
                utility = organizations.exercise_utility(
                    leaning, self.weights.initial.autonomy[s], threat, weights
                )
                mood = weights.exercise_noise * self.logistic("take_part", member)
                conditions = {"member": belongs[m], "called": called}
                takes_part = takes_part & (utility.total + mood > 0)
                world.explain(
                    "take_part", member, self.name, utility, takes_part, 0, mood, conditions
                )
            world.intend("took_part", (self.o, m), takes_part, called)
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
        rival_depth = zeros(world.runs)
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
        if not some(weights.speaks[self.o]):
            return
        powers = len(world.axes.power)
        belongs = self.belonging()[powers:]
        seat = np.zeros(world.runs, dtype=bool)
        for body, _, entry in self.bodies:
            if entry.kind == "institution":
                seat = seat | world.founded[body]
        speaks = seat & np.any(world.cracked_down & belongs, axis=0) & (weights.speaks[self.o] > 0)
        faded = world.voice[self.o] * weights.voice_fading
        world.intend("voice", self.o, np.where(speaks, 1, faded))
        world.note("legitimize", speaks, self.name)

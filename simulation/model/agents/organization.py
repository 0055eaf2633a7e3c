"""Organizations: they meet, found bodies, speak, admit and exercise; members come and go."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulation.decisions.cases import (
    BelongingCase,
    BodyCase,
    CandidatesCase,
    OrganizationCase,
    ParticipationCase,
)
from simulation.decisions.organizations import (
    ADMIT,
    EXERCISE,
    FOUND_BODY,
    FOUND_ORGANIZATION,
    JOIN,
    LEAVE,
    SPONSORS_DRILL,
    STATEMENT,
    TAKE_PART,
    admit_together,
)
from simulation.model.agents.actor import Actor, Quantity
from simulation.numerics.arrays import some
from simulation.numerics.dates import FIRST_YEAR, quarter_of, season_of, year_of
from simulation.rules import organizations

if TYPE_CHECKING:
    from simulation.model.model import InfluenceModel


class Organization(Actor):
    """An organization: founds bodies, speaks, admits, exercises; its members come and go."""

    depth = Quantity("depth", "organization")
    statement = Quantity("statement", "organization")
    exists = Quantity("exists", "organization")
    standing = Quantity("standing", "organization")

    def __init__(self, model: InfluenceModel, name: str) -> None:
        super().__init__(model, name)
        self.o = self.world.place("organization", name)
        self.entry = self.world.organizations[self.o]
        self.sponsors = self.world.sponsors[self.o]
        self.alone, self.packages = self._candidates()
        self.known_meetings = {
            council: {quarter_of(day) for day in model.history.days(calendar.known)}
            for council, calendar in self.entry.summits.items()
        }
        met = [quarter for meetings in self.known_meetings.values() for quarter in meetings]
        self.known_until = max(map(year_of, met), default=FIRST_YEAR - 1)

    def _candidates(self) -> tuple[np.ndarray, list[np.ndarray]]:
        """The places of states that would come alone, and of those that come as a package."""
        world = self.world
        pairs = [
            np.array([world.place("state", each) for each in pair])
            for pair in self.entry.packages
            if all(world.has("state", each) for each in pair)
        ]
        return np.setdiff1d(np.arange(len(world.axes.state)), np.ravel(pairs)), pairs

    def meets(self, council: str) -> bool:
        """Whether a council meets this quarter: as it did while known, else in its season.

        The calendar is known up to the year of the last meeting of any of its councils: until
        then a council without a recorded day did not meet.
        """
        if council not in self.entry.summits:
            return False
        now = self.world.quarter
        if year_of(now) <= self.known_until:
            return now in self.known_meetings[council]
        return season_of(now) == self.entry.summits[council].season

    def convene(self) -> None:
        """Hold the meetings that fall in this quarter and decide what they decide."""
        if not self.sponsors:
            return
        it = OrganizationCase(self.on, self.o)
        self._speak_for_members(it)
        FOUND_ORGANIZATION.decide(it)
        if not some(it.exists):
            return
        heads_of_state = self.meets("heads_of_state")
        for council in ("heads_of_state", "heads_of_government"):
            if self.meets(council):
                self._found_bodies(it, council)
        if heads_of_state:
            self._fade(it)
            self._speak(it)
            self._admit(it)
        by_signature = not self.entry.summits  # such a programme is joined on any day
        coming_and_going = BelongingCase.of_those_concerned(it, heads_of_state or by_signature)
        if coming_and_going is not None:
            LEAVE.decide(coming_and_going)
            JOIN.decide(coming_and_going)
        self._exercise(it)
        self._grow_into_routine(it)

    def _grow_into_routine(self, it: OrganizationCase) -> None:
        """An organization without bodies deepens by meeting."""
        rules, met = self.weights.organizations, any(map(self.meets, self.entry.summits))
        if met and not self.entry.bodies and some(rules.routine[self.o]):
            depth = organizations.depth_after_meeting(
                self.world.depth[self.o], rules.routine[self.o], rules.routine_step, it.exists
            )
            self.world.intend("depth", self.o, depth)

    def _found_bodies(self, it: OrganizationCase, council: str) -> None:
        """Decide on the bodies that a council decides on."""
        if not some(it.belongs):  # who belongs in no run is not asked
            return
        for place, body, entry in it.bodies:
            if entry.decided_by == council:
                FOUND_BODY.decide(BodyCase(it, place, body, entry))

    def _fade(self, it: OrganizationCase) -> None:
        """A statement fades at every meeting that does not renew it."""
        world, strength = self.world, self.world.statement[self.o]
        fading = self.weights.organizations.statement_fading
        faded = organizations.next_statement(strength, fading, world.stated_now[self.o])
        world.intend("statement", self.o, faded)

    def _speak(self, it: OrganizationCase) -> None:
        if some(self.weights.organizations.speaks[self.o]):
            STATEMENT.decide(it)

    def _admit(self, it: OrganizationCase) -> None:
        """Weigh every candidate as observer or full member; packages come together or not."""
        if not some(self.weights.organizations.admits[self.o]):
            return
        ADMIT.decide(CandidatesCase(it, self.alone))
        for pair in self.packages:
            verdict = ADMIT.consider(CandidatesCase(it, pair))
            if verdict is not None:
                admit_together(verdict)
                ADMIT.carry_out(verdict)

    def _exercise(self, it: OrganizationCase) -> None:
        """Call an exercise, and let each state that belongs decide whether it takes part."""
        EXERCISE.decide(it)
        SPONSORS_DRILL.decide(it)
        if some(it.called):
            TAKE_PART.decide(ParticipationCase(it))

    def _speak_for_members(self, it: OrganizationCase) -> None:
        """A standing secretariat calls a member's crackdown lawful; the word fades."""
        world, rules = self.world, self.weights.organizations
        if not some(rules.speaks[self.o]):
            return
        cracked = world.cracked_down & it.belongs[len(world.axes.power) :]
        speaks = it.secretariat & np.any(cracked, axis=0) & (rules.speaks[self.o] > 0)
        voice = organizations.next_voice(world.voice[self.o], rules.voice_fading, speaks)
        world.intend("voice", self.o, voice)
        world.note("legitimize", speaks, self.name)

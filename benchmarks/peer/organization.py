"""The peer's organizations: they meet, found bodies, speak, admit and exercise."""

from __future__ import annotations

from math import inf

from simulation.world.world import MEMBER, OBSERVER, OUTSIDE

from .actors import UNIT_VARIANCE, Actor, State, logistic, sigmoid, unit


class Body:
    """What an organization can found: a secretariat, an outline, a structure."""

    def __init__(self, entry):
        for name, value in entry.items():
            setattr(self, name, value)
        self.founded, self.seat = False, -1


class Organization(Actor):
    """An organization: founds bodies, speaks, admits, exercises; members come and go."""

    def __init__(self, model, entry):
        super().__init__(model, entry)
        self.sponsors = [model.powers[p] for p in self.sponsors]
        self.standing = list(self.standing)
        self.first_members = [m for m, now in enumerate(self.standing) if now == MEMBER]
        self.bodies = [Body(entry) for entry in self.bodies]
        self.depth = self.depth_last = self.depth_at_start
        self.size_at_start = self.size if self.exists else 0.0
        self.statement = self.voice = self.drilled = self.pact = 0.0
        self.stated_now = self.exercised = self.trained_together = False
        self.took_part = set()
        self.observer_since = {m: 0 for m, now in enumerate(self.standing) if now == OBSERVER}
        self.whole = sum(body.weight for body in self.bodies)

    @property
    def size(self):
        """How much of it there is to be felt: deep, and of many."""
        watching = self.model.values.organizations.observer_fraction
        many = self.standing.count(MEMBER) + watching * self.standing.count(OBSERVER)
        return self.depth * many / 10

    def has(self, actor):
        """Whether someone is a full member."""
        return self.standing[actor.member] == MEMBER

    def members(self):
        """All full members."""
        standing = self.standing
        return [actor for actor in self.model.members if standing[actor.member] == MEMBER]

    @property
    def discord(self):
        """How far the sponsors have fallen out: mind one another more than does no harm."""
        pairs = [p.minds[q.place] for p in self.sponsors for q in self.sponsors if p is not q]
        tolerated = self.model.values.rivalry.tolerated
        return unit((sum(pairs) / len(pairs) - tolerated) / (1 - tolerated)) if pairs else 0.0

    def convene(self):
        """Hold the meetings of the quarter; all decide on what stood at its beginning."""
        model, values = self.model, self.model.values.organizations
        if self.speaks:
            self.speak_for_members(values)
        if not self.exists:
            if model.season == values.founding_season:
                self.may_be_founded(values)
            return
        councils = self.meetings.get(model.quarter, ())
        heads_of_state = "heads_of_state" in councils
        drilling = model.season == values.exercise_season
        members = self.members()
        if councils and self.bodies:
            pressure = self.sponsor_pressure(values)
            self.found_bodies(values, councils, members, pressure)
            if heads_of_state and self.speaks:
                self.make_statement(values, members, pressure)
            if heads_of_state and self.admits:
                self.admit(values, members, pressure)
        if self.eligible:
            self.join_and_leave(values, heads_of_state or not self.meetings)
        if drilling and self.exercises > 0:
            self.exercise(values, members)
        if drilling and len(self.sponsors) > 1:
            self.train_sponsors(values)
        if councils and not self.bodies and self.depth < self.routine:
            self.depth += values.routine_step * (self.routine - self.depth)

    def speak_for_members(self, values):
        """A standing secretariat calls a member's crackdown lawful; the word fades."""
        self.voice *= values.voice_fading
        crushed = any(state.cracked_down and self.has(state) for state in self.model.contested)
        if crushed and any(body.founded and body.kind == "institution" for body in self.bodies):
            self.voice = 1.0

    def sponsor_pressure(self, values):
        """What sponsors feel of powers outside; hosts of the secretariat and creditors say more."""
        felt = said = 0.0
        for sponsor in self.sponsors:
            say = 1.0
            for body in self.bodies:
                if body.founded and body.kind == "institution" and body.seat == sponsor.member:
                    say += values.seat_say
                    break
            if sponsor in self.model.creditors:
                say += values.creditor_say
            outside = [power for power in self.model.powers if power not in self.sponsors]
            felt += say * unit(
                sum(sponsor.rivalry[q.place] * sponsor.felt[q.place] for q in outside)
            )
            said += say
        return felt / said

    def found_bodies(self, values, councils, members, pressure):
        built = [body.name for body in self.bodies if body.founded]
        economic = [body.founded for body in self.bodies if body.kind == "economic"]
        spillover = values.spillover * sum(economic) / len(economic) if economic else 0.0
        burden = self.model.values.rivalry.discord_support * self.discord
        belonging = {member.member for member in members}
        for body in self.bodies:
            if body.founded or body.decided_by not in councils:
                continue
            if any(required not in built for required in body.requires):
                continue
            seats = [seat for seat in body.seats if seat in belonging]
            if body.seats and not seats:
                continue
            common = values.benefit[body.kind] + values.body_pressure * pressure - body.bar - burden
            if body.kind != "economic":
                common += spillover
            if members and all(self.supports(values, body, common, member) for member in members):
                body.founded = True
                if seats:
                    body.seat = max(seats, key=self.exposure)

    def supports(self, values, body, common, member):
        """Whether a member does not stand in the way of a body."""
        support = common + body.taste[member.member]
        if isinstance(member, State):
            support -= values.body_autonomy * member.autonomy
            if member.contested:
                support -= values.body_friction * member.water_friction
                if body.kind == "security":
                    threat = member.militancy + member.drug_friction
                    support += values.body_threat * threat
        luck = self.model.lasting((body, member))
        return support + values.body_noise / UNIT_VARIANCE * luck > 0

    def exposure(self, seat):
        """How much speaks for housing a body: militancy, among contested states."""
        member = self.model.members[seat]
        exposed = isinstance(member, State) and member.contested
        return self.model.values.organizations.siting_by_threat * member.militancy if exposed else 0

    def make_statement(self, values, members, pressure):
        """Call on outsiders with bases to leave, where fear and pressure outweigh leanings."""
        model = self.model
        self.statement *= values.statement_fading
        outsiders = [guest for guest in model.guests if self.standing[guest.member] != MEMBER]
        if not any(guest.open_bases() for guest in outsiders):
            return
        states = [member for member in members if isinstance(member, State)]
        fear = sum(state.fear for state in states) / max(len(states), 1)
        warmest = 0.0
        for guest in outsiders:
            for state in states:
                warmest = max(warmest, guest.dyads[state.place].affinity)
        utility = (
            values.statement_pressure * pressure
            + values.statement_fear * fear * (1 - values.campaign_excuse * model.campaign)
            - values.statement_objection * warmest
            - values.statement_threshold
        )
        if utility + values.statement_noise * logistic(model.random.random()) > 0:
            self.statement, self.stated_now = 1.0, True

    def admit(self, values, members, pressure):
        """Weigh every candidate as observer or full member; packages come together or not."""
        standing, model = self.standing, self.model
        rivals = [guest for guest in model.guests if standing[guest.member] != MEMBER]
        count = len(members) + 1
        leanings = []
        for sponsor in self.sponsors:
            row = [sponsor.dyads[m.place].affinity if isinstance(m, State) else 1 for m in members]
            leanings.append((sponsor.dyads, sum(row), sum(leaning**2 for leaning in row)))
        common = values.admission_base + values.admission_maturity * self.depth
        granted = set()
        for state in model.states:
            now = standing[state.member]
            if now == MEMBER:
                continue
            fraction = values.observer_fraction
            if now == OBSERVER:
                barred = state.sanctioned and values.bar_sanctioned
                waited = model.quarter - self.observer_since[state.member]
                if barred or waited < values.observer_quarters:
                    continue
                fraction = 1.0
            coolest = min((rival.dyads[state.place].affinity for rival in rivals), default=0)
            spread = 0.0
            for dyads, total, squares in leanings:
                leaning = dyads[state.place].affinity
                mean = (total + leaning) / count
                spread += max((squares + leaning**2) / count - mean**2, 0)
            utility = common + fraction * (
                values.admission_appeal * state.appeal
                + values.admission_sponsor * self.sponsor_push[state.place]
                + values.admission_rivals * pressure
                + values.admission_bloc * max(-coolest, 0)
                - values.admission_autonomy * state.autonomy
                - values.admission_congestion * len(members)
                - values.admission_diversity * spread
            )
            luck = model.lasting((self, "admits", state))
            if utility + values.admission_noise / UNIT_VARIANCE * luck > 0:
                granted.add(state.place)
        for pair in self.packages:  # each has a sponsor who will not have the other alone
            one, other = (min(standing[model.states[s].member], OBSERVER) for s in pair)
            if one == other and not granted.issuperset(pair):
                granted.difference_update(pair)
        for s in granted:
            member = model.states[s].member
            standing[member] += 1
            self.observer_since.setdefault(member, model.quarter)

    def join_and_leave(self, values, open_today):
        """States join at summits, or on any day where there are none, and leave in any quarter.

        Who belonged in 2001 did not want to leave, who had left did, and nobody else would have
        joined.
        """
        model, sponsor, bar = self.model, self.sponsors[0].place, values.hysteresis
        floor, spread = model.values.regime.fear_floor, values.belonging_spread / UNIT_VARIANCE
        for s in self.eligible:
            state = model.states[s]
            belongs = self.standing[state.member] == MEMBER
            if not belongs and not open_today:
                continue
            low, high = -inf, (bar * self.binding - self.belonging_base) / spread
            if s in self.left:
                high = (-bar - self.belonging_base) / spread
            if state.member in self.first_members:
                low, high = (-bar - self.belonging_base) / spread, inf
            dyad = state.dyads[sponsor]
            worth = (
                self.belonging_base
                + values.belonging_fear * self.shelters * (state.fear - floor)
                + values.belonging_affinity * (dyad.affinity - dyad.affinity_at_start)
                + spread * model.lasting((self, "belongs", state), low, high)
            )
            if state.contested:
                dependence = dyad.concentration - dyad.concentration_at_start
                worth -= values.belonging_autonomy * state.autonomy * max(dependence, 0)
            if belongs and worth < -bar:
                self.standing[state.member] = OUTSIDE
            elif not belongs and worth > bar * self.binding:
                self.standing[state.member] = MEMBER

    def exercise(self, values, members):
        random = self.model.random.random
        called = values.exercise_slope * (self.depth - values.exercise_threshold)
        if random() >= self.exercises * sigmoid(called):
            return
        self.exercised = True
        for member in members:
            if not isinstance(member, State):
                continue
            leaning = sum(p.dyads[member.place].affinity for p in self.sponsors)
            utility = (
                self.exercise_base
                + values.exercise_affinity * leaning / len(self.sponsors)
                - values.exercise_autonomy * member.autonomy * self.binding
                + values.exercise_noise * logistic(random())
            )
            if member.contested:
                utility += values.exercise_threat * member.militancy
            if utility > 0:
                self.took_part.add(member.member)

    def train_sponsors(self, values):
        """Sponsors who are pressed from outside train together."""
        pressed = self.depth * min(sponsor.pressure for sponsor in self.sponsors)
        drive = values.sponsors_drill_slope * (pressed - self.discord - values.sponsors_drill_from)
        self.trained_together = self.model.random.random() < sigmoid(drive)

    def may_be_founded(self, values):
        """A power founds its own dialogue where a rival's organization has deepened."""
        founder = self.sponsors[0]
        deepest = 0.0
        for other in self.model.organizations:
            for sponsor in other.sponsors:
                if sponsor is not founder:
                    felt = founder.rivalry[sponsor.place] * other.depth_last
                    deepest = max(deepest, felt)
        drive = values.founding_slope * (deepest - values.founding_threshold)
        if self.model.random.random() < sigmoid(drive):
            self.exists = True
            for m in self.invited:
                self.standing[m] = MEMBER

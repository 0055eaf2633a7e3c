"""The peer's powers and states, and the dyads and bases between them."""

from __future__ import annotations

from math import exp, expm1, log, log1p, pi

import mesa

from simulation.world.world import CLOSED, NONE, NOTICE, OPEN, PRESENT, SECURITY

UNIT_VARIANCE = 3**0.5 / pi


def sigmoid(x):
    return 1 / (1 + exp(-x))


def unit(x):
    """Hold a value within 0 and 1."""
    return 0.0 if x < 0 else 1.0 if x > 1 else x


def logistic(u):
    """The logistic deviate of a uniform draw."""
    return log(u / (1 - u))


class Actor(mesa.Agent):
    """Anyone who acts: starts with what the evidence says of it."""

    def __init__(self, model, entry):
        super().__init__(model)
        for name, value in entry.items():
            setattr(self, name, value)


class Dyad:
    """A power and a state: leaning and blame; with a contested state also ties and trade."""

    __slots__ = (
        *("power", "state", "affinity", "affinity_at_start", "inclination"),
        *("criticism", "suspicion", "need", "value", "constant_worth"),
        *("ties", "ties_at_start", "influence", "bonds", "share", "share_at_start"),
        *("concentration", "concentration_at_start", "political_acts", "security_acts"),
        *("log_trade", "potential", "convergence", "trade_share", "trade_share_at_start"),
        *("withheld", "published", "aid", "goods", "deals", "cover", "understanding"),
        *("ventures", "held", "stake", "opened_trade", "running_flow", "spent"),
    )

    def __init__(self, power, state, entry):
        self.power, self.state = power, state
        self.affinity = self.affinity_at_start = entry["affinity"]
        self.inclination = entry["inclination"]
        self.suspicion = self.criticism = 0.0
        power.dyads.append(self)
        state.dyads.append(self)
        if not state.contested:
            return
        power.contested.append(self)
        self.ties = self.ties_at_start = entry["ties"]
        self.share = self.share_at_start = entry["share"]
        self.concentration = self.concentration_at_start = entry["concentration"]
        self.trade_share = self.trade_share_at_start = entry["trade_share"]
        self.log_trade, self.potential = entry["log_trade"], entry["potential"]
        self.convergence = entry["convergence"]
        self.need = entry["need"]
        self.constant_worth = (
            power.priority["near_abroad"] * state.near_abroad
            + power.priority["xinjiang"] * state.xinjiang
        )
        self.value = self.withheld = self.published = self.cover = 0.0
        self.aid = (0.0, 0.0, 0.0)
        self.goods = self.deals = 0.0
        self.understanding = False
        self.ventures = 0
        self.stake = self.held = 0.0  # held: the stake in open projects alone
        self.opened_trade = self.running_flow = self.spent = 0.0  # by the power's open projects
        self.political_acts = self.security_acts = 0.0  # of the quarter

    @property
    def blame(self):
        """Criticism by the power and suspicion of it."""
        return self.criticism + self.suspicion


class Base:
    """An installation of a guest at a host's."""

    def __init__(self, model, entry):
        for name, value in entry.items():
            setattr(self, name, value)
        self.dyad = model.states[self.host].dyads[self.guest]
        self.guest, self.host = self.dyad.power, self.dyad.state
        self.rent = self.price = 0.0
        self.contract_left = self.notice_left = 0
        self.proposed = self.under_review = False
        self.guest.bases.append(self)
        self.host.bases.append(self)

    @property
    def in_use(self):
        """Whether it is open, also under notice."""
        return self.status in (OPEN, NOTICE)


class Power(Actor):
    """A great power: appraises, gives and withholds, proposes bases, bargains to stay."""

    def __init__(self, model, p):
        super().__init__(model, model.values.of_power[p])
        self.place = self.member = p
        self.pressure = self.agenda = 0.0
        self.dyads, self.contested, self.bases = [], [], []

    def open_bases(self):
        return sum(base.in_use for base in self.bases)

    def appraise(self):
        """Value each contested state after this quarter's unrest."""
        model, values = self.model, self.model.values.appraisal
        priority = self.priority
        energy = priority["hydrocarbons"] * model.thirst * model.oil_price**values.price_elasticity
        access = priority["access"] * model.campaign
        rivals = priority["rivals"] * self.pressure
        market, stake = priority["market"], priority["stake"]
        for dyad in self.contested:
            state = dyad.state
            rival_share = 0.0
            for rivalry, other in zip(self.rivalry, state.dyads, strict=True):
                rival_share += rivalry * other.share
            worth = (
                dyad.constant_worth
                + energy * state.hydrocarbons
                + access * state.access
                + market * state.market * (1 + values.corridor_market * state.corridors)
                + rivals * rival_share
                + stake * dyad.stake
            )
            dyad.value = worth if worth > 0 else 0.0

    def offer(self):
        """Withhold aid once a year, give the rest, deal after crackdowns, propose bases."""
        values = self.model.values.patronage
        if self.conditionality > 0 and self.model.season == values.decision_season:
            self.withhold(values)
        self.give(values)
        if self.non_interference > 0:
            self.deal(values)
        for base in self.bases:
            if base.status in (NONE, PRESENT):
                self.propose(base)

    def withhold(self, values):
        for dyad in self.contested:
            tolerance = values.tolerance_base + values.tolerance_need * dyad.need
            excess = values.tolerance_slope * (dyad.state.repression - tolerance)
            dyad.withheld = self.conditionality * sigmoid(excess)
            if dyad.withheld > values.publication_threshold:
                dyad.published = dyad.withheld

    def give(self, values):
        weights = [dyad.value**values.concentration for dyad in self.contested]
        everything = sum(weights) + self.reserve
        growth = (1 + self.budget_growth) ** self.model.years / 4
        economic, political, security = self.budget
        for dyad, weight in zip(self.contested, weights, strict=True):
            given = growth * (1 - dyad.withheld) * weight / everything
            dyad.aid = (given * economic, given * political, given * security)
            dyad.cover = self.non_interference * dyad.state.fear

    def deal(self, values):
        for dyad in self.contested:
            if dyad.state.cracked_down:
                worth = unit(values.deal_floor + dyad.state.hydrocarbons)
                chance = values.deal_propensity * self.non_interference * worth
                if self.model.random.random() < chance:
                    dyad.deals += values.deal_amount

    def propose(self, base):
        values, model = self.model.values.basing, self.model
        if base.for_campaign:
            worth = base.dyad.value
            base.proposed = (
                worth > values.value_threshold and model.campaign > 0 and self.basing_propensity > 0
            )
        else:
            felt = values.proposal_slope * (self.pressure - base.pressure_threshold)
            base.proposed = model.random.random() < self.basing_propensity * sigmoid(felt)

    def bargain(self):
        """Under review, pay the price to stay and come in person, or receive notice."""
        values, random = self.model.values.basing, self.model.random.random
        for base in self.bases:
            if base.under_review:
                host, dyad = base.host, base.dyad
                ceiling = self.reservation * host.access
                ceiling *= self.model.campaign + values.lasting_worth
                comes = random() < 1 - values.attendance_blame * dyad.blame * host.fear
                if comes and base.price <= ceiling:
                    base.rent = max(base.rent, base.price)
                    base.contract_left = base.contract_quarters
                else:
                    base.status, base.notice_left = NOTICE, base.notice_quarters
            elif base.status == NOTICE:
                base.notice_left -= 1
                if random() < values.leave_early or base.notice_left <= 0:
                    base.status, base.rent = CLOSED, 0.0


class State(Actor):
    """A Central Asian or outer state: suffers unrest, hosts, reviews, hands over exiles."""

    def __init__(self, model, s):
        super().__init__(model, model.values.of_state[s])
        values = model.values
        self.place, self.member = s, len(values.of_power) + s
        self.contested = s < values.regions
        self.fear_last = self.fear_before = self.fear
        self.ousted = self.cracked_down = self.new_government = False
        self.ousters = 0
        self.dyads, self.bases = [], []
        if self.contested:
            self.hardship_at_start = self.hardship
            self.capacity_at_start = self.capacity
            self.repression_at_start = self.repression
            self.drug_friction = self.water_friction = self.corridors = self.club = 0.0

    @property
    def closure(self):
        """How closed the regime is."""
        return 1 - self.accountability

    @property
    def partner_share(self):
        """Share of influence held by the powers that speak for regimes."""
        return sum(dyad.power.speaks_for_regimes * dyad.share for dyad in self.dyads)

    def suffer_unrest(self):
        """Unrest comes by chance; the regime cracks down or falls."""
        values, random = self.model.values.regime, self.model.random.random
        hazard = values.unrest_base + values.unrest_hardship * self.hardship
        if random() < sigmoid(hazard - values.club_protection * self.club):
            odds = values.fall_base + values.fall_hardship * self.hardship
            if random() < sigmoid(odds - values.fall_capacity * self.capacity):
                self.ousted = True
            else:
                self.cracked_down = True

    def respond(self):
        """Answer proposals for bases, review guests, and hand over exiles or not."""
        for base in self.bases:
            if base.proposed:
                self.answer(base)
            elif base.status == OPEN:
                self.review(base)
        if self.model.season == self.model.values.patronage.understanding_season:
            self.hand_over_exiles()

    def worth_of(self, base):
        """What hosting is worth to the host beside the rent."""
        model, values, dyad = self.model, self.model.values.basing, base.dyad
        security = self.own[SECURITY] + sum(other.ties[SECURITY] for other in self.dyads)
        presence = dyad.ties[SECURITY] / security
        rivals = sum(
            other.power.pressure * other.power.rivalry[base.guest.place] * other.share
            for other in self.dyads
        )
        worth = (
            values.habit
            + values.affinity * dyad.affinity
            - values.autonomy * self.autonomy * presence
            - values.blame * dyad.blame * self.fear
            - values.rivals * rivals
        )
        if base.for_campaign:
            worth += values.threat * self.militancy * model.campaign
        call = 0.0
        for club in model.organizations:
            if club.statement > 0 and club.has(self) and not club.has(base.guest):
                call = max(call, club.statement)
        if call > 0:
            stake = values.stake_floor + (1 - values.stake_floor) * self.partner_share
            worth -= values.statement * call * stake
        return worth

    def answer(self, base):
        values = self.model.values.basing
        paid = values.rent * log1p(base.first_rent / self.rent_scale)
        mood = values.noise * logistic(self.model.random.random())
        if self.worth_of(base) + paid + mood > 0:
            base.status, base.rent = OPEN, base.first_rent
            base.contract_left = base.contract_quarters

    def review(self, base):
        values, random = self.model.values.basing, self.model.random.random
        ended = base.contract_left <= 0
        triggered = ended or self.new_government or self.called_upon()
        if random() >= (values.review_on_trigger if triggered else values.review_otherwise):
            return
        worth = self.worth_of(base)
        paid = values.rent * log1p(base.rent / self.rent_scale)
        if worth + paid + values.noise * logistic(random()) < 0:
            base.under_review = True
            logarithm = min((values.margin - worth) / values.rent, log1p(values.price_cap))
            base.price = self.rent_scale * max(expm1(logarithm), 0)
        elif ended:
            base.contract_left = base.contract_quarters

    def called_upon(self):
        """Whether a bloc to which the state belongs has spoken this quarter."""
        return any(club.stated_now and club.has(self) for club in self.model.organizations)

    def hand_over_exiles(self):
        values = self.model.values.patronage
        for dyad in self.dyads:
            if dyad.power.seeks_exiles > 0 and not dyad.understanding:
                worth = (
                    values.understanding_base
                    + values.understanding_goods * log1p(dyad.goods / values.understanding_scale)
                    + values.understanding_exile * self.xinjiang
                    + values.understanding_fear * self.fear
                    - values.understanding_cost * self.accountability
                )
                dyad.understanding = self.model.random.random() < sigmoid(worth)

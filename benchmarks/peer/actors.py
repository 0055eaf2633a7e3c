"""The peer's powers and states, and the dyads and bases between them."""

from __future__ import annotations

from math import exp, expm1, log, log1p, pi

import mesa

from simulation.world.world import CLOSED, ECONOMIC, NONE, NOTICE, OPEN, PRESENT, SECURITY

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

    def __init__(self, power, state, entry):
        self.power, self.state = power, state
        for name, value in entry.items():
            setattr(self, name, value)
        self.affinity_at_start = self.affinity
        self.suspicion = self.criticism = self.vote_shift = 0.0
        power.dyads.append(self)
        state.dyads.append(self)
        if not state.contested:
            return
        power.contested.append(self)
        self.leverage = list(self.leverage)  # of this history alone
        self.ties_at_start, self.trade_share_at_start = self.ties, self.trade_share
        self.share_at_start = self.usual = self.share
        self.concentration_at_start, self.goods_at_start = self.concentration, self.goods
        self.constant_worth = (
            power.priority["near_abroad"] * state.near_abroad
            + power.priority["xinjiang"] * state.xinjiang
        )
        self.value = self.withheld = self.published = self.withheld_usual = self.habit = 0.0
        self.aid = self.planned = (0.0, 0.0, 0.0)
        self.lump, self.drifted = 1.0, 0.0
        self.deals = self.undrawn = self.cover = self.threatened = 0.0
        self.kept = self.personal = 1.0
        self.understanding = False
        self.ventures = self.stake = 0
        # what the power's open works do here: stakes, trade, what they carry at any price of oil
        # and by it; what its leaving an organization has loosened this quarter
        self.held = self.opened_trade = self.carried = self.carried_by_oil = self.loosened = 0.0

    @property
    def grudge(self):
        """Criticism by the power and suspicion of it, as far as they wound the regime."""
        return (self.criticism + self.suspicion) * self.state.pride * self.state.fear

    @property
    def change(self):
        """Share of influence beyond what one is used to."""
        return self.share - self.usual


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

    def pleasure(self, model, rent):
        """What a rent is worth to the host, in logits."""
        return model.values.basing.rent * log1p(rent / self.host.rent_scale)

    def price_to_stay(self, model):
        """The rent at which the host would stay by a margin, US$ m a year."""
        values = model.values.basing
        missing = (values.margin - self.host.worth_of(self)) / values.rent
        return self.host.rent_scale * max(expm1(min(missing, log1p(values.price_cap))), 0)

    def reservation(self, model):
        """The most that the guest would pay, US$ m a year."""
        worth = model.campaign * self.for_campaign + model.values.basing.lasting_worth
        return self.guest.reservation * self.host.access * worth

    def let(self, rent):
        """Open it, or keep it, for a contract at a rent."""
        self.status, self.rent, self.contract_left = OPEN, rent, self.contract_quarters


class Power(Actor):
    """A great power: appraises, gives and withholds, lends, proposes bases, bargains to stay."""

    def __init__(self, model, p):
        super().__init__(model, model.values.of_power[p])
        self.place = self.member = p
        self.kept_of = [1.0, 1.0, 1.0]
        self.pressure = self.agenda = self.effort = 0.0
        self.felt = [0.0] * len(self.rivalry)
        self.minds = self.rivalry  # less where sponsors train together
        self.dyads, self.contested, self.bases = [], [], []

    def open_bases(self):
        return sum(base.in_use for base in self.bases)

    def stretched(self, yearly):
        """A yearly budget of 2001 as it has grown and is stretched."""
        return yearly * (1 + self.budget_growth) ** self.model.years * exp(self.effort)

    def step_of(self, c):
        """The tie that some years of a channel's budget would build."""
        values = self.model.values
        built = values.ledger.conversion[c] * self.stretched(self.budget[c])
        return min(max(built * values.rivalry.look_ahead, values.rivalry.least_step), 1)

    def appraise(self):
        """Value each contested state after this quarter's unrest."""
        model, values = self.model, self.model.values.appraisal
        priority = self.priority
        energy = priority["hydrocarbons"] * model.oil_price**values.price_elasticity
        energy *= 1 + self.thirsty * (model.thirst - 1)
        access = priority["access"] * model.campaign
        rivals = priority["rivals"] * self.pressure
        market, stake = priority["market"], priority["stake"]
        for dyad in self.contested:
            state = dyad.state
            rival_share = 0.0
            for minded, other in zip(self.minds, state.dyads, strict=True):
                rival_share += minded * other.share
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
        """Withhold aid once a year, give the rest, lend, deal after crackdowns, ask for bases."""
        values, season = self.model.values, self.model.season
        self.plan(values)
        if self.conditionality > 0 and season == values.patronage.decision_season:
            self.withhold(values.patronage)
        if self.lumps > 0 or self.drift > 0:
            self.oblige_in_lumps()
        for dyad in self.contested:
            given = (1 - dyad.withheld) * dyad.lump
            parts = zip(self.kept_of, dyad.planned, strict=True)
            dyad.aid = [given * kept * planned for kept, planned in parts]
            dyad.cover = self.non_interference * dyad.state.fear
        purse = self.purse
        if season == values.rivalry.answer_season:
            self.lend(values)
        if self.speaks_for_regimes > 0 and purse >= values.patronage.deal_amount:
            self.deal(values.patronage)
        for base in self.bases:
            if base.status in (NONE, PRESENT):
                self.propose(base)
            elif base.status == OPEN and season == values.rivalry.answer_season:
                self.withdraw(base)
                self.raise_rent(base)

    def oblige_in_lumps(self):
        """What is planned is obliged in uneven parts of a year; the budget is kept."""
        random = self.model.random.random
        for dyad in self.contested:
            if self.model.season == 1 or self.model.quarter == 0:
                dyad.drifted += bool(self.model.quarter) * UNIT_VARIANCE * logistic(random())
                of_year = UNIT_VARIANCE * logistic(random())
                dyad.lump = exp(self.lumps * of_year + self.drift * dyad.drifted)
        for c in range(len(self.kept_of)):
            planned = [dyad.planned[c] for dyad in self.contested]
            uneven = sum(dyad.planned[c] * dyad.lump for dyad in self.contested)
            self.kept_of[c] = sum(planned) / uneven if uneven else 1.0

    def plan(self, values):
        """Money follows worth, goes where ground is lost, and where a million does most."""
        rules, rivalry, conversion = values.patronage, values.rivalry, values.ledger.conversion
        worths = [dyad.value**rules.concentration for dyad in self.contested]
        stakes = []
        for dyad, worth in zip(self.contested, worths, strict=True):
            won = 0.0
            for minded, other in zip(self.minds, dyad.state.dyads, strict=True):
                won += minded * other.change
            dyad.threatened = max(won, 0) + max(-dyad.change, 0)
            stakes.append(worth * exp(min(rivalry.defend * dyad.threatened, 2)))
        budgets = [self.stretched(yearly) for yearly in self.budget]
        parts, does = [], []
        for c in range(len(budgets)):
            levers = [dyad.leverage[c] for dyad in self.contested]
            weights = [stake * lever for stake, lever in zip(stakes, levers, strict=True)]
            everything = sum(weights) or 1
            parts.append([weight / everything for weight in weights])
            does.append(sum(p * lever for p, lever in zip(parts[c], levers, strict=True)))
        wanted = [budget * done for budget, done in zip(budgets, does, strict=True)]
        shifted = sum(budgets) / (sum(wanted) or 1)
        budgets = [shifted * money for money in wanted]
        some = [money + 1e-6 for money in budgets]  # who has none still knows what it would do
        self.money = sum(d * k * m for d, k, m in zip(does, conversion, some, strict=True))
        self.money /= sum(some)

        spent = sum(worths) / ((sum(worths) + self.reserve) or 1)
        dialogues = [c for c in self.model.organizations if c.routine and self in c.sponsors]
        taken = []
        for dyad in self.contested:
            routine = max((c.depth for c in dialogues if c.has(dyad.state)), default=0)
            placed = 1 - rules.neutral_refusal * self.conditional * dyad.state.neutral
            taken.append(placed * (1 + rules.dialogue_aid * routine))
        for c, part in enumerate(parts):
            asked = spent * sum(p * t for p, t in zip(part, taken, strict=True))
            budgets[c] *= spent / 4 / max(asked, 1)  # never more than there is
        for a, (dyad, placed) in enumerate(zip(self.contested, taken, strict=True)):
            dyad.planned = [
                placed * part[a] * money for part, money in zip(parts, budgets, strict=True)
            ]

    def withhold(self, values):
        """Withhold where repression, as far as it is seen, goes beyond what is overlooked."""
        equal = sum(sum(dyad.planned) for dyad in self.contested) / len(self.contested) or 1
        for dyad in self.contested:
            state = dyad.state
            bases = sum(base.in_use for base in self.bases if base.host is state)
            engaged = sum(dyad.planned) / equal / values.attention_half
            engaged = (engaged + values.attention_of_base * bases) ** 2
            looks = values.seen_anyway + (1 - values.seen_anyway) * engaged / (1 + engaged)
            rest = min(state.repression, state.repression_at_start)
            seen = rest * looks + state.repression - rest
            beyond = seen - values.tolerance_base
            needed = values.tolerance_need * dyad.need
            excess = beyond - values.tolerance_rivals * dyad.threatened
            excess -= max(dyad.habit, needed)
            dyad.withheld = self.conditionality * sigmoid(values.tolerance_slope * excess)
            if dyad.withheld > values.publication_threshold:
                dyad.published = max(dyad.withheld - dyad.withheld_usual, 0)
            dyad.withheld_usual += values.news_learning * (dyad.withheld - dyad.withheld_usual)
            dyad.habit += values.habit_learning * (unit(beyond + values.habit_margin) - dyad.habit)

    def answers(self, base, dyad, does):
        """Whether an instrument is used against rivals: by what it does, against money."""
        rivalry = self.model.values.rivalry
        bargain = log(min(max(does / max(self.money, 1e-6), 0.01), 100))
        wish = base + rivalry.answer_threat * dyad.threatened + bargain
        return self.model.random.random() < sigmoid(wish)

    def lend(self, values):
        """Offer credits, of which a part counts as given."""
        ledger, offered = values.ledger, max(self.purse, 0) * values.rivalry.offered_part
        for dyad in self.contested:
            if dyad.undrawn < offered:
                does = ledger.conversion[ECONOMIC] * dyad.leverage[ECONOMIC] * ledger.credit_worth
                if self.answers(values.rivalry.answer_credit, dyad, does):
                    dyad.undrawn += ledger.credit_worth * offered
                    self.purse -= offered

    def deal(self, values):
        for dyad in self.contested:
            if dyad.state.cracked_down:
                worth = unit(values.deal_floor + dyad.state.hydrocarbons)
                chance = values.deal_propensity * self.non_interference * worth
                if self.model.random.random() < chance:
                    dyad.deals += values.deal_amount
                    self.purse -= values.deal_amount

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

    def raise_rent(self, base):
        """In the last year of a contract, pay unasked what the host would ask for."""
        if not 0 < base.contract_left <= 4:
            return
        values, dyad, price = self.model.values, base.dyad, base.price_to_stay(self.model)
        if base.rent < price <= base.reservation(self.model):
            does = values.ledger.conversion[SECURITY] * dyad.leverage[SECURITY]
            does *= values.ledger.base / max(price - base.rent, 1)
            if self.answers(values.rivalry.answer_rent, dyad, does):
                base.let(price)

    def withdraw(self, base):
        """Give a base up of its own accord, sooner the less it is needed."""
        if 0 < base.contract_left <= 4:
            return
        values = self.model.values.basing
        need = self.model.campaign if base.for_campaign else self.pressure
        wish = values.withdrawal - values.withdrawal_need * need
        if self.model.random.random() < sigmoid(wish):
            base.status, base.rent = CLOSED, 0.0

    def bargain(self):
        """Under review, pay the price to stay and come in person, or receive notice."""
        model, values = self.model, self.model.values.basing
        for base in self.bases:
            if base.under_review:
                comes = model.random.random() < 1 - values.attendance_blame * base.dyad.grudge
                most = base.pleasure(model, base.reservation(model))
                if comes and base.host.worth_of(base) + most > values.margin:
                    base.let(max(base.rent, base.price))
                else:
                    base.status, base.notice_left = NOTICE, base.notice_quarters
            elif base.status == NOTICE:
                base.notice_left -= 1
                if model.random.random() < values.leave_early or base.notice_left <= 0:
                    base.status, base.rent = CLOSED, 0.0


class State(Actor):
    """A Central Asian or outer state: suffers unrest, hosts, reviews, hands over exiles."""

    def __init__(self, model, s):
        super().__init__(model, model.values.of_state[s])
        values = model.values
        self.place, self.member = s, len(values.of_power) + s
        self.contested = s < values.regions
        self.danger = self.fear
        self.ousted = self.cracked_down = self.new_government = False
        self.ousters = 0
        self.transition = 0.0  # how new the government is
        self.dyads, self.bases = [], []
        if self.contested:
            self.hardship_at_start, self.capacity_at_start = self.hardship, self.capacity
            self.repression_at_start, self.militancy_at_start = self.repression, self.militancy
            self.usual_militancy = self.militancy
            self.unaccustomed = self.drug_friction = self.water_friction = 0.0
            self.corridors = self.relieved = self.club = 0.0

    @property
    def closure(self):
        """How closed the regime is."""
        return 1 - self.accountability

    @property
    def partner_share(self):
        """Share of influence held by the powers that speak for regimes."""
        return sum(dyad.power.speaks_for_regimes * dyad.share for dyad in self.dyads)

    @property
    def severity(self):
        """How hard this quarter's crackdown is: as hard as the force behind it."""
        if self.ousted or not self.cracked_down:
            return 0.0
        values = self.model.values.regime
        return 1 - values.severity_of_force * (1 - unit(self.capacity / values.full_force))

    def suffer_unrest(self):
        """Unrest comes by chance where none is scripted; the regime cracks down or falls."""
        if self.ousted or self.cracked_down:
            return
        values, random = self.model.values.regime, self.model.random.random
        hazard = (
            values.unrest_base
            + values.unrest_hardship * self.hardship
            + values.unrest_militancy * (self.militancy - self.militancy_at_start)
            + values.transition_risk * self.transition
            - values.club_protection * self.club
        )
        if random() < sigmoid(hazard):
            odds = values.fall_base + values.fall_hardship * self.hardship
            self.ousted = random() < sigmoid(odds - values.fall_capacity * self.capacity)
            self.cracked_down = not self.ousted

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
            other.power.pressure * other.power.minds[base.guest.place] * other.share
            for other in self.dyads
        )
        worth = (
            values.habit
            + values.affinity * dyad.affinity
            - values.autonomy * self.autonomy * presence
            - values.blame * dyad.grudge
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
        mood = self.model.values.basing.noise * logistic(self.model.random.random())
        if self.worth_of(base) + base.pleasure(self.model, base.first_rent) + mood > 0:
            base.let(base.first_rent)

    def review(self, base):
        model, values = self.model, self.model.values.basing
        ended = base.contract_left <= 0
        cause = float(ended or self.new_government)
        for club in model.organizations:
            if club.stated_now and club.has(self):
                cause = max(cause, values.call_as_cause * club.statement)
        more = (values.review_on_trigger - values.review_otherwise) * cause
        if model.random.random() >= values.review_otherwise + more:
            return
        mood = values.noise / UNIT_VARIANCE * model.lasting(base)
        if self.worth_of(base) + base.pleasure(model, base.rent) + mood < 0:
            base.under_review, base.price = True, base.price_to_stay(model)
        elif ended:
            base.contract_left = base.contract_quarters

    def hand_over_exiles(self):
        values = self.model.values.patronage
        most = self.exiles / (self.exiles + values.exile_half)
        for dyad in self.dyads:
            if dyad.power.seeks_exiles > 0 and most > 0 and not dyad.understanding:
                worth = (
                    values.understanding_base
                    + values.understanding_goods * log1p(dyad.goods / values.understanding_scale)
                    + values.understanding_fear * self.fear
                    - values.understanding_cost * self.accountability
                )
                dyad.understanding = self.model.random.random() < most * sigmoid(worth)

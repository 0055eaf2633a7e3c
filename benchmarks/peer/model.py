"""The peer's model: one history of the baseline, a quarter a step."""

from __future__ import annotations

from math import inf, log, nan, sqrt

import mesa

from simulation.numerics.dates import FIRST_YEAR, quarter_of, season_of, year_of
from simulation.world.world import MEMBER

from .actors import UNIT_VARIANCE, Base, Dyad, Power, State, logistic, sigmoid
from .building import Project, build
from .moving import apply_events, change_leaders, move, spread_trouble
from .organization import Organization
from .settling import settle
from .values import baseline


class PeerModel(mesa.Model):
    """One history of the baseline, in floats and `if`s.

    Args:
        rng: seed, as Mesa takes it.
        until: last quarter.
    """

    def __init__(self, rng=None, until="2015Q4"):
        super().__init__(rng=rng)
        self.values = values = baseline()
        self.horizon = quarter_of(until)
        self.quarter = -1
        self.campaign, self.campaign_to_come = 0.0, None
        self.oil_price = self.thirst = self.sanctuary = 1.0
        self.lucks = {}
        self.trafficking, self.water_stress = values.trafficking, values.water_stress
        self.powers = [Power(self, p) for p in range(len(values.of_power))]
        self.states = [State(self, s) for s in range(len(values.of_state))]
        self.contested = self.states[: values.regions]
        self.members = [*self.powers, *self.states]
        self.dyads = [
            Dyad(power, state, values.of_dyad[power.place][state.place])
            for power in self.powers
            for state in self.states
        ]
        self.bases = [Base(self, entry) for entry in values.of_base]
        self.guests = [power for power in self.powers if power.bases]
        self.projects = [Project(self, entry) for entry in values.of_project]
        self.creditors = set()
        self.organizations = [Organization(self, entry) for entry in values.of_club]
        self.datacollector = mesa.DataCollector(model_reporters=OUTCOMES)

    def step(self):
        """One quarter, in the order of the project's own model."""
        self.quarter += 1
        self.season, self.year = season_of(self.quarter), year_of(self.quarter)
        self.years = self.year - FIRST_YEAR
        move(self)
        apply_events(self)
        for state in self.contested:
            state.suffer_unrest()
        spread_trouble(self)
        change_leaders(self)
        for power in self.powers:
            power.appraise()
        for power in self.powers:
            power.offer()
        for organization in self.organizations:
            organization.convene()
        for state in self.contested:
            state.respond()
        for power in self.guests:
            power.bargain()
        build(self)
        settle(self)
        self.running = self.quarter < self.horizon
        if not self.running:
            self.collect()

    def collect(self):
        """Outcomes, at the horizon alone; Mesa 3.3 looks them up by the number of the step."""
        self.datacollector.collect(self)
        for values in self.datacollector.model_vars.values():
            values *= self.steps

    def luck_of(self, year):
        """The draw of a year, from which lasting luck is made; uniform."""
        return self.random.random()

    def lasting(self, name, low=-inf, high=inf):
        """Luck that lasts, in standard deviations: what is left of last year's, and new.

        Args:
            name: whose luck it is.
            low, high: within which it lay in 2001.
        """
        kept = self.values.luck.kept
        year, luck = self.lucks.get(name, (FIRST_YEAR - 1, 0.0))
        while year < self.year:
            year += 1
            draw = self.luck_of(year)
            if year == FIRST_YEAR:
                least, most = (sigmoid(bound / UNIT_VARIANCE) for bound in (low, high))
                luck = UNIT_VARIANCE * logistic(least + draw * (most - least))
            else:
                luck = kept * luck + sqrt(1 - kept**2) * UNIT_VARIANCE * logistic(draw)
        self.lucks[name] = year, luck
        return luck

    def power(self, name):
        return next(power for power in self.powers if power.name == name)

    def base(self, name):
        return next(base for base in self.bases if base.name == name)

    def organization(self, name):
        return next(club for club in self.organizations if club.name == name)

    def share(self, name):
        """A power's share of influence over the region."""
        dyads = self.power(name).contested
        return sum(dyad.share for dyad in dyads) / len(dyads)

    def trade(self, name):
        """A power's share of the region's trade."""
        sizes = self.values.trade_size
        shares = (dyad.trade_share for dyad in self.power(name).contested)
        return sum(part * size for part, size in zip(shares, sizes, strict=True)) / sum(sizes)

    def agreement(self, state, power):
        """Agreement of a state with a power in the United Nations."""
        dyad = next(dyad for dyad in self.power(power).dyads if dyad.state.name == state)
        return sigmoid(log((1 + dyad.affinity) / (1 - dyad.affinity)) + dyad.vote_shift)


OUTCOMES = {
    "china_share": lambda model: model.share("china"),
    "japan_share": lambda model: model.share("japan"),
    "russia_share": lambda model: model.share("russia"),
    "united_states_share": lambda model: model.share("united_states"),
    "russia_china_share": lambda model: model.share("russia") + model.share("china"),
    "bases_open_united_states": lambda model: model.power("united_states").open_bases(),
    "bases_open_russia": lambda model: model.power("russia").open_bases(),
    "karshi_khanabad_open": lambda model: float(model.base("karshi_khanabad").in_use),
    "manas_open": lambda model: float(model.base("manas").in_use),
    "manas_rent": lambda model: model.base("manas").rent if model.base("manas").in_use else nan,
    "sco_depth": lambda model: model.organization("sco").depth,
    "sco_full_members": lambda model: model.organization("sco").standing.count(MEMBER),
    "uzbekistan_us_agreement": lambda model: model.agreement("uzbekistan", "united_states"),
    "kyrgyzstan_us_agreement": lambda model: model.agreement("kyrgyzstan", "united_states"),
    "china_trade_share": lambda model: model.trade("china"),
    "russia_trade_share": lambda model: model.trade("russia"),
    "ousters": lambda model: sum(state.ousters for state in model.contested),
}
"""The headline outcomes, and Russia's trade, as the project declares them."""

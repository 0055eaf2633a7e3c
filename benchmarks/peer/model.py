"""The peer's model: one history of the baseline, a quarter a step."""

from __future__ import annotations

import mesa

from simulation.numerics.dates import FIRST_YEAR, quarter_of, season_of, year_of
from simulation.world.world import MEMBER

from .actors import Base, Dyad, Power, State, unit
from .building import Project, build
from .moving import apply_events, move, spread_trouble
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
        self.oil_price = self.thirst = 1.0
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
        trouble_is_scripted = apply_events(self)
        if not trouble_is_scripted:
            for state in self.contested:
                state.suffer_unrest()
        spread_trouble(self)
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
        return unit((1 + dyad.affinity) / 2 + dyad.power.agenda)


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
    "manas_rent": lambda model: model.base("manas").rent,
    "sco_depth": lambda model: model.organization("sco").depth,
    "sco_full_members": lambda model: model.organization("sco").standing.count(MEMBER),
    "uzbekistan_us_agreement": lambda model: model.agreement("uzbekistan", "united_states"),
    "kyrgyzstan_us_agreement": lambda model: model.agreement("kyrgyzstan", "united_states"),
    "china_trade_share": lambda model: model.trade("china"),
    "russia_trade_share": lambda model: model.trade("russia"),
    "ousters": lambda model: sum(state.ousters for state in model.contested),
}
"""The headline outcomes, and Russia's trade, as the project declares them."""

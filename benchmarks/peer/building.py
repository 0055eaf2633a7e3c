"""The peer's projects: they are financed, slip and open; ventures arise."""

from __future__ import annotations

from math import exp, log, log1p

from simulation.world.world import BUILDING, PLANNED, RUNNING

from .actors import UNIT_VARIANCE, logistic, sigmoid


class Project:
    """A pipeline, zone, corridor, purchase, credit, deal or fund of a power."""

    def __init__(self, model, entry):
        for name, value in entry.items():
            setattr(self, name, value)
        self.owner = model.powers[self.owner]
        self.dyads = [self.owner.contested[s] for s in self.hosts]
        self.crossed = [model.states[s] for s in self.crossed]
        self.quarters_left = 0

    def runs_since(self, model):
        """For how many quarters money has been drawn from it, none being less than nought."""
        return model.quarter - self.opened_at if self.status == RUNNING else -1


def build(model):
    """Projects are financed, slip, and open; new ventures arise where thirst meets oil."""
    purses = {power: power.purse for power in model.powers}
    for project in model.projects:
        if project.kind == "deal":
            if project.status <= PLANNED and any(dyad.deals > 0 for dyad in project.dyads):
                open_project(model, project)
        elif project.status <= PLANNED:
            start_project(model, project, purses[project.owner])
        elif project.status == BUILDING:
            project.quarters_left -= 1
            if project.quarters_left <= 0:
                open_project(model, project)
    values, random = model.values.works, model.random.random
    for power in model.powers:
        thirst, most = 1 + power.thirsty * (model.thirst - 1), power.venture_most
        for dyad in power.contested:
            if (draw := random()) < most:
                worth = dyad.state.hydrocarbons * thirst * (1 + dyad.stake)
                worth -= values.venture_threshold
                if draw < most * sigmoid(values.venture_slope * worth):
                    dyad.ventures += 1


def start_project(model, project, purse):
    """A planned project finds money and consents, and begins; credits and funds run at once."""
    values, random, owner = model.values.works, model.random.random, project.owner
    depths = [club.depth for club in model.organizations if owner in club.sponsors]
    if project.cost > max(purse, 0) or max(depths, default=0) < project.needs_depth:
        return
    odds = (
        project.readiness
        + values.start_worth * sum(d.value for d in project.dyads) / max(len(project.dyads), 1)
        + values.start_wealth * model.years * log1p(owner.budget_growth)
        - values.start_friction * sum(state.water_friction for state in project.crossed)
    )
    if project.reference_cost > 0:
        income = owner.stretched(owner.invest)
        dearer = log((income + project.cost) / (income + project.reference_cost))
        odds -= values.start_price * dearer
    if random() >= sigmoid(odds):
        return
    owner.purse -= project.cost
    if project.kind in ("credit", "fund"):
        open_project(model, project)
        return
    slip = exp(values.slip_mean + values.slip_spread * UNIT_VARIANCE * logistic(random()))
    project.status = BUILDING
    project.quarters_left = max(round(project.planned_quarters * slip), 1)


def open_project(model, project):
    """What an open project does is added up where it does it."""
    project.status, project.opened_at = RUNNING, model.quarter
    if project.kind == "credit":
        model.creditors.add(project.owner)
    for a, dyad in enumerate(project.owner.contested):
        dyad.opened_trade += project.opens_trade[a]
        dyad.held += project.stake[a]
        dyad.state.corridors += project.opens_trade[a]
        if project.kind not in ("credit", "deal", "fund"):  # these are money alone
            dyad.carried += project.carried[a] * (1 - project.follows_oil)
            dyad.carried_by_oil += project.carried[a] * project.follows_oil
    if project.kind == "pipeline":
        for dyad in project.dyads:
            dyad.state.relieved += model.values.projects.route_relief

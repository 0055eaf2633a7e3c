"""The peer's projects: they are financed, slip and open; ventures arise."""

from __future__ import annotations

from math import exp, log1p

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


def build(model):
    """Projects are financed, slip, and open; new ventures arise where thirst meets oil."""
    for project in model.projects:
        if project.kind == "deal":
            if project.status <= PLANNED and any(dyad.deals > 0 for dyad in project.dyads):
                open_project(model, project)
        elif project.status <= PLANNED:
            start_project(model, project)
        elif project.status == BUILDING:
            project.quarters_left -= 1
            if project.quarters_left <= 0:
                open_project(model, project)
    values, random = model.values.works, model.random.random
    for state in model.contested:
        resources = state.hydrocarbons * model.thirst
        for dyad in state.dyads:
            draw, most = random(), dyad.power.venture_most
            if draw < most:
                worth = resources * (1 + dyad.stake) - values.venture_threshold
                if draw < most * sigmoid(values.venture_slope * worth):
                    dyad.ventures += 1


def start_project(model, project):
    """A planned project finds money and consents, and begins; credits and funds run at once."""
    values, random = model.values.works, model.random.random
    worth = sum(dyad.value for dyad in project.dyads)
    odds = (
        project.readiness
        + values.start_worth * worth / max(len(project.dyads), 1)
        + values.start_wealth * model.years * log1p(project.owner.budget_growth)
        - values.start_friction * sum(state.water_friction for state in project.crossed)
    )
    if random() >= sigmoid(odds):
        return
    depths = [club.depth for club in model.organizations if project.owner in club.sponsors]
    if max(depths, default=0) < project.needs_depth:
        return
    if project.kind in ("credit", "fund"):
        open_project(model, project)
        return
    slip = exp(values.slip_mean + values.slip_spread * UNIT_VARIANCE * logistic(random()))
    project.status = BUILDING
    project.quarters_left = max(round(project.planned_quarters * slip), 1)


def open_project(model, project):
    """What an open project does is added up where it does it."""
    project.status = RUNNING
    if project.kind == "credit":
        model.creditors.add(project.owner)
    for a, dyad in enumerate(project.owner.contested):
        dyad.opened_trade += project.opens_trade[a]
        dyad.running_flow += project.running_flow[a]
        dyad.held += project.stake[a]
        dyad.spent += project.spent[a]
        dyad.state.corridors += project.opens_trade[a]

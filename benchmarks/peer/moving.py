"""The peer's world: the year turns, threats are drawn, events act, trouble spreads."""

from __future__ import annotations

from math import exp, expm1, log

from simulation.world.world import POLITICAL, SECURITY

from .actors import UNIT_VARIANCE, logistic, unit


def move(model):
    """The surroundings move and threats are drawn; what lasted one quarter is cleared."""
    settling = model.values.regime.settling
    for state in model.states:
        state.ousted = state.cracked_down = state.new_government = False
        state.transition *= 1 - settling
    for state in model.contested:
        for dyad in state.dyads:
            dyad.published = dyad.deals = 0.0
    for club in model.organizations:
        club.stated_now = club.exercised = club.trained_together = False
        club.took_part.clear()
    for base in model.bases:
        base.proposed = base.under_review = False
    if model.campaign_to_come is not None:
        model.campaign, model.campaign_to_come = model.campaign_to_come, None
    turns = model.season == 1 or model.quarter == 0
    if turns:
        vote_together(model)

    values = model.values.environment
    price = log(model.oil_price)
    price += values.oil_reversion * (log(values.oil_long_run) - price)
    model.oil_price = exp(price + values.oil_volatility * deviate(model))
    model.thirst *= exp(values.thirst_growth + values.thirst_volatility * deviate(model))
    base = values.trafficking_base
    kept = values.trafficking_persistence * (model.trafficking - base)
    model.trafficking = max(base + kept + values.trafficking_volatility * deviate(model), 0)
    base = values.water_base
    kept = values.water_persistence * (model.water_stress - base)
    model.water_stress = max(base + kept + values.water_volatility * deviate(model), 0)

    threats = model.values.threats
    left = 1 - threats.sanctuary_ruin * model.campaign
    grown = threats.sanctuary_lag * (left - model.sanctuary)
    model.sanctuary += grown
    risen = [max(state.militancy - state.militancy_at_start, 0) for state in model.contested]
    missing = model.water_stress * (1 + threats.drying * model.quarter)
    for state, own in zip(model.contested, risen, strict=True):
        ahead = zip(model.contested, risen, strict=True)
        spilled = sum(other.valley * (rise - own) for other, rise in ahead if rise > own)
        come = threats.spill * state.valley * spilled
        move_militants(model, state, come + threats.crossing * state.southern_border * grown)
        move_hardship(model, state, missing)
    if turns:
        count_clubs(model)


def deviate(model):
    """A draw of mean 0 and variance 1, logistic in shape."""
    return UNIT_VARIANCE * logistic(model.random.random())


def vote_together(model):
    """The agenda of the United Nations, as observed while known, and how votes depart from it."""
    known, values = model.values.agenda.get(model.year), model.values.alignment
    for power in model.powers:
        if known is None:
            power.agenda += power.agenda_volatility * deviate(model)
        else:
            power.agenda = known.get(power.name, 0.0)
        for dyad in power.dyads:
            dyad.vote_shift = values.votes_of_agenda * power.agenda
            dyad.vote_shift += values.vote_noise * deviate(model)


def count_clubs(model):
    """How closed the regimes are whom each state meets in clubs of regimes."""
    closures = dict.fromkeys(model.contested, (0.0, 0.0))
    for club in model.organizations:
        members, counts = club.members(), club.club_of_regimes
        total = sum(member.closure for member in members)
        for member in members:
            if member in closures and len(members) > 1:
                closed, clubs = closures[member]
                mean = (total - member.closure) / (len(members) - 1)
                closures[member] = closed + counts * mean, clubs + counts
    for state, (closed, clubs) in closures.items():
        state.club = closed / max(clubs, 1)


def protection(model, state):
    """Joint protection from militants, in proportion to the security ties that carry it."""
    values, protected = model.values.threats, 0.0
    for club in model.organizations:
        if club.has(state):
            weight = club.alliance + values.drill * club.drilled
            weight += sum(body.protects for body in club.bodies if body.founded)
            for sponsor in club.sponsors:
                protected += weight * state.dyads[sponsor.place].ties[SECURITY]
    for base in state.bases:
        if base.in_use:
            protected += values.base * base.dyad.ties[SECURITY]
    return unit(protected / (1 + sum(dyad.ties[SECURITY] for dyad in state.dyads)))


def move_militants(model, state, come):
    """Militants hide and come back, spread, cross, and are held down by joint protection."""
    values, latent, militancy = model.values.threats, state.latent, state.militancy
    hidden = values.underground * state.repression * militancy
    returned = values.resurfacing * latent
    fed = values.recruitment * state.repression * state.hardship * (1 - latent)
    held = values.suppression * (protection(model, state) - state.protection_at_start)
    gone = (values.reach * held + values.forgetting) * latent
    state.latent = unit(latent + hidden - returned + fed - gone)
    shock = values.militancy_volatility * deviate(model)
    state.militancy = unit(militancy - hidden + returned + come - held * militancy + shock)
    above = state.militancy - state.usual_militancy
    state.unaccustomed = max(above - values.alarm_from, 0)
    state.usual_militancy += values.habituation * above


def move_hardship(model, state, missing):
    """Drugs corrode, water is missing downstream, dear oil helps who can sell it."""
    values = model.values.threats
    exposed = model.trafficking * state.drug_exposure
    harm = unit(exposed * (1 - values.interdiction * state.capacity))
    for club in model.organizations:
        if club.has(state):
            for body in club.bodies:
                if body.founded:
                    harm *= 1 - body.stops_drugs
    state.drug_friction = harm
    drugs = harm - state.drug_friction_at_start
    lost = values.drug_corrosion * drugs + values.alarm_capacity * state.unaccustomed
    state.capacity = unit(state.capacity - lost)
    state.water_friction = unit(values.water_quarrel * missing * state.opposed)
    harvest = state.irrigated * max(-state.upstream, 0)
    harvest *= missing - model.values.environment.water_base
    routes = sum(dyad.route for dyad in state.dyads) * (1 - unit(state.relieved))
    sold = 1 - model.values.projects.route_toll * unit(routes)
    added = values.friction_cost * drugs + values.harvest_cost * harvest
    added += values.alarm_hardship * state.unaccustomed
    added -= values.oil_relief * state.hydrocarbons * log(model.oil_price) * sold
    base = state.hardship_at_start
    kept = values.hardship_persistence * (state.hardship - base)
    shock = values.hardship_volatility * deviate(model)
    state.hardship = unit(base + kept + added + shock)


def apply_events(model):
    """The baseline's events of this quarter act."""
    for event in model.values.events.get(model.quarter, ()):
        if event.kind == "attack":
            model.campaign_to_come = event.fields["campaign"]
        elif event.kind == "campaign":
            model.campaign = event.subject
        elif event.kind in ("ouster", "crackdown"):
            state = next(state for state in model.states if state.name == event.subject)
            state.ousted = event.kind == "ouster"
            state.cracked_down = event.kind == "crackdown"
        else:
            raise ValueError(f"the peer knows no event '{event.kind}'")


def spread_trouble(model):
    """Regimes fall or crack down, and danger, fear and suspicion spread."""
    values = model.values.regime
    floor, persistence = values.fear_floor, values.fear_persistence
    troubled = [state for state in model.contested if state.ousted or state.cracked_down]
    shocks = [
        values.shock_ouster if state.ousted else values.shock_crackdown * state.severity
        for state in troubled
    ]
    for state in model.states:
        warned = 0.0
        for other, shock in zip(troubled, shocks, strict=True):
            if other is not state:
                apart = abs(state.accountability - other.accountability)
                alike = values.similarity_most * min(state.kinship, other.kinship)
                warned += shock * alike * unit(1 - values.dissimilarity * apart)
        push, shield = values.contagion * warned, 0.0
        if state.contested:
            push += values.fear_of_blame * sum(dyad.criticism for dyad in state.dyads)
            push += model.values.threats.alarm_fear * state.unaccustomed
            shield = values.shield * shield_of(model, state)
        covered = -expm1(-push)
        fear, danger = state.fear, state.danger
        danger = floor + persistence * (danger - floor) + (1 - danger) * covered
        fear = floor + persistence * (fear - floor) + (1 - fear) * covered
        state.danger = min(max(danger, floor), 1)
        state.fear = min(max(fear - shield, floor), state.danger)
        for dyad in state.dyads:
            raised = values.suspicion_gain * dyad.power.conditional * warned
            added = -(1 - dyad.suspicion) * expm1(-raised)
            dyad.suspicion = unit(values.suspicion_persistence * dyad.suspicion + added)
    for state in troubled:
        if state.ousted:
            follow(model, state, broken=1)
            state.ousters += 1
            opened = min(state.accountability + values.opening, values.most_open)
            state.accountability = max(state.accountability, opened)
            state.repression = values.repression_after_fall * state.repression_at_start


def shield_of(model, state):
    """Protection by blocs that call a crackdown lawful or an election fair."""
    values, voice, observers = model.values.regime, 0.0, 0
    for club in model.organizations:
        if club.has(state):
            voice = max(voice, club.voice)
            for body in club.bodies:
                if body.founded and body.name == "election_observers":
                    observers = 1
    legitimacy = values.shield_voice * voice + values.shield_observers * observers
    return legitimacy * state.partner_share if legitimacy else 0.0


def follow(model, state, broken):
    """Another head of state: a part of fear and grudges goes, and of leanings and kinship."""
    values = model.values.regime
    floor, left = values.fear_floor, 1 - broken
    state.fear = floor + left * (state.fear - floor)
    state.danger = floor + left * (state.danger - floor)
    state.kinship *= 1 - values.leadership_break
    state.transition, state.new_government = 1.0, True
    for dyad in state.dyads:
        dyad.suspicion *= left
        dyad.criticism *= left
        dyad.affinity += values.leadership_break * (dyad.affinity_at_start - dyad.affinity)


def change_leaders(model):
    """Heads of state come and go; with another one, ties that hung on the last are loosened."""
    values, random = model.values, model.random.random
    chance = 1 - (1 - values.regime.succession) ** (1 / 4)
    for state in model.contested:
        comes = random() < chance
        if comes and not state.ousted:
            follow(model, state, broken=values.regime.leadership_break)
        if comes or state.ousted:
            for dyad in state.dyads:
                left = 1 - values.rivalry.personal * random()
                dyad.personal *= left
                ties = list(dyad.ties)
                ties[POLITICAL] *= left
                dyad.ties = ties

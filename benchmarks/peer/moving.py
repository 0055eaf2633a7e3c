"""The peer's world: the year turns, threats are drawn, events act, trouble spreads."""

from __future__ import annotations

from math import exp, expm1, log

from simulation.world.world import MEMBER

from .actors import UNIT_VARIANCE, logistic, unit


def move(model):
    """The surroundings move and threats are drawn; what lasted one quarter is cleared."""
    for state in model.contested:
        state.ousted = state.cracked_down = state.new_government = False
        for dyad in state.dyads:
            dyad.published = dyad.deals = 0.0
    for club in model.organizations:
        club.stated_now = club.exercised = False
    for base in model.bases:
        base.proposed = base.under_review = False
    if model.campaign_to_come is not None:
        model.campaign, model.campaign_to_come = model.campaign_to_come, None
    if model.season == 1 or model.quarter == 0:
        turn_year(model)

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
    for state in model.contested:
        move_threats(model, state)


def deviate(model):
    """A draw of mean 0 and variance 1, logistic in shape."""
    return UNIT_VARIANCE * logistic(model.random.random())


def move_threats(model, state):
    """Militancy goes underground and comes back; drugs and water make life harder."""
    values = model.values.threats
    exposed = model.trafficking * state.drug_exposure
    state.drug_friction = unit(exposed * (1 - values.interdiction * state.capacity))
    state.water_friction = unit(state.water_quarrel * model.water_stress)
    latent, militancy = state.latent, state.militancy
    hidden = values.underground * state.repression * militancy
    returned = values.resurfacing * latent
    fed = values.recruitment * state.repression * state.hardship * (1 - latent)
    state.latent = unit(latent + hidden - returned + fed - values.forgetting * latent)
    shock = values.militancy_volatility * deviate(model)
    state.militancy = unit(militancy - hidden + returned + shock)
    base = state.hardship_at_start
    kept = values.hardship_persistence * (state.hardship - base)
    friction = values.friction_cost * (state.drug_friction + state.water_friction)
    shock = values.hardship_volatility * deviate(model)
    state.hardship = unit(base + kept + friction + shock)


def turn_year(model):
    """The agenda of the United Nations, as observed while known; the clubs of like regimes."""
    known = model.values.agenda.get(model.year)
    for power in model.powers:
        if known is None:
            power.agenda += power.agenda_volatility * deviate(model)
        else:
            power.agenda = known.get(power.name, 0.0)
    closures = {state: [] for state in model.contested}
    for club in model.organizations:
        members = club.members()
        total = sum(member.closure for member in members)
        for member in members:
            if member in closures and len(members) > 1:
                closures[member].append((total - member.closure) / (len(members) - 1))
    for state, of_others in closures.items():
        state.club = sum(of_others) / len(of_others) if of_others else 0.0


def apply_events(model):
    """The baseline's events of this quarter act; says whether trouble is among them."""
    trouble = False
    for event in model.values.events.get(model.quarter, ()):
        if event.kind == "attack":
            model.campaign_to_come = event.fields["campaign"]
        elif event.kind == "campaign":
            model.campaign = event.subject
        elif event.kind in ("ouster", "crackdown"):
            state = next(state for state in model.states if state.name == event.subject)
            state.ousted = event.kind == "ouster"
            state.cracked_down = event.kind == "crackdown"
            trouble = True
        else:
            raise ValueError(f"the peer knows no event '{event.kind}'")
    return trouble


def spread_trouble(model):
    """Regimes fall or crack down, and fear and suspicion spread."""
    values = model.values.regime
    floor, persistence = values.fear_floor, values.fear_persistence
    troubled = [state for state in model.contested if state.ousted or state.cracked_down]
    legitimate = legitimizing(model)
    for state in model.states:
        felt = warning(values, state, troubled) if troubled else 0.0
        push, shield = felt, 0.0
        if state.contested:
            push += values.fear_of_blame * sum(dyad.criticism for dyad in state.dyads)
            if legitimate:
                shield = shield_of(values, state, legitimate)
        fear = state.fear
        state.fear_before, state.fear_last = state.fear_last, fear
        risen = floor + persistence * (fear - floor)
        if push > 0:
            risen -= (1 - fear) * expm1(-push)
        state.fear = min(max(risen - values.shield * shield, floor), 1)
        for dyad in state.dyads:
            if felt > 0 and dyad.power.conditional > 0:
                raised = values.suspicion_gain * dyad.power.conditional * felt
                added = -(1 - dyad.suspicion) * expm1(-raised)
                dyad.suspicion = unit(values.suspicion_persistence * dyad.suspicion + added)
            elif dyad.suspicion > 0:
                dyad.suspicion *= values.suspicion_persistence
    for state in troubled:
        if state.ousted:
            replace_government(values, state)


def warning(values, state, troubled):
    """Trouble elsewhere as a state feels it: the more, the more alike the regimes."""
    felt = 0.0
    for other in troubled:
        if other is not state:
            apart = abs(state.accountability - other.accountability)
            alike = values.similarity_most * min(state.kinship, other.kinship)
            shock = values.shock_ouster if other.ousted else values.shock_crackdown
            felt += shock * alike * unit(1 - values.dissimilarity * apart)
    return values.contagion * felt


def legitimizing(model):
    """Blocs that call a crackdown lawful or an election fair, with their legitimacy."""
    blocs = []
    for club in model.organizations:
        observers = any(body.founded and body.name == "election_observers" for body in club.bodies)
        if observers or club.voice > 0:
            blocs.append((club.standing, club.voice, float(observers)))
    return blocs


def shield_of(values, state, legitimate):
    """Protection by the blocs to which a state belongs."""
    voice = observers = 0.0
    for standing, voice_of_bloc, observers_of_bloc in legitimate:
        if standing[state.member] == MEMBER:
            voice = max(voice, voice_of_bloc)
            observers = max(observers, observers_of_bloc)
    return (values.shield_voice * voice + values.shield_observers * observers) * state.partner_share


def replace_government(values, state):
    """A fall ends the old regime's fears, grudges and leanings."""
    state.fear = values.fear_floor
    state.new_government = True
    state.ousters += 1
    opened = min(state.accountability + values.opening, values.most_open)
    state.accountability = max(state.accountability, opened)
    state.repression = values.repression_after_fall * state.repression_at_start
    for dyad in state.dyads:
        dyad.suspicion = dyad.criticism = 0.0
        dyad.affinity += values.leadership_break * (dyad.affinity_at_start - dyad.affinity)

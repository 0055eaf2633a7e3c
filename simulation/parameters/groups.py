"""The parameters of the rules by name, so that a misspelt one is refused before anything runs.

A class a group, a line a parameter, in the order of the catalogue: the parameter `basing.notice`
is `BasingWeights.notice`, and `projects.area_ha` is `ProjectsWeights.area_ha`. A key that names
someone has another word for the rules, which the evidence gives (`rules_say`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from simulation.numerics.arrays import Array

Number = Array
"""One number: a scalar in the model's precision, or one a run, shape (runs,).

A NumPy scalar does all arithmetic that an array does, and rules do nothing else with either.
"""


class Group:
    """The parameters of one rule, by name."""

    if not TYPE_CHECKING:  # a type checker is to refuse what is not declared

        def __getattr__(self, name: str) -> None:  # only for what is missing
            raise AttributeError(f"no parameter of that name in this group: {name}")


class AlignmentWeights(Group):
    """How leanings move, and how states hedge."""

    share: Number
    cover: Number
    blame: Number
    relief: Number
    hedging: Number
    goodwill: Number
    goodwill_scale: Number
    neutrality: Number
    speed: Number
    noise: Number
    bound: Number
    votes_of_agenda: Number
    vote_noise: Number
    agenda_volatility: Array


class AppraisalWeights(Group):
    """What each state is worth to a power."""

    priority: Mapping[str, Array]
    rivalry: Array
    price_elasticity: Number
    thirsty: Array
    corridor_market: Number
    bases_for_alarm: Number
    pressure_lag: Array


class BasingWeights(Group):
    """Whether a host keeps its guest, and the price to stay."""

    habit: Number
    rent: Number
    rent_scale: Number
    rent_scale_economy: Number
    rent_scale_elasticity: Number
    threat: Number
    affinity: Number
    autonomy: Number
    blame: Number
    statement: Number
    rivals: Number
    stake_floor: Number
    noise: Number
    propensity: Array
    value_threshold: Number
    proposal_slope: Number
    pressure_threshold: Array
    first_rent: Array
    contract: Array
    notice: Array
    call_as_cause: Number
    review_on_trigger: Number
    review_otherwise: Number
    margin: Number
    price_cap: Number
    reservation: Array
    lasting_worth: Number
    attendance_blame: Number
    withdrawal: Number
    withdrawal_need: Number
    leave_early: Number


class EnvironmentWeights(Group):
    """Surroundings that no actor decides."""

    oil_long_run: Number
    oil_reversion: Number
    oil_volatility: Number
    thirst_growth: Number
    thirst_volatility: Number
    trafficking_base: Number
    trafficking_persistence: Number
    trafficking_volatility: Number
    water_base: Number
    water_persistence: Number
    water_volatility: Number


class InfluenceWeights(Group):
    """How much a power can move a state, channel by channel."""

    channel_weight: Array
    decay: Array
    trade_to_ties: Number
    act_cover: Number
    act_criticism: Number
    act_understanding: Number
    stake_security: Number


class InitialWeights(Group):
    """The world as it stood in 2001."""

    polyarchy: Array
    closure_of_powers: Array
    gdp: Array
    military_spending: Array
    population: Array
    trade_share: Array
    agreement: Array
    ties: Array
    own: Array
    hydrocarbons: Array
    near_abroad: Array
    xinjiang: Array
    exiles: Array
    access: Array
    market: Array
    autonomy: Array
    neutral: Array
    militancy: Array
    latent_militancy: Array
    hardship: Array
    capacity: Array
    drug_exposure: Array
    upstream: Array
    irrigated: Array
    valley: Array
    southern_border: Array
    export_route: Array
    goods: Array
    un_sanctions: Array


class LedgerWeights(Group):
    """What everything that a power does in a state comes to, and what that makes of ties."""

    conversion: Array
    scale: Number
    scale_economy: Number
    scale_elasticity: Number
    credit_worth: Number
    deal_term: Number
    invest: Array
    purse_years: Number
    base: Number
    site: Number
    seat: Number
    membership: Number
    councils: Array
    soldier: Number
    venture: Number
    carried: Array
    follows_oil: Array


class LuckWeights(Group):
    """Luck that lasts: how much of a year's is left in the next."""

    kept: Number


class ObservedWeights(Group):
    """What was observed year by year; which years there are, the catalogue says."""

    def trade_share(self, year: int) -> Array | None:
        """Trade shares of a year, shape (power, region, runs or 1); None if they are not known."""
        found: Array | None = getattr(self, f"trade_share_y{year}", None)
        return found

    def agreement(self, year: int, power: str) -> Mapping[str, Number]:
        """Each voter's share of agreement with a power in a year; empty if it is not known."""
        found: Mapping[str, Number] = getattr(self, f"agreement_y{year}_{power}", {})
        return found

    def agenda(self, year: int) -> Mapping[str, Number] | None:
        """How far a year's agenda moved agreement with each power; None if it is not known."""
        found: Mapping[str, Number] | None = getattr(self, f"agenda_y{year}", None)
        return found

    def forget_after(self, year: int) -> None:
        """Take away what was observed in later years."""
        for name in list(vars(self)):
            if int(name.partition("_y")[2][:4]) > year:
                delattr(self, name)


class OrganizationsWeights(Group):
    """Bodies, statements, admissions, exercises, belonging, founding."""

    benefit: Mapping[str, Number]
    taste: Mapping[str, Array]
    spillover: Number
    body_threat: Number
    body_pressure: Number
    body_autonomy: Number
    body_friction: Number
    body_noise: Number
    body_threshold: Number
    body_difficulty: Mapping[str, Number]
    body_weight: Mapping[str, Number]
    siting_by_threat: Number
    seat_say: Number
    creditor_say: Number
    speaks: Array
    statement_pressure: Number
    statement_fear: Number
    statement_threshold: Number
    statement_objection: Number
    campaign_excuse: Number
    statement_noise: Number
    statement_fading: Number
    voice_fading: Number
    admits: Array
    appeal: Array
    sponsor_push: Array
    admission_base: Number
    admission_appeal: Number
    admission_sponsor: Number
    admission_rivals: Number
    admission_bloc: Number
    admission_autonomy: Number
    admission_congestion: Number
    admission_diversity: Number
    admission_maturity: Number
    admission_noise: Number
    observer_fraction: Number
    observer_quarters: Number
    bar_sanctioned: Number
    eligible: Array
    left: Array
    belonging_base: Array
    belonging_fear: Number
    belonging_affinity: Number
    belonging_autonomy: Number
    shelters: Array
    hysteresis: Number
    belonging_spread: Number
    exercises: Array
    exercise_season: Number
    exercise_threshold: Number
    exercise_slope: Number
    exercise_base: Array
    binding: Array
    exercise_affinity: Number
    exercise_threat: Number
    exercise_autonomy: Number
    exercise_noise: Number
    sponsors_drill_from: Number
    sponsors_drill_slope: Number
    pact_gain: Number
    pact_fading: Number
    depth_at_start: Array
    routine: Array
    routine_step: Number
    customs: Array
    depth_of_exercises: Number
    drill_fading: Number
    depth_lag: Number
    founding_season: Number
    founding_threshold: Number
    founding_slope: Number
    invited: Array


class PatronageWeights(Group):
    """Aid, what is asked for it, deals and understandings."""

    budget: Array
    budget_growth: Array
    concentration: Number
    reserve: Array
    neutral_refusal: Number
    dialogue_aid: Number
    attention_half: Number
    attention_of_base: Number
    seen_anyway: Number
    conditional: Array
    conditionality: Array
    tolerance_base: Number
    tolerance_need: Number
    tolerance_rivals: Number
    tolerance_slope: Number
    publication_threshold: Number
    habit_learning: Number
    habit_margin: Number
    news_learning: Number
    need_lag: Number
    need_at_start: Array
    needs_access: Array
    blame_withholding: Number
    blame_crackdown: Number
    criticism_persistence: Number
    decision_season: Number
    non_interference: Array
    speaks_for_regimes: Array
    seeks_exiles: Array
    understanding_season: Number
    understanding_base: Number
    understanding_goods: Number
    understanding_scale: Number
    exile_half: Number
    understanding_fear: Number
    understanding_cost: Number
    deal_floor: Number
    deal_propensity: Number
    deal_amount: Number
    training_effect: Number
    capacity_of_fear: Number
    capacity_return: Number
    lumps: Array
    drift: Array
    goods_memory: Number


class ProjectsWeights(Group):
    """What documents state of the size of projects, bodies and exercises."""

    cost: Array
    owner_share: Array
    length_km: Array
    capacity_mt: Array
    first_stage_share: Number
    area_ha: Mapping[str, Number]
    zone_tariff: Number
    planned_quarters: Array
    trainees: Number
    training_years: Number
    training_share: Mapping[str, Number]
    credit_share: Mapping[str, Number]
    oil_contract: Number
    oil_years: Number
    oil_taken: Number
    aid_total: Number
    aid_years: Number
    aid_share: Array
    body_budget: Number
    begun_projects: Number
    exercise_troops: Number
    route_relief: Number
    route_toll: Number
    route_tie: Number


class RegimeWeights(Group):
    """Fear, unrest, falls, repression."""

    post_soviet: Array
    similarity_most: Number
    dissimilarity: Number
    contagion: Number
    shock_ouster: Number
    shock_crackdown: Number
    severity_of_force: Number
    full_force: Number
    fear_floor: Number
    fear_persistence: Number
    fear_of_blame: Number
    shield: Number
    shield_voice: Number
    shield_observers: Number
    unrest_base: Number
    unrest_hardship: Number
    unrest_militancy: Number
    transition_risk: Number
    settling: Number
    club_protection: Number
    fall_base: Number
    fall_capacity: Number
    fall_hardship: Number
    suspicion_gain: Number
    suspicion_persistence: Number
    pride_floor: Number
    repression_slope: Number
    repression_from: Number
    repression_return: Number
    repression_of_crackdown: Number
    repression_of_fear: Number
    succession: Number
    leadership_break: Number
    opening: Number
    most_open: Number
    repression_after_fall: Number


class RivalryWeights(Group):
    """What powers feel of one another, how budgets answer, and where money goes."""

    alarm_bases: Number
    alarm_share: Number
    alarm_bloc: Number
    memory: Number
    reply_pressure: Number
    reply_loss: Number
    reply_lag: Number
    most_effort: Number
    relaxing: Number
    defend: Number
    follows_gain: Number
    look_ahead: Number
    least_step: Number
    least_gain: Number
    answer_season: Number
    answer_threat: Number
    answer_credit: Number
    answer_rent: Number
    offered_part: Number
    tolerated: Number
    discord_support: Number
    discord_depth: Number
    upkeep: Number
    erosion: Number
    lasting: Array
    personal: Number


class TargetsWeights(Group):
    """How far a run may be from what was observed."""

    agreement_error: Mapping[str, Number]
    agreement_discrepancy: Number
    trade_error: Number
    trade_error_least: Number
    trade_discrepancy: Number
    pattern_discrepancy: Number


class ThreatsWeights(Group):
    """Militancy, drugs, water and hardship."""

    underground: Number
    resurfacing: Number
    militancy_volatility: Number
    recruitment: Number
    recruits_of_crackdown: Number
    forgetting: Number
    spill: Number
    crossing: Number
    sanctuary_ruin: Number
    sanctuary_lag: Number
    suppression: Number
    reach: Number
    alliance: Array
    body: Mapping[str, Number]
    base: Number
    drill: Number
    habituation: Number
    alarm_from: Number
    alarm_fear: Number
    alarm_hardship: Number
    alarm_capacity: Number
    interdiction: Number
    body_interdiction: Mapping[str, Number]
    drug_corrosion: Number
    water_quarrel: Number
    hardship_persistence: Number
    friction_cost: Number
    drying: Number
    harvest_cost: Number
    oil_relief: Number
    hardship_volatility: Number


class TradeWeights(Group):
    """How shares of trade drift."""

    size: Mapping[str, Array]
    potential: Array
    growth: Array
    of_thirst: Array
    convergence: Array
    path_dependence: Number
    noise: Number
    deals: Array
    usual: Array
    outline_gain: Number
    customs_gain: Number
    affinity_gain: Number


class WorksWeights(Group):
    """How projects begin, slip and open, what they bring; ventures."""

    start_base: Array
    start_worth: Number
    start_wealth: Number
    start_price: Number
    start_friction: Number
    needs_depth: Array
    slip_mean: Number
    slip_spread: Number
    opens_trade: Array
    host_share: Array
    stake: Array
    venture_rate: Number
    venture_slope: Number
    venture_threshold: Number
    venture_stake: Number
    venture_propensity: Array
    reference: Mapping[str, Number]
    reference_cost: Array
    reference_length: Array
    elasticity: Mapping[str, Number]
    aid_on_record: Array
    oil_contract: Array
    budgeted: Array

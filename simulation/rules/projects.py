"""Projects: pipelines, zones, corridors, acquisitions, credits, and ventures that arise.

Delay follows the documented spread between plans and completions. Mechanisms M10, M21, M22, M25.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulation.numerics.arrays import ONE, Array, Mask, Term, Utility, total, unit
from simulation.numerics.dates import QUARTERS_IN_YEAR
from simulation.numerics.elementary import exp, log, power
from simulation.parameters.groups import WorksWeights


@dataclass(frozen=True, eq=False)
class StartOdds(Utility):
    """Log-odds that a planned project begins."""

    base: Term
    worth: Term
    wealth: Term
    price: Term
    friction: Term


def start_utility(
    base: Array,
    worth: Array,
    wealth: Array,
    dearer: Array,
    friction: Array,
    weights: WorksWeights,
) -> StartOdds:
    """Log-odds that a planned project gets its money and consents this quarter, term by term.

    Args:
        base: readiness of the project itself. worth: of the hosts to its owner.
        wealth: the owner's growing budget, as a logarithm against 2001.
        dearer: what it costs its owner against the cost at which `base` holds, as a logarithm.
        friction: quarrels among the states it crosses.
    """
    return StartOdds(
        base=base,
        worth=weights.start_worth * worth,
        wealth=weights.start_wealth * wealth,
        price=-weights.start_price * dearer,
        friction=-weights.start_friction * friction,
    )


def route_left(route: Array, relieved: Array) -> Array:
    """How far a state's exports still go through a power's pipes.

    Args:
        route: at the start. relieved: part of that which its own pipelines have taken over.
    """
    return route * (1 - unit(relieved))


def joined_effects(one: Array, other: Array) -> Array:
    """Two effects together."""
    return one + other


def tolls(route: Array, toll: Array) -> Array:
    """Part of dearer oil and gas that those keep through whose pipes it goes, shape (region, run).

    Args:
        route: from `route_left`, shape (power, region, run). toll: what they keep of all of it.
    """
    return toll * unit(total(route))


def route_lost(route: Array, first: Array, worth: Array, decay: Array) -> Array:
    """What a power's economic tie loses in a quarter when exports no longer need its pipes.

    Args:
        route: from `route_left`. first: at the start.
        worth: of the whole route, as a tie. decay: of ties, so that what is lost lasts.
    """
    return worth * decay * (first - route)


def oil_income(hydrocarbons: Array, price: Array, tolls: Array) -> Array:
    """How much better a state sells its oil and gas than in 2001, as a logarithm.

    Args:
        hydrocarbons: what it has, shape (region, run or 1). price: index, 2001 = 1, shape (run,).
        tolls: part of the gain that those keep through whose pipes it goes, shape (region, run).
    """
    return hydrocarbons * log(price) * (1 - tolls)


def relative(stated: Array | float, reference: Array | float) -> Array:
    """A stated figure against the reference at which an effect holds; 1 where there is none."""
    known = np.greater(reference, 0)
    return np.where(known, stated / np.where(known, reference, 1), 1)


def size_effect(stated: Array, reference: Array, elasticity: Array) -> Array:
    """How an effect grows with a stated figure; 1 at the reference."""
    return power(relative(stated, reference), elasticity)


def funded(follows: Array, factor: Array) -> Array:
    """A factor for those that follow a stated figure, 1 for the others.

    Args:
        follows: 0 or 1. factor: from `relative` or `size_effect`.
    """
    return 1 + follows * (factor - 1)


def dearer(cost: Array, reference: Array, income: Array) -> Array:
    """How much more a project asks of its owner than was stated, as a logarithm.

    A cost that is small against what the owner has for works in a year is hardly felt.

    Args:
        cost, reference: US$ m; nothing is asked for where there is no reference.
        income: what the owner can put into works in a year, US$ m.
    """
    known = np.greater(reference, 0)
    return np.where(known, log((income + cost) / (income + reference)), 0)


def affordable(cost: Array, purse: Array) -> Mask:
    """Whether a purse pays for it; what costs nothing is paid by an empty one."""
    afforded: Mask = cost <= np.maximum(purse, 0)
    return afforded


def next_purse(purse: Array, income: Array, years: Array) -> Array:
    """A purse a quarter later, US$ m: what was not spent is kept, up to some years' income.

    Args:
        income: US$ m a year. years: of it that are kept at most.
    """
    return np.minimum(purse + income / QUARTERS_IN_YEAR, income * years)


def first_purse(income: Array, years: Array) -> Array:
    """A purse at the start, US$ m: half of what it can hold."""
    return income * years / 2


def purse_after(purse: Array, paid: Array) -> Array:
    """What is left in a purse, US$ m; below 0 it is owed, and paid from the next income.

    Each work or deal of a quarter is held against the purse alone, so that several together may
    cost more than it holds.
    """
    return purse - paid


def at_size(effect: Array, factor: Array | float) -> Array:
    """An effect, or a length or cost, at the size of the day: as stated, times a factor."""
    return effect * factor


def yearly(stated: Array, years: Array) -> Array:
    """A stated total by the year."""
    return stated / years


def zone(inner: Array, outer: Array, reference: Array, tariff: Array) -> Array:
    """Size of a free-trade zone: its area on both sides of the border, less what tariffs take.

    Args:
        inner, outer: hectares. reference: hectares at which the effect holds.
        tariff: part of its freedom that tariffs take, 0 to 1.
    """
    return relative(inner + outer, reference) * (1 - tariff)


def oil_a_year(contract: Array, taken: Array, years: Array) -> Array:
    """Oil that a long contract brings in a year: what was agreed, as far as it is taken."""
    return contract * taken / years


def effect_of_running(effect: Array, running: Array | Mask) -> Array:
    """What a project does in a quarter: its effect where it runs."""
    return effect * running


def creditor(credits: Array) -> Array:
    """1 for a power of which any credit runs, else 0."""
    return np.minimum(credits, 1)


def whole_quarters(quarters: Array) -> Array:
    """A length of time in whole quarters, at least one."""
    return np.maximum(np.rint(quarters), 1)


def building_quarters(planned: Array, noise: Array, weights: WorksWeights) -> Array:
    """Quarters until it opens: the plan, stretched by a log-logistic slip, at least one."""
    slip = exp(weights.slip_mean + weights.slip_spread * noise)
    return whole_quarters(planned * slip)


@dataclass(frozen=True, eq=False)
class VentureOdds(Utility):
    """Log-odds that an occasion for a venture is used."""

    resources: Term
    stake: Term
    threshold: Term


def venture_utility(
    hydrocarbons: Array, thirst: Array, stake: Array, weights: WorksWeights
) -> VentureOdds:
    """Log-odds, once there is an occasion, that it is used, term by term, to be read out."""
    return VentureOdds(
        resources=weights.venture_slope * hydrocarbons * thirst,
        stake=weights.venture_slope * hydrocarbons * thirst * stake,
        threshold=-weights.venture_slope * weights.venture_threshold,
    )


def energy_stake(held: Array, ventures: Array, size: Array) -> Array:
    """What a power owns in a state's energy, as a saturating index between 0 and 1.

    Args:
        held: stakes of the named projects that run. ventures: number of further ventures.
        size: stake that one of them adds.
    """
    owned = held + size * ventures
    return owned / (owned + ONE)


def wealth(years: int, growth: Array) -> Array:
    """Growth of an owner's means since the first year, as a logarithm."""
    return years * log(1 + growth)


def most_ventures(propensity: Array, rate: Array) -> Array:
    """Chance of an occasion for a venture in a quarter."""
    return propensity * rate


def deeper(so_far: Array, depth: Array) -> Array:
    """Depth of the deeper of two organizations."""
    return np.maximum(so_far, depth)

"""Threats: militancy that hides, spreads and is fought; drugs; water that flows one way.

Repression hides militancy rather than ending it (Chung 2005 on the Islamic Movement of
Uzbekistan and Hizb-ut-Tahrir). What a state has been used to since 2001 is part of its balance:
only what departs from that spreads, alarms or is held down. Mechanisms M13, M14, M26, M31.
"""

from __future__ import annotations

import numpy as np

from simulation.numerics.arrays import Array, Mask, total, unit
from simulation.parameters.groups import ThreatsWeights


def threat(militancy: Array, drugs: Array) -> Array:
    """What a security body would answer: militancy and harm from drugs."""
    return militancy + drugs


def grievance(repression: Array, hardship: Array) -> Array:
    """What feeds latent militancy: repression of the poor."""
    return repression * hardship


def militancy_after_shock(militancy: Array, by: float) -> Array:
    """Visible militancy after a shock, between 0 and 1."""
    return unit(militancy + by)


def driven_underground(militancy: Array, repression: Array, weights: ThreatsWeights) -> Array:
    """Visible militancy that repression turns latent this quarter."""
    return weights.underground * repression * militancy


def resurfacing(latent: Array, weights: ThreatsWeights) -> Array:
    """Latent militancy that comes back into the open this quarter."""
    return weights.resurfacing * latent


def recruited(latent: Array, severity: Array, weights: ThreatsWeights) -> Array:
    """Latent militancy after a crackdown, which drives people to those whom it is aimed at.

    Args:
        severity: of a crackdown, 0 where there is none.
    """
    return latent + weights.recruits_of_crackdown * severity * (1 - latent)


def risen(militancy: Array, first: Array) -> Array:
    """Visible militancy above that of the start."""
    return np.maximum(militancy - first, 0)


def spilled(risen: Array, valley: Array, weights: ThreatsWeights) -> Array:
    """Militancy that comes over from states of the same valley in which more has risen.

    Args:
        risen: from `risen`, shape (region, run).
        valley: how far each state belongs to the valley, shape (region, run or 1).
    """
    ahead = np.maximum(risen[np.newaxis] - risen[:, np.newaxis], 0)
    return weights.spill * valley * total(valley[np.newaxis] * ahead, axis=1)


def next_sanctuary(sanctuary: Array, campaign: Array, weights: ThreatsWeights) -> Array:
    """Militants' sanctuary beyond the southern border (2001 = 1); a campaign ruins it."""
    left = 1 - weights.sanctuary_ruin * campaign
    return sanctuary + weights.sanctuary_lag * (left - sanctuary)


def crossing(sanctuary: Array, before: Array, border: Array, weights: ThreatsWeights) -> Array:
    """Militancy that comes across the border as the sanctuary grows, and goes as it is ruined.

    Args:
        before: the sanctuary a quarter ago, both of shape (run,).
        border: how open each state lies to it, shape (region, run or 1).
    """
    return weights.crossing * border * (sanctuary - before)


def carried(ties: Array) -> Array:
    """How much each power's commitments to a state's security carry; shape (power, region, run).

    Args:
        ties: of security, same shape.
    """
    return ties / (1 + total(ties))


def protected(so_far: Array, weight: Array, stands: Array | Mask, carried: Array) -> Array:
    """Protection with one more commitment, in proportion to the ties that carry it.

    Args:
        weight: of the commitment. stands: how far it stands. carried: by whoever gave it.
    """
    return so_far + weight * stands * carried


def held_down(militants: Array, protection: Array, first: Array, weights: ThreatsWeights) -> Array:
    """Militancy that joint protection keeps down in a quarter; below 0 where some of it has gone.

    Args:
        militants: visible or latent. protection, first: now and at the start, from `protected`.
    """
    return weights.suppression * (unit(protection) - unit(first)) * militants


def next_militancy(
    militancy: Array,
    hidden: Array,
    returned: Array,
    come: Array,
    held: Array,
    noise: Array,
    weights: ThreatsWeights,
) -> Array:
    """Visible militancy a quarter later, between 0 and 1.

    Args:
        hidden, returned: from `driven_underground` and `resurfacing`.
        come: from `spilled` and `crossing`. held: from `held_down`.
    """
    moved = militancy - hidden + returned + come - held
    return unit(moved + weights.militancy_volatility * noise)


def next_latent(
    latent: Array,
    hidden: Array,
    returned: Array,
    grievance: Array,
    held: Array,
    weights: ThreatsWeights,
) -> Array:
    """Latent militancy: fed by what is hidden and by grievance, found out, slowly forgotten.

    Args:
        held: what joint protection would keep down if all could be found.
    """
    fed = weights.recruitment * grievance * (1 - latent)
    found = weights.reach * held
    return unit(latent + hidden - returned + fed - found - weights.forgetting * latent)


def next_usual_militancy(usual: Array, militancy: Array, weights: ThreatsWeights) -> Array:
    """Militancy that a state has become used to."""
    return usual + weights.habituation * (militancy - usual)


def unaccustomed(militancy: Array, usual: Array, weights: ThreatsWeights) -> Array:
    """Militancy beyond what one is used to, by more than a common quarter brings."""
    return np.maximum(militancy - usual - weights.alarm_from, 0)


def of_alarm(unaccustomed: Array, weights: ThreatsWeights) -> Array:
    """What unaccustomed militancy adds to a regime's fears."""
    return weights.alarm_fear * unaccustomed


def drug_friction(
    trafficking: Array, exposure: Array, capacity: Array, weights: ThreatsWeights
) -> Array:
    """Harm from drugs: traffic along the route that weak border forces do not stop."""
    return unit(trafficking * exposure * (1 - weights.interdiction * capacity))


def drugs_stopped(friction: Array, part: Array, joined: Mask) -> Array:
    """Harm from drugs where a joint programme stops a part of the traffic among its members."""
    return friction * (1 - part * joined)


def corroded(capacity: Array, drugs: Array, unaccustomed: Array, weights: ThreatsWeights) -> Array:
    """Capacity after a quarter in which drugs buy officials and militants wear forces down.

    Args:
        drugs: harm from drugs above that of the start.
        unaccustomed: militancy beyond what one is used to.
    """
    lost = weights.drug_corrosion * drugs + weights.alarm_capacity * unaccustomed
    return unit(capacity - lost)


def water_missing(stress: Array, quarter: int, weights: ThreatsWeights) -> Array:
    """Water that is missing in a year: its stress, on rivers that carry less every year."""
    return stress * (1 + weights.drying * quarter)


def water_friction(missing: Array, upstream: Array, weights: ThreatsWeights) -> Array:
    """Quarrel over water between two users of the rivers, unless both lie upstream.

    Args:
        missing: from `water_missing`, shape (run,).
        upstream: +1 upstream, -1 downstream, 0 neither, shape (region, run or 1).
    """
    uses, holds = np.abs(upstream), np.maximum(upstream, 0)
    between = uses[:, np.newaxis] * uses[np.newaxis] - holds[:, np.newaxis] * holds[np.newaxis]
    others = 1 - np.eye(len(upstream), dtype=between.dtype)[:, :, np.newaxis]
    opposed: Array = np.max(between * others, axis=1)
    return unit(weights.water_quarrel * missing * opposed)


def harvest_lost(missing: Array, usual: Array, upstream: Array, irrigated: Array) -> Array:
    """Harvest that a state downstream loses for want of water, against that of the start.

    Upstream, where the water is held back, nothing is lost.

    Args:
        missing: from `water_missing`. usual: the same at the start, both of shape (run,) or (1,).
        irrigated: what hangs on the rivers, 0 to 1, shape (region, run or 1).
    """
    return irrigated * np.maximum(-upstream, 0) * (missing - usual)


def hardship_added(
    drugs: Array, harvest: Array, unaccustomed: Array, oil_income: Array, weights: ThreatsWeights
) -> Array:
    """What is added to hardship in a quarter by what departs from 2001.

    Args:
        drugs: harm from drugs above that of the start. harvest: from `harvest_lost`.
        unaccustomed: militancy beyond what one is used to.
        oil_income: dearer oil and gas that a state can sell, from `projects.oil_income`.
    """
    harm = weights.friction_cost * drugs + weights.harvest_cost * harvest
    return harm + weights.alarm_hardship * unaccustomed - weights.oil_relief * oil_income


def next_hardship(
    hardship: Array, base: Array, added: Array, noise: Array, weights: ThreatsWeights
) -> Array:
    """Economic hardship, between 0 and 1: returns to its base, worse by what is added."""
    pull = weights.hardship_persistence * (hardship - base)
    return unit(base + pull + added + weights.hardship_volatility * noise)

"""Organizations: bodies, statements, admissions, exercises, joining and leaving, founding.

Mechanisms M03, M11, M14, M15, M17, M18, M23, M24, M27, M29, M30.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulation.numerics.arrays import (
    Array,
    Mask,
    Term,
    Utility,
    average,
    number,
    total,
    unit,
)
from simulation.parameters.groups import OrganizationsWeights
from simulation.rules import choice


@dataclass(frozen=True, eq=False)
class BodySupport(Utility):
    """A member's support for a new body."""

    benefit: Term
    spillover: Term
    threat: Term
    sponsors: Term
    autonomy: Term
    friction: Term
    discord: Term


def body_support(
    benefit: Array,
    spillover: Array,
    threat: Array,
    sponsor_pressure: Array,
    autonomy: Array,
    friction: Array,
    discord: Array,
    weights: OrganizationsWeights,
) -> BodySupport:
    """A member's support for a new body, term by term, in logits; shape (member, run).

    Args:
        benefit: how useful a body of this kind is.
        spillover: trade cooperation already there, 0 to 1.
        threat: militancy and drugs that a security body would answer, else 0.
        sponsor_pressure: lagged pressure on the sponsors, weighted by their say.
        autonomy: dislike of being bound; that the largest sponsor gains most is part of it.
        friction: quarrels with neighbours.
        discord: how far the sponsors have fallen out with one another, in logits.
    """
    return BodySupport(
        benefit=benefit,
        spillover=weights.spillover * spillover,
        threat=weights.body_threat * threat,
        sponsors=weights.body_pressure * sponsor_pressure,
        autonomy=-weights.body_autonomy * autonomy,
        friction=-weights.body_friction * friction,
        discord=0 - discord,
    )


def consensus(support: Array, belongs: Mask, noise: Array, threshold: Array) -> Mask:
    """Whether no full member stands in the way; all arrays of shape (member, run)."""
    willing = (support + noise > threshold) | ~belongs
    agreed: Mask = np.all(willing, axis=0) & np.any(belongs, axis=0)
    return agreed


def weakest(support: BodySupport, noise: Array, belongs: Mask) -> tuple[Array, BodySupport, Array]:
    """The member on whom consensus hangs: its place, its terms, its noise, each of shape (run,)."""
    felt = np.where(belongs, support.total + noise, np.inf)
    least = np.argmin(felt, axis=0)
    chosen = np.arange(len(belongs))[:, np.newaxis] == least

    def pick(values: Array | float) -> Array:
        picked: Array = np.max(np.where(chosen, values, -np.inf), axis=0)
        return picked

    picked = {name: pick(term) for name, term in support.terms.items()}
    return least, BodySupport(**picked), pick(noise)


def distance(leanings: Array) -> Array:
    """How far a candidate stands from the rival it likes least, 0 or more; 0 without rivals."""
    coolest: Array = np.min(leanings, axis=0, initial=0)
    return 0 - coolest


def voice_of_sponsors(pressure: Array, say: Array) -> Array:
    """Sponsors' pressure weighted by their say on the agenda; both of shape (sponsor, run)."""
    return total(pressure * say, axis=0) / total(say, axis=0)


def say(seat_holder: Array, creditor: Array, weights: OrganizationsWeights) -> Array:
    """Weight on the agenda: a sponsor that hosts the secretariat and lends has more."""
    return 1 + weights.seat_say * seat_holder + weights.creditor_say * creditor


@dataclass(frozen=True, eq=False)
class CallToLeave(Utility):
    """What speaks for a call on a guest to leave."""

    pressure: Term
    fear: Term
    objection: Term
    threshold: Term


def statement_utility(
    pressure: Array, fear: Array, campaign: Array, warmest: Array, weights: OrganizationsWeights
) -> CallToLeave:
    """Whether the bloc calls on a guest to leave, term by term, in logits.

    Args:
        pressure: sponsors' lagged pressure. fear: mean fear of the members.
        campaign: intensity of the campaign that justifies the bases.
        warmest: the warmest member's leaning to the guest, 0 or more.
    """
    return CallToLeave(
        pressure=weights.statement_pressure * pressure,
        fear=weights.statement_fear * fear * (1 - weights.campaign_excuse * campaign),
        objection=-weights.statement_objection * warmest,
        threshold=-weights.statement_threshold,
    )


@dataclass(frozen=True, eq=False)
class Admission(Utility):
    """Worth of admitting a candidate."""

    base: Term
    maturity: Term
    appeal: Term
    sponsor: Term
    rivals: Term
    bloc: Term
    autonomy: Term
    congestion: Term
    diversity: Term


def admission_utility(
    appeal: Array,
    sponsor: Array,
    rivals: Array,
    bloc_seeking: Array | float,
    autonomy: Array,
    size: Array,
    spread: Array,
    fraction: Array | float,
    depth: Array,
    weights: OrganizationsWeights,
    welcome: Array | float = 0.0,
) -> Admission:
    """Worth of admitting a candidate, term by term, in logits.

    Args:
        appeal: what candidate and members gain from each other.
        sponsor: the strongest sponsor's push.
        rivals: gain against rivals, from the sponsors' pressure.
        bloc_seeking: the candidate's distance from the sponsors' rival.
        autonomy: the candidate's dislike of being bound.
        size: how many belong already. spread: variance of leanings with the candidate in.
        fraction: 1 for full membership, less for observers.
        depth: how much the organization has built; an empty one admits nobody.
        welcome: what is known of the members beyond the terms; 0 unless history is imposed.
    """
    return Admission(
        base=weights.admission_base + welcome,
        maturity=weights.admission_maturity * depth,
        appeal=fraction * weights.admission_appeal * appeal,
        sponsor=fraction * weights.admission_sponsor * sponsor,
        rivals=fraction * weights.admission_rivals * rivals,
        bloc=fraction * weights.admission_bloc * bloc_seeking,
        autonomy=-fraction * weights.admission_autonomy * autonomy,
        congestion=-fraction * weights.admission_congestion * size,
        diversity=-fraction * weights.admission_diversity * spread,
    )


def tally(leanings: Array, belongs: Mask) -> tuple[Array, Array, Array]:
    """Number of members, and sums of their leanings and of the squares.

    Args:
        leanings: shape (power, member, run). belongs: shape (member, run).

    Returns:
        Shapes (run,), (power, run), (power, run).
    """
    inside = belongs.astype(leanings.dtype)
    sums, squares = total(leanings * inside, axis=1), total(leanings**2 * inside, axis=1)
    return total(inside, axis=0), sums, squares


def spread_with(members: tuple[Array, Array, Array], candidate: Array) -> Array:
    """Variance of leanings over the members and the candidate.

    Args:
        members: from `tally`.
        candidate: the candidate's leanings, shape (power, run).
    """
    number, sums, squares = members
    count = number + 1
    mean, square = (sums + candidate) / count, (squares + candidate**2) / count
    return total(np.maximum(square - mean**2, 0), axis=0)


@dataclass(frozen=True, eq=False)
class Belonging(Utility):
    """What belonging to a sponsor's organization is worth."""

    base: Term
    fear: Term
    affinity: Term
    autonomy: Term


def belonging_utility(
    base: Array,
    fear: Array,
    fear_sign: Array,
    affinity_gain: Array,
    autonomy: Array,
    concentration_gain: Array,
    weights: OrganizationsWeights,
    welcome: Array | float = 0.0,
) -> Belonging:
    """What belonging to a sponsor's organization is worth, term by term.

    Args:
        fear: regime insecurity as it stands, above its floor.
        fear_sign: +1 where the organization shelters regimes, -1 where it stands for reform.
        affinity_gain: leaning to the sponsor less its start.
        concentration_gain: dependence on the sponsor above its start.
        welcome: what is known beyond the terms; 0 unless history is imposed.
    """
    return Belonging(
        base=base + welcome,
        fear=weights.belonging_fear * fear_sign * fear,
        affinity=weights.belonging_affinity * affinity_gain,
        autonomy=-weights.belonging_autonomy * autonomy * concentration_gain,
    )


def luck_at_bar(base: Array, bar: Array, spread: Array) -> Array:
    """Luck, in standard deviations, at which belonging in itself just reaches a bar."""
    return (bar - base) / (spread * choice.LOGISTIC_SPREAD)


def bar_to_join(hysteresis: Array, binding: Array) -> Array:
    """What belonging has to be worth before a state joins: less where it commits to little."""
    return hysteresis * binding


@dataclass(frozen=True, eq=False)
class Founding(Utility):
    """What makes a power found an organization of its own."""

    rival_depth: Term


def founding_utility(rival_depth: Array, weights: OrganizationsWeights) -> Founding:
    """What makes a power found an organization of its own, in logits."""
    return Founding(rival_depth=weights.founding_slope * rival_depth)


def founding_bar(weights: OrganizationsWeights) -> Array:
    """What that is held against."""
    return weights.founding_slope * weights.founding_threshold


@dataclass(frozen=True, eq=False)
class Drill(Utility):
    """What makes an organization call an exercise."""

    depth: Term


def drill_utility(depth: Array, weights: OrganizationsWeights) -> Drill:
    """What makes an organization call an exercise, in logits."""
    return Drill(depth=weights.exercise_slope * depth)


def drill_bar(weights: OrganizationsWeights) -> Array:
    """What that is held against."""
    return weights.exercise_slope * weights.exercise_threshold


@dataclass(frozen=True, eq=False)
class DrillOfSponsors(Utility):
    """What makes the sponsors of an organization train together, apart from its members."""

    pressure: Term
    discord: Term


def drill_of_sponsors_utility(
    depth: Array, pressure: Array, discord: Array, weights: OrganizationsWeights
) -> DrillOfSponsors:
    """What makes sponsors train together, term by term, in logits.

    Args:
        depth: of their organization. pressure: on the sponsor who feels the least of it.
        discord: how far they have fallen out with one another.
    """
    return DrillOfSponsors(
        pressure=weights.sponsors_drill_slope * depth * pressure,
        discord=-weights.sponsors_drill_slope * discord,
    )


def drill_of_sponsors_bar(weights: OrganizationsWeights) -> Array:
    """What that is held against."""
    return weights.sponsors_drill_slope * weights.sponsors_drill_from


def least_pressed(pressure: Array) -> Array:
    """Pressure on the sponsor who feels it least, of shape (sponsor, run)."""
    least: Array = np.min(pressure, axis=0)
    return least


def next_pact(pact: Array, fading: Array, drilled: Mask, gain: Array) -> Array:
    """How far sponsors that train together are tied: less every quarter, more by an exercise."""
    return unit(pact * fading + gain * drilled)


@dataclass(frozen=True, eq=False)
class TakingPart(Utility):
    """What taking part in an exercise is worth to a member."""

    base: Term
    affinity: Term
    threat: Term
    autonomy: Term


def exercise_utility(
    base: Array,
    affinity: Array,
    autonomy: Array,
    threat: Array,
    binding: Array,
    weights: OrganizationsWeights,
) -> TakingPart:
    """What taking part in an exercise is worth to a member, term by term.

    Args:
        base: what the organization offers those who come. binding: how far it binds them.
    """
    return TakingPart(
        base=base,
        affinity=weights.exercise_affinity * affinity,
        threat=weights.exercise_threat * threat,
        autonomy=-weights.exercise_autonomy * autonomy * binding,
    )


def deepened(first: Array, built: Array, idle: Array) -> Array:
    """Depth of an organization that began with some and has built a part of its programme.

    Args:
        idle: the part of it that lies idle, as its sponsors have fallen out.
    """
    return (first + (1 - first) * built) * (1 - idle)


def next_drill(drilled: Array, exercised: Array | Mask, fading: Array) -> Array:
    """How much an exercise still tells: all of it at once, then less every quarter."""
    return np.maximum(drilled * fading, exercised)


def depth_after_meeting(depth: Array, routine: Array, step: Array, meets: Mask) -> Array:
    """Depth of an organization that has no bodies, and grows into a routine by meeting.

    Args:
        routine: depth to which meetings alone lead. step: part of the way that one of them goes.
    """
    return depth + step * np.maximum(routine - depth, 0) * meets


def depth_noticed(noticed: Array, depth: Array, lag: Array) -> Array:
    """Depth as others have noticed it: a part of the way to what is there."""
    return noticed + lag * (depth - noticed)


def heard(so_far: Array, voice: Array | Mask, belongs: Mask) -> Array:
    """The strongest voice that speaks for a state among its organizations.

    Args:
        so_far: the strongest of the organizations before.
        voice: of this one. belongs: who belongs to it.
    """
    return np.maximum(so_far, voice * belongs)


def depth(founded: Array, weight: Array, exercises: Array, weights: OrganizationsWeights) -> Array:
    """How much of its programme an organization has built, between 0 and 1.

    Args:
        founded: 0 or 1, shape (body, run). weight: shape (body, run or 1).
        exercises: whether it exercised this year, 0 or 1.
    """
    built = total(founded * weight, axis=0) / total(weight, axis=0)
    return unit(built * (1 - weights.depth_of_exercises) + weights.depth_of_exercises * exercises)


def mean_over_members(values: Array, belongs: Mask) -> Array:
    """Mean over the states that belong; 0 where none does.

    Args:
        values, belongs: shape (state, run).
    """
    mean: Array = total(values * belongs) / np.maximum(total(number(belongs)), 1)
    return mean


def warmest(leanings: Array, belongs: Mask, outside: Mask) -> Array:
    """The warmest leaning of a member to a guest from outside, 0 or more.

    Args:
        leanings, belongs: shape (state, run). outside: whether the guest is, shape (run,).
    """
    warm: Array = np.maximum(np.max(np.where(belongs, leanings, 0), axis=0), 0) * outside
    return warm


def bases_of_outsider(bases: Array, outside: Mask) -> Array:
    """Open bases of a guest where it is from outside."""
    return outside * bases


def stronger(one: Array, other: Array) -> Array:
    """The larger of two."""
    return np.maximum(one, other)


def felt_depth(rivalry: Array, depth: Array) -> Array:
    """Depth of a rival's bloc as the founder feels it."""
    return rivalry * depth


def part_founded(founded: Array) -> Array:
    """The part of some bodies that stands, shape (body, run)."""
    return average(founded)


def siting_score(militancy: Array, by_threat: Array, belongs: Mask) -> Array:
    """How much speaks for a seat: militancy, where sites follow threats; -1 for an outsider."""
    return np.where(belongs, militancy * by_threat, -1)


def push_of_sponsors(push: Array, friendship: Array) -> Array:
    """How hard a power pushes for a state."""
    return push * friendship


def strongest_push(pushes: Array) -> Array:
    """The push of the strongest of some sponsors, shape (sponsor, run)."""
    strongest: Array = np.max(pushes, axis=0)
    return strongest


def part_of_membership(observing: Mask, observer_fraction: Array) -> Array:
    """1 for full membership, less for an observer."""
    return np.where(observing, observer_fraction, 1)


def dependence(grip: Array) -> Array:
    """Dependence on a sponsor above its start; never less than none."""
    return np.maximum(grip, 0)


def benefit(of_kind: Array, taste: Array) -> Array:
    """How useful a body of a kind is to a member."""
    return of_kind + taste


def counted_if(value: Array, counts: bool) -> Array:
    """A reason that counts for some kinds of body only, else 0."""
    return value * counts


def lesser(one: Array, other: Array | int) -> Array:
    """The smaller of two."""
    return np.minimum(one, other)


def bar_of_body(threshold: Array, difficulty: Array) -> Array:
    """What support for a body is held against."""
    return threshold + difficulty


def next_statement(strength: Array, fading: Array, renewed: Mask) -> Array:
    """Strength of a statement after a meeting that renews it or lets it fade."""
    return np.where(renewed, strength, strength * fading)


def next_voice(voice: Array, fading: Array, speaks: Mask) -> Array:
    """Strength of the word that calls a crackdown lawful."""
    return np.where(speaks, 1, voice * fading)


def chance_of_occasion(exists: Mask, exercises: Array) -> Array:
    """Chance that an organization holds an exercise at all; none where it does not exist."""
    return np.where(exists, exercises, 0)

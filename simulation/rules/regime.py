"""Regimes: unrest, crackdown or fall, and the fear and suspicion that spread from it.

Similar regimes learn from one another's trouble; a club of like regimes protects against unrest
but not against a fall once it has come (Debre 2021). Mechanisms M02, M09, M11, M13.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulation.numerics.arrays import ONE, Array, Mask, Term, Utility, unit, within
from simulation.numerics.dates import QUARTERS_IN_YEAR
from simulation.numerics.elementary import power, saturating
from simulation.parameters.groups import RegimeWeights


def closure(accountability: Array) -> Array:
    """How closed a regime is: 1 less its electoral democracy."""
    return 1 - accountability


def insecurity(fear: Array, floor: Array) -> Array:
    """Fear above its floor."""
    return fear - floor


def meets_others(belongs: Mask, size: Array) -> Mask:
    """Whether a member of an organization of some size finds others in it."""
    return belongs & (size > ONE)


def closure_of_others(closed: Array, own: Array, size: Array) -> Array:
    """Mean closure of a member's co-members.

    Args:
        closed: closure of all members together. own: of the member itself.
        size: how many they are; alone, a member meets no closure but what is left over.
    """
    mean: Array = (closed - own) / np.maximum(size - ONE, ONE)
    return mean


def club_of_regimes(speaks: Array) -> Array:
    """How far an organization is a club of regimes: as its sponsors speak for regimes.

    Args:
        speaks: of each sponsor, 0 to 1, shape (sponsor, run or 1).
    """
    most: Array = np.max(speaks, axis=0)
    return most


def in_a_club(amount: Array, club: Array) -> Array:
    """What meeting others in an organization counts, as far as it is a club of regimes."""
    return amount * club


def club_of(density: Array, clubs: Array) -> Array:
    """Closure of one's clubs: the mean over organizations, 0 for who belongs to no club.

    Args:
        density: sum of `closure_of_others` over them, each as far as it is a club.
        clubs: how many they are, counted alike.
    """
    return density / np.maximum(clubs, ONE)


def crushed(cracked_down: Mask, ousted: Mask) -> Mask:
    """Crackdowns that held: those after which the regime did not fall."""
    return cracked_down & ~ousted


def severity(crushed: Mask, capacity: Array, weights: RegimeWeights) -> Array:
    """How hard each crackdown is, 0 to 1: as hard as the force behind it; 0 where there is none.

    Args:
        crushed: from `crushed`. capacity: of the regime to coerce, 0 to 1.
    """
    force = unit(capacity / weights.full_force)
    return crushed * (1 - weights.severity_of_force * (1 - force))


def similarity(
    accountability: Array,
    kinship: Array,
    of_troubled: Array,
    kin_of_troubled: Array,
    most: Array,
    dissimilarity: Array,
) -> Array:
    """How far one state's trouble counts as a warning to another.

    Args:
        accountability: electoral democracy of who looks on, shape (state, run).
        kinship: common descent of the regimes, shape (state, run or 1).
        of_troubled, kin_of_troubled: the same of the state in trouble, shape (run,) or (1,).
        most: similarity of twins. dissimilarity: what difference takes from it.
    """
    apart = np.abs(accountability - of_troubled)
    shared = np.minimum(kinship, kin_of_troubled)
    return most * shared * unit(1 - dissimilarity * apart)


@dataclass(frozen=True, eq=False)
class Unrest(Utility):
    """Log-odds of unrest in a quarter."""

    base: Term
    hardship: Term
    militancy: Term
    transition: Term
    club: Term


def unrest_utility(
    hardship: Array, militancy_gain: Array, transition: Array, club: Array, weights: RegimeWeights
) -> Unrest:
    """Log-odds of unrest in a quarter, term by term.

    Args:
        militancy_gain: visible militancy less that of the start.
        transition: how new the government is, 0 to 1.
        club: closure of one's clubs, from `club_of`.
    """
    return Unrest(
        base=weights.unrest_base,
        hardship=weights.unrest_hardship * hardship,
        militancy=weights.unrest_militancy * militancy_gain,
        transition=weights.transition_risk * transition,
        club=-weights.club_protection * club,
    )


@dataclass(frozen=True, eq=False)
class Fall(Utility):
    """Log-odds that the regime falls rather than cracks down."""

    base: Term
    capacity: Term
    hardship: Term


def fall_utility(capacity: Array, hardship: Array, weights: RegimeWeights) -> Fall:
    """Log-odds that the regime falls rather than cracks down, once there is unrest."""
    return Fall(
        base=weights.fall_base,
        capacity=-weights.fall_capacity * capacity,
        hardship=weights.fall_hardship * hardship,
    )


def shocks(ousted: Mask, severity: Array, weights: RegimeWeights) -> Array:
    """Size of the warning that each state's trouble sends this quarter.

    Args:
        severity: of a crackdown, 0 where there is none.
    """
    return weights.shock_ouster * ousted + weights.shock_crackdown * severity


def warning(alike: Array, shock: Array, elsewhere: Array | Mask) -> Array:
    """What one state's trouble tells another; nobody warns himself.

    Args:
        alike: from `similarity`. shock: from `shocks`.
        elsewhere: 1 for every state but the one in trouble.
    """
    return alike * elsewhere * shock


def alarm(warnings: Array, contagion: Array) -> Array:
    """All warnings of a quarter together, as a state feels them."""
    return contagion * warnings


def push_of_fear(felt: Array, blame: Array, militants: Array, weights: RegimeWeights) -> Array:
    """What frightens a regime in a quarter: trouble elsewhere, blame, militants at home.

    Args:
        felt: from `alarm`. militants: from `threats.of_alarm`.
    """
    return felt + militants + weights.fear_of_blame * blame


def next_danger(danger: Array, push: Array, weights: RegimeWeights) -> Array:
    """Danger to a regime a quarter later, between the floor of fear and 1; nothing shields it."""
    floor = weights.fear_floor
    risen = floor + weights.fear_persistence * (danger - floor) + (1 - danger) * saturating(push)
    return within(risen, floor, 1)


def next_fear(
    fear: Array, push: Array, shield: Array, danger: Array, weights: RegimeWeights
) -> Array:
    """Fear a quarter later: danger as far as nobody takes it away, between its floor and 1.

    Args:
        push: from `push_of_fear`. shield: from `shield`. danger: from `next_danger`.
    """
    floor = weights.fear_floor
    risen = floor + weights.fear_persistence * (fear - floor) + (1 - fear) * saturating(push)
    return within(risen - weights.shield * shield, floor, danger)


def relief(danger: Array, fear: Array) -> Array:
    """Danger that a bloc which stands by its members has taken from a regime's mind."""
    return danger - fear


def relief_by(relief: Array, shelters: Array) -> Array:
    """What of the relief a state thanks a power for.

    Args:
        shelters: how far the power sponsors a bloc that stands by its members, 0 to 1.
    """
    return relief * shelters


def shield(voice: Array, observers: Array, partner_share: Array, weights: RegimeWeights) -> Array:
    """Protection from a bloc that calls a crackdown lawful and an election fair."""
    legitimacy = weights.shield_voice * voice + weights.shield_observers * observers
    return legitimacy * partner_share


def fading_suspicion(suspicion: Array, persistence: Array) -> Array:
    """Belief that a patron backs revolutions a quarter later, if there is no trouble."""
    return persistence * suspicion


def next_suspicion(
    suspicion: Array, warned: Array, conditional: Array, gain: Array, persistence: Array
) -> Array:
    """Belief that a patron backs revolutions a quarter later, between 0 and 1.

    Args:
        warned: all warnings of a quarter. conditional: how conditional the patron is, 0 to 1.
        gain: how fast a warning turns into suspicion. persistence: what is left of old suspicion.
    """
    raised = saturating(gain * conditional * warned) * (1 - suspicion)
    return unit(raised + fading_suspicion(suspicion, persistence))


def wounded_pride(autonomy: Array, weights: RegimeWeights) -> Array:
    """How far blame by a power wounds a regime: all the way where autonomy is guarded most."""
    return weights.pride_floor + (1 - weights.pride_floor) * autonomy


def resting_repression(closure: Array, weights: RegimeWeights) -> Array:
    """Repression in quiet times, from the closure of the regime; shape (region, run)."""
    return unit(weights.repression_slope * (closure - weights.repression_from))


def next_repression(
    repression: Array, base: Array, severity: Array, fear: Array, weights: RegimeWeights
) -> Array:
    """Repression: jumps at a crackdown, rises with fear, returns slowly to its base.

    Args:
        severity: of a crackdown, 0 where there is none.
    """
    target = base + weights.repression_of_fear * (fear - weights.fear_floor)
    moved = repression + weights.repression_return * (target - repression)
    return unit(moved + weights.repression_of_crackdown * severity)


def chance_of_succession(yearly: Array) -> Array:
    """Chance in a quarter that a state gets another head, of that in a year."""
    return 1 - power(1 - yearly, 1 / QUARTERS_IN_YEAR)


def personal_part(most: Array, luck: Array) -> Array:
    """The part of a political tie that is left when a state gets another head.

    Args:
        most: the part that hangs on persons at most. luck: between 0 and 1.
    """
    return 1 - most * luck


def loosened(tie: Array, kept: Array) -> Array:
    """A tie, or what it falls back to, of which a part is kept."""
    return tie * kept


def grudge_left(grudge: Array, broken: Array) -> Array:
    """What is left of blame or suspicion when who bore it is followed by one of the same circle.

    So it goes with kinship, since who follows is of the generation of 1991 no more, and every
    quarter with the newness of a government.

    Args:
        grudge: criticism, suspicion, kinship or newness. broken: how much of it goes, 0 to 1.
    """
    return grudge * (1 - broken)


def fear_left(fear: Array, floor: Array, broken: Array) -> Array:
    """Fear, or danger, of who follows from the same circle: a part of the way down to its floor."""
    return floor + (fear - floor) * (1 - broken)


def repression_after_fall(resting: Array, left: Array) -> Array:
    """Repression by a new government: a part of what was usual in quiet times."""
    return left * resting


def opened(accountability: Array, opening: Array, most: Array) -> Array:
    """Electoral democracy after a fall: a step up, no further than `most`, and never down."""
    return np.maximum(accountability, np.minimum(accountability + opening, most))

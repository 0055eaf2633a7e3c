"""What a figure says: its title, worked out from the data, in words a reader would use."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from simulation.evidence.catalogue import listed
from simulation.inputs.escapes import visible_line
from simulation.numerics.dates import year_of
from simulation.show.figures.summaries import Band, MeanDifference, Results

LASTING = 4
"""Quarters for which a lead must hold before it counts as overtaking."""
TINY = 0.0005
"""A change of share that rounds to nought."""
SMALL = 0.02
"""A change of share that is told from zero and still not worth a headline."""


def titled(results: Results, scenario: str, baseline: str, message: str) -> str:
    """A message led by the scenario's own title, where it is about a scenario."""
    if scenario == baseline:
        return message[:1].upper() + message[1:]
    return f"{title_of(results, scenario)}: {message}"


def title_of(results: Results, scenario: str) -> str:
    """The title a scenario bears, without a full stop."""
    title = results.resolved(scenario).get("title") or scenario.replace("_", " ").title()
    return visible_line(str(title)).rstrip(".")


def compared_with(scenario: str, baseline: str) -> str:
    """What the lines are, for a subtitle: the scenario coloured, the baseline grey."""
    return "baseline" if scenario == baseline else "scenario coloured, baseline thin and grey"


def percent(share: float) -> str:
    """A share as whole per cent; "under 1%" rather than a false nought."""
    if 0 < share < 0.005:
        return "under 1%"
    if 0.995 <= share < 1:
        return "over 99%"
    return f"{100 * share:.0f}%"


def label_of(share: float) -> str:
    """A share as whole per cent, for a label: "<1%"."""
    return percent(share).replace("under ", "<").replace("over ", ">")


def signed(value: float, digits: int = 1) -> str:
    """A number with its sign, a true minus, and no sign on nought."""
    text = f"{abs(value):.{digits}f}"
    if float(text) == 0:
        return text
    return ("+" if value > 0 else "\u2212") + text


def points(difference: MeanDifference, interval: bool = True) -> str:
    """A difference of shares in points, without its sign, with its interval."""
    mean, low, high = (100 * x for x in (difference.mean, difference.low, difference.high))
    if mean < 0:
        mean, low, high = -mean, -high, -low
    text = f"{mean:.1f} points"
    return f"{text} ({low:.1f} to {high:.1f})" if interval else text


def so_many_points(share: float) -> str:
    """A share as so many points: "a point"."""
    return "a point" if round(100 * share, 6) == 1 else f"{100 * share:g} points"


def described(results: Results, outcome: str) -> tuple[str, str, float]:
    """An outcome in words, its unit on an axis, and the scale from the stored number."""
    declared = results.about(outcome)
    label = in_words(str(declared.get("description") or outcome.replace("_", " ")))
    unit = str(declared.get("unit") or "")
    if unit == "share" or declared.get("kind") == "binary":
        return label, "points", 100.0
    return label, unit or "its own unit", 1.0


def in_words(description: str, kind: str = "") -> str:
    """The description of an outcome within a sentence; "whether …" for what is or is not."""
    label = description.rstrip(".").removesuffix(" at the horizon")
    if label.split(" ", 1)[0] in ARTICLES:
        label = label[:1].lower() + label[1:]
    return f"whether {label}" if kind == "binary" else label


ARTICLES = ("The", "A", "An", "Whether", "Years", "Yearly", "How", "Heads", "Full", "Rent", "Depth")
"""First words of a description that take a small letter within a sentence."""


# -- influence -------------------------------------------------------------------------------


class _Shift(NamedTuple):
    """How a power's share over a state differs from the baseline's."""

    power: str
    state: str
    difference: MeanDifference


def shift_of_influence(results: Results, scenario: str, baseline: str) -> str:
    """Whose share changes most in which state, against the baseline."""
    found = [
        _Shift(power, state, difference)
        for power in results.powers
        for state in results.states
        if (difference := results.difference(scenario, f"{power}_share_{state}", baseline))
    ]
    told = [each for each in found if each.difference.told]
    if not found:
        return "influence of the powers beside the baseline"
    if all(each.difference.same for each in found):
        return "influence is the same as in the baseline in every run"
    if not told:
        return "no power's share of influence can be told from the baseline's"
    largest = max(told, key=lambda each: abs(each.difference.mean))
    most = abs(largest.difference.mean)
    if most < SMALL:
        if most < TINY:
            return "no power's share moves by as much as a tenth of a point in any state"
        return f"no power's share moves by more than {100 * most:.1f} points in any state"
    text = _moved(results, largest)
    opposite = [each for each in told if each.difference.mean * largest.difference.mean < 0]
    if opposite:
        other = max(opposite, key=lambda each: abs(each.difference.mean))
        if abs(other.difference.mean) >= SMALL / 2:
            text += f"; {_moved(results, other, brief=True, there=other.state == largest.state)}"
    return text


def _moved(results: Results, shift: _Shift, brief: bool = False, there: bool = False) -> str:
    """Who gains or loses how much in which state, with the interval or in brief."""
    verb = "gains" if shift.difference.mean > 0 else "loses"
    amount, _, interval = points(shift.difference).partition(" (")
    where = f"{results.labels.in_sentence(shift.power)} {verb} {amount}"
    if brief:
        return (
            f"{where} there" if there else f"{where} in {results.labels.in_sentence(shift.state)}"
        )
    return f"{where} of influence in {results.labels.in_sentence(shift.state)} ({interval}"


def of_power(results: Results, power: str) -> str:
    """The name of a power in front of what it has: "the United States'"."""
    name = results.labels.in_sentence(power)
    return f"{name}'" if name.endswith("s") else f"{name}'s"


def peak_of_influence(results: Results, scenario: str) -> str:
    """Whose influence over which state differs most from the baseline's, when and by how much."""
    power, when, gaps = results.peak_of_influence(scenario)
    if not gaps:
        return "influence beside the baseline"
    state = max(gaps, key=lambda each: abs(gaps[each]))
    gap = gaps[state]
    if abs(gap) < results.matters_of_influence:
        return "no power's influence over any state differs by enough to matter"
    text = (
        f"{of_power(results, power)} influence over {results.labels.name_of(state)} is "
        f"{'higher' if gap > 0 else 'lower'} by up to {100 * abs(gap):.1f} points, in "
        f"{year_of(when)}"
    )
    band = results.influence_gap(scenario, power, state)
    left = float(band.mean[-1]) if band is not None else gap
    if left * gap > 0 and abs(left) >= results.matters_of_influence:
        kept = "" if when == results.last_quarter else f"; {100 * abs(left):.1f} are left in "
        return text if not kept else f"{text}{kept}{year_of(results.last_quarter)}"
    return f"{text}, and that passes"


def overtaking(results: Results, scenario: str) -> str:
    """Which power comes to lead in which state, and when; or who leads throughout."""
    called = results.labels.in_sentence
    leads: dict[tuple[str, str], list[tuple[int, str]]] = {}
    leaders: set[str] = set()
    for state in results.states:
        medians = _medians(results, scenario, state)
        if not medians:
            return "influence of the powers"
        first = max(medians, key=lambda power: medians[power].q50[0])
        last = max(medians, key=lambda power: medians[power].q50[-1])
        leaders |= {first, last}
        if first == last:
            continue
        when = _lasting(medians[last].q50 > medians[first].q50)
        if when is not None:
            quarter = int(medians[last].quarters[when])
            leads.setdefault((last, first), []).append((quarter, state))
    if leads:
        (winner, loser), places = max(leads.items(), key=lambda each: len(each[1]))
        quarter, state = min(places)
        spread = _spread(results, scenario, winner, loser, state)
        text = (
            f"{called(winner)} overtakes {called(loser)} in {results.labels.in_sentence(state)} "
            f"in {year_of(quarter)}{spread}"
        )
        others = [called(each) for _, each in sorted(places)[1:]]
        return f"{text}, later in {listed(others)}" if others else text
    powers, states = sorted(leaders), len(results.states)
    if len(powers) == 1:
        text = f"{called(powers[0])} leads in all {_number(states)} states throughout"
        return text + _growing(results, scenario, powers[0])
    who = listed(results.labels.in_sentence(power) for power in powers)
    return f"{who} keep their leads: no power overtakes another for good"


def _growing(results: Results, scenario: str, leader: str) -> str:
    """Which other power's median share grows most, as the end of a sentence."""
    growth = {
        (power, state): float(band.q50[-1] - band.q50[0])
        for state in results.states
        for power, band in _medians(results, scenario, state).items()
        if power != leader
    }
    if not growth or max(growth.values()) < SMALL:
        return ""
    (power, state), grown = max(growth.items(), key=lambda each: each[1])
    who, where = map(results.labels.in_sentence, (power, state))
    return f"; {who} gains most on it, {100 * grown:.0f} points in {where}"


def _medians(results: Results, scenario: str, state: str) -> dict[str, Band]:
    found = {
        power: results.band(scenario, "influence_share", power=power, state=state)
        for power in results.powers
    }
    return {power: band for power, band in found.items() if band is not None}


def _lasting(ahead: np.ndarray) -> int | None:
    """The first place from which `ahead` holds for a year, or to the end."""
    for place in np.flatnonzero(ahead):
        if ahead[place : place + LASTING].all():
            return int(place)
    return None


def _spread(results: Results, scenario: str, winner: str, loser: str, state: str) -> str:
    """The years between which the overtaking falls in the middle 80% of recorded runs."""
    ours = results.runs(scenario, winner, state)
    theirs = results.runs(scenario, loser, state)
    if ours is None or theirs is None or len(ours[1]) < 10:
        return ""
    quarters, values = ours
    places = [_lasting(run) for run in values > theirs[1]]
    years = sorted(9999 if at is None else year_of(int(quarters[at])) for at in places)
    low, high = years[len(years) // 10], years[-1 - len(years) // 10]
    if low == 9999:
        return ""
    if high == 9999:
        done = sum(year < 9999 for year in years)
        return f" (in {done} of {len(years)} recorded runs)"
    return f" ({low}–{high})" if low != high else ""


# -- contest ---------------------------------------------------------------------------------


def lead_in_contest(results: Results, scenario: str, baseline: str) -> str:
    """What one side holds together at the horizon, and against the baseline."""
    start, end = mean_contest(results, scenario, [scenario, baseline])[[0, -1]]
    year = year_of(results.last_quarter)
    together = results.contenders([scenario, baseline])[0]
    region = results.labels.name_of(results.home) + left_out(results, scenario, baseline)
    verb = "hold" if len(together) > 1 else "holds"
    who = listed(map(results.labels.in_sentence, together))
    text = f"{who} {verb} {percent(end)} of influence over {region} in {year}"
    if scenario == baseline:
        if abs(end - start) < SMALL:
            return f"{text}, as in {year_of(0)}"
        return f"{text}, {'up' if end > start else 'down'} from {percent(start)} in {year_of(0)}"
    difference = results.difference(scenario, results.share_of_side, baseline)
    if difference is None:
        return text
    if difference.same:
        return f"{text}, the same as in the baseline in every run"
    if not difference.told:
        return f"{text}, a change that cannot be told from zero"
    if abs(difference.mean) < TINY:
        return f"{text}, within a tenth of a point of the baseline"
    amount, _, interval = points(difference).partition(" (")
    return f"{text}, {amount} {'more' if difference.mean > 0 else 'less'} ({interval}"


def left_out(results: Results, scenario: str, baseline: str) -> str:
    """Which states of the region are left out, as only one of two scenarios has them."""
    both = results.home_states([scenario, baseline])
    either = {*results.home_states([scenario]), *results.home_states([baseline])}
    names = [results.labels.name_of(state) for state in results.states if state in either]
    kept = {results.labels.name_of(state) for state in both}
    lost = [name for name in names if name not in kept]
    return f" without {listed(lost)}" if lost else ""


def mean_contest(results: Results, scenario: str, among: Sequence[str]) -> np.ndarray:
    """Mean over the states that some scenarios share of the share of one side, by quarter."""
    states = results.home_states(among)
    bands = [results.band(scenario, "contest", state=state) for state in states]
    means = np.array([band.mean for band in bands if band is not None])
    return np.asarray(np.mean(means, axis=0))


# -- bases and memberships -------------------------------------------------------------------


def bases(results: Results, scenario: str, baseline: str) -> str:
    """How likely each base is to be open at the horizon, or how that changed."""
    year = year_of(results.last_quarter)
    last = {
        base: _last(results, scenario, base) for base in results.along("base_open", "installation")
    }
    if not last:
        return "there are no bases"
    if scenario == baseline:
        first, *others = sorted(last, key=lambda base: last[base])
        text = (
            f"{results.labels.name_of(first)} is open in {percent(last[first])} of runs in {year}"
        )
        rest = [f"{results.labels.name_of(base)} in {percent(last[base])}" for base in others]
        return f"{text}, {listed(rest)}" if rest else text
    before = {base: _last(results, baseline, base) for base in last}
    order = sorted(last, key=lambda base: -abs(last[base] - before[base]))
    changed = [base for base in order if abs(last[base] - before[base]) >= SMALL]
    if not changed:
        return "no base's chances move by more than 2 points"
    first, *others = changed[:2]
    text = (
        f"in {year} {results.labels.name_of(first)} is open in {percent(last[first])} of runs "
        f"(baseline {percent(before[first])})"
    )
    for base in others:
        text += (
            f", {results.labels.name_of(base)} in {percent(last[base])} ({percent(before[base])})"
        )
    return text


def _last(results: Results, scenario: str, base: str) -> float:
    band = results.band(scenario, "base_open", installation=base)
    return float(band.mean[-1]) if band is not None else 0.0


def members(results: Results, scenario: str, organization: str, candidates: Sequence[str]) -> str:
    """Which outsider is most likely to have joined an organization by the horizon."""
    body, called = results.labels.name_of(organization), results.labels.in_sentence(organization)
    chances = {}
    for state in candidates:
        band = results.band(scenario, "membership_full", organization=organization, state=state)
        if band is not None and band.mean[0] < 0.5:
            chances[state] = float(band.mean[-1])
    year = year_of(results.last_quarter)
    runs = int(results.manifest["runs"])
    likely = sorted(
        (each for each in chances if likelier_than_not(chances[each], runs)),
        key=lambda s: -chances[s],
    )
    if likely:
        parts = [
            f"{results.labels.name_of(state)} ({percent(chances[state])})" for state in likely[:3]
        ]
        if len(likely) > 3:
            parts.append(f"{_number(len(likely) - 3)} others")
        verb = "is" if len(parts) == 1 else "are"
        return f"{listed(parts)} {verb} more likely than not a full {body} member by {year}"
    if not chances or max(chances.values()) < 0.005:
        return f"nobody joins {called} as a full member by {year}"
    first = max(chances, key=lambda state: chances[state])
    return (
        f"no newcomer can be called likely to be a full {body} member by {year}: "
        f"{results.labels.name_of(first)} comes nearest, in {percent(chances[first])} of runs"
    )


def likelier_than_not(share: float, runs: int) -> bool:
    """Whether a share of runs can be told from a half (Wilson's interval, 95%)."""
    half = 1.96**2 / (2 * runs)
    spread = 1.96 * math.sqrt(share * (1 - share) / runs + 1.96**2 / (4 * runs**2))
    return (share + half - spread) / (1 + 2 * half) > 0.5


def of_parameter(results: Results, key: str) -> str:
    """A parameter in words: what it is, and of whom."""
    catalogue = results.labels.catalogue
    try:
        text = str(catalogue.describe(key)["description"]).rstrip(".")
    except ValueError:
        return key
    who = [
        catalogue.name_of(part)
        for part in key.split(".")[1:]
        if part in catalogue.actors or part in catalogue.organizations
    ]
    return f"{text} ({', '.join(who)})" if who else text


def _number(count: int) -> str:
    words = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    return words[count] if count < len(words) else str(count)

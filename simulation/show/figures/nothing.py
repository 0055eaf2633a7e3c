"""Why a figure would show nothing: each answer is a sentence for the report, or none."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from simulation.record.answers import least_that_matters
from simulation.show import messages
from simulation.show.figures.matrix import effects_of, strength
from simulation.show.figures.summaries import Band, MeanDifference, Results

WhyNothing = Callable[[Results, str | None, str], str | None]
"""Says why a figure would show nothing: of the batch, a scenario or none, the baseline."""
LIKELIER = 0.02
"""How much likelier something has to be in some quarter before it is drawn."""


def _as_in_baseline(variable: str, said: str, least: float | None = None) -> WhyNothing:
    """Where no mean of a variable differs from the baseline's by enough in any quarter.

    Args:
        variable: whose bands are drawn.
        said: the reason, with `{least}` for how much would be enough.
        least: how much is; what matters of influence if None.
    """

    def reason(results: Results, scenario: str | None, baseline: str) -> str | None:
        if scenario in (None, baseline):
            return None
        enough = results.matters_of_influence if least is None else least
        gaps = _gaps(results.pairs(variable, str(scenario), baseline))
        if max(gaps, default=0.0) >= enough:
            return None
        return said.format(least=messages.so_many_points(enough), baseline=baseline)

    return reason


no_shift = _as_in_baseline(
    "influence_share",
    "no power's share of influence over any state differs from the {baseline}'s by {least} in any "
    "quarter",
)
no_contest = _as_in_baseline(
    "contest", "neither side's part moves by {least} in any state and quarter"
)
no_base = _as_in_baseline(
    "base_open", "no base's chances differ by {least} in any quarter", LIKELIER
)
no_member = _as_in_baseline(
    "membership_full",
    "no state's chances to be a member differ by {least} in any quarter",
    LIKELIER,
)


def no_gap(results: Results, scenario: str | None, baseline: str) -> str | None:
    """Where no power's influence over any state differs by enough to matter, run by run."""
    _, _, gaps = results.peak_of_influence(str(scenario))
    least = results.matters_of_influence
    if any(abs(gap) >= least for gap in gaps.values()):
        return None
    return (
        f"no power's influence over any state differs from the {baseline}'s by "
        f"{messages.so_many_points(least)} on average in any quarter"
    )


def no_base_anywhere(results: Results, scenario: str | None, baseline: str) -> str | None:
    """Where the bases fare as in the baseline in every scenario."""
    found = [no_base(results, other, baseline) for other in results.others(baseline)]
    return found[0] if found and all(found) else None


def no_headline(results: Results, scenario: str | None, baseline: str) -> str | None:
    """Where no headline outcome moves by enough to matter."""
    _, effects = effects_of(results, baseline)
    if scenario is not None:
        effects = {scenario: effects.get(scenario, {})}
    if any(strength(each) >= 1.0 for each in effects.values()):
        return None
    return "no headline outcome differs by enough to matter at any time"


def no_path(results: Results, scenario: str | None, baseline: str) -> str | None:
    """Where nothing that is followed differs by enough to matter."""
    for name, path in results.differences(str(scenario)).items():
        if path.large(least_that_matters(results.about(name))).any():
            return None
    return "nothing that is followed differs by enough to matter at any time"


def no_share(results: Results, scenario: str | None, baseline: str) -> str | None:
    """Where no share at the end can be told from the baseline's and is large enough to matter."""
    names = results.others(baseline) if scenario is None else [scenario]
    found = (
        results.difference(name, f"{power}_share_{state}", baseline)
        for name in names
        for power in results.powers
        for state in results.states
    )
    least = results.matters_of_influence
    if _any_large(found, least):
        return None
    return f"no share at the end differs by {messages.so_many_points(least)}, told from zero"


def no_effect(results: Results, scenario: str | None, baseline: str) -> str | None:
    """Where no scenario moves the first outcome by enough to matter."""
    outcome = results.first_outcome
    least = least_that_matters(results.about(outcome))
    found = (results.difference(name, outcome, baseline) for name in results.others(baseline))
    if _any_large(found, least):
        return None
    label, _, _ = messages.described(results, outcome)
    return f"no scenario moves {label} by enough to matter at the end"


def one_leader(results: Results, scenario: str | None, baseline: str) -> str | None:
    """Where one power leads in every state and quarter, so that a map has one colour."""
    name = scenario or baseline
    leaders = set()
    for state in results.states_in([name]):
        bands = {
            power: band
            for power in results.powers
            if (band := results.band(name, "influence_share", power=power, state=state))
        }
        if bands:
            order = list(bands)
            means = np.array([band.mean for band in bands.values()])
            leaders |= {order[place] for place in means.argmax(axis=0)}
    if len(leaders) != 1:
        return None
    return f"{results.labels.in_sentence(leaders.pop())} leads in every state and quarter"


def no_driver(results: Results, scenario: str | None, baseline: str) -> str | None:
    """Where no parameter goes with the outcome in a way that can be told from luck."""
    name = scenario or baseline
    outcome = results.outcome_asked(name, baseline)
    against = None if name == baseline else baseline
    if results.drivers(name, outcome).told:
        return None
    if against and results.drivers(name, outcome, against).told:
        return None
    return "no parameter goes with the outcome in a way that can be told from luck"


def _any_large(found: Iterable[MeanDifference | None], least: float) -> bool:
    """Whether any difference at the end can be told from zero and is large enough."""
    return any(each.told and abs(each.mean) >= least for each in found if each is not None)


def _gaps(pairs: Iterable[tuple[Band | None, Band | None]]) -> Iterable[float]:
    for here, there in pairs:
        if here is None or there is None or len(here.mean) != len(there.mean):
            yield np.inf  # in one of the two only
        else:
            yield float(np.nanmax(np.abs(here.mean - there.mean), initial=0.0))

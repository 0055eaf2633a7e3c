"""Targets: what calibration fits to, as of a date, and which parameters it leaves alone.

A target is a part of a pattern, which holds in a run or does not, or a figure of one year, which
a run meets more or less closely. `evidence/targets.yaml` says when each was known and which
parameters stay at their priors; errors and discrepancies are parameters of the group `targets`.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from simulation.evidence.catalogue import Catalogue
from simulation.inputs.problems import Problems, nearest
from simulation.inputs.yaml_reader import Loaded, load_yaml
from simulation.model.measures import HOME
from simulation.model.patterns import pattern_arms
from simulation.numerics.arrays import Array, Mask
from simulation.numerics.dates import parse_date

KNOWN = dt.date(2005, 10, 31)
"""What was known: nothing later touches a parameter."""
_MONTH_KNOWN, _DAY_KNOWN = 10, 31
"""Month and day on which the figures of a calendar year count as known."""
IN_ARMS = "P6n"
"""The pattern that is read in arms, each with a mechanism off."""
QUIET_TARGET = "quiet"


@dataclass(frozen=True)
class Target:
    """One thing that was observed.

    Attributes:
        name: "P6 statement", or "agreement united_states uzbekistan 2005".
        group: pattern, or series, that it belongs to; what belongs together counts less each.
        observed: 1 for a part of a pattern that held, 0 for one that did not, else the figure.
        observation: standard error of the figure; 0 for a part.
        discrepancy: how far the rules may miss it, as a standard deviation; 0 for a part.
        weight: for how many independent observations it counts.
    """

    name: str
    group: str
    observed: float
    observation: float
    discrepancy: float
    weight: float

    @property
    def error(self) -> float:
        """Standard deviation of observation and discrepancy together; 0 for a part."""
        return math.hypot(self.observation, self.discrepancy)

    @property
    def is_part(self) -> bool:
        """Whether it is a part of a pattern, which holds or does not."""
        return self.error == 0

    @property
    def in_arms(self) -> bool:
        """Whether it is read in the arms of P6n."""
        return self.group == IN_ARMS


@dataclass(frozen=True)
class Targets:
    """Everything that calibration needs to know about the evidence as of a date.

    Attributes:
        as_of: the information date.
        each: the targets, parts of patterns first.
        doubt: chance that a part is read wrongly (`targets.pattern_discrepancy`).
        fitted: full keys of the parameters to be fitted.
        unfitted: full keys of those drawn from their ranges and not fitted, with the reason.
        held: full keys of those held at their values, with the reason.
    """

    as_of: dt.date
    each: tuple[Target, ...]
    doubt: float
    fitted: tuple[str, ...]
    unfitted: Mapping[str, str]
    held: Mapping[str, str]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the targets, in order."""
        return tuple(target.name for target in self.each)

    @cached_property
    def part(self) -> Mask:
        """Which targets are parts of patterns, shape (targets,)."""
        return np.array([target.is_part for target in self.each])

    @cached_property
    def in_arms(self) -> Mask:
        """Which targets are read in the arms of P6n, shape (targets,)."""
        return np.array([target.in_arms for target in self.each])

    @cached_property
    def observed(self) -> Array:
        """What was observed, shape (targets,)."""
        return np.array([target.observed for target in self.each])

    @cached_property
    def error(self) -> Array:
        """Standard deviation of observation and discrepancy, shape (targets,)."""
        return np.array([target.error for target in self.each])

    @cached_property
    def weight(self) -> Array:
        """For how many independent observations each counts, shape (targets,)."""
        return np.array([target.weight for target in self.each])


def load_targets(catalogue: Catalogue, as_of: dt.date = KNOWN) -> Targets:
    """The targets that were known at a date.

    Raises:
        Problems: the file cannot be read, names what does not exist, or nothing was known yet.
    """
    loaded = load_yaml(catalogue.directory / "targets.yaml")
    found: dict[str, list[_Observation]] = {}
    if not loaded.problems:
        for each in _all(loaded, catalogue):
            if each.known <= as_of:
                found.setdefault(each.group, []).append(each)
    if as_of > KNOWN:
        message = f"{as_of} lies after {KNOWN}: nothing later may touch a parameter"
        loaded.problem(None, message, f"give {KNOWN} or an earlier date")
    if not loaded.problems and len(found) < 2:
        loaded.problem(None, f"hardly anything was known on {as_of}", "give a later date")
    unfitted, held = (_left_alone(loaded, what, catalogue) for what in ("unfitted", "held"))
    if loaded.problems:
        raise Problems(loaded.problems)
    targets = [
        Target(
            name=each.name,
            group=group,
            observed=each.observed,
            observation=each.observation,
            discrepancy=each.discrepancy,
            weight=_weight(each.observation, len(members)),
        )
        for group, members in found.items()
        for each in members
    ]
    return Targets(
        as_of=as_of,
        each=tuple(sorted(targets, key=lambda target: not target.is_part)),
        doubt=catalogue.values["targets.pattern_discrepancy"],
        fitted=tuple(k for k in catalogue.drawable() if k not in unfitted and k not in held),
        unfitted=unfitted,
        held=held,
    )


def _weight(error: float, together: int) -> float:
    """Each part of a pattern counts in full; the years of a series share an error and count once.

    Parts fall together or apart by luck of their own once the parameters are given: at the
    catalogue's values the share of runs with all parts of a pattern is about the product of
    theirs (P7 .55 and .55, P11 .87 and .86).
    """
    return 1.0 if error == 0 else 1 / together


class _Observation(NamedTuple):
    """What a target is made of, and when it was known; a part of a pattern has no errors."""

    group: str
    name: str
    known: dt.date
    observed: float = 1.0
    observation: float = 0.0
    discrepancy: float = 0.0


def _all(loaded: Loaded, catalogue: Catalogue) -> Iterator[_Observation]:
    """Every target of the file."""
    yield _Observation(QUIET_TARGET, QUIET_TARGET, dt.date.min)
    for pattern, parts in loaded.data["patterns"].items():
        if pattern not in catalogue.patterns:
            loaded.problem(("patterns", pattern), f"there is no pattern '{pattern}'")
        for part, known in parts.items():
            name = pattern if part == pattern else f"{pattern} {part}"
            yield _Observation(pattern, name, parse_date(known))
    values = catalogue.values
    for kind, series in loaded.data["series"].items():
        for power in series["powers"]:
            together = [HOME] if kind == "trade_share" else []
            for place in [*catalogue.names["region"], *together]:
                for year in series["years"]:
                    observed = values.get(_key(kind, power, place, year))
                    if observed is not None:
                        observation, discrepancy = _errors(kind, power, observed, values)
                        group = f"{kind} {power} {place}"
                        yield _Observation(
                            group=group,
                            name=f"{group} {year}",
                            known=dt.date(year, _MONTH_KNOWN, _DAY_KNOWN),
                            observed=observed,
                            observation=observation,
                            discrepancy=discrepancy,
                        )


def _key(kind: str, power: str, place: str, year: int) -> str:
    """Where a yearly figure stands in the catalogue."""
    if place == HOME:
        return f"observed.{kind}_{place}.y{year}.{power}"
    return f"observed.{kind}.y{year}.{power}.{place}"


def _errors(
    kind: str, power: str, observed: float, values: Mapping[str, float]
) -> tuple[float, float]:
    """Observation and discrepancy, as standard deviations."""
    if kind == "agreement":
        agenda = values[f"targets.agreement_error.{power}"]
        return agenda, values["targets.agreement_discrepancy"]
    observation = math.hypot(
        values["targets.trade_error"] * observed, values["targets.trade_error_least"]
    )
    return observation, values["targets.trade_discrepancy"] * observed


def _left_alone(loaded: Loaded, what: str, catalogue: Catalogue) -> dict[str, str]:
    """The full keys of a list of parameters that are not fitted, with the reason for each."""
    uncertain = catalogue.uncertain
    found: dict[str, str] = {}
    entries: list[dict[str, Any]] = loaded.data.get(what, [])
    for at, entry in enumerate(entries):
        for key in entry["keys"]:
            below = [each for each in uncertain if each == key or each.startswith(key + ".")]
            if not below:
                close = nearest(key, [*uncertain, *catalogue.parameters])
                hint = f"did you mean '{close}'?" if close else "take it out"
                loaded.problem((what, at), f"no uncertain parameter '{key}'", hint)
            found.update((each, entry["why"]) for each in below if each not in catalogue.held)
    return found


def arms_of(targets: Targets, catalogue: Catalogue) -> tuple[str, ...]:
    """The mechanisms that must be turned off, one an arm; none where P6n was not known yet."""
    return tuple(pattern_arms(catalogue).values()) if targets.in_arms.any() else ()

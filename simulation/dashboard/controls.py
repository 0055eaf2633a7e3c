"""What can be moved on the page: sliders, switches, scenarios, each with its reason.

Everything that is said of a number is read from the catalogue. A slider reaches as far as the
evidence does, which lies within what a scenario may hold.
"""

from __future__ import annotations

import contextlib
import math
from functools import lru_cache
from typing import Any

from simulation.dashboard.draft import Draft
from simulation.evidence.catalogue import Catalogue, load_catalogue
from simulation.evidence.schema import Parameter
from simulation.inputs.escapes import visible
from simulation.inputs.problems import Problems
from simulation.model.outcomes import outcomes_of
from simulation.parameters.numbers import Numbers, source_word
from simulation.parameters.posterior import POSTERIOR, usual_posterior
from simulation.parameters.sampling import POINT, PRIOR
from simulation.record.record import Record
from simulation.scenario.mechanisms import SWITCHES, THEORIES
from simulation.scenario.scenario import Scenario, list_scenarios, load_scenario

_STEPS = 60
"""About how many steps a slider has."""


def slider_groups(draft: Draft, current: Scenario, parameters: str) -> list[dict[str, Any]]:
    """The sliders by subject, as the page shows them.

    Args:
        draft: what the page asks.
        current: the same, resolved.
        parameters: where uncertain numbers come from.
    """
    catalogue = load_catalogue()
    return [
        {
            "title": subject,
            "sliders": [
                {
                    "label": each.label,
                    **_said(key),
                    **_state(key, catalogue, draft.origin, current, parameters),
                }
                for key, each in catalogue.sliders.items()
                if each.subject == subject
            ],
        }
        for subject in dict.fromkeys(each.subject for each in catalogue.sliders.values())
    ]


def placed(key: str, value: float, origin: Scenario) -> float | None:
    """Where a slider may stand that was moved to a value; None where there is no such slider."""
    if key not in load_catalogue().sliders or not math.isfinite(value):
        return None
    low, high, step = _reach(key, load_catalogue(), origin)
    if abs(value - origin.values[key]) < step / 2:
        return origin.values[key]
    return min(max(round(value, 10), low), high)


def switch_list(current: Scenario) -> list[dict[str, Any]]:
    """Every mechanism, what it claims, and whether it is on."""
    return [
        {
            "name": name,
            "label": _words(name),
            "about": switch.description,
            "on": current.mechanisms[name],
        }
        for name, switch in SWITCHES.items()
    ]


def theory_list() -> list[dict[str, str]]:
    """The rival theories."""
    return [
        {"name": name, "label": _words(name), "about": theory.description}
        for name, theory in THEORIES.items()
    ]


def source_list() -> list[dict[str, str]]:
    """Where uncertain numbers can come from."""
    found = {}
    if usual_posterior(load_catalogue(), ()):
        found[POSTERIOR] = "calibrated: drawn by run from what calibration left"
    found[PRIOR] = "prior: drawn by run from their ranges"
    found[POINT] = source_word(POINT)
    return [{"name": name, "title": title} for name, title in found.items()]


def source_shown(asked: str) -> str:
    """The source that is marked as chosen: without a posterior, the one that stands for it."""
    names = [each["name"] for each in source_list()]
    return asked if asked in names else names[0]


def scenario_list() -> list[dict[str, str]]:
    """The scenarios to choose from, the baseline first; one with mistakes is left out."""
    found = []
    for name in list_scenarios():
        with contextlib.suppress(Problems):
            title = load_scenario(name, outcomes=outcomes_of).title
            found.append({"name": name, "title": visible(title)})
    return found


def outcome_list(record: Record) -> list[dict[str, str]]:
    """The outcomes of a batch to look at, those of the headline first."""
    declared = record.manifest["outcomes"].items()
    order = sorted(declared, key=lambda each: not each[1]["headline"])
    return [{"name": name, "title": each["description"].rstrip(".")} for name, each in order]


def _state(
    key: str, catalogue: Catalogue, origin: Scenario, current: Scenario, parameters: str
) -> dict[str, Any]:
    """Where a slider stands and how far it goes."""
    low, high, step = _reach(key, catalogue, origin)
    held = current.origins.get(key, "")
    return {
        "low": low,
        "high": high,
        "step": step,
        "value": current.values[key],
        "start": origin.values[key],
        "drawn": Numbers(parameters).vary(key, catalogue, current.fixed_keys),
        "held": held if held.startswith("mechanism ") else "",
    }


@lru_cache(maxsize=64)
def _said(key: str) -> dict[str, Any]:
    """What the catalogue says of a number."""
    catalogue = load_catalogue()
    about = catalogue.describe(key)
    parameter, path = catalogue.split(key) or (None, ())
    assert parameter is not None
    low, high = about["range"]
    return {
        "key": key,
        "about": _description(catalogue, parameter, path),
        "unit": about["unit"],
        "range": f"{low:g} to {high:g} {about['unit']}",
        "evidence": about["evidence"],
        "passages": [_passage(each) for each in about["source"]],
        "why": about["why"] or "",
    }


def _reach(key: str, catalogue: Catalogue, origin: Scenario) -> tuple[float, float, float]:
    """Both ends of a slider and its step: the evidence's range, and where the scenario stands."""
    low, high = catalogue.range_of(key) or (0.0, 0.0)
    low, high = min(low, origin.values[key]), max(high, origin.values[key])
    rough = (high - low) / _STEPS
    scale = 10.0 ** math.floor(math.log10(rough))
    return low, high, scale * next(part for part in (1, 2, 5, 10) if scale * part >= rough * 0.99)


def _description(catalogue: Catalogue, parameter: Parameter, path: tuple[str, ...]) -> str:
    """What a number is, and which one of a table."""
    whose = ", ".join(catalogue.name_of(part) for part in path)
    return f"{parameter.description.rstrip('.')} ({whose})." if whose else parameter.description


def _passage(source: dict[str, str]) -> str:
    """A source in one line."""
    title = source.get("title") or source.get("dataset") or ""
    said = f"“{source['anchor']}”" if source.get("anchor") else source.get("detail", "")
    return f"{title}: {said}".rstrip(": ")


def _words(name: str) -> str:
    text = name.replace("_", " ")
    return text[:1].upper() + text[1:]

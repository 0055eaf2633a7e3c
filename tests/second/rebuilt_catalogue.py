"""Who there is and the numbers by name, of the model rebuilt from its description."""

from __future__ import annotations

import copy
import datetime
import functools
import itertools
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "simulation" / "evidence" / "data"
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load(path: Path) -> dict[str, Any]:
    """Reads a YAML file."""
    with path.open(encoding="utf-8") as file:
        return yaml.load(file, LOADER)


def _of_kind(kind: str) -> list[str]:
    return sorted(name for name, actor in ACTORS.items() if actor["kind"] == kind)


ACTORS = load(DATA / "actors.yaml")
POWERS = _of_kind("power")
REGION = _of_kind("state")
STATES = REGION + _of_kind("outer_state")
MEMBERS = STATES + POWERS  # a state has one number as a state and as a member
FIRST_POWER = len(STATES)
CHANNELS = ["economic", "political", "security"]
ECO, POL, SEC = C = range(3)
P, A, S = range(len(POWERS)), range(len(REGION)), range(len(STATES))


# The calendar.


def season(t: int) -> int:
    """(C1): the season of a quarter, 1 to 4."""
    return (t + 2) % 4 + 1


def year(t: int) -> int:
    """(C2): the year of a quarter."""
    return 2001 + (t + 2) // 4


def quarter_of(date: Any) -> int:
    """(C3): the quarter of a date, or of a name such as 2005Q3."""
    if isinstance(date, str):
        return 4 * (int(date[:4]) - 2001) + int(date[5]) - 3
    return 4 * (date.year - 2001) + math.ceil(date.month / 3) - 3


# Organizations, bodies, installations, projects.


def _councils(summits: Mapping[str, Any]) -> dict[str, tuple[set[int], int]]:
    return {
        name: ({quarter_of(day) for day in council["known"]}, council["season"])
        for name, council in summits.items()
    }


def _members(names: Sequence[str]) -> list[int]:
    return [MEMBERS.index(name) for name in names if name in ACTORS]


_organizations = load(DATA / "organizations.yaml")
ORGANIZATIONS = list(_organizations)
BODIES = [body for entry in _organizations.values() for body in entry["bodies"]]
BODY = [
    SimpleNamespace(
        organization=ORGANIZATIONS.index(name),
        kind=entry["kind"],
        requires=[BODIES.index(other) for other in entry["requires"]],
        council=entry["decided_by"],
        seats=_members(entry["seats"]),
    )
    for name, organization in _organizations.items()
    for entry in organization["bodies"].values()
]
ORGANIZATION = [
    SimpleNamespace(
        exists=entry["exists"],
        sponsors=[POWERS.index(name) for name in entry["sponsors"]],
        members=_members(entry["members"]),
        observers=_members(entry["observers"]),
        councils=_councils(entry["summits"]),
        last_known=max(
            [day.year for council in entry["summits"].values() for day in council["known"]],
            default=2000,
        ),
        bodies=[k for k, body in enumerate(BODY) if body.organization == o],
        packages=[_members(package) for package in entry.get("packages", [])],
    )
    for o, entry in enumerate(_organizations.values())
]
_installations = load(DATA / "installations.yaml")
INSTALLATIONS = list(_installations)
BASE = [
    SimpleNamespace(
        host=STATES.index(entry["host"]),
        guest=POWERS.index(entry["guest"]),
        for_campaign=entry["purpose"] == "campaign",
        start={"none": 0, "present": 1, "open": 2}[entry["start"]],
    )
    for entry in _installations.values()
]
_projects = load(DATA / "projects.yaml")
PROJECTS = list(_projects)
PROJECT = [
    SimpleNamespace(
        kind=entry["kind"],
        owner=POWERS.index(entry["owner"]),
        hosts=[REGION.index(name) for name in entry["hosts"] if name in REGION],
        on_the_way=[a for a in A if REGION[a] in {*entry["hosts"], *entry["transit"]}],
    )
    for entry in _projects.values()
]
O, K, I, J = (range(len(x)) for x in (ORGANIZATION, BODY, BASE, PROJECT))  # noqa: E741
GUESTS = sorted({base.guest for base in BASE})


@functools.cache
def meetings(t: int) -> list[list[str]]:
    """The councils of each organization that meet in a quarter."""
    return [
        [
            name
            for name, (known, usual) in organization.councils.items()
            if (t in known if year(t) <= organization.last_known else season(t) == usual)
        ]
        for organization in ORGANIZATION
    ]


@functools.cache
def events() -> dict[int, list[tuple[str, Any]]]:
    """(W24): what the baseline brings, by quarter."""
    found = defaultdict(list)
    for event in load(ROOT / "scenarios" / "baseline.yaml")["events"]:
        t = quarter_of(event["date"])
        if "attack" in event:
            found[t + 1].append(("called", event["campaign"]))
            if "until" in event:
                day_after = event["until"] + datetime.timedelta(days=1)
                found[quarter_of(day_after)].append(("campaign", event.get("after", 0)))
        for kind in ("ouster", "crackdown"):
            if kind in event:
                found[t].append((kind, STATES.index(event[kind])))
    return found


# The numbers.

AXES = {
    "power": POWERS,
    "rival": POWERS,
    "region": REGION,
    "state": STATES,
    "member": MEMBERS,
    "channel": CHANNELS,
    "organization": ORGANIZATIONS,
    "body": BODIES,
    "installation": INSTALLATIONS,
    "project": PROJECTS,
}


@functools.cache
def _catalogue() -> dict[str, Any]:
    groups: dict[str, Any] = {}
    for path in sorted((DATA / "parameters").glob("*.yaml")):
        groups.update(load(path))
    return groups


def _table(value: Any, axes: Sequence[str], otherwise: float) -> Any:
    """A table as nested lists in the order of its axis, or by name where the axis is open."""
    if not axes:
        return float(otherwise if isinstance(value, Mapping) else value)

    def below(name: str | None) -> Any:
        part = value.get(name, {}) if isinstance(value, Mapping) else value
        return _table(part, axes[1:], otherwise)

    if axes[0] in AXES:
        return [below(name) for name in AXES[axes[0]]]
    named = defaultdict(lambda: below(None))
    named.update({name: below(name) for name in (value if isinstance(value, Mapping) else ())})
    return named


def _space(group: Mapping[str, Any]) -> Any:
    if "value" in group:
        return _table(group["value"], group.get("over", ()), group.get("otherwise", 0.0))
    return SimpleNamespace(**{key: _space(entry) for key, entry in group.items()})


def numbers_with(replaced: Mapping[str, float]) -> Any:
    """Every number of the catalogue as an attribute: `numbers.basing.rent`."""
    groups = _catalogue()
    if replaced:
        groups = copy.deepcopy(groups)
    for key, number in replaced.items():
        node, names = groups, key.split(".")
        while "value" not in node:
            node = node[names.pop(0)]
        names = ["value", *names]
        for name in names[:-1]:
            node = node.setdefault(name, {})
        node[names[-1]] = number
    return _space(groups)


def grid(*sizes: int, fill: Any = 0.0) -> Any:
    """Nested lists full of one value."""
    if not sizes:
        return fill
    return [grid(*sizes[1:], fill=fill) for _ in range(sizes[0])]


def pairs(*axes: Sequence[int]) -> Any:
    """All combinations."""
    return itertools.product(*axes)


def sigma(x: float) -> float:
    """The logistic function."""
    return 1 / (1 + math.exp(-x)) if x > -700 else 0.0


def logit(y: float) -> float:
    """The inverse of the logistic function."""
    return math.log(y / (1 - y))


def clip(x: float, low: float, high: float) -> float:
    """`x`, held between the two."""
    return low if x < low else min(x, high)


def unit(x: float) -> float:
    """`x`, held between 0 and 1."""
    return 0.0 if x < 0 else min(x, 1.0)

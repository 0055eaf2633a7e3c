"""Mechanism switches and rival theories.

A switch names a claim of the documents (M01 to M31) and the parameters that carry it; off, they
are held at a neutral value. There is no other way to switch: a rule never asks whether it is on.
A theory is the set of switches that it does without. Both are read from the evidence
(`mechanisms.yaml`, `theories.yaml`); plug-ins register here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from simulation.evidence.catalogue import load_catalogue


@dataclass(frozen=True)
class Switch:
    """A mechanism that a scenario can turn off.

    Attributes:
        name: what a scenario writes.
        claims: claims of the documents that it carries.
        description: cause and effect in a sentence.
        neutral: parameter (or whole table) to the value that disables it.
        reason_for_choice: why these parameters, where that is not plain.
    """

    name: str
    claims: tuple[str, ...]
    description: str
    neutral: Mapping[str, float] = field(default_factory=dict)
    reason_for_choice: str = ""


@dataclass(frozen=True)
class Theory:
    """A rival account: the mechanisms it does without."""

    name: str
    description: str
    off: tuple[str, ...]


SWITCHES: Mapping[str, Switch] = MappingProxyType(
    {
        name: Switch(name, each.claims, each.description, each.neutral, each.why or "")
        for name, each in load_catalogue().mechanisms.items()
    }
)

THEORIES: Mapping[str, Theory] = MappingProxyType(
    {
        name: Theory(name, each.description, each.off)
        for name, each in load_catalogue().theories.items()
    }
)

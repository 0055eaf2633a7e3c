"""One decision kept for reading: its named terms, and what they were held against.

Nothing is kept unless the model is asked to explain itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from simulation.numerics.arrays import Array, Mask, Term


@dataclass
class Deliberation:
    """A decision in all runs of a block: it happens where it comes up and the margin is above 0.

    Attributes:
        quarter, decision, actor, object: when, what, by whom, about what.
        terms: the named terms of the utility, each of shape (runs,).
        threshold: what terms and draw are held against.
        draw: what chance added, in the unit of the terms.
        happened: runs in which it was decided so.
        conditions: what else has to hold for the decision to come up, by name.
        facts: quantities that belong to the decision and are no terms, such as a rent.
        below: whether it happens below the threshold rather than above it.
        key: under which the decision is declared, where one name stands for several.
    """

    quarter: int
    decision: str
    actor: str
    object: str
    terms: dict[str, Array]
    threshold: Array
    draw: Array
    happened: Mask
    conditions: dict[str, Mask] = field(default_factory=dict)
    facts: dict[str, Array] = field(default_factory=dict)
    below: bool = False
    key: str = ""

    @classmethod
    def of(
        cls,
        *,
        quarter: int,
        decision: str,
        actor: str,
        object: str,
        terms: Mapping[str, Term],
        happened: Mask,
        threshold: Term,
        draw: Term,
        conditions: Mapping[str, Mask],
        facts: Mapping[str, Term | Mask],
        below: bool,
        key: str,
    ) -> Deliberation:
        """A decision with copies of everything, each of shape (runs,)."""
        shape = np.shape(happened)

        def full(values: Term | Mask) -> Array:
            out = np.empty(shape)  # a third of the time of broadcasting and copying
            out[...] = values
            return out

        def mask(holds: Mask) -> Mask:
            out = np.empty(shape, dtype=np.bool_)
            out[...] = holds
            return out

        return cls(
            quarter=quarter,
            decision=decision,
            actor=actor,
            object=object,
            terms={name: full(term) for name, term in terms.items()},
            threshold=full(threshold),
            draw=full(draw),
            happened=np.array(happened),
            conditions={name: mask(holds) for name, holds in conditions.items()},
            facts={name: full(values) for name, values in facts.items()},
            below=below,
            key=key or decision,
        )

    @cached_property
    def total(self) -> Array:
        """The terms together, without the draw."""
        first, *others = self.terms.values()
        out = first.copy()
        for term in others:
            out += term
        return out

    @property
    def missing(self) -> Array:
        """What terms and draw lack to reach the threshold; below 0 where they are beyond it."""
        return self.threshold - (self.total + self.draw)

    @property
    def margin(self) -> Array:
        """How far the decision is from the other side; above 0 where it would happen."""
        return self.missing if self.below else -self.missing

    @cached_property
    def came_up(self) -> Mask:
        """Runs in which every condition held, so that the terms decided."""
        holds = np.ones(self.happened.shape, dtype=bool)
        for condition in self.conditions.values():
            holds &= condition
        return holds

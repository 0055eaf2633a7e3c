"""Parameters as arrays: one group a rule, one attribute a parameter.

`weights.basing.notice` is the parameter `basing.notice` of the catalogue as the scenario leaves
it; `groups` declares them. A single number is a float, or an array of shape (runs,) where it is
drawn by run. A table is an array with one axis for each axis it is declared `over` and the run
last (length 1 where nothing is drawn). Axes that the world does not know (features, kinds) become
mappings.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from itertools import islice, product, takewhile
from typing import TypeVar, cast

import numpy as np

from simulation.evidence.catalogue import Catalogue, load_catalogue
from simulation.evidence.schema import Parameter
from simulation.numerics.arrays import FLOAT, Array
from simulation.parameters.groups import (
    AlignmentWeights,
    AppraisalWeights,
    BasingWeights,
    EnvironmentWeights,
    Group,
    InfluenceWeights,
    InitialWeights,
    LedgerWeights,
    LuckWeights,
    Number,
    ObservedWeights,
    OrganizationsWeights,
    PatronageWeights,
    ProjectsWeights,
    RegimeWeights,
    RivalryWeights,
    TargetsWeights,
    ThreatsWeights,
    TradeWeights,
    WorksWeights,
)

T = TypeVar("T")

_GROUPS: dict[str, type[Group]] = {
    "alignment": AlignmentWeights,
    "appraisal": AppraisalWeights,
    "basing": BasingWeights,
    "environment": EnvironmentWeights,
    "influence": InfluenceWeights,
    "initial": InitialWeights,
    "ledger": LedgerWeights,
    "observed": ObservedWeights,
    "organizations": OrganizationsWeights,
    "patronage": PatronageWeights,
    "projects": ProjectsWeights,
    "regime": RegimeWeights,
    "rivalry": RivalryWeights,
    "targets": TargetsWeights,
    "threats": ThreatsWeights,
    "trade": TradeWeights,
    "works": WorksWeights,
}
"""The class of each group; `Weights` holds one of each."""


class Weights:
    """Every parameter of a scenario, by group.

    Args:
        catalogue: where parameters are declared.
        values: full key to number, as the scenario resolves them.
        drawn: full key to an array of shape (runs,), for parameters drawn by run.
        axes: identifiers of each axis of the world, in order.

    Attributes:
        changes: how often a parameter was changed.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        values: Mapping[str, float],
        drawn: Mapping[str, Array],
        axes: Mapping[str, tuple[str, ...]],
    ) -> None:
        self._catalogue = catalogue
        self._values = dict(values)
        self._keys = sorted(values)
        self._drawn = dict(drawn)
        self._axes = axes
        self._derived: dict[str, object] = {}
        self.changes = 0
        self.alignment = AlignmentWeights()
        self.appraisal = AppraisalWeights()
        self.basing = BasingWeights()
        self.environment = EnvironmentWeights()
        self.influence = InfluenceWeights()
        self.initial = InitialWeights()
        self.ledger = LedgerWeights()
        self.luck = LuckWeights()
        self.observed = ObservedWeights()
        self.organizations = OrganizationsWeights()
        self.patronage = PatronageWeights()
        self.projects = ProjectsWeights()
        self.regime = RegimeWeights()
        self.rivalry = RivalryWeights()
        self.targets = TargetsWeights()
        self.threats = ThreatsWeights()
        self.trade = TradeWeights()
        self.works = WorksWeights()
        for key in catalogue.parameters:
            self._place(key)

    def by_key(self, key: str) -> Array:
        """A single parameter by its full key, such as "basing.noise"."""
        group, name = _place_of(key)
        found: Array = getattr(getattr(self, group), name)
        return found

    def varied(self) -> dict[str, Array]:
        """Full key to an array of shape (runs,), of every number that differs from run to run."""
        return dict(self._drawn)

    def constant(self) -> dict[str, float]:
        """Full key to number, of every number that is the same in all runs."""
        return {key: it for key, it in self._values.items() if key not in self._drawn}

    def set(self, key: str, value: float) -> None:
        """Change one parameter from now on, for all runs (a dated `set` event)."""
        if key not in self._values:
            insort(self._keys, key)
        self._values[key] = value
        self._drawn.pop(key, None)
        self._derived.clear()
        self.changes += 1
        declaration = next(
            name for name in self._catalogue.parameters if key == name or key.startswith(name + ".")
        )
        self._place(declaration)

    def derived(self, name: str, derive: Callable[[], T]) -> T:
        """What follows from the parameters alone, kept until one of them changes."""
        if name not in self._derived:
            self._derived[name] = derive()
        return cast(T, self._derived[name])

    def whole(self, name: str, values: Array | Callable[[], Array], runs: int) -> Array:
        """A parameter with a value for every run, as compiled passes want it.

        Args:
            name: what it is kept under until a parameter changes.
            values: a number, or an array whose last axis is as long as the runs or 1; or what
                derives one from the parameters.
            runs: how many runs there are.
        """

        def spread() -> Array:
            found = values() if callable(values) else values
            shape = (*np.shape(found)[:-1], runs)
            return np.ascontiguousarray(np.broadcast_to(found, shape), dtype=FLOAT)

        return self.derived(f"whole {name}", spread)

    def rows(self, name: str, values: tuple[Array, ...], runs: int) -> Array:
        """Several single parameters as `whole` gives them, a row each, shape (parameter, runs)."""
        rows = map(np.atleast_1d, values)
        return self.whole(name, lambda: np.stack(np.broadcast_arrays(*rows)), runs)

    # Where a text is traced: what is derived is derived in it, and numbers need no spreading.

    def derived_traced(self, name: str, derive: Callable[[], T]) -> T:
        """As `derived`, of symbols."""
        return derive()

    def whole_traced(self, name: str, values: Array | Callable[[], Array], runs: int) -> Array:
        """As `whole`, of symbols."""
        return values() if callable(values) else values

    def _place(self, key: str) -> None:
        parameter = self._catalogue.parameters[key]
        group_name, _, name = key.partition(".")
        group = self.__dict__.setdefault(group_name, Group())
        setattr(group, parameter.rules_say or name.replace(".", "_"), self._build(key, parameter))

    def _leaf(self, key: str, otherwise: float | None) -> Number:
        if key in self._drawn:
            return np.asarray(self._drawn[key], dtype=FLOAT)
        value = self._values.get(key, otherwise)
        if value is None:
            raise KeyError(f"parameter '{key}' has no value")
        # A plain float would widen what it meets a mask in.
        return cast(Number, FLOAT(value))

    def _build(self, key: str, parameter: Parameter) -> Array | dict[str, Array]:
        axes = tuple(parameter.over or ())
        if not axes:
            return self._leaf(key, parameter.otherwise)
        free = tuple(axis for axis in axes if axis not in self._axes)
        if free and axes[: len(free)] != free:
            raise ValueError(f"parameter '{key}': name the free axes first in `over`")
        if free:
            return {
                name: self._table(f"{key}.{name}", axes[1:], parameter.otherwise)
                for name in self._first_parts(key)
            }
        return self._table(key, axes, parameter.otherwise)

    def _first_parts(self, key: str) -> list[str]:
        """What follows the key of a table in the keys of its numbers, sorted."""
        head = f"{key}."
        first = bisect_left(self._keys, head)
        below = takewhile(lambda k: k.startswith(head), islice(self._keys, first, None))
        return sorted({k[len(head) :].partition(".")[0] for k in below})

    def _table(self, key: str, axes: tuple[str, ...], otherwise: float | None) -> Array:
        if not axes:
            return self._leaf(key, otherwise)
        names = [self._axes[axis] for axis in axes]
        leaves = [self._leaf(".".join((key, *ids)), otherwise) for ids in product(*names)]
        runs = max((leaf.shape[-1] for leaf in leaves if isinstance(leaf, np.ndarray)), default=1)
        table = np.empty((len(leaves), runs), dtype=FLOAT)
        for row, leaf in enumerate(leaves):
            table[row] = leaf
        return table.reshape(*(len(n) for n in names), runs)


def declares(key: str, beside: Iterable[str] = ()) -> bool:
    """Whether there is a parameter, or a table of parameters, of this full key.

    Args:
        key: the full key.
        beside: further parameters: those that a scenario adds.
    """
    group, name = _place_of(key)
    found = _GROUPS.get(group)
    own = found is not None and name in found.__annotations__
    return own or any(f"{key}.".startswith(f"{it}.") for it in beside)


@cache
def _place_of(key: str) -> tuple[str, str]:
    """The group of a parameter, and its attribute there."""
    group, _, name = key.partition(".")
    declared = load_catalogue().parameters.get(key)
    return group, (declared and declared.rules_say) or name.replace(".", "_")

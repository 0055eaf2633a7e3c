"""Where an effect comes from: the scenario once more, with one thing held as in the baseline.

A scenario changes many things on the way to an outcome: whose bases are open, what a power feels of
its rivals, how states lean, what is traded and lent. Each of these is held, quarter by quarter and
run by run, where it is in the same run of the baseline, and everything else is left to act. What
is then missing of the effect came through it. (An effect through a thing and one around it are
told apart so by Robins and Greenland, Epidemiology 3, 1992, 143-155.)

Two things may carry the same part, one after the other, or only together: parts need not add up to
the whole. What the scenario's own dated events write is left out, since to hold it is to undo the
scenario; so is what the outcome itself reads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from simulation.batch.replay import Play
from simulation.contrast.theories import columns_read
from simulation.evidence.catalogue import Catalogue, load_catalogue
from simulation.inputs.validation import Frozen
from simulation.model.model import InfluenceModel
from simulation.model.outcomes import outcomes_of_scenarios
from simulation.numerics.arrays import Array
from simulation.numerics.dates import quarter_name
from simulation.record.grounds import Carried
from simulation.record.paired import paired_difference
from simulation.record.through_time import Column
from simulation.world.world import LAYOUT, ArrayName, Values, World

_TINY = 1e-9
MOST_HELD = 24
"""Things that are held at most: those that differ in most runs."""

_BY_POWER: Mapping[str, tuple[ArrayName, ...]] = {
    "what {power} feels of its rivals": ("pressure", "felt"),
    "how states lean to {power}": ("affinity", "turned_away"),
    "what {power} is suspected of, and blames others for": (
        "suspicion", "criticism", "published",
    ),
    "trade with {power}": ("trade_weight", "trade_share"),
    "aid and arms from {power}": (
        "aid", "extra_aid", "goods", "kept", "withheld", "withheld_since", "withheld_usual",
        "cover", "understanding", "undrawn", "purse", "habit", "leverage",
    ),
    "credit and ventures of {power}": ("ventures", "deals", "stake"),
    "what the states are worth to {power}": ("value", "need", "usual", "effort"),
}  # fmt: skip
_OF_BASES: tuple[ArrayName, ...] = (
    "base_status", "rent", "base_quarters", "contract_left", "notice_left", "proposed",
    "under_review", "price", "taste", "opened_at", "notice_at", "closed_at", "rent_raised_at",
)  # fmt: skip
_OF_ORGANIZATIONS: tuple[ArrayName, ...] = (
    "standing", "exists", "depth", "depth_last", "voice", "drilled", "exercised", "took_part",
    "worth", "welcome", "belonged", "pact", "trained_together", "trained_together_at",
    "organization_founded_at", "observing_for", "joined_at", "left_at",
)  # fmt: skip
_OF_PROJECTS: tuple[ArrayName, ...] = (
    "project_status", "quarters_left", "project_delay", "opened_project_at",
)  # fmt: skip
_WHOLE: Mapping[str, tuple[ArrayName, ...]] = {
    "what regimes fear and do": (
        "fear", "sanctioned", "ousted", "cracked_down", "ousters", "new_government",
        "repression", "accountability", "hardship", "capacity", "club",
    ),
    "militancy, drugs and water": (
        "militancy", "latent", "danger", "usual_militancy", "unaccustomed", "sanctuary",
        "drug_friction", "water_friction", "trafficking", "water_stress",
    ),
    "the campaign and the price of oil": (
        "campaign", "campaign_to_come", "energy_thirst", "oil_price",
    ),
}  # fmt: skip
_WITH_A_NAME = frozenset({"installation", "organization", "project"})
"""Axes of those about whom an outcome may be, and whose rows it then reads."""
_READ: Mapping[str, tuple[ArrayName, ...]] = {
    "affinity": ("affinity",),
    "agreement": ("affinity",),
    "fear": ("fear",),
    "latent": ("latent", "militancy", "danger"),
    "ousters": ("ousters", "ousted"),
    "pressure": ("pressure",),
    "stake": ("stake",),
    "trade_share": ("trade_share", "trade_weight"),
    "upheavals": ("ousters", "ousted", "cracked_down"),
    "withheld": ("withheld", "withheld_since"),
}
"""The arrays that a reading is taken from, where they are a carrier's as well."""
Part = tuple[ArrayName, str, tuple[Any, ...]]
"""An array, the axis of it that is cut, and who is taken along that axis; all of it for none."""


@dataclass(frozen=True)
class TracedEffect:
    """An effect of a scenario that is to be traced.

    Attributes:
        outcome: which.
        quarter: when it is read.
        binary: whether it is a yes or no.
        here, there: its column in the scenario, and in the baseline.
        about: whom it reads, by kind, as the outcome declares.
    """

    outcome: str
    quarter: int
    binary: bool
    here: Column
    there: Column
    about: Mapping[str, str]


@dataclass(frozen=True)
class Carrier:
    """Something that may carry an effect: some rows of some arrays of the world.

    Attributes:
        words: what it is called.
        parts: the rows.
    """

    words: str
    parts: tuple[Part, ...]

    def apart_from(self, effect: TracedEffect, guests: Mapping[str, str]) -> Carrier:
        """The same without what the outcome of an effect reads.

        Args:
            effect: whose outcome.
            guests: whose each installation is.
        """
        about = effect.about
        own = _READ.get(about.get("read", ""), ())
        hers = {b for b, g in guests.items() if g == about.get("power")}
        left = []
        for array, axis, whom in self.parts:
            kept = tuple(
                each
                for each in whom
                if not (
                    axis == "installation" and about.get("read") == "bases_open" and each in hers
                )
                and not (axis in _WITH_A_NAME and each == about.get(axis))
                and not (axis == "body" and each[0] == about.get("organization"))
                and not (axis == "power" and array in own and each == about.get("power"))
            )
            if kept or (not axis and array not in own):
                left.append((array, axis, kept))
        return replace(self, parts=tuple(left))


def carriers_of(world: World, evidence: Catalogue) -> list[Carrier]:
    """What may carry an effect in a world: of each power and organization, and of the region."""
    axes = world.axes
    found = []
    for place, power in enumerate(axes.power):
        called = evidence.called(power)
        bases = tuple(b for b, g in zip(axes.installation, world.guests, strict=True) if g == place)
        works = tuple(j for j, o in zip(axes.project, world.owners, strict=True) if o == place)
        own = [
            (words.format(power=called), tuple((name, "power", (power,)) for name in names))
            for words, names in _BY_POWER.items()
        ]
        own.append((f"the bases of {called}", _cut(_OF_BASES, "installation", bases)))
        built = _cut(_OF_PROJECTS, "project", works)
        own.append((f"the pipelines and other works of {called}", built))
        found += [Carrier(words, parts) for words, parts in own if parts]
    for organization in axes.organization:
        called = evidence.called(organization)
        bodies = tuple(body for body in axes.body if body[0] == organization)
        parts = _cut(_OF_ORGANIZATIONS, "organization", (organization,))
        parts += _cut(("founded", "seat", "founded_at"), "body", bodies)
        found.append(Carrier(f"who belongs to {called} and what it builds", parts))
        calls = _cut(("statement", "stated_now", "statement_at"), "organization", (organization,))
        found.append(Carrier(f"the call of {called} on guests to leave", calls))
    found += [Carrier(words, _cut(names, "", ())) for words, names in _WHOLE.items()]
    return found


def _cut(names: Iterable[ArrayName], axis: str, whom: tuple[Any, ...]) -> tuple[Part, ...]:
    """The rows of some arrays; none where nobody is there."""
    return tuple((name, axis, whom) for name in names) if whom or not axis else ()


class _Watched(InfluenceModel):
    """A model that is looked at whenever a phase has been carried out."""

    look: Callable[[World], None] = staticmethod(lambda world: None)

    def check(self) -> None:
        """Look, and see that the world is sound where that is asked for."""
        self.look(self.world)
        super().check()


def trace(
    baseline: Play, scenario: Play, effects: Sequence[TracedEffect], runs: int
) -> list[Carried]:
    """What carries some effects of a scenario, each thing held alone.

    Args:
        baseline, scenario: how they are played.
        effects: what is traced.
        runs: how many pairs of runs, from the first.

    Returns:
        For every effect a row a thing that was held, the one that carries most first.
    """
    order = _carriers(baseline, scenario, runs) if effects else []
    if not order:
        return []
    rows = [Carrier("", ()), *order]
    there, here = _played_held(baseline, scenario, rows, effects, runs)
    guests = {name: base.guest for name, base in _evidence(scenario).installations.items()}
    found = []
    for place, effect in enumerate(effects):
        full = here[place][0]
        whole = paired_difference(there[place], full, effect.binary)
        carried = []
        for row, carrier in enumerate(order, 1):
            if carrier.apart_from(effect, guests) != carrier:
                continue
            part = paired_difference(here[place][row], full, effect.binary)
            carried.append(
                Carried(
                    scenario=scenario.scenario.name,
                    outcome=effect.outcome,
                    quarter=quarter_name(effect.quarter),
                    carrier=carrier.words,
                    pairs=part.pairs,
                    baseline_mean=whole.reference_mean,
                    scenario_mean=whole.mean,
                    held_mean=part.reference_mean,
                    effect=whole.difference,
                    carried=part.difference,
                    low=part.low,
                    high=part.high,
                )
            )
        found += sorted(carried, key=lambda each: -each.share)
    return found


def _evidence(play: Play) -> Catalogue:
    return load_catalogue().extended(play.scenario.added)


def _model(play: Play, runs: int, times: int = 1) -> _Watched:
    """Some runs from the first, each so many times."""
    numbers = play.numbers.part(0, runs)
    if numbers.arrays:
        tiled = {key: np.tile(each, times) for key, each in numbers.arrays.items()}
        numbers = replace(numbers, arrays=Frozen(tiled))
    return _Watched(
        play.scenario,
        seed=play.seed,
        run_numbers=np.tile(np.arange(runs), times),
        parameters=numbers,
        until=play.until,
        allow_plugins=play.allow_plugins,
        collecting=False,
    )


def _places(world: World, other: World, part: Part) -> tuple[Any, Any]:
    """Where the rows of a part lie in two worlds, as far as both have them; all of their runs."""
    name, axis, whom = part
    found: tuple[list[Any], list[Any]] = ([], [])
    for dimension in LAYOUT[name].axes:
        names = getattr(world.axes, dimension)
        shared = [each for each in names if other.has(dimension, each)]
        kept = [each for each in shared if dimension != axis or each in whom]
        for places, where in zip(found, (world, other), strict=True):
            places.append([where.place(dimension, each) for each in kept])
    if not found[0]:
        return ..., ...
    return _crossing(found[0]), _crossing(found[1])


def _crossing(places: Sequence[Sequence[int]]) -> tuple[Any, ...]:
    """The index of every crossing of some places along each axis."""
    axes = len(places)
    return tuple(
        np.array(each, dtype=np.intp).reshape([-1 if at == axis else 1 for at in range(axes)])
        for axis, each in enumerate(places)
    )


def _carriers(baseline: Play, scenario: Play, runs: int) -> list[Carrier]:
    """What differs between a scenario and the baseline, most first, but for what is scripted."""
    there, here = _model(baseline, runs), _model(scenario, runs)
    known = carriers_of(here.world, here.catalogue)
    places = {part: _places(here.world, there.world, part) for each in known for part in each.parts}
    scripted = _scripted(baseline, scenario)
    moments: list[dict[Part, Values]] = []

    def kept(place: int) -> Callable[[World], None]:
        def keep(world: World) -> None:
            moments.append({p: world.array(p[0])[it[place]].copy() for p, it in places.items()})

        return keep

    there.look, here.look = kept(1), kept(0)
    far = dict.fromkeys(places, 0.0)
    acts: set[Part] = set()

    def compare(first: Mapping[Part, Values], second: Mapping[Part, Values]) -> dict[Part, Any]:
        return {part: first[part] != second[part] for part in places}

    here.look(here.world)
    there.look(there.world)
    before = compare(moments[0], moments[1])
    acts |= {part for part, differs in before.items() if differs.any()}
    while here.running:
        moments.clear()
        there.step()
        first, last = moments[0], moments[-1]
        moments.clear()
        here.step()
        if here.quarter in scripted:
            now = compare(moments[0], first)
            acts |= {part for part in places if (now[part] & ~before[part]).any()}
        before = compare(moments[-1], last)
        for part, differs in before.items():
            if differs.any():
                usual = np.abs(last[part]).astype(float).mean()
                gap = np.abs(moments[-1][part].astype(float) - last[part])
                far[part] = max(far[part], float(np.nan_to_num(gap).mean() / (usual + _TINY)))
    size = {
        each: max((far[part] for part in each.parts), default=0.0)
        for each in known
        if acts.isdisjoint(each.parts)
    }
    differing = [each for each in known if size.get(each, 0.0) > 0.0]
    return sorted(differing, key=lambda each: -size[each])[:MOST_HELD]


def _scripted(baseline: Play, scenario: Play) -> set[int]:
    """The quarters of the dated events that only one of two scenarios has."""
    known, own = (
        {each.order: each.quarter for each in it.scenario.events} for it in (baseline, scenario)
    )
    return {quarter for _, quarter in {*known.items()} ^ {*own.items()}}


def _played_held(
    baseline: Play,
    scenario: Play,
    rows: Sequence[Carrier],
    effects: Sequence[TracedEffect],
    runs: int,
) -> tuple[list[Array], list[list[Array]]]:
    """Play a scenario once for every carrier, each held where it is in the baseline.

    Returns:
        Of every effect its outcome in the baseline, shape (runs,), and in the scenario for every
        carrier.
    """
    there, here = _model(baseline, runs), _model(scenario, runs, len(rows))
    held = [
        (part[0], slice(place * runs, (place + 1) * runs), *_places(here.world, there.world, part))
        for place, carrier in enumerate(rows)
        for part in carrier.parts
    ]
    kept: list[dict[ArrayName, Values]] = []
    names = {name for name, *_ in held}

    def keep(world: World) -> None:
        kept.append({name: world.array(name).copy() for name in names})

    def hold(world: World) -> None:
        known = kept.pop(0)
        for name, which, own, others in held:
            target = world.array(name)[..., which]
            target[own] = known[name][others]

    there.look, here.look = keep, hold
    declared = outcomes_of_scenarios([scenario.scenario])
    read: tuple[dict[int, Array], dict[int, Array]] = ({}, {})
    while here.running:
        there.step()
        here.step()
        for place, effect in enumerate(effects):
            if effect.quarter == here.quarter:
                read[0][place] = columns_read(there, [effect.there], declared)[0].astype(float)
                read[1][place] = columns_read(here, [effect.here], declared)[0].astype(float)
    places = range(len(effects))
    return (
        [read[0][place] for place in places],
        [[*read[1][place].reshape(len(rows), runs)] for place in places],
    )

"""How what can be read of a run is read: one number a run, of whom the reading names.

The readings are declared in `simulation/evidence/readings.py`; outcomes, patterns and what a
mechanism should move ask for them by name. Where an actor, a base or an organization is not in a
scenario it counts as nothing: no share, not open, no member. What is read of a state that is not
there, or of how it agrees with a power that is not, is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from simulation.evidence.catalogue import Catalogue, load_catalogue
from simulation.numerics.arrays import Array, Mask, average, total
from simulation.numerics.dates import QUARTERS_IN_YEAR
from simulation.rules import alignment
from simulation.world import world as w
from simulation.world.axes import Axes
from simulation.world.world import Logged, World

if TYPE_CHECKING:
    from simulation.model.model import InfluenceModel


def agreement_of(world: World) -> Array:
    """Agreement in the United Nations, shape (power, state, runs)."""
    return alignment.agreement(world.affinity, world.vote_shift)


def contest_of(world: World, powers: Sequence[int]) -> Array:
    """The part of some powers together of influence over each state, shape (region, runs)."""
    return total(world.share[list(powers)]) if powers else np.zeros((world.regions, world.runs))


HOME = load_catalogue().home
"""The region as a whole, where a question or a figure is about all of its states as one."""


def states_of(axes: Axes, catalogue: Catalogue, region: str) -> tuple[str, ...]:
    """The contested states of a region that are in a scenario, sorted."""
    members = set(catalogue.members_of(region))
    return tuple(name for name in axes.region if name in members)


def trade_share_of_region(world: World, power: str, places: Sequence[int] | None = None) -> Array:
    """A power's share of the trade of some states, weighted by their trade.

    Args:
        world: the world.
        power: the power.
        places: where the states stand; those of the region as a whole if None.
    """
    them = list(world.home if places is None else places)
    if not world.has("power", power):
        return np.zeros(world.runs)
    if not them:
        return np.full(world.runs, np.nan)
    shares = world.trade_share[world.place("power", power), them]
    weight = world.trade_size[them]
    return total(shares * weight) / total(weight)


Found = NDArray[Any]
Whom = Mapping[str, Any]


def measured(
    model: InfluenceModel, read: str, whom: Whom, states: Sequence[str] | None = None
) -> Found:
    """A reading of a run as it stands, shape (runs,).

    Args:
        model: the run.
        read: name of the reading.
        whom: of whom, by kind.
        states: of a region, only these; all that the scenario has if None.
    """
    return _MEASURES[read](_Look(model, whom, states))


class _Look:
    """A model, and whom a reading is about."""

    def __init__(self, model: InfluenceModel, whom: Whom, states: Sequence[str] | None) -> None:
        self.model, self.whom = model, whom
        self.world: World = model.world
        self._states = states

    @property
    def nothing(self) -> Array:
        """What is not there counts as nothing."""
        return np.zeros(self.world.runs)

    @property
    def unknown(self) -> Array:
        """What cannot be said."""
        return np.full(self.world.runs, np.nan)

    @property
    def states(self) -> tuple[str, ...]:
        """The states of the region."""
        them = states_of(self.world.axes, self.model.catalogue, self.whom["region"])
        return (
            them if self._states is None else tuple(each for each in them if each in self._states)
        )

    def of(self, kinds: Sequence[str]) -> list[int] | None:
        """Where those named of some kinds stand on their axes; None if one is not there."""
        found = []
        for kind in kinds:
            axis, name = kind, self.whom[_KEYS.get(kind, kind)]
            if axis == "body":
                name = (self.whom["organization"], name)
            if not self.world.has(axis, name):
                return None
            found.append(self.world.place(axis, name))
        return found

    def row(self, array: Found, kinds: Sequence[str]) -> Found:
        """The values of those named; nothing where one of them is not there."""
        found = self.of(kinds)
        if found is not None:
            row: Found = array[tuple(found)]
            return row
        state = next((kind for kind in kinds if kind in ("state", "region")), None)
        if state and not self.world.has(state, self.whom["state"]):
            return self.unknown
        return self.nothing


_KEYS = {"region": "state"}
"""The key under which a contested state is named."""


def _of_region(look: _Look, table: Array) -> Array:
    """The mean over the states of a region; `table` has the shape (region, runs)."""
    places = [look.world.place("region", each) for each in look.states]
    return average(table[places]) if places else look.unknown


def _influence_share(look: _Look) -> Found:
    world, whom = look.world, look.whom
    if "side" in whom:
        powers = look.model.catalogue.members_of(whom["side"])
        here = [world.place("power", each) for each in powers if world.has("power", each)]
        table = contest_of(world, here)
    elif world.has("power", whom["power"]):
        table = world.share[world.place("power", whom["power"])]
    else:
        table = np.zeros((world.regions, world.runs))
    return _of_region(look, table) if "region" in whom else look.row(table, ["region"])


def _trade_share(look: _Look) -> Found:
    if "region" in look.whom:
        places = [look.world.place("region", each) for each in look.states]
        return trade_share_of_region(look.world, look.whom["power"], places)
    return look.row(look.world.trade_share, ["power", "region"])


def _ousters(look: _Look) -> Found:
    if "state" in look.whom:
        return look.row(look.world.ousters, ["state"])
    places = [look.world.place("state", each) for each in look.states]
    return total(look.world.ousters[places]) if places else look.nothing


def _affinity(look: _Look) -> Found:
    if "state" in look.whom:
        return _between(look, look.world.affinity)
    power = look.of(["power"])
    return look.nothing if power is None else _of_region(look, look.world.affinity[power[0]])


def _agreement(look: _Look) -> Found:
    """How a state votes with a power: of this pair alone, since a batch asks every quarter."""
    found = look.of(["power", "state"])
    if found is None:
        return look.unknown
    pair, world = tuple(found), look.world
    agreed: Found = alignment.agreement(world.affinity[pair], world.vote_shift[pair])
    return agreed


def _between(look: _Look, table: Array) -> Found:
    """What is between a power and a state; unknown with one that is not there."""
    found = look.of(["power", "state"])
    values: Found = look.unknown if found is None else table[tuple(found)]
    return values


def _bases_open(look: _Look) -> Found:
    world = look.world
    is_open = world.base_is_open()
    held = [b for b, g in enumerate(world.guests) if world.axes.power[g] == look.whom["power"]]
    return total(is_open[held].astype(np.float64)) if held else look.nothing


def _rent_while_open(look: _Look) -> Found:
    found = look.of(["installation"])
    if found is None:
        return look.unknown
    world, place = look.world, tuple(found)
    rent: Found = np.where(world.base_is_open()[place], world.rent[place], np.nan)
    return rent


def _full_members(look: _Look) -> Found:
    found = look.of(["organization"])
    if found is None:
        return look.nothing
    return total((look.world.standing[found[0]] == w.MEMBER).astype(np.float64))


def _sited(look: _Look) -> Found:
    places = look.of(["body", "member"])
    if places is None:
        return look.nothing.astype(bool)
    sited: Mask = look.world.seat[places[0]] == places[1]
    return sited


def _standing(look: _Look, *standings: int) -> Found:
    found = look.of(["organization", "member"])
    if found is None:
        return look.nothing.astype(bool)
    return np.isin(look.world.standing[tuple(found)], standings)


def _newcomers(look: _Look) -> tuple[list[str], Array]:
    """Who did not belong to an organization at the start, and where all stand in it."""
    world, name = look.world, look.whom["organization"]
    first = look.model.catalogue.organizations[name].members
    standing = world.standing[world.place("organization", name)]
    return [each for each in world.axes.member if each not in first], standing


def _nobody_else(look: _Look) -> Found:
    if look.of(["organization"]) is None:
        return look.nothing.astype(bool)
    others, standing = _newcomers(look)
    places = [look.world.place("member", m) for m in others if m not in look.whom["but"]]
    outside: Mask = np.all(standing[places] == w.OUTSIDE, axis=0)
    return outside


def _no_new_member(look: _Look) -> Found:
    if look.of(["organization"]) is None:
        return look.nothing.astype(bool)
    others, standing = _newcomers(look)
    places = [look.world.place("member", each) for each in others]
    outside: Mask = np.all(standing[places] != w.MEMBER, axis=0)
    return outside


def _stayed_away(look: _Look) -> Found:
    found = look.of(["organization", "member"])
    if found is None:
        return look.nothing.astype(bool)
    away: Mask = look.world.exercised[found[0]] & ~look.world.took_part[tuple(found)]
    return away


def _upheavals(look: _Look) -> Found:
    """Falls and crackdowns since the start, from the log."""
    counted = look.nothing
    for _, _, kind, *_, runs, _ in look.model.log:
        if kind in ("ouster", "crackdown"):
            counted[runs - look.model.first_run] += 1
    return counted


def _trouble(look: _Look) -> Found:
    """Falls and crackdowns of a state, or of those of a region, since the start."""
    them = (look.whom["state"],) if "state" in look.whom else look.states
    counted = look.nothing
    for kind in ("ouster", "crackdown"):
        for event in _logged(look, kind):
            if event.actor in them:
                counted[event.runs - look.model.first_run] += 1
    return counted


def _logged(look: _Look, *kinds: str) -> Iterator[Logged]:
    """What the log has of some kinds."""
    return (event for event in look.model.log if event.kind in kinds)


def _counted(look: _Look, events: Iterable[Logged]) -> Array:
    """In how many of some events each run has a part."""
    counted = look.nothing
    for event in events:
        counted[event.runs - look.model.first_run] += 1
    return counted


def _aid(look: _Look) -> Found:
    """What a power gives at the pace of the quarter, US$ million a year."""
    given = total(look.world.aid) * QUARTERS_IN_YEAR
    if "state" in look.whom:
        return look.row(given, ["power", "region"])
    power = look.of(["power"])
    places = [look.world.place("region", each) for each in look.states]
    return total(given[power[0]][places]) if power and places else look.nothing


def _answers(look: _Look) -> Found:
    """What a power did beside giving aid: bases, rents, credits, and conditions dropped."""
    power = look.whom["power"]
    opened = (each for each in _logged(look, "open_base") if each.counterpart == power)
    kept = (each for each in _logged(look, "keep_base") if each.actor == power)
    others = _logged(look, "offer_credit", "raise_rent", "resume_aid")
    own = (each for each in others if each.actor == power)
    return _counted(look, opened) + _counted(look, kept) + _counted(look, own)


def _drills_joined(look: _Look) -> Found:
    """The part of its organization's exercises that a member took part in; unknown without any.

    Of those that were held before it first left, if it ever did.
    """
    found = look.of(["organization", "member"])
    if found is None:
        return np.full(look.model.runs, np.nan)
    place, world = tuple(found), look.world
    belonged = (world.standing[place] == w.MEMBER) | (world.left_at[place] >= 0)
    called, missed = look.nothing, look.nothing
    for event in _logged(look, "exercise", "stay_out"):
        runs = event.runs - look.model.first_run
        left = world.left_at[place][runs]
        there = belonged[runs] & (world.joined_at[place][runs] <= event.quarter)
        there &= (left < 0) | (left > event.quarter)
        if event.kind == "exercise" and event.actor == look.whom["organization"]:
            called[runs] += there
        elif (event.actor, event.counterpart) == (look.whom["member"], look.whom["organization"]):
            missed[runs] += there
    return np.where(called > 0, 1 - missed / np.maximum(called, 1), np.nan)


def _first_withheld(look: _Look) -> Found:
    """Whether a power withheld from a state, and from nobody earlier."""
    found = look.of(["power", "region"])
    if found is None:
        return look.nothing.astype(bool)
    power, state = found
    since = look.world.withheld_since[power]
    first: Mask = (since[state] >= 0) & ~np.any((since >= 0) & (since < since[state]), axis=0)
    return first


def _withheld_before(look: _Look) -> Found:
    """Whether a power withheld from one state before it did so from another."""
    found = look.of(["power", "region"])
    if found is None or not look.world.has("region", look.whom["than"]):
        return look.nothing.astype(bool)
    since = look.world.withheld_since[found[0]]
    other = since[look.world.place("region", look.whom["than"])]
    before: Mask = (since[found[1]] >= 0) & ((other < 0) | (since[found[1]] < other))
    return before


def _in_order(look: _Look) -> Found:
    """Whether bodies were founded step by step, none before one of an earlier step."""
    world, name = look.world, look.whom["organization"]
    steps = [[(name, body) for body in step] for step in look.whom["bodies"]]
    if not all(world.has("body", each) for step in steps for each in step):
        return look.nothing.astype(bool)
    so_far = np.full(world.runs, -1, dtype=np.int16)
    holds = np.ones(world.runs, dtype=bool)
    for step in steps:
        when = world.founded_at[[world.place("body", each) for each in step]]
        holds &= np.all((when >= 0) & (when >= so_far), axis=0)
        so_far = np.max(when, axis=0)
    return holds


def _places_of_joining(look: _Look) -> tuple[list[str], list[int]]:
    """The organizations that stood at the start, and the contested states as members."""
    world, known = look.world, look.model.catalogue.organizations
    names = [each for each in world.axes.organization if known[each].exists]
    return names, [world.place("member", each) for each in world.axes.region]


def _leavings(look: _Look) -> Found:
    """Leavings of the contested states, a year of membership; unknown without any member."""
    world = look.world
    names, members = _places_of_joining(look)
    left = [it for it in _logged(look, "leave") if it.counterpart in names]
    left = [it for it in left if it.actor in world.axes.region]
    places = [world.place("organization", each) for each in names]
    return _a_year(_counted(look, left), world.member_quarters[np.ix_(places, members)])


def _joinings(look: _Look) -> Found:
    """Joinings of the contested states, a year outside an organization that is open to them."""
    world = look.world
    names, members = _places_of_joining(look)
    joined = [it for it in _logged(look, "join") if it.counterpart in names]
    joined = [it for it in joined if it.actor in world.axes.region]
    places = [world.place("organization", each) for each in names]
    eligible = look.model.weights.organizations.eligible[places, : world.regions] > 0
    outside = world.quarter + 1 - world.member_quarters[np.ix_(places, members)]
    return _a_year(_counted(look, joined), outside * eligible)


def _returns(look: _Look) -> Found:
    """Contested states that joined an organization again that they had left."""
    world, back = look.world, look.nothing
    left: dict[tuple[str, str], Mask] = {}
    for event in _logged(look, "leave", "join"):
        if event.actor not in world.axes.region:
            continue
        gone = left.setdefault((event.actor, event.counterpart), np.zeros(world.runs, dtype=bool))
        rows = event.runs - look.model.first_run
        if event.kind == "join":
            back[rows] += gone[rows]
        gone[rows] = event.kind == "leave"
    return back


def _a_year(happened: Array, quarters: Found) -> Array:
    """Events a year of exposure; `quarters` has the shape (organization, member, runs)."""
    years = total(total(quarters.astype(np.float64))) / QUARTERS_IN_YEAR
    return np.where(years > 0, happened / np.maximum(years, 1 / QUARTERS_IN_YEAR), np.nan)


def _somewhere(array: str) -> Callable[[_Look], Found]:
    """Whether something is so between a power and any contested state."""

    def read(look: _Look) -> Found:
        found = look.of(["power"])
        if found is None:
            return look.nothing.astype(bool)
        anywhere: Mask = np.any(getattr(look.world, array)[found[0]], axis=0)
        return anywhere

    return read


def _project_opens(look: _Look) -> Found:
    """Quarters from the start until a project opens; one more than there were if it has not."""
    found = look.of(["project"])
    if found is None:
        return look.unknown
    when = look.world.opened_project_at[found[0]]
    return np.where(when >= 0, when, look.world.quarter + 1).astype(np.float64)


def _observers(look: _Look) -> Found:
    found = look.of(["organization"])
    if found is None:
        return look.nothing
    return total((look.world.standing[found[0]] == w.OBSERVER).astype(np.float64))


def _when(array: str, kinds: Sequence[str]) -> Callable[[_Look], Found]:
    """When something happened; never where one of those named is not there."""

    def read(look: _Look) -> Found:
        found = look.of(kinds)
        values: Found = getattr(look.world, array)
        when: Found = np.full(look.world.runs, -1) if found is None else values[tuple(found)]
        return when

    return read


def _is(array: str, kinds: Sequence[str]) -> Callable[[_Look], Found]:
    """What an array of the world says of those named."""
    return lambda look: look.row(getattr(look.world, array), kinds)


_MEASURES: Mapping[str, Callable[[_Look], Found]] = {
    "affinity": _affinity,
    "agreement": _agreement,
    "aid": _aid,
    "answers": _answers,
    "base_open": lambda look: look.row(look.world.base_is_open(), ["installation"]),
    "base_rent": _is("rent", ["installation"]),
    "base_years": lambda look: (
        look.row(look.world.base_quarters, ["installation"]) / QUARTERS_IN_YEAR
    ),
    "bases_open": _bases_open,
    "begun": lambda look: look.row(look.world.project_status >= w.BUILDING, ["project"]),
    "belongs": lambda look: _standing(look, w.OBSERVER, w.MEMBER),
    "body_founded": _is("founded", ["body"]),
    "body_founded_at": _when("founded_at", ["body"]),
    "capacity": _is("capacity", ["region"]),
    "channel_influence": _is("influence_by_channel", ["channel", "power", "region"]),
    "criticism": _is("criticism", ["power", "region"]),
    "dearer": lambda look: look.row(look.world.rent_raised_at >= 0, ["installation"]),
    "depth": _is("depth", ["organization"]),
    "drills_joined": _drills_joined,
    "drugs": _is("drug_friction", ["region"]),
    "exists": _is("exists", ["organization"]),
    "fear": _is("fear", ["state"]),
    "first_withheld": _first_withheld,
    "founded": _when("organization_founded_at", ["organization"]),
    "full_members": _full_members,
    "hardship": _is("hardship", ["region"]),
    "in_order": _in_order,
    "influence_share": _influence_share,
    "is_member": lambda look: _standing(look, w.MEMBER),
    "joinings": _joinings,
    "latent": _is("latent", ["region"]),
    "leavings": _leavings,
    "left": _when("left_at", ["organization", "member"]),
    "militancy": _is("militancy", ["region"]),
    "no_new_member": _no_new_member,
    "nobody_else": _nobody_else,
    "notice": _when("notice_at", ["installation"]),
    "noticed": lambda look: look.row(look.world.notice_at >= 0, ["installation"]),
    "observers": _observers,
    "observes": lambda look: _standing(look, w.OBSERVER),
    "opened": _when("opened_at", ["installation"]),
    "ousters": _ousters,
    "pressure": _is("pressure", ["power"]),
    "project_open": lambda look: look.row(look.world.project_status == w.RUNNING, ["project"]),
    "project_opens": _project_opens,
    "quarrels": _is("water_friction", ["region"]),
    "repression": _is("repression", ["region"]),
    "returns": _returns,
    "rent_while_open": _rent_while_open,
    "sited": _sited,
    "spoke": lambda look: look.row(look.world.statement_at >= 0, ["organization"]),
    "stake": _is("stake", ["power", "region"]),
    "statement": _is("stated_now", ["organization"]),
    "stayed_away": _stayed_away,
    "stays_out": lambda look: _standing(look, w.OUTSIDE),
    "suspicion": _is("suspicion", ["power", "region"]),
    "ties": _is("ties", ["channel", "power", "region"]),
    "trade_share": _trade_share,
    "trouble": _trouble,
    "turned_away": _somewhere("turned_away"),
    "turned_back": _somewhere("turned_back"),
    "undisturbed": lambda look: look.row(look.world.base_status == w.OPEN, ["installation"]),
    "upheavals": _upheavals,
    "withheld": _when("withheld_since", ["power", "region"]),
    "withheld_before": _withheld_before,
    "yearly_change": lambda look: look.world.yearly_change,
}

"""Cases: whom a decision concerns, and what those who decide it can see of the world.

A case lasts for one phase, in which the world does not change. So what it derives is derived once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np

from simulation.evidence.schema import Body
from simulation.numerics.arrays import (
    Array,
    Mask,
    average,
    number,
    ones,
    some,
    total,
    zeros,
)
from simulation.numerics.dates import FIRST_YEAR, QUARTERS_IN_YEAR, year_of
from simulation.numerics.stretches import stretch
from simulation.parameters.weights import Weights
from simulation.rules import (
    appraisal,
    basing,
    influence,
    organizations,
    patronage,
    projects,
    regime,
    rivalry,
)
from simulation.world import world as w
from simulation.world.axes import Axes
from simulation.world.beginning import Start
from simulation.world.foresight import income_of_purses
from simulation.world.indicators import fallen_out
from simulation.world.magnitudes import oil_friendship, sizes
from simulation.world.situation import LuckBounds, Situation
from simulation.world.world import World

_Names = str | Sequence[str]


class Case:
    """Whom a decision concerns; subclasses name them.

    Args:
        on: what can be looked at.

    Attributes:
        NAMES: the attributes that name somebody or something.
        asked_members: who belongs, where members decide together; shape (member, runs).
    """

    NAMES: tuple[str, ...] = ()
    asked_members: Mask

    def __init__(self, on: Situation) -> None:
        self.on = on
        self.world = on.world
        self.weights = on.weights

    @classmethod
    def subjects(cls, axes: Axes) -> list[tuple[str, str]]:
        """Whom such cases can be about: what an event is named by first, and second."""
        raise NotImplementedError

    @classmethod
    def has(cls, name: str) -> bool:
        """Whether such a case names somebody or something so."""
        return name in cls.NAMES

    def named(self, attribute: str) -> _Names:
        """The name, or the names of several, under an attribute; nothing for none."""
        found: _Names = getattr(self, attribute) if attribute else ""
        return found

    def names(self) -> dict[str, str]:
        """What a purpose can name: every single name of the case."""
        found = {each: self.named(each) for each in self.NAMES}
        return {each: name for each, name in found.items() if isinstance(name, str)}

    @property
    def luck_at_first(self) -> LuckBounds | None:
        """Within which the luck of the case began; None where nothing is known of it."""
        return None

    def stream(self, attributes: Sequence[str]) -> _Names:
        """The name that a draw bears: the names under some attributes, joined by ">"."""
        return _joined(tuple(self.named(each) for each in attributes))


@cache
def _joined(parts: tuple[_Names, ...]) -> _Names:
    """Names joined by ">"; where some are of several, a name for each."""
    rows = [len(part) for part in parts if not isinstance(part, str)]
    if not rows:
        return ">".join(part for part in parts if isinstance(part, str))
    return tuple(
        ">".join(part if isinstance(part, str) else part[row] for part in parts)
        for row in range(rows[0])
    )


class BaseCase(Case):
    """An installation, its host and its guest.

    Attributes:
        base, host, guest: their names. b, h, g: their places; hosts are contested states.
        reviewed: runs in which the host reviews its guest this quarter.
        visited: runs in which an envoy of the guest comes and is received.
    """

    NAMES = ("base", "host", "guest")

    @classmethod
    def subjects(cls, axes: Axes) -> list[tuple[str, str]]:
        """Installations."""
        return [(base, "") for base in axes.installation]

    def __init__(self, on: Situation, b: int) -> None:
        super().__init__(on)
        world = self.world
        self.b, self.h, self.g = b, world.hosts[b], world.guests[b]
        self.base = world.axes.installation[b]
        self.host, self.guest = world.axes.state[self.h], world.axes.power[self.g]
        self.for_campaign = world.for_campaign[b]
        self.reviewed = self.visited = world.no_run

    @property
    def status(self) -> Array:
        """Status of the installation, shape (runs,)."""
        found: Array = self.world.base_status[self.b]
        return found

    @cached_property
    def first_rent(self) -> Array:
        """What is paid at first, US$ m a year, shape (runs,)."""
        return np.broadcast_to(self.weights.basing.first_rent[self.b], (self.world.runs,))

    @property
    def rent(self) -> Array:
        """What is paid, US$ m a year, shape (runs,)."""
        found: Array = self.world.rent[self.b]
        return found

    @property
    def rent_scale(self) -> Array:
        """Rent that begins to matter to the host, US$ m a year."""
        found: Array = self.on.public.rent_scale[self.h]
        return found

    @property
    def blame(self) -> Array:
        """Criticism by the guest and suspicion of it."""
        found: Array = self.on.public.blame[self.g, self.h]
        return found

    @property
    def contract(self) -> Array:
        """Quarters for which a contract is made."""
        found: Array = basing.term_of_contract(self.weights.basing.contract[self.b])
        return found

    @cached_property
    def pride(self) -> Array:
        """How far blame by a guest wounds the host."""
        return regime.wounded_pride(self.weights.initial.autonomy[self.h], self.weights.regime)

    @cached_property
    def called(self) -> Array:
        """Strength of the call that a bloc to which the host belongs has made this quarter."""
        world, call = self.world, zeros(self.world.runs)
        m = len(world.axes.power) + self.h
        for o in range(len(world.axes.organization)):
            if some(world.stated_now[o]):
                heard = world.stated_now[o] & (world.standing[o, m] == w.MEMBER)
                call = organizations.heard(call, world.statement[o], heard)
        return call

    @cached_property
    def ended(self) -> Mask:
        """Whether the contract has run out."""
        found: Mask = self.world.contract_left[self.b] <= 0
        return found

    @cached_property
    def cause(self) -> Array:
        """How much cause there is for a review, 0 to 1."""
        otherwise = self.world.new_government[self.h] | self.ended
        return basing.cause_for_review(self.called, otherwise, self.weights.basing)

    @cached_property
    def hosting(self) -> basing.Hosting:
        """What hosting is worth at the rent that is paid."""
        return hosting(self.on, self.b, self.rent)

    @cached_property
    def price(self) -> Array:
        """Yearly rent at which a dissatisfied host would just stay, US$ m."""
        return basing.price_to_stay(self.hosting, self.rent_scale, self.weights.basing)

    @property
    def threatened(self) -> Array:
        """What the guest's rivals have won over the host and the guest has lost, shape (runs,)."""
        found: Array = threatened_by_rivals(self.world, self.on.public.minds, self.g)[self.h]
        return found

    @property
    def free(self) -> Mask:
        """Where what the guest does is not known from the record, shape (runs,)."""
        return np.full(self.world.runs, not self.on.recorded)

    @property
    def pays(self) -> Mask:
        """Where the guest would pay the price of staying."""
        return projects.affordable(self.price, self.reservation)

    @property
    def need(self) -> Array:
        """How far what the base was made for is still there, shape (runs,)."""
        world = self.world
        return basing.need_of_base(world.campaign, world.pressure[self.g], self.for_campaign)

    @property
    def expiring(self) -> Mask:
        """Whether the contract runs out within a year."""
        left = self.world.contract_left[self.b]
        expiring: Mask = (left > 0) & (left <= QUARTERS_IN_YEAR)
        return expiring

    @property
    def bargain_of_rent(self) -> Array:
        """What a million more of rent does, as it keeps the base, against one of the budget."""
        does = influence.act(
            self.weights.ledger.conversion[w.SECURITY],
            self.world.leverage[w.SECURITY, self.g, self.h],
        )
        kept = basing.kept_for_rent(self.weights.ledger.base, self.price, self.rent)
        return rivalry.bargain(does, kept, AidCase(self.on, self.g).money)

    @cached_property
    def reservation(self) -> Array:
        """The most that the guest would pay, US$ m a year."""
        rules = self.weights.basing
        return basing.reservation(
            rules.reservation[self.g],
            self.weights.initial.access[self.h],
            self.world.campaign,
            serves=self.for_campaign,
            weights=rules,
        )


def threatened_by_rivals(world: World, minds: Array, p: int) -> Array:
    """What rivals have won and a power has lost in each state, shape (region, runs)."""
    change = influence.gained(world.share, world.usual)
    return rivalry.ground_threatened(minds[p], change, change[p])


def hosting(on: Situation, b: int, rent: Array) -> basing.Hosting:
    """What installation `b` is worth to its host at a rent, term by term, shape (runs,)."""
    world, weights, public = on.world, on.weights, on.public
    s, g = world.hosts[b], world.guests[b]
    return basing.host_utility(
        rent=rent,
        scale=public.rent_scale[s],
        for_campaign=world.for_campaign[b],
        militancy=world.militancy[s],
        campaign=world.campaign,
        affinity=world.affinity[g, s],
        autonomy=weights.initial.autonomy[s],
        presence=public.security_presence[g, s],
        blame=public.blame[g, s],
        pride=regime.wounded_pride(weights.initial.autonomy[s], weights.regime),
        fear=world.fear[s],
        statement=call_to_leave(world, s, g),
        stake=basing.bloc_stake(public.partner_share[s], weights.basing),
        rivals=public.rivals_of[g, s],
        weights=weights.basing,
        taste=world.taste[b],
    )


def call_to_leave(world: World, host: int, guest: int) -> Array:
    """Strongest call by a bloc to which the host belongs and the guest does not."""
    m = len(world.axes.power) + host
    call = zeros(world.runs)
    for o in range(len(world.axes.organization)):
        if some(world.statement[o]):
            stands = (world.standing[o, m] == w.MEMBER) & (world.standing[o, guest] != w.MEMBER)
            call = organizations.heard(call, world.statement[o], stands)
    return call


class RegimeCase(Case):
    """A contested state and its regime, or several in rows.

    Attributes:
        state, s: its name and its place, or theirs.
        unrest: runs in which there is unrest, shape (runs,) or (state, runs).
    """

    NAMES = ("state",)

    @classmethod
    def subjects(cls, axes: Axes) -> list[tuple[str, str]]:
        """Contested states."""
        return [(state, "") for state in axes.region]

    def __init__(self, on: Situation, s: int | np.ndarray) -> None:
        super().__init__(on)
        self.s, names = s, on.world.axes.state
        self.state = names[s] if isinstance(s, int) else tuple(names[each] for each in s)
        self.unrest = on.world.no_run

    @property
    def militancy_gain(self) -> Array:
        """Visible militancy less that of the start, shape (runs,)."""
        return influence.gained(self.world.militancy[self.s], self.on.start.militancy[self.s])

    @property
    def quiet(self) -> Mask:
        """Where the scenario has no trouble there this quarter, shape (runs,)."""
        troubled: Mask = self.world.ousted[self.s] | self.world.cracked_down[self.s]
        return ~troubled


class _OfStatesAndPowers(Case):
    """Contested states and powers."""

    @classmethod
    def subjects(cls, axes: Axes) -> list[tuple[str, str]]:
        """Contested states, each with every power."""
        return [(state, power) for state in axes.region for power in axes.power]


class AidCase(_OfStatesAndPowers):
    """A power and all contested states, to which it gives or from which it withholds.

    Attributes:
        power, p: its name and its place. states: theirs.
        withheld: the part of its aid that it withholds from each, shape (region, runs).
        published: the same where it says so this quarter, else 0.
    """

    NAMES = ("power", "states")

    def __init__(self, on: Situation, p: int) -> None:
        super().__init__(on)
        self.p, self.power = p, on.world.axes.power[p]
        self.states = on.world.axes.region
        self.withheld = on.world.withheld[p]
        self.published = np.zeros_like(self.withheld)

    @property
    def planned(self) -> Array:
        """What the power would give this quarter, US$ m, shape (channel, region, runs)."""
        return self._plan.planned

    @property
    def threatened(self) -> Array:
        """What rivals have won and the power has lost in each state, shape (region, runs)."""
        return self._plan.threatened

    @property
    def part(self) -> Array:
        """Parts of each channel's money that go to each state, shape (channel, region, runs)."""
        return self._plan.part

    @property
    def budget(self) -> Array:
        """Money of each channel, where a million does most, US$ m a year; shape (channel, runs)."""
        return self._plan.budget

    @property
    def _plan(self) -> Spending:
        return self.on.shared(_plans)[self.p]

    @cached_property
    def money(self) -> Array:
        """What a million of the budget does as it is spread, shape (runs,)."""
        leverage, conversion = self.world.leverage[:, self.p], self.weights.ledger.conversion
        return rivalry.done_by_money(self.part, leverage, conversion, self.budget)

    @property
    def bargain_of_credit(self) -> Array:
        """What a million of a credit does in each state, against one of the budget."""
        rules = self.weights.ledger
        does = influence.act(rules.conversion[w.ECONOMIC], self.world.leverage[w.ECONOMIC, self.p])
        return rivalry.bargain(does, rules.credit_worth, self.money)

    @property
    def free(self) -> Mask:
        """Where what it offers is not known from the record, shape (runs,)."""
        return np.full(self.world.runs, not self.on.recorded)

    @property
    def mostly_drawn(self) -> Mask:
        """Where less than the next credit is left of earlier ones, shape (region, runs)."""
        return patronage.less(self.world.undrawn[self.p], self.sum_offered)

    @property
    def sum_offered(self) -> Array:
        """The credit that the power would offer, US$ m, shape (runs,)."""
        return rivalry.sum_offered(self.world.purse[self.p], self.weights.rivalry)

    @property
    def repression_seen(self) -> Array:
        """Repression of each state as the power sees it, shape (region, runs)."""
        found: Array = self.on.shared(_repression_seen)[self.p]
        return found

    @cached_property
    def most_withheld(self) -> Array:
        """The largest part of its aid that the power withholds, a row a state where they differ."""
        usual: Array = self.weights.patronage.conditionality[self.p]
        special = self.world.special_conditions.items()
        own = {a: part for (p, a), part in special if p == self.p}
        if not own:
            return usual
        most: Array = np.repeat(usual[np.newaxis], self.world.regions, axis=0)
        for a, part in own.items():
            most[a] = part
        return most


@dataclass(frozen=True)
class Spending:
    """How a power would spread its money over the states; see `AidCase`."""

    threatened: Array
    part: Array
    budget: Array
    planned: Array


def _plans(on: Situation) -> tuple[Spending, ...]:
    return plans_of(on.world, on.weights, on.public.minds, on.public.budgets)


@stretch("world", "weights")
def plans_of(world: World, weights: Weights, minds: Array, budgets: Array) -> tuple[Spending, ...]:
    """How each power would spread its money.

    Args:
        minds: how much each power minds each other. budgets: what each has to give.
    """
    powers = range(len(world.axes.power))
    return tuple(_plan_of(world, weights, minds, budgets, p) for p in powers)


def _plan_of(world: World, weights: Weights, minds: Array, budgets: Array, p: int) -> Spending:
    """How a power would spread its money.

    Money follows worth, goes where ground is lost, and where a million does most; what a neutral
    state turns away is not spent.
    """
    rules, worth, leverage = weights.patronage, world.value[p], world.leverage[:, p]
    threatened = threatened_by_rivals(world, minds, p)
    stakes = rivalry.stake(worth, rules.concentration, threatened, weights.rivalry)
    part = rivalry.spread_over(stakes, leverage)
    budget = rivalry.shift_of_channels(part, leverage, budgets[:, p])
    spent = total(patronage.spread(worth, rules.concentration, rules.reserve[p]))
    taken = patronage.accepted(part, rules.conditional[p], weights.initial.neutral, rules)
    taken = patronage.carried_by_dialogue(taken, _dialogue(world, weights, p), rules)
    taken = patronage.within_budget(taken, spent)
    planned = patronage.planned_for(taken, patronage.in_a_quarter(budget, spent))
    return Spending(threatened=threatened, part=part, budget=budget, planned=planned)


def _repression_seen(on: Situation) -> Array:
    planned = np.stack([plan.planned for plan in on.shared(_plans)])
    return _repression_seen_by(on.world, on.weights, on.start, planned)


@stretch("world", "weights", "start")
def _repression_seen_by(world: World, weights: Weights, start: Start, planned: Array) -> Array:
    """Repression of each state as each power sees it, shape (power, region, runs).

    Args:
        planned: what each power would give, shape (power, channel, region, runs).
    """
    rules, seen = weights.patronage, np.zeros_like(world.influence)
    is_open = world.base_is_open()
    for p in range(len(world.axes.power)):
        bases = zeros(world.regions, world.runs)
        for b, guest in enumerate(world.guests):
            if guest == p and world.in_region(b):
                bases[world.hosts[b]] += is_open[b]
        attention = patronage.attention(total(planned[p]), bases, rules)
        seen[p] = patronage.repression_seen(
            world.repression, start.repression, attention, rules.seen_anyway
        )
    return seen


def _dialogue(world: World, weights: Weights, p: int) -> Array:
    """Routine that the power's own dialogues have with each state, shape (region, runs)."""
    found = zeros(world.regions, world.runs)
    for o, sponsors in enumerate(world.sponsors):
        if p in sponsors and some(weights.organizations.routine[o]):
            found = organizations.heard(found, world.depth[o], world.members_in_region(o))
    return found


class DealCase(_OfStatesAndPowers):
    """A power and the states that have just cracked down.

    Attributes:
        power, p: its name and its place. states, places: theirs.
    """

    NAMES = ("power", "states")

    def __init__(self, on: Situation, p: int, places: list[int]) -> None:
        super().__init__(on)
        self.p, self.power = p, on.world.axes.power[p]
        self.places = places
        self.states = tuple(on.world.axes.region[a] for a in places)

    @property
    def cracked_down(self) -> Mask:
        """Where the regime cracked down this quarter, shape (state, runs)."""
        return self.world.cracked_down[self.places]

    @property
    def speaks(self) -> Mask:
        """Whether the power speaks up for regimes at home."""
        speaks: Mask = self.weights.patronage.speaks_for_regimes[self.p] > 0
        return speaks

    @property
    def affordable(self) -> Mask:
        """Where the power's purse holds the sum of a deal."""
        return projects.affordable(self.weights.patronage.deal_amount, self.world.purse[self.p])

    @property
    def chance(self) -> patronage.DealAfterCrackdown:
        """Logarithm of the chance of a deal, which hangs on nothing that changes."""
        weights = self.weights
        whole = weights.derived(
            f"deals of {self.power}",
            lambda: patronage.deal_utility(
                weights.patronage.non_interference[self.p],
                weights.initial.hydrocarbons,
                weights.patronage,
            ),
        )
        return whole.of(self.places)


class DyadCase(_OfStatesAndPowers):
    """A contested state and a power.

    Attributes:
        state, s, power, p: their names and places.
    """

    NAMES = ("state", "power")

    def __init__(self, on: Situation, s: int, p: int) -> None:
        super().__init__(on)
        self.s, self.p = s, p
        self.state, self.power = on.world.axes.state[s], on.world.axes.power[p]


class OrganizationCase(Case):
    """An organization, its sponsors and its members.

    Attributes:
        organization, o: its name and its place.
        founder: the first of its sponsors.
        called: runs in which it calls an exercise.
    """

    NAMES: tuple[str, ...] = ("organization", "founder")

    @classmethod
    def subjects(cls, axes: Axes) -> list[tuple[str, str]]:
        """Organizations."""
        return [(organization, "") for organization in axes.organization]

    def __init__(self, on: Situation, o: int) -> None:
        super().__init__(on)
        self.o, self.organization = o, on.world.axes.organization[o]
        self.sponsors = list(on.world.sponsors[o])
        self.founder = on.world.axes.power[self.sponsors[0]] if self.sponsors else ""
        self.called = on.world.no_run

    @property
    def exists(self) -> Mask:
        """Where it exists, shape (runs,)."""
        found: Mask = self.world.exists[self.o]
        return found

    @cached_property
    def belongs(self) -> Mask:
        """Who is a full member, shape (member, runs)."""
        belongs: Mask = self.world.standing[self.o] == w.MEMBER
        return belongs

    @cached_property
    def belonging(self) -> Mask:
        """Who is a full member in some run, shape (member,)."""
        found: Mask = np.logical_or.reduce(self.belongs, axis=-1)
        return found

    @property
    def belonging_states(self) -> Mask:
        """Which states are full members in some run, shape (state,)."""
        return self.belonging[len(self.world.axes.power) :]

    @cached_property
    def asked(self) -> np.ndarray:
        """The places of the members who belong in some run."""
        return self.belonging.nonzero()[0]

    @cached_property
    def members(self) -> tuple[str, ...]:
        """Their names."""
        return tuple(self.world.axes.member[m] for m in self.asked)

    @cached_property
    def bodies(self) -> list[tuple[int, str, Body]]:
        """Place, name and entry of each of its bodies, by name."""
        world, entries = self.world, self.world.organizations[self.o].bodies
        return [
            (world.place("body", (self.organization, name)), name, entries[name])
            for name in sorted(entries)
        ]

    @property
    def may_belong(self) -> Mask:
        """States to which it is open in some run, shape (state,)."""
        eligible = self.weights.organizations.eligible[self.o]
        return self.weights.derived(
            f"open to states: {self.organization}", lambda: (eligible > 0).any(axis=-1)
        )

    @cached_property
    def secretariat(self) -> Mask:
        """Where one of its institutions stands."""
        stands = self.world.no_run
        for body, _, entry in self.bodies:
            if entry.kind == "institution":
                stands = stands | self.world.founded[body]
        return stands

    @cached_property
    def pressure(self) -> Array:
        """What the sponsors feel of powers outside, weighted by their say, shape (runs,)."""
        world, rules = self.world, self.weights.organizations
        say = []
        for p in self.sponsors:
            seat = zeros(world.runs)
            for body, _, entry in self.bodies:
                if entry.kind == "institution":
                    holds = world.founded[body] & (world.seat[body] == p)
                    seat = organizations.stronger(seat, number(holds))
            say.append(organizations.say(seat, self.on.public.creditor[p], rules))
        felt = np.stack([self._felt_by(p) for p in self.sponsors])
        return organizations.voice_of_sponsors(felt, np.stack(say))

    def _felt_by(self, p: int) -> Array:
        """What a sponsor feels of powers that are none: those against whom they act together."""
        others = [q for q in range(len(self.world.axes.power)) if q not in self.sponsors]
        if not others:
            return zeros(self.world.runs)
        return rivalry.pressure(
            self.weights.appraisal.rivalry[p, others], self.world.felt[p, others]
        )

    @cached_property
    def threat_to_asked(self) -> Array:
        """What militants and drugs are to each member who is asked, shape (member, runs)."""
        return self._of_asked(self.on.public.threat)

    @cached_property
    def friction_of_asked(self) -> Array:
        """Their quarrels with neighbours, shape (member, runs)."""
        return self._of_asked(self.on.public.friction)

    @cached_property
    def autonomy_of_asked(self) -> Array:
        """Their dislike of being bound, shape (member, runs or 1)."""
        return self._of_asked(self.weights.initial.autonomy)

    @cached_property
    def burden(self) -> Array:
        """What discord among the sponsors takes from members' support, in logits."""
        return rivalry.burden(self.discord, self.weights.rivalry)

    def _of_asked(self, of_states: Array) -> Array:
        """Values of states for those who are asked; powers get 0."""
        powers = zeros(len(self.world.axes.power), of_states.shape[-1])
        found: Array = np.concatenate([powers, of_states])[self.asked]
        return found

    @cached_property
    def members_fear(self) -> Array:
        """Mean fear of the states that belong, shape (runs,)."""
        world, belongs = self.world, self._belonging_states
        return organizations.mean_over_members(world.fear, belongs)

    @cached_property
    def guests(self) -> tuple[Array, Array]:
        """The warmest leaning of a member to an outside guest, and the most bases of one."""
        world, belongs = self.world, self.belongs & self.exists
        warmest, strongest = zeros(world.runs), zeros(world.runs)
        for guest in sorted(set(world.guests)):
            outside = ~belongs[guest]
            if not world.looks_for_bases(guest):  # a guest only once an event has made it one
                outside = outside & (self.on.public.bases_of[guest] > 0)
            leaning = organizations.warmest(world.affinity[guest], self._belonging_states, outside)
            bases = organizations.bases_of_outsider(self.on.public.bases_of[guest], outside)
            warmest = organizations.stronger(warmest, leaning)
            strongest = organizations.stronger(strongest, bases)
        return warmest, strongest

    @property
    def _belonging_states(self) -> Mask:
        return (self.belongs & self.exists)[len(self.world.axes.power) :]

    @property
    def least_pressed(self) -> Array:
        """Pressure on the sponsor who feels it least; none where there are not two, (runs,)."""
        if len(self.sponsors) < 2:
            return zeros(self.world.runs)
        return organizations.least_pressed(self.world.pressure[self.sponsors])

    @cached_property
    def discord(self) -> Array:
        """How far the sponsors have fallen out with one another."""
        return fallen_out(self.world, self.weights, self.o, self.on.public.minds)

    @cached_property
    def rival_depth(self) -> Array:
        """Depth of the deepest bloc of another power, as the founder feels it, shape (runs,)."""
        world, founder = self.world, self.sponsors[0]
        depth = zeros(world.runs)
        for other, sponsors in enumerate(world.sponsors):
            for sponsor in sponsors:
                if sponsor != founder:
                    felt = self.weights.appraisal.rivalry[founder, sponsor]
                    own = organizations.felt_depth(felt, world.depth_last[other])
                    depth = organizations.stronger(depth, own)
        return depth

    @cached_property
    def push(self) -> Array:
        """How hard each power pushes for each state, shape (power, state, runs or 1)."""
        push = self.weights.organizations.sponsor_push
        return organizations.push_of_sponsors(push, oil_friendship(self.weights))

    @cached_property
    def tally(self) -> tuple[Array, Array, Array]:
        """Number of members, and sums of their leanings to the sponsors and of the squares.

        Shapes (runs,), (sponsor, 1, runs), (sponsor, 1, runs).
        """
        world = self.world
        of_powers = ones(len(self.sponsors), len(world.axes.power), world.runs)
        leanings = np.concatenate([of_powers, world.affinity[self.sponsors]], axis=1)
        number, sums, squares = organizations.tally(leanings, self.belongs)
        return number, sums[:, np.newaxis], squares[:, np.newaxis]

    @cached_property
    def size(self) -> Array:
        """How many belong, shape (runs,)."""
        return total(number(self.belongs))

    @cached_property
    def rivals(self) -> list[tuple[int, Mask]]:
        """Powers that have bases in the region, each with the runs in which it does not belong."""
        found = []
        for guest in sorted(set(self.world.guests)):
            outside = ~self.belongs[guest]
            if not self.world.looks_for_bases(guest):  # a guest once an event has made it one
                outside = outside & (self.on.public.bases_of[guest] > 0)
            if some(outside):
                found.append((guest, outside))
        return found

    def leanings_to_rivals(self, places: np.ndarray) -> Array:
        """Leanings of states to the rivals, 0 where one is none, shape (rival, state, runs)."""
        leanings = zeros(len(self.rivals), len(places), self.world.runs)
        for row, (guest, outside) in enumerate(self.rivals):
            np.copyto(leanings[row], self.world.affinity[guest][places], where=outside)
        return leanings


class BodyCase(Case):
    """A body that an organization could found, and the members who are asked.

    Attributes:
        organization, body: their names.
        place, entry: the body's place, and what the evidence says of it.
        asked: the places of the members who belong in some run.
        seat: where it would sit, as a place among members; -1 where nobody houses it.
    """

    NAMES = ("organization", "body", "members")

    @classmethod
    def subjects(cls, axes: Axes) -> list[tuple[str, str]]:
        """Bodies, with their organizations."""
        return [(body, organization) for organization, body in axes.body]

    def __init__(self, of: OrganizationCase, place: int, body: str, entry: Body) -> None:
        super().__init__(of.on)
        self.of, self.organization, self.body = of, of.organization, body
        self.place, self.entry = place, entry
        self.asked, self.members = of.asked, of.members
        self.asked_members = of.belongs[self.asked]
        seats = [m for m in entry.seats if self.world.has("member", m)]
        self.candidates = [self.world.place("member", m) for m in seats]

    @property
    def prepared(self) -> Mask:
        """Where the bodies that have to come before stand, and somebody could house it."""
        prepared = np.ones(self.world.runs, dtype=bool)
        for required in self.entry.requires:
            place = self.world.place("body", (self.organization, required))
            prepared = prepared & self.world.founded[place]
        if self.entry.seats:  # nobody houses a body of an organization that it has left
            prepared = prepared & np.any(self.of.belongs[self.candidates], axis=0)
        return prepared

    @property
    def support(self) -> organizations.BodySupport:
        """Each asked member's support, shape (member, runs)."""
        rules, of, kind = self.weights.organizations, self.of, self.entry.kind
        benefit = self.weights.derived(
            f"benefit of {kind} bodies",
            lambda: organizations.benefit(rules.benefit[kind], rules.taste[kind]),
        )
        return organizations.body_support(
            benefit=benefit[self.asked],
            spillover=organizations.counted_if(self._trade_bodies, kind != "economic"),
            threat=organizations.counted_if(of.threat_to_asked, kind == "security"),
            sponsor_pressure=of.pressure,
            autonomy=of.autonomy_of_asked,
            friction=of.friction_of_asked,
            discord=of.burden,
            weights=rules,
        )

    @property
    def _trade_bodies(self) -> Array:
        """The part of the economic bodies that stand already."""
        places = [body for body, _, entry in self.of.bodies if entry.kind == "economic"]
        if not places:
            return zeros(self.world.runs)
        return organizations.part_founded(number(self.world.founded[places]))

    @cached_property
    def seat(self) -> Array:
        """Where it sits: a security body where militancy is highest, else with a sponsor."""
        world = self.world
        if not self.candidates:
            return np.full(world.runs, -1)
        powers, scores = len(world.axes.power), []
        for m in self.candidates:
            exposed = m >= powers and m - powers < world.regions
            score = world.militancy[m - powers] if exposed else zeros(world.runs)
            by_threat = self.weights.organizations.siting_by_threat
            scores.append(organizations.siting_score(score, by_threat, self.of.belongs[m]))
        found: Array = np.asarray(self.candidates)[np.argmax(np.stack(scores), axis=0)]
        return found


class _OfStatesAndOrganizations(Case):
    """States and organizations."""

    @classmethod
    def subjects(cls, axes: Axes) -> list[tuple[str, str]]:
        """States, each with every organization."""
        return [(state, each) for state in axes.state for each in axes.organization]


class _MembersCase(_OfStatesAndOrganizations):
    """States, and an organization to which they belong or may belong."""

    NAMES = ("organization", "states")

    def __init__(self, of: OrganizationCase, places: np.ndarray) -> None:
        super().__init__(of.on)
        self.o, self.organization, self.of = of.o, of.organization, of
        self.places = places
        self.states = tuple(self.world.axes.state[s] for s in places)

    @property
    def members(self) -> np.ndarray:
        """The places of the states among members."""
        return len(self.world.axes.power) + self.places

    @cached_property
    def belongs(self) -> Mask:
        """Which of them belong, shape (state, runs)."""
        found: Mask = self.of.belongs[self.members]
        return found


class CandidatesCase(_MembersCase):
    """States that an organization could admit, and it.

    Attributes:
        organization, states: their names. o, places: their places.
    """

    @cached_property
    def standing(self) -> Array:
        """Standing of each, shape (state, runs)."""
        found: Array = self.world.standing[self.o][self.members]
        return found

    @cached_property
    def observing(self) -> Mask:
        """Where it would be admitted as an observer first."""
        observing: Mask = self.standing == w.OUTSIDE
        return observing

    @property
    def barred(self) -> Mask:
        """Where sanctions bar it from full membership."""
        bars = self.weights.organizations.bar_sanctioned > 0
        barred: Mask = self.world.sanctioned[self.places] & bars & ~self.observing
        return barred

    @property
    def served(self) -> Mask:
        """Where it has been an observer for long enough, or would only become one."""
        needed = self.weights.organizations.observer_quarters
        served: Mask = self.observing | (self.world.observing_for[self.o][self.members] >= needed)
        return served

    @cached_property
    def fraction(self) -> Array:
        """1 for full membership, less for observers."""
        part = self.weights.organizations.observer_fraction
        return organizations.part_of_membership(self.observing, part)

    @property
    def worth(self) -> organizations.Admission:
        """Worth of admitting each, term by term, shape (state, runs)."""
        of, world, rules, places = self.of, self.world, self.weights.organizations, self.places
        return organizations.admission_utility(
            appeal=rules.appeal[places],
            sponsor=organizations.strongest_push(of.push[of.sponsors][:, places]),
            rivals=of.pressure,
            bloc_seeking=organizations.distance(of.leanings_to_rivals(places)),
            autonomy=self.weights.initial.autonomy[places],
            size=of.size,
            spread=organizations.spread_with(of.tally, world.affinity[of.sponsors][:, places]),
            fraction=self.fraction,
            depth=world.depth[self.o],
            weights=rules,
            welcome=world.welcome[self.o, places],
        )


class BelongingCase(_MembersCase):
    """States that may join an organization or leave it.

    Attributes:
        organization, states: their names. o, places: their places.
        summit: whether heads of state meet this quarter.
    """

    def __init__(self, of: OrganizationCase, places: np.ndarray, summit: bool) -> None:
        super().__init__(of, places)
        self.summit = summit

    @classmethod
    def of_those_concerned(cls, of: OrganizationCase, summit: bool) -> BelongingCase | None:
        """The states that may come or go this quarter; None if there is none."""
        world = of.world
        concerned = of.may_belong
        if not (summit or world.explaining):  # outsiders join at summits alone
            concerned = concerned & of.belonging_states
        places = concerned.nonzero()[0]
        return cls(of, places, summit) if places.size else None

    @property
    def luck_at_first(self) -> LuckBounds:
        """Who belonged at the start did not want to leave, and who did not would not have joined.

        Who had left wanted to. Nothing had changed since 2001, so that belonging in itself was all
        that it was worth.
        """
        rules, first = self.weights.organizations, self.world.organizations[self.o].members
        base = rules.belonging_base[self.o]
        leaves, joins = (
            organizations.luck_at_bar(base, bar, rules.belonging_spread)
            for bar in (
                -rules.hysteresis,
                organizations.bar_to_join(rules.hysteresis, rules.binding[self.o]),
            )
        )
        inside = np.array([[state in first] for state in self.states])
        outside = np.where(self.on.start.had_left[self.o, self.places], leaves, joins)
        return np.where(inside, leaves, -np.inf), np.where(inside, np.inf, outside)

    @property
    def open_to(self) -> Mask:
        """Where the organization is open to them."""
        eligible = self.weights.organizations.eligible[self.o] > 0
        open_to: Mask = self.of.exists & eligible[self.places]
        return open_to

    @cached_property
    def worth(self) -> organizations.Belonging:
        """What belonging is worth to each, term by term, shape (state, runs)."""
        world, weights, start = self.world, self.weights, self.on.start
        places, sponsor = self.places, self.of.sponsors[0]
        dependence = zeros(len(places), world.runs)
        grip = influence.gained(world.concentration[sponsor], start.concentration[sponsor])
        near = places[places < world.regions]  # contested states come first
        dependence[: len(near)] = organizations.dependence(grip[near])
        return organizations.belonging_utility(
            base=weights.organizations.belonging_base[self.o],
            welcome=world.welcome[self.o, places],
            fear=regime.insecurity(world.fear[places], weights.regime.fear_floor),
            fear_sign=weights.organizations.shelters[self.o],
            affinity_gain=influence.gained(
                world.affinity[sponsor, places], start.affinity[sponsor, places]
            ),
            autonomy=weights.initial.autonomy[places],
            concentration_gain=dependence,
            weights=weights.organizations,
        )


class ParticipationCase(_MembersCase):
    """The states that belong in some run to an organization which may have called an exercise.

    Attributes:
        organization, states: their names. o, places: their places.
    """

    def __init__(self, of: OrganizationCase) -> None:
        super().__init__(of, of.belonging_states.nonzero()[0])

    @property
    def leaning(self) -> Array:
        """Mean leaning of each to the sponsors, shape (state, runs)."""
        return average(self.world.affinity[self.of.sponsors][:, self.places])

    @property
    def threat(self) -> Array:
        """Militancy at home, shape (state, runs)."""
        threat, near = zeros(len(self.places), self.world.runs), self.places < self.world.regions
        threat[near] = self.world.militancy[self.places[near]]
        return threat


class ProjectsCase(Case):
    """Projects that wait for money and consents.

    Attributes:
        projects, owners: their names and those of their owners. places: theirs.
        waiting: where each waits, shape (project, runs).
    """

    NAMES = ("projects", "owners")

    @classmethod
    def subjects(cls, axes: Axes) -> list[tuple[str, str]]:
        """Projects."""
        return [(project, "") for project in axes.project]

    def __init__(self, on: Situation, places: list[int], waiting: Mask) -> None:
        super().__init__(on)
        self.places, self.waiting = places, waiting
        self.projects = tuple(on.world.axes.project[j] for j in places)
        self.owners = tuple(on.world.projects[j].owner for j in places)

    @cached_property
    def prospects(self) -> Prospects:
        """What speaks for and against every project, whether it waits or not."""
        return prospects(self.world)

    @property
    def worth_of_hosts(self) -> Array:
        """What the hosts are worth to the owner, on average, shape (project, runs)."""
        return self.prospects.worth_of_hosts[self.places]

    @cached_property
    def cost(self) -> Array:
        """What each costs its owner, US$ m, shape (project, runs)."""
        cost = sizes(self.world, self.weights).cost_to_owner[self.places]
        whole: Array = np.broadcast_to(cost, (len(self.places), self.world.runs))
        return whole

    @property
    def dearer(self) -> Array:
        """How much dearer each is than where its odds hold, as a logarithm."""
        owners = [self.world.owners[j] for j in self.places]
        income = income_of_purses(self.world, self.weights)[owners]
        return projects.dearer(self.cost, self.weights.works.reference_cost[self.places], income)

    @property
    def affordable(self) -> Mask:
        """Where each owner's purse holds the cost."""
        owners = [self.world.owners[j] for j in self.places]
        return projects.affordable(self.cost, self.world.purse[owners])

    @property
    def quarrels(self) -> Array:
        """Quarrels among the states that each project crosses, shape (project, runs)."""
        return self.prospects.quarrels[self.places]

    @property
    def wealth(self) -> Array:
        """Growth of each owner's means since the first year, as a logarithm."""
        owners = [self.world.owners[j] for j in self.places]
        years, growth = year_of(self.world.quarter) - FIRST_YEAR, self.weights.patronage
        return self.weights.derived(
            f"wealth after {years} years", lambda: projects.wealth(years, growth.budget_growth)
        )[owners]

    @property
    def trusted(self) -> Mask:
        """Where the deepest organization that the owner sponsors has built enough."""
        owners = [self.world.owners[j] for j in self.places]
        needs = self.weights.works.needs_depth
        trusted: Mask = self.prospects.deepest[owners] >= needs[self.places]
        return trusted


@dataclass(frozen=True)
class Prospects:
    """What speaks for and against projects.

    Attributes:
        worth_of_hosts: to the owner, on average, shape (project, runs).
        quarrels: among the states that a project crosses, shape (project, runs).
        deepest: depth of the deepest organization that a power sponsors, shape (power, runs).
    """

    worth_of_hosts: Array
    quarrels: Array
    deepest: Array


@stretch("world")
def prospects(world: World) -> Prospects:
    """What speaks for and against every project; arrays as in `Prospects`."""
    worth, quarrels = (zeros(len(world.projects), world.runs) for _ in range(2))
    for j, owner in enumerate(world.owners):
        hosts, crossed = world.places_of_hosts[j], world.places_crossed[j]
        if hosts:
            worth[j] = average(world.value[owner][[*hosts]])
        if crossed:
            quarrels[j] = total(world.water_friction[[*crossed]])
    deepest = zeros(len(world.axes.power), world.runs)
    for o, sponsors in enumerate(world.sponsors):
        for p in sponsors:
            deepest[p] = projects.deeper(deepest[p], world.depth[o])
    return Prospects(worth, quarrels, deepest)


class VenturesCase(_OfStatesAndPowers):
    """Every power with every contested state, in which an energy venture may arise.

    Attributes:
        powers, states: their names, one a dyad. p, a: their places.
    """

    NAMES = ("powers", "states")

    def __init__(self, on: Situation) -> None:
        super().__init__(on)
        axes = on.world.axes
        self.p = np.repeat(np.arange(len(axes.power)), len(axes.region))
        self.a = np.tile(np.arange(len(axes.region)), len(axes.power))
        self.powers = tuple(axes.power[p] for p in self.p)
        self.states = tuple(axes.region[a] for a in self.a)

    @cached_property
    def most(self) -> Array:
        """The chance of an occasion in a quarter, shape (dyad, runs or 1)."""
        rules = self.weights.works
        return projects.most_ventures(rules.venture_propensity[self.p], rules.venture_rate)

    @property
    def odds(self) -> projects.VentureOdds:
        """The odds that an occasion is used, shape (dyad, runs)."""
        world, weights = self.world, self.weights
        thirst = appraisal.own_thirst(weights.appraisal.thirsty, world.energy_thirst)
        return projects.venture_utility(
            weights.initial.hydrocarbons[self.a],
            thirst[self.p],
            world.stake[self.p, self.a],
            weights.works,
        )

"""The ledger of the quarter: everything that a power does in a state, booked in one account.

`world.spent` holds US$ m a year by channel, power and state; `ENTRIES` lists whatever is booked in
it beside what is given. A new instrument is an entry here, with its price in `ledger.yaml`.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from simulation.evidence.schema import MONEY_ALONE
from simulation.numerics.arrays import Array, nowhere, number, rows_with, some, total
from simulation.parameters.weights import Weights
from simulation.rules import influence, ledger, patronage, projects
from simulation.world import world as w
from simulation.world.magnitudes import Sizes
from simulation.world.world import World


def book(world: World, weights: Weights, size: Sizes) -> tuple[Array, Array]:
    """Book what was given and everything else.

    Returns:
        What all powers give for security in the quarter, US$ m, shape (region, runs); and what
        each gives in all, US$ m a year, shape (power, region, runs).
    """
    drawn = _draw(world, weights, size)
    gift = patronage.gift(world.aid, world.extra_aid)
    goods = drawn
    for channel in gift:
        goods = goods + channel
    world.goods[:] = patronage.next_goods(world.goods, goods, weights.patronage.goods_memory)
    training = total(gift[w.SECURITY])
    world.spent[:] = gift
    world.spent[w.ECONOMIC] += drawn
    world.spent[:] = ledger.by_the_year(world.spent)
    given = total(world.spent)
    for entry in ENTRIES:
        entry(world, weights, size)
    return training, given


def _draw(world: World, weights: Weights, size: Sizes) -> Array:
    """What is drawn of deals and credits in the quarter, US$ m, shape (power, region, runs)."""
    rules, stated = weights.ledger, weights.projects
    signed = world.deals
    drawn = ledger.drawn_in_a_quarter(patronage.gift(world.undrawn, signed), rules.deal_term)
    world.undrawn[:] = ledger.undrawn_after(world.undrawn, signed, drawn)
    for j, project in enumerate(world.projects):
        if project.kind != "credit" or not some(world.running(j)):
            continue
        begun, term = world.opened_project_at[j], size.planned_quarters[j]
        runs = world.running(j) & ledger.within_term(begun, world.quarter, term)
        part = projects.at_size(size.host_share[j], stated.owner_share[j])
        yearly = ledger.drawn_in_a_year(size.cost[j], part, term)
        counted = projects.at_size(yearly, rules.credit_worth)
        drawn[world.owners[j]] += ledger.by_the_quarter(ledger.spent_while(counted, runs))
    return drawn


def _bases(world: World, weights: Weights, size: Sizes) -> None:
    """A base spends in its host, and pays its rent there."""
    is_open = world.base_is_open()
    for b, guest in enumerate(world.guests):
        if world.in_region(b):
            place = guest, world.hosts[b]
            world.spent[w.SECURITY][place] += ledger.spent_while(weights.ledger.base, is_open[b])
            world.spent[w.ECONOMIC][place] += ledger.spent_while(world.rent[b], is_open[b])


def _works(world: World, weights: Weights, size: Sizes) -> None:
    """A work is worth what it carries while it runs; what it cost buys nothing."""
    for j in rows_with(world.project_status == w.RUNNING):
        project, runs = world.projects[j], world.running(j)
        if project.kind in MONEY_ALONE:
            continue
        dear = projects.funded(weights.ledger.follows_oil[j], world.oil_price)
        carried = projects.at_size(size.carried[j], dear)
        world.spent[w.ECONOMIC, world.owners[j]] += ledger.spent_while(carried, runs)


def _training(world: World, weights: Weights, size: Sizes) -> None:
    """A fund trains people year by year, until its term is over."""
    stated = weights.projects
    for j, project in enumerate(world.projects):
        if project.kind != "fund" or not some(world.running(j)):
            continue
        term = ledger.by_the_year(stated.training_years)
        runs = ledger.within_term(world.opened_project_at[j], world.quarter, term)
        yearly = ledger.spent_on_training(size.cost[j], stated.training_years, size.host_share[j])
        held = ledger.spent_while(yearly, world.running(j) & runs)
        world.spent[w.POLITICAL, world.owners[j]] += held


def _ventures(world: World, weights: Weights, size: Sizes) -> None:
    """Ventures in energy spend in the states where they were signed."""
    if some(world.ventures):
        spent = ledger.spent_on_ventures(weights.ledger.venture, world.ventures)
        world.spent[w.ECONOMIC] += spent


def _membership(world: World, weights: Weights, size: Sizes) -> None:
    """Summits and bodies bring their sponsors nearer to the members."""
    powers, regions, rules = len(world.axes.power), world.regions, weights.organizations
    for o, sponsors in enumerate(world.sponsors):
        standing = world.standing[o, powers : powers + regions]
        counts = influence.counted(
            standing == w.MEMBER, standing == w.OBSERVER, rules.observer_fraction
        )
        gained = ledger.membership_gained(
            counts,
            world.depth[o],
            world.belonged[o],
            rules.depth_at_start[o],
        )
        spent = ledger.spent_on_members(
            price=weights.ledger.membership,
            gain=gained,
        )
        for p in sponsors:
            world.spent[w.POLITICAL, p] += spent
        councils = weights.ledger.councils[:, o]
        if some(councils):
            belongs = number((standing == w.MEMBER) & world.exists[o])
            for channel, price in enumerate(councils):
                for p in sponsors:
                    world.spent[channel, p] += ledger.spent_while(price, belongs)


def _bodies(world: World, weights: Weights, size: Sizes) -> None:
    """A joint security body ties where it sits; a secretariat by its seat and by its budget."""
    powers, regions = len(world.axes.power), world.regions
    rules, stated = weights.ledger, weights.projects
    hosts = powers + np.arange(regions)[:, np.newaxis]
    for o, entry in enumerate(world.organizations):
        belongs = world.members_in_region(o) & world.exists[o]
        staffed = nowhere(world.runs)
        for body in world.bodies_of[o]:
            kind = entry.bodies[world.axes.body[body][1]].kind
            founded, seat = world.founded[body], world.seat[body]
            if kind not in ("security", "institution") or not some(founded):
                continue
            if kind == "security":
                sited = ledger.spent_while(rules.site, founded & (seat == hosts))
                for p in world.sponsors[o]:
                    world.spent[w.SECURITY, p] += sited
                continue
            staffed |= founded
            for p in world.sponsors[o]:
                housed = ledger.spent_while(rules.seat, founded & (seat == p) & belongs)
                world.spent[w.POLITICAL, p] += housed
        if some(staffed):  # one budget, however many of its institutions stand
            budget = projects.at_size(stated.body_budget, weights.works.budgeted[o])
            members, sponsors = total(number(belongs)), len(world.sponsors[o])
            paid = ledger.paid_to_a_member(budget, members, sponsors, staffed)
            for p in world.sponsors[o]:
                world.spent[w.POLITICAL, p] += ledger.spent_while(paid, belongs)


def _exercises(world: World, weights: Weights, size: Sizes) -> None:
    """Troops that train with a sponsor's."""
    powers, regions = len(world.axes.power), world.regions
    for o in rows_with(world.exercised):
        joined = world.exercised[o] & world.took_part[o, powers : powers + regions]
        trained = number(joined)
        spent = ledger.spent_on_a_drill(
            weights.projects.exercise_troops,
            weights.ledger.soldier,
            trained,
            total(trained),
            len(world.sponsors[o]),
        )
        counted = ledger.spent_while(spent, weights.organizations.binding[o])
        for p in world.sponsors[o]:
            world.spent[w.SECURITY, p] += counted


ENTRIES: tuple[Callable[[World, Weights, Sizes], None], ...] = (
    _bases,
    _works,
    _training,
    _ventures,
    _membership,
    _bodies,
    _exercises,
)
"""What is booked beside aid, gifts of events, deals and credits."""

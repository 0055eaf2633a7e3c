"""Dated events: what each kind of event does to the world on its day.

Events are facts of the scenario, not decisions: they act in the World phase of their quarter,
alike in every run, and each is logged with its date's quarter. One that stands, such as a flow,
acts in every quarter from then on; only its first is logged.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from simulation.numerics.arrays import FLOAT, Array, Mask
from simulation.parameters.weights import Weights
from simulation.rules import basing, environment, patronage, projects, threats
from simulation.scenario.events import Event, EventKind
from simulation.world import world as w
from simulation.world.world import ArrayName, Index, World


def apply(event: Event, world: World, weights: Weights) -> None:
    """Carry out one event of the current quarter."""
    HANDLERS[event.kind](event, world, weights)
    if event.quarter != world.quarter:
        return
    actor = event.subject if isinstance(event.subject, str) else ""
    named = ("to", "of", "with", "for", "from")
    other = next((event.fields[k] for k in named if k in event.fields), "")
    world.note_event(
        event.kind,
        np.ones(world.runs, dtype=bool),
        actor=actor,
        counterpart=other if isinstance(other, str) else "",
    )


def _first(world: World, name: ArrayName, index: Index, where: Mask | bool = True) -> None:
    first = world.array(name)[index]
    first[(first < 0) & where] = world.quarter


def _open_base(event: Event, world: World, weights: Weights) -> None:
    if not world.has("installation", event.subject):
        return
    b = world.place("installation", event.subject)
    world.base_status[b] = w.OPEN
    rent = event.fields.get("rent")
    world.rent[b] = weights.basing.first_rent[b] if rent is None else rent
    term = event.fields.get("contract")
    term = weights.basing.contract[b] if term is None else np.asarray(term, dtype=FLOAT)
    world.contract_left[b] = basing.term_of_contract(term)
    _first(world, "opened_at", b)


def _close_base(event: Event, world: World, weights: Weights) -> None:
    if not world.has("installation", event.subject):
        return
    b = world.place("installation", event.subject)
    world.base_status[b] = w.CLOSED
    world.rent[b] = 0
    _first(world, "closed_at", b)


def _set_rent(event: Event, world: World, weights: Weights) -> None:
    if not world.has("installation", event.subject):
        return
    b = world.place("installation", event.subject)
    used = world.base_is_open()[b]
    raised = used & (world.rent[b] < event.fields["rent"])
    world.rent_raised_at[b] = np.where(
        raised & (world.rent_raised_at[b] < 0), world.quarter, world.rent_raised_at[b]
    )
    world.rent[b] = np.where(used, event.fields["rent"], world.rent[b])


def _serve_notice(event: Event, world: World, weights: Weights) -> None:
    if not world.has("installation", event.subject):
        return
    b = world.place("installation", event.subject)
    days = event.fields.get("days")
    days = weights.basing.notice[b] if days is None else days
    served = world.base_status[b] == w.OPEN
    world.base_status[b] = np.where(served, w.NOTICE, world.base_status[b])
    # Notice that a host serves begins to run in the next quarter; this one is told before.
    left = basing.term_of_notice(days) + 1
    world.notice_left[b] = np.where(served, left, world.notice_left[b])
    first = world.notice_at[b] < 0
    world.notice_at[b] = np.where(served & first, world.quarter, world.notice_at[b])


def _keep_base(event: Event, world: World, weights: Weights) -> None:
    if not world.has("installation", event.subject):
        return
    b = world.place("installation", event.subject)
    kept = np.isin(world.base_status[b], (w.OPEN, w.NOTICE))
    world.base_status[b] = np.where(kept, w.OPEN, world.base_status[b])
    world.contract_left[b] = basing.term_of_contract(weights.basing.contract[b])
    if event.fields.get("rent") is not None:
        _set_rent(event, world, weights)


def _admit(event: Event, world: World, weights: Weights) -> None:
    if not world.has("member", event.subject):
        return
    o = world.place("organization", event.fields["to"])
    m = world.place("member", event.subject)
    standing = w.MEMBER if event.fields["as"] == "member" else w.OBSERVER
    world.standing[o, m] = standing
    _first(world, "joined_at", (o, m))


def _leave(event: Event, world: World, weights: Weights) -> None:
    if not world.has("member", event.subject):
        return
    _withdraw(world, event.fields["from"], event.subject)


def _withdraw(world: World, organization: str, member: str) -> None:
    """A member or observer leaves an organization."""
    place = world.place("organization", organization), world.place("member", member)
    _first(world, "left_at", place, world.standing[place] != w.OUTSIDE)
    world.standing[place] = w.OUTSIDE


def _found_organization(event: Event, world: World, weights: Weights) -> None:
    o = world.place("organization", event.subject)
    world.exists[o] = True
    world.standing[o] = np.where(weights.organizations.invited[o] > 0, w.MEMBER, world.standing[o])
    _first(world, "organization_founded_at", o)


def _found_body(event: Event, world: World, weights: Weights) -> None:
    body = world.place("body", (event.fields["of"], event.subject))
    world.founded[body] = True
    seat = event.fields.get("seat")
    if seat is not None and world.has("member", seat):
        world.seat[body] = world.place("member", seat)
    _first(world, "founded_at", body)


def _statement(event: Event, world: World, weights: Weights) -> None:
    o = world.place("organization", event.subject)
    world.statement[o] = event.fields["strength"]
    world.stated_now[o] = event.fields["strength"] > 0
    _first(world, "statement_at", o)


def _ouster(event: Event, world: World, weights: Weights) -> None:
    if world.has("state", event.subject):
        world.ousted[world.place("state", event.subject)] = True


def _crackdown(event: Event, world: World, weights: Weights) -> None:
    if world.has("state", event.subject):
        world.cracked_down[world.place("state", event.subject)] = True


def _leader_change(event: Event, world: World, weights: Weights) -> None:
    if world.has("state", event.subject):
        world.successions[world.place("state", event.subject)] = event.fields.get("by", "death")


def _attack(event: Event, world: World, weights: Weights) -> None:
    world.campaign_to_come[:] = event.fields["campaign"]


def _campaign(event: Event, world: World, weights: Weights) -> None:
    world.campaign[:] = event.subject


def _aid(event: Event, world: World, weights: Weights) -> None:
    if world.has("power", event.subject) and world.has("region", event.fields["to"]):
        c = world.place("channel", event.fields["channel"])
        p = world.place("power", event.subject)
        a = world.place("region", event.fields["to"])
        world.give_extra_aid(c, p, a, event.fields["amount"])


def _withhold_aid(event: Event, world: World, weights: Weights) -> None:
    if world.has("power", event.subject) and world.has("region", event.fields["from"]):
        index = (
            world.place("power", event.subject),
            world.place("region", event.fields["from"]),
        )
        world.withheld[index] = patronage.withheld_at_least(
            world.withheld[index], _share_withheld(event, world, weights, index)
        )
        world.scripted_withholding[index] = True
        _first(world, "withheld_since", index)


def _share_withheld(event: Event, world: World, weights: Weights, index: tuple[int, int]) -> Array:
    """Part of a year's aid that an event withholds: its amount, or as much as is ever withheld."""
    amount = event.fields.get("amount")
    if amount is None:
        return patronage.withheld_at_most(weights.patronage.conditionality)
    return patronage.withheld_of_a_year(amount, world.goods[index])


def _credit(event: Event, world: World, weights: Weights) -> None:
    if not world.has("power", event.subject):
        return
    p = world.place("power", event.subject)
    borrowers = event.fields["to"]
    for borrower in borrowers:
        if world.has("region", borrower):
            share = patronage.part_of_credit(event.fields["amount"], len(borrowers))
            counted = projects.at_size(weights.ledger.credit_worth, share)
            world.undrawn[p, world.place("region", borrower)] += counted


def _give(event: Event, world: World, channel: int, yearly: float, holds: Mask) -> None:
    """A quarter's part of what a power gives a state in a year, beside its budget."""
    p = world.place("power", event.subject)
    a = world.place("region", event.fields.get("to", event.fields.get("with")))
    world.give_extra_aid(channel, p, a, patronage.given_in_a_quarter(yearly, holds))


def _dyad(event: Event, world: World) -> tuple[int, int] | None:
    """Places of the power and the state that an event is about; None where one is not there."""
    state = next(event.fields[key] for key in ("to", "with", "for") if key in event.fields)
    if not (world.has("power", event.subject) and world.has("region", state)):
        return None
    return world.place("power", event.subject), world.place("region", state)


def _flow(event: Event, world: World, weights: Weights) -> None:
    if _dyad(event, world) is None:
        return
    channel = CHANNEL_OF[event.fields["of"]]
    if "channel" in event.fields:
        channel = world.place("channel", event.fields["channel"])
    state = world.place("region", event.fields["to"])
    holds = _holds(event.fields.get("while", {}), world, state)
    _give(event, world, channel, event.fields["amount"], holds)


def _holds(condition: Mapping[str, Any], world: World, state: int) -> Mask:
    """Runs in which a condition on a state holds, all its parts together."""
    holds = world.every_run.copy()
    member = len(world.axes.power) + state
    if "base" in condition:
        holds &= _in_use(world, condition["base"])
    if "member_of" in condition:
        holds &= (
            world.standing[world.place("organization", condition["member_of"]), member] == w.MEMBER
        )
    if "outside" in condition:
        holds &= (
            world.standing[world.place("organization", condition["outside"]), member] != w.MEMBER
        )
    if "repression_below" in condition:
        holds &= world.repression[state] < condition["repression_below"]
    return holds


def _in_use(world: World, base: str) -> Mask:
    if not world.has("installation", base):
        return np.zeros(world.runs, dtype=bool)
    found: Mask = world.base_is_open()[world.place("installation", base)]
    return found


def _agreement(event: Event, world: World, weights: Weights) -> None:
    """The state does its part on the first day, and is paid while it keeps to it."""
    dyad = _dyad(event, world)
    if dyad is None:
        return
    power, state = dyad
    favours = event.fields["for"]
    if event.quarter == world.quarter:
        if favours.get("understanding"):
            world.understanding[power, state] = True
        if "leaves" in favours:
            _withdraw(world, favours["leaves"], event.fields["with"])
        if "base" in favours and world.has("installation", favours["base"]):
            _grant(world, weights, world.place("installation", favours["base"]))
    kept = {"base": "base", "leaves": "outside"}
    condition = {kept[key]: it for key, it in favours.items() if key in kept}
    holds = _holds(condition, world, state)
    for what, yearly in event.fields["gives"].items():
        _give(event, world, CHANNEL_OF[what], yearly, holds)


def _grant(world: World, weights: Weights, b: int) -> None:
    """A base opens where there is none; where there is one it stays, with a new contract."""
    fresh = ~world.base_is_open()[b]
    world.base_status[b] = w.OPEN
    world.rent[b] = np.where(fresh, weights.basing.first_rent[b], world.rent[b])
    world.contract_left[b] = basing.term_of_contract(weights.basing.contract[b])
    _first(world, "opened_at", b, fresh)


def _budget(event: Event, world: World, weights: Weights) -> None:
    dyad = _dyad(event, world)
    if dyad is not None:
        world.budget_factors[dyad] = event.fields["times"]


def _conditions(event: Event, world: World, weights: Weights) -> None:
    dyad = _dyad(event, world)
    if dyad is not None:
        part = event.fields.get("part", 0.0)
        world.special_conditions[dyad] = part
        world.withheld[dyad] = patronage.withheld_within(world.withheld[dyad], part)


def _deal(event: Event, world: World, weights: Weights) -> None:
    if world.has("power", event.subject) and world.has("region", event.fields["with"]):
        p = world.place("power", event.subject)
        world.deals[p, world.place("region", event.fields["with"])] += event.fields["amount"]


def _project(status: int) -> Callable[[Event, World, Weights], None]:
    def change(event: Event, world: World, weights: Weights) -> None:
        if world.has("project", event.subject):
            j = world.place("project", event.subject)
            # Nobody begins to build what is open.
            changes = ~world.running(j) | (status != w.BUILDING)
            world.project_status[j][changes] = status
            # Work that begins by itself begins to count in the next quarter; this is told before.
            planned = projects.whole_quarters(weights.projects.planned_quarters[j]) + 1
            left = planned + world.project_delay[j]
            world.quarters_left[j] = np.where(changes, left, world.quarters_left[j])
            if status == w.RUNNING:
                _first(world, "opened_project_at", j)

    return change


def _delay_project(event: Event, world: World, weights: Weights) -> None:
    if world.has("project", event.subject):
        j = world.place("project", event.subject)
        later = int(event.fields["quarters"])
        world.quarters_left[j] += np.where(world.project_status[j] == w.BUILDING, later, 0)
        world.project_delay[j] += np.where(world.project_status[j] < w.BUILDING, later, 0)


def _exercise(event: Event, world: World, weights: Weights) -> None:
    o = world.place("organization", event.subject)
    world.exercised[o] = True
    named = event.fields.get("participants")
    for name in world.axes.member:
        m = world.place("member", name)
        takes_part = world.standing[o, m] == w.MEMBER if named is None else name in named
        world.took_part[o, m] = takes_part


def _sanction(on: bool) -> Callable[[Event, World, Weights], None]:
    def change(event: Event, world: World, weights: Weights) -> None:
        if world.has("state", event.subject):
            world.sanctioned[world.place("state", event.subject)] = on

    return change


def _understanding(event: Event, world: World, weights: Weights) -> None:
    if world.has("power", event.subject) and world.has("region", event.fields["with"]):
        p = world.place("power", event.subject)
        world.understanding[p, world.place("region", event.fields["with"])] = True


def _militancy(event: Event, world: World, weights: Weights) -> None:
    if world.has("region", event.subject):
        a = world.place("region", event.subject)
        size = event.fields["size"]
        world.militancy[a] = threats.militancy_after_shock(world.militancy[a], size)


def _drugs(event: Event, world: World, weights: Weights) -> None:
    world.trafficking[:] = environment.pushed(world.trafficking, event.subject)


def _drought(event: Event, world: World, weights: Weights) -> None:
    world.water_stress[:] = environment.pushed(world.water_stress, event.subject)


def _observe(event: Event, world: World, weights: Weights) -> None:
    """Observations are conditions on the state of the world; `history` reads them."""


def _set(event: Event, world: World, weights: Weights) -> None:
    for key, value in event.subject.items():
        weights.set(key, value)


CHANNEL_OF = {"aid": w.ECONOMIC, "arms": w.SECURITY, "credit": w.ECONOMIC}
"""The channel in which each kind of flow binds, where nothing else is said."""

HANDLERS: dict[EventKind, Callable[[Event, World, Weights], None]] = {
    "open_base": _open_base,
    "close_base": _close_base,
    "set_rent": _set_rent,
    "serve_notice": _serve_notice,
    "keep_base": _keep_base,
    "admit": _admit,
    "leave": _leave,
    "found_organization": _found_organization,
    "found_body": _found_body,
    "statement": _statement,
    "ouster": _ouster,
    "crackdown": _crackdown,
    "leader_change": _leader_change,
    "attack": _attack,
    "campaign": _campaign,
    "aid": _aid,
    "withhold_aid": _withhold_aid,
    "credit": _credit,
    "deal": _deal,
    "start_project": _project(w.BUILDING),
    "open_project": _project(w.RUNNING),
    "cancel_project": _project(w.CANCELLED),
    "delay_project": _delay_project,
    "exercise": _exercise,
    "sanction": _sanction(True),
    "lift_sanction": _sanction(False),
    "understanding": _understanding,
    "flow": _flow,
    "agreement": _agreement,
    "budget": _budget,
    "lift_conditions": _conditions,
    "set_conditions": _conditions,
    "militancy": _militancy,
    "drugs": _drugs,
    "drought": _drought,
    "observe": _observe,
    "set": _set,
}

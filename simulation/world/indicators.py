"""Readings of the world that several parts of the turn share."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from simulation.numerics.arrays import NOUGHT, Array, Mask, number, ones, some, total, zeros
from simulation.parameters.weights import Weights
from simulation.rules import influence, projects, regime, rivalry, threats
from simulation.world.world import MEMBER, OBSERVER, SECURITY, World

Noise = Callable[[str | Sequence[str], str], Array]
"""Draws of this quarter by (actor or actors, purpose), shape (runs,) or (actor, runs)."""


def partner_share(world: World, weights: Weights) -> Array:
    """Share of influence held by the powers that speak for regimes (Russia and China)."""
    return influence.share_of_partners(world.share, weights.patronage.speaks_for_regimes)


def clubs_of_regimes(world: World, weights: Weights) -> Array:
    """How far each organization is a club of regimes, shape (organization, runs)."""
    speaks = weights.patronage.speaks_for_regimes

    def clubs() -> Array:
        nobody = zeros(1, speaks.shape[-1])
        rows = [
            regime.club_of_regimes(np.concatenate([nobody, speaks[list(sponsors)]]))
            for sponsors in world.sponsors
        ]
        return np.stack(rows) if rows else zeros(0, 1)

    return weights.whole("clubs of regimes", clubs, world.runs)


def shelters(world: World, weights: Weights) -> Array:
    """How far each power sponsors a bloc that stands by its members, shape (power, runs)."""
    speaks, stands = weights.patronage.speaks_for_regimes, weights.organizations.speaks

    def sheltering() -> Array:
        rows = []
        for p in range(len(world.axes.power)):
            blocs = [o for o, sponsors in enumerate(world.sponsors) if p in sponsors]
            nobody = zeros(1, stands.shape[-1])
            bloc = regime.club_of_regimes(np.concatenate([nobody, stands[blocs]]))
            rows.append(regime.relief_by(bloc, speaks[p]))
        return np.stack(np.broadcast_arrays(*rows))

    return weights.whole("shelters", sheltering, world.runs)


def severity_of_crackdowns(world: World, weights: Weights) -> Array:
    """How hard each crackdown of the quarter is, 0 where there is none, shape (state, runs).

    Nobody knows the forces of an outer state: there a crackdown is as hard as one can be.
    """
    force = ones(len(world.axes.state), world.runs)
    force[: world.regions] = world.capacity
    crushed = regime.crushed(world.cracked_down, world.ousted)
    return regime.severity(crushed, force, weights.regime)


def protection(world: World, weights: Weights) -> Array:
    """Joint protection from militants, in proportion to security ties, shape (region, runs)."""
    rules = weights.threats
    carried = threats.carried(world.ties[SECURITY])
    found = zeros(world.regions, world.runs)
    for o, sponsors in enumerate(world.sponsors):
        if not sponsors:
            continue
        by_sponsors = total(carried[list(sponsors)])
        belongs = world.members_in_region(o) & world.exists[o]
        found = threats.protected(found, rules.alliance[o], belongs, by_sponsors)
        for body in world.bodies_of[o]:
            weight = rules.body.get(world.axes.body[body][1])
            if weight is not None and some(world.founded[body]):
                stands = world.founded[body] & belongs
                found = threats.protected(found, weight, stands, by_sponsors)
        joined = influence.act(world.drilled[o], belongs)
        found = threats.protected(found, rules.drill, joined, by_sponsors)
    is_open = world.base_is_open()
    for b, guest in enumerate(world.guests):
        host = world.hosts[b]
        if world.in_region(b):
            found[host] = threats.protected(
                found[host], rules.base, is_open[b], carried[guest, host]
            )
    return found


def export_routes(world: World, weights: Weights) -> Array:
    """How far each state's exports go through each power's pipes, shape (power, region, runs)."""
    relieved = zeros(world.regions, world.runs)
    for j, project in enumerate(world.projects):
        if project.kind == "pipeline":
            for a in world.places_of_hosts[j]:
                opened = projects.effect_of_running(weights.projects.route_relief, world.running(j))
                relieved[a] = projects.joined_effects(relieved[a], opened)
    return projects.route_left(weights.initial.export_route, relieved)


def count_bases(world: World) -> Array:
    """Open installations of each power, shape (power, runs)."""
    counted = zeros(len(world.axes.power), world.runs)
    is_open = world.base_is_open()
    for b, guest in enumerate(world.guests):
        counted[guest] += is_open[b]
    return counted


def measure_blocs(world: World, weights: Weights) -> Array:
    """How much of each organization there is to be felt, shape (organization, runs)."""
    standing, fraction = world.standing, weights.organizations.observer_fraction
    members = total(number(standing == MEMBER), 1)
    observers = total(number(standing == OBSERVER), 1)
    size = rivalry.size_of_bloc(world.depth, members, observers, fraction)
    return influence.act(size, world.exists)


def minds(world: World, weights: Weights) -> Array:
    """How much each power minds each other, less who trains with it, (power, power, runs)."""
    rivals = weights.whole("rivalry", weights.appraisal.rivalry, world.runs)
    if not some(world.pact):
        return rivals
    rivals = rivals.copy()
    for o, sponsors in enumerate(world.sponsors):
        for p in sponsors:
            for q in sponsors:
                if p != q:
                    rivals[p, q] = rivalry.softened(rivals[p, q], world.pact[o])
    return rivals


def fallen_out(world: World, weights: Weights, o: int, rivals: Array | None = None) -> Array:
    """How far the sponsors of an organization have fallen out with one another, 0 to 1.

    Args:
        rivals: from `minds`, where it is at hand.
    """
    sponsors, rivals = world.sponsors[o], minds(world, weights) if rivals is None else rivals
    pairs = [rivals[p, q] for p in sponsors for q in sponsors if p != q]
    return rivalry.discord(np.stack(pairs), weights.rivalry) if pairs else zeros(1)


def add_running(world: World, effect: Array, into: Array) -> None:
    """Add the effects of projects that run, each to the row of its owner or to the only one.

    Args:
        effect: shape (project, region, runs or 1).
        into: added to, shape (power or 1, region, runs).
    """
    for j, owner in enumerate(world.owners):
        row = owner if len(into) > 1 else 0
        into[row] += projects.effect_of_running(effect[j], world.running(j))


def measure_influence(world: World, weights: Weights) -> None:
    """Bring influence, its shares and the concentration of ties up to the world's ties."""
    weight = channel_weights(world, weights)
    in_channel = influence.by_channel(world.ties, weights.initial.own)
    over_all = influence.over_channels(in_channel, weight)
    world.influence_by_channel[:] = in_channel
    world.influence[:] = over_all
    world.share[:] = influence.shares_of_powers(over_all)
    world.concentration[:] = influence.shares_of_powers(influence.over_channels(world.ties, weight))


def club_density(belongs: Mask, club: Array, closure: Array) -> Array:
    """Mean closure (1 - democracy) of a member's co-members, over its clubs of regimes.

    Args:
        belongs: who is a full member, shape (organization, member, run).
        club: how far each organization is a club of regimes, shape (organization, run).
        closure: shape (member, run).

    Returns:
        Of the shape of `closure`; 0 for who belongs to no club.
    """
    density, clubs = np.zeros_like(closure), np.zeros_like(closure)
    for o in range(len(belongs)):
        size, closed = total(number(belongs[o])), total(np.where(belongs[o], closure, NOUGHT))
        sits = regime.meets_others(belongs[o], size)
        mean = regime.closure_of_others(closed, closure, size)
        density += np.where(sits, regime.in_a_club(mean, club[o]), NOUGHT)
        clubs += np.where(sits, club[o], NOUGHT)
    return regime.club_of(density, clubs)


def channel_weights(world: World, weights: Weights) -> Array:
    """What the channels weigh, adding up to one, shape (channel, runs)."""
    weight = weights.influence.channel_weight
    return weights.whole("channel weight", lambda: influence.shares_of_one(weight), world.runs)

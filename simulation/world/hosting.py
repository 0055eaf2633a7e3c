"""What hosting a base is worth, on the public state: asked by hosts, guests and the record."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulation.numerics.arrays import Array, Utility, some, zeros
from simulation.parameters.weights import Weights
from simulation.rules import basing
from simulation.world import world as w
from simulation.world.world import World

if TYPE_CHECKING:
    from simulation.world.common_knowledge import Public


def hosting(world: World, weights: Weights, public: Public, b: int, rent: Array) -> Utility:
    """What installation `b` is worth to its host at a rent, term by term, shape (runs,)."""
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
            call = np.maximum(call, world.statement[o] * stands)
    return call

"""Projects are financed, slip and open; ventures arise."""

from __future__ import annotations

import numpy as np

from simulation.decisions.cases import ProjectsCase, VenturesCase
from simulation.decisions.works import START_PROJECT, VENTURE, open_project
from simulation.numerics.arrays import rows_with
from simulation.world import world as w
from simulation.world.situation import Situation


def build(on: Situation) -> None:
    """Projects are financed, slip, and open; new ventures arise where thirst meets oil."""
    world = on.world
    waiting = world.project_status <= w.PLANNED
    working = world.project_status == w.BUILDING
    left = world.quarters_left - working
    world.intend("quarters_left", ..., left, working)
    opened, asked = working & (left <= 0), []
    for j in rows_with(waiting):
        if world.projects[j].kind == "deal":
            hosts = world.places_of_hosts[j]
            signed = np.any(world.deals[world.owners[j], hosts] > 0, axis=0)
            opened[j] |= waiting[j] & signed
        else:
            asked.append(j)
    for j in rows_with(opened):
        open_project(on, j, opened[j])
    if asked:
        START_PROJECT.decide(ProjectsCase(on, asked, waiting[asked]))
    VENTURE.decide(VenturesCase(on))

"""Agents answer Mesa by name: what they are, one by one and together."""

import mesa
import numpy as np
import pytest

from simulation import InfluenceModel
from simulation.model.agents import Organization, Power, State, agent_reporters
from simulation.model.agents.actor import Quantity

KINDS = (State, Power, Organization)


@pytest.fixture(scope="module")
def model():
    return InfluenceModel("baseline", runs=5, seed=1).run("2002Q4")


def named(model, kind, name):
    return next(agent for agent in model.agents_by_type[kind] if agent.name == name)


@pytest.mark.parametrize("kind", KINDS)
def test_every_quantity_is_the_agents_slice_of_the_world(model, kind):
    for name, quantity in vars(kind).items():
        if not isinstance(quantity, Quantity):
            continue
        for agent in model.agents_by_type[kind]:
            found = getattr(agent, name)
            if not model.world.has(quantity.axis, agent.name):
                assert np.isnan(found).all()
                continue
            place = model.world.place(quantity.axis, agent.name)
            values = np.moveaxis(model.world.array(quantity.array), quantity.before, 0)
            assert np.array_equal(found, values[place])


def test_a_quantity_is_a_copy(model):
    fear = named(model, State, "uzbekistan").fear
    fear[:] = -1
    assert (named(model, State, "uzbekistan").fear >= 0).all()


def test_agents_can_be_asked_picked_and_summed_up(model):
    states = model.agents_by_type[State]
    mean = states.agg("fear", lambda values: np.mean(list(values), axis=0))
    assert mean.shape == (5,)
    np.testing.assert_allclose(mean, model.world.fear.mean(axis=0), rtol=1e-6)
    frightened = states.select(lambda state: (state.fear > 0).any())
    assert "uzbekistan" in frightened.get("name")
    assert len(states.get("share")) == len(states)
    outer = states.select(lambda state: not state.in_region)
    assert all(np.isnan(each).all() for each in outer.get("hardship"))


def test_agents_report_to_a_data_collector():
    model = InfluenceModel("baseline", runs=1, seed=1)
    collector = mesa.DataCollector(
        agenttype_reporters={kind: agent_reporters(kind) for kind in KINDS}
    )
    seen = []
    for _ in range(3):
        model.step()
        collector.collect(model)
        seen.append(named(model, State, "kazakhstan").fear)
    table = collector.get_agenttype_vars_dataframe(State)
    agent = named(model, State, "kazakhstan").unique_id
    assert table.xs(agent, level="AgentID")["fear"].tolist() == seen
    assert set(table.columns) == set(agent_reporters(State)) > {"fear", "hardship"}

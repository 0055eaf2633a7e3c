"""The world's arrays: named axes, intents that are carried out together, and the log."""

from functools import partial
from typing import get_args

import numpy as np
import pytest
from worlds.pairs import same, scenario

from simulation.evidence.catalogue import load_catalogue
from simulation.rules import projects
from simulation.scenario.scenario import load_scenario
from simulation.world import world as w
from simulation.world.world import LAYOUT, Axes, World

YES_NO = np.array([True, False, True])


def built(runs=3, first_run=0, explaining=False, **entries):
    path = scenario("for_the_world", **entries) if entries else "baseline"
    resolved = load_scenario(path)
    catalogue = load_catalogue().extended(resolved.added)
    return World(Axes.of(catalogue, resolved), catalogue, runs, first_run, explaining)


def test_every_array_has_its_axes_its_start_and_the_run_last():
    world = built(runs=5)
    for name, (axes, start, dtype, *_) in LAYOUT.items():
        array = getattr(world, name)
        assert array.shape == (*(len(getattr(world.axes, axis)) for axis in axes), 5), name
        assert array.dtype == dtype, name
        assert same(array, np.full(array.shape, start, dtype)), name
        assert array.flags.c_contiguous, name


def test_every_name_of_an_array_can_be_written_and_no_other():
    names = set(get_args(w.ArrayName))
    missing, strange = set(LAYOUT) - names, names - set(LAYOUT)
    assert not missing, f"add to ArrayName: {sorted(missing)}"
    assert not strange, f"no array of the world: {sorted(strange)}"


def test_an_array_is_found_by_its_name():
    world = built()
    assert world.array("fear") is world.fear


def test_an_unknown_array_is_told():
    with pytest.raises(AttributeError, match="the world has no 'fears'"):
        _ = built().fears


def test_the_axes_are_the_actors_in_order():
    axes = built().axes
    catalogue = load_catalogue()
    kinds = {name: actor.kind for name, actor in catalogue.actors.items()}
    assert axes.power == tuple(sorted(n for n, kind in kinds.items() if kind == "power"))
    assert axes.region == tuple(sorted(n for n, kind in kinds.items() if kind == "state"))
    outer = tuple(sorted(n for n, kind in kinds.items() if kind == "outer_state"))
    assert axes.state == axes.region + outer
    assert axes.member == axes.power + axes.state
    assert axes.organization == tuple(sorted(catalogue.organizations))
    assert axes.installation == tuple(sorted(catalogue.installations))
    assert axes.project == tuple(sorted(catalogue.projects))


def test_whoever_is_dropped_takes_bases_and_projects_along():
    axes = built(actors={"drop": ["china", "kyrgyzstan"]}).axes
    assert not {"china", "kyrgyzstan"} & {*axes.power, *axes.region, *axes.state, *axes.member}
    catalogue = load_catalogue()
    assert axes.installation == tuple(
        sorted(n for n, base in catalogue.installations.items() if base.host != "kyrgyzstan")
    )
    owners = {catalogue.projects[name].owner for name in axes.project}
    assert "china" not in owners


def test_whoever_is_added_takes_a_place():
    agreement = dict.fromkeys(load_catalogue().names["power"], 0.5)
    world = built(
        actors={"add": {"georgia": {"name": "Georgia", "kind": "outer_state"}}},
        overrides={
            "initial.agreement": {"value": {p: {"georgia": v} for p, v in agreement.items()},
                                  "why": "Made up."},
            "initial.polyarchy.georgia": {"value": 0.4, "why": "Made up."},
            "initial.near_abroad.georgia": {"value": 1, "why": "Made up."},
            "initial.autonomy.georgia": {"value": 0.4, "why": "Made up."},
        },
    )  # fmt: skip
    assert world.has("state", "georgia")
    assert not world.has("region", "georgia")
    assert world.place("member", "georgia") == len(world.axes.power) + world.place(
        "state", "georgia"
    )


def test_the_region_comes_first_among_states():
    world = built()
    assert world.regions == len(world.axes.region)
    for name in world.axes.region:
        assert world.place("state", name) == world.place("region", name)


def test_what_is_intended_shows_only_once_the_phase_ends():
    world = built()
    world.intend("rent", 1, np.array([5.0, 6.0, 7.0]), YES_NO)
    world.intend("fear", (0,), 0.5)
    assert not world.rent.any()
    assert not world.fear.any()
    world.commit()
    assert world.rent[1].tolist() == [5, 0, 7]
    assert world.fear[0].tolist() == [0.5] * 3
    assert not np.delete(world.rent, 1, axis=0).any()
    assert not world.fear[1:].any()


def test_an_intent_is_carried_out_once():
    world = built()
    world.intend("rent", 0, 4.0, YES_NO)
    world.commit()
    world.rent[:] = 0
    world.commit()
    assert not world.rent.any()


def test_the_order_of_intents_of_different_places_changes_nothing():
    intents = [("rent", 0, 4.0, YES_NO), ("rent", 0, 9.0, ~YES_NO), ("rent", 2, 1.0, None)]
    worlds = [built(), built()]
    for world, ordered in zip(worlds, (intents, intents[::-1]), strict=True):
        for intent in ordered:
            world.intend(*intent)
        world.commit()
    assert worlds[0].rent.tolist() == worlds[1].rent.tolist()
    assert worlds[0].rent[0].tolist() == [4, 9, 4]


def test_payments_of_one_phase_add_up():
    world = built()
    world.purse[0] = 10
    for paid in ([3.0, 0.0, 8.0], [0.0, 4.0, 8.0]):
        world.intend("purse", 0, partial(projects.purse_after, paid=np.array(paid)))
    world.commit()
    assert world.purse[0].tolist() == [7, 6, -6]


def test_a_first_is_marked_once():
    world = built()
    for quarter, happened in ((3, YES_NO), (5, ~YES_NO), (6, np.ones(3, dtype=bool))):
        world.quarter = quarter
        world.mark("opened_at", 2, happened)
        world.commit()
    assert world.opened_at[2].tolist() == [3, 5, 3]
    assert (np.delete(world.opened_at, 2, axis=0) == -1).all()


def test_the_log_names_runs_by_their_number_in_the_batch_and_is_in_order():
    world = built(first_run=40)
    world.quarter = 2
    world.phase = "bargain"
    world.note("close_base", YES_NO, "russia", "kyrgyzstan", "kant", 7.0)
    world.phase = "world"
    world.note("ouster", ~YES_NO, "kyrgyzstan")
    world.note("crackdown", YES_NO, "uzbekistan", value=np.array([1.0, 2.0, 3.0]))
    world.note("crackdown", np.zeros(3, dtype=bool), "tajikistan")
    assert world.log == []
    world.close_log()
    heads = [event[:6] for event in world.log]
    assert heads == [
        (2, "world", "crackdown", "uzbekistan", "", ""),
        (2, "world", "ouster", "kyrgyzstan", "", ""),
        (2, "bargain", "close_base", "russia", "kyrgyzstan", "kant"),
    ]
    assert [event[6].tolist() for event in world.log] == [[40, 42], [41], [40, 42]]
    assert [event[7].tolist() for event in world.log] == [[1, 3], [0], [7, 7]]
    world.close_log()
    assert len(world.log) == 3


def test_several_are_logged_as_each_would_be():
    happened = np.stack([YES_NO, np.zeros(3, dtype=bool), ~YES_NO])
    values = np.arange(9.0).reshape(3, 3)
    states, bases = ["kazakhstan", "tajikistan", "uzbekistan"], ("manas", "kant", "dushanbe")
    together, apart = built(), built()
    together.phase = apart.phase = "world"
    together.note_each("militancy", happened, states, "russia", bases, values)
    together.note_each("ouster", happened, states, value=2.0)
    for row in range(3):
        about = (happened[row], states[row], "russia", bases[row], values[row])
        apart.note("militancy", *about)
        apart.note("ouster", happened[row], states[row], value=2.0)
    together.close_log()
    apart.close_log()
    assert repr(together.log) == repr(apart.log)
    assert len(together.log) == 4


def test_what_is_logged_does_not_change_with_the_world():
    world = built()
    world.phase = "world"
    world.rent[0] = 5
    world.note_event("set_rent", YES_NO, value=world.rent[0])
    world.rent[0] = 9
    world.close_log()
    assert world.log[0][7].tolist() == [5, 5]


def test_a_snapshot_is_a_copy_of_everything():
    world = built()
    taken = world.snapshot()
    assert set(taken) == set(LAYOUT)
    world.fear[:] = 0.7
    world.standing[:] = w.MEMBER
    assert not taken["fear"].any()
    assert not taken["standing"].any()


def test_bases_are_in_use_while_open_or_under_notice():
    world = built(runs=5)
    world.base_status[0] = [w.NONE, w.PRESENT, w.OPEN, w.NOTICE, w.CLOSED]
    assert world.base_is_open()[0].tolist() == [False, False, True, True, False]


def test_members_are_neither_observers_nor_outsiders():
    world = built()
    sco = world.place("organization", "sco")
    world.standing[sco, world.place("member", "uzbekistan")] = [w.OUTSIDE, w.OBSERVER, w.MEMBER]
    found = world.members_in_region(sco)
    assert found[world.place("region", "uzbekistan")].tolist() == [False, False, True]
    assert found.shape == (world.regions, 3)

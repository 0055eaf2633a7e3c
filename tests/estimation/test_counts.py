"""What is counted of runs: events and exposure, moves that come back, in some quarters alone."""

from types import SimpleNamespace

import numpy as np
import pytest

from simulation.estimation import counts
from simulation.estimation.counts import Stretch, back_by_half
from simulation.estimation.sightings import Sighting, sighted
from simulation.model.model import InfluenceModel
from simulation.world import world as w

RUNS = 2
AXES = SimpleNamespace(
    power=("russia", "united_states"),
    region=("a", "b"),
    state=("a", "b"),
    member=("russia", "united_states", "a", "b"),
    organization=("csto", "pfp", "sco"),
    installation=("kant", "manas"),
)


def sighting(**kept):
    eligible = np.ones((3, 2, 1), dtype=bool)
    eligible[2] = False  # the SCO admits: nobody joins it by his own choice
    return Sighting(AXES, (0, 1), (0, 1), eligible, ("csto", "pfp", "sco"), **kept)


def standings(*changes):
    """Standings over quarters from nobody anywhere: (quarter, organization, member, standing)."""
    last = max(quarter for quarter, *_ in changes) + 1
    found = {q: np.zeros((3, 4, RUNS), dtype=int) for q in range(-1, last + 1)}
    for quarter, o, m, standing in changes:
        for q in range(quarter, last + 1):
            found[q][o, m, 0] = standing  # in the first of the two runs alone
    return found


def test_joining_and_leaving_are_counted_by_years_outside_and_inside():
    seen = sighting(standing=standings((3, 0, 2, w.MEMBER), (7, 0, 2, w.OUTSIDE)))
    whole = Stretch(0, 7)
    joined, left = counts.joins()(seen, whole), counts.leaves()(seen, whole)
    assert joined.above.tolist() == [1, 0]
    assert joined.below.tolist() == [(4 * 8 - 4) / 4, 4 * 8 / 4]  # two states in two organizations
    assert left.above.tolist() == [1, 0]
    assert left.below.tolist() == [1, 0]
    assert counts.joins()(seen, Stretch(4, 7)).above.tolist() == [0, 0]
    assert counts.joins("pfp")(seen, whole).above.tolist() == [0, 0]


def test_an_organization_may_be_left_out():
    seen = sighting(standing=standings((3, 0, 2, w.MEMBER), (3, 1, 2, w.MEMBER)))
    whole, one, two = (
        counts.joins(without=name)(seen, Stretch(0, 3)) for name in ("", "csto", "pfp")
    )
    assert (one.above + two.above).tolist() == whole.above.tolist()
    assert (one.below + two.below).tolist() == whole.below.tolist()
    assert one.above[0] < whole.above[0]


def test_who_may_not_join_is_no_candidate():
    seen = sighting(standing=standings((3, 0, 2, w.MEMBER)))
    seen.eligible[0, 0] = False
    assert counts.joins("csto")(seen, Stretch(0, 3)).below.tolist() == [1, 1]


def test_a_return_counts_after_a_leaving_seen_before():
    seen = sighting(
        standing=standings((0, 0, 2, w.MEMBER), (2, 0, 2, w.OUTSIDE), (6, 0, 2, w.MEMBER))
    )
    found = counts.returns(seen, Stretch(4, 7))
    assert found.above.tolist() == [1, 0]
    assert found.below.tolist() == [3 / 4, 0]


def test_admissions_count_first_standings_of_states_alone():
    seen = sighting(
        standing=standings((1, 2, 3, w.OBSERVER), (3, 2, 3, w.MEMBER), (3, 2, 0, w.MEMBER))
    )
    found = counts.admissions("sco")(seen, Stretch(0, 3))
    assert found.above.tolist() == [1, 0]
    assert found.below.tolist() == [(4 + 2) / 4, 2]


@pytest.mark.parametrize("end", [w.NOTICE, w.CLOSED])
def test_a_base_ends_once_of_a_host_in_the_alliance_or_outside(end):
    status = {q: np.full((2, RUNS), w.OPEN) for q in range(-1, 6)}
    for quarter in (4, 5):
        status[quarter][0, 0] = end
    seen = sighting(base_status=status, standing=standings((2, 0, 2, w.MEMBER), (5, 0, 3, 0)))
    allied = counts.ends_of_bases("russia", "csto", allied=True)(seen, Stretch(0, 5))
    other = counts.ends_of_bases("russia", "csto", allied=False)(seen, Stretch(0, 5))
    assert (allied.above.tolist(), other.above.tolist()) == ([1, 0], [0, 0])
    assert (allied.below.tolist(), other.below.tolist()) == ([2 / 4, 0], [3 / 4, 6 / 4])
    american = counts.ends_of_bases("united_states")(seen, Stretch(0, 5))
    assert american.below.tolist() == [6 / 4, 6 / 4]


def path(*values):
    return np.array(values, dtype=float)[:, np.newaxis, np.newaxis]


@pytest.mark.parametrize(
    ("values", "back", "moved"),
    [
        ((0, 0, 1, 0.4, 0.4, 0.4, 0.4, 0.4), 1, 1),
        ((0, 0, 1, 0.6, 0.6, 0.6, 0.6, 0.6), 0, 1),  # the year after it was followed for four alone
        ((0, 0, -1, -1, -1, -1, -1, -0.4), 1, 1),  # that of the next year was followed for four
        ((0, 0, -1, -1, -1, -1, -1, -0.4, -0.4), 2, 2),  # read from two years before it
        ((0, 0, -1, -0.4, -0.4), 0, 0),  # of what was not followed, not even what came back
        ((0, 0, -1, -1, -1), 0, 0),
        ((0, 0, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2), 0, 0),
    ],
)
def test_a_move_comes_back_by_half_or_does_not(values, back, moved):
    found = back_by_half(path(*values), np.abs, 0.5)
    assert (found.above.tolist(), found.below.tolist()) == ([back], [moved])


def test_votes_that_all_move_alike_swing_nowhere():
    alike = {year: np.full((2, 2, 1), 0.1 * (year - 2000)) for year in range(2001, 2009)}
    seen = sighting(agreement=alike, standing={-1: np.zeros((3, 4, 1))})
    span = Stretch(0, 25)
    assert counts.swings(("russia",))(seen, span).above.tolist() == [0]
    moved = counts.change_of_agenda(("russia",))(seen, span)
    assert np.sqrt(moved.above / moved.below) == pytest.approx([0.1])
    apart = {y: v + np.array([[[0.2 * (y % 4 == 0)], [0]]]) for y, v in alike.items()}
    seen = sighting(agreement=apart, standing={-1: np.zeros((3, 4, 1))})
    assert counts.swings(("russia",))(seen, span).above.tolist() == [0]  # by .1 of the mean each
    apart = {y: v + np.array([[[0.4 * (y % 4 == 0)], [0]]]) for y, v in alike.items()}
    seen = sighting(agreement=apart, standing={-1: np.zeros((3, 4, 1))})
    assert counts.swings(("russia",))(seen, span).above > 0


def test_a_sighting_is_what_the_model_was():
    model = InfluenceModel("baseline", runs=3, seed=2, parameters="point", collecting=False)
    seen = sighted(model, 15)
    again = InfluenceModel("baseline", runs=3, seed=2, parameters="point", collecting=False)
    again.run(14)
    np.testing.assert_array_equal(seen.standing[14], again.world.standing)
    again.run(15)
    np.testing.assert_array_equal(seen.trade_share[2005], again.world.trade_share)
    tulip, kyrgyzstan = 14, model.world.place("state", "kyrgyzstan")
    assert not seen.fallen[tulip][kyrgyzstan].any()  # the baseline scripts it
    assert again.world.ousters[kyrgyzstan].all()

"""What was mended for rates that were seen: each in a world that differs in that alone."""

import numpy as np
import pytest

from simulation.estimation.counts import (
    Stretch,
    change_of_trade,
    ends_of_bases,
    falls_of_aid,
    joins,
)
from simulation.estimation.sightings import sighted
from simulation.model.model import InfluenceModel
from simulation.numerics.dates import quarter_of

POWERS = ("china", "japan", "russia", "united_states")
RUNS, UNTIL = 40, quarter_of("2007Q4")
WHOLE = Stretch(0, UNTIL)


def lived(**numbers):
    model = InfluenceModel(
        "baseline", RUNS, seed=4, parameters={"source": "point", **numbers}, collecting=False
    )
    return sighted(model, UNTIL), model


def rate(counted):
    return counted.above.sum() / counted.below.sum()


def test_guests_give_bases_up_once_nothing_needs_them_and_hosts_do_as_before():
    ready, model = lived(**{"basing.withdrawal": 0.0, "basing.withdrawal_need": 0.0})
    never, other = lived(**{"basing.withdrawal": -60.0})
    given_up = [each for each in model.log if each.kind == "withdraw"]
    assert {each.object for each in given_up} == {"dushanbe", "kant", "karshi_khanabad", "manas"}
    assert not [each for each in other.log if each.kind == "withdraw"]
    russian = ends_of_bases("russia", "csto")
    assert rate(russian(never, WHOLE)) == 0
    assert rate(russian(ready, WHOLE)) > 0.2  # even odds once a year
    b = model.world.place("installation", "kant")
    gone = np.concatenate([each.runs for each in given_up if each.object == "kant"])
    assert (model.world.closed_at[b][gone] >= 0).all()
    assert (model.world.rent[b][gone] == 0).all()


def test_a_base_that_is_needed_is_given_up_more_rarely():
    needed, _ = lived(**{"basing.withdrawal": 0.0, "basing.withdrawal_need": 6.0})
    ready, _ = lived(**{"basing.withdrawal": 0.0, "basing.withdrawal_need": 0.0})
    american = ends_of_bases("united_states")
    assert rate(american(needed, WHOLE)) < 0.7 * rate(american(ready, WHOLE))


def test_small_trades_move_more_only_as_they_are_made_of_few_deals():
    few, _ = lived()
    countless, _ = lived(**{f"trade.deals.{power}": 0.0 for power in POWERS})
    small, large = (change_of_trade("china", large=size) for size in (False, True))
    assert rate(small(few, WHOLE)) > 2 * rate(small(countless, WHOLE))
    assert rate(large(few, WHOLE)) < 2.5 * rate(large(countless, WHOLE))
    assert rate(small(few, WHOLE)) > 1.5 * rate(large(few, WHOLE))


def test_american_trade_alone_moves_more_where_it_is_made_of_larger_deals():
    few, model = lived()
    alike, other = lived(**{"trade.deals.united_states": float(model.weights.trade.deals[0, 0])})
    assert rate(change_of_trade("united_states", large=False)(few, WHOLE)) > 1.5 * rate(
        change_of_trade("united_states", large=False)(alike, WHOLE)
    )
    first = Stretch(4, 6)  # until what differs has come round to the others
    russian = change_of_trade("russia", large=True)
    assert rate(russian(few, first)) == pytest.approx(rate(russian(alike, first)), rel=0.05)


UNEVEN = {"patronage.lumps.united_states": 0.0, "patronage.drift.united_states": 0.0}


def test_american_aid_falls_as_it_comes_in_lumps_and_no_budget_is_spent_on_them():
    lumpy, _ = lived()
    even, _ = lived(**UNEVEN)
    falls = falls_of_aid("united_states")
    assert rate(falls(lumpy, WHOLE)) > 0.15 > 2 * rate(falls(even, WHOLE))
    p = lumpy.axes.power.index("united_states")
    for year in (2001, 2002):  # before what was given has moved anything
        each = [seen.aid[year][p].sum(axis=0) for seen in (lumpy, even)]
        np.testing.assert_allclose(*each, rtol=0.05)
    for other in range(len(POWERS) - 1):  # nobody else's comes in lumps
        each = [seen.aid[2002][other].mean(axis=-1) for seen in (lumpy, even)]
        np.testing.assert_allclose(*each, rtol=0.05)


def test_lumps_do_not_look_like_withholding():
    """What is withheld in the first year, and said to be, is the same whatever a year obliges."""
    days = []
    for uneven in ({}, UNEVEN, {"patronage.lumps.united_states": 2.0}):
        model = InfluenceModel("baseline", RUNS, seed=4, parameters={"source": "point", **uneven})
        model.run(until="2001Q4")
        days.append((model.world.withheld.copy(), model.world.withheld_since.copy()))
    for withheld, since in days[1:]:
        np.testing.assert_array_equal(withheld, days[0][0])
        np.testing.assert_array_equal(since, days[0][1])


def test_who_has_left_a_treaty_comes_back_more_rarely_than_others_join():
    left, _ = lived()
    never, _ = lived(**{"organizations.left.csto.uzbekistan": 0.0})
    assert rate(joins("csto")(left, WHOLE)) < 0.2 * rate(joins("csto")(never, WHOLE))
    others = joins("eurasec")
    assert rate(others(left, Stretch(0, 8))) == rate(others(never, Stretch(0, 8)))


def test_a_trade_that_was_unusual_in_2001_goes_back_to_what_is_usual():
    """Turkmenistan traded twice as much with the United States in 2001 as in the years before."""
    unusual, model = lived()
    kept, _ = lived(**{"trade.usual.united_states.turkmenistan": 0.0})
    p, a = model.world.place("power", "united_states"), model.world.place("region", "turkmenistan")
    ratio = unusual.trade_share[2005][p, a].mean() / kept.trade_share[2005][p, a].mean()
    assert 0.5 < ratio < 0.9


def test_the_known_years_of_votes_with_japan_are_those_of_the_countries_outside():
    model = InfluenceModel("baseline", 2, seed=4, parameters={"source": "point"})
    model.run(until="2004Q4")
    p = model.world.place("power", "japan")
    np.testing.assert_allclose(model.world.agenda[p], -0.0404, rtol=1e-5)

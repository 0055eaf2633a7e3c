"""What was mended for rates that were seen: each in a world that differs in that alone."""

import numpy as np

from simulation.estimation.counts import Stretch, change_of_trade, ends_of_bases
from simulation.estimation.sightings import sighted
from simulation.model.model import InfluenceModel
from simulation.numerics.dates import quarter_of

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
    countless, _ = lived(**{"trade.deals": 0.0})
    small, large = (change_of_trade("china", large=size) for size in (False, True))
    assert rate(small(few, WHOLE)) > 2 * rate(small(countless, WHOLE))
    assert rate(large(few, WHOLE)) < 2.5 * rate(large(countless, WHOLE))
    assert rate(small(few, WHOLE)) > 1.5 * rate(large(few, WHOLE))

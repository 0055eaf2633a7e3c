"""Estimates find again what synthetic panels were made with, and what is counted by hand."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from simulation.estimation import belonging, giving, lasting, risings, trade, votes
from simulation.estimation.bases import counted_sites, sites, split_by_ally
from simulation.estimation.findings import (
    EventCount,
    by_drawing_states,
    share_with_interval,
    spread_of,
)
from simulation.evidence.panel_entries import PanelSample

DAY = pd.Timestamp


def spells(*rows):
    """Memberships: country, organization, status, start, end."""
    frame = pd.DataFrame(rows, columns=["country", "organization", "status", "start", "end"])
    return frame.assign(start=pd.to_datetime(frame.start), end=pd.to_datetime(frame.end))


def series(count, years, make, seed=3):
    """Series as `make` draws them from a generator and years."""
    generator = np.random.default_rng(seed)
    return [(np.arange(years, dtype=float), make(generator, years)) for _ in range(count)]


def test_a_rate_is_events_over_time_with_an_interval_that_covers():
    generator, truth, years = np.random.default_rng(1), 0.05, 200.0
    inside = 0
    for events in generator.poisson(truth * years, 400):
        value, low, high = EventCount(int(events), years).rate
        assert value == events / years
        inside += low <= truth <= high
    assert 0.92 <= inside / 400 <= 0.99


def test_nothing_seen_is_no_proof_of_never():
    value, low, high = EventCount(0, 100.0).rate
    assert (value, low) == (0.0, 0.0)
    assert 0.015 < high < 0.035


def test_events_that_are_due_follow_from_what_was_seen():
    mean, low, high = EventCount(8, 100.0).due(50.0)
    assert mean == pytest.approx(4.25)
    assert low <= 1 and 8 <= high <= 12


def test_shares_and_spreads_have_their_known_intervals():
    assert share_with_interval(5, 10)[0] == 0.5
    assert share_with_interval(5, 10)[1:] == pytest.approx(stats.beta(5.5, 5.5).ppf([0.025, 0.975]))
    assert share_with_interval(3, 3)[2] == 1.0
    value, low, high = spread_of(np.random.default_rng(5).normal(0, 2.0, 500))
    assert low < 2.0 < high and high / low < 1.2 and value == pytest.approx(2.0, rel=0.1)


def test_drawing_states_widens_with_how_states_differ():
    def rows(apart):
        return {f"{at}": pd.DataFrame({"x": [at * apart] * 5}) for at in range(12)}

    def mean(some):
        return float(pd.concat(some).x.mean())

    alike, unlike = by_drawing_states(rows(0.1), mean), by_drawing_states(rows(1.0), mean)
    assert unlike[2] - unlike[1] == pytest.approx(10 * (alike[2] - alike[1]))


UNION = PanelSample(states=["a", "b", "c", "d", "e"], organizations=["Union"], why="made up")
MEMBERS = spells(
    ("a", "Union", "member", "1992-01-01", None),  # a founder who stays
    ("b", "Union", "member", "1992-06-01", "1999-06-01"),  # one who leaves
    ("c", "Union", "observer", "1993-01-01", "1996-01-01"),  # who looks on, and joins later
    ("c", "Union", "member", "1996-01-01", None),
    ("d", "Union", "member", "1994-01-01", "1997-01-01"),  # who joins, leaves and comes back
    ("d", "Union", "member, suspended", "1997-01-01", "1998-01-01"),
    ("d", "Union", "member", "2000-01-01", None),
)


def test_joining_leaving_and_coming_back_are_counted():
    risks = belonging.risks_of(MEMBERS, UNION)
    joined = belonging.count_of(risks.joining)
    assert joined.events == 2  # c and d; founders came with it, e never did
    outside = (1996 - 1993) + (1994 - 1993) + (2005 + 303 / 365.25 - 1993)
    assert joined.years == pytest.approx(outside, abs=0.02)
    assert belonging.count_of(risks.leaving).events == 2  # b, and d once: suspended is no end
    back = belonging.count_of(risks.returning)
    assert back.events == 1
    assert back.years == pytest.approx((2005 + 303 / 365.25 - 1999.41) + 2.0, abs=0.02)
    assert belonging.count_of(risks.leaving, first=1999).events == 1
    assert {risk.state for risk in risks.leaving if risk.founder} == {"a", "b"}


def test_who_goes_over_with_the_whole_organization_has_not_left():
    merged = MEMBERS.assign(end=MEMBERS.end.fillna(DAY("2000-10-10")))
    assert belonging.count_of(belonging.risks_of(merged, UNION).leaving).events == 2


def test_time_spent_is_told_by_the_age_and_by_the_stay():
    risks = belonging.risks_of(MEMBERS, UNION)
    assert belonging.counted_by_time(risks.joining, 1, 3, stay=False).events == 1  # d, at two
    assert belonging.counted_by_time(risks.joining, 3, 6, stay=False).events == 1  # c, at four
    assert belonging.counted_by_time(risks.leaving, 5, 8, stay=True).events == 1  # b, after seven
    assert belonging.counted_by_time(risks.leaving, 2, 5, stay=True).events == 1  # d, after four


def standings_of(kept, bar, pairs=400, years=14, seed=2):
    generator = np.random.default_rng(seed)
    worth = generator.normal(size=pairs)
    seen = [worth > 0]
    for _ in range(years - 1):
        worth = kept * worth + np.sqrt(1 - kept**2) * generator.normal(size=pairs)
        seen.append(np.where(seen[-1], worth > -bar, worth > bar))
    return belonging.Standing(np.array(seen, float).T, np.zeros(pairs, int))


def test_luck_that_lasts_is_told_from_luck_that_is_fresh():
    fresh, lasting_luck = (
        belonging.kept_with_interval(standings_of(kept, bar))
        for kept, bar in ((0.5, 0.6), (0.95, 0.3))
    )
    assert fresh[0] == pytest.approx(0.5, abs=0.2) and fresh[2] < 0.85
    assert lasting_luck[0] == pytest.approx(0.95, abs=0.03) and lasting_luck[1] > 0.9
    assert (fresh[3], lasting_luck[3]) == pytest.approx((0.6, 0.3), abs=0.25)


def lasting_series(kept, moved, noise):
    def make(generator, years):
        state, out = generator.normal(0, moved / np.sqrt(1 - kept**2)), []
        for _ in range(years):
            state = kept * state + generator.normal(0, moved)
            out.append(state + generator.normal(0, noise) + 0.0)
        return np.array(out) + generator.normal()

    return series(600, 14, make)


@pytest.mark.parametrize(("kept", "moved", "noise"), [(0.8, 0.2, 0.1), (0.4, 0.15, 0.2)])
def test_what_lasts_of_votes_and_what_is_gone_are_told_apart(kept, moved, noise):
    found = lasting.fit_lasting(lasting_series(kept, moved, noise))
    assert found.kept == pytest.approx(kept, abs=0.15)
    assert np.hypot(found.moved, found.noise) == pytest.approx(np.hypot(moved, noise), rel=0.1)
    assert (found.noise > found.moved) == (noise > moved)


@pytest.mark.parametrize("moved", [0.15, 0.5])
def test_the_moves_of_trade_within_years_are_found_again(moved):
    def make(generator, years):
        walk = np.cumsum(generator.normal(0, moved / np.sqrt(48), 48 * years))
        return walk.reshape(years, 48).mean(axis=1) + generator.normal(0, 0.1, years)

    value, low, high = lasting.walk_with_interval(series(20, 13, make))
    assert low <= moved <= high
    assert value == pytest.approx(moved, rel=0.3)
    assert high / low < 2.5


def test_years_that_are_missing_cost_nothing():
    whole = lasting_series(0.8, 0.2, 0.1)
    holes = [(np.delete(years, [4, 9]), np.delete(values, [4, 9])) for years, values in whole]
    assert lasting.fit_lasting(holes).kept == pytest.approx(0.8, abs=0.15)


def trade_rows(pull):
    generator, rows = np.random.default_rng(4), []
    for state in range(40):
        at = generator.normal(0, 1)
        for year in range(1992, 2006):
            rows.append((f"s{state}", year, at))
            at = (1 - pull) * at + generator.normal(0, 0.15)
    return pd.DataFrame(rows, columns=["state", "year", "odds"])


@pytest.mark.parametrize("pull", [0.05, 0.3])
def test_how_far_trade_converges_in_a_year_is_found_again(pull):
    assert trade.converges(trade_rows(pull)) == pytest.approx(pull, abs=0.06)


def test_trades_of_larger_deals_are_told_from_the_others_and_fit_better_so():
    generator = np.random.default_rng(6)
    years, series, sizes, apart = np.arange(1992.0, 2006), [], [], []
    for at in range(60):
        size, other = generator.uniform(0.01, 0.3), at % 3 == 0
        factor = np.sqrt(1 + (0.5 if other else 0.05) / size)
        walk = np.cumsum(generator.normal(0, 0.2 * factor, len(years)))
        series.append((years, walk + generator.normal(0, 0.1 * factor, len(years))))
        sizes.append(size)
        apart.append(other)
    found = lasting.fit_uneven(series, sizes, apart, 0.01)
    assert found.deals[0] < 0.15 < found.apart[1] < 0.5 < found.apart[2]
    wrongly = lasting.fit_uneven(series, sizes, [at % 3 == 1 for at in range(60)], 0.01)
    assert found.fits > wrongly.fits + 5


def test_a_swing_and_its_return_are_read_off():
    shares = [0.5, 0.5, 0.4, 0.3, 0.3, 0.45, 0.45, 0.45, 0.45]
    steady = [0.5] * 9
    rows = pd.DataFrame(
        [("a", "p", 1994 + at, it) for at, it in enumerate(shares)]
        + [("b", "p", 1994 + at, it) for at, it in enumerate(steady)],
        columns=["state", "power", "year", "share"],
    )
    (fall,) = votes.swings_seen(rows)
    assert (fall.whose, fall.year) == (("a", "p"), 1997)
    assert fall.size == pytest.approx(0.2)
    assert fall.regained == pytest.approx(0.75)
    (unknown,) = votes.swings_seen(rows[rows.year < 2002])  # followed for four years alone
    assert np.isnan(unknown.regained)


def test_what_of_aid_lasts_is_told_from_what_is_gone_the_next_year():
    generator = np.random.default_rng(3)
    years = range(1992, 2006)
    made = {}
    for state in "abcdefgh":
        lasting = np.cumsum(generator.normal(0, 0.1, len(years)))
        made[state] = pd.Series(lasting + generator.normal(0, 0.5, len(years)), index=list(years))
    found, _ = giving.moves_of_aid(list(made.values()))
    assert found.noise == pytest.approx(0.5, abs=0.1)
    assert found.moved < 0.25


def test_what_is_usual_of_a_trade_foretells_it_and_nothing_foretells_luck():
    generator = np.random.default_rng(4)
    luck = generator.normal(0, 0.3, (80, 10))

    def slope(odds):
        rows = pd.DataFrame(odds, index=[f"s{at}" for at in range(80)], columns=range(1992, 2002))
        rows = rows.stack().rename_axis(["state", "year"]).rename("odds").reset_index()
        return trade._slopes(trade.pulls_of(rows.assign(power="p")), ["own", "even"])[0]

    own = slope(luck + generator.normal(0, 0.5, (80, 1)))
    none = slope(np.cumsum(luck, axis=1))
    assert own == pytest.approx(1, abs=0.2)  # all that is gone the next year
    assert abs(none) < 0.2


@pytest.mark.parametrize("together", [-0.8, 0.0])
def test_whether_votes_with_two_powers_move_together_is_found_again(together):
    generator = np.random.default_rng(5)
    spread = np.array([[1, together], [together, 1]])
    rows = []
    for state in range(200):
        odds = generator.multivariate_normal([0, 0], spread, 12)
        for at, each in enumerate(odds):
            rows += [
                (f"s{state}", power, 1992 + at, it) for power, it in zip("pq", each, strict=True)
            ]
    frame = pd.DataFrame(rows, columns=["state", "power", "year", "odds"])
    (found,) = votes._shared(frame)
    assert found.found[0] == pytest.approx(together, abs=0.07)
    assert found.found[1] < found.found[0] < found.found[2]


def test_falls_seen_count_against_the_others():
    years = range(1995, 2003)
    money = {"a": [100, 100, 40, 40, 80, 80, 80, 80], "b": [100] * 8, "c": [90] * 8}
    rows = pd.DataFrame(
        [
            (s, y, "obligations", m)
            for s, them in money.items()
            for y, m in zip(years, them, strict=True)
        ],
        columns=["country", "year", "type", "constant_usd_m"],
    )
    (fall,) = giving.falls_seen(rows)
    assert (fall.whose, fall.year) == ("a", 1997)
    assert fall.regained > 0.5


BASES = pd.DataFrame(
    {
        "host": ["a", "b", "c"],
        "user": ["u", "u", "v"],
        "kind": ["air"] * 3,
        "start": pd.to_datetime(["1991-12-26", "1995-01-01", "2001-12-01"]),
        "end": pd.to_datetime([None, "2000-01-01", None]),
        "notice": pd.to_datetime([None, "1999-01-01", None]),
    }
)


def test_a_base_is_doomed_from_its_notice():
    found = counted_sites(sites(BASES))
    assert found.events == 1
    assert found.years == pytest.approx(13.85 + 4.0 + 3.92, abs=0.02)
    assert counted_sites(sites(BASES), last=1998).events == 0


def test_bases_of_allies_are_told_from_those_of_others_by_the_day():
    allies = spells(("b", "Union", "member", "1992-01-01", "1997-01-01"),
                    ("a", "Union", "member", "1992-05-15", None))  # fmt: skip
    inside, outside = split_by_ally(sites(BASES), allies)
    assert counted_sites(inside).events == 0
    assert counted_sites(inside).years == pytest.approx(13.46 + 2.0, abs=0.02)
    assert counted_sites(outside).events == 1


def test_states_that_are_alike_are_pooled_and_others_are_not():
    alike = [EventCount(1, 20.0)] * 11 + [EventCount(0, 20.0)]
    apart = [EventCount(8, 20.0)] * 6 + [EventCount(0, 20.0)] * 6
    pooled, own = (risings.mean_of_group(each, [11]) for each in (alike, apart))
    assert pooled[0] > 0.03  # close to the others' .05
    assert own[0] < 0.04 < 0.4  # far from the others' mean of .2


def test_heads_who_acted_for_some_weeks_are_no_change():
    leaders = pd.DataFrame(
        {
            "country": ["a"] * 3,
            "start": pd.to_datetime(["1991-01-01", "1997-01-01", "1997-03-01"]),
            "end": pd.to_datetime(["1997-01-01", "1997-03-01", None]),
            "exit": ["Regular", "Regular", "in office"],
        }
    )
    assert risings.successions(leaders, "a", 1992, 2005).events == 1


def test_covariates_of_joining_are_found_again_and_drawn_towards_none():
    pytest.importorskip("statsmodels")
    generator = np.random.default_rng(6)
    cause, idle = generator.normal(size=(2, 3000))
    chance = 1 / (1 + np.exp(3.0 - 1.0 * cause))
    rows = pd.DataFrame(
        {
            "state": generator.integers(0, 10, 3000).astype(str),
            "organization": generator.integers(0, 5, 3000).astype(str),
            "happened": generator.random(3000) < chance,
            "cause": cause,
            "idle": idle,
            "year": 1995,
        }
    )
    weights, spreads = belonging.fitted(rows, ["cause", "idle"])
    assert abs(weights[1] - 1.0) < 3 * spreads[1] < 0.5
    assert abs(weights[2]) < 3 * spreads[2]
    few, _ = belonging.fitted(rows.head(60), ["cause", "idle"])
    assert abs(few[1]) < 2.0


def test_what_help_does_is_found_apart_from_pairs_and_years():
    pytest.importorskip("statsmodels")
    generator, rows = np.random.default_rng(7), []
    common = generator.normal(size=14)
    for pair in range(40):
        own = generator.normal(0, 3)
        for year in range(14):
            help_given = own + common[year] + generator.normal()
            seen = 0.2 * help_given + own + common[year] + generator.normal(0, 0.3)
            rows.append((f"s{pair % 16}", f"{pair}", year, seen, help_given))
    frame = pd.DataFrame(rows, columns=["state", "pair", "year", "votes", "aid"])
    found = giving.fixed_effects(frame, "votes", ["aid"]).loc["aid"]
    assert found.low < 0.2 < found.high and found.high - found.low < 0.15

"""Pools: their ends are their parts, and weights find what is true."""

from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np
import pytest
from scipy.special import expit, logit

from simulation.backtest import pooling
from simulation.backtest.pooling import (
    Answered,
    Trust,
    chance_of,
    learned,
    mixture_score,
    pooled_chance,
    recommended,
    stored_trust,
    weighed_as,
)
from simulation.backtest.predictands import PREDICTANDS
from simulation.backtest.scores import BASE_RATES, BASELINES, PERSISTENCE, crps
from simulation.calibration.targets import KNOWN
from simulation.inputs.problems import Problems

pytest.importorskip("scoringrules")


def ones(chance, count=2000):
    """A sample of answers with a share of yes."""
    return (np.arange(count) < chance * count) + 0.0


def answered(question, model, rival):
    return Answered(question, model, dict.fromkeys(BASELINES, rival))


def trusting(answered_one, weight):
    found = stored_trust().weights[answered_one.kind]
    learned_one = 0.5 + (weight - 0.5) / pooling.CARRIES_OVER
    return Trust({answered_one.kind: dataclasses.replace(found, learned=learned_one)}, {})


@pytest.mark.parametrize(("weight", "part"), [(0.0, 0.3), (1.0, 0.9)])
def test_a_pool_of_probabilities_ends_at_its_parts(questions, weight, part):
    assert pooled_chance(0.9, 0.3, weight) == pytest.approx(part)
    each = answered(questions["member"], ones(0.9), ones(0.3))
    found = recommended(each, trusting(each, weight))
    assert found.forecast == pytest.approx(part, abs=1e-3)
    assert found.score == pytest.approx((part - 1) ** 2, abs=1e-3)


def test_half_a_pool_lies_in_the_middle_of_the_log_odds():
    assert logit(pooled_chance(0.9, 0.3, 0.5)) == pytest.approx((logit(0.9) + logit(0.3)) / 2)


@pytest.mark.parametrize("name", ["count", "trade", "rent", "overtakes", "agreement"])
def test_a_mixture_of_numbers_ends_at_its_parts(questions, name):
    asked, luck = questions[name], np.random.default_rng(5)
    model, rival = (asked.outcome * (1 + luck.uniform(0, wide, 397)) for wide in (0.5, 2.0))
    each = answered(asked, model, rival)
    for weight, part in ((0.0, rival), (1.0, model)):
        assert mixture_score(each, weight) == pytest.approx(crps(asked, part))
        found = recommended(each, trusting(each, weight))
        expected = np.quantile(part, (0.05, 0.5, 0.95), method="inverted_cdf")
        assert (found.q05, found.forecast, found.q95) == pytest.approx(expected)


def test_the_score_of_a_mixture_is_that_of_its_sample(questions):
    import scoringrules

    asked, luck = questions["trade"], np.random.default_rng(5)
    each = answered(asked, luck.uniform(0.1, 0.3, 300), luck.uniform(0.2, 0.6, 500))
    values, shares = pooling.mixture(each.model, each.partner, 0.3)
    assert shares.sum() == pytest.approx(1)
    order = np.argsort(values)
    direct = scoringrules.crps_ensemble(asked.outcome, values[order], ens_w=shares[order])
    assert mixture_score(each, 0.3) == pytest.approx(float(direct), rel=1e-3)


def test_a_sample_is_never_sure():
    assert chance_of(np.zeros(1000)) == pytest.approx(0.5 / 1001)
    assert chance_of(np.ones(1000)) == pytest.approx(1 - 0.5 / 1001)


def known(question):
    return dataclasses.replace(
        question, as_of=dt.date(2001, 12, 31), resolves=dt.date(2004, 12, 31)
    )


def pretended(question, truth, count=600):
    """Questions whose answers come from a pool of known weight."""
    luck, found = np.random.default_rng(11), []
    for place in range(count):
        ours, theirs = luck.uniform(0.03, 0.97, 2)
        happens = luck.uniform() < expit(truth * logit(ours) + (1 - truth) * logit(theirs))
        asked = dataclasses.replace(known(question), outcome=float(happens), about=f"{place % 20}")
        found.append(answered(asked, ones(ours), ones(theirs)))
    return found


@pytest.mark.parametrize("truth", [0.0, 0.3, 0.75, 1.0])
def test_weights_of_probabilities_find_the_truth(questions, truth):
    [found] = learned(pretended(questions["member"], truth)).values()
    assert found.learned == pytest.approx(truth, abs=0.15)
    assert found.questions == 600
    assert found.worth > 250


def pretended_numbers(question, of_model, count=200):
    """Shares of trade: some come from the model's distribution, the rest from the rival's."""
    luck, found = np.random.default_rng(12), []
    for place in range(count):
        middle, other = luck.uniform(0.2, 0.8, 2)
        model, rival = (luck.normal(it, 0.03, 200) for it in (middle, other))
        outcome = luck.normal(middle if luck.uniform() < of_model else other, 0.03)
        asked = dataclasses.replace(known(question), outcome=outcome, about=f"{place % 20}")
        found.append(answered(asked, model, rival))
    return found


@pytest.mark.parametrize("truth", [0.1, 0.5, 0.9])
def test_weights_of_numbers_find_the_truth(questions, truth):
    [found] = learned(pretended_numbers(questions["trade"], truth)).values()
    assert found.learned == pytest.approx(truth, abs=0.15)


def test_the_recommended_weight_goes_half_of_the_way_to_what_was_learned():
    for each in stored_trust().weights.values():
        assert each.weight == pytest.approx((each.learned + 0.5) / 2)


def test_few_questions_leave_a_weight_near_what_other_kinds_say(questions):
    many = pretended(questions["member"], 1.0, 400)
    few = pretended(questions["ouster"], 0.0, 3)
    alone = learned(few)["heads of state, yes or no"]
    beside = learned([*many, *few])["heads of state, yes or no"]
    assert 0.25 < alone.learned < 0.65
    assert beside.learned > alone.learned + 0.1


def test_questions_that_say_the_same_weigh_as_one(questions):
    """Fifty copies about one actor teach no more than they are worth."""
    one = pretended(questions["member"], 1.0, 6)
    copied = learned([each for each in one for _ in range(50)])["memberships, yes or no"]
    single = learned(one)["memberships, yes or no"]
    assert copied.worth < 12
    assert copied.learned == pytest.approx(single.learned, abs=0.15)


def test_nothing_later_than_october_2005_may_set_a_weight(questions):
    each = answered(questions["member"], ones(0.5), ones(0.5))
    assert each.question.resolves > KNOWN
    with pytest.raises(Problems, match="resolves on 2006-12-31, after 2005-10-31"):
        learned([each])


def test_every_measure_has_a_weight_and_a_partner(questions):
    trust = stored_trust()
    assert set(pooling._FAMILIES) == set(PREDICTANDS)
    assert {weighed_as(each) for each in questions.values()} <= set(trust.weights)
    assert {each.partner for each in trust.weights.values()} == {PERSISTENCE, BASE_RATES}
    assert all(0 < each.low <= each.learned <= each.high < 1 for each in trust.weights.values())


def test_weights_are_written_and_read_as_they_are(tmp_path, monkeypatch):
    trust = stored_trust()
    trust.save(tmp_path / "trust.yaml")
    assert (tmp_path / "trust.yaml").read_bytes() == pooling.TRUST.read_bytes()

"""Decisions: declared once, refused where a part is missing, taken from the sum that is read."""

import dataclasses
from dataclasses import dataclass

import numpy as np
import pytest

from simulation import InfluenceModel
from simulation.decisions.bases import KEEP_BASE, REVIEW, TAKE_UP
from simulation.decisions.cases import RegimeCase
from simulation.decisions.decision import Condition, Decision, LogEvent, Luck, Measure, Undeclared
from simulation.decisions.events import DECISIONS, KINDS
from simulation.decisions.regimes import UNREST
from simulation.model.agents import State
from simulation.numerics.arrays import Term, Utility
from simulation.world.world import LAYOUT, World

SUBJECTS = {"bases", "patronage", "organizations", "works", "regimes"}


def changed(decision, **parts):
    """The same declaration with other parts."""
    return dataclasses.replace(decision, **parts)


@dataclass(frozen=True, eq=False)
class WithOneMore(Utility):
    """What speaks for unrest, with a term that nobody has declared."""

    base: Term
    hardship: Term
    club: Term
    weather: Term


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"sums": WithOneMore}, "the rule adds 'weather', which has no measure"),
        (
            {"terms": {**UNREST.terms, "weather": Measure("the weather")}},
            "'weather' is measured, and the rule adds none",
        ),
        (
            {"terms": dict(reversed(UNREST.terms.items()))},
            "the terms are to stand in the order of the rule: "
            "base, hardship, militancy, transition, club",
        ),
        (
            {"terms": {**UNREST.terms, "base": Measure("")}},
            "no label of 'base'",
        ),
        (
            {"terms": {**UNREST.terms, "base": Measure("unrest", "regime.unrest_bass")}},
            "'regime.unrest_bass' is no parameter",
        ),
        ({"luck": Luck("unrest", slope="regime.slope")}, "'regime.slope' is no parameter"),
        ({"season": "regime.season"}, "'regime.season' is no parameter"),
        ({"writes": ("unrest",)}, "'unrest' is no array of the world"),
        ({"who": "power"}, "a RegimeCase has no 'power'"),
        ({"when": ""}, "no when"),
        ({"decided": ("unrest breaks out in {actor}", "")}, "no not decided"),
        (
            {"conditions": (Condition("calm", "", lambda it: it.unrest),)},
            "no words of 'calm'",
        ),
        ({"events": (LogEvent("ouster", ""),)}, "no sentence of 'ouster'"),
    ],
)
def test_a_declaration_that_lacks_a_part_is_refused(parts, said):
    with pytest.raises(Undeclared) as refused:
        changed(UNREST, **parts)
    assert "the decision 'unrest'" in str(refused.value)
    assert said in str(refused.value)


def test_everything_that_is_wrong_is_said_at_once():
    with pytest.raises(Undeclared) as refused:
        changed(UNREST, when="", writes=("rain",))
    assert "no when" in str(refused.value)
    assert "'rain' is no array" in str(refused.value)


def test_every_kind_in_the_log_has_a_chain_that_ends_with_its_decision():
    for name, kind in KINDS.items():
        assert kind.event.kind == name
        last = kind.chain[-1]
        decided = KINDS[kind.decided_as]
        assert last.decision == decided.decision.name
        assert last.wanted is decided.event.wanted


@pytest.fixture(scope="module")
def watched():
    """What the effect of each decision wrote in twelve years, and where it had no leave to."""
    wrote: dict[str, set[str]] = {key: set() for key in DECISIONS}
    deciding: list[str] = []
    original, carried = World.intend, Decision.carry_out

    def intend(self, name, *rest):
        if deciding:
            wrote[deciding[-1]].add(name)
        original(self, name, *rest)

    def carry_out(self, verdict):
        deciding.append(self.key)
        try:
            carried(self, verdict)
        finally:
            deciding.pop()

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(World, "intend", intend)
        patched.setattr(Decision, "carry_out", carry_out)
        InfluenceModel("baseline", runs=60, seed=3, parameters="prior").run("2013Q4")
    return wrote


@pytest.mark.parametrize("key", sorted(DECISIONS))
def test_a_decision_writes_what_it_declares_and_nothing_else(watched, key):
    declared = set(DECISIONS[key].writes)
    assert declared <= set(LAYOUT)
    assert watched[key] <= declared


def test_most_decisions_are_taken_in_twelve_years(watched):
    """So that the test above sees something."""
    silent = {key for key in watched if DECISIONS[key].writes and not watched[key]}
    assert silent <= {"found_organization"}


@pytest.fixture
def model():
    return InfluenceModel("baseline", runs=50, seed=1, explaining=True).run("2003Q2")


def test_a_decision_that_is_not_asked_for_is_neither_taken_nor_kept(model):
    world, entries = model.world, len(model.world.entries)
    it = RegimeCase(model.situation, world.place("state", "uzbekistan"))
    assert DECISIONS["ouster"].decide(it) is None  # no unrest in any run
    assert len(world.entries) == entries


def test_what_decides_is_what_is_kept(model):
    world = model.world
    it = RegimeCase(model.situation, world.place("state", "uzbekistan"))
    verdict = UNREST.decide(it)
    kept = world.entries[-1]
    assert (kept.decision, kept.actor) == ("unrest", "uzbekistan")
    np.testing.assert_array_equal(kept.happened, verdict.happened)
    np.testing.assert_allclose(kept.total, verdict.utility.total, rtol=1e-6)
    assert np.array_equal((kept.margin > 0) & it.quiet, verdict.happened)


def test_one_term_moves_one_decision_and_nothing_before_it():
    """A minimally different world: hosts that rent alone keeps, from one quarter on."""
    one = InfluenceModel("baseline", runs=200, seed=5).run("2005Q2")
    other = InfluenceModel("baseline", runs=200, seed=5).run("2005Q2")
    for name, values in one.world.snapshot().items():
        assert values.tobytes() == other.world.snapshot()[name].tobytes(), name
    other.weights.set("basing.reservation.united_states", 0.0)
    one.run("2005Q3")
    other.run("2005Q3")
    manas = one.world.place("installation", "manas")
    kept = [(model.world.base_status[manas] == 2).sum() for model in (one, other)]
    assert kept[1] < kept[0]
    reviewed = [model.world.under_review[manas] for model in (one, other)]
    assert np.array_equal(*reviewed)  # the host decides before the guest bids


@pytest.mark.parametrize("decision", [TAKE_UP, REVIEW, KEEP_BASE], ids=lambda each: each.name)
def test_the_words_of_a_decision_name_whom_it_is_about(decision):
    for text in decision.decided:
        told = text.format(actor="A", object="B")
        assert "{" not in told


def test_states_can_be_asked_for_by_name(model):
    fears = model.agents_by_type[State].get("fear")
    assert {each.shape for each in fears} == {(50,)}

"""Turkmenistan, and who is seen: what Washington minds is what it looks at."""

import numpy as np
from pairs import QUIET, assert_identical, live, paired, scenario, without

RUNS = 200
STATES = ("kazakhstan", "kyrgyzstan", "tajikistan", "turkmenistan", "uzbekistan")


def first_withheld(history):
    return {state: history.when("withheld_since", "united_states", state) for state in STATES}


def test_uzbekistan_is_the_first_from_whom_aid_is_withheld():
    when = first_withheld(live("baseline", RUNS))
    others = np.min([when[state] for state in STATES if state != "uzbekistan"], axis=0)
    assert (when["uzbekistan"] <= others).mean() > 0.7
    # The table of responses asks for less than .15, and has it at the posterior (R19).
    assert (when["turkmenistan"] < when["uzbekistan"]).mean() < 0.2


def test_who_looks_everywhere_withholds_from_turkmenistan_first():
    late = (*QUIET, "patronage.decision_season=2")
    on, off = paired("baseline", without("attention"), runs=RUNS, settings=late)
    assert_identical(on, off, until="2002Q1")  # aid is decided in 2002Q2
    when = first_withheld(off)
    assert (when["turkmenistan"] <= when["uzbekistan"]).mean() > 0.5


def test_a_crackdown_is_seen_wherever_it_is():
    event = [{"date": "2003-02-10", "crackdown": "turkmenistan", "why": "After an attempted coup."}]
    calm = live("baseline", RUNS, until="2003Q4", settings=QUIET)
    seen = live(scenario("crackdown_seen", events=event), RUNS, until="2003Q4", settings=QUIET)
    before = calm.of("withheld", "united_states", "turkmenistan", quarter="2003Q4")
    after = seen.of("withheld", "united_states", "turkmenistan", quarter="2003Q4")
    assert after.mean() > before.mean() + 0.1


def test_a_neutral_state_takes_less_conditional_aid_and_swings_less():
    on, off = paired("baseline", without("neutrality"), runs=RUNS)
    aid = [it.of("aid", "economic", "united_states", "turkmenistan").mean() for it in (on, off)]
    assert aid[0] < 0.7 * aid[1]
    given = [
        it.of("aid", "economic", "japan", "turkmenistan", quarter="2001Q4") for it in (on, off)
    ]
    np.testing.assert_allclose(*given, rtol=0.02)
    start = on.of("affinity", "united_states", "turkmenistan", quarter="2001Q3")
    swing = [np.abs(it.of("affinity", "united_states", "turkmenistan") - start) for it in (on, off)]
    assert swing[0].mean() < swing[1].mean()


def test_exiles_are_handed_over_where_they_are():
    lived = live("baseline", RUNS)
    handed = {state: lived.of("understanding", "china", state).mean() for state in STATES}
    assert min(handed[s] for s in ("kazakhstan", "kyrgyzstan", "uzbekistan")) > 0.5
    assert max(handed["tajikistan"], handed["turkmenistan"]) < 0.4

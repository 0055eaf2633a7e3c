"""Shelter attracts, dependence repels."""

from pairs import QUIET, assert_identical, live, paired, parted, scenario, without

RUNS = 200
MEMBERS = ("kazakhstan", "kyrgyzstan", "tajikistan", "uzbekistan")


def leaning(history, power, state, quarter="2005Q4"):
    return history.of("affinity", power, state, quarter=quarter).mean()


def test_the_blocs_word_warms_towards_its_sponsors():
    on, off = paired("baseline", without("bloc_legitimacy"), runs=RUNS)
    for power in ("china", "russia"):
        for state in MEMBERS:
            assert leaning(on, power, state) > leaning(off, power, state) + 0.005, (power, state)
    for state in MEMBERS:
        assert (on.of("fear", state) <= off.of("fear", state) + 1e-6).all()


def test_outside_the_bloc_uzbekistan_is_colder_to_china():
    event = [{"date": "2002-01-15", "leave": "uzbekistan", "from": "sco", "why": "It walks out."}]
    inside = live("baseline", RUNS, until="2010Q4")
    outside = live(scenario("out_of_the_bloc", events=event), RUNS, until="2010Q4")
    for quarter in ("2005Q4", "2010Q4"):
        colder = leaning(outside, "china", "uzbekistan", quarter)
        assert colder < leaning(inside, "china", "uzbekistan", quarter)


def test_danger_is_what_fear_would_be_without_a_shield():
    on, off = paired("baseline", without("bloc_legitimacy"), runs=RUNS, settings=QUIET)
    assert_identical(on, off, until="2003Q4")  # before anybody has a word to say
    danger, fear = on.at("danger", "2005Q4"), on.at("fear", "2005Q4")
    assert (fear <= danger).all()
    assert (
        fear[: len(on.model.world.axes.region)] < danger[: len(on.model.world.axes.region)]
    ).any()
    assert (off.at("fear", "2005Q4") == off.at("danger", "2005Q4")).all()


def test_unconditional_help_warms():
    free = ("patronage.conditional.united_states=0", "patronage.conditionality.united_states=0",
            "patronage.blame_withholding=0", "patronage.blame_crackdown=0")  # fmt: skip
    much = tuple(
        f"patronage.budget.{channel}.united_states={5 * money}"
        for channel, money in (("economic", 170), ("political", 60), ("security", 80))
    )
    once, five_times = (
        live("baseline", RUNS, settings=settings) for settings in (free, free + much)
    )
    for state in ("kazakhstan", "turkmenistan", "uzbekistan"):
        warmer = leaning(five_times, "united_states", state) - leaning(once, "united_states", state)
        assert warmer > 0.01, state


def test_goodwill_is_part_of_that():
    on, off = paired("baseline", without("goodwill"), runs=RUNS, settings=QUIET)
    assert (
        on.of("affinity", "china", "uzbekistan") != off.of("affinity", "china", "uzbekistan")
    ).all()
    assert parted(on, off, "2001Q3") == {"affinity"}


def test_an_own_pipeline_loosens_the_tie_with_the_owner_of_the_route():
    event = [{"date": "2003-01-15", "open_project": "atasu_alashankou", "why": "It opens early."}]
    on, off = paired("baseline", without("export_routes"), runs=RUNS, settings=QUIET)
    early, early_off = (
        live(scenario("early", events=event, **switch), RUNS, settings=QUIET)
        for switch in ({}, {"mechanisms": {"export_routes": "off"}})
    )

    def tie(history, state="kazakhstan"):
        return history.of("ties", "economic", "russia", state).mean()

    assert tie(early) - tie(on) < tie(early_off) - tie(off) - 0.01
    assert abs(tie(early, "turkmenistan") - tie(on, "turkmenistan")) < 0.01

"""The parameters that the code declares are those of the catalogue, neither more nor fewer."""

import sys

import pytest
from places import ROOT

from simulation.evidence.catalogue import load_catalogue
from simulation.parameters.groups import Group
from simulation.parameters.weights import Weights
from simulation.scenario.scenario import load_scenario
from simulation.world.axes import Axes

sys.path.append(str(ROOT / "docs"))

import make_numbers

SCENARIO = load_scenario("baseline")
AXES = Axes.of(load_catalogue(), SCENARIO).mapping()


def built() -> Weights:
    """The parameters as the baseline has them."""
    return Weights(load_catalogue(), SCENARIO.values, {}, AXES)


WEIGHTS = built()
GROUPS = {name: group for name, group in vars(WEIGHTS).items() if isinstance(group, Group)}
PARAMETERS = load_catalogue().parameters


def named(key: str) -> tuple[str, str]:
    """The group of a parameter and its name there."""
    group, _, name = key.partition(".")
    return group, PARAMETERS[key].rules_say or name.replace(".", "_")


DECLARED = {
    (name, attribute): written
    for name, group in GROUPS.items()
    for attribute, written in type(group).__annotations__.items()
}
YEARLY = {named(key) for key in PARAMETERS if named(key)[0] == "observed"}
WANTED = {named(key): make_numbers.kind(parameter, AXES) for key, parameter in PARAMETERS.items()}


def test_every_group_of_the_catalogue_has_a_class():
    assert {name for name, group in GROUPS.items() if type(group) is not Group} == {
        group for group, _ in WANTED
    }


def test_every_parameter_is_declared():
    missing = WANTED.keys() - DECLARED.keys() - YEARLY
    assert not missing, f"run python docs/make_numbers.py, which declares {sorted(missing)}"


def test_the_declarations_are_what_the_catalogue_makes_them():
    text = make_numbers.PAGE.read_text(encoding="utf-8")
    again = make_numbers.rewritten(text, load_catalogue())
    assert again == text, "run python docs/make_numbers.py"
    assert not [*make_numbers.undeclared(text, load_catalogue())]
    shorter = text.replace("    hedging: Number\n", "").replace("blame: Number", "blame: Array")
    assert make_numbers.rewritten(shorter, load_catalogue()) == text


def test_nothing_is_declared_that_the_catalogue_lacks():
    strange = DECLARED.keys() - WANTED.keys()
    assert not strange, f"no parameter of the catalogue: {sorted(strange)}"


@pytest.mark.parametrize("place", sorted(DECLARED), ids=".".join)
def test_a_parameter_is_declared_as_what_it_is(place):
    assert DECLARED[place] == WANTED[place]


def test_what_was_observed_is_read_by_year():
    observed = WEIGHTS.observed
    assert observed.trade_share(2003) is observed.trade_share_y2003
    assert observed.agreement(2003, "china") is observed.agreement_y2003_china
    assert observed.agenda(2003) is observed.agenda_y2003
    assert observed.trade_share(1990) is observed.agenda(1990) is None
    assert observed.agreement(1990, "china") == {}


def test_what_was_observed_later_can_be_forgotten():
    weights = built()
    weights.observed.forget_after(2002)
    assert weights.observed.trade_share(2002) is not None
    assert weights.observed.trade_share(2003) is None
    assert weights.observed.agenda(2003) is None
    assert weights.observed.agreement(2003, "china") == {}


def test_a_group_tells_of_a_parameter_that_it_lacks():
    with pytest.raises(AttributeError, match="no parameter of that name in this group: habitt"):
        _ = WEIGHTS.basing.habitt

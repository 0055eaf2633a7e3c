"""The parameters that the code declares are those of the catalogue, neither more nor fewer."""

import pytest

from simulation.evidence.catalogue import load_catalogue
from simulation.evidence.schema import Parameter
from simulation.parameters.groups import Group
from simulation.parameters.weights import Weights
from simulation.scenario.scenario import load_scenario
from simulation.world.axes import Axes

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


def kind(parameter: Parameter) -> str:
    """The type that a parameter is declared with."""
    inner = "Array" if any(axis in AXES for axis in parameter.over or ()) else "Number"
    free = any(axis not in AXES for axis in parameter.over or ())
    return f"Mapping[str, {inner}]" if free else inner


DECLARED = {
    (name, attribute): written
    for name, group in GROUPS.items()
    for attribute, written in type(group).__annotations__.items()
}
YEARLY = {named(key) for key in PARAMETERS if named(key)[0] == "observed"}
WANTED = {named(key): kind(parameter) for key, parameter in PARAMETERS.items()}


def test_every_group_of_the_catalogue_has_a_class():
    assert {name for name, group in GROUPS.items() if type(group) is not Group} == {
        group for group, _ in WANTED
    }


def test_every_parameter_is_declared():
    missing = WANTED.keys() - DECLARED.keys() - YEARLY
    assert not missing, f"declare in parameters/groups.py: {sorted(missing)}"


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

"""Every number of the catalogue is read by someone, or says that it is context."""

from pathlib import Path

import pytest

import simulation
from simulation.evidence.catalogue import load_catalogue
from simulation.model.model import InfluenceModel
from simulation.parameters.groups import Group

COMPARED = ("observed", "targets")
"""Groups that runs are compared with; the rules need not read them."""
UNREAD = {
    "projects.credit_share",
    "initial.military_spending",
    "initial.population",
    "projects.first_stage_share",
    "projects.japan_aid_share",
    "projects.training_share",
}
"""What no rule reads. Whoever makes a rule read one takes it out here and in its note."""


ASKED: dict[int, set[str]] = {}
"""Attributes of each group, by its identity, that something has asked for."""


def listening(group: Group, name: str) -> object:
    """Read an attribute of a group and remember that it was asked for."""
    ASKED.setdefault(id(group), set()).add(name)
    return object.__getattribute__(group, name)


def attribute(key: str) -> str:
    """What the rules call a parameter."""
    declared = load_catalogue().parameters[key].rules_say
    return declared or key.partition(".")[2].replace(".", "_")


def not_asked(model: InfluenceModel) -> set[str]:
    """Keys of the parameters that nothing has asked for since the account was begun."""
    asked = {
        (name, read)
        for name, group in vars(model.weights).items()
        for read in ASKED.get(id(group), ())
    }
    keys = (key for key in load_catalogue().parameters if key.partition(".")[0] not in COMPARED)
    return {key for key in keys if (key.partition(".")[0], attribute(key)) not in asked}


@pytest.fixture(scope="module")
def unread():
    """What nothing asks for from 2001 to 2006: at all, and once the run has begun."""
    with pytest.MonkeyPatch.context() as patched:
        ASKED.clear()
        patched.setattr(Group, "__getattribute__", listening)
        model = InfluenceModel("baseline", runs=20, seed=1, explaining=True)
        begun = not_asked(model)
        ASKED.clear()
        model.run("2006Q4")
        later = not_asked(model)
    return begun & later, later


def test_the_rules_read_every_parameter_but_those_listed(unread):
    assert unread[0] == UNREAD


def test_what_is_not_read_once_a_run_has_begun_says_so(unread):
    """It could not be changed later: a dated `set` of it is refused."""
    parameters = load_catalogue().parameters
    told = {key for key, parameter in parameters.items() if parameter.only_at_start}
    compared = {key for key in parameters if key.partition(".")[0] in COMPARED}
    assert told - compared == unread[1]
    agendas = {key for key in compared if key.startswith("observed.agenda.")}  # read year by year
    assert told & compared == compared - agendas


@pytest.mark.parametrize("key", sorted(UNREAD))
def test_what_no_rule_reads_says_so(key):
    parameter = load_catalogue().parameters[key]
    assert "Context, read by no rule" in (parameter.note or "")


def test_what_runs_are_compared_with_is_named_where_they_are_compared():
    files = Path(simulation.__file__).parent.rglob("*.py")
    code = "\n".join(path.read_text(encoding="utf-8") for path in files)
    keys = [key.split(".") for key in load_catalogue().parameters]
    region = f"_{load_catalogue().home}"  # the code calls it what the evidence calls it
    series = {name.removesuffix(region) for group, name, *_ in keys if group in COMPARED}
    assert {name for name in series if name not in code} == set()

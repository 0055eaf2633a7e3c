"""What is installed: the declared dependencies and the lock agree, and name no address."""

from __future__ import annotations

import re
import tomllib

import pytest
from places import PACKAGE, ROOT

import simulation
from simulation.commands.program import EXTRAS
from simulation.inputs.places import shipped

DECLARED = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT, TOOL = DECLARED["project"], DECLARED["tool"]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
PIN = re.compile(r"^([a-z0-9-]+)==(\S+)(?: ; ([^\\]+))? \\$", re.MULTILINE)


def normal(requirement: str) -> str:
    """The name of a requirement as an index spells it."""
    name = re.split(r"[<>=!~\[; ]", requirement, maxsplit=1)[0]
    return re.sub(r"[-_.]+", "-", name).lower()


def test_the_lock_names_no_address():
    assert "://" not in LOCK
    assert not re.search(r"^-|--index|--find-links|file:|@ ", LOCK, re.MULTILINE)


def test_every_pin_has_a_hash():
    entries = re.split(r"\n(?=[a-z0-9])", LOCK.strip())
    assert len(entries) == len(PIN.findall(LOCK))
    assert all("--hash=sha256:" in entry for entry in entries)


@pytest.mark.parametrize("extra", ["", *PROJECT["optional-dependencies"]])
def test_everything_declared_is_pinned(extra):
    declared = PROJECT["optional-dependencies"][extra] if extra else PROJECT["dependencies"]
    assert {normal(each) for each in declared} <= {name for name, _, _ in PIN.findall(LOCK)}


def test_the_version_stands_in_one_place_and_is_cited():
    assert PROJECT["dynamic"] == ["version"]
    assert "version" not in PROJECT
    cited = re.search(r"^version: (\S+)$", (ROOT / "CITATION.cff").read_text("utf-8"), re.MULTILINE)
    assert cited is not None
    assert cited[1] == simulation.__version__


def test_what_stands_beside_the_package_travels_inside_it():
    places = TOOL["hatch"]["build"]["targets"]["wheel"]
    assert set(places["only-include"]) == {"simulation", *places["sources"]}
    for folder, inside in places["sources"].items():
        assert inside == f"simulation/shipped/{folder}"
        assert any(shipped(folder).glob("*.yaml"))
    assert (PACKAGE / "py.typed").is_file()


def test_both_pythons_have_their_mesa():
    pins = {
        (version, marker.strip()) for name, version, marker in PIN.findall(LOCK) if name == "mesa"
    }
    assert len(pins) == 2
    assert {marker for _, marker in pins} == {
        "python_full_version < '3.12'",
        "python_full_version >= '3.12'",
    }


def test_the_extra_that_brings_a_missing_package_exists_and_declares_it():
    for package, extra in EXTRAS.items():
        declared = {normal(each) for each in PROJECT["optional-dependencies"][extra]}
        assert normal(package) in declared

"""The type checker refuses a misspelt name of the model's heart before anything runs.

One file holds, for each name, a line that is right and the same line misspelt; mypy reads it once.
"""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec

import pytest
from places import TESTS

ROOT = TESTS.parent
pytestmark = pytest.mark.skipif(
    find_spec("mypy") is None, reason="mypy is not installed; get it with: pip install -e .[test]"
)

HEAD = """\
from simulation.model.agents import State
from simulation.model.model import InfluenceModel
from simulation.model.turn.scripted import HANDLERS
from simulation.numerics.arrays import Mask
from simulation.parameters.weights import Weights
from simulation.rules.basing import Hosting
from simulation.rules.regime import Unrest
from simulation.scenario.events import Event
from simulation.world.world import World


def read(
    weights: Weights,
    world: World,
    model: InfluenceModel,
    state: State,
    event: Event,
    happened: Mask,
    hosting: Hosting,
) -> None:
"""


@dataclass(frozen=True)
class Misspelt:
    """A line that is right, and how one may misspell it."""

    right: str
    name: str
    wrong: str

    @property
    def line(self) -> str:
        """The line with its mistake."""
        assert self.right.count(self.name) == 1
        return self.right.replace(self.name, self.wrong)


LINES = {
    "a weight": Misspelt("weights.basing.habit + 1", "habit", "habitt"),
    "a table of weights": Misspelt("weights.basing.propensity[0]", "propensity", "propensty"),
    "a group of weights": Misspelt("weights.basing.rent + 1", "basing", "bassing"),
    "an array": Misspelt("world.militancy[0]", "militancy", "militancyy"),
    "a mask": Misspelt("world.under_review[0]", "under_review", "under_reviw"),
    "an array that is written to": Misspelt("world.fear[:] = 1", "fear", "feer"),
    "a new array": Misspelt("world.fear = world.fear + 1", "fear =", "feer ="),
    "an intent": Misspelt('world.intend("rent", 0, 1.0)', "rent", "rennt"),
    "a first": Misspelt('world.mark("notice_at", 0, happened)', "notice_at", "notice_att"),
    "an array by its name": Misspelt('world.array("rent")', "rent", "rennt"),
    "an agent's attribute": Misspelt("state.name.title()", "name", "nam"),
    "an agent's quantity": Misspelt("state.fear", "fear", "feer"),
    "a term": Misspelt("hosting.rent", "rent", "rennt"),
    "a term that a rule adds": Misspelt(
        "Unrest(base=1.0, hardship=0.5, militancy=0.0, transition=0.0, club=0.0)", "club", "clib"
    ),
    "an agent's weights": Misspelt("state.weights.regime.fear_floor + 1", "floor", "flor"),
    "an agent's model": Misspelt("state.model.history.last + 1", "history", "histroy"),
    "an agent of its kind": Misspelt(
        "[each.name for each in model.agents_by_type[State]]", "name", "nam"
    ),
    "a kind of event": Misspelt('event.kind == "ouster"', "ouster", "oustr"),
    "what a kind of event does": Misspelt('HANDLERS["close_base"]', "close_base", "clos_base"),
    "a kind of what is logged": Misspelt('world.note("review", happened)', "review", "reviw"),
    "an event that is logged": Misspelt(
        'world.note_event("set_rent", happened)', "set_rent", "set_rennt"
    ),
}
"""By what is misspelt. To have another name held, add a line."""
WRONG = {each.line for each in LINES.values()}


@pytest.fixture(scope="module")
def refused(tmp_path_factory):
    """What mypy says of each line of the file, by the line."""
    written = [*HEAD.splitlines()]
    for each in LINES.values():
        written += [f"    {each.right}", f"    {each.line}"]
    file = tmp_path_factory.mktemp("types") / "misspelt.py"
    file.write_text("\n".join(written) + "\n", encoding="utf-8")
    run = subprocess.run(
        [
            *(sys.executable, "-m", "mypy", "--follow-imports=silent"),
            *("--config-file", str(ROOT / "pyproject.toml"), "--no-pretty", str(file)),
        ],
        cwd=ROOT,
        env={**os.environ, "MYPYPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode in (0, 1), run.stdout + run.stderr
    said: dict[str, list[str]] = {}
    for place, message in re.findall(r"misspelt\.py:(\d+): error: (.*)", run.stdout):
        said.setdefault(written[int(place) - 1].strip(), []).append(message)
    return said


@pytest.mark.parametrize("what", LINES)
def test_a_misspelt_name_is_refused(refused, what):
    assert LINES[what].line in refused


def test_what_is_spelt_right_passes(refused):
    assert {line: said for line, said in refused.items() if line not in WRONG} == {}

"""Write the numbers of the evidence into simulation/parameters/groups.py, a line each.

    python docs/make_numbers.py

From there a type checker knows their names, and refuses a misspelt one before anything runs. A
new group needs its class there first, with a line that says what it is about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from simulation.evidence.catalogue import Catalogue, load_catalogue
from simulation.evidence.schema import Parameter
from simulation.parameters import groups
from simulation.parameters.groups import Group
from simulation.parameters.weights import Weights
from simulation.scenario.scenario import load_scenario
from simulation.world.axes import Axes

PAGE = Path(groups.__file__)
_CLASS = re.compile(r"^class (\w+)\(Group\):\n    \"\"\".*\"\"\"\n\n((?:    \w+: .+\n)+)", re.M)


def declared(catalogue: Catalogue) -> dict[str, list[str]]:
    """The lines of each class, in the order of the catalogue."""
    scenario = load_scenario("baseline", catalogue)
    axes = Axes.of(catalogue, scenario).mapping()
    weights = Weights(catalogue, scenario.values, {}, axes)
    classes = {name: type(it) for name, it in vars(weights).items() if isinstance(it, Group)}
    lines: dict[str, list[str]] = {}
    for key, parameter in catalogue.parameters.items():
        group, _, name = key.partition(".")
        if group in classes:
            own = lines.setdefault(classes[group].__name__, [])
            own.append(f"{parameter.rules_say or name.replace('.', '_')}: {kind(parameter, axes)}")
    return {name: list(dict.fromkeys(own)) for name, own in lines.items()}


def kind(parameter: Parameter, axes: dict[str, tuple[str, ...]]) -> str:
    """The type that a parameter is declared with."""
    over = parameter.over or ()
    inner = "Array" if any(axis in axes for axis in over) else "Number"
    return f"Mapping[str, {inner}]" if any(axis not in axes for axis in over) else inner


def rewritten(text: str, catalogue: Catalogue) -> str:
    """The module as it should be: what stands in each class is what the catalogue has."""
    lines = declared(catalogue)

    def body(match: re.Match[str]) -> str:
        own = lines.get(match[1])
        if own is None:
            return match[0]
        head = match[0][: match.start(2) - match.start()]
        return head + "".join(f"    {line}\n" for line in own)

    return _CLASS.sub(body, text)


def undeclared(text: str, catalogue: Catalogue) -> Iterator[str]:
    """Classes of groups of numbers that the module lacks."""
    known = {match[1] for match in _CLASS.finditer(text)}
    yield from sorted(declared(catalogue).keys() - known - {"ObservedWeights"})


def main() -> None:
    """Bring the module up to date."""
    text, catalogue = PAGE.read_text(encoding="utf-8"), load_catalogue()
    PAGE.write_text(rewritten(text, catalogue), encoding="utf-8")
    for name in undeclared(text, catalogue):
        print(f"{PAGE.name} has no class {name}: write it, with a first line of its own.")


if __name__ == "__main__":
    main()

"""Commands for a question of one's own: start a scenario, check it, complete it in an editor."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path

from simulation.commands.commandline import Heading, Misuse, argument, command
from simulation.commands.output import note, note_shadowed
from simulation.inputs.invocation import program
from simulation.inputs.places import SCENARIOS
from simulation.inputs.problems import Problems

_FOLDER = Path(SCENARIOS)


@command(
    Heading.ASK,
    [argument("name", metavar="NAME", help="name of the new scenario, as my_question, or a path")],
    examples=("new my_question", "new drafts/my_question.yaml"),
)
def new(given: Namespace) -> None:
    """Write a commented scenario to start from.

    The template explains every part and passes `check` as it is. A plain name goes into the
    folder scenarios/, a path ending in .yaml to where it says. No file is overwritten.
    """
    from simulation.scenario.inheritance import NAME
    from simulation.scenario.scenario import scenario_path, template

    path = Path(given.name)
    if path.suffix != ".yaml":
        path = _FOLDER / f"{given.name}.yaml"
    name = path.stem
    if not NAME.fullmatch(name):
        message = f"'{name}' cannot name a scenario; use letters, digits, hyphens and underscores"
        raise Misuse(message, "new --help")
    taken = path if path.exists() else scenario_path(name)
    if taken is not None and (path.parent == _FOLDER or path.exists()):
        raise Misuse(f"There is a scenario '{name}' already; choose another name", "list scenarios")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(template(name), encoding="utf-8")
    asked = name if path.parent == _FOLDER else path.as_posix()
    print(f"Wrote {path.as_posix()}. Open it in an editor, then:")
    print(f"  {program()} check {asked}")
    print(f"  {program()} batch {asked}")


@command(
    Heading.ASK,
    [argument("scenarios", metavar="SCENARIO", nargs="*", help="names or paths (all there are)")],
    name="check",
    examples=("check", "check my_question", "check drafts/my_question.yaml"),
)
def check_command(given: Namespace) -> int:
    """Say everything that is wrong with scenarios; run nothing.

    The evidence and the scenarios are read, and every problem in every file is reported at once
    with its line, the nearest name and the remedy. Exit status 2 if there is any. Of two files of
    one name, yours in scenarios/ is read, not the shipped one.
    """
    from simulation.model.outcomes import outcomes_of
    from simulation.scenario.scenario import sound_scenarios

    scenarios, broken = sound_scenarios(given.scenarios, outcomes=outcomes_of)
    width = max((len(each.name) for each in scenarios), default=0)
    for each in scenarios:
        print(f"{each.name:<{width}}  fine: {each.title}")
    note_shadowed(each.path for each in scenarios)
    if broken:
        note(Problems(broken).render())
    return 2 if broken else 0


@command(Heading.ASK, examples=("schema > scenario.schema.json",))
def schema(given: Namespace) -> None:
    """Print the JSON Schema of a scenario, for completion in an editor."""
    from simulation.scenario.scenario import scenario_schema

    print(json.dumps(scenario_schema(), indent=2, ensure_ascii=False))

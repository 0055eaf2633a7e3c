"""Commands for a question of one's own: start a scenario, check it, complete it in an editor."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path

from simulation.commands.arguments import ALLOW_PLUGINS
from simulation.commands.commandline import Heading, Misuse, argument, command, instead, quarter
from simulation.commands.output import note, note_shadowed, tell
from simulation.inputs.invocation import program
from simulation.inputs.places import SCENARIOS
from simulation.inputs.problems import Problems

_FOLDER = Path(SCENARIOS)
_ADDABLE = ("state", "power", "organization", "installation", "project")
"""What a new scenario can add to the world."""


@command(
    Heading.ASK,
    [
        argument(
            "name", metavar="NAME", help="name of the new scenario, as my_question, or a path"
        ),
        argument(
            "--add",
            nargs=2,
            metavar=("KIND", "NEWCOMER"),
            help=f"who or what is added: {', '.join(_ADDABLE)}, and its name",
        ),
        argument("--like", metavar="DONOR", help="whose numbers the newcomer starts from"),
    ],
    examples=(
        "new my_question",
        "new drafts/my_question.yaml",
        "new sixth_state --add state georgia --like kyrgyzstan",
        "new third_base --add installation karakol --like kant",
    ),
)
def new(given: Namespace) -> None:
    """Write a commented scenario to start from.

    The template explains every part and passes `check` as it is. A plain name goes into the
    folder scenarios/, a path ending in .yaml to where it says. No file is overwritten.

    With --add and --like it adds somebody to the world: a state, a power, an organization, an
    installation or a project, with every number that the newcomer needs as the donor has it. Each
    number waits for its reason: until all are filled in, `check` lists those that are not.
    """
    from simulation.inputs.results_folders import made_folder
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
    asked = name if path.parent == _FOLDER else path.as_posix()
    adds = given.add is not None or given.like is not None
    text = _adding(asked, given.add, given.like) if adds else template(name)
    made_folder(path.parent)
    path.write_text(text, encoding="utf-8")
    if adds:
        waiting = text.count('why: ""}')
        tell(f"Wrote {path.as_posix()}: {given.add[1]} with {waiting} numbers of {given.like}.")
        tell("Open it in an editor, change what differs, give each number its reason, then:")
    else:
        tell(f"Wrote {path.as_posix()}. Open it in an editor, then:")
    tell(f"  {program()} check {asked}")
    tell(f"  {program()} batch {asked}")


def _adding(name: str, add: list[str] | None, like: str | None) -> str:
    """The text of a scenario that adds somebody.

    Raises:
        Misuse: no such kind, the newcomer is there already, or the donor is not, or not of it.
    """
    from simulation.evidence.catalogue import load_catalogue
    from simulation.scenario.additions import IDENTIFIER, KINDS_ADDED, kind_of
    from simulation.scenario.template import template_adding

    if add is None or like is None:
        message = "--add needs --like, the one whose numbers the newcomer starts from"
        raise Misuse(message if like is None else "--like needs --add KIND NEWCOMER", "new --help")
    kind, newcomer = add
    if kind not in _ADDABLE:
        raise Misuse(f"'{kind}' cannot be added{instead(kind, _ADDABLE)}", "new --help")
    catalogue = load_catalogue()
    known = {key: each for them in KINDS_ADDED for key, each in getattr(catalogue, them).items()}
    donors = [key for key, entry in known.items() if kind_of(entry) == kind]
    if not IDENTIFIER.fullmatch(newcomer):
        message = f"'{newcomer}' is no identifier; use lower-case letters, digits and underscores"
        raise Misuse(message, "new --help")
    if newcomer in known:
        of = kind_of(known[newcomer])
        raise Misuse(f"There is '{newcomer}' already, among the {of}s", "new --help")
    if like not in donors:
        raise Misuse(f"There is no {kind} '{like}'{instead(like, donors)}", "new --help")
    return template_adding(name, newcomer, like, catalogue)


@command(
    Heading.ASK,
    [
        argument("scenarios", metavar="SCENARIO", nargs="*", help="names or paths (all there are)"),
        argument(
            "--until",
            metavar="QUARTER",
            type=quarter,
            help="also say what lies after this quarter, where runs are to end there",
        ),
        ALLOW_PLUGINS,
    ],
    name="check",
    examples=("check", "check my_question", "check my_question --until 2008Q4"),
)
def check_command(given: Namespace) -> int:
    """Say everything that is wrong with scenarios; run nothing.

    The evidence and the scenarios are read, and every problem in every file is reported at once
    with its line, the nearest name and the remedy. Exit status 2 if there is any. What can have no
    effect in any run is a problem; what has one in some runs only, or a scenario that differs in
    nothing, is told of. Of two files of one name, yours in scenarios/ is read, not the shipped one.
    """
    from simulation.model.outcomes import outcomes_of
    from simulation.scenario.effects import after_horizon
    from simulation.scenario.scenario import sound_scenarios

    scenarios, broken = sound_scenarios(given.scenarios, outcomes=outcomes_of)
    late = {each.name: after_horizon(each, given.until) for each in scenarios}
    width = max((len(each.name) for each in scenarios), default=0)
    for each in (each for each in scenarios if not late[each.name]):
        rules = f" (with the rules of {', '.join(it.file for it in each.plugins)})"
        tell(f"{each.name:<{width}}  fine: {each.title}{rules if each.plugins else ''}")
        for doubt in each.doubts:
            place = "" if doubt.line is None else f"line {doubt.line}: "
            tell(f"{'':<{width}}    but {place}{doubt.message}")
            if doubt.hint:
                tell(f"{'':<{width + len(place)}}        {doubt.hint}")
    broken += [problem for problems in late.values() for problem in problems]
    note_shadowed(each.path for each in scenarios)
    if broken:
        note(Problems(broken).render())
    return 2 if broken else 0


@command(Heading.ASK, examples=("schema > scenario.schema.json",))
def schema(given: Namespace) -> None:
    """Print the JSON Schema of a scenario, for completion in an editor."""
    from simulation.scenario.scenario import scenario_schema

    tell(json.dumps(scenario_schema(), indent=2, ensure_ascii=False))

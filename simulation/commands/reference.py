"""Commands to look things up: the names there are, and where each number comes from."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterator
from pathlib import Path

from simulation.commands import listings as telling
from simulation.commands.commandline import Misuse, argument, command, instead, one_of
from simulation.commands.listings import catalogue, number
from simulation.commands.output import note
from simulation.inputs.invocation import program
from simulation.inputs.places import SCENARIOS, is_own, shipped, shipped_is_own
from simulation.inputs.problems import Problems

GROUP = "Look things up"

Rows = Iterator[telling.Row]


def scenarios(prefix: str) -> Rows:
    """Scenarios, whether they are shipped or yours, and their questions."""
    from simulation.scenario.scenario import list_scenarios, scenario_path, sound_scenarios

    names = [name for name in list_scenarios() if name.startswith(prefix)]
    sound, broken = sound_scenarios(names) if names else ([], [])
    told = {each.name: each.question or each.title for each in sound}
    for name in names:
        whose = () if shipped_is_own(SCENARIOS) else (_whose(scenario_path(name) or Path()),)
        yield name, *whose, told.get(name, f"broken; see: {program()} check {name}")
    if broken:
        note(Problems(broken).told("The others can be run."))


def _whose(file: Path) -> str:
    """Whether a scenario is shipped or the user's own, which go first."""
    if not is_own(file, SCENARIOS):
        return "shipped"
    return "yours, goes first" if (shipped(SCENARIOS) / file.name).is_file() else "yours"


def parameters(prefix: str) -> Rows:
    """Parameters, or every number of the one that is named in full."""
    known = catalogue()
    named = known.parameters.get(prefix)
    if named is not None and named.is_table:
        for key, value in known.expanded(named).items():
            yield key, number(value), named.unit, known.evidence_of(key) or ""
        return
    for key, each in known.parameters.items():
        if key.startswith(prefix):
            classes = {known.evidence_of(full_key) for full_key in known.expanded(each)}
            value = f"({len(each.leaves())} values)" if each.is_table else number(each.value)
            yield key, value, each.unit, "/".join(sorted(filter(None, classes))), each.description


def events(prefix: str) -> Rows:
    """Kinds of event, and the keys that each takes beside its own; optional ones in brackets."""
    from simulation.scenario.events import describe_events

    for name, event in describe_events().items():
        if name.startswith(prefix):
            needs = [each for each in event["required"] if each != name]
            may = [f"[{each}]" for each in event["optional"]]
            yield name, ", ".join([*needs, *may]), event["description"]


def outcomes(prefix: str) -> Rows:
    """Outcomes at the horizon; those with a star stand in the table of a batch."""
    from simulation.model.outcomes import OUTCOMES

    for name, each in OUTCOMES.items():
        if name.startswith(prefix):
            yield name, "*" if each.headline else "", each.unit, each.description


def variables(prefix: str) -> Rows:
    """Variables of which a batch records bands by quarter."""
    from simulation.model.outcomes import VARIABLES

    for name, each in VARIABLES.items():
        if name.startswith(prefix):
            yield name, " × ".join(each.axes), each.unit, each.description


def mechanisms(prefix: str) -> Rows:
    """Mechanisms that can be switched off, with the claims of the documents behind them."""
    from simulation.scenario.mechanisms import SWITCHES

    for name, each in SWITCHES.items():
        if name.startswith(prefix):
            yield name, " ".join(each.claims), each.description


def theories(prefix: str) -> Rows:
    """Rival theories: named sets of switches."""
    from simulation.scenario.mechanisms import THEORIES

    for name, each in THEORIES.items():
        if name.startswith(prefix):
            yield name, f"{each.description} Off: {', '.join(each.off)}."


def entries(kind: str) -> Callable[[str], Rows]:
    """Rows of one kind of entry of the evidence: identifier, what sort it is, name."""

    def rows(prefix: str) -> Rows:
        for identifier, entry in getattr(catalogue(), kind).items():
            if identifier.startswith(prefix):
                names = (getattr(entry, each, "") for each in ("name", "title", "description"))
                said = next(filter(None, names), "") + telling.passages(entry)
                yield identifier, getattr(entry, "kind", ""), said

    rows.__doc__ = ENTRIES[kind]
    return rows


def councils(prefix: str) -> Rows:
    """Councils of organizations, meetings a year at least, and the passage that names each."""
    for name, part in telling.parts(catalogue()).items():
        if name.startswith(prefix) and hasattr(part, "meetings"):
            yield name, number(part.meetings), f"{part.name}. {part.does}{telling.passages(part)}"


def bodies(prefix: str) -> Rows:
    """What organizations may found, and the passage that names each."""
    for name, part in telling.parts(catalogue()).items():
        if name.startswith(prefix) and hasattr(part, "decided_by"):
            covers = f" ({', '.join(part.covers)})" if part.covers else ""
            yield name, part.kind, f"{part.name}{covers}.{telling.passages(part)}"


def timeline(prefix: str) -> Rows:
    """What happened until October 2005, day by day, with its passage or source."""
    for day, event, entry in telling.happened():
        if day.startswith(prefix):
            yield day, event.name, f"{event.why}{telling.passages(entry)}"


def facts(prefix: str) -> Rows:
    """What the two documents say: passages, and where each is used."""
    for key, fact in catalogue().facts.items():
        if key.startswith(prefix):
            where = ", ".join(fact.where) or "nowhere: " + (fact.note or "")
            yield key, fact.use, f"“{fact.anchor}” {where}"


def disputes(prefix: str) -> Rows:
    """Errors and disagreements of the documents, and what is taken."""
    for key, dispute in catalogue().disputes.items():
        if key.startswith(prefix):
            yield key, dispute.taken, dispute.subject


ENTRIES = {
    "actors": "Powers, Central Asian states and outer states.",
    "organizations": "What states join.",
    "installations": "Bases, existing and possible.",
    "projects": "Pipelines, zones, corridors, credits and deals.",
    "documents": "Sources that the evidence cites.",
    "patterns": "What had happened by October 2005, and free runs should make likely.",
}

KINDS: dict[str, Callable[[str], Rows]] = {
    "scenarios": scenarios,
    "parameters": parameters,
    "events": events,
    "outcomes": outcomes,
    "variables": variables,
    "mechanisms": mechanisms,
    "theories": theories,
    **{kind: entries(kind) for kind in ENTRIES},
    "councils": councils,
    "bodies": bodies,
    "timeline": timeline,
    "facts": facts,
    "disputes": disputes,
}


@command(
    GROUP,
    argument("kind", metavar="KIND", nargs="?", type=one_of(KINDS), help=", ".join(KINDS)),
    argument("prefix", metavar="PREFIX", nargs="?", default="", help="only names that begin so"),
    name="list",
    examples=(
        "list",
        "list scenarios",
        "list parameters basing",
        "list parameters basing.notice",
        "list events",
        "list outcomes china",
    ),
)
def list_names(given: Namespace) -> None:
    """List the names that scenarios and commands use, each with a line on what it is.

    A PREFIX keeps the names that begin with it. Where it is the whole name of a table of
    parameters, every number of the table is listed. Without a KIND the kinds are listed.
    """
    if given.kind is None:
        telling.print_columns(
            [(name, (rows.__doc__ or "").rstrip(".")) for name, rows in KINDS.items()]
        )
        return
    rows = list(KINDS[given.kind](given.prefix))
    if not rows and given.prefix:
        names = [row[0] for row in KINDS[given.kind]("")]
        message = f"None of the {given.kind} begins with '{given.prefix}'"
        raise Misuse(message + instead(given.prefix, names), f"list {given.kind}")
    telling.print_columns(rows)


@command(
    GROUP,
    argument("name", metavar="NAME", help="a parameter, a fact, or an entry of the evidence"),
    examples=(
        "source basing.notice.karshi_khanabad",
        "source basing.notice",
        "source manas",
        "source sco.secretariat",
        "source S2-088",
        "source 2005-07-29",
    ),
)
def source(given: Namespace) -> None:
    """Show where a number comes from: value, range, passage or reason, and who disputes it.

    NAME is a parameter or one number of a table; an actor, an organization, a council or body of
    one, an installation, a project, a pattern or a document; a fact (S2-088), an error of the
    documents (E07), one of their claims (M04) or a day of the timeline.
    """
    known, name = catalogue(), given.name
    entries = {key: each for kind in ENTRIES for key, each in getattr(known, kind).items()}
    entries |= telling.parts(known)
    days = {each.date.isoformat() for each in known.timeline}
    claims = {place for fact in known.facts.values() for place in fact.where}
    if name in entries:
        telling.show_entry(name, entries[name])
    elif name in known.facts:
        telling.show_fact(name, known.facts[name])
    elif name in known.disputes:
        telling.show_dispute(name, known.disputes[name])
    elif name in days:
        telling.show_day(name)
    elif name in claims and telling.CLAIM.fullmatch(name):
        telling.show_claim(name)
    else:
        try:
            described = known.describe(name)
        except ValueError as wrong:
            hint = getattr(wrong, "hint", None)
            names = [*entries, *known.facts, *known.disputes, *days]
            more = f"; {hint}" if hint else instead(name, names)
            ask = f"list {getattr(wrong, 'listing', None) or 'parameters'}"
            raise Misuse(f"There is {wrong}{more}", ask) from None
        telling.show_parameter(described)


@command(GROUP, examples=("evidence", "evidence > docs/evidence.md"))
def evidence(given: Namespace) -> None:
    """Print the account of the evidence: every fact and parameter, as a page of Markdown.

    docs/evidence.md is this page; it is written anew whenever the evidence changes.
    """
    from simulation.show.evidence_page import evidence_page

    print(evidence_page(catalogue()), end="")

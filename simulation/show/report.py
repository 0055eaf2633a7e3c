"""The report of a batch: one HTML page that opens without a network, and the same in Markdown.

It answers the questions of the scenarios first, then shows the figures, then the evidence behind
every number that was changed, and at last how to run it again. It draws the figures that it opens
with; all others are drawn where somebody asks for them, and the page says how.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from simulation.contrast.drivers import why_none
from simulation.inputs.escapes import (
    Markdown,
    markdown,
    markdown_address,
    markdown_code,
    visible,
    visible_line,
)
from simulation.inputs.files import resolved
from simulation.inputs.invocation import program
from simulation.inputs.yaml_reader import shown as shown_path
from simulation.parameters.numbers import beyond
from simulation.parameters.sampling import POINT
from simulation.record.answers import in_brief, in_points
from simulation.record.ownership import written_whole
from simulation.scenario.asks import asks_in
from simulation.scenario.inheritance import scenario_path
from simulation.show.figures.drivers import accounts
from simulation.show.figures.registry import FIGURES
from simulation.show.figures.saving import (
    PlannedFigure,
    draw_planned,
    drawn_here,
    usual_figures,
)
from simulation.show.figures.summaries import Results
from simulation.show.figures.vector import for_page, title_of_svg
from simulation.show.tables import (
    beyond_ranges,
    decimals,
    head_of,
    held_together,
    nothing_that_matters,
    ranked_and_small,
    shown_unit,
    without_value,
)

if TYPE_CHECKING:
    from simulation.evidence.catalogue import Catalogue
    from simulation.record.compare import Comparison, Row
    from simulation.record.record import Record

HTML, MARKDOWN = "report.html", "report.md"
DRIVERS = "drivers"
"""The figure that stands with the account of what drives an outcome."""
_COLUMNS = 6
"""Outcomes beside each other in one table of the page."""
MATRIX = "outcome_matrix"
"""The figure that the page begins with."""
ROOM = 3_000_000
"""Characters of drawings that the page holds at most; what is beyond is a link to its file."""
PICTURES = 3
"""Figures that stand beside it on the first screen."""
_LEADING = ("difference_paths", "difference_map", "influence_gaps")
"""Figures of the strongest scenario that go first; then those of the batch, then all others."""


@dataclass(frozen=True)
class Plate:
    """A figure on the page.

    Attributes:
        stem: name of its files, without the ending.
        title: its message.
        description: what it is for.
        svg: the drawing, fit to stand inside the page; empty where the page has no room for it.
        numbers: whether its numbers lie beside it as a table.
    """

    stem: str
    title: str
    description: str
    svg: Markup
    numbers: bool = True


@dataclass(frozen=True)
class Cell:
    """One difference as it is shown: the number, its interval, whether it can be told from zero."""

    number: str
    interval: str
    told: bool
    sign: str


@dataclass(frozen=True)
class Change:
    """A number that a scenario changes, with the evidence behind the number it replaces."""

    key: str
    before: str
    after: str
    unit: str
    why: str
    description: str = ""
    evidence: str = ""
    sources: tuple[str, ...] = ()
    reason: str = ""
    beyond: str = ""


@dataclass(frozen=True)
class Chapter:
    """What the page says of one scenario."""

    name: str
    title: str
    question: str
    answer: str
    effort: str
    brief: str = ""
    also: str = ""
    reasons: Sequence[str] = ()
    changes: Sequence[Change] = ()
    events: Sequence[tuple[str, str, str]] = ()
    left_out: Sequence[tuple[str, str, str]] = ()
    switched_off: Sequence[str] = ()
    plates: Sequence[Plate] = ()
    drivers: Sequence[str] = ()
    drivers_named: Mapping[str, str] = field(default_factory=dict)
    drivers_plate: Plate | None = None
    undrawn: Mapping[str, Sequence[str]] = field(default_factory=dict)
    waiting: Sequence[str] = ()


def write_report(
    record: Record, comparison: Comparison | None = None, everything: bool = False
) -> Path:
    """Write `report.html` and `report.md` into the folder of a batch.

    The figures that the page opens with are drawn, and of the others those that lie in the folder
    already, as from an earlier `plot`. Of the rest the page says how they are drawn.

    Args:
        record: the batch.
        comparison: its comparison with the baseline; made here if it is not at hand.
        everything: whether every usual figure is drawn.

    Returns:
        The path of the HTML page.
    """
    if comparison is None:
        from simulation.record.compare import compare

        comparison = compare(record, record.baseline)
    ranked, small = ranked_and_small(comparison)
    usual = usual_figures(record)
    planned = [each for each, reason in usual if not reason]
    undrawn = [(each, reason) for each, reason in usual if reason]
    first = _opening(planned, ranked)
    drawn = [each for each in planned if everything or each in first or _lies_there(record, each)]
    plates = _within_room(_plates(record, drawn), [each.stem for each in first])
    catalogue = record.evidence
    chapters = [_chapter(record, comparison, name, catalogue, plates) for name in record.scenarios]
    waiting = [each for each in planned if (each.name, each.scenario) not in plates]
    chapters = [
        replace(each, undrawn=_undrawn(undrawn, each.name), waiting=_kinds_of(waiting, each.name))
        for each in chapters
    ]
    opening = [
        plates[each.name, each.scenario] for each in first if (each.name, each.scenario) in plates
    ]
    shown = {each.stem for each in opening}
    by_name = {chapter.name: chapter for chapter in chapters}
    told = {
        "ranked": [
            by_name[name] for name in (comparison.baseline, *ranked) if by_name[name].answer
        ],
        "nothing": nothing_that_matters(comparison, small) if small else "",
        "record": record,
        "manifest": record.manifest,
        "baseline": comparison.baseline,
        "source": comparison.source,
        "chapters": chapters,
        "tables": _tables(comparison),
        "together": held_together(len(comparison.scenarios)),
        "reasons_are_stored": comparison.reasons_are_stored,
        "undriven": why_none(record),
        "without": without_value(comparison),
        "undrawn": _undrawn(undrawn, None),
        "matrix": next((each for each in opening if each.stem == MATRIX), None),
        "pictures": [each for each in opening if each.stem != MATRIX],
        "shown": shown,
        "batch": [
            plate
            for (_, scenario), plate in plates.items()
            if scenario is None and plate.stem not in shown
        ],
        "waiting": _kinds_of(waiting, None),
        "more": len(waiting),
        "plot": f"{program()} plot {quote(shown_path(record.path))}",
        "again": _again(record),
        "run": _run(record.manifest, beyond_ranges(comparison)),
    }
    for name in (HTML, MARKDOWN):
        text = _pages(name).get_template(name).render(**told)
        with written_whole(record.path / name) as unfinished:
            unfinished.write_text(text, encoding="utf-8")
    return record.path / HTML


def _pages(name: str) -> Environment:
    """What fills a page in: whatever it is given is text, and no markup of the page's language."""
    pages = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=name == HTML,
        finalize=_plain if name == HTML else markdown,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    pages.filters |= {"code": markdown_code, "address": markdown_address, "line": _line}
    return pages


def _plain(value: Any) -> Any:
    """A value as it stands in HTML: without characters that hide or forge something."""
    return value if isinstance(value, Markup) else visible(str(value))


def _line(value: object) -> Markdown:
    """A value as a line of a block of code of Markdown, in which nothing else is markup."""
    return Markdown(visible_line(str(value)))


def _opening(planned: Sequence[PlannedFigure], ranked: Sequence[str]) -> list[PlannedFigure]:
    """The figures that the page opens with: the matrix, and the pictures beside it."""
    strongest = ranked[0] if ranked else None
    of_strongest = {each.name: each for each in planned if strongest and each.scenario == strongest}
    first = [of_strongest[kind] for kind in _LEADING[:2] if kind in of_strongest]
    later = [of_strongest[kind] for kind in _LEADING[2:] if kind in of_strongest]
    batch = [each for each in planned if each.scenario is None]
    order = [
        each for each in dict.fromkeys([*first, *batch, *later, *planned]) if each.name != MATRIX
    ]
    return [*(each for each in planned if each.name == MATRIX), *order[:PICTURES]]


def _lies_there(record: Record, planned: PlannedFigure) -> bool:
    """Whether a figure was drawn before."""
    return (record.path / "figures" / f"{planned.stem}.svg").exists()


def _kinds_of(planned: Sequence[PlannedFigure], scenario: str | None) -> list[str]:
    """The kinds of figure that are planned of a scenario, or of the whole batch, in words."""
    return [each.name.replace("_", " ") for each in planned if each.scenario == scenario]


def _within_room(
    plates: Mapping[tuple[str, str | None], Plate], first: Sequence[str]
) -> dict[tuple[str, str | None], Plate]:
    """The plates with the drawings that there is room for: the first screen's, then small ones."""
    order = sorted(plates, key=lambda key: (plates[key].stem not in first, len(plates[key].svg)))
    found, used = dict(plates), 0
    for key in order:
        used += len(plates[key].svg)
        if used > ROOM:
            found[key] = replace(plates[key], svg=Markup(""))
    return found


def _undrawn(
    found: Sequence[tuple[PlannedFigure, str]], scenario: str | None
) -> dict[str, list[str]]:
    """The figures of a scenario that would show nothing, by the reason."""
    reasons: dict[str, list[str]] = {}
    for planned, reason in found:
        if planned.scenario == scenario:
            reasons.setdefault(reason, []).append(planned.name.replace("_", " "))
    return reasons


# -- figures ---------------------------------------------------------------------------------


def _plates(record: Record, wanted: Sequence[PlannedFigure]) -> dict[tuple[str, str | None], Plate]:
    """Figures as this process drew them; what it did not draw is drawn now.

    A figure that only lies in the folder is never put into the page: see `drawn_here`.
    """
    folder = record.path / "figures"
    runs = (record.path / "trajectories.parquet").stat().st_mtime
    files = {each: folder / f"{each.stem}.svg" for each in wanted}

    def fresh(file: Path) -> str | None:
        return drawn_here(file) if file.exists() and file.stat().st_mtime >= runs else None

    missing = [each for each, file in files.items() if fresh(file) is None]
    if missing:
        draw_planned(record, missing, ("svg",))
    found = {each: drawn_here(file) for each, file in files.items()}
    return {
        (each.name, each.scenario): _plate(each, svg)
        for each, svg in found.items()
        if svg is not None
    }


def _plate(planned: PlannedFigure, svg: str) -> Plate:
    return Plate(
        stem=planned.stem,
        title=title_of_svg(svg),
        description=FIGURES[planned.name].description,
        svg=Markup(for_page(svg, planned.stem)),
    )


# -- the table -------------------------------------------------------------------------------


def _tables(comparison: Comparison) -> list[dict[str, Any]]:
    """The headline outcomes, so many columns to a table."""
    outcomes = list(dict.fromkeys(row.outcome for row in comparison if row.headline))
    count = math.ceil(len(outcomes) / _COLUMNS) or 1
    size = math.ceil(len(outcomes) / count) or 1
    found = []
    for start in range(0, len(outcomes), size):
        some = outcomes[start : start + size]
        columns = [[comparison.row(name, each) for name in comparison.scenarios] for each in some]
        heads = [(_head(comparison, rows[0]), shown_unit(rows[0])) for rows in columns if rows]
        cells = [[_cell(row, decimals(rows)) for row in rows] for rows in columns]
        lines = zip(comparison.scenarios, zip(*cells, strict=True), strict=True)
        found.append({"heads": heads, "lines": list(lines)})
    return found


def _head(comparison: Comparison, row: Row) -> str:
    return head_of(comparison, row.outcome).replace("+ ", " + ")


def _cell(row: Row, digits: int) -> Cell:
    if not row.pairs or math.isnan(row.difference):
        return Cell("–", "no value", False, "")
    if not row.runs_up and not row.runs_down:
        return Cell("0", "in every run", False, "")
    scale = 100.0 if in_points(row.unit, row.kind) else 1.0
    ends = [_signed(scale * end, digits) for end in (row.low, row.high)]
    sign = "more" if row.difference > 0 else "less"
    number = _signed(scale * row.difference, digits)
    return Cell(number, f"{ends[0]} to {ends[1]}", row.told_from_zero, sign)


def _signed(value: float, digits: int) -> str:
    return f"{value:+.{digits}f}".replace("-", "\u2212")


# -- scenarios -------------------------------------------------------------------------------


def _chapter(
    record: Record,
    comparison: Comparison,
    name: str,
    catalogue: Catalogue,
    plates: Mapping[tuple[str, str | None], Plate],
) -> Chapter:
    """What one scenario asks, answers, changes and shows."""
    here, there = record.resolved(name), record.resolved(comparison.baseline)
    base = name == comparison.baseline
    events, known = (_events(each) for each in (here, there))
    drawn = plates.get((DRIVERS, name))
    return Chapter(
        name=name,
        title=str(here.get("title") or name),
        question=str(here.get("question") or ""),
        answer=comparison.answer(name),
        effort="" if base else comparison.effort(name),
        brief=_brief(record, comparison, name),
        also=comparison.also(name),
        reasons=() if base else comparison.reasons(name),
        changes=[] if base else _changes(here, there, catalogue),
        events=[each for each in events if base or each not in known],
        left_out=[] if base else [each for each in known if each not in events],
        switched_off=[
            key.replace("_", " ")
            for key, on in (here.get("mechanisms") or {}).items()
            if on in ("off", False)
        ],
        plates=[
            plate
            for (kind, scenario), plate in plates.items()
            if scenario == name and kind != DRIVERS
        ],
        **({} if why_none(record) else _drivers(record, comparison, name, catalogue)),
        drivers_plate=drawn,
    )


def _brief(record: Record, comparison: Comparison, name: str) -> str:
    """The answer in a short sentence; the whole answer where there is no path to tell of."""
    if name == comparison.baseline:
        return comparison.answer(name)
    asked = [
        ask.outcome for ask in asks_in(record.resolved(name)) if comparison.has(name, ask.outcome)
    ]
    outcome = asked[0] if asked else comparison.outcome_asked(name)
    path = comparison.path(name, outcome)
    if path is None:
        return comparison.answer(name)
    return in_brief(record.manifest["outcomes"].get(outcome, {}), outcome, path)


def _drivers(
    record: Record, comparison: Comparison, name: str, catalogue: Catalogue
) -> dict[str, Any]:
    """What drives the outcome, and what the parameters are that are named."""
    said, keys = accounts(Results.of(record), name, comparison.baseline)
    described = {key: catalogue.describe(key)["description"] for key in keys}
    return {"drivers": said, "drivers_named": described}


def _changes(
    here: Mapping[str, Any], there: Mapping[str, Any], catalogue: Catalogue
) -> list[Change]:
    """The numbers that differ from the baseline's because the scenario says so."""
    before = there.get("values") or {}
    found = []
    for key, given in sorted((here.get("overrides") or {}).items()):
        old = (before.get(key) or {}).get("value")
        if old == given["value"] or key in (there.get("overrides") or {}):
            continue
        said = {"key": key, "before": _number(old), "after": _number(given["value"])}
        why = str(given.get("why") or "")
        try:
            about = catalogue.describe(key)
        except ValueError:
            found.append(Change(unit="", why=why, **said))
            continue
        evidence = about["evidence"]
        change = Change(
            unit=about["unit"],
            why=why,
            description=about["description"],
            evidence=evidence if isinstance(evidence, str) else "",
            sources=tuple(_cited(each) for each in about["source"]),
            reason=about["why"] or "",
            beyond=_beyond(key, given["value"], catalogue),
            **said,
        )
        found.append(change)
    return found


def _beyond(key: str, value: float, catalogue: Catalogue) -> str:
    """That a number lies beyond its range, if it does."""
    limits = catalogue.range_of(key)
    return "" if limits is None or limits[0] <= value <= limits[1] else beyond(limits)


def _cited(source: Mapping[str, str]) -> str:
    """A source in one line."""
    if source.get("anchor"):
        return f"{source.get('title') or source['document']}: “{source['anchor']}”"
    name = source.get("title") or source.get("dataset") or ""
    return f"{name}: {source.get('detail', '')}".rstrip(": ")


def _events(scenario: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Dated events as day, what happens, and why."""
    found = []
    for event in scenario.get("events") or ():
        fields = {key: value for key, value in event.items() if key not in UNSAID}
        what = ", ".join(f"{_words(key)}: {_words(value)}" for key, value in fields.items())
        found.append((str(event["date"]), what, str(event.get("why") or "")))
    return found


UNSAID = frozenset({"date", "why", "from"})
"""Fields of an event that do not belong to what happens."""


def _words(value: Any) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{key} = {_words(each)}" for key, each in value.items())
    if isinstance(value, list):
        return ", ".join(_words(each) for each in value)
    return _number(value) if isinstance(value, float) else str(value).replace("_", " ")


def _number(value: Any) -> str:
    return "–" if value is None else f"{value:,.6g}" if isinstance(value, float) else str(value)


# -- how it was run --------------------------------------------------------------------------


def _again(record: Record) -> list[tuple[str, str]]:
    """The commands that run the batch again, each with what it does."""
    return [
        (
            "The same batch, from this folder alone; it says whether the same bytes come out:",
            f"{program()} replay {quote(shown_path(record.path))}",
        ),
        ("A new batch, from the files of the scenarios as they are now:", _anew(record)),
    ]


def _anew(record: Record) -> str:
    """The command that runs the scenarios anew."""
    manifest = record.manifest
    named = {name: _asked(name, file) for name, file in manifest["scenario_files"].items()}
    names = [
        named[name]
        for name in record.scenarios
        if name != record.baseline or named[name] != name or len(named) == 1
    ]
    words = [f"{program()} batch", *names, f"--runs {manifest['runs']} --seed {manifest['seed']}"]
    if manifest.get("until"):
        words.append(f"--until {manifest['until']}")
    words += [f"--set {quote(setting)}" for setting in manifest.get("settings") or ()]
    source = manifest.get("parameters") or POINT
    if " " not in source:  # arrays have no name
        words.append(f"--parameters {quote(source)}")
    if manifest.get("history_until"):
        words.append(f"--history-until {manifest['history_until']}")
    return " ".join(words)


def _asked(name: str, file: str) -> str:
    """How a scenario is asked for: by its name, if that finds its file, else by the file."""
    found = scenario_path(name)
    if found is not None and resolved(found) == resolved(Path(file)):
        return name
    return quote(file)


def _run(manifest: Mapping[str, Any], outside: Sequence[str]) -> list[tuple[str, str]]:
    """What is needed to know of the run, as pairs of label and text."""
    versions = ", ".join(f"{name} {each}" for name, each in manifest["versions"].items())
    git = manifest.get("git") or {}
    state = f"{git.get('commit', '')[:12]}{', with changes' if git.get('changed') else ''}"
    said = {
        "Run on": manifest.get("created"),
        "Seed": manifest["seed"],
        "Runs": f"{manifest['runs']:,} of each scenario, numbered from {manifest['first_run']}",
        "Horizon": f"2001Q3 to {manifest['until']}",
        "Parameters": manifest.get("parameters_told") or manifest.get("parameters"),
        "Beyond their range": " ".join(outside),
        "Settings": ", ".join(manifest.get("settings") or ()),
        "Evidence": (manifest.get("catalogue_hash") or "")[:12],
        "Versions": versions,
        "Processor": manifest.get("cpu"),
        "Code": state if git else None,
        "Time": f"{manifest['wall_time']:.0f} s" if manifest.get("wall_time") else None,
    }
    return [(label, str(text)) for label, text in said.items() if text not in (None, "")]

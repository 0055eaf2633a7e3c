# ruff: noqa: E501 - lines of the page are as long as their text
"""Pages on what runs show beside what was seen: rates, and influence by power and state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulation.estimation.panel_counts import Seen
    from simulation.estimation.rates import RateOfRuns
    from simulation.estimation.validation import Correlated, Validated


def rates_page(
    shown: Sequence[RateOfRuns], seen: Mapping[str, Seen], remarks: Mapping[str, str], command: str
) -> str:
    """The rates of runs beside those of the panels.

    Args:
        shown: what runs show, rate by rate. seen: what the panels show, by rate.
        remarks: what is said of a rate that parts, by its name.
        command: what makes the page.
    """
    lines = [
        "# Rates: how often, beside how often it was seen",
        "",
        f"Made by `{command}`. *Seen* is counted in the panels of 1991 to October 2005 (eleven successor",
        "states where nothing else is said), with a 95% interval: Jeffreys' for rates and shares, chi-square or",
        "the bootstrap for standard deviations. *Runs* are the baseline at the posterior, free or held to what was",
        "known until October 2005; their interval is over runs. *Inside*: the runs' whole interval lies within what",
        "was seen; *outside*: none of it does; *undecided*: it reaches over the edge. What a scenario or the record",
        "scripts is left out. What was seen is stored in `simulation/evidence/data/rates/panels.yaml`, with the sums",
        "of the files that it was counted in.",
        "",
        f"{_verdicts(shown, seen)}. What was seen has an interval of nineteen in twenty: of {len(shown)} rows about "
        f"{len(shown) / 20:.0f} would lie outside by chance, were the runs the world itself.",
        "",
        "| rate | unit | seen | of | runs | years | verdict |",
        "|---|---|---:|---:|---:|---|---|",
    ]
    before = ""
    for each in shown:
        rate, was = each.rate, seen[each.rate.name]
        first = rate.name != before
        before = rate.name
        counted = (
            f"{was.events} / {was.exposure:.4g}"
            if was.events is not None
            else f"{was.exposure:.0f}"
        )
        verdict = each.verdict(was)
        cells = [
            f"{rate.words} (`{rate.name}`)" if first else "",
            rate.unit if first else "",
            f"{_number(was.value)} ({_span(was.low, was.high)})" if first else "",
            counted if first else "",
            f"{_number(each.value)} ({_span(each.low, each.high)})",
            each.window.name,
            verdict if verdict == "inside" else f"**{verdict}**",
        ]
        lines.append("| " + " | ".join(cells) + " |")
    parting = _parting(shown, seen)
    if parting:
        lines += ["", "## What still parts", ""]
        lines += [
            f"- `{name}` {parting[name]} {remarks.get(name, '')}".rstrip() for name in parting
        ]
    return "\n".join(lines) + "\n"


def _parting(shown: Sequence[RateOfRuns], seen: Mapping[str, Seen]) -> dict[str, str]:
    """Rates that lie outside in some years, with how far."""
    found: dict[str, str] = {}
    for each in shown:
        was = seen[each.rate.name]
        if each.verdict(was) == "outside":
            times = (
                f"{each.value / was.value:.2g} times what was seen" if was.value else "never seen"
            )
            found.setdefault(each.rate.name, f"({each.window.name}: {times}).")
    return found


def _verdicts(shown: Sequence[RateOfRuns], seen: Mapping[str, Seen]) -> str:
    verdicts: list[str] = [each.verdict(seen[each.rate.name]) for each in shown]
    words = ("inside", "undecided", "outside")
    return ", ".join(f"{verdicts.count(word)} {word}" for word in words)


def validation_page(
    rows: Sequence[Validated], said: Sequence[str], command: str, figure: str, how: str
) -> str:
    """Influence and its channels beside what can be seen.

    Args:
        rows: the correlations. said: paragraphs below the tables.
        command: what makes the page. figure: its picture. how: how that is read.
    """
    lines = [
        "# Validation: influence beside what can be seen",
        "",
        f"Made by `{command}`. Each row is a power's rank correlation (Spearman) over the five states and the years",
        "2002 to 2005, between what was seen and the mean of the runs at the posterior; in brackets the 95% interval",
        "of a bootstrap over the five states. *Changes* are those since 2001 (or the first year seen; levels follow it). Of all powers",
        "together values are ranked within each power, so that no power's size counts. Beside them the naive",
        "model: *stays*, every value stays as it was in 2001; *goes on*, every change goes on as it was from 1998 to",
        "2001. Where nothing can be ranked stands a dash.",
    ]
    for held in (False, True):
        chosen = [row for row in rows if row.held == held]
        if not chosen:
            continue
        head = (
            "History imposed until October 2005"
            if held
            else "Free runs from the third quarter of 2001"
        )
        lines += [
            "", f"## {head}", "",
            "| seen | in a run | power | levels | stays | changes | goes on | values |",
            "|---|---|---|---:|---:|---:|---:|---:|",
        ]  # fmt: skip
        before = ""
        for row in chosen:
            first = row.sight.name != before
            before = row.sight.name
            power = (
                row.power.replace("_", " ").title() if row.power else "*all, ranked within each*"
            )
            lines.append(
                f"| {row.sight.words if first else ''} | {row.sight.beside if first else ''} | {power} | "
                f"{_rank(row.levels)} | {_rank(row.naive_levels)} | {_rank(row.changes)} | "
                f"{_rank(row.naive_changes)} | {row.levels.pairs} |"
            )
    lines += ["", f"![]({figure})", "", f"*How to read it:* {how}", ""]
    lines += said
    return "\n".join(lines).rstrip() + "\n"


def _rank(found: Correlated) -> str:
    if not isfinite(found.value):
        return "–"
    return f"{found.value:+.2f} ({found.low:+.2f} to {found.high:+.2f})"


def _number(value: float) -> str:
    return f"{value:.3g}" if isfinite(value) else "–"


def _span(low: float, high: float) -> str:
    return f"{low:.3g} to {high:.3g}" if isfinite(low) and isfinite(high) else "not told"

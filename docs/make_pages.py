# ruff: noqa: E501 - lines of the pages are as long as their text
"""Make docs/patterns.md, docs/mechanisms.md and the table of docs/events.md.

    python docs/make_pages.py [patterns] [mechanisms] [events] [--runs N] [--seed S]

Numbers come from runs made here; words about why a pattern is rare stand in `REMARKS`.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from simulation.contrast.ablation import EXPECTATIONS, Effect, measure_effects, without_expectation
from simulation.contrast.pattern_rates import JOINT, PatternRow, measure_patterns
from simulation.evidence.catalogue import load_catalogue
from simulation.parameters.numbers import source_word
from simulation.parameters.sampling import POINT
from simulation.scenario.events import TIMELINE_ONLY, describe_events
from simulation.scenario.mechanisms import SWITCHES, THEORIES

DOCS = Path(__file__).parent

REMARKS = """## How the values came about

The starting values were argued one by one, inside ranges that stand beside them. Then {moved}
were moved inside their ranges by a search against P1 to P11 and P6n, which rest on nothing dated
after 31 October 2005; each says so in its `note` and carries the class `calibrated`. Two of them
went half-way towards the end of their range: Russia's trade potential and the worth of rent to a host. Parameters that the patterns cannot identify
(hedging, spillover, and what autonomy, threat and rivals' pressure weigh for a host) were
not touched. The chance of unrest was moved by the search, and set back: free runs show the patterns
more often when nothing else happens, which is no evidence that nothing would have. What weighs in an admission (goodwill, maturity,
congestion, each candidate's appeal and sponsors) was then set by hand so that the four observers come
in time and strangers stay out (P7), and joining and leaving so that nobody leaves what nobody left.

## The same readings, before the powers answered one another

P4 reads the order in which things were decided, P5 who was the first, P6 each neighbour. Read so, 600 free runs
(seed 1) of the model as it stood before, at its posterior and at its point values:

| | P1 | P2 | P3 | P4 | P5 | P6 | P6n | P7 | P8 | P9 | P10 | P11 | all |
|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|
| calibrated | .99 | .76 | .90 | .29 | .00 | .20 | .83 | .26 | .55 | .43 | .82 | .56 | 0 |
| point values | 1.00 | .83 | .97 | .25 | .00 | .45 | 1.00 | .56 | .88 | .76 | .97 | .87 | 0 |

The order held in .29 and .25 of the runs: a council that met in a year without a known day founded bodies in 2002.
Uzbekistan was the first from whom Washington withheld in .02 and .00: Turkmenistan came before it. Below each of its
three neighbours stood Uzbekistan in .34 and .56; below their mean, as P6 read it before, in .72 and .86.

## What keeps each pattern from being certain

All patterns at once are a hard test: they ask thirty-nine things of one run, each of which may miss
its window. Thirty-nine things that each come out in nine runs of ten, and know nothing of each other, come out
together in one of sixty. The point values were searched for to meet them all, so that luck alone has to break them; the
calibration was fitted to the parts, each with an allowance for error ([calibration](calibration.md)).

- **P2.** Dushanbe comes when pressure has almost reached its ceiling, so that a small difference in the
  number of American bases moves it by a year: where Karshi-Khanabad was lost early, Moscow is not
  pressed.
- **P3** hangs on where the militants are: where chance moved them to Kyrgyzstan, Bishkek keeps the seat.
- **P6** is joint, and rarer than one would wish (.37; six parts of .63 to .98). Its rarest parts are that Uzbekistan
  votes with Washington less than each of its neighbours (votes scatter as much as the panels say they do, .04 to .05 a
  year, and Kazakhstan stands only .04 above it), that Manas is kept and dearer (the price to stay lies close to what
  Washington would pay), and that Uzbekistan's notice falls into the window (where the SCO already spoke in 2003 or
  2004, the base is gone before). With risings half as frequent as the panels say, and quieter votes, it was .48.
- **P6n** holds at point values almost always: without conditions there is neither blame nor suspicion, and
  without a bid no price is low enough. With the aid and the blame alone turned off, while suspicion of
  Washington stays (`withholding`), Karshi-Khanabad stays in about a quarter of the runs at point values.
- **P7** asks that nobody else is admitted. Belarus is the most frequent stranger: it differs from the
  four by appeal and sponsor only.
- **All of them** hold in .02 of the calibrated runs and .06 at point values. The product of the calibrated rates is
  .014: given its numbers, a run's patterns hold or fail nearly apart. A fit to thirty-nine parts that were each seen
  once cannot bring the numbers much closer together than that.
- **P9** asks for what trade itself hardly keeps: with the noise that the panels show, a forecast that is right in the
  mean meets both windows in less than a half of the runs. Both powers' shares are measured on the same total.
  Since the noise was estimated with the United States' larger deals apart, that of the others' large trades is a tenth larger, and
  P9 holds in .36 of 4,000 runs (.40 before).
"""


def patterns_page(rows: list[PatternRow], beside: list[PatternRow], seed: int) -> str:
    """The page on patterns.

    Args:
        rows: with the source of numbers that is usual.
        beside: the same patterns at point values.
        seed: names the draws.
    """
    catalogue = load_catalogue()
    heads = [source_word(some[0].parameters).partition(":")[0] for some in (rows, beside)]
    lines = [
        "# Patterns: what free runs show by October 2005",
        "",
        f"Made by `python docs/make_pages.py patterns --runs {rows[0].runs} --seed {seed}`: "
        f"{rows[0].runs:,} free runs of the",
        "baseline from 2001Q3, each twice more for the two arms of P6n. Scripted are the attacks of",
        "September 2001, the end of major operations, the Tulip revolution and Andijan; every response is",
        "the model's own. Windows and tolerances stand in `simulation/evidence/data/patterns.yaml`.",
        "",
        f"Shares of runs, {heads[0]} (each run draws its parameters from what calibration left) and at "
        f"{heads[1]}",
        "(all runs have the same parameters, so that nothing but luck tells them apart). The first is what",
        "every command gives; `python run.py patterns --parameters point` gives the other.",
        "",
        f"| pattern | what | {heads[0]} | {heads[1]} |",
        "|---|---|---:|---:|",
    ]
    for row, other in zip(rows, beside, strict=True):
        if row.part:
            lines.append(f"| | … {row.description} | {row.share:.2f} | {other.share:.2f} |")
        else:
            name = "all of them" if row.name == JOINT else row.name
            told = (
                row.description if row.name == JOINT else catalogue.patterns[row.name].description
            )
            lines.append(
                f"| **{name}** | {told.strip()} | **{row.share:.2f}** | **{other.share:.2f}** |"
            )
    moved = sum("search against" in (each.note or "") for each in catalogue.parameters.values())
    return "\n".join(lines) + "\n\n" + REMARKS.replace("{moved}", f"{moved} of them")


def mechanisms_page(effects: list[Effect], beside: list[Effect], runs: int, seed: int) -> str:
    """The page on mechanisms.

    Args:
        effects: with the source of numbers that is usual.
        beside: the same at point values.
        runs: pairs of runs.
        seed: names the draws.
    """
    by_name = {effect.switch: effect for effect in effects}
    at_point = {effect.switch: effect for effect in beside}
    heads = [source_word(some[0].parameters).partition(":")[0] for some in (effects, beside)]
    lines = [
        "# Mechanisms: what each does in the model",
        "",
        f"Made by `python docs/make_pages.py mechanisms --runs {runs} --seed {seed}`: {runs:,} pairs of "
        "runs of the",
        "baseline, with the mechanism on and off. The effect is the mean difference of the named outcome",
        "once the mechanism is *off*, with its 95% interval; the verdict says whether the whole interval",
        "lies on the side that the claim implies. Turn one off in a scenario with",
        "`mechanisms: {NAME: off}`.",
        "",
        f"On, off, effect and verdict are {heads[0]}: each run draws its parameters from what calibration left,",
        f"as every command does. The last column has the effect at {heads[1]}, and its verdict where that is",
        "another.",
        "",
        "| switch | claim | cause and effect | parameters held | outcome read | on | off | effect (95%) | verdict "
        f"| {heads[1]} |",
        "|---|---|---|---|---|---:|---:|---:|---|---:|",
    ]
    for name, switch in SWITCHES.items():
        if name not in by_name:
            continue
        effect, other = by_name[name], at_point[name]
        measured, point = effect.measured, other.measured
        verdict = "" if other.verdict == effect.verdict else f": {other.verdict}"
        held = "<br>".join(f"`{key}` = {value:g}" for key, value in switch.neutral.items())
        lines.append(
            f"| `{name}` | {', '.join(switch.claims) or '–'} | {switch.description} | {held} "
            f"| {EXPECTATIONS[name].outcome}, {EXPECTATIONS[name].quarter} "
            f"| {measured.reference_mean:.3f} | {measured.mean:.3f} "
            f"| {measured.difference:+.4f} ({measured.low:+.4f} to {measured.high:+.4f}) "
            f"| {effect.verdict} "
            f"| {point.difference:+.4f} ({point.low:+.4f} to {point.high:+.4f}){verdict} |"
        )
    lines += ["", "## Rival theories", "", "Each is the set of switches that it does without.", ""]
    lines += [
        f"- **{theory.name}.** {theory.description} Off: {', '.join(f'`{s}`' for s in theory.off)}."
        for theory in THEORIES.values()
    ]
    unclear = [effect.switch for effect in effects if not effect.borne_out]
    unmeasured = without_expectation()
    lines += ["", "## What cannot be told", ""]
    lines.append(
        "Every mechanism moves its outcome as claimed."
        if not unclear
        else f"Not borne out on these runs: {', '.join(f'`{name}`' for name in unclear)}. "
        "They are reported so and not tuned until they pass. `order_of_aims` changes how much China "
        "and Kyrgyzstan want a body, but consensus hangs on Uzbekistan, whose taste is neutral. "
        "`drug_threat` adds to the support for a security body that militancy alone already carries."
    )
    if unmeasured:
        names = ", ".join(f"`{name}`" for name in unmeasured)
        lines += ["", f"Not measured, since nothing says which outcome should move: {names}."]
    return "\n".join(lines) + "\n"


EVENTS_BEGIN, EVENTS_END = "<!-- events -->", "<!-- end of events -->"


def with_events(page: str) -> str:
    """A page with the table of events between its two marks."""
    before, rest = page.split(EVENTS_BEGIN)
    _, after = rest.split(EVENTS_END)
    lines = [
        "| event | other keys (optional ones in brackets) | what it is | as it is written |",
        "|---|---|---|---|",
    ]
    for name, event in describe_events().items():
        if name not in TIMELINE_ONLY:
            others = [key for key in event["required"] if key != name]
            keys = ", ".join([*others, *(f"[{key}]" for key in event["optional"])])
            lines.append(f"| `{name}` | {keys} | {event['description']} | `{event['example']}` |")
    table = "\n".join(lines)
    return f"{before}{EVENTS_BEGIN}\n{table}\n{EVENTS_END}{after}"


def main() -> None:
    """Make the pages that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", nargs="*", default=["patterns", "mechanisms", "events"])
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    if "patterns" in given.pages:
        rows = measure_patterns(given.runs, given.seed)
        point = measure_patterns(given.runs, given.seed, parameters=POINT)
        (DOCS / "patterns.md").write_text(patterns_page(rows, point, given.seed), encoding="utf-8")
    if "events" in given.pages:
        events = DOCS / "events.md"
        events.write_text(with_events(events.read_text(encoding="utf-8")), encoding="utf-8")
    if "mechanisms" in given.pages:
        effects = measure_effects(given.runs, given.seed)
        at_point = measure_effects(given.runs, given.seed, parameters=POINT)
        page = mechanisms_page(effects, at_point, given.runs, given.seed)
        (DOCS / "mechanisms.md").write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()

# ruff: noqa: E501 - lines of the page are as long as their text
"""Make docs/calibration.md and its figures from the posteriors that are stored.

    python docs/make_calibration.py [POSTERIOR.parquet…] [--into FOLDER]

Nothing is run: every number stands in the provenance of a posterior, or in the evidence. The words
stand here, and are rewritten by hand where the numbers no longer bear them out.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from simulation.calibration.targets import Targets, load_targets
from simulation.evidence.catalogue import load_catalogue
from simulation.numerics.dates import parse_date
from simulation.parameters.posterior import Posterior, posterior_path, read_posterior
from simulation.show.figures.calibration import draw_calibration

DOCS = Path(__file__).parent
LIKELY, HARDLY = 0.5, 0.1
"""Shares of runs from which a part of a pattern counts as likely, and below which as missed."""

PURPOSE = """Sections follow TRACE (Grimm and others 2014): what the model was fitted to and how exactly, what was
ruled out, how well the result does in fresh runs, what the evidence says about each parameter and what it
does not, and how to do it again. The model itself is described in [odd.md](odd.md), its forecasts are
scored in [backtest.md](backtest.md).

## 1 The problem

A counterfactual is worth what the model's forecasts are worth, and a forecast should use what was known
and nothing else. So uncertain parameters are fitted to what was known on a day, and the whole ensemble of
parameter vectors that is left is kept: no best vector is picked. A run draws one of them.
"""

DATA = """## 2 Data: targets, errors, discrepancies

A target is a *part of a pattern*, which holds in a run or does not (windows in
`simulation/evidence/data/patterns.yaml`), or a *figure of one year*: agreement with a power in the United
Nations' General Assembly, or a power's share of a state's trade. `simulation/evidence/data/targets.yaml` says
when each was known. Figures of a calendar year count as known from its 31 October on. That no head of
state fell but Akayev is a target too (`quiet`): what did not happen was known as well.

How exactly a target is to be met was stated before the fit, in
`simulation/evidence/data/parameters/targets.yaml`, each with its reason:

- **Error of observation**: agreement by the scatter of five outside states about the common agenda; trade
  by a tenth of the share, as is usual between two partners' figures, and by at least half a point.
- **Discrepancy of the rules**: how far even the right parameters may miss. Agreement {agreement_discrepancy:g}; a trade share
  {trade_discrepancy:.0%} of itself, since one growth law serves five economies; a part of a pattern may be read wrongly
  once in {doubt} times, so that none decides alone.
- **Weights**: each part of a pattern counts as one observation. The years of one series share their error
  and count as one together.

History was seen once. A part of a pattern counts against a vector by the share of its runs in which it
does not hold; a figure by its distance from the runs' mean, in units of the runs' spread, the error and
the discrepancy together.
"""

METHOD = """## 3 Method

1. **History matching** (Vernon and others 2010). Each wave runs vectors from the space that is left, once
   each, fits an emulator that is additive in the parameters, and rules out every vector by which more than
   two targets lie more than three standard deviations away. One of so many may be off by more at the truth
   itself, as luck has tails heavier than normal; in synthetic histories ([sbc](sbc.md)) that befell one in four.
2. **Approximate Bayesian computation by sequential Monte Carlo.** A population drawn evenly from what is
   left is led to the posterior: the tolerance is let down as far as the effective size allows, vectors are
   drawn anew by weight and moved. At tolerance 1 targets are met as exactly as the stated errors ask
   (Wilkinson 2013), and the population is moved on until few vectors are copies of one another, so that
   all have nearly equal weight.
3. **A move** is a walk on the emulator that real runs then correct, first free runs and then the arms of
   P6n (delayed acceptance, Christen and Fox 2005). A vector and the one it would become meet the same
   fresh luck, and the noise that is left in their comparison makes the move harder by half its variance
   (the penalty method, Ceperley and Dewing 1999). So neither the emulator's errors nor a lucky draw stay
   in the result.
4. **Parameters that are not fitted** are drawn anew from their ranges in every run, in the fit and in use.
   They widen what a vector shows, as luck does.

Verified on a toy whose posterior is known (`tests/calibration/test_calibrate.py`): the mean and width come out, a
parameter without influence keeps its range, the same seed gives the same bytes with any number of
workers, and a calibration that was stopped ends as one that was not.
"""

AGAIN = """## {number} To do it again

```bash
python run.py calibrate                       # as of 31 October 2005
python run.py calibrate --as-of 2004-03-24    # its own posterior, from what was known then
python run.py calibrate --as-of 2001-12-31 --as-of 2002-12-31 --as-of 2003-12-31 --as-of 2004-12-31
python run.py calibrate --again               # every one that is stored, after a change
python docs/make_calibration.py               # this page, from the stored posteriors
```

Each writes its posterior beside the evidence, from where every batch takes it; the stages lie in
`results/calibration_DATE/`, and `--resume` goes on where one was stopped. The same seed gives the same
bytes on one set of versions and one kind of processor. After a change of a range the posterior is refused
until it is made anew; after a change of a rule it should be.
"""


def page(posteriors: Sequence[Posterior]) -> str:
    """The page, from posteriors with the latest information date first."""
    main = posteriors[0]
    found = main.provenance
    targets = load_targets(load_catalogue(), parse_date(found["as_of"]))
    values = load_catalogue().values
    data = DATA.format(
        agreement_discrepancy=values["targets.agreement_discrepancy"],
        trade_discrepancy=values["targets.trade_discrepancy"],
        doubt=round(1 / targets.doubt),
    )
    lines = [
        "# Calibration: what was known, and what it says about the parameters",
        "",
        "Made by `python docs/make_calibration.py` from the stored posteriors. This page tells of the",
        f"posterior as of {found['as_of']}: {found['runs_per_wave']:,} runs a wave, seed {found['seed']}, code "
        f"{found['versions'].get('code', 'unknown')}, evidence {found['catalogue_hash'][:12]}.",
        "",
        PURPOSE,
        data,
        METHOD,
        "## 4 What was ruled out",
        "",
        *wave_lines(main),
        "",
        "Whether this machinery finds a truth that is known is asked of synthetic histories: [sbc.md](sbc.md).",
        "",
        "## 5 The sample",
        "",
        *sample_lines(main),
        "",
        "![Tolerance and worth of the population, move by move](figures/calibration_path.png)",
        "",
        "## 6 Check against the targets",
        "",
        *check_lines(main),
        "",
        "![Parts of patterns, before and after](figures/calibration_patterns.png)",
        "",
        "![Yearly figures against what was observed](figures/calibration_series.png)",
        "",
        "### Parts of patterns",
        "",
        "The share of runs in which each came out: from anywhere in the ranges (before), and in fresh runs of the",
        "posterior, with what nine in ten of its vectors give. Each was observed to hold; each may be read wrongly",
        f"once in {round(1 / targets.doubt)} times.",
        "",
        *part_lines(main),
        "",
        "### Yearly figures",
        "",
        "Before is the mean of runs from anywhere in the ranges. The interval holds nine in ten of what could be",
        "observed by the posterior: a run, its discrepancy and the error of observation together. In bold: what was",
        "observed lies outside it.",
        "",
        *figure_lines(main),
        "",
        "## 7 What is identified, and what is not",
        "",
        *parameter_lines(main),
        "",
        "![The parameters that moved farthest](figures/calibration_parameters.png)",
        "",
        *left_alone_lines(main, targets),
        "",
    ]
    for number, other in enumerate(posteriors[1:], 8):
        lines += [*other_lines(number, other, main), ""]
    lines += [AGAIN.format(number=7 + len(posteriors))]
    return "\n".join(lines)


def wave_lines(posterior: Posterior) -> list[str]:
    """Each wave of history matching."""
    rows = [
        "| wave | runs | left of the ranges | spoken against mostly by |",
        "|---|---:|---:|---|",
    ]
    left = 1.0
    for number, wave in enumerate(posterior.provenance["waves"], 1):
        left *= wave["left"]
        against = ", ".join(f"{name} ({share:.0%})" for name, share in wave["against"][:6])
        rows.append(f"| {number} | {wave['runs']:,} | {left:.2g} | {against} |")
    return [
        "Share of the ranges' volume that is left after each wave, and the share of the space before it that each",
        "target alone speaks against; two may, before a vector is ruled out.",
        "",
        *rows,
    ]


def sample_lines(posterior: Posterior) -> list[str]:
    """How large the sample is, honestly."""
    found = posterior.provenance
    last = found["steps"][-1]
    return [
        f"{len(posterior.weights):,} different vectors, by their weights worth {posterior.effective_size:,.0f} of equal weight. They descend from",
        f"{found['ancestors']:,} of the vectors that history matching left; as far as relatives are still alike, the sample tells of a",
        f"parameter as much as {found['unrelated']:,.0f} unrelated vectors would (median; Kish 1965). {len(found['steps'])} moves, of which real runs accepted",
        f"{last['accepted']:.0%} at the last; {found['replicates']} runs of a vector at each look.",
    ]


def check_lines(posterior: Posterior) -> list[str]:
    """What the posterior meets and what it misses, in words."""
    parts, figures = parts_of(posterior), figures_of(posterior)
    likely = [sum(each[when] >= LIKELY for each in parts) for when in ("prior", "posterior")]
    within = [each for each in figures if inside(each)]
    lines = [
        f"In fresh runs {likely[1]} of {len(parts)} parts of patterns come out in half of the runs or more, before {likely[0]}. Of {len(figures)} yearly",
        f"figures {len(within)} lie inside the interval of nine in ten, where {0.9 * len(figures):.0f} are due.",
        "",
    ]
    rare = [each for each in parts if each["posterior"] < LIKELY]
    told = "; ".join(f"{each['name']} ({each['posterior']:.0%})" for each in rare)
    lines.append(f"- Parts that come out in less than half of the runs: {told or 'none'}.")
    missed = [each["name"] for each in rare if each["posterior"] < HARDLY]
    lines.append(f"- Parts that the model can hardly show at all: {', '.join(missed) or 'none'}.")
    fallen = [each for each in parts if each["posterior"] < each["prior"] - 0.03]
    told = "; ".join(f"{e['name']} ({e['prior']:.0%} to {e['posterior']:.0%})" for e in fallen)
    lines.append(f"- Parts that became rarer, because others pull the other way: {told or 'none'}.")
    outside = "; ".join(each["name"] for each in figures if not inside(each))
    lines.append(f"- Figures outside their interval: {outside or 'none'}.")
    return lines


def part_lines(posterior: Posterior) -> Iterator[str]:
    """Every part of a pattern."""
    yield "| part | before | after | 5% to 95% of vectors |"
    yield "|---|---:|---:|---:|"
    for each in parts_of(posterior):
        mark = "**" if each["posterior"] < LIKELY else ""
        yield (
            f"| {each['name']} | {each['prior']:.0%} | {mark}{each['posterior']:.0%}{mark} "
            f"| {each['low']:.0%} to {each['high']:.0%} |"
        )


def figure_lines(posterior: Posterior) -> Iterator[str]:
    """Every yearly figure."""
    yield "| figure | observed | error | discrepancy | before | after (median) | 5% to 95% |"
    yield "|---|---:|---:|---:|---:|---:|---:|"
    for each in figures_of(posterior):
        mark = "" if inside(each) else "**"
        cells = [
            each["name"].replace("_", " "),
            f"{mark}{each['observed']:.3f}{mark}",
            *(f"{each[name]:.3f}" for name in ("observation", "discrepancy", "prior", "median")),
            f"{each['low']:.3f} to {each['high']:.3f}",
        ]
        yield f"| {' | '.join(cells)} |"


def parameter_lines(posterior: Posterior) -> Iterator[str]:
    """Shrinkage of every fitted parameter, the farthest first."""
    rows = posterior.provenance["parameters"]
    informed = [each for each in rows if each["informed"]]
    yield (
        f"The evidence informs {len(informed)} of {len(rows)} fitted parameters: their posterior lies farther from "
        "their range"
    )
    yield "than one sample in a hundred of a parameter that nothing informs. Places in a range go from 0 to 1."
    yield "Shrinkage is the part of the range's standard deviation that is lost, distance the largest gap between"
    yield "the two cumulative distributions. With so many parameters, one or two are named by chance."
    yield ""
    yield from table_of(informed)
    yield ""
    yield "<details><summary>The fitted parameters that the evidence does not inform</summary>"
    yield ""
    yield from table_of([each for each in rows if not each["informed"]])
    yield ""
    yield "</details>"


def table_of(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Parameters with where they ended."""
    yield "| parameter | mean place | 5% to 95% | shrinkage | distance |"
    yield "|---|---:|---:|---:|---:|"
    for each in rows:
        yield (
            f"| `{each['key']}` | {each['mean']:.2f} | {each['low']:.2f} to {each['high']:.2f} "
            f"| {percent(each['shrinkage'])} | {each['distance']:.2f} |"
        )


def left_alone_lines(posterior: Posterior, targets: Targets) -> Iterator[str]:
    """What was not fitted, and why."""
    yield "### Not fitted"
    yield ""
    yield f"{len(posterior.unfitted)} uncertain parameters are drawn from their ranges and not fitted, {len(targets.held)} are held at their values:"
    yield ""
    for left in (targets.unfitted, targets.held):
        reasons: dict[str, list[str]] = {}
        for key, why in left.items():
            reasons.setdefault(why, []).append(key)
        for why, keys in reasons.items():
            stems = dict.fromkeys(".".join(key.split(".")[:2]) for key in keys)
            named = ", ".join(f"`{stem}`" for stem in stems)
            yield f"- {named}: {why}"


def other_lines(number: int, other: Posterior, main: Posterior) -> Iterator[str]:
    """A posterior as of an earlier day, beside the main one."""
    found = other.provenance
    yield f"## {number} As of {found['as_of']}"
    yield ""
    yield f"Fitted to the {len(found['targets'])} targets that were known by then, of the {len(main.provenance['targets'])} above; what the baseline scripts"
    yield "later is left out of its runs."
    yield ""
    yield from sample_lines(other)
    yield ""
    yield from check_lines(other)
    yield ""
    yield from part_lines(other)
    yield ""
    yield "The parameters that it informs, and where the later posterior put them:"
    yield ""
    yield "| parameter | mean place | shrinkage | later: mean place | shrinkage |"
    yield "|---|---:|---:|---:|---:|"
    later = {each["key"]: each for each in main.provenance["parameters"]}
    for each in found["parameters"]:
        if each["informed"] and each["key"] in later:
            both = (each, later[each["key"]])
            cells = [f"{it['mean']:.2f} | {percent(it['shrinkage'])}" for it in both]
            yield f"| `{each['key']}` | {' | '.join(cells)} |"


def parts_of(posterior: Posterior) -> list[Mapping[str, Any]]:
    """The targets that are parts of patterns."""
    return [each for each in posterior.provenance["targets"] if each["error"] == 0]


def figures_of(posterior: Posterior) -> list[Mapping[str, Any]]:
    """The targets that are yearly figures."""
    return [each for each in posterior.provenance["targets"] if each["error"] > 0]


def inside(figure: Mapping[str, Any]) -> bool:
    """Whether what was observed lies within nine in ten of what could be."""
    return bool(figure["low"] <= figure["observed"] <= figure["high"])


def percent(part: float) -> str:
    """A part in per cent."""
    return f"{round(100 * part)}%".replace("-", "−")


def stored() -> list[Path]:
    """The posteriors that lie beside the evidence."""
    return sorted(posterior_path(load_catalogue()).parent.glob("posterior*.parquet"))


def main() -> None:
    """Write the page and its figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("posteriors", nargs="*", type=Path, default=stored())
    parser.add_argument("--into", type=Path, default=DOCS)
    given = parser.parse_args()
    if not given.posteriors:
        parser.error("no posterior is stored; make one with: python run.py calibrate")
    posteriors = sorted(
        map(read_posterior, given.posteriors),
        key=lambda each: parse_date(each.provenance["as_of"]),
        reverse=True,
    )
    figures = given.into / "figures"
    figures.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for path in draw_calibration(posteriors[0], folder):
            if path.suffix == ".png":
                (figures / path.name).write_bytes(path.read_bytes())
    (given.into / "calibration.md").write_text(page(posteriors), encoding="utf-8")


if __name__ == "__main__":
    main()

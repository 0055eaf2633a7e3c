"""Figures of a calibration: how it fits what was observed, and what the evidence informs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from simulation.inputs.results_folders import made_folder
from simulation.show.figures.drawing import Line, end_labels, lines, numbers_below, values_axis
from simulation.show.figures.drawing import write as write_text
from simulation.show.figures.numbers import table_of
from simulation.show.figures.saving import save_figure
from simulation.show.figures.sheet import Sheet
from simulation.show.figures.style import BASELINE_GREY, INK, QUIET_INK, SCENARIO, styled

if TYPE_CHECKING:
    from simulation.parameters.posterior import Posterior

_ROW = 0.172
_TICKS = [(quarter / 4, f"{25 * quarter}%") for quarter in range(5)]
_PLACES = [(0.0, "low end"), (0.5, "middle"), (1.0, "high end")]
MISSES = [(float(away), f"{away:+d}" if away else "0") for away in (-4, -2, 0, 2, 4)]
FARTHEST = 4.5
_MOST = 40
"""Parameters that are drawn."""
READ_PARTS = (
    "each row is a part of a pattern that history showed. The grey tick is the share of runs in "
    "which it comes out with parameters from anywhere in their ranges, the dot with parameters "
    "of the posterior, in fresh runs. None of them is scripted."
)
READ_FIGURES = (
    "each dot is a year, placed by how far the mean of the runs lies from what was observed, in "
    "standard errors (observation and discrepancy of the rules together); to the right the runs "
    "show more. Grey is before, coloured after. Dots beyond the frame stand at its edge."
)
READ_PARAMETERS = (
    "a row is a parameter, from the low to the high end of its range. The bar holds nine in ten "
    "vectors of the posterior, the dot is their mean; the grey line is what the range alone "
    "gives. The number is the largest gap between the two distributions, 0 to 1."
)
READ_PATH = (
    "from left to right the moves of the population. On the left the tolerance, let down to 1, "
    "where targets are met as exactly as their errors ask. On the right how many different "
    "vectors of equal weight the population is worth, from how many of the first ones it comes, "
    "and the share of moves that real runs accept."
)


def draw_calibration(posterior: Posterior, folder: str | Path) -> list[Path]:
    """Draw the figures of a calibration into a folder, as PNG and SVG, with their numbers."""
    target = made_folder(Path(folder))
    drawn = {
        "calibration_patterns": (patterns_figure, READ_PARTS, _patterns(posterior)),
        "calibration_series": (series_figure, READ_FIGURES, _series(posterior)),
        "calibration_parameters": (
            parameters_figure,
            READ_PARAMETERS,
            posterior.provenance["parameters"],
        ),
        "calibration_path": (path_figure, READ_PATH, posterior.provenance["steps"]),
    }
    paths = []
    with styled():
        for name, (draw, how, rows) in drawn.items():
            table = table_of(rows)
            paths += save_figure(draw(posterior), target / name, description=how, numbers=table)
    return paths


def _patterns(posterior: Posterior) -> list[Mapping[str, Any]]:
    """The targets that are parts of patterns."""
    return [each for each in posterior.provenance["targets"] if each["error"] == 0]


def _series(posterior: Posterior) -> list[Mapping[str, Any]]:
    """The targets that are yearly figures."""
    return [each for each in posterior.provenance["targets"] if each["error"] > 0]


def patterns_figure(posterior: Posterior) -> Figure:
    """Every part of a pattern, from the prior to the posterior."""
    rows = _patterns(posterior)
    before, after = (np.array([each[when] for each in rows]) for when in ("prior", "posterior"))
    common = [int((shares >= 0.5).sum()) for shares in (before, after)]
    sheet = Sheet(
        f"Calibration makes {common[1]} of {len(rows)} parts of the known patterns likely, "
        f"up from {common[0]}",
        "Share of free runs in which each part comes out, before and after",
        READ_PARTS,
        _source(posterior),
        body=_ROW * len(rows) + 0.5,
        width=7.6,
    )
    axes = _rows(sheet, [each["name"] for each in rows], 3.4, 0.45)
    axes.set_xlim(0, 1)
    numbers_below(axes, _TICKS, grid=True)
    at = np.arange(len(rows)) + 0.5
    moved = [Line(np.array(pair), np.full(2, y), SCENARIO, width=1.2, alpha=0.5)
             for *pair, y in zip(before, after, at, strict=True)]  # fmt: skip
    lines(axes, moved)
    ticks = [Line(np.full(2, x), np.array([y - 0.3, y + 0.3]), BASELINE_GREY, width=2)
             for x, y in zip(before, at, strict=True)]  # fmt: skip
    lines(axes, ticks, zorder=3)
    axes.scatter(after, at, s=20, color=SCENARIO, lw=0, zorder=4, clip_on=False)
    for y, share in zip(at, after, strict=True):
        _beside(axes, y, f"{100 * share:.0f}%")
    return sheet.figure


def series_figure(posterior: Posterior) -> Figure:
    """Every yearly figure, as its distance from what was observed."""
    series: dict[str, list[Mapping[str, Any]]] = {}
    for each in _series(posterior):
        series.setdefault(each["name"].rpartition(" ")[0], []).append(each)
    misses = {
        when: [[_miss(each, when) for each in years] for years in series.values()]
        for when in ("prior", "posterior")
    }
    near = {
        when: 100 * np.mean([abs(miss) <= 2 for years in rows for miss in years])
        for when, rows in misses.items()
    }
    sheet = Sheet(
        f"{near['posterior']:.0f}% of the yearly figures lie within two standard errors, "
        f"{near['prior']:.0f}% before",
        "Mean of the runs against what was observed, 2001 to the last year known",
        READ_FIGURES,
        _source(posterior),
        body=_ROW * len(series) + 0.5,
        width=7.6,
    )
    axes = _rows(sheet, [_series_name(name) for name in series], 3.4, 0.15)
    axes.set_xlim(-FARTHEST, FARTHEST)
    numbers_below(axes, MISSES, grid=True)
    for when, color, lift in (("prior", BASELINE_GREY, 0.33), ("posterior", SCENARIO, 0.64)):
        for row, years in enumerate(misses[when]):
            x = np.clip(years, -FARTHEST, FARTHEST)
            y = np.full(len(x), row + lift)
            axes.scatter(x, y, s=11, color=color, lw=0, alpha=0.8, clip_on=False, zorder=3)
    return sheet.figure


def parameters_figure(posterior: Posterior) -> Figure:
    """The parameters that moved farthest from their priors."""
    rows = posterior.provenance["parameters"]
    informed = sum(each["informed"] for each in rows)
    shown = rows[: min(_MOST, len(rows))]
    sheet = Sheet(
        f"What was known informs {informed} of {len(rows)} fitted parameters; "
        "the others keep their ranges",
        f"The {len(shown)} that moved farthest, each within its range",
        READ_PARAMETERS,
        _source(posterior),
        body=_ROW * len(shown) + 0.5,
        width=7.6,
    )
    axes = _rows(sheet, [each["key"].replace("_", " ") for each in shown], 3.4, 0.45)
    axes.set_xlim(0, 1)
    numbers_below(axes, _PLACES, grid=True)
    at = np.arange(len(shown)) + 0.5
    even = [Line(np.array([0.05, 0.95]), np.full(2, y), BASELINE_GREY, width=0.8) for y in at]
    lines(axes, even)
    ends = [np.array([each["low"], each["high"]]) for each in shown]
    bars = [Line(x, np.full(2, y), SCENARIO, width=4.5, alpha=0.45)
            for x, y in zip(ends, at, strict=True)]  # fmt: skip
    lines(axes, bars, zorder=3)
    means = [each["mean"] for each in shown]
    axes.scatter(means, at, s=17, color=INK, lw=0, zorder=4)
    for y, each in zip(at, shown, strict=True):
        _beside(axes, y, f"{each['distance']:.2f}")
    return sheet.figure


def path_figure(posterior: Posterior) -> Figure:
    """How the population came to the posterior: tolerance, worth, acceptance."""
    steps = posterior.provenance["steps"]
    told = {key: np.array([each[key] for each in steps]) for key in steps[0]}
    size = posterior.provenance["runs_per_wave"] // posterior.provenance["replicates"]
    settled = 100 * np.mean(told["accepted"][told["tolerance"] <= 1])
    sheet = Sheet(
        f"The sample ends worth {posterior.effective_size:,.0f} of its {size:,} vectors; real runs "
        f"accept {settled:.0f}% of the moves at tolerance 1",
        "Sequential Monte Carlo, move by move",
        READ_PATH,
        _source(posterior),
        body=2.5,
        width=7.6,
    )
    at = np.arange(1, len(steps) + 1)
    ticks = [(float(move), f"{move}") for move in at if len(at) < 16 or move % 2]
    tolerance, shares = (sheet.axes(left, 0.35, 2.6, 1.8) for left in (0.45, 3.75))
    highest = float(np.ceil(told["tolerance"].max()))
    rungs = sorted({1.0, np.ceil(highest / 2), highest})
    values_axis(tolerance, 0, 1.05 * highest, [(rung, f"{rung:g}") for rung in rungs])
    values_axis(shares, 0, 105, [(25.0 * part, f"{25 * part}%") for part in range(5)])
    for axes, name in ((tolerance, "Tolerance"), (shares, "Part of the population")):
        axes.set_xlim(0.5, len(at) + 0.5)
        numbers_below(axes, ticks)
        write_text(
            axes, 0, 1.06, name, transform=axes.transAxes, size=8.5, weight="bold", color=INK
        )  # fmt: skip
    lines(tolerance, [Line(at, told["tolerance"], SCENARIO, width=1.8)])
    tolerance.scatter(at, told["tolerance"], s=16, color=SCENARIO, lw=0, zorder=3)
    drawn = {
        "worth": (100 * told["effective_size"] / size, SCENARIO),
        "accepted": (100 * told["accepted"], INK),
        "first vectors": (100 * told["ancestors"] / size, BASELINE_GREY),
    }
    lines(shares, [Line(at, values, color, width=1.8) for values, color in drawn.values()])
    end_labels(shares, [(values[-1], name, color) for name, (values, color) in drawn.items()])
    return sheet.figure


def _rows(sheet: Sheet, names: Sequence[str], left: float, right: float) -> Axes:
    """Axes with a row for each name, the first on top, and the names at the left."""
    tall = _ROW * len(names)
    axes = sheet.axes(left, sheet.body - tall - 0.1, sheet.width - left - right - 0.15, tall)
    axes.set_ylim(len(names), 0)
    for place, name in enumerate(names):
        write_text(
            axes, -0.02, place + 0.5, name, transform=axes.get_yaxis_transform(), ha="right",
            size=7, va="center_baseline", color=INK, parse_math=False,
        )  # fmt: skip
    return axes


def _beside(axes: Axes, y: float, text: str) -> None:
    """A number at the right of a row."""
    write_text(
        axes, 1.03, y, text, transform=axes.get_yaxis_transform(), size=7,
        va="center_baseline", color=QUIET_INK,
    )  # fmt: skip


def _miss(target: Mapping[str, Any], when: str) -> float:
    return float((target[when] - target["observed"]) / target["error"])


def _series_name(name: str) -> str:
    """ "agreement united_states uzbekistan" as people say it."""
    kind, power, place = name.split()
    actor, state = (each.replace("_", " ").title() for each in (power, place))
    return f"{kind.replace('_', ' ')}: {state} with {actor}"


def _source(posterior: Posterior) -> str:
    found = posterior.provenance
    return (
        f"Heartland · calibration as of {found['as_of']} · {len(posterior.weights):,} vectors · "
        f"{found['waves'][0]['runs']:,} runs a wave · seed {found['seed']}"
    )

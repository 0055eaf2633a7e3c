# ruff: noqa: E501 - lines of the page are as long as their text
"""Makes gallery.md: one figure of each kind, with what it is for and the command that draws it.

    python docs/make_gallery.py

A small batch of all scenarios, a sweep and a sensitivity are run for it in a temporary folder.
"""

from __future__ import annotations

import argparse
import io
import tempfile
from dataclasses import dataclass
from pathlib import Path

from matplotlib.figure import Figure
from PIL import Image

from simulation.batch.batch import run_batch
from simulation.contrast.sensitivity import run_sensitivity
from simulation.contrast.sweep import run_sweep
from simulation.record.record import Record
from simulation.show.figures.registry import FIGURES
from simulation.show.figures.sensitivities import sensitivity_figure
from simulation.show.figures.style import styled
from simulation.show.figures.sweeps import sweep_figure

DOCS = Path(__file__).resolve().parent
FOLDER = DOCS / "figures" / "gallery"
COLORS = 128
SCENARIO = "us_bases_stay"
EXAMPLES = {"drivers": "baseline"}
"""Figures that are shown of another scenario, since they would show nothing of that one."""
DPI = 110
RESERVATION = "basing.reservation.united_states"

OPENING = """\
# Gallery

One figure of each kind, with what it is for. Made by `{command}` from calibrated runs of all
scenarios. The numbers are those of a small batch: look at the figures here,
and for numbers run your own.

A batch draws the pictures that its report opens with: the matrix and three beside it. All others are drawn on demand,
as PNG, SVG or PDF. `plot` alone draws every usual figure of the batch and puts it into the report:

```bash
python run.py plot --list
python run.py batch us_bases_stay no_andijan --runs 50 --seed 1
```

Each section below names what to give to `plot`; here are all kinds of figure at once, of the newest batch:

```bash
{kinds}
```

From Python, every kind is a function from a batch to a Matplotlib figure:

```python
from simulation import Record
from simulation.show.figures.registry import FIGURES

figure = FIGURES["contest"].make(Record.open(), "no_andijan")
```

What each figure says stands in its title, worked out from the data; how to read it, and of which runs,
stands below it. Each power keeps its colour, line style and hatch throughout. Triangles on top of a
panel mark shocks that the scenario scripts there. More is purple, less is olive. Beside each figure its numbers lie as
a table, under its name with the ending `.csv`. [Borders on the maps](borders.md) says whose they are. A figure that
would show nothing is not drawn, and the report says why; `plot --figure` draws it all the same.
"""

ELSEWHERE = """\
## Elsewhere

| figure | what it is for | where |
|---|---|---|
| waterfall of a decision | why a state sent its guest away, term by term | `python run.py explain … --figure PATH`, [an example](karshi-khanabad-and-manas.md) |
| scores by question, reliability | how well forecasts from the past did | `python run.py backtest`, [backtest](backtest.md) |
| patterns, series, parameters | what calibration ruled out, how the rest fits | `python run.py calibrate` |
"""


@dataclass(frozen=True)
class Picture:
    """A figure of the gallery."""

    name: str
    purpose: str
    command: str
    figure: Figure


def of_batch(record: Record) -> list[Picture]:
    """One picture of every kind of figure that a batch can have."""
    pictures = []
    for name, kind in FIGURES.items():
        about = kind.scope == "scenario"
        scenario = EXAMPLES.get(name, SCENARIO)
        figure = kind.make(record, scenario if about else None)
        command = f"--figure {name}" + (f" --scenario {scenario}" if about else "")
        pictures.append(Picture(name, kind.description, command, figure))
    return pictures


def of_parameters(seed: int, workers: int | None) -> list[Picture]:
    """What becomes of an outcome as parameters move, and what it is sensitive to."""
    one = f"{RESERVATION}=0:320:9"
    two = (f"{RESERVATION}=0:320:5", "basing.rent=1:3:5")
    outcome = "manas_open"
    curve = run_sweep("baseline", [one], [outcome], 300, seed, workers=workers)
    grid = run_sweep("baseline", two, [outcome], 150, seed, workers=workers)
    found = run_sensitivity("baseline", "russia_china_share", None, 128, seed, workers=workers)
    vary = " ".join(f"--vary {each}" for each in two)
    return [
        Picture(
            "sweep",
            "What becomes of an outcome as one parameter takes a range of values.",
            f"python run.py sweep baseline --vary {one} --outcome {outcome} --runs 300",
            sweep_figure(curve),
        ),
        Picture(
            "sweep_of_two",
            "The same over two parameters at once.",
            f"python run.py sweep baseline {vary} --outcome {outcome} --runs 150",
            sweep_figure(grid),
        ),
        Picture(
            "sensitivity",
            "Which rules an outcome is sensitive to, and how much of its spread is luck.",
            "python run.py sensitivity baseline --outcome russia_china_share --samples 128",
            sensitivity_figure(found),
        ),
    ]


def save(picture: Picture) -> Path:
    """Save a picture as a small PNG of few colours."""
    page = io.BytesIO()
    with styled():
        picture.figure.savefig(page, format="png", dpi=DPI)
    path = FOLDER / f"{picture.name}.png"
    whole = Image.open(page).convert("RGB")
    few = whole.quantize(COLORS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    few.save(path, optimize=True)
    return path


def all_kinds() -> str:
    """The commands that draw a figure of every kind of a batch, one after the other."""
    about = [name for name, kind in FIGURES.items() if kind.scope == "scenario"]
    others = [name for name in FIGURES if name not in about]
    commands = []
    for names, scenario in ((others, ""), (about, f" --scenario {SCENARIO}")):
        wanted = " \\\n    ".join(f"--figure {name}" for name in names)
        commands.append(f"python run.py plot --format png{scenario} \\\n    {wanted}")
    return "\n".join(commands)


def section(picture: Picture) -> str:
    """A picture with its purpose and command."""
    title = picture.name.replace("_", " ").capitalize()
    alternative = str(picture.figure.get_label()).replace("[", "(").replace("]", ")")
    return (
        f"## {title}\n\n{picture.purpose}\n\n`{picture.command}`\n\n"
        f"![{alternative}](figures/gallery/{picture.name}.png)\n"
    )


def main() -> None:
    """Make the page and its pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int)
    given = parser.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        record = run_batch(None, given.runs, given.seed, results=place, workers=given.workers)
        pictures = [*of_batch(record), *of_parameters(given.seed, given.workers)]
    for picture in pictures:
        save(picture)
    command = f"python docs/make_gallery.py --runs {given.runs} --seed {given.seed}"
    parts = [OPENING.format(command=command, kinds=all_kinds()), *map(section, pictures), ELSEWHERE]
    (DOCS / "gallery.md").write_text("\n".join(parts), encoding="utf-8")


if __name__ == "__main__":
    main()

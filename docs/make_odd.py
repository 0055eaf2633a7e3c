# ruff: noqa: E501 - lines of the pages are as long as their text
"""Make the pages of docs/odd/ that follow from the model: decisions, the index, the test vector.

    python docs/make_odd.py [decisions] [index] [vector] [--to FOLDER]

The other pages there are written by hand. The index leads from each number of the catalogue to the
equations that read it; a number that no equation names, and a name that is no number, are errors.
The test vector is one history in which every draw is its median, in double precision.
"""

from __future__ import annotations

import argparse
import csv
import io
import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

import simulation.numerics.arrays

PAGES = Path(__file__).parent / "odd"
VECTOR = "vector.csv"
GENERATED = ("decisions.md", "parameters.md", "vector.md")
_LABEL = re.compile(r"^\(([A-Z]\d+)\) +(\S.*?)(?:   *|$)")
_DECISIONS = re.compile(r"^ *decisions? ((?:`\w+`(?:, )?)+)")


class Mismatch(ValueError):
    """The equations and the catalogue do not name the same numbers."""


# -- equations ---------------------------------------------------------------------------------


def equations(pages: Path = PAGES) -> dict[str, str]:
    """The text of each equation by its label, in the order of the pages.

    Args:
        pages: where the pages lie.

    Raises:
        Mismatch: two equations have one label.
    """
    found: dict[str, str] = {}
    for page in sorted(pages.glob("*.md")):
        if page.name in GENERATED:
            continue
        label, inside = "", False
        for line in page.read_text(encoding="utf-8").splitlines():
            if line.startswith("```"):
                inside, label = line == "```text", ""
            elif inside and (begins := _LABEL.match(line)):
                label = begins[1]
                if label in found:
                    raise Mismatch(f"{page.name}: ({label}) stands twice")
                found[label] = line
            elif inside and label:
                found[label] += "\n" + line
    return dict(sorted(found.items(), key=lambda each: (each[0][0], int(each[0][1:]))))


def numbers_named(text: str, groups: set[str]) -> list[str]:
    """The numbers of the catalogue that a text names, each once, in order.

    Args:
        text: of an equation or a page.
        groups: the first words of the keys.
    """
    names = re.findall(rf"\b(?:{'|'.join(sorted(groups))})\.[a-z][a-z0-9_.]*(?![\w*])", text)
    found = (each.rstrip(".") for each in names)
    return list(dict.fromkeys(each for each in found if not each.endswith((".yaml", ".md", "_"))))


def index(
    keys: Mapping[str, str], texts: Mapping[str, str], pages: Mapping[str, str]
) -> dict[str, list[str]]:
    """The labels of the equations that read each number, by its key.

    Args:
        keys: every number of the catalogue, with its unit.
        texts: the equations by label.
        pages: the pages by name, on which nothing may be named that there is not.

    Raises:
        Mismatch: every number without an equation, and every name that is no number.
    """
    groups = {key.partition(".")[0] for key in keys}
    read: dict[str, list[str]] = {key: [] for key in keys}
    wrong: list[str] = []

    def below(name: str) -> list[str]:
        return [key for key in keys if key == name or key.startswith(f"{name}.")]

    for label, text in texts.items():
        for name in numbers_named(text, groups):
            for key in below(name):
                read[key].append(label)
    for page, text in pages.items():
        for name in numbers_named(text, groups):
            parent = name.rpartition(".")[0]  # one number of a table goes by a longer name
            if not below(name) and not any(key in name for key in (parent, *keys) if key in keys):
                wrong.append(f"{page} names '{name}', which is no number of the catalogue")
    wrong += [f"no equation reads '{key}'" for key, labels in read.items() if not labels]
    if wrong:
        raise Mismatch("; ".join(wrong))
    return read


def labels_of_decisions(texts: Mapping[str, str]) -> dict[str, str]:
    """The label of the equation that takes each decision, by its key."""
    found = {}
    for label, text in texts.items():
        for line in text.splitlines():
            if said := _DECISIONS.match(line):
                found |= dict.fromkeys(re.findall(r"`(\w+)`", said[1]), label)
    return found


def written_pages(pages: Path = PAGES) -> dict[str, str]:
    """The pages that are written by hand, by name."""
    return {
        page.name: page.read_text(encoding="utf-8")
        for page in sorted(pages.glob("*.md"))
        if page.name not in GENERATED
    }


def index_page(read: Mapping[str, list[str]], keys: Mapping[str, str]) -> str:
    """The page that leads from each number to its equations."""
    lines = [
        "# Index of numbers: which equation reads which",
        "",
        "Made by `python docs/make_odd.py index`. Every number of the catalogue stands here with the equations",
        "that read it; values, ranges and reasons are given by `python run.py source KEY`.",
    ]
    group = ""
    for key, labels in read.items():
        if key.partition(".")[0] != group:
            group = key.partition(".")[0]
            lines += ["", f"## {group}", "", "| number | unit | equations |", "|---|---|---|"]
        lines.append(f"| `{key}` | {keys[key]} | {', '.join(labels)} |")
    return "\n".join(lines) + "\n"


# -- the test vector ---------------------------------------------------------------------------

QUARTERS = ("2001Q3", "2001Q4", "2002Q1", "2002Q2", "2002Q3", "2002Q4")
LATER = ("2004Q4", "2005Q1", "2005Q2", "2005Q3", "2006Q4", "2015Q4")
START = "start"
_SAME = (
    *("influence", "share", "agenda", "need", "felt", "pressure", "usual", "effort", "value"),
    *("withheld", "withheld_usual", "habit", "published", "aid", "cover", "goods", "kept"),
    *("personal", "purse", "undrawn", "deals", "spent", "fear", "danger", "transition", "rent"),
    *("sanctuary", "campaign", "standing", "exists", "founded", "depth", "statement", "voice"),
    *("drilled", "pact", "exercised", "took_part", "club", "ventures", "stake", "quarters_left"),
)
_CALLED = {
    "tie": "ties",
    "conc": "concentration",
    "trade": "trade_share",
    "aff": "affinity",
    "shift": "vote_shift",
    "crit": "criticism",
    "susp": "suspicion",
    "lever": "leverage",
    "handed": "understanding",
    "kin": "kinship",
    "acc": "accountability",
    "rep": "repression",
    "hard": "hardship",
    "cap": "capacity",
    "mil": "militancy",
    "lat": "latent",
    "usual_mil": "usual_militancy",
    "alarm": "unaccustomed",
    "drugs": "drug_friction",
    "water": "water_friction",
    "traffic": "trafficking",
    "stress": "water_stress",
    "oil": "oil_price",
    "thirst": "energy_thirst",
    "status": "base_status",
    "left": "contract_left",
    "notice": "notice_left",
    "observing": "observing_for",
    "noticed": "depth_last",
    "stated": "stated_now",
    "together": "trained_together",
    "opened": "opened_project_at",
    **{name: name for name in _SAME},
}
"""Name of a state variable on the pages to the array of the world that holds it."""
_AXIS = {"rival": "power"}


def at_medians(until: str, look: Callable[[Any], None]) -> None:
    """One history of the baseline at point values in which every draw is its median.

    Args:
        until: the last quarter.
        look: is shown the model at the start and after every step.
    """
    from simulation.model.model import InfluenceModel
    from simulation.numerics.dates import quarter_of
    from simulation.numerics.randomness import Draws

    def median(draws: Draws, quarter: int, actor: Any, purpose: str, as_odds: bool) -> np.ndarray:
        shape = (draws.runs,) if isinstance(actor, str) else (len(actor), draws.runs)
        return np.full(shape, 1.0 if as_odds else 0.5, dtype=draws.precision)

    drawn, Draws._drawn = Draws._drawn, median  # type: ignore[method-assign]
    try:
        model = InfluenceModel("baseline", runs=1, seed=0, parameters="point", collecting=False)
        look(model)
        while model.quarter < quarter_of(until):
            model.step()
            look(model)
    finally:
        Draws._drawn = drawn  # type: ignore[method-assign]


def state_of(world: Any) -> Iterator[tuple[str, str, float | str]]:
    """Name, place and value of every state variable of a world of one run."""
    from simulation.world.world import LAYOUT

    for name, array in sorted(_CALLED.items()):
        axes = [getattr(world.axes, _AXIS.get(axis, axis)) for axis in LAYOUT[array].axes]
        values = world.array(array)[..., 0]
        for at in np.ndindex(values.shape):
            if name == "club" and at[0] >= world.regions:  # nobody asks how others are protected
                continue
            place = ">".join(_word(axis[i]) for axis, i in zip(axes, at, strict=True))
            yield name, place, float(values[at])
    for j, project in enumerate(world.axes.project):
        yield "running", project, float(max(world.project_status[j, 0] - 1, 0))
    for p, power in enumerate(world.axes.power):
        for a, state in enumerate(world.axes.region):
            yield "lw", f"{power}>{state}", float(np.log(world.trade_weight[p, a, 0]))
    for k, body in enumerate(world.axes.body):
        seat = int(world.seat[k, 0])
        yield "seat", _word(body), world.axes.member[seat] if seat >= 0 else ""


def _word(name: str | tuple[str, str]) -> str:
    return name if isinstance(name, str) else ">".join(name)


def vector() -> dict[tuple[str, str], dict[str, str]]:
    """Six digits of every state variable that is not always nought, by name and place."""
    from simulation.numerics.dates import quarter_name

    found: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)

    def look(model: Any) -> None:
        when = quarter_name(model.quarter) if model.quarter >= 0 else START
        if when in (START, *QUARTERS, *LATER):
            for name, place, value in state_of(model.world):
                found[name, place][when] = value if isinstance(value, str) else f"{value:.6g}"

    at_medians(LATER[-1], look)
    return {
        key: values
        for key, values in sorted(found.items())
        if any(each not in ("0", "-0", "", "-1") for each in values.values())
    }


def alike(stored: str, value: str | float) -> bool:
    """Whether a value is the one of six digits that is stored, give or take one of the last.

    Args:
        stored: as the vector has it.
        value: a number, or a name.
    """
    if isinstance(value, str):
        return value == stored
    due = float(stored)
    last = 10.0 ** (math.floor(math.log10(abs(due))) - 5) if due else 0.0
    return abs(value - due) <= max(1.01 * last, 1e-12)


def written(rows: Mapping[tuple[str, str], Mapping[str, str]]) -> str:
    """The vector as a table of comma-separated values."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(["variable", "place", START, *QUARTERS, *LATER])
    for (name, place), values in rows.items():
        table.writerow([name, place, *(values[q] for q in (START, *QUARTERS, *LATER))])
    return out.getvalue()


def stored_vector(folder: Path = PAGES) -> dict[tuple[str, str], dict[str, str]]:
    """The vector as it is stored.

    Args:
        folder: where it lies.
    """
    with (folder / VECTOR).open(encoding="utf-8", newline="") as file:
        return {(row.pop("variable"), row.pop("place")): row for row in csv.DictReader(file)}


SHOWN = (
    *(f"share>{p}>uzbekistan" for p in ("china", "japan", "russia", "united_states")),
    *(f"tie>{c}>russia>kyrgyzstan" for c in ("economic", "political", "security")),
    *("trade>china>kazakhstan", "aff>united_states>uzbekistan", "aff>china>mongolia"),
    *("shift>united_states>uzbekistan", "value>united_states>uzbekistan"),
    *("aid>economic>china>kazakhstan", "aid>security>united_states>uzbekistan"),
    *(
        "spent>economic>russia>tajikistan",
        "goods>japan>uzbekistan",
        "need>united_states>uzbekistan",
    ),
    *("withheld>united_states>turkmenistan", "habit>united_states>turkmenistan"),
    *("lever>political>china>kyrgyzstan", "purse>china", "effort>russia", "pressure>china"),
    *("usual>russia>kazakhstan", "fear>uzbekistan", "mil>uzbekistan", "lat>uzbekistan"),
    *("hard>tajikistan", "cap>kyrgyzstan", "rep>kyrgyzstan", "club>kazakhstan", "drugs>tajikistan"),
    *("water>uzbekistan", "oil", "thirst", "campaign", "sanctuary", "status>manas", "rent>manas"),
    *("left>manas", "depth>sco", "noticed>sco", "founded>sco>charter", "standing>guuam>uzbekistan"),
)
"""What of the vector stands on the page."""


def vector_page(rows: Mapping[tuple[str, str], Mapping[str, str]]) -> str:
    """The page with a part of the vector."""
    lines = [
        "# Test vector: every draw at its median",
        "",
        "Made by `python docs/make_odd.py vector`: the baseline at point values, in double precision, with `u = 1/2`,",
        "`z = 0` and `L = 0` in every draw, to six digits. Lasting luck follows (D4) and (D5) with these: it begins at 0",
        "where it has no bounds and at the median between its bounds where it has, and fades. What happens by odds happens",
        "where its chance is above a half.",
        "",
        f"A part of it at the end of each of six quarters. The whole stands in [vector.csv](vector.csv): {len(rows):,} values,",
        f"also at the start and at the ends of {', '.join(LATER)}. What is not listed there is 0, *no*, *none* or",
        "*outside* throughout. Status of a base: 0 none, 1 present, 2 open, 3 notice, 4 closed. Standing: 0 outside,",
        "1 observer, 2 member. `running`: 0 waits, 1 is being built, 2 runs. `opened` is a number of a quarter, -1 for never.",
        "`published`, `deals`, `exercised`, `stated` and the like are those of the quarter that has ended.",
        "",
        "| variable | " + " | ".join(QUARTERS) + " |",
        "|---|" + "---:|" * len(QUARTERS),
    ]
    for each in SHOWN:
        name, _, place = each.partition(">")
        values = rows[name, place]
        said = f"`{name}` {place.replace('>', ', ')}" if place else f"`{name}`"
        lines.append(f"| {said} | " + " | ".join(values[q] for q in QUARTERS) + " |")
    return "\n".join(lines) + "\n"


def numbers() -> dict[str, str]:
    """The unit of every number of the catalogue, by its key."""
    from simulation.evidence.catalogue import load_catalogue

    return {key: each.unit for key, each in load_catalogue().parameters.items()}


def main() -> None:
    """Make the pages that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", nargs="*", default=["decisions", "index", "vector"])
    parser.add_argument("--to", type=Path, default=PAGES, help="where they go")
    given = parser.parse_args()
    pages, to = given.pages, given.to
    if "vector" in pages:  # before any module of the model reads it
        simulation.numerics.arrays.FLOAT = np.float64  # type: ignore[misc, assignment]
    texts = equations()
    if "index" in pages:
        keys = numbers()
        page = index_page(index(keys, texts, written_pages()), keys)
        (to / "parameters.md").write_text(page, encoding="utf-8")
    if "decisions" in pages:
        from simulation.show.decision_table import decision_page

        page = decision_page(labels_of_decisions(texts))
        (to / "decisions.md").write_text(page, encoding="utf-8")
    if "vector" in pages:
        rows = vector()
        (to / VECTOR).write_text(written(rows), encoding="utf-8")
        (to / "vector.md").write_text(vector_page(rows), encoding="utf-8")


if __name__ == "__main__":
    main()

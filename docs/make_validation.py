# ruff: noqa: E501 - lines of the page are as long as their text
"""Make docs/validation.md and its figure: influence beside what can be seen of it, to 2005.

    python docs/make_validation.py [--runs N] [--seed S]

What can be seen is stored (docs/make_rates.py --panels DIR makes it); runs are made here. What is said
of a row stands in `SAID`, and is rewritten by hand where the rows no longer bear it out.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path

from simulation.estimation.validation import Dyads, modelled_means, stored_sights, validate
from simulation.show.figures.saving import save_figure
from simulation.show.figures.validation import READ_VALIDATION, draw_validation
from simulation.show.rate_tables import validation_page

DOCS = Path(__file__).parent
FIGURE = "figures/validation"
TITLE = "TITLE"
SAID: tuple[str, ...] = ()


def main() -> None:
    """Run, compare, write the page and draw its figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    modelled = {held: modelled_means(given.runs, given.seed, held=held) for held in (False, True)}
    write(modelled, given.runs, given.seed)


def write(modelled: Mapping[bool, Mapping[str, Dyads]], runs: int, seed: int) -> None:
    """Write the page and draw its figure.

    Args:
        modelled: what runs show, free and with history imposed.
        runs: how many there were. seed: that named their draws.
    """
    seen = stored_sights()
    rows = [row for held, means in modelled.items() for row in validate(seen, means, held)]
    source = f"Heartland · baseline · {runs:,} runs · calibrated · seed {seed}"
    direct = [row for row in rows if not row.held and not row.sight.name.startswith("influence_")]
    save_figure(draw_validation(direct, TITLE, source), DOCS / FIGURE, description=READ_VALIDATION)
    command = f"python docs/make_validation.py --runs {runs} --seed {seed}"
    page = validation_page(rows, SAID, command, f"{FIGURE}.png", READ_VALIDATION)
    (DOCS / "validation.md").write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()

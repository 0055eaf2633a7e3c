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
TITLE = "Votes, aid and commitments change where they were seen to; neither model tells how trade changes"
SAID: tuple[str, ...] = (
    "## What the rows say\n",
    "- **What changes alike.** Votes with Washington and Moscow, American aid, Chinese commitments and China's formal "
    "capacity change in the states and years in which they were seen to, and better than a trend tells. Votes and "
    "trade are no test: the posterior was fitted to series of both to 2005. Aid, commitments, arms and capacity are.",
    "- **Trade.** Levels are in order, hardly more so than if nothing had changed. Changes are not told from chance, nor by "
    "the trend, which is rather upside down. To blame is `trade.log_potential`: a power grows alike in every state, so that "
    "states differ by where they began, by corridors and by leanings alone. What moved a state's trade by a third a year "
    "up to 2005 was single deals and prices; no document names a cause by state that would be a rule. Not mended.",
    "- **Votes with Japan** change upside down. To blame is `alignment.drawn_to`, by which Japan's share of influence "
    "draws votes as anybody's does; in the Assembly states move to or from Japan as they do to or from Washington. Not "
    "mended: one figure of five states is no ground for a rule.",
    "- **Arms** do not follow. Deliveries are few and large: Kazakhstan and Uzbekistan bought nearly all from Russia, "
    "Tajikistan nothing. Security ties hold bases, exercises and training as well, which no panel counts.",
    "- **Influence as a whole** is seen in China's formal capacity alone, which is made of trade, arms and memberships; "
    "those of the others are not among the panels. Beside single channels a whole has no call to be in their order.",
)


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

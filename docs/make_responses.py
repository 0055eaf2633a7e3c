# ruff: noqa: E501 - lines of the page are as long as their text
"""Make docs/responses.md: every row of the response table, at the posterior and at point values.

    python docs/make_responses.py [--runs N] [--seed S]

What is measured comes from runs made here; what is said of a row that does not hold stands in
`REMARKS`, and is rewritten by hand where the row holds.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from simulation.contrast.responses import run_responses
from simulation.show.response_tables import responses_page

PAGE = Path(__file__).parent / "responses.md"
REMARKS: dict[str, str] = {
    "R01": (
        "All three give more. China gains most in Turkmenistan, whose neutrality turns conditional aid away; of the "
        "other four Washington adds most in Uzbekistan, where China gains most of them. Moscow adds about as much in "
        "Turkmenistan as in Uzbekistan. A reply that is largest in Turkmenistan would need an American instrument that a "
        "neutral state takes, of which the documents know none."
    ),
    "R10": (
        "The row asks the same of two arms. Where nobody sets conditions Manas is open in all worlds already, so that "
        "five times the money has nothing left to add."
    ),
    "R18": (
        "Karshi-Khanabad's fate is exchanged in most worlds. Manas, with an Uzbek host, is noticed in .50 of them (.63 at "
        "point values), and the row asks for surely more than half: what Washington would pay, and what blame costs a "
        "host, are drawn from wide ranges now."
    ),
}
"""By row: why it does not hold, and what speaks for or against the row."""


def main() -> None:
    """Measure all rows and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=None)
    given = parser.parse_args()
    found = {
        head: run_responses(runs=given.runs, seed=given.seed, source=head, workers=given.workers)
        for head in ("posterior", "point")
    }
    command = f"python docs/make_responses.py --runs {given.runs} --seed {given.seed}"
    PAGE.write_text(responses_page(found, REMARKS, command), encoding="utf-8")


if __name__ == "__main__":
    main()

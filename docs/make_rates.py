# ruff: noqa: E501 - lines of the page are as long as their text
"""Make docs/rates.md: how often things happen in runs, beside how often they were seen to.

    python docs/make_rates.py [--runs N] [--seed S] [--panels DIR]

With `--panels` what the panels show is counted anew and stored, for this page and for
docs/validation.md, with the sums of the files that it was counted in. What is said of a rate that
parts from what was seen stands in `REMARKS`, and is rewritten by hand.
"""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

import yaml

from simulation.estimation.panels import read_panels
from simulation.estimation.rates import (
    STORED,
    counted_in_panels,
    measure_rates,
    rates,
    stored_rates,
)
from simulation.estimation.validation import seen_in_panels, sights
from simulation.show.rate_tables import rates_page

PAGE = Path(__file__).parent / "rates.md"
REMARKS: dict[str, str] = {
    "joins": (
        "Until 2005 only two of the five states have an organization to join: Tajikistan the Partnership, and Uzbekistan "
        "the treaty of 1992 and the Community. The panels count far ones as well, such as Ukraine outside that treaty. "
        "The estimate of 7 in 222.8 ([estimates](estimates.md)) is of another sample: without the Partnership (1 in 7.0) and "
        "the years after leaving (20.2), with all eleven outside the Central Asian organization (62.7 more), and with a year "
        "of founding for the Community (7.0 less), which here goes on from the customs union."
    ),
    "joins_settled": (
        "Nearly all is Uzbekistan, which a crackdown frightens and a word warms just before the runs begin. In free runs "
        "the rate lies inside. Fear's pull on joining is wide on purpose (`organizations.belonging_fear`); the panels' "
        "own figure for it reaches over nought."
    ),
    "ends_russian_other": (
        "Seen are hosts that had broken with Moscow, over a war in which it took a side or over independence (the Baltic "
        "states, Georgia, Moldova, Azerbaijan). Of the five, whoever leaves the treaty in a run has no such quarrel, and few do: "
        "the runs' interval is wide, and held to October 2005 it reaches into what was seen. No rule gives a quarrel of that "
        "kind, since none of the five had one; a rate fitted to those hosts would be no rate of these."
    ),
    "swings_back": (
        "Six swings were seen long enough, and the interval is that of so few. The ratios over four years, which rest on "
        "hundreds of pairs and lie inside (`walk_us`, `walk_others`), say that two thirds to nine tenths of a year's change "
        "are undone; a swing as large as .15 is then mostly one that goes as it came. Slower noise would meet these six and "
        "miss the hundreds."
    ),
    "aid_falls": (
        "Obligations are booked in lumps, by fiscal year and with what is taken back; what a power gives in the model is "
        "what it spends, spread by worth. Lumps that even out within a year or two hardly move ties. Not mended."
    ),
    "trade_small_united_states": (
        "Single deliveries, such as aircraft, make up American trade with the smaller states; one rule for all small trades "
        "meets China's and falls short of this."
    ),
}
"""By rate: why it parts from what was seen, and what speaks against mending it."""
HEAD = """# What the panels of 1991 to October 2005 show, counted by `python docs/make_rates.py --panels DIR`.
# The panels are not shipped: `panels.yaml` beside the folder says what they hold and where anybody can get them.
# `files`: sums (SHA-256) of those that were read. `rates`: figures with their 95% intervals.
# `dyads`: what can be seen of influence, by power, state and year.

"""


def store(folder: Path) -> None:
    """Count what the panels of a folder show, and keep it."""
    files = {file for rate in rates().values() for file in rate.files}
    names = sorted(files | {sight.file for sight in sights().values()})
    read = read_panels(folder, names)
    tables = {name: panel.frame for name, panel in read.items()}
    found = {
        "files": {name: panel.sha256 for name, panel in read.items()},
        "rates": {name: asdict(seen) for name, seen in counted_in_panels(tables).items()},
        "dyads": seen_in_panels(tables),
    }
    text = yaml.safe_dump(_rounded(found), sort_keys=False, default_flow_style=None, width=120)
    STORED.parent.mkdir(exist_ok=True)
    STORED.write_text(HEAD + text, encoding="utf-8")


def _rounded(value: Any) -> Any:
    """Numbers with four digits, as plain Python has them."""
    if isinstance(value, dict):
        return {key: _rounded(each) for key, each in value.items()}
    if isinstance(value, int | str) or value is None:
        return value
    return float(f"{float(value):.4g}")


def main() -> None:
    """Measure all rates and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=None)
    parser.add_argument("--panels", type=Path, default=None)
    given = parser.parse_args()
    if given.panels is not None:
        store(given.panels)
    shown = measure_rates(given.runs, given.seed, workers=given.workers)
    command = f"python docs/make_rates.py --runs {given.runs} --seed {given.seed}"
    PAGE.write_text(rates_page(shown, stored_rates(), REMARKS, command), encoding="utf-8")


if __name__ == "__main__":
    main()

# ruff: noqa: E501 - lines of the pages are as long as their text
"""Make docs/estimates.md and docs/guides/panels.md from what is stored and declared.

    python docs/make_estimates.py

Nothing is estimated here, and no panel is needed: `python run.py estimate --panels DIR` makes the
estimates, and `simulation/evidence/data/estimates.yaml` keeps them.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from simulation.estimation.estimates import NEEDED
from simulation.evidence.catalogue import load_catalogue
from simulation.evidence.panel_evidence import panel_evidence
from simulation.show.estimate_tables import estimate_lines, moved_lines, panel_lines

DOCS = Path(__file__).parent

HEAD = """# Estimates from panels, 1991 to October 2005

Made by `python docs/make_estimates.py` from `simulation/evidence/data/estimates.yaml`, which
`python run.py estimate --panels DIR` writes. The panels are not shipped; [the guide](guides/panels.md) says what
they hold, where anybody can get them and on which terms.

Four years of one region cannot tell how often states come and go, or how unsteady trade and votes are. Tables of
sixteen states over fourteen years can tell some of it. Each estimate stands here with its formula, what was counted,
an interval of nineteen in twenty, how a fit to the years until 1998 did on those from 1999 on, and which numbers of the
catalogue it is about: `which it is` marks those that have value and range from it.

Intervals of rates are Jeffreys'. Where states differ, the interval comes from drawing states anew, or from the
likelihood, as the formula says. Events cluster: three states left the treaty of 1992 on one day. Intervals take each
for a case of its own, unless the text says otherwise, and are then too narrow.
"""

NOT = """## What has no honest counterpart

These estimates stand beside numbers of the model and are not them, so that the numbers stay argued and the free runs
are held against the estimates instead:

- **Joining and leaving** (`organizations.belonging_base`, `hysteresis`, `belonging_spread`): the model draws no hazard.
  A worth made of fear, leanings and autonomy, and luck that lasts, cross a bar; the rate is what comes out. Seven
  joinings and four leavings, three of them on one day, do not tell three numbers apart.
- **What fear, leanings and regime add to joining and leaving** (`belonging_fear`, `belonging_affinity`): most intervals
  of the panels hold nought. That an organization's age keeps states out is told; nobody who had left came back.
- **Unrest and falls** (`regime.unrest_base`, `fall_base`): log-odds at no hardship, no club and no capacity, which no
  panel has. The rates of risings and overthrows are what comes out.
- **Bases** (`basing.habit`, `review_otherwise`, `leave_early`, `withdrawal`): a host asks, a guest pays or goes. The
  panels see when a site was doomed, and not who asked.
- **Leanings** (`alignment.speed`, `noise`): what lasts of votes goes back to a state's own mean in them. In the model it
  goes to where the powers draw it, which moves.
- **Trade's convergence** (`trade.convergence`, `path_dependence`): the panels see states near one another, and not the
  potential that each has.
- **Aid, arms and trade on votes** (`alignment.share`, `goodwill`): pulls of a share of all influence on a leaning, and of
  gifts over all channels; the panels have one channel at a time, and nobody gave at random.
- **Swings and falls that come back** (`patronage.news_learning`, `habit_learning`): shares that came back in five years
  depend on both and on all that happened besides; they stand as the reason of the numbers.
"""

GUIDE = """# Your own panels

Made by `python docs/make_estimates.py`. Estimates ([page](../estimates.md)) are made from tables that the project reads
and does not ship: a folder of CSV files, one a panel, called by the panel's name and its years, as
`trade_cow4_1991_2005.csv`. With the same files from the sources below, or with your own in the same format, you can make
them anew:

```bash
pip install -e '.[estimation]'
python run.py estimate --panels panels --output results/estimates.yaml
```

The command prints every estimate and stores it with the SHA-256 of the files. In a checkout, without `--output`, it
takes the place of `simulation/evidence/data/estimates.yaml`, from which numbers of the class `estimated` have value and
range; `python run.py source trade.noise` shows them. To fit posteriors with ranges from your panels, and leave what is
shipped as it is:

```bash
python run.py calibrate --panels panels
```

The estimates, the evidence with them and the stages lie under `results/`; the posterior goes to `posteriors/` in the
folder where you stand, and batches from there draw from it. Where your interval is wider than the shipped one, vectors
outside the shipped one are left out, and a batch says so.

## What is refused

A panel is read strictly. Everything that is wrong is told at once, by file and row, with exit status 2: a file that is
missing or there twice; a column that is unknown, missing or double; a code that no actor has; what is no number, no day,
or outside its limits; a year left out between two of a series; a row, an event or a spell that stands there twice;
spells of one key that overlap; an end before its start; and anything after 31 October 2005 (yearly figures of 2005 are
taken as known). Codes are those of ISO 3166 (three letters) of the actors, and of `outsiders.yaml`.

## On which terms

What estimates are: averages, rates and spreads over many states and years, from which no figure of a panel can be got
back. They are facts, and the project passes them on under its own licence with the sources named. The panels themselves
stay with their makers: get them there, and cite them. Where a maker sets terms for what is derived (V-Dem: the same
licence; SIPRI: non-commercial use and attribution; others: the citation), they stand with the panel. Terms change: look
at the source before you pass anything on.

## Those that estimates need

"""

OTHERS = """## Those that are only compared with

Declared and read in the same way, by whoever holds the model against them.

"""


def main() -> None:
    """Write both pages."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--into", type=Path, default=DOCS)
    into = parser.parse_args().into
    (into / "guides").mkdir(parents=True, exist_ok=True)
    known = load_catalogue()
    lines = [HEAD, *moved_lines(known), *estimate_lines(known), NOT]
    (into / "estimates.md").write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")
    panels = panel_evidence().panels
    needed = {name: panels[name] for name in NEEDED}
    others = {name: each for name, each in panels.items() if name not in NEEDED}
    text = GUIDE + "\n".join(panel_lines(needed)) + "\n" + OTHERS + "\n".join(panel_lines(others))
    (into / "guides" / "panels.md").write_text(text.rstrip() + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

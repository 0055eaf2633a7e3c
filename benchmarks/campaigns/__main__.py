"""Campaigns: many seeded attempts to break what is promised about folders, files and numbers.

    python benchmarks/campaigns --short               a few of each, within two minutes
    python benchmarks/campaigns --state DIR           all of them, some hours; goes on where it was
    python benchmarks/campaigns fuzz --count 1000 --seed 7

Each prints its attempts and its failures; the exit status is 1 if there was any. Attempt i of a
seed is always the same, whatever was tried before it: `--only I` makes that one alone.
docs/reliability.md tells what is promised and what came out.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import corners
import folders
import fuzz
from campaign import Campaign, carried_out

CAMPAIGNS: dict[str, Campaign] = {
    each.name: each for each in (*folders.CAMPAIGNS, fuzz.CAMPAIGN, corners.CAMPAIGN)
}


def main() -> int:
    """Carry out the campaigns that are named, or all."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", help=f"of {', '.join(CAMPAIGNS)} (all)")
    parser.add_argument("--short", action="store_true", help="a few attempts of each")
    parser.add_argument("--count", type=int, help="attempts of each")
    parser.add_argument("--seed", type=int, default=1, help="names the attempts (1)")
    parser.add_argument("--state", type=Path, help="where it is kept how far each is")
    parser.add_argument("--only", type=int, help="make this attempt alone")
    given = parser.parse_args()
    unknown = [name for name in given.names if name not in CAMPAIGNS]
    if unknown:
        parser.error(f"there is no campaign {', '.join(unknown)}")
    if given.state:
        given.state.mkdir(parents=True, exist_ok=True)
    failures = 0
    for name in given.names or CAMPAIGNS:
        campaign = CAMPAIGNS[name]
        if given.only is not None:
            with tempfile.TemporaryDirectory() as shared, tempfile.TemporaryDirectory() as ground:
                attempt = campaign.begin(Path(shared))
                failed = attempt(random.Random(f"{name} {given.seed} {given.only}"), Path(ground))
                print(failed or "held")
            failures += bool(failed)
            continue
        count = given.count or (campaign.short if given.short else campaign.long)
        failures += len(carried_out(campaign, count, given.seed, given.state).failures)
    return min(failures, 1)


if __name__ == "__main__":
    sys.exit(main())

# ruff: noqa: E501 - lines of the page are as long as their text
"""Make docs/karshi-khanabad-and-manas.md and its figure from explanations of baseline runs.

python docs/make_contrast.py [--runs N] [--seed S]
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from simulation.arrays import Array, Mask, Utility
from simulation.dates import quarter_of
from simulation.entries import Entry
from simulation.experiments.explain import explain
from simulation.experiments.reasons import Explanation
from simulation.experiments.replay import Play
from simulation.experiments.terms import measure_of
from simulation.explanations import explanation_text
from simulation.figures.messages import listed, signed
from simulation.figures.sentences import money, plain
from simulation.figures.waterfall import save_waterfall, waterfall
from simulation.rules import basing
from simulation.scenario import load_scenario

DOCS = Path(__file__).parent
FIGURE = "figures/karshi-khanabad-and-manas"
WHEN = "2005Q3"
BASES = {"karshi_khanabad": "Karshi-Khanabad", "manas": "Manas"}
WEIGHTY = 0.15
"""A term is named as part of the difference if it makes at least this share of it."""


@dataclass
class Reviews:
    """What both hosts decided in the quarter of the statement, in every run.

    Attributes:
        play: the runs.
        entries: decisions of the quarter, by decision and object.
        weights: the parameters of basing.
        spoke, reviewed, dissatisfied, noticed, kept: runs, the latter four by base.
    """

    play: Play
    entries: dict[tuple[str, str], Entry]
    weights: object
    spoke: Mask
    reviewed: dict[str, Mask] = field(default_factory=dict)
    dissatisfied: dict[str, Mask] = field(default_factory=dict)
    kept: dict[str, Mask] = field(default_factory=dict)
    standing: dict[str, Mask] = field(default_factory=dict)

    @classmethod
    def of(cls, play: Play) -> Reviews:
        """Play all runs to the end of the year and look at the quarter."""
        model = play.model(play.runs).run("2005Q4")
        entries = {
            (entry.decision, entry.object or entry.actor): entry
            for entry in model.world.entries
            if entry.quarter == quarter_of(WHEN)
        }
        found = cls(play, entries, model.weights.basing, entries["statement", "sco"].happened)  # type: ignore[attr-defined]
        for base in BASES:
            found.standing[base] = entries["take_up", base].conditions["in_use"]
            found.reviewed[base] = entries["take_up", base].happened & found.spoke
            found.dissatisfied[base] = entries["review", base].happened & found.spoke
            found.kept[base] = entries["keep_base", base].happened
        return found

    @property
    def contrast(self) -> Mask:
        """Runs in which Karshi-Khanabad goes and Manas is kept, after the same statement."""
        gone = self.dissatisfied["karshi_khanabad"] & ~self.kept["karshi_khanabad"]
        return gone & self.kept["manas"]

    def price(self, base: str, **terms: Array) -> Array:
        """The price to stay, US$ m a year, with some of the host's terms replaced."""
        review = self.entries["review", base]
        utility = Utility(**{**review.terms, **terms})
        return basing.price_to_stay(utility, review.facts["scale"], self.weights)

    def no_price(self, base: str) -> Mask:
        """Runs in which no rent would do."""
        scale = self.entries["review", base].facts["scale"]
        return self.price(base) >= scale * self.weights.price_cap * (1 - 1e-9)  # type: ignore[attr-defined]

    def reservation(self, base: str) -> Array:
        """The most that the guest would pay, US$ m a year."""
        return self.entries["keep_base", base].facts["reservation"]

    def typical(self) -> int:
        """The run of the contrast whose two prices lie nearest to the medians."""
        far = np.zeros(self.play.runs)
        for base in BASES:
            price = np.log(np.maximum(self.price(base), 1e-6))
            far += np.abs(price - np.median(price[self.contrast]))
        return int(np.argmin(np.where(self.contrast, far, np.inf)))


def percent(part: Mask, of: Mask) -> str:
    """A share of runs."""
    return f"{np.count_nonzero(part & of) / max(np.count_nonzero(of), 1):.0%}"


def opening(reviews: Reviews) -> list[str]:
    """What happens in how many runs."""
    spoke, runs = reviews.spoke, reviews.play.runs
    rows = []
    for base, name in BASES.items():
        standing = reviews.standing[base] & spoke
        reviewed, unhappy = reviews.reviewed[base], reviews.dissatisfied[base]
        rows.append(
            f"| {name} | {percent(standing, spoke)} | {percent(reviewed, standing)} "
            f"| {percent(unhappy, reviewed)} | {percent(reviews.kept[base], unhappy)} |"
        )
    both = reviews.dissatisfied["karshi_khanabad"] & reviews.dissatisfied["manas"]
    return [
        f"In {percent(spoke, np.ones(runs, bool))} of {runs:,} free runs of the baseline the SCO calls on outside powers in {WHEN}",
        "to name a day for leaving. Both hosts are members, and the word reaches both alike.",
        "",
        "| | base still in use | then reviewed | then dissatisfied | then paid for and kept |",
        "|---|---:|---:|---:|---:|",
        *rows,
        "",
        f"The statement is the *trigger*: with one a review is {float(np.mean(reviews.weights.review_on_trigger)):.0%} likely, without one {float(np.mean(reviews.weights.review_otherwise)):.1%}, and which it is falls",
        "by a draw of its own. So a part of why either base was reviewed at all is the trigger and that draw,",
        "and none of it is rent or blame. After the statement hardly any host is content, so the statement",
        "explains why both were asked to pay again, and not why only one was paid for.",
        f"Where both hosts are dissatisfied, Karshi-Khanabad goes and Manas stays in {percent(reviews.contrast, both)} of the runs.",
    ]


def differences(reviews: Reviews) -> list[tuple[str, float, float]]:
    """Mean terms of the two hosts over the runs of the contrast, the largest difference first."""
    found = []
    for name in reviews.entries["review", "manas"].terms:
        if name == "rent":
            continue
        ours, theirs = (
            float(reviews.entries["review", base].terms[name][reviews.contrast].mean())
            for base in BASES
        )
        found.append((name, ours, theirs))
    return sorted(found, key=lambda row: -abs(row[1] - row[2]))


def terms_section(reviews: Reviews) -> list[str]:
    """Which terms made the difference."""
    rows = differences(reviews)
    apart = sum(ours - theirs for _, ours, theirs in rows)
    label = {name: measure_of("review", name).label for name, _, _ in rows}
    weighty = [row for row in rows if (row[1] - row[2]) / apart >= WEIGHTY]
    named = listed(f"**{label[name]}** ({signed(ours - theirs)})" for name, ours, theirs in weighty)
    against = [f"{label[n]} ({signed(o - t)})" for n, o, t in rows if (o - t) / apart <= -0.02]
    table = [
        f"| {label[name]} | {plain(ours)} | {plain(theirs)} | {signed(ours - theirs, 2)} |"
        for name, ours, theirs in rows
    ]
    both = [sum(row[place] for row in rows) for place in (1, 2)]
    text = [
        "Worth of hosting to the host, in logits, before any rent; means over the runs of the contrast.",
        "",
        "| term | Uzbekistan | Kyrgyzstan | difference |",
        "|---|---:|---:|---:|",
        *table,
        f"| **together** | **{plain(both[0])}** | **{plain(both[1])}** | **{signed(apart, 2)}** |",
        "",
        f"The difference is {named}.",
    ]
    if against:
        text.append(
            f"It would be larger but for {listed(against)}, which weigh more on Kyrgyzstan."
        )
    return [*text, "", *reasons(reviews)]


def reasons(reviews: Reviews) -> list[str]:
    """Where the blame comes from, in numbers."""
    level = {}
    for base in BASES:
        term = reviews.entries["review", base].terms["blame"][reviews.contrast]
        level[base] = float(-term.mean() / np.mean(reviews.weights.blame))
    return [
        f"Blame × fear stands at {level['karshi_khanabad']:.2f} in Uzbekistan and at {level['manas']:.2f} in Kyrgyzstan. Three things in the model",
        "put it there. Washington withholds aid from Uzbekistan over human rights from 2004 on and says so (M01),",
        "and the crackdown at Andijan adds criticism of its own (M02). The revolutions in Georgia's and",
        "Ukraine's likeness, Bishkek's above all, frighten the regime in Tashkent and make it suspect the power",
        "that is seen behind them (M09). And the government in Bishkek that has to decide is *new*: it came by",
        "the revolution, and begins without its predecessor's fear and grudges. The same call, from the same",
        "bloc, meets a frightened host that was blamed in the one place and an unfrightened one in the other.",
    ]


def rents_section(reviews: Reviews) -> list[str]:
    """What rent would have kept Karshi-Khanabad."""
    rows, words = [], []
    for base, name in BASES.items():
        unhappy = reviews.dissatisfied[base]
        price, most = reviews.price(base)[unhappy], reviews.reservation(base)[unhappy]
        paid = reviews.entries["review", base].facts["rent"][unhappy]
        low, middle, high = np.quantile(price, [0.1, 0.5, 0.9])
        rows.append(
            f"| {name} | {money(np.median(paid))} | {money(low)} | **{money(middle)}** | {money(high)} "
            f"| {percent(reviews.no_price(base), unhappy)} | {money(np.median(most))} | {np.mean(price <= most):.0%} |"
        )
        words.append((middle, float(np.median(most))))
    (price, most), (other, bid) = words
    return [
        "The *price to stay* is the yearly rent at which a dissatisfied host would just stay, with a margin, since a",
        "host that reopens a contract asks for more than to be even. Washington pays where the price lies below the",
        "most that the base is worth to it, and an envoy comes and is received.",
        "",
        "| | rent paid | price, 10% | price, median | price, 90% | no price | most that Washington pays | price within that |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
        *rows,
        "",
        f"So **about {money(price)} a year** would have kept Karshi-Khanabad, {price / most:.0f} times the {money(most)} that it was worth to",
        f"Washington. Manas costs {money(other)} and is worth {money(bid)}. Read the logarithm: rent enters by its",
        "logarithm, so that each further logit of blame multiplies the price by "
        f"{np.exp(1 / float(np.mean(reviews.weights.rent))):.2f}, and the",
        "10% and 90% marks lie far apart.",
    ]


def swaps_section(reviews: Reviews) -> list[str]:
    """Which single term of Kyrgyzstan's, given to Uzbekistan, would have made a deal."""
    ours, theirs = (reviews.entries["review", base] for base in BASES)
    chosen = reviews.contrast
    most = reviews.reservation("karshi_khanabad")
    rows = []
    for name, _, _ in differences(reviews):
        price = reviews.price("karshi_khanabad", **{name: theirs.terms[name]})
        rows.append((measure_of("review", name).label, price))
    scaled = reviews.price("karshi_khanabad") * theirs.facts["scale"] / ours.facts["scale"]
    rows.append(("size of the economy, which scales rents", scaled))
    pair = sorted(rows, key=lambda row: np.median(row[1][chosen]))[:2]
    both = reviews.price("karshi_khanabad", blame=theirs.terms["blame"])
    both = both * theirs.facts["scale"] / ours.facts["scale"]
    rows.append((f"*{pair[0][0]} and {pair[1][0]} together*", both))
    table = [
        f"| {label} | {money(np.median(price[chosen]))} | {np.mean(price[chosen] <= most[chosen]):.0%} |"
        for label, price in sorted(rows, key=lambda row: np.median(row[1][chosen]))
        if not np.array_equal(price, reviews.price("karshi_khanabad"))
    ]
    return [
        "Take one term at a time from Kyrgyzstan in the same run and give it to Uzbekistan, all else as it was. This is",
        "arithmetic with the terms of a decision, no second history: it shows what the price hangs on.",
        "",
        "| Uzbekistan with Kyrgyzstan's … | price to stay, median | within what Washington pays |",
        "|---|---:|---:|",
        f"| (nothing changed) | {money(np.median(reviews.price('karshi_khanabad')[chosen]))} | {np.mean(reviews.price('karshi_khanabad')[chosen] <= most[chosen]):.0%} |",
        *table,
    ]


def run_section(explanations: list[Explanation]) -> list[str]:
    """One run in full."""
    past = explanations[0].history
    lines = [
        f"Run {past.run} is the run of the contrast whose two prices lie nearest to the medians.",
        "",
        f"![Two waterfalls: the worth of hosting to Uzbekistan and to Kyrgyzstan, term by term, held against what it takes to stay]({FIGURE}.png)",
    ]
    for each in explanations:
        command = f"python run.py explain baseline --run {past.run} --event {each.event}"
        lines += ["", "```", f"$ {command}", explanation_text(each, width=100, color=False), "```"]
    return lines


def page(reviews: Reviews, explanations: list[Explanation]) -> str:
    """The whole page."""
    play = reviews.play
    command = f"python docs/make_contrast.py --runs {play.runs} --seed {play.seed}"
    parts = [
        "# Karshi-Khanabad and Manas: the same statement, a different end",
        "",
        f"Made by `{command}` from explanations of free runs of the baseline with the",
        f"point values of the evidence (runs 0 to {play.runs - 1}, seed {play.seed}). Every number below is a number of the model. To ask about",
        f"a run yourself: `python run.py batch baseline --runs {play.runs} --seed {play.seed}`, then `python run.py explain baseline --run I`.",
        "",
        "## One statement, two hosts",
        "",
        *opening(reviews),
        "",
        "## Which terms made the difference",
        "",
        *terms_section(reviews),
        "",
        "## What rent would have kept Karshi-Khanabad",
        "",
        *rents_section(reviews),
        "",
        "## What the price hangs on",
        "",
        *swaps_section(reviews),
        "",
        "## One run, term by term",
        "",
        *run_section(explanations),
        "",
        "## How far to trust it",
        "",
        "- The contrast (pattern P6) was known when the parameters were set, and some were moved inside their ranges",
        "  towards it ([patterns](patterns.md)). That it comes out is no discovery; *why* it comes out can be checked: with",
        "  conditional aid off Karshi-Khanabad stays, and with no bid Manas goes (P6n).",
        "- Term by term is how the model decides. That Tashkent weighed its fear of being blamed above its dislike of a",
        "  call by the bloc is what the model says, and not what anyone there has said.",
        "- Rents depend on a ratio of two uncertain numbers ([limits](limits.md)). Read their order of magnitude.",
    ]
    return "\n".join(parts) + "\n"


def main() -> None:
    """Make the page and its figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    play = Play(load_scenario("baseline"), given.seed, given.runs)
    reviews = Reviews.of(play)
    run = reviews.typical()
    explanations = [
        explain(play, "baseline", run, event, WHEN, block=given.runs)
        for event in ("close_base:karshi_khanabad", "keep_base:manas")
    ]
    prices = [each.bargain.price for each in explanations if each.bargain is not None]
    figure = waterfall(
        explanations,
        "keep_base",
        f"The same statement, a different end: blame and fear put the price of Karshi-Khanabad at "
        f"{money(prices[0])} a year, far beyond Washington's bid; Manas costs {money(prices[1])}",
    )
    for ending in ("png", "svg"):
        save_waterfall(figure, DOCS / f"{FIGURE}.{ending}")
    (DOCS / "karshi-khanabad-and-manas.md").write_text(
        page(reviews, explanations), encoding="utf-8"
    )


if __name__ == "__main__":
    main()

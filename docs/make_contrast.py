# ruff: noqa: E501 - lines of the page are as long as their text
"""Make docs/karshi-khanabad-and-manas.md and its figure from explanations of baseline runs.

python docs/make_contrast.py [--runs N] [--seed S]
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from simulation.batch.replay import Play
from simulation.decisions.bases import REVIEW
from simulation.explanation.account import Explanation
from simulation.explanation.explain import explain
from simulation.numerics.arrays import Array, Mask
from simulation.numerics.dates import quarter_of
from simulation.parameters.sampling import POINT
from simulation.rules import basing
from simulation.scenario.scenario import load_scenario
from simulation.show.explanation_tables import explanation_text
from simulation.show.figures.waterfall import save_waterfall, waterfall
from simulation.show.messages import listed, signed
from simulation.show.sentences import money, plain
from simulation.world.deliberation import Deliberation

DOCS = Path(__file__).parent
FIGURE = "figures/karshi-khanabad-and-manas"
WHEN = "2005Q3"
BASES = {"karshi_khanabad": "Karshi-Khanabad", "manas": "Manas"}
ECONOMY = "size of the economy, which scales rents"
BOTH = "blame and size of the economy together"
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
    entries: dict[tuple[str, str], Deliberation]
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
        utility = basing.Hosting(**{**review.terms, **terms})
        return basing.price_to_stay(utility, review.facts["scale"], self.weights)

    def no_price(self, base: str) -> Mask:
        """Runs in which no rent would do."""
        scale = self.entries["review", base].facts["scale"]
        return self.price(base) >= scale * self.weights.price_cap * (1 - 1e-9)  # type: ignore[attr-defined]

    def reservation(self, base: str) -> Array:
        """The most that the guest would pay, US$ m a year."""
        return self.entries["keep_base", base].facts["reservation"]

    def typical(self) -> int:
        """The run of the contrast, envoys received in both, whose prices lie nearest to the medians."""
        far = np.zeros(self.play.runs)
        for base in BASES:
            price = np.log(np.maximum(self.price(base), 1e-6))
            far += np.abs(price - np.median(price[self.contrast]))
        came = self.entries["visit", "karshi_khanabad"].happened
        return int(np.argmin(np.where(self.contrast & came, far, np.inf)))


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
        "and none of it is rent or blame. After the statement few hosts are content, so the statement",
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
    label = {name: REVIEW.terms[name].label for name, _, _ in rows}
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
            f"It would be larger but for {listed(against)}, which speak against the base in Kyrgyzstan rather than in Uzbekistan."
        )
    return [*text, "", *reasons(reviews)]


def reasons(reviews: Reviews) -> list[str]:
    """Where the blame comes from, in numbers."""
    level = {}
    for base in BASES:
        term = reviews.entries["review", base].terms["blame"][reviews.contrast]
        level[base] = float(-term.mean() / np.mean(reviews.weights.blame))
    facts = [reviews.entries["keep_base", base].facts for base in BASES]
    ratio = float(np.mean(facts[0]["scale"] / facts[1]["scale"]))
    bids = [float(np.median(each["reservation"])) for each in facts]
    gain = [
        float(np.mean(reviews.entries["keep_base", base].terms["offer"][reviews.contrast]))
        for base in BASES
    ]
    return [
        f"Blame × fear stands at {level['karshi_khanabad']:.2f} in Uzbekistan and at {level['manas']:.2f} in Kyrgyzstan. What puts it there in the model:",
        "Washington withholds aid from Uzbekistan over human rights from 2004 on and says so (M01), and criticizes the",
        "crackdown at Andijan. The revolution in Bishkek frightens the regime in Tashkent (M09) and makes it suspect",
        "the power that speaks of democracy (M02). The government in Bishkek, which has to decide on Manas, is *new*: it",
        "came by that revolution, and begins without its predecessor's fear and grudges. The same call from the same",
        "bloc meets a frightened host that was blamed in the one place, and an unfrightened one in the other.",
        "",
        f"The other half is money. What counts as a rent grows with the host's economy: the same worth costs {ratio:.1f} times as",
        f"much in Uzbekistan, so that a bid of the same size ({money(bids[0])} there, {money(bids[1])} in Kyrgyzstan) buys {gain[0]:.1f}",
        f"logits there and {gain[1]:.1f} here.",
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


def swapped(reviews: Reviews) -> dict[str, Array]:
    """The price of Karshi-Khanabad with one thing at a time as it was in Kyrgyzstan, by label."""
    theirs = reviews.entries["review", "manas"]
    scaled = theirs.facts["scale"] / reviews.entries["review", "karshi_khanabad"].facts["scale"]
    prices = {
        REVIEW.terms[name].label: reviews.price("karshi_khanabad", **{name: theirs.terms[name]})
        for name, ours, other in differences(reviews)
        if ours != other
    }
    prices[ECONOMY] = reviews.price("karshi_khanabad") * scaled
    prices[BOTH] = reviews.price("karshi_khanabad", blame=theirs.terms["blame"]) * scaled
    return prices


def swaps_section(reviews: Reviews) -> list[str]:
    """Which single term of Kyrgyzstan's, given to Uzbekistan, would have made a deal."""
    chosen = reviews.contrast
    most = reviews.reservation("karshi_khanabad")
    prices = {"(nothing changed)": reviews.price("karshi_khanabad"), **swapped(reviews)}
    table = [
        f"| {label} | {money(np.median(price[chosen]))} | {np.mean(price[chosen] <= most[chosen]):.0%} |"
        for label, price in sorted(prices.items(), key=lambda row: np.median(row[1][chosen]))
    ]
    return [
        "Take one thing at a time from Kyrgyzstan in the same run and give it to Uzbekistan, all else as it was. This is",
        "arithmetic with the terms of a decision, no second history: it shows what the price hangs on.",
        "",
        "| Uzbekistan with Kyrgyzstan's … | price to stay, median | within what Washington pays |",
        "|---|---:|---:|",
        *table,
    ]


def summary(reviews: Reviews) -> list[str]:
    """The answer in a paragraph."""
    chosen = reviews.contrast
    most = reviews.reservation("karshi_khanabad")
    prices = swapped(reviews)
    blame = REVIEW.terms["blame"].label
    alone = [f"US$ {np.median(prices[each][chosen]):.0f} m" for each in (blame, ECONOMY)]
    enough = [np.mean(prices[each][chosen] <= most[chosen]) > 0.5 for each in (blame, ECONOMY)]
    verdict = {
        (False, False): "neither alone would have brought the price within the bid",
        (True, False): "the blame alone would have been enough",
        (False, True): "the economy alone would have been enough",
        (True, True): "either alone would have been enough",
    }[bool(enough[0]), bool(enough[1])]
    price, bid = reviews.price("karshi_khanabad")[chosen], most[chosen]
    return [
        f"**In short.** The price of Karshi-Khanabad is about {money(np.median(price))} a year and Washington would pay {money(np.median(bid))}; that",
        f"of Manas is about {money(np.median(reviews.price('manas')[chosen]))}, and Washington would pay {money(np.median(reviews.reservation('manas')[chosen]))}. The statement weighs about as much on both hosts. Two",
        "things set them apart: Uzbekistan was blamed while it was afraid, and its economy is larger, so that it takes more",
        f"money to count. With Kyrgyzstan's blame the price is {alone[0]}, with the scale of Kyrgyzstan's economy {alone[1]}: {verdict};",
        f"with both it is {money(np.median(prices[BOTH][chosen]))}.",
    ]


def run_section(explanations: list[Explanation]) -> list[str]:
    """One run in full."""
    past = explanations[0].history
    lines = [
        f"Run {past.run} is the run of the contrast whose two prices lie nearest to the medians, among those in which an",
        "envoy was received at both bases, so that the price alone decided.",
        "",
        f"![Two waterfalls: the worth of hosting to Uzbekistan and to Kyrgyzstan, term by term, held against what it takes to stay]({FIGURE}.png)",
    ]
    for each in explanations:
        command = (
            f"python run.py explain baseline --run {past.run} --event {each.event} --quarter {WHEN}"
        )
        lines += ["", "```bash", command, "```", "", "```text"]
        lines += [explanation_text(each, width=100, color=False), "```"]
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
        f"a run yourself: `python run.py batch baseline --runs {play.runs} --seed {play.seed} --parameters point`, then `python run.py explain baseline --run I`.",
        "Means beside a single run are over 400 runs.",
        "",
        *summary(reviews),
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
    play = Play(load_scenario("baseline"), given.seed, given.runs, parameters=POINT)
    reviews = Reviews.of(play)
    run = reviews.typical()
    explanations = [
        explain(play, "baseline", run, event, WHEN)
        for event in ("close_base:karshi_khanabad", "keep_base:manas")
    ]
    prices = [each.bargain.price for each in explanations if each.bargain is not None]
    bids = [each.bargain.reservation for each in explanations if each.bargain is not None]
    figure = waterfall(
        explanations,
        "keep_base",
        "After the same statement, blame and a larger economy price Karshi-Khanabad beyond the bid "
        f"({money(prices[0])} a year against {bids[0]:.1f}); Manas stays within it "
        f"({prices[1]:.1f} against {bids[1]:.1f})",
    )
    save_waterfall(figure, DOCS / f"{FIGURE}.png")
    (DOCS / "karshi-khanabad-and-manas.md").write_text(
        page(reviews, explanations), encoding="utf-8"
    )


if __name__ == "__main__":
    main()

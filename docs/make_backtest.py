# ruff: noqa: E501 - lines of the page are as long as their text
"""Make docs/backtest.md, its figures and the stored weights: forecasts from what was known, scored as they come out.

    python docs/make_backtest.py [--runs N] [--seed S] [--parameters HOW] [--shared QUESTIONS.yaml]

First the weights of the recommended forecast are learned from the rolling origins alone and written
into simulation/backtest/trust.yaml; then all questions are scored. Numbers come from runs made here,
also those in the words about what was believed and what seems to be to blame (`BELIEVED`, `BLAME`),
which are rewritten by hand where the scores no longer bear them out.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from simulation.backtest.backtest import (
    Backtest,
    Variant,
    compare_theories,
    own_questions,
    run_backtest,
)
from simulation.backtest.origins import learn
from simulation.backtest.pooling import TRUST, Trust, stored_trust
from simulation.backtest.questions import DECIDED, REMEMBERED
from simulation.backtest.scores import (
    ALL,
    ALL_BUT_BINARY,
    MODEL,
    Scored,
    Skill,
    clusters_of,
    comparable,
    compared,
    of_kind,
)
from simulation.parameters.sampling import PRIOR
from simulation.show.figures.scores import draw_scores
from simulation.show.score_tables import (
    FORECASTS,
    RIVALS,
    came_out,
    forecast_number,
    verdict_in_brief,
    whole_worth,
)

DOCS = Path(__file__).parent
FIGURES = ("questions.png", "reliability.png")
MOST_SHOWN = 10
"""Questions on which the posterior and the prior differ most, that are shown."""

BELIEVED = """## What was fixed before a score was seen

- **The questions.** `questions/october_2005.yaml` and `questions/march_2004.yaml` were committed before
  the code that scores them was written. They have been seen since, by everyone who works on the model: they
  report, and choose no form and no weight. What happened after 2010 was left alone, for a second test.
- **Their answers.** Each names a document or a data set. {remembered} ask in which year one power's trade
  overtook another's; their answers were written down from memory, and nothing at hand bears them out. They are
  marked (`source: memory`), shown, and left out of every score, as are {decided} that were nearly decided when asked.
- **History** (`simulation/model/history.py`). Until the date the documented bases, rents, notices,
  memberships, bodies and works take the place of what a run decided, trade shares and votes follow the
  figures, and unrest comes when it came. A date belongs to its quarter's history if most of the quarter
  had passed (24 March 2004: free from the second quarter of 2004 on; 31 October 2005: free from the
  fourth quarter of 2005 on). The figures of a calendar year count as known from its 31 October on. What
  the baseline scripts after the date is not known either: as of March 2004 there is neither the Tulip
  revolution nor Andijan.
- **Latent states that agree with it**, four: what members feel about a candidate they were seen not to
  admit; what a state feels about an organization it was seen to join, leave or stay in; the taste of the host
  of an open base that would not have it by its terms, with the sum of a promise whose sum nobody knew (Manas, July
  2005); and the pattern of a state's trade.
- **Rivals.** Persistence: nothing changes; shares of trade and agreement walk at random, as widely as
  they used to change. Base rates: everything changes as often as all of its kind did from July 2001 to
  the date, with half an event in five years added; shares of trade keep their own trend; agreement lies
  anywhere among its own past values.
- **Scores.** Brier's score for probabilities; the continuous ranked probability score for all else, rents
  as logarithms; a year that never came is the one after the last asked about. To put several measures
  together each counts in units of what the two baselines score on it.
- **Dependence.** Questions about one actor stand and fall together, and so do those of one year.
  Intervals resample actors and years, each as a whole (the pigeonhole bootstrap, Owen 2007). The paired test
  turns the signs of whole actors' differences and studentizes by an error that allows for actors and years
  (Cameron, Gelbach and Miller 2011; MacKinnon, Nielsen and Webb 2021). *Worth* is how many independent questions
  would give a mean difference as exact. With fewer than five actors no verdict is given.
- **What the model claims.** That frightened regimes move to Moscow and Beijing and into their
  organizations; that Washington can buy Manas and not Karshi-Khanabad; that China's trade catches up with
  Russia's within a few years; that the SCO admits slowly.
"""

TRUSTED = """## How far the model may be trusted

The model's own forecast is one thing, what we recommend to believe another. The recommended forecast is a pool
of the model and one plain rival: base rates for memberships, bases, heads of state and instruments (bodies,
works, understandings), the random walk for trade and votes, whose own trend and own mean are weak. Two
probabilities are pooled on the scale of log-odds, two samples of numbers as a mixture
(`simulation/backtest/pooling.py`).

How much the model weighs in it is learned from **rolling origins** and nothing else. As of the ends of 2001, 2002,
2003 and 2004, each {posteriors}, questions are made mechanically from the timeline and the yearly series: {asked:,}
of them, answered by {latest}. No question of `questions/` and nothing that happened later has any part in it
(`tests/backtest/test_origins.py` holds that).

{weights}

*Events* is how many of the things asked about changed at all: {events} by the timeline, which is how little there is to learn from; shares
of trade and votes always change. *Worth* is how many independent questions remain, by how the differences between the model and its partner
hang together in actors and years: {worth:.0f} in all, of {asked:,}. What is *learned* is the mean of a posterior: a kind's own questions count for
what they are worth, and are shrunk to what all other kinds say with the strength of four answers, and these to one half.
Scores are Brier's, or ranked scores in units of what the partner usually scores; the pool's is with what was learned without
the actor asked about.

**The recommended weight goes only half of the way** from an even pool to what was learned. By October 2005 the model's form, its
ranges and its catalogue of bases, works and candidates had been chosen by people who knew these four years, and the rivals had
not: the model's lead at the origins is partly a lead in hindsight, above all for instruments, whose list knows what came. Nothing
that was known by then tells how much of it carries over to later years. That it does is given even odds (`CARRIES_OVER`, assumed,
anything from 0 to 1 could be argued), and an even pool is what is left where it does not.
"""

DIAGNOSED = """## Posterior against prior

A posterior that forecasts worse than the ranges it was fitted in would be a reason to mistrust the fit. An earlier posterior
did (Brier's score .133 against .114 with the prior), so this was looked into, with the model and the posteriors of today. The
questions have been seen; they diagnose here, and set nothing.

{table}

{finding}

The questions on which the two differ most:

{rows}
"""

FINDING = """What was found. With the model of today the two can hardly be told apart. What difference there is lies in who comes into the
SCO. The posterior is fitted to four observers within thirteen months (P7), and learns from them that the members like to
admit. As of March 2004 that lesson is right: it does better than the prior on India and on the number of observers. As
of October 2005 it is wrong, for nobody was admitted in the five years that followed: it expects Mongolia as a full member and Belarus as an
observer more than the prior does, and loses there what it gained. An exchange of parts says the same (200 runs, seed 1): with the 48
fitted parameters of organizations drawn from the prior and all others from the posterior, Brier's score goes from .098 to .093;
the other way round, with the other 97 from the prior, it stays at .099. Agreement with Washington, on which the earlier
posterior lost most (ranked score in units of the rivals' .90 against .60), no longer makes a difference. So nothing is
wrong with the fit: four years in which nearly everything that could come did come cannot teach how seldom it comes. Rates from fourteen years
can, and the recommended forecast, which asks the base rates too."""

BLAME = """## What seems to be to blame

Where forecasts of the model are poor, this is what the runs show. The figures are those of the table above; who reads
them should recall that the questions have been seen.

- **The break of 2005 was not in sight in 2004.** As of March 2004 Karshi-Khanabad stays to the end of 2005 in {karshi_khanabad_2005}
  of the runs, and Kyrgyzstan's head of state falls in {kyrgyz_ouster_2005}. Nothing that was known then sets the one in
  motion: the notice hangs on a rising and its crackdown, and risings come at a rate of one in some decades a state. Base
  rates say the same.
- **Who comes into the SCO, rather than how many.** As of 2005 Mongolia is a full member by 2008 in {mongolia_sco_2008} of the
  runs, and Belarus ({belarus_sco_2010}), Afghanistan ({afghanistan_sco_2010}) and Turkmenistan ({turkmenistan_sco_2008} by 2008) have some standing. Nobody came. Each
  candidate's chance lasts from summit to summit, so that few come; but what an opponent of Washington would be worth to
  the members, and what is unexplained, speak louder than that they had taken four observers in a year. Base
  rates, which know only how seldom anyone's standing changes, lose next to nothing here.
- **The Partnership for Peace.** It neither shelters nor presses a regime by the rules, so that leanings alone move states in and out: whoever
  falls out with Washington is likely to leave. Uzbekistan is still in it in 2008 in {uzbekistan_pfp_2008} of the runs. It
  never left, and nobody had left by 2005.
- **Works open too early where no date was documented.** Khorgos is open by 2010 in {khorgos_2010} of the runs. The slip is drawn from
  plans and completions that the documents name, and these are of works that were completed.
- **The treaty of 1992.** As of 2005 Uzbekistan is back in it by 2010 in {uzbekistan_csto_2010} of the runs, and it came within a year.
  Three states had left it in 1999 and none had come back in twenty state-years, so that who has left begins where members leave
  (`organizations.left`); until then the runs had it come back at .17 to .23 a year, more than those years allow, and were nearer to what came.
- **EurAsEC in 2010.** Uzbekistan comes in, as it came ({uzbekistan_eurasec_2006} by 2006), and stays, as it did not; the model expects {eurasec_members_2010} members.
"""


def page(
    own: Backtest,
    prior: Backtest,
    variants: Sequence[Variant],
    shared: Backtest | None,
    trust: Trust,
) -> str:
    """The page."""
    how = f"--runs {own.runs} --seed {own.seed} --parameters {own.parameters}"
    reasons = [row.question.left_out for row in own.rows]
    given = {row.question.id: forecast_number(row, row.model.forecast) for row in own.rows}
    counted = {"remembered": reasons.count(REMEMBERED), "decided": reasons.count(DECIDED)}
    trusted = {
        "posteriors": posteriors_of(trust),
        "asked": trust.made["questions"],
        "latest": trust.made["latest"],
        "weights": "\n".join(trust_lines(trust)),
        "worth": sum(each.worth for each in trust.weights.values()),
        "events": sum(each.events for each in trust.weights.values()),
    }
    lines = [
        "# Back-test: forecasts from what was known, and what they scored",
        "",
        f"Made by `python docs/make_backtest.py {how}`: {own.runs:,} runs as of each date. The",
        "numbers of the project's own questions are those of",
        f"`python run.py backtest --compare-theories {how}`.",
        "",
        BELIEVED.format(**counted),
        TRUSTED.format(**trusted),
        "## The project's own questions",
        "",
        *summary(own),
        "",
        *skill_lines(own.skills),
        "",
        *reliability_lines(own),
        "",
        "![Probabilities against frequencies, of the model and of the recommended forecast](figures/backtest_reliability.png)",
        "",
        "![Every question: what was expected and what came out](figures/backtest_questions.png)",
        "",
        *question_lines(own),
        "",
    ]
    if shared is not None:
        lines += [
            "## Twelve questions by another hand",
            "",
            "The questions that came with the evidence, as of 31 October 2005.",
            "",
            *summary(shared),
            "",
            *skill_lines(shared.skills),
            "",
            *question_lines(shared),
            "",
        ]
    if variants:
        lines += [
            "## Rival theories, and the model without each mechanism",
            "",
            "Scores of the model's own forecast on the project's own questions. The loss is the part of the",
            "account's score that the model saves: above 0, what was taken away helps; below 0, it harms. In bold",
            "where the paired test tells the two apart at 5%. A column of zeros says that no question hangs on the mechanism.",
            "",
            *theory_lines(own, variants),
            "",
        ]
    lines += [
        *diagnosis_lines(own, prior),
        BLAME.format(**given),
        "## To do it again",
        "",
        "`python run.py backtest` scores the files in `questions/`, `python run.py backtest FILE` any",
        "other; `--theory NAME` and `--without MECHANISM` forecast by another account,",
        "`--compare-theories` makes the table above, and `--origins` learns the weights. It takes about half a",
        "minute, the table a few minutes. This page, its figures and the stored weights are made by",
        "`python docs/make_backtest.py`, after `python run.py calibrate --again` where the evidence or a rule has changed. The",
        "posteriors of the origins are fitted by",
        "",
        "```bash",
        "python run.py calibrate --as-of 2001-12-31 --as-of 2002-12-31 --as-of 2003-12-31 --as-of 2004-12-31",
        "```",
        "",
    ]
    return "\n".join(lines)


def diagnosis_lines(own: Backtest, prior: Backtest) -> list[str]:
    """Whether the posterior forecasts worse than the prior, and where."""
    ours, theirs = ([row for row in it.rows if row.question.skill] for it in (own, prior))
    weights = comparable(ours)
    table = [
        "| questions | | worth | posterior | prior | posterior saves | 95% interval | p |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    lost = np.array([a.model.score - b.model.score for a, b in zip(ours, theirs, strict=True)])
    for name, chosen in _parts(ours).items():
        asked = [ours[at].question for at in chosen]
        found = compared(
            by=MODEL, asked=ALL, kind=name, against=PRIOR,
            ours=weights[chosen] * [ours[at].model.score for at in chosen],
            theirs=weights[chosen] * [theirs[at].model.score for at in chosen],
            clusters=clusters_of(asked), seed=own.seed,
        )  # fmt: skip
        table.append(
            f"| {name} | {found.questions} | {whole_worth(found)} | {found.score:.3f} | {found.other:.3f} "
            f"| {percent(found.skill)} | {percent(found.low)} to {percent(found.high)} | {found.chance:.2f} |"
        )
    order = np.argsort(-np.abs(weights * lost))[:MOST_SHOWN]
    rows = [
        "| question | asked | came out | posterior | prior | score | prior's |",
        "|---|---|---:|---:|---:|---:|---:|",
    ]
    for at in order:
        a, b = ours[at], theirs[at]
        rows.append(
            f"| {a.question.id} | {a.question.as_of} | {came_out(a)} | {forecast_number(a, a.model.forecast)} "
            f"| {forecast_number(b, b.model.forecast)} | {a.model.score:.3f} | {b.model.score:.3f} |"
        )
    told = {"table": "\n".join(table), "rows": "\n".join(rows), "finding": FINDING}
    return [DIAGNOSED.format(**told)]


def _parts(rows: Sequence[Scored]) -> Mapping[str, list[int]]:
    """Questions by what they ask for, in which a posterior may help or harm."""
    found = {"yes or no": of_kind(rows, "binary"), "numbers": of_kind(rows, ALL_BUT_BINARY)}
    for name in sorted({row.question.name for row in rows}):
        found[f"`{name}`"] = [at for at, row in enumerate(rows) if row.question.name == name]
    return {name: places for name, places in found.items() if places}


def summary(result: Backtest) -> list[str]:
    """What came out, in a few sentences."""
    said = []
    for forecaster, whose in FORECASTS.items():
        for kind, name in (("binary", "yes-or-no questions"), (ALL_BUT_BINARY, "others")):
            parts = [
                each
                for each in result.skills
                if (each.by, each.asked, each.kind) == (forecaster, ALL, kind)
            ]
            if parts:
                saved = " and ".join(
                    f"{percent(each.skill)} of the score of {RIVALS[each.against]} "
                    f"({percent(each.low)} to {percent(each.high)}; {each.verdict})"
                    for each in parts
                )
                few = ", ".join(f"{whole_worth(each)}" for each in parts)
                said.append(
                    f"- {whose} on the {parts[0].questions} {name}, which are worth {few} independent ones, "
                    f"saves {saved}."
                )
    return said


def skill_lines(skills: Sequence[Skill]) -> list[str]:
    """Skill by kind of question."""
    rows = [
        "| forecast | asked | questions | | worth | score | against | its score | skill | 95% interval | p | could be told | |",
        "|---|---|---|---:|---:|---:|---|---:|---:|---:|---:|---:|---|",
    ]
    for skill in skills:
        interval = f"{percent(skill.low)} to {percent(skill.high)}"
        rows.append(
            f"| {skill.by} | {skill.asked} | {skill.kind} | {skill.questions} | {whole_worth(skill)} | {skill.score:.3f} "
            f"| {RIVALS.get(skill.against, skill.against)} | {skill.other:.3f} | {percent(skill.skill)} | {interval} "
            f"| {skill.chance:.2f} | {percent(skill.detectable)} | {verdict_in_brief(skill)} |"
        )
    rows += [
        "",
        "*p* is how often scores as far apart come out where neither forecast is better. *Could be told*: the part of the",
        "rival's score that a forecast had to save, or lose, for questions like these to show it four times in five.",
    ]
    return rows


def trust_lines(trust: Trust) -> list[str]:
    """The weights and what they rest on."""
    rows = [
        "| kind | questions | events | actors | worth | partner | these alone | learned | 90% | weight of the model | model | base rates | persistence | pool |",
        "|---|---:|---:|---:|---:|---|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for each in trust.weights.values():
        rows.append(
            f"| {each.kind} | {each.questions} | {each.events or '–'} | {each.actors} | {each.worth:.0f} | {RIVALS[each.partner]} "
            f"| {each.alone:.2f} | {each.learned:.2f} | {each.low:.2f} to {each.high:.2f} | **{each.weight:.2f}** | {each.model:.3f} "
            f"| {each.base_rates:.3f} | {each.persistence:.3f} | {each.pooled:.3f} |"
        )
    return rows


def posteriors_of(trust: Trust) -> str:
    """With which parameters each origin was forecast, in words."""
    own, older, none = [], [], []
    for origin, used in trust.made["origins"].items():
        if "as_of" not in used:
            none.append(f"{origin} from the {used['parameters']}")
        elif used["as_of"] == origin:
            own.append(origin)
        else:
            older.append(f"{origin} by the posterior of {used['as_of']}")
    if not older and not none:
        return "with a posterior fitted to what was known that day"
    said = [f"{' and '.join(own)} by a posterior of the day"] if own else []
    return "forecast from what was known that day (" + ", ".join([*said, *older, *none]) + ")"


def reliability_lines(result: Backtest) -> list[str]:
    """The parts of Brier's score."""
    said = [
        f"{FORECASTS[name].lower() if said_before else FORECASTS[name]} saves {found.discrimination:.3f} of it by telling cases apart and loses "
        f"{found.miscalibration:.3f} because its probabilities are off"
        for said_before, (name, found) in enumerate(result.reliability.items())
    ]
    if not said:
        return []
    uncertain = result.reliability[MODEL].uncertainty
    return [
        f"Brier's score of saying the frequency of yes each time is {uncertain:.3f}. {'; '.join(said)} (CORP)."
    ]


def question_lines(result: Backtest) -> list[str]:
    """Every question."""
    rows = [
        "| question | asked | model | 5% to 95% | recommended | came out | score | recommended | persistence | base rates |",
        "|---|---|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for row in result.rows:
        asked = row.question
        own, pool = row.model, row.recommended
        low, high = (forecast_number(row, each) for each in (own.q05, own.q95))
        told = "" if asked.kind == "binary" else f"{low} to {high}"
        name = asked.id if asked.skill else f"{asked.id} (not counted: {asked.left_out})"
        rivals = " | ".join(f"{rival:.3f}" for rival in row.rivals.values())
        rows.append(
            f"| {name} | {asked.as_of} | {forecast_number(row, own.forecast)} | {told} "
            f"| {forecast_number(row, pool.forecast)} | {came_out(row)} "
            f"| {own.score:.3f} | {pool.score:.3f} | {rivals} |"
        )
    return rows


def theory_lines(own: Backtest, variants: Sequence[Variant]) -> list[str]:
    """Rival accounts, worst first within theories and mechanisms."""
    whole = {
        skill.kind: skill.score for skill in own.skills if (skill.by, skill.asked) == (MODEL, ALL)
    }
    rows = [
        "| account | Brier | loss | 95% interval | numbers | loss | 95% interval |",
        "|---|---:|---:|---:|---:|---:|---:|",
        f"| the model | {whole['binary']:.3f} | | | {whole['all but binary']:.3f} | | |",
    ]
    for variant in variants:
        cells = [variant.name]
        for skill in (variant.binary, variant.numbers):
            assert skill is not None
            mark = "**" if skill.told else ""
            interval = f"{percent(skill.low)} to {percent(skill.high)}"
            cells += [f"{skill.other:.3f}", f"{mark}{percent(skill.skill)}{mark}", interval]
        rows.append(f"| {' | '.join(cells)} |")
    return rows


def percent(value: float) -> str:
    """A part in per cent; a dash where there is none."""
    return "–" if value != value else f"{100 * value:.0f}%".replace("-", "−")


def main() -> None:
    """Learn, run, and write the weights, the page and its figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--parameters")
    parser.add_argument(
        "--shared", type=Path, default=DOCS.parents[1] / "shared" / "evidence" / "questions.yaml"
    )
    given = parser.parse_args()
    learn(given.runs, given.seed).save(TRUST)
    stored_trust.cache_clear()
    own = run_backtest(own_questions(), given.runs, given.seed, given.parameters)
    prior = run_backtest(own_questions(), given.runs, given.seed, PRIOR)
    variants = compare_theories(own, own_questions(), given.runs)
    shared = None
    if given.shared.exists():
        shared = run_backtest([given.shared], given.runs, given.seed, own.parameters)
    with tempfile.TemporaryDirectory() as folder:
        draw_scores(own, folder)
        for name in FIGURES:
            picture = (Path(folder) / name).read_bytes()
            (DOCS / "figures" / f"backtest_{name}").write_bytes(picture)
    text = page(own, prior, variants, shared, stored_trust())
    (DOCS / "backtest.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

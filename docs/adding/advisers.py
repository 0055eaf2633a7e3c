"""A rule of one's own: a frightened government takes advisers from the power that it leans to."""

from dataclasses import dataclass

from simulation.decisions.cases import DyadCase
from simulation.decisions.decision import Condition, Decision, LogEvent, Luck, Measure
from simulation.decisions.plugged import add_rule
from simulation.numerics.arrays import Term, Utility
from simulation.scenario.mechanisms import Switch
from simulation.world.world import SECURITY


@dataclass(frozen=True, eq=False)
class Asking(Utility):
    """What speaks for taking advisers this quarter, in logits."""

    base: Term
    fear: Term
    leaning: Term


def asking(it: DyadCase) -> Asking:
    """The sum that decides: every number stands in the scenario, none here."""
    number = it.weights.by_key
    return Asking(
        base=number("advisers.base"),
        fear=number("advisers.fear") * it.world.fear[it.s],
        leaning=number("advisers.leaning") * it.world.affinity[it.p, it.s],
    )


def take_advisers(verdict) -> None:
    """Advisers are a security tie, from this quarter on."""
    it, happened = verdict.it, verdict.happened
    place = SECURITY, it.p, it.s
    tie = it.world.ties[place] + it.weights.by_key("advisers.tie")
    it.world.intend("ties", place, tie, happened)
    it.world.note("advisers", happened, it.state, it.power)


add_rule(
    Decision(
        name="advisers",
        case=DyadCase,
        who="state",
        about="power",
        phase="respond",
        when="each quarter, of a power that speaks for governments as they are",
        utility=asking,
        sums=Asking,
        terms={
            "base": Measure("taking advisers in itself"),
            "fear": Measure("fear", "advisers.fear"),
            "leaning": Measure("leaning to the power", "advisers.leaning", low=-1),
        },
        luck=Luck("advisers"),
        conditions=(
            Condition(
                "friend",
                "the power speaks for governments as they are",
                lambda it: it.world.every_run & (it.weights.patronage.speaks_for_regimes[it.p] > 0),
                gate=True,
            ),
        ),
        effect=take_advisers,
        writes=("ties",),
        events=(
            LogEvent(
                "advisers",
                "{actor} takes advisers from {counterpart}",
                main="actor",
                second="counterpart",
                paired=True,
            ),
        ),
        decided=("{actor} takes advisers from {object}", "{actor} takes none from {object}"),
        either=("took", "did not take"),
    ),
    Switch("advisers", (), "Fear brings advisers into the country.", {"advisers.tie": 0}),
)

"""An honest peer: the same model as anyone would write it in Mesa, one history at a time.

Powers, states and organizations are Mesa's agents; dyads, bases, bodies and projects are plain
objects that hold floats; decisions are `if`s; chance comes from Mesa's `self.random`. The rules are
the project's, with the baseline's values, read once from its catalogue: under the same luck peer
and ensemble tell the same histories (`tests/test_peer.py`). Mesa's batch runner takes it as it is:

    mesa.batch_run(PeerModel, {"rng": range(100)}, number_processes=1, max_steps=58)

It is meant to be quick. What does not happen is no work: a branch that is not taken costs nothing,
effects of open projects are added up once, when they open, agents are called in plain loops, and
outcomes are collected at the horizon alone. So it draws a little less often
(by less than an eighth): each lasting luck once a year, whoever else asks in that year, and none
for projects that cannot begin, credits that are not yet drawn, or exiles already handed over.

Left out beside the project's model: scenarios and events other than the baseline's, imposed
history, parameters drawn by run, explanations, the log, dates of firsts, draws that have names.
"""

from .model import OUTCOMES, PeerModel

__all__ = ["OUTCOMES", "PeerModel"]

"""A plug-in whose decision cannot be taken where it stands."""

from dataclasses import replace

from simulation.decisions.bases import REVIEW
from simulation.decisions.cases import AidCase
from simulation.decisions.plugged import add_rule
from simulation.scenario.mechanisms import Switch

add_rule(
    replace(REVIEW, case=AidCase, who="power", about="states", phase="build"),
    Switch("guest_bids", (), "What the package has already.", {}),
)

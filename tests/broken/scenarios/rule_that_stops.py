"""A plug-in that stops while it is read."""

from simulation.scenario.mechanisms import Switch

Switch("advisers", (), "Fear brings advisers.", neutral=NEUTRAL)

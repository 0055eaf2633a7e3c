"""One run on the page: what happened in it, and why."""

from __future__ import annotations

import mesa

from simulation.dashboard.story import events_of, explanation_of
from simulation.model.model import InfluenceModel


def test_a_run_is_told_and_what_happened_in_it_explained(answer):
    play = answer.play("no_andijan")
    events = events_of(play, 3)
    kept = next(each for each in events if each["name"].startswith("open_base:"))
    told = explanation_of(play, 3, kept["name"], kept["quarter"])
    assert kept["quarter"] in told["title"]
    assert told["steps"]
    assert all(len(row) == len(step["heads"]) for step in told["steps"] for row in step["rows"])


def test_no_model_is_kept_once_it_has_answered(answer):
    explanation_of(answer.play("no_andijan"), 1, "open_base:manas", "2001Q4")
    kept = [each for each in getattr(mesa.Agent, "_ids", ()) if isinstance(each, InfluenceModel)]
    assert not [model for model in kept if not model.running]

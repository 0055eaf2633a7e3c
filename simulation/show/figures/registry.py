"""The kinds of figure that a batch can have: name, purpose, how to read it, who draws it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import matplotlib.figure

from simulation.show.figures import (
    differences,
    drivers,
    effects,
    gaps,
    maps,
    matrix,
    network,
    nothing,
    numbers,
    paths,
    timelines,
    trajectories,
)
from simulation.show.figures.style import styled
from simulation.show.figures.summaries import Results

if TYPE_CHECKING:
    from simulation.record.record import Record

Scope = Literal["scenario", "batch", "all"]


@dataclass(frozen=True)
class Figure:
    """A kind of figure.

    Attributes:
        name: what `plot --figure` and file names call it.
        description: what it is for.
        how_to_read: one line on how to read it.
        draw: makes it, in whatever style is set; use `make`.
        scope: "scenario" if every scenario of a batch has one; "batch" if its baseline alone has,
            and others on demand; "all" if one shows all scenarios beside each other.
        usual: whether every batch draws it.
        compares: whether it shows differences from the baseline, and so needs another scenario.
        drawn: whether it needs parameters that were drawn by run.
        followed: whether it needs outcomes that were followed through time.
        numbers: makes the table of the numbers that are drawn.
        shows_nothing: why it would show nothing, in the words of a sentence; None where it shows
            something.
    """

    name: str
    description: str
    how_to_read: str
    draw: Callable[..., matplotlib.figure.Figure]
    scope: Scope = "scenario"
    usual: bool = True
    compares: bool = False
    drawn: bool = False
    followed: bool = False
    numbers: numbers.NumbersOfFigure = field(kw_only=True)
    shows_nothing: nothing.WhyNothing | None = None

    def make(
        self,
        record: Record | Results,
        scenario: str | None = None,
        baseline: str = "baseline",
        **options: Any,
    ) -> matplotlib.figure.Figure:
        """Make the figure of a batch, or of one scenario of it beside the baseline."""
        with styled():
            return self.draw(Results.of(record), scenario, baseline, **options)

    def lacking(self, record: Record) -> str | None:
        """Why a batch cannot have it, in a sentence; None where it can."""
        if self.compares and len(record.scenarios) < 2:
            return "It compares scenarios, and the batch holds one alone."
        if self.followed and not record.followed:
            return "The batch was made before outcomes were followed through time."
        if self.drawn:
            from simulation.contrast.drivers import why_none

            return why_none(record)
        return None


_ALL = (
    Figure(
        "outcome_matrix",
        "Which scenario moves which headline outcome by enough to matter, at a glance.",
        matrix.READ_MATRIX,
        matrix.outcome_matrix,
        compares=True,
        followed=True,
        scope="all",
        numbers=numbers.matrix,
        shows_nothing=nothing.no_headline,
    ),
    Figure(
        "scenario_heatmap",
        "Which scenario changes whose influence: all scenarios, powers and states at once.",
        differences.READ_HEAT,
        differences.scenario_heatmap,
        compares=True,
        scope="all",
        numbers=numbers.of_shares,
        shows_nothing=nothing.no_share,
    ),
    Figure(
        "difference_paths",
        "What a scenario changes, when, for how long, and whether it matters.",
        paths.READ_PATHS,
        paths.difference_paths,
        compares=True,
        followed=True,
        numbers=numbers.paths,
        shows_nothing=nothing.no_path,
    ),
    Figure(
        "difference_map",
        "Where influence differs most from the baseline, on the map.",
        maps.READ_DIFFERENCE,
        maps.difference_map,
        compares=True,
        numbers=numbers.gaps,
        shows_nothing=nothing.no_gap,
    ),
    Figure(
        "influence_gaps",
        "How each power's influence over each state differs from the baseline, through time.",
        gaps.READ_GAPS,
        gaps.influence_gaps,
        compares=True,
        numbers=numbers.gaps,
        shows_nothing=nothing.no_gap,
    ),
    Figure(
        "influence_fan",
        "How the powers' shares of influence over each state move, and how sure that is.",
        trajectories.READ_FAN,
        trajectories.influence_fan,
        numbers=numbers.bands_of("influence_share"),
        shows_nothing=nothing.no_shift,
    ),
    Figure(
        "contest",
        "One side of the powers against the other, through time.",
        trajectories.READ_CONTEST,
        trajectories.contest_figure,
        numbers=numbers.bands_of("contest"),
        shows_nothing=nothing.no_contest,
    ),
    Figure(
        "difference_heatmap",
        "Who gains and who loses in which state, against the baseline.",
        differences.READ_HEAT,
        differences.difference_heatmap,
        compares=True,
        numbers=numbers.of_shares,
        shows_nothing=nothing.no_share,
    ),
    Figure(
        "base_timeline",
        "How likely each base is to be open, through time.",
        timelines.READ_BASES,
        timelines.base_timeline,
        numbers=numbers.bands_of("base_open"),
        shows_nothing=nothing.no_base,
    ),
    Figure(
        "base_strips",
        "The bases in all scenarios at once.",
        timelines.READ_STRIPS,
        timelines.base_strips,
        scope="all",
        numbers=numbers.bands_of_all("base_open"),
        shows_nothing=nothing.no_base_anywhere,
    ),
    Figure(
        "tornado",
        "Which scenarios move one outcome most.",
        effects.READ_TORNADO,
        effects.tornado,
        compares=True,
        scope="all",
        numbers=numbers.first_outcome,
        shows_nothing=nothing.no_effect,
    ),
    Figure(
        "ridgeline",
        "Whether scenarios differ by more than runs do: whole distributions of one outcome.",
        effects.READ_RIDGES,
        effects.ridgeline,
        scope="all",
        numbers=numbers.of_spread,
    ),
    Figure(
        "drivers",
        "Which uncertain parameters an outcome hangs on, where they were drawn by run.",
        drivers.READ_DRIVERS,
        drivers.drivers,
        drawn=True,
        numbers=numbers.of_drivers,
        shows_nothing=nothing.no_driver,
    ),
    Figure(
        "influence_map",
        "Who leads where, by how much, and which bases stand.",
        maps.READ_MAP,
        maps.influence_map,
        scope="batch",
        numbers=numbers.bands_of("influence_share"),
        shows_nothing=nothing.one_leader,
    ),
    Figure(
        "map_strip",
        "Who leads where, year after year.",
        maps.READ_MAP,
        maps.map_strip,
        scope="batch",
        numbers=numbers.bands_of("influence_share"),
        shows_nothing=nothing.one_leader,
    ),
    Figure(
        "membership_timeline",
        "How likely each state is to be a full member of an organization.",
        timelines.READ_MEMBERS,
        timelines.membership_timeline,
        numbers=numbers.bands_of("membership_full"),
        shows_nothing=nothing.no_member,
    ),
    Figure(
        "ties",
        "Who holds on to whom, at the start and at the end.",
        network.READ_TIES,
        network.ties,
        scope="batch",
        numbers=numbers.bands_of("influence"),
    ),
    Figure(
        "small_multiples",
        "Influence by channel and state.",
        trajectories.READ_CHANNELS,
        trajectories.small_multiples,
        scope="batch",
        numbers=numbers.bands_of("channel_influence"),
    ),
    Figure(
        "influence_runs",
        "Single histories behind the bands.",
        trajectories.READ_RUNS,
        trajectories.influence_runs,
        usual=False,
        numbers=numbers.bands_of("influence_share"),
        shows_nothing=nothing.no_shift,
    ),
)
FIGURES: dict[str, Figure] = {figure.name: figure for figure in _ALL}
"""Every kind of figure by name, in the order in which a report shows them."""
USUAL = tuple(figure for figure in _ALL if figure.usual)
"""Those that every batch draws that can have them."""

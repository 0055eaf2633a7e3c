"""Both doors in the browser: the dashboard, and Mesa's own view of the same model.

    python run.py app

`/` is the dashboard, `/mesa` is `SolaraViz` on `InfluenceModel`.
"""

from __future__ import annotations

import numpy as np
import solara
from matplotlib.figure import Figure
from mesa.visualization import Slider, SolaraViz, make_plot_component
from mesa.visualization.utils import update_counter

from simulation.dashboard.page import STYLE, Dashboard
from simulation.dashboard.parts import Top
from simulation.model.model import InfluenceModel
from simulation.model.outcomes import OUTCOMES
from simulation.numerics.dates import quarter_name
from simulation.parameters.numbers import source_word
from simulation.scenario.scenario import list_scenarios
from simulation.show.figures.style import Labels


def plots() -> list[list[str]]:
    """Outcomes that Mesa plots together: those of the headline that have one unit."""
    headline = [each for each in OUTCOMES.values() if each.headline]
    units = dict.fromkeys(each.unit for each in headline)
    return [[each.name for each in headline if each.unit == unit] for unit in units]


@solara.component
def MesaView() -> None:
    """Mesa's view of a single history, a quarter a step."""
    model = solara.use_memo(lambda: InfluenceModel("baseline", runs=1, seed=1), [])
    solara.Style(STYLE)
    with solara.v.Html(tag="div", class_="heartland", style_="min-height: 0"):
        Top(address="./", title="The dashboard")
    SolaraViz(
        model,
        components=[Shares, *(make_plot_component(names) for names in plots())],
        model_params={
            "scenario": {
                "type": "Select",
                "label": "Scenario",
                "value": "baseline",
                "values": list_scenarios(),
            },
            "seed": Slider("Seed", 1, 0, 100, 1, dtype=int),
            "runs": 1,
        },
        name="Heartland: one history, a quarter a step",
    )


@solara.component
def Shares(model: InfluenceModel) -> None:
    """The powers' shares of influence over each state, as they stand."""
    update_counter.get()
    figure = Figure(figsize=(5, 2.8), layout="constrained")
    axes = figure.subplots()
    left = np.zeros(len(model.world.axes.region))
    labels = Labels(model.catalogue)
    for power in model.world.axes.power:
        how, name = labels.look_of(power), labels.name_of(power)
        shares = [float(model.share(power, state)[0]) for state in model.world.axes.region]
        names = [labels.name_of(state) for state in model.world.axes.region]
        axes.barh(names, shares, left=left, color=how.color, hatch=how.hatch, label=name)
        left += shares
    axes.invert_yaxis()
    axes.set(xlim=(0, 1), title=_when(model))
    figure.legend(loc="outside lower center", ncols=4, frameon=False, fontsize="small")
    solara.FigureMatplotlib(figure, dependencies=[model, model.quarter])


def _when(model: InfluenceModel) -> str:
    """The quarter that has been played."""
    if model.quarter < 0:
        when = "before the first quarter"
    else:
        when = f"at the end of {quarter_name(model.quarter)}"
    return f"Shares of influence {when} ({source_word(model.numbers.name)})"


@solara.component
def BareLayout(children: list[solara.Element]) -> solara.Element:
    """The bare page: each door brings its own frame."""
    return solara.v.Html(tag="div", children=children)


@solara.component
def MesaLayout(children: list[solara.Element]) -> solara.Element:
    """What Mesa's view needs: a bar and a side for its controls."""
    return solara.AppLayout(children=children, navigation=False)


routes = [
    solara.Route(path="/", component=Dashboard, label="Dashboard", layout=BareLayout),
    solara.Route(path="mesa", component=MesaView, label="Mesa", layout=MesaLayout),
]

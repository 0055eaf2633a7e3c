"""Mesa's own view of the model."""

from __future__ import annotations

import pytest


@pytest.mark.filterwarnings("ignore:.*ComponentsView:UserWarning")  # about hooks in Mesa's code
def test_mesas_own_view_renders_the_model():
    solara = pytest.importorskip("solara", reason="the extra 'app' is not installed")
    widgets = pytest.importorskip("ipyvuetify")
    from simulation.dashboard.app import MesaLayout, MesaView

    page, rendered = solara.render(MesaLayout(children=[MesaView()]), handle_error=False)
    labels = [each.children for each in rendered.find(widgets.Btn).widgets]
    assert ["Step"] in labels
    assert any("baseline" in each.items for each in rendered.find(widgets.Select).widgets)
    rendered.close()

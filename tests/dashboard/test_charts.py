"""The pictures of the page."""

from __future__ import annotations


def test_charts_have_an_alternative_text_and_are_drawn_once(answer):
    charts = answer.charts.influence(answer.shown)
    assert [each.title for each in charts][:2] == ["Kazakhstan", "Kyrgyzstan"]
    assert all("<title" in each.svg and "Median share of influence" in each.svg for each in charts)
    assert answer.charts.influence(answer.shown) is charts
    both = answer.charts.outcome(answer.shown, "china_share")
    assert [each.title.partition(" (")[0] for each in both][1] == "Paired difference"
    picture = answer.charts.map(answer.shown, 20)
    assert "2006Q3" in picture.svg

"""Figures as files: which are drawn, under which names, in which formats."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from figure_text import said
from PIL import Image
from places import STARTS
from synthetic import write_results

from simulation.inputs.problems import Problems
from simulation.record.record import Record
from simulation.show import messages
from simulation.show.figures.registry import FIGURES
from simulation.show.figures.saving import draw, planned_figures, usual_figures
from simulation.show.figures.summaries import Results
from simulation.show.figures.vector import for_page, tidied, title_of_svg

SCENARIO = "us_base_withdrawal"


def test_figures_are_saved_under_their_names(record, tmp_path):
    files = draw(record, names=["contest", "tornado"], formats=("svg",), folder=tmp_path)
    names = [file.name for file in files]
    assert names == [
        "contest_baseline.svg",
        f"contest_{SCENARIO}.svg",
        "contest_no_andijan.svg",
        "tornado.svg",
    ]
    for file in files:
        ET.fromstring(file.read_text(encoding="utf-8"))


def test_png_svg_and_pdf_are_written(record, tmp_path):
    files = draw(
        record, names=["difference_heatmap"], scenarios=[SCENARIO], formats=("png", "svg", "pdf"),
        folder=tmp_path,
    )  # fmt: skip
    starts = [Path(file).read_bytes()[:5] for file in files]
    assert starts == [b"\x89PNG\r", b"<?xml", b"%PDF-"]


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_has_its_numbers_as_a_table_of_names(results, name):
    kind = FIGURES[name]
    scenario = SCENARIO if kind.scope == "scenario" else None
    table = kind.numbers(results, scenario, "baseline")
    assert table.num_rows > 0
    for column in ("state", "power"):
        if column in table.column_names:
            said = {each for each in table[column].to_pylist() if each}
            assert said
            assert not any("_" in each or each.islower() for each in said)


def test_the_numbers_lie_beside_the_figure_and_its_files_say_what_it_shows(record, tmp_path):
    png, _ = draw(record, names=["difference_paths"], scenarios=[SCENARIO], folder=tmp_path)
    table = png.with_suffix(".csv").read_text(encoding="utf-8").splitlines()
    assert '"outcome","quarter"' in table[0]
    assert '"difference"' in table[0]
    with Image.open(png) as picture:
        assert picture.info["Title"].startswith("The United States leaves")
        assert "zero is too small to matter" in picture.info["Description"]
        assert picture.info["dpi"] == pytest.approx((200, 200), abs=0.1)


def test_a_title_that_would_be_a_formula_is_none_in_the_table(results, monkeypatch):
    monkeypatch.setattr(messages, "title_of", lambda *_: "=1+1")
    table = FIGURES["outcome_matrix"].numbers(results, None, "baseline")
    assert {*table["scenario"].to_pylist()} == {"'=1+1"}


def test_a_figure_that_would_show_nothing_is_not_drawn_and_says_why(record, monkeypatch):
    results = Results.of(record)
    monkeypatch.setattr(type(results), "pairs", lambda *_: iter(()))
    names = {each.stem for each in planned_figures(record)}
    assert f"contest_{SCENARIO}" not in names
    assert "contest_baseline" in names
    reasons = {planned.stem: reason for planned, reason in usual_figures(record)}
    assert reasons["contest_baseline"] is None
    assert reasons[f"contest_{SCENARIO}"].startswith("neither side's part moves by ")
    assert FIGURES["contest"].make(record, SCENARIO).get_label()  # whoever asks for it gets it


@pytest.mark.parametrize(("share", "runs", "told"), [(0.51, 1000, False), (0.56, 1000, True)])
def test_just_over_half_of_the_runs_is_not_called_more_likely_than_not(share, runs, told):
    assert messages.likelier_than_not(share, runs) is told


@pytest.mark.parametrize("start", STARTS)
def test_several_processes_draw_what_one_draws(start, record, tmp_path, monkeypatch):
    monkeypatch.setattr("simulation.show.figures.saving.start_method", lambda: start)
    asked = {"names": ["tornado", "difference_heatmap"], "formats": ("svg",)}
    one = draw(record, workers=1, folder=tmp_path / "one", **asked)
    two = draw(record, workers=2, folder=tmp_path / "two", **asked)
    assert [file.name for file in one] == [file.name for file in two]
    assert [file.read_bytes() for file in one] == [file.read_bytes() for file in two]


def test_a_process_that_is_a_copy_has_the_batch_and_reads_it_no_more(record, tmp_path, monkeypatch):
    """What the first process has read is not read again; one begun afresh could not be stopped."""

    def opened(*_, **__):
        raise AssertionError("the batch was opened anew")

    monkeypatch.setattr("simulation.show.figures.saving.start_method", lambda: "fork")
    monkeypatch.setattr(Record, "open", opened)
    if "fork" not in STARTS:
        pytest.skip("processes are no copies on this system")
    asked = {"names": ["tornado", "ridgeline"], "formats": ("svg",)}
    assert len(draw(record, workers=2, folder=tmp_path, **asked)) == 2


def test_a_misspelt_figure_or_scenario_is_answered_with_the_nearest(record):
    with pytest.raises(Problems, match="did you mean 'influence_fan'"):
        draw(record, names=["influence_fam"])
    with pytest.raises(Problems, match=f"did you mean '{SCENARIO}'"):
        draw(record, scenarios=["us_base_withdrawl"])


def test_everything_that_is_misspelt_is_reported_at_once(record):
    with pytest.raises(Problems) as caught:
        draw(record, names=["contst", "tornadoo"], scenarios=["no_andijn"])
    hints = [problem.hint for problem in caught.value.problems]
    assert hints == [f"did you mean '{name}'?" for name in ("contest", "tornado", "no_andijan")]


def test_a_figure_of_all_scenarios_can_be_confined_to_some(record, tmp_path):
    (file,) = draw(
        record, names=["ridgeline"], scenarios=["no_andijan"], formats=("svg",), folder=tmp_path
    )
    assert file.name == "ridgeline_no_andijan.svg"
    text = file.read_text(encoding="utf-8")
    assert "Nothing happens in Andijan" in text
    assert "leaves both bases" not in text
    assert "leaves both bases" in said(FIGURES["ridgeline"].make(record))


def test_a_figure_that_the_batch_cannot_have_is_refused_with_the_reason(tmp_path):
    alone = Record.open(write_results(tmp_path / "alone", scenarios=1, runs=10))
    with pytest.raises(Problems) as caught:
        draw(alone, names=["drivers", "tornado"])
    reasons = [problem.message for problem in caught.value.problems]
    assert "--parameters prior" in reasons[0]
    assert "compares scenarios" in reasons[1]
    with pytest.raises(Problems, match="no other was named"):
        draw(
            Record.open(write_results(tmp_path / "two", scenarios=2, runs=10)),
            names=["difference_map"], scenarios=["baseline"],
        )  # fmt: skip


def test_a_batch_of_the_baseline_alone_has_no_differences_to_draw(tmp_path):
    alone = Record.open(write_results(tmp_path / "alone", scenarios=1, runs=10))
    names = {sheet.name for sheet in planned_figures(alone)}
    assert "influence_fan" in names
    assert not names & {"scenario_heatmap", "difference_heatmap", "tornado"}
    FIGURES["base_strips"].make(alone)
    FIGURES["ridgeline"].make(alone)


def test_an_svg_for_a_page_has_a_text_for_those_who_cannot_see_it(record):
    svg = tidied(FIGURES["contest"].make(record, SCENARIO), "Who holds <what>.")
    page = for_page(svg, "one")
    tree = ET.fromstring(page)
    assert tree.get("role") == "img"
    assert tree.get("aria-labelledby") == "one-title one-desc"
    assert '<desc id="one-desc">Who holds &lt;what&gt;.</desc>' in page
    assert title_of_svg(svg).startswith("The United States leaves both bases")

"""The report: one file that holds everything, in order, for every reader."""

from __future__ import annotations

import os
import re
import shutil
from html.parser import HTMLParser

import pytest
import yaml
from markupsafe import escape
from synthetic import write_results

from simulation.evidence.catalogue import load_catalogue
from simulation.inputs.problems import Problems
from simulation.record.compare import compare
from simulation.record.manifest import read_manifest
from simulation.record.record import Record
from simulation.show import report
from simulation.show.figures.saving import PlannedFigure, draw, planned_figures
from simulation.show.report import write_report

SCENARIO = "us_base_withdrawal"
KEY = "basing.reservation.united_states"


@pytest.fixture(scope="module")
def record(tmp_path_factory):
    folder = tmp_path_factory.mktemp("batch") / "made_up"
    write_results(folder, scenarios=2, runs=40, parameters="prior")
    file = folder / "scenarios" / f"{SCENARIO}.yaml"
    resolved = yaml.safe_load(file.read_text(encoding="utf-8"))
    resolved["title"] = "Leaving <b>both</b> & all"
    file.write_text(yaml.safe_dump(resolved), encoding="utf-8")
    return Record.open(folder)


@pytest.fixture(scope="module")
def page(record):
    path = write_report(record, compare(record), everything=True)
    assert path == record.path / "report.html"
    return path.read_text(encoding="utf-8")


class Reader(HTMLParser):
    """Collects identifiers, links and the nesting of tags."""

    def __init__(self):
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.sources: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        given = dict(attributes)
        if "id" in given:
            self.ids.append(given["id"])
        for key in ("href", "xlink:href"):
            if key in given:
                self.links.append(given[key])
        if "src" in given:
            self.sources.append(given["src"])


@pytest.fixture(scope="module")
def read(page):
    reader = Reader()
    reader.feed(page)
    return reader


def test_the_page_needs_nothing_but_itself(read):
    inside = ("#", "data:", "figures/")  # the folder that it lies in
    assert [each for each in read.links if not each.startswith(inside)] == []
    assert read.sources == []
    assert not {"script", "link", "iframe"} & set(read.tags)


def test_every_link_leads_somewhere_and_no_identifier_is_used_twice(read):
    assert len(read.ids) == len(set(read.ids))
    assert {each[1:] for each in read.links if each.startswith("#")} <= set(read.ids)


def test_every_figure_has_a_text_for_those_who_cannot_see_it(page):
    drawings = re.findall(r"<svg [^>]*>", page)
    assert len(drawings) > 10
    for drawing in drawings:
        named = re.search(r'aria-labelledby="(\S+) (\S+)"', drawing)
        assert named is not None
        assert re.search(rf'<title id="{named[1]}">.+</title>', page)


def test_questions_and_answers_come_first(record, page):
    answer = compare(record).answer(SCENARIO)
    places = [page.index(part) for part in ('id="answers"', 'id="table"', 'id="overview"')]
    assert places == sorted(places)
    assert answer.split(" (95%")[0].replace("'", "&#39;") in page


def test_the_page_opens_with_the_matrix_three_pictures_and_the_answers(page):
    screen = page[page.index('id="first"') : page.index('<details id="answers"')]
    assert screen.index('id="outcome_matrix"') < screen.index('class="brief"')
    assert screen.count('class="picture"') == 3
    assert 'href="#us_base_withdrawal"' in screen
    rest = page[page.index('<details id="answers"') :]
    assert rest.count("<details") == rest.count("</details>") > 4


def test_each_picture_of_the_page_has_its_numbers_as_a_table(record, page):
    links = re.findall(r'href="figures/(\w+)\.csv"', page)
    assert len(links) == page.count("<figure") > 10
    for stem in links:
        header, first = (record.path / "figures" / f"{stem}.csv").read_text().splitlines()[:2]
        assert "," in header
        assert first


def test_what_the_page_has_no_room_for_is_a_link_to_its_file(record, page, monkeypatch):
    monkeypatch.setattr(report, "ROOM", 1)
    text = write_report(record).read_text(encoding="utf-8")
    assert "<svg" not in text
    assert 'href="figures/outcome_matrix.svg"' in text


def test_the_report_says_why_a_figure_is_not_drawn(record, page, monkeypatch):
    nothing = [(PlannedFigure("contest", SCENARIO), "nothing differs")]
    monkeypatch.setattr(report, "usual_figures", lambda _: nothing)
    text = write_report(record).read_text(encoding="utf-8")
    assert "Not drawn: contest, since nothing differs." in text


@pytest.fixture
def fresh(record, tmp_path):
    """The batch as it is when its runs are done: nothing is drawn yet."""
    folder = tmp_path / "fresh"
    shutil.copytree(record.path, folder, ignore=shutil.ignore_patterns("figures", "report.*"))
    return Record.open(folder)


def test_a_report_draws_what_it_opens_with_and_says_how_the_rest_is_drawn(fresh):
    text = write_report(fresh).read_text(encoding="utf-8")
    drawn = {file.stem for file in (fresh.path / "figures").iterdir()}
    assert len(drawn) == 4 == text.count("<svg ")
    planned = planned_figures(fresh)
    assert f"{len(planned) - 4} more pictures of these runs can be" in text
    assert f"<pre>python run.py plot {fresh.path}</pre>" in text
    for scenario in (None, *fresh.scenarios):
        waiting = [
            each.name.replace("_", " ")
            for each in planned
            if each.scenario == scenario and each.stem not in drawn
        ]
        assert f"Not drawn yet: {', '.join(waiting)} (<a href" in text
    markdown = (fresh.path / "report.md").read_text(encoding="utf-8")
    assert {*re.findall(r"\]\(figures/(\w+)\.svg\)", markdown)} == drawn
    assert f"python run.py plot {fresh.path}\n" in markdown


def test_what_was_drawn_before_stands_in_a_report_that_is_written_again(fresh):
    write_report(fresh)
    draw(fresh, names=["contest"], scenarios=[SCENARIO])
    text = write_report(fresh).read_text(encoding="utf-8")
    assert f'id="contest_{SCENARIO}"' in text
    assert 'id="contest_baseline"' not in text
    assert text.count("<svg ") == 5


def test_every_link_of_a_report_leads_somewhere_whatever_is_drawn(fresh):
    for stage in (lambda: None, lambda: draw(fresh, names=["contest"])):
        stage()
        reader = Reader()
        reader.feed(write_report(fresh).read_text(encoding="utf-8"))
        inside = {each[1:] for each in reader.links if each.startswith("#")}
        assert inside <= set(reader.ids)
        files = {each for each in reader.links if each.startswith("figures/")}
        assert files
        assert all((fresh.path / each).exists() for each in files)


def test_a_batch_of_the_baseline_alone_opens_with_three_pictures(tmp_path):
    alone = Record.open(write_results(tmp_path / "alone", scenarios=1, runs=10))
    text = write_report(alone).read_text(encoding="utf-8")
    assert text.count("<svg ") == 3
    assert 'class="matrix"' not in text


def test_the_evidence_behind_a_changed_number_is_shown(page):
    section = page[page.index(f'<details class="scenario" id="{SCENARIO}"') :]
    assert KEY in section
    assert "Washington no longer bids to stay." in section
    assert "assumed" in section
    assert "2004-03-01" in section


def test_what_a_person_wrote_is_not_taken_for_html(page):
    assert "<b>both</b>" not in page
    assert "Leaving &lt;b&gt;both&lt;/b&gt; &amp; all" in page


def test_the_page_says_how_to_run_it_again(page, record):
    again = "python run.py batch us_base_withdrawal --runs 40 --seed 7 --until 2015Q4"
    assert f"{again} --parameters prior" in page
    assert f"python run.py replay {record.path}" in page
    assert "mesa 3.3.1" in page


def test_a_scenario_that_was_given_by_its_file_is_run_again_by_its_file(tmp_path):
    """By its name none would be found, or silently another one."""
    folder = write_results(tmp_path / "made_up", scenarios=3, runs=2)
    manifest = read_manifest(folder)
    mine = str(tmp_path / "my own" / "us_base_withdrawal.yaml")
    manifest["scenario_files"] |= {
        "us_base_withdrawal": mine,
        "baseline": "elsewhere/baseline.yaml",
    }
    anew = report._anew(Record(folder, manifest))
    line = "python run.py batch elsewhere/baseline.yaml '{}' no_andijan --runs 2 --seed 7 "
    assert anew.startswith(line.format(mine))


def test_the_page_is_made_for_paper_and_for_the_dark(page):
    assert "@media print" in page
    assert "prefers-color-scheme: dark" in page


def test_markdown_has_whole_tables_and_links_to_figures_that_exist(record, page):
    write_report(record)
    text = (record.path / "report.md").read_text(encoding="utf-8")
    tables = re.findall(r"(?:^\|.*\|\n)+", text, re.MULTILINE)
    assert tables
    for table in tables:
        assert len({line.count("|") for line in table.splitlines()}) == 1
    named = re.findall(r"\]\(figures/(\w+)\.svg\)", text)
    assert set(named) == {f.stem for f in (record.path / "figures").glob("*.svg")}


def test_figures_that_are_there_are_not_drawn_again(record, page):
    file = record.path / "figures" / "contest_baseline.svg"
    before = file.stat().st_mtime_ns
    write_report(record)
    assert file.stat().st_mtime_ns == before


def test_figures_older_than_the_runs_are_drawn_anew(record, page):
    file = record.path / "figures" / "contest_baseline.svg"
    os.utime(file, (0, 0))
    other = record.path / "figures" / "tornado.svg"
    before = other.stat().st_mtime_ns
    write_report(record)
    assert file.stat().st_mtime_ns > 0
    assert other.stat().st_mtime_ns == before


# -- what drives the outcome -----------------------------------------------------------------


def test_every_chapter_says_what_drives_its_outcome(page):
    parameters = len(load_catalogue().drawable())
    chapters = page.split('<details class="scenario"')[1:]
    assert len(chapters) == 2
    for chapter, subjects in zip(chapters, (1, 2), strict=True):
        account = chapter.partition("What drives the outcome</h3>")[2].partition("<figure")[0]
        assert account.count(f" over 40 runs and {parameters} parameters.") == subjects
    assert "--parameters prior, or" not in page


def test_what_the_named_drivers_are_is_said_beside_them(record, page, monkeypatch):
    named = (["It goes with basing.blame."], ["basing.blame"])
    monkeypatch.setattr("simulation.show.report.accounts", lambda *_: named)
    text = write_report(record).read_text(encoding="utf-8")
    description = load_catalogue().describe("basing.blame")["description"]
    assert str(escape(description)) in text


def test_at_point_values_the_report_says_why_there_are_no_drivers(record, page, monkeypatch):
    monkeypatch.setitem(record.manifest, "parameters", "point")
    text = write_report(record).read_text(encoding="utf-8")
    assert text.count("--parameters prior") == 1
    assert "What drives the outcome</h3>" not in text
    assert "stood at its point value" in (record.path / "report.md").read_text(encoding="utf-8")


def test_the_source_and_what_lies_beyond_its_range_are_said(record, page):
    write_report(record, compare(record))
    text = (record.path / "report.md").read_text(encoding="utf-8")
    for each in (page, text):
        assert "40 runs each, prior, seed" in each
        assert f"{SCENARIO}: {KEY} is 0, beyond its range 40–120." in each
    assert "0 US$ million a year instead of" in text
    assert ", beyond its range 40–120. " in text
    assert "<small>beyond its range 40–120</small>" in page


# -- a folder from a stranger ----------------------------------------------------------------

SCRIPT = "<svg xmlns='http://www.w3.org/2000/svg'><title>T</title><script>alert(1)</script></svg>"
EVIL = "<script>alert(1)</script> [x](javascript:alert(1)) | \x1b[31m\u202e `code` ![i](http://x)"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """A batch whose texts and figures somebody has prepared for whoever opens it."""
    folder = tmp_path_factory.mktemp("batch") / "hostile"
    write_results(folder, scenarios=2, runs=40, parameters="point")
    file = folder / "scenarios" / f"{SCENARIO}.yaml"
    resolved = yaml.safe_load(file.read_text(encoding="utf-8"))
    shown = EVIL.replace("\x1b", "")
    resolved["title"] = resolved["question"] = shown
    for each in [*resolved["overrides"].values(), *resolved["events"]]:
        each["why"] = shown
    file.write_text(yaml.safe_dump(resolved), encoding="utf-8")
    record = Record.open(folder)
    write_report(record)
    draw(record, names=["contest"])
    for figure in (folder / "figures").glob("*.svg"):
        figure.write_text(SCRIPT, encoding="utf-8")
    return record


def test_figures_that_lie_in_a_folder_are_drawn_anew_and_not_believed(hostile):
    text = write_report(hostile).read_text(encoding="utf-8")
    assert "<script" not in text
    assert "alert(1)</script>" not in text
    assert text.count("<svg ") > 4
    drawn = [file.read_text(encoding="utf-8") for file in hostile.path.glob("figures/*.svg")]
    assert SCRIPT not in drawn


def test_the_page_has_a_policy_under_which_nothing_is_run_or_fetched(page):
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)[1]
    allowed = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert allowed == {
        "default-src": "'none'", "style-src": "'unsafe-inline'", "img-src": "data:",
        "base-uri": "'none'", "form-action": "'none'",
    }  # fmt: skip
    assert page.index("Content-Security-Policy") < page.index("<style>")


def test_text_of_a_stranger_is_no_markup_in_the_page(hostile):
    reader = Reader()
    text = write_report(hostile).read_text(encoding="utf-8")
    reader.feed(text)
    assert "script" not in reader.tags
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "\u202e" not in text
    assert "\\u202e" in text


def test_text_of_a_stranger_is_no_markup_in_markdown(hostile):
    write_report(hostile)
    text = (hostile.path / "report.md").read_text(encoding="utf-8")
    assert r"\<script\>alert(1)\</script\> \[x\](javascript:alert(1)) \|" in text
    assert "<script" not in text.replace(r"\<script", "")
    assert not re.search(r"(?<!\\)\]\((?!figures/)", text)
    assert "\u202e" not in text


def test_a_damaged_scenario_of_a_record_is_told(hostile, tmp_path):
    folder = tmp_path / "damaged"
    shutil.copytree(hostile.path, folder)
    file = folder / "scenarios" / f"{SCENARIO}.yaml"
    for text, said in [
        ("title: [1]\n", "'title' is a list; text is due"),
        ("events: 3\n", "'events' is 3; a list is due"),
        ("overrides: {a.b: {value: x}}\n", "'x' is no number"),
        ("a: &x 1\nb: *x\n", "repeats another part of the file"),
        ('title: "\\ud800"\n', "half of a character"),
    ]:
        file.write_text(text, encoding="utf-8")
        with pytest.raises(Problems, match=re.escape(said)):
            Record.open(folder).resolved(SCENARIO)
    file.unlink()
    with pytest.raises(Problems, match="there is no such file"):
        Record.open(folder).resolved(SCENARIO)
    for name in ("outcomes.parquet", "comparison.csv"):
        (folder / name).write_bytes(b"\xff\xfe" * 100)
    with pytest.raises(Problems, match="cannot be read"):
        Record.open(folder).outcomes()
    with pytest.raises(Problems, match="is no table of a comparison"):
        Record.open(folder).comparison()


def test_a_link_that_leads_out_of_the_folder_is_not_written_through(hostile, tmp_path):
    folder, elsewhere = tmp_path / "linked", tmp_path / "elsewhere"
    shutil.copytree(hostile.path, folder)
    shutil.rmtree(folder / "figures")
    elsewhere.mkdir()
    try:
        (folder / "figures").symlink_to(elsewhere)
    except OSError:
        pytest.skip("this system lets nobody make links")
    with pytest.raises(Problems, match="leads out of the folder"):
        write_report(Record.open(folder))
    assert not any(elsewhere.iterdir())

"""The gallery of broken files: each with the whole report it must give beside it."""

import pytest
from places import TESTS
from small_world import SMALL_EVIDENCE, small_catalogue, use_small_mechanisms

from simulation.evidence.catalogue import load_catalogue
from simulation.evidence.panel_evidence import panel_evidence
from simulation.inputs.problems import Problems
from simulation.scenario.events import timeline_events
from simulation.scenario.plugins import plugins_allowed
from simulation.scenario.scenario import check_scenarios, load_scenario

BROKEN = TESTS / "broken"
SCENARIOS = sorted(path.stem for path in (BROKEN / "scenarios").glob("*.txt"))
UNASKED = {"plugin_without_consent"}
CATALOGUES = sorted(path.stem for path in (BROKEN / "catalogues").glob("*.txt"))
OF_PANELS = sorted(path.stem for path in (BROKEN / "panel_evidence").glob("*.txt"))


@pytest.fixture(autouse=True)
def _small_world(monkeypatch):
    monkeypatch.chdir(BROKEN)
    use_small_mechanisms(monkeypatch)


def report(problems: Problems) -> str:
    return problems.render() + "\n"


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_broken_scenario_says_what_is_wrong(name):
    with pytest.raises(Problems) as raised:
        load_scenario(
            f"scenarios/{name}.yaml", small_catalogue(), allow_plugins=name not in UNASKED
        )
    expected = (BROKEN / "scenarios" / f"{name}.txt").read_text(encoding="utf-8")
    assert report(raised.value) == expected


def put_into_the_small_world(case, tmp_path, monkeypatch):
    """The files of the case take the place of those of the small world."""
    monkeypatch.chdir(tmp_path)
    for folder in (SMALL_EVIDENCE, case):
        for path in sorted(folder.rglob("*.yaml")):
            copy = tmp_path / "evidence" / path.relative_to(folder)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())


@pytest.mark.parametrize("name", CATALOGUES)
def test_a_broken_catalogue_says_what_is_wrong(name, tmp_path, monkeypatch):
    put_into_the_small_world(BROKEN / "catalogues" / name, tmp_path, monkeypatch)
    with pytest.raises(Problems) as raised:
        timeline_events(load_catalogue("evidence"))
    expected = (BROKEN / "catalogues" / f"{name}.txt").read_text(encoding="utf-8")
    assert report(raised.value) == expected


@pytest.mark.parametrize("name", OF_PANELS)
def test_what_is_wrong_of_panels_is_told_to_whoever_counts_in_them(name, tmp_path, monkeypatch):
    put_into_the_small_world(BROKEN / "panel_evidence" / name, tmp_path, monkeypatch)
    catalogue = load_catalogue("evidence")
    with pytest.raises(Problems) as raised:
        panel_evidence(catalogue)
    expected = (BROKEN / "panel_evidence" / f"{name}.txt").read_text(encoding="utf-8")
    assert report(raised.value) == expected


def test_every_broken_file_has_its_report():
    files = {path.stem for path in (BROKEN / "scenarios").glob("*.yaml")} - {"baseline"}
    assert files == set(SCENARIOS)
    for kind, reports in (("catalogues", CATALOGUES), ("panel_evidence", OF_PANELS)):
        assert {each.name for each in (BROKEN / kind).iterdir() if each.is_dir()} == set(reports)
    assert len(SCENARIOS) + len(CATALOGUES) >= 30


def test_all_problems_of_all_files_come_at_once():
    names = [f"scenarios/{name}.yaml" for name in SCENARIOS if name not in UNASKED]
    with pytest.raises(Problems) as raised, plugins_allowed(True):
        check_scenarios(names, small_catalogue())
    reported = {it.file for it in raised.value.problems if not it.file.endswith(".py")}
    assert reported == set(names) - {"scenarios/circle_first.yaml"}  # a circle is one problem


def test_no_report_speaks_of_the_library():
    library = ("Extra inputs", "Input should", "pydantic", "validation error", "Value error")
    for path in sorted(BROKEN.rglob("*.txt")):
        text = path.read_text(encoding="utf-8")
        assert not any(words in text for words in library), path.name
        assert "Nothing was run." in text.splitlines()[-1]


def test_the_baseline_of_the_gallery_is_sound():
    assert load_scenario("baseline", small_catalogue()).title == "What happened, in small"

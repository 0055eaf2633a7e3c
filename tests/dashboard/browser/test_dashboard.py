"""The page in a real browser: what a visitor does with it."""

from __future__ import annotations

import re

import pytest

from simulation.commands.program import main

GROWTH = "patronage.budget_growth.china"
SETTLED = """before => !document.querySelector('.working')
    && document.querySelector('.charts').innerHTML !== before"""
BROKEN = """\
title: Something is wrong here
question: Is it told?
overrides:
  basing.thret: {value: 3, why: A slip of the pen.}
events:
  - {date: 2004-03-01, close_bse: manas, why: Another slip.}
"""


def slider(page, key=GROWTH):
    return page.locator(f"[id='{key}']")


def moved(page, steps=3, key=GROWTH):
    """Move a slider with the keyboard and wait for the answer."""
    before = page.locator(".charts").inner_html()
    slider(page, key).focus()
    for _ in range(steps):
        page.keyboard.press("ArrowRight")
    page.wait_for_function(SETTLED, arg=before)


def serious(page):
    """What axe-core finds to be a serious or critical fault, in short."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    found = axe.Axe().run(page).response["violations"]
    return [
        (each["id"], [node["html"][:120] for node in each["nodes"][:3]])
        for each in found
        if each["impact"] in ("serious", "critical")
    ]


def test_a_slider_moved_by_keyboard_plays_history_again_and_can_be_undone(dashboard):
    page = dashboard()
    title = page.locator(".answer strong")
    assert title.inner_text() == "The United States leaves both bases in 2004"
    assert "95% interval" in page.locator(".answer .said").inner_text()
    moved(page)
    assert title.inner_text().endswith(", changed")
    assert page.locator(f"output[for='{GROWTH}']").inner_text() == "0.106"
    before = page.locator(".charts").inner_html()
    page.get_by_role("button", name="Undo all changes").click()
    page.wait_for_function(SETTLED, arg=before)
    assert not title.inner_text().endswith(", changed")
    assert float(slider(page).input_value()) == pytest.approx(0.1)


def test_a_slider_moved_a_moment_ago_is_undone_too(dashboard):
    page = dashboard()
    moved(page, steps=1)
    undo = page.get_by_role("button", name="Undo all changes")
    page.keyboard.press("ArrowRight")  # and not waited for
    undo.click()
    page.wait_for_function("undo => undo.disabled", arg=undo.element_handle())
    page.wait_for_timeout(1500)
    assert float(slider(page).input_value()) == pytest.approx(0.1)
    assert undo.is_disabled()


def test_hovering_over_a_slider_tells_its_range_and_its_reason(dashboard):
    page = dashboard()
    slider(page).hover()
    tip = page.get_by_role("tooltip")
    tip.wait_for()
    assert "0.05 to 0.15" in tip.inner_text()
    assert "Follows the growth of each economy" in tip.inner_text()
    slider(page, "basing.statement").hover()
    page.wait_for_function("document.querySelector('.tip')?.innerText.includes('deadline')")


def test_the_map_plays_through_the_quarters(dashboard):
    page = dashboard()
    quarter = page.locator(".play output")
    assert quarter.inner_text() == "2015Q4"
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("document.querySelector('.map').innerText.includes('2002Q1')")
    page.get_by_role("button", name="Pause").click()
    assert re.fullmatch(r"200[1-3]Q[1-4]", quarter.inner_text())


def test_what_is_saved_passes_check_and_loads_again(dashboard, tmp_path, capsys):
    page = dashboard()
    moved(page)
    page.get_by_label("Name of the file").fill("saved_here")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    assert file.name == "saved_here.yaml"
    assert main(["check", str(file)]) == 0
    capsys.readouterr()
    page.get_by_label("Load a scenario").set_input_files(file)
    page.get_by_role("option", name="saved_here (loaded)").wait_for(state="attached")
    assert float(slider(page).input_value()) == pytest.approx(0.106)


def test_a_broken_file_is_told_as_check_tells_it(dashboard, tmp_path, capsys, monkeypatch):
    file = tmp_path / "broken.yaml"
    file.write_text(BROKEN, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert main(["check", "broken.yaml"]) == 2
    told = capsys.readouterr().err.strip()
    page = dashboard()
    page.get_by_label("Load a scenario").set_input_files(file)
    page.locator(".side .wrong").wait_for()
    assert page.locator(".side .wrong").inner_text().strip() == told


def test_two_tabs_do_not_disturb_each_other(dashboard):
    one, other = dashboard(), dashboard()
    moved(one)
    other.get_by_role("button", name="All outcomes").click()
    other.locator("table").wait_for()
    assert one.locator(".answer strong").inner_text().endswith(", changed")
    assert one.locator(".charts figure").count() == 5
    assert not other.locator(".answer strong").inner_text().endswith(", changed")
    assert float(slider(other).input_value()) == pytest.approx(0.1)


def test_an_event_of_a_run_is_explained_on_a_click(dashboard):
    page = dashboard()
    page.locator("summary", has_text="One history").click()
    page.locator(".events li").first.wait_for()
    page.locator("#when").select_option("2005Q3")
    page.locator(".events button").first.click()
    page.locator(".step").first.wait_for()
    page.get_by_role("heading", name="What would have turned it").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_fault(dashboard, scheme):
    page = dashboard(scheme=scheme)
    for summary in page.locator(".side summary").all():
        if summary.evaluate("each => !each.parentElement.open"):
            summary.click()
    assert serious(page) == []
    page.get_by_role("button", name="All outcomes").click()
    page.locator("table").first.wait_for()
    assert serious(page) == []


def test_a_telephone_scrolls_down_only(dashboard):
    page = dashboard(width=390)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_mesas_own_view_shows_the_same_model_and_steps(opened):
    page = opened("mesa")
    page.get_by_text("Model Parameters").wait_for()
    page.get_by_text(re.compile(r"(Step|Time): 0")).wait_for()  # as Mesa's version says it
    page.get_by_role("button", name="Step", exact=True).click()
    page.get_by_text(re.compile(r"(Step|Time): 1")).wait_for()

"""The pages from which the model can be built again: whole, and as the model has it."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from places import DOCS

from simulation.evidence.catalogue import load_catalogue
from simulation.model.model import InfluenceModel
from simulation.parameters.groups import Group
from simulation.parameters.weights import Weights
from simulation.show.decision_table import decision_page

sys.path.append(str(DOCS))

import make_odd

TEXTS = make_odd.equations()
PAGES = make_odd.written_pages()
KEYS = {key: each.unit for key, each in load_catalogue().parameters.items()}
MADE_AGAIN = "run python docs/make_odd.py"


def stored(page: str) -> str:
    return (make_odd.PAGES / page).read_text(encoding="utf-8")


def test_the_index_leads_from_every_number_to_an_equation():
    read = make_odd.index(KEYS, TEXTS, PAGES)
    assert make_odd.index_page(read, KEYS) == stored("parameters.md"), MADE_AGAIN


def test_a_number_without_an_equation_and_an_unknown_name_are_refused(tmp_path):
    page = "# Rents\n\n```text\n(B1)  rent     basing.rent + basing.rant\n```\n\n`basing.noise`\n"
    (tmp_path / "rents.md").write_text(page, encoding="utf-8")
    texts, pages = make_odd.equations(tmp_path), make_odd.written_pages(tmp_path)
    with pytest.raises(make_odd.Mismatch) as wrong:
        make_odd.index({"basing.rent": "logit", "basing.noise": "logit"}, texts, pages)
    assert str(wrong.value) == (
        "rents.md names 'basing.rant', which is no number of the catalogue; "
        "no equation reads 'basing.noise'"
    )


def test_two_equations_of_one_label_are_refused(tmp_path):
    (tmp_path / "twice.md").write_text("```text\n(A1)  x\n(A1)  y\n```\n", encoding="utf-8")
    with pytest.raises(make_odd.Mismatch, match=r"twice.md: \(A1\) stands twice"):
        make_odd.equations(tmp_path)


def test_what_no_equation_of_a_free_run_names_is_what_no_free_run_reads(monkeypatch):
    """History, calibration and context aside, an equation names exactly what the rules read."""
    seen: set[tuple[int, str]] = set()

    def noticed(group: Group, name: str):
        seen.add((id(group), name))
        return object.__getattribute__(group, name)

    monkeypatch.setattr(Group, "__getattribute__", noticed, raising=False)
    model = InfluenceModel("baseline", runs=20, seed=1, parameters="point")
    model.run("2009Q4")
    monkeypatch.undo()
    read = make_odd.index(KEYS, TEXTS, PAGES)
    aside = {label for label in TEXTS if label[0] == "H"} | {"S29", "S30"}
    named = {key for key, labels in read.items() if set(labels) - aside}
    assert named == {key for key in KEYS if attribute(model.weights, key) in seen}


def attribute(weights: Weights, key: str) -> tuple[int, str]:
    """The group of a number and its name there."""
    group, _, name = key.partition(".")
    called = load_catalogue().parameters[key].rules_say or name.replace(".", "_")
    return id(getattr(weights, group)), called


def test_every_decision_has_its_tables_and_its_equation():
    assert decision_page(make_odd.labels_of_decisions(TEXTS)) == stored("decisions.md"), MADE_AGAIN
    labels = make_odd.labels_of_decisions(TEXTS)
    del labels["unrest"]
    with pytest.raises(ValueError, match="declared or stated alone: unrest"):
        decision_page(labels)


def test_whoever_is_sent_to_an_equation_finds_it():
    for name, page in PAGES.items():
        sent = {*re.findall(r"\(([A-Z]\d+)\)", page)}
        if name == "notation.md":  # its tables lead there too
            rows = [line for line in page.splitlines() if line.startswith("|")]
            sent |= {*re.findall(r"\b([WUPOBZSHMCD]\d+)\b", "\n".join(rows))}
        assert not sent - {*TEXTS}, f"{name} leads to equations that are not there"


def test_the_model_at_medians_is_the_stored_vector(tmp_path):
    """In double precision, which is set before anything of the model is read."""
    made = [sys.executable, str(DOCS / "make_odd.py"), "vector", "--to", str(tmp_path)]
    subprocess.run(made, check=True, cwd=DOCS.parent)
    found, due = make_odd.stored_vector(tmp_path), make_odd.stored_vector()
    assert [*found] == [*due], MADE_AGAIN
    wrong = [
        (key, quarter, value, due[key][quarter])
        for key, values in found.items()
        for quarter, value in values.items()
        if not make_odd.alike(due[key][quarter], value if key[0] == "seat" else float(value))
    ]
    assert not wrong, MADE_AGAIN
    assert make_odd.vector_page(due) == stored("vector.md"), MADE_AGAIN


@pytest.mark.parametrize(("value", "alike"), [(0.5000008, True), (0.500002, False), (0.0, False)])
def test_six_digits_are_told_apart(value, alike):
    assert make_odd.alike("0.5", value) is alike

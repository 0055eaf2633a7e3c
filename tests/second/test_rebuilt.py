"""The second implementation: from the pages alone, and the model at medians to six digits."""

from __future__ import annotations

import ast
import sys

from places import DOCS, TESTS
from rebuilt import at_medians, outcomes

sys.path.append(str(DOCS))

import make_odd

SOURCES = sorted((TESTS / "second").glob("rebuilt*.py"))


def test_it_is_plain_python_that_knows_nothing_of_the_package():
    imported = set()
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {each.name.partition(".")[0] for each in node.names}
            elif isinstance(node, ast.ImportFrom):
                imported.add((node.module or "").partition(".")[0])
    ours = {each.stem for each in SOURCES}
    assert imported <= {*sys.stdlib_module_names, "numpy", "yaml", *ours}


def test_with_every_draw_at_its_median_it_is_the_model_to_six_digits():
    quarters = ("start", *make_odd.QUARTERS, *make_odd.LATER)
    found, due = at_medians(quarters), make_odd.stored_vector()
    assert not {*due} - {*found}, "state variables of the vector that it does not have"
    wrong = []
    for key, values in due.items():
        for quarter in quarters:
            wanted, value = values[quarter], found[key][quarter]
            if not make_odd.alike(wanted, value):
                wrong.append(f"{'>'.join(key)} {quarter}: {value} instead of {wanted}")
    for key in {*found} - {*due}:  # what the vector leaves out is nought throughout
        wrong += [
            f"{'>'.join(key)} {q}: {v}" for q, v in found[key].items() if v not in (0, "", -1)
        ]
    assert not wrong, "\n".join([f"{len(wrong)} values differ:", *wrong[:40]])


def test_a_seed_names_a_history_and_a_number_can_be_replaced():
    one, again, other = outcomes(1, "2006Q4"), outcomes(1, "2006Q4"), outcomes(2, "2006Q4")
    assert repr(one) == repr(again) != repr(other)
    poor = outcomes(1, "2002Q4", {"basing.propensity.united_states": 0})
    assert poor["bases_open_united_states"] == 0 < outcomes(1, "2002Q4")["bases_open_united_states"]

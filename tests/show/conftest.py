"""The made-up batch that all figures are drawn of."""

from __future__ import annotations

import pytest
from synthetic import write_results

from simulation.record.record import Record
from simulation.show.figures.summaries import Results


@pytest.fixture(scope="session")
def record(tmp_path_factory):
    folder = tmp_path_factory.mktemp("batch") / "made_up"
    return Record.open(write_results(folder, runs=80, parameters="prior"))


@pytest.fixture(scope="session")
def results(record):
    return Results.of(record)

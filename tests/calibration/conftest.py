"""A calibration of the toy, for all tests of it."""

from __future__ import annotations

import pytest
from calibration.toy import carried_out, toy


@pytest.fixture(scope="session")
def whole(tmp_path_factory):
    """A calibration of the toy: who ran it, and what it found."""
    runner = toy()
    return runner, carried_out(tmp_path_factory.mktemp("toy"), runner)


@pytest.fixture(scope="session")
def found(whole):
    return whole[1]

"""`calibrate --again`: every stored posterior anew, and how long that takes, before it starts."""

import datetime as dt

import pytest

from simulation.calibration import calibrate as calibration
from simulation.calibration.calibrate import how_long
from simulation.evidence.catalogue import listed, load_catalogue
from simulation.parameters.posterior import posterior_name, posterior_path, stored_days

DAYS = stored_days(load_catalogue())
stored = pytest.mark.skipif(not DAYS, reason="no posterior is stored yet")


def pretended(monkeypatch):
    """Calibrations that are over at once; the days that they are asked for."""
    asked = []

    def pretend(as_of, **_):
        asked.append(as_of)
        return posterior_path(load_catalogue(), posterior_name(DAYS[0], DAYS[0]))

    monkeypatch.setattr(calibration, "calibrate", pretend)
    monkeypatch.setattr(calibration, "how_long", lambda *_: 1500.0)
    monkeypatch.setattr("simulation.show.figures.calibration.draw_calibration", lambda *_: [])
    return asked


@stored
def test_several_days_are_fitted_one_after_the_other(said, monkeypatch, tmp_path):
    asked = pretended(monkeypatch)
    status, out, err = said(
        f"calibrate --as-of 2001-12-31 --as-of 2002-12-31 --as-of 2001-12-31 --results {tmp_path}"
    )
    assert status == 0, err
    assert asked == [dt.date(2001, 12, 31), dt.date(2002, 12, 31)]
    assert "2 posteriors, as of 2001-12-31 and 2002-12-31: about 25 minutes" in err


@pytest.mark.parametrize("option", ["--resume", "--output mine.parquet"])
def test_what_is_about_one_posterior_goes_with_one_day(said, option):
    status, _, err = said(f"calibrate --as-of 2001-12-31 --as-of 2002-12-31 {option}")
    assert status == 2
    assert "is about one posterior, not several" in err
    assert "give one --as-of" in err


@stored
def test_every_posterior_is_fitted_again_after_the_time_is_told(said, monkeypatch, tmp_path):
    asked = pretended(monkeypatch)
    status, out, err = said(f"calibrate --again --results {tmp_path}")
    assert status == 0, err
    assert asked == DAYS
    dates = listed(map(str, DAYS))
    assert f"{len(DAYS)} posteriors, as of {dates}: about 25 minutes on this machine" in err
    assert out.count("The posterior is in") == len(DAYS)


@pytest.mark.parametrize(
    "other", ["--resume", "--as-of 2004-03-24", "--output mine.parquet", "--panels panels"]
)
def test_again_goes_with_nothing_that_picks_one(said, other):
    status, out, err = said(f"calibrate --again {other}")
    assert status == 2
    assert "--again has 1 problem" in err
    assert "leave out --as-of, --output, --resume and --panels, or --again" in err


def test_the_time_grows_with_the_runs_and_falls_with_the_workers(monkeypatch):
    monkeypatch.setattr(calibration, "_TIMED", 20)
    ticks = iter(range(100))
    monkeypatch.setattr(calibration.time, "perf_counter", lambda: float(next(ticks)))
    day = [dt.date(2005, 10, 31)]
    one = how_long(day, workers=1, runs_per_wave=4000, waves=2)
    assert how_long(day, workers=2, runs_per_wave=4000, waves=2) == one / 2
    assert how_long(day * 2, workers=1, runs_per_wave=8000, waves=2) == pytest.approx(4 * one)

"""How long foreign bases last, and how they end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from simulation.estimation.findings import (
    DAYS,
    LAST_YEAR,
    TRAINED_TO,
    EventCount,
    PanelFinding,
    held_out_rate,
    rate_finding,
    years_at_risk,
)
from simulation.estimation.panels import LAST_KNOWN, PanelData
from simulation.evidence.panel_entries import PanelSample

_END = pd.Timestamp(LAST_KNOWN)
_INHERITED = pd.Timestamp(1991, 12, 26)
_EARLY, _LATE = 5.0, 99.0


def sites(bases: pd.DataFrame) -> pd.DataFrame:
    """Each site with the day from which it was doomed: its notice, or its end where none came.

    Attributes of a row: host, user, begins (not before what was inherited), ends, doomed.
    """
    ends = bases[["notice", "end"]].min(axis=1)
    rows = bases[["host", "user", "kind", "start"]].copy()
    rows["begins"] = bases.start.clip(lower=_INHERITED)
    rows["doomed"] = ends.notna()
    rows["ends"] = ends.fillna(_END)
    return rows[rows.ends > rows.begins]


def counted_sites(rows: pd.DataFrame, first: int = 0, last: int = LAST_YEAR) -> EventCount:
    """Sites doomed in some calendar years, and the years of sites in them."""
    inside = rows.doomed & (rows.ends.dt.year >= first) & (rows.ends.dt.year <= last)
    pairs = zip(rows.begins, rows.ends, strict=True)
    return EventCount(int(inside.sum()), sum(years_at_risk(a, b, first, last) for a, b in pairs))


def allies_of(memberships: pd.DataFrame, sample: PanelSample) -> pd.DataFrame:
    """Memberships of the alliance, the first of a sample's organizations."""
    inside = memberships.organization == sample.organizations[0]
    return memberships[inside & ~memberships.status.str.startswith("observer")]


def split_by_ally(rows: pd.DataFrame, allies: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The times in which a site's host was in the alliance, and those in which it was not.

    Args:
        rows: Of `sites`.
        allies: Memberships of the alliance: country, start, end.
    """
    inside: list[Any] = []
    outside: list[Any] = []
    for row in rows.itertuples(index=False):
        cuts = {row.begins, row.ends}
        own = allies[allies.country == row.host]
        spans = [(s, _END if pd.isna(e) else e) for s, e in zip(own.start, own.end, strict=True)]
        cuts |= {day for span in spans for day in span if row.begins < day < row.ends}
        ordered = sorted(cuts)
        for begins, ends in pairwise(ordered):
            middle = begins + (ends - begins) / 2
            allied = any(start <= middle < end for start, end in spans)
            part = row._replace(begins=begins, ends=ends, doomed=row.doomed and ends == row.ends)
            (inside if allied else outside).append(part)
    return pd.DataFrame(inside, columns=rows.columns), pd.DataFrame(outside, columns=rows.columns)


def shape_of_durations(rows: pd.DataFrame) -> tuple[float, float, float]:
    """The shape of a Weibull distribution of how long sites last: above 1 they wear out.

    Its hazard is a power of age, so that it is a Poisson regression of ends on the logarithm of
    age, in years of sites with their exposure (statsmodels). What was there before it could be
    seen enters at the age that it had.
    """
    import statsmodels.api as sm

    ages, exposures, ended = [], [], []
    for row in rows.itertuples(index=False):
        begins, ends = ((at - row.start).days / DAYS for at in (row.begins, row.ends))
        for age in range(int(begins), int(ends) + 1):
            low, high = max(begins, age), min(ends, age + 1)
            if high > low:
                ages.append((low + high) / 2)
                exposures.append(high - low)
                ended.append(float(row.doomed and high == ends))
    causes = sm.add_constant(np.log(np.maximum(ages, 0.1)))
    model = sm.GLM(np.array(ended), causes, family=sm.families.Poisson(), exposure=exposures)
    fit = model.fit()
    low, high = fit.conf_int()[1]
    return 1 + float(fit.params[1]), 1 + float(low), 1 + float(high)


def estimate_bases(
    panels: Mapping[str, PanelData], samples: Mapping[str, PanelSample]
) -> Iterator[PanelFinding]:
    """Every estimate about foreign bases."""
    rows = sites(panels["foreign_bases"].frame)
    allies = allies_of(panels["memberships"].frame, samples["belonging"])
    counts = rows.user.value_counts()
    heirs, others = str(counts.index[0]), str(counts.index[1])
    own, foreign = rows[rows.user == heirs], rows[rows.user == others]
    allied, unallied = split_by_ally(own, allies)
    formula = (
        "sites doomed (notice, or end without one) over site-years; Gamma posterior with "
        "Jeffreys' prior"
    )
    for key, says, part in (
        ("base_ends_all", "A foreign base gets notice or ends.", rows),
        (
            "base_ends_allied",
            "A base of the Union's heir gets notice or ends, whose host is in "
            "its alliance that day.",
            allied,
        ),
        ("base_ends_unallied", "The same, of a host outside the alliance.", unallied),
        (
            "base_ends_guest",
            "A base of the power with the second most gets notice or ends.",
            foreign,
        ),
    ):
        found = counted_sites(part)
        early, late = (
            counted_sites(part, last=TRAINED_TO),
            counted_sites(part, first=TRAINED_TO + 1),
        )
        where = ["foreign_bases"] + (["memberships"] if "allied" in key else [])
        yield rate_finding(
            key=key,
            says=says,
            count=found,
            formula=formula,
            cases=found.words.replace("state-years", "site-years"),
            panels=where,
            held_out=held_out_rate(early, late).replace("state-years", "site-years"),
            informs=["basing.review_otherwise", "basing.habit", "basing.leave_early"],
            note="Sites of one host end together: fewer independent cases than it seems.",
        )
    value, low, high = shape_of_durations(rows)
    early = rows.assign(
        doomed=rows.doomed & (rows.ends.dt.year <= TRAINED_TO),
        ends=rows.ends.clip(upper=pd.Timestamp(TRAINED_TO, 12, 31)),
    )
    early = early[early.begins < early.ends]
    yield PanelFinding(
        key="base_wears_out",
        says="The shape of how long bases last: above 1 an old base is likelier to end than a "
        "new one.",
        formula="Weibull distribution: Poisson regression of ends on the logarithm of age, with "
        "exposure (statsmodels)",
        unit="shape",
        found=(value, low, high),
        cases=f"{int(rows.doomed.sum())} ends of {len(rows)} sites",
        panels=["foreign_bases"],
        held_out=f"until {TRAINED_TO} alone: {shape_of_durations(early)[0]:.2f}",
        informs=["basing.contract"],
        note="What was inherited counts from 1991 on." if np.isfinite(value) else "",
    )
    noticed = panels["foreign_bases"].frame.dropna(subset=["notice", "end"])
    waits = (noticed.end - noticed.notice).dt.days.to_numpy(float)
    yield PanelFinding(
        key="base_notice",
        says="Days from the announcement of a base's end to the end.",
        formula="median; least and most of all",
        unit="day",
        found=(float(np.median(waits)), float(waits.min()), float(waits.max())),
        cases=f"{len(waits)} sites with both days",
        panels=["foreign_bases"],
        held_out=f"of those announced until {TRAINED_TO}: "
        f"{int((noticed.notice.dt.year <= TRAINED_TO).sum())}",
        informs=["basing.notice", "basing.leave_early"],
        note="Only ends that had come by October 2005: those under way are longer.",
    )

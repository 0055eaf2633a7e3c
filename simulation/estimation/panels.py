"""Panels: tables of years, spells and days that the project reads and does not ship.

A folder holds a file a panel, called by the panel's name and its years. What each holds is declared
in the evidence (`panels.yaml`); what does not agree with that is told all at once, by file and row.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd

from simulation.evidence.catalogue import Catalogue, load_catalogue
from simulation.evidence.panel_entries import PanelColumn, PanelEntry
from simulation.evidence.panel_evidence import PanelEvidence, panel_evidence
from simulation.inputs.files import Unreadable, contents
from simulation.inputs.problems import (
    MOST_SHOWN,
    Hint,
    Problem,
    Problems,
    did_you_mean,
    nearest,
    told,
)
from simulation.inputs.yaml_reader import number_from, scalar, shown
from simulation.numerics.dates import parse_date

LAST_KNOWN = dt.date(2005, 10, 31)
"""What is dated later is refused; yearly figures of 2005 cover the whole year."""
_LARGEST = 32 << 20
_YEAR = re.compile(r"\d{4}")
_COMMA = re.compile(r"[-+]?\d*,\d+")
_YEARS = r"(_to)?(_\d{4}){0,2}"

_Row = dict[str, Any]


@dataclass(frozen=True, eq=False)
class PanelData:
    """A panel that was read.

    Attributes:
        name: By which it is declared.
        entry: What is declared of it.
        path: Its file.
        sha256: Of the file's bytes.
        frame: A row each, by its line in the file. Codes of actors are the identifiers of the
            catalogue, days are timestamps, blanks are missing.
    """

    name: str
    entry: PanelEntry
    path: Path
    sha256: str
    frame: pd.DataFrame


def read_panels(
    folder: str | Path, names: Collection[str] | None = None, catalogue: Catalogue | None = None
) -> dict[str, PanelData]:
    """Read the panels of a folder strictly.

    Args:
        folder: Where the files lie.
        names: The panels that are wanted; all that are declared if None.
        catalogue: What declares them; the project's own evidence if None.

    Returns:
        The panels by name, in the order of `names`.

    Raises:
        Problems: everything that is wrong with any of the files, or a file that is missing.
    """
    evidence = panel_evidence(catalogue)
    place = Path(folder)
    wanted = tuple(evidence.panels if names is None else names)
    if not place.is_dir():
        message = "there is no such folder"
        hint = f"give one with {_listed(wanted, evidence)}; docs/guides/panels.md says how"
        raise Problems([Problem(shown(place), None, message, hint)])
    there = sorted(path.name for path in place.iterdir())
    found, problems = {}, []
    codes = _codes(catalogue or load_catalogue(), evidence)
    for name in wanted:
        fits = [it for it in there if re.fullmatch(re.escape(name) + _YEARS + r"\.csv", it)]
        entry = evidence.panels[name]
        if len(fits) != 1:
            problems.append(_not_one(place, name, fits, there))
            continue
        reading = _Reading(place / fits[0], entry, codes)
        panel = reading.panel(name)
        problems += reading.problems
        if panel is not None:
            found[name] = panel
    if problems:
        raise Problems(problems)
    return found


def _listed(wanted: Collection[str], evidence: PanelEvidence) -> str:
    files = [f"{name}_{'_'.join(map(str, evidence.panels[name].years))}.csv" for name in wanted]
    return ", ".join(files[:3]) + (f" and {len(files) - 3} more" if len(files) > 3 else "")


def _not_one(place: Path, name: str, fits: Collection[str], there: Collection[str]) -> Problem:
    """That a panel has no file, or several."""
    if fits:
        message = f"the panel '{name}' has {len(fits)} files: {', '.join(fits)}"
        return Problem(shown(place), None, message, "keep one of them")
    hint = did_you_mean(f"{name}.csv", there)
    message = f"the panel '{name}' has no file, as {name}.csv or {name}_1991_2005.csv"
    return Problem(shown(place), None, message, hint)


@dataclass(frozen=True)
class _Codes:
    """The codes of actors: all, and those of powers; each with its identifier."""

    actors: Mapping[str, str]
    powers: Mapping[str, str]


def _codes(catalogue: Catalogue, evidence: PanelEvidence) -> _Codes:
    actors = {each.iso3: name for name, each in catalogue.actors.items() if each.iso3}
    powers = {each.iso3: name for name, each in catalogue.actors.items() if each.kind == "power"}
    others = {each.iso3: name for name, each in evidence.outsiders.items()}
    return _Codes({**actors, **others}, {code: it for code, it in powers.items() if code})


class _Refused(ValueError):
    """A cell that cannot stand, with what to write instead."""

    def __init__(self, message: str, hint: Hint = None):
        super().__init__(message)
        self.hint = hint


@dataclass
class _Reading:
    """A file that is being read."""

    path: Path
    entry: PanelEntry
    codes: _Codes
    problems: list[Problem] = field(default_factory=list)

    def panel(self, name: str) -> PanelData | None:
        """The panel, or None with its problems noted."""
        try:
            raw = contents(self.path, _LARGEST)
            text = raw.decode("utf-8-sig")
        except Unreadable as error:
            self._note(None, str(error))
            return None
        except UnicodeDecodeError as error:
            line = raw.count(b"\n", 0, error.start) + 1
            self._note(line, f"byte 0x{raw[error.start]:02x} is not UTF-8", "save it as UTF-8")
            return None
        rows = self._rows(text)
        if not self.problems:
            self._compare(rows)
        if self.problems:
            return None
        frame = self._frame(rows)
        return PanelData(name, self.entry, self.path, hashlib.sha256(raw).hexdigest(), frame)

    def _note(self, line: int | None, message: str, hint: Hint = None) -> None:
        shown_hint = told(hint) if len(self.problems) < MOST_SHOWN else None
        self.problems.append(Problem(shown(self.path), line, message, shown_hint))

    def _rows(self, text: str) -> dict[int, _Row]:
        """Every row that can be read, by its line."""
        lines = csv.reader(io.StringIO(text), strict=True)
        rows: dict[int, _Row] = {}
        try:
            header = next(lines, [])
            if not self._header_stands(header):
                return rows
            for cells in lines:
                if len(cells) == len(header):
                    rows[lines.line_num] = self._row(
                        lines.line_num, dict(zip(header, cells, strict=True))
                    )
                elif cells:
                    message = f"the row has {len(cells)} cells; the first line names {len(header)}"
                    self._note(lines.line_num, message, "put what holds a comma in quotes")
        except csv.Error as error:
            self._note(lines.line_num, f"is no table of commas: {error}", "save it as CSV")
        if not rows and not self.problems:
            self._note(None, "holds no rows")
        return rows

    def _header_stands(self, header: list[str]) -> bool:
        """Whether the first line names the columns that are due, once each."""
        known = self.entry.columns
        strange = [name for name in header if name not in known]
        for name in strange:
            hint = did_you_mean(name, known) or f"columns are {', '.join(known)}"
            self._note(1, f"no column '{name}'", hint)
        for name in dict.fromkeys(each for each in header if header.count(each) > 1):
            self._note(1, f"the column '{name}' stands there twice")
        for name in known:  # a column that is missing because it is misspelt is one problem
            if name not in header and not nearest(name, strange):
                self._note(1, f"the column '{name}' is missing")
        return not self.problems

    def _row(self, line: int, cells: Mapping[str, str]) -> _Row:
        """The cells of a row as what they mean; None for what is blank or cannot stand."""
        row: _Row = {}
        for name, column in self.entry.columns.items():
            row[name] = None
            written = cells[name].strip()
            if not written:
                if not column.blank:
                    self._note(line, f"'{name}' is blank", "only what is unknown may be")
                continue
            try:
                row[name] = self._read(column, written)
            except _Refused as error:
                self._note(line, f"'{name}' {error}", error.hint)
            except ValueError as error:
                blank = "leave blank what is unknown" if column.blank else None
                self._note(line, f"'{name}': {error}", blank)
        start, end = row.get("start"), row.get("end")
        if self.entry.rows == "spell" and start and end and end < start:
            self._note(line, f"the spell ends {end}, before its start {start}", "swap them?")
        return row

    def _read(self, column: PanelColumn, written: str) -> Any:
        """What a cell means."""
        if column.kind == "text":
            return written
        if column.kind == "word":
            return _one_of(written, {each: each for each in column.words}, "")
        if column.kind == "actor":
            return _one_of(written, self.codes.actors, "code of an actor")
        if column.kind == "power":
            return _one_of(written, self.codes.powers, "code of a power")
        if column.kind == "day":
            return self._day(written)
        if _COMMA.fullmatch(written):
            raise _Refused(f"is '{written}', which is no number", "a point stands before decimals")
        number = number_from(scalar(written))
        low, high = column.within
        if column.kind == "year":
            low, high = self.entry.years
            if number > LAST_KNOWN.year:
                raise _Refused(f"is {number:g}, after {LAST_KNOWN.year}", _too_late())
        if column.kind in ("year", "whole") and number != int(number):
            raise _Refused(f"is {number:g}; a whole number is due")
        if (low is not None and number < low) or (high is not None and number > high):
            limits = f"{low:g} to {high:g}" if high is not None and low is not None else ""
            limits = limits or (f"{high:g} or less" if low is None else f"{low:g} or more")
            unit = f" ({column.unit})" if column.unit else ""
            raise _Refused(f"is {number:g}; it can only be {limits}{unit}")
        return int(number) if column.kind in ("year", "whole") else float(number)

    def _day(self, written: str) -> dt.date:
        """A day; a year alone stands for the middle of it."""
        day = dt.date(int(written), 7, 1) if _YEAR.fullmatch(written) else parse_date(written)
        if day > LAST_KNOWN:
            raise _Refused(f"is {written}, after {LAST_KNOWN}", _too_late())
        if day.year < self.entry.years[0]:
            raise _Refused(f"is {written}; the panel begins with {self.entry.years[0]}")
        return day

    def _compare(self, rows: Mapping[int, _Row]) -> None:
        """What is wrong between rows: twice the same, spells that overlap, years left out."""
        by_key: dict[tuple[Any, ...], list[int]] = {}
        for line, row in rows.items():
            by_key.setdefault(tuple(row[name] for name in self.entry.key), []).append(line)
        for lines in by_key.values():
            if self.entry.rows == "spell":
                self._compare_spells(rows, lines)
            else:
                for line in lines[1:]:
                    message = f"{self._called(rows[line])} stands in line {lines[0]} already"
                    self._note(line, message, "keep one of the two rows")
        if self.entry.rows == "year" and self.entry.gaps != "nothing" and not self.problems:
            self._find_gaps(rows)

    def _compare_spells(self, rows: Mapping[int, _Row], lines: list[int]) -> None:
        ordered = sorted(lines, key=lambda line: rows[line]["start"])
        for before, line in pairwise(ordered):
            first, second = rows[before], rows[line]
            if second["start"] == first["start"]:
                message = f"{self._called(second)} has a spell of the same start in line {before}"
                self._note(line, message, "keep one of the two rows")
            elif first["end"] is None or second["start"] < first["end"]:
                ended = "has no end" if first["end"] is None else f"ends {first['end']}"
                message = (
                    f"{self._called(second)} begins anew on {second['start']} while the spell of "
                    f"line {before} lasts, which {ended}"
                )
                self._note(line, message, "spells of one key follow each other")

    def _find_gaps(self, rows: Mapping[int, _Row]) -> None:
        series: dict[tuple[Any, ...], dict[int, int]] = {}
        for line, row in rows.items():
            key = tuple(row[name] for name in self.entry.key if name != "year")
            series.setdefault(key, {})[row["year"]] = line
        code = {name: code for code, name in self.codes.actors.items()}
        for key, lines in series.items():
            years = sorted(lines)
            for before, after in pairwise(years):
                missing = [
                    year
                    for year in range(before + 1, after)
                    if f"{code.get(key[0], key[0])} {year}" not in self.entry.absent
                ]
                if missing:
                    who = self._called(rows[lines[after]], without="year")
                    message = f"{who} has no row for {', '.join(map(str, missing))}"
                    hint = f"the years before end in line {lines[before]}; add what is between"
                    self._note(lines[after], message, hint)

    def _called(self, row: _Row, without: str = "") -> str:
        """A row by its key, as it is written in the file."""
        code = {name: code for code, name in self.codes.actors.items()}
        named = (name for name in self.entry.key if name != without)
        return " ".join(str(code.get(row[name], row[name])) for name in named)

    def _frame(self, rows: Mapping[int, _Row]) -> pd.DataFrame:
        frame = pd.DataFrame(list(rows.values()), index=pd.Index(list(rows), name="line"))
        for name, column in self.entry.columns.items():
            if column.kind == "day":
                frame[name] = pd.to_datetime(frame[name])
            elif column.kind in ("number", "whole"):
                frame[name] = pd.to_numeric(frame[name])
        return frame


def _one_of(written: str, known: Mapping[str, str], what: str) -> str:
    if written in known:
        return known[written]
    few = f"it is one of {', '.join(known)}" if len(known) <= 12 else None

    def find() -> str | None:
        return did_you_mean(written.upper() if what else written, known) or few

    raise _Refused(f"is '{written}'{what and f', which is no {what}'}", find)


def _too_late() -> str:
    return "nothing later may set a number; leave the row out, or the end of what lasts blank"

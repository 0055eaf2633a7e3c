"""Compares what was transcribed a second time with what the catalogue carries.

`matches.yaml` says for each transcribed entry where the catalogue carries it, by one of the ways
below. A place is a path as `organizations/csto/members`, `timeline/2004-01-15
found_body:secretariat/date` or the key of a parameter, `projects.cost.khorgos`; several places
are put together.

    number: PLACE     the same number; `times` converts the unit, `within` allows for rounding
    stated: KEY       the same number as the one that `as_stated` takes; `times` as above
    count: PLACE      so many are listed there
    day: PLACE        one of the days there lies in the day, month or year transcribed
    season: KEY       the quarter of the year in which the date lies
    due: {start, quarters}     the quarter in which what starts then is due
    months: [DAY, DAY]         so many months lie between the two; `times` as above
    ordinal: {among, of}       its place in the list; `before` counts those not listed
    names: PLACE      exactly these are named there
    has: PLACE        these are named there, perhaps among others
    order: KEY        their numbers fall in this order; `*` is where the name stands in the key
    most: KEY         the first has a higher number than any other; `among` an axis
    top: KEY          they have higher numbers than the others; `among` an axis
    told: PLACE       the text there mentions each, or each of `words`
    exists: PLACE     it is there (for agreements and decisions, which are no values)
    reason: TEXT      why the catalogue carries no value for it

`as` gives other names, `without` leaves names out, `common: true` keeps those named at every
place. Where the two differ, `carried` is what the catalogue has and `settled` says why.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import pairwise
from typing import Any

from simulation.evidence.catalogue import Catalogue
from simulation.numerics.dates import quarter_of, season_of
from simulation.scenario.events import Event, timeline_events

WAYS = ("number", "stated", "count", "day", "season", "due", "months", "ordinal", "names", "has",
        "order", "most", "top", "told", "exists", "reason")  # fmt: skip
ENTRIES = ("organizations", "installations", "projects", "actors", "documents", "patterns")
OPTIONS = ("times", "within", "as", "without", "common", "among", "words", "carried", "settled",
           "before", "note")  # fmt: skip


class Matching:
    """The catalogue as the second transcription is held against it."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue

    @cached_property
    def tree(self) -> dict[str, Any]:
        """Entries as plain data; the timeline by day, event and counterpart."""
        known = self.catalogue
        tree: dict[str, Any] = {
            kind: {key: entry.model_dump(by_alias=True) for key, entry in entries.items()}
            for kind, entries in vars(known).items()
            if kind in ENTRIES
        }
        notes = {entry.line: entry.note for entry in known.timeline}
        tree["timeline"] = {
            _name(event): {
                "date": event.date,
                event.kind: event.subject,
                **event.fields,
                "why": event.why,
                "note": notes[event.line],
            }
            for event in timeline_events(known)
        }
        return tree

    @cached_property
    def lines(self) -> dict[str, int | None]:
        """The line of each event of the timeline, by its name here."""
        return {_name(event): event.line for event in timeline_events(self.catalogue)}

    def at(self, place: str) -> Any:
        """What stands at a place."""
        if "/" in place:
            found: Any = self.tree
            for part in place.split("/"):
                found = found[part]
            return found
        parameter, path = self.catalogue.split(place) or (None, ())
        if parameter is None:
            return self.tree[place]
        if path:
            number = self.catalogue.value(place)
            return self.catalogue.expanded(parameter) if number is None else number
        return parameter.model_dump() if parameter.is_table else self.catalogue.value(place)

    def number(self, place: str) -> float:
        return float(self.at(place))

    def names(self, match: Mapping[str, Any], places: Any) -> set[str]:
        """The names at some places: items of lists, keys of mappings, keys of tables."""
        sets = [self._named(place) for place in _list(places)]
        found = set.intersection(*sets) if match.get("common") else set().union(*sets)
        left_out = match.get("without", [])
        without = set(left_out) if isinstance(left_out, list) else self._named(left_out)
        return found - without

    def _named(self, place: str) -> set[str]:
        parameter, path = self.catalogue.split(place) or (None, ())
        if "/" not in place and parameter is not None:
            return {key[len(path)] for key in parameter.leaves() if key[: len(path)] == path}
        found = self.at(place)
        return {str(each) for each in (found if isinstance(found, dict) else _list(found))}

    def numbers(self, match: Mapping[str, Any], key: str) -> dict[str, float]:
        """The numbers of all names for which a table has one, or of those of an axis."""
        pattern = key if "*" in key else f"{key}.*"
        axis = match.get("among")
        names = self.catalogue.names[axis or "actor"]
        found = {name: self.catalogue.value(pattern.replace("*", name)) for name in names}
        return {name: number for name, number in found.items() if number is not None}

    def text(self, place: str) -> str:
        """Everything said at a place but the anchors, which are the document's own words."""
        if "/" not in place:
            found = self.catalogue.split(place)
            assert found, place
            return " ".join(_told(found[0].model_dump())).casefold()
        return " ".join(_told(self.at(place))).casefold()

    # the ways ------------------------------------------------------------------------------------

    def agrees(self, match: Mapping[str, Any], value: Any) -> bool:
        """Whether the catalogue carries a transcribed value where a match says it does."""
        (way,) = (key for key in match if key in WAYS)
        strange = set(match) - set(WAYS) - set(OPTIONS)
        assert not strange, f"unknown keys {strange}"
        return bool(getattr(self, f"_{way}")(match, match[way], value))

    def _number(self, match, place, value) -> bool:
        scaled = self.number(place) * match.get("times", 1)
        return abs(scaled - float(value)) <= match.get("within", 1e-9 * abs(float(value)))

    def _stated(self, match, key, value) -> bool:
        parameter, path = self.catalogue.split(key)
        stated = parameter.stated_instead().get(path)
        return stated is not None and stated * match.get("times", 1) == float(value)

    def _count(self, match, places, value) -> bool:
        return len(self.names(match, places)) == value

    def _day(self, match, place, value) -> bool:
        return any(str(day).startswith(str(value)) for day in _list(self.at(place)))

    def _season(self, match, key, value) -> bool:
        return self.number(key) == season_of(quarter_of(_date(value)))

    def _due(self, match, plan, value) -> bool:
        start = quarter_of(self.at(plan["start"]))
        return start + self.number(plan["quarters"]) == quarter_of(_date(value))

    def _months(self, match, places, value) -> bool:
        first, last = (_date(self.at(place)) for place in places)
        months = 12 * (last.year - first.year) + last.month - first.month
        return months * match.get("times", 1) == float(value)

    def _ordinal(self, match, listed, value) -> bool:
        days = sorted(str(day) for day in self.names(match, listed["among"]))
        (at,) = (at for at, day in enumerate(days, start=1) if day.startswith(str(listed["of"])))
        return at + match.get("before", 0) == value

    def _names(self, match, places, value) -> bool:
        return _plain(self.names(match, places)) == _plain(_renamed(match, value))

    def _has(self, match, places, value) -> bool:
        return _plain(_renamed(match, value)) <= _plain(self.names(match, places))

    def _order(self, match, key, value) -> bool:
        numbers = self.numbers(match, key)
        ranked = [numbers[name] for name in _renamed(match, value)]
        return all(a > b for a, b in pairwise(ranked))

    def _most(self, match, key, value) -> bool:
        numbers = self.numbers(match, key)
        first = _renamed(match, value)[0]
        return all(numbers[first] > number for name, number in numbers.items() if name != first)

    def _top(self, match, key, value) -> bool:
        numbers, top = self.numbers(match, key), set(_renamed(match, value))
        return min(numbers[it] for it in top) > max(numbers[it] for it in set(numbers) - top)

    def _told(self, match, place, value) -> bool:
        words = match.get("words") or _renamed(match, value)
        text = self.text(place)
        return all(str(word).replace("_", " ").casefold() in text for word in words)

    def _exists(self, match, places, value) -> bool:
        return all(self.at(place) not in (None, [], {}) for place in _list(places))

    def _reason(self, match, reason, value) -> bool:
        return len(reason.split()) > 3


def places_of(match: Mapping[str, Any]) -> Iterator[str]:
    """The places that a match names."""
    for way in WAYS[:-1]:
        given = match.get(way)
        for place in given.values() if isinstance(given, dict) else _list(given or []):
            yield str(place)


def _name(event: Event) -> str:
    """An event of the timeline: its day, what happens to whom, and with whom."""
    counterpart = event.fields.get("with")
    return f"{event.date} {event.name}" + (f" with {counterpart}" if counterpart else "")


def _list(value: Any) -> list:
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _renamed(match: Mapping[str, Any], value: Any) -> list:
    other = match.get("as", {})
    return [other.get(each, each) for each in _list(value)]


def _plain(names: Any) -> set[str]:
    return {str(name).replace("_", " ") for name in names}


def _date(value: Any) -> dt.date:
    if isinstance(value, dt.date):
        return value
    year, month, day = (*str(value).split("-"), "1", "1")[:3]
    return dt.date(int(year), int(month), int(day))


def _told(found: Any) -> Iterator[str]:
    if isinstance(found, Mapping):
        for key, part in found.items():
            if key != "anchor":
                yield from _told(part)
    elif isinstance(found, (list, tuple)):
        for part in found:
            yield from _told(part)
    elif isinstance(found, str):
        yield found

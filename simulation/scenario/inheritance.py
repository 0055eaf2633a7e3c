"""Scenario files and those they extend: found by name, read once, checked together."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulation.evidence.catalogue import Catalogue
from simulation.evidence.schema import Additions
from simulation.inputs.files import is_file, resolved
from simulation.inputs.invocation import program
from simulation.inputs.places import SCENARIOS, folders_of
from simulation.inputs.problems import Problem, did_you_mean
from simulation.inputs.validation import complain
from simulation.inputs.yaml_reader import Loaded, load_yaml, scalar, shown
from simulation.scenario.additions import needed_by, read_additions
from simulation.scenario.asks import outcomes_named
from simulation.scenario.events import Event
from simulation.scenario.reader import Layer, Override, read_layer

BASELINE = "baseline"
SETTING = "--set"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
LONGEST_NAME = 80
"""Characters of a scenario's name at most; files of a batch are called after it."""


@dataclass(frozen=True)
class Chain:
    """A scenario before it is resolved.

    Attributes:
        layers: The files it consists of, the root first and its own last.
        catalogue: The evidence, with the actors that the files add.
        settings: What `--set` gives, by full key.
    """

    layers: list[Layer]
    catalogue: Catalogue
    settings: Mapping[str, Override]

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong with any of the files."""
        return not any(layer.loaded.problems for layer in self.layers)

    @property
    def inherits_sound(self) -> bool:
        """Whether nothing is wrong with the files that it extends, or with which they are."""
        extends = len(self.layers) > 1 or self.own.name == BASELINE
        above = any(layer.loaded.problems for layer in self.layers[:-1])
        return extends and not above and "extends" not in self.own.wrong

    @property
    def own(self) -> Layer:
        """The scenario's own file."""
        return self.layers[-1]

    def nearest(self, attribute: str) -> Any:
        """What the nearest layer says about something, or None."""
        said = (getattr(layer, attribute) for layer in reversed(self.layers))
        return next((value for value in said if value is not None), None)

    def dropped(self) -> set[str]:
        """The actors that any layer drops."""
        return _dropped(self.layers)

    def events(self) -> list[Event]:
        """What happens, less what is omitted and what needs an actor that was dropped."""
        dropped = self.dropped()
        happening = _happening(self.layers)
        return [it for it in happening if not _touched(it, self.catalogue) & dropped]


def list_scenarios() -> list[str]:
    """The names of all scenarios, the baseline first."""
    files = (path for folder in folders_of(SCENARIOS) for path in folder.glob("*.yaml"))
    names = {path.stem for path in files if is_file(path)}
    return sorted(names, key=lambda name: (name != BASELINE, name))


def scenario_path(name_or_path: str | Path, beside: Path | None = None) -> Path | None:
    """The file of a scenario: a path as it is, a name from `scenarios/`; None if unknown.

    Of two files of one name, the one in the working directory is meant, not the shipped one.
    """
    text = str(name_or_path)
    if isinstance(name_or_path, Path) or "/" in text or text.endswith((".yaml", ".yml")):
        return (beside or Path()) / text
    files = (folder / f"{text}.yaml" for folder in folders_of(SCENARIOS))
    return next((path for path in files if is_file(path)), None)


class Reader:
    """Reads scenarios and those they extend, each file once, and collects their problems."""

    def __init__(
        self,
        catalogue: Catalogue,
        settings: tuple[str, ...],
        outcomes: Callable[[Catalogue], Collection[str]] | None,
        beside: Iterable[Additions] = (),
    ):
        self.catalogue = catalogue
        self.outcomes = outcomes
        self.files: dict[Path, Loaded] = {}
        self.chains: dict[Path, tuple[list[Layer], Catalogue]] = {}
        self.named: dict[str, Path] = {}
        self.asked: list[Problem] = []
        self.settings = settings
        self.refused: dict[str, list[Problem]] = {}
        self.taken: set[str] = set()
        for added in beside:
            self.set_numbers(catalogue.extended(added))

    @property
    def problems(self) -> list[Problem]:
        """What was found so far, file by file."""
        return [*self.misused, *(it for loaded in self.files.values() for it in loaded.problems)]

    @property
    def misused(self) -> list[Problem]:
        """What is wrong with what was asked for, and not with a file."""
        return [*self.asked, *(it for problems in self.refused.values() for it in problems)]

    def chain(self, name_or_path: str | Path) -> Chain | None:
        """One scenario with those it extends, or None where there is none of that name."""
        path = scenario_path(name_or_path)
        if path is None:
            hint = did_you_mean(str(name_or_path), list_scenarios())
            message = f"no scenario '{name_or_path}'"
            self.asked.append(Problem(str(name_or_path), None, message, hint, "scenarios"))
            return None
        layers, catalogue = self._chain(path, ())
        other = self.named.setdefault(path.stem, path)
        if resolved(other) != resolved(path):
            message = f"another scenario is called '{path.stem}': {shown(other)}"
            self.asked.append(Problem(shown(path), None, message, "rename one"))
        chain = Chain(layers, catalogue, self.set_numbers(catalogue))
        _check_complete(chain)
        return chain

    def chain_within(self, name: str, loaded: Loaded) -> Chain:
        """A scenario that is a part of another file, with those it extends.

        Args:
            name: what it is called.
            loaded: the part, whose problems are its file's.
        """
        path = loaded.path.parent / name
        layers, catalogue = self._layers(path, resolved(path), (), loaded)
        chain = Chain(layers, catalogue, self.set_numbers(catalogue))
        _check_complete(chain)
        return chain

    def _chain(self, path: Path, below: tuple[Path, ...]) -> tuple[list[Layer], Catalogue]:
        """The layers of a file, the root first, and the evidence with the actors they add."""
        key = resolved(path)
        if key in self.chains:
            return self.chains[key]
        loaded = self.files[key] = load_yaml(path)
        return self._layers(path, key, below, loaded)

    def _layers(
        self, path: Path, key: Path, below: tuple[Path, ...], loaded: Loaded
    ) -> tuple[list[Layer], Catalogue]:
        """The same of what a file says, once it is read."""
        if loaded.problems and not loaded.data:
            nothing = Layer(path.stem, loaded, read_additions(loaded, self.catalogue))
            return self._keep(key, [nothing], self.catalogue)
        if not NAME.fullmatch(path.stem):
            message = f"'{path.stem}' cannot name a scenario"
            loaded.problem(None, message, "use letters, digits, hyphens and underscores")
        if len(path.stem) > LONGEST_NAME:
            message = f"the name of the file has {len(path.stem)} characters before '.yaml'"
            loaded.problem(
                None, message, f"use at most {LONGEST_NAME}: figures are called after it"
            )
        parents, catalogue = self._parents(path, loaded, (*below, key))
        before = () if self.outcomes is None else self.outcomes(catalogue)
        layer, catalogue = read_layer(path.stem, loaded, catalogue, parents)
        for name in {*layer.declared.sound.outcomes} & {*before}:
            message = f"the outcome '{name}' exists already"
            loaded.problem(("outcomes", "add", name), message, "give it a name of its own")
        known = () if self.outcomes is None else self.outcomes(catalogue)
        for at, name in enumerate(outcomes_named(loaded.data) if self.outcomes is not None else ()):
            if name and name not in known:
                place, hint = ("outcome", at, "outcome"), did_you_mean(name, known)
                loaded.problem(place, f"no outcome '{name}'", hint, "outcomes")
        layers = [*parents, layer]
        _check_dropped(layers, catalogue)
        _check_omitted(layers)
        return self._keep(key, layers, catalogue)

    def _keep(
        self, key: Path, layers: list[Layer], catalogue: Catalogue
    ) -> tuple[list[Layer], Catalogue]:
        self.chains[key] = layers, catalogue
        return layers, catalogue

    def _parents(
        self, path: Path, loaded: Loaded, below: tuple[Path, ...]
    ) -> tuple[list[Layer], Catalogue]:
        """The layers of what a file extends: the baseline, unless it says otherwise."""
        named = loaded.data.get("extends")
        if named is None and path.stem == BASELINE:
            return [], self.catalogue
        if named is not None and (not isinstance(named, str) or not named.strip()):
            return [], self.catalogue
        parent = scenario_path(named or BASELINE, beside=path.parent)
        if parent is None or not is_file(parent):
            if parent is not None:
                loaded.problem(("extends",), f"there is no file '{shown(parent)}'")
            else:
                hint = did_you_mean(named, list_scenarios()) if named else None
                place = ("extends",) if named else None
                loaded.problem(place, f"no scenario '{named or BASELINE}'", hint, "scenarios")
            return [], self.catalogue
        if resolved(parent) in below:
            circle = [*below[below.index(resolved(parent)) :], parent]
            message = f"'extends' runs in a circle: {' → '.join(each.stem for each in circle)}"
            loaded.problem(("extends",), message)
            return [], self.catalogue
        return self._chain(parent, below)

    def set_numbers(self, catalogue: Catalogue) -> dict[str, Override]:
        """What `--set` gives, by full key.

        A number of someone whom only some of several scenarios have is given to those alone.
        """
        found: dict[str, Override] = {}
        for setting in self.settings:
            source = Loaded(Path(), f"{SETTING} {setting}")
            key, equals, written = setting.partition("=")
            key = key.strip()
            if not equals or not key or not written.strip():
                source.problem(None, "is not KEY=VALUE", f"write {SETTING} basing.notice.manas=90")
            else:
                values, refused = catalogue.assign(key, scalar(written.strip()))
                for _, wrong in refused:
                    complain(source, (), f"'{key}'", wrong)
                for full_key, value in values.items():
                    if full_key in found:
                        source.problem(None, f"'{full_key}' is set twice")
                    found[full_key] = Override(value, f"given by {SETTING}", SETTING)
            if _is_elsewhere(key, catalogue):
                if setting not in self.taken:
                    self.refused[setting] = source.problems
                continue
            known = self.refused.get(setting, []) if setting in self.taken else []
            self.refused[setting] = [*dict.fromkeys([*known, *source.problems])]
            self.taken.add(setting)
        return found


def _is_elsewhere(key: str, catalogue: Catalogue) -> bool:
    """Whether a number can only be one of somebody or something that is not there."""
    parameter, path = catalogue.split(key) or (None, ())
    whole = parameter is None or len(path) == parameter.depth
    return whole and not catalogue.has_place(key)


def _check_dropped(layers: list[Layer], catalogue: Catalogue) -> None:
    """Nothing happens to who was dropped, and someone remains."""
    layer = layers[-1]
    dropped = _dropped(layers)
    for event in layer.events:
        for actor in sorted(_touched(event, catalogue) & dropped):
            message = f"'{event.kind}' needs '{actor}', which the scenario drops"
            layer.loaded.problems.append(Problem(layer.loaded.name, event.line, message))
    for kind in ("power", "region"):
        if layer.drop and not set(catalogue.names[kind]) - dropped:
            called = "power" if kind == "power" else "contested state"
            layer.loaded.problem(("actors", "drop"), f"no {called} is left")
    for place, name, needed in needed_by(layer.declared.readable):
        for actor in sorted({*needed} & dropped):
            message = f"'{name}' needs '{actor}', which the scenario drops"
            layer.loaded.problem(place, message)


def _check_complete(chain: Chain) -> None:
    """Every table has a number for everybody and everything that was added."""
    given = {key for layer in chain.layers for key in layer.overrides} | {*chain.settings}
    dropped = chain.dropped()
    missing = [
        (full_key, full_key[len(parameter.key) + 1 :].split("."), parameter.unit)
        for parameter in chain.catalogue.parameters.values()
        for full_key, value in chain.catalogue.expanded(parameter).items()
        if value is None and full_key not in given
    ]
    missing = [each for each in missing if not dropped & {*each[1]}]
    for layer in chain.layers if missing else ():
        for place, name, called, parts in layer.declared.each():
            needs = [each for each in missing if {*parts} & {*each[1]}]
            missing = [each for each in missing if each not in needs]
            for at, (full_key, _, unit) in enumerate(needs, 1):
                message = f"'{name}' needs {full_key} ({unit})"
                new = f"{program()} new NAME --add {called} {name} --like DONOR"
                hint = f"write all of them with: {new}" if at == len(needs) else None
                chain.own.loaded.problem(place if layer is chain.own else None, message, hint)


def _check_omitted(layers: list[Layer]) -> None:
    """What is omitted would have happened."""
    layer, inherited = layers[-1], _happening(layers[:-1])
    for omitted in layer.omit:
        if not any(omitted.means(event) for event in inherited):
            known = ", ".join(dict.fromkeys(f"{it.kind}: {it.subject}" for it in inherited))
            hint = f"it inherits {known}" if known else "it inherits no events"
            layer.loaded.problem(omitted.place, f"no event '{omitted}' to omit", hint)


def _dropped(layers: list[Layer]) -> set[str]:
    return {actor for layer in layers for actor in layer.drop}


def _touched(event: Event, catalogue: Catalogue) -> set[str]:
    """The actors that an event cannot happen without."""
    touched = {actor for actor in catalogue.actors if event.mentions(actor)}
    favours = event.fields.get("for")
    named = favours.get("base") if isinstance(favours, Mapping) else event.subject
    base = catalogue.installations.get(str(named))
    if base:
        touched |= {base.host, base.guest}
    project = catalogue.projects.get(str(event.subject))
    if project:
        touched |= {project.owner, *project.hosts}
    return touched


def _happening(layers: list[Layer]) -> list[Event]:
    """The events of a chain: those of each layer, less what a nearer one omits."""
    events: list[Event] = []
    for layer in layers:
        events = [it for it in events if not any(omitted.means(it) for omitted in layer.omit)]
        events += layer.events
    return events

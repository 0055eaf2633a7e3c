"""From what a pydantic model refuses to problems that a person can mend.

The types here (`Text`, `WrittenNumber`, `Day`, `Named`, `Within`) say in plain words what is due;
`validated` turns every complaint of a model into a `Problem` with its line and nearest name.
"""

from __future__ import annotations

import datetime as dt
import types
from collections.abc import Mapping
from functools import cached_property
from typing import (
    Annotated,
    Any,
    ClassVar,
    NoReturn,
    Self,
    TypeVar,
    Union,
    get_args,
    get_origin,
)

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError
from pydantic_core import ErrorDetails, core_schema

from simulation.inputs.problems import MOST_SHOWN, Hint, did_you_mean, nearest, told
from simulation.inputs.yaml_reader import Loaded, Place, number_from
from simulation.numerics.dates import parse_date

Names = Mapping[str, tuple[str, ...]]
"""The identifiers that exist, by kind."""
K = TypeVar("K")
V = TypeVar("V")

# What each kind of name is called, and what to give to `python run.py list` to see them.
_CALLED = {
    "actor": ("actor", "actors"),
    "power": ("power", "actors"),
    "state": ("state", "actors"),
    "region": ("contested state", "actors"),
    "organization": ("organization", None),
    "installation": ("installation", "installations"),
    "project": ("project", "projects"),
    "channel": ("channel", None),
    "body": ("body", "bodies"),
    "document": ("document", None),
    "group": ("group", None),
    "whole region": ("region", None),
    "side": ("side", None),
}
ACTOR_KINDS = ("power", "state", "region")


class Wrong(ValueError):
    """A value that cannot stand, with the nearest name or remedy.

    The message continues "'key' " where it starts with "is ", and "'key': " otherwise; one that
    stands `alone` is a sentence of its own.
    """

    def __init__(
        self,
        message: str,
        hint: Hint = None,
        listing: Hint = None,
        alone: bool = False,
    ):
        super().__init__(message)
        self._hint = hint
        self._listing = listing
        self.alone = alone

    @cached_property
    def hint(self) -> str | None:
        """The nearest name or the remedy, looked for when somebody asks."""
        return told(self._hint)

    @cached_property
    def listing(self) -> str | None:
        """What to give to the command `list` to see the names that exist."""
        return told(self._listing)


class FileEntry(BaseModel):
    """A mapping of a file whose keys are known.

    Attributes:
        instead: What to do instead of writing some keys that are not known, by key.
    """

    instead: ClassVar[Mapping[str, str]] = {}
    model_config = ConfigDict(extra="forbid", frozen=True)


class Frozen(dict[K, V]):
    """A dict that cannot be changed, and can be sent to another process."""

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise TypeError("this mapping is read-only")

    __setitem__ = __delitem__ = __ior__ = _refuse
    update = setdefault = pop = popitem = clear = _refuse

    def __reduce__(self) -> tuple[type[Self], tuple[dict[K, V]]]:
        return type(self), (dict(self),)


class FrozenText(Frozen[str, str]):
    """Text by text that cannot be changed, so that a copy of it is itself.

    Pandas copies what a frame holds in `attrs` again for every column that is taken out of it.
    """

    def __deepcopy__(self, _: object) -> FrozenText:
        return self


def text_from(value: Any) -> str:
    """Text that says something."""
    if isinstance(value, str):
        if value.strip():
            return value.strip()
        raise Wrong("is empty")
    if value is None:
        raise Wrong("is empty")
    if isinstance(value, (list, dict)):
        raise Wrong(f"is a {'list' if isinstance(value, list) else 'mapping'}; text is due")
    written = str(value).lower() if isinstance(value, bool) else str(value)
    raise Wrong(f"is {written}; text is due (in quotes, if that is meant)")


def day_from(value: Any) -> dt.date:
    """A day of the calendar."""
    if isinstance(value, dt.date):
        return value
    if not isinstance(value, str):
        raise Wrong(f"is {shorten(value)}; write a date as year-month-day, 2005-07-29")
    return parse_date(value.strip())


def truth_from(value: Any) -> bool:
    """True or false, and nothing like it."""
    if isinstance(value, bool):
        return value
    raise Wrong(f"is {shorten(value)}; write true or false")


def items_from(value: Any) -> list[Any]:
    """A list; a single item may stand for a list of one."""
    if isinstance(value, (list, tuple)):
        return list(value)
    if value is None:
        raise Wrong("is empty")
    return [value]


Text = Annotated[str, BeforeValidator(text_from)]
WrittenNumber = Annotated[float, BeforeValidator(number_from)]
Day = Annotated[dt.date, BeforeValidator(day_from)]
Truth = Annotated[bool, BeforeValidator(truth_from)]
Several = BeforeValidator(items_from)


class Named:
    """The type of an identifier of one kind, checked against the names in the context.

    Args:
        kind: The kind, a kind of names in the context.
        why: Why no other kind will do, for the message that lists those that will.
    """

    def __init__(self, kind: str, why: str | None = None):
        self.kind = kind
        self.why = why

    def _check(self, value: Any, info: core_schema.ValidationInfo) -> str:
        word = text_from(value)
        if info.context is not None and word not in info.context[self.kind]:
            raise unknown(self.kind, word, info.context, self.why)
        return word

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        return core_schema.with_info_before_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        return {**handler(schema), "names": self.kind}


ActorName = Annotated[str, Named("actor")]
PowerName = Annotated[str, Named("power")]
StateName = Annotated[str, Named("state")]
OrganizationName = Annotated[str, Named("organization")]
InstallationName = Annotated[str, Named("installation")]
ProjectName = Annotated[str, Named("project")]
ChannelName = Annotated[str, Named("channel")]
DocumentName = Annotated[str, Named("document")]
GroupName = Annotated[str, Named("group")]
WholeRegionName = Annotated[str, Named("whole region")]
SideName = Annotated[str, Named("side")]


class Within:
    """The type of a number inside limits; `due` says which, in words."""

    def __init__(self, low: float | None, high: float | None, due: str, whole: bool = False):
        self.low, self.high, self.due, self.whole = low, high, due, whole

    def _check(self, value: Any) -> float:
        number = number_from(value)
        too_low = self.low is not None and number < self.low
        too_high = self.high is not None and number > self.high
        if too_low or too_high or (self.whole and number != int(number)):
            raise Wrong(f"is {number:g}; {self.due}")
        return number

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        return core_schema.no_info_before_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        limits = {"minimum": self.low, "maximum": self.high, "description": self.due}
        return {**handler(schema), **{key: it for key, it in limits.items() if it is not None}}


def unknown(kind: str, word: str, names: Names, why: str | None = None) -> Wrong:
    """The complaint about a name that is not one of its kind."""
    called, listing = _CALLED[kind]
    known = names[kind]
    several = f"{called.removesuffix('y')}ies" if called.endswith("y") else f"{called}s"
    among = f"{several} are {', '.join(known)}" + (f"; {why}" if why else "")
    if kind in ACTOR_KINDS and word in names["actor"]:
        return Wrong(f"'{word}' is no {called}", among, listing, alone=True)

    def hint() -> str | None:
        return did_you_mean(word, known) or (among if 0 < len(known) <= 12 else None)

    return Wrong(f"no {called} '{word}'", hint, listing, alone=True)


def shorten(value: Any) -> str:
    """A value as it may stand inside a sentence."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f"'{value}'" if len(value) <= 60 else f"'{value[:57]}...'"
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a mapping"
    return "a list" if isinstance(value, (list, tuple)) else f"{value:g}"


Model = TypeVar("Model", bound=BaseModel)


def validated(
    model: type[Model],
    data: Any,
    loaded: Loaded,
    place: Place = (),
    names: Names | None = None,
    of: str | None = None,
) -> Model | None:
    """Read one entry of a file as `model`; what is wrong with it goes to `loaded`.

    Args:
        model: What the entry must be.
        data: The entry.
        loaded: The file.
        place: Where in the file the entry stands.
        names: The identifiers that exist, by kind.
        of: What the entry is about, to be named in messages: "'rent' of manas is -5".
    """
    try:
        return model.model_validate(data, context=names)
    except ValidationError as error:
        errors = error.errors(include_url=False)
        strange: dict[tuple[int | str, ...], list[str]] = {}
        for each in errors:
            if each["type"] == "extra_forbidden":
                strange.setdefault(each["loc"][:-1], []).append(str(each["loc"][-1]))
        for each in errors:
            # A key that is missing because it is misspelt is one problem, not two.
            beside = strange.get(each["loc"][:-1], [])[:MOST_SHOWN]
            if each["type"] != "missing" or not nearest(str(each["loc"][-1]), beside):
                _report(model, each, loaded, place, of)
        return None


def complain(
    loaded: Loaded, place: Place, name: str | None, error: ValueError, of: str | None = None
) -> None:
    """Note what a validator refused about the key `name` at a place."""
    message = str(error)
    wrong = error if isinstance(error, Wrong) else Wrong(message)
    if name and not wrong.alone:
        about = name if of is None else f"{name} of {of}"
        message = f"{about}{' ' if message.startswith('is ') else ': '}{message}"
    loaded.problem(place, message, lambda: wrong.hint, lambda: wrong.listing)


def _report(
    model: type[BaseModel], error: ErrorDetails, loaded: Loaded, place: Place, of: str | None
) -> None:
    at = tuple(error["loc"])
    while at and isinstance(at[-1], int) and (*place, *at) not in loaded.lines:
        at = at[:-1]  # a single item that stands for a list of one
    name = _quoted(at)
    about = name if of is None else f"{name} of {of}"
    kind = error["type"]
    if kind == "missing":
        loaded.problem((*place, *at[:-1]), f"{about} is missing")
    elif kind == "extra_forbidden":

        def keys() -> str:
            inside = _model_at(model, at[:-1])
            remedy = getattr(inside, "instead", {}).get(at[-1])
            if remedy is not None:
                return str(remedy)
            known = _keys_of(inside)
            return did_you_mean(str(at[-1]), known) or f"keys are {', '.join(known)}"

        loaded.problem((*place, *at), f"no key {name}", keys)
    elif kind == "value_error":
        complain(loaded, (*place, *at), name, error["ctx"]["error"], of)
    elif kind == "literal_error":
        due = error["ctx"]["expected"].replace("'", "").replace(" or ", ", ")
        message = f"{about} is {shorten(error['input'])}; it is one of {due}"
        loaded.problem((*place, *at), message)
    else:
        loaded.problem((*place, *at), f"{about} is {shorten(error['input'])}; {_due(error)}")


def _due(error: ErrorDetails) -> str:
    kinds = {
        "a mapping is due": ("model_type", "dict_type", "model_attributes_type"),
        "a list is due": ("list_type", "tuple_type"),
        "text is due": ("string_type",),
    }
    for due, types_ in kinds.items():
        if error["type"] in types_:
            return due
    return error["msg"][:1].lower() + error["msg"][1:]


def _quoted(at: Place) -> str:
    """The key that an error is about, as it is named in a message."""
    if at and isinstance(at[-1], int):
        return f"item {at[-1] + 1} of {_quoted(at[:-1])}"
    return f"'{at[-1]}'" if at else "the entry"


def _model_at(model: Any, at: Place) -> Any:
    """What a model asks for at a place inside it."""
    for part in at:
        model = _bare(model)
        if isinstance(model, type) and issubclass(model, BaseModel):
            fields = model.model_fields.items()
            model = next((it.annotation for key, it in fields if part in (key, it.alias)), None)
        else:
            model = (get_args(model) or (None,))[-1 if isinstance(part, str) else 0]
    return _bare(model)


def _keys_of(model: Any) -> list[str]:
    """The keys that a model allows."""
    if isinstance(model, type) and issubclass(model, BaseModel):
        return [field.alias or key for key, field in model.model_fields.items()]
    return []


def _bare(annotation: Any) -> Any:
    """An annotation without `Annotated` and without `| None`."""
    while get_origin(annotation) in (Annotated, Union, types.UnionType):
        annotation = next(it for it in get_args(annotation) if it is not type(None))
    return annotation

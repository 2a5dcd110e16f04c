"""YAML text → a typed value, or every problem in it with its place.

The type of a field alone says how its text is read: ``01067`` stays a postcode where text is wanted. Nothing is
guessed: ``yes`` is no boolean, and an unknown name is an error with the likeliest known one.
"""

import types
import typing
from collections.abc import Callable, Iterable, Mapping
from functools import cache, partial
from typing import Annotated, Generic, Literal, NamedTuple, TypeVar, get_args, get_origin
from zoneinfo import ZoneInfo

import msgspec

from kommunalnews import yaml_nodes, yaml_values
from kommunalnews.diagnostics import N_, Diagnostic, Location, did_you_mean, from_problem
from kommunalnews.moments import Moment
from kommunalnews.yaml_nodes import Document, Node, Scalar, read
from kommunalnews.yaml_values import BAD, Bad, Check, Checks, Reading

__all__ = ["Check", "Checks", "Decoded", "Document", "decode", "decode_table", "read"]

T = TypeVar("T")
S = TypeVar("S", bound=msgspec.Struct)


class Decoded(NamedTuple, Generic[T]):
    """What became of a document."""

    value: T | None
    """None where a diagnostic is an error."""
    diagnostics: tuple[Diagnostic, ...]
    places: Mapping[str, Location]
    """Where each field's value stands: ``section``, ``tags.0``, ``image.src``, ``bs.name``."""


_NONE: Mapping[str, str] = types.MappingProxyType({})
_UNCHECKED: Checks = types.MappingProxyType({})


def decode(
    document: Document,
    kind: type[S],
    *,
    zone: ZoneInfo,
    aliases: Mapping[str, str] = _NONE,
    synonyms: Mapping[str, str] = _NONE,
    checks: Checks = _UNCHECKED,
) -> Decoded[S]:
    """Type a document's root by the fields of ``kind``.

    ``aliases`` are other names that are accepted for a field; ``synonyms`` are names that are not, but that tell what
    somebody meant.
    """
    reading = Reading(document, zone, aliases, synonyms, checks)
    if isinstance(document.root, yaml_nodes.Mapping):
        value = _record(kind, reading, document.root, "", document.top)
        if isinstance(value, kind):
            return Decoded(value, tuple(reading.diagnostics), reading.places)
    else:
        _not_named(reading, document.root, "", {})
    return Decoded(None, tuple(reading.diagnostics), reading.places)


def decode_table(
    document: Document,
    kind: type[S],
    *,
    zone: ZoneInfo,
    synonyms: Mapping[str, str] = _NONE,
    checks: Checks = _UNCHECKED,
) -> Decoded[Mapping[str, S]]:
    """Type a document whose root names values of one kind; the faulty ones are left out, the others kept."""
    reading = Reading(document, zone, _NONE, synonyms, checks)
    if not isinstance(document.root, yaml_nodes.Mapping):
        _not_named(reading, document.root, "", {})
        return Decoded(None, tuple(reading.diagnostics), reading.places)
    table: dict[str, S] = {}
    for key, node in document.root.entries:
        value = _record(kind, reading, node, key.value, document.location(key))
        reading.places.setdefault(key.value, document.location(key))
        if isinstance(value, kind):
            table[key.value] = value
    return Decoded(table, tuple(reading.diagnostics), reading.places)


_Reader = Callable[[Reading, Node, str, Location], object]
"""From a node, the name of its field and the place of that name to a value or ``BAD``."""


class _Field(NamedTuple):
    attribute: str
    read: _Reader
    is_required: bool
    example: str


@cache
def _fields(kind: type[msgspec.Struct]) -> dict[str, _Field]:
    """How to read each field of a struct, by its name in YAML."""
    hints = typing.get_type_hints(kind, include_extras=True)
    return {
        field.encode_name: _Field(
            field.name, _reader(hints[field.name]), field.required, "2017-11-15" if hints[field.name] is Moment else "…"
        )
        for field in msgspec.structs.fields(kind)
    }


def _reader(annotation: object) -> _Reader:
    """The reader that belongs to a field's type."""
    simple: dict[object, _Reader] = {
        str: yaml_values.text,
        bool: yaml_values.flag,
        int: partial(yaml_values.number, None, None),
        Moment: yaml_values.moment,
    }
    if annotation in simple:
        return simple[annotation]
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated and arguments[0] is float:
        return partial(yaml_values.decimal, arguments[1].ge, arguments[1].le)
    if origin is Annotated:
        return partial(yaml_values.number, arguments[1].ge, arguments[1].le)
    if origin is Literal:
        return partial(yaml_values.choice, arguments)
    if origin is tuple:
        return partial(_several, _reader(arguments[0]))
    if origin in (types.UnionType, typing.Union):
        return _reader(next(argument for argument in arguments if argument is not types.NoneType))
    if isinstance(annotation, type) and issubclass(annotation, yaml_values.Readable):
        return partial(yaml_values.own, annotation)
    if isinstance(annotation, type) and issubclass(annotation, msgspec.Struct):
        return partial(_record, annotation)
    raise TypeError(f"no way to read {annotation} from YAML")


def _record(kind: type[msgspec.Struct], reading: Reading, node: Node, name: str, owner: Location) -> object:
    """A struct from named values; a text alone stands for the one field that is required."""
    fields = _fields(kind)
    if not isinstance(node, yaml_nodes.Mapping):
        required = [key for key, field in fields.items() if field.is_required]
        if not isinstance(node, Scalar) or len(required) != 1:
            return _not_named(reading, node, name, fields)
        node = yaml_nodes.Mapping(node.line, node.column, node.length, ((Scalar(0, 0, 0, required[0], True), node),))
    before, checks = len(reading.diagnostics), reading.checks.get(kind, {})
    prefix = f"{name}." if name else ""
    values: dict[str, object] = {}
    named: dict[str, str] = {}
    for key, value in node.entries:
        meant = key.value if key.value in fields else reading.aliases.get(key.value, "") if not name else ""
        field = fields.get(meant)
        if field is None:
            _unknown(reading, key, fields)
        elif meant in named:
            message = N_("“{name}” and “{other}” mean the same")
            reading.refuse("field-twice", message, key, N_("Keep one of the two"), name=key.value, other=named[meant])
        else:
            named[meant] = key.value
            if isinstance(value, Scalar) and value.is_absent:
                if field.is_required:
                    _empty(reading, key, key.value)
                continue
            _place(reading, key, value, prefix + meant)
            found = values[field.attribute] = field.read(reading, value, prefix + meant, reading.document.location(key))
            if field.is_required and found in ("", ()):
                _empty(reading, key, key.value)
            elif meant in checks:
                _check(reading, checks[meant], found, prefix + meant)
    for missing, field in fields.items():
        if field.is_required and missing not in named:
            hint = N_("Add a line like “{example}”")
            message = N_("“{name}” is missing")
            reading.refuse("field-missing", message, owner, hint, name=missing, example=f"{missing}: {field.example}")
    return BAD if len(reading.diagnostics) > before else kind(**values)


def _check(reading: Reading, check: Check, found: object, name: str) -> None:
    texts: dict[str, object] = {name: found}
    if isinstance(found, tuple):
        texts = {f"{name}.{number}": text for number, text in enumerate(found)}
    for at, text in texts.items():
        problem = check(text) if isinstance(text, str) and text else None
        if problem is not None:
            reading.diagnostics.append(from_problem(problem, reading.places[at]))


def _place(reading: Reading, key: Scalar, value: Node, name: str) -> None:
    shown = value if value.length else key
    reading.places[name] = reading.document.location(shown)


def _empty(reading: Reading, key: Scalar, name: str) -> Bad:
    return reading.refuse("field-empty", N_("“{name}” has no value"), key, N_("Write one behind the colon"), name=name)


def _unknown(reading: Reading, key: Scalar, fields: Iterable[str]) -> None:
    name = key.value
    known = (*fields, *reading.aliases)
    meant = reading.synonyms.get(name.casefold(), "")
    meant = meant if meant in known else did_you_mean(name, known)
    hint = N_("Did you mean “{meant}”?") if meant else N_("Known are: {known}")
    arguments = {"meant": meant} if meant else {"known": ", ".join(fields)}
    reading.refuse("unknown-field", N_("There is no field “{name}”"), key, hint, name=name, **arguments)


def _not_named(reading: Reading, node: Node, name: str, fields: Mapping[str, _Field]) -> Bad:
    if not name:
        message = N_("Lines of the form “name: value” are expected here")
        return reading.refuse("yaml-form", message, node, N_("Write a name, a colon, a space and the value"))
    message = N_("“{name}” takes named values, each on a line of its own below it")
    wanted = [f"{key}: {field.example}" for key, field in fields.items() if field.is_required]
    wanted = wanted or [f"{key}: …" for key in list(fields)[:2]]
    hint = N_("Write below it, each on a line of its own and indented by two spaces: {example}")
    if name.rpartition(".")[2].isdecimal():
        hint = N_("Write below it, each on a line of its own, the first behind a hyphen and a space: {example}")
    return reading.refuse("field-type", message, node, hint, name=yaml_values.shown(name), example=" / ".join(wanted))


def _several(read_item: _Reader, reading: Reading, node: Node, name: str, owner: Location) -> object:
    """A tuple from a list, or from a single value; entries with nothing in them do not count."""
    items = node.items if isinstance(node, yaml_nodes.Sequence) else (node,)
    values: list[object] = []
    for item in items:
        if isinstance(item, Scalar) and (item.is_absent or not item.value.strip()):
            continue
        at = f"{name}.{len(values)}"
        reading.places[at] = reading.document.location(item)
        values.append(read_item(reading, item, at, reading.places[at]))
    return tuple(values)

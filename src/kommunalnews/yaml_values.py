"""A YAML scalar → text, boolean, number, choice or moment, as the field it stands in wants it."""

import re
from collections.abc import Callable, Mapping
from typing import Protocol, runtime_checkable
from zoneinfo import ZoneInfo

import msgspec

from kommunalnews import yaml_nodes
from kommunalnews.diagnostics import N_, Diagnostic, Location, Problem, did_you_mean, error, from_problem
from kommunalnews.moments import parse_moment
from kommunalnews.yaml_faults import quoted
from kommunalnews.yaml_nodes import Document, Node, Scalar, Sequence

_IN_RANGE = N_("Write a number from {lowest} to {highest}")

Check = Callable[[str], Problem | None]
"""What a type cannot say about a text: a Problem, or None where it is fine."""
Checks = Mapping[type[msgspec.Struct], Mapping[str, Check]]
"""By struct and field; a field with several texts is checked text by text."""


class Bad:
    """What stands for a value that could not be typed; a diagnostic says why."""


BAD = Bad()


class Reading:
    """One decoding: the document, how to read it, and what was found so far."""

    def __init__(
        self,
        document: Document,
        zone: ZoneInfo,
        aliases: Mapping[str, str],
        synonyms: Mapping[str, str],
        checks: Checks,
    ) -> None:
        self.document = document
        self.zone = zone
        self.aliases = aliases
        self.synonyms = synonyms
        self.checks = checks
        self.diagnostics: list[Diagnostic] = []
        self.places: dict[str, Location] = {}

    def refuse(self, code: str, message: str, place: Node | Location, hint: str = "", /, **arguments: str) -> Bad:
        """Note an error."""
        location = place if isinstance(place, Location) else self.document.location(place)
        self.diagnostics.append(error(code, message, location, hint, **arguments))
        return BAD


def shown(name: str) -> str:
    """The field as an editor knows it: ``tags`` for ``tags.0``."""
    return re.sub(r"\.[0-9]+$", "", name)


def text(reading: Reading, node: Node, name: str, _: Location) -> object:
    """The text of a scalar, without blanks around it."""
    if isinstance(node, Scalar):
        return node.value.strip()
    if isinstance(node, yaml_nodes.Sequence):
        message = N_("“{name}” takes one text, not a list")
    else:
        message = N_("“{name}” takes one text, not named values")
    name = shown(name)
    raw = reading.document.lines[node.line][node.column :].strip() if node.length else ""
    if isinstance(node, yaml_nodes.Sequence) and len(node.items) > 1:
        hint = N_("Name one only; where the brackets belong to the text, put all in quotes: {remedy}")
        return reading.refuse("field-type", message, node, hint, name=name, remedy=quoted(raw))
    if raw[:1] in ("[", "{") or (isinstance(node, yaml_nodes.Mapping) and len(raw) == node.length):
        hint = N_("Put the value in quotes: {remedy}")
        return reading.refuse("field-type", message, node, hint, name=name, remedy=quoted(raw))
    return reading.refuse("field-type", message, node, N_("Write the text behind the colon"), name=name)


def _single(reading: Reading, node: Node, name: str) -> str | Bad:
    value = text(reading, node, name, Location(""))
    return value if isinstance(value, str) else BAD


def flag(reading: Reading, node: Node, name: str, _: Location) -> object:
    """``true`` or ``false``, and no other word for them."""
    value = _single(reading, node, name)
    if not isinstance(value, str):
        return BAD
    if value.lower() in ("true", "false"):
        return value.lower() == "true"
    yes, no = ("yes", "on", "y", "ja", "j", "1", "wahr", "oui", "si"), ("no", "off", "n", "nein", "0", "falsch", "non")
    remedy = "true" if value.lower() in yes else "false" if value.lower() in no else "true / false"
    message = N_("“{name}” is either true or false, not “{value}”")
    return reading.refuse("field-type", message, node, N_("Write {remedy}"), name=name, value=value, remedy=remedy)


def number(lowest: int | None, highest: int | None, reading: Reading, node: Node, name: str, _: Location) -> object:
    """A whole number between ``lowest`` and ``highest``."""
    value = _single(reading, node, name)
    if not isinstance(value, str):
        return BAD
    if not re.fullmatch(r"-?[0-9]{1,9}", value):
        message = N_("“{name}” takes a whole number, not “{value}”")
        return reading.refuse("field-type", message, node, N_("Write digits only"), name=name, value=value)
    number = int(value)
    if (lowest is not None and number < lowest) or (highest is not None and number > highest):
        message = N_("“{name}” must be between {lowest} and {highest}")
        edges = {"lowest": str(lowest), "highest": str(highest)}
        return reading.refuse("field-range", message, node, _IN_RANGE, name=name, **edges)
    return number


def decimal(lowest: float, highest: float, reading: Reading, node: Node, name: str, _: Location) -> object:
    """A number with or without decimals between ``lowest`` and ``highest``."""
    value = _single(reading, node, name)
    if not isinstance(value, str):
        return BAD
    if not re.fullmatch(r"-?[0-9]{1,3}(\.[0-9]{1,12})?", value):
        message = N_("“{name}” takes a number, not “{value}”")
        return reading.refuse(
            "field-type", message, node, N_("Write it like 49.444, with a point"), name=name, value=value
        )
    found = float(value)
    if not lowest <= found <= highest:
        message = N_("“{name}” must be between {lowest} and {highest}")
        edges = {"lowest": f"{lowest:g}", "highest": f"{highest:g}"}
        return reading.refuse("field-range", message, node, _IN_RANGE, name=name, **edges)
    return found


def choice(choices: tuple[str, ...], reading: Reading, node: Node, name: str, _: Location) -> object:
    """One of the words that are allowed."""
    value = _single(reading, node, name)
    if not isinstance(value, str) or value in choices:
        return value
    meant, known = did_you_mean(value, choices), ", ".join(choices)
    message = N_("“{name}” cannot be “{value}”")
    hint = N_("Did you mean “{meant}”?") if meant else N_("Choose one of: {known}")
    return reading.refuse("field-choice", message, node, hint, name=name, value=value, meant=meant, known=known)


@runtime_checkable
class Readable(Protocol):
    """A type that knows how its values are written."""

    @classmethod
    def from_text(cls, text: str) -> object:
        """The value, or a Problem."""


def own(kind: type[Readable], reading: Reading, node: Node, name: str, _: Location) -> object:
    """What a type makes of the text itself."""
    if isinstance(node, Sequence) and getattr(kind, "TAKES_LISTS", False):
        value: object = ", ".join(item.value for item in node.items if isinstance(item, Scalar))
    else:
        value = _single(reading, node, name)
    if not isinstance(value, str):
        return BAD
    found = kind.from_text(value)
    if isinstance(found, Problem):
        reading.diagnostics.append(from_problem(found, reading.document.location(node)))
        return BAD
    return found


def moment(reading: Reading, node: Node, name: str, _: Location) -> object:
    """A point in time on the clock of the site."""
    value = _single(reading, node, name)
    if not isinstance(value, str):
        return BAD
    moment = parse_moment(value, reading.zone)
    if isinstance(moment, Problem):
        reading.diagnostics.append(from_problem(moment, reading.document.location(node)))
        return BAD
    return moment

"""Regular expression → signs of which every match holds one, so that a text without them need not be searched.

Read off the expression itself, so that one nobody has seen before is judged as well as the known ones, and one that
cannot be judged says so. The tree is that of Python's own parser of regular expressions
(https://github.com/python/cpython/blob/main/Lib/re/_parser.py).
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from re import _constants, _parser  # type: ignore[attr-defined]  # not public, but in the same place since 3.11
from typing import Any

_REPEATS = frozenset({_constants.MAX_REPEAT, _constants.MIN_REPEAT, _constants.POSSESSIVE_REPEAT})


@lru_cache(maxsize=256)
def signs_of(expression: re.Pattern[str]) -> tuple[str, ...]:
    """Texts of which each match of ``expression`` holds at least one; none where that cannot be told."""
    if expression.flags & re.IGNORECASE:
        return ()
    return _of_sequence(_parser.parse(expression.pattern, expression.flags))


def _of_sequence(items: Iterable[tuple[Any, Any]]) -> tuple[str, ...]:
    """The signs of items that follow one another: those of the choosiest."""
    candidates: list[tuple[str, ...]] = []
    run = ""
    for operation, argument in items:
        if operation is _constants.LITERAL:
            run += chr(argument)
        else:
            candidates += [(run,), _of_item(operation, argument)]
            run = ""
    return min(filter(any, [*candidates, (run,)]), key=len, default=())


def _of_item(operation: object, argument: Any) -> tuple[str, ...]:
    if operation is _constants.SUBPATTERN:
        _group, added, _taken, items = argument
        return () if added & re.IGNORECASE else _of_sequence(items)
    if operation is _constants.ATOMIC_GROUP:
        return _of_sequence(argument)
    if operation is _constants.ASSERT:  # what stands before or behind the match stands in the text all the same
        return _of_sequence(argument[1])
    if operation in _REPEATS:
        least, _most, items = argument
        return _of_sequence(items) if least else ()
    if operation is _constants.BRANCH:
        branches = [_of_sequence(items) for items in argument[1]]
        return tuple(dict.fromkeys(sign for branch in branches for sign in branch)) if all(branches) else ()
    if operation is _constants.IN and all(kind is _constants.LITERAL for kind, _ in argument):
        return tuple(chr(code) for _, code in argument)
    return ()

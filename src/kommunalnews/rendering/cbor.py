"""CBOR ⇄ values, as much of it as Pagefind writes: whole numbers, texts, arrays (https://www.rfc-editor.org/rfc/rfc8949)."""

from typing import TypeAlias

Value: TypeAlias = "int | str | list[Value]"


def decode(data: bytes) -> Value:
    """The value. Raises ValueError where it is anything else, or not all of it."""
    try:
        value, end = _decode(data, 0)
    except (IndexError, RecursionError) as fault:
        raise ValueError("CBOR that is cut off") from fault
    if end != len(data):
        raise ValueError("CBOR that goes on")
    return value


def encode(value: Value) -> bytes:
    """The shortest bytes that mean this value."""
    if isinstance(value, int):
        return _head(0, value)
    if isinstance(value, str):
        data = value.encode()
        return _head(3, len(data)) + data
    return _head(4, len(value)) + b"".join(map(encode, value))


def _head(kind: int, number: int) -> bytes:
    for size, low in ((1, 24), (2, 25), (4, 26), (8, 27)):
        if number < 24:
            return bytes([kind << 5 | number])
        if number < 1 << 8 * size:
            return bytes([kind << 5 | low]) + number.to_bytes(size, "big")
    raise ValueError("a number that is too large")


def _decode(data: bytes, at: int) -> tuple[Value, int]:
    kind, low = data[at] >> 5, data[at] & 31
    at += 1
    if low < 24:
        number = low
    elif low < 28:
        size = 1 << low - 24
        number, at = int.from_bytes(data[at : at + size], "big"), at + size
    elif low == 31 and kind == 4:
        return _endless(data, at)
    else:
        raise ValueError("CBOR of an unknown form")
    if at > len(data):
        raise IndexError
    if kind == 0:
        return number, at
    if kind == 3:
        return data[at : at + number].decode(), at + number
    if kind != 4:
        raise ValueError(f"CBOR of an unknown kind, {kind}")
    values: list[Value] = []
    for _ in range(number):
        value, at = _decode(data, at)
        values.append(value)
    return values, at


def _endless(data: bytes, at: int) -> tuple[Value, int]:
    """An array whose length is not told."""
    values: list[Value] = []
    while data[at] != 0xFF:
        value, at = _decode(data, at)
        values.append(value)
    return values, at + 1

"""Numbers → keys as builds make them."""

from kommunalnews.digest import of_bytes


def key(number: int) -> str:
    """The key of a result, always the same for the same number."""
    return of_bytes(str(number).encode())


KEYS = tuple(key(number) for number in range(40))

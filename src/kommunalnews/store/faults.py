"""What a driver raises → what people are told, and whether asking again may help.

Drivers have no common class of faults, so they are known by name: no driver is imported here.
"""

from collections.abc import Mapping

from kommunalnews.diagnostics import N_
from kommunalnews.store.addresses import masked_text

LATE = N_("it takes too long")
_NOBODY = N_("nobody listens there")
_NO_PLACE = N_("there is no such place")
_REFUSED = N_("the credentials are not accepted")
_REASONS: Mapping[str, str] = {
    "NoCredentialsError": N_("no credentials were found"),
    "ExpiredToken": _REFUSED,
    "InvalidAccessKeyId": _REFUSED,
    "SignatureDoesNotMatch": _REFUSED,
    "PermissionError": N_("Permission denied"),
    "FileNotFoundError": _NO_PLACE,
    "ClientConnectorError": _NOBODY,
    "ConnectionRefusedError": _NOBODY,
    "EndpointConnectionError": _NOBODY,
    "gaierror": _NOBODY,
    "ConnectTimeoutError": LATE,
    "ReadTimeoutError": LATE,
    "TimeoutError": LATE,
}
"""The class of a fault or of its cause, or a code of S3 → what to tell people; the first counts."""
_HOPELESS = ("ImportError", "NoCredentialsError", "NoSuchBucket", "NoPlace")


class NoPlace(Exception):
    """There is no bucket that entries could be put into."""


def names(fault: BaseException | None) -> tuple[str, ...]:
    """What a fault and its causes are called: their classes, those above them, and the codes of S3."""
    found: list[str] = []
    seen: set[int] = set()
    while fault is not None and id(fault) not in seen:
        seen.add(id(fault))
        response = getattr(fault, "response", None)
        if isinstance(response, dict):
            found.append(str(response.get("Error", {}).get("Code", "")))
        found += (kind.__name__ for kind in type(fault).__mro__)
        fault = fault.__cause__ or fault.__context__
    return tuple(found)


def is_hopeless(fault: BaseException) -> bool:
    """Whether the next question would fail in the same way."""
    return not set(_HOPELESS).isdisjoint(names(fault))


def reason(fault: BaseException, url: str) -> str:
    """Why the store at ``url`` did not answer, without secrets; untranslated."""
    called = names(fault)
    known = next((text for name, text in _REASONS.items() if name in called), None)
    return known or masked_text(f"{type(fault).__name__}: {fault}", url)[:200]

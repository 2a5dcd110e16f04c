"""The text of ``--store`` → a URL that a driver is there for, and one that may be shown.

URLs are those of fsspec (https://filesystem-spec.readthedocs.io/): ``s3://bucket/folder``, ``gs://…``, ``abfs://…``.
"""

import importlib.util
import re
from urllib.parse import unquote

from kommunalnews.diagnostics import N_, Problem, did_you_mean

_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://(\S*[^/\s]\S*)")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
"""A single letter before the colon is a Windows drive."""
_FAMOUS = ("abfs", "file", "gs", "s3", "sftp")
_EXTRA = "kommunalnews[store]"
_PACKAGES = {"s3fs": _EXTRA, "fsspec": _EXTRA}
"""What to install for a module that is missing, where it is not called like its package."""
_USER = re.compile(r"(?<=//)[^/@\s]*@")
_QUERY = re.compile(r"(\w://[^\s?]*\?)[^\s\"'>)]*")


def is_url(text: str) -> bool:
    """Whether the text names more than a folder."""
    return _SCHEME.match(text) is not None


def checked_store_url(text: str) -> str | Problem:
    """The URL of a store as it was given, if its protocol is known and its driver installed. Asks no network."""
    parts = _URL.fullmatch(text)
    if parts is None or (parts[1].lower() in ("file", "local") and not parts[2].startswith("/")):
        message = N_("“{url}” names no place for a store")
        hint = N_("Write it like file:///folder or s3://bucket/folder")
        return Problem("store-unusable", message, hint, {"url": masked(text)})
    if importlib.util.find_spec("fsspec") is None:
        return _driver_missing(text, "fsspec")
    from fsspec.registry import known_implementations, registry

    protocol = parts[1].lower()
    if protocol in registry:
        return text
    if protocol not in known_implementations:
        close = did_you_mean(protocol, _FAMOUS)
        hint = N_("Did you mean “{meant}”?") if close else N_("Write it like file:///folder or s3://bucket/folder")
        arguments = {"protocol": protocol, "meant": close}
        return Problem("store-unknown-protocol", N_("No store is known for “{protocol}://”"), hint, arguments)
    module = known_implementations[protocol]["class"].partition(".")[0]
    return text if importlib.util.find_spec(module) is not None else _driver_missing(text, module)


def _driver_missing(url: str, module: str) -> Problem:
    return Problem(
        "store-driver-missing",
        N_("The store at {url} needs the Python package “{module}”, which is not installed"),
        N_("Install it beside kommunalnews: pip install '{package}'"),
        {"url": masked(url), "module": module, "package": _PACKAGES.get(module, module)},
    )


def masked(url: str) -> str:
    """The URL without user, password and query."""
    start, _, query = url.partition("?")
    user, place = _split_user(start)
    shown = start.replace(f"{user}@{place}", f"…@{place}") if user else start
    return f"{shown}?…" if query else shown


def masked_text(text: str, url: str) -> str:
    """What somebody said about the store at ``url``, without the secrets in that or any other URL."""
    address, _, query = url.partition("?")
    user, _ = _split_user(address)
    for secret in sorted({user, *user.split(":"), query, *re.split("[=&]", query)}, key=len, reverse=True):
        for spelling in (secret, unquote(secret)):
            text = text.replace(spelling, "…") if len(spelling) > 2 else text
    return _QUERY.sub(r"\1…", _USER.sub("…@", text))


def _split_user(url: str) -> tuple[str, str]:
    """``user:password`` and what follows it; a password may hold slashes that nobody escaped."""
    rest = url.partition("://")[2]
    user, _, place = rest.rpartition("@")
    return (user, place) if ":" in user or "/" not in user else ("", rest)

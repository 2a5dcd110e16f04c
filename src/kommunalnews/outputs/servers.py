"""Settings → what web servers and devices read: headers, ``security.txt``, the web app manifest."""

from collections.abc import Iterator
from urllib.parse import quote

from kommunalnews import urls
from kommunalnews.outputs.views import Views
from kommunalnews.pages import SecurityText, ServerRules, WebManifest
from kommunalnews.recipes import Output

_FILES = {
    "netlify": (urls.HEADERS, "servers/headers.txt"),
    "nginx": (urls.NGINX, "servers/nginx.txt"),
    "apache": (urls.APACHE, "servers/apache.txt"),
}
_FEEDS = (
    ("atom.xml", "application/atom+xml"),
    ("rss.xml", "application/rss+xml"),
    ("feed.json", "application/feed+json"),
)


def rules(views: Views) -> Iterator[Output]:
    """The headers that servers should send, in the words of each server that the settings name."""
    href, config = views.base.href, views.config
    found = ServerRules(
        search=href(urls.SEARCH),
        not_found=href(urls.NOT_FOUND),
        immutable=tuple(map(href, urls.IMMUTABLE)),
        fonts=href(urls.FONTS),
        web_manifest=href(urls.WEB_MANIFEST),
        feeds=_FEEDS,
        has_includes=config.fragments == "ssi",
        codings=tuple(dict.fromkeys(config.precompress)),
        mails=href(urls.NEWSLETTER) if config.newsletter else "",
    )
    for server in dict.fromkeys(config.servers):
        address, template = _FILES[server]
        yield views.output(address, template, found, bare=True)


def security(views: Views) -> Iterator[Output]:
    """``security.txt``, where the settings name a contact."""
    contact = views.config.security
    if contact is None:
        return
    fields = [("Contact", address if ":" in address else _mailto(address)) for address in contact.contact]
    fields.append(("Expires", contact.expires.iso))
    fields += [("Encryption", address) for address in contact.encryption]
    fields += [("Acknowledgments", address) for address in contact.acknowledgments]
    if contact.languages:
        fields.append(("Preferred-Languages", ", ".join(contact.languages)))
    if views.config.base_url.startswith("https:"):  # the RFC allows no other web address
        fields.append(("Canonical", views.base.url(urls.SECURITY)))
    fields += [("Policy", address) for address in contact.policy]
    fields += [("Hiring", address) for address in contact.hiring]
    yield views.output(urls.SECURITY, "servers/security.txt", SecurityText(tuple(fields)), bare=True)


def _mailto(address: str) -> str:
    """An e-mail address as a URI (RFC 6068)."""
    return "mailto:" + quote(address, safe="@!$'*+")


def web_manifest(views: Views) -> Iterator[Output]:
    """The web app manifest (https://www.w3.org/TR/appmanifest/)."""
    config = views.config
    page = WebManifest(config.description or config.tagline)
    yield views.output(urls.WEB_MANIFEST, "servers/manifest.txt", page, bare=True)

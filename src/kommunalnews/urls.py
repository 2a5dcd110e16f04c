"""Names → slugs, addresses and output paths; the only place that makes any of the three.

An address is root-relative and not encoded: ``/stichworte/smart-city/``. ``Base`` puts the site's own base before it
and percent-encodes (https://www.rfc-editor.org/rfc/rfc3986); ``output_path`` says which file it is.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal
from unicodedata import normalize
from urllib.parse import quote, unquote, urlsplit

import msgspec

from kommunalnews import digest
from kommunalnews.diagnostics import N_, Problem

FeedKind = Literal["atom", "rss", "json"]
IssueSuffix = Literal[".pdf", ".epub"]

HOME = "/"
SEARCH = "/suche/"
SECTIONS = "/bereiche/"
TAGS = "/stichworte/"
PLACES = "/orte/"
AUTHORS = "/autoren/"
ARCHIVE = "/archiv/"
VENDORS = "/anbieter/"
ISSUES = "/ausgaben/"
CORRECTIONS = "/korrekturen/"
PICTURE_CREDITS = "/bildnachweise/"
NEWSLETTER = "/newsletter/"
SITEMAP = "/sitemap.xml"
NEWS_SITEMAP = "/sitemap-news.xml"
ROBOTS = "/robots.txt"
NOT_FOUND = "/404.html"
REDIRECTS = "/_redirects"
HEADERS = "/_headers"
NGINX = "/_server/nginx.conf"
APACHE = "/.htaccess"
SECURITY = "/.well-known/security.txt"
WEB_MANIFEST = "/manifest.webmanifest"
IMMUTABLE = ("/bilder/", "/dateien/", "/css/", "/js/", "/icons/", "/images/")
"""Folders whose files are named with their digest wherever they are named: in their name, or behind ``?v=``."""
FONTS = "/fonts/"

_NOT_IN_ALIASES = frozenset('\\\ufffd*:<>|"')
"""What a disk cannot hold, or a list of redirects reads as a pattern."""

SLUG_LENGTH = 80
"""Characters of a slug that is made; one that an editor writes may be longer."""

_GERMAN = (
    *(("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("Ä", "Ae"), ("Ö", "Oe"), ("Ü", "Ue"), ("ß", "ss"), ("ẞ", "SS")),
    *(("&", " und "), ("§", " Paragraf "), ("%", " Prozent "), ("'", ""), ("’", "")),
)
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
"""Soft hyphens and zero-width characters: they join a word's parts, they do not separate words."""
_SAFE = "/-._~!$&'()*+,;=:@"
"""Characters of a path that stay as they are (RFC 3986, pchar)."""
_UNCHANGED = re.compile(rf"[A-Za-z0-9{re.escape(_SAFE)}]*")
_HOST = r"""[^\s/?#@:\\<>"]"""
_LINK = re.compile(
    rf"""(?ix)
    (?: https?://{_HOST}+ | www\.{_HOST}+\.{_HOST}+ | [^\W_][\w-]*(?:\.[\w-]+)*\.[a-z]{{2,}} ) (?: :\d{{1,5}} )?
    (?: [/?\#] [^\s<>"\\]* )?
    | mailto: [^\s<>"]+ @ [^\s<>"]+ | tel: [+\d] [\d\ ()/-]*"""
)
_BASE_URL = re.compile(
    r"https?://([a-z0-9_-]+(\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])(:[0-9]{1,5})?(/[a-z0-9._~/-]*)?", re.IGNORECASE | re.ASCII
)
"""Its path stands in the settings of servers, so it has nothing that those give a meaning to."""
_EMAIL = re.compile(r"[^@\s<>()\"',;:\\]+@[^@\s.<>()\"',;:\\]+(\.[^@\s.<>()\"',;:\\]+)+")
_FEEDS: dict[FeedKind, str] = {"atom": "atom.xml", "rss": "rss.xml", "json": "feed.json"}


@lru_cache(maxsize=8192)
def slugify(text: str, *, longest: int = SLUG_LENGTH) -> str:
    """Lower-case ASCII words joined by hyphens, cut at a word's end; never empty, and the same when applied again."""
    from slugify import slugify as slugified  # with its tables it takes as long as all that tells "nothing has changed"

    composed = normalize("NFC", _INVISIBLE.sub("", text))
    slug = slugified(
        composed,
        entities=False,
        decimal=False,
        hexadecimal=False,
        max_length=longest,
        word_boundary=True,
        save_order=True,
        replacements=_GERMAN,
        replacement_stage="pre",
        backend="text-unidecode",
    )
    return slug or f"x-{digest.of_parts(composed)[:8]}"


def article_slug(kicker: str, title: str) -> str:
    """The slug of an article; a kicker that the title repeats at its start is not said twice."""
    if not kicker.strip():
        return slugify(title)
    if slugify(title).startswith(slugify(kicker) + "-"):
        return slugify(title)
    return slugify(f"{kicker} {title}")


def article(year: int, slug: str) -> str:
    """``/meldungen/2017/kaiserslautern-…/``"""
    return f"/meldungen/{year:04}/{slug}/"


def print_view(article_address: str) -> str:
    """The print view that belongs to an article."""
    return f"{article_address}druck.html"


def pdf(article_address: str) -> str:
    """The PDF that belongs to an article: named after it, so that it is found again among downloads."""
    return f"{article_address}{article_address.rstrip('/').rpartition('/')[2]}.pdf"


def section(slug: str) -> str:
    """``/bereiche/panorama/``"""
    return f"{SECTIONS}{slug}/"


def tag(slug: str) -> str:
    """``/stichworte/smart-city/``"""
    return f"{TAGS}{slug}/"


def place(slug: str) -> str:
    """``/orte/kaiserslautern/``"""
    return f"{PLACES}{slug}/"


def author(slug: str) -> str:
    """``/autoren/bettina-schulz/``"""
    return f"{AUTHORS}{slug}/"


def archive_year(year: int) -> str:
    """``/archiv/2017/``"""
    return f"{ARCHIVE}{year:04}/"


def archive_month(year: int, month: int) -> str:
    """``/archiv/2017/11/``"""
    return f"{ARCHIVE}{year:04}/{month:02}/"


def vendor(slug: str) -> str:
    """``/anbieter/stella-systemhaus/``"""
    return f"{VENDORS}{slug}/"


def issue(slug: str) -> str:
    """``/ausgaben/2018-07/``"""
    return f"{ISSUES}{slug}/"


def issue_file(issue_address: str, title: str, suffix: IssueSuffix) -> str:
    """An issue as one file, named after the site, too: ``/ausgaben/2018-07/kommunalnews-2018-07.pdf``."""
    return f"{issue_address}{slugify(title)}-{issue_address.rstrip('/').rpartition('/')[2]}{suffix}"


def newsletter(year: int, week: int) -> str:
    """``/newsletter/2018-29/``: the ISO week."""
    return f"{NEWSLETTER}{year:04}-{week:02}/"


def newsletter_mail(newsletter_address: str) -> str:
    """The mail that is sent, as HTML."""
    return f"{newsletter_address}mail.html"


def newsletter_text(newsletter_address: str) -> str:
    """The same mail as plain text."""
    return f"{newsletter_address}newsletter.txt"


def page(slug: str) -> str:
    """``/impressum/``; a slug with folders keeps them: ``/hilfe/suche/``."""
    return f"/{slug}/"


def list_page(base: str, number: int) -> str:
    """Page ``number`` of a list, counted from the oldest; ``base`` itself shows the newest."""
    return f"{base}seite/{number}/"


def feed(base: str, kind: FeedKind) -> str:
    """A feed of the list at ``base``: ``/atom.xml``, ``/bereiche/panorama/feed.json``."""
    return base + _FEEDS[kind]


def sitemap_part(number: int) -> str:
    """Part ``number`` (from 1) of a sitemap that is too large for one file."""
    return f"/sitemap-{number}.xml"


def search_shard(name: str) -> str:
    """The file that a shard of the search index is opened by: ``/suche/index/2018-1/pagefind.pf_meta``."""
    return f"{SEARCH}index/{name}/pagefind.pf_meta"


def fragment(name: str) -> str:
    """``/fragmente/aktuell.html``; a name may have folders: ``mehr/panorama``."""
    return f"/fragmente/{name}.html"


def picture(name: str, content: str, suffix: str) -> str:
    """``/bilder/rathaus-1a2b3c4d.jpg`` from a file's name, its digest and its suffix (``.jpg``)."""
    return f"/bilder/{slugify(name)}-{content[:8]}{suffix.lower()}"


def scaled_picture(whole: str, width: int, suffix: str) -> str:
    """Another size or format of the picture at ``whole``: ``/bilder/rathaus-1a2b3c4d-800.avif``."""
    return f"{whole.rpartition('.')[0]}-{width}{suffix}"


def social_card(name: str, content: str) -> str:
    """``/bilder/karten/panorama-1a2b3c4d.png`` from a slug and the digest of what the card says."""
    return f"/bilder/karten/{name}-{content[:8]}.png"


def attachment(name: str, content: str, suffix: str) -> str:
    """``/dateien/satzung-1a2b3c4d.pdf`` from a file's name, its digest and its suffix (``.pdf``)."""
    return f"/dateien/{slugify(name)}-{content[:8]}{suffix.lower()}"


def output_path(address: str) -> str:
    """The file that a server shows at ``address``: ``/x/`` and ``/x`` are ``x/index.html``, ``/a.xml`` is ``a.xml``."""
    path = address.lstrip("/")
    if not path or path.endswith("/"):
        return f"{path}index.html"
    return path if "." in path.rpartition("/")[2] or path in (REDIRECTS[1:], HEADERS[1:]) else f"{path}/index.html"


def collision_key(path: str) -> str:
    """Equal for two paths that some file system or reader takes for one (Unicode, D145: canonical caseless match)."""
    if path.isascii():
        return path.lower()
    return normalize("NFC", normalize("NFD", normalize("NFD", path).casefold()).casefold())


def collision_keys(paths: Sequence[str]) -> Sequence[str]:
    """The same for each of many paths, none with a line break: most often all of them are their own keys."""
    text = "\n".join(paths)
    return paths if text.isascii() and text == text.lower() else list(map(collision_key, paths))


class Base(msgspec.Struct, frozen=True):
    """Where the site lives: what stands before every address."""

    base_url: str
    """As ``checked_base_url`` returns it."""

    @property
    def path(self) -> str:
        """Path of the base URL, starts and ends with ``/``."""
        return _base_path(self.base_url)

    @property
    def origin(self) -> str:
        """Scheme and host without a slash at the end: ``https://www.example.org``."""
        return "/".join(self.base_url.split("/", 3)[:3])

    def href(self, address: str, anchor: str = "") -> str:
        """The address as it is written in ``href``, encoded, below the base path."""
        return self.path + _encoded(address, anchor)

    def url(self, address: str, anchor: str = "") -> str:
        """The address as an absolute URL, encoded."""
        return self.base_url + _encoded(address, anchor)


@lru_cache(maxsize=16)
def _base_path(base_url: str) -> str:
    return "/" + base_url.split("/", 3)[3]


def _encoded(address: str, anchor: str) -> str:
    path = address.lstrip("/")
    if not _UNCHANGED.fullmatch(path):
        path = quote(path, safe=_SAFE)
    return f"{path}#{quote(anchor, safe=_SAFE + '?')}" if anchor else path


def checked_base_url(text: str) -> str | Problem:
    """The base URL with one ``/`` at its end, or what is wrong with it."""
    bad = Problem(
        "base-url",
        N_("“{value}” is not an address a site can live at"),
        N_("Write it like https://www.example.org/ or https://www.example.org/news/ (of letters, digits and -._~)"),
        {"value": text},
    )
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return bad
    if not parts.hostname or port == 0:
        return bad
    if not parts.hostname.isascii() and (remedy := _in_ascii(parts.hostname)):
        hint = N_("Write the host in ASCII: {remedy}")
        return bad._replace(hint=hint, arguments={"value": text, "remedy": remedy})
    if not _BASE_URL.fullmatch(text) or re.search(r"/\.\.?(/|$)", text):
        return bad
    path = re.sub(r"/{2,}", "/", parts.path).strip("/")
    return f"{parts.scheme}://{parts.netloc.lower()}/{path}/" if path else f"{parts.scheme}://{parts.netloc.lower()}/"


def _in_ascii(host: str) -> str:
    """``münchen.example`` → ``xn--mnchen-3ya.example``; empty where Python's IDNA 2003 would name another host."""
    try:
        encoded = host.encode("idna")
        return encoded.decode() if encoded.decode("idna") == normalize("NFC", host) else ""
    except UnicodeError:
        return ""


def safe_alias(text: str) -> str | Problem:
    """An old address as an editor writes it → the same decoded and composed, or why it cannot lead anywhere."""
    address = normalize("NFC", unquote(text.strip()))
    parts = address.split("/")[1:]
    if address.endswith("/"):
        parts.pop()
    suffix = re.search(r"\.[^.]*$", parts[-1]) if parts else None
    if not address.startswith("/") or not parts or not all(parts):
        reason = N_("“{value}” is not an address on this site")
    elif "?" in address or "#" in address:
        reason = N_("An old address with “?” or “#” cannot be served from files: “{value}”")
    elif any(part in (".", "..") or len(part.encode()) > 200 for part in parts):
        reason = N_("“{value}” leads out of the site, or is too long")
    elif not address.isprintable() or any(c in _NOT_IN_ALIASES for c in address):
        reason = N_("“{value}” has characters that an address cannot have")
    elif any(map(_has_meaning_for_servers, parts)):
        reason = N_("“{value}” is a name that servers give a meaning to")
    elif suffix and not address.endswith("/") and suffix[0].lower() not in (".html", ".htm"):
        reason = N_("An old address may end in .html or .htm, or have no ending: “{value}”")
    else:
        return address
    return Problem("alias-form", reason, N_("Write the path of the old page, like /alt/seite.html"), {"value": text})


def _has_meaning_for_servers(part: str) -> bool:
    """Files such as ``.htaccess`` and ``_headers``, and names that Windows keeps for devices."""
    device = re.fullmatch(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", part, re.IGNORECASE)
    return part.startswith((".", "_")) or part.endswith((".", " ")) or device is not None


def slug_problem(text: str) -> Problem | None:
    """What is wrong with a slug that an editor wrote; slashes are for pages, whose parts are looked at one by one."""
    remedy = slugify(text, longest=200)
    if text == remedy:
        return None
    arguments = {"value": text, "remedy": remedy}
    return Problem("slug-form", N_("“{value}” cannot be part of an address"), N_("Write {remedy}"), arguments)


def alias_problem(text: str) -> Problem | None:
    """What is wrong with an old address."""
    address = safe_alias(text)
    return address if isinstance(address, Problem) else None


def link_problem(text: str) -> Problem | None:
    """What is wrong with an address that leads out of the site, which may begin with ``www.`` alone."""
    if len(text) <= 2000 and _LINK.fullmatch(text):
        return None
    arguments = {"value": text}
    if known := re.match(r"\s*(https?|mailto|tel):|\s*www\.", text, re.I):
        is_number = (known[1] or "").lower() == "tel"
        if bad := re.search(r"[^\d ()/+-]" if is_number else r'[\s<>"\\]', text[known.end() if is_number else 0 :]):
            return _bad_character(text, bad[0], is_number=is_number)
    elif scheme := re.match(r"\s*([A-Za-z][A-Za-z0-9+.-]*):(?!\d)", text):
        message = N_("Links that begin with “{scheme}:” are not allowed")
        return Problem("link-form", message, N_("Begin it with https://, mailto: or tel:"), {"scheme": scheme[1]})
    message = N_("“{value}” is not an address that a link can lead to")
    return Problem("link-form", message, N_("Write it like www.example.org or https://www.example.org/page"), arguments)


def _bad_character(text: str, character: str, *, is_number: bool) -> Problem:
    message = N_("“{value}” has the character “{character}”, which an address cannot have")
    hint = N_("Take it out, or write {remedy} where it belongs to the address")
    if is_number:
        message = N_("“{value}” has the character “{character}”, which a telephone number cannot have")
        hint = N_("Write it like tel:+49 631 1234")
    elif character.isspace():
        message = N_("“{value}” has a space in it, which an address cannot have")
    arguments = {"value": text, "character": character, "remedy": quote(character)}
    return Problem("link-form", message, hint, arguments)


def email_problem(text: str) -> Problem | None:
    """What is wrong with an e-mail address; only a letter sent there proves that it is right."""
    if len(text) <= 254 and _EMAIL.fullmatch(text):
        return None
    message = N_("“{value}” is not an e-mail address")
    return Problem("email-form", message, N_("Write it like redaktion@example.org"), {"value": text})

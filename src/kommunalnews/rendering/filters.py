"""What templates may apply to moments and texts."""

import re
import textwrap
from collections.abc import Callable, Mapping
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache

from markupsafe import Markup

from kommunalnews.i18n import MONTHS, long_day, translations
from kommunalnews.moments import Moment
from kommunalnews.pages import Picture
from kommunalnews.rendering.placing import xhtml
from kommunalnews.scales import SUFFIXES, Format
from kommunalnews.urls import scaled_picture

Filter = Callable[..., object]
_remembering = lru_cache(maxsize=8192)
"""For filters that pages ask the same again and again."""

_EXTERNAL = re.compile(r"(<a [^<>]*rel=\")noopener external(?=\")")
"""As ``content.references`` writes links that leave the site."""
_FORBIDDEN_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


_BREAKABLE = re.compile(r"[ \t\n\r]+")


def for_language(language: str) -> Mapping[str, Filter]:
    """The filters of a site in ``language``."""
    gettext = translations(language).gettext

    @_remembering
    def date(moment: Moment) -> str:
        local = moment.local
        return gettext("%(month)d/%(day)d/%(year)d") % {"day": local.day, "month": local.month, "year": local.year}

    @_remembering
    def longdate(moment: Moment) -> str:
        return long_day(moment.local, gettext)

    def time(moment: Moment) -> str:
        if not moment.has_time:
            return ""
        local = moment.local
        return gettext("%(hour)d:%(minute)s") % {"hour": local.hour, "minute": f"{local.minute:02}"}

    def month(moment: Moment | str) -> str:
        year, number = (moment.year, moment.month) if isinstance(moment, Moment) else map(int, moment.split("-")[:2])
        return f"{gettext(MONTHS[number - 1])} {year}"

    return {
        "date": date,
        "longdate": longdate,
        "time": time,
        "month": month,
        "iso": iso,
        "rfc822": rfc822,
        "sponsored": sponsored,
        "xmltext": xmltext,
        "srcset": srcset,
        "xhtml": xhtml,
        "wrapped": wrapped,
    }


@_remembering
def iso(moment: Moment) -> str:
    """RFC 3339; a day alone where no time was written."""
    return moment.iso if moment.has_time else moment.day


def sponsored(html: str) -> Markup:
    """A text whose links to other sites are paid for."""
    return Markup(_EXTERNAL.sub(r"\1noopener external sponsored", str(html)))


@_remembering
def srcset(picture: Picture, format: Format | None = None) -> str:
    """The candidates of a picture in a format, or in its plain one: ``/bilder/x-1a2b3c4d-360.avif 360w, …``."""
    suffix = SUFFIXES[format] if format else f".{picture.href.rpartition('.')[2]}"
    widths = picture.widths if format else picture.plain_widths
    found = [f"{scaled_picture(picture.href, width, suffix)} {width}w" for width in widths]
    return ", ".join([*found, f"{picture.href} {picture.width}w"] if not format and found else found)


def rfc822(moment: Moment) -> str:
    """The form RSS wants: ``Wed, 15 Nov 2017 09:30:00 +0100``; offsets in whole minutes, as ``iso`` has them."""
    return format_datetime(datetime.fromisoformat(moment.iso))


def xmltext(text: str) -> str:
    """The text without what XML 1.0 cannot hold (https://www.w3.org/TR/xml/#charsets)."""
    return _FORBIDDEN_IN_XML.sub("", text)


def wrapped(text: str, width: int = 72) -> str:
    """The text in lines for a plain mail (RFC 3676); addresses stay whole."""
    text = " ".join(_BREAKABLE.split(text.strip()))
    return textwrap.fill(text, width, break_long_words=False, break_on_hyphens=False)

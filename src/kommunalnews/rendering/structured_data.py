"""Page → JSON-LD, as search engines and archives read it, in the vocabulary of https://schema.org/.

An article is a ``NewsArticle``, an issue a ``PublicationIssue``, the front page the ``WebSite``; the way to a page is a
``BreadcrumbList``.

The block is data: no browser runs it, and a Content-Security-Policy without inline scripts does not concern it.
Whatever an article holds, nothing in it can end the element that it stands in.
"""

import re
from collections.abc import Callable, Iterable
from html import unescape

import msgspec
from markupsafe import Markup

from kommunalnews.pages import ArticlePage, Author, Chrome, Head, IssuePage, Picture, Point

_TAG = re.compile("<[^>]*>")
_encode = msgspec.json.Encoder().encode
_BEFORE = '<script type="application/ld+json">'
Value = str | bool | int | float | list["Value"] | dict[str, "Value"]


def news_article(chrome: Chrome) -> Callable[[ArticlePage], Markup]:
    """What templates call on the page of an article."""
    origin = _origin(chrome)
    publisher = _publisher(chrome)

    def block(page: ArticlePage) -> Markup:
        value: dict[str, Value] = {
            "@context": "https://schema.org",
            "@type": "NewsArticle",
            "mainEntityOfPage": page.url,
            "url": page.url,
            "headline": page.title,
            "datePublished": page.date.iso,
            "dateModified": page.changed.iso,
            "author": [_person(author, origin) for author in page.authors] or publisher,
            "publisher": publisher,
            "articleSection": page.section.name,
            "inLanguage": chrome.language,
            "isAccessibleForFree": True,
        }
        if page.kicker:
            value["alternativeHeadline"] = page.kicker
        if page.head.description:
            value["description"] = page.head.description
        if page.tags:
            value["keywords"] = [tag.name for tag in page.tags]
        if page.location:
            value["contentLocation"] = _place(page.location.name, page.point)
        if page.picture:
            value["image"] = _image(page.picture)
        if page.corrections:
            value["correction"] = [
                {"@type": "CorrectionComment", "datePublished": found.date.iso, "text": _plain(found.text)}
                for found in page.corrections
            ]
        if page.pdf:
            value["encoding"] = _file(origin + page.pdf, "application/pdf")
        return _block(value)

    return block


def publication_issue(chrome: Chrome) -> Callable[[IssuePage], Markup]:
    """What templates call on the page of an issue."""
    origin = _origin(chrome)
    publisher = _publisher(chrome)
    periodical: Value = {
        "@type": "Periodical",
        "name": chrome.title,
        "url": origin + chrome.issues,
        "publisher": publisher,
    }

    def block(page: IssuePage) -> Markup:
        issue = page.issue
        files: list[Value] = [_file(origin + page.epub, "application/epub+zip")]
        if page.pdf:
            files.insert(0, _file(origin + page.pdf, "application/pdf"))
        value: dict[str, Value] = {
            "@context": "https://schema.org",
            "@type": "PublicationIssue",
            "mainEntityOfPage": issue.url,
            "url": issue.url,
            "name": issue.title,
            "datePublished": issue.date.iso,
            "isPartOf": periodical,
            "publisher": publisher,
            "inLanguage": chrome.language,
            "isAccessibleForFree": True,
            "encoding": files,
        }
        if issue.number:
            value["issueNumber"] = issue.number
        if page.head.description:
            value["description"] = page.head.description
        if issue.cover:
            value["image"] = _image(issue.cover)
        return _block(value)

    return block


def _file(url: str, kind: str) -> Value:
    return {"@type": "MediaObject", "contentUrl": url, "encodingFormat": kind}


def _place(name: str, point: Point | None) -> Value:
    if point is None:
        return {"@type": "Place", "name": name}
    geo: Value = {"@type": "GeoCoordinates", "latitude": point.latitude, "longitude": point.longitude}
    return {"@type": "Place", "name": name, "geo": geo}


def website(chrome: Chrome) -> Callable[[str], Markup]:
    """What templates call on the front page, with what it says of itself."""

    def block(description: str) -> Markup:
        value: dict[str, Value] = {
            "@context": "https://schema.org",
            "@type": "WebSite",
            "url": chrome.base_url,
            "name": chrome.title,
            "inLanguage": chrome.language,
            "publisher": _publisher(chrome),
        }
        if description:
            value["description"] = description
        return _block(value)

    return block


def breadcrumb_list(chrome: Chrome) -> Callable[[Iterable[tuple[str, str]], Head], Markup]:
    """What templates call with the way to a page, as readers see it: labels and hrefs. The page itself comes last."""
    origin = _origin(chrome)

    def block(trail: Iterable[tuple[str, str]], head: Head) -> Markup:
        steps = [
            (label.unescape() if isinstance(label, Markup) else label, origin + href if href else head.canonical)
            for label, href in trail
        ]
        if all(url != head.canonical for _, url in steps):
            steps.append((head.title, head.canonical))
        items: list[Value] = [
            {"@type": "ListItem", "position": number, "name": label, "item": url}
            for number, (label, url) in enumerate(steps, 1)
        ]
        return _block({"@context": "https://schema.org", "@type": "BreadcrumbList", "itemListElement": items})

    return block


def _origin(chrome: Chrome) -> str:
    return chrome.base_url.removesuffix(chrome.base_path)


def _publisher(chrome: Chrome) -> dict[str, Value]:
    publisher: dict[str, Value] = {"@type": "NewsMediaOrganization", "name": chrome.title, "url": chrome.base_url}
    if icon := dict(chrome.assets).get("icons/icon-512.png"):
        publisher["logo"] = {"@type": "ImageObject", "url": _origin(chrome) + icon, "width": 512, "height": 512}
    if chrome.publisher != chrome.title:
        publisher["parentOrganization"] = {"@type": "Organization", "name": chrome.publisher}
    return publisher


def _block(value: Value) -> Markup:
    return Markup(f"{_BEFORE}{_escaped(_encode(value).decode())}</script>")


def _escaped(json: str) -> str:
    """The same to whoever reads JSON; to HTML, neither a tag nor a comment. Three replacements beat one translation."""
    return json.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _person(author: Author, origin: str) -> Value:
    person: dict[str, Value] = {"@type": "Person", "name": author.name}
    if author.href:
        person["url"] = origin + author.href
    return person


def _image(picture: Picture) -> Value:
    image: dict[str, Value] = {"@type": "ImageObject", "url": picture.url}
    if picture.width and picture.height:
        image |= {"width": picture.width, "height": picture.height}
    if picture.caption:
        image["caption"] = _plain(picture.caption)
    if picture.credit:
        image["creditText"] = picture.credit
    return image


def _plain(html: str) -> str:
    return unescape(_TAG.sub("", html))

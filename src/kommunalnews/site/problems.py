"""What can be wrong between sources that are each fine by themselves."""

import posixpath
from collections.abc import Iterable, Mapping, Sequence

from kommunalnews.config import Config
from kommunalnews.content.model import Article, AuthorText
from kommunalnews.diagnostics import N_, Diagnostic, Location, did_you_mean, error, warning
from kommunalnews.geography import Spot
from kommunalnews.site.model import Entry
from kommunalnews.site.paths import nearest_path, source_path


def address_taken(place: Location, address: str, first: str) -> Diagnostic:
    """Two want one address."""
    return error(
        "address-taken",
        N_("The address {address} already belongs to {first}"),
        place,
        N_("Give one of the two its own “slug”"),
        address=address,
        first=first,
    )


def _section_hint(name: str, config: Config) -> tuple[str, str]:
    names = [section.name for section in config.sections]
    if meant := did_you_mean(name, names):
        return N_("Did you mean “{meant}”?"), meant
    return N_("The sections in site.yaml are: {meant}"), ", ".join(names)


def unknown_section(article: Article, config: Config) -> Diagnostic:
    """An article names a section that there is not."""
    hint, meant = _section_hint(article.matter.section, config)
    return error(
        "unknown-section",
        N_("There is no section “{name}”; the article is left out"),
        article.place("section"),
        hint,
        name=article.matter.section,
        meant=meant,
    )


def unknown_vendor_section(place: Location, name: str, config: Config) -> Diagnostic:
    """A vendor names a section that there is not."""
    hint, meant = _section_hint(name, config)
    return warning("unknown-section", N_("There is no section “{name}”"), place, hint, name=name, meant=meant)


def unknown_related(place: Location, name: str, base: str, known: Mapping[str, int]) -> Diagnostic:
    """An article names another that there is not, or itself."""
    if source_path(base, name) == base:
        message = N_("“{name}” is this article itself")
        return warning("unknown-related", message, place, N_("Name another, or take it away"), name=name)
    folder = posixpath.dirname(base)
    if meant := nearest_path(source_path(base, name), known.keys() - {base}):
        meant = posixpath.relpath(meant, folder)
        hint = N_("Did you mean “{meant}”?")
    else:
        hint = N_("Name the file relative to this one, like ../2017/name.md")
    message = N_("“{name}” names no article of this site")
    return warning("unknown-related", message, place, hint, name=name, meant=meant)


def slug_ambiguous(place: Location, name: str, meant: Sequence[Entry]) -> Diagnostic:
    """A slug stands for articles of several years; ``meant``: newest first."""
    names = [f"{entry.article.matter.date.year}/{entry.article.slug}" for entry in meant]
    return warning(
        "slug-ambiguous",
        N_("“{name}” is the slug of several articles ({names}); the newest is taken"),
        place,
        N_("Write the year before it, like {meant}"),
        name=name,
        names=", ".join(names),
        meant=names[0],
    )


def unknown_issue_article(place: Location, name: str, base: str, known: Iterable[str]) -> Diagnostic:
    """An issue names an article that there is not."""
    if meant := nearest_path(source_path(base, name), known):
        meant = posixpath.relpath(meant, posixpath.dirname(base))
        hint = N_("Did you mean “{meant}”?")
    else:
        hint = N_("Name the file relative to this one, like ../articles/2018/name.md")
    message = N_("“{name}” names no article of this site; the issue appears without it")
    return warning("issue-article-unknown", message, place, hint, name=name, meant=meant)


def issue_withheld_article(place: Location, name: str) -> Diagnostic:
    """An issue names an article that is not public."""
    message = N_("“{name}” is not public; the issue appears without it")
    hint = N_("It joins the issue by itself once it is public")
    return warning("issue-article-withheld", message, place, hint, name=name)


def issue_empty(place: Location) -> Diagnostic:
    """None of an issue's articles is public."""
    message = N_("The issue has no public article; it is left out")
    return warning("issue-empty", message, place, N_("Check the articles it names, or its range of dates"))


def unknown_author(place: Location, key: str, known: Mapping[str, AuthorText]) -> Diagnostic:
    """An article names somebody who is not in authors.yaml."""
    if meant := did_you_mean(key, known):
        hint = N_("Did you mean “{meant}”?")
    else:
        hint = N_("Add the author to content/authors.yaml")
    message = N_("“{key}” is not in content/authors.yaml; the name is shown as it is")
    return warning("unknown-author", message, place, hint, key=key, meant=meant)


def other_spelling(usual: str, other: str, usual_entry: Entry, place: tuple[Entry, str]) -> Diagnostic:
    """Two spellings of a term share an address."""
    entry, field = place
    return warning(
        "term-spelling",
        N_("“{other}” and “{usual}” ({first}) share one address and are shown as one"),
        entry.article.place(field),
        N_("Write “{usual}”"),
        other=other,
        usual=usual,
        first=usual_entry.path,
    )


def place_ambiguous(entry: Entry, name: str, spot: Spot, states: tuple[str, ...]) -> Diagnostic:
    """The gazetteer knows several places of a name, and which is meant is a guess."""
    hint = N_("Write the name in full, or add it to “places” in site.yaml with its “state”")
    return warning(
        "place-ambiguous",
        N_("There are several places called “{name}” ({states}); the map shows the largest, {where}"),
        entry.article.place("location"),
        hint,
        name=name,
        states=", ".join(states),
        where=f"{spot.state} ({spot.latitude:.3f}, {spot.longitude:.3f})",
    )


def place_twice(entry: Entry, name: str, kilometres: int, other: Entry) -> Diagnostic:
    """Two articles say of one place that it lies far apart."""
    return warning(
        "place-twice",
        N_("“{name}” lies {kilometres} kilometres from where {other} says; the map follows that one"),
        entry.article.place("coordinates"),
        N_("If these are two places, give one of them another name; otherwise correct the coordinates"),
        name=name,
        kilometres=str(kilometres),
        other=other.path,
    )


def same_author(place: Location, name: str, first: str) -> Diagnostic:
    """Two entries of authors.yaml share an address."""
    return warning(
        "same-author",
        N_("“{name}” and {first} share one address and are shown as one author"),
        place,
        N_("If they are two people, give one of them a “slug”; otherwise use one entry for both"),
        name=name,
        first=first,
    )


def unknown_page(place: Location, name: str, known: Iterable[str]) -> Diagnostic:
    """A menu names a standing page that there is not."""
    meant = did_you_mean(name, known)
    hint = N_("Did you mean “{meant}”?") if meant else N_("Name a file in content/pages/ without its .md")
    message = N_("There is no page “{name}”; the menu leaves it out")
    return warning("unknown-page", message, place, hint, name=name, meant=meant)


def unknown_lead(place: Location, name: str, known: Iterable[str]) -> Diagnostic:
    """The lead story that site.yaml names is not public, or is not there."""
    meant = did_you_mean(name, known)
    hint = N_("Did you mean “{meant}”?") if meant else N_("Name a published article, like articles/2017/name.md")
    message = N_("“{name}” is no published article; the newest one leads instead")
    return warning("unknown-lead", message, place, hint, name=name, meant=meant)


def security_ends(place: Location, day: str, *, is_over: bool) -> Diagnostic:
    """``security.txt`` has expired, or soon will."""
    hint = N_("Check the contacts, and write a day within the next year")
    if is_over:
        return warning("security-expired", N_("security.txt has expired on {day}"), place, hint, day=day)
    return warning("security-expires", N_("security.txt expires on {day}"), place, hint, day=day)


def date_to_come(place: Location, day: str) -> Diagnostic:
    """A published article says that it was updated or corrected on a day that is still to come."""
    message, hint = N_("{day} is still to come, but the article is public"), N_("Check the date")
    return warning("date-to-come", message, place, hint, day=day)


def unknown_vendor(place: Location, name: str, known: Iterable[str]) -> Diagnostic:
    """An article names a vendor that there is not."""
    meant = did_you_mean(name, known)
    hint = N_("Did you mean “{meant}”?") if meant else N_("Name a vendor as its file in content/vendors/ does")
    return warning("unknown-vendor", N_("There is no vendor “{name}”"), place, hint, name=name, meant=meant)


def same_vendor(place: Location, name: str, first: str) -> Diagnostic:
    """Two vendors share a name, by which articles name them."""
    return warning(
        "same-vendor",
        N_("There is another vendor “{name}” ({first}); what articles say of the name goes to that one"),
        place,
        N_("Give one of the two a name that tells them apart, or have articles name the file"),
        name=name,
        first=first,
    )

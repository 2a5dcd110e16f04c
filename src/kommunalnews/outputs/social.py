"""Article, section or site → its social card: what networks show of a page without a picture."""

from collections.abc import Mapping
from functools import cached_property
from typing import NamedTuple

from kommunalnews import urls
from kommunalnews.digest import Digest, of_value
from kommunalnews.outputs.pictures import Pictures, shared
from kommunalnews.pages import Picture
from kommunalnews.recipes import CardRecipe
from kommunalnews.site import Entry, Site
from kommunalnews.site import Term as SiteTerm

CARD_SIZE = 1200, 630
_FONTS = ("fonts/print-headline.ttf", "fonts/print-sans-bold.ttf")


class Card(NamedTuple):
    """A social card: where it is, and how it is drawn."""

    address: str
    recipe: CardRecipe


class Cards:
    """The social cards of a site."""

    def __init__(self, site: Site, base: urls.Base, pictures: Pictures, statics: Mapping[str, Digest]) -> None:
        self._site = site
        self._base = base
        self._pictures = pictures
        self._fonts = tuple((f"static/{path}", statics[path]) for path in _FONTS if path in statics)
        self._of_sections: dict[str, Card | None] = {}

    def is_own(self, entry: Entry) -> bool:
        """Whether the article has a card of its own."""
        return entry.path in self._may_have_one and shared(self._pictures.main(entry)) is None

    @cached_property
    def _may_have_one(self) -> frozenset[str]:
        return frozenset(entry.path for entry in self._site.entries[: self._site.config.social_cards.newest])

    def shown(self, entry: Entry, section: SiteTerm) -> Picture | None:
        """What networks show of an article without a picture that they can show: its card, or its section's."""
        card = self.of(entry) if self.is_own(entry) else self.of_section(section)
        return self._picture(card, card.recipe.kicker, card.recipe.title) if card else None

    def of_list(self, section: SiteTerm) -> Picture | None:
        """What networks show of the list of a section."""
        card = self.of_section(section)
        return self._picture(card, card.recipe.title) if card else None

    @cached_property
    def of_pages(self) -> Picture | None:
        """What networks show of pages that have nothing of their own to show."""
        config = self._site.config
        return self._picture(self.of_site, config.title, config.tagline) if self.of_site else None

    def _picture(self, card: Card, *words: str) -> Picture:
        alt = ": ".join(filter(None, words))
        return Picture(self._base.href(card.address), self._base.url(card.address), *CARD_SIZE, alt)

    def of(self, entry: Entry) -> Card | None:
        """The card of an article; None where the fonts for it are missing."""
        return self._drawn(entry.article.slug, entry.article.matter.kicker, entry.article.matter.title)

    @cached_property
    def of_site(self) -> Card | None:
        """The card of the site itself: its tagline above its name, or that alone. None where nobody wants cards."""
        config = self._site.config
        if not config.social_cards.is_wanted:
            return None
        if config.tagline:
            return self._drawn("portal", "", config.tagline)
        return self._drawn("portal", "", config.title, foot="")

    def of_section(self, section: SiteTerm) -> Card | None:
        """The card that the older articles of a section share; None where nobody wants cards."""
        if not self._site.config.social_cards.is_wanted:
            return None
        if section.slug not in self._of_sections:
            self._of_sections[section.slug] = self._drawn(section.slug, "", section.name)
        return self._of_sections[section.slug]

    def _drawn(self, name: str, kicker: str, title: str, foot: str | None = None) -> Card | None:
        """With the site's name at the foot unless there is something else, or nothing."""
        config = self._site.config
        if len(self._fonts) < len(_FONTS):
            return None
        recipe = CardRecipe(config.title if foot is None else foot, kicker, title, config.language, self._fonts)
        return Card(urls.social_card(name, of_value(recipe)), recipe)

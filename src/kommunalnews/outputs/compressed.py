"""Outputs → those and their compressed twins, for servers that send what lies there."""

from collections.abc import Iterable, Iterator

from kommunalnews.outputs.views import Views
from kommunalnews.recipes import CompressedRecipe, Output, Slot, known

_TEXT = (".html", ".css", ".js", ".mjs", ".json", ".xml", ".txt", ".svg", ".webmanifest")


def with_compressed(views: Views, slots: tuple[Slot, ...]) -> tuple[Slot, ...]:
    """The slots, sorted by path, with a compressed file for each text in each coding that the settings name.

    What already has that path stays. Pages with server-side includes have none: servers look into plain text only.
    """
    codings = tuple(dict.fromkeys(views.config.precompress))
    if not codings:
        return slots
    endings = tuple(ending for ending in _TEXT if ending != ".html" or views.config.fragments != "ssi")
    taken = {slot.known.path for slot in slots}

    def twins() -> Iterator[Slot]:
        for slot in slots:
            plain = slot.known.path
            if plain.endswith(endings):
                for coding in codings:
                    if f"{plain}.{coding}" not in taken:
                        output = Output(f"{plain}.{coding}", CompressedRecipe(plain, coding), slot.known.source)
                        yield Slot(known(output, views.parts), (), output)

    return _sorted((*slots, *twins()))


def _sorted(slots: Iterable[Slot]) -> tuple[Slot, ...]:
    return tuple(sorted(slots, key=lambda slot: slot.known.path))

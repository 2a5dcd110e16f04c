"""Start tags, texts and end tags → HTML in which every element stands where HTML allows it.

What is misplaced loses its tags, never its text, and its name is noted
(https://html.spec.whatwg.org/multipage/dom.html#content-models).
"""

from kommunalnews.content.tags import CODE, LINE, PHRASING_ONLY, TRANSPARENT, escaped, plain_text

_PARENTS = {
    "li": frozenset({"ul", "ol"}),
    "figcaption": frozenset({"figure"}),
    "summary": frozenset({"details"}),
    "dt": frozenset({"dl"}),
    "dd": frozenset({"dl"}),
}
"""What some elements must stand in; elsewhere they become ``div``."""


class TooDeep(Exception):
    """More elements are open at once than may be."""


class Open:
    """An element that is open."""

    __slots__ = ("after", "at", "before_end", "implied", "mutes", "name", "written")

    def __init__(self, name: str, written: str, at: int) -> None:
        self.name = name
        """Its name in the sanitised HTML."""
        self.written = written
        """Its name in the output; empty where its tags are left out."""
        self.at = at
        """Index of its start tag in the output."""
        self.before_end = ""
        self.after = ""
        """HTML before and after its end tag."""
        self.implied = False
        """True for an ``li`` that the author left out."""
        self.mutes = False
        """True where its text is no part of the plain text."""


class Writer:
    """The output of one text, and what is open in it."""

    def __init__(self, deepest: int) -> None:
        self._deepest = deepest
        self._out: list[str] = []
        self._plain: list[str] = []
        self.stack: list[Open] = []
        self.links = 0
        """Links that are open."""
        self.code = 0
        """Elements of code that are open."""
        self._mute = 0
        self.misplaced: dict[str, None] = {}
        """Names of elements that stood where they may not."""

    @property
    def html(self) -> str:
        return "".join(self._out).strip()

    @property
    def text(self) -> str:
        return plain_text(self._plain)

    def is_within(self, name: str) -> bool:
        """Whether an element of that name is open in the output."""
        return any(opened.written == name for opened in self.stack)

    def say(self, text: str) -> None:
        """Add to the plain text only."""
        if not self._mute:
            self._plain.append(text)

    def put(self, html: str) -> None:
        """Add finished HTML."""
        self._out.append(html)

    def write(self, text: str) -> None:
        """Add a text."""
        if self.stack:
            self._make_item("", text)
        if self.code and text.startswith("\n") and next(filter(None, reversed(self._out)), "").startswith("<pre"):
            text = text.lstrip("\n")  # a parser drops the first line end of a pre, each time it reads it
        if not self._mute:
            self._plain.append(text)
        self._out.append(escaped(text))

    def paragraph(self, text: str) -> None:
        """Add a paragraph that holds nothing but text, where nothing is open."""
        self._plain += (" ", text, " ")
        self._out += ("<p>", escaped(text), "</p>")

    def void(self, name: str, html: str) -> None:
        """Add an element that has no end tag."""
        self._make_item(name, "")
        if name in LINE or self._make_room():
            self._out.append(html)
        self.say(" " if name != "wbr" and name != "img" else "")

    def open(self, name: str, attributes: str = "", written: str | None = None, *, mutes: bool = False) -> Open:
        """Open an element, as ``written`` where that is not its name. Raises TooDeep."""
        if len(self.stack) >= self._deepest:
            raise TooDeep
        written = name if written is None else written
        self._make_item(name, "")
        if name not in LINE:
            self.say(" ")
            wanted = _PARENTS.get(name)
            if wanted and self._parent() not in wanted:
                self.misplaced[name] = None
                written = "div"
            if written and not self._make_room():
                self.misplaced[name] = None
                written = ""
        opened = Open(name, written, len(self._out))
        opened.mutes = mutes
        self._out.append(f"<{written}{attributes}>" if written else "")
        self.stack.append(opened)
        self.links += name == "a"
        self.code += name in CODE
        self._mute += mutes
        return opened

    def rename(self, opened: Open, written: str) -> None:
        """Give an open element another name."""
        if opened.written:
            self._out[opened.at] = f"<{written}{self._out[opened.at][1 + len(opened.written) :]}"
            opened.written = written

    def enclose(self, opened: Open, before: str, after: str) -> None:
        """Put HTML before the start tag and after the end tag of an element that was just opened."""
        if opened.written:
            self._out[opened.at] = before + self._out[opened.at]
            opened.after = after

    def close(self) -> Open:
        """Close the innermost element that the author opened."""
        while self.stack[-1].implied:
            self._close(self.stack.pop())
        opened = self.stack.pop()
        self._close(opened)
        return opened

    def _close(self, opened: Open) -> None:
        self.links -= opened.name == "a"
        self.code -= opened.name in CODE
        self._mute -= opened.mutes
        if opened.name not in LINE:
            self.say(" ")
        if opened.written == "p" and not any(piece.strip() for piece in self._out[opened.at + 1 :]):
            del self._out[opened.at :]  # an empty paragraph, as bad nesting leaves behind
            return
        end = f"</{opened.written}>" if opened.written else ""
        self._out.append(f"{opened.before_end}{end}{opened.after}")

    def _parent(self) -> str:
        """What the next element will stand in; a ``div`` that groups terms of a ``dl`` counts as the ``dl``."""
        around = [opened.written for opened in self.stack[-2:]]
        return "dl" if around == ["dl", "div"] else around[-1] if around else ""

    def _make_item(self, name: str, text: str) -> None:
        """Whatever stands in a list without an item gets one."""
        if not self.stack:
            return
        parent = self.stack[-1]
        if parent.implied and name == "li":
            self._close(self.stack.pop())
        elif parent.written in ("ul", "ol") and name != "li" and (name or text.strip()):
            item = Open("li", "li", len(self._out))
            item.implied = True
            self._out.append("<li>")
            self.stack.append(item)

    def _make_room(self) -> bool:
        """Take out the inline elements around a block; False where the block itself must go."""
        around: list[Open] = []
        for opened in reversed(self.stack):
            if opened.name in TRANSPARENT or not opened.written:
                continue
            if opened.name in LINE:
                around.append(opened)
                continue
            if opened.written in PHRASING_ONLY:
                return False
            break
        for opened in around:
            self.misplaced[opened.name] = None
            self._out[opened.at] = opened.written = ""
        return True

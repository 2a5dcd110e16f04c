"""A text in columns → its columns, balanced where it ends.

WeasyPrint fills columns, throws them away, fills them again, and balances pixel by pixel. Here a page that the text
fills is laid out once. Where the text ends, its height is known from that one time, and columns of half of it and a
line nearly always hold it. What is laid out is what is kept.

It serves texts in columns of equal width, read from left to right, without floats and notes at the foot: the others are
left to WeasyPrint.

https://www.w3.org/TR/css-multicol-1/.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from typing import Any, NamedTuple

_LINE = 4 / 3
"""Height of a line, in sizes of its type: the step by which columns grow."""
_MORE_THAN_HALF = 0.55
"""Lines above the mean with which columns begin: an odd line has room, and a second one never has."""


class _Room(NamedTuple):
    """Where columns stand."""

    width: float
    gap: float
    columns: int


class _Filled(NamedTuple):
    """Columns, and what did not fit into them."""

    columns: list[Any]
    rest: Mapping[int, Any] | None
    next_page: Mapping[str, Any]
    absolute: list[Any]
    fixed: list[Any]


def balanced(fallback: Callable[..., Any]) -> Callable[..., Any]:
    """``columns_layout`` of WeasyPrint; ``fallback`` is its own."""
    from weasyprint.layout.block import block_level_width, collapse_margin

    def columns_layout(
        context: Any, box: Any, bottom_space: Any, skip_stack: Any, containing_block: Any, page_is_empty: bool,
        absolute_boxes: list[Any], fixed_boxes: list[Any], adjoining_margins: list[Any], *first_styles: Any,
    ) -> Any:  # fmt: skip
        if not box.children or not _is_plain(box):
            return fallback(
                context, box, bottom_space, skip_stack, containing_block, page_is_empty, absolute_boxes, fixed_boxes,
                adjoining_margins, *first_styles,
            )  # fmt: skip
        box = box.copy_with_children(box.children)
        box.position_y += collapse_margin(adjoining_margins)
        block_level_width(box, containing_block)
        context.in_column = True
        start, inside = next(iter(skip_stack.items())) if skip_stack else (0, None)
        page = _Page(context, box, containing_block, bottom_space, page_is_empty, first_styles)
        rest = page.set(start, inside)
        context.in_column = False
        if not page.parts:
            return None, {0: None}, _any_page(), [], False
        box.children = [child for part in page.parts for child in part.filled.columns]
        absolute_boxes += [child for part in page.parts for child in part.filled.absolute]
        fixed_boxes += [child for part in page.parts for child in part.filled.fixed]
        box.height = page.y + collapse_margin(page.margins) - box.content_box_y()
        last = page.parts[-1].filled
        return box, rest, _any_page() if rest and not last.rest else last.next_page, [], False

    return columns_layout


def _any_page() -> dict[str, Any]:
    """The next page is like this one. WeasyPrint writes into what it is told, so it is told something new each time."""
    return {"break": "any", "page": None}


class _Part(NamedTuple):
    """Columns or a block across them, where they begin, and how they came about."""

    first: int
    """The number of the first child in it."""
    children: list[Any]
    y: float
    margins: list[Any]
    """Those above it, which collapse."""
    inside: Any
    filled: _Filled


class _Page:
    """What one page shows of a box in columns."""

    def __init__(
        self, context: Any, box: Any, containing_block: Any, bottom_space: float, is_empty: bool, first_styles: Any
    ) -> None:
        self.context, self.box, self.containing_block = context, box, containing_block
        self.bottom_space, self.is_empty, self.first_styles = bottom_space, is_empty, first_styles
        self.parts: list[_Part] = []
        self.y: float = box.content_box_y()
        self.margins: list[Any] = []

    def set(self, start: int, inside: Any) -> dict[int, Any] | None:
        """Set the children from ``start`` on, the first of them from ``inside`` it on; what goes on the next page."""
        for index, run in _runs(self.box.children, start):
            rest = self._across(index, run, inside) if _is_across(run[0]) else self._columns(index, run, inside)
            if rest == {index: None}:
                return self._without_what_leads_to(index)
            if rest:
                return rest
            inside = None
        return None

    def _columns(self, index: int, run: list[Any], inside: Any) -> dict[int, Any] | None:
        from weasyprint.layout.block import collapse_margin

        margins, y = self.margins, self.y + collapse_margin(self.margins)
        setting = _Setting(self.context, self.box, self.containing_block, run, y, self.first_styles)
        filled = setting.fill(self.bottom_space, inside, self.is_empty and not self.parts)
        if not filled.columns:
            return {index: None}
        height = max(column.margin_height() for column in filled.columns)
        for column in filled.columns:
            column.height = height
        self.parts.append(_Part(index, run, self.y, margins, inside, filled))
        self.y, self.margins = y + min(self.context.page_bottom - y - self.bottom_space, height), []
        if not filled.rest:
            return None
        skipped, deeper = next(iter(filled.rest.items()))
        return {index + skipped: deeper}

    def _across(self, index: int, run: list[Any], inside: Any) -> dict[int, Any] | None:
        from weasyprint.layout.block import block_level_layout, resolve_percentages

        block, filled = run[0].copy(), _Filled([], None, _any_page(), [], [])
        resolve_percentages(block, self.containing_block)
        block.position_x, block.position_y = self.box.content_box_x(), self.y
        above = list(self.margins)
        whole, resume, next_page, margins, *_ = block_level_layout(
            self.context, block, self.bottom_space, inside, self.containing_block, self.is_empty and not self.parts,
            filled.absolute, filled.fixed, list(above), *self.first_styles,
        )  # fmt: skip
        if whole is None:
            return {index: None}
        filled.columns.append(whole)
        self.parts.append(_Part(index, run, self.y, above, inside, filled._replace(rest=resume, next_page=next_page)))
        self.y = whole.border_box_y() + whole.border_height()
        self.margins = [*margins, whole.margin_bottom]
        return {index: resume} if resume else None

    def _without_what_leads_to(self, index: int) -> dict[int, Any]:
        """Take back what must not stand apart from the child that found no room: a headline, say."""
        first = index
        while first and _avoids_break(self.box.children[first - 1]):
            first -= 1
        if first == index or not self.parts or (self.is_empty and first <= self.parts[0].first):
            return {index: None}  # on a page of its own it would be the same again
        while self.parts and self.parts[-1].first >= first:
            self._take_back()
        if self.parts and first < self.parts[-1].first + len(self.parts[-1].children):
            part = self._take_back()
            self._columns(part.first, part.children[: first - part.first], part.inside)
        return {first: None}

    def _take_back(self) -> _Part:
        part = self.parts.pop()
        _forget(self.context, part.filled)
        self.y, self.margins = part.y, part.margins
        return part


def _is_across(child: Any) -> bool:
    return bool(child.style["column_span"] == "all")


def _avoids_break(child: Any) -> bool:
    """Whether what comes next must stand with it."""
    return child.style["break_after"] in ("avoid", "avoid-page", "avoid-column")


def _forget(context: Any, filled: _Filled) -> None:
    """Take back what a layout has told the page."""
    from weasyprint.layout.block import remove_placeholders

    remove_placeholders(context, filled.columns, filled.absolute, filled.fixed)


def _is_plain(box: Any) -> bool:
    """Whether nothing is asked for that only WeasyPrint's own way can do. Asked once: each page asks for the rest."""
    if not hasattr(box, "is_plain"):
        box.is_plain = _is_plain_style(box) and not any(
            child.footnote or child.is_floated() for child in box.descendants()
        )
    return bool(box.is_plain)


def _is_plain_style(box: Any) -> bool:
    style = box.style
    return (
        style["column_count"] != "auto"
        and style["column_width"] == "auto"
        and style["column_fill"] == "balance"
        and style["position"] == "static"
        and style["direction"] == "ltr"
        and style["height"] == "auto"
        and box.min_height in ("auto", 0)
    )


def _runs(children: list[Any], start: int) -> Iterator[tuple[int, list[Any]]]:
    """What comes one after the other: children that share columns, and single ones across all of them."""
    for across, run in groupby(enumerate(children[start:], start), lambda pair: _is_across(pair[1])):
        pairs = list(run)
        if across:
            yield from ((index, [child]) for index, child in pairs)
        else:
            yield pairs[0][0], [child for _, child in pairs]


class _Setting:
    """Children that share columns, and the place where they are set."""

    def __init__(
        self, context: Any, box: Any, containing_block: Any, children: list[Any], y: float, first_styles: Any
    ) -> None:
        from weasyprint.layout.column import percentage

        gap = box.style["column_gap"]
        gap = box.style["font_size"] if gap == "normal" else percentage(gap, box.style, box.width)
        count = box.style["column_count"]
        self.room = _Room(max(0, box.width - (count - 1) * gap) / count, gap, count)
        self.context, self.box, self.containing_block, self.y = context, box, containing_block, y
        self.children, self.first_styles = children, first_styles
        self.shapes = len(context.excluded_shapes)

    def fill(self, bottom_space: float, inside: Any, is_empty: bool) -> _Filled:
        """Columns as high as the page, or as low as holds all of the text."""
        skip = {0: inside} if inside is not None else None
        highest = self.context.page_bottom - self.y - bottom_space
        filled = self._set(highest, skip, is_empty)
        if filled.rest or not filled.columns:
            return filled
        line = self.box.style["font_size"] * _LINE
        height = sum(map(self._used, filled.columns)) / self.room.columns + line * _MORE_THAN_HALF
        while height < highest:
            _forget(self.context, filled)
            filled = self._set(height, skip, False)
            if filled.columns and not filled.rest:
                return filled
            height += line
        _forget(self.context, filled)
        return self._set(highest, skip, is_empty)

    def _set(self, height: float, skip: Any, is_empty: bool) -> _Filled:
        """Fill columns of one height."""
        from weasyprint.layout.block import block_box_layout

        del self.context.excluded_shapes[self.shapes :]  # floats of columns that are set anew
        filled = _Filled([], skip, _any_page(), [], [])
        for number in range(self.room.columns):
            column, rest, next_page, *_ = block_box_layout(
                self.context, self._column(number), self.context.page_bottom - self.y - height, filled.rest,
                self.containing_block, is_empty, filled.absolute, filled.fixed, [], *self.first_styles,
                discard=False, max_lines=None,
            )  # fmt: skip
            if column is None:
                break
            filled.columns.append(column)
            filled = filled._replace(rest=rest, next_page=next_page)
            if rest is None:
                break
        return filled

    def _column(self, number: int) -> Any:
        """An empty column."""
        from weasyprint.layout.percent import resolve_percentages

        column = self.box.anonymous_from(self.box, children=[child.copy() for child in self.children])
        resolve_percentages(column, self.containing_block)
        column.is_column = True
        column.width = self.room.width
        column.position_x = self.box.content_box_x() + number * (self.room.width + self.room.gap)
        column.position_y = self.y
        return column

    def _used(self, column: Any) -> float:
        """How far down a column is filled."""
        flow = [child for child in column.children if child.is_in_normal_flow()]
        if not flow:
            return 0
        bottom: float = flow[-1].position_y + flow[-1].margin_height() - flow[-1].margin_bottom
        return bottom - self.y

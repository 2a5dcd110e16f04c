"""A text in columns → its columns, balanced where it ends.

WeasyPrint fills columns, throws them away, fills them again, and balances pixel by pixel. Here a page that the text
fills is laid out once. Where the text ends, its height is known from that one time, and columns of half of it and a
line nearly always hold it. What is laid out is what is kept.

It serves texts in columns of equal width, read from left to right, without notes at the foot: the others are left to
WeasyPrint.

https://www.w3.org/TR/css-multicol-1/.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

_LINE = 4 / 3
"""Height of a line, in sizes of its type: the step by which columns grow."""
_ANY: Mapping[str, Any] = {"break": "any", "page": None}
"""The next page is like this one."""


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
    from weasyprint.layout.block import block_level_layout, block_level_width, collapse_margin, resolve_percentages

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
        start, inside = next(iter(skip_stack.items())) if skip_stack else (0, None)
        context.in_column = True
        placed: list[Any] = []
        margins: list[Any] = []
        y, rest, next_page = box.content_box_y(), None, _ANY
        for index, run in _runs(box.children, start):
            is_empty = page_is_empty and not placed
            if not isinstance(run, list):
                run = run.copy()
                resolve_percentages(run, containing_block)
                run.position_x, run.position_y = box.content_box_x(), y
                whole, resume, next_page, margins, *_ = block_level_layout(
                    context, run, bottom_space, inside, containing_block, is_empty, absolute_boxes,
                    fixed_boxes, margins, *first_styles,
                )  # fmt: skip
                inside = None
                if whole is None:
                    rest = {index: None}
                    break
                placed.append(whole)
                y = whole.border_box_y() + whole.border_height()
                margins.append(whole.margin_bottom)
                if resume:
                    rest = {index: resume}
                    break
                continue
            y += collapse_margin(margins)
            margins = []
            setting = _Setting(context, box, containing_block, run, y, first_styles)
            filled = setting.fill(bottom_space, inside, is_empty)
            inside = None
            absolute_boxes += filled.absolute
            fixed_boxes += filled.fixed
            next_page = filled.next_page
            if not filled.columns:
                rest = {index: None}
                break
            height = max(column.margin_height() for column in filled.columns)
            for column in filled.columns:
                column.height = height
            placed += filled.columns
            y += min(context.page_bottom - y - bottom_space, height)
            if filled.rest:
                skipped, deeper = next(iter(filled.rest.items()))
                rest = {index + skipped: deeper}
                break
        context.in_column = False
        if not placed:
            return None, {0: None}, _ANY, [], False
        box.children = placed
        box.height = y + collapse_margin(margins) - box.content_box_y()
        return box, rest, next_page, [], False

    return columns_layout


def _is_plain(box: Any) -> bool:
    """Whether nothing is asked for that only WeasyPrint's own way can do. Asked once: each page asks for the rest."""
    if not hasattr(box, "is_plain"):
        box.is_plain = _is_plain_style(box) and not any(child.footnote for child in box.descendants())
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


def _runs(children: list[Any], start: int) -> Iterator[tuple[int, Any]]:
    """What comes one after the other: children that share columns, and single ones across all of them."""
    run: list[Any] = []
    for index, child in enumerate(children[start:], start):
        if child.style["column_span"] == "all":
            if run:
                yield index - len(run), run
            yield index, child
            run = []
        else:
            run.append(child)
    if run:
        yield len(children) - len(run), run


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
        height = sum(map(self._used, filled.columns)) / self.room.columns + line
        while height < highest:
            self._forget(filled)
            filled = self._set(height, skip, False)
            if filled.columns and not filled.rest:
                return filled
            height += line
        self._forget(filled)
        return self._set(highest, skip, is_empty)

    def _set(self, height: float, skip: Any, is_empty: bool) -> _Filled:
        """Fill columns of one height."""
        from weasyprint.layout.block import block_box_layout

        del self.context.excluded_shapes[self.shapes :]  # floats of columns that are set anew
        filled = _Filled([], skip, _ANY, [], [])
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

    def _forget(self, filled: _Filled) -> None:
        """Take back what a layout has told the page."""
        from weasyprint.layout.block import remove_placeholders

        remove_placeholders(self.context, filled.columns, filled.absolute, filled.fixed)

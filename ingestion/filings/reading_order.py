"""Reading order: the lines of a PDF's tables cell by cell, where the page draws them line by line across its columns.

Most pages draw a table cell by cell, and their order is kept. A page that draws it line by line is told by its order: nothing
on it is drawn higher than what came before. There the columns come from the positions of the words, and a row begins on the
line that has its figures. What is no table keeps its order.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from ingestion.filings.heads import letters_of
from ingestion.filings.lines import Line
from ingestion.filings.refusal import RefusedFiling

#: Points that the tops of two pieces of one printed line may differ.
_SAME_LINE = 3.0
_FIGURE = re.compile(r"\d{1,3}(?:,\d{3})+(?:\s.*)?|[<＜]?\s?\d{1,3}(?:\.\d+)?\s?%.*")
_END = re.compile(r"notes?\s*[:：]?.*|\*.*", re.IGNORECASE)
#: A table has this many columns at least: a name, a figure, a day.
_COLUMNS = 3


def in_cell_order(lines: Sequence[Line]) -> list[Line]:
    """The lines with every table in the order of its cells. Raises RefusedFiling where the positions don't tell the rows."""
    pages: dict[int, list[Line]] = {}
    for line in lines:
        pages.setdefault(line.page, []).append(line)
    ordered: list[Line] = []
    for content in pages.values():
        printed = _printed_lines(content)
        ordered += _page(printed) if _is_line_by_line(content, printed) else content
    return ordered


def _printed_lines(content: Sequence[Line]) -> list[list[Line]]:
    """The pieces of a page that stand side by side, one list for each printed line."""
    printed: list[list[Line]] = []
    for line in content:
        before = printed[-1][-1] if printed else None
        if before and abs((line.top or 0) - (before.top or 0)) <= _SAME_LINE and (line.left or 0) > (before.left or 0):
            printed[-1].append(line)
        else:
            printed.append([line])
    return printed


def _is_line_by_line(content: Sequence[Line], printed: Sequence[Sequence[Line]]) -> bool:
    if any(line.top is None for line in content):
        return False
    rises = any((after.top or 0) < (before.top or 0) - _SAME_LINE for before, after in pairwise(content))
    return not rises and sum(len(pieces) >= _COLUMNS for pieces in printed) > 1


def _page(printed: Sequence[Sequence[Line]]) -> list[Line]:
    """The page with each table, from its `Name` to a line across its columns, in the order of its cells."""
    ordered: list[Line] = []
    place = 0
    while place < len(printed):
        pieces = printed[place]
        if not (letters_of(pieces[0].text) == "name" and len(pieces) >= _COLUMNS):
            ordered += pieces
            place += 1
            continue
        end = place + 1
        while end < len(printed) and not _ends_table(printed[end], pieces):
            end += 1
        ordered += _table(printed[place:end])
        place = end
    return ordered


def _ends_table(pieces: Sequence[Line], head: Sequence[Line]) -> bool:
    """Whether a printed line is no line of the table: it goes across columns, or begins the notes."""
    crosses = len(pieces) == 1 and (pieces[0].left or 0) < (head[1].left or 0) < (pieces[0].right or 0)
    return crosses or bool(_END.fullmatch(pieces[0].text))


def _table(printed: Sequence[Sequence[Line]]) -> list[Line]:
    """The head and the rows of a table, cell by cell. Raises RefusedFiling where a row's name begins above its figures."""
    columns = _columns([piece for pieces in printed for piece in pieces])
    rows: list[list[Line]] = [[]]
    for pieces in printed:
        if any(_FIGURE.fullmatch(piece.text) for piece in pieces):
            rows.append([])
        rows[-1] += pieces
    names = [piece for piece in rows[0] if _column_of(piece, columns) == 0]
    if len(names) > 1 and any(re.search(r"[a-z]{3}", letters_of(piece.text)) for piece in names[1:]):
        raise RefusedFiling(
            names[1].place,
            f"{names[1].text!r} stands above the figures of its row, and the page is drawn line by line",
            "names would have to begin beside their figures; write the lines with --text, put each name before its "
            "figures, and read that",
        )
    return [piece for row in rows for column in range(len(columns)) for piece in row if _column_of(piece, columns) == column]


def _columns(pieces: Sequence[Line]) -> list[tuple[float, float]]:
    """Where the columns stand, from left to right: the stretches that the pieces cover between them."""
    columns: list[tuple[float, float]] = []
    for left, right in sorted((piece.left or 0, piece.right or 0) for piece in pieces):
        if columns and left <= columns[-1][1]:
            columns[-1] = (columns[-1][0], max(columns[-1][1], right))
        else:
            columns.append((left, right))
    return columns


def _column_of(piece: Line, columns: Sequence[tuple[float, float]]) -> int:
    return next(number for number, (left, right) in enumerate(columns) if left <= (piece.left or 0) <= right)

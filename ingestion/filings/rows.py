"""Rows: from the body of a table to its holders, each with its figures and days, and to its subtotals and totals.

The head says which figures a row has. A row that has others is not guessed at: the filing is refused with its place.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from ingestion.filings.blocks import Table
from ingestion.filings.cells import Cell, class_alone, read_cells
from ingestion.filings.heads import Column, Head, letters_of
from ingestion.filings.lines import Line
from ingestion.filings.names import NameLines, UnclearName, join_lines, split_capacity, split_names
from ingestion.filings.refusal import RefusedFiling
from ingestion.filings.row_values import LockedUntil, Row, TableRows, Total, alignments

_TOTAL = re.compile(
    r"(?:sub-?\s?totals?|totals?|grand totals?|aggregate)(?:\s*[:：]|\s+(?:of|for|held|shares|number|[-–(]).*)?", re.IGNORECASE
)
#: Words of heads and of notes, which no holder's name has.
_HEAD_WORDS = re.compile(
    r"lock-?\s?up|undertakings|% of|last day|upon listing|number of|shareholding in|the listing date|pursuant to|in accordance",
    re.IGNORECASE,
)
_PART = re.compile(r"\((?:i{1,3}|iv|vi{0,3}|[a-h])\)|[-–—•]\s|of which:?\s", re.IGNORECASE)


def read_rows(table: Table) -> TableRows:
    """The rows and totals of a table. Raises RefusedFiling."""
    return _Reader(table).read()


def is_total(text: str) -> bool:
    """Whether a line labels a subtotal or total."""
    return bool(_TOTAL.fullmatch(text))


class _Reader:
    """One pass over the cells of a body."""

    def __init__(self, table: Table) -> None:
        self.head: Head = table.head
        self.cells = read_cells(table.body)
        self.has_groups = sum(is_total(cell.printed) for cell in self.cells if cell.kind == "words") > 1
        self.found = TableRows()
        self.groups: tuple[str, ...] = ()

    def read(self) -> TableRows:
        place = 0
        while place < len(self.cells):
            words, after_page, place = self._words(place)
            figures, place = self._figures(place, words)
            if not words:
                if figures:
                    raise self._refused(
                        figures[0].line,
                        f"{_shown(figures)} with no name before",
                        "a holder or a total would have to stand before",
                    )
                break
            if not figures:
                self._names_at_end(words, after_page)
            elif any(is_total(cell.printed) for cell in words):
                self._total(words, figures, after_page)
            else:
                self._row(words, figures, after_page)
        return self.found

    def _words(self, place: int) -> tuple[list[Cell], bool, int]:
        """The words from `place` on up to the next figures, and whether a page ends before them."""
        words: list[Cell] = []
        after_page = False
        while place < len(self.cells) and self.cells[place].kind in ("words", "page"):
            cell = self.cells[place]
            if cell.kind == "page":
                after_page = after_page or not words
            elif letters_of(cell.printed):
                words.append(cell)
            place += 1
        return words, after_page, place

    def _figures(self, place: int, words: list[Cell]) -> tuple[list[Cell], int]:
        """The figures and days from `place` on; a number without commas that no figures follow belongs to the words before."""
        while True:
            figures: list[Cell] = []
            end = place
            while end < len(self.cells) and self.cells[end].kind != "words":
                if self.cells[end].kind != "page":
                    figures.append(self.cells[end])
                end += 1
            while end > place and self.cells[end - 1].kind == "page":
                end -= 1
            is_name = (
                len(figures) == 1
                and figures[0].kind == "count"
                and re.fullmatch(r"\d{1,4}", figures[0].printed)
                and end < len(self.cells)
            )
            if not (is_name and words and len(self.head.figures) > 1 and not is_total(words[-1].printed)):
                return figures, end
            words.append(figures[0])
            more, _, place = self._words(end)
            words += more

    def _row(self, words: list[Cell], figures: list[Cell], after_page: bool) -> None:
        line = words[0].line
        lines = [cell.printed for cell in words]
        values = [cell for cell in figures if cell.kind not in ("day", "stage")]
        if len(lines) > 1 and (of := class_alone(lines[-1])):
            # a column of classes before the count
            lines.pop()
            first = next((cell for cell in values if cell.kind == "count"), None)
            if first and not first.parts and isinstance(first.value, int):
                first.parts = ((of, first.value),)
        capacity = None
        if self.head.has_capacity:
            try:
                lines, in_words = split_capacity(lines)
            except UnclearName as error:
                needed = "the words of the column of capacities would have to begin on a line of their own"
                raise self._refused(line, error.reason, needed) from None
            capacity = join_lines(in_words)
        names = self._split(lines, after_page, line)
        self._extend_before(names)
        if names.groups:
            self.groups = self._open_groups(names.groups)
        own = list(names.name)
        days = self._days(figures)
        marks = tuple(mark for cell in (*words, *figures) for mark in cell.marks)
        many = self._many(own, values, days, line)
        if many:
            self.found.rows += many
            return
        holder = join_lines(own)
        if not holder or _HEAD_WORDS.search(holder):
            raise self._refused(
                line,
                f"{holder!r} stands where a holder's name is read",
                "a name would have to stand there; the head of a table may be broken",
            )
        if not days:
            raise self._refused(
                figures[0].line,
                f"{holder!r} has {_shown(figures)} and no last day",
                "a day would have to stand in its last column",
            )
        laid = alignments(self.head.figures, values)
        # a row with a figure too few is never completed: what is missing may be its shares
        if len(values) != len(self.head.figures) or not laid:
            raise self._refused(
                figures[0].line,
                f"{holder!r} has {_shown(values)}",
                f"its figures would have to be {', '.join(_named(column) for column in self.head.figures)}, in this order",
            )
        part_of = None
        if _PART.match(holder) and self.found.rows:
            part_of = self._whole()
            holder = _PART.sub("", holder, count=1).strip()
        self.found.rows.append(Row(holder, laid[0], days, _line_of(words, own), capacity, (), self.groups, marks, part_of))

    def _whole(self) -> int:
        number = len(self.found.rows) - 1
        whole = self.found.rows[number].part_of
        return number if whole is None else whole

    def _many(self, own: list[str], values: list[Cell], days: tuple[LockedUntil, ...], line: Line) -> list[Row]:
        """The rows of a cell that lists a holder and its parts, column by column: 3 names, 3 counts, 3 percentages, one day."""
        width = len(self.head.figures)
        count = len(values) // width if width else 0
        if count < 2 or len(values) != count * width or len(days) != 1:
            return []
        names = _part_names(own)
        columns = [values[place * count : (place + 1) * count] for place in range(width)]
        rows = [tuple(column[number] for column in columns) for number in range(count)]
        if len(names) != count or any(not alignments(self.head.figures, row) for row in rows):
            raise self._refused(
                line,
                f"{join_lines(own)!r} has {_shown(values)}",
                f"{count} names would have to stand before {count} figures a column",
            )
        first = len(self.found.rows)
        return [
            Row(name, row, days, line, None, (), self.groups, (), None if number == 0 else first)
            for number, (name, row) in enumerate(zip(names, rows, strict=True))
        ]

    def _days(self, figures: Sequence[Cell]) -> tuple[LockedUntil, ...]:
        days: list[LockedUntil] = []
        before: str | None = None
        for cell in figures:
            if cell.kind == "day" and isinstance(cell.value, date):
                days.append(LockedUntil(cell.value, before, cell.printed))
                before = None
            elif cell.kind == "stage" and days and days[-1].stage is None:
                days[-1] = LockedUntil(days[-1].last_locked_on, str(cell.value), f"{days[-1].printed} {cell.printed}")
            elif cell.kind == "stage":
                before = str(cell.value)  # `First six-month period: 11 July 2026`
        stages = [day.stage for day in days]
        if len(days) > 1 and stages != ["first", "second"]:
            if len(days) == 2 and stages == [None, None] and days[0].last_locked_on < days[1].last_locked_on:
                return (
                    LockedUntil(days[0].last_locked_on, "first", days[0].printed),
                    LockedUntil(days[1].last_locked_on, "second", days[1].printed),
                )
            raise self._refused(
                figures[0].line,
                f"{len(days)} last days stand in one cell: {', '.join(day.printed for day in days)}",
                "two would have to be of the first and the second six-month period; part the row into one for each day by hand",
            )
        return tuple(days)

    def _total(self, words: list[Cell], figures: list[Cell], after_page: bool) -> None:
        first = next(number for number, cell in enumerate(words) if is_total(cell.printed))
        if first:
            self._names_at_end(words[:first], after_page)
        label = join_lines([cell.printed for cell in words[first:]])
        self.found.totals.append(Total(label, tuple(figures), words[first].line, len(self.found.rows)))
        self.groups = ()

    def _names_at_end(self, words: list[Cell], after_page: bool) -> None:
        """Words that no figures follow: the rest of the last name, or further holders of the last cell."""
        lines = [cell.printed for cell in words]
        if any(is_total(line) for line in lines):
            raise self._refused(words[0].line, f"{join_lines(lines)!r} has no figures", "a sum would have to stand after it")
        self._extend_before(self._split(lines, after_page, words[0].line, ends_table=True))

    def _split(self, lines: list[str], after_page: bool, line: Line, *, ends_table: bool = False) -> NameLines:
        before = self.found.rows[-1].holder if self.found.rows else None
        try:
            return split_names(lines, before, after_page=after_page, has_groups=self.has_groups, ends_table=ends_table)
        except UnclearName as error:
            raise self._refused(line, error.reason, "each name would have to stand beside its own figures") from None

    def _extend_before(self, names: NameLines) -> None:
        if names.rest:
            row = self.found.rows[-1]
            row.holder = join_lines([row.holder, *names.rest])
        if names.shared:
            self.found.rows[-1].shared_with += names.shared

    def _open_groups(self, groups: tuple[str, ...]) -> tuple[str, ...]:
        return groups if len(groups) > 1 or not self.groups else (*self.groups[:1], *groups)

    def _refused(self, line: Line, read: str, needed: str) -> RefusedFiling:
        return RefusedFiling(line.place, read, needed)


def _part_names(lines: Sequence[str]) -> list[str]:
    """The name and those of its parts, each of which begins with (i), (ii), ... or a dash."""
    names: list[list[str]] = [[]]
    for line in lines:
        part = _PART.match(line + " ")
        if part:
            names.append([])
            line = line[part.end() :].strip()
        if line:
            names[-1].append(line)
    return [join_lines(name) for name in names]


def _line_of(words: Sequence[Cell], own: Sequence[str]) -> Line:
    """The line on which the row's own name begins."""
    return next((cell.line for cell in words if own and cell.printed == own[0]), words[0].line)


def _named(column: Column) -> str:
    if column.kind == "count":
        return "a count of shares" if column.of == "all" else f"a count of {column.of} shares"
    return f"% of the {column.of} shares"


def _shown(cells: Sequence[Cell]) -> str:
    return ", ".join(cell.printed for cell in cells) or "no figures"

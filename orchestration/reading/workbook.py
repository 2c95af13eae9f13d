"""Results as Excel workbooks: a sheet for each, days as days, numbers as numbers, and text that never runs.

What a spreadsheet can't hold is written as text (numbers of more than 15 digits, days before March 1900, lists), or refused.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import chain
from math import isfinite
from pathlib import Path
from typing import Any, BinaryIO

from orchestration.reading.connection import QueryError
from orchestration.reading.text import text, width

#: What a sheet holds, the header among its rows; and what a cell does.
_ROWS, _COLUMNS, _LETTERS, _DIGITS = 1_048_576, 16_384, 32_767, 15
#: From here on a spreadsheet counts days as the calendar does: it has a 29 February 1900.
_FIRST_DAY = date(1900, 3, 1)
#: With these a formula begins, once the cell is edited or saved as CSV and opened again.
_FORMULA = tuple("=+-@＝＋－＠\t\r")
_WIDEST, _WIDTH_ROWS = 60, 200


class Book:
    """A workbook that is being written, sheet by sheet and row by row. `open_book` makes it."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._head = book.add_format({"bold": True})
        self._day = book.add_format({"num_format": "yyyy-mm-dd"})
        self._instant = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        # the sign of a spreadsheet for text that was typed with an apostrophe
        self._text = book.add_format({"quote_prefix": True})

    def add(self, name: str, columns: Sequence[str], batches: Iterable[Sequence[Sequence[Any]]]) -> None:
        """Writes a sheet: the names of the columns, then the rows. Raises QueryError for what a sheet can't hold."""
        if len(columns) > _COLUMNS:
            raise QueryError(f"{name}: a sheet holds {_COLUMNS:,} columns, and these are {len(columns):,}: select fewer")
        sheet = self._book.add_worksheet(name)
        widths = [width(column) for column in columns]
        for place, column in enumerate(columns):
            sheet.write_string(0, place, column, self._head)
        number = 0
        for row in chain.from_iterable(batches):
            number += 1
            if number >= _ROWS:
                raise QueryError(f"{name}: a sheet holds {_ROWS - 1:,} rows: add a LIMIT, or write --format parquet")
            for place, value in enumerate(row):
                if value is None:
                    continue
                shown = self._write(sheet, number, place, value)
                if len(shown) > _LETTERS:
                    words = f"a cell holds {_LETTERS:,} letters, not {len(shown):,}"
                    raise QueryError(f"{name}, row {number:,}, {columns[place]}: {words}")
                if number <= _WIDTH_ROWS:
                    widths[place] = max(widths[place], width(shown))
        for place, wide in enumerate(widths):
            sheet.set_column(place, place, min(wide, _WIDEST) + 2)
        sheet.freeze_panes(1, 0)
        if columns:
            sheet.autofilter(0, 0, number, len(columns) - 1)

    def _write(self, sheet: Any, row: int, place: int, value: Any) -> str:
        """Writes a cell as what it is; returns what it shows, or would as text."""
        shown = text(value)
        match value:
            case bool():
                sheet.write_boolean(row, place, value)
            case int() | float() | Decimal() if _is_kept(value):
                sheet.write_number(row, place, value)
            case datetime() if value.date() >= _FIRST_DAY:
                sheet.write_datetime(
                    row, place, value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value, self._instant
                )
                return shown[:19]
            case date() if not isinstance(value, datetime) and value >= _FIRST_DAY:
                sheet.write_datetime(row, place, value, self._day)
            case _:
                sheet.write_string(row, place, shown, self._text if shown.startswith(_FORMULA) else None)
        return shown


@contextmanager
def open_book(stream: BinaryIO) -> Generator[Book]:
    """A workbook that is written to `stream` at the end; what it needs on the disk until then is removed in any case."""
    # a tenth of a second to import, and no other format needs it
    import xlsxwriter
    from xlsxwriter.exceptions import FileCreateError

    with tempfile.TemporaryDirectory(prefix="freefloat-") as folder:
        whole = Path(folder) / "whole.xlsx"
        book = xlsxwriter.Workbook(str(whole), {"constant_memory": True, "tmpdir": folder, "strings_to_urls": False})
        yield Book(book)
        try:
            book.close()
        except FileCreateError as error:
            raise error.args[0] from None  # the disk is full
        with whole.open("rb") as file:
            shutil.copyfileobj(file, stream)


def _is_kept(value: int | float | Decimal) -> bool:
    """Whether a spreadsheet keeps all digits of a number."""
    if isinstance(value, float):
        return isfinite(value)
    return (
        value.is_finite() and len(value.normalize().as_tuple().digits) <= _DIGITS
        if isinstance(value, Decimal)
        else abs(value) < 10**_DIGITS
    )

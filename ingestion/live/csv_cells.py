"""CSV tables of live sources: their lines, and the cells of a record by the names of its columns.

The readers of a cell take it by its column's name, give None for a blank one, and raise BadCell for one that can't be read:
its row is left out, while the rest of the table stands.
"""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from decimal import Decimal

from ingestion.columns import BadCell, parse_day
from ingestion.live.answer import AMOUNT_LIMIT, UnexpectedAnswer

Cells = dict[str, str]

_COUNT_LIMIT = 10**18  # fits in 64 bits
_MONEY_DECIMALS = 2
_NUMBER = re.compile(r"(-?)\$?([0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,40})(\.[0-9]{1,40})?([eE][+-]?[0-9]{1,2})?", re.ASCII)
_FLAGS = {"": False, "false": False, "true": True, "checked": True}


def csv_lines(text: str) -> list[list[str]]:
    """The lines that are not blank, as cells without the spaces around them; a quoted cell may hold line breaks.

    Raises UnexpectedAnswer if it is no CSV.
    """
    try:
        return [[cell.strip() for cell in line] for line in csv.reader(io.StringIO(text, newline=""), strict=True) if line]
    except csv.Error as error:
        raise UnexpectedAnswer(f"the CSV can't be read, it is cut short or not what it was: {error}") from None


def text_or_none(cells: Cells, column: str) -> str | None:
    """The text of a cell."""
    return cells[column] or None


def text(cells: Cells, column: str) -> str:
    """Text that must be there."""
    if not cells[column]:
        raise BadCell(column, "", "is empty")
    return cells[column]


def day(cells: Cells, column: str) -> date | None:
    """A day like 2026-07-09."""
    return parse_day(column, cells[column]) if cells[column] else None


def flag(cells: Cells, column: str) -> bool:
    """True or False; a blank cell is False."""
    cell = cells[column]
    if cell.lower() not in _FLAGS:
        raise BadCell(column, cell[:80], "is neither True, False nor empty")
    return _FLAGS[cell.lower()]


def number(cells: Cells, column: str, limit: int = AMOUNT_LIMIT, *, is_signed: bool = False) -> Decimal | None:
    """A number like 65000000000.0, $65,000,000,000 or 6.5e10, exactly as printed and below `limit`."""
    cell = cells[column]
    if not cell:
        return None
    found = _NUMBER.fullmatch(cell)
    if not found or (found[1] and not is_signed):
        raise BadCell(column, cell[:80], "is not a number like 65000000000.0")
    value = Decimal(f"{found[1]}{found[2].replace(',', '')}{found[3] or ''}{found[4] or ''}")
    if abs(value) >= limit:
        raise BadCell(column, cell[:80], "is no plausible number")
    return value


def money(cells: Cells, column: str) -> Decimal | None:
    """A sum of money in whole units of its currency, rounded to the cent."""
    value = number(cells, column)
    return None if value is None else round(value, _MONEY_DECIMALS)


def count(cells: Cells, column: str) -> int | None:
    """Users, tokens or messages, rounded to one: a day's share of a month need not be whole."""
    value = number(cells, column, _COUNT_LIMIT)
    return None if value is None else round(value)

"""Columns whose cell is one plain value: words, a count, a decimal number, true or false, a day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import polars as pl

from ingestion.columns.base import BadCell, Cells, Column, Landed
from ingestion.files.cell_text import look_alike

#: Wide enough for 1e20 and fine enough for the price of a token in USD per million.
DECIMAL = pl.Decimal(28, 8)

_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_COUNT = re.compile(r"-?(\d{1,3}(,\d{3})+|\d+)")


@dataclass(frozen=True)
class Text(Column):
    """Words, kept as printed; `isin` or `pattern` narrow them."""

    isin: tuple[str, ...] = ()
    pattern: str | None = None

    def landed(self) -> dict[str, Landed]:
        return {self.landed_name: Landed(pl.String, self.nullable, isin=self.isin, pattern=self.pattern)}

    def parse(self, cell: str, row: Cells) -> dict[str, Any]:
        reason = look_alike(cell)
        if reason:
            raise BadCell(self.name, cell[:60], reason)
        return {self.landed_name: cell}


# codes of digits alone have at least four: a spreadsheet makes 0100 to 100
_CODE = r"([0-9]{4,6}|[0-9]*[A-Z][0-9A-Z\-]{0,11})\.[A-Z]{1,4}"
#: A ticker with its exchange suffix: 2513.HK, 688256.SH.
TICKER = rf"^{_CODE}$"
#: The ticker of an A-share.
A_SHARE = r"^[0-9]{6}\.(SH|SZ|BJ)$"
#: What prices are asked for: a security by its ticker, or an index (^HSI).
INSTRUMENT = rf"^(\^[A-Z0-9]{{1,11}}|{_CODE})$"
#: A document's identifier: one of ours, or the place of a user's file in the inbox.
DOCUMENT_ID = r"^[a-z0-9][a-z0-9_./-]{0,199}$"
#: What a pattern asks for, in words.
PATTERN_WORDS = {
    TICKER: "0100.HK or 688256.SH: the code with all its digits, a dot and the exchange, in capitals",
    A_SHARE: "688256.SH: six digits, a dot and SH, SZ or BJ",
    INSTRUMENT: "0100.HK or 688256.SH (the code with all its digits, a dot and the exchange, in capitals), or an index like ^HSI",
    DOCUMENT_ID: "note_2026_04_20: small letters, digits and _",
}


@dataclass(frozen=True)
class Count(Column):
    """A whole number below `limit`, with or without thousands separators: exact, so it lands as an integer."""

    minimum: int | None = 0
    limit: int = 2**62

    def cell(self) -> dict[str, pl.Expr]:
        """The count with its thousands separated, as an exact figure; whoever declares the cell says of what."""
        count = pl.col(self.landed_name)
        return {
            "printed": count.map_elements("{:,}".format, return_dtype=pl.String),
            "printed_kind": pl.lit("figure"),
            "value": count,
            "low": count,
            "high": count,
            "bound": pl.lit("exact"),
            "is_approximate": pl.lit(False),
            "all_digits_low": count,
            "all_digits_high": count,
        }

    def landed(self) -> dict[str, Landed]:
        return {self.landed_name: Landed(pl.Int64, self.nullable, minimum=self.minimum)}

    def parse(self, cell: str, row: Cells) -> dict[str, Any]:
        if not cell.isascii() or not _COUNT.fullmatch(cell):
            raise BadCell(self.name, cell[:60], "is not a whole number; write it like 25,681,600 or 25681600")
        number = int(cell.replace(",", ""))
        if abs(number) >= self.limit:
            raise BadCell(self.name, cell[:60], f"is too large for a count, which is below {self.limit:,} here; check its unit")
        return {self.landed_name: number}


#: No company has issued so many shares: the largest in Hong Kong have some 4e11 (ICBC, Bank of China).
SHARES_LIMIT = 10**12

#: A price, as wide as an index level and fine enough for a tick of one tenth of a cent.
PRICE = pl.Decimal(18, 6)
#: An amount of money in the smallest unit that a source prints.
MONEY = pl.Decimal(20, 2)
#: A fraction as a source states it.
RATIO = pl.Decimal(18, 8)
_PLAIN_NUMBER = re.compile(r"-?\d+(\.\d+)?")


@dataclass(frozen=True)
class Exact(Column):
    """A plain decimal number of a machine's table (`1933.0`), as a decimal and never as a float.

    `dtype` says how wide and how fine. Digits finer than it are rounded, half to even: 1.23456789 lands as 1.234568 in a
    `PRICE`, with six decimals.
    """

    dtype: Any = PRICE
    minimum: int | None = 0

    def landed(self) -> dict[str, Landed]:
        return {self.landed_name: Landed(self.dtype, self.nullable, minimum=self.minimum)}

    def parse(self, cell: str, row: Cells) -> dict[str, Any]:
        if not cell.isascii() or not _PLAIN_NUMBER.fullmatch(cell):
            raise BadCell(self.name, cell[:60], "is not a plain number; write digits with a decimal point, like 1933.5")
        number = Decimal(cell)
        if abs(number) >= Decimal(10) ** (self.dtype.precision - self.dtype.scale):
            raise BadCell(self.name, cell[:60], "is too large for its column")
        return {self.landed_name: round(number, self.dtype.scale)}


@dataclass(frozen=True)
class Flag(Column):
    """`true` or `false`."""

    def landed(self) -> dict[str, Landed]:
        return {self.landed_name: Landed(pl.Boolean, self.nullable)}

    def parse(self, cell: str, row: Cells) -> dict[str, Any]:
        if cell.lower() not in ("true", "false"):
            raise BadCell(self.name, cell, "is neither true nor false")
        return {self.landed_name: cell.lower() == "true"}


@dataclass(frozen=True)
class Day(Column):
    """One calendar day, ISO `YYYY-MM-DD`: the exchange's local date."""

    def cell(self) -> dict[str, pl.Expr]:
        """The day as a date of one day."""
        day = pl.col(self.landed_name)
        return {"printed": day.cast(pl.String), "printed_kind": pl.lit("date"), "earliest_on": day, "latest_on": day}

    def landed(self) -> dict[str, Landed]:
        return {self.landed_name: Landed(pl.Date, self.nullable)}

    def parse(self, cell: str, row: Cells) -> dict[str, Any]:
        return {self.landed_name: parse_day(self.name, cell)}


def parse_day(column: str, cell: str) -> date:
    """`YYYY-MM-DD` between 1900 and 2200; raises BadCell."""
    try:
        if not _ISO_DATE.fullmatch(cell) or not cell.isascii():
            raise ValueError
        day = date.fromisoformat(cell)
    except ValueError:
        raise BadCell(column, cell, "is not a date; write it YYYY-MM-DD") from None
    if not 1900 <= day.year <= 2200:
        raise BadCell(column, cell, "is not a plausible year")
    return day


def latest_day(now: datetime) -> date:
    """The day at the instant `now` where days begin first (UTC+14): a later day is in the future everywhere."""
    return now.astimezone(timezone(timedelta(hours=14))).date()

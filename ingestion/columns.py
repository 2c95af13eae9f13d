"""What a column of a source file may hold, and what it becomes when it lands.

A column kind declares the landed columns with their types (the contract) and turns one printed cell into their values.
Text that is a figure or a date keeps the printed text beside the parsed values. A cell that the kind does not accept
raises `BadCell`; nothing is guessed.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import polars as pl

from ingestion.files.cell_text import look_alike, unclear, unsafe
from ingestion.printed_text.dates import DateInterval, NotADate, find_dates, parse_date
from ingestion.printed_text.figures import Figure, find_figures, parse_figure
from ingestion.printed_text.release_rules import NotARule, canonical_rule
from ingestion.printed_text.units import NotAFigure

Cells = Mapping[str, str]

#: Wide enough for 1e20 and fine enough for a price a token in USD per million.
DECIMAL = pl.Decimal(28, 8)
_DECIMAL_LIMIT = Decimal(10) ** 20

_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_COUNT = re.compile(r"-?(\d{1,3}(,\d{3})+|\d+)")
MAX_TEXT = 2_000
_HALF_A_PERCENT = Decimal("0.005")  # the printed precision of 100%


class BadCell(ValueError):
    """A cell that its column does not accept: `column`, `value` and a `reason` that says what to write instead."""

    def __init__(self, column: str, value: str, reason: str) -> None:
        super().__init__(f"{column}: {value!r}: {reason}")
        self.column, self.value, self.reason = column, value, reason


@dataclass(frozen=True)
class Landed:
    """One landed column: its type and what a valid value is."""

    dtype: Any
    nullable: bool = True
    minimum: int | None = None
    isin: tuple[str, ...] = ()
    pattern: str | None = None


@dataclass(frozen=True)
class Column(ABC):
    """A column of the source file. `name` is its header, `lands_as` the landed name (the same, if not given)."""

    name: str
    lands_as: str = ""
    nullable: bool = False
    optional: bool = field(default=False, kw_only=True)  # the header may be missing from the file

    @property
    def landed_name(self) -> str:
        return self.lands_as or self.name

    @abstractmethod
    def landed(self) -> dict[str, Landed]:
        """The landed columns, by name."""

    @abstractmethod
    def parse(self, cell: str, row: Cells) -> dict[str, Any]:
        """The landed values of a cell that is not empty; `row` holds the other cells. Raises BadCell."""

    def values(self, row: Cells) -> dict[str, Any]:
        """The landed values of this column in `row`; an empty cell is null where the column allows it."""
        cell = row.get(self.name, "").strip()
        if not cell:
            if not self.nullable:
                raise BadCell(self.name, "", "is empty; write a value")
            return dict.fromkeys(self.landed())
        if len(cell) > MAX_TEXT:
            raise BadCell(self.name, cell[:60] + "...", f"is longer than {MAX_TEXT:,} characters")
        if "\x00" in cell:
            raise BadCell(self.name, cell.replace("\x00", "\\0")[:60], "holds a NUL byte")
        reason = unsafe(cell) or unclear(cell)
        if reason:
            raise BadCell(self.name, cell[:60], reason)
        return self.parse(cell, row)


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
#: What prices are asked for: a security by its ticker, or an index (^HSI).
INSTRUMENT = rf"^(\^[A-Z0-9]{{1,11}}|{_CODE})$"
#: A document's identifier: one of ours, or the place of a user's file in the inbox.
DOCUMENT_ID = r"^[a-z0-9][a-z0-9_./-]{0,199}$"
#: What a pattern asks for, in words.
PATTERN_WORDS = {
    TICKER: "0100.HK or 688256.SH: the code with all its digits, a dot and the exchange, in capitals",
    INSTRUMENT: "0100.HK or 688256.SH (the code with all its digits, a dot and the exchange, in capitals), or an index like ^HSI",
    DOCUMENT_ID: "note_2026_04_20: small letters, digits and _",
}


@dataclass(frozen=True)
class Count(Column):
    """A whole number below `limit`, with or without thousands separators: exact, so it lands as an integer."""

    minimum: int | None = 0
    limit: int = 2**62

    def landed(self) -> dict[str, Landed]:
        return {self.landed_name: Landed(pl.Int64, self.nullable, minimum=self.minimum)}

    def parse(self, cell: str, row: Cells) -> dict[str, Any]:
        if not cell.isascii() or not _COUNT.fullmatch(cell):
            raise BadCell(self.name, cell[:60], "is not a whole number; write it like 25,681,600 or 25681600")
        number = int(cell.replace(",", ""))
        if abs(number) >= self.limit:
            raise BadCell(self.name, cell[:60], f"is too large for a count, which is below {self.limit:,} here; check its unit")
        return {self.landed_name: number}


#: No company has issued so many shares.
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
    """A plain decimal number of a machine's table (`1933.0`), kept exactly; `dtype` says how wide and how fine."""

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


@dataclass(frozen=True)
class Period(Column):
    """A printed date, kept with the days it spans (`Feb-26` is the whole month).

    With `words`, text that is no date is kept too, its days null.
    """

    words: bool = False

    def landed(self) -> dict[str, Landed]:
        days_nullable = self.nullable or self.words
        return {
            f"{self.landed_name}_printed": Landed(pl.String, self.nullable),
            f"{self.landed_name}_earliest_on": Landed(pl.Date, days_nullable),
            f"{self.landed_name}_latest_on": Landed(pl.Date, days_nullable),
        }

    def parse(self, cell: str, row: Cells) -> dict[str, Any]:
        try:
            interval = parse_date(cell)
        except NotADate as error:
            dates = find_dates(cell) if self.words else []
            if not self.words:
                raise BadCell(self.name, cell, error.reason) from None
            interval = dates[0].date if len(dates) == 1 else None
        return {
            f"{self.landed_name}_printed": cell,
            f"{self.landed_name}_earliest_on": interval.earliest_on if interval else None,
            f"{self.landed_name}_latest_on": interval.latest_on if interval else None,
        }


@dataclass(frozen=True)
class Rule(Column):
    """A printed release rule: kept as printed, and in the canonical form that `release_rules` defines."""

    def landed(self) -> dict[str, Landed]:
        return {
            f"{self.landed_name}_printed": Landed(pl.String, self.nullable),
            self.landed_name: Landed(pl.String, self.nullable),
        }

    def text(self, cell: str, row: Cells) -> str:
        """The rule's text; a dataset whose rule is spread over columns overrides it."""
        return cell

    def parse(self, cell: str, row: Cells) -> dict[str, Any]:
        try:
            rule = canonical_rule(self.text(cell, row))
        except NotARule as error:
            raise BadCell(self.name, cell, error.reason) from None
        return {f"{self.landed_name}_printed": cell, self.landed_name: rule}


def _figure_columns(prefix: str, nullable: bool) -> dict[str, Landed]:
    return {
        f"{prefix}value": Landed(DECIMAL),
        f"{prefix}low": Landed(DECIMAL),
        f"{prefix}high": Landed(DECIMAL),
        f"{prefix}unit": Landed(pl.String),
        f"{prefix}currency": Landed(pl.String, pattern=r"^[A-Z]{3}$"),
        f"{prefix}is_approximate": Landed(pl.Boolean, nullable),
        f"{prefix}bound": Landed(pl.String, nullable, isin=("exact", "at least", "at most", "range")),
    }


def _figure_values(prefix: str, column: str, figure: Figure) -> dict[str, Any]:
    for number in (figure.value, figure.low, figure.high):
        if number is not None and abs(number) >= _DECIMAL_LIMIT:
            raise BadCell(column, figure.printed, "is too large to be a figure of this kind")
    return {
        f"{prefix}value": figure.value,
        f"{prefix}low": figure.low,
        f"{prefix}high": figure.high,
        f"{prefix}unit": figure.unit,
        f"{prefix}currency": figure.currency,
        f"{prefix}is_approximate": figure.is_approximate,
        f"{prefix}bound": figure.bound,
    }


@dataclass(frozen=True)
class Number(Column):
    """A printed figure that must be one: lands as `<name>_printed, <name>_value, _low, _high, _unit, ...`.

    `context` is the heading it stands under, which gives the unit that the cell leaves out. A figure below `least` has lost
    its scale (380 for $380 billion). What `is_share` of something is written with its percent sign: 48.92 and 0.4892 can each
    be meant by the other.
    """

    context: str = ""
    minimum: int | None = None
    least: int = 0
    is_share: bool = False

    def landed(self) -> dict[str, Landed]:
        prefix = self.landed_name + "_"
        columns = _figure_columns(prefix, self.nullable)
        if self.minimum is not None:
            columns[f"{prefix}value"] = Landed(DECIMAL, minimum=self.minimum)
        return {f"{prefix}printed": Landed(pl.String, self.nullable)} | columns

    def parse(self, cell: str, row: Cells) -> dict[str, Any]:
        try:
            figure = parse_figure(cell, context=self.context)
        except NotAFigure as error:
            raise BadCell(self.name, cell, error.reason) from None
        largest = max((end for end in (figure.value, figure.low, figure.high) if end is not None), default=Decimal(0))
        if self.least and largest < self.least:
            raise BadCell(self.name, cell, f"is less than {self.least:,}; write its scale too, like 380 billion or 70mn")
        if self.is_share and figure.unit != "ratio":
            raise BadCell(self.name, cell, "is a share without a percent sign; write 48.92%, not 48.92 or 0.4892")
        if self.is_share and largest > 1 + _HALF_A_PERCENT:
            raise BadCell(self.name, cell, "is a share of more than 100%; write 48.92% for 0.4892")
        prefix = self.landed_name + "_"
        return {f"{prefix}printed": cell} | _figure_values(prefix, self.name, figure)


#: Digits without a word, or with no more than an exponent: a figure or a date that was damaged on its way, no words.
_DAMAGED = re.compile(r"(?=.*\d)(?:[\W\d_]|(?<=\d)[eE](?=[+-]?\d))+", re.DOTALL)


@dataclass(frozen=True)
class Printed(Column):
    """A cell that may hold a figure, a date, both, or words: lands as `printed, printed_kind, value, low, high, ...`.

    `printed_kind` is `figure`, `date`, `figure in words`, `several figures` or `words`; what is not one figure has no
    value, and `not_a_figure` says why; digits that are neither figure nor date are refused. `context_column` names the
    column whose text is the heading of the cell.
    """

    context_column: str = ""
    prefix: str = ""

    def landed(self) -> dict[str, Landed]:
        kinds = ("figure", "date", "figure in words", "several figures", "words")
        return (
            {
                f"{self.prefix}printed": Landed(pl.String, self.nullable),
                f"{self.prefix}printed_kind": Landed(pl.String, self.nullable, isin=kinds),
            }
            | _figure_columns(self.prefix, nullable=True)
            | {
                f"{self.prefix}not_a_figure": Landed(pl.String),
                f"{self.prefix}printed_earliest_on": Landed(pl.Date),
                f"{self.prefix}printed_latest_on": Landed(pl.Date),
            }
        )

    def parse(self, cell: str, row: Cells) -> dict[str, Any]:
        figure: Figure | None = None
        interval: DateInterval | None = None
        reason: str | None = None
        kind = "words"
        try:
            if cell.isdigit():
                raise NotADate(cell, "a number by itself is a figure, not a year")
            interval, kind = parse_date(cell), "date"
        except NotADate:
            try:
                figure, kind = parse_figure(cell, context=row.get(self.context_column, "")), "figure"
            except NotAFigure as error:
                reason = error.reason
                figures, dates = find_figures(cell), find_dates(cell)
                if len(figures) == 1 and not reason.startswith("embedded"):
                    figure, kind, reason = figures[0].figure, "figure in words", None
                elif len(figures) > 1:
                    kind = "several figures"
                elif not dates and _DAMAGED.fullmatch(cell):
                    raise BadCell(self.name, cell, f"is neither a figure nor a date: {reason}") from None
                if len(dates) == 1:
                    interval = dates[0].date
        values = dict.fromkeys(self.landed()) | {
            f"{self.prefix}printed": cell,
            f"{self.prefix}printed_kind": kind,
            f"{self.prefix}not_a_figure": reason,
        }
        if figure:
            values |= _figure_values(self.prefix, self.name, figure)
        if interval:
            values[f"{self.prefix}printed_earliest_on"] = interval.earliest_on
            values[f"{self.prefix}printed_latest_on"] = interval.latest_on
        return values


def landed_columns(columns: tuple[Column, ...]) -> Iterator[tuple[str, Landed]]:
    """All landed columns in the order in which the source columns are declared."""
    for column in columns:
        yield from column.landed().items()

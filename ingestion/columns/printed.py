"""Columns whose cell is a figure, a date or a rule as a document prints it: the text is kept beside what it means."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from ingestion.columns.base import BadCell, Cells, Column, Landed
from ingestion.columns.plain import DECIMAL
from ingestion.printed_text.dates import DateInterval, NotADate, find_dates, parse_date
from ingestion.printed_text.figures import Figure, find_figures, parse_figure
from ingestion.printed_text.release_rules import NotARule, canonical_rule, rule_parts, rule_terms
from ingestion.printed_text.units import NotAFigure

_DECIMAL_LIMIT = Decimal(10) ** 20  # what fits DECIMAL
_HALF_A_PERCENT = Decimal("0.005")  # the printed precision of 100%


@dataclass(frozen=True)
class Period(Column):
    """A printed date, kept with the days it spans (`Feb-26` is the whole month).

    With `words`, text that is no date is kept too, its days null.
    """

    words: bool = False

    def cell(self) -> dict[str, pl.Expr]:
        """The printed text with the days that it spans; words, where it is no date."""
        name = self.landed_name
        is_words = pl.col(f"{name}_earliest_on").is_null()
        return {
            "printed": pl.col(f"{name}_printed"),
            "printed_kind": pl.when(is_words).then(pl.lit("words")).otherwise(pl.lit("date")),
            "earliest_on": pl.col(f"{name}_earliest_on"),
            "latest_on": pl.col(f"{name}_latest_on"),
        }

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

    def cell(self) -> dict[str, pl.Expr]:
        """The rule's text, as a date if it names one day; with other terms beside the day it can end earlier."""
        rule = pl.col(self.landed_name)
        latest = rule.map_elements(_only_day, return_dtype=pl.Date)
        return {
            "printed": pl.col(f"{self.landed_name}_printed"),
            "printed_kind": pl.when(latest.is_null()).then(pl.lit("words")).otherwise(pl.lit("date")),
            "earliest_on": rule.map_elements(lambda text: _only_day(text, alone=True), return_dtype=pl.Date),
            "latest_on": latest,
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


def _only_day(rule: str, *, alone: bool = False) -> date | None:
    """The one fixed day among the terms of a canonical rule, None if there is none or several; `alone`: if it is all."""
    terms = [term for part in rule_parts(rule) for _, _, term in rule_terms(part.rule)]
    days = {term.fixed_on for term in terms if term.fixed_on}
    return days.pop() if len(days) == 1 and not (alone and len(terms) > 1) else None


def _figure_cell(prefix: str) -> dict[str, pl.Expr]:
    parts = ("value", "low", "high", "unit", "currency", "bound", "is_approximate", "all_digits_low", "all_digits_high")
    return {"printed": pl.col(f"{prefix}printed")} | {part: pl.col(f"{prefix}{part}") for part in parts}


def _figure_columns(prefix: str, nullable: bool) -> dict[str, Landed]:
    return {
        f"{prefix}value": Landed(DECIMAL),
        f"{prefix}low": Landed(DECIMAL),
        f"{prefix}high": Landed(DECIMAL),
        f"{prefix}unit": Landed(pl.String),
        f"{prefix}currency": Landed(pl.String, pattern=r"^[A-Z]{3}$"),
        f"{prefix}is_approximate": Landed(pl.Boolean, nullable),
        f"{prefix}bound": Landed(pl.String, nullable, isin=("exact", "at least", "at most", "range")),
        f"{prefix}all_digits_low": Landed(DECIMAL),
        f"{prefix}all_digits_high": Landed(DECIMAL),
    }


def _figure_values(prefix: str, column: str, figure: Figure) -> dict[str, Any]:
    for number in (figure.value, figure.low, figure.high, figure.all_digits_low, figure.all_digits_high):
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
        f"{prefix}all_digits_low": figure.all_digits_low,
        f"{prefix}all_digits_high": figure.all_digits_high,
    }


@dataclass(frozen=True)
class Number(Column):
    """A printed figure that must be one: lands as `<name>_printed, <name>_value, _low, _high, _unit, ...`.

    `context` is the heading it stands under, which gives the unit that the cell leaves out. A figure below `least` has lost
    its scale (380 for $380 billion). With `currency_column` it is money, and a cell that names no currency is refused unless that
    column of its row does: `context` only says which one it must be. What `is_share` of something is written with its percent
    sign: 48.92 and 0.4892 can each be meant by the other.
    """

    context: str = ""
    currency_column: str = ""
    minimum: int | None = None
    least: int = 0
    is_share: bool = False

    def cell(self) -> dict[str, pl.Expr]:
        """The figure."""
        return _figure_cell(self.landed_name + "_") | {"printed_kind": pl.lit("figure")}

    def landed(self) -> dict[str, Landed]:
        prefix = self.landed_name + "_"
        columns = _figure_columns(prefix, self.nullable)
        if self.minimum is not None:
            columns[f"{prefix}value"] = Landed(DECIMAL, minimum=self.minimum)
        return {f"{prefix}printed": Landed(pl.String, self.nullable)} | columns

    def parse(self, cell: str, row: Cells) -> dict[str, Any]:
        try:
            currency = row.get(self.currency_column, "")
            figure = parse_figure(cell, context=f"{self.context} {currency}")
            has_currency = not self.currency_column or parse_figure(cell, context=currency).currency
        except NotAFigure as error:
            raise BadCell(self.name, cell, error.reason) from None
        largest = max((end for end in (figure.value, figure.low, figure.high) if end is not None), default=Decimal(0))
        if self.least and largest < self.least:
            raise BadCell(self.name, cell, f"is less than {self.least:,}; write its scale too, like 380 billion or 70mn")
        if not has_currency:
            example = "$1.2 billion" if self.least else "$0.30 or ¥8"
            words = f"has no currency; write it with one, like {example}, or state it in the column {self.currency_column}"
            raise BadCell(self.name, cell, words)
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

    def cell(self) -> dict[str, pl.Expr]:
        """The cell as its kind has it; it has days only if it is a date."""
        kind = pl.col(f"{self.prefix}printed_kind")
        days = {
            name: pl.when(kind == "date").then(pl.col(f"{self.prefix}printed_{name}")) for name in ("earliest_on", "latest_on")
        }
        return _figure_cell(self.prefix) | {"printed_kind": kind} | days

    def date_beside(self) -> dict[str, pl.Expr]:
        """The day that stands in the cell beside a figure or words; a cell that is a date alone has none beside it."""
        prefix = self.prefix
        has_date = (pl.col(f"{prefix}printed_kind") != "date") & pl.col(f"{prefix}printed_earliest_on").is_not_null()
        return {
            "printed": pl.when(has_date).then(pl.col(f"{prefix}printed")),
            "printed_kind": pl.lit("date"),
            "earliest_on": pl.col(f"{prefix}printed_earliest_on"),
            "latest_on": pl.col(f"{prefix}printed_latest_on"),
        }

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

"""Epoch AI's open data on AI companies and models: CSV tables (UTF-8, RFC 4180), the capability index in a ZIP of many.

Traps:

- Quoted cells hold line breaks: a record is not a line.
- The revenue table has had two headers; one that is neither is refused, since nothing says what its columns mean.
- `Id` is a label for people ("ChatGPT 700M WAU") and not unique. Statements of one company and label are numbered, so that
  conflicting ones stand side by side; a record that is there twice is one.
- `Country`, `Organization`, `Source type` and `Type` are several values with commas between them; they are kept so.
- `Date` is the day described, `Report date` the day of the report. Both may be blank. A round's `Close date` may be later
  than its report: what closed then was not known to have closed before.
- A secondary sale raises no equity (0) and has a valuation all the same.
- The index has no score for about two in five versions, and one row a reasoning effort for the same model.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from ingestion.columns import BadCell, parse_day
from ingestion.live.answer import AMOUNT_LIMIT, BadBar, OddAnswer, decoded, shown, unzipped

Cells = dict[str, str]
Row = dict[str, Any]

_INDEX_FILE = "epoch_capabilities_index.csv"
_MAX_CSV_BYTES = 30_000_000  # the index has 0.3 MB
_COUNT_LIMIT, _OPERATIONS_LIMIT = 10**18, 10**35
_SCORE_DECIMALS, _MONEY_DECIMALS = 8, 2  # as landed
_NUMBER = re.compile(r"(-?)\$?([0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,40})(\.[0-9]{1,40})?([eE][+-]?[0-9]{1,2})?", re.ASCII)
_FLAGS = {"": False, "false": False, "true": True, "checked": True}

_SOURCES = ("Source 1", "Source 2", "Source 3")
_REVENUE_2026_01 = (
    *("Id", "Company", "Date", "Revenue amount (normalize to annual)", "Annualized revenue (USD)", "Type"),
    *("Revenue info (non-annualized)", "Confidence", *_SOURCES, "Notes", "Report date", "Source type", "Graph note"),
)
_REVENUE_2026_09 = (
    *("Id", "Company", "Date", "Annualized revenue (USD)", "Annualized revenue type", "Scope"),
    *("Revenue amount (normalize to annual)", "Period revenue", "Period type", "Other revenue info", "Confidence"),
    *(*_SOURCES, "Notes", "Report date", "Source type", "Graph note"),
)
_FUNDING = (
    *("Id", "Company", "Close date", "Status", "Funding (equity)", "Funding (debt)", "Valuation (post-money)", "Report date"),
    *(*_SOURCES, "Graph note", "Notes", "Type", "Confidence", "Exclude from graph view"),
)
_USAGE = (
    *("Id", "Company", "Active users", "Active users time period", "Daily tokens", "Daily messages", "Date", "Report date"),
    *("Source 1", "Source 2", "Graph note", "Notes", "Source type", "Product", "Confidence", "Exclude from graph view"),
)
_INDEX = (
    *("Model version", "ECI Score", "Release date", "Organization", "Country", "Model accessibility"),
    *("Training compute (FLOP)", "Confidence", "Model name", "Description", "Display name"),
)


@dataclass(frozen=True)
class Table:
    """One of Epoch's tables: where it is, the headers that are known by their version, and how a record becomes a row.

    `key` are the columns that a statement is known by, but for its number; `order` those that number the statements of one
    key. `is_zipped` tables are one file of a ZIP.
    """

    dataset: str
    path: str
    headers: dict[str, tuple[str, ...]]
    key: tuple[str, ...]
    order: tuple[str, ...]
    read: Callable[[Cells, str], Row]
    is_zipped: bool = False


@dataclass(frozen=True)
class Records:
    """The rows of a table in its dataset's columns, and the records that can't be read."""

    rows: list[Row]
    bad_rows: list[BadBar]


def parse(body: bytes, table: Table) -> Records:
    """The records of a table. Raises OddAnswer if it is not that table, or its header is not known, or it is cut short."""
    text = decoded(unzipped(body, _index_file), "the CSV in the ZIP") if table.is_zipped else decoded(body, "the CSV")
    if text.lstrip().startswith("<"):
        raise OddAnswer(f"is HTML or XML, not CSV: {shown(' '.join(text.split()))}")
    try:
        lines = [line for line in csv.reader(io.StringIO(text, newline=""), strict=True) if line]
    except csv.Error as error:
        raise OddAnswer(f"the CSV can't be read, it is cut short or not what it was: {error}") from None
    header = [name.strip() for name in lines[0]] if lines else []
    version = _version(header, table)
    rows: dict[str, Row] = {}
    bad_rows: list[BadBar] = []
    for number, line in enumerate(lines[1:], start=1):
        if len(line) != len(header):
            words = f"record {number} has {len(line)} columns, not {len(header)}; it is cut short"
            raise OddAnswer(f"{words}: {shown(','.join(line))}")
        cells = {name: cell.strip() for name, cell in zip(header, line, strict=True)}
        try:
            row = table.read(cells, version)
        except BadCell as error:
            bad_rows.append(_bad_row(cells, header[0], error))
            continue
        rows[repr(row)] = row  # the same record twice is one
    if not rows and not bad_rows:
        raise OddAnswer("has a header and no records")
    return Records(_numbered(list(rows.values()), table), bad_rows)


def _index_file(members: list[zipfile.ZipInfo]) -> zipfile.ZipInfo:
    """The capability index among the tables of the ZIP."""
    found = [member for member in members if member.filename.rpartition("/")[2] == _INDEX_FILE]
    if len(found) != 1:
        raise OddAnswer(f"the ZIP has {len(found)} files {_INDEX_FILE}: {shown(', '.join(m.filename for m in members))}")
    if found[0].file_size > _MAX_CSV_BYTES:
        raise OddAnswer(f"{_INDEX_FILE} has {found[0].file_size:,} bytes, more than {_MAX_CSV_BYTES:,}")
    return found[0]


def _version(header: list[str], table: Table) -> str:
    """The version of the header. The order of the columns says nothing, since they are read by name."""
    for version, names in table.headers.items():
        if sorted(header) == sorted(names):
            return version
    version, names = list(table.headers.items())[-1]
    missing = [name for name in names if name not in header]
    new = [name for name in header if name not in names or header.count(name) > 1]
    words = f"{len(header)} columns that are not known: {','.join(header)[:400]}"
    unknown = str(new[:20] or "none")[:400]
    raise OddAnswer(f"the header has {words}; against {version}, missing: {missing or 'none'}, unknown: {unknown}")


def _bad_row(cells: Cells, first: str, error: BadCell) -> BadBar:
    try:
        day = _day(cells, "Report date" if "Report date" in cells else "Release date")
    except BadCell:
        day = None
    who = ", ".join(part for part in (cells.get("Company", ""), cells[first]) if part)
    return BadBar(day, error.column, error.value, f"{error.reason} (of {shown(who) or 'a record without a name'})")


def _numbered(rows: list[Row], table: Table) -> list[Row]:
    """The rows with their `statement_number`: 1, or the place among those of one key by `order` and then by their values."""

    def place(row: Row) -> tuple[str, ...]:
        return (*("9999" if row[name] is None else str(row[name]) for name in table.order), repr(row))

    counts: dict[tuple[Any, ...], int] = {}
    numbered = []
    for row in sorted(rows, key=place):
        key = tuple(row[name] for name in table.key)
        counts[key] = counts.get(key, 0) + 1
        numbered.append({"statement_number": counts[key]} | row)
    return numbered


def _revenue(cells: Cells, version: str) -> Row:
    is_first = version == "v2026-01"
    return {
        "report_id": _words(cells, "Id"),
        "company": _words(cells, "Company"),
        "as_of": _day(cells, "Date"),
        "annualized_revenue_usd": _money(cells, "Annualized revenue (USD)"),
        "annualized_revenue_type": _text(cells, "Type" if is_first else "Annualized revenue type"),
        "scope": None if is_first else _text(cells, "Scope"),
        "normalized_revenue_usd": _money(cells, "Revenue amount (normalize to annual)"),
        "period_revenue_usd": None if is_first else _money(cells, "Period revenue"),
        "period_type": None if is_first else _text(cells, "Period type"),
        "other_revenue_info": _text(cells, "Revenue info (non-annualized)" if is_first else "Other revenue info"),
        "report_on": _day(cells, "Report date"),
        "source_type": _text(cells, "Source type"),
        "header_version": version,
    } | _remarks(cells)


def _funding(cells: Cells, version: str) -> Row:
    del version
    types = {part.strip().casefold() for part in cells["Type"].split(",")}
    status, closed_on, report_on = _words(cells, "Status"), _day(cells, "Close date"), _day(cells, "Report date")
    is_closed_later = status == "Closed" and closed_on and report_on and closed_on > report_on
    return {
        "round_id": _words(cells, "Id"),
        "company": _words(cells, "Company"),
        "closed_on": closed_on,
        "status": status,
        "equity_usd": _money(cells, "Funding (equity)"),
        "debt_usd": _money(cells, "Funding (debt)"),
        "post_money_usd": _money(cells, "Valuation (post-money)"),
        "report_on": report_on,
        "round_type": _text(cells, "Type"),
        "is_primary": "primary" in types,
        "is_secondary": "secondary" in types,
        "is_excluded": _flag(cells, "Exclude from graph view"),
        "known_on": closed_on if is_closed_later else report_on,
    } | _remarks(cells)


def _usage(cells: Cells, version: str) -> Row:
    del version
    return {
        "report_id": _words(cells, "Id"),
        "company": _words(cells, "Company"),
        "product": _text(cells, "Product"),
        "as_of": _day(cells, "Date"),
        "active_users": _count(cells, "Active users"),
        "active_users_period": _text(cells, "Active users time period"),
        "daily_tokens": _count(cells, "Daily tokens"),
        "daily_messages": _count(cells, "Daily messages"),
        "report_on": _day(cells, "Report date"),
        "source_type": _text(cells, "Source type"),
        "is_excluded": _flag(cells, "Exclude from graph view"),
    } | _remarks(cells)


def _index(cells: Cells, version: str) -> Row:
    del version
    score = _number(cells, "ECI Score", AMOUNT_LIMIT, is_signed=True)
    operations = _number(cells, "Training compute (FLOP)", _OPERATIONS_LIMIT)
    return {
        "model_version": _words(cells, "Model version"),
        "model_name": _text(cells, "Model name"),
        "display_name": _text(cells, "Display name"),
        "organization": _text(cells, "Organization"),
        "country": _text(cells, "Country"),
        "score": None if score is None else round(score, _SCORE_DECIMALS),
        "release_on": _day(cells, "Release date"),
        "accessibility": _text(cells, "Model accessibility"),
        "training_compute_flop": None if operations is None else Decimal(int(operations)),
        "confidence": _text(cells, "Confidence"),
    }


def _remarks(cells: Cells) -> Row:
    """What the tables of companies have in common."""
    sources = {f"source_{name[-1]}": _text(cells, name) for name in _SOURCES if name in cells}
    return sources | {
        "confidence": _text(cells, "Confidence"),
        "notes": _text(cells, "Notes"),
        "graph_note": _text(cells, "Graph note"),
    }


def _text(cells: Cells, column: str) -> str | None:
    return cells[column] or None


def _words(cells: Cells, column: str) -> str:
    """Text that must be there. Raises BadCell."""
    if not cells[column]:
        raise BadCell(column, "", "is empty")
    return cells[column]


def _day(cells: Cells, column: str) -> date | None:
    return parse_day(column, cells[column]) if cells[column] else None


def _flag(cells: Cells, column: str) -> bool:
    cell = cells[column]
    if cell.lower() not in _FLAGS:
        raise BadCell(column, cell[:80], "is neither True, False nor empty")
    return _FLAGS[cell.lower()]


def _number(cells: Cells, column: str, limit: int, *, is_signed: bool = False) -> Decimal | None:
    """The number in a cell, None if it is blank. Raises BadCell."""
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


def _money(cells: Cells, column: str) -> Decimal | None:
    value = _number(cells, column, AMOUNT_LIMIT)
    return None if value is None else round(value, _MONEY_DECIMALS)


def _count(cells: Cells, column: str) -> int | None:
    """Users, tokens or messages, rounded to one: a day's share of a month need not be whole."""
    value = _number(cells, column, _COUNT_LIMIT)
    return None if value is None else round(value)


_COMPANY_KEY = ("company", "report_id")
_REPORTED = ("as_of", "report_on")

#: By what each is called in messages.
TABLES: dict[str, Table] = {
    "revenue reports": Table(
        "epoch_revenue_reports",
        "/data/ai_companies_revenue_reports.csv",
        {"v2026-01": _REVENUE_2026_01, "v2026-09": _REVENUE_2026_09},
        _COMPANY_KEY,
        _REPORTED,
        _revenue,
    ),
    "funding rounds": Table(
        "epoch_funding_rounds",
        "/data/ai_companies_funding_rounds.csv",
        {"v2026-09": _FUNDING},
        ("company", "round_id"),
        ("report_on", "closed_on"),
        _funding,
    ),
    "usage reports": Table(
        "epoch_usage_reports", "/data/ai_companies_usage_reports.csv", {"v2026-09": _USAGE}, _COMPANY_KEY, _REPORTED, _usage
    ),
    "capability index": Table(
        "epoch_capability_index",
        "/data/benchmark_data.zip",
        {"v2026-09": _INDEX},
        ("model_version",),
        ("release_on", "display_name"),
        _index,
        is_zipped=True,
    ),
}

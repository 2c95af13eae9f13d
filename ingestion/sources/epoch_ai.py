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

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ingestion.columns import BadCell
from ingestion.live.answer import UnexpectedAnswer, UnreadableRow, decoded, shown, unzipped
from ingestion.live.csv_cells import Cells, count, csv_lines, day, flag, money, number, text, text_or_none
from ingestion.live.source import Answered, Connection, LiveSource, Subject, Window

Row = dict[str, Any]

_INDEX_FILE = "epoch_capabilities_index.csv"
_MAX_CSV_BYTES = 30_000_000  # the index has 0.3 MB
_OPERATIONS_LIMIT = 10**35  # training runs of 2025 took less than 10^27
_SCORE_DECIMALS = 8  # as landed

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
    unreadable: list[UnreadableRow]


def ask(connection: Connection, subject: Subject, window: Window) -> Answered:
    """One of the tables, whole: one row per statement or model version, money in whole USD.

    Raises SourceFailed and UnexpectedAnswer.
    """
    del window
    table = TABLES[subject.name]
    found = parse(connection.get(table.path).body, table)
    return Answered({table.dataset: found.rows}, {table.dataset: found.unreadable})


def parse(body: bytes, table: Table) -> Records:
    """The records of a table. Raises UnexpectedAnswer if it is not that table, or its header is not known, or it is cut short."""
    content = decoded(unzipped(body, _index_file), "the CSV in the ZIP") if table.is_zipped else decoded(body, "the CSV")
    if content.lstrip().startswith("<"):
        raise UnexpectedAnswer(f"is HTML or XML, not CSV: {shown(' '.join(content.split()))}")
    lines = csv_lines(content)
    header = lines[0] if lines else []
    version = _version(header, table)
    rows: dict[str, Row] = {}
    unreadable: list[UnreadableRow] = []
    for place, line in enumerate(lines[1:], start=1):
        if len(line) != len(header):
            words = f"record {place} has {len(line)} columns, not {len(header)}; it is cut short"
            raise UnexpectedAnswer(f"{words}: {shown(','.join(line))}")
        cells = dict(zip(header, line, strict=True))
        try:
            row = table.read(cells, version)
        except BadCell as error:
            unreadable.append(_bad_row(cells, header[0], error))
            continue
        rows[repr(row)] = row  # the same record twice is one
    if not rows and not unreadable:
        raise UnexpectedAnswer("has a header and no records")
    return Records(_numbered(list(rows.values()), table), unreadable)


def _index_file(members: list[zipfile.ZipInfo]) -> zipfile.ZipInfo:
    """The capability index among the tables of the ZIP."""
    found = [member for member in members if member.filename.rpartition("/")[2] == _INDEX_FILE]
    if len(found) != 1:
        raise UnexpectedAnswer(f"the ZIP has {len(found)} files {_INDEX_FILE}: {shown(', '.join(m.filename for m in members))}")
    if found[0].file_size > _MAX_CSV_BYTES:
        raise UnexpectedAnswer(f"{_INDEX_FILE} has {found[0].file_size:,} bytes, more than {_MAX_CSV_BYTES:,}")
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
    raise UnexpectedAnswer(f"the header has {words}; against {version}, missing: {missing or 'none'}, unknown: {unknown}")


def _bad_row(cells: Cells, first: str, error: BadCell) -> UnreadableRow:
    try:
        reported_on = day(cells, "Report date" if "Report date" in cells else "Release date")
    except BadCell:
        reported_on = None
    who = ", ".join(part for part in (cells.get("Company", ""), cells[first]) if part)
    text = f"{error.reason} (of {shown(who) or 'a record without a name'})"
    return UnreadableRow(reported_on, error.column, error.value, text, key=(cells.get("Company") or cells[first]).strip() or None)


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
        "report_id": text(cells, "Id"),
        "company": text(cells, "Company"),
        "as_of": day(cells, "Date"),
        "annualized_revenue_usd": money(cells, "Annualized revenue (USD)"),
        "annualized_revenue_type": text_or_none(cells, "Type" if is_first else "Annualized revenue type"),
        "scope": None if is_first else text_or_none(cells, "Scope"),
        "normalized_revenue_usd": money(cells, "Revenue amount (normalize to annual)"),
        "period_revenue_usd": None if is_first else money(cells, "Period revenue"),
        "period_type": None if is_first else text_or_none(cells, "Period type"),
        "other_revenue_info": text_or_none(cells, "Revenue info (non-annualized)" if is_first else "Other revenue info"),
        "report_on": day(cells, "Report date"),
        "source_type": text_or_none(cells, "Source type"),
        "header_version": version,
    } | _remarks(cells)


def _funding(cells: Cells, version: str) -> Row:
    del version
    types = {part.strip().casefold() for part in cells["Type"].split(",")}
    status, closed_on, report_on = text(cells, "Status"), day(cells, "Close date"), day(cells, "Report date")
    is_closed_later = status == "Closed" and closed_on and report_on and closed_on > report_on
    return {
        "round_id": text(cells, "Id"),
        "company": text(cells, "Company"),
        "closed_on": closed_on,
        "status": status,
        "equity_usd": money(cells, "Funding (equity)"),
        "debt_usd": money(cells, "Funding (debt)"),
        "post_money_usd": money(cells, "Valuation (post-money)"),
        "report_on": report_on,
        "round_type": text_or_none(cells, "Type"),
        "is_primary": "primary" in types,
        "is_secondary": "secondary" in types,
        "is_excluded": flag(cells, "Exclude from graph view"),
        "known_on": closed_on if is_closed_later else report_on,
    } | _remarks(cells)


def _usage(cells: Cells, version: str) -> Row:
    del version
    return {
        "report_id": text(cells, "Id"),
        "company": text(cells, "Company"),
        "product": text_or_none(cells, "Product"),
        "as_of": day(cells, "Date"),
        "active_users": count(cells, "Active users"),
        "active_users_period": text_or_none(cells, "Active users time period"),
        "daily_tokens": count(cells, "Daily tokens"),
        "daily_messages": count(cells, "Daily messages"),
        "report_on": day(cells, "Report date"),
        "source_type": text_or_none(cells, "Source type"),
        "is_excluded": flag(cells, "Exclude from graph view"),
    } | _remarks(cells)


def _index(cells: Cells, version: str) -> Row:
    del version
    score = number(cells, "ECI Score", is_signed=True)
    operations = number(cells, "Training compute (FLOP)", _OPERATIONS_LIMIT)
    return {
        "model_version": text(cells, "Model version"),
        "model_name": text_or_none(cells, "Model name"),
        "display_name": text_or_none(cells, "Display name"),
        "organization": text_or_none(cells, "Organization"),
        "country": text_or_none(cells, "Country"),
        "score": None if score is None else round(score, _SCORE_DECIMALS),
        "release_on": day(cells, "Release date"),
        "accessibility": text_or_none(cells, "Model accessibility"),
        "training_compute_flop": None if operations is None else Decimal(int(operations)),
        "confidence": text_or_none(cells, "Confidence"),
    }


def _remarks(cells: Cells) -> Row:
    """What the tables of companies have in common."""
    sources = {f"source_{name[-1]}": text_or_none(cells, name) for name in _SOURCES if name in cells}
    return sources | {
        "confidence": text_or_none(cells, "Confidence"),
        "notes": text_or_none(cells, "Notes"),
        "graph_note": text_or_none(cells, "Graph note"),
    }


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

SOURCE = LiveSource(
    name="epoch_ai",
    address_setting="FREEFLOAT_EPOCH_URL",
    default_address="https://epoch.ai",
    datasets=tuple(table.dataset for table in TABLES.values()),
    subjects=lambda folders, now: [Subject(name) for name in TABLES],
    ask=ask,
    is_daily=False,
    listed_whole=tuple(table.dataset for table in TABLES.values()),
)

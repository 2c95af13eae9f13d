"""Inbox files: a reading as rows of the datasets that users write by hand, so that they can be mended and landed.

The shapes are those of `data/templates`. What a filing states is worked out in its form's room; here it is checked and written.
A cell that the filing does not state is left empty, and the landing asks for it by name.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from ingestion.files.cell_text import unsafe
from ingestion.filings.document import document_fields, document_id, lineage
from ingestion.filings.forms import AnyReading, rows_of
from ingestion.filings.refusal import RefusedFiling

_LINEAGE = ("table_ref", "document_id", "known_on")
COLUMNS = {
    "filing_lockups": (
        "ticker", "issuer", "holder", "category", "share_class", "shares", "last_day_locked", "rule", "note", "lot",
        "stage", "condition", "permitted_transfers", *_LINEAGE,
    ),
    "share_classes": ("ticker", "share_class", "is_listed", "reason", "is_treasury", *_LINEAGE),
    "share_class_balances": ("ticker", "as_of", "share_class", "shares", *_LINEAGE),
    "share_capital_events": (
        "ticker", "issuer", "effective_date", "event", "share_class", "shares_issued_delta", "issue_price_hkd",
        "total_shares_after", "note", "event_kind", *_LINEAGE,
    ),
    "over_allocations": (
        "ticker", "share_class", "over_allocated_shares", "settlement", "lender", "bought_in_market_shares", "exercised_shares",
        "lapsed_shares", "last_exercise_on", "settled_on", "covered_by", *_LINEAGE,
    ),
    "own_share_trades": (
        "ticker", "share_class", "traded_on", "trade", "shares", "venue", "currency", "highest_price", "lowest_price", "amount",
        "for_cancellation_shares", "for_treasury_shares", *_LINEAGE,
    ),
    "filing_figures": (
        "ticker", "row", "shares", "listed_shares", "unlisted_shares", "pct_of_issued", "pct_of_listed", "pct_of_offer",
        "pct_of_issued_enlarged", "pct_of_listed_enlarged", "pct_of_offer_enlarged", "amount", "page", "line", *_LINEAGE,
    ),
    "filing_findings": ("ticker", "kind", "finding", "rule", "page", "line", *_LINEAGE),
    "derived_figures": ("document", "table_ref", "subject", "metric", "formula", "inputs"),
    "listing_events": ("sector", "company", "ticker", "date", "status", *_LINEAGE),
}  # fmt: skip
_Row = dict[str, str]


def inbox_rows(reading: AnyReading) -> dict[str, list[_Row]]:
    """The rows of each dataset, every cell as text. Raises RefusedFiling for a name that a spreadsheet would run."""
    stated = rows_of(reading) | {"filing_findings": list(_findings(reading))}
    rows = {name: stated.get(name, []) for name in COLUMNS}
    for found in rows.values():
        for row in found:
            for cell in row.values():
                if reason := unsafe(cell):
                    raise RefusedFiling(None, f"{cell[:60]!r} {reason}", "type the filing's rows by hand")
    return rows


def landing_rows(reading: AnyReading, source: str) -> dict[str, list[_Row]]:
    """The rows of `inbox_rows`, and one each for `documents` and `filings`: what a filing that lands by itself is.

    `source` is the filing's file name. Raises RefusedFiling.
    """
    document = document_fields(reading, source)
    rows = inbox_rows(reading)
    filing = {
        "document_id": document["document_id"],
        "ticker": reading.ticker,
        "issuer": reading.issuer,
        "form": reading.form,
        "listing_on": reading.listing_on.isoformat() if reading.listing_on else "",
        "pages": str(reading.pages),
        "lockup_rows": str(len(rows["filing_lockups"])),
        "proofs": str(len(reading.proofs.proved)),
        "findings": str(len(reading.proofs.findings)),
        "open_points": str(len(reading.proofs.open)),
    }
    return {**rows, "documents": [document], "filings": [filing]}


def write_inbox(reading: AnyReading, folder: Path, source: str) -> list[Path]:
    """Writes a file for each dataset into `folder/<dataset>/`, and the document's description; returns their paths.

    `source` is the filing's file name, for the description. Raises RefusedFiling, OSError.
    """
    name = document_id(reading)
    rows = inbox_rows(reading)
    written = []
    for dataset, columns in COLUMNS.items():
        if not rows[dataset]:
            continue
        path = folder / dataset / f"{name}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows[dataset])
        written.append(path)
    path = folder / "documents" / f"{name}.yml"
    path.parent.mkdir(parents=True, exist_ok=True)
    fields = document_fields(reading, source).items()
    path.write_text("".join(f"{field}: '{value.replace(chr(39), chr(39) * 2)}'\n" for field, value in fields), encoding="utf-8")
    return [*written, path]


def _findings(reading: AnyReading) -> Iterator[_Row]:
    """What the filing prints wrongly and why it lands all the same, and what it leaves open."""
    found = [("finding", one.statement, one.rule, one.place) for one in reading.proofs.findings]
    for kind, statement, rule, place in [*found, *(("open", words, "", None) for words in reading.proofs.open)]:
        yield {
            "ticker": reading.ticker,
            "kind": kind,
            "finding": statement,
            "rule": rule,
            "page": str(place.page) if place else "",
            "line": str(place.line) if place else "",
            **lineage(reading, f"{place}" if place else "the filing"),
        }

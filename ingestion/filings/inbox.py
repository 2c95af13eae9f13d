"""Inbox files: a reading as rows of the datasets that users write by hand, so that they can be mended and landed.

The shapes are those of `data/templates`. Each lot is written once: what a filing lists under a second heading is named in the
note. A cell that the filing does not state is left empty, and the landing asks for it by name.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from ingestion.files.cell_text import unsafe
from ingestion.filings import figures
from ingestion.filings.capital_reading import CapitalReading
from ingestion.filings.document import document_fields, document_id, lineage
from ingestion.filings.lockup_rows import lockup_rows
from ingestion.filings.reading import Reading
from ingestion.filings.refusal import Place, RefusedFiling

_LINEAGE = ("table_ref", "document_id", "known_on")
COLUMNS = {
    "filing_lockups": (
        "ticker", "issuer", "holder", "category", "share_class", "shares", "last_day_locked", "rule", "note", "lot",
        "stage", "condition", "permitted_transfers", *_LINEAGE,
    ),
    "share_classes": ("ticker", "share_class", "is_listed", "reason", *_LINEAGE),
    "share_class_balances": ("ticker", "as_of", "share_class", "shares", *_LINEAGE),
    "share_capital_events": (
        "ticker", "issuer", "effective_date", "event", "share_class", "shares_issued_delta", "issue_price_hkd",
        "total_shares_after", "note", *_LINEAGE,
    ),
    "over_allocations": (
        "ticker", "share_class", "over_allocated_shares", "settlement", "lender", "bought_in_market_shares", "exercised_shares",
        "lapsed_shares", "last_exercise_on", "settled_on", "covered_by", *_LINEAGE,
    ),
    "filing_figures": ("ticker", *figures.COLUMNS, *_LINEAGE),
    "filing_findings": ("ticker", "kind", "finding", "rule", "page", "line", *_LINEAGE),
    "derived_figures": ("document", "table_ref", "subject", "metric", "formula", "inputs"),
    "listing_events": ("sector", "company", "ticker", "date", "status", *_LINEAGE),
}  # fmt: skip
#: The ways in which over-allocated shares are delivered and covered; the last two say nothing of whose shares are delivered.
_SETTLEMENTS = (
    ("borrowed", re.compile(r"borrow", re.IGNORECASE)),
    ("delayed delivery", re.compile(r"(?:deferred|delayed)\s+(?:delivery|settlement)", re.IGNORECASE)),
    ("", re.compile(r"\bexercis", re.IGNORECASE)),
    ("", re.compile(r"purchas", re.IGNORECASE)),
)
_Row = dict[str, str]


def inbox_rows(reading: Reading | CapitalReading) -> dict[str, list[_Row]]:
    """The rows of each dataset, every cell as text. Raises RefusedFiling for a name that a spreadsheet would run."""
    rows = _capital_rows(reading) if isinstance(reading, CapitalReading) else _listing_rows(reading)
    for found in rows.values():
        for row in found:
            for cell in row.values():
                if reason := unsafe(cell):
                    raise RefusedFiling(None, f"{cell[:60]!r} {reason}", "type the filing's rows by hand")
    return rows


def _capital_rows(reading: CapitalReading) -> dict[str, list[_Row]]:
    """What a form on share capital gives to each dataset; its row names where it is printed."""
    stated = {name: [_stated(reading, *row) for row in reading.rows.get(name, ())] for name in COLUMNS}
    return stated | {"filing_findings": list(_findings(reading))}


def _stated(reading: CapitalReading, row: Mapping[str, str], place: Place) -> _Row:
    return {"ticker": reading.ticker, **row, **lineage(reading, str(place))}


def _listing_rows(reading: Reading) -> dict[str, list[_Row]]:
    """What an announcement of allotment results gives to each dataset."""
    return {
        "filing_lockups": list(lockup_rows(reading)),
        "share_classes": list(_classes(reading)),
        "share_class_balances": list(_balances(reading)),
        "share_capital_events": [_listing(reading)],
        "over_allocations": list(_over_allocations(reading)),
        "filing_figures": list(_figures(reading)),
        "filing_findings": list(_findings(reading)),
        "derived_figures": list(figures.declarations(reading, document_id(reading))),
        "listing_events": [_listed(reading)],
    }


def landing_rows(reading: Reading | CapitalReading, source: str) -> dict[str, list[_Row]]:
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
        "listing_on": reading.summary.listing_on.value.isoformat() if isinstance(reading, Reading) else "",
        "pages": str(reading.pages),
        "lockup_rows": str(len(rows["filing_lockups"])),
        "proofs": str(len(reading.proofs.proved)),
        "findings": str(len(reading.proofs.findings)),
        "open_points": str(len(reading.proofs.open)),
    }
    return {**rows, "documents": [document], "filings": [filing]}


def write_inbox(reading: Reading | CapitalReading, folder: Path, source: str) -> list[Path]:
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


def _classes(reading: Reading) -> Iterator[_Row]:
    classes = [(reading.listed_class, "true", "the class that is traded on the Exchange")]
    if reading.capital.unlisted or any(row.unlisted for row in reading.holdings):
        reason = (
            "traded on the mainland only"
            if (reading.listed_class, reading.other_class) == ("H", "A")
            else "not admitted to trading"
        )
        classes.append((reading.other_class, "false", reason))
    for share_class, is_listed, reason in classes:
        yield {
            "ticker": reading.summary.ticker,
            "share_class": share_class,
            "is_listed": is_listed,
            "reason": reason,
            **lineage(reading, _place(reading)),
        }


def _balances(reading: Reading) -> Iterator[_Row]:
    listed, other = reading.capital.listed, reading.capital.unlisted
    for share_class, shares in ((reading.listed_class, listed), (reading.other_class, other)):
        if shares or (listed is None and share_class == reading.listed_class):
            yield {
                "ticker": reading.summary.ticker,
                "as_of": reading.summary.listing_on.value.isoformat(),
                "share_class": share_class,
                "shares": "" if shares is None else str(shares),
                **lineage(reading, _place(reading)),
            }


def _listing(reading: Reading) -> _Row:
    summary = reading.summary
    return {
        "ticker": summary.ticker,
        "issuer": reading.issuer,
        "effective_date": summary.listing_on.value.isoformat(),
        "event": "listing",
        "share_class": reading.listed_class,
        "shares_issued_delta": str(summary.offer_shares.value),
        "issue_price_hkd": str(summary.price.value) if summary.currency == "HKD" else "",
        "total_shares_after": str(summary.issued_shares.value),
        "note": f"treasury shares {summary.treasury_shares.value:,}" if summary.treasury_shares else "",
        **lineage(reading, _place(reading)),
    }


def _over_allocations(reading: Reading) -> Iterator[_Row]:
    """What was allotted beyond the offer. How it is delivered is stated only where the words leave one way."""
    shares, words = reading.summary.over_allocated_shares, reading.summary.over_allocation_covered_by
    if shares is None:
        return
    ways = [settlement for settlement, pattern in _SETTLEMENTS if words and pattern.search(words.value)]
    one_way = ways[0] if len(ways) == 1 and ways[0] else "not stated"
    yield {
        "ticker": reading.summary.ticker,
        "share_class": reading.listed_class,
        "over_allocated_shares": str(shares.value),
        "settlement": one_way if shares.value else "none",
        "covered_by": words.value if words and shares.value else "",
        **lineage(reading, f"page {shares.place.page}, line {shares.place.line}"),
    }


def _findings(reading: Reading | CapitalReading) -> Iterator[_Row]:
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


def _figures(reading: Reading) -> Iterator[_Row]:
    for row in figures.figure_rows(reading):
        yield {"ticker": reading.summary.ticker} | row | lineage(reading, row["table_ref"])


def _listed(reading: Reading) -> _Row:
    summary = reading.summary
    return {
        "sector": "",
        "company": reading.issuer,
        "ticker": summary.ticker,
        "date": summary.listing_on.value.isoformat(),
        "status": "listed",
        **lineage(reading, f"page {summary.listing_on.place.page}, line {summary.listing_on.place.line}"),
    }


def _place(reading: Reading) -> str:
    place = reading.summary.issued_shares.place
    return f"page {place.page}, line {place.line}"

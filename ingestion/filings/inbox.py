"""Inbox files: a reading as rows of the datasets that users write by hand, so that they can be mended and landed.

The shapes are those of `data/templates`. Each lot is written once: what a filing lists under a second heading is named in the
note. A cell that the filing does not state is left empty, and the landing asks for it by name.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from ingestion.files.cell_text import unsafe
from ingestion.filings.holdings import CORNERSTONE, Holding
from ingestion.filings.notes import KEEPS_CONTROL
from ingestion.filings.reading import Reading
from ingestion.filings.refusal import RefusedFiling

_LINEAGE = ("table_ref", "document_id", "known_on")
COLUMNS = {
    "filing_lockups": (
        "ticker", "issuer", "holder", "category", "share_class", "shares", "last_day_locked", "rule", "note", "lot", *_LINEAGE,
    ),
    "share_classes": ("ticker", "share_class", "is_listed", "reason", *_LINEAGE),
    "share_class_balances": ("ticker", "as_of", "share_class", "shares", *_LINEAGE),
    "share_capital_events": (
        "ticker", "issuer", "effective_date", "event", "share_class", "shares_issued_delta", "issue_price_hkd",
        "total_shares_after", "note", *_LINEAGE,
    ),
    "over_allocations": ("ticker", "share_class", "over_allocated_shares", "settlement", "covered_by", *_LINEAGE),
    "listing_events": ("sector", "company", "ticker", "date", "status", *_LINEAGE),
}  # fmt: skip
#: After filings that a person typed and checked (10): where both state one listing, the typed facts decide.
RANK = "11"
_PRE_COMMERCIAL = re.compile(r"no longer be regarded as a Pre-\s?Commercial Company", re.IGNORECASE)
#: The ways in which over-allocated shares are delivered and covered; the last two say nothing of whose shares are delivered.
_SETTLEMENTS = (
    ("borrowed", re.compile(r"borrow", re.IGNORECASE)),
    ("delayed delivery", re.compile(r"(?:deferred|delayed)\s+(?:delivery|settlement)", re.IGNORECASE)),
    ("", re.compile(r"\bexercis", re.IGNORECASE)),
    ("", re.compile(r"purchas", re.IGNORECASE)),
)
_Row = dict[str, str]


def document_id(reading: Reading) -> str:
    """The name of the filing as a document: `acme_hk_allotment_results_2026_03_02`, by ticker and listing day."""
    day = reading.summary.listing_on.value
    return f"hk_{reading.summary.ticker.removesuffix('.HK')}_allotment_results_{day:%Y_%m_%d}"


def inbox_rows(reading: Reading) -> dict[str, list[_Row]]:
    """The rows of each dataset, every cell as text. Raises RefusedFiling for a name that a spreadsheet would run."""
    rows = {
        "filing_lockups": list(_lockups(reading)),
        "share_classes": list(_classes(reading)),
        "share_class_balances": list(_balances(reading)),
        "share_capital_events": [_listing(reading)],
        "over_allocations": list(_over_allocations(reading)),
        "listing_events": [_listed(reading)],
    }
    for found in rows.values():
        for row in found:
            for cell in row.values():
                if reason := unsafe(cell):
                    raise RefusedFiling(None, f"{cell[:60]!r} {reason}", "type the filing's rows by hand")
    return rows


def landing_rows(reading: Reading, source: str) -> dict[str, list[_Row]]:
    """The rows of `inbox_rows`, and one each for `documents` and `filings`: what a filing that lands by itself is.

    `source` is the filing's file name. Raises RefusedFiling.
    """
    summary, document = reading.summary, _document(reading, source)
    rows = inbox_rows(reading)
    filing = {
        "document_id": document["document_id"],
        "ticker": summary.ticker,
        "issuer": _issuer(reading),
        "form": reading.form,
        "listing_on": summary.listing_on.value.isoformat(),
        "pages": str(reading.pages),
        "lockup_rows": str(len(rows["filing_lockups"])),
        "proofs": str(len(reading.proofs.proved)),
        "findings": str(len(reading.proofs.findings)),
        "open_points": str(len(reading.proofs.open)),
    }
    return {**rows, "documents": [document], "filings": [filing]}


def write_inbox(reading: Reading, folder: Path, source: str) -> list[Path]:
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
    fields = _document(reading, source).items()
    path.write_text("".join(f"{field}: '{value.replace(chr(39), chr(39) * 2)}'\n" for field, value in fields), encoding="utf-8")
    return [*written, path]


def _document(reading: Reading, source: str) -> _Row:
    published, listing_on = reading.summary.published_on, reading.summary.listing_on
    note = f"Read from {source}"
    if published is None:
        # it is published before dealings begin; the listing day is the last day on which it can have been
        note += "; published_on is the listing day: write the day of publication"
    return {
        "document_id": document_id(reading),
        "title": "Announcement of allotment results",
        "producer": f"{_issuer(reading)} ({reading.summary.ticker})",
        "document_type": "allotment results",
        "published_on": (published or listing_on).value.isoformat(),
        "licence": "Issuer's publication under the Listing Rules; figures quoted as facts",
        "rank": RANK,
        "note": note,
    }


def _lockups(reading: Reading) -> Iterator[_Row]:
    counted = [row for row in reading.holdings if row.same_as is None and row.shares and row.days and not row.is_unissued]
    lots = _lots(counted)
    for row in counted:
        day = row.days[-1].last_locked_on
        note = "; ".join(_notes(reading, row))
        classes = (
            [(reading.listed_class, row.listed), (reading.other_class, row.unlisted)]
            if row.listed is not None
            else [("", row.shares)]
        )
        for share_class, shares in classes:
            if shares:
                yield {
                    "ticker": reading.summary.ticker,
                    "issuer": _issuer(reading),
                    "holder": " and ".join((row.holder, *row.row.shared_with)),
                    "category": _category(reading, row),
                    "share_class": share_class,
                    "shares": str(shares),
                    "last_day_locked": day.isoformat(),
                    "rule": row.basis,
                    "note": note,
                    "lot": lots.get(id(row), ""),
                    **_lineage(reading, f"page {row.place.page}, line {row.place.line}"),
                }


def _lots(counted: list[Holding]) -> dict[int, str]:
    """A name for each lot of a holder who has several: its heading and last day."""
    holders = Counter((row.holder, row.category == CORNERSTONE) for row in counted)
    named: dict[int, str] = {}
    seen: Counter[str] = Counter()
    for row in counted:
        if holders[(row.holder, row.category == CORNERSTONE)] > 1:
            name = f"{row.heading[:40]}, until {row.days[-1].last_locked_on}"
            seen[f"{row.holder} {name}"] += 1
            count = seen[f"{row.holder} {name}"]
            named[id(row)] = name if count == 1 else f"{name} ({count})"
    return named


def _category(reading: Reading, row: Holding) -> str:
    """The most telling kind of holder under which these shares stand."""
    number = reading.holdings.index(row)
    kinds = {row.category} | {other.category for other in reading.holdings if number in other.same_rows}
    order = ("controlling shareholder", "key person", "pathfinder SII", CORNERSTONE)
    return next((kind for kind in order if kind in kinds), row.category)


def _notes(reading: Reading, row: Holding) -> Iterator[str]:
    number = reading.holdings.index(row)
    if any(_PRE_COMMERCIAL.search(condition) for condition in row.conditions):
        yield (
            "may end earlier: the later of the date that a Commercial Company would have had, and the 30th day after "
            "the announcement that the "
            "Pre-Commercial designation is removed (Rule 18C.24)"
        )
    if [day.stage for day in row.days] == ["first", "second"]:
        first = row.days[0].last_locked_on
        kept = any(KEEPS_CONTROL.search(condition) for condition in row.conditions)
        if kept or "PRC Company Law" not in row.basis:
            yield f"no disposal until {first}; then " + (
                "may be sold while control is kept" if kept else "the second six-month period"
            )
    others = [other for other in reading.holdings if number in other.same_rows]
    if others:
        yield f"the same shares stand under {', '.join(dict.fromkeys(other.heading for other in others))} too"


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
            **_lineage(reading, "summary"),
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
                **_lineage(reading, _place(reading)),
            }


def _listing(reading: Reading) -> _Row:
    summary = reading.summary
    return {
        "ticker": summary.ticker,
        "issuer": _issuer(reading),
        "effective_date": summary.listing_on.value.isoformat(),
        "event": "listing",
        "share_class": reading.listed_class,
        "shares_issued_delta": str(summary.offer_shares.value),
        "issue_price_hkd": str(summary.price.value) if summary.currency == "HKD" else "",
        "total_shares_after": str(summary.issued_shares.value),
        "note": f"treasury shares {summary.treasury_shares.value:,}" if summary.treasury_shares else "",
        **_lineage(reading, _place(reading)),
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
        **_lineage(reading, f"page {shares.place.page}, line {shares.place.line}"),
    }


def _listed(reading: Reading) -> _Row:
    summary = reading.summary
    return {
        "sector": "",
        "company": _issuer(reading),
        "ticker": summary.ticker,
        "date": summary.listing_on.value.isoformat(),
        "status": "listed",
        **_lineage(reading, f"page {summary.listing_on.place.page}, line {summary.listing_on.place.line}"),
    }


def _place(reading: Reading) -> str:
    place = reading.summary.issued_shares.place
    return f"page {place.page}, line {place.line}"


def _issuer(reading: Reading) -> str:
    summary = reading.summary
    named = summary.issuer or summary.short_name
    return named.value if named else summary.ticker


def _lineage(reading: Reading, table_ref: str) -> _Row:
    return {"table_ref": table_ref, "document_id": document_id(reading), "known_on": ""}

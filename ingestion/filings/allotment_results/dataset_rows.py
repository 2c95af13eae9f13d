"""Rows of datasets: what an announcement of allotment results gives to each, beside its findings.

Each lot is written once: what a filing lists under a second heading is named in the note. Lots are in `lockup_rows`, printed
figures in `figures`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingestion.filings.allotment_results import figures
from ingestion.filings.allotment_results.lockup_rows import lockup_rows
from ingestion.filings.allotment_results.reading import Reading
from ingestion.filings.class_shares import treasury_class
from ingestion.filings.document import document_id, lineage

#: The ways in which over-allocated shares are delivered and covered; the last two say nothing of whose shares are delivered.
_SETTLEMENTS = (
    ("borrowed", re.compile(r"borrow", re.IGNORECASE)),
    ("delayed delivery", re.compile(r"(?:deferred|delayed)\s+(?:delivery|settlement)", re.IGNORECASE)),
    ("", re.compile(r"\bexercis", re.IGNORECASE)),
    ("", re.compile(r"purchas", re.IGNORECASE)),
)
_Row = dict[str, str]


def listing_rows(reading: Reading) -> dict[str, list[_Row]]:
    """What an announcement of allotment results gives to each dataset."""
    return {
        "filing_lockups": list(lockup_rows(reading)),
        "share_classes": list(_classes(reading)),
        "share_class_balances": list(_balances(reading)),
        "share_capital_events": [_listing(reading)],
        "over_allocations": list(_over_allocations(reading)),
        "filing_figures": list(_figures(reading)),
        "derived_figures": list(figures.declarations(reading, document_id(reading))),
        "listing_events": [_listed(reading)],
    }


def _classes(reading: Reading) -> Iterator[_Row]:
    classes = [(reading.listed_class, "true", "the class that is traded on the Exchange")]
    if reading.capital.unlisted or any(row.unlisted for row in reading.holdings):
        reason = (
            "traded on the mainland only"
            if (reading.listed_class, reading.other_class) == ("H", "A")
            else "not admitted to trading"
        )
        classes.append((reading.other_class, "false", reason))
    treasury = {treasury_class(name): "held by the issuer" for name, _, _ in classes if _treasury(reading, name)}
    for share_class, is_listed, reason in [*classes, *((name, "false", reason) for name, reason in treasury.items())]:
        yield {
            "ticker": reading.summary.ticker,
            "share_class": share_class,
            "is_listed": is_listed,
            "reason": reason,
            "is_treasury": "true" if share_class in treasury else "",
            **lineage(reading, _place(reading)),
        }


def _balances(reading: Reading) -> Iterator[_Row]:
    listed, other = reading.capital.listed, reading.capital.unlisted
    balances = []
    for share_class, shares in ((reading.listed_class, listed), (reading.other_class, other)):
        held = _treasury(reading, share_class) if shares else 0
        balances.append((share_class, shares - held if shares else shares))
        if held:
            balances.append((treasury_class(share_class), held))
    for share_class, shares in balances:
        if shares or (listed is None and share_class == reading.listed_class):
            yield {
                "ticker": reading.summary.ticker,
                "as_of": reading.summary.listing_on.value.isoformat(),
                "share_class": share_class,
                "shares": "" if shares is None else str(shares),
                **lineage(reading, _place(reading)),
            }


def _treasury(reading: Reading, share_class: str) -> int:
    """The treasury shares of a class, where the filing says that they are of it."""
    summary = reading.summary
    return summary.treasury_shares.value if summary.treasury_shares and summary.treasury_class == share_class else 0


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

"""Rows of `filing_lockups`: each lot of a filing once, with what binds it and the headings under which it stands."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date

from ingestion.filings.allotment_results.holdings import CORNERSTONE, Holding
from ingestion.filings.allotment_results.notes import KEEPS_CONTROL
from ingestion.filings.allotment_results.reading import Reading, is_in_two_stages
from ingestion.filings.document import lineage

_PRE_COMMERCIAL = re.compile(r"no longer be regarded as a Pre-\s?Commercial Company", re.IGNORECASE)
_Row = dict[str, str]


def lockup_rows(reading: Reading) -> Iterator[_Row]:
    """The rows, every cell as text."""
    counted = [row for row in reading.holdings if row.same_as is None and row.shares and row.days and not row.is_unissued]
    lots = _lots(counted)
    for row in counted:
        note = "; ".join(_notes(reading, row))
        classes = (
            [(reading.listed_class, row.listed), (reading.other_class, row.unlisted)]
            if row.listed is not None
            else [("", row.shares)]
        )
        for share_class, shares in classes:
            for last_day, stage, condition in _restrictions(row) if shares else ():
                yield {
                    "ticker": reading.summary.ticker,
                    "issuer": reading.issuer,
                    "holder": " and ".join((row.holder, *row.row.shared_with)),
                    "category": _category(reading, row),
                    "share_class": share_class,
                    "shares": str(shares),
                    "last_day_locked": last_day.isoformat(),
                    "rule": row.basis,
                    "note": note,
                    "lot": lots.get(id(row), ""),
                    "stage": stage,
                    "condition": condition,
                    "permitted_transfers": " ".join(row.permitted_transfers),
                    **lineage(reading, f"page {row.place.page}, line {row.place.line}"),
                }


def _restrictions(row: Holding) -> Iterator[tuple[date, str, str]]:
    """The last day, stage and condition of each restriction of a row: two where the second only asks that control is kept."""
    condition = next((one for one in row.conditions if KEEPS_CONTROL.search(one)), "")
    if is_in_two_stages(row):
        yield row.days[0].last_locked_on, "first", ""
        yield row.days[1].last_locked_on, "second", condition
    else:
        yield row.days[-1].last_locked_on, "", ""


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
    stages = [day.stage for day in row.days] == ["first", "second"]
    if stages and not is_in_two_stages(row) and "PRC Company Law" not in row.basis:
        yield f"no disposal until {row.days[0].last_locked_on}; then the second six-month period"
    others = [other for other in reading.holdings if number in other.same_rows]
    if others:
        yield f"the same shares stand under {', '.join(dict.fromkeys(other.heading for other in others))} too"

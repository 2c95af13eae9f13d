"""Later documents about a lot of a full table of lock-ups: which amendments there are, and those that can't be.

Only what is wrong whatever else lands is found here; in which order amendments count is decided by the models.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from ingestion.dataset import Frames, RowFault
from ingestion.datasets._securities import check_restrictions, earlier_tickers

AMENDMENTS = ("extends", "releases early", "transfers", "corrects", "adds")
#: What names a lot within a table.
_LOT = ("holder", "holder_category", "share_class", "lot")


def check_filing_lockups(frames: Frames, frame: pl.DataFrame) -> list[RowFault]:
    """The rows of `filing_lockups` that can't be: see `check_restrictions`; and the amendments of no table or no such lot.

    `frames` holds SECURITIES.
    """
    tables: dict[str, dict[str, list[Mapping[str, Any]]]] = {}
    for row in frame.filter(pl.col("amends").is_null()).iter_rows(named=True):
        tables.setdefault(row["ticker"], {}).setdefault(row["document_id"], []).append(row)
    # a table stays what it is when its ticker goes on as another
    before = earlier_tickers(frames)
    for new, olds in before.items():
        found_before = [tables[old] for old in sorted(olds) if old in tables]
        tables[new] = {name: rows for table in (*found_before, tables.get(new, {})) for name, rows in table.items()}
    faults = check_restrictions(frames, frame)
    for index, row in enumerate(frame.iter_rows(named=True)):
        found = _fault(row, tables.get(row["ticker"], {}))
        if found is not None:
            column, words = found
            faults.append(RowFault(index, column, str(row[column] or ""), words))
    return faults


def _fault(row: Mapping[str, Any], tables: Mapping[str, list[Mapping[str, Any]]]) -> tuple[str, str] | None:
    """The column and what is wrong with it of one row; `tables` are the full tables of its ticker, by document."""
    amends, table_id = row["amends"], row["amended_document_id"]
    if (row["transferred_to"] is None) == (amends == "transfers"):
        return "transferred_to", "goes with `transfers` in amends: write the holder who has the shares, or leave both empty"
    if amends is None:
        if table_id is not None:
            return "amends", f"is empty, and the row amends {table_id}; write one of {', '.join(AMENDMENTS)}"
        return None
    listed = ", ".join(sorted(tables)) or "none"
    if table_id is None and len(tables) != 1:
        return "amended_document_id", f"is empty; write which table is amended: {row['ticker']} has {listed}"
    table = tables.get(table_id) if table_id is not None else next(iter(tables.values()))
    if table is None or row["document_id"] in tables:
        return "amended_document_id", (
            f"is no full table of {row['ticker']} in another document; there are {listed} (and this one is {row['document_id']})"
        )
    lot = [other for other in table if _lot(other) == _lot(row)]
    if amends != "adds" and row["lot_origin"] is not None:
        return "lot_origin", "is that of the lot that is amended; leave it empty"
    if amends == "adds":
        return ("amends", "adds a lot that the table has; write extends or corrects") if lot else None
    if not lot:
        words = "is of no lot of the table; write holder, category, share_class and lot as they stand there, or `adds` in amends"
        return "holder", words
    # the models compare what is only stated as a share of the total
    largest = max((other["shares"] for other in lot if other["shares"]), default=None)
    if amends != "corrects" and largest and (row["shares"] or 0) > largest:
        return "shares", f"is more than the {largest:,} shares of the lot"
    return None


def _lot(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in _LOT)

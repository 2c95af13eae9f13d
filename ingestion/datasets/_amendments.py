"""Later documents about a lot of a full table of lock-ups: which amendments there are, and those that can't be.

Only what is wrong whatever else lands is found here; in which order amendments count is decided by the models.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from ingestion.dataset import Frames, RowFault
from ingestion.datasets._securities import check_restrictions, latest_end, listings
from ingestion.datasets._successions import earlier_tickers
from ingestion.printed_text.release_rules import rule_parts

AMENDMENTS = ("extends", "releases early", "transfers", "corrects", "adds")
#: What names a lot within a table.
_LOT = ("holder", "holder_category", "share_class", "lot")
_Row = Mapping[str, Any]
_Fault = tuple[str, str] | None


class _Table:
    """The rows of a full table of lots, by lot, and the first day on which one of them was known."""

    def __init__(self, *rows: _Row) -> None:
        self.lots: dict[tuple[Any, ...], list[_Row]] = {}
        self.known_on = date.max
        for row in rows:
            self.add(row)

    def add(self, row: _Row) -> None:
        self.lots.setdefault(_lot(row), []).append(row)
        self.known_on = min(self.known_on, row["known_on"] or date.min)


def check_filing_lockups(frames: Frames, frame: pl.DataFrame) -> list[RowFault]:
    """The rows of `filing_lockups` that can't be: see `check_restrictions`; the amendments of no table or no such lot; and the
    lots of which nothing tells from which day on they are locked.

    `frames` holds SECURITIES.
    """
    rows = list(frame.iter_rows(named=True))
    tables: dict[str, dict[str, _Table]] = {}
    made: dict[str, list[_Row]] = {}
    for row in rows:
        if row["amends"] is None:
            tables.setdefault(row["ticker"], {}).setdefault(row["document_id"], _Table()).add(row)
        elif row["amends"] in ("adds", "transfers"):
            made.setdefault(row["ticker"], []).append(row)
    # a table stays what it is when its ticker goes on as another
    before = earlier_tickers(frames)
    for new, olds in before.items():
        found_before = [tables[old] for old in sorted(olds) if old in tables]
        tables[new] = {name: found for table in (*found_before, tables.get(new, {})) for name, found in table.items()}
        made[new] = [made_row for ticker in (*sorted(olds), new) for made_row in made.get(ticker, ())]
    listed = dict(listings(frames).select("ticker", "earliest").iter_rows())
    faults = check_restrictions(frames, frame)
    for index, row in enumerate(rows):
        ticker = row["ticker"]
        found = _fault(row, tables.get(ticker, {}), made.get(ticker, ()), listed.get(ticker))
        if found is not None:
            column, words = found
            value = row["locked_from_on" if column == "locked_from" else column]
            faults.append(RowFault(index, column, str(value or ""), words))
    return faults


def _fault(row: _Row, tables: Mapping[str, _Table], made: Sequence[_Row], listed_on: date | None) -> _Fault:
    """The column and what is wrong with it of one row; `tables` are the full tables of its ticker, by document, `made` the rows
    that add a lot or transfer one."""
    amends, table_id = row["amends"], row["amended_document_id"]
    if (row["transferred_to"] is None) == (amends == "transfers"):
        return "transferred_to", "goes with `transfers` in amends: write the holder who has the shares, or leave both empty"
    if amends is None:
        if table_id is not None:
            return "amends", f"is empty, and the row amends {table_id}; write one of {', '.join(AMENDMENTS)}"
        return _beginning(row, tables[row["document_id"]], listed_on)
    listed = ", ".join(sorted(tables)) or "none"
    if table_id is None and len(tables) != 1:
        return "amended_document_id", f"is empty; write which table is amended: {row['ticker']} has {listed}"
    table_id = table_id if table_id is not None else next(iter(tables))
    if table_id not in tables or row["document_id"] in tables:
        return "amended_document_id", (
            f"is no full table of {row['ticker']} in another document; there are {listed} (and this one is {row['document_id']})"
        )
    lot = tables[table_id].lots.get(_lot(row), [])
    if amends == "adds":
        return (
            ("amends", "adds a lot that the table has; write extends or corrects")
            if lot
            else _beginning(row, _Table(row), listed_on)
        )
    if row["lot_origin"] is not None:
        return "lot_origin", "is that of the lot that is amended; leave it empty"
    return _of_a_lot(row, lot or _made_by_then(row, made, table_id), is_of_table=bool(lot))


def _made_by_then(row: _Row, made: Sequence[_Row], table_id: str) -> list[_Row]:
    """The rows that made the lot of which an amendment speaks, by documents from before it: in the order of the models."""
    return [
        other
        for other in made
        if (other["transferred_to"] or other["holder"], *_lot(other)[1:]) == _lot(row)
        and other["amended_document_id"] in (None, table_id)
        and (other["known_on"] or date.max, other["document_id"]) < (row["known_on"] or date.max, row["document_id"])
    ]


def _of_a_lot(row: _Row, lot: Sequence[_Row], is_of_table: bool) -> _Fault:
    """What is wrong with an amendment of a lot, whose rows in the table are `lot`, or those that made it."""
    if not lot:
        words = (
            "is of no lot of the table, and of none that an earlier document added or transferred; write holder, category, "
            "share_class and lot as they stand there, or `adds` in amends"
        )
        return "holder", words
    if not is_of_table and len({(other["document_id"], other["holder"]) for other in lot}) > 1:
        words = (
            f"has several lots of this name, by {', '.join(sorted({other['document_id'] for other in lot}))}: which is meant, "
            "nothing tells; write the full table as it is now, without amends"
        )
        return "holder", words
    if row["amends"] == "corrects":
        return None
    # the models compare the shares: a split can lie between, and some are only stated as a share of the total
    begins_on = lot[0]["locked_from_on"]
    if row["locked_from_on"] != begins_on:
        words = (
            f"is not that of the lot ({begins_on or 'empty: the listing'}), which an amendment leaves as it is; write that, and "
            "a lock-up that begins anew as a lot of its own name, with `adds`"
        )
        return "locked_from", words
    return None


def _beginning(row: _Row, table: _Table, listed_on: date | None) -> _Fault:
    """What is wrong with the first day of a lock-up that a table states, or a later document adds (`table`: its row alone)."""
    begins_on = row["locked_from_on"]
    lot = table.lots[_lot(row)]
    if {other["locked_from_on"] for other in lot} != {begins_on}:
        return "locked_from", "differs from another row of the lot; write lock-ups that begin on two days as lots of two names"
    ends = [latest_end(part.rule) for part in rule_parts(row["release_rule"])]
    if begins_on is not None:
        if any(end is not None and end < begins_on for end in ends):
            return "locked_from", "is after the last locked day; check the year"
        return None
    since = min(other["known_on"] or date.min for other in lot)
    tabled_on = table.known_on if row["amends"] is None else date.min
    if listed_on is not None and since > max(listed_on, tabled_on):
        words = (
            f"is empty, and the lot was first stated on {since}, after the listing; write the first day on which it is locked: "
            f"{listed_on} if it was left out until then, the day of their issue for shares that were issued later"
        )
        return "locked_from", words
    return None


def _lot(row: _Row) -> tuple[Any, ...]:
    return tuple(row[name] for name in _LOT)

"""Shares that were allotted beyond the offer, and how they are delivered: what floats before the over-allotment option is used.

Over-allocated shares that are **borrowed** from a holder are delivered and trade from the first day; the option's shares, once
issued, or shares bought in the market, go back to the lender. With **delayed delivery** nothing more than the offer floats until
they are delivered. An announcement of allotment results mostly says only by which ways they may be covered: `not stated`. A
later document states a later state of the same over-allocation. Write the lender's locked shares as they were before the loan.

`exercised_shares` are those of all exercises so far; they are issued, and what was borrowed is returned, on `settled_on`. What
was not exercised of the option has lapsed; the option may be larger than the over-allocation.
"""

from __future__ import annotations

import polars as pl

from ingestion.columns import SHARES_LIMIT, TICKER, Count, Day, Text
from ingestion.columns.printed_cells import Cell, PrintedTable
from ingestion.dataset import Dataset, Frames, RowFault
from ingestion.datasets._securities import SECURITIES, check_ticker
from ingestion.landing.filed_rows import FILINGS

SETTLEMENTS = ("borrowed", "delayed delivery", "not stated", "none")


def check_over_allocations(frames: Frames, frame: pl.DataFrame) -> list[RowFault]:
    """The rows of no known security, and those whose counts can't be of one over-allocation. `frames` holds SECURITIES."""
    faults = check_ticker(frames, frame)
    for index, row in enumerate(frame.iter_rows(named=True)):
        shares, settlement, bought = row["over_allocated_shares"], row["settlement"], row["bought_in_market_shares"]
        exercised, lapsed, settled_on = row["exercised_shares"], row["lapsed_shares"], row["settled_on"]
        if (settlement == "none") != (shares == 0):
            words = "shares can't be settled by 'none'" if shares else "over-allocated shares are settled by 'none'"
            faults.append(RowFault(index, "settlement", settlement, f"does not fit: {shares:,} {words}"))
        covered = (bought or 0) + (exercised or 0)
        whole = bought is not None and exercised is not None and settled_on is not None
        if covered > shares or (whole and covered != shares):
            words = (
                f"does not fit: {bought or 0:,} bought in the market and {exercised or 0:,} of the option cover {covered:,}, and "
                f"{shares:,} were over-allocated; write the shares of this over-allocation only"
            )
            faults.append(RowFault(index, "over_allocated_shares", f"{shares:,}", words))
        if exercised is not None and lapsed is not None and exercised + lapsed < shares:
            words = (
                f"does not fit: {exercised:,} exercised and {lapsed:,} lapsed make an option over {exercised + lapsed:,} shares, "
                f"and {shares:,} were over-allocated; write what lapsed of the whole option"
            )
            faults.append(RowFault(index, "lapsed_shares", f"{lapsed:,}", words))
        if exercised and settled_on is None:
            words = f"is empty, and {exercised:,} shares of the option are exercised; write the day on which they are issued"
            faults.append(RowFault(index, "settled_on", "", words))
    return faults


DATASET = Dataset(
    name="over_allocations",
    grain="one statement of an issuer's over-allocation",
    group="share_capital",
    columns=(
        Text("ticker", pattern=TICKER),
        Text("share_class"),
        Count("over_allocated_shares", limit=SHARES_LIMIT),
        Text("settlement", isin=SETTLEMENTS),
        Text("lender", nullable=True, optional=True),
        Count("bought_in_market_shares", nullable=True, optional=True, limit=SHARES_LIMIT),
        Count("exercised_shares", nullable=True, optional=True, limit=SHARES_LIMIT),
        Count("lapsed_shares", nullable=True, optional=True, limit=SHARES_LIMIT),
        Day("last_exercise_on", nullable=True, optional=True),
        Day("settled_on", nullable=True, optional=True),
        Text("covered_by", nullable=True, optional=True),
    ),
    key=("document_id", "ticker", "share_class"),
    reads=(*SECURITIES, FILINGS),
    check=check_over_allocations,
    printed=PrintedTable(
        subject="ticker",
        row=("share_class",),
        cells=(
            Cell("over_allocated_shares", "over-allocated shares"),
            Cell("bought_in_market_shares", "bought in the market"),
            Cell("exercised_shares", "exercised shares"),
            Cell("lapsed_shares", "lapsed shares"),
        ),
    ),
)

"""Companies that are taken over: all their shares become shares of a company that has others, which issues these for them.

From `effective_on` on the old ticker is not listed, and what was locked of it is locked of the acquirer, in its shares:
`new_shares` for `old_shares`. The acquirer's issue follows from that; one that a document states in `share_capital_events` (a
`consideration issue` of these days) is the same and counts once. A company that goes on under another ticker, as the only one,
stands in `security_successors`.
"""

from __future__ import annotations

import polars as pl

from ingestion.columns import SHARES_LIMIT, TICKER, Count, Day, Text
from ingestion.dataset import Dataset, Frames, RowFault
from ingestion.datasets._securities import SECURITIES, UNKNOWN, check_ticker


def check_mergers(frames: Frames, frame: pl.DataFrame) -> list[RowFault]:
    """The rows of an unknown ticker or acquirer, and those by which one company takes over and is taken over.

    `frames`: SECURITIES.
    """
    faults = check_ticker(frames, frame)
    acquirers = frame.select(pl.col("acquirer").alias("ticker"))
    unknown = {fault.index for fault in check_ticker(frames, acquirers)}
    standing = frame.filter(pl.col("status") != "withdrawn")
    absorbed = set(standing["ticker"])
    for index, (acquirer, status) in enumerate(frame.select("acquirer", "status").iter_rows()):
        if index in unknown:
            faults.append(RowFault(index, "acquirer", acquirer, UNKNOWN))
        elif acquirer in absorbed and status != "withdrawn":
            words = (
                "takes over here and is taken over by another row: its lots would go on twice. Write the first merger's issue in "
                "share_capital_events and its locked lots with `adds` in amends of filing_lockups, without a row here"
            )
            faults.append(RowFault(index, "acquirer", acquirer, words))
    return faults


DATASET = Dataset(
    name="mergers",
    grain="one statement that the shares of one security become those of another",
    group="reference",
    columns=(
        Text("ticker", pattern=TICKER),
        Text("acquirer", pattern=TICKER),
        Day("effective_on"),
        Count("new_shares", minimum=1),
        Count("old_shares", minimum=1),
        Count("exchanged_shares", nullable=True, optional=True, minimum=1, limit=SHARES_LIMIT),
        Text("status", isin=("announced", "past", "withdrawn")),
        Text("note", nullable=True, optional=True),
    ),
    key=("document_id", "ticker", "acquirer", "status"),
    rules=(
        ("a company does not take itself over; write the other's ticker in acquirer", pl.col("ticker") != pl.col("acquirer")),
        (
            "what is past has happened by the day on which it is known; write announced",
            (pl.col("status") != "past") | (pl.col("effective_on") <= pl.col("known_on")),
        ),
    ),
    committed=False,
    known_on_column="effective_on",
    reads=SECURITIES,
    check=check_mergers,
    words={
        "ticker": "the company that is taken over, whose shares are no longer listed from `effective_on` on",
        "acquirer": "the company whose shares are given for them",
        "effective_on": "day on which the shares are exchanged",
        "new_shares": "shares of the acquirer that are given for `old_shares`",
        "old_shares": "see `new_shares`",
        "exchanged_shares": (
            "old shares that are exchanged; empty: all in issue. Write it where some are not, as unlisted ones, treasury shares, "
            "or what the acquirer had before"
        ),
        "status": "`announced`, `past`, or `withdrawn` where it does not come",
    },
)

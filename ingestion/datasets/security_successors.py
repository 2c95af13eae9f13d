"""What a security goes on as: a new code, another market, or the shares of a new company that its own are all exchanged for.

The lots, undertakings, share capital, classes and events of the old ticker are those of the new one from the day on which it
begins, in its shares: `new_shares` for `old_shares`. Each ticker goes on as one other, and each begins as one. A statement is
taken back by a newer one that is `withdrawn`; another day, or another code, replaces what an older statement of no better rank
said. Shares that become those of a company with a capital of its own are no succession: see `mergers`.
"""

from __future__ import annotations

import polars as pl

from ingestion.columns import TICKER, Count, Day, Text
from ingestion.dataset import Dataset, Frames, RowFault
from ingestion.datasets._securities import DIRECTLY_LISTED, check_directly_listed
from ingestion.datasets._successions import standing_successors

#: How a security goes on, and the event that this is of the old ticker: see `TRADING_EVENTS` of `corporate_events`.
SUCCESSIONS = {
    "code change": "stock_code_changed",
    "transfer of market": "listing_transferred",
    "exchange of shares": "shares_exchanged",
}


def check_successors(frames: Frames, frame: pl.DataFrame) -> list[RowFault]:
    """The rows of an unknown ticker, and those that with the others make one ticker of two, or a circle.

    `frames`: DIRECTLY_LISTED.
    """
    faults = check_directly_listed(frames, frame)
    standing = standing_successors(frame.with_row_index()).sort("known_on", "index")
    goes_on: dict[str, str] = {}
    for index, ticker, successor in standing.select("index", "ticker", "successor").iter_rows():
        goes_on[ticker] = successor
        others = [one for one, other in goes_on.items() if other == successor and one != ticker]
        if others:
            words = (
                f"is what {others[0]} goes on as too: one code goes on from one other; a company that joins another which has "
                "shares of its own stands in inbox/mergers/"
            )
            faults.append(RowFault(index, "successor", successor, words))
            del goes_on[ticker]
            continue
        seen, following = {ticker}, successor
        while following in goes_on and following not in seen:
            seen.add(following)
            following = goes_on[following]
        if following == ticker:
            faults.append(
                RowFault(index, "successor", successor, f"leads back to {ticker}: a code that comes back is no successor")
            )
            del goes_on[ticker]
    return faults


DATASET = Dataset(
    name="security_successors",
    grain="one statement of what one security goes on as",
    group="reference",
    columns=(
        Text("ticker", pattern=TICKER),
        Text("successor", pattern=TICKER),
        Text("kind", isin=tuple(SUCCESSIONS)),
        Day("effective_on"),
        Count("new_shares", nullable=True, optional=True, minimum=1),
        Count("old_shares", nullable=True, optional=True, minimum=1),
        Text("status", isin=("announced", "past", "withdrawn")),
        Text("issuer", nullable=True, optional=True),
        Text("note", nullable=True, optional=True),
    ),
    key=("document_id", "ticker", "successor", "status"),
    rules=(
        ("a security goes on as another one; write the new code in successor", pl.col("ticker") != pl.col("successor")),
        (
            "what is past has happened by the day on which it is known; write announced",
            (pl.col("status") != "past") | (pl.col("effective_on") <= pl.col("known_on")),
        ),
        (
            "an exchange of shares has new_shares for old_shares; write both, 1 and 1 where a share is given for a share",
            (pl.col("kind") != "exchange of shares") | (pl.col("new_shares").is_not_null() & pl.col("old_shares").is_not_null()),
        ),
        (
            "new_shares for old_shares are of an exchange of shares; a new code and another market change no count: write a "
            "split on that day in corporate_actions, or leave both empty",
            (pl.col("kind") == "exchange of shares") | (pl.col("new_shares").is_null() & pl.col("old_shares").is_null()),
        ),
    ),
    committed=False,
    known_on_column="effective_on",
    reads=DIRECTLY_LISTED,
    check=check_successors,
    words={
        "ticker": "the old ticker, which is no longer listed from `effective_on` on",
        "successor": "the new ticker",
        "kind": f"how it goes on: {', '.join(f'`{one}`' for one in SUCCESSIONS)}",
        "effective_on": "first day of trading under the new ticker",
        "new_shares": "shares of the successor that are given for `old_shares` of the old one; empty where each share stays one",
        "old_shares": "see `new_shares`",
        "status": "`announced`, `past`, or `withdrawn` where it does not come",
        "issuer": "name of the company under the new ticker; empty where it stays",
    },
)

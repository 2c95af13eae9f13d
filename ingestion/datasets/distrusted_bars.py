"""Bars that the user distrusts: those of one source on some days, of one ticker or of all. They don't count, whatever they say.

A source is named by its document, as `fct_held_back_bar` and `fct_price_disagreement` name it: `feed_yahoo_chart`, or a file of
the inbox.
"""

from __future__ import annotations

import polars as pl

from ingestion.columns import DOCUMENT_ID, INSTRUMENT, Day, Text
from ingestion.dataset import Dataset, Frames, RowFault

#: The word for every ticker, so that a cell that was left empty is not one.
ALL = "all"
#: A ticker or ALL.
_WHOM = f"^({ALL}|{INSTRUMENT.removeprefix('^').removesuffix('$')})$"


def check_distrust(frames: Frames, frame: pl.DataFrame) -> list[RowFault]:
    """The rows of an unknown ticker, or of a source that no document describes. `frames` holds `instruments` and `documents`."""
    tickers, documents = {ALL, *frames["instruments"]["ticker"]}, set(frames["documents"]["document_id"])
    faults = []
    for index, (ticker, source) in enumerate(frame.select("ticker", "source_document_id").iter_rows()):
        if ticker not in tickers:
            faults.append(
                RowFault(index, "ticker", ticker, f"is no security or index that is known; write it as there, or {ALL}")
            )
        # a file of the inbox without a description is its own document
        if source not in documents and not source.startswith("inbox/"):
            feeds = ", ".join(sorted(name for name in documents if name.startswith("feed_")))
            words = f"is no source that is known; write its document: {feeds}, or that of a file of yours"
            faults.append(RowFault(index, "source_document_id", source, words))
    return faults


DATASET = Dataset(
    name="distrusted_bars",
    grain="one statement that bars of a source don't count on some days",
    group="market",
    columns=(
        Text("ticker", pattern=_WHOM),
        Text("source_document_id", pattern=DOCUMENT_ID),
        Day("first_on"),
        Day("last_on", nullable=True),
        Text("reason"),
    ),
    key=("document_id", "ticker", "source_document_id", "first_on"),
    rules=(("last_on is before first_on", pl.col("first_on") <= pl.col("last_on")),),
    committed=False,
    known_on_column="first_on",
    reads=("documents", "instruments"),
    check=check_distrust,
    words={
        "ticker": "whose bars, or `all`",
        "source_document_id": "the source whose bars don't count, by its document",
        "first_on": "first day that is distrusted",
        "last_on": "last day that is distrusted; empty: until further notice",
        "reason": "why, in the user's words",
    },
)

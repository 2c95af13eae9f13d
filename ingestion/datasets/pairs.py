"""Pairs of securities that are set against each other, and over how many sessions their spread is measured."""

import polars as pl

from ingestion.columns import DOCUMENT_ID, TICKER, Count, Text
from ingestion.dataset import Dataset

DATASET = Dataset(
    name="pairs",
    grain="one pair",
    folder="reference",
    group="reference",
    columns=(
        Text("pair"),
        Text("ticker", pattern=TICKER),
        Text("other_ticker", pattern=TICKER),
        Count("window_sessions", minimum=2, limit=1_000),
        Text("reason"),
        Text("document_id", pattern=DOCUMENT_ID),
    ),
    key=("pair",),
    rules=(("a pair is of two securities", pl.col("ticker") != pl.col("other_ticker")),),
    has_lineage=False,
    words={
        "pair": "name of the pair",
        "ticker": "the security whose price stands above in the ratio",
        "other_ticker": "the security whose price stands below",
        "window_sessions": "sessions before, of which the mean and the deviation of the spread are taken",
        "reason": "why these two, and why so many sessions",
    },
)

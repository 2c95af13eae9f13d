"""Which security is in which index, from which day to which: what a text says of single securities, or a user's whole list."""

import polars as pl

from ingestion.columns import TICKER, Day, Flag, Text
from ingestion.dataset import Dataset

DATASET = Dataset(
    name="index_members",
    grain="one statement of one security's membership of one index",
    folder="reference",
    group="reference",
    columns=(
        Text("index_family"),
        Text("index_name"),
        Text("ticker", pattern=TICKER),
        Text("segment", nullable=True),
        Day("effective_on"),
        Day("left_on", nullable=True),
        Flag("is_confirmed"),
        Text("reason"),
    ),
    key=("document_id", "index_name", "ticker", "effective_on"),
    rules=(("a security leaves an index after it has entered it", pl.col("effective_on") < pl.col("left_on")),),
    words={
        "index_family": "family of indexes, as in `index_reviews`",
        "index_name": "name of the index, as in `index_entry_rules`: `Hang Seng Composite`, `Hang Seng TECH`, ...",
        "segment": "part of the index by size, such as `SmallCap`; empty where no text says it",
        "effective_on": "first day on which it is a member",
        "left_on": "first day on which it is none any more; empty while it is one",
        "is_confirmed": "true if a text says so, false if it follows from a rule and another fact",
        "reason": "what says so, or from what it follows",
    },
)

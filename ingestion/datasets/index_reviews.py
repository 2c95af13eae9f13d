"""When index providers review their indexes: the data day, the announcement, the change. Each row says what a text confirms."""

import polars as pl

from ingestion.columns import Day, Flag, Text
from ingestion.dataset import Dataset

DATASET = Dataset(
    name="index_reviews",
    grain="one review of one family of indexes",
    folder="reference",
    group="reference",
    columns=(
        Text("index_family"),
        Text("review"),
        Day("reviewed_to_on", nullable=True),
        Day("announced_on", nullable=True),
        Flag("is_announcement_confirmed"),
        Day("closes_on"),
        Day("effective_on"),
        Flag("is_effective_confirmed"),
        Text("takes_in", isin=("all changes", "new listings")),
        Text("reason"),
    ),
    key=("index_family", "review"),
    rules=(
        ("a change takes effect after the close before it", pl.col("closes_on") < pl.col("effective_on")),
        ("a review is announced before it takes effect", pl.col("announced_on") < pl.col("effective_on")),
        ("the data are from before the announcement", pl.col("reviewed_to_on") < pl.col("announced_on")),
    ),
    words={
        "index_family": "provider whose indexes change together: `Hang Seng` (HSI, HSCI, HSTECH), `MSCI`, `FTSE`",
        "review": "name of the review",
        "reviewed_to_on": "last day of the data that the review looks at; empty where none is stated",
        "announced_on": "day on which the results are announced; empty where it is no formula and not announced",
        "is_announcement_confirmed": "true if a text confirms that day, false if it is derived",
        "closes_on": "day after whose close the change is made",
        "effective_on": "first day of the changed index",
        "is_effective_confirmed": "true if a text confirms that day, false if it follows from the rule",
        "takes_in": "`all changes`, or only `new listings`",
        "reason": "the rule by which the days follow",
    },
)

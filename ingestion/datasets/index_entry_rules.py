"""What an index asks of a security that is to enter it, at a review or by fast entry: each test with its threshold."""

import polars as pl

from ingestion.columns import DECIMAL, Count, Day, Exact, Flag, Text
from ingestion.dataset import Dataset

#: What is compared with the threshold. Another test of the same kind is a new row; another kind is a line of `int_index_entry`.
TESTS = (
    "listing history",
    "average market value",
    "market value coverage",
    "turnover velocity",
    "minimum factor",
    "first-day market value",
    "first-day rank",
    "first-day rank ratio",
    "no concentrated holdings",
)

DATASET = Dataset(
    name="index_entry_rules",
    grain="one test of one way into an index",
    folder="reference",
    group="reference",
    columns=(
        Text("index_family"),
        Text("index_name"),
        Text("entry", isin=("review", "fast entry")),
        Text("test", isin=TESTS),
        Exact("threshold", nullable=True, dtype=DECIMAL),
        Count("listed_from_months"),
        Count("listed_below_months", nullable=True, minimum=1),
        Count("allowed_misses", nullable=True),
        Count("session", nullable=True, minimum=1),
        Day("in_force_from_on"),
        Flag("is_confirmed"),
        Text("reason"),
    ),
    key=("document_id", "index_name", "entry", "test", "listed_from_months", "in_force_from_on"),
    rules=(
        (
            "fast entry has its session, and a review has none",
            pl.col("session").is_not_null() == (pl.col("entry") == "fast entry"),
        ),
    ),
    words={
        "index_family": "family of indexes, as in `index_reviews`",
        "index_name": "name of the index",
        "entry": "`review`, or `fast entry` of a large new listing",
        "test": "what is compared with the threshold: " + ", ".join(TESTS),
        "threshold": "least value that passes (HKD, months or a fraction), of a coverage or rank the most; may be empty",
        "listed_from_months": "whole months of listing from which the row counts; 0: from the first day",
        "listed_below_months": "whole months of listing below which it counts; empty: without end",
        "allowed_misses": "months of too little turnover that are allowed",
        "session": "session of trading after whose close a fast entry is made; the listing's is 1",
        "in_force_from_on": "first day of the rule",
        "is_confirmed": "true if a text states the test, false where the threshold or its measure is an estimate or a reading",
        "reason": "the test in words, and how it is read",
    },
)

"""Kinds of traffic by which a list price becomes what a token costs on average: how much is cached, how much is answer.

The day on which a measurement was published is `known_on`; an assumption of ours, with its reason, has none: it always stands.
"""

import polars as pl

from ingestion.columns import RATIO, Count, Day, Exact, Text
from ingestion.dataset import Dataset

DATASET = Dataset(
    name="traffic_mixes",
    grain="one kind of traffic",
    folder="reference",
    group="reference",
    columns=(
        Text("traffic_mix"),
        Exact("cached_input_share", dtype=RATIO),
        Exact("output_share", dtype=RATIO),
        Count("input_tokens_per_request", minimum=1),
        Text("basis", isin=("measured", "assumption")),
        Text("reason"),
        Text("document_id"),
        Text("table_ref"),
        Day("known_on", nullable=True),
    ),
    key=("traffic_mix",),
    rules=(
        ("cached_input_share is a share of the input: write a fraction from 0 to 1", pl.col("cached_input_share") <= 1),
        ("output_share is a share of all tokens: write a fraction from 0 to 1", pl.col("output_share") <= 1),
    ),
    has_lineage=False,
    inbox=False,
    words={
        "basis": "`measured` by the document, or an `assumption`",
        "reason": "where the shares come from, or why they are assumed",
    },
)

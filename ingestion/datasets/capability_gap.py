"""Statements of how far Chinese models are behind the US frontier."""

import polars as pl

from ingestion.columns import Count, Period, Text
from ingestion.columns.printed_cells import PrintedTable, Range
from ingestion.dataset import Dataset

DATASET = Dataset(
    name="capability_gap",
    grain="one statement of the gap",
    group="tokens",
    columns=(
        Period("as_of"),
        Text("statement"),
        Count("low_months"),
        Count("high_months"),
    ),
    key=("document_id", "statement", "as_of_printed"),
    rules=(("low_months is more than high_months", pl.col("low_months") <= pl.col("high_months")),),
    printed=PrintedTable(
        subject=pl.lit("China"),
        row=("statement",),
        cells=(Range("low_months", "high_months", "months", "months", named_by_row=True),),
    ),
)

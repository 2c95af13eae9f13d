"""Inputs and outputs of a price target."""

import polars as pl

from ingestion.columns import TICKER, Printed, Text
from ingestion.columns.printed_cells import Cell, PrintedTable
from ingestion.dataset import Dataset

DATASET = Dataset(
    name="price_targets",
    grain="one quantity of one price target",
    group="valuation",
    columns=(
        Text("company"),
        Text("ticker", pattern=TICKER),
        Text("quantity"),
        Printed("value", context_column="quantity"),
    ),
    key=("document_id", "ticker", "quantity"),
    rules=(
        (
            "value is no rate to discount by: write 15 or 15% for fifteen per cent, not 0.15",
            ~pl.col("quantity").str.starts_with("WACC") | pl.col("value").is_null() | pl.col("value").is_between(0.01, 1),
        ),
    ),
    printed=PrintedTable(
        subject="ticker",
        row=("quantity",),
        cells=(Cell("value", pl.concat_str("ticker", "company", separator=" "), named_by_row=True),),
    ),
)

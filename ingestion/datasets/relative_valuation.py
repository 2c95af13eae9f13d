"""Scenarios of Chinese against US valuations."""

import polars as pl

from ingestion.columns import Printed, Text
from ingestion.columns.printed_cells import Cell, PrintedTable
from ingestion.dataset import Dataset

DATASET = Dataset(
    name="relative_valuation",
    grain="one scenario",
    group="valuation",
    columns=(
        Text("scenario"),
        Printed("us_combined", nullable=True, prefix="us_"),
        Printed("china", nullable=True, prefix="china_"),
        Printed("china_pct_of_us", prefix="ratio_"),
    ),
    key=("document_id", "table_ref", "scenario"),
    printed=PrintedTable(
        subject=pl.lit("China"),
        row=("scenario",),
        cells=(Cell("us_combined", "US"), Cell("china", "China"), Cell("china_pct_of_us", "China as % of US")),
    ),
)

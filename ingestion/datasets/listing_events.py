"""Listings, past or expected."""

import polars as pl

from ingestion.columns import TICKER, Period, Text
from ingestion.columns.printed_cells import Cell, PrintedTable
from ingestion.dataset import Dataset
from ingestion.landing.filed_rows import FILINGS

DATASET = Dataset(
    name="listing_events",
    grain="one listing",
    group="reference",
    columns=(
        Text("sector", nullable=True),
        Text("company"),
        Text("ticker", nullable=True, pattern=TICKER),
        Period("date", lands_as="listing"),
        Text("status", isin=("listed", "expected")),
    ),
    key=("document_id", "company"),
    reads=(FILINGS,),
    printed=PrintedTable(subject="company", row=(pl.lit("listing"),), cells=(Cell("date", "date", named_by_row=True),)),
)

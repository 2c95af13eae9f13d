"""Listings, past or expected; an expected one can be postponed or withdrawn."""

import polars as pl

from ingestion.columns import TICKER, Period, Text
from ingestion.columns.printed_cells import Cell, PrintedTable
from ingestion.dataset import Dataset
from ingestion.datasets.corporate_events import TAKEN_BACK
from ingestion.landing.filed_rows import FILINGS

DATASET = Dataset(
    name="listing_events",
    grain="one listing",
    group="reference",
    columns=(
        Text("sector", nullable=True),
        Text("company"),
        Text("ticker", nullable=True, pattern=TICKER),
        Period("date", lands_as="listing", nullable=True),
        Text("status", isin=("listed", "expected", *TAKEN_BACK)),
    ),
    key=("document_id", "company"),
    rules=(
        (
            "a listing has its day or span of days in date, unless it is taken back",
            pl.col("status").is_in(TAKEN_BACK) | pl.col("listing_earliest_on").is_not_null(),
        ),
    ),
    words={"date": "day or span of days of the listing; of a postponed one the new days; may be empty where it is taken back"},
    reads=(FILINGS,),
    printed=PrintedTable(subject="company", row=(pl.lit("listing"),), cells=(Cell("date", "date", named_by_row=True),)),
)

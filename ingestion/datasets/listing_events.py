"""Listings, past or expected."""

from ingestion.columns import TICKER, Period, Text
from ingestion.dataset import Dataset

DATASET = Dataset(
    name="listing_events",
    grain="one listing",
    group="reference",
    columns=(
        Text("sector"),
        Text("company"),
        Text("ticker", nullable=True, pattern=TICKER),
        Period("date", lands_as="listing"),
        Text("status", isin=("listed", "expected")),
    ),
    key=("document_id", "company"),
)

"""Subtotals and totals that a note prints under its lock-up tables: claims, read only by the reconciliation."""

from ingestion.columns import TICKER, Count, Number, Text
from ingestion.dataset import Dataset

DATASET = Dataset(
    name="lockup_totals",
    grain="one printed subtotal or total of an issuer's lock-up table",
    group="lockups",
    columns=(
        Text("ticker", pattern=TICKER),
        Text("label"),
        Count("shares", minimum=1),
        Number("pct_of_post_ipo", nullable=True, minimum=0),
        Number("cumulative_pct", nullable=True, minimum=0),
    ),
    key=("document_id", "table_ref", "ticker", "label"),
)

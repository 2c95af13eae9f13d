"""Subtotals and totals that a note prints under its lock-up tables: claims, read only by the reconciliation."""

from ingestion.columns import SHARES_LIMIT, TICKER, Count, Number, Text
from ingestion.columns.printed_cells import Cell, PrintedTable
from ingestion.dataset import Dataset

DATASET = Dataset(
    name="lockup_totals",
    grain="one printed subtotal or total of an issuer's lock-up table",
    group="lockups",
    columns=(
        Text("ticker", pattern=TICKER),
        Text("label"),
        Count("shares", minimum=1, limit=SHARES_LIMIT),
        Number("pct_of_post_ipo", nullable=True, minimum=0, is_share=True),
        Number("cumulative_pct", nullable=True, minimum=0, is_share=True),
    ),
    key=("document_id", "table_ref", "ticker", "label"),
    printed=PrintedTable(
        subject="ticker",
        row=("label",),
        cells=(
            Cell("shares", "shares", number=3),
            Cell("pct_of_post_ipo", "% of post-IPO shares", number=4),
            Cell("cumulative_pct", "cumulative %", number=5),
        ),
        layout="lockups",
        rows_after=100_000,
    ),
)

"""Changes of issued capital: each event's new shares and the total that the company states after it."""

import polars as pl

from ingestion.columns import SHARES_LIMIT, TICKER, Count, Day, Number, Text
from ingestion.columns.printed_cells import Cell, PrintedTable
from ingestion.dataset import Dataset
from ingestion.datasets._securities import check_capital
from ingestion.landing.filed_rows import FILINGS

DATASET = Dataset(
    name="share_capital_events",
    grain="one change of issued capital of one issuer, date and class",
    group="share_capital",
    columns=(
        Text("ticker", pattern=TICKER),
        Text("issuer", nullable=True, optional=True),
        Day("effective_date", lands_as="effective_on"),
        Text("event"),
        Text("share_class", nullable=True, optional=True),
        Count("shares_issued_delta", minimum=None, limit=SHARES_LIMIT),
        Number("issue_price_hkd", nullable=True, optional=True, context="(HKD)", minimum=0),
        Count("total_shares_after", minimum=1, limit=SHARES_LIMIT),
        Text("note", nullable=True, optional=True),
    ),
    key=("document_id", "ticker", "effective_on", "event", "share_class"),
    rules=(
        (
            "shares_issued_delta is larger than the total after it",
            pl.col("shares_issued_delta") <= pl.col("total_shares_after"),
        ),
    ),
    known_on_column="effective_on",
    reads=("exchanges", FILINGS),
    check=check_capital,
    reject_together_by=("ticker", "document_id"),
    reject_together_because="a chain of share capital with a gap would state a total that never was",
    printed=PrintedTable(
        subject="ticker",
        row=("event", "effective_on"),
        cells=(
            Cell("effective_date", "effective date"),
            Cell("shares_issued_delta", "shares issued"),
            Cell("issue_price_hkd", "issue price"),
            Cell("total_shares_after", "total shares after"),
        ),
    ),
)

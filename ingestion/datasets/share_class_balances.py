"""Shares in issue of a class on a day, as a filing or monthly return states them."""

from ingestion.columns import SHARES_LIMIT, TICKER, Count, Day, Text
from ingestion.columns.printed_cells import Cell, PrintedTable
from ingestion.dataset import Dataset
from ingestion.datasets._securities import CLASSES, SECURITIES, check_balances
from ingestion.landing.filed_rows import FILINGS

DATASET = Dataset(
    name="share_class_balances",
    grain="one statement of the shares in issue of one class on one day",
    group="share_capital",
    columns=(
        Text("ticker", pattern=TICKER),
        Day("as_of", lands_as="as_of"),
        Text("share_class"),
        Count("shares", minimum=0, limit=SHARES_LIMIT),
    ),
    key=("document_id", "ticker", "as_of", "share_class"),
    known_on_column="as_of",
    reads=(*SECURITIES, *CLASSES, FILINGS),
    check=check_balances,
    reject_together_by=("ticker", "document_id"),
    reject_together_because="the shares of a class that is left out would count as float",
    printed=PrintedTable(subject="ticker", row=("share_class", "as_of"), cells=(Cell("shares", "shares in issue"),)),
)

"""What a filing prints, row by row: facts, holders, subtotals, floats, each with its shares and percentages.

They are claims, read only by the reconciliation, which recomputes each percentage, subtotal and float. The rows of tables are
named by group and holder (`ingestion/filings/allotment_results/figures.py`).
"""

from ingestion.columns import SHARES_LIMIT, TICKER, Count, Number, Text
from ingestion.columns.printed_cells import Cell, PrintedTable
from ingestion.dataset import Dataset
from ingestion.datasets._securities import SECURITIES, check_ticker
from ingestion.filings.allotment_results.figures import LABELS
from ingestion.landing.filed_rows import FILINGS

_COUNTS = ("shares", "listed_shares", "unlisted_shares")
_PERCENTS = tuple(name for name in LABELS if name.startswith("pct_"))

DATASET = Dataset(
    name="filing_figures",
    grain="one printed row of a filing",
    group="claims",
    columns=(
        Text("ticker", pattern=TICKER),
        Text("row"),
        *(Count(name, minimum=0, limit=SHARES_LIMIT, nullable=True) for name in _COUNTS),
        *(Number(name, nullable=True, minimum=0, is_share=True) for name in _PERCENTS),
        Number("amount", nullable=True, minimum=0),
        Count("page", minimum=1),
        Count("line", minimum=1),
    ),
    key=("document_id", "ticker", "page", "line", "row"),
    reads=(*SECURITIES, FILINGS),
    check=check_ticker,
    printed=PrintedTable(
        subject="ticker",
        row=("row",),
        cells=tuple(Cell(name, label) for name, label in LABELS.items()),
    ),
)

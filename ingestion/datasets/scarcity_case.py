"""Facts of a scarcity case: a focal name's price, value and forecasts over a window."""

from ingestion.columns import Period, Printed, Text
from ingestion.columns.printed_cells import Cell, PrintedTable
from ingestion.dataset import Dataset

DATASET = Dataset(
    name="scarcity_case",
    grain="one fact of the case",
    group="valuation",
    columns=(
        Text("ticker", nullable=True),
        Text("company"),
        Text("quantity"),
        Printed("value", context_column="quantity"),
        Period("as_of", words=True),
    ),
    key=("document_id", "company", "quantity", "as_of_printed"),
    printed=PrintedTable(
        subject="company", row=("quantity", "as_of_printed"), cells=(Cell("value", "company", named_by_row=True),)
    ),
)

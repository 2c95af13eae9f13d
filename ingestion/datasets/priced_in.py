"""Assumptions that a note reads out of market values."""

from ingestion.columns import Printed, Text
from ingestion.columns.printed_cells import Cell, PrintedTable
from ingestion.dataset import Dataset

DATASET = Dataset(
    name="priced_in",
    grain="one market-implied assumption",
    group="valuation",
    columns=(
        Text("company"),
        Text("quantity"),
        Printed("value", context_column="quantity"),
        Text("note", nullable=True, optional=True),
    ),
    key=("document_id", "table_ref", "company", "quantity"),
    printed=PrintedTable(subject="company", row=("quantity",), cells=(Cell("value", "company", named_by_row=True),)),
)

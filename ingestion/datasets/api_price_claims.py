"""Claims about what customers really pay for tokens, by the mechanism that changed it."""

from ingestion.columns import Printed, Text
from ingestion.columns.printed_cells import Cell, PrintedTable
from ingestion.dataset import Dataset

DATASET = Dataset(
    name="api_price_claims",
    grain="one claim about realised price",
    group="tokens",
    columns=(
        Text("mechanism"),
        Text("subject"),
        Text("compared_with", nullable=True),
        Printed("claim"),
    ),
    key=("document_id", "table_ref", "mechanism", "subject"),
    printed=PrintedTable(subject="subject", row=("mechanism",), cells=(Cell("claim", "claim"),)),
)

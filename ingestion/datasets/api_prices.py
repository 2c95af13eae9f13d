"""List prices of models, US$ per million tokens."""

from ingestion.columns import Number, Text
from ingestion.columns.printed_cells import Cell, PrintedTable
from ingestion.dataset import Dataset

DATASET = Dataset(
    name="api_prices",
    grain="one list price of one model",
    group="tokens",
    columns=(
        Text("provider"),
        Text("model"),
        Number("input", lands_as="input_per_mtok", context="(US$)", minimum=0),
        Number("output", lands_as="output_per_mtok", context="(US$)", minimum=0),
        Number("cache_read", lands_as="cache_read_per_mtok", nullable=True, context="(US$)", minimum=0),
    ),
    key=("document_id", "provider", "model"),
    printed=PrintedTable(
        subject="provider",
        row=("model",),
        cells=(Cell("input", "input"), Cell("output", "output"), Cell("cache_read", "cache read")),
    ),
)

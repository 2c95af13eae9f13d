"""Tokens a day of a region or series."""

from ingestion.columns import Number, Period, Text
from ingestion.columns.printed_cells import Cell, PrintedTable
from ingestion.dataset import Dataset

DATASET = Dataset(
    name="token_consumption",
    grain="one total of tokens a day",
    group="tokens",
    columns=(
        Text("region"),
        Period("as_of"),
        Number("tokens_per_day", context="tokens", minimum=0, least=10**9),
    ),
    key=("document_id", "region", "as_of_printed"),
    printed=PrintedTable(subject="region", row=("as_of_printed",), cells=(Cell("tokens_per_day", "tokens a day"),)),
)

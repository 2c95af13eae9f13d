"""Tokens a day of a region or series."""

from ingestion.columns import Number, Period, Text
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
)

"""Exchanges: the ticker suffix by which a security belongs to one, its currency, time zone and calendar."""

from ingestion.columns import Day, Text
from ingestion.dataset import Dataset

DATASET = Dataset(
    name="exchanges",
    grain="one exchange",
    folder="reference",
    group="reference",
    columns=(
        Text("exchange_mic", pattern=r"^[A-Z]{4}$"),
        Text("ticker_suffix", pattern=r"^\.[A-Z]{1,4}$"),
        Text("exchange"),
        Text("currency", pattern=r"^[A-Z]{3}$"),
        Text("time_zone"),
        Text("calendar", pattern=r"^[A-Z]{4}$"),
        Day("calendar_ends_on"),
        Text("document_id"),
    ),
    key=("exchange_mic",),
    has_lineage=False,
)

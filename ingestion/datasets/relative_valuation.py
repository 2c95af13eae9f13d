"""Scenarios of Chinese against US valuations."""

from ingestion.columns import Printed, Text
from ingestion.dataset import Dataset

DATASET = Dataset(
    name="relative_valuation",
    grain="one scenario",
    group="valuation",
    columns=(
        Text("scenario"),
        Printed("us_combined", nullable=True, prefix="us_"),
        Printed("china", nullable=True, prefix="china_"),
        Printed("china_pct_of_us", prefix="ratio_"),
    ),
    key=("document_id", "table_ref", "scenario"),
)

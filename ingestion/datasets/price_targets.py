"""Inputs and outputs of a price target."""

from ingestion.columns import TICKER, Printed, Text
from ingestion.dataset import Dataset

DATASET = Dataset(
    name="price_targets",
    grain="one quantity of one price target",
    group="valuation",
    columns=(
        Text("company"),
        Text("ticker", pattern=TICKER),
        Text("quantity"),
        Printed("value", context_column="quantity"),
    ),
    key=("document_id", "ticker", "quantity"),
)

"""Signals that would turn the view."""

from ingestion.columns import Count, Text
from ingestion.dataset import Dataset

DATASET = Dataset(
    name="tripwires",
    grain="one signal",
    group="catalysts",
    columns=(
        Count("order", lands_as="signal_number", minimum=1),
        Text("signal"),
        Text("what_would_trip_it"),
    ),
    key=("document_id", "signal_number"),
)

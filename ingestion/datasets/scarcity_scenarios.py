"""Scenarios of further listings that end a scarcity: which companies list in each."""

from ingestion.columns import Text
from ingestion.dataset import Dataset

DATASET = Dataset(
    name="scarcity_scenarios",
    grain="one company of one scenario",
    folder="reference",
    group="reference",
    columns=(Text("scenario"), Text("company"), Text("reason"), Text("document_id")),
    key=("scenario", "company"),
    has_lineage=False,
)

"""Which of a seller's models stand against each other where a document compares two: its words, and the names in price lists."""

from ingestion.columns import Text
from ingestion.dataset import Dataset

DATASET = Dataset(
    name="model_comparisons",
    grain="one comparison of a document, with the two models of one seller",
    folder="reference",
    group="reference",
    columns=(
        Text("subject"),
        Text("compared_with"),
        Text("seller"),
        Text("model"),
        Text("versus_model"),
        Text("document_id"),
    ),
    key=("subject", "compared_with", "seller", "model", "versus_model"),
    has_lineage=False,
    inbox=False,
)

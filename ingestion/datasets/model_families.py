"""Which family a model belongs to, whose it is, and whether the seller is its own maker, by patterns of SQL's `like`.

Patterns are compared in lower case with the seller's and the model's name; the most specific one that fits counts.
"""

from ingestion.columns import Count, Flag, Text
from ingestion.dataset import Dataset

DATASET = Dataset(
    name="model_families",
    grain="one pattern of a seller's and a model's name",
    folder="reference",
    group="reference",
    columns=(
        Text("seller_pattern"),
        Text("model_pattern"),
        Count("specificity", minimum=1),
        Text("family"),
        Text("company"),
        Text("region"),
        Flag("is_own_seller"),
        Text("document_id"),
    ),
    key=("seller_pattern", "model_pattern"),
    has_lineage=False,
    inbox=False,
)

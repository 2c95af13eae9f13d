"""Over how many years the value that a price target starts from is discounted: the inputs that a target does not print."""

from ingestion.columns import Count, Text
from ingestion.dataset import Dataset

DATASET = Dataset(
    name="price_target_horizons",
    grain="one number of years of discounting",
    folder="reference",
    group="reference",
    columns=(Count("years_of_discounting", minimum=0), Text("reason"), Text("document_id")),
    key=("years_of_discounting",),
    has_lineage=False,
    words={"years_of_discounting": "years over which the value is discounted"},
)

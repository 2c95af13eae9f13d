"""The names by which sources call one company, and ours."""

from ingestion.columns import Text
from ingestion.dataset import Dataset

DATASET = Dataset(
    name="company_names",
    grain="one name of a company",
    folder="reference",
    group="reference",
    columns=(Text("printed_name"), Text("company")),
    key=("printed_name",),
    has_lineage=False,
    words={"printed_name": "name, as a source prints it"},
)

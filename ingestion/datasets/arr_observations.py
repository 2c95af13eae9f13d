"""Statements of annual recurring revenue; one company can have several, of different basis."""

from ingestion.columns import Number, Period, Text
from ingestion.dataset import Dataset

DATASET = Dataset(
    name="arr_observations",
    grain="one statement of one company",
    group="valuation",
    columns=(
        Text("company"),
        Period("as_of"),
        Number("arr", context="(US$)", minimum=0, least=10**4),
        Text("basis", nullable=True),
        Text("note", nullable=True, optional=True),
    ),
    key=("document_id", "table_ref", "company", "as_of_printed", "basis"),
)

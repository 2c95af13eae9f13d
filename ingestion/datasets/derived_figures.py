"""Which printed figures follow from others, and by which formula: declared here, checked by the reconciliation.

`document`, `table_ref`, `subject` and `metric` name the figure as `fct_printed_figure` does; `*` in them stands for any
text. Where several declarations fit a figure, the one with the fewest `*` holds.
"""

from dataclasses import dataclass
from typing import Any

from ingestion.columns import BadCell, Cells, Text
from ingestion.dataset import Dataset
from ingestion.landing.filed_rows import FILINGS
from ingestion.printed_text.figure_references import FORMULAS, MAX_STARS, NotAReference, parse_references


@dataclass(frozen=True)
class References(Text):
    """Inputs in brackets, as `figure_references` reads them."""

    def parse(self, cell: str, row: Cells) -> dict[str, Any]:
        formula = row.get("formula", "").strip()
        if formula in FORMULAS:
            try:
                parse_references(cell, formula)
            except NotAReference as error:
                raise BadCell(self.name, cell, error.reason) from None
        return {self.landed_name: cell}


#: Text in one line in which each `*` stands for any text.
_PATTERN = rf"^[^*\x00-\x1f]*(\*[^*\x00-\x1f]*){{0,{MAX_STARS}}}$"

DATASET = Dataset(
    name="derived_figures",
    grain="one declaration: the figures that it names follow from its inputs by its formula",
    folder="reference",
    group="claims",
    columns=(
        Text("document", pattern=_PATTERN),
        Text("table_ref", pattern=_PATTERN),
        Text("subject", pattern=_PATTERN),
        Text("metric", pattern=_PATTERN),
        Text("formula", isin=tuple(FORMULAS)),
        References("inputs"),
        Text("remark", nullable=True, optional=True),
    ),
    key=("document", "table_ref", "subject", "metric"),
    reads=(FILINGS,),
    has_lineage=False,
    words={
        "document": "document whose figures are derived; `*` stands for any text",
        "subject": "subject of the derived figures; `*` stands for any text",
        "metric": "metric of the derived figures; `*` stands for any text",
        "table_ref": "table of the derived figures; `*` stands for any text",
    },
)

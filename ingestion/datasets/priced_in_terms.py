"""What the words of a market-implied assumption (`priced_in`) mean as a date or as figures.

`horizon_on` is the day by which what is priced in should be reached; `from_arr` and `to_arr` are the ends of a ramp whose
length in months is the assumption's own figure.
"""

from ingestion.columns import Day, Number, Text
from ingestion.dataset import Dataset

DATASET = Dataset(
    name="priced_in_terms",
    grain="one quantity of market-implied assumptions",
    folder="reference",
    group="reference",
    columns=(
        Text("quantity"),
        Day("horizon_on", nullable=True),
        Number("from_arr", nullable=True, context="(US$)", currency_column="currency", minimum=0),
        Number("to_arr", nullable=True, context="(US$)", currency_column="currency", minimum=0),
        Text("reason"),
        Text("currency", nullable=True, optional=True, isin=("USD",)),
    ),
    key=("quantity",),
    has_lineage=False,
    words={"horizon_on": "day by which it should be reached"},
)

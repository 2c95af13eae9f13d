"""The words by which documents name kinds of holders, and ours.

`specificity` decides which heading names a lot that stands under several (1 is the most specific); `lot_origin` tells
shares held before the offer from shares bought in it, which are never the same shares. `holder_kind` is what a heading says
of its holders: controlling shareholders and key persons are connected with the issuer.
"""

from ingestion.columns import Count, Text
from ingestion.dataset import Dataset
from ingestion.datasets._float_policies import HOLDER_KINDS
from ingestion.datasets._securities import LOT_ORIGINS

DATASET = Dataset(
    name="holder_categories",
    grain="one printed holder category",
    folder="reference",
    group="reference",
    columns=(
        Text("printed_category"),
        Text("holder_category"),
        Count("specificity", minimum=1),
        Text("lot_origin", isin=LOT_ORIGINS),
        Text("document_id"),
        Text("holder_kind", nullable=True, optional=True, isin=HOLDER_KINDS),
    ),
    key=("printed_category",),
    has_lineage=False,
)

"""Names of classes of shares, and whether shares of a class of that name are listed where no document says so.

What a document states of an issuer's class (`share_classes`) decides before its name. A name that stands in neither is refused.
Capitals don't count.
"""

from ingestion.columns import Flag, Text
from ingestion.dataset import Dataset

DATASET = Dataset(
    name="share_class_names",
    grain="one name of a class of shares",
    folder="reference",
    group="reference",
    columns=(Text("share_class"), Flag("is_listed")),
    key=("share_class",),
    has_lineage=False,
    words={
        "share_class": "name of the class, in small letters",
        "is_listed": "true if shares of a class of that name are listed",
    },
)

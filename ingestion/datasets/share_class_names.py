"""Names of classes of shares, and whether shares of such a class are listed, or held in treasury, where no document says so.

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
    columns=(Text("share_class"), Flag("is_listed"), Flag("is_treasury", nullable=True, optional=True)),
    key=("share_class",),
    has_lineage=False,
    words={
        "share_class": "name of the class, in small letters",
        "is_listed": "true if shares of a class of that name are listed",
        "is_treasury": "true if the issuer itself holds the shares of a class of that name; empty means false",
    },
)

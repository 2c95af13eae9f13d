"""Names of classes of shares, and whether shares of such a class are listed, or held in treasury, where no document says so.

What a document states of an issuer's class (`share_classes`) decides before its name. A name that stands in neither is refused.
Capitals don't count.
"""

import polars as pl

from ingestion.columns import Flag, Text
from ingestion.dataset import Dataset, Frames, RowFault


def check_names(_frames: Frames, frame: pl.DataFrame) -> list[RowFault]:
    """The names that an earlier row has in other capitals: a class would be of both rows."""
    names = frame["share_class"].str.to_lowercase()
    words = "is a name that an earlier row has, but for capitals, which don't count; keep one of them"
    return [
        RowFault(index, "share_class", name, words)
        for index, (name, is_first) in enumerate(zip(frame["share_class"], names.is_first_distinct(), strict=True))
        if not is_first
    ]


DATASET = Dataset(
    name="share_class_names",
    grain="one name of a class of shares",
    folder="reference",
    group="reference",
    columns=(
        Text("share_class"),
        Flag("is_listed"),
        Flag("is_treasury", nullable=True, optional=True),
        Text("listed_on", lands_as="listed_on_mic", nullable=True, optional=True, pattern=r"^[A-Z]{4}$"),
    ),
    key=("share_class",),
    has_lineage=False,
    check=check_names,
    words={
        "share_class": "name of the class, in small letters",
        "is_listed": "true if shares of a class of that name are listed",
        "listed_on_mic": "the one exchange on which shares of such a class are listed, as H shares in Hong Kong; empty: any",
        "is_treasury": "true if the issuer itself holds the shares of a class of that name; empty means false",
    },
)

"""Kinds of events that move a security, the words by which a text names one, and whether it brings supply or demand.

A text is of the first kind (`match_order`) that has a word at the start of one of its words; `words` are separated by
semicolons. Channel and direction are those of a kind in general; a document's own come first.
"""

from ingestion.columns import Count, Flag, Text
from ingestion.dataset import Dataset

DATASET = Dataset(
    name="catalyst_kinds",
    grain="one kind of event",
    folder="reference",
    group="reference",
    columns=(
        Text("catalyst_kind"),
        Count("match_order", minimum=1),
        Text("words", nullable=True),
        Text("channel"),
        Text("expected_direction"),
        Text("market_side", isin=("supply", "demand", "neither")),
        Flag("happens_once"),
        Text("reason"),
    ),
    key=("catalyst_kind",),
    has_lineage=False,
    inbox=False,
    words={
        "catalyst_kind": "kind of event",
        "match_order": "which kind counts where the words of several stand in a text: the lowest",
        "words": "words that name the kind, lower case, separated by semicolons",
        "channel": "through what the kind works in general",
        "expected_direction": "direction that the kind has in general",
        "market_side": "`supply` of shares, `demand` for them, or `neither`",
        "happens_once": "true if it happens to a security only once, so that statements of other days mean the same event",
    },
)

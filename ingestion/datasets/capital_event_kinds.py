"""The words by which documents name changes of issued capital, and the kind of change that they mean.

A text is of a kind if the words of a row stand in it as whole words, one after another; capitals, signs and articles don't
count, and a Chinese character is a word. Words within longer ones that match don't count by themselves (`bonus` in `bonus plan`),
nor do words that are denied (`listing` in `non-listing`, `pre-listing`).
`other` counts only where no other kind is named. A text that names no kind, or several, is refused: `event_kind` beside it
says which one is meant.
"""

from ingestion.columns import Text
from ingestion.dataset import Dataset
from ingestion.datasets._event_kinds import EVENT_KINDS

DATASET = Dataset(
    name="capital_event_kinds",
    grain="one wording of a change of issued capital",
    folder="reference",
    group="reference",
    columns=(Text("words"), Text("event_kind", isin=tuple(EVENT_KINDS))),
    key=("words",),
    has_lineage=False,
    words={"words": "words that name the kind wherever they stand in a text"},
)

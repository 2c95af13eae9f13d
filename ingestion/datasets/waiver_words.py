"""Words by which the name of an event says that it comes only if somebody decides so: nobody expects it before that is told."""

from ingestion.columns import Text
from ingestion.dataset import Dataset

DATASET = Dataset(
    name="waiver_words",
    grain="one word in the name of an event that lets shares go early by somebody's decision",
    folder="reference",
    group="reference",
    columns=(Text("word", pattern=r"^[a-z]+( [a-z]+)*$"), Text("reason")),
    key=("word",),
    has_lineage=False,
    words={
        "word": "word, or words in a row, that an event's name holds (`corporate_events`); the last may go on: `waive`, `waiver`",
        "reason": "why such an event moves no end of a lock-up before a document states it",
    },
)

"""Expected events that a note lists, with their channel and expected direction.

A row whose `status` takes an event back (postponed, withdrawn, did not happen) or tells its outcome (past; outcome not known: it
was looked for, and no public text tells it) speaks of all earlier statements of the same `event` and `subject`; an event that
recurs is told apart by its name (`1H26 results`).
"""

import polars as pl

from ingestion.columns import Period, Text
from ingestion.columns.printed_cells import Cell, PrintedTable
from ingestion.dataset import Dataset
from ingestion.datasets.corporate_events import TAKEN_BACK

#: What a statement says of an event whose days are over.
OUTCOMES = ("past", "outcome not known")

DATASET = Dataset(
    name="catalysts",
    grain="one expected event",
    group="catalysts",
    columns=(
        Period("timing", words=True, nullable=True),
        Text("event"),
        Text("subject"),
        Text("channel"),
        Text("expected_direction"),
        Text("condition", nullable=True, optional=True),
        Text("status", nullable=True, optional=True, isin=("expected", *TAKEN_BACK, *OUTCOMES)),
    ),
    key=("document_id", "event", "timing_printed"),
    rules=(
        (
            "an event has its time in timing, unless its status takes it back",
            pl.col("status").is_in(TAKEN_BACK).fill_null(False) | pl.col("timing_printed").is_not_null(),
        ),
        (
            "a past event happened on one day; write it YYYY-MM-DD",
            (pl.col("status") != "past") | (pl.col("timing_earliest_on") == pl.col("timing_latest_on")),
        ),
        (
            "an outcome is known, or looked for, when the days of the event are over",
            ~pl.col("status").is_in(OUTCOMES) | (pl.col("timing_latest_on") <= pl.col("known_on")),
        ),
        (
            "an outcome that is not known says in condition what was looked for",
            (pl.col("status") != "outcome not known") | pl.col("condition").is_not_null(),
        ),
    ),
    words={
        "status": "`expected`, also if empty; what takes an earlier statement of the event back: "
        + ", ".join(TAKEN_BACK)
        + "; or its outcome: "
        + ", ".join(OUTCOMES),
    },
    printed=PrintedTable(
        subject="subject",
        row=("event", "timing_printed"),
        cells=(Cell("timing", "timing"), Cell("condition", "condition")),
    ),
)

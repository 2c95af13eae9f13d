"""Expected events that a note lists, with their channel and expected direction.

A row whose `status` takes an event back (postponed, withdrawn, did not happen) speaks of all earlier statements of the same
`event` and `subject`; an event that recurs is told apart by its name (`1H26 results`).
"""

import polars as pl

from ingestion.columns import Period, Text
from ingestion.columns.printed_cells import Cell, PrintedTable
from ingestion.dataset import Dataset
from ingestion.datasets.corporate_events import TAKEN_BACK

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
        Text("status", nullable=True, optional=True, isin=("expected", *TAKEN_BACK)),
    ),
    key=("document_id", "event", "timing_printed"),
    rules=(
        (
            "an event has its time in timing, unless its status takes it back",
            pl.col("status").is_in(TAKEN_BACK).fill_null(False) | pl.col("timing_printed").is_not_null(),
        ),
    ),
    words={"status": "`expected`, also if empty, or what takes an earlier statement of the event back: " + ", ".join(TAKEN_BACK)},
    printed=PrintedTable(
        subject="subject",
        row=("event", "timing_printed"),
        cells=(Cell("timing", "timing"), Cell("condition", "condition")),
    ),
)

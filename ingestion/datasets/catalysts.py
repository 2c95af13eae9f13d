"""Expected events that a note lists, with their channel and expected direction."""

from ingestion.columns import Period, Text
from ingestion.columns.printed_cells import Cell, PrintedTable
from ingestion.dataset import Dataset

DATASET = Dataset(
    name="catalysts",
    grain="one expected event",
    group="catalysts",
    columns=(
        Period("timing", words=True),
        Text("event"),
        Text("subject"),
        Text("channel"),
        Text("expected_direction"),
        Text("condition", nullable=True, optional=True),
    ),
    key=("document_id", "event", "timing_printed"),
    printed=PrintedTable(
        subject="subject",
        row=("event", "timing_printed"),
        cells=(Cell("timing", "timing"), Cell("condition", "condition")),
    ),
)

"""Epoch AI's statements of how much AI products are used: users, tokens a day, messages a day."""

from ingestion.columns import Count, Day, Flag, Text
from ingestion.dataset import Dataset

DATASET = Dataset(
    name="epoch_usage_reports",
    grain="one version of one statement of one product's use",
    group="tokens",
    columns=(
        Text("report_id"),
        Text("company"),
        Count("statement_number", minimum=1),
        Text("product", nullable=True),
        Day("as_of", nullable=True),
        Count("active_users", nullable=True),
        Text("active_users_period", nullable=True),
        Count("daily_tokens", nullable=True),
        Count("daily_messages", nullable=True),
        Day("report_on", nullable=True),
        Text("source_type", nullable=True),
        Text("confidence", nullable=True),
        Flag("is_excluded"),
        Text("source_1", nullable=True),
        Text("source_2", nullable=True),
        Text("notes", nullable=True),
        Text("graph_note", nullable=True),
        Day("not_listed_since", nullable=True),
    ),
    key=("company", "report_id", "statement_number"),
    inbox=False,
    committed=False,
    known_on_column="report_on",
    feed="feed_epoch_ai",
    has_retrieved_at=True,
    words={
        "as_of": "day that the statement describes (empty where the source names none)",
        "statement_number": "1, or the place among statements of one company and label: by day described, then day of report",
    },
)

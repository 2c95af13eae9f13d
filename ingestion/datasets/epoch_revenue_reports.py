"""Epoch AI's statements of AI companies' revenue: several of one company and day, on different bases, are all kept."""

from ingestion.columns import MONEY, Count, Day, Exact, Text
from ingestion.dataset import Dataset

DATASET = Dataset(
    name="epoch_revenue_reports",
    grain="one version of one statement of one company's revenue",
    group="valuation",
    columns=(
        Text("report_id"),
        Text("company"),
        Count("statement_number", minimum=1),
        Day("as_of", nullable=True),
        Exact("annualized_revenue_usd", nullable=True, dtype=MONEY),
        Text("annualized_revenue_type", nullable=True),
        Text("scope", nullable=True),
        Exact("normalized_revenue_usd", nullable=True, dtype=MONEY),
        Exact("period_revenue_usd", nullable=True, dtype=MONEY),
        Text("period_type", nullable=True),
        Text("other_revenue_info", nullable=True),
        Text("confidence", nullable=True),
        Text("source_1", nullable=True),
        Text("source_2", nullable=True),
        Text("source_3", nullable=True),
        Text("notes", nullable=True),
        Text("graph_note", nullable=True),
        Day("report_on", nullable=True),
        Text("source_type", nullable=True),
        Text("header_version", isin=("v2026-01", "v2026-09")),
        Day("not_listed_since", nullable=True),
    ),
    key=("company", "report_id", "statement_number"),
    inbox=False,
    committed=False,
    known_on_column="report_on",
    feed="feed_epoch_ai",
    has_retrieved_at=True,
    unversioned=("header_version",),
    words={
        "as_of": "day that the statement describes (empty where the source names none)",
        "statement_number": "1, or the place among statements of one company and label: by day described, then day of report",
    },
)

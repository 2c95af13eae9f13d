"""Epoch AI's table of AI companies' funding rounds: closed ones and those that are discussed, secondary sales among them."""

from ingestion.columns import MONEY, Count, Day, Exact, Flag, Text
from ingestion.dataset import Dataset

DATASET = Dataset(
    name="epoch_funding_rounds",
    grain="one version of one funding round or secondary sale of one company",
    group="valuation",
    columns=(
        Text("round_id"),
        Text("company"),
        Count("statement_number", minimum=1),
        Day("closed_on", nullable=True),
        Text("status"),
        Exact("equity_usd", nullable=True, dtype=MONEY),
        Exact("debt_usd", nullable=True, dtype=MONEY),
        Exact("post_money_usd", nullable=True, dtype=MONEY),
        Day("report_on", nullable=True),
        Text("round_type", nullable=True),
        Flag("is_primary"),
        Flag("is_secondary"),
        Flag("is_excluded"),
        Text("confidence", nullable=True),
        Text("source_1", nullable=True),
        Text("source_2", nullable=True),
        Text("source_3", nullable=True),
        Text("notes", nullable=True),
        Text("graph_note", nullable=True),
        Day("not_listed_since", nullable=True),
    ),
    key=("company", "round_id", "statement_number"),
    inbox=False,
    committed=False,
    known_on_column="report_on",
    feed="feed_epoch_ai",
    has_retrieved_at=True,
    words={
        "statement_number": "1, or the place among rounds of one company and label: by day of report, then of closing",
        "status": "status of the round, as the source words it: Closed, Late discussions, Early discussions",
    },
)

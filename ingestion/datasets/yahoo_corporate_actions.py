"""Splits and dividends that Yahoo's charts carry beside the bars."""

from ingestion.columns import Day
from ingestion.dataset import Dataset
from ingestion.datasets._corporate_actions import ACTION_COLUMNS, ACTION_KEY, ACTION_RULES

DATASET = Dataset(
    name="yahoo_corporate_actions",
    grain="one version of one split or dividend of one security",
    group="market",
    columns=(*ACTION_COLUMNS, Day("not_listed_since", nullable=True)),
    key=ACTION_KEY,
    rules=ACTION_RULES,
    inbox=False,
    committed=False,
    known_on_column="ex_on",
    reads=("instruments",),
    feed="feed_yahoo_chart",
    has_retrieved_at=True,
)

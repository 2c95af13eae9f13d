"""Splits, bonus issues and dividends that the user knows of."""

from ingestion.dataset import Dataset
from ingestion.datasets._corporate_actions import ACTION_COLUMNS, ACTION_KEY, ACTION_RULES
from ingestion.datasets._securities import SECURITIES, check_actions

DATASET = Dataset(
    name="corporate_actions",
    grain="one split or dividend of one security, as a user's file states it",
    group="market",
    columns=ACTION_COLUMNS,
    key=("document_id", *ACTION_KEY),
    rules=ACTION_RULES,
    committed=False,
    reads=SECURITIES,
    check=check_actions,
    known_on_column="ex_on",
    has_retrieved_at=True,
)

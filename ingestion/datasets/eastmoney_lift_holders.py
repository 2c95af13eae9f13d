"""East Money's holders behind each A-share lock-up expiry."""

from ingestion.columns import MONEY, TICKER, Count, Day, Exact, Text
from ingestion.dataset import Dataset

DATASET = Dataset(
    name="eastmoney_lift_holders",
    grain="one version of one holder's shares in one lock-up expiry of one A-share",
    group="lockups",
    columns=(
        Text("ticker", pattern=TICKER),
        Day("free_on"),
        Text("holder"),
        Text("shares_type"),
        Count("nominal_released_shares"),
        Count("released_shares", nullable=True),
        Exact("release_value_cny", nullable=True, dtype=MONEY),
        Count("lock_months", nullable=True),
        Count("locked_after_shares", nullable=True),
        Text("plan", nullable=True),
        Day("not_listed_since", nullable=True),
    ),
    key=("ticker", "free_on", "holder", "shares_type"),
    inbox=False,
    committed=False,
    known_on_column="free_on",
    reads=("instruments",),
    feed="feed_eastmoney_datacenter",
    has_retrieved_at=True,
)

"""East Money's calendar of A-share lock-up expiries: one row per day and kind of shares, with the source's own ratios."""

from ingestion.columns import MONEY, PRICE, RATIO, TICKER, Count, Day, Exact, Text
from ingestion.dataset import Dataset

DATASET = Dataset(
    name="eastmoney_lift_stages",
    grain="one version of one lock-up expiry of one A-share and kind of shares",
    group="lockups",
    columns=(
        Text("ticker", pattern=TICKER),
        Day("free_on"),
        Text("shares_type"),
        Count("released_shares"),
        Count("nominal_released_shares"),
        Exact("release_value_cny", nullable=True, dtype=MONEY),
        Exact("released_of_float_before_ratio", nullable=True, dtype=RATIO),
        Exact("released_of_total_ratio", nullable=True, dtype=RATIO),
        Count("locked_after_shares", nullable=True),
        Exact("close_before_cny", nullable=True, dtype=PRICE),
        Exact("change_before_20d_ratio", nullable=True, dtype=RATIO, minimum=-1),
        Exact("change_after_20d_ratio", nullable=True, dtype=RATIO, minimum=-1),
        Count("holders", nullable=True),
        Day("not_listed_since", nullable=True),
    ),
    key=("ticker", "free_on", "shares_type"),
    inbox=False,
    committed=False,
    known_on_column="free_on",
    reads=("instruments",),
    feed="feed_eastmoney_datacenter",
    has_retrieved_at=True,
)

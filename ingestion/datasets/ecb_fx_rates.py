"""ECB reference rates as the ECB's own files give them."""

from ingestion.dataset import Dataset
from ingestion.datasets._rates import RATE_COLUMNS

DATASET = Dataset(
    name="ecb_fx_rates",
    grain="one version of one currency and day",
    group="market",
    columns=RATE_COLUMNS,
    key=("currency", "rate_on"),
    inbox=False,
    committed=False,
    known_on_column="rate_on",
    feed="feed_ecb",
    has_retrieved_at=True,
)

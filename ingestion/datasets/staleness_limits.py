"""From which age on a price or a turnover is old: it is still shown, and marked."""

from ingestion.columns import Count, Text
from ingestion.dataset import Dataset

DATASET = Dataset(
    name="staleness_limits",
    grain="one quantity",
    folder="reference",
    group="reference",
    columns=(Text("quantity", isin=("price", "turnover")), Count("max_age_days", minimum=1, limit=10_000), Text("reason")),
    key=("quantity",),
    has_lineage=False,
    inbox=False,
    words={
        "quantity": "what grows old: `price` or `turnover`",
        "max_age_days": "calendar days up to which it counts as of today",
        "reason": "why so many",
    },
)

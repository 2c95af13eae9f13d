"""Epoch AI's capability index (ECI): one score a model version; many versions have none, and one model has several.

Scores are fitted after a model's release, all of them together, so a score is known from its retrieval, not from the release.
"""

import polars as pl

from ingestion.columns import RATIO, Count, Day, Exact, Text
from ingestion.dataset import Dataset

#: Training compute reaches 1e26 operations and more.
OPERATIONS = pl.Decimal(38, 0)

DATASET = Dataset(
    name="epoch_capability_index",
    grain="one version of one model version's score",
    group="tokens",
    columns=(
        Text("model_version"),
        Count("statement_number", minimum=1),
        Text("model_name", nullable=True),
        Text("display_name", nullable=True),
        Text("organization", nullable=True),
        Text("country", nullable=True),
        Exact("score", nullable=True, dtype=RATIO, minimum=None),
        Day("release_on", nullable=True),
        Text("accessibility", nullable=True),
        Exact("training_compute_flop", nullable=True, dtype=OPERATIONS),
        Text("confidence", nullable=True),
        Day("not_listed_since", nullable=True),
    ),
    key=("model_version", "statement_number"),
    inbox=False,
    committed=False,
    feed="feed_epoch_ai",
    has_retrieved_at=True,
    words={"statement_number": "1, or the place among several rows of one model version: by day of release, then display name"},
)

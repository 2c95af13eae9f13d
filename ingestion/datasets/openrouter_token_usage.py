"""OpenRouter's daily rankings: tokens of the 50 models most used, and of all others together."""

from ingestion.columns import Count, Day, Flag, Text
from ingestion.dataset import Dataset

DATASET = Dataset(
    name="openrouter_token_usage",
    grain="one version of one model's tokens on one day",
    group="tokens",
    columns=(
        Text("model_permaslug"),
        Day("usage_on"),
        Text("model"),
        Text("variant"),
        Count("tokens"),
        Flag("is_other"),
        Text("source_as_of"),
    ),
    key=("model_permaslug", "usage_on"),
    inbox=False,
    committed=False,
    known_on_column="usage_on",
    feed="feed_openrouter",
    has_retrieved_at=True,
    unversioned=("source_as_of",),
    words={"model": "name of the model without its variant; `other` is all that are not among the first 50"},
)

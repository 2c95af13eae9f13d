"""Developers of models in China, the words by which a source names one, and which are internet or cloud majors.

A model of several organisations is the one's that comes first here. What no row names is a developer under its own name.
"""

from ingestion.columns import Count, Text
from ingestion.dataset import Dataset

DATASET = Dataset(
    name="developers",
    grain="one developer",
    folder="reference",
    group="reference",
    columns=(
        Text("developer"),
        Count("match_order", minimum=1),
        Text("words"),
        Text("developer_kind", isin=("model company", "internet or cloud major")),
    ),
    key=("developer",),
    has_lineage=False,
    inbox=False,
    words={
        "developer": "name of the developer, as its security's issuer where it is listed",
        "match_order": "which developer counts where a source names several: the lowest",
        "words": "words that name it, lower case, separated by semicolons",
        "developer_kind": "`model company`, or `internet or cloud major`",
    },
)

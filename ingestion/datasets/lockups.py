"""Lock-up tranches as a note prints them: a table of an issuer, one row a tranche."""

from ingestion.columns import TICKER, Count, Number, Rule, Text
from ingestion.dataset import Dataset

DATASET = Dataset(
    name="lockups",
    grain="one lock-up tranche of one issuer, as a document prints it",
    group="lockups",
    columns=(
        Text("ticker", pattern=TICKER),
        Text("issuer"),
        Rule("expiry", lands_as="release_rule"),
        Text("holder_category"),
        Text("holders", nullable=True),
        Count("shares", minimum=1),
        Number("pct_of_post_ipo", nullable=True, minimum=0),
        Number("cumulative_pct", nullable=True, minimum=0),
        Text("release_rule", lands_as="release_rule_kind", nullable=True, optional=True),
        Text("note", nullable=True, optional=True),
    ),
    key=("document_id", "ticker", "release_rule_printed", "holder_category", "holders"),
)

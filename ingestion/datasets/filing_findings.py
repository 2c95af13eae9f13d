"""What a filing that landed prints wrongly, with the rule by which it landed all the same, and what it leaves open."""

from ingestion.columns import TICKER, Count, Text
from ingestion.dataset import Dataset
from ingestion.datasets._securities import SECURITIES, check_ticker
from ingestion.landing.filed_rows import FILINGS

DATASET = Dataset(
    name="filing_findings",
    grain="one contradiction in a filing, or one question that it leaves open",
    group="claims",
    columns=(
        Text("ticker", pattern=TICKER),
        Text("kind", isin=("finding", "open")),
        Text("finding"),
        Text("rule", lands_as="landing_rule", nullable=True),
        Count("page", minimum=1, nullable=True),
        Count("line", minimum=1, nullable=True),
    ),
    key=("document_id", "ticker", "kind", "finding", "page", "line"),
    committed=False,
    reads=(*SECURITIES, FILINGS),
    check=check_ticker,
    words={"kind": "`finding` (what does not hold) or `open` (what the filing does not say)"},
)

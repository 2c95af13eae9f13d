"""Which class of an issuer's shares is listed; shares of another class never enter the float when a lock-up ends.

Treasury shares are a class of their own. Hong Kong has had them since 11 June 2024; their listing is retained, but every
denominator of the public float excludes them: they are no float, and in no total that a ratio or a market value is of.
"""

from ingestion.columns import TICKER, Flag, Text
from ingestion.dataset import Dataset
from ingestion.datasets._securities import SECURITIES, check_ticker
from ingestion.landing.filed_rows import FILINGS

DATASET = Dataset(
    name="share_classes",
    grain="one class of one issuer's shares",
    group="share_capital",
    columns=(
        Text("ticker", pattern=TICKER),
        Text("share_class"),
        Flag("is_listed"),
        Text("reason"),
        Flag("has_weighted_votes", nullable=True, optional=True),
        Flag("is_treasury", nullable=True, optional=True),
    ),
    key=("document_id", "ticker", "share_class"),
    reads=(*SECURITIES, FILINGS),
    check=check_ticker,
    reject_together_by=("ticker", "document_id"),
    reject_together_because="the shares of a class that is left out would be taken for listed ones",
)

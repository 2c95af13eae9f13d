"""Lock-up tranches as a note prints them: one table per issuer, one row per tranche."""

from ingestion.columns import SHARES_LIMIT, TICKER, Count, Number, Rule, Text
from ingestion.columns.printed_cells import Cell, PrintedTable
from ingestion.dataset import Dataset
from ingestion.datasets._securities import LOCKED_TOGETHER, RULE_WORDS, SECURITIES, SPLITS, check_tranches

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
        Count("shares", minimum=1, limit=SHARES_LIMIT),
        Number("pct_of_post_ipo", nullable=True, minimum=0, is_share=True),
        Number("cumulative_pct", nullable=True, minimum=0, is_share=True),
        Text("release_rule", lands_as="release_rule_kind", nullable=True, optional=True),
        Text("note", nullable=True, optional=True),
    ),
    key=("document_id", "ticker", "release_rule_printed", "holder_category", "holders"),
    reads=(*SECURITIES, *SPLITS, *RULE_WORDS),
    check=check_tranches,
    stands_on=("share_capital_events",),
    reject_together_by=("ticker", "document_id"),
    reject_together_because=LOCKED_TOGETHER,
    printed=PrintedTable(
        subject="ticker",
        row=("holder_category", "release_rule_printed"),
        cells=(
            Cell("expiry", "expiry"),
            Cell("holders", "holders"),
            Cell("shares", "shares"),
            Cell("pct_of_post_ipo", "% of post-IPO shares"),
            Cell("cumulative_pct", "cumulative %"),
        ),
    ),
)

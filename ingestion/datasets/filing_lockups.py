"""Lock-up undertakings holder by holder, as an allotment-results announcement lists them.

The same shares can stand under two headings (a pathfinder investor is also an existing shareholder): each row is a
restriction, the lots are found by the models. An undertaking in two stages (Rule 10.07) is two restrictions of one lot, whose
second one lets the shares be sold while control is kept.

A later document mostly speaks of one lot. Its row says how it `amends` the full table, and is applied to the lot that it names:

- `extends`: the lot stays locked to this row's last day too;
- `releases early`: these shares of it are locked to this row's last day only;
- `transfers`: these shares of it are now `transferred_to`'s, locked to this row's last day;
- `corrects`: this row stands for the whole lot;
- `adds`: a lot that the table doesn't have. Where it was added after the listing it says from which day on it is locked.

A heading of own words is of the lot that the holder's other headings in the document are of, else of shares held before the
offer; `lot_origin` says otherwise. Where a holder has both kinds of lots, it must.
"""

from dataclasses import dataclass

import polars as pl

from ingestion.columns import SHARES_LIMIT, TICKER, Cells, Count, Day, Number, Rule, Text
from ingestion.columns.printed_cells import Cell, PrintedTable
from ingestion.dataset import Dataset
from ingestion.datasets._amendments import AMENDMENTS, check_filing_lockups
from ingestion.datasets._securities import CLASSES, LOCKED_TOGETHER, LOT_ORIGINS, RULE_WORDS, SECURITIES, SPLITS
from ingestion.landing.filed_rows import FILINGS

#: Months from listing that Rule 18C.14 of the Main Board Listing Rules locks a Commercial Company's holders for.
COMMERCIAL_COMPANY_MONTHS = {
    "key person": 12,
    "controlling shareholder": 12,
    "key person or controlling shareholder": 12,
    "pathfinder SII": 6,
}
_EARLIER_END = "may end earlier: the later of the date that a Commercial Company would have had, and "


@dataclass(frozen=True)
class FilingRule(Rule):
    """The last locked day, and in the note beside it the way in which the lock-up may end earlier (Rule 18C.24)."""

    def text(self, cell: str, row: Cells) -> str:
        note = row.get("note", "").strip()
        months = COMMERCIAL_COMPANY_MONTHS.get(row.get("category", "").strip())
        if not note.startswith(_EARLIER_END) or months is None:
            return cell
        event_part = note.removeprefix(_EARLIER_END).split(" (Rule ")[0]
        # the comma before 'and' keeps the two levels apart
        return f"earlier of (1) {cell} and (2) later of {months} months from listing, and {event_part}"


DATASET = Dataset(
    name="filing_lockups",
    grain="one holder, class and restriction of a filing",
    group="lockups",
    columns=(
        Text("ticker", pattern=TICKER),
        Text("issuer", nullable=True, optional=True),
        Text("holder"),
        Text("category", lands_as="holder_category"),
        Text("share_class"),
        Count("shares", nullable=True, minimum=1, limit=SHARES_LIMIT),
        FilingRule("last_day_locked", lands_as="release_rule"),
        Text("rule", lands_as="restriction"),
        Text("note", nullable=True, optional=True),
        Text("lot", nullable=True, optional=True),
        Text("stage", nullable=True, optional=True, isin=("first", "second")),
        Text("condition", nullable=True, optional=True),
        Text("permitted_transfers", nullable=True, optional=True),
        Text("lot_origin", nullable=True, optional=True, isin=LOT_ORIGINS),
        Text("amends", nullable=True, optional=True, isin=AMENDMENTS),
        Text("amended_document_id", nullable=True, optional=True),
        Text("transferred_to", nullable=True, optional=True),
        Number("pct_of_total", nullable=True, optional=True, minimum=0, is_share=True),
        Day("locked_from", lands_as="locked_from_on", nullable=True, optional=True),
    ),
    # one heading lists a holder's block once; blocks that end at different times need names in the column `lot`
    key=("document_id", "ticker", "holder", "holder_category", "share_class", "lot", "stage", "transferred_to"),
    rules=(
        (
            "write the lot's shares, or in pct_of_total the share of the total that they are where the document counts none",
            pl.col("shares").is_null() != pl.col("pct_of_total_printed").is_null(),
        ),
    ),
    reads=(*SECURITIES, *SPLITS, *RULE_WORDS, *CLASSES, "share_class_balances", "holder_categories", FILINGS),
    check=check_filing_lockups,
    stands_on=("share_capital_events", "share_class_balances", "share_classes"),
    reject_together_by=("ticker", "document_id"),
    reject_together_because=LOCKED_TOGETHER,
    words={
        "stage": "stage of Rule 10.07: `first` (no disposal), `second` (may be sold while control is kept), or empty",
        "lot_origin": "`pre-IPO` or `offer`, where the heading is of own words: shares held before the offer or bought in it",
        "condition": "on which the shares may be sold earlier, in the document's words",
        "amends": "what the row does to a lot of the full table; empty in a full table",
        "amended_document_id": "document of the full table that the row amends; empty where there is only one",
        "shares": "shares of the lot; empty where the document counts none, and pct_of_total has their share of the total",
        "locked_from_on": "first day of the lock-up, as of shares that are issued after the listing; empty: the listing",
        "transferred_to": "holder who has the transferred shares, bound by the rest of the lock-up",
    },
    printed=PrintedTable(
        subject="ticker",
        row=("holder_category", "share_class", "release_rule", "holder", "lot"),
        cells=(
            Cell("shares", "shares"),
            Cell("last_day_locked", "last day locked"),
            Cell("pct_of_total", "share of the total"),
        ),
    ),
)

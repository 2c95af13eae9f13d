"""Changes of issued capital: each event's new shares, the total that the company states after it, and the money that it brought.

A sum of money keeps the currency that is printed with it (`HK$15,664.13m`). A placing's discount is measured from the close
before `priced_on`, the day on which its price was agreed; the day of completion is some sessions later.

`event` is what the document calls the change, `event_kind` what it is, of a closed list: models read only the kind. A row that
states no kind is of the one that its words name (`capital_event_kinds`); words that name none, or several, are refused.

`total_shares_after` is of all classes, and empty where the document states only the class of the event, as a next-day disclosure
return does: it then follows from the total before, which `int_share_capital_event` works out.
"""

import polars as pl

from ingestion.columns import SHARES_LIMIT, TICKER, Count, Day, Number, Text
from ingestion.columns.printed_cells import Cell, PrintedTable
from ingestion.dataset import Dataset
from ingestion.datasets._event_kinds import EVENT_KINDS, read_capital_events
from ingestion.datasets._proceeds import HAS_CURRENCY
from ingestion.datasets._securities import check_capital
from ingestion.landing.filed_rows import FILINGS

DATASET = Dataset(
    name="share_capital_events",
    grain="one change of issued capital, as a document states it",
    group="share_capital",
    columns=(
        Text("ticker", pattern=TICKER),
        Text("issuer", nullable=True, optional=True),
        Day("effective_date", lands_as="effective_on"),
        Text("event"),
        Text("share_class", nullable=True, optional=True),
        Count("shares_issued_delta", minimum=None, limit=SHARES_LIMIT),
        Number("issue_price_hkd", nullable=True, optional=True, context="(HKD)", minimum=0),
        Count("total_shares_after", nullable=True, minimum=1, limit=SHARES_LIMIT),
        Day("priced_on", nullable=True, optional=True),
        Number("gross_proceeds", nullable=True, optional=True, minimum=0, least=10**4),
        Number("net_proceeds", nullable=True, optional=True, minimum=0, least=10**4),
        Number("discount_to_close", nullable=True, optional=True, is_share=True),
        Text("note", nullable=True, optional=True),
        Text("event_kind", nullable=True, optional=True, isin=tuple(EVENT_KINDS)),
        Text("holder", nullable=True, optional=True),
    ),
    read=read_capital_events,
    # a return prints a line for each exercise price; of two like lines the totals differ, or the line is there twice
    key=(
        "document_id",
        "ticker",
        "effective_on",
        "event",
        "share_class",
        "issue_price_hkd_printed",
        "shares_issued_delta",
        "total_shares_after",
        "holder",
    ),
    rules=(
        (
            "shares_issued_delta is larger than the total after it",
            pl.col("shares_issued_delta") <= pl.col("total_shares_after"),
        ),
        ("priced_on is after the shares were issued; check the year", pl.col("priced_on") <= pl.col("effective_on")),
        *HAS_CURRENCY,
        (
            "net_proceeds are more than gross_proceeds",
            (pl.col("net_proceeds_currency") != pl.col("gross_proceeds_currency"))
            | (pl.col("net_proceeds_low") <= pl.col("gross_proceeds_high")),
        ),
    ),
    known_on_column="effective_on",
    reads=("exchanges", "capital_event_kinds", FILINGS),
    check=check_capital,
    reject_together_by=("ticker", "document_id"),
    reject_together_because="a chain of share capital with a gap would state a total that never was",
    printed=PrintedTable(
        subject="ticker",
        row=("event", "effective_on"),
        cells=(
            Cell("effective_date", "effective date"),
            Cell("shares_issued_delta", "shares issued"),
            Cell("issue_price_hkd", "issue price"),
            Cell("total_shares_after", "total shares after"),
            Cell("gross_proceeds", "gross proceeds"),
            Cell("net_proceeds", "net proceeds"),
            Cell("discount_to_close", "discount to the close"),
        ),
    ),
    words={
        "holder": "holder whose shares change their class, as `filing_lockups` names it; empty: the document names none",
        "priced_on": "day on which the price of a placing was agreed",
        "event_kind": f"kind of the change, as stated or as the words of `event` name it: {', '.join(EVENT_KINDS)}",
    },
)

"""Convertible bonds: the money that an issue brought, and the shares that it becomes if all of it is converted.

An issuer states the shares of a conversion either as such or as the total in issue after it. They are possible supply: none of
them exists before a holder converts.
"""

import polars as pl

from ingestion.columns import SHARES_LIMIT, TICKER, Count, Day, Number, Text
from ingestion.columns.printed_cells import Cell, PrintedTable
from ingestion.dataset import Dataset
from ingestion.datasets._proceeds import HAS_CURRENCY
from ingestion.datasets._securities import SECURITIES, check_ticker

DATASET = Dataset(
    name="convertible_bonds",
    grain="one issue of convertible bonds",
    group="share_capital",
    columns=(
        Text("ticker", pattern=TICKER),
        Text("issuer", nullable=True, optional=True),
        Day("issued_on"),
        Text("event"),
        Text("share_class", nullable=True, optional=True),
        Number("gross_proceeds", nullable=True, optional=True, minimum=0, least=10**4),
        Number("net_proceeds", nullable=True, optional=True, minimum=0, least=10**4),
        Number("conversion_price_hkd", nullable=True, optional=True, context="(HKD)", minimum=0),
        Count("conversion_shares", nullable=True, optional=True, minimum=1, limit=SHARES_LIMIT),
        Count("total_shares_if_converted", nullable=True, optional=True, minimum=1, limit=SHARES_LIMIT),
        Text("note", nullable=True, optional=True),
    ),
    key=("document_id", "ticker", "issued_on", "event"),
    rules=(
        *HAS_CURRENCY,
        (
            "neither conversion_shares nor total_shares_if_converted is stated; one of them says what supply is possible",
            pl.col("conversion_shares").is_not_null() | pl.col("total_shares_if_converted").is_not_null(),
        ),
    ),
    known_on_column="issued_on",
    reads=SECURITIES,
    check=check_ticker,
    printed=PrintedTable(
        subject="ticker",
        row=("event", "issued_on"),
        cells=(
            Cell("issued_on", "issue date"),
            Cell("gross_proceeds", "gross proceeds"),
            Cell("net_proceeds", "net proceeds"),
            Cell("conversion_price_hkd", "conversion price"),
            Cell("conversion_shares", "conversion shares"),
            Cell("total_shares_if_converted", "total shares if converted"),
        ),
    ),
    words={
        "issued_on": "day on which the bonds were issued",
        "event": "the issue, in the source's words",
        "share_class": "class of the shares that they convert into",
        "conversion_shares": "shares that a full conversion gives, where the document states them",
        "total_shares_if_converted": "shares in issue after a full conversion, where the document states them",
    },
)

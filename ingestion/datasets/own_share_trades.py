"""Trades of an issuer in its own shares: repurchases, and sales of treasury shares on the market, as next-day returns state them.

They move no share count. What is bought back for cancellation stays in issue until `share_capital_events` have its cancellation;
what is bought back for treasury, or sold out of it, moves there too, between the class and its treasury shares.
"""

from __future__ import annotations

import polars as pl

from ingestion.columns import MONEY, SHARES_LIMIT, TICKER, Count, Day, Exact, Text
from ingestion.dataset import Dataset
from ingestion.datasets._securities import CLASSES, SECURITIES, check_balances
from ingestion.landing.filed_rows import FILINGS

TRADES = ("repurchase", "sale of treasury shares")
#: A price is printed rounded, an average to a cent.
_CENT = pl.lit("0.01").cast(pl.Decimal(4, 2))

DATASET = Dataset(
    name="own_share_trades",
    grain="one day's trade of an issuer in its own shares at one venue, as a document states it",
    group="share_capital",
    columns=(
        Text("ticker", pattern=TICKER),
        Text("share_class"),
        Day("traded_on"),
        Text("trade", isin=TRADES),
        Count("shares", minimum=1, limit=SHARES_LIMIT),
        Text("venue"),
        Text("currency", pattern=r"^[A-Z]{3}$"),
        Exact("highest_price"),
        Exact("lowest_price", nullable=True),
        Exact("amount", dtype=MONEY, nullable=True),
        Count("for_cancellation_shares", nullable=True, optional=True, limit=SHARES_LIMIT),
        Count("for_treasury_shares", nullable=True, optional=True, limit=SHARES_LIMIT),
    ),
    # a return has a row for each venue; like rows of one document are the same trade
    key=("document_id", "ticker", "share_class", "traded_on", "trade", "venue", "currency", "shares", "highest_price", "amount"),
    rules=(
        ("lowest_price is above highest_price", pl.col("lowest_price") <= pl.col("highest_price")),
        (
            "amount is not what shares at these prices give",
            (pl.col("amount") >= pl.col("shares") * (pl.coalesce("lowest_price", "highest_price") - _CENT))
            & (pl.col("amount") <= pl.col("shares") * (pl.col("highest_price") + _CENT)),
        ),
        (
            "for_cancellation_shares and for_treasury_shares are not the shares bought back",
            pl.col("for_cancellation_shares") + pl.col("for_treasury_shares") == pl.col("shares"),
        ),
        (
            "shares sold out of treasury are neither for cancellation nor for treasury",
            (pl.col("trade") != "sale of treasury shares")
            | (pl.col("for_cancellation_shares").is_null() & pl.col("for_treasury_shares").is_null()),
        ),
    ),
    committed=False,
    known_on_column="traded_on",
    reads=(*SECURITIES, *CLASSES, FILINGS),
    check=check_balances,
    words={
        "trade": f"what the issuer did: {' or '.join(f'`{one}`' for one in TRADES)}",
        "venue": "where and how, in the document's words: on the Exchange, another exchange, by private arrangement",
        "highest_price": "highest price of a share, or the one price",
        "lowest_price": "lowest price of a share, where there is a range",
        "amount": "amount paid or received, where shares and prices prove it",
        "for_cancellation_shares": "shares bought back to be cancelled; in issue until they are; empty where it is not stated",
        "for_treasury_shares": "shares bought back to be held in treasury; empty where it is not stated",
        "traded_on": "day of the trade, local to the venue",
    },
)

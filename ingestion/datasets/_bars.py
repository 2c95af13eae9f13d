"""What a daily bar is, whoever prints it: its columns, what holds within one bar, and what the calendar and listing say.

Prices and volume are as traded on the day: no later split is in them, and no dividend.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from ingestion.columns import INSTRUMENT, MONEY, Column, Count, Day, Exact, Text
from ingestion.dataset import Dataset, Frames, RowFault, RowRule

BAR_COLUMNS: tuple[Column, ...] = (
    Text("ticker", pattern=INSTRUMENT),
    Day("trading_date"),
    Text("currency", pattern=r"^[A-Z]{3}$"),
    Exact("open"),
    Exact("high"),
    Exact("low"),
    Exact("close"),
    Exact("price_precision"),
    Count("volume_shares", nullable=True),
    Count("volume_precision_shares", nullable=True, minimum=1),
    Exact("turnover", nullable=True, optional=True, dtype=MONEY),
    Exact("turnover_precision", nullable=True, dtype=MONEY),
)

#: A printed figure's `low` and `high` are its ends; a bar's are prices.
BAR_WORDS = {"low": "lowest price of the day, as traded", "high": "highest price of the day, as traded"}

_has_traded = (pl.col("volume_shares") > 0) & (pl.col("turnover") > 0)
#: The lowest and highest average price that the printed precision of turnover and volume allows.
_average_low = (pl.col("turnover").cast(pl.Float64) - pl.col("turnover_precision").cast(pl.Float64) / 2) / (
    pl.col("volume_shares") + pl.col("volume_precision_shares") / 2
)
_average_high = (pl.col("turnover").cast(pl.Float64) + pl.col("turnover_precision").cast(pl.Float64) / 2) / pl.max_horizontal(
    pl.col("volume_shares") - pl.col("volume_precision_shares") / 2, pl.lit(0.5)
)
_half_a_tick = pl.col("price_precision").cast(pl.Float64) / 2

BAR_RULES: tuple[RowRule, ...] = (
    ("a bar can't be known before its day; check the year of trading_date", pl.col("trading_date") <= pl.col("known_on")),
    ("the low is not above zero", pl.col("low") > 0),
    ("the low is above the open, the high or the close", pl.col("low") <= pl.min_horizontal("open", "high", "close")),
    ("the high is below the open, the low or the close", pl.col("high") >= pl.max_horizontal("open", "low", "close")),
    (
        "turnover without volume, or a volume without its precision",
        ~((pl.col("volume_shares") == 0) & (pl.col("turnover") > 0))
        & (pl.col("volume_shares").is_null() == pl.col("volume_precision_shares").is_null())
        & (pl.col("turnover").is_null() == pl.col("turnover_precision").is_null()),
    ),
    (
        "turnover divided by volume lies outside low to high; check the units (lots or shares, thousands) and the figures",
        ~_has_traded
        | (
            (_average_high >= pl.col("low").cast(pl.Float64) - _half_a_tick)
            & (_average_low <= pl.col("high").cast(pl.Float64) + _half_a_tick)
        ),
    ),
)


def check_bars(frames: Frames, frame: pl.DataFrame) -> list[RowFault]:
    """The bars that can't be: of an unknown security, in another currency, on no session, before the listing.

    Tickers are used again (0100.HK and 0020.HK belonged to other companies), so a bar before the listing is another
    company's. `frames` holds `instruments` and `trading_days`.
    """
    instruments = frames["instruments"]
    sessions = frames["trading_days"].select("exchange_mic", "trading_date", pl.lit(True).alias("is_session"))
    joined = (
        frame.select("ticker", "trading_date", "currency")
        .with_row_index("index")
        .join(instruments.rename({"currency": "expected_currency"}), on="ticker", how="left", maintain_order="left")
        .join(sessions, on=["exchange_mic", "trading_date"], how="left", maintain_order="left")
    )
    announced = dict(
        frames["trading_days"]
        .group_by("exchange_mic")
        .agg(pl.col("trading_date").filter(~pl.col("is_provisional")).max())
        .iter_rows()
    )
    faults: list[RowFault] = []
    for row in joined.filter(
        pl.col("exchange_mic").is_null()
        | (pl.col("currency") != pl.col("expected_currency"))
        | pl.col("is_session").is_null()
        | (pl.col("trading_date") < pl.col("listing_earliest_on"))
    ).iter_rows(named=True):
        index, day = row["index"], str(row["trading_date"])
        listed_on: date | None = row["listing_earliest_on"]
        if row["exchange_mic"] is None:
            faults.append(
                RowFault(index, "ticker", row["ticker"], "is no security that is known; add it to inbox/listing_events/")
            )
        elif row["currency"] != row["expected_currency"]:
            words = f"is not the currency in which {row['ticker']} trades ({row['expected_currency']})"
            faults.append(RowFault(index, "currency", row["currency"], words))
        elif listed_on and row["trading_date"] < listed_on:
            words = f"is before {row['ticker']} was listed ({listed_on}): the ticker was another company's then"
            faults.append(RowFault(index, "trading_date", day, words))
        else:
            announced_to = announced.get(row["exchange_mic"])
            words = f"is no session of {row['exchange_mic']}"
            if announced_to and row["trading_date"] > announced_to:
                words = f"is expected to be no session of {row['exchange_mic']}, whose calendar is announced to {announced_to}"
            faults.append(
                RowFault(index, "trading_date", day, f"{words}; if it was open, add the day to inbox/exchange_closures/")
            )
    return faults


def bars_dataset(name: str, feed: str) -> Dataset:
    """The dataset of the bars that a live source gives."""
    return Dataset(
        name=name,
        grain="one version of one daily bar of one security or index",
        group="market",
        columns=BAR_COLUMNS,
        key=("ticker", "trading_date"),
        rules=BAR_RULES,
        inbox=False,
        committed=False,
        known_on_column="trading_date",
        reads=("instruments", "trading_days"),
        check=check_bars,
        words=BAR_WORDS,
        feed=feed,
        has_retrieved_at=True,
    )

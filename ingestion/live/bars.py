"""Daily bars and corporate actions as several live sources give them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal
from typing import Literal

from ingestion.columns import BadCell
from ingestion.live.answer import AMOUNT_LIMIT, PRICE_LIMIT, UnexpectedAnswer, UnreadableRow, printed_number, shown
from ingestion.live.source import Answered, Subject, Window

#: The unit of a price's last digit, by the currency in which an exchange quotes: the smallest step of a price in the spread
#: table of Hong Kong (Rules of the Exchange, Second Schedule, Part A) and for A-shares (trading rules of Shanghai and Shenzhen).
PRICE_PRECISION = {"HKD": Decimal("0.001"), "CNY": Decimal("0.01")}

_PLACES = {"open": 1, "close": 2, "high": 3, "low": 4}  # in a row of a kline, as sources of China print it


class NoBars(UnexpectedAnswer):
    """An answer of the right form without a single bar: believed only where earlier pages had some."""


@dataclass(frozen=True)
class Bar:
    """One daily bar, prices and volume as traded on the day: neither splits nor dividends are in them.

    `price_precision` and the others are the unit of the last digit that the source gives.
    """

    trading_date: date
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    price_precision: Decimal
    volume_shares: int | None
    volume_precision_shares: int | None
    turnover: Decimal | None
    turnover_precision: Decimal | None


@dataclass(frozen=True)
class CorporateAction:
    """A split (`new_shares` for `old_shares`) or a cash dividend (as declared on the day) and its ex date.

    `table_ref` is where in the answer it stands, if there is more to say of it than the subject that was asked about.
    """

    ex_on: date
    action: Literal["split", "dividend"]
    new_shares: Decimal | None = None
    old_shares: Decimal | None = None
    dividend_per_share: Decimal | None = None
    currency: str | None = None
    table_ref: str | None = field(default=None, compare=False)


@dataclass(frozen=True)
class DailyBars:
    """The bars of an answer, in order. Of days before `adjusted_before` the answer had only adjusted bars: left out."""

    bars: list[Bar]
    unreadable: list[UnreadableRow]
    adjusted_before: date | None = None


def price_precision(currency: str) -> Decimal:
    """The unit of a price's last digit. Raises UnexpectedAnswer for a currency in which no known exchange quotes."""
    if currency not in PRICE_PRECISION:
        raise UnexpectedAnswer(f"prices in {shown(currency)}: to how many decimals is not known, add it to PRICE_PRECISION")
    return PRICE_PRECISION[currency]


def printed_bar(day: date, cells: Sequence[str], precision: Decimal, *, lot_shares: int) -> Bar:
    """The bar of a row `date, open, CLOSE, high, low, volume in lots, ...`, without its turnover. Raises BadCell."""
    prices = {name: printed_number(name, cells[place], PRICE_LIMIT) for name, place in _PLACES.items()}
    lots = printed_number("volume_shares", cells[5], AMOUNT_LIMIT)
    if lots != int(lots):
        raise BadCell("volume_shares", cells[5][:80], "is not a whole number")
    return Bar(
        trading_date=day,
        **prices,
        price_precision=precision,
        volume_shares=int(lots) * lot_shares,
        volume_precision_shares=lot_shares,
        turnover=None,
        turnover_precision=None,
    )


def printed_amount(cell: str, bar: Bar, unit: int = 1) -> Decimal | None:
    """The amount of money in a bar's row, as printed in units of `unit`.

    None if there is none: nothing, `-`, or zero on a day with trades. Raises BadCell.
    """
    if cell in ("", "-"):
        return None
    amount = printed_number("turnover", cell, AMOUNT_LIMIT // unit)
    return None if amount == 0 and bar.volume_shares else amount


def one_a_day(bars: Iterable[Bar]) -> tuple[list[Bar], list[UnreadableRow]]:
    """The bars in order of days. A bar given again is one; different bars of one day are all bad, as none can be chosen."""
    versions: dict[date, dict[Bar, None]] = {}
    for bar in bars:
        versions.setdefault(bar.trading_date, {})[bar] = None
    good: list[Bar] = []
    bad: list[UnreadableRow] = []
    for day, of_day in sorted(versions.items()):
        if len(of_day) == 1:
            good += of_day
            continue
        column = next(each.name for each in fields(Bar) if len({getattr(bar, each.name) for bar in of_day}) > 1)
        bad += [UnreadableRow(day, column, str(getattr(bar, column)), "is given twice with different values") for bar in of_day]
    return good, bad


def answered_bars(
    dataset: str, subject: Subject, window: Window, bars: Iterable[Bar], unreadable: Iterable[UnreadableRow]
) -> Answered:
    """The rows of a dataset of bars, those in the window; sources answer with more days, and with bars not final yet.

    What can't be read and has no day is kept.
    """
    rows = [
        {"ticker": subject.name, "currency": subject.currency} | vars(bar)
        for bar in bars
        if window.first_on <= bar.trading_date <= window.last_on
    ]
    in_window = [bad for bad in unreadable if window.first_on <= (bad.day or window.first_on) <= window.last_on]
    return Answered({dataset: rows}, {dataset: in_window})

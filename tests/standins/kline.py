"""Sources of China print a bar as texts in the same order: date, open, close, high, low, volume, ..."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.standins.market import Bar, Instrument, Market
from tests.standins.stand_in import CONFLICTING_BARS, DUPLICATE_BARS, NULL_BARS, PARTLY_NULL, WRONG_UNIT


def bar_texts(market: Market, instrument: Instrument, bar: Bar, decimals: int, *, is_adjusted: bool) -> list[str]:
    def printed(price: Decimal) -> str:
        if is_adjusted:
            price = market.adjusted_forward(instrument.ticker, bar.trading_date, price)
        return f"{price:.{decimals}f}"

    return [bar.trading_date.isoformat(), *(printed(price) for price in (bar.open, bar.close, bar.high, bar.low))]


def turnover_percent(instrument: Instrument, bar: Bar) -> float:
    return 100 * bar.volume_shares / instrument.share_base


def spoil_rows(rows: list[list[Any]], fault: str | None, nothing: str) -> None:
    """Spoils bars in place; `nothing` is what the source prints for a missing value."""
    if not rows:
        return
    last = rows[-1]
    if fault == WRONG_UNIT:
        for row in rows:
            row[5] = str(Decimal(row[5]) * 1000)
    elif fault == NULL_BARS:
        last[1:] = [nothing if isinstance(text, str) else text for text in last[1:]]
    elif fault == PARTLY_NULL:
        last[3] = nothing
    elif fault == DUPLICATE_BARS:
        rows.append(list(last))
    elif fault == CONFLICTING_BARS:
        rows.append([*last[:2], last[4], *last[3:5], str(Decimal(last[5]) + 100), *last[6:]])

"""Tencent's daily klines of Hong Kong shares, with amounts: a second opinion on closes and turnover.

`data.<code>.day` is a list of rows `[date, open, close, high, low, volume, dividend or "", turnover %, amount]`. Traps:

- The commas of `param` must not be encoded. Its last field, the adjustment, is left empty: as traded.
- The CLOSE comes second, before high and low. The amount is in units of 10,000 HKD; early rows have none.
- The key is `qfqday` where prices are adjusted for dividends. Rows from the last one with a dividend on are as traded
  (the adjustment goes back from the newest day, so ask to today); those before it are left out.
- Volume is in shares, printed as a float: 16319939.000.
- An unknown code gives an empty list, or nothing where the code should stand: no bars is never believed.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from ingestion.columns import BadCell
from ingestion.live.answer import UnexpectedAnswer, UnreadableRow, field, iso_day, last_digit, shown, typed
from ingestion.live.bars import (
    Bar,
    DailyBars,
    NoBars,
    answered_bars,
    one_a_day,
    price_precision,
    printed_amount,
    printed_bar,
)
from ingestion.live.source import Answered, Connection, LiveSource, Subject, Window
from ingestion.live.subjects import securities_known_to

#: The most bars that Tencent gives in one answer.
PAGE_BARS = 500
#: Bars that a full page may have less than were asked for: a bar given twice is one of the count, and once in the answer as
#: read. An allowance: too large a one asks for one page too many, too small a one ends a history early.
PAGE_SLACK = 10

_TICKER = re.compile(r"([0-9]{4,5})\.HK")
_VOLUME, _DIVIDEND, _AMOUNT = 5, 6, 8  # places in a row
_AMOUNT_UNIT_HKD = 10_000


def code(ticker: str) -> str | None:
    """Tencent's code: hk00100; None for what is not a Hong Kong share."""
    match = _TICKER.fullmatch(ticker)
    return f"hk{match[1].zfill(5)}" if match else None


def ask(connection: Connection, subject: Subject, window: Window) -> Answered:
    """Bars page by page from today back: an answer holds a limited number of the newest.

    Prices and turnover in HKD, volume in shares. Raises SourceFailed, and UnexpectedAnswer (NoBars if there is no bar at all).
    """
    bars: dict[date, Bar] = {}
    unreadable: list[UnreadableRow] = []
    last_on, count = window.today, min(window.sessions, PAGE_BARS)
    while True:
        body = connection.get_json(path(subject.name, window.first_on, last_on, count))
        try:
            page = parse(body, subject.name, subject.currency)
        except NoBars:
            if not bars:
                raise
            break  # the page before ended with the first bar that there is
        earlier = [bar for bar in page.bars if bar.trading_date not in bars]
        bars |= {bar.trading_date: bar for bar in earlier}
        unreadable += page.unreadable
        # no page before this one: it reaches the first day, or brought nothing new, or earlier bars are adjusted
        if not earlier or min(bars) <= window.first_on or page.adjusted_before:
            break
        if len(page.bars) + len(page.unreadable) < count - PAGE_SLACK:
            break
        last_on = min(bars) - timedelta(days=1)
    return answered_bars("tencent_prices", subject, window, bars.values(), unreadable)


def path(ticker: str, first_on: date, last_on: date, count: int) -> str:
    """What to ask for the bars of the days, both included, at most the newest `count`; `last_on` is today (see above)."""
    return f"/appstock/app/hkfqkline/get?param={code(ticker)},day,{first_on},{last_on},{count},"


def parse(body: Any, ticker: str, currency: str) -> DailyBars:
    """The bars of the answer. Raises NoBars, and UnexpectedAnswer if it is not an answer about this ticker."""
    asked = str(code(ticker))
    result = field(body, "code", int)
    if result != 0:
        raise UnexpectedAnswer(f"answered code {result}: {shown(body.get('msg'))}")
    data = field(body, "data", object)
    if not isinstance(data, dict) or not data.get(asked):
        raise NoBars(f"has no data for {asked}: it does not know the code, or did not understand the request")
    of_code = typed(data[asked], f"data.{asked}", dict)
    key = "day" if "day" in of_code else "qfqday"
    place = f"data.{asked}.{key}"
    rows = field(of_code, place, list)
    if not rows:
        raise NoBars(f"{place} has no bars")
    precision = price_precision(currency)
    bars: list[Bar] = []
    bad: list[UnreadableRow] = []
    dividend_days: list[date] = []
    for index, row in enumerate(rows):
        cells = typed(row, f"{place}[{index}]", list)
        if len(cells) <= _VOLUME:
            raise UnexpectedAnswer(f"{place}[{index}] has {len(cells)} fields, not {_VOLUME + 1} or more: {shown(row)}")
        day = iso_day(typed(cells[0], f"{place}[{index}][0]", str), f"{place}[{index}][0]")
        if isinstance(cells[_DIVIDEND] if len(cells) > _DIVIDEND else None, dict) and cells[_DIVIDEND]:
            dividend_days.append(day)
        try:
            bar = printed_bar(day, [_text(cell) for cell in cells], precision, lot_shares=1)
            amount = printed_amount(_text(cells[_AMOUNT]) if len(cells) > _AMOUNT else "", bar, _AMOUNT_UNIT_HKD)
        except BadCell as error:
            bad.append(UnreadableRow(day, error.column, error.value, error.reason))
            continue
        if amount is not None:
            unit = last_digit(amount) * _AMOUNT_UNIT_HKD
            bar = replace(bar, turnover=round(amount * _AMOUNT_UNIT_HKD, 2), turnover_precision=unit)
        bars.append(bar)
    adjusted_before = max(dividend_days, default=None) if key == "qfqday" else None
    good, conflicts = one_a_day(bars)
    return DailyBars(
        [bar for bar in good if not adjusted_before or bar.trading_date >= adjusted_before],
        [row for row in bad + conflicts if not adjusted_before or not row.day or row.day >= adjusted_before],
        adjusted_before,
    )


def _text(cell: Any) -> str:
    """A cell as printed: most are texts, some numbers."""
    if cell is None:
        return ""
    return f"{cell:f}" if isinstance(cell, Decimal) and abs(cell.adjusted()) <= 20 else str(cell)


SOURCE = LiveSource(
    name="tencent_kline",
    address_setting="FREEFLOAT_TENCENT_URL",
    default_address="https://web.ifzq.gtimg.cn",
    datasets=("tencent_prices",),
    subjects=securities_known_to(code),
    ask=ask,
)

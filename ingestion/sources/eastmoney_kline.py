"""East Money's daily klines of Hong Kong shares and A-shares, as traded (`fqt=0`), with amounts.

`data.klines` is a list of texts `date,open,close,high,low,volume,amount,amplitude,change %,change,turnover %`. Traps:

- The CLOSE comes second, before high and low.
- Volume is in shares for Hong Kong and in lots of 100 shares for A-shares.
- Amounts are whole money, printed with decimals that are always zero (`542829495.00`). Those of Hong Kong are
  single-precision floats too: 7803757312.000 on a day on which Tencent has 7803757295.250. `turnover_precision` says so.
- An unknown symbol and a request that is not understood both give `data: null` with `rc: 0`: no bars is never believed.
"""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import Any

from ingestion.columns import BadCell
from ingestion.live.answer import UnexpectedAnswer, UnreadableRow, field, iso_day, last_digit, shown, typed
from ingestion.live.bars import Bar, DailyBars, answered_bars, one_a_day, price_precision, printed_amount, printed_bar
from ingestion.live.source import Answered, Connection, LiveSource, Subject, Window
from ingestion.live.subjects import securities_known_to

_TICKER = re.compile(r"(?P<code>[0-9]{4,5})\.HK|(?P<a_share>[0-9]{6})\.(?P<exchange>S[HZ])")
_FIELDS = 11
_LOT_SHARES = 100  # of A-shares
_FLOAT_BITS = 24  # of a single-precision float's digits
_CENT = Decimal("0.01")


def secid(ticker: str) -> str | None:
    """East Money's market and code: 116.00100, 1.688256, 0.300750; None for what it is not asked about, such as indices."""
    match = _TICKER.fullmatch(ticker)
    if not match:
        return None
    if match["code"]:
        return f"116.{match['code'].zfill(5)}"
    return f"{1 if match['exchange'] == 'SH' else 0}.{match['a_share']}"


def ask(connection: Connection, subject: Subject, window: Window) -> Answered:
    """The newest bars, as many as there are sessions from the window's first day to today.

    Prices and turnover in the exchange's currency, volume in shares. Raises SourceFailed and UnexpectedAnswer.
    """
    found = parse(connection.get_json(path(subject.name, window.sessions)), subject.name, subject.currency)
    return answered_bars("eastmoney_prices", subject, window, found.bars, found.unreadable)


def path(ticker: str, count: int) -> str:
    """What to ask for the newest `count` bars of a ticker that has a `secid`."""
    return (
        f"/api/qt/stock/kline/get?secid={secid(ticker)}&fields1=f1,f2,f3,f4,f5,f6"
        f"&fields2=f51,f52,f53,f54,f55,f56,f57,f58,f59,f60,f61&klt=101&fqt=0&end=20500000&lmt={count}"
    )


def parse(body: Any, ticker: str, currency: str) -> DailyBars:
    """The bars of the answer. Raises UnexpectedAnswer if it is not an answer about this ticker, or has no bars."""
    asked = str(secid(ticker))
    code = asked.partition(".")[2]
    result = field(body, "rc", int)
    data = field(body, "data", object)
    if data is None or result != 0:
        raise UnexpectedAnswer(
            f"has no data for {asked} (rc {result}): it does not know the code, or did not understand the request"
        )
    stated = field(data, "data.code", str)
    if stated != code:
        raise UnexpectedAnswer(f"is about {shown(stated)}, not about {code}")
    rows = field(data, "data.klines", list)
    if not rows:
        raise UnexpectedAnswer(f"data.klines has no bars for {asked}")
    precision = price_precision(currency)
    bars: list[Bar] = []
    bad: list[UnreadableRow] = []
    for index, row in enumerate(rows):
        place = f"data.klines[{index}]"
        cells = typed(row, place, str).split(",")
        if len(cells) != _FIELDS:
            raise UnexpectedAnswer(f"{place} has {len(cells)} fields, not {_FIELDS}; the format has changed: {shown(row)}")
        day = iso_day(cells[0], place)
        is_hong_kong = asked.startswith("116.")
        try:
            bar = printed_bar(day, cells, precision, lot_shares=1 if is_hong_kong else _LOT_SHARES)
            amount = printed_amount(cells[6], bar)
        except BadCell as error:
            bad.append(UnreadableRow(day, error.column, error.value, error.reason))
            continue
        if amount is not None:
            bar = replace(bar, turnover=round(amount, 2), turnover_precision=_amount_precision(amount, is_hong_kong))
        bars.append(bar)
    good, conflicts = one_a_day(bars)
    return DailyBars(good, bad + conflicts)


def _amount_precision(amount: Decimal, is_hong_kong: bool) -> Decimal:
    """The unit of an amount's last digit: printed decimals if there are any but zeros, else 1 or the step of the float."""
    if amount != int(amount):
        return max(last_digit(amount), _CENT)
    if not is_hong_kong:
        return Decimal(1)
    return Decimal(2) ** max(0, int(amount).bit_length() - _FLOAT_BITS)


SOURCE = LiveSource(
    name="eastmoney_kline",
    address_setting="FREEFLOAT_EASTMONEY_URL",
    default_address="https://push2his.eastmoney.com",
    datasets=("eastmoney_prices",),
    subjects=securities_known_to(secid),
    ask=ask,
)

"""Tencent kline, as Tencent prints it."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from tests.standins.kline import bar_texts, spoil_rows, turnover_percent
from tests.standins.market import TENCENT, TENCENT_WITHOUT_AMOUNT, Market
from tests.standins.stand_in import (
    BAR_FAULTS,
    REJECTED,
    RENAMED,
    TRANSPORT_FAULTS,
    WRONG_SYMBOL,
    Reply,
    StandIn,
    json_reply,
    not_found,
)

SOMEONE_ELSE = "hk00005"
TENCENT_PATH = "/appstock/app/hkfqkline/get"
TENCENT_FIELDS = 6  # code, period, start, end, count, adjustment


def _tencent_ticker(path: str, query: dict[str, str]) -> str:
    del path
    code = query.get("param", "").partition(",")[0]
    return code.removeprefix("hk").removeprefix("0") + ".HK" if re.fullmatch(r"hk\d{5}", code) else code


def _answer_tencent(market: Market, target: str, query: dict[str, str], fault: str | None) -> Reply:
    url = urlsplit(target)
    if url.path != TENCENT_PATH:
        return not_found()
    fields = query.get("param", "").split(",")
    # It splits the parameter before decoding it, so an escaped comma is no comma.
    if "%2c" in url.query.lower() or len(fields) != TENCENT_FIELDS or fields[1] != "day" or fault == REJECTED:
        return json_reply({"code": 1, "msg": "param error", "data": []})
    code, _, starts, ends, count, adjustment = fields
    ticker = _tencent_ticker(url.path, query)
    if not market.knows(ticker) or not ticker.endswith(".HK"):
        return json_reply({"code": 0, "msg": "", "data": []})
    instrument = market.instruments[ticker]
    dividends = {dividend.ex_on: dividend for dividend in market.dividends(ticker)}
    is_adjusted = adjustment == "qfq" and bool(dividends or market.splits(ticker))
    bars = [bar for bar in market.bars(ticker, TENCENT) if (starts or "0") <= bar.trading_date.isoformat() <= (ends or "9")]
    rows = []
    for bar in bars[-int(count) :]:
        day = bar.trading_date
        row: list[Any] = [
            *bar_texts(market, instrument, bar, 3, is_adjusted=is_adjusted),
            f"{bar.volume_shares}.000",
        ]
        without_amount = sorted(TENCENT_WITHOUT_AMOUNT.get(ticker, ()))
        # Of the rows without an amount the oldest are shorter, the others have an empty text.
        if day not in without_amount[:3]:
            percent, amount = f"{turnover_percent(instrument, bar):.3f}", f"{Decimal(bar.turnover) / 10_000:.4f}"
            row += [_tencent_dividend(dividends.get(day)), percent, "" if day in without_amount else amount]
        rows.append(row)
    spoil_rows(rows, fault, "")
    key = "qfqday" if is_adjusted else "day"
    content = {"days" if fault == RENAMED else key: rows, "qt": {}, "prec": "", "version": "13"}
    return json_reply({"code": 0, "msg": "", "data": {SOMEONE_ELSE if fault == WRONG_SYMBOL else code: content}})


def _tencent_dividend(dividend: Any) -> dict[str, str]:
    if dividend is None:
        return {}
    day = dividend.ex_on.isoformat()
    return {"nd": day[:4], "fh_sh": str(dividend.per_share), "cqr": day, "FHcontent": f"每股派{dividend.per_share}港元"}


STAND_IN = StandIn(
    setting="FREEFLOAT_TENCENT_URL",
    faults=TRANSPORT_FAULTS | BAR_FAULTS | {REJECTED, RENAMED, WRONG_SYMBOL},
    instrument=_tencent_ticker,
    answer=_answer_tencent,
)

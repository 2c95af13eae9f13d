"""East Money kline, as East Money prints it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from tests.standins.kline import bar_texts, spoil_rows, turnover_percent
from tests.standins.market import EASTMONEY, HONG_KONG, Bar, Market
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

SOMEONE_ELSE = "00005"
EASTMONEY_PATH = "/api/qt/stock/kline/get"
EASTMONEY_MARKETS = {".HK": "116", ".SH": "1", ".SZ": "0"}


def _eastmoney_ticker(path: str, query: dict[str, str]) -> str:
    del path
    market, _, code = query.get("secid", "").partition(".")
    suffix = next((suffix for suffix, number in EASTMONEY_MARKETS.items() if number == market), "")
    return (code.removeprefix("0") if suffix == ".HK" and len(code) == 5 else code) + suffix


def _answer_eastmoney(market: Market, target: str, query: dict[str, str], fault: str | None) -> Reply:
    path = urlsplit(target).path
    if path != EASTMONEY_PATH:
        return not_found()
    envelope: dict[str, Any] = {"rc": 0, "rt": 17, "svr": 177622162, "lt": 1, "full": 0, "dlmkts": "", "data": None}
    ticker = _eastmoney_ticker(path, query)
    is_asked_well = query.get("klt") == "101" and query.get("fqt") in ("0", "1") and query.get("fields2")
    if not market.knows(ticker) or market.instruments[ticker].is_benchmark or not is_asked_well or fault == REJECTED:
        return json_reply(envelope)
    instrument = market.instruments[ticker]
    in_hong_kong = instrument.calendar == HONG_KONG
    decimals = 3 if in_hong_kong else 2
    begins, ends = query.get("beg", "0"), query.get("end", "20500000")
    bars = [bar for bar in market.bars(ticker, EASTMONEY) if begins <= f"{bar.trading_date:%Y%m%d}" <= ends]
    rows: list[list[Any]] = []
    before: Bar | None = None
    for bar in bars:
        change = bar.close - before.close if before else Decimal(0)
        base = before.close if before else bar.open
        rows.append(
            [
                *bar_texts(market, instrument, bar, decimals, is_adjusted=query["fqt"] == "1"),
                # A-shares in lots of 100.
                str(bar.volume_shares if in_hong_kong else bar.volume_shares // 100),
                f"{bar.turnover}.00",
                f"{100 * (bar.high - bar.low) / base:.2f}",
                f"{100 * change / base:.2f}",
                f"{change:.{decimals}f}",
                f"{turnover_percent(instrument, bar):.2f}",
            ]
        )
        before = bar
    rows = rows[-int(query.get("lmt", "1000000")) :]
    spoil_rows(rows, fault, "-")
    code = query["secid"].partition(".")[2]
    envelope["data"] = {
        "code": SOMEONE_ELSE if fault == WRONG_SYMBOL else code,
        "market": int(query["secid"].partition(".")[0]),
        "name": instrument.local_name,
        "decimal": decimals,
        "dktotal": len(bars),
        "kline" if fault == RENAMED else "klines": [",".join(row) for row in rows],
    }
    return json_reply(envelope)


STAND_IN = StandIn(
    setting="FREEFLOAT_EASTMONEY_URL",
    faults=TRANSPORT_FAULTS | BAR_FAULTS | {REJECTED, RENAMED, WRONG_SYMBOL},
    instrument=_eastmoney_ticker,
    answer=_answer_eastmoney,
)

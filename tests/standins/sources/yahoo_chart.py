"""Yahoo chart v8, as Yahoo prints it."""

from __future__ import annotations

import math
import struct
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from urllib.parse import unquote, urlsplit

from tests.standins.market import BENCHMARKS, HONG_KONG, YAHOO, Bar, Instrument, Market
from tests.standins.stand_in import (
    BAR_FAULTS,
    CONFLICTING_BARS,
    DUPLICATE_BARS,
    NULL_BARS,
    PARTLY_NULL,
    REJECTED,
    RENAMED,
    TRANSPORT_FAULTS,
    WRONG_SYMBOL,
    WRONG_UNIT,
    Reply,
    StandIn,
    json_reply,
    not_found,
)

SOMEONE_ELSE = "0005.HK"
YAHOO_PATH = "/v8/finance/chart/"
EXCHANGE_NAMES = {".HK": ("HKG", "HKSE"), ".SS": ("SHH", "Shanghai"), ".SZ": ("SHZ", "Shenzhen")}


def _yahoo_ticker(path: str, query: dict[str, str]) -> str:
    del query
    symbol = unquote(path.removeprefix(YAHOO_PATH))
    if symbol in BENCHMARKS.values():
        return symbol
    return symbol.removesuffix(".SS") + ".SH" if symbol.endswith(".SS") else symbol


def _yahoo_symbol(ticker: str) -> str:
    return ticker.removesuffix(".SH") + ".SS" if ticker.endswith(".SH") else ticker


def _open_seconds(day: date) -> int:
    """Epoch seconds of the session's open: 09:30 in Hong Kong and Shanghai is 01:30 UTC."""
    return int(datetime.combine(day, time(1, 30), UTC).timestamp())


def _float32(value: Decimal | float) -> float:
    """The nearest single-precision number: 301.8 is printed as 301.79998779296875."""
    return struct.unpack("f", struct.pack("f", float(value)))[0]


def _yahoo_error(status: int, code: str, description: str) -> Reply:
    return json_reply({"chart": {"result": None, "error": {"code": code, "description": description}}}, status)


def _answer_yahoo(market: Market, target: str, query: dict[str, str], fault: str | None) -> Reply:
    path = urlsplit(target).path
    if not path.startswith(YAHOO_PATH):
        return not_found()
    ticker = _yahoo_ticker(path, query)
    if not market.knows(ticker):
        return _yahoo_error(404, "Not Found", "No data found, symbol may be delisted")
    try:
        starts, ends = int(query["period1"]), int(query["period2"])
    except (KeyError, ValueError):
        return _yahoo_error(400, "Bad Request", "Invalid input - period1 and period2 must be epoch seconds")
    if query.get("interval") != "1d":
        return _yahoo_error(422, "Unprocessable Entity", "Invalid input - interval is not supported")
    if fault == REJECTED:
        return _yahoo_error(200, "Bad Request", f"Data doesn't exist for startDate = {starts}, endDate = {ends}")
    result = _yahoo_result(market, market.instruments[ticker], starts, ends, query.get("events", "").split(","))
    if fault in BAR_FAULTS | {RENAMED, WRONG_SYMBOL}:
        _spoil_yahoo(result, fault)
    return json_reply({"chart": {"result": [result], "error": None}})


def _yahoo_result(market: Market, instrument: Instrument, starts: int, ends: int, events: list[str]) -> dict[str, Any]:
    ticker = instrument.ticker
    bars = market.bars(ticker, YAHOO)
    result: dict[str, Any] = {"meta": _yahoo_meta(market, instrument, bars, starts)}
    by_day: dict[date, Bar | None] = dict.fromkeys(market.null_days(ticker))
    by_day.update({bar.trading_date: bar for bar in bars})
    asked = [(day, by_day[day]) for day in sorted(by_day) if starts <= _open_seconds(day) < ends]
    if not asked:
        return result | {"indicators": {"quote": [{}], "adjclose": [{}]}}
    quote: dict[str, list[float | int | None]] = {name: [] for name in ("high", "open", "low", "volume", "close")}
    adjusted: list[float | None] = []
    dividend_factors = _dividend_factors(market, ticker)
    for day, bar in asked:
        if bar is None:
            for column in (*quote.values(), adjusted):
                column.append(None)
            continue
        factor = market.split_factor_after(ticker, day)
        for name in ("high", "open", "low", "close"):
            quote[name].append(_float32(getattr(bar, name) / factor))
        quote["volume"].append(round(bar.volume_shares * factor))
        kept = math.prod((part for ex_on, part in dividend_factors if ex_on > day), start=Decimal(1))
        adjusted.append(_float32(bar.close / factor * kept))
    result["timestamp"] = [_open_seconds(day) for day, _ in asked]
    actions = _yahoo_events(market, ticker, starts, ends, events)
    if actions:
        result["events"] = actions
    return result | {"indicators": {"quote": [quote], "adjclose": [{"adjclose": adjusted}]}}


def _yahoo_meta(market: Market, instrument: Instrument, bars: list[Bar], starts: int) -> dict[str, Any]:
    in_hong_kong = instrument.calendar == HONG_KONG
    symbol = _yahoo_symbol(instrument.ticker)
    exchange, full_exchange = EXCHANGE_NAMES[".HK" if in_hong_kong else symbol[-3:]]
    meta = {
        "currency": instrument.currency,
        "symbol": symbol,
        "exchangeName": exchange,
        "fullExchangeName": full_exchange,
        "instrumentType": "INDEX" if instrument.is_benchmark else "EQUITY",
        "firstTradeDate": _open_seconds(instrument.listed_on),
        "regularMarketTime": int(datetime.combine(market.upto, time(8, 8), UTC).timestamp()),
        "hasPrePostMarketData": False,
        "gmtoffset": 28800,
        "timezone": "HKT" if in_hong_kong else "CST",
        "exchangeTimezoneName": "Asia/Hong_Kong" if in_hong_kong else "Asia/Shanghai",
        "longName": instrument.name,
        "shortName": instrument.name.upper(),
        "priceHint": 3 if in_hong_kong else 2,
        "dataGranularity": "1d",
        "range": "",
    }
    if bars:
        meta["firstTradeDate"] = min(meta["firstTradeDate"], _open_seconds(bars[0].trading_date))
        last = bars[-1]
        # The snapshot of the last session is not in single precision.
        meta |= {
            "regularMarketPrice": float(last.close),
            "regularMarketDayHigh": float(last.high),
            "regularMarketDayLow": float(last.low),
            "regularMarketVolume": last.volume_shares,
        }
        before = [bar for bar in bars if _open_seconds(bar.trading_date) < starts]
        if before:
            factor = market.split_factor_after(instrument.ticker, before[-1].trading_date)
            meta["chartPreviousClose"] = round(float(before[-1].close / factor), 3)
    return meta


def _dividend_factors(market: Market, ticker: str) -> list[tuple[date, Decimal]]:
    """What the adjusted close loses to each dividend, by ex date: its part of the close before."""
    history = market.history(ticker)
    factors = []
    for dividend in market.dividends(ticker):
        before = [bar.close for bar in history if bar.trading_date < dividend.ex_on]
        factors.append((dividend.ex_on, 1 - dividend.per_share / before[-1] if before else Decimal(1)))
    return factors


def _yahoo_events(market: Market, ticker: str, starts: int, ends: int, events: list[str]) -> dict[str, Any]:
    answer: dict[str, Any] = {}
    if "div" in events:
        for dividend in market.dividends(ticker):
            at = _open_seconds(dividend.ex_on)
            if starts <= at < ends:
                amount = round(float(dividend.per_share / market.split_factor_after(ticker, dividend.ex_on)), 6)
                answer.setdefault("dividends", {})[str(at)] = {"amount": amount, "date": at}
    if "splits" in events:
        for split in market.splits(ticker):
            at = _open_seconds(split.ex_on)
            if starts <= at < ends:
                answer.setdefault("splits", {})[str(at)] = {
                    "date": at,
                    "numerator": float(split.new_shares),
                    "denominator": float(split.old_shares),
                    "splitRatio": f"{split.new_shares}:{split.old_shares}",
                }
    return answer


def _spoil_yahoo(result: dict[str, Any], fault: str | None) -> None:
    if fault == WRONG_SYMBOL:
        result["meta"]["symbol"] = SOMEONE_ELSE
        return
    quote = result["indicators"]["quote"][0]
    adjusted = result["indicators"]["adjclose"][0].get("adjclose", [])
    real = [place for place, close in enumerate(quote.get("close", [])) if close is not None]
    if fault == RENAMED and "close" in quote:
        quote["closePrice"] = quote.pop("close")
    elif fault == WRONG_UNIT:
        quote["volume"] = [None if volume is None else volume * 1000 for volume in quote.get("volume", [])]
    elif real and fault == NULL_BARS:
        for column in (*quote.values(), adjusted):
            column[real[-1]] = None
    elif real and fault == PARTLY_NULL:
        quote["high"][real[-1]] = None
    elif real and fault in (DUPLICATE_BARS, CONFLICTING_BARS):
        for column in (result["timestamp"], *quote.values(), adjusted):
            column.insert(real[-1] + 1, column[real[-1]])
        if fault == CONFLICTING_BARS:
            quote["volume"][real[-1] + 1] += 100
            quote["close"][real[-1] + 1] = quote["low"][real[-1]]


STAND_IN = StandIn(
    setting="FREEFLOAT_YAHOO_URL",
    faults=TRANSPORT_FAULTS | BAR_FAULTS | {REJECTED, RENAMED, WRONG_SYMBOL},
    instrument=_yahoo_ticker,
    answer=_answer_yahoo,
)

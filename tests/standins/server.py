"""Servers on loopback that print a `Market` as the live sources do, one a source, with faults on demand.

What belongs here is a source's wire format: its paths, parameters, envelopes, units and noise, and the ways in which its
answers go wrong. What traded is in `market`, what AI labs state in `labs`.
"""

from __future__ import annotations

import csv
import io
import json
import math
import re
import struct
import sys
import threading
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple, Self, cast
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.standins import labs
from tests.standins.market import (
    BENCHMARKS,
    DATACENTER,
    EASTMONEY,
    ECB,
    EPOCH,
    HONG_KONG,
    OPENROUTER,
    TENCENT,
    TENCENT_WITHOUT_AMOUNT,
    YAHOO,
    Bar,
    Instrument,
    LiftStage,
    Market,
)

ENVIRONMENT = {
    YAHOO: "FREEFLOAT_YAHOO_URL",
    EASTMONEY: "FREEFLOAT_EASTMONEY_URL",
    DATACENTER: "FREEFLOAT_EASTMONEY_DATACENTER_URL",
    TENCENT: "FREEFLOAT_TENCENT_URL",
    ECB: "FREEFLOAT_ECB_URL",
    EPOCH: "FREEFLOAT_EPOCH_URL",
    OPENROUTER: "FREEFLOAT_OPENROUTER_URL",
}
#: The key that OpenRouter's stand-in asks for.
OPENROUTER_KEY = "sk-or-v1-made-up-key-of-the-stand-in"

# Faults of the talk, which any source can have.
HTTP_500, HTTP_503, HTTP_429, HANG, TRUNCATED = "http_500", "http_503", "http_429", "hang", "truncated"
HTML, NOT_JSON, EMPTY_BODY = "html", "not_json", "empty_body"
# Faults of the content. Those of one bar befall the newest in the answer.
REJECTED, RENAMED, WRONG_SYMBOL, SHORT_PAGE = "rejected", "renamed", "wrong_symbol", "short_page"
NULL_BARS, PARTLY_NULL, DUPLICATE_BARS, CONFLICTING_BARS = "null_bars", "partly_null", "duplicate_bars", "conflicting_bars"
WRONG_UNIT = "wrong_unit"

TRANSPORT_FAULTS = frozenset({HTTP_500, HTTP_503, HTTP_429, HANG, TRUNCATED, HTML, NOT_JSON, EMPTY_BODY})
BAR_FAULTS = frozenset({NULL_BARS, PARTLY_NULL, DUPLICATE_BARS, CONFLICTING_BARS, WRONG_UNIT})
FAULTS = {
    YAHOO: TRANSPORT_FAULTS | BAR_FAULTS | {REJECTED, RENAMED, WRONG_SYMBOL},
    EASTMONEY: TRANSPORT_FAULTS | BAR_FAULTS | {REJECTED, RENAMED, WRONG_SYMBOL},
    DATACENTER: TRANSPORT_FAULTS | {REJECTED, RENAMED, WRONG_SYMBOL, SHORT_PAGE},
    TENCENT: TRANSPORT_FAULTS | BAR_FAULTS | {REJECTED, RENAMED, WRONG_SYMBOL},
    ECB: TRANSPORT_FAULTS | {RENAMED},
    EPOCH: TRANSPORT_FAULTS | {RENAMED, SHORT_PAGE},
    OPENROUTER: TRANSPORT_FAULTS | {RENAMED, SHORT_PAGE},
}
HTTP_STATUS = {HTTP_500: 500, HTTP_503: 503, HTTP_429: 429}
HANG_SECONDS = 60

JSON_TYPE = "application/json;charset=utf-8"
SOMEONE_ELSE = {YAHOO: "0005.HK", EASTMONEY: "00005", DATACENTER: "600000", TENCENT: "hk00005"}


class Request(NamedTuple):
    """One request as it came. `instrument` is our ticker, or what was asked if it can't be one; empty where none is asked.

    Of Epoch it is the name of the file, of OpenRouter `models` or `rankings-daily`.
    """

    source: str
    path: str
    query: dict[str, str]
    instrument: str
    fault: str | None


class Reply(NamedTuple):
    status: int
    content_type: str
    body: bytes


@dataclass
class Fault:
    source: str
    kind: str
    times: int | None
    ticker: str | None


class StandIns:
    """The servers, up within `with`: `environment` points the project at them, `requests` says what was asked, in order.

    A mistake of a stand-in itself (an exception in an answer) is raised on leaving, so that it does not pass for a failed source.
    """

    def __init__(self, market: Market) -> None:
        self.market = market
        self.requests: list[Request] = []  # list.append is atomic; a test may clear it between two runs
        self.environment: dict[str, str] = {}
        self.closing = threading.Event()
        self.errors: list[BaseException] = []
        self._faults: list[Fault] = []
        self._lock = threading.Lock()
        self._servers: list[ThreadingHTTPServer] = []

    def __enter__(self) -> Self:
        for source, setting in ENVIRONMENT.items():
            server = _Server(("127.0.0.1", 0), self, source)
            # The default interval would make each server take half a second to close.
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.005}, daemon=True).start()
            self._servers.append(server)
            self.environment[setting] = f"http://127.0.0.1:{server.server_port}"
        self.environment["FREEFLOAT_OPENROUTER_API_KEY"] = OPENROUTER_KEY
        return self

    def __exit__(self, exception_type: type[BaseException] | None, *_: object) -> None:
        self.closing.set()
        for server in self._servers:
            server.shutdown()
            server.server_close()
        if self.errors and exception_type is None:
            raise self.errors[0]

    def url(self, source: str) -> str:
        """The base address of a source."""
        return self.environment[ENVIRONMENT[source]]

    def fault(self, source: str, kind: str, times: int | None = None, ticker: str | None = None) -> None:
        """Makes the next `times` answers of a source (all without it; those for one ticker with it) faulty.

        Faults of one source queue up: each answer takes the oldest one that fits.
        """
        if kind not in FAULTS[source]:
            raise ValueError(f"{source} has no fault {kind!r}: {', '.join(sorted(FAULTS[source]))}")
        with self._lock:
            self._faults.append(Fault(source, kind, times, ticker))

    def mend(self) -> None:
        """Removes all faults; answers that hang go on hanging until the servers close."""
        with self._lock:
            self._faults.clear()

    def asked(self, source: str, ticker: str | None = None) -> list[Request]:
        """The requests of one source, and of one ticker."""
        return [request for request in list(self.requests) if request.source == source and ticker in (None, request.instrument)]

    def take_fault(self, source: str, instrument: str) -> str | None:
        with self._lock:
            for fault in self._faults:
                if fault.source == source and fault.ticker in (None, instrument) and fault.times != 0:
                    if fault.times is not None:
                        fault.times -= 1
                    return fault.kind
        return None


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], stand_ins: StandIns, source: str) -> None:
        self.stand_ins = stand_ins
        self.source = source
        super().__init__(address, _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        del request, client_address
        error = sys.exception()
        # A client that gives up waiting is part of the play.
        if error is not None and not isinstance(error, ConnectionError):
            self.stand_ins.errors.append(error)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        server = cast(_Server, self.server)
        stand_ins, source = server.stand_ins, server.source
        url = urlsplit(self.path)
        query = dict(parse_qsl(url.query, keep_blank_values=True))
        instrument = INSTRUMENT_ASKED[source](url.path, query)
        fault = stand_ins.take_fault(source, instrument)
        stand_ins.requests.append(Request(source, url.path, query, instrument, fault))
        has_key = self.headers.get("Authorization") == f"Bearer {OPENROUTER_KEY}"
        try:
            if url.path == RANKINGS_PATH and not has_key and fault not in TRANSPORT_FAULTS:
                reply = _json({"error": {"code": 401, "message": "No auth credentials found"}}, 401)
            else:
                reply = self._reply(stand_ins.market, source, self.path, query, fault)
        except Exception as error:
            stand_ins.errors.append(error)
            reply = Reply(500, "text/plain", repr(error).encode())
        if fault == HANG:
            stand_ins.closing.wait(HANG_SECONDS)
            self.close_connection = True
            return
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        if fault == HTTP_429:
            self.send_header("Retry-After", "1")
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        if fault == TRUNCATED:
            self.wfile.write(reply.body[: len(reply.body) // 2])
            self.close_connection = True
        else:
            self.wfile.write(reply.body)

    @staticmethod
    def _reply(market: Market, source: str, target: str, query: dict[str, str], fault: str | None) -> Reply:
        if fault in HTTP_STATUS:
            return Reply(HTTP_STATUS[fault], "text/plain", b"try again later")
        if fault == HTML:
            page = "<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>Checking your browser</body></html>"
            return Reply(200, "text/html; charset=utf-8", page.encode())
        reply = ANSWER[source](market, target, query, fault)
        if fault == NOT_JSON:
            return reply._replace(body=reply.body[: len(reply.body) // 2])
        if fault == EMPTY_BODY:
            return reply._replace(body=b"")
        return reply

    def log_message(self, format: str, *args: object) -> None:
        """Prints nothing."""


def _json(content: object, status: int = 200) -> Reply:
    return Reply(status, JSON_TYPE, json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode())


def _not_found() -> Reply:
    return Reply(404, "text/plain", b"no such path")


# Yahoo chart v8.

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
    return _json({"chart": {"result": None, "error": {"code": code, "description": description}}}, status)


def _answer_yahoo(market: Market, target: str, query: dict[str, str], fault: str | None) -> Reply:
    path = urlsplit(target).path
    if not path.startswith(YAHOO_PATH):
        return _not_found()
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
    return _json({"chart": {"result": [result], "error": None}})


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
        result["meta"]["symbol"] = SOMEONE_ELSE[YAHOO]
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


# East Money and Tencent print a bar as texts in the same order: date, open, close, high, low, volume, ...


def _bar_texts(market: Market, instrument: Instrument, bar: Bar, decimals: int, *, is_adjusted: bool) -> list[str]:
    def printed(price: Decimal) -> str:
        if is_adjusted:
            price = market.adjusted_forward(instrument.ticker, bar.trading_date, price)
        return f"{price:.{decimals}f}"

    return [bar.trading_date.isoformat(), *(printed(price) for price in (bar.open, bar.close, bar.high, bar.low))]


def _turnover_percent(instrument: Instrument, bar: Bar) -> float:
    return 100 * bar.volume_shares / instrument.share_base


def _spoil_rows(rows: list[list[Any]], fault: str | None, nothing: str) -> None:
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


# East Money kline.

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
        return _not_found()
    envelope: dict[str, Any] = {"rc": 0, "rt": 17, "svr": 177622162, "lt": 1, "full": 0, "dlmkts": "", "data": None}
    ticker = _eastmoney_ticker(path, query)
    is_asked_well = query.get("klt") == "101" and query.get("fqt") in ("0", "1") and query.get("fields2")
    if not market.knows(ticker) or market.instruments[ticker].is_benchmark or not is_asked_well or fault == REJECTED:
        return _json(envelope)
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
                *_bar_texts(market, instrument, bar, decimals, is_adjusted=query["fqt"] == "1"),
                # A-shares in lots of 100.
                str(bar.volume_shares if in_hong_kong else bar.volume_shares // 100),
                f"{bar.turnover}.00",
                f"{100 * (bar.high - bar.low) / base:.2f}",
                f"{100 * change / base:.2f}",
                f"{change:.{decimals}f}",
                f"{_turnover_percent(instrument, bar):.2f}",
            ]
        )
        before = bar
    rows = rows[-int(query.get("lmt", "1000000")) :]
    _spoil_rows(rows, fault, "-")
    code = query["secid"].partition(".")[2]
    envelope["data"] = {
        "code": SOMEONE_ELSE[EASTMONEY] if fault == WRONG_SYMBOL else code,
        "market": int(query["secid"].partition(".")[0]),
        "name": instrument.local_name,
        "decimal": decimals,
        "dktotal": len(bars),
        "kline" if fault == RENAMED else "klines": [",".join(row) for row in rows],
    }
    return _json(envelope)


# East Money data centre.

DATACENTER_PATH = "/api/data/v1/get"
DATACENTER_CODE = re.compile(r"""SECURITY_CODE\s*=\s*["'](\d{6})["']""")
DATACENTER_FREE_DATE = re.compile(r"""FREE_DATE\s*(>=|<=)\s*["'](\d{4}-\d\d-\d\d)["']""")
CLOSES_AROUND = 20  # sessions over which the price change before and after a release is printed


def _datacenter_ticker(path: str, query: dict[str, str]) -> str:
    del path
    code = DATACENTER_CODE.search(query.get("filter", ""))
    if not code:
        return ""
    return code[1] + (".SH" if code[1].startswith("6") else ".SZ")


def _datacenter_refuses(code: int, message: str) -> Reply:
    return _json({"version": None, "result": None, "success": False, "message": message, "code": code})


def _answer_datacenter(market: Market, target: str, query: dict[str, str], fault: str | None) -> Reply:
    path = urlsplit(target).path
    if path != DATACENTER_PATH:
        return _not_found()
    report = DATACENTER_REPORTS.get(query.get("reportName", ""))
    if report is None:
        return _datacenter_refuses(9501, "报表配置不存在")
    if fault == REJECTED:
        return _datacenter_refuses(9501, "请求参数有误")
    ticker = _datacenter_ticker(path, query)
    stages = [stage for stage in market.lift_stages if ticker in ("", stage.ticker) and market.knows(stage.ticker)]
    for operator, text in DATACENTER_FREE_DATE.findall(query.get("filter", "")):
        day = date.fromisoformat(text)
        stages = [stage for stage in stages if (stage.free_on >= day if operator == ">=" else stage.free_on <= day)]
    stages.sort(key=lambda stage: stage.free_on, reverse=query.get("sortTypes") == "-1")
    rows = [row for stage in stages for row in report(market, stage)]
    size, number = min(int(query.get("pageSize", "10")), 500), int(query.get("pageNumber", "1"))
    page = rows[size * (number - 1) : size * number]
    if not page:
        return _datacenter_refuses(9201, "返回数据为空")
    if fault == SHORT_PAGE:
        page = page[: len(page) // 2]
    elif fault == WRONG_SYMBOL:
        page = [row | {"SECURITY_CODE": SOMEONE_ELSE[DATACENTER]} for row in page]
    elif fault == RENAMED:
        page = [{"LIFT_DATE" if name == "FREE_DATE" else name: value for name, value in row.items()} for row in page]
    result = {"pages": -(-len(rows) // size), "data": page, "count": len(rows)}
    return _json({"version": "4d9cd6a2b4bd5a0b", "result": result, "success": True, "message": "ok", "code": 0})


def _stage_head(market: Market, stage: LiftStage) -> dict[str, Any]:
    return {
        "SECURITY_CODE": stage.ticker.partition(".")[0],
        "SECURITY_NAME_ABBR": market.instruments[stage.ticker].local_name,
        "FREE_DATE": f"{stage.free_on} 00:00:00",
    }


def _in_ten_thousands(amount: Decimal | int) -> float:
    return float(Decimal(amount) / 10_000)


def _stage_rows(market: Market, stage: LiftStage) -> list[dict[str, Any]]:
    """One row of RPT_LIFT_STAGE: shares and money in ten thousands, price changes in per cent, ratios as fractions."""
    before = _close_before(market, stage)
    released = stage.released_shares
    row = _stage_head(market, stage) | {
        "CURRENT_FREE_SHARES": _in_ten_thousands(released),
        "ABLE_FREE_SHARES": _in_ten_thousands(stage.nominal_shares),
        "LIFT_MARKET_CAP": _in_ten_thousands(released * before),
        "FREE_RATIO": round(released / stage.float_before_shares, 10),
        "NEW": float(before),
        "B20_ADJCHRATE": _change_percent(market, stage, -CLOSES_AROUND, 0),
        "A20_ADJCHRATE": _change_percent(market, stage, 0, CLOSES_AROUND),
        "FREE_SHARES_TYPE": stage.shares_type,
        "TOTAL_RATIO": round(released / stage.total_shares, 10),
        "NON_FREE_SHARES": _in_ten_thousands(stage.locked_after_shares),
        "BATCH_HOLDER_NUM": len(stage.holders),
    }
    return [row]


def _holder_rows(market: Market, stage: LiftStage) -> list[dict[str, Any]]:
    """The rows of RPT_LIFT_GD of one stage: in shares, money in CNY."""
    before = _close_before(market, stage)
    return [
        _stage_head(market, stage)
        | {
            "LIMITED_HOLDER_NAME": holder.name,
            "ADD_LISTING_SHARES": holder.nominal_shares,
            "ACTUAL_LISTED_SHARES": holder.released_shares,
            "ADD_LISTING_CAP": float(holder.released_shares * before),
            "LOCK_MONTH": stage.lock_months,
            "RESIDUAL_LIMITED_SHARES": holder.locked_after_shares,
            "FREE_SHARES_TYPE": stage.shares_type,
            "PLAN_FEATURE": f"自上市之日起锁定{stage.lock_months}个月",
        }
        for holder in stage.holders
    ]


DATACENTER_REPORTS: dict[str, Callable[[Market, LiftStage], list[dict[str, Any]]]] = {
    "RPT_LIFT_STAGE": _stage_rows,
    "RPT_LIFT_GD": _holder_rows,
}


def _close_before(market: Market, stage: LiftStage) -> Decimal:
    """The close of the session before the release, the newest one if the release lies ahead."""
    return [bar.close for bar in market.history(stage.ticker) if bar.trading_date < stage.free_on][-1]


def _change_percent(market: Market, stage: LiftStage, first: int, last: int) -> float | None:
    """How the close (adjusted for splits) changed between two sessions counted from the one before the release."""
    bars = market.history(stage.ticker)
    if bars[-1].trading_date < stage.free_on:
        return None
    before = sum(bar.trading_date < stage.free_on for bar in bars) - 1
    if before + first < 0 or before + last >= len(bars):
        return None
    start, end = (
        bars[before + place].close / market.split_factor_after(stage.ticker, bars[before + place].trading_date)
        for place in (first, last)
    )
    return round(float(100 * (end / start - 1)), 8)


# Tencent kline.

TENCENT_PATH = "/appstock/app/hkfqkline/get"
TENCENT_FIELDS = 6  # code, period, start, end, count, adjustment


def _tencent_ticker(path: str, query: dict[str, str]) -> str:
    del path
    code = query.get("param", "").partition(",")[0]
    return code.removeprefix("hk").removeprefix("0") + ".HK" if re.fullmatch(r"hk\d{5}", code) else code


def _answer_tencent(market: Market, target: str, query: dict[str, str], fault: str | None) -> Reply:
    url = urlsplit(target)
    if url.path != TENCENT_PATH:
        return _not_found()
    fields = query.get("param", "").split(",")
    # It splits the parameter before decoding it, so an escaped comma is no comma.
    if "%2c" in url.query.lower() or len(fields) != TENCENT_FIELDS or fields[1] != "day" or fault == REJECTED:
        return _json({"code": 1, "msg": "param error", "data": []})
    code, _, starts, ends, count, adjustment = fields
    ticker = _tencent_ticker(url.path, query)
    if not market.knows(ticker) or not ticker.endswith(".HK"):
        return _json({"code": 0, "msg": "", "data": []})
    instrument = market.instruments[ticker]
    dividends = {dividend.ex_on: dividend for dividend in market.dividends(ticker)}
    is_adjusted = adjustment == "qfq" and bool(dividends or market.splits(ticker))
    bars = [bar for bar in market.bars(ticker, TENCENT) if (starts or "0") <= bar.trading_date.isoformat() <= (ends or "9")]
    rows = []
    for bar in bars[-int(count) :]:
        day = bar.trading_date
        row: list[Any] = [
            *_bar_texts(market, instrument, bar, 3, is_adjusted=is_adjusted),
            f"{bar.volume_shares}.000",
        ]
        without_amount = sorted(TENCENT_WITHOUT_AMOUNT.get(ticker, ()))
        # Of the rows without an amount the oldest are shorter, the others have an empty text.
        if day not in without_amount[:3]:
            percent, amount = f"{_turnover_percent(instrument, bar):.3f}", f"{Decimal(bar.turnover) / 10_000:.4f}"
            row += [_tencent_dividend(dividends.get(day)), percent, "" if day in without_amount else amount]
        rows.append(row)
    _spoil_rows(rows, fault, "")
    key = "qfqday" if is_adjusted else "day"
    content = {"days" if fault == RENAMED else key: rows, "qt": {}, "prec": "", "version": "13"}
    return _json({"code": 0, "msg": "", "data": {SOMEONE_ELSE[TENCENT] if fault == WRONG_SYMBOL else code: content}})


def _tencent_dividend(dividend: Any) -> dict[str, str]:
    if dividend is None:
        return {}
    day = dividend.ex_on.isoformat()
    return {"nd": day[:4], "fh_sh": str(dividend.per_share), "cqr": day, "FHcontent": f"每股派{dividend.per_share}港元"}


# ECB reference rates.

ECB_PATH = "/stats/eurofxref/"
ECB_HISTORY, ECB_RECENT = f"{ECB_PATH}eurofxref-hist.zip", f"{ECB_PATH}eurofxref-hist-90d.xml"
ECB_RECENT_DAYS = 90
ECB_HEADER = (
    "Date,USD,JPY,BGN,CYP,CZK,DKK,EEK,GBP,HUF,LTL,LVL,MTL,PLN,ROL,RON,SEK,SIT,SKK,CHF,ISK,NOK,HRK,RUB,TRL,TRY,AUD,BRL,CAD,"
    "CNY,HKD,IDR,ILS,INR,KRW,MXN,MYR,NZD,PHP,SGD,THB,ZAR,"
)
ECB_COLUMNS = ECB_HEADER.split(",")[1:-1]
# Currencies that nobody here converts: still in the file, at one rate.
ECB_OTHERS = {
    "JPY": "175.68",
    "DKK": "7.4735",
    "GBP": "0.8338",
    "CHF": "0.9194",
    "AUD": "1.5904",
    "IDR": "20275.17",
    "KRW": "1491.76",
}


def _answer_ecb(market: Market, target: str, query: dict[str, str], fault: str | None) -> Reply:
    del query
    path = urlsplit(target).path
    hkd = "HKX" if fault == RENAMED else "HKD"
    if path == ECB_HISTORY:
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(["Date", *(hkd if currency == "HKD" else currency for currency in ECB_COLUMNS), ""])
        for day, rates in reversed(market.rates()):
            values = ECB_OTHERS | {currency: f"{rate.normalize():f}" for currency, rate in rates.items()}
            writer.writerow([day, *(values.get(currency, "N/A") for currency in ECB_COLUMNS), ""])
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("eurofxref-hist.csv", text.getvalue())
        return Reply(200, "application/zip", packed.getvalue())
    if path == ECB_RECENT:
        days = []
        for day, rates in reversed(market.rates()):
            if day <= market.upto - timedelta(days=ECB_RECENT_DAYS):
                break
            values = ECB_OTHERS | {currency: f"{rate.normalize():f}" for currency, rate in rates.items()}
            cubes = "".join(
                f'<Cube currency="{hkd if currency == "HKD" else currency}" rate="{values[currency]}"/>'
                for currency in ECB_COLUMNS
                if currency in values
            )
            days.append(f'<Cube time="{day}">{cubes}</Cube>')
        page = (
            '<?xml version="1.0" encoding="UTF-8"?><gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" '
            'xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref"><gesmes:subject>Reference rates</gesmes:subject>'
            "<gesmes:Sender><gesmes:name>European Central Bank</gesmes:name></gesmes:Sender>"
            f"<Cube>{''.join(days)}</Cube></gesmes:Envelope>"
        )
        return Reply(200, "text/xml", page.encode())
    return _not_found()


# Epoch AI.

EPOCH_PATH = "/data/"
EPOCH_ZIP = "benchmark_data.zip"


def _last_part(path: str, query: dict[str, str]) -> str:
    del query
    return path.rpartition("/")[2]


def _answer_epoch(market: Market, target: str, query: dict[str, str], fault: str | None) -> Reply:
    path = urlsplit(target).path
    name = _last_part(path, query)
    stated = market.labs
    tables = {
        labs.REVENUE: (labs.HEADERS.get(stated.header_version, []), stated.revenue_reports),
        labs.FUNDING: (labs.HEADERS[labs.FUNDING], stated.funding_rounds),
        labs.USAGE: (labs.HEADERS[labs.USAGE], stated.usage_reports),
        EPOCH_ZIP: (labs.HEADERS[labs.INDEX], stated.capability_index),
    }
    if path != EPOCH_PATH + name or name not in tables:
        return _not_found()
    text = _epoch_csv(*tables[name], fault)
    if name != EPOCH_ZIP:
        return Reply(200, "text/csv; charset=utf-8", text.encode())
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.md", "Made up.")
        archive.writestr("gpqa_diamond.csv", "Model version,mean_score\ngpt-5_high,0.85\n")
        archive.writestr(labs.INDEX, text)
    return Reply(200, "application/zip", packed.getvalue())


def _epoch_csv(header: list[str], records: list[labs.Record], fault: str | None) -> str:
    """RFC 4180 with LF. The header of 2026-01 calls some columns otherwise, and has fewer."""
    older = {"Type": "Annualized revenue type", "Revenue info (non-annualized)": "Other revenue info"}
    is_older = header == labs.HEADERS["v2026-01"]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*header[:-1], f"{header[-1]} (new)"] if fault == RENAMED else header)
    for record in records:
        writer.writerow([record.get(older.get(name, name) if is_older else name, "") for name in header])
    printed = text.getvalue()
    # in the middle of the last record
    return printed[: printed.rstrip("\n").rindex("\n") + 5] if fault == SHORT_PAGE else printed


# OpenRouter.

MODELS_PATH = "/api/v1/models"
RANKINGS_PATH = "/api/v1/datasets/rankings-daily"
RANKINGS_DAYS = 366


def _answer_openrouter(market: Market, target: str, query: dict[str, str], fault: str | None) -> Reply:
    path = urlsplit(target).path
    if path == MODELS_PATH:
        models = market.labs.models
        if fault == RENAMED:
            models = [{"prices" if name == "pricing" else name: value for name, value in model.items()} for model in models]
        elif fault == SHORT_PAGE:
            models = []
        return _json({"data": models})
    if path != RANKINGS_PATH:
        return _not_found()
    try:
        first_on, last_on = (date.fromisoformat(query[name]) for name in ("start_date", "end_date"))
    except (KeyError, ValueError):
        return _json({"error": {"code": 400, "message": "start_date and end_date must be YYYY-MM-DD"}}, 400)
    first_on = max(first_on, labs.RANKINGS_START_ON)
    if last_on < first_on or (last_on - first_on).days >= RANKINGS_DAYS or query.get("period") != "day":
        return _json({"error": {"code": 400, "message": f"a window is 1 to {RANKINGS_DAYS} days"}}, 400)
    tokens = "tokens" if fault == RENAMED else "total_tokens"
    data = [
        {"date": day.isoformat(), "model_permaslug": slug, tokens: str(count)}
        for day, slug, count in market.labs.rankings(first_on, last_on)
    ]
    if fault == SHORT_PAGE:
        data.pop()
    as_of = f"{last_on + timedelta(days=1)}T01:46:00Z"
    meta = {"as_of": as_of, "version": "v1", "start_date": str(first_on), "end_date": str(last_on)}
    return _json({"data": data, "meta": meta})


def _no_ticker(path: str, query: dict[str, str]) -> str:
    del path, query
    return ""


INSTRUMENT_ASKED: dict[str, Callable[[str, dict[str, str]], str]] = {
    YAHOO: _yahoo_ticker,
    EASTMONEY: _eastmoney_ticker,
    DATACENTER: _datacenter_ticker,
    TENCENT: _tencent_ticker,
    ECB: _no_ticker,
    EPOCH: _last_part,
    OPENROUTER: _last_part,
}
ANSWER: dict[str, Callable[[Market, str, dict[str, str], str | None], Reply]] = {
    YAHOO: _answer_yahoo,
    EASTMONEY: _answer_eastmoney,
    DATACENTER: _answer_datacenter,
    TENCENT: _answer_tencent,
    ECB: _answer_ecb,
    EPOCH: _answer_epoch,
    OPENROUTER: _answer_openrouter,
}

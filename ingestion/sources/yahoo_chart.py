"""Yahoo's chart v8: daily bars, splits and dividends of securities and indices.

`chart.result[0]` has `meta` (what was asked, as Yahoo understood it), `timestamp` (seconds since 1970, each at the opening
of a session) and, parallel to it, the arrays open, high, low, close and volume in `indicators.quote[0]`; `events` has
splits and dividends by timestamp. `chart.error` says why there is no result. Traps:

- Prices are single-precision floats printed as doubles: 301.79998779296875 is 301.8.
- Prices, volumes and dividends are adjusted for every later split, not for dividends. A split is undone here, so all splits
  since the first day asked for must be in the answer: ask to today. A float holds 7 digits, so an adjusted price is found
  again to its last digit below about 4,000 (HKD, 0.001) or 40,000 (CNY, 0.01).
- A day without a bar is null in all four prices. Half-days and days on which Yahoo failed come as flat bars of volume 0.
- There is no turnover.
- A dividend's currency can be missing or empty: it is then that of the security, which the row's `table_ref` tells.
- A window without bars has no `timestamp`, and an empty object in `indicators.quote`.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, localcontext
from fractions import Fraction
from math import ceil
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from ingestion.dataset import Folders
from ingestion.live.answer import UnexpectedAnswer, UnreadableRow, field, number, price, shown, typed
from ingestion.live.bars import Bar, CorporateAction, answered_bars, one_a_day, price_precision
from ingestion.live.source import Answered, Connection, LiveSource, Subject, Window
from ingestion.live.subjects import instruments

_SECURITY = re.compile(r"[0-9]{4,5}\.HK|[0-9]{6}\.S[HZ]")
_INDEX_PRECISION = Decimal("0.01")
_LANDED_DECIMALS = 6
_FLOAT_DIGITS = 6  # what a single-precision float surely holds
_EARLIEST, _LATEST = -5_000_000_000, 5_000_000_000  # 1811 to 2128
_PRICES = ("open", "high", "low", "close")
_RESULT = "chart.result[0]"
_QUOTE = f"{_RESULT}.indicators.quote[0]"


class UnknownSymbol(UnexpectedAnswer):
    """Yahoo does not have the symbol: a newly listed security can be missing for weeks."""


@dataclass(frozen=True)
class Chart:
    """What a chart says: bars in order, and the corporate actions of its window; `first_trade_on` as Yahoo states it."""

    bars: list[Bar]
    unreadable: list[UnreadableRow]
    actions: list[CorporateAction]
    first_trade_on: date | None


def symbol(ticker: str) -> str:
    """Yahoo's symbol: Shanghai is SS; Hong Kong, Shenzhen and indices are as in our ticker."""
    return ticker[:-1] + "S" if _SECURITY.fullmatch(ticker) and ticker.endswith(".SH") else ticker


def knows(ticker: str) -> bool:
    """True for a ticker that Yahoo can have: one of an exchange's own form, or an index."""
    return bool(_SECURITY.fullmatch(ticker)) or ticker.startswith("^") or ticker.endswith(".SS")


def known_to_yahoo(folders: Folders, now: datetime) -> list[Subject]:
    """The landed securities and indices that Yahoo can have."""
    return [subject for subject in instruments(folders, now) if knows(subject.name)]


def ask(connection: Connection, subject: Subject, window: Window) -> Answered:
    """Bars, splits and dividends. Asked to today whatever the window: later splits tell what was traded before them; and from
    the first landed split or dividend on, so that one that Yahoo takes back is found. Only bars of the window are read.

    Prices and dividends in the exchange's currency, volume in shares, all as traded; no turnover. Actions are of securities
    only, of the days from listing to today. Raises SourceFailed, UnknownSymbol and UnexpectedAnswer.
    """
    body = connection.get_json(path(subject.name, window.list_from or window.first_on, window.today))
    chart = parse(body, subject.name, subject.currency, subject.time_zone, window.first_on)
    answered = answered_bars("yahoo_prices", subject, window, chart.bars, chart.unreadable)
    answered.rows["yahoo_corporate_actions"] = [
        {"ticker": subject.name} | vars(action)
        for action in chart.actions
        if subject.kind == "security" and (subject.listed_from or date.min) <= action.ex_on <= window.today
    ]
    return answered


def path(ticker: str, first_on: date, last_on: date) -> str:
    """What to ask for the bars of the days, both included, and the corporate actions in them."""
    first = int(datetime.combine(first_on, time(), UTC).timestamp())
    end = int(datetime.combine(last_on + timedelta(days=1), time(), UTC).timestamp())
    return (
        f"/v8/finance/chart/{quote(symbol(ticker), safe='')}?period1={first}&period2={end}"
        "&interval=1d&events=div%2Csplits%2CcapitalGains"
    )


def parse(body: Any, ticker: str, currency: str, time_zone: str, bars_from: date = date.min) -> Chart:
    """What the answer says of the ticker, of its bars only those from a day on; dates are those of the exchange, in `time_zone`.

    Raises UnknownSymbol, and UnexpectedAnswer for everything else that is not a chart of this ticker in this currency.
    """
    result = _result(body)
    is_index = not _SECURITY.fullmatch(ticker)
    meta = field(result, f"{_RESULT}.meta", dict)
    _check_meta(meta, ticker, currency, time_zone, is_index)
    zone = ZoneInfo(time_zone)
    first_trade = meta.get("firstTradeDate")
    events = result.get("events") or {}
    splits = _splits(events, zone)
    bars, unreadable = _bars(result, splits, None if is_index else price_precision(currency), zone, bars_from)
    return Chart(
        bars,
        unreadable,
        sorted(splits + _dividends(events, splits, ticker, currency, zone), key=lambda action: action.ex_on),
        None if first_trade is None else _day(first_trade, f"{_RESULT}.meta.firstTradeDate", zone),
    )


def _result(body: Any) -> dict[str, Any]:
    chart = field(body, "chart", dict)
    error = chart.get("error")
    if error is not None:
        code = str(field(error, "chart.error.code", object))
        description = str(typed(error, "chart.error", dict).get("description"))
        refusal = UnknownSymbol if code == "Not Found" else UnexpectedAnswer
        raise refusal(f"answered an error: {shown(code)} ({shown(description)})")
    results = field(chart, "chart.result", list)
    if len(results) != 1:
        raise UnexpectedAnswer(f"chart.result has {len(results)} entries, not one")
    return typed(results[0], _RESULT, dict)


def _check_meta(meta: dict[str, Any], ticker: str, currency: str, time_zone: str, is_index: bool) -> None:
    asked = symbol(ticker)
    stated = field(meta, f"{_RESULT}.meta.symbol", str)
    if stated.upper() != asked.upper():
        raise UnexpectedAnswer(f"is about {shown(stated)}, not about {asked}")
    if not (is_index and meta.get("currency") is None):
        quoted_in = field(meta, f"{_RESULT}.meta.currency", str)
        if quoted_in != currency:
            raise UnexpectedAnswer(f"{asked} is quoted in {shown(quoted_in)}, not in {currency}")
    stated_zone = field(meta, f"{_RESULT}.meta.exchangeTimezoneName", str)
    if stated_zone != time_zone:
        raise UnexpectedAnswer(f"{asked} is in the time zone {shown(stated_zone)}, not in {time_zone}")


def _bars(
    result: dict[str, Any], splits: list[CorporateAction], precision: Decimal | None, zone: ZoneInfo, bars_from: date
) -> tuple[list[Bar], list[UnreadableRow]]:
    """The bars as traded; `precision` is null for an index, whose levels stay as printed."""
    indicators = field(result, f"{_RESULT}.indicators", dict)
    quotes = field(indicators, f"{_RESULT}.indicators.quote", list)
    if len(quotes) != 1:
        raise UnexpectedAnswer(f"{_RESULT}.indicators.quote has {len(quotes)} entries, not one")
    arrays = typed(quotes[0], _QUOTE, dict)
    if "timestamp" not in result and not arrays:
        return [], []
    timestamps = field(result, f"{_RESULT}.timestamp", list)
    columns = {name: field(arrays, f"{_QUOTE}.{name}", list) for name in (*_PRICES, "volume")}
    for name, column in columns.items():
        if len(column) != len(timestamps):
            raise UnexpectedAnswer(f"{_QUOTE}.{name} has {len(column)} entries for {len(timestamps)} timestamps")
    if not timestamps:
        raise UnexpectedAnswer(f"{_RESULT}.timestamp is empty; a window without bars has none")

    good: list[Bar] = []
    bad: list[UnreadableRow] = []
    for index, timestamp in enumerate(timestamps):
        day = _day(timestamp, f"{_RESULT}.timestamp[{index}]", zone)
        cells = {name: columns[name][index] for name in _PRICES}
        missing = [name for name, cell in cells.items() if cell is None]
        if day < bars_from or len(missing) == len(_PRICES):
            continue
        if missing:
            bad.append(UnreadableRow(day, missing[0], None, "is null while other prices of the day are not"))
            continue
        factor = _later_splits(splits, day)
        prices = {name: _as_traded(price(cell, f"{_QUOTE}.{name}[{index}]"), factor) for name, cell in cells.items()}
        printed = columns["volume"][index]
        volume = None if printed is None else number(printed, f"{_QUOTE}.volume[{index}]")
        if volume is not None and volume != int(volume):
            bad.append(UnreadableRow(day, "volume_shares", shown(volume), "is not a whole number of shares"))
            continue
        good.append(
            Bar(
                trading_date=day,
                **{name: _rounded(value, precision) for name, value in prices.items()},
                price_precision=precision or _INDEX_PRECISION,
                volume_shares=None if volume is None else _plausible(round(Fraction(volume) / factor)),
                # several shares became one: which volume of the day it was is known only so far
                volume_precision_shares=None if volume is None else ceil(1 / factor),
                turnover=None,
                turnover_precision=None,
            )
        )
    bars, conflicts = one_a_day(good)
    return bars, bad + conflicts


def _splits(events: Any, zone: ZoneInfo) -> list[CorporateAction]:
    place = f"{_RESULT}.events.splits"
    splits: dict[date, CorporateAction] = {}
    for key, event in _events(events, "splits"):
        ex_on = _day(field(event, f"{place}.{key}.date", object), f"{place}.{key}.date", zone)
        new, old = (
            _rounded(price(field(event, f"{place}.{key}.{side}", object), f"{place}.{key}.{side}"), None)
            for side in ("numerator", "denominator")
        )
        if new <= 0 or old <= 0:
            raise UnexpectedAnswer(f"{place}.{key} splits {old.normalize():f} shares into {new.normalize():f}")
        split = CorporateAction(ex_on, "split", new_shares=new, old_shares=old)
        if splits.setdefault(ex_on, split) != split:
            raise UnexpectedAnswer(f"{place} has two different splits on {ex_on}, and all earlier prices depend on them")
    return list(splits.values())


def _dividends(events: Any, splits: list[CorporateAction], ticker: str, currency: str, zone: ZoneInfo) -> list[CorporateAction]:
    place = f"{_RESULT}.events.dividends"
    dividends: dict[date, CorporateAction] = {}
    for key, event in _events(events, "dividends"):
        ex_on = _day(field(event, f"{place}.{key}.date", object), f"{place}.{key}.date", zone)
        printed = price(field(event, f"{place}.{key}.amount", object), f"{place}.{key}.amount")
        factor = _later_splits(splits, ex_on)
        amount = _as_traded(printed, factor)
        if factor != 1:
            amount = Decimal(f"{amount:.{_FLOAT_DIGITS}g}")
        stated = typed(event.get("currency") or "", f"{place}.{key}.currency", str).strip()
        told = None if stated else f"{ticker}, states no currency: taken as {currency}"
        dividend = CorporateAction(ex_on, "dividend", None, None, _rounded(amount, None), stated or currency, told)
        if dividends.setdefault(ex_on, dividend) != dividend:
            raise UnexpectedAnswer(f"{place} has two different dividends on {ex_on}")
    return list(dividends.values())


def _events(events: Any, kind: str) -> list[tuple[str, Any]]:
    """The events of a kind by their timestamps; none if the window has none."""
    of_kind = typed(events, f"{_RESULT}.events", dict).get(kind)
    return [] if of_kind is None else list(typed(of_kind, f"{_RESULT}.events.{kind}", dict).items())


def _later_splits(splits: list[CorporateAction], day: date) -> Fraction:
    """Shares now for one share of the day: the product of all splits whose ex date is after it."""
    factor = Fraction(1)
    for split in splits:
        if split.ex_on > day and split.new_shares and split.old_shares:
            factor *= Fraction(split.new_shares) / Fraction(split.old_shares)
    return factor


def _as_traded(printed: Decimal, factor: Fraction) -> Decimal:
    """A price or dividend of its own day: the shortest decimal of the float printed, times the later splits."""
    shortest = shortest_single(printed)
    if factor == 1:
        return shortest
    exact = Fraction(shortest) * factor
    with localcontext(prec=50):
        return price(Decimal(exact.numerator) / Decimal(exact.denominator), "a price before splits")


def shortest_single(printed: Decimal) -> Decimal:
    """The decimal of the fewest digits that has the same single-precision float; what is no such float stays as printed."""
    double = float(printed)
    single = struct.pack("<f", double)
    if struct.unpack("<f", single)[0] != double:
        return printed
    candidates = (f"{double:.{digits}g}" for digits in range(1, 10))
    return Decimal(next(text for text in candidates if struct.pack("<f", float(text)) == single))


def _rounded(value: Decimal, precision: Decimal | None) -> Decimal:
    return value.quantize(precision) if precision else round(value, _LANDED_DECIMALS)


def _plausible(shares: int) -> int:
    return int(number(shares, "a volume before splits"))


def _day(timestamp: Any, place: str, zone: ZoneInfo) -> date:
    """The exchange's local date of a moment in seconds since 1970."""
    seconds = typed(timestamp, place, int)
    if not _EARLIEST < seconds < _LATEST:
        raise UnexpectedAnswer(f"{place} is no plausible moment in seconds since 1970: {shown(seconds)}")
    return datetime.fromtimestamp(seconds, zone).date()


SOURCE = LiveSource(
    name="yahoo_chart",
    address_setting="FREEFLOAT_YAHOO_URL",
    default_address="https://query1.finance.yahoo.com",
    datasets=("yahoo_prices", "yahoo_corporate_actions"),
    listed_whole=("yahoo_corporate_actions",),
    subjects=known_to_yahoo,
    ask=ask,
)

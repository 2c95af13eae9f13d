"""A made-up market: daily bars as traded, corporate actions, A-share lock-ups and exchange rates, the same on every run.

What belongs here is what happened in the market, and how a source sees it differently (half-days, outages, restatements);
how a source prints it is in `server`. Nothing of the project is imported: the tests compare it with this.
"""

from __future__ import annotations

import bisect
import functools
import itertools
import math
import random
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal

import exchange_calendars

from tests.standins.labs import Labs

HISTORY_STARTS_ON = date(2020, 1, 2)
HISTORY_ENDS_ON = date(2026, 12, 31)  # the calendar of Shanghai ends here

# A stand-in is named like the source that it stands in for.
YAHOO, EASTMONEY, DATACENTER, TENCENT = "yahoo_chart", "eastmoney_kline", "eastmoney_datacenter", "tencent_kline"
ECB, EPOCH, OPENROUTER = "ecb", "epoch_ai", "openrouter"
PRICE_SOURCES = (YAHOO, EASTMONEY, TENCENT)
HONG_KONG, SHANGHAI = "XHKG", "XSHG"
BENCHMARKS = {HONG_KONG: "^HSI", SHANGHAI: "000300.SS"}

# The calendar package keeps these two as sessions; a typhoon and a black rainstorm closed the exchange.
NEVER_HELD = {HONG_KONG: {date(2023, 9, 1), date(2023, 9, 8)}, SHANGHAI: set()}

REVERSION = 0.02  # a day: how fast a price returns to its trend
PREDECESSOR_SESSIONS = 25
PREDECESSOR_LAST_SESSION = 3  # sessions before the listing of the ticker's present owner

# The lowest price from which a tick holds.
HONG_KONG_TICKS = tuple(
    (Decimal(floor), Decimal(tick))
    for floor, tick in (
        ("2000", "1"),
        ("1000", "0.5"),
        ("500", "0.2"),
        ("200", "0.1"),
        ("100", "0.05"),
        ("20", "0.02"),
        ("10", "0.01"),
        ("0.5", "0.005"),
        ("0", "0.001"),
    )
)


@dataclass(frozen=True)
class Bar:
    """One session as traded. Turnover is in whole units of the currency."""

    trading_date: date
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume_shares: int
    turnover: int


@dataclass(frozen=True)
class Instrument:
    """How a price is made: `anchors` are (day, price) of its trend in the shares of the listing day, volatility is a day's."""

    ticker: str
    name: str
    local_name: str
    listed_on: date
    anchors: tuple[tuple[date, float], ...]
    typical_volume_shares: int
    volatility: float
    beta: float = 1.0

    @property
    def is_benchmark(self) -> bool:
        return self.ticker in BENCHMARKS.values()

    @property
    def calendar(self) -> str:
        return HONG_KONG if self.ticker.endswith(".HK") or self.ticker == BENCHMARKS[HONG_KONG] else SHANGHAI

    @property
    def currency(self) -> str:
        return "HKD" if self.calendar == HONG_KONG else "CNY"

    @property
    def share_base(self) -> int:
        """What the Chinese sources divide by for their turnover in per cent: a day's typical volume is 0.5 % of it."""
        return 200 * self.typical_volume_shares


@dataclass(frozen=True)
class Split:
    ex_on: date
    new_shares: int
    old_shares: int


@dataclass(frozen=True)
class Dividend:
    ex_on: date
    per_share: Decimal  # as declared on the day


@dataclass(frozen=True)
class LiftHolder:
    name: str
    nominal_shares: int
    released_shares: int
    locked_after_shares: int


@dataclass(frozen=True)
class LiftStage:
    """One release of an A-share lock-up; shares in the basis of the day it is released on."""

    ticker: str
    free_on: date
    shares_type: str
    float_before_shares: int
    locked_after_shares: int
    lock_months: int
    holders: tuple[LiftHolder, ...]

    @property
    def nominal_shares(self) -> int:
        return sum(holder.nominal_shares for holder in self.holders)

    @property
    def released_shares(self) -> int:
        return sum(holder.released_shares for holder in self.holders)

    @property
    def total_shares(self) -> int:
        return self.float_before_shares + self.released_shares + self.locked_after_shares


#: Listings of 2026 whose prices nobody looks at by name: ticker, first day of dealings, offer price, typical volume.
OTHER_LISTINGS = (
    ("0501.HK", date(2026, 1, 12), 104.8, 910_000),
    ("0600.HK", date(2026, 2, 10), 28.2, 2_090_000),
    ("1021.HK", date(2026, 3, 30), 17, 1_850_000),
    ("1236.HK", date(2026, 5, 11), 26.36, 660_000),
    ("1392.HK", date(2026, 6, 22), 7.2, 1_700_000),
    ("1609.HK", date(2026, 5, 5), 98.5, 200_000),
    ("2041.HK", date(2026, 9, 7), 15.42, 770_000),
    ("2272.HK", date(2026, 6, 26), 39.55, 200_000),
    ("2493.HK", date(2026, 4, 28), 27.64, 940_000),
    ("2553.HK", date(2026, 6, 3), 14.6, 800_000),
    ("2677.HK", date(2026, 2, 6), 59.9, 200_000),
    ("2697.HK", date(2026, 6, 30), 126.2, 200_000),
    ("2706.HK", date(2026, 2, 13), 27.06, 560_000),
    ("2797.HK", date(2026, 7, 9), 8, 500_000),
    ("3228.HK", date(2026, 9, 29), 69.88, 1_450_000),
    ("3310.HK", date(2026, 5, 27), 20.81, 1_050_000),
    ("3636.HK", date(2026, 1, 9), 30, 730_000),
    ("6082.HK", date(2026, 1, 2), 19.6, 5_690_000),
    ("6658.HK", date(2026, 6, 15), 43.58, 220_000),
    ("6715.HK", date(2026, 6, 30), 75.5, 320_000),
    ("6731.HK", date(2026, 9, 29), 21.6, 1_000_000),
    ("6915.HK", date(2026, 6, 30), 11.2, 720_000),
    ("7666.HK", date(2026, 5, 13), 10.5, 4_020_000),
    ("9611.HK", date(2026, 1, 22), 31, 1_040_000),
)  # fmt: skip

INSTRUMENTS = (
    Instrument(
        "1024.HK", "Kuaishou Technology", "快手-W", date(2021, 2, 5),
        ((date(2021, 2, 5), 300), (date(2021, 8, 5), 84), (date(2022, 10, 31), 42), (date(2024, 12, 31), 42),
         (date(2026, 1, 2), 70), (date(2026, 11, 20), 78)),
        28_000_000, 0.020,
    ),
    Instrument(
        "0020.HK", "SenseTime Group Inc.", "商汤-W", date(2021, 12, 30),
        ((date(2021, 12, 30), 4.1), (date(2022, 6, 29), 5.9), (date(2022, 7, 8), 2.4), (date(2024, 4, 30), 0.9),
         (date(2026, 1, 2), 2.2), (date(2026, 11, 20), 2.6)),
        450_000_000, 0.024, 1.2,
    ),
    Instrument(
        "9660.HK", "Horizon Robotics", "地平线机器人-W", date(2024, 10, 24),
        ((date(2024, 10, 24), 4.1), (date(2025, 4, 24), 5.8), (date(2026, 1, 2), 8.6), (date(2026, 11, 20), 9.9)),
        160_000_000, 0.026, 1.3,
    ),
    Instrument(
        "2513.HK", "Zhipu AI", "智谱", date(2026, 1, 8),
        ((date(2026, 1, 8), 131), (date(2026, 4, 20), 860), (date(2026, 6, 30), 2060), (date(2026, 11, 20), 1540)),
        2_200_000, 0.038, 1.1,
    ),
    Instrument(
        "0100.HK", "MiniMax Group Inc.", "MINIMAX-W", date(2026, 1, 9),
        ((date(2026, 1, 9), 345), (date(2026, 3, 20), 980), (date(2026, 7, 9), 720), (date(2026, 11, 20), 610)),
        2_900_000, 0.038, 1.1,
    ),
    Instrument(
        "688256.SH", "Cambricon Technologies", "寒武纪", date(2020, 7, 20),
        ((date(2020, 7, 20), 212), (date(2022, 4, 29), 52), (date(2024, 6, 28), 190), (date(2025, 8, 29), 1350),
         (date(2026, 11, 20), 1480)),
        9_000_000, 0.024, 1.2,
    ),
    Instrument(
        "^HSI", "HANG SENG INDEX", "恒生指数", HISTORY_STARTS_ON,
        ((HISTORY_STARTS_ON, 28_500), (date(2022, 10, 31), 15_500), (date(2026, 11, 20), 26_800)),
        3_200_000_000, 0.001,
    ),
    Instrument(
        "000300.SS", "CSI 300 Index", "沪深300", HISTORY_STARTS_ON,
        ((HISTORY_STARTS_ON, 4_150), (date(2024, 1, 31), 3_250), (date(2026, 11, 20), 4_700)),
        18_000_000, 0.001,
    ),
    *(
        Instrument(
            ticker, f"Listing {ticker}", f"新股{ticker[:4]}", listed_on,
            ((listed_on, 1.2 * price), (date(2026, 11, 20), 0.9 * price)),
            volume, 0.03, 1.1,
        )
        for ticker, listed_on, price, volume in OTHER_LISTINGS
    ),
)  # fmt: skip

# Companies that had the ticker before: what they traded at.
PREDECESSORS = {"0100.HK": Decimal("7.1"), "0020.HK": Decimal("60")}

ACTIONS: dict[str, tuple[Split | Dividend, ...]] = {
    # The bonus issue of 4.9 shares for 10.
    "688256.SH": (Dividend(date(2026, 1, 16), Decimal("1.50")), Split(date(2026, 5, 8), 149, 100)),
    "1024.HK": (Dividend(date(2025, 6, 13), Decimal("0.46")), Dividend(date(2026, 6, 12), Decimal("0.69"))),
}

HALTS = {"0020.HK": {date(2024, 4, 24), date(2026, 4, 22)}}

# Sessions on which Yahoo has a flat bar without volume for every security of the exchange.
YAHOO_OUTAGES = {HONG_KONG: {date(2022, 3, 14), date(2024, 1, 15), date(2026, 3, 17)}, SHANGHAI: set()}

# Holidays that Yahoo gives as a bar of nulls.
YAHOO_NULLS = {
    HONG_KONG: {date(2025, 12, 25), date(2026, 4, 3), date(2026, 7, 1)},
    SHANGHAI: {date(2026, 1, 1), date(2026, 5, 1), date(2026, 10, 1)},
}

# Days for which Tencent has no amount.
TENCENT_WITHOUT_AMOUNT = {"2513.HK": {date(2026, 7, day) for day in (6, 7, 8, 9, 10)}}


def _stage(
    free_on: date, shares_type: str, float_before: int, locked_after: int, months: int, holders: tuple[LiftHolder, ...]
) -> LiftStage:
    return LiftStage("688256.SH", free_on, shares_type, float_before, locked_after, months, holders)


# The float before a stage is the float before the last one plus what that released; the bonus issue lies before the final one:
# (336,100,000 + 3,334,946) * 1.49 = 505,758,069.54, and 64,000,000 * 1.49 = 95,360,000.
LIFT_STAGES = (
    _stage(
        date(2021, 1, 20), "首发机构配售股份", 33_000_000, 365_500_000, 6,
        (LiftHolder("示例证券投资基金", 900_000, 900_000, 0), LiftHolder("示例社保组合", 700_000, 700_000, 0)),
    ),
    _stage(
        date(2021, 7, 20), "首发原股东限售股份", 34_600_000, 185_500_000, 12,
        # A holder may sell less than is nominally free: a million of these shares stay pledged.
        (LiftHolder("示例算源资产管理有限公司", 101_000_000, 100_000_000, 0),
         LiftHolder("北京示例投资合伙企业(有限合伙)", 80_000_000, 80_000_000, 0)),
    ),
    _stage(
        date(2022, 7, 20), "首发战略配售股份", 214_600_000, 183_500_000, 24,
        (LiftHolder("示例证券投资有限公司", 2_000_000, 2_000_000, 0),),
    ),
    _stage(
        date(2023, 7, 20), "首发原股东限售股份", 216_600_000, 64_000_000, 36,
        (LiftHolder("陈示例", 119_500_000, 119_500_000, 0),),
    ),
    _stage(
        date(2026, 4, 27), "定向增发机构配售股份", 336_100_000, 64_000_000, 6,
        (LiftHolder("示例基金管理有限公司", 2_000_000, 2_000_000, 0),
         LiftHolder("示例人寿保险股份有限公司", 1_334_946, 1_334_946, 0)),
    ),
    _stage(
        date(2027, 7, 20), "股权激励限售股份", 505_758_069, 0, 36,
        (LiftHolder("示例激励对象", 95_360_000, 95_360_000, 0),),
    ),
)  # fmt: skip


@functools.cache
def sessions(calendar: str) -> tuple[date, ...]:
    """The days on which an exchange traded, in order."""
    days = _calendar(calendar).sessions
    return tuple(day.date() for day in days if day.date() not in NEVER_HELD.get(calendar, ()))


@functools.cache
def half_days(calendar: str) -> frozenset[date]:
    """The sessions of an exchange that end early."""
    return frozenset(day.date() for day in _calendar(calendar).early_closes)


@functools.cache
def _calendar(calendar: str) -> exchange_calendars.ExchangeCalendar:
    return exchange_calendars.get_calendar(calendar, start=str(HISTORY_STARTS_ON), end=str(HISTORY_ENDS_ON))


def on_tick(price: float | Decimal, calendar: str, *, is_index: bool = False) -> Decimal:
    """A price on the exchange's nearest tick; never zero."""
    exact = Decimal(price)
    tick = Decimal("0.01")
    if calendar == HONG_KONG and not is_index:
        tick = next(tick for floor, tick in HONG_KONG_TICKS if exact >= floor)
    return max((exact / tick).to_integral_value(), Decimal(1)) * tick


@dataclass
class Market:
    """What traded, up to and including the session `upto`; move it forward to let a day pass.

    The window starts on `starts_on` (the sources know nothing before), with `full_history` at each listing; the bars of a day do
    not depend on it. With `stale_predecessor` the sources also give the bars of the companies that had 0100.HK and 0020.HK
    before. `lift_stages` and `labs`, what is not traded, may be changed at will.
    """

    upto: date = date(2026, 11, 20)
    starts_on: date = date(2025, 11, 20)
    full_history: bool = False
    stale_predecessor: bool = False
    seed: int = 2026
    lift_stages: list[LiftStage] = field(default_factory=lambda: list(LIFT_STAGES))
    labs: Labs = field(default_factory=Labs)

    def __post_init__(self) -> None:
        self.instruments = {instrument.ticker: instrument for instrument in INSTRUMENTS}
        self._actions = {ticker: list(actions) for ticker, actions in ACTIONS.items()}
        self._halts = {ticker: set(days) for ticker, days in HALTS.items()}
        self._gaps: dict[tuple[str, str], set[date]] = {}
        self._restated: dict[tuple[str, date, str], dict[str, Decimal]] = {}
        self._traded: dict[str, dict[date, Bar]] = {}

    # What a test may do to the market.

    def add(
        self,
        ticker: str,
        *,
        listed_on: date,
        name: str = "",
        price: float = 20.0,
        typical_volume_shares: int = 1_000_000,
        volatility: float = 0.02,
        beta: float = 1.0,
        gaps: Iterable[date] = (),
    ) -> Instrument:
        """Lists another security (.HK, .SH, .SZ); `gaps` are days for which no source has a bar."""
        name = name or f"Made-up {ticker}"
        instrument = Instrument(ticker, name, name, listed_on, ((listed_on, price),), typical_volume_shares, volatility, beta)
        if listed_on not in sessions(instrument.calendar):
            raise ValueError(f"{ticker}: listed_on {listed_on} is not a session of {instrument.calendar}")
        self.instruments[ticker] = instrument
        self._traded.pop(ticker, None)
        self.gap(ticker, *gaps)
        return instrument

    def split(self, ticker: str, ex_on: date, new_shares: int, old_shares: int) -> None:
        """Splits `old_shares` into `new_shares`: prices from the ex date on are made anew."""
        self._act(ticker, Split(ex_on, new_shares, old_shares))

    def dividend(self, ticker: str, ex_on: date, per_share: Decimal) -> None:
        self._act(ticker, Dividend(ex_on, per_share))

    def halt(self, ticker: str, *days: date) -> None:
        """No trade on these days: every source has a bar without volume, flat at the close before."""
        self._halts.setdefault(ticker, set()).update(days)
        self._traded.pop(ticker, None)

    def gap(self, ticker: str, *days: date, source: str | None = None) -> None:
        """No bar on these days, in one source or in all; what traded on the days around stays."""
        for name in self._sources(source):
            self._gaps.setdefault((ticker, name), set()).update(days)

    def restate(self, ticker: str, day: date, *, source: str | None = None, **values: Decimal | float | str) -> None:
        """Another open, high, low, close, volume (shares) or turnover for a day, in one source or in all.

        The day's range widens to hold a new price unless it is given too; the turnover follows the volume at the same
        average price unless it is given. The days after are not made anew.
        """
        unknown = values.keys() - {"open", "high", "low", "close", "volume", "turnover"}
        if unknown:
            raise ValueError(f"restate: no such value: {', '.join(sorted(unknown))}")
        for name in self._sources(source):
            kept = self._restated.setdefault((ticker, day, name), {})
            kept.update({column: Decimal(str(value)) for column, value in values.items()})

    # What a source sees.

    def knows(self, ticker: str) -> bool:
        return ticker in self.instruments and self.instruments[ticker].listed_on <= self.upto

    def bars(self, ticker: str, source: str | None = None) -> list[Bar]:
        """The bars as traded, in order of the day; `source` adds how that source sees them."""
        instrument = self.instruments[ticker]
        first_on = instrument.listed_on if self.full_history else max(instrument.listed_on, self.starts_on)
        traded = [bar for day, bar in self._made(ticker).items() if first_on <= day <= self.upto]
        if source is None:
            return traded
        gaps = self._gaps.get((ticker, source), ())
        stale = self._predecessor(instrument) if self.stale_predecessor else []
        return stale + [self._seen(instrument, bar, source) for bar in traded if bar.trading_date not in gaps]

    def history(self, ticker: str) -> list[Bar]:
        """All bars as traded from the listing to `upto`, whatever the window."""
        return [bar for day, bar in self._made(ticker).items() if day <= self.upto]

    def bar(self, ticker: str, day: date, source: str | None = None) -> Bar:
        """The bar of one day; KeyError without one."""
        for bar in self.bars(ticker, source):
            if bar.trading_date == day:
                return bar
        raise KeyError(f"{ticker} has no bar on {day}")

    def splits(self, ticker: str) -> list[Split]:
        """The splits known by `upto`, in order of the ex date."""
        return [action for action in self._known_actions(ticker) if isinstance(action, Split)]

    def dividends(self, ticker: str) -> list[Dividend]:
        """The dividends known by `upto`, in order of the ex date."""
        return [action for action in self._known_actions(ticker) if isinstance(action, Dividend)]

    def split_factor_after(self, ticker: str, day: date) -> Decimal:
        """New shares for one share of the day, over all splits with a later ex date."""
        later = [Decimal(split.new_shares) / split.old_shares for split in self.splits(ticker) if split.ex_on > day]
        return math.prod(later, start=Decimal(1))

    def adjusted_forward(self, ticker: str, day: date, price: Decimal) -> Decimal:
        """A price of the day as the Chinese sources adjust it: less each later dividend, divided by each later split."""
        for action in self._known_actions(ticker):
            if action.ex_on > day:
                price = (
                    price - action.per_share if isinstance(action, Dividend) else price * action.old_shares / action.new_shares
                )
        return price

    def null_days(self, ticker: str) -> list[date]:
        """Holidays in the window for which Yahoo gives a bar of nulls."""
        instrument = self.instruments[ticker]
        first_on = max(instrument.listed_on, date.min if self.full_history else self.starts_on)
        return sorted(day for day in YAHOO_NULLS[instrument.calendar] if first_on <= day <= self.upto)

    def rates(self) -> list[tuple[date, dict[str, Decimal]]]:
        """ECB reference rates (units for one euro) of USD, HKD, CNY up to `upto`, oldest first; all since 2020 in any window."""
        return [(day, rates) for day, rates in _reference_rates(self.seed) if day <= self.upto]

    # How it is made.

    def _sources(self, source: str | None) -> tuple[str, ...]:
        if source is not None and source not in PRICE_SOURCES:
            raise ValueError(f"{source!r} is not one of {', '.join(PRICE_SOURCES)}")
        return PRICE_SOURCES if source is None else (source,)

    def _act(self, ticker: str, action: Split | Dividend) -> None:
        self._actions.setdefault(ticker, []).append(action)
        self._traded.pop(ticker, None)

    def _known_actions(self, ticker: str) -> list[Split | Dividend]:
        return [action for action in self._all_actions(ticker) if action.ex_on <= self.upto]

    def _all_actions(self, ticker: str) -> list[Split | Dividend]:
        return sorted(self._actions.get(ticker, ()), key=lambda action: action.ex_on)

    def _made(self, ticker: str) -> dict[date, Bar]:
        if ticker not in self._traded:
            splits = tuple(action for action in self._all_actions(ticker) if isinstance(action, Split))
            bars = _make(self.instruments[ticker], self.seed, frozenset(self._halts.get(ticker, ())), splits)
            self._traded[ticker] = {bar.trading_date: bar for bar in bars}
        return self._traded[ticker]

    def _seen(self, instrument: Instrument, bar: Bar, source: str) -> Bar:
        day, calendar = bar.trading_date, instrument.calendar
        if source == YAHOO and not instrument.is_benchmark and (day in half_days(calendar) or day in YAHOO_OUTAGES[calendar]):
            earlier = self._made(instrument.ticker).get(_session_before(calendar, day), bar)
            splits_today = [split for split in self.splits(instrument.ticker) if split.ex_on == day]
            ratio = math.prod((Decimal(split.old_shares) / split.new_shares for split in splits_today), start=Decimal(1))
            bar = _flat(day, on_tick(earlier.close * ratio, calendar))
        values = self._restated.get((instrument.ticker, day, source))
        return bar if values is None else _restate(bar, values)

    def _predecessor(self, instrument: Instrument) -> list[Bar]:
        if instrument.ticker not in PREDECESSORS:
            return []
        chance = random.Random(f"{self.seed} before {instrument.ticker}")
        days = sessions(instrument.calendar)
        last = days.index(instrument.listed_on) - PREDECESSOR_LAST_SESSION
        bars = []
        for day in days[last - PREDECESSOR_SESSIONS + 1 : last + 1]:
            price = on_tick(PREDECESSORS[instrument.ticker] * Decimal(1 + 0.01 * chance.random()), instrument.calendar)
            volume = 100 * chance.randint(100, 900)
            bars.append(Bar(day, price, price, price, price, volume, _whole(volume * price)))
        return bars


@functools.cache
@functools.cache
def _make(instrument: Instrument, seed: int, halts: frozenset[date], splits: tuple[Split, ...]) -> tuple[Bar, ...]:
    """All bars as traded, as far as the calendar goes. Kept, since each test has a market of its own."""
    # A trend, and around it a deviation that reverts, of the exchange's factor (which the benchmark shares) and own noise.
    chance = random.Random(f"{seed} {instrument.ticker}")
    factor = _factor(seed, instrument.calendar)
    bars: list[Bar] = []
    deviation = 0.0
    for day in sessions(instrument.calendar):
        if day < instrument.listed_on:
            continue
        # Always six draws a day, so that a halt leaves the other days as they were.
        own, gap, up, down, size, where = (chance.gauss(0, 1) for _ in range(6))
        deviation = (1 - REVERSION) * deviation + instrument.beta * factor[day] + instrument.volatility * own
        since_listing = math.prod(split.new_shares / split.old_shares for split in splits if split.ex_on <= day)
        close = on_tick(
            math.exp(_log_trend(instrument.anchors, day) + deviation) / since_listing,
            instrument.calendar,
            is_index=instrument.is_benchmark,
        )
        today = math.prod(split.new_shares / split.old_shares for split in splits if split.ex_on == day)
        before = float(bars[-1].close) / today if bars else float(close)
        if day in halts and bars:
            bars.append(_flat(day, on_tick(before, instrument.calendar)))
            continue

        def near(price: float | Decimal, move: float) -> Decimal:
            moved = float(price) * math.exp(0.3 * max(instrument.volatility, 0.01) * move)
            return on_tick(moved, instrument.calendar, is_index=instrument.is_benchmark)

        opened = near(before, gap)
        high, low = near(max(opened, close), abs(up)), near(min(opened, close), -abs(down))
        shares = instrument.typical_volume_shares * since_listing * math.exp(0.4 * size)
        if len(bars) < 1 and not instrument.is_benchmark:
            shares *= 6  # the day of the listing
        if day in half_days(instrument.calendar):
            shares *= 0.5
        volume = max(round(shares / 100), 1) * 100
        average = low + (high - low) * Decimal(0.5 + 0.1 * max(-3.0, min(3.0, where)))
        bars.append(Bar(day, opened, high, low, close, volume, _whole(volume * average)))
    return tuple(bars)


def _whole(amount: Decimal) -> int:
    return int(amount.to_integral_value())


def _flat(day: date, price: Decimal) -> Bar:
    return Bar(day, price, price, price, price, 0, 0)


def _restate(bar: Bar, values: dict[str, Decimal]) -> Bar:
    opened, close = values.get("open", bar.open), values.get("close", bar.close)
    high = values.get("high", max(bar.high, opened, close))
    low = values.get("low", min(bar.low, opened, close))
    volume = int(values.get("volume", Decimal(bar.volume_shares)))
    average = Decimal(bar.turnover) / bar.volume_shares if bar.volume_shares else close
    if volume == bar.volume_shares and low <= average <= high:
        turnover = bar.turnover
    else:
        turnover = _whole(volume * max(low, min(high, average)))
    turnover = int(values.get("turnover", Decimal(turnover)))
    return replace(bar, open=opened, high=high, low=low, close=close, volume_shares=volume, turnover=turnover)


def _session_before(calendar: str, day: date) -> date:
    days = sessions(calendar)
    return days[max(bisect.bisect_left(days, day) - 1, 0)]


def _log_trend(anchors: tuple[tuple[date, float], ...], day: date) -> float:
    for (start_on, start), (end_on, end) in itertools.pairwise(anchors):
        if day <= end_on:
            part = max((day - start_on) / (end_on - start_on), 0.0)
            return math.log(start) + part * math.log(end / start)
    return math.log(anchors[-1][1])


@functools.cache
def _factor(seed: int, calendar: str) -> dict[date, float]:
    """The return that an exchange's securities share with its benchmark, a day."""
    chance = random.Random(f"{seed} {calendar}")
    return {day: chance.gauss(0, 0.011) for day in sessions(calendar)}


@functools.cache
def _reference_rates(seed: int) -> tuple[tuple[date, dict[str, Decimal]], ...]:
    chance = random.Random(f"{seed} rates")
    # Paris closes on exactly the holidays of the euro system.
    days = [day.date() for day in _calendar("XPAR").sessions]
    usd, rates = 1.10, []
    for day in days:
        usd *= math.exp(0.01 * math.log(1.12 / usd) + chance.gauss(0, 0.004))
        hkd = usd * (7.80 + 0.045 * math.sin((day - HISTORY_STARTS_ON) / timedelta(days=200)))
        cny = usd * (7.05 - 0.35 * ((day - HISTORY_STARTS_ON) / timedelta(days=2500)))
        rates.append((day, {currency: _four_decimals(rate) for currency, rate in (("USD", usd), ("HKD", hkd), ("CNY", cny))}))
    return tuple(rates)


def _four_decimals(rate: float) -> Decimal:
    return Decimal(rate).quantize(Decimal("0.0001"), rounding=ROUND_DOWN)

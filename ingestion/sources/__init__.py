"""The live sources: of what each is asked, and how its answers become the rows of its datasets.

Which of them decides where two disagree is said by the ranks of their documents (`data/documents/feed_*.yml`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from ingestion.dataset import Folders
from ingestion.live.answer import BadBar, Bar, NoBars
from ingestion.live.bodies import json_body
from ingestion.live.feed import FIRST_DAY, Answered, Feed, Live, Stale, Subject, Window
from ingestion.live.http import SourceFailed
from ingestion.live.state import State
from ingestion.live.windows import instruments
from ingestion.sources import eastmoney_datacenter, eastmoney_kline, ecb, epoch_ai, openrouter, tencent_kline, yahoo_chart

#: The most bars that Tencent gives in one answer.
TENCENT_BARS = 500
#: Bars that a full page of Tencent may lack: those it gives twice.
PAGE_SLACK = 10
#: What OpenRouter is asked about; the rankings need a key.
OPENROUTER_PRICES = "prices"
#: Days that the ECB's file of recent rates reaches back, less some to be sure.
ECB_RECENT_DAYS = 80


def _bars(
    dataset: str, subject: Subject, window: Window, bars: Iterable[Bar], bad_bars: Iterable[BadBar], *, actions: Any = None
) -> Answered:
    """The rows of the bars in the window; sources answer with more days, and with bars that are not final yet."""
    rows = [
        {"ticker": subject.name, "currency": subject.currency} | vars(bar)
        for bar in bars
        if window.first_on <= bar.trading_date <= window.last_on
    ]
    bad_rows = [bad for bad in bad_bars if window.first_on <= (bad.trading_date or window.first_on) <= window.last_on]
    return Answered({dataset: rows} | (actions or {}), {dataset: bad_rows})


def ask_yahoo(live: Live, address: str, subject: Subject, window: Window) -> Answered:
    """Bars, splits and dividends. Asked to today whatever the window: later splits tell what was traded before them."""
    path = yahoo_chart.path(subject.name, window.first_on, window.today)
    body = json_body(live.client.get("feed_yahoo_chart", address + path), "feed_yahoo_chart")
    chart = yahoo_chart.parse(body, subject.name, subject.currency, subject.time_zone)
    actions = [
        {"ticker": subject.name} | vars(action)
        for action in chart.actions
        if subject.kind == "security" and (subject.listed_from or date.min) <= action.ex_on <= window.today
    ]
    return _bars("yahoo_prices", subject, window, chart.bars, chart.bad_bars, actions={"yahoo_corporate_actions": actions})


def ask_eastmoney(live: Live, address: str, subject: Subject, window: Window) -> Answered:
    """The newest bars, as many as there are sessions from the window's first day to today."""
    path = eastmoney_kline.path(subject.name, window.sessions)
    body = json_body(live.client.get("feed_eastmoney_kline", address + path), "feed_eastmoney_kline")
    kline = eastmoney_kline.parse(body, subject.name, subject.currency)
    return _bars("eastmoney_prices", subject, window, kline.bars, kline.bad_bars)


def ask_tencent(live: Live, address: str, subject: Subject, window: Window) -> Answered:
    """Bars page by page from today back: an answer holds a limited number of the newest."""
    bars: dict[date, Bar] = {}
    bad_bars: list[BadBar] = []
    last_on, count = window.today, min(window.sessions, TENCENT_BARS)
    while True:
        path = tencent_kline.path(subject.name, window.first_on, last_on, count)
        body = json_body(live.client.get("feed_tencent_kline", address + path), "feed_tencent_kline")
        try:
            kline = tencent_kline.parse(body, subject.name, subject.currency)
        except NoBars:
            if not bars:
                raise
            break  # the page before ended with the first bar that there is
        earlier = [bar for bar in kline.bars if bar.trading_date not in bars]
        bars |= {bar.trading_date: bar for bar in earlier}
        bad_bars += kline.bad_bars
        # no page before this one: it reaches the first day, or brought nothing new, or earlier bars are adjusted
        if not earlier or min(bars) <= window.first_on or kline.adjusted_before:
            break
        # a bar given twice counts once, so a page may be full and have a few bars less
        if len(kline.bars) + len(kline.bad_bars) < count - PAGE_SLACK:
            break
        last_on = min(bars) - timedelta(days=1)
    return _bars("tencent_prices", subject, window, bars.values(), bad_bars)


def ask_eastmoney_datacenter(live: Live, address: str, subject: Subject, window: Window) -> Answered:
    """Lock-up expiries of an A-share, and the holders behind them."""
    code = eastmoney_datacenter.security_code(subject.name) or ""

    def pages(report: str, parse: Callable[..., Any]) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = []
        page, last = 1, 1
        while page <= last:
            path = eastmoney_datacenter.path(report, code, page)
            answer = live.client.get("feed_eastmoney_datacenter", address + path)
            found = parse(json_body(answer, "feed_eastmoney_datacenter"), code, page)
            rows += [{"ticker": subject.name} | asdict(row) for row in found.rows]
            page, last = page + 1, found.pages
        return rows

    return Answered(
        {
            "eastmoney_lift_stages": pages(eastmoney_datacenter.STAGES, eastmoney_datacenter.parse_stages),
            "eastmoney_lift_holders": pages(eastmoney_datacenter.HOLDERS, eastmoney_datacenter.parse_holders),
        }
    )


def ask_ecb(live: Live, address: str, subject: Subject, window: Window) -> Answered:
    """Reference rates: the whole history the first time, then the recent ones; the other file where one is not there."""
    files = [(ecb.HISTORY_PATH, ecb.parse_zip), (ecb.RECENT_PATH, ecb.parse_xml)]
    if window.first_on > window.today - timedelta(days=ECB_RECENT_DAYS):
        files.reverse()
    try:
        rates = _ecb_rates(live, address, *files[0])
    except SourceFailed as error:
        if error.is_transport:
            raise
        rates = _ecb_rates(live, address, *files[1])
    rows = [vars(rate) for rate in rates if rate.rate_on >= FIRST_DAY]
    return Answered({"ecb_fx_rates": rows})


def _ecb_rates(live: Live, address: str, path: str, parse: Callable[[bytes], list[ecb.Rate]]) -> list[ecb.Rate]:
    return parse(live.client.get("feed_ecb", address + path).body)


def ask_epoch(live: Live, address: str, subject: Subject, window: Window) -> Answered:
    """One of Epoch AI's tables, whole."""
    table = epoch_ai.TABLES[subject.name]
    found = epoch_ai.parse(live.client.get("feed_epoch_ai", address + table.path).body, table)
    return Answered({table.dataset: found.rows}, {table.dataset: found.bad_rows})


def ask_openrouter(live: Live, address: str, subject: Subject, window: Window) -> Answered:
    """The price list, whole; or the daily rankings, page by page from a few days before the last that is landed."""
    source = "feed_openrouter"
    if subject.name == OPENROUTER_PRICES:
        found = openrouter.parse_models(json_body(live.client.get(source, address + openrouter.MODELS_PATH), source))
        return Answered({"openrouter_prices": found.rows}, {"openrouter_prices": found.bad_rows})
    if source not in live.keys:
        raise SourceFailed(source, "is not asked without a key: set FREEFLOAT_OPENROUTER_API_KEY (the prices need none)")
    rows, bad_rows = [], []
    for first_on, last_on in openrouter.pages(window.first_on, window.today):
        path = openrouter.rankings_path(first_on, last_on)
        answer = live.client.get(source, address + path, headers={"Authorization": f"Bearer {live.keys[source]}"})
        found = openrouter.parse_rankings(json_body(answer, source), first_on, last_on)
        rows += found.rows
        bad_rows += found.bad_rows
    return Answered({"openrouter_token_usage": rows}, {"openrouter_token_usage": bad_rows})


def _securities(knows: Callable[[str], str | None]) -> Callable[[Folders, datetime], list[Subject]]:
    """The securities for which a source has a code."""
    return lambda folders, now: [
        subject for subject in instruments(folders, now) if subject.kind == "security" and knows(subject.name)
    ]


def _known_to_yahoo(folders: Folders, now: datetime) -> list[Subject]:
    return [subject for subject in instruments(folders, now) if yahoo_chart.knows(subject.name)]


FEEDS: tuple[Feed, ...] = (
    Feed("feed_yahoo_chart", ("yahoo_prices", "yahoo_corporate_actions"), _known_to_yahoo, ask_yahoo),
    Feed("feed_eastmoney_kline", ("eastmoney_prices",), _securities(eastmoney_kline.secid), ask_eastmoney),
    Feed("feed_tencent_kline", ("tencent_prices",), _securities(tencent_kline.code), ask_tencent),
    Feed(
        "feed_eastmoney_datacenter",
        ("eastmoney_lift_stages", "eastmoney_lift_holders"),
        _securities(eastmoney_datacenter.security_code),
        ask_eastmoney_datacenter,
        is_daily=False,
    ),
    Feed("feed_ecb", ("ecb_fx_rates",), lambda folders, now: [Subject("rates")], ask_ecb, is_daily=False),
    Feed(
        "feed_epoch_ai",
        tuple(table.dataset for table in epoch_ai.TABLES.values()),
        lambda folders, now: [Subject(name) for name in epoch_ai.TABLES],
        ask_epoch,
        is_daily=False,
    ),
    Feed(
        "feed_openrouter",
        ("openrouter_token_usage", "openrouter_prices"),
        lambda folders, now: [Subject(OPENROUTER_PRICES), Subject("rankings")],
        ask_openrouter,
        is_daily=False,
    ),
)


def stale_sources(folders: Folders) -> list[Stale]:
    """Every live source, or subject of one, whose last answer failed."""
    return [stale for feed in FEEDS for stale in State(feed, folders).stale()]

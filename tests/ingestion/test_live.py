"""The live sources against stand-ins on loopback: what is asked, what lands, and what each fault leaves behind."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ingestion.dataset import Folders, all_datasets
from ingestion.freshness import behind
from ingestion.http_client import HttpClient
from ingestion.landing import land_dataset, write_parquet
from ingestion.live import FeedLanding, Live, land_feed
from ingestion.sources import FEEDS, stale_sources
from orchestration.settings import Settings
from tests.conftest import PROJECT
from tests.standins.market import DATACENTER, EASTMONEY, ECB, PRICE_SOURCES, TENCENT, YAHOO, Market
from tests.standins.server import FAULTS, StandIns

PARENTS = (
    "documents",
    "exchanges",
    "trading_days",
    "listing_events",
    "lockup_comparables",
    "share_capital_events",
    "instruments",
)
SECURITIES = {"0020.HK", "0100.HK", "1024.HK", "2513.HK", "9660.HK", "688256.SH"}
FEED_OF = {
    YAHOO: "feed_yahoo_chart",
    EASTMONEY: "feed_eastmoney_kline",
    DATACENTER: "feed_eastmoney_datacenter",
    TENCENT: "feed_tencent_kline",
    ECB: "feed_ecb",
}
BARS = {YAHOO: "yahoo_prices", EASTMONEY: "eastmoney_prices", TENCENT: "tencent_prices"}
FRIDAY = date(2026, 11, 20)
MONDAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def parents(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("parents")
    for name in PARENTS:
        assert land_dataset(all_datasets()[name], Folders(PROJECT / "data", folder)).is_clean
    return folder


@pytest.fixture
def folders(parents: Path, tmp_path: Path) -> Folders:
    (tmp_path / "landed").mkdir()
    for name in PARENTS:
        (tmp_path / "landed" / name).symlink_to(parents / "landed" / name)
    return Folders(PROJECT / "data", tmp_path)


@pytest.fixture
def few(folders: Folders) -> Folders:
    """Three instruments, one of each kind: what a fault does to a source does not depend on how many there are."""
    frame = pl.read_parquet(folders.landed / "instruments" / "instruments.parquet")
    (folders.landed / "instruments").unlink()
    write_parquet(
        frame.filter(pl.col("ticker").is_in(["1024.HK", "688256.SH", "^HSI"])),
        folders.landed / "instruments" / "instruments.parquet",
    )
    return folders


@pytest.fixture
def market() -> Market:
    return Market(starts_on=date(2026, 9, 1), upto=FRIDAY)


@pytest.fixture
def stand_ins(market: Market) -> Iterator[StandIns]:
    with StandIns(market) as servers:
        yield servers


def ask(
    source: str, folders: Folders, stand_ins: StandIns, *, on: date = FRIDAY, between: tuple[date, date] | None = None
) -> FeedLanding:
    """Asks one source at 20:00 in Hong Kong and Shanghai on a day, without real waits between attempts."""
    now = datetime(on.year, on.month, on.day, 12, tzinfo=UTC)
    settings = {setting.removeprefix("FREEFLOAT_").lower(): url for setting, url in stand_ins.environment.items()}
    with HttpClient(timeout_seconds=0.5, attempts=2, requests_per_second=1000, sleep=lambda seconds: None) as client:
        live = Live(client, Settings(**settings).addresses, now)
        return land_feed(next(feed for feed in FEEDS if feed.source == FEED_OF[source]), folders, live, between)


def landed(folders: Folders, dataset: str) -> pl.DataFrame:
    return pl.read_parquet(sorted((folders.landed / dataset).glob("*.parquet")))


def as_traded(market: Market, ticker: str, source: str) -> list[tuple[Any, ...]]:
    """The market's own bars as a source sees them."""
    return [(b.trading_date, b.open, b.high, b.low, b.close, b.volume_shares) for b in market.bars(ticker, source)]


@pytest.mark.parametrize("source", PRICE_SOURCES)
def test_every_bar_lands_as_it_was_traded(source: str, folders: Folders, stand_ins: StandIns, market: Market) -> None:
    result = ask(source, folders, stand_ins)
    assert result.failed == []
    bars = landed(folders, BARS[source])
    expected = {YAHOO: SECURITIES | {"^HSI", "000300.SS"}, EASTMONEY: SECURITIES, TENCENT: SECURITIES - {"688256.SH"}}[source]
    assert set(bars["ticker"]) == expected
    for ticker in SECURITIES & expected:
        of_ticker = bars.filter(pl.col("ticker") == ticker).sort("trading_date")
        rows = of_ticker.select("trading_date", "open", "high", "low", "close", "volume_shares").rows()
        assert rows == as_traded(market, ticker, source), ticker
        assert of_ticker["known_on"].to_list() == of_ticker["trading_date"].to_list()
    if source != YAHOO:
        turnover = dict(bars.filter(pl.col("ticker") == "1024.HK").select("trading_date", "turnover").iter_rows())
        traded = {b.trading_date: b.turnover for b in market.bars("1024.HK")}
        assert turnover.keys() == traded.keys()
        # Tencent prints units of 10,000 with a few decimals, East Money a float: the same to the last printed digit
        assert all(abs(turnover[day] - traded[day]) <= 64 for day in traded)


@pytest.mark.parametrize("source", PRICE_SOURCES)
def test_a_second_run_asks_for_the_overlap_only_and_writes_nothing(source: str, folders: Folders, stand_ins: StandIns) -> None:
    first = ask(source, folders, stand_ins)
    subjects = first.landings[BARS[source]].rows and len(set(landed(folders, BARS[source])["ticker"]))
    files = {path: path.stat().st_mtime_ns for path in folders.landed.glob("*_prices/*.parquet")}
    stand_ins.requests.clear()
    second = ask(source, folders, stand_ins)
    asked = stand_ins.asked(source)
    assert len(asked) == subjects
    for request in asked:
        if source == YAHOO:  # five sessions before the last: Friday 13 November is the sixth last
            first_on = datetime.fromtimestamp(int(request.query["period1"]), UTC).date()
            assert first_on == date(2026, 11, 16), request
        elif source == EASTMONEY:
            assert request.query["lmt"] == "5"
        else:
            assert request.query["param"].split(",")[2:5] == ["2026-11-16", "2026-11-20", "5"]
    assert not any(second.new_days.values())
    assert {path: path.stat().st_mtime_ns for path in folders.landed.glob("*_prices/*.parquet")} == files


def test_a_new_day_writes_only_its_own_file(few: Folders, stand_ins: StandIns, market: Market) -> None:
    ask(YAHOO, few, stand_ins)
    before = {path.name: path.read_bytes() for path in (few.landed / "yahoo_prices").glob("*.parquet")}
    assert set(before) == {"0000.parquet", "2026-11-20.parquet"}
    market.upto = MONDAY
    result = ask(YAHOO, few, stand_ins, on=MONDAY)
    assert result.new_days["yahoo_prices"] == {MONDAY}
    after = {path.name: path.read_bytes() for path in (few.landed / "yahoo_prices").glob("*.parquet")}
    assert set(after) - set(before) == {"2026-11-23.parquet"}
    assert all(after[name] == content for name, content in before.items())


def test_a_restated_bar_keeps_both_versions(few: Folders, stand_ins: StandIns, market: Market) -> None:
    ask(YAHOO, few, stand_ins)
    was = market.bar("1024.HK", date(2026, 11, 19)).close
    market.restate("1024.HK", date(2026, 11, 19), source=YAHOO, close=was + Decimal("0.5"))
    ask(YAHOO, few, stand_ins, on=MONDAY)
    versions = landed(few, "yahoo_prices").filter(
        (pl.col("ticker") == "1024.HK") & (pl.col("trading_date") == date(2026, 11, 19))
    )
    assert versions.sort("retrieved_at").select("close", "known_on").rows() == [
        (was, date(2026, 11, 19)),
        (was + Decimal("0.5"), MONDAY),
    ]
    ask(YAHOO, few, stand_ins, on=MONDAY)
    assert landed(few, "yahoo_prices").height == 1 + landed(few, "yahoo_prices").unique(["ticker", "trading_date"]).height


def test_a_bar_is_not_landed_before_it_is_final(folders: Folders, stand_ins: StandIns, market: Market) -> None:
    market.upto = MONDAY
    settings = {setting.removeprefix("FREEFLOAT_").lower(): url for setting, url in stand_ins.environment.items()}
    noon = datetime(2026, 11, 23, 4, tzinfo=UTC)  # 12:00 in Hong Kong, in the middle of the session
    with HttpClient(requests_per_second=1000) as client:
        land_feed(FEEDS[0], folders, Live(client, Settings(**settings).addresses, noon))
    assert landed(folders, "yahoo_prices")["trading_date"].max() == FRIDAY


def test_a_split_is_undone_and_does_not_restate_what_was_landed_before_it(
    folders: Folders, stand_ins: StandIns, market: Market
) -> None:
    # a bonus issue of 4.9 for 10 on 8 May 2026: before it is known, prices are as traded; after it, Yahoo divides them
    market.starts_on, market.upto = date(2026, 4, 1), date(2026, 5, 7)
    ask(YAHOO, folders, stand_ins, on=date(2026, 5, 7))
    market.upto = date(2026, 5, 12)
    ask(YAHOO, folders, stand_ins, on=date(2026, 5, 12))
    bars = landed(folders, "yahoo_prices").filter(pl.col("ticker") == "688256.SH").sort("trading_date")
    assert bars.select("trading_date", "open", "high", "low", "close", "volume_shares").rows() == as_traded(
        market, "688256.SH", YAHOO
    )
    actions = landed(folders, "yahoo_corporate_actions").filter(pl.col("action") == "split")
    assert actions.select("ticker", "ex_on", "known_on").rows() == [("688256.SH", date(2026, 5, 8), date(2026, 5, 8))]
    assert actions["new_shares"][0] / actions["old_shares"][0] == Decimal("1.49")


def test_the_bars_of_the_company_that_had_the_ticker_before_are_not_believed(
    folders: Folders, stand_ins: StandIns, market: Market
) -> None:
    market.full_history, market.stale_predecessor = True, True
    ask(EASTMONEY, folders, stand_ins)
    first = dict(landed(folders, "eastmoney_prices").group_by("ticker").agg(pl.col("trading_date").min()).iter_rows())
    assert (first["0100.HK"], first["0020.HK"]) == (date(2026, 1, 9), date(2021, 12, 30))


def test_an_interrupted_backfill_goes_on_where_it_stopped(folders: Folders, stand_ins: StandIns) -> None:
    stand_ins.fault(TENCENT, "http_500", ticker="9660.HK")
    first = ask(TENCENT, folders, stand_ins)
    assert [stale.source for stale in first.failed] == ["feed_tencent_kline 9660.HK"]
    stand_ins.mend()
    stand_ins.requests.clear()
    second = ask(TENCENT, folders, stand_ins)
    assert second.failed == [] and stale_sources(folders) == []
    asked = {request.instrument: request.query["param"].split(",")[2] for request in stand_ins.asked(TENCENT)}
    assert asked.pop("9660.HK") == "2024-10-24"
    assert set(asked.values()) == {"2026-11-16"}


def test_months_are_asked_for_again_on_demand(folders: Folders, stand_ins: StandIns) -> None:
    result = ask(YAHOO, folders, stand_ins, between=(date(2026, 10, 1), date(2026, 10, 31)))
    days = landed(folders, "yahoo_prices")["trading_date"]
    assert (days.min(), days.max()) == (date(2026, 10, 2), date(2026, 10, 30))
    assert result.new_days["yahoo_prices"] == set(days)
    # the rest is still missing: the next refresh asks from the listing
    ask(YAHOO, folders, stand_ins)
    assert landed(folders, "yahoo_prices").filter(pl.col("ticker") == "1024.HK")["trading_date"].min() == date(2026, 9, 1)


def test_a_month_on_demand_hides_no_gap(folders: Folders, stand_ins: StandIns, market: Market) -> None:
    market.upto = date(2026, 9, 30)
    ask(EASTMONEY, folders, stand_ins, on=date(2026, 9, 30))
    market.upto = FRIDAY
    ask(EASTMONEY, folders, stand_ins, between=(date(2026, 11, 1), date(2026, 11, 30)))
    ask(EASTMONEY, folders, stand_ins)
    days = landed(folders, "eastmoney_prices").filter(pl.col("ticker") == "1024.HK")["trading_date"]
    assert sorted(days) == [bar.trading_date for bar in market.bars("1024.HK")]


def test_long_histories_of_tencent_are_read_page_by_page(folders: Folders, stand_ins: StandIns, market: Market) -> None:
    market.full_history = True
    ask(TENCENT, folders, stand_ins)
    kuaishou = landed(folders, "tencent_prices").filter(pl.col("ticker") == "1024.HK").sort("trading_date")
    assert kuaishou["trading_date"].to_list() == [bar.trading_date for bar in market.bars("1024.HK", TENCENT)]
    assert kuaishou.height > 1_000
    assert len(stand_ins.asked(TENCENT, "1024.HK")) == -(-kuaishou.height // 500)


def test_a_bad_bar_does_not_end_the_pages_of_tencent(folders: Folders, stand_ins: StandIns, market: Market) -> None:
    market.full_history = True
    stand_ins.fault(TENCENT, "partly_null", times=1, ticker="1024.HK")
    ask(TENCENT, folders, stand_ins)
    kuaishou = landed(folders, "tencent_prices").filter(pl.col("ticker") == "1024.HK")
    assert kuaishou["trading_date"].min() == date(2021, 2, 5)
    assert kuaishou.height == len(market.bars("1024.HK", TENCENT)) - 1


def test_a_page_of_tencent_may_end_with_the_first_bar_that_there_is(few: Folders, stand_ins: StandIns, market: Market) -> None:
    # the newest 500 sessions exactly, while Kuaishou is listed since 2021
    market.full_history = True
    market.starts_on = market.bars("1024.HK")[-500].trading_date
    market.full_history = False
    result = ask(TENCENT, few, stand_ins)
    assert result.failed == []
    assert landed(few, "tencent_prices").height == 500
    assert len(stand_ins.asked(TENCENT)) == 2


#: What a fault of the newest bar leaves: the bar is quarantined, or simply not there; the answer's other bars land.
BAR_FAULTS = {"null_bars", "partly_null", "duplicate_bars", "conflicting_bars", "wrong_unit"}


@pytest.mark.parametrize(
    ("source", "kind"),
    [(source, kind) for source in PRICE_SOURCES for kind in sorted(FAULTS[source] - BAR_FAULTS)],
)
def test_a_fault_fails_the_source_by_name_and_keeps_what_was_landed(
    source: str, kind: str, few: Folders, stand_ins: StandIns, market: Market
) -> None:
    ask(source, few, stand_ins)
    before = landed(few, BARS[source])
    market.upto = MONDAY
    stand_ins.fault(source, kind)
    result = ask(source, few, stand_ins, on=MONDAY)
    assert result.failed and all(stale.source.startswith(FEED_OF[source]) for stale in result.failed)
    assert all(len(stale.reason) > 20 and "Traceback" not in stale.reason for stale in result.failed)
    assert all(stale.since == "2026-11-20T12:00:00Z" for stale in result.failed)
    assert landed(few, BARS[source]).equals(before)
    assert stale_sources(few) == result.failed
    # and the next refresh makes up for it
    stand_ins.mend()
    assert ask(source, few, stand_ins, on=MONDAY).failed == []
    assert landed(few, BARS[source])["trading_date"].max() == MONDAY


@pytest.mark.parametrize(("source", "kind"), [(s, k) for s in PRICE_SOURCES for k in sorted(BAR_FAULTS)])
def test_a_bad_bar_is_told_and_the_others_land(source: str, kind: str, few: Folders, stand_ins: StandIns, market: Market) -> None:
    stand_ins.fault(source, kind, ticker="1024.HK")
    result = ask(source, few, stand_ins)
    bars = landed(few, BARS[source]).filter(pl.col("ticker") == "1024.HK").sort("trading_date")
    expected = as_traded(market, "1024.HK", source)
    rows = bars.select("trading_date", "open", "high", "low", "close", "volume_shares").rows()
    faults = result.landings[BARS[source]].faults
    if kind == "duplicate_bars":
        assert (rows, faults) == (expected, [])
    elif kind == "null_bars" and source == YAHOO:
        assert (rows, faults) == (expected[:-1], [])
    elif kind == "wrong_unit" and source == YAHOO:
        # every volume is a thousand times too large, and no turnover tells: only another source can
        assert rows == [(*row[:-1], row[-1] * 1000) for row in expected]
    elif kind == "wrong_unit":
        assert rows == []
        assert {fault.row for fault in faults} == {int(f"{row[0]:%Y%m%d}") for row in expected if row[-1]}
        assert all("turnover divided by volume lies outside low to high" in fault.reason for fault in faults)
    else:
        assert rows == expected[:-1]
        assert {(fault.file, fault.row) for fault in faults} == {(f"{FEED_OF[source]} 1024.HK", 20261120)}
        quarantined = pl.read_parquet(few.quarantine / BARS[source] / "2026-11-20.parquet")
        assert quarantined.height == len({(f.column, f.value, f.reason) for f in faults})
        # the overlap brings the same bad bar again: it is in quarantine already
        ask(source, few, stand_ins)
        assert pl.read_parquet(few.quarantine / BARS[source] / "2026-11-20.parquet").height == quarantined.height


@pytest.mark.parametrize("kind", ["http_503", "http_429", "truncated"])
def test_a_passing_fault_is_asked_again(kind: str, few: Folders, stand_ins: StandIns) -> None:
    stand_ins.fault(YAHOO, kind, times=1)
    assert ask(YAHOO, few, stand_ins).failed == []


def test_a_security_that_yahoo_lacks_fails_alone(folders: Folders, stand_ins: StandIns, market: Market) -> None:
    del market.instruments["0100.HK"]  # MiniMax was missing for its first fifty sessions
    (stale,) = ask(YAHOO, folders, stand_ins).failed
    assert (stale.source, stale.since) == ("feed_yahoo_chart 0100.HK", None)
    assert set(landed(folders, "yahoo_prices")["ticker"]) == SECURITIES - {"0100.HK"} | {"^HSI", "000300.SS"}


def test_a_source_that_cannot_be_reached_is_one_failure_not_eight(folders: Folders, stand_ins: StandIns) -> None:
    stand_ins.fault(YAHOO, "http_503")
    (stale,) = ask(YAHOO, folders, stand_ins).failed
    assert stale.source == "feed_yahoo_chart"
    assert len(stand_ins.asked(YAHOO)) == 2  # two attempts for the first, none for the other seven


def test_the_a_share_calendar_lands_in_shares_and_an_empty_one_is_believed_by_its_own_code(
    folders: Folders, stand_ins: StandIns, market: Market
) -> None:
    ask(DATACENTER, folders, stand_ins)
    stages = landed(folders, "eastmoney_lift_stages").sort("free_on")
    expected = sorted(market.lift_stages, key=lambda stage: stage.free_on)
    assert stages["free_on"].to_list() == [stage.free_on for stage in expected]
    assert [round(n, -4) for n in stages["released_shares"]] == [round(stage.released_shares, -4) for stage in expected]
    # a release that is past was known by its day; one to come is known since it was seen
    assert stages["known_on"].to_list() == [min(stage.free_on, FRIDAY) for stage in expected]
    assert landed(folders, "eastmoney_lift_holders").height > 0
    market.lift_stages.clear()
    assert ask(DATACENTER, folders, stand_ins).failed == []
    assert landed(folders, "eastmoney_lift_stages").height == len(expected)


def test_rows_of_one_key_with_different_values_are_quarantined_once(few: Folders, stand_ins: StandIns, market: Market) -> None:
    stage = market.lift_stages[0]
    market.lift_stages.append(replace(stage, holders=(replace(stage.holders[0], nominal_shares=1, released_shares=1),)))
    first = ask(DATACENTER, few, stand_ins)
    before = landed(few, "eastmoney_lift_holders")
    assert any("is given more than once" in fault.reason for fault in first.landings["eastmoney_lift_holders"].faults)
    ask(DATACENTER, few, stand_ins, on=MONDAY)
    assert landed(few, "eastmoney_lift_holders").equals(before)


@pytest.mark.parametrize("kind", sorted(FAULTS[DATACENTER]))
def test_a_rejected_request_is_not_an_empty_calendar(kind: str, few: Folders, stand_ins: StandIns) -> None:
    stand_ins.fault(DATACENTER, kind)
    (stale,) = ask(DATACENTER, few, stand_ins).failed
    assert stale.source == "feed_eastmoney_datacenter 688256.SH"
    assert landed(few, "eastmoney_lift_stages").height == 0


def test_reference_rates_come_whole_once_and_then_the_recent_ones(folders: Folders, stand_ins: StandIns, market: Market) -> None:
    ask(ECB, folders, stand_ins)
    rates = landed(folders, "ecb_fx_rates")
    assert rates.height == 3 * len(market.rates())
    day, values = market.rates()[-1]
    found = dict(rates.filter(pl.col("rate_on") == day).select("currency", "per_eur").iter_rows())
    assert found == {currency: values[currency] for currency in ("USD", "HKD", "CNY")}
    market.upto = MONDAY
    ask(ECB, folders, stand_ins, on=MONDAY)
    assert [request.path.rpartition("/")[2] for request in stand_ins.asked(ECB)] == [
        "eurofxref-hist.zip",
        "eurofxref-hist-90d.xml",
    ]
    assert landed(folders, "ecb_fx_rates")["rate_on"].max() == MONDAY


def test_bars_are_behind_by_sessions_not_by_days(folders: Folders, stand_ins: StandIns, market: Market) -> None:
    ask(YAHOO, folders, stand_ins)
    prices = all_datasets()["yahoo_prices"]
    # over the weekend nothing is missing, and on Monday not before the bar is final (16:30 in Hong Kong, 15:30 in Shanghai)
    assert behind(folders, prices, datetime(2026, 11, 22, 12, tzinfo=UTC)) == []
    assert behind(folders, prices, datetime(2026, 11, 23, 7, tzinfo=UTC)) == []
    late = behind(folders, prices, datetime(2026, 11, 24, 7, tzinfo=UTC))
    assert {(one.ticker, one.expected_on, one.sessions) for one in late} == {
        (ticker, MONDAY, 1) for ticker in SECURITIES | {"^HSI", "000300.SS"}
    }
    # 25 and 26 December 2026 are holidays in Hong Kong: on the 27th the 24th is the last session there
    market.upto = date(2026, 12, 24)
    ask(YAHOO, folders, stand_ins, on=date(2026, 12, 24))
    assert {one.ticker for one in behind(folders, prices, datetime(2026, 12, 27, 12, tzinfo=UTC))} == {"688256.SH", "000300.SS"}


def test_a_damaged_record_of_what_was_asked_costs_a_question_not_a_row(folders: Folders, stand_ins: StandIns) -> None:
    ask(YAHOO, folders, stand_ins)
    before = landed(folders, "yahoo_prices").height
    (folders.data / "build" / "feeds" / "feed_yahoo_chart.json").write_text("{")
    stand_ins.requests.clear()
    ask(YAHOO, folders, stand_ins)
    assert landed(folders, "yahoo_prices").height == before
    first_asked = {int(request.query["period1"]) for request in stand_ins.asked(YAHOO, "9660.HK")}
    assert first_asked == {int(datetime(2024, 10, 24, tzinfo=UTC).timestamp())}
    assert set(json.loads((folders.data / "build" / "feeds" / "feed_yahoo_chart.json").read_text())) == SECURITIES | {
        "^HSI",
        "000300.SS",
    }


def test_without_live_sources_nothing_is_asked_and_the_tables_exist(folders: Folders) -> None:
    for feed in FEEDS:
        result = land_feed(feed, folders, None)
        assert result.failed == []
        for name in feed.datasets:
            assert dict(landed(folders, name).schema) == all_datasets()[name].polars_schema

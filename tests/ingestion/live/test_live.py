"""The live sources against stand-ins on loopback: what is asked, what lands, and what each fault leaves behind."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ingestion.dataset import Folders, all_datasets
from ingestion.landing.land import Landing, write_parquet
from ingestion.live.freshness import behind
from ingestion.live.http import HttpClient
from ingestion.live.land import land_source
from ingestion.live.source import Live, NotConfigured, SourceLanding, all_sources
from ingestion.live.state import not_configured_sources, stale_sources
from orchestration.settings import Settings
from tests.conftest import MARKET_PARENTS, PROJECT, land_now
from tests.standins import labs
from tests.standins.listings import leave_out_other_listings
from tests.standins.market import (
    DATACENTER,
    EASTMONEY,
    ECB,
    EPOCH,
    OPENROUTER,
    OTHER_LISTINGS,
    PRICE_SOURCES,
    TENCENT,
    YAHOO,
    Market,
)
from tests.standins.server import FAULTS, StandIns
from tests.standins.sources.epoch_ai import EPOCH_ZIP
from tests.standins.sources.openrouter import OPENROUTER_KEY

SECURITIES = {"0020.HK", "0100.HK", "1024.HK", "2513.HK", "9660.HK", "688256.SH"}
BARS = {YAHOO: "yahoo_prices", EASTMONEY: "eastmoney_prices", TENCENT: "tencent_prices"}
FRIDAY = date(2026, 11, 20)
MONDAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def parents(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("parents")
    for name in MARKET_PARENTS:
        assert land_now(name, Folders(PROJECT / "data", folder)).is_clean
    leave_out_other_listings(Folders(PROJECT / "data", folder))
    return folder


@pytest.fixture
def folders(parents: Path, tmp_path: Path) -> Folders:
    (tmp_path / "landed").mkdir()
    for name in MARKET_PARENTS:
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
    source: str,
    folders: Folders,
    stand_ins: StandIns,
    *,
    on: date = FRIDAY,
    between: tuple[date, date] | None = None,
    key: str = OPENROUTER_KEY,
) -> SourceLanding:
    """Asks one source at 20:00 in Hong Kong and Shanghai on a day, without real waits between attempts."""
    now = datetime(on.year, on.month, on.day, 12, tzinfo=UTC)
    environment = {name.removeprefix("FREEFLOAT_").lower(): word for name, word in stand_ins.environment.items()}
    settings = Settings(**environment | {"openrouter_api_key": key})
    # an answer that is to come may take its time on a busy machine
    timeout_seconds = 0.3 if stand_ins.hangs(source) else 10
    with HttpClient(timeout_seconds=timeout_seconds, attempts=2, requests_per_second=1000, sleep=lambda seconds: None) as client:
        live = Live(client, settings.addresses, now, settings.keys)
        return land_source(all_sources()[source], folders, live, between)


@pytest.fixture(scope="module")
def first_answers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where `ask_first` keeps what a source's first answers left."""
    return tmp_path_factory.mktemp("first_answers")


def ask_first(source: str, folders: Folders, stand_ins: StandIns, first_answers: Path) -> None:
    """What `ask` leaves the first time, on the Friday; a source is really asked by the first of the tests that begin so alike."""
    rooms = [*(Path("landed") / name for name in all_sources()[source].datasets), Path("build", "feeds")]
    kept = first_answers / source
    if not kept.exists():
        assert ask(source, folders, stand_ins).failed == []
        for room in rooms:
            shutil.copytree(folders.data / room, kept / room)
    for room in rooms:
        shutil.copytree(kept / room, folders.data / room, dirs_exist_ok=True)


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
    actions: dict[str, list[date]] = {}
    if source == YAHOO:
        actions = dict(landed(folders, "yahoo_corporate_actions").group_by("ticker").agg("ex_on").iter_rows())
        assert actions
    for request in asked:
        if source == YAHOO:  # five sessions before the last: Friday 13 November is the sixth last
            first_on = datetime.fromtimestamp(int(request.query["period1"]), UTC).date()
            # and all of its splits and dividends, so that one that is taken back is found
            assert first_on == min([date(2026, 11, 16), *actions.get(request.instrument, [])]), request
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
        land_source(all_sources()[YAHOO], folders, Live(client, Settings(**settings).addresses, noon))
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


def test_a_split_that_yahoo_takes_back_is_not_listed_since_that_day_and_can_come_back(
    folders: Folders, stand_ins: StandIns, market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    def versions() -> list[tuple[Any, ...]]:
        frame = landed(folders, "yahoo_corporate_actions").filter(pl.col("action") == "split").sort("retrieved_at")
        return frame.select("ticker", "ex_on", "known_on", "not_listed_since").rows()

    market.starts_on, market.upto = date(2026, 4, 1), date(2026, 7, 1)
    ask(YAHOO, folders, stand_ins, on=date(2026, 7, 1))
    listed = ("688256.SH", date(2026, 5, 8), date(2026, 5, 8), None)
    assert versions() == [listed]
    # the ex date lies before the days that are asked for again
    monkeypatch.setattr(market, "splits", lambda ticker: [])
    for day in (2, 3):
        market.upto = date(2026, 7, day)
        ask(YAHOO, folders, stand_ins, on=date(2026, 7, day))
        gone = ("688256.SH", date(2026, 5, 8), date(2026, 7, 2), date(2026, 7, 2))
        assert versions() == [listed, gone]
    bars = landed(folders, "yahoo_prices").filter(pl.col("ticker") == "688256.SH")
    assert bars.height == bars.unique(["trading_date"]).height
    monkeypatch.undo()
    market.upto = date(2026, 7, 6)
    ask(YAHOO, folders, stand_ins, on=date(2026, 7, 6))
    assert versions() == [listed, gone, ("688256.SH", date(2026, 5, 8), date(2026, 7, 6), None)]


def test_a_model_that_leaves_the_list_is_not_listed_and_one_that_can_not_be_read_still_is(
    folders: Folders, stand_ins: StandIns, market: Market
) -> None:
    ask(OPENROUTER, folders, stand_ins)
    before = landed(folders, "openrouter_prices")
    left, odd = market.labs.models[0], market.labs.models[1]
    market.labs.models.remove(left)
    odd["pricing"]["prompt"] = "-0.5"
    result = ask(OPENROUTER, folders, stand_ins, on=MONDAY)
    assert result.failed == [] and len(result.landings["openrouter_prices"].faults) == 1
    news = landed(folders, "openrouter_prices").filter(pl.col("retrieved_at") > before["retrieved_at"].max())
    assert set(news["model_id"]) == {left["id"]}
    assert set(news["not_listed_since"]) == set(news["known_on"]) == {MONDAY}
    # asked again, nothing is new; what was landed by a version without the column has it since
    folder = folders.landed / "openrouter_prices"
    pl.read_parquet(folder / f"{FRIDAY}.parquet").drop("not_listed_since").write_parquet(folder / f"{FRIDAY}.parquet")
    market.labs.models.append(left)
    ask(OPENROUTER, folders, stand_ins, on=MONDAY)
    assert landed(folders, "openrouter_prices").height == before.height + 2 * news.height


def test_a_list_that_lacks_most_of_what_it_held_is_told_and_nothing_of_it_is_taken_as_gone(
    folders: Folders, stand_ins: StandIns, market: Market
) -> None:
    ask(OPENROUTER, folders, stand_ins)
    before = landed(folders, "openrouter_prices")
    held, still = before.height, 2
    del market.labs.models[still:]
    result = ask(OPENROUTER, folders, stand_ins, on=MONDAY)
    (fault,) = result.landings["openrouter_prices"].faults
    assert fault.reason == f"lists {still} of the {held} rows listed before: it looks cut short, so none is taken as gone"
    assert landed(folders, "openrouter_prices").equals(before)


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
    source: str, kind: str, few: Folders, stand_ins: StandIns, market: Market, first_answers: Path
) -> None:
    ask_first(source, few, stand_ins, first_answers)
    before = landed(few, BARS[source])
    market.upto = MONDAY
    stand_ins.fault(source, kind)
    result = ask(source, few, stand_ins, on=MONDAY)
    assert result.failed and all(stale.source.startswith(all_sources()[source].document_id) for stale in result.failed)
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
        assert {(fault.file, fault.row) for fault in faults} == {(f"{all_sources()[source].document_id} 1024.HK", 20261120)}
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
    # what the source no longer lists stays landed, and says so
    stages = landed(folders, "eastmoney_lift_stages").sort("not_listed_since", nulls_last=False)
    assert stages["not_listed_since"].to_list() == [None] * len(expected) + [FRIDAY] * len(expected)


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


def relanded(folders: Folders, name: str) -> Landing:
    """Lands a dataset that the folder shares with other tests, in a place of its own."""
    (folders.landed / name).unlink()
    return land_now(name, folders)


@pytest.mark.parametrize("between", [None, (date(2026, 11, 1), date(2026, 11, 30))])
def test_an_exchange_without_a_calendar_leaves_its_own_subjects_stale_and_the_others_are_asked(
    between: tuple[date, date] | None, folders: Folders, stand_ins: StandIns, market: Market
) -> None:
    (folders.inbox / "exchanges").mkdir(parents=True)
    (folders.inbox / "exchanges" / "seoul.csv").write_text(
        "exchange_mic,ticker_suffix,exchange,currency,time_zone,calendar,calendar_ends_on,benchmark,benchmark_name,bars_final_at,"
        "document_id\nXKRX,.KS,Korea Exchange,KRW,Asia/Seoul,ZZZZ,2026-12-31,^KS11,KOSPI,16:30,package_exchange_calendars\n"
    )
    assert relanded(folders, "exchanges").is_clean
    (refused,) = relanded(folders, "trading_days").refused
    assert "ZZZZ" in str(refused)
    assert relanded(folders, "instruments").is_clean
    (stale,) = ask(YAHOO, folders, stand_ins, between=between).failed
    assert (stale.source, stale.since) == ("feed_yahoo_chart ^KS11", None)
    assert stale.reason == "not asked: its exchange XKRX has no landed session (see trading_days)"
    others = {ticker for ticker, *_ in OTHER_LISTINGS}
    assert set(landed(folders, "yahoo_prices")["ticker"]) == SECURITIES | others | {"^HSI", "000300.SS"}
    assert behind(folders, all_datasets()["yahoo_prices"], datetime(2026, 11, 20, 12, tzinfo=UTC)) == []


def test_an_exchange_that_is_not_landed_leaves_its_own_subjects_stale_and_the_others_are_asked(
    folders: Folders, stand_ins: StandIns
) -> None:
    ask(YAHOO, folders, stand_ins)
    exchanges = pl.read_parquet(folders.landed / "exchanges" / "exchanges.parquet")
    (folders.landed / "exchanges").unlink()
    others = exchanges.filter(pl.col("exchange_mic") != "XSHG")
    write_parquet(others, folders.landed / "exchanges" / "exchanges.parquet")
    failed = ask(YAHOO, folders, stand_ins, on=MONDAY).failed
    assert [stale.source for stale in failed] == ["feed_yahoo_chart 000300.SS", "feed_yahoo_chart 688256.SH"]
    assert {stale.reason for stale in failed} == {
        "not asked: its exchange XSHG is not among the landed exchanges (see exchanges)"
    }
    late = behind(folders, all_datasets()["yahoo_prices"], datetime(2026, 11, 24, 7, tzinfo=UTC))
    assert {one.ticker for one in late} == SECURITIES - {"688256.SH"} | {"^HSI"}
    # what is not asked from a day on needs no calendar
    assert ask(DATACENTER, folders, stand_ins).failed == []
    assert landed(folders, "eastmoney_lift_stages").height > 0


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
    for source in all_sources().values():
        result = land_source(source, folders, None)
        assert result.failed == []
        for name in source.datasets:
            assert dict(landed(folders, name).schema) == all_datasets()[name].polars_schema


#: Each of Epoch's tables: its file, its dataset, and what the source calls it in messages.
EPOCH_TABLES = {
    labs.REVENUE: ("epoch_revenue_reports", "revenue reports"),
    labs.FUNDING: ("epoch_funding_rounds", "funding rounds"),
    labs.USAGE: ("epoch_usage_reports", "usage reports"),
    EPOCH_ZIP: ("epoch_capability_index", "capability index"),
}


def test_epochs_statements_land_each_with_its_own_days(folders: Folders, stand_ins: StandIns, market: Market) -> None:
    result = ask(EPOCH, folders, stand_ins)
    assert result.failed == [] and all(landing.messages() == [] for landing in result.landings.values())
    assert {request.instrument for request in stand_ins.asked(EPOCH)} == set(EPOCH_TABLES)
    revenue = landed(folders, "epoch_revenue_reports")
    # the record that is there twice is one; the label that is there with two values is two statements
    assert revenue.height == len(market.labs.revenue_reports) - 1
    of_2025 = revenue.filter(pl.col("report_id") == "2025 9B").sort("statement_number")
    assert of_2025.select("statement_number", "annualized_revenue_usd", "report_on", "known_on").rows() == [
        (1, Decimal("9000000000.00"), date(2026, 1, 21), date(2026, 1, 21)),
        (2, Decimal("9200000000.00"), date(2026, 2, 12), date(2026, 2, 12)),
    ]
    # conflicting bases of one day
    of_2023 = revenue.filter(pl.col("as_of") == date(2023, 12, 31)).sort("report_id")
    assert of_2023.select("annualized_revenue_usd", "period_revenue_usd", "scope").rows() == [
        (Decimal("2000000000.00"), None, "Full company"),
        (None, Decimal("700000000.00"), "Product/division"),
    ]
    # without a day of report, a statement is known since it was seen
    unreported = revenue.filter(pl.col("company") == "Z.ai (Zhipu)")
    assert unreported.select("report_on", "known_on", "notes").rows() == [(None, FRIDAY, labs.NOTES)]
    assert revenue.filter(pl.col("company") == "MiniMax")["as_of"].to_list() == [None]
    rounds = landed(folders, "epoch_funding_rounds")
    found = {row["round_id"]: row for row in rounds.iter_rows(named=True)}
    assert found["Oct 2025 tender"]["equity_usd"] == 0 and found["Oct 2025 tender"]["is_secondary"]
    assert not found["Oct 2025 tender"]["is_primary"]
    assert (found["2026 round"]["round_type"], found["2026 round"]["is_primary"]) == ("Primary,Debt", True)
    # it closed after it was reported: that it had closed was known from then
    assert (found["Series H"]["report_on"], found["Series H"]["known_on"]) == (date(2026, 5, 20), date(2026, 5, 28))
    assert (found["Next"]["closed_on"], found["Next"]["known_on"]) == (None, date(2026, 10, 20))
    assert (found["Strategic"]["is_excluded"], found["Strategic"]["known_on"]) == (True, FRIDAY)
    use = landed(folders, "epoch_usage_reports")
    users = use.filter(pl.col("report_id") == "ChatGPT 700M WAU").sort("statement_number")["active_users"].to_list()
    assert users == [700_000_000, 770_000_000]
    index = landed(folders, "epoch_capability_index")
    assert index.filter(pl.col("score").is_null()).height == 3
    gpt_5 = index.filter(pl.col("model_name") == "gpt-5").sort("model_version")
    assert gpt_5.select("model_version", "score").rows() == [
        ("gpt-5_high", Decimal("150.12345679")),
        ("gpt-5_low", Decimal("146.00000000")),
    ]
    assert index.filter(pl.col("model_version") == "gpt-4-0314")["training_compute_flop"].to_list() == [Decimal("2.1e25")]
    # scores are fitted after the release: a score is known since it was seen, whenever its model came out
    assert all(day < FRIDAY for day in index["release_on"].drop_nulls()) and set(index["known_on"]) == {FRIDAY}


def test_epoch_asked_again_writes_nothing_and_a_restated_figure_is_a_further_version(
    folders: Folders, stand_ins: StandIns, market: Market
) -> None:
    ask(EPOCH, folders, stand_ins)
    files = {path: path.stat().st_mtime_ns for path in folders.landed.glob("epoch_*/*.parquet")}
    ask(EPOCH, folders, stand_ins, on=MONDAY)
    assert {path: path.stat().st_mtime_ns for path in folders.landed.glob("epoch_*/*.parquet")} == files
    next(one for one in market.labs.revenue_reports if one["Id"] == "Dec 2024 5.5B")["Annualized revenue (USD)"] = "5600000000"
    ask(EPOCH, folders, stand_ins, on=MONDAY)
    versions = landed(folders, "epoch_revenue_reports").filter(pl.col("report_id") == "Dec 2024 5.5B").sort("retrieved_at")
    assert versions.select("annualized_revenue_usd", "known_on").rows() == [
        (Decimal("5500000000.00"), date(2025, 6, 9)),
        (Decimal("5600000000.00"), MONDAY),
    ]


def test_a_new_header_of_the_revenue_table_restates_only_what_it_says_anew(
    folders: Folders, stand_ins: StandIns, market: Market
) -> None:
    market.labs.header_version = "v2026-01"
    for record in market.labs.revenue_reports:
        if record["Company"] == "MiniMax":
            del record["Scope"]
    assert ask(EPOCH, folders, stand_ins).failed == []
    first = landed(folders, "epoch_revenue_reports")
    assert set(first["header_version"]) == {"v2026-01"}
    assert first.filter(pl.col("report_id") == "2023 2.0B").select(
        "annualized_revenue_usd", "annualized_revenue_type"
    ).rows() == [(Decimal("2000000000.00"), labs.RUN_RATE)]
    market.labs.header_version = "v2026-09"
    assert ask(EPOCH, folders, stand_ins, on=MONDAY).failed == []
    again = landed(folders, "epoch_revenue_reports").filter(pl.col("header_version") == "v2026-09")
    # MiniMax has no scope in either: nothing is new of it
    assert set(first["company"]) - set(again["company"]) == {"MiniMax"}
    assert set(again["known_on"]) == {MONDAY}


@pytest.mark.parametrize("file", EPOCH_TABLES)
@pytest.mark.parametrize("kind", sorted(FAULTS[EPOCH]))
def test_a_fault_of_one_of_epochs_tables_leaves_it_stale_and_the_others_current(
    kind: str, file: str, folders: Folders, stand_ins: StandIns, market: Market, first_answers: Path
) -> None:
    ask_first(EPOCH, folders, stand_ins, first_answers)
    dataset, name = EPOCH_TABLES[file]
    before = landed(folders, dataset)
    for records in vars(market.labs).values():
        if isinstance(records, list) and records and "Confidence" in records[0]:
            records[0]["Confidence"] = "Uncertain"
    market.labs.capability_index[0]["Confidence"] = "Uncertain"
    stand_ins.fault(EPOCH, kind, ticker=file)
    result = ask(EPOCH, folders, stand_ins, on=MONDAY)
    failing = [name]
    if kind in ("http_500", "http_503", "http_429", "hang"):  # the host is asked no more after that
        failing = [later for _, later in list(EPOCH_TABLES.values())[list(EPOCH_TABLES).index(file) :]]
    assert [stale.source for stale in result.failed] == (
        ["feed_epoch_ai"] if len(failing) == len(EPOCH_TABLES) else [f"feed_epoch_ai {one}" for one in failing]
    )
    for other, other_name in EPOCH_TABLES.values():
        assert (landed(folders, other)["known_on"].max() == MONDAY) == (other_name not in failing)
    assert all(len(stale.reason) > 20 and stale.since == "2026-11-20T12:00:00Z" for stale in result.failed)
    if kind == "renamed":
        assert " (new)" in result.failed[0].reason and "Confidence" in result.failed[0].reason
    assert landed(folders, dataset).equals(before)
    assert stale_sources(folders) == result.failed
    stand_ins.mend()
    assert ask(EPOCH, folders, stand_ins, on=MONDAY).failed == []
    assert landed(folders, dataset).height == before.height + 1


def test_a_record_of_epoch_that_can_not_be_read_is_told_and_the_others_land(
    folders: Folders, stand_ins: StandIns, market: Market
) -> None:
    market.labs.revenue_reports[4]["Annualized revenue (USD)"] = "about 9bn"
    result = ask(EPOCH, folders, stand_ins)
    (fault,) = result.landings["epoch_revenue_reports"].faults
    assert (fault.file, fault.row, fault.value) == ("feed_epoch_ai revenue reports", 20260121, "about 9bn")
    assert "Anthropic, 2025 9B" in fault.reason
    assert landed(folders, "epoch_revenue_reports").height == len(market.labs.revenue_reports) - 2


def test_prices_land_exactly_a_million_times_what_is_printed(folders: Folders, stand_ins: StandIns) -> None:
    assert ask(OPENROUTER, folders, stand_ins).failed == []
    prices = {
        (row["model_id"], row["override_number"]): row for row in landed(folders, "openrouter_prices").iter_rows(named=True)
    }
    glm = prices["z-ai/glm-5.2", 0]
    names = ("input_per_mtok", "output_per_mtok", "cache_read_per_mtok", "cache_write_per_mtok")
    assert [glm[name] for name in names] == [Decimal("0.56"), Decimal("1.76"), Decimal("0.104"), None]
    assert prices["minimax/minimax-m2.5", 0]["input_per_mtok"] == Decimal("0.30000000000000004")
    assert (glm["variant"], glm["created_on"], glm["known_on"]) == ("standard", date(2026, 6, 16), FRIDAY)
    free = prices["z-ai/glm-5.2:free", 0]
    assert (free["variant"], free["input_per_mtok"], free["is_dynamic"]) == ("free", 0, False)
    router = prices["openrouter/auto", 0]
    assert (router["is_dynamic"], router["input_per_mtok"], router["request_usd"]) == (True, None, None)
    assert prices["~z-ai/glm-latest", 0]["is_alias"] and not glm["is_alias"]
    long, night = prices["google/gemini-3-pro", 1], prices["google/gemini-3-pro", 2]
    assert (long["min_prompt_tokens"], long["input_per_mtok"], long["output_per_mtok"]) == (200_000, 4, 18)
    assert (night["utc_start"], night["utc_end"], night["utc_days"]) == ("2200", "0600", "sat,sun")
    # what an override does not replace is as without it
    assert (night["input_per_mtok"], night["output_per_mtok"]) == (1, 12)


def test_rankings_keep_other_and_make_up_no_zero(folders: Folders, stand_ins: StandIns, market: Market) -> None:
    ask(OPENROUTER, folders, stand_ins)
    usage = landed(folders, "openrouter_token_usage")
    # from their first day to yesterday (UTC), in pages of at most 366 days
    assert (usage["usage_on"].min(), usage["usage_on"].max()) == (date(2025, 1, 1), date(2026, 11, 19))
    pages = [request.query for request in stand_ins.asked(OPENROUTER, "rankings-daily")]
    assert [(page["start_date"], page["end_date"]) for page in pages] == [
        ("2025-01-01", "2026-01-01"),
        ("2026-01-02", "2026-11-19"),
    ]
    assert all("sk-or" not in str(page) for page in pages)
    other = usage.filter(pl.col("is_other"))
    assert other.height == (date(2026, 11, 19) - date(2025, 1, 1)).days + 1
    expected = {
        day: tokens for day, slug, tokens in market.labs.rankings(date(2025, 1, 1), date(2026, 11, 19)) if slug == "other"
    }
    assert dict(other.select("usage_on", "tokens").iter_rows()) == expected
    gone = usage.filter(pl.col("model") == "z-ai/glm-5.1-20260401")
    assert gone["usage_on"].max() == date(2026, 7, 22) and 0 not in gone["tokens"].to_list()
    assert set(usage.filter(pl.col("variant") == "free")["model"]) == {labs.GLM}


def test_restated_rankings_are_further_versions_and_a_new_as_of_alone_is_none(
    folders: Folders, stand_ins: StandIns, market: Market
) -> None:
    ask(OPENROUTER, folders, stand_ins)
    before = landed(folders, "openrouter_token_usage").height
    stand_ins.requests.clear()
    market.labs.restated_tokens[labs.GLM, date(2026, 11, 18)] = 1_234
    ask(OPENROUTER, folders, stand_ins, on=MONDAY)
    (request,) = stand_ins.asked(OPENROUTER, "rankings-daily")
    assert (request.query["start_date"], request.query["end_date"]) == ("2026-11-12", "2026-11-22")
    usage = landed(folders, "openrouter_token_usage")
    # three new days of five rows each, and one restated row
    assert usage.height == before + 3 * 5 + 1
    versions = usage.filter((pl.col("model_permaslug") == labs.GLM) & (pl.col("usage_on") == date(2026, 11, 18)))
    assert versions.sort("retrieved_at").select("known_on", "source_as_of").rows() == [
        (date(2026, 11, 18), "2026-11-20T01:46:00Z"),
        (MONDAY, "2026-11-23T01:46:00Z"),
    ]
    assert versions.sort("retrieved_at")["tokens"].to_list()[1] == 1_234


def test_without_a_key_the_rankings_are_not_configured_and_nothing_has_failed(folders: Folders, stand_ins: StandIns) -> None:
    result = ask(OPENROUTER, folders, stand_ins, key="")
    assert result.failed == stale_sources(folders) == [] and not result.is_unanswered
    missing = NotConfigured("openrouter rankings", None, "FREEFLOAT_OPENROUTER_API_KEY")
    assert not_configured_sources(folders) == [missing]
    assert [request.instrument for request in stand_ins.requests] == ["models"]
    assert landed(folders, "openrouter_prices").height > 0
    assert landed(folders, "openrouter_token_usage").height == 0


def test_a_key_that_comes_and_goes_is_told_and_what_was_asked_with_it_is_not_asked_again(
    folders: Folders, stand_ins: StandIns
) -> None:
    ask(OPENROUTER, folders, stand_ins, key="")
    ask(OPENROUTER, folders, stand_ins)
    assert not_configured_sources(folders) == []
    # a fault of the prices is theirs alone while the rankings are not asked about
    stand_ins.fault(OPENROUTER, "renamed", ticker="models")
    (stale,) = ask(OPENROUTER, folders, stand_ins, on=MONDAY, key="").failed
    assert stale.source == "feed_openrouter prices"
    (missing,) = not_configured_sources(folders)
    assert (missing.source, missing.since) == ("openrouter rankings", "2026-11-20T12:00:00Z")
    stand_ins.mend()
    stand_ins.requests.clear()
    assert ask(OPENROUTER, folders, stand_ins, on=MONDAY).failed == not_configured_sources(folders) == []
    (request,) = stand_ins.asked(OPENROUTER, "rankings-daily")
    assert request.query["start_date"] == "2026-11-12"


def test_a_key_that_is_not_accepted_is_told_and_shown_nowhere(folders: Folders, stand_ins: StandIns) -> None:
    secret = "sk-or-v1-secret-of-somebody"
    (stale,) = ask(OPENROUTER, folders, stand_ins, key=secret).failed
    assert "401" in stale.reason and "key" in stale.reason
    written = [path.read_bytes() for path in folders.data.rglob("*") if path.is_file()]
    assert written and not any(secret.encode() in content for content in written)
    settings = Settings(openrouter_api_key=secret)
    assert secret not in repr(settings) + str(settings.model_dump())
    assert secret not in repr(Live(HttpClient(), settings.addresses, datetime.now(UTC), settings.keys))


@pytest.mark.parametrize(("subject", "kind"), [(s, k) for s in ("models", "rankings-daily") for k in sorted(FAULTS[OPENROUTER])])
def test_a_fault_of_openrouter_keeps_what_was_landed(
    subject: str, kind: str, folders: Folders, stand_ins: StandIns, market: Market, first_answers: Path
) -> None:
    market.labs.models[1:] = []
    ask_first(OPENROUTER, folders, stand_ins, first_answers)
    dataset, name = {"models": ("openrouter_prices", "prices"), "rankings-daily": ("openrouter_token_usage", "rankings")}[subject]
    before = landed(folders, dataset)
    market.labs.models[0] |= {"context_length": 8_192}
    stand_ins.fault(OPENROUTER, kind, ticker=subject)
    failed = ask(OPENROUTER, folders, stand_ins, on=MONDAY).failed
    # a host that cannot be talked to is not asked for the rankings either
    is_all = subject == "models" and kind in ("http_500", "http_503", "http_429", "hang")
    assert [stale.source for stale in failed] == ["feed_openrouter" if is_all else f"feed_openrouter {name}"]
    assert failed[0].since == "2026-11-20T12:00:00Z" and len(failed[0].reason) > 20
    assert OPENROUTER_KEY not in str(failed)
    assert landed(folders, dataset).equals(before)
    stand_ins.mend()
    assert ask(OPENROUTER, folders, stand_ins, on=MONDAY).failed == []
    assert landed(folders, dataset).height > before.height

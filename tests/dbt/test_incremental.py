"""An incremental build gives exactly what a full build gives, on symbols with gaps and whatever a source can do to its past."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.artifacts.schemas.run import RunExecutionResult
from dbt.cli.main import dbtRunner, dbtRunnerResult
from dbt.contracts.graph.manifest import Manifest
from dbt.contracts.graph.nodes import SingularTestNode
from polars.testing import assert_frame_equal

from ingestion.dataset import all_datasets
from orchestration.defs import dbt_runner
from orchestration.defs.dbt_runner import PROJECT_DIR
from orchestration.settings import Settings

#: What depends on bars; all else is built once.
MODELS = (
    "intermediate.int_bar_candidate",
    "intermediate.int_corporate_action",
    "main.fct_corporate_action",
    "intermediate.int_split",
    "intermediate.int_price_adjustment",
    "intermediate.int_zero_volume_bar",
    "main.fct_zero_volume_bar",
    "intermediate.int_held_back_bar",
    "intermediate.int_price_bar",
    "main.fct_turnover_daily",
    "main.fct_price_disagreement",
    "main.fct_held_back_bar",
    "main.fct_benchmark_daily",
    "intermediate.int_newest_bar",
    "intermediate.int_followed_price_bar",
    "intermediate.int_pair_bar",
    "intermediate.int_tested_bar",
)
#: What these read beside; a build on top may find other rows for the series, since it keeps what was replaced.
READ = ("int_bar_series", "int_pair_security", "int_measured_security")
#: Audits that look only at what was retrieved since they last passed.
OF_VOLUME = "assert_every_bar_is_chosen_from_a_landed_one"
OF_KEYS = "assert_every_row_of_a_mart_has_a_key_of_its_own"
AUDITS = (OF_VOLUME, OF_KEYS, "assert_returns_across_splits_chain_to_the_price_change")
FEEDS = {
    "yahoo_prices": "feed_yahoo_chart",
    "eastmoney_prices": "feed_eastmoney_kline",
    "tencent_prices": "feed_tencent_kline",
}
#: Two of them have a float of every day, one has the printed one; the others are made up, the last one is a counter of 7001.HK.
TICKERS = ["2513.HK", "0100.HK", "1024.HK", *(f"{number:04d}.HK" for number in range(7001, 7027)), "87001.HK"]
BENCHMARK = "^HSI"


def keep_what_is_built(manifest: Manifest) -> None:
    """Leaves MODELS in a parsed project, what they read and AUDITS: each run looks through the whole of it."""
    manifest.build_parent_and_child_maps()
    left = [f"model.freefloat.{model.partition('.')[2]}" for model in MODELS]
    read: set[str] = set()
    while left:
        if (name := left.pop()) not in read:
            read.add(name)
            left += manifest.parent_map.get(name, [])
    # the hook notes which audits passed
    read |= {f"test.freefloat.{audit}" for audit in AUDITS} | {"operation.freefloat.freefloat-on-run-end-0"}
    manifest.nodes = {name: node for name, node in manifest.nodes.items() if name in read}
    # of all marts, those that are left
    marts = [model.partition(".")[2] for model in MODELS if model.startswith("main.")]
    manifest.macros["macro.freefloat.marts"].macro_sql = f"{{% macro marts() %}}{{{{ return({marts}) }}}}{{% endmacro %}}"
    of_keys = manifest.nodes[f"test.freefloat.{OF_KEYS}"]
    assert isinstance(of_keys, SingularTestNode)
    of_keys.depends_on.nodes = [name for name in of_keys.depends_on.nodes if name in read]
    manifest.unit_tests = {}
    manifest.exposures = {}


class Market:
    """Made-up feeds in a data folder of their own: rows are appended as retrieved, the build is asked for after each step."""

    def __init__(self, release: Path, folder: Path) -> None:
        self.folder = folder
        self.random = random.Random(20260301)
        shutil.copytree(release / "landed", folder / "landed")
        (folder / "build").mkdir()
        as_of = {"release_id": "test", "as_of": date(2026, 11, 1), "created_at": datetime(2026, 11, 1, tzinfo=UTC)}
        pl.DataFrame([as_of]).write_parquet(folder / "build" / "refresh.parquet")
        days = pl.read_parquet(folder / "landed" / "trading_days" / "trading_days.parquet")
        hong_kong = days.filter(pl.col("exchange_mic") == "XHKG", pl.col("trading_date") >= date(2026, 1, 12))
        self.sessions: list[date] = hong_kong.sort("trading_date")["trading_date"].to_list()
        listings = pl.read_parquet(folder / "landed" / "listing_events" / "listing_events.parquet")
        known = {"sector": "made up", "status": "listed", "document_id": "feed_yahoo_chart", "known_on": date(2026, 1, 1)}
        names = [known | {"ticker": ticker, "company": ticker} for ticker in TICKERS if ticker.startswith(("70", "87"))]
        made_up = pl.DataFrame(names, schema=all_datasets()["listing_events"].polars_schema)
        pl.concat([listings, made_up]).write_parquet(folder / "landed" / "listing_events" / "listing_events.parquet")
        for name in (*FEEDS, "yahoo_corporate_actions"):
            shutil.rmtree(folder / "landed" / name, ignore_errors=True)
            self.write(name, "0000", [])
        for name in ("prices", "corporate_actions"):
            self.write(name, name, [])
        self.landed: dict[str, list[dict[str, Any]]] = {name: [] for name in (*FEEDS, "yahoo_corporate_actions")}
        parsed = dbt_runner._known_parse(dbt_runner.parse(Settings(data_dir=folder)))
        assert parsed
        self.manifest = parsed.deepcopy()
        keep_what_is_built(self.manifest)
        self.places: set[tuple[str, str, date]] = set()
        self.now = datetime(2026, 7, 1, 9, tzinfo=UTC)

    def write(self, name: str, file: str, rows: list[Any]) -> None:
        schema = all_datasets()[name].polars_schema
        path = self.folder / "landed" / name / f"{file}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        pl.DataFrame(rows, schema=schema, orient="row").write_parquet(path)

    def add(self, name: str, own_date: date, values: dict[str, Any]) -> None:
        """One row, retrieved a second after the one before; a further version of one that is there is known from then on."""
        self.now += timedelta(seconds=1)
        place = (name, values["ticker"], own_date)
        known_on = self.now.date() if place in self.places else own_date
        self.places.add(place)
        lineage = {"table_ref": "made up", "known_on": known_on, "source_file": name, "source_row": 1}
        document = {"document_id": FEEDS.get(name, "feed_yahoo_chart")}
        self.landed[name].append(values | document | lineage | {"retrieved_at": self.now})

    def bar(self, name: str, ticker: str, day: date, *, volume: int | None = None) -> None:
        """A bar that mostly agrees with those of the other feeds on the day."""
        number = random.Random(f"{ticker} {day}")
        close = Decimal(number.randrange(2000, 2400)) / 100
        high, low = close + Decimal(number.randrange(0, 40)) / 100, close - Decimal(number.randrange(0, 40)) / 100
        shares = number.randrange(1, 10_000) * 100
        if self.random.random() < 0.05:  # a disagreement
            close = high
            shares += 100 * self.random.randrange(0, 3)
        if random.Random(f"{name} {ticker} {self.now}").random() < 0.02:  # a wrong unit
            close, high, low = close * 100, high * 100, low * 100
        if volume is not None:
            shares = volume
        if shares == 0:
            high = low = close
        has_turnover = name != "yahoo_prices" and self.random.random() < 0.8
        # now and then one that does not fit the volume of another feed
        turnover = shares * (high + low + close) / 3 * (10 if self.random.random() < 0.03 else 1)
        values = {
            "ticker": ticker,
            "trading_date": day,
            "currency": "HKD",
            **{"open": close, "high": high, "low": low, "close": close, "price_precision": Decimal("0.01")},
            "volume_shares": shares,
            "volume_precision_shares": 1,
            "turnover": round(turnover, 2) if has_turnover else None,
            "turnover_precision": Decimal("0.01") if has_turnover else None,
        }
        self.add(name, day, values)

    def split(self, ticker: str, ex_on: date, new: str, old: str) -> None:
        shares = {"new_shares": Decimal(new), "old_shares": Decimal(old)}
        self.add("yahoo_corporate_actions", ex_on, {"ticker": ticker, "ex_on": ex_on, "action": "split"} | shares)

    def session(self, day: date, tickers: list[str], *, gap: Callable[[str, str], float], quiet: float = 0.02) -> None:
        """What the feeds give of a day: `gap` is the probability that a feed has no bar of a ticker."""
        for name in FEEDS:
            for ticker in tickers:
                if self.random.random() >= gap(name, ticker):
                    self.bar(name, ticker, day, volume=0 if self.random.random() < quiet else None)
        self.bar("yahoo_prices", BENCHMARK, day)

    def land(self) -> None:
        """Writes what was added: each row into the file of its day of retrieval."""
        for name, rows in self.landed.items():
            for day in {row["retrieved_at"].date() for row in rows}:
                self.write(name, str(day), [row for row in rows if row["retrieved_at"].date() == day])
        self.now = datetime(self.now.year, self.now.month, self.now.day, 9, tzinfo=UTC) + timedelta(days=1)

    def run(self, *arguments: str) -> dbtRunnerResult:
        """What dbt says of a command."""
        paths = ["--project-dir", str(PROJECT_DIR), "--profiles-dir", str(PROJECT_DIR)]
        paths += ["--target-path", str(self.folder / "build" / "dbt"), "--log-path", str(self.folder / "build" / "dbt")]
        paths += ["--log-level", "none", "--no-write-json"]
        try:
            return dbtRunner(self.manifest.deepcopy()).invoke([*arguments, *paths])
        finally:
            DuckDBConnectionManager.close_all_connections()

    def build(self, *arguments: str) -> dict[str, pl.DataFrame]:
        """Runs the models; returns the rows of each of MODELS."""
        result = self.run("run", *arguments)
        assert isinstance(result.result, RunExecutionResult), result.exception
        assert result.success, [ended.message for ended in result.result.results if ended.status == "error"]
        with self.connection() as connection:
            return {model: connection.sql(f"select * from {model} order by all").pl() for model in MODELS}

    def failing_audits(self) -> set[str]:
        """Runs AUDITS; returns those that don't pass."""
        found = self.run("test").result
        assert isinstance(found, RunExecutionResult)
        statuses = {result.node.name: result.status for result in found.results if result.node.name in AUDITS}
        assert statuses.keys() == set(AUDITS)
        return {name for name, status in statuses.items() if status != "pass"}

    def connection(self) -> duckdb.DuckDBPyConnection:
        return duckdb.connect(str(self.folder / "build" / "build.duckdb"))

    def assert_incremental_is_full(self) -> dict[str, pl.DataFrame]:
        """Builds what was landed on top of what is built, then all of it from nothing: every row is the same."""
        self.land()
        only = ["--select", *READ, *(model.split(".")[1] for model in MODELS)]
        incremental = self.build(*only)
        kept = self.folder / "build" / "kept.duckdb"
        shutil.copy(self.folder / "build" / "build.duckdb", kept)
        full = self.build(*only, "--full-refresh")
        kept.replace(self.folder / "build" / "build.duckdb")
        for model in MODELS:
            assert_frame_equal(incremental[model], full[model], check_exact=True)
        return incremental


def assert_an_audit_looks_at_what_came_since_it_passed(market: Market, day: date) -> None:
    """Breaks bars of the last session, `day`, and of before: volumes, and a row of a mart that stands twice."""

    def change(when: str, *statements: str) -> None:
        with market.connection() as connection:
            for statement in statements:
                connection.execute(statement.format(when=f"trading_date {when} cast('{day}' as date)"))

    volumes = "update intermediate.int_price_bar set volume_shares = volume_shares + {} where {{when}}"
    broken = (
        volumes.format(1_000_000),
        "create table whole as from main.fct_turnover_daily",
        "insert into main.fct_turnover_daily from main.fct_turnover_daily where {when} limit 1",
    )
    mended = (
        volumes.format(-1_000_000),
        "create or replace table main.fct_turnover_daily as from whole",
        "drop table whole",
    )
    change("=", *broken)
    # what fails is looked at again until it passes
    assert market.failing_audits() == market.failing_audits() == {OF_VOLUME, OF_KEYS}
    change("=", *mended)
    change("<", *broken)
    assert market.failing_audits() == set()
    # all that they read is looked at again once a model of it is built in full, and no other
    market.build("--full-refresh", "--select", "int_newest_bar")
    assert market.failing_audits() == set()
    market.build("--full-refresh", "--select", "fct_zero_volume_bar")
    assert market.failing_audits() == {OF_VOLUME, OF_KEYS}
    change("<", *mended)


def assert_who_has_the_lots_of_a_ticker_is_built_again_with_it(market: Market, day: date, before: date) -> None:
    """A bar of `day` that is restated can free lots that went over: the days of who has them since are built again.

    7004.HK is what 7003.HK goes on as, 7005.HK took 7004.HK over for shares that were issued on the day `before`.
    """
    since = {"7004.HK": day, "7005.HK": before}

    def mark(currency: str) -> None:
        with market.connection() as connection:
            tickers = ", ".join(f"'{ticker}'" for ticker in since)
            connection.execute(f"update main.fct_turnover_daily set currency = '{currency}' where ticker in ({tickers})")

    with market.connection() as connection:
        connection.execute(
            "insert into intermediate.int_succession by name "
            "select '7003.HK' as ticker, '7004.HK' as successor, true as is_direct"
        )
        connection.execute(
            "insert into intermediate.int_merger by name "
            f"select '7004.HK' as ticker, '7005.HK' as acquirer, cast('{before}' as date) as issued_on"
        )
    mark("old")
    market.bar("yahoo_prices", "7003.HK", day)
    market.land()
    turnover = market.build("--select", *(model.split(".")[1] for model in MODELS))["main.fct_turnover_daily"]
    for ticker, first in since.items():
        built = turnover.filter(pl.col("ticker") == ticker)
        assert set(built.filter(pl.col("trading_date") >= first)["currency"]) == {"HKD"}
        assert set(built.filter(pl.col("trading_date") < first)["currency"]) == {"old"}
    mark("HKD")
    with market.connection() as connection:
        connection.execute("delete from intermediate.int_succession where ticker = '7003.HK'")
        connection.execute("delete from intermediate.int_merger where ticker = '7004.HK'")


def is_newest(built: dict[str, pl.DataFrame], ticker: str, day: date) -> bool:
    """Whether int_newest_bar has that day of a ticker."""
    newest = built["intermediate.int_newest_bar"]
    return newest.filter(pl.col("ticker") == ticker)["trading_date"].to_list() == [day]


@pytest.fixture
def market(offline_release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Market:
    monkeypatch.setenv("FREEFLOAT_DATA_DIR", str(tmp_path))
    return Market(offline_release, tmp_path)


def test_incremental_builds_give_exactly_what_a_full_build_gives(market: Market) -> None:
    sessions, chosen = market.sessions, market.random
    gaps = {(name, ticker): chosen.choice([0, 0, 0.1, 0.6]) for name in FEEDS for ticker in TICKERS}
    late = {(name, ticker) for name in FEEDS for ticker in TICKERS if chosen.random() < 0.15}

    def gap(name: str, ticker: str) -> float:
        return gaps[name, ticker]

    # before anything is landed
    market.land()
    every = market.build("--select", *(f"+{model.split('.')[1]}" for model in MODELS))
    assert all(frame.is_empty() for frame in every.values())

    # the first landing: 40 sessions, some tickers missing in some feeds
    for day in sessions[:40]:
        market.session(day, TICKERS, gap=lambda name, ticker: 1 if (name, ticker) in late else gap(name, ticker))
    market.split("7001.HK", sessions[20], "1.49", "1")
    market.split("7002.HK", sessions[25], "1", "10")
    first = market.assert_incremental_is_full()
    turnover = first["main.fct_turnover_daily"]
    estimated = "volume times typical price"
    bases = {"reported", "no trades", f"estimated: {estimated}", f"estimated at the other counter: {estimated}"}
    assert set(turnover["turnover_basis"]) == bases and turnover["counter_volume_shares"].sum() > 0
    assert set(first["main.fct_zero_volume_bar"]["zero_volume_kind"]) == {"half-day", "outage", "halt"}
    assert turnover["float_shares"].is_not_null().any() and turnover["turnover_20d"].is_not_null().any()
    assert not first["main.fct_price_disagreement"].is_empty()
    held_back = first["main.fct_held_back_bar"]
    assert set(held_back["close_to_counted_x"].round(1)) >= {100.0}
    assert set(held_back["reason"]) >= {"other sources agree on another close", "100 times what its bars before it say"}
    # of some days no bar counts, and the audit misses none
    assert held_back["counted_document_id"].null_count() > 0
    assert market.failing_audits() == set()

    # one more session; what did not change is not even looked at
    mark = "update {} set currency = '{}' where ticker = '7003.HK' and trading_date < '{}'"
    with market.connection() as connection:
        for model in ("intermediate.int_price_bar", "main.fct_turnover_daily"):
            connection.execute(mark.format(model, "old", sessions[40]))
    market.session(sessions[40], TICKERS, gap=gap)
    market.land()
    built = market.build("--select", *READ, *(model.split(".")[1] for model in MODELS))
    for model in ("intermediate.int_price_bar", "main.fct_turnover_daily"):
        old = built[model].filter(pl.col("ticker") == "7003.HK", pl.col("trading_date") < sessions[40])
        assert set(old["currency"]) == {"old"}
        with market.connection() as connection:
            connection.execute(mark.format(model, "HKD", sessions[40]))
    assert_an_audit_looks_at_what_came_since_it_passed(market, sessions[40])
    assert_who_has_the_lots_of_a_ticker_is_built_again_with_it(market, sessions[20], sessions[15])
    market.assert_incremental_is_full()

    # restated bars, volumes that come and go among them
    for name in FEEDS:
        for _ in range(40):
            day, ticker = chosen.choice(sessions[:41]), chosen.choice(TICKERS)
            market.bar(name, ticker, day, volume=chosen.choice([0, None, 1200]))
    market.assert_incremental_is_full()

    # late backfills from the first session on, and the next sessions
    for name, ticker in sorted(late):
        for day in sessions[:41]:
            if chosen.random() >= gap(name, ticker):
                market.bar(name, ticker, day)
    for day in sessions[41:44]:
        market.session(day, TICKERS, gap=gap)
    market.assert_incremental_is_full()

    # splits that become known late, and a session on which only one security of a feed has no volume: it is halted
    market.split("7010.HK", sessions[10], "2", "1")
    market.split("7001.HK", sessions[30], "3", "1")
    alone, others = TICKERS[5], TICKERS[6:9]
    for ticker in (alone, *others):
        market.bar("yahoo_prices", ticker, sessions[50], volume=0 if ticker == alone else None)
    halted = market.assert_incremental_is_full()
    bar = (pl.col("ticker") == alone) & (pl.col("trading_date") == sessions[50])
    assert halted["intermediate.int_price_bar"].filter(bar)["zero_volume_kind"].to_list() == ["halt"]

    # the feed takes back the volume of the others: it was an outage, so the halt is no bar any more, nor are theirs
    for ticker in others:
        market.bar("yahoo_prices", ticker, sessions[50], volume=0)
    assert is_newest(halted, alone, sessions[50])
    gone = market.assert_incremental_is_full()
    assert is_newest(gone, alone, sessions[43])
    assert gone["intermediate.int_price_bar"].filter(pl.col("trading_date") == sessions[50]).is_empty()
    assert gone["main.fct_turnover_daily"].filter(pl.col("trading_date") == sessions[50]).is_empty()

    # two securities become a pair, which has all of their bars, and another pair is none any more
    pairs = market.folder / "landed" / "pairs" / "pairs.parquet"
    stated = pl.read_parquet(pairs)
    assert set(gone["intermediate.int_pair_bar"]["ticker"]) == {"0100.HK", "2513.HK"}
    stated.with_columns(ticker=pl.lit("7001.HK"), other_ticker=pl.lit("7002.HK")).write_parquet(pairs)
    # and three are newly tested, each in another way
    tested = {"int_southbound_route": "7004.HK", "int_index_change": "7005.HK", "int_index_entry": "7006.HK"}
    with market.connection() as connection:
        for model, ticker in tested.items():
            connection.execute(f"insert into intermediate.{model} by name select '{ticker}' as ticker")
    market.bar("yahoo_prices", others[0], sessions[52])
    followed = market.assert_incremental_is_full()
    assert set(tested.values()) <= set(followed["intermediate.int_tested_bar"]["ticker"])
    paired = followed["intermediate.int_pair_bar"]
    assert set(paired["ticker"]) == {"7001.HK", "7002.HK"} and paired["trading_date"].min() == sessions[0]

    # a file in which nothing new can be is not even opened; one of the day of the last retrieval is, and one of its month
    for session, hours_later, is_merged in ((sessions[53], 3, False), (sessions[54], 6, True)):
        market.now += timedelta(days=-1, hours=hours_later)
        market.session(session, TICKERS, gap=gap)
        market.land()
        for folder in (market.folder / "landed" / name for name in FEEDS):
            oldest, *others = sorted(folder.glob("2026-*.parquet"))
            oldest.write_bytes(b"no Parquet")
            if is_merged:
                of_the_month = pl.read_parquet(others)
                for path in (oldest, *others):
                    path.unlink()
                of_the_month.write_parquet(folder / f"{others[-1].stem[:7]}.parquet")
        built = market.build("--select", *READ, *(model.split(".")[1] for model in MODELS))
        assert not built["intermediate.int_price_bar"].filter(pl.col("trading_date") == session).is_empty()
    for name in FEEDS:
        for path in (market.folder / "landed" / name).glob("2026-??.parquet"):
            path.unlink()
    market.assert_incremental_is_full()
    assert market.failing_audits() == set()

    # an audit opens no file of before the first day that it looks at
    later = next(day for day in sessions if day > market.now.date())
    market.now = datetime(later.year, later.month, later.day, 9, tzinfo=UTC)
    market.session(later, TICKERS, gap=gap)
    market.land()
    for name in FEEDS:
        min((market.folder / "landed" / name).glob("2026-*.parquet")).write_bytes(b"no Parquet")
    market.build("--select", *READ, *(model.split(".")[1] for model in MODELS))
    assert market.failing_audits() == set()

    # the session after: what a feed has of the session before decides what a zero volume means
    market.bar("yahoo_prices", alone, sessions[51], volume=0)
    market.assert_incremental_is_full()
    for ticker in TICKERS[10:20]:
        market.bar("yahoo_prices", ticker, sessions[50])
    market.assert_incremental_is_full()

    # the feed takes back a split: it counts no longer, and as of the day before it does. A refresh builds such a change in full
    listed = next(row for row in market.landed["yahoo_corporate_actions"] if row["ticker"] == "7010.HK")
    taken_back_on = market.now.date()
    withdrawn = {"known_on": taken_back_on, "not_listed_since": taken_back_on, "retrieved_at": market.now}
    market.landed["yahoo_corporate_actions"].append(listed | withdrawn)
    market.land()
    splits = ["--full-refresh", "--select", "int_release", "int_corporate_action", "int_split"]
    for as_of, counts in ((taken_back_on, False), (taken_back_on - timedelta(days=1), True)):
        release = {"release_id": "test", "as_of": as_of, "created_at": datetime(2026, 11, 1, tzinfo=UTC)}
        pl.DataFrame([release]).write_parquet(market.folder / "build" / "refresh.parquet")
        assert ("7010.HK" in set(market.build(*splits)["intermediate.int_split"]["ticker"])) is counts


def test_a_rate_that_comes_late_is_that_of_the_bars_after_it(market: Market) -> None:
    sessions, counter, main = market.sessions, "87001.HK", "7001.HK"
    rates: list[dict[str, Any]] = []

    def rate(day: date, hkd: str, cny: str) -> None:
        for currency, per_eur in (("HKD", hkd), ("CNY", cny)):
            lineage = {
                "document_id": "feed_ecb",
                "table_ref": currency,
                "known_on": day,
                "source_file": "made up",
                "source_row": 1,
            }
            rates.append(
                lineage | {"currency": currency, "rate_on": day, "per_eur": Decimal(per_eur), "retrieved_at": market.now}
            )
        market.write("ecb_fx_rates", "2026-07", rates)

    def trade(*days: date) -> None:
        for day in days:
            for ticker in (counter, main):
                market.bar("yahoo_prices", ticker, day)
        for row in market.landed["yahoo_prices"]:
            row["currency"] = "CNY" if row["ticker"] == counter else "HKD"
        market.land()

    market.write("fx_rates", "fx_rates", [])
    rate(sessions[20], "8", "8")
    trade(*sessions[20:28])
    only = ["int_fx_rate", *READ, *(model.split(".")[1] for model in MODELS)]
    market.build("--select", *(f"+{name}" for name in only))
    # the rate of the day before has not come: the one of the first day is the last
    trade(sessions[28])
    market.build("--select", *only)
    assert market.failing_audits() == set()
    rate(sessions[27], "8", "4")
    trade(sessions[29])
    incremental = market.build("--select", *only)
    # the audits look at the bars of the day after the rate's too, though they were retrieved before
    with market.connection() as connection:
        day = f"trading_date = cast('{sessions[28]}' as date)"
        connection.execute(f"update intermediate.int_price_bar set volume_shares = volume_shares + 1 where {day}")
    assert market.failing_audits() == {OF_VOLUME}
    full = market.build("--select", *only, "--full-refresh")
    for model in MODELS:
        assert_frame_equal(incremental[model], full[model], check_exact=True)
    # what the counter traded in CNY is worth twice of it in HKD from the session after the rate's on
    bars = incremental["intermediate.int_price_bar"].filter(pl.col("trading_date").is_in(sessions[27:30])).sort("trading_date")
    traded = {ticker: bars.filter(pl.col("ticker") == ticker) for ticker in (counter, main)}
    ratios = [
        round(of_main / own) for of_main, own in zip(traded[main]["counter_turnover"], traded[counter]["turnover"], strict=True)
    ]
    assert ratios == [1, 2, 2]

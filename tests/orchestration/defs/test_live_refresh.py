"""`freefloat refresh --live` against stand-ins, end to end: the marts are what the market did, and faults are survived."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from statistics import fmean
from typing import Any

import duckdb
import pytest

from orchestration.reading.status import read_status
from orchestration.releases import warehouse_file
from orchestration.releases.diff import diff
from orchestration.releases.release import current
from tests.conftest import FREEFLOAT, Refreshed
from tests.dbt import event_study
from tests.orchestration.defs.conftest import FRIDAY, market_of_friday
from tests.standins import labs
from tests.standins.market import BENCHMARKS, EASTMONEY, EPOCH, OPENROUTER, TENCENT, YAHOO, Market, sessions
from tests.standins.server import StandIns
from tests.standins.sources.openrouter import OPENROUTER_KEY

MONDAY = date(2026, 11, 23)
KUAISHOU_EXPIRY = date(2021, 8, 5)


@dataclass
class Live:
    """A data folder, the market behind it, and the servers that it asks."""

    data_dir: Path
    market: Market
    stand_ins: StandIns
    refresh_in: Callable[..., Refreshed]

    def refresh(self, **options: Any) -> Refreshed:
        return self.refresh_in(self.data_dir, environment=self.stand_ins.environment, **options)

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.data_dir / "warehouse.duckdb"), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def one(self, sql: str) -> Any:
        ((value,),) = self.ask(sql)
        return value


@pytest.fixture(scope="module")
def live(live_release: Path, tmp_path_factory: pytest.TempPathFactory, refresh_in: Callable[..., Refreshed]) -> Iterator[Live]:
    """A copy of the first live refresh, from each listing to Friday 20 November 2026. The tests follow each other on it."""
    data_dir = tmp_path_factory.mktemp("live")
    shutil.copytree(live_release, data_dir, dirs_exist_ok=True)
    market = market_of_friday()
    with StandIns(market) as stand_ins:
        yield Live(data_dir, market, stand_ins, refresh_in)


def on(day: date) -> str:
    return f"date '{day}'"


class TestALiveRefresh:
    def test_every_bar_of_every_security_is_a_row_of_turnover(self, live: Live) -> None:
        for ticker in ("1024.HK", "0020.HK", "9660.HK", "2513.HK", "0100.HK", "688256.SH"):
            rows = live.ask(
                f"select trading_date, close, volume_shares from fct_turnover_daily where ticker = '{ticker}' order by 1"
            )
            traded = live.market.bars(ticker, EASTMONEY)
            assert [(day, close) for day, close, _ in rows] == [(bar.trading_date, float(bar.close)) for bar in traded]
            assert [volume for *_, volume in rows] == [bar.volume_shares for bar in traded]

    def test_turnover_is_the_reported_one_and_its_average_is_over_20_bars(self, live: Live) -> None:
        bars = live.market.bars("9660.HK")[-20:]
        ((basis, turnover, average, document_id, turnover_document_id),) = live.ask(
            "select turnover_basis, turnover, turnover_20d, document_id, turnover_document_id from fct_turnover_daily "
            f"where ticker = '9660.HK' and trading_date = {on(FRIDAY)}"
        )
        assert (basis, document_id, turnover_document_id) == ("reported", "feed_yahoo_chart", "feed_eastmoney_kline")
        assert turnover == pytest.approx(bars[-1].turnover, abs=64)  # East Money prints a float
        assert average == pytest.approx(fmean(bar.turnover for bar in bars), abs=64)
        assert (
            live.one(
                "select turnover_20d from fct_turnover_daily where ticker = '9660.HK' order by trading_date limit 1 offset 18"
            )
            is None
        )

    def test_volume_and_turnover_are_set_against_the_float_of_the_day(self, live: Live) -> None:
        bar = live.market.bar("2513.HK", date(2026, 7, 8))
        ((floating, volume_ratio, turnover_ratio),) = live.ask(
            "select float_shares, volume_to_float_ratio, turnover_to_float_cap_ratio from fct_turnover_daily "
            "where ticker = '2513.HK' and trading_date = date '2026-07-08'"
        )
        assert floating == 43_032_400  # 17,350,800 + 25,681,600 of the cornerstones
        assert volume_ratio == pytest.approx(bar.volume_shares / 43_032_400)
        assert turnover_ratio == pytest.approx(bar.turnover / (float(bar.close) * 43_032_400), rel=1e-6)

    def test_half_days_and_outages_of_one_source_are_filled_by_another_and_a_halt_is_kept(self, live: Live) -> None:
        kinds = live.ask(
            "select distinct trading_date::varchar, zero_volume_kind from fct_zero_volume_bar "
            "where document_id = 'feed_yahoo_chart' and trading_date >= date '2025-12-01' order by 1"
        )
        assert kinds == [
            ("2025-12-24", "half-day"),
            ("2025-12-31", "half-day"),
            ("2026-02-16", "half-day"),
            ("2026-03-17", "outage"),
            ("2026-04-22", "halt"),
        ]
        assert (
            live.one(
                "select count(*) from fct_turnover_daily where ticker = '1024.HK' and volume_shares > 0 and document_id = "
                "'feed_eastmoney_kline' and trading_date in ('2025-12-24', '2025-12-31', '2026-02-16', '2026-03-17')"
            )
            == 4
        )
        halt = live.ask(
            "select volume_shares, turnover, zero_volume_kind, return_ratio from fct_turnover_daily "
            "where ticker = '0020.HK' and trading_date = date '2026-04-22'"
        )
        assert halt == [(0, 0.0, "halt", 0.0)]

    def test_returns_go_through_the_bonus_issue(self, live: Live) -> None:
        before, after = (live.market.bar("688256.SH", date(2026, 5, day)) for day in (7, 8))
        expected = float(after.close) * 1.49 / float(before.close) - 1
        found = live.one(
            "select return_ratio from fct_turnover_daily where ticker = '688256.SH' and trading_date = date '2026-05-08'"
        )
        assert found == pytest.approx(expected)
        assert abs(found) < 0.2
        columns = "ticker, ex_on::varchar, split_factor_x, is_share_split, share_basis"
        assert live.ask(f"select {columns} from fct_corporate_action where action = 'split'") == [
            ("688256.SH", "2026-05-08", 1.49, False, "prices only: an odd ratio that no document confirms")
        ]
        (warning,) = [warning for warning in read_status(live.data_dir)["warnings"] if "688256.SH" in warning]
        assert warning.startswith("688256.SH: the split of 149 for 100 on 2026-05-08 of feed_yahoo_chart adjusts prices only")

    def test_the_event_window_of_an_expiry_is_the_markets_own(self, live: Live) -> None:
        rows = live.ask(
            "select relative_session, trading_date, return_ratio, benchmark_return_ratio, abnormal_return_ratio, benchmark "
            f"from fct_lockup_event_window where ticker = '1024.HK' and first_tradable_on = {on(KUAISHOU_EXPIRY)} order by 1"
        )
        assert [row[0] for row in rows] == list(range(-60, 61))
        bars = {bar.trading_date: float(bar.close) for bar in live.market.bars("1024.HK")}
        index = {bar.trading_date: float(bar.close) for bar in live.market.bars("^HSI")}
        days = sorted(bars)
        at = days.index(KUAISHOU_EXPIRY)
        assert rows[60][1] == KUAISHOU_EXPIRY
        for offset in (-60, -1, 0, 1, 60):
            day, before = days[at + offset], days[at + offset - 1]
            _, trading_date, own, benchmark, abnormal, name = rows[60 + offset]
            assert (trading_date, name) == (day, "^HSI")
            assert own == pytest.approx(bars[day] / bars[before] - 1)
            assert benchmark == pytest.approx(index[day] / index[before] - 1)
            assert abnormal == pytest.approx(own - benchmark)
        studied = live.ask(
            "select event_window, sessions, cumulative_abnormal_return_ratio from fct_lockup_event_study "
            f"where ticker = '1024.HK' and first_tradable_on = {on(KUAISHOU_EXPIRY)} and model = 'market-adjusted' "
            "and event_window in ('[-1,+1]', '[0,+60]') order by 1"
        )
        for (_, width, found), (first, last) in zip(studied, ((-1, 1), (0, 60)), strict=True):
            assert width == last - first + 1
            assert found == pytest.approx(sum(row[4] for row in rows[60 + first : 61 + last]))

    def test_the_event_study_is_what_plain_python_makes_of_the_bars(self, live: Live) -> None:
        studied = live.ask(
            "select distinct ticker, first_tradable_on, is_date_certain from fct_lockup_event_study "
            f"where first_tradable_on <= {on(FRIDAY)} order by ticker, first_tradable_on"
        )
        expiries = {}
        for ticker, day, is_certain in studied:
            instrument = live.market.instruments[ticker]
            closes, benchmark = (
                {
                    bar.trading_date: float(bar.close / live.market.split_factor_after(name, bar.trading_date))
                    for bar in live.market.bars(name)
                }
                for name in (ticker, BENCHMARKS[instrument.calendar])
            )
            others = [other for name, other, _ in studied if name == ticker and other != day]
            expiries[ticker, day] = (
                event_study.expiry(ticker, day, others, sessions(instrument.calendar), closes, benchmark),
                is_certain,
            )
        assert len(expiries) > 10

        windows = {"[-1,+1]": (-1, 1), "[-10,+10]": (-10, 10), "[-42,-1]": (-42, -1), "[0,+60]": (0, 60)}
        rows = live.ask(
            "select ticker, first_tradable_on, event_window, model, estimation_returns, cumulative_abnormal_return_ratio, "
            "buy_and_hold_abnormal_return_ratio, standard_error_ratio, t_statistic, missing_reason from fct_lockup_event_study "
            f"where is_complete and first_tradable_on <= {on(FRIDAY)}"
        )
        compared = set()
        for ticker, day, name, model, clean, car, held, error, t, reason in rows:
            expiry, _ = expiries[ticker, day]
            assert clean == len(expiry.clean), (ticker, day)
            if name in windows:
                assert (reason is None) == (car is not None) == expiry.has(model, windows[name]), (ticker, day, name, model)
            if name in windows and car is not None:
                compared.add((model, name))
                assert car == pytest.approx(expiry.cumulative(model, windows[name]))
                assert held == pytest.approx(expiry.buy_and_hold(model, windows[name]))
                assert error == pytest.approx(expiry.standard_error(model, windows[name]))
                assert t == pytest.approx(expiry.standardised(model, windows[name]))
        assert compared == {(model, name) for model in ("market-adjusted", "market model") for name in windows}

        tests = live.ask(
            "select event_window, model, tested_expiries, bmp_t_statistic, mean_correlation, kp_t_statistic, rank_statistic, "
            "overlapping_pairs from mart_lockup_event_test where group_kind = 'all'"
        )
        tested, overlaps = set(), False
        for name, model, n, bmp, correlation, kp, rank, overlapping in tests:
            if name in windows:
                window = windows[name]
                members = [expiry for expiry, is_certain in expiries.values() if is_certain and expiry.has(model, window)]
                assert n == len(members)
                if n < 5:
                    assert (bmp, kp, rank) == (None, None, None)
                    continue
                tested.add((model, name))
                assert overlapping == len(event_study.correlations(members, model, window))
                overlaps |= overlapping > 0
                assert bmp == pytest.approx(event_study.bmp([member.standardised(model, window) for member in members]))
                assert correlation == pytest.approx(event_study.mean_correlation(members, model, window))
                assert kp == pytest.approx(event_study.kolari_pynnonen(members, model, window))
                assert rank == pytest.approx(event_study.rank_statistic(members, model, window))
        assert tested >= {("market-adjusted", name) for name in windows}
        # else the correction for days that expiries share would stand untested
        assert overlaps

    def test_every_expiry_that_is_past_has_its_window(self, live: Live) -> None:
        found = dict(
            live.ask(
                "select ticker, min(first_tradable_on)::varchar from fct_lockup_event_window "
                "where relative_session = 0 group by 1"
            )
        )
        assert (
            found.items()
            >= {
                "1024.HK": "2021-08-05",
                "0020.HK": "2022-06-30",
                "9660.HK": "2025-04-24",
                "2513.HK": "2026-07-08",
                "0100.HK": "2026-07-09",
            }.items()
        )
        assert "688256.SH" in found

    def test_the_comparables_from_the_market_stand_beside_the_printed_ones(self, live: Live) -> None:
        bases = live.ask(
            "select ticker, count(*) filter (where basis = 'printed'), count(*) from mart_lockup_comparables group by 1"
        )
        assert sorted(bases) == [(ticker, 1, 2) for ticker in ("0020.HK", "0100.HK", "1024.HK", "2513.HK", "9660.HK")]
        ((price, average, turnover, day_return, volume),) = live.ask(
            "select price_at_expiry_hkd, average_price_before_hkd, turnover_before_hkd, expiry_day_return_ratio, "
            "expiry_day_volume_shares from mart_lockup_comparables where ticker = '1024.HK' and basis = 'market data'"
        )
        before = [bar for bar in live.market.bars("1024.HK") if bar.trading_date < KUAISHOU_EXPIRY]
        expiry = live.market.bar("1024.HK", KUAISHOU_EXPIRY)
        assert price == float(expiry.close)
        assert average == pytest.approx(fmean(float(bar.close) for bar in before))
        assert turnover == pytest.approx(fmean(bar.turnover for bar in before), rel=1e-6)
        assert day_return == pytest.approx(float(expiry.close / before[-1].close) - 1)
        assert volume == expiry.volume_shares

    def test_what_a_note_prints_is_compared_with_the_bars_of_its_day(self, live: Live) -> None:
        """The note is of 20 April: its averages before expiries of July end there, while the mart goes on to them."""
        note = date(2026, 4, 20)
        for ticker in ("2513.HK", "0100.HK"):
            bars = [bar for bar in live.market.bars(ticker) if bar.trading_date <= note]
            verdicts = dict(
                live.ask(
                    "select metric, derived_low from fct_reconciliation where basis = 'market data' and table_ref = 'table 7' "
                    f"and subject = '{ticker}' and derived_low = derived_high"
                )
            )
            assert verdicts["Daily Turnover Pre-6M (HKD bn)"] == pytest.approx(fmean(bar.turnover for bar in bars), rel=1e-6)
            assert verdicts["Pre-6M Avg Price (HKD)"] == pytest.approx(fmean(float(bar.close) for bar in bars))
            # what came after the note's day is none of its figures
            assert not verdicts.keys() & {"Price at 6M Expiry (HKD)", "6M Expiry Day Performance"}
            ((turnover,),) = live.ask(
                f"select turnover_before_hkd from mart_lockup_comparables where ticker = '{ticker}' and basis = 'market data'"
            )
            assert turnover != pytest.approx(verdicts["Daily Turnover Pre-6M (HKD bn)"], rel=1e-3)

    def test_what_bars_can_refute_is_tested(self, live: Live) -> None:
        rows = live.ask(
            "select subject, metric, verdict, derived_low, derived_high from fct_reconciliation "
            "where basis = 'market data' and table_ref = 'text'"
        )
        found = {(subject, metric): tuple(rest) for subject, metric, *rest in rows}
        assert len(found) == 6 and {verdict for verdict, _, _ in found.values()} <= {"reproduces", "contradicts"}
        closes = {ticker: float(live.market.bar(ticker, date(2026, 4, 20)).close) for ticker in ("2513.HK", "0100.HK")}
        multiples = sorted((closes["2513.HK"] / 116.2, closes["0100.HK"] / 165))
        verdict, *ends = found["Zhipu AI; MiniMax", "share price appreciation since IPO"]
        assert ends == [pytest.approx(multiple) for multiple in multiples]
        assert verdict == ("reproduces" if multiples[0] >= 4.5 and multiples[1] <= 7.5 else "contradicts")

    def test_an_expiry_is_measured_against_the_turnover_before_it(self, live: Live) -> None:
        bars = [bar for bar in live.market.bars("2513.HK") if bar.trading_date < date(2026, 7, 8)]
        ((price, turnover, value, days, days_at_20),) = live.ask(
            "select price_hkd, turnover_20d_hkd, release_value_hkd, days_to_absorb, days_to_absorb_at_20pct "
            "from fct_lockup_expiry where ticker = '2513.HK' and is_preferred and first_tradable_on = date '2026-07-08'"
        )
        assert price == float(bars[-1].close)
        # five of the twenty sessions have no reported turnover at Tencent, but East Money has it
        assert turnover == pytest.approx(fmean(bar.turnover for bar in bars[-20:]), rel=1e-6)
        assert value == pytest.approx(25_681_600 * price)
        assert (days, days_at_20) == (pytest.approx(value / turnover), pytest.approx(5 * value / turnover))

    def test_money_converts_at_the_rate_of_the_day(self, live: Live) -> None:
        rates = dict(live.market.rates())
        ((per_usd,),) = live.ask(
            f"select per_usd from fct_fx_rate where currency = 'HKD' and rate_on <= {on(FRIDAY)} and next_rate_on is null"
        )
        last = max(rates)
        assert per_usd == pytest.approx(float(rates[last]["HKD"] / rates[last]["USD"]))

    def test_sources_that_agree_leave_no_finding(self, live: Live) -> None:
        assert (
            live.ask("select ticker, trading_date, field, document_id, other_document_id from fct_price_disagreement limit 5")
            == []
        )

    def test_what_is_stated_of_ai_labs_is_in_the_release_with_its_document(self, live: Live) -> None:
        stated = live.ask(
            "select reports.annualized_revenue_usd, documents.producer from landed.epoch_revenue_reports as reports "
            "inner join dim_document as documents on reports.document_id = documents.document_id "
            "where reports.company = 'Anthropic' order by 1"
        )
        assert stated == [(9_000_000_000, "Epoch AI"), (9_200_000_000, "Epoch AI"), (65_000_000_000, "Epoch AI")]
        assert live.ask(
            "select input_per_mtok, output_per_mtok from landed.openrouter_prices where model_id = 'z-ai/glm-5.2'"
        ) == [(Decimal("0.56"), Decimal("1.76"))]
        # from the first day of the rankings to yesterday, each with the row of all others
        others = live.one("select count(*) from landed.openrouter_token_usage where is_other")
        assert others == (datetime.now(UTC).date() - date(2025, 1, 1)).days
        written = [path for path in live.data_dir.rglob("*") if path.is_file()]
        assert written and not any(OPENROUTER_KEY.encode() in path.read_bytes() for path in written)

    def test_the_next_day_asks_for_the_overlap_and_gives_what_a_full_build_gives(
        self, live: Live, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        live.market.upto = MONDAY
        live.market.restate("1024.HK", date(2026, 11, 18), close=live.market.bar("1024.HK", date(2026, 11, 18)).high)
        live.market.restate("9660.HK", FRIDAY, source=TENCENT, close=live.market.bar("9660.HK", FRIDAY).high)
        live.market.labs.restated_tokens[labs.GLM, datetime.now(UTC).date() - timedelta(days=2)] = 1_000_000_000_001
        live.market.labs.funding_rounds[0]["Valuation (post-money)"] = "183500000000.0"
        folders = [live.data_dir / "landed" / name for name in ("yahoo_prices", "eastmoney_prices", "tencent_prices")]
        files = {path: path.stat().st_mtime_ns for folder in folders for path in folder.glob("*.parquet")}
        live.stand_ins.requests.clear()
        updated, update_table = [], warehouse_file.update_table
        monkeypatch.setattr(warehouse_file, "update_table", lambda *given: updated.append(given[3]) or update_table(*given))
        done = live.refresh(live=True)
        assert done.returncode == 0, done.stderr
        # of these the release has the last one's rows of before the days that changed
        assert {("main", "fct_turnover_daily"), ("landed", "yahoo_prices")} <= set(updated)
        today = f"{datetime.now(UTC).date()}.parquet"
        assert all(path.stat().st_mtime_ns == mtime for path, mtime in files.items() if path.name != today)
        asked = {(request.source, request.instrument): request for request in live.stand_ins.requests}
        sessions = (datetime.now(UTC).date() - date(2026, 11, 16)).days + 1
        assert all(int(request.query["lmt"]) <= sessions for (source, _), request in asked.items() if source == EASTMONEY)
        # Yahoo is asked from the first landed split or dividend on, so that one that it takes back is found
        actions = "select ticker, min(ex_on) from landed.yahoo_corporate_actions group by ticker"
        first_action = dict(live.ask(actions))
        for (source, instrument), request in asked.items():
            if source == YAHOO:
                first_on = datetime.fromtimestamp(int(request.query["period1"]), UTC).date()
                assert first_on >= min(date(2026, 11, 16), first_action.get(instrument, date.max))
        incremental = current(live.data_dir)
        assert live.one("select max(trading_date) from fct_turnover_daily") == MONDAY
        restated = live.ask(
            "select close, known_on > trading_date from fct_turnover_daily "
            "where ticker = '1024.HK' and trading_date = date '2026-11-18'"
        )
        assert restated == [(float(live.market.bar("1024.HK", date(2026, 11, 18), YAHOO).close), True)]
        findings = live.ask("select ticker, trading_date, field, other_document_id from fct_price_disagreement")
        assert findings == [("9660.HK", FRIDAY, "close", "feed_tencent_kline")]

        restated = live.ask(
            "select tokens, known_on > usage_on from landed.openrouter_token_usage "
            f"where model_permaslug = '{labs.GLM}' and usage_on = current_date - 2 order by retrieved_at"
        )
        assert len(restated) == 2 and restated[1] == (1_000_000_000_001, True)

        assert live.refresh(full=True).returncode == 0
        full = current(live.data_dir)
        assert incremental and full
        difference = diff(live.data_dir, incremental.release_id, full.release_id)
        assert {name: table for name, table in difference.tables.items() if not table.is_same} == {}

    def test_a_source_that_fails_is_stale_and_the_rest_is_published(self, live: Live) -> None:
        live.stand_ins.fault(YAHOO, "html")
        live.stand_ins.fault(EASTMONEY, "rejected", ticker="1024.HK")
        live.stand_ins.fault(EPOCH, "renamed", ticker=labs.REVENUE)
        live.stand_ins.fault(OPENROUTER, "short_page", ticker="rankings-daily")
        before = live.one("select count(*) from landed.epoch_revenue_reports")
        done = live.refresh(live=True)
        assert done.returncode == 0, done.stderr
        assert "stale: feed_yahoo_chart, since " in done.stdout
        assert "stale: feed_eastmoney_kline 1024.HK, since " in done.stdout
        environment = os.environ | {"FREEFLOAT_DATA_DIR": str(live.data_dir)}
        status = subprocess.run([str(FREEFLOAT), "status", "--json"], env=environment, capture_output=True, text=True, check=True)
        stale = {one["source"]: one for one in json.loads(status.stdout)["last_refresh"]["stale_sources"]}
        assert set(stale) == {
            "feed_yahoo_chart",
            "feed_eastmoney_kline 1024.HK",
            "feed_epoch_ai revenue reports",
            "feed_openrouter rankings",
        }
        assert "Graph note (new)" in stale["feed_epoch_ai revenue reports"]["reason"]
        assert live.one("select count(*) from landed.epoch_revenue_reports") == before > 0
        assert "HTML" in stale["feed_yahoo_chart"]["reason"]
        release = current(live.data_dir)
        assert release and {one["source"] for one in release.manifest["stale_sources"]} == set(stale)
        assert live.one("select max(trading_date) from fct_turnover_daily where document_id = 'feed_yahoo_chart'") == MONDAY

    def test_once_mended_and_without_a_key_nothing_is_stale_and_status_says_what_is_not_configured(self, live: Live) -> None:
        live.stand_ins.mend()
        del live.stand_ins.environment["FREEFLOAT_OPENROUTER_API_KEY"]
        live.stand_ins.requests.clear()
        done = live.refresh(live=True)
        assert done.returncode == 0, done.stderr
        assert "stale" not in done.stdout and "OPENROUTER" not in done.stdout + done.stderr
        environment = os.environ | {"FREEFLOAT_DATA_DIR": str(live.data_dir)}
        status = subprocess.run([str(FREEFLOAT), "status"], env=environment, capture_output=True, text=True, check=True)
        assert "  openrouter rankings: not configured (set FREEFLOAT_OPENROUTER_API_KEY); " in status.stdout
        assert not re.search(r"\bstale\b", status.stdout)
        release = current(live.data_dir)
        assert release and release.manifest["stale_sources"] == []
        assert [request.instrument for request in live.stand_ins.asked(OPENROUTER)] == ["models"]

    def test_nothing_known_later_is_in_an_earlier_release(self, live: Live) -> None:
        done = live.refresh(as_of="2026-04-20")
        assert done.returncode == 0, done.stderr
        assert live.one("select max(trading_date) from fct_turnover_daily") == date(2026, 4, 20)
        assert live.one("select max(known_on) from landed.yahoo_prices") == date(2026, 4, 20)
        assert live.one("select count(*) from fct_corporate_action where action = 'split'") == 0
        # of the seven rounds, four had closed and were reported
        assert live.one("select string_agg(round_id, ', ' order by closed_on) from landed.epoch_funding_rounds") == (
            "Series F, Oct 2025 tender, Series G, 2026 round"
        )
        assert live.one("select max(usage_on) from landed.openrouter_token_usage") == date(2026, 4, 20)
        # a price list has no day of its own: it is known since it was seen
        assert live.one("select count(*) from landed.openrouter_prices") == 0
        # nor were the index's scores fitted when its models came out
        assert live.one("select count(*) from landed.epoch_capability_index") == 0
        # nor is the price of that day divided by a split that came later
        close = live.one("select close from fct_turnover_daily where ticker = '688256.SH' and trading_date = date '2026-04-20'")
        assert close == float(live.market.bar("688256.SH", date(2026, 4, 20)).close)

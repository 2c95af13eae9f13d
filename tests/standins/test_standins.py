"""The stand-ins speak the formats of the live sources: values set by hand in the market, read back as each source prints them."""

from __future__ import annotations

import csv
import http.client
import io
import itertools
import json
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest

from tests.standins import labs
from tests.standins.market import DATACENTER, EASTMONEY, ECB, EPOCH, OPENROUTER, TENCENT, YAHOO, Market, half_days, sessions
from tests.standins.server import FAULTS, StandIns
from tests.standins.sources.openrouter import OPENROUTER_KEY
from tests.standins.stand_in import HANG, HTTP_429, SHORT_PAGE, TRUNCATED

LAST = date(2026, 11, 20)
BEFORE_LAST = date(2026, 11, 19)
BONUS_ISSUE = date(2026, 5, 8)  # 149 for 100
BEFORE_BONUS_ISSUE = date(2026, 5, 7)

# 2025-11-20 to 2026-11-21, 00:00 UTC.
YEAR = "period1=1763596800&period2=1795219200&interval=1d&events=div%2Csplits%2CcapitalGains"
KLINE = (
    "/api/qt/stock/kline/get?fields1=f1,f2,f3,f4,f5,f6&fields2=f51,f52,f53,f54,f55,f56,f57,f58,f59,f60,f61&klt=101&end=20500000"
)
LIFTS = "/api/data/v1/get?sortColumns=FREE_DATE&sortTypes=1&columns=ALL&source=WEB&client=WEB"


@pytest.fixture
def market() -> Market:
    return Market()


@pytest.fixture
def stand_ins(market: Market) -> Iterator[StandIns]:
    with StandIns(market) as stand_ins:
        yield stand_ins


def get(stand_ins: StandIns, source: str, target: str, timeout: float = 5) -> tuple[int, str, bytes]:
    """Status, content type and body, with nothing of the target encoded anew."""
    connection = http.client.HTTPConnection(urlsplit(stand_ins.url(source)).netloc, timeout=timeout)
    try:
        connection.request("GET", target)
        answer = connection.getresponse()
        return answer.status, answer.getheader("Content-Type", ""), answer.read()
    finally:
        connection.close()


def get_json(stand_ins: StandIns, source: str, target: str) -> Any:
    status, content_type, body = get(stand_ins, source, target)
    assert (status, content_type) == (200, "application/json;charset=utf-8"), body
    return json.loads(body)


def yahoo(stand_ins: StandIns, symbol: str, asked: str = YEAR) -> dict[str, Any]:
    chart = get_json(stand_ins, YAHOO, f"/v8/finance/chart/{symbol}?{asked}")["chart"]
    assert chart["error"] is None
    return chart["result"][0]


def yahoo_bar(result: dict[str, Any], day: date) -> dict[str, Any]:
    place = result["timestamp"].index(open_seconds(day))
    return {name: values[place] for name, values in result["indicators"]["quote"][0].items()}


def open_seconds(day: date) -> int:
    return (day - date(1970, 1, 1)).days * 86_400 + 5_400  # 01:30 UTC


class TestMarket:
    def test_is_the_same_in_every_process(self, market: Market) -> None:
        program = "from tests.standins.market import Market; print([Market().bars(t) for t in Market().instruments])"
        other = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
        assert other.stdout.strip() == str([market.bars(ticker) for ticker in market.instruments])

    def test_a_bar_does_not_depend_on_the_window_or_the_last_day(self, market: Market) -> None:
        whole = {bar.trading_date: bar for bar in Market(full_history=True, upto=date(2026, 12, 1)).bars("1024.HK")}
        assert min(whole) == date(2021, 2, 5)
        assert [whole[bar.trading_date] for bar in market.bars("1024.HK")] == market.bars("1024.HK")

    def test_every_bar_is_sound(self) -> None:
        market = Market(full_history=True)
        for ticker, instrument in market.instruments.items():
            decimals = 3 if ticker.endswith(".HK") else 2
            bars = market.bars(ticker)
            assert [bar.trading_date for bar in bars] == [
                day for day in sessions(instrument.calendar) if instrument.listed_on <= day <= LAST
            ]
            for bar in bars:
                assert 0 < bar.low <= min(bar.open, bar.close) <= max(bar.open, bar.close) <= bar.high
                assert all(price == round(price, decimals) for price in (bar.open, bar.high, bar.low, bar.close))
                assert bar.volume_shares % 100 == 0
                half_a_unit = Decimal("0.5")
                assert bar.volume_shares * bar.low - half_a_unit <= bar.turnover <= bar.volume_shares * bar.high + half_a_unit

    def test_the_bonus_issue_divides_the_price_and_multiplies_the_volume(self, market: Market) -> None:
        step = market.bar("688256.SH", BONUS_ISSUE).open / market.bar("688256.SH", BEFORE_BONUS_ISSUE).close
        assert Decimal("0.62") < step < Decimal("0.72")  # 1 / 1.49 = 0.671, and a day's move
        volumes = {
            is_after: [bar.volume_shares for bar in market.bars("688256.SH") if (bar.trading_date >= BONUS_ISSUE) == is_after]
            for is_after in (False, True)
        }
        means = {is_after: sum(values) / len(values) for is_after, values in volumes.items()}
        assert 1.3 < means[True] / means[False] < 1.7

    def test_securities_follow_their_benchmark(self, market: Market) -> None:
        closes = {ticker: [float(bar.close) for bar in market.bars(ticker)] for ticker in ("1024.HK", "^HSI")}
        security, index = ([after / before - 1 for before, after in itertools.pairwise(values)] for values in closes.values())
        mean = sum(index) / len(index)
        beta = sum(s * (i - mean) for s, i in zip(security, index, strict=True)) / sum((i - mean) ** 2 for i in index)
        assert 0.7 < beta < 1.3

    def test_a_halt_is_flat_in_every_source_and_a_half_day_or_an_outage_only_at_yahoo(self, market: Market) -> None:
        halt, outage, half_day = date(2026, 4, 22), date(2026, 3, 17), date(2026, 2, 16)
        assert half_day in half_days("XHKG")
        before = market.bar("0020.HK", date(2026, 4, 21)).close
        for source in (YAHOO, EASTMONEY, TENCENT):
            bar = market.bar("0020.HK", halt, source)
            assert (bar.open, bar.high, bar.low, bar.close, bar.volume_shares) == (before, before, before, before, 0)
            assert market.bar("1024.HK", halt, source).volume_shares > 0
        for day in (outage, half_day):
            assert [market.bar("1024.HK", day, source).volume_shares > 0 for source in (YAHOO, EASTMONEY, TENCENT)] == [
                False, True, True,
            ]  # fmt: skip
            assert market.bar("^HSI", day, YAHOO).volume_shares > 0

    def test_a_halt_leaves_the_volume_of_other_days(self, market: Market) -> None:
        before = market.bar("1024.HK", LAST)
        market.halt("1024.HK", date(2026, 11, 18))
        assert market.bar("1024.HK", LAST) == before

    def test_restating_one_source_leaves_the_others(self, market: Market) -> None:
        before = market.bar("1024.HK", LAST, EASTMONEY)
        market.restate("1024.HK", LAST, source=YAHOO, close="1000", volume=200)
        restated = market.bar("1024.HK", LAST, YAHOO)
        assert (restated.close, restated.high, restated.low, restated.volume_shares) == (1000, 1000, before.low, 200)
        assert market.bar("1024.HK", LAST, EASTMONEY) == before == market.bar("1024.HK", LAST)
        average = Decimal(before.turnover) / before.volume_shares
        assert abs(restated.turnover - 200 * average) <= 1

    def test_an_added_security_has_gaps(self, market: Market) -> None:
        market.add("0001.HK", listed_on=date(2026, 11, 16), gaps=[date(2026, 11, 18)])
        days = [bar.trading_date.day for bar in market.bars("0001.HK", TENCENT)]
        assert days == [16, 17, 19, 20]

    def test_a_listing_outside_the_sessions_is_refused(self, market: Market) -> None:
        with pytest.raises(ValueError, match="2026-11-21 is not a session of XHKG"):
            market.add("0001.HK", listed_on=date(2026, 11, 21))

    def test_rates_are_near_the_peg(self, market: Market) -> None:
        for _, rates in market.rates():
            assert Decimal("7.74") < rates["HKD"] / rates["USD"] < Decimal("7.86")
        assert market.rates()[-1][0] == LAST


class TestYahoo:
    def test_prices_are_in_single_precision_at_the_open_of_the_session(self, market: Market, stand_ins: StandIns) -> None:
        market.restate("1024.HK", LAST, open="301.8", high="302", low="301", close="301.8", volume=12_300)
        result = yahoo(stand_ins, "1024.HK")
        assert result["timestamp"][-1] == 1_795_138_200  # 2026-11-20 01:30 UTC
        assert yahoo_bar(result, LAST) == {
            "open": 301.79998779296875, "high": 302.0, "low": 301.0, "close": 301.79998779296875, "volume": 12_300,
        }  # fmt: skip
        meta = result["meta"]
        assert (meta["symbol"], meta["currency"], meta["exchangeTimezoneName"]) == ("1024.HK", "HKD", "Asia/Hong_Kong")

    def test_prices_and_volume_are_adjusted_for_a_split_once_it_is_known(self, market: Market, stand_ins: StandIns) -> None:
        market.restate("688256.SH", BEFORE_BONUS_ISSUE, open="1490", high="1490", low="1490", close="1490", volume=100_000)
        # 1490 / 1.49 = 1000; 100,000 * 1.49 = 149,000
        result = yahoo(stand_ins, "688256.SS")
        bar = yahoo_bar(result, BEFORE_BONUS_ISSUE)
        assert (bar["close"], bar["volume"]) == (1000.0, 149_000)
        # The ex date itself is in new shares already.
        assert yahoo_bar(result, BONUS_ISSUE)["volume"] == market.bar("688256.SH", BONUS_ISSUE).volume_shares
        at = open_seconds(BONUS_ISSUE)
        assert result["events"]["splits"] == {
            str(at): {"date": at, "numerator": 149.0, "denominator": 100.0, "splitRatio": "149:100"}
        }
        # CNY 1.50 for each of the shares of 16 January is 1.50 / 1.49 for one of today's.
        assert [dividend["amount"] for dividend in result["events"]["dividends"].values()] == [1.006711]

        market.upto = BEFORE_BONUS_ISSUE
        result = yahoo(stand_ins, "688256.SS")
        bar = yahoo_bar(result, BEFORE_BONUS_ISSUE)
        assert (bar["close"], bar["volume"]) == (1490.0, 100_000)
        assert "splits" not in result["events"]

    def test_the_adjusted_close_loses_the_dividend(self, market: Market, stand_ins: StandIns) -> None:
        before, ex_on = date(2026, 6, 11), date(2026, 6, 12)
        close = float(market.bar("1024.HK", before).close)
        result = yahoo(stand_ins, "1024.HK")
        adjusted = dict(zip(result["timestamp"], result["indicators"]["adjclose"][0]["adjclose"], strict=True))
        assert adjusted[open_seconds(before)] == pytest.approx(close - 0.69, rel=1e-6)
        assert adjusted[open_seconds(ex_on)] == yahoo_bar(result, ex_on)["close"]

    def test_the_window_is_honoured(self, stand_ins: StandIns) -> None:
        asked = f"period1={open_seconds(BEFORE_LAST)}&period2={open_seconds(LAST)}&interval=1d"
        result = yahoo(stand_ins, "%5EHSI", asked)
        assert result["timestamp"] == [open_seconds(BEFORE_LAST)]
        assert "events" not in yahoo(stand_ins, "688256.SS", asked)

    def test_a_window_without_bars_has_no_timestamps(self, stand_ins: StandIns) -> None:
        result = yahoo(stand_ins, "1024.HK", f"period1={open_seconds(LAST) + 1}&period2=1795219200&interval=1d")
        assert "timestamp" not in result
        assert result["indicators"]["quote"] == [{}]

    def test_a_holiday_is_a_bar_of_nulls(self, stand_ins: StandIns) -> None:
        assert set(yahoo_bar(yahoo(stand_ins, "1024.HK"), date(2026, 7, 1)).values()) == {None}

    def test_an_unknown_symbol_is_not_found(self, stand_ins: StandIns) -> None:
        status, _, body = get(stand_ins, YAHOO, f"/v8/finance/chart/9999.HK?{YEAR}")
        assert status == 404
        assert json.loads(body)["chart"]["error"]["code"] == "Not Found"

    def test_a_predecessor_of_the_ticker_is_given_on_demand(self, market: Market, stand_ins: StandIns) -> None:
        assert yahoo(stand_ins, "0100.HK")["timestamp"][0] == open_seconds(date(2026, 1, 9))
        market.stale_predecessor = True
        result = yahoo(stand_ins, "0100.HK")
        # 5 and 8 January lie between: the third session before the listing is 6 January.
        assert open_seconds(date(2026, 1, 6)) in result["timestamp"]
        assert result["indicators"]["quote"][0]["close"][0] < 8
        assert result["meta"]["firstTradeDate"] == result["timestamp"][0]


class TestEastMoney:
    def test_a_hong_kong_bar_is_in_shares_and_an_a_share_bar_in_lots(self, market: Market, stand_ins: StandIns) -> None:
        market.restate("0100.HK", LAST, open=10, high=12, low=9, close=11, volume=5_000, turnover=52_500)
        market.restate("688256.SH", LAST, open=10, high=12, low=9, close=11, volume=897_600, turnover=9_424_800)
        hong_kong = get_json(stand_ins, EASTMONEY, f"{KLINE}&fqt=0&lmt=1&secid=116.00100")
        assert hong_kong["rc"] == 0
        assert (hong_kong["data"]["code"], hong_kong["data"]["market"], hong_kong["data"]["decimal"]) == ("00100", 116, 3)
        (line,) = hong_kong["data"]["klines"]
        fields = line.split(",")
        assert len(fields) == 11
        # Open, close, high, low: not the usual order.
        assert fields[:7] == ["2026-11-20", "10.000", "11.000", "12.000", "9.000", "5000", "52500.00"]
        (line,) = get_json(stand_ins, EASTMONEY, f"{KLINE}&fqt=0&lmt=1&secid=1.688256")["data"]["klines"]
        assert line.split(",")[:7] == ["2026-11-20", "10.00", "11.00", "12.00", "9.00", "8976", "9424800.00"]

    def test_prices_are_as_traded_unless_adjusted_ones_are_asked(self, market: Market, stand_ins: StandIns) -> None:
        market.restate("688256.SH", BEFORE_BONUS_ISSUE, open="1490", high="1490", low="1490", close="1490")
        closes = {}
        for adjustment in "01":
            lines = get_json(stand_ins, EASTMONEY, f"{KLINE}&fqt={adjustment}&lmt=1000000&secid=1.688256")["data"]["klines"]
            closes[adjustment] = {line.split(",")[0]: line.split(",")[2] for line in lines}
        assert (closes["0"]["2026-05-07"], closes["1"]["2026-05-07"]) == ("1490.00", "1000.00")

    def test_the_range_is_honoured(self, stand_ins: StandIns) -> None:
        target = f"{KLINE.removesuffix('20500000')}20261119&fqt=0&lmt=1000000&beg=20261118&secid=116.01024"
        lines = get_json(stand_ins, EASTMONEY, target)["data"]["klines"]
        assert [line[:10] for line in lines] == ["2026-11-18", "2026-11-19"]

    def test_an_unknown_symbol_has_no_data(self, stand_ins: StandIns) -> None:
        answer = get_json(stand_ins, EASTMONEY, f"{KLINE}&fqt=0&lmt=5&secid=116.09999")
        assert (answer["rc"], answer["data"]) == (0, None)


class TestDataCentre:
    def test_stages_are_in_ten_thousands_and_holders_in_shares(self, market: Market, stand_ins: StandIns) -> None:
        target = f"{LIFTS}&pageSize=500&pageNumber=1&filter=(SECURITY_CODE%3D%22688256%22)"
        answer = get_json(stand_ins, DATACENTER, f"{target}&reportName=RPT_LIFT_STAGE")
        assert (answer["success"], answer["code"], answer["result"]["pages"], answer["result"]["count"]) == (True, 0, 1, 6)
        rows = {row["FREE_DATE"]: row for row in answer["result"]["data"]}
        row = rows["2026-04-27 00:00:00"]
        # 2,000,000 + 1,334,946 shares, of a float of 336,100,000 and of a total of 403,434,946
        assert (row["CURRENT_FREE_SHARES"], row["NON_FREE_SHARES"], row["BATCH_HOLDER_NUM"]) == (333.4946, 6400.0, 2)
        assert row["FREE_RATIO"] == pytest.approx(3_334_946 / 336_100_000, abs=1e-10)
        assert row["TOTAL_RATIO"] == pytest.approx(3_334_946 / 403_434_946, abs=1e-10)
        close = market.bar("688256.SH", date(2026, 4, 24)).close
        assert row["NEW"] == float(close)
        assert row["LIFT_MARKET_CAP"] == pytest.approx(float(3_334_946 * close / 10_000))
        assert -60 < row["A20_ADJCHRATE"] < 60  # the bonus issue is no fall of a third
        # Of 181,000,000 nominally free, a million stay pledged.
        pledged = rows["2021-07-20 00:00:00"]
        assert (pledged["ABLE_FREE_SHARES"], pledged["CURRENT_FREE_SHARES"]) == (18_100.0, 18_000.0)
        assert rows["2027-07-20 00:00:00"]["A20_ADJCHRATE"] is None

        holders = get_json(stand_ins, DATACENTER, f"{target}&reportName=RPT_LIFT_GD")["result"]["data"]
        actual = [row["ACTUAL_LISTED_SHARES"] for row in holders if row["FREE_DATE"].startswith("2026-04-27")]
        assert actual == [2_000_000, 1_334_946]

    def test_pages_are_cut_as_asked(self, stand_ins: StandIns) -> None:
        target = f"{LIFTS}&reportName=RPT_LIFT_STAGE&filter=(SECURITY_CODE%3D%22688256%22)&pageSize=4"
        pages = [get_json(stand_ins, DATACENTER, f"{target}&pageNumber={number}")["result"] for number in (1, 2)]
        assert [(page["pages"], page["count"], len(page["data"])) for page in pages] == [(2, 6, 4), (2, 6, 2)]

    def test_no_rows_has_its_own_code_and_a_bad_report_another(self, stand_ins: StandIns) -> None:
        nothing = get_json(stand_ins, DATACENTER, f"{LIFTS}&reportName=RPT_LIFT_STAGE&filter=(SECURITY_CODE%3D%22600519%22)")
        assert (nothing["success"], nothing["code"], nothing["result"]) == (False, 9201, None)
        assert nothing["message"] == "返回数据为空"
        refused = get_json(stand_ins, DATACENTER, f"{LIFTS}&reportName=RPT_LIFT")
        assert (refused["success"], refused["code"]) == (False, 9501)


class TestTencent:
    def test_a_row_has_the_close_second_and_the_amount_in_ten_thousands(self, market: Market, stand_ins: StandIns) -> None:
        market.restate("0100.HK", LAST, open=10, high=12, low=9, close=11, volume=5_000, turnover=52_500)
        path = "/appstock/app/hkfqkline/get?param=hk00100,day,2026-11-19,2026-11-30,500,"
        answer = get_json(stand_ins, TENCENT, path)
        assert answer["code"] == 0
        rows = answer["data"]["hk00100"]["day"]
        assert [row[0] for row in rows] == ["2026-11-19", "2026-11-20"]
        assert rows[-1][:7] == ["2026-11-20", "10.000", "11.000", "12.000", "9.000", "5000.000", {}]
        assert rows[-1][8] == "5.2500"

    def test_the_key_tells_whether_adjusted_prices_exist(self, stand_ins: StandIns) -> None:
        def keys(code: str, adjustment: str) -> set[str]:
            path = f"/appstock/app/hkfqkline/get?param={code},day,,,5,{adjustment}"
            return set(get_json(stand_ins, TENCENT, path)["data"][code]) & {"day", "qfqday"}

        assert keys("hk01024", "") == {"day"}
        assert keys("hk01024", "qfq") == {"qfqday"}
        assert keys("hk00100", "qfq") == {"day"}

    def test_the_newest_rows_of_the_range_are_given(self, stand_ins: StandIns) -> None:
        path = "/appstock/app/hkfqkline/get?param=hk01024,day,2026-11-01,2026-11-18,2,"
        rows = get_json(stand_ins, TENCENT, path)["data"]["hk01024"]["day"]
        assert [row[0] for row in rows] == ["2026-11-17", "2026-11-18"]

    def test_early_rows_have_no_amount(self, stand_ins: StandIns) -> None:
        path = "/appstock/app/hkfqkline/get?param=hk02513,day,2026-07-06,2026-07-13,10,"
        rows = get_json(stand_ins, TENCENT, path)["data"]["hk02513"]["day"]
        assert [len(row) for row in rows] == [6, 6, 6, 9, 9, 9]
        assert [row[8] == "" for row in rows[3:]] == [True, True, False]

    def test_escaped_commas_and_unknown_codes_give_nothing(self, stand_ins: StandIns) -> None:
        path = "/appstock/app/hkfqkline/get?param="
        assert get_json(stand_ins, TENCENT, f"{path}hk01024%2Cday%2C%2C%2C2%2C")["code"] == 1
        assert get_json(stand_ins, TENCENT, f"{path}hk09999,day,,,2,") == {"code": 0, "msg": "", "data": []}


class TestEcb:
    def test_the_history_and_the_recent_days_agree(self, market: Market, stand_ins: StandIns) -> None:
        status, content_type, body = get(stand_ins, ECB, "/stats/eurofxref/eurofxref-hist.zip")
        assert (status, content_type) == (200, "application/zip")
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            text = archive.read("eurofxref-hist.csv").decode()
        lines = text.splitlines()
        assert lines[0].startswith("Date,USD,JPY,BGN,") and lines[0].endswith(",ZAR,") and lines[1].endswith(",N/A,")
        history = {row["Date"]: row for row in csv.DictReader(io.StringIO(text))}
        assert (max(history), min(history)) == ("2026-11-20", "2020-01-02")
        assert "2026-04-03" not in history  # Good Friday

        _, _, body = get(stand_ins, ECB, "/stats/eurofxref/eurofxref-hist-90d.xml")
        cube = "{http://www.ecb.int/vocabulary/2002-08-01/eurofxref}Cube"
        days = {
            day.attrib["time"]: {rate.attrib["currency"]: rate.attrib["rate"] for rate in day}
            for day in ElementTree.fromstring(body).findall(f"{cube}/{cube}")
        }
        assert (max(days), min(days)) == ("2026-11-20", "2026-08-24")  # 22 and 23 August are a weekend
        for day, rates in days.items():
            assert {currency: history[day][currency] for currency in rates} == rates
        assert {Decimal(days["2026-11-20"][currency]) for currency in ("USD", "HKD", "CNY")} == set(
            market.rates()[-1][1].values()
        )


class TestEpoch:
    def test_a_cell_may_hold_line_breaks_and_the_index_is_in_a_zip(self, market: Market, stand_ins: StandIns) -> None:
        status, content_type, body = get(stand_ins, EPOCH, f"/data/{labs.REVENUE}")
        assert (status, content_type) == (200, "text/csv; charset=utf-8")
        records = list(csv.DictReader(io.StringIO(body.decode(), newline="")))
        assert len(records) == len(market.labs.revenue_reports) < body.count(b"\n") - 1
        assert len(records[0]) == 18 and records[2]["Notes"] == labs.NOTES
        _, _, body = get(stand_ins, EPOCH, "/data/benchmark_data.zip")
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            index = list(csv.DictReader(io.StringIO(archive.read("epoch_capabilities_index.csv").decode(), newline="")))
        assert [record["Model version"] for record in index[2:4]] == ["gpt-5_high", "gpt-5_low"]
        assert get(stand_ins, EPOCH, "/data/epoch_capabilities_index.csv")[0] == 404

    def test_the_older_header_has_fewer_columns_of_the_same_records(self, market: Market, stand_ins: StandIns) -> None:
        market.labs.header_version = "v2026-01"
        records = list(csv.DictReader(io.StringIO(get(stand_ins, EPOCH, f"/data/{labs.REVENUE}")[2].decode(), newline="")))
        assert len(records[0]) == 15 and "Scope" not in records[0]
        assert (records[0]["Type"], records[0]["Annualized revenue (USD)"]) == ("Annualized run rate", "2000000000.0")


class TestOpenRouter:
    RANKINGS = "/api/v1/datasets/rankings-daily?start_date={}&end_date={}&period=day"

    def rankings(self, stand_ins: StandIns, first_on: str, last_on: str, key: str = OPENROUTER_KEY) -> tuple[int, Any]:
        connection = http.client.HTTPConnection(urlsplit(stand_ins.url(OPENROUTER)).netloc, timeout=5)
        connection.request("GET", self.RANKINGS.format(first_on, last_on), headers={"Authorization": f"Bearer {key}"})
        answer = connection.getresponse()
        content = json.loads(answer.read())
        connection.close()
        return answer.status, content

    def test_prices_are_texts_a_token(self, stand_ins: StandIns) -> None:
        models = {model["id"]: model for model in get_json(stand_ins, OPENROUTER, "/api/v1/models")["data"]}
        assert models["z-ai/glm-5.2"]["pricing"]["prompt"] == "0.00000056"
        assert models["openrouter/auto"]["pricing"]["completion"] == "-1"

    def test_rankings_have_other_last_on_each_day_and_no_row_of_a_model_that_left(self, stand_ins: StandIns) -> None:
        status, content = self.rankings(stand_ins, "2026-07-22", "2026-07-23")
        assert status == 200
        assert content["meta"] == {
            "as_of": "2026-07-24T01:46:00Z", "version": "v1", "start_date": "2026-07-22", "end_date": "2026-07-23",
        }  # fmt: skip
        slugs = {
            day: [row["model_permaslug"] for row in content["data"] if row["date"] == day] for day in ("2026-07-22", "2026-07-23")
        }
        assert [of_day[-1] for of_day in slugs.values()] == ["other", "other"]
        assert set(slugs["2026-07-22"]) - set(slugs["2026-07-23"]) == {"z-ai/glm-5.1-20260401"}
        assert all(row["total_tokens"].isdigit() for row in content["data"])

    def test_rankings_need_the_key_and_a_window_of_at_most_366_days(self, stand_ins: StandIns) -> None:
        assert self.rankings(stand_ins, "2026-07-22", "2026-07-23", key="another")[0] == 401
        assert self.rankings(stand_ins, "2025-01-01", "2026-01-01")[0] == 200
        assert self.rankings(stand_ins, "2025-01-01", "2026-01-02")[0] == 400
        assert self.rankings(stand_ins, "2024-01-01", "2024-12-31")[0] == 400
        # an earlier start is taken for the first day
        assert self.rankings(stand_ins, "2024-12-01", "2025-01-02")[1]["meta"]["start_date"] == "2025-01-01"


class TestRequestsAndFaults:
    def test_what_was_asked_is_kept(self, stand_ins: StandIns) -> None:
        get(stand_ins, YAHOO, f"/v8/finance/chart/688256.SS?{YEAR}")
        get(stand_ins, EASTMONEY, f"{KLINE}&fqt=0&lmt=7&secid=116.00020")
        get(stand_ins, TENCENT, "/appstock/app/hkfqkline/get?param=hk01024,day,,,2,")
        get(stand_ins, DATACENTER, f"{LIFTS}&reportName=RPT_LIFT_GD&filter=(SECURITY_CODE%3D%22688256%22)")
        get(stand_ins, ECB, "/stats/eurofxref/eurofxref-hist.zip")
        assert [(request.source, request.instrument) for request in stand_ins.requests] == [
            (YAHOO, "688256.SH"), (EASTMONEY, "0020.HK"), (TENCENT, "1024.HK"), (DATACENTER, "688256.SH"), (ECB, ""),
        ]  # fmt: skip
        assert stand_ins.requests[0].query["period1"] == "1763596800"
        assert stand_ins.asked(EASTMONEY, "0020.HK")[0].query["lmt"] == "7"

    def test_a_fault_ends_after_its_times_and_keeps_to_its_ticker(self, stand_ins: StandIns) -> None:
        stand_ins.fault(YAHOO, "http_503", times=2, ticker="1024.HK")

        def status(ticker: str) -> int:
            return get(stand_ins, YAHOO, f"/v8/finance/chart/{ticker}?{YEAR}")[0]

        assert [status("0020.HK"), status("1024.HK"), status("1024.HK"), status("1024.HK")] == [200, 503, 503, 200]
        assert [request.fault for request in stand_ins.asked(YAHOO, "1024.HK")] == ["http_503", "http_503", None]

    def test_a_fault_without_times_stays_until_mended(self, stand_ins: StandIns) -> None:
        stand_ins.fault(ECB, "http_500")
        path = "/stats/eurofxref/eurofxref-hist-90d.xml"
        assert [get(stand_ins, ECB, path)[0] for _ in range(3)] == [500, 500, 500]
        stand_ins.mend()
        assert get(stand_ins, ECB, path)[0] == 200

    def test_a_fault_that_a_source_cannot_have_is_refused(self, stand_ins: StandIns) -> None:
        with pytest.raises(ValueError, match="yahoo_chart has no fault 'short_page'"):
            stand_ins.fault(YAHOO, SHORT_PAGE)

    def test_a_hanging_answer_ends_when_the_servers_close(self, market: Market) -> None:
        ended = threading.Event()
        with StandIns(market) as stand_ins:
            stand_ins.fault(YAHOO, HANG)

            def ask() -> None:
                with pytest.raises((http.client.HTTPException, ConnectionError)):
                    get(stand_ins, YAHOO, f"/v8/finance/chart/1024.HK?{YEAR}", timeout=30)
                ended.set()

            threading.Thread(target=ask, daemon=True).start()
            while not stand_ins.requests:
                time.sleep(0.01)
            assert not ended.wait(0.2)
        assert ended.wait(5)

    def test_a_mistake_of_a_stand_in_is_raised_on_leaving(self, market: Market) -> None:
        market.lift_stages = [replace(market.lift_stages[0], free_on=date(2020, 1, 2))]  # before there is any close
        with pytest.raises(IndexError), StandIns(market) as stand_ins:
            get(stand_ins, DATACENTER, f"{LIFTS}&reportName=RPT_LIFT_STAGE&filter=(SECURITY_CODE%3D%22688256%22)")

    @pytest.mark.parametrize("source", FAULTS)
    def test_every_fault_changes_the_answer(self, stand_ins: StandIns, source: str) -> None:
        target = {
            YAHOO: f"/v8/finance/chart/1024.HK?{YEAR}",
            EASTMONEY: f"{KLINE}&fqt=0&lmt=5&secid=116.01024",
            DATACENTER: f"{LIFTS}&reportName=RPT_LIFT_STAGE&filter=(SECURITY_CODE%3D%22688256%22)",
            TENCENT: "/appstock/app/hkfqkline/get?param=hk01024,day,,,5,",
            ECB: "/stats/eurofxref/eurofxref-hist-90d.xml",
            EPOCH: f"/data/{labs.REVENUE}",
            OPENROUTER: "/api/v1/models",
        }[source]
        good = get(stand_ins, source, target)
        assert good[0] == 200
        for kind in sorted(FAULTS[source] - {HANG}):
            stand_ins.fault(source, kind, times=1)
            if kind == TRUNCATED:
                with pytest.raises(http.client.IncompleteRead):
                    get(stand_ins, source, target)
            else:
                bad = get(stand_ins, source, target)
                assert bad != good, kind
                assert bad[0] == {"http_500": 500, "http_503": 503, HTTP_429: 429}.get(kind, 200), kind
            assert get(stand_ins, source, target) == good, kind

    def test_the_newest_bar_is_spoiled(self, market: Market, stand_ins: StandIns) -> None:
        market.restate("1024.HK", LAST, open=10, high=12, low=9, close=11, volume=5_000, turnover=52_500)

        def kline(kind: str) -> list[str]:
            stand_ins.fault(EASTMONEY, kind, times=1)
            return get_json(stand_ins, EASTMONEY, f"{KLINE}&fqt=0&lmt=1&secid=116.01024")["data"]["klines"]

        line = "2026-11-20,10.000,11.000,12.000,9.000,5000,52500.00"
        assert [text[: len(line)] for text in kline("duplicate_bars")] == [line, line]
        first, second = kline("conflicting_bars")
        assert first.startswith(line)
        assert second.startswith("2026-11-20,10.000,9.000,12.000,9.000,5100,52500.00")
        assert kline("null_bars") == ["2026-11-20" + ",-" * 10]
        assert kline("partly_null")[0].startswith("2026-11-20,10.000,11.000,-,9.000,5000,")
        assert kline("wrong_unit")[0].startswith("2026-11-20,10.000,11.000,12.000,9.000,5000000,52500.00")

        def chart(kind: str) -> dict[str, Any]:
            stand_ins.fault(YAHOO, kind, times=1)
            return yahoo(stand_ins, "1024.HK")

        assert set(yahoo_bar(chart("null_bars"), LAST).values()) == {None}
        partly = yahoo_bar(chart("partly_null"), LAST)
        assert partly == {"high": None, "open": 10.0, "low": 9.0, "close": 11.0, "volume": 5_000}
        conflicting = chart("conflicting_bars")
        assert conflicting["timestamp"][-2] == conflicting["timestamp"][-1]
        assert conflicting["indicators"]["quote"][0]["close"][-2:] == [11.0, 9.0]

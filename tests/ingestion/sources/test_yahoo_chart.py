"""Yahoo's chart: bars as traded out of adjusted floats, corporate actions, and answers that are refused."""

from __future__ import annotations

import json
import struct
from copy import deepcopy
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.live.answer import UnexpectedAnswer
from ingestion.live.bars import CorporateAction
from ingestion.sources.yahoo_chart import Chart, UnknownSymbol, parse, path, symbol

CAPTURE = Path(__file__).parent / "captures" / "yahoo_chart_v8_0700.HK_5d_2026-08-07.json"
PRICES = ("open", "high", "low", "close")
BONUS_ON = date(2026, 5, 8)  # Cambricon's 4.9 shares for 10


def opening(day: str | date) -> int:
    """01:30 UTC, 09:30 in Hong Kong and Shanghai."""
    return int(datetime.fromisoformat(f"{day}T01:30:00+00:00").timestamp())


def single(value: float | Fraction) -> float:
    return struct.unpack("<f", struct.pack("<f", float(value)))[0]


def answer(
    days: dict[str, tuple[Any, ...]],
    ticker: str = "1024.HK",
    currency: str | None = "HKD",
    zone: str = "Asia/Hong_Kong",
    **events: Any,
) -> dict[str, Any]:
    """An answer with a bar (open, high, low, close, volume) a day; parsed from JSON as the caller does."""
    columns = list(zip(*days.values(), strict=True))
    body = {
        "chart": {
            "result": [
                {
                    "meta": {"currency": currency, "symbol": ticker, "exchangeTimezoneName": zone, "firstTradeDate": 1612488600},
                    "timestamp": [opening(day) for day in days],
                    "indicators": {"quote": [dict(zip((*PRICES, "volume"), map(list, columns), strict=True))]},
                    "events": events,
                }
            ],
            "error": None,
        }
    }
    return as_json(body)


def as_json(body: Any) -> Any:
    return json.loads(json.dumps(body), parse_float=Decimal)


def split(day: str | date, new: float, old: float) -> dict[str, Any]:
    return {str(opening(day)): {"date": opening(day), "numerator": new, "denominator": old, "splitRatio": f"{new}:{old}"}}


def kuaishou(body: Any) -> Chart:
    return parse(body, "1024.HK", "HKD", "Asia/Hong_Kong")


def cambricon(body: Any) -> Chart:
    return parse(body, "688256.SH", "CNY", "Asia/Shanghai")


def cambricon_answer(days: dict[str, tuple[Any, ...]], **events: Any) -> dict[str, Any]:
    return answer(days, "688256.SS", "CNY", "Asia/Shanghai", **events)


def reason(body: Any) -> str:
    with pytest.raises(UnexpectedAnswer) as caught:
        kuaishou(body)
    return caught.value.reason


@pytest.mark.parametrize(
    ("ticker", "yahoo"),
    [
        ("0100.HK", "0100.HK"),
        ("688256.SH", "688256.SS"),
        ("300750.SZ", "300750.SZ"),
        ("^HSI", "^HSI"),
        ("000300.SS", "000300.SS"),
    ],
)
def test_symbol(ticker: str, yahoo: str) -> None:
    assert symbol(ticker) == yahoo


def test_asks_from_midnight_utc_to_the_midnight_after_the_last_day() -> None:
    # 1767225600 is 2026-01-01 00:00 UTC; two days later 1767398400
    asked = path("^HSI", date(2026, 1, 1), date(2026, 1, 2))
    assert asked == (
        "/v8/finance/chart/%5EHSI?period1=1767225600&period2=1767398400&interval=1d&events=div%2Csplits%2CcapitalGains"
    )


def test_a_real_capture_has_the_prices_that_were_traded() -> None:
    body = json.loads(CAPTURE.read_text(), parse_float=Decimal)
    chart = parse(body, "0700.HK", "HKD", "Asia/Hong_Kong")
    assert [bar.trading_date.day for bar in chart.bars] == [3, 4, 5, 6, 7]
    last = chart.bars[-1]
    # printed 479.0, 483.20001220703125, 475.3999938964844, 478.79998779296875; Tencent has the same four
    assert (last.open, last.high, last.low, last.close) == (479, Decimal("483.2"), Decimal("475.4"), Decimal("478.8"))
    assert (last.price_precision, last.volume_shares, last.volume_precision_shares) == (Decimal("0.001"), 16_320_039, 1)
    assert last.turnover is None
    assert chart.first_trade_on == date(2004, 6, 16)
    assert (chart.unreadable, chart.actions) == ([], [])


def test_a_bar_before_a_split_is_as_traded_and_one_from_the_ex_date_on_is_as_printed() -> None:
    body = cambricon_answer(
        {"2026-05-07": (990.0, 1010.0, 980.0, 1000.0, 1_490_000), "2026-05-08": (1001.5, 1020.0, 995.0, 1005.0, 2_000_000)},
        splits=split(BONUS_ON, 149, 100),
    )
    before, after = cambricon(body).bars
    # times 1.49: 990 is 1475.10, 1010 is 1504.90, 980 is 1460.20; 1,490,000 shares were 1,000,000
    assert (before.open, before.high, before.low) == (Decimal("1475.10"), Decimal("1504.90"), Decimal("1460.20"))
    assert (before.close, before.volume_shares, before.price_precision) == (1490, 1_000_000, Decimal("0.01"))
    assert (after.close, after.volume_shares) == (1005, 2_000_000)


@pytest.mark.parametrize(("new", "old"), [(149, 100), (1.49, 1), (149.0, 100.0), (1.4900000095, 1)])
def test_a_split_is_told_in_several_ways(new: float, old: float) -> None:
    body = cambricon_answer({"2026-05-07": (10.0, 10.0, 10.0, 10.0, 149)}, splits=split(BONUS_ON, new, old))
    chart = cambricon(body)
    assert chart.bars[0].close == Decimal("14.90")
    assert chart.actions == [
        CorporateAction(BONUS_ON, "split", new_shares=Decimal(str(round(new, 6))), old_shares=Decimal(str(old)))
    ]


def test_all_later_splits_are_undone() -> None:
    body = answer(
        dict.fromkeys(("2026-03-02", "2026-03-03", "2026-03-04"), (10.0, 10.0, 10.0, 10.0, 600)),
        splits=split("2026-03-03", 2, 1) | split("2026-03-04", 3, 1),
    )
    assert [(bar.close, bar.volume_shares) for bar in kuaishou(body).bars] == [(60, 100), (30, 200), (10, 600)]


def test_a_consolidation_leaves_the_volume_before_it_known_to_ten_shares() -> None:
    body = answer({"2026-03-02": (5.0, 5.0, 5.0, 5.0, 1_234)}, splits=split("2026-03-03", 1, 10))
    bar = kuaishou(body).bars[0]
    assert (bar.close, bar.volume_shares, bar.volume_precision_shares) == (Decimal("0.5"), 12_340, 10)


# 48.10 / 1.49 is printed as 32.28187942504883, which times 1.49 is 48.1000012
@pytest.mark.parametrize("declared", ["0.06", "48.1"])
def test_dividends_are_as_declared_on_their_day(declared: str) -> None:
    earlier = {"amount": single(Fraction(declared) / Fraction("1.49")), "date": opening("2026-04-01")}
    later = {"amount": 0.25, "date": opening("2026-06-01"), "currency": "USD"}
    body = cambricon_answer(
        {"2026-06-02": (1.0, 1.0, 1.0, 1.0, 1)}, dividends={"a": later, "b": earlier}, splits=split(BONUS_ON, 149, 100)
    )
    first, _, last = cambricon(body).actions
    assert first == CorporateAction(date(2026, 4, 1), "dividend", dividend_per_share=Decimal(declared), currency="CNY")
    assert last == CorporateAction(date(2026, 6, 1), "dividend", dividend_per_share=Decimal("0.25"), currency="USD")
    assert last.table_ref is None


@pytest.mark.parametrize("stated", [{}, {"currency": None}, {"currency": ""}, {"currency": " "}])
def test_a_dividend_without_a_currency_is_in_that_of_the_security_and_says_so(stated: dict[str, Any]) -> None:
    dividends = {"a": {"amount": 0.25, "date": opening("2026-04-01")} | stated}
    (dividend,) = cambricon(cambricon_answer({"2026-06-02": (1.0, 1.0, 1.0, 1.0, 1)}, dividends=dividends)).actions
    assert (dividend.currency, dividend.table_ref) == ("CNY", "688256.SH, states no currency: taken as CNY")


def test_an_index_keeps_its_level_and_may_have_no_currency() -> None:
    body = answer({"2026-03-02": (25679.779296875, 25679.779296875, 25679.779296875, 25679.779296875, 0)}, "^HSI", currency=None)
    bar = parse(body, "^HSI", "HKD", "Asia/Hong_Kong").bars[0]
    assert (bar.close, bar.price_precision) == (Decimal("25679.78"), Decimal("0.01"))


def test_a_level_that_is_no_single_precision_float_stays_as_printed() -> None:
    body = answer({"2026-03-02": (25679.781234,) * 4 + (0,)}, "^HSI")
    assert parse(body, "^HSI", "HKD", "Asia/Hong_Kong").bars[0].close == Decimal("25679.781234")


def test_a_date_is_the_exchanges_own() -> None:
    body = answer({"2026-03-02": (1.0, 1.0, 1.0, 1.0, 1)})
    result = body["chart"]["result"][0]
    result["timestamp"] = [opening("2026-03-02") - 9 * 3600]  # 16:30 UTC the day before is 00:30 in Hong Kong
    assert kuaishou(body).bars[0].trading_date == date(2026, 3, 2)


def test_a_day_of_nulls_is_no_bar_and_a_half_null_day_is_a_bad_one() -> None:
    body = answer(
        {
            "2026-03-02": (None, None, None, None, None),
            "2026-03-03": (10.0, 10.0, None, 10.0, 100),
            "2026-03-04": (10.0, 10.0, 10.0, 10.0, None),
            "2026-03-05": (10.0, 10.0, 10.0, 10.0, 0),
        }
    )
    chart = kuaishou(body)
    assert [(bar.trading_date.day, bar.volume_shares, bar.volume_precision_shares) for bar in chart.bars] == [
        (4, None, None),
        (5, 0, 1),
    ]
    assert [(bar.day, bar.column) for bar in chart.unreadable] == [(date(2026, 3, 3), "low")]


def twice(second_close: float) -> dict[str, Any]:
    """2026-03-04, then 2026-03-02 twice: at its opening and at 16:00."""
    body = answer(dict.fromkeys(("2026-03-04", "2026-03-02", "2026-03-03"), (10.0, 10.0, 9.0, 9.5, 100)))
    result = body["chart"]["result"][0]
    result["timestamp"][2] = opening("2026-03-02") + 6 * 3600 + 1800
    result["indicators"]["quote"][0]["close"][2] = as_json(second_close)
    return body


def test_a_bar_given_again_is_one_and_bars_come_in_order() -> None:
    chart = kuaishou(twice(9.5))
    assert [bar.trading_date.day for bar in chart.bars] == [2, 4]
    assert chart.unreadable == []


def test_different_bars_of_one_day_are_all_bad() -> None:
    chart = kuaishou(twice(9.6))
    assert [bar.trading_date.day for bar in chart.bars] == [4]
    assert [(bar.day, bar.column, bar.value) for bar in chart.unreadable] == [
        (date(2026, 3, 2), "close", "9.500"),
        (date(2026, 3, 2), "close", "9.600"),
    ]
    assert "twice" in chart.unreadable[0].reason


def test_a_fraction_of_a_share_is_a_bad_bar() -> None:
    chart = kuaishou(answer({"2026-03-02": (10.0, 10.0, 10.0, 10.0, 0.5), "2026-03-03": (10.0, 10.0, 10.0, 10.0, 7.0)}))
    assert [bar.volume_shares for bar in chart.bars] == [7]
    assert [(bar.column, bar.value) for bar in chart.unreadable] == [("volume_shares", "0.5")]


def good() -> dict[str, Any]:
    dividend = {"amount": 0.1, "date": opening("2026-03-02")}
    return answer(
        {"2026-03-02": (10.0, 10.5, 9.5, 10.2, 100), "2026-03-03": (None, None, None, None, None)},
        splits=split("2026-03-03", 2, 1),
        dividends={"1": dividend},
    )


def test_no_bars_is_believed_only_as_yahoo_says_it() -> None:
    body = good()
    result = body["chart"]["result"][0]
    del result["timestamp"], result["events"]
    result["indicators"]["quote"] = [{}]
    chart = kuaishou(body)
    assert (chart.bars, chart.actions) == ([], [])

    result["timestamp"] = []
    assert "open is missing" in reason(body)
    result["indicators"]["quote"] = [{name: [] for name in (*PRICES, "volume")}]
    assert "is empty" in reason(body)
    del result["timestamp"]
    assert "timestamp is missing" in reason(body)


def test_an_unknown_symbol_can_be_told_from_a_rejected_request() -> None:
    error = {"code": "Not Found", "description": "No data found, symbol may be delisted"}
    with pytest.raises(UnknownSymbol, match="symbol may be delisted"):
        kuaishou({"chart": {"result": None, "error": error}})
    with pytest.raises(UnexpectedAnswer, match="Bad Request") as caught:
        kuaishou({"chart": {"result": None, "error": {"code": "Bad Request", "description": "Invalid input"}}})
    assert not isinstance(caught.value, UnknownSymbol)


RESULT = ("chart", "result", 0)
QUOTE = (*RESULT, "indicators", "quote", 0)


@pytest.mark.parametrize(
    ("place", "value", "words"),
    [
        (("chart", "result"), None, "chart.result is not a list"),
        (("chart", "result"), [], "0 entries, not one"),
        ((*RESULT, "meta", "symbol"), "0700.HK", "is about 0700.HK, not about 1024.HK"),
        ((*RESULT, "meta", "currency"), "USD", "is quoted in USD, not in HKD"),
        ((*RESULT, "meta", "currency"), None, "meta.currency is not a text"),
        ((*RESULT, "meta", "exchangeTimezoneName"), "America/New_York", "time zone America/New_York"),
        ((*RESULT, "timestamp", 0), 10**12, "no plausible moment"),
        ((*RESULT, "timestamp", 0), True, "timestamp[0] is not a whole number: True"),
        ((*RESULT, "timestamp", 0), "2026-03-02", "timestamp[0] is not a whole number: 2026-03-02"),
        ((*QUOTE, "close"), [1], "close has 1 entries for 2 timestamps"),
        ((*QUOTE, "close", 0), "10.2", "close[0] is not a number: 10.2"),
        ((*QUOTE, "close", 0), 10**9, "no plausible number"),
        ((*QUOTE, "close", 0), Decimal("0E+999999999"), "no plausible number"),
        ((*QUOTE, "volume", 0), True, "volume[0] is not a number"),
        ((*RESULT, "events", "splits", "1", "numerator"), 0, "splits 1 shares into 0"),
        ((*RESULT, "events", "splits", "1", "denominator"), -1, "splits -1 shares into 2"),
        (
            (*RESULT, "events", "splits", "2"),
            {"date": opening("2026-03-03"), "numerator": 3, "denominator": 1},
            "two different splits",
        ),
        ((*RESULT, "events", "dividends", "2"), {"date": opening("2026-03-02"), "amount": 1}, "two different dividends"),
    ],
)
def test_what_is_odd_is_named(place: tuple[Any, ...], value: Any, words: str) -> None:
    body = good()
    splits = body["chart"]["result"][0]["events"]["splits"]
    splits["1"] = splits.pop(next(iter(splits)))
    parent = body
    for step in place[:-1]:
        parent = parent[step]
    parent[place[-1]] = value
    assert words in reason(body)


def test_a_renamed_field_is_missed_by_name() -> None:
    body = good()
    quote = body["chart"]["result"][0]["indicators"]["quote"][0]
    quote["closing"] = quote.pop("close")
    assert reason(body).startswith("chart.result[0].indicators.quote[0].close is missing; what is there: open, high")


def test_the_symbol_may_come_in_other_case() -> None:
    body = good()
    body["chart"]["result"][0]["meta"]["symbol"] = "1024.hk"
    assert kuaishou(body).bars


@given(st.integers(1, 999_999), st.integers(-6, 3))
def test_a_price_of_six_digits_survives_single_precision(digits: int, exponent: int) -> None:
    traded = Decimal(digits).scaleb(exponent)
    if traded >= 10**9:
        return
    body = answer({"2026-03-02": (single(float(traded)),) * 4 + (1,)}, "^HSI")
    expected = round(traded, 6)
    assert parse(body, "^HSI", "HKD", "Asia/Hong_Kong").bars[0].close == expected


bars_as_traded = st.lists(st.tuples(st.integers(1, 4_000_000), st.integers(0, 5_000_000_000)), min_size=2, max_size=12)


@given(bars_as_traded, st.integers(1, 500), st.integers(1, 500), st.integers(0, 11), st.sampled_from(["HKD", "CNY"]))
def test_what_yahoo_adjusts_comes_back_as_traded(
    traded: list[tuple[int, int]], new: int, old: int, split_at: int, currency: str
) -> None:
    ratio = Fraction(new, old)
    unit = Decimal("0.001") if currency == "HKD" else Decimal("0.01")
    first = date(2026, 3, 2)
    ex_on = first + timedelta(days=split_at)
    days = {}
    for index, (price, volume) in enumerate(traded):
        day = first + timedelta(days=index)
        factor = ratio if day < ex_on else Fraction(1)
        days[str(day)] = (single(Fraction(price * unit) / factor),) * 4 + (round(volume * factor),)
    ticker, zone = ("1024.HK", "Asia/Hong_Kong") if currency == "HKD" else ("688256.SH", "Asia/Shanghai")
    chart = parse(answer(days, symbol(ticker), currency, zone, splits=split(ex_on, new, old)), ticker, currency, zone)
    assert [bar.close for bar in chart.bars] == [price * unit for price, _ in traded]
    for bar, (_, volume) in zip(chart.bars, traded, strict=True):
        assert bar.volume_shares is not None and bar.volume_precision_shares is not None
        # to the share where a share became one or more; else to half the shares that became one, and the rounding to a share
        allowed = 0 if bar.volume_precision_shares == 1 else Fraction(bar.volume_precision_shares + 1, 2)
        assert abs(bar.volume_shares - volume) <= allowed


def test_parse_leaves_the_answer_as_it_was() -> None:
    body = good()
    before = deepcopy(body)
    kuaishou(body)
    assert body == before


def test_the_opening_used_here_is_half_past_nine_in_hong_kong() -> None:
    assert datetime.fromtimestamp(opening("2026-08-07"), UTC) == datetime(2026, 8, 7, 1, 30, tzinfo=UTC)
    assert opening("2026-08-07") == 1786066200  # the last timestamp of the capture

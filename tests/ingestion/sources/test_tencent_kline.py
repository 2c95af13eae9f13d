"""Tencent's klines: the order of fields, missing amounts, rows that are adjusted, and answers that are refused."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from ingestion.live.answer import UnexpectedAnswer
from ingestion.live.bars import Bar, DailyBars
from ingestion.sources.tencent_kline import code, parse, path

DIVIDEND = {"nd": "2025", "fh_sh": "4.5", "cqr": "2026-05-15", "FHcontent": "x"}
# prices, volume and amount of the captured quote of 2026-08-07 (amount 7,803,757,295.250)
TENCENT_DAY = ["2026-08-07", "479.000", "478.800", "483.200", "475.400", "16319939.000", {}, "0.18", "780375.730"]


def row(day: str, *more: Any, close: str = "10.000", volume: str = "100.0") -> list[Any]:
    return [day, "10.000", close, "10.500", "9.500", volume, *more]


def answer(*rows: list[Any], key: str = "day") -> dict[str, Any]:
    body = {"code": 0, "msg": "", "data": {"hk00700": {key: list(rows), "qt": {}, "prec": "479.2"}}}
    return json.loads(json.dumps(body), parse_float=Decimal)


def bars_of(*rows: list[Any], key: str = "day") -> DailyBars:
    return parse(answer(*rows, key=key), "0700.HK", "HKD")


@pytest.mark.parametrize(("ticker", "expected"), [("0100.HK", "hk00100"), ("688256.SH", None), ("^HSI", None)])
def test_code(ticker: str, expected: str | None) -> None:
    assert code(ticker) == expected


def test_asks_without_an_adjustment_and_with_plain_commas() -> None:
    asked = path("0100.HK", date(2026, 1, 1), date(2026, 12, 31), 500)
    assert asked == "/appstock/app/hkfqkline/get?param=hk00100,day,2026-01-01,2026-12-31,500,"


def test_the_close_comes_second_and_the_amount_is_in_ten_thousands() -> None:
    assert bars_of(TENCENT_DAY).bars == [
        Bar(
            trading_date=date(2026, 8, 7),
            open=Decimal("479"),
            high=Decimal("483.2"),
            low=Decimal("475.4"),
            close=Decimal("478.8"),
            price_precision=Decimal("0.001"),
            volume_shares=16_319_939,
            volume_precision_shares=1,
            turnover=Decimal(7_803_757_300),
            turnover_precision=Decimal(10),  # a thousandth of 10,000
        )
    ]


@pytest.mark.parametrize(
    ("more", "turnover", "precision"),
    [
        ((), None, None),
        (("", "0.18"), None, None),
        (("", "0.18", ""), None, None),
        (("", "0.18", None), None, None),
        (("", "0.18", "0.00"), None, None),
        (({}, "0.18", "12", "extra", {}), 120_000, 10_000),
        (("", "0.18", 12.5), 125_000, 1_000),
    ],
)
def test_early_rows_have_no_amount_and_more_fields_do_no_harm(
    more: tuple[Any, ...], turnover: int | None, precision: int | None
) -> None:
    bar = bars_of(row("2026-07-06", *more)).bars[0]
    assert (bar.turnover, bar.turnover_precision) == (turnover, precision)


@pytest.mark.parametrize("volume", ["16319939.0", "16319939.000", "16319939"])
def test_a_volume_is_whole_however_it_is_printed(volume: str) -> None:
    assert bars_of(row("2026-07-06", volume=volume)).bars[0].volume_shares == 16_319_939


def test_days_without_trades_have_a_turnover_of_zero() -> None:
    bar = bars_of(row("2026-07-06", "", "0", "0.00", volume="0.000")).bars[0]
    assert (bar.volume_shares, bar.turnover) == (0, 0)


def test_adjusted_rows_are_left_out_up_to_the_last_dividend() -> None:
    rows = [
        row("2026-05-13"),
        row("2026-05-14", DIVIDEND),
        row("2026-05-15", {}),
        row("2026-05-18", DIVIDEND),
        row("2026-05-19", ""),
    ]
    kline = bars_of(*rows, key="qfqday")
    assert [bar.trading_date.day for bar in kline.bars] == [18, 19]
    assert (kline.unreadable, kline.adjusted_before) == ([], date(2026, 5, 18))


def test_adjusted_rows_that_are_bad_are_left_out_as_well() -> None:
    kline = bars_of(row("2026-05-14", close="-"), row("2026-05-18", DIVIDEND), row("2026-05-19", close="-"), key="qfqday")
    assert [(bad.day, bad.column) for bad in kline.unreadable] == [(date(2026, 5, 19), "close")]


def test_unadjusted_rows_before_a_dividend_stay() -> None:
    kline = bars_of(row("2026-05-15"), row("2026-05-18", DIVIDEND))
    assert ([bar.trading_date.day for bar in kline.bars], kline.adjusted_before) == ([15, 18], None)


def test_adjusted_rows_without_any_dividend_are_as_traded() -> None:
    kline = bars_of(row("2026-05-19", ""), key="qfqday")
    assert (len(kline.bars), kline.adjusted_before) == (1, None)


def test_bad_cells_and_repeated_days() -> None:
    kline = bars_of(
        row("2026-05-18", volume="1.5"), row("2026-05-19"), row("2026-05-19"), row("2026-05-20"), row("2026-05-20", close="9.9")
    )
    assert [bar.trading_date.day for bar in kline.bars] == [19]
    assert [(bad.day and bad.day.day, bad.column, bad.value) for bad in kline.unreadable] == [
        (18, "volume_shares", "1.5"),
        (20, "close", "10.000"),
        (20, "close", "9.9"),
    ]


def test_an_amount_that_no_day_can_have_is_a_bad_cell() -> None:
    kline = bars_of(row("2026-05-18", "", "0.1", "100000000000000"))  # a billion billion HKD
    assert [(bad.column, bad.value) for bad in kline.unreadable] == [("turnover", "100000000000000")]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"code": -1, "msg": "bad params", "data": []}, "answered code -1: bad params"),
        ({"code": 0, "data": []}, "has no data for hk00700"),
        ({"code": 0, "data": {}}, "has no data for hk00700"),
        ({"code": 0, "data": {"hk00700": []}}, "has no data for hk00700"),
        ({"code": 0, "data": {"hk00100": {"day": [TENCENT_DAY]}}}, "has no data for hk00700"),
        ({"code": 0, "data": {"hk00700": {"qt": {}}}}, "data.hk00700.qfqday is missing"),
        (answer(), "data.hk00700.day has no bars"),
        (answer(TENCENT_DAY[:5]), "data.hk00700.day[0] has 5 fields, not 6 or more"),
        (answer(["07/08/2026", *TENCENT_DAY[1:]]), "data.hk00700.day[0][0] is not a date like 2026-07-09: 07/08/2026"),
        ({"code": 0, "data": {"hk00700": {"day": ["2026-08-07"]}}}, "data.hk00700.day[0] is not a list"),
    ],
)
def test_what_is_odd_is_named(body: Any, words: str) -> None:
    with pytest.raises(UnexpectedAnswer) as caught:
        parse(body, "0700.HK", "HKD")
    assert words in caught.value.reason

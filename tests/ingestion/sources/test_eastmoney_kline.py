"""East Money's klines: the order of fields, lots, amounts and their precision, and answers that are refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from ingestion.live.answer import UnexpectedAnswer
from ingestion.live.bars import Bar
from ingestion.sources.eastmoney_kline import parse, path, secid

# Tencent Holdings on 2026-08-07, prices and volume of the capture of the snapshot (f43 to f48)
TENCENT_DAY = "2026-08-07,479.000,478.800,483.200,475.400,16319939,7803757312.000,1.63,-0.08,-0.400,0.18"


def answer(*klines: str, code: str = "00700") -> dict[str, Any]:
    return {"rc": 0, "rt": 17, "data": {"code": code, "market": 116, "name": "x", "decimal": 3, "klines": list(klines)}}


def hong_kong_bars(*klines: str) -> list[Bar]:
    return parse(answer(*klines), "0700.HK", "HKD").bars


def with_cells(volume: str = "100", amount: str = "1000", day: str = "2026-03-02", close: str = "10.000") -> str:
    return f"{day},10.000,{close},10.500,9.500,{volume},{amount},10,0,0,0"


@pytest.mark.parametrize(
    ("ticker", "expected"),
    [
        ("0100.HK", "116.00100"),
        ("688256.SH", "1.688256"),
        ("300750.SZ", "0.300750"),
        ("^HSI", None),
        ("000300.SS", None),
    ],
)
def test_secid(ticker: str, expected: str | None) -> None:
    assert secid(ticker) == expected


def test_asks_for_unadjusted_days() -> None:
    assert path("0100.HK", 7) == (
        "/api/qt/stock/kline/get?secid=116.00100&fields1=f1,f2,f3,f4,f5,f6"
        "&fields2=f51,f52,f53,f54,f55,f56,f57,f58,f59,f60,f61&klt=101&fqt=0&end=20500000&lmt=7"
    )


def test_the_close_comes_second_and_a_hong_kong_amount_is_a_float() -> None:
    assert hong_kong_bars(TENCENT_DAY) == [
        Bar(
            trading_date=date(2026, 8, 7),
            open=Decimal("479"),
            high=Decimal("483.2"),
            low=Decimal("475.4"),
            close=Decimal("478.8"),
            price_precision=Decimal("0.001"),
            volume_shares=16_319_939,
            volume_precision_shares=1,
            turnover=Decimal(7_803_757_312),
            # between 2**32 and 2**33 a float of 24 binary digits has steps of 2**9
            turnover_precision=Decimal(512),
        )
    ]


def test_volume_of_a_shares_is_in_lots_and_amounts_are_whole() -> None:
    # 688256 on 2021-01-04: 8,976 lots for CNY 131.9m, an average of 146.95
    row = "2021-01-04,146.00,147.50,149.00,145.00,8976,131902345.00,2.74,1.00,1.50,2.10"
    bar = parse(answer(row, code="688256"), "688256.SH", "CNY").bars[0]
    assert (bar.volume_shares, bar.volume_precision_shares) == (897_600, 100)
    assert (bar.turnover, bar.turnover_precision) == (131_902_345, 1)
    assert bar.price_precision == Decimal("0.01")


@pytest.mark.parametrize(
    ("amount", "turnover", "precision"),
    [
        ("1000", "1000", "1"),
        ("1000.000", "1000", "1"),
        ("16777215", "16777215", "1"),  # 24 binary digits: exact
        ("33554432", "33554432", "4"),  # 26 binary digits
        ("1000.5", "1000.5", "0.1"),
        ("1000.25", "1000.25", "0.01"),
        ("1000.256", "1000.26", "0.01"),  # landed to the cent
    ],
)
def test_the_precision_of_a_hong_kong_amount(amount: str, turnover: str, precision: str) -> None:
    bar = hong_kong_bars(with_cells(amount=amount))[0]
    assert (bar.turnover, bar.turnover_precision) == (Decimal(turnover), Decimal(precision))


@pytest.mark.parametrize(
    ("volume", "amount", "turnover"),
    [
        ("100", "-", None),
        ("100", "", None),
        ("100", "0.0", None),
        ("0", "0.0", Decimal(0)),
    ],
)
def test_an_amount_of_nothing_is_missing_unless_nothing_traded(volume: str, amount: str, turnover: Decimal | None) -> None:
    bar = hong_kong_bars(with_cells(volume, amount))[0]
    assert bar.turnover == turnover
    assert (bar.turnover_precision is None) == (turnover is None)


@pytest.mark.parametrize(
    ("row", "column", "value"),
    [
        (with_cells(close="-"), "close", "-"),
        (with_cells(close="1e3"), "close", "1e3"),
        (with_cells(close="1000000000"), "close", "1000000000"),
        (with_cells(volume="100.5"), "volume_shares", "100.5"),
        (with_cells(amount="1,5".replace(",", " ")), "turnover", "1 5"),
        (with_cells(volume="١٠٠"), "volume_shares", "١٠٠"),
    ],
)
def test_a_cell_that_is_no_number_makes_a_bad_bar_and_leaves_the_others(row: str, column: str, value: str) -> None:
    kline = parse(answer(row, with_cells(day="2026-03-03")), "0700.HK", "HKD")
    assert [(bar.day, bar.column, bar.value) for bar in kline.unreadable] == [(date(2026, 3, 2), column, value)]
    assert [bar.trading_date.day for bar in kline.bars] == [3]


def test_repeated_days() -> None:
    same, other = with_cells(), with_cells(close="9.900")
    assert len(hong_kong_bars(same, same)) == 1
    kline = parse(answer(same, other, with_cells(day="2026-03-01")), "0700.HK", "HKD")
    assert [bar.trading_date.day for bar in kline.bars] == [1]
    assert [(bar.column, bar.value) for bar in kline.unreadable] == [("close", "10.000"), ("close", "9.900")]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"rc": 0, "data": None}, "has no data for 116.00700 (rc 0)"),
        ({"rc": 102, "data": {"code": "00700", "klines": [TENCENT_DAY]}}, "(rc 102)"),
        (answer(), "data.klines has no bars"),
        (answer(TENCENT_DAY, code="00100"), "is about 00100, not about 00700"),
        (answer(TENCENT_DAY + ",1"), "data.klines[0] has 12 fields, not 11"),
        (answer(TENCENT_DAY[: TENCENT_DAY.rindex(",")]), "has 10 fields"),
        (answer(TENCENT_DAY.replace("2026-08-07", "20260807")), "data.klines[0] is not a date like 2026-07-09: 20260807"),
        (answer(TENCENT_DAY.replace("2026-08-07", "2026-02-30")), "is not a date"),
        ({"rc": 0, "data": {"code": "00700", "lines": []}}, "data.klines is missing; what is there: code, lines"),
        ([], "the answer is not an object: []"),
    ],
)
def test_what_is_odd_is_named(body: Any, words: str) -> None:
    with pytest.raises(UnexpectedAnswer) as caught:
        parse(body, "0700.HK", "HKD")
    assert words in caught.value.reason


def test_a_currency_without_known_decimals_is_refused() -> None:
    with pytest.raises(UnexpectedAnswer, match="prices in USD"):
        parse(answer(TENCENT_DAY), "0700.HK", "USD")

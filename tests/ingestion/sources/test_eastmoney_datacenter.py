"""East Money's data centre: units, pages, and the difference between no rows and a rejected request."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from ingestion.live.answer import UnexpectedAnswer
from ingestion.sources.eastmoney_datacenter import (
    HOLDERS,
    STAGES,
    LiftHolder,
    LiftStage,
    Page,
    parse_holders,
    parse_stages,
    path,
    security_code,
)

STAGE = {
    "SECURITY_CODE": "688256",
    "SECURITY_NAME_ABBR": "x",
    "FREE_DATE": "2023-07-20 00:00:00",
    "CURRENT_FREE_SHARES": 14376.7623,
    "ABLE_FREE_SHARES": 14376.76235,
    "LIFT_MARKET_CAP": 2587817.214,
    "FREE_RATIO": 0.559,
    "NEW": 180.0,
    "B20_ADJCHRATE": -12.5,
    "A20_ADJCHRATE": None,
    "FREE_SHARES_TYPE": "首发原股东限售股份",
    "TOTAL_RATIO": 0.345123456789,
    "NON_FREE_SHARES": 1522.4,
    "BATCH_HOLDER_NUM": 3,
}
HOLDER = {
    "SECURITY_CODE": "688256",
    "LIMITED_HOLDER_NAME": " 陈天石 ",
    "FREE_DATE": "2023-07-20",
    "ADD_LISTING_SHARES": 119530650,
    "ACTUAL_LISTED_SHARES": None,
    "ADD_LISTING_CAP": 21515517000.005,
    "LOCK_MONTH": 36,
    "RESIDUAL_LIMITED_SHARES": 0,
    "FREE_SHARES_TYPE": "首发原股东限售股份",
    "PLAN_FEATURE": "实际",
}


def answer(*rows: dict[str, Any], count: int | None = None, pages: int = 1) -> dict[str, Any]:
    result = {"pages": pages, "data": list(rows), "count": len(rows) if count is None else count}
    body = {"version": "x", "result": result, "success": True, "message": "ok", "code": 0}
    return json.loads(json.dumps(body), parse_float=Decimal)


def refused(code: int, message: str) -> dict[str, Any]:
    return {"version": None, "result": None, "success": False, "message": message, "code": code}


def reason(body: Any, page: int = 1) -> str:
    with pytest.raises(UnexpectedAnswer) as caught:
        parse_stages(body, "688256", page)
    return caught.value.reason


@pytest.mark.parametrize(
    ("ticker", "expected"), [("688256.SH", "688256"), ("300750.SZ", "300750"), ("0100.HK", None), ("000300.SS", None)]
)
def test_security_code(ticker: str, expected: str | None) -> None:
    assert security_code(ticker) == expected


def test_asks_for_one_security_and_one_page() -> None:
    assert path(STAGES, "688256", 2) == (
        "/api/data/v1/get?sortColumns=FREE_DATE&sortTypes=1&pageSize=500&pageNumber=2&reportName=RPT_LIFT_STAGE"
        "&columns=ALL&source=WEB&client=WEB&filter=(SECURITY_CODE%3D%22688256%22)"
    )
    assert "reportName=RPT_LIFT_GD&" in path(HOLDERS, "688256", 1)


def test_a_stage_is_in_ten_thousands_and_percent() -> None:
    assert parse_stages(answer(STAGE), "688256", 1) == Page(
        [
            LiftStage(
                free_on=date(2023, 7, 20),
                shares_type="首发原股东限售股份",
                released_shares=143_767_623,
                nominal_released_shares=143_767_624,  # 143,767,623.5 rounded to the share
                release_value_cny=Decimal("25878172140.00"),
                released_of_float_before_ratio=Decimal("0.559"),
                released_of_total_ratio=Decimal("0.34512346"),
                locked_after_shares=15_224_000,
                close_before_cny=Decimal(180),
                change_before_20d_ratio=Decimal("-0.125"),
                change_after_20d_ratio=None,
                holders=3,
            )
        ],
        pages=1,
    )


def test_a_holder_is_in_shares_and_cny() -> None:
    assert parse_holders(answer(HOLDER), "688256", 1).rows == [
        LiftHolder(
            free_on=date(2023, 7, 20),
            holder="陈天石",
            shares_type="首发原股东限售股份",
            nominal_released_shares=119_530_650,
            released_shares=None,
            release_value_cny=Decimal("21515517000.00"),
            lock_months=36,
            locked_after_shares=0,
            plan="实际",
        )
    ]


def test_what_a_holder_can_sell_may_be_worth_a_hundred_billion() -> None:
    # in CNY where a stage is in ten thousands of it; the same sum is plausible, and implausible, in both
    (holder,) = parse_holders(answer(HOLDER | {"ADD_LISTING_CAP": 176_905_362_000}), "688256", 1).rows
    (stage,) = parse_stages(answer(STAGE | {"LIFT_MARKET_CAP": 17_690_536.2}), "688256", 1).rows
    assert holder.release_value_cny == stage.release_value_cny == Decimal(176_905_362_000)
    assert "LIFT_MARKET_CAP is no plausible number" in reason(answer(STAGE | {"LIFT_MARKET_CAP": 10**11}))
    with pytest.raises(UnexpectedAnswer, match="ADD_LISTING_CAP is no plausible number"):
        parse_holders(answer(HOLDER | {"ADD_LISTING_CAP": 10**15}), "688256", 1)


def test_no_rows_is_believed_with_its_own_code_only() -> None:
    assert parse_stages(refused(9201, "返回数据为空"), "688256", 1) == Page([], 0)
    assert reason(refused(9501, "报表配置不存在")) == "rejected the request: 报表配置不存在 (code 9501)"
    assert "(code 9201)" in reason(refused(9201, "返回数据为空"), page=2)  # the first page said that there are more
    assert "code 9201" in reason({**answer(STAGE), "code": 9201})
    assert "has 0 rows" in reason(answer())


def test_pages_hold_500_rows_and_the_last_one_the_rest() -> None:
    rows = [STAGE] * 500
    assert len(parse_stages(answer(*rows, count=503, pages=2), "688256", 1).rows) == 500
    assert parse_stages(answer(*rows[:3], count=503, pages=2), "688256", 2).pages == 2


@pytest.mark.parametrize(
    ("rows", "count", "pages", "page"),
    [
        (250, 500, 1, 1),  # cut short
        (250, 503, 2, 1),
        (2, 503, 2, 2),
        (4, 503, 2, 2),  # a row too many
        (3, 503, 1, 2),  # pages and rows disagree
        (3, 3, 1, 2),  # there is no such page
    ],
)
def test_a_page_cut_short_is_unexpected(rows: int, count: int, pages: int, page: int) -> None:
    assert f"page {page} of {pages} has {rows} rows, and all pages {count}" in reason(
        answer(*([STAGE] * rows), count=count, pages=pages), page
    )


def test_rows_of_another_security_mean_that_the_filter_was_not_understood() -> None:
    assert "result.data[1] is about 688041, not about 688256" in reason(answer(STAGE, STAGE | {"SECURITY_CODE": "688041"}))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"FREE_DATE": "2023-07-20 09:30:00"}, "FREE_DATE is not a date"),
        ({"CURRENT_FREE_SHARES": None}, "CURRENT_FREE_SHARES is not a number: None"),
        ({"CURRENT_FREE_SHARES": "14376"}, "CURRENT_FREE_SHARES is not a number: 14376"),
        ({"BATCH_HOLDER_NUM": 2.5}, "BATCH_HOLDER_NUM is not a whole number: 2.5"),
        ({"FREE_SHARES_TYPE": " "}, "FREE_SHARES_TYPE is empty"),
        ({"TOTAL_RATIO": 10**9}, "TOTAL_RATIO is no plausible number"),
    ],
)
def test_an_odd_cell_is_named(change: dict[str, Any], words: str) -> None:
    assert f"result.data[0].{words}" in reason(answer(STAGE | change))


@pytest.mark.parametrize("name", sorted(STAGE.keys() - {"SECURITY_NAME_ABBR"}))
def test_a_renamed_column_is_missed_by_name(name: str) -> None:
    row = {("NEW_" + key if key == name else key): value for key, value in STAGE.items()}
    assert f"result.data[0].{name} is missing" in reason(answer(row))

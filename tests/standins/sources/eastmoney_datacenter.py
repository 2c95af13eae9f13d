"""East Money data centre: lock-ups of A-shares as it prints them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from tests.standins.market import LiftStage, Market
from tests.standins.stand_in import (
    REJECTED,
    RENAMED,
    SHORT_PAGE,
    TRANSPORT_FAULTS,
    WRONG_SYMBOL,
    Reply,
    StandIn,
    json_reply,
    not_found,
)

SOMEONE_ELSE = "600000"
DATACENTER_PATH = "/api/data/v1/get"
DATACENTER_CODE = re.compile(r"""SECURITY_CODE\s*=\s*["'](\d{6})["']""")
DATACENTER_FREE_DATE = re.compile(r"""FREE_DATE\s*(>=|<=)\s*["'](\d{4}-\d\d-\d\d)["']""")
CLOSES_AROUND = 20  # sessions over which the price change before and after a release is printed


def _datacenter_ticker(path: str, query: dict[str, str]) -> str:
    del path
    code = DATACENTER_CODE.search(query.get("filter", ""))
    if not code:
        return ""
    return code[1] + (".SH" if code[1].startswith("6") else ".SZ")


def _datacenter_refuses(code: int, message: str) -> Reply:
    return json_reply({"version": None, "result": None, "success": False, "message": message, "code": code})


def _answer_datacenter(market: Market, target: str, query: dict[str, str], fault: str | None) -> Reply:
    path = urlsplit(target).path
    if path != DATACENTER_PATH:
        return not_found()
    report = DATACENTER_REPORTS.get(query.get("reportName", ""))
    if report is None:
        return _datacenter_refuses(9501, "报表配置不存在")
    if fault == REJECTED:
        return _datacenter_refuses(9501, "请求参数有误")
    ticker = _datacenter_ticker(path, query)
    stages = [stage for stage in market.lift_stages if ticker in ("", stage.ticker) and market.knows(stage.ticker)]
    for operator, text in DATACENTER_FREE_DATE.findall(query.get("filter", "")):
        day = date.fromisoformat(text)
        stages = [stage for stage in stages if (stage.free_on >= day if operator == ">=" else stage.free_on <= day)]
    stages.sort(key=lambda stage: stage.free_on, reverse=query.get("sortTypes") == "-1")
    rows = [row for stage in stages for row in report(market, stage)]
    size, number = min(int(query.get("pageSize", "10")), 500), int(query.get("pageNumber", "1"))
    page = rows[size * (number - 1) : size * number]
    if not page:
        return _datacenter_refuses(9201, "返回数据为空")
    if fault == SHORT_PAGE:
        page = page[: len(page) // 2]
    elif fault == WRONG_SYMBOL:
        page = [row | {"SECURITY_CODE": SOMEONE_ELSE} for row in page]
    elif fault == RENAMED:
        page = [{"LIFT_DATE" if name == "FREE_DATE" else name: value for name, value in row.items()} for row in page]
    result = {"pages": -(-len(rows) // size), "data": page, "count": len(rows)}
    return json_reply({"version": "4d9cd6a2b4bd5a0b", "result": result, "success": True, "message": "ok", "code": 0})


def _stage_head(market: Market, stage: LiftStage) -> dict[str, Any]:
    return {
        "SECURITY_CODE": stage.ticker.partition(".")[0],
        "SECURITY_NAME_ABBR": market.instruments[stage.ticker].local_name,
        "FREE_DATE": f"{stage.free_on} 00:00:00",
    }


def _in_ten_thousands(amount: Decimal | int) -> float:
    return float(Decimal(amount) / 10_000)


def _stage_rows(market: Market, stage: LiftStage) -> list[dict[str, Any]]:
    """One row of RPT_LIFT_STAGE: shares and money in ten thousands, price changes in per cent, ratios as fractions."""
    before = _close_before(market, stage)
    released = stage.released_shares
    row = _stage_head(market, stage) | {
        "CURRENT_FREE_SHARES": _in_ten_thousands(released),
        "ABLE_FREE_SHARES": _in_ten_thousands(stage.nominal_shares),
        "LIFT_MARKET_CAP": _in_ten_thousands(released * before),
        "FREE_RATIO": round(released / stage.float_before_shares, 10),
        "NEW": float(before),
        "B20_ADJCHRATE": _change_percent(market, stage, -CLOSES_AROUND, 0),
        "A20_ADJCHRATE": _change_percent(market, stage, 0, CLOSES_AROUND),
        "FREE_SHARES_TYPE": stage.shares_type,
        "TOTAL_RATIO": round(released / stage.total_shares, 10),
        "NON_FREE_SHARES": _in_ten_thousands(stage.locked_after_shares),
        "BATCH_HOLDER_NUM": len(stage.holders),
    }
    return [row]


def _holder_rows(market: Market, stage: LiftStage) -> list[dict[str, Any]]:
    """The rows of RPT_LIFT_GD of one stage: in shares, money in CNY."""
    before = _close_before(market, stage)
    return [
        _stage_head(market, stage)
        | {
            "LIMITED_HOLDER_NAME": holder.name,
            "ADD_LISTING_SHARES": holder.nominal_shares,
            "ACTUAL_LISTED_SHARES": holder.released_shares,
            "ADD_LISTING_CAP": float(holder.released_shares * before),
            "LOCK_MONTH": stage.lock_months,
            "RESIDUAL_LIMITED_SHARES": holder.locked_after_shares,
            "FREE_SHARES_TYPE": stage.shares_type,
            "PLAN_FEATURE": f"自上市之日起锁定{stage.lock_months}个月",
        }
        for holder in stage.holders
    ]


DATACENTER_REPORTS: dict[str, Callable[[Market, LiftStage], list[dict[str, Any]]]] = {
    "RPT_LIFT_STAGE": _stage_rows,
    "RPT_LIFT_GD": _holder_rows,
}


def _close_before(market: Market, stage: LiftStage) -> Decimal:
    """The close of the session before the release, the newest one if the release lies ahead."""
    return [bar.close for bar in market.history(stage.ticker) if bar.trading_date < stage.free_on][-1]


def _change_percent(market: Market, stage: LiftStage, first: int, last: int) -> float | None:
    """How the close (adjusted for splits) changed between two sessions counted from the one before the release."""
    bars = market.history(stage.ticker)
    if bars[-1].trading_date < stage.free_on:
        return None
    before = sum(bar.trading_date < stage.free_on for bar in bars) - 1
    if before + first < 0 or before + last >= len(bars):
        return None
    start, end = (
        bars[before + place].close / market.split_factor_after(stage.ticker, bars[before + place].trading_date)
        for place in (first, last)
    )
    return round(float(100 * (end / start - 1)), 8)


STAND_IN = StandIn(
    setting="FREEFLOAT_EASTMONEY_DATACENTER_URL",
    faults=TRANSPORT_FAULTS | {REJECTED, RENAMED, WRONG_SYMBOL, SHORT_PAGE},
    instrument=_datacenter_ticker,
    answer=_answer_datacenter,
)

"""East Money's data centre: the calendar of A-share lock-up expiries (RPT_LIFT_STAGE) and the holders behind each (RPT_LIFT_GD).

`result` has `data` (the rows of a page), `count` (rows of all pages) and `pages`. Traps:

- Stages count shares and money in units of 10,000 and returns in percent; their ratios are fractions. Holders' shares are
  shares, and their money CNY.
- "No rows" is `success: false` with code 9201. Any other `success: false` is a rejected request, and looks much the same.
- A page holds at most 500 rows; one that is cut short has fewer rows than `count` says.
- Dates have a time: 2026-07-20 00:00:00.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Generic, TypeVar
from urllib.parse import quote

from ingestion.live.answer import AMOUNT_LIMIT, PRICE_LIMIT, UnexpectedAnswer, field, iso_day, number, shown
from ingestion.live.source import Answered, Connection, LiveSource, Subject, Window
from ingestion.live.subjects import securities_known_to

STAGES = "RPT_LIFT_STAGE"
HOLDERS = "RPT_LIFT_GD"
PAGE_ROWS = 500  # the most that a page holds

_NO_ROWS = 9201
_TICKER = re.compile(r"([0-9]{6})\.S[HZ]")
_TEN_THOUSAND = 10_000
_PERCENT = Decimal("0.01")
_RATIO_DECIMALS, _PRICE_DECIMALS, _MONEY_DECIMALS = 8, 6, 2  # as landed

Row = TypeVar("Row")


@dataclass(frozen=True)
class LiftStage:
    """Shares of one kind that become tradable on one day; ratios and changes are the source's own statements.

    `released_of_float_before_ratio` is of the float before the day; `close_before_cny` the close before it, or the latest.
    """

    free_on: date
    shares_type: str
    released_shares: int
    nominal_released_shares: int
    release_value_cny: Decimal | None
    released_of_float_before_ratio: Decimal | None
    released_of_total_ratio: Decimal | None
    locked_after_shares: int | None
    close_before_cny: Decimal | None
    change_before_20d_ratio: Decimal | None
    change_after_20d_ratio: Decimal | None
    holders: int | None


@dataclass(frozen=True)
class LiftHolder:
    """One holder's shares in the expiry of one day."""

    free_on: date
    holder: str
    shares_type: str
    nominal_released_shares: int
    released_shares: int | None
    release_value_cny: Decimal | None
    lock_months: int | None
    locked_after_shares: int | None
    plan: str | None


@dataclass(frozen=True)
class Page(Generic[Row]):
    """The rows of one page, and how many pages there are: 0 if the source says that it has no rows."""

    rows: list[Row]
    pages: int


def security_code(ticker: str) -> str | None:
    """East Money's code of an A-share, 688256; None for everything else."""
    match = _TICKER.fullmatch(ticker)
    return match[1] if match else None


def ask(connection: Connection, subject: Subject, window: Window) -> Answered:
    """All lock-up expiries of an A-share (one row per day and kind of shares), and the holders behind them, page by page.

    Shares, CNY and fractions, whatever the units of the answer. Raises SourceFailed and UnexpectedAnswer.
    """
    code = security_code(subject.name) or ""

    def rows_of(report: str, parse: Callable[[Any, str, int], Page[Any]]) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = []
        page, last = 1, 1
        while page <= last:
            found = parse(connection.get_json(path(report, code, page)), code, page)
            rows += [{"ticker": subject.name} | asdict(row) for row in found.rows]
            page, last = page + 1, found.pages
        return rows

    return Answered(
        {
            "eastmoney_lift_stages": rows_of(STAGES, parse_stages),
            "eastmoney_lift_holders": rows_of(HOLDERS, parse_holders),
        }
    )


def path(report: str, code: str, page: int) -> str:
    """What to ask for a page (the first is 1) of a report about an A-share."""
    return (
        f"/api/data/v1/get?sortColumns=FREE_DATE&sortTypes=1&pageSize={PAGE_ROWS}&pageNumber={page}&reportName={report}"
        f"&columns=ALL&source=WEB&client=WEB&filter=(SECURITY_CODE%3D%22{quote(code, safe='')}%22)"
    )


def parse_stages(body: Any, code: str, page: int) -> Page[LiftStage]:
    """The stages on a page of RPT_LIFT_STAGE about `code`. Raises UnexpectedAnswer."""
    return _parse(body, code, page, _stage)


def parse_holders(body: Any, code: str, page: int) -> Page[LiftHolder]:
    """The holders on a page of RPT_LIFT_GD about `code`. Raises UnexpectedAnswer."""
    return _parse(body, code, page, _holder)


def _parse(body: Any, code: str, page: int, read: Callable[[dict[str, Any], str], Row]) -> Page[Row]:
    answer_code = field(body, "code", int)
    if not field(body, "success", bool):
        if answer_code == _NO_ROWS and page == 1:
            return Page([], 0)
        raise UnexpectedAnswer(f"rejected the request: {shown(body.get('message'))} (code {answer_code})")
    if answer_code != 0:
        raise UnexpectedAnswer(f"says success and code {answer_code}: {shown(body.get('message'))}")
    result = field(body, "result", dict)
    data = field(result, "result.data", list)
    count, pages = field(result, "result.count", int), field(result, "result.pages", int)
    expected = min(PAGE_ROWS, count - PAGE_ROWS * (page - 1))
    if len(data) != expected or expected <= 0 or pages != -(-count // PAGE_ROWS):
        raise UnexpectedAnswer(f"page {page} of {pages} has {len(data)} rows, and all pages {count}: cut short, or paged anew")
    rows: list[Row] = []
    for index, row in enumerate(data):
        place = f"result.data[{index}]"
        stated = field(row, f"{place}.SECURITY_CODE", str)
        if stated != code:
            raise UnexpectedAnswer(f"{place} is about {shown(stated)}, not about {code}: the filter was not understood")
        rows.append(read(row, place))
    return Page(rows, pages)


def _stage(row: dict[str, Any], place: str) -> LiftStage:
    return LiftStage(
        free_on=_day(row, f"{place}.FREE_DATE"),
        shares_type=_text(row, f"{place}.FREE_SHARES_TYPE"),
        released_shares=_count(row, f"{place}.CURRENT_FREE_SHARES", _TEN_THOUSAND),
        nominal_released_shares=_count(row, f"{place}.ABLE_FREE_SHARES", _TEN_THOUSAND),
        release_value_cny=_scaled(row, f"{place}.LIFT_MARKET_CAP", _TEN_THOUSAND, _MONEY_DECIMALS),
        released_of_float_before_ratio=_scaled(row, f"{place}.FREE_RATIO", 1, _RATIO_DECIMALS),
        released_of_total_ratio=_scaled(row, f"{place}.TOTAL_RATIO", 1, _RATIO_DECIMALS),
        locked_after_shares=_count_or_none(row, f"{place}.NON_FREE_SHARES", _TEN_THOUSAND),
        close_before_cny=_scaled(row, f"{place}.NEW", 1, _PRICE_DECIMALS),
        change_before_20d_ratio=_scaled(row, f"{place}.B20_ADJCHRATE", _PERCENT, _RATIO_DECIMALS),
        change_after_20d_ratio=_scaled(row, f"{place}.A20_ADJCHRATE", _PERCENT, _RATIO_DECIMALS),
        holders=_count_or_none(row, f"{place}.BATCH_HOLDER_NUM"),
    )


def _holder(row: dict[str, Any], place: str) -> LiftHolder:
    return LiftHolder(
        free_on=_day(row, f"{place}.FREE_DATE"),
        holder=_text(row, f"{place}.LIMITED_HOLDER_NAME"),
        shares_type=_text(row, f"{place}.FREE_SHARES_TYPE"),
        nominal_released_shares=_count(row, f"{place}.ADD_LISTING_SHARES"),
        released_shares=_count_or_none(row, f"{place}.ACTUAL_LISTED_SHARES"),
        release_value_cny=_scaled(row, f"{place}.ADD_LISTING_CAP", 1, _MONEY_DECIMALS),
        lock_months=_count_or_none(row, f"{place}.LOCK_MONTH"),
        locked_after_shares=_count_or_none(row, f"{place}.RESIDUAL_LIMITED_SHARES"),
        plan=None if _is_null(row, f"{place}.PLAN_FEATURE") else _text(row, f"{place}.PLAN_FEATURE"),
    )


def _is_null(row: dict[str, Any], path: str) -> bool:
    return field(row, path, object) is None


def _day(row: dict[str, Any], path: str) -> date:
    return iso_day(field(row, path, str).removesuffix(" 00:00:00"), path)


def _text(row: dict[str, Any], path: str) -> str:
    text = field(row, path, str).strip()
    if not text:
        raise UnexpectedAnswer(f"{path} is empty")
    return text


def _count(row: dict[str, Any], path: str, unit: int = 1) -> int:
    """A count of shares, holders or months; of shares in another unit, rounded to the share."""
    value = number(field(row, path, object), path, AMOUNT_LIMIT // unit) * unit
    if unit == 1 and value != int(value):
        raise UnexpectedAnswer(f"{path} is not a whole number: {shown(value)}")
    return round(value)


def _count_or_none(row: dict[str, Any], path: str, unit: int = 1) -> int | None:
    return None if _is_null(row, path) else _count(row, path, unit)


def _scaled(row: dict[str, Any], path: str, unit: int | Decimal, decimals: int) -> Decimal | None:
    """A sum of money, price or ratio in its own unit, rounded to `decimals`."""
    value = field(row, path, object)
    limit = AMOUNT_LIMIT // int(unit) if decimals == _MONEY_DECIMALS else PRICE_LIMIT
    return None if value is None else round(number(value, path, limit) * unit, decimals)


SOURCE = LiveSource(
    name="eastmoney_datacenter",
    address_setting="FREEFLOAT_EASTMONEY_DATACENTER_URL",
    default_address="https://datacenter-web.eastmoney.com",
    datasets=("eastmoney_lift_stages", "eastmoney_lift_holders"),
    subjects=securities_known_to(security_code),
    ask=ask,
    is_daily=False,
    listed_whole=("eastmoney_lift_stages", "eastmoney_lift_holders"),
)

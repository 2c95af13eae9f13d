"""Whatever is deleted from, renamed or replaced in a good answer: a parser gives rows that can land, or UnexpectedAnswer."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from copy import deepcopy
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.live.answer import UnexpectedAnswer
from ingestion.sources import eastmoney_datacenter, eastmoney_kline, epoch_ai, openrouter, tencent_kline, yahoo_chart

YAHOO = {
    "chart": {
        "result": [
            {
                "meta": {
                    "currency": "HKD",
                    "symbol": "1024.HK",
                    "exchangeTimezoneName": "Asia/Hong_Kong",
                    "firstTradeDate": 1612488600,
                },
                "timestamp": [1785720600, 1785807000],
                "events": {
                    "splits": {"1785807000": {"date": 1785807000, "numerator": 149, "denominator": 100}},
                    "dividends": {"1785720600": {"date": 1785720600, "amount": Decimal("0.25")}},
                },
                "indicators": {
                    "quote": [
                        {
                            "open": [Decimal("10.0"), Decimal("301.79998779296875")],
                            "high": [11, 302],
                            "low": [Decimal("9.5"), None],
                            "close": [10, 301],
                            "volume": [1490, None],
                        }
                    ]
                },
            }
        ],
        "error": None,
    }
}
EASTMONEY = {
    "rc": 0,
    "data": {
        "code": "01024",
        "klines": [
            "2026-08-03,10.000,10.200,10.500,9.500,100,1000.000,0,0,0,0",
            "2026-08-04,10.000,10.200,10.500,9.500,100,-,0,0,0,0",
        ],
    },
}
TENCENT = {
    "code": 0,
    "msg": "",
    "data": {
        "hk01024": {
            "qfqday": [
                ["2026-08-03", "10.000", "10.200", "10.500", "9.500", "100.000", {"cqr": "2026-08-03"}, "0.1", "12.5"],
                ["2026-08-04", "10.000", "10.200", "10.500", "9.500", Decimal("100.0"), "", "0.1", ""],
            ]
        }
    },
}
STAGES = {
    "success": True,
    "code": 0,
    "message": "ok",
    "result": {
        "pages": 1,
        "count": 1,
        "data": [
            {
                "SECURITY_CODE": "688256",
                "FREE_DATE": "2023-07-20 00:00:00",
                "CURRENT_FREE_SHARES": Decimal("14376.7623"),
                "ABLE_FREE_SHARES": 14376,
                "LIFT_MARKET_CAP": Decimal("2587817.2"),
                "FREE_RATIO": Decimal("0.5"),
                "NEW": 180,
                "B20_ADJCHRATE": Decimal("-12.5"),
                "A20_ADJCHRATE": None,
                "FREE_SHARES_TYPE": "x",
                "TOTAL_RATIO": Decimal("0.3"),
                "NON_FREE_SHARES": 15,
                "BATCH_HOLDER_NUM": 3,
            }
        ],
    },
}
HOLDERS = {
    "success": True,
    "code": 0,
    "message": "ok",
    "result": {
        "pages": 1,
        "count": 1,
        "data": [
            {
                "SECURITY_CODE": "688256",
                "LIMITED_HOLDER_NAME": "x",
                "FREE_DATE": "2023-07-20",
                "ADD_LISTING_SHARES": 119,
                "ACTUAL_LISTED_SHARES": None,
                "ADD_LISTING_CAP": Decimal("215.5"),
                "LOCK_MONTH": 36,
                "RESIDUAL_LIMITED_SHARES": 0,
                "FREE_SHARES_TYPE": "x",
                "PLAN_FEATURE": None,
            }
        ],
    },
}
MODELS = {
    "data": [
        {
            "id": "z-ai/glm-5.2:free",
            "canonical_slug": "z-ai/glm-5.2-20260616",
            "name": "GLM 5.2",
            "created": 1781631930,
            "context_length": 1048576,
            "alias_target": None,
            "pricing": {
                "prompt": "0.00000056",
                "completion": "0.00000176",
                "input_cache_read": "0.000000104",
                "request": "0",
                "overrides": [
                    {"min_prompt_tokens": 200000, "prompt": "0.00000112"},
                    {"utc_start": "2200", "utc_end": 600, "utc_days": ["sat"], "completion": "-1"},
                ],
            },
        }
    ]
}
RANKINGS = {
    "data": [
        {"date": "2026-07-21", "model_permaslug": "z-ai/glm-5.2-20260616:free", "total_tokens": "1900000000001"},
        {"date": "2026-07-21", "model_permaslug": "other", "total_tokens": "600000000000"},
    ],
    "meta": {"as_of": "2026-07-22T01:46:00Z", "version": "v1"},
}
REVENUE = epoch_ai.TABLES["revenue reports"]
STATEMENTS = [
    list(REVENUE.headers["v2026-09"]),
    ["2024 3.7B", "OpenAI", "2024-12-31", "3700000000.0", "ARR", "Full company", "", "1", "Year", "", "Likely", "", "", "",
     'two\nlines, and "quotes"', "2024-09-27", "Media report", ""],
    ["2024 3.7B", "OpenAI", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", ""],
]  # fmt: skip


def printed(table: Any) -> bytes:
    """The cells of a table as CSV; what is no list of cells is a line by itself."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for line in table if isinstance(table, list) else [table]:
        writer.writerow(line if isinstance(line, list) else [line])
    return text.getvalue().encode(errors="replace")


FEEDS: dict[str, tuple[Any, Callable[[Any], Any]]] = {
    "yahoo": (YAHOO, lambda body: yahoo_chart.parse(body, "1024.HK", "HKD", "Asia/Hong_Kong")),
    "eastmoney": (EASTMONEY, lambda body: eastmoney_kline.parse(body, "1024.HK", "HKD")),
    "tencent": (TENCENT, lambda body: tencent_kline.parse(body, "1024.HK", "HKD")),
    "stages": (STAGES, lambda body: eastmoney_datacenter.parse_stages(body, "688256", 1)),
    "holders": (HOLDERS, lambda body: eastmoney_datacenter.parse_holders(body, "688256", 1)),
    "models": (MODELS, openrouter.parse_models),
    "rankings": (RANKINGS, lambda body: openrouter.parse_rankings(body, date(2026, 7, 21), date(2026, 7, 21))),
    "statements": (STATEMENTS, lambda table: epoch_ai.parse(printed(table), REVENUE)),
}

huge = [Decimal("0E+999999999"), Decimal("1E+999999"), Decimal("-1E-999999"), 10**30, -(10**30), 10**14, Decimal("1E-30")]
numbers = st.integers() | st.decimals(allow_nan=False, allow_infinity=False) | st.sampled_from(huge)
texts = st.text("aA0.-:,\n é中١", max_size=20) | st.sampled_from(
    ["2026-02-30", "-", "NaN", "1e9", "0", "١", "1,2,3,4,5,6,7,8,9,10,11"]
)
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
)


def places(body: Any) -> list[tuple[Any, Any]]:
    """Every field and list entry of an answer, as its parent and its name or index."""
    inside = list(body.items()) if isinstance(body, dict) else list(enumerate(body)) if isinstance(body, list) else []
    return [(body, name) for name, _ in inside] + [place for _, value in inside for place in places(value)]


def assert_can_land(value: Any, name: str = "") -> None:
    """As wide as the landed columns: Int64, and decimals of 10 digits before the point (18 for money), 18 after it a token."""
    if is_dataclass(value):
        for each in fields(value):
            assert_can_land(getattr(value, each.name), each.name)
    elif isinstance(value, dict):
        for name, each in value.items():
            assert_can_land(each, name)
    elif isinstance(value, list):
        for each in value:
            assert_can_land(each)
    elif isinstance(value, int):
        assert abs(value) < 2**63
    elif isinstance(value, Decimal):
        money = ("turnover", "turnover_precision", "release_value_cny")
        assert abs(value) < 10 ** (18 if name in money or name.endswith("revenue_usd") else 10)
        decimals = 18 if name.endswith("_per_mtok") or name == "request_usd" else 8 if name.endswith("_ratio") else 6
        assert not value or value.as_tuple().exponent >= -decimals or value == round(value, decimals)
    else:
        assert value is None or isinstance(value, str | date)


@pytest.mark.parametrize("feed", FEEDS)
def test_the_answers_are_good_as_they_are(feed: str) -> None:
    body, parse = FEEDS[feed]
    assert_can_land(parse(deepcopy(body)))


@pytest.mark.parametrize("feed", FEEDS)
@settings(deadline=None)  # what else the machine does is no fault of a parser
@given(data=st.data())
def test_a_mutated_answer_gives_rows_or_is_unexpected(feed: str, data: st.DataObject) -> None:
    body, parse = FEEDS[feed]
    body = deepcopy(body)
    for _ in range(data.draw(st.integers(1, 3))):
        parent, name = data.draw(st.sampled_from(places(body) or [([body], 0)]))
        match data.draw(st.sampled_from(["delete", "rename", "replace"])):
            case "delete":
                del parent[name]
            case "rename" if isinstance(parent, dict):
                parent[data.draw(texts)] = parent.pop(name)
            case _:
                parent[name] = data.draw(values)
    try:
        assert_can_land(parse(body))
    except UnexpectedAnswer as error:
        assert len(error.reason) < 1200

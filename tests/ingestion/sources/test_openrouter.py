"""OpenRouter's list of models and daily rankings: exact prices, overrides, variants, and pages that are cut short."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from ingestion.live.answer import UnexpectedAnswer
from ingestion.sources.openrouter import pages, parse_models, parse_rankings, rankings_path

# as captured, shortened
GLM = json.loads(
    '{"id":"z-ai/glm-5.2","canonical_slug":"z-ai/glm-5.2-20260616","hugging_face_id":"zai-org/GLM-5.2","name":"Z.ai: GLM 5.2",'
    '"created":1781631930,"context_length":1048576,"architecture":{"modality":"text->text"},'
    '"pricing":{"prompt":"0.00000056","completion":"0.00000176","input_cache_read":"0.000000104"},'
    '"per_request_limits":null,"links":{"details":"/api/v1/models/z-ai/glm-5.2-20260616/endpoints"}}'
)
PRICES = ("input_per_mtok", "output_per_mtok", "cache_read_per_mtok", "cache_write_per_mtok", "request_usd")
FIRST, LAST = date(2026, 7, 21), date(2026, 7, 23)


def model(**changes: Any) -> dict[str, Any]:
    return GLM | changes


def priced(**pricing: Any) -> dict[str, Any]:
    return model(pricing=GLM["pricing"] | pricing)


def prices(listed: dict[str, Any]) -> list[dict[str, Any]]:
    found = parse_models({"data": [listed]})
    assert found.unreadable == []
    return found.rows


def rankings(*rows: tuple[str, str, Any]) -> dict[str, Any]:
    data = [{"date": day, "model_permaslug": slug, "total_tokens": tokens} for day, slug, tokens in rows]
    return {"data": data, "meta": {"as_of": "2026-07-24T01:46:00Z", "version": "v1"}}


WHOLE = (
    ("2026-07-21", "z-ai/glm-5.2-20260616", "1900000000001"),
    ("2026-07-21", "z-ai/glm-5.2-20260616:free", "120000000000"),
    ("2026-07-21", "other", "600000000000"),
    ("2026-07-22", "z-ai/glm-5.2-20260616", "1910000000000"),
    ("2026-07-22", "other", "610000000000"),
    ("2026-07-23", "z-ai/glm-5.2-20260616", "1920000000000"),
    ("2026-07-23", "other", "620000000000"),
)


def test_a_model_as_captured() -> None:
    assert prices(GLM) == [
        {
            "model_id": "z-ai/glm-5.2",
            "canonical_slug": "z-ai/glm-5.2-20260616",
            "name": "Z.ai: GLM 5.2",
            "variant": "standard",
            "is_alias": False,
            "alias_target": None,
            "created_on": date(2026, 6, 16),
            "context_length": 1_048_576,
            "override_number": 0,
            "min_prompt_tokens": None,
            "utc_start": None,
            "utc_end": None,
            "utc_days": None,
            "is_dynamic": False,
            "input_per_mtok": Decimal("0.56"),
            "output_per_mtok": Decimal("1.76"),
            "cache_read_per_mtok": Decimal("0.104"),
            "cache_write_per_mtok": None,
            "request_usd": None,
        }
    ]


@pytest.mark.parametrize(
    ("printed", "per_mtok"),
    [
        ("0.00000056", "0.56"),
        ("0.0000000014", "0.0014"),
        ("0.00015", "150"),
        ("0", "0"),
        ("0.00000039999999999999996", "0.39999999999999996"),
        ("0.000000000000000000000001", "0.000000000000000001"),
    ],
)
def test_a_price_is_exactly_a_million_times_what_is_printed(printed: str, per_mtok: str) -> None:
    (row,) = prices(priced(prompt=printed))
    assert row["input_per_mtok"] == Decimal(per_mtok)


def test_a_routers_price_is_none() -> None:
    (row,) = prices(priced(prompt="-1", completion="-1", input_cache_read="-1", request="-1"))
    assert row["is_dynamic"] and [row[name] for name in PRICES] == [None] * 5


@pytest.mark.parametrize(
    ("model_id", "variant", "is_alias"),
    [
        ("z-ai/glm-5.2", "standard", False),
        ("z-ai/glm-5.2:free", "free", False),
        ("z-ai/glm-5.2:batch", "batch", False),
        ("~z-ai/glm-latest", "standard", True),
    ],
)
def test_variants_and_aliases_are_told_by_the_id(model_id: str, variant: str, is_alias: bool) -> None:
    (row,) = prices(model(id=model_id))
    assert (row["model_id"], row["variant"], row["is_alias"]) == (model_id, variant, is_alias)


def test_an_alias_may_say_what_it_stands_for() -> None:
    (row,) = prices(model(alias_target="z-ai/glm-5.2"))
    assert row["is_alias"] and row["alias_target"] == "z-ai/glm-5.2"


def test_overrides_are_rows_with_what_they_do_not_replace_as_it_is() -> None:
    overrides = [
        {"min_prompt_tokens": 200_000, "prompt": "0.00000112", "completion": "0.00000352"},
        {"utc_start": "2200", "utc_end": 600, "utc_days": ["sat", 0], "prompt": "0.00000028"},
        {"min_prompt_tokens": 10, "prompt": "-1"},
    ]
    base, long, night, dynamic = prices(priced(overrides=overrides))
    assert (base["override_number"], base["input_per_mtok"]) == (0, Decimal("0.56"))
    assert (long["override_number"], long["min_prompt_tokens"], long["utc_start"]) == (1, 200_000, None)
    assert [long[name] for name in PRICES[:3]] == [Decimal("1.12"), Decimal("3.52"), Decimal("0.104")]
    assert (night["override_number"], night["utc_start"], night["utc_end"], night["utc_days"]) == (2, "2200", "0600", "sat,0")
    assert [night[name] for name in PRICES[:3]] == [Decimal("0.28"), Decimal("1.76"), Decimal("0.104")]
    assert dynamic["is_dynamic"] and dynamic["output_per_mtok"] is None


@pytest.mark.parametrize(
    ("pricing", "column"),
    [
        ({"prompt": 0.00000056}, "prompt"),
        ({"prompt": Decimal("0.00000056")}, "prompt"),
        ({"completion": "5.6e-7"}, "completion"),
        ({"completion": "-0.5"}, "completion"),
        ({"input_cache_read": "free"}, "input_cache_read"),
        ({"prompt": "0." + "0" * 24 + "1"}, "prompt"),
        ({"overrides": {"prompt": "0"}}, "overrides"),
        ({"overrides": [{"min_prompt_tokens": "200k"}]}, "min_prompt_tokens"),
        ({"overrides": [{"min_prompt_tokens": 2**64}]}, "min_prompt_tokens"),
        ({"overrides": [{"utc_start": "25:00"}]}, "utc_start"),
        ({"overrides": [{"utc_days": "sat"}]}, "utc_days"),
    ],
)
def test_a_price_that_can_not_be_read_is_told_and_the_other_models_are_read(pricing: dict[str, Any], column: str) -> None:
    found = parse_models({"data": [priced(**pricing), model(id="z-ai/other")]})
    (bad,) = found.unreadable
    assert bad.column == column and "(of z-ai/glm-5.2)" in bad.reason
    assert [row["model_id"] for row in found.rows] == ["z-ai/other"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"data": []},
        {"data": {}},
        {"error": {"code": 500}},
        {"data": [{name: value for name, value in GLM.items() if name != "pricing"}]},
        {"data": [model(id="")]},
        {"data": [model(created="2026")]},
        {"data": [model(context_length=2**70)]},
    ],
)
def test_what_is_not_the_list_of_models_is_refused(body: Any) -> None:
    with pytest.raises(UnexpectedAnswer):
        parse_models(body)


def test_rankings_are_whole_numbers_of_tokens_a_model_and_day() -> None:
    found = parse_rankings(rankings(*WHOLE), FIRST, LAST)
    assert found.unreadable == [] and len(found.rows) == len(WHOLE)
    standard, free, other = found.rows[:3]
    assert standard == {
        "model_permaslug": "z-ai/glm-5.2-20260616",
        "usage_on": date(2026, 7, 21),
        "model": "z-ai/glm-5.2-20260616",
        "variant": "standard",
        "tokens": 1_900_000_000_001,
        "is_other": False,
        "source_as_of": "2026-07-24T01:46:00Z",
    }
    assert (free["model"], free["variant"]) == ("z-ai/glm-5.2-20260616", "free")
    assert (other["model"], other["variant"], other["is_other"]) == ("other", "other", True)


def test_days_that_were_not_asked_for_are_left_out() -> None:
    today = ("2026-07-24", "z-ai/glm-5.2-20260616", "7")
    assert len(parse_rankings(rankings(*WHOLE, today), FIRST, LAST).rows) == len(WHOLE)
    assert {row["usage_on"] for row in parse_rankings(rankings(*WHOLE), LAST, LAST).rows} == {LAST}


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ((), "have no day"),
        (WHOLE[:-1], "the rankings of 2026-07-23 have no row 'other'"),
        (WHOLE[:2], "the rankings of 2026-07-21 have no row 'other'"),
        ((*WHOLE[:2], *WHOLE[3:]), "the rankings of 2026-07-21 have no row 'other'"),
    ],
)
def test_rankings_that_are_cut_short_are_refused(rows: Any, words: str) -> None:
    with pytest.raises(UnexpectedAnswer) as unexpected:
        parse_rankings(rankings(*rows), FIRST, LAST)
    assert words in unexpected.value.reason


def test_the_newest_days_may_lag_but_not_more() -> None:
    assert len(parse_rankings(rankings(*WHOLE), FIRST, date(2026, 7, 26)).rows) == len(WHOLE)
    with pytest.raises(UnexpectedAnswer, match="end on 2026-07-23: cut short, or the source is behind"):
        parse_rankings(rankings(*WHOLE), FIRST, date(2026, 7, 27))


@pytest.mark.parametrize("tokens", [1_900, "1.9e12", "", None, "-5", "9" * 19])
def test_tokens_that_are_no_text_of_digits_are_told(tokens: Any) -> None:
    found = parse_rankings(rankings(("2026-07-21", "a/b", tokens), *WHOLE), FIRST, LAST)
    (bad,) = found.unreadable
    assert (bad.day, bad.column) == (FIRST, "total_tokens")
    assert len(found.rows) == len(WHOLE)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"data": [], "meta": {}},
        {"data": rankings(*WHOLE)["data"]},
        {"meta": {"as_of": "x"}, "data": [{"day": "2026-07-21"}]},
        {"meta": {"as_of": "x"}, "data": [{"date": "21 July", "model_permaslug": "other", "total_tokens": "1"}]},
        {"error": {"code": 401, "message": "No auth credentials found"}},
    ],
)
def test_what_is_not_rankings_is_refused(body: Any) -> None:
    with pytest.raises(UnexpectedAnswer):
        parse_rankings(body, FIRST, LAST)


def test_pages_have_at_most_366_days_begin_in_2025_and_end_yesterday() -> None:
    assert pages(date(2020, 1, 2), date(2026, 11, 20)) == [
        (date(2025, 1, 1), date(2026, 1, 1)),  # 366 days
        (date(2026, 1, 2), date(2026, 11, 19)),
    ]
    assert pages(date(2026, 11, 18), date(2026, 11, 20)) == [(date(2026, 11, 11), date(2026, 11, 19))]
    assert pages(date(2020, 1, 2), date(2025, 1, 1)) == []
    assert rankings_path(FIRST, LAST) == "/api/v1/datasets/rankings-daily?start_date=2026-07-21&end_date=2026-07-23&period=day"

"""Token prices of the genai-prices package: its words for when a price holds become spans of days, worked by hand."""

from __future__ import annotations

from datetime import UTC, date, time
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from genai_prices.types import (
    ClauseEquals,
    ConditionalPrice,
    ModelInfo,
    ModelPrice,
    PriceVariant,
    Provider,
    StartDateConstraint,
    Tier,
    TieredPrices,
    TimeOfDateConstraint,
)

from ingestion.dataset import Folders
from ingestion.datasets import package_token_prices
from tests.conftest import PROJECT, land_now

RELEASED_ON = date(2026, 11, 10)
CHEAP, DEAR = (
    ModelPrice(input_mtok=Decimal(price), output_mtok=Decimal(price) * 4, cache_read_mtok=Decimal(price) / 10)
    for price in ("1", "2")
)


def rows(model: ModelInfo, *columns: str, seller: str = "zai") -> list[tuple[str, ...]]:
    provider = Provider(id=seller, name=seller, api_pattern=seller, models=[model], price_comments="USD.")
    return [tuple(row[column] for column in columns) for row in package_token_prices.model_rows(provider, model, RELEASED_ON)]


def model(prices: ModelPrice | list[ConditionalPrice], *variants: PriceVariant, name: str = "glm") -> ModelInfo:
    return ModelInfo(id=name, match=ClauseEquals(name), prices=prices, price_variants=list(variants))


def from_day(day: date, prices: ModelPrice) -> ConditionalPrice:
    return ConditionalPrice(StartDateConstraint(day), prices=prices)


def test_a_price_without_days_holds_always_and_is_known_with_the_package() -> None:
    assert rows(
        model(CHEAP),
        "input_per_mtok",
        "output_per_mtok",
        "cache_read_per_mtok",
        "cache_write_per_mtok",
        "effective_from",
        "known_on",
    ) == [("1", "4", "0.1", "", "", "2026-11-10")]


def test_a_fee_of_a_request_stands_beside_the_prices_of_its_tokens_and_another_fee_is_another_price() -> None:
    # the package states it for a thousand requests
    plain, with_fee = (
        ModelPrice(input_mtok=Decimal(1), output_mtok=Decimal(4), requests_kcount=fee) for fee in (None, Decimal(5))
    )
    found = model([ConditionalPrice(prices=plain), from_day(date(2026, 9, 10), with_fee)])
    assert rows(found, "input_per_mtok", "price_per_request", "effective_from", "effective_to") == [
        ("1", "", "", "2026-09-09"),
        ("1", "0.005", "2026-09-10", ""),
    ]


def test_a_price_ends_the_day_before_the_next_begins_and_the_first_is_known_when_it_ends() -> None:
    found = model([ConditionalPrice(prices=CHEAP), from_day(date(2026, 9, 10), DEAR), from_day(date(2027, 1, 1), CHEAP)])
    assert rows(found, "input_per_mtok", "effective_from", "effective_to", "known_on") == [
        ("1", "", "2026-09-09", "2026-09-10"),
        ("2", "2026-09-10", "2026-12-31", "2026-09-10"),
        # announced, but a price that begins later than the as-of day is not there
        ("1", "2027-01-01", "", "2027-01-01"),
    ]


def test_the_last_price_that_has_begun_counts_whatever_the_order_of_days() -> None:
    # from the 5th the first dated price has begun, but the other one, from the 1st on, stands after it
    found = model([ConditionalPrice(prices=CHEAP), from_day(date(2026, 9, 5), CHEAP), from_day(date(2026, 9, 1), DEAR)])
    assert rows(found, "input_per_mtok", "effective_from", "effective_to") == [("1", "", "2026-08-31"), ("2", "2026-09-01", "")]


def test_tiers_are_rows_and_a_price_without_tiers_holds_in_all_of_them() -> None:
    tiered = TieredPrices(base=Decimal("1"), tiers=[Tier(512_000, Decimal("3")), Tier(200_000, Decimal("2"))])
    found = model(ModelPrice(input_mtok=tiered, output_mtok=Decimal("4")))
    assert rows(found, "min_input_tokens", "input_per_mtok", "output_per_mtok", "cache_read_per_mtok") == [
        ("0", "1", "4", ""),
        ("200000", "2", "4", ""),
        ("512000", "3", "4", ""),
    ]


def test_hours_are_rows_and_the_price_of_all_other_hours_has_none() -> None:
    def at(start: int, end: int) -> ConditionalPrice:
        return ConditionalPrice(TimeOfDateConstraint(time(start, 30, tzinfo=UTC), time(end, 30, tzinfo=UTC)), prices=DEAR)

    # the second window passes midnight, so midnight itself is none of the other hours
    found = model([ConditionalPrice(prices=CHEAP), at(1, 16), at(22, 0)])
    assert rows(found, "input_per_mtok", "utc_start", "utc_end") == [("1", "", ""), ("2", "0130", "1630"), ("2", "2230", "0030")]


def test_a_variant_has_rows_only_from_the_day_on_which_it_costs_something_else() -> None:
    batch = PriceVariant({"processing": "batch"}, ModelPrice(input_mtok=Decimal("0.5")), StartDateConstraint(date(2026, 9, 10)))
    same = PriceVariant({"service_tier": "default"}, ModelPrice())
    assert rows(model(CHEAP, batch, same), "variant", "input_per_mtok", "output_per_mtok", "effective_from") == [
        ("standard", "1", "4", ""),
        ("batch", "0.5", "4", "2026-09-10"),
    ]


def test_only_openrouters_names_carry_a_variant() -> None:
    assert rows(model(CHEAP, name="z-ai/glm:free"), "model", "variant", seller="openrouter") == [("z-ai/glm", "free")]
    assert rows(model(CHEAP, name="amazon.nova-v1:0"), "model", "variant", seller="aws") == [("amazon.nova-v1:0", "standard")]


def test_what_is_not_charged_by_the_token_has_no_row() -> None:
    assert rows(model(ModelPrice(input_mtok=Decimal("1"))), "model") == []
    assert rows(model(ModelPrice(requests_kcount=Decimal("1"))), "model") == []


def test_the_installed_package_must_be_the_release_that_its_document_describes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = Folders(committed=PROJECT / "data", data=tmp_path)
    for name in ("documents", "package_token_prices"):
        landing = land_now(name, folders)
        assert landing.messages() == []
    landed = pl.read_parquet(tmp_path / "landed" / "package_token_prices" / "package_token_prices.parquet")
    # the prices that the note of 2026-04-20 prints for the same model
    model = landed.filter(seller="minimax", model="MiniMax-M2.7", variant="standard").select("input_per_mtok", "output_per_mtok")
    assert model.rows() == [(Decimal("0.3"), Decimal("1.2"))]
    monkeypatch.setattr(package_token_prices, "version", lambda name: "9.9.9")
    elsewhere = Folders(committed=folders.committed, data=tmp_path / "another package")
    (refused,) = land_now("package_token_prices", elsewhere).refused
    assert str(refused).startswith("genai-prices 9.9.9: is not the release that documents/package_genai_prices.yml describes")

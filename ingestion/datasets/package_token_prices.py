"""List prices of models that the genai-prices package carries, for each span of days over which they stay the same.

The package answers what a model costs at an instant; it is asked once for each span between the days on which it says that
a price begins. It carries US dollars only: a seller that bills in another currency was converted by the package (`note`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from importlib.metadata import version
from typing import TYPE_CHECKING

from ingestion.columns import DECIMAL, Count, Day, Exact, Text
from ingestion.dataset import Dataset, Given, Source
from ingestion.files.csv import RawRow, RefusedFile

if TYPE_CHECKING:
    from genai_prices.types import ModelInfo, ModelPrice, Provider, TieredPrices

DOCUMENT_ID = "package_genai_prices"
_PACKAGE = "genai-prices"
#: Our columns, and the package's words for them.
_PRICES = {
    "input_per_mtok": "input_mtok",
    "output_per_mtok": "output_mtok",
    "cache_read_per_mtok": "cache_read_mtok",
    "cache_write_per_mtok": "cache_write_mtok",
}
_PER_THOUSAND_REQUESTS = "requests_kcount"
_CHARGED = (*_PRICES.values(), _PER_THOUSAND_REQUESTS)
#: A first day for which there is no price that begins later than it.
_BEFORE_ALL = date(1970, 1, 1)


@dataclass(frozen=True)
class Span:
    """What is charged from `starts_on` (None: since before the package says) to `ends_on` (None: no end is stated)."""

    starts_on: date | None
    ends_on: date | None
    price: ModelPrice


def read(given: Given, dataset: Dataset) -> Source:
    """The package's token prices, each known from the day it begins, or else from the day the package was released."""
    # reading the package takes a second, which no other command should wait for
    from genai_prices.data import providers

    documents = given.frames["documents"]
    installed = version(_PACKAGE)
    for title, released_on in documents.filter(document_id=DOCUMENT_ID).select("title", "data_as_of").iter_rows():
        if released_on and title == f"{_PACKAGE} {installed}":
            rows = [
                cells for provider in providers for model in provider.models for cells in model_rows(provider, model, released_on)
            ]
            place = f"{_PACKAGE} {installed}"
            return Source([RawRow(place, number, cells) for number, cells in enumerate(rows, 1)], [])
    reason = f"is not the release that documents/{DOCUMENT_ID}.yml describes; write its title and, as data_as_of, its release day"
    return Source([], [RefusedFile(f"{_PACKAGE} {installed}", reason)])


def model_rows(provider: Provider, model: ModelInfo, released_on: date) -> Iterator[dict[str, str]]:
    """The rows of one model: one for each variant, span of days, time of day and step of prompt length with its own price.

    Prices are US dollars per million tokens, days and times are UTC, as in the package.
    """
    name, _, suffix = model.id.partition(":") if provider.id == "openrouter" else (model.id, "", "")
    lanes = [("standard", window, spans(model, {}, window)) for window in (None, *_times_of_day(model))]
    lanes += [(" ".join(when.values()), None, _own_spans(model, when)) for when in _requests(model)]
    for variant, window, found in lanes:
        for span in found:
            for start in _steps(span.price):
                prices = {column: _at(getattr(span.price, key, None), start) for column, key in _PRICES.items()}
                # what is charged by the request, the minute or the page alone is no price of tokens
                if prices["input_per_mtok"] is None or prices["output_per_mtok"] is None:
                    continue
                thousand = _at(getattr(span.price, _PER_THOUSAND_REQUESTS, None), start)
                prices["price_per_request"] = None if thousand is None else thousand / 1000
                yield {column: "" if price is None else f"{price:f}" for column, price in prices.items()} | {
                    "seller": provider.id,
                    "model": name,
                    "model_name": model.name or "",
                    "variant": suffix if variant == "standard" and suffix else " ".join(filter(None, (suffix, variant))),
                    "currency": "USD",
                    "min_input_tokens": str(start),
                    "utc_start": f"{window[0]:%H%M}" if window else "",
                    "utc_end": f"{window[1]:%H%M}" if window else "",
                    "effective_from": span.starts_on.isoformat() if span.starts_on else "",
                    "effective_to": span.ends_on.isoformat() if span.ends_on else "",
                    "note": " ".join(filter(None, (provider.price_comments, model.price_comments))),
                    "document_id": DOCUMENT_ID,
                    "table_ref": f"{provider.id} {model.id}",
                    "known_on": _known_on(span, released_on).isoformat(),
                }


def spans(model: ModelInfo, when: dict[str, str], window: tuple[time, time] | None) -> list[Span]:
    """The spans of days with their price, oldest first, for a kind of request and a time of day (None: any other time)."""
    starts = sorted(set(_start_dates(model)))
    moment = window[0] if window else _outside(_times_of_day(model))
    found: list[Span] = []
    for first, following in zip([None, *starts], [*starts, None], strict=True):
        price = model.get_prices(datetime.combine(first or _BEFORE_ALL, moment), when)
        if found and _token_prices(found[-1].price) == _token_prices(price):
            first = found.pop().starts_on
        found.append(Span(first, following - timedelta(days=1) if following else None, price))
    return found


def _own_spans(model: ModelInfo, when: dict[str, str]) -> list[Span]:
    """The spans over which a kind of request does not simply cost what any other does."""
    moment = _outside(_times_of_day(model))
    return [
        span
        for span in spans(model, when, None)
        if _token_prices(span.price) != _token_prices(model.get_prices(datetime.combine(span.starts_on or _BEFORE_ALL, moment)))
    ]


def _known_on(span: Span, released_on: date) -> date:
    """A dated price is known when it begins; one without a beginning with the package, or when it made way for the next."""
    if span.starts_on:
        return span.starts_on
    return min(released_on, span.ends_on + timedelta(days=1)) if span.ends_on else released_on


def _conditions(model: ModelInfo) -> Iterator[object]:
    if isinstance(model.prices, list):
        yield from (price.constraint for price in model.prices)
    yield from (variant.constraint for variant in model.price_variants or ())


def _start_dates(model: ModelInfo) -> Iterator[date]:
    from genai_prices.types import StartDateConstraint

    return (condition.start_date for condition in _conditions(model) if isinstance(condition, StartDateConstraint))


def _times_of_day(model: ModelInfo) -> list[tuple[time, time]]:
    from genai_prices.types import TimeOfDateConstraint

    found = (condition for condition in _conditions(model) if isinstance(condition, TimeOfDateConstraint))
    return [(condition.start_time.replace(tzinfo=None), condition.end_time.replace(tzinfo=None)) for condition in found]


def _requests(model: ModelInfo) -> list[dict[str, str]]:
    """The kinds of request that have prices of their own, such as a batch, each once."""
    found: list[dict[str, str]] = []
    for variant in model.price_variants or ():
        if variant.when not in found:
            found.append(variant.when)
    return found


def _outside(windows: list[tuple[time, time]]) -> time:
    """A time of day in none of the windows: each ends where another price begins, if only its own is over."""
    for moment in (time(0), *(end for _, end in windows)):
        if not any(start <= moment < end if start <= end else moment >= start or moment < end for start, end in windows):
            return moment
    raise ValueError(f"prices by time of day leave no other time: {windows}")


def _steps(price: ModelPrice) -> list[int]:
    """The prompt lengths from which other prices hold: 0, and the start of each tier."""
    return sorted({0} | {tier.start for key in _CHARGED for tier in getattr(getattr(price, key, None), "tiers", ())})


def _at(price: Decimal | TieredPrices | None, tokens: int) -> Decimal | None:
    """The price of a prompt of the length at which a step begins."""
    if price is None or isinstance(price, Decimal):
        return price
    return [price.base, *(tier.price for tier in price.tiers if tier.start <= tokens)][-1]


def _token_prices(price: ModelPrice) -> tuple[object, ...]:
    return tuple(getattr(price, key, None) for key in _CHARGED)


DATASET = Dataset(
    name="package_token_prices",
    grain="one list price of one model and variant over one span of days",
    group="tokens",
    columns=(
        Text("seller"),
        Text("model"),
        Text("model_name", nullable=True),
        Text("variant"),
        Text("currency", isin=("USD",)),
        Count("min_input_tokens"),
        Text("utc_start", nullable=True, pattern=r"^[0-2][0-9][0-5][0-9]$"),
        Text("utc_end", nullable=True, pattern=r"^[0-2][0-9][0-5][0-9]$"),
        Exact("input_per_mtok", dtype=DECIMAL),
        Exact("output_per_mtok", dtype=DECIMAL),
        Exact("cache_read_per_mtok", nullable=True, dtype=DECIMAL),
        Exact("cache_write_per_mtok", nullable=True, dtype=DECIMAL),
        Exact("price_per_request", nullable=True, dtype=DECIMAL),
        Day("effective_from", nullable=True),
        Day("effective_to", nullable=True),
        Text("note", nullable=True),
    ),
    key=("seller", "model", "variant", "min_input_tokens", "utc_start", "effective_from"),
    inbox=False,
    committed=False,
    read=read,
    reads=("documents",),
    words={
        "model_name": "name of the model for people",
        "input_per_mtok": "price of a million input tokens, USD",
        "output_per_mtok": "price of a million output tokens, USD",
        "cache_read_per_mtok": "price of a million cached input tokens, USD (empty: none stated)",
        "cache_write_per_mtok": "price of a million input tokens written to the cache, USD (empty: none stated)",
        "price_per_request": "fee of a request beside its tokens, USD (empty: none stated)",
        "note": "the package's remarks on the seller's and the model's prices, such as a conversion from another currency",
    },
)

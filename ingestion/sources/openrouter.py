"""OpenRouter: the list of models with their prices, and the daily rankings of models by tokens (with a key).

Traps:

- A price is a decimal text in USD per token ("0.00000056"); read as a float it would not be what is printed. "-1" is no
  price: a router's price depends on the model that it picks.
- `overrides` replace some of a model's prices under a condition: more prompt tokens than `min_prompt_tokens`, the hours from
  `utc_start` to `utc_end` (HHMM, half-open, may pass midnight), or `utc_days`. Of several that apply the later one counts.
- `author/model:free` is a variant with prices of its own; `~author/model-latest` is another name of whichever model is newest.
- Rankings have the 50 models most used on a day and one row `other` for the rest. A model that is not among them has no row:
  that is not zero. A model is named as of a date (`z-ai/glm-5.2-20260616`), with its variant. Tokens are a text, prompt and
  completion together, as each vendor counts them. They begin on 2025-01-01; the day that has begun is not final.
- The page of rankings has no count of rows; that `other` is missing of its last day tells that it was cut short.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from ingestion.columns import BadCell
from ingestion.live.answer import UnexpectedAnswer, UnreadableRow, field, iso_day, shown, typed
from ingestion.live.source import Answered, Connection, LiveSource, Subject, Window

Row = dict[str, Any]

#: What can be asked about; the rankings need a key.
PRICES, RANKINGS = "prices", "rankings"

MODELS_PATH = "/api/v1/models"
RANKINGS_PATH = "/api/v1/datasets/rankings-daily"
#: The first day of the rankings, and the most days that one answer has.
RANKINGS_START_ON = date(2025, 1, 1)
RANKINGS_DAYS = 366
#: Days before the last landed one that are asked for again, since the newest are restated: a week, a choice of the project.
OVERLAP_DAYS = 7
#: Days by which the newest rankings may lag before the answer counts as cut short: a weekend and a day, a choice too.
LAG_DAYS = 3

STANDARD, OTHER = "standard", "other"

_DYNAMIC = "-1"
_PER_MTOK = {
    "input_per_mtok": "prompt",
    "output_per_mtok": "completion",
    "cache_read_per_mtok": "input_cache_read",
    "cache_write_per_mtok": "input_cache_write",
}
# As many decimals as are kept: 18 of a price a request and of one a million tokens.
_REQUEST_PRICE = re.compile(r"[0-9]{1,4}(?:\.[0-9]{1,18})?", re.ASCII)
_TOKEN_PRICE = re.compile(r"[0-9]{1,4}(?:\.[0-9]{1,24})?", re.ASCII)
_TOKENS = re.compile(r"[0-9]{1,18}", re.ASCII)
_HOUR = re.compile(r"([01][0-9]|2[0-3])[0-5][0-9]|2400", re.ASCII)
_COUNT_LIMIT = 2**62
_LATEST_CREATED = 4_102_444_800  # 2100-01-01


@dataclass(frozen=True)
class Rows:
    """The rows of an answer in their dataset's columns, and those that can't be read."""

    rows: list[Row]
    unreadable: list[UnreadableRow]


def ask(connection: Connection, subject: Subject, window: Window) -> Answered:
    """The price list, whole; or the daily rankings, page by page from a few days before the last that is landed.

    Prices are in USD per million tokens, one row per model and override; usage in tokens, one row per model and day (UTC).
    Raises SourceFailed and UnexpectedAnswer.
    """
    if subject.name == PRICES:
        found = parse_models(connection.get_json(MODELS_PATH))
        return Answered({"openrouter_prices": found.rows}, {"openrouter_prices": found.unreadable})
    rows, unreadable = [], []
    for first_on, last_on in pages(window.first_on, window.today):
        headers = {"Authorization": f"Bearer {connection.key}"}
        body = connection.get_json(rankings_path(first_on, last_on), headers=headers)
        found = parse_rankings(body, first_on, last_on)
        rows += found.rows
        unreadable += found.unreadable
    return Answered({"openrouter_token_usage": rows}, {"openrouter_token_usage": unreadable})


def rankings_path(first_on: date, last_on: date) -> str:
    """What to ask for the rankings of the days from `first_on` to `last_on`, both included (UTC)."""
    return f"{RANKINGS_PATH}?start_date={first_on}&end_date={last_on}&period=day"


def pages(landed_to: date, today: date) -> list[tuple[date, date]]:
    """The pages of rankings to ask for, as (first day, last day): from a few days before the last landed one to yesterday."""
    first_on = max(RANKINGS_START_ON, landed_to - timedelta(days=OVERLAP_DAYS))
    found = []
    while first_on < today:
        last_on = min(first_on + timedelta(days=RANKINGS_DAYS - 1), today - timedelta(days=1))
        found.append((first_on, last_on))
        first_on = last_on + timedelta(days=1)
    return found


def parse_models(body: Any) -> Rows:
    """The prices of the model list: a row a model, and one for each of its overrides. Raises UnexpectedAnswer."""
    models = field(body, "data", list)
    if not models:
        raise UnexpectedAnswer("lists no models at all")
    rows: list[Row] = []
    unreadable: list[UnreadableRow] = []
    for index, model in enumerate(models):
        place = f"data[{index}]"
        pricing = field(model, f"{place}.pricing", dict)
        base = _model(model, place)
        try:
            rows += _prices(base, pricing)
        except BadCell as error:
            words = f"{error.reason} (of {shown(base['model_id'])})"
            unreadable.append(UnreadableRow(None, error.column, error.value, words, key=base["model_id"]))
    return Rows(rows, unreadable)


def _model(model: dict[str, Any], place: str) -> Row:
    model_id = _words(model, f"{place}.id")
    created = field(model, f"{place}.created", int)
    if not 0 <= created < _LATEST_CREATED:
        raise UnexpectedAnswer(f"{place}.created is no plausible instant: {shown(created)}")
    length = model.get("context_length")
    target = model.get("alias_target")
    return {
        "model_id": model_id,
        "canonical_slug": _words(model, f"{place}.canonical_slug"),
        "name": _words(model, f"{place}.name"),
        "variant": _variant(model_id)[1],
        "is_alias": model_id.startswith("~") or target is not None,
        "alias_target": None if target is None else typed(target, f"{place}.alias_target", str),
        "created_on": datetime.fromtimestamp(created, UTC).date(),
        "context_length": None if length is None else _whole(length, f"{place}.context_length"),
    }


def _prices(base: Row, pricing: dict[str, Any]) -> list[Row]:
    """The model's prices (override 0), and those under each override: what it does not replace is as without it."""
    for name in ("prompt", "completion"):
        if name not in pricing:
            raise BadCell(name, "", "is missing; a model has a price for it, or -1")
    overrides = pricing.get("overrides")
    if overrides is None:
        overrides = []
    if not isinstance(overrides, list) or not all(isinstance(override, dict) for override in overrides):
        raise BadCell("overrides", shown(overrides), "is not a list of objects")
    return [base | _conditions({}, 0) | _amounts(pricing)] + [
        base | _conditions(override, number) | _amounts(pricing | override) for number, override in enumerate(overrides, start=1)
    ]


def _amounts(pricing: dict[str, Any]) -> Row:
    is_dynamic = _DYNAMIC in (pricing["prompt"], pricing["completion"])
    prices = {column: None if is_dynamic else _price(pricing, name, _TOKEN_PRICE) for column, name in _PER_MTOK.items()}
    return {
        "is_dynamic": is_dynamic,
        **{column: None if price is None else price.scaleb(6) for column, price in prices.items()},
        "request_usd": None if is_dynamic else _price(pricing, "request", _REQUEST_PRICE),
    }


def _price(pricing: dict[str, Any], name: str, pattern: re.Pattern[str]) -> Decimal | None:
    """A price in USD, exactly as printed; None if there is none. Raises BadCell."""
    printed = pricing.get(name)
    if printed is None:
        return None
    if not isinstance(printed, str) or not pattern.fullmatch(printed):
        raise BadCell(name, shown(printed), "is not a price in USD, a text like 0.00000056")
    return Decimal(printed)


def _conditions(override: dict[str, Any], number: int) -> Row:
    """When an override holds; nothing for the prices without one. Raises BadCell."""
    tokens, days = override.get("min_prompt_tokens"), override.get("utc_days")
    if tokens is not None and (not isinstance(tokens, int) or isinstance(tokens, bool) or not 0 <= tokens < _COUNT_LIMIT):
        raise BadCell("min_prompt_tokens", shown(tokens), "is not a count of tokens")
    if days is not None and not isinstance(days, list):
        raise BadCell("utc_days", shown(days), "is not a list of days")
    return {
        "override_number": number,
        "min_prompt_tokens": tokens,
        "utc_start": _hour(override, "utc_start"),
        "utc_end": _hour(override, "utc_end"),
        "utc_days": None if days is None else ",".join(str(day) for day in days),
    }


def _hour(override: dict[str, Any], name: str) -> str | None:
    """`0830`, from a text or a number. Raises BadCell."""
    hour = override.get(name)
    if hour is None:
        return None
    printed = f"{hour:04d}" if isinstance(hour, int) and not isinstance(hour, bool) else hour
    if not isinstance(printed, str) or not _HOUR.fullmatch(printed):
        raise BadCell(name, shown(hour), "is not an hour and minute like 0830")
    return printed


def parse_rankings(body: Any, first_on: date, last_on: date) -> Rows:
    """The tokens of each model and day from `first_on` to `last_on` (UTC). Raises UnexpectedAnswer, also for a page cut short."""
    as_of = _words(field(body, "meta", dict), "meta.as_of")
    rows: list[Row] = []
    unreadable: list[UnreadableRow] = []
    days: set[date] = set()
    days_with_other: set[date] = set()
    for index, record in enumerate(field(body, "data", list)):
        place = f"data[{index}]"
        day = iso_day(field(record, f"{place}.date", str), f"{place}.date")
        slug, tokens = _words(record, f"{place}.model_permaslug"), field(record, f"{place}.total_tokens", object)
        if not first_on <= day <= last_on:
            continue
        days.add(day)
        if slug == OTHER:
            days_with_other.add(day)
        if not isinstance(tokens, str) or not _TOKENS.fullmatch(tokens):
            unreadable.append(UnreadableRow(day, "total_tokens", shown(tokens), f"is not a text of digits (of {shown(slug)})"))
            continue
        model, variant = (OTHER, OTHER) if slug == OTHER else _variant(slug)
        rows.append(
            {
                "model_permaslug": slug,
                "usage_on": day,
                "model": model,
                "variant": variant,
                "tokens": int(tokens),
                "is_other": slug == OTHER,
                "source_as_of": as_of,
            }
        )
    if not days or max(days) < last_on - timedelta(days=LAG_DAYS):
        ends = f"end on {max(days)}" if days else "have no day"
        raise UnexpectedAnswer(f"the rankings of {first_on} to {last_on} {ends}: cut short, or the source is behind")
    if days != days_with_other:
        raise UnexpectedAnswer(f"the rankings of {min(days - days_with_other)} have no row {OTHER!r}: the page is cut short")
    return Rows(rows, unreadable)


def _variant(name: str) -> tuple[str, str]:
    """`z-ai/glm-5.2:free` is the variant free of z-ai/glm-5.2."""
    model, _, variant = name.partition(":")
    return model, variant or STANDARD


def _words(parent: Any, path: str) -> str:
    words = field(parent, path, str).strip()
    if not words:
        raise UnexpectedAnswer(f"{path} is empty")
    return words


def _whole(value: Any, path: str) -> int:
    whole = typed(value, path, int)
    if not 0 <= whole < _COUNT_LIMIT:
        raise UnexpectedAnswer(f"{path} is no plausible count: {shown(whole)}")
    return whole


SOURCE = LiveSource(
    name="openrouter",
    address_setting="FREEFLOAT_OPENROUTER_URL",
    default_address="https://openrouter.ai",
    datasets=("openrouter_token_usage", "openrouter_prices"),
    listed_whole=("openrouter_prices",),
    subjects=lambda folders, now: [Subject(PRICES), Subject(RANKINGS, needs_key=True)],
    ask=ask,
    key_setting="FREEFLOAT_OPENROUTER_API_KEY",
    is_daily=False,
)

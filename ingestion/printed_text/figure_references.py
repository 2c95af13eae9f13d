"""How a declaration names the inputs of a derived figure, and what each formula takes.

Inputs stand in brackets, one after another:

| written | means |
| --- | --- |
| `[metric]` | the figure of that metric, of the same document, table and subject |
| `[subject \\| metric]`, `[table \\| subject \\| metric]` | of another; a document before the table too; `.` is the same |
| `[@ shares]` | the cell under `shares` in the derived figure's own row |
| `[cornerstone investors, *]` | every figure that fits, `*` being any text; never the derived figure itself |
| `[= ~$5bn]`, `[= end-2025]` | a figure or date that stands in words where it can't be referred to, with its printed precision |
| `[# 20]` | an exact number, such as a count of months |
| `[& 2513.HK \\| close \\| 2026-04-20]` | what daily bars give for a ticker (or an index) on a day or in a span of days |
| `[? average price after the expiry]` | an input that is not printed: the figure can't be derived from the document |
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from ingestion.printed_text.dates import NotADate, parse_date
from ingestion.printed_text.figures import parse_figure
from ingestion.printed_text.units import NotAFigure


@dataclass(frozen=True)
class Formula:
    """How many inputs a formula takes (`most` is None: any number), and what it makes of them, in words.

    The last input of a `counted` one is a count of months or sessions: an exact whole number.
    """

    least: int
    most: int | None
    counted: bool
    of_its_inputs: str


def _formulas() -> dict[str, Formula]:
    """The formulas by name, from formulas.csv beside this module, which `make generated` writes from those of the models."""
    with Path(__file__).with_name("formulas.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["name"]: Formula(
                int(row["least"]), int(row["most"]) if row["most"] else None, row["counted"] == "true", row["of_its_inputs"]
            )
            for row in csv.DictReader(file)
        }


FORMULAS = _formulas()
KINDS = ("figure", "in words", "number", "market data", "not printed")
#: What can be asked of daily bars; int_market_measure says how each is worked out.
MEASURES = ("close", "close by offer price", "close by close on the document's day", "for a US dollar")

MAX_COUNT = 1_200
MAX_STARS = 3

_BRACKETS = re.compile(r"\[([^\[\]]*)\]")
_EXACT = re.compile(r"-?\d{1,18}(\.\d{1,8})?")


class NotAReference(ValueError):
    """Text that names no inputs; `reason` says what to write instead."""

    def __init__(self, text: str, reason: str) -> None:
        super().__init__(f"{text[:60]!r}: {reason}")
        self.reason = reason


@dataclass(frozen=True)
class Reference:
    """One input. Of a `figure`, a part that is None is that of the derived figure; `*` in a part stands for any text.

    `low` and `high` are the interval of a figure `in words` or of a `number`, `all_digits_low` and `all_digits_high` its other
    reading (see `Figure`), `earliest_on` and `latest_on` the interval of a date `in words`; a null end is open. Of `market data`,
    `subject` is the ticker, `metric` the measure, and the days are those that it is asked of.
    """

    kind: str
    words: str
    document: str | None = None
    table_ref: str | None = None
    subject: str | None = None
    metric: str | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    unit: str | None = None
    currency: str | None = None
    earliest_on: date | None = None
    latest_on: date | None = None
    all_digits_low: Decimal | None = None
    all_digits_high: Decimal | None = None


def parse_references(text: str, formula: str) -> list[Reference]:
    """The inputs of a declaration, in order. Raises NotAReference."""
    outside = _BRACKETS.sub("", text)
    if outside.strip(" ,;\n"):
        raise NotAReference(text, f"has {outside.strip()[:30]!r} outside brackets; write inputs like [metric] [subject | metric]")
    references = [_reference(inside.strip()) for inside in _BRACKETS.findall(text)]
    least, most = FORMULAS[formula].least, FORMULAS[formula].most
    if len(references) < least or (most is not None and len(references) > most):
        wanted = str(least) if least == most else f"{least} or more" if most is None else f"{least} to {most}"
        raise NotAReference(text, f"names {len(references)} inputs; {formula!r} takes {wanted}")
    count = references[-1].low
    if FORMULAS[formula].counted and (
        references[-1].kind != "number" or count is None or count % 1 or not 1 <= count <= MAX_COUNT
    ):
        raise NotAReference(text, f"the last input of {formula!r} is a whole number from 1 to {MAX_COUNT}; write it like [# 6]")
    return references


def _reference(inside: str) -> Reference:
    mark, words = inside[:1], inside[1:].strip()
    if mark in ("=", "#", "?", "&") and not words:
        raise NotAReference(inside, f"has nothing after {mark}")
    if mark == "?":
        return Reference("not printed", words)
    if mark == "#":
        if not _EXACT.fullmatch(words):
            raise NotAReference(inside, "is not an exact number; write it like [# 20]")
        exact = Decimal(words)
        return Reference("number", words, low=exact, high=exact, all_digits_low=exact, all_digits_high=exact)
    if mark == "=":
        return _in_words(words)
    if mark == "&":
        return _market_data(words)
    parts = [part.strip() for part in inside.split("|")]
    if len(parts) > 4 or not all(parts):
        raise NotAReference(inside, "is not metric, subject | metric, table | subject | metric or document | table | ...")
    if any(part.count("*") > MAX_STARS for part in parts):
        raise NotAReference(inside, f"has more than {MAX_STARS} * in a part; name the figure more closely")
    *others, metric = parts
    if metric == ".":
        raise NotAReference(inside, "does not say the metric")
    # a part that is left out, or `.`, is that of the derived figure
    document, table_ref, subject = [None] * (3 - len(others)) + [None if part == "." else part for part in others]
    return Reference("figure", inside, document, table_ref, subject, re.sub(r"^@ ?", "@, ", metric))


def _market_data(words: str) -> Reference:
    parts = [part.strip() for part in words.split("|")]
    if len(parts) != 3 or not all(parts):
        raise NotAReference(words, "is not ticker | measure | day; write it like [& 2513.HK | close | 2026-04-20]")
    ticker, measure, day = parts
    if measure not in MEASURES:
        raise NotAReference(words, f"asks bars for {measure!r}; known are {', '.join(MEASURES)}")
    try:
        days = parse_date(day)
    except NotADate as error:
        raise NotAReference(words, f"has no day: {error.reason}") from None
    said = f"{ticker} {measure}, {day}"
    return Reference("market data", said, subject=ticker, metric=measure, earliest_on=days.earliest_on, latest_on=days.latest_on)


def _in_words(words: str) -> Reference:
    try:
        figure = parse_figure(words)
    except NotAFigure as error:
        try:
            days = parse_date(words)
        except NotADate:
            raise NotAReference(words, f"is neither a printed figure ({error.reason}) nor a date") from None
        return Reference("in words", words, earliest_on=days.earliest_on, latest_on=days.latest_on)
    return Reference(
        "in words",
        words,
        low=figure.low,
        high=figure.high,
        unit=figure.unit,
        currency=figure.currency,
        all_digits_low=figure.all_digits_low,
        all_digits_high=figure.all_digits_high,
    )

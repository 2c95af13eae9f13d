"""Printed figures: the number a text stands for and the interval that its printed precision allows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Literal

from ingestion.printed_text.dates import NotADate, date_spans, parse_date
from ingestion.printed_text.figure_patterns import (
    FIGURE,
    FROM,
    LEAD,
    MARKS,
    MONTH_AFTER,
    NEGATION,
    NUMBER,
    RANGE_IN_TEXT,
    SINGLE_IN_TEXT,
    UNAVAILABLE,
)
from ingestion.printed_text.plain_text import MAX_LENGTH, clause_words, plain, single_spaced, unreadable, without_remarks
from ingestion.printed_text.units import (
    CURRENCIES,
    OTHER_CURRENCY,
    NotAFigure,
    Units,
    completed,
    heading_units,
    joined,
    named_in,
    named_units,
)

Bound = Literal["exact", "at least", "at most", "range"]


@dataclass(frozen=True)
class Figure:
    """A printed figure and the interval that its precision leaves open.

    `value` is null for a range; `low` or `high` is null where the figure is open to that side (`$5 billion+`, `up to
    40%`). `unit` is `money` (with `currency`, ISO 4217), `ratio` (a fraction), `x` (a multiple), `shares`, `tokens`,
    `months`, `years`, `days`, or null where neither the figure nor its heading says it.

    An approximate number (`~$700mn`) can be read in two ways: `low` and `high` take it as known to its last significant
    digit, at most a tenth either way; `all_digits_low` and `all_digits_high` to its last printed digit, zeros too. Of every
    other figure the two are the same.
    """

    printed: str
    value: Decimal | None
    low: Decimal | None
    high: Decimal | None
    unit: str | None
    currency: str | None
    is_approximate: bool
    bound: Bound
    all_digits_low: Decimal | None
    all_digits_high: Decimal | None


@dataclass(frozen=True)
class LabelledFigure:
    """A figure in running text: `label` is the words of its clause around it, `remark` the parenthesis after it."""

    figure: Figure
    label: str
    remark: str | None


#: Digits of the longest number that is read: with the largest scale and half a unit it stays far inside _PRECISION.
_MAX_DIGITS = 30
_PRECISION = 80
#: The most that an approximate number leaves open to either side, as a share of it: half a unit of a leading 5. Half a unit of a
#: leading 1 would be a half of the number, so that `~$1bn` agreed with what misses it by more than `~$700mn` may be missed by.
_MOST_OPEN = Decimal("0.1")


def parse_figure(printed: str, *, context: str = "") -> Figure:
    """The figure that `printed` is, alone but for words like `about` or `over` and a remark in parentheses after it.

    `context` is the row or column heading that it stands under; it gives the scale, unit and currency that the figure
    itself leaves out (`(mn shares)`, `(HKD bn)`, `(%)`). Raises NotAFigure: no figure, more than one, a figure that can
    be read in two ways, or one whose own unit contradicts its heading.
    """
    reason = unreadable(printed)
    if reason:
        raise NotAFigure(printed, reason)
    text = _comma_thousands(printed)
    body, remarks = without_remarks(" ".join(plain(text).split()))
    if UNAVAILABLE.fullmatch(body):
        raise NotAFigure(printed, "a remark without a figure; write a loss as -27" if remarks and not body else "not available")
    if re.search(r"\bembedded in\b", printed, re.IGNORECASE):
        raise NotAFigure(printed, "embedded in another company's figure")
    match = FIGURE.fullmatch(body)
    if not match:
        raise NotAFigure(printed, _why_not(body))
    units = heading_units(context, printed)
    for part in ",".join(remarks).split(","):
        # `3,882 (mn)`: what stands in the parenthesis is the unit, not a remark
        units = joined(units, named_in(part.strip(), printed) or Units(), printed)
    return _figure(match, printed, units)


def find_figures(text: str) -> list[LabelledFigure]:
    """The figures in running text, in order, with the words around them.

    A number counts as a figure only if something marks it as one: a currency, `%`, `x`, a scale, a unit, a sign,
    thousands separators, or a word like `about` or `over`. Any other number (`Hunyuan 3.0`, `CSI 300`, `Rule 18C.14`)
    may be part of a name. Dates are no figures, nor are periods like `6M` or a figure that can be read in two ways.
    """
    text = single_spaced(text)
    characters = list(plain(_comma_thousands(text)))
    for start, end in date_spans(text):
        characters[start:end] = "\x00" * (end - start)
    searched = "".join(characters)
    found: list[tuple[int, int, Figure]] = []
    place = 0
    while match := RANGE_IN_TEXT.search(searched, place):
        figure = _figure_in_text(match, text)
        if match["separator"] == " to " and (figure is None or FROM.search(searched[max(0, match.start() - 6) : match.start()])):
            # `from A to B` is a change, and `rose 5% to 7bn` no range either: two figures
            single = SINGLE_IN_TEXT.match(searched, match.start())
            figure = _figure_in_text(single, text) if single else None
            match = single or match
        place = match.end()
        if figure:
            found.append((match.start(), match.end(), figure))
    labelled = []
    for number, (start, end, figure) in enumerate(found):
        gap_start = found[number - 1][1] if number else 0
        gap_end = found[number + 1][0] if number + 1 < len(found) else len(text)
        before, after, clause_end = clause_words(text, start, end, gap_start, gap_end)
        labelled.append(LabelledFigure(figure, f"{before} {after}".strip(), _remark_at(text, clause_end)))
    return labelled


def split_change(printed: str) -> tuple[str, str] | None:
    """The two texts of a change, `from A to B` or `A to B`, each as printed; None if it isn't one."""
    if len(printed) > MAX_LENGTH:
        return None
    text = re.sub(r"^from ", "", " ".join(printed.split()), flags=re.IGNORECASE)
    parts = re.split(r"(?<!\bup) to ", text, flags=re.IGNORECASE)
    if len(parts) != 2 or not all(re.search(r"[0-9]", part) for part in parts):
        return None
    return parts[0].strip(), parts[1].strip()


def split_alternatives(printed: str) -> list[str]:
    """The parts of `A (remark); B (remark)`, split at semicolons outside parentheses; one part if there is none."""
    parts, depth, start = [], 0, 0
    for place, character in enumerate(printed):
        depth = max(0, depth + (character == "(") - (character == ")"))
        if character == ";" and depth == 0:
            parts.append(printed[start:place])
            start = place + 1
    return [part.strip() for part in [*parts, printed[start:]] if part.strip()]


@dataclass(frozen=True)
class _Side:
    number: str
    is_negative: bool
    is_open: bool  # a `+` after it
    units: Units


def _figure(match: re.Match[str], printed: str, heading: Units) -> Figure:
    first = _readside(match, "a_", printed)
    leads = {lead.lastgroup for lead in LEAD.finditer(match["leads"])}
    is_approximate = "approximate" in leads
    at_least, at_most = "at_least" in leads or first.is_open, "at_most" in leads
    if at_least and at_most:
        raise NotAFigure(printed, "open to both sides; write 'at least' or 'at most'")
    if match.groupdict().get("b_number"):
        last = _readside(match, "b_", printed)
        if at_least or at_most or last.is_open:
            raise NotAFigure(printed, "a range that is open; write the range or the bound")
        return _range(first, last, match["separator"], printed, heading, is_approximate)
    units = completed(first.units, heading, printed)
    value, low, high = _interval(first, units, printed)
    if at_least:
        return Figure(printed, value, value, None, units.unit, units.currency, is_approximate, "at least", value, None)
    if at_most:
        return Figure(printed, value, None, value, units.unit, units.currency, is_approximate, "at most", None, value)
    all_digits_low, all_digits_high = low, high
    if is_approximate and value:
        low, high = _about(first.number, value)
    return Figure(printed, value, low, high, units.unit, units.currency, is_approximate, "exact", all_digits_low, all_digits_high)


def _range(first: _Side, last: _Side, separator: str, printed: str, heading: Units, is_approximate: bool) -> Figure:
    a, b = first.units, last.units
    if (a.exponent is not None and b.exponent is None) or (a.unit != b.unit and a.unit not in (None, "money")):
        raise NotAFigure(printed, "a range whose ends differ in scale or unit; write both in full")
    if separator == "-" and first.is_negative:
        raise NotAFigure(printed, "a range from a negative number; write it with 'to', like -5% to 10%")
    # what one end leaves out, the other says: `$40-55bn` is $40bn to $55bn
    completed(a, heading, printed)
    shared = joined(Units(unit=a.unit, currency=a.currency), Units(b.exponent, b.unit, b.currency), printed)
    units = completed(shared, heading, printed)
    first_units = units if a.exponent is None else Units(a.exponent, units.unit, units.currency)
    first_value, low, _ = _interval(first, first_units, printed)
    last_value, _, high = _interval(last, units, printed)
    if first_value > last_value:
        raise NotAFigure(printed, "a range that runs backwards")
    if units == Units() and re.fullmatch(r"(?:19|20)[0-9]{2}", first.number) and re.fullmatch(r"(?:19|20)[0-9]{2}", last.number):
        raise NotAFigure(printed, "a span of years, not a figure")
    # a range says itself how far it reaches, also an approximate one
    return Figure(printed, None, low, high, units.unit, units.currency, is_approximate, "range", low, high)


def _readside(match: re.Match[str], end: str, printed: str) -> _Side:
    group = {name: match[end + name] for name in ("sign", "inner_sign", "number", "plus", "plus_scale", "plus_unit")}
    whole, _, _ = (group["number"] or "").partition(".")
    if len(whole) > 1 and whole.startswith("0"):
        raise NotAFigure(printed, "begins with a zero, like a date or an identifier; write the number without it")
    if group["sign"] and group["inner_sign"]:
        raise NotAFigure(printed, "has two signs")
    return _Side(
        number=(group["number"] or "").replace(",", ""),
        is_negative="-" in (group["sign"], group["inner_sign"]),
        is_open=any(group[plus] for plus in ("plus", "plus_scale", "plus_unit")),
        units=_side_units(match, end, printed),
    )


def _side_units(match: re.Match[str], end: str, printed: str) -> Units:
    before, after = match[end + "currency"], match[end + "currency_after"]
    if before and after and CURRENCIES[before.lower()] != CURRENCIES[after.lower()]:
        raise NotAFigure(printed, "names two currencies")
    currency, scale, unit = before or after, match[end + "scale"], match[end + "unit"]
    if currency and unit:
        raise NotAFigure(printed, f"is an amount of money and has the unit {unit}; write one of them")
    return named_units(currency, scale, unit)


def _interval(side: _Side, units: Units, printed: str) -> tuple[Decimal, Decimal, Decimal]:
    digits = side.number.replace(".", "")
    if len(digits) > _MAX_DIGITS:
        raise NotAFigure(printed, f"has more than {_MAX_DIGITS} digits; write it with a scale like bn")
    decimals = len(side.number.partition(".")[2])
    with localcontext(prec=_PRECISION):
        multiplier = Decimal(10) ** (-2 if units.unit == "ratio" else units.exponent or 0)
        value = Decimal(side.number) * multiplier
        if side.is_negative:
            value = -value
        if units.unit == "shares" and units.exponent is None and not decimals:
            return value, value, value
        half = Decimal(10) ** -decimals * multiplier / 2
        return value, value - half, value + half


def _about(number: str, value: Decimal) -> tuple[Decimal, Decimal]:
    """The ends of an approximate number: half a unit of its last significant digit, at most `_MOST_OPEN` of it, either way.

    A zero at the end counts only after a decimal point, so that ~$700mn and ~$0.7bn mean the same.
    """
    with localcontext(prec=_PRECISION):
        digits = number if "." in number else number.rstrip("0")
        half_of_last_digit = abs(value) / int(digits.replace(".", "")) / 2
        open_part = min(half_of_last_digit, abs(value) * _MOST_OPEN)
        return value - open_part, value + open_part


def _figure_in_text(match: re.Match[str], text: str) -> Figure | None:
    """The figure of a match in running text, or None if it isn't plainly one."""
    leads, number, last = match["leads"], match["a_number"], match.groupdict().get("b_number")
    ends = ("a_", "b_") if last else ("a_",)
    is_marked = "," in number or any(match[end + mark] for end in ends for mark in MARKS)
    if not (leads or is_marked) or any(_is_doubtful_scale(match, end) for end in ends):
        return None
    if leads and NEGATION.search(match.string[max(0, match.start() - 8) : match.start()]):
        return None
    if not is_marked and len(last or number) <= 2 and MONTH_AFTER.match(match.string, match.end()):
        return None  # `about 7 July` is a day
    printed = text[match.start() : match.end()]
    alone = FIGURE.fullmatch(match[0])
    if not alone:
        return None
    try:
        return _figure(alone, printed, Units())
    except NotAFigure:
        return None


def _is_doubtful_scale(match: re.Match[str], end: str) -> bool:
    # 6M, 12M are six and twelve months as often as millions; `option 3 b` is no scale
    scale = match[end + "scale"] or ""
    if len(scale) != 1 or match["a_currency"] or match[end + "currency_after"] or match[end + "unit"]:
        return False
    return (len(match[end + "number"]) <= 2 and scale in "mM") or match.string[match.start(end + "scale") - 1] == " "


def _remark_at(text: str, place: int) -> str | None:
    if text[place : place + 1] != "(":
        return None
    depth = 0
    for end in range(place, min(len(text), place + MAX_LENGTH)):
        depth += (text[end] == "(") - (text[end] == ")")
        if depth == 0:
            return text[place + 1 : end].strip()
    return text[place + 1 : place + MAX_LENGTH].strip()


def _comma_thousands(text: str) -> str:
    """`text` with thousands set off by thin or non-breaking spaces set off by commas; the length does not change."""
    return re.sub(
        r"(?<![0-9.,\u00a0\u2009\u202f])[0-9]{1,3}+(?:[\u00a0\u2009\u202f][0-9]{3})++(?![0-9])",
        lambda match: re.sub(r"[^0-9]", ",", match[0]),
        text,
    )


def _why_not(body: str) -> str:
    """Why `body` is not a figure, or what to write instead."""
    if re.fullmatch(r"[-+]?(?:nan|inf|infinity|∞)", body, re.IGNORECASE):
        return "not a number; leave the cell empty or write NA"
    if not re.search(r"[0-9]", body):
        return "words, not a figure"
    figures = [part for part in split_alternatives(body) if FIGURE.fullmatch(without_remarks(part)[0]) or find_figures(part)]
    if len(figures) > 1:
        count = "two" if len(figures) == 2 else str(len(figures))
        return f"{count} figures joined by ';'; give each a row of its own"
    if re.match(r"from ", body, re.IGNORECASE) and split_change(body):
        return "two figures, a change from one to the other; give each a row of its own"
    if re.search(r"(?<![A-Za-z0-9])[0-9]++(?:\.[0-9]++)?e[+-]?[0-9]", body, re.IGNORECASE):
        return "an exponent; write the digits out or use a scale like mn, bn"
    if OTHER_CURRENCY.search(body):
        return "a currency that is not known; known are USD, HKD, CNY and EUR"
    for number in re.findall(r"(?<![\w.,])[0-9][0-9.,]*+", body):
        if not re.fullmatch(NUMBER, number.rstrip(".,")):
            return f"separators that can be read in more than one way in {number}; write 123,456.5 or 123456.5"
    try:
        parse_date(body)
    except NotADate:
        return "not one figure alone; write it like $1.4 billion, 25-30%, 43x or 3,882, and words elsewhere"
    return "a date, not a figure"

"""Cells of a workbook as the text that they show: what a person sees, and would have written into a CSV file.

A workbook holds a number and how it is shown: 0.058 shown as `5.8%`, 380 as `$380`, a day as `Feb-26`. What is shown is what the
source printed, so that is the text; where it hides digits that the cell holds, nobody knows which of the two is meant.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache

#: What a spreadsheet keeps of a number.
_DIGITS = 15
_LITERAL = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|\[\$(?P<currency>[^\]-]*)(?:-[^\]]*)?\]|(?P<left_out>\[[^\]]*\]|_.|\*.)'
)
_PLACES = re.compile(r"[0#?](?:[0#?,]*[0#?])?(?P<fraction>\.[0#?]*)?|\.[0#?]+")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class UnclearCell(ValueError):
    """A cell of which nobody knows what it says: the message says why, and what to do."""


def shown(value: object, number_format: str, is_error: bool = False) -> str:
    """The text that a cell shows. Thousands separators are left out.

    Raises UnclearCell for an error, a time, a day without its year, and a number of which the format hides digits.
    """
    if value is None:
        return ""
    if is_error:
        raise UnclearCell("is an error of the spreadsheet; mend its formula, or write the value")
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime | date):
        return _day(value, number_format)
    if isinstance(value, time | timedelta):
        raise UnclearCell("is a time and no day; write the day")
    if isinstance(value, int | float):
        return _number(value, number_format)
    raise UnclearCell("is no text, number or day; write it as text")


def _day(value: datetime | date, number_format: str) -> str:
    tokens = _LITERAL.sub("", number_format.split(";")[0]).lower()
    has_day, has_year = "d" in tokens, "y" in tokens
    if has_day and has_year:
        # programs that know no days write their midnight
        has_time = isinstance(value, datetime) and value.time() != time() and "h" in tokens
        return value.isoformat(" ") if has_time else value.strftime("%Y-%m-%d")
    if has_year and "m" in tokens:
        return f"{_MONTHS[value.month - 1]}-{value.year % 100:02d}"
    if tokens in ("general", "@"):
        return value.strftime("%Y-%m-%d")
    raise UnclearCell(f"is shown without its day or year, and holds {value:%Y-%m-%d}; write it as text, as it is printed")


@dataclass(frozen=True, slots=True)
class _Shape:
    """How a section of a format shows a number: `digits` after the point, of which `least` also as zeros; what stands around it.

    `is_general`: as many digits as there are. `digits` is None where the number is not shown.
    """

    is_general: bool
    digits: int | None
    least: int
    is_percent: bool
    is_scaled: bool
    before: str
    after: str


def _number(value: int | float, number_format: str) -> str:
    if isinstance(value, int) and abs(value) >= 10**_DIGITS:
        raise UnclearCell(f"has more than {_DIGITS} digits, and a spreadsheet keeps no more; write it as text")
    held = Decimal(f"{value:.{_DIGITS}g}")
    shape = _shape(number_format, (held > 0) - (held < 0))
    if shape.is_general:
        return _plain(held)
    if shape.digits is None:
        raise UnclearCell(f"holds {_plain(held)} and does not show it; write it as text, as it is printed")
    if shape.is_scaled:
        raise UnclearCell(f"holds {_plain(held)} and shows it in thousands; write it as text, with its unit")
    digits, sign = (held * 100, "%") if shape.is_percent else (held, "")
    shown_digits = round(digits, shape.digits)
    if shown_digits != digits:
        words = f"shows {shown_digits:f}{sign} and holds {_plain(digits)}{sign}"
        raise UnclearCell(f"{words}; show all digits, or round it to those that are printed")
    text = f"{abs(shown_digits):f}"
    while "." in text and text.endswith("0") and len(text.partition(".")[2]) > shape.least:
        text = text[:-1]
    return ("-" if shown_digits < 0 else "") + shape.before + text.rstrip(".") + sign + shape.after


@lru_cache(maxsize=1_000)
def _shape(number_format: str, sign: int) -> _Shape:
    """How the format shows a number of this sign (-1, 0, 1)."""
    pattern = _section(number_format, sign)
    plain = _LITERAL.sub("", pattern)
    if plain.strip().lower() in ("general", "@") or "e+" in plain.lower() or "/" in plain:
        return _Shape(True, None, 0, False, False, "", "")
    places = _PLACES.search(plain)
    if not places:
        return _Shape(False, None, 0, False, False, "", "")
    fraction = (places["fraction"] or (places[0] if places[0].startswith(".") else ""))[1:]
    before, after = (_literals(part) for part in _around(pattern))
    is_scaled = plain[places.end() :].startswith(",")
    return _Shape(False, len(fraction), len(fraction.rstrip("#?")), "%" in plain, is_scaled, before, after)


def _section(number_format: str, sign: int) -> str:
    """The part of the format that is for positive or for negative numbers, or for nothing."""
    sections = re.split(r';(?=(?:[^"]*"[^"]*")*[^"]*$)', number_format)
    if sign < 0 and len(sections) > 1:
        return sections[1]
    return sections[2] if sign == 0 and len(sections) > 2 and _PLACES.search(_LITERAL.sub("", sections[2])) else sections[0]


def _around(pattern: str) -> tuple[str, str]:
    """What stands before and after the places of a number, literals among it."""
    # literals can hold signs of places: they are looked for where there are none
    masked = _LITERAL.sub(lambda match: "\x00" * len(match[0]), pattern)
    places = _PLACES.search(masked)
    assert places
    return pattern[: places.start()], pattern[places.end() :]


def _literals(part: str) -> str:
    """The words of a part of a format: quoted or escaped, a currency, `$` and the like."""
    words = ""
    place = 0
    for match in _LITERAL.finditer(part):
        words += _bare(part[place : match.start()])
        words += match["quoted"] or match["escaped"] or match["currency"] or ""
        place = match.end()
    # brackets and a minus are how a negative number is shown
    return (words + _bare(part[place:])).strip("()- ")


def _bare(part: str) -> str:
    return "".join(sign for sign in part if sign in "$€£¥~")


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text

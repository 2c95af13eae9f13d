"""From a printed date to the calendar days that it can mean, and the dates inside running text.

A date is never narrowed to a day that was not printed: `Feb-26` is the whole month. What the words mean:

| printed | with a month | with a year |
| --- | --- | --- |
| (nothing) | first to last day | 1 January to 31 December |
| early | 1 to 10 | first quarter |
| mid | 11 to 20 | second and third quarter |
| late | 21 to the last day | last quarter |
| beginning of, start of | - | January |
| end, end of | the last day | 31 December |
| year-end | - | 31 December |
| first, second, third, fourth week of | 1 to 7, 8 to 14, 15 to 21, 22 to 28 | - |
| last week of | the last seven days | - |
| 1H, 2H, H1, H2 | - | January to June, July to December |
| 1Q to 4Q, Q1 to Q4 | - | the calendar quarter |
| ~, around, about, roughly | the same days, `is_approximate` | the same days, `is_approximate` |

Two-digit years are read only in `Mon-YY`, `nHYY` and `nQYY`, 00 to 79 as 2000 to 2079.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from ingestion.printed_text.plain_text import clause_words, plain, single_spaced, unreadable, without_remarks

#: Years that a document of these markets can mean; other numbers of four digits are counts.
FIRST_YEAR, LAST_YEAR = 1900, 2099


@dataclass(frozen=True)
class DateInterval:
    """The calendar days, both ends included, that a printed date can mean."""

    printed: str
    earliest_on: date
    latest_on: date
    is_approximate: bool


@dataclass(frozen=True)
class LabelledDate:
    """A date in running text; `label` is the words of its clause before and after it."""

    date: DateInterval
    label: str


class NotADate(ValueError):
    """Text that is not one date; `reason` says why, or what to write instead."""

    def __init__(self, printed: str, reason: str) -> None:
        super().__init__(f"{printed[:60]!r}: {reason}")
        self.printed, self.reason = printed, reason


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH_NAME = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
_YEAR = r"(?P<year>[0-9]{4})"
_DAY = r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?"
_MONTH = rf"(?P<month>{MONTH_NAME})\.?"
_MONTH_OF_YEAR = rf"{_MONTH}(?:-(?P<short_year>[0-9]{{2}})|,? {_YEAR}|-{_YEAR.replace('year', 'year2')})"
_SHORT_OR_YEAR = rf"(?:{_YEAR}|(?P<short_year>[0-9]{{2}}))"

_PART = r"(?P<part>early|mid|late|beginning of|start of|end of|end|year-end|year end)"
_PARTS_OF_MONTH = {"early": (1, 10), "mid": (11, 20), "late": (21, 31), "end": (31, 31)}
_PARTS_OF_YEAR = {"early": (1, 3), "mid": (4, 9), "late": (10, 12), "beginning": (1, 1), "start": (1, 1)}
_WEEKS = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "last": 5}
_WEEK = rf"(?:the )?(?P<week>{'|'.join(_WEEKS)}) week (?:of|in)"

# the longer forms come first: a search takes the first that fits
_FORMS = (
    rf"{_YEAR}-(?P<month_number>[0-9]{{2}})-(?P<day>[0-9]{{2}})",
    rf"{_DAY}[ -]?{_MONTH}(?:,? |-){_YEAR}",
    rf"{_MONTH} ?{_DAY}(?:, ?| ){_YEAR}",
    rf"{_WEEK} {_MONTH_OF_YEAR}",
    rf"{_MONTH} ?(?:-|/|to) ?(?P<last_month>{MONTH_NAME})\.?,? {_YEAR}",
    rf"(?:{_PART}[ -])?{_MONTH_OF_YEAR}",
    rf"(?P<half>[12])H[ -]?{_SHORT_OR_YEAR}",
    rf"H(?P<half>[12])[ -]{_YEAR}",
    rf"(?P<quarter>[1-4])Q[ -]?{_SHORT_OR_YEAR}",
    rf"Q(?P<quarter>[1-4])[ -]{_YEAR}",
    rf"(?:{_PART}[ -])?{_YEAR}",
)
# ASCII: without it `ignore case` takes letters of other alphabets for s and k
_DATES = tuple(re.compile(form, re.IGNORECASE | re.ASCII) for form in _FORMS)
_ANY_DATE = "|".join(re.sub(r"\?P<\w+>", "?:", form) for form in _FORMS)
_APPROXIMATELY = r"[~≈]|(?:c|ca|approx)\.|(?:around|about|roughly|approximately|approx|circa)\b"
_LEAD_IN = re.compile(
    rf"(?:(?P<approximate>{_APPROXIMATELY})|(?:as of|as at|(?:year to date|ytd) at|at|on|in)\b) ?", re.IGNORECASE
)
_IN_TEXT = re.compile(
    rf"(?<![\w.$€/~≈-])(?:(?:{_APPROXIMATELY}) ?)?(?P<date>{_ANY_DATE})(?![\w%+]|[-/.,:][0-9]|-\w)", re.IGNORECASE
)
_NO_YEAR = re.compile(
    rf"(?:{_PART}[ -])?{MONTH_NAME}\.?(?: ?[0-9]{{1,2}}(?:st|nd|rd|th)?)?"
    rf"|[0-9]{{1,2}}(?:st|nd|rd|th)?[ -]?{MONTH_NAME}\.?"
    rf"|{MONTH_NAME} ?(?:-|/|to) ?{MONTH_NAME}|{_WEEK} {MONTH_NAME}|[12]H|H[12]|[1-4]Q|Q[1-4]|year[- ]end",
    re.IGNORECASE,
)

# four digits beside these words are a count or an amount, not a year
_COUNT_BEFORE = re.compile(
    r"(?:\b(?:over|above|exceed(?:s|ed|ing)?|surpass(?:es|ed|ing)?|more than|less than|fewer than|at least|at most"
    r"|up to|under|below|USD|HKD|RMB|CNY|EUR)|[$€<>≥≤]) ?$",
    re.IGNORECASE,
)
_COUNT_AFTER = re.compile(
    r" ?(?:(?:thousand|million|billion|trillion)s?|mln|mn|bn|tn|[kmbt]|x|×|percent|per cent"
    r"|shares?|tokens?|months?|years?|days?|USD|HKD|RMB|CNY|EUR)(?!\w)| ?[%€]",
    re.IGNORECASE,
)


def parse_date(printed: str) -> DateInterval:
    """The days that a printed date can mean; a trailing parenthesis is a remark. Raises NotADate."""
    reason = unreadable(printed)
    if reason:
        raise NotADate(printed, reason)
    text, _ = without_remarks(" ".join(plain(printed).split()))
    is_approximate = False
    for _ in range(3):
        lead_in = _LEAD_IN.match(text)
        if not lead_in:
            break
        is_approximate = is_approximate or lead_in["approximate"] is not None
        text = text[lead_in.end() :]
    first, last = _days(text, printed)
    return DateInterval(printed, first, last, is_approximate)


def find_dates(text: str) -> list[LabelledDate]:
    """The dates in running text, in order. What only looks like a date (`2026-02-30`, `07/08/2026`) is left out."""
    text = single_spaced(text)
    found = [(start, end, interval) for start, end, interval in _scan(text) if interval]
    labelled = []
    for number, (start, end, interval) in enumerate(found):
        gap_start = found[number - 1][1] if number else 0
        gap_end = found[number + 1][0] if number + 1 < len(found) else len(text)
        before, after, _ = clause_words(text, start, end, gap_start, gap_end)
        labelled.append(LabelledDate(interval, f"{before} {after}".strip()))
    return labelled


def date_spans(text: str) -> list[tuple[int, int]]:
    """Where dates, and what only looks like one, stand in `text`: (start, end) of each."""
    return [(start, end) for start, end, _ in _scan(text)]


def _scan(text: str) -> Iterator[tuple[int, int, DateInterval | None]]:
    searched = plain(text)
    for match in _IN_TEXT.finditer(searched):
        start, end = match.span()
        if re.fullmatch(r"[0-9]{4}", match["date"]) and (
            _COUNT_BEFORE.search(searched[max(0, start - 20) : start]) or _COUNT_AFTER.match(searched, end)
        ):
            continue
        try:
            yield start, end, parse_date(text[start:end])
        except NotADate:
            yield start, end, None


def _days(text: str, printed: str) -> tuple[date, date]:
    for form in _DATES:
        match = form.fullmatch(text)
        if match:
            return _days_of_form(match.groupdict(), printed)
    raise NotADate(printed, _why_not(text))


def _days_of_form(parts: dict[str, str | None], printed: str) -> tuple[date, date]:
    year = _year(parts, printed)
    if parts.get("half"):
        half = int(parts["half"] or 0)
        return _months(year, 6 * half - 5, 6 * half)
    if parts.get("quarter"):
        quarter = int(parts["quarter"] or 0)
        return _months(year, 3 * quarter - 2, 3 * quarter)
    # `end of`, `end-` and `year-end` are one word here
    part = (parts.get("part") or "").lower().replace(" of", "").replace(" ", "-")
    month = _month_number(parts)
    if month is None:
        if part in ("end", "year-end"):
            return date(year, 12, 31), date(year, 12, 31)
        return _months(year, *_PARTS_OF_YEAR.get(part, (1, 12)))
    if not 1 <= month <= 12:
        raise NotADate(printed, f"there is no month {month}; write a day as YYYY-MM-DD")
    if parts.get("last_month"):
        last_month = _MONTHS.index((parts["last_month"] or "")[:3].lower()) + 1
        if last_month <= month:
            raise NotADate(printed, "a span of months that does not run forwards in one year; write each month with its year")
        return _months(year, month, last_month)
    length = calendar.monthrange(year, month)[1]
    if parts.get("day"):
        day = int(parts["day"] or 0)
        if not 1 <= day <= length:
            raise NotADate(printed, f"there is no such day in {calendar.month_name[month]} {year}; write a day as YYYY-MM-DD")
        return date(year, month, day), date(year, month, day)
    if parts.get("short_year"):
        _check_month_and_short_year(month, int(parts["short_year"] or 0), printed)
    first, last = date(year, month, 1), date(year, month, length)
    if parts.get("week"):
        week = _WEEKS[(parts["week"] or "").lower()]
        if week == 5:
            return last - timedelta(days=6), last
        return first + timedelta(days=7 * week - 7), first + timedelta(days=7 * week - 1)
    if not part:
        return first, last
    if part not in _PARTS_OF_MONTH:
        raise NotADate(printed, f"'{part}' says nothing definite of a month; write early, mid, late or a day as YYYY-MM-DD")
    from_day, to_day = _PARTS_OF_MONTH[part]
    return date(year, month, min(from_day, length)), date(year, month, min(to_day, length))


def _year(parts: dict[str, str | None], printed: str) -> int:
    short = parts.get("short_year")
    if short:
        if int(short) > 79:
            raise NotADate(printed, "a two-digit year from 80 to 99 may be of either century; write four digits")
        return 2000 + int(short)
    year = int(parts.get("year") or parts.get("year2") or 0)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise NotADate(printed, f"not a year from {FIRST_YEAR} to {LAST_YEAR}; write a day as YYYY-MM-DD")
    return year


def _month_number(parts: dict[str, str | None]) -> int | None:
    number, name = parts.get("month_number"), parts.get("month")
    if number:
        return int(number)
    return _MONTHS.index(name[:3].lower()) + 1 if name else None


def _check_month_and_short_year(month: int, short_year: int, printed: str) -> None:
    # `Feb-30` was most likely meant as a day, and there is none; whoever means the year can print it in full
    longest = 29 if month == 2 else 30 if month in (4, 6, 9, 11) else 31
    if longest < short_year <= 31:
        name = calendar.month_name[month]
        raise NotADate(
            printed,
            f"{name} has no day {short_year}; write a day as YYYY-MM-DD, the month as {name} {2000 + short_year}",
        )


def _months(year: int, first: int, last: int) -> tuple[date, date]:
    return date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1])


def _why_not(text: str) -> str:
    if re.fullmatch(r"(?:-|n/?a|n\.a\.)?", text, re.IGNORECASE):
        return "not available"
    if _NO_YEAR.fullmatch(text):
        return "no year"
    if not re.search(r"[0-9]", text):
        return "words, not a date"
    if re.fullmatch(r"[0-9]{1,4}[-/. ][0-9]{1,2}(?:[-/. ][0-9]{1,4})?", text):
        return "a numeric date that can be read in more than one way; write YYYY-MM-DD"
    if re.fullmatch(r"[0-9]+(?:\.[0-9]+)?", text):
        return "a bare number, perhaps a spreadsheet's count of days; write YYYY-MM-DD"
    if re.fullmatch(rf"[0-9]{{1,2}}[ -]?{MONTH_NAME}[ -][0-9]{{2}}", text, re.IGNORECASE):
        return "a day with a two-digit year; write YYYY-MM-DD"
    return "not one date alone; write YYYY-MM-DD, or a period like Feb-26, 2H26, Early Jul-26"

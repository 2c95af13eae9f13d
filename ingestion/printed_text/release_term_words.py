"""From the words of a document to a term of a release rule; it reads what `release_terms` prints, too."""

from __future__ import annotations

import re
from decimal import Decimal

from ingestion.printed_text.dates import NotADate, parse_date
from ingestion.printed_text.release_close_words import plain_closes
from ingestion.printed_text.release_terms import (
    AT_LISTING,
    COMPARISONS,
    DAY_KIND,
    LISTING,
    Closes,
    NotARule,
    Term,
    the_day_before,
)

#: The words by which documents name an event, and our name of it. A rule may also use the name itself.
EVENT_WORDS = (
    ("stock connect", "stock_connect_eligibility"),
    ("pre-commercial designation", "pre_commercial_designation_removed"),
    ("prospectus", "prospectus_dated"),
    ("blackout", "blackout_begins"),
)
_EVENT_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)+")
_LISTING_WORDS = re.compile(r"(?:and including )?(?:the )?(?:listing|ipo|listing date|ipo date|date of listing)", re.IGNORECASE)
#: `our release of earnings for the quarter ending September 30, 2026`: the day after which results are of is in the event's name.
_RESULTS = re.compile(
    r"(?:\w+ ){0,3}(?:release |publication |announcement )?(?:of )?(?:our |its )?(?:\w+ )?(?:earnings|results)(?: release)?"
    r" (?:for|of|to)(?: the)?(?: \w+)? (?:quarter|period|half-year|half year|year|months)(?: ended| ending| to)? (?P<day>.+)",
    re.IGNORECASE | re.ASCII,
)

_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "fifteen", "twenty", "thirty")
_NUMBER_OF = dict(zip(_NUMBERS, (*range(1, 11), 15, 20, 30), strict=True))
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_NUMBER = rf"(?:\d{{1,3}}|{'|'.join(_NUMBERS)})"
_NTH_DAY = re.compile(
    rf"(?:the )?(?:(?P<n>\d{{1,3}})(?:st|nd|rd|th)|(?P<word>{'|'.join(_ORDINALS)})) (?:full )?"
    r"(?P<days>trading |business |calendar )?"
    r"(?:day|(?P<session>session)) (?:immediately )?(?P<counting>starting from|from|after|following|before|prior to) "
    r"(?:the )?(?P<event>.+)",
    re.IGNORECASE | re.ASCII,
)
_DAYS_BEFORE = re.compile(
    rf"(?P<n>{_NUMBER}) (?P<days>trading |business |calendar )?(?:days?|(?P<session>sessions?)) "
    r"(?:before|prior to) (?:the )?(?P<event>.+)",
    re.IGNORECASE | re.ASCII,
)
#: A time that has passed when the shares are free: its first day is the event's own (6 months from 8 January end on 7 July).
_DURATION = re.compile(
    rf"(?:the day )?(?P<n>{_NUMBER}) (?P<unit>days?|months?|years?) (?:from|after|post|following)[ -](?:the )?(?P<event>.+)",
    re.IGNORECASE | re.ASCII,
)
_TIME = re.compile(
    r"(?:at )?(?:(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))? ?(?P<half>[ap])\.?m\.?(?: [a-z ]{2,20}?time)?"
    r"|(?:(?:immediately )?(?:prior to|before|at|as of|after) )?the (?P<edge>opening|open|close) of (?:trading|business))"
    r",? on (?P<day>.+)",
    re.IGNORECASE | re.ASCII,
)
_CLOSES_CALL = re.compile(
    r"closes\((?P<k>\d{1,3}) of (?P<n>\d{1,3}), ?(?P<comparison>\w+) (?P<level>[^,]+), ?(?P<anchor>from|ending) (?P<rest>.+)\)"
)
_CLOSES_WORDS = re.compile(
    rf"(?:the |its )?clos(?:e|es|ing price)(?: is| are| was)? "
    r"(?P<comparison>above|below|at least|at or above|at or below|at most)"
    rf" (?P<level>.+?) (?:for|on) (?:at least |any )*(?P<k>{_NUMBER})(?: of (?:the |any )*(?P<n>{_NUMBER}))? (?:consecutive )?"
    rf"(?:trading days?|sessions?) (?P<anchor>starting on|from|ending on) (?P<rest>.+)",
    re.IGNORECASE | re.ASCII,
)
_LEVEL = re.compile(
    r"(?P<percent>\d{1,4}(?:\.\d{1,4})?) ?%(?: of the (?:public |initial )?(?:offer|offering|issue) price)?"
    r"|(?P<price>\d{1,7}(?:\.\d{1,6})?) (?P<currency>[A-Z]{3})|(?P<currency2>[A-Z]{3}) ?(?P<price2>\d{1,7}(?:\.\d{1,6})?)"
)


def parse_term(text: str, printed: str, *, free: bool = False) -> Term:
    """The term of a text, words or canonical; `free` if the day that it gives is the first free one. Raises NotARule."""
    timed = _TIME.fullmatch(text)
    if timed:
        return parse_term(timed["day"], printed, free=_is_before_the_close(timed, printed))
    if text.lower() in ("at ipo", "at listing", AT_LISTING) or (free and _LISTING_WORDS.fullmatch(text)):
        return Term(AT_LISTING)
    duration = _DURATION.fullmatch(text)
    if duration:
        return _duration(duration, printed)
    nth = _NTH_DAY.fullmatch(text) or _DAYS_BEFORE.fullmatch(text)
    if nth:
        word = nth.groupdict().get("word")
        ordinal = _ORDINALS.index(word.lower()) + 1 if word else _number(nth["n"])
        in_sessions = nth["session"] or (nth["days"] or "").strip().lower() in ("trading", "business")
        counting = nth.groupdict().get("counting", "before").lower()
        kind = {"starting from": "from", "from": "from", "before": "before", "prior to": "before"}.get(counting, "after")
        if ordinal < 1:
            raise NotARule(printed, "counts days from 1")
        term = counted(f"{'trading' if in_sessions else 'calendar'}_day_{kind}", ordinal, nth["event"], printed)
        return the_day_before(term, printed) if free else term
    try:
        interval = parse_date(text)
    except NotADate as error:
        raise NotARule(
            printed,
            f"is not a release rule ({error.reason}): write the last locked day as YYYY-MM-DD, 'at listing', '6 months from "
            "listing', '180 days from EVENT', 'free on DAY', '20% at DAY, the rest at DAY', or 'earlier of (1) ... and (2) "
            "the 20th trading day starting from EVENT'",
        ) from None
    if interval.earliest_on != interval.latest_on:
        raise NotARule(printed, "is a span of days; a last locked day is one day, YYYY-MM-DD")
    term = Term("fixed", fixed_on=interval.earliest_on)
    return the_day_before(term, printed) if free else term


def counted(kind: str, ordinal: int, words: str, printed: str) -> Term:
    """A term that counts from an event, given by its words."""
    event = parse_event(words.strip(), printed)
    if kind == "months_from" and event == LISTING:
        return Term("months_from_listing", ordinal=ordinal)
    if kind.endswith("_before") and event == LISTING:
        raise NotARule(printed, "ends before the listing; shares that are never locked are free 'at listing'")
    return Term(kind, ordinal=ordinal, event=str(event), closes=event if isinstance(event, Closes) else None)


def parse_event(words: str, printed: str) -> str | Closes:
    """The listing, the name of an event or a condition on closes. Raises NotARule with the known words."""
    if _EVENT_NAME.fullmatch(words):
        return words
    closes = _CLOSES_CALL.fullmatch(words) or _CLOSES_WORDS.fullmatch(plain_closes(words))
    if closes:
        return _closes(closes, printed)
    if words.lower().startswith(("closes(", "close ", "the close ")):
        raise NotARule(
            printed,
            "is no condition on closes: write closes(K of N, COMPARISON LEVEL, from DAY, by DAY) or closes(K of N, "
            f"COMPARISON LEVEL, ending DAY); COMPARISON is one of {', '.join(COMPARISONS)}, LEVEL 133% (of the offer price) or "
            "12.50 USD, and ', by DAY' may be left out",
        )
    if _LISTING_WORDS.fullmatch(words):
        return LISTING
    results = _RESULTS.fullmatch(words)
    if results:
        day = parse_term(results["day"], printed).fixed_on
        if day is not None:
            return f"results_to_{day:%Y_%m_%d}"
    for phrase, event in EVENT_WORDS:
        if phrase in words.lower():
            return event
    known = ", ".join((LISTING, *(event for _, event in EVENT_WORDS), "results_to_2026_09_30"))
    raise NotARule(
        printed, f"names an event that is not known: {words!r}; write its name as in corporate_events, such as {known}"
    )


def _duration(found: re.Match[str], printed: str) -> Term:
    count, unit = _number(found["n"]), found["unit"].lower().rstrip("s")
    if count < 1:
        raise NotARule(printed, f"counts {unit}s from 1")
    count *= 12 if unit == "year" else 1
    if count > 999:
        raise NotARule(printed, "counts more than 999 days or months")
    return counted("calendar_day_from" if unit == "day" else "months_from", count, found["event"], printed)


def _is_before_the_close(timed: re.Match[str], printed: str) -> bool:
    """Whether shares that are free at a time of a day can be sold on this day."""
    if timed["edge"]:
        return timed["edge"].lower() != "close"
    hour = int(timed["hour"]) % 12 + (12 if timed["half"].lower() == "p" else 0)
    if 12 <= hour < 16:
        raise NotARule(
            printed,
            "says a time of which nothing tells whether trading is over; write 'the opening of trading on' or 'the close of "
            "trading on'",
        )
    return hour < 12


def _closes(found: re.Match[str], printed: str) -> Closes:
    needed = _number(found["k"])
    sessions = _number(found["n"] or found["k"])
    if not 1 <= needed <= sessions <= 250:
        raise NotARule(printed, f"asks for {needed} of {sessions} closes; write at least 1, of at most 250")
    words = found["comparison"].lower().replace(" ", "_")
    comparison = {"at_or_above": "at_least", "at_or_below": "at_most"}.get(words, words)
    if comparison not in COMPARISONS:
        raise NotARule(printed, f"compares with {comparison!r}; write one of {', '.join(COMPARISONS)}")
    level = _LEVEL.fullmatch(found["level"].strip())
    if not level:
        raise NotARule(printed, f"compares closes with {found['level']!r}; write 133% (of the offer price) or 12.50 USD")
    amount = Decimal(level["percent"]) / 100 if level["percent"] else Decimal(level["price"] or level["price2"])
    if not amount:
        raise NotARule(printed, "compares closes with nothing")
    anchor = "ending" if found["anchor"].lower().startswith("ending") else "from"
    start, _, by = found["rest"].partition(", by ")
    if by and anchor == "ending":
        raise NotARule(printed, "says both on which day the sessions end and by which; write one of them")
    return Closes(
        needed, sessions, comparison, amount, level["currency"] or level["currency2"], anchor,
        _anchor(start, printed), _anchor(by, printed) if by else None,
    )  # fmt: skip


def _anchor(text: str, printed: str) -> Term:
    """The day of an anchor: a term, or an event for its own day."""
    call = re.fullmatch(rf"(months_from_listing|months_from|{DAY_KIND})\((\d{{1,3}})(?:, ?([^,()]+))?\)", text.strip())
    if call:
        return term_of_call(call[1], call[2], call[3], printed)
    try:
        return counted("calendar_day_from", 1, text.strip(), printed)
    except NotARule:
        term = parse_term(text.strip(), printed)
    if term.closes or term.kind == AT_LISTING:
        raise NotARule(printed, "counts closes from a day that is no plain day; write a date, an event, or the n-th day from one")
    return term


def term_of_call(name: str, ordinal: str, event: str | None, printed: str) -> Term:
    """The term of a canonical call. Raises NotARule."""
    if not re.fullmatch(r"[1-9]\d{0,2}", ordinal, re.ASCII):
        raise NotARule(printed, f"{name} needs a count from 1 to 999, has {ordinal!r}")
    if (event is None) != (name == "months_from_listing"):
        raise NotARule(printed, f"{name} has the wrong number of parts")
    return (
        counted("months_from", int(ordinal), LISTING, printed) if event is None else counted(name, int(ordinal), event, printed)
    )


def months_of(words: str, printed: str) -> int:
    """A number of months, in words or figures. Raises NotARule."""
    if not re.fullmatch(_NUMBER, words, re.IGNORECASE | re.ASCII) or not _number(words):
        raise NotARule(printed, f"extends by {words!r} months; write a number from 1 on")
    return _number(words)


def _number(words: str) -> int:
    return _NUMBER_OF.get(words.lower()) or int(words)

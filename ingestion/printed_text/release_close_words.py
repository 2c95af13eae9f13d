"""The words in which documents state conditions on closes, put into the one form that `release_term_words` reads.

`the closing price of our shares equals or exceeds $12.00 per share for any twenty (20) trading days within any thirty
(30)-trading day period commencing at least one hundred fifty (150) days after EVENT` is
`the close is at least 12.00 USD for 20 of 30 trading days from the 150th day after EVENT`.
"""

from __future__ import annotations

import re
from decimal import Decimal

_WORD = r"(?:one|two|three|four|five|six|seven|eight|nine|ten|fifteen|twenty|thirty|forty|fifty|sixty|ninety|hundred|and)"
_PRICE = r"(?:the )?(?:initial )?(?:public )?(?:offer|offering|issue|issuance) price(?: per share)?"
#: What is written, and what is read for it, in this order.
_FORMS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(written, re.IGNORECASE | re.ASCII), read)
    for written, read in (
        # a number in words and in figures
        (rf"\b{_WORD}(?:[ -]{_WORD})* \((\d{{1,3}})\)", r"\1"),
        (r"^(?:the |its )?(?:last reported )?(?:closing|sale|closing sale) price (?:per share )?of .{1,60}?(?= (?:is|was|at"
         r"|equals?|equal(?:ed|led)|exceeds?|exceeded|below|above)\b)", "the closing price"),
        (r"^(?:the |its )?clos(?:e|ing price) at the end of (.+?) (?:is|was) (.+)$",
         r"the close is \2 on 1 trading day ending on \1"),
        (r"\b(?:is |was )?(?:equals?|equal(?:ed|led)|equal to) or (?:exceeds?|exceeded|greater than|higher than)\b",
         "is at least"),
        (r"\b(?:exceeds?|exceeded)\b", "is above"),
        (r"\$ ?(\d{1,7}(?:\.\d{1,6})?)", r"\1 USD"),
        (r"( USD) per share\b", r"\1"),
        (rf"\b(above|below|at least|at or above|at or below|at most) {_PRICE}(?! of)", r"\1 100%"),
        (r"\b(\d{1,3}|[a-z]+) (?:trading )?days (?:of|in|within) (?:a|any) (\d{1,3}|[a-z]+)[ -](?:consecutive )?"
         r"(?:trading[ -])?day(?: trading)? period\b", r"\1 of \2 trading days"),
        (r"\b(?:ending on),? and including,? ", "ending on "),
        (r"\bcommencing at least (\d{1,3}) days after\b", r"from the \1th day after"),
        (r"\b(?:commencing|beginning) on\b", "from"),
        (r"\bwithin (.+? from (?:the )?listing)$", r"from listing, by \1"),
    )
)  # fmt: skip
_GREATER = re.compile(rf"(\d{{1,3}}(?:\.\d{{1,4}})?) ?% (greater|higher|lower|less) than {_PRICE}", re.IGNORECASE | re.ASCII)


def plain_closes(words: str) -> str:
    """The condition in plain words; what is none stays as it is."""
    for written, read in _FORMS:
        words = written.sub(read, words)
    return _GREATER.sub(_percent, words)


def _percent(found: re.Match[str]) -> str:
    more = Decimal(found[1]) * (1 if found[2].lower() in ("greater", "higher") else -1)
    return f"{100 + more:f}%"

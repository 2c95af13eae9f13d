"""The words of announcements on an over-allotment option: patterns that find its facts in running text.

Each fact is the group `value`. A gap between words stays in its sentence; blanks are any run of blanks and line ends.
"""

from __future__ import annotations

import re

from ingestion.filings.cells import DAY
from ingestion.filings.running_text import spaced

_COUNT = r"(?P<value>\d{1,3}(?:,\d{3})+|\d+)"
_KINDS = (
    r"(?:additional|new|further|H|A|B|Class\s+[AB]|Offer|Ordinary|Option|International\s+Offer|Over-\s*allotment"
    r"|Over-\s*allocated)"
)
_SHARES = rf"(?:{_KINDS}\s+)*[Ss]hares"
_ALL_OF = r"(?:(?:an\s+aggregate\s+(?:number\s+)?of|a\s+total\s+of|in\s+aggregate|all|all\s+of\s+the|the)\s+)*"
_MANY = rf"{_ALL_OF}{_COUNT}\s+{_SHARES}"
#: Anything that is still in the sentence: a full stop ends it, not one of an abbreviation.
_GAP = r"(?:(?!(?<!Co)(?<!Ltd)(?<!a\.m)(?<!p\.m)(?<!No)\.\s|;).){0,400}?"
_MONEY = r"(?P<currency>HK\$|HKD|US\$|RMB)\s*(?P<amount>\d[\d,]*(?:\.\d+)?)"
_ON = rf"\s+on\s+(?:\w+day,?\s+)?(?P<value>{DAY})"
_OPTION = r"Over-\s*allotment\s+Option"
_WORDS = re.IGNORECASE | re.DOTALL


def _sentence(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, _WORDS)


TITLE = re.compile(
    r"(?:(?:FULL|PARTIAL|NO|NON-)?\s*EXERCISE(?:\s+IN\s+(?:FULL|PART))?|LAPSE|EXPIRY|EXPIRATION)\s+OF\s+(?:THE\s+)?OVER-\s*ALLOTMENT\s+OPTION"
    r"|OVER-\s*ALLOTMENT\s+OPTION\s+(?:FULLY|PARTIALLY)?\s*(?:EXERCISED|LAPSED)"
)
CODE = _sentence(spaced("Stock code") + r"\s*[:：]?\s*(?P<value>\d{3,5})\b")
SIGNED = re.compile(rf"(?:^|\n)(?:Hong\s+Kong|HONG\s+KONG),\s+(?:\w+day,\s+)?(?P<value>{DAY})", re.IGNORECASE)
PARTIAL = _sentence(
    rf"{_OPTION}{_GAP}(?:partially\s+exercised|exercised\s+in\s+part)|partial(?:ly)?\s+exercised?\s+of\s+the\s+{_OPTION}"
)
CLOSED = _sentence(rf"{_OPTION}{_GAP}(?:fully\s+exercised|exercised\s+in\s+full)|full\s+exercise\s+of\s+the\s+{_OPTION}")
EXERCISED = _sentence(rf"\bexercised?\b{_GAP}\bin\s+respect\s+of\s+{_MANY}")
OVER = (
    _sentence(rf"over-?\s*allocation\s+of\s+{_MANY}"),
    _sentence(rf"over-?\s*allocat(?:ed|ing)\s+{_MANY}"),
    _sentence(rf"{_COUNT}\s+{_SHARES}\s+(?:were|was|had\s+been|have\s+been)\s+over-?\s*allocated"),
)
NONE_OVER = _sentence(
    r"(?:no|not\s+(?:been\s+)?any)\s+over-?\s*allocation\b|no\s+(?:\w+\s+){0,2}shares\s+(?:were|was)\s+over-?\s*allocated"
)
BORROWED = (
    _sentence(rf"borrow(?:ing|ed)\s+(?:of\s+)?{_MANY}"),
    _sentence(rf"{_COUNT}\s+{_SHARES}\s+(?:which\s+(?:were|was)\s+|that\s+(?:were|was)\s+)?borrowed\b"),
)
_LENDER = (
    r"(?P<lender>[A-Z](?:(?!\b(?:pursuant|under|to\s+cover|which|for\s+the)\b|[;(]|,\s+(?!Ltd|Inc|L\.P|Limited)|\.\s).){2,90}?)"
)
LENDERS = (
    re.compile(
        rf"[Bb]orrow(?:ing|ed)\b{_GAP}\bfrom\s+{_LENDER}(?=\s*(?:,|\.\s|\(|;|\.?$|\s+(?:pursuant|under|to\s+cover|which|for\s+the)\b))",
        re.DOTALL,
    ),
    re.compile(rf"return(?:ing)?\s+to\s+{_LENDER}(?=\s+(?:of\s+)?(?:all\s+)?(?:the\s+)?\d)", re.DOTALL),
)
DELAYED = _sentence(
    r"(?<!no )(?<!any )(?<!no\n)(?<!any\n)(?:delayed|deferred)\s+(?:delivery|settlement)(?!\s+arrangement\s+(?:was|is)\s+not)"
)
BOUGHT = (
    _sentence(rf"\bpurchas(?:e|es|ed|ing)\s+(?:of\s+)?{_MANY}{_GAP}\bmarket\b"),
    _sentence(rf"{_COUNT}\s+{_SHARES}\s+(?:were|was)\s+(?:purchased|bought){_GAP}\bmarket\b"),
)
NONE_BOUGHT = _sentence(
    r"(?:no|not\s+(?:made?\s+)?any|nor)\s+(?:\w+\s+){0,3}purchases?\b|(?:not|nor)\s+purchased?\s+any\b|no\s+(?:\w+\s+){0,2}shares\s+(?:were|was)\s+purchased"
)
SOLD = _sentence(rf"\b(?:sale|selling|sold|sales)\s+(?:of\s+)?{_MANY}{_GAP}\bmarket\b")
OPTION = (
    _sentence(rf"{_OPTION}{_GAP}\bup\s+to\s+{_MANY}"),
    _sentence(rf"\bup\s+to\s+{_MANY}{_GAP}(?:under|pursuant\s+to|upon\s+(?:the\s+)?exercise\s+of)\s+the\s+{_OPTION}"),
)
LAPSED = (
    _sentence(rf"lapsed{_GAP}in\s+respect\s+of\s+(?:the\s+)?(?:remaining\s+)?{_MANY}"),
    _sentence(rf"in\s+respect\s+of\s+the\s+remaining\s+{_MANY}{_GAP}lapsed"),
)
ENDED = _sentence(rf"stabili[sz]ation\s+period\b{_GAP}\bended{_ON}")
PRICE = _sentence(rf"\bissued?\b{_GAP}\bat\s+(?:the\s+Offer\s+Price\s+of\s+)?{_MONEY}\s+(?:per|for\s+each)\s+{_KINDS}?\s*Share")
ISSUE_DAY = _sentence(
    rf"(?:Over-\s*allotment|Option|Over-\s*allotted)\s+Shares\b{_GAP}\b(?:list(?:ed|ing)|commence|allotted|issued)\b{_GAP}{_ON}"
)
_PERCENT = r"(?:approximately\s+)?100(?:\.0+)?\s?%?"
TOTALS = re.compile(
    rf"Total\s+(?P<before>\d{{1,3}}(?:,\d{{3}})+)\s+{_PERCENT}\s+(?P<after>\d{{1,3}}(?:,\d{{3}})+)\s+{_PERCENT}", re.IGNORECASE
)
NET = _sentence(rf"net\s+proceeds\s+of\s+(?:approximately\s+)?{_MONEY}\s+million")

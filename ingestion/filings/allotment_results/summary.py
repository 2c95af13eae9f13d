"""The summary: the facts that an announcement prints beside labels, each with its place.

Labels are looked for in the text with all its lines joined: they are wrapped anywhere, and some printers set one word a line.
What the tables say is in `holdings`, what the paragraphs on floats say in `floats`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import TypeVar

from ingestion.filings.cells import DAY
from ingestion.filings.fact import Fact
from ingestion.filings.issuer import issuer_name
from ingestion.filings.lines import Line
from ingestion.filings.refusal import RefusedFiling
from ingestion.filings.running_text import RunningText, spaced
from ingestion.printed_text.dates import parse_date

Value = TypeVar("Value")


@dataclass(slots=True)
class Summary:
    """The facts of a filing's cover and summary; None where the filing does not print one.

    Counts are shares; `price` is in `currency` a share; `gross_proceeds` in units of that currency, with the printed digits'
    half unit beside it. `tranches` are the parts of the offer by their labels.
    """

    stock_code: Fact[str]
    listing_on: Fact[date]
    price: Fact[Decimal]
    currency: str
    offer_shares: Fact[int]
    issued_shares: Fact[int]
    issuer: Fact[str] | None = None
    short_name: Fact[str] | None = None
    published_on: Fact[date] | None = None
    tranches: dict[str, Fact[int]] = field(default_factory=dict)
    size_adjustment_shares: Fact[int] | None = None
    over_allocated_shares: Fact[int] | None = None
    over_allocation_covered_by: Fact[str] | None = None
    treasury_shares: Fact[int] | None = None
    #: the class that they are of, `A` or `H`, where the filing names it
    treasury_class: str | None = None
    converted_shares: Fact[int] | None = None
    listed_shares: Fact[int] | None = None
    gross_proceeds: tuple[Fact[Decimal], Decimal] | None = None
    #: places where a fact is printed again with another value
    other_values: list[tuple[str, Fact[str]]] = field(default_factory=list)

    @property
    def ticker(self) -> str:
        """The ticker: the stock code with four digits or more, and the exchange."""
        return f"{int(self.stock_code.value):04d}.HK"


_BRACKETS = r"(?:\s*\((?:[^()]|\([^()]*\))*\)|\s*\*|\s*Notes?\s*\d)*\s*[:：]*\s*"
_SHARES = r"(\d{1,3}(?:,\d{3})+|\d+)"
_MONEY = r"(?P<currency>HK\$|HKD|HK\s?dollars|US\$|USD|RMB)\s*(?P<amount>\d[\d,]*(?:\.\d+)?)(?![\d.,]*\d)"
_CURRENCIES = {"HK$": "HKD", "HKD": "HKD", "US$": "USD", "USD": "USD", "RMB": "CNY"}
_CODE = re.compile(r"(?<!\()" + spaced(r"Stock code") + r"\s*[:：]?\s*(\d{3,5})\b", re.IGNORECASE)
_SHORT_NAME = re.compile(
    spaced(r"Stock short name") + r"\s*[:：]?\s*([^\n]+(?:\n(?!Dealings)[A-Z][A-Z &.-]{0,12}(?=\n))?)", re.IGNORECASE
)
_DEALINGS = re.compile(spaced(r"Dealings? commencement date") + rf"\s*[:：]?\s*\*?\s*({DAY})", re.IGNORECASE)
_DEALINGS_SENTENCE = re.compile(
    r"dealings\s+in\s+the\s+[^.]{0,80}?commence\s+(?:at\s+[\d: ]+a\.?\s?m\.?\s+)?"
    r"(?:\(Hong\s+Kong\s+time\)\s+)?on\s+(?:\w+day,?\s+)?" + f"({DAY})",
    re.IGNORECASE,
)
_PRICE = re.compile(
    rf"(?:^|\n)(?:Final\s+)?Offer\s+Price(?:\s+per\s+\w+(?:\s+\w+)?)?{_BRACKETS}{_MONEY}(?!\s*(?:[–-]\s*HK|million|billion))"
)
_OFFER = re.compile(
    rf"(?:Total\s+)?{spaced('Number of Offer Shares')}(?:{spaced(' under the Global Offering')}"
    rf"|{spaced(' in the Global Offering')})?{_BRACKETS}{_SHARES}"
)
_TRANCHE = re.compile(
    rf"{spaced('Number of')}\s+(?:Offer\s+Shares|Reserved\s+Shares|Employee\s+Reserved\s+Shares)\s+in\s+(?:the\s+)?"
    rf"(?P<label>(?:[A-Z][\w-]*\s+){{0,3}}(?:Offering|Offer|Placing|Placement)){_BRACKETS}(?:No\s+more\s+than\s+)?{_SHARES}",
    re.IGNORECASE,
)
_ISSUED = re.compile(
    rf"{spaced('Number of')}\s+(?:issued\s+shares|shares\s+in\s+issue)\s+(?:upon|at"
    rf"|immediately\s+after)\s+(?:the\s+)?listing{_BRACKETS}{_SHARES}",
    re.IGNORECASE,
)
_UPSIZE = re.compile(rf"{spaced('Number of additional shares issued under the option')}{_BRACKETS}{_SHARES}", re.IGNORECASE)
_OVER = re.compile(
    rf"(?:Number|No\.)\s+of\s+Offer\s+Shares\s+over-?\s*allocated{_BRACKETS}({_SHARES}|[–—-]|Nil|N/A)", re.IGNORECASE
)
_COVERED = re.compile(r"Such\s+over-\s*allocat[^.]*\.", re.IGNORECASE)
_TREASURY = re.compile(rf"{_SHARES}\s+(?:repurchased\s+)?(?:[AH]\s+)?Shares\s+[^.]{{0,60}}?treasury\s+shares", re.IGNORECASE)
_CONVERTED = re.compile(
    rf"{_SHARES}\s+(?:Unlisted|Domestic)(?:\s+Domestic)?\s+Shares\s+(?:are|is|will\s+be|were)\s+converted\s+into\s+H\s+Shares",
    re.IGNORECASE,
)
_AS_MANY = re.compile(
    r"number\s+of\s+H\s+Shares\s+(?:in\s+issue\s+)?immediately\s+(?:after|following|upon)[^.]{0,60}is\s+the\s+same\s+as\s+the\s+number\s+of\s+(?:the\s+)?Offer\s+Shares",
    re.IGNORECASE,
)
_GROSS = re.compile(rf"Gross\s+proceeds{_BRACKETS}(?:approximately\s+)?{_MONEY}\s*(?P<scale>million|billion)", re.IGNORECASE)
_SIGNED = re.compile(rf"(?:^|\n)(?:Hong\s+Kong|HONG\s+KONG),\s+(?:\w+day,\s+)?({DAY})")


def read_summary(lines: Sequence[Line]) -> Summary:
    """The facts. Raises RefusedFiling where one is missing without which nothing can be proved: the stock code, the listing
    day, the offer price, the offer shares, the issued shares."""
    found = RunningText(lines)
    code = _first(found, _CODE, lambda match: match[1], "stock code", "Stock code")
    listing_on = _first(found, _DEALINGS, lambda match: _day(match[1]), "listing day", "Dealings commencement date")
    currency, price = _price(found)
    offer = _first(found, _OFFER, _count, "number of offer shares", "Number of Offer Shares")
    issued = _first(found, _ISSUED, _count, "number of issued shares", "Number of issued Shares upon Listing")
    summary = Summary(
        code,
        listing_on,
        price,
        currency,
        offer,
        issued,
        issuer=issuer_name(lines),
        short_name=_optional(found, _SHORT_NAME, _words),
    )
    for match in _TRANCHE.finditer(found.text):
        label = " ".join(match["label"].split())
        if label.lower() == "global offering":
            continue
        summary.tranches.setdefault(label, _fact(found, match, _count(match)))
    summary.size_adjustment_shares = _optional(found, _UPSIZE, _count)
    summary.over_allocated_shares = _optional(found, _OVER, lambda match: int(re.sub(r"\D", "", match[1]) or 0))
    summary.over_allocation_covered_by = _optional(found, _COVERED, lambda match: " ".join(match[0].split()))
    if treasury := _TREASURY.search(found.text):
        summary.treasury_shares = _fact(found, treasury, _count(treasury))
        letter = re.search(r"\b[AH](?=\s+Shares)", treasury[0])
        summary.treasury_class = letter[0] if letter else None
    summary.converted_shares = _optional(found, _CONVERTED, _count)
    summary.gross_proceeds = _gross(found)
    summary.published_on = _published(found, listing_on.value)
    as_many = _AS_MANY.search(found.text)
    if as_many:
        summary.listed_shares = Fact(offer.value, " ".join(as_many[0].split()), found.place(as_many.start()))
    _compare(found, summary)
    return summary


def _published(found: RunningText, listing_on: date) -> Fact[date] | None:
    """The day under the announcement, `Hong Kong, January 9, 2026`: the last such day of the fortnight before the listing."""
    for match in reversed(list(_SIGNED.finditer(found.text))):
        day = _day(match[1])
        if timedelta(0) <= listing_on - day <= timedelta(days=14):
            return _fact(found, match, day)
    return None


def _price(found: RunningText) -> tuple[str, Fact[Decimal]]:
    fact = _first(found, _PRICE, lambda match: Decimal(match["amount"].replace(",", "")), "offer price", "Offer Price")
    match = _PRICE.search(found.text)
    printed = "".join(match["currency"].split()).upper() if match else "HK$"
    return _CURRENCIES.get(printed, "HKD"), fact


def _gross(found: RunningText) -> tuple[Fact[Decimal], Decimal] | None:
    match = _GROSS.search(found.text)
    if not match:
        return None
    scale = Decimal(10) ** (6 if match["scale"].lower() == "million" else 9)
    amount = Decimal(match["amount"].replace(",", ""))
    digits = -int(amount.as_tuple().exponent)
    fact = Fact(amount * scale, " ".join(match[0].split()).removeprefix("Gross proceeds "), found.place(match.start("amount")))
    return fact, scale / 10**digits / 2


def _compare(found: RunningText, summary: Summary) -> None:
    """Notes the places where the cover and the summary print different values of one fact."""
    checks: tuple[tuple[str, re.Pattern[str], Callable[[re.Match[str]], object], object], ...] = (
        ("stock code", _CODE, lambda match: int(match[1]), int(summary.stock_code.value)),
        ("listing day", _DEALINGS, lambda match: _day(match[1]), summary.listing_on.value),
        ("listing day", _DEALINGS_SENTENCE, lambda match: _day(match[1]), summary.listing_on.value),
        ("offer price", _PRICE, lambda match: Decimal(match["amount"].replace(",", "")), summary.price.value),
        ("number of offer shares", _OFFER, _count, summary.offer_shares.value),
    )
    for name, pattern, read, value in checks:
        for match in pattern.finditer(found.text):
            if read(match) != value:
                summary.other_values.append((name, _fact(found, match, " ".join(match[match.lastindex or 0].split()))))


def _first(
    found: RunningText, pattern: re.Pattern[str], read: Callable[[re.Match[str]], Value], name: str, label: str
) -> Fact[Value]:
    # the summary is meant; the cover before it prints the same where both are there
    start = found.text.find("\nSUMMARY")
    match = pattern.search(found.text, max(start, 0)) or pattern.search(found.text)
    if not match:
        raise RefusedFiling(None, f"the {name} was not found", f"it would have to stand after the label `{label}`")
    return _fact(found, match, read(match))


def _optional(found: RunningText, pattern: re.Pattern[str], read: Callable[[re.Match[str]], Value]) -> Fact[Value] | None:
    match = pattern.search(found.text)
    return _fact(found, match, read(match)) if match else None


def _fact(found: RunningText, match: re.Match[str], value: Value) -> Fact[Value]:
    group = match.lastindex or 0
    return Fact(
        value, " ".join((match[group] or match[0]).split()), found.place(match.start(group) if match[group] else match.start())
    )


def _count(match: re.Match[str]) -> int:
    return int(match[match.lastindex or 0].replace(",", ""))


def _words(match: re.Match[str]) -> str:
    return " ".join(match[1].split())


def _day(printed: str) -> date:
    return parse_date(" ".join(printed.split()).replace(" ,", ",")).earliest_on

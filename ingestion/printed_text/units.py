"""Units, scales and currencies as they are printed beside figures and in headings."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ingestion.printed_text.plain_text import plain


class NotAFigure(ValueError):
    """Text that is not one figure; `reason` says why, or what to write instead."""

    def __init__(self, printed: str, reason: str) -> None:
        super().__init__(f"{printed[:60]!r}: {reason}")
        self.printed, self.reason = printed, reason


CURRENCIES = {
    "us$": "USD", "$": "USD", "usd": "USD", "hk$": "HKD", "hkd": "HKD", "rmb": "CNY", "cny": "CNY", "cn¥": "CNY", "¥": "CNY",
    "￥": "CNY", "元": "CNY", "eur": "EUR", "€": "EUR",
}  # fmt: skip


_EXPONENTS = {
    "k": 3, "thousand": 3, "m": 6, "mn": 6, "mln": 6, "million": 6, "b": 9, "bn": 9, "billion": 9,
    "t": 12, "tn": 12, "trillion": 12,
}  # fmt: skip


_UNITS = {
    "%": "ratio", "percent": "ratio", "per cent": "ratio", "x": "x", "×": "x", "share": "shares", "token": "tokens",
    "month": "months", "year": "years", "day": "days",
}  # fmt: skip


LONG_SCALE = r"(?:thousand|million|billion|trillion)s?|mln|mn|bn|tn"


OTHER_CURRENCY = re.compile(
    r"[£₩₹]|JP¥|\b(?!US\$|HK\$)[A-Za-z]{1,3}\$|\b(?:GBP|JPY|KRW|TWD|NTD|SGD|AUD|CAD|CHF|INR|MOP|THB|MYR|IDR|VND)\b"
)


@dataclass(frozen=True)
class Units:
    """What a figure or its heading says of scale (a power of ten), unit and currency.

    `usual_unit` is what the heading's words suggest; it gives way to anything else.
    """

    exponent: int | None = None
    unit: str | None = None
    currency: str | None = None
    usual_unit: str | None = None


def named_units(currency: str | None, scale: str | None, unit: str | None) -> Units:
    """The units that printed words name: `HK$`, `bn` and `shares`, each None where there is none. Raises KeyError for others."""
    return Units(
        exponent=_EXPONENTS[_singular(scale)] if scale else None,
        unit="money" if currency else _UNITS[_singular(unit)] if unit else None,
        currency=CURRENCIES[currency.lower()] if currency else None,
    )


def _singular(word: str) -> str:
    return word.lower().removesuffix("s")


def completed(own: Units, heading: Units, printed: str) -> Units:
    """What the figure says, completed from its heading. Raises NotAFigure where they contradict each other."""
    units = joined(own, heading, printed)
    if units.unit in ("ratio", "x") and units.exponent is not None:
        raise NotAFigure(printed, "a percentage or multiple with a scale; write one of them")
    return units if units.unit else Units(units.exponent, heading.usual_unit, units.currency)


def joined(own: Units, other: Units, printed: str) -> Units:
    """What two words on one figure say together. Raises NotAFigure where they contradict each other."""
    for mine, theirs in ((own.currency, other.currency), (own.unit, other.unit), (own.exponent, other.exponent)):
        if mine is not None and theirs is not None and mine != theirs:
            raise NotAFigure(printed, f"contradicts itself or its heading: {_says(own)} and {_says(other)}")
    return Units(
        exponent=other.exponent if own.exponent is None else own.exponent,
        unit=own.unit or other.unit,
        currency=own.currency or other.currency,
        usual_unit=own.usual_unit or other.usual_unit,
    )


def _says(units: Units) -> str:
    scale = f" times 10^{units.exponent}" if units.exponent is not None else ""
    return f"{units.currency or units.unit or 'a number'}{scale}"


# Headings.

_HEADING_CURRENCY = r"US\$|HK\$|\$|€|CN¥|[¥￥]|USD|HKD|RMB|CNY|EUR"


_HEADING_UNIT = re.compile(
    rf"(?=.)(?:in )?(?:(?P<currency>{_HEADING_CURRENCY}) ?)?(?:(?P<scale>{LONG_SCALE}|'?000s?|[kmbt])(?!\w) ?)?(?:of )?"
    rf"(?:(?P<unit>%(?: of .*)?|x|percent|per cent|shares|tokens|months|years|days)"
    rf"|(?P<currency_after>{_HEADING_CURRENCY}))?",
    re.IGNORECASE | re.ASCII,
)


# a scale, or a currency in front, beside words that are not understood: (HKD crore), (lots of mn)
_LIKE_A_UNIT = re.compile(
    rf"(?<![0-9])(?<![0-9] )\b(?:{LONG_SCALE})\b|^(?:{_HEADING_CURRENCY})(?![A-Za-z]| ?[0-9])", re.IGNORECASE
)


_PARENTHESIS = re.compile(r"\(([^()]*)\)")


_PER = re.compile(r" ?/.*| per .*", re.IGNORECASE | re.DOTALL)


_PERCENT_OF = re.compile(r"(?<![0-9])(?<![0-9] )%")


_USUAL_UNIT = re.compile(r"\b(shares|float|tokens)\b", re.IGNORECASE)


# beside these words `shares` and `float` name what another quantity is of
_OTHER_QUANTITY = re.compile(
    r"\b(?:ratio|price|cap|capitali[sz]ation|value|turnover|expansion|multiple|return|performance|change|growth|yield|per|proceeds"
    r"|premium|share of|percent|percentage|times|days|months|date|holders|eps|earnings|dividends?)\b|%|/",
    re.IGNORECASE,
)


def heading_units(context: str, printed: str) -> Units:
    """The scale, unit and currency that a heading names; words that are no unit are passed over.

    Raises NotAFigure if it names a unit or currency that is not understood, or contradicts itself; `printed` is for the message.
    """
    heading = " ".join(plain(context).split())
    units = Units()
    parentheses = [part.strip() for group in _PARENTHESIS.findall(heading) for part in group.split(",")]
    outside = _PARENTHESIS.sub(" ", heading).strip()
    for part in parentheses:
        if OTHER_CURRENCY.search(part):
            raise NotAFigure(printed, f"its heading names a currency that is not known: {part}")
        named = named_in(part, printed)
        if named:
            units = joined(units, named, printed)
        elif _LIKE_A_UNIT.search(part):
            raise NotAFigure(printed, f"its heading names a unit that is not understood: ({part})")
    # without parentheses a letter alone is no scale: `Tranche, B`
    whole, tail = (
        None if re.fullmatch(r"[A-Za-wyz]", part) else named_in(part, printed)
        for part in (outside, re.split(r", | in ", outside)[-1].strip())
    )
    if whole or (tail and (tail.currency or tail.exponent)):
        units = joined(units, whole or tail or Units(), printed)
    elif tail:
        units = replace(units, usual_unit=tail.unit)
    if _PERCENT_OF.search(outside):
        units = joined(units, Units(unit="ratio"), printed)
    usual = _USUAL_UNIT.search(heading)
    if usual and not _OTHER_QUANTITY.search(heading):
        units = replace(units, usual_unit="tokens" if usual[1].lower() == "tokens" else "shares")
    return units


def named_in(part: str, printed: str) -> Units | None:
    """The units that a part of a heading consists of (`HKD bn`, `mn shares`, `US$/share`); None beside other words.

    Raises NotAFigure for a letter that may be a scale or a class of shares.
    """
    named = _HEADING_UNIT.fullmatch(_PER.sub("", part))
    if not named:
        return None
    currency, scale, unit = named["currency"] or named["currency_after"], named["scale"], named["unit"]
    if scale and "000" in scale:
        scale = "thousand"
    if scale and len(scale) == 1 and not currency:
        raise NotAFigure(printed, f"({part}) may be a scale or a class of shares; write it as mn, bn or tn")
    return named_units(currency, scale, "%" if unit and unit[0] == "%" else unit)

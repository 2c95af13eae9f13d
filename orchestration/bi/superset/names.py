"""How a column is headed and its numbers are written, by the end of its name (CONTRIBUTING.md, Names)."""

from __future__ import annotations

_MONEY = {"_hkd": "HKD", "_usd": "USD", "_cny": "CNY"}
#: Words that a heading writes in their own way.
_WORDS = {"arr": "ARR", "hkd": "HKD", "usd": "USD", "id": "id", "ipo": "IPO", "us": "US", "p": "P"}


def heading(column: str) -> str:
    """The words of a column's name, the currency after a comma: `release_value_hkd` is "Release value, HKD"."""
    words, unit = column, ""
    for suffix, name in _MONEY.items():
        if column.endswith(suffix):
            words, unit = column.removesuffix(suffix), f", {name}"
    words = words.removesuffix("_ratio").removesuffix("_x")
    spelled = " ".join(_WORDS.get(word, word) for word in words.split("_"))
    return spelled[:1].upper() + spelled[1:] + unit


def number_format(column: str) -> str:
    """The d3 format of a column's numbers: fractions in %, multiples with two places, prices whole, large amounts short."""
    if column.endswith("_ratio"):
        return ".1%"
    if column.endswith(("_x", "_score")) or column.startswith(("price", "close", "target_price", "printed_target")):
        return ",.2f"
    if column.endswith("_per_mtok"):
        return ",.4~f"
    if column.endswith(("_days", "_number", "_sessions", "_to_absorb", "_of_discounting")):
        return ",.1~f"
    if column.endswith("_shares"):
        return ",d"
    return "SMART_NUMBER"

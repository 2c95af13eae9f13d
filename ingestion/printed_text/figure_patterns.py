"""The patterns of a printed figure: a number with its sign, currency, scale and unit, alone, as a range, or in running text."""

from __future__ import annotations

import re

from ingestion.printed_text.dates import MONTH_NAME
from ingestion.printed_text.units import LONG_SCALE

# Possessive quantifiers and single optional spaces: nothing here can be split in two ways, so matching is linear.
NUMBER = r"(?:[0-9]{1,3}(?:,[0-9]{3})++|[0-9]++)(?:\.[0-9]++)?"

CURRENCY = r"US\$|HK\$|\$|€|CN¥|[¥￥]|(?:USD|HKD|RMB|CNY|EUR)(?![A-Za-z])"

UNIT = r"%|[x×](?!\w| ?[0-9$€¥￥])|(?:percent|per cent|shares?|tokens?|months?|years?|days?)(?!\w)"

PLUS = r"\+(?! ?[0-9$€¥￥])"


def side(end: str) -> str:
    """The pattern of one number with what stands around it; `end` tells the group names of a range's two ends apart."""
    return (
        rf"(?P<{end}sign>[-+])?(?:(?P<{end}currency>{CURRENCY}) ?)?(?P<{end}inner_sign>[-+])?"
        rf"(?P<{end}number>{NUMBER})(?P<{end}plus>{PLUS})?"
        rf"(?: ?(?P<{end}scale>{LONG_SCALE}|[kmbt])(?!\w))?(?P<{end}plus_scale>{PLUS})?"
        rf"(?: ?(?:(?P<{end}unit>{UNIT})|(?P<{end}currency_after>(?:USD|HKD|RMB|CNY|EUR)(?!\w)|€|元(?!\w))))?"
        rf"(?P<{end}plus_unit>{PLUS})?"
    )


APPROXIMATE = r"[~≈]|(?:approx|ca|c)\.|(?:near(?:ly)?|almost|around|about|roughly|approximately|approx|circa)\b"

AT_MOST = r"<=?|≤|(?:up to|less than|fewer than|under|below|at most|(?:no|not) more than|not exceeding)\b"

AT_LEAST = (
    r">=?|≥|(?:over|above|exceed(?:s|ed|ing)?|surpass(?:es|ed|ing)?|more than|at least|(?:no|not) (?:less|fewer) than"
    r"|in excess of|upwards of)\b"
)

LEAD = re.compile(rf"(?P<approximate>{APPROXIMATE})|(?P<at_most>{AT_MOST})|(?P<at_least>{AT_LEAST})", re.IGNORECASE)

LEADS = rf"(?P<leads>(?:(?:{APPROXIMATE}|{AT_MOST}|{AT_LEAST}) ?){{0,3}})"

RANGE = rf"{side('a_')}(?:(?P<separator>-| - | to ){side('b_')})?"

# ASCII: without it `ignore case` takes letters of other alphabets for s and k
FIGURE = re.compile(LEADS + RANGE, re.IGNORECASE | re.ASCII)

# in running text a figure stands free: not inside a name (M2.7, GLM-5.1, 18C.14), a compound (6-month) or a fraction
FREE_BEFORE = r"(?<![\w.$€¥￥~≈<>≥≤])(?<![0-9][,:/])(?<![\w%)][-+])"

FREE_AFTER = r"(?:(?<=[%+€])(?!-?[0-9])|(?<![%+€])(?![\w%+$€]|[-.,:/][0-9])(?!(?<=[0-9])[-/:]\w))"

RANGE_IN_TEXT = re.compile(FREE_BEFORE + LEADS + RANGE + FREE_AFTER, re.IGNORECASE)

SINGLE_IN_TEXT = re.compile(FREE_BEFORE + LEADS + side("a_") + FREE_AFTER, re.IGNORECASE)

NEGATION = re.compile(r"(?:\b(?:not|never|cannot|no)|n't) ?$", re.IGNORECASE)

FROM = re.compile(r"\bfrom ?$", re.IGNORECASE)

UNAVAILABLE = re.compile(
    r"-*|\?+|n/?a|n\.a\.|nil|none|null|tbd|tba|unlisted(?: ?/ ?not trade?able)?"
    r"|not (?:available|disclosed|applicable|trade?able)",
    re.IGNORECASE,
)

# what marks a number as a figure, beside words like `about` and thousands separators
MARKS = ("sign", "inner_sign", "currency", "scale", "unit", "currency_after", "plus", "plus_scale", "plus_unit")

MONTH_AFTER = re.compile(rf" {MONTH_NAME}\b", re.IGNORECASE)

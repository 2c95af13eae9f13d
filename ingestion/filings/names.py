"""Names: from the lines before a row's figures to the holder's name, and to what else stands in these lines.

The same lines can hold the rest of the name before (over a page break), a second holder of the merged cell before, a line that
names a group, and a capacity in words. Nothing proves a name: where its lines can be read in two ways, the filing is refused.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_CJK = "\u3400-\u9fff\uf900-\ufaff\u3000-\u303f\uff00-\uffef"
#: Ends with Chinese, whatever closes it: the end of a name that is given in both languages.
_ENDS_CHINESE = re.compile(rf"[{_CJK}][\s)）\]”\"*]*$")
#: Ends a company's name in English, whatever mark follows.
_ENDS_COMPANY = re.compile(r"(?:\bLtd\.?|\bLTD\.?|\bLimited|\bLIMITED|\bL\.P\.|\bInc\.|\bLLC|\bLLP|\bGmbH|Partnership\))[\s*]*$")
_BEGINS_NAME = re.compile(r"[A-Z0-9]")
#: Lines that only ever end a company's name.
_SUFFIX_LINE = re.compile(
    r"(?:(?:company|co\.?,?|limited|ltd\.?|inc\.?|corp(?:oration)?\.?|l\.?p\.?|llp|llc|plc|partnership\)?|spc|pte\.?|gmbh|ag|s\.a\.|sp\)?"
    r"|\(?limited|partnership\))[\s,]*)+",
    re.IGNORECASE,
)
_SUFFIX_START = re.compile(r"(?:Company|Co\b|Limited|Ltd|Partnership|SPC|SP\b|VCC|LP\b|LLP|and\b|as\b|Note)", re.IGNORECASE)
_GROUP_LINE = re.compile(
    r"(?:[A-Z][\w&.’'-]*\s+){1,6}(?:Entities|Investors|Shareholders|Funds|Persons|Group)|(?:Other\s+)?Pre-IPO Investors"
)
_CAPACITY = re.compile(
    r"(?:co-?\s?founder|founder|(?:an?\s+|our\s+)?(?:non-|independent non-)?executive\b|chair(?:man|person|woman)"
    r"|chief\b|(?:vice\s+)?president\b"
    r"|director\b|supervisor\b|senior management|general manager|core\b|key\b|pathfinder|beneficial|interest\b"
    r"|interests\b|spouse|close\b"
    r"|associate\b|employee\b|member\b|registered|trustee|nominee|corporate\b|secretary|an?\s+associate"
    r"|(?:mr|ms|mrs|dr|prof|madam)\.?\s+[\w .-]*[’']s?\b)",
    re.IGNORECASE,
)
#: Words that many names of companies share, so that they tell nothing about who belongs together.
_COMMON = frozenset((
    "limited", "partnership", "company", "co", "ltd", "fund", "funds", "investment", "investments", "equity", "venture",
    "capital", "management", "enterprise", "private", "group", "holding", "holdings", "industry", "industrial", "development",
    "technology", "technologies", "center", "centre", "international", "china", "beijing", "shanghai", "shenzhen",
    "guangdong", "guangzhou", "hangzhou", "suzhou", "ningbo", "nanjing", "zhejiang", "jiangsu", "hong", "kong", "zhuhai",
    "xiamen", "wuhan", "chengdu", "tianjin", "qingdao", "hengqin", "innovation", "business", "consulting", "consultancy",
    "information", "intelligent", "service", "services", "asset", "financial", "securities", "high", "tech", "new", "and",
    "of", "the", "no", "phase", "for", "on", "behalf", "lp", "llp", "inc", "spc", "master", "global", "growth", "asia",
    "pacific", "corporation", "science", "sci", "medical", "health", "healthcare", "entrepreneurship",
))  # fmt: skip


#: The rest of a word that was broken without a hyphen: few small letters that are no word.
_TAIL = re.compile(r"(?!(?:of|and|for|the|in|on|by|an|a|to|at|as|de|du|la|le|von|van|or|no)\b)[a-z]{1,3}\b")


class UnclearName(ValueError):
    """Lines that can be read as names in more than one way; `reason` says how."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class NameLines:
    """What the lines before a row's figures hold: the rest of the name before, further holders of the cell before, groups, the
    name."""

    rest: tuple[str, ...]
    shared: tuple[str, ...]
    groups: tuple[str, ...]
    name: tuple[str, ...]


def join_lines(lines: Sequence[str]) -> str:
    """The lines as one text: no blank where Chinese goes over a line, nor after a hyphen or slash."""
    text = ""
    for line in lines:
        line = " ".join(line.split())
        if (
            not text
            or not line
            or (re.search(rf"[{_CJK}(（/“-]$", text) and (re.match(rf"[{_CJK}()（）]", line) or text[-1] in "(（/“-"))
            or (re.match(rf"[{_CJK})）”]", line) and re.search(rf"[{_CJK})）]$", text))
        ):
            text += line
        elif re.search(r"[a-z]$", text) and _TAIL.match(line):
            text += line  # a word broken without a hyphen
        else:
            text += " " + line
    text = re.sub(r"\s*\*", "", text)
    return re.sub(r"\(\s+|\s+\)", lambda match: match[0].strip(), text).strip(" ,;")


def split_capacity(lines: Sequence[str]) -> tuple[list[str], list[str]]:
    """The lines of the name and those of the capacity after it. Raises UnclearName where no line begins a capacity."""
    for number in range(1, len(lines)):
        if _CAPACITY.match(lines[number]):
            return list(lines[:number]), list(lines[number:])
    raise UnclearName(f"in {join_lines(lines)!r} no line begins what the holder is (such as `Founder` or `executive Director`)")


def split_names(
    lines: Sequence[str], before: str | None, *, after_page: bool, has_groups: bool, ends_table: bool = False
) -> NameLines:
    """What `lines` hold. `before` is the name of the row before (None for the first), `after_page` whether a page ended between.

    `has_groups` says that the table has subtotals of groups; `ends_table` that no figures follow these lines.
    Raises UnclearName.
    """
    rest, left = _rest(list(lines), before, after_page)
    groups: list[str] = []
    while len(left) > 1 and _GROUP_LINE.fullmatch(left[0]) and (has_groups or re.search(r"Pre-IPO|Investors$", left[0])):
        groups.append(left.pop(0))
    names = _complete_names(left)
    own = [] if ends_table or not names else names.pop()
    shared: list[str] = []
    for name in names:
        text = join_lines(name)
        if rest == [] and after_page and before is not None and _is_rest(before, text) and not shared:
            rest = name
        elif before is not None and _belong_together(text, before):
            shared.append(text)
        elif not ends_table and _belong_together(text, join_lines(own)):
            own = [*name, *own]
        else:
            raise UnclearName(f"{text!r} has no figures of its own, and does not plainly belong to the holder before or after it")
    return NameLines(tuple(rest), tuple(shared), tuple(groups), tuple(own))


def _rest(lines: list[str], before: str | None, after_page: bool) -> tuple[list[str], list[str]]:
    """The lines that close the brackets which the name before left open, or only end a company's name; and the others."""
    if before is None:
        return [], lines
    is_open = _depth(before) > 0
    if is_open:
        depth = 0
        for number, line in enumerate(lines):
            depth += _depth(line)
            if depth < 0:
                end = _with_brackets(lines, number + 1)
                return lines[:end], lines[end:]
    if len(_complete_names(lines)) > 1:
        return [], lines
    if after_page and len(lines) > 1 and _SUFFIX_LINE.fullmatch(lines[0]) and not _SUFFIX_LINE.search(before.split()[-1]):
        return lines[:1], lines[1:]
    if after_page and lines and (re.match(r"[a-z&]", lines[0]) or re.search(r"(?:\band|\bof|\bfor|\bthe|&)$", before)):
        raise UnclearName(f"after a page break {lines[0]!r} goes on with a name, and nothing shows where that name ends")
    return [], lines


def _with_brackets(lines: Sequence[str], place: int) -> int:
    """The end of the lines from `place` on that still belong to a name: brackets and Chinese, with which no name begins."""
    depth = 0
    while place < len(lines) and (depth > 0 or re.match(rf"[(（“{_CJK}]", lines[place])):
        depth += _depth(lines[place])
        place += 1
    return place


def _complete_names(lines: Sequence[str]) -> list[list[str]]:
    """The lines as names: one ends where Chinese or a company's form ends a line, with all brackets closed, and the next line
    begins with a capital or digit."""
    names: list[list[str]] = []
    current: list[str] = []
    for line in lines:
        text = "".join(current)
        ends = _ENDS_CHINESE.search(text) or (_ENDS_COMPANY.search(text) and not _SUFFIX_START.match(line))
        if current and _depth(text) <= 0 and ends and _BEGINS_NAME.match(line):
            names.append(current)
            current = []
        current.append(line)
    return [*names, current] if current else names


def _depth(text: str) -> int:
    """How many brackets are open at the end of a text; below zero where more are closed than opened."""
    return text.count("(") + text.count("（") - text.count(")") - text.count("）")


def _is_rest(before: str, rest: str) -> bool:
    """Whether a name that stands before another after a page break is the end of the one on the page before: it brings what
    that one lacks, the Chinese name or the form of the company."""
    if re.search(f"[{_CJK}]", before):
        return False
    return bool(re.search(f"[{_CJK}]", rest)) or (not _ENDS_COMPANY.search(before) and bool(_ENDS_COMPANY.search(rest)))


def _belong_together(one: str, other: str) -> bool:
    """Whether two names share a word that is theirs, not one of many companies."""
    words = [{word for word in re.findall(r"[a-z]{3,}", text.lower()) if word not in _COMMON} for text in (one, other)]
    return bool(words[0] & words[1])

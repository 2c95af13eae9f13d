"""Release rules: from the printed words of a lock-up to terms that a model can evaluate.

A rule gives the last locked day (inclusive). It is a term (`release_terms`), the earlier or later of rules, or one of two by
whether an event happens. Its canonical form reads, for example,
`earlier_of(trading_day_from(20, stock_connect_eligibility), 2026-10-08)`; `rule_terms` spreads it into rows: the earliest
over clauses of the latest over the terms of a clause, which every nesting of earlier and later can be written as. A choice by
an event is three clauses: the one rule and that it happens, the other and that it doesn't, and the later of both, which ends
the lock-up whatever happens.

Or it gives a last locked day for each part of the shares: `parts(20% until RULE, 11300000 shares until RULE, above 30% of total
until RULE, rest until RULE)`. `free_on(RULE)` is read, and never written: it is the rule whose day is the first free one.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from ingestion.printed_text.release_choices import Choice, clauses_of, parse_rule
from ingestion.printed_text.release_terms import Closes, NotARule, Term, plain

__all__ = ["Closes", "NotARule", "Part", "Term", "canonical_rule", "rule_conditions", "rule_parts", "rule_terms"]

#: How many of the shares, and whether the day that follows is the last locked or the first free one.
_QUANTITY = (
    r"(?P<percent>\d{1,3}(?:\.\d{1,6})?) ?%(?P<of_rest> of (?:the rest|what is left))?"
    r"|(?P<shares>\d[\d,]{0,15}) shares"
    r"|(?:above|as many as keep (?:the holder|him|it) at) (?P<kept>\d{1,2}(?:\.\d{1,6})?) ?%"
    r"(?: of (?:the )?(?:total|issued shares))?"
    r"|(?:the )?(?P<rest>rest|remainder|balance)"
)
_WHEN = r" (?P<when>until|locked to|at|on|from|after) "
_PART = re.compile(rf"(?:{_QUANTITY}){_WHEN}(?P<rule>.+)", re.IGNORECASE | re.ASCII)
_UNNAMED_PART = re.sub(r"\?P<\w+>", "?:", rf"(?:{_QUANTITY}){_WHEN}")
_NEXT_PART = re.compile(rf"(?:[,;] (?:and )?| and )(?={_UNNAMED_PART})", re.IGNORECASE | re.ASCII)
_EACH_YEAR = re.compile(
    r"(?P<percent>\d{1,3}(?:\.\d{1,6})?) ?% (?:a|each|per) year (?:from|starting|after) (?P<rule>.+)", re.IGNORECASE
)


@dataclass(frozen=True)
class Part:
    """A part of the shares under a rule, from where the part before it ends.

    It reaches up to `ratio` of the shares and `shares` more, both summed up over the parts; or up to where the holder has
    `kept_ratio` of the company's total left; or, the rest, to the last share.
    """

    rule: str
    ratio: Decimal | None = None
    shares: int | None = None
    kept_ratio: Decimal | None = None


@dataclass(frozen=True)
class _Parts:
    parts: tuple[tuple[str, Decimal, Term | Choice], ...]  # %, shares, above or rest; the number; the rule

    def __str__(self) -> str:
        words = {"%": "{}%", "shares": "{} shares", "above": "above {}% of total", "rest": "rest"}
        return f"parts({', '.join(f'{words[kind].format(plain(number))} until {rule}' for kind, number, rule in self.parts)})"


def canonical_rule(printed: str) -> str:
    """The canonical form of a printed (or already canonical) rule. Raises NotARule."""
    return str(_parse(printed))


def rule_parts(rule: str) -> list[Part]:
    """The parts of the shares that a rule frees on different days, in order; of a rule without parts one. Raises NotARule."""
    parsed = _parse(rule)
    if not isinstance(parsed, _Parts):
        return [Part(str(parsed))]
    found, ratio, shares = [], Decimal(0), 0
    for kind, number, one in parsed.parts:
        if kind in ("%", "shares"):
            ratio += number / 100 if kind == "%" else 0
            shares += int(number) if kind == "shares" else 0
            found.append(Part(str(one), ratio=ratio, shares=shares))
        else:
            found.append(Part(str(one), kept_ratio=number / 100 if kind == "above" else None))
    return found


def rule_terms(rule: str) -> list[tuple[int, int, Term]]:
    """(clause, term number, term) of a rule without parts, both from 1: the last locked day is the earliest over the clauses of
    the latest over the terms of a clause. Raises NotARule."""
    parsed = _parse(rule)
    if isinstance(parsed, _Parts):
        raise NotARule(rule[:60], "has parts, each with terms of its own")
    clauses = clauses_of(parsed)
    return [(c, t, term) for c, clause in enumerate(clauses, 1) for t, term in enumerate(clause, 1)]


def rule_conditions(rule: str) -> list[Closes]:
    """The conditions on closes of all terms of a rule, each once. Raises NotARule."""
    terms = (term for part in rule_parts(rule) for _, _, term in rule_terms(part.rule))
    return list(dict.fromkeys(term.closes for term in terms if term.closes))


def _parse(printed: str) -> Term | Choice | _Parts:
    text = " ".join(printed.split())
    if len(text) > 4_000:
        raise NotARule(printed[:60], "is too long for a release rule")
    text = text.strip().rstrip(".")
    call = re.fullmatch(r"parts\((.*)\)", text)
    pieces = list(_pieces(call[1] if call else text))
    yearly = _EACH_YEAR.fullmatch(text)
    if yearly:
        return _each_year(Decimal(yearly["percent"]), parse_rule(yearly["rule"], printed, free=True), printed)
    if call or len(pieces) > 1 or _PART.fullmatch(text):
        return _parts(pieces, printed)
    return parse_rule(text, printed)


def _pieces(text: str) -> Iterator[str]:
    """The text divided where another part of the shares begins, outside of brackets."""
    start = 0
    for found in _NEXT_PART.finditer(text):
        if text.count("(", 0, found.start()) == text.count(")", 0, found.start()):
            yield text[start : found.start()]
            start = found.end()
    yield text[start:]


def _parts(pieces: list[str], printed: str) -> _Parts:
    parts: list[tuple[str, Decimal, Term | Choice]] = []
    left = Decimal(100)
    for piece in pieces:
        found = _PART.fullmatch(piece.strip())
        if not found:
            words = (
                "is no part of the shares: write '20%', '11,300,000 shares', 'above 30% of total' or 'the rest', and ' at DAY'"
            )
            raise NotARule(piece.strip()[:60], words)
        rule = parse_rule(found["rule"], printed, free=found["when"].lower() not in ("until", "locked to"))
        kind = "rest" if found["rest"] else "above" if found["kept"] else "shares" if found["shares"] else "%"
        number = Decimal((found["percent"] or found["kept"] or found["shares"] or "0").replace(",", ""))
        if found["of_rest"]:
            if any(kind not in ("%", "rest") for kind, _, _ in parts):
                raise NotARule(
                    printed[:60], "takes a percentage of what counted shares leave; write both as percentages, or as shares"
                )
            number = round(number * left / 100, 6)
        if kind == "%":
            left -= number
        if (kind != "rest" and not number) or left < 0:
            raise NotARule(printed[:60], "has a part of no shares" if not number else "has parts of more than 100% in all")
        parts.append((kind, number, rule))
    kinds = [kind for kind, _, _ in parts]
    if len(parts) < 2:
        raise NotARule(printed[:60], "says where one part of the shares goes; say what becomes of the rest: ', the rest at DAY'")
    if "rest" in kinds[:-1] or kinds != sorted(kinds, key=lambda kind: {"above": 1, "rest": 2}.get(kind, 0)):
        raise NotARule(
            printed[:60],
            "has parts in no order that can be counted; write percentages and shares first, 'above ...' then, the rest last",
        )
    if kinds[-1] != "rest":
        if left or set(kinds) != {"%"}:
            words = f"leaves {plain(left)}% of the shares" if set(kinds) == {"%"} else "leaves shares"
            raise NotARule(printed[:60], f"{words} of which nothing is said; add ', the rest at DAY'")
        parts[-1] = ("rest", Decimal(0), parts[-1][2])
    return _Parts(tuple(parts))


def _each_year(percent: Decimal, first: Term | Choice, printed: str) -> _Parts:
    """The parts that are free from one day on and from each of its anniversaries, until no shares are left."""
    steps = math.ceil(100 / percent) if percent else 0
    if not isinstance(first, Term) or not 2 <= steps <= 20:
        raise NotARule(printed[:60], "frees no plain part a year; write '25% a year from DAY' with one day and 5% to 50%")
    rules = [_years_later(first, years, printed) for years in range(steps)]
    return _Parts((*(("%", percent, rule) for rule in rules[:-1]), ("rest", Decimal(0), rules[-1])))


def _years_later(term: Term, years: int, printed: str) -> Term:
    if term.fixed_on and (term.fixed_on.month, term.fixed_on.day) != (2, 29):
        return replace(term, fixed_on=term.fixed_on.replace(year=term.fixed_on.year + years))
    if term.kind.startswith("months_from") and term.ordinal and term.ordinal + 12 * years < 1000:
        return replace(term, ordinal=term.ordinal + 12 * years)
    raise NotARule(printed[:60], "has no anniversaries that can be told; write a date, or months from an event")

"""Release rules: from the printed words of a lock-up to terms that a model can evaluate.

A rule gives the last locked day (inclusive). It is a date, a number of months from listing, the n-th day from an event, the
earlier or later of such rules, or one of two by whether an event happens. Its canonical form reads, for example,
`earlier_of(trading_day_from(20, stock_connect_eligibility), 2026-10-08)`; `rule_terms` spreads it into rows: the earliest
over clauses of the latest over the terms of a clause, which every nesting of earlier and later can be written as. A choice by
an event is three clauses: the one rule and that it happens, the other and that it doesn't, and the later of both, which ends
the lock-up whatever happens.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date

from ingestion.printed_text.dates import NotADate, parse_date

AT_LISTING = "at_listing"

#: The words by which documents name an event, and our name of it. A rule may also use the name itself.
EVENT_WORDS = (
    ("stock connect", "stock_connect_eligibility"),
    ("pre-commercial designation", "pre_commercial_designation_removed"),
)
_EVENT_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)+")
_OPERATOR = re.compile(r"(?:the )?(earlier|later) of\b[:,]?\s*", re.IGNORECASE)
_MARKER = re.compile(r"\((?:i{1,3}|iv|[1-4]|[a-d])\)\s*", re.IGNORECASE)
_NTH_DAY = re.compile(
    r"(?:the )?(\d{1,3})(?:st|nd|rd|th) (trading |business |calendar )?day (starting from|from|after|following) (?:the )?(.+)",
    re.IGNORECASE | re.ASCII,
)
_MONTHS = re.compile(r"(\d{1,3}) months (?:from|after|post)[ -](?:the )?(?:listing|ipo)(?: date)?", re.IGNORECASE | re.ASCII)
#: `A if EVENT, else B` and `B unless EVENT, then A`; 'happens' may follow the event's name.
_HAPPENS = r"(?:the )?(.+?)(?: happens| happened| occurs)?"
_IF = re.compile(rf"(.+?),? if {_HAPPENS}[,;] (?:else|otherwise) (.+)", re.IGNORECASE)
_UNLESS = re.compile(rf"(.+?),? unless {_HAPPENS}[,;] (?:then|in which case) (.+)", re.IGNORECASE)
_CONDITION_WORD = re.compile(r"\b(if|unless)\b", re.IGNORECASE)
_CANONICAL_CALL = re.compile(
    r"(if_happens|earlier_of|later_of|trading_day_from|trading_day_after|calendar_day_from|calendar_day_after|months_from_listing)\((.*)\)"
)
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
#: Clauses that a rule may have: every `later of` multiplies those of its parts.
_MAX_CLAUSES = 64


class NotARule(ValueError):
    """Text that is no release rule; `reason` says what to write instead."""

    def __init__(self, printed: str, reason: str) -> None:
        super().__init__(f"{printed!r}: {reason}")
        self.printed, self.reason = printed, reason


@dataclass(frozen=True)
class Term:
    """One term of a rule: a fixed day, a number of months from listing, or the `ordinal`-th day from an event.

    `kind` is `at_listing`, `fixed`, `months_from_listing`, or `trading_day_from`, `trading_day_after`,
    `calendar_day_from`, `calendar_day_after` (`from` counts the event's own day as the first, `after` does not). A condition,
    `if_happened` or `if_not_happened`, has an event and no day: its clause counts only if it holds.
    """

    kind: str
    fixed_on: date | None = None
    ordinal: int | None = None
    event: str | None = None

    def __str__(self) -> str:
        if self.kind == "fixed":
            return str(self.fixed_on)
        if self.kind == AT_LISTING:
            return AT_LISTING
        return f"{self.kind}({', '.join(str(part) for part in (self.ordinal, self.event) if part is not None)})"


@dataclass(frozen=True)
class _Choice:
    operator: str  # earlier_of, later_of or, of two operands, if_happens
    operands: tuple[Term | _Choice, ...]
    event: str = ""  # of if_happens: the first operand counts if it happens, else the second

    def __str__(self) -> str:
        return f"{self.operator}({', '.join([*filter(None, [self.event]), *map(str, self.operands)])})"


def canonical_rule(printed: str) -> str:
    """The canonical form of a printed (or already canonical) rule. Raises NotARule."""
    return str(_parse(printed))


def rule_terms(rule: str) -> list[tuple[int, int, Term]]:
    """(clause, term number, term) of a rule, both from 1: the last locked day is the earliest over the clauses of the
    latest over the terms of a clause. Raises NotARule."""
    clauses = _clauses(_parse(rule))
    return [(c, t, term) for c, clause in enumerate(clauses, 1) for t, term in enumerate(clause, 1)]


def _clauses(rule: Term | _Choice) -> list[list[Term]]:
    if isinstance(rule, Term):
        return [[rule]]
    parts = [_clauses(operand) for operand in rule.operands]
    if rule.operator == "earlier_of":
        return [clause for part in parts for clause in part]
    if rule.operator == "if_happens":
        conditions = (Term("if_happened", event=rule.event), Term("if_not_happened", event=rule.event))
        conditional = [[*clause, condition] for part, condition in zip(parts, conditions, strict=True) for clause in part]
        return [*conditional, *_product(parts)]
    return _product(parts)


def _product(parts: list[list[list[Term]]]) -> list[list[Term]]:
    """The clauses of the later of rules: every clause of one with every clause of the others."""
    product: list[list[Term]] = [[]]
    for part in parts:
        product = [head + tail for head in product for tail in part]
    return product


def _parse(printed: str) -> Term | _Choice:
    text = " ".join(printed.split())
    if len(text) > 1_000:
        raise NotARule(printed[:60], "is too long for a release rule")
    rule = _parse_rule(text.strip().rstrip("."), printed, depth=0)
    clauses = _count_clauses(rule)
    if clauses > _MAX_CLAUSES:
        raise NotARule(printed[:60], f"has {clauses} alternatives, more than {_MAX_CLAUSES}; write it with fewer choices")
    return rule


def _count_clauses(rule: Term | _Choice) -> int:
    if isinstance(rule, Term):
        return 1
    counts = [_count_clauses(operand) for operand in rule.operands]
    together = sum(counts) if rule.operator in ("earlier_of", "if_happens") else 0
    return together + (math.prod(counts) if rule.operator != "earlier_of" else 0)


def _parse_rule(text: str, printed: str, depth: int) -> Term | _Choice:
    text = text.strip().strip(",;").strip()
    if depth > 4:
        raise NotARule(printed, "nests too many choices")
    if not text:
        raise NotARule(printed, "has an empty part")
    call = _CANONICAL_CALL.fullmatch(text)
    if call:
        return _parse_call(call[1], call[2], printed, depth)
    operator = _OPERATOR.match(text)
    if operator:
        rest = text[operator.end() :]
        if (_IF.fullmatch(rest) or _UNLESS.fullmatch(rest)) and not _MARKER.match(rest):
            words = "does not say what 'if' or 'unless' belongs to; mark the parts: earlier of (1) ... and (2) ..."
            raise NotARule(printed, words)
        operands = _split_operands(rest)
        if len(operands) < 2:
            raise NotARule(printed, f"says '{operator[1].lower()} of' but gives one part; join two parts with 'and'")
        return _choice(f"{operator[1].lower()}_of", operands, printed, depth)
    condition = _IF.fullmatch(text) or _UNLESS.fullmatch(text)
    if condition:
        happened, otherwise = (condition[1], condition[3]) if condition.re is _IF else (condition[3], condition[1])
        return _choice("if_happens", [happened, otherwise], printed, depth, _event(condition[2], printed))
    try:
        return _parse_term(text, printed)
    except NotARule:
        if not _CONDITION_WORD.search(text):
            raise
    words = "says 'if' or 'unless' but not both ends; write 'A if EVENT, else B' or 'B unless EVENT, then A', each a rule"
    raise NotARule(printed, words)


def _choice(operator: str, operands: list[str], printed: str, depth: int, event: str = "") -> _Choice:
    parsed = tuple(_parse_rule(operand, printed, depth + 1) for operand in operands)
    if any(isinstance(operand, Term) and operand.kind == AT_LISTING for operand in parsed):
        raise NotARule(printed, "mixes 'at listing' with another rule")
    return _Choice(operator, parsed, event)


def _parse_call(name: str, arguments: str, printed: str, depth: int) -> Term | _Choice:
    parts = _split_top_level(arguments)
    if name == "if_happens":
        if len(parts) != 3:
            raise NotARule(printed, "if_happens needs an event and two rules: if_happens(EVENT, rule if it happens, rule if not)")
        return _choice(name, parts[1:], printed, depth, _event(parts[0].strip(), printed))
    if name in ("earlier_of", "later_of"):
        if len(parts) < 2:
            raise NotARule(printed, f"{name} needs two rules")
        return _choice(name, parts, printed, depth)
    ordinal = parts[0].strip() if parts else ""
    if not re.fullmatch(r"[1-9]\d{0,2}", ordinal, re.ASCII):
        raise NotARule(printed, f"{name} needs a count from 1 to 999, has {ordinal!r}")
    if name == "months_from_listing" and len(parts) == 1:
        return Term(name, ordinal=int(ordinal))
    if name != "months_from_listing" and len(parts) == 2:
        return Term(name, ordinal=int(ordinal), event=_event(parts[1].strip(), printed))
    raise NotARule(printed, f"{name} has the wrong number of parts")


def _parse_term(text: str, printed: str) -> Term:
    if text.lower() in ("at ipo", "at listing", AT_LISTING):
        return Term(AT_LISTING)
    months = _MONTHS.fullmatch(text)
    if months:
        return Term("months_from_listing", ordinal=int(months[1]))
    nth = _NTH_DAY.fullmatch(text)
    if nth:
        days = "trading_day" if (nth[2] or "").strip().lower() in ("trading", "business") else "calendar_day"
        counting = "from" if nth[3].lower() in ("starting from", "from") else "after"
        if int(nth[1]) < 1:
            raise NotARule(printed, "counts days from 1")
        return Term(f"{days}_{counting}", ordinal=int(nth[1]), event=_event(nth[4], printed))
    try:
        interval = parse_date(text)
    except NotADate as error:
        raise NotARule(
            printed,
            f"is not a release rule ({error.reason}): write the last locked day as YYYY-MM-DD, 'at listing', '6 months from "
            "listing', or 'earlier of (1) ... and (2) the 20th trading day starting from EVENT'",
        ) from None
    if interval.earliest_on != interval.latest_on:
        raise NotARule(printed, "is a span of days; a last locked day is one day, YYYY-MM-DD")
    return Term("fixed", fixed_on=interval.earliest_on)


def _event(words: str, printed: str) -> str:
    named = _EVENT_NAME.fullmatch(words.strip())
    if named:
        return named[0]
    for phrase, event in EVENT_WORDS:
        if phrase in words.lower():
            return event
    known = ", ".join(event for _, event in EVENT_WORDS)
    raise NotARule(
        printed, f"names an event that is not known: {words!r}; write its name as in corporate_events, such as {known}"
    )


def _split_operands(text: str) -> list[str]:
    """The parts of `(1) A and (2) B`, `A, and B`, `A and B`: by their markers if they have them."""
    if text.startswith("(") and text.endswith(")") and not _MARKER.match(text):
        text = text[1:-1]
    marked = list(_MARKER.split(text))
    if len(marked) > 2 and not marked[0].strip():
        return [re.sub(r"[,;]?\s*\b(and|or)\s*$", "", part.strip().rstrip(",;")) for part in marked[1:]]
    # 'later of A, and B': a comma before 'and' binds weaker than a plain 'and'
    for separator in (r",\s*and\s+", r";\s*(?:and\s+)?", r"\s+and\s+"):
        parts = re.split(separator, text)
        if len(parts) > 1:
            return parts
    return [text]


def _split_top_level(text: str) -> list[str]:
    parts, depth, start = [], 0, 0
    for position, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if character == "," and depth == 0:
            parts.append(text[start:position])
            start = position + 1
    return [*parts, text[start:]]

"""Choices of a release rule: the earlier or later of rules, or one of two by whether an event happens."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace

from ingestion.printed_text.release_term_words import months_of, parse_event, parse_term, term_of_call
from ingestion.printed_text.release_terms import (
    AT_LISTING,
    LISTING,
    Closes,
    NotARule,
    Term,
    add_months,
    the_day_before,
)

_OPERATOR = re.compile(r"(?:the )?(earlier|later) of\b[:,]?\s*", re.IGNORECASE)
_MARKER = re.compile(r"\((?:i{1,3}|iv|[1-4]|[a-d])\)\s*", re.IGNORECASE)
#: `A if EVENT, else B` and `B unless EVENT, then A`; 'happens' may follow the event's name.
_HAPPENS = r"(?:the )?(.+?)(?: happens| happened| occurs)?"
_IF = re.compile(rf"(.+?),? if {_HAPPENS}[,;] (?:else|otherwise) (.+)", re.IGNORECASE)
_UNLESS = re.compile(rf"(.+?),? unless {_HAPPENS}[,;] (?:then|in which case) (.+)", re.IGNORECASE)
#: `A, extended by N months if C`, and of two conditions either: `if C, or the close ...`.
_EXTENDED = re.compile(
    r"(.+?)[,;]? (?:and )?(?:to be |which is |is )?(?:automatically )?extended (?:automatically )?(?:by|for) (?P<months>\w+) "
    r"months if (?:the )?(?P<one>.+?)(?:,? or (?P<other>(?:the |its )?clos.+))?",
    re.IGNORECASE,
)
_CONDITION_WORD = re.compile(r"\b(if|unless)\b", re.IGNORECASE)
_CANONICAL_CALL = re.compile(
    r"(if_happens|earlier_of|later_of|free_on|months_from_listing|months_from|(?:trading|calendar)_day_(?:from|after|before))\((.*)\)"
)
_FREE = re.compile(r"(?:free|released|saleable) (?:on|at|from) ", re.IGNORECASE)
#: Clauses that a rule may have: every `later of` multiplies those of its parts.
_MAX_CLAUSES = 64


@dataclass(frozen=True)
class Choice:
    """The earlier or the later of rules, or one of two by whether an event happens."""

    operator: str  # earlier_of, later_of or, of two operands, if_happens
    operands: tuple[Term | Choice, ...]
    event: str | Closes = ""  # of if_happens: the first operand counts if it happens, else the second

    def __str__(self) -> str:
        return f"{self.operator}({', '.join([*filter(None, [str(self.event)]), *map(str, self.operands)])})"


def parse_rule(text: str, printed: str, *, free: bool = False) -> Term | Choice:
    """The rule of a text, unless it has too many clauses."""
    rule = _parse_rule(text, printed, depth=0, free=free)
    clauses = _count_clauses(rule)
    if clauses > _MAX_CLAUSES:
        raise NotARule(printed[:60], f"has {clauses} alternatives, more than {_MAX_CLAUSES}; write it with fewer choices")
    return rule


def clauses_of(rule: Term | Choice) -> list[list[Term]]:
    """The clauses of a rule: it ends on the earliest over them of the latest over the terms of each."""
    if isinstance(rule, Term):
        return [[rule]]
    parts = [clauses_of(operand) for operand in rule.operands]
    if rule.operator == "earlier_of":
        return [clause for part in parts for clause in part]
    if rule.operator == "if_happens":
        closes = rule.event if isinstance(rule.event, Closes) else None
        happened = Term("if_happened", event=str(rule.event), closes=closes)
        conditions = (happened, replace(happened, kind="if_not_happened"))
        conditional = [[*clause, condition] for part, condition in zip(parts, conditions, strict=True) for clause in part]
        return [*conditional, *_product(parts)]
    return _product(parts)


def _product(parts: list[list[list[Term]]]) -> list[list[Term]]:
    """The clauses of the later of rules: every clause of one with every clause of the others."""
    product: list[list[Term]] = [[]]
    for part in parts:
        product = [head + tail for head in product for tail in part]
    return product


def _count_clauses(rule: Term | Choice) -> int:
    if isinstance(rule, Term):
        return 1
    counts = [_count_clauses(operand) for operand in rule.operands]
    together = sum(counts) if rule.operator in ("earlier_of", "if_happens") else 0
    return together + (math.prod(counts) if rule.operator != "earlier_of" else 0)


def _parse_rule(text: str, printed: str, depth: int, *, free: bool) -> Term | Choice:
    """The rule of a text; `free` if the day that it gives is the first free one."""
    text = text.strip().strip(",;").strip()
    if depth > 4:
        raise NotARule(printed, "nests too many choices")
    if not text:
        raise NotARule(printed, "has an empty part")
    call = _CANONICAL_CALL.fullmatch(text)
    if call:
        return _parse_call(call[1], call[2], printed, depth, free=free)
    freed = _FREE.match(text)
    if freed:
        return _parse_rule(text[freed.end() :], printed, depth + 1, free=True)
    operator = _OPERATOR.match(text)
    if operator:
        rest = text[operator.end() :]
        if (_IF.fullmatch(rest) or _UNLESS.fullmatch(rest)) and not _MARKER.match(rest):
            words = "does not say what 'if' or 'unless' belongs to; mark the parts: earlier of (1) ... and (2) ..."
            raise NotARule(printed, words)
        operands = _split_operands(rest)
        if len(operands) < 2:
            raise NotARule(printed, f"says '{operator[1].lower()} of' but gives one part; join two parts with 'and'")
        return _choice(f"{operator[1].lower()}_of", operands, printed, depth, free=free)
    extended = _EXTENDED.fullmatch(text)
    if extended:
        return _extended(extended, printed, depth, free=free)
    condition = _IF.fullmatch(text) or _UNLESS.fullmatch(text)
    if condition:
        happened, otherwise = (condition[1], condition[3]) if condition.re is _IF else (condition[3], condition[1])
        return _choice("if_happens", [happened, otherwise], printed, depth, free=free, event=condition[2])
    try:
        return parse_term(text, printed, free=free)
    except NotARule:
        if not _CONDITION_WORD.search(text):
            raise
    words = "says 'if' or 'unless' but not both ends; write 'A if EVENT, else B' or 'B unless EVENT, then A', each a rule"
    raise NotARule(printed, words)


def _extended(found: re.Match[str], printed: str, depth: int, *, free: bool) -> Choice:
    """A rule that ends some months later if a condition is met, or one of two."""
    rule = _parse_rule(found[1], printed, depth + 1, free=free)
    months = months_of(found["months"], printed)
    if isinstance(rule, Term) and rule.fixed_on:
        longer = replace(rule, fixed_on=add_months(rule.fixed_on, months))
    elif isinstance(rule, Term) and rule.kind in ("months_from_listing", "months_from") and rule.ordinal:
        longer = replace(rule, ordinal=rule.ordinal + months)
    else:
        raise NotARule(printed, "extends by months what is no date and no number of months; write A if EVENT, else B")
    conditions = [parse_event(words, printed) for words in (found["one"], found["other"]) if words]
    choices = tuple(Choice("if_happens", (longer, rule), condition) for condition in conditions)
    return choices[0] if len(choices) == 1 else Choice("later_of", choices)


def _choice(operator: str, operands: list[str], printed: str, depth: int, *, free: bool, event: str = "") -> Choice:
    parsed = tuple(_parse_rule(operand, printed, depth + 1, free=free) for operand in operands)
    if any(isinstance(operand, Term) and operand.kind == AT_LISTING for operand in parsed):
        raise NotARule(printed, "mixes 'at listing' with another rule")
    happens = parse_event(event, printed) if event else ""
    if happens == LISTING:
        raise NotARule(printed, "asks whether the listing happens")
    return Choice(operator, parsed, happens)


def _parse_call(name: str, arguments: str, printed: str, depth: int, *, free: bool) -> Term | Choice:
    parts = [part.strip() for part in _split_top_level(arguments)]
    if name == "free_on":
        return _parse_rule(arguments, printed, depth + 1, free=True)
    if name == "if_happens":
        if len(parts) != 3:
            raise NotARule(printed, "if_happens needs an event and two rules: if_happens(EVENT, rule if it happens, rule if not)")
        return _choice(name, parts[1:], printed, depth, free=free, event=parts[0])
    if name in ("earlier_of", "later_of"):
        if len(parts) < 2:
            raise NotARule(printed, f"{name} needs two rules")
        return _choice(name, parts, printed, depth, free=free)
    if len(parts) > 2:
        raise NotARule(printed, f"{name} has the wrong number of parts")
    term = term_of_call(name, parts[0], parts[1] if len(parts) > 1 else None, printed)
    return the_day_before(term, printed) if free else term


def _split_operands(text: str) -> list[str]:
    """The parts of `(1) A and (2) B`, `A, and B`, `A and B`: by their markers if they have them."""
    if text.startswith("(") and text.endswith(")") and not _MARKER.match(text):
        text = text[1:-1]
    marked = list(_MARKER.split(text))
    if len(marked) > 2 and not marked[0].strip():
        return [re.sub(r"[,;]?\s*\b(and|or)\s*$", "", part.strip().rstrip(",;")) for part in marked[1:]]
    # 'later of A, and B': a comma before 'and' binds weaker than a plain 'and'
    for separator in (r",\s*(?:and|or)\s+", r";\s*(?:(?:and|or)\s+)?", r"\s+(?:and|or)\s+"):
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

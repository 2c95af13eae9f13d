"""Repurchases in section II of a next-day disclosure return: the trades of each day, proved against their totals.

They move no balance of section I: what becomes treasury shares, or is cancelled, is an event there.
"""

from __future__ import annotations

import re
from decimal import Decimal

from ingestion.filings.fact import Fact
from ingestion.filings.printed_counts import COUNT, as_sum, count_of
from ingestion.filings.proofs import Proofs
from ingestion.filings.refusal import RefusedFiling
from ingestion.filings.return_cover import RETURN_DAY, day_fact
from ingestion.filings.running_text import RunningText, spaced

_PART_A = re.compile(r"\nA\.\s+(?:Share\s+)?Repurchase\s+report", re.IGNORECASE)
_END = re.compile(r"\nB\.\s+|\nSection\s+III\b|\n\d{1,2}\.\s+(?=(?:Class|Type)\s+of\s+shares\b)", re.IGNORECASE)
_ROW = re.compile(r"\n\s*\d{1,3}\)\.?\s+")
_MONEY = r"(?:HKD|HK\$|RMB|CNY|USD|US\$|[A-Z]{3})\s*\d[\d,]*(?:\.\d+)?"
_TRADE = re.compile(
    rf"(?P<day>{RETURN_DAY})\s+(?P<count>{COUNT})\s+(?P<method>[A-Za-z][^\d]{{1,80}}?)\s+(?P<high>{_MONEY})"
    rf"(?:\s+(?P<low>{_MONEY}))?\s+(?P<paid>{_MONEY})",
    re.IGNORECASE,
)
_TOTAL = re.compile(spaced("Total number of shares repurchased") + rf"\s*[:：]?\s*(?P<count>{COUNT})", re.IGNORECASE)
_CANCELLED = re.compile(
    spaced("Number of shares repurchased for cancellation") + rf"\s*[:：]?\s*(?P<count>{COUNT})", re.IGNORECASE
)
_TREASURY = re.compile(
    spaced("Number of shares repurchased for holding as treasury shares") + rf"\s*[:：]?\s*(?P<count>{COUNT})", re.IGNORECASE
)


def read_repurchases(found: RunningText, start: int, end: int, proofs: Proofs) -> dict[str, Fact[int]]:
    """What was bought back, by label: empty where section II is not applicable. Raises RefusedFiling."""
    parts = list(_PART_A.finditer(found.text, start, end))
    facts: dict[str, Fact[int]] = {}
    for part in parts:
        stop = _END.search(found.text, part.end(), end)
        for label, fact in _report(found, part.end(), stop.start() if stop else end, proofs).items():
            other = facts.get(label)
            facts[label] = Fact(other.value + fact.value, f"{other.printed}, {fact.printed}", other.place) if other else fact
    return facts


def _report(found: RunningText, start: int, end: int, proofs: Proofs) -> dict[str, Fact[int]]:
    total = _TOTAL.search(found.text, start, end)
    marks = list(_ROW.finditer(found.text, start, total.start() if total else end))
    if not total:
        if not marks:
            return {}
        needed = "`Total number of shares repurchased` would have to stand after the trades"
        raise RefusedFiling(found.place(marks[0].start() + 1), "a repurchase report without its total", needed)
    counts = []
    for mark, stop in zip(marks, [*(one.start() for one in marks[1:]), total.start()], strict=True):
        place = found.place(mark.start() + 1)
        trade = _TRADE.match(found.text, mark.end(), stop)
        if not trade:
            shown = " ".join(found.text[mark.end() : stop].split())
            needed = (
                "a trading date, a number of shares, the method, the prices and the amount paid would have to stand in the row"
            )
            raise RefusedFiling(place, f"{shown!r}", needed)
        on, count = day_fact(found, trade, "Trading date"), count_of(trade["count"])
        counts.append(count)
        high, paid = _money(trade["high"]), _money(trade["paid"])
        low = _money(trade["low"]) if trade["low"] else high
        numbers = f"{count:,} x {low:,} to {high:,} = {count * low:,.2f} to {count * high:,.2f}; {paid:,} is printed"
        # an average price is rounded to a cent
        if count * (low - Decimal("0.01")) <= paid <= count * (high + Decimal("0.01")):
            proofs.add("repurchase", f"{on.value}: shares x prices = the amount paid", numbers, place)
        else:
            rule = "the amount lands nowhere; the shares are proved by their total"
            proofs.find("repurchase", f"{on.value}: {numbers}", rule, place)
    printed = count_of(total["count"])
    place = found.place(total.start())
    if sum(counts) != printed:
        read = f"{printed:,} shares repurchased are printed, and the {len(counts)} trades before it add up to {sum(counts):,}"
        raise RefusedFiling(place, read, "they would have to be equal")
    proofs.add("repurchase", "the trades add up to the shares repurchased", as_sum(counts or [0]), place)
    facts = {"shares repurchased": Fact(printed, total["count"], place)}
    uses = {"repurchased for cancellation": _CANCELLED, "repurchased for treasury": _TREASURY}
    for label, pattern in uses.items():
        if match := pattern.search(found.text, total.end(), end):
            facts[label] = Fact(count_of(match["count"]), match["count"], found.place(match.start("count")))
    if len(facts) > len(uses):
        parts = [facts[label].value for label in uses]
        if sum(parts) != printed:
            read = f"{parts[0]:,} shares for cancellation and {parts[1]:,} for treasury, of {printed:,} repurchased"
            raise RefusedFiling(place, read, "they would have to add up")
        proofs.add("repurchase", "for cancellation + for treasury = repurchased", as_sum(parts), place)
    return facts


def _money(printed: str) -> Decimal:
    return Decimal(re.sub(r"[^\d.]", "", printed))

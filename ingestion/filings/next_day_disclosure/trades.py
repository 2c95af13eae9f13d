"""Trades in the issuer's own shares: repurchases (section II) and on-market sales of treasury shares (section III), proved.

The trades of a report add up to its printed total, each amount follows from its shares and prices, and what is bought back is for
cancellation or for treasury. They move no balance: what becomes treasury shares, leaves treasury or is cancelled is an event of
section I. A transfer or sale off the market stands in section I alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from ingestion.filings.capital_reading import PlacedRow
from ingestion.filings.fact import Fact
from ingestion.filings.printed_counts import COUNT, as_sum, count_of
from ingestion.filings.proofs import Proofs
from ingestion.filings.refusal import Place, RefusedFiling
from ingestion.filings.return_cover import RETURN_DAY, day_fact
from ingestion.filings.running_text import RunningText, spaced
from ingestion.filings.share_class_heads import CLASS_START, read_class_head

#: What a trade is, and what its report is headed by; before June 2024 it was a purchase report.
REPURCHASE, SALE = "repurchase", "sale of treasury shares"
_PART = re.compile(
    r"\nA\.\s+(?:(?P<repurchase>(?:Share\s+)?(?:Re)?purchase\s+report)|[^\n]*\bsales?\b[^\n]*\btreasury\s+shares)", re.IGNORECASE
)
_END = re.compile(
    r"\nB\.\s+|\nSection\s+III\b|\nWe\s+hereby\s+confirm|\nNotes?\s+to\s+Section|\n\d{1,2}\.\s+(?=(?:Class|Type)\s+of\s+shares\b)",
    re.IGNORECASE,
)
_HEADED = re.compile(r"\bTrading\s+date\b", re.IGNORECASE)
_ROW = re.compile(r"\n\s*\d{1,3}\)\.?\s+")
_MONEY = r"(?-i:HK\$|US\$|[A-Z]{3})\s*\d[\d,]*(?:\.\d+)?"
_TRADE = re.compile(
    rf"(?P<day>{RETURN_DAY})\s+(?P<count>{COUNT})\s*(?P<venue>[A-Za-z][^\d]{{1,80}}?)\s*(?P<high>{_MONEY})"
    rf"(?:\s*(?P<low>{_MONEY}))?\s*(?P<paid>{_MONEY})",
    re.IGNORECASE,
)
_AMOUNT = re.compile(
    spaced("(?:Aggregate (?:price|amount|consideration)|Total) (?:paid|received)") + rf"\s*\$?\s*(?P<money>{_MONEY})",
    re.IGNORECASE,
)
_CURRENCIES = {"HK$": "HKD", "US$": "USD", "RMB": "CNY"}


def _count_in(words: str) -> re.Pattern[str]:
    """A label of several lines with its count after it or, where a page is drawn line by line, at half its height in it."""
    between = rf"(?:\s+(?:{COUNT})[^\n]*\n\s*|\s+)"
    return re.compile(between.join(words.split()) + rf"(?:\s*[:：]?\s*(?:{COUNT}))?", re.IGNORECASE)


_BOUGHT = _count_in("Total number of (?:shares|securities) (?:re)?purchased")
_SOLD = _count_in(r"Total number of (?:(?:treasury\s+)?shares|securities) sold")
_CANCELLED = _count_in("Number of shares repurchased for cancellation")
_TREASURY = _count_in("Number of shares repurchased for holding as treasury shares")
_COUNT = re.compile(rf"(?<![^\s]){COUNT}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Trade:
    """A day's trade at one venue: shares, the prices of a share, and the amount in their currency (None where the prices do not
    give it). What is bought back is for cancellation or for treasury, None where the report does not say it of this trade."""

    trade: str
    share_class: str
    on: date
    shares: int
    venue: str
    currency: str
    highest: Decimal
    lowest: Decimal
    amount: Decimal | None
    for_cancellation: int | None
    for_treasury: int | None
    place: Place


def read_trades(found: RunningText, start: int, proofs: Proofs) -> tuple[list[Trade], dict[str, Fact[int]]]:
    """The trades after `start`, and the printed totals by label: none where no section is filled in. Raises RefusedFiling."""
    trades: list[Trade] = []
    facts: dict[str, Fact[int]] = {}
    read: list[range] = []
    for part in _PART.finditer(found.text, start):
        stop = _END.search(found.text, part.end())
        since = read[-1].stop if read else start
        read.append(range(part.start(), stop.start() if stop else len(found.text)))
        own, totals = _report(found, since, part, read[-1].stop, proofs)
        trades += own
        for label, fact in totals.items():
            other = facts.get(label)
            facts[label] = Fact(other.value + fact.value, f"{other.printed}, {fact.printed}", other.place) if other else fact
    _refuse_what_is_not_read(found, start, read)
    return trades, facts


def _refuse_what_is_not_read(found: RunningText, start: int, read: list[range]) -> None:
    """Refuses a class after `start` without a report, and a table of trades in none: a report in other words would be passed
    over in silence. Raises RefusedFiling."""
    needed = "`A. Repurchase report` or `A. Report of on-market sale of treasury shares` would have to head it"
    heads = [head.start() for head in CLASS_START.finditer(found.text, start)]
    for head, following in zip(heads, [*heads[1:], len(found.text)], strict=False):
        if not any(head < one.start < following for one in read):
            raise RefusedFiling(found.place(head + 1), "a class of section II or III without its report", needed)
    for head in _HEADED.finditer(found.text, start):
        if not any(head.start() in one for one in read):
            raise RefusedFiling(found.place(head.start()), "a table of trades of no report", needed)


def trade_rows(trades: list[Trade]) -> Iterator[PlacedRow]:
    """Trades for `own_share_trades`."""
    for one in trades:
        row = {
            "share_class": one.share_class,
            "traded_on": one.on.isoformat(),
            "trade": one.trade,
            "shares": str(one.shares),
            "venue": one.venue,
            "currency": one.currency,
            "highest_price": str(one.highest),
            "lowest_price": str(one.lowest),
            "amount": "" if one.amount is None else str(one.amount),
            "for_cancellation_shares": "" if one.for_cancellation is None else str(one.for_cancellation),
            "for_treasury_shares": "" if one.for_treasury is None else str(one.for_treasury),
        }
        yield row, one.place


def _report(
    found: RunningText, since: int, part: re.Match[str], end: int, proofs: Proofs
) -> tuple[list[Trade], dict[str, Fact[int]]]:
    """The trades of one report and its totals; its class stands after `since`. Raises RefusedFiling."""
    kind, label = (REPURCHASE, "shares repurchased") if part["repurchase"] else (SALE, "treasury shares sold")
    total = (_BOUGHT if kind == REPURCHASE else _SOLD).search(found.text, part.end(), end)
    marks = list(_ROW.finditer(found.text, part.end(), total.start() if total else end))
    if not total:
        if not marks:
            return [], {}
        needed = f"`Total number of {label}` would have to stand after the trades"
        raise RefusedFiling(found.place(marks[0].start() + 1), f"a {kind} report without its total", needed)
    heads = [head.start() for head in CLASS_START.finditer(found.text, since, part.start())]
    if not heads:
        raise RefusedFiling(
            found.place(part.start() + 1), f"a {kind} report of no class", "`Class of shares` would have to head it"
        )
    share_class = read_class_head(found, heads[-1], part.start()).share_class
    ends = [*(one.start() for one in marks[1:]), total.start()]
    trades = [_trade(found, mark, stop, kind, share_class, proofs) for mark, stop in zip(marks, ends, strict=False)]
    facts = {label: _count(found, total)}
    printed, place = facts[label].value, facts[label].place
    counts = [one.shares for one in trades]
    if sum(counts) != printed:
        read = f"{printed:,} {label} are printed, and the {len(counts)} trades before it add up to {sum(counts):,}"
        raise RefusedFiling(place, read, "they would have to be equal")
    proofs.add("trades", f"the trades add up to the {label}", as_sum(counts or [0]), place)
    _prove_amount(found, total.start(), end, trades, proofs)
    if kind == SALE:
        return trades, facts
    uses = {"repurchased for cancellation": _CANCELLED, "repurchased for treasury": _TREASURY}
    for name, pattern in uses.items():
        if match := pattern.search(found.text, total.end(), end):
            facts[name] = _count(found, match)
    if len(facts) > len(uses):
        cancelled, kept = (facts[name].value for name in uses)
        if cancelled + kept != printed:
            read = f"{cancelled:,} shares for cancellation and {kept:,} for treasury, of {printed:,} repurchased"
            raise RefusedFiling(place, read, "they would have to add up")
        proofs.add("trades", "for cancellation + for treasury = repurchased", as_sum([cancelled, kept]), place)
        trades = list(_used(trades, cancelled, kept, proofs))
    return trades, facts


def _used(trades: list[Trade], cancelled: int, kept: int, proofs: Proofs) -> Iterator[Trade]:
    """The trades with what they are for, where the report's sums tell it of each."""
    if len(trades) > 1 and cancelled and kept:
        proofs.open.append(f"which of {len(trades)} trades are the {cancelled:,} shares for cancellation is not stated")
        yield from trades
        return
    for one in trades:
        if len(trades) == 1:
            yield replace(one, for_cancellation=cancelled, for_treasury=kept)
        else:
            yield replace(one, for_cancellation=one.shares * bool(cancelled), for_treasury=one.shares * bool(kept))


def _trade(found: RunningText, mark: re.Match[str], stop: int, kind: str, share_class: str, proofs: Proofs) -> Trade:
    """The trade of a row. Raises RefusedFiling."""
    place = found.place(mark.start() + 1)
    printed = _TRADE.match(found.text, mark.end(), stop)
    rest = " ".join(found.text[printed.end() : stop].split()) if printed else ""
    currencies = {_currency(printed[name]) for name in ("high", "low", "paid") if printed[name]} if printed else set()
    if not printed or re.search(r"\d", rest) or len(currencies) > 1 or count_of(printed["count"]) <= 0:
        shown = " ".join(found.text[mark.end() : stop].split())
        needed = (
            "a trading date, a number of shares, the method, the prices and the amount in one currency would have to stand in "
            "the row"
        )
        raise RefusedFiling(place, f"{shown!r}", needed)
    on, count = day_fact(found, printed, "Trading date"), count_of(printed["count"])
    high, paid = _money(printed["high"]), _money(printed["paid"])
    low = _money(printed["low"]) if printed["low"] else high
    if low > high:
        raise RefusedFiling(
            place, f"a lowest price of {low:,} above the highest, {high:,}", "the highest would have to stand first"
        )
    numbers = f"{count:,} x {low:,} to {high:,} = {count * low:,.2f} to {count * high:,.2f}; {paid:,} is printed"
    # an average price is rounded to a cent
    is_proved = count * (low - Decimal("0.01")) <= paid <= count * (high + Decimal("0.01"))
    if is_proved:
        proofs.add("trades", f"{on.value}: shares x prices = the amount", numbers, place)
    else:
        rule = "the amount does not land; the shares are proved by their total"
        proofs.find("trades", f"{on.value}: {numbers}", rule, place)
    venue = " ".join(f"{printed['venue']} {rest}".split())
    amount = paid if is_proved else None
    return Trade(kind, share_class, on.value, count, venue, currencies.pop(), high, low, amount, None, None, place)


def _prove_amount(found: RunningText, start: int, end: int, trades: list[Trade], proofs: Proofs) -> None:
    """The amounts add up to the printed sum, where there is one and each was proved."""
    printed = _AMOUNT.search(found.text, start, end)
    amounts = [one.amount for one in trades if one.amount is not None]
    if not printed or len(amounts) < len(trades) or len({one.currency for one in trades}) > 1:
        return
    total = _money(printed["money"])
    numbers = f"{' + '.join(f'{amount:,}' for amount in amounts) or 0} = {sum(amounts):,}; {total:,} is printed"
    if sum(amounts) == total:
        proofs.add("trades", "the amounts add up to the sum", numbers, found.place(printed.start()))
    else:
        rule = "the amounts land as they follow from shares and prices"
        proofs.find("trades", f"the amounts: {numbers}", rule, found.place(printed.start()))


def prove_events(trades: list[Trade], moved: Mapping[str, tuple[int, int]], proofs: Proofs) -> None:
    """What went into treasury and left it is what section I moves: `moved` has, by class, the shares that its events moved into
    treasury and out of it. A trade may be settled, and moved, on a later day than the return's."""
    for share_class in dict.fromkeys(one.share_class for one in trades):
        own = [one for one in trades if one.share_class == share_class]
        into, out = moved.get(share_class, (0, 0))
        traded = (
            ("bought back for treasury", "into treasury", sum(one.for_treasury or 0 for one in own), into),
            ("sold out of treasury", "out of treasury", sum(one.shares for one in own if one.trade == SALE), out),
        )
        for words, way, count, events in traded:
            if count and count == events:
                proofs.add(
                    "trades", f"class {share_class}: {words} = events of section I", f"{count:,} = {events:,}", own[0].place
                )
            elif count:
                statement = f"class {share_class}: {count:,} shares are {words}, and section I moves {events:,} {way}"
                proofs.open.append(f"{statement}: the others move on another day, or off the market")


def _count(found: RunningText, label: re.Match[str]) -> Fact[int]:
    """The count of a label: the first number, as an amount can stand beside it. Raises RefusedFiling."""
    count = _COUNT.search(label[0])
    if not count:
        read = repr(" ".join(label[0].split()))
        raise RefusedFiling(found.place(label.start()), read, "a number would have to stand beside it")
    return Fact(count_of(count[0]), count[0], found.place(label.start() + count.start()))


def _currency(printed: str) -> str:
    sign = re.sub(r"[\s\d.,]", "", printed)
    return _CURRENCIES.get(sign, sign)


def _money(printed: str) -> Decimal:
    return Decimal(re.sub(r"[^\d.]", "", printed))

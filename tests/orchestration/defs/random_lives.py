"""Made-up lives of companies as files of an inbox, drawn from a seed, and the float that each must have, counted share by share.

A life is a listing, issues of shares, lots under rules of each form whose days are certain, and later documents about single
lots: extended, released early, transferred, corrected. The count knows nothing of the models: it has each lot's blocks of shares
and the last day on which each is locked.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

_CAPITAL = "ticker,effective_date,event,shares_issued_delta,total_shares_after,known_on,event_kind\n"
_EVENTS = "ticker,event,status,date,known_on\n"
_LOTS = "ticker,holder,category,share_class,shares,last_day_locked,rule,known_on,amends,transferred_to\n"


@dataclass
class Life:
    """One company: the rows of its files, its totals by day, and its blocks of shares with their last locked day."""

    ticker: str
    listed_on: date
    totals: dict[date, int]
    capital: list[str] = field(default_factory=list)
    events: list[str] = field(default_factory=list)
    table: list[str] = field(default_factory=list)
    later: list[str] = field(default_factory=list)
    blocks: list[tuple[int, date]] = field(default_factory=list)

    def total_on(self, day: date) -> int:
        """The shares that are issued by a day."""
        return self.totals[max(step for step in self.totals if step <= day)]

    def float_on(self, day: date) -> int:
        """The shares that nothing locks on a day, of those that are issued by then."""
        return self.total_on(day) - sum(shares for shares, locked_to in self.blocks if locked_to >= day)


def _months_later(day: date, months: int) -> date:
    return date(day.year + (day.month - 1 + months) // 12, (day.month - 1 + months) % 12 + 1, day.day)


def _rule(draw: random.Random, life: Life, shares: int) -> tuple[str, list[tuple[int, date]]]:
    """A rule in words, and the blocks into which it cuts so many shares."""
    listed_on = life.listed_on
    months, days = draw.randint(2, 9), draw.randint(30, 250)
    in_months = (f"{months} months from listing", _months_later(listed_on, months) - timedelta(days=1))
    in_days = (f"{days} days from listing", listed_on + timedelta(days=days - 1))
    event_on = listed_on + timedelta(days=draw.randint(40, 100))
    event = f"approval_given_{len(life.events)}"
    form = draw.choice(["day", "months", "days", "earlier", "later", "event", "if", "parts", "counts", "kept"])
    if form in ("event", "if"):
        life.events.append(f"{life.ticker},{event},past,{event_on},{event_on}\n")
    plain = {
        "day": (str(in_days[1]), in_days[1]),
        "months": in_months,
        "days": in_days,
        "earlier": (f"earlier of {in_months[0]} and {in_days[0]}", min(in_months[1], in_days[1])),
        "later": (f"later of {in_months[0]} and {in_days[0]}", max(in_months[1], in_days[1])),
        "event": (f"the {draw.randint(5, 5)}th day after {event}", event_on + timedelta(days=5)),
        "if": (f"{in_months[0]} if {event}, else {in_days[0]}", in_months[1]),
    }
    if form in plain:
        words, locked_to = plain[form]
        return words, [(shares, locked_to)]
    first, last = sorted((in_months, in_days), key=lambda end: end[1])
    if form == "parts":
        percent = draw.randint(1, 99)
        part = shares * percent // 100
        words = f"{percent}% at {first[0]}, the rest at {last[0]}"
    elif form == "counts":
        part = draw.randint(1, shares - 1)
        words = f"{part:,} shares at {first[0]}, the rest at {last[0]}"
    else:
        percent = draw.randint(1, 20)
        total = life.total_on(first[1])
        part = max(0, shares - -(-total * percent // 100))
        words = f"above {percent}% of total at {first[0]}, the rest at {last[0]}"
    return words, [(part, first[1]), (shares - part, last[1])]


def _amended(draw: random.Random, life: Life, row: str, blocks: list[tuple[int, date]]) -> list[tuple[int, date]]:
    """The blocks of a lot after a later document about it, whose row is added; of a lot of one block, that is locked for long."""
    (shares, locked_to), known_on = blocks[0], life.listed_on + timedelta(days=7)
    how = draw.choice(["extends", "releases early", "transfers", "corrects"])
    taken, to = shares, ""
    new_to = locked_to + timedelta(days=draw.randint(1, 60))
    if how in ("releases early", "transfers"):
        taken = draw.randint(1, shares)
    if how == "releases early":
        new_to = known_on + timedelta(days=2)
    if how == "transfers":
        new_to, to = locked_to, f"Buyer of {len(life.later)}"
    life.later.append(f"{row.format(shares=taken, rule=new_to)},{known_on},{how},{to}\n")
    return [(taken, new_to), (shares - taken, locked_to)]


def lives(seed: int, companies: int) -> list[Life]:
    """So many lives of one seed, with tickers from 97000.HK on."""
    draw = random.Random(seed)
    found = []
    for number in range(companies):
        ticker, listed_on = f"{97000 + number}.HK", date(2025, draw.randint(1, 9), draw.choice([2, 9, 16, 23]))
        while listed_on.weekday() > 4:
            listed_on += timedelta(days=1)
        opening = draw.randint(10_000, 10_000_000)
        life = Life(ticker, listed_on, {listed_on: opening})
        life.capital.append(f"{ticker},{listed_on},listing,{opening // 5},{opening},{listed_on},listing\n")
        day, total = listed_on, opening
        for _ in range(draw.randint(0, 3)):
            day += timedelta(days=draw.randint(10, 90))
            issued = draw.randint(1, opening // 3)
            total += issued
            life.totals[day] = total
            life.capital.append(f"{ticker},{day},placing of new shares,{issued},{total},{day},placing\n")
        left = opening
        for lot in range(draw.randint(1, 6)):
            shares = draw.randint(2, max(2, left // 3))
            left -= shares
            words, blocks = _rule(draw, life, shares)
            row = f"{ticker},Holder {lot},existing shareholder,ordinary,{{shares}},{{rule}},undertaking"
            life.table.append(row.format(shares=shares, rule=f'"{words}"') + f",{listed_on},,\n")
            if len(blocks) == 1 and draw.random() < 0.5:
                blocks = _amended(draw, life, row, blocks)
            life.blocks += [block for block in blocks if block[0]]
        found.append(life)
    return found


def files(found: list[Life]) -> dict[str, str]:
    """The files of an inbox that state the lives."""
    return {
        "share_capital_events/lives.csv": _CAPITAL + "".join(row for life in found for row in life.capital),
        "corporate_events/lives.csv": _EVENTS + "".join(row for life in found for row in life.events),
        "filing_lockups/lives.csv": _LOTS + "".join(row for life in found for row in life.table),
        "filing_lockups/lives_later.csv": _LOTS + "".join(row for life in found for row in life.later),
    }

"""Random lives of companies, drawn: new codes, exchanges of shares, and the ends of listings, by a merger too."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from random import Random

from tests.dbt.lives import KNOWN_ON, LISTED_ON, NEVER, UNIT, Acquirer, Life


def move(draw: Random, life: Life, known: date) -> bool:
    """A new code, another market, or all shares exchanged for those of a new company."""
    if len(life.codes) == 3:
        return False
    if draw.random() < 0.3 and known < KNOWN_ON[-1]:
        return _call_off(life, known)
    ticker, on = f"9{7 + len(life.codes)}{life.number:03d}.HK", known + timedelta(days=draw.choice([-2, 1, 4, 5]))
    kind, new, old = draw.choice([("code change", "", ""), ("transfer of market", "", ""), ("exchange of shares", 3, 2)])
    life.say("security_successors", known, life.code(known, known), ticker, kind, on, new, old, "announced")
    life.codes.append((ticker, on, known, NEVER))
    if new:
        life.splits.append((known, on, Fraction(3, 2)))
    return True


def _call_off(life: Life, known: date) -> bool:
    """A new code for a day that lies ahead, which is called off before."""
    ticker, on, off_on = f"9{7 + len(life.codes)}{life.number:03d}.HK", known + timedelta(days=40), known + timedelta(days=21)
    for said_on, status in ((known, "announced"), (off_on, "withdrawn")):
        life.say("security_successors", said_on, life.code(known, known), ticker, "code change", on, "", "", status)
    life.codes.append((ticker, on, known, off_on))
    return True


def end(life: Life, known: date) -> None:
    """The listing is withdrawn, and nothing follows."""
    life.ended = (known, known + timedelta(days=4))
    life.say("corporate_events", known, life.code(known, known), "listing_withdrawn", "announced", life.ended[1])


def merge(draw: Random, life: Life, known: date) -> bool:
    """All listed shares become those of a company that has others, two for one; the acquirer was there from the beginning."""
    if any(lot.converted for lot in life.lots):
        return False
    ticker, on = f"96{life.number:03d}.HK", known + timedelta(days=draw.randint(1, 6))
    split_on, total, locked = KNOWN_ON[4], draw.randint(300, 500) * UNIT, draw.randint(1, 200) * UNIT
    locked_to = LISTED_ON + timedelta(days=draw.randint(90, 380))
    life.acquirer = Acquirer(ticker, total, locked, locked_to, split_on, (known, on), ratio=2)
    life.say("share_capital_events", LISTED_ON, ticker, LISTED_ON, "listing", "H", total, total, "listing", "")
    cells = ("Owner", "existing shareholder", "H", locked, locked_to, "undertaking", "", "", "")
    life.say("filing_lockups", LISTED_ON, ticker, *cells)
    life.say("corporate_actions", LISTED_ON, ticker, split_on, "split", 2, 1)
    last_on = on - timedelta(days=1)
    code, _, listed, _ = life.standing(known, last_on)
    in_issue = life.issued(known, last_on) * life.scale(known, last_on)
    life.say("mergers", known, code, ticker, on, 2, 1, None if listed == in_issue else int(listed), "announced")
    life.ended = (known, on)
    if draw.random() < 0.5:
        # the acquirer's own return states the issue too
        issued = int(listed * 2)
        cells = (ticker, on, "consideration shares", "H", issued, total * 2 + issued, "consideration issue", "")
        life.say("share_capital_events", known, *cells)
    return True

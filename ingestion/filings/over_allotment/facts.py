"""The facts of an announcement on an over-allotment option, by label: what the text states, and that it states each alike.

What they have to add up to is proved in `proofs`; which words say them is in `words`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from ingestion.filings.fact import Fact
from ingestion.filings.over_allotment.words import (
    BORROWED,
    BOUGHT,
    DELAYED,
    ENDED,
    EXERCISED,
    ISSUE_DAY,
    LAPSED,
    LENDERS,
    NONE_BOUGHT,
    NONE_OVER,
    OPTION,
    OVER,
    PRICE,
    SOLD,
    TOTALS,
)  # fmt: skip
from ingestion.filings.proofs import Proofs
from ingestion.filings.refusal import Place, RefusedFiling
from ingestion.filings.running_text import RunningText
from ingestion.printed_text.dates import parse_date

#: Facts by label. Counts are shares; the price is a share's, in the currency that is printed with it.
Facts = dict[str, Fact[Any]]


def count_of(facts: Facts, label: str) -> int | None:
    """The count of this label; None where it is not stated."""
    return facts[label].value if label in facts else None


def read_counts(found: RunningText, facts: Facts) -> None:
    """Counts of shares, each of which the text has to state alike wherever it does. Raises RefusedFiling."""
    for label, patterns in (
        ("exercised shares", (EXERCISED,)),
        ("over-allocated shares", OVER),
        ("borrowed shares", BORROWED),
        ("bought in the market", BOUGHT),
        ("option shares", OPTION),
        ("lapsed shares", LAPSED),
    ):
        stated = [fact_of(found, match, as_count) for pattern in patterns for match in pattern.finditer(found.text)]
        for other in stated[1:]:
            if other.value != stated[0].value:
                raise RefusedFiling(
                    other.place,
                    f"{other.value:,} {label} here, and {stated[0].value:,} on {stated[0].place}",
                    "both would have to be the same number",
                )
        if stated:
            facts[label] = stated[0]
    if sold := SOLD.search(found.text):
        read = " ".join(sold[0].split())
        raise RefusedFiling(
            found.place(sold.start()), read, "no shares would have to be sold again in the market: type the rows by hand"
        )
    for label, pattern in (("over-allocated shares", NONE_OVER), ("bought in the market", NONE_BOUGHT)):
        none = pattern.search(found.text)
        if none and count_of(facts, label):
            read = f"{' '.join(none[0].split())!r}, and {count_of(facts, label):,} {label}"
            raise RefusedFiling(found.place(none.start()), read, "one of them would have to be left out")
        if none:
            facts[label] = Fact(0, " ".join(none[0].split()), found.place(none.start()))
    if ended := fact(found, ENDED, day_of):
        facts["stabilization ended"] = ended


def read_issue(found: RunningText, facts: Facts, kind: str, title: Place, published: date) -> None:
    """What is known of the shares that the option issues: price, day, issued shares before and after. Raises RefusedFiling."""
    exercised = count_of(facts, "exercised shares")
    if kind == "lapse":
        if exercised:
            place = facts["exercised shares"].place
            raise RefusedFiling(place, f"{exercised:,} shares of an option that lapsed", "none would have to be exercised")
        facts.pop("exercised shares", None)
        return
    if not exercised:
        read = f"the option was exercised in {kind}, and the number of its shares was not found"
        raise RefusedFiling(title, read, "`exercised ... in respect of ... Shares` would have to stand in the text")
    price, issue_on, totals = PRICE.search(found.text), fact(found, ISSUE_DAY, day_of), list(TOTALS.finditer(found.text))
    if price is None:
        read = "the price of the option shares was not found"
        raise RefusedFiling(title, read, "`allotted and issued ... at HK$5.00 per Share` would have to stand in the text")
    if issue_on is None:
        read = "the day on which the option shares are issued or listed was not found"
        raise RefusedFiling(title, read, "`Over-allotment Shares ... listed ... on 1 April 2026` would have to stand in the text")
    if len(totals) != 1:
        read = f"the issued shares before and after are stated {len(totals)} times"
        place = found.place(totals[1].start()) if totals else title
        raise RefusedFiling(place, read, "one row `Total` with both numbers and 100% would have to stand in a table")
    if issue_on.value < published:
        raise RefusedFiling(
            issue_on.place,
            f"the option shares are listed on {issue_on.value}",
            f"it would have to be no earlier than the announcement, {published}",
        )
    cost = Decimal(price["amount"].replace(",", ""))
    facts["price"] = Fact(cost, " ".join(f"{price['currency']}{price['amount']}".split()), found.place(price.start("amount")))
    facts["issued on"] = issue_on
    place = found.place(totals[0].start())
    for label in ("before", "after"):
        facts[f"issued shares {label}"] = Fact(as_count(totals[0][label]), totals[0][label], place)


def settlement_of(found: RunningText, facts: Facts, proofs: Proofs) -> str:
    """How the over-allocated shares were delivered: `borrowed`, `delayed delivery`, `none` or `not stated`.

    Raises RefusedFiling where two lenders are named.
    """
    lenders = [match for pattern in LENDERS for match in pattern.finditer(found.text)]
    names = {" ".join(match["lender"].split()) for match in lenders}
    if len(names) > 1:
        read = f"the lender is {' and '.join(repr(name) for name in sorted(names))}"
        raise RefusedFiling(found.place(lenders[1].start("lender")), read, "one name would have to stand for the lender")
    if lenders:
        facts["lender"] = Fact(names.pop(), " ".join(lenders[0]["lender"].split()), found.place(lenders[0].start("lender")))
    delayed = DELAYED.search(found.text)
    if count_of(facts, "over-allocated shares") == 0:
        return "none"
    borrowed, over = count_of(facts, "borrowed shares"), count_of(facts, "over-allocated shares")
    if borrowed is not None and over is not None and borrowed != over:
        proofs.open.append(
            f"{borrowed:,} of {over:,} over-allocated shares were borrowed: how the others were delivered is not stated"
        )
        return "not stated"
    if delayed and (borrowed is not None or lenders):
        proofs.open.append("shares were borrowed and delivery was delayed: how many by which way is not stated")
        return "not stated"
    if borrowed is not None or lenders:
        if borrowed is not None and over is not None:
            proofs.add(
                "loan",
                "borrowed shares = over-allocated shares",
                f"{borrowed:,} = {over:,}",
                facts["borrowed shares"].place,
            )
        return "borrowed"
    if delayed:
        return "delayed delivery"
    proofs.open.append("how the over-allocated shares were delivered is not stated: borrowed, or delivered later")
    return "not stated"


def fact(found: RunningText, pattern: re.Pattern[str], read: Callable[[str], Any]) -> Fact[Any] | None:
    """The first fact that the pattern finds."""
    match = pattern.search(found.text)
    return fact_of(found, match, read) if match else None


def fact_of(found: RunningText, match: re.Match[str], read: Callable[[str], Any]) -> Fact[Any]:
    """The fact of a match, with its place."""
    return Fact(read(match["value"]), " ".join(match["value"].split()), found.place(match.start("value")))


def as_count(printed: str) -> int:
    """A count as printed."""
    return int(printed.replace(",", ""))


def day_of(printed: str) -> date:
    """A day as printed."""
    return parse_date(" ".join(printed.split()).replace(" ,", ",")).earliest_on

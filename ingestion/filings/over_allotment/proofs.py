"""What the facts of an announcement on an over-allotment option have to add up to."""

from __future__ import annotations

from decimal import Decimal

from ingestion.filings.fact import Fact
from ingestion.filings.over_allotment.facts import Facts, count_of
from ingestion.filings.over_allotment.words import NET
from ingestion.filings.proofs import Proofs
from ingestion.filings.refusal import Place, RefusedFiling
from ingestion.filings.running_text import RunningText


def prove_issue(found: RunningText, facts: Facts, proofs: Proofs) -> None:
    """Issued shares before and after, and the proceeds where they are printed. Raises RefusedFiling."""
    if "issued shares after" not in facts:
        return
    cost, exercised, before, after = (
        facts[label].value for label in ("price", "exercised shares", "issued shares before", "issued shares after")
    )
    place = facts["issued shares after"].place
    if before + exercised != after:
        read = f"{before:,} issued shares before + {exercised:,} issued = {before + exercised:,}, and {after:,} are printed after"
        raise RefusedFiling(place, read, "issued shares before + option shares would have to be the issued shares after")
    proofs.add(
        "capital", "issued shares before + option shares = issued shares after", f"{before:,} + {exercised:,} = {after:,}", place
    )
    if net := NET.search(found.text):
        amount = Decimal(net["amount"].replace(",", ""))
        half_unit = Decimal(1).scaleb(int(amount.as_tuple().exponent)) / 2
        gross = cost * exercised / 10**6
        numbers = f"{cost} x {exercised:,} = {gross:,.2f} million, net {amount} million"
        if amount - half_unit > gross:
            raise RefusedFiling(found.place(net.start()), numbers, "net proceeds would have to be no more than price x shares")
        proofs.add("proceeds", "price x option shares are no less than the net proceeds", numbers, found.place(net.start()))


def prove_cover(facts: Facts, kind: str, title: Place, proofs: Proofs) -> int | None:
    """Proves what covers the over-allocation; returns the option shares that lapsed, None where that is not stated."""
    over, exercised = count_of(facts, "over-allocated shares"), count_of(facts, "exercised shares") or 0
    bought, size, lapsed = (count_of(facts, label) for label in ("bought in the market", "option shares", "lapsed shares"))
    has_ended = "stabilization ended" in facts or kind == "lapse"
    borrowed = count_of(facts, "borrowed shares")
    if over is None and borrowed and borrowed == exercised + (bought or 0):
        # shares are borrowed only to deliver what was allotted beyond the offer, and this closes the loan
        facts["over-allocated shares"] = facts["borrowed shares"]
        over = borrowed
    if over is not None:
        covered = exercised + (bought or 0)
        place = facts["over-allocated shares"].place
        numbers = f"{exercised:,} + {bought or 0:,} = {covered:,}"
        if covered > over or (has_ended and covered != over):
            read = f"option shares + shares bought in the market: {numbers}, and {over:,} shares were over-allocated"
            raise RefusedFiling(place, read, "both would have to be equal once the stabilization period has ended")
        if covered == over:
            facts.setdefault("bought in the market", Fact(0, "no purchase is stated", place))
            proofs.add("over-allocation", "option shares + shares bought in the market = over-allocated shares", numbers, place)
        else:
            proofs.open.append(f"{over - covered:,} over-allocated shares are not covered yet: the stabilization period goes on")
    elif kind == "lapse":
        read = "the option lapsed, and the number of over-allocated shares was not found"
        raise RefusedFiling(title, read, "the text would have to state it, or that there was no over-allocation")
    else:
        proofs.open.append("the over-allocated shares are not stated: the issue lands, what it covers doesn't")
    if size is not None and lapsed is None and has_ended:
        lapsed = size - exercised
    if size is not None and (
        size < exercised or (lapsed is not None and size != exercised + lapsed) or (kind == "full" and size != exercised)
    ):
        read = f"an option of {size:,} shares, of which {exercised:,} were issued and {lapsed or 0:,} lapsed"
        needed = (
            "an option that is exercised in full would have to be issued whole" if kind == "full" else "they would have to add up"
        )
        raise RefusedFiling(facts["option shares"].place, read, needed)
    if size is not None and lapsed is not None:
        numbers = f"{size:,} = {exercised:,} + {lapsed:,}"
        proofs.add("option", "option = issued + lapsed", numbers, facts["option shares"].place)
    if kind == "full":
        if lapsed:
            read = f"{lapsed:,} shares lapsed of an option that was exercised in full"
            raise RefusedFiling(facts["lapsed shares"].place, read, "none would have to lapse")
        return 0
    if size is None and lapsed:
        proofs.open.append(f"{lapsed:,} shares are said to have lapsed, which no size of the option proves: they don't land")
        return None
    if has_ended and lapsed is None:
        proofs.open.append("how many shares of the option lapsed is not stated")
    return lapsed

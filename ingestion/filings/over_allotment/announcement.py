"""The announcement on an over-allotment option: in which order it is read and proved, and the rows that it gives.

It is a text with at most one table, the issued shares before and after. What covers the over-allocation is proved where the
announcement says that the stabilization period has ended: option shares + shares bought in the market = over-allocated shares.
"""

from __future__ import annotations

from collections.abc import Sequence

from ingestion.filings.capital_reading import CapitalReading, PlacedRow
from ingestion.filings.fact import Fact
from ingestion.filings.issuer import class_listed, issuer_name
from ingestion.filings.lines import Line, content_lines
from ingestion.filings.over_allotment.facts import (
    Facts,
    count_of,
    day_of,
    fact,
    fact_of,
    read_counts,
    read_issue,
    settlement_of,
)
from ingestion.filings.over_allotment.proofs import prove_cover, prove_issue
from ingestion.filings.over_allotment.words import CLOSED, CODE, PARTIAL, SIGNED, TITLE
from ingestion.filings.proofs import Proofs
from ingestion.filings.refusal import Place, RefusedFiling
from ingestion.filings.running_text import RunningText

FORM = "over-allotment"
#: What the title says of the option, and whether shares are issued.
_EXERCISED_IN = {"full": "over-allotment exercised in full", "part": "over-allotment exercised in part"}


def is_over_allotment(lines: Sequence[Line]) -> bool:
    """Whether the title names the exercise or the lapse of the option, in capitals, and no allotment results."""
    cover = " ".join(line.text for line in lines[:80])
    return bool(TITLE.search(cover)) and "ALLOTMENT RESULTS" not in cover


def read_over_allotment(lines: Sequence[Line]) -> CapitalReading:
    """The reading of an announcement. Raises RefusedFiling with the place, what was read, and what would have to be true."""
    content = content_lines(lines)
    found = RunningText(content)
    proofs = Proofs()
    kind, title = _kind(found)
    code = fact(found, CODE, str)
    if code is None:
        raise RefusedFiling(None, "the stock code was not found", "it would have to stand after the label `Stock code`")
    signed = [fact_of(found, match, day_of) for match in SIGNED.finditer(found.text)]
    if not signed:
        raise RefusedFiling(None, "no day stands under the announcement", "`Hong Kong, 27 March 2026` would have to")
    published = signed[-1]
    share_class = class_listed(content)
    facts: Facts = {"stock code": code, "published": published}
    read_counts(found, facts)
    read_issue(found, facts, kind, title, published.value)
    prove_issue(found, facts, proofs)
    settlement = settlement_of(found, facts, proofs)
    lapsed = prove_cover(facts, kind, title, proofs)
    issuer = issuer_name(content)
    ticker = f"{int(code.value):04d}.HK"
    if issuer is None:
        proofs.open.append("the issuer's name was not found; its ticker stands in for it")
    name = issuer.value if issuer else ticker
    return CapitalReading(
        FORM,
        len({line.page for line in lines}),
        ticker,
        name,
        published.value,
        published.value,
        {"option": Fact(kind, kind, title), **facts},
        {
            "share_capital_events": _event(facts, kind, share_class, name),
            "over_allocations": _over_allocation(facts, share_class, settlement, lapsed, proofs),
        },
        proofs,
    )


def _kind(found: RunningText) -> tuple[str, Place]:
    """`full`, `part` or `lapse`, as the title says; where it says only `exercise`, as the text does. Raises RefusedFiling."""
    title = TITLE.search(found.text)
    place = found.place(title.start()) if title else found.place(0)
    words = " ".join(title[0].upper().split()) if title else ""
    if words.startswith(("FULL", "EXERCISE IN FULL")) or "IN FULL" in words:
        return "full", place
    if words.startswith("PARTIAL") or "IN PART" in words:
        return "part", place
    if words.startswith(("LAPSE", "NO EXERCISE", "NON-EXERCISE", "EXPIR")):
        return "lapse", place
    partly, fully = PARTIAL.search(found.text), CLOSED.search(found.text)
    if bool(partly) == bool(fully):
        read = f"the title {words or '(none)'!r} and the text say no single thing of the option"
        raise RefusedFiling(place, read, "it would have to be exercised in full, exercised in part, or lapsed")
    return ("part" if partly else "full"), place


def _event(facts: Facts, kind: str, share_class: str, issuer: str) -> list[PlacedRow]:
    if kind == "lapse":
        return []
    price = facts["price"]
    row = {
        "issuer": issuer,
        "effective_date": facts["issued on"].value.isoformat(),
        "event": _EXERCISED_IN[kind],
        "share_class": share_class,
        "shares_issued_delta": str(facts["exercised shares"].value),
        "issue_price_hkd": str(price.value) if price.printed.startswith("HK") else "",
        "total_shares_after": str(facts["issued shares after"].value),
        "note": "",
    }
    return [(row, facts["exercised shares"].place)]


def _over_allocation(facts: Facts, share_class: str, settlement: str, lapsed: int | None, proofs: Proofs) -> list[PlacedRow]:
    over = facts.get("over-allocated shares")
    if over is None:
        return []
    ended, issued_on, lender = (facts.get(label) for label in ("stabilization ended", "issued on", "lender"))
    bought = count_of(facts, "bought in the market")
    if bought and issued_on is None:
        proofs.open.append("the day on which the bought shares were delivered is not stated")
    row = {
        "share_class": share_class,
        "over_allocated_shares": str(over.value),
        "settlement": settlement,
        "lender": lender.value if lender else "",
        "bought_in_market_shares": "" if bought is None else str(bought),
        "exercised_shares": str(count_of(facts, "exercised shares") or 0),
        "lapsed_shares": "" if lapsed is None else str(lapsed),
        "last_exercise_on": ended.value.isoformat() if ended else "",
        # the option's shares close the over-allocation only where they and the purchases cover all of it
        "settled_on": issued_on.value.isoformat() if issued_on and bought is not None else "",
    }
    return [(row, over.place)]

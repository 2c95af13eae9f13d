"""Lots: which rows are the same shares.

The same shares can stand under two headings, or under a person and his company. Two rows of different tables are the same
shares if their counts are equal and their names agree; equal numbers of different holders are not. What names don't show is
shown by the capital: before the offer no more shares were in issue than were issued less offered.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingestion.filings.allotment_results.holdings import Holding
from ingestion.filings.allotment_results.notes import Notes
from ingestion.filings.proofs import Proofs
from ingestion.filings.refusal import RefusedFiling

_DEEMED = re.compile(r"deemed to be (?:jointly )?interested|act(?:ing)? in concert|acting-in-concert|concert part", re.IGNORECASE)
_TITLES = frozenset(("mr", "ms", "mrs", "dr", "prof", "madam", "and", "the", "of"))


def names_agree(one: str, other: str) -> bool:
    """Whether two names are of one holder: equal, or one is the short name of the other (a term in quotes, a part at a slash,
    its words)."""
    names = [_names(one), _names(other)]
    if names[0] & names[1]:
        return True
    words = [set(re.findall(r"[a-z0-9]+|[㐀-鿿]+", text.lower())) - _TITLES for text in (one, other)]
    short, long = sorted(words, key=len)
    return bool(short) and short <= long


def mark_same_shares(holdings: Sequence[Holding], notes: Sequence[Notes], before_offer: int, proofs: Proofs) -> None:
    """Marks the rows whose shares another row counts already. `before_offer` are the shares in issue before the offer.

    Raises RefusedFiling where the rows count more than these, and nothing shows which are the same.
    """
    rows = [holding for holding in holdings if not holding.is_offer and not holding.is_unissued]
    if _excess(rows, before_offer) == 0:
        return  # every row counts, however much names look alike
    _by_name(holdings)
    if _excess(rows, before_offer) > 0:
        _by_parts(holdings)
    if _excess(rows, before_offer) > 0:
        _by_whole_table(holdings, rows, before_offer, proofs)
    if _excess(rows, before_offer) > 0:
        _by_largest(holdings, rows, notes, before_offer, proofs)
    excess = _excess(rows, before_offer)
    if excess > 0:
        raise RefusedFiling(
            rows[0].place,
            f"the rows of holders before the offer add up to {before_offer + excess:,} shares",
            f"they would have to be at most {before_offer:,}, the issued shares less the offer; or names, or a note on "
            f"deemed interests, would have "
            "to show which rows are the same shares",
        )


def _excess(rows: Sequence[Holding], before_offer: int) -> int:
    return sum(row.shares for row in rows if row.same_as is None) - before_offer


def _by_name(holdings: Sequence[Holding]) -> None:
    for number, row in enumerate(holdings):
        if row.is_offer or row.same_as is not None or not row.shares:
            continue
        for earlier_number, earlier in enumerate(holdings[:number]):
            is_other = earlier.table != row.table and not earlier.is_offer and earlier.same_as is None
            if is_other and earlier.shares == row.shares and names_agree(earlier.holder, row.holder):
                _mark(row, (earlier_number,), f"the same holder and count as under {earlier.heading}")
                break


def _by_parts(holdings: Sequence[Holding]) -> None:
    """A row whose shares are those of the rows after it in its table: a person, then the companies through which he holds."""
    for number, whole in enumerate(holdings):
        parts: list[int] = []
        total = 0
        for following in range(number + 1, len(holdings)):
            row = holdings[following]
            if row.table != whole.table or row.is_offer or total >= whole.shares:
                break
            parts.append(following)
            total += row.shares
        if len(parts) > 1 and total == whole.shares and whole.shares:
            for part in parts:
                if holdings[part].same_as is None:
                    _mark(holdings[part], (number,), f"a part of the shares of {whole.holder}")


def _by_whole_table(holdings: Sequence[Holding], rows: Sequence[Holding], before_offer: int, proofs: Proofs) -> None:
    """A table that alone holds all shares from before the offer: the other tables name some of them again."""
    for table in sorted({row.table for row in rows}):
        own = [row for row in rows if row.table == table and row.row.part_of is None]
        if sum(row.shares for row in own) != before_offer:
            continue
        first = holdings.index(own[0])
        for row in holdings:
            if row.is_offer or row.row.part_of is not None:
                continue
            if row.table == table:
                row.same_as, row.same_rows, row.same_because = None, (), ""
                continue
            named = [
                number for number, other in enumerate(holdings) if other.table == table and names_agree(other.holder, row.holder)
            ]
            equal = [number for number in named if holdings[number].shares == row.shares]
            if equal:
                _mark(row, (equal[0],), f"the same holder and count as under {own[0].heading}")
            elif named and sum(holdings[number].shares for number in named) == row.shares:
                _mark(row, tuple(named), f"the rows of its name under {own[0].heading} add up to it")
            else:
                _mark(row, (), f"{own[0].heading} holds all shares from before the offer")
                row.same_as = first
                if row.shares:
                    proofs.open.append(
                        f"{row.holder} under {row.heading}: its shares stand under {own[0].heading} by other names"
                    )
        proofs.add(
            "capital",
            f"{own[0].heading} holds all shares from before the offer",
            f"{before_offer:,} = issued - offer",
            own[0].place,
        )
        return


def _mark(row: Holding, numbers: tuple[int, ...], because: str) -> None:
    row.same_as, row.same_rows, row.same_because = (numbers[0] if numbers else None), numbers, because


def _by_largest(
    holdings: Sequence[Holding], rows: Sequence[Holding], notes: Sequence[Notes], before_offer: int, proofs: Proofs
) -> None:
    """A table in which the largest row holds what the others hold: exactly by the capital, or where a note speaks of deemed
    interests and more than one row shows as much."""
    for table in sorted({row.table for row in rows}):
        own = [row for row in rows if row.table == table and row.same_as is None]
        if len(own) < 2:
            continue
        others = sum(row.shares for row in rows if row.table != table and row.same_as is None)
        largest = max(own, key=lambda row: row.shares)
        is_exact = largest.shares + others == before_offer
        if not is_exact and not (_DEEMED.search(notes[table].text) and largest.shares + others <= before_offer):
            continue
        # persons who each show the whole of a group: their rows are equal, and what is counted too much is at least a row
        equal = [row for row in own if row.shares == largest.shares]
        if not is_exact and (len(equal) < 2 or _excess(rows, before_offer) < min(row.shares for row in own)):
            continue
        number = holdings.index(largest)
        why = (
            f"{largest.shares:,} + {others:,} of other tables = {before_offer:,} before the offer"
            if is_exact
            else "a note speaks of deemed interests"
        )
        for row in own:
            if row is not largest:
                _mark(row, (number,), f"shares that {largest.holder} holds too: {why}")
        proofs.add(
            "capital", f"{largest.holder} holds the shares of the other rows under {largest.heading} too", why, largest.place
        )
        if _excess(rows, before_offer) <= 0:
            return


def _names(text: str) -> set[str]:
    """The forms of a name: whole, before its brackets, the parts at a slash, the terms in quotes; letters and digits only."""
    forms = {text, re.split(r"[(（“]", text)[0], *text.split("/"), *re.findall(r"[“‘\"]+([^”’\"]+)[”’\"]+", text)}
    return {squashed for form in forms if (squashed := re.sub(r"[\W_]+", "", form.lower()))}

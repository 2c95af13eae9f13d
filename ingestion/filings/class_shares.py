"""Shares of a class as the Exchange's returns count them, and as the datasets do.

A return has two columns: issued shares without treasury shares, and treasury shares. For the datasets the second are a class of
their own, `H treasury` beside `H`: in issue, and float for nobody. What becomes a treasury share leaves the one and comes to the
other, so that the total stays. How a form prints its balances and movements is known in the form's room.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ingestion.filings.capital_reading import PlacedRow
from ingestion.filings.refusal import Place, RefusedFiling
from ingestion.filings.share_class_heads import ClassHead


@dataclass(frozen=True, slots=True)
class Movement:
    """One movement of a class: shares in issue without treasury shares, and treasury shares, by which it moved.

    `price_hkd` is the price of a share, None where the form prints none in Hong Kong dollars.
    """

    share_class: str
    on: date
    event: str
    issued: int
    treasury: int
    price_hkd: str | None
    place: Place

    @property
    def moved(self) -> int:
        """The movement of all issued shares."""
        return self.issued + self.treasury


def treasury_class(share_class: str) -> str:
    """What the datasets call the treasury shares of a class."""
    return f"{share_class} treasury"


def refuse_a_split(whose: str, before: int, after: int, place: Place) -> None:
    """Refuses shares that are a whole multiple of themselves: they were divided or consolidated, and as an issue they would be
    supply that never came. Raises RefusedFiling."""
    small, large = sorted((before, after))
    if small and large > small and large % small == 0:
        read = f"{whose} {before:,} shares at the opening and {after:,} at the close, a whole multiple"
        needed = "a sub-division or consolidation is not read from a return: write it in inbox/corporate_actions/"
        raise RefusedFiling(place, read, needed)


def class_rows(head: ClassHead, has_treasury: bool) -> Iterator[PlacedRow]:
    """The class for `share_classes`, and that of its treasury shares where it has any."""
    reason = "listed on the Exchange" if head.is_listed else "not listed on the Exchange"
    listed = "true" if head.is_listed else "false"
    yield {"share_class": head.share_class, "is_listed": listed, "reason": reason, "is_treasury": "false"}, head.place
    if has_treasury:
        name = treasury_class(head.share_class)
        yield {"share_class": name, "is_listed": "false", "reason": "held by the issuer", "is_treasury": "true"}, head.place


def balance_rows(share_class: str, as_of: date, counts: tuple[int, int], has_treasury: bool, place: Place) -> Iterator[PlacedRow]:
    """A balance (issued without treasury shares, treasury shares) for `share_class_balances`."""
    named = [(share_class, counts[0])] + [(treasury_class(share_class), counts[1])] * has_treasury
    for name, count in named:
        yield {"as_of": as_of.isoformat(), "share_class": name, "shares": str(count)}, place


def joined(movements: Sequence[Movement]) -> list[Movement]:
    """Movements of one class, day and event as one: several prices of one day are one event."""
    found: dict[tuple[str, date, str], Movement] = {}
    for one in movements:
        key = (one.share_class, one.on, one.event)
        other = found.get(key)
        found[key] = Movement(*key, other.issued + one.issued, other.treasury + one.treasury, None, other.place) if other else one
    return list(found.values())


def event_rows(movements: Sequence[Movement], totals: Mapping[date, int]) -> Iterator[PlacedRow]:
    """Movements for `share_capital_events`, day by day; `totals` has the shares of all classes after a day that states them."""
    for movement in sorted(movements, key=lambda one: one.on):
        total = totals.get(movement.on)
        is_issue = movement.moved > 0
        for name, delta in (
            (movement.share_class, movement.issued),
            (treasury_class(movement.share_class), movement.treasury),
        ):
            if delta:
                yield (
                    {
                        "effective_date": movement.on.isoformat(),
                        "event": movement.event,
                        "event_kind": _kind(movement),
                        "share_class": name,
                        "shares_issued_delta": str(delta),
                        "issue_price_hkd": movement.price_hkd or "" if is_issue else "",
                        "total_shares_after": "" if total is None else str(total),
                        "note": f"at HK${movement.price_hkd}" if movement.price_hkd and not is_issue else "",
                    },
                    movement.place,
                )


def _kind(movement: Movement) -> str:
    """The kind that the two columns tell whatever the words are; empty where the words have to."""
    if not movement.treasury:
        return ""
    if not movement.moved:
        return "treasury"
    # a repurchase and the cancellation of other shares are two lines of a form
    return "cancellation" if movement.treasury < 0 and not movement.issued else ""

"""Percentages: each printed one follows from its shares and its whole, within the rounding of its digits.

The wholes are the issued shares, the offer shares and the shares of the listed class at listing. The last is seldom printed: it
is the one of the numbers that the filing allows from which the percentages follow.

The rule for misprints: a percentage that does not follow is a finding if the shares of its row are proved without it, by a
total that adds up, by the capital that closes, or by another percentage of as many digits that follows; else the filing is
refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ingestion.filings.allotment_results.holdings import Holding
from ingestion.filings.allotment_results.totals import ClosedTotal
from ingestion.filings.cells import Cell
from ingestion.filings.heads import ENLARGED
from ingestion.filings.proofs import Proofs
from ingestion.filings.refusal import RefusedFiling

_LANDS = "the shares are proved without it, so the row lands and the percentage does not count"
WHOLES = {"offer": "the offer shares", "listed": "the shares of the listed class", "issued": "the issued shares"}


@dataclass(frozen=True, slots=True)
class Wholes:
    """The wholes of the percentages, in shares: those that a filing allows, the likeliest first."""

    issued: tuple[int, ...]
    offer: tuple[int, ...]
    listed: tuple[int, ...]
    over_allotment: int | None = None


def follows(part: int, whole: int, percent: Cell, *, whole_digits: bool = False) -> bool:
    """Whether a percentage is `part` of `whole`, rounded; with `whole_digits` also cut off or rounded the other way."""
    value, unit = _value(percent), _unit(percent)
    exact = Decimal(100 * part) / Decimal(whole) if whole else Decimal(0)
    if percent.is_bound:
        return exact <= value
    return abs(exact - value) < unit if whole_digits else abs(exact - value) <= unit / 2


def prove_percentages(
    holdings: Sequence[Holding], totals: Sequence[ClosedTotal], wholes: Wholes, proofs: Proofs
) -> tuple[int | None, int]:
    """Proves every printed percentage; returns the shares of the listed class at listing and the issued shares from which they
    follow.

    The former is None where no percentage is of the listed class and the filing allows more than one number. Raises
    RefusedFiling.
    """
    listed = _listed(holdings, wholes)
    issued = _best(
        wholes.issued, [(holding.shares, cell) for holding in holdings for of, cell in holding.percents if of == "issued"]
    )
    chosen: dict[str, int | None] = {"issued": issued, "offer": wholes.offer[0], "listed": listed}
    for name, whole in list(chosen.items()):
        chosen[name + ENLARGED] = whole + wholes.over_allotment if whole and wholes.over_allotment else None
    right = dict.fromkeys(chosen, 0)
    wrong: list[tuple[Holding, str, Cell]] = []
    unstated: dict[str, int] = {}
    for holding in holdings:
        for of, cell in holding.percents if not holding.is_unissued else ():
            whole = chosen[of]
            part = _part(holding, of)
            if whole is None or part is None:
                unstated[of] = unstated.get(of, 0) + 1
            elif follows(part, whole, cell):
                right[of] += 1
                holding.proved_by.append("percentage")
            elif follows(part, whole, cell, whole_digits=True):
                holding.proved_by.append("percentage")
                exact = f"{Decimal(100 * part) / whole:.4f}%"
                proofs.find(
                    "rounding",
                    f"{holding.holder}: {cell.printed} is printed and {part:,} of {whole:,} is {exact}",
                    "cut off or rounded up in its last digit: the row lands",
                    cell.line.place,
                )
            else:
                wrong.append((holding, of, cell))
    for of, count in right.items():
        if count:
            whole = chosen[of]
            proofs.add(
                "percentage", f"{count} printed percentages follow from their shares and {_named(of)}", f"whole {whole:,}", None
            )
    for of, count in unstated.items():
        proofs.open.append(f"{count} printed percentages are of {_named(of)}, which the filing does not state")
    for holding, of, cell in wrong:
        _wrong(holding, of, cell, chosen, wrong, proofs)
    _prove_totals(totals, chosen, proofs)
    return listed, issued


def _wrong(
    holding: Holding,
    of: str,
    cell: Cell,
    wholes: dict[str, int | None],
    others: Sequence[tuple[Holding, str, Cell]],
    proofs: Proofs,
) -> None:
    whole = wholes[of] or 0
    part = _part(holding, of) or 0
    exact = f"{Decimal(100 * part) / whole:.4f}%" if whole else "nothing"
    read = f"{holding.holder}: {cell.printed} is printed, and {part:,} of {_named(of)} ({whole:,}) is {exact}"
    swapped = next(
        (
            other
            for other, of_other, cell_other in others
            if other is not holding
            and of_other == of
            and follows(_part(other, of) or 0, whole, cell)
            and follows(part, whole, cell_other)
        ),
        None,
    )
    if swapped:
        proofs.find(
            "percentage",
            f"{read}: exchanged with that of {swapped.holder}",
            "each follows from the other's shares: both rows land",
            cell.line.place,
        )
        holding.proved_by.append("percentage")
    elif of.startswith("listed") and not holding.is_class_stated:
        # the class of the shares rests on this percentage alone, whatever proves their number
        raise RefusedFiling(
            cell.line.place, read, "the percentage would have to follow, or a count would have to say how many shares are listed"
        )
    elif {"total", "capital"} & set(holding.proved_by) or _finer(holding, of, cell, wholes):
        proofs.find("percentage", read, _LANDS, cell.line.place)
    else:
        raise RefusedFiling(
            cell.line.place,
            f"{read}",
            "the percentage would have to follow from the shares, or a total that adds up or another percentage would "
            "have to prove the shares",
        )


def _finer(holding: Holding, of: str, wrong: Cell, wholes: dict[str, int | None]) -> bool:
    """Whether another percentage of the row follows that says at least as much: its last digit is no larger a part of it."""
    size = _unit(wrong) / _value(wrong) if _value(wrong) else Decimal(1)
    for other_of, cell in holding.percents:
        part, whole = _part(holding, other_of), wholes[other_of]
        if (
            other_of != of
            and part is not None
            and whole
            and _value(cell)
            and follows(part, whole, cell)
            and _unit(cell) / _value(cell) <= size
        ):
            return True
    return False


def _prove_totals(totals: Sequence[ClosedTotal], chosen: dict[str, int | None], proofs: Proofs) -> None:
    """Percentages of totals follow from the sum of their rows, or are the sum of the rows' printed percentages."""
    for closed in totals:
        if not closed.holdings:
            continue
        for number, cell in enumerate(closed.cells):
            of = closed.figures[number].of
            whole = chosen.get(of)
            if cell is None or cell.kind != "percent" or not whole:
                continue
            parts = [_part(holding, of) for holding in closed.holdings]
            part = sum(part or 0 for part in parts)
            rounded = sum(
                (_value(own) for holding in closed.holdings for own_of, own in holding.percents if own_of == of), Decimal(0)
            )
            words = f"{closed.total.label} under {closed.heading}: {cell.printed}"
            if follows(part, whole, cell):
                proofs.add("percentage", f"{words} follows from {_named(of)}", f"{part:,} of {whole:,}", cell.line.place)
            elif rounded == _value(cell):
                exact = f"{Decimal(100 * part) / whole:.4f}%"
                proofs.find(
                    "rounding",
                    f"{words} is the sum of the rounded rows; {part:,} of {whole:,} is {exact}",
                    "it follows from the printed rows: they land",
                    cell.line.place,
                )
            else:
                exact = f"{Decimal(100 * part) / whole:.4f}%"
                proofs.find(
                    "percentage",
                    f"{words} is printed, and {part:,} of {whole:,} is {exact}",
                    "a total's percentage is no row: the rows are proved by themselves and land",
                    cell.line.place,
                )


def _listed(holdings: Sequence[Holding], wholes: Wholes) -> int | None:
    pairs = [
        (part, cell)
        for holding in holdings
        for of, cell in holding.percents
        if of == "listed" and (part := _part(holding, of)) is not None
    ]
    if not pairs:
        return wholes.listed[0] if len(set(wholes.listed)) == 1 else None
    return _best(wholes.listed, pairs)


def _best(wholes: Iterable[int], pairs: Sequence[tuple[int, Cell]]) -> int:
    """The whole from which most percentages follow; the first of several."""
    return max(wholes, key=lambda whole: sum(follows(part, whole, cell) for part, cell in pairs))


def _part(holding: Holding, of: str) -> int | None:
    return holding.listed if of.startswith("listed") else holding.shares


def _named(of: str) -> str:
    """The words for a whole."""
    return WHOLES[of.removesuffix(ENLARGED)] + (ENLARGED if of.endswith(ENLARGED) else "")


def _value(percent: Cell) -> Decimal:
    return percent.value if isinstance(percent.value, Decimal) else Decimal(0)


def _unit(percent: Cell) -> Decimal:
    """The value of one in the last printed digit."""
    exponent = _value(percent).as_tuple().exponent
    return Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)

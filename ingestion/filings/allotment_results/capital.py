"""Capital: the issued shares are the locked ones of holders before the offer, the offer, and what stands in no table; and the
float.

The offer's parts add up to it, its price gives the gross proceeds, and the printed free float is the last proof: the offer less
what cornerstone investors hold locked, in shares, per cent or value as printed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from ingestion.filings.allotment_results.floats import PrintedFloat, PrintedFloats
from ingestion.filings.allotment_results.holdings import Holding
from ingestion.filings.allotment_results.percentages import follows
from ingestion.filings.allotment_results.summary import Summary
from ingestion.filings.cells import Cell
from ingestion.filings.lines import Line
from ingestion.filings.proofs import Proofs
from ingestion.filings.refusal import RefusedFiling


@dataclass(frozen=True, slots=True)
class Capital:
    """Shares at listing: `issued` = `locked_before` (each lot once) + `offer` + `in_no_table`; `locked_offer` of the offer is
    locked.

    `listed` and `unlisted` are the shares of the listed class and the others, None where the filing does not say. `free_float`
    is the offer less its locked shares, `unlocked_before` what holders from before the offer may sell at once, as the notes
    name it.
    """

    issued: int
    offer: int
    locked_before: int
    locked_offer: int
    in_no_table: int
    unlocked_before: int
    listed: int | None
    unlisted: int | None

    @property
    def free_float(self) -> int:
        """Shares of the listed class at listing that are not locked."""
        return self.offer - self.locked_offer + self.unlocked_before


def listed_wholes(summary: Summary, holdings: Sequence[Holding]) -> tuple[int, ...]:
    """The numbers of shares of the listed class at listing that a filing allows, the likeliest first."""
    issued, offer = summary.issued_shares.value, summary.offer_shares.value
    if summary.listed_shares:
        return (summary.listed_shares.value,)
    counted = [row for row in holdings if row.same_as is None and not row.is_offer and not row.is_unissued]
    known = [row for row in counted if row.listed is not None and row.unlisted is not None]
    found = []
    if summary.converted_shares:
        found.append(summary.converted_shares.value + offer)
    if known and len(known) == len(counted):
        found.append(issued - sum(row.unlisted or 0 for row in known))
        found.append(offer + sum(row.listed or 0 for row in known))
    # each number once, in this order
    return tuple(
        dict.fromkeys(number for number in (*found, *((issued, offer) if not found else ())) if 0 < number <= issued)
    ) or (issued,)


def prove_offer(summary: Summary, proofs: Proofs) -> None:
    """Proves that the parts of the offer add up, and its proceeds. Facts printed twice with different values are findings."""
    offer, price = summary.offer_shares, summary.price
    parts = {label: fact.value for label, fact in summary.tranches.items()}
    if len(parts) > 1:
        words = " + ".join(f"{value:,} ({label})" for label, value in parts.items())
        if sum(parts.values()) == offer.value:
            proofs.add("offer", "the parts of the offer add up to the offer shares", f"{words} = {offer.value:,}", offer.place)
        else:
            proofs.find(
                "offer",
                f"the parts of the offer, {words}, are not {offer.value:,}",
                "the offer shares are proved by percentages or proceeds",
                offer.place,
            )
    if summary.gross_proceeds:
        gross, half = summary.gross_proceeds
        derived = offer.value * price.value
        if abs(derived - gross.value) <= half:
            proofs.add(
                "offer",
                "offer shares at the offer price are the gross proceeds",
                f"{offer.value:,} x {price.value} = {derived:,} (printed: {gross.printed})",
                gross.place,
            )
        else:
            proofs.find(
                "offer",
                f"{offer.value:,} shares at {price.value} are {derived:,}, and the gross proceeds are printed as {gross.printed}",
                "proceeds are no part of the float",
                gross.place,
            )
    for name, fact in summary.other_values:
        proofs.find("summary", f"the {name} is printed as {fact.printed} too", "the summary's value is read", fact.place)


def prove_capital(
    summary: Summary, holdings: Sequence[Holding], listed: int | None, unlocked: Sequence[int], single_class: bool, proofs: Proofs
) -> Capital:
    """Proves that the capital closes, stating what is in no table. Raises RefusedFiling."""
    issued, offer = summary.issued_shares.value, summary.offer_shares.value
    before = sum(row.shares for row in holdings if row.same_as is None and not row.is_offer and not row.is_unissued)
    in_offer = sum(row.shares for row in holdings if row.same_as is None and row.is_offer)
    place = summary.issued_shares.place
    if in_offer > offer:
        raise RefusedFiling(
            place,
            f"cornerstone investors hold {in_offer:,} shares of an offer of {offer:,}",
            "they can't hold more than the offer",
        )
    rest = issued - offer - before
    if rest < 0:
        raise RefusedFiling(
            place,
            f"{before:,} shares from before the offer and {offer:,} offered are more than {issued:,} issued",
            "they would have to be at most as many",
        )
    statement = "issued shares = shares of holders before the offer (each lot once) + offer" + (
        " + shares in no table" if rest else ""
    )
    numbers = f"{issued:,} = {before:,} + {offer:,}" + (f" + {rest:,}" if rest else "")
    proofs.add("capital", statement, numbers, place)
    free_before = 0
    if rest:
        if sum(unlocked) == rest:
            free_before = rest if single_class else 0
            proofs.add(
                "capital",
                "the shares in no table are those that a note calls not locked",
                f"{' + '.join(f'{one:,}' for one in unlocked)} = {rest:,}",
                place,
            )
        else:
            proofs.open.append(
                f"{rest:,} shares from before the offer stand in no table; the filing does not say whether they are locked"
            )
    if rest == 0:
        for row in holdings:
            twin = holdings[row.same_as] if row.same_as is not None else row
            if not row.is_offer and twin.same_as is None and twin.shares == row.shares:
                row.proved_by.append("capital")
    return Capital(issued, offer, before, in_offer, rest, free_before, listed, None if listed is None else issued - listed)


def prove_floats(capital: Capital, summary: Summary, floats: PrintedFloats, proofs: Proofs) -> None:
    """Proves the printed public and free float. Raises RefusedFiling where a printed free float is not what was derived."""
    if floats.public and floats.public.shares is not None and floats.public.percent is not None:
        _prove_public(floats.public, capital, summary, proofs)
    free = floats.free
    if free is None:
        said = floats.free_words.words if floats.free_words else "nothing"
        proofs.open.append(
            f"the free float is not printed as a number (derived: {capital.free_float:,} shares); the filing says: {said}"
        )
        return
    derived = capital.free_float
    sums = f"{capital.offer:,} offered - {capital.locked_offer:,} locked of them" + (
        f" + {capital.unlocked_before:,} not locked before" if capital.unlocked_before else ""
    )
    if free.shares is not None:
        if free.shares != derived:
            raise RefusedFiling(
                free.place, f"a free float of {free.shares:,} shares is printed", f"it would have to be {derived:,} ({sums})"
            )
        proofs.add("free float", "the printed free float is the derived one", f"{sums} = {derived:,}", free.place)
    if free.percent is not None and free.percent_printed:
        cell = Cell("percent", free.percent_printed, Line("", free.place.page, free.place.line), free.percent)
        wholes = [whole for whole in (capital.issued, _less_treasury(capital, summary), capital.listed) if whole]
        fitting = next((whole for whole in wholes if follows(derived, whole, cell)), None)
        if fitting:
            proofs.add(
                "free float",
                "the printed per cent of the free float follows",
                f"{derived:,} of {fitting:,} = {free.percent_printed}",
                free.place,
            )
        elif any(follows(derived, whole, cell, whole_digits=True) for whole in wholes):
            proofs.find(
                "free float",
                f"{free.percent_printed} is printed, and {derived:,} of {wholes[0]:,} is "
                f"{Decimal(100 * derived) / wholes[0]:.4f}%",
                "apart by less than one in the last digit: it lands",
                free.place,
            )
        else:
            raise RefusedFiling(
                free.place,
                f"a free float of {free.percent_printed} is printed",
                f"{derived:,} ({sums}) are {Decimal(100 * derived) / wholes[0]:.4f}% of {wholes[0]:,}; they would have to agree",
            )
    if free.value is not None and free.value_printed:
        _prove_value(free, derived, sums, summary, proofs)


def _prove_value(free: PrintedFloat, derived: int, sums: str, summary: Summary, proofs: Proofs) -> None:
    printed = (free.value_printed or "").split()[-2] if len((free.value_printed or "").split()) > 1 else ""
    digits = len(printed.partition(".")[2])
    scale = Decimal(10) ** (9 if (free.value_printed or "").endswith("billion") else 6)
    unit = scale / 10**digits
    value = derived * summary.price.value
    if abs(value - (free.value or 0)) < unit:
        proofs.add(
            "free float",
            "the printed value of the free float follows",
            f"({sums}) x {summary.price.value} = {value:,} ({free.value_printed} printed)",
            free.place,
        )
        return
    raise RefusedFiling(
        free.place,
        f"a free float worth {free.value_printed} is printed",
        f"{derived:,} shares ({sums}) at {summary.price.value} are {value:,}; they would have to agree",
    )


def _prove_public(public: PrintedFloat, capital: Capital, summary: Summary, proofs: Proofs) -> None:
    cell = Cell("percent", public.percent_printed or "", Line("", public.place.page, public.place.line), public.percent)
    wholes = [whole for whole in (capital.issued, _less_treasury(capital, summary), capital.listed) if whole]
    fitting = next((whole for whole in wholes if follows(public.shares or 0, whole, cell)), None)
    if fitting:
        proofs.add(
            "public float",
            "the printed per cent of the public float follows",
            f"{public.shares:,} of {fitting:,} = {public.percent_printed}",
            public.place,
        )
    else:
        exact = f"{Decimal(100 * (public.shares or 0)) / capital.issued:.4f}%"
        proofs.find(
            "public float",
            f"{public.shares:,} shares are printed as {public.percent_printed}, and are {exact} of the issued shares",
            "the public float is a statement, and no row rests on it",
            public.place,
        )


def _less_treasury(capital: Capital, summary: Summary) -> int | None:
    return capital.issued - summary.treasury_shares.value if summary.treasury_shares else None

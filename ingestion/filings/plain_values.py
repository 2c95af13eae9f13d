"""Plain values: places, facts and proofs as what JSON can hold, alike for the readings of all forms."""

from __future__ import annotations

from ingestion.filings.fact import Fact
from ingestion.filings.proofs import Proofs
from ingestion.filings.refusal import Place


def proofs_json(proofs: Proofs) -> dict[str, object]:
    """Proofs, findings and open points as plain values."""
    return {
        "proofs": [
            {"kind": one.kind, "statement": one.statement, "numbers": one.numbers, **place_json(one.place)}
            for one in proofs.proved
        ],
        "findings": [
            {"kind": one.kind, "statement": one.statement, "rule": one.rule, **place_json(one.place)} for one in proofs.findings
        ],
        "open": list(proofs.open),
    }


def fact_json(fact: Fact | None) -> dict[str, object] | None:
    """A fact as plain values: what it is, what is printed, and where."""
    if fact is None:
        return None
    value = fact.value
    plain = value if isinstance(value, int | str) else str(value)
    return {"value": plain, "printed": fact.printed, **place_json(fact.place)}


def place_json(place: Place | None) -> dict[str, object]:
    """A place as plain values."""
    return {"page": place.page if place else None, "line": place.line if place else None}

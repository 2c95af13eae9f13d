"""Proofs and findings: what a reading rests on, and what in the filing contradicts itself.

A proof says what was recomputed from what, with its numbers and place. A finding is a misprint of the issuer, or a statement that
differs from another; with a finding the filing still lands, and the finding says by which rule. What can't be proved raises
RefusedFiling in the module that looks at it, in the form's room.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ingestion.filings.refusal import Place


@dataclass(frozen=True, slots=True)
class Proof:
    """One thing that was recomputed and holds: `kind` is one word for it, `statement` names it, `numbers` shows the sum."""

    kind: str
    statement: str
    numbers: str
    place: Place | None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that doesn't hold, and the `rule` by which the filing lands all the same."""

    kind: str
    statement: str
    rule: str
    place: Place | None


@dataclass(slots=True)
class Proofs:
    """What was proved, what was found, and what is open (not stated by the filing, so that nobody can prove it)."""

    proved: list[Proof] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    open: list[str] = field(default_factory=list)

    def add(self, kind: str, statement: str, numbers: str, place: Place | None) -> None:
        """Adds a proof."""
        self.proved.append(Proof(kind, statement, numbers, place))

    def find(self, kind: str, statement: str, rule: str, place: Place | None) -> None:
        """Adds a finding."""
        self.findings.append(Finding(kind, statement, rule, place))

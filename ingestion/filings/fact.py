"""Facts: what a filing states, with the words that are printed and their place.

What a fact means, and which facts a form has, is known in the form's room.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from ingestion.filings.refusal import Place

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Fact(Generic[Value]):
    """A fact: its value, what is `printed`, and where."""

    value: Value
    printed: str
    place: Place

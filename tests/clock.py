"""A made-up present for the project's own modules: what they take for now is what a test says."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from typing import Self

import pytest


def set_clock(monkeypatch: pytest.MonkeyPatch, now: Callable[[str], datetime]) -> None:
    """Makes `datetime.now` in each module of `ingestion` and `orchestration` that is imported by now give `now(module)`."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in ("ingestion", "orchestration") and vars(module).get("datetime") is datetime:
            monkeypatch.setattr(module, "datetime", _clock_of(name, now))


def _clock_of(module: str, now: Callable[[str], datetime]) -> type[datetime]:
    class Told(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return cls.fromtimestamp(now(module).timestamp(), tz or UTC)

    return Told

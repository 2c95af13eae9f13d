"""What is recorded of a live source's failures: each of several reasons is told."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingestion.dataset import Folders
from ingestion.live.source import LiveSource, Stale
from ingestion.live.state import State

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def state(tmp_path: Path) -> State:
    source = LiveSource(
        name="made_up",
        address_setting="FREEFLOAT_MADE_UP_URL",
        default_address="https://made.up",
        datasets=(),
        subjects=lambda folders, now: [],
        ask=lambda *asked: pytest.fail("is not asked"),
    )
    return State(source, Folders(tmp_path, tmp_path))


@pytest.mark.parametrize(
    ("reasons", "told"),
    [
        (["a", "a"], "a"),
        (["a", "b"], "a (and 1 other reason, such as: b)"),
        (["a", "b", "a", "c"], "a (and 2 other reasons, such as: b)"),
    ],
)
def test_no_reason_for_failing_is_dropped(state: State, reasons: list[str], told: str) -> None:
    for number, reason in enumerate(reasons):
        state.failed(str(number), reason, NOON)
    assert state.stale() == [Stale("feed_made_up", None, told)]

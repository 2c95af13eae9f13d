"""The pages after a release: written by the refresh, left out where they are not wanted, and harmless where they fail."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from orchestration.defs import last_refresh
from orchestration.defs.definitions import build_definitions
from orchestration.defs.release_asset import RELEASE_KEY
from orchestration.defs.site_asset import SITE_KEY, site_asset
from orchestration.reading.status import read_status, status_text
from orchestration.releases.release import current
from orchestration.run import RefreshRun
from orchestration.settings import Settings, SettingsError


def record_of(data_dir: Path) -> dict[str, Any]:
    """What is kept of a run of the asset on a data folder with a release."""
    settings = Settings(data_dir=data_dir)
    run = RefreshRun(settings=settings, started_at=datetime.now(UTC), as_of=date(2026, 7, 1))
    with dg.DagsterInstance.ephemeral() as instance:
        done = dg.materialize([site_asset()], resources={"refresh": run}, instance=instance)
        assert done.success
        return last_refresh.read_run(settings, instance, done.run_id)


def test_the_pages_are_written_beside_the_release(released: Path) -> None:
    record = record_of(released)
    assert record["site"] == str(released / "site" / "index.html") and record["warnings"] == []
    release = current(released)
    assert release and release.release_id in (released / "site" / "company" / "0100.HK.html").read_text(encoding="utf-8")


def test_pages_that_cannot_be_written_are_told_and_leave_the_release_as_it_is(released: Path) -> None:
    before = current(released)
    (released / "site").write_text("no folder", encoding="utf-8")
    record = record_of(released)
    (warning,) = record["warnings"]
    assert warning.startswith("the pages are not written, those of before stand: ") and "the pages can't be written" in warning
    assert record["site"] is None and current(released) == before
    assert (released / "site").read_text(encoding="utf-8") == "no folder"
    # and who looks later is told too
    last_refresh.write(Settings(data_dir=released), record)
    assert f"  warning: {warning}" in status_text(read_status(released)).splitlines()


def test_a_fault_of_the_pages_themselves_is_told_too(released: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from orchestration.reading.site import write

    def fail(*arguments: object) -> None:
        raise RuntimeError("a fault in a chart")

    monkeypatch.setattr(write, "write_site", fail)
    assert record_of(released)["warnings"] == ["the pages are not written, those of before stand: a fault in a chart"]


def test_the_setting_leaves_them_out(parsed_project: Path) -> None:
    for site, is_there in (("on", True), ("off", False)):
        graph = build_definitions(Settings(data_dir=parsed_project, site=site)).resolve_asset_graph()
        assert (SITE_KEY in graph.materializable_asset_keys) == is_there
        if is_there:
            node = graph.get(SITE_KEY)
            assert node.parent_keys == {RELEASE_KEY} and node.description and node.group_name == "release"
    with pytest.raises(SettingsError, match=r"FREEFLOAT_SITE: 'maybe'.*'on' or 'off'"):
        Settings(data_dir=parsed_project, site="maybe")

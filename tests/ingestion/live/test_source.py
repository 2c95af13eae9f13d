"""A live source is one module: nothing else names it, and one that is added is found, asked, landed and shown."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ingestion.dataset import all_datasets
from ingestion.live.source import all_sources
from orchestration.settings import Settings
from tests.conftest import PROJECT
from tests.standins.server import STAND_INS

SOURCE = '''
"""A made-up source of the water level of a lake, in centimetres."""

from ingestion.live.answer import UnreadableRow, field
from ingestion.live.source import Answered, LiveSource, Subject


def ask(connection, subject, window):
    body = connection.get_json(f"/levels?from={window.first_on}", headers={"X-Key": connection.key})
    rows = [{"lake": subject.name, "level_cm": level} for level in field(body, "levels", list) if level is not None]
    return Answered({"lake_levels": rows}, {"lake_levels": [UnreadableRow(None, "level_cm", None, "is null")]})


SOURCE = LiveSource(
    name="lakes",
    address_setting="FREEFLOAT_LAKES_URL",
    default_address="https://lakes.example",
    datasets=("lake_levels",),
    subjects=lambda folders, now: [Subject("Zürichsee"), Subject("Titicaca", needs_key=True)],
    ask=ask,
    key_setting="FREEFLOAT_LAKES_API_KEY",
    is_daily=False,
)
'''
DATASET = """
from ingestion.columns import Count, Text
from ingestion.dataset import Dataset

DATASET = Dataset(
    name="lake_levels",
    grain="one version of one lake",
    columns=(Text("lake"), Count("level_cm")),
    key=("lake",),
    inbox=False,
    committed=False,
    feed="feed_lakes",
    has_retrieved_at=True,
)
"""
STAND_IN = """
from tests.standins.stand_in import TRANSPORT_FAULTS, StandIn, json_reply, no_instrument

STAND_IN = StandIn(
    setting="FREEFLOAT_LAKES_URL",
    faults=TRANSPORT_FAULTS,
    instrument=no_instrument,
    answer=lambda market, target, query, fault: json_reply({"levels": [40_600, None]}),
)
"""
DOCUMENT = """
document_id: feed_lakes
title: Levels of lakes
producer: Nobody
document_type: live feed
published_on:
data_as_of:
accessed_on:
url: https://lakes.example/
licence: none
rank: 40
note:
"""
#: Without a key one of its lakes is asked about, with one both.
REFRESHES = """
import sys
from datetime import UTC, datetime
from pathlib import Path

import ingestion.datasets, ingestion.sources, tests.standins.sources

made, data = Path(sys.argv[1]), Path(sys.argv[2])
for package in (ingestion.datasets, ingestion.sources, tests.standins.sources):
    package.__path__.append(str(made / package.__name__))

import polars as pl

from ingestion.dataset import Folders, all_datasets
from ingestion.live.http import HttpClient
from ingestion.live.land import land_source
from ingestion.live.source import Live, NotConfigured, all_sources
from ingestion.live.state import not_configured_sources, stale_sources
from orchestration.defs.landing_assets import landing_assets
from orchestration.settings import Settings
from tests.conftest import PROJECT, land_now
from tests.standins.market import Market
from tests.standins.server import StandIns

folders = Folders(PROJECT / "data", data)
assert land_now("documents", folders).is_clean
assert "feed_lakes" in pl.read_parquet(folders.landed / "documents" / "documents.parquet")["document_id"]
assert any(asset.op.name == "feed_lakes" for asset in landing_assets())
assert str(Settings().lakes_url) == "https://lakes.example"
with StandIns(Market()) as stand_ins, HttpClient() as client:
    for key in ("", "secret"):
        settings = Settings(lakes_url=stand_ins.url("lakes"), lakes_api_key=key)
        live = Live(client, settings.addresses, datetime(2026, 11, 20, 12, tzinfo=UTC), settings.keys)
        result = land_source(all_sources()["lakes"], folders, live)
        assert result.failed == stale_sources(folders) == []
        assert [fault.reason for fault in result.landings["lake_levels"].faults] == ["is null"] * len(stand_ins.asked("lakes"))
        missing = [] if key else [NotConfigured("lakes Titicaca", None, "FREEFLOAT_LAKES_API_KEY")]
        assert not_configured_sources(folders) == missing
        stand_ins.requests.clear()
landed = pl.read_parquet(sorted((folders.landed / "lake_levels").glob("*.parquet")))
assert landed.select("lake", "level_cm", "document_id").sort("lake").rows() == [
    ("Titicaca", 40_600, "feed_lakes"), ("Zürichsee", 40_600, "feed_lakes")
]
"""


def test_a_source_is_added_by_its_module_its_dataset_its_document_and_its_stand_in(tmp_path: Path) -> None:
    files = {
        "made/ingestion.sources/lakes.py": SOURCE,
        "made/ingestion.datasets/lake_levels.py": DATASET,
        "made/tests.standins.sources/lakes.py": STAND_IN,
        "data/inbox/documents/feed_lakes.yml": DOCUMENT,
        "refreshes.py": REFRESHES,
    }
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(tmp_path / "refreshes.py"), str(tmp_path / "made"), str(tmp_path / "data")],
        env=os.environ | {"PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_a_source_has_its_document_its_datasets_and_its_stand_in_under_its_name() -> None:
    sources = all_sources()
    assert list(sources) == sorted(path.stem for path in (PROJECT / "ingestion" / "sources").glob("[!_]*.py"))
    assert set(STAND_INS) == set(sources)
    feeds: dict[str, set[str]] = {}
    for dataset in all_datasets().values():
        if dataset.feed:
            feeds.setdefault(dataset.feed, set()).add(dataset.name)
    assert feeds == {source.document_id: set(source.datasets) for source in sources.values()}
    for source in sources.values():
        assert (PROJECT / "data" / "documents" / f"{source.document_id}.yml").is_file()
        stand_in = STAND_INS[source.name]
        assert (stand_in.setting, stand_in.key_setting) == (source.address_setting, source.key_setting)
        assert any(subject.needs_key for subject in _subjects(source.name)) == bool(source.key_setting)


def _subjects(name: str) -> list:
    """What a source that has a key can be asked about; those of the others are instruments, which need none."""
    source = all_sources()[name]
    return source.subjects(None, None) if source.key_setting else []  # ty: ignore[invalid-argument-type]


def test_the_settings_of_sources_are_the_public_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("YAHOO", "EASTMONEY", "EASTMONEY_DATACENTER", "TENCENT", "OPENROUTER", "EPOCH", "ECB")
    settings = {f"FREEFLOAT_{name}_URL" for name in names} | {"FREEFLOAT_OPENROUTER_API_KEY"}
    declared = {setting for one in all_sources().values() for setting in (one.address_setting, one.key_setting) if setting}
    assert declared == settings
    for number, setting in enumerate(sorted(settings)):
        monkeypatch.setenv(setting, f"https://host{number}")
    found = Settings().model_dump()
    values = {setting: found[setting.removeprefix("FREEFLOAT_").lower()] for setting in settings}
    shown = {setting: getattr(value, "get_secret_value", lambda value=value: value)() for setting, value in values.items()}
    assert shown == {setting: f"https://host{number}" for number, setting in enumerate(sorted(settings))}


def test_nothing_in_the_asking_half_names_a_source_or_imports_one() -> None:
    names = {name.split("_")[0] for name in all_sources()}
    for path in sorted((PROJECT / "ingestion" / "live").glob("*.py")):
        text = path.read_text(encoding="utf-8")
        assert not re.search(rf"\b({'|'.join(names)}|east money)", text, re.IGNORECASE), path
        assert not re.search(r"^(from|import) ingestion\.(sources|datasets)", text, re.MULTILINE), path

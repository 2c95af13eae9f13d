"""A tripped wire is told: in the status, for people and for programs, and as a check of the release that only warns."""

from __future__ import annotations

import json
from pathlib import Path

import dagster as dg
import duckdb
import pytest
from click.testing import CliRunner

from orchestration.cli import cli
from orchestration.defs.release_asset import tripwire_result
from orchestration.releases.publish import ReleaseContext, publish

RELEASE_ID = "20260420T000000001Z"


@pytest.fixture
def released(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A release with three signals: one tripped, with an escape sequence in its evidence, one clear, one without data."""
    monkeypatch.setenv("FREEFLOAT_DATA_DIR", str(tmp_path))
    (tmp_path / "build").mkdir()
    with duckdb.connect(tmp_path / "build" / "build.duckdb") as connection:
        connection.execute(
            f"""
            CREATE TABLE dim_release AS SELECT '{RELEASE_ID}' AS release_id, DATE '2026-04-20' AS as_of, now() AS created_at;
            CREATE TABLE mart_tripwire AS
            SELECT * FROM (VALUES
                (3, 'pricing', 'no data', 'cuts', NULL, 'at least', 3.0::DOUBLE, 'developers', 'needs prices', 'note'),
                (1, 'positioning', 'clear', 'rank', 1.0::DOUBLE, 'more than', 2.0, 'rank', 'GLM is first', 'note'),
                (2, 'gap', 'tripped', 'months behind', 12.5, 'more than', 12.0, 'months', 'GPT-5' || chr(27) || '[2J', 'note')
            ) AS t(signal_number, signal, state, measure, value, comparison, threshold, unit, evidence, document_id)
            """
        )
    publish(tmp_path / "build" / "build.duckdb", ReleaseContext(data_dir=tmp_path, release_id=RELEASE_ID))
    return tmp_path


def test_status_tells_a_tripped_wire(released: Path):
    result = CliRunner().invoke(cli, ["status"])
    assert result.exit_code == 0
    assert (
        "tripwires     1 tripped, 1 clear, 1 no data\n"
        "  tripped: gap: months behind 12.5, tripped if more than 12 months (GPT-5\\x1b[2J)\n"
    ) in result.stdout
    tripwires = json.loads(CliRunner().invoke(cli, ["status", "--json"]).stdout)["tripwires"]
    assert [(wire["signal"], wire["state"]) for wire in tripwires] == [
        ("positioning", "clear"),
        ("gap", "tripped"),
        ("pricing", "no data"),
    ]
    assert tripwires[1] == {
        "signal": "gap",
        "state": "tripped",
        "measure": "months behind",
        "value": 12.5,
        "comparison": "more than",
        "threshold": 12.0,
        "unit": "months",
        "evidence": "GPT-5\x1b[2J",
        "document_id": "note",
    }


def test_a_release_from_before_the_tripwires_has_none(released: Path):
    with duckdb.connect(released / "build" / "build.duckdb") as connection:
        connection.execute("DROP TABLE mart_tripwire; UPDATE dim_release SET release_id = '20260421T000000001Z'")
    publish(released / "build" / "build.duckdb", ReleaseContext(data_dir=released, release_id="20260421T000000001Z"))
    result = CliRunner().invoke(cli, ["status"])
    assert result.exit_code == 0 and "tripwires" not in result.stdout
    assert json.loads(CliRunner().invoke(cli, ["status", "--json"]).stdout)["tripwires"] == []


def test_a_tripped_wire_warns_and_one_without_data_does_not():
    tripped = {
        "signal": "gap",
        "state": "tripped",
        "measure": "months behind",
        "value": 12.5,
        "comparison": "more than",
        "threshold": 12.0,
        "unit": "months",
        "evidence": "GPT-5",
    }
    without_data = {"signal": "pricing", "state": "no data"}
    result = tripwire_result([without_data, tripped])
    assert (result.passed, result.severity) == (False, dg.AssetCheckSeverity.WARN)
    assert result.metadata["tripped"].value == ["gap: months behind 12.5, tripped if more than 12 months (GPT-5)"]
    assert result.metadata["without_data"].value == ["pricing"]
    assert tripwire_result([without_data, {"signal": "x", "state": "clear"}]).passed


def test_offline_the_signals_that_need_live_sources_have_no_data_and_say_which(offline_release: Path):
    with duckdb.connect(offline_release / "warehouse.duckdb", read_only=True) as connection:
        rows = connection.execute(
            "SELECT signal_number, state, value IS NULL, evidence, threshold FROM mart_tripwire ORDER BY signal_number"
        ).fetchall()
    assert [row[0] for row in rows] == [1, 2, 3, 4, 5]
    for number in (1, 2, 4):
        assert rows[number - 1][1:3] == ("no data", True)
        assert "landed.epoch_capability_index has 0 known rows" in rows[number - 1][3]
    assert rows[4][1:3] == ("no data", True) and "landed.openrouter_token_usage has 0 known rows" in rows[4][3]
    # the upper end of the 9-12 months that the note says are priced in
    assert rows[3][4] == 12

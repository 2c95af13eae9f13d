"""What Dagster serves: every dataset, model and test is there, in its order, the schedules are on, the inbox is watched."""

from __future__ import annotations

import json
import os
import shutil
import time
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from ingestion.dataset import all_datasets
from ingestion.live.source import all_sources
from orchestration.defs import dbt_runner
from orchestration.defs.definitions import build_definitions
from orchestration.defs.landing_assets import CONTRACTS_KEY, landed_key
from orchestration.defs.release_asset import RELEASE_KEY
from orchestration.defs.sensors import REFRESH_JOB, inbox_sensor
from orchestration.settings import Settings


@pytest.fixture(scope="module")
def settings(parsed_project: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(data_dir=tmp_path_factory.mktemp("definitions"))


def test_every_dataset_model_and_test_is_an_asset_or_a_check(settings: Settings) -> None:
    graph = build_definitions(settings).resolve_asset_graph()
    nodes = dbt_runner.parse(settings).manifest["nodes"].values()
    models = [n for n in nodes if n["resource_type"] == "model" and n["config"]["materialized"] != "ephemeral"]
    tests = [n for n in nodes if n["resource_type"] == "test"]
    assert graph.materializable_asset_keys >= {dg.AssetKey(["landed", name]) for name in all_datasets()}
    assert len(graph.materializable_asset_keys) == len(all_datasets()) + len(models) + 3
    # one contract per dataset, one check per test, whether each source answered, whether its bars are fresh, that no contract
    # is broken, and the release's own
    bars = [name for name, dataset in all_datasets().items() if dataset.feed and "trading_date" in dataset.key]
    assert len(graph.asset_check_keys) == len(all_datasets()) + len(tests) + len(all_sources()) + len(bars) + 4
    for key in graph.materializable_asset_keys:
        node = graph.get(key)
        assert node.description, key
        assert node.owners, key
        assert node.kinds, key
        assert node.group_name != "default", key


def test_the_release_comes_after_every_model_and_every_fact_after_the_documents(settings: Settings) -> None:
    graph = build_definitions(settings).resolve_asset_graph()
    assert graph.get_ancestor_asset_keys(RELEASE_KEY) >= {
        key for key in graph.materializable_asset_keys if key.path[0] in ("main", "intermediate")
    }
    for name, dataset in all_datasets().items():
        parents = graph.get(dg.AssetKey(["landed", name])).parent_keys
        assert {landed_key(parent) for parent in dataset.reads} <= parents
        assert landed_key("documents") in parents or name in ("documents", *all_datasets()["documents"].reads)


def test_contracts_block_and_a_live_refresh_follows_each_close(settings: Settings) -> None:
    definitions = build_definitions(settings)
    graph = definitions.resolve_asset_graph()
    contracts = [key for key in graph.asset_check_keys if key.name == "contract"]
    assert len(contracts) == len(all_datasets())
    # a broken contract of a file blocks once all files have landed: all faults are told at once
    at_once = {key.asset_key for key in contracts if graph.get_check_spec(key).blocking}
    feeds = {landed_key(name) for name, dataset in all_datasets().items() if dataset.feed}
    assert at_once == feeds | {landed_key("documents")}
    (gate,) = [key for key in graph.asset_check_keys if key.asset_key == CONTRACTS_KEY]
    assert graph.get_check_spec(gate).blocking
    assert graph.get(CONTRACTS_KEY).parent_keys == {key.asset_key for key in contracts} - feeds
    assert all(CONTRACTS_KEY in graph.get(feed).parent_keys for feed in feeds)
    models = [key for key in graph.materializable_asset_keys if key.path[0] in ("main", "intermediate")]
    assert models and graph.get_ancestor_asset_keys(RELEASE_KEY) >= {CONTRACTS_KEY}
    schedules = {
        schedule.name: schedule for schedule in definitions.schedules or [] if isinstance(schedule, dg.ScheduleDefinition)
    }
    assert {name: (schedule.cron_schedule, schedule.execution_timezone) for name, schedule in schedules.items()} == {
        "after_the_hong_kong_close": ("30 17 * * 1-5", "Asia/Hong_Kong"),
        "after_the_shanghai_close": ("30 16 * * 1-5", "Asia/Shanghai"),
    }
    for schedule in schedules.values():
        assert schedule.job_name == REFRESH_JOB
        assert schedule.default_status == dg.DefaultScheduleStatus.RUNNING
        request = schedule.evaluate_tick(dg.build_schedule_context()).run_requests
        assert request and request[0].run_config["resources"]["refresh"]["config"]["live"] is True


def test_prices_are_partitioned_by_month_and_a_range_is_one_run(settings: Settings) -> None:
    graph = build_definitions(settings).resolve_asset_graph()
    for name in ("yahoo_prices", "eastmoney_prices", "tencent_prices"):
        node = graph.get(dg.AssetKey(["landed", name]))
        assert isinstance(node.partitions_def, dg.MonthlyPartitionsDefinition)
        assert "2021-02-01" in node.partitions_def.get_partition_keys()
        assert node.backfill_policy == dg.BackfillPolicy.single_run()


def test_the_inbox_is_watched_until_a_file_is_at_rest(tmp_path: Path) -> None:
    sensor = inbox_sensor(Settings(data_dir=tmp_path))

    def look(cursor: str | None) -> Any:
        found = sensor(dg.build_sensor_context(cursor=cursor))
        if isinstance(found, dg.SensorResult):
            return found.run_requests, found.cursor
        assert isinstance(found, dg.SkipReason)
        return found.skip_message

    assert look(None) == "the inbox is as it was"
    path = tmp_path / "inbox" / "prices" / "terminal.csv"
    path.parent.mkdir(parents=True)
    path.write_text("ticker\n")
    assert look(None) == "a file of the inbox has only just been written"
    long_ago = time.time() - 60
    os.utime(path, (long_ago, long_ago))
    requests, cursor = look(None)
    assert [request.run_key for request in requests] == [cursor]
    assert look(cursor) == "the inbox is as it was"
    path.unlink()
    requests, emptied = look(cursor)
    assert len(requests) == 1 and emptied != cursor


def test_a_copied_data_folder_is_built_from_what_was_parsed_for_the_first(
    parsed_project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(parsed_project, tmp_path / "copy")
    copy = dbt_runner.parse(Settings(data_dir=tmp_path / "copy"))
    monkeypatch.setattr(dbt_runner, "_parsed", {})
    found = dbt_runner._known_parse(copy)
    assert found and found.nodes.keys() == copy.manifest["nodes"].keys()
    # a file that a loss of power cut short is as none
    dbt_runner._parsed.clear()
    kept = copy.manifest_path.with_name("partial_parse.msgpack")
    kept.write_bytes(kept.read_bytes()[:-1000])
    assert dbt_runner._known_parse(copy) is None


def test_the_project_is_parsed_again_only_when_a_file_of_it_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings, first, copy = Settings(data_dir=tmp_path / "data"), tmp_path / "first", tmp_path / "copy"
    (first / "models").mkdir(parents=True)
    (first / "models" / "dim_one.sql").write_text("select 1 as one\n")
    head = {"name": "freefloat", "config-version": 2, "profile": "freefloat", "flags": {"send_anonymous_usage_stats": False}}
    (first / "dbt_project.yml").write_text(json.dumps(head))
    shutil.copy(dbt_runner.PROJECT_DIR / "profiles.yml", first)
    monkeypatch.setattr(dbt_runner, "PROJECT_DIR", first)
    project = dbt_runner.parse(settings)
    assert "model.freefloat.dim_one" in project.manifest["nodes"]
    shutil.copytree(first, copy)
    monkeypatch.setattr(dbt_runner, "PROJECT_DIR", copy)
    before = project.manifest_path.stat().st_mtime_ns
    dbt_runner.parse(settings)
    assert project.manifest_path.stat().st_mtime_ns == before
    (copy / "models" / "dim_extra.sql").write_text("select 1 as one\n")
    assert "model.freefloat.dim_extra" in dbt_runner.parse(settings).manifest["nodes"]

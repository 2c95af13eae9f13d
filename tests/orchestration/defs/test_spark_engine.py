"""Building on Spark where it can't be: the words that a user gets. That it builds what DuckDB does is told by `make spark`."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from typing import Any

import pytest

from orchestration.defs import spark_engine
from orchestration.defs.dbt_runner import DbtError
from orchestration.run import engine_named


def test_what_is_not_installed_is_named_with_what_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SPARK_REMOTE", raising=False)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    words = r"building on Spark needs pyspark, dbt.adapters.spark, pysail: .*uv sync --frozen --extra spark"
    with pytest.raises(DbtError, match=words), spark_engine.spark_session():
        pass
    # a server of the user's needs no Sail
    monkeypatch.setenv("SPARK_REMOTE", "sc://cluster:15002")
    with pytest.raises(DbtError) as told, spark_engine.spark_session():
        pass
    assert "pysail" not in str(told.value)


def test_sail_may_take_a_part_of_the_memory_that_there_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    limit = tmp_path / "memory.max"
    monkeypatch.setattr(spark_engine, "_CONTAINER_LIMIT", limit)

    def bound() -> int:
        return int(spark_engine._sail_settings()["SAIL_RUNTIME__MEMORY_POOL__FAIR__MAX_SIZE"])

    whole = bound()
    assert 0 < 3 * whole <= os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limit.write_text("max\n")
    assert bound() == whole
    # 300 MB for all of the container
    limit.write_text("300000000\n")
    assert bound() == 100_000_000


class NoServer:
    """A PySpark whose server does not answer, and says so with the whole address."""

    def __init__(self) -> None:
        self.SparkSession = self
        self.builder = self

    def remote(self, address: str) -> NoServer:
        self.address = address
        return self

    def getOrCreate(self) -> Any:
        raise OSError(f"no answer from {self.address}")


def test_a_server_that_does_not_answer_is_named_without_its_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPARK_REMOTE", "sc://cluster:15002/;token=hush-hush")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: object())
    monkeypatch.setattr(importlib, "import_module", lambda name: NoServer())
    with pytest.raises(DbtError) as told, spark_engine.spark_session():
        pass
    assert str(told.value).startswith(
        "the Spark Connect server at sc://cluster:15002 does not answer: no answer from sc://cluster"
    )
    assert "hush-hush" not in str(told.value)
    # the user's own stays as it is
    assert os.environ["SPARK_REMOTE"].endswith("hush-hush")


def test_an_engine_that_there_is_not_is_refused_with_those_that_there_are() -> None:
    assert engine_named("spark") == "spark"
    with pytest.raises(ValueError, match="engine 'flink': say one of duckdb, spark"):
        engine_named("flink")

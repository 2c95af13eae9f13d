"""dbt's own unit tests of the models, on rows worked by hand (dbt_project/models/<subject>/unit_tests.yml)."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from orchestration.defs import dbt_runner
from orchestration.settings import Settings


@pytest.mark.usefixtures("parsed_models")
def test_every_dbt_unit_test_passes(offline_release: Path, tmp_path: Path) -> None:
    # unit tests read the types of the tables that a build made
    shutil.copytree(offline_release / "build", tmp_path / "build")
    shutil.copytree(offline_release / "landed", tmp_path / "landed")
    results = dbt_runner.unit_test(dbt_runner.parse(Settings(data_dir=tmp_path)))
    files = (dbt_runner.PROJECT_DIR / "models").glob("*/unit_tests.yml")
    declared = [test for file in files for test in yaml.safe_load(file.read_text())["unit_tests"]]
    assert {name: message for name, (status, message) in results.items() if status != "pass"} == {}
    assert set(results) == {test["name"] for test in declared}

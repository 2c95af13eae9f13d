"""A wheel is whole: what is installed from it builds a release, without a checkout beside it."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from orchestration.releases.release import list_releases
from tests.conftest import PROJECT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of the project as it is now."""
    folder = tmp_path_factory.mktemp("wheel")
    uv = Path(sys.executable).with_name("uv")
    subprocess.run([uv, "build", "--wheel", "--quiet", "--out-dir", folder, PROJECT], check=True)
    (path,) = folder.glob("*.whl")
    return path


def test_a_wheel_holds_every_committed_file_that_a_refresh_reads_and_no_generated_one(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        packed = {name.removeprefix("orchestration/project/") for name in archive.namelist() if "/project/" in name}
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "data", "dbt_project"]
    listed = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True).stdout.split("\n")
    committed = {name for name in listed if name and (PROJECT / name).is_file() and not Path(name).name.startswith(".")}
    assert packed == committed


def test_what_is_installed_from_a_wheel_publishes_a_release(wheel: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "venv", with_pip=False, symlinks=True)
    paths = sysconfig.get_paths("venv", vars={"base": str(tmp_path / "venv"), "platbase": str(tmp_path / "venv")})
    uv = Path(sys.executable).with_name("uv")
    python = tmp_path / "venv" / "bin" / "python"
    subprocess.run([uv, "pip", "install", "--quiet", "--no-deps", "--offline", "--python", python, wheel], check=True)
    # what the project needs is that of this environment; a path file does not bring the checkout, which is another's
    (Path(paths["purelib"]) / "needs.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("FREEFLOAT_", "PYTHON"))}
    home = {"HOME": str(tmp_path / "home"), "XDG_DATA_HOME": "", "XDG_CACHE_HOME": ""}
    command = [str(tmp_path / "venv" / "bin" / "freefloat"), "refresh"]
    done = subprocess.run(command, env=environment | home, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    data_dir = tmp_path / "home" / ".local" / "share" / "freefloat"
    assert len(list_releases(data_dir)) == 1
    # what data do not decide is the user's, too
    assert {path.name.partition("-")[0] for path in (tmp_path / "home" / ".cache" / "freefloat").iterdir()} == {"models", "vega"}
    # nothing is written into the package
    package = Path(paths["purelib"]) / "orchestration" / "project"
    assert {path.name for path in (package / "data").iterdir()} == {
        *("corrections.yml", "documents", "reference", "templates", "transcribed")
    }
    assert not (package / "dbt_project" / "target").exists() and not (package / "dbt_project" / "logs").exists()

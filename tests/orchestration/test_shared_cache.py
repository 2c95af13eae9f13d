"""What data do not decide is made once for all data folders, and made again where it can't be kept."""

import os
from pathlib import Path

import pytest

from orchestration import project_files, shared_cache
from orchestration.defs import dbt_runner
from orchestration.settings import Settings
from orchestration.shared_cache import KEPT, keep_files, kept_text, take_files


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FREEFLOAT_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


def made_of(folder: Path, **texts: str) -> list[Path]:
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_text(text)
    return [folder / name for name in texts]


def test_a_text_is_made_once(cache: Path) -> None:
    made = iter(["first", "second", "third"])
    assert [kept_text("a.js", lambda: next(made)), kept_text("a.js", lambda: next(made))] == ["first", "first"]
    assert kept_text("b.js", lambda: next(made)) == "second"
    # a file of which a disk lost the bytes is none
    (cache / "a.js").write_bytes(b"")
    assert kept_text("a.js", lambda: next(made)) == "third"


def test_files_are_kept_whole_or_not_at_all(cache: Path, tmp_path: Path) -> None:
    keep_files("models", "k", made_of(tmp_path / "one", a="1", b="2"))
    assert take_files("models", "k", ["a", "b"], tmp_path / "two")
    assert [(tmp_path / "two" / name).read_text() for name in "ab"] == ["1", "2"]
    # the first that kept them stays
    keep_files("models", "k", made_of(tmp_path / "one", a="3", b="4"))
    (cache / "models-k" / "b").unlink()
    assert not take_files("models", "k", ["a", "b"], tmp_path / "three") and not (tmp_path / "three").exists()
    assert (cache / "models-k" / "a").read_text() == "1"
    keep_files("models", "other", [tmp_path / "one" / "a", tmp_path / "nowhere"])
    assert [path.name for path in cache.iterdir()] == ["models-k"]


def test_the_oldest_of_a_kind_go(cache: Path, tmp_path: Path) -> None:
    files = made_of(tmp_path / "one", a="1")
    for number in range(KEPT + 2):
        keep_files("models", str(number), files)
        os.utime(cache / f"models-{number}", (number, number))
    keep_files("models", "new", files)
    left = sorted(path.name for path in cache.iterdir())
    assert left == sorted(["models-new", *(f"models-{number}" for number in range(3, KEPT + 2))])


def test_a_cache_that_can_not_be_written_harms_nothing(cache: Path, tmp_path: Path) -> None:
    cache.write_text("no folder")
    assert kept_text("a.js", lambda: "made") == "made"
    keep_files("models", "k", made_of(tmp_path / "one", a="1"))
    assert not take_files("models", "k", ["a"], tmp_path / "two")


def test_the_models_are_parsed_once_for_all_data_folders(
    cache: Path, tmp_path: Path, parsed_project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert dbt_runner._known_parse(dbt_runner.parse(Settings(data_dir=parsed_project)))
    monkeypatch.setattr(dbt_runner, "_parsed", dict(dbt_runner._parsed))
    files = {"manifest.json", dbt_runner.PARTIAL_PARSE_FILE_NAME}
    # what this process has parsed is of no file, so none is kept, nor does one of other models stay
    stale = tmp_path / "one" / "build" / "dbt"
    stale.mkdir(parents=True)
    (stale / dbt_runner.PARTIAL_PARSE_FILE_NAME).write_bytes(b"of other models")
    dbt_runner.parse(Settings(data_dir=tmp_path / "one"))
    assert {path.name for path in stale.iterdir()} == {"manifest.json", "parsed_from.txt"}
    assert not any(cache.iterdir())
    # another process finds what was kept of a folder for which dbt has parsed
    project = dbt_runner.DbtProject(Settings(data_dir=parsed_project), dbt_runner._digest())
    keep_files("models", dbt_runner.cache_key(project), [project.manifest_path.with_name(name) for name in files])
    dbt_runner._parsed.clear()
    monkeypatch.setattr(dbt_runner, "invoke", None)
    found = dbt_runner.parse(Settings(data_dir=tmp_path / "two"))
    known = dbt_runner._known_parse(found)
    assert known and known.nodes.keys() == found.manifest["nodes"].keys() == project.manifest["nodes"].keys()


def test_the_cache_is_beside_the_checkout_or_the_users_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("FREEFLOAT_CACHE_DIR")
    assert project_files.cache_dir() == shared_cache.cache_dir() == project_files.project_folder("data") / "build" / "cache"
    monkeypatch.setattr(project_files, "is_installed", lambda: True)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert project_files.cache_dir() == tmp_path / "freefloat"
    monkeypatch.setenv("XDG_CACHE_HOME", "")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert project_files.cache_dir() == tmp_path / "home" / ".cache" / "freefloat"

"""A dataset stays as it landed while nothing that it is made from changes, and only then."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ingestion.dataset import Folders, all_datasets
from ingestion.landing import kept
from ingestion.landing.land import LandingRun, land_dataset
from tests.conftest import PROJECT

NOON = datetime(2026, 11, 24, 9, tzinfo=UTC)
#: What the tests land, each after what it reads.
LANDED = ("filings", "documents", "share_classes", "holder_kinds", "arr_bases", "arr_observations")
#: What is opened while a dataset lands: each path, while this is a list.
opened: list[str] | None = None


def watch(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "open" and opened is not None and isinstance(arguments[0], str | os.PathLike):
        opened.append(os.fspath(arguments[0]))


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's own facts, and what they landed as."""
    place = tmp_path_factory.mktemp("before")
    shutil.copytree(PROJECT / "data" / "documents", place / "committed" / "documents")
    for name in ("transcribed", "reference"):
        shutil.copytree(PROJECT / "data" / name, place / "committed" / name)
    shutil.copy(PROJECT / "data" / "corrections.yml", place / "committed")
    assert made(Folders(committed=place / "committed", data=place / "data")) == set(LANDED)
    return place


@pytest.fixture
def folders(before: Path, tmp_path: Path) -> Folders:
    """A copy of both."""
    shutil.copytree(before, tmp_path, dirs_exist_ok=True)
    return Folders(committed=tmp_path / "committed", data=tmp_path / "data")


def made(folders: Folders, *, now: datetime = NOON, full: bool = False) -> set[str]:
    """Lands the datasets; returns those that did not stay as they were."""
    run = LandingRun(folders, now, full=full)
    landings = [land_dataset(all_datasets()[name], run) for name in LANDED]
    return {landing.dataset for landing in landings if not landing.kept_since}


def text_of(folders: Folders, name: str) -> Path:
    return folders.committed / "transcribed" / f"{name}.csv"


def test_what_is_not_changed_stays(folders: Folders) -> None:
    assert made(folders) == set()
    # a new copy of the same file is the same
    os.utime(text_of(folders, "share_classes"))
    assert made(folders) == set()
    assert made(folders, full=True) == set(LANDED)
    # what can't be known yet depends on the day
    assert made(folders, now=NOON.replace(day=25)) == set(LANDED)


def test_a_changed_file_lands_anew_and_what_does_not_read_it_stays(folders: Folders) -> None:
    path = text_of(folders, "share_classes")
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[:-1]), encoding="utf-8")
    assert made(folders) == {"share_classes"}
    path.write_text("".join(lines), encoding="utf-8")
    assert made(folders) == {"share_classes"}
    (folders.committed / "corrections.yml").write_text("[]\n")
    assert made(folders) == set(LANDED)


def test_another_document_lands_anew_only_the_datasets_that_name_it(folders: Folders) -> None:
    shutil.copy(folders.committed / "documents" / "note_2026_04_20.yml", folders.committed / "documents" / "note_2026_04_21.yml")
    path = folders.committed / "documents" / "note_2026_04_21.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("note_2026_04_20", "note_2026_04_21"), encoding="utf-8")
    # filings look for documents beside them
    assert made(folders) == {"filings", "documents"}


@pytest.mark.parametrize(
    "spoil",
    [
        lambda folders: kept.written_files(folders, "share_classes")["rows"].unlink(),
        lambda folders: kept.written_files(folders, "share_classes")["rows"].write_bytes(b"no rows"),
        lambda folders: (folders.data / "build" / "landings" / "share_classes.json").write_text("{"),
        lambda folders: (folders.data / "build" / "landings" / "share_classes.json").unlink(),
    ],
)
def test_what_is_not_there_as_it_landed_lands_anew(folders: Folders, spoil: Callable[[Folders], object]) -> None:
    spoil(folders)
    assert made(folders) == {"share_classes"}
    assert made(folders) == set()


def test_a_fault_is_told_by_each_landing(folders: Folders) -> None:
    path = text_of(folders, "share_classes")
    good = path.read_text(encoding="utf-8")
    path.write_text(good + "no ticker\n", encoding="utf-8")
    for _ in range(2):
        run = LandingRun(folders, NOON)
        assert not land_dataset(all_datasets()["share_classes"], run).is_clean
    path.write_text(good, encoding="utf-8")
    assert made(folders) == {"share_classes"}
    assert made(folders) == set()


def test_other_code_or_another_version_of_a_package_lands_all_anew(folders: Folders, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "code_digest", lambda: "other code")
    assert made(folders) == set(LANDED)


def test_no_dataset_reads_a_file_that_does_not_decide_whether_it_stays(folders: Folders) -> None:
    global opened
    sys.addaudithook(watch)
    run = LandingRun(folders, NOON)
    # read once for all
    assert run._corrections[1] == [] and run.documents
    for dataset in all_datasets().values():
        if dataset.feed:
            continue
        for name in dataset.reads:
            run.frame(name)
        opened = []
        try:
            run._parsed(dataset)
            found = {Path(path) for path in opened}
        finally:
            opened = None
        run.validated(dataset)
        declared = [folders.committed / dataset.folder / f"{dataset.name}.csv", folders.inbox / dataset.name]
        if dataset.reads_whole_inbox:
            declared += [folders.committed / "documents", folders.inbox]
        strange = [path for path in found if path.is_relative_to(folders.committed) or path.is_relative_to(folders.inbox)]
        strange = [path for path in strange if not any(path.is_relative_to(place) for place in declared)]
        assert not strange, f"{dataset.name} reads {strange}"

"""A table that has not changed is one Parquet file in two releases: what happens to one of them harms no other."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ingestion.files.digest import file_sha256
from orchestration.releases import unchanged
from orchestration.releases.keep import prune
from orchestration.releases.publish import ReleaseContext, publish
from orchestration.releases.release import Release, size
from orchestration.releases.unchanged import Content
from tests.orchestration.releases.test_releases import ask, build, kept, release_id

LOCKUPS, NUMBERS = "parquet/landed.lockups.parquet", "parquet/fct_number.parquet"


def published(data_dir: Path, number: int, lockups: str = "the same", statements: str = "") -> Release:
    contents = {("landed", "lockups"): Content(lockups), ("main", "fct_number"): Content(str(number))}
    context = ReleaseContext(data_dir=data_dir, release_id=release_id(number), contents=contents)
    return publish(build(data_dir, number, statements), context)


def is_one_file(one: Release, other: Release, name: str) -> bool:
    return (one.folder / name).samefile(other.folder / name)


def assert_whole(release: Release) -> None:
    """Every file is read-only, and what the manifest says of it."""
    for name, table in release.manifest["tables"].items():
        path = release.folder / "parquet" / f"{name}.parquet"
        assert file_sha256(path) == table["sha256"] and path.stat().st_mode & 0o777 == 0o444
        assert ask(release.warehouse, f"select count(*) from '{path}'") == [(table["rows"],)]


def test_an_unchanged_table_is_the_file_of_the_last_release(tmp_path: Path) -> None:
    first, second = published(tmp_path, 1), published(tmp_path, 2)
    assert is_one_file(first, second, LOCKUPS) and not is_one_file(first, second, NUMBERS)
    assert second.manifest["tables"]["landed.lockups"] == first.manifest["tables"]["landed.lockups"]
    assert_whole(second)
    # whose release is told by nothing is written: its row says which release it is
    assert not is_one_file(first, second, "parquet/dim_release.parquet")


def test_another_content_another_column_or_another_writer_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = published(tmp_path, 1), published(tmp_path, 2, "another")
    assert not is_one_file(first, second, LOCKUPS)
    third = published(tmp_path, 3, "another", "alter table landed.lockups add column note varchar")
    assert not is_one_file(second, third, LOCKUPS)
    monkeypatch.setattr(unchanged, "how_files_are_written", lambda: "otherwise")
    fourth = published(tmp_path, 4, "another", "alter table landed.lockups add column note varchar")
    assert not is_one_file(third, fourth, LOCKUPS)
    assert_whole(fourth)


def test_a_file_that_is_not_as_it_was_published_is_not_taken_over(tmp_path: Path) -> None:
    first = published(tmp_path, 1)
    (first.folder / LOCKUPS).chmod(0o644)
    (first.folder / LOCKUPS).write_bytes(b"changed")
    second = published(tmp_path, 2)
    assert_whole(second)
    (second.folder / LOCKUPS).unlink()
    assert_whole(published(tmp_path, 3))


def test_without_links_a_file_is_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = published(tmp_path, 1)

    def refuse(*names: object) -> None:
        raise OSError("this file system has no links")

    monkeypatch.setattr(os, "link", refuse)
    second = published(tmp_path, 2)
    assert not is_one_file(first, second, LOCKUPS)
    assert_whole(second)


def test_removing_a_release_harms_no_other_and_shared_bytes_count_once(tmp_path: Path) -> None:
    first, second, third = (published(tmp_path, number) for number in (1, 2, 3))
    shared = (third.folder / LOCKUPS).stat().st_size
    on_disk = size(first) + size(second) + size(third) - 2 * shared
    assert prune(tmp_path, max_bytes=on_disk).removed == []
    assert [release.release_id for release in prune(tmp_path, max_bytes=on_disk - 1).removed] == [first.release_id]
    assert kept(tmp_path) == [second.release_id, third.release_id]
    for release in (second, third):
        assert_whole(release)

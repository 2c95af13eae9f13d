"""Several files made one: what a kill leaves at each step is mended before anything reads."""

from pathlib import Path

import pytest

from ingestion.files import merge
from ingestion.files.merge import finish_merge, merge_files


def contents(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in sorted(folder.iterdir())}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("a", "b", "other"):
        (tmp_path / name).write_text(name)
    return tmp_path


def merge_a_and_b(folder: Path, target: str = "whole") -> None:
    merge_files(folder / target, [folder / "a", folder / "b"], lambda whole: whole.write_text("a and b"))


def test_the_parts_become_one_file_and_no_other_is_touched(folder: Path) -> None:
    merge_a_and_b(folder)
    assert contents(folder) == {"other": "other", "whole": "a and b"}


def test_the_one_file_may_be_one_of_the_parts(folder: Path) -> None:
    merge_a_and_b(folder, target="a")
    assert contents(folder) == {"a": "a and b", "other": "other"}


def test_what_is_killed_while_it_writes_leaves_the_parts(folder: Path) -> None:
    def die(whole: Path) -> None:
        whole.write_text("a an")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        merge_files(folder / "whole", [folder / "a", folder / "b"], die)
    finish_merge(folder)
    assert contents(folder) == {"a": "a", "b": "b", "other": "other"}


@pytest.mark.parametrize("steps", range(4))
def test_what_is_killed_once_the_file_is_whole_is_finished_by_the_next(
    folder: Path, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    done = 0

    def count(*_: object) -> None:
        nonlocal done
        done += 1
        if done > steps:
            raise KeyboardInterrupt

    real_replace, real_unlink = Path.replace, Path.unlink

    def replace(self: Path, target: Path) -> Path:
        count()
        return real_replace(self, target)

    def unlink(self: Path, missing_ok: bool = False) -> None:
        if not self.name.endswith(".tmp"):
            count()
        real_unlink(self, missing_ok=missing_ok)

    with monkeypatch.context() as patched:
        patched.setattr(merge.Path, "replace", replace)
        patched.setattr(merge.Path, "unlink", unlink)
        with pytest.raises(KeyboardInterrupt):
            merge_a_and_b(folder)
    finish_merge(folder)
    assert contents(folder) == {"other": "other", "whole": "a and b"}

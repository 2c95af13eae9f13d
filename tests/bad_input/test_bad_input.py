"""Every case of the corpus: it is refused or quarantined with a message that names the place and the mend, and nothing else is.

Beside each bad file lies a good one of the same dataset, whose rows all land. Files that can't be committed (links, pipes,
2 GB of nothing, bombs) are made here.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from ingestion.dataset import Folders
from ingestion.landing.land import LandingRun, land_dataset
from tests.bad_input.corpus import DATASETS, Case, House, read_corpus, rows, told
from tests.conftest import PROJECT, land_now

CASES = read_corpus()
#: Good rows in bad files of datasets whose rows do not say from which file they are.
GOOD_ROWS = {"header again where all is text": 1, "class name in other capitals": 1}
FILES = [case for case in CASES if case.kind != "feed answer"]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    return House(tmp_path_factory.mktemp("house"), FILES)


def test_the_corpus_is_whole() -> None:
    assert len(CASES) >= 120
    assert len({case.name for case in CASES}) == len({case.path for case in CASES}) == len(CASES)
    listed = {case.path for case in CASES}
    here = Path(__file__).parent
    found = {path for folder in ("files", "answers") for path in (here / folder).rglob("*") if path.is_file()}
    assert found == listed
    assert {case.outcome for case in CASES} == {"refused", "quarantined"}
    assert all(case.place and all(case.words) for case in CASES)


@pytest.mark.parametrize("case", FILES, ids=lambda case: case.name)
def test_a_bad_file_is_told_and_harms_no_other(case: Case, house: House, tmp_path: Path) -> None:
    folders = house.room(tmp_path, case.of)
    shutil.copyfile(case.path, folders.inbox / case.of / case.path.name)
    landing = house.land(case.of, folders)
    assert_told(case, list(told(case.label, landing)))
    others = [message for message in landing.messages() if not message.startswith(case.label)]
    assert others == []
    assert house.lost(folders, case.of) == 0
    landed = rows(folders, DATASETS[case.of])
    if "source_file" in landed.columns:
        rejected = {fault.row for fault in landing.faults if fault.file == case.label}
        believed = landed.filter(pl.col("source_file") == case.label)["source_row"].to_list()
        assert not rejected & set(believed)
        assert case.outcome == "quarantined" or believed == []
    else:
        good = house.good_rows[case.of]
        if case.of == "documents":
            good, landed = (frame.filter(pl.col("document_type") != "user file") for frame in (good, landed))
        # what else a bad file of these holds is good
        assert landed.height == good.height + GOOD_ROWS.get(case.name, 0)


def assert_told(case: Case, found: list[tuple[str, str]]) -> None:
    """A message stands at the place that the corpus says and holds its words; all of them can be shown in a terminal."""
    if case.outcome == "refused":
        assert [place for place, _ in found] == ["file"], found
        assert case.place == "file" or f"{case.label}: {case.place}:" in found[0][1]
        messages = [found[0][1]]
    else:
        assert "file" not in [place for place, _ in found]
        messages = [message for place, message in found if place == case.place]
    assert any(all(words in message for words in case.words) for message in messages), found
    assert all(message.startswith(case.label) and message.isprintable() for _, message in found)


def test_all_of_them_at_once(house: House) -> None:
    untold = {case.label for case in FILES}
    run = LandingRun(house.all_at_once, datetime.now(UTC))
    for name, dataset in DATASETS.items():
        landing = house.documents if name == "documents" else land_dataset(dataset, run)
        untold -= {error.file for error in landing.refused} | {fault.file for fault in landing.faults}
        assert all(message.isprintable() for message in landing.messages())
        assert house.lost(house.all_at_once, name) == 0, name
    assert sorted(untold) == []


HEADER = "ticker,issuer,expiry,holder_category,holders,shares,pct_of_post_ipo,cumulative_pct"
GOOD = f"{HEADER}\nACME.HK,Acme Robotics,2026-09-01,cornerstone investors,Another Fund,1000000,,\n"


def put(folders: Folders, name: str, text: str = GOOD) -> Path:
    path = folders.inbox / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def link_out(folders: Folders) -> None:
    secret = put(folders, "../secret.csv")
    (folders.inbox / "lockups" / "bad.csv").symlink_to(secret)


def link_to_nothing(folders: Folders) -> None:
    (folders.inbox / "lockups" / "bad.csv").symlink_to(folders.inbox / "nothing.csv")


def links_in_a_circle(folders: Folders) -> None:
    (folders.inbox / "lockups" / "bad.csv").symlink_to(folders.inbox / "lockups" / ".other")
    (folders.inbox / "lockups" / ".other").symlink_to(folders.inbox / "lockups" / "bad.csv")


def device(folders: Folders) -> None:
    (folders.inbox / "lockups" / "bad.csv").symlink_to("/dev/zero")


def pipe(folders: Folders) -> None:
    os.mkfifo(folders.inbox / "lockups" / "bad.csv")


def folder(folders: Folders) -> None:
    (folders.inbox / "lockups" / "bad.csv").mkdir()


def folder_in_the_folder(folders: Folders) -> None:
    put(folders, "lockups/bad/acme.csv")


def copy_of_a_file(folders: Folders) -> None:
    put(folders, "lockups/a.csv")
    put(folders, "lockups/bad.csv")


def name_in_capitals(folders: Folders) -> None:
    put(folders, "lockups/Bad.csv")
    put(folders, "lockups/bad.csv", GOOD.replace("1000000", "2000000"))


def name_in_no_encoding(folders: Folders) -> None:
    Path(os.fsdecode(os.fsencode(folders.inbox / "lockups") + b"/bad\xff.csv")).write_text(GOOD.replace("shares", "stock"))


def name_that_commands_a_terminal(folders: Folders) -> None:
    put(folders, "lockups/bad\x1b[2J\n.csv", GOOD.replace("shares", "stock"))


def name_turned_around(folders: Folders) -> None:
    put(folders, "lockups/bad\u202evsc.csv", GOOD.replace("shares", "stock"))


def changed_after_the_end_of_time(folders: Folders) -> None:
    os.utime(put(folders, "lockups/bad.csv"), (10**12, 10**12))


def changed_in_the_future(folders: Folders) -> None:
    os.utime(put(folders, "lockups/bad.csv"), (7_000_000_000, 7_000_000_000))  # in 2191


@pytest.mark.parametrize(
    ("make", "label", "words"),
    [
        (link_out, "bad.csv", "is a link that leads out of its folder, or nowhere; copy the file itself"),
        (link_to_nothing, "bad.csv", "is not a regular file"),
        (links_in_a_circle, "bad.csv", "is a link that leads out of its folder, or nowhere"),
        (device, "bad.csv", "is a link that leads out of its folder"),
        (pipe, "bad.csv", "is not a regular file; remove it"),
        (folder, "bad.csv", "is not a regular file"),
        (folder_in_the_folder, "bad", "is not read: only files that end in .csv or .xlsx are"),
        (copy_of_a_file, "bad.csv", "holds the same as inbox/lockups/a.csv; keep one of them"),
        (
            name_in_capitals,
            "bad.csv",
            "differs in its name from inbox/lockups/Bad.csv only by capitals or signs; rename one of them",
        ),
        (name_in_no_encoding, "bad\\udcff.csv", "lacks the column shares"),
        (name_that_commands_a_terminal, "bad\\x1b[2J\\n.csv", "lacks the column shares"),
        (name_turned_around, "bad\\u202evsc.csv", "lacks the column shares"),
        (changed_after_the_end_of_time, "bad.csv", "is not a known document"),
        (changed_in_the_future, "bad.csv", "is in the future"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_what_a_folder_can_hold_is_told_and_harms_no_other(
    make: Callable[[Folders], None], label: str, words: str, house: House, tmp_path: Path
) -> None:
    folders = house.room(tmp_path / "data", "lockups")
    (folders.landed / "documents").unlink()
    make(folders)
    landings = [house.land(name, folders) for name in ("documents", "lockups")]
    messages = [message for landing in landings for message in landing.messages()]
    assert any(message.startswith(f"inbox/lockups/{label}") and words in message for message in messages), messages
    assert all(message.startswith("inbox/lockups/") and message.isprintable() for message in messages)
    assert house.lost(folders, "lockups") == house.lost(folders, "documents") == 0
    assert f"inbox/lockups/{label}" not in set(rows(folders, DATASETS["lockups"])["source_file"])


def test_a_key_that_another_file_has_is_told_and_the_first_file_stands(house: House, tmp_path: Path) -> None:
    folders = house.room(tmp_path, "filing_lockups")
    (folders.landed / "documents").unlink()
    good = (folders.inbox / "filing_lockups" / "good.csv").read_text(encoding="utf-8")
    put(folders, "filing_lockups/same document.csv", good.replace("40,000,000", "39,000,000"))
    landings = [house.land(name, folders) for name in ("documents", "filing_lockups")]
    (message,) = [message for landing in landings for message in landing.messages()]
    assert message.startswith(
        "inbox/filing_lockups/same document.csv rows 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 1 more: repeats the key"
    )
    assert house.lost(folders, "filing_lockups") == 0


def test_what_can_not_be_read_is_told(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folders = house.room(tmp_path, "lockups")
    put(folders, "lockups/bad.csv")

    def refuse(path: Path) -> bytes:
        if path.name == "bad.csv":
            raise PermissionError(13, "Permission denied")
        return path.open("rb").read()

    monkeypatch.setattr(Path, "read_bytes", refuse)
    landing = house.land("lockups", folders)
    assert landing.messages() == ["inbox/lockups/bad.csv: can't be read (Permission denied)"]
    assert house.lost(folders, "lockups") == 0


def test_places_of_the_inbox_that_are_none_are_told(tmp_path: Path) -> None:
    folders = Folders(PROJECT / "data", tmp_path)
    put(folders, "lockups")
    put(folders, "documents")
    put(folders, "lockup/acme.csv")
    put(folders, "acme\x1b.csv")
    messages = sorted(land_now("documents", folders).messages())
    assert messages.pop(0).startswith("inbox/acme\\x1b.csv: stands in no dataset's folder; ")
    assert messages == [
        "inbox/documents: is not a folder; put the file into a folder of this name",
        "inbox/lockup: is a folder of no dataset; did you mean inbox/lockups/?",
        "inbox/lockups: is not a folder; put the file into a folder of this name",
    ]
    shutil.rmtree(folders.inbox)
    folders.inbox.write_text("x")
    assert land_now("documents", folders).messages() == ["inbox: is not a folder; make it one"]


#: Makes large files in an inbox and lands them; prints what was said of them, the seconds and the most memory (MB).
LARGE = """
import json, re, resource, sys, time
from datetime import UTC, datetime
from pathlib import Path
resource.setrlimit(resource.RLIMIT_AS, (6 * 1024**3, 6 * 1024**3))
from ingestion.dataset import Folders
from ingestion.landing.land import LandingRun, land_dataset
from tests.bad_input.corpus import DATASETS, put_good_files
folders = Folders(Path(sys.argv[1]), Path(sys.argv[2]))
put_good_files(folders, ["lockups", "prices"])
def large(name, part=b"", times=1, size=0):
    path = folders.inbox / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        for _ in range(times):
            file.write(part)
        if size:
            file.truncate(size)
large("lockups/two_gigabytes.csv", size=2 * 1024**3)
large("prices/two_gigabytes.csv", size=2 * 1024**3)
large("prices/one_line.csv", b"2" * 1_000_000, 60)
large("documents/two_gigabytes.yml", size=2 * 1024**3)
large("documents/deep.yml", b"[" * 99_000)
large("documents/deep_mapping.yml", b"{a: " * 24_000)
large("lockups/one_cell.csv", b"ticker,issuer\\n" + b"x" * 2_000_000)
large("lockups/commas.csv", b"," * 1_000_000, 5)
large("company_names/lines.csv", b"printed_name,company\\n" + b"a,b\\n" * 510_000)
large("company_names/blank_lines.csv", b"printed_name,company\\n" + b"\\n" * 510_000)
large("company_names/rows.csv", b"printed_name,company\\n" + b"a,\\n" * 5_000)
started = time.monotonic()
needed = {"exchanges", "exchange_closures", "trading_days", "listing_events", "lockup_comparables", "share_capital_events"}
needed |= {"instruments"}
names = [name for name in DATASETS if name in needed | {"documents", "lockups", "prices", "company_names"}]
run = LandingRun(folders, datetime.now(UTC))
landings = [land_dataset(DATASETS[name], run) for name in names]
said = {error.file: error.reason for landing in landings for error in landing.refused}
faults = {fault.file for landing in landings for fault in landing.faults}
rows = {landing.dataset: landing.rows for landing in landings}
seconds = time.monotonic() - started
# not ru_maxrss, which on Linux keeps what the process that started this one had
megabytes = int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]) // 1024
print(json.dumps({"said": said, "faults": sorted(faults), "rows": rows, "seconds": seconds, "megabytes": megabytes}))
"""


def test_what_is_large_is_refused_soon_and_without_filling_the_memory(tmp_path: Path) -> None:
    command = [sys.executable, "-c", LARGE, str(PROJECT / "data"), str(tmp_path)]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout)
    expected = {
        "lockups/two_gigabytes.csv": "is 2,147,483,648 bytes; at most 67,108,864 are read",
        "prices/two_gigabytes.csv": "is 2,147,483,648 bytes; at most 67,108,864 are read",
        "prices/one_line.csv": "field larger than field limit",
        "documents/two_gigabytes.yml": "is larger than 100,000 bytes",
        "documents/deep.yml": "is not a mapping of fields",
        "documents/deep_mapping.yml": "line 1: a is not a single value",
        "lockups/one_cell.csv": "lacks the column expiry",
        "lockups/commas.csv": "has 5,000,001 columns; at most 1,000 are read",
        "company_names/lines.csv": "has more than 500,000 lines; split it into several files",
        "company_names/blank_lines.csv": "has more than 500,000 lines",
    }
    for name, words in expected.items():
        assert words in found["said"][f"inbox/{name}"]
    assert "inbox/company_names/rows.csv" in found["faults"]
    assert found["seconds"] < 60 and found["megabytes"] < 1000, found

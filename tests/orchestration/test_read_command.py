"""`freefloat read`, as a user runs it."""

from __future__ import annotations

import json
from pathlib import Path

from tests.conftest import freefloat
from tests.ingestion.filings.documents import ONE, filing, text_as_pdf

GOOD = filing(
    "Existing Shareholders\n" + ONE + "Alder Holdings [bold]\n80,000,000\n80.00%\nMarch 1, 2027\nTotal\n80,000,000\n80.00%\n"
    "Cornerstone Investors\n" + ONE + "Elm\n4,000,000\n4.00%\nSeptember 1, 2026\n"
)
BAD = GOOD.replace("\n80,000,000\n80.00%\nMarch", "\n70,000,000\n70.00%\nMarch")


def test_read_shows_facts_tables_and_proofs(tmp_path: Path) -> None:
    path = text_as_pdf(GOOD, tmp_path / "results.pdf")
    done = freefloat(tmp_path, "read", str(path))
    assert done.returncode == 0, done.stderr
    for words in (
        "LARKSPUR ROBOTICS CO., LTD.",
        "9998.HK",
        "Alder Holdings [bold]",
        "80,000,000",
        "2027-03-01",
        "16,000,000",
        "100,000,000 = 80,000,000 + 20,000,000",
    ):
        assert words in done.stdout
    assert not (tmp_path / "landed").exists()


def test_read_writes_json_for_programs(tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text(GOOD, encoding="utf-8")
    (tmp_path / "bad.txt").write_text(BAD, encoding="utf-8")
    one = json.loads(freefloat(tmp_path, "read", str(tmp_path / "good.txt"), "--format", "json").stdout)
    assert one["issued_shares"]["value"] == 100_000_000 and len(one["lockups"]) == 2
    done = freefloat(tmp_path, "read", str(tmp_path / "good.txt"), str(tmp_path / "bad.txt"), "--format", "json")
    found = json.loads(done.stdout)
    assert done.returncode == 1
    assert [("lockups" in one, "refused" in one) for one in found] == [(True, False), (False, True)]
    assert found[1]["refused"]["page"] == 8


def test_refusal_is_one_clear_sentence_and_the_other_files_are_read(tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text(GOOD, encoding="utf-8")
    (tmp_path / "bad.txt").write_text(BAD, encoding="utf-8")
    done = freefloat(tmp_path, "read", str(tmp_path / "bad.txt"), str(tmp_path / "missing.pdf"), str(tmp_path / "good.txt"))
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    lines = done.stderr.splitlines()
    assert lines[0].startswith(f"Error: {tmp_path / 'bad.txt'}: refused: page 8, line ") and "70,000,000" in lines[0]
    assert "missing.pdf: refused: there is no such file" in lines[1]
    assert lines[-1] == "3 filings: 1 read, 2 refused"
    assert "Alder Holdings" in done.stdout


def test_csv_writes_inbox_files_and_text_what_was_read(tmp_path: Path) -> None:
    path = text_as_pdf(BAD, tmp_path / "refused.pdf")
    done = freefloat(tmp_path, "read", str(path), "--csv", str(tmp_path / "inbox"), "--text", str(tmp_path / "mended"))
    assert done.returncode == 1 and not (tmp_path / "inbox").exists()
    # the user mends the line that the refusal names, and reads the text
    text = tmp_path / "mended" / "refused.txt"
    text.write_text(
        text.read_text(encoding="utf-8").replace("70,000,000", "80,000,000").replace("70.00%", "80.00%"), encoding="utf-8"
    )
    done = freefloat(tmp_path, "read", str(text), "--csv", str(tmp_path / "inbox"))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "inbox" / "filing_lockups" / "hk_9998_allotment_results_2026_03_02.csv").exists()


def test_folder_that_cannot_be_written_is_one_clear_sentence(tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text(GOOD, encoding="utf-8")
    (tmp_path / "file").write_text("", encoding="utf-8")
    done = freefloat(tmp_path, "read", str(tmp_path / "good.txt"), "--csv", str(tmp_path / "file" / "inbox"))
    assert done.returncode == 1
    assert "can't be written" in done.stderr and "Traceback" not in done.stderr

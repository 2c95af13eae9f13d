"""The calendar of catalysts: what an event says, that RFC 5545 is kept, and that an event keeps its UID when it moves."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import icalendar
import pytest
from click.testing import CliRunner

from orchestration.cli import cli
from orchestration.reading.calendar import calendar_of
from orchestration.releases.publish import ReleaseContext, publish

RELEASE_ID = "20260420T000000001Z"
EXPIRY: dict[str, Any] = {
    "catalyst_id": "lock-up expiry|0100.HK|earlier_of(2026-10-08, trading_day_from(20, stock_connect_eligibility))",
    "event": "lock-up expiry",
    "subject": "MiniMax",
    "ticker": "0100.HK",
    "catalyst_kind": "lock-up expiry",
    "timing_printed": None,
    "earliest_on": date(2026, 8, 31),
    "latest_on": date(2026, 10, 9),
    "status": "expected",
    "channel": "flow",
    "expected_direction": "negative",
    "condition": "interval: expected event to backstop",
    "supply_shares": 39_029_876,
    "supply_hkd": 28_101_510_720.0,
    "supply_hkd_basis": "latest close",
    "table_ref": None,
    "known_on": date(2026, 4, 20),
    "document_id": "minimax_allotment_results_2026_01_08",
    "title": "Announcement of allotment results",
    "url": "https://example.com/results",
}
STATEMENT = EXPIRY | {
    "catalyst_id": "statement|note|Jun-26|potential index inclusion|sector",
    "event": "potential index inclusion; 指数, \\ and more",
    "subject": "sector",
    "ticker": None,
    "catalyst_kind": "index inclusion",
    "timing_printed": "Jun-26",
    "earliest_on": date(2026, 6, 30),
    "latest_on": date(2026, 6, 30),
    "status": "announced",
    "condition": None,
    "supply_shares": None,
    "supply_hkd": None,
    "table_ref": "table 1",
    "document_id": "note",
    "title": None,
    "url": None,
}


def events(content: bytes) -> list[Any]:
    return icalendar.Calendar.from_ical(content).walk("VEVENT")


def test_an_event_covers_its_days_and_says_status_supply_and_document():
    [event] = events(calendar_of([EXPIRY]))
    # all-day, the end exclusive
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (date(2026, 8, 31), date(2026, 10, 10))
    assert event["DTSTART"].params["VALUE"] == "DATE"
    assert event["SUMMARY"] == "MiniMax (0100.HK): lock-up expiry"
    assert event["STATUS"] == "TENTATIVE" and event["TRANSP"] == "TRANSPARENT"
    assert event["URL"] == "https://example.com/results"
    assert event["DESCRIPTION"].splitlines() == [
        "Status: expected, between 2026-08-31 and 2026-10-09",
        "Expected direction: negative, through flow",
        "Supply: 39,029,876 shares, HKD 28,101,510,720 (latest close)",
        "Condition: interval: expected event to backstop",
        "Document: Announcement of allotment results [minimax_allotment_results_2026_01_08]",
        "Known on: 2026-04-20",
    ]


def test_text_comes_back_as_it_was_and_what_is_not_known_is_left_out():
    [event] = events(calendar_of([STATEMENT]))
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (date(2026, 6, 30), date(2026, 7, 1))
    assert event["SUMMARY"] == "sector: potential index inclusion; 指数, \\ and more"
    assert event["STATUS"] == "CONFIRMED" and "URL" not in event
    assert event["DESCRIPTION"].splitlines() == [
        "Status: announced (printed: Jun-26)",
        "Expected direction: negative, through flow",
        "Document: note [note], table 1",
        "Known on: 2026-04-20",
    ]


def test_lines_are_folded_at_75_octets_and_end_as_the_standard_says():
    content = calendar_of([EXPIRY, STATEMENT | {"event": "指数" * 60}])
    assert content.endswith(b"END:VCALENDAR\r\n")
    lines = content.split(b"\r\n")
    assert b"\n" not in b"".join(lines) and max(map(len, lines)) == 75
    assert all(line.decode() is not None for line in lines)  # no character is cut in two
    assert events(content)[1]["SUMMARY"] == "sector: " + "指数" * 60


def test_control_characters_of_the_data_do_not_make_lines():
    hostile = STATEMENT | {"event": "a\r\nBEGIN:VALARM\x1b[2J", "condition": "b\nEND:VEVENT", "table_ref": "t\r\nX:1"}
    content = calendar_of([hostile])
    assert len(events(content)) == 1 and b"\x1b" not in content
    assert [line for line in content.split(b"\r\n") if line.startswith((b"BEGIN:VALARM", b"X:"))] == []
    assert content.count(b"END:VEVENT\r\n") == 1


def test_the_same_facts_give_the_same_bytes_and_an_event_that_moves_keeps_its_uid():
    settled = EXPIRY | {"earliest_on": date(2026, 10, 6), "latest_on": date(2026, 10, 6), "status": "past"}
    assert calendar_of([EXPIRY, STATEMENT]) == calendar_of([EXPIRY, STATEMENT])
    (before, other), [after] = events(calendar_of([EXPIRY, STATEMENT])), events(calendar_of([settled]))
    assert before["UID"] == after["UID"] != other["UID"]
    # a UID that changed would double every event in the calendars that hold it
    assert before["UID"] == "b6925e6c-aa74-5a6a-8ce9-f0e9a492958e@freefloat"
    assert before["DTSTAMP"].dt.isoformat() == "2026-04-20T00:00:00+00:00"


def test_the_command_writes_the_preferred_catalysts_that_have_days(
    offline_release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("FREEFLOAT_DATA_DIR", str(offline_release))
    output = tmp_path / "catalysts.ics"
    written = CliRunner().invoke(cli, ["calendar", "--output", str(output)])
    assert (written.exit_code, written.output) == (0, "")
    printed = CliRunner().invoke(cli, ["calendar"])
    assert printed.stdout_bytes == output.read_bytes()
    with duckdb.connect(offline_release / "warehouse.duckdb", read_only=True) as connection:
        catalysts = connection.execute(
            "SELECT earliest_on FROM fct_catalyst WHERE is_preferred AND earliest_on IS NOT NULL ORDER BY 1"
        ).fetchall()
    found = events(output.read_bytes())
    assert [event["DTSTART"].dt for event in found] == [day for (day,) in catalysts]
    assert len({event["UID"] for event in found}) == len(found)
    # a fixed day of a filing; Zhipu's six-month expiry, of which the note says only `Jul-26`
    [expiry] = [e for e in found if e["SUMMARY"] == "Zhipu AI (2513.HK): lock-up expiry" and e["DTSTART"].dt.year == 2026]
    assert (expiry["DTSTART"].dt, expiry["DTEND"].dt) == (date(2026, 7, 8), date(2026, 7, 9))
    assert "Supply: 25,681,600 shares" in expiry["DESCRIPTION"]
    assert "6-month lock-up expiry" not in output.read_text(encoding="utf-8")
    refused = CliRunner().invoke(cli, ["calendar", "--output", str(tmp_path / "missing" / "catalysts.ics")])
    assert refused.exit_code == 1 and "missing/catalysts.ics: the calendar can't be written: No such file" in refused.stderr


def test_without_a_release_or_its_catalysts_the_command_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("FREEFLOAT_DATA_DIR", str(tmp_path))
    result = CliRunner().invoke(cli, ["calendar"])
    assert result.exit_code == 1 and "freefloat refresh" in result.stderr
    (tmp_path / "build").mkdir()
    with duckdb.connect(tmp_path / "build" / "build.duckdb") as connection:
        connection.execute(
            f"CREATE TABLE dim_release AS SELECT '{RELEASE_ID}' AS release_id, DATE '2026-04-20' AS as_of, now() AS created_at"
        )
    publish(tmp_path / "build" / "build.duckdb", ReleaseContext(data_dir=tmp_path, release_id=RELEASE_ID))
    result = CliRunner().invoke(cli, ["calendar"])
    assert result.exit_code == 1 and "no catalysts yet: run `freefloat refresh`" in result.stderr

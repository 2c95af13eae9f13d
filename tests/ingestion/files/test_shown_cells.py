"""What a cell of a workbook shows, worked out by hand from its number and format, and what nobody can tell."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest

from ingestion.files.shown_cells import UnclearCell, shown


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (25_681_600, "General", "25681600"),
        (25681600.0, "#,##0", "25681600"),
        (0.1 + 0.2, "General", "0.3"),
        (1e-7, "General", "0.0000001"),
        (465_623_090.0, "0.00E+00", "465623090"),
        (-5, "General", "-5"),
        (0.4892, "0.00%", "48.92%"),
        (0.489, "0.00%", "48.90%"),
        (0.058, "0.0%", "5.8%"),
        (0.5, "0%", "50%"),
        (-0.05, "0%;[Red]-0%", "-5%"),
        (12.5, '0.0"x"', "12.5x"),
        (380, '"$"#,##0', "$380"),
        (380.5, "[$HK$-3C09]#,##0.00", "HK$380.50"),
        (41.2, "$#,##0.0#", "$41.2"),
        (-1000, "#,##0_);(#,##0)", "-1000"),
        (1000, '_(* #,##0_);_(* (#,##0);_(* "-"??_);_(@_)', "1000"),
        (0, '_(* #,##0_);_(* (#,##0);_(* "-"??_);_(@_)', "0"),
        (7, "000", "7"),
        (5, "0.00", "5.00"),
        (1.25, "0.0##", "1.25"),
        (True, "General", "true"),
        ("0100.HK", "General", "0100.HK"),
        ("=1+1", "General", "=1+1"),
        (None, "0.00", ""),
        (datetime.fromisoformat("2026-03-02"), "yyyy-mm-dd", "2026-03-02"),
        (datetime.fromisoformat("2026-03-02"), "mm-dd-yy", "2026-03-02"),
        (datetime.fromisoformat("2026-03-02"), "[$-409]d\\ mmm\\ yyyy;@", "2026-03-02"),
        (datetime.fromisoformat("2026-03-02"), "yyyy-mm-dd h:mm:ss", "2026-03-02"),
        (datetime.fromisoformat("2026-02-01"), "mmm-yy", "Feb-26"),
        (datetime.fromisoformat("2026-03-02T14:30"), "yyyy-mm-dd hh:mm", "2026-03-02 14:30:00"),
    ],
)
def test_a_cell_is_the_text_that_it_shows(value: object, number_format: str, text: str) -> None:
    assert shown(value, number_format) == text


@pytest.mark.parametrize(
    ("value", "number_format", "words"),
    [
        (1.2345, "0.00", "shows 1.23 and holds 1.2345; show all digits, or round it"),
        (0.489234, "0.00%", "shows 48.92% and holds 48.9234%"),
        (465_623_090, "#,##0,", "holds 465623090 and shows it in thousands"),
        (5, '"-"', "holds 5 and does not show it"),
        (5, ";;;", "holds 5 and does not show it"),
        (12345678901234567, "General", "has more than 15 digits"),
        (datetime.fromisoformat("2026-03-02"), "d-mmm", "is shown without its day or year, and holds 2026-03-02"),
        (time(9, 30), "h:mm", "is a time and no day"),
        (timedelta(1), "[h]:mm", "is a time and no day"),
    ],
)
def test_what_nobody_can_tell_is_refused(value: object, number_format: str, words: str) -> None:
    with pytest.raises(UnclearCell, match=words.replace("(", r"\(")):
        shown(value, number_format)


def test_an_error_is_no_text() -> None:
    with pytest.raises(UnclearCell, match="is an error of the spreadsheet"):
        shown("#N/A", "General", is_error=True)

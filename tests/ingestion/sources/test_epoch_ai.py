"""Epoch AI's tables: both headers of the revenue table, cells with line breaks, numbered statements, and what is refused."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from ingestion.live.answer import UnexpectedAnswer
from ingestion.sources.epoch_ai import TABLES, parse

REVENUE, FUNDING, USAGE, INDEX = (
    TABLES[name] for name in ("revenue reports", "funding rounds", "usage reports", "capability index")
)

OLD = (
    "Id,Company,Date,Revenue amount (normalize to annual),Annualized revenue (USD),Type,Revenue info (non-annualized),"
    "Confidence,Source 1,Source 2,Source 3,Notes,Report date,Source type,Graph note\n"
    "Dec 2025 9B,Anthropic,2025-12-31,9000000000.0,9000000000.0,Annualized run rate,,Confident,https://example.org/a ,,,"
    '"The words ""run rate"",\nand a comma.\n",2026-01-21,"Company disclosure,Media report",\n'
)
NEW = (
    "Id,Company,Date,Annualized revenue (USD),Annualized revenue type,Scope,Revenue amount (normalize to annual),Period revenue,"
    "Period type,Other revenue info,Confidence,Source 1,Source 2,Source 3,Notes,Report date,Source type,Graph note\n"
    "2024 3.7B,OpenAI,2024-12-31,,,Full company,3700000000.0,3700000000.0,Year,,Likely,,,,,2024-09-27,Media report,\n"
    "2023 0.7B,OpenAI,,,,Product/division,,700000000,Year,ChatGPT only,Likely,,,,,,Media report,excluded\n"
)
FUNDING_HEADER = (
    "Id,Company,Close date,Status,Funding (equity),Funding (debt),Valuation (post-money),Report date,Source 1,Source 2,Source 3,"
    "Graph note,Notes,Type,Confidence,Exclude from graph view\n"
)
USAGE_HEADER = (
    "Id,Company,Active users,Active users time period,Daily tokens,Daily messages,Date,Report date,Source 1,Source 2,Graph note,"
    "Notes,Source type,Product,Confidence,Exclude from graph view\n"
)
INDEX_CSV = (
    "Model version,ECI Score,Release date,Organization,Country,Model accessibility,Training compute (FLOP),Confidence,Model name,"
    "Description,Display name\n"
    'glm-5,149.25,2026-02-11,"Z.ai (Zhipu AI),Tsinghua University","China,China",Open weights,2.5e+25,,GLM-5,,GLM-5\n'
    "olmo,,,Ai2,United States of America,,,,OLMo,,OLMo\n"
)


def rows(text: str, table: Any = REVENUE) -> list[dict[str, Any]]:
    found = parse(text.encode(), table)
    assert found.unreadable == []
    return found.rows


def zipped(*members: tuple[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return buffer.getvalue()


def test_the_older_header_of_the_revenue_table() -> None:
    (row,) = rows(OLD)
    assert row == {
        "statement_number": 1,
        "report_id": "Dec 2025 9B",
        "company": "Anthropic",
        "as_of": date(2025, 12, 31),
        "annualized_revenue_usd": Decimal("9000000000.00"),
        "annualized_revenue_type": "Annualized run rate",
        "scope": None,
        "normalized_revenue_usd": Decimal("9000000000.00"),
        "period_revenue_usd": None,
        "period_type": None,
        "other_revenue_info": None,
        "report_on": date(2026, 1, 21),
        "source_type": "Company disclosure,Media report",
        "header_version": "v2026-01",
        "source_1": "https://example.org/a",
        "source_2": None,
        "source_3": None,
        "confidence": "Confident",
        "notes": 'The words "run rate",\nand a comma.',
        "graph_note": None,
    }


def test_the_newer_header_of_the_revenue_table() -> None:
    full_year, product = sorted(rows(NEW), key=lambda row: row["report_id"], reverse=True)
    assert (full_year["annualized_revenue_usd"], full_year["period_revenue_usd"]) == (None, Decimal(3_700_000_000))
    assert (full_year["scope"], full_year["period_type"], full_year["header_version"]) == ("Full company", "Year", "v2026-09")
    assert (product["as_of"], product["report_on"], product["other_revenue_info"]) == (None, None, "ChatGPT only")


def test_the_order_of_the_columns_says_nothing() -> None:
    table = list(csv.reader(io.StringIO(OLD)))
    turned = io.StringIO()
    csv.writer(turned, lineterminator="\n").writerows(line[::-1] for line in table)
    assert rows(turned.getvalue()) == rows(OLD)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("Scope,", "Coverage,", "'Coverage'"),
        ("Scope,", "", "missing: ['Scope']"),
        ("Graph note\n", "Graph note,Currency\n", "'Currency'"),
        ("Scope,", "Period type,", "'Period type'"),
        ("Id,Company", "error,Company", "'error'"),
    ],
)
def test_a_header_that_is_not_known_is_refused_by_its_name(old: str, new: str, words: str) -> None:
    with pytest.raises(UnexpectedAnswer, match=r"the header has [0-9]+ columns that are not known: ") as unexpected:
        parse(NEW.replace(old, new, 1).encode(), REVENUE)
    assert words in unexpected.value.reason


def test_statements_of_one_label_are_numbered_and_the_same_record_twice_is_one() -> None:
    header, record = OLD.split("\n", 1)
    restated = record.replace("9000000000.0,Ann", "9100000000.0,Ann").replace("2026-01-21", "2026-02-12")
    found = rows(f"{header}\n{restated}{record}{record}")
    assert [(row["statement_number"], row["annualized_revenue_usd"], row["report_on"]) for row in found] == [
        (1, Decimal(9_000_000_000), date(2026, 1, 21)),
        (2, Decimal(9_100_000_000), date(2026, 2, 12)),
    ]
    # the number does not depend on the order of the file
    assert rows(f"{header}\n{record}{restated}") == found


def test_rounds_have_several_kinds_and_secondary_sales_raise_nothing() -> None:
    text = (
        FUNDING_HEADER
        + 'H,Anthropic,2026-05-28,Closed,65000000000,,965000000000,2026-05-20,,,,,,"Primary,Debt",Likely,\n'
        + 'T,OpenAI,2025-10-02,Closed,0.0,,"$500,000,000,000.00",2025-10-10,,,,,,Secondary,Confident,True\n'
        + "N,OpenAI,2027-01-31,Late discussions,,,1.2e12,2026-10-20,,,,,,,Uncertain,False\n"
        + "B,xAI,2026-01-06,Closed,20000000000,,,,,,,,,Other,Likely,\n"
    )
    found = {row["round_id"]: row for row in rows(text, FUNDING)}
    flags = {name: (row["is_primary"], row["is_secondary"], row["is_excluded"]) for name, row in found.items()}
    assert flags == {
        "H": (True, False, False),
        "T": (False, True, True),
        "N": (False, False, False),
        "B": (False, False, False),
    }
    assert (found["T"]["equity_usd"], found["T"]["post_money_usd"]) == (0, Decimal(500_000_000_000))
    assert (found["N"]["equity_usd"], found["N"]["post_money_usd"]) == (None, Decimal("1.2e12"))
    # known since the report; but not that it closed, if it closed later; a day that is only expected tells nothing
    assert {name: row["known_on"] for name, row in found.items()} == {
        "H": date(2026, 5, 28),
        "T": date(2025, 10, 10),
        "N": date(2026, 10, 20),
        "B": None,
    }


def test_use_is_counted_in_whole_users_and_tokens() -> None:
    text = (
        USAGE_HEADER
        + "W,OpenAI,800000000.0,Weekly,,,2025-10-06,2025-10-06,,,,,Company disclosure,ChatGPT,Confident,\n"
        + "T,Google,,,323333333333.4,,2024-05-01,2025-05-20,,,,,Company disclosure,,Confident,True\n"
    )
    users, tokens = sorted(rows(text, USAGE), key=lambda row: row["report_id"], reverse=True)
    assert (users["active_users"], users["active_users_period"], users["daily_tokens"]) == (800_000_000, "Weekly", None)
    assert (tokens["daily_tokens"], tokens["product"], tokens["is_excluded"]) == (323_333_333_333, None, True)


def test_the_index_is_one_file_of_a_zip_and_may_lack_scores() -> None:
    body = zipped(("gpqa.csv", "Model version,mean_score\n"), ("data/epoch_capabilities_index.csv", INDEX_CSV))
    found = parse(body, INDEX)
    glm, olmo = found.rows
    assert (glm["model_version"], glm["score"], glm["release_on"]) == ("glm-5", Decimal("149.25"), date(2026, 2, 11))
    assert (glm["organization"], glm["country"]) == ("Z.ai (Zhipu AI),Tsinghua University", "China,China")
    assert (glm["training_compute_flop"], olmo["score"], olmo["release_on"]) == (Decimal("2.5e25"), None, None)
    with pytest.raises(UnexpectedAnswer, match=r"0 files epoch_capabilities_index\.csv: gpqa\.csv"):
        parse(zipped(("gpqa.csv", "")), INDEX)
    with pytest.raises(UnexpectedAnswer, match="not a ZIP"):
        parse(INDEX_CSV.encode(), INDEX)
    with pytest.raises(UnexpectedAnswer, match="not a ZIP"):
        parse(body[: len(body) // 2], INDEX)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<!DOCTYPE html><html><title>Just a moment...</title>", "is HTML or XML, not CSV"),
        ("", "the header has 0 columns"),
        (OLD.split("\n", 1)[0] + "\n", "has a header and no records"),
        (OLD[:-70], "can't be read, it is cut short"),  # within the quoted notes
        (NEW[: NEW.rindex("Media report")], "record 2 has 17 columns, not 18; it is cut short"),
    ],
)
def test_what_is_not_the_table_is_refused(text: str, words: str) -> None:
    with pytest.raises(UnexpectedAnswer) as unexpected:
        parse(text.encode(), REVENUE)
    assert words in unexpected.value.reason


def test_text_that_is_not_utf_8_is_refused() -> None:
    with pytest.raises(UnexpectedAnswer, match="not UTF-8"):
        parse(NEW.replace("ChatGPT only", "ChatGPT € only").encode("cp1252"), REVENUE)


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        ("3700000000.0,3700000000.0", "-1,3700000000.0", "Revenue amount (normalize to annual)"),
        ("3700000000.0,3700000000.0", "3700000000.0,c. 3.7bn", "Period revenue"),
        ("3700000000.0,3700000000.0", "3700000000.0,37e30", "Period revenue"),
        ("2024-12-31", "31/12/2024", "Date"),
        ("2024-09-27", "Sep-24", "Report date"),
        ("2024 3.7B,", ",", "Id"),
        (",OpenAI,2024", ",,2024", "Company"),
    ],
)
def test_a_record_that_can_not_be_read_is_named_and_the_others_are_read(old: str, new: str, column: str) -> None:
    assert old in NEW
    found = parse(NEW.replace(old, new, 1).encode(), REVENUE)
    (bad,) = found.unreadable
    assert bad.column == column and "(of " in bad.reason
    assert [row["report_id"] for row in found.rows] == ["2023 0.7B"]

"""What a text may hold: printed figures, names of people and substances pass; formulas, unseen letters and twins don't."""

from __future__ import annotations

import unicodedata

import pytest

from ingestion.files.cell_text import look_alike, unclear, unsafe
from ingestion.landing.source_files import inbox_document_id


@pytest.mark.parametrize(
    "text",
    ["-5%", "−5%", "+12%", "+/-5%", "-US$ 5bn", "-$ 5bn", "-HK$ 1.2bn", "-¥5bn", "-£2bn", "-.5", "~$1.4bn", "(12)", "-", "--"]
    + ["Hélène", "中芯国际", "O'Neill & Sons", "3rd", "TNFα", "Aβ", "@cf/meta/llama-2", "0700.HK", "BRK.B", "a = b", "x|y"],
)
def test_figures_and_names_pass(text: str) -> None:
    assert (unsafe(text), unclear(text), look_alike(text)) == (None, None, None)


@pytest.mark.parametrize(
    "text", ["=1+1", "+cmd|' /C calc'!A0", "-2+3*HYPERLINK(1)", "@SUM(A1)", "＝1", "-cmd", "a\x1b[2J", "a\u202eb"]
)
def test_formulas_and_commands_are_unsafe(text: str) -> None:
    assert unsafe(text)


@pytest.mark.parametrize("letter", ["\u200b", "\ufeff", "\u3164", "\ufe0f", "\u2800", "\u034f", "\ufffd", "\U000e0101"])
def test_letters_that_cannot_be_seen_are_told(letter: str) -> None:
    assert unclear(f"Acme{letter}")


@pytest.mark.parametrize("text", ["Аcme", "Αcme", "Ａcme", "Acme\u00a0Ltd", unicodedata.normalize("NFD", "Hélène")])
def test_names_that_only_look_like_others_are_told(text: str) -> None:
    assert look_alike(text)


def test_two_files_are_never_one_document() -> None:
    assert inbox_document_id("inbox/lockups/Acme Ltd.csv") == "inbox/lockups/acme_ltd.csv"
    china, us = (inbox_document_id(f"inbox/lockups/{name}.csv") for name in ("中国", "美国"))
    assert china != us and china.startswith("inbox/lockups/__.csv_")
    long, longer = (inbox_document_id(f"inbox/lockups/{'a' * size}.csv") for size in (300, 301))
    assert long != longer and max(len(long), len(longer)) == 200

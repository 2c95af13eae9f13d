"""docs/release-rules.md: every rule that it shows is read as it says, and it shows each operator of the grammar."""

from __future__ import annotations

import csv
import re

import pytest

from ingestion.datasets.release_rule_terms import CONDITIONS, TERM_KINDS
from ingestion.printed_text.release_rules import canonical_rule, rule_conditions, rule_parts, rule_terms
from ingestion.printed_text.release_terms import COMPARISONS
from tests.conftest import PROJECT

DOCUMENT = (PROJECT / "docs" / "release-rules.md").read_text(encoding="utf-8")
RULES = re.findall(r"^\| `([^`]+)` \| `([^`]+)` \| [^|]*\|$", DOCUMENT, re.MULTILINE)
SCHEDULES = PROJECT / "tests" / "orchestration" / "defs" / "release_schedules"


@pytest.mark.parametrize(("written", "canonical"), RULES)
def test_a_rule_is_read_as_the_documentation_says(written: str, canonical: str) -> None:
    assert canonical_rule(written) == canonical
    assert canonical_rule(canonical) == canonical


def test_the_documentation_shows_every_operator() -> None:
    tables = DOCUMENT.count("| write | read as | worked example |")
    rows = [line for line in DOCUMENT.splitlines() if line.startswith("| `")]
    assert tables == 5 and len(RULES) == len(rows), "each row of these tables is a rule and what it is read as"
    parts = [part for _, canonical in RULES for part in rule_parts(canonical)]
    kinds = {term.kind for part in parts for _, _, term in rule_terms(part.rule)} - {*CONDITIONS}
    closes = [condition for _, canonical in RULES for condition in rule_conditions(canonical)]
    anchors = {term.kind for condition in closes for term in (condition.anchor_term, condition.by_term) if term}
    # a day before an event is also a term of which the words are shown
    assert kinds | anchors | {"calendar_day_before"} == {*TERM_KINDS} - {*CONDITIONS}
    assert {condition.comparison for condition in closes} | {"at_most"} == {*COMPARISONS}
    assert {condition.anchor for condition in closes} == {"from", "ending"}
    for word in (*TERM_KINDS[:-2], *COMPARISONS):
        assert word in DOCUMENT


def test_the_documentation_names_every_company_of_the_schedules() -> None:
    with (SCHEDULES / "expected.csv").open(encoding="utf-8") as file:
        tickers = {row["ticker"] for row in csv.DictReader(file)}
    named = DOCUMENT.partition("## Real schedules")[2]
    assert {ticker for ticker in tickers if ticker not in named} == {"688802.SH"}  # between the first and the last of three

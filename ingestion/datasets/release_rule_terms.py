"""The terms of every release rule that a landed lock-up has, in rows that a model can evaluate."""

import polars as pl

from ingestion.columns import Count, Day, Text
from ingestion.dataset import Dataset, Given, Source
from ingestion.files.csv import RawRow
from ingestion.printed_text.release_rules import rule_terms

TERM_KINDS = (
    "at_listing",
    "fixed",
    "months_from_listing",
    "trading_day_from",
    "trading_day_after",
    "calendar_day_from",
    "calendar_day_after",
    "if_happened",
    "if_not_happened",
)


def read(given: Given, dataset: Dataset) -> Source:
    """The distinct rules of the landed lock-ups, spread into terms."""
    rules = pl.concat(given.frames[name].select("release_rule", "known_on") for name in dataset.reads)
    rows: list[RawRow] = []
    # a rule is known from the first lock-up that has it
    for rule, known_on in rules.group_by("release_rule").agg(pl.col("known_on").min()).sort("release_rule").iter_rows():
        for clause, number, term in rule_terms(rule):
            cells = {
                "release_rule": rule,
                "clause_number": str(clause),
                "term_number": str(number),
                "term_kind": term.kind,
                "fixed_on": str(term.fixed_on or ""),
                "ordinal": str(term.ordinal or ""),
                "event": term.event or "",
                "known_on": str(known_on),
            }
            rows.append(RawRow("release rules of the landed lock-ups", len(rows) + 1, cells))
    return Source(rows, [])


DATASET = Dataset(
    name="release_rule_terms",
    grain="one term of one release rule: the rule ends on the earliest over clauses of the latest over a clause's terms",
    group="lockups",
    columns=(
        Text("release_rule"),
        Count("clause_number", minimum=1),
        Count("term_number", minimum=1),
        Text("term_kind", isin=TERM_KINDS),
        Day("fixed_on", nullable=True),
        Count("ordinal", nullable=True, minimum=1),
        Text("event", nullable=True),
        Day("known_on"),
    ),
    key=("release_rule", "clause_number", "term_number"),
    rules=(
        (
            "a fixed term has its day, a condition its event, any other but at_listing a count",
            pl.when(pl.col("term_kind") == "fixed")
            .then(pl.col("fixed_on").is_not_null())
            .when(pl.col("term_kind") == "at_listing")
            .then(pl.col("ordinal").is_null())
            .when(pl.col("term_kind").is_in(["if_happened", "if_not_happened"]))
            .then(pl.col("event").is_not_null())
            .otherwise(pl.col("ordinal").is_not_null()),
        ),
    ),
    has_lineage=False,
    inbox=False,
    read=read,
    reads=("filing_lockups", "lockups"),
)

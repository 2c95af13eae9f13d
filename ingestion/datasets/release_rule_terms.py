"""The terms of every release rule that a landed lock-up has, in rows that a model can evaluate.

A rule with parts has none of its own: each part's rule has (`release_rule_parts`). The days from and by which conditions on
closes count (`release_rule_closes`) are rules of one term.
"""

import polars as pl

from ingestion.columns import Count, Day, Text
from ingestion.dataset import Dataset, Given, Source
from ingestion.datasets._release_rules import LOCKUPS, landed_rules
from ingestion.files.csv import RawRow
from ingestion.printed_text.release_rules import Term, rule_conditions, rule_parts, rule_terms

CONDITIONS = ("if_happened", "if_not_happened")
COUNTED = tuple(f"{days}_day_{counting}" for days in ("trading", "calendar") for counting in ("from", "after", "before"))
TERM_KINDS = ("at_listing", "fixed", "months_from_listing", "months_from", *COUNTED, *CONDITIONS)


def read(given: Given, dataset: Dataset) -> Source:
    """The distinct rules of the landed lock-ups, spread into terms."""
    rows: list[RawRow] = []
    spread: set[str] = set()
    for rule, known_on in landed_rules(given, dataset):
        conditions = rule_conditions(rule)
        days = [str(day) for closes in conditions for day in (closes.anchor_term, closes.by_term) if day]
        for one in [*(part.rule for part in rule_parts(rule)), *days]:
            if one in spread:
                continue
            spread.add(one)
            for clause, number, term in rule_terms(one):
                rows.append(
                    RawRow("release rules of the landed lock-ups", len(rows) + 1, _cells(one, clause, number, term, known_on))
                )
    return Source(rows, [])


def _cells(rule: str, clause: int, number: int, term: Term, known_on: str) -> dict[str, str]:
    return {
        "release_rule": rule,
        "clause_number": str(clause),
        "term_number": str(number),
        "term_kind": term.kind,
        "fixed_on": str(term.fixed_on or ""),
        "ordinal": str(term.ordinal or ""),
        "event": term.event or "",
        "known_on": known_on,
    }


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
            .when(pl.col("term_kind").is_in(list(CONDITIONS)))
            .then(pl.col("event").is_not_null())
            .otherwise(pl.col("ordinal").is_not_null()),
        ),
    ),
    has_lineage=False,
    inbox=False,
    read=read,
    reads=LOCKUPS,
)

"""The parts of the shares that a release rule frees on different days; a rule without parts has no row."""

import polars as pl

from ingestion.columns import RATIO, SHARES_LIMIT, Count, Day, Exact, Text
from ingestion.dataset import Dataset, Given, Source
from ingestion.datasets._release_rules import LOCKUPS, landed_rules
from ingestion.files.csv import RawRow
from ingestion.printed_text.release_rules import rule_parts


def read(given: Given, dataset: Dataset) -> Source:
    """The distinct rules of the landed lock-ups that have parts, part by part."""
    rows: list[RawRow] = []
    for rule, known_on in landed_rules(given, dataset):
        parts = rule_parts(rule)
        for number, part in enumerate(parts, 1):
            if len(parts) == 1:
                break
            cells = {
                "release_rule": rule,
                "part_number": str(number),
                "part_rule": part.rule,
                "up_to_ratio": "" if part.ratio is None else format(part.ratio, "f"),
                "up_to_shares": "" if part.shares is None else str(part.shares),
                "kept_of_total_ratio": "" if part.kept_ratio is None else format(part.kept_ratio, "f"),
                "known_on": known_on,
            }
            rows.append(RawRow("release rules of the landed lock-ups", len(rows) + 1, cells))
    return Source(rows, [])


DATASET = Dataset(
    name="release_rule_parts",
    grain="one part of the shares under a release rule that frees them in parts; it begins where the part before it ends",
    group="lockups",
    columns=(
        Text("release_rule"),
        Count("part_number", minimum=1),
        Text("part_rule"),
        Exact("up_to_ratio", nullable=True, dtype=RATIO),
        Count("up_to_shares", nullable=True, limit=SHARES_LIMIT),
        Exact("kept_of_total_ratio", nullable=True, dtype=RATIO),
        Day("known_on"),
    ),
    key=("release_rule", "part_number"),
    rules=(
        (
            "a part ends at a ratio and a count, or at what the holder keeps, or with the last share",
            (pl.col("up_to_ratio").is_null() == pl.col("up_to_shares").is_null())
            & (pl.col("up_to_ratio").is_null() | pl.col("kept_of_total_ratio").is_null()),
        ),
    ),
    has_lineage=False,
    inbox=False,
    read=read,
    reads=LOCKUPS,
    words={
        "part_rule": "release rule of the part, in canonical form",
        "up_to_ratio": "end of the part in the shares under the rule, as a ratio of them; `up_to_shares` come on top",
        "up_to_shares": "shares by which the part ends after `up_to_ratio`",
        "kept_of_total_ratio": "the part ends where the holder keeps so much of the company's total",
    },
)

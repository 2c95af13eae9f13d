"""The release rules of the landed lock-ups, which several datasets spread into rows that a model can evaluate."""

from collections.abc import Iterator

import polars as pl

from ingestion.dataset import Dataset, Given

#: The datasets that have release rules.
LOCKUPS = ("filing_lockups", "lockups")


def landed_rules(given: Given, dataset: Dataset) -> Iterator[tuple[str, str]]:
    """Each distinct rule, and the day from which it is known: that of the first lock-up that has it.

    Rules come in the order of that day, so that what two of them share is known from the first.
    """
    rules = pl.concat(given.frames[name].select("release_rule", "known_on") for name in dataset.reads)
    first = rules.group_by("release_rule").agg(pl.col("known_on").min()).sort("known_on", "release_rule")
    for rule, known_on in first.iter_rows():
        yield rule, str(known_on)

"""How an exchange or an index counts the float: which shares, of which holders, over which others. A new regime is a new row."""

import polars as pl

from ingestion.columns import RATIO, Day, Exact, Flag, Text
from ingestion.dataset import Dataset, Frames, RowFault
from ingestion.datasets._float_policies import HOLDER_KINDS


def check_kinds(_frames: Frames, frame: pl.DataFrame) -> list[RowFault]:
    """The rows that name a kind of holder that is none: it would never be excluded, or never be exempt."""
    words = f"names kinds of holders with '; ' between them; write of {', '.join(HOLDER_KINDS)}"
    return [
        RowFault(index, column, kinds, words)
        for column in ("excluded_kinds", "exempt_kinds")
        for index, kinds in enumerate(frame[column])
        if kinds and not set(kinds.split("; ")) <= set(HOLDER_KINDS)
    ]


DATASET = Dataset(
    name="float_policies",
    grain="one policy and the day from which it is counted so",
    folder="reference",
    group="reference",
    columns=(
        Text("policy", pattern=r"^[a-z][a-z0-9_]*$"),
        Day("in_force_from_on"),
        Text("denominator", isin=("class", "listed")),
        Flag("counts_locked"),
        Flag("counts_lent"),
        Exact("holder_limit_ratio", nullable=True, dtype=RATIO),
        Flag("is_limit_included"),
        Text("excluded_kinds", nullable=True),
        Text("exempt_kinds", nullable=True),
        Text("unstated_kind", isin=("counted", "not told")),
        Exact("minimum_ratio", nullable=True, dtype=RATIO),
        Exact("buffer_ratio", nullable=True, dtype=RATIO),
        Text("unconfirmed", nullable=True),
        Text("reason"),
    ),
    key=("policy", "in_force_from_on"),
    rules=(("holder_limit_ratio is no fraction; write 0.05 for 5 %", pl.col("holder_limit_ratio") <= 1),),
    inbox=False,
    check=check_kinds,
    words={
        "policy": "name of the policy",
        "in_force_from_on": "first day on which the float is counted so",
        "denominator": "`listed` (shares of the listed class) or `class` (all but treasury shares and classes with more votes)",
        "counts_locked": "true if locked shares count",
        "counts_lent": "true if over-allocated shares that a locked holder has lent count",
        "holder_limit_ratio": "part of all issued shares above which a holder does not count; empty: there is no such limit",
        "is_limit_included": "true if a holder of exactly the limit does not count either",
        "excluded_kinds": "kinds of holders that never count, with `; ` between them",
        "exempt_kinds": "kinds of holders that count whatever they hold",
        "unstated_kind": "whether a holder below the limit of whom no document tells the kind is `counted`, or it is `not told`",
        "minimum_ratio": "factor below which a security does not enter",
        "buffer_ratio": "a factor above 15 % and up to 99 % changes only by more than this",
        "unconfirmed": "what of the policy no text confirms",
        "reason": "the rule in words, and how it is read",
    },
)

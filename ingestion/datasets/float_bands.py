"""How a policy rounds a float: in which band, by which step, and which way."""

import polars as pl

from ingestion.columns import RATIO, Day, Exact, Flag, Text
from ingestion.dataset import Dataset
from ingestion.datasets._float_policies import check_policy

DATASET = Dataset(
    name="float_bands",
    grain="one band of a policy and the day from which it is in force",
    folder="reference",
    group="reference",
    columns=(
        Text("policy"),
        Day("in_force_from_on"),
        Exact("above_ratio", dtype=RATIO),
        Exact("up_to_ratio", nullable=True, dtype=RATIO),
        Exact("step_ratio", dtype=RATIO),
        Text("direction", isin=("up", "nearest")),
        Flag("is_confirmed"),
        Text("reason"),
    ),
    key=("policy", "in_force_from_on", "above_ratio"),
    rules=(("a step is more than nothing", pl.col("step_ratio") > 0),),
    inbox=False,
    reads=("float_policies",),
    check=check_policy,
    words={
        "policy": "name of the policy, as in `float_policies`",
        "in_force_from_on": "first day on which the band is used; with it all bands of the policy of earlier days end",
        "above_ratio": "the band has the floats above this",
        "up_to_ratio": "and up to this; empty: all",
        "step_ratio": "to multiples of which the float is rounded",
        "direction": "`up` to the next multiple, or to the `nearest`",
        "is_confirmed": "true if a text confirms the band",
        "reason": "the band in words",
    },
)

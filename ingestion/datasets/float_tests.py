"""What a float must be at listing, and stay: percentages and market values, limb by limb. A test is passed if one limb is."""

import polars as pl

from ingestion.columns import MONEY, RATIO, Count, Day, Exact, Flag, Text
from ingestion.dataset import Dataset
from ingestion.datasets._float_policies import check_policy

DATASET = Dataset(
    name="float_tests",
    grain="one limb of a test of a kind of issuer, and the market values for which it is",
    folder="reference",
    group="reference",
    columns=(
        Text("policy"),
        Text("stage", isin=("listing", "ongoing")),
        Text("issuer_kind", isin=("A+H", "PRC", "other")),
        Text("limb"),
        Day("in_force_from_on"),
        Exact("market_value_above_hkd", nullable=True, dtype=MONEY),
        Exact("market_value_up_to_hkd", nullable=True, dtype=MONEY),
        Exact("minimum_ratio", nullable=True, dtype=RATIO),
        Exact("minimum_value_hkd", nullable=True, dtype=MONEY),
        Count("minimum_sessions", nullable=True, minimum=1),
        Flag("is_prescribed_at_listing"),
        Text("unconfirmed", nullable=True),
        Text("reason"),
    ),
    key=("policy", "stage", "issuer_kind", "limb", "in_force_from_on", "market_value_up_to_hkd"),
    rules=(
        (
            "a limb asks for a ratio, a value, or what was prescribed at listing",
            pl.col("is_prescribed_at_listing") | pl.any_horizontal(pl.col("minimum_ratio", "minimum_value_hkd").is_not_null()),
        ),
    ),
    inbox=False,
    reads=("float_policies",),
    check=check_policy,
    words={
        "policy": "float that is tested, as in `float_policies`",
        "stage": "`listing` (at the offer price) or `ongoing`",
        "issuer_kind": "`A+H` (H shares beside listed A shares), `PRC` (other H shares) or `other`",
        "limb": "name of the limb: one of a test is enough",
        "in_force_from_on": "first day of the rule",
        "market_value_above_hkd": "the limb is for classes worth more than this at listing, HKD",
        "market_value_up_to_hkd": "and at most this, HKD",
        "minimum_ratio": "least float of the denominator of its policy",
        "minimum_value_hkd": "least market value of the float, HKD",
        "minimum_sessions": "sessions since listing that the limb asks for",
        "is_prescribed_at_listing": "true if the limb asks for the ratio that was prescribed at listing",
        "unconfirmed": "what of the rule no text confirms",
        "reason": "the limb in words",
    },
)

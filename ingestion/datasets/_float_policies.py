"""Names that the datasets of float policies share."""

import polars as pl

from ingestion.dataset import Frames, RowFault

#: What a holder is, where a document's heading or a user's file says so.
HOLDER_KINDS = ("connected", "strategic", "public", "custodian", "trustee", "fund", "investment company")


def check_policy(frames: Frames, frame: pl.DataFrame) -> list[RowFault]:
    """The rows of a frame whose `policy` has no rule. `frames`: `float_policies`."""
    known = set(frames["float_policies"]["policy"])
    words = f"is no policy of float_policies; write one of {', '.join(sorted(known))}"
    return [RowFault(index, "policy", policy, words) for index, policy in enumerate(frame["policy"]) if policy not in known]

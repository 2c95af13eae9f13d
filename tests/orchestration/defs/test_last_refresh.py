"""What a refresh writes about itself: the faults that a check does not show are counted."""

from __future__ import annotations

from pathlib import Path

import dagster as dg

from ingestion.landing.land import Fault, Landing
from orchestration.defs.landing_assets import SHOWN_FAULTS, contract_result, landed_key
from orchestration.defs.last_refresh import read_run
from orchestration.settings import Settings


def test_rows_left_out_beyond_those_shown_are_counted(tmp_path: Path) -> None:
    key = landed_key("lockups")
    faults = [Fault("inbox/lockups/a.csv", row, "shares", "x", "is no number") for row in range(SHOWN_FAULTS + 2)]

    @dg.asset(key=key, check_specs=[dg.AssetCheckSpec("contract", asset=key)])
    def land() -> dg.MaterializeResult:
        return dg.MaterializeResult(check_results=[contract_result(key, [Landing("lockups", 0, faults)], allow_quarantine=True)])

    with dg.DagsterInstance.ephemeral() as instance:
        run = dg.materialize([land], instance=instance)
        record = read_run(Settings(data_dir=tmp_path), instance, run.run_id)
        (check,) = run.get_asset_check_evaluations()
    assert len(record["faults"]) == SHOWN_FAULTS + 1
    assert record["faults"][-1] == "lockups: 2 more, all in quarantine"
    assert check.description and check.description.endswith(f"; and {SHOWN_FAULTS - 1} more")

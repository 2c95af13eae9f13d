"""The note's claim about MiniMax M2.7 in the release of the committed facts, against figures worked by hand.

List prices in and out are 0.3 and 1.2 for both models, cached input 0.06 for M2.7 and 0.03 for M2.5. With the output
share o and the cached share c, M2.7 costs 0.3 + 0.9 o - 0.24 (1 - o) c and M2.5 costs 0.3 + 0.9 o - 0.27 (1 - o) c. The
first is 30 % above the second at c = 0.3 (0.3 + 0.9 o) / (0.111 (1 - o)).
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest


@pytest.mark.parametrize(
    ("traffic_mix", "cached", "output", "change", "share", "verdict"),
    [
        # 0.32106 - 0.117192 = 0.203868 over 0.32106 - 0.131841 = 0.189219; 0.3 x 0.32106 / (0.111 x 0.9766)
        ("chat", 0.5, 0.0234, 0.203868 / 0.189219 - 1, 0.096318 / 0.1084026, "does not hold"),
        # 0.303060 - 0.24 x 0.9966 x 0.9581 over 0.303060 - 0.27 x 0.9966 x 0.9581
        ("coding agent", 0.9581, 0.0034, 0.07389780 / 0.04525253 - 1, 0.090918 / 0.1106226, "holds"),
        # 0.3036 - 0.17928 = 0.12432 over 0.3036 - 0.20169 = 0.10191
        ("long-context", 0.75, 0.004, 0.12432 / 0.10191 - 1, 0.09108 / 0.110556, "does not hold"),
    ],
)
def test_the_claimed_rise_holds_only_where_almost_all_input_is_cached(
    offline_release: Path, traffic_mix: str, cached: float, output: float, change: float, share: float, verdict: str
) -> None:
    with duckdb.connect(str(offline_release / "warehouse.duckdb"), read_only=True) as connection:
        found = connection.execute(
            "select cached_input_share, output_share, change_ratio, claim_cached_input_share, claim_verdict "
            "from mart_effective_token_price where model = 'MiniMax M2.7' and versus_model = 'MiniMax M2.5' and traffic_mix = ?",
            [traffic_mix],
        ).fetchall()
    assert found == [(cached, output, pytest.approx(change, rel=1e-6), pytest.approx(share, rel=1e-6), verdict)]

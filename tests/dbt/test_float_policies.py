"""What exchanges, indexes and southbound trading make of the committed facts: values worked by hand, and days that are known."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

MINIMAX_TOTAL = 313_635_308
#: Unlocked from 3 September 2026 on; the two holders of more than 5 %, by the lock-up table of the filing.
MINIMAX_UNLOCKED, ALISOFT, MINIMAX_GENE = 201_767_646, 38_247_987, 20_890_736
#: The first possible day is the day from which the exchanges' list has them.
KNOWN_DAYS = {
    "0100.HK": date(2026, 8, 6),
    "2513.HK": date(2026, 6, 8),
    "2706.HK": date(2026, 6, 8),
    "6082.HK": date(2026, 6, 8),
}
#: Where a filing prints another public float than follows from it, and why the facts can't tell.
CONTRADICTED = {
    ("3636.HK", "hkex_public_float"): "an existing holder's 51 shares are not public; no document says why",
    ("9611.HK", "hkex_public_float"): "the filing divides by the shares without treasury shares, whose number it does not print",
}


@pytest.fixture(scope="module")
def rows(offline_release: Path) -> Any:
    """Asks the release."""
    with duckdb.connect(str(offline_release / "warehouse.duckdb"), read_only=True) as connection:
        yield lambda query: connection.execute(query).fetchall()


def test_a_day_has_a_row_for_each_policy_and_each_has_the_float_of_its_step(rows: Any) -> None:
    found = rows(
        "select policy, float_shares, most_float_shares, total_shares from fct_float_daily "
        "where ticker = '0100.HK' and trading_date = '2026-11-27' and policy in ('unlocked', 'hsi', 'ftse', 'msci') order by 1"
    )
    # of some holders it is not told whether they count for MSCI: they are in the most, not in what surely counts
    (msci,) = [row for row in found if row[0] == "msci"]
    assert msci[1] < msci[2] == MINIMAX_UNLOCKED
    assert [row for row in found if row != msci] == [
        ("ftse", MINIMAX_UNLOCKED - ALISOFT, MINIMAX_UNLOCKED - ALISOFT, MINIMAX_TOTAL),
        ("hsi", MINIMAX_UNLOCKED - ALISOFT - MINIMAX_GENE, MINIMAX_UNLOCKED - ALISOFT - MINIMAX_GENE, MINIMAX_TOTAL),
        ("unlocked", MINIMAX_UNLOCKED, MINIMAX_UNLOCKED, MINIMAX_TOTAL),
    ]
    for policy in ("hkex_free_float", "hkex_public_float", "hsi", "msci", "ftse"):
        (told,) = rows(
            "select count(*), count(case when rows.float_shares is distinct from days." + policy + "_shares then 1 end), "
            "(select count(*) from mart_float_daily where " + policy + "_shares is not null) "
            "from fct_float_daily as rows join mart_float_daily as days using (ticker, trading_date) "
            "where rows.policy = '" + policy + "'"
        )
        assert told[0] == told[2] > 0 and told[1] == 0, (policy, told)


def test_minimax_unlocks_two_thirds_and_floats_less_than_half(rows: Any) -> None:
    found = rows(
        "select policy, float_shares, most_float_shares, unlocked_shares, total_shares from mart_float_policy "
        "where ticker = '0100.HK' and step_on = '2026-09-03' and policy in ('hsi', 'ftse')"
    )
    expected = {
        "hsi": MINIMAX_UNLOCKED - ALISOFT - MINIMAX_GENE,
        "ftse": MINIMAX_UNLOCKED - ALISOFT,
    }
    assert {policy: (least, most) for policy, least, most, _, _ in found} == {
        policy: (shares, shares) for policy, shares in expected.items()
    }
    assert {row[3:] for row in found} == {(MINIMAX_UNLOCKED, MINIMAX_TOTAL)}
    assert round(MINIMAX_UNLOCKED / MINIMAX_TOTAL, 3) == 0.643
    assert round(expected["hsi"] / MINIMAX_TOTAL, 3) == 0.455


def test_each_day_has_the_policies_that_stand_on_it(rows: Any) -> None:
    found = rows(
        "select trading_date, hkex_free_float_shares, hsi_shares, hsi_factor_ratio, ftse_shares from mart_float_daily "
        "where ticker = '0100.HK' and trading_date in ('2026-01-09', '2026-09-02', '2026-09-03') order by 1"
    )
    # the over-allocated 4,379,640 shares that are lent float, but not for the exchange's test before the option is exercised
    assert found[0] == (date(2026, 1, 9), 17_073_200 - 4_379_640, 17_073_200, 0.08, 17_073_200)
    assert [row[2] for row in found[1:]] == [162_737_770 - ALISOFT, MINIMAX_UNLOCKED - ALISOFT - MINIMAX_GENE]


def test_each_issuer_passes_the_free_float_test_and_what_is_printed_reproduces(rows: Any) -> None:
    tests = rows(
        "select distinct ticker, test_result from mart_float_test where policy = 'hkex_free_float' and stage = 'listing'"
    )
    assert len(tests) == 26
    assert {result for _, result in tests} == {"passes"}
    verdicts = rows("select ticker, policy, verdict from mart_float_reconciliation")
    assert {(ticker, policy) for ticker, policy, verdict in verdicts if verdict == "contradicts"} == CONTRADICTED.keys()
    assert sum(policy == "hkex_free_float" and verdict == "reproduces" for _, policy, verdict in verdicts) == 9


def test_a_known_southbound_day_is_the_first_possible_one(rows: Any) -> None:
    found = rows(
        "select distinct ticker, first_possible_on, eligible_on, outcome from mart_southbound_eligibility "
        "where outcome is not null"
    )
    assert {ticker: day for ticker, day, _, _ in found} == KNOWN_DAYS
    assert {outcome for _, _, _, outcome in found} == {"on the first possible day"}


def test_who_is_eligible_as_a_member_is_a_member_and_of_others_nothing_is_told(rows: Any) -> None:
    members = dict(
        rows(
            "select ticker, member_on from mart_southbound_eligibility "
            "where test = 'member of the index' and result = 'passes' order by ticker"
        )
    )
    assert members == {ticker: date(2026, 6, 8) for ticker in ("2513.HK", "2706.HK", "6082.HK")}
    others = rows(
        "select distinct result from mart_southbound_eligibility where test = 'member of the index' and member_on is null"
    )
    assert others == [("no data",)]


def test_no_event_that_was_expected_before_the_winter_is_overdue_any_more(rows: Any) -> None:
    found = rows(
        "select event, subject, status from fct_catalyst where is_preferred and latest_on < '2026-11-01' and status <> 'past'"
    )
    assert set(found) == {
        ("GLM 5.5 / MiniMax M3 launch", "Zhipu AI", "outcome not known"),
        ("1H26 results", "Zhipu AI", "outcome not known"),
        ("1H26 results", "MiniMax", "outcome not known"),
    }
    reasons = rows("select distinct condition from fct_catalyst where is_preferred and status = 'outcome not known'")
    assert len(reasons) == 2 and all(reason for (reason,) in reasons)


def test_a_review_takes_effect_on_a_session_after_the_close_before_it(rows: Any) -> None:
    found = rows(
        "select reviews.review, reviews.closes_on, days.previous_trading_date, reviews.effective_on "
        "from mart_index_review as reviews "
        "left join (select trading_date, lag(trading_date) over (order by trading_date) as previous_trading_date "
        "from dim_trading_day where exchange_mic = 'XHKG') as days on reviews.effective_on = days.trading_date "
        "where index_family = 'Hang Seng'"
    )
    assert len(found) == 8
    assert all(closes_on == previous for _, closes_on, previous, _ in found), found
    assert all(day.weekday() == 0 for *_, day in found)


def test_what_no_text_confirms_is_said_of_the_rule_that_rests_on_it(rows: Any) -> None:
    found = rows(
        "select dataset, rule_of, count(*) from mart_market_rule "
        "where not is_confirmed and dataset <> 'index_reviews' group by dataset, rule_of"
    )
    assert {(dataset, rule_of): count for dataset, rule_of, count in found} == {
        # when an expired lock-up counts; the text on holders
        ("float_policies", "hsi"): 1,
        ("float_policies", "msci"): 2,
        ("float_policies", "ftse"): 1,
        # the step below 10 %; MSCI's before June 2026
        ("float_bands", "hsi"): 1,
        ("float_bands", "msci"): 2,
        # an average over 125 trading days: the alternative of two kinds of issuers, and HK$1bn of an A+H issuer
        ("float_tests", "hkex_public_float"): 3,
        # an estimate of the market value, and how a month's turnover is measured
        ("index_entry_rules", "Hang Seng Composite"): 4,
        ("index_entry_rules", "MSCI Global Investable Market"): 2,
        ("index_entry_rules", "FTSE Global Equity Index Series"): 1,
        # the day after stabilisation; what follows on a failed test of market value or turnover
        ("southbound_rules", "Stock Connect"): 3,
        ("event_rules", "XHKG"): 1,
    }
    assert not rows("select * from mart_market_rule where is_confirmed <> (unconfirmed is null)")


def test_a_fast_entry_is_on_the_session_after_its_close(rows: Any) -> None:
    # listed on Tuesday 29 September 2026; 1 October is closed, so the 5th session is 6 October and the 10th the 13th
    found = rows(
        "select distinct index_family, closes_on, effective_on from mart_index_entry "
        "where ticker = '3228.HK' and entry = 'fast entry' and index_family <> 'MSCI'"
    )
    assert set(found) == {
        ("FTSE", date(2026, 10, 6), date(2026, 10, 7)),
        ("Hang Seng", date(2026, 10, 13), date(2026, 10, 14)),
    }

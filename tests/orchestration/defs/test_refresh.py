"""The main job, end to end: figures of the release worked by hand from the documents, failures that leave it standing."""

from __future__ import annotations

import csv
import json
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.reading.doubts import doubts, doubts_of
from orchestration.releases.pointer import rollback
from orchestration.releases.release import current
from tests.conftest import Refreshed, begin_with_a_build, freefloat
from tests.orchestration.defs import amendments, later_lots, mergers, random_lives, successors

ZHIPU_FILING = "zhipu_allotment_results_2026_01_07"
MINIMAX_FILING = "minimax_allotment_results_2026_01_08"


def ask(data_dir: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(data_dir / "warehouse.duckdb"), read_only=True) as connection:
        return connection.execute(sql).fetchall()


class TestTheReleaseOfTheCommittedFacts:
    def test_zhipu_releases_and_float_sum_to_the_listed_h_shares(self, offline_release: Path) -> None:
        # 215,701,705 H at listing = 11,737,900 float + 25,681,600 cornerstone + 178,282,205 pre-IPO converted
        expiries = ask(
            offline_release,
            f"select first_tradable_on::varchar, released_shares, unlisted_shares from fct_lockup_expiry "
            f"where document_id = '{ZHIPU_FILING}' order by 1",
        )
        assert expiries == [("2026-07-08", 25_681_600, 0), ("2027-01-08", 178_282_205, 224_528_485)]
        at_listing = ask(
            offline_release,
            "select float_shares, listed_shares from fct_float_daily "
            "where ticker = '2513.HK' and policy = 'unlocked' and trading_date = '2026-01-08'",
        )
        assert at_listing == [(11_737_900, 215_701_705)]
        assert 11_737_900 + 25_681_600 + 178_282_205 == 215_701_705

    def test_minimax_releases_and_float_sum_to_the_listed_class_a_shares(self, offline_release: Path) -> None:
        # Class A at listing 228,153,134 = 29,197,600 offer + 198,955,534 pre-IPO; cornerstones hold 16,504,040 of the offer
        rows = ask(
            offline_release,
            f"select first_tradable_on::varchar, released_shares, unlisted_shares from fct_lockup_expiry "
            f"where document_id = '{MINIMAX_FILING}' order by 1",
        )
        assert rows == [
            ("2026-07-09", 145_664_570, 0),
            ("2026-09-03", 39_029_876, 0),  # eligible on 6 August: the 20th session from it is 2 September
            ("2027-01-11", 25_765_128, 0),
            ("2028-01-10", 5_000_000, 81_102_534),
        ]
        float_at_listing = 29_197_600 - 16_504_040
        assert sum(row[1] for row in rows) + float_at_listing == 228_153_134
        listed = ask(
            offline_release,
            "select float_shares, listed_shares, total_shares from fct_float_daily "
            "where ticker = '0100.HK' and policy = 'unlocked' and trading_date = '2026-01-09'",
        )
        # 4,379,640 over-allocated shares were borrowed from a locked holder, and trade from the first day
        assert listed == [(float_at_listing + 4_379_640, 228_153_134, 309_255_668)]

    def test_no_column_needs_a_package_that_a_plain_client_lacks(self, offline_release: Path) -> None:
        # fetching TIMESTAMP WITH TIME ZONE in Python needs pytz, which `pip install duckdb` doesn't bring
        found = ask(
            offline_release, "select schema_name, table_name, column_name, data_type from duckdb_columns() where not internal"
        )
        types = {type_ for *_, type_ in found}
        assert "TIMESTAMP" in types and not [row for row in found if "ZONE" in row[3]]
        [(created_at,)] = ask(offline_release, "select created_at from dim_release")
        release = current(offline_release)
        assert release and created_at == release.created_at.replace(tzinfo=None)
        assert release.release_id.startswith(f"{created_at:%Y%m%dT%H%M%S}")

    @pytest.mark.parametrize(
        ("ticker", "day", "float_shares", "total_shares"),
        [
            ("2513.HK", "2026-02-03", 11_737_900, 440_230_190),
            ("2513.HK", "2026-02-04", 17_350_800, 445_843_090),  # over-allotment of 5,612,900
            ("2513.HK", "2026-07-07", 17_350_800, 445_843_090),  # the last locked day is inclusive
            ("2513.HK", "2026-07-08", 43_032_400, 445_843_090),  # cornerstones: + 25,681,600
            ("2513.HK", "2026-07-13", 62_812_400, 465_623_090),  # placing: + 19,780,000
            ("2513.HK", "2026-09-16", 84_777_400, 487_588_090),  # placing: + 21,965,000
            ("2513.HK", "2027-01-08", 263_059_605, 487_588_090),  # + 178,282,205; 224,528,485 unlisted shares stay out
            ("0100.HK", "2026-01-14", 17_073_200, 313_635_308),  # the note's public float
            ("0100.HK", "2026-07-09", 162_737_770, 313_635_308),  # + 145,664,570
            ("0100.HK", "2026-09-02", 162_737_770, 313_635_308),  # the 20th session from 6 August is still locked
            ("0100.HK", "2026-09-03", 201_767_646, 313_635_308),  # + 39,029,876
        ],
    )
    def test_the_float_by_hand(self, offline_release: Path, ticker: str, day: str, float_shares: int, total_shares: int) -> None:
        found = ask(
            offline_release,
            f"select float_shares, total_shares from fct_float_daily "
            f"where ticker = '{ticker}' and policy = 'unlocked' and trading_date = '{day}'",
        )
        assert found == [(float_shares, total_shares)]

    def test_a_day_has_one_row_with_the_float_at_both_ends(self, offline_release: Path) -> None:
        # the founders' 5,000,000 can be tradable from 2027-01-11 and surely are from 2028-01-10; all Class A is 232,532,774
        found = ask(
            offline_release,
            "select float_shares, earliest_float_shares, total_shares, listed_shares, float_ratio, float_of_listed_ratio, "
            "earliest_float_ratio, earliest_float_of_listed_ratio, is_float_certain from mart_float_daily "
            "where ticker = '0100.HK' and trading_date in ('2027-01-08', '2027-01-11', '2028-01-10') order by trading_date",
        )
        everything = 313_635_308, 232_532_774
        assert found == [
            (201_767_646, 201_767_646, *everything, *(201_767_646 / shares for shares in everything * 2), True),
            (
                *(227_532_774, 232_532_774, *everything),
                *(227_532_774 / shares for shares in everything),
                *(232_532_774 / shares for shares in everything),
                False,
            ),
            (232_532_774, 232_532_774, *everything, *(232_532_774 / shares for shares in everything * 2), True),
        ]
        # a sum over the other table counts each day twice, and over this one once
        days = ask(
            offline_release,
            "select count(*), (select count(distinct (ticker, trading_date)) from fct_float_daily), "
            "(select count(*) from fct_float_daily where policy in ('unlocked', 'unlocked_earliest')) from mart_float_daily",
        )
        assert [(count, count, 2 * count) for count, *_ in days] == days
        # known of Zhipu: the option in February, which makes the first weeks an interval, the placings in July and September
        known = ask(
            offline_release,
            "select distinct known_on::varchar from mart_float_daily where ticker = '2513.HK' order by 1",
        )
        assert known == [("2026-02-04",), ("2026-07-13",), ("2026-09-16",)]

    def test_the_conditional_tranche_is_dated_by_its_event(self, offline_release: Path) -> None:
        # eligible on Thursday 6 August 2026: sessions 1 and 2 are 6 and 7 August, 3 to 17 the three weeks from 10 August, 18 to
        # 20 Monday 31 August to Wednesday 2 September, the last locked day. Before the event was a fact it was an interval
        found = ask(
            offline_release,
            "select shares, last_locked_on::varchar, first_tradable_on::varchar, first_tradable_certain_on::varchar, "
            "first_tradable_earliest_on::varchar, date_basis, known_on::varchar from fct_lockup_tranche "
            f"where document_id = '{MINIMAX_FILING}' and release_rule like '%stock_connect%'",
        )
        assert found == [(39_029_876, "2026-09-02", *["2026-09-03"] * 3, "past event", "2026-08-06")]

    def test_an_expectation_before_the_rule_lets_the_event_happen_is_flagged(self, offline_release: Path) -> None:
        # listed on 9 January: six months are full on 9 July, and the 20th session after it is 6 August (1: 10 July; 2 to 16: the
        # three weeks from 13 July; 17 to 20: 3 to 6 August). The note's first week of August begins before that
        found = ask(
            offline_release,
            "select status, event_printed, under_rule, rule_earliest_on::varchar, rule_document_id, is_preferred, document_id "
            "from fct_corporate_event where ticker = '0100.HK' and event = 'stock_connect_eligibility' order by status",
        )
        rule = ("2026-08-06", "southbound_weighted_voting_2019_10_19")
        assert found == [
            ("expected", "First week of Aug-26", "possible in part", *rule, False, "note_2026_04_20"),
            ("past", "2026-08-06", "possible", *rule, True, "southbound_eligibility_days"),
        ]
        # Zhipu has no class with weighted votes, so the rule says nothing of it
        assert ask(offline_release, "select distinct under_rule from fct_corporate_event where ticker = '2513.HK'") == [(None,)]

    def test_the_note_expects_no_other_expiry_than_the_one_that_came_early(self, offline_release: Path) -> None:
        found = ask(
            offline_release,
            "select event, earliest_on::varchar, latest_on::varchar, is_preferred from fct_catalyst where ticker = '0100.HK' "
            "and catalyst_kind = 'lock-up expiry' and latest_on between '2026-08-01' and '2026-12-31' order by 2",
        )
        assert found == [
            ("lock-up expiry", "2026-09-03", "2026-09-03", True),
            ("9-month lock-up expiry", "2026-10-01", "2026-10-31", False),
        ]

    def test_a_join_of_tranches_and_expiries_by_the_first_tradable_day_loses_no_share(self, offline_release: Path) -> None:
        # 145,664,570 + 39,029,876 + 25,765,128 + 5,000,000 of Class A, and 81,102,534 of Class B
        joined = ask(
            offline_release,
            "select cast(sum(shares) filter (is_listed_class) as bigint), "
            "cast(sum(shares) filter (not is_listed_class) as bigint) "
            "from fct_lockup_tranche inner join fct_lockup_expiry using (ticker, document_id, first_tradable_on) "
            f"where document_id = '{MINIMAX_FILING}'",
        )
        assert joined == [(215_459_574, 81_102_534)]
        # and of every document, what each expiry counts
        differing = ask(
            offline_release,
            "select ticker, document_id, first_tradable_on from (select ticker, document_id, first_tradable_on, "
            "sum(tradable_shares) as shares from fct_lockup_tranche where date_basis <> 'at listing' group by all) "
            "full join fct_lockup_expiry using (ticker, document_id, first_tradable_on) "
            "where shares is distinct from released_shares + unlisted_shares",
        )
        assert differing == []
        # the founders' 24 months, which can end with 12, are no certain day in either
        certain = ask(
            offline_release,
            "select expiry.first_tradable_on::varchar, expiry.first_tradable_certain_on::varchar, "
            "tranche.first_tradable_certain_on::varchar from fct_lockup_expiry as expiry "
            "inner join fct_lockup_tranche as tranche using (ticker, document_id, first_tradable_on) "
            f"where document_id = '{MINIMAX_FILING}' and is_listed_class and first_tradable_on >= '2027-01-01' order by 1",
        )
        assert certain == [("2027-01-11", "2027-01-11", "2027-01-11"), ("2028-01-10", None, None)]

    def test_what_rests_on_a_session_that_nobody_has_announced_is_marked_in_every_mart(self, offline_release: Path) -> None:
        # Hong Kong's sessions are announced to 31 December 2027; MiniMax's 24 months end on Saturday 8 January 2028
        marked = "is_session_provisional = (first_tradable_on > '2027-12-31')"
        for mart in ("fct_lockup_tranche", "fct_lockup_expiry"):
            rows = ask(offline_release, f"select bool_and({marked}), bool_or(is_session_provisional) from {mart}")
            assert rows == [(True, True)]
        certain = "is_session_provisional and (is_date_certain or first_tradable_certain_on is not null)"
        assert ask(offline_release, f"select count(*) from fct_lockup_expiry where {certain}") == [(0,)]
        for mart in ("fct_float_daily", "mart_float_daily"):
            rows = ask(offline_release, f"select bool_and(is_session_provisional = (trading_date > '2027-12-31')) from {mart}")
            assert rows == [(True,)]
        found = ask(
            offline_release,
            "select latest_on::varchar, condition from fct_catalyst "
            "where ticker = '0100.HK' and is_preferred and is_session_provisional",
        )
        assert [day for day, _ in found] == ["2028-01-10"]
        assert found[0][1].endswith("; provisional session, can move by a day or two")
        # 10 January 2028 is one event of its month, and of its exchange's
        for mart in ("mart_supply_calendar", "mart_market_supply_calendar"):
            whose = "ticker = '0100.HK'" if mart == "mart_supply_calendar" else "exchange_mic = 'XHKG'"
            counted = f"select provisional_supply_events from {mart} where {whose} and month_on in ('2027-01-01', '2028-01-01')"
            assert [events for (events,) in ask(offline_release, f"{counted} order by month_on")] == [0, 1]

    def test_filing_and_note_are_shown_side_by_side(self, offline_release: Path) -> None:
        found = ask(
            offline_release,
            "select holder_category, stated_shares, preferred_shares from fct_lockup_source_difference "
            "where ticker = '0100.HK' and first_tradable_on = '2026-07-09' order by 1",
        )
        assert found == [
            ("cornerstone investors", 16_504_040, 16_504_040),
            ("other pre-IPO investors", 105_834_624, 129_160_530),
        ]

    def test_the_comparables_are_derived(self, offline_release: Path) -> None:
        found = ask(
            offline_release,
            "select ticker, round(float_expansion_x, 2), round(released_of_total_ratio, 3), round(change_to_expiry_ratio, 2) "
            "from mart_lockup_comparables order by ticker",
        )
        assert found == [
            ("0020.HK", 13.51, 0.7, -0.34),  # 23,300 / 1,725; 23,300 / 33,282; 2.54 / 3.85
            ("0100.HK", 7.18, 0.389, None),  # 122 / 17; 122 / 314
            ("1024.HK", 42.66, 0.947, -0.27),  # 3,882 / 91; 3,882 / 4,100; 84.35 / 115
            ("2513.HK", 1.53, 0.058, None),  # 26 / 17; 26 / 446
            ("9660.HK", 7.04, 0.732, 0.46),  # 9,540 / 1,355; 9,540 / 13,030; 5.81 / 3.99
        ]

    def test_known_closures_are_no_sessions_and_half_days_are_marked(self, offline_release: Path) -> None:
        assert ask(
            offline_release,
            "select count(*) from dim_trading_day where trading_date in ('2023-09-01', '2023-09-08') and exchange_mic = 'XHKG'",
        ) == [(0,)]
        assert ask(
            offline_release,
            "select trading_date::varchar from dim_trading_day "
            "where is_half_day and exchange_mic = 'XHKG' and year(trading_date) = 2024 order by 1",
        ) == [("2024-02-09",), ("2024-12-24",), ("2024-12-31",)]

    def test_every_table_and_column_has_a_comment(self, offline_release: Path) -> None:
        assert (
            ask(offline_release, "select schema_name, table_name from duckdb_tables() where comment is null or comment = ''")
            == []
        )
        assert (
            ask(
                offline_release,
                "select table_name, column_name from duckdb_columns() where not internal and (comment is null or comment = '')",
            )
            == []
        )
        assert ask(offline_release, "select distinct schema_name from duckdb_tables() order by 1") == [("landed",), ("main",)]

    def test_the_manifest_says_what_is_in_the_release(self, offline_release: Path) -> None:
        release_id = ask(offline_release, "select release_id from dim_release")[0][0]
        manifest = json.loads((offline_release / "releases" / release_id / "manifest.json").read_text())
        assert (
            manifest["tables"]["fct_lockup_tranche"]["rows"]
            == ask(offline_release, "select count(*) from fct_lockup_tranche")[0][0]
        )
        assert "note_2026_04_20" in {document["document_id"] for document in manifest["documents"]}
        assert "assert_the_same_shares_are_never_released_twice" in {check["name"] for check in manifest["checks"]}


@dataclass(frozen=True)
class UsersReleases:
    """The folders of two releases of the same inbox: as of the note, and as known today."""

    as_of_the_note: Path
    today: Path


@pytest.fixture(scope="module")
def users_releases(
    offline_release: Path, tmp_path_factory: pytest.TempPathFactory, refresh_in: Callable[..., Refreshed]
) -> UsersReleases:
    """Users' files that have nothing to do with each other, beside the built facts, refreshed as known today and as of the note.

    The first of the two is the current one.
    """
    data_dir = tmp_path_factory.mktemp("users")
    begin_with_a_build(offline_release, data_dir)
    for name, text in (
        MINIMAX_IS_ELIGIBLE
        | ACME_ROBOTICS
        | KNOWN_ON_ITS_DAYS
        | AMENDED_IN_JUNE
        | LIVES_OF_CAPITAL
        | LIVES_OF_CLASSES
        | TAKEN_BACK
        | SCHEDULES
        | successors.FILES
        | later_lots.FILES
        | mergers.FILES
        | successors.CORRECTED_BALANCES
        | random_lives.files(RANDOM_LIVES)
    ).items():
        path = data_dir / "inbox" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    folders = []
    for as_of in ("", "2026-04-20"):
        done = refresh_in(data_dir, as_of=as_of)
        assert done.returncode == 0, done.stderr
        release = current(data_dir)
        assert release
        folders.append(release.folder)
    today, as_of_the_note = folders
    rollback(data_dir, today.name)
    return UsersReleases(as_of_the_note, today)


#: A day too early by the rule for weighted voting rights, and known before the day that the project's document states.
MINIMAX_IS_ELIGIBLE = {
    "corporate_events/minimax.csv": (
        "ticker,event,status,date,note\n0100.HK,stock_connect_eligibility,past,2026-08-05,southbound list\n"
    )
}
ACME_ROBOTICS = {
    "lockups/acme.csv": (
        "ticker,issuer,expiry,holder_category,holders,shares,pct_of_post_ipo,cumulative_pct\n"
        '9999.HK,Acme Robotics,At IPO,public float,,"20,000,000",20.0%,20.0%\n'
        '9999.HK,Acme Robotics,"September 2, 2026 (6 Months Post-IPO)",cornerstone investors,,"30,000,000",30.0%,\n'
        '9999.HK,Acme Robotics,12 months from listing,founders,,"50,000,000",50.0%,\n'
    ),
    "share_capital_events/acme.csv": (
        "ticker,effective_date,event,shares_issued_delta,issue_price_hkd,total_shares_after\n"
        "9999.HK,2026-03-03,listing,25000000,12.5,100000000\n"
        "9999.HK,2026-10-12,placing,10000000,20,110000000\n"
    ),
}
KNOWN_ON_ITS_DAYS = {
    "share_capital_events/known.csv": (
        "ticker,effective_date,event,shares_issued_delta,total_shares_after,known_on\n"
        "9998.HK,2026-03-03,listing,25000000,100000000,2026-03-02\n"
        "9998.HK,2026-10-12,placing,10000000,110000000,2026-10-01\n"
    ),
    "lockups/known.csv": (
        "ticker,issuer,expiry,holder_category,holders,shares,pct_of_post_ipo,cumulative_pct,known_on\n"
        "9998.HK,Known,12 months from listing,founders,,50000000,,,2026-03-02\n"
    ),
}
#: In June one holder's lock-up is extended, and a part of another's goes to a fund that is bound by the rest.
AMENDED_IN_JUNE = {
    "share_capital_events/amended.csv": (
        "ticker,effective_date,event,shares_issued_delta,total_shares_after\n9997.HK,2026-03-03,listing,20000000,100000000\n"
    ),
    "filing_lockups/table.csv": (
        "ticker,holder,category,share_class,shares,last_day_locked,rule,known_on\n"
        "9997.HK,Founder Holdings,controlling shareholder,H,50000000,2027-03-02,undertaking,2026-03-02\n"
        "9997.HK,Delta Fund,existing shareholder,H,30000000,2026-09-02,undertaking,2026-03-02\n"
    ),
    "filing_lockups/june.csv": (
        "ticker,holder,category,share_class,shares,last_day_locked,rule,known_on,amends,transferred_to\n"
        "9997.HK,Delta Fund,existing shareholder,H,30000000,2027-09-02,extension,2026-06-20,extends,\n"
        "9997.HK,Founder Holdings,controlling shareholder,H,10000000,2027-03-02,transfer,2026-06-20,transfers,Omega Fund\n"
    ),
}

CAPITAL = "ticker,effective_date,event,shares_issued_delta,issue_price_hkd,total_shares_after,known_on\n"
#: Dividing Ltd splits one into four, gives staff a bonus in shares a week later, and a cornerstone extends under words of its
#: own. Returning Ltd files two returns for a day, one of them with two exercise prices, and a third that adds both up; then it
#: cancels what it bought back and issues shares on one day, each told by a return, the later one by the name that comes first.
LIVES_OF_CAPITAL = {
    "share_capital_events/dividing.csv": CAPITAL
    + "9990.HK,2026-02-12,listing,20000000,12,80000000,2026-02-11\n"
    + "9990.HK,2026-06-09,sub-division of each share into four,240000000,,320000000,2026-06-09\n"
    + "9990.HK,2026-06-16,shares for the staff under the bonus plan,700000,,320700000,2026-06-16\n",
    "corporate_actions/dividing.csv": (
        "ticker,ex_on,action,new_shares,old_shares,known_on\n9990.HK,2026-06-09,split,4,1,2026-06-01\n"
    ),
    "filing_lockups/dividing.csv": (
        "ticker,holder,category,share_class,shares,last_day_locked,rule,known_on\n"
        "9990.HK,Birch Fund,cornerstone investor,ordinary,8000000,2026-08-11,agreement,2026-02-11\n"
        "9990.HK,Birch Fund,extended by its own will,ordinary,8000000,2027-02-11,undertaking,2026-02-11\n"
        "9990.HK,Founders,controlling shareholder,ordinary,60000000,2027-02-11,rule,2026-02-11\n"
    ),
    "share_capital_events/returning.csv": CAPITAL + "9989.HK,2026-02-12,listing,20000000,12,80000000,2026-02-11\n",
    "share_capital_events/return_a.csv": CAPITAL
    + "9989.HK,2026-07-10,options exercised,250000,2.4,85250000,2026-07-10\n"
    + "9989.HK,2026-07-10,options exercised,50000,3.9,85300000,2026-07-10\n"
    + "9989.HK,2026-07-20,new shares vested as awards,900000,,85200000,2026-07-20\n",
    "share_capital_events/return_b.csv": CAPITAL
    + "9989.HK,2026-07-10,convertible notes converted,5000000,,85000000,2026-07-10\n"
    + "9989.HK,2026-07-20,shares bought back are cancelled,-1000000,,84300000,2026-07-20\n",
    "share_capital_events/return_of_the_month.csv": CAPITAL + "9989.HK,2026-07-10,movement,5300000,,85300000,2026-08-03\n",
}

_CONDITION = '"18 months from listing if price_broken, else 12 months from listing"'
_APPROVAL = "later of 12 months from listing and the 30th day after approval_given"
_WAIVABLE = '"earlier of (1) 12 months from listing and (2) the 1st day from lockup_waiver_founder"'
#: Founders locked for 18 months if the price is broken, else 12: it was (9978), was not (9977), nothing is known (9979); for 12
#: months unless they are waived (9976); until 30 days after an approval that is withdrawn (9974) and announced anew (9975).
TAKEN_BACK = {
    "share_capital_events/conditions.csv": (
        "ticker,effective_date,event,shares_issued_delta,total_shares_after,known_on\n"
        + "".join(f"{n}.HK,2026-01-15,listing,40000000,300000000,2026-01-14\n" for n in range(9974, 9980))
    ),
    "filing_lockups/conditions.csv": (
        "ticker,holder,category,share_class,shares,last_day_locked,rule,known_on\n"
        + "".join(
            f"{n}.HK,Founders,controlling shareholder,H,150000000,{rule},undertaking,2026-01-14\n"
            f"{n}.HK,Delta Fund,existing shareholder,H,60000000,2026-07-14,undertaking,2026-01-14\n"
            for n, rule in {
                9974: "the 30th day after approval_given",
                9975: _APPROVAL,
                9976: _WAIVABLE,
                9977: _CONDITION,
                9978: _CONDITION,
                9979: _CONDITION,
            }.items()
        )
    ),
    "corporate_events/conditions.csv": (
        "ticker,event,status,date,known_on\n"
        "9974.HK,approval_given,expected,2026-03-15,2026-01-14\n"
        "9974.HK,approval_given,withdrawn,,2026-02-20\n"
        "9975.HK,approval_given,expected,2026-03-15,2026-01-14\n"
        "9975.HK,approval_given,withdrawn,,2026-02-20\n"
        "9975.HK,approval_given,announced,First week of Aug-26,2026-06-01\n"
        "9977.HK,price_broken,did not happen,2026-07-14,2026-07-15\n"
        "9978.HK,price_broken,past,2026-05-12,2026-05-12\n"
    ),
    "catalysts/conditions.csv": (
        "timing,event,subject,channel,expected_direction,status,known_on\n"
        "4Q26,1H26 results,Zhipu AI,fundamental,outcome-dependent,postponed,2026-06-20\n"
    ),
    "listing_events/conditions.csv": (
        "sector,company,ticker,date,status,known_on\nLLM,StepFun,,,withdrawn,2026-06-20\nLLM,OpenAI,,1H27,postponed,2026-06-20\n"
    ),
}
RANDOM_LIVES = random_lives.lives(seed=20261129, companies=40)
#: Invented companies with the release schedules of real markets: files of an inbox, and the days counted by hand on the calendars
#: of the exchanges, with the reason beside them. What is free from the listing on has no expiry, and no row.
_SCHEDULES = Path(__file__).parent / "release_schedules"
SCHEDULES = {
    str(path.relative_to(_SCHEDULES / "inbox")): path.read_text(encoding="utf-8") for path in _SCHEDULES.glob("inbox/*/*.csv")
}
#: Holding Ltd buys shares back into treasury in May; its return of June is the first to state what it holds there. Unlisted
#: shares of Turning Ltd, all locked to one day, and those that Naming Ltd's fund has locked to August, become H shares in May.
LIVES_OF_CLASSES = {
    "share_capital_events/turning.csv": (
        "ticker,effective_date,event,share_class,shares_issued_delta,total_shares_after,known_on,holder\n"
        "9984.HK,2026-02-12,listing,H,10000000,100000000,2026-02-11,\n"
        "9984.HK,2026-05-06,conversion of unlisted shares,unlisted domestic,-20000000,100000000,2026-05-04,\n"
        "9984.HK,2026-05-06,conversion of unlisted shares,H,20000000,100000000,2026-05-04,\n"
        "9983.HK,2026-02-12,listing,H,10000000,100000000,2026-02-11,\n"
        "9983.HK,2026-05-06,conversion of unlisted shares,unlisted domestic,-20000000,100000000,2026-05-04,Birch Fund\n"
        "9983.HK,2026-05-06,conversion of unlisted shares,H,20000000,100000000,2026-05-04,Birch Fund\n"
    ),
    "share_class_balances/turning.csv": (
        "ticker,as_of,share_class,shares,known_on\n"
        "9984.HK,2026-02-12,H,40000000,2026-02-11\n"
        "9984.HK,2026-02-12,unlisted domestic,60000000,2026-02-11\n"
        "9983.HK,2026-02-12,H,40000000,2026-02-11\n"
        "9983.HK,2026-02-12,unlisted domestic,60000000,2026-02-11\n"
    ),
    "filing_lockups/turning.csv": (
        "ticker,holder,category,share_class,shares,last_day_locked,rule,known_on\n"
        "9984.HK,Founders,controlling shareholder,unlisted domestic,40000000,2027-02-11,rule,2026-02-11\n"
        "9984.HK,Birch Fund,existing shareholder,unlisted domestic,20000000,2027-02-11,rule,2026-02-11\n"
        "9984.HK,Delta Fund,existing shareholder,H,30000000,2027-02-11,rule,2026-02-11\n"
        "9983.HK,Founders,controlling shareholder,unlisted domestic,40000000,2027-02-11,rule,2026-02-11\n"
        "9983.HK,Birch Fund,existing shareholder,unlisted domestic,20000000,2026-08-11,rule,2026-02-11\n"
        "9983.HK,Delta Fund,existing shareholder,H,30000000,2027-02-11,rule,2026-02-11\n"
    ),
    "share_capital_events/holding.csv": (
        "ticker,effective_date,event,share_class,shares_issued_delta,total_shares_after,known_on\n"
        "9985.HK,2026-02-12,listing,H,20000000,80000000,2026-02-11\n"
        "9985.HK,2026-05-06,bought back into treasury,H,-3000000,80000000,2026-05-06\n"
        "9985.HK,2026-05-06,bought back into treasury,H treasury,3000000,80000000,2026-05-06\n"
    ),
    "share_class_balances/holding.csv": (
        "ticker,as_of,share_class,shares,known_on\n"
        "9985.HK,2026-02-12,H,80000000,2026-02-11\n"
        "9985.HK,2026-06-30,H,77000000,2026-07-02\n"
        "9985.HK,2026-06-30,H treasury,3000000,2026-07-02\n"
    ),
    "filing_lockups/holding.csv": (
        "ticker,holder,category,share_class,shares,last_day_locked,rule,known_on\n"
        "9985.HK,Founders,controlling shareholder,H,60000000,2027-02-11,rule,2026-02-11\n"
    ),
}


def test_a_balance_of_june_is_not_the_opening_and_treasury_shares_are_in_no_total(users_releases: UsersReleases) -> None:
    floats = (
        "select total_shares, treasury_shares, listed_shares, float_shares from fct_float_daily "
        "where ticker = '9985.HK' and policy = 'unlocked' group by all order by max(trading_date)"
    )
    # 80,000,000 less 60,000,000 locked float; 3,000,000 in treasury are in no count
    assert ask(users_releases.today, floats) == [
        (80_000_000, 0, 80_000_000, 20_000_000),
        (77_000_000, 3_000_000, 77_000_000, 17_000_000),
        (77_000_000, 3_000_000, 77_000_000, 77_000_000),
    ]


def test_the_lock_goes_along_with_shares_that_change_their_class(users_releases: UsersReleases) -> None:
    floats = (
        "select listed_shares, locked_shares, float_shares from fct_float_daily "
        "where ticker = '{}' and policy = 'unlocked' group by all order by max(trading_date)"
    )
    # 40,000,000 listed less 30,000,000 locked float, before and after 20,000,000 locked ones are converted
    assert ask(users_releases.today, floats.format("9984.HK")) == [
        (40_000_000, 30_000_000, 10_000_000),
        (60_000_000, 50_000_000, 10_000_000),
        (60_000_000, 0, 60_000_000),
    ]
    # those of the fund that the conversion names are locked to 11 August
    assert ask(users_releases.today, floats.format("9983.HK")) == [
        (40_000_000, 30_000_000, 10_000_000),
        (60_000_000, 50_000_000, 10_000_000),
        (60_000_000, 30_000_000, 30_000_000),
        (60_000_000, 0, 60_000_000),
    ]
    expiries = (
        "select released_shares, unlisted_shares, float_after_shares from fct_lockup_expiry where ticker = '{}' "
        "order by first_tradable_on"
    )
    assert ask(users_releases.today, expiries.format("9984.HK")) == [(50_000_000, 40_000_000, 60_000_000)]
    assert ask(users_releases.today, expiries.format("9983.HK")) == [
        (20_000_000, 0, 30_000_000),
        (30_000_000, 40_000_000, 60_000_000),
    ]
    supply = "select sum(supply_shares) from fct_catalyst where ticker = '{}' and event like 'conversion%'"
    assert ask(users_releases.today, supply.format("9984.HK")) == [(0,)]
    # as of April nobody knows of the conversion
    assert ask(users_releases.as_of_the_note, expiries.format("9984.HK")) == [(30_000_000, 60_000_000, 40_000_000)]


def test_each_event_of_a_day_counts_once_and_what_does_not_count_is_named(users_releases: UsersReleases) -> None:
    chain = "select issued_shares, total_shares, closing_shares from fct_share_capital where ticker = '9989.HK'"
    assert ask(users_releases.today, f"{chain} order by effective_on, event_number") == [
        (20_000_000, 80_000_000, 80_000_000),
        (5_000_000, 85_000_000, 85_300_000),
        (250_000, 85_250_000, 85_300_000),
        (50_000, 85_300_000, 85_300_000),
        (-1_000_000, 84_300_000, 85_200_000),
        (900_000, 85_200_000, 85_200_000),
    ]
    left_out = (
        "select issued_shares, overruled_because from fct_share_capital_statement where ticker = '9989.HK' and not is_counted"
    )
    assert ask(users_releases.today, left_out) == [(5_300_000, "adds up events that other documents state one by one")]
    prices = "select price_hkd, issued_shares from fct_share_issue where ticker = '9989.HK' and price_hkd < 12 order by 1"
    assert ask(users_releases.today, prices) == [(2.4, 250_000), (3.9, 50_000)]


def test_words_do_not_make_a_bonus_plan_a_split_nor_an_extension_a_second_lot(users_releases: UsersReleases) -> None:
    chain = "select event_kind, is_split, total_shares from fct_share_capital where ticker = '9990.HK' order by effective_on"
    assert ask(users_releases.today, chain) == [
        ("listing", False, 80_000_000),
        ("share split", True, 320_000_000),
        ("award", False, 320_700_000),
    ]
    # 80,000,000 less 68,000,000 locked float at the listing; four times that after the split, and the staff's shares
    floats = "select distinct float_shares from fct_float_daily where ticker = '9990.HK' and policy = 'unlocked' order by 1"
    assert ask(users_releases.today, floats) == [(12_000_000,), (48_000_000,), (48_700_000,), (320_700_000,)]
    tranches = (
        "select holder_category, shares, last_locked_on::varchar from fct_lockup_tranche where ticker = '9990.HK' order by 2"
    )
    assert ask(users_releases.today, tranches) == [
        ("cornerstone investors", 8_000_000, "2027-02-11"),
        ("controlling shareholders and key persons", 60_000_000, "2027-02-11"),
    ]


def test_an_event_that_is_taken_back_ends_no_lock_up_and_a_condition_is_open_until_it_is_told(
    users_releases: UsersReleases,
) -> None:
    # listed on 15 January 2026: 18 months end on 14 July 2027, 12 on 14 January. 60,000,000 are free after 6 months
    dates = (
        "select ticker, first_tradable_earliest_on::varchar, first_tradable_latest_on::varchar, date_basis, waivable_by "
        "from fct_lockup_tranche where ticker between '9975.HK' and '9979.HK' and shares = 150000000 order by 1"
    )
    open_interval = ("2027-01-15", "2027-07-15", "interval: unknown event to backstop", None)
    waivable = ("9976.HK", "2027-01-15", "2027-01-15", "fixed date", "lockup_waiver_founder")
    assert ask(users_releases.as_of_the_note, dates) == [
        ("9975.HK", None, None, "event taken back, no backstop", None),
        waivable,
        ("9977.HK", *open_interval),
        ("9978.HK", *open_interval),
        ("9979.HK", *open_interval),
    ]
    assert ask(users_releases.today, dates) == [
        # withdrawn in February, and announced anew in June for the first week of August: 30 days after it end by 6 September
        ("9975.HK", "2027-01-15", "2027-01-15", "announced event", None),
        waivable,
        ("9977.HK", "2027-01-15", "2027-01-15", "event taken back", None),
        ("9978.HK", "2027-07-15", "2027-07-15", "past event", None),
        ("9979.HK", *open_interval),
    ]
    # 150,000,000 of 300,000,000 float in neither policy while nobody has stated the waiver, nor after the withdrawal
    floats = (
        "select distinct float_shares from fct_float_daily where policy like 'unlocked%' and ticker in ('9975.HK', '9976.HK') "
        "and trading_date between '2026-01-15' and '2026-07-14'"
    )
    assert ask(users_releases.today, floats) == [(90_000_000,)]
    assert ask(
        users_releases.today,
        "select status, is_preferred, overruled_because from fct_corporate_event where ticker = '9975.HK' order by known_on",
    ) == [("expected", False, "taken back"), ("withdrawn", False, "a newer statement"), ("announced", True, None)]
    assert ask(
        users_releases.today, "select listing_status from dim_security where issuer in ('StepFun', 'OpenAI') order by issuer"
    ) == [("postponed",), ("withdrawn",)]
    assert ask(
        users_releases.today,
        "select distinct timing_printed, status, is_preferred from fct_catalyst "
        "where event = '1H26 results' and ticker = '2513.HK' order by is_preferred",
    ) == [("Aug-26", "postponed", False), ("4Q26", "postponed", True)]
    (words,) = (line for line in doubts(users_releases.as_of_the_note.parents[1]) if line.startswith("9974.HK"))
    assert words == (
        "9974.HK: 150,000,000 locked shares have no day on which they are free (event taken back, no backstop: "
        "calendar_day_after(30, approval_given)): they are in no expiry until a row of corporate_events says more"
    )


def test_the_schedules_of_real_markets_free_their_shares_on_the_days_counted_by_hand(users_releases: UsersReleases) -> None:
    expected: Counter[tuple[str, str | None]] = Counter()
    for row in csv.DictReader((_SCHEDULES / "expected.csv").open(encoding="utf-8")):
        expected[row["ticker"], row["first_tradable_on"] or None] += int(row["shares"])
    found = (
        "select ticker, first_tradable_on::varchar, sum(shares)::bigint from fct_lockup_tranche "
        "where date_basis <> 'at listing' and ticker in (select unnest(?)) group by all"
    )
    tickers = sorted({ticker for ticker, _ in expected})
    with duckdb.connect(str(users_releases.today / "warehouse.duckdb"), read_only=True) as connection:
        assert {(ticker, day): shares for ticker, day, shares in connection.execute(found, [tickers]).fetchall()} == expected
    # of the parts, what is free at the listing floats from then on: 2,500,000 of CBRA.US beside what nothing locks
    floats = (
        "select float_shares from fct_float_daily "
        "where ticker = 'CBRA.US' and trading_date = '2026-05-14' and policy = 'unlocked'"
    )
    assert ask(users_releases.today, floats) == [(400_000_000 - 164_000_000 - 100_000_000 + 2_500_000,)]


def test_a_condition_on_closes_is_met_on_the_session_that_landed_bars_say(users_releases: UsersReleases) -> None:
    conditions = (
        "select status, met_on::varchar, met_earliest_on::varchar, level_price, most_closes, missing_bars "
        "from fct_price_condition where ticker = '{}' and condition like '{}%' order by condition"
    )
    # 1.33 x 120; the tenth close above it is that of 29 December, and none of the ten is missing
    assert ask(users_releases.today, conditions.format("FLKE.US", "closes(10 of 15")) == [
        ("past", "2020-12-29", "2020-12-29", 159.6, 10, 0)
    ]
    assert ask(users_releases.today, conditions.format("RCKT.US", "closes(5 of 10")) == [
        ("did not happen", None, None, 130.0, 0, 0)
    ]
    # without a bar each session may have met it: at the earliest the twentieth from 31 July 2025, 27 August
    (spac,) = ask(users_releases.today, conditions.format("SPAC.US", "closes(20 of 30"))
    assert spac[:4] == ("unknown", None, "2025-08-27", 12.0)
    days = (
        "select first_tradable_earliest_on::varchar, first_tradable_on::varchar, date_basis from fct_lockup_tranche "
        "where ticker = '{}'"
    )
    sponsor = days.format("SPAC.US") + " and shares = 5000000"
    assert ask(users_releases.today, sponsor) == [("2025-08-28", "2026-03-03", "interval: unknown event to backstop")]
    told = [line for line in doubts(users_releases.today.parents[1]) if line.startswith("SPAC.US: closes(20 of 30")]
    assert len(told) == 1 and "add them to inbox/prices/" in told[0]
    # as of 20 April the close of July is open: 36 months or 42; the twenty closes of March are not
    assert ask(users_releases.as_of_the_note, days.format("688802.SH")) == [
        ("2029-01-05", "2029-07-05", "interval: unknown event to backstop")
    ]
    controller = days.format("688801.SH") + " and shares = 80000000"
    assert [row[:2] for row in ask(users_releases.as_of_the_note, controller)] == [("2029-07-05", "2029-07-05")]
    # results that can come from the listing on: between day 180, Sat 16 May, and day 210, 15 June
    assert ask(users_releases.as_of_the_note, days.format("CASA.US")) == [
        ("2026-05-18", "2026-06-15", "interval: unknown event to backstop")
    ]


_FLOATS_BY_STRETCH = (
    "select ticker, min(trading_date)::varchar, max(trading_date)::varchar, float_shares, total_shares, listed_shares, "
    "locked_shares from fct_float_daily where policy = 'unlocked' and ticker between '{}' and '{}' group by all order by 1, 2"
)


def test_a_float_goes_on_under_another_ticker_with_its_locks_and_its_capital(users_releases: UsersReleases) -> None:
    today = users_releases.today
    assert ask(today, _FLOATS_BY_STRETCH.format("96510.HK", "96517.HK")) == successors.FLOATS
    assert ask(users_releases.as_of_the_note, _FLOATS_BY_STRETCH.format("96513.HK", "96516.HK")) == successors.FLOATS_THEN
    assert (
        ask(
            today,
            "select ticker, first_tradable_on::varchar, released_shares, float_before_shares from fct_lockup_expiry "
            "where ticker between '96510.HK' and '96517.HK' order by 1, 2",
        )
        == successors.EXPIRIES
    )
    assert (
        ask(
            today,
            "select ticker, predecessor, successor, listing_on::varchar, succeeds_on::varchar, delisted_on::varchar, "
            "delisted_by, listing_status, issuer from dim_security where ticker between '96510.HK' and '96518.HK' order by 1",
        )
        == successors.SECURITIES
    )
    # nothing of a successor is known before the succession is
    assert ask(
        today,
        "select min(known_on)::varchar from mart_float_daily where ticker = '96514.HK' union all "
        "select min(known_on)::varchar from fct_lockup_tranche where ticker = '96514.HK'",
    ) == [("2026-08-10",), ("2026-08-10",)]
    # the shares of a placing are issued, and come to the market, once
    assert ask(
        today,
        "select ticker, issued_on::varchar, issued_shares from fct_share_issue where ticker between '96510.HK' and '96514.HK' "
        "and issue_kind = 'placing' order by 2",
    ) == [
        ("96510.HK", "2026-05-18", 10_000_000),
        ("96513.HK", "2026-06-15", 30_000_000),
        ("96511.HK", "2026-10-12", 30_000_000),
    ]
    assert ask(
        today,
        "select event, ticker, latest_on::varchar, supply_shares from fct_catalyst where ticker in ('96510.HK', '96511.HK') "
        "and supply_shares > 0 order by 3",
    ) == [
        ("placing", "96510.HK", "2026-05-18", 10_000_000),
        ("lock-up expiry", "96510.HK", "2026-07-13", 10_000_000),
        ("placing", "96511.HK", "2026-10-12", 30_000_000),
        ("lock-up expiry", "96511.HK", "2027-01-12", 40_000_000),
        ("lock-up expiry", "96511.HK", "2027-09-13", 5_000_000),
    ]
    assert ask(
        today,
        "select status, is_preferred, overruled_by_document_id from fct_security_successor where ticker = '96515.HK' order by 1",
    ) == [("announced", False, "inbox/security_successors/moving.csv"), ("withdrawn", False, None)]
    # one company is worth something once
    assert ask(today, "select ticker from mart_issuer where ticker between '96510.HK' and '96515.HK' order by 1") == [
        ("96511.HK",),
        ("96514.HK",),
        ("96515.HK",),
    ]


def test_the_shares_of_a_company_that_is_taken_over_are_the_acquirers_once_with_their_locks(
    users_releases: UsersReleases,
) -> None:
    today = users_releases.today
    assert ask(today, _FLOATS_BY_STRETCH.format("96520.HK", "96524.HK")) == mergers.FLOATS
    assert ask(users_releases.as_of_the_note, _FLOATS_BY_STRETCH.format("96521.HK", "96521.HK")) == mergers.FLOATS_THEN
    assert (
        ask(
            today,
            "select ticker, first_tradable_on::varchar, released_shares, float_before_shares from fct_lockup_expiry "
            "where ticker between '96520.HK' and '96524.HK' order by 1, 2",
        )
        == mergers.EXPIRIES
    )
    assert (
        ask(
            today,
            "select ticker, effective_on::varchar, event, share_class, issued_shares, total_shares, document_id "
            "from fct_share_capital where ticker between '96520.HK' and '96524.HK' and event_kind <> 'listing' order by 1",
        )
        == mergers.CAPITAL
    )
    assert ask(
        today,
        "select ticker, acquirer from dim_security where ticker between '96520.HK' and '96525.HK' and acquirer <> '' order by 1",
    ) == [("96520.HK", "96521.HK"), ("96522.HK", "96523.HK")]
    supply = (
        "select ticker, latest_on::varchar, supply_shares from fct_catalyst where ticker between '96520.HK' and '96524.HK' "
        "and supply_shares > 0 and event <> 'lock-up expiry' order by 1"
    )
    assert ask(today, supply) == mergers.SUPPLY


def test_status_names_what_is_suspended_and_what_is_listed_no_more(users_releases: UsersReleases) -> None:
    with duckdb.connect(str(users_releases.today / "warehouse.duckdb"), read_only=True) as connection:
        lines = doubts_of(connection)
    assert [line for line in lines if line[:6] in successors.TOLD_OF and "no day on which" not in line] == successors.DOUBTS
    assert [line for line in lines if line.startswith("68894")] == later_lots.DOUBTS
    assert [line for line in lines if line.startswith("9652") and "no day on which" not in line] == mergers.DOUBTS


def test_a_balance_that_a_better_document_corrects_fails_nothing_and_is_named(users_releases: UsersReleases) -> None:
    # 60,000,000 less 40,000,000 H that are not listed, not 30,000,000: the return of June is of rank 10, the file of rank 50
    floats = (
        "select float_shares from fct_float_daily "
        "where ticker = '96519.HK' and policy = 'unlocked' and trading_date = '2026-04-20'"
    )
    assert ask(users_releases.as_of_the_note, floats) == [(10_000_000,)]
    assert ask(users_releases.today, floats) == [(0,)]
    with duckdb.connect(str(users_releases.today / "warehouse.duckdb"), read_only=True) as connection:
        lines = [line for line in doubts_of(connection) if line.startswith("96519.HK: inbox")]
    assert lines == [
        "96519.HK: inbox/share_class_balances/corrected.csv states 30,000,000 H on 2026-01-12; return_of_june is of a better "
        "rank and states 20,000,000, which counts",
        "96519.HK: inbox/share_class_balances/corrected.csv states 30,000,000 unlisted domestic on 2026-01-12; return_of_june "
        "is of a better rank and states 40,000,000, which counts",
    ]


def test_in_random_lives_each_share_floats_once_from_its_day_and_no_total_changes_without_an_event(
    users_releases: UsersReleases,
) -> None:
    floats = (
        "select ticker, trading_date, float_shares, total_shares from fct_float_daily "
        "where policy = 'unlocked' and ticker in (select unnest(?)) and trading_date <= ?"
    )
    companies = {life.ticker: life for life in RANDOM_LIVES}
    # as of an earlier day the float is what it was: nothing that was known later changes it
    for folder, last_on in ((users_releases.as_of_the_note, date(2026, 4, 20)), (users_releases.today, date(2026, 11, 27))):
        with duckdb.connect(str(folder / "warehouse.duckdb"), read_only=True) as connection:
            found = connection.execute(floats, [sorted(companies), last_on]).fetchall()
        assert {ticker for ticker, *_ in found} == companies.keys()
        wrong = [
            (ticker, str(day), shares, companies[ticker].float_on(day), total)
            for ticker, day, shares, total in found
            if (shares, total) != (companies[ticker].float_on(day), companies[ticker].total_on(day))
        ]
        assert wrong == []
        assert all(0 <= shares <= total for _, _, shares, total in found)


def test_as_of_the_note_nothing_later_is_there_and_an_event_makes_the_interval_a_point(users_releases: UsersReleases) -> None:
    # the event is in the inbox, but known only on its own day
    then = users_releases.as_of_the_note
    known_on = "select max(known_on)::varchar from {} where ticker in ('0100.HK', '2513.HK')"
    assert ask(then, known_on.format("fct_share_capital")) == [("2026-02-04",)]
    assert ask(then, known_on.format("landed.share_capital_events")) == [("2026-02-04",)]
    assert ask(then, "select count(*) from dim_document where published_on > '2026-04-20'") == [(0,)]
    rule = "release_rule like '%stock_connect%' and is_preferred"
    dates = "first_tradable_on::varchar, first_tradable_earliest_on::varchar, first_tradable_latest_on::varchar, date_basis"
    interval = ask(then, f"select {dates} from fct_lockup_tranche where {rule}")
    # the rule for weighted voting rights lets it happen from 6 August, not from 1 August as the note's first week does: the 20th
    # session from that day is 2 September. The early end was 31 August, which no day of the rule can give
    assert interval == [("2026-10-09", "2026-09-03", "2026-10-09", "interval: expected event to backstop")]
    assert ask(users_releases.today, f"select {dates} from fct_lockup_tranche where {rule}") == [
        ("2026-09-03", "2026-09-03", "2026-09-03", "past event")
    ]
    # the user's file says 5 August, known a day earlier: it stays beside the other, and the rule says that it can't be
    statements = (
        "select event_printed, is_preferred, under_rule from fct_corporate_event where ticker = '0100.HK' and status = 'past' "
        "and event = 'stock_connect_eligibility'"
    )
    assert ask(then, statements) == []
    assert ask(users_releases.today, f"{statements} order by 1") == [
        ("2026-08-05", False, "impossible"),
        ("2026-08-06", True, "possible"),
    ]
    # both ends of the float between them
    float_then = (
        "select float_shares, earliest_float_shares from mart_float_daily where ticker = '0100.HK' and trading_date = '{}'"
    )
    assert ask(then, float_then.format("2026-09-02")) == [(162_737_770, 162_737_770)]
    assert ask(then, float_then.format("2026-09-03")) == [(162_737_770, 201_767_646)]


def test_a_company_that_nobody_here_has_heard_of(users_releases: UsersReleases) -> None:
    today = users_releases.today
    assert ask(
        today,
        "select first_tradable_on::varchar, released_shares, float_before_shares, float_after_shares, float_expansion_x, "
        "total_shares from fct_lockup_expiry where ticker = '9999.HK' order by 1",
    ) == [
        ("2026-09-03", 30_000_000, 20_000_000, 50_000_000, 1.5, 100_000_000),
        ("2027-03-03", 50_000_000, 60_000_000, 110_000_000, 50 / 60, 110_000_000),
    ]
    assert ask(
        today,
        "select issuer, exchange_mic, currency, listing_on::varchar, ipo_price, listing_status from dim_security "
        "where ticker = '9999.HK'",
    ) == [("Acme Robotics", "XHKG", "HKD", "2026-03-03", 12.5, "listed")]
    assert ask(
        today,
        "select float_shares from fct_float_daily "
        "where ticker = '9999.HK' and policy = 'unlocked' and trading_date = '2026-10-12'",
    ) == [(60_000_000,)]
    assert ask(today, "select document_type from dim_document where document_id = 'inbox/lockups/acme.csv'") == [("user file",)]


def test_a_user_file_without_a_document_keeps_the_days_that_its_rows_were_known_on(users_releases: UsersReleases) -> None:
    then = users_releases.as_of_the_note
    assert ask(then, "select max(total_shares) from fct_share_capital where ticker = '9998.HK'") == [(100_000_000,)]
    assert ask(then, "select shares, first_tradable_on::varchar from fct_lockup_tranche where ticker = '9998.HK'") == [
        (50_000_000, "2027-03-03")
    ]


def test_a_later_document_about_one_lot_leaves_the_rest_of_the_table_and_has_its_day(users_releases: UsersReleases) -> None:
    then, today = users_releases.as_of_the_note, users_releases.today
    columns = "first_tradable_on::varchar, shares, holders, amended_by"
    tranches = f"select {columns} from fct_lockup_tranche where ticker = '9997.HK' order by 1"
    assert ask(then, tranches) == [("2026-09-03", 30_000_000, 1, None), ("2027-03-03", 50_000_000, 1, None)]
    june = "inbox/filing_lockups/june.csv"
    assert ask(today, tranches) == [("2027-03-03", 50_000_000, 2, june), ("2027-09-03", 30_000_000, 1, june)]
    in_september = "select float_shares from mart_float_daily where ticker = '9997.HK' and trading_date = '2026-09-03'"
    assert (ask(then, in_september), ask(today, in_september)) == ([(50_000_000,)], [(20_000_000,)])


def test_lots_that_begin_change_hands_and_are_amended_later_float_from_their_day(users_releases: UsersReleases) -> None:
    found = ask(
        users_releases.today,
        "select ticker, trading_date::varchar, float_shares from ("
        "select *, lag(float_shares) over (partition by ticker order by trading_date) as before from fct_float_daily "
        "where policy = 'unlocked' and (ticker like '994_.HK' or ticker like '68894_.SH')) "
        "where float_shares is distinct from before order by 1, 2",
    )
    assert found == later_lots.FLOATS
    # locked new shares are supply when their lock-up ends, once
    supply = (
        "select latest_on::varchar, supply_shares from fct_catalyst where ticker = '9940.HK' and supply_shares > 0 order by 1"
    )
    assert ask(users_releases.today, supply) == [("2026-12-01", 200), ("2027-02-02", 600)]
    listed = "select listing_on::varchar from dim_security where ticker like '68894_.SH' order by ticker"
    assert ask(users_releases.today, listed) == [("2024-02-01",), ("2024-02-01",)]
    listings = "select ticker from fct_share_capital where ticker like '68894_.SH' and event_kind = 'listing'"
    assert ask(users_releases.today, listings) == [("688940.SH",)]


@dataclass(frozen=True)
class LeftOut:
    """A data folder with a release, the id of that, and what became of bad rows in its inbox: refused, then left out."""

    data_dir: Path
    before: str
    failed: Refreshed
    after_it: str
    status: str
    allowed: Refreshed


_LOCKUPS = "ticker,issuer,expiry,holder_category,holders,shares,pct_of_post_ipo,cumulative_pct\n"
#: A lock-up table with two bad rows, and a file that is none.
BAD_ROWS = {
    "lockups/bad.csv": f'{_LOCKUPS}9997.HK,Bad,At IPO,public,,"20,000,00",20%,\n9997.HK,Bad,2026-07-07,founders,,500,20%,\n',
    "share_capital_events/broken.csv": "ticker;effective_date;event\n9997.HK;2026-03-03;listing\n",
}
#: 9999.HK: its listing is known, its share capital is rejected, for a cell and for its contract. 9998.HK: nothing says what
#: capital it has, one document lists all of its shares, another only what is locked.
DEPENDENT_ROWS = {
    "listing_events/acme.csv": (
        "sector,company,ticker,date,status\nRobotics,Acme,9999.HK,2026-03-03,listed\nRobotics,Beta,9998.HK,2026-03-03,listed\n"
    ),
    "share_capital_events/acme.csv": (
        "ticker,effective_date,event,shares_issued_delta,total_shares_after\n"
        "9999.HK,2026-03-03,listing,25000000,100000000\n"
        "9999.HK,2026-10-12,placing,120000000,110000000\n"
    ),
    "lockups/acme.csv": f"{_LOCKUPS}9999.HK,Acme,2026-09-02,founders,,30000000,,\n",
    "lockups/beta.csv": f"{_LOCKUPS}9998.HK,Beta,At IPO,public,,20,,\n9998.HK,Beta,2026-09-02,founders,,30,,\n",
    "lockups/gamma.csv": f"{_LOCKUPS}9998.HK,Beta,2026-09-03,founders,,30,,\n",
}


@pytest.fixture(scope="module")
def left_out(offline_release: Path, tmp_path_factory: pytest.TempPathFactory, refresh_in: Callable[..., Refreshed]) -> LeftOut:
    """Refreshes with bad rows in the inbox, on top of the release: one that they fail, and one that leaves them out."""
    data_dir = tmp_path_factory.mktemp("left_out")
    shutil.copytree(offline_release, data_dir, dirs_exist_ok=True)
    before = ask(data_dir, "select release_id from dim_release")[0][0]
    for name, text in (BAD_ROWS | DEPENDENT_ROWS).items():
        path = data_dir / "inbox" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    failed = refresh_in(data_dir)
    after_it = ask(data_dir, "select release_id from dim_release")[0][0]
    status = freefloat(data_dir, "status").stdout
    # and once the releases take too much of the disk, the older one goes
    allowed = refresh_in(data_dir, allow_quarantine=True, environment={"FREEFLOAT_RELEASES_MAX_GB": "0.001"})
    return LeftOut(data_dir, before, failed, after_it, status, allowed)


def test_bad_rows_fail_the_refresh_and_leave_the_release_standing(left_out: LeftOut) -> None:
    failed = left_out.failed
    assert failed.returncode == 1
    assert "inbox/lockups/bad.csv row 2, column shares: '20,000,00' is not a whole number" in failed.stderr
    assert "inbox/share_capital_events/broken.csv: lacks the column" in failed.stderr
    assert "Traceback" not in failed.stderr
    assert left_out.after_it == left_out.before
    assert "20,000,00" in left_out.status
    assert "inbox/share_capital_events/broken.csv" in left_out.status


def test_bad_rows_are_left_out_where_that_is_allowed_and_the_oldest_release_goes(left_out: LeftOut) -> None:
    data_dir, allowed = left_out.data_dir, left_out.allowed
    assert allowed.returncode == 0, allowed.stderr
    # a table with a hole would count its locked shares as free: its other row is left out too
    assert ask(data_dir, "select shares from fct_lockup_tranche where ticker = '9997.HK'") == []
    release_id = ask(data_dir, "select release_id from dim_release")[0][0]
    manifest = json.loads((data_dir / "releases" / release_id / "manifest.json").read_text())
    # two rows of bad.csv and the one of lockups/acme.csv; both of the share capital that the latter needs
    assert manifest["quarantined"] == {"lockups": 3, "share_capital_events": 2}
    assert manifest["allow_quarantine"] is True
    assert f"removed: release {left_out.before}, so that the releases fit in 0.001 GB" in allowed.stdout
    assert [folder.name for folder in (data_dir / "releases").glob("2*")] == [release_id]


def test_what_depends_on_a_rejected_row_is_not_built_from_what_is_left(left_out: LeftOut) -> None:
    data_dir, done = left_out.data_dir, left_out.allowed
    assert done.returncode == 0, done.stderr
    rejected = "inbox/share_capital_events/acme.csv row 3"
    assert f"left out: {rejected}: shares_issued_delta is larger than the total after it" in done.stdout
    assert "inbox/share_capital_events/acme.csv row 2: another row of this table is rejected (row 3)" in done.stdout
    assert (
        f"inbox/lockups/acme.csv row 2: needs the share_capital_events of 9999.HK, which are rejected ({rejected})" in done.stdout
    )
    assert ask(data_dir, "select count(*) from fct_lockup_expiry where ticker = '9999.HK'") == [(0,)]
    assert ask(
        data_dir,
        "select document_id, total_shares, listed_shares, float_before_shares, float_expansion_x, total_basis "
        "from fct_lockup_expiry where ticker = '9998.HK' order by 1",
    ) == [
        ("inbox/lockups/beta.csv", 50, 50, 20, 1.5, "tranches of the document"),
        ("inbox/lockups/gamma.csv", None, None, None, None, None),
    ]
    assert ask(data_dir, "select distinct total_basis from fct_float_daily where ticker <> '9998.HK'") == [("share capital",)]


def test_facts_that_contradict_each_other_fail_the_audit_with_the_rows_and_a_far_date_does_not(
    built: Path, tmp_path: Path, inbox: Callable[[str, str], Path], refresh: Callable[..., Refreshed]
) -> None:
    header = "ticker,issuer,expiry,holder_category,holders,shares,pct_of_post_ipo,cumulative_pct\n"
    inbox("lockups/far.csv", header + "9999.HK,Acme,2039-01-07,founders,,22000000,20%,\n")
    inbox(
        "share_capital_events/acme.csv",
        "ticker,effective_date,event,shares_issued_delta,issue_price_hkd,total_shares_after\n"
        "9999.HK,2026-03-03,listing,25000000,12.5,100000000\n"
        "9999.HK,2026-10-12,placing,10000000,20,111000000\n",
    )
    # an option that was exercised, and whose shares nobody wrote down as issued
    inbox(
        "over_allocations/acme.csv",
        "ticker,share_class,over_allocated_shares,settlement,exercised_shares,settled_on\n"
        "9999.HK,H,3750000,borrowed,3750000,2026-03-31\n",
    )
    # what only extends one holder's lock-up, and does not say so, would free the founder's shares
    inbox(
        "share_capital_events/beta.csv",
        "ticker,effective_date,event,shares_issued_delta,total_shares_after\n9996.HK,2026-03-03,listing,25000000,100000000\n",
    )
    lots = "ticker,holder,category,share_class,shares,last_day_locked,rule,known_on\n"
    inbox(
        "filing_lockups/table.csv",
        f"{lots}9996.HK,Founder,controlling shareholder,H,40000000,2027-03-02,undertaking,2026-03-02\n"
        "9996.HK,Delta Fund,existing shareholder,H,20000000,2026-09-02,undertaking,2026-03-02\n",
    )
    inbox(
        "filing_lockups/later.csv",
        f"{lots}9996.HK,Delta Fund,existing shareholder,H,20000000,2027-09-02,extension,2026-06-20\n",
    )
    for name, text in (amendments.FILES | mergers.REFUSED).items():
        inbox(name, text)
    failed = refresh()
    assert failed.returncode == 1
    # the first five rows of an audit are shown
    assert f"assert an amendment fits the lot that it amends: {len(amendments.REASONS)} row(s)" in failed.stderr
    shown = {
        ticker: line.partition("reason: ")[2]
        for line in failed.stderr.splitlines()
        for ticker in amendments.REASONS
        if f"ticker: {ticker}," in line
    }
    assert len(shown) == 5
    assert all(amendments.REASONS[ticker] in reason for ticker, reason in shown.items()), shown
    for ticker, reason in mergers.REASONS.items():
        assert any(f"ticker: {ticker}," in line and reason in line for line in failed.stderr.splitlines()), ticker
    assert "assert no document makes locked shares float by leaving them out: 1 row(s)" in failed.stderr
    assert "counted_locked_shares: 20000000, locked_shares: 60000000" in failed.stderr
    assert "say so in amends of its rows in filing_lockups" in failed.stderr
    assert "assert the share capital chain closes to every stated total: 1 row(s)" in failed.stderr
    assert "unexplained_shares: 1000000" in failed.stderr
    assert "assert an option issues what was exercised of it: 1 row(s)" in failed.stderr
    assert "exercised_shares: 3750000, settled_on: 2026-03-31, issued_shares: 0" in failed.stderr
    assert "add the issue to share_capital_events" in failed.stderr
    assert not (tmp_path / "warehouse.duckdb").exists()
    # a lock-up beyond every announced session is provisional, and no error
    assert "calendar" not in failed.stderr and "2039-01-07" not in failed.stderr


def test_a_misspelt_folder_of_the_inbox_is_refused(
    tmp_path: Path, inbox: Callable[[str, str], Path], refresh: Callable[..., Refreshed]
) -> None:
    inbox("lockup/acme.csv", "ticker\n9999.HK\n")
    inbox("acme.csv", "ticker\n9999.HK\n")
    failed = refresh()
    assert failed.returncode == 1
    assert "inbox/lockup: is a folder of no dataset; did you mean inbox/lockups/?" in failed.stderr
    assert "inbox/acme.csv: stands in no dataset's folder" in failed.stderr

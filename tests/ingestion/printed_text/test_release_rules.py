"""Release rules: the printed words of the documents, and that the terms say the same as the nested rule."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.datasets._securities import latest_end
from ingestion.datasets.filing_lockups import DATASET as FILING_LOCKUPS
from ingestion.printed_text.release_rules import NotARule, canonical_rule, rule_conditions, rule_parts, rule_terms
from ingestion.printed_text.release_terms import COMPARISONS

STOCK_CONNECT = "earlier_of(trading_day_from(20, stock_connect_eligibility), 2026-10-08)"


@pytest.mark.parametrize(
    ("printed", "canonical"),
    [
        ("At IPO", "at_listing"),
        ("2026-07-07", "2026-07-07"),
        ("July 7, 2026 (6 Months Post-IPO)", "2026-07-07"),
        ("6 months from listing", "months_from_listing(6)"),
        (
            "earlier of (1) October 8, 2026 (9 Months Post-IPO) and (2) the 20th trading day starting from the date of "
            "inclusion as an eligible stock of Stock Connect",
            "earlier_of(2026-10-08, trading_day_from(20, stock_connect_eligibility))",
        ),
        (
            "earlier of (i) the 20th trading day starting from the date the Class A shares become eligible for Stock Connect, "
            "and (ii) 2026-10-08",
            STOCK_CONNECT,
        ),
        (STOCK_CONNECT, STOCK_CONNECT),
        (
            "later of 2026-10-08 and the 10th trading day after annual_results",
            "later_of(2026-10-08, trading_day_after(10, annual_results))",
        ),
        (
            "18 months from listing if issue_price_broken, else 12 months from listing",
            "if_happens(issue_price_broken, months_from_listing(18), months_from_listing(12))",
        ),
        (
            "12 months from listing unless issue_price_broken happens, in which case 18 months from listing",
            "if_happens(issue_price_broken, months_from_listing(18), months_from_listing(12))",
        ),
        (
            "earlier of (1) 2028-01-08 and (2) 2027-07-14 if issue_price_broken, otherwise 2027-01-14",
            "earlier_of(2028-01-08, if_happens(issue_price_broken, 2027-07-14, 2027-01-14))",
        ),
    ],
)  # fmt: skip
def test_the_wordings_of_documents(printed: str, canonical: str) -> None:
    assert canonical_rule(printed) == canonical


@pytest.mark.parametrize(
    ("printed", "words"),
    [
        ("next year some time", "is not a release rule"),
        ("2H26", "span of days"),
        ("earlier of 2026-10-08", "gives one part"),
        ("the 20th trading day after the moon is full", "an event that is not known"),
        ("trading_day_from(0, stock_connect_eligibility)", "a count from 1"),
        ("earlier of (1) At IPO and (2) 2026-10-08", "mixes"),
        ("earlier_of(2026-10-08, " * 6 + "2026-10-09" + ")" * 6, "nests too many"),
        ("2026-02-30", "is not a release rule"),
        ("2026-12-14 unless waived", "not both ends; write 'A if EVENT, else B'"),
        ("18 months from listing if issue_price_broken", "not both ends"),
        ("18 months from listing if the moon is full, else 2026-10-08", "an event that is not known"),
        (
            "earlier of 2026-10-08 and 2027-07-14 if issue_price_broken, else 2027-01-14",
            "does not say what 'if' or 'unless' belongs",
        ),
        ("if_happens(issue_price_broken, 2027-07-14)", "needs an event and two rules"),
        ("at listing if issue_price_broken, else 2027-01-14", "mixes"),
        (
            "the 2nd trading day after closes(10 of 15, over 133%, from 2020-12-15)",
            "write one of above, at_least, below, at_most",
        ),
        ("the 2nd trading day after closes(16 of 15, above 133%, from 2020-12-15)", "16 of 15 closes"),
        ("the 2nd trading day after closes(10 of 15, above 133%)", "no condition on closes: write closes\\(K of N"),
        ("the 2nd trading day after closes(1 of 1, above 133%, ending 2020-12-15, by 2020-12-16)", "write one of them"),
        ("the 2nd trading day after closes(1 of 1, above 0%, from listing)", "with nothing"),
        ("12 months from listing, extended by some months if price_broken", "extends by 'some' months"),
        ("the 5th day after approval_given, extended by 6 months if price_broken", "extends by months what is no date"),
        ("12 months from listing, extended by 6 months if the price goes down", "names an event that is not known"),
        ("the 3rd day before listing", "before the listing"),
        ("20% at 2026-08-06", "say what becomes of the rest"),
        ("20% at 2026-08-06, 30% at 2026-09-06", "leaves 50% of the shares"),
        ("90% at 2026-08-06, 20% at 2026-09-06, the rest at 2026-10-06", "more than 100%"),
        ("the rest at 2026-08-06, 20% at 2026-09-06", "in no order"),
        ("20% at 2026-08-06, some at 2026-09-06", "is not a release rule"),
        ("parts(20% until 2026-08-06, some)", "is not a release rule"),
        ("parts(some, rest until 2026-08-06)", "is no part of the shares: write"),
        ("0% at 2026-08-06, the rest at 2026-09-06", "no shares"),
        ("1,000 shares at 2026-08-06, 20% of the rest at 2026-09-06, the rest at 2026-10-06", "write both as percentages"),
        ("25% a year from the 5th day after an_event", "no anniversaries"),
        ("3% a year from 2026-08-06", "no plain part a year"),
        ("2:30 p.m. on 2026-08-06", "whether trading is over"),
        ("1500 days from listing", "is not a release rule"),
        ("12 months from listing if listing, else 2026-10-08", "asks whether the listing happens"),
    ],
)
def test_what_is_no_rule_says_what_to_write(printed: str, words: str) -> None:
    with pytest.raises(NotARule, match=words):
        canonical_rule(printed)


def test_the_note_of_a_filing_may_end_a_lock_up_earlier() -> None:
    (rule,) = (column for column in FILING_LOCKUPS.columns if column.name == "last_day_locked")
    note = (
        "may end earlier: the later of the date that a Commercial Company would have had, and the 30th day after the "
        "announcement that the Pre-Commercial designation is removed (Rule 18C.24)"
    )
    cells = {"last_day_locked": "2028-01-08", "note": note, "category": "key person"}
    assert rule.values(cells)["release_rule"] == (
        "earlier_of(2028-01-08, later_of(months_from_listing(12), calendar_day_after(30, pre_commercial_designation_removed)))"
    )
    assert rule.values(cells | {"note": ""})["release_rule"] == "2028-01-08"


#: A rule of fixed days as text, with the day that it gives, worked out beside it.
DAYS = st.dates(date(2026, 1, 1), date(2028, 12, 31)).map(lambda day: (str(day), day))
RULES = st.recursive(
    DAYS,
    lambda inner: st.tuples(st.sampled_from([("earlier_of", min), ("later_of", max)]), inner, inner).map(
        lambda t: (f"{t[0][0]}({t[1][0]}, {t[2][0]})", t[0][1](t[1][1], t[2][1]))
    ),
    max_leaves=6,
)


EVENTS = ("first_event", "second_event", "third_event")


@st.composite
def conditional_rules(draw: st.DrawFn, depth: int = 0) -> tuple[str, dict[frozenset[str], date]]:
    """A rule of fixed days and choices by events as text, and its day for each set of events that happen, worked out beside
    it."""
    form = draw(st.sampled_from(["day", "earlier_of", "later_of", "if_happens"])) if depth < 3 else "day"
    worlds = [frozenset(event for n, event in enumerate(EVENTS) if mask >> n & 1) for mask in range(2 ** len(EVENTS))]
    if form == "day":
        day = draw(st.dates(date(2026, 1, 1), date(2028, 12, 31)))
        return str(day), dict.fromkeys(worlds, day)
    (one, days), (other, other_days) = draw(conditional_rules(depth + 1)), draw(conditional_rules(depth + 1))
    if form == "if_happens":
        event = draw(st.sampled_from(EVENTS))
        return f"if_happens({event}, {one}, {other})", {w: days[w] if event in w else other_days[w] for w in worlds}
    pick = min if form == "earlier_of" else max
    return f"{form}({one}, {other})", {w: pick(days[w], other_days[w]) for w in worlds}


@given(conditional_rules())
def test_the_terms_give_the_day_whatever_happens(rule: tuple[str, dict[frozenset[str], date]]) -> None:
    text, days = rule
    try:
        terms = rule_terms(text)
    except NotARule as error:
        assert "alternatives, more than" in error.reason
        return

    def end(earliest: bool, happen: frozenset[str], certain: bool) -> date:
        """The earliest over the clauses of the latest over their terms; a condition is met, not met, or, uncertain, either."""
        clauses: dict[int, list[date]] = {}
        for clause, _, term in terms:
            met = earliest if not certain else (term.event in happen) == (term.kind == "if_happened")
            clauses.setdefault(clause, []).append(term.fixed_on or (date.min if met else date.max))
        return min(max(ends) for ends in clauses.values())

    for happen, day in days.items():
        assert end(True, happen, certain=True) == end(False, happen, certain=True) == day
    # while nothing is known of the events, the ends hold every day that can come out
    nothing = frozenset[str]()
    assert end(True, nothing, certain=False) <= min(days.values())
    assert max(days.values()) <= end(False, nothing, certain=False) < date.max
    assert latest_end(text) == end(False, nothing, certain=False)
    assert canonical_rule(canonical_rule(text)) == canonical_rule(text)


@given(RULES)
def test_the_terms_give_the_day_of_the_nested_rule(rule: tuple[str, date]) -> None:
    text, day = rule
    try:
        terms = rule_terms(text)
    except NotARule as error:
        assert error.reason == "nests too many choices"
        return
    clauses: dict[int, list[date]] = {}
    for clause, _, term in terms:
        assert term.fixed_on
        clauses.setdefault(clause, []).append(term.fixed_on)
    assert min(max(days) for days in clauses.values()) == day
    assert canonical_rule(canonical_rule(text)) == canonical_rule(text)


EVENT_NAMES = st.sampled_from([*EVENTS, "listing", "results_to_2026_06_30"])
DAY_TERMS = st.one_of(
    st.dates(date(2026, 1, 1), date(2028, 12, 31)).map(str),
    st.integers(1, 60).map("months_from_listing({})".format),
    st.tuples(st.integers(1, 60), st.sampled_from(EVENTS)).map(lambda t: f"months_from({t[0]}, {t[1]})"),
    st.tuples(st.sampled_from(["trading", "calendar"]), st.sampled_from(["from", "after"]), st.integers(1, 998), EVENT_NAMES).map(
        lambda t: f"{t[0]}_day_{t[1]}({t[2]}, {t[3]})"
    ),
    st.tuples(st.sampled_from(["trading", "calendar"]), st.integers(1, 998), st.sampled_from(EVENTS)).map(
        lambda t: f"{t[0]}_day_before({t[1]}, {t[2]})"
    ),
)


@st.composite
def conditions_on_closes(draw: st.DrawFn) -> str:
    """A condition on closes in canonical form."""
    sessions = draw(st.integers(1, 250))
    needed = draw(st.integers(1, sessions))
    level = draw(st.one_of(st.integers(1, 999).map("{}%".format), st.integers(1, 9_999).map("{} USD".format)))
    day = draw(DAY_TERMS.filter(lambda day: not day.startswith("calendar_day_from(1,")))
    by = f", by {draw(DAY_TERMS)}" if draw(st.booleans()) else ""
    anchor = "from" if by or draw(st.booleans()) else "ending"
    by = by if not by.startswith(", by calendar_day_from(1,") else ", by 2026-12-31"
    return f"closes({needed} of {sessions}, {draw(st.sampled_from(COMPARISONS))} {level}, {anchor} {day}{by})"


@st.composite
def canonical_rules(draw: st.DrawFn, depth: int = 0) -> str:
    """A rule without parts in canonical form, of every operator."""
    form = draw(st.sampled_from(["day", "after closes", "earlier_of", "later_of", "if_happens"])) if depth < 2 else "day"
    if form == "day":
        return draw(DAY_TERMS)
    if form == "after closes":
        return f"trading_day_after({draw(st.integers(1, 9))}, {draw(conditions_on_closes())})"
    one, other = draw(canonical_rules(depth + 1)), draw(canonical_rules(depth + 1))
    if form == "if_happens":
        return f"if_happens({draw(st.one_of(st.sampled_from(EVENTS), conditions_on_closes()))}, {one}, {other})"
    return f"{form}({one}, {other})"


@st.composite
def rules_with_parts(draw: st.DrawFn) -> str:
    """A rule with parts in canonical form."""
    percents = draw(st.lists(st.integers(1, 30), max_size=3).map(lambda found: [f"{percent}%" for percent in found]))
    shares = draw(st.lists(st.integers(1, 10**9), max_size=2).map(lambda found: [f"{count} shares" for count in found]))
    above = draw(st.lists(st.integers(1, 99), max_size=1, min_size=0 if percents or shares else 1))
    quantities = [*draw(st.permutations([*percents, *shares])), *(f"above {kept}% of total" for kept in above), "rest"]
    return f"parts({', '.join(f'{quantity} until {draw(canonical_rules(depth=1))}' for quantity in quantities)})"


@given(st.one_of(canonical_rules(), rules_with_parts()))
@settings(deadline=None)
def test_what_a_rule_is_printed_as_is_read_as_the_same_rule(rule: str) -> None:
    assert canonical_rule(rule) == rule
    parts = rule_parts(rule)
    assert len(parts) == rule.count(" until ") if rule.startswith("parts(") else len(parts) == 1
    for part in parts:
        assert canonical_rule(part.rule) == part.rule and rule_terms(part.rule)
    for closes in rule_conditions(rule):
        assert f"trading_day_after(1, {closes})" == canonical_rule(f"trading_day_after(1, {closes})")


@given(st.one_of(canonical_rules()))
@settings(deadline=None)
def test_the_first_free_day_is_one_step_before_it_as_the_last_locked_one(rule: str) -> None:
    try:
        freed = canonical_rule(f"free_on({rule})")
    except NotARule as error:
        # Free on the listing's own day is not locked at all: no part of another rule
        assert "mixes 'at listing' with another rule" in str(error) and re.search(r"_from\(1, listing\)", rule)
        return
    assert canonical_rule(freed) == freed
    before = [term for _, _, term in rule_terms(freed)]
    for (_, _, term), earlier in zip(rule_terms(rule), before, strict=True):
        if term.fixed_on and earlier.fixed_on:
            assert (term.fixed_on - earlier.fixed_on).days == 1
        elif term.kind == earlier.kind and not term.kind.startswith(("months", "if")):
            assert (earlier.ordinal or 0) - (term.ordinal or 0) == (1 if term.kind.endswith("before") else -1)


def test_a_closed_list_of_words_is_shown_where_another_word_is_written() -> None:
    with pytest.raises(NotARule, match=r"listing, stock_connect_eligibility, .*, prospectus_dated, blackout_begins, results_to_"):
        canonical_rule("6 months from the moon")


@given(st.text(max_size=80))
def test_any_text_is_a_rule_or_says_why_not(text: str) -> None:
    try:
        canonical_rule(text)
    except NotARule as error:
        assert error.reason


@pytest.mark.parametrize(
    ("rule", "end_on"),
    [
        ("2026-01-07", date(2026, 1, 7)),
        ("earlier_of(2026-10-08, trading_day_from(20, stock_connect_eligibility))", date(2026, 10, 8)),
        ("later_of(2025-12-31, 2026-03-31)", date(2026, 3, 31)),
        ("later_of(2025-12-31, months_from_listing(6))", None),  # the listing can move it as far as it likes
        ("months_from_listing(6)", None),
    ],
)
def test_a_rule_ends_at_the_latest_on_a_day_only_if_nothing_can_move_it(rule: str, end_on: date | None) -> None:
    assert latest_end(rule) == end_on

"""Figures as they are printed: every form that the source documents use, worked by hand, and what must be refused."""

from __future__ import annotations

import time
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.printed_text.figures import Figure, find_figures, parse_figure, split_alternatives, split_change
from ingestion.printed_text.units import NotAFigure


def rows(table: str) -> list[tuple[str, ...]]:
    """The lines of a table, cells separated by `|`."""
    return [tuple(cell.strip() for cell in line.split("|")) for line in table.strip().splitlines()]


def number(text: str) -> Decimal | None:
    return None if text == "none" else Decimal(text)


def check(figure: Figure, value: str, low: str, high: str, unit: str | None, currency: str | None = None) -> None:
    assert (figure.value, figure.low, figure.high) == (number(value), number(low), number(high))
    assert (figure.unit, figure.currency) == (unit, currency)


def reason_of(printed: str, context: str = "") -> str:
    with pytest.raises(NotAFigure) as refused:
        parse_figure(printed, context=context)
    assert refused.value.reason in str(refused.value)
    return refused.value.reason


# printed | currency | value | low | high
MONEY = """
$0.3 | USD | 0.3 | 0.25 | 0.35
$1.2 | USD | 1.2 | 1.15 | 1.25
$0.03 | USD | 0.03 | 0.025 | 0.035
$0.06 | USD | 0.06 | 0.055 | 0.065
$250mn | USD | 250E6 | 249.5E6 | 250.5E6
$9bn | USD | 9E9 | 8.5E9 | 9.5E9
$30bn | USD | 30E9 | 29.5E9 | 30.5E9
$59bn | USD | 59E9 | 58.5E9 | 59.5E9
$80bn | USD | 80E9 | 79.5E9 | 80.5E9
$90bn | USD | 90E9 | 89.5E9 | 90.5E9
$380 billion | USD | 380E9 | 379.5E9 | 380.5E9
$183 billion | USD | 183E9 | 182.5E9 | 183.5E9
$61.5 billion | USD | 61.5E9 | 61.45E9 | 61.55E9
$19.4 billion | USD | 19.4E9 | 19.35E9 | 19.45E9
$4.5 billion | USD | 4.5E9 | 4.45E9 | 4.55E9
$852 billion | USD | 852E9 | 851.5E9 | 852.5E9
$300 billion | USD | 300E9 | 299.5E9 | 300.5E9
$157 billion | USD | 157E9 | 156.5E9 | 157.5E9
$29 billion | USD | 29E9 | 28.5E9 | 29.5E9
$14 billion | USD | 14E9 | 13.5E9 | 14.5E9
$25 billion | USD | 25E9 | 24.5E9 | 25.5E9
$3.7 billion | USD | 3.7E9 | 3.65E9 | 3.75E9
US$61.5bn | USD | 61.5E9 | 61.45E9 | 61.55E9
US$1.4bn | USD | 1.4E9 | 1.35E9 | 1.45E9
HK$31,374.95m | HKD | 31374.95E6 | 31374.945E6 | 31374.955E6
HK$15,664.13m | HKD | 15664.13E6 | 15664.125E6 | 15664.135E6
US$3,010.77m | USD | 3010.77E6 | 3010.765E6 | 3010.775E6
¥8 | CNY | 8 | 7.5 | 8.5
￥0.5 | CNY | 0.5 | 0.45 | 0.55
CN¥28 | CNY | 28 | 27.5 | 28.5
RMB 2 | CNY | 2 | 1.5 | 2.5
CNY 0.1 | CNY | 0.1 | 0.05 | 0.15
8元 | CNY | 8 | 7.5 | 8.5
"""

# all of them approximate: printed | currency | value | low | high | the same if every printed digit counts
ABOUT_MONEY = """
~$30B | USD | 30E9 | 27E9 | 33E9 | 29.5E9 | 30.5E9
~$25B | USD | 25E9 | 24.5E9 | 25.5E9 | 24.5E9 | 25.5E9
~$29bn | USD | 29E9 | 28.5E9 | 29.5E9 | 28.5E9 | 29.5E9
~$1.4 billion | USD | 1.4E9 | 1.35E9 | 1.45E9 | 1.35E9 | 1.45E9
~$200 million | USD | 200E6 | 180E6 | 220E6 | 199.5E6 | 200.5E6
~$100 million | USD | 100E6 | 90E6 | 110E6 | 99.5E6 | 100.5E6
~$10 billion | USD | 10E9 | 9E9 | 11E9 | 9.5E9 | 10.5E9
~$1bn | USD | 1E9 | 0.9E9 | 1.1E9 | 0.5E9 | 1.5E9
~$700mn | USD | 700E6 | 650E6 | 750E6 | 699.5E6 | 700.5E6
~$55B | USD | 55E9 | 54.5E9 | 55.5E9 | 54.5E9 | 55.5E9
~$38B | USD | 38E9 | 37.5E9 | 38.5E9 | 37.5E9 | 38.5E9
~$1.2tn | USD | 1.2E12 | 1.15E12 | 1.25E12 | 1.15E12 | 1.25E12
~$1.6tn | USD | 1.6E12 | 1.55E12 | 1.65E12 | 1.55E12 | 1.65E12
~RMB 1500 | CNY | 1500 | 1450 | 1550 | 1499.5 | 1500.5
~Rmb630bn | CNY | 630E9 | 625E9 | 635E9 | 629.5E9 | 630.5E9
~US$350bn | USD | 350E9 | 345E9 | 355E9 | 349.5E9 | 350.5E9
~US$200bn | USD | 200E9 | 180E9 | 220E9 | 199.5E9 | 200.5E9
~US$90bn | USD | 90E9 | 85E9 | 95E9 | 89.5E9 | 90.5E9
~$4.6T | USD | 4.6E12 | 4.55E12 | 4.65E12 | 4.55E12 | 4.65E12
~$1.8T | USD | 1.8E12 | 1.75E12 | 1.85E12 | 1.75E12 | 1.85E12
~$1.6T | USD | 1.6E12 | 1.55E12 | 1.65E12 | 1.55E12 | 1.65E12
~$8T | USD | 8E12 | 7.5E12 | 8.5E12 | 7.5E12 | 8.5E12
~$5T | USD | 5E12 | 4.5E12 | 5.5E12 | 4.5E12 | 5.5E12
~$350B | USD | 350E9 | 345E9 | 355E9 | 349.5E9 | 350.5E9
~$94B | USD | 94E9 | 93.5E9 | 94.5E9 | 93.5E9 | 94.5E9
~$425B | USD | 425E9 | 424.5E9 | 425.5E9 | 424.5E9 | 425.5E9
~$90B | USD | 90E9 | 85E9 | 95E9 | 89.5E9 | 90.5E9
~$83B | USD | 83E9 | 82.5E9 | 83.5E9 | 82.5E9 | 83.5E9
~$43B | USD | 43E9 | 42.5E9 | 43.5E9 | 42.5E9 | 43.5E9
~$36B | USD | 36E9 | 35.5E9 | 36.5E9 | 35.5E9 | 36.5E9
~$12B | USD | 12E9 | 11.5E9 | 12.5E9 | 11.5E9 | 12.5E9
~$200B | USD | 200E9 | 180E9 | 220E9 | 199.5E9 | 200.5E9
~$852B (post-money Mar 2026) | USD | 852E9 | 851.5E9 | 852.5E9 | 851.5E9 | 852.5E9
"""

# printed | value | low | high
RATIOS = """
3.90% | 0.039 | 0.03895 | 0.03905
5.40% | 0.054 | 0.05395 | 0.05405
2.2% | 0.022 | 0.0215 | 0.0225
3.9% | 0.039 | 0.0385 | 0.0395
5.2% | 0.052 | 0.0515 | 0.0525
5.3% | 0.053 | 0.0525 | 0.0535
5.4% | 0.054 | 0.0535 | 0.0545
5.44% | 0.0544 | 0.05435 | 0.05445
5.6% | 0.056 | 0.0555 | 0.0565
5.8% | 0.058 | 0.0575 | 0.0585
7.5% | 0.075 | 0.0745 | 0.0755
8.2% | 0.082 | 0.0815 | 0.0825
9.7% | 0.097 | 0.0965 | 0.0975
9.9% | 0.099 | 0.0985 | 0.0995
10.4% | 0.104 | 0.1035 | 0.1045
18.2% | 0.182 | 0.1815 | 0.1825
20.34% | 0.2034 | 0.20335 | 0.20345
29.2% | 0.292 | 0.2915 | 0.2925
29.8% | 0.298 | 0.2975 | 0.2985
33.7% | 0.337 | 0.3365 | 0.3375
37.4% | 0.374 | 0.3735 | 0.3745
39.0% | 0.39 | 0.3895 | 0.3905
44.5% | 0.445 | 0.4445 | 0.4455
48.92% | 0.4892 | 0.48915 | 0.48925
50.6% | 0.506 | 0.5055 | 0.5065
62.6% | 0.626 | 0.6255 | 0.6265
90.3% | 0.903 | 0.9025 | 0.9035
100.0% | 1 | 0.9995 | 1.0005
1% | 0.01 | 0.005 | 0.015
2% | 0.02 | 0.015 | 0.025
3% | 0.03 | 0.025 | 0.035
5% | 0.05 | 0.045 | 0.055
6% | 0.06 | 0.055 | 0.065
8% | 0.08 | 0.075 | 0.085
9% | 0.09 | 0.085 | 0.095
10% | 0.1 | 0.095 | 0.105
14% | 0.14 | 0.135 | 0.145
15% | 0.15 | 0.145 | 0.155
17% | 0.17 | 0.165 | 0.175
25% | 0.25 | 0.245 | 0.255
26% | 0.26 | 0.255 | 0.265
27% | 0.27 | 0.265 | 0.275
34% | 0.34 | 0.335 | 0.345
39% | 0.39 | 0.385 | 0.395
46% | 0.46 | 0.455 | 0.465
51% | 0.51 | 0.505 | 0.515
53% | 0.53 | 0.525 | 0.535
70% | 0.7 | 0.695 | 0.705
73% | 0.73 | 0.725 | 0.735
95% | 0.95 | 0.945 | 0.955
+3% | 0.03 | 0.025 | 0.035
+34% | 0.34 | 0.335 | 0.345
-2% | -0.02 | -0.025 | -0.015
-7% | -0.07 | -0.075 | -0.065
-14% | -0.14 | -0.145 | -0.135
-27% | -0.27 | -0.275 | -0.265
-34% | -0.34 | -0.345 | -0.335
-47% | -0.47 | -0.475 | -0.465
"""

# printed | value | low | high
MULTIPLES = """
1x | 1 | 0.5 | 1.5
5x | 5 | 4.5 | 5.5
7x | 7 | 6.5 | 7.5
14x | 14 | 13.5 | 14.5
43x | 43 | 42.5 | 43.5
60x | 60 | 59.5 | 60.5
1.0x | 1 | 0.95 | 1.05
1.6x | 1.6 | 1.55 | 1.65
3.3x | 3.3 | 3.25 | 3.35
5.2x | 5.2 | 5.15 | 5.25
6.4x | 6.4 | 6.35 | 6.45
"""

# printed | value | low | high
BARE = """
9 | 9 | 8.5 | 9.5
12 | 12 | 11.5 | 12.5
1500 | 1500 | 1499.5 | 1500.5
27.1 | 27.1 | 27.05 | 27.15
30.0 | 30 | 29.95 | 30.05
34.1 | 34.1 | 34.05 | 34.15
36.6 | 36.6 | 36.55 | 36.65
42.4 | 42.4 | 42.35 | 42.45
43.9 | 43.9 | 43.85 | 43.95
45.0 | 45 | 44.95 | 45.05
97.0 | 97 | 96.95 | 97.05
145.0 | 145 | 144.95 | 145.05
116.2 | 116.2 | 116.15 | 116.25
1588.0 | 1588 | 1587.95 | 1588.05
165.0 | 165 | 164.95 | 165.05
100bn | 100E9 | 99.5E9 | 100.5E9
100tn | 100E12 | 99.5E12 | 100.5E12
140tn | 140E12 | 139.5E12 | 140.5E12
"""

# printed | unit | currency | low | high | approximately
RANGES = """
~$40-55bn | money | USD | 39.5E9 | 55.5E9 | yes
~$2.4-3.2tn | money | USD | 2.35E12 | 3.25E12 | yes
~HKD 1.2-1.5bn | money | HKD | 1.15E9 | 1.55E9 | yes
~$1.7–2.1T | money | USD | 1.65E12 | 2.15E12 | yes
~$1.5–1.8T | money | USD | 1.45E12 | 1.85E12 | yes
~$1.1–1.4T | money | USD | 1.05E12 | 1.45E12 | yes
~$300–400B (est.) | money | USD | 299.5E9 | 400.5E9 | yes
~$40–50B (public mkt cap) | money | USD | 39.5E9 | 50.5E9 | yes
~$90-110B (est.) | money | USD | 89.5E9 | 110.5E9 | yes
~$50–60B (est.) | money | USD | 49.5E9 | 60.5E9 | yes
~$10–15B (est.) | money | USD | 9.5E9 | 15.5E9 | yes
2.8-3.8% | ratio | none | 0.0275 | 0.0385 | no
25-30% | ratio | none | 0.245 | 0.305 | no
50-100% | ratio | none | 0.495 | 1.005 | no
~31–32% | ratio | none | 0.305 | 0.325 | yes
~22–24% | ratio | none | 0.215 | 0.245 | yes
~11–12% | ratio | none | 0.105 | 0.125 | yes
~3–4% | ratio | none | 0.025 | 0.045 | yes
4-5x | x | none | 3.5 | 5.5 | no
5-7x | x | none | 4.5 | 7.5 | no
6-12 months | months | none | 5.5 | 12.5 | no
9-12 | none | none | 8.5 | 12.5 | no
100bn to 140tn | none | none | 99.5E9 | 140.5E12 | no
9.5-12% | ratio | none | 0.0945 | 0.125 | no
25% - 30% | ratio | none | 0.245 | 0.305 | no
$800bn-1.2tn | money | USD | 799.5E9 | 1.25E12 | no
$5-$7 | money | USD | 4.5 | 7.5 | no
5-7bn USD | money | USD | 4.5E9 | 7.5E9 | no
-5% to -3% | ratio | none | -0.055 | -0.025 | no
-5 to 3% | ratio | none | -0.055 | 0.035 | no
100-200 shares | shares | none | 100 | 200 | no
5-5x | x | none | 4.5 | 5.5 | no
"""

# printed | bound | value | unit | currency | approximately
BOUNDS = """
$5 billion+ | at least | 5E9 | money | USD | no
$800+bn | at least | 800E9 | money | USD | no
$1.5+tn | at least | 1.5E12 | money | USD | no
HK$2+bn | at least | 2E9 | money | HKD | no
~$550B+ (private est.) | at least | 550E9 | money | USD | yes
30+% | at least | 0.3 | ratio | none | no
30%+ | at least | 0.3 | ratio | none | no
5x+ | at least | 5 | x | none | no
over Rmb1.1tn | at least | 1.1E12 | money | CNY | no
exceeds $59bn | at least | 59E9 | money | USD | no
surpassed $250mn | at least | 250E6 | money | USD | no
more than 1000 | at least | 1000 | none | none | no
At least 5 shares | at least | 5 | shares | none | no
above $1mn | at least | 1E6 | money | USD | no
>= 5% | at least | 0.05 | ratio | none | no
no less than 5% | at least | 0.05 | ratio | none | no
over about $5bn | at least | 5E9 | money | USD | yes
over $5bn+ | at least | 5E9 | money | USD | no
up to 40% | at most | 0.4 | ratio | none | no
less than $5bn | at most | 5E9 | money | USD | no
under 5x | at most | 5 | x | none | no
at most 12 months | at most | 12 | months | none | no
below RMB 100 | at most | 100 | money | CNY | no
no more than 5% | at most | 0.05 | ratio | none | no
not exceeding 5% | at most | 0.05 | ratio | none | no
<5% | at most | 0.05 | ratio | none | no
"""


@pytest.mark.parametrize(("printed", "currency", "value", "low", "high"), rows(MONEY))
def test_money(printed: str, currency: str, value: str, low: str, high: str) -> None:
    figure = parse_figure(printed)
    check(figure, value, low, high, "money", currency)
    assert (figure.printed, figure.is_approximate, figure.bound) == (printed, False, "exact")


@pytest.mark.parametrize(("printed", "currency", "value", "low", "high", "digits_low", "digits_high"), rows(ABOUT_MONEY))
def test_approximate_money_is_known_to_its_last_significant_digit_and_at_most_a_tenth(
    printed: str, currency: str, value: str, low: str, high: str, digits_low: str, digits_high: str
) -> None:
    figure = parse_figure(printed)
    check(figure, value, low, high, "money", currency)
    assert (figure.all_digits_low, figure.all_digits_high) == (number(digits_low), number(digits_high))
    assert (figure.printed, figure.is_approximate, figure.bound) == (printed, True, "exact")


@pytest.mark.parametrize(
    ("printed", "value", "low", "high"),
    [
        # one number in several ways of writing: one meaning
        ("~$0.7bn", "0.7E9", "0.65E9", "0.75E9"),
        ("~$700,000,000", "0.7E9", "0.65E9", "0.75E9"),
        # a zero after the decimal point was printed to say something
        ("~$1.0bn", "1E9", "0.95E9", "1.05E9"),
        # half a unit of a leading 2 is a quarter: a tenth is the most; of a 5 it is a tenth
        ("~$2bn", "2E9", "1.8E9", "2.2E9"),
        ("~$5bn", "5E9", "4.5E9", "5.5E9"),
        ("~-$20", "-20", "-22", "-18"),
        ("~$0", "0", "-0.5", "0.5"),
        # printed without ~: its digits are what was printed
        ("$700mn", "0.7E9", "699.5E6", "700.5E6"),
        ("$1bn", "1E9", "0.5E9", "1.5E9"),
        # a range, and a figure that was passed, say themselves how far they reach
        ("~$40-50bn", "none", "39.5E9", "50.5E9"),
        ("~$550B+", "550E9", "550E9", "none"),
    ],
)
def test_what_an_approximate_number_leaves_open(printed: str, value: str, low: str, high: str) -> None:
    check(parse_figure(printed), value, low, high, "money", "USD")


def test_an_approximate_count_of_shares_is_not_exact() -> None:
    figure = parse_figure("about 17,000,000 shares")
    check(figure, "17E6", "16.5E6", "17.5E6", "shares")
    assert (figure.all_digits_low, figure.all_digits_high) == (Decimal("17E6"), Decimal("17E6"))


def test_equal_misses_of_approximate_numbers_get_equal_verdicts() -> None:
    """A printed number that is 24 or 25 % below the true one is not it, whatever its leading digit."""
    for printed, true in (("~$1bn", "1.25E9"), ("~$700mn", "0.865E9"), ("~$200mn", "250E6"), ("~$4bn", "5E9")):
        high = parse_figure(printed).high
        assert high is not None and high < Decimal(true)


@pytest.mark.parametrize(
    ("unit", "printed", "value", "low", "high"),
    [(unit, *row) for unit, table in (("ratio", RATIOS), ("x", MULTIPLES), (None, BARE)) for row in rows(table)],
)
def test_ratios_multiples_and_bare_numbers(unit: str | None, printed: str, value: str, low: str, high: str) -> None:
    figure = parse_figure(printed)
    check(figure, value, low, high, unit)
    assert (figure.is_approximate, figure.bound) == (False, "exact")


@pytest.mark.parametrize(("printed", "unit", "currency", "low", "high", "approximately"), rows(RANGES))
def test_ranges_have_no_midpoint(printed: str, unit: str, currency: str, low: str, high: str, approximately: str) -> None:
    figure = parse_figure(printed)
    none = {"none": None}
    check(figure, "none", low, high, none.get(unit, unit), none.get(currency, currency))
    assert (figure.is_approximate, figure.bound) == (approximately == "yes", "range")


@pytest.mark.parametrize(("printed", "bound", "value", "unit", "currency", "approximately"), rows(BOUNDS))
def test_bounds_are_open_to_one_side(printed: str, bound: str, value: str, unit: str, currency: str, approximately: str) -> None:
    figure = parse_figure(printed)
    low, high = (value, "none") if bound == "at least" else ("none", value)
    none = {"none": None}
    check(figure, value, low, high, none.get(unit, unit), none.get(currency, currency))
    assert (figure.is_approximate, figure.bound) == (approximately == "yes", bound)


@pytest.mark.parametrize(
    ("printed", "unit", "value", "low", "high"),
    [
        ("near 44x", "x", "44", "43.5", "44.5"),
        ("around 14%", "ratio", "0.14", "0.135", "0.145"),
        ("around 8%", "ratio", "0.08", "0.075", "0.085"),
        ("roughly 51%", "ratio", "0.51", "0.505", "0.515"),
        ("~5%", "ratio", "0.05", "0.045", "0.055"),
        ("~10%", "ratio", "0.1", "0.09", "0.11"),
        ("about 3.5 months", "months", "3.5", "3.45", "3.55"),
        ("~250mn", None, "250E6", "245E6", "255E6"),
        ("~150mn", None, "150E6", "145E6", "155E6"),
        ("c.5%", "ratio", "0.05", "0.045", "0.055"),
        ("Approximately 5 years", "years", "5", "4.5", "5.5"),
    ],
)
def test_words_for_about(printed: str, unit: str | None, value: str, low: str, high: str) -> None:
    figure = parse_figure(printed)
    check(figure, value, low, high, unit)
    assert (figure.is_approximate, figure.bound) == (True, "exact")


# What the printed counts of the filings, lock-up tables and capital events say.
SHARE_COUNTS = (
    15, 117_735, 151_050, 175_329, 198_133, 201_515, 217_000, 220_958, 253_416, 274_715, 282_468, 330_021, 330_222,
    330_484, 332_893, 334_670, 334_800, 384_392, 396_266, 399_520, 407_027, 409_101, 411_097, 429_200, 433_145,
    445_800, 451_128, 468_700, 471_540, 478_100, 535_263, 541_564, 552_394, 601_330, 602_600, 625_854, 645_400,
    659_092, 660_968, 669_600, 707_320, 723_208, 792_533, 799_040, 813_820, 814_052, 814_054, 826_210, 860_620,
    891_599, 902_256, 924_622, 925_150, 943_080, 990_666, 991_452, 992_240, 1_032_760, 1_042_281, 1_046_450,
    1_052_632, 1_074_075, 1_111_903, 1_178_860, 1_205_200, 1_298_626, 1_320_888, 1_321_936, 1_414_640, 1_434_300,
    1_446_417, 1_460_326, 1_486_720, 1_503_760, 1_650_400, 1_651_111, 1_656_805, 1_735_041, 1_752_410, 1_773_681,
    1_911_545, 1_912_399, 1_941_800, 1_981_333, 1_982_904, 2_008_800, 2_044_706, 2_056_845, 2_105_264, 2_120_300,
    2_154_046, 2_260_471, 2_280_734, 2_325_450, 2_343_196, 2_431_989, 2_438_309, 2_470_023, 2_478_633, 2_519_330,
    2_640_235, 2_812_300, 2_822_484, 2_825_791, 2_952_620, 2_971_999, 2_974_356, 3_006_500, 3_065_040, 3_211_750,
    3_222_219, 3_367_760, 3_442_472, 3_474_270, 3_633_558, 3_977_870, 4_048_429, 4_079_450, 4_131_055, 4_138_589,
    4_379_640, 4_709_400, 4_817_351, 4_947_370, 4_953_900, 5_000_000, 5_211_410, 5_393_230, 5_612_900, 5_763_387,
    5_783_477, 5_922_407, 6_688_960, 6_696_856, 6_782_940, 6_948_540, 7_000_000, 7_232_084, 7_301_687, 7_772_332,
    9_011_235, 10_691_510, 10_988_600, 11_349_910, 11_509_339, 11_985_900, 14_201_184, 15_534_390, 16_015_779,
    16_504_040, 17_073_200, 17_217_310, 17_350_800, 18_667_750, 19_780_000, 20_890_736, 21_965_000, 23_116_880,
    25_681_600, 25_765_128, 26_835_330, 29_197_600, 33_560_303, 34_038_390, 37_419_500, 38_247_987, 44_326_430,
    56_963_811, 62_593_180, 91_494_505, 105_834_624, 117_259_633, 122_338_664, 133_044_230, 225_440_030, 309_255_668,
    313_635_308, 402_810_690, 440_230_190, 445_843_090, 465_623_090, 487_588_090,
)  # fmt: skip


def test_an_unscaled_count_of_shares_is_exact() -> None:
    for count in SHARE_COUNTS:
        for figure in (
            parse_figure(f"{count:,}", context="shares"),
            parse_figure(str(count), context="Total Shares (shares)"),
            parse_figure(f"{count:,} shares"),
        ):
            assert figure.value == figure.low == figure.high == count
            assert (figure.unit, figure.bound) == ("shares", "exact")


def test_a_scaled_or_broken_count_of_shares_has_its_printed_precision() -> None:
    check(parse_figure("1.2mn shares"), "1.2E6", "1.15E6", "1.25E6", "shares")
    check(parse_figure("1,500.5 shares"), "1500.5", "1500.45", "1500.55", "shares")


# metric | unit | currency | printed | value | low | high
COMPARABLES = """
IPO Price (HKD) | money | HKD | 115 | 115 | 114.5 | 115.5
IPO Price (HKD) | money | HKD | 3.85 | 3.85 | 3.845 | 3.855
IPO Price (HKD) | money | HKD | 3.99 | 3.99 | 3.985 | 3.995
IPO Price (HKD) | money | HKD | 116.2 | 116.2 | 116.15 | 116.25
IPO Price (HKD) | money | HKD | 165 | 165 | 164.5 | 165.5
Price at 6M Expiry (HKD) | money | HKD | 84.35 | 84.35 | 84.345 | 84.355
Price at 6M Expiry (HKD) | money | HKD | 2.54 | 2.54 | 2.535 | 2.545
Price at 6M Expiry (HKD) | money | HKD | 5.81 | 5.81 | 5.805 | 5.815
6M Post Expiry Price (HKD) | money | HKD | 89.06 | 89.06 | 89.055 | 89.065
6M Post Expiry Price (HKD) | money | HKD | 2.18 | 2.18 | 2.175 | 2.185
6M Post Expiry Price (HKD) | money | HKD | 8.88 | 8.88 | 8.875 | 8.885
Change from IPO to 6M Expiry | ratio | none | -27% | -0.27 | -0.275 | -0.265
6M Post Expiry Return | ratio | none | 53% | 0.53 | 0.525 | 0.535
Total Shares Outstanding (mn) | shares | none | 4,100 | 4100E6 | 4099.5E6 | 4100.5E6
Total Shares Outstanding (mn) | shares | none | 33,282 | 33282E6 | 33281.5E6 | 33282.5E6
Total Shares Outstanding (mn) | shares | none | 13,030 | 13030E6 | 13029.5E6 | 13030.5E6
Total Shares Outstanding (mn) | shares | none | 446 | 446E6 | 445.5E6 | 446.5E6
Total Shares Outstanding (mn) | shares | none | 314 | 314E6 | 313.5E6 | 314.5E6
IPO Shares Issued (mn) | shares | none | 365 | 365E6 | 364.5E6 | 365.5E6
IPO Shares Issued (mn) | shares | none | 1,725 | 1725E6 | 1724.5E6 | 1725.5E6
IPO Shares Issued (mn) | shares | none | 1,355 | 1355E6 | 1354.5E6 | 1355.5E6
IPO Shares Issued (mn) | shares | none | 37 | 37E6 | 36.5E6 | 37.5E6
IPO Shares Issued (mn) | shares | none | 29 | 29E6 | 28.5E6 | 29.5E6
IPO Issued as % of total | ratio | none | 9% | 0.09 | 0.085 | 0.095
IPO Issued as % of total | ratio | none | 9 | 0.09 | 0.085 | 0.095
Public Shares at 6M (Float) (mn) | shares | none | 91 | 91E6 | 90.5E6 | 91.5E6
Public Shares at 6M (Float) (mn) | shares | none | 1,725 | 1725E6 | 1724.5E6 | 1725.5E6
Public Shares at 6M (Float) (mn) | shares | none | 17 | 17E6 | 16.5E6 | 17.5E6
Pre-6M Float (% of total) | ratio | none | 2.2% | 0.022 | 0.0215 | 0.0225
Shares Released at 6M (mn shares) | shares | none | 3,882 | 3882E6 | 3881.5E6 | 3882.5E6
Shares Released at 6M (mn shares) | shares | none | 23,300 | 23300E6 | 23299.5E6 | 23300.5E6
Shares Released at 6M (mn shares) | shares | none | 9,540 | 9540E6 | 9539.5E6 | 9540.5E6
Shares Released at 6M (mn shares) | shares | none | 26 | 26E6 | 25.5E6 | 26.5E6
Shares Released at 6M (mn shares) | shares | none | 122 | 122E6 | 121.5E6 | 122.5E6
6M Release as % of total | ratio | none | 95% | 0.95 | 0.945 | 0.955
Post-6M Float (mn shares) | shares | none | 3,973 | 3973E6 | 3972.5E6 | 3973.5E6
Post-6M Float (mn shares) | shares | none | 25,025 | 25025E6 | 25024.5E6 | 25025.5E6
Post-6M Float (mn shares) | shares | none | 10,895 | 10895E6 | 10894.5E6 | 10895.5E6
Post-6M Float (mn shares) | shares | none | 43 | 43E6 | 42.5E6 | 43.5E6
Post-6M Float (mn shares) | shares | none | 139 | 139E6 | 138.5E6 | 139.5E6
Pre-6M Avg Price (HKD) | money | HKD | 235.9 | 235.9 | 235.85 | 235.95
Pre-6M Avg Price (HKD) | money | HKD | 6.0 | 6 | 5.95 | 6.05
Pre-6M Avg Price (HKD) | money | HKD | 5.4 | 5.4 | 5.35 | 5.45
Pre-6M Avg Price (HKD) | money | HKD | 580.0 | 580 | 579.95 | 580.05
Pre-6M Avg Price (HKD) | money | HKD | 720.0 | 720 | 719.95 | 720.05
Total Market Cap Pre-6M (HKD bn) | money | HKD | 967 | 967E9 | 966.5E9 | 967.5E9
Total Market Cap Pre-6M (HKD bn) | money | HKD | 199 | 199E9 | 198.5E9 | 199.5E9
Total Market Cap Pre-6M (HKD bn) | money | HKD | 71 | 71E9 | 70.5E9 | 71.5E9
Total Market Cap Pre-6M (HKD bn) | money | HKD | 259 | 259E9 | 258.5E9 | 259.5E9
Total Market Cap Pre-6M (HKD bn) | money | HKD | 226 | 226E9 | 225.5E9 | 226.5E9
Float Market Cap Pre-6M (HKD bn) | money | HKD | 21.5 | 21.5E9 | 21.45E9 | 21.55E9
Float Market Cap Pre-6M (HKD bn) | money | HKD | 10.3 | 10.3E9 | 10.25E9 | 10.35E9
Float Market Cap Pre-6M (HKD bn) | money | HKD | 7.3 | 7.3E9 | 7.25E9 | 7.35E9
Float Market Cap Pre-6M (HKD bn) | money | HKD | 10.1 | 10.1E9 | 10.05E9 | 10.15E9
Float Market Cap Pre-6M (HKD bn) | money | HKD | 12.3 | 12.3E9 | 12.25E9 | 12.35E9
Daily Turnover Pre-6M (HKD bn) | money | HKD | 2.1 | 2.1E9 | 2.05E9 | 2.15E9
Daily Turnover Pre-6M (HKD bn) | money | HKD | 0.3 | 0.3E9 | 0.25E9 | 0.35E9
Daily Turnover Pre-6M (HKD bn) | money | HKD | 1.5 | 1.5E9 | 1.45E9 | 1.55E9
Daily Turnover Pre-6M (HKD bn) | money | HKD | 1.2 | 1.2E9 | 1.15E9 | 1.25E9
Turnover/Float Ratio Pre-6M (%) | ratio | none | 10% | 0.1 | 0.095 | 0.105
Turnover/Float Ratio Pre-6M (%) | ratio | none | 10 | 0.1 | 0.095 | 0.105
Float Expansion at 6M | x | none | 43x | 43 | 42.5 | 43.5
6M Expiry Day Performance | ratio | none | -47% | -0.47 | -0.475 | -0.465
6M Expiry Day Volume (mn shares) | shares | none | 120 | 120E6 | 119.5E6 | 120.5E6
6M Expiry Day Volume (mn shares) | shares | none | 873 | 873E6 | 872.5E6 | 873.5E6
6M Expiry Day Volume (mn shares) | shares | none | 337 | 337E6 | 336.5E6 | 337.5E6
Daily Turnover Post-6M (HKD bn) | money | HKD | 2.0 | 2E9 | 1.95E9 | 2.05E9
Daily Turnover Post-6M (HKD bn) | money | HKD | 0.4 | 0.4E9 | 0.35E9 | 0.45E9
Daily Turnover Post-6M (HKD bn) | money | HKD | 1.8 | 1.8E9 | 1.75E9 | 1.85E9
Daily Turnover Post-6M vs Pre-6M | x | none | 1.6x | 1.6 | 1.55 | 1.65
Post-6M Float Market Cap (HKD bn) | money | HKD | 342 | 342E9 | 341.5E9 | 342.5E9
Post-6M Float Market Cap (HKD bn) | money | HKD | 50 | 50E9 | 49.5E9 | 50.5E9
Post-6M Float Market Cap (HKD bn) | money | HKD | 85 | 85E9 | 84.5E9 | 85.5E9
Post-6M Turnover Ratio (%) | ratio | none | 1% | 0.01 | 0.005 | 0.015
2030E Revenue (Rmb mn) | money | CNY | 98,832 | 98832E6 | 98831.5E6 | 98832.5E6
2030E Adjusted net profit (Rmb mn) | money | CNY | 20,360 | 20360E6 | 20359.5E6 | 20360.5E6
2030E Adjusted EPS (Rmb/share) | money | CNY | 43 | 43 | 42.5 | 43.5
2030E Revenue (US$ mn) | money | USD | 9,136 | 9136E6 | 9135.5E6 | 9136.5E6
2030E Adjusted net profit (US$ mn) | money | USD | 2,322 | 2322E6 | 2321.5E6 | 2322.5E6
2030E Adjusted EPS (US$/share) | money | USD | 7.2 | 7.2 | 7.15 | 7.25
Target multiple | none | none | 30 | 30 | 29.5 | 30.5
WACC (%) | ratio | none | 15 | 0.15 | 0.145 | 0.155
Dec-26 PT (HK$) | money | HKD | 950 | 950 | 949.5 | 950.5
Dec-26 PT (HK$) | money | HKD | 1,100 | 1100 | 1099.5 | 1100.5
"""

# metric | unit | currency | printed | value | low | high
OTHER_HEADINGS = """
(mn) | none | none | 3,882 | 3882E6 | 3881.5E6 | 3882.5E6
mn shares | shares | none | 26 | 26E6 | 25.5E6 | 26.5E6
(HKD bn) | money | HKD | 2.1bn | 2.1E9 | 2.05E9 | 2.15E9
(US$ mn) | money | USD | $5 | 5E6 | 4.5E6 | 5.5E6
(US$ '000) | money | USD | 5 | 5E3 | 4.5E3 | 5.5E3
(RMBmn) | money | CNY | 5 | 5E6 | 4.5E6 | 5.5E6
(in RMB) | money | CNY | 5 | 5 | 4.5 | 5.5
(in HKD bn) | money | HKD | 5 | 5E9 | 4.5E9 | 5.5E9
% | ratio | none | 15 | 0.15 | 0.145 | 0.155
$ | money | USD | 15 | 15 | 14.5 | 15.5
x | x | none | 15 | 15 | 14.5 | 15.5
Tranche, B | none | none | 15 | 15 | 14.5 | 15.5
(mn, est.) | none | none | 5 | 5E6 | 4.5E6 | 5.5E6
Revenue, US$ mn | money | USD | 5 | 5E6 | 4.5E6 | 5.5E6
Revenue in HKD bn | money | HKD | 5 | 5E9 | 4.5E9 | 5.5E9
Price (US$ per million tokens) | money | USD | 0.3 | 0.3 | 0.25 | 0.35
Lock-up in months | months | none | 6 | 6 | 5.5 | 6.5
(months) | months | none | 6 | 6 | 5.5 | 6.5
(bn tokens/day) | tokens | none | 100 | 100E9 | 99.5E9 | 100.5E9
tokens a day from early 2024 to March 2026 | tokens | none | 140tn | 140E12 | 139.5E12 | 140.5E12
Change in shares (%) | ratio | none | 5 | 0.05 | 0.045 | 0.055
shares released at six months as a share of total | ratio | none | 6% | 0.06 | 0.055 | 0.065
share price | none | none | 5 | 5 | 4.5 | 5.5
Float Ratio | none | none | 0.15 | 0.15 | 0.145 | 0.155
Float | shares | none | 17,350,800 | 17350800 | 17350800 | 17350800
growth of ARR from $1bn in 6 months | x | none | 5x | 5 | 4.5 | 5.5
July 7, 2026 (6 Months Post-IPO) | none | none | 5 | 5 | 4.5 | 5.5
round (US$61.5bn post-money) | none | none | 5 | 5 | 4.5 | 5.5
"""


@pytest.mark.parametrize(
    ("heading", "unit", "currency", "printed", "value", "low", "high"), rows(COMPARABLES) + rows(OTHER_HEADINGS)
)
def test_a_heading_gives_what_the_figure_leaves_out(
    heading: str, unit: str, currency: str, printed: str, value: str, low: str, high: str
) -> None:
    figure = parse_figure(printed, context=heading)
    none = {"none": None}
    check(figure, value, low, high, none.get(unit, unit), none.get(currency, currency))
    assert (figure.printed, figure.bound) == (printed, "exact")


def test_a_heading_completes_both_ends_of_a_range() -> None:
    check(parse_figure("1.2-1.5", context="(HKD bn)"), "none", "1.15E9", "1.55E9", "money", "HKD")
    check(parse_figure("100-200", context="shares"), "none", "100", "200", "shares")


def test_a_unit_in_parentheses_after_the_figure_is_no_remark() -> None:
    check(parse_figure("3,882 (mn)"), "3882E6", "3881.5E6", "3882.5E6", None)
    check(parse_figure("5 (HKD bn, est.)"), "5E9", "4.5E9", "5.5E9", "money", "HKD")
    assert "contradicts" in reason_of("$5 (HKD)")


@pytest.mark.parametrize(
    ("printed", "heading"),
    [
        ("$5", "(HKD)"),
        ("HK$5", "(Rmb/share)"),
        ("$5", "(mn shares)"),
        ("10%", "(HKD)"),
        ("10x", "WACC (%)"),
        ("5 months", "(years)"),
        ("500mn", "(HKD bn)"),
        ("500mn-1.2bn", "(HKD bn)"),
        ("5", "(HKD) (US$)"),
        ("5", "Change in % (HKD)"),
        ("3,882 (mn)", "(bn)"),
    ],
)
def test_a_contradiction_with_the_heading_is_refused(printed: str, heading: str) -> None:
    assert reason_of(printed, heading).startswith("contradicts itself or its heading: ")


@pytest.mark.parametrize(
    ("heading", "reason"),
    [
        ("(JPY bn)", "its heading names a currency that is not known: JPY bn"),
        ("(£)", "its heading names a currency that is not known: £"),
        ("(HKD crore)", "its heading names a unit that is not understood: (HKD crore)"),
        ("(board lots of mn)", "its heading names a unit that is not understood: (board lots of mn)"),
        ("Class (B)", "(B) may be a scale or a class of shares; write it as mn, bn or tn"),
    ],
)
def test_a_heading_whose_unit_is_not_understood_is_refused(heading: str, reason: str) -> None:
    assert reason_of("5", heading) == reason


@pytest.mark.parametrize("heading", ["(mn)", "(HKD bn)"])
def test_a_percentage_under_a_scaled_heading_is_refused(heading: str) -> None:
    assert reason_of("5%", heading) in (
        "a percentage or multiple with a scale; write one of them",
        "contradicts itself or its heading: ratio and HKD times 10^9",
    )


@pytest.mark.parametrize(
    ("printed", "reason"),
    [
        ("NA", "not available"),
        ("N/A", "not available"),
        ("n.a.", "not available"),
        ("-", "not available"),
        ("—", "not available"),
        ("", "not available"),
        ("  ", "not available"),
        ("unlisted", "not available"),
        ("unlisted / not tradeable", "not available"),
        ("N/A (unlisted)", "not available"),
        ("N/A (GPU-native niche)", "not available"),
        ("embedded in ~$3.8T Alphabet", "embedded in another company's figure"),
        ("embedded in ~$550B+ ByteDance", "embedded in another company's figure"),
        ("embedded in ~$300B Alibaba", "embedded in another company's figure"),
        ("embedded in GCP / Search", "embedded in another company's figure"),
        ("~$3.8T (embedded in Alphabet)", "embedded in another company's figure"),
        ("ByteDance: embedded in ~$550B+", "embedded in another company's figure"),
        ("almost doubled", "words, not a figure"),
        ("overweight", "words, not a figure"),
        ("near-certain", "words, not a figure"),
        ("Likely over time", "words, not a figure"),
        ("about two months", "words, not a figure"),
        ("weighted voting rights seasoning", "words, not a figure"),
        ("Zhipu AI; MiniMax", "words, not a figure"),
        ("NaN", "not a number; leave the cell empty or write NA"),
        ("inf", "not a number; leave the cell empty or write NA"),
        ("-Infinity", "not a number; leave the cell empty or write NA"),
        ("(27)", "a remark without a figure; write a loss as -27"),
        ("from HKD 250 to HKD 120", "two figures, a change from one to the other; give each a row of its own"),
        (
            "~$800B (press report of Apr 15 2026); ~$380B (Series G Feb 2026)",
            "two figures joined by ';'; give each a row of its own",
        ),
        ("1%; 2%; 3%", "3 figures joined by ';'; give each a row of its own"),
        ("30-25%", "a range that runs backwards"),
        ("2tn-1.5bn", "a range that runs backwards"),
        ("2026-04-06", "a date, not a figure"),
        ("July 7, 2026 (6 Months Post-IPO)", "a date, not a figure"),
        ("Feb-26", "a date, not a figure"),
        ("2H26", "a date, not a figure"),
        ("2024-2026", "a span of years, not a figure"),
        ("12\x00", "holds a NUL character; remove it"),
        ("１２", "digits other than 0-9; write them as 0-9"),
        ("½", "digits other than 0-9; write them as 0-9"),
        ("٣%", "digits other than 0-9; write them as 0-9"),
        ("1.2E+08", "an exponent; write the digits out or use a scale like mn, bn"),
        ("5e3", "an exponent; write the digits out or use a scale like mn, bn"),
        ("£5bn", "a currency that is not known; known are USD, HKD, CNY and EUR"),
        ("JP¥5", "a currency that is not known; known are USD, HKD, CNY and EUR"),
        ("¥5 JPY", "a currency that is not known; known are USD, HKD, CNY and EUR"),
        ("8港元", "not one figure alone; write it like $1.4 billion, 25-30%, 43x or 3,882, and words elsewhere"),
        ("¥5 HKD", "names two currencies"),
        ("NT$5", "a currency that is not known; known are USD, HKD, CNY and EUR"),
        ("5 GBP", "a currency that is not known; known are USD, HKD, CNY and EUR"),
        ("007", "begins with a zero, like a date or an identifier; write the number without it"),
        ("2026-04", "begins with a zero, like a date or an identifier; write the number without it"),
        ("-$-5", "has two signs"),
        ("$5 HKD", "names two currencies"),
        ("$5x", "is an amount of money and has the unit x; write one of them"),
        ("5bn%", "a percentage or multiple with a scale; write one of them"),
        ("up to 5bn+", "open to both sides; write 'at least' or 'at most'"),
        ("over 5-7x", "a range that is open; write the range or the bound"),
        ("5-7+%", "a range that is open; write the range or the bound"),
        ("5%-7", "a range whose ends differ in scale or unit; write both in full"),
        ("5bn-10", "a range whose ends differ in scale or unit; write both in full"),
        ("5 months to 7 years", "a range whose ends differ in scale or unit; write both in full"),
        ("-5-10%", "a range from a negative number; write it with 'to', like -5% to 10%"),
        ("1" * 31, "has more than 30 digits; write it with a scale like bn"),
        ("x" * 501, "longer than 500 characters; give it alone, and the words elsewhere"),
    ],
)
def test_what_is_not_one_figure_is_refused_with_a_reason(printed: str, reason: str) -> None:
    assert reason_of(printed) == reason


@pytest.mark.parametrize("printed", ["1,23,456", "1.234,5", "1,2345", "1.234.567", "1,5", "$1,23bn"])
def test_separators_that_can_be_read_in_two_ways_are_refused(printed: str) -> None:
    assert reason_of(printed).startswith("separators that can be read in more than one way in 1")


@pytest.mark.parametrize(
    "printed",
    [
        "22 May 2026 results; 8 Jun 2026 effective",
        "18.2% of shares",
        "in ~3.5 months",
        "not over 5%",
        "5MM",
        "- 5",
        "5- 7%",
        "1 234",
        "0100.HK",
        "Rule 18C.14",
        "5bps",
    ],
)
def test_a_figure_among_other_words_is_not_a_figure_alone(printed: str) -> None:
    assert reason_of(printed).startswith("not one figure alone; write it like ")


def test_the_reason_of_a_long_text_does_not_repeat_it() -> None:
    with pytest.raises(NotAFigure) as refused:
        parse_figure("5" * 100_000)
    assert len(str(refused.value)) < 300


@pytest.mark.parametrize("space", ["\u00a0", "\u2009", "\u202f"])
def test_typographic_spaces(space: str) -> None:
    check(parse_figure(f"$1.4{space}billion"), "1.4E9", "1.35E9", "1.45E9", "money", "USD")
    check(parse_figure(f"3{space}882{space}000"), "3882000", "3881999.5", "3882000.5", None)
    (found,) = find_figures(f"shares of the class: 3{space}882{space}000 in all")
    assert (found.figure.printed, found.figure.value) == (f"3{space}882{space}000", Decimal(3_882_000))


def test_thirty_digits_are_not_rounded() -> None:
    figure = parse_figure("123456789012345678901234567890tn")
    assert figure.value == 123456789012345678901234567890 * 10**12
    assert figure.high == 123456789012345678901234567890 * 10**12 + 5 * 10**11


def test_unicode_minus_and_dashes() -> None:
    check(parse_figure("−5%"), "-0.05", "-0.055", "-0.045", "ratio")
    check(parse_figure("25—30%"), "none", "0.245", "0.305", "ratio")


@pytest.mark.parametrize("scale", ["mn", "m", "M", "million", "mln", "Million"])
def test_spellings_of_a_million(scale: str) -> None:
    check(parse_figure(f"$5{scale}"), "5E6", "4.5E6", "5.5E6", "money", "USD")
    check(parse_figure(f"$5 {scale}"), "5E6", "4.5E6", "5.5E6", "money", "USD")


@pytest.mark.parametrize(
    ("scale", "one"),
    [("k", "1E3"), ("thousand", "1E3"), ("bn", "1E9"), ("b", "1E9"), ("B", "1E9"), ("billion", "1E9")]
    + [("tn", "1E12"), ("t", "1E12"), ("T", "1E12"), ("trillion", "1E12")],
)
def test_spellings_of_the_other_scales(scale: str, one: str) -> None:
    assert parse_figure(f"1{scale}").value == Decimal(one)


@pytest.mark.parametrize(
    ("printed", "currency"),
    [
        ("US$5", "USD"),
        ("$5", "USD"),
        ("USD 5", "USD"),
        ("HK$5", "HKD"),
        ("HKD5", "HKD"),
        ("RMB 5", "CNY"),
        ("Rmb5", "CNY"),
    ]
    + [("CNY 5", "CNY"), ("EUR5", "EUR"), ("€5", "EUR"), ("5 EUR", "EUR")],
)
def test_currencies(printed: str, currency: str) -> None:
    check(parse_figure(printed), "5", "4.5", "5.5", "money", currency)


def test_splitting_a_change() -> None:
    assert split_change("from HKD 250 to HKD 120") == ("HKD 250", "HKD 120")
    assert split_change("100bn to 140tn") == ("100bn", "140tn")
    assert split_change("From $1bn to $5bn ARR") == ("$1bn", "$5bn ARR")
    for printed in ("~$40-55bn", "up to 40%", "6.4x year to date", "from 1 to 2 to 3", "from early to late", ""):
        assert split_change(printed) is None


def test_splitting_alternatives() -> None:
    assert split_alternatives("~$800B (press report of Apr 15 2026); ~$380B (Series G Feb 2026)") == [
        "~$800B (press report of Apr 15 2026)",
        "~$380B (Series G Feb 2026)",
    ]
    assert split_alternatives("round (Anthropic $380bn; OpenAI $850bn)") == ["round (Anthropic $380bn; OpenAI $850bn)"]
    assert split_alternatives("~$5T") == ["~$5T"]
    assert split_alternatives(" ; ") == []


# Running text: text -> (printed, low, high, unit, label, remark) of each figure.
TEXTS: dict[str, list[tuple[str, str, str, str | None, str, str | None]]] = {
    "Zhipu 5.8% of shares; MiniMax 39.0%": [
        ("5.8%", "0.0575", "0.0585", "ratio", "Zhipu of shares", None),
        ("39.0%", "0.3895", "0.3905", "ratio", "MiniMax", None),
    ],
    "Zhipu 90.3% of shares; MiniMax 37.4%": [
        ("90.3%", "0.9025", "0.9035", "ratio", "Zhipu of shares", None),
        ("37.4%", "0.3735", "0.3745", "ratio", "MiniMax", None),
    ],
    "18.2% of shares": [("18.2%", "0.1815", "0.1825", "ratio", "of shares", None)],
    "R&D = 4-5x revenue": [("4-5x", "3.5", "5.5", "x", "R&D revenue", None)],
    "up 60x YoY and 6.4x year to date": [
        ("60x", "59.5", "60.5", "x", "up YoY", None),
        ("6.4x", "6.35", "6.45", "x", "year to date", None),
    ],
    "cloud share ~31–32%": [("~31–32%", "0.305", "0.325", "ratio", "cloud share", None)],
    "cloud share ~22–24%": [("~22–24%", "0.215", "0.245", "ratio", "cloud share", None)],
    "cloud share ~11–12%": [("~11–12%", "0.105", "0.125", "ratio", "cloud share", None)],
    "cloud share ~3–4%": [("~3–4%", "0.025", "0.045", "ratio", "cloud share", None)],
    "parent ~$300B": [("~$300B", "270E9", "330E9", "money", "parent", None)],
    "parent ~$570B": [("~$570B", "565E9", "575E9", "money", "parent", None)],
    "parent ~$37B": [("~$37B", "36.5E9", "37.5E9", "money", "parent", None)],
    "parent ~$550B+ (private est.)": [("~$550B+", "550E9", "none", "money", "parent", "private est.")],
    "~$25B ARR (Feb 2026)": [("~$25B", "24.5E9", "25.5E9", "money", "ARR", "Feb 2026")],
    "~$30B ARR (Apr 2026)": [("~$30B", "27E9", "33E9", "money", "ARR", "Apr 2026")],
    "~250mn ARR as of Mar31 2026": [("~250mn", "245E6", "255E6", None, "ARR as of Mar31 2026", None)],
    "~150mn ARR in Feb 2026": [("~150mn", "145E6", "155E6", None, "ARR in Feb 2026", None)],
    "effective price 30+% higher": [("30+%", "0.3", "none", "ratio", "effective price higher", None)],
    "+34% effective 2026-04-18": [("+34%", "0.335", "0.345", "ratio", "effective 2026-04-18", None)],
    "latest private round (Anthropic $380bn; OpenAI $850bn)": [
        ("$380bn", "379.5E9", "380.5E9", "money", "Anthropic", None),
        ("$850bn", "849.5E9", "850.5E9", "money", "OpenAI", None),
    ],
    "Early Jul-26: 5.8%": [("5.8%", "0.0575", "0.0585", "ratio", "Early Jul-26", None)],
    "Early Jul-26: 39.0%": [("39.0%", "0.3895", "0.3905", "ratio", "Early Jul-26", None)],
    "Jan-27: 90.3%": [("90.3%", "0.9025", "0.9035", "ratio", "Jan-27", None)],
    "Jan-27: 37.4%": [("37.4%", "0.3735", "0.3745", "ratio", "Jan-27", None)],
    "Around Oct: 18.2% (conditional)": [("18.2%", "0.1815", "0.1825", "ratio", "Around Oct", "conditional")],
    "3.3x in about 3.5 months; over 1000 customers above $1mn a year": [
        ("3.3x", "3.25", "3.35", "x", "in", None),
        ("about 3.5 months", "3.45", "3.55", "months", "in", None),
        ("over 1000", "1000", "none", None, "customers", None),
        ("above $1mn", "1E6", "none", "money", "customers a year", None),
    ],
    "in ~3.5 months": [("~3.5 months", "3.45", "3.55", "months", "in", None)],
    "Anthropic at the $800+bn of press reports": [
        ("$800+bn", "800E9", "none", "money", "Anthropic at the of press reports", None)
    ],
    "50-100% upside after IPO": [("50-100%", "0.495", "1.005", "ratio", "upside after IPO", None)],
    "at $80bn against $1.5+tn": [
        ("$80bn", "79.5E9", "80.5E9", "money", "at against", None),
        ("$1.5+tn", "1.5E12", "none", "money", "against", None),
    ],
    "specified in the prospectus: 48.92% of pre-IPO shares": [
        ("48.92%", "0.48915", "0.48925", "ratio", "specified in the prospectus of pre-IPO shares", None)
    ],
    "specified in the prospectus: 20.34% of pre-IPO shares": [
        ("20.34%", "0.20335", "0.20345", "ratio", "specified in the prospectus of pre-IPO shares", None)
    ],
    "Post-IPO financing within 12 months": [("12 months", "11.5", "12.5", "months", "Post-IPO financing within", None)],
    "Subtotal (9 Months)": [("9 Months", "8.5", "9.5", "months", "", None)],
    "growth of ARR from $1bn in 6 months": [
        ("$1bn", "0.5E9", "1.5E9", "money", "growth of ARR from in", None),
        ("6 months", "5.5", "6.5", "months", "in", None),
    ],
    "ramp from $1bn to $5bn ARR": [
        ("$1bn", "0.5E9", "1.5E9", "money", "ramp from to", None),
        ("$5bn", "4.5E9", "5.5E9", "money", "to ARR", None),
    ],
    "from HKD 250 to HKD 120": [
        ("HKD 250", "249.5", "250.5", "money", "from to", None),
        ("HKD 120", "119.5", "120.5", "money", "to", None),
    ],
    "tokens 100bn to 140tn a day": [("100bn to 140tn", "99.5E9", "140.5E12", None, "tokens a day", None)],
    "rose 5% to $7bn": [
        ("5%", "0.045", "0.055", "ratio", "rose to", None),
        ("$7bn", "6.5E9", "7.5E9", "money", "to", None),
    ],
    "~$800B (press report of Apr 15 2026); ~$380B (Series G Feb 2026)": [
        ("~$800B", "750E9", "850E9", "money", "", "press report of Apr 15 2026"),
        ("~$380B", "375E9", "385E9", "money", "", "Series G Feb 2026"),
    ],
    "true float 17,073,200 = 5.44%": [
        ("17,073,200", "17073199.5", "17073200.5", None, "true float", None),
        ("5.44%", "0.05435", "0.05445", "ratio", "", None),
    ],
    "listing (402,810,690 pre-IPO + 37,419,500 H offer)": [
        ("402,810,690", "402810689.5", "402810690.5", None, "pre-IPO", None),
        ("37,419,500", "37419499.5", "37419500.5", None, "pre-IPO H offer", None),
    ],
    "H shares at listing 215,701,705 = 178,282,205 converted + 37,419,500 offer; unlisted domestic 224,528,485": [
        ("215,701,705", "215701704.5", "215701705.5", None, "H shares at listing", None),
        ("178,282,205", "178282204.5", "178282205.5", None, "converted", None),
        ("37,419,500", "37419499.5", "37419500.5", None, "converted offer", None),
        ("224,528,485", "224528484.5", "224528485.5", None, "unlisted domestic", None),
    ],
    "two later company announcements print 5,623,900 (typo); capital reconciles only with 5,612,900": [
        ("5,623,900", "5623899.5", "5623900.5", None, "two later company announcements print", "typo"),
        ("5,612,900", "5612899.5", "5612900.5", None, "capital reconciles only with", None),
    ],
    "net HK$31,374.95m; monthly return 2026-07-31: H 241,094,605 + unlisted 224,528,485 = 465,623,090": [
        ("HK$31,374.95m", "31374.945E6", "31374.955E6", "money", "net", None),
        ("241,094,605", "241094604.5", "241094605.5", None, "monthly return 2026-07-31: H unlisted", None),
        ("224,528,485", "224528484.5", "224528485.5", None, "unlisted", None),
        ("465,623,090", "465623089.5", "465623090.5", None, "", None),
    ],
    "net HK$15,664.13m; convertible bonds issued 2026-09-18 net US$3,010.77m; fully converted 513,953,116": [
        ("HK$15,664.13m", "15664.125E6", "15664.135E6", "money", "net", None),
        ("US$3,010.77m", "3010.765E6", "3010.775E6", "money", "convertible bonds issued 2026-09-18 net", None),
        ("513,953,116", "513953115.5", "513953116.5", None, "fully converted", None),
    ],
    "Class A 228,153,134 + Class B 81,102,534": [
        ("228,153,134", "228153133.5", "228153134.5", None, "Class A Class B", None),
        ("81,102,534", "81102533.5", "81102534.5", None, "Class B", None),
    ],
    "PRC Company Law, 12 months from listing": [("12 months", "11.5", "12.5", "months", "from listing", None)],
    "Rule 18C.14(2), 6 months": [("6 months", "5.5", "6.5", "months", "", None)],
    "Rule 18C.14, 24 months, Pre-Commercial Company": [("24 months", "23.5", "24.5", "months", "", None)],
    "a 30%-owned unit, $5  bn and ~12M tokens": [
        ("30%", "0.295", "0.305", "ratio", "a owned unit", None),
        ("$5 bn", "4.5E9", "5.5E9", "money", "", None),
        ("~12M tokens", "11.5E6", "12.5E6", "tokens", "", None),
    ],
    "~$25B Mar and 5% Jan": [
        ("~$25B", "24.5E9", "25.5E9", "money", "Mar", None),
        ("5%", "0.045", "0.055", "ratio", "Jan", None),
    ],
    "turnover 5% (of which 3% (small) block trades)": [
        ("5%", "0.045", "0.055", "ratio", "turnover", "of which 3% (small) block trades"),
        ("3%", "0.025", "0.035", "ratio", "of which", "small"),
    ],
}


@pytest.mark.parametrize("text", TEXTS)
def test_figures_in_running_text(text: str) -> None:
    expected = [
        (printed, number(low), number(high), unit, label, remark) for printed, low, high, unit, label, remark in TEXTS[text]
    ]
    found = [
        (each.figure.printed, each.figure.low, each.figure.high, each.figure.unit, each.label, each.remark)
        for each in find_figures(text)
    ]
    assert found == expected


@pytest.mark.parametrize(
    "text",
    [
        "22 May 2026 results; 8 Jun 2026 effective",
        "MiniMax M2.7 against M2.5",
        "Zhipu GLM-5",
        "GLM-5.1",
        "Rule 18C.14",
        "Rule 18C.14(2)",
        "1H26",
        "in 6-12M and option 3 b",
        "1H26 results",
        "2H26",
        "DeepSeek V4 launch",
        "Tencent Hunyuan 3.0 launch",
        "GLM 5.5 / MiniMax M3 launch",
        "6-month lock-up expiry",
        "6-month unlock",
        "9-month lock-up expiry",
        "12-month unlock",
        "change of 12-month forward revenue",
        "change of 12-month forward earnings",
        "Public Shares at 6M",
        "CSI 300",
        "5G Fund",
        "Astrend X-2 Limited",
        "Lingyue No.4",
        "11 cornerstone investors",
        "15 cornerstone investors",
        "First week of Jun-26",
        "closed to new subscriptions on 2026-03-20",
        "over-allotment exercised in full (announced 2026-01-11)",
        "Series E in Mar 2025",
        "year-end 2026 API ARR priced in",
        "mandatory lock-up ends July 8, 2026; voluntary lock-up ends January 8, 2027",
        "about 7 July",
        "a listing around 2026 or nearly 2027",
        "earlier of a fixed date and the 20th trading day from Stock Connect inclusion",
        "the 30th day after the announcement that the Pre-Commercial designation is removed (Rule 18C.24)",
        "07/08/2026",
        "2026-02-30",
        "2026-04-06T12:00:00",
        "1.2E+08",
        "1,23,456% and 1.234,5%",
        "30-25%",
        "25%-30",
        "A$5 and NT$7bn",
        "does not exceed 5%",
        "$5+$3",
        "１２%",
        "ſhares 5 ſhares",
        "",
    ],
)
def test_names_dates_and_doubtful_numbers_are_no_figures(text: str) -> None:
    assert find_figures(text) == []


def test_bounds_and_currencies_survive_in_running_text() -> None:
    (found,) = find_figures("combined run-rate surpassed about US$59bn (two companies)")
    figure = found.figure
    assert (figure.printed, figure.bound, figure.currency) == ("surpassed about US$59bn", "at least", "USD")
    assert (figure.value, figure.is_approximate) == (Decimal("59E9"), True)


SCALES = st.sampled_from([("", 0), ("k", 3), (" mn", 6), ("bn", 9), (" billion", 9), ("T", 12), (" trillion", 12)])
NUMBERS = st.decimals(min_value=0, max_value=10**12, places=6, allow_nan=False, allow_infinity=False)


def printed_with(value: Decimal, places: int, commas: bool) -> str:
    return f"{value:,.{places}f}" if commas else f"{value:.{places}f}"


@settings(deadline=None)
@given(value=NUMBERS, places=st.integers(0, 5), commas=st.booleans(), scale=SCALES)
def test_the_interval_holds_the_number_that_was_printed(
    value: Decimal, places: int, commas: bool, scale: tuple[str, int]
) -> None:
    name, exponent = scale
    exact, half_a_digit = value.scaleb(exponent), Decimal("0.5").scaleb(exponent - places)
    for currency, iso in (("", None), ("HK$", "HKD"), ("Rmb ", "CNY"), ("-US$", "USD")):
        figure = parse_figure(f"{currency}{printed_with(value, places, commas)}{name}")
        assert figure.value is not None and figure.low is not None and figure.high is not None
        assert figure.low <= (-exact if currency.startswith("-") else exact) <= figure.high
        assert figure.high - figure.value == figure.value - figure.low == half_a_digit
        assert figure.currency == iso


@settings(deadline=None)
@given(value=NUMBERS, places=st.integers(0, 5), sign=st.sampled_from(["", "-", "+", "−"]))
def test_percentages_hold_the_fraction_that_was_printed(value: Decimal, places: int, sign: str) -> None:
    figure = parse_figure(f"{sign}{printed_with(value, places, commas=False)}%")
    fraction = value / 100 * (-1 if sign in ("-", "−") else 1)
    assert figure.low is not None and figure.high is not None
    assert figure.low <= fraction <= figure.high
    assert (figure.unit, figure.high - figure.low) == ("ratio", Decimal(10) ** (-2 - places))


@settings(deadline=None)
@given(
    first=NUMBERS,
    last=NUMBERS,
    places=st.tuples(st.integers(0, 5), st.integers(0, 5)),
    dash=st.sampled_from(["-", "–", " - ", " to "]),
    around=st.sampled_from([("$", "bn", 9), ("", "%", -2), ("HKD ", "", 0), ("", "x", 0), ("", " months", 0)]),
)
def test_a_range_holds_both_ends(
    first: Decimal, last: Decimal, places: tuple[int, int], dash: str, around: tuple[str, str, int]
) -> None:
    before, after, exponent = around
    texts = [printed_with(value, digits, commas=True) for value, digits in zip((first, last), places, strict=True)]
    printed = f"{before}{texts[0]}{dash}{texts[1]}{after}"
    if Decimal(texts[0].replace(",", "")) > Decimal(texts[1].replace(",", "")):
        assert reason_of(printed) == "a range that runs backwards"
        return
    figure = parse_figure(printed)
    assert figure.value is None and figure.low is not None and figure.high is not None
    assert figure.low <= first.scaleb(exponent) and last.scaleb(exponent) <= figure.high
    assert figure.bound == "range"


@settings(deadline=None)
@given(tenths=st.integers(1, 99_999))
def test_a_scale_changes_the_precision_and_not_the_value(tenths: int) -> None:
    billions = parse_figure(f"${Decimal(tenths) / 10:.1f} billion")
    millions = parse_figure(f"${tenths * 100:,} mn")
    assert billions.value == millions.value
    assert billions.low is not None and millions.low is not None
    assert billions.low < millions.low
    assert (parse_figure("1.4 billion").low, parse_figure("1,400 mn").low) == (Decimal("1.35E9"), Decimal("1399.5E6"))


@settings(deadline=None)
@given(count=st.integers(0, 10**15))
def test_counts_of_shares_are_exact_whatever_their_size(count: int) -> None:
    figure = parse_figure(f"{count:,}", context="shares")
    assert figure.low == figure.value == figure.high == count


@settings(deadline=None)
@given(value=st.decimals(min_value="0.1", max_value=999, places=1), words=st.text("abcdefgh ", max_size=20))
def test_a_figure_is_found_among_words(value: Decimal, words: str) -> None:
    found = find_figures(f"{words} ${value:.1f}bn {words}")
    assert [each.figure for each in found] == [parse_figure(f"${value:.1f}bn")]


# text from the pieces that figures are made of gets further into the parser than any text does
PIECES = st.lists(
    st.sampled_from(
        [
            "1",
            "0",
            "12",
            "3,882",
            "2026",
            ".",
            ",",
            "-",
            "–",
            " to ",
            "from ",
            "~",
            "over ",
            "up to ",
            "+",
            "%",
            "x",
            "bn",
        ]
        + [
            " mn",
            "$",
            "HK$",
            "Rmb ",
            "£",
            " shares",
            " months",
            "(",
            ")",
            ";",
            " ",
            "\u00a0",
            "/",
            "Feb-26",
            "e",
            "NA",
            "ſ",
            "K",
        ]
    ),
    max_size=12,
).map("".join)
ANY_TEXT = st.text(max_size=80) | PIECES


@settings(max_examples=250, deadline=None)
@given(printed=ANY_TEXT, context=ANY_TEXT)
def test_nothing_but_a_refusal_is_raised(printed: str, context: str) -> None:
    try:
        figure = parse_figure(printed, context=context)
    except NotAFigure as refused:
        assert refused.printed == printed and refused.reason
        return
    assert figure.printed == printed
    assert figure.low is not None or figure.high is not None
    if figure.low is not None and figure.high is not None:
        assert figure.low <= figure.high
    if figure.value is not None:
        assert figure.low is None or figure.low <= figure.value
        assert figure.high is None or figure.value <= figure.high
    assert (figure.value is None) == (figure.bound == "range")
    assert (figure.currency is not None) == (figure.unit == "money")


@settings(max_examples=250, deadline=None)
@given(text=ANY_TEXT)
def test_what_is_found_in_text_stands_in_it_and_parses_alone(text: str) -> None:
    spaced = " ".join(text.split())
    for found in find_figures(text):
        assert " ".join(found.figure.printed.split()) in spaced
        assert parse_figure(found.figure.printed) == found.figure


@pytest.mark.parametrize("piece", ["1,", "1", "over ", "1-", "1 to ", "(", "()", "5%;", "5 bn ", "1\u00a0234", "- ", "$", "~"])
def test_long_text_does_not_hang(piece: str) -> None:
    text = (piece * 20_000)[:20_000]
    started = time.perf_counter()
    find_figures(text)
    with pytest.raises(NotAFigure):
        parse_figure(text)
    parse_figure("5", context=text.replace(")", "").replace("(", ""))
    assert time.perf_counter() - started < 10

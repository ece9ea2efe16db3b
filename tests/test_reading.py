"""Printed words to numbers, and numbers to ranges: every phrase and every rule."""

import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kzcivil as kz
from kzcivil.reading import WORDINGS, Printed, Reading, Unreadable, numbers_in, parse

THIN, NARROW, FIXED, FIGURE = "\u2009", "\u202f", "\u00a0", "\u2007"

# words, number, wording, unit of the last digit
PHRASES = [
    ("сто и пять", 105, "bare", 1),
    ("жарым миллион", 500_000, "bare", 500_000),
    ("Более тысячи НПО", 1000, "over", 1000),
    ("**XI** Civil Forum", 11, "bare", 1),
    ("ten fold", 10, "bare", 1),
    # digits, with any mark of thousands
    ("3,500", 3500, "bare", 100),
    ("3 500", 3500, "bare", 100),
    (f"23{THIN}335", 23335, "bare", 1),
    (f"23{NARROW}335", 23335, "bare", 1),
    (f"23{FIXED}335", 23335, "bare", 1),
    (f"23{FIGURE}335", 23335, "bare", 1),
    ("1,234,567", 1234567, "bare", 1),
    ("1.234.567", 1234567, "bare", 1),
    ("1 000 000", 1e6, "bare", 1e6),
    ("12 345 678", 12345678, "bare", 1),
    ("200.000.000", 2e8, "bare", 1e8),
    ("1000000", 1e6, "bare", 1e6),
    ("123,456.78", 123456.78, "bare", 0.01),
    ("1 234.5", 1234.5, "bare", 0.1),
    ("1 234,5", 1234.5, "bare", 0.1),
    ("**3,500**", 3500, "bare", 100),
    ("200,000 people", 200000, "bare", 1e5),
    ("$25,000", 25000, "bare", 1000),
    ("US$ 25,000", 25000, "bare", 1000),
    ("20", 20, "bare", 1),
    ("99", 99, "bare", 1),
    ("100", 100, "bare", 100),
    ("120", 120, "bare", 10),
    ("1500", 1500, "bare", 100),
    ("0", 0, "bare", 1),
    ("in 2003", 2003, "bare", 1),
    # decimals
    ("0.5", 0.5, "bare", 0.1),
    ("0,5", 0.5, "bare", 0.1),
    ("2,1", 2.1, "bare", 0.1),
    ("12,50", 12.5, "bare", 0.01),
    ("10.50", 10.5, "bare", 0.01),
    ("0.125", 0.125, "bare", 0.001),
    ("8.6%", 8.6, "bare", 0.1),
    ("8,6 %", 8.6, "bare", 0.1),
    ("1.0 million", 1e6, "bare", 1e5),
    # words of scale
    ("20 thousand", 20000, "bare", 1000),
    ("2,1 million", 2.1e6, "bare", 1e5),
    ("2.1 million", 2.1e6, "bare", 1e5),
    ("1.50 million", 1.5e6, "bare", 1e4),
    ("$1.2 million", 1.2e6, "bare", 1e5),
    ("1 bil.", 1e9, "bare", 1e9),
    ("1.2 bln tenge", 1.2e9, "bare", 1e8),
    ("2 mln", 2e6, "bare", 1e6),
    ("2 mln. tenge", 2e6, "bare", 1e6),
    ("2,1 mln tenge", 2.1e6, "bare", 1e5),
    ("3 bn", 3e9, "bare", 1e9),
    ("$3 bn", 3e9, "bare", 1e9),
    ("1 trn", 1e12, "bare", 1e12),
    ("25k", 25000, "bare", 1000),
    ("12 thous.", 12000, "bare", 1000),
    ("12 ths.", 12000, "bare", 1000),
    ("5 mio", 5e6, "bare", 1e6),
    # words
    ("zero", 0, "bare", 1),
    ("one", 1, "bare", 1),
    ("thirty-five", 35, "bare", 1),
    ("one hundred and nineteen", 119, "bare", 1),
    ("two hundred thousand", 2e5, "bare", 1e5),
    ("one thousand two hundred and five", 1205, "bare", 1),
    ("one million two hundred thousand", 1.2e6, "bare", 1e5),
    ("one and a half thousand", 1500, "bare", 500),
    ("three and a half decades", 35, "bare", 5),
    ("nineteen hundred", 1900, "bare", 100),
    ("a hundred", 100, "bare", 100),
    ("a thousand", 1000, "bare", 1000),
    ("a dozen", 12, "bare", 12),
    ("two dozen", 24, "bare", 12),
    ("three decades", 30, "bare", 10),
    ("half", 0.5, "bare", 0.5),
    ("single", 1, "bare", 1),
    ("both", 2, "bare", 1),
    ("triad", 3, "bare", 1),
    ("two-day", 2, "bare", 1),
    ("3-year", 3, "bare", 1),
    # Roman numerals and ordinals
    ("XI Civil Forum", 11, "bare", 1),
    ("IV Forum", 4, "bare", 1),
    ("I Forum", 1, "bare", 1),
    ("IX", 9, "bare", 1),
    ("first", 1, "bare", 1),
    ("the first Civic Forum", 1, "bare", 1),
    ("third", 3, "bare", 1),
    ("twenty-first", 21, "bare", 1),
    ("thirtieth", 30, "bare", 1),
    ("21st", 21, "bare", 1),
    ("22nd", 22, "bare", 1),
    ("5th", 5, "bare", 1),
    # multiples
    ("threefold", 3, "bare", 1),
    ("tenfold", 10, "bare", 1),
    ("2.5-fold", 2.5, "bare", 0.1),
    ("2.5 times", 2.5, "bare", 0.1),
    ("three times", 3, "bare", 1),
    ("doubled", 2, "bare", 1),
    ("tripled", 3, "bare", 1),
    ("twice", 2, "bare", 1),
    # words around
    ("only 30 thousand", 30000, "only", 1000),
    ("about 18 thousand", 18000, "about", 1000),
    ("some 18 thousand", 18000, "about", 1000),
    ("some 200 NGOs", 200, "about", 100),
    ("approximately 1,000", 1000, "about", 1000),
    ("around 100", 100, "about", 100),
    ("roughly 100", 100, "about", 100),
    ("circa 100", 100, "about", 100),
    ("c. 100", 100, "about", 100),
    ("~100", 100, "about", 100),
    ("≈100", 100, "about", 100),
    ("perhaps 100", 100, "about", 100),
    ("more or less 100", 100, "about", 100),
    ("over 22 thousand", 22000, "over", 1000),
    ("more than 20,000", 20000, "over", 10000),
    ("over a thousand", 1000, "over", 1000),
    ("over a hundred", 100, "over", 100),
    ("over the 3,500", 3500, "over", 100),
    ("well over 100", 100, "over", 100),
    ("above 100", 100, "over", 100),
    ("in excess of 100", 100, "over", 100),
    ("exceeding 100", 100, "over", 100),
    ("upwards of 100", 100, "over", 100),
    ("> 100", 100, "over", 100),
    ("more than half", 0.5, "over", 0.5),
    ("just over 20 thousand", 20000, "slightly_more", 1000),
    ("a little over 30 thousand", 30000, "slightly_more", 1000),
    ("slightly more than 30 thousand", 30000, "slightly_more", 1000),
    ("nearly 4,000", 4000, "almost", 1000),
    ("almost 4 thousand", 4000, "almost", 1000),
    ("close to 100", 100, "almost", 100),
    ("up to 5", 5, "up_to", 1),
    ("at most 3", 3, "up_to", 1),
    ("no more than 10", 10, "up_to", 1),
    ("not more than 200", 200, "up_to", 100),
    ("not over 100", 100, "up_to", 100),
    ("10 or fewer", 10, "up_to", 1),
    ("maximum of 10", 10, "up_to", 1),
    ("at least 150", 150, "at_least", 10),
    ("no less than 150", 150, "at_least", 10),
    ("not less than 100", 100, "at_least", 100),
    ("no fewer than 40", 40, "at_least", 1),
    ("5 or more", 5, "at_least", 1),
    ("a minimum of 10", 10, "at_least", 1),
    # a cue in another sense
    ("over the past 20 years", 20, "bare", 1),
]

# words, lower and upper number, unit of the last digit
SPANS = [
    ("5 to 5 million", 5, 5_000_000, 1),
    ("1 thousand to 2000 million", 1000, 2_000_000_000, 1000),
    ("7-10 days", 7, 10, 1),
    ("7–10 days", 7, 10, 1),
    ("7 to 10 days", 7, 10, 1),
    ("from 3 to 5", 3, 5, 1),
    ("between 3 and 5", 3, 5, 1),
    ("three or four", 3, 4, 1),
    ("200 to 300 people", 200, 300, 100),
    ("40-50%", 40, 50, 1),
    ("from 1 thousand to 2 thousand", 1000, 2000, 1000),
    ("3,500-4,000", 3500, 4000, 100),
    # a scale that follows the upper number belongs to both
    ("from 3 to 5 million", 3e6, 5e6, 1e6),
    ("30-40 thousand", 30e3, 40e3, 1e3),
    ("two or three thousand", 2e3, 3e3, 1e3),
    ("between 3 and 5 thousand", 3e3, 5e3, 1e3),
    ("1.5-2 million", 1.5e6, 2e6, 1e5),
    ("900 to 1,200", 900, 1200, 100),
    ("from 5 to 2,000", 5, 2000, 1),
    ("from 3 to 5,000 members", 3, 5000, 1),
    ("2 to 10,000", 2, 10000, 1),
    ("900 thousand to 1.2 million", 900e3, 1.2e6, 1e3),
]

# words without a number: least and greatest
VAGUE = [
    ("several", 3, 9),
    ("a few", 2, 9),
    ("a couple", 2, 9),
    ("several dozen", 36, 99),
    ("dozens", 24, 99),
    ("tens", 20, 99),
    ("several hundred", 300, 999),
    ("a few hundred", 200, 999),
    ("a couple of hundred", 200, 999),
    ("hundreds", 200, 999),
    ("several thousand", 3000, 999_999),
    ("thousands", 2000, 999_999),
    ("tens of thousands", 20_000, 99_999),
    ("hundreds of thousands", 200_000, 999_999),
    ("hundreds of millions", 200e6, 999_999_999),
    ("several million", 3e6, 999_999_999),
    ("a few billion", 2e9, 999_999_999_999),
    ("several trillion", 3e12, 999_999_999_999_999),
]

# words that are refused, part of the message
REFUSED = [
    ("twenty zero", "more than one number (20, 0)"),
    ("I think there are many", "no number"),
    ("five half", "more than one number (5, 0.5)"),
    ("fold", "no number"),
    ("двести сто", "more than one number (200, 100)"),
    ("23.335", "23.335 or 23,335"),
    ("27.000", "27 or 27,000"),
    ("1.250 million", "1.25 or 1,250"),
    ("1.234,5", "no number"),
    ("12,34,567", ""),
    ("22,341,2", "no number"),
    ("22.341.567,2 или 5", "more than one number"),
    ("3,500 in 2003", "more than one number (3500, 2003)"),
    ("3,500 NGOs and 20 forums", "more than one number"),
    ("II and III", "more than one number"),
    ("1/3", "more than one number"),
    ("1e6", "more than one number"),
    ("two thirds", "fraction"),
    ("two-thirds", "fraction"),
    ("three quarters", "fraction"),
    ("a third of them", "fraction"),
    ("one third", "fraction"),
    ("-5", "below nothing"),
    ("minus 5", "below nothing"),
    ("none", "no number"),
    ("", "no number"),
    ("   ", "no number"),
    ("many organisations", "no number"),
    ("the overwhelming majority", "no number"),
]


def _same(a: float, b: float) -> bool:
    return (pd.isna(a) and pd.isna(b)) or (pd.notna(a) and pd.notna(b) and math.isclose(a, b, rel_tol=1e-9))


@pytest.mark.parametrize(("words", "value", "wording", "step"), PHRASES)
def test_a_phrase_is_read(words: str, value: float, wording: str, step: float) -> None:
    read = parse(words)
    assert (read.value, read.wording) == (pytest.approx(value), wording)
    assert read.step == pytest.approx(step)
    assert math.isnan(read.value_to)


@pytest.mark.parametrize(("words", "low", "high", "step"), SPANS)
def test_a_span_is_read(words: str, low: float, high: float, step: float) -> None:
    read = parse(words)
    assert (read.value, read.value_to) == (pytest.approx(low), pytest.approx(high))
    assert read.wording == "between"
    assert read.step == pytest.approx(step)


@pytest.mark.parametrize(("words", "low", "high"), VAGUE)
def test_words_without_a_number_have_bounds(words: str, low: float, high: float) -> None:
    read = parse(words)
    assert (read.low, read.high, read.wording) == (pytest.approx(low), pytest.approx(high), "indefinite")
    assert math.isnan(read.value)


@pytest.mark.parametrize(("words", "message"), REFUSED)
def test_what_cannot_be_read_is_said(words: str, message: str) -> None:
    with pytest.raises(Unreadable) as error:
        parse(words)
    assert message in str(error.value)
    assert repr(words)[1:-1] in str(error.value), "the message quotes the words"


def test_there_are_phrases_enough() -> None:
    words = [row[0] for table in (PHRASES, SPANS, VAGUE, REFUSED) for row in table]
    assert len(words) == len(set(words))
    assert len(words) >= 120


@given(st.text(max_size=40))
@settings(max_examples=300)
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        read = parse(text)
    except Unreadable:
        return
    assert isinstance(read, Printed)
    assert read.wording in WORDINGS
    if read.wording == "indefinite":
        assert 0 <= read.low <= read.high
    else:
        assert read.value >= 0
        assert read.step > 0


@given(st.integers(0, 10**12), st.sampled_from([",", " ", THIN, NARROW, FIXED]))
@settings(max_examples=200)
def test_any_whole_number_is_read_with_any_mark(number: int, mark: str) -> None:
    read = parse(f"{number:,}".replace(",", mark))
    assert read.value == number
    assert number % read.step == 0


# --- the rules ------------------------------------------------------------------------------------------------------

INF = math.inf

# number, wording, step, further, plain range, strict range
RULES = [
    (120, "bare", 10, {"exact": True}, (120, 120), (120, 120)),
    (23335, "bare", 1, {}, (23335, 23335), (23335, 23335)),
    (3500, "bare", 100, {}, (3450, 3550), (3450, 3550)),
    (3500, "only", 100, {}, (3450, 3550), (3450, 3550)),
    (200_000, "bare", 100_000, {}, (190_000, 210_000), (150_000, 250_000)),
    (1000, "bare", 1000, {}, (950, 1050), (500, 1500)),
    (24, "bare", 1, {"unit": "percent"}, (23.5, 24.5), (23.5, 24.5)),
    (2, "bare", 1, {"unit": "times"}, (1.9, 2.1), (1.5, 2.5)),
    (8.6, "bare", 0.1, {"unit": "percent"}, (8.55, 8.65), (8.55, 8.65)),
    (24, "bare", 1, {}, (24, 24), (24, 24)),
    (18_000, "about", 1000, {}, (16_200, 19_800), (16_200, 19_800)),
    (1000, "about", 1000, {}, (900, 1100), (0, 2000)),
    (30, "about", 100, {}, (27, 33), (0, 130)),
    (5, "about", 1, {}, (4.5, 5.5), (4, 6)),
    (20_000, "over", 1000, {}, (20_000, 24_000), (20_000, INF)),
    (200, "at_least", 100, {}, (200, 240), (200, INF)),
    (30_000, "slightly_more", 1000, {}, (30_000, 33_000), (30_000, 36_000)),
    (4000, "almost", 1000, {}, (3600, 4000), (3200, 4000)),
    (5, "up_to", 1, {}, (0, 5), (0, 5)),
    (7, "between", 1, {"value_to": 10}, (7, 10), (7, 10)),
    (0, "bare", 1, {}, (0, 0), (0, 0)),
]


@pytest.mark.parametrize(("value", "wording", "step", "more", "plain", "strict"), RULES)
def test_a_rule(value: float, wording: str, step: float, more: dict, plain: tuple, strict: tuple) -> None:
    assert Reading().range(value, wording, step, **more) == pytest.approx(plain)
    assert Reading(strict=True).range(value, wording, step, **more) == pytest.approx(strict)


def test_every_wording_has_a_rule_or_says_why_not() -> None:
    ruled = {rule[1] for rule in RULES}
    for wording in WORDINGS:
        if wording not in ruled:
            with pytest.raises(ValueError, match="set by hand"):
                Reading().range(5, wording, 1)
    with pytest.raises(ValueError, match="no range by rule"):
        Reading().range(5, "perhaps", 1)


@pytest.mark.parametrize(("name", "wording", "low", "high"), [
    ("slack", "bare", 950, 1050), ("about", "about", 700, 1300), ("over", "over", 1000, 1300), ("over", "at_least", 1000, 1300),
    ("near", "slightly_more", 1000, 1300), ("near", "almost", 700, 1000),
])  # fmt: skip
def test_a_named_share_moves_its_own_words(name: str, wording: str, low: float, high: float) -> None:
    moved = Reading(**{name: 0.05 if name == "slack" else 0.3})
    assert moved.range(1000, wording, 1000) == pytest.approx((low, high))
    other = next(key for key in ("about", "over", "near") if key != name)
    assert Reading(**{other: 0.3}).range(1000, wording, 1000) == Reading().range(1000, wording, 1000)


@pytest.mark.parametrize(
    "bad",
    [
        {"slack": -0.1},
        {"about": 10},
        {"over": "0.2"},
        {"near": True},
        {"strict": 1},
        {"over": math.nan},
        {"over": None},
    ],
)
def test_a_share_that_is_none_is_refused(bad: dict) -> None:
    with pytest.raises(ValueError, match=next(iter(bad))):
        Reading(**bad)


@given(
    st.floats(0, 1e9), st.sampled_from([w for w in WORDINGS if w not in ("between", "indefinite", "lost")]),
    st.sampled_from([0.1, 1, 10, 100, 1000, 1e6]), st.sampled_from(["", "percent", "times"]),
)  # fmt: skip
def test_a_range_holds_the_number_and_strict_holds_plain(value: float, wording: str, step: float, unit: str) -> None:
    low, high = Reading().range(value, wording, step, unit=unit)
    wide = Reading(strict=True).range(value, wording, step, unit=unit)
    assert low <= value <= high
    assert wide[0] <= low + 1e-9 * abs(low)
    assert wide[1] >= high - 1e-9 * abs(high)


def test_labels() -> None:
    assert Reading().label == "plain reading"
    assert Reading(strict=True).label == "strict reading"
    assert Reading(over=0.5, about=0.2).label == "plain reading with about = 0.2, over = 0.5"


# --- the bundle -----------------------------------------------------------------------------------------------------

# Statements whose stored columns are not what the rule reads from their words, with the reason.
BY_HAND = {
    "caci_tender1_award_least": "the words around the number say that it is the least award",
    "caci_tender1_award_greatest": "the words around the number say that it is the greatest award",
    "dia_chart_1980_1994_lost": "the numbers are the years under a bar; its height was lost",
    "dia_chart_1994_1997_lost": "the numbers are the years under a bar; its height was lost",
    "dia_chart_1997_2002_lost": "the numbers are the years under a bar; its height was lost",
    "dia_chart_2003_2005_lost": "the numbers are the years under a bar; its height was lost",
    "aa_inf_registered_1991": "the number is the year of a row; its count was lost",
    "aa_pres_address_day_lost": "the day of a date was lost",
    "kxr_reregistration_year": "a year is one year",
    "aa_minister_sector_32_years": "'over' means during",
    "aa_waw_undp_age": "'over' means during",
    "aa_chron_women_delegation_largest": "the largest has rank one",
    "aa_part_forum_record_participants": "a record has rank one",
    "aa_waw_third_social": "a fraction, stored in percent",
    "aa_kal_constitution_third": "a fraction, stored in percent",
    "aa_akh_every_second_youth": "every second is half of them, stored in percent",
    "aa_zho_rank_second_hundred": "a place on a list",
    "aa_zho_rank_last_third": "a place on a list",
    "aa_zho_equal_partners_few": "'very few' has no unit",
    "aa_quick_raganin_ngo_work": "more than once is two or more",
}  # fmt: skip


def _differs(row: object) -> bool:
    try:
        read = parse(row.as_printed)
    except Unreadable:
        return not (row.wording == "indefinite" and pd.isna(row.value) and pd.notna(row.bounds_note))
    columns = ("value", "step", "value_to", "low", "high")
    return row.wording != read.wording or not all(_same(getattr(row, name), getattr(read, name)) for name in columns)


def test_the_stored_columns_are_what_the_words_say(evidence: kz.Evidence) -> None:
    differing = {row.claim_id for row in evidence.claims.itertuples() if _differs(row)}
    assert differing - set(BY_HAND) == set(), "neither what the rule reads nor listed with a reason"
    assert set(BY_HAND) - differing == set(), "listed, but the rule reads them"


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("five thousands", 5000),
        ("3 millions", 3e6),
        ("two and a half thousands", 2500),
        ("2 dozens", 24),
        ("half thousands", 500),
    ],
)
def test_a_plural_after_a_number_is_its_scale(words: str, number: float) -> None:
    said = parse(words)
    assert (said.value, said.wording) == (number, "bare")


def test_every_number_of_unclear_words_is_found() -> None:
    assert numbers_in("20 m people, 5k of 27,5 тыс. in III groups, twenty two or six") == [
        (20, 1, 1),
        (5000, 1000, 1000),
        (27500, 100, 1000),
        (3, 1, 1),
        (22, 1, 1),
        (6, 1, 1),
    ]

"""The reading rules, interval arithmetic and formulas."""

import math
import time

import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kzcivil.intervals import Interval, evaluate, formula_names, numbers_in, read, read_claims

finite = st.floats(-1e6, 1e6, allow_nan=False)


@st.composite
def intervals(draw: st.DrawFn, low: float = -1e6, high: float = 1e6) -> tuple[Interval, float]:
    """An interval and a member of it."""
    ends = st.floats(low, high, allow_subnormal=False)
    a, b = sorted((draw(ends), draw(ends)))
    share = draw(st.floats(0, 1, allow_subnormal=False))
    return Interval(a, b), min(b, max(a, a + share * (b - a)))


def holds(interval: Interval, value: float) -> bool:
    slack = 1e-9 * max(1.0, abs(value), *(abs(end) for end in (interval.low, interval.high) if math.isfinite(end)))
    return interval.low - slack <= value <= interval.high + slack


@given(intervals(), intervals())
def test_arithmetic_contains_every_result_of_members(a: tuple[Interval, float], b: tuple[Interval, float]) -> None:
    (left, x), (right, y) = a, b
    assert holds(left + right, x + y)
    assert holds(left - right, x - y)
    assert holds(left * right, x * y)
    if right.low > 1e-9 or right.high < -1e-9:
        assert holds(left / right, x / y)


@given(intervals(0.01, 100), st.sampled_from([0, 1, 2, 3, 0.5, -1, 1 / 20]))
def test_powers_contain_every_result(a: tuple[Interval, float], exponent: float) -> None:
    interval, x = a
    assert holds(interval**exponent, x**exponent)


@given(
    intervals(1, 1e5),
    intervals(1, 1e5),
    st.sampled_from(["b / a", "(b - a) / a", "100 * ((b / a) ** (1 / 20) - 1)", "a - a", "a * b - a"]),
)
def test_formulas_contain_every_joint_result(
    a: tuple[Interval, float], b: tuple[Interval, float], formula: str
) -> None:
    (first, x), (second, y) = a, b
    try:
        result = evaluate(formula, {"a": first, "b": second})
    except ValueError as error:
        assume("not monotone" not in str(error))
        raise
    value = {"b / a": y / x, "(b - a) / a": (y - x) / x, "a - a": 0.0, "a * b - a": x * y - x}.get(
        formula, 100 * ((y / x) ** (1 / 20) - 1)
    )
    assert holds(result, value)


def test_a_claim_used_twice_is_one_number() -> None:
    a, b = Interval(3450, 3550), Interval(23335, 23335)
    joint, naive = evaluate("a / (a + b)", {"a": a, "b": b}), a / (a + b)
    assert naive.low < joint.low < joint.high < naive.high
    assert joint.low == pytest.approx(3450 / (3450 + 23335))


def test_a_formula_that_is_not_monotone_is_refused() -> None:
    # Both corners of a give 0, while the maximum inside is 1.
    with pytest.raises(ValueError, match="not monotone in a"):
        evaluate("a * (b - a)", {"a": Interval(0, 2), "b": Interval(2, 2)})


def test_open_ends() -> None:
    assert evaluate("a / b", {"a": Interval(19e9, math.inf), "b": Interval(4450, 4550)}).high == math.inf
    assert evaluate("a / b", {"a": Interval(10, 10), "b": Interval(5, math.inf)}) == Interval(0, 2)
    with pytest.raises(ValueError, match="no value at the open end"):
        evaluate("a / b", {"a": Interval(1, math.inf), "b": Interval(1, math.inf)})


@pytest.mark.parametrize(
    "text",
    ["__import__('os')", "a.b", "a[0]", "f(a)", "a if b else c", "'x'", "a and b", "lambda: 1", "True", "a //", ""],
)
def test_a_formula_is_never_code(text: str) -> None:
    with pytest.raises(ValueError, match=r"formula|allowed"):
        formula_names(text)


def test_powers_are_capped() -> None:
    begin = time.perf_counter()
    with pytest.raises(ValueError, match="not allowed"):
        evaluate("9 ** 9 ** 9", {})
    assert time.perf_counter() - begin < 1


def test_a_missing_claim_is_named() -> None:
    with pytest.raises(KeyError, match="needs a value for b"):
        evaluate("a + b", {"a": Interval(1, 1)})


@pytest.mark.parametrize(
    ("value", "wording", "step", "unit", "expected"),
    [
        (3500, "bare", 100, "organisations", (3450, 3550)),
        (3500, "only", 100, "organisations", (3450, 3550)),
        (20, "bare", 1, "projects", (20, 20)),
        (23335, "bare", 1, "organisations", (23335, 23335)),
        (8.6, "bare", 0.1, "percent", (8.55, 8.65)),
        (3, "bare", 1, "times", (2.5, 3.5)),
        (42, "about", 1, "percent", (41, 43)),
        (60, "about", 1, "organisations", (59, 61)),
        (1000, "about", 1000, "organisations", (0, 2000)),
        (20000, "over", 1000, "organisations", (20000, math.inf)),
        (150, "at_least", 10, "organisations", (150, math.inf)),
        (4000, "almost", 1000, "people", (0, 4000)),
        (5, "up_to", 1, "percent", (0, 5)),
    ],
)
def test_default_reading(value: float, wording: str, step: float, unit: str, expected: tuple[float, float]) -> None:
    interval = read(value, wording, step, unit)
    assert (interval.low, interval.high) == pytest.approx(expected)


def test_conversational_ceiling_is_one_parameter() -> None:
    assert read(100, "over", 1, "x", words="conversational").high == pytest.approx(120)
    assert read(100, "over", 1, "x", words="conversational", ceiling=0.5).high == pytest.approx(150)
    assert read(100, "slightly_more", 1, "x", words="conversational").high == pytest.approx(110)
    assert read(100, "almost", 1, "x", words="conversational").low == pytest.approx(80)


@pytest.mark.parametrize(
    "wrong",
    [{"words": "conversation"}, {"number": "round"}, {"ceiling": -1}, {"ceiling": math.inf}, {"ceiling": "abc"}],
)
def test_an_unknown_reading_is_an_error(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"no reading is called|the ceiling is a share"):
        read(1, "over", 1, "x", **wrong)  # type: ignore[arg-type]


def test_face_reading_has_no_slack() -> None:
    assert read(3500, "bare", 100, "organisations", number="face") == Interval(3500, 3500)
    assert read(8.6, "about", 0.1, "percent", number="face") == Interval(8.6, 8.6)


def test_between_and_unreadable_wordings() -> None:
    assert read(7, "between", 1, "days", 10) == Interval(7, 10)
    for wording in ("indefinite", "lost", "nonsense"):
        with pytest.raises(ValueError, match="by hand"):
            read(1, wording, 1, "x")


@given(
    st.floats(1, 1e9),
    st.sampled_from(["bare", "only", "about", "over", "at_least", "slightly_more", "almost", "up_to"]),
    st.floats(0, 1),
)
def test_each_reading_lies_within_the_logical_one(value: float, wording: str, ceiling: float) -> None:
    wide = read(value, wording, 10, "percent")
    for number in ("rounded", "face"):
        narrow = read(value, wording, 10, "percent", number=number, words="conversational", ceiling=ceiling)  # type: ignore[arg-type]
        assert wide.low <= narrow.low
        assert narrow.high <= wide.high


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("over 20 thousand", 20_000), ("4.5 thousand NGOs", 4500), ("over 19 bil. tenge", 19e9), ("4.2 mil tenge", 4.2e6), ("23 335", 23335),
        ("59,700,000 tenge", 59.7e6), ("one and a half thousand", 1500), ("threefold", 3), ("increased six-fold", 6), ("twenty-four NGOs", 24),
        ("More than two hundred thousand people", 200_000), ("XIII Regional Civil Forum", 13), ("Almost a third", 100 / 3), ("two decades", 20),
        ("almost three and a half decades", 35), ("two dozen farms", 24), ("Twenty projects", 20), ("about 2 000 000 volunteers", 2e6),
        ("Almaty – **5017**", 5017), ("One hundred and nineteen organizations", 119),
    ],
)  # fmt: skip
def test_numbers_in_words(words: str, number: float) -> None:
    assert any(found == pytest.approx(number) for found in numbers_in(words))


def test_words_without_the_number_are_found_out() -> None:
    assert 4500.0 not in numbers_in("over 20 thousand")


def test_read_claims_keeps_bounds_set_by_hand(evidence: object) -> None:
    claims = evidence.claims  # type: ignore[attr-defined]
    by_hand = claims[claims.bounds_note.notna()]
    again = read_claims(by_hand, words="conversational", ceiling=0.01)
    assert (again.low == by_hand.low).all()
    lost = read_claims(claims[claims.wording == "lost"])
    assert lost[["low", "high"]].isna().all(axis=None)
    assert isinstance(lost, pd.DataFrame)

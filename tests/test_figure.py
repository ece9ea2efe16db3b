"""Figures: their range holds every result of member values and is attained; words, units, what is missing, columns."""

from __future__ import annotations

import copy
import cProfile
import itertools
import math
import pickle
import pstats

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

import kzcivil as kz
from kzcivil.bounds import Leaf, bounds_of, leaves_of
from kzcivil.figure import Figure, absent, figure, from_leaf

INF = math.inf
# Without shrinking: a failure is shown as it was found, and at once.
slow = settings(max_examples=100, suppress_health_check=list(HealthCheck), phases=[Phase.generate])


# --- expressions ----------------------------------------------------------------------------------------------------


def value(node: object, at: dict[str, float]) -> float:
    """An expression with each leaf at a given value, computed as plainly as can be."""
    if isinstance(node, Leaf):
        return at[node.key]
    if not isinstance(node, tuple):
        return float(node)
    sign, *items = node
    values = [value(item, at) for item in items]
    if sign == "+":
        return math.fsum(values)
    a, b = values
    return {
        "*": lambda: a * b,
        "/": lambda: a / b,
        "**": lambda: a**b,
        "max": lambda: max(a, b),
        "min": lambda: min(a, b),
    }[sign]()


@st.composite
def leaves(draw: st.DrawFn, *, positive: bool) -> list[Leaf]:
    made = []
    for key in "abc"[: draw(st.integers(1, 3))]:
        low = draw(st.sampled_from([0.5, 1.0, 2.0, 10.0] if positive else [-2.0, -1.0, 0.0, 1.0]))
        high = low + draw(st.sampled_from([0.0, 0.25, 1.0, 4.0]))
        made.append(Leaf(key, draw(st.sampled_from([low, high, (low + high) / 2])), low, high))
    return made


@st.composite
def expressions(draw: st.DrawFn, *, positive: bool) -> tuple[object, list[Leaf]]:
    """An expression whose leaves occur several times: ``+ - * /``, whole powers and roots of what is positive."""
    known = draw(leaves(positive=positive))

    def grow(depth: int) -> object:
        if depth == 0 or draw(st.integers(0, 4)) == 0:
            return draw(st.sampled_from([*known, *known, 2.0, 0.5]))
        sign = draw(st.sampled_from(["+", "-", "*", "/", "**"] if positive else ["+", "-", "*", "**"]))
        if sign == "**":
            return ("**", grow(depth - 1), float(draw(st.sampled_from([2, 3]))))
        left, right = grow(depth - 1), grow(depth - 1)
        if sign == "-":
            return ("+", left, ("*", -1.0, right))
        if sign == "/":  # never by zero: by a positive leaf or number
            return ("/", left, draw(st.sampled_from([*known, 2.0])))
        return (sign, left, right)

    return grow(draw(st.integers(1, 3))), known


def members(known: list[Leaf], at: list[float]) -> dict[str, float]:
    return {leaf.key: leaf.low + share * (leaf.high - leaf.low) for leaf, share in zip(known, at, strict=False)}


def grid(node: object, known: list[Leaf], points: int) -> list[tuple[float, dict[str, float]]]:
    axes = [np.linspace(leaf.low, leaf.high, points if leaf.low < leaf.high else 1) for leaf in known]
    places = [dict(zip((leaf.key for leaf in known), map(float, at), strict=True)) for at in itertools.product(*axes)]
    return [(value(node, at), at) for at in places]


def reached(node: object, known: list[Leaf], sign: int) -> float:
    """The least (sign 1) or greatest (-1) value that a search from the best points of a grid finds."""
    starts = sorted(grid(node, known, 9), key=lambda pair: sign * pair[0])[:3]
    best = sign * starts[0][0]
    ends = [(leaf.low, leaf.high) for leaf in known]
    for _, at in starts:
        found = minimize(
            lambda x: sign * value(node, {leaf.key: min(max(v, leaf.low), leaf.high) for leaf, v in zip(known, x, strict=True)}),
            list(at.values()), method="Nelder-Mead", bounds=ends, options={"xatol": 1e-11, "fatol": 1e-13, "maxiter": 600},
        )  # fmt: skip
        best = min(best, float(found.fun))
    return sign * best


@pytest.mark.parametrize("positive", [True, False])
def test_the_range_holds_every_result(positive: bool) -> None:
    @given(
        expressions(positive=positive),
        st.lists(st.lists(st.floats(0, 1), min_size=3, max_size=3), min_size=1, max_size=20),
    )
    @slow
    def holds(made: tuple[object, list[Leaf]], shares: list[list[float]]) -> None:
        node, known = made
        one = Figure(node)
        slack = 1e-8 * max(1.0, abs(one.low), abs(one.high))
        for share in shares:
            result = value(node, members(known, share))
            assert one.low - slack <= result <= one.high + slack
        assert one.low <= one.face <= one.high

    holds()


@pytest.mark.parametrize("positive", [True, False])
def test_both_ends_are_attained(positive: bool) -> None:
    @given(expressions(positive=positive))
    @slow
    def attained(made: tuple[object, list[Leaf]]) -> None:
        node, known = made
        low, _, high = bounds_of(node)
        slack = 1e-6 * max(1.0, abs(low), abs(high), high - low)
        results = [result for result, _ in grid(node, known, 3)]
        if min(results) > low + slack:
            assert reached(node, known, 1) == pytest.approx(low, abs=slack)
        if max(results) < high - slack:
            assert reached(node, known, -1) == pytest.approx(high, abs=slack)

    attained()


def test_the_face_is_the_plain_result() -> None:
    @given(expressions(positive=True))
    @slow
    def same(made: tuple[object, list[Leaf]]) -> None:
        node, known = made
        assert bounds_of(node)[1] == pytest.approx(value(node, {leaf.key: leaf.face for leaf in known}))

    same()


# --- ranges that are known ------------------------------------------------------------------------------------------

A, B = figure(1, 0, 2), figure(2)
X = figure(1, -2, 3)
P, Q = figure(3, 1, 5), figure(4, 2, 8)
OPEN = figure(3, 1, INF)
Z = figure(0, -1, 1)

KNOWN = [
    ("the corners miss it", A * (B - A), 0, 1),
    ("both move", A * (figure(2, 1, 3) - A), -2, 2.25),
    ("square", X**2, 0, 9),
    ("times itself", X * X, 0, 9),
    ("cube less itself", X**3 - X, -6, 24),
    ("nothing left", P - P, 0, 0),
    ("one", P / P, 1, 1),
    ("a share", P / (P + Q), 1 / 9, 5 / 7),
    ("shares add to one", P / (P + Q) + Q / (P + Q), 1, 1),
    ("change", (Q - P) / P, -0.6, 7),
    ("cancels", P * (Q / P), 2, 8),
    ("power of itself", P**P, 1, 3125),
    ("a root twice", P**0.5 - P, math.sqrt(5) - 5, 0),
    ("larger than nothing", kz.larger(X, 0), 0, 3),
    ("larger of both signs", kz.larger(X, -X), 0, 3),
    ("smaller of both sides", kz.smaller(X, 1 - X), -2, 0.5),
    ("even negative power", figure(-8, -9, -1) ** -2, 1 / 81, 1),
    ("odd power", figure(-8, -9, 1) ** 3, -729, 1),
    ("root of what reaches zero", figure(4, 0, 9) ** 0.5, 0, 3),
    ("any number", 1 / figure(0.5, -1, 1), -INF, INF),
    ("from zero", 1 / figure(0.5, 0, 1), 1, INF),
    ("no ceiling", OPEN + 1, 2, INF),
    ("no ceiling, nothing left", OPEN - OPEN, 0, 0),
    ("no ceiling, one", OPEN / OPEN, 1, 1),
    ("share of no ceiling", OPEN / (OPEN + 1), 0.5, 1),
    ("share in no ceiling", P / (P + OPEN), 0, 5 / 6),
    ("growth to no ceiling", (OPEN - P) / OPEN, -4, 1),
    ("falls away", 1 / OPEN, 0, 1),
    ("over nothing but itself", kz.larger(OPEN, 5) - OPEN, 0, 4),
    ("a turn where the face is zero", Z * (Z + 0.5), -0.0625, 1.5),
    ("a pole inside", X / (X - 0.5), -INF, INF),
    ("a product without a ceiling", OPEN * Q, 2, INF),
    ("a product without a ceiling, either way", OPEN * X, -INF, INF),
    ("nothing of what has no ceiling", OPEN * figure(0), 0, 0),
    ("even power across zero", figure(-1, -3, 2) ** 2, 0, 9),
    ("even power across zero, upward", figure(1, -2, 3) ** 4, 0, 81),
    ("even negative power across zero", figure(1, -2, 3) ** -2, 1 / 9, INF),
    ("a head", figure(30_000, 28_000, 36_000, "people") / figure(20_000, 20_000, 24_000, "NGOs"), 28 / 24, 36 / 20),
    ("a head, no ceiling", figure(30_000, 30_000, INF, "people") / figure(20_000, 20_000, INF, "NGOs"), 0, INF),
    ("two parts of a whole", (P + Q) / (P + Q + A), 0.6, 1),
    ("all but one part of a whole", (P + Q + OPEN - P) / (P + Q + OPEN), 3 / 8, 1),
    ("a pole in a product", 1 / ((P - Q) * (P + 1)), -INF, INF),
    ("the same in two shares", P / (P + 1) * (Q / (Q + 1)), 1 / 3, 20 / 27),
    ("small shares stay", figure(2e-8, 1e-8, 4e-8) / P * P, 1e-8, 4e-8),
]


@pytest.mark.parametrize(("name", "made", "low", "high"), KNOWN, ids=[row[0] for row in KNOWN])
def test_a_range_that_is_known(name: str, made: Figure, low: float, high: float) -> None:
    assert made.low == pytest.approx(low, rel=1e-6, abs=1e-15 if 0 < abs(low) < 1e-6 else 1e-9)
    assert made.high == pytest.approx(high, rel=1e-6, abs=1e-15 if 0 < abs(high) < 1e-6 else 1e-9)


def test_a_number_is_one_number_however_often_it_is_used() -> None:
    same, alike, other = (figure(3, 1, 5, words=words) for words in ("assumed", "assumed", "another"))
    assert (same - alike).exact, "the same words and numbers"
    assert not (same - other).exact
    apart = figure(1, 0, 2, words="assumed") - figure(5, 4, 6, words="assumed")
    assert (apart.low, apart.face, apart.high) == (-6, -4, -2), "the same words with other numbers are another number"
    unnamed = figure(3, 1, 5) - figure(3, 1, 5)
    assert (unnamed.low, unnamed.high) == (-4, 4)


def test_the_words_of_an_assumption_are_no_claim(evidence: kz.Evidence) -> None:
    claim = evidence.figures().query("high > low").index[0]
    printed = evidence.figure(claim)
    own = figure(
        printed.face if not math.isnan(printed.face) else 1, printed.low, printed.high, printed.unit, words=claim
    )
    assert not (printed - own).exact
    assert (printed - printed).exact


# --- work -----------------------------------------------------------------------------------------------------------


def test_long_sums_are_fast() -> None:
    many = [figure(n + 1, n, n + 2, "NGOs") for n in range(10_000)]
    with cProfile.Profile() as profile:
        whole = kz.total(many)
        assert (whole.low, whole.face, whole.high) == (49_995_000, 50_005_000, 50_015_000)
        share = many[0] / whole
        assert share.low == 0
        assert share.high == pytest.approx(2 / (2 + sum(range(1, 10_000))))
        again = whole / kz.total(many)
        assert again.low <= 1 <= again.high
        added = many[0]
        for one in many[1:2000]:
            added = added + one
        assert added.face == sum(range(1, 2001))
    assert pstats.Stats(profile).total_calls < 8_000_000


@pytest.mark.parametrize("count", [3, 20, 100])
def test_a_sum_of_shares_is_answered(count: int) -> None:
    parts = [figure(n + 1, n + 0.5, n + 1.5) for n in range(count)]
    with cProfile.Profile() as profile:
        shares = kz.total([one / kz.total(parts) for one in parts])
        assert shares.low <= 1 + 1e-9
        assert shares.high >= 1 - 1e-9
    assert pstats.Stats(profile).total_calls < 4_000_000


def test_long_chains_are_answered() -> None:
    chain = figure(1, 0.99, 1.01)
    for _ in range(300):
        chain = chain * figure(1, 0.999, 1.001)
    assert chain.low == pytest.approx(0.99 * 0.999**300)
    assert chain.high == pytest.approx(1.01 * 1.001**300)
    for _ in range(3000):
        chain = 1 - chain
    text = str(chain)
    assert text, "a value, or words that there is none; never an error"


# --- words ----------------------------------------------------------------------------------------------------------

N03, N23 = figure(3500, 3450, 3550, "NGOs"), figure(23335, unit="NGOs")

FORMATS = [
    (N23 / N03, "", "6.67 times (6.57 to 6.77)"),
    (N23 / N03, "face", "6.67 times"),
    (N23 / N03, "range", "6.57 to 6.77 times"),
    (N23 / N03, "face bare", "6.67"),
    (N23 / N03, "face bare 2", "6.7"),
    (N23 / N03, "face 2", "6.7 times"),
    (N23 / N03, "brackets", "(6.57 to 6.77)"),
    (N03, "", "3,500 NGOs (3,450 to 3,550)"),
    (N03, "both", "3,500 NGOs (3,450 to 3,550)"),
    (N03, "bare", "3,500 (3,450 to 3,550)"),
    (N23, "", "23,335 NGOs"),
    (N23, "range", "23,335 NGOs"),
    (figure(20) / 120, "%", "16.7 %"),
    (figure(0.5, 0.4, 0.6), "%", "50 % (40 to 60)"),
    (figure(0.5, 0.4, 0.6), "% face", "50 %"),
    (figure(4_222_222, unit="tenge"), "", "4.22 million tenge"),
    (figure(1e9, unit="tenge"), "", "1 billion tenge"),
    (figure(20_000, 20_000, INF, "NGOs"), "", "20,000 NGOs (at least 20,000)"),
    (figure(math.nan, 24, 99, "NGOs", "several dozen"), "", "24 to 99 NGOs"),
    (figure(math.nan, 24, 99, "NGOs", "several dozen"), "face", "several dozen"),
    (figure(5, 0, 5, "days"), "", "5 days (up to 5)"),
    (figure(1, unit="NGOs"), "", "1 NGO"),
    (figure(-20.6, unit="% a year"), "", "−20.6 % a year"),
    (absent("a count"), "", "cannot be said"),
    (absent("a count"), "face", "cannot be said"),
    (absent("a count"), "%", "cannot be said"),
]


@pytest.mark.parametrize(("made", "spec", "words"), FORMATS, ids=[f"{row[2]} as '{row[1]}'" for row in FORMATS])
def test_a_format(made: Figure, spec: str, words: str) -> None:
    assert format(made, spec) == words


def test_print_and_cell_say_the_same() -> None:
    growth = N23 / N03
    assert str(growth) == repr(growth) == f"{growth}"
    shown = growth._repr_markdown_()
    assert shown.startswith("**6.67 times** (6.57 to 6.77) = ")
    assert "23,335 / 3,500" in shown


@pytest.mark.parametrize("spec", ["fase", ".2f", "face,range", "%%"])
def test_an_unknown_format_is_refused(spec: str) -> None:
    with pytest.raises(ValueError, match="no format"):
        format(N03, spec)


@given(
    st.floats(1e-3, 1e9), st.floats(0, 0.6), st.floats(0, 0.6),
)  # fmt: skip
def test_ends_are_rounded_outward(face: float, down: float, up: float) -> None:
    made = figure(face, face * (1 - down), face * (1 + up)) * 1
    words = f"{made:range bare}"
    sizes = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}

    def number(text: str) -> float:
        first, *rest = text.replace(",", "").split()
        return float(first) * sizes.get(rest[0] if rest else "", 1)

    if " to " not in words or words.startswith("up to"):
        return
    low, high = words.split(" to ")
    scale = high.split()[-1]
    first = number(low if low.split()[-1] in sizes or scale not in sizes else f"{low} {scale}")
    last = number(high)
    if scale in sizes and low.split()[-1] not in sizes and first > last:
        first = number(low)
    assert first <= made.low * (1 + 1e-9)
    assert last >= made.high * (1 - 1e-9)


@pytest.mark.parametrize("made", [
    lambda: figure(1e300) * figure(1e300), lambda: figure(1e-300) * figure(1e-300), lambda: figure(0) / figure(0), lambda: 1 / figure(0),
    lambda: figure(-1) ** 0.5, lambda: figure(0) ** -1, lambda: figure(10) ** 1000, lambda: figure(-1, -2, 3) ** 0.5,
    lambda: (P - X) / (P + X), lambda: X / X, lambda: figure(1e15, 1e14, 1e16), lambda: figure(1e-9, 0, 1), lambda: figure(0, -1, 1),
])  # fmt: skip
def test_any_figure_can_be_printed(made: object) -> None:
    one = made()
    for spec in ("", "face", "range", "bare", "brackets", "face bare 2"):
        assert isinstance(format(one, spec), str)
    assert one._repr_markdown_()
    assert repr(one.why())
    assert one.formula


@pytest.mark.parametrize(
    "ends", [(1, 2, 3), (1, -1, 0), (1, 2, 0), (1, math.nan, 2), (math.nan, None, None), (INF, None, None)]
)
def test_a_range_that_is_none_is_refused(ends: tuple) -> None:
    with pytest.raises(ValueError, match="range"):
        figure(*ends)


# --- units ----------------------------------------------------------------------------------------------------------

NGOS, PEOPLE, TENGE = figure(4, unit="NGOs"), figure(8, unit="people"), figure(100, unit="tenge")
RATE = figure(5, unit="tenge per NGO")

UNITS = [
    (NGOS + NGOS, "NGOs"),
    (NGOS - NGOS, "NGOs"),
    (NGOS / NGOS, "times"),
    (NGOS / NGOS * PEOPLE, "people"),
    (PEOPLE / NGOS, "people per NGO"),
    (PEOPLE / NGOS * NGOS, "people"),
    (TENGE / PEOPLE, "tenge per person"),
    (TENGE / PEOPLE * PEOPLE, "tenge"),
    (RATE * NGOS, "tenge"),
    (NGOS * 3, "NGOs"),
    (3 * NGOS, "NGOs"),
    (NGOS / 3, "NGOs"),
    (-NGOS, "NGOs"),
    ((NGOS / NGOS).percent, "%"),
    (figure(20, unit="%").share, ""),
    (figure(20, unit="%").share * NGOS, "NGOs"),
    ((NGOS / NGOS) ** 0.5, "times"),
    ((NGOS / NGOS) ** (1 / figure(2, unit="years")), "times"),
    (kz.larger(NGOS, 0), "NGOs"),
    (kz.smaller(0, NGOS), "NGOs"),
    (kz.total([NGOS, NGOS]), "NGOs"),
    (kz.total([]), ""),
    (PEOPLE.of("members"), "members"),
]


@pytest.mark.parametrize(("made", "unit"), UNITS)
def test_units_travel(made: Figure, unit: str) -> None:
    assert made.unit == unit


@pytest.mark.parametrize("made", [
    lambda: NGOS + PEOPLE, lambda: NGOS - TENGE, lambda: NGOS * PEOPLE, lambda: NGOS**2, lambda: 2**NGOS, lambda: NGOS + 3, lambda: 3 - NGOS,
    lambda: figure(50, unit="%") * NGOS, lambda: NGOS / figure(50, unit="%"), lambda: NGOS.percent, lambda: NGOS.share, lambda: f"{NGOS:%}",
    lambda: kz.total([NGOS, PEOPLE]), lambda: kz.larger(NGOS, PEOPLE), lambda: kz.smaller(NGOS, PEOPLE), lambda: NGOS.compare(PEOPLE),
])  # fmt: skip
def test_a_unit_that_makes_no_sense_is_refused(made: object) -> None:
    with pytest.raises(ValueError, match=r"sense|different|share|ratio|percentage"):
        made()


@pytest.mark.parametrize("bad", ["3", [1], True, object()])
def test_arithmetic_with_what_is_no_number_is_refused(bad: object) -> None:
    for sign in (lambda: P + bad, lambda: P * bad, lambda: P / bad, lambda: bad - P):
        with pytest.raises(TypeError):
            sign()


# --- missing --------------------------------------------------------------------------------------------------------

GONE = absent("a count of 2018", unit="NGOs")


@pytest.mark.parametrize("made", [
    GONE + N03, N03 - GONE, GONE / N03, N03 / GONE, GONE * 2, (GONE / N03) ** 0.5, (GONE / N03).percent, kz.total([N03, GONE]),
    kz.larger(GONE, N03), kz.smaller(N03, GONE), kz.larger(GONE / N03, 0), -GONE, GONE - GONE,
])  # fmt: skip
def test_missing_travels(made: Figure) -> None:
    assert made.missing == ("a count of 2018",)
    assert math.isnan(made.face)
    assert math.isnan(made.low)
    assert str(made) == f"{made:face}" == f"{made:range}" == "cannot be said"


def test_missing_decides_nothing() -> None:
    assert N03.compare(GONE) == GONE.compare(N03) == "unknown"
    assert kz.verdict(N03, GONE, "up", "down", "either") == "cannot be compared"
    assert (N03 + None).missing
    assert (N03 + math.nan).missing
    assert kz.total([]).missing == ("any number to add up",)
    people = figure(2, unit="people")
    assert kz.total([GONE, people]).missing == kz.total([people, GONE]).missing == GONE.missing
    assert kz.nth([N03], 1).missing
    with pytest.raises(TypeError, match="2 NGOs and 'many' must be figures or numbers"):
        kz.larger(figure(2, unit="NGOs"), "many")
    assert kz.nth([GONE, N03], 0) is N03
    two = [N03, P]
    assert [kz.nth(two, at) for at in (-2, -1, 0, 1)] == [N03, P, N03, P]
    assert kz.nth(two, -3).missing == kz.nth(two, 2).missing == ("a further count to compare with",)
    assert kz.nth(two, 2, "a third count").missing == ("a third count",)


def test_what_has_no_value_is_missing_too() -> None:
    for made in (N03 / 0, figure(-1) ** 0.5, figure(0) ** -1):
        assert made.missing
        assert str(made) == "cannot be said"


def test_no_face_value_stays_none() -> None:
    vague = figure(math.nan, 24, 99, words="several dozen")
    for made in (
        vague * 2,
        vague + 1,
        vague / 2,
        vague**2,
        kz.larger(vague, 30),
        kz.larger(30, vague),
        kz.smaller(50, vague),
        vague**0,
    ):
        assert math.isnan(made.face)
        assert not made.missing
        assert made.low <= made.high


# --- comparison -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("a", "b", "word"), [
    (figure(5), figure(3), "above"), (figure(3), figure(5), "below"), (figure(3), figure(3), "equal"), (figure(3, 2, 6), figure(5), "undecided"),
    (figure(5, 4, 6), figure(3, 2, 4), "undecided"), (P, P, "equal"), (P + 1, P, "above"), (OPEN, figure(0.5), "above"), (OPEN, OPEN, "equal"),
    (figure(5), 3, "above"), (figure(20_000, 20_000, INF), figure(4500, 4450, 4550), "above"),
])  # fmt: skip
def test_compare(a: Figure, b: object, word: str) -> None:
    assert a.compare(b) == word
    told = {"above": "up", "below": "down", "equal": "alike", "undecided": "either"}[word]
    assert kz.verdict(a, b, "up", "down", "either", "alike") == told


# --- provenance -----------------------------------------------------------------------------------------------------


def test_claims_and_why(evidence: kz.Evidence) -> None:
    table = evidence.figures()
    first, second = (evidence.figure(name) for name in table.query("unit == 'NGOs'").index[:2])
    growth = second / first + second / first
    assert set(growth.claims) == {*first.claims, *second.claims}
    assert first.claims[0] in growth.formula
    told = repr(growth.why())
    for leaf in (*first.leaves, *second.leaves):
        assert leaf.words in told
        assert leaf.place in told
    assert growth.why()._repr_markdown_().startswith("**")
    unnamed = Figure(Leaf("p", 2, 2, 2)) / Figure(Leaf("q", 4, 4, 4))
    assert repr(unnamed.why()) == "0.5 = 2 / 4\n- 2\n- 4"


def test_the_year_of_a_printed_figure() -> None:
    dated = Figure(Leaf("dated", 5, 5, 5, when=(2003.5, 2003.25, 2003.75)))
    assert (dated.year, (dated + dated).year, figure(1).year) == ("2003", "an unknown year", "an unknown year")


def test_formula_is_read_as_it_is_computed() -> None:
    a, b, c = (figure(n, words=name) for n, name in ((7, "a"), (2, "b"), (3, "c")))
    for made in (a - (b - c), a / (b / c), (a + b) * c, a / (b * c), (a / b) ** c, a ** (b**c), -(a + b), a - b * c, (a - b) / (a + b), -a - b, (-a) ** 2, -(a**2)):  # fmt: skip
        plain = made.formula
        for leaf in made.leaves:
            plain = plain.replace(leaf.key, f"{leaf.face:g}")
        assert eval(plain) == pytest.approx(made.face), made.formula


def test_formula_is_written_with_no_more_brackets_than_it_needs() -> None:
    a, b, c = (from_leaf(Leaf(name, n, n, n)) for n, name in ((7, "a"), (2, "b"), (3, "c")))
    for made, written in (
        (a - (b - c), "a - (b - c)"), (a - (b + c), "a - (b + c)"), (a + b + c, "a + b + c"), (a / (b / c), "a / (b / c)"),
        (a * b / c, "a * b / c"), (a / (b * c), "a / (b * c)"), ((a + b) * c, "(a + b) * c"), ((a / b) ** c, "(a / b) ** c"),
        ((a**b) ** c, "(a ** b) ** c"), (a ** (b**c), "a ** (b ** c)"), (-(a**b), "-a ** b"), (-(a + b), "-(a + b)"),
        (-(a * b), "-(a * b)"), (-a * b, "-1 * a * b"), (a - b * c, "a - b * c"), (a - -b, "a - -1 * b"), (-a - b, "-1 * a - b"),
        ((-a) ** 2, "(-1 * a) ** 2"), (1.5 - a, "1.5 - a"), (kz.larger(a - b, 0), "max(a - b, 0)"), (kz.smaller(a, b) * c, "min(a, b) * c"),
        (kz.larger(a, b) ** c, "max(a, b) ** c"), (a - kz.smaller(b, c), "a - min(b, c)"), (a - (a - b) / c, "a - (a - b) / c"),
    ):  # fmt: skip
        assert made.formula == written
        assert eval(written, {"a": 7, "b": 2, "c": 3, "max": max, "min": min}) == pytest.approx(made.face), written


# --- columns --------------------------------------------------------------------------------------------------------


def test_figures_work_in_columns() -> None:
    counts = pd.Series([figure(2, unit="NGOs"), figure(4, 3, 5, "NGOs"), figure(8, unit="NGOs")], dtype="object")
    ratio = counts / counts.shift()
    assert [str(one) for one in ratio] == ["cannot be said", "2 times (1.5 to 2.5)", "2 times (1.6 to 2.7)"]
    assert str(counts.sum()) == "14 NGOs (13 to 15)"
    assert [one.face for one in counts.cumsum()] == [2, 6, 14]
    assert [one.face for one in counts * 2] == [4, 8, 16]
    assert [one.face for one in 2 * counts] == [4, 8, 16]
    assert [one.face for one in counts - counts] == [0, 0, 0]
    table = pd.DataFrame({"kind": ["a", "b", "a"], "figure": counts})
    assert table.groupby("kind").figure.agg(kz.total).map(lambda one: one.face).to_dict() == {"a": 10, "b": 4}
    assert str(kz.total(counts) / len(counts)) == "4.67 NGOs (4.33 to 5)"
    by = pd.Series([2, 2, 2])
    assert [one.face for one in counts * by] == [4, 8, 16]
    assert [one.face for one in counts / by] == [1, 2, 4]


def test_figures_work_with_numpy_numbers() -> None:
    for number in (np.float64(3), np.int64(3), np.float32(3)):
        assert (number * P).face == (P * number).face == 9
        assert (number / P).face == 1
        assert (number - P).face == 0


def test_figures_can_be_copied() -> None:
    for made in (copy.deepcopy(P), pickle.loads(pickle.dumps(P))):
        assert (made.low, made.face, made.high) == (1, 3, 5)
        assert (made - P).exact


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=30), st.integers(0, 50))
def test_a_total_is_the_sum_of_ends(counts: list[int], slack: int) -> None:
    assume(any(counts))
    made = [figure(n, max(0, n - slack), n + slack) for n in counts]
    whole = kz.total(made)
    assert (whole.low, whole.face, whole.high) == (sum(m.low for m in made), sum(counts), sum(m.high for m in made))
    assert whole.low == sum(made[1:], made[0]).low
    assert len(list(leaves_of(whole._node))) == len(counts)


@pytest.mark.parametrize("asked", [
    lambda: P < X, lambda: P >= 3, lambda: P < 3, lambda: sorted([P, X]), lambda: max(P, X), lambda: pd.Series([P, X]).sort_values(),
])  # fmt: skip
def test_figures_have_no_order(asked: object) -> None:
    with pytest.raises(TypeError, match=r"use \.compare"):
        asked()


def test_two_figures_are_two_objects() -> None:
    assert figure(3, 1, 5) != P
    assert P in [P]


def test_a_unit_that_is_named_anew_is_shown_by_why() -> None:
    told = figure(3, unit="NGOs", words="three").of("clubs").why()
    assert repr(told) == "3 clubs\n- 3 clubs: three"
    assert told._repr_markdown_() == "**3 clubs**\n\n- 3 clubs: three"

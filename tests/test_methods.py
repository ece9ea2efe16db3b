"""The general methods, each held against another way: a grid, a linear programme, or every case of small ones."""

from __future__ import annotations

import itertools
import math
import random

import numpy as np
import pytest
from scipy.optimize import linprog

import kzcivil as kz
from kzcivil.bounds import Leaf
from kzcivil.figure import Figure, absent, figure, from_leaf

# --- growth a year --------------------------------------------------------------------------------------------------


def dated(key: str, count: tuple[float, float, float], when: tuple[float, float, float]) -> Figure:
    """A made count (face, low, high) with its date in decimal years (face, first, last)."""
    return from_leaf(Leaf(key, *count, key, "made", "printed", when=when), "NGOs")


def test_annual_growth_against_a_grid() -> None:
    rng = random.Random(1)
    for case in range(60):
        first, second = (rng.uniform(100, 1000) for _ in range(2))
        before = dated(
            f"b{case}", (first, first * rng.uniform(0.8, 1), first * rng.uniform(1, 1.2)), (2000.5, 2000.25, 2000.75)
        )
        after = dated(
            f"a{case}",
            (second, second * rng.uniform(0.8, 1), second * rng.uniform(1, 1.2)),
            (2000.5 + rng.randint(2, 20),) * 3,
        )
        growth = kz.annual_growth(before, after)
        rates = [
            100 * ((a / b) ** (1 / (t - s)) - 1)
            for b in np.linspace(before.low, before.high, 9) for a in np.linspace(after.low, after.high, 9)
            for s in np.linspace(2000.25, 2000.75, 9) for t in [after.leaves[0].when[1]]
        ]  # fmt: skip
        assert growth.low == pytest.approx(min(rates), rel=1e-9, abs=1e-9)
        assert growth.high == pytest.approx(max(rates), rel=1e-9, abs=1e-9)
        face = 100 * ((after.face / before.face) ** (1 / (after.leaves[0].when[0] - 2000.5)) - 1)
        assert growth.face == pytest.approx(face)
        assert growth.unit == "% a year"


def test_growth_over_given_years() -> None:
    assert kz.annual_growth(figure(100), figure(200), 10).face == pytest.approx(100 * (2**0.1 - 1))
    assert (
        str(kz.annual_growth(figure(3500, 3450, 3550), figure(23335), figure(20, 19.5, 20.5, "years")))
        == "9.95 % a year (9.6 to 10.3)"
    )
    assert kz.annual_growth(figure(200), figure(100), 10).high < 0
    same = figure(100, 90, 110)
    assert kz.annual_growth(same, same, 3).low == pytest.approx(0, abs=1e-6)
    assert kz.annual_growth(same, same, 3).high == pytest.approx(0, abs=1e-6)


def test_growth_that_cannot_be_said() -> None:
    gone = absent("a count")
    for made in (
        kz.annual_growth(gone, figure(2), 3),
        kz.annual_growth(figure(1), gone, 3),
        kz.annual_growth(figure(1), figure(2), 0),
        kz.annual_growth(figure(0), figure(2), 3),
    ):
        assert made.missing
        assert str(made) == "cannot be said"
    with pytest.raises(ValueError, match="date"):
        kz.annual_growth(figure(1), figure(2))


def test_years_between() -> None:
    a = dated("a", (1, 1, 1), (2003.5, 2003.25, 2003.75))
    b = dated("b", (1, 1, 1), (2023.5, 2023.25, 2023.75))
    years = kz.years_between(a, b)
    assert (years.low, years.face, years.high, years.unit) == (19.5, 20, 20.5, "years")
    assert kz.years_between(b, a).face == -20
    assert kz.years_between(a, a).exact, "one date is one date"
    assert {(leaf.key, leaf.words, leaf.kind) for leaf in years.leaves} == {
        ("date:a", "date", "date"),
        ("date:b", "date", "date"),
    }
    with pytest.raises(ValueError, match="date"):
        kz.years_between(a + b, b)
    assert kz.years_between(absent("a count"), b).missing


# --- one constant rate ----------------------------------------------------------------------------------------------


def made_points(rng: random.Random, *, ranged: bool) -> list[tuple[float, float, float, float]]:
    """Counts (low, high) and dates (first, last), about a constant rate, so that some cases can hold and some not."""
    rate, points = rng.uniform(-0.2, 0.2), []
    for _ in range(rng.randint(2, 5)):
        when = rng.choice([2000.5, 2003.5, 2004.5, 2008.5, 2012.5])
        middle = 1000 * math.exp(rate * (when - 2000)) * rng.uniform(0.85, 1.15)
        give = rng.uniform(0.01, 0.15)
        reach = rng.choice([0.0, 0.25, 0.5]) if ranged else 0.0
        points.append((middle * (1 - give), middle * (1 + give), when - reach, when + reach))
    return points


def as_figures(points: list[tuple[float, float, float, float]]) -> list[Figure]:
    return [dated(f"p{n}", ((a + b) / 2, a, b), ((s + t) / 2, s, t)) for n, (a, b, s, t) in enumerate(points)]


def by_programme(points: list[tuple[float, float, float, float]]) -> tuple[float, float] | None:
    """Least and greatest slope b with log low <= a + b t <= log high, by linear programmes: one for rising, one for falling."""
    found = []
    for rising in (True, False):
        rows, limits = [], []
        for low, high, first, last in points:
            rows.append([1.0, first if rising else last])
            limits.append(math.log(high))
            rows.append([-1.0, -(last if rising else first)])
            limits.append(-math.log(low))
        ends = [
            linprog([0, sign], A_ub=rows, b_ub=limits, bounds=[(None, None), (0, None) if rising else (None, 0)], method="highs")
            for sign in (1, -1)
        ]  # fmt: skip
        if all(end.status in (0, 3) for end in ends):
            found.append(
                tuple(end.x[1] if end.status == 0 else sign * math.inf for end, sign in zip(ends, (-1, 1), strict=True))
            )
    return (min(low for low, _ in found), max(high for _, high in found)) if found else None


def test_constant_rate_against_linear_programmes() -> None:
    rng, outcomes = random.Random(2), set()
    for case in range(150):
        points = made_points(rng, ranged=bool(case % 2))
        found, expected = kz.constant_rate(as_figures(points)), by_programme(points)
        outcomes.add(expected is None)
        if expected is None:
            assert found is None
            continue
        assert found is not None
        assert found.unit == "% a year"
        assert math.isnan(found.face)
        for end, slope in ((found.low, expected[0]), (found.high, expected[1])):
            if math.isinf(slope):
                assert end == (math.inf if slope > 0 else -100)
            else:
                assert end == pytest.approx(100 * math.expm1(slope), rel=1e-6, abs=1e-6)
    assert outcomes == {True, False}, "cases of both kinds"


def test_constant_rate_against_a_grid() -> None:
    """With dates as ranges: a rate belongs to the answer just if some start makes every count meet its line."""
    rng = random.Random(3)
    for _ in range(40):
        points = made_points(rng, ranged=True)
        found = kz.constant_rate(as_figures(points))
        for slope in np.linspace(-0.4, 0.4, 81):
            lows = [math.log(a) - max(slope * s, slope * t) for a, _, s, t in points]
            highs = [math.log(b) - min(slope * s, slope * t) for _, b, s, t in points]
            fits = max(lows) <= min(highs)
            rate = 100 * math.expm1(slope)
            if fits:
                assert found is not None
                assert found.low - 1e-9 <= rate <= found.high + 1e-9
            elif found is not None and not (found.low < 0 < found.high):
                assert not (found.low + 1e-9 < rate < found.high - 1e-9)


def test_too_few_counts_prove_nothing(evidence: kz.Evidence) -> None:
    one = dated("one", (10, 9, 11), (2003.5, 2003.25, 2003.75))
    for few in ([], [one], [one, absent("another")]):
        found = kz.constant_rate(few)
        assert found is not None
        assert found.missing
    open_ended = dated("open", (20, 20, math.inf), (2013.5, 2013.25, 2013.75))
    found = kz.constant_rate([one, open_ended])
    assert found is not None
    assert found.high == math.inf
    assert found.low == pytest.approx(100 * math.expm1(math.log(20 / 11) / 10.5))
    with pytest.raises(ValueError, match="date"):
        kz.constant_rate([one + open_ended, open_ended])


def test_no_constant_rate() -> None:
    up_and_down = [
        dated(f"n{year}", (count, count, count), (year + 0.5,) * 3)
        for year, count in ((2000, 100), (2010, 1000), (2020, 100))
    ]
    assert kz.constant_rate(up_and_down) is None
    close = [dated("x", (1, 1, 1), (2000.5,) * 3), dated("y", (1000, 1000, 1000), (2000.501,) * 3)]
    assert kz.constant_rate(close).low > 1e6, "a rate beyond all measure is still a rate"


# --- shares from totals ---------------------------------------------------------------------------------------------


def shared_out(total: int, holders: int, idle: int, largest: int | None) -> list[int]:
    """Every number of holders with exactly one that some sharing out of a total allows, by trying all of them."""
    top = total if largest is None else min(largest, total)
    found = set()
    for counts in itertools.combinations_with_replacement(range(1, top + 1), holders - idle):
        if sum(counts) == total:
            found.add(counts.count(1))
    return sorted(found)


CASES = [
    (total, holders, idle, largest)
    for holders in range(1, 8) for total in range(13) for idle in range(holders + 1) for largest in (None, 2, 3, 5)
]  # fmt: skip


def test_share_with_exactly_one_against_all_cases() -> None:
    tried = 0
    for total, holders, idle, largest in CASES:
        possible = shared_out(total, holders, idle, largest)
        least, greatest = kz.share_with_exactly_one(
            figure(total, unit="people"), figure(holders, unit="NGOs"), idle / holders, largest
        )
        if not possible:
            if largest is None and idle < holders:
                assert least.missing, (total, holders, idle)
            continue
        tried += 1
        assert least.low <= possible[0] / holders + 1e-9, (total, holders, idle, largest)
        assert greatest.high >= possible[-1] / holders - 1e-9, (total, holders, idle, largest)
        # Sharp up to whole holders: the next whole number inward of each bound is possible, but for one that takes the rest.
        assert possible[0] <= math.ceil(least.high * holders - 1e-9) + 1
        assert possible[-1] >= math.floor(greatest.low * holders + 1e-9) - 1
        assert 0 <= least.low <= greatest.high + 1e-9 <= 1 + 2e-9
    assert tried > 300


def test_share_with_at_most_one_against_all_cases() -> None:
    for total, holders in itertools.product(range(13), range(1, 8)):
        most = max(
            sum(count > 1 for count in counts)
            for counts in itertools.combinations_with_replacement(range(total + 1), holders) if sum(counts) == total
        )  # fmt: skip
        share = kz.share_with_at_most_one(figure(total, unit="people"), figure(holders, unit="NGOs"))
        assert share.low <= 1 - most / holders + 1e-9
        assert math.ceil(share.high * holders - 1e-9) == pytest.approx(holders - most)


def test_totals_that_are_ranges() -> None:
    people, ngos = figure(30_000, 28_000, 36_000, "people"), figure(20_000, 20_000, 24_000, "NGOs")
    least, _ = kz.share_with_exactly_one(people, ngos)
    ends = [max(0, 2 - p / n) for p in np.linspace(28_000, 36_000, 41) for n in np.linspace(20_000, 24_000, 41)]
    assert (least.low, least.high) == (pytest.approx(min(ends)), pytest.approx(min(1, max(ends))))
    idle = figure(0.2, 0.1, 0.3)
    least, greatest = kz.share_with_exactly_one(people, ngos, idle)
    assert (greatest.low, greatest.face, greatest.high) == (pytest.approx(0.7), pytest.approx(0.8), pytest.approx(0.9))
    assert least.face == pytest.approx(max(0, 2 * 0.8 - 1.5))
    assert kz.share_with_exactly_one(absent("people"), ngos)[0].missing
    for bad in (-0.1, 1.1, 20):
        with pytest.raises(ValueError, match="between 0 and 1"):
            kz.share_with_exactly_one(people, ngos, bad)


@pytest.mark.parametrize("largest", [1, 1.5, 2])
def test_totals_that_allow_nothing(largest: float) -> None:
    least, greatest = kz.share_with_exactly_one(figure(100, unit="people"), figure(10, unit="NGOs"), 0, largest)
    assert least.missing == greatest.missing == ("a distribution that fits these totals",)
    least, _ = kz.share_with_exactly_one(figure(10, unit="people"), figure(20, unit="NGOs"))
    assert least.missing, "fewer people than organisations that each have one"


# --- relations that cannot hold together ----------------------------------------------------------------------------


def feasible(ranges: dict[str, tuple[float, float]], pairs: list[tuple[str, str]], names: list[str]) -> bool:
    rows = np.zeros((len(pairs), len(names)))
    for n, (part, whole) in enumerate(pairs):
        rows[n, names.index(part)] += 1
        rows[n, names.index(whole)] -= 1
    bounds = [ranges.get(name, (0, None)) for name in names]
    solved = linprog(np.zeros(len(names)), A_ub=rows, b_ub=np.zeros(len(pairs)), bounds=bounds, method="highs")
    return bool(solved.status == 0)


def test_clashes_against_linear_programmes() -> None:
    rng, outcomes = random.Random(4), set()
    for _ in range(120):
        names = [f"n{k}" for k in range(rng.randint(2, 6))]
        pairs = [(a, b) for a, b in itertools.permutations(names, 2) if rng.random() < 0.3] or [(names[0], names[1])]
        ranges = {}
        for name in names:
            if rng.random() < 0.85:  # the others are unknown and only link
                low = rng.randint(0, 20)
                ranges[name] = (low, low + rng.randint(0, 12))
        figures = {name: figure((low + high) / 2, low, high, words=name) for name, (low, high) in ranges.items()}
        found = kz.clashes(figures, pairs)
        possible = feasible(ranges, pairs, names)
        outcomes.add(possible)
        assert (not found) == possible, (ranges, pairs)
        for clash in found:
            chain = list(clash.chain)
            assert all(link in pairs for link in itertools.pairwise(chain))
            alone = {name: ranges[name] for name in (chain[0], chain[-1])}
            assert not feasible(alone, list(itertools.pairwise(chain)), chain), (
                "each chain is a contradiction by itself"
            )
            assert " ≤ ".join(chain) in str(clash)
    assert outcomes == {True, False}


def test_clashes_of_what_is_missing_or_open() -> None:
    few, many = figure(3500, 3450, 3550, "NGOs"), figure(4500, 4450, 4550, "NGOs")
    assert [one.chain for one in kz.clashes({"a": many, "b": few}, [("a", "b")])] == [("a", "b")]
    assert kz.clashes({"a": many, "b": absent("a count")}, [("a", "b")]) == []
    assert kz.clashes({"a": many, "b": figure(3500, 3450, math.inf, "NGOs")}, [("a", "b")]) == []
    assert kz.clashes({"a": many}, [("a", "nobody")]) == []
    assert kz.clashes({"a": many, "b": many}, [("a", "b"), ("b", "a"), ("a", "a")]) == []
    assert len(kz.clashes({"a": many, "c": few}, [("a", "b"), ("b", "c")])) == 1, "through what is unknown"


def test_an_undated_count_has_no_growth_and_is_no_error(evidence: kz.Evidence) -> None:
    claims = evidence.claims
    undated = evidence.figure(claims[claims.start.isna() & (claims.wording == "bare")].claim_id.iloc[0])
    assert "the date of" in kz.years_between(undated, undated).missing[0]


def test_a_rate_from_nothing_has_no_upper_end_and_its_name() -> None:
    counts = [dated("a", (5, 0, 10), (2000.5, 2000.25, 2000.75)), dated("b", (20, 20, 20), (2010.5, 2010.25, 2010.75))]
    rate = kz.constant_rate(counts)
    assert rate.formula == "constant rate"
    assert rate.high == math.inf
    assert rate.low < 8

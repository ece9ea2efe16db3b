"""Growth between dated counts: known answers, all paths of small whole-number cases, all sets."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import chain, combinations, product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kzcivil import growth as g
from kzcivil.intervals import Interval

Row = tuple[float, float, float, float]


def table(*rows: Row) -> pd.DataFrame:
    """Counts from (low, high, start, end), with ids a, b, c, ..."""
    frame = pd.DataFrame(rows, columns=["low", "high", "start", "end"], dtype="float64")
    return frame.assign(id=list("abcdefghijklmnop"[: len(rows)]))


def in_logs(*rows: Row) -> pd.DataFrame:
    return table(*((math.exp(low), math.exp(high), start, end) for low, high, start, end in rows))


def point(value: float, year: float) -> g.Count:
    return g.Count(Interval(value, value), Interval(year, year))


# --- dates


def test_an_end_date_is_the_whole_day() -> None:
    counts = pd.DataFrame({"id": ["a"], "low": [1], "high": [2]})
    counts = counts.assign(start=pd.to_datetime(["2003-01-01"]), end=pd.to_datetime(["2003-12-31"]))
    assert g.dated(counts)[["t_low", "t_high"]].to_numpy().tolist() == [[2003.0, 2004.0]]
    again = g.dated(g.dated(counts))
    assert again.t_high.tolist() == [2004.0]


@pytest.mark.parametrize(
    "wrong",
    [
        {"low": 3.0},
        {"low": -1.0},
        {"low": math.nan},
        {"low": 0.0, "high": 0.0},
        {"start": 2010.0},
        {"start": math.nan},
        {"end": math.inf},
    ],
)
def test_a_wrong_count_is_named(wrong: dict[str, float]) -> None:
    counts = table((1, 2, 2000, 2001), (1, 2, 2000, 2001))
    for column, value in wrong.items():
        counts.loc[1, column] = value
    with pytest.raises(ValueError, match=r": b$"):
        g.dated(counts)


def test_missing_dates_and_repeated_ids_are_refused() -> None:
    counts = pd.DataFrame({"id": ["a"], "low": [1], "high": [2]})
    with pytest.raises(ValueError, match="known dates"):
        g.dated(counts.assign(start=pd.Series([pd.NaT]), end=pd.to_datetime(["2003-12-31"])))
    with pytest.raises(ValueError, match="one row an id"):
        g.dated(table((1, 2, 2000, 2001), (1, 2, 2000, 2001)).assign(id="a"))
    with pytest.raises(KeyError, match="no count"):
        g.count_of(table((1, 2, 2000, 2001)), "z")


# --- growth between two counts

values = st.floats(0, 1e5, allow_nan=False)
ends = st.tuples(values, values).map(sorted)
shares = st.floats(0, 1)


def between(interval: Interval, share: float) -> float:
    return min(max(interval.low + share * (interval.high - interval.low), interval.low), interval.high)


def holds(interval: Interval, value: float) -> bool:
    slack = 1e-9 * max(1.0, abs(value))
    return interval.low - slack <= value <= interval.high + slack


@given(
    st.tuples(st.floats(1, 1e5), st.floats(1, 1e5)).map(sorted),
    ends,
    st.tuples(st.floats(0, 5), st.floats(0.5, 20), st.floats(0, 5)),
    st.tuples(shares, shares, shares, shares),
)
def test_growth_holds_every_member(
    first: list[float], second: list[float], spans: tuple[float, float, float], at: tuple[float, ...]
) -> None:
    wide, apart, wide_too = spans
    one = g.Count(Interval(*first), Interval(2000, 2000 + wide))
    two = g.Count(Interval(*second), Interval(2000 + wide + apart, 2000 + wide + apart + wide_too))
    found = g.growth_between(one, two)
    n1, n2, t1, t2 = (
        between(interval, share) for interval, share in zip((*one[:1], *two[:1], one.date, two.date), at, strict=True)
    )
    factor, years = n2 / n1, t2 - t1
    assert holds(found.factor, factor)
    assert holds(found.years, years)
    assert holds(found.rate, factor ** (1 / years) - 1)
    assert holds(found.net, (n2 - n1) / years)
    if factor > 1 + 1e-9:
        assert (
            found.doubling.low * (1 - 1e-6)
            <= years * math.log(2) / math.log(factor)
            <= found.doubling.high * (1 + 1e-6)
        )


def test_growth_is_sharp_also_when_falling() -> None:
    one = g.Count(Interval(100, 200), Interval(2000, 2001))
    two = g.Count(Interval(50, 80), Interval(2003, 2005))
    rates = [
        (n2 / n1) ** (1 / (t2 - t1)) - 1 for n1, n2, t1, t2 in product((100, 200), (50, 80), (2000, 2001), (2003, 2005))
    ]
    found = g.growth_between(one, two)
    assert found.rate == Interval(min(rates), max(rates))
    assert found.doubling == Interval(math.inf, math.inf)
    assert found.net == Interval(-75, -4)


def test_growth_with_open_ends() -> None:
    found = g.growth_between(point(100, 2000), g.Count(Interval(400, math.inf), Interval(2002, 2002)))
    assert found.rate == Interval(1, math.inf)
    assert found.doubling.low == 0
    assert found.doubling.high == pytest.approx(1)
    assert found.net == Interval(150, math.inf)
    open_first = g.growth_between(g.Count(Interval(0, math.inf), Interval(2000, 2000)), point(100, 2001))
    assert open_first.factor == Interval(0, math.inf)
    assert open_first.rate == Interval(-1, math.inf)
    assert open_first.net == Interval(-math.inf, 100)


def test_the_second_must_be_later() -> None:
    late = g.Count(Interval(1, 1), Interval(2000, 2003))
    with pytest.raises(ValueError, match="after the first"):
        g.growth_between(late, point(2, 2003))


def test_remaining_growth() -> None:
    left = g.remaining_growth(Interval(1.2, 1.3), Interval(0.0855, 0.0865), Interval(5, 5))
    assert left.low == pytest.approx((1.2 / 1.0865) ** 0.25 - 1)
    assert left.high == pytest.approx((1.3 / 1.0855) ** 0.25 - 1)
    loose = g.remaining_growth(Interval(1.2, 1.3), Interval(0.0855, math.inf), Interval(4, 6))
    assert loose.low == -1
    assert loose.high == pytest.approx((1.3 / 1.0855) ** (1 / 3) - 1)
    with pytest.raises(ValueError, match="more than one year"):
        g.remaining_growth(Interval(1, 1), Interval(0, 0), Interval(1, 1))


# --- one rate, against every path on a grid that holds all corners of the feasible set


def random_rows(random: np.random.Generator, size: int, last: int) -> list[Row]:
    rows: list[Row] = []
    for _ in range(size):
        low, high = sorted(random.integers(0, 5, 2).tolist())
        start, end = sorted(random.integers(0, last + 1, 2).tolist())
        rows.append((low, high, start, end if random.random() < 0.5 else start))
    return rows


def grid_slopes(rows: list[Row], sign: int) -> list[int]:
    """Feasible slopes in twelfths (times up to 4 apart, ends whole: every corner lies on this grid)."""
    b, a = np.meshgrid(np.arange(12 * 6 + 1), np.arange(-12 * 30, 12 * 30 + 1), indexing="ij")
    good = np.ones_like(a, dtype=bool)
    for least, most, start, end in rows:
        ends = (a + sign * b * start, a + sign * b * end)
        good &= (np.maximum(*ends) >= 12 * least) & (np.minimum(*ends) <= 12 * most)
    return [int(sign * slope) for slope in np.flatnonzero(good.any(axis=1))]


@pytest.mark.parametrize("seed", range(15))
def test_one_rate_against_all_paths(seed: int) -> None:
    random = np.random.default_rng(seed)
    rows = random_rows(random, int(random.integers(2, 5)), 4)
    counts = in_logs(*rows)
    for sign, name in ((1, "+"), (-1, "-")):
        good = grid_slopes(rows, sign)
        found = g.one_rate(counts, name)
        assert (found is not None) == bool(good)
        by_programme = g.segments(counts, [], name)
        assert (by_programme is None) == (found is None)
        if found is None or by_programme is None:
            continue
        assert by_programme[0].low == pytest.approx(found.low, abs=1e-7)
        assert by_programme[0].high == pytest.approx(found.high, abs=1e-7)
        near, far = sorted((math.log1p(found.low) if found.low > -1 else -math.inf, math.log1p(found.high)), key=abs)
        assert near * 12 == pytest.approx(min(good, key=abs), abs=1e-6)
        if math.isinf(far):
            assert max(map(abs, good)) == 72
        else:
            assert far * 12 == pytest.approx(max(good, key=abs), abs=1e-6)


def test_one_rate_of_exact_counts() -> None:
    counts = table(*((100 * 1.1**t, 100 * 1.1**t, 2000 + t, 2000 + t) for t in (0, 3, 7, 20)))
    found = g.one_rate(counts)
    assert found is not None
    assert found.low == pytest.approx(0.1)
    assert found.high == pytest.approx(0.1)
    assert g.one_rate(counts, "-") is None


def test_one_rate_open_and_empty() -> None:
    assert g.one_rate(table((0, math.inf, 2000, 2000), (5, 9, 2001, 2001))) == Interval(-1, math.inf)
    assert g.one_rate(table((1, 2, 2000, 2000)).iloc[:0]) == Interval(-1, math.inf)
    assert g.one_rate(table((1, 2, 2000, 2000), (3, 4, 2000, 2000))) is None


def test_the_two_signs_may_be_apart() -> None:
    counts = table((10, 10, 2000, 2010), (20, 20, 2000, 2010))
    rising, falling = g.one_rate(counts, "+"), g.one_rate(counts, "-")
    assert rising is not None
    assert falling is not None
    assert rising.low == pytest.approx(2**0.1 - 1)
    assert falling.high == pytest.approx(0.5**0.1 - 1)
    assert g.one_rate(counts) == Interval(falling.low, rising.high)


# --- segments, against every path on a grid

LEVELS, SLOPES = np.arange(-24, 29), np.arange(-12, 12.5, 0.5)


@pytest.mark.parametrize("seed", range(10))
def test_two_segments_against_all_paths(seed: int) -> None:
    """Times 0 to 4 and the break at 2: corners have a whole level at the break and slopes in halves."""
    random = np.random.default_rng(100 + seed)
    rows = random_rows(random, int(random.integers(3, 7)), 4)
    level, before, after = np.meshgrid(LEVELS, SLOPES, SLOPES, indexing="ij")
    at_border = np.isin(level, (LEVELS[0], LEVELS[-1])) | (np.abs(before) == 12) | (np.abs(after) == 12)
    paths = [level + before * min(t - 2, 0) + after * max(t - 2, 0) for t in range(5)]
    good = np.ones_like(level, dtype=bool)
    for low, high, start, end in rows:
        seen = paths[int(start) : int(end) + 1]
        good &= (np.max(seen, axis=0) >= low) & (np.min(seen, axis=0) <= high)
    for signs in map("".join, product("+-", repeat=2)):
        fits = good.copy()
        for slopes, sign in zip((before, after), signs, strict=True):
            fits &= slopes >= 0 if sign == "+" else slopes <= 0
        found = g.segments(in_logs(*rows), [2], signs)
        assert (found is not None) == fits.any()
        for rate, slopes in zip(found or (), (before, after), strict=False):
            for end, grid in ((rate.low, slopes[fits].min()), (rate.high, slopes[fits].max())):
                if end in (-1, math.inf):
                    assert at_border[fits & (slopes == grid)].any()
                else:
                    assert math.log1p(end) == pytest.approx(grid, abs=1e-6)


def test_three_segments_with_a_known_path() -> None:
    log_path = {2000: 1.0, 2002: 2.0, 2005: 2.0, 2007: 2.0, 2010: 5.0, 2012: 7.0}
    counts = in_logs(*((level, level, year, year) for year, level in log_path.items()))
    found = g.segments(counts, [2002, 2007])
    assert found is not None
    assert [round(math.log1p(rate.low), 6) for rate in found] == [0.5, 0, 1]
    assert [round(math.log1p(rate.high), 6) for rate in found] == [0.5, 0, 1]
    assert g.placements(counts, range(2000, 2013), 2) == [(2001, 2007), (2002, 2007)]
    assert not g.placements(counts, range(2000, 2013))


@pytest.mark.parametrize("seed", [0, 1, 3, 4])
def test_placements_against_linear_programmes(seed: int) -> None:
    """Levels carried from break to break, against one linear programme a placement."""
    random = np.random.default_rng(500 + seed)
    counts = in_logs(*random_rows(random, int(random.integers(4, 7)), 6))
    if seed % 3 == 0:
        counts.loc[0, "high"] = math.inf
    for n_breaks in (1, 2):
        found = g.placements(counts, range(7), n_breaks)
        slow = [breaks for breaks in combinations(range(7), n_breaks) if g.segments(counts, breaks) is not None]
        assert found == slow


def test_sign_patterns_need_each_piece_to_fit() -> None:
    """The quick question before the linear programme changes no answer."""
    for seed in range(4):
        counts = in_logs(*random_rows(np.random.default_rng(900 + seed), 5, 6))
        slow = [p for p in ("+-", "-+", "--") if any(g.segments(counts, [year], p) for year in (1, 3, 5))]
        assert g.falling_patterns(counts, (1, 3, 5), 1) == slow


def test_a_peak_inside_the_dates_counts() -> None:
    """A path that rises to 3 at the break and falls again meets a count of 3 dated by the whole span."""
    ends_at_one = [(1, 1, 2000, 2000), (1, 1, 2004, 2004), (2, 2, 2001, 2001)]
    assert g.segments(in_logs(*ends_at_one, (3, 3, 2000, 2004)), [2002], "+-") is not None
    assert g.segments(in_logs(*ends_at_one, (3.1, 4, 2000, 2004)), [2002], "+-") is None


def test_falling_patterns() -> None:
    counts = in_logs((0, 0, 2000, 2000), (2, 2, 2002, 2002), (0, 0, 2004, 2004))
    assert g.falling_patterns(counts, [2001, 2002, 2003], 1) == ["+-"]
    assert [year for year in (2001, 2002, 2003) if g.segments(counts, [year], "+-")] == [2001, 2002, 2003]
    assert g.falling_patterns(counts, [2001], 0) == []
    assert g.falling_patterns(counts.iloc[1:], [2001], 0) == ["-"]


@pytest.mark.parametrize(("breaks", "signs"), [([2001], "+"), ([2001], "+0"), ([2002, 2001], None), ([1, 1], None)])
def test_wrong_segments(breaks: list[int], signs: str | None) -> None:
    with pytest.raises(ValueError, match=r"signs|rise"):
        g.segments(table((1, 2, 2000, 2000)), breaks, signs)


def test_too_many_cases() -> None:
    counts = table(*((1, 2, 2000, 2004) for _ in range(13)))
    with pytest.raises(ValueError, match="cases"):
        g.segments(counts, [2002], "+-")


# --- sets that must give

Hold = Callable[[frozenset[str]], bool]


def exhaustive(names: str, hold: Hold) -> tuple[set[frozenset[str]], set[frozenset[str]]]:
    everything = frozenset(names)
    sets = list(map(frozenset, chain.from_iterable(combinations(names, size) for size in range(len(names) + 1))))
    bad = [kept for kept in sets if not hold(kept)]
    fitting = [gone for gone in sets if hold(everything - gone)]
    fewest = min(map(len, fitting), default=0)
    return {gone for gone in fitting if len(gone) == fewest}, {b for b in bad if not any(other < b for other in bad)}


@settings(max_examples=50)
@given(st.lists(st.frozensets(st.sampled_from("abcdefg"), min_size=0, max_size=4), max_size=6))
def test_sets_against_exhaustive_search(bad: list[frozenset[str]]) -> None:
    def hold(kept: frozenset[str]) -> bool:
        return not any(core <= kept for core in bad)

    removals, cores = exhaustive("abcdefg", hold)
    found, found_cores = g.diagnose("abcdefg", hold)
    assert g.diagnose("abcdefg", hold, every=False).removals == found
    assert set(found) == removals
    assert set(found_cores) == cores
    assert (len(found), len(found_cores)) == (len(removals), len(cores))


def test_limits_on_sets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(g, "MOST_SETS", 200)
    names = [str(number) for number in range(31)]
    with pytest.raises(ValueError, match="fewer names"):
        g.diagnose(names, lambda kept: len(kept) < 20)
    assert g.diagnose(names, lambda kept: True) == ([frozenset()], [])


def test_counts_that_one_rate_or_segments_exclude() -> None:
    """Which counts must go, against all sets; the question of joined segments is asked in the same way."""
    counts = in_logs(*random_rows(np.random.default_rng(0), 6, 6))

    def ask(kept: frozenset[str]) -> bool:
        return g.one_rate(counts[counts.id.isin(kept)]) is not None

    removals, _ = exhaustive("abcdef", ask)
    assert frozenset() not in removals
    assert set(g.diagnose("abcdef", ask, every=False).removals) == removals
    counts = in_logs((0, 0, 0, 0), (1, 1, 1, 1), (9, 9, 2, 2), (2, 2, 2, 2), (2, 2, 4, 4), (2, 2, 5, 5))
    found = g.diagnose("abcdef", lambda kept: bool(g.segments(counts[counts.id.isin(kept)], [2])), every=False)
    assert found.removals == [frozenset("c")]


# --- order and ratios


def says(quantity: str, low: float, high: float) -> g.Relation:
    return g.Relation("", quantity, Interval(low, high))


def solvable(relations: list[g.Relation]) -> bool:
    """The same question as a linear programme in levels."""
    from scipy.optimize import linprog

    names = sorted({name for r in relations for name in (r.x, r.y) if name})
    if not names:
        return True
    rows, limits = [], []
    for r in relations:
        x, y = (np.array([name == which for name in names], dtype=float) for which in (r.x, r.y))
        one = 0.0 if r.x else 1.0
        rows += [r.ratio.low * x - y, y - min(r.ratio.high, 1e9) * x]
        limits += [-r.ratio.low * one, r.ratio.high * one if one or r.ratio.high < math.inf else math.inf]
    keep = [number for number, limit in enumerate(limits) if limit < math.inf]
    matrix, limit = np.array(rows).reshape(-1, len(names))[keep], np.array(limits)[keep]
    found = linprog(np.zeros(len(names)), A_ub=matrix, b_ub=limit, bounds=[(0.001, None)] * len(names))
    return bool(found.status == 0)


@pytest.mark.parametrize("seed", range(4))
def test_what_must_give_against_exhaustive_search(seed: int) -> None:
    random = np.random.default_rng(seed)
    relations = {
        f"s{number}": says(str(random.choice(list("xyz"))), *sorted(random.integers(1, 9, 2).tolist()))
        for number in range(4)
    }
    for number in range(3):
        x, y = random.choice(list("xyz"), 2, replace=False).tolist()
        ratio = Interval(1, math.inf) if number == 0 else Interval(*sorted((random.integers(1, 9, 2) / 2).tolist()))
        relations[f"r{number}"] = g.Relation(x, y, ratio)
    names = dict(zip("abcdefg", relations, strict=True))

    def hold(kept: frozenset[str]) -> bool:
        return solvable([relations[names[letter]] for letter in kept])

    removals, cores = exhaustive("abcdefg", hold)
    found = g.what_must_give(relations)
    assert set(found.removals) == {frozenset(names[letter] for letter in gone) for gone in removals}
    assert set(found.conflicts) == {frozenset(names[letter] for letter in core) for core in cores}
    assert ([frozenset()] == found.removals) == hold(frozenset("abcdefg"))


def test_two_statements_of_one_quantity() -> None:
    told = {
        "3,500 in 2003": says("registered", 3450, 3550),
        "4,500 in 2003": says("registered", 4450, 4550),
        "over 20,000": says("later", 20_000, math.inf),
    }
    found = g.what_must_give({**told, "six-fold": g.Relation("registered", "later", Interval(5.5, 6.5))})
    assert set(found.removals) == {frozenset({"3,500 in 2003"}), frozenset({"4,500 in 2003"})}
    assert found.conflicts == [frozenset({"3,500 in 2003", "4,500 in 2003"})]
    assert g.what_must_give(told, fixed=["3,500 in 2003"]).removals == [frozenset({"4,500 in 2003"})]
    assert g.what_must_give(told, fixed=list(told)[:2]) == ([], [frozenset()])


def test_wrong_statements() -> None:
    with pytest.raises(ValueError, match="fixed name"):
        g.what_must_give({"a": says("x", 1, 2)}, fixed=["b"])
    with pytest.raises(ValueError, match="'a' allows no positive number"):
        g.what_must_give({"a": says("x", 0, 0)})


# --- never falling


def test_envelope_and_falls() -> None:
    counts = table((90, 110, 2000, 2001), (30, 80, 2003, 2003), (200, math.inf, 2005, 2006), (0, 500, 2008, 2008))
    found = g.envelope(counts, [1999, 2000.5, 2002, 2003, 2006, 2009])
    assert found.low.tolist() == [0, 0, 90, 90, 200, 200]
    assert found.high.tolist() == [80, 80, 80, 80, 500, math.inf]
    assert (found.low > found.high).tolist() == [False, False, True, True, False, False]
    assert g.falls(counts) == [("a", "b")]


@pytest.mark.parametrize("seed", range(10))
def test_envelope_against_all_paths(seed: int) -> None:
    """All paths that never fall, whole numbers 0 to 4 at times 0 to 4; a step is passed through continuously."""
    rows = random_rows(np.random.default_rng(500 + seed), 3, 4)
    counts = table(*((low + 1, high + 1, start, end) for low, high, start, end in rows))
    good = [
        path
        for path in product(range(1, 6), repeat=5)
        if list(path) == sorted(path)
        and all(path[int(end)] > low and path[int(start)] <= high + 1 for low, high, start, end in rows)
    ]
    found = g.envelope(counts, range(5))
    assert bool(good) == (not g.falls(counts))
    for year in range(5) if good else ():
        assert max(found.low[year], 1) == min(path[year] for path in good)
        assert min(found.high[year], 5) == max(path[year] for path in good)

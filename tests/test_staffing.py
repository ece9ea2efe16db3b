"""Bounds on the staffing of organisations: closed forms, linear programmes and every staffing of small populations."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.optimize import linprog

from kzcivil.intervals import Interval
from kzcivil.staffing import (
    ANY,
    Share,
    entropy_share,
    mean_of_others,
    mean_staff,
    organisations_that_force,
    share_by_programme,
    share_surface,
    share_with_at_most_one,
    share_with_none,
    share_with_one,
    share_with_one_beside,
    verdict,
)

MOST_ORGANISATIONS, MOST_EMPLOYEES, MOST_STAFF = 7, 12, 6
CLOSED = {"one": share_with_one, "at most one": share_with_at_most_one, "none": share_with_none}
BASE: list[Share] = ["one", "at most one", "none"]


def staffings(organisations: int, employees: int, largest: int) -> Iterator[tuple[int, ...]]:
    """Every multiset of staff numbers, largest first."""
    if organisations == 0:
        if employees == 0:
            yield ()
        return
    for first in range(min(largest, employees), -1, -1):
        for rest in staffings(organisations - 1, employees - first, first):
            yield (first, *rest)


@cache
def every(organisations: int, employees: int, largest: int) -> list[tuple[int, ...]]:
    return list(staffings(organisations, employees, largest))


def count(staff: tuple[int, ...], of: str) -> int:
    return {"one": staff.count(1), "none": staff.count(0), "at most one": staff.count(0) + staff.count(1)}[of]


POPULATIONS = list(product(range(1, MOST_ORGANISATIONS + 1), range(MOST_EMPLOYEES + 1), range(1, MOST_STAFF + 1)))


def agrees(bounds: Interval | None, seen: list[int], organisations: int, context: Any) -> None:
    """Every share seen is inside, and each end is seen to within one organisation."""
    if not seen:
        assert bounds is None, context
        return
    assert bounds is not None, context
    least, most = min(seen) / organisations, max(seen) / organisations
    assert bounds.low <= least + 1e-9, context
    assert bounds.high >= most - 1e-9, context
    assert least - bounds.low < 1 / organisations + 1e-9, context
    assert bounds.high - most < 1 / organisations + 1e-9, context


# --- every staffing of small populations ----------------------------------------------------------------------------


@pytest.mark.parametrize("of", BASE)
def test_an_unknown_idle_share_against_every_staffing(of: Share) -> None:
    for n, e, k in POPULATIONS:
        seen = [count(staff, of) for staff in every(n, e, k)]
        bounds = CLOSED[of](e / n, largest=k)
        agrees(bounds, seen, n, (of, n, e, k))


@pytest.mark.parametrize("of", BASE)
def test_a_known_idle_share_against_every_staffing(of: Share) -> None:
    for n, e, k in POPULATIONS:
        for idle in range(n + 1):
            seen = [count(staff, of) for staff in every(n, e, k) if staff.count(0) == idle]
            agrees(CLOSED[of](e / n, idle / n, k), seen, n, (of, n, e, k, idle))


def test_the_stated_ends_are_met_by_whole_organisations_exactly() -> None:
    for n, e, k in POPULATIONS:
        for idle in range(n + 1):
            seen = [staff.count(1) for staff in every(n, e, k) if staff.count(0) == idle]
            if seen:
                staffed = n - idle
                assert min(seen) == max(0, 2 * staffed - e) or k == 1
                assert max(seen) == (min(staffed, (k * staffed - e) // (k - 1)) if k > 1 else staffed)


@pytest.mark.parametrize("of", BASE)
def test_no_limit_to_staff_against_every_staffing(of: Share) -> None:
    for n, e in product(range(1, MOST_ORGANISATIONS + 1), range(MOST_EMPLOYEES + 1)):
        staffs = every(n, e, e)
        agrees(CLOSED[of](e / n), [count(staff, of) for staff in staffs], n, (of, n, e))
        for idle in range(n + 1):
            seen = [count(staff, of) for staff in staffs if staff.count(0) == idle]
            agrees(CLOSED[of](e / n, idle / n), seen, n, (of, n, e, idle))


def test_without_limit_the_upper_bound_is_approached_and_not_met() -> None:
    bounds = share_with_one(12 / 7, 0)
    assert bounds is not None
    assert bounds.high == 1
    assert max(staff.count(1) for staff in every(7, 12, 12) if 0 not in staff) == 6


def test_a_known_tail_against_every_staffing() -> None:
    for n, e, k in POPULATIONS:
        for start in range(2, k + 2):
            tails = {staff: sum(x >= start for x in staff) for staff in every(n, e, k)}
            for tail in range(n + 1):
                fitting = [staff for staff, found in tails.items() if found == tail]
                seen = [staff.count(1) for staff in fitting]
                agrees(share_with_one(e / n, ANY, k, (start, tail / n)), seen, n, (n, e, k, start, tail))
                for idle in range(n + 1 - tail):
                    seen = [staff.count(1) for staff in fitting if staff.count(0) == idle]
                    found = share_with_one(e / n, idle / n, k, (start, tail / n))
                    agrees(found, seen, n, (n, e, k, start, tail, idle))


def test_the_largest_group_holds_every_staffing() -> None:
    for n, e, k in POPULATIONS:
        for staff in every(n, e, k):
            for group in range(1, n):
                if staff[group - 1] >= 2:
                    holds, share = sum(staff[:group]) / e, staff.count(1) / n
                    for idle in (staff.count(0) / n, ANY):
                        for largest in (k, math.inf):
                            found = share_with_one_beside(group / n, holds, e / n, idle, largest)
                            assert found is not None, (staff, group)
                            assert found.low - 1e-9 <= share <= found.high + 1e-9, (staff, group, idle)


# --- linear programming ---------------------------------------------------------------------------------------------

twentieths = st.integers(0, 20).map(lambda part: part / 20)
means = st.integers(0, 160).map(lambda part: part / 20)


def spans(values: st.SearchStrategy[float]) -> st.SearchStrategy[Interval]:
    return st.one_of(
        values.map(lambda value: Interval(value, value)),
        st.tuples(values, values).map(lambda pair: Interval(min(pair), max(pair))),
    )


def same(left: Interval | None, right: Interval | None) -> None:
    assert (left is None) == (right is None), (left, right)
    if left is not None and right is not None:
        assert (left.low, left.high) == pytest.approx((right.low, right.high), abs=1e-7)


@given(of=st.sampled_from(BASE), mean=spans(means), idle=spans(twentieths), largest=st.integers(1, 30))
def test_closed_form_equals_linear_programme(of: Share, mean: Interval, idle: Interval, largest: int) -> None:
    same(CLOSED[of](mean, idle, largest), share_by_programme(of, mean, idle, largest))


@given(
    mean=spans(means),
    idle=st.one_of(spans(twentieths), st.just(ANY)),
    largest=st.integers(1, 30),
    start=st.integers(2, 15),
    tail=twentieths,
)
def test_closed_form_with_a_tail_equals_linear_programme(
    mean: Interval, idle: Interval, largest: int, start: int, tail: float
) -> None:
    same(
        share_with_one(mean, idle, largest, (start, tail)),
        share_by_programme("one", mean, idle, largest, (start, tail)),
    )


@given(
    mean=means,
    idle=spans(twentieths),
    largest=st.integers(2, 20),
    group=st.integers(1, 19).map(lambda part: part / 20),
    holds=st.integers(1, 20).map(lambda part: part / 20),
)
def test_the_largest_group_equals_linear_programme(
    mean: float, idle: Interval, largest: int, group: float, holds: float
) -> None:
    """Two blocks, split at each possible size: the group has at least c and two, the rest at most c."""
    assume(mean > 0)
    staff, ends = np.arange(largest + 1), []
    for split in range(2, largest + 1):
        if holds * mean < split * group - 1e-6 or (1 - holds) * mean > split * (1 - group) + 1e-6:
            continue  # the group could not have so many each, or the rest not so few
        total = np.concatenate([np.ones_like(staff), np.zeros_like(staff)])
        equal = [total, 1 - total, total * np.tile(staff, 2), (1 - total) * np.tile(staff, 2)]
        equal_to = [group, 1 - group, holds * mean, (1 - holds) * mean]
        limits = [(0.0, float(size >= split)) for size in staff]
        limits += [(idle.low, idle.high), *((0.0, float(size <= split)) for size in staff[1:])]
        one = np.zeros(2 * largest + 2)
        one[largest + 2] = 1
        for sign in (1, -1):
            end = linprog(sign * one, A_eq=equal, b_eq=equal_to, bounds=limits)
            ends += [sign * end.fun] if end.status == 0 else []
    expected = Interval(min(ends), max(ends)) if ends else None
    same(share_with_one_beside(group, holds, mean, idle, largest), expected)


@given(of=st.sampled_from(BASE), mean=spans(means), idle=spans(twentieths))
def test_no_limit_is_the_limit_of_large_limits(of: Share, mean: Interval, idle: Interval) -> None:
    assume(idle.low < 1)
    unlimited, limited = CLOSED[of](mean, idle), CLOSED[of](mean, idle, 10**9)
    assert (unlimited is None) == (limited is None)
    if unlimited is not None and limited is not None:
        assert (unlimited.low, unlimited.high) == pytest.approx((limited.low, limited.high), abs=1e-6)


# --- intervals ------------------------------------------------------------------------------------------------------


@given(
    of=st.sampled_from(BASE),
    mean=spans(means),
    idle=spans(twentieths),
    largest=st.sampled_from([1, 2, 3, 10, math.inf]),
    at=st.tuples(st.floats(0, 1), st.floats(0, 1)),
)
def test_the_hull_holds_each_point(
    of: Share, mean: Interval, idle: Interval, largest: float, at: tuple[float, float]
) -> None:
    m = min(mean.low + at[0] * (mean.high - mean.low), mean.high)
    z = min(idle.low + at[1] * (idle.high - idle.low), idle.high)
    point, hull = CLOSED[of](m, z, largest), CLOSED[of](mean, idle, largest)
    if point is not None:
        assert hull is not None
        assert hull.low - 1e-9 <= point.low <= point.high <= hull.high + 1e-9


def test_an_open_mean_proves_nothing_from_below() -> None:
    assert share_with_one(Interval(1.25, math.inf), 0) == Interval(0, 1)
    assert share_with_at_most_one(Interval(1.25, math.inf), 0.25) == Interval(0.25, 1)
    assert share_with_none(Interval(1.25, math.inf), largest=10) == Interval(0, 0.875)
    assert share_with_one_beside(0.01, 0.5, Interval(1.5, math.inf), 0) is not None
    assert share_with_one_beside(0.01, 1, Interval(1.5, math.inf)) is not None


def test_mean_staff_divides_the_intervals() -> None:
    assert mean_staff(Interval(30, 30), Interval(20, math.inf)) == Interval(0, 1.5)
    for employees, organisations in ((Interval(1, 2), Interval(0, 3)), (Interval(-1, 2), Interval(1, 3))):
        with pytest.raises(ValueError, match="above zero"):
            mean_staff(employees, organisations)


# --- edges ----------------------------------------------------------------------------------------------------------


def test_the_two_premises_of_the_source_contradict_each_other() -> None:
    """Every inactive organisation keeps one paid person, or none: the same totals force it or rule it out."""
    kept, unpaid = share_with_one(1.25, 0), share_with_one(1.25, 0.9)
    assert kept is not None
    assert unpaid is not None
    assert (verdict(0.75, kept), verdict(0.75, unpaid)) == ("forced", "ruled out")


@pytest.mark.parametrize(
    ("mean", "idle", "largest", "expected"),
    [
        (1, 0, 1, Interval(1, 1)),
        (1, 0, math.inf, Interval(1, 1)),
        (1.5, 0, 1, None),
        (0.4, ANY, 1, Interval(0.4, 0.4)),
        (0.9, 0, 10, None),
        (0, 1, 10, Interval(0, 0)),
        (0, ANY, math.inf, Interval(0, 0)),
        (0.1, 1, math.inf, None),
        (10, 0, 10, Interval(0, 0)),
        (0.1, 0.9, 10, Interval(0.1, 0.1)),
        (2, 0, 2, Interval(0, 0)),
    ],
)
def test_edges(mean: float, idle: float | Interval, largest: float, expected: Interval | None) -> None:
    same(share_with_one(mean, idle, largest), expected)


def test_edges_of_at_most_one_and_none() -> None:
    assert share_with_at_most_one(0.5, largest=1) == Interval(1, 1)
    assert share_with_at_most_one(0.5, 1) is None
    assert share_with_none(0.5, 1) is None
    assert share_with_none(1.5, largest=1) is None
    assert share_with_at_most_one(3) == Interval(0, 1)


def test_edges_of_a_tail() -> None:
    assert share_with_one(1.5, 0, 5, (10, 0)) == share_with_one(1.5, 0, 5)
    assert share_with_one(1.5, 0, 5, (10, 0.1)) is None
    assert share_with_one(1.5, 0, math.inf, (10, 0)) == share_with_one(1.5, 0, 9)
    same(share_with_one(1.5, 0.25, math.inf, (2, 0.5)), Interval(0.25, 0.25))
    assert share_with_one(1.5, 0, math.inf, (10, 0.2)) is None
    for tail in ((1, 0.1), (10, 1.5), (10, -0.1), (2.5, 0.1)):
        with pytest.raises(ValueError, match="tail needs"):
            share_with_one(1.5, 0, tail=tail)  # type: ignore[arg-type]


def test_edges_of_the_largest_group() -> None:
    assert share_with_one_beside(0.5, 0.1, 1.5) is None
    assert share_with_one_beside(0.01, 0.9, 1.5, largest=5) is None
    assert share_with_one_beside(0.5, 0.9, 3, idle=0.6) is None
    for group, holds in ((0, 0.5), (1, 0.5), (0.5, 0), (0.5, 1.1)):
        with pytest.raises(ValueError, match="group must"):
            share_with_one_beside(group, holds, 1.5)


@pytest.mark.parametrize("of", BASE)
@pytest.mark.parametrize(
    ("mean", "idle", "largest"),
    [
        (-1, 0, 10),
        (math.nan, 0, 10),
        (math.inf, 0, 10),
        (1, -0.1, 10),
        (1, 1.1, 10),
        (1, math.nan, 10),
        (1, 0, 0),
        (1, 0, 2.5),
        (1, 0, math.nan),
    ],
)
def test_values_out_of_range_are_refused(of: Share, mean: float, idle: float, largest: float) -> None:
    with pytest.raises(ValueError, match="found"):
        CLOSED[of](mean, idle, largest)


# --- surface, verdicts, the others ----------------------------------------------------------------------------------


@pytest.mark.parametrize("largest", [1, 2, 10, 1000, math.inf])
def test_the_surface_is_the_closed_form_at_each_point(largest: float) -> None:
    m, z = np.linspace(0, 12, 49), np.linspace(0, 1, 21)[:, None]
    low, high = share_surface(m, z, largest)
    assert low.shape == high.shape == (21, 49)
    for i, j in np.ndindex(low.shape):
        point = share_with_one(float(m[j]), float(z[i, 0]), largest)
        found = None if np.isnan(low[i, j]) else Interval(float(low[i, j]), float(high[i, j]))
        same(found, point)
    assert (np.isnan(low) == np.isnan(high)).all()


def test_the_surface_refuses_and_takes_nothing() -> None:
    assert share_surface([], 0.5)[0].shape == (0,)
    for mean, idle in (([1, -1], 0), (1, [0.5, 1.5]), ([1, math.nan], 0)):
        with pytest.raises(ValueError, match="found"):
            share_surface(mean, idle)


@given(
    threshold=st.integers(1, 20).map(lambda part: part / 20),
    employees=st.integers(1, 80),
    idle=twentieths,
    organisations=st.integers(1, 400),
)
def test_numbers_of_organisations_agree_with_the_bounds(
    threshold: float, employees: int, idle: float, organisations: int
) -> None:
    found = verdict(threshold, share_with_one(employees / organisations, idle))
    where = organisations_that_force(threshold, employees, idle)
    if where is None or min(abs(organisations - where.low), abs(organisations - where.high)) > 1e-9:
        assert (where is not None and organisations in where) == (found == "forced"), where


def test_numbers_of_organisations_at_the_edges() -> None:
    assert organisations_that_force(0.75, math.inf) is organisations_that_force(0.75, 0) is None
    assert organisations_that_force(0.5, 30_000, 0.5) == Interval(60_000, 60_000)
    assert organisations_that_force(0.75, 30_000, 0.5) is None, "2(1-z) > threshold is not enough"
    for threshold, employees, idle in ((0, 10, 0), (1.5, 10, 0), (0.5, -1, 0), (0.5, 10, 1.5)):
        with pytest.raises(ValueError, match="needs 0 <"):
            organisations_that_force(threshold, employees, idle)


def test_a_verdict_is_not_upset_by_rounding() -> None:
    assert verdict(0.3, Interval(0.1 + 0.2 - 1e-16, 1)) == "forced"
    assert verdict(0.3, Interval(0, 0.3 - 1e-16)) == "possible"
    assert verdict(0.3, Interval(0, 0.29)) == "ruled out"
    assert verdict(0.3, None) == "contradictory"


def test_the_mean_of_the_others_against_every_staffing() -> None:
    for n, e, k in POPULATIONS:
        for staff in every(n, e, k):
            others = [x for x in staff if x >= 2]
            found = mean_of_others(staff.count(1) / n, e / n, staff.count(0) / n)
            if others:
                expected = sum(others) / len(others)
                same(found, Interval(expected, expected))
            else:
                assert found is None


def test_the_mean_of_the_others_over_intervals() -> None:
    found = mean_of_others(0.5, Interval(1.25, 1.5), Interval(0, 0.25))
    assert found == Interval(2.0, 4.0)
    assert mean_of_others(0.75, 1.5, Interval(0, 0.5)) == Interval(3, math.inf)
    assert mean_of_others(0.9, 1.0) is None
    assert mean_of_others(0.9, 0.5, 0) is None
    with pytest.raises(ValueError, match="lies in"):
        mean_of_others(1.1, 1.5)


# --- illustration ---------------------------------------------------------------------------------------------------


@given(mean=st.floats(0.05, 50), idle=st.one_of(st.none(), st.floats(0, 0.95)))
def test_the_geometric_share_lies_within_the_bounds(mean: float, idle: float | None) -> None:
    bounds = share_with_one(mean, ANY if idle is None else idle)
    assume(bounds is not None)
    assert bounds is not None
    assert bounds.low - 1e-9 <= entropy_share(mean, idle) <= bounds.high + 1e-9


@pytest.mark.parametrize(("mean", "idle"), [(1.5, None), (1.5, 0.0), (1.5, 0.25), (6.0, 0.5)])
def test_the_geometric_share_is_that_of_its_distribution(mean: float, idle: float | None) -> None:
    staff = np.arange(4000)
    if idle is None:
        shares = (mean / (1 + mean)) ** staff / (1 + mean)
    else:
        stop = (1 - idle) / mean
        shares = np.where(staff == 0, idle, (1 - idle) * stop * (1 - stop) ** np.maximum(staff - 1.0, 0))
    assert (shares.sum(), shares @ staff) == pytest.approx((1, mean))
    assert entropy_share(mean, idle) == pytest.approx(shares[1])


def test_the_geometric_share_at_the_edges() -> None:
    assert entropy_share(0, 1) == entropy_share(0) == 0
    assert entropy_share(1, 0) == 1
    for mean, idle in ((0.5, 0.0), (0.5, 1.0), (math.inf, 0.0), (-1.0, None)):
        with pytest.raises(ValueError, match=r"mean|found"):
            entropy_share(mean, idle)

"""How many organisations are one person: what totals alone prove about the share with exactly one employee.

N organisations have E employees, on average m = E / N; a share z is idle (no staff), nobody has more than K. Many
staffings fit such totals. The functions give the sharp bounds: the least and greatest share that any of them shows
(partial identification; Manski 2003, *Partial Identification of Probability Distributions*). Shares are of all
organisations and lie in [0, 1]; bounds are sharp for shares, and for N whole organisations to within 1 / N.

A contradiction among the totals (more staff than K allows, or fewer than one for each staffed organisation) is a
finding and gives ``None``; a value outside its range is a mistake and raises ``ValueError``. Where K is infinite and m
exceeds 1 - z, an upper bound is a supremum: N organisations stay at least 1 / N below it.
"""

from __future__ import annotations

import math
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from kzcivil.intervals import Interval

Share = Literal["one", "at most one", "none"]
Verdict = Literal["forced", "possible", "ruled out", "contradictory"]

ANY = Interval(0, 1)  # an idle share that is not known
SLACK = 1e-12  # differences up to this are rounding in the last digits, not contradictions


def mean_staff(employees: Interval, organisations: Interval) -> Interval:
    """Employees per organisation, m = E / N, from two independent intervals.

    >>> mean_staff(Interval(30_000, 36_000), Interval(20_000, 24_000))
    Interval(low=1.25, high=1.8)
    """
    if organisations.low <= 0 or employees.low < 0:
        raise ValueError(f"needs organisations above zero and employees from zero, found {organisations}, {employees}")
    return employees / organisations


def share_with_one(
    mean: Interval | float,
    idle: Interval | float = ANY,
    largest: float = math.inf,
    tail: tuple[int, float] | None = None,
) -> Interval | None:
    """Sharp bounds on the share of organisations with exactly one employee.

    At single values max(0, 2(1-z) - m) <= s <= (K(1-z) - m) / (K-1), provided that 1-z <= m <= K(1-z). The low end
    gives all other staffed organisations two, the high end gives them K; if K = 1, s = 1-z. Mean and idle share vary
    independently within their intervals: where both hang on one unknown N, use :func:`share_if_only_active_staffed`.

    Parameters
    ----------
    mean
        Employees per organisation; its high end may be ``inf``.
    idle
        Share with no staff at all; all others have at least one. By default not known.
    largest
        Most staff that any organisation has, a whole number or ``inf``.
    tail
        One more fact, ``(k, share)``: this share has k or more staff, k >= 2. It helps at both ends: the low end
        becomes 2(1-z-t) + kt - m, the high end min(1-z-t, ((k-1)(1-z-t) + Kt - m) / (k-2)); if k = 2, s = 1-z-t.

    Returns
    -------
    Interval or None
        The hull over all means and idle shares in the intervals; every value in it occurs (at K = ``inf`` the upper
        end itself may only be approached). None if no staffing fits.

    Raises
    ------
    ValueError
        If a value is outside its range.

    Examples
    --------
    30 thousand employees in 20 thousand organisations, none of them idle; then with 2 % of ten or more; then one in
    eight active with at most ten staff, who cannot be so many:

    >>> share_with_one(1.5, idle=0)
    Interval(low=0.5, high=1.0)
    >>> found = share_with_one(1.5, idle=0, tail=(10, 0.02))
    >>> round(found.low, 3), round(found.high, 3)
    (0.66, 0.98)
    >>> share_with_one(1.5, idle=0.875, largest=10) is None
    True
    """
    m, z = _checked(mean, idle, largest)
    start, t = tail or (math.inf, 0.0)
    if not (_whole_from(2, start) and 0 <= t <= 1):
        raise ValueError(f"tail needs a whole number of staff from 2 and a share in [0, 1], found {tail}")
    if t > 0 and largest < start:
        return None
    below = min(start - 1, largest)
    tail_least, tail_most = (start * t, largest * t) if t else (0.0, 0.0)
    staffed_least = max(1 - z.high, t, t + (m.low - tail_most) / below)
    staffed_most = min(1 - z.low, m.high - tail_least + t)
    if staffed_least > staffed_most + SLACK or staffed_most == 0 < m.low:
        return None
    room = max(0.0, staffed_most - t)
    if below == 1:
        return _interval_of(staffed_least - t, room)
    low = max(0.0, 2 * (staffed_least - t) + tail_least - m.high)
    high = room if below == math.inf else min(room, (below * room + tail_most - m.low) / (below - 1))
    return _interval_of(low, high)


def share_with_none(mean: Interval | float, idle: Interval | float = ANY, largest: float = math.inf) -> Interval | None:
    """Sharp bounds on the share with no staff: max(0, 1 - m) <= z <= 1 - m / K, cut to what is known of it.

    >>> share_with_none(1.5, largest=10)
    Interval(low=0.0, high=0.85)
    """
    m, z = _checked(mean, idle, largest)
    low, high = max(z.low, 1 - m.high), min(z.high, 1 - m.low / largest)
    return None if low > high + SLACK or (z.low == 1 and m.low > 0) else _interval_of(low, high)


def share_with_at_most_one(
    mean: Interval | float, idle: Interval | float = ANY, largest: float = math.inf
) -> Interval | None:
    """Sharp bounds on the share with no or one employee; another question than :func:`share_with_one`.

    It is at least 1 - m/2, whatever z and K: each of the others takes two employees. It is at most (K-z-m) / (K-1).

    >>> share_with_at_most_one(1.5)
    Interval(low=0.25, high=1.0)
    """
    m, z = _checked(mean, idle, largest)
    none = share_with_none(m, z, largest)
    if none is None:
        return None
    if largest == 1:
        return Interval(1.0, 1.0)
    least_idle = min(max(1 - m.high / 2, none.low), none.high)
    high = 1.0 if largest == math.inf else min(1.0, (largest - z.low - m.low) / (largest - 1))
    return _interval_of(max(least_idle, 2 - least_idle - m.high), high)


def share_with_one_beside(
    group: float, holds: float, mean: Interval | float, idle: Interval | float = ANY, largest: float = math.inf
) -> Interval | None:
    """Bounds on the share with exactly one, if the largest ``group`` employs the share ``holds`` of all employees.

    The group is a share of all organisations, each with two or more staff (the largest hundred of 20 thousand: 0.005).
    The rest have (1 - holds) m employees, and none of them more than the group's mean. Sharp at a single mean; over an
    interval of means the upper bound is valid and may be a little wide.

    >>> found = share_with_one_beside(0.005, 0.3, 1.5, idle=0)
    >>> round(found.low, 3), round(found.high, 3)
    (0.94, 0.994)
    """
    m, z = _checked(mean, idle, largest)
    if not (0 < group < 1 and 0 < holds <= 1):
        raise ValueError(f"group must lie between 0 and 1 and holds in (0, 1], found {group}, {holds}")
    possible = m.intersection(Interval(2 * group / holds - SLACK, largest * group / holds + SLACK))
    rest = 1 - group
    if possible is None or z.low > rest + SLACK:
        return None
    cap = min(largest, possible.high * holds / group * (1 + SLACK) + SLACK)
    held = (1 - holds) / rest
    found = share_with_one(
        Interval(possible.low * held, possible.high * held if holds < 1 else 0.0),
        Interval(min(1.0, z.low / rest), min(1.0, z.high / rest)),
        cap if cap == math.inf else math.floor(cap),
    )
    return None if found is None else Interval(found.low * rest, found.high * rest)


def share_if_only_active_staffed(
    employees: Interval, active: Interval, organisations: Interval, largest: float = math.inf
) -> Interval | None:
    """Bounds on the share of all with exactly one, if only so many organisations (``active``) have staff.

    Here z = 1 - active / N and m = E / N hang on one uncertain N and move together: how many of the active have exactly
    one does not hang on N. Arguments are numbers, not shares; sharp where ``active`` stays below ``organisations``.

    >>> share_if_only_active_staffed(Interval(30, 30), Interval(20, 20), Interval(40, 50))
    Interval(low=0.2, high=0.5)
    """
    n = max(organisations.low, active.high)
    idle = Interval(1 - active.high / n, 1 - active.low / n)
    found = share_with_one(mean_staff(employees, Interval(n, n)), idle, largest)
    if found is None:
        return None
    return _interval_of(found.low * n / organisations.high, min(1.0, found.high * n / organisations.low))


def share_if_inactive_keep_one(
    employees: Interval, active: Interval, organisations: Interval, largest: float = math.inf
) -> Interval | None:
    """Bounds on the share with exactly one, if each organisation beyond the ``active`` has exactly one employee.

    >>> share_if_inactive_keep_one(Interval(30, 30), Interval(2, 2), Interval(20, 20))
    Interval(low=0.9, high=1.0)
    """
    found = share_with_one(mean_staff(employees, organisations), 0, largest)
    floor = max(0.0, 1 - active.high / organisations.low)
    return None if found is None else found.intersection(Interval(floor, 1.0))


def share_by_programme(
    of: Share, mean: Interval | float, idle: Interval | float, largest: int, tail: tuple[int, float] | None = None
) -> Interval | None:
    """The same bounds by linear programming over the shares p_0 ... p_K: an independent check of the closed forms.

    >>> share_by_programme("one", 1.5, 0.25, 10)
    Interval(low=0.0, high=0.666666666667)
    """
    from scipy.optimize import linprog  # noqa: PLC0415

    m, z = _checked(mean, idle, largest)
    staff = np.arange(largest + 1)
    counted = {"one": staff == 1, "at most one": staff <= 1, "none": staff == 0}[of].astype(float)
    equal, equal_to = [np.ones(largest + 1)], [1.0]
    if tail is not None:
        equal, equal_to = [*equal, (staff >= tail[0]).astype(float)], [1.0, tail[1]]
    at_most, limits = [-staff, staff], [-m.low, min(m.high, largest)]
    shares = [(z.low, z.high), *[(0, 1)] * largest]
    ends = [linprog(sign * counted, at_most, limits, equal, equal_to, shares) for sign in (1, -1)]
    if any(end.status == 2 for end in ends):
        return None
    return _interval_of(round(ends[0].fun, 12), round(-ends[1].fun, 12))


def share_surface(
    mean: npt.ArrayLike, idle: npt.ArrayLike, largest: float = math.inf
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Bounds on the share with exactly one over arrays of means and idle shares; NaN where no staffing fits.

    >>> low, high = share_surface([1.2, 1.5, 6.0], [[0.0], [0.5]], largest=10)
    >>> low.round(2).tolist()
    [[0.8, 0.5, 0.0], [0.0, 0.0, nan]]
    """
    m, z = np.broadcast_arrays(np.asarray(mean, dtype=float), np.asarray(idle, dtype=float))
    if m.size:
        _checked(Interval(m.min(), m.max()), Interval(z.min(), z.max()), largest)
    staffed = 1 - z
    most = np.where(staffed > 0, staffed * largest if largest < math.inf else math.inf, 0.0)
    low = np.maximum(0.0, 2 * staffed - m)
    high = staffed.copy() if largest in (1, math.inf) else np.minimum(staffed, (largest * staffed - m) / (largest - 1))
    fits = (m >= staffed - SLACK) & (m <= most + SLACK)
    high = np.maximum(high, 0.0)
    low = np.minimum(low, high) if largest > 1 else high.copy()
    return np.where(fits, low, math.nan), np.where(fits, high, math.nan)


def mean_of_others(share: float, mean: Interval | float, idle: Interval | float = 0.0) -> Interval | None:
    """Mean staff of those with two or more, if ``share`` has exactly one: (m - s) / (1 - z - s); None if it cannot be.

    >>> [round(mean_of_others(share, 1.5).low, 6) for share in (0.75, 0.9, 0.95)]
    [3.0, 6.0, 11.0]
    """
    m, z = _checked(mean, idle, math.inf)
    if not 0 <= share <= 1:
        raise ValueError(f"a share lies in [0, 1], found {share}")
    others = Interval(max(0.0, 1 - z.high - share), max(0.0, 1 - z.low - share))
    if others.high <= SLACK or m.high < share:
        return None
    low = max(0.0, m.low - share) / others.high
    high = (m.high - share) / others.low if others.low > SLACK else math.inf
    return Interval(max(low, 2.0), max(high, 2.0)) if high >= 2 - SLACK else None


def verdict(threshold: float, bounds: Interval | None) -> Verdict:
    """Whether bounds on a share force it to reach a threshold, allow it, or rule it out; None contradicts the totals.

    >>> [verdict(0.75, Interval(*ends)) for ends in ((0.8, 1), (0.5, 1), (0, 0.3))]
    ['forced', 'possible', 'ruled out']
    """
    if bounds is None:
        return "contradictory"
    if bounds.low >= threshold - SLACK:
        return "forced"
    return "possible" if bounds.high >= threshold - SLACK else "ruled out"


def organisations_that_force(threshold: float, employees: float, idle: float = 0.0) -> Interval | None:
    """Numbers of organisations N at which the share with exactly one is forced to reach a threshold in (0, 1].

    From N = E / (2(1-z) - threshold) on, by 2(1-z) - E/N >= threshold, up to E / (1-z): beyond it there are fewer
    employees than staffed organisations. None if no N will do, as where the threshold exceeds 1-z.

    >>> organisations_that_force(0.75, 30_000)
    Interval(low=24000.0, high=30000.0)
    """
    if not (0 < threshold <= 1 and employees >= 0 and 0 <= idle <= 1):
        raise ValueError(f"needs 0 < threshold <= 1, employees, an idle share; found {threshold}, {employees}, {idle}")
    if employees in (0, math.inf) or threshold > 1 - idle + SLACK:
        return None
    return _interval_of(employees / (2 * (1 - idle) - threshold), employees / (1 - idle))


def entropy_share(mean: float, idle: float | None = None) -> float:
    """An illustration, not evidence: the share with exactly one in the most even-handed staffing with that mean.

    Of all staffings with the mean the geometric one has the greatest entropy (Cover and Thomas 2006, chapter 12). With
    z known it runs over 1, 2, 3, ... and the share is (1-z)^2 / m; with z unknown over 0, 1, 2, ...: m / (1+m)^2.

    >>> round(entropy_share(1.5, idle=0), 3), round(entropy_share(1.5), 3)
    (0.667, 0.24)
    """
    m, z = _checked(mean, ANY if idle is None else idle, math.inf)
    if m.high == math.inf or share_with_one(m, z) is None:
        raise ValueError(f"no staffing has mean {mean} and idle share {idle}")
    if idle is None:
        return mean / (1 + mean) ** 2
    return min(1 - idle, (1 - idle) ** 2 / mean) if mean > 0 else 0.0


def _checked(mean: Interval | float, idle: Interval | float, largest: float) -> tuple[Interval, Interval]:
    m, z = (x if isinstance(x, Interval) else Interval(float(x), float(x)) for x in (mean, idle))
    if not 0 <= m.low < math.inf:
        raise ValueError(f"staff cannot be negative or endless, found {m}")
    if not 0 <= z.low <= z.high <= 1:
        raise ValueError(f"an idle share lies in [0, 1], found {z}")
    if not _whole_from(1, largest):
        raise ValueError(f"the largest staff is a whole number from 1 or inf, found {largest}")
    return m, z


def _whole_from(least: int, staff: float) -> bool:
    return staff >= least and (staff == math.inf or staff == int(staff))


def _interval_of(low: Any, high: Any) -> Interval:
    """An interval of plain numbers whose ends may have crossed by rounding."""
    return Interval(float(min(low, high)), float(high))

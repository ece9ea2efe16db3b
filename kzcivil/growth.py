"""Growth between dated counts, when neither the number nor the date is known exactly.

Every function takes a small table of dated counts (see :func:`dated`) or intervals and gives exact ranges: nothing is
estimated, no path is fitted. A count says that at some moment between its dates the true number lay between its ends;
each count has a moment of its own. Years are decimal (2003.5 is the middle of 2003); rates are shares (0.08 is 8 %).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations, pairwise, product
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from kzcivil.intervals import Interval

Floats = npt.NDArray[np.float64]

TOLERANCE = 1e-9
"""Slack in logarithms, so that rounding in the computer never makes a contradiction."""

AT_LEAST = Interval(1, math.inf)
"""The ratio y / x when all that is known is that y is not below x."""


# --- dates and counts -----------------------------------------------------------------------------------------------


def decimal_year(dates: pd.Series[Any]) -> pd.Series[float]:
    """Dates as decimal years: the first moment of the day, as a share of its year. Numbers pass unchanged.

    Examples
    --------
    >>> decimal_year(pd.Series(pd.to_datetime(["2003-01-01", "2004-07-02"]))).tolist()
    [2003.0, 2004.5]
    """
    if pd.api.types.is_numeric_dtype(dates):
        return dates.astype("float64")
    days = pd.to_datetime(dates).dt
    year_length = 365.0 + days.is_leap_year.astype("float64")
    return (days.year + (days.day_of_year - 1 + days.hour / 24) / year_length).astype("float64")


def dated(counts: pd.DataFrame) -> pd.DataFrame:
    """The counts with ``t_low`` and ``t_high``, the first and last moment of each in decimal years.

    Parameters
    ----------
    counts
        Columns ``id``, ``low``, ``high`` (0 and ``inf`` are open ends), ``start`` and ``end``. An ``end`` that is a
        calendar date is the last *day*, so ``t_high`` is the midnight after it; decimal years are taken as they are.
        ``t_low`` and ``t_high``, where they are there already, are kept.

    Raises
    ------
    ValueError
        For an id that occurs twice, a missing number or date, ends or dates in the wrong order, or a count whose upper
        end is not positive.

    Examples
    --------
    >>> dated(pd.DataFrame({"id": ["a"], "low": 90, "high": 110, "start": 2003, "end": 2004})).t_high.tolist()
    [2004.0]
    """
    result = counts.copy()
    if not {"t_low", "t_high"} <= set(result.columns):
        result["t_low"] = decimal_year(result["start"])
        days = not pd.api.types.is_numeric_dtype(result["end"])
        end = pd.to_datetime(result["end"]) + pd.Timedelta(days=1) if days else result["end"]
        result["t_high"] = decimal_year(end)
    numbers = result[["low", "high", "t_low", "t_high"]].astype("float64")
    result[numbers.columns] = numbers
    right = (numbers.low >= 0) & (numbers.low <= numbers.high) & (numbers.low < math.inf) & (numbers.high > 0)
    right &= (numbers.t_low <= numbers.t_high) & np.isfinite(numbers.t_low) & np.isfinite(numbers.t_high)
    wrong = result.id[~right | result.id.duplicated()].astype(str).tolist()
    if wrong:
        raise ValueError(f"need one row an id, 0 <= low <= high, high > 0 and known dates in order: {', '.join(wrong)}")
    return result


class Count(NamedTuple):
    """One dated count: its value (organisations) and its date (decimal years), both intervals."""

    value: Interval
    date: Interval


def count_of(counts: pd.DataFrame, name: str) -> Count:
    """One row of a table of dated counts, by its ``id``; KeyError where there is none."""
    rows = dated(counts[counts.id == name])
    if rows.empty:
        raise KeyError(f"no count has the id {name!r}")
    low, high, t_low, t_high = (float(rows[column].iloc[0]) for column in ("low", "high", "t_low", "t_high"))
    return Count(Interval(low, high), Interval(t_low, t_high))


# --- growth between two counts --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Growth:
    """Growth between two counts, each field an exact range of its own.

    ``factor``: later over earlier number; ``rate``: mean annual growth; ``doubling``: years to double at that rate,
    ``inf`` where it may not grow; ``net``: net new organisations a year; ``years``: the time between the two.
    """

    factor: Interval
    rate: Interval
    doubling: Interval
    net: Interval
    years: Interval


def growth_between(first: Count, second: Count) -> Growth:
    """Growth from one count to a later one, with the slack of numbers and dates in it.

    The rate (N2/N1)^(1/t) - 1 is monotone in the factor, and for a given factor monotone in t (falling above 1, rising
    below), so its range lies at the corners. The two dates are independent.

    Raises
    ------
    ValueError
        If the second count may be as early as the first.

    Examples
    --------
    >>> first, second = Count(Interval(100, 100), Interval(2000, 2000)), Count(Interval(400, 400), Interval(2002, 2004))
    >>> growth_between(first, second).rate.high, growth_between(first, second).net
    (1.0, Interval(low=75.0, high=150.0))
    """
    years = _years_between(first, second)
    factor = second.value / first.value
    rate = _annual_rate(factor, years)
    doubling = Interval(_doubling(rate.high), _doubling(rate.low))
    return Growth(factor, rate, doubling, net_additions(first, second), years)


def _years_between(first: Count, second: Count) -> Interval:
    years = second.date - first.date
    if years.low <= 0:
        raise ValueError(f"the second count must lie after the first, found {first.date} and {second.date}")
    return years


def _annual_rate(factor: Interval, years: Interval) -> Interval:
    rates = [f ** (1 / t) - 1 for f in (factor.low, factor.high) for t in (years.low, years.high)]
    return Interval(min(rates), max(rates))


def _doubling(rate: float) -> float:
    return math.log(2) / math.log1p(rate) if rate > 0 else math.inf


def net_additions(first: Count, second: Count) -> Interval:
    """Net new organisations a year between two counts (registered less closed); errors as :func:`growth_between`.

    Examples
    --------
    >>> net_additions(Count(Interval(90, 110), Interval(2000, 2000)), Count(Interval(300, 300), Interval(2002, 2004)))
    Interval(low=47.5, high=105.0)
    """
    years = _years_between(first, second)
    return (second.value - first.value) / years


def _ends(name: str, interval: Interval | None) -> dict[str, float]:
    low, high = (math.nan, math.nan) if interval is None else (interval.low, interval.high)
    return {f"{name}_low": low, f"{name}_high": high}


def remaining_growth(total: Interval, known: Interval, years: float | Interval) -> Interval:
    """Mean annual rate left for the other years, when one year's growth is known.

    Parameters
    ----------
    total
        Factor over all the years.
    known
        Growth rate of the one year (a share).
    years
        How many years ``total`` covers, the known one among them.

    Raises
    ------
    ValueError
        If no other year is left, or ``known`` may be -1 or less.

    Examples
    --------
    >>> left = remaining_growth(Interval(1.331, 1.331), Interval(0.1, 0.1), 3)
    >>> round(left.low, 6), round(left.high, 6)
    (0.1, 0.1)
    """
    span = years if isinstance(years, Interval) else Interval(years, years)
    others = span - Interval(1, 1)
    if others.low <= 0 or known.low <= -1:
        raise ValueError(f"need more than one year and a known growth above -1; found years={years}, known={known}")
    return _annual_rate(total / (Interval(1, 1) + known), others)


# --- one constant rate ----------------------------------------------------------------------------------------------


def _bands(counts: pd.DataFrame) -> tuple[Floats, Floats, Floats, Floats]:
    """log low, log high, t_low and t_high of the counts, as arrays."""
    table = dated(counts)
    low, high, t_low, t_high = (table[column].to_numpy(float) for column in ("low", "high", "t_low", "t_high"))
    with np.errstate(divide="ignore"):
        return np.log(low), np.log(high), t_low, t_high


def one_rate(counts: pd.DataFrame, signs: str = "+-") -> Interval | None:
    """Annual rates of growth that could, held constant, have produced all the counts.

    A path a + b t in logarithms with b >= 0 meets a count in its dates when it is low enough at the first and high
    enough at the last: log low <= a + b t_high and a + b t_low <= log high. Taking a out of these inequalities leaves
    one bound on b for each pair of counts (Fourier-Motzkin elimination), so the range is exact. Falling paths are the
    mirror image.

    Parameters
    ----------
    signs
        ``"+"`` for rates >= 0, ``"-"`` for rates <= 0, ``"+-"`` for both. When both are possible the result is the
        smallest interval around the two; rates near 0 between them may be impossible, so ask for each sign apart.

    Returns
    -------
    Interval or None
        Rates as shares (-1 and ``inf`` are open ends); None when no constant rate will do.

    Examples
    --------
    >>> counts = pd.DataFrame({"id": ["a", "b", "c"], "low": [90, 180, 400], "high": [110, 220, 400],
    ...                        "start": [2000, 2001, 2002], "end": [2000, 2001, 2002]})
    >>> rates = one_rate(counts)
    >>> round(rates.low, 3), round(rates.high, 3)
    (0.907, 1.108)
    >>> one_rate(counts.assign(high=[110, 185, 400], low=[90, 80, 400]), "-") is None
    True
    """
    log_low, log_high, t_low, t_high = _bands(counts)
    found: list[Interval] = []
    for sign in signs:
        if sign == "+" and (slopes := _one_slope(log_low, log_high, t_low, t_high)):
            found.append(slopes)
        elif sign == "-" and (slopes := _one_slope(log_low, log_high, -t_high, -t_low)):
            found.append(-slopes)
    return _rates(found)


def _one_slope(log_low: Floats, log_high: Floats, t_low: Floats, t_high: Floats) -> Interval | None:
    """Feasible b >= 0: for all pairs, b (t_low[i] - t_high[j]) <= log_high[i] - log_low[j]."""
    span = t_low[:, None] - t_high[None, :]
    room = log_high[:, None] - log_low[None, :]
    if (room[span == 0] < -TOLERANCE).any():
        return None
    upper = float(np.min(room[span > 0] / span[span > 0], initial=math.inf))
    lower = float(np.max(room[span < 0] / span[span < 0], initial=0.0))
    if lower > upper + TOLERANCE:
        return None
    return Interval(lower, max(lower, upper))


def _rates(slopes: Collection[Interval]) -> Interval | None:
    """The hull of slopes in logarithms, as annual rates."""
    if not slopes:
        return None
    low, high = min(slope.low for slope in slopes), max(slope.high for slope in slopes)
    with np.errstate(over="ignore"):
        return Interval(float(np.expm1(low)), float(np.expm1(high)))


# --- two or three joined segments -----------------------------------------------------------------------------------

MOST_CASES = 4096


def segments(counts: pd.DataFrame, breaks: Sequence[float], signs: str | None = None) -> tuple[Interval, ...] | None:
    """Annual rates of joined segments, each of constant growth, that could have produced all the counts.

    The path is continuous and straight in logarithms between breaks. It meets a count in its dates when its highest
    point there is not below log low and its lowest not above log high; for a given pattern of signs those points are
    ends of the dates or breaks inside them. Each choice among them is one linear programme, solved for the ends of each
    segment's rate.

    Parameters
    ----------
    breaks
        Decimal years where the rate may change, rising; none for a single rate.
    signs
        One sign a segment: ``"+"`` does not fall, ``"-"`` does not rise. None: no segment falls.

    Returns
    -------
    tuple of Interval or None
        For each segment the range of its rate (a share), all else free; the ranges do not hold independently. None
        when no such path exists. Where a count's dates hold a break between unlike signs, each range is the smallest
        interval around those of the cases.

    Raises
    ------
    ValueError
        For signs that do not fit the breaks, breaks out of order, or more than 4,096 cases.

    Examples
    --------
    >>> counts = pd.DataFrame({"id": list("abcd"), "low": [10, 20, 40, 40], "high": [10, 20, 40, 40],
    ...                        "start": [2000, 2001, 2002, 2004], "end": [2000, 2001, 2002, 2004]})
    >>> one_rate(counts) is None, segments(counts, [2001]) is None
    (True, True)
    >>> [(round(rate.low, 6), round(rate.high, 6)) for rate in segments(counts, [2002])]
    [(1.0, 1.0), (0.0, 0.0)]
    """
    knots = [float(year) for year in breaks]
    signs = "+" * (len(knots) + 1) if signs is None else signs
    if len(signs) != len(knots) + 1 or set(signs) - {"+", "-"}:
        raise ValueError(f"{len(knots)} breaks need {len(knots) + 1} signs + or -, found {signs!r}")
    if any(later <= earlier for earlier, later in pairwise(knots)):
        raise ValueError(f"breaks must rise, found {breaks}")
    cases = [_slope_ranges(*case, signs) for case in _cases(counts, knots, signs)]
    found = [case for case in cases if case is not None]
    hulls = [_rates([case[place] for case in found]) for place in range(len(signs))]
    return tuple(hull for hull in hulls if hull is not None) if found else None


def _cases(counts: pd.DataFrame, knots: list[float], signs: str) -> list[tuple[Floats, Floats]]:
    """Systems A x <= c, x = (level, slopes), one for each choice of the moments at which the counts are met."""
    log_low, log_high, t_low, t_high = _bands(counts)
    origin = float(t_low.min(initial=math.inf)) if len(t_low) else 0.0
    choices: list[list[tuple[list[float], float]]] = []
    for low, high, first, last in zip(log_low, log_high, t_low, t_high, strict=True):
        if low > -math.inf:
            tops = _peaks(first, last, knots, signs)
            choices.append([([-part for part in _path_row(top, knots, origin)], -low) for top in tops])
        if high < math.inf:
            bottoms = _peaks(first, last, knots, signs.translate(str.maketrans("+-", "-+")))
            choices.append([(_path_row(bottom, knots, origin), high) for bottom in bottoms])
    if math.prod(map(len, choices)) > MOST_CASES:
        raise ValueError(f"more than {MOST_CASES} cases: too many counts whose dates hold a break between unlike signs")
    return [
        (np.array([row for row, _ in case]).reshape(-1, len(signs) + 1), np.array([limit for _, limit in case]))
        for case in product(*choices)
    ]


def _path_row(year: float, knots: list[float], origin: float) -> list[float]:
    """The path at a year, as weights of its level at the origin and of each segment's slope."""
    edges = [-math.inf, *knots, math.inf]
    return [1.0, *(min(max(year, lo), hi) - min(max(origin, lo), hi) for lo, hi in pairwise(edges))]


def _peaks(first: float, last: float, knots: list[float], signs: str) -> list[float]:
    """Moments from first to last at which a path with these signs can be highest."""
    inside = [knot for knot in knots if first < knot < last]
    before = sum(knot <= first for knot in knots)
    pieces = signs[before : before + len(inside) + 1]
    rises_to, falls_from = ["+", *pieces], [*pieces, "-"]
    stops = [first, *inside, last]
    return [stop for stop, up, down in zip(stops, rises_to, falls_from, strict=True) if up == "+" and down == "-"]


def _slope_ranges(rows: Floats, limits: Floats, signs: str) -> list[Interval] | None:
    """Each slope's range, or None. Limits are first missed by as little as possible, so that touching counts fit."""
    bounds = [(None, None), *((0, None) if sign == "+" else (None, 0) for sign in signs)]
    goals = np.eye(len(bounds) + 1)
    with_miss = np.hstack([rows, -np.ones((len(rows), 1))])
    miss = _least(goals[-1], with_miss, limits, [*bounds, (0, None)])
    if miss > TOLERANCE:
        return None
    ranges = []
    for sign, goal in zip(signs, goals[1:, :-1], strict=False):
        least = _least(goal, rows, limits + miss + TOLERANCE, bounds)
        most = -_least(-goal, rows, limits + miss + TOLERANCE, bounds)
        low, high = sorted((least, most))
        ranges.append(Interval(max(low, 0.0), max(high, 0.0)) if sign == "+" else Interval(min(low, 0), min(high, 0)))
    return ranges


def _least(goal: Floats, rows: Floats, limits: Floats, bounds: Sequence[tuple[int | None, int | None]]) -> float:
    """The smallest value of a linear goal over a system that has a solution; -inf where there is none."""
    from scipy.optimize import linprog  # noqa: PLC0415

    for presolve in (False, True):
        options = {"presolve": presolve, "primal_feasibility_tolerance": TOLERANCE / 10}
        found = linprog(goal, A_ub=rows, b_ub=limits, bounds=bounds, method="highs", options=options)
        if found.status == 0:
            return float(found.fun)
        if found.status == 3:
            return -math.inf
    raise RuntimeError(f"the linear programme was not solved: {found.message}")


def possible_breaks(
    counts: pd.DataFrame, years: Iterable[int], n_breaks: int = 1, nonfalling: bool = True
) -> pd.DataFrame:
    """Every placement of the breaks among the given years: could joined segments have produced the counts?

    Parameters
    ----------
    years
        Years at whose beginning a break may lie.
    n_breaks
        How many breaks.
    nonfalling
        Only segments that do not fall; otherwise one row for each pattern of signs. A level segment fits both signs.

    Returns
    -------
    pandas.DataFrame
        ``break_1``, ..., ``signs``, ``counts`` and ``parameters`` (a level, the slopes and the breaks) for comparison,
        ``feasible``, and ``rate_1_low``, ``rate_1_high``, ... (shares; NaN when not feasible).

    Examples
    --------
    >>> counts = pd.DataFrame({"id": list("abcd"), "low": [10, 20, 40, 40], "high": [10, 20, 40, 40],
    ...                        "start": [2000, 2001, 2002, 2004], "end": [2000, 2001, 2002, 2004]})
    >>> table = possible_breaks(counts, range(2001, 2004))
    >>> table.break_1[table.feasible].tolist()
    [2002]
    """
    table = dated(counts)
    years = sorted(set(years))
    found = set(placements(table, years, n_breaks)) if nonfalling else set()
    possible = (lambda breaks, _: breaks in found) if nonfalling else _pieces_fit(table)
    rows: list[dict[str, object]] = []
    for breaks in combinations(years, n_breaks):
        for pattern in ["+" * (n_breaks + 1)] if nonfalling else map("".join, product("+-", repeat=n_breaks + 1)):
            rates = segments(table, breaks, pattern) if possible(breaks, pattern) else None
            row: dict[str, object] = {f"break_{place}": year for place, year in enumerate(breaks, start=1)}
            row |= {"signs": pattern, "counts": len(table), "parameters": 2 * n_breaks + 2, "feasible": bool(rates)}
            for place in range(n_breaks + 1):
                row |= _ends(f"rate_{place + 1}", rates[place] if rates else None)
            rows.append(row)
    return pd.DataFrame(rows)


def placements(counts: pd.DataFrame, years: Iterable[int], n_breaks: int = 1) -> list[tuple[int, ...]]:
    """Where the breaks may lie, if joined segments that do not fall have produced the counts.

    A path that does not fall meets a count when it is high enough at the last of its dates and low enough at the first,
    so each count is two points, and all that one segment hands to the next is the level at the break. The levels that
    can be reached are an interval; it is carried from break to break.

    Examples
    --------
    >>> counts = pd.DataFrame({"id": list("abcd"), "low": [10, 20, 40, 40], "high": [10, 20, 40, 40],
    ...                        "start": [2000, 2001, 2002, 2004], "end": [2000, 2001, 2002, 2004]})
    >>> placements(counts, range(2001, 2004))
    [(2002,)]
    """
    log_low, log_high, t_low, t_high = _bands(counts)
    points = np.concatenate([t_high, t_low])
    signs = np.repeat([-1.0, 1.0], len(t_low))
    limits = signs * np.concatenate([log_low, log_high]) + TOLERANCE
    known = np.isfinite(limits)
    points, signs, limits = points[known], signs[known], limits[known]
    knots = sorted(set(years))
    begin = min([*points.tolist(), *knots], default=0.0) - 1
    end = max([*points.tolist(), *knots], default=0.0) + 1

    def reach(start: float, stop: float, levels: Interval) -> Interval | None:
        on = (points >= start) & (points <= stop)
        share = (points[on] - start) / (stop - start)
        first = np.concatenate([signs[on] * (1 - share), [1.0, 1.0, -1.0]])
        last = np.concatenate([signs[on] * share, [-1.0, 0.0, 0.0]])
        return _second_range(first, last, np.concatenate([limits[on], [0.0, levels.high, -levels.low]]))

    def walk(start: float, levels: Interval, left: int, after: int) -> Iterator[tuple[int, ...]]:
        if not left:
            if reach(start, end, levels):
                yield ()
            return
        for place in range(after, len(knots)):
            reached = reach(start, knots[place], levels)
            if reached:
                yield from ((knots[place], *rest) for rest in walk(knots[place], reached, left - 1, place + 1))

    return list(walk(begin, Interval(-math.inf, math.inf), n_breaks, 0))


def _second_range(first: Floats, second: Floats, limits: Floats) -> Interval | None:
    """The y for which some x has first x + second y <= limits: x is taken out by Fourier-Motzkin elimination."""
    useful = np.isfinite(limits)
    first, second, limits = first[useful], second[useful], limits[useful]
    above, below, free = first > TOLERANCE, first < -TOLERANCE, np.abs(first) <= TOLERANCE
    slope, room = second[above] / first[above], limits[above] / first[above]
    slope_below, room_below = second[below] / first[below], limits[below] / first[below]
    weights = np.concatenate([second[free], (slope[:, None] - slope_below[None, :]).ravel()])
    bounds = np.concatenate([limits[free], (room[:, None] - room_below[None, :]).ravel()])
    flat = np.abs(weights) <= TOLERANCE
    if (bounds[flat] < -TOLERANCE).any():
        return None
    ratios = bounds[~flat] / weights[~flat]
    high = float(np.min(ratios[weights[~flat] > 0], initial=math.inf))
    low = float(np.max(ratios[weights[~flat] < 0], initial=-math.inf))
    return Interval(min(low, high), high) if low <= high + TOLERANCE else None


def _pieces_fit(counts: pd.DataFrame) -> Callable[[tuple[int, ...], str], bool]:
    """A quick question that every possible placement passes: do the counts within each segment fit one rate?"""
    log_low, log_high, t_low, t_high = _bands(counts)
    moments = {"+": (t_low, t_high), "-": (-t_high, -t_low)}

    @cache
    def fits(start: float, stop: float, sign: str) -> bool:
        inside = (t_low >= start) & (t_high <= stop)
        first, last = moments[sign]
        return (
            not inside.any() or _one_slope(log_low[inside], log_high[inside], first[inside], last[inside]) is not None
        )

    def pieces_fit(breaks: tuple[int, ...], pattern: str) -> bool:
        edges = pairwise([-math.inf, *breaks, math.inf])
        return all(fits(start, stop, sign) for (start, stop), sign in zip(edges, pattern, strict=True))

    return pieces_fit


# --- what cannot be true together -----------------------------------------------------------------------------------

MOST_NAMES = 30
MOST_SETS = 20_000

Holds = Callable[[frozenset[str]], bool]


def smallest_removals(names: Collection[str], holds: Holds) -> list[frozenset[str]]:
    """All smallest sets of names whose removal makes the rest hold together.

    Sets are tried by size; one that leaves a known conflict whole is passed over.

    Parameters
    ----------
    names
        At most 30 (ValueError).
    holds
        Whether a set of names can be true together; it must stay true when names are taken away.

    Returns
    -------
    list of frozenset
        ``[frozenset()]`` when nothing has to go; empty when not even the removal of all will do.

    Examples
    --------
    >>> sorted(map(sorted, smallest_removals("abc", lambda kept: not {"a", "b"} <= kept)))
    [['a'], ['b']]
    """
    if len(names) > MOST_NAMES:
        raise ValueError(f"at most {MOST_NAMES} names, found {len(names)}")
    everything = frozenset(names)
    cores: list[frozenset[str]] = []
    for size in range(len(everything) + 1):
        found = []
        for removed in map(frozenset, combinations(sorted(everything), size)):
            if any(core.isdisjoint(removed) for core in cores):
                continue
            if holds(everything - removed):
                found.append(removed)
            else:
                cores.append(_core(everything - removed, holds))
        if found:
            return found
    return []


def minimal_conflicts(names: Collection[str], holds: Holds) -> list[frozenset[str]]:
    """All minimal conflicts: sets that cannot be true together, though every part of each can.

    Method: the tree of hitting sets (Reiter 1987, "A theory of diagnosis from first principles"); every minimal
    conflict other than the one at hand lacks one of its names, so taking each away in turn finds them all.

    Names and question are those of :func:`smallest_removals`. ValueError when more than 20,000 sets would have to be
    looked at.

    Examples
    --------
    >>> minimal_conflicts("abc", lambda kept: len(kept) < 3) == [frozenset("abc")]
    True
    """
    everything = frozenset(names)
    cores: list[frozenset[str]] = []
    waiting, seen = [frozenset[str]()], {frozenset[str]()}
    while waiting:
        removed = waiting.pop()
        core = next((known for known in cores if known.isdisjoint(removed)), None)
        if core is None:
            if holds(everything - removed):
                continue
            core = _core(everything - removed, holds)
            cores.append(core)
        further = {removed | {name} for name in core} - seen
        seen |= further
        waiting += further
        if len(seen) > MOST_SETS:
            raise ValueError(f"more than {MOST_SETS} sets to look at: ask about fewer names")
    return sorted(cores, key=lambda core: (len(core), sorted(core)))


def _core(kept: frozenset[str], holds: Holds) -> frozenset[str]:
    """One minimal conflict within a set that does not hold: drop each name that is not needed for it."""
    for name in sorted(kept):
        if not holds(kept - {name}):
            kept -= {name}
    return kept


def conflicts(counts: pd.DataFrame, feasible: Callable[[pd.DataFrame], bool] | None = None) -> list[frozenset[str]]:
    """All smallest sets of counts whose removal lets the rest be feasible.

    ``feasible`` is a question about a table of counts; None asks for one constant rate of either sign. Sets of ids are
    returned as by :func:`smallest_removals`.

    Examples
    --------
    >>> counts = pd.DataFrame({"id": list("abcd"), "low": [10, 20, 99, 80], "high": [10, 20, 99, 80],
    ...                        "start": [2000, 2001, 2002, 2003], "end": [2000, 2001, 2002, 2003]})
    >>> conflicts(counts) == [frozenset("c")]
    True
    """
    table = dated(counts)
    ask = feasible or (lambda kept: one_rate(kept) is not None)
    return smallest_removals(list(table.id), lambda kept: ask(table[table.id.isin(kept)]))


# --- order and ratios, with no model of growth ----------------------------------------------------------------------


class Says(NamedTuple):
    """A statement that a quantity lies in an interval."""

    quantity: str
    interval: Interval


class Relation(NamedTuple):
    """A statement that y / x lies in an interval; unless given, that y is at least x."""

    x: str
    y: str
    ratio: Interval = AT_LEAST


class MustGive(NamedTuple):
    """What :func:`what_must_give` finds: the smallest sets to give up, and the minimal conflicts among statements."""

    removals: list[frozenset[str]]
    conflicts: list[frozenset[str]]


def what_must_give(
    statements: Mapping[str, Says], constraints: Mapping[str, Relation], fixed: Collection[str] = ()
) -> MustGive:
    """Which statements cannot all be true, with no model but order and ratios.

    Parameters
    ----------
    statements
        Name of a statement to what it says of a quantity; several may speak of one quantity.
    constraints
        Name of a constraint to the relation of two quantities; constraints may be given up like statements.
    fixed
        Names that may not be given up.

    Raises
    ------
    ValueError
        For a name in both, a fixed name that is in neither, or an interval without a positive value. Quantities are
        taken to be positive.

    Examples
    --------
    >>> found = what_must_give(
    ...     {"registered 4,500": Says("r", Interval(4450, 4550)), "operating 5,000": Says("o", Interval(5000, 5000))},
    ...     {"operating <= registered": Relation("o", "r")}, fixed=["operating <= registered"])
    >>> sorted(map(sorted, found.removals))
    [['operating 5,000'], ['registered 4,500']]
    """
    links = _links(statements, constraints)
    if len(links) < len(statements) + len(constraints) or set(fixed) - set(links):
        raise ValueError("a name stands for both a statement and a constraint, or a fixed name for neither")

    def holds(kept: frozenset[str]) -> bool:
        return _together([link for name, link in links.items() if name in kept or name in fixed])

    free = [name for name in links if name not in fixed]
    return MustGive(smallest_removals(free, holds), minimal_conflicts(free, holds))


_Link = tuple[str, str, Interval]


def _links(statements: Mapping[str, Says], constraints: Mapping[str, Relation]) -> dict[str, _Link]:
    """All statements as ratios y / x; x is "" for the number 1."""
    links: dict[str, _Link] = {name: ("", says.quantity, says.interval) for name, says in statements.items()}
    links |= {name: (relation.x, relation.y, relation.ratio) for name, relation in constraints.items()}
    for name, (_, _, ratio) in links.items():
        if ratio.high <= 0 or ratio.low == math.inf:
            raise ValueError(f"{name!r} allows no positive number: {ratio}")
    return links


def _together(links: Iterable[_Link]) -> bool:
    """Whether all links can hold: no negative cycle in a system of differences of logarithms (Floyd-Warshall).

    ``gap[y, x]`` is the upper bound of log y - log x.
    """
    links = list(links)
    names = list(dict.fromkeys(["", *(name for x, y, _ in links for name in (x, y))]))
    place = {name: number for number, name in enumerate(names)}
    gap = np.full((len(names), len(names)), math.inf)
    np.fill_diagonal(gap, 0.0)
    for x, y, ratio in links:
        i, j = place[x], place[y]
        gap[j, i] = min(gap[j, i], math.log(ratio.high))
        gap[i, j] = min(gap[i, j], -math.log(ratio.low) if ratio.low > 0 else math.inf)
    for k in range(len(names)):
        gap = np.minimum(gap, gap[:, k, None] + gap[None, k, :])
    return bool((np.diag(gap) >= -TOLERANCE).all())


# --- never falling --------------------------------------------------------------------------------------------------


def envelope(counts: pd.DataFrame, years: Iterable[float]) -> pd.DataFrame:
    """The exact range for each moment if the number never falls: at least every earlier count, at most every later.

    Only counts that certainly lie before (or after) a moment bound it. That is sharp where the counts agree with each
    other; :func:`falls` lists the pairs that do not, also where no listed year lies between them.

    Parameters
    ----------
    years
        Moments in decimal years: 2003 is the beginning of 2003, 2003.5 its middle.

    Returns
    -------
    pandas.DataFrame
        ``year``, ``low`` and ``high`` (0 and ``inf`` where open), ``low_from`` and ``high_from`` (the id of the count
        that binds, None where open) and ``contradiction`` (low above high).

    Examples
    --------
    >>> counts = pd.DataFrame({"id": ["a", "b"], "low": [90, 200], "high": [110, 200],
    ...                        "start": [2000, 2005], "end": [2001, 2005]})
    >>> envelope(counts, [2000, 2003, 2006])[["low", "high"]].to_numpy().tolist()
    [[0.0, 110.0], [90.0, 200.0], [200.0, inf]]
    """
    table = dated(counts)
    rows: list[dict[str, object]] = []
    for year in years:
        before = table[(table.t_high <= year) & (table.low > 0)]
        after = table[(table.t_low >= year) & (table.high < math.inf)]
        low = float(before.low.max()) if len(before) else 0.0
        high = float(after.high.min()) if len(after) else math.inf
        low_from = before.id.iloc[int(before.low.argmax())] if len(before) else None
        high_from = after.id.iloc[int(after.high.argmin())] if len(after) else None
        row: dict[str, object] = {"year": year, "low": low, "high": high, "low_from": low_from, "high_from": high_from}
        rows.append({**row, "contradiction": low > high})
    return pd.DataFrame(rows, columns=["year", "low", "high", "low_from", "high_from", "contradiction"])


def falls(counts: pd.DataFrame) -> list[tuple[str, str]]:
    """Pairs of ids, earlier and later, between which the number certainly fell (or of which one count is wrong).

    Empty exactly when a path that never falls can meet all the counts.

    Examples
    --------
    >>> falls(pd.DataFrame({"id": ["a", "b"], "low": [90, 30], "high": [110, 80],
    ...                     "start": [1991, 1994], "end": [1992, 1995]}))
    [('a', 'b')]
    """
    table = dated(counts)
    order = table.t_high.to_numpy()[:, None] <= table.t_low.to_numpy()[None, :]
    drop = table.low.to_numpy()[:, None] > table.high.to_numpy()[None, :]
    return [(table.id.iloc[a], table.id.iloc[b]) for a, b in np.argwhere(order & drop)]

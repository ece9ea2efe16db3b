"""Growth between dated counts, when neither the number nor the date is known exactly.

Every function takes a small table of dated counts (see :func:`dated`) or intervals and gives exact ranges: nothing is
estimated, no path is fitted. A count says that at some moment between its dates the true number lay between its ends;
each count has a moment of its own. Years are decimal (2003.5 is the middle of 2003); rates are shares (0.08 is 8 %).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
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
ONE = Interval(1, 1)


# --- dates and counts -----------------------------------------------------------------------------------------------


def decimal_year(dates: pd.Series[Any]) -> pd.Series[float]:
    """Dates as decimal years: the first moment of the day, as a share of its year. Numbers pass unchanged."""
    if pd.api.types.is_numeric_dtype(dates):
        return dates.astype("float64")
    days = pd.to_datetime(dates).dt
    year_length = 365.0 + days.is_leap_year.astype("float64")
    return (days.year + (days.day_of_year - 1 + days.hour / 24) / year_length).astype("float64")


def dated(counts: pd.DataFrame) -> pd.DataFrame:
    """The counts with ``t_low`` and ``t_high``, the first and last moment of each in decimal years.

    Columns of ``counts``: ``id``, ``low``, ``high`` (0 and ``inf`` are open ends), ``start`` and ``end``; a calendar
    date in ``end`` is the last *day*. Decimal years are taken as they are, and so are ``t_low`` and ``t_high``.
    ValueError for an id that occurs twice, a missing number or date, wrong order, or an upper end not above 0.

    Examples
    --------
    >>> dated(pd.DataFrame({"id": ["a"], "low": 90, "high": 110, "start": 2003, "end": 2004})).t_high.tolist()
    [2004.0]
    """
    result = counts.copy()
    if not {"t_low", "t_high"} <= set(result.columns):
        days = not pd.api.types.is_numeric_dtype(result["end"])
        end = pd.to_datetime(result["end"]) + pd.Timedelta(days=1) if days else result["end"]
        result["t_low"], result["t_high"] = decimal_year(result["start"]), decimal_year(end)
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


class Growth(NamedTuple):
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
    below), so its range lies at the corners. The two dates are independent. ValueError if the second count may be as
    early as the first.

    Examples
    --------
    >>> first, second = Count(Interval(100, 100), Interval(2000, 2000)), Count(Interval(400, 400), Interval(2002, 2004))
    >>> growth_between(first, second).rate.high, growth_between(first, second).net
    (1.0, Interval(low=75.0, high=150.0))
    """
    years = second.date - first.date
    if years.low <= 0:
        raise ValueError(f"the second count must lie after the first, found {first.date} and {second.date}")
    factor = second.value / first.value
    rate = _annual_rate(factor, years)
    doubling = Interval(_doubling(rate.high), _doubling(rate.low))
    return Growth(factor, rate, doubling, (second.value - first.value) / years, years)


def _annual_rate(factor: Interval, years: Interval) -> Interval:
    rates = [f ** (1 / t) - 1 for f in (factor.low, factor.high) for t in (years.low, years.high)]
    return Interval(min(rates), max(rates))


def _doubling(rate: float) -> float:
    return math.log(2) / math.log1p(rate) if rate > 0 else math.inf


def remaining_growth(total: Interval, known: Interval, years: Interval) -> Interval:
    """Mean annual rate left for the other years: ``total`` is the factor over all, ``known`` the rate of one (a share).

    ValueError if no other year is left, or ``known`` may be -1 or less.
    """
    others = years - ONE
    if others.low <= 0 or known.low <= -1:
        raise ValueError(f"need more than one year and a known growth above -1; found years={years}, known={known}")
    return _annual_rate(total / (ONE + known), others)


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
    one bound on b for each pair of counts (Fourier-Motzkin elimination). Falling paths are the mirror image.

    ``signs``: ``"+"`` for rates >= 0, ``"-"`` for rates <= 0, ``"+-"`` for the smallest interval around the two; rates
    near 0 between them may be impossible, so ask for each sign apart. Rates are shares (-1 and ``inf`` are open ends);
    None when no constant rate will do.

    Examples
    --------
    >>> counts = pd.DataFrame({"id": ["a", "b", "c"], "low": [90, 180, 400], "high": [110, 220, 400],
    ...                        "start": [2000, 2001, 2002], "end": [2000, 2001, 2002]})
    >>> rates = one_rate(counts)
    >>> round(rates.low, 3), round(rates.high, 3)
    (0.907, 1.108)
    """
    log_low, log_high, t_low, t_high = _bands(counts)
    rising = _one_slope(log_low, log_high, t_low, t_high) if "+" in signs else None
    falling = _one_slope(log_low, log_high, -t_high, -t_low) if "-" in signs else None
    return _rates([slopes for slopes in (rising, -falling if falling else None) if slopes])


def _one_slope(log_low: Floats, log_high: Floats, t_low: Floats, t_high: Floats) -> Interval | None:
    """Feasible b >= 0: for all pairs, b (t_low[i] - t_high[j]) <= log_high[i] - log_low[j]."""
    weights, limits = t_low[:, None] - t_high[None, :], log_high[:, None] - log_low[None, :]
    return _bounded(np.append(weights, -1.0), np.append(limits, 0.0))


def _bounded(weights: Floats, limits: Floats) -> Interval | None:
    """The b with weights * b <= limits, within the tolerance."""
    flat = np.abs(weights) <= TOLERANCE
    if (limits[flat] < -TOLERANCE).any():
        return None
    ratios, rising = limits[~flat] / weights[~flat], weights[~flat] > 0
    high = float(np.min(ratios[rising], initial=math.inf))
    low = float(np.max(ratios[~rising], initial=-math.inf))
    return Interval(low, max(low, high)) if low <= high + TOLERANCE else None


def _rates(slopes: Collection[Interval]) -> Interval | None:
    """The hull of slopes in logarithms, as annual rates."""
    if not slopes:
        return None
    low, high = min(slope.low for slope in slopes), max(slope.high for slope in slopes)
    with np.errstate(over="ignore"):
        return Interval(float(np.expm1(low)), float(np.expm1(high)))


# --- joined segments ------------------------------------------------------------------------------------------------

MOST_CASES = 4096


def segments(counts: pd.DataFrame, breaks: Sequence[float], signs: str | None = None) -> tuple[Interval, ...] | None:
    """Annual rates of joined segments, each of constant growth, that could have produced all the counts.

    The path is continuous and straight in logarithms between breaks (decimal years, rising; none for a single rate). It
    meets a count in its dates when its highest point there is not below log low and its lowest not above log high; for
    a given pattern of signs those points are ends of the dates or breaks inside them. Each choice among them is one
    linear programme, solved for the ends of each segment's rate. ``signs``: one a segment, ``"+"`` does not fall,
    ``"-"`` does not rise; None: no segment falls.

    Gives the range of each rate (a share), all else free: the smallest interval around those of the cases; None when no
    such path exists. ValueError for signs that do not fit the breaks, breaks out of order, or more than 4,096 cases.

    Examples
    --------
    >>> counts = pd.DataFrame({"id": list("abcd"), "low": [10, 20, 40, 40], "high": [10, 20, 40, 40],
    ...                        "start": [2000, 2001, 2002, 2004], "end": [2000, 2001, 2002, 2004]})
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
    bands = _bands(counts)
    origin, mirrored = float(np.min(bands[2], initial=math.inf)), signs.translate(str.maketrans("+-", "-+"))
    choices: list[list[tuple[Floats, float]]] = []
    for low, high, first, last in zip(*bands, strict=True):
        if low > -math.inf:
            choices.append([(-_path_row(top, knots, origin), -low) for top in _peaks(first, last, knots, signs)])
        if high < math.inf:
            bottoms = _peaks(first, last, knots, mirrored)
            choices.append([(_path_row(bottom, knots, origin), high) for bottom in bottoms])
    if math.prod(map(len, choices)) > MOST_CASES:
        raise ValueError(f"more than {MOST_CASES} cases: too many counts whose dates hold a break between unlike signs")
    return [
        (np.array([row for row, _ in case]).reshape(-1, len(signs) + 1), np.array([limit for _, limit in case]))
        for case in product(*choices)
    ]


def _path_row(year: float, knots: list[float], origin: float) -> Floats:
    """The path at a year, as weights of its level at the origin and of each segment's slope."""
    edges = pairwise([-math.inf, *knots, math.inf])
    return np.array([1.0, *(min(max(year, lo), hi) - min(max(origin, lo), hi) for lo, hi in edges)])


def _peaks(first: float, last: float, knots: list[float], signs: str) -> list[float]:
    """Moments from first to last at which a path with these signs can be highest."""
    inside = [knot for knot in knots if first < knot < last]
    before = sum(knot <= first for knot in knots)
    pieces = signs[before : before + len(inside) + 1]
    turns = zip([first, *inside, last], "+" + pieces, pieces + "-", strict=True)
    return [stop for stop, up, down in turns if up == "+" and down == "-"]


def _slope_ranges(rows: Floats, limits: Floats, signs: str) -> list[Interval] | None:
    """Each slope's range, or None. Limits are first missed by as little as possible, so that touching counts fit."""
    bounds = [(None, None), *((0, None) if sign == "+" else (None, 0) for sign in signs)]
    goals = np.eye(len(bounds) + 1)
    miss = _least(goals[-1], np.hstack([rows, -np.ones((len(rows), 1))]), limits, [*bounds, (0, None)])
    if miss > TOLERANCE:
        return None
    ranges = []
    for sign, goal in zip(signs, goals[1:, :-1], strict=False):
        ends = sorted(way * _least(way * goal, rows, limits + miss + TOLERANCE, bounds) for way in (1, -1))
        low, high = np.clip(ends, 0, None) if sign == "+" else np.clip(ends, None, 0)
        ranges.append(Interval(float(low), float(high)))
    return ranges


def _least(goal: Floats, rows: Floats, limits: Floats, bounds: Sequence[tuple[int | None, int | None]]) -> float:
    """The smallest value of a linear goal over a system that has a solution; -inf where there is none."""
    from scipy.optimize import linprog  # noqa: PLC0415

    for presolve in (False, True):
        options = {"presolve": presolve, "primal_feasibility_tolerance": TOLERANCE / 10}
        found = linprog(goal, A_ub=rows, b_ub=limits, bounds=bounds, method="highs", options=options)
        if found.status in (0, 3):
            return float(found.fun) if found.status == 0 else -math.inf
    raise RuntimeError(f"the linear programme was not solved: {found.message}")


def falling_patterns(counts: pd.DataFrame, years: Iterable[int], n_breaks: int) -> list[str]:
    """Patterns of signs with at least one falling segment that could, with breaks in the years, have made the counts.

    Before each linear programme a quick question is asked: do the counts within each segment fit one rate?
    """
    log_low, log_high, t_low, t_high = _bands(counts)
    moments = {"+": (t_low, t_high), "-": (-t_high, -t_low)}

    @cache
    def fits(start: float, stop: float, sign: str) -> bool:
        inside = (t_low >= start) & (t_high <= stop)
        first, last = moments[sign]
        return _one_slope(log_low[inside], log_high[inside], first[inside], last[inside]) is not None

    def possible(breaks: tuple[int, ...], pattern: str) -> bool:
        edges = pairwise([-math.inf, *breaks, math.inf])
        pieces = all(fits(start, stop, sign) for (start, stop), sign in zip(edges, pattern, strict=True))
        return pieces and segments(counts, breaks, pattern) is not None

    placed = list(combinations(sorted(set(years)), n_breaks))
    patterns = ("".join(signs) for signs in product("+-", repeat=n_breaks + 1) if "-" in signs)
    return [pattern for pattern in patterns if any(possible(breaks, pattern) for breaks in placed)]


def placements(counts: pd.DataFrame, years: Iterable[int], n_breaks: int = 1) -> list[tuple[int, ...]]:
    """Where the breaks may lie, if joined segments that do not fall have produced the counts.

    A path that does not fall meets a count when it is high enough at the last of its dates and low enough at the first,
    so each count is two points, and all that one segment hands to the next is the level at the break. The levels that
    can be reached are an interval; it is carried from break to break.
    """
    log_low, log_high, t_low, t_high = _bands(counts)
    points, signs = np.concatenate([t_high, t_low]), np.repeat([-1.0, 1.0], len(t_low))
    limits = signs * np.concatenate([log_low, log_high]) + TOLERANCE
    known = np.isfinite(limits)
    points, signs, limits = points[known], signs[known], limits[known]
    knots = sorted(set(years))
    begin, end = min([*points, *knots], default=0.0) - 1, max([*points, *knots], default=0.0) + 1

    def reach(start: float, stop: float, levels: Interval) -> Interval | None:
        on = (points >= start) & (points <= stop)
        share = (points[on] - start) / (stop - start)
        first = np.concatenate([signs[on] * (1 - share), [1.0, 1.0, -1.0]])
        last = np.concatenate([signs[on] * share, [-1.0, 0.0, 0.0]])
        return _second_range(first, last, np.concatenate([limits[on], [0.0, levels.high, -levels.low]]))

    def walk(start: float, levels: Interval, left: int, after: int) -> Iterator[tuple[int, ...]]:
        if not left and reach(start, end, levels):
            yield ()
        for place in range(after, len(knots)) if left else ():
            reached = reach(start, knots[place], levels)
            if reached:
                yield from ((knots[place], *rest) for rest in walk(knots[place], reached, left - 1, place + 1))

    return list(walk(begin, Interval(-math.inf, math.inf), n_breaks, 0))


def _second_range(first: Floats, second: Floats, limits: Floats) -> Interval | None:
    """The y for which some x has first x + second y <= limits: x is taken out by Fourier-Motzkin elimination."""
    above, below = (first > TOLERANCE) & np.isfinite(limits), (first < -TOLERANCE) & np.isfinite(limits)
    free = (np.abs(first) <= TOLERANCE) & np.isfinite(limits)
    slope, room = second[above] / first[above], limits[above] / first[above]
    slope_below, room_below = second[below] / first[below], limits[below] / first[below]
    weights = np.concatenate([second[free], (slope[:, None] - slope_below[None, :]).ravel()])
    return _bounded(weights, np.concatenate([limits[free], (room[:, None] - room_below[None, :]).ravel()]))


# --- what cannot be true together -----------------------------------------------------------------------------------

MOST_SETS = 20_000


class MustGive(NamedTuple):
    """Smallest sets to give up (one empty set where nothing must go, none where no removal will do), and conflicts."""

    removals: list[frozenset[str]]
    conflicts: list[frozenset[str]]

    @property
    def least(self) -> int:
        """How many names have to go at the least."""
        return len(self.removals[0]) if self.removals else 0


def diagnose(names: Collection[str], holds: Callable[[frozenset[str]], bool], *, every: bool = True) -> MustGive:
    """All smallest sets of names whose removal makes the rest hold together, and all minimal conflicts.

    Method: the tree of hitting sets (Reiter 1987, "A theory of diagnosis from first principles"), level by level.
    ``holds``: whether a set of names can be true together; it must stay true when names are taken away. ``every``:
    whether to go on after the smallest sets, until every minimal conflict is found, a set that cannot be true together
    though every part of it can. ValueError when that takes more than 20,000 sets of one size.

    Examples
    --------
    >>> found = diagnose("abc", lambda kept: not {"a", "b"} <= kept)
    >>> sorted(map(sorted, found.removals)), found.conflicts == [frozenset("ab")]
    ([['a'], ['b']], True)
    """
    everything = frozenset(names)
    cores: list[frozenset[str]] = []
    fitting: list[frozenset[str]] = []
    level = {frozenset[str]()}
    while level and (every or not fitting):
        further: set[frozenset[str]] = set()
        for removed in sorted(level, key=sorted):
            core = next((known for known in cores if known.isdisjoint(removed)), None)
            if core is None and holds(everything - removed):
                fitting.append(removed)
                continue
            if core is None:
                core = _core(everything - removed, holds)
                cores.append(core)
            further |= {removed | {name} for name in core}
        if len(further) > MOST_SETS:
            raise ValueError(f"more than {MOST_SETS} sets to look at: ask about fewer names")
        level = further
    smallest = [removed for removed in fitting if len(removed) == len(fitting[0])]
    return MustGive(smallest, sorted(cores, key=lambda core: (len(core), sorted(core))))


def _core(kept: frozenset[str], holds: Callable[[frozenset[str]], bool]) -> frozenset[str]:
    """One minimal conflict within a set that does not hold: drop each name that is not needed for it."""
    for name in sorted(kept):
        if not holds(kept - {name}):
            kept -= {name}
    return kept


# --- order and ratios, with no model of growth ----------------------------------------------------------------------


class Relation(NamedTuple):
    """A statement that y / x lies in an interval; unless given, that y is at least x. x is "" for the number 1."""

    x: str
    y: str
    ratio: Interval = Interval(1, math.inf)


def what_must_give(relations: Mapping[str, Relation], fixed: Collection[str] = ()) -> MustGive:
    """Which statements on positive quantities cannot all be true, with no model but order and ratios.

    Several may speak of one quantity or ratio; ``fixed`` names may not be given up. ValueError for a fixed name that is
    not there, or an interval without a positive value.

    Examples
    --------
    >>> found = what_must_give({"registered 4,500": Relation("", "r", Interval(4450, 4550)),
    ...     "operating 5,000": Relation("", "o", Interval(5000, 5000)), "order": Relation("o", "r")}, fixed=["order"])
    >>> sorted(map(sorted, found.removals))
    [['operating 5,000'], ['registered 4,500']]
    """
    if set(fixed) - set(relations):
        raise ValueError("a fixed name stands for no relation")
    for name, (_, _, ratio) in relations.items():
        if ratio.high <= 0 or ratio.low == math.inf:
            raise ValueError(f"{name!r} allows no positive number: {ratio}")
    free = [name for name in relations if name not in fixed]
    return diagnose(free, lambda kept: _together([relations[name] for name in {*kept, *fixed}]))


def _together(relations: Collection[Relation]) -> bool:
    """Whether all can hold: no negative cycle in a system of differences of logarithms (Floyd-Warshall).

    ``gap[y, x]`` is the upper bound of log y - log x.
    """
    names = sorted({name for relation in relations for name in (relation.x, relation.y)})
    gap = np.where(np.eye(len(names), dtype=bool), 0.0, math.inf)
    for x, y, ratio in relations:
        i, j = names.index(x), names.index(y)
        gap[j, i] = min(gap[j, i], math.log(ratio.high))
        gap[i, j] = min(gap[i, j], -math.log(ratio.low) if ratio.low > 0 else math.inf)
    for k in range(len(names)):
        gap = np.minimum(gap, gap[:, k, None] + gap[None, k, :])
    return bool((np.diag(gap) >= -TOLERANCE).all())


# --- never falling --------------------------------------------------------------------------------------------------


def envelope(counts: pd.DataFrame, years: Iterable[float]) -> pd.DataFrame:
    """The exact range for each moment if the number never falls: at least every earlier count, at most every later.

    Only counts that certainly lie before (or after) a moment bound it. That is sharp where the counts agree with each
    other; :func:`falls` lists the pairs that do not. Returns ``year``, ``low`` and ``high`` (0 and ``inf`` where open).

    Examples
    --------
    >>> counts = pd.DataFrame({"id": ["a", "b"], "low": [90, 200], "high": [110, 200],
    ...                        "start": [2000, 2005], "end": [2001, 2005]})
    >>> envelope(counts, [2000, 2003, 2006])[["low", "high"]].to_numpy().tolist()
    [[0.0, 110.0], [90.0, 200.0], [200.0, inf]]
    """
    table, moments = dated(counts), list(years)
    low = [np.max(table.low.to_numpy()[table.t_high <= year], initial=0.0) for year in moments]
    high = [np.min(table.high.to_numpy()[table.t_low >= year], initial=math.inf) for year in moments]
    return pd.DataFrame({"year": moments, "low": low, "high": high})


def falls(counts: pd.DataFrame) -> list[tuple[str, str]]:
    """Pairs of ids, earlier and later, between which the number certainly fell (or of which one count is wrong).

    Empty exactly when a path that never falls can meet all the counts.
    """
    table = dated(counts)
    order = table.t_high.to_numpy()[:, None] <= table.t_low.to_numpy()[None, :]
    drop = table.low.to_numpy()[:, None] > table.high.to_numpy()[None, :]
    return [(table.id.iloc[a], table.id.iloc[b]) for a, b in np.argwhere(order & drop)]

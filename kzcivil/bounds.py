"""Least and greatest value of an expression over numbers that are known as ranges.

An expression is a number, a :class:`Leaf` (a number known as a range), or a tuple of an operator's sign and operands.
A leaf that occurs once may be taken by plain interval arithmetic. For one that occurs more than once the direction in
which the expression moves with it is found (Moore, Kearfott and Cloud 2009, *Introduction to Interval Analysis*,
chapters 5 and 6); where there is none, the range is searched (branch and bound).
"""

from __future__ import annotations

import heapq
import math
import operator
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any, Literal

Range = tuple[float, float]
MAX_POWER = 400
BUDGET = 200_000
"""Steps that the search for a least value may take; past it the bound is safe but may be too wide."""
UNSEEN = 1e-6
"""What a search finds below this is nothing."""
FAR = 1e60
"""Stands for an open end where a limit is taken."""
CLOSE = 1e-9
"""Relative gap at which a least value counts as found."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A number that is not computed from others: printed, measured elsewhere, or assumed.

    ``key`` tells which number it is: leaves with one key are one number. ``missing`` says what is not in the data.
    """

    key: str
    face: float
    low: float
    high: float
    words: str = ""
    place: str = ""
    kind: Literal["printed", "context", "assumed", "date"] = "assumed"
    missing: bool = False
    when: tuple[float, float, float] | None = None
    """Date in decimal years: face, earliest, latest."""


Node = Any
"""An expression: a Leaf, a plain number, or a tuple of an operator's sign and its operands."""


# --- ranges ---------------------------------------------------------------------------------------------------------


def _times(a: float, b: float) -> float:
    """Product of two ends; zero times an open end is zero, the limit over a closed range."""
    return 0.0 if a == 0 or b == 0 else a * b


def _add(a: Range, b: Range) -> Range:
    low, high = a[0] + b[0], a[1] + b[1]
    return (-math.inf if math.isnan(low) else low, math.inf if math.isnan(high) else high)


def _multiply(a: Range, b: Range) -> Range:
    ends = [_times(x, y) for x in a for y in b]
    return min(ends), max(ends)


def _divide(a: Range, b: Range) -> Range:
    low, high = b
    if low == high == 0 or low < 0 < high:
        if low == high == 0 or a == (0, 0):
            raise ZeroDivisionError("the divisor is zero")
        return -math.inf, math.inf
    return _multiply(a, (-math.inf if high == 0 else 1 / high, math.inf if low == 0 else 1 / low))


def _power(a: Range, b: Range) -> Range:
    if max(map(abs, b)) > MAX_POWER:
        raise ValueError(f"a power above {MAX_POWER} is not allowed")
    if b[0] == b[1] and b[0] == int(b[0]):
        exponent = int(b[0])
        if exponent < 0:
            return _divide((1.0, 1.0), _power(a, (-b[0], -b[0])))
        ends = [_raise(end, exponent) for end in a]
        return (0.0 if exponent > 0 and exponent % 2 == 0 and a[0] < 0 < a[1] else min(ends), max(ends))
    if a[0] < 0:
        raise ValueError("a number that may be negative has no such power")
    ends = [_raise(x, y) for x in a for y in b]
    return min(ends), max(ends)


def _raise(base: float, exponent: float) -> float:
    if base == 0 and exponent < 0:
        return math.inf
    try:
        return float(base**exponent)
    except OverflowError:
        return math.inf if base > 0 or exponent % 2 == 0 else -math.inf


def _larger(a: Range, b: Range) -> Range:
    return max(a[0], b[0]), max(a[1], b[1])


def _smaller(a: Range, b: Range) -> Range:
    return min(a[0], b[0]), min(a[1], b[1])


_RULES: dict[str, Callable[[Range, Range], Range]] = {
    "*": _multiply,
    "/": _divide,
    "**": _power,
    "max": _larger,
    "min": _smaller,
}
_PLAIN: dict[str, Callable[[float, float], float]] = {
    "*": operator.mul,
    "/": operator.truediv,
    "**": operator.pow,
    "max": max,
    "min": min,
}


def leaves_of(node: Node) -> Iterator[Leaf]:
    stack = [node]
    while stack:
        item = stack.pop()
        if isinstance(item, Leaf):
            yield item
        elif isinstance(item, tuple):
            stack += reversed(item[1:])


def face_of(node: Node) -> float:
    if isinstance(node, Leaf):
        return node.face
    if not isinstance(node, tuple):
        return float(node)
    values = [face_of(item) for item in node[1:]]
    if not all(map(math.isfinite, values)):
        return math.nan
    if node[0] == "+":
        return math.fsum(values)
    try:
        result = _PLAIN[node[0]](values[0], values[1])
    except (ZeroDivisionError, OverflowError):
        return math.nan
    return float(result) if isinstance(result, float | int) and math.isfinite(result) else math.nan


Box = dict[str, Range]


def _range(node: Node, box: Box) -> Range:
    """Range of an expression, each occurrence of a leaf on its own; exact where every leaf occurs once."""
    if isinstance(node, Leaf):
        return box.get(node.key, (node.low, node.high))
    if not isinstance(node, tuple):
        return float(node), float(node)
    ranges = [_range(item, box) for item in node[1:]]
    if node[0] == "+":
        total = (0.0, 0.0)
        for item in ranges:
            total = _add(total, item)
        return total
    return _RULES[node[0]](ranges[0], ranges[1])


def _least(node: Node, box: Box) -> float:
    """Least value over a box of the leaves that occur more than once (branch and bound).

    Exact to nine digits as a rule; where the search ends early, a bound that is safe: never too high.
    """

    def bound(part: Box) -> float:
        try:
            return max(_range(node, part)[0], _centred(node, part))
        except ZeroDivisionError:
            return -math.inf

    def point(part: Box, side: int) -> float:
        try:
            return _range(node, {key: (ends[side], ends[side]) for key, ends in part.items()})[0]
        except ZeroDivisionError:
            return math.inf

    best = min(point(box, side) for side in (0, 1))
    order = count()
    heap = [(bound(box), next(order), box)]
    for _ in range(max(8, BUDGET // (4 * _size(node) * (len(box) + 2)))):
        lowest, _, part = heapq.heappop(heap)
        if lowest >= best - CLOSE * max(1.0, abs(best)):
            return best
        key = max(part, key=lambda name: _spread(part[name]))
        low, high = part[key]
        if math.isinf(high) or math.isinf(low):
            return lowest
        middle = (low + high) / 2
        for half in ((low, middle), (middle, high)):
            smaller = part | {key: half}
            best = min(best, *(point(smaller, side) for side in (0, 1)))
            heapq.heappush(heap, (bound(smaller), next(order), smaller))
    return heap[0][0]


def _size(node: Node) -> int:
    return 1 + sum(map(_size, node[1:])) if isinstance(node, tuple) else 1


def _centred(node: Node, box: Box) -> float:
    """Lower bound from the middle of the box and the slopes over it (mean value form): close for small boxes."""
    middle = {key: ((low + high) / 2,) * 2 for key, (low, high) in box.items()}
    try:
        value = _range(node, middle)
        for key, (low, high) in box.items():
            value = _add(value, _multiply(_slope(node, key, box)[1], ((low - high) / 2, (high - low) / 2)))
    except (ValueError, ZeroDivisionError, OverflowError):
        return -math.inf
    return -math.inf if math.isnan(value[0]) else value[0]


def _spread(ends: Range) -> float:
    return (ends[1] - ends[0]) / max(1.0, abs(ends[0]))


def bounds_of(node: Node) -> Range:
    seen: set[str] = set()
    twice: Box = {}
    for leaf in leaves_of(node):
        if leaf.key in seen and leaf.low < leaf.high:
            twice[leaf.key] = (leaf.low, leaf.high)
        seen.add(leaf.key)
    if not twice or len(twice) * _size(node) > BUDGET:
        return _range(node, {})
    low, high = dict(twice), dict(twice)
    for key, ends in twice.items():
        way = _direction(node, key, twice)
        if way:
            first, last = ends if way > 0 else (ends[1], ends[0])
            low[key], high[key] = (first, first), (last, last)
    loose = {key for key in twice if low[key] == twice[key]}
    if not loose and all(math.isfinite(end) for ends in twice.values() for end in ends):
        return _range(node, low)[0], _range(node, high)[1]
    if not loose:
        return _open_bounds(node, low, high)
    found = _least(node, low), -_least(("*", -1.0, node), high)
    return (found[0] if abs(found[0]) > UNSEEN else 0.0, found[1] if abs(found[1]) > UNSEEN else 0.0)


def _open_bounds(node: Node, low: Box, high: Box) -> Range:
    """Both ends where a leaf that occurs more than once has no ceiling: the limit far out."""
    near, far = {}, {}
    for key in low:
        near[key] = (_far(low[key][0]),) * 2
        far[key] = (_far(high[key][0]),) * 2
    ends = _range(node, near)[0], _range(node, far)[1]
    root = math.sqrt(FAR)
    return tuple(
        math.copysign(math.inf, end) if abs(end) > root else 0.0 if abs(end) < 1 / root else end for end in ends
    )  # type: ignore[return-value]


def _far(end: float) -> float:
    return math.copysign(FAR, end) if math.isinf(end) else end


def _direction(node: Node, key: str, box: Box) -> int:
    """Whether an expression rises (1) or falls (-1) in one leaf over the box; 0 if neither is sure."""
    try:
        slope = _slope(node, key, box)[1]
    except (ZeroDivisionError, ValueError, OverflowError):
        return 0
    if math.isnan(slope[0]) or math.isnan(slope[1]):
        return 0
    return 1 if slope[0] >= 0 else -1 if slope[1] <= 0 else 0


def _slope(node: Node, key: str, box: Box) -> tuple[Range, Range]:
    """Range of an expression and of its derivative by one leaf (forward differentiation over ranges)."""
    if isinstance(node, Leaf):
        return _range(node, box), (1.0, 1.0) if node.key == key else (0.0, 0.0)
    if not isinstance(node, tuple):
        return (float(node), float(node)), (0.0, 0.0)
    parts = [_slope(item, key, box) for item in node[1:]]
    if node[0] == "+":
        value, slope = (0.0, 0.0), (0.0, 0.0)
        for one, by in parts:
            value, slope = _add(value, one), _add(slope, by)
        return value, slope
    (a, da), (b, db) = parts
    if node[0] in ("max", "min"):
        return _RULES[node[0]](a, b), (min(da[0], db[0]), max(da[1], db[1]))
    if node[0] == "*":
        return _multiply(a, b), _add(_multiply(da, b), _multiply(a, db))
    if node[0] == "/":
        whole = _divide(a, b)
        return whole, _add(_divide(da, b), _multiply((-1.0, -1.0), _multiply(_divide(whole, b), db)))
    if db != (0.0, 0.0):
        raise ValueError("the exponent depends on the leaf")
    outer = _multiply(b, _power(a, (b[0] - 1, b[1] - 1)))
    return _power(a, b), _multiply(outer, da)

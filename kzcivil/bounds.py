"""Least and greatest value of an expression over numbers that are known as ranges.

An expression is a number, a :class:`Leaf` (a number known as a range), or a tuple of an operator's sign and operands.
A leaf that occurs once may be taken by plain interval arithmetic. For one that occurs more than once the direction in
which the expression moves with it is found (Moore, Kearfott and Cloud 2009, *Introduction to Interval Analysis*,
chapters 5 and 6); where there is none, the range is cut into boxes until there is one (branch and bound).
"""

from __future__ import annotations

import heapq
import math
import operator
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import reduce
from itertools import count, zip_longest
from typing import Any, Literal

Range = tuple[float, float]
MAX_POWER = 400
WORK = 100_000
"""Operations that the search for an end may take; past it the end is safe but may be too far out."""
FAR = 1e60
"""Stands for an open end where a limit is taken."""
CLOSE = 1e-9
"""Relative gap at which an end counts as found."""
ANY, ZERO = (-math.inf, math.inf), (0.0, 0.0)
FAULTS = (ZeroDivisionError, ValueError, OverflowError)


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


def _add(a: Range, b: Range) -> Range:
    low, high = a[0] + b[0], a[1] + b[1]
    return (-math.inf if math.isnan(low) else low, math.inf if math.isnan(high) else high)


def _multiply(a: Range, b: Range) -> Range:
    # Zero times an open end is zero, the limit over a closed range.
    ends = [0.0 if x == 0 or y == 0 else x * y for x in a for y in b]
    return min(ends), max(ends)


def _divide(a: Range, b: Range) -> Range:
    low, high = b
    if b == ZERO or (low < 0 < high and a == ZERO):
        raise ZeroDivisionError("the divisor is zero")
    if low < 0 < high:
        return ANY
    return _multiply(a, (-math.inf if high == 0 else 1 / high, math.inf if low == 0 else 1 / low))


def _power(a: Range, b: Range) -> Range:
    if max(map(abs, b)) > MAX_POWER:
        raise ValueError(f"a power above {MAX_POWER} is not allowed")
    whole = b[0] == b[1] and b[0] == int(b[0])
    if whole and b[0] < 0:
        return _divide((1.0, 1.0), _power(a, (-b[0], -b[0])))
    if a[0] < 0 and not whole:
        raise ValueError("a number that may be negative has no such power")
    ends = [_raise(x, y) for x in a for y in b]
    dips = a[0] < 0 < a[1] and b[0] > 0 and b[0] % 2 == 0
    return 0.0 if dips else min(ends), max(ends)


def _raise(base: float, exponent: float) -> float:
    if base == 0 and exponent < 0:
        return math.inf
    try:
        return float(base**exponent)
    except OverflowError:
        return math.inf if base > 0 or exponent % 2 == 0 else -math.inf


_RULES: dict[str, Callable[[Range, Range], Range]] = {
    "*": _multiply, "/": _divide, "**": _power,
    "max": lambda a, b: (max(a[0], b[0]), max(a[1], b[1])),
    "min": lambda a, b: (min(a[0], b[0]), min(a[1], b[1])),
}  # fmt: skip


def leaves_of(node: Node) -> Iterator[Leaf]:
    stack = [node]
    while stack:
        item = stack.pop()
        if isinstance(item, Leaf):
            yield item
        elif isinstance(item, tuple):
            stack += reversed(item[1:])


# --- steps ----------------------------------------------------------------------------------------------------------

Box = dict[str, Range]
Step = tuple[str, tuple[int, ...], Any]
"""One operation: its sign, the places of its operands among the steps before it, and which leaf or number it is."""


def steps_of(node: Node) -> list[Step]:
    """An expression in the order in which it is computed; what occurs more than once is computed once."""
    at: dict[int, int] = {}
    known: dict[Any, int] = {}
    steps: list[Step] = []

    def place(sign: str, operands: tuple[int, ...] = (), what: Any = None) -> int:
        if sign in ("max", "min") and operands[0] == operands[1]:
            return operands[0]
        if sign == "+":
            operands = tuple(sorted(over_one_divisor(operands)))
        name = what.key if sign == "leaf" else (sign, operands, what)
        if name not in known:
            known[name] = len(steps)
            steps.append((sign, operands, what))
        return known[name]

    def over_one_divisor(terms: tuple[int, ...]) -> list[int]:
        """Terms with a / c + b / c as (a + b) / c: then shares of one whole are seen to add to one."""
        tops: dict[int, list[int]] = {}
        for term in terms:
            if steps[term][0] == "/":
                tops.setdefault(steps[term][1][1], []).append(steps[term][1][0])
        joint = {divisor: parts for divisor, parts in tops.items() if len(parts) > 1}
        rest = [term for term in terms if steps[term][0] != "/" or steps[term][1][1] not in joint]
        return rest + [place("/", (place("+", tuple(parts)), divisor)) for divisor, parts in joint.items()]

    stack: list[tuple[Node, bool]] = [(node, False)]
    while stack:
        item, ready = stack.pop()
        if id(item) in at:
            continue
        if isinstance(item, tuple) and not ready:
            stack += [(item, True), *((operand, False) for operand in reversed(item[1:]))]
        elif isinstance(item, tuple):
            at[id(item)] = place(item[0], tuple(at[id(operand)] for operand in item[1:]))
        else:
            at[id(item)] = place("leaf", (), item) if isinstance(item, Leaf) else place("number", (), float(item))
    used = {at[id(node)]}  # the steps that the result rests on, itself last
    for number in range(max(used), -1, -1):
        if number in used:
            used.update(steps[number][1])
    new = {old: number for number, old in enumerate(sorted(used))}
    return [(steps[old][0], tuple(new[place] for place in steps[old][1]), steps[old][2]) for old in sorted(used)]


_PLAIN: dict[str, Any] = {"*": operator.mul, "/": operator.truediv, "**": operator.pow, "max": max, "min": min}


def face_of(node: Node) -> float:
    """The value with each leaf at its face value; NaN if one has none, or if there is no value."""
    values: list[float] = []
    for sign, places, what in steps_of(node):
        given = [values[place] for place in places]
        found: Any = what.face if sign == "leaf" else what
        if given:
            try:
                found = math.fsum(given) if sign == "+" else _PLAIN[sign](given[0], given[1])
            except (ZeroDivisionError, OverflowError):
                found = math.nan
        known = isinstance(found, float | int) and math.isfinite(found) and not any(map(math.isnan, given))
        values.append(float(found) if known else math.nan)
    return values[-1]


def _values(steps: list[Step], box: Box) -> list[Range]:
    """Range of each step, each occurrence of a leaf on its own; exact where every leaf occurs once."""
    found: list[Range] = []
    for sign, places, what in steps:
        given = [found[place] for place in places]
        if sign == "leaf":
            found.append(box.get(what.key, (what.low, what.high)))
        elif sign == "number":
            found.append((what, what))
        elif sign == "+":
            found.append(reduce(_add, given, ZERO))
        elif sign in ("*", "/") and places[0] == places[1] and given[0] != ZERO:
            found.append(_power(given[0], (2.0, 2.0)) if sign == "*" else (1.0, 1.0))
        else:
            found.append(_RULES[sign](given[0], given[1]))
    return found


def _slopes(steps: list[Step], values: list[Range]) -> Box:
    """Range of the derivative by each leaf, from the result back (reverse differentiation); empty if it has none."""
    by: list[Range] = [ZERO] * len(steps)
    by[-1] = (1.0, 1.0)
    if not all(math.isfinite(low) and math.isfinite(high) for low, high in values):
        return {}
    for at in range(len(steps) - 1, -1, -1):
        (sign, places, _), slope = steps[at], by[at]
        if sign == "+":
            parts = [(place, slope) for place in places]
        elif not places or (sign == "/" and places[0] == places[1]):
            continue
        else:
            first, second = places
            a, b = values[first], values[second]
            if sign == "*":
                parts = [(first, _multiply(slope, b)), (second, _multiply(slope, a))]
            elif sign == "/":
                down = _multiply((-1.0, -1.0), _divide(values[at], b))
                parts = [(first, _divide(slope, b)), (second, _multiply(slope, down))]
            elif sign == "**":
                steep = _multiply(b, _power(a, (b[0] - 1, b[1] - 1)))
                logs = (math.log(a[0]), math.log(a[1])) if a[0] > 0 else ANY if b[0] < b[1] else ZERO
                parts = [(first, _multiply(slope, steep)), (second, _multiply(slope, _multiply(values[at], logs)))]
            else:
                sure = a[0] > b[1] or b[0] > a[1]
                wins = (first if (a[0] > b[1]) == (sign == "max") else second) if sure else None
                either = _multiply(slope, (0.0, float(not sure)))
                parts = [(place, slope if place == wins else either) for place in places]
        for place, more in parts:
            by[place] = _add(by[place], more)
    return {what.key: by[at] for at, (sign, _, what) in enumerate(steps) if sign == "leaf"}


# --- least and greatest value ---------------------------------------------------------------------------------------


def bounds_of(node: Node) -> Range:
    """Least and greatest value of an expression."""
    times = Counter(leaf.key for leaf in leaves_of(node))
    steps = steps_of(node)
    box = {what.key: (what.low, what.high) for sign, _, what in steps if sign == "leaf" and what.low < what.high}
    twice = [key for key in box if times[key] > 1]
    if not twice:
        return _values(steps, {})[-1]
    open_ended = any(math.isinf(end) for ends in box.values() for end in ends)
    box = {key: (max(low, -FAR), min(high, FAR)) for key, (low, high) in box.items()}
    under, over = dict(box), dict(box)
    for key in twice if len(twice) * len(steps) <= WORK else ():
        slope = _quotient_slope(steps, key, box)
        first, last = box[key] if slope[0] >= 0 else box[key][::-1]
        if not slope[0] < 0 < slope[1]:
            under[key], over[key] = (first, first), (last, last)
    turned = [*steps, ("number", (), -1.0), ("*", (len(steps) - 1, len(steps)), None)]
    face = abs(face_of(node))
    size = face if 0 < face < math.inf else 1.0
    low, high = _least(steps, under, size), -_least(turned, over, size)
    if open_ended:
        root = math.sqrt(FAR)
        low, high = (math.copysign(math.inf, end) if abs(end) > root else end for end in (low, high))
    size = max(abs(end) for end in (low, high, FAR**-0.5) if math.isfinite(end))
    return (0.0 if abs(low) < CLOSE * size else low), (0.0 if abs(high) < CLOSE * size else high)


def _least(steps: list[Step], box: Box, size: float) -> float:
    """Least value over a box (branch and bound); where the search ends early a bound that is safe: never too high."""
    best, order = math.inf, count()
    heap: list[tuple[float, int, Box, Box]] = []

    def value(at: dict[str, float]) -> Range:
        try:
            low, high = _values(steps, {key: (end, end) for key, end in at.items()})[-1]
        except FAULTS:
            return ANY
        return ANY if math.isinf(low) or high - low > CLOSE * abs(low) else (low, high)

    def look(part: Box) -> None:
        """Bound a box: each leaf that moves it one way at its end; the rest by range and by slope from the middle."""
        nonlocal best
        lowest, slopes = -math.inf, dict.fromkeys(part, ANY)
        try:
            values = _values(steps, part)
            if found := _slopes(steps, values):
                slopes = found
                sure = {key: slope for key, slope in slopes.items() if key in part and not slope[0] < 0 < slope[1]}
                ends = {key: part[key][0 if slope[0] >= 0 else 1] for key, slope in sure.items()}
                part = part | {key: (end, end) for key, end in ends.items()}
                values = _values(steps, part) if ends else values
            lowest = values[-1][0]
        except FAULTS:
            pass
        middle = {key: _middle(ends) for key, ends in part.items()}
        corner = {key: ends[0 if sum(slopes[key]) > 0 else 1] for key, ends in part.items()}
        centre = value(middle)
        best = min([best, *(low for low, _ in (centre, value(corner)) if low > -math.inf)])
        for key, (first, last) in part.items():
            centre = _add(centre, _multiply(slopes[key], (first - middle[key], last - middle[key])))
        heapq.heappush(heap, (max(lowest, centre[0]), next(order), part, slopes))

    look(box)
    for turn in range(max(16, WORK // (4 * len(steps)))):
        lowest, _, part, slopes = heapq.heappop(heap)
        if lowest >= best - CLOSE * max(abs(best), size):
            return best
        key = max(part, key=lambda name: (part[name][1] - part[name][0]) * min(FAR, max(map(abs, slopes[name]))))
        first, last = part[key]
        middle = _middle((first, last))
        if not first < middle < last or (lowest == -math.inf and turn > 64):  # a divisor may be zero
            return lowest
        look(part | {key: (first, middle)})
        look(part | {key: (middle, last)})
    return min(best, heap[0][0])


def _middle(ends: Range) -> float:
    """Where a range is cut: half way; by ratio where it spans magnitudes."""
    first, last = ends
    if first > 0 and last > 1e3 * first:
        return math.sqrt(first) * math.sqrt(last)
    if first <= 0 and last > 1e6 * max(1.0, -first):
        return 1e3 * max(1.0, -first)
    return first + (last - first) / 2


# --- quotients of polynomials ---------------------------------------------------------------------------------------

Polynomial = list[Range]
Quotient = tuple[Polynomial, Polynomial]
ONE: Polynomial = [(1.0, 1.0)]
MOST_TERMS = 12


def _quotient_slope(steps: list[Step], key: str, box: Box) -> Range:
    """Range of what gives the derivative its sign, the expression taken as a quotient of polynomials in one leaf.

    Like terms cancel before ranges are put in, so that c / (c + a) is seen to rise in c, however far c may reach.
    """
    try:
        values = _values(steps, box)
        found: list[Quotient | None] = []  # None where a step does not depend on the leaf
        for sign, places, what in steps:
            if sign == "leaf" and what.key == key:
                found.append(([(0.0, 0.0), (1.0, 1.0)], ONE))
            elif all(found[place] is None for place in places):
                found.append(None)
            else:
                parts = [found[place] or ([values[place]], ONE) for place in places]
                found.append(_quotient(sign, parts, values[places[-1]]))
        top, bottom = found[-1] or (ONE, ONE)
        below = _horner(bottom, box[key])
        falling = [_multiply((-1.0, -1.0), c) for c in _by(top, _derived(bottom))]
        slope = _horner(_plus(_by(_derived(top), bottom), falling), box[key])
    except FAULTS:
        return ANY
    return ANY if below[0] <= 0 <= below[1] or any(map(math.isnan, slope)) else slope


def _quotient(sign: str, parts: list[Quotient], last: Range) -> Quotient:
    if sign == "**" and last[0] == last[1] and last[0] in (1, 2, 3, 4):
        parts, sign = [parts[0]] * int(last[0]), "*"
    top, bottom = parts[0]
    for c, d in parts[1:]:
        if sign == "+" and d == bottom:
            top = _plus(top, c)
        elif sign == "+":
            top, bottom = _plus(_by(top, d), _by(c, bottom)), _by(bottom, d)
        elif sign in ("*", "/"):
            above, below = (c, d) if sign == "*" else (d, c)
            top, bottom = _by(top, above), _by(bottom, below)
        else:
            raise ValueError("no quotient of polynomials")
        if max(len(top), len(bottom)) > MOST_TERMS:
            raise ValueError("too long a polynomial")
    while len(top) > 1 and len(bottom) > 1 and top[0] == bottom[0] == ZERO:
        top, bottom = top[1:], bottom[1:]  # the leaf cancels
    return top, bottom


def _plus(a: Polynomial, b: Polynomial) -> Polynomial:
    return [_add(x, y) for x, y in zip_longest(a, b, fillvalue=ZERO)]


def _by(a: Polynomial, b: Polynomial) -> Polynomial:
    result: Polynomial = [ZERO] * (len(a) + len(b) - 1)
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            result[i + j] = _add(result[i + j], _multiply(x, y))
    return result


def _derived(a: Polynomial) -> Polynomial:
    return [_multiply((float(n), float(n)), c) for n, c in enumerate(a)][1:] or [ZERO]


def _horner(a: Polynomial, at: Range) -> Range:
    return reduce(lambda value, c: _add(_multiply(value, at), c), reversed(a), ZERO)

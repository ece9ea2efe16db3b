"""Least and greatest value of an expression over numbers that are known as ranges.

An expression is a number, a :class:`Leaf` (a number known as a range), or a tuple of an operator's sign and operands.
First its like terms and like factors are taken together. Where each number then occurs once, interval arithmetic gives
the range; else it is cut into boxes until each number moves the expression one way or makes no difference: branch and
bound (Moore, Kearfott and Cloud 2009, *Introduction to Interval Analysis*, chapters 5 and 6).
"""

from __future__ import annotations

import heapq
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from itertools import chain, count, product
from typing import Any, Literal

Range = tuple[float, float]
Box = dict[str, Range]
Step = tuple[str, tuple[tuple[int, float], ...], "Leaf | None"]
"""A sign and earlier steps (each with its factor in a sum, with its power in a product), or a leaf."""
Node = Any
"""An expression: a Leaf, a plain number, or a tuple of an operator's sign and its operands."""

MAX_POWER = 400
WORK = 100_000  # operations that the search for an end may take; past it the end is safe but may be too far out
FAR, LARGE = 1e60, 1e30  # stands for an open end where a limit is taken; shows in a result that it was open
CLOSE = 1e-9  # relative gap at which an end counts as found
ANY, ONE, ZERO = (-math.inf, math.inf), (1.0, 1.0), (0.0, 0.0)


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
    unit: str = ""


def in_order(node: Node) -> Iterator[Node]:
    """All parts of an expression, each once, operands before what is made of them."""
    done: set[int] = set()
    stack: list[tuple[Node, bool]] = [(node, False)]
    while stack:
        item, ready = stack.pop()
        if isinstance(item, tuple) and not ready and id(item) not in done:
            stack += [(item, True), *((operand, False) for operand in reversed(item[1:]))]
        elif id(item) not in done:
            done.add(id(item))
            yield item


def leaves_of(node: Node) -> Iterator[Leaf]:
    return (item for item in in_order(node) if isinstance(item, Leaf))


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
    if low < 0 < high or low == high == 0:
        return ANY
    if low == high:
        return min(a[0] / low, a[1] / low), max(a[0] / low, a[1] / low)
    return _multiply(a, (-math.inf if high == 0 else 1 / high, math.inf if low == 0 else 1 / low))


def _power(a: Range, b: Range) -> Range:
    if b == ONE:
        return a
    whole = b[0] == b[1] == int(b[0])
    if whole and b[0] < 0:
        return _divide(ONE, _power(a, (-b[0], -b[0])))
    ends = [_raise(x, y) for x in a for y in b]
    return 0.0 if whole and a[0] < 0 < a[1] and b[0] % 2 == 0 else min(ends), max(ends)


def _raise(base: float, exponent: float) -> float:
    try:
        return base**exponent if base or exponent >= 0 else math.inf
    except OverflowError:
        return math.copysign(math.inf, base) if exponent % 2 else math.inf


# --- steps ----------------------------------------------------------------------------------------------------------


def _range(step: Step, found: dict[int, Range], box: Box) -> Range:
    """Range of a step, given those of the steps before it."""
    sign, items, leaf = step
    if leaf:
        return box.get(leaf.key, (leaf.low, leaf.high))
    if sign == "+":
        return reduce(_add, [_multiply(found[at], (factor, factor)) for at, factor in items], ZERO)
    if sign == "*":
        top = reduce(_multiply, [_power(found[at], (power, power)) for at, power in items if power > 0], ONE)
        bottom = reduce(_multiply, [_power(found[at], (-power, -power)) for at, power in items if power < 0], ONE)
        return top if bottom == ONE else _divide(top, bottom)
    a, b = (found[at] for at, _ in items)
    pick = max if sign == "max" else min
    return _power(a, b) if sign == "**" else (pick(a[0], b[0]), pick(a[1], b[1]))


class Steps:
    """An expression in the order in which it is computed; what occurs more than once is computed once."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.ranges: dict[int, Range] = {}
        self.places: dict[Any, int] = {}
        self.place("*", [])  # step 0 is the number one, the product of nothing

    def place(self, sign: str, items: Iterable[tuple[int, float]], leaf: Leaf | None = None) -> int:
        """Where a step stands; a new one is put last."""
        step = sign, tuple(items), leaf
        if sign in "+*" and len(step[1]) == 1 and step[1][0][1] == 1:
            return step[1][0][0]
        name = leaf.key if leaf else step
        if name not in self.places:
            at = self.places[name] = len(self.steps)
            self.ranges[at] = _range(step, self.ranges, {})
            self.steps.append(step)
        return self.places[name]

    def parts(self, sign: str, at: int) -> dict[int, float]:
        """Terms of a sum, factors of a product; anything else is its own only one."""
        return dict(self.steps[at][1]) if self.steps[at][0] == sign else {at: 1.0}

    def read(self, node: Node) -> int:
        """Where an expression stands."""
        made: dict[int, int] = {}
        for item in in_order(node):
            if isinstance(item, tuple):
                parts = [(made[id(operand)], 1.0) for operand in item[1:]]
                if item[0] == "/":
                    parts[1] = parts[1][0], -1.0
                made[id(item)] = self.make("*" if item[0] == "/" else item[0], parts)
            elif isinstance(item, Leaf) and item.low < item.high:
                made[id(item)] = self.place("leaf", [], item)
            else:
                made[id(item)] = self.add([(0, item.low if isinstance(item, Leaf) else item)])
        return made[id(node)]

    def divided(self, result: int) -> int:
        """Where the same stands with its quotients divided through, so that fewer numbers are used twice."""
        new: dict[int, int] = {}
        for at in self.used(result):
            sign, items, leaf = self.steps[at]
            new[at] = at if leaf else self.make(sign, [(new[part], times) for part, times in items], divide=True)
        return new[result]

    def used(self, result: int) -> dict[int, int]:
        """The steps that one rests on, in order, each with how often it is used."""
        times = {result: 1}
        for at in range(result, -1, -1):
            for part, _ in self.steps[at][1] if at in times else ():
                times[part] = times.get(part, 0) + 1
        return dict(sorted(times.items()))

    def repeats(self, times: dict[int, int]) -> bool:
        return any(often > 1 and self.ranges[at][0] < self.ranges[at][1] for at, often in times.items())

    def make(self, sign: str, parts: list[tuple[int, float]], *, divide: bool = False) -> int:
        if sign == "+":
            return self.add(parts)
        if sign == "*":
            return self.multiply(parts, divide=divide)
        first, second = (place for place, _ in parts)
        (least, _), (low, high) = self.ranges[first], self.ranges[second]
        if sign == "**":
            if max(-low, high) > MAX_POWER:
                raise ValueError(f"a power above {MAX_POWER} is not allowed")
            if low == high == int(low):
                return self.multiply([(first, low)])
            if least < 0:
                raise ValueError("a number that may be negative has no such power")
        elif first == second or least >= high or self.ranges[first][1] <= low:
            return first if (least >= high) == (sign == "max") else second
        return self.place(sign, parts)

    def add(self, parts: Iterable[tuple[int, float]]) -> int:
        """Like terms together, and terms over one divisor: then shares of one whole are seen to add to one."""
        terms: Any = Counter()
        for part, times in parts:
            for at, factor in self.parts("+", part).items():
                terms[at] += factor * times
        divided = defaultdict(list)
        for at in terms:
            divided[tuple((below, power) for below, power in self.parts("*", at).items() if power < 0)].append(at)
        for divisor, places in divided.items():
            if divisor and len(places) > 1:
                over = [(below, -power) for below, power in divisor]
                top = self.add([(self.multiply([(at, 1), *over]), terms.pop(at)) for at in places])
                terms.update(self.parts("+", self.multiply([(top, 1), *divisor])))
        return self.place("+", sorted((at, factor) for at, factor in terms.items() if factor))

    def multiply(self, parts: Iterable[tuple[int, float]], *, divide: bool = False) -> int:
        """Like factors together; a sum over one of its terms is divided through: (b - a) / a is b / a - 1."""
        times, powers = 1.0, dict[int, float]()
        for part, power in parts:
            terms = self.parts("+", part)
            lead = terms[max(terms)] if terms else 1.0
            if power < 0 and self.ranges[part] == ZERO:
                raise ZeroDivisionError("the divisor is zero")
            times = times / lead**-power if power < 0 else times * lead**power
            plain = self.place("+", [(at, factor / lead) for at, factor in terms.items()])
            for at, more in self.parts("*", plain).items():
                powers[at] = powers.get(at, 0) + more * power
        powers = {at: power for at, power in powers.items() if power}
        made: list[tuple[int, float]] = []
        above, below = ({at: self.parts("+", at) for at in powers if powers[at] == way and divide} for way in (1, -1))
        for (whole, terms), (part, other) in chain(
            product(above.items(), below.items()), product(below.items(), above.items())
        ):
            alike = terms.keys() & other.keys() - {0} if whole in powers and part in powers else ()
            positive = self.ranges[whole][0] >= 0 and 0 <= self.ranges[part][0] < self.ranges[part][1]
            if alike and (whole in above or positive):
                factor = terms[min(alike)] / other[min(alike)]
                rest = self.add([(whole, 1), (part, -factor)])
                if len(self.parts("+", rest)) < len(terms):
                    over = self.multiply([(rest, 1), (part, -1)], divide=True)
                    made.append((self.add([(0, factor), (over, 1)]), powers.pop(whole)))
                    del powers[part]
        found = self.place("*", sorted(powers.items()))
        return self.add([(self.multiply([(found, 1), *made]) if made else found, times)])


# --- least and greatest value ---------------------------------------------------------------------------------------


def bounds_of(node: Node) -> tuple[float, float, float]:
    """Least value of an expression, its value with each leaf at its face value (NaN if there is none), and greatest."""
    if isinstance(node, Leaf):
        return node.low, node.face, node.high
    made = Steps()
    result = made.read(node)
    if made.repeats(made.used(result)):
        result = made.divided(result)
    times = made.used(result)
    steps = {at: made.steps[at] for at in times}
    leaves = [leaf for _, _, leaf in steps.values() if leaf]
    low, high = _values(steps, {leaf.key: (leaf.face, leaf.face) for leaf in leaves})[result]
    known = low == high and math.isfinite(low) and not any(math.isnan(leaf.face) for leaf in leaves_of(node))
    face = low if known else math.nan
    if not made.repeats(times):
        return made.ranges[result][0], face, made.ranges[result][1]
    box = {leaf.key: (max(leaf.low, -FAR), min(leaf.high, FAR)) for leaf in leaves}
    found = []
    for way in (1, -1):
        steps = {at: made.steps[at] for at in made.used(made.add([(result, way)]))}
        end = way * _least(steps, box, abs(face) or 1.0)
        if any(math.isinf(leaf.low) or math.isinf(leaf.high) for leaf in leaves):
            end = math.copysign(math.inf, end) if abs(end) > LARGE else end if abs(end) > 1 / LARGE else 0.0
        found.append(end)
    return found[0], face, found[1]


def _values(steps: dict[int, Step], box: Box) -> dict[int, Range]:
    found: dict[int, Range] = {}
    for place, step in steps.items():
        found[place] = _range(step, found, box)
    return found


def _slopes(steps: dict[int, Step], values: dict[int, Range]) -> Box:
    """Range of the derivative by each leaf, from the result back (reverse differentiation)."""
    by: dict[int, Range] = defaultdict(lambda: ZERO, {max(steps): ONE})
    finite = all(map(math.isfinite, chain.from_iterable(values.values())))
    for at in reversed(steps) if finite else ():
        for (place, _), part in zip(steps[at][1], _parts(steps[at], values[at], values), strict=False):
            by[place] = _add(by[place], _multiply(by[at], part))
    return {leaf.key: by[at] if finite else ANY for at, (_, _, leaf) in steps.items() if leaf}


def _parts(step: Step, value: Range, values: dict[int, Range]) -> list[Range]:
    """Range of a step's derivative by each of the steps that it is made of."""
    sign, items, _ = step
    if sign == "+":
        return [(factor, factor) for _, factor in items]
    if sign == "*":
        steep = {at: _multiply((power, power), _power(values[at], (power - 1, power - 1))) for at, power in items}
        rest = {at: _power(values[at], (power, power)) for at, power in items}
        return [reduce(_multiply, [rest[other] for other in rest if other != at], steep[at]) for at in rest]
    if not items:
        return []
    a, b = (values[at] for at, _ in items)
    if sign == "**":
        logs = (math.log(a[0]), math.log(a[1])) if a[0] > 0 else ANY if b[0] < b[1] else ZERO
        return [_multiply(b, _power(a, (b[0] - 1, b[1] - 1))), _multiply(value, logs)]
    if a[0] > b[1] or b[0] > a[1]:
        return [ONE, ZERO] if (a[0] > b[1]) == (sign == "max") else [ZERO, ONE]
    return [(0.0, 1.0)] * 2


def _least(steps: dict[int, Step], box: Box, size: float) -> float:
    """Least value over a box (branch and bound); where the search ends early a bound that is safe: never too high."""
    best, order, result = math.inf, count(), max(steps)
    heap: list[tuple[float, int, Box, Box]] = []

    def look(part: Box) -> None:
        """Bound a box: each leaf that moves it one way at its end; the rest by range and by slope from the middle."""
        nonlocal best
        values = _values(steps, part)
        slopes = _slopes(steps, values)
        sure = {key: part[key][slope[0] < 0] for key, slope in slopes.items() if not slope[0] < 0 < slope[1]}
        part = part | {key: (end, end) for key, end in sure.items()}
        values = _values(steps, part) if sure else values
        middle = {key: _middle(*ends) for key, ends in part.items()}
        centre = _values(steps, {key: (at, at) for key, at in middle.items()})[result]
        best = min(best, centre[0] if math.isfinite(centre[0]) else math.inf)
        for key, (first, last) in part.items():
            centre = _add(centre, _multiply(slopes[key], (first - middle[key], last - middle[key])))
        heapq.heappush(heap, (max(values[result][0], centre[0]), next(order), part, slopes))

    look(box)
    for turn in range(max(16, WORK // (4 * len(steps)))):
        lowest, _, part, slopes = heapq.heappop(heap)
        if lowest >= best - CLOSE * max(abs(best), size):
            return best
        key = max(part, key=lambda name: (part[name][1] - part[name][0]) * min(FAR, max(map(abs, slopes[name]))))
        first, last = part[key]
        middle = _middle(first, last)
        if not first < middle < last or (lowest == -math.inf and turn > 64):  # a divisor may be zero
            return lowest
        look(part | {key: (first, middle)})
        look(part | {key: (middle, last)})
    return min(best, heap[0][0])


def _middle(first: float, last: float) -> float:
    """Where a range is cut: half way near zero, by ratio away from it."""
    return first if first == last else math.sinh((math.asinh(first) + math.asinh(last)) / 2)

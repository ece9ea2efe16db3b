"""From a printed number and its wording to an interval, and arithmetic on intervals.

One set of reading rules serves all notebooks. A printed number is read at *face* (as printed) or *rounded* (half a
step of its last significant digit either side). Open words are read *logically* ("over 20 thousand" has no ceiling)
or *conversationally* (a ceiling, 20 % above unless said otherwise). The rules are spelled out in ``data/README.md``.
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, Literal

import pandas as pd

Number = Literal["rounded", "face"]
Words = Literal["logical", "conversational"]

CEILING = 0.20
"""How far above its number a conversational "over" reaches, as a share of the number."""

LOOSE_UNITS = frozenset({"percent", "times"})
"""Units that are not counted in whole things: a step of one leaves half a unit of slack in them."""

OPEN_WORDINGS = frozenset({"over", "at_least", "slightly_more", "almost", "up_to"})
UNREAD_WORDINGS = frozenset({"indefinite", "lost"})
FAR = 1e60
"""Stands for an open end in :func:`joint`; what comes out beyond its root is open again."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A closed interval of real numbers; an open end is ``-inf`` or ``inf``.

    Arithmetic treats the operands as independent; use :func:`evaluate` where one quantity occurs twice.

    Examples
    --------
    >>> Interval(2, 4) + Interval(1, 1)
    Interval(low=3, high=5)
    >>> Interval(20_000, math.inf).meets(Interval(4_450, 4_550))
    False
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        if math.isnan(self.low) or math.isnan(self.high) or self.low > self.high:
            raise ValueError(f"an interval needs low <= high, found low={self.low}, high={self.high}")

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high

    def meets(self, other: Interval) -> bool:
        """Whether the two have a value in common."""
        return self.low <= other.high and other.low <= self.high

    def intersection(self, other: Interval) -> Interval | None:
        """The values in both, or None."""
        return Interval(max(self.low, other.low), min(self.high, other.high)) if self.meets(other) else None

    def compare(self, other: Interval) -> str:
        """``"below"``, ``"above"``, ``"equal"`` (both the same single value) or ``"undecided"``."""
        if self.low == self.high == other.low == other.high:
            return "equal"
        return "below" if self.high < other.low else "above" if self.low > other.high else "undecided"

    def __neg__(self) -> Interval:
        return Interval(-self.high, -self.low)

    def __add__(self, other: Interval) -> Interval:
        return Interval(self.low + other.low, self.high + other.high)

    def __sub__(self, other: Interval) -> Interval:
        return self + -other

    def __mul__(self, other: Interval) -> Interval:
        ends = [_times(a, b) for a in (self.low, self.high) for b in (other.low, other.high)]
        return Interval(min(ends), max(ends))

    def __truediv__(self, other: Interval) -> Interval:
        if other.low < 0 < other.high or other.low == other.high == 0:
            raise ZeroDivisionError(f"cannot divide by {other}: it holds zero")
        return self * Interval(_inverse(other.high, below=other.high == 0), _inverse(other.low, below=False))

    def __pow__(self, exponent: float) -> Interval:
        if exponent == int(exponent) and exponent >= 0:
            if exponent == 0:
                return Interval(1, 1)
            ends = [self.low**exponent, self.high**exponent]
            crosses_zero = exponent % 2 == 0 and self.low < 0 < self.high
            return Interval(0 if crosses_zero else min(ends), max(ends))
        if self.low < 0:
            raise ValueError(f"cannot raise {self} to the power {exponent}: it holds negative values")
        if exponent < 0:
            return Interval(1, 1) / self**-exponent
        return Interval(self.low**exponent, self.high**exponent)


def _times(a: float, b: float) -> float:
    """Product of two ends, where zero times an open end is zero (the limit of a closed interval's ends)."""
    return 0.0 if a == 0 or b == 0 else a * b


def _inverse(value: float, *, below: bool) -> float:
    if value == 0:
        return -math.inf if below else math.inf
    return 1 / value


def read(
    value: float,
    wording: str,
    step: float,
    unit: str,
    value_to: float = math.nan,
    *,
    number: Number = "rounded",
    words: Words = "logical",
    ceiling: float = CEILING,
) -> Interval:
    """Read one printed number with its wording as an interval.

    Parameters
    ----------
    value, value_to
        The printed number in ``unit``; ``value_to`` is the upper number of a "between".
    wording
        One of the wordings of ``claims.csv`` ("bare", "about", "over", ...).
    step
        Unit of the last significant digit printed (1,000 for "20 thousand").
    unit
        A count with a step of one is exact; percentages and multiples keep half a step of slack.
    number, words, ceiling
        The reading: ``"rounded"`` or ``"face"``, ``"logical"`` or ``"conversational"``, and how far above the number a
        conversational ceiling lies (a share of the number).

    Returns
    -------
    Interval
        Quantities are never negative, so an end that is open below is 0.

    Raises
    ------
    ValueError
        For a wording that holds no number ("indefinite", "lost") or is unknown.

    Examples
    --------
    >>> read(3500, "bare", 100, "organisations")
    Interval(low=3450.0, high=3550.0)
    >>> read(20_000, "over", 1000, "organisations")
    Interval(low=20000, high=inf)
    >>> read(20_000, "over", 1000, "organisations", words="conversational")
    Interval(low=20000, high=24000.0)
    >>> read(23_335, "bare", 1, "organisations")
    Interval(low=23335, high=23335)
    """
    if number not in ("rounded", "face") or words not in ("logical", "conversational"):
        raise ValueError(
            f"no reading is called {number!r}, {words!r}; numbers: rounded, face; words: logical, conversational"
        )
    if not (isinstance(ceiling, int | float) and 0 <= ceiling < math.inf):
        raise ValueError(f"the ceiling is a share of the number, 0 or more; found {ceiling!r}")
    exact = number == "face" or (step <= 1 and unit not in LOOSE_UNITS)
    slack = 0 if exact else step if wording == "about" else step / 2
    wide = number == "rounded" and wording == "about"
    if wide and exact:  # "about 60": a whole step either side, also where the step is one
        slack = step
    talk = words == "conversational"
    match wording:
        case "bare" | "only" | "about":
            return Interval(max(0.0, value - slack), value + slack) if slack else Interval(value, value)
        case "over" | "at_least":
            return Interval(value, value * (1 + ceiling) if talk else math.inf)
        case "slightly_more":
            return Interval(value, value * (1 + ceiling / 2) if talk else math.inf)
        case "almost":
            return Interval(max(0.0, value * (1 - ceiling)) if talk else 0, value)
        case "up_to":
            return Interval(0, value)
        case "between":
            return Interval(value, value_to)
    raise ValueError(
        f"the wording {wording!r} gives no interval by rule; its bounds are set by hand with a bounds_note"
    )


def read_claims(
    claims: pd.DataFrame, *, number: Number = "rounded", words: Words = "logical", ceiling: float = CEILING
) -> pd.DataFrame:
    """Claims with ``low`` and ``high`` under one reading.

    Parameters
    ----------
    claims
        Rows of ``claims.csv``; bounds that carry a ``bounds_note`` were set by hand and stay as they are.
    number, words, ceiling
        As in :func:`read`.

    Returns
    -------
    pandas.DataFrame
        The same rows; ``low`` and ``high`` are floats, an open end is 0 or ``inf``, a lost value is NaN in both.

    Examples
    --------
    >>> import kzcivil as kz
    >>> talk = kz.read_claims(kz.load().claims, words="conversational")
    >>> bool((talk.high <= talk.value * 1.2 + talk.step).loc[talk.wording == "over"].all())
    True
    """
    result = claims.copy()
    lows, highs = [], []
    for row in each(claims):
        if row.wording == "lost":
            low, high = math.nan, math.nan
        elif row.wording in UNREAD_WORDINGS or not pd.isna(row.bounds_note):
            low = 0.0 if pd.isna(row.low) else row.low
            high = math.inf if pd.isna(row.high) else row.high
        else:
            interval = read(
                row.value, row.wording, row.step, row.unit, row.value_to, number=number, words=words, ceiling=ceiling
            )
            low, high = interval.low, interval.high
        lows.append(low)
        highs.append(high)
    result["low"] = pd.Series(lows, index=claims.index, dtype="float64")
    result["high"] = pd.Series(highs, index=claims.index, dtype="float64")
    return result


def each(table: pd.DataFrame) -> Iterator[Any]:
    """Rows of a table as named tuples."""
    return iter(table.itertuples(index=False))


def intervals_of(claims: pd.DataFrame) -> dict[str, Interval]:
    """Intervals by claim_id of rows that :func:`read_claims` has read; lost values are left out."""
    known = claims.dropna(subset=["low", "high"])
    return {key: Interval(low, high) for key, low, high in zip(known.claim_id, known.low, known.high, strict=True)}


# --- words that hold a number ---------------------------------------------------------------------------------------

_ONES_TEXT = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
seventeen eighteen nineteen"""
_TENS_TEXT = "twenty thirty forty fifty sixty seventy eighty ninety"
_ORDINALS_TEXT = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"
_ONES = {word: number for number, word in enumerate(_ONES_TEXT.split())}
_TENS = {word: 10 * number for number, word in enumerate(_TENS_TEXT.split(), start=2)}
_ORDINALS = {word: number for number, word in enumerate(_ORDINALS_TEXT.split(), start=1)}
_OTHERS = {"a": 1, "an": 1, "half": 0.5, "twentieth": 20, "triad": 3, "twice": 2}
_WORD_VALUES: dict[str, float] = {**_ONES, **_TENS, **_ORDINALS, **_OTHERS}
_SCALES = {
    "decade": 10.0,
    "decades": 10.0,
    "dozen": 12.0,
    "hundred": 1e2,
    "thousand": 1e3,
    "million": 1e6,
    "mil": 1e6,
    "billion": 1e9,
    "bil": 1e9,
}
_FOLD = re.compile(r"^(\w+?)-?fold$")
_ROMAN = re.compile(r"^[IVXLCMХІ]+$")
_DIGITS = re.compile(r"\d+(?:[,\s]\d{3}(?!\d))*(?:\.\d+)?")


def numbers_in(words: str) -> set[float]:
    """Every number that the printed words can stand for, in digits, in words or in Roman numerals.

    Used to check that ``value`` is what ``as_printed`` says; several candidates are normal ("one and a half thousand").

    Examples
    --------
    >>> sorted(numbers_in("over 20 thousand"))
    [20.0, 1000.0, 20000.0]
    >>> 1500.0 in numbers_in("one and a half thousand")
    True
    >>> 119.0 in numbers_in("One hundred and nineteen organizations")
    True
    """
    found: set[float] = set()
    for match in _DIGITS.finditer(words):
        number = float(re.sub(r"[,\s]", "", match[0]))
        found.add(number)
        after = re.match(r"[\s-]*([A-Za-z]+)", words[match.end() :])
        if after and after[1].lower() in _SCALES:
            found.add(number * _SCALES[after[1].lower()])
    found |= {float(digits) for digits in re.findall(r"\d+", words)}
    plain = re.sub(r"\b(?:and )?a half\b", "half", words.replace("-", " "))
    tokens = re.findall(r"[^\W\d_]+(?:-fold)?", plain.replace(" fold", "-fold"))
    found |= {float(_roman(token)) for token in tokens if _ROMAN.match(token)}
    found |= _spoken([token.lower() for token in tokens])
    if "half" in tokens:
        found |= {number + 0.5 for number in found}  # "a year and a half"
    shares = {"third": 100 / 3, "second": 50.0}  # "a third" and "every second one", in percent
    return found | {share for word, share in shares.items() if word in tokens}


def _spoken(tokens: list[str]) -> set[float]:
    """Sums of runs of number words: "one hundred and nineteen", "two hundred thousand", "threefold"."""
    found: set[float] = set()
    total = part = 0.0
    for token in [*tokens, "."]:
        fold = _FOLD.match(token)
        if fold and fold[1] in _WORD_VALUES:
            found.add(float(_WORD_VALUES[fold[1]]))
        elif token in _WORD_VALUES:
            part += _WORD_VALUES[token]
            found |= {float(_WORD_VALUES[token]), total + part, part}
        elif token in _SCALES:
            part = (part or 1) * _SCALES[token]
            found |= {part, total + part}
            if _SCALES[token] >= 1000:
                total, part = total + part, 0.0
        elif token != "and":
            total = part = 0.0
    return found


def _roman(numeral: str) -> int:
    digits = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "M": 1000, "Х": 10, "І": 1}
    values = [digits.get(letter, 500) for letter in numeral]
    return sum(-v if v < max(values[i:]) else v for i, v in enumerate(values))


# --- formulas over claims -------------------------------------------------------------------------------------------

MAX_POWER = 40
_OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow, ast.USub)


@dataclass(frozen=True, slots=True)
class _Slope:
    """A value with its derivative by each input, both as intervals: forward differentiation, to see monotonicity."""

    value: Interval
    by: Mapping[str, Interval]

    def _chain(self, other: _Slope, f: Callable[[Interval, Interval], Interval]) -> dict[str, Interval]:
        zero = Interval(0, 0)
        return {name: f(self.by.get(name, zero), other.by.get(name, zero)) for name in {*self.by, *other.by}}

    def __neg__(self) -> _Slope:
        return _Slope(-self.value, {name: -slope for name, slope in self.by.items()})

    def __add__(self, other: Any) -> _Slope:
        right = _lift(other)
        return _Slope(self.value + right.value, self._chain(right, lambda a, b: a + b))

    def __sub__(self, other: Any) -> _Slope:
        return self + -_lift(other)

    def __mul__(self, other: Any) -> _Slope:
        right = _lift(other)
        return _Slope(self.value * right.value, self._chain(right, lambda a, b: a * right.value + b * self.value))

    def __truediv__(self, other: Any) -> _Slope:
        right = _lift(other)
        inverse = Interval(1, 1) / right.value
        return _Slope(
            self.value * inverse,
            self._chain(right, lambda a, b: a * inverse - b * (self.value * inverse**2)),
        )

    def __pow__(self, other: Any) -> _Slope:
        right = _lift(other)
        if right.by or right.value.low != right.value.high:
            raise ValueError("a power must be a plain number, not a claim")
        exponent = right.value.low
        outer = Interval(exponent, exponent) * self.value ** (exponent - 1)
        return _Slope(self.value**exponent, {name: outer * slope for name, slope in self.by.items()})

    def __radd__(self, other: Any) -> _Slope:
        return _lift(other) + self

    def __rsub__(self, other: Any) -> _Slope:
        return _lift(other) - self

    def __rmul__(self, other: Any) -> _Slope:
        return _lift(other) * self

    def __rtruediv__(self, other: Any) -> _Slope:
        return _lift(other) / self


def _lift(value: Any) -> _Slope:
    return value if isinstance(value, _Slope) else _Slope(Interval(float(value), float(value)), {})


def _power(base: Any, exponent: Any) -> Any:
    """The power operator with a cap, so that no formula can run for minutes."""
    size = exponent.value.high if isinstance(exponent, _Slope) else exponent
    if not isinstance(size, int | float) or abs(size) > MAX_POWER:
        raise ValueError(f"a power above {MAX_POWER} is not allowed in a formula")
    return base**exponent


def formula_names(formula: str) -> set[str]:
    """The claim ids in a formula.

    Raises
    ------
    ValueError
        If it is no formula of numbers, claim ids, brackets and ``+ - * / **``.

    Examples
    --------
    >>> sorted(formula_names("100 * (b - a) / a"))
    ['a', 'b']
    """
    try:
        tree = ast.parse(formula, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ValueError(f"{formula!r} cannot be read as a formula: {error}") from error
    allowed = (ast.Expression, ast.BinOp, ast.UnaryOp, ast.Name, ast.Load, ast.Constant, *_OPERATORS)
    for node in ast.walk(tree):
        if not isinstance(node, allowed) or (
            isinstance(node, ast.Constant) and (isinstance(node.value, bool) or not isinstance(node.value, int | float))
        ):
            raise ValueError(
                f"{formula!r} holds {type(node).__name__}; only numbers, claim ids and + - * / ** are allowed"
            )
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def _calculator(names: Mapping[str, Any]) -> Any:
    import operator  # noqa: PLC0415

    from simpleeval import SimpleEval  # noqa: PLC0415

    operators = {
        ast.Add: operator.add,
        ast.Sub: operator.sub,
        ast.Mult: operator.mul,
        ast.Div: operator.truediv,
        ast.Pow: _power,
        ast.USub: operator.neg,
    }
    return SimpleEval(names=dict(names), operators=operators, functions={})


def evaluate(formula: str, values: Mapping[str, Interval]) -> Interval:
    """Evaluate a formula over claims jointly: a claim that occurs twice is one number.

    The result is exact. It is taken at the corners of the inputs' box, which is right where the formula is monotone in
    each input; that is checked by differentiating over intervals (Moore, Kearfott and Cloud 2009, chapter 6).

    Parameters
    ----------
    formula
        Numbers, claim ids, brackets and ``+ - * / **``; it is parsed, never run as code.
    values
        An interval for each claim id.

    Raises
    ------
    KeyError
        For a claim id without a value.
    ValueError
        For a formula that cannot be read, is not monotone in some input, or has no value at an open end.

    Examples
    --------
    >>> a, b = Interval(3450, 3550), Interval(23335, 23335)
    >>> ratio = evaluate("b / a", {"a": a, "b": b})
    >>> round(ratio.low, 3), round(ratio.high, 3)
    (6.573, 6.764)
    >>> evaluate("a - a", {"a": a})
    Interval(low=0.0, high=0.0)
    """
    names = sorted(formula_names(formula))
    if missing := [name for name in names if name not in values]:
        raise KeyError(f"the formula {formula!r} needs a value for {', '.join(missing)}")
    single = Interval(1, 1)
    box = {name: _Slope(values[name], {name: single}) for name in names}
    slopes = _lift(_calculator(box).eval(formula))
    for name in names:
        slope = slopes.by.get(name, Interval(0, 0))
        free = values[name].low < values[name].high
        if free and slope.low < 0 < slope.high:
            raise ValueError(f"{formula!r} is not monotone in {name} over {values[name]}; split it or bound it by hand")
    corners = product(*({values[name].low, values[name].high} for name in names))
    return _hull(_at(formula, dict(zip(names, corner, strict=True))) for corner in corners)


def joint(formula: str, values: Mapping[str, Interval]) -> Interval:
    """:func:`evaluate` where inputs may be open above; past a pole no bound follows.

    Examples
    --------
    >>> joint("a / b", {"a": Interval(10, math.inf), "b": Interval(5, math.inf)})
    Interval(low=0.0, high=inf)
    """
    box = {name: Interval(values[name].low, min(values[name].high, FAR)) for name in formula_names(formula)}
    try:
        found = evaluate(formula, box)
    except (ValueError, ZeroDivisionError):
        if any(interval.high == FAR for interval in box.values()):
            return Interval(-math.inf, math.inf)
        raise
    return Interval(_open(found.low), _open(found.high))


def _open(end: float) -> float:
    root = math.sqrt(FAR)
    return 0.0 if abs(end) < 1 / root else math.copysign(math.inf, end) if abs(end) > root else end


def _at(formula: str, point: Mapping[str, float]) -> float:
    try:
        result = float(_calculator(point).eval(formula))
    except ZeroDivisionError:
        return math.inf
    if math.isnan(result):
        raise ValueError(f"{formula!r} has no value at the open end {dict(point)}")
    return result


def _hull(values: Iterable[float]) -> Interval:
    found = list(values)
    return Interval(min(found), max(found))

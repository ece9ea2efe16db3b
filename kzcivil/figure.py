"""A quantity that carries its own honesty: face value, range, unit, and the printed words it hangs on.

Arithmetic on figures builds an expression over the printed numbers. A number that is used twice stays one number, and
the range holds the least and the greatest value that the ranges of the inputs allow. The manners are those of the
package ``uncertainties``, for ranges instead of standard deviations.
"""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from itertools import count
from typing import Any

from kzcivil.bounds import Leaf, Node, bounds_of, leaves_of
from kzcivil.units import RATIOS, unit_of
from kzcivil.words import escaped, in_words, written


def _as_figure(value: Any) -> Figure | None:
    if isinstance(value, Figure):
        return value
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return absent("a number that is not there")
    known = isinstance(value, numbers.Real) and not isinstance(value, bool)
    return Figure(float(value)) if known else None


def _computed(sign: str, first: Any, second: Any) -> Figure:
    left, right = _as_figure(first), _as_figure(second)
    if left is None or right is None:
        return NotImplemented  # type: ignore[no-any-return]
    if sign == "-":
        sign, right = "+", -right
    a, b = left._node, right._node
    if sign == "+" and 0.0 in (a, b):
        return right if a == 0.0 else left
    try:
        unit = unit_of(sign, left.unit, right.unit)
    except ValueError:
        if not (left.missing or right.missing):
            raise
        unit = ""
    # A sum of sums is one sum, so that a long one is not a deep one.
    flat = [node[1:] if isinstance(node, tuple) and node[0] == sign == "+" else (node,) for node in (a, b)]
    return Figure((sign, *flat[0], *flat[1]), unit)


def _both(sign: str) -> tuple[Callable[[Figure, Any], Figure], Callable[[Figure, Any], Figure]]:
    """The operator of a sign, for a figure on its left and for one on its right."""
    return lambda one, other: _computed(sign, one, other), lambda one, other: _computed(sign, other, one)


class Figure:
    """A number with its range, its unit and the printed words it hangs on.

    Made by :func:`figure`, ``Evidence.figure`` or arithmetic on other figures: ``+ - * / **``, also in pandas columns.
    What is missing travels: a result that needs a missing number is missing, and says which. Ranges have no order:
    compare figures with :meth:`compare`; ``==`` asks only whether two are the same object.

    Attributes
    ----------
    face : float
        The value with the printed numbers taken as they stand; NaN where the words give none.
    low, high : float
        The least and the greatest value that the words allow; ``inf`` where they set no ceiling.
    exact : bool
        Whether the range is one value.
    unit : str
    claims : tuple of str
        Ids of the printed statements it hangs on.
    missing : tuple of str
        What would be needed and is not in the data.
    formula : str
        The computation, over ids.

    Examples
    --------
    >>> before, after = figure(3500, 3450, 3550, "NGOs"), figure(23335, unit="NGOs", words="Register")
    >>> growth = after / before
    >>> print(growth, growth.percent, growth.of("times as many"), sep="; ")
    6.67 times (6.57 to 6.77); 667 % (657 to 677); 6.67 times as many (6.57 to 6.77)
    >>> f"{growth:face}", f"{growth:range}", f"{growth:face bare 2}"
    ('6.67 times', '6.57 to 6.77 times', '6.7')
    >>> before - before, figure(8.6, unit="%").share, after.compare(before)
    (0 NGOs, 0.086, 'above')
    >>> growth.why()
    6.67 times (6.57 to 6.77) = 23,335 / 3,500
    - 23,335 NGOs: Register
    - 3,500 NGOs (3,450 to 3,550)
    """

    def __init__(self, node: Node, unit: str = "") -> None:
        self._node, self.unit = node, unit

    @cached_property
    def _known(self) -> tuple[tuple[str, ...], float, float, float]:
        """What is missing; least, face and greatest value."""
        gone = dict.fromkeys(leaf.words for leaf in leaves_of(self._node) if leaf.missing)
        with suppress(ZeroDivisionError, ValueError, OverflowError, RecursionError):
            low, face, high = map(float, (math.nan,) * 3 if gone else bounds_of(self._node))
            # Rounding of the last binary digit must not push an end past the face value.
            one = abs(high - low) <= 1e-12 * abs(face)
            return tuple(gone), face if one else min(low, face), face, face if one else max(high, face)
        return ("a number that this can be computed with",), math.nan, math.nan, math.nan

    @property
    def missing(self) -> tuple[str, ...]:
        return self._known[0]

    @property
    def low(self) -> float:
        return self._known[1]

    @property
    def face(self) -> float:
        return self._known[2]

    @property
    def high(self) -> float:
        return self._known[3]

    @property
    def exact(self) -> bool:
        return self.low == self.high

    @property
    def leaves(self) -> tuple[Leaf, ...]:
        return tuple({leaf.key: leaf for leaf in leaves_of(self._node)}.values())

    @property
    def claims(self) -> tuple[str, ...]:
        return tuple(leaf.key for leaf in self.leaves if leaf.kind == "printed")

    @property
    def formula(self) -> str:
        return written(self._node, lambda leaf: leaf.key)

    @property
    def year(self) -> str:
        """Year of a printed figure, for a sentence."""
        when = self._node.when if isinstance(self._node, Leaf) else None
        return "an unknown year" if when is None else str(int(when[0]))

    def of(self, unit: str) -> Figure:
        """The same figure with its unit named anew."""
        return Figure(self._node, unit)

    @property
    def percent(self) -> Figure:
        """A ratio as a percentage; ValueError if it is none."""
        if self.unit not in RATIOS and not self.missing:
            raise ValueError(f"a figure in {self.unit} is no ratio; only a ratio can be shown as a percentage")
        return Figure(("*", 100.0, self._node), "%")

    @property
    def share(self) -> Figure:
        """A percentage as a ratio; ValueError if it is none."""
        if not self.unit.startswith("%") and not self.missing:
            raise ValueError(f"a figure in {self.unit or 'plain numbers'} is no percentage")
        return Figure(("*", 0.01, self._node))

    def compare(self, other: Any) -> str:
        """``"above"``, ``"below"``, ``"equal"``, ``"undecided"`` (the ranges allow more than one) or ``"unknown"``."""
        gap = self - other
        if gap.missing:
            return "unknown"
        if gap.low > 0 or gap.high < 0:
            return "above" if gap.low > 0 else "below"
        return "equal" if gap.low == gap.high == 0 else "undecided"

    def why(self) -> Why:
        """Each step down to the printed words."""
        return Why(self)

    __add__, __radd__ = _both("+")
    __sub__, __rsub__ = _both("-")
    __mul__, __rmul__ = _both("*")
    __truediv__, __rtruediv__ = _both("/")
    __pow__, __rpow__ = _both("**")

    def __neg__(self) -> Figure:
        return Figure(("*", -1.0, self._node), self.unit)

    def _no_order(self, other: Any) -> bool:
        raise TypeError("figures are ranges and have no order; use .compare(...), or sort by .face")

    __lt__ = __le__ = __gt__ = __ge__ = _no_order

    __format__ = __str__ = __repr__ = in_words

    def _repr_markdown_(self) -> str:
        words = self._node.words if isinstance(self._node, Leaf) and not self.missing else ""
        brackets = "" if self.missing else f" {self:brackets}"
        return escaped(f"**{self:face}**{brackets}{self._sum()}" + (f": {words}" if words else ""))

    def _sum(self) -> str:
        """The computation, over printed numbers."""
        parts = isinstance(self._node, tuple)
        return f" = {written(self._node, lambda leaf: f'{Figure(leaf):face bare}')}" if parts else ""


class Why:
    """How a figure came about; shown as a list."""

    def __init__(self, made: Figure) -> None:
        self._lines = [f"{made}{made._sum()}"]
        for leaf in made.leaves:
            told = ", ".join(part for part in (leaf.words, leaf.place) if part)
            unit = made.unit if made._node is leaf else leaf.unit
            self._lines.append(f"- {Figure(leaf, unit)}" + (f": {told}" if told else ""))

    def __repr__(self) -> str:
        return "\n".join(self._lines)

    def _repr_markdown_(self) -> str:
        first, *rest = self._lines
        return escaped("\n".join([f"**{first}**", "", *rest]))


_fresh = count(1)


def from_leaf(leaf: Leaf, unit: str = "") -> Figure:
    """A figure of one number."""
    return Figure(replace(leaf, unit=unit), unit)


def figure(face: float, low: float | None = None, high: float | None = None, unit: str = "", words: str = "") -> Figure:
    """A figure of your own: an assumption, or a number from elsewhere.

    Parameters
    ----------
    face
        The value; NaN if there is only a range.
    low, high
        The range, which must hold the face value (else ValueError); the face value alone if left out.
    unit
        What is counted, in the plural; ``"%"`` for percentages, empty for plain numbers.
    words
        Where it comes from; shown by ``why()``.

    Examples
    --------
    >>> print(figure(0.75, 0.7, 0.8))
    0.75 (0.7 to 0.8)
    """
    first, last = (face if low is None else low), (face if high is None else high)
    if not first <= last or math.isinf(face) or face < first or face > last:
        raise ValueError(f"the range {first} to {last} must hold the face value {face}")
    key = f"{words} ({face:g}, {first:g} to {last:g})" if words else f"assumed_{next(_fresh)}"
    return from_leaf(Leaf(key, float(face), float(first), float(last), words), unit)


def absent(words: str, key: str = "", unit: str = "") -> Figure:
    """A figure that is missing; ``words`` say what it would have been."""
    return from_leaf(Leaf(key or f"missing: {words}", math.nan, math.nan, math.nan, words, missing=True), unit)


def nth(figures: Iterable[Any], position: int, words: str = "a further count to compare with") -> Figure:
    """A figure by its position in a series (-1 is the last); missing (``words`` say what) if the series is too short.

    Examples
    --------
    >>> print(nth([figure(2), figure(3)], -1), nth([], 0))
    3 cannot be said
    """
    known = [one for one in map(_as_figure, figures) if one is not None and not one.missing]
    return known[position] if -len(known) <= position < len(known) else absent(words)


def total(figures: Iterable[Any]) -> Figure:
    """Sum of a series of figures; an empty one is missing.

    Examples
    --------
    >>> print(total([figure(2, unit="NGOs"), figure(3, unit="NGOs")]))
    5 NGOs
    """
    known = [one for one in map(_as_figure, figures) if one is not None] or [absent("any number to add up")]
    for item in () if known[0].missing else known:
        if not item.missing:
            unit_of("+", known[0].unit, item.unit)
    return Figure(("+", *(item._node for item in known)), known[0].unit)


def larger(a: Any, b: Any) -> Figure:
    """The larger of two figures; with 0 it keeps a share from falling below nothing.

    Examples
    --------
    >>> print(larger(figure(0.2, -0.1, 0.5), 0))
    0.2 (up to 0.5)
    """
    return _picked("max", a, b)


def smaller(a: Any, b: Any) -> Figure:
    """The smaller of two figures.

    Examples
    --------
    >>> print(smaller(figure(2), figure(3)))
    2
    """
    return _picked("min", a, b)


def _picked(sign: str, a: Any, b: Any) -> Figure:
    if (found := _computed(sign, a, b)) is NotImplemented:
        raise TypeError(f"{a!r} and {b!r} must be figures or numbers")
    return found


def verdict(after: Figure, before: Any, up: str, down: str, open_words: str, same: str | None = None) -> str:
    """Words for a comparison; the ranges decide, not the face values.

    Parameters
    ----------
    after, before
        What is compared.
    up, down, open_words, same
        What to say if the first is above, below, or may be either; ``same`` if both are equal (else ``open_words``).

    Examples
    --------
    >>> verdict(figure(3), figure(5, 4, 6), "sped up", "slowed", "may have done either")
    'slowed'
    """
    words = {"above": up, "below": down, "undecided": open_words, "equal": same or open_words}
    return words.get(after.compare(before), "cannot be compared")

"""A quantity that carries its own honesty: face value, range, unit, and the printed words it hangs on.

Arithmetic on figures builds an expression over the printed numbers. A number that is used twice stays one number, and
the range holds the least and the greatest value that the ranges of the inputs allow. The manners are those of the
package ``uncertainties``, for ranges instead of standard deviations.
"""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable, Iterable
from functools import cached_property
from itertools import count
from typing import Any

from kzcivil.bounds import Leaf, Node, bounds_of, leaves_of
from kzcivil.units import RATIOS, UNIT_RULES, sum_unit
from kzcivil.words import escaped, in_words, written


def _both(sign: str) -> tuple[Callable[[Figure, Any], Figure], Callable[[Figure, Any], Figure]]:
    """The operator of a sign, for a figure on its left and for one on its right."""
    return lambda one, other: _computed(sign, one, other), lambda one, other: _computed(sign, other, one)


def _computed(sign: str, first: Any, second: Any) -> Figure:
    left, right = _as_figure(first), _as_figure(second)
    if left is None or right is None:
        return NotImplemented  # type: ignore[no-any-return]
    if sign == "-":
        sign, right = "+", -right
    a, b = left._node, right._node
    if sign == "+":
        if a == 0.0 or b == 0.0:
            return right if a == 0.0 else left
        node: Node = ("+", *(a[1:] if _is_sum(a) else (a,)), *(b[1:] if _is_sum(b) else (b,)))
    else:
        node = (sign, a, b)
    try:
        unit = UNIT_RULES[sign](left.unit, right.unit)
    except ValueError:
        if left.missing or right.missing:
            return Figure(node)
        raise
    return Figure(node, unit)


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
    unit : str
    claims : tuple of str
        Ids of the printed statements it hangs on.
    missing : tuple of str
        What would be needed and is not in the data.
    formula : str
        The computation, over ids.

    Examples
    --------
    >>> before, after = figure(3500, 3450, 3550, "NGOs"), figure(23335, unit="NGOs")
    >>> growth = after / before
    >>> print(growth)
    6.67 times (6.57 to 6.77)
    >>> f"{growth:face}", f"{growth:range}", f"{growth:face bare 2}"
    ('6.67 times', '6.57 to 6.77 times', '6.7')
    >>> before - before
    0 NGOs
    """

    __slots__ = ("__dict__", "_node", "unit")

    def __init__(self, node: Node, unit: str = "") -> None:
        self._node = node
        self.unit = unit

    @cached_property
    def missing(self) -> tuple[str, ...]:
        gone = tuple(dict.fromkeys(leaf.words for leaf in leaves_of(self._node) if leaf.missing))
        return gone or (("a number that this can be computed with",) if self._found is None else ())

    @cached_property
    def _found(self) -> tuple[float, float, float] | None:
        """Low, face, high, or None where there is no value (a divisor of zero, a root of a negative number)."""
        try:
            return bounds_of(self._node)
        except (ZeroDivisionError, ValueError, OverflowError, RecursionError):
            return None

    @cached_property
    def claims(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(leaf.key for leaf in leaves_of(self._node) if leaf.kind == "printed"))

    @cached_property
    def face(self) -> float:
        return math.nan if self.missing or self._found is None else self._found[1]

    @cached_property
    def _ends(self) -> tuple[float, float]:
        if self.missing or self._found is None:
            return math.nan, math.nan
        low, face, high = self._found
        # Rounding of the last binary digit must not push an end past the face value.
        if abs(high - low) <= 1e-12 * abs(face):
            return face, face
        return (low, high) if math.isnan(face) else (min(low, face), max(high, face))

    @property
    def low(self) -> float:
        return self._ends[0]

    @property
    def high(self) -> float:
        return self._ends[1]

    @property
    def exact(self) -> bool:
        """Whether the range is one value."""
        return self.low == self.high

    @property
    def formula(self) -> str:
        return written(self._node, lambda leaf: leaf.key)

    @property
    def leaves(self) -> tuple[Leaf, ...]:
        return tuple({leaf.key: leaf for leaf in leaves_of(self._node)}.values())

    def of(self, unit: str) -> Figure:
        """The same figure with its unit named anew.

        Examples
        --------
        >>> print(figure(1.5, unit="people per organisation").of("employees per NGO"))
        1.5 employees per NGO
        """
        return Figure(self._node, unit)

    @property
    def percent(self) -> Figure:
        """A ratio as a percentage.

        Examples
        --------
        >>> print((figure(20) / 120).percent)
        16.7 %
        """
        if self.unit not in RATIOS and not self.missing:
            raise ValueError(f"a figure in {self.unit} is no ratio; only a ratio can be shown as a percentage")
        return Figure(("*", 100.0, self._node), "%")

    @property
    def share(self) -> Figure:
        """A percentage as a ratio.

        Examples
        --------
        >>> print(figure(8.6, unit="%").share)
        0.086
        """
        if not self.unit.startswith("%") and not self.missing:
            raise ValueError(f"a figure in {self.unit or 'plain numbers'} is no percentage")
        return Figure(("*", 0.01, self._node))

    @property
    def year(self) -> str:
        """Year of a printed figure, for a sentence."""
        when = self._node.when if isinstance(self._node, Leaf) else None
        return "an unknown year" if when is None else str(int(when[0]))

    def compare(self, other: Any) -> str:
        """``"above"``, ``"below"``, ``"equal"``, ``"undecided"`` (the ranges allow more than one) or ``"unknown"``.

        Examples
        --------
        >>> figure(20_000, 20_000, 24_000, "NGOs").compare(figure(4_500, 4_450, 4_550, "NGOs"))
        'above'
        """
        gap = self - other
        if gap.missing:
            return "unknown"
        if gap.low > 0 or gap.high < 0:
            return "above" if gap.low > 0 else "below"
        return "equal" if gap.low == gap.high == 0 else "undecided"

    def why(self) -> Why:
        """Each step down to the printed words.

        Examples
        --------
        >>> (figure(3, unit="NGOs", words="three") / figure(2, unit="NGOs", words="two")).why()
        1.5 times = 3 / 2
        - 3 NGOs: three
        - 2 NGOs: two
        """
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
        node = self._node
        how = f": {node.words}" if isinstance(node, Leaf) and node.words and not node.missing else ""
        how = f" = {self._sum_of_parts()}" if isinstance(node, tuple) else how
        return escaped(f"**{self:face}**" + ("" if self.missing else f" {self:brackets}") + how)

    def _sum_of_parts(self) -> str:
        return written(self._node, lambda leaf: f"{Figure(leaf):face bare}")


class Why:
    """How a figure came about; shown as a list."""

    def __init__(self, made: Figure) -> None:
        steps = f" = {made._sum_of_parts()}" if isinstance(made._node, tuple) else ""
        self._lines = [f"{made}{steps}"]
        for leaf in made.leaves:
            told = ", ".join(part for part in (leaf.words, leaf.place) if part)
            unit = made.unit if made._node is leaf else _UNITS.get(leaf.key, "")
            self._lines.append(f"- {Figure(leaf, unit)}" + (f": {told}" if told else ""))

    def __repr__(self) -> str:
        return "\n".join(self._lines)

    def _repr_markdown_(self) -> str:
        first, *rest = self._lines
        return escaped("\n".join([f"**{first}**", "", *rest]))


_UNITS: dict[str, str] = {}


def _is_sum(node: Node) -> bool:
    return isinstance(node, tuple) and node[0] == "+"


def _as_figure(value: Any) -> Figure | None:
    if isinstance(value, Figure):
        return value
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return absent("a number that is not there")
    if isinstance(value, numbers.Real) and not isinstance(value, bool):
        return Figure(float(value))
    return None


def from_leaf(leaf: Leaf, unit: str = "") -> Figure:
    """A figure of one number."""
    _UNITS.setdefault(leaf.key, unit)
    return Figure(leaf, unit)


_fresh = count(1)


def figure(face: float, low: float | None = None, high: float | None = None, unit: str = "", words: str = "") -> Figure:
    """A figure of your own: an assumption, or a number from elsewhere.

    Parameters
    ----------
    face
        The value; NaN if there is only a range.
    low, high
        The range; the face value alone if left out.
    unit
        What is counted, in the plural; ``"%"`` for percentages, empty for plain numbers.
    words
        Where it comes from; shown by ``why()``.

    Raises
    ------
    ValueError
        If the range is empty or does not hold the face value.

    Examples
    --------
    >>> print(figure(0.75, 0.7, 0.8))
    0.75 (0.7 to 0.8)
    """
    ends = (face if low is None else low, face if high is None else high)
    if any(map(math.isnan, ends)) or math.isinf(face) or not ends[0] <= ends[1] or face < ends[0] or face > ends[1]:
        raise ValueError(f"the range {ends[0]} to {ends[1]} must hold the face value {face}")
    key = f"{words} ({face:g}, {ends[0]:g} to {ends[1]:g})" if words else f"assumed_{next(_fresh)}"
    return from_leaf(Leaf(key, float(face), float(ends[0]), float(ends[1]), words), unit)


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
    known = [one for one in map(_as_figure, figures) if one is not None]
    if not known:
        return absent("any number to add up")
    for item in known[1:]:
        if not item.missing and not known[0].missing:
            sum_unit(known[0].unit, item.unit)
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
    left, right = _as_figure(a), _as_figure(b)
    if left is None or right is None:
        raise TypeError(f"{a!r} and {b!r} must be figures or numbers")
    unit = left.unit or right.unit
    if {left.unit, right.unit} - {unit, ""} and not (left.missing or right.missing):
        raise ValueError(f"{left.unit} and {right.unit} cannot be compared; they are different things")
    return Figure((sign, left._node, right._node), unit)


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

"""General methods on figures, each with its source; none knows what it is used for."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Any

from kzcivil.bounds import Leaf
from kzcivil.figure import Figure, absent, figure, from_leaf, larger, smaller


def years_between(before: Figure, after: Figure) -> Figure:
    """Years between the dates of two printed figures; ValueError if one is computed and has no date of its own.

    Examples
    --------
    >>> print(years_between(ev.figure("aa_inf_registered_2003"), ev.figure("aa_inf_registered_2023")))
    20 years (19.5 to 20.5)
    """
    if gone := before.missing or after.missing:
        return absent(gone[0])
    ends = []
    for one in (before, after):
        leaf = one.leaves[0] if len(one.leaves) == 1 else None
        if leaf is None or (leaf.when is None and leaf.kind != "printed"):
            raise ValueError(f"{one} has no date of its own; give the years")
        if leaf.when is None:
            return absent(f"the date of {leaf.words}")
        ends.append(from_leaf(Leaf(f"date:{leaf.key}", *leaf.when, "date", kind="date"), "years"))
    return ends[1] - ends[0]


def annual_growth(before: Figure, after: Figure, years: Any = None) -> Figure:
    """Mean growth in ``% a year`` between two counts of one thing: ``(after / before) ** (1 / years) - 1``.

    Its range takes in rounding, vague words and dates; the years are those between the dates if left out.

    Examples
    --------
    >>> print(annual_growth(figure(3500, 3450, 3550), figure(23335), figure(20, 19.5, 20.5, "years")))
    9.95 % a year (9.6 to 10.3)
    """
    span = years_between(before, after) if years is None else years
    span = span if isinstance(span, Figure) else figure(span, unit="years")
    return ((after / before).of("times") ** (1 / span) - 1).percent.of("% a year")


def constant_rate(figures: Iterable[Figure]) -> Figure | None:
    """Every constant rate (``% a year``) that could have produced all of some dated figures; None if none for sure.

    The growth of each ordered pair bounds the rate, and these bounds are exact: they are what is left of the linear
    inequalities ``log low <= a + b t <= log high`` when *a* is eliminated (Fourier and Motzkin; Schrijver 1986, *Theory
    of Linear and Integer Programming*, section 12.2). Dates may be ranges. There is no face value.

    Examples
    --------
    >>> print(constant_rate([ev.figure("aa_inf_registered_2003"), ev.figure("aa_inf_registered_2023")]))
    9.6 to 10.3 % a year
    """
    points = []
    for one in figures:
        if not one.missing and len(one.leaves) != 1:
            raise ValueError(f"{one} is computed and has no date of its own")
        when = one.leaves[0].when
        if not one.missing and when is not None and one.high > 0:
            points.append((math.log(one.low) if one.low > 0 else -math.inf, math.log(one.high), *when[1:]))
    if len(points) < 2:
        return absent("two dated counts")
    found = [end for rising in (True, False) for end in _slopes(points, rising=rising)]
    if not found:
        return None
    low, high = (100 * math.expm1(end) if end < 700 else math.inf for end in (min(found), max(found)))
    return from_leaf(Leaf("constant rate", math.nan, low, high, "constant rate"), "% a year")


def _slopes(points: Sequence[tuple[float, float, float, float]], *, rising: bool) -> tuple[float, ...]:
    """Least and greatest slope of one sign on which points of log low, log high, first, last date may lie, if any."""
    low, high = (0.0, math.inf) if rising else (-math.inf, 0.0)
    for (low_i, _, first_i, last_i), (_, high_j, first_j, last_j) in permutations(points, 2):
        # low_i - b t_i <= high_j - b t_j, each at the date that leaves most room.
        gap, room = first_j - last_i if rising else last_j - first_i, high_j - low_i
        if gap > 0:
            high = min(high, room / gap)
        elif gap < 0:
            low = max(low, room / gap)
        elif room < 0:
            return ()
    return (low, high) if low <= high else ()


def share_with_exactly_one(
    total: Figure, holders: Figure, idle: Any = 0, largest: float | None = None
) -> tuple[Figure, Figure]:
    """Least and greatest share of holders (organisations) that have exactly one (employee), from totals alone.

    With mean *m* = total / holders and share *z* that is idle (has none, 0 to 1), the share *s* with exactly one obeys
    ``2 (1 - z) - m <= s <= 1 - z``: every other holder that is not idle has at least two. If none has more than
    ``largest``, *K*, also ``s <= (K (1 - z) - m) / (K - 1)``. The bounds are sharp up to whole holders (Manski 2003,
    *Partial Identification of Probability Distributions*).

    Examples
    --------
    >>> least, greatest = share_with_exactly_one(figure(30_000, unit="people"), figure(20_000, unit="NGOs"))
    >>> print(f"{least:%}", f"{greatest:%}")
    50 % 100 %
    """
    if not isinstance(idle, Figure) and not 0 <= idle <= 1:
        raise ValueError(f"idle is a share between 0 and 1; found {idle!r}")
    mean = (total / holders).of("")
    busy = (1 - idle).of("") if isinstance(idle, Figure) else figure(1 - idle)
    gone, room = mean.missing or busy.missing, 1 + 1e-9
    if mean.high * room < busy.low or (largest is not None and largest * busy.high * room < mean.low):
        gone = ("a distribution that fits these totals",)
    if gone:
        return (absent(gone[0]),) * 2
    least, greatest = smaller(larger(2 * busy - mean, 0), busy), busy
    if largest is not None and largest > 1:
        greatest = smaller(busy, (largest * busy - mean) / (largest - 1))
    return least, larger(greatest, 0)


def share_with_at_most_one(total: Figure, holders: Figure) -> Figure:
    """Least share of holders that have one or none, from totals alone, with no assumption: ``1 - m / 2``.

    Examples
    --------
    >>> print(f"{share_with_at_most_one(figure(30_000, unit='people'), figure(20_000, unit='NGOs')):%}")
    25 %
    """
    return larger(1 - (total / holders).of("") / 2, 0)


@dataclass(frozen=True, slots=True)
class Clash:
    """A chain of relations that cannot hold together: its first figure is above its last for certain."""

    chain: tuple[str, ...]
    first: Figure
    last: Figure

    def __str__(self) -> str:
        return f"{' ≤ '.join(self.chain)}: {self.first} cannot be at most {self.last}"


def clashes(figures: dict[str, Figure], at_most: Iterable[tuple[str, str]]) -> list[Clash]:
    """Which pairs of names in ``at_most`` (a part and its whole: the first is at most the second) cannot hold together.

    Relations chain: a at most b, b at most c. Ranges and relations contradict each other just where a chain leads from
    a figure to one that is below it for certain (difference constraints; Cormen et al. 2009, section 24.4). Of each
    contradicting pair the shortest chain is given; missing figures take no part.

    Examples
    --------
    >>> print(*clashes({"operating": figure(4500), "registered": figure(3500)}, [("operating", "registered")]))
    operating ≤ registered: 4,500 cannot be at most 3,500
    """
    after: dict[str, list[str]] = defaultdict(list)
    for part, whole in at_most:
        after[part].append(whole)
    found = []
    for start, first in figures.items():
        chains: dict[str, tuple[str, ...]] = {start: (start,)}  # the shortest to each name
        queue = [start]
        for name in queue:  # which grows meanwhile
            new = {whole: (*chains[name], whole) for whole in after[name] if whole not in chains}
            chains |= new
            queue += new
        ends = [(chain, figures[name]) for name, chain in chains.items() if name in figures]
        found += [Clash(chain, first, last) for chain, last in ends if first.compare(last) == "above"]
    return found

"""Numbers for people: face value first, range second, at most three significant digits, ends rounded outward."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from kzcivil.bounds import Leaf, Node

if TYPE_CHECKING:
    from kzcivil.figure import Figure

DIGITS = 3
MOST_PIECES = 20_000
_SCALES = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))
_SINGULAR = {"NGOs": "NGO", "years": "year", "organisations": "organisation", "days": "day"}
_SPECS = {"face", "range", "both", "bare", "brackets", "%"}


def number(value: float, digits: int = DIGITS) -> str:
    """A number at most ``digits`` significant digits long; a whole number under a million is written out.

    Examples
    --------
    >>> number(23335), number(6.6667), number(4_222_222), number(1e9), number(0.05)
    ('23,335', '6.67', '4.22 million', '1 billion', '0.05')
    """
    if math.isnan(value):
        return "unknown"
    if math.isinf(value):
        return "no upper limit" if value > 0 else "no lower limit"
    if value == int(value) and abs(value) < 1e6:
        return f"{value:,.0f}"
    return _rounded(value, _decimals(value, digits), 0)


def _decimals(value: float, digits: int) -> int:
    """Places after the point (negative: before it) that leave ``digits`` significant digits."""
    if abs(value) < 1e-12 or math.isinf(value):
        return 0
    return digits - 1 - math.floor(math.log10(abs(value)) + 1e-12)


def _rounded(value: float, decimals: int, way: int) -> str:
    """The value in words, to nearest (``way`` 0), down (-1) or up (1), with the unit word that it is long for."""
    if not math.isfinite(value):
        return number(value)
    grid = 10.0**decimals
    scaled = value * grid
    near = math.copysign(math.floor(abs(scaled) + 0.5 + 1e-9), scaled)  # halves away from nothing
    if way and abs(scaled - near) > 1e-6 * max(1.0, abs(scaled)) * 1e-3:
        near = math.floor(scaled) if way < 0 else math.ceil(scaled)
    found = near / grid
    for size, name in _SCALES:
        if abs(found) >= size:
            text = f"{found / size:,.{max(0, decimals + round(math.log10(size)))}f}"
            return f"{text.rstrip('0').rstrip('.') if '.' in text else text} {name}"
    text = f"{found:,.{max(0, decimals)}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text.replace("-", "−")


def in_words(figure: Figure, spec: str = "") -> str:
    """A figure in words.

    ``spec`` is words separated by spaces: ``face``, ``range``, ``both`` (the default) or ``brackets`` (the range in
    brackets); ``bare`` leaves out the unit; ``%`` shows a ratio as a percentage; a number sets the significant digits.
    ValueError names a word that is not known.
    """
    tokens = spec.split()
    if unknown := [token for token in tokens if token not in _SPECS and not token.isdigit()]:
        raise ValueError(f"a figure has no format {unknown[0]!r}; there are {', '.join(sorted(_SPECS))} and digits")
    if "%" in tokens:
        return in_words(figure.percent, " ".join(token for token in tokens if token != "%"))
    if figure.missing:
        return "cannot be said"
    wide = figure.low > 0 and 1.5 < figure.high / figure.low < math.inf  # a third digit would be show
    digits = next((int(token) for token in tokens if token.isdigit()), 2 if wide else DIGITS)
    unit = _SINGULAR.get(figure.unit, figure.unit) if figure.exact and figure.face == 1 else figure.unit
    unit = f" {unit}" if unit and "bare" not in tokens else ""
    words = _range_words(figure, digits)
    if "range" in tokens:
        return f"{words}{unit}"
    known = not math.isnan(figure.face)
    face = _face_words(figure, digits) if known else ""
    brackets = "" if words == face or not known else f"({words})"
    if "brackets" in tokens:
        return brackets
    if not known:
        said = getattr(figure._node, "words", "")
        return said if said and "face" in tokens else f"{words}{unit}"
    return f"{face}{unit} {'' if 'face' in tokens else brackets}".rstrip()


def _face_words(figure: Figure, digits: int) -> str:
    whole = abs(figure.face) < 1e6 and figure.face == int(figure.face)
    if whole and (figure.exact or not isinstance(figure._node, tuple)):
        return f"{figure.face:,.0f}"
    return _rounded(figure.face, _decimals(figure.face, digits), 0)


def _ends(figure: Figure, digits: int) -> tuple[str, str]:
    """Both ends, rounded outward to the places of the greater one (of the face value if that has more)."""
    ends = figure.low, figure.high
    whole = all(end < 1e6 and end == int(end) for end in ends if math.isfinite(end))
    known = [_decimals(x, digits) for x in (*ends, figure.face) if math.isfinite(x) and x != 0]
    if not known or (whole and not isinstance(figure._node, tuple)):
        return number(ends[0]), number(ends[1])  # whole ends of a printed count are shown in full
    coarse = min(known)
    finer = 0 if figure.unit.startswith("%") else -99  # a percentage is never rounded to tens
    places = [coarse] * 2 if max(known) - coarse <= 1 else [_decimals(end, digits) for end in ends]
    low, high = (max(place, finer) for place in places)
    return _rounded(ends[0], low, -1), _rounded(ends[1], high, 1)


def _range_words(figure: Figure, digits: int) -> str:
    low, high = _ends(figure, digits)
    if low == high or figure.exact:
        return _face_words(figure, digits) if not math.isnan(figure.face) else low
    if math.isinf(figure.high):
        return f"at least {low}" if figure.low > 0 else "any number"
    if math.isinf(figure.low) or figure.low == 0 or (figure.unit.startswith("%") and figure.low <= -100):
        return f"up to {high}"  # nothing can fall by more than all of it
    scale = next((f" {name}" for _, name in _SCALES if low.endswith(f" {name}") and high.endswith(f" {name}")), "")
    return f"{low.removesuffix(scale)} to {high}"


_STRENGTH = {"max": 4, "min": 4, "+": 1, "*": 2, "/": 2, "**": 3}


def written(node: Node, name: Callable[[Leaf], str]) -> str:
    """An expression as it is read, however deep; cut where nobody would read on."""
    text: list[str] = []
    stack: list[Any] = [(node, 0, False)]
    while stack and len(text) < MOST_PIECES:
        item = stack.pop()
        one, within, right = (item, 0, False) if isinstance(item, str) else item
        if not isinstance(one, tuple):
            text.append(one if isinstance(one, str) else name(one) if isinstance(one, Leaf) else f"{one:g}")
            continue
        sign, first, *rest = one
        strength = _STRENGTH[sign]
        made: list[Any] = [(first, strength, sign == "**")]
        if sign in ("max", "min"):
            made = [f"{sign}(", (first, 0, False), ", ", (rest[0], 0, False), ")"]
        elif sign == "*" and first == -1.0 and within == 0:
            made = ["-", (rest[0], 3, False)]
        else:
            for part in rest:
                minus = sign == "+" and isinstance(part, tuple) and part[:2] == ("*", -1.0)
                after = (part[2], 2, False) if minus else (part, strength, sign in ("/", "**"))
                made += [" - " if minus else f" {sign} ", after]
            if strength < within or (strength == within and right):
                made = ["(", *made, ")"]
        stack += reversed(made)
    return "".join(text) + " ..." * bool(stack)


def several(words: list[str], last: str = "and") -> str:
    """A list in words.

    Examples
    --------
    >>> several(["one", "two", "three"])
    'one, two and three'
    """
    return f"{', '.join(words[:-1])} {last} {words[-1]}" if len(words) > 1 else "".join(words)


def escaped(text: str) -> str:
    """Markdown without tags, formulas, outside images or running links: words from data may hold some.

    Examples
    --------
    >>> print(escaped("<b> and $3 and [x](javascript:y)"))
    &lt;b> and \\$3 and [x]\\(javascript:y)
    """
    text = re.sub(r"<(?=[A-Za-z/!?])", "&lt;", text)
    text = re.sub(r"(?<!\\)\$", r"\\$", text)
    text = text.replace("![", "!\\[")
    return re.sub(r"\]\((?!(?:https?://|[\w./-]*[)#]))", r"]\\(", text)

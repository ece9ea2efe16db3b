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
_SCALES = ((12, " trillion"), (9, " billion"), (6, " million"))
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
    return _rounded(value, _decimals(value, digits))


def _decimals(value: float, digits: int) -> int:
    """Places after the point (negative: before it) that leave ``digits`` significant digits."""
    known = math.isfinite(value) and abs(value) >= 1e-12
    return digits - 1 - math.floor(math.log10(abs(value)) + 1e-12) if known else 0


def _rounded(value: float, decimals: int, way: int = 0) -> str:
    """The value in words, to nearest, or down (``way`` -1) or up (1), with the unit word that it is long for."""
    if not math.isfinite(value):
        return number(value)
    scaled = value * 10.0**decimals
    near = math.copysign(math.floor(abs(scaled) + 0.5 + 1e-9), scaled)  # halves away from nothing
    if way and abs(scaled - near) > 1e-9 * max(1.0, abs(scaled)):
        near = math.floor(scaled) if way < 0 else math.ceil(scaled)
    found = near / 10.0**decimals
    zeros, name = next((scale for scale in _SCALES if abs(found) >= 10.0 ** scale[0]), (0, ""))
    text = f"{found / 10.0**zeros:,.{max(0, decimals + zeros)}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text.replace("-", "−") + name


def in_words(figure: Figure, spec: str = "") -> str:
    """A figure in words.

    ``spec`` is words separated by spaces: ``face``, ``range``, ``both`` (the default) or ``brackets`` (the range in
    brackets); ``bare`` leaves out the unit; ``%`` shows a ratio as a percentage; a number sets the significant digits.
    ValueError names a word that is not known.
    """
    tokens = spec.split()
    if unknown := [token for token in tokens if token not in _SPECS and not token.isdigit()]:
        raise ValueError(f"a figure has no format {unknown[0]!r}; there are {', '.join(sorted(_SPECS))} and digits")
    figure = figure.percent if "%" in tokens else figure
    if figure.missing:
        return "cannot be said"
    wide = figure.low > 0 and 1.5 < figure.high / figure.low < math.inf  # a third digit would be show
    digits = next((int(token) for token in tokens if token.isdigit()), 2 if wide else DIGITS)
    unit = _SINGULAR.get(figure.unit, figure.unit) if figure.exact and figure.face == 1 else figure.unit
    unit = f" {unit}" if unit and "bare" not in tokens else ""
    known = not math.isnan(figure.face)
    words, face = _range_words(figure, digits), _face_words(figure, digits)
    brackets = f"({words})" if known and words != face else ""
    if "range" in tokens:
        return f"{words}{unit}"
    if "brackets" in tokens:
        return brackets
    if not known:
        said = str(getattr(figure._node, "words", "")) if "face" in tokens else ""
        return said or f"{words}{unit}"
    return f"{face}{unit} {'' if 'face' in tokens else brackets}".rstrip()


def _face_words(figure: Figure, digits: int) -> str:
    """A whole number is written out, but for one that only happens to come out whole."""
    rough = isinstance(figure._node, tuple) and not figure.exact
    return _rounded(figure.face, _decimals(figure.face, digits)) if rough else number(figure.face, digits)


def _range_words(figure: Figure, digits: int) -> str:
    """Both ends, rounded outward to the places of the greater one (of the face value if that has more)."""
    ends = figure.low, figure.high
    places = [_decimals(x, digits) for x in (*ends, figure.face) if math.isfinite(x) and x]
    whole = all(end < 1e6 and end == int(end) for end in ends if math.isfinite(end))
    if not places or (whole and not isinstance(figure._node, tuple)):
        low, high = map(number, ends)  # whole ends of a printed count are shown in full
    else:
        alike = max(places) - min(places) <= 1
        finest = 0 if figure.unit.startswith("%") else -99  # a percentage is never rounded to tens
        at = [max(min(places) if alike else _decimals(end, digits), finest) for end in ends]
        low, high = _rounded(ends[0], at[0], -1), _rounded(ends[1], at[1], 1)
    if low == high or figure.exact:
        return low if math.isnan(figure.face) else _face_words(figure, digits)
    if math.isinf(figure.high):
        return f"at least {low}" if figure.low > 0 else "any number"
    if math.isinf(figure.low) or figure.low == 0 or (figure.unit.startswith("%") and figure.low <= -100):
        return f"up to {high}"  # nothing can fall by more than all of it
    scale = next((name for _, name in _SCALES if low.endswith(name) and high.endswith(name)), "")
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

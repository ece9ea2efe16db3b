"""From printed words to a number, its wording and a range: one table of rules for all pages.

:func:`parse` reads words such as "over 22 thousand"; :class:`Reading` turns a number and its wording into a range. The
*plain* reading is what people mean when they say such words; the *strict* one keeps whatever the words do not exclude.
"""

from __future__ import annotations

import csv
import math
import re
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

WORDINGS = (
    "bare", "only", "about", "over", "at_least", "slightly_more", "almost", "up_to", "between", "indefinite", "lost",
)  # fmt: skip
_SHARES = ("slack", "about", "over", "near")
MEASURED = frozenset({"percent", "times"})
"""Units that are not counted in whole things: a last digit of one leaves half a unit of slack in them."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How far vague words reach; every share is of the printed number.

    Parameters
    ----------
    slack
        Most that rounding may take from or add to a bare number (half a unit of its last digit if that is less).
    about, over
        Reach of "about" and "some" to either side, and of "over", "more than" and "at least" upward.
    near
        Reach of "slightly more than" upward and of "almost" downward.
    strict
        Keep only what the words exclude: rounding without a cap, "about" at least one unit of the last digit, "over"
        without a ceiling, "slightly more" and "almost" up to 20 %.

    Examples
    --------
    >>> plain, strict = Reading(), Reading(strict=True)
    >>> plain.range(200_000, "bare", 100_000), strict.range(200_000, "bare", 100_000)
    ((190000.0, 210000.0), (150000.0, 250000.0))
    >>> plain.range(20_000, "over", 1000), strict.range(20_000, "over", 1000)
    ((20000, 24000.0), (20000, inf))
    """

    slack: float = 0.05
    about: float = 0.10
    over: float = 0.20
    near: float = 0.10
    strict: bool = False

    def __post_init__(self) -> None:
        for name in _SHARES:
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
                raise ValueError(f"{name} is a share of the number, between 0 and 1 (20 % is 0.2); found {value!r}")
        if not isinstance(self.strict, bool):
            raise ValueError(f"strict is True or False, found {self.strict!r}")

    def range(
        self, value: float, wording: str, step: float, *, unit: str = "", exact: bool = False,
        value_to: float = math.nan,
    ) -> tuple[float, float]:  # fmt: skip
        """Least and greatest value that the words allow; ValueError for words that give no number, or are unknown.

        Parameters
        ----------
        value, value_to
            The printed number, worded as one of :data:`WORDINGS`; ``value_to`` is the upper number of a "between".
        step
            Unit of the last significant digit as printed: 1,000 for "20 thousand".
        unit, exact
            What is counted (percentages and multiples keep half a unit of slack); a complete tally has no slack.
        """
        near = 0.20 if self.strict else self.near
        match wording:
            case "bare" | "only":
                if exact or (step <= 1 and unit not in MEASURED):
                    return value, value
                slack = step / 2 if self.strict else min(step / 2, self.slack * abs(value))
                return value - slack, value + slack
            case "about":
                slack = max(self.about * abs(value), step if self.strict else 0)
                return max(0.0, value - slack), value + slack
            case "over" | "at_least":
                return value, math.inf if self.strict else value * (1 + self.over)
            case "slightly_more":
                return value, value * (1 + near)
            case "almost":
                return value * (1 - near), value
            case "up_to":
                return 0, value
            case "between":
                return value, value_to
        raise ValueError(f"the wording {wording!r} gives no range by rule; its bounds are set by hand, with the reason")

    @property
    def label(self) -> str:
        """The reading in words, for the top of a page.

        >>> Reading(over=0.5).label
        'plain reading with over = 0.5'
        """
        changed = [f"{n} = {getattr(self, n):g}" for n in _SHARES if getattr(self, n) != getattr(Reading(), n)]
        return ("strict" if self.strict else "plain") + " reading" + (f" with {', '.join(changed)}" if changed else "")


class Unreadable(ValueError):
    """Words that give no number by rule, with the reason."""


@dataclass(frozen=True, slots=True)
class Printed:
    """What printed words say: number, wording, unit of the last digit; for "between" also the upper number."""

    value: float
    wording: str
    step: float
    value_to: float = math.nan
    low: float = math.nan
    high: float = math.nan


_KINDS: dict[str, dict[str, str]] = {}
"""By kind words or patterns with their values: the table beside this file is where languages grow."""
with (Path(__file__).parent / "vocabulary.csv").open(encoding="utf-8", newline="") as _table:
    for _row in csv.DictReader(_table):
        _KINDS.setdefault(_row["kind"], {})[_row["word"]] = _row["value"]
NUMERALS, ROMAN, SCALES, PLURALS, FEW = (
    {word: float(value) for word, value in _KINDS[kind].items()}
    for kind in ("number", "roman", "scale", "plural", "few")
)
HALF = "½"
"""Stands for the words for "and a half"."""
WIDER = "|".join(_KINDS["wider"])
_CUES = {
    wording: re.compile(rf"(?<![^\W\d_])(?:{'|'.join(_KINDS[f'cue:{wording}'])})(?![^\W\d_])")
    for wording in ("slightly_more", "about", "at_least", "up_to", "almost", "over", "only")
}
_SCALE = "|".join(word if len(word) > 1 else rf"(?<! ){word}" for word in SCALES)
_TOKEN = re.compile(
    r"(?<![\d.,])(?P<whole>\d{1,3}(?P<mark>[ ,])\d{3}(?:(?P=mark)\d{3})*(?!\d)|\d{1,3}(?:\.\d{3}){2,}(?!\d)|\d+)"
    rf"(?:(?!(?P=mark))[.,](?P<part>\d+))?(?![.,]?\d)(?:[ -]?(?P<scale>(?i:{_SCALE}))(?![^\W\d_]))?"
    rf"|(?<!\w)(?P<roman>[{''.join(ROMAN)}]{{1,5}})(?!\w)|(?P<word>[^\W\d_]+)|[^\w\s-]"
)
"""Digits with the scale after them, a Roman numeral, a word, or a sign."""


@cache
def parse(words: str) -> Printed:
    """Read printed words as a number.

    Digits (thousands by space, comma, dot or thin space; decimal point or comma), number words, Roman numerals, scales
    ("thousand", "mln", "bil.", "bn"), multiples ("threefold") and the words around them are understood. Unreadable is
    raised for no number, more than one, or one that can be read in two ways, and says which.

    >>> parse("over 22 thousand")
    Printed(value=22000.0, wording='over', step=1000.0, value_to=nan, low=nan, high=nan)
    >>> [parse(words).value for words in ("one and a half thousand", "2,1 mln tenge", "23 335", "XI Civil Forum")]
    [1500.0, 2100000.0, 23335.0, 11.0]
    >>> parse("27.000")
    Traceback (most recent call last):
    ...
    kzcivil.reading.Unreadable: '27.000' may be 27 or 27,000: give the number in the column value
    """
    how = "give the number in the column value"
    text = re.sub(r"\s+", " ", words).replace("**", "").replace("–", "-").replace("—", "-").strip()
    between = re.search("|".join(_KINDS["between"]), text.lower())
    for pattern, reason in _KINDS["refused"].items():
        if re.search(pattern, text.lower()):
            raise Unreadable(f"{words!r} {reason}: {how}")
    for pattern, plain in _KINDS["rewritten"].items():
        text = re.sub(pattern, plain, text, flags=re.I)
    wording = wording_of(text)
    if vague := _indefinite(text.lower()):
        return vague
    marks = "[.,]" if re.search("[а-яё]", text.lower()) else r"\."  # a comma marks thousands in English
    either = rf"(?<![\d.,])(?<!\d )([1-9]\d{{0,2}}){marks}(\d{{3}})(?![.,]?\d|\s?(?:%|times|раз|есе))"
    if both := re.search(either, text):
        raise Unreadable(f"{words!r} may be {float(f'{both[1]}.{both[2]}'):g} or {int(both[1] + both[2]):,}: {how}")
    found = numbers_in(text)
    if not found:
        told = "holds no number that is known: give value and wording, or low, high and bounds_note"
        raise Unreadable(f"{words!r} {told}")
    if between and len(found) > 1 and wording in ("over", "at_least", "slightly_more", "almost"):
        raise Unreadable(f"{words!r} is a range that begins or ends vaguely: {how}")
    (low, step, scale), (high, finer, scale_to) = found[0], found[-1]
    if len(found) == 2 and between and low < high:
        if scale == 1 < scale_to and low < high / scale_to:  # "3 to 5 million"
            low, step = low * scale_to, step * scale_to
        return Printed(low, "between", min(step, finer), high)
    if len(found) > 1:
        shown = ", ".join(f"{value:g}" for value, *_ in found[:9])
        raise Unreadable(f"{words!r} holds more than one number ({shown}): {how}")
    return Printed(low, wording, step)


def wording_of(words: str) -> str:
    """How words qualify their number, whatever it is.

    >>> wording_of("no fewer than 12")
    'at_least'
    """
    return next((wording for wording, cue in _CUES.items() if cue.search(words.lower())), "bare")


def _indefinite(lower: str) -> Printed | None:
    """Words for a number without a number: "several dozen", "hundreds of millions"."""
    tokens = re.findall(r"[^\W\d_]+", lower)
    few = next((FEW[token] for token in tokens if token in FEW), 0.0)
    many = [PLURALS[word] for before, word in pairwise(["", *tokens]) if word in PLURALS and before not in NUMERALS]
    if re.search(r"\d", lower) or not (few or many):
        return None
    scale = next((SCALES[token] for token in tokens if token in SCALES and token not in PLURALS), 1.0)
    unit, of_many = (many[0] if many else scale), 1.0
    if not few:
        of_many = many[1] if len(many) > 1 and " of " in f" {lower} " else scale
    widest = max(many) if many and of_many == 1 and few <= 2 else unit
    high = next(size for size in (10, 100, 1e3, 1e6, 1e9, 1e12, 1e15) if size > widest) * of_many - 1  # the next unit
    return Printed(math.nan, "indefinite", math.nan, low=(few or 2) * unit * of_many, high=high)


def numbers_in(text: str) -> list[tuple[float, float, float]]:
    """Every number in a text with the unit of its last digit and the scale word that it ends on (1 without)."""
    found: list[tuple[float, float, float]] = []
    run: list[str] = []
    for token in _TOKEN.finditer(f"{text} ."):
        word = (token["word"] or "").lower().removesuffix("fold")
        known = word in NUMERALS or (word in SCALES and word != "m")
        if run and (word in ("and", "a", "и") or (known and _joins(run[-1], word))):
            run += [word] if known else []
            continue
        found += _spoken(run)
        run = [word] if known else []
        if token["whole"]:
            value, step = digits(token["whole"], token["part"])
            scale = SCALES.get((token["scale"] or "").lower())
            found.append((value * scale, min(step, 1.0) * scale, scale) if scale else (value, step, 1.0))
        elif token["roman"] and (token["roman"] != "I" or len(text.split()) <= 3):
            values = [ROMAN[letter] for letter in token["roman"]]
            found.append((sum(-v if v < max(values[k:]) else v for k, v in enumerate(values)), 1.0, 1.0))
    return found


def digits(whole: str, part: str | None) -> tuple[float, float]:
    """A number from its digits before (with any mark) and after the decimal mark, and the unit of its last digit.

    >>> digits("27,000", None), digits("2", "5")
    ((27000.0, 1000.0), (2.5, 0.1))
    """
    whole = re.sub(r"\D", "", whole)
    if part:
        return float(f"{whole}.{part}"), 10.0 ** -len(part)
    return float(whole), 1.0 if float(whole) < 100 else 10.0 ** (len(whole) - len(whole.rstrip("0")))


def _joins(before: str, word: str) -> bool:
    """Whether a number word goes on with the one before: "twenty four" does, "five six" does not."""
    if HALF in (before, word) or before not in NUMERALS or word not in NUMERALS:
        return True
    room = 100 if NUMERALS[before] >= 100 else 10 if NUMERALS[before] >= 20 or before == "он" else 0
    return 0 < NUMERALS[word] < room


def _spoken(run: list[str]) -> list[tuple[float, float, float]]:
    """A run of number words: "one hundred and nineteen", "two hundred thousand", "three and a half decades"."""
    if not run or (len(run) == 1 and run[0] in SCALES and run[0] not in _KINDS["alone"]):
        return []
    total, part, step = 0.0, 0.0, 1.0
    for word in run:
        if word in SCALES:
            part, step = (part or 1) * SCALES[word], step * SCALES[word]
            if SCALES[word] >= 1000:
                total, part = total + part, 0.0
        else:
            value = NUMERALS[word]
            part += value
            step = 0.5 if value % 1 else value if value > 900 else 100.0 if value >= 100 else 1.0
    return [(total + part, step, SCALES.get(run[-1], 1.0))]

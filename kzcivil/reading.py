"""From printed words to a number, its wording and a range: one table of rules for all pages.

:func:`parse` reads words such as "over 22 thousand"; :class:`Reading` turns a number and its wording into a range. The
*plain* reading is what people mean when they say such words; the *strict* one keeps whatever the words do not exclude.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pandas as pd

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
    about
        Reach of "about", "some", "approximately", either side.
    over
        Reach of "over", "more than", "at least", upward.
    near
        Reach of "slightly more than" upward and of "almost" downward.
    strict
        Keep only what the words exclude: rounding without a cap, "about" at least one unit of the last digit, "over"
        without a ceiling, "slightly more" and "almost" up to 20 %.

    Examples
    --------
    >>> plain, strict = Reading(), Reading(strict=True)
    >>> plain.range(3500, "bare", 100), plain.range(200_000, "bare", 100_000), strict.range(200_000, "bare", 100_000)
    ((3450.0, 3550.0), (190000.0, 210000.0), (150000.0, 250000.0))
    >>> plain.range(20_000, "over", 1000), strict.range(20_000, "over", 1000)
    ((20000, 24000.0), (20000, inf))
    >>> plain.range(18_000, "about", 1000), strict.range(1000, "about", 1000)
    ((16200.0, 19800.0), (0.0, 2000))
    >>> plain.range(30_000, "slightly_more", 1000), plain.range(4000, "almost", 1000)
    ((30000, 33000.0), (3600.0, 4000))
    >>> plain.range(5, "up_to", 1), plain.range(7, "between", 1, value_to=10), plain.range(120, "bare", 10, exact=True)
    ((0, 5), (7, 10), (120, 120))
    >>> plain.range(23_335, "bare", 1), plain.range(24, "bare", 1, unit="percent")
    ((23335, 23335), (23.5, 24.5))
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
        """Least and greatest value that the words allow.

        Parameters
        ----------
        value, value_to
            The printed number, worded as one of :data:`WORDINGS`; ``value_to`` is the upper number of a "between".
        step
            Unit of the last significant digit as printed: 1,000 for "20 thousand".
        unit
            What is counted; percentages and multiples are measured and keep half a unit of slack.
        exact
            Whether it is a complete tally, which has no slack.

        Raises
        ------
        ValueError
            For words that give no number ("indefinite", "lost") or are unknown.
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

        Examples
        --------
        >>> Reading().label, Reading(over=0.5).label
        ('plain reading', 'plain reading with over = 0.5')
        """
        plain = Reading()
        changed = [f"{n} = {getattr(self, n):g}" for n in _SHARES if getattr(self, n) != getattr(plain, n)]
        return ("strict" if self.strict else "plain") + " reading" + (f" with {', '.join(changed)}" if changed else "")


# --- printed words --------------------------------------------------------------------------------------------------


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


_TABLE = pd.read_csv(Path(__file__).parent / "vocabulary.csv", dtype=str, keep_default_na=False)
_KINDS = {kind: dict(zip(rows.word, rows.value, strict=True)) for kind, rows in _TABLE.groupby("kind")}
"""By kind words or patterns with their values; the table is where languages grow."""
NUMERALS, SCALES, PLURALS, FEW = (
    {word: float(value) for word, value in _KINDS[kind].items()} for kind in ("number", "scale", "plural", "few")
)
WIDER = "|".join(_KINDS["wider"])
_CUE = [
    (wording, re.compile(rf"(?<![^\W\d_])(?:{pattern})(?![^\W\d_])"))
    for wording in ("slightly_more", "about", "at_least", "up_to", "almost", "over", "only")
    for pattern in _KINDS[f"cue:{wording}"]
]
ALONE = (
    "hundred", "thousand", "million", "dozen", "тысяча", "тысячу", "миллион", "миллиард",
    "сотня", "сотню", "мың", "мыңнан", "мыңға", "жүз", "жүзден", "жүзге",
)  # fmt: skip
"""Scales that are a number without another before them."""
_ROMAN = re.compile(r"(?<!\w)[IVXLХІ]{1,5}(?!\w)")
_DIGITS = re.compile(
    r"(?<![\d.,])(?P<number>\d{1,3}(?:[ ,]\d{3})+(?!\d)(?:[.,]\d+(?![\d,]))?"
    r"|\d{1,3}(?:\.\d{3}){2,}(?!\d)|\d+(?:[.,]\d+)?(?![.,]?\d))(?:[ -]?(?P<word>[^\W\d_]+)\.?)?"
)
"""Digits, and the word after them."""
_FRACTION = (
    r"\b(?:thirds|quarters?|fifths|tenths)\b|\b(?:a|one)[ -](?:third|fifth|tenth)\b(?! \w*(?:forum|time))"
    r"|[¼-¾⅐-⅞]|\bтрет(?:ь|и)\b|\bчетверт(?:ь|и)\b|\b(?:пят|шест|десят)ых\b|(?:тен|тан|ден|дан|нен|нан) бірі?\b"
)
"""Words for a part of a whole."""
_DENIED = r"\bни од\w+|\b(?:not|не) \d|\d [mk]\b"
"""Words that say there is none or another number, or a letter that may be a scale or a unit."""
_ONE = (
    r"\b(более|больше|менее|меньше|свыше|около|порядка|почти|до|выше|ниже) "
    r"(?=(?:тысячи|сотни|десятка|миллиона|миллиарда)\b)"
)
"""Before a singular Russian scale in the genitive: "more than one thousand"."""
_BETWEEN = re.compile(
    r"\d[\d.,]*\s?-\s?\d|\b(?:from|between|от)\b.+\b(?:to|and|до)\b|\w (?:or|to|или) \w"
    r"|[^\W\d_]{2,}(?<!ty)-[^\W\d_]{2,}|[нтд][ае]н .+[ғгқк][ае] дейін"
)


@cache
def parse(words: str) -> Printed:
    """Read printed words as a number.

    Digits (thousands by space, comma, dot or thin space; decimal point or comma), number words, Roman numerals, scales
    ("thousand", "mln", "bil.", "bn"), multiples ("threefold") and the words around them are understood.

    Raises
    ------
    Unreadable
        If there is no number, more than one, or one that can be read in two ways; the message says which.

    Examples
    --------
    >>> parse("over 22 thousand")
    Printed(value=22000.0, wording='over', step=1000.0, value_to=nan, low=nan, high=nan)
    >>> one = parse("one and a half thousand")
    >>> one.value, one.wording, one.step
    (1500.0, 'bare', 500.0)
    >>> [parse(words).value for words in ("2,1 mln tenge", "23 335", "XI Civil Forum", "threefold")]
    [2100000.0, 23335.0, 11.0, 3.0]
    >>> parse("27.000")
    Traceback (most recent call last):
    ...
    kzcivil.reading.Unreadable: '27.000' may be 27 or 27,000: give the number in the column value
    """
    text = re.sub(r"\s+", " ", words).replace("**", "").replace("–", "-").replace("—", "-").strip()
    lower = text.lower()
    text = re.sub(_ONE, r"\1 одной ", text.replace("с лишним ", ""), flags=re.I)
    wording = wording_of(text)
    if re.search(_DENIED, lower):
        raise Unreadable(f"{words!r} denies a number, or ends it on a letter: give the number in the column value")
    if re.search(_FRACTION, lower) or re.search(r"(?:^|\()-\d|\bminus \d", lower):
        raise Unreadable(f"{words!r} is a fraction or below nothing: give the number in the column value")
    if vague := _indefinite(text.lower()):
        return vague
    found = _scaled(re.sub(r"\b(dozen|hundred|thousand|million|billion|trillion)s\b", r"\1", text, flags=re.I))
    if not found:
        told = "holds no number that is known: give value and wording, or low, high and bounds_note"
        raise Unreadable(f"{words!r} {told}")
    between = _BETWEEN.search(lower)
    if between and len(found) > 1 and wording in ("over", "at_least", "slightly_more", "almost"):
        raise Unreadable(f"{words!r} is a range that begins or ends vaguely: give the number in the column value")
    if len(found) == 2 and between and found[0][0] < found[1][0]:
        (low, step, scale), (high, finer, scale_to) = found
        if scale == 1 < scale_to and low < high / scale_to:  # "3 to 5 million"
            low, step = low * scale_to, step * scale_to
        return Printed(low, "between", min(step, finer), high)
    if len(found) > 1:
        shown = ", ".join(f"{value:g}" for value, *_ in found[:9])
        raise Unreadable(f"{words!r} holds more than one number ({shown}): give the right one in the column value")
    value, step, _ = found[0]
    return Printed(value, wording, step)


def wording_of(words: str) -> str:
    """How words qualify their number, whatever it is.

    >>> wording_of("no fewer than 12")
    'at_least'
    """
    return next((name for name, cue in _CUE if cue.search(words.lower())), "bare")


def unit_of_last_digit(plain: str) -> float:
    """Unit of the last significant digit of a number in plain digits; 0 if it is none.

    >>> unit_of_last_digit("27000"), unit_of_last_digit("2.5")
    (1000.0, 0.1)
    """
    return _digits(plain, "")[1] if re.fullmatch(r"\d+(\.\d+)?", plain) else 0.0


def _indefinite(lower: str) -> Printed | None:
    """Words for a number without a number: "several dozen", "hundreds of millions"."""
    if re.search(r"\d", lower):
        return None
    tokens = re.findall(r"[^\W\d_]+", lower)
    few = next((FEW[token] for token in tokens if token in FEW), None)
    counted = [before in NUMERALS or before in ("half", "половиной") for before in ["", *tokens]]
    plural = [PLURALS[token] for token, known in zip(tokens, counted, strict=False) if token in PLURALS and not known]
    single = next((SCALES[token] for token in tokens if token in SCALES and token not in PLURALS), None)
    if few is not None and plural:
        low, high = max(few, 2) * plural[0], _next_unit(plural[0] if few > 2 else max(plural))
    elif plural:
        of_many = plural[1] if len(plural) > 1 and " of " in f" {lower} " else single or 1.0
        units = [unit * of_many for unit in (plural[:1] if of_many > 1 else plural)]
        low, high = 2 * units[0], _next_unit(max(units), of_many)
    elif few is not None:
        low, high = few * (single or 1.0), _next_unit(single) if single else 9.0
    else:
        return None
    return Printed(math.nan, "indefinite", math.nan, low=low, high=high)


def _next_unit(unit: float, of_many: float = 1.0) -> float:
    """Greatest count below the next unit up: 99 for tens and dozens, 999 for hundreds."""
    return next(size for size in (100, 1e3, 1e6, 1e9, 1e12) if size > unit / of_many) * of_many - 1


def numbers_in(text: str) -> list[tuple[float, float]]:
    """Every number in a text with the unit of its last digit, in reading order."""
    return [(value, step) for value, step, _ in _scaled(text)]


def _scaled(text: str) -> list[tuple[float, float, float]]:
    """Numbers with the unit of their last digit and the scale word that they end on (1 without)."""
    found: list[tuple[int, float, float, float]] = []

    def digits(match: re.Match[str]) -> str:
        (value, step), scale, end = _digits(match["number"], text), 1.0, match.end("number")
        word = match["word"] or ""
        if word.lower() in SCALES and not (len(word) == 1 and text[end] == " "):
            scale, end = SCALES[word.lower()], match.end()
            mark = re.search(r"[.,](\d+)$", match["number"].replace(" ", ""))
            step = 10.0 ** -len(mark[1]) if mark and len(mark[1]) != 3 else 1.0  # of the last printed digit
            value, step = value * scale, step * scale
        found.append((match.start(), value, step, scale))
        return "#" * (end - match.start()) + text[end : match.end()]

    def roman(match: re.Match[str]) -> str:
        if match[0] == "I" and len(masked.split()) > 3:
            return "I"
        found.append((match.start(), float(_roman(match[0])), 1.0, 1.0))
        return "#" * len(match[0])

    masked = _DIGITS.sub(digits, text)
    found += _spoken(_ROMAN.sub(roman, masked).lower())
    return [number[1:] for number in sorted(found)]


def _digits(printed: str, text: str) -> tuple[float, float]:
    plain = printed.replace(" ", "")
    marks = r"[.,]" if re.search("[а-яё]", text.lower()) else r"\."
    either = re.fullmatch(rf"[1-9]\d{{0,2}}{marks}\d{{3}}", plain)
    if either and not re.search(rf"{re.escape(printed)}\s?(?:%|times|раз|есе)", text):
        small, large = float(plain.replace(",", ".")), int(re.sub("[.,]", "", plain))
        raise Unreadable(f"{text!r} may be {small:g} or {large:,}: give the number in the column value")
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", plain):
        plain = plain.replace(",", "")
    elif re.fullmatch(r"\d{1,3}(?:\.\d{3}){2,}", plain):
        plain = plain.replace(".", "")
    else:
        plain = plain.replace(",", ".")
    value = float(plain)
    if "." in plain:
        return value, 10.0 ** -len(plain.split(".")[1])
    zeros = len(plain) - len(plain.rstrip("0"))
    return value, 1.0 if value < 100 else 10.0**zeros


def _roman(numeral: str) -> int:
    digits = {"I": 1, "V": 5, "X": 10, "L": 50, "Х": 10, "І": 1}
    values = [digits[letter] for letter in numeral]
    return sum(-v if v < max(values[i:]) else v for i, v in enumerate(values))


def _spoken(text: str) -> list[tuple[int, float, float, float]]:
    """Runs of number words: "one hundred and nineteen", "two hundred thousand", "three and a half decades"."""
    text = re.sub(r"\band a half\b|\bс половиной\b|\bжарым\b", "and-a-half", text)
    tokens = [(match.start(), match[0]) for match in re.finditer(r"and-a-half|[^\W\d_]+|[^\w\s-]", text)]
    found: list[tuple[int, float, float, float]] = []
    run: list[tuple[int, str]] = []
    for at, token in [*tokens, (len(text), ".")]:
        word = token.removesuffix("fold") if token.endswith("fold") and token != "fold" else token
        known = word in NUMERALS or word in SCALES or word == "and-a-half"
        if known and word != "m":
            if run and not _joins(run[-1][1], word):
                found += _run_value(run)
                run = []
            run.append((at, word))
        elif not (token in ("and", "a", "-", "и") and run):
            found += _run_value(run)
            run = []
    return found


def _joins(before: str, word: str) -> bool:
    """Whether a number word goes on with the one before: "twenty four" does, "five six" does not."""
    if before not in NUMERALS or word not in NUMERALS:
        return True
    first, then = NUMERALS[before], NUMERALS[word]
    return (first >= 100 > then) or ((20 <= first < 100 or before == "он") and 0 < then < 10)


def _run_value(run: list[tuple[int, str]]) -> list[tuple[int, float, float, float]]:
    words = [word for _, word in run]
    if not words or (len(words) == 1 and words[0] in SCALES and words[0] not in ALONE):
        return []
    total = part = 0.0
    step = 1.0
    for word in words:
        if word == "and-a-half":
            part, step = (part or 1) + 0.5, 0.5
        elif word in SCALES:
            part, step = (part or 1) * SCALES[word], step * SCALES[word]
            if SCALES[word] >= 1000:
                total, part = total + part, 0.0
        else:
            value = NUMERALS[word]
            part, step = part + value, 0.5 if value % 1 else value if value > 900 else 100.0 if value >= 100 else 1.0
    return [(run[0][0], total + part, step, SCALES.get(words[-1], 1.0))]

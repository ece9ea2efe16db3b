"""Computed sentences: numbers and intervals in words, the quote card, the table of claims used."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from kzcivil.evidence import Evidence
from kzcivil.intervals import Interval


def number(value: float, digits: int = 3) -> str:
    """A number for a sentence: thousands separated, at most ``digits`` significant digits below a thousand.

    Examples
    --------
    >>> number(23335), number(6.6667), number(1e9), number(math.inf)
    ('23,335', '6.67', '1,000,000,000', 'no upper limit')
    """
    if math.isinf(value):
        return "no upper limit" if value > 0 else "no lower limit"
    if value == int(value) or abs(value) >= 1000:
        return f"{value:,.0f}"
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    text = f"{value:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def span(interval: Interval, unit: str = "", digits: int = 3) -> str:
    """An interval in words; an open end is said as "at least" or "at most".

    Examples
    --------
    >>> span(Interval(3450, 3550)), span(Interval(20000, math.inf), "NGOs"), span(Interval(5, 5), "%")
    ('3,450 to 3,550', 'at least 20,000 NGOs', '5 %')
    """
    tail = f" {unit}" if unit else ""
    low, high = number(interval.low, digits), number(interval.high, digits)
    if low == high:
        return f"{low}{tail}"
    if math.isinf(interval.high):
        return f"at least {low}{tail}" if interval.low > 0 else f"any number{' of' if unit else ''}{tail}"
    return f"at most {high}{tail}" if interval.low == 0 else f"{low} to {high}{tail}"


def outward(interval: Interval, digits: int = 3) -> Interval:
    """A range with its ends rounded away from each other, so that no sentence says more than was computed.

    Examples
    --------
    >>> outward(Interval(9.3801, 10.6002))
    Interval(low=9.38, high=10.7)
    """

    def up(value: float) -> float:
        if value == 0 or not math.isfinite(value):
            return value
        decimals = max(0, digits - 1 - math.floor(math.log10(abs(value))))
        return float(round(math.ceil(value * 10**decimals - 1e-7) / 10**decimals, decimals))

    return Interval(-up(-interval.low), up(interval.high))


def several(words: Iterable[str], last: str = "and") -> str:
    """A list in words.

    Examples
    --------
    >>> several(["one", "two", "three"])
    'one, two and three'
    """
    found = list(words)
    return f"{', '.join(found[:-1])} {last} {found[-1]}" if len(found) > 1 else "".join(found)


def say(*paragraphs: str) -> Any:
    """Computed sentences as Markdown, a paragraph an argument.

    Returns
    -------
    IPython.display.Markdown
        The value of a notebook cell.
    """
    from IPython.display import Markdown  # noqa: PLC0415

    return Markdown(_plain("\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs if paragraph)))  # type: ignore[no-untyped-call]


def _plain(text: str) -> str:
    """Markdown without tags: text from data may hold some."""
    return re.sub(r"<(?=[A-Za-z/!])", "&lt;", text)


def quote_card(may: Sequence[tuple[str, str]], may_not: Sequence[tuple[str, str]]) -> Any:
    """Sentences that one may write from a page, and sentences that one may not, each with its reason.

    Parameters
    ----------
    may, may_not
        Pairs of a sentence and the reason.
    """
    lines = ["**You may write**", *_listed(may, "✓"), "", "**You may not write**", *_listed(may_not, "✗")]
    from IPython.display import Markdown  # noqa: PLC0415

    return Markdown(_plain("\n".join(lines)))  # type: ignore[no-untyped-call]


def _listed(pairs: Sequence[tuple[str, str]], mark: str) -> list[str]:
    return [f"- {mark} “{' '.join(sentence.split())}” *{' '.join(reason.split())}*" for sentence, reason in pairs]


def places(evidence: Evidence, ids: Iterable[str]) -> pd.DataFrame:
    """The claims, events or stages that a page uses, each with its words, speaker and place.

    Examples
    --------
    >>> import kzcivil as kz
    >>> kz.places(kz.load(), ["kxr_ngos_registered"])["As printed"].tolist()
    ['over 20 thousand']
    """
    sources = evidence.sources.set_index("source_id")
    rows = []
    for key in dict.fromkeys(ids):
        row = evidence.row(key)
        who = row.get("speaker", "")
        rows.append((row.as_printed, who, sources.short_title[row.source_id], int(row.line), key))
    return pd.DataFrame(rows, columns=["As printed", "Who says it", "Source", "Line", "Id"])


def known(evidence: Evidence, ids: Iterable[str]) -> list[str]:
    """Those of the ids that the evidence still holds (a source may have been left out)."""
    held = set(evidence.claims.claim_id) | set(evidence.events.event_id) | set(evidence.stages.stage_id)
    return [key for key in ids if key in held]

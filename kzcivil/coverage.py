"""What the documents count: by theme, year and source, how vaguely, on whose word, and how well two codings agree."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import pandas as pd

from kzcivil.evidence import Evidence
from kzcivil.intervals import each

PRECISION = {
    "exact": "exact number",
    "rounded": "rounded number",
    "vague": "number with a vague word",
    "words": "words only",
    "lost": "lost",
}


def statements(evidence: Evidence) -> pd.DataFrame:
    """Claims with what the analyses group by.

    Returns
    -------
    pandas.DataFrame
        ``claims`` with theme, source (short title), standpoint of the piece, origin_title and origin_kind, precision (a
        key of :data:`PRECISION`), year (middle of the dates, decimal) and first (repeats nobody).
    """
    claims = evidence.claims
    claims = claims.merge(evidence.measures[["measure", "theme", "title"]].rename(columns={"title": "measure_title"}))
    origins = evidence.origins.rename(columns={"title": "origin_title", "kind": "origin_kind"})
    claims = claims.merge(origins[["origin", "origin_title", "origin_kind"]], how="left")
    claims = claims.merge(evidence.pieces[["piece_id", "standpoint"]], how="left")
    claims["source"] = claims.source_id.map(evidence.sources.set_index("source_id").short_title)
    claims["precision"] = [_precision(row) for row in each(claims)]
    middle = claims.start + (claims.end - claims.start) / 2
    claims["year"] = (middle.dt.year + (middle.dt.day_of_year - 1) / 365.25).astype("float64")
    claims["first"] = claims.repeats.isna()
    return claims


def _precision(row: Any) -> str:
    wording, step, low, high = row.wording, row.step, row.low, row.high
    if wording == "lost":
        return "lost"
    if wording == "indefinite":
        return "words"
    if wording in ("bare", "only"):
        return "exact" if low == high else "rounded"
    return "words" if pd.isna(step) else "vague"


def theme_by_source(evidence: Evidence, *, repeats: bool = True) -> pd.DataFrame:
    """Number of statements by theme (rows) and source (columns)."""
    rows = statements(evidence)
    rows = rows if repeats else rows[rows["first"]]
    order = [title for title in evidence.sources.short_title if title in set(rows.source)]
    table = pd.crosstab(rows.theme, rows.source).reindex(columns=order, fill_value=0)
    return table.loc[table.sum(axis=1).sort_values(ascending=False, kind="stable").index]


def share_by_source(evidence: Evidence, column: str) -> pd.DataFrame:
    """Share (0 to 1) of each source's statements by the values of one column of :func:`statements`."""
    rows = statements(evidence)
    table = pd.crosstab(rows.source, rows[column], normalize="index")
    order = [title for title in evidence.sources.short_title if title in table.index]
    return table.loc[order]


def silent_years(evidence: Evidence, theme: str = "organisations", scope: str = "sector") -> tuple[int, int]:
    """First and last year of the longest run of years about which no number of a theme is given.

    A number speaks about a year if its dates are at most one calendar year wide and it is a stock or a ratio; spans and
    lost values say nothing about a single year.
    """
    rows = statements(evidence)
    rows = rows[(rows.theme == theme) & (rows.scope == scope) & (rows.precision != "lost")]
    dated = rows[(rows.end - rows.start).dt.days <= 366].dropna(subset=["start"])
    years = sorted({int(year) for year in dated.start.dt.year} | {int(year) for year in dated.end.dt.year})
    gaps = [(after - before, before + 1, after - 1) for before, after in pairwise(years)]
    longest = max(gaps, default=(0, 0, 0))
    return longest[1], longest[2]


def said_once(evidence: Evidence) -> pd.DataFrame:
    """Statements whose measure, scope and region no other statement speaks of."""
    rows = statements(evidence)
    key = ["measure", "scope", "region"]
    alone = rows.groupby(key, dropna=False)["claim_id"].transform("size") == 1
    return rows[alone]


def lost(evidence: Evidence) -> pd.DataFrame:
    """Statements whose value the extraction lost."""
    rows = statements(evidence)
    return rows[rows.wording == "lost"]


def agreement(evidence: Evidence) -> pd.DataFrame:
    """How far two codings agree, by kind of row.

    Two rows match if they name the same source and line, share a word of ``as_printed`` and, for claims, the value.

    Returns
    -------
    pandas.DataFrame
        By kind ("claim", "event"): first, second (rows of each coding), both (matched), overlap (matched over all
        distinct rows), same_wording and same_dates (shares of the matched), estimate (Chapman's capture-recapture
        number of all there is; two readings by one manual are not independent, so it is a floor), kept (matched rows
        that stand in the tables of the collection, as a share).

    References
    ----------
    Chapman, D. G. (1951). Some properties of the hypergeometric distribution with applications to zoological censuses.
    """
    rows = []
    tables = {"claim": evidence.claims, "event": evidence.events}
    for kind in ("claim", "event"):
        coded = evidence.second_pass[evidence.second_pass.kind == kind]
        first, second = (list(each(coded[coded.coder == coder])) for coder in "ab")
        pairs = _match(first, second, value=kind == "claim")
        both = len(pairs)
        held = {(row.source_id, row.line) for row in each(tables[kind])}
        rows.append(
            {
                "kind": kind,
                "first": len(first),
                "second": len(second),
                "both": both,
                "overlap": both / max(1, len(first) + len(second) - both),
                "same_wording": _share(a.wording == b.wording for a, b in pairs) if kind == "claim" else None,
                "same_dates": _share(_same_dates(a, b) for a, b in pairs),
                "estimate": (len(first) + 1) * (len(second) + 1) / (both + 1) - 1,
                "kept": _share((a.source_id, a.line) in held for a, _ in pairs),
            }
        )
    return pd.DataFrame(rows)


def _match(first: list[Any], second: list[Any], *, value: bool) -> list[tuple[Any, Any]]:
    left = list(second)
    pairs = []
    for row in first:
        hit = next((other for other in left if _alike(row, other, value=value)), None)
        if hit is not None:
            left.remove(hit)
            pairs.append((row, hit))
    return pairs


def _alike(a: Any, b: Any, *, value: bool) -> bool:
    if (a.source_id, a.line) != (b.source_id, b.line):
        return False
    words_a, words_b = (set(re.findall(r"\w+", row.as_printed.lower())) for row in (a, b))
    same = a.value == b.value or (pd.isna(a.value) and pd.isna(b.value))
    return bool(words_a & words_b) and (same or not value)


def _same_dates(a: Any, b: Any) -> bool:
    return (str(a.start), str(a.end)) == (str(b.start), str(b.end))


def _share(flags: Iterable[bool]) -> float:
    found = list(flags)
    return sum(found) / len(found) if found else float("nan")


def sensitivity(evidence: Evidence) -> pd.DataFrame:
    """The page's main figures with repeats left out, and with each source left out."""
    rows = statements(evidence)
    cases = {"everything": rows, "repeats left out": rows[rows["first"]]}
    cases |= {f"without {name}": rows[rows.source != name] for name in dict.fromkeys(rows.source)}
    return pd.DataFrame(
        {
            "Case": list(cases),
            "Statements": [len(part) for part in cases.values()],
            "Exact (%)": [round(100 * (part.precision == "exact").mean(), 1) for part in cases.values()],
            "Vague, words or lost (%)": [
                round(100 * part.precision.isin(["vague", "words", "lost"]).mean(), 1) for part in cases.values()
            ],
            "State origin (%)": [round(100 * (part.origin_kind == "state").mean(), 1) for part in cases.values()],
        }
    )


def headlines(evidence: Evidence) -> list[dict[str, str]]:
    """Rows of the results table that rest on the evidence as a whole."""
    from kzcivil.prose import number  # noqa: PLC0415

    rows = statements(evidence)
    own, state = rows["first"].sum(), (rows.origin_kind == "state").mean()
    begin, end = silent_years(evidence)
    vague = rows.precision.isin(["vague", "words", "lost"]).mean()
    return [
        {
            "question": "What do the five documents count?",
            "answer": (
                f"{number(len(rows))} statements, {number(own)} of them not repeats; "
                f"{number(100 * vague, 2)} % are vague, in words only, or lost; "
                f"{number(100 * state, 2)} % rest on a state body's number."
            ),
            "hangs_on": "What counts as a statement (the codebook's rule), and who is taken as the origin.",
            "notebook": "01_evidence",
        },
        {
            "question": "Which years have no count?",
            "answer": f"{begin} to {end}: no dated number of NGOs in the whole sector." if end >= begin else "None.",
            "hangs_on": "Five documents; another document could fill the gap.",
            "notebook": "01_evidence",
        },
    ]

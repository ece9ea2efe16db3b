"""What a reader's rows were read as, what is striking about them, and which findings they moved."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pandas as pd

from kzcivil.reading import WIDER
from kzcivil.tables import nearest


def measures(evidence: Any, word: str = "") -> str:
    """What can be counted, with definitions: the measures that hold a word.

    >>> import kzcivil as kz
    >>> print(measures(kz.load(), "said to operate"))
    ngos_operating: Operating NGOs (NGOs). NGOs said to operate or function; how that was found out is not said.
    """
    table = evidence.measures.fillna("")
    text = table.measure + " " + table.title + " " + table.definition + " " + table.theme
    hit = table[text.str.contains(word, case=False, regex=False)]
    lines = [f"{row.measure}: {row.title} ({row.unit}). {row.definition}".strip() for row in hit.itertuples()]
    return "\n".join(lines) or f"no measure holds {word!r}{nearest(word, table.measure)}"


def what_was_read(evidence: Any) -> Iterator[str]:
    """A line for each of the reader's rows: words, number and range, measure with definition, date, place."""
    known = evidence.measures.set_index("measure").fillna("")
    table = evidence.figures(first=False)
    for row in table[table.index.isin(evidence.own)].itertuples():
        figure = row.figure if not row.figure.missing else "no number: it was lost"
        what = f"{known.title[row.measure]}. {known.definition[row.measure]}".strip()
        when = f"{row.start:%Y-%m-%d} to {row.end:%Y-%m-%d}" if not pd.isna(row.start) else "undated"
        where = row.scope if pd.isna(row.region) else f"{row.scope} {row.region}"
        yield f"{row.Index}: “{row.as_printed}” = {figure}. {row.measure}: {what} {when}; {where}; {row.place}"


def remarks(evidence: Any) -> Iterator[str]:
    """What is striking about the reader's counts: a wider class, a clash with other counts, a likely repeat."""
    known = evidence.measures.set_index("measure").fillna("")
    table = evidence.figures().dropna(subset=["start", "low"]).sort_values(["start", "end"])
    part_of = known.part_of.to_dict()
    groups: dict[Any, pd.DataFrame] = dict(iter(table.fillna({"region": ""}).groupby(["measure", "scope", "region"])))
    for (measure, *place), rows in groups.items():
        for row in rows[rows.index.isin(evidence.own)].itertuples():
            words = f"{row.as_printed} {row.counts} {row.note}"
            wider, told = re.search(WIDER, words, re.I), f"{known.title[measure]} {known.definition[measure]}"
            if wider and not re.search(WIDER, told, re.I):
                yield f"{row.Index}: “{wider[0]}” names a wider class than {measure} ({known.title[measure]})"
            others = rows[rows.index != row.Index]
            now = others[(others.start <= row.end) & (others.end >= row.start)]
            for name, other in now[(now.low > row.high) | (now.high < row.low)].head(3).figure.items():
                yield f"{row.Index}: {row.figure}, but {name} gives {other} for the same time"
            for name in now[(now.face == row.face) & (now.source != row.source)].index[:1]:
                yield f"{row.Index}: the same number as {name}; if it only repeats it, put that id into repeats"
            if known.nature[measure] == "stock":
                yield from _between(row, others)
            whole = part_of[measure]
            while whole:
                wholes = groups.get((whole, *place), rows[:0])
                wholes = wholes[(wholes.start <= row.end) & (wholes.end >= row.start) & (wholes.high < row.low)]
                for name, other in wholes.head(1).figure.items():
                    yield f"{row.Index}: {row.figure} are more than {name}, {other}, of which they are a part"
                whole = part_of.get(whole, "")


def _between(row: Any, others: pd.DataFrame) -> Iterator[str]:
    """A stock that lies above, or below, both of its neighbours in time."""
    pair = pd.concat([others[others.end < row.start].tail(1), others[others.start > row.end].head(1)])
    if len(pair) == 2 and (row.low > pair.high.max() or row.high < pair.low.min()):
        side, listed = "more" if row.low > pair.high.max() else "less", zip(pair.figure, pair.year, strict=True)
        told = " and ".join(f"{figure:face} of {year}" for figure, year in listed)
        yield f"{row.Index}: {row.figure:face}, {side} than both neighbours in time: {told}"


def compare(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Findings of two runs (:func:`kzcivil.publish.findings`) side by side, and the rows that only the second uses."""
    runs = [{(row.page, row.key): row for row in table.itertuples()} for table in (before, after)]
    rows: list[tuple[Any, ...]] = []
    for name in sorted({*runs[0], *runs[1]}):
        pair: list[Any] = [run.get(name) for run in runs]
        figures: list[Any] = [row.figures if row else [] for row in pair]
        old, new = ({claim for one in made for claim in one["claims"]} for made in figures)
        said = [row.sentence if row else "" for row in pair]
        numbers = ["; ".join(one["words"] for one in made) for made in figures]
        ends = [[one[end] for one in made for end in ("face", "low", "high")] for made in figures]
        moved = said[0] != said[1] or ends[0] != ends[1]
        rows.append((*name, (pair[1] or pair[0]).question, moved, *said, *numbers, ", ".join(sorted(new - old))))
    columns = ["page", "key", "question", "moved", "before", "after", "figures_before", "figures_after", "rows"]
    return pd.DataFrame(rows, columns=columns)


def compared(table: pd.DataFrame) -> str:
    """A comparison in Markdown: what moved, before and after, by which rows."""
    moved, nothing = table[table.moved], "(no such finding)"
    lines = [f"{len(moved)} of {len(table)} findings moved."]
    rows: Any = moved.itertuples()
    for row in rows:
        lines += ["", f"## {row.page}: {row.question}", ""]
        lines += [f"- before: {row.before or nothing}", f"- after: {row.after or nothing}"]
        lines += [f"- figures: {row.figures_before or 'none'} → {row.figures_after or 'none'}"]
        lines += [f"- by: {row.rows}"] if row.rows else []
    return "\n".join(lines)

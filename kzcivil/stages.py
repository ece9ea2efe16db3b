"""Periodizations: their fuzzy boundaries, how far authors agree, and what dated counts can say about a stage.

Moments are decimal years (1998.0 is the turn from 1997 to 1998), rates are shares a year (0.08 is 8 %). A boundary is a
range of moments, because authors print years or parts of decades. Nothing is estimated: rates are exact ranges
(:mod:`kzcivil.growth`), chance levels count every case.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations, pairwise, product
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from kzcivil import growth
from kzcivil.evidence import Evidence
from kzcivil.intervals import CEILING, Interval, Number, Words, each, read_claims
from kzcivil.prose import number as in_figures
from kzcivil.prose import several, span

DEFINITIONS = {"ngos": "unspecified", "ngos_registered": "registered", "ngos_operating": "operating"}
"""Measures that count all NGOs of the country, and the series that each belongs to."""

NEEDED, FREE, RULED_OUT, SILENT = "needed", "not needed", "ruled out", "no test"
"""What counts say of a boundary: a change of rate must lie there; it need not; no constant rates within the scheme's
stages give the counts at all; fewer than three dates, so nothing can be tested."""

FEWEST_DATES = 3


# --- periodizations and their boundaries ----------------------------------------------------------------------------


def schemes(evidence: Evidence) -> pd.DataFrame:
    """One row a periodization.

    Returns
    -------
    pandas.DataFrame
        ``scheme``, ``title``, ``source_id``, ``piece_id`` (one piece is one author), ``stages`` (how many),
        ``lineage``, ``dated``, ``begin_low`` and ``begin_high`` (moments between which the first stage begins),
        ``open`` (the last stage has no printed end) and ``end`` (the last moment of which it can speak: of an open
        one, the end of the year of its document).

    Examples
    --------
    >>> import kzcivil as kz
    >>> table = schemes(kz.load()).set_index("scheme")
    >>> table.end[["diachenko_text", "diachenko_chart"]].tolist()
    [2007.0, 2006.0]
    """
    written = evidence.sources.set_index("source_id").published.str[:4].astype("float64")
    rows = []
    for scheme, part in evidence.stages.sort_values("order", kind="stable").groupby("scheme", sort=False):
        first, last = part.iloc[0], part.iloc[-1]
        is_open = bool(pd.isna(last.end_high))
        end = written.get(first.source_id, math.nan) if is_open else float(last.end_high)
        row = {"scheme": scheme, "title": first.scheme_title, "source_id": first.source_id, "piece_id": first.piece_id}
        row |= {"stages": len(part), "lineage": first.lineage, "dated": not pd.isna(first.start_low)}
        row |= {"begin_low": _year(first.start_low), "begin_high": _year(first.start_high) + 1}
        rows.append({**row, "open": is_open, "end": math.inf if pd.isna(end) else end + 1})
    table = _frame(rows, "scheme title source_id piece_id stages lineage dated begin_low begin_high open end")
    order = list(dict.fromkeys(evidence.stages.scheme))
    return table.sort_values("scheme", key=lambda names: names.map(order.index)).reset_index(drop=True)


def _frame(rows: Any, columns: str) -> pd.DataFrame:
    """A table with these columns, also where there are no rows."""
    return pd.DataFrame(rows, columns=columns.split())


def _year(value: Any) -> float:
    return math.nan if pd.isna(value) else float(value)


def boundaries(evidence: Evidence) -> pd.DataFrame:
    """One row a boundary between two neighbouring dated stages.

    The moment lies where the years of the earlier stage's end and of the later one's beginning agree ("1994-1997" and
    "1998-2002": the turn of the year); if they agree nowhere, anywhere from the one to the other.

    Returns
    -------
    pandas.DataFrame
        ``edge`` (id of the later stage), ``scheme``, ``title``, ``source_id``, ``piece_id``, ``order`` (of the later
        stage), ``before`` and ``after`` (labels), ``low`` and ``high`` (moments), ``first`` and ``last`` (the whole
        time in which the one ends and the other begins), ``name`` (for tables and charts).

    Examples
    --------
    >>> import kzcivil as kz
    >>> table = boundaries(kz.load()).set_index("edge")
    >>> table.loc["diachenko_text_3", ["low", "high"]].tolist(), table.loc["diachenko_chart_3", "name"]
    ([1998.0, 1998.0], 'Diachenko, chart 2|3 (1997)')
    """
    rows = []
    for _, part in evidence.stages.sort_values("order", kind="stable").groupby("scheme", sort=False):
        for before, after in pairwise(each(part)):
            ends = _span(before.end_low, before.end_high)
            begins = _span(after.start_low, after.start_high)
            if ends is None and begins is None:
                continue
            ends, begins = ends or begins, begins or ends
            assert ends is not None
            assert begins is not None
            moment = ends.intersection(begins) or Interval(min(ends.high, begins.high), max(ends.low, begins.low))
            name = f"{after.scheme_title} {before.order}|{after.order} ({when(moment)})"
            row = {"edge": after.stage_id, "scheme": after.scheme, "title": after.scheme_title, "name": name}
            row |= {"source_id": after.source_id, "piece_id": after.piece_id, "order": int(after.order)}
            row |= {"before": before.label, "after": after.label, "low": moment.low, "high": moment.high}
            rows.append({**row, "first": min(ends.low, begins.low), "last": max(ends.high, begins.high)})
    table = _frame(rows, "edge scheme title name source_id piece_id order before after low high first last")
    order = list(evidence.stages.stage_id)
    return table.sort_values("edge", key=lambda ids: ids.map(order.index)).reset_index(drop=True)


def _span(low: Any, high: Any) -> Interval | None:
    """Whole years as moments: 1994 to 1994 lasts from 1994.0 to 1995.0."""
    if pd.isna(low) or pd.isna(high):
        return None
    return Interval(float(low), float(high) + 1)


def when(moment: Interval) -> str:
    """A moment in words: the years it may lie in, or the year that begins with it.

    Examples
    --------
    >>> when(Interval(1995, 1998)), when(Interval(1998, 1998)), when(Interval(1994, 1995))
    ('1995-97', '1998', '1994')
    """
    first, last = int(moment.low), max(int(moment.low), math.ceil(moment.high) - 1)
    return (
        f"{first}"
        if first == last
        else f"{first}-{last % 100:02d}"
        if first // 100 == last // 100
        else f"{first}-{last}"
    )


# --- how far authors agree ------------------------------------------------------------------------------------------


def nearest(moment: Interval, others: Sequence[Interval]) -> Interval:
    """Years from a moment to the nearest of other moments, each anywhere in its own range: an exact range.

    The least distance is that of the nearest ranges. The greatest is the highest point of the lower hull of the
    distances |a - middle| + half width, which lies at an end of the range or where two of them cross.

    Examples
    --------
    >>> nearest(Interval(1995, 1998), [Interval(1998, 1998), Interval(1994, 1995)])
    Interval(low=0.0, high=2.0)
    """
    middles = [((other.low + other.high) / 2, (other.high - other.low) / 2) for other in others]
    crossings = [(m + n + s - r) / 2 for (m, r), (n, s) in combinations(sorted(middles), 2)]
    places = [moment.low, moment.high, *(place for place in crossings if place in moment)]
    least = min(max(0.0, other.low - moment.high, moment.low - other.high) for other in others)
    return Interval(least, max(min(abs(place - m) + r for m, r in middles) for place in places))


def distances(edges: pd.DataFrame) -> pd.DataFrame:
    """Years from each boundary to the nearest one of each other scheme.

    Returns
    -------
    pandas.DataFrame
        ``edge``, ``name``, ``scheme``, ``other`` (a scheme), ``other_title``, ``same_author``, ``low`` and ``high``
        (years).
    """
    rows = []
    for edge in each(edges):
        for other, part in edges.groupby("scheme", sort=False):
            if other != edge.scheme:
                years = nearest(Interval(edge.low, edge.high), _moments(part))
                row = {"edge": edge.edge, "name": edge.name, "scheme": edge.scheme, "other": other}
                row |= {"other_title": part.title.iloc[0], "same_author": part.piece_id.iloc[0] == edge.piece_id}
                rows.append({**row, "low": years.low, "high": years.high})
    return _frame(rows, "edge name scheme other other_title same_author low high")


def _moments(edges: pd.DataFrame) -> list[Interval]:
    return [Interval(row.low, row.high) for row in each(edges)]


def agreement(evidence: Evidence) -> pd.DataFrame:
    """How near two authors' boundaries come, beside what chance alone would give.

    Compared are the boundaries in the time of which both schemes speak. For the scheme with fewer of them (the first,
    if they have equally many) each is measured to the nearest of the other; the worst counts. Chance: the same
    boundaries, each as wide as it is, begin at every set of turns of the year in that time; all sets are counted.

    Returns
    -------
    pandas.DataFrame
        ``first`` and ``second`` (titles), ``compared`` (boundaries of each), ``low`` and ``high`` (years, the worst),
        ``sets`` (how many were counted), ``chance_low`` and ``chance_high`` (share of the sets whose worst is no
        farther, by the least and by the greatest distance; the smaller share first).
    """
    edges, table = boundaries(evidence), schemes(evidence)
    rows = []
    for one, two in combinations(each(table[table.dated]), 2):
        begin, end = max(one.begin_low, two.begin_low), min(one.end, two.end)
        sides = [_moments(edges[(edges.scheme == row.scheme) & edges.low.between(begin, end)]) for row in (one, two)]
        if one.piece_id == two.piece_id or not all(sides):
            continue
        few, many = sorted(sides, key=len)
        worst, chance = _worst(few, many), [_worst(moved, many) for moved in _moved(few, begin, end)]
        shares = sorted((_share(c.low <= worst.low for c in chance), _share(c.high <= worst.high for c in chance)))
        row = {"first": one.title, "second": two.title, "compared": f"{len(sides[0])} and {len(sides[1])}"}
        row |= {"low": worst.low, "high": worst.high, "sets": len(chance)}
        rows.append({**row, "chance_low": shares[0], "chance_high": shares[1]})
    return _frame(rows, "first second compared low high sets chance_low chance_high")


def _worst(few: Sequence[Interval], many: Sequence[Interval]) -> Interval:
    found = [nearest(moment, many) for moment in few]
    return Interval(max(years.low for years in found), max(years.high for years in found))


def _moved(moments: Sequence[Interval], begin: float, end: float) -> Iterable[list[Interval]]:
    """The moments at every set of turns of the year after ``begin`` and before ``end``, in their order and as wide."""
    last = end if math.isfinite(end) else max(moment.high for moment in moments) + 1
    for turns in combinations(range(int(begin) + 1, int(last)), len(moments)):
        yield [Interval(turn, turn + m.high - m.low) for turn, m in zip(turns, moments, strict=True)]


def _share(flags: Iterable[bool]) -> float:
    found = list(flags)
    return sum(found) / len(found) if found else math.nan


def most_shared(edges: pd.DataFrame) -> tuple[int, list[int]]:
    """Most authors who may have a boundary in (or at a turn of) one year, and the years where that is so."""
    years = range(int(edges.low.min()), int(edges.high.max()) + 1) if len(edges) else range(0)
    authors = {year: edges.piece_id[[year in _years(row) for row in each(edges)]].nunique() for year in years}
    most = max(authors.values(), default=0)
    return most, [year for year, count in authors.items() if count == most]


def _years(edge: Any) -> range:
    """Years that a boundary may touch: a turn of the year touches two."""
    return range(int(edge.low) - (edge.low == edge.high), max(int(edge.low) + 1, math.ceil(edge.high)))


# --- events on the boundaries ---------------------------------------------------------------------------------------

EVENT_KINDS = {
    "State acts": ("law", "concept", "programme"),
    "Forums, conferences": ("forum", "conference"),
    "Institutions": ("institution",),
    "Tenders, elections": ("tender", "election"),
}
"""Kinds of event that can sit on a boundary. Turning points are left out: they are the authors' words for it."""


def sharp_events(evidence: Evidence) -> pd.DataFrame:
    """Events of :data:`EVENT_KINDS` that are dated to a year or better: one row an event, its narrowest dating."""
    events = evidence.events
    events["days"] = (events.end - events.start).dt.days
    events["group"] = events.kind.map({kind: group for group, kinds in EVENT_KINDS.items() for kind in kinds})
    kept = events[(events.days <= 366) & events.group.notna()].sort_values("days", kind="stable")
    kept = kept.drop_duplicates("event")
    kept["from"], kept["to"] = growth.decimal_year(kept.start), growth.decimal_year(kept.end + pd.Timedelta(days=1))
    return kept.sort_values("from", kind="stable").reset_index(drop=True)


def events_on(evidence: Evidence) -> pd.DataFrame:
    """Events of the years in which a stage ends and the next begins: edge, name, event, title and group."""
    events = sharp_events(evidence)
    rows = []
    for edge in each(boundaries(evidence)):
        on = events[(events["from"] < edge.last) & (events.to > edge.first)]
        rows += [(edge.edge, edge.name, row.event, row.title, row.group) for row in each(on)]
    return _frame(rows, "edge name event title group")


def eventful_years(evidence: Evidence, begin: int, end: int) -> pd.DataFrame:
    """Share of the years from ``begin`` to ``end`` in which at least one event of each group lies: the chance level."""
    events, years = sharp_events(evidence), range(begin, end + 1)
    rows = []
    for group in EVENT_KINDS:
        part = events[events.group == group]
        hit = [bool(((part["from"] < year + 1) & (part.to > year)).any()) for year in years]
        rows.append({"group": group, "years": sum(hit), "of": len(hit), "share": _share(hit)})
    return pd.DataFrame(rows)


# --- dated counts ---------------------------------------------------------------------------------------------------


def dated_counts(
    evidence: Evidence,
    *,
    number: Number = "rounded",
    words: Words = "logical",
    ceiling: float = CEILING,
    leave_out: Iterable[str] = (),
) -> pd.DataFrame:
    """Counts of all NGOs of the country that carry a date; lost values and repeats are left out.

    Parameters
    ----------
    number, words, ceiling
        The reading, as in :func:`kzcivil.read_claims`.
    leave_out
        Sources or origins whose counts are left out; what repeats them is then heard for the first time.

    Returns
    -------
    pandas.DataFrame
        ``id``, ``definition``, ``low``, ``high``, ``t_low``, ``t_high``, ``year``, ``source_id``, ``origin``,
        ``as_printed`` and ``circular``: printed by an author of a periodization for a year in which some stage ends
        and the next begins. Such a count exists because the story is told by those years, so its support for them is
        circular.
    """
    claims = evidence.select(list(DEFINITIONS), scope="sector")
    left_out = list(leave_out)
    claims = claims[~claims.source_id.isin(left_out) & ~claims.origin.isin(left_out)]
    claims = claims[~claims.repeats.isin(claims.claim_id)]
    rows = read_claims(claims, number=number, words=words, ceiling=ceiling).dropna(subset=["low", "start", "end"])
    rows = growth.dated(rows.rename(columns={"claim_id": "id"})).sort_values(["t_low", "t_high"], kind="stable")
    rows["definition"] = rows.measure.map(DEFINITIONS)
    rows["year"] = rows.t_low.astype(int)
    tellers, edges = set(evidence.stages.piece_id), boundaries(evidence)
    rows["circular"] = [
        row.piece_id in tellers and bool(((edges["first"] < row.t_high) & (edges["last"] > row.t_low)).any())
        for row in each(rows)
    ]
    return _frame(rows, "id definition low high t_low t_high year source_id origin as_printed circular").reset_index(
        drop=True
    )


def series(counts: pd.DataFrame, *, unspecified_as_registered: bool = True) -> dict[str, pd.DataFrame]:
    """Counts by definition, because definitions never share a series; the series with most dates first.

    Parameters
    ----------
    unspecified_as_registered
        The one assumption that joins two of them: a count that does not say what it counts is read as registered.
    """
    names = counts.definition
    if unspecified_as_registered:
        names = names.replace("unspecified", "registered")
    found: dict[str, pd.DataFrame] = {str(name): counts[names == name] for name in dict.fromkeys(names)}
    return {name: found[name] for name in sorted(found, key=lambda name: -_dates(found[name]))}


def longest(found: Mapping[str, pd.DataFrame], counts: pd.DataFrame) -> tuple[str, pd.DataFrame]:
    """Name and counts of the series with most dates; an empty one where nothing was counted."""
    return next(iter(found.items()), ("registered", counts[:0]))


def _dates(counts: pd.DataFrame) -> int:
    return len(counts[["t_low", "t_high"]].drop_duplicates())


def spoken_of(counts: pd.DataFrame, scheme: Any) -> pd.DataFrame:
    """Counts of which a scheme can speak: dated after it may begin and before the last moment that it knows."""
    begin, end = float(scheme.begin_low), float(scheme.end)
    return counts[(counts.t_high > begin) & (counts.t_high <= end)]


# --- rates within the stages ----------------------------------------------------------------------------------------


def _places(moments: Sequence[Interval]) -> list[tuple[int, ...]]:
    """Every rising choice of a turn of the year within each boundary's range."""
    turns = [range(math.ceil(moment.low), math.floor(moment.high) + 1) for moment in moments]
    return [places for places in product(*turns) if all(a < b for a, b in pairwise(places))]


def _patterns(stages: int, *, may_fall: bool) -> list[str]:
    rising = "+" * stages
    return (
        [rising, *(signs for signs in map("".join, product("+-", repeat=stages)) if signs != rising)]
        if may_fall
        else [rising]
    )


def fit(counts: pd.DataFrame, moments: Sequence[Interval], *, may_fall: bool = False) -> list[Interval] | None:
    """Constant rates within the stages, joined at the boundaries, that give all the counts.

    Every turn of the year within each boundary's range is tried (:func:`kzcivil.growth.segments`, linear programming).

    Returns
    -------
    list of Interval or None
        For each stage the range of its annual rate, all else free; None when no constant rates will do.

    Examples
    --------
    >>> counts = pd.DataFrame({"id": list("abc"), "low": [10, 20, 20], "high": [10, 20, 20],
    ...                        "start": [2000, 2001, 2003], "end": [2000, 2001, 2003]})
    >>> fit(counts, []) is None, [round(rate.high, 6) for rate in fit(counts, [Interval(2001, 2002)])]
    (True, [1.0, 0.0])
    """
    found = [
        rates
        for places in _places(moments)
        for signs in _patterns(len(moments) + 1, may_fall=may_fall)
        if (rates := growth.segments(counts, places, signs)) is not None
    ]
    columns = zip(*found, strict=True)
    return [Interval(min(r.low for r in part), max(r.high for r in part)) for part in columns] if found else None


def possible(counts: pd.DataFrame, moments: Sequence[Interval], *, may_fall: bool = False) -> bool:
    """Whether :func:`fit` has an answer (without working it out)."""
    if not may_fall:
        return any(_leads_through(growth.dated(counts), places) for places in _places(moments))
    signs = _patterns(len(moments) + 1, may_fall=True)
    return any(growth.segments(counts, places, pattern) for places in _places(moments) for pattern in signs)


def _leads_through(table: pd.DataFrame, places: Sequence[float]) -> bool:
    begin, end = float(table.t_low.min()), float(table.t_high.max())
    level: Interval | None = Interval(-math.inf, math.inf)
    for start, stop in pairwise([begin, *(place for place in places if begin < place < end), end]):
        level = None if level is None else carried(table, start, stop, level)
    return level is not None


def stage_rates(evidence: Evidence, counts: pd.DataFrame, *, may_fall: bool = False) -> pd.DataFrame:
    """The range of rates of every stage of every dated scheme, from the counts of which it can speak.

    Returns
    -------
    pandas.DataFrame
        ``scheme``, ``title``, ``order``, ``label``, ``dates`` (dates of counts that may lie in the stage), ``verdict``
        ("possible", :data:`RULED_OUT` or :data:`SILENT`), ``low`` and ``high`` (shares a year; NaN without a rate).
    """
    edges, rows = boundaries(evidence), []
    for scheme in each(schemes(evidence)):
        if not scheme.dated:
            continue
        heard = spoken_of(counts, scheme)
        moments = _moments(edges[edges.scheme == scheme.scheme])
        silent = _dates(heard) < FEWEST_DATES
        rates = None if silent else fit(heard, moments, may_fall=may_fall)
        verdict = SILENT if silent else RULED_OUT if rates is None else "possible"
        starts, ends = (
            [Interval(scheme.begin_low, scheme.begin_high), *moments],
            [*moments, Interval(scheme.end, scheme.end)],
        )
        stages = evidence.stages[evidence.stages.scheme == scheme.scheme].sort_values("order")
        for place, stage in enumerate(each(stages)):
            own = heard[(heard.t_high > starts[place].low) & (heard.t_low < ends[place].high)]
            row = {"scheme": scheme.scheme, "title": scheme.title, "order": int(stage.order), "label": stage.label}
            row |= {"dates": _dates(own), "verdict": verdict}
            row |= {"low": rates[place].low if rates else math.nan, "high": rates[place].high if rates else math.nan}
            rows.append(row)
    return _frame(rows, "scheme title order label dates verdict low high")


def support(evidence: Evidence, counts: pd.DataFrame, *, may_fall: bool = False) -> pd.Series[str]:
    """What the counts say of each boundary (by its ``edge``): can the stages on either side share one rate?

    A boundary is needed when constant rates within the scheme's stages give the counts, and no longer do once the two
    stages are made one.
    """
    edges, found = boundaries(evidence), {}
    for scheme in each(schemes(evidence)):
        own = edges[edges.scheme == scheme.scheme]
        heard, moments = spoken_of(counts, scheme), _moments(own)
        silent = _dates(heard) < FEWEST_DATES
        whole = not silent and possible(heard, moments, may_fall=may_fall)
        for place, edge in enumerate(own.edge):
            joined = whole and possible(heard, moments[:place] + moments[place + 1 :], may_fall=may_fall)
            found[edge] = SILENT if silent else RULED_OUT if not whole else FREE if joined else NEEDED
    return pd.Series(found, dtype="str").reindex(edges.edge)


def cases(
    evidence: Evidence,
    *,
    number: Number = "rounded",
    words: Words = "logical",
    ceiling: float = CEILING,
    unspecified_as_registered: bool = True,
    may_fall: bool = False,
) -> dict[str, tuple[pd.DataFrame, bool]]:
    """The counts, and whether stages may fall, with every assumption moved and every source and origin left out.

    The first case is the one as set.
    """

    def read(**moved: Any) -> pd.DataFrame:
        return dated_counts(evidence, **{"number": number, "words": words, "ceiling": ceiling, **moved})

    def chosen(counts: pd.DataFrame, *, join: bool = unspecified_as_registered) -> pd.DataFrame:
        return longest(series(counts, unspecified_as_registered=join), counts)[1]

    counts = read()
    other_words: Words = "conversational" if words == "logical" else "logical"
    other_number: Number = "face" if number == "rounded" else "rounded"
    tables = {
        "as set on this page": chosen(counts),
        f"{other_words} words": chosen(read(words=other_words)),
        f"numbers at {other_number}" if other_number == "face" else "numbers rounded": chosen(
            read(number=other_number)
        ),
        "without circular counts": chosen(counts[~counts.circular]),
        "operating counts as floor": chosen(at_least_operating(counts)),
        "registered alone": counts[counts.definition == "registered"],
        "unspecified alone": counts[counts.definition == "unspecified"],
    }
    base = tables["as set on this page"]
    sources, titles = list(dict.fromkeys(base.source_id)), evidence.sources.set_index("source_id").short_title
    origins = [name for name in dict.fromkeys(base.origin) if name != "unknown"]
    tables |= {f"without {titles[name]}": chosen(read(leave_out=[name])) for name in sources}
    tables |= {f"without origin {name}": chosen(read(leave_out=[name])) for name in origins}
    moved = "stages never fall" if may_fall else "stages may fall"
    return {**{name: (table, may_fall) for name, table in tables.items()}, moved: (base, not may_fall)}


def support_table(evidence: Evidence, assumed: Mapping[str, tuple[pd.DataFrame, bool]]) -> pd.DataFrame:
    """:func:`support` for each of the :func:`cases`: a row an ``edge``, a column a case."""
    return pd.DataFrame({name: support(evidence, counts, may_fall=fall) for name, (counts, fall) in assumed.items()})


def at_least_operating(counts: pd.DataFrame) -> pd.DataFrame:
    """The other side of a dispute: where NGOs that operate were counted in a year, at least so many were registered.

    Registered counts of that year which lie below the number of operating ones give way to it.
    """
    result = counts.copy()
    for row in each(counts[counts.definition == "operating"]):
        below = (result.definition != "operating") & (result.year == row.year) & (result.high < row.low)
        result.loc[below, ["low", "high"]] = [row.low, math.inf]
    return result


# --- how many rates the counts need ---------------------------------------------------------------------------------

MOST_RATES = 4


def changes(counts: pd.DataFrame, n_changes: int) -> list[tuple[int, ...]]:
    """Every set of turns of the year at which so many changes of rate can have given all the counts.

    The path is joined and straight in logarithms between changes, and never falls, as in
    :func:`kzcivil.growth.segments`; here its level is carried from change to change as an exact range.
    """
    table = growth.dated(counts)
    if table.empty:
        return []
    begin, end = float(table.t_low.min()), float(table.t_high.max())
    turns = range(math.floor(begin) + 1, math.ceil(end))
    return list(_further(table, (begin, end), turns, n_changes, Interval(-math.inf, math.inf)))


def _further(
    table: pd.DataFrame, time: tuple[float, float], turns: range, left: int, level: Interval
) -> Iterator[tuple[int, ...]]:
    """The sets of turns still to come, from a moment at which the logarithm of the number lies in ``level``."""
    begin, end = time
    if left == 0 and carried(table, begin, end, level):
        yield ()
    for place, turn in enumerate(turns) if left else ():
        reached = carried(table, begin, turn, level)
        if reached is not None:
            for rest in _further(table, (turn, end), turns[place + 1 :], left - 1, reached):
                yield (turn, *rest)


def carried(table: pd.DataFrame, begin: float, end: float, level: Interval) -> Interval | None:
    """Where one rate that does not fall can lead from a level at one moment, meeting the counts on its way.

    A count is met when the path is low enough at its first moment and high enough at its last; each binds the
    segment in which that moment lies. Taking the first level out of these inequalities leaves bounds on the last
    (Fourier-Motzkin elimination).

    Parameters
    ----------
    table
        Counts with ``low``, ``high``, ``t_low``, ``t_high``.
    level
        Logarithm of the number at ``begin``.

    Returns
    -------
    Interval or None
        Logarithm of the number at ``end``; None where no such rate exists.
    """
    low, high, first, last = (table[name].to_numpy(float) for name in ("low", "high", "t_low", "t_high"))
    must_reach, may_reach = (
        (begin <= last) & (last <= end) & (low > 0),
        (begin <= first) & (first <= end) & (high < math.inf),
    )
    up, down = (last[must_reach] - begin) / (end - begin), (first[may_reach] - begin) / (end - begin)
    # Each row says: p * (level at begin) + q * (level at end) <= c.
    p = np.concatenate([[1, -1, 1], up - 1, 1 - down])
    q = np.concatenate([[0, 0, -1], -up, down])
    c = (
        np.concatenate([[level.high, -level.low, 0], -np.log(low[must_reach]), np.log(high[may_reach])])
        + growth.TOLERANCE
    )
    above, below = (p > 0) & np.isfinite(c), (p < 0) & np.isfinite(c)
    weight = q[above, None] / p[above, None] - (q[below] / p[below])[None, :]
    room = c[above, None] / p[above, None] - (c[below] / p[below])[None, :]
    weight, room = np.append(weight, q[p == 0]), np.append(room, c[p == 0])
    flat = np.abs(weight) < growth.TOLERANCE
    if (room[flat] < -growth.TOLERANCE).any():
        return None
    weight, room = weight[~flat], room[~flat]
    least = float(np.max(room[weight < 0] / weight[weight < 0], initial=-math.inf))
    most = float(np.min(room[weight > 0] / weight[weight > 0], initial=math.inf))
    return Interval(least, max(least, most)) if least <= most + growth.TOLERANCE else None


def fewest_rates(counts: pd.DataFrame) -> tuple[int, list[tuple[int, ...]]] | None:
    """The fewest constant rates that give all the counts without a fall, and every set of turns where they may change.

    None when more than :data:`MOST_RATES` are needed, or when there are fewer than three dates.

    Examples
    --------
    >>> counts = pd.DataFrame({"id": list("abcd"), "low": [10, 20, 40, 40], "high": [10, 20, 40, 40],
    ...                        "start": [2000, 2001, 2002, 2004], "end": [2000, 2001, 2002, 2004]})
    >>> fewest_rates(counts)
    (2, [(2002,)])
    """
    if _dates(growth.dated(counts)) < FEWEST_DATES:
        return None
    for rates in range(1, MOST_RATES + 1):
        if found := changes(counts, rates - 1):
            return rates, found
    return None


def change_spans(found: Sequence[tuple[int, ...]]) -> list[Interval]:
    """For each change its first and last possible turn of the year, all else free."""
    return [Interval(min(turns), max(turns)) for turns in zip(*found, strict=True)]


# --- how little so few counts can tell ------------------------------------------------------------------------------


def divisions(dates: int, stages: int) -> list[tuple[int, ...]]:
    """All ways to divide dated counts into stages that can be told apart.

    A rate needs two dates, so n dates make n - 1 steps; each stage holds at least one step, and changes happen at inner
    dates. Each tuple holds the places of the dates at which the rate changes.

    Examples
    --------
    >>> [len(divisions(dates, 4)) for dates in (6, 7, 8)], distinguishable(7, 4)
    ([4, 10, 20], 10)
    """
    return list(combinations(range(1, dates - 1), stages - 1))


def distinguishable(dates: int, stages: int) -> int:
    """The number of :func:`divisions` by formula: C(dates - 2, stages - 1)."""
    return math.comb(max(dates - 2, 0), stages - 1) if dates > stages else 0


def possible_divisions(counts: pd.DataFrame, stages: int) -> int:
    """How many of the :func:`divisions` leave one constant rate, rising or falling, possible within each stage."""
    table = growth.dated(counts)
    dates = table.groupby(["t_low", "t_high"]).ngroup().to_numpy()
    total = len(set(dates))
    steps = [
        [growth.one_rate(table[(dates >= start) & (dates <= stop)]) is not None for stop in range(total)]
        for start in range(total)
    ]
    ways = [(0, *places, total - 1) for places in divisions(total, stages)]
    return sum(all(steps[start][stop] for start, stop in pairwise(way)) for way in ways)


def room_for_rank(evidence: Evidence, counts: pd.DataFrame) -> pd.DataFrame:
    """How many divisions each scheme's counts can tell apart.

    Returns
    -------
    pandas.DataFrame
        ``scheme``, ``title``, ``stages``, ``dates``, ``circular`` (dates), ``divisions`` and ``possible`` (of them).
    """
    rows = []
    for scheme in each(schemes(evidence)):
        if scheme.dated:
            heard = spoken_of(counts, scheme)
            row = {"scheme": scheme.scheme, "title": scheme.title, "stages": int(scheme.stages), "dates": _dates(heard)}
            row |= {
                "circular": _dates(heard[heard.circular]),
                "divisions": len(divisions(_dates(heard), scheme.stages)),
            }
            rows.append({**row, "possible": possible_divisions(heard, scheme.stages) if len(heard) else 0})
    return _frame(rows, "scheme title stages dates circular divisions possible")


# --- the authors' claims about a stage ------------------------------------------------------------------------------

CONFIRM, CONTRADICT, OPEN, CANNOT = "confirm", "contradict", "leave open", "cannot touch"


def verdict(says: Interval, found: Interval | None) -> str:
    """Whether what was found bears a statement out.

    Examples
    --------
    >>> says = Interval(2.5, 3.5)
    >>> [verdict(says, found) for found in (Interval(3, 3.2), Interval(12, 90), Interval(1, 3), None)]
    ['confirm', 'contradict', 'leave open', 'cannot touch']
    """
    if found is None:
        return CANNOT
    if not says.meets(found):
        return CONTRADICT
    return CONFIRM if says.low <= found.low and found.high <= says.high else OPEN


class Said(NamedTuple):
    """What an author says of a stage.

    ``key``: the stage or claim with its place; ``words``: in our words; ``test``: what of a number would bear it out,
    "" if it is not about one; ``kind``: ``"factor"`` (the later year's number over the earlier's), ``"quicker"`` (rate
    of the last two years less rate of the first two) or ``"claims"`` (``formula`` over claims, without counts);
    ``says``: the interval that confirms it, or a formula over the claims that hold it.
    """

    key: str
    words: str
    test: str = ""
    kind: str = ""
    years: tuple[int, ...] = ()
    formula: str = ""
    says: Interval | str = Interval(0, math.inf)


SAID = (
    Said("diachenko_text_1", "The sector establishes itself, end of the 1980s to 1994"),
    Said(
        "dia_ngos_threefold_stage2",
        "The number of NGOs grew threefold in 1994-1997",
        "number of 1997 over number of 1994",
        "factor",
        (1994, 1997),
        says="dia_ngos_threefold_stage2",
    ),
    Said(
        "diachenko_text_2",
        "1994-1997 was the stage of growth in number",
        "faster growth 1994-1997 than 1991-1994",
        "quicker",
        (1991, 1994, 1994, 1997),
    ),
    Said("diachenko_text_3", "A state mechanism becomes a question, 1998-2002"),
    Said("diachenko_text_4", "Constructive cooperation began in 2003"),
    Said(
        "dia_tender3_sum_factor",
        "Money for tenders rose six-fold",
        "third tender's sum over the second's",
        "claims",
        formula="dia_tender3_sum / dia_tender2_sum",
        says="dia_tender3_sum_factor",
    ),
    Said("diachenko_cooperation_1", "First, cautious cooperation in the second half of the 1990s"),
    Said("baigaliyev_1", "Pioneers without a clear policy, early 1990s"),
    Said(
        "aa_baig_ngos_1997",
        "From several dozen in 1994 to one and a half thousand in 1997",
        "Diachenko's threefold against the factor of these two",
        "claims",
        formula="dia_ngos_threefold_stage2",
        says="aa_baig_ngos_1997 / aa_baig_ngos_1994",
    ),
    Said("baigaliyev_3", "The state builds systemic mechanisms from about 2000 on"),
    Said(
        "baigaliyev_4",
        "A new page of the sector's development in October 2003",
        "if the number is meant: faster growth 2003-2006 than 1997-2003",
        "quicker",
        (1997, 2003, 2003, 2006),
    ),
    Said(
        "zhovtis_1",
        "Lively development until 1995-97",
        "if the number is meant: slower growth 1997-2003 than 1994-1997",
        "quicker",
        (1997, 2003, 1994, 1997),
    ),
    Said("zhovtis_2", "A turn towards authoritarianism in 1995-97"),
    Said("zhovtis_3", "The young become more active, 2016-2019"),
    Said("kaliyev_1", "Rallies and a vacuum of civil passivity in the 1990s"),
    Said(
        "kaliyev_2",
        "For decades everything is conserved",
        "if the number is meant: within a fifth of the same, 2003 and 2018",
        "factor",
        (2003, 2018),
        says=Interval(0.8, 1.2),
    ),
    Said("kaliyev_3", "Reforms since 2019"),
    Said("nurgaziyeva_2", "From being left alone to dialogue and partnership; undated"),
)
"""The authors' claims about their stages. A reading "if the number is meant" is ours, and marked so."""


def in_year(counts: pd.DataFrame, year: int) -> growth.Count | None:
    """The number in a year: the smallest interval around all counts dated within it, or None."""
    there = counts[(counts.t_low >= year) & (counts.t_high <= year + 1)]
    if there.empty:
        return None
    return growth.Count(Interval(there.low.min(), there.high.max()), Interval(there.t_low.min(), there.t_high.max()))


def _rate(counts: pd.DataFrame, first: int, second: int) -> Interval | None:
    one, two = in_year(counts, first), in_year(counts, second)
    return growth.growth_between(one, two).rate if one and two else None


def _found(said: Said, counts: pd.DataFrame, values: Mapping[str, Interval]) -> Interval | None:
    from kzcivil.intervals import evaluate, formula_names  # noqa: PLC0415

    if said.kind == "claims":
        return evaluate(said.formula, values) if formula_names(said.formula) <= set(values) else None
    if said.kind == "factor":
        one, two = (in_year(counts, year) for year in said.years)
        return two.value / one.value if one and two else None
    if said.kind == "quicker":
        slow, quick = _rate(counts, *said.years[:2]), _rate(counts, *said.years[2:])
        return quick - slow if slow and quick else None
    return None


def verdicts(evidence: Evidence, counts: pd.DataFrame, **reading: Any) -> pd.DataFrame:
    """Each author's claims about a stage against what the counts can say, by rule (:func:`verdict`).

    Parameters
    ----------
    counts
        One series of dated counts.
    **reading
        ``number``, ``words`` and ``ceiling`` for the claims that hold a factor or a sum.

    Returns
    -------
    pandas.DataFrame
        ``key``, ``author``, ``words``, ``test``, ``verdict``, ``low`` and ``high`` (what was found; NaN if nothing),
        ``says_low`` and ``says_high``, ``circular`` (a count it rests on is circular) and ``why``.
    """
    from kzcivil.intervals import evaluate, formula_names, intervals_of  # noqa: PLC0415

    values = intervals_of(read_claims(evidence.claims, **reading))
    authors = dict(zip(evidence.stages.stage_id, evidence.stages.scheme_title, strict=True))
    speakers = dict(zip(evidence.claims.claim_id, evidence.claims.speaker, strict=True))
    rows = []
    for said in SAID:
        author = authors.get(said.key, speakers.get(said.key))
        if author is None or (isinstance(said.says, str) and not formula_names(said.says) <= set(values)):
            continue
        says = evaluate(said.says, values) if isinstance(said.says, str) else said.says
        found = _found(said, counts, values)
        used = counts[counts.year.isin(said.years)] if found else counts[:0]
        why = (
            "not about a number that anyone counted"
            if not said.kind
            else ""
            if found
            else "a count it needs is missing"
        )
        row = {"key": said.key, "author": author.split(",")[0].split()[-1], "words": said.words, "test": said.test}
        row |= {"verdict": verdict(says, found), "low": found.low if found else math.nan}
        row |= {"high": found.high if found else math.nan}
        row |= {"says_low": says.low if said.kind else math.nan, "says_high": says.high if said.kind else math.nan}
        circular = bool(used.circular.any()) or said.key in set(counts[counts.circular].id)
        rows.append({**row, "circular": circular, "why": why})
    return _frame(rows, "key author words test verdict low high says_low says_high circular why")


# --- stage four and the money ---------------------------------------------------------------------------------------

TENDERS = ("dia_tender1", "dia_tender2", "dia_tender3")


def tenders(evidence: Evidence, **reading: Any) -> pd.DataFrame:
    """The pilot tenders, like with like: one row a tender that has a sum.

    Returns
    -------
    pandas.DataFrame
        ``tender``, ``start`` (date), ``low`` and ``high`` (sum, tenge), ``applicants``, ``winners`` (projects,
        or NGOs where only those are printed), ``each_low`` and ``each_high`` (sum over winners).
    """
    claims = read_claims(evidence.claims, **reading).set_index("claim_id")
    rows = []
    for place, tender in enumerate(TENDERS, start=1):
        if f"{tender}_sum" not in claims.index:
            continue
        money = claims.loc[f"{tender}_sum"]
        won = next(
            (claims.value[key] for key in (f"{tender}_projects", f"{tender}_winners") if key in claims.index), math.nan
        )
        row = {"tender": place, "start": money.start, "low": money.low, "high": money.high, "winners": won}
        row |= {"applicants": claims.value.get(f"{tender}_applicants", math.nan)}
        rows.append({**row, "each_low": money.low / won, "each_high": money.high / won})
    return pd.DataFrame(
        rows, columns=["tender", "start", "low", "high", "applicants", "winners", "each_low", "each_high"]
    )


# --- results in words -----------------------------------------------------------------------------------------------

MEANS = {
    NEEDED: "are needed for the counts",
    FREE: "are not needed",
    RULED_OUT: "belong to stages whose constant rates cannot give the counts",
    SILENT: "cannot be tested",
}


def in_words(found: tuple[int, list[tuple[int, ...]]] | None, subject: str) -> str:
    """How many rates the counts need, and where they change, as a sentence.

    Examples
    --------
    >>> in_words((2, [(2007,), (2008,)]), "The counts")
    'The counts need at least 2 constant rates; the change lies between 2007 and 2008.'
    """
    if found is None:
        return f"{subject} are too few, or up to {MOST_RATES} constant rates without a fall do not give them."
    rates, sets = found
    if rates == 1:
        return f"{subject} need no change of rate: one constant rate gives them all."
    places = [
        f"between {span.low:.0f} and {span.high:.0f}" if span.high > span.low else f"at the beginning of {span.low:.0f}"
        for span in change_spans(sets)
    ]
    lead = "the change lies" if len(places) == 1 else "the changes lie"
    return f"{subject} need at least {rates} constant rates; {lead} {several(places)}."


def at_year(found: tuple[int, list[tuple[int, ...]]] | None, year: int) -> str:
    """Whether one of the fewest changes can lie in a year, as a sentence.

    Examples
    --------
    >>> at_year((2, [(2007,), (2008,)]), 2003)
    'With so few, none can lie in 2003.'
    """
    if found is None or found[0] == 1:
        return ""
    can = any({year, year + 1} & set(turns) for turns in found[1])
    return f"With so few, {'one' if can else 'none'} can lie in {year}."


def short_words(found: tuple[int, list[tuple[int, ...]]] | None, year: int) -> str:
    """:func:`in_words` and :func:`at_year` for the title of a chart."""
    if found is None:
        return "The counts cannot say how often the rate must change"
    if found[0] == 1:
        return "One constant rate gives all the counts"
    where = at_year(found, year).replace("With", "with").rstrip(".")
    return f"The counts need at least {found[0]} rates, so {found[0] - 1} change{'s' if found[0] > 2 else ''}; {where}"


def steady(grid: pd.DataFrame) -> tuple[list[str], list[str]]:
    """Boundaries (by ``edge``) needed in every case in which they can be tested, and those needed in none."""
    tested = grid.isin([NEEDED, FREE])
    needed = grid == NEEDED
    known = tested.any(axis=1)
    return list(grid.index[known & (needed == tested).all(axis=1)]), list(grid.index[known & ~needed.any(axis=1)])


def late_words(evidence: Evidence, counts: pd.DataFrame) -> str:
    """What the counts of 2018 and 2023 say of the boundaries that lie near them, as a sentence."""
    edges = boundaries(evidence)
    late, rate = edges[edges.low >= 2015], _rate(counts, 2018, 2023)
    if late.empty or rate is None:
        return "Nothing can be said of a change after 2015: a boundary, or a count of 2018 or 2023, is missing."
    before = _rate(counts, 2003, 2018)
    slower = before is not None and rate.high < before.low
    alone = " One printed number of 2018 carries it." if (counts.year == 2018).sum() == 1 else ""
    pace = f"{'surely slower than' if slower else 'perhaps no slower than'} from 2003 to 2018"
    return (
        f"{several(late.name)} rest on one contrast: from 2018 to 2023 the number grew by at most "
        f"{in_figures(100 * rate.high, 2)} % a year, {pace}.{alone}"
    )


def money_words(evidence: Evidence, **reading: Any) -> str:
    """How the tenders' sums changed, as a sentence."""
    from kzcivil.intervals import evaluate, intervals_of  # noqa: PLC0415

    values = intervals_of(read_claims(evidence.claims, **reading))
    if not {f"{tender}_sum" for tender in TENDERS} <= set(values):
        return "The three sums are not all in the evidence, so nothing can be said of them."
    factors = [evaluate(f"{b}_sum / {a}_sum", values) for a, b in pairwise(TENDERS)]
    steps = ["fell" if factor.high < 1 else "rose" if factor.low > 1 else "may have stayed" for factor in factors]
    return (
        f"From the first to the second tender the sum {steps[0]} (factor {span(factors[0])}), from the second to the "
        f"third it {steps[1]} (factor {span(factors[1])}). Three sums in three years show no level before and no trend "
        "after: that money came with stage four they show, that a stage began with it they do not."
    )


def as_printed(evidence: Evidence) -> pd.DataFrame:
    """One row a scheme for a table: its stages with the words of their edges, our reading, and its lineage."""
    rows = []
    for _, part in evidence.stages.groupby("scheme", sort=False):
        told = [
            f"{row.order} {row.label}: “{row.as_printed}” ({_read_years(row)}), line {row.line}" for row in each(part)
        ]
        credit = part.lineage.dropna()
        rows.append((part.scheme_title.iloc[0], "; ".join(told), credit.iloc[0] if len(credit) else ""))
    return pd.DataFrame(rows, columns=["Scheme", "Stages", "Credited to"])


def _read_years(stage: Any) -> str:
    if pd.isna(stage.start_low):
        return "undated"
    begin = when(Interval(float(stage.start_low), float(stage.start_high) + 1))
    end = "open" if pd.isna(stage.end_low) else when(Interval(float(stage.end_low), float(stage.end_high) + 1))
    return f"{begin} to {end}"


def unlike(evidence: Evidence, one: str, two: str) -> str:
    """How two schemes of one author differ, as a sentence; "" where one of them is missing."""
    table, edges = schemes(evidence).set_index("scheme"), boundaries(evidence)
    if not {one, two} <= set(table.index):
        return ""
    sides = [edges[edges.scheme == key] for key in (one, two)]
    begins = [Interval(table.begin_low[key], table.begin_high[key] - 1) for key in (one, two)]
    years = begins[0] - begins[1]
    unlike_edges = [
        f"{when(Interval(a.low, a.high))} against {when(Interval(b.low, b.high))}"
        for a, b in zip(each(sides[0]), each(sides[1]), strict=False)
        if (a.low, a.high) != (b.low, b.high)
    ]
    ends = " and ".join("open" if table.open[key] else f"in {table.end[key] - 1:.0f}" for key in (one, two))
    apart = f"{min(abs(years.low), abs(years.high)):.0f} to {max(abs(years.low), abs(years.high)):.0f} years apart"
    return (
        f"{table.title[one]} and {table.title[two]} begin {apart}; "
        + (f"their boundaries differ at {several(unlike_edges)}" if unlike_edges else "their boundaries are the same")
        + f"; their ends are {ends}."
    )


def found_words(row: Any) -> str:
    """What the counts gave for a claim, beside what is said, for a table."""
    if math.isnan(row.low):
        return str(row.why)
    if row.says_low == 0 and math.isinf(row.says_high):
        points = Interval(100 * row.low, 100 * row.high)
        ends = f"{in_figures(points.low, 2)} to {in_figures(points.high, 2)}" if math.isfinite(points.high) else ""
        return f"difference of {ends or f'{in_figures(points.low, 2)} or more'} percentage points a year"
    return f"{span(Interval(row.low, row.high))} (said: {span(Interval(row.says_low, row.says_high))})"


def threefold_words(claims: pd.DataFrame) -> str:
    """What becomes of the two accounts of 1994 to 1997, as a sentence; "" where they cannot be compared."""
    row = claims[claims.key == "dia_ngos_threefold_stage2"]
    if row.empty or math.isnan(row.low.iloc[0]):
        return ""
    gave = span(Interval(row.low.iloc[0], row.high.iloc[0]))
    if row.verdict.iloc[0] == CONTRADICT:
        return (
            f"Of 1994 to 1997 one account says threefold, the counts of the other give a factor of {gave}: "
            "the same stage, told twice, with numbers that cannot both be true of one thing."
        )
    return f"Of 1994 to 1997 the counts give a factor of {gave}, which the threefold of the other account can meet."


def quotable_2003(found: pd.Series[str], edges: pd.DataFrame) -> str:
    """What one may write of the boundary of 2003."""
    there = found[list(edges.edge[(edges["first"] <= 2003) & (edges["last"] > 2003)])]
    if (there == NEEDED).any():
        return "Some stages need a change of the rate of growth in 2003; others do not."
    if (there == FREE).any():
        return "The counts of NGOs do not need a change of pace in 2003, the year that opens the last stage."
    return "The counts of NGOs cannot say whether growth changed its pace in 2003."


# --- results --------------------------------------------------------------------------------------------------------


def headlines(evidence: Evidence) -> list[dict[str, str]]:
    """Rows of the results table."""
    edges = boundaries(evidence)
    if edges.empty:
        return []
    counts = dated_counts(evidence)
    one = longest(series(counts), counts)[1]
    most, _ = most_shared(edges)
    authors = edges.piece_id.nunique()
    need = in_words(fewest_rates(one), "The counts")
    return [
        {
            "question": "Four stages, or three, or five?",
            "answer": f"{authors} authors date {len(edges)} boundaries in {edges.scheme.nunique()} schemes; no year "
            f"holds a boundary of more than {most} of them. {need} {at_year(fewest_rates(one), 2003)}".strip(),
            "hangs_on": "Reading unspecified counts as registered; the counts of 1994 and 1997; one count of 2018.",
            "notebook": "05_stages",
        },
        {
            "question": "Which stage boundaries do the counts support?",
            "answer": f"{_needed(evidence, one, 'With all counts')} "
            f"{_needed(evidence, one[~one.circular], 'Without the counts that the story itself supplies')}",
            "hangs_on": "The counts of 1994 and 1997, printed by a teller of the story; which count of 2003 is right.",
            "notebook": "05_stages",
        },
    ]


def _needed(evidence: Evidence, counts: pd.DataFrame, lead: str) -> str:
    found, names = support(evidence, counts), boundaries(evidence).set_index("edge").name
    needed = [str(names[edge]) for edge in found.index[found == NEEDED]]
    return f"{lead}, needed: {', '.join(needed) or 'none'}; not needed: {int((found == FREE).sum())} of {len(found)}."

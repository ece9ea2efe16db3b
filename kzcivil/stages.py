"""Periodizations: their fuzzy boundaries, how far authors agree, and what dated counts can say about a stage.

Moments are decimal years (1998.0 is the turn from 1997 to 1998), rates are shares a year (0.08 is 8 %). A boundary is a
range of moments, because authors print years or parts of decades. Nothing is estimated: rates are exact ranges
(:mod:`kzcivil.growth`), chance levels count every case.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, pairwise, product
from typing import Any

import numpy as np
import pandas as pd

from kzcivil import growth
from kzcivil.evidence import Evidence
from kzcivil.intervals import Interval, each, evaluate, formula_names, intervals_of, joint, read_claims
from kzcivil.prose import number, several, span

DEFINITIONS = {"ngos": "unspecified", "ngos_registered": "registered", "ngos_operating": "operating"}
"""Measures that count all NGOs of the country, and the series that each belongs to."""

NEEDED, FREE, RULED_OUT, SILENT = "needed", "not needed", "ruled out", "no test"
"""What counts say of a boundary: a change of rate must lie there; it need not; no constant rates within the scheme's
stages give the counts at all; fewer than three dates, so nothing can be tested."""

FEWEST_DATES, MOST_RATES = 3, 4


# --- periodizations and their boundaries ----------------------------------------------------------------------------


def schemes(evidence: Evidence) -> pd.DataFrame:
    """One row a periodization; one piece is one author, and the first stage begins between two moments.

    ``end`` is the last moment of which it can speak: of an open one, the end of the year of its document.
    """
    stages = evidence.stages.sort_values("order", kind="stable")
    first, last = stages.drop_duplicates("scheme"), stages.drop_duplicates("scheme", keep="last").set_index("scheme")
    table = first.set_index("scheme").rename(columns={"scheme_title": "title"})[["title", "source_id", "piece_id"]]
    begin = first.set_index("scheme")[["start_low", "start_high"]].astype("float64")
    written = table.source_id.map(evidence.sources.set_index("source_id").published.str[:4].astype("float64"))
    table["stages"], table["dated"] = stages.groupby("scheme").size(), begin.start_low.notna()
    table["begin_low"], table["begin_high"] = begin.start_low, begin.start_high + 1
    table["open"] = last.end_high.isna()
    table["end"] = last.end_high.astype("float64").fillna(written).fillna(math.inf) + 1
    return table.reindex(evidence.stages.scheme.unique()).rename_axis("scheme").reset_index()


def boundaries(evidence: Evidence) -> pd.DataFrame:
    """One row a boundary between two neighbouring dated stages.

    The moment lies between ``low`` and ``high``, where the years of the earlier stage's end and of the later one's
    beginning agree ("1994-1997" and "1998-2002": the turn of the year); if they agree nowhere, anywhere from the one to
    the other. ``first`` and ``last`` bound the whole time in which the one ends and the other begins.

    Examples
    --------
    >>> import kzcivil as kz
    >>> table = boundaries(kz.load()).set_index("edge")
    >>> table.loc["diachenko_text_3", ["low", "high"]].tolist(), table.loc["diachenko_chart_3", "name"]
    ([1998.0, 1998.0], 'Diachenko, chart 2|3 (1997)')
    """
    stages = evidence.stages
    before = stages.sort_values("order", kind="stable").groupby("scheme").shift().reindex(stages.index)
    lows = pd.concat([before.end_low, stages.start_low], axis=1).astype("float64")
    highs = pd.concat([before.end_high, stages.start_high], axis=1).astype("float64") + 1  # the end of that year
    meet, part = lows.max(axis=1), highs.min(axis=1)
    table = stages[["stage_id", "scheme", "scheme_title", "source_id", "piece_id"]].assign(
        before=before.label, after=stages.label, low=np.minimum(meet, part), high=np.maximum(meet, part)
    )
    table["first"], table["last"] = lows.min(axis=1), highs.max(axis=1)
    table["step"] = before.order.astype(str) + "|" + stages.order.astype(str)
    table = table[before.stage_id.notna() & meet.notna()].rename(columns={"stage_id": "edge", "scheme_title": "title"})
    table["name"] = [f"{row.title} {row.step} ({when(Interval(row.low, row.high))})" for row in each(table)]
    return table.drop(columns="step").reset_index(drop=True)


def when(moment: Interval) -> str:
    """A moment in words, the years it may lie in or the year that begins with it: "1995-97", "1998"."""
    first, last = int(moment.low), max(int(moment.low), math.ceil(moment.high) - 1)
    short = f"{last % 100:02d}" if first // 100 == last // 100 else f"{last}"
    return f"{first}" if first == last else f"{first}-{short}"


def _moments(edges: pd.DataFrame) -> list[Interval]:
    return [Interval(row.low, row.high) for row in each(edges)]


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
    """Years (``low``, ``high``) from each boundary to the nearest one of each ``other`` scheme."""
    rows = []
    for edge in each(edges):
        for other, part in edges[edges.scheme != edge.scheme].groupby("scheme", sort=False):
            years = nearest(Interval(edge.low, edge.high), _moments(part))
            same_author = bool(part.piece_id.iloc[0] == edge.piece_id)
            names = (edge.edge, edge.name, edge.scheme, other, part.title.iloc[0], same_author)
            rows.append((*names, years.low, years.high))
    return _frame(rows, "edge name scheme other other_title same_author low high")


def _frame(rows: Any, columns: str) -> pd.DataFrame:
    """A table with these columns, also where there are no rows."""
    return pd.DataFrame(rows, columns=columns.split())


def agreement(evidence: Evidence) -> pd.DataFrame:
    """How near two authors' boundaries come (``low`` to ``high`` years), beside what chance alone would give.

    Compared are the boundaries in the time of which both schemes speak. For the scheme with fewer of them (the first,
    if they have equally many) each is measured to the nearest of the other; the worst counts. Chance: the same
    boundaries, each as wide as it is, begin at every set of turns of the year in that time; ``chance_low`` and
    ``chance_high`` are the shares of the sets whose worst is no farther, by the least and by the greatest distance.
    """

    def worst(moments: Sequence[Interval], others: Sequence[Interval]) -> Interval:
        found = [nearest(moment, others) for moment in moments]
        return Interval(max(years.low for years in found), max(years.high for years in found))

    edges, table, rows = boundaries(evidence), schemes(evidence), []
    for one, two in combinations(each(table[table.dated]), 2):
        begin, end = max(one.begin_low, two.begin_low), min(one.end, two.end)
        sides = [_moments(edges[(edges.scheme == row.scheme) & edges.low.between(begin, end)]) for row in (one, two)]
        if one.piece_id == two.piece_id or not all(sides):
            continue
        few, many = sorted(sides, key=len)
        last = end if math.isfinite(end) else max(moment.high for moment in few) + 1
        chance = [
            worst([Interval(turn, turn + m.high - m.low) for turn, m in zip(turns, few, strict=True)], many)
            for turns in combinations(range(int(begin) + 1, int(last)), len(few))
        ]
        far = worst(few, many)
        shares = sorted((np.mean([c.low <= far.low for c in chance]), np.mean([c.high <= far.high for c in chance])))
        compared = f"{len(sides[0])} and {len(sides[1])}"
        rows.append((one.title, two.title, compared, far.low, far.high, len(chance), *shares))
    return _frame(rows, "first second compared low high sets chance_low chance_high")


def most_shared(edges: pd.DataFrame) -> tuple[int, list[int]]:
    """Most authors who may have a boundary in (or at a turn of) one year, and the years where that is so."""
    years = pd.Series(  # a turn of the year touches two years
        [range(int(e.low) - (e.low == e.high), max(int(e.low) + 1, math.ceil(e.high))) for e in each(edges)],
        index=edges.index,
        dtype="object",
    )
    authors = edges.assign(year=years).explode("year").groupby("year").piece_id.nunique()
    return int(authors.max()) if len(authors) else 0, list(authors.index[authors == authors.max()])


EVENT_KINDS = {
    "State acts": ("law", "concept", "programme"),
    "Forums, conferences": ("forum", "conference"),
    "Institutions": ("institution",),
    "Tenders, elections": ("tender", "election"),
}
"""Kinds of event that can sit on a boundary. Turning points are left out: they are the authors' words for it."""


def _sharp_events(evidence: Evidence) -> pd.DataFrame:
    """Events of :data:`EVENT_KINDS` that are dated to a year or better: one row an event, its narrowest dating."""
    groups = {kind: group for group, kinds in EVENT_KINDS.items() for kind in kinds}
    events = evidence.events
    events = events.assign(days=(events.end - events.start).dt.days, group=events.kind.map(groups))
    events = events[(events.days <= 366) & events.group.notna()].sort_values("days", kind="stable")
    events = events.drop_duplicates("event")
    events["begin"] = growth.decimal_year(events.start)
    events["stop"] = growth.decimal_year(events.end + pd.Timedelta("1D"))
    return events.sort_values("begin", kind="stable")


def events_on(evidence: Evidence) -> pd.DataFrame:
    """Events (``title``, ``group``) of the years in which a stage ends and the next begins, by ``edge``."""
    pairs = boundaries(evidence)[["edge", "first", "last"]].merge(_sharp_events(evidence), how="cross")
    return pairs[(pairs.begin < pairs["last"]) & (pairs.stop > pairs["first"])].reset_index(drop=True)


def eventful_years(evidence: Evidence, begin: int, end: int) -> dict[str, float]:
    """Share of the years from ``begin`` to ``end`` in which an event of each group lies: the chance level."""
    events, years = _sharp_events(evidence), np.arange(begin, end + 1)[:, None]
    lies = (events.begin.to_numpy() < years + 1) & (events.stop.to_numpy() > years)
    return {group: float(lies[:, events.group == group].any(axis=1).mean()) for group in EVENT_KINDS}


# --- dated counts ---------------------------------------------------------------------------------------------------


def dated_counts(evidence: Evidence, *, leave_out: Iterable[str] = (), **reading: Any) -> pd.DataFrame:
    """Counts of all NGOs of the country that carry a date; lost values and repeats are left out.

    What repeats a count of a source or origin in ``leave_out`` is then heard for the first time; ``reading`` is as in
    :func:`kzcivil.read_claims`. A count is ``circular`` if it is printed by an author of a periodization for a year in
    which some stage ends and the next begins: it exists because the story is told by those years.
    """
    claims, left_out = evidence.select(list(DEFINITIONS), scope="sector"), list(leave_out)
    claims = claims[~claims.source_id.isin(left_out) & ~claims.origin.isin(left_out)]
    claims = claims[~claims.repeats.isin(claims.claim_id)]
    rows = read_claims(claims, **reading).dropna(subset=["low", "start", "end"])
    rows = growth.dated(rows.rename(columns={"claim_id": "id"})).sort_values(["t_low", "t_high"], kind="stable")
    rows["definition"], rows["year"] = rows.measure.map(DEFINITIONS), rows.t_low.astype(int)
    edges = boundaries(evidence)
    at_an_edge = [((edges["first"] < row.t_high) & (edges["last"] > row.t_low)).any() for row in each(rows)]
    rows["circular"] = rows.piece_id.isin(evidence.stages.piece_id) & np.array(at_an_edge, dtype=bool)
    columns = "id definition low high t_low t_high year source_id origin as_printed circular"
    return rows[columns.split()].reset_index(drop=True)


def longest(counts: pd.DataFrame, *, unspecified_as_registered: bool = True) -> pd.DataFrame:
    """The series with most dates. Definitions never share one, but for the assumption that joins two of them."""
    names = counts.definition.replace("unspecified", "registered") if unspecified_as_registered else counts.definition
    return max((counts[names == name] for name in names.unique()), key=_dates, default=counts)


def _dates(counts: pd.DataFrame) -> int:
    return len(counts[["t_low", "t_high"]].drop_duplicates())


def heard_by(evidence: Evidence, counts: pd.DataFrame) -> Iterator[tuple[Any, pd.DataFrame, pd.DataFrame]]:
    """Each dated scheme with its boundaries and the counts of which it can speak: of its own time."""
    edges, table = boundaries(evidence), schemes(evidence)
    for scheme in each(table[table.dated]):
        heard = counts[(counts.t_high > scheme.begin_low) & (counts.t_high <= scheme.end)]
        yield scheme, edges[edges.scheme == scheme.scheme], heard


# --- rates within the stages ----------------------------------------------------------------------------------------


def _places(moments: Sequence[Interval]) -> list[tuple[int, ...]]:
    """Every rising choice of a turn of the year within each boundary's range."""
    turns = [range(math.ceil(moment.low), math.floor(moment.high) + 1) for moment in moments]
    return [places for places in product(*turns) if all(a < b for a, b in pairwise(places))]


def _paths(counts: pd.DataFrame, moments: Sequence[Interval], signs: str) -> Iterator[tuple[Interval, ...]]:
    """The rates of each choice of turns, and of signs within the stages, that gives all the counts."""
    for places, pattern in product(_places(moments), product(signs, repeat=len(moments) + 1)):
        if rates := growth.segments(counts, places, "".join(pattern)):
            yield rates


def fit(counts: pd.DataFrame, moments: Sequence[Interval], *, may_fall: bool = False) -> list[Interval] | None:
    """Constant rates within the stages, joined at the boundaries, that give all the counts.

    Every turn of the year within each boundary's range is tried (:func:`kzcivil.growth.segments`, linear programming).
    Each rate's range leaves all else free; None when no constant rates will do.
    """
    columns = zip(*_paths(counts, moments, "+-" if may_fall else "+"), strict=True)
    return [Interval(min(r.low for r in part), max(r.high for r in part)) for part in columns] or None


def possible(counts: pd.DataFrame, moments: Sequence[Interval], *, may_fall: bool = False) -> bool:
    """Whether :func:`fit` has an answer (without working it out)."""
    places = set(_places(moments))
    if places & set(growth.placements(counts, {turn for turns in places for turn in turns}, len(moments))):
        return True
    return may_fall and any(True for _ in _paths(counts, moments, "+-"))


def stage_rates(evidence: Evidence, counts: pd.DataFrame, *, may_fall: bool = False) -> pd.DataFrame:
    """The range of rates (``low``, ``high``; shares a year) of every stage of every dated scheme.

    ``verdict`` is "possible", :data:`RULED_OUT` or :data:`SILENT`; without a rate both ends are NaN.
    """
    rows = []
    for scheme, edges, heard in heard_by(evidence, counts):
        silent = _dates(heard) < FEWEST_DATES
        rates = None if silent else fit(heard, _moments(edges), may_fall=may_fall)
        verdict = SILENT if silent else "possible" if rates else RULED_OUT
        stages = evidence.stages[evidence.stages.scheme == scheme.scheme].sort_values("order")
        for place, stage in enumerate(each(stages)):
            ends = (rates[place].low, rates[place].high) if rates else (math.nan, math.nan)
            rows.append((scheme.scheme, scheme.title, int(stage.order), stage.label, verdict, *ends))
    return _frame(rows, "scheme title order label verdict low high")


def support(evidence: Evidence, counts: pd.DataFrame, *, may_fall: bool = False) -> pd.Series[str]:
    """What the counts say of each boundary (by its ``edge``): can the stages on either side share one rate?

    A boundary is needed when constant rates within the scheme's stages give the counts, and no longer do once the two
    stages are made one.
    """
    found = {}
    for _, edges, heard in heard_by(evidence, counts):
        moments, silent = _moments(edges), _dates(heard) < FEWEST_DATES
        whole = not silent and possible(heard, moments, may_fall=may_fall)
        for place, edge in enumerate(edges.edge):
            joined = whole and possible(heard, moments[:place] + moments[place + 1 :], may_fall=may_fall)
            found[edge] = SILENT if silent else RULED_OUT if not whole else FREE if joined else NEEDED
    return pd.Series(found, dtype="str")


def cases(
    evidence: Evidence, *, unspecified_as_registered: bool = True, may_fall: bool = False, **reading: Any
) -> dict[str, tuple[pd.DataFrame, bool]]:
    """The counts, and whether stages may fall, with every assumption moved and every source and origin left out.

    The first case is the one as set.
    """

    def chosen(counts: pd.DataFrame) -> pd.DataFrame:
        return longest(counts, unspecified_as_registered=unspecified_as_registered)

    def read(**moved: Any) -> pd.DataFrame:
        return chosen(dated_counts(evidence, **{**reading, **moved}))

    base, counts = read(), dated_counts(evidence, **reading)
    words = "logical" if reading.get("words") == "conversational" else "conversational"
    other = "rounded" if reading.get("number") == "face" else "face"
    tables = {
        "as set on this page": base,
        f"{words} words": read(words=words),
        "numbers at face" if other == "face" else "numbers rounded": read(number=other),
        "without circular counts": chosen(counts[~counts.circular]),
        "operating counts as floor": chosen(_at_least_operating(counts)),
        "registered alone": counts[counts.definition == "registered"],
        "unspecified alone": counts[counts.definition == "unspecified"],
    }
    titles = evidence.sources.set_index("source_id").short_title
    tables |= {f"without {titles[name]}": read(leave_out=[name]) for name in base.source_id.unique()}
    origins = base.origin[base.origin != "unknown"].unique()
    tables |= {f"without origin {name}": read(leave_out=[name]) for name in origins}
    moved = "stages never fall" if may_fall else "stages may fall"
    return {**{name: (table, may_fall) for name, table in tables.items()}, moved: (base, not may_fall)}


def _at_least_operating(counts: pd.DataFrame) -> pd.DataFrame:
    """The other side of a dispute: counts below the number of NGOs that operate in their year give way to it."""
    result = counts.copy()
    for row in each(counts[counts.definition == "operating"]):
        below = (result.definition != "operating") & (result.year == row.year) & (result.high < row.low)
        result.loc[below, ["low", "high"]] = [row.low, math.inf]
    return result


# --- how many rates the counts need, and how little so few counts can tell ------------------------------------------

Changes = tuple[int, list[tuple[int, ...]]]


def fewest_rates(counts: pd.DataFrame) -> Changes | None:
    """The fewest constant rates that give all the counts without a fall, and every set of turns where they may change.

    None when more than :data:`MOST_RATES` are needed, or when there are fewer than three dates.

    Examples
    --------
    >>> counts = pd.DataFrame({"id": list("abcd"), "low": [10, 20, 40, 40], "high": [10, 20, 40, 40],
    ...                        "start": [2000, 2001, 2002, 2004], "end": [2000, 2001, 2002, 2004]})
    >>> fewest_rates(counts)
    (2, [(2002,)])
    """
    table = growth.dated(counts)
    if _dates(table) < FEWEST_DATES:
        return None
    turns = range(math.floor(table.t_low.min()) + 1, math.ceil(table.t_high.max()))
    sets = (growth.placements(table, turns, changes) for changes in range(MOST_RATES))
    return next(((rates, found) for rates, found in enumerate(sets, start=1) if found), None)


def change_spans(found: Sequence[tuple[int, ...]]) -> list[Interval]:
    """For each change its first and last possible turn of the year, all else free."""
    return [Interval(min(turns), max(turns)) for turns in zip(*found, strict=True)]


def divisions(dates: int, stages: int) -> list[tuple[int, ...]]:
    """All ways to divide dates into stages that can be told apart: the places of the dates of change.

    A rate needs two dates, so n dates make n - 1 steps; each stage holds at least one, and changes lie at inner dates.
    """
    return list(combinations(range(1, dates - 1), stages - 1))


def _possible_divisions(counts: pd.DataFrame, stages: int) -> int:
    """How many of the :func:`divisions` leave one constant rate, rising or falling, possible within each stage."""
    dates = counts.groupby(["t_low", "t_high"]).ngroup()
    total = dates.nunique()
    fits = {step: growth.one_rate(counts[dates.between(*step)]) for step in combinations(range(total), 2)}
    return sum(all(map(fits.get, pairwise((0, *inner, total - 1)))) for inner in divisions(total, stages))


def room_for_rank(evidence: Evidence, counts: pd.DataFrame) -> pd.DataFrame:
    """How many ``divisions`` each scheme's counts can tell apart (``possible`` of them); ``circular`` counts dates."""
    rows = []
    for scheme, _, heard in heard_by(evidence, counts):
        dates, circular = _dates(heard), _dates(heard[heard.circular])
        ways = len(divisions(dates, scheme.stages)), _possible_divisions(heard, scheme.stages)
        rows.append((scheme.scheme, scheme.title, scheme.stages, dates, circular, *ways))
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


SAID = {
    "diachenko_text_1": "The sector establishes itself, end of the 1980s to 1994",
    "dia_ngos_threefold_stage2": "The number of NGOs grew threefold in 1994-1997",
    "diachenko_text_2": "1994-1997 was the stage of growth in number",
    "diachenko_text_3": "A state mechanism becomes a question, 1998-2002",
    "diachenko_text_4": "Constructive cooperation began in 2003",
    "dia_tender3_sum_factor": "Money for tenders rose six-fold",
    "diachenko_cooperation_1": "First, cautious cooperation in the second half of the 1990s",
    "baigaliyev_1": "Pioneers without a clear policy, early 1990s",
    "aa_baig_ngos_1997": "From several dozen in 1994 to one and a half thousand in 1997",
    "baigaliyev_3": "The state builds systemic mechanisms from about 2000 on",
    "baigaliyev_4": "A new page of the sector's development in October 2003",
    "zhovtis_1": "Lively development until 1995-97",
    "zhovtis_2": "A turn towards authoritarianism in 1995-97",
    "zhovtis_3": "The young become more active, 2016-2019",
    "kaliyev_1": "Rallies and a vacuum of civil passivity in the 1990s",
    "kaliyev_2": "For decades everything is conserved",
    "kaliyev_3": "Reforms since 2019",
    "nurgaziyeva_2": "From being left alone to dialogue and partnership; undated",
}
"""What the authors say of their stages, in our words, by the stage or claim with its place."""

MEANT = "if the number is meant: "
TESTS = {
    "dia_ngos_threefold_stage2": ("number of 1997 over number of 1994", "number_1997 / number_1994"),
    "diachenko_text_2": ("faster growth 1994-1997 than 1991-1994", "rate_1994_1997 - rate_1991_1994"),
    "dia_tender3_sum_factor": ("third tender's sum over the second's", "dia_tender3_sum / dia_tender2_sum"),
    "aa_baig_ngos_1997": ("Diachenko's threefold against the factor of these two", "dia_ngos_threefold_stage2"),
    "baigaliyev_4": (MEANT + "faster growth 2003-2006 than 1997-2003", "rate_2003_2006 - rate_1997_2003"),
    "zhovtis_1": (MEANT + "slower growth 1997-2003 than 1994-1997", "rate_1994_1997 - rate_1997_2003"),
    "kaliyev_2": (MEANT + "within a fifth of the same, 2003 and 2018", "number_2018 / number_2003"),
}
"""What of a number would bear it out, in words and as a formula over claims and :func:`counted`."""

SAYS: dict[str, str | Interval] = {
    "aa_baig_ngos_1997": "aa_baig_ngos_1997 / aa_baig_ngos_1994",
    "kaliyev_2": Interval(0.8, 1.2),
}
"""What confirms it, if not the claim's own number or, of a stage, anything above 0."""


def counted(counts: pd.DataFrame, name: str) -> Interval | None:
    """``number_1994`` or ``rate_1994_1997``: a year's number is the smallest interval around all counts dated in it."""
    found = []
    for year in map(int, re.findall(r"\d{4}", name)):
        there = counts[(counts.t_low >= year) & (counts.t_high <= year + 1)]
        if there.empty:
            return None
        value, date = Interval(there.low.min(), there.high.max()), Interval(there.t_low.min(), there.t_high.max())
        found.append(growth.Count(value, date))
    return growth.growth_between(*found).rate if name.startswith("rate") else found[0].value


def verdicts(evidence: Evidence, counts: pd.DataFrame, **reading: Any) -> pd.DataFrame:
    """Each author's claims about a stage against what one series of counts can say, by rule (:func:`verdict`).

    ``found`` is what the counts gave in words, ``low`` and ``high`` in numbers (NaN if nothing); ``circular`` says
    whether a count that it rests on is circular.
    """
    values = intervals_of(read_claims(evidence.claims, **reading))
    names = {name for _, formula in TESTS.values() for name in re.findall(r"(?:number|rate)_\w+", formula)}
    values |= {name: value for name in names if (value := counted(counts, name))}
    speakers = dict(zip(evidence.claims.claim_id, evidence.claims.speaker, strict=True))
    authors = speakers | dict(zip(evidence.stages.stage_id, evidence.stages.scheme_title, strict=True))
    rows = []
    for key, words in SAID.items():
        (test, formula), says = (
            TESTS.get(key, ("", "")),
            SAYS.get(key, key if key in speakers else Interval(0, math.inf)),
        )
        if key not in authors or (isinstance(says, str) and not formula_names(says) <= set(values)):
            continue
        says = evaluate(says, values) if isinstance(says, str) else says
        found = joint(formula, values) if formula and formula_names(formula) <= set(values) else None
        years = [int(year) for year in re.findall(r"(?<=_)\d{4}", formula)] if found else []
        circular = counts.circular & (counts.year.isin(years) | (counts.id == key))
        ends = (found.low, found.high) if found else (math.nan, math.nan)
        author, gave = authors[key].split(",")[0].split()[-1], _found_words(formula, says, found)
        rows.append((key, author, words, test, verdict(says, found), gave, *ends, bool(circular.any())))
    return _frame(rows, "key author words test verdict found low high circular")


def _found_words(formula: str, says: Interval, found: Interval | None) -> str:
    """What the counts gave for a claim, beside what is said, for a table."""
    if found is None:
        return "a count it needs is missing" if formula else "not about a number that anyone counted"
    if not formula.startswith("rate"):
        return f"{span(found)} (said: {span(says)})"
    high = f"to {number(100 * found.high, 2)}" if math.isfinite(found.high) else "or more"
    return f"difference of {number(100 * found.low, 2)} {high} percentage points a year"


TENDERS = ("dia_tender1", "dia_tender2", "dia_tender3")


def tenders(evidence: Evidence, **reading: Any) -> pd.DataFrame:
    """The pilot tenders that have a sum: ``low`` and ``high`` in tenge, ``each`` for one winner.

    ``winners`` are projects, or NGOs where only those are printed.
    """
    claims = read_claims(evidence.claims, **reading).set_index("claim_id")
    rows = []
    for place, tender in enumerate(TENDERS, start=1):
        if f"{tender}_sum" in claims.index:
            money, value = claims.loc[f"{tender}_sum"], claims.value
            won = value.get(f"{tender}_projects", value.get(f"{tender}_winners", math.nan))
            asked = value.get(f"{tender}_applicants", math.nan)
            rows.append((place, money.start, money.low, money.high, asked, won, money.low / won, money.high / won))
    return _frame(rows, "tender start low high applicants winners each_low each_high")


# --- results in words -----------------------------------------------------------------------------------------------


def told(evidence: Evidence) -> str:
    """How many stages the authors tell of, and how far their years can agree, as a sentence."""
    table, edges = schemes(evidence), boundaries(evidence)
    authors, most = edges.piece_id.nunique(), most_shared(edges)[0]
    sizes = several(map(str, sorted(set(table.stages[table.dated]))), "or")
    drawn = f"{sizes} stages, in {edges.scheme.nunique()} schemes with {len(edges)} boundaries"
    if authors == 1:
        return f"Only one author who dates stages is left, with {drawn}: nobody is left to compare with."
    agree = f"no year can be one for more than {most}" if most < authors else "one year can be one for each"
    return f"The {authors} authors who date their stages tell of {drawn}; {agree} of them."


def in_words(found: Changes | None, subject: str, year: int | None = None) -> str:
    """How often the counts need a change of rate, where, and whether one can lie in a year, as a sentence."""
    if found is None:
        return f"{subject} are too few, or up to {MOST_RATES} constant rates without a fall do not give them."
    rates, sets = found
    if rates == 1:
        return f"{subject} need no change of rate: one constant rate gives them all."
    places = several(when(Interval(turns.low, turns.high + 1)) for turns in change_spans(sets))
    can = year is not None and any({year, year + 1} & set(turns) for turns in sets)
    at_year = f"; with so few, {'one' if can else 'none'} can lie in {year}" if year else ""
    return f"{subject} need at least {rates - 1} change{'s' * (rates > 2)} of pace ({places}){at_year}."


def late_words(evidence: Evidence, counts: pd.DataFrame) -> str:
    """What the counts of 2018 and 2023 say of the boundaries that lie near them, as a sentence."""
    edges = boundaries(evidence)
    late, rate, before = edges[edges.low >= 2015], counted(counts, "rate_2018_2023"), counted(counts, "rate_2003_2018")
    if late.empty or rate is None:
        return "Nothing can be said of a change after 2015: a boundary, or a count of 2018 or 2023, is missing."
    pace = "surely slower than" if before is not None and rate.high < before.low else "perhaps no slower than"
    alone = " One printed number of 2018 carries it." if (counts.year == 2018).sum() == 1 else ""
    return (
        f"{several(late.name)} rest on one contrast: from 2018 to 2023 the number grew by at most "
        f"{number(100 * rate.high, 2)} % a year, {pace} from 2003 to 2018.{alone}"
    )


def money_words(money: pd.DataFrame) -> str:
    """How the sums of the three :func:`tenders` changed, as a sentence."""
    if money.low.notna().sum() < len(TENDERS):
        return "The three sums are not all in the evidence, so nothing can be said of them."
    one, two = (later / earlier for earlier, later in pairwise(_moments(money)))
    first, second = ("fell" if f.high < 1 else "rose" if f.low > 1 else "may have stayed" for f in (one, two))
    return (
        f"From the first to the second tender the sum {first} (factor {span(one)}), from the second to the third it "
        f"{second} (factor {span(two)}). Three sums in three years show no level before and no trend after: that money "
        "came with stage four they show, that a stage began with it they do not."
    )


def as_printed(evidence: Evidence) -> pd.DataFrame:
    """One row a scheme for a table: its stages with the words of their edges, our reading, and its lineage."""
    rows = []
    for _, part in evidence.stages.groupby("scheme", sort=False):
        stages = [f"{row.order} {row.label}: “{row.as_printed}” ({_years(row)}), line {row.line}" for row in each(part)]
        credit = part.lineage.dropna()
        rows.append((part.scheme_title.iloc[0], "; ".join(stages), credit.iloc[0] if len(credit) else ""))
    return pd.DataFrame(rows, columns=["Scheme", "Stages", "Credited to"])


def _years(stage: Any) -> str:
    ends = ((stage.start_low, stage.start_high), (stage.end_low, stage.end_high))
    begin, end = ("" if pd.isna(low) else when(Interval(float(low), float(high) + 1)) for low, high in ends)
    return f"{begin} to {end or 'open'}" if begin else "undated"


def headlines(evidence: Evidence) -> list[dict[str, str]]:
    """Rows of the results table."""
    if boundaries(evidence).empty:
        return []
    counts = longest(dated_counts(evidence))
    pace = in_words(fewest_rates(counts), "The dated counts of NGOs", 2003)
    first = "Reading unspecified counts as registered; the counts of 1994 and 1997; one count of 2018."
    second = "The counts of 1994 and 1997, printed by a teller of the story; which count of 2003 is right."
    rows = [
        ("Four stages, or three, or five?", f"{told(evidence)} {pace}", first),
        ("Which stage boundaries do the counts support?", supported(evidence, counts), second),
    ]
    return [{"question": a, "answer": b, "hangs_on": c, "notebook": "05_stages"} for a, b, c in rows]


def supported(evidence: Evidence, counts: pd.DataFrame) -> str:
    """Which boundaries the counts need with and without those that a teller of stages printed, in two sentences."""
    full, bare = (support(evidence, table) == NEEDED for table in (counts, counts[~counts.circular]))
    if not counts.circular.any():
        return f"The schemes that fit the counts need {_of_authors(evidence, full)}; no count is an author's own."
    years = several(counts.year[counts.circular].astype(str).unique())
    both = full & bare
    lead = f"Surely {_of_authors(evidence, both)}, needed" if both.any() else "None for sure: no boundary is needed"
    return (
        f"{lead} both with and without the counts of {years}, "
        "which one teller of stages prints for the years of another's stage. "
        f"With them, the schemes that fit the counts need {_of_authors(evidence, full)}; without them, "
        f"{_of_authors(evidence, bare)}."
    )


def _of_authors(evidence: Evidence, needed: pd.Series[bool]) -> str:
    """The needed boundaries by author, in words."""
    edges = boundaries(evidence)
    edges = edges[edges.edge.isin(needed.index[needed])].sort_values("low")
    years = {name: map(when, _moments(part)) for name, part in edges.groupby(edges.title.str.split(",").str[0])}
    named = several(f"{name} ({several(dict.fromkeys(told))})" for name, told in years.items())
    return f"boundaries of {named}" if named else "no boundary"

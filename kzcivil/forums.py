"""Laws, concepts, programmes, institutions and forums: how they are dated, the forums' rhythm, the Alliance's start.

Dates are intervals of days: a year printed is its first to its last day. Printings of one event (they share the key
``event``) agree as far as their days do; nothing is averaged. A forum is an event whose key is an ordinal and
``_civil_forum``.
"""

from __future__ import annotations

import math
import re
from itertools import pairwise, product
from typing import Any

import pandas as pd

from kzcivil.evidence import DataError, Evidence, load
from kzcivil.intervals import CEILING, Interval, each, evaluate, intervals_of, numbers_in, read_claims
from kzcivil.prose import number, several, span

KINDS = {
    "law": "Laws",
    "concept": "Concepts",
    "programme": "Programmes",
    "institution": "Institutions",
    "forum": "Forums",
}
"""Kinds of event on the timeline, with their names, in order."""

ONE, SAME, CLOSER, OTHER = "printed once", "same dates", "one more exact", "different dates"
"""How the printings of one event agree; in the last case they cannot all be right."""

SHORTEST_GAP = 1
"""Calendar years between two forums, at least: two forums in one year are nowhere told of."""

TOTAL, REGIONAL, FACTOR = "forum_participants", "forum_participants_regional", "forum_participants_factor"
ROMAN = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV")
_FORUM_KEY = re.compile(r"^([a-z]+)_civil_forum$")
_FORUM_WORDS = re.compile(r"\b(first|second|third)\b(?: civil)?(?: society)? forum", re.IGNORECASE)
_YEAR_DAYS = 365.25


# --- events and their printings -------------------------------------------------------------------------------------


def timeline(evidence: Evidence, kinds: tuple[str, ...] = tuple(KINDS)) -> pd.DataFrame:
    """Events of some kinds, one row an event, with all its printings joined.

    Returns
    -------
    pandas.DataFrame
        By kind and date: event, kind, title (of the first printing), ids and sources (tuples, in order of the tables),
        start and end (the hull: all days that any printing allows), shared_start and shared_end (the days that all
        printings allow; missing where there are none), term (whether a span of years is what is printed), agreement
        (:data:`ONE`, :data:`SAME`, :data:`CLOSER` or :data:`OTHER`) and where the dates differ ("within one document",
        "between documents", both, or "").

    Examples
    --------
    >>> import kzcivil as kz
    >>> timeline(kz.load()).set_index("event").agreement["concept_2006_term"]
    'different dates'
    """
    printings: dict[str, list[Any]] = {}
    for row in each(evidence.events[evidence.events.kind.isin(kinds)].dropna(subset=["start", "end"])):
        printings.setdefault(row.event, []).append(row)
    table = pd.DataFrame([_joined(rows) for rows in printings.values()], columns=_EVENT)
    days = dict.fromkeys(["start", "end", "shared_start", "shared_end"], "datetime64[s]")
    order = table.kind.map({kind: place for place, kind in enumerate(kinds)})
    table = table.astype(days).assign(order=order).sort_values(["order", "start", "end", "event"])
    return table.drop(columns="order").reset_index(drop=True)


_EVENT = ["event", "kind", "title", "ids", "sources", "start", "end", "shared_start", "shared_end", "term"]
_EVENT += ["agreement", "where"]


def _joined(rows: list[Any]) -> tuple[Any, ...]:
    first, dates = rows[0], {(row.start, row.end) for row in rows}
    shared = (max(row.start for row in rows), min(row.end for row in rows))
    term = all((row.end - row.start).days > 366 and row.date_basis == "printed" for row in rows)
    excluded = shared[0] > shared[1] or (term and len(dates) > 1)  # a term is as long as printed, so two terms differ
    agreement = OTHER if excluded else ONE if len(rows) == 1 else SAME if len(dates) == 1 else CLOSER
    told = (first.event, first.kind, first.title, tuple(row.event_id for row in rows))
    hull = (min(row.start for row in rows), max(row.end for row in rows))
    shared = shared if shared[0] <= shared[1] else (pd.NaT, pd.NaT)
    sources = tuple(dict.fromkeys(row.source_id for row in rows))
    return (*told, sources, *hull, *shared, term, agreement, _where(rows))


def _where(rows: list[Any]) -> str:
    by_source: dict[str, set[Any]] = {}
    for row in rows:
        by_source.setdefault(row.source_id, set()).add((row.start, row.end))
    within = any(len(dates) > 1 for dates in by_source.values())
    between = any(dates != by_source[rows[0].source_id] for dates in by_source.values())
    return several(["within one document"] * within + ["between documents"] * between)


def dates_said(evidence: Evidence) -> str:
    """How many events the timeline holds and how their printings agree, as a sentence."""
    table = timeline(evidence)
    other = table[table.agreement == OTHER]
    text = (
        f"{number(len(table))} laws, concepts, programmes, institutions and forums are dated;"
        f" {number(int((table.agreement != ONE).sum()))} of them more than once,"
        f" {number(int((table.agreement == CLOSER).sum()))} of those more exactly in one place than in another"
    )
    if other.empty:
        return f"{text}; no two printings of one event exclude each other."
    words = evidence.events.set_index("event_id").as_printed
    printed = {row.event: [f"“{one}”" for one in dict.fromkeys(words[list(row.ids)])] for row in each(other)}
    named = several(f"{row.title} ({several(printed[row.event], 'or')}, {row.where})" for row in each(other))
    return f"{text}; for {number(len(other))} the printings exclude each other: {named}."


def printed_apart(evidence: Evidence) -> pd.DataFrame:
    """Events whose printings bear different dates.

    Returns
    -------
    pandas.DataFrame
        title, printed (as printed, each wording once), agreement, where (as in :func:`timeline`), shared (days that all
        printings allow, in words; "" where they exclude each other).
    """
    table = timeline(evidence)
    table = table[table.agreement.isin([CLOSER, OTHER])]
    words = evidence.events.set_index("event_id").as_printed
    printed = ["; ".join(dict.fromkeys(words[list(ids)])) for ids in table.ids]
    shared = ["" if row.agreement == OTHER else date_words(row.shared_start, row.shared_end) for row in each(table)]
    return table.assign(printed=printed, shared=shared)[["title", "printed", "agreement", "where", "shared"]]


def told_apart(evidence: Evidence) -> pd.DataFrame:
    """Pairs of statements on one thing that differ in date and need judgement, from ``pairs.csv``.

    Returns
    -------
    pandas.DataFrame
        first and second (words as printed with their place), reason, settled_by; those pairs in which a forum, the
        Alliance or an event of :data:`KINDS` occurs.
    """
    claims, events = evidence.claims, evidence.events
    ours = {*claims.claim_id[claims.measure.str.match("forum_|alliance_")], *events.event_id[events.kind.isin(KINDS)]}
    pairs = evidence.pairs
    pairs = pairs[(pairs.relation == "same thing") & (pairs.difference == "date")]
    pairs = pairs[pairs.first_id.isin(ours) | pairs.second_id.isin(ours)]
    columns = {side: [place(evidence, one) for one in pairs[f"{side}_id"]] for side in ("first", "second")}
    return pd.DataFrame({**columns, "reason": list(pairs.reason), "settled_by": list(pairs.settled_by)})


def place(evidence: Evidence, statement_id: str) -> str:
    """A statement's words with the document and the line.

    Examples
    --------
    >>> import kzcivil as kz
    >>> place(kz.load(), "dia_forum1_days")
    '“14-15 October, 2003” (Diachenko, line 68)'
    """
    row = evidence.row(statement_id)
    names = evidence.sources.set_index("source_id").short_title
    return f"“{row.as_printed}” ({names[row.source_id]}, line {row.line})"


def numeral(ordinal: int) -> str:
    """A forum's number as the sources print it, in Roman numerals.

    Examples
    --------
    >>> numeral(8), numeral(16)
    ('VIII', '16')
    """
    return ROMAN[ordinal] if 0 < ordinal < len(ROMAN) else str(ordinal)


# --- the forums -----------------------------------------------------------------------------------------------------


def forums(evidence: Evidence) -> pd.DataFrame:
    """The national forums from the first to the last that is numbered, one row a number.

    Returns
    -------
    pandas.DataFrame
        number, numeral, numbered (whether a source prints the number), start and end (days that all printings allow,
        else their hull; missing where no date is printed), date (the same in words), date_ids (printings of the date),
        planned (whether every printing of the date speaks of a plan), place (cities that the titles of the printings
        name), days, participants and recommendations (as printed, repeats left out).
    """
    claims = evidence.claims[evidence.claims.scope == "forum"]
    printed = claims[(claims.measure == "forum_number") & claims.region.isna()]
    dated = {ordinal: row for row in each(timeline(evidence, ("forum",))) if (ordinal := _ordinal(row.event))}
    last = max([*dated, *(int(value) for value in printed.value)], default=0)
    rows = [
        (n, numeral(n), bool((printed.value == n).any()), *_dated(evidence, dated.get(n), claims))
        for n in range(1, last + 1)
    ]
    return pd.DataFrame(rows, columns=_FORUM).astype({"start": "datetime64[s]", "end": "datetime64[s]"})


_FORUM = [
    "number",
    "numeral",
    "numbered",
    "start",
    "end",
    "date",
    "date_ids",
    "planned",
    "place",
    "days",
    "participants",
]
_FORUM += ["recommendations"]


def _ordinal(event: str) -> int:
    """The forum's number in an event's key, 0 if it is no forum."""
    found = _FORUM_KEY.match(event)
    return int(min(numbers_in(found[1]), default=0)) if found else 0


def _dated(evidence: Evidence, event: Any, claims: pd.DataFrame) -> tuple[Any, ...]:
    if event is None:
        return (pd.NaT, pd.NaT, date_words(pd.NaT, pd.NaT), (), False, "", "", "", "")
    printings = evidence.events[evidence.events.event_id.isin(event.ids)]
    start, end = (event.start, event.end) if pd.isna(event.shared_start) else (event.shared_start, event.shared_end)
    of_it = claims[(claims.start <= end) & (claims.end >= start) & claims.repeats.isna()]
    measures = (["forum_days"], [TOTAL, REGIONAL], ["forum_recommendations"])
    told = ["; ".join(of_it.as_printed[of_it.measure.isin(names) & of_it.region.isna()]) for names in measures]
    cities = [city for city in evidence.regions.title if printings.title.str.contains(city, regex=False).any()]
    planned = bool(printings.note.str.contains("planned", na=False).all())
    date = date_words(start, end) + " (planned)" * planned
    return (start, end, date, event.ids, planned, several(cities), *told)


def date_words(start: Any, end: Any) -> str:
    """Days as a date in words, no more exact than they are.

    Examples
    --------
    >>> date_words(pd.Timestamp("2018-11-27"), pd.Timestamp("2018-11-28"))
    '27-28 November 2018'
    >>> date_words(pd.Timestamp("2023-01-01"), pd.Timestamp("2023-12-31"))
    '2023'
    """
    if pd.isna(start):
        return "no printed date"
    if start.year != end.year:
        return f"{start.year}-{end.year}"
    if (start.month, start.day, end.month, end.day) == (1, 1, 12, 31):
        return f"{start.year}"
    if start.month != end.month:
        return f"{start:%B} to {end:%B %Y}"
    if start.day == 1 and end.day == end.days_in_month:
        return f"{start:%B %Y}"
    return f"{start.day} {start:%B %Y}" if start == end else f"{start.day}-{end.day} {start:%B %Y}"


# --- the rhythm -----------------------------------------------------------------------------------------------------


def most_gaps(years: int, gaps: int, interval: int = 2) -> int:
    """How many of ``gaps`` whole-year gaps that make up ``years`` can be exactly ``interval``, at most.

    Gaps are at least :data:`SHORTEST_GAP`. Found by trying, from all gaps downwards, whether the rest of them can make
    up the rest of the years without one that is ``interval``.

    Raises
    ------
    ValueError
        If so many gaps do not fit into the years.

    Examples
    --------
    >>> most_gaps(13, 6), most_gaps(5, 3), most_gaps(2, 1)
    (5, 2, 1)
    """
    if gaps < 1 or years < gaps * SHORTEST_GAP:
        raise ValueError(f"{gaps} gaps of at least {SHORTEST_GAP} year do not fit into {years} years")
    possible = {0: {0}}  # sums that so many gaps, none of them `interval`, can make
    others = [gap for gap in range(SHORTEST_GAP, years + 1) if gap != interval]
    for count in range(1, gaps + 1):
        possible[count] = {total + gap for total in possible[count - 1] for gap in others if total + gap <= years}
    return max(held for held in range(gaps + 1) if years - held * interval in possible[gaps - held])


def evenest(years: int, gaps: int) -> dict[int, int]:
    """The most even whole-year gaps: how many of which length.

    Examples
    --------
    >>> evenest(13, 6), evenest(5, 3)
    ({2: 5, 3: 1}, {1: 1, 2: 2})
    """
    short, longer = divmod(years, gaps)
    return {length: count for length, count in ((short, gaps - longer), (short + 1, longer)) if count}


def stretches(table: pd.DataFrame, interval: int = 2) -> pd.DataFrame:
    """What lies between one dated forum and the next that is dated.

    Parameters
    ----------
    table
        From :func:`forums`.
    interval
        Years between forums as told.

    Returns
    -------
    pandas.DataFrame
        first, last (numbers), name (both in words), gaps, years (between calendar years; of several possible numbers
        the one that allows more gaps of ``interval``), low and high (years by days), mean (calendar years a gap),
        by_days (years a gap, in words), most (gaps that can be ``interval`` calendar years), expected (calendar year of
        ``last`` if each gap were), year (as dated), evenest (whole gaps as even as can be, in words).
    """
    dated = list(each(table.dropna(subset=["start"])))
    rows = []
    for a, b in pairwise(dated):
        gaps = b.number - a.number
        fitting = [(most_gaps(n, gaps, interval), n) for n in _years_between(a, b) if n >= gaps * SHORTEST_GAP]
        if not fitting:
            raise DataError(f"events.csv: forum {b.numeral} ({b.end.year}) is too near to {a.numeral} ({a.start.year})")
        most, years = max(fitting)
        low, high = (b.start - a.end).days / _YEAR_DAYS, (b.end - a.start).days / _YEAR_DAYS
        even = several(f"{count} of {number(length)}" for length, count in evenest(years, gaps).items())
        expected = a.start.year + interval * gaps
        name, by_days = f"{a.numeral} to {b.numeral}", span(Interval(round(low / gaps, 2), round(high / gaps, 2)))
        found = (a.number, b.number, name, gaps, years, low, high, years / gaps, by_days)
        rows.append((*found, most, expected, b.end.year, even))
    return pd.DataFrame(rows, columns=_STRETCH)


_STRETCH = ["first", "last", "name", "gaps", "years", "low", "high", "mean", "by_days"]
_STRETCH += ["most", "expected", "year", "evenest"]


def _years_between(a: Any, b: Any) -> range:
    return range(b.start.year - a.end.year, b.end.year - a.start.year + 1)


def possible_years(table: pd.DataFrame) -> pd.DataFrame:
    """Calendar years in which the undated forums can have met: number, low, high.

    A computed range: forums keep their order and lie :data:`SHORTEST_GAP` or more apart.
    """
    dated = table.dropna(subset=["start"])
    rows = []
    for row in each(table[table.start.isna()]):
        before, after = dated[dated.number < row.number], dated[dated.number > row.number]
        if len(before) and len(after):
            low = before.start.dt.year.iloc[-1] + SHORTEST_GAP * (row.number - before.number.iloc[-1])
            high = after.end.dt.year.iloc[0] - SHORTEST_GAP * (after.number.iloc[0] - row.number)
            rows.append((row.number, int(low), int(high)))
    return pd.DataFrame(rows, columns=["number", "low", "high"])


def numbers_tried(table: pd.DataFrame, ordinal: int, interval: int = 2) -> pd.DataFrame:
    """A dated forum under each number that its dated neighbours leave it, for a date that is printed without a number.

    Returns
    -------
    pandas.DataFrame
        number (tried), most (of all gaps, those that can be ``interval``); empty for the first and last dated forum.
    """
    dated = table.dropna(subset=["start"])
    before, after = dated[dated.number < ordinal].number, dated[dated.number > ordinal].number
    if before.empty or after.empty or ordinal not in set(dated.number):
        return pd.DataFrame(columns=["number", "most"])
    rows = []
    for trial in range(before.max() + 1, after.min()):
        moved = dated.assign(number=dated.number.where(dated.number != ordinal, trial))
        a, b, c = (moved[moved.number == n].iloc[0] for n in (before.max(), trial, after.min()))
        if all(max(_years_between(p, q)) >= q.number - p.number for p, q in ((a, b), (b, c))):
            rows.append((trial, int(stretches(moved, interval).most.sum())))
    return pd.DataFrame(rows, columns=["number", "most"])


def interval_told(evidence: Evidence) -> int:
    """Years between forums as told; two where nobody tells it."""
    told = evidence.claims[evidence.claims.measure == "forum_interval"].value
    return int(told.iloc[0]) if len(told) else 2


def rhythm(evidence: Evidence) -> dict[str, Any] | None:
    """The rhythm as a whole, None with fewer than two dated forums.

    Returns
    -------
    dict
        first and last (rows of :func:`forums`), interval (as told), gaps, years, mean (calendar years a gap), most
        (gaps that can be the interval) and broken (the :func:`stretches` in which not all can).
    """
    table, interval = forums(evidence), interval_told(evidence)
    parts, dated = stretches(table, interval), table.dropna(subset=["start"])
    if parts.empty:
        return None
    gaps, years = int(parts.gaps.sum()), int(parts.years.sum())
    ends = {"first": dated.iloc[0], "last": dated.iloc[-1], "interval": interval}
    broken = parts[parts.most < parts.gaps]
    return {**ends, "gaps": gaps, "years": years, "mean": years / gaps, "most": int(parts.most.sum()), "broken": broken}


def rhythm_said(evidence: Evidence) -> str:
    """Whether forums met as often as told, on average and strictly, as a sentence."""
    found = rhythm(evidence)
    if found is None:
        return "Fewer than two forums are dated, so their rhythm cannot be said."
    first, last, told = found["first"], found["last"], number(found["interval"])
    holds = "as told" if found["mean"] == found["interval"] else f"not {told}"
    mean = (
        f"From forum {first.numeral} ({first.start.year}) to forum {last.numeral} ({last.end.year}) there are"
        f" {number(found['years'])} years and {number(found['gaps'])} gap{'s' * (found['gaps'] != 1)}:"
        f" {number(found['mean'])} years on average, {holds}."
    )
    if found["broken"].empty:
        return f"{mean} No printed date excludes that every gap was {told} calendar years."
    broken = "; ".join(
        f"{told}-year steps from {numeral(row.first)} put {numeral(row.last)} in {row.expected}, it is dated {row.year}"
        for row in each(found["broken"])
    )
    return (
        f"{mean} Strictly it does not hold: at most {number(found['most'])} of the {number(found['gaps'])} gaps can be"
        f" {told} calendar years ({broken})."
    )


def numbers_said(evidence: Evidence) -> str:
    """What the rhythm becomes if a forum that breaks it had another number, as sentences; "" where none does."""
    table, found = forums(evidence), rhythm(evidence)
    said = []
    for row in each(table[table.number.isin([] if found is None else found["broken"]["last"])]):
        tried = numbers_tried(table, row.number, interval_told(evidence))
        if found is None or tried.empty:
            continue
        best, of = tried.most.max(), number(found["gaps"])
        verdict = f"at most {number(best)} of the {of} gaps" if best < found["gaps"] else f"all {of} gaps"
        said.append(
            f"Whatever number from {numeral(tried.number.min())} to {numeral(tried.number.max())} the forum of"
            f" {date_words(row.start, row.end)} bore, {verdict} could be {number(found['interval'])} years."
        )
    return " ".join(said)


# --- ten times more -------------------------------------------------------------------------------------------------


def _national(claims: pd.DataFrame, measure: str) -> pd.DataFrame:
    """First statements on a national forum."""
    first = (claims.measure == measure) & claims.repeats.isna()
    return claims[first & (claims.scope == "forum") & claims.region.isna()]


def bases(evidence: Evidence, ceiling: float = CEILING) -> pd.DataFrame:
    """Participants of an earlier forum that "ten times more" implies, by what was counted and what "more" means.

    Returns
    -------
    pandas.DataFrame
        counted (in words), times (the printed multiple, and one more: so many more *on top*), at_face, low and high
        (logical), low_talk and high_talk (conversational), ids (tuple). Empty where the factor is not told.
    """
    claims = evidence.claims
    factor = _national(claims, FACTOR)
    rows = []
    for over in each(factor):
        totals = [row for row in each(_national(claims, TOTAL)) if _meet(row, over)]
        regionals = [row for row in each(_national(claims, REGIONAL)) if _meet(row, over)]
        counts = [(f"“{row.as_printed}” counts all", [row]) for row in totals]
        counts += [(f"“{row.as_printed}” in the regions counts all", [row]) for row in regionals]
        if totals and regionals:
            counts.append(("the two are added", [totals[0], regionals[0]]))
        rows += [_base(claims, over, *one, more, ceiling) for one in counts for more in (0, 1)]
    return pd.DataFrame(rows, columns=["counted", "times", "at_face", "low", "high", "low_talk", "high_talk", "ids"])


def _meet(a: Any, b: Any) -> bool:
    """Whether two statements can be of one day."""
    return bool(a.start <= b.end and b.start <= a.end)


def _base(claims: pd.DataFrame, over: Any, words: str, parts: list[Any], more: int, ceiling: float) -> tuple[Any, ...]:  # noqa: PLR0917
    ids = [part.claim_id for part in parts]
    used = claims[claims.claim_id.isin([*ids, over.claim_id])]
    formula = f"({' + '.join(ids)}) / ({over.claim_id} + {more})"
    logical = evaluate(formula, intervals_of(read_claims(used)))
    talk = evaluate(formula, intervals_of(read_claims(used, words="conversational", ceiling=ceiling)))
    at_face = sum(part.value for part in parts) / (over.value + more)
    return (
        words,
        int(over.value + more),
        at_face,
        logical.low,
        logical.high,
        talk.low,
        talk.high,
        (*ids, over.claim_id),
    )


def base_said(evidence: Evidence, times: int = 10, ceiling: float = CEILING) -> str:
    """How many took part in an earlier forum if the multiple holds, as a sentence.

    Raises
    ------
    DataError
        If ``times`` is neither the printed multiple nor one more.
    """
    table = bases(evidence, ceiling)
    if table.empty:
        return "How many times more people took part than before is not told."
    chosen = table[table.times == times]
    if chosen.empty:
        raise DataError(f"ten_times_more_means = {times}: give {several(map(str, sorted(set(table.times))), 'or')}")
    implied = several(f"{span(Interval(row.low_talk, row.high_talk))} if {row.counted}" for row in each(chosen))
    start = evidence.row(chosen.ids.iloc[0][-1]).start
    before = _national(evidence.claims, TOTAL)
    before = before[before.end < start]
    earlier = (
        f"The earlier counts printed: {several(before.as_printed)}." if len(before) else "No earlier count is printed."
    )
    return f"Read as {number(times)} times as many, the multiple implies earlier participants of {implied}. {earlier}"


# --- told twice -----------------------------------------------------------------------------------------------------


def told_twice(evidence: Evidence, ceiling: float = CEILING) -> pd.DataFrame:
    """Participants and recommendations of one forum, as told in two places.

    The count of all participants must hold at least the regional ones; two counts of recommendations must be equal.

    Returns
    -------
    pandas.DataFrame
        what, first_id, second_id, and under each reading (logical, conversational): whether both can be true, and the
        values left for the first count; needed (the share above its number to which the first "more than" would have
        to reach; missing where the words decide).
    """
    claims = evidence.claims
    told = list(each(_national(claims, "forum_recommendations").sort_values("value")))
    totals, regionals = list(each(_national(claims, TOTAL))), list(each(_national(claims, REGIONAL)))
    pairs = [("participants", a, b) for a in totals for b in regionals if _meet(a, b)]
    pairs += [("recommendations", a, b) for a, b in pairwise(told) if _meet(a, b)]
    logical = intervals_of(read_claims(claims))
    talk = intervals_of(read_claims(claims, words="conversational", ceiling=ceiling))
    rows = []
    for what, a, b in pairs:
        left = [_left(what, values[a.claim_id], values[b.claim_id]) for values in (logical, talk)]
        open_above = what == "recommendations" and math.isinf(logical[a.claim_id].high)
        needed = b.value / a.value - 1 if open_above else math.nan
        rows.append((what, a.claim_id, b.claim_id, left[0] is not None, left[1] is not None, *left, needed))
    names = [
        "what",
        "first_id",
        "second_id",
        "logical",
        "conversational",
        "left_logical",
        "left_conversational",
        "needed",
    ]
    return pd.DataFrame(rows, columns=names)


def _left(what: str, first: Interval, second: Interval) -> Interval | None:
    return first.intersection(Interval(second.low, math.inf) if what == "participants" else second)


def told_said(evidence: Evidence, what: str, ceiling: float = CEILING) -> str:
    """Whether two counts of "participants" or "recommendations" can both be true, as a sentence; "" if told once."""
    words = evidence.claims.set_index("claim_id").as_printed
    found = told_twice(evidence, ceiling)
    whole, part = (" as the whole forum", " as its regional part") if what == "participants" else ("", "")
    return " ".join(
        f"“{words[row.first_id]}”{whole} and “{words[row.second_id]}”{part} {_judged(row)}"
        for row in each(found[found.what == what])
    )


def _judged(row: Any) -> str:
    if not row.logical:
        return "cannot both be true under any reading."
    if not row.conversational:
        reach = (
            f" (the first would have to reach {number(100 * row.needed)} % above its number)" if row.needed > 0 else ""
        )
        return f"exclude each other as people speak{reach}; logically both can be true."
    if row.what == "participants" and row.left_logical.low == row.left_logical.high:
        return f"can both be true only if exactly {span(row.left_logical)} took part, all of them in the regions."
    return "can both be true."


# --- the Alliance ---------------------------------------------------------------------------------------------------

ANNOUNCED, CONFERENCE, INITIATIVE = "announced", "founded at a conference", "proposed as an initiative"
CREATED, ESTABLISHED, TERM, PRESIDENT = "created at a forum", "established", "chair's term", "already president"
ACTS = {
    "civil_alliance_idea": "idea matures",
    "civil_alliance_announced": ANNOUNCED,
    "civil_alliance_founding_conference": CONFERENCE,
    "mangystau_alliance_founded": "regional branch founded",
    "civil_alliance_initiative": INITIATIVE,
    "civil_alliance_founded": ESTABLISHED,
    "alliance_chair_solovyova": TERM,
}
"""What is told of the Alliance's beginning, by event; "established" at a named forum is :data:`CREATED`."""

ORDER = (
    "idea matures",
    ANNOUNCED,
    CONFERENCE,
    "regional branch founded",
    INITIATIVE,
    CREATED,
    ESTABLISHED,
    PRESIDENT,
    TERM,
)
BIRTHS = (ANNOUNCED, CONFERENCE, INITIATIVE, CREATED, ESTABLISHED)
"""Acts from which an age can be counted."""

PRESIDENT_ID = "aa_sol_second_forum_president"
"""The printing in which the chair is already president at a forum; its event is the forum."""


def beginnings(evidence: Evidence) -> pd.DataFrame:
    """Every printing of the Alliance's beginning.

    Returns
    -------
    pandas.DataFrame
        event_id, act, source_id, line, as_printed, start and end (as the words allow), forum (the number of the forum
        that the words name, 0 for none), from_ and to (narrowed to that forum's days).
    """
    events = evidence.events
    rows = events[events.event.isin(ACTS) | (events.event_id == PRESIDENT_ID)].copy()
    rows["forum"] = pd.Series(
        [_forum_named(f"{row.as_printed}; {row.title}") for row in each(rows)], rows.index, dtype="int64"
    )
    rows["act"] = [
        CREATED if row.forum and ACTS.get(row.event) == ESTABLISHED else ACTS.get(row.event, PRESIDENT)
        for row in each(rows)
    ]
    days = {row.number: row for row in each(forums(evidence)) if not pd.isna(row.start)}
    narrowed = [_narrowed(row, days.get(row.forum, row)) for row in each(rows)]
    rows["from_"] = pd.to_datetime(pd.Series([start for start, _ in narrowed], rows.index, dtype="datetime64[s]"))
    rows["to"] = pd.to_datetime(pd.Series([end for _, end in narrowed], rows.index, dtype="datetime64[s]"))
    columns = ["event_id", "act", "source_id", "line", "as_printed", "start", "end", "forum", "from_", "to"]
    return (
        rows.assign(order=rows.act.map(ORDER.index))
        .sort_values(["order", "from_", "to", "line"])[columns]
        .reset_index(drop=True)
    )


def _forum_named(words: str) -> int:
    found = _FORUM_WORDS.search(words)
    return int(min(numbers_in(found[1].lower()))) if found else 0


def _narrowed(row: Any, forum: Any) -> tuple[Any, Any]:
    start, end = max(row.start, forum.start), min(row.end, forum.end)
    return (start, end) if start <= end else (row.start, row.end)


def _act(table: pd.DataFrame, act: str) -> tuple[Any, Any] | None:
    """Days that all printings of one act allow; None if it is not told or they have none in common."""
    rows = table[table.act == act]
    if rows.empty or rows.from_.max() > rows.to.min():
        return None
    return rows.from_.max(), rows.to.min()


def founded_before_proposed(evidence: Evidence) -> tuple[int, int] | None:
    """Days by which the founding conference precedes the forum whose initiative the Alliance is, least and most.

    Negative if it follows; None if one of the two is not told.
    """
    table = beginnings(evidence)
    conference, proposed = _act(table, CONFERENCE), _act(table, INITIATIVE)
    if conference is None or proposed is None:
        return None
    return (proposed[0] - conference[1]).days, (proposed[1] - conference[0]).days


def order_said(evidence: Evidence) -> str:
    """Whether the Alliance was founded before it was proposed, as a sentence."""
    days = founded_before_proposed(evidence)
    if days is None:
        return "Whether the Alliance was founded before it was proposed cannot be said from what is left."
    if days[0] > 0:
        return (
            f"The founding conference precedes the forum that is said to have proposed the Alliance by"
            f" {number(days[0])} to {number(days[1])} days."
        )
    if days[1] < 0:
        return (
            f"The Alliance was founded {number(-days[1])} to {number(-days[0])} days after the forum that proposed it."
        )
    return "Founding conference and proposal can have come in either order."


def founding_said(evidence: Evidence) -> str:
    """The acts of the Alliance's beginning with their dates, as a sentence."""
    table = beginnings(evidence)
    told = [f"{act} ({date_words(*days)})" for act in BIRTHS if (days := _act(table, act))]
    return f"The Alliance is told to have been {several(told)}." if told else "How the Alliance began is not told."


def chair_said(evidence: Evidence) -> str:
    """The chair's term against the forum at which she was already president, as a sentence; "" if one is not told."""
    table = beginnings(evidence)
    term, already = table[table.act == TERM], table[table.act == PRESIDENT]
    if term.empty or already.empty:
        return ""
    begins, told = term.iloc[0], already.iloc[0]
    days = (begins.from_ - told.to).days
    words = f"The term of a former chair is printed as {begins.as_printed}"
    if days <= 0:
        return f"{words}, which covers the forum at which she was already the president."
    return f"{words}; the forum at which she was already the president ended {number(days)} or more days before it."


def written(evidence: Evidence) -> Interval:
    """When the Alliance's ages were told, as decimal years: the issue's year, and not before the President's letter to
    the forum that the issue calls past."""
    told = evidence.claims[evidence.claims.measure == "alliance_age"]
    letter = evidence.events[evidence.events.event == "president_address_eleventh_forum"].start
    return Interval(decimal_year(max([told.start.min(), *letter])), decimal_year(told.end.max(), end=True))


def decimal_year(day: pd.Timestamp, *, end: bool = False) -> float:
    """A day as a decimal year; its end if ``end``."""
    return float(day.year + (day.day_of_year - 1 + end) / (366 if day.is_leap_year else 365))


def ages(evidence: Evidence, ceiling: float = CEILING) -> pd.DataFrame:
    """Each age of the Alliance as told, beside each dated act from which it can be counted.

    Returns
    -------
    pandas.DataFrame
        claim_id, as_printed, told (years, conversational; a whole number half a year either side), act, dates (in
        words), age (years from the act to :func:`written`), calendar (difference of the calendar years) and fits: "yes"
        if all of the age lies in what is told, "possible" if some does, "by calendar years" if only those do, "no".
    """
    claims = evidence.claims[evidence.claims.measure == "alliance_age"]
    read = intervals_of(read_claims(claims, words="conversational", ceiling=ceiling))
    table = beginnings(evidence)
    born = {act: days for act in BIRTHS if (days := _act(table, act))}
    now = written(evidence) if len(claims) else Interval(0, 0)
    rows = []
    for claim, (act, days) in product(each(claims), born.items()):
        told = read[claim.claim_id]
        told = Interval(told.low - 0.5, told.high + 0.5) if told.low == told.high else told
        age = Interval(now.low - decimal_year(days[1], end=True), now.high - decimal_year(days[0]))
        calendar = claim.end.year - days[0].year
        rows.append(
            (claim.claim_id, claim.as_printed, told, act, date_words(*days), age, calendar, _fit(told, age, calendar))
        )
    return pd.DataFrame(rows, columns=["claim_id", "as_printed", "told", "act", "dates", "age", "calendar", "fits"])


def _fit(told: Interval, age: Interval, calendar: int) -> str:
    if told.low <= age.low and age.high <= told.high:
        return "yes"
    return "possible" if told.meets(age) else "by calendar years" if calendar in told else "no"


def age_said(evidence: Evidence, ceiling: float = CEILING) -> str:
    """Which beginning each told age fits, as a sentence; "" if no age is told."""
    said = []
    for words, part in ages(evidence, ceiling).groupby("as_printed", sort=False):
        fits = {name: list(part.act[part.fits == name]) for name in ("yes", "possible", "by calendar years")}
        if len(fits["yes"]) == len(part):
            said.append(f"“{words}” fits every beginning")
            continue
        parts = [several(map(_quoted, fits["yes"]), "or")] if fits["yes"] else []
        parts += [f"perhaps {several(map(_quoted, fits['possible']), 'or')}"] if fits["possible"] else []
        parts += (
            [f"by calendar years alone {several(map(_quoted, fits['by calendar years']), 'or')}"]
            if fits["by calendar years"]
            else []
        )
        said.append(f"“{words}” fits {', '.join(parts) or 'no beginning that is told'}")
    return f"{'; '.join(said)}." if said else ""


def _quoted(words: str) -> str:
    return f"*{words}*"


def size_said(evidence: Evidence) -> str:
    """The Alliance's size as told, as a sentence; "" if it is not told."""
    rows = evidence.claims[evidence.claims.measure == "alliance_members"]
    if rows.empty:
        return ""
    values, times = sorted(set(rows.value)), number(len(rows))
    printed = f"Its size is printed {times} times ({several(f'“{words}”' for words in dict.fromkeys(rows.as_printed))})"
    if len(values) > 1 or rows.origin.nunique() > 1:
        return f"{printed}, with {number(len(values))} different numbers from {number(rows.origin.nunique())} origins."
    origin = evidence.origins.set_index("origin").title[rows.origin.iloc[0]]
    one = f"one number, {number(values[0])} or more, from one origin ({origin})"
    return f"{printed}: {one}; {times} printings are one testimony."


# --- what hangs on what ---------------------------------------------------------------------------------------------


def results(evidence: Evidence, times: int = 10, ceiling: float = CEILING) -> dict[str, str]:
    """The page's main results in short words, for one row of a table."""
    table, found, days = timeline(evidence), rhythm(evidence), founded_before_proposed(evidence)
    implied = bases(evidence, ceiling)
    implied = implied[implied.times == times]
    base = span(Interval(implied.low_talk.min(), implied.high_talk.max())) if len(implied) else "not told"
    return {
        "Events": number(len(table)),
        "With dates that exclude each other": number(int((table.agreement == OTHER).sum())),
        "Years a gap, on average": number(found["mean"]) if found else "not told",
        "Gaps that can be as told": f"{found['most']} of {found['gaps']}" if found else "not told",
        "Base of the multiple (people)": base,
        "Founded before proposed": _order(days),
    }


def _order(days: tuple[int, int] | None) -> str:
    if days is None:
        return "not told"
    return f"yes, by {days[0]} to {days[1]} days" if days[0] > 0 else "no" if days[1] < 0 else "either order"


def sensitivity(evidence: Evidence, times: int = 10, ceiling: float = CEILING) -> pd.DataFrame:
    """The page's :func:`results` as they are, with assumptions moved, and with each source or origin left out.

    Origins are those of the page's claims on forums and the Alliance.
    """
    claims = evidence.claims[evidence.claims.measure.str.match("forum_|alliance_")]
    rows = {"everything": results(evidence, times, ceiling)}
    others = sorted(set(bases(evidence, ceiling).times) - {times})
    rows |= {f"multiple read as {other} times": results(evidence, other, ceiling) for other in others}
    rows |= {
        f"ceiling {number(100 * other)} %": results(evidence, times, other) for other in (ceiling / 2, 2 * ceiling)
    }
    heard = evidence.sources[evidence.sources.source_id.isin(evidence.events.source_id)]
    names = dict(zip(heard.source_id, heard.short_title, strict=True))
    titles = evidence.origins.set_index("origin").title
    names |= {origin: f"numbers of: {titles[origin]}" for origin in dict.fromkeys(claims.origin)}
    for name, words in names.items():
        rows[f"without {words}"] = results(load(evidence.folders, (*evidence.without, name)), times, ceiling)
    return pd.DataFrame([{"Case": case, **row} for case, row in rows.items()])


def headlines(evidence: Evidence) -> list[dict[str, str]]:
    """Rows of the results table on forums and the Alliance."""
    page = "08_forums_and_law"
    rows = []
    if rhythm(evidence):
        hangs = "The few dated forums; a forum in an even year is off a grid of odd years under any number."
        rows.append(("Does the Civil Forum meet every two years?", rhythm_said(evidence), hangs))
    if len(bases(evidence)):
        hangs = "Who was counted; whether “more” means as many or on top; how far a vague number reaches."
        rows.append(
            ("Ten times more participants: than how many?", base_said(evidence, bases(evidence).times.min()), hangs)
        )
    if len(beginnings(evidence)):
        hangs = "Which act counts as the beginning; no registration is printed."
        rows.append(("When did the Civil Alliance begin?", f"{founding_said(evidence)} {order_said(evidence)}", hangs))
    return [{"question": question, "answer": answer, "hangs_on": on, "notebook": page} for question, answer, on in rows]

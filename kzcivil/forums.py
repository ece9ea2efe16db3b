"""Laws, concepts, programmes, institutions and forums: how they are dated, the forums' rhythm, the Alliance's start.

Dates are intervals of days: a year printed is its first to its last day. Printings of one event (they share the key
``event``) agree as far as their days do; nothing is averaged. A forum is an event whose key is an ordinal and
``_civil_forum``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from contextlib import suppress
from itertools import pairwise, product
from typing import Any

import pandas as pd

from kzcivil.evidence import DataError, Evidence, load
from kzcivil.intervals import CEILING, Interval, each, intervals_of, numbers_in, read_claims
from kzcivil.prose import number, several, span

KINDS = ("law", "concept", "programme", "institution", "forum")
"""Kinds of event on the timeline, in order."""

ONE, SAME, CLOSER, OTHER = "printed once", "same dates", "one more exact", "different dates"
"""How the printings of one event agree; in the last case they cannot all be right."""

ACTS = {
    "civil_alliance_announced": "announced",
    "civil_alliance_founding_conference": "founded at a conference",
    "civil_alliance_initiative": "proposed as an initiative",
    "civil_alliance_founded at a forum": "created at a forum",
    "civil_alliance_founded": "established",
    "civil_alliance_idea": "idea matures",
    "mangystau_alliance_founded": "regional branch founded",
    "alliance_chair_at_second_forum": "already president",
    "alliance_chair_solovyova": "chair's term",
}
"""What is told of the Alliance's beginning, by event; of its founding the words may name a forum."""

BORN = tuple(ACTS.values())[:5]
"""Acts from which an age can be counted."""

TOTAL, REGIONAL, FACTOR = "forum_participants", "forum_participants_regional", "forum_participants_factor"
ROMAN = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV")
_FORUM = re.compile(r"\b(first|second|third|[a-z]+th)(?:[ _]civil)?(?:[ _]society)?[ _]forum\b", re.IGNORECASE)
_DAYS = ("start", "end", "shared_start", "shared_end", "from_", "to")


def _table(rows: Iterable[Any], columns: str) -> pd.DataFrame:
    table = pd.DataFrame(list(rows), columns=columns.split())
    return table.astype({name: "datetime64[s]" for name in table if name in _DAYS})


# --- events and their printings -------------------------------------------------------------------------------------


def timeline(evidence: Evidence, kinds: tuple[str, ...] = KINDS) -> pd.DataFrame:
    """Events of some kinds by kind and date, one row an event, with all its printings joined.

    start and end: all days that any printing allows; shared_start and shared_end: the days that all allow, missing
    where there are none; ids and sources: tuples; term: whether a span of years is what is printed; agreement: how the
    printings agree; where: the dates differ within one document, between documents, or both.

    Examples
    --------
    >>> import kzcivil as kz
    >>> timeline(kz.load()).set_index("event").agreement["concept_2006_term"]
    'different dates'"""
    printings: dict[str, list[Any]] = {}
    for row in each(evidence.events[evidence.events.kind.isin(kinds)].dropna(subset=["start", "end"])):
        printings.setdefault(row.event, []).append(row)
    rows = sorted(map(_joined, printings.values()), key=lambda row: (kinds.index(row[0]), row[1], row[2], row[3]))
    return _table(rows, "kind start end event title ids sources shared_start shared_end term agreement where")


def _joined(rows: list[Any]) -> tuple[Any, ...]:
    first, dates = rows[0], {(row.start, row.end) for row in rows}
    shared = (max(row.start for row in rows), min(row.end for row in rows))
    none = shared[0] > shared[1]
    term = all((row.end - row.start).days > 366 and row.date_basis == "printed" for row in rows)
    excluded = none or (term and len(dates) > 1)  # a term is as long as printed, so two terms differ
    agreement = OTHER if excluded else ONE if len(rows) == 1 else SAME if len(dates) == 1 else CLOSER
    by_source: dict[str, set[Any]] = {}
    for row in rows:
        by_source.setdefault(row.source_id, set()).add((row.start, row.end))
    within = any(len(days) > 1 for days in by_source.values())
    between = any(days != by_source[first.source_id] for days in by_source.values())
    where = several(["within one document"] * within + ["between documents"] * between)
    hull = (min(row.start for row in rows), max(row.end for row in rows))
    told = (first.event, first.title, tuple(row.event_id for row in rows), tuple(by_source))
    return (first.kind, *hull, *told, *((pd.NaT, pd.NaT) if none else shared), term, agreement, where)


def printed_apart(evidence: Evidence) -> pd.DataFrame:
    """Events of the :func:`timeline` whose printings bear different dates, with the wordings and the shared days."""
    table = timeline(evidence)
    table = table[table.agreement.isin([CLOSER, OTHER])]
    words = evidence.events.set_index("event_id").as_printed
    printed = ["; ".join(dict.fromkeys(words[list(ids)])) for ids in table.ids]
    shared = ["" if row.agreement == OTHER else date_words(row.shared_start, row.shared_end) for row in each(table)]
    return table.assign(printed=printed, shared=shared)[["title", "printed", "agreement", "where", "shared"]]


def dates_said(evidence: Evidence) -> str:
    """How many events the timeline holds and how their printings agree, as a sentence."""
    agreement, apart = timeline(evidence).agreement, printed_apart(evidence)
    other = apart.title[apart.agreement == OTHER]
    return (
        f"{len(agreement)} laws, concepts, programmes, institutions and forums are dated; {(agreement != ONE).sum()} of"
        f" them more than once, {len(apart) - len(other)} of those more exactly in one place than in another;"
        f" {f'for {len(other)} the printings' if len(other) else 'no two printings of one event'} exclude each other"
        f"{': ' * (len(other) > 0)}{several(other)}."
    )


def told_apart(evidence: Evidence) -> pd.DataFrame:
    """Pairs of ``pairs.csv`` that date one thing differently: a forum, the Alliance or an event of :data:`KINDS`."""
    claims, events, pairs = evidence.claims, evidence.events, evidence.pairs
    ours = [*claims.claim_id[claims.measure.str.match("forum_|alliance_")]]
    ours += [*events.event_id[events.kind.isin(KINDS) | events.event.isin(ACTS)]]
    dated = (pairs.relation == "same thing") & (pairs.difference == "date")
    pairs = pairs[dated & (pairs.first_id.isin(ours) | pairs.second_id.isin(ours))]
    sides = {side: [place(evidence, one) for one in pairs[f"{side}_id"]] for side in ("first", "second")}
    return pairs.assign(**sides)[["first", "second", "reason", "settled_by"]]


def place(evidence: Evidence, statement_id: str) -> str:
    """A statement's words with the document and the line."""
    row = evidence.row(statement_id)
    source = evidence.sources.set_index("source_id").short_title[row.source_id]
    return f"“{row.as_printed}” ({source}, line {row.line})"


def date_words(start: Any, end: Any) -> str:
    """Days as a date in words, no more exact than they are."""
    if pd.isna(start):
        return "no printed date"
    if start.year != end.year:
        return f"{start.year}-{end.year}"
    if start.is_year_start and end.is_year_end:
        return f"{start.year}"
    if start.month != end.month:
        return f"{start:%B} to {end:%B %Y}"
    if start.is_month_start and end.is_month_end:
        return f"{start:%B %Y}"
    return f"{start.day} {start:%B %Y}" if start == end else f"{start.day}-{end.day} {start:%B %Y}"


def in_years(start: Any, end: Any) -> Interval:
    """Days as decimal years, from the beginning of the first to the end of the last."""
    days = (start, end + pd.Timedelta(days=1))
    return Interval(*(day.year + (day.day_of_year - 1) / (365 + day.is_leap_year) for day in days))


# --- the forums and their rhythm ------------------------------------------------------------------------------------


def ordinal_of(words: str) -> int:
    """The number of the forum that words or an event's key name, 0 for none."""
    found = _FORUM.search(words)
    return int(min(numbers_in(found[1].lower()), default=0)) if found else 0


def numeral(ordinal: int) -> str:
    """A forum's number in Roman numerals, as the sources print it."""
    return ROMAN[ordinal] if 0 < ordinal < len(ROMAN) else str(ordinal)


def _days(evidence: Evidence) -> dict[int, tuple[Any, Any, tuple[str, ...]]]:
    """The days that all printings of a forum's date allow, else any, and the printings, by its number."""
    found = {}
    for row in each(timeline(evidence, ("forum",))):
        if ordinal := ordinal_of(row.event):
            days = (row.start, row.end) if pd.isna(row.shared_start) else (row.shared_start, row.shared_end)
            found[ordinal] = (*days, row.ids)
    return found


def forums(evidence: Evidence) -> pd.DataFrame:
    """The national forums from the first to the last that is numbered, one row a number.

    numbered: whether a source prints the number; start and end: days that all printings of the date allow, else any;
    place: cities in their titles; the others: as printed, repeats left out.
    """
    claims, dated, rows = evidence.claims[evidence.claims.region.isna()], _days(evidence), []
    claims, events = claims[claims.scope == "forum"], list(each(evidence.events[evidence.events.kind == "forum"]))
    printed = {int(value) for value in claims.value[claims.measure == "forum_number"]}
    first = list(each(claims[claims.repeats.isna()]))
    for n in range(1, max([*dated, *printed], default=0) + 1):
        start, end, ids = dated.get(n, (pd.NaT, pd.NaT, ()))
        of_it = [row for row in first if row.start <= end and row.end >= start]
        measures = (["forum_days"], [TOTAL, REGIONAL], ["forum_recommendations"])
        told = ["; ".join(row.as_printed for row in of_it if row.measure in names) for names in measures]
        printings = [row for row in events if row.event_id in ids]
        titles, planned = " ".join(row.title for row in printings), all("planned" in str(row.note) for row in printings)
        date = date_words(start, end) + " (planned)" * (planned and len(ids) > 0)
        cities = several(city for city in evidence.regions.title if city in titles)
        rows.append((n, numeral(n), n in printed, start, end, date, ids, cities, *told))
    return _table(rows, "number numeral numbered start end date date_ids place days participants recommendations")


def most_gaps(years: int, gaps: int, interval: int = 2) -> int:
    """How many of ``gaps`` gaps of whole years, one or more, that make up ``years`` can be ``interval``, at most.

    Gap by gap, for every sum that they can have so far, the most that can be ``interval`` is kept; ValueError if so
    many gaps do not fit into the years.

    Examples
    --------
    >>> most_gaps(13, 6), most_gaps(5, 3), most_gaps(2, 1)
    (5, 2, 1)
    """
    most = {0: 0}
    for _ in range(gaps):
        longer: dict[int, int] = {}
        for total, held in most.items():
            for gap in range(1, years - total + 1):
                longer[total + gap] = max(longer.get(total + gap, 0), held + (gap == interval))
        most = longer
    if years not in most:
        raise ValueError(f"{gaps} gaps of at least 1 year do not fit into {years} years")
    return most[years]


def stretches(table: pd.DataFrame, interval: int = 2) -> pd.DataFrame:
    """What lies between one dated forum and the next that is dated, for a table of :func:`forums`.

    years: between calendar years, of several possible numbers the one that allows more gaps of ``interval``; most: gaps
    that can be ``interval``; expected: calendar year of the last if each were; year: as dated.
    """
    rows = []
    for a, b in pairwise(each(table.dropna(subset=["start"]))):
        gaps = b.number - a.number
        possible = range(max(gaps, b.start.year - a.end.year), b.end.year - a.start.year + 1)
        if not possible:
            raise DataError(f"events.csv: forum {b.numeral} ({b.end.year}) is too near to {a.numeral} ({a.start.year})")
        most, years = max((most_gaps(years, gaps, interval), years) for years in possible)
        by_days = [round(days.days / 365.25 / gaps, 2) for days in (b.start - a.end, b.end - a.start)]
        short, longer = divmod(years, gaps)
        even = [f"{n} of {year}" for year, n in ((short, gaps - longer), (short + 1, longer)) if n]
        told = (a.number, b.number, f"{a.numeral} to {b.numeral}", gaps, years, years / gaps, span(Interval(*by_days)))
        rows.append((*told, most, a.start.year + interval * gaps, b.end.year, several(even)))
    return _table(rows, "first last name gaps years mean by_days most expected year evenest")


def possible_years(table: pd.DataFrame) -> pd.DataFrame:
    """Calendar years in which the undated forums can have met, in order and a year or more apart."""
    rows = []
    for a, b in pairwise(each(table.dropna(subset=["start"]))):
        rows += [(n, a.start.year + n - a.number, b.end.year + n - b.number) for n in range(a.number + 1, b.number)]
    return _table(rows, "number low high")


def interval_told(evidence: Evidence) -> int:
    """Years between forums as told; two where nobody tells it."""
    told = evidence.claims[evidence.claims.measure == "forum_interval"].value
    return int(told.iloc[0]) if len(told) else 2


def rhythm(evidence: Evidence) -> dict[str, Any] | None:
    """The rhythm as a whole, None with fewer than two dated forums; in ``most`` of the gaps it can be as told."""
    table, interval = forums(evidence).dropna(subset=["start"]), interval_told(evidence)
    parts = stretches(table, interval)
    if parts.empty:
        return None
    sums = {name: int(parts[name].sum()) for name in ("gaps", "years", "most")}
    ends = {"first": table.iloc[0], "last": table.iloc[-1], "interval": interval}
    return {**ends, **sums, "mean": sums["years"] / sums["gaps"], "broken": parts[parts.most < parts.gaps]}


def rhythm_said(evidence: Evidence) -> str:
    """Whether forums met as often as told, on average and strictly, as a sentence."""
    found = rhythm(evidence)
    if found is None:
        return "Fewer than two forums are dated, so their rhythm cannot be said."
    first, last, told, gaps = found["first"], found["last"], found["interval"], found["gaps"]
    mean = (
        f"From forum {first.numeral} ({first.start.year}) to forum {last.numeral} ({last.end.year}) there are"
        f" {number(found['years'])} years and {gaps} gap{'s' * (gaps != 1)}: {number(found['mean'])} years on average,"
        f" {'as told' if found['mean'] == told else f'not {told}'}."
    )
    if found["broken"].empty:
        return f"{mean} No printed date excludes that every gap was {told} calendar years."
    broken = "; ".join(
        f"{told}-year steps from {numeral(row.first)} put {numeral(row.last)} in {row.expected}, it is dated {row.year}"
        for row in each(found["broken"])
    )
    most = f"at most {found['most']} of the {gaps} gaps can be {told} calendar years"
    return f"{mean} Strictly it does not hold: {most} ({broken})."


def numbers_tried(evidence: Evidence) -> pd.DataFrame:
    """A forum that breaks the rhythm, under every number that its dated neighbours leave it."""
    table, whole, rows = forums(evidence).dropna(subset=["start"]), rhythm(evidence), []
    for a, b, c in zip(each(table), each(table[1:]), each(table[2:]), strict=False):
        for n in range(a.number + 1, c.number) if whole and b.number in set(whole["broken"]["last"]) else ():
            with suppress(DataError):  # under some numbers it lies too near to a neighbour
                parts = stretches(table.assign(number=table.number.replace(b.number, n)), interval_told(evidence))
                rows.append((b.date, n, int(parts.most.sum())))
    return _table(rows, "date number most")


# --- counts of the forums -------------------------------------------------------------------------------------------


def _national(evidence: Evidence, *measures: str) -> list[pd.DataFrame]:
    """First statements on national forums, a table a measure."""
    claims = evidence.claims
    claims = claims[(claims.scope == "forum") & claims.region.isna() & claims.repeats.isna()]
    return [claims[claims.measure == measure] for measure in measures]


def _read(tables: list[pd.DataFrame], ceiling: float) -> tuple[dict[str, Interval], dict[str, Interval]]:
    """Claims as intervals by id, in the logical and in the conversational reading."""
    claims = pd.concat(tables)
    talk = read_claims(claims, words="conversational", ceiling=ceiling)
    return intervals_of(read_claims(claims)), intervals_of(talk)


def _meet(a: Any, b: Any) -> bool:
    """Whether two statements can be of one day."""
    return bool(a.start <= b.end and b.start <= a.end)


def bases(evidence: Evidence, ceiling: float = CEILING) -> pd.DataFrame:
    """Participants of an earlier forum that "ten times more" implies, by what was counted and what "more" means.

    times: the printed multiple, and one more (so many more *on top*); logical and talk: the two readings.
    """
    tables = _national(evidence, FACTOR, TOTAL, REGIONAL)
    readings, rows = _read(tables, ceiling), []
    for over in each(tables[0]):
        totals, regionals = ([row for row in each(table) if _meet(row, over)] for table in tables[1:])
        counts = [(f"“{row.as_printed}” counts all", [row]) for row in totals]
        counts += [(f"“{row.as_printed}” in the regions counts all", [row]) for row in regionals]
        counts += [("the two are added", [totals[0], regionals[0]])] if totals and regionals else []
        for (words, parts), more in product(counts, (0, 1)):
            ids, times = [part.claim_id for part in parts], over.value + more
            implied = [
                sum((values[one] for one in ids), Interval(0, 0)) / (values[over.claim_id] + Interval(more, more))
                for values in readings
            ]
            rows.append((words, int(times), sum(part.value for part in parts) / times, *implied, (*ids, over.claim_id)))
    return _table(rows, "counted times at_face logical talk ids")


def base_range(table: pd.DataFrame, times: int) -> Interval | None:
    """From the least to the greatest base that one meaning of the multiple implies, in the conversational reading."""
    talk = table.talk[table.times == times]
    return Interval(min(one.low for one in talk), max(one.high for one in talk)) if len(talk) else None


def base_said(evidence: Evidence, times: int = 10, ceiling: float = CEILING) -> str:
    """How many took part in an earlier forum if the multiple holds; DataError if ``times`` is no reading of it."""
    table = bases(evidence, ceiling)
    if table.empty:
        return "How many times more people took part than before is not told."
    chosen = table[table.times == times]
    if chosen.empty:
        raise DataError(f"ten_times_more_means = {times}: give {several(map(str, sorted(set(table.times))), 'or')}")
    implied = several(f"{span(row.talk)} if {row.counted}" for row in each(chosen))
    (totals,) = _national(evidence, TOTAL)
    before = totals.as_printed[totals.end < evidence.row(chosen.ids.iloc[0][-1]).start]
    earlier = f"The earlier counts printed: {several(before)}." if len(before) else "No earlier count is printed."
    return f"Read as {times} times as many, the multiple implies earlier participants of {implied}. {earlier}"


def told_twice(evidence: Evidence, ceiling: float = CEILING) -> pd.DataFrame:
    """Participants and recommendations of one forum as told in two places, and whether both can be true.

    logical, conversational: values that the second count leaves for the first, None where there are none. All
    participants are at least the regional ones; two counts of recommendations are equal.
    """
    totals, regionals, told = tables = _national(evidence, TOTAL, REGIONAL, "forum_recommendations")
    readings, rows = _read(tables, ceiling), []
    pairs = [("participants", *pair) for pair in product(each(totals), each(regionals))]
    pairs += [("recommendations", *pair) for pair in pairwise(each(told.sort_values("value")))]
    for what, a, b in (pair for pair in pairs if _meet(*pair[1:])):
        part = what == "participants"
        seconds = [Interval(values[b.claim_id].low, math.inf) if part else values[b.claim_id] for values in readings]
        logical, talk = (values[a.claim_id].intersection(one) for values, one in zip(readings, seconds, strict=True))
        verdict = "can both be true"
        if logical is None:
            verdict = "cannot both be true under any reading"
        elif talk is None:
            reach = f"the first would have to reach {number(100 * (b.value / a.value - 1))} % above its number"
            verdict = f"exclude each other as people speak ({reach}); logically both can be true"
        elif part and logical.low == logical.high:
            verdict += f" only if exactly {span(logical)} took part, all of them in the regions"
        said = f"“{a.as_printed}”{' as the whole forum' * part} and “{b.as_printed}”{' as its regional part' * part}"
        rows.append((what, a.claim_id, b.claim_id, logical, talk, f"{said} {verdict}."))
    return _table(rows, "what first_id second_id logical conversational said")


# --- the Alliance ---------------------------------------------------------------------------------------------------


def beginnings(evidence: Evidence) -> pd.DataFrame:
    """Every printing of the Alliance's beginning, by date; from_ and to: narrowed to the forum that the words name."""
    days, rows = _days(evidence), []
    for row in each(evidence.events[evidence.events.event.isin(ACTS)]):
        forum = ordinal_of(f"{row.as_printed}; {row.title}")
        act = ACTS.get(f"{row.event} at a forum" if forum else "", ACTS[row.event])
        first, last = days.get(forum, (row.start, row.end))[:2]
        narrowed = (max(row.start, first), min(row.end, last))
        narrowed = narrowed if narrowed[0] <= narrowed[1] else (row.start, row.end)
        rows.append((*narrowed, row.line, row.event_id, act, row.source_id, row.as_printed, row.start, row.end))
    return _table(sorted(rows), "from_ to line event_id act source_id as_printed start end")


def _births(evidence: Evidence) -> dict[str, tuple[Any, Any]]:
    """Days that all printings of an act allow, for the acts of :data:`BORN` whose printings have days in common."""
    found = beginnings(evidence).groupby("act").agg(start=("from_", "max"), end=("to", "min"))
    found = found[found.start <= found.end]
    return {act: (found.start[act], found.end[act]) for act in BORN if act in found.index}


def founded_before_proposed(evidence: Evidence) -> Interval | None:
    """Days by which the founding conference precedes the forum whose initiative the Alliance is; None if not told."""
    days = _births(evidence)
    founded, proposed = days.get("founded at a conference"), days.get("proposed as an initiative")
    if founded is None or proposed is None:
        return None
    return Interval((proposed[0] - founded[1]).days, (proposed[1] - founded[0]).days)


def order_said(evidence: Evidence) -> str:
    """Whether the Alliance was founded before it was proposed, as a sentence without its stop."""
    days = founded_before_proposed(evidence)
    if days is None:
        return "Whether the Alliance was founded before it was proposed cannot be said from what is left"
    if 0 in days:
        return "As told, the Alliance can have been founded and proposed in either order"
    order = f"{span(days)} days before" if days.low > 0 else f"{span(-days)} days after"
    return f"As told, the Alliance was founded {order} the forum that proposed it"


def founding_said(evidence: Evidence) -> str:
    """The acts of the Alliance's beginning with their dates, as a sentence."""
    told = [f"{act} ({date_words(*days)})" for act, days in _births(evidence).items()]
    return f"The Alliance is told to have been {several(told)}." if told else "How the Alliance began is not told."


def chair_said(evidence: Evidence) -> str:
    """The chair's term against the forum at which she was already president, as a sentence; "" if one is not told."""
    told = {row.act: row for row in each(beginnings(evidence))}
    term, already = told.get("chair's term"), told.get("already president")
    if not term or not already:
        return ""
    days = (term.from_ - already.to).days
    verdict = f"begins {days} or more days after" if days > 0 else "covers"
    words = f"The term of a former chair is printed as {term.as_printed}"
    return f"{words}; it {verdict} the forum at which she was already the president."


def ages(evidence: Evidence, ceiling: float = CEILING) -> pd.DataFrame:
    """Each age of the Alliance as told, beside each dated act from which it can be counted.

    told: years, conversational, a whole number half a year either side; implied: the beginning; age: from the act to
    the writing, in the issue's year and not before the President's letter to the forum that the issue calls past; fits:
    "yes" if all of the age lies in what is told, "possible" if some, "by calendar years" if only those do, "no".
    """
    claims = evidence.claims[evidence.claims.measure == "alliance_age"]
    letter = evidence.events[evidence.events.event == "president_address_eleventh_forum"].start
    read = intervals_of(read_claims(claims, words="conversational", ceiling=ceiling))
    rows = []
    for claim, (act, days) in product(each(claims), _births(evidence).items()):
        now, told = in_years(max([claims.start.min(), *letter]), claims.end.max()), read[claim.claim_id]
        told = told + Interval(-0.5, 0.5) if told.low == told.high else told
        age, calendar = now - in_years(*days), claim.end.year - days[0].year
        loose = "possible" if told.meets(age) else "by calendar years" if calendar in told else "no"
        fits = "yes" if told.low <= age.low and age.high <= told.high else loose
        rows.append((claim.as_printed, told, now - told, act, date_words(*days), age, calendar, fits))
    return _table(rows, "as_printed told implied act dates age calendar fits")


def age_said(evidence: Evidence, ceiling: float = CEILING) -> str:
    """Which beginning each told age fits, as a sentence; "" if no age is told."""
    leads, said = {"yes": "", "possible": "perhaps ", "by calendar years": "by calendar years alone "}, []
    for words, part in ages(evidence, ceiling).groupby("as_printed", sort=False):
        acts = {fits: [f"*{act}*" for act in part.act[part.fits == fits]] for fits in leads}
        parts = ", ".join(f"{lead}{several(acts[fits], 'or')}" for fits, lead in leads.items() if acts[fits])
        every = "every beginning" if (part.fits == "yes").all() else ""
        said.append(f"“{words}” fits {every or parts or 'no beginning that is told'}")
    return f"{'; '.join(said)}." if said else ""


def size_said(evidence: Evidence) -> str:
    """The Alliance's size as told, as a sentence; "" if it is not told."""
    rows = evidence.claims[evidence.claims.measure == "alliance_members"]
    values, origins, words = rows.value.nunique(), rows.origin.nunique(), several(f"“{one}”" for one in rows.as_printed)
    verdict = f"{values} different numbers from {origins} origins"
    if values == origins == 1:
        verdict = f"one number from one origin; {len(rows)} printings are one testimony"
    return f"Its size is printed {len(rows)} times ({words}): {verdict}." if len(rows) else ""


# --- what hangs on what ---------------------------------------------------------------------------------------------


def results(evidence: Evidence, times: int = 10, ceiling: float = CEILING) -> dict[str, str]:
    """The page's main results in short words, for one row of a table."""
    table, found, days = timeline(evidence), rhythm(evidence), founded_before_proposed(evidence)
    base = base_range(bases(evidence, ceiling), times)
    return {
        "Events": number(len(table)),
        "With dates that exclude each other": number(int((table.agreement == OTHER).sum())),
        "Years a gap, on average": number(found["mean"]) if found else "not told",
        "Gaps that can be as told": f"{found['most']} of {found['gaps']}" if found else "not told",
        "Base of the multiple (people)": span(base) if base else "not told",
        "Days from founding to proposal": span(days) if days else "not told",
    }


def sensitivity(evidence: Evidence, times: int = 10, ceiling: float = CEILING) -> pd.DataFrame:
    """The page's :func:`results` as they are, with assumptions moved, and with each source or origin left out."""
    cases = {"everything": (evidence, times, ceiling)}
    others = sorted(set(bases(evidence, ceiling).times) - {times})
    cases |= {f"multiple read as {other} times": (evidence, other, ceiling) for other in others}
    cases |= {f"ceiling {number(100 * share)} %": (evidence, times, share) for share in (ceiling / 2, 2 * ceiling)}
    heard = evidence.sources[evidence.sources.source_id.isin(evidence.events.source_id)]
    names = dict(zip(heard.source_id, heard.short_title, strict=True))
    counted = evidence.claims.origin[evidence.claims.measure.str.match("forum_|alliance_")]
    origins = evidence.origins[evidence.origins.origin.isin(counted)]
    names |= {row.origin: f"numbers of: {row.title}" for row in each(origins)}
    for name, words in names.items():
        cases[f"without {words}"] = (load(evidence.folders, (*evidence.without, name)), times, ceiling)
    return pd.DataFrame([{"Case": case, **results(*assumed)} for case, assumed in cases.items()])


def headlines(evidence: Evidence) -> list[dict[str, str]]:
    """Rows of the results table on forums and the Alliance."""
    rows, table = [], bases(evidence)
    if rhythm(evidence):
        hangs = "The few dated forums; a forum in an even year is off a grid of odd years under any number."
        rows.append(("Does the Civil Forum meet every two years?", rhythm_said(evidence), hangs))
    if len(table):
        hangs = "Who was counted; whether “more” means as many or on top; how far a vague number reaches."
        said = base_said(evidence, table.times.min())
        rows.append(("Ten times more participants: than how many?", said, hangs))
    if len(beginnings(evidence)):
        hangs = "Which act counts as the beginning; no registration is printed."
        said = f"{founding_said(evidence)} {order_said(evidence)}."
        rows.append(("When did the Civil Alliance begin?", said, hangs))
    columns = ("question", "answer", "hangs_on", "notebook")
    return [dict(zip(columns, (*row, "08_forums_and_law"), strict=True)) for row in rows]

"""Contradictions: what the sources print cannot all be true together; found by rule, or judged in ``pairs.csv``.

Pure functions from :class:`~kzcivil.evidence.Evidence` to tables. A rule is about the intervals of statements that
speak of one thing at one time; a pair that needs judgement is a row of ``pairs.csv``, with the reason.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any

import pandas as pd

from kzcivil.evidence import Evidence
from kzcivil.intervals import CEILING, Interval, Words, each, evaluate, formula_names, intervals_of, read_claims

SAME, PART, FALL, REPEAT = "same thing", "part above its whole", "fall that nobody tells", "repeat with another number"
EVENT, MANY = "one event", "many things"
KINDS = {
    SAME: "numbers of one measure, scope and region, with dates that overlap, do not meet",
    PART: "a part (measures.csv), or a region, is above its whole, with dates that overlap",
    FALL: "a later count of organisations or people is below an earlier one of the same measure, and no text says so",
    REPEAT: "a repeat does not meet the number that it repeats",
    EVENT: "printings of one event have dates that do not overlap, or terms that end differently",
    MANY: "numbers do not meet because the measure holds different things: a trap",
}
"""What the code compares, and when the compared contradict each other."""

SETTLES = {
    SAME: "The record that either number was taken from",
    PART: "Both counts on one day by one definition",
    FALL: "The counts of the years between",
    REPEAT: "The place that is repeated",
    EVENT: "A dated document of the event",
}
"""What would settle a contradiction that ``pairs.csv`` does not judge."""

SHARED_SCOPES = frozenset({"sector", "alliance", "region", "forum", "state", "country", "donor"})
"""Scopes in which a measure names one thing (of a donor: of its origin); "organisation" names none."""

MANY_THINGS = {
    "ngos_field_share": "shares of different fields",
    "sector_age": "spans counted from different beginnings",
    "law_process_years": "one step after another",
    "tender_award": "the least and the greatest award",
    "person_term": "terms of different people",
    "founding_ngos": "different foundings",
    "years_ahead": "different forecasts",
    "public_view_share": "different views",
    "people_reached": "different projects",
    "country_years": "spans counted from different beginnings",
}
"""Measures that hold different things even in a shared scope, with the reason: their numbers need not agree."""

LEVELS = ("within one piece", "between pieces of one document", "between documents")
_PAIR = ["kind", "first_id", "second_id", "first_source", "second_source", "measure", "level"]


def comparable(evidence: Evidence) -> pd.DataFrame:
    """Pairs of statements that could contradict each other, by :data:`KINDS`.

    Compared are numbers that are not lost; ranks ("which forum"), single organisations and undated numbers only with
    their repeats in other words. Repeats stand for the number that they repeat: two numbers are one pair for
    the two sources that print them, shown where they stand closest. Overlap does not prove the same moment.

    Returns
    -------
    pandas.DataFrame
        ``kind``, ``first_id`` (part, earlier), ``second_id`` (whole, later), ``first_source``, ``second_source``,
        ``measure`` (or event), ``level`` (one of :data:`LEVELS`).

    Examples
    --------
    >>> import kzcivil as kz
    >>> pairs = comparable(kz.load())
    >>> pairs[pairs.kind == "part above its whole"].first_id.str.contains("operating").any()
    np.True_
    """
    return _closest(_printings(evidence))[_PAIR]


def _printings(evidence: Evidence) -> pd.DataFrame:
    """All pairs of printings that can be compared, with the two ``numbers`` that they print."""
    claims, measures = evidence.claims, evidence.measures.set_index("measure")
    claims, roots = claims[claims.wording != "lost"], _roots(evidence)
    facts = claims.measure.map(measures.nature), claims.measure.map(measures.theme)
    one = claims.scope.isin(SHARED_SCOPES) & (facts[0] != "rank") & (facts[1] != "single organisations")
    counts = set(measures.index[measures.nature.isin(["stock", "flow"])])
    growing = set(measures.index[(measures.nature == "stock") & measures.unit.isin(["organisations", "people"])])
    wholes = {name: _wholes(name, measures.part_of) & counts for name in counts}
    pairs = []
    for a, b in combinations(each(claims[one]), 2):
        if roots[a.claim_id] != roots[b.claim_id] and (a.scope != "donor" or a.origin == b.origin):
            pairs += [(kind, *pair) for kind, *pair in _kinds(a, b, wholes, growing)]
    said = {row.claim_id: row for row in each(claims)}
    for row in said.values():
        first = said.get(row.repeats)
        if first and (row.value, row.wording) != (first.value, first.wording):
            pairs.append((REPEAT, first, row))
    rows = [(kind, a.claim_id, b.claim_id, a.source_id, b.source_id, a.measure, _level(a, b)) for kind, a, b in pairs]
    for a, b in combinations(each(evidence.events), 2):
        if a.event == b.event and roots[a.event_id] != roots[b.event_id]:
            rows.append((EVENT, a.event_id, b.event_id, a.source_id, b.source_id, a.event, _level(a, b)))
    return pd.DataFrame(rows, columns=_PAIR).assign(numbers=[_key(roots[row[1]], roots[row[2]]) for row in rows])


def _kinds(a: Any, b: Any, wholes: Mapping[str, set[str]], growing: set[str]) -> Iterator[tuple[str, Any, Any]]:
    """How two statements can be compared, if at all; a part and an earlier count come first."""
    there = a.scope == b.scope and str(a.region) == str(b.region)
    if a.measure == b.measure and there:
        if _overlap(a, b):
            yield MANY if a.measure in MANY_THINGS else SAME, a, b
        elif a.measure in growing and (a.end < b.start or b.end < a.start):
            yield (FALL, a, b) if a.end < b.start else (FALL, b, a)
    elif _overlap(a, b):
        for part, whole in ((a, b), (b, a)):
            upwards = part.scope == "region" and whole.scope in ("sector", "forum")
            if whole.measure in wholes.get(part.measure, ()) and (there or upwards):
                yield PART, part, whole


def _overlap(a: Any, b: Any) -> bool:
    return bool(a.start <= b.end and b.start <= a.end)


def _wholes(measure: str, part_of: pd.Series[Any]) -> set[str]:
    """A measure, what it is part of, and what that is part of."""
    whole = part_of.get(measure)
    return {measure} | (_wholes(whole, part_of) if isinstance(whole, str) else set())


def _roots(evidence: Evidence) -> dict[str, str]:
    """The first statement by the id of each claim; of an event the first printing of these dates in this source."""
    claims, events = evidence.claims, evidence.events
    first = events.groupby(["event", "source_id", "start", "end"]).event_id.transform("first")
    keys = [*zip(claims.claim_id, claims.repeats.fillna(claims.claim_id), strict=True)]
    return dict([*keys, *zip(events.event_id, first, strict=True)])


def _key(a: str, b: str) -> str:
    return " + ".join(sorted({a, b}))


def _level(a: Any, b: Any) -> str:
    return LEVELS[0] if a.piece_id == b.piece_id else LEVELS[1] if a.source_id == b.source_id else LEVELS[2]


def _closest(pairs: pd.DataFrame) -> pd.DataFrame:
    """Of the pairs that print the same two numbers in the same two sources, the one that stands closest."""
    ranked = pairs.iloc[pairs.level.map(LEVELS.index).argsort(kind="stable")]
    sources = [*map(_key, ranked.first_source, ranked.second_source)]
    double = ranked.assign(sources=sources).duplicated(["numbers", "sources"])
    return ranked[~double].sort_index(ignore_index=True)


def contradictions(evidence: Evidence, words: Words = "logical", ceiling: float = CEILING) -> pd.DataFrame:
    """Comparable statements that contradict each other, by the rules of :data:`KINDS`.

    Returns
    -------
    pandas.DataFrame
        The columns of :func:`comparable`; ``gap`` between the nearest ends (in the measure's unit), their ratio
        ``factor``, ``years`` between dates; ``shows`` ("under both readings" or "conversational only"); ``class``: the
        ``difference`` that ``pairs.csv`` gives to the two numbers ("looks alike" for a trap), but words alone never
        explain what shows under both readings. Without a judgement it is "date" of an event, "wording" if it shows only
        conversationally, "rounding" if the gap is at most one step of the coarser number, "misprint" if one number is a
        power of ten times the other, "definition" of a part, else "real".

    Examples
    --------
    >>> import kzcivil as kz
    >>> found = contradictions(kz.load(), "conversational").set_index("measure")
    >>> found.shows["forum_recommendations"]
    'conversational only'
    """
    known = _judgements(evidence)
    claims, events = evidence.claims.set_index("claim_id"), {row.event_id: row for row in each(evidence.events)}
    values = intervals_of(read_claims(evidence.claims, words=words, ceiling=ceiling))
    logical = intervals_of(read_claims(evidence.claims))
    rows = []
    for pair in each(_printings(evidence)):
        a, b, gap, factor, years, only = pair.first_id, pair.second_id, math.nan, math.nan, math.nan, False
        if pair.kind == EVENT:
            years = _years_apart(events[a], events[b])
            apart, kind = years > 0 or not _overlap(events[a], events[b]), "date"
        else:
            apart, only = _apart(pair.kind, values[a], values[b]), not _apart(pair.kind, logical[a], logical[b])
            under, over = min(values[a].high, values[b].high), max(values[a].low, values[b].low)
            gap, factor = over - under, over / under if under > 0 else math.inf
            kind = "wording" if only else "rounding" if gap <= claims.step[[a, b]].max() else _guess(pair, claims.value)
        if apart:
            judged = "looks alike" if pair.kind == MANY else known.get(pair.numbers, kind)
            explained = judged not in ("wording", "none") or only
            shows = "conversational only" if only else "under both readings"
            rows.append((*pair, gap, factor, years, shows, judged if explained else kind))
    return _closest(pd.DataFrame(rows, columns=[*_PAIR, "numbers", "gap", "factor", "years", "shows", "class"]))


def _apart(kind: str, a: Interval, b: Interval) -> bool:
    return a.low > b.high if kind == PART else b.high < a.low if kind == FALL else not a.meets(b)


def _guess(pair: Any, values: pd.Series[float]) -> str:
    """The class of a contradiction that nobody has judged."""
    a, b = values[pair.first_id], values[pair.second_id]
    if a > 0 and b > 0 and abs(math.log10(a / b)) % 1 == 0:
        return "misprint"
    return "definition" if pair.kind == PART else "real"


def _judgements(evidence: Evidence) -> dict[str, str]:
    """The difference that pairs.csv gives, by the two numbers."""
    roots = _roots(evidence)
    keys = [_key(roots[row.first_id], roots[row.second_id]) for row in each(evidence.pairs)]
    alike = evidence.pairs.difference.mask(evidence.pairs.relation == "looks alike", "looks alike")
    return dict(zip(keys, alike, strict=True))


def same_numbers(evidence: Evidence) -> pd.DataFrame:
    """Comparable statements that print the same number: corroboration, or a repeat that is counted twice.

    The columns of :func:`comparable`, and ``class``: "agreement" if both origins are known and differ, otherwise
    "repeat counted twice?".

    Examples
    --------
    >>> import kzcivil as kz
    >>> same_numbers(kz.load()).set_index("measure")["class"]["ngos_active"]
    'repeat counted twice?'
    """
    pairs, claims = comparable(evidence), evidence.claims.set_index("claim_id")
    pairs = pairs[pairs.kind == SAME]
    a, b = (claims.reindex(pairs[column]).reset_index() for column in ("first_id", "second_id"))
    apart = (a.origin != b.origin) & (a.origin != "unknown") & (b.origin != "unknown")
    pairs["class"] = ["agreement" if known else "repeat counted twice?" for known in apart]
    return pairs[(a.value == b.value).to_numpy()].reset_index(drop=True)


def conflicts(evidence: Evidence, ceiling: float = CEILING) -> pd.DataFrame:
    """What the code finds and what ``pairs.csv`` judges, together, with who says what where.

    Returns
    -------
    pandas.DataFrame
        ``numbers``, ids of the two first statements; ``found`` ("by the code", "by judgement", "by both"); ``verdict``
        ("contradiction"; "looks alike" for a trap; "explained" where a judgement leaves nothing to settle); ``kind``,
        ``class``, ``level``, ``shows``; for each of the two ``_id``, ``_printed``, ``_source``, ``_line``, ``_speaker``
        (of an event the piece's author), ``_origin``; ``gap`` (code only); ``factor``, greater over smaller printed
        number (nearest ends where one prints none), and ``years`` between two dates or ages, NaN where they do not
        apply; ``reason``; ``settled_by``.

    Examples
    --------
    >>> import kzcivil as kz
    >>> conflicts(kz.load())[["found", "kind", "class"]].iloc[0].tolist()
    ['by both', 'part above its whole', 'definition']
    """
    code: dict[str, dict[str, Any]] = {
        row["numbers"]: {str(name): value for name, value in row.items()}
        for row in contradictions(evidence, "conversational", ceiling).to_dict("records")
    }
    roots, said, rows = _roots(evidence), _said(evidence), []
    for pair in each(evidence.pairs):
        numbers = _key(roots[pair.first_id], roots[pair.second_id])
        found = code.get(numbers)
        row = {"numbers": numbers, "found": "by both" if found else "by judgement", "class": pair.difference}
        settled = not found and (pd.isna(pair.settled_by) or pair.difference == "none")
        verdict = "looks alike" if pair.relation == "looks alike" else "explained" if settled else TOLD
        row |= {"verdict": verdict, "reason": pair.reason, "settled_by": pair.settled_by}
        shown = pair.first_id, pair.second_id
        if found and verdict == TOLD:
            row |= {name: found[name] for name in ("kind", "shows", "gap", "class")}
            shown = found["first_id"], found["second_id"]
        rows.append(row | _sides(*(said[name] for name in shown)))
    judged = {row["numbers"] for row in rows}
    for numbers, row in code.items():
        if numbers not in judged:
            many = row["kind"] == MANY
            row |= {"found": "by the code", "verdict": "looks alike" if many else TOLD}
            row |= {"reason": MANY_THINGS.get(row["measure"], "") if many else KINDS[row["kind"]]}
            row |= {"settled_by": SETTLES.get(row["kind"])}
            rows.append(row | _sides(said[row["first_id"]], said[row["second_id"]]))
    return _closest(pd.DataFrame(rows, columns=_CONFLICT))


TOLD = "contradiction"
_SIDES = {"id": "id", "printed": "as_printed", "source": "source_id", "line": "line"}
_SIDES |= {"speaker": "speaker", "origin": "origin"}
_CONFLICT = ["numbers", "found", "verdict", "kind", "class", "level", "shows", "gap", "factor", "years"]
_CONFLICT += [f"{side}_{name}" for side in ("first", "second") for name in _SIDES] + ["reason", "settled_by"]


def _said(evidence: Evidence) -> dict[str, Any]:
    """Claims and events by id, in one form."""
    authors = evidence.pieces.set_index("piece_id").author
    events = evidence.events.rename(columns={"event_id": "id"})
    events = events.assign(speaker=events.piece_id.map(authors), origin=None, unit="date")
    return {
        row.id: row for table in (evidence.claims.rename(columns={"claim_id": "id"}), events) for row in each(table)
    }


def _sides(a: Any, b: Any) -> dict[str, Any]:
    """Both sides of a pair, and how far they are apart: factor and years, NaN where one does not apply."""
    sides = {
        f"{side}_{name}": getattr(one, column)
        for side, one in (("first", a), ("second", b))
        for name, column in _SIDES.items()
    }
    sides |= {"level": _level(a, b), "factor": math.nan, "years": math.nan}
    if a.unit != b.unit:
        return sides
    if a.unit == "date":
        return sides | {"years": _years_apart(a, b)}
    known = not math.isnan(a.value + b.value)
    small, great = sorted((a.value, b.value) if known else (min(a.high, b.high), max(a.low, b.low)))
    sides["years"] = great - small if known and a.unit == "years" else math.nan
    return sides | {"factor": great / small if small else math.inf}


def _years_apart(a: Any, b: Any) -> float:
    """Years between two dated rows, to a tenth: 0 where they may be one date.

    Dates that do not overlap are apart from the first day of one to the first day of the other. Two printed ranges of
    more than a year are terms, apart by the greater difference of their beginnings and ends.
    """
    begin, end = abs((a.start - b.start).days) / 365.25, abs((a.end - b.end).days) / 365.25
    terms = all((one.end - one.start).days > 366 and one.date_basis == "printed" for one in (a, b))
    return float(round(max(begin, end) if terms else 0 if _overlap(a, b) else begin, 1))


def compared(evidence: Evidence) -> pd.DataFrame:
    """All pairs that the code or ``pairs.csv`` compares, traps left out: what contradictions are counted against."""
    judged, code = conflicts(evidence), _printings(evidence)
    traps = set(judged.numbers[judged.verdict == "looks alike"])
    both = pd.concat([judged, code], ignore_index=True)
    return _closest(both[~both.numbers.isin(traps)])[[*_PAIR, "numbers"]]


def matrix(conflicts: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """Who contradicts whom, a source with itself included.

    Parameters
    ----------
    conflicts, pairs
        Any two tables with ``first_source`` and ``second_source``, the first part of the second.

    Returns
    -------
    pandas.DataFrame
        One row an ordered pair of sources (symmetric): ``first_source``, ``second_source``, how many
        ``contradictions`` of how many ``comparable`` pairs.

    Examples
    --------
    >>> pairs = pd.DataFrame({"first_source": ["x", "x"], "second_source": ["x", "y"]})
    >>> matrix(pairs[1:], pairs).to_numpy().tolist()
    [['x', 'x', 0, 1], ['x', 'y', 1, 1], ['y', 'x', 1, 1], ['y', 'y', 0, 0]]
    """
    counts = [Counter(map(frozenset, zip(table.first_source, table.second_source, strict=True)))
              for table in (conflicts, pairs)]  # fmt: skip
    sources = sorted(frozenset[str]().union(*counts[0], *counts[1]))
    rows = [(a, b, *(count[frozenset((a, b))] for count in counts)) for a in sources for b in sources]
    return pd.DataFrame(rows, columns=["first_source", "second_source", "contradictions", "comparable"])


# --- disputed quantities ---------------------------------------------------------------------------------------------

DISPUTED: dict[str, tuple[str, ...]] = {
    "Active NGOs, 2018 and 2023": ("kxr_ngos_active", "aa_minister_active_ngos", "aa_waw_ngos_18000"),
    "People of the sector, 2003 to 2018": ("caci_people_involved_2003", "dia_people_employed", "kxr_people_employed"),
    "Growth of the NGOs 1994 to 1997": ("dia_ngos_threefold_stage2", "aa_baig_ngos_1997 / aa_baig_ngos_1994"),
    "Growth of the NGOs in 2023": (
        "aa_baig_ngos_growth_2023",
        "100 * aa_baig_new_ngos_per_year / aa_inf_registered_2023",
    ),
    "NGOs about 2006": ("dia_ngos_five_thousand", "dia_ngos_effective"),
    "State money per NGO, 2018": ("kxr_expenditure_per_ngo", "kxr_state_expenditure_2018 / kxr_ngos_registered"),
    "NGOs in the early 1990s": ("aa_chron_ngos_1991", "aa_baig_ngos_1994"),
    "Recommendations of the XI forum": ("aa_chron_forum_recommendations", "aa_part_forum_recommendations"),
    "NGOs in 2003": ("aa_inf_registered_2003", "caci_ngos_operating_2003"),
    "Growth of the NGOs 2003 to 2023": (
        "aa_inf_growth_factor",
        "aa_inf_registered_2023 / caci_ngos_operating_2003",
    ),
    "NGOs in 2023": ("aa_chron_ngos_2023", "aa_inf_registered_2023", "aa_minister_active_ngos", "aa_waw_ngos_18000"),
    "Participants of the XI forum": ("aa_chron_forum_participants", "aa_part_forum_regional_participants"),
    "Packages of reforms": ("aa_kal_reform_packages", "aa_baig_reform_packages"),
    "Years of the concept of 2006": ("dia_concept_2006_term", "aa_part_concept_term", "aa_baig_concept_2006"),
    "Age of the Alliance in 2023": ("aa_chair_alliance_18_years", "aa_sol_alliance_age_head"),
}
"""Quantities told more than once and differently: claims, terms (events), and what other claims make of them."""


def disputed(evidence: Evidence) -> pd.DataFrame:
    """The values of each disputed quantity, on a common ratio scale.

    Returns
    -------
    pandas.DataFrame
        ``quantity``; ``id`` (or formula), ``source_id`` and ``printed`` ("" if computed); ``value`` (of a range the
        geometric middle), ``low`` and ``high`` where both are finite; ``ratio``, ``ratio_low``, ``ratio_high``, divided
        by the geometric middle of the quantity's least and greatest value; ``spread``, the greatest over the least.
        Widest first. A quantity of which only one value is left is left out.

    Examples
    --------
    >>> import kzcivil as kz
    >>> round(float(disputed(kz.load()).set_index("id").spread["caci_ngos_operating_2003"]), 3)
    1.286
    """
    read, said, rows = intervals_of(read_claims(evidence.claims)), _said(evidence), []
    claims = {row.claim_id: row for row in each(evidence.claims)}
    face = {key: read[key] if math.isnan(row.value) else Interval(row.value, row.value)
            for key, row in claims.items() if key in read}  # fmt: skip
    for quantity, ids in DISPUTED.items():
        for key in ids:
            row, whose = said.get(key), ("", "")
            if row is not None:
                whose = (row.source_id, row.as_printed)
                years = 0 if key in claims else row.end.year - row.start.year + 1
                span, at_face = (read[key], face[key]) if key in claims else (Interval(years, years),) * 2
            elif formula_names(key) <= set(face) - {key}:
                span = at_face = evaluate(key, face)
            else:
                continue
            value = math.sqrt(at_face.low * at_face.high)
            span = span if span.low > 0 and span.high < math.inf else Interval(value, value)
            rows.append((quantity, key, *whose, value, span.low, span.high))
    table = pd.DataFrame(rows, columns=["quantity", "id", "source_id", "printed", "value", "low", "high"])
    least, most = (table.groupby("quantity").value.transform(which) for which in ("min", "max"))
    ratios = {f"ratio{end}": table[column] / (least * most) ** 0.5
              for end, column in (("", "value"), ("_low", "low"), ("_high", "high"))}  # fmt: skip
    table = table.assign(**ratios, spread=most / least)
    return table[most > least].sort_values("spread", ascending=False, kind="stable", ignore_index=True)

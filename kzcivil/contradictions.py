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
KINDS: dict[str, tuple[str, str | None]] = {
    SAME: ("numbers of one measure, scope and region, with dates that overlap, do not meet",
           "The record that either number was taken from"),
    PART: ("a part (measures.csv), or a region, is above its whole, with dates that overlap",
           "Both counts on one day by one definition"),
    FALL: ("a later count of organisations or people is below an earlier one of the same measure, and no text says so",
           "The counts of the years between"),
    REPEAT: ("a repeat does not meet the number that it repeats", "The place that is repeated"),
    EVENT: ("printings of one event have dates that do not overlap, or terms that end differently",
            "A dated document of the event"),
    MANY: ("numbers do not meet because the measure holds different things: a trap", None),
}  # fmt: skip
"""What the code compares, when the compared contradict each other, and what would settle it."""

SHARED_SCOPES = frozenset({"sector", "alliance", "region", "forum", "state", "country", "donor"})
"""Scopes in which a measure names one thing (of a donor: of its origin); "organisation" names none."""

MANY_THINGS = {
    "ngos_field_share": "shares of different fields", "public_view_share": "different views",
    "sector_age": "spans counted from different beginnings", "country_years": "spans counted from different beginnings",
    "law_process_years": "one step after another", "tender_award": "the least and the greatest award",
    "person_term": "terms of different people", "founding_ngos": "different foundings",
    "years_ahead": "different forecasts", "people_reached": "different projects",
}  # fmt: skip
"""Measures that hold different things even in a shared scope, with the reason: their numbers need not agree."""

TOLD = "contradiction"
LEVELS = ("within one piece", "between pieces of one document", "between documents")
_PAIR = ["kind", "first_id", "second_id", "first_source", "second_source", "measure", "level", "numbers"]


def comparable(evidence: Evidence) -> pd.DataFrame:
    """Pairs of statements that could contradict each other, by :data:`KINDS`; the part or the earlier one first.

    Compared are numbers that are not lost; ranks ("which forum"), single organisations and undated numbers only with
    their repeats in other words. Repeats stand for what they repeat: two ``numbers`` are one pair for the two sources
    that print them, shown where they stand closest. Overlap does not prove the same moment.
    """
    return _closest(_printings(evidence))


def _statements(evidence: Evidence) -> dict[str, Any]:
    """Claims and events by id in one form, with the ``root`` of each: the first statement of a number or of a date."""
    claims, events = evidence.claims, evidence.events
    claims = claims.assign(id=claims.claim_id, root=claims.repeats.fillna(claims.claim_id))
    first = events.groupby(["event", "source_id", "start", "end"]).event_id.transform("first")
    authors = events.piece_id.map(evidence.pieces.set_index("piece_id").author)
    events = events.assign(id=events.event_id, root=first, measure=events.event, speaker=authors, unit="date")
    return {row.id: row for table in (claims, events.assign(origin=None)) for row in each(table)}


def _printings(evidence: Evidence) -> pd.DataFrame:
    """All pairs of printings that can be compared, with the two ``numbers`` that they print."""
    measures, said = evidence.measures.set_index("measure"), _statements(evidence)
    counts = set(measures.index[measures.nature.isin(["stock", "flow"])])
    growing = set(measures.index[(measures.nature == "stock") & measures.unit.isin(["organisations", "people"])])
    single = set(measures.index[(measures.nature == "rank") | (measures.theme == "single organisations")])
    wholes = {name: _wholes(name, measures.part_of) & counts for name in counts}
    events = [row for row in said.values() if row.unit == "date"]
    claims = {row.id: row for row in said.values() if row.unit != "date" and row.wording != "lost"}
    shared = [row for row in claims.values() if row.scope in SHARED_SCOPES and row.measure not in single]
    pairs = [pair for a, b in combinations(shared, 2)
             if a.root != b.root and (a.scope != "donor" or a.origin == b.origin)
             for pair in _kinds(a, b, wholes, growing)]  # fmt: skip
    repeats = ((claims[row.repeats], row) for row in claims.values() if row.repeats in claims)
    pairs += [(REPEAT, a, b) for a, b in repeats if (a.value, a.wording) != (b.value, b.wording)]
    pairs += [(EVENT, a, b) for a, b in combinations(events, 2) if a.measure == b.measure and a.root != b.root]
    rows = [(kind, a.id, b.id, a.source_id, b.source_id, a.measure, _level(a, b), _key(a.root, b.root))
            for kind, a, b in pairs]  # fmt: skip
    return pd.DataFrame(rows, columns=_PAIR)


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


def _key(a: str, b: str) -> str:
    return " + ".join(sorted({a, b}))


def _level(a: Any, b: Any) -> str:
    return LEVELS[0] if a.piece_id == b.piece_id else LEVELS[1] if a.source_id == b.source_id else LEVELS[2]


def _closest(pairs: pd.DataFrame) -> pd.DataFrame:
    """Of the pairs that print the same two numbers in the same two sources, the one that stands closest."""
    ranked = pairs.iloc[pairs.level.map(LEVELS.index).argsort(kind="stable")]
    sources = [_key(a, b) for a, b in zip(ranked.first_source, ranked.second_source, strict=True)]
    double = ranked.assign(sources=sources).duplicated(["numbers", "sources"])
    return ranked[~double].sort_index(ignore_index=True)


def contradictions(evidence: Evidence, words: Words = "logical", ceiling: float = CEILING) -> pd.DataFrame:
    """Comparable statements that contradict each other, by the rules of :data:`KINDS`.

    Added are the ``gap`` between the nearest ends, ``years`` between dates, under which reading it ``shows``, and the
    ``class``: the ``difference`` that ``pairs.csv`` gives ("looks alike" for a trap), but words alone never explain
    what shows under both readings. Without a judgement it is "date" of an event, "wording" if it shows only
    conversationally, "rounding" if the gap is at most one step of the coarser number, "misprint" if one number is a
    power of ten times the other, "definition" of a part, else "real".
    """
    said, rows = _statements(evidence), []
    known = {_key(said[row.first_id].root, said[row.second_id].root): row for row in each(evidence.pairs)}
    values = intervals_of(read_claims(evidence.claims, words=words, ceiling=ceiling))
    logical = intervals_of(read_claims(evidence.claims))
    for pair in each(_printings(evidence)):
        a, b, gap, years, only = said[pair.first_id], said[pair.second_id], math.nan, math.nan, False
        if pair.kind == EVENT:
            years = _years_apart(a, b)
            apart, kind = years > 0 or not _overlap(a, b), "date"
        else:
            apart = _apart(pair.kind, values[a.id], values[b.id])
            only = not _apart(pair.kind, logical[a.id], logical[b.id])
            gap = max(values[a.id].low, values[b.id].low) - min(values[a.id].high, values[b.id].high)
            kind = "wording" if only else "rounding" if gap <= a.step or gap <= b.step else _guess(pair.kind, a, b)
        if apart:
            judged = known.get(pair.numbers)
            alike = pair.kind == MANY or (judged and judged.relation == "looks alike")
            told = "looks alike" if alike else judged.difference if judged else kind
            shows = "conversational only" if only else "under both readings"
            rows.append((*pair, gap, years, shows, kind if told in ("wording", "none") and not only else told))
    return _closest(pd.DataFrame(rows, columns=[*_PAIR, "gap", "years", "shows", "class"]))


def _apart(kind: str, a: Interval, b: Interval) -> bool:
    return a.low > b.high if kind == PART else b.high < a.low if kind == FALL else not a.meets(b)


def _guess(kind: str, a: Any, b: Any) -> str:
    """The class of a contradiction that nobody has judged."""
    slip = a.value > 0 and b.value > 0 and abs(math.log10(a.value / b.value)) % 1 == 0
    return "misprint" if slip else "definition" if kind == PART else "real"


def same_numbers(evidence: Evidence) -> pd.DataFrame:
    """Comparable pairs that print the same number; ``class`` is "agreement" if both origins are known and differ."""
    pairs, said = comparable(evidence), _statements(evidence)
    both = [(row, said[row.first_id], said[row.second_id]) for row in each(pairs[pairs.kind == SAME])]
    rows = [(*row, "agreement" if len({a.origin, b.origin, "unknown"}) == 3 else "repeat counted twice?")
            for row, a, b in both if a.value == b.value]  # fmt: skip
    return pd.DataFrame(rows, columns=[*_PAIR, "class"])


def conflicts(evidence: Evidence, ceiling: float = CEILING) -> pd.DataFrame:
    """What the code finds and what ``pairs.csv`` judges, together, with who says what where.

    Returns
    -------
    pandas.DataFrame
        ``numbers``, ids of the two first statements; ``found`` ("by the code", "by judgement", "by both"); ``verdict``
        ("contradiction"; "looks alike" for a trap; "explained" where a judgement leaves nothing to settle); ``kind``,
        ``class``, ``level``, ``shows``, ``gap`` as the code finds them; ``_id``, ``_printed``, ``_source``, ``_line``,
        ``_speaker`` and ``_origin`` of both; ``factor``, greater over smaller printed number (nearest ends where one
        prints none), and ``years`` between two dates or ages, NaN where they do not apply; ``reason``; ``settled_by``.

    Examples
    --------
    >>> import kzcivil as kz
    >>> conflicts(kz.load())[["found", "kind", "class"]].iloc[0].tolist()
    ['by both', 'part above its whole', 'definition']
    """
    clashes: list[dict[Any, Any]] = contradictions(evidence, "conversational", ceiling).to_dict("records")
    code, said, rows = {row["numbers"]: row for row in clashes}, _statements(evidence), []
    for pair in each(evidence.pairs):
        a, b = said[pair.first_id], said[pair.second_id]
        row: dict[Any, Any] = {"numbers": _key(a.root, b.root), "class": pair.difference}
        found = code.get(row["numbers"])
        settled = not found and (pd.isna(pair.settled_by) or pair.difference == "none")
        verdict = "looks alike" if pair.relation == "looks alike" else "explained" if settled else TOLD
        if found and verdict == TOLD:
            row, a, b = found, said[found["first_id"]], said[found["second_id"]]
        judged = {"verdict": verdict, "reason": pair.reason, "settled_by": pair.settled_by}
        rows.append(row | judged | {"found": "by both" if found else "by judgement"} | _sides(a, b))
    known = {row["numbers"] for row in rows}
    for row in (row for numbers, row in code.items() if numbers not in known):
        (reason, settles), many = KINDS[row["kind"]], row["kind"] == MANY
        row |= {"found": "by the code", "verdict": "looks alike" if many else TOLD, "settled_by": settles}
        row |= {"reason": MANY_THINGS.get(row["measure"], "") if many else reason}
        rows.append(row | _sides(said[row["first_id"]], said[row["second_id"]]))
    return _closest(pd.DataFrame(rows, columns=_CONFLICT))


_SIDES = {"printed": "as_printed", "source": "source_id"} | {key: key for key in ("id", "line", "speaker", "origin")}
_CONFLICT = ["numbers", "found", "verdict", "kind", "class", "level", "shows", "gap", "factor", "years"]
_CONFLICT += [f"{side}_{name}" for side in ("first", "second") for name in _SIDES] + ["reason", "settled_by"]


def _sides(a: Any, b: Any) -> dict[str, Any]:
    """Both sides of a pair, and how far they are apart: factor and years, NaN where one does not apply."""
    sides = {f"{side}_{name}": getattr(one, column)
             for side, one in (("first", a), ("second", b)) for name, column in _SIDES.items()}  # fmt: skip
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
    """Years between the first days of dates that do not overlap; of terms the greater of both ends' differences."""
    begin, end = abs((a.start - b.start).days) / 365.25, abs((a.end - b.end).days) / 365.25
    terms = all((one.end - one.start).days > 366 and one.date_basis == "printed" for one in (a, b))
    return float(round(max(begin, end) if terms else 0 if _overlap(a, b) else begin, 1))


def compared(evidence: Evidence, judged: pd.DataFrame) -> pd.DataFrame:
    """All pairs compared by the code or in :func:`conflicts`, traps left out: what the contradictions are of."""
    traps = set(judged.numbers[judged.verdict == "looks alike"])
    both = pd.concat([judged, _printings(evidence)], ignore_index=True)
    return _closest(both[~both.numbers.isin(traps)])[_PAIR]


def matrix(conflicts: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """Who contradicts whom: for each ordered pair of sources its ``contradictions`` and ``comparable`` pairs."""
    counts = [Counter(map(frozenset, zip(table.first_source, table.second_source, strict=True)))
              for table in (conflicts, pairs)]  # fmt: skip
    sources = sorted(frozenset[str]().union(*counts[0], *counts[1]))
    rows = [(a, b, *(count[frozenset((a, b))] for count in counts)) for a in sources for b in sources]
    return pd.DataFrame(rows, columns=["first_source", "second_source", "contradictions", "comparable"])


DISPUTED: dict[str, tuple[str, ...]] = {
    "Active NGOs, 2018 and 2023": ("kxr_ngos_active", "aa_minister_active_ngos", "aa_waw_ngos_18000"),
    "People of the sector, 2003 to 2018": ("caci_people_involved_2003", "dia_people_employed", "kxr_people_employed"),
    "Growth of the NGOs 1994 to 1997": ("dia_ngos_threefold_stage2", "aa_baig_ngos_1997 / aa_baig_ngos_1994"),
    "Growth of the NGOs in 2023":
        ("aa_baig_ngos_growth_2023", "100 * aa_baig_new_ngos_per_year / aa_inf_registered_2023"),
    "NGOs about 2006": ("dia_ngos_five_thousand", "dia_ngos_effective"),
    "State money per NGO, 2018": ("kxr_expenditure_per_ngo", "kxr_state_expenditure_2018 / kxr_ngos_registered"),
    "NGOs in the early 1990s": ("aa_chron_ngos_1991", "aa_baig_ngos_1994"),
    "Recommendations of the XI forum": ("aa_chron_forum_recommendations", "aa_part_forum_recommendations"),
    "NGOs in 2003": ("aa_inf_registered_2003", "caci_ngos_operating_2003"),
    "Growth of the NGOs 2003 to 2023": ("aa_inf_growth_factor", "aa_inf_registered_2023 / caci_ngos_operating_2003"),
    "NGOs in 2023": ("aa_chron_ngos_2023", "aa_inf_registered_2023", "aa_minister_active_ngos", "aa_waw_ngos_18000"),
    "Participants of the XI forum": ("aa_chron_forum_participants", "aa_part_forum_regional_participants"),
    "Packages of reforms": ("aa_kal_reform_packages", "aa_baig_reform_packages"),
    "Years of the concept of 2006": ("dia_concept_2006_term", "aa_part_concept_term", "aa_baig_concept_2006"),
    "Age of the Alliance in 2023": ("aa_chair_alliance_18_years", "aa_sol_alliance_age_head"),
}  # fmt: skip
"""Quantities told more than once and differently: claims, terms (events), and what other claims make of them."""


def disputed(evidence: Evidence) -> pd.DataFrame:
    """The values of each disputed quantity, on a common ratio scale.

    Returns
    -------
    pandas.DataFrame
        ``quantity``; ``id`` (or formula), ``source_id`` and ``printed`` ("" if computed); ``value`` (of a range the
        geometric middle); ``ratio``, ``ratio_low``, ``ratio_high``: value and ends (where finite) over the geometric
        middle of the quantity's least and greatest value; ``spread``, greatest over least, widest first.

    Examples
    --------
    >>> import kzcivil as kz
    >>> round(float(disputed(kz.load()).set_index("id").spread["caci_ngos_operating_2003"]), 3)
    1.286
    """
    claims, events, said, rows = evidence.claims, evidence.events, _statements(evidence), []
    read, years = intervals_of(read_claims(claims)), events.end.dt.year - events.start.dt.year + 1
    face = read | intervals_of(claims.assign(low=claims.value, high=claims.value))
    face |= intervals_of(events.assign(claim_id=events.event_id, low=years, high=years))
    for quantity, key in ((quantity, key) for quantity, ids in DISPUTED.items() for key in ids):
        if formula_names(key) <= set(face):
            at_face = evaluate(key, face)
            value, span = math.sqrt(at_face.low * at_face.high), read.get(key, at_face)
            span = span if span.low > 0 and span.high < math.inf else Interval(value, value)
            whose = (said[key].source_id, said[key].as_printed) if key in said else ("", "")
            rows.append((quantity, key, *whose, value, value, span.low, span.high))
    ratios = ["ratio", "ratio_low", "ratio_high"]
    table = pd.DataFrame(rows, columns=["quantity", "id", "source_id", "printed", "value", *ratios])
    least, most = (table.groupby("quantity").value.transform(which) for which in ("min", "max"))
    table = table.assign(spread=most / least, **{name: table[name] / (least * most) ** 0.5 for name in ratios})
    return table[most > least].sort_values("spread", ascending=False, kind="stable", ignore_index=True)

"""The audit: what the sources derive is recomputed, what cannot be true together is shown, whose numbers these are.

Pure functions from :class:`~kzcivil.evidence.Evidence` to tables. Nothing is estimated: a verdict is a rule about
intervals (:mod:`kzcivil.intervals`), a judgement a row of ``pairs.csv``.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from itertools import combinations
from typing import Any

import pandas as pd

from kzcivil.evidence import Evidence
from kzcivil.intervals import (
    CEILING,
    LOOSE_UNITS,
    OPEN_WORDINGS,
    Interval,
    Words,
    evaluate,
    formula_names,
    intervals_of,
    read_claims,
)

AT_FACE = "holds at face value"
WITHIN = "holds within the rounding of its inputs"
TRUNCATED = "truncated"
OPEN = "not excluded, an input being open"
CONTRADICTED = "contradicted"
NOT_RECOMPUTED = "cannot be recomputed"
VERDICTS = (AT_FACE, WITHIN, TRUNCATED, OPEN, CONTRADICTED, NOT_RECOMPUTED)
"""Verdicts in their order: a derivation gets the first that applies."""

TINY = 1e-6
"""Share of a printed step by which a half step falls short of the tie, which rounds up; also slack for the computer."""

FAR = 1e60
"""Where an open end stands while a formula is evaluated; results beyond its root are open, below 1/root zero."""


def _rows(table: pd.DataFrame) -> list[Any]:
    return list(table.itertuples())


# --- derivations recomputed -----------------------------------------------------------------------------------------


def verdict(at_face: float, slack: Interval, joint: Interval, claim: Any, printed: Interval) -> tuple[str, str]:
    """The verdict on one recomputed figure, and a later one that applies too ("" for none).

    In this order: **at face value** (rounded half up to the printed step it is the printed number, or the printed words
    hold it: "over", "almost", "about"); **within rounding** (``slack`` meets ``printed``); **truncated** (a plain
    number to which it is cut, not rounded); **not excluded** (only ``joint`` meets ``printed``: open words of an input,
    such as "over 20 thousand", leave room that no rounding explains); **contradicted**.

    Parameters
    ----------
    at_face
        Recomputed from the printed numbers; NaN where an input prints none.
    slack, joint
        Recomputed from inputs with their rounding alone, and with their words read as well.
    claim
        The printed result: ``value``, ``step`` and ``wording`` of its row.
    printed
        What the printed result allows: a plain number half a step either side, also where it is a count.

    Examples
    --------
    >>> import kzcivil as kz
    >>> six, slack = kz.load().row("aa_inf_growth_factor"), Interval(6.573, 6.764)
    >>> verdict(23335 / 3500, slack, slack, six, Interval(6.55, 6.65))
    ('holds within the rounding of its inputs', 'truncated')
    """
    plain = claim.wording in ("bare", "only")
    steps, wanted = at_face / claim.step, claim.value / claim.step
    known = math.isfinite(steps) and math.isfinite(wanted)
    rounds = known and abs(math.floor(steps + 0.5 + TINY) - wanted) < TINY
    truncated = known and plain and abs(math.floor(steps + TINY) - wanted) < TINY
    if rounds or (not plain and at_face in printed):
        return AT_FACE, ""
    if slack.meets(printed):
        return WITHIN, TRUNCATED if truncated else ""
    is_open = joint.meets(printed)
    if truncated:
        return TRUNCATED, OPEN if is_open else ""
    return (OPEN if is_open else CONTRADICTED), ""


def _printed_result(claim: pd.Series[Any], words: Words = "logical", ceiling: float = CEILING) -> Interval:
    """What a printed result allows: a plain number half a step either side, also where it is a count."""
    if claim.wording in ("bare", "only"):
        return Interval(claim.value - claim.step / 2, claim.value + claim.step * (0.5 - TINY))
    row = read_claims(claim.to_frame().T, words=words, ceiling=ceiling).iloc[0]
    return Interval(float(row.low), float(row.high))


def derivations(evidence: Evidence, words: Words = "logical", ceiling: float = CEILING) -> pd.DataFrame:
    """Every row of ``derivations.csv`` recomputed; a claim that occurs twice in a formula is one number.

    Parameters
    ----------
    words, ceiling
        How open words are read, as in :func:`~kzcivil.intervals.read`.

    Returns
    -------
    pandas.DataFrame
        ``derivation_id``, ``claim_id``, ``printed`` (the words), ``value`` (the number), ``reading``; ``at_face``, from
        the printed numbers; ``low`` and ``high``, with rounding and words of the inputs (an open input leaves it open);
        ``verdict`` and ``also`` by :func:`verdict`; ``needs``, what each rounded input would have to be, the others as
        printed; ``implies``, the base that a growth with no printed base needs; ``open_inputs`` and ``inputs``, claim
        ids. Numbers are in the claim's unit.

    Raises
    ------
    KeyError, ValueError, ZeroDivisionError
        For a formula that cannot be evaluated, as :func:`~kzcivil.intervals.evaluate`.

    Examples
    --------
    >>> import kzcivil as kz
    >>> found = derivations(kz.load()).set_index("derivation_id")
    >>> found.loc["factor_infographic", "needs"]
    'aa_inf_registered_2003: 3,510 to 3,562'
    """
    claims = evidence.claims
    read = intervals_of(read_claims(claims, words=words, ceiling=ceiling))
    plain = claims.wording.mask(claims.wording.isin(OPEN_WORDINGS), "bare")
    rounded = intervals_of(read_claims(claims.assign(wording=plain)))
    face = {name: Interval(value, value) for name, value in zip(claims.claim_id, claims.value, strict=True)
            if not math.isnan(value)}  # fmt: skip
    by_id = claims.set_index("claim_id")
    rows = []
    for row in _rows(evidence.derivations):
        claim = by_id.loc[row.claim_id]
        known = {"derivation_id": row.derivation_id, "claim_id": row.claim_id, "reading": row.reading}
        known |= {"printed": claim.as_printed, "value": claim.value}
        if pd.isna(row.formula):
            rows.append({**known, "verdict": NOT_RECOMPUTED, "implies": _implied_base(claim, claims, read)})
            continue
        printed, names = _printed_result(claim, words, ceiling), sorted(formula_names(row.formula))
        joint, slack = _joint(row.formula, read), _joint(row.formula, rounded)
        at_face = evaluate(row.formula, face).low if set(names) <= set(face) else math.nan
        found, also = verdict(at_face, slack, joint, claim, printed)
        needs = "" if found == AT_FACE else _needs(row.formula, printed, rounded, face, by_id.unit)
        is_open = [name for name in names if by_id.wording[name] in OPEN_WORDINGS]
        result = {"at_face": at_face, "low": joint.low, "high": joint.high, "verdict": found, "also": also}
        rows.append({**known, **result, "needs": needs, "open_inputs": ", ".join(is_open), "inputs": ", ".join(names)})
    table = pd.DataFrame(rows, columns=_DERIVED)
    return table.fillna(dict.fromkeys(["also", "needs", "implies", "open_inputs", "inputs"], ""))


_DERIVED = ["derivation_id", "claim_id", "printed", "value", "reading", "at_face", "low", "high", "verdict", "also"]
_DERIVED += ["needs", "implies", "open_inputs", "inputs"]


def _joint(formula: str, values: Mapping[str, Interval]) -> Interval:
    """:func:`evaluate` with open inputs: inf stands as a very large number, and past a pole no bound follows."""
    box = {name: Interval(values[name].low, min(values[name].high, FAR)) for name in formula_names(formula)}
    try:
        found = evaluate(formula, box)
    except (ValueError, ZeroDivisionError):
        if any(span.high == FAR for span in box.values()):
            return Interval(-math.inf, math.inf)
        raise
    return Interval(_open(found.low), _open(found.high))


def _open(end: float) -> float:
    root = math.sqrt(FAR)
    return 0.0 if abs(end) < 1 / root else math.copysign(math.inf, end) if abs(end) > root else end


def _needed(formula: str, name: str, target: Interval, values: Mapping[str, Interval]) -> Interval | None:
    """The values of one input that take a formula into a target, the other inputs as they are.

    The formula is inverted by bracketing (Brent 1973) up to a thousandfold either side of the input's middle, or nearer
    where it is not monotone so far. Ends farther than a thousandfold are open (0 or ``inf``). None if no value within
    reach will do, the input does not matter, or another input is not a single value.
    """
    from scipy.optimize import brentq  # noqa: PLC0415

    others = {other: values[other] for other in formula_names(formula) - {name}}
    middle = values[name].low / 2 + min(values[name].high, FAR) / 2
    if middle == 0 or any(span.low < span.high for span in others.values()):
        return None

    def beyond(x: float, end: float) -> float:
        return evaluate(formula, {**others, name: Interval(x, x)}).low - end

    for reach in (1000, 500, 200, 100, 50, 20, 10, 5, 2):
        box = Interval(middle / reach, middle * reach)
        try:
            reached = evaluate(formula, {**others, name: box})
        except (ValueError, ZeroDivisionError):
            continue
        if math.inf in (-reached.low, reached.high):
            continue
        if not reached.meets(target) or reached.low == reached.high:
            return None
        rises = beyond(box.low, 0) < beyond(box.high, 0)
        ends = []
        for end in (target.low, target.high):
            if end in reached:
                ends.append(float(brentq(beyond, box.low, box.high, (end,), xtol=1e-12 * middle)))
            else:
                ends.append(0.0 if (end < reached.low) == rises else math.inf)
        is_open = 0 in ends or math.inf in ends
        return None if is_open and reach < 1000 else Interval(min(ends), max(ends))
    return None


def _needs(
    formula: str, target: Interval, rounded: Mapping[str, Interval], face: Mapping[str, Interval], units: pd.Series[Any]
) -> str:
    """What each input that was rounded (all, if none was) would have to be, as text."""
    names = sorted(formula_names(formula))
    loose = [name for name in names if rounded[name].low < rounded[name].high] or names
    spans = {name: _needed(formula, name, target, {**rounded, **face}) for name in loose}
    return "; ".join(f"{name}: {_in_words(span, units[name])}" for name, span in spans.items() if span)


def _in_words(span: Interval, unit: str) -> str:
    """An interval as text; of what is counted in whole things, only whole ones. Six digits are enough."""
    low, high, form = span.low, span.high, ",.4g"
    if unit not in LOOSE_UNITS and math.ceil(low) <= high:
        low, high, form = math.ceil(low * (1 - 1e-9)), high * (1 + 1e-9), ",.0f"
        high = high if math.isinf(high) else math.floor(high)
    ends = [f"{float(f'{end:.6g}'):{form}}" for end in (low, high)]
    return f"at most {ends[1]}" if low <= 0 else f"at least {ends[0]}" if math.isinf(high) else " to ".join(ends)


GROWTH_OF = {
    "ngos_growth_rate": "ngos_registered",
    "ngos_growth_factor": "ngos",
    "forum_participants_factor": "forum_participants",
}
"""Which count a growth is of, to tell the base that it implies."""


def _implied_base(claim: Any, claims: pd.DataFrame, values: Mapping[str, Interval]) -> str:
    """The earlier count that a printed growth needs, from the first printed count with the same last day."""
    same = claims[(claims.measure == GROWTH_OF.get(claim.measure)) & (claims.scope == claim.scope)]
    same = same[(same.end == claim.end) & same.repeats.isna() & same.claim_id.isin(values)]
    if same.empty or claim.name not in values:
        return ""
    count = same.iloc[0]
    divisor = f"(1 + {claim.name} / 100)" if claim.unit == "percent" else claim.name
    base = _in_words(_joint(f"{count.claim_id} / {divisor}", values), count.unit)
    return f"a base of {base} {count.unit}, from {count.claim_id}"


def by_claim(recomputed: pd.DataFrame) -> pd.DataFrame:
    """One row a printed figure: what the verdicts of :func:`derivations` on all its readings come to.

    A figure of which one reading can be computed keeps its verdict. With several it "holds for each base", "for one of"
    or "for some of several bases"; if for none, the first verdict that any has.

    Returns
    -------
    pandas.DataFrame
        ``claim_id``, ``printed``; how many ``readings``, ``computed`` and ``holding``; ``verdict``.

    Examples
    --------
    >>> import kzcivil as kz
    >>> by_claim(derivations(kz.load())).set_index("claim_id").verdict["dia_tender3_sum_factor"]
    'holds for some of several bases'
    """
    rows = []
    for claim_id, group in recomputed.groupby("claim_id", sort=False):
        computed = int((group.verdict != NOT_RECOMPUTED).sum())
        holding = int(group.verdict.isin((AT_FACE, WITHIN)).sum())
        overall = min(group.verdict, key=VERDICTS.index)
        if computed > 1 and holding:
            which = "each base" if holding == computed else f"{'one' if holding == 1 else 'some'} of several bases"
            overall = f"holds for {which}"
        rows.append((claim_id, group.printed.iloc[0], len(group), computed, holding, overall))
    return pd.DataFrame(rows, columns=["claim_id", "printed", "readings", "computed", "holding", "verdict"])


# --- contradictions -------------------------------------------------------------------------------------------------

SHARED_SCOPES = frozenset({"sector", "alliance", "region", "forum", "state"})
"""Scopes in which a measure names one thing for all; the others hold many organisations, donors or views."""

MANY_THINGS = {
    "ngos_field_share": "shares of different fields",
    "sector_age": "spans counted from different beginnings",
    "law_process_years": "one step after another",
    "tender_award": "the least and the greatest award",
    "person_term": "terms of different people",
    "founding_ngos": "different foundings",
    "years_ahead": "different forecasts",
}
"""Measures that hold different things even in a shared scope, with the reason: their numbers need not agree."""

_PAIR = ["first_id", "second_id", "first_source", "second_source", "measure", "level"]


def comparable(evidence: Evidence) -> pd.DataFrame:
    """Pairs of statements that speak of the same thing at the same time, so that they could contradict each other.

    Both are first statements of a number that is not lost, of one measure, scope and region, with dates that overlap
    (undated ones never do). Left out are ranks ("which forum"), scopes outside :data:`SHARED_SCOPES`, the measures of
    single organisations and those of :data:`MANY_THINGS`. Overlap does not prove the same moment.

    Returns
    -------
    pandas.DataFrame
        ``first_id``, ``second_id``, ``first_source``, ``second_source``, ``measure``, ``level`` ("within one piece",
        "between pieces of one document", "between documents").

    Examples
    --------
    >>> import kzcivil as kz
    >>> bool((comparable(kz.load()).measure == "forum_number").any())
    False
    """
    claims, measures = evidence.claims, evidence.measures
    one_thing = measures[(measures.nature != "rank") & (measures.theme != "single organisations")].measure
    kept = claims[claims.repeats.isna() & (claims.wording != "lost") & claims.scope.isin(SHARED_SCOPES)]
    kept = kept[kept.measure.isin(set(one_thing) - set(MANY_THINGS))]
    rows = []
    for _, group in kept.groupby(["measure", "scope", "region"], dropna=False, sort=False):
        for a, b in combinations(_rows(group), 2):
            if a.start <= b.end and b.start <= a.end:
                rows.append((a.claim_id, b.claim_id, a.source_id, b.source_id, a.measure, _level(a, b)))
    return pd.DataFrame(rows, columns=_PAIR)


def _level(a: Any, b: Any) -> str:
    if a.piece_id == b.piece_id:
        return "within one piece"
    return "between pieces of one document" if a.source_id == b.source_id else "between documents"


def contradictions(evidence: Evidence, words: Words = "logical", ceiling: float = CEILING) -> pd.DataFrame:
    """Comparable statements whose intervals do not meet.

    Returns
    -------
    pandas.DataFrame
        The columns of :func:`comparable`; ``gap`` between the nearest ends (in the measure's unit) and their ratio
        ``factor``; ``shows`` ("under both readings" or "conversational only"); ``class``: the ``difference`` that
        ``pairs.csv`` gives to the two or to what they repeat ("looks alike" for a trap), but words alone never explain
        what shows under both readings. Without a judgement it is "wording" if it shows only conversationally,
        "rounding" if the gap is at most one step of the coarser number, else "real".

    Examples
    --------
    >>> import kzcivil as kz
    >>> found = contradictions(kz.load(), "conversational").set_index("measure")
    >>> found.shows["forum_recommendations"]
    'conversational only'
    """
    claims, known = evidence.claims.set_index("claim_id"), _judgements(evidence)
    values = intervals_of(read_claims(evidence.claims, words=words, ceiling=ceiling))
    logical = intervals_of(read_claims(evidence.claims))
    rows = []
    for pair in _rows(comparable(evidence)):
        a, b = pair.first_id, pair.second_id
        if values[a].meets(values[b]):
            continue
        under, over = min(values[a].high, values[b].high), max(values[a].low, values[b].low)
        only, step = logical[a].meets(logical[b]), claims.step[[a, b]].max()
        kind = known.get(frozenset((a, b)))
        if kind is None or (kind in ("wording", "none") and not only):
            kind = "wording" if only else "rounding" if over - under <= step else "real"
        shows = "conversational only" if only else "under both readings"
        rows.append((*pair[1:], over - under, over / under if under > 0 else math.inf, shows, kind))
    return pd.DataFrame(rows, columns=[*_PAIR, "gap", "factor", "shows", "class"])


def _judgements(evidence: Evidence) -> dict[frozenset[str], str]:
    """The difference that pairs.csv gives, by the two first statements."""
    claims = evidence.claims
    root = dict(zip(claims.claim_id, claims.repeats.fillna(claims.claim_id), strict=True))
    found: dict[frozenset[str], str] = {}
    for row in _rows(evidence.pairs):
        names = frozenset(root.get(name, name) for name in (row.first_id, row.second_id))
        found[names] = "looks alike" if row.relation == "looks alike" else row.difference
    return found


def both_readings(evidence: Evidence, ceiling: float = CEILING) -> pd.DataFrame:
    """All contradictions, ``shows`` telling under which reading: the conversational one finds all of the logical.

    Examples
    --------
    >>> import kzcivil as kz
    >>> set(contradictions(kz.load()).first_id) <= set(both_readings(kz.load()).first_id)
    True
    """
    return contradictions(evidence, "conversational", ceiling)


def same_numbers(evidence: Evidence) -> pd.DataFrame:
    """Comparable first statements that print the same number: corroboration, or a repeat that is counted twice.

    The columns of :func:`comparable`, and ``class``: "agreement" if both origins are known and differ, otherwise
    "repeat counted twice?".

    Examples
    --------
    >>> import kzcivil as kz
    >>> same_numbers(kz.load()).set_index("measure")["class"]["ngos_active"]
    'repeat counted twice?'
    """
    pairs, claims = comparable(evidence), evidence.claims.set_index("claim_id")
    origin = [claims.origin.reindex(pairs[column]).to_numpy() for column in ("first_id", "second_id")]
    value = [claims.value.reindex(pairs[column]).to_numpy() for column in ("first_id", "second_id")]
    apart = (origin[0] != origin[1]) & (origin[0] != "unknown") & (origin[1] != "unknown")
    pairs["class"] = ["agreement" if known else "repeat counted twice?" for known in apart]
    found: pd.DataFrame = pairs[value[0] == value[1]].reset_index(drop=True)
    return found


def judged(evidence: Evidence) -> pd.DataFrame:
    """The pairs of ``pairs.csv``, which need judgement, with who says what where and how far they are apart.

    Returns
    -------
    pandas.DataFrame
        ``pair_id``, ``relation`` ("looks alike" is a trap, no contradiction), ``class``, ``level``; for each of the two
        ``_id``, ``_printed``, ``_source``, ``_line``, ``_speaker`` (of an event the piece's author) and ``_origin``;
        ``factor``, greater over smaller printed number (nearest ends where one prints none), and ``years`` between two
        dates or ages, NaN where they do not apply; ``reason``, ``settled_by``.

    Examples
    --------
    >>> import kzcivil as kz
    >>> judged(kz.load()).set_index("pair_id")["class"]["concept_term_within_magazine"]
    'date'
    """
    authors = evidence.pieces.set_index("piece_id").author
    events = evidence.events.rename(columns={"event_id": "id"})
    events = events.assign(speaker=events.piece_id.map(authors), origin=None, unit="date")
    claims = evidence.claims.rename(columns={"claim_id": "id"})
    said = {row.id: row for table in (claims, events) for row in _rows(table)}
    sides = {"id": "id", "printed": "as_printed", "source": "source_id", "line": "line"}
    sides |= {"speaker": "speaker", "origin": "origin"}
    rows = []
    for pair in _rows(evidence.pairs):
        a, b = said[pair.first_id], said[pair.second_id]
        row = {"pair_id": pair.pair_id, "relation": pair.relation, "class": pair.difference, "level": _level(a, b)}
        for side, one in (("first", a), ("second", b)):
            row |= {f"{side}_{name}": getattr(one, column) for name, column in sides.items()}
        factor, years = _sizes(a, b)
        rows.append({**row, "factor": factor, "years": years, "reason": pair.reason, "settled_by": pair.settled_by})
    both = [f"{side}_{name}" for side in ("first", "second") for name in sides]
    columns = ["pair_id", "relation", "class", "level", *both, "factor", "years", "reason", "settled_by"]
    return pd.DataFrame(rows, columns=columns)


def _sizes(a: Any, b: Any) -> tuple[float, float]:
    """Factor and years between two statements; NaN where one does not apply, or their units differ."""
    if a.unit != b.unit:
        return math.nan, math.nan
    if a.unit == "date":
        return math.nan, _years_apart(a, b)
    known = not math.isnan(a.value + b.value)
    small, great = sorted((a.value, b.value) if known else (min(a.high, b.high), max(a.low, b.low)))
    return great / small if small else math.inf, great - small if known and a.unit == "years" else math.nan


def _years_apart(a: Any, b: Any) -> float:
    """Years between two dated rows, to a tenth: 0 where they may be one date.

    Dates that do not overlap are apart from the first day of one to the first day of the other. Two printed ranges of
    more than a year are terms, apart by the greater difference of their beginnings and ends.
    """
    begin, end = abs((a.start - b.start).days) / 365.25, abs((a.end - b.end).days) / 365.25
    terms = all((one.end - one.start).days > 366 and one.date_basis == "printed" for one in (a, b))
    if a.start > b.end or b.start > a.end:
        return float(round(begin, 1))
    return float(round(max(begin, end), 1)) if terms else 0.0


def event_conflicts(evidence: Evidence) -> pd.DataFrame:
    """Printings of one event whose dates do not overlap, or whose terms differ.

    Columns ``event``, ``first_id``, ``second_id``, ``first_source``, ``second_source``, ``first_printed``,
    ``second_printed``, ``years`` (:func:`years_apart`), ``level``, ``class`` (always "date").

    Examples
    --------
    >>> import kzcivil as kz
    >>> "death_penalty_campaign_start" in set(event_conflicts(kz.load()).event)
    True
    """
    rows = []
    for event, group in evidence.events.groupby("event", sort=False):
        for a, b in combinations(_rows(group), 2):
            if a.start > b.end or b.start > a.end or _years_apart(a, b):
                ids = (a.event_id, b.event_id, a.source_id, b.source_id, a.as_printed, b.as_printed)
                rows.append((event, *ids, _years_apart(a, b), _level(a, b), "date"))
    printed = ["first_printed", "second_printed", "years", "level", "class"]
    return pd.DataFrame(rows, columns=["event", *_PAIR[:4], *printed])


def matrix(conflicts: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """Who contradicts whom, a source with itself included.

    Parameters
    ----------
    conflicts, pairs
        From :func:`contradictions` and :func:`comparable`, or any with ``first_source`` and ``second_source``.

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


# --- whose numbers --------------------------------------------------------------------------------------------------

PUBLISHERS = {"adal_azamat": "alliance"}
"""Sources that a body publishes which is itself an origin: its numbers are the source's own."""

PARTS = ["own", "of others", "origin not said", "derived", "which one", "repeat", "lost"]
"""What a claim is, when it is asked whose number it is; see :func:`own_numbers`."""


def _with_parts(evidence: Evidence, publishers: Mapping[str, str]) -> pd.DataFrame:
    claims, kinds = evidence.claims, evidence.origins.set_index("origin").kind
    natures = claims.measure.map(evidence.measures.set_index("measure").nature)
    formulas = evidence.derivations.dropna(subset=["formula"])
    derived = {row.claim_id for row in _rows(formulas) if formula_names(row.formula)}
    own = (claims.origin.map(kinds) == "author") | (claims.origin == claims.source_id.map(publishers))
    part = pd.Series("of others", index=claims.index).mask(own, "own")
    part = part.mask(claims.origin == "unknown", "origin not said").mask(claims.claim_id.isin(derived), "derived")
    part = part.mask(natures == "rank", "which one").mask(claims.repeats.notna(), "repeat")
    return claims.assign(part=part.mask(claims.wording == "lost", "lost"), kind=claims.origin.map(kinds))


def own_numbers(evidence: Evidence, publishers: Mapping[str, str] = PUBLISHERS) -> pd.DataFrame:
    """How many numbers of its own each source has.

    Each claim is one of, and the first that applies of: lost; a repeat (of a first statement in whatever source); an
    ordinal ("which one"), no count of anything; derived (a formula over claims is given for it, whether or not it
    holds); of an origin that is not said; own (of the piece's author or the person it quotes, or of the body that
    publishes the source); of others.

    Returns
    -------
    pandas.DataFrame
        One row a source: ``source_id``, ``claims`` and the seven columns :data:`PARTS`, which sum to it.

    Examples
    --------
    >>> import kzcivil as kz
    >>> found = own_numbers(kz.load())
    >>> bool((found[PARTS].sum(axis=1) == found.claims).all())
    True
    """
    table = _with_parts(evidence, publishers)
    found = pd.crosstab(table.source_id, table.part).reindex(
        index=evidence.sources.source_id, columns=PARTS, fill_value=0
    )
    found.insert(0, "claims", found.sum(axis=1))
    return found.rename_axis(columns=None).reset_index()


def origins_table(evidence: Evidence) -> pd.DataFrame:
    """Roots of the numbers: one row a source and origin.

    Returns
    -------
    pandas.DataFrame
        ``source_id``, ``origin``, its ``kind``; ``claims``, of these ``first`` (repeat no other) and ``repeats``;
        ``derived``, the first statements for which a formula over claims is given.

    Examples
    --------
    >>> import kzcivil as kz
    >>> found = origins_table(kz.load())
    >>> bool((found["first"] + found.repeats == found.claims).all())
    True
    """
    table = _with_parts(evidence, PUBLISHERS)
    table = table.assign(first=table.repeats.isna(), repeats=table.repeats.notna(), derived=table.part == "derived")
    grouped = table.assign(claims=1).groupby(["source_id", "origin", "kind"], sort=False)
    return grouped[["claims", "first", "repeats", "derived"]].sum().reset_index()

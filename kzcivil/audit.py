"""The audit: what the sources derive is recomputed, and whose numbers these are.

Pure functions from :class:`~kzcivil.evidence.Evidence` to tables. Nothing is estimated: a verdict is a rule about
intervals (:mod:`kzcivil.intervals`). What contradicts what is in :mod:`kzcivil.contradictions`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from kzcivil import intervals
from kzcivil.contradictions import LEVELS, TOLD, conflicts
from kzcivil.evidence import Evidence
from kzcivil.intervals import (
    CEILING,
    FAR,
    Interval,
    Words,
    each,
    evaluate,
    formula_names,
    intervals_of,
    joint,
    read_claims,
)
from kzcivil.prose import number

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


Intervals = Mapping[str, Interval]


def verdict(at_face: float, slack: Interval, by_words: Interval, claim: Any, printed: Interval) -> tuple[str, str]:
    """The first of :data:`VERDICTS` that applies to a recomputed figure, and a later one that does too ("" for none).

    ``at_face`` is recomputed from the printed numbers (NaN where an input prints none), ``slack`` with the inputs'
    rounding alone, ``by_words`` with their words too; ``claim`` is the row of the printed result, ``printed`` what that
    allows. It holds at face value if it rounds half up to the printed number or the printed words hold it; within
    rounding if ``slack`` meets ``printed``; truncated if a plain number was cut; not excluded if ``by_words`` meets it.
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
    is_open = by_words.meets(printed)
    if truncated:
        return TRUNCATED, OPEN if is_open else ""
    return (OPEN if is_open else CONTRADICTED), ""


def _printed_result(claim: Any, read: Interval) -> Interval:
    """What a printed result allows: as it is read, but a plain number half a step either side, also of a count."""
    if claim.wording not in ("bare", "only"):
        return read
    return Interval(claim.value - claim.step / 2, claim.value + claim.step * (0.5 - TINY))


def derivations(evidence: Evidence, words: Words = "logical", ceiling: float = CEILING) -> pd.DataFrame:
    """Every row of ``derivations.csv`` recomputed; errors are those of :func:`~kzcivil.intervals.evaluate`.

    Returns
    -------
    pandas.DataFrame
        ``derivation_id``, ``claim_id``, ``printed`` (the words), ``reading``; ``at_face``, from the printed numbers;
        ``low`` and ``high``, with rounding and words of the inputs; ``verdict`` and ``also`` by :func:`verdict`;
        ``needs``, what each rounded input would have to be, the others as printed; ``implies``, the base that a growth
        with no printed base needs; ``inputs``, claim ids. Numbers are in the claim's unit.

    Examples
    --------
    >>> import kzcivil as kz
    >>> found = derivations(kz.load()).set_index("derivation_id")
    >>> found.loc["factor_infographic", "needs"]
    'aa_inf_registered_2003: 3,510 to 3,562'
    """
    claims = evidence.claims
    read = intervals_of(read_claims(claims, words=words, ceiling=ceiling))
    plain = claims.wording.mask(claims.wording.isin(intervals.OPEN_WORDINGS), "bare")
    rounded = intervals_of(read_claims(claims.assign(wording=plain)))
    face = intervals_of(claims.assign(low=claims.value, high=claims.value))
    by_id, rows = claims.set_index("claim_id"), []
    for row in each(evidence.derivations):
        claim, formula = by_id.loc[row.claim_id], row.formula
        known = [row.derivation_id, row.claim_id, claim.as_printed, row.reading]
        if pd.isna(formula) or not {row.claim_id, *formula_names(formula)} <= set(read):
            implied = _implied_base(claim, claims, read) if row.claim_id in read else ""
            rows.append((*known, math.nan, math.nan, math.nan, NOT_RECOMPUTED, "", "", implied, ""))
            continue
        names, printed = sorted(formula_names(formula)), _printed_result(claim, read[row.claim_id])
        by_words, slack = joint(formula, read), joint(formula, rounded)
        at_face = evaluate(formula, face).low if set(names) <= set(face) else math.nan
        found, also = verdict(at_face, slack, by_words, claim, printed)
        needs = "" if found == AT_FACE else _needs(formula, printed, rounded, face, by_id.unit)
        rows.append((*known, at_face, by_words.low, by_words.high, found, also, needs, "", ", ".join(names)))
    columns = ["derivation_id", "claim_id", "printed", "reading", "at_face", "low", "high", "verdict", "also"]
    return pd.DataFrame(rows, columns=[*columns, "needs", "implies", "inputs"])


def _needed(formula: str, name: str, target: Interval, values: Intervals) -> Interval | None:
    """The values of one input that take a formula into a target, the others as they are (None if none does, or no one).

    The formula is inverted by bracketing (Brent 1973) up to a thousandfold either side of the input's middle, or nearer
    where it is not monotone so far. Ends farther than a thousandfold are open (0 or ``inf``).
    """
    from scipy.optimize import brentq  # noqa: PLC0415

    others = {other: values[other] for other in formula_names(formula) - {name}}
    point = {other: span.low for other, span in others.items()}
    middle = values[name].low / 2 + min(values[name].high, FAR) / 2
    if middle == 0 or any(span.low < span.high for span in others.values()):
        return None

    def beyond(x: float, end: float = 0) -> float:
        return intervals._at(formula, {**point, name: x}) - end

    for reach in (1000, 500, 200, 100, 50, 20, 10, 5, 2):
        least, most = middle / reach, middle * reach
        try:
            reached = evaluate(formula, {**others, name: Interval(least, most)})
        except (ValueError, ZeroDivisionError):
            continue
        if math.inf in (-reached.low, reached.high):
            continue
        if not reached.meets(target) or reached.low == reached.high:
            return None
        rises = beyond(least) < beyond(most)
        ends = [float(brentq(beyond, least, most, (end,), xtol=1e-12 * middle)) if end in reached
                else 0 if (end < reached.low) == rises else math.inf
                for end in (target.low, target.high)]  # fmt: skip
        return None if reach < 1000 and {0, math.inf} & set(ends) else Interval(min(ends), max(ends))
    return None


def _needs(formula: str, target: Interval, rounded: Intervals, face: Intervals, units: pd.Series[Any]) -> str:
    """What each input that was rounded (all, if none was) would have to be, as text."""
    names = sorted(formula_names(formula))
    loose = [name for name in names if rounded[name].low < rounded[name].high] or names
    spans = {name: _needed(formula, name, target, {**rounded, **face}) for name in loose}
    return "; ".join(f"{name}: {_in_words(span, units[name])}" for name, span in spans.items() if span)


def _in_words(span: Interval, unit: str) -> str:
    """An interval as text; of what is counted in whole things, only whole ones. Six digits are enough."""
    low, high, form = span.low, span.high, ",.4g"
    if unit not in intervals.LOOSE_UNITS and math.ceil(low) <= high:
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


def _implied_base(claim: Any, claims: pd.DataFrame, values: Intervals) -> str:
    """The earlier count that a printed growth needs, from the first printed count with the same last day."""
    same = claims[(claims.measure == GROWTH_OF.get(claim.measure)) & (claims.scope == claim.scope)]
    same = same[(same.end == claim.end) & same.repeats.isna() & same.claim_id.isin(values)]
    if same.empty or claim.name not in values:
        return ""
    count = same.iloc[0]
    divisor = f"(1 + {claim.name} / 100)" if claim.unit == "percent" else claim.name
    base = _in_words(joint(f"{count.claim_id} / {divisor}", values), count.unit)
    return f"a base of {base} {count.unit}, from {count.claim_id}"


def by_claim(recomputed: pd.DataFrame) -> pd.Series[str]:
    """What the verdicts of :func:`derivations` on all readings of a claim come to: for how many bases it holds."""
    wholes = {}
    for claim_id, found in recomputed.groupby("claim_id", sort=False).verdict:
        computed, holding = (found != NOT_RECOMPUTED).sum(), found.isin((AT_FACE, WITHIN)).sum()
        which = "each base" if holding == computed else f"{'one' if holding == 1 else 'some'} of several bases"
        wholes[claim_id] = f"holds for {which}" if computed > 1 and holding else min(found, key=VERDICTS.index)
    return pd.Series(wholes, dtype="object")


# --- whose numbers --------------------------------------------------------------------------------------------------

PUBLISHERS = {"adal_azamat": "alliance"}
"""Sources that a body publishes which is itself an origin: its numbers are the source's own."""

PARTS = ["own", "of others", "origin not said", "derived", "which one", "repeat", "lost"]
"""What a claim is, when it is asked whose number it is; see :func:`own_numbers`."""


def _with_parts(evidence: Evidence, publishers: Mapping[str, str]) -> pd.DataFrame:
    """The claims with the ``part`` that each is, and the ``kind`` of its origin."""
    claims, kinds = evidence.claims, evidence.origins.set_index("origin").kind
    natures = claims.measure.map(evidence.measures.set_index("measure").nature)
    formulas = evidence.derivations.dropna(subset=["formula"])
    derived = {row.claim_id for row in each(formulas) if formula_names(row.formula)}
    own = (claims.origin.map(kinds) == "author") | (claims.origin == claims.source_id.map(publishers))
    part = pd.Series("of others", index=claims.index).mask(own, "own")
    part = part.mask(claims.origin == "unknown", "origin not said").mask(claims.claim_id.isin(derived), "derived")
    part = part.mask(natures == "rank", "which one").mask(claims.repeats.notna(), "repeat")
    return claims.assign(part=part.mask(claims.wording == "lost", "lost"), kind=claims.origin.map(kinds))


def own_numbers(evidence: Evidence, publishers: Mapping[str, str] = PUBLISHERS) -> pd.DataFrame:
    """How many numbers of its own each source has: a row a source, with ``claims`` and :data:`PARTS`, which sum to it.

    Each claim is the first that applies of: lost; a repeat; an ordinal ("which one"); derived (a formula over claims is
    given, whether or not it holds); of an origin not said; own (of the piece's author, the person it quotes or the body
    that publishes the source); of others.
    """
    table = _with_parts(evidence, publishers)
    found = pd.crosstab(table.source_id, table.part)
    found = found.reindex(index=evidence.sources.source_id, columns=PARTS, fill_value=0).rename_axis(columns=None)
    return found.assign(claims=found.sum(axis=1)).reset_index()


def origins_table(evidence: Evidence) -> pd.DataFrame:
    """Roots of the numbers, a row a source and origin: ``claims``, of these ``first``, ``repeats`` and ``derived``."""
    table = _with_parts(evidence, PUBLISHERS)
    table = table.assign(first=table.repeats.isna(), repeats=table.repeats.notna(), derived=table.part == "derived")
    grouped = table.assign(claims=1).groupby(["source_id", "origin", "kind"], sort=False)
    return grouped[["claims", "first", "repeats", "derived"]].sum().reset_index()


# --- one number, two readers -------------------------------------------------------------------------------------

_FORMULA = re.compile(r"\{(.+?)( %)?\}")  # a formula over claims; with a per cent sign a share
_READERS: dict[str, tuple[str, str]] = {
    "The register of 2023, and NGOs in 2003": (
        "The register of 2023 is {aa_inf_registered_2023 / aa_inf_registered_2003} times as long as that of 2003.",
        "It is {aa_inf_registered_2023 / caci_ngos_operating_2003} times the NGOs said to operate in 2003"
        " by government statistics."),
    "Active NGOs of those registered, 2023": (
        "By the ministry's count {aa_minister_active_ngos / aa_inf_registered_2023 %} of registered NGOs are active,"
        " at the least.",
        "The numbers leave room for {1 - aa_minister_active_ngos / aa_inf_registered_2023 %} of registered NGOs"
        " that are not."),
    "Sums and winners of three tenders, 2003 to 2005": (
        "The sum of 2005 is {dia_tender3_sum / dia_tender2_sum} times that of 2004.",
        "The sum of 2004 is {dia_tender2_sum / dia_tender1_sum} times that of 2003; of {dia_tender3_applicants} NGOs"
        " that applied in 2005, {dia_tender3_applicants - dia_tender3_winners} won nothing."),
    "State expenditure of 2018 per NGO": (
        "Each NGO registered for state grants could have had"
        " {kxr_state_expenditure_2018 / kxr_ngos_grant_registered / 1e6} million tenge.",
        "Each registered NGO could have had {kxr_state_expenditure_2018 / kxr_ngos_registered / 1e6} million tenge."),
    "Employees and registered NGOs, 2018": (
        "There are {kxr_people_employed / kxr_ngos_registered} employees for each registered NGO.",
        "A mean of {kxr_people_employed / kxr_ngos_registered} leaves"
        " {1 - kxr_people_employed / kxr_ngos_registered / 2 %} of them, at the least, with at most one employee."),
    "Growth in 2023, and new NGOs every year": (
        "Growth of {aa_baig_ngos_growth_2023} % is"
        " {aa_inf_registered_2023 - aa_inf_registered_2023 / (1 + aa_baig_ngos_growth_2023 / 100)} more NGOs.",
        "{aa_baig_new_ngos_per_year} new NGOs a year are {aa_baig_new_ngos_per_year / aa_inf_registered_2023 %}"
        " of the {aa_inf_registered_2023} registered."),
}  # fmt: skip


def two_readers(evidence: Evidence) -> pd.DataFrame:
    """The same printed numbers as an official and as a critic could read them, each sentence computed and true."""
    claims = evidence.claims
    face = intervals_of(claims.assign(low=claims.value, high=claims.value))

    def computed(formula: re.Match[str]) -> str:
        value = evaluate(formula[1], face).low
        share = f"{number(100 * value, 2)} %" if 0 <= value <= 1 else "no possible share"
        return share if formula[2] else number(value)

    rows = []
    for figures, readings in _READERS.items():
        ids = {name for one in readings for formula in _FORMULA.finditer(one) for name in formula_names(formula[1])}
        if ids <= set(face):
            rows.append((figures, *(_FORMULA.sub(computed, one) for one in readings), ", ".join(sorted(ids))))
    return pd.DataFrame(rows, columns=["figures", "official", "critic", "ids"])


def headlines(evidence: Evidence) -> list[dict[str, str]]:
    """Rows of the results table: derivations by verdict, contradictions by level, own numbers by source."""
    found, table, own = derivations(evidence), conflicts(evidence), own_numbers(evidence)
    told = table[table.verdict == TOLD]
    code = (told.found != "by judgement").sum()
    counts = found.verdict.value_counts().reindex(VERDICTS, fill_value=0)
    levels = told.level.value_counts().reindex(LEVELS, fill_value=0)
    names = evidence.sources.set_index("source_id").short_title
    each_own = [f"{names[row.source_id]} {row.own} of {row.claims}" for row in each(own) if row.claims]
    answers = {
        "Do the sources' own sums hold?": (
            f"Of {len(found)} readings: {'; '.join(f'{verdict}: {n}' for verdict, n in counts.items() if n)}.",
            "Rounding and open words of the inputs; which base a printed multiple means.",
        ),
        "How often do the sources contradict each other, and themselves?": (
            f"{len(told)} pairs: {'; '.join(f'{n} {level}' for level, n in levels.items())};"
            f" {len(told) - code} by our judgement only, {code} also by a rule;"
            f" {(told['class'] == 'wording').sum()} only in words.",
            "What is taken as the same thing; the longest document has most pairs to compare.",
        ),
        "How many numbers of its own has each source?": (
            f"{'; '.join(each_own)}.",
            "Repeats, derived numbers, ordinals and numbers of unknown origin do not count as own.",
        ),
    }
    return [{"question": question, "answer": answer, "hangs_on": hangs_on, "notebook": "06_audit"}
            for question, (answer, hangs_on) in answers.items()]  # fmt: skip

"""The audit: what the sources derive is recomputed, and whose numbers these are.

Pure functions from :class:`~kzcivil.evidence.Evidence` to tables. Nothing is estimated: a verdict is a rule about
intervals (:mod:`kzcivil.intervals`). What contradicts what is in :mod:`kzcivil.contradictions`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from kzcivil.contradictions import LEVELS, TOLD, conflicts
from kzcivil.evidence import Evidence
from kzcivil.intervals import (
    CEILING,
    LOOSE_UNITS,
    OPEN_WORDINGS,
    Interval,
    Words,
    each,
    evaluate,
    formula_names,
    intervals_of,
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

FAR = 1e60
"""Where an open end stands while a formula is evaluated; results beyond its root are open, below 1/root zero."""


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
    for row in each(evidence.derivations):
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


# --- whose numbers --------------------------------------------------------------------------------------------------

PUBLISHERS = {"adal_azamat": "alliance"}
"""Sources that a body publishes which is itself an origin: its numbers are the source's own."""

PARTS = ["own", "of others", "origin not said", "derived", "which one", "repeat", "lost"]
"""What a claim is, when it is asked whose number it is; see :func:`own_numbers`."""


def _with_parts(evidence: Evidence, publishers: Mapping[str, str]) -> pd.DataFrame:
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


# --- one number, two readers -------------------------------------------------------------------------------------


def _share(part: float, whole: float) -> str:
    """A share in percent, or that there is none."""
    return f"{number(100 * part / whole, 2)} %" if 0 <= part <= whole else "no possible share"


_READERS: list[tuple[str, tuple[str, ...], Callable[..., str], Callable[..., str]]] = [
    (
        "The register of 2023, and NGOs in 2003",
        ("aa_inf_registered_2023", "aa_inf_registered_2003", "caci_ngos_operating_2003"),
        lambda new, old, _: f"The register of 2023 is {number(new / old)} times as long as that of 2003.",
        lambda new, _, some: (
            f"It is {number(new / some)} times the NGOs said to operate in 2003 by government statistics."
        ),
    ),
    (
        "Active NGOs of those registered, 2023",
        ("aa_minister_active_ngos", "aa_inf_registered_2023"),
        lambda active, all_: (
            f"By the ministry's count {_share(active, all_)} of registered NGOs are active, at the least."
        ),
        lambda active, all_: (
            f"The numbers leave room for {_share(all_ - active, all_)} of registered NGOs that are not."
        ),
    ),
    (
        "Sums and winners of three tenders, 2003 to 2005",
        ("dia_tender1_sum", "dia_tender2_sum", "dia_tender3_sum", "dia_tender3_applicants", "dia_tender3_winners"),
        lambda _, b, c, *__: f"The sum of 2005 is {number(c / b)} times that of 2004.",
        lambda a, b, _, asked, won: (
            f"The sum of 2004 is {number(b / a, 2)} times that of 2003; of {number(asked)} NGOs that applied in 2005,"
            f" {number(asked - won)} won nothing."
        ),
    ),
    (
        "State expenditure of 2018 per NGO",
        ("kxr_state_expenditure_2018", "kxr_ngos_grant_registered", "kxr_ngos_registered"),
        lambda sum_, some, _: (
            f"Each NGO registered for state grants could have had {number(round(sum_ / some, -4))} tenge."
        ),
        lambda sum_, _, all_: f"Each registered NGO could have had {number(round(sum_ / all_, -4))} tenge.",
    ),
    (
        "Employees and registered NGOs, 2018",
        ("kxr_people_employed", "kxr_ngos_registered"),
        lambda people, all_: f"There are {number(people / all_)} employees for each registered NGO.",
        lambda people, all_: (
            f"A mean of {number(people / all_)} leaves {_share(all_ - people / 2, all_)} of them, at the least,"
            " with at most one employee."
        ),
    ),
    (
        "Growth in 2023, and new NGOs every year",
        ("aa_baig_ngos_growth_2023", "aa_baig_new_ngos_per_year", "aa_inf_registered_2023"),
        lambda rate, _, all_: (
            f"Growth of {number(rate)} % is {number(round(all_ - all_ / (1 + rate / 100)))} more NGOs."
        ),
        lambda _, new, all_: (
            f"{number(new)} new NGOs a year are {number(100 * new / all_, 2)} % of the {number(all_)} registered."
        ),
    ),
]


def two_readers(evidence: Evidence) -> pd.DataFrame:
    """The same printed numbers as an official and as a critic could read them, each sentence computed and true.

    Returns
    -------
    pandas.DataFrame
        ``figures``, ``official``, ``critic``, and the claim ``ids``; numbers are taken at face value. A row of which a
        claim is left out is left out.

    Examples
    --------
    >>> import kzcivil as kz
    >>> two_readers(kz.load()).official[0]
    'The register of 2023 is 6.67 times as long as that of 2003.'
    """
    values = evidence.claims.set_index("claim_id").value.to_dict()
    rows = [
        (figures, official(*(values[key] for key in ids)), critic(*(values[key] for key in ids)), ", ".join(ids))
        for figures, ids, official, critic in _READERS
        if set(ids) <= set(values)
    ]
    return pd.DataFrame(rows, columns=["figures", "official", "critic", "ids"])


def headlines(evidence: Evidence) -> list[dict[str, str]]:
    """Rows of the results table: derivations by verdict, contradictions by level, own numbers by source."""
    found, table = derivations(evidence), conflicts(evidence)
    told = table[table.verdict == TOLD]
    counts = found.verdict.value_counts().reindex(VERDICTS, fill_value=0)
    levels = told.level.value_counts().reindex(LEVELS, fill_value=0)
    names = evidence.sources.set_index("source_id").short_title
    own = own_numbers(evidence)
    each_own = [f"{names[row.source_id]} {row.own} of {row.claims}" for row in each(own) if row.claims]
    code = int(told.found.ne("by judgement").sum())
    answers = [
        (
            "Do the sources' own sums hold?",
            f"Of {len(found)} readings: {'; '.join(f'{verdict}: {n}' for verdict, n in counts.items() if n)}.",
            "Rounding and open words of the inputs; which base a printed multiple means.",
        ),
        (
            "How often do the sources contradict each other, and themselves?",
            f"{len(told)} pairs: {'; '.join(f'{n} {level}' for level, n in levels.items())}; {code} found by"
            f" rule alone, {int(told['class'].eq('wording').sum())} only in words.",
            "What is taken as the same thing; the longest document has most pairs to compare.",
        ),
        (
            "How many numbers of its own has each source?",
            f"{'; '.join(each_own)}.",
            "Repeats, derived numbers, ordinals and numbers of unknown origin do not count as own.",
        ),
    ]
    keys = ("question", "answer", "hangs_on")
    return [{**dict(zip(keys, row, strict=True)), "notebook": "06_audit"} for row in answers]

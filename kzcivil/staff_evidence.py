"""What the sources' totals of NGOs and people say about one-person NGOs: from claims to the bounds of ``staffing``."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from kzcivil.evidence import DataError, Evidence, load
from kzcivil.intervals import CEILING, Interval, Number, Words, each, intervals_of, read_claims
from kzcivil.prose import known, number, several, span
from kzcivil.staffing import (
    ANY,
    entropy_share,
    mean_of_others,
    mean_staff,
    organisations_for,
    share_by_programme,
    share_if_inactive_keep_one,
    share_if_only_active_staffed,
    share_with_at_most_one,
    share_with_none,
    share_with_one,
    share_with_one_beside,
    verdict,
)

NOTEBOOK = "04_one_employee"
OVERWHELMING = 0.75
REGISTERED, EMPLOYED, EMPLOYED_AGAIN = "kxr_ngos_registered", "kxr_people_employed", "kxr_people_employed_repeat"
ACTIVE, GRANT_REGISTERED = "kxr_ngos_active", "kxr_ngos_grant_registered"
ACTIVE_LATER, REGISTERED_LATER = "aa_minister_active_ngos", "aa_inf_registered_2023"
EFFECTIVE, FUNCTIONING = "dia_ngos_effective", "dia_ngos_five_thousand"
PEOPLE = (
    ("caci_people_involved_2003", "caci_ngos_operating_2003"),
    ("caci_people_involved_2003", "aa_inf_registered_2003"),
    ("dia_people_employed", FUNCTIONING),
    ("dia_people_employed", EFFECTIVE),
    (EMPLOYED, REGISTERED),
    (EMPLOYED, GRANT_REGISTERED),
    (EMPLOYED, ACTIVE),
    ("aa_chair_degree_holders", REGISTERED_LATER),
    ("aa_chair_experts", REGISTERED_LATER),
    ("aa_chair_volunteers", REGISTERED_LATER),
)
"""People and the NGOs that they can be divided by, of the same year."""

CLAIM = ("kxr_people_per_ngo", "kxr_people_per_ngo_repeat", "kxr_ngos_registered_repeat")
USED = tuple(
    dict.fromkeys(
        [REGISTERED, EMPLOYED, EMPLOYED_AGAIN, *CLAIM, ACTIVE_LATER, *(key for pair in PEOPLE for key in pair)]
    )
)

Wording = Literal["either", "both", "only", "slightly more"]
DECIDED = {
    "forced": "follows",
    "possible": "is possible and does not follow",
    "impossible": "is ruled out",
    "contradiction": "cannot be asked, because the totals contradict the premise",
}


@dataclass(frozen=True, slots=True)
class Totals:
    """Organisations N and employees E under one reading, and all claims read the same way.

    Attributes
    ----------
    organisations, employees
        Intervals of N and E.
    printed
        The two numbers as printed, without the words around them: (N, E).
    values
        Interval by claim_id.
    """

    organisations: Interval
    employees: Interval
    printed: tuple[float, float]
    values: Mapping[str, Interval]

    @property
    def mean(self) -> Interval:
        """Employees per organisation."""
        return mean_staff(self.employees, self.organisations)

    @property
    def printed_mean(self) -> float:
        """The two printed numbers divided."""
        return self.printed[1] / self.printed[0]


def totals(
    evidence: Evidence,
    *,
    wording: Wording = "either",
    number: Number = "rounded",
    words: Words = "conversational",
    ceiling: float = CEILING,
    most: float = math.inf,
) -> Totals:
    """N and E of the article that makes the claim.

    Parameters
    ----------
    evidence
        From :func:`kzcivil.load`.
    wording
        E is printed twice with different words: take ``"either"`` (the hull), what holds under ``"both"``, or one.
    number, words, ceiling
        The reading, as in :func:`kzcivil.read_claims`. N has a ceiling only if words are read conversationally.
    most
        A ceiling for N from elsewhere.

    Raises
    ------
    DataError
        If the evidence holds no N or no E, or ``most`` lies below N.

    Examples
    --------
    >>> import kzcivil as kz
    >>> totals(kz.load(), wording="only").employees
    Interval(low=29500.0, high=30500.0)
    """
    values = intervals_of(read_claims(evidence.claims, number=number, words=words, ceiling=ceiling))
    if missing := [key for key in (REGISTERED, EMPLOYED) if key not in values or not evidence.row(key).value > 0]:
        raise DataError(
            f"claims.csv: this page needs a number of NGOs and of their employees, so a row with a value for "
            f"{' and '.join(missing)}; found none in {evidence.label}. Keep the source that prints it."
        )
    organisations = values[REGISTERED]
    if not organisations.low > 0 or most < organisations.low:
        raise DataError(
            f"claims.csv, row {REGISTERED}: found {organisations}; expected above 0 and at most {most:,.0f}"
        )
    printed = (float(evidence.row(REGISTERED).value), float(evidence.row(EMPLOYED).value))
    employees = _employees(values[EMPLOYED], values.get(EMPLOYED_AGAIN, values[EMPLOYED]), wording)
    return Totals(Interval(organisations.low, min(organisations.high, most)), employees, printed, values)


def _employees(only: Interval, more: Interval, wording: Wording) -> Interval:
    hull = Interval(min(only.low, more.low), max(only.high, more.high))
    return {"only": only, "slightly more": more, "both": only.intersection(more) or hull, "either": hull}[wording]


# --- what the totals prove ------------------------------------------------------------------------------------------


def what_totals_prove(found: Totals, largest: Iterable[float] = (10, 100, 1000, math.inf)) -> pd.DataFrame:
    """Bounds with nothing known of idle NGOs: exactly one, at most one, none, by the largest staff of any NGO."""
    return pd.DataFrame(
        [
            {
                "Largest staff": "no limit" if k == math.inf else number(k),
                "Exactly one": share_text(share_with_one(found.mean, ANY, k)),
                "At most one": share_text(share_with_at_most_one(found.mean, ANY, k)),
                "None": share_text(share_with_none(found.mean, ANY, k)),
            }
            for k in largest
        ]
    )


def compared_with_programme(mean: float, idle: Iterable[float], largest: Iterable[int]) -> pd.DataFrame:
    """The closed form beside the linear programme, in percent: two ways to the same bounds."""
    rows = []
    for z in idle:
        for k in largest:
            closed, programme = share_with_one(mean, z, k), share_by_programme("one", mean, z, k)
            rows.append(
                {
                    "Idle (% of NGOs)": 100 * z,
                    "Largest staff": k,
                    "Closed form": share_text(closed, 1),
                    "Linear programme": share_text(programme, 1),
                    "Equal": _equal(closed, programme),
                }
            )
    return pd.DataFrame(rows)


def _equal(a: Interval | None, b: Interval | None) -> bool:
    if a is None or b is None:
        return a is b
    return abs(a.low - b.low) < 1e-9 and abs(a.high - b.high) < 1e-9


@dataclass(frozen=True, slots=True)
class _Premise:
    """A supposition on the NGOs without staff, and the share with exactly one employee that follows from it."""

    name: str
    words: str
    ids: tuple[str, ...]
    idle: Interval
    bounds: Interval | None
    staff: Interval
    """Employees per NGO that is active in the premise's sense."""


def premises(
    evidence: Evidence, found: Totals, threshold: float = OVERWHELMING, largest: float = math.inf
) -> pd.DataFrame:
    """The share with exactly one employee under each premise on the NGOs without staff that the sources suggest.

    None of the sources says "has no staff"; that an NGO which is not active, effective or registered for grants has
    none is a premise.

    Parameters
    ----------
    evidence, found
        The evidence, and its N and E from :func:`totals`.
    threshold
        What counts as overwhelming, a share.
    largest
        Most staff of any NGO.

    Returns
    -------
    pandas.DataFrame
        name (short), words, ids, idle_low, idle_high, low, high (bounds; NaN where no staffing fits), staff_low,
        staff_high (employees per active NGO), verdict. Premises whose claims are left out drop out.
    """
    rows = []
    for one in [
        *_plain(found, largest),
        *_borrowed(evidence, found, largest),
        *_of_the_article(evidence, found, largest),
    ]:
        low, high = (math.nan, math.nan) if one.bounds is None else (one.bounds.low, one.bounds.high)
        rows.append(
            {
                "name": one.name,
                "words": one.words,
                "ids": one.ids,
                "idle_low": one.idle.low,
                "idle_high": one.idle.high,
                "low": low,
                "high": high,
                "staff_low": one.staff.low,
                "staff_high": one.staff.high,
                "verdict": "contradiction" if one.bounds is None else verdict(threshold, one.bounds),
            }
        )
    return pd.DataFrame(rows)


def _plain(found: Totals, largest: float) -> list[_Premise]:
    m, none = found.mean, Interval(0, 0)
    unknown, staffed = share_with_one(m, ANY, largest), share_with_one(m, none, largest)
    return [
        _Premise("Nothing known of idle NGOs", "Nothing is known of idle NGOs", (), ANY, unknown, m / ANY),
        _Premise("No NGO is idle", "No NGO is idle: each has at least one employee", (), none, staffed, m),
    ]


def _borrowed(evidence: Evidence, found: Totals, largest: float) -> list[_Premise]:
    """Idle shares of another year, taken as if they held for the article's NGOs."""
    result = []
    for part, whole, what, year in (
        (ACTIVE_LATER, REGISTERED_LATER, "active", "in 2023"),
        (EFFECTIVE, FUNCTIONING, "effective", "about 2006"),
    ):
        if not {part, whole} <= found.values.keys():
            continue
        share = (found.values[part] / found.values[whole]).intersection(Interval(0, 1)) or Interval(1, 1)
        idle = Interval(1 - share.high, 1 - share.low)
        said = " of ".join(f"“{evidence.row(key).as_printed}”" for key in (part, whole))
        words = f"As large a share is idle as was not {what} {year}: {said}"
        bounds, name = share_with_one(found.mean, idle, largest), f"Idle: as many as not {what} {year}"
        result.append(_Premise(name, words, (part, whole), idle, bounds, found.mean / share))
    return result


def _of_the_article(evidence: Evidence, found: Totals, largest: float) -> list[_Premise]:
    """Numbers of NGOs with staff from the article itself, so z and m hang on one N."""
    n, e = found.organisations, found.employees
    result = []
    for part, what, name in (
        (GRANT_REGISTERED, "registered for grants", "Idle: all not registered for grants"),
        (ACTIVE, "active", "Idle: all but the article's active ones"),
    ):
        if part not in found.values:
            continue
        some = found.values[part]
        idle = Interval(max(0.0, 1 - some.high / n.low), max(0.0, 1 - some.low / n.high))
        words = f"Only the “{evidence.row(part).as_printed}” {what} have staff"
        result.append(_Premise(name, words, (part,), idle, share_if_only_active_staffed(e, some, n, largest), e / some))
    if ACTIVE in found.values:
        some = found.values[ACTIVE]
        others = Interval(max(0.0, e.low - n.high), max(0.0, e.high - n.low)) / some + Interval(1, 1)
        words = f"All but the “{evidence.row(ACTIVE).as_printed}” active keep exactly one employee each"
        kept = share_if_inactive_keep_one(e, some, n, largest)
        result.append(_Premise("The inactive keep exactly one each", words, (ACTIVE,), Interval(0, 0), kept, others))
    return result


def idle_of(table: pd.DataFrame, part: str) -> Interval | None:
    """The idle share that a premise of :func:`premises` takes from a claim, or None if the claim is left out."""
    for row in each(table):
        if part in row.ids:
            return Interval(row.idle_low, row.idle_high)
    return None


def tally(table: pd.DataFrame, threshold: float = OVERWHELMING) -> str:
    """How many premises force, allow and rule out that a share reaches the threshold: a title, and its other branch."""
    count = table.verdict.value_counts()
    share = f"{number(100 * threshold)} % with one employee"
    if len(count) == 1:
        return f"Under every premise on idle NGOs, {share} {DECIDED[count.index[0]]}"
    parts = [
        ("forced", "forced"),
        ("possible", "possible"),
        ("impossible", "ruled out"),
        ("contradiction", "contradictory"),
    ]
    words = [f"{word} under {count[key]}" for key, word in parts if key in count]
    return f"{share[:1].upper()}{share[1:]}: {several(words)} of {len(table)} premises on idle NGOs"


def no_idle(found: Totals, threshold: float = OVERWHELMING, largest: float = math.inf) -> str:
    """What follows if each NGO has at least one employee, in words."""
    bounds = share_with_one(found.mean, 0, largest)
    if bounds is None:
        return "That each NGO has at least one employee contradicts the totals."
    return (
        f"If each NGO has at least one employee, {share_text(bounds)} have exactly one, so an overwhelming share "
        f"({number(100 * threshold)} % or more) {DECIDED[verdict(threshold, bounds)]}."
    )


def reached_from(
    found: Totals, threshold: float = OVERWHELMING, idle: Iterable[float] = (0, 0.05, 0.1, 0.15, 0.2, 0.25)
) -> pd.DataFrame:
    """From which number of NGOs on, and up to which, the printed employees force the threshold; by idle share."""
    rows = []
    for z in idle:
        printed, least, most = (
            organisations_for(threshold, "forced", e, z) if e > 0 else None
            for e in (found.printed[1], found.employees.low, found.employees.high)
        )
        rows.append(
            {
                "Idle (% of NGOs)": 100 * z,
                "Forced from N =": "nowhere" if printed is None else number(math.ceil(printed.low - 1e-6)),
                "Up to N =": "" if printed is None else number(math.floor(printed.high + 1e-6)),
                "From N =, fewest employees": "" if least is None else number(math.ceil(least.low - 1e-6)),
                "From N =, most employees": "" if most is None else number(math.ceil(most.low - 1e-6)),
            }
        )
    return pd.DataFrame(rows)


def needed(evidence: Evidence, found: Totals, threshold: float = OVERWHELMING) -> str:
    """From which N on the claim would be forced with no idle NGO, against the register of 2023, in words."""
    where = organisations_for(threshold, "forced", found.printed[1])
    if where is None:
        return f"At no number of NGOs would {number(found.printed[1])} employees force that share."
    text = (
        f"With {number(found.printed[1])} employees and no idle NGO, that share follows only from "
        f"{number(math.ceil(where.low - 1e-6))} NGOs on."
    )
    if found.organisations.low > where.high:
        return f"{text} The article has more NGOs than employees."
    if found.organisations.low >= where.low:
        return f"{text} The article's number is large enough."
    if not known(evidence, [REGISTERED_LATER]):
        return text
    later = evidence.row(REGISTERED_LATER).value
    if later in where:
        return f"{text} The register of 2023 would do, with {number(later)}."
    trouble = "falls short" if later < where.low else "has more NGOs than there were employees"
    return f"{text} Even the register of 2023, with {number(later)}, {trouble}."


def own_words(table: pd.DataFrame, threshold: float = OVERWHELMING) -> str:
    """The article's two sentences together under the two premises on its inactive NGOs, in words."""
    rows = table[[ACTIVE in ids for ids in table.ids]]
    if len(rows) != 2:
        return f"What the article's own count of active NGOs does to its claim cannot be said without {ACTIVE}."
    unpaid, kept = list(each(rows))
    texts = [_under(row, threshold) for row in (kept, unpaid)]
    join = "but" if kept.verdict != unpaid.verdict else "and"
    tail = " The article states neither premise." if join == "but" else ""
    return (
        f"If all but the article's own active NGOs keep exactly one employee each, {texts[0]}; {join} if inactive "
        f"means no staff, {texts[1]}.{tail}"
    )


def _under(row: Any, threshold: float) -> str:
    if row.verdict == "contradiction":
        return "no staffing fits the totals"
    share = share_text(Interval(row.low, row.high))
    return f"{share} have exactly one and the claim at {number(100 * threshold)} % {DECIDED[row.verdict]}"


def edge(found: Totals, threshold: float = OVERWHELMING) -> str:
    """Where the article's totals stand to the region in which the threshold is forced, no NGO being idle: a title."""
    ends = [share_with_one(max(1.0, m), 0) for m in (found.mean.low, found.mean.high)]
    forced = [bounds is not None and verdict(threshold, bounds) == "forced" for bounds in ends]
    where = "lie inside it" if all(forced) else "touch its edge" if any(forced) else "lie outside it"
    return f"{number(100 * threshold)} % with one employee is forced in a corner; the article's totals {where}"


def floor_title(mean: float) -> str:
    """What a mean forces, with no idle NGO and with some: a title."""
    per = f"With {number(mean)} employees per NGO"
    if mean < 1:
        return f"{per} at least {number(100 * (1 - mean), 2)} % have none at all"
    if mean >= 2:
        return f"{per} the totals force no NGO to have exactly one"
    floor, gone = math.floor(100 * (2 - mean) + 1e-7), number(100 * (1 - mean / 2))
    return f"{per}, {number(floor)} % or more have exactly one if none is idle; from {gone} % idle on, perhaps none"


# --- how much hangs on what -----------------------------------------------------------------------------------------


def readings(evidence: Evidence, threshold: float = OVERWHELMING, ceiling: float = CEILING) -> pd.DataFrame:
    """N, E, mean, bounds and verdict with no idle NGO, and the floor of at most one, under each reading."""
    face: Number = "face"
    cases: list[tuple[str, Totals]] = [
        ("as used on this page", totals(evidence, ceiling=ceiling)),
        ("“only” alone, numbers at face", totals(evidence, wording="only", number=face, ceiling=ceiling)),
        ("“only” alone", totals(evidence, wording="only", ceiling=ceiling)),
        ("“slightly more” alone", totals(evidence, wording="slightly more", ceiling=ceiling)),
        ("both wordings at once", totals(evidence, wording="both", ceiling=ceiling)),
        ("no ceiling on N, “only”", totals(evidence, wording="only", words="logical")),
        ("no ceiling on N or E", totals(evidence, wording="either", words="logical")),
    ]
    later = known(evidence, [REGISTERED_LATER])
    if later and evidence.row(later[0]).value >= cases[0][1].organisations.low:
        most = float(evidence.row(later[0]).value)
        cases.append(("N at most as registered in 2023", totals(evidence, ceiling=ceiling, most=most)))
    rows = []
    for name, found in cases:
        bounds = share_with_one(found.mean, 0)
        rows.append(
            {
                "Reading": name,
                "NGOs": span(found.organisations),
                "Employees": span(found.employees),
                "Employees per NGO": span(found.mean),
                "Exactly one, none idle": share_text(bounds),
                f"{number(100 * threshold)} %": "contradiction" if bounds is None else verdict(threshold, bounds),
                "At most one, in any case": share_text(share_with_at_most_one(found.mean)),
            }
        )
    return pd.DataFrame(rows)


def by_assumption(
    evidence: Evidence,
    found: Totals,
    thresholds: Iterable[float] = (0.5, 0.75, 0.9, 0.95),
    largest: Iterable[float] = (10, 100, 1000),
) -> pd.DataFrame:
    """Each premise: verdicts for other meanings of "overwhelming", bounds for other limits to one NGO's staff."""
    table = premises(evidence, found)
    columns: dict[str, list[str]] = {"Premise": list(table["name"])}
    for t in thresholds:
        columns[f"{number(100 * t)} % or more"] = list(premises(evidence, found, t).verdict)
    for k in largest:
        rows = each(premises(evidence, found, largest=k))
        columns[f"Share if nobody has over {number(k)}"] = [_bounds_text(row) for row in rows]
    return pd.DataFrame(columns)


def left_out(
    evidence: Evidence, threshold: float = OVERWHELMING, largest: float = math.inf, **reading: Any
) -> pd.DataFrame:
    """What stays without each source and each origin that the page rests on; the reading as in :func:`totals`."""
    rows = evidence.claims[evidence.claims.claim_id.isin(USED)]
    names = [*dict.fromkeys(rows.source_id), *dict.fromkeys(rows.origin)]
    cells = []
    for name in names:
        case = {"Left out": name, "Claims lost": int(((rows.source_id == name) | (rows.origin == name)).sum())}
        rest = load(evidence.folders, (*evidence.without, name))
        try:
            table = premises(rest, totals(rest, **reading), threshold, largest)
        except DataError:
            cells.append(
                case | {"Forced": "", "Possible": "", "Ruled out": "", "What is left": "the question cannot be asked"}
            )
            continue
        counts = {word: int((table.verdict == key).sum()) for key, word in _COLUMNS.items()}
        cells.append(
            case | counts | {"What is left": f"{len(table)} premises, {len(people_per_ngo(rest))} counts of people"}
        )
    return pd.DataFrame(cells)


_COLUMNS = {"forced": "Forced", "possible": "Possible", "impossible": "Ruled out"}


# --- the others, and one more fact ----------------------------------------------------------------------------------


def staff_of_others(found: Totals, shares: Iterable[float], idle: Interval | None) -> pd.DataFrame:
    """Mean staff of the NGOs with two or more, if a share has exactly one; with none idle and with some."""
    rows = []
    for share in shares:
        cells: dict[str, Any] = {"With exactly one (%)": 100 * share}
        cells["Others, printed numbers"] = _others(mean_of_others(share, found.printed_mean))
        cells["Others, any reading"] = _others(mean_of_others(share, found.mean))
        if idle is not None:
            cells["Others, idle as in 2023"] = _others(mean_of_others(share, found.mean, idle))
        rows.append(cells)
    return pd.DataFrame(rows)


def _others(found: Interval | None) -> str:
    return "impossible" if found is None else span(found)


def one_more_fact(
    mean: float, organisations: float, payroll: float, tail: tuple[int, float], hundred: float
) -> pd.DataFrame:
    """Bounds on the share with exactly one if one more fact were known; the facts are assumed.

    Parameters
    ----------
    mean, organisations
        Employees per NGO, and NGOs.
    payroll
        NGOs that pay anybody.
    tail
        (k, share): this share has k or more employees.
    hundred
        Share of all employees that the largest hundred NGOs have.
    """
    idle = max(0.0, 1 - payroll / organisations)
    sure, many = f"{number(payroll)} NGOs pay anybody", f"{number(100 * tail[1])} % have {tail[0]} or more"
    biggest = f"the largest hundred have {number(100 * hundred)} %"
    group = 100 / organisations
    cases = {
        "nothing more": share_with_one(mean),
        sure: share_with_one(mean, idle),
        many: share_with_one(mean, tail=tail),
        biggest: share_with_one_beside(group, hundred, mean),
        "none is idle": share_with_one(mean, 0),
        f"none is idle and {many}": share_with_one(mean, 0, tail=tail),
        f"none is idle and {biggest}": share_with_one_beside(group, hundred, mean, 0),
        f"{sure} and {many}": share_with_one(mean, idle, tail=tail),
    }
    return pd.DataFrame(
        [
            {
                "If one knew": fact,
                "Exactly one": share_text(bounds, 1),
                "Points left open": None if bounds is None else 100 * (bounds.high - bounds.low),
            }
            for fact, bounds in cases.items()
        ]
    )


def facts_help(facts: pd.DataFrame) -> str:
    """How many of 100 percentage points the best single fact and the best two together leave open, in words."""
    pairs, left = facts["If one knew"].str.contains(" and "), facts["Points left open"].astype("float64")
    alone, together = left[~pairs].min(), left[pairs].min()
    if math.isnan(alone) or math.isnan(together):
        return "Facts assumed here contradict the totals."
    helps = "two together leave as few as" if together < alone else "two together help no more than one, with"
    return f"One fact alone leaves {number(alone, 2)} of 100 points open or more; {helps} {number(together, 2)}."


def illustration(mean: float) -> str:
    """The greatest-entropy share with exactly one, in words; an illustration."""
    loose = f"{number(100 * entropy_share(mean), 2)} % if any number may be idle"
    strict = f"{number(100 * entropy_share(mean, 0), 2)} % if none is idle and " if mean >= 1 else ""
    return (
        f"An illustration, not evidence: in the staffing of greatest entropy with {number(mean)} employees per NGO "
        f"(a geometric one), exactly one employee have {strict}{loose}."
    )


# --- the employment puzzle ------------------------------------------------------------------------------------------


def people_per_ngo(evidence: Evidence, ceiling: float = CEILING) -> pd.DataFrame:
    """People per NGO by each pair of counts of one year.

    Returns
    -------
    pandas.DataFrame
        people_id, ngos_id, year, people, ngos (as printed), counts (what the people are), measure (of the NGOs),
        measured (of the people), source_id (of the people), face (printed numbers divided; NaN if one has none), low,
        high (rounded, conversational; the upper end may be infinite).
    """
    values = intervals_of(read_claims(evidence.claims, words="conversational", ceiling=ceiling))
    rows = []
    for people_id, ngos_id in PEOPLE:
        if not {people_id, ngos_id} <= values.keys():
            continue
        people, ngos = evidence.row(people_id), evidence.row(ngos_id)
        ratio = values[people_id] / values[ngos_id]
        rows.append(
            {
                "people_id": people_id,
                "ngos_id": ngos_id,
                "year": people.start.year,
                "people": people.as_printed,
                "ngos": ngos.as_printed,
                "counts": people.counts,
                "measure": ngos.measure,
                "measured": people.measure,
                "source_id": people.source_id,
                "face": people.value / ngos.value,
                "low": ratio.low,
                "high": ratio.high,
            }
        )
    columns = ["people_id", "ngos_id", "year", "people", "ngos", "counts", "measure", "measured", "source_id", "face"]
    return pd.DataFrame(rows, columns=[*columns, "low", "high"])


def people_title(table: pd.DataFrame) -> str:
    """Involved and employed people per NGO by year, and whether they are of one size: a title."""
    paid = table[table.measured.isin(["people_involved", "people_employed"])].drop_duplicates("people_id")
    if paid.empty:
        return "No count of involved or employed people is left"
    counts = several(f"{number(row.face, 2)} ({row.year})" for row in each(paid))
    if len(paid) == 1:
        return f"People per NGO by the printed numbers: {counts}"
    apart = paid.low.max() > paid.high.min()
    return f"People per NGO: {counts}; " + (
        "one meaning cannot fit them all" if apart else "one meaning could fit them"
    )


def puzzle(evidence: Evidence) -> str:
    """Whether the people employed about 2006 and in 2018 can be one kind of people, words read without ceilings."""
    earlier, later = "dia_people_employed", EMPLOYED
    values = intervals_of(read_claims(evidence.claims))
    if missing := [key for key in (earlier, later) if key not in values]:
        return f"How employment changed cannot be said without {several(missing)}."
    before, after = values[earlier], values[later]
    first, second = evidence.row(earlier), evidence.row(later)
    words = f"“{first.as_printed}” about {first.start.year} and “{second.as_printed}” in {second.start.year}"
    if before.low <= after.high:
        return f"{words} can be one number of employed people."
    fall = number(math.floor(10 * before.low / after.high) / 10)
    ngos = ""
    if {FUNCTIONING, REGISTERED} <= values.keys():
        ngos, to = (f"“{evidence.row(key).as_printed}”" for key in (FUNCTIONING, REGISTERED))
        ngos = f", while NGOs went from {ngos} to {to}"
    return f"{words}: if both count the same kind of people, their number fell at least {fall}-fold{ngos}."


def reconciliations(evidence: Evidence) -> pd.DataFrame:
    """What could make the numbers of people fit each other: what it would take, and whether the sources allow it."""
    values = intervals_of(read_claims(evidence.claims, words="conversational"))
    involved, before, after = "caci_people_involved_2003", "dia_people_employed", EMPLOYED
    degrees = "aa_chair_degree_holders"
    rows = []
    if {before, after} <= values.keys():
        meet = values[before].low <= values[after].high
        ends = f"{number(values[before].low)} at least about 2006, {number(values[after].high)} at most in 2018"
        rows.append(("Rounding and vague words", ends, "can" if meet else "cannot"))
        ratio = values[before] / values[after]
        rows.append(("Jobs were lost", f"a fall to one in {span(ratio)}", "not excluded; no source tells of it"))
        wider = "2006 speaks of the sector, 2018 of registered NGOs: everybody else would be outside the register"
        rows.append(("Another set of organisations", wider, "can; no source says so"))
    if {involved, after} <= values.keys():
        paid = values[after] / values[involved]
        share = f"if the numbers held together, {share_text(paid)} of those involved are employed"
        rows.append(("“Involved” holds unpaid people and members", share, "can; the words allow it"))
    if {involved, before} <= values.keys():
        same = values[involved].meets(values[before])
        text = "one round number, called involved in 2003 and employed about 2006, on the word of two bodies"
        if not same:
            text = "two different numbers"
        rows.append(("One number under two names", text, "can; not to be proved" if same else "cannot"))
    if {degrees, after} <= values.keys():
        part = values[degrees] / values[after]
        text = f"if all were on the staff and staff were as many as in 2018: {share_text(part)} of all employees"
        allowed = "cannot" if part.low > 1 else "not to be decided; the words also hold people merely involved"
        rows.append(("Degree holders of 2023 as staff", text, allowed))
    return pd.DataFrame(rows, columns=["Explanation", "What it would take", "Do the sources allow it?"])


# --- words and headlines --------------------------------------------------------------------------------------------


def share_text(bounds: Interval | None, decimals: int = 0) -> str:
    """Bounds on a share in percent, rounded outward so that they stay bounds.

    Examples
    --------
    >>> share_text(Interval(0.714, 1)), share_text(Interval(0, 0.04995)), share_text(None)
    ('71 to 100 %', 'at most 5 %', 'no staffing fits')
    """
    if bounds is None:
        return "no staffing fits"
    unit = 10**decimals
    low, high = math.floor(100 * unit * bounds.low + 1e-7) / unit, math.ceil(100 * unit * bounds.high - 1e-7) / unit
    return "0 to 100 %" if (low, high) == (0, 100) else span(Interval(low, high), "%")


def _bounds_text(row: Any) -> str:
    return share_text(None if math.isnan(row.low) else Interval(row.low, row.high))


def headlines(evidence: Evidence) -> list[dict[str, str]]:
    """Rows of the results table on one-person NGOs and on the numbers of people."""
    people = people_per_ngo(evidence)
    rows = [
        {
            "question": "How many people work in an NGO?",
            "answer": f"{people_title(people)}. {puzzle(evidence)}",
            "hangs_on": "What “involved” and “employed” mean; none of the sources says.",
            "notebook": NOTEBOOK,
        }
    ]
    try:
        found = totals(evidence)
    except DataError:
        return rows
    table = premises(evidence, found)
    claim = {
        "question": "Is the typical NGO one administrator?",
        "answer": (
            f"The totals alone allow {share_text(share_with_one(found.mean))} with exactly one employee, with no idle "
            f"NGO {share_text(share_with_one(found.mean, 0))}. {own_words(table)}"
        ),
        "hangs_on": "Whether an inactive NGO has staff; how far “over 20 thousand” reaches.",
        "notebook": NOTEBOOK,
    }
    return [claim, *rows]

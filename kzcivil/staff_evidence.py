"""What the sources' totals of NGOs and people say about one-person NGOs: from claims to the bounds of ``staffing``."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd

from kzcivil.evidence import DataError, Evidence, load
from kzcivil.intervals import CEILING, Interval, Number, Words, each, intervals_of, read_claims
from kzcivil.prose import known, number, several, span
from kzcivil.staffing import (
    ANY,
    entropy_share,
    mean_of_others,
    mean_staff,
    organisations_that_force,
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
INVOLVED, EMPLOYED_EARLIER, DEGREES = "caci_people_involved_2003", "dia_people_employed", "aa_chair_degree_holders"
PEOPLE = (
    (INVOLVED, "caci_ngos_operating_2003"),
    (INVOLVED, "aa_inf_registered_2003"),
    (EMPLOYED_EARLIER, FUNCTIONING),
    (EMPLOYED_EARLIER, EFFECTIVE),
    (EMPLOYED, REGISTERED),
    (EMPLOYED, GRANT_REGISTERED),
    (EMPLOYED, ACTIVE),
    (DEGREES, REGISTERED_LATER),
    ("aa_chair_experts", REGISTERED_LATER),
    ("aa_chair_volunteers", REGISTERED_LATER),
)
"""People and the NGOs that they can be divided by, of the same year."""

CLAIM = ("kxr_people_per_ngo", "kxr_people_per_ngo_repeat", "kxr_ngos_registered_repeat")
_ALL = [REGISTERED, EMPLOYED, EMPLOYED_AGAIN, *CLAIM, ACTIVE_LATER, *(key for pair in PEOPLE for key in pair)]
USED = tuple(dict.fromkeys(_ALL))

DECIDED = {
    "forced": "follows",
    "possible": "is possible and does not follow",
    "ruled out": "is ruled out",
    "contradictory": "cannot be asked, because the totals contradict the premise",
}


@dataclass(frozen=True, slots=True)
class Totals:
    """Organisations N and employees E under one reading; both as printed, (N, E); all claims read the same way."""

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
    wording: Literal["either", "both", "only", "slightly more"] = "either",
    number: Number = "rounded",
    words: Words = "conversational",
    ceiling: float = CEILING,
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

    Raises
    ------
    DataError
        If the evidence holds no N or no E.

    Examples
    --------
    >>> import kzcivil as kz
    >>> totals(kz.load(), wording="only").employees
    Interval(low=29500.0, high=30500.0)
    """
    values = intervals_of(read_claims(evidence.claims, number=number, words=words, ceiling=ceiling))
    n, e = (float(evidence.row(key).value) if key in values else math.nan for key in (REGISTERED, EMPLOYED))
    if not (n > 0 and e > 0 and values[REGISTERED].low > 0):
        raise DataError(
            f"claims.csv: this page needs a number of NGOs and of their employees, rows {REGISTERED} and {EMPLOYED}, "
            f"above zero; found none in {evidence.label}. Keep the source that prints them."
        )
    only = values[EMPLOYED]
    more = values.get(EMPLOYED_AGAIN, only)
    hull = Interval(min(only.low, more.low), max(only.high, more.high))
    read = {"only": only, "slightly more": more, "both": only.intersection(more) or hull, "either": hull}
    return Totals(values[REGISTERED], read[wording], (n, e), values)


# --- what the totals prove ------------------------------------------------------------------------------------------


def what_totals_prove(found: Totals, largest: Iterable[float] = (10, 100, 1000, math.inf)) -> pd.DataFrame:
    """Bounds with nothing known of idle NGOs: exactly one, at most one, none, by the largest staff of any NGO."""
    asked = {"Exactly one": share_with_one, "At most one": share_with_at_most_one, "None": share_with_none}
    rows = [{name: share_text(bound(found.mean, ANY, k)) for name, bound in asked.items()} for k in largest]
    table = pd.DataFrame(rows)
    table.insert(0, "Largest staff", ["no limit" if k == math.inf else number(k) for k in largest])
    return table


def compared_with_programme(mean: float, idle: Iterable[float], largest: Iterable[int]) -> pd.DataFrame:
    """The closed form beside the linear programme, in percent: two ways to the same bounds."""
    rows = []
    for z, k in ((z, k) for z in idle for k in largest):
        ways = share_with_one(mean, z, k), share_by_programme("one", mean, z, k)
        ends = [(math.nan, math.nan) if bounds is None else (bounds.low, bounds.high) for bounds in ways]
        equal = np.allclose(*ends, rtol=0, atol=1e-9, equal_nan=True)
        rows.append((100 * z, k, *(share_text(bounds, 1) for bounds in ways), equal))
    return pd.DataFrame(rows, columns=["Idle (% of NGOs)", "Largest staff", "Closed form", "Linear programme", "Equal"])


def premises(
    evidence: Evidence, found: Totals, threshold: float = OVERWHELMING, largest: float = math.inf
) -> pd.DataFrame:
    """The share with exactly one employee under each premise on the NGOs without staff that the sources suggest.

    None of the sources says "has no staff"; that an NGO which is not active, effective or registered for grants has
    none is a premise. Premises whose claims are left out drop out.

    Returns
    -------
    pandas.DataFrame
        name (short), words, ids of the claims; idle (an interval), bounds (None where no staffing fits), staff
        (employees per NGO that is active in the premise's sense); verdict on the threshold.
    """
    values, none = found.values, Interval(0, 0)
    n, e, m = found.organisations, found.employees, found.mean
    printed = {key: f"“{evidence.row(key).as_printed}”" for key in known(evidence, USED)}
    staffed = "No NGO is idle: each has at least one employee"
    rows: list[tuple[str, str, tuple[str, ...], Interval, Interval | None, Interval]] = [
        ("Nothing known of idle NGOs", "Nothing is known of idle NGOs", (), ANY, share_with_one(m, ANY, largest), m / ANY),
        ("No NGO is idle", staffed, (), none, share_with_one(m, none, largest), m),
    ]
    # Shares of another year, taken as if they held for the article's NGOs.
    later, earlier = (ACTIVE_LATER, REGISTERED_LATER), (EFFECTIVE, FUNCTIONING)
    for ids, what in ((later, "active in 2023"), (earlier, "effective about 2006")):
        if set(ids) <= values.keys():
            share = (values[ids[0]] / values[ids[1]]).intersection(Interval(0, 1)) or Interval(1, 1)
            idle, name = Interval(1, 1) - share, f"Idle: as many as not {what}"
            words = f"As large a share is idle as was not {what}: {printed[ids[0]]} of {printed[ids[1]]}"
            rows.append((name, words, ids, idle, share_with_one(m, idle, largest), m / share))
    # Numbers of the article itself, so z and m hang on one N.
    grants = "registered for grants"
    for key, what, rest in ((GRANT_REGISTERED, grants, f"not {grants}"), (ACTIVE, "active", "but the article's active ones")):
        if key in values:
            some = values[key]
            idle = Interval(max(0.0, 1 - some.high / n.low), max(0.0, 1 - some.low / n.high))
            bounds = share_if_only_active_staffed(e, some, n, largest)
            words = f"Only the {printed[key]} {what} have staff"
            rows.append((f"Idle: all {rest}", words, (key,), idle, bounds, e / some))
    if ACTIVE in values:
        some = values[ACTIVE]
        others = Interval(max(0.0, e.low - n.high), max(0.0, e.high - n.low)) / some + Interval(1, 1)
        words = f"All but the {printed[ACTIVE]} active keep exactly one employee each"
        bounds = share_if_inactive_keep_one(e, some, n, largest)
        rows.append(("The inactive keep exactly one each", words, (ACTIVE,), none, bounds, others))
    table = pd.DataFrame(rows, columns=["name", "words", "ids", "idle", "bounds", "staff"])
    return table.assign(verdict=[verdict(threshold, bounds) for bounds in table.bounds])


def tally(table: pd.DataFrame, threshold: float = OVERWHELMING) -> str:
    """How many premises force, allow and rule out that a share reaches the threshold: a title, and its other branch."""
    count = table.verdict.value_counts()
    share = f"{number(100 * threshold)} % with one employee"
    if len(count) == 1:
        return f"Under every premise on idle NGOs, {share} {DECIDED[count.index[0]]}"
    words = several(f"{word} under {count[word]}" for word in DECIDED if word in count)
    return f"{share[:1].upper()}{share[1:]}: {words} of {len(table)} premises on idle NGOs"


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
        employees = (found.printed[1], found.employees.low, found.employees.high)
        ranges = [organisations_that_force(threshold, e, z) if 0 < e < math.inf else None for e in employees]
        least = ["" if where is None else number(math.ceil(where.low - 1e-6)) for where in ranges]
        most = "" if ranges[0] is None else number(math.floor(ranges[0].high + 1e-6))
        rows.append((100 * z, least[0] or "nowhere", most, *least[1:]))
    ends = ["From N =, fewest employees", "From N =, most employees"]
    return pd.DataFrame(rows, columns=["Idle (% of NGOs)", "Forced from N =", "Up to N =", *ends])


def needed(evidence: Evidence, found: Totals, threshold: float = OVERWHELMING) -> str:
    """From which N on the claim would be forced with no idle NGO, against the register of 2023, in words."""
    n, e = found.organisations.low, found.printed[1]
    least, most = threshold and e / (2 - threshold), e
    text = (
        f"With {number(e)} employees and no idle NGO, that share follows only from "
        f"{number(math.ceil(least - 1e-6))} NGOs on."
    )
    if n >= least:
        return f"{text} The article{'''s number is large enough''' if n <= most else ' has more NGOs than employees'}."
    return text


def own_words(table: pd.DataFrame, threshold: float = OVERWHELMING) -> str:
    """The article's two sentences together under the two premises on its inactive NGOs, in words."""
    rows = list(each(table[[ACTIVE in ids for ids in table.ids]]))
    if len(rows) != 2:
        return f"What the article's own count of active NGOs does to its claim cannot be said without {ACTIVE}."
    share = f"the claim at {number(100 * threshold)} %"
    unpaid, kept = (
        f"{share_text(row.bounds)} have exactly one and {share} {DECIDED[row.verdict]}"
        if row.bounds
        else "no staffing fits the totals"
        for row in rows
    )
    differ = rows[0].verdict != rows[1].verdict
    return (
        f"If all but the article's own active NGOs keep exactly one employee each, {kept}; {'but' if differ else 'and'} "
        f"if inactive means no staff, {unpaid}.{' The article states neither premise.' if differ else ''}"
    )


def edge(found: Totals, threshold: float = OVERWHELMING) -> str:
    """Where the article's totals stand to the region in which the threshold is forced, no NGO being idle: a title."""
    ends = (found.mean.low, found.mean.high)
    forced = [verdict(threshold, share_with_one(max(1.0, m), 0)) == "forced" for m in ends]
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
    cases: dict[str, dict[str, Any]] = {
        "as used on this page": {},
        "“only” alone, numbers at face": {"wording": "only", "number": "face"},
        "“only” alone": {"wording": "only"},
        "“slightly more” alone": {"wording": "slightly more"},
        "both wordings at once": {"wording": "both"},
        "no ceiling on N, “only”": {"wording": "only", "words": "logical"},
        "no ceiling on N or E": {"words": "logical"},
    }
    read = {name: totals(evidence, ceiling=ceiling, **reading) for name, reading in cases.items()}
    used = read["as used on this page"]
    for key in known(evidence, [REGISTERED_LATER]):
        if most := used.organisations.intersection(Interval(0, float(evidence.row(key).value))):
            read["N at most as registered in 2023"] = replace(used, organisations=most)
    rows = []
    for name, found in read.items():
        bounds = share_with_one(found.mean, 0)
        row = {"Reading": name, "NGOs": span(found.organisations), "Employees": span(found.employees)}
        row |= {"Employees per NGO": span(found.mean), "Exactly one, none idle": share_text(bounds)}
        row |= {f"{number(100 * threshold)} %": verdict(threshold, bounds)}
        rows.append(row | {"At most one, in any case": share_text(share_with_at_most_one(found.mean))})
    return pd.DataFrame(rows)


def by_assumption(
    evidence: Evidence,
    found: Totals,
    thresholds: Iterable[float] = (0.5, 0.75, 0.9, 0.95),
    largest: Iterable[float] = (10, 100, 1000),
) -> pd.DataFrame:
    """Each premise: verdicts for other meanings of "overwhelming", bounds for other limits to one NGO's staff."""
    table = premises(evidence, found)
    columns = {"Premise": list(table["name"])}
    for t in thresholds:
        columns[f"{number(100 * t)} % or more"] = [verdict(t, bounds) for bounds in table.bounds]
    for k in largest:
        limited = premises(evidence, found, largest=k).bounds
        columns[f"Share if nobody has over {number(k)}"] = [share_text(bounds) for bounds in limited]
    return pd.DataFrame(columns)


def left_out(
    evidence: Evidence, threshold: float = OVERWHELMING, largest: float = math.inf, **reading: Any
) -> pd.DataFrame:
    """What stays without each source and each origin that the page rests on; the reading as in :func:`totals`."""
    rows = evidence.claims[evidence.claims.claim_id.isin(USED)]
    cells = []
    for name in dict.fromkeys([*rows.source_id, *rows.origin]):
        rest = load(evidence.folders, (*evidence.without, name))
        try:
            table = premises(rest, totals(rest, **reading), threshold, largest)
            counts = [int((table.verdict == word).sum()) for word in ("forced", "possible", "ruled out")]
            left = f"{len(table)} premises, {len(people_per_ngo(rest))} counts of people"
        except DataError:
            counts, left = ["", "", ""], "the question cannot be asked"
        cells.append((name, int(((rows.source_id == name) | (rows.origin == name)).sum()), *counts, left))
    return pd.DataFrame(cells, columns=["Left out", "Claims lost", "Forced", "Possible", "Ruled out", "What is left"])


# --- the others, and one more fact ----------------------------------------------------------------------------------


def staff_of_others(table: pd.DataFrame, found: Totals, shares: Iterable[float]) -> pd.DataFrame:
    """Mean staff of the NGOs with two or more, if a share has exactly one; with none idle and as in 2023."""
    cases = {"printed numbers": (found.printed_mean, Interval(0, 0)), "any reading": (found.mean, Interval(0, 0))}
    cases |= {"idle as in 2023": (found.mean, row.idle) for row in each(table) if ACTIVE_LATER in row.ids}
    rows = []
    for share in shares:
        others = {name: mean_of_others(share, *case) for name, case in cases.items()}
        words = {f"Others, {name}": "impossible" if mean is None else span(mean) for name, mean in others.items()}
        rows.append({"With exactly one (%)": 100 * share} | words)
    return pd.DataFrame(rows)


def one_more_fact(
    mean: float, organisations: float, payroll: float, tail: tuple[int, float], hundred: float
) -> pd.DataFrame:
    """Bounds on the share with exactly one if one more fact were known; the facts are assumed.

    They are the NGOs that pay anybody (``payroll``), the share with k or more employees (``tail``, (k, share)), and
    the share of all employees that the largest hundred NGOs have (``hundred``).
    """
    idle, group = max(0.0, 1 - payroll / organisations), 100 / organisations
    sure, many = f"{number(payroll)} NGOs pay anybody", f"{number(100 * tail[1])} % have {tail[0]} or more"
    biggest = f"the largest hundred have {number(100 * hundred)} %"
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
    rows = [(fact, share_text(found, 1), 100 * (found.high - found.low) if found else None) for fact, found in cases.items()]
    return pd.DataFrame(rows, columns=["If one knew", "Exactly one", "Points left open"])


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
    strict = f"{number(100 * entropy_share(mean, 0), 2)} % if none is idle and " if mean >= 1 else ""
    return (
        f"An illustration, not evidence: in the staffing of greatest entropy with {number(mean)} employees per NGO (a "
        f"geometric one), exactly one employee have {strict}{number(100 * entropy_share(mean), 2)} % if any number may be "
        f"idle."
    )


# --- the employment puzzle ------------------------------------------------------------------------------------------


def people_per_ngo(evidence: Evidence, ceiling: float = CEILING) -> pd.DataFrame:
    """People per NGO by each pair of counts of one year.

    Returns
    -------
    pandas.DataFrame
        people_id, ngos_id, year, people, ngos (as printed), measured (what the people are), measure (of the NGOs),
        source_id (of the people), face (printed numbers divided; NaN if one has none), low, high (rounded,
        conversational; the upper end may be infinite).
    """
    values = intervals_of(read_claims(evidence.claims, words="conversational", ceiling=ceiling))
    rows = []
    for ids in PEOPLE:
        if set(ids) <= values.keys():
            people, ngos = (evidence.row(key) for key in ids)
            ratio, printed = values[ids[0]] / values[ids[1]], (people.as_printed, ngos.as_printed)
            kind = (people.measure, ngos.measure, people.source_id)
            rows.append((*ids, people.start.year, *printed, *kind, people.value / ngos.value, ratio.low, ratio.high))
    columns = "people_id ngos_id year people ngos measured measure source_id face low high"
    return pd.DataFrame(rows, columns=columns.split())


def people_title(table: pd.DataFrame) -> str:
    """Involved and employed people per NGO by year, and whether they are of one size: a title."""
    paid = table[table.measured.isin(["people_involved", "people_employed"])].drop_duplicates("people_id")
    if paid.empty:
        return "No count of involved or employed people is left"
    counts = several(f"{number(row.face, 2)} ({row.year})" for row in each(paid))
    if len(paid) == 1:
        return f"People per NGO by the printed numbers: {counts}"
    return f"People per NGO: {counts}; one meaning {'cannot' if paid.low.max() > paid.high.min() else 'could'} fit them all"


def puzzle(evidence: Evidence) -> str:
    """Whether the people employed about 2006 and in 2018 can be one kind of people, words read without ceilings."""
    values = intervals_of(read_claims(evidence.claims))
    if missing := [key for key in (EMPLOYED_EARLIER, EMPLOYED) if key not in values]:
        return f"How employment changed cannot be said without {several(missing)}."
    first, second = evidence.row(EMPLOYED_EARLIER), evidence.row(EMPLOYED)
    least, most = values[EMPLOYED_EARLIER].low, values[EMPLOYED].high
    words = f"“{first.as_printed}” about {first.start.year} and “{second.as_printed}” in {second.start.year}"
    if least <= most:
        return f"{words} can be one number of employed people."
    ngos = [f"“{evidence.row(key).as_printed}”" for key in (FUNCTIONING, REGISTERED) if key in values]
    tail = f", while NGOs went from {ngos[0]} to {ngos[1]}" if len(ngos) == 2 else ""
    fall = number(math.floor(10 * least / most) / 10)
    return f"{words}: if both count the same kind of people, their number fell at least {fall}-fold{tail}."


def reconciliations(evidence: Evidence) -> pd.DataFrame:
    """What could make the numbers of people fit each other: what it would take, and whether the sources allow it."""
    values = intervals_of(read_claims(evidence.claims, words="conversational"))
    involved, before, after, degrees = (values.get(key) for key in (INVOLVED, EMPLOYED_EARLIER, EMPLOYED, DEGREES))
    rows = []
    if before and after:
        ends = f"{number(before.low)} at least about 2006, {number(after.high)} at most in 2018"
        wider = "2006 speaks of the sector, 2018 of registered NGOs: everybody else would be outside the register"
        rows += [
            ("Rounding and vague words", ends, "can" if before.low <= after.high else "cannot"),
            ("Jobs were lost", f"a fall to one in {span(before / after)}", "not excluded; no source tells of it"),
            ("Another set of organisations", wider, "can; no source says so"),
        ]
    if involved and after:
        share = f"if the numbers held together, {share_text(after / involved)} of those involved are employed"
        rows.append(("“Involved” holds unpaid people and members", share, "can; the words allow it"))
    if involved and before:
        one = "one round number, called involved in 2003 and employed about 2006, on the word of two bodies"
        same = (one, "can; not to be proved") if involved.meets(before) else ("two different numbers", "cannot")
        rows.append(("One number under two names", *same))
    if degrees and after:
        part = degrees / after
        text = f"if all were on the staff and staff were as many as in 2018: {share_text(part)} of all employees"
        allowed = "cannot" if part.low > 1 else "not to be decided; the words also hold people merely involved"
        rows.append(("Degree holders of 2023 as staff", text, allowed))
    return pd.DataFrame(rows, columns=["Explanation", "What it would take", "Do the sources allow it?"])


# --- words and headlines --------------------------------------------------------------------------------------------


def share_text(bounds: Interval | None, decimals: int = 0) -> str:
    """Bounds on a share in percent, rounded outward so that they stay bounds.

    >>> share_text(Interval(0.714, 1)), share_text(Interval(0, 0.04995)), share_text(None)
    ('71 to 100 %', 'at most 5 %', 'no staffing fits')
    """
    if bounds is None:
        return "no staffing fits"
    unit = 10**decimals
    low, high = math.floor(100 * unit * bounds.low + 1e-7) / unit, math.ceil(100 * unit * bounds.high - 1e-7) / unit
    return "0 to 100 %" if (low, high) == (0, 100) else span(Interval(low, high), "%")


def headlines(evidence: Evidence) -> list[dict[str, str]]:
    """Rows of the results table on one-person NGOs and on the numbers of people."""
    columns = ("question", "answer", "hangs_on", "notebook")
    answer = f"{people_title(people_per_ngo(evidence))}. {puzzle(evidence)}"
    hangs_on = "What “involved” and “employed” mean; none of the sources says."
    rows = [("How many people work in an NGO?", answer, hangs_on, NOTEBOOK)]
    try:
        found = totals(evidence)
        answer = (
            f"The totals alone allow {share_text(share_with_one(found.mean))} with exactly one employee, with no idle "
            f"NGO {share_text(share_with_one(found.mean, 0))}. {own_words(premises(evidence, found))}"
        )
        hangs_on = "Whether an inactive NGO has staff; how far “over 20 thousand” reaches."
        rows.insert(0, ("Is the typical NGO one administrator?", answer, hangs_on, NOTEBOOK))
    except DataError:  # the article is left out
        pass
    return [dict(zip(columns, row, strict=True)) for row in rows]

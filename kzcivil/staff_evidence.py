"""What the sources' totals of NGOs and people say about one-person NGOs: from claims to the bounds of ``staffing``."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Literal

import pandas as pd

from kzcivil import staffing
from kzcivil.evidence import DataError, Evidence, load
from kzcivil.intervals import CEILING, Interval, Number, Words, each, intervals_of, read_claims
from kzcivil.prose import known, number, several, span
from kzcivil.staffing import ANY, share_with_at_most_one, share_with_none, share_with_one, verdict

NOTEBOOK = "04_one_employee"
OVERWHELMING = 0.75
REGISTERED, EMPLOYED, EMPLOYED_AGAIN = "kxr_ngos_registered", "kxr_people_employed", "kxr_people_employed_repeat"
ACTIVE, GRANT_REGISTERED = "kxr_ngos_active", "kxr_ngos_grant_registered"
ACTIVE_LATER, REGISTERED_LATER = "aa_minister_active_ngos", "aa_inf_registered_2023"
EFFECTIVE, FUNCTIONING = "dia_ngos_effective", "dia_ngos_five_thousand"
INVOLVED, EMPLOYED_EARLIER, DEGREES = "caci_people_involved_2003", "dia_people_employed", "aa_chair_degree_holders"
PEOPLE = {
    INVOLVED: ("caci_ngos_operating_2003", "aa_inf_registered_2003"),
    EMPLOYED_EARLIER: (FUNCTIONING, EFFECTIVE),
    EMPLOYED: (REGISTERED, GRANT_REGISTERED, ACTIVE),
    DEGREES: (REGISTERED_LATER,),
    "aa_chair_experts": (REGISTERED_LATER,),
    "aa_chair_volunteers": (REGISTERED_LATER,),
}
"""People, and the NGOs of the same year that they can be divided by."""

CLAIM = ("kxr_people_per_ngo", "kxr_people_per_ngo_repeat", "kxr_ngos_registered_repeat")
_PAIRED = [key for people, ngos in PEOPLE.items() for one in ngos for key in (people, one)]
USED = tuple(dict.fromkeys([REGISTERED, EMPLOYED, EMPLOYED_AGAIN, *CLAIM, ACTIVE_LATER, *_PAIRED]))

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
        return staffing.mean_staff(self.employees, self.organisations)

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
    """N and E of the article that makes the claim, read as in :func:`kzcivil.read_claims`.

    E is printed twice with different words: take the hull (``"either"``), what holds under ``"both"``, or one of them.
    Raises a :class:`kzcivil.DataError` if the evidence holds no N or no E.

    >>> totals(load(), wording="only").employees
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


def what_totals_prove(found: Totals, largest: Iterable[float] = (10, 100, 1000, math.inf)) -> pd.DataFrame:
    """Bounds with nothing known of idle NGOs: exactly one, at most one, none, by the largest staff of any NGO."""
    asked = {"Exactly one": share_with_one, "At most one": share_with_at_most_one, "None": share_with_none}
    columns = {name: [share_text(bound(found.mean, ANY, k)) for k in largest] for name, bound in asked.items()}
    return pd.DataFrame({"Largest staff": ["no limit" if k == math.inf else number(k) for k in largest]} | columns)


def compared_with_programme(mean: float, idle: Iterable[float], largest: Iterable[int]) -> pd.DataFrame:
    """The closed form beside the linear programme, in percent: two ways to the same bounds."""
    rows = []
    for z, k in ((z, k) for z in idle for k in largest):
        ways = share_with_one(mean, z, k), staffing.share_by_programme("one", mean, z, k)
        closed, programme = (bounds and (round(bounds.low, 9), round(bounds.high, 9)) for bounds in ways)
        rows.append((100 * z, k, *(share_text(bounds, 1) for bounds in ways), closed == programme))
    return pd.DataFrame(rows, columns=["Idle (% of NGOs)", "Largest staff", "Closed form", "Linear programme", "Equal"])


def premises(
    evidence: Evidence, found: Totals, threshold: float = OVERWHELMING, largest: float = math.inf
) -> pd.DataFrame:
    """The share with exactly one employee under each premise on the NGOs without staff that the sources suggest.

    None of the sources says "has no staff"; that an NGO which is not active, effective or registered for grants has
    none is a premise. Premises whose claims are left out drop out. Columns: name (short), words, ids of the claims; the
    intervals idle, bounds (None where no staffing fits) and staff (employees per NGO that is active in the premise's
    sense); verdict on the threshold.
    """
    values, none, unknown = found.values, Interval(0, 0), "Nothing known of idle NGOs"
    n, e, m = found.organisations, found.employees, found.mean
    printed = {key: f"“{evidence.row(key).as_printed}”" for key in known(evidence, USED)}
    staffed = "No NGO is idle: each has at least one employee"
    rows: list[tuple[str, str, tuple[str, ...], Interval, Interval | None, Interval]] = [
        (unknown, "Nothing is known of idle NGOs", (), ANY, share_with_one(m, ANY, largest), m / ANY),
        ("No NGO is idle", staffed, (), none, share_with_one(m, none, largest), m),
    ]
    # Shares of another year, taken as if they held for the article's NGOs.
    later, earlier = (ACTIVE_LATER, REGISTERED_LATER), (EFFECTIVE, FUNCTIONING)
    for ids, what in ((later, "active in 2023"), (earlier, "effective about 2006")):
        if set(ids) <= values.keys():
            share = (values[ids[0]] / values[ids[1]]).intersection(ANY) or Interval(1, 1)
            idle, name = Interval(1, 1) - share, f"Idle: as many as not {what}"
            words = f"As large a share is idle as was not {what}: {printed[ids[0]]} of {printed[ids[1]]}"
            rows.append((name, words, ids, idle, share_with_one(m, idle, largest), m / share))
    # Numbers of the article itself, so z and m hang on one N.
    grants, article = "not registered for grants", "but the article's active ones"
    for key, what, rest in ((GRANT_REGISTERED, "registered for grants", grants), (ACTIVE, "active", article)):
        if some := values.get(key):
            idle = Interval(max(0.0, 1 - some.high / n.low), max(0.0, 1 - some.low / n.high))
            bounds = staffing.share_if_only_active_staffed(e, some, n, largest)
            words = f"Only the {printed[key]} {what} have staff"
            rows.append((f"Idle: all {rest}", words, (key,), idle, bounds, e / some))
    if some := values.get(ACTIVE):
        others = Interval(max(0.0, e.low - n.high), max(0.0, e.high - n.low)) / some + Interval(1, 1)
        words = f"All but the {printed[ACTIVE]} active keep exactly one employee each"
        bounds = staffing.share_if_inactive_keep_one(e, some, n, largest)
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
    return f"If each NGO has at least one employee, {_outcome(share_with_one(found.mean, 0, largest), threshold)}."


def _outcome(bounds: Interval | None, threshold: float) -> str:
    if bounds is None:
        return "no staffing fits the totals"
    said = f"“overwhelming” ({number(100 * threshold)} % or more) {DECIDED[verdict(threshold, bounds)]}"
    return f"{share_text(bounds)} have exactly one and {said}"


def reached_from(
    found: Totals, threshold: float = OVERWHELMING, idle: Iterable[float] = (0, 0.05, 0.1, 0.15, 0.2, 0.25)
) -> pd.DataFrame:
    """From which number of NGOs on, and up to which, the employees force the threshold; by idle share."""
    rows = []
    for z in idle:
        employees = (found.printed[1], found.employees.low, found.employees.high)
        ranges = [staffing.organisations_that_force(threshold, e, z) for e in employees]
        least = [number(math.ceil(where.low - 1e-6)) if where else "nowhere" for where in ranges]
        rows.append((100 * z, least[0], number(math.floor(ranges[0].high + 1e-6)) if ranges[0] else "", *least[1:]))
    ends = ["From N =, fewest employees", "From N =, most employees"]
    return pd.DataFrame(rows, columns=["Idle (% of NGOs)", "Forced from N =", "Up to N =", *ends])


def needed(evidence: Evidence, found: Totals, threshold: float = OVERWHELMING) -> str:
    """With which N the claim would be forced with no idle NGO, beside the article's and the register's N, in words."""
    e = found.printed[1]
    forced = span(Interval(math.ceil(e / (2 - threshold) - 1e-6), e))
    counts = [f"the article's “over” is read as {span(found.organisations)}"]
    for key in known(evidence, [REGISTERED_LATER]):
        counts.append(f"the register of 2023 has {number(evidence.row(key).value)}")
    only = f"only if there are {forced} NGOs; {several(counts)}"
    return f"With {number(e)} employees and no idle NGO, that share follows {only}."


def own_words(table: pd.DataFrame, threshold: float = OVERWHELMING) -> str:
    """The article's two sentences together under the two premises on its inactive NGOs, in words."""
    rows = table[[ACTIVE in ids for ids in table.ids]]
    if len(rows) != 2:
        return f"What the article's own count of active NGOs does to its claim cannot be said without {ACTIVE}."
    unpaid, kept = (_outcome(bounds, threshold) for bounds in rows.bounds)
    join, end = ("and", "") if rows.verdict.nunique() == 1 else ("but", " The article states neither premise.")
    first = f"If all but the article's own active NGOs keep exactly one employee each, {kept}"
    return f"{first}; {join} if inactive means no staff, {unpaid}.{end}"


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
        bounds, at_most_one = share_with_one(found.mean, 0), share_with_at_most_one(found.mean)
        totals_read = (span(found.organisations), span(found.employees), span(found.mean))
        rows.append((name, *totals_read, share_text(bounds), verdict(threshold, bounds), share_text(at_most_one)))
    asked = ["Exactly one, none idle", f"{number(100 * threshold)} %", "At most one, in any case"]
    return pd.DataFrame(rows, columns=["Reading", "NGOs", "Employees", "Employees per NGO", *asked])


def by_assumption(evidence: Evidence, found: Totals) -> pd.DataFrame:
    """Each premise: verdicts for other meanings of "overwhelming", bounds for other limits to one NGO's staff."""
    table = premises(evidence, found)
    columns = {"Premise": list(table["name"])}
    for t in (0.5, 0.75, 0.9, 0.95):
        columns[f"{number(100 * t)} % or more"] = [verdict(t, bounds) for bounds in table.bounds]
    for k in (10, 100, 1000):
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
        lost = int(((rows.source_id == name) | (rows.origin == name)).sum())
        rest = load(evidence.folders, (*evidence.without, name))
        try:
            table = premises(rest, totals(rest, **reading), threshold, largest)
        except DataError:
            cells.append((name, lost, "", "", "", "the question cannot be asked"))
            continue
        counts = [int((table.verdict == word).sum()) for word in ("forced", "possible", "ruled out")]
        left = f"{len(table)} premises, {len(people_per_ngo(rest))} counts of people"
        cells.append((name, lost, *counts, left))
    return pd.DataFrame(cells, columns=["Left out", "Claims lost", "Forced", "Possible", "Ruled out", "What is left"])


def staff_of_others(table: pd.DataFrame, found: Totals, shares: Sequence[float]) -> pd.DataFrame:
    """Mean staff of the NGOs with two or more, if a share has exactly one; with none idle and as in 2023."""
    cases: list[tuple[str, Interval | float, Interval | float]]
    cases = [("printed numbers", found.printed_mean, 0), ("any reading", found.mean, 0)]
    cases += [("idle as in 2023", found.mean, row.idle) for row in each(table) if ACTIVE_LATER in row.ids]
    columns: dict[str, list[Any]] = {"With exactly one (%)": [100 * share for share in shares]}
    for name, mean, idle in cases:
        others = [staffing.mean_of_others(share, mean, idle) for share in shares]
        columns[f"Others, {name}"] = [span(staff) if staff else "impossible" for staff in others]
    return pd.DataFrame(columns)


def one_more_fact(found: Totals, payroll: float, tail: tuple[int, float], hundred: float) -> pd.DataFrame:
    """Bounds on the share with exactly one if one more (assumed) fact were known.

    The facts: NGOs that pay anybody; (k, share of NGOs with k or more staff); share of all staff in the largest 100.
    """
    mean, organisations = found.printed_mean, found.printed[0]
    idle, group = max(0.0, 1 - payroll / organisations), 100 / organisations
    sure, many = f"{number(payroll)} NGOs pay anybody", f"{number(100 * tail[1])} % have {tail[0]} or more"
    biggest = f"the largest hundred have {number(100 * hundred)} %"
    cases = {
        "nothing more": share_with_one(mean),
        sure: share_with_one(mean, idle),
        many: share_with_one(mean, tail=tail),
        biggest: staffing.share_with_one_beside(group, hundred, mean),
        "none is idle": share_with_one(mean, 0),
        f"none is idle and {many}": share_with_one(mean, 0, tail=tail),
        f"none is idle and {biggest}": staffing.share_with_one_beside(group, hundred, mean, 0),
        f"{sure} and {many}": share_with_one(mean, idle, tail=tail),
    }
    rows = [(fact, share_text(one, 1), one and 100 * (one.high - one.low)) for fact, one in cases.items()]
    return pd.DataFrame(rows, columns=["If one knew", "Exactly one", "Points left open"])


def facts_help(facts: pd.DataFrame) -> str:
    """How many of 100 percentage points the best single fact and the best two together leave open, in words."""
    pairs, left = facts["If one knew"].str.contains(" and "), facts["Points left open"].astype("float64")
    alone, together = left[~pairs].min(), left[pairs].min()
    if math.isnan(alone) or math.isnan(together):
        return "Facts assumed here contradict the totals."
    best = f"two together leave as few as {number(together, 2)}"
    return f"One fact alone leaves {number(alone, 2)} of 100 points open or more; {best}."


# --- the employment puzzle ------------------------------------------------------------------------------------------


def people_per_ngo(evidence: Evidence, ceiling: float = CEILING) -> pd.DataFrame:
    """People per NGO by each pair of counts of one year, rounded and conversational: printed numbers (face), low, high.

    ``measured`` and ``source_id`` are those of the people, ``measure`` that of the NGOs; face may be NaN, high ``inf``.
    """
    values = intervals_of(read_claims(evidence.claims, words="conversational", ceiling=ceiling))
    rows = []
    for ids in ((people, ngos) for people, several_ngos in PEOPLE.items() for ngos in several_ngos):
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
    fits = "a steep fall" if paid.low.max() > paid.high.min() else "perhaps no change"
    return f"People per NGO: {counts}; with one meaning, {fits}"


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
    rows = []
    with suppress(DataError):  # the article is left out
        found = totals(evidence)
        answer = (
            f"The totals alone allow {share_text(share_with_one(found.mean))} with exactly one employee, with no idle "
            f"NGO {share_text(share_with_one(found.mean, 0))}. {own_words(premises(evidence, found))}"
        )
        hangs_on = "Whether an inactive NGO has staff; how far “over” and “slightly more than” reach."
        rows.append(("Is the typical NGO one administrator?", answer, hangs_on))
    answer = f"{people_title(people_per_ngo(evidence))}. {puzzle(evidence)}"
    hangs_on = "What “involved” and “employed” mean; none of the sources says."
    rows.append(("How many people work in an NGO?", answer, hangs_on))
    return [dict(zip(("question", "answer", "hangs_on"), row, strict=True)) | {"notebook": NOTEBOOK} for row in rows]

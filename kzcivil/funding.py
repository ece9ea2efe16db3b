"""What the state paid: pilot tenders, a contest budget, a minister's total; success, growth within a kind, reach.

``claims`` are read by :func:`kzcivil.intervals.read_claims`, ``found`` are :func:`tenders`, ``context`` are yardsticks.
Money is in tenge, shares lie in [0, 1], both as intervals. What a missing source leaves unknown is ``None`` or an
absent row. The three kinds of money never share a series: growth is within the tenders alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations, pairwise, product
from typing import Any, Literal, NamedTuple

import pandas as pd

from kzcivil.evidence import DataError, Evidence
from kzcivil.intervals import CEILING, Interval, Words, each, read_claims
from kzcivil.prose import span

Unit = Literal["projects", "NGOs"]
Sum2005 = Literal["awarded", "asked"]

AMBIGUOUS_YEAR = 2005  # the tender whose printed sum may be what was asked for or what was awarded
PARTS = {"applications": "tender_applications", "applicants": "tender_applicants", "projects": "tender_projects"}
PARTS |= {"ngos": "tender_winners", "total": "tender_sum", "award": "tender_award"}
TENDERS, STATE = "pilot tenders", "state expenditures"
KINDS = {"tender_sum": TENDERS, "contest_budget": "contest budget", "state_expenditure": STATE}
YARDSTICKS, BILLION = ("cpi", "exchange_rate", "population", "gdp"), 1e9  # GDP is in billions of tenge
COUNTS = ("ngos", "ngos_registered", "ngos_operating")
GRANTS = "NGO registered for state grants"
DENOMINATORS = {"ngos_grant_registered": GRANTS, "ngos_registered": "registered NGO"}
DENOMINATORS |= {"ngos_active": "more or less active NGO", "people_employed": "employee and month"}
AT_CEILING = {"services": "one service", "volunteers": "one volunteer, a year"}
AT_CEILING |= {"alliance_members": "one Alliance NGO, a year", "people_employed": "one employee, a year"}
BESIDE = [
    "contest_budget",
    "state_expenditure",
    "contest_budget_increase",
    "tender_sum_factor",
    "expenditure_per_ngo",
    "services_gdp_share",
]
BESIDE += [*COUNTS, *DENOMINATORS, *AT_CEILING]
MEASURES = (*PARTS.values(), *BESIDE)


def scaled(value: Interval, factor: float) -> Interval:
    """An interval times a number."""
    return value * Interval(factor, factor)


def per_cent(share: Interval | None) -> str:
    """A share in words."""
    return span(scaled(share, 100), "%") if share else "unknown"


def hull(values: Iterable[Interval | None]) -> Interval | None:
    """From the least to the greatest of the values that are known."""
    found = [value for value in values if value]
    return Interval(min(v.low for v in found), max(v.high for v in found)) if found else None


def of(table: pd.DataFrame, column: str, **where: Any) -> Interval | None:
    """The hull of a column over the rows that hold these values, or None."""
    rows = (row for row in each(table) if all(getattr(row, name) == value for name, value in where.items()))
    return hull(getattr(row, column) for row in rows)


def in_year(claims: pd.DataFrame, measure: str | Iterable[str], year: int | None = None) -> pd.DataFrame:
    """Statements that hold a number, on one measure or several, whose dates lie within one calendar year."""
    wanted = [measure] if isinstance(measure, str) else list(measure)
    held, years = claims.measure.isin(wanted) & claims.low.notna(), claims.start.dt.year
    return pd.DataFrame(claims[held & (years == claims.end.dt.year) & (True if year is None else years == year)])


def by_year(claims: pd.DataFrame, measure: str | Iterable[str]) -> Iterator[tuple[int, pd.DataFrame]]:
    """The statements of :func:`in_year`, year by year."""
    rows = in_year(claims, measure)
    for year in sorted(set(rows.start.dt.year)):
        yield int(year), rows[rows.start.dt.year == year]


def agreed(rows: pd.DataFrame) -> Interval | None:
    """What statements about one thing say together: the values in all; where they contradict, all that any allows."""
    if rows.empty:
        return None
    low, high = float(rows.low.max()), float(rows.high.min())
    return Interval(low, high) if low <= high else Interval(float(rows.low.min()), float(rows.high.max()))


@dataclass(frozen=True, slots=True)
class Tender:
    """One tender as printed: counts, the sum and the range of one award in tenge, and the claims of each part."""

    year: int
    applications: Interval | None = None
    applicants: Interval | None = None
    projects: Interval | None = None
    ngos: Interval | None = None
    total: Interval | None = None
    award: Interval | None = None
    ids: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def winners(self, unit: Unit) -> Interval | None:
        """The printed number of winners, read as projects or as NGOs, whichever of the two is printed."""
        return (self.projects or self.ngos) if unit == "projects" else (self.ngos or self.projects)

    def winning_ngos(self) -> Interval | None:
        """The number of NGOs that won, over the readings that the sources print."""
        found = [self.ngos] if self.ngos else []
        if (a := self.applications) and (n := self.applicants) and (p := self.projects):
            found.append(Interval(max(1.0, p.low - a.high + n.low), min(p.high, n.high)))
        return hull(found)


def tenders(claims: pd.DataFrame) -> list[Tender]:
    """The tenders that the statements tell of, in order of their years."""
    found = []
    for year, told in by_year(claims, PARTS.values()):
        parts = {part: told[told.measure == measure] for part, measure in PARTS.items()}
        known, award = {part: agreed(some) for part, some in parts.items()}, parts["award"]
        least, most = award.low[award.wording == "at_least"].max(), award.high[award.wording == "up_to"].min()
        known["award"] = Interval(least, most) if least <= most else None  # a range needs both its ends
        found.append(Tender(year, **known, ids={part: tuple(some.claim_id) for part, some in parts.items()}))
    return found


def printed(evidence: Evidence, found: Iterable[Tender]) -> pd.DataFrame:
    """The tenders as the sources print them: a row a tender, each cell with its words and its place."""
    names = {"applications": "Applications", "applicants": "Applicants", "projects": "Projects that won"}
    names |= {"ngos": "Participants or NGOs that won", "total": "Sum", "award": "One award"}
    titles = evidence.sources.set_index("source_id").short_title

    def cell(ids: Iterable[str], *, regions: bool = False) -> str:
        told = []
        for row in map(evidence.row, ids):  # regions stand in words only: the applicants' note keeps them
            words = "from " + str(row.note).rpartition("; from ")[2] if regions else f"“{row.as_printed}”"
            if not regions or words in str(row.note):
                told.append(f"{words} ({titles[row.source_id]}, line {row.line})")
        return "; ".join(told) or "not printed"

    rows = [{"Tender": str(t.year)} | {name: cell(t.ids[part]) for part, name in names.items()} for t in found]
    return pd.DataFrame(rows).assign(**{"Regions (in words)": [cell(t.ids["applicants"], regions=True) for t in found]})


def success_bounds(
    applications: Interval, applicants: Interval | None, winners: Interval, unit: Unit
) -> tuple[Interval, Interval] | None:
    """Sharp bounds on two shares of success, from the totals alone.

    A applications come from N NGOs, each of which submits at least one. If W *projects* win, the share by application
    is W / A; the number of NGOs behind them lies between max(1, W - (A - N)), all spare applications being theirs, and
    min(W, N). If W *NGOs* win, the share by NGO is W / N; they own at most A - (N - W) applications, and from W up to
    all of these may have won.

    Parameters
    ----------
    applications, applicants, winners
        A, N and W as intervals of whole numbers; an unknown N is any number from 1 to A. ``unit`` is what W counts.

    Returns
    -------
    tuple of Interval or None
        Share by application and share by NGO, or None where the totals contradict each other.

    Examples
    --------
    >>> a, n, w = Interval(142, 142), Interval(119, 119), Interval(20, 20)
    >>> [round(100 * end, 1) for share in success_bounds(a, n, w, "projects") for end in (share.low, share.high)]
    [14.1, 14.1, 0.8, 16.8]
    """
    most = applications.high
    n = Interval(1, most) if applicants is None else applicants
    n = Interval(max(n.low, winners.low), n.high) if unit == "NGOs" and n.high >= winners.low else n
    if n.low > most or winners.low > min(most, n.high if unit == "NGOs" else most):
        return None
    n, a = Interval(n.low, min(n.high, most)), Interval(max(applications.low, n.low, winners.low), most)
    if unit == "NGOs":
        w = Interval(winners.low, min(winners.high, n.high))
        by_application = Interval(w.low / a.high, (a.high - max(0.0, n.low - w.high)) / a.high)
        return by_application, Interval(w.low / n.high, min(1.0, w.high / n.low))
    turn = min(max(a.high - winners.low + 1, n.low), n.high)
    fewest = min(max(min(1.0, winners.low), winners.low - a.high + some) / some for some in (n.low, n.high, turn))
    by_ngo = Interval(fewest, min(1.0, winners.high / n.low))
    return Interval(winners.low / a.high, min(1.0, winners.high / a.low)), by_ngo


def success(found: Iterable[Tender]) -> pd.DataFrame:
    """By tender and reading of the winners: what stands beneath, and the shares of success by application and by NGO.

    ``printed`` says whether a source prints that ``unit``; the shares are None where the totals do not give them.
    """
    rows: list[tuple[Any, ...]] = []
    units: tuple[Unit, ...] = ("projects", "NGOs")
    for tender, unit in product(found, units):
        a, n, w = tender.applications, tender.applicants, tender.winners(unit)
        said = tender.projects if unit == "projects" else tender.ngos
        shares = (success_bounds(a, n, w, unit) if a and w else None) or (None, None)
        rows.append((tender.year, unit, bool(said), a, n, a / n if a and n else None, *shares))
    columns = ["year", "unit", "printed", "applications", "applicants", "each_ngo", "application", "ngo"]
    return pd.DataFrame(rows, columns=columns)


def success_told(table: pd.DataFrame) -> str:
    """Both shares of each tender in words, over the readings that the sources print."""
    told = {}
    for year in table.year[table.printed & table.application.notna()]:
        one, two = (per_cent(of(table, unit, year=year, printed=True)) for unit in ("application", "ngo"))
        told[year] = f"{year}: {one} of applications, {two} of NGOs"
    return "; ".join(told.values())


def changes(found: list[Tender]) -> pd.DataFrame:
    """Which changes hold: earlier, later, what, printed (under the readings as printed), every (under every reading).

    A verdict is "rises", "falls", "same" or "undecided" (the readings disagree, or the bounds overlap).
    """
    names = {"below": "rises", "above": "falls", "equal": "same", "undecided": "undecided"}
    whats = {"applications": "applications", "applicants": "applicants", "applications per applicant": "each_ngo"}
    whats |= {"success by application": "application", "success by NGO": "ngo"}
    table, rows = success(found), []
    for (one, two), (what, column) in product(combinations([t.year for t in found], 2), whats.items()):
        only: list[dict[str, Any]] = [{"printed": True} if "success" in what else {}, {}]
        ends = [(of(table, column, year=one, **some), of(table, column, year=two, **some)) for some in only]
        told = [names[before.compare(after)] for before, after in ends if before and after]
        rows += [(one, two, what, *told)] if len(told) == len(only) else []
    return pd.DataFrame(rows, columns=["earlier", "later", "what", "printed", "every"])


def change(table: pd.DataFrame, earlier: int, later: int, what: str, readings: str = "printed") -> str | None:
    """One verdict of :func:`changes`, or None where it cannot be asked."""
    rows = table[(table.earlier == earlier) & (table.later == later) & (table.what == what)]
    return None if rows.empty else str(rows[readings].iloc[0])


class Awards(NamedTuple):
    """What a range, a total and a number of awards allow."""

    mean: Interval
    median: Interval
    median_if_reached: Interval | None
    most_at_top: int
    most_at_floor: int


def award_bounds(total: Interval, awards: int, least: float, greatest: float) -> Awards | None:
    """Sharp bounds on the median award and on the number of awards at the ends of a range.

    The highest median has all awards below it at the floor and all others equal; the lowest has all awards above it at
    the top and all others equal. ``median_if_reached`` asks for at least one award at each end of the range.

    Parameters
    ----------
    total, awards, least, greatest
        Sum (tenge) and number (three or more) of all awards, and the range of one; anything else is a ValueError.

    Returns
    -------
    Awards or None
        None if no such awards exist.

    Examples
    --------
    >>> award_bounds(Interval(10e6, 10e6), 20, 4e5, 1.5e6).median
    Interval(low=400000.0, high=581818.1818181818)
    """
    if awards < 3 or not 0 <= least < greatest:
        raise ValueError(f"needs three awards or more and 0 <= least < greatest, found {awards}, {least}, {greatest}")
    if awards * least > total.high or awards * greatest < total.low:
        return None

    def within(low: float, high: float) -> Interval:
        low = max(float(least), low)
        return Interval(low, max(low, min(float(greatest), high)))  # rounding may leave the ends crossed

    def median(fixed: int) -> Interval:  # so many awards stand at each end, come what may
        side = (awards - 1) // 2
        low, high = total.low - side * greatest - fixed * least, total.high - side * least - fixed * greatest
        return within(low / (awards - side - fixed), high / (awards - side - fixed))

    room, want, ends = total.high - awards * least, awards * greatest - total.low, least + greatest
    top, floor = (min(awards, math.floor(left / (greatest - least) + 1e-9)) for left in (room, want))
    reached = (awards - 2) * least <= total.high - ends and (awards - 2) * greatest >= total.low - ends
    mean = within(total.low / awards, total.high / awards)
    return Awards(mean, median(0), median(1) if reached else None, top, floor)


def example_awards(total: float, awards: int, least: float, greatest: float) -> dict[str, list[float]]:
    """Lists of awards, from the smallest, that make up the total and have one at each end; empty where none does."""
    found = award_bounds(Interval(total, total), awards, least, greatest)
    if found is None or found.median_if_reached is None:
        return {}
    half = [found.median_if_reached.high] * (awards - (awards - 1) // 2 - 1)
    top, floor = min(found.most_at_top, awards - 1), min(found.most_at_floor, awards - 1)
    names = "highest median", "as many as possible at the top", "as many as possible at the floor"
    lists, highest = {}, ([*half, greatest], [greatest] * top, [greatest])
    for name, low, high in zip(names, (1, awards - top - 1, floor), highest, strict=True):
        rest = awards - low - len(high)  # they share equally what the lowest and the highest leave
        lists[name] = [least] * low + [(total - low * least - sum(high)) / max(1, rest)] * rest + high
    return lists


def first_range(found: Iterable[Tender]) -> Interval | None:
    """The range of one award in the first tender of which it is printed."""
    return next((tender.award for tender in found if tender.award), None)


def awards_by_tender(found: list[Tender]) -> pd.DataFrame:
    """What a tender's own printed range of awards, or the first one printed, would allow: own, fits, and Awards."""
    rows = []
    for tender in found:
        limits, winners = tender.award or first_range(found), tender.winners("projects")
        if limits and tender.total and winners:
            bounds = award_bounds(tender.total, int(winners.low), limits.low, limits.high)
            told = bounds or (None,) * len(Awards._fields)
            rows.append((tender.year, int(winners.low), tender.award is not None, bounds is not None, *told))
    return pd.DataFrame(rows, columns=["year", "awards", "own", "fits", *Awards._fields])


def sum_readings(found: list[Tender]) -> pd.DataFrame:
    """What each reading of the ambiguous sum implies: divisor, mean, against (where the mean lies to the range).

    If the sum was asked for: ``below`` (at least so many asked for less than the least award), and what the winners
    then shared, were that award still the least.
    """
    tender = next((tender for tender in found if tender.year == AMBIGUOUS_YEAR), Tender(AMBIGUOUS_YEAR))
    a, n, w, limits = tender.applications, tender.applicants, tender.winners("NGOs"), first_range(found)
    cases = {"asked for, by all applications": a, "awarded, one project an NGO": w}
    if a and n and w and n.low >= w.high:
        cases["awarded, an NGO may have several projects"] = Interval(w.low, a.high - n.low + w.high)
    rows: list[tuple[Any, ...]] = []
    for reading, divisor in cases.items():
        if tender.total and divisor:
            mean, most, against, below, shared = tender.total / divisor, tender.total.high, "", None, None
            if limits:
                inside = "within the range" if mean.intersection(limits) == mean else "undecided"
                against = {"below": "below the range", "above": "above the range"}.get(mean.compare(limits), inside)
            if limits and reading.startswith("asked"):
                below = max(0, int(divisor.low - math.floor(most / limits.low)))
                least = tender.ngos.low * limits.low if tender.ngos else math.nan
                shared = Interval(least, most) if least <= most else "impossible" if least > most else None
            rows.append((reading, divisor, mean, against, below, shared))
    return pd.DataFrame(rows, columns=["reading", "divisor", "mean", "against", "below", "shared"])


def favoured_sum(claims: pd.DataFrame, context: pd.DataFrame) -> Sum2005 | None:
    """Which reading of the ambiguous sum the numbers favour, or None where they favour neither.

    "awarded" if the mean asked for would lie below the least award printed, the mean awarded within the range, and the
    printed factor fits sum over sum; "asked" if the mean awarded lies outside the range and the mean asked for within.
    """
    table = sum_readings(tenders(claims)).set_index("reading").against
    asked, given = (table.get(key) for key in ("asked for, by all applications", "awarded, one project an NGO"))
    fits = multiples(claims, money(claims, context)).fits.any()
    if asked == "below the range" and given == "within the range" and fits:
        return "awarded"
    return "asked" if asked == "within the range" and given in ("below the range", "above the range") else None


def yardstick(context: pd.DataFrame, series: str, year: int) -> float:
    """One value of ``context.csv``; a :class:`DataError` if the series has none for the year."""
    values = context.value[(context.series == series) & (context.year == year)]
    if values.empty:
        have = context.year[context.series == series]
        told = f"{have.min()} to {have.max()}" if len(have) else "no year at all"
        raise DataError(f"context.csv: needs a row with series {series!r} and year {year}; there is {told}")
    return float(values.iloc[0])


def money(
    claims: pd.DataFrame, context: pd.DataFrame, base_year: int = 2023, sum_2005: Sum2005 = "awarded"
) -> pd.DataFrame:
    """Every sum of the state's by kind, year and ids of claims; a sum that was only asked for is a ceiling of it.

    ``nominal`` is as printed, ``real`` and ``per_person`` in tenge of ``base_year`` (annual averages of consumer
    prices), ``dollars`` at the year's average rate, ``of_gdp`` a share.
    """
    given: list[tuple[str, int, str, tuple[str, ...], Interval]] = []
    for measure, kind in KINDS.items():
        for year, said in by_year(claims, measure):
            more, total, ids = in_year(claims, f"{measure}_increase", year), agreed(said), tuple(said.claim_id)
            rise, what = agreed(more), "as awarded" if kind == TENDERS else "total"
            if total and kind == TENDERS and year == AMBIGUOUS_YEAR and sum_2005 == "asked":
                total, what = Interval(0, total.high), "at most, as asked for"
            if total:
                given.append((kind, year, "as first allotted" if rise else what, ids, total))
            if total and rise:
                given.append((kind, year, "with the increase", (*ids, *more.claim_id), total + rise))
    rows = []
    for kind, year, what, ids, total in given:
        cpi, rate, people, gdp = (yardstick(context, name, year) for name in YARDSTICKS)
        real = scaled(total, yardstick(context, "cpi", base_year) / cpi)
        others = scaled(total, 1 / rate), scaled(real, 1 / people), scaled(total, 1 / gdp / BILLION)
        rows.append((kind, year, what, ids, total, real, *others))
    columns = ["kind", "year", "what", "ids", "nominal", "real", "dollars", "per_person", "of_gdp"]
    return pd.DataFrame(rows, columns=columns)


def multiples(claims: pd.DataFrame, sums: pd.DataFrame) -> pd.DataFrame:
    """The ambiguous tender's sum (of :func:`money`) against each earlier one: base, formula, prices, value, fits.

    A "multiple" is later over earlier, a "rise" what was added over earlier, which is the multiple less one; ``fits``
    says whether the value meets the printed factor.
    """
    factor, sums = agreed(claims[claims.measure == "tender_sum_factor"]), sums[sums.kind == TENDERS]
    rows = []
    for last, base in product(each(sums[sums.year == AMBIGUOUS_YEAR]), each(sums[sums.year < AMBIGUOUS_YEAR])):
        for (less, formula), prices in product(enumerate(("multiple", "rise")), ("nominal", "real")):
            value = getattr(last, prices) / getattr(base, prices) - Interval(less, less)
            rows.append((base.year, formula, prices, value, factor is not None and value.meets(factor)))
    return pd.DataFrame(rows, columns=["base", "formula", "prices", "value", "fits"])


def unlike_told(sums: pd.DataFrame) -> str:
    """The ratio of each kind's last sum (of :func:`money`) to that of the kind before it, and that it is no growth."""
    told = [
        f"{two.kind} {two.year} ({two.what}) over {one.kind} {one.year} ({one.what}) gives "
        f"{span(two.nominal / one.nominal)}, {span(two.real / one.real)} at constant prices"
        for one, two in pairwise(each(sums.drop_duplicates("kind", keep="last")))
    ]
    return f"Not like with like, and no growth: {'; and '.join(told)}." if told else ""


def counts_near(claims: pd.DataFrame) -> dict[int, list[tuple[str, int, str, Interval]]]:
    """Counts of all NGOs by year (the next stands in for one without), first printed: measure, year, claim, value."""
    rows, found = claims[(claims.scope == "sector") & claims.repeats.isna()], {}
    for year, told in by_year(rows, COUNTS):
        found[year] = [(row.measure, year, row.claim_id, Interval(row.low, row.high)) for row in each(told)]
    return {year - 1: counts for year, counts in found.items()} | found


def reach(claims: pd.DataFrame) -> pd.DataFrame:
    """How many of the NGOs the state's money touches: who, year, and share of a base (a count nearest in time).

    "any tender" counts distinct NGOs: at least the greatest number of one tender, at most the sum of all.
    """
    found, parts = tenders(claims), []
    for tender in found:
        parts += [("applied", tender.year, tender.applicants), ("won", tender.year, tender.winning_ngos())]
    for who in ("applied", "won"):
        some = [number for kind, _, number in parts if kind == who and number]
        if len(some) > 1:
            ever = Interval(max(number.low for number in some), sum(number.high for number in some))
            parts.append((f"{who} in any tender", found[-1].year, ever))
    for row in each(in_year(claims, "ngos_grant_registered")):
        parts.append(("registered for state grants", row.start.year, Interval(row.low, row.high)))
    known = [(who, year, number) for who, year, number in parts if number]
    counts = counts_near(claims)
    near = [(*part, *count) for part in known for count in counts.get(part[1], [])]
    rows = [(who, year, *base, _part_of(number, whole)) for who, year, number, *base, whole in near]
    return pd.DataFrame(rows, columns=["who", "year", "base", "base_year", "base_id", "share"])


def _part_of(part: Interval, whole: Interval) -> Interval:
    """A share of those it is a part of; above 1 only where the two numbers contradict each other."""
    if whole.high < part.low:
        return part / whole
    share = part / Interval(max(whole.low, part.low), whole.high)
    return Interval(share.low, min(1.0, share.high))


def per_denominator(claims: pd.DataFrame) -> pd.DataFrame:
    """The last state expenditures over each denominator that the same source prints: denominator, claim_id, value.

    ``relative`` is the amount over that per NGO registered for grants: the sum cancels, so it holds whatever the true
    sum; None for what is no NGO.
    """
    spent = in_year(claims, "state_expenditure")
    spent = spent[spent.start == spent.start.max()]
    said = claims[claims.source_id.isin(spent.source_id)]
    rows = in_year(said, DENOMINATORS, spent.start.dt.year.max()).drop_duplicates(["measure", "wording"])
    total, base, result = agreed(spent), agreed(rows[rows.measure == "ngos_grant_registered"]), []
    for measure, words in DENOMINATORS.items():
        for row in each(rows[rows.measure == measure]):
            over = Interval(row.low, row.high)
            relative = base and (Interval(1, 1) if words == GRANTS else base / over)
            value = total and scaled(total / over, 1 / 12 if "month" in words else 1)
            result.append((words, row.claim_id, value, relative if "NGO" in words else None))
    return pd.DataFrame(result, columns=["denominator", "claim_id", "value", "relative"])


def quotient_told(claims: pd.DataFrame) -> str:
    """How the amount per NGO that the source prints compares with its own division; empty where it prints none."""
    rows, own = in_year(claims, "expenditure_per_ngo"), of(per_denominator(claims), "value", denominator=GRANTS)
    if rows.empty or own is None:
        return ""
    told = f"The source's own quotient, “{rows.as_printed.iloc[0]}”, "
    if not own.meets(Interval(rows.low.iloc[0], rows.high.iloc[0])):
        return told + "does not follow from its two numbers."
    open_end = " As the total is open above, it is a floor." if math.isinf(own.high) else ""
    return f"{told}agrees with the division by those registered.{open_end}"


def per_ngo(claims: pd.DataFrame, sums: pd.DataFrame) -> pd.DataFrame:
    """Each sum of :func:`money` over the counts of NGOs nearest in time: nominal and real, tenge an NGO."""
    rows, counts = [], counts_near(claims)
    for row in each(sums):
        for *base, over in counts.get(row.year, []):
            rows.append((row.kind, row.year, row.what, *base, row.nominal / over, row.real / over))
    return pd.DataFrame(rows, columns=["kind", "year", "what", "base", "base_year", "base_id", "nominal", "real"])


def ceiling_total(claims: pd.DataFrame, context: pd.DataFrame) -> tuple[int, float] | None:
    """Year and tenge of the greatest share of domestic product that the services may have."""
    for row in each(in_year(claims, "services_gdp_share")):
        return row.start.year, row.high / 100 * BILLION * yardstick(context, "gdp", row.start.year)
    return None


def at_ceiling(claims: pd.DataFrame, context: pd.DataFrame) -> pd.DataFrame:
    """What one unit would have to be worth if the services reached the ceiling: what, claim_id, value, dollars.

    ``heads`` is the value over domestic product per inhabitant, ``mismatch`` how the total differs from what the
    ceiling is about ("" where it does not).
    """
    result: list[tuple[Any, ...]] = []
    for share in each(in_year(claims, "services_gdp_share").head(1)):
        year, total = ceiling_total(claims, context) or (0, 0.0)
        _, rate, people, gdp = (yardstick(context, name, year) for name in YARDSTICKS)
        rows = in_year(claims[claims.repeats.isna()], AT_CEILING).sort_values("start", kind="stable")
        for row in each(rows.drop_duplicates("measure", keep="last")):
            told = ["the whole sector's, not the Alliance's"] if row.scope != share.scope else []
            told += [f"of {row.start.year}, not {year}"] if row.start.year != year else []
            value = Interval(total, total) / Interval(row.low, row.high)
            worth = value, scaled(value, 1 / rate), scaled(value, people / gdp / BILLION)
            result.append((AT_CEILING[row.measure], row.claim_id, *worth, "; ".join(told)))
    result.sort(key=lambda row: [*AT_CEILING.values()].index(row[0]))
    return pd.DataFrame(result, columns=["what", "claim_id", "value", "dollars", "heads", "mismatch"])


def times_state_money(claims: pd.DataFrame, context: pd.DataFrame) -> Interval | None:
    """The ceiling over the last state expenditures, both at the prices of the ceiling's year."""
    known = ceiling_total(claims, context)
    sums = money(claims, context, known[0]) if known else pd.DataFrame({"kind": []})
    spent = list(each(sums[sums.kind == STATE]))
    return Interval(known[1], known[1]) / spent[-1].real if known and spent else None


def claims_used(evidence: Evidence, measures: Iterable[str] = MEASURES) -> list[str]:
    """Ids of the claims that the page rests on, of the given measures; repeats only where their words differ."""
    rows = evidence.claims
    rows = rows[rows.scope.isin(["sector", "state", "alliance"]) & rows.start.notna() & (rows.wording != "lost")]
    years = rows.start.dt.year
    near = years.isin([*range(2003, 2007), 2018]) | ~rows.measure.isin(COUNTS)
    near &= (years == 2018) | ~rows.measure.isin(["ngos_active", "people_employed"])
    rows = rows[near & rows.measure.isin(list(measures))]
    told = rows.assign(first=rows.repeats.fillna(rows.claim_id))
    again = told.duplicated(["first", "measure", "wording"]) & ~told.measure.isin(list(PARTS.values()))
    return list(told[~again].claim_id)


def key_results(claims: pd.DataFrame, context: pd.DataFrame, sum_2005: Sum2005 = "awarded") -> pd.Series[Any]:
    """The page's main results under one reading; None where a source that they need is missing.

    Verdict on success by NGO from 2004 to 2005 as printed; the sum of 2005 over that of 2004 at constant prices; shares
    of NGOs that won in 2005 and were on the list for grants; tenge per NGO on that list, per service at the ceiling.
    """
    touched, growth = reach(claims), multiples(claims, money(claims, context, sum_2005=sum_2005))
    told = {"by_ngo": change(changes(tenders(claims)), 2004, 2005, "success by NGO")}
    found = {
        "real": of(growth, "value", base=2004, formula="multiple", prices="real"),
        "won": of(touched, "share", who="won", year=AMBIGUOUS_YEAR),
        "grant": of(touched, "share", who="registered for state grants"),
        "per_ngo": of(per_denominator(claims), "value", denominator=GRANTS),
        "service": of(at_ceiling(claims, context), "value", what="one service"),
    }
    return pd.Series(told | found, dtype="object")


def sensitivity(
    evidence: Evidence, words: Words = "logical", ceiling: float = CEILING, sum_2005: Sum2005 = "awarded"
) -> pd.DataFrame:
    """The main results under other readings, and with each source and each origin left out; equal cases share a row."""
    bearing = evidence.claims[evidence.claims.measure.isin(MEASURES)]

    def results(rows: pd.DataFrame = bearing, total: Sum2005 = sum_2005, **reading: Any) -> pd.Series[Any]:
        read = read_claims(rows, **({"words": words, "ceiling": ceiling} | reading))
        return key_results(read, evidence.context, total)

    other = "conversational" if words == "logical" else "logical"
    turned: Sum2005 = "asked" if sum_2005 == "awarded" else "awarded"
    found = {"as on this page": results(), f"words read as {other}": results(words=other)}
    found["conversational, ceiling doubled"] = results(words="conversational", ceiling=2 * ceiling)
    found |= {"numbers at face": results(number="face"), f"sum of 2005 {turned}": results(total=turned)}
    used = bearing[bearing.claim_id.isin(claims_used(evidence))]
    for name in dict.fromkeys([*used.source_id, *sorted(set(used.origin))]):
        kept = bearing[(bearing.source_id != name) & (bearing.origin != name)]
        # A repeat of a statement that is gone is now the first that is heard.
        found[f"without {name}"] = results(kept.assign(repeats=kept.repeats.where(kept.repeats.isin(kept.claim_id))))
    table = pd.DataFrame({case: [*result, repr([*result])] for case, result in found.items()})
    table = table.T.set_axis([*found["as on this page"].index, "same"], axis=1).rename_axis("case").reset_index()
    return table.assign(case=table.groupby("same").case.transform("; ".join)).drop_duplicates("same")


def headlines(evidence: Evidence) -> list[dict[str, str]]:
    """Rows of the results table on the state's money; a row whose source is missing is left away."""
    claims, context = read_claims(evidence.claims), evidence.context
    found, growth = key_results(claims, context), multiples(claims, money(claims, context))
    rows: list[tuple[str, str, str]] = []
    if found.by_ngo:
        rose = "As the winners are printed it rose from 2004 to 2005; under other readings that is undecided"
        told = rose if found.by_ngo == "rises" else f"By NGO, 2004 to 2005 {found.by_ngo}"
        hangs = "Whether winners are projects or NGOs; how many applications one NGO made."
        rows.append(("How many won a pilot tender?", f"{success_told(success(tenders(claims)))}. {told}.", hangs))
    if plain := of(growth, "value", base=2004, formula="multiple", prices="nominal"):
        grown = f"{span(plain)} times nominal, {span(found.real)} times real"
        answer = f"Pilot tenders 2004 to 2005: {grown}. The other kinds have one year each."
        hangs = "Whether the sum of 2005 was awarded or asked for; the consumer price index."
        rows.append(("How far did the state's money grow, within one kind?", answer, hangs))
    shares = {"won in 2005": found.won, "registered for state grants in 2018": found.grant}
    if parts := [f"{what}: {per_cent(share)}" for what, share in shares.items() if share]:
        hangs = "Which count of NGOs is the base; open words; registered is not paid."
        rows.append(("How many of the NGOs does it touch?", f"{'; '.join(parts)}.", hangs))
    if found.per_ngo:
        relative = of(per_denominator(claims), "relative", denominator="registered NGO")
        less = f"; spread over all registered, {per_cent(relative)} of that" if relative else ""
        answer = f"{span(found.per_ngo, 'tenge')} per NGO registered for grants{less}."
        rows.append(("What is that an NGO, in 2018?", answer, "The denominator; “over” in the sum and in the count."))
    if found.service:
        worth = f"At the ceiling one service would be worth {span(found.service, 'tenge')}; nothing below is excluded."
        hangs = "The Alliance's share set against the whole sector's services."
        rows.append(("What does “up to 5 % of GDP” imply?", worth, hangs))
    return [dict(zip(("question", "answer", "hangs_on"), row, strict=True), notebook="03_funding") for row in rows]

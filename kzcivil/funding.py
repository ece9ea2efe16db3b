"""What the state paid: pilot tenders, a contest budget, a minister's total; success, growth within a kind, reach.

Functions take ``claims`` as :func:`kzcivil.intervals.read_claims` returns them (so that the reading is chosen once)
and, for prices and the like, ``context`` (yardsticks). Money is in tenge, shares lie in [0, 1]. What a missing source
leaves unknown is ``None`` or an absent row. The three kinds of money never share a series: growth is computed within
the tenders alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import combinations, pairwise, product
from typing import Any, Literal, NamedTuple

import pandas as pd

from kzcivil.evidence import DataError, Evidence
from kzcivil.intervals import CEILING, Interval, Number, Words, each, evaluate, read_claims

Unit = Literal["projects", "NGOs"]
Sum2005 = Literal["awarded", "asked"]

AMBIGUOUS_YEAR = 2005
"""The tender whose printed sum may be what was asked for or what was awarded."""

PARTS = {
    "applications": "tender_applications",
    "applicants": "tender_applicants",
    "projects": "tender_projects",
    "ngos": "tender_winners",
    "total": "tender_sum",
}
KINDS = {
    "tender_sum": "pilot tenders",
    "contest_budget": "contest budget",
    "state_expenditure": "state expenditures",
}
COUNTS = ("ngos", "ngos_registered", "ngos_operating")
IN_TENDERS = (*PARTS.values(), "tender_award")
BESIDE = (
    *("tender_sum_factor", "contest_budget", "contest_budget_increase", "state_expenditure", "expenditure_per_ngo"),
    *("ngos_grant_registered", *COUNTS, "ngos_active", "people_employed"),
    *("services_gdp_share", "services", "volunteers", "alliance_members"),
)


# --- statements of one year -----------------------------------------------------------------------------------------


def in_year(claims: pd.DataFrame, measure: str | Iterable[str], year: int | None = None) -> pd.DataFrame:
    """Statements that hold a number, on one measure or several, whose dates lie within one calendar year."""
    wanted = [measure] if isinstance(measure, str) else list(measure)
    rows = claims[claims.measure.isin(wanted) & claims.low.notna() & claims.start.notna()]
    rows = rows[rows.start.dt.year == rows.end.dt.year]
    return pd.DataFrame(rows if year is None else rows[rows.start.dt.year == year])


def agreed(rows: pd.DataFrame) -> Interval | None:
    """What statements about one thing say together: the values in all; where they contradict, all that any allows.

    Examples
    --------
    >>> agreed(pd.DataFrame({"low": [115.0, 118.0], "high": [125.0, 130.0]}))
    Interval(low=118.0, high=125.0)
    """
    if rows.empty:
        return None
    low, high = float(rows.low.max()), float(rows.high.min())
    return Interval(low, high) if low <= high else Interval(float(rows.low.min()), float(rows.high.max()))


@dataclass(frozen=True, slots=True)
class Tender:
    """One tender as printed: counts, the sum in tenge, and the claims of each part."""

    year: int
    applications: Interval | None = None
    applicants: Interval | None = None
    projects: Interval | None = None
    ngos: Interval | None = None
    total: Interval | None = None
    ids: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def winners(self, unit: Unit) -> Interval | None:
        """The printed number of winners, read as projects or as NGOs, whichever of the two is printed."""
        first, second = (self.projects, self.ngos) if unit == "projects" else (self.ngos, self.projects)
        return first if first is not None else second


def tenders(claims: pd.DataFrame) -> list[Tender]:
    """The tenders that the statements tell of, in order of their years.

    Examples
    --------
    >>> import kzcivil as kz
    >>> [tender.year for tender in tenders(kz.read_claims(kz.load().claims))]
    [2003, 2004, 2005]
    """
    rows = in_year(claims, PARTS.values())
    found = []
    for year in sorted(set(rows.start.dt.year)):
        parts = {part: in_year(rows, measure, year) for part, measure in PARTS.items()}
        ids = {part: tuple(some.claim_id) for part, some in parts.items()}
        found.append(Tender(int(year), **{part: agreed(some) for part, some in parts.items()}, ids=ids))
    return found


def printed(evidence: Evidence, found: Iterable[Tender]) -> pd.DataFrame:
    """The tenders as the sources print them: a row a tender, each cell with its words and its place."""
    names = {"applications": "Applications", "applicants": "Applicants", "projects": "Projects that won"}
    names |= {"ngos": "Participants or NGOs that won", "total": "Sum"}
    rows = []
    for tender in found:
        award = in_year(read_claims(_bearing(evidence)), "tender_award", tender.year).claim_id
        cells = {name: _cell(evidence, tender.ids.get(part, ())) for part, name in names.items()}
        rows.append({"Tender": str(tender.year), **cells, "One award": _cell(evidence, award)})
        rows[-1]["Regions (in words)"] = _regions(evidence, tender.ids.get("applicants", ()))
    return pd.DataFrame(rows)


def _place(evidence: Evidence, row: Any) -> str:
    return f"{evidence.sources.set_index('source_id').short_title[row.source_id]}, line {row.line}"


def _cell(evidence: Evidence, ids: Iterable[str]) -> str:
    rows = [evidence.row(key) for key in ids]
    return "; ".join(f"“{row.as_printed}” ({_place(evidence, row)})" for row in rows) or "not printed"


def _regions(evidence: Evidence, ids: Iterable[str]) -> str:
    """Where the applicants came from, which the sources tell in words only; the note of the claim keeps it."""
    rows = [evidence.row(key) for key in ids]
    told = [(str(row.note).rpartition("; ")[2], row) for row in rows]
    return "; ".join(f"{words} ({_place(evidence, row)})" for words, row in told if words.startswith("from ")) or (
        "not printed"
    )


# --- success --------------------------------------------------------------------------------------------------------


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
        A, N and W as intervals of whole numbers; an unknown N is any number from 1 to A.
    unit
        What W counts.

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
    return Interval(winners.low / a.high, min(1.0, winners.high / a.low)), Interval(
        fewest, min(1.0, winners.high / n.low)
    )


def success(found: Iterable[Tender]) -> pd.DataFrame:
    """Shares of success by tender and reading.

    Returns
    -------
    pandas.DataFrame
        year, unit ("projects" or "NGOs": what the winners are read as), printed (whether a source prints that),
        application and ngo (intervals of shares).
    """
    rows = []
    for tender in found:
        for unit in ("projects", "NGOs"):
            winners = tender.winners(unit)
            if tender.applications is None or winners is None:
                continue
            bounds = success_bounds(tender.applications, tender.applicants, winners, unit)
            printed = (tender.projects if unit == "projects" else tender.ngos) is not None
            if bounds:
                rows.append((tender.year, unit, printed, *bounds))
    return pd.DataFrame(rows, columns=["year", "unit", "printed", "application", "ngo"]).astype({"printed": "bool"})


def success_told(table: pd.DataFrame) -> list[str]:
    """Both shares of each tender in words, over the readings that the sources print."""
    from kzcivil.prose import span  # noqa: PLC0415

    return [
        f"{year}: {span(_percent(_hull(part.application)), '%')} of applications, "
        f"{span(_percent(_hull(part.ngo)), '%')} of NGOs"
        for year, part in table[table.printed].groupby("year")
    ]


def firm_changes(table: pd.DataFrame) -> list[str]:
    """What rises from each tender to the next under every reading (from :func:`changes`)."""
    return [str(what) for what, part in table.groupby("what", sort=False) if set(part.every) == {"rises"}]


def changes(found: list[Tender]) -> pd.DataFrame:
    """Which changes from tender to tender hold, under the readings that the sources print, and under every reading.

    Returns
    -------
    pandas.DataFrame
        earlier, later, what, printed, every: "rises", "falls", "same" or "undecided" (the readings disagree, or the
        bounds overlap).
    """
    table = success(found)
    rows = []
    for earlier, later in combinations(found, 2):
        for what, pairs in _demand(earlier, later).items():
            verdict = _verdict(pairs)
            rows.append((earlier.year, later.year, what, verdict, verdict))
        one, two = (table[table.year == tender.year] for tender in (earlier, later))
        for column, what in (("application", "success by application"), ("ngo", "success by NGO")):
            printed = _verdict(product(one.loc[one.printed, column], two.loc[two.printed, column]))
            rows.append((earlier.year, later.year, what, printed, _verdict(product(one[column], two[column]))))
    result = pd.DataFrame(rows, columns=["earlier", "later", "what", "printed", "every"])
    return result[result.printed != ""].reset_index(drop=True)


def _demand(earlier: Tender, later: Tender) -> dict[str, list[tuple[Interval, Interval]]]:
    def values(tender: Tender) -> dict[str, Interval | None]:
        a, n = tender.applications, tender.applicants
        each_ngo = None if a is None or n is None else a / n
        return {"applications": a, "applicants": n, "applications per applicant": each_ngo}

    first, second = values(earlier), values(later)
    return {what: [(a, b)] for what, a in first.items() if a is not None and (b := second[what]) is not None}


def _verdict(pairs: Iterable[tuple[Interval, Interval]]) -> str:
    names = {"below": "rises", "above": "falls", "equal": "same", "undecided": "undecided"}
    found = {names[before.compare(after)] for before, after in pairs}
    return "" if not found else found.pop() if len(found) == 1 else "undecided"


def change(table: pd.DataFrame, earlier: int, later: int, what: str, readings: str = "printed") -> str | None:
    """One verdict of :func:`changes`, or None where it cannot be asked."""
    rows = table[(table.earlier == earlier) & (table.later == later) & (table.what == what)]
    return None if rows.empty else str(rows[readings].iloc[0])


# --- awards ---------------------------------------------------------------------------------------------------------


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
    total
        Sum of all awards (tenge).
    awards
        Their number, three or more.
    least, greatest
        The range of one award (tenge).

    Returns
    -------
    Awards or None
        None if no such awards exist.

    Raises
    ------
    ValueError
        For fewer than three awards or an empty range.

    Examples
    --------
    >>> award_bounds(Interval(10e6, 10e6), 20, 4e5, 1.5e6).median
    Interval(low=400000.0, high=581818.1818181818)
    """
    if awards < 3 or not 0 <= least < greatest:
        raise ValueError(f"needs three awards or more and 0 <= least < greatest, found {awards}, {least}, {greatest}")
    if awards * least > total.high or awards * greatest < total.low:
        return None
    mean = Interval(max(total.low / awards, least), min(total.high / awards, greatest))
    room, want = (total.high - awards * least) / (greatest - least), (awards * greatest - total.low)
    tight = 1e-9
    top = min(awards, math.floor(room + tight))
    floor = min(awards, math.floor(want / (greatest - least) + tight))
    median = _median(total, awards, least, greatest)
    inner = Interval(total.low - least - greatest, total.high - least - greatest)
    reached = (awards - 2) * least <= inner.high and (awards - 2) * greatest >= inner.low
    return Awards(mean, median, _median(total, awards, least, greatest, 1) if reached else None, top, floor)


def _median(total: Interval, awards: int, least: float, greatest: float, fixed: int = 0) -> Interval:
    """``fixed`` awards stand at each end of the range, come what may."""
    side = (awards - 1) // 2
    free = awards - side - fixed
    low = (total.low - side * greatest - fixed * least) / free
    high = (total.high - side * least - fixed * greatest) / free
    return Interval(max(float(least), low), min(float(greatest), high))


def example_awards(total: float, awards: int, least: float, greatest: float) -> dict[str, list[float]]:
    """Lists of awards, in order, that all make up the total within the range and have an award at each end.

    Returns
    -------
    dict
        "highest median", "as many as possible at the top" (the rest at the floor, but one with what is left over) and
        "as many as possible at the floor"; empty where no such list exists.
    """
    found = award_bounds(Interval(total, total), awards, least, greatest)
    if found is None or found.median_if_reached is None:
        return {}
    side, middle = (awards - 1) // 2, found.median_if_reached.high
    high = [least] * side + [middle] * (awards - side - 1) + [greatest]
    top = min(found.most_at_top, awards - 1)
    peaks = [least] * (awards - top) + [greatest] * top
    floor = min(found.most_at_floor, awards - 1)
    lows = [least] * floor + [(total - floor * least - greatest) / max(1, awards - floor - 1)] * (awards - floor - 1)
    names = "highest median", "as many as possible at the top", "as many as possible at the floor"
    lists = high, peaks, [*lows, greatest]
    return {name: _topped_up(some, total, least, greatest) for name, some in zip(names, lists, strict=True)}


def _topped_up(awards: list[float], total: float, least: float, greatest: float) -> list[float]:
    """Bring the sum to the total by moving single awards between the ends, the smallest first."""
    result = sorted(awards)
    for i in range(1, len(result) - 1):
        result[i] = min(max(result[i] + total - sum(result), least), greatest)
    return sorted(result)


def awards_by_tender(claims: pd.DataFrame) -> pd.DataFrame:
    """What the printed range would allow in each tender.

    Returns
    -------
    pandas.DataFrame
        year, awards (number of winners), own (whether the range is printed of that tender), fits, mean, median,
        median_if_reached (intervals of tenge or None), most_at_top, most_at_floor.
    """
    known, rows = first_range(claims), []
    for tender in tenders(claims):
        winners = tender.winners("projects")
        if known is None or tender.total is None or winners is None:
            continue
        found = award_bounds(tender.total, int(winners.low), known[1].low, known[1].high)
        told = tuple(found) if found else (None,) * len(Awards._fields)
        rows.append((tender.year, int(winners.low), tender.year == known[0], found is not None, *told))
    return pd.DataFrame(rows, columns=["year", "awards", "own", "fits", *Awards._fields])


def award_range(claims: pd.DataFrame, year: int) -> Interval | None:
    """The printed range of one award (tenge): the least under "from", the greatest under "to"."""
    rows = in_year(claims, "tender_award", year)
    ends = rows.loc[rows.wording == "at_least", "low"], rows.loc[rows.wording == "up_to", "high"]
    return None if ends[0].empty or ends[1].empty else Interval(ends[0].max(), ends[1].min())


def first_range(claims: pd.DataFrame) -> tuple[int, Interval] | None:
    """Year and range of the first tender whose range is printed."""
    years = sorted(set(in_year(claims, "tender_award").start.dt.year))
    known = [(int(year), found) for year in years if (found := award_range(claims, year))]
    return known[0] if known else None


def paid(tender: Tender, sum_2005: Sum2005 = "awarded") -> Interval | None:
    """What the state gave in a tender (tenge); a sum that was only asked for is a ceiling of it."""
    if tender.total is not None and tender.year == AMBIGUOUS_YEAR and sum_2005 == "asked":
        return Interval(0, tender.total.high)
    return tender.total


def sum_readings(claims: pd.DataFrame) -> pd.DataFrame:
    """What each reading of the ambiguous sum implies.

    Returns
    -------
    pandas.DataFrame
        reading, divisor (interval of the number divided by), mean (tenge, interval), against (where the mean lies:
        "below the range", "within the range", "above the range", "undecided", or "" without a range), below (at least
        so many asked for less than the least award, or None).
    """
    tender = next((found for found in tenders(claims) if found.year == AMBIGUOUS_YEAR), None)
    columns = ["reading", "divisor", "mean", "against", "below"]
    if tender is None or tender.total is None:
        return pd.DataFrame(columns=columns)
    a, n, w = tender.applications, tender.applicants, tender.winners("NGOs")
    known = first_range(claims)
    cases: dict[str, Interval | None] = {"asked for, by all applications": a, "awarded, one project an NGO": w}
    if a is not None and n is not None and w is not None and n.low >= w.high:
        cases["awarded, an NGO may have several projects"] = Interval(w.low, a.high - n.low + w.high)
    rows: list[tuple[Any, ...]] = []
    for reading, divisor in cases.items():
        if divisor is None:
            continue
        mean, below = tender.total / divisor, None
        if known and reading.startswith("asked"):
            below = max(0, int(divisor.low - math.floor(tender.total.high / known[1].low)))
        rows.append((reading, divisor, mean, _against(mean, known[1]) if known else "", below))
    return pd.DataFrame(rows, columns=columns)


def asked_told(claims: pd.DataFrame) -> str:
    """What the winners would have shared had the sum only been asked for, in words; empty where that is unknown."""
    from kzcivil.prose import span  # noqa: PLC0415

    tender = next((found for found in tenders(claims) if found.year == AMBIGUOUS_YEAR), None)
    known = first_range(claims)
    if tender is None or tender.ngos is None or tender.total is None or known is None:
        return ""
    least, most = tender.ngos.low * known[1].low, tender.total.high
    if least > most:
        return f"Had it only been asked for, the least award of {known[0]} could not have held."
    shared = span(Interval(least, most), "tenge")
    return f"Had it only been asked for, and the least award of {known[0]} still held, the winners shared {shared}."


def _against(mean: Interval, awards: Interval) -> str:
    if mean.high < awards.low or mean.low > awards.high:
        return "below the range" if mean.high < awards.low else "above the range"
    return "within the range" if awards.low <= mean.low and mean.high <= awards.high else "undecided"


def favoured_sum(claims: pd.DataFrame, context: pd.DataFrame) -> Sum2005 | None:
    """Which reading of the ambiguous sum the numbers favour, or None where they favour neither.

    "awarded" if the mean asked for would lie below the least award printed, the mean awarded within the range, and the
    printed factor fits sum over sum; "asked" if the mean awarded lies outside the range and the mean asked for within.
    """
    table = sum_readings(claims).set_index("reading").against
    asked = table.get("asked for, by all applications", "")
    given = table.get("awarded, one project an NGO", "")
    factors = multiples(claims, context)
    if asked == "below the range" and given == "within the range" and bool(factors.fits.any()):
        return "awarded"
    return "asked" if asked == "within the range" and given in ("below the range", "above the range") else None


# --- prices and yardsticks ------------------------------------------------------------------------------------------


def yardstick(context: pd.DataFrame, series: str, year: int) -> float:
    """One value of ``context.csv``.

    Raises
    ------
    DataError
        If the series has no value for the year.

    Examples
    --------
    >>> import kzcivil as kz
    >>> yardstick(kz.load().context, "exchange_rate", 2018)
    344.71
    """
    rows = context[(context.series == series) & (context.year == year)]
    if len(rows) != 1:
        have = context.loc[context.series == series, "year"]
        span = f"{have.min()} to {have.max()}" if len(have) else "no year at all"
        raise DataError(f"context.csv: needs one row with series {series!r} and year {year}; there is {span}")
    return float(rows.value.iloc[0])


def constant(amount: Interval, year: int, base_year: int, context: pd.DataFrame) -> Interval:
    """An amount of one year at the prices of another, by the annual averages of the consumer price index."""
    factor = yardstick(context, "cpi", base_year) / yardstick(context, "cpi", year)
    return amount * Interval(factor, factor)


def gdp(context: pd.DataFrame, year: int) -> float:
    """Gross domestic product in tenge of the year (the yardstick is in billions)."""
    return 1e9 * yardstick(context, "gdp", year)


def money(
    claims: pd.DataFrame, context: pd.DataFrame, base_year: int = 2023, sum_2005: Sum2005 = "awarded"
) -> pd.DataFrame:
    """Every sum of the state's, by kind: nominal, constant, in dollars, per inhabitant, of domestic product.

    Returns
    -------
    pandas.DataFrame
        kind (value of :data:`KINDS`), year, what, ids (tuple of claims), and intervals: nominal (tenge), real (tenge of
        ``base_year``), dollars (at the year's average rate), per_person (tenge of ``base_year``), of_gdp (share).
    """
    given: list[tuple[str, int, str, tuple[str, ...], Interval]] = []
    for tender in tenders(claims):
        if (total := paid(tender, sum_2005)) is not None:
            what = "as awarded" if total == tender.total else "at most, as asked for"
            given.append((KINDS["tender_sum"], tender.year, what, tender.ids["total"], total))
    for measure, kind in list(KINDS.items())[1:]:
        for year in sorted(set(in_year(claims, measure).start.dt.year)):
            rows, more = in_year(claims, measure, year), in_year(claims, f"{measure}_increase", year)
            total, rise = agreed(rows), agreed(more)
            if total is not None:
                given.append((kind, int(year), "as first allotted" if rise else "total", tuple(rows.claim_id), total))
            if total is not None and rise is not None:
                ids = (*rows.claim_id, *more.claim_id)
                given.append((kind, int(year), "with the increase", ids, total + rise))
    rows_out = []
    for kind, year, what, ids, total in given:
        real = constant(total, year, base_year, context)
        people, rate = yardstick(context, "population", year), yardstick(context, "exchange_rate", year)
        rows_out.append((kind, year, what, ids, total, real, _over(total, rate), _over(real, people)))
    table = pd.DataFrame(rows_out, columns=["kind", "year", "what", "ids", "nominal", "real", "dollars", "per_person"])
    shares = [_over(row.nominal, gdp(context, row.year)) for row in each(table)]
    return table.assign(of_gdp=pd.Series(shares, dtype="object"))


def _over(amount: Interval, divisor: float) -> Interval:
    return amount / Interval(divisor, divisor)


def multiples(claims: pd.DataFrame, context: pd.DataFrame, sum_2005: Sum2005 = "awarded") -> pd.DataFrame:
    """The ambiguous tender's sum against each earlier one: multiple and rise, nominal and real.

    Returns
    -------
    pandas.DataFrame
        base (year), formula ("multiple": later over earlier; "rise": what was added over earlier), prices ("nominal",
        "real"), value (interval), fits (whether it meets the printed factor; False where none is printed).
    """
    found = {tender.year: paid(tender, sum_2005) for tender in tenders(claims)}
    last = found.get(AMBIGUOUS_YEAR)
    printed = agreed(claims[claims.measure == "tender_sum_factor"])
    rows = []
    for base, total in found.items():
        if last is None or total is None or base >= AMBIGUOUS_YEAR:
            continue
        for formula, text in (("multiple", "later / earlier"), ("rise", "later / earlier - 1")):
            for prices in ("nominal", "real"):
                later = last if prices == "nominal" else constant(last, AMBIGUOUS_YEAR, base, context)
                value = evaluate(text, {"later": later, "earlier": total})
                rows.append((base, formula, prices, value, printed is not None and value.meets(printed)))
    return pd.DataFrame(rows, columns=["base", "formula", "prices", "value", "fits"])


def multiple(table: pd.DataFrame, base: int, prices: str) -> Interval | None:
    """One multiple of :func:`multiples`, or None."""
    rows = table[(table.base == base) & (table.formula == "multiple") & (table.prices == prices)]
    return None if rows.empty else _only(rows.value)


def unlike(table: pd.DataFrame) -> pd.DataFrame:
    """The ratio of each kind's last sum to the kind before it: what one must not call growth.

    Parameters
    ----------
    table
        From :func:`money`.

    Returns
    -------
    pandas.DataFrame
        earlier, later (kind and year in words), nominal and real (intervals).
    """
    last = [table[table.kind == kind].iloc[-1] for kind in KINDS.values() if kind in set(table.kind)]
    rows = []
    for one, two in pairwise(last):
        names = [f"{row.kind} {row.year} ({row.what})" for row in (one, two)]
        rows.append((*names, two.nominal / one.nominal, two.real / one.real))
    return pd.DataFrame(rows, columns=["earlier", "later", "nominal", "real"])


def unlike_told(table: pd.DataFrame) -> str:
    """The ratios of :func:`unlike` in one sentence that says what they are not; empty where there is one kind."""
    from kzcivil.prose import several, span  # noqa: PLC0415

    told = [
        f"{row.later} over {row.earlier} gives {span(row.nominal)}, {span(row.real)} at constant prices"
        for row in each(unlike(table))
    ]
    return f"Not like with like, and no growth: {several(told, '; and')}." if told else ""


# --- reach ----------------------------------------------------------------------------------------------------------


def counts_near(claims: pd.DataFrame, year: int) -> pd.DataFrame:
    """Counts of all NGOs of a year; where there is none, of the year after. First printings only."""
    rows = claims[(claims.scope == "sector") & claims.repeats.isna()]
    same = in_year(rows, COUNTS, year)
    return same if len(same) else in_year(rows, COUNTS, year + 1)


def _only(values: pd.Series[Any]) -> Interval:
    found: Interval = values.iloc[0]
    return found


def winning_ngos(tender: Tender) -> Interval | None:
    """The number of NGOs that won, over the readings that the sources print."""
    found = [] if tender.ngos is None else [tender.ngos]
    a, n, p = tender.applications, tender.applicants, tender.projects
    if a is not None and n is not None and p is not None:
        found.append(Interval(max(1.0, p.low - a.high + n.low), min(p.high, n.high)))
    return _hull(found) if found else None


def reach(claims: pd.DataFrame) -> pd.DataFrame:
    """How many of the NGOs the state's money touches: shares of the counts nearest in time.

    Returns
    -------
    pandas.DataFrame
        who, year, base (measure), base_year, base_id, share (interval). "any tender" counts distinct NGOs: at least the
        greatest number of one tender, at most the sum of all.
    """
    parts: list[tuple[str, int, Interval]] = []
    found = tenders(claims)
    for tender in found:
        for who, number in (("applied", tender.applicants), ("won", winning_ngos(tender))):
            if number is not None:
                parts.append((who, tender.year, number))
    for who in ("applied", "won"):
        some = [number for kind, _, number in parts if kind == who]
        if len(some) > 1:
            ever = Interval(max(number.low for number in some), sum(number.high for number in some))
            parts.append((f"{who} in any tender", found[-1].year, ever))
    for row in each(in_year(claims, "ngos_grant_registered")):
        parts.append(("registered for state grants", row.start.year, Interval(row.low, row.high)))
    rows = []
    for who, year, number in parts:
        for base in each(counts_near(claims, year)):
            share = _part_of(number, Interval(base.low, base.high))
            rows.append((who, year, base.measure, base.start.year, base.claim_id, share))
    return pd.DataFrame(rows, columns=["who", "year", "base", "base_year", "base_id", "share"])


def _part_of(part: Interval, whole: Interval) -> Interval:
    """A share of those it is a part of; above 1 only where the two numbers contradict each other."""
    if whole.high < part.low:
        return part / whole
    share = part / Interval(max(whole.low, part.low), whole.high)
    return Interval(share.low, min(1.0, share.high))


def reach_of(table: pd.DataFrame, who: str, year: int) -> Interval | None:
    """The share of :func:`reach` over all counts of that year: from the least to the greatest, or None."""
    rows = table[(table.who == who) & (table.year == year)].share
    return None if rows.empty else Interval(min(s.low for s in rows), max(s.high for s in rows))


# --- money per denominator ------------------------------------------------------------------------------------------

DENOMINATORS = {
    "ngos_grant_registered": "NGO registered for state grants",
    "ngos_registered": "registered NGO",
    "ngos_active": "more or less active NGO",
    "people_employed": "employee and month",
}


def expenditure(claims: pd.DataFrame) -> tuple[int, Interval] | None:
    """Year and amount (tenge) of the last state expenditures printed."""
    rows = in_year(claims, "state_expenditure").sort_values("start")
    if rows.empty:
        return None
    year = int(rows.start.iloc[-1].year)
    total = agreed(in_year(rows, "state_expenditure", year))
    return None if total is None else (year, total)


def per_denominator(claims: pd.DataFrame) -> pd.DataFrame:
    """State expenditures of the year over each denominator that the same source prints for it.

    Returns
    -------
    pandas.DataFrame
        denominator (words), claim_id, value (tenge, interval), relative (the amount over that per NGO registered for
        grants: the sum cancels, so this holds whatever the true sum; interval, or None for what is no NGO).
    """
    spent = expenditure(claims)
    columns = ["denominator", "claim_id", "value", "relative"]
    if spent is None:
        return pd.DataFrame(columns=columns)
    year, total = spent
    sources = set(in_year(claims, "state_expenditure", year).source_id)
    rows = in_year(claims, DENOMINATORS, year)
    rows = rows[rows.source_id.isin(sources)].drop_duplicates(["measure", "wording"])
    base = agreed(in_year(rows, "ngos_grant_registered"))
    result = []
    for measure, words in DENOMINATORS.items():
        for row in each(rows[rows.measure == measure]):
            over = Interval(row.low, row.high)
            months = Interval(12, 12) if measure == "people_employed" else Interval(1, 1)
            ngos = measure.startswith("ngos") and base is not None
            relative = evaluate("g / n", {"n": over, "g": base}) if ngos and base is not None else None
            same = Interval(1, 1) if measure == "ngos_grant_registered" and ngos else relative
            result.append((words, row.claim_id, total / over / months, same))
    return pd.DataFrame(result, columns=columns)


def amount(table: pd.DataFrame, denominator: str) -> Interval | None:
    """One amount of :func:`per_denominator`, or None."""
    rows = table[table.denominator == denominator]
    return None if rows.empty else _only(rows.value)


def quotient_told(claims: pd.DataFrame) -> str:
    """How the amount per NGO that the source prints compares with its own division; empty where it prints none."""
    rows = in_year(claims, "expenditure_per_ngo")
    own = amount(per_denominator(claims), DENOMINATORS["ngos_grant_registered"])
    if rows.empty or own is None:
        return ""
    row = rows.iloc[0]
    if not own.meets(Interval(row.low, row.high)):
        return f"The source's own quotient, “{row.as_printed}”, does not follow from its two numbers."
    open_end = " As the total is open above, it is a floor." if math.isinf(own.high) else ""
    return f"The source's own quotient, “{row.as_printed}”, agrees with the division by those registered.{open_end}"


def per_ngo(claims: pd.DataFrame, context: pd.DataFrame, base_year: int, sum_2005: Sum2005 = "awarded") -> pd.DataFrame:
    """Each sum over the counts of NGOs nearest in time; kinds of money and of counts are named, not joined.

    Returns
    -------
    pandas.DataFrame
        kind, year, what, base (measure), base_year, base_id, nominal (tenge an NGO) and real (tenge of ``base_year``).
    """
    rows = []
    for row in each(money(claims, context, base_year, sum_2005)):
        for base in each(counts_near(claims, row.year)):
            over = Interval(base.low, base.high)
            about = (base.measure, base.start.year, base.claim_id)
            rows.append((row.kind, row.year, row.what, *about, row.nominal / over, row.real / over))
    columns = ["kind", "year", "what", "base", "base_year", "base_id", "nominal", "real"]
    return pd.DataFrame(rows, columns=columns)


# --- the ceiling on the services' share -----------------------------------------------------------------------------

AT_CEILING = {
    "services": "one service",
    "volunteers": "one volunteer, a year",
    "alliance_members": "one Alliance NGO, a year",
    "people_employed": "one employee, a year",
}


def ceiling_total(claims: pd.DataFrame, context: pd.DataFrame) -> tuple[int, float] | None:
    """Year and tenge of the greatest share of domestic product that the services may have."""
    rows = in_year(claims, "services_gdp_share")
    if rows.empty:
        return None
    row = rows.iloc[0]
    return int(row.start.year), float(row.high) / 100 * gdp(context, row.start.year)


def at_ceiling(claims: pd.DataFrame, context: pd.DataFrame) -> pd.DataFrame:
    """What one unit would have to be worth if the services reached the ceiling.

    Returns
    -------
    pandas.DataFrame
        what, claim_id, value (tenge of the ceiling's year, interval), dollars, heads (value over domestic product per
        inhabitant), mismatch (how the total differs from what the ceiling is about, "" where it does not).
    """
    known = ceiling_total(claims, context)
    columns = ["what", "claim_id", "value", "dollars", "heads", "mismatch"]
    if known is None:
        return pd.DataFrame(columns=columns)
    year, total = known
    scope = in_year(claims, "services_gdp_share").iloc[0].scope
    head = gdp(context, year) / yardstick(context, "population", year)
    result = []
    for measure, what in AT_CEILING.items():
        rows = in_year(claims, measure).sort_values("start", kind="stable")
        rows = rows[rows.repeats.isna()]
        if rows.empty:
            continue
        row = rows.iloc[-1]
        value = Interval(total, total) / Interval(row.low, row.high)
        told = ["the whole sector's, not the Alliance's"] if row.scope != scope else []
        told += [f"of {row.start.year}, not {year}"] if row.start.year != year else []
        dollars = _over(value, yardstick(context, "exchange_rate", year))
        result.append((what, row.claim_id, value, dollars, _over(value, head), "; ".join(told)))
    return pd.DataFrame(result, columns=columns)


def times_state_money(claims: pd.DataFrame, context: pd.DataFrame) -> Interval | None:
    """The ceiling over the last state expenditures, both at the prices of the ceiling's year."""
    known, spent = ceiling_total(claims, context), expenditure(claims)
    if known is None or spent is None:
        return None
    return Interval(known[1], known[1]) / constant(spent[1], spent[0], known[0], context)


# --- the page as a whole --------------------------------------------------------------------------------------------


def claims_used(evidence: Evidence, measures: Iterable[str] = (*IN_TENDERS, *BESIDE)) -> list[str]:
    """Ids of the claims that the page rests on, of the given measures; repeats only where their words differ."""
    claims = evidence.claims
    claims = claims[claims.scope.isin(["sector", "state", "alliance"]) & claims.start.notna()]
    rows = claims[claims.measure.isin(list(measures)) & (claims.wording != "lost")]
    years = rows.start.dt.year
    rows = rows[years.isin([*range(2003, 2007), 2018]) | ~rows.measure.isin(COUNTS)]
    rows = rows[(rows.start.dt.year == 2018) | ~rows.measure.isin(["ngos_active", "people_employed"])]
    told = rows.assign(first=rows.repeats.fillna(rows.claim_id))
    again = told.duplicated(["first", "measure", "wording"]) & ~told.measure.isin(IN_TENDERS)
    return list(told[~again].claim_id)


def key_results(
    claims: pd.DataFrame, context: pd.DataFrame, sum_2005: Sum2005 = "awarded"
) -> dict[str, str | Interval | None]:
    """The page's main results, by name; None where a source that they need is missing.

    ``by_ngo``: verdict from 2004 to 2005 under the printed readings; ``real``: 2005 over 2004 at constant prices;
    ``won``: share of NGOs that won in 2005; ``grant``: share registered for grants; ``per_ngo``: tenge per NGO
    registered for grants; ``service``: tenge per service at the ceiling.
    """
    touched = reach(claims)
    grant = touched[touched.who == "registered for state grants"].share
    units = at_ceiling(claims, context).set_index("what").value
    return {
        "by_ngo": change(changes(tenders(claims)), 2004, 2005, "success by NGO"),
        "real": multiple(multiples(claims, context, sum_2005), 2004, "real"),
        "won": reach_of(touched, "won", AMBIGUOUS_YEAR),
        "grant": None if grant.empty else grant.iloc[0],
        "per_ngo": amount(per_denominator(claims), DENOMINATORS["ngos_grant_registered"]),
        "service": units.get("one service"),
    }


def _bearing(evidence: Evidence) -> pd.DataFrame:
    """Claims on the measures that the page uses."""
    claims = evidence.claims
    return claims[claims.measure.isin([*IN_TENDERS, *BESIDE])]


def _without(claims: pd.DataFrame, name: str) -> pd.DataFrame:
    """Claims without one source or origin; a repeat of a statement that is gone is now the first that is heard."""
    kept = claims[(claims.source_id != name) & (claims.origin != name)]
    return kept.assign(repeats=kept.repeats.where(kept.repeats.isin(set(kept.claim_id))))


def sensitivity(
    evidence: Evidence, words: Words = "logical", ceiling: float = CEILING, sum_2005: Sum2005 = "awarded"
) -> pd.DataFrame:
    """The main results under other readings, and with each source and each origin left out.

    Returns
    -------
    pandas.DataFrame
        case (all cases with the same results), and the columns of :func:`key_results`.
    """
    claims, context = _bearing(evidence), evidence.context

    def results(
        rows: pd.DataFrame,
        words: Words = words,
        number: Number = "rounded",
        total: Sum2005 = sum_2005,
        ceiling: float = ceiling,
    ) -> dict[str, str | Interval | None]:
        return key_results(read_claims(rows, number=number, words=words, ceiling=ceiling), context, total)

    other: Words = "conversational" if words == "logical" else "logical"
    turned: Sum2005 = "asked" if sum_2005 == "awarded" else "awarded"
    rows = {"as on this page": results(claims), f"words read as {other}": results(claims, words=other)}
    rows["conversational, ceiling doubled"] = results(claims, words="conversational", ceiling=2 * ceiling)
    rows |= {"numbers at face": results(claims, number="face"), f"sum of 2005 {turned}": results(claims, total=turned)}
    used = claims[claims.claim_id.isin(claims_used(evidence))]
    for name in [*dict.fromkeys(used.source_id), *sorted(set(used.origin) - set(used.source_id))]:
        rows[f"without {name}"] = results(_without(claims, name))
    cases: dict[str, list[str]] = {}
    for case, found in rows.items():
        cases.setdefault(repr(found), []).append(case)
    return pd.DataFrame([{"case": "; ".join(names), **rows[names[0]]} for names in cases.values()])


def headlines(evidence: Evidence) -> list[dict[str, str]]:
    """Rows of the results table on the state's money; a row whose source is missing is left away."""
    from kzcivil.prose import span  # noqa: PLC0415

    claims, context = read_claims(_bearing(evidence)), evidence.context
    found = key_results(claims, context)
    shares, growth = success_told(success(tenders(claims))), multiples(claims, context)
    rows: list[tuple[str, str, str]] = []
    if found["by_ngo"]:
        verdict = {"rises": "It rose from 2004 to 2005 under every printed reading"}
        told = verdict.get(str(found["by_ngo"]), f"By NGO, 2004 to 2005 {found['by_ngo']}")
        hangs = "Whether winners are projects or NGOs; how many applications one NGO made."
        rows.append(("How many won a pilot tender?", f"{'; '.join(shares)}. {told}.", hangs))
    real, plain = found["real"], multiple(growth, 2004, "nominal")
    if isinstance(real, Interval) and plain:
        grown = f"{span(plain)} times nominal, {span(real)} times real"
        answer = f"Pilot tenders 2004 to 2005: {grown}. The other kinds have one year each."
        hangs = "Whether the sum of 2005 was awarded or asked for; the consumer price index."
        rows.append(("How far did the state's money grow, within one kind?", answer, hangs))
    won, grant = found["won"], found["grant"]
    parts = [f"won in 2005: {span(_percent(won), '%')}"] if isinstance(won, Interval) else []
    parts += (
        [f"registered for state grants in 2018: {span(_percent(grant), '%')}"] if isinstance(grant, Interval) else []
    )
    if parts:
        hangs = "Which count of NGOs is the base; open words; registered is not paid."
        rows.append(("How many of the NGOs does it touch?", f"{'; '.join(parts)}.", hangs))
    each_ngo = per_denominator(claims)
    if isinstance(found["per_ngo"], Interval):
        relative = each_ngo.set_index("denominator").relative.get("registered NGO")
        less = f"; spread over all registered, {span(_percent(relative), '%')} of that" if relative else ""
        answer = f"{span(found['per_ngo'], 'tenge')} per NGO registered for grants{less}."
        rows.append(("What is that an NGO, in 2018?", answer, "The denominator; “over” in the sum and in the count."))
    if isinstance(found["service"], Interval):
        answer = (
            f"At the ceiling one service would be worth {span(found['service'], 'tenge')}; nothing below is excluded."
        )
        rows.append(
            (
                "What does “up to 5 % of GDP” imply?",
                answer,
                "The Alliance's share set against the whole sector's services.",
            )
        )
    return [
        {"question": question, "answer": answer, "hangs_on": hangs, "notebook": "03_funding"}
        for question, answer, hangs in rows
    ]


def _hull(shares: Iterable[Interval]) -> Interval:
    found = list(shares)
    return Interval(min(share.low for share in found), max(share.high for share in found))


def _percent(share: Interval) -> Interval:
    return Interval(100 * share.low, 100 * share.high)

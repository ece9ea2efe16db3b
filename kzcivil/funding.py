"""What the state paid: pilot tenders, a contest budget, a minister's total; success, growth within a kind, reach.

``claims`` are read by :func:`kzcivil.intervals.read_claims` (so that the reading is chosen once), ``found`` are
:func:`tenders`, ``context`` are yardsticks. Money is in tenge, shares lie in [0, 1]. What a missing source leaves
unknown is ``None`` or an absent row. The three kinds of money never share a series: growth is within the tenders alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import combinations, pairwise, product
from typing import Any, Literal, NamedTuple

import pandas as pd

from kzcivil.evidence import DataError, Evidence
from kzcivil.intervals import CEILING, Interval, Number, Words, each, read_claims
from kzcivil.prose import several, span

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
    "award": "tender_award",
}
TENDERS = "pilot tenders"
OTHER_KINDS = {"contest_budget": "contest budget", "state_expenditure": "state expenditures"}
COUNTS = ("ngos", "ngos_registered", "ngos_operating")
BESIDE = (
    *("tender_sum_factor", "contest_budget", "contest_budget_increase", "state_expenditure", "expenditure_per_ngo"),
    *("ngos_grant_registered", *COUNTS, "ngos_active", "people_employed"),
    *("services_gdp_share", "services", "volunteers", "alliance_members"),
)


def scaled(value: Interval, factor: float) -> Interval:
    """An interval times a number."""
    return value * Interval(factor, factor)


def per_cent(share: Interval) -> str:
    """A share in words."""
    return span(scaled(share, 100), "%")


def _hull(found: Iterable[Interval]) -> Interval:
    ends = [(value.low, value.high) for value in found]
    return Interval(min(low for low, _ in ends), max(high for _, high in ends))


def _first(values: pd.Series[Any]) -> Interval | None:
    found: Interval | None = None if values.empty else values.iloc[0]
    return found


# --- the tenders ----------------------------------------------------------------------------------------------------


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
        return _hull(found) if found else None

    def paid(self, sum_2005: Sum2005 = "awarded") -> Interval | None:
        """What the state gave (tenge); a sum that was only asked for is a ceiling of it."""
        asked = self.total is not None and self.year == AMBIGUOUS_YEAR and sum_2005 == "asked"
        return Interval(0, self.total.high) if self.total and asked else self.total


def tenders(claims: pd.DataFrame) -> list[Tender]:
    """The tenders that the statements tell of, in order of their years.

    Examples
    --------
    >>> import kzcivil as kz
    >>> [tender.year for tender in tenders(kz.read_claims(kz.load().claims))]
    [2003, 2004, 2005]
    """
    rows, found = in_year(claims, PARTS.values()), []
    for year, told in rows.groupby(rows.start.dt.year):
        parts = {part: told[told.measure == measure] for part, measure in PARTS.items()}
        known = {part: agreed(some) for part, some in parts.items()} | {"award": _range(parts["award"])}
        found.append(Tender(int(str(year)), **known, ids={part: tuple(some.claim_id) for part, some in parts.items()}))
    return found


def _range(rows: pd.DataFrame) -> Interval | None:
    """The range of one award: the least under "from", the greatest under "to", if both are printed."""
    least, most = rows.low[rows.wording == "at_least"].max(), rows.high[rows.wording == "up_to"].min()
    return Interval(least, most) if least <= most else None


def printed(evidence: Evidence, found: Iterable[Tender]) -> pd.DataFrame:
    """The tenders as the sources print them: a row a tender, each cell with its words and its place."""
    names = {"applications": "Applications", "applicants": "Applicants", "projects": "Projects that won"}
    names |= {"ngos": "Participants or NGOs that won", "total": "Sum", "award": "One award"}
    titles = evidence.sources.set_index("source_id").short_title

    def cell(ids: Iterable[str], *, regions: bool = False) -> str:
        told = []
        for row in map(evidence.row, ids):  # the regions stand in words only, at the end of the applicants' note
            words = str(row.note).rpartition("; ")[2] if regions else f"“{row.as_printed}”"
            if words.startswith("from " if regions else "“"):
                told.append(f"{words} ({titles[row.source_id]}, line {row.line})")
        return "; ".join(told) or "not printed"

    return pd.DataFrame(
        {"Tender": str(tender.year)}
        | {name: cell(tender.ids[part]) for part, name in names.items()}
        | {"Regions (in words)": cell(tender.ids["applicants"], regions=True)}
        for tender in found
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
    by_ngo = Interval(fewest, min(1.0, winners.high / n.low))
    return Interval(winners.low / a.high, min(1.0, winners.high / a.low)), by_ngo


def success(found: Iterable[Tender]) -> pd.DataFrame:
    """Shares of success: year, unit (what winners are read as), printed (whether as a source prints), the intervals."""
    units: tuple[Unit, ...] = ("projects", "NGOs")
    rows = []
    for tender, unit in product(found, units):
        winners, said = tender.winners(unit), tender.projects if unit == "projects" else tender.ngos
        if tender.applications and winners:
            bounds = success_bounds(tender.applications, tender.applicants, winners, unit)
            rows += [(tender.year, unit, said is not None, *bounds)] if bounds else []
    return pd.DataFrame(rows, columns=["year", "unit", "printed", "application", "NGO"]).astype({"printed": "bool"})


def success_told(table: pd.DataFrame) -> str:
    """Both shares of each tender in words, over the readings that the sources print."""
    return "; ".join(
        f"{year}: {per_cent(_hull(part.application))} of applications, {per_cent(_hull(part.NGO))} of NGOs"
        for year, part in table[table.printed].groupby("year")
    )


def changes(found: list[Tender]) -> pd.DataFrame:
    """Which changes from tender to tender hold, under the readings that the sources print, and under every reading.

    Returns
    -------
    pandas.DataFrame
        earlier, later, what, printed, every: "rises", "falls", "same" or "undecided" (the readings disagree, or the
        bounds overlap).
    """
    values: list[tuple[int, str, bool, Interval | None]] = []
    for t in found:
        each_ngo = t.applications / t.applicants if t.applications and t.applicants else None
        values += [(t.year, "applications", True, t.applications), (t.year, "applicants", True, t.applicants)]
        values.append((t.year, "applications per applicant", True, each_ngo))
    for row, unit in product(each(success(found)), ("application", "NGO")):
        values.append((row.year, f"success by {unit}", row.printed, getattr(row, unit)))
    table = pd.DataFrame(values, columns=["year", "what", "printed", "value"]).dropna().astype({"printed": "bool"})
    rows = []
    for pair, what in product(combinations([t.year for t in found], 2), dict.fromkeys(name for _, name, *_ in values)):
        one, two = (table[(table.year == year) & (table.what == what)] for year in pair)
        said = _verdict(one.value[one.printed], two.value[two.printed])
        rows += [(*pair, what, said, _verdict(one.value, two.value))] if said else []
    return pd.DataFrame(rows, columns=["earlier", "later", "what", "printed", "every"])


def _verdict(before: Iterable[Interval], after: Iterable[Interval]) -> str:
    names = {"below": "rises", "above": "falls", "equal": "same", "undecided": "undecided"}
    found = {names[one.compare(two)] for one, two in product(before, after)}
    return "" if not found else found.pop() if len(found) == 1 else "undecided"


def firm_changes(table: pd.DataFrame) -> list[str]:
    """What rises from each tender to the next under every reading (from :func:`changes`)."""
    return [str(what) for what, part in table.groupby("what", sort=False) if set(part.every) == {"rises"}]


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
    total, least, greatest
        Sum of all awards, and the range of one award (tenge).
    awards
        Their number, three or more.

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

    def within(low: float, high: float) -> Interval:
        low = max(float(least), low)
        return Interval(low, max(low, min(float(greatest), high)))  # rounding may leave the ends crossed

    def median(fixed: int) -> Interval:  # so many awards stand at each end, come what may
        side = (awards - 1) // 2
        low = total.low - side * greatest - fixed * least
        high = total.high - side * least - fixed * greatest
        return within(low / (awards - side - fixed), high / (awards - side - fixed))

    room, want = total.high - awards * least, awards * greatest - total.low
    top, floor = (min(awards, math.floor(left / (greatest - least) + 1e-9)) for left in (room, want))
    others, ends = awards - 2, least + greatest
    reached = others * least <= total.high - ends and others * greatest >= total.low - ends
    mean = within(total.low / awards, total.high / awards)
    return Awards(mean, median(0), median(1) if reached else None, top, floor)


def example_awards(total: float, awards: int, least: float, greatest: float) -> dict[str, list[float]]:
    """Lists of awards, from the smallest, that make up the total and have one at each end; empty where none does."""
    found = award_bounds(Interval(total, total), awards, least, greatest)
    if found is None or found.median_if_reached is None:
        return {}
    side, top, floor = (awards - 1) // 2, min(found.most_at_top, awards - 1), min(found.most_at_floor, awards - 1)
    half = [found.median_if_reached.high] * (awards - side - 1)

    def filled(low: int, high: list[float]) -> list[float]:
        """The least ``low`` times, what is left in equal parts, and the highest awards."""
        rest = awards - low - len(high)
        return [least] * low + [(total - low * least - sum(high)) / max(1, rest)] * rest + high

    return {
        "highest median": filled(1, [*half, greatest]),
        "as many as possible at the top": filled(awards - top - 1, [greatest] * top),
        "as many as possible at the floor": filled(floor, [greatest]),
    }


def first_range(found: Iterable[Tender]) -> tuple[int, Interval] | None:
    """Year and range of the first tender whose range of awards is printed."""
    return next(((tender.year, tender.award) for tender in found if tender.award), None)


def awards_by_tender(found: list[Tender]) -> pd.DataFrame:
    """What the printed range would allow in each tender: year, awards, own (range is printed of it), fits, Awards."""
    known, rows = first_range(found), []
    for tender in found:
        if known and tender.total and (winners := tender.winners("projects")):
            bounds = award_bounds(tender.total, int(winners.low), known[1].low, known[1].high)
            told = bounds or (None,) * len(Awards._fields)
            rows.append((tender.year, int(winners.low), tender.year == known[0], bounds is not None, *told))
    return pd.DataFrame(rows, columns=["year", "awards", "own", "fits", *Awards._fields])


# --- the ambiguous sum ----------------------------------------------------------------------------------------------


def sum_readings(found: list[Tender]) -> pd.DataFrame:
    """What each reading of the ambiguous sum implies.

    Returns
    -------
    pandas.DataFrame
        reading, divisor (interval of the number divided by), mean (tenge, interval), against (where the mean lies:
        "below the range", "within the range", "above the range", "undecided", or "" without a range), below (at least
        so many asked for less than the least award, or None).
    """
    rows: list[tuple[Any, ...]] = []
    for tender in found:
        if tender.year != AMBIGUOUS_YEAR or tender.total is None:
            continue
        a, n, w = tender.applications, tender.applicants, tender.winners("NGOs")
        many = Interval(w.low, a.high - n.low + w.high) if a and n and w and n.low >= w.high else None
        cases = {"asked for, by all applications": a, "awarded, one project an NGO": w}
        known = first_range(found)
        for reading, divisor in (cases | {"awarded, an NGO may have several projects": many}).items():
            if divisor is None:
                continue
            mean, below = tender.total / divisor, None
            if known and reading.startswith("asked"):
                below = max(0, int(divisor.low - math.floor(tender.total.high / known[1].low)))
            rows.append((reading, divisor, mean, _against(mean, known[1]) if known else "", below))
    return pd.DataFrame(rows, columns=["reading", "divisor", "mean", "against", "below"])


def _against(mean: Interval, awards: Interval) -> str:
    if not mean.meets(awards):
        return "below the range" if mean.high < awards.low else "above the range"
    return "within the range" if mean.intersection(awards) == mean else "undecided"


def asked_told(found: list[Tender]) -> str:
    """What the winners would have shared had the sum only been asked for, in words; empty where that is unknown."""
    tender, known = next((t for t in found if t.year == AMBIGUOUS_YEAR), None), first_range(found)
    if tender is None or tender.ngos is None or tender.total is None or known is None:
        return ""
    least, most = tender.ngos.low * known[1].low, tender.total.high
    if least > most:
        return f"Had it only been asked for, the least award of {known[0]} could not have held."
    shared = span(Interval(least, most), "tenge")
    return f"Had it only been asked for, and the least award of {known[0]} still held, the winners shared {shared}."


def favoured_sum(claims: pd.DataFrame, context: pd.DataFrame) -> Sum2005 | None:
    """Which reading of the ambiguous sum the numbers favour, or None where they favour neither.

    "awarded" if the mean asked for would lie below the least award printed, the mean awarded within the range, and the
    printed factor fits sum over sum; "asked" if the mean awarded lies outside the range and the mean asked for within.
    """
    table = sum_readings(tenders(claims)).set_index("reading").against
    asked, given = (table.get(key) for key in ("asked for, by all applications", "awarded, one project an NGO"))
    if asked == "below the range" and given == "within the range" and multiples(claims, context).fits.any():
        return "awarded"
    return "asked" if asked == "within the range" and given in ("below the range", "above the range") else None


# --- prices and yardsticks ------------------------------------------------------------------------------------------


def yardstick(context: pd.DataFrame, series: str, year: int) -> float:
    """One value of ``context.csv``; a :class:`DataError` if the series has no value for the year.

    Examples
    --------
    >>> import kzcivil as kz
    >>> yardstick(kz.load().context, "exchange_rate", 2018)
    344.71
    """
    known = context[context.series == series].set_index("year").value
    if year not in known.index:
        have = f"{known.index.min()} to {known.index.max()}" if len(known) else "no year at all"
        raise DataError(f"context.csv: needs a row with series {series!r} and year {year}; there is {have}")
    return float(known[year])


def constant(amount: Interval, year: int, base_year: int, context: pd.DataFrame) -> Interval:
    """An amount of one year at the prices of another, by the annual averages of the consumer price index."""
    return scaled(amount, yardstick(context, "cpi", base_year) / yardstick(context, "cpi", year))


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
        kind, year, what, ids (tuple of claims), and intervals: nominal (tenge), real (tenge of ``base_year``), dollars
        (at the year's average rate), per_person (tenge of ``base_year``), of_gdp (share).
    """
    given: list[tuple[str, int, str, tuple[str, ...], Interval]] = []
    for tender in tenders(claims):
        if total := tender.paid(sum_2005):
            what = "as awarded" if total == tender.total else "at most, as asked for"
            given.append((TENDERS, tender.year, what, tender.ids["total"], total))
    for measure, kind in OTHER_KINDS.items():
        for year in sorted(set(in_year(claims, measure).start.dt.year)):
            rows, more = in_year(claims, measure, year), in_year(claims, f"{measure}_increase", year)
            total, rise = agreed(rows), agreed(more)
            if total:
                given.append((kind, year, "as first allotted" if rise else "total", tuple(rows.claim_id), total))
            if total and rise:
                given.append((kind, year, "with the increase", (*rows.claim_id, *more.claim_id), total + rise))
    result = []
    for kind, year, what, ids, total in given:
        real, rate = constant(total, year, base_year, context), yardstick(context, "exchange_rate", year)
        shares = scaled(real, 1 / yardstick(context, "population", year)), scaled(total, 1 / gdp(context, year))
        result.append((kind, int(year), what, ids, total, real, scaled(total, 1 / rate), *shares))
    columns = ["kind", "year", "what", "ids", "nominal", "real", "dollars", "per_person", "of_gdp"]
    return pd.DataFrame(result, columns=columns)


def multiples(claims: pd.DataFrame, context: pd.DataFrame, sum_2005: Sum2005 = "awarded") -> pd.DataFrame:
    """The ambiguous tender's sum against each earlier one: multiple and rise, nominal and real.

    Returns
    -------
    pandas.DataFrame
        base (year), formula ("multiple": later over earlier; "rise": what was added over earlier, which is the multiple
        less one), prices ("nominal", "real"), value (interval), fits (whether it meets the printed factor).
    """
    found = {tender.year: tender.paid(sum_2005) for tender in tenders(claims)}
    last, factor = found.get(AMBIGUOUS_YEAR), agreed(claims[claims.measure == "tender_sum_factor"])
    rows = []
    for (base, total), less, prices in product(found.items(), (0, 1), ("nominal", "real")):
        if last and total and base < AMBIGUOUS_YEAR:
            later = last if prices == "nominal" else constant(last, AMBIGUOUS_YEAR, base, context)
            value = later / total - Interval(less, less)
            rows.append((base, "rise" if less else "multiple", prices, value, bool(factor and value.meets(factor))))
    return pd.DataFrame(rows, columns=["base", "formula", "prices", "value", "fits"])


def multiple(table: pd.DataFrame, base: int, prices: str) -> Interval | None:
    """One multiple of :func:`multiples`, or None."""
    return _first(table.value[(table.base == base) & (table.formula == "multiple") & (table.prices == prices)])


def unlike_told(table: pd.DataFrame) -> str:
    """The ratio of each kind's last sum (from :func:`money`) to the kind's before it, and that this is no growth."""
    last = each(table.drop_duplicates("kind", keep="last"))
    told = [
        f"{two.kind} {two.year} ({two.what}) over {one.kind} {one.year} ({one.what}) gives "
        f"{span(two.nominal / one.nominal)}, {span(two.real / one.real)} at constant prices"
        for one, two in pairwise(last)
    ]
    return f"Not like with like, and no growth: {'; and '.join(told)}." if told else ""


# --- reach and denominators -----------------------------------------------------------------------------------------


def counts_near(claims: pd.DataFrame, year: int) -> pd.DataFrame:
    """Counts of all NGOs of a year; where there is none, of the year after. First printings only."""
    rows = claims[(claims.scope == "sector") & claims.repeats.isna()]
    same = in_year(rows, COUNTS, year)
    return same if len(same) else in_year(rows, COUNTS, year + 1)


def reach(claims: pd.DataFrame) -> pd.DataFrame:
    """How many of the NGOs the state's money touches: shares of the counts nearest in time.

    Returns
    -------
    pandas.DataFrame
        who, year, base (measure), base_year, base_id, share (interval). "any tender" counts distinct NGOs: at least the
        greatest number of one tender, at most the sum of all.
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
    rows = [
        (who, year, base.measure, base.start.year, base.claim_id, _part_of(number, Interval(base.low, base.high)))
        for who, year, number in parts
        if number
        for base in each(counts_near(claims, year))
    ]
    return pd.DataFrame(rows, columns=["who", "year", "base", "base_year", "base_id", "share"])


def _part_of(part: Interval, whole: Interval) -> Interval:
    """A share of those it is a part of; above 1 only where the two numbers contradict each other."""
    if whole.high < part.low:
        return part / whole
    share = part / Interval(max(whole.low, part.low), whole.high)
    return Interval(share.low, min(1.0, share.high))


def reach_of(table: pd.DataFrame, who: str, year: int) -> Interval | None:
    """The share of :func:`reach` over all counts of that year: from the least to the greatest, or None."""
    shares = table.share[(table.who == who) & (table.year == year)]
    return None if shares.empty else _hull(shares)


DENOMINATORS = {
    "ngos_grant_registered": "NGO registered for state grants",
    "ngos_registered": "registered NGO",
    "ngos_active": "more or less active NGO",
    "people_employed": "employee and month",
}


def expenditure(claims: pd.DataFrame) -> tuple[int, Interval] | None:
    """Year and amount (tenge) of the last state expenditures printed."""
    year = in_year(claims, "state_expenditure").start.dt.year.max()
    total = agreed(in_year(claims, "state_expenditure", year))
    return (int(year), total) if total else None


def per_denominator(claims: pd.DataFrame) -> pd.DataFrame:
    """State expenditures of the year over each denominator that the same source prints for it.

    Returns
    -------
    pandas.DataFrame
        denominator (words), claim_id, value (tenge, interval), relative (the amount over that per NGO registered for
        grants: the sum cancels, so this holds whatever the true sum; interval, or None for what is no NGO).
    """
    spent, result = expenditure(claims), []
    for measure, words in DENOMINATORS.items() if spent else ():
        year, total = spent or (0, Interval(0, 0))
        said = claims[claims.source_id.isin(in_year(claims, "state_expenditure", year).source_id)]
        base = agreed(in_year(said, "ngos_grant_registered", year))
        for row in each(in_year(said, measure, year).drop_duplicates("wording")):
            over, relative = Interval(row.low, row.high), None
            if base and measure.startswith("ngos"):
                relative = Interval(1, 1) if measure == "ngos_grant_registered" else base / over
            value = total / over / (Interval(12, 12) if measure == "people_employed" else Interval(1, 1))
            result.append((words, row.claim_id, value, relative))
    return pd.DataFrame(result, columns=["denominator", "claim_id", "value", "relative"])


def amount(table: pd.DataFrame, denominator: str, column: str = "value") -> Interval | None:
    """One amount of :func:`per_denominator`, or None."""
    return _first(table[column][table.denominator == denominator])


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


def per_ngo(claims: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """Each sum of :func:`money` over the counts of NGOs nearest in time: nominal and real (tenge an NGO)."""
    rows = []
    for row in each(table):
        for base in each(counts_near(claims, row.year)):
            over = Interval(base.low, base.high)
            told = (row.kind, row.year, row.what, base.measure, base.start.year)
            rows.append((*told, row.nominal / over, row.real / over))
    return pd.DataFrame(rows, columns=["kind", "year", "what", "base", "base_year", "nominal", "real"])


# --- the ceiling on the services' share -----------------------------------------------------------------------------

AT_CEILING = {
    "services": "one service",
    "volunteers": "one volunteer, a year",
    "alliance_members": "one Alliance NGO, a year",
    "people_employed": "one employee, a year",
}


def ceiling_total(claims: pd.DataFrame, context: pd.DataFrame) -> tuple[int, float] | None:
    """Year and tenge of the greatest share of domestic product that the services may have."""
    said = list(each(in_year(claims, "services_gdp_share")))
    return (said[0].start.year, said[0].high / 100 * gdp(context, said[0].start.year)) if said else None


def at_ceiling(claims: pd.DataFrame, context: pd.DataFrame) -> pd.DataFrame:
    """What one unit would have to be worth if the services reached the ceiling.

    Returns
    -------
    pandas.DataFrame
        what, claim_id, value (tenge of the ceiling's year, interval), dollars, heads (value over domestic product per
        inhabitant), mismatch (how the total differs from what the ceiling is about, "" where it does not).
    """
    known, result = ceiling_total(claims, context), []
    for measure, what in AT_CEILING.items():
        rows = in_year(claims[claims.repeats.isna()], measure).sort_values("start", kind="stable")
        if known is None or rows.empty:
            continue
        (year, total), row = known, rows.iloc[-1]
        other = row.scope != in_year(claims, "services_gdp_share").scope.iloc[0]
        told = ["the whole sector's, not the Alliance's"] if other else []
        told += [f"of {row.start.year}, not {year}"] if row.start.year != year else []
        value = Interval(total, total) / Interval(row.low, row.high)
        heads = scaled(value, yardstick(context, "population", year) / gdp(context, year))
        dollars = scaled(value, 1 / yardstick(context, "exchange_rate", year))
        result.append((what, row.claim_id, value, dollars, heads, "; ".join(told)))
    return pd.DataFrame(result, columns=["what", "claim_id", "value", "dollars", "heads", "mismatch"])


def times_state_money(claims: pd.DataFrame, context: pd.DataFrame) -> Interval | None:
    """The ceiling over the last state expenditures, both at the prices of the ceiling's year."""
    known, spent = ceiling_total(claims, context), expenditure(claims)
    if known is None or spent is None:
        return None
    return Interval(known[1], known[1]) / constant(spent[1], spent[0], known[0], context)


# --- the page as a whole --------------------------------------------------------------------------------------------


def claims_used(evidence: Evidence, measures: Iterable[str] = (*PARTS.values(), *BESIDE)) -> list[str]:
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


class Results(NamedTuple):
    """The page's main results; None where a source that they need is missing."""

    by_ngo: str | None
    """Verdict on success by NGO from 2004 to 2005, as the winners are printed."""
    real: Interval | None
    """The sum of 2005 over that of 2004, at constant prices."""
    won: Interval | None
    """Share of the NGOs that won in 2005."""
    grant: Interval | None
    """Share of the registered NGOs on the list for grants."""
    per_ngo: Interval | None
    """Tenge per NGO registered for grants."""
    service: Interval | None
    """Tenge per service at the ceiling."""


def key_results(claims: pd.DataFrame, context: pd.DataFrame, sum_2005: Sum2005 = "awarded") -> Results:
    """The page's main results under one reading."""
    touched, units = reach(claims), at_ceiling(claims, context)
    return Results(
        change(changes(tenders(claims)), 2004, 2005, "success by NGO"),
        multiple(multiples(claims, context, sum_2005), 2004, "real"),
        reach_of(touched, "won", AMBIGUOUS_YEAR),
        _first(touched.share[touched.who == "registered for state grants"]),
        amount(per_denominator(claims), DENOMINATORS["ngos_grant_registered"]),
        _first(units.value[units.what == "one service"]),
    )


def _bearing(evidence: Evidence) -> pd.DataFrame:
    """Claims on the measures that the page uses."""
    claims = evidence.claims
    return claims[claims.measure.isin([*PARTS.values(), *BESIDE])]


def sensitivity(
    evidence: Evidence, words: Words = "logical", ceiling: float = CEILING, sum_2005: Sum2005 = "awarded"
) -> pd.DataFrame:
    """The main results under other readings, and with each source and each origin left out; equal cases share a row."""
    claims = _bearing(evidence)

    def results(
        rows: pd.DataFrame = claims, number: Number = "rounded", total: Sum2005 = sum_2005, **other: Any
    ) -> Results:
        read = read_claims(rows, number=number, **({"words": words, "ceiling": ceiling} | other))
        return key_results(read, evidence.context, total)

    other: Words = "conversational" if words == "logical" else "logical"
    turned: Sum2005 = "asked" if sum_2005 == "awarded" else "awarded"
    found = {"as on this page": results(), f"words read as {other}": results(words=other)}
    found["conversational, ceiling doubled"] = results(words="conversational", ceiling=2 * ceiling)
    found |= {"numbers at face": results(number="face"), f"sum of 2005 {turned}": results(total=turned)}
    used = claims[claims.claim_id.isin(claims_used(evidence))]
    for name in dict.fromkeys([*used.source_id, *sorted(set(used.origin))]):
        kept = claims[(claims.source_id != name) & (claims.origin != name)]
        # A repeat of a statement that is gone is now the first that is heard.
        found[f"without {name}"] = results(kept.assign(repeats=kept.repeats.where(kept.repeats.isin(kept.claim_id))))
    cases: dict[Results, list[str]] = {}
    for case, result in found.items():
        cases.setdefault(result, []).append(case)
    return pd.DataFrame([{"case": "; ".join(names), **result._asdict()} for result, names in cases.items()])


def headlines(evidence: Evidence) -> list[dict[str, str]]:
    """Rows of the results table on the state's money; a row whose source is missing is left away."""
    claims, context = read_claims(_bearing(evidence)), evidence.context
    found, plain = key_results(claims, context), multiple(multiples(claims, context), 2004, "nominal")
    rows: list[tuple[str, str, str]] = []
    if found.by_ngo:
        rose = "It rose from 2004 to 2005 under every printed reading"
        told = rose if found.by_ngo == "rises" else f"By NGO, 2004 to 2005 {found.by_ngo}"
        hangs = "Whether winners are projects or NGOs; how many applications one NGO made."
        rows.append(("How many won a pilot tender?", f"{success_told(success(tenders(claims)))}. {told}.", hangs))
    if found.real and plain:
        grown = f"{span(plain)} times nominal, {span(found.real)} times real"
        answer = f"Pilot tenders 2004 to 2005: {grown}. The other kinds have one year each."
        hangs = "Whether the sum of 2005 was awarded or asked for; the consumer price index."
        rows.append(("How far did the state's money grow, within one kind?", answer, hangs))
    parts = [f"won in 2005: {per_cent(found.won)}"] if found.won else []
    parts += [f"registered for state grants in 2018: {per_cent(found.grant)}"] if found.grant else []
    if parts:
        hangs = "Which count of NGOs is the base; open words; registered is not paid."
        rows.append(("How many of the NGOs does it touch?", f"{'; '.join(parts)}.", hangs))
    if found.per_ngo:
        relative = amount(per_denominator(claims), "registered NGO", "relative")
        less = f"; spread over all registered, {per_cent(relative)} of that" if relative else ""
        answer = f"{span(found.per_ngo, 'tenge')} per NGO registered for grants{less}."
        rows.append(("What is that an NGO, in 2018?", answer, "The denominator; “over” in the sum and in the count."))
    if found.service:
        worth = f"At the ceiling one service would be worth {span(found.service, 'tenge')}; nothing below is excluded."
        hangs = "The Alliance's share set against the whole sector's services."
        rows.append(("What does “up to 5 % of GDP” imply?", worth, hangs))
    return [dict(zip(("question", "answer", "hangs_on"), row, strict=True), notebook="03_funding") for row in rows]

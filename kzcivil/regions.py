"""People and places: who works in the sector, who is served, and where.

Ratios of printed numbers are intervals, computed jointly. A stock (people at one time) is kept apart from a flow
(people or services in a year). Where only some regions have a printed count, the rest of the country is what remains
of the total, as one range: nothing is said of a single region without a count.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd

from kzcivil.evidence import DataError, Evidence
from kzcivil.intervals import (
    CEILING,
    Interval,
    Number,
    Words,
    each,
    evaluate,
    formula_names,
    intervals_of,
    read_claims,
)
from kzcivil.prose import number as in_words
from kzcivil.prose import several, span

FAR = 1e30
"""Stands for an open end in a formula; what comes out beyond its root is open again."""

PART_ACTIVE, PART_REGISTERED = "aa_part_astana_active_ngos", "aa_inf_registered_astana"
ACTIVE, REGISTERED = "aa_minister_active_ngos", "aa_inf_registered_2023"
QUANTITIES = ("ngos", "people", "ngo_share", "people_share", "per_100k")


class Ratio(NamedTuple):
    """A ratio of printed numbers: title, year, formula over claims and ``population_YEAR``, unit."""

    title: str
    year: str
    formula: str
    unit: str


RATIOS = (
    Ratio(
        "People involved per operating NGO", "2003", "caci_people_involved_2003 / caci_ngos_operating_2003", "people"
    ),
    Ratio("People involved per registered NGO", "2003", "caci_people_involved_2003 / aa_inf_registered_2003", "people"),
    Ratio("People employed per NGO", "c. 2006", "dia_people_employed / dia_ngos_five_thousand", "people"),
    Ratio("People employed per registered NGO", "2018", "kxr_people_employed / kxr_ngos_registered", "people"),
    Ratio("Volunteers per registered NGO", "2023", "aa_chair_volunteers / aa_inf_registered_2023", "people"),
    Ratio("Volunteers per active NGO", "2023", "aa_chair_volunteers / aa_minister_active_ngos", "people"),
    Ratio("Experts per registered NGO", "2023", "aa_chair_experts / aa_inf_registered_2023", "people"),
    Ratio(
        "Degree holders per registered NGO",
        "2023",
        "aa_chair_degree_holders / aa_inf_registered_2023",
        "people",
    ),
    Ratio("People employed per 1,000 inhabitants", "c. 2006", "1000 * dia_people_employed / population_2006", "people"),
    Ratio("People employed per 1,000 inhabitants", "2018", "1000 * kxr_people_employed / population_2018", "people"),
    Ratio("Volunteers per 1,000 inhabitants", "2023", "1000 * aa_chair_volunteers / population_2023", "people"),
    Ratio("Users per 1,000 inhabitants", "c. 2006", "1000 * dia_users / population_2006", "people"),
    Ratio("Users per employed person", "c. 2006", "dia_users / dia_people_employed", "people"),
    Ratio("Services per volunteer", "2023", "aa_chair_services / aa_chair_volunteers", "services a year"),
    Ratio("Services per registered NGO", "2023", "aa_chair_services / aa_inf_registered_2023", "services a year"),
    Ratio("Services per 1,000 inhabitants", "2023", "1000 * aa_chair_services / population_2023", "services a year"),
    Ratio(
        "City projects per 100 registered NGOs, Astana",
        "2023",
        "100 * aa_part_astana_social_projects_2023 / aa_inf_registered_astana",
        "projects a year",
    ),
    Ratio(
        "Registered NGOs per multifunctional centre, Astana",
        "2023",
        "aa_inf_registered_astana / aa_part_astana_centres",
        "NGOs",
    ),
)
PER_NGO = tuple(ratio for ratio in RATIOS if ratio.unit == "people" and "NGO" in ratio.title)


# --- people --------------------------------------------------------------------------------------------------------


def country_population(evidence: Evidence, year: int) -> Interval:
    """Population of the country in a year, from the national count of 1 January to the World Bank's middle of the year.

    The national count is not in the tables. Its low end is the World Bank's population on 1 January (mean of two
    mid-years) less the gap between it and the national regions' sum in the year for which all regions are there.

    Raises
    ------
    DataError
        If ``context.csv`` lacks the years that this needs.

    Examples
    --------
    >>> import kzcivil as kz
    >>> people = country_population(kz.load(), 2023)
    >>> round(people.low / 1e6, 2), round(people.high / 1e6, 2)
    (19.76, 20.33)
    """
    world = _series(evidence, "population")
    regions = evidence.context[evidence.context.series == "population_region"]
    whole = int(regions.year.value_counts().index[0])
    if missing := [str(y) for y in (year - 1, year, whole) if y not in world]:
        raise DataError(f"context.csv: series population has no year {', '.join(missing)}; add the row")
    national = float(regions.loc[regions.year == whole, "value"].sum()) / world[whole]
    return Interval(min(national, 1) * (world[year - 1] + world[year]) / 2, world[year])


def _series(evidence: Evidence, name: str) -> dict[int, float]:
    rows = evidence.context[evidence.context.series == name]
    return {int(year): float(value) for year, value in zip(rows.year, rows.value, strict=True)}


def joint(formula: str, values: Mapping[str, Interval]) -> Interval:
    """:func:`kzcivil.evaluate` where inputs may be open above.

    Examples
    --------
    >>> joint("a / b", {"a": Interval(10, math.inf), "b": Interval(5, math.inf)})
    Interval(low=0.0, high=inf)
    """
    names = formula_names(formula)
    box = {name: Interval(values[name].low, min(values[name].high, FAR)) for name in names}
    found = evaluate(formula, box)
    root = math.sqrt(FAR)
    return Interval(0.0 if abs(found.low) < 1 / root else found.low, math.inf if found.high > root else found.high)


def values_of(evidence: Evidence, words: Words = "logical", ceiling: float = CEILING) -> dict[str, Interval]:
    """Intervals of all claims, and of ``population_YEAR`` for the years of the ratios.

    Active NGOs are some of the registered ones, so their number ends at the registered number.
    """
    values = intervals_of(read_claims(evidence.claims, words=words, ceiling=ceiling))
    if ACTIVE in values and REGISTERED in values:
        values[ACTIVE] = values[ACTIVE].intersection(Interval(0, values[REGISTERED].high)) or values[ACTIVE]
    return values | {f"population_{year}": country_population(evidence, year) for year in (2006, 2018, 2023)}


def ratios(evidence: Evidence, words: Words = "logical", ceiling: float = CEILING) -> pd.DataFrame:
    """People and services in ratios, under one reading of open words.

    Returns
    -------
    pandas.DataFrame
        title, year, kind (what is divided: stock or flow, as the numbers are printed), face (numbers as printed; the
        World Bank's population), low, high, unit, formula. A ratio without its claims is left away.

    Examples
    --------
    >>> import kzcivil as kz
    >>> table = ratios(kz.load()).set_index(["title", "year"])
    >>> bool(table.loc[("People employed per registered NGO", "2018"), "high"] < 2)
    True
    """
    values = values_of(evidence, words, ceiling)
    face = {
        key: Interval(value, value)
        for key, value in zip(evidence.claims.claim_id, evidence.claims.value, strict=True)
        if not pd.isna(value)
    }
    face |= {key: Interval(values[key].high, values[key].high) for key in values if key.startswith("population_")}
    timing = evidence.claims.set_index("claim_id").timing
    rows = []
    for ratio in RATIOS:
        names = formula_names(ratio.formula)
        if not all(name in values and name in face for name in names):
            continue
        found = joint(ratio.formula, values)
        flows = [name in timing.index and timing[name] in ("per_year", "during") for name in names]
        kind = "flow to stock" if any(flows) else "stock to stock"
        rows.append(
            (*ratio[:2], kind, joint(ratio.formula, face).low, found.low, found.high, ratio.unit, ratio.formula)
        )
    return pd.DataFrame(rows, columns=["title", "year", "kind", "face", "low", "high", "unit", "formula"])


def ratio(table: pd.DataFrame, title: str, year: str) -> Interval | None:
    """One row of :func:`ratios` as an interval; None if its claims were left out."""
    rows = table[(table.title == title) & (table.year == year)]
    return Interval(float(rows.low.iloc[0]), float(rows.high.iloc[0])) if len(rows) else None


PEOPLE_MEASURES = (
    "people_involved",
    "people_employed",
    "volunteers",
    "experts",
    "degree_holders",
    "users",
    "services",
)
TIMINGS = {"at": "stock", "per_year": "flow, a year", "during": "flow, in a period"}


def printed_people(evidence: Evidence) -> pd.DataFrame:
    """What the sources print on people and services, with ``kind`` (stock or flow) as the words have it."""
    rows = evidence.select(PEOPLE_MEASURES, scope="sector")
    titles = evidence.measures.set_index("measure").title
    sources = evidence.sources.set_index("source_id").short_title
    return rows.assign(
        kind=rows.timing.map(TIMINGS).fillna("not said"),
        title=rows.measure.map(titles),
        source=rows.source_id.map(sources),
        again=rows.repeats.notna(),
    )


# --- places --------------------------------------------------------------------------------------------------------


def printed_counts(evidence: Evidence) -> pd.DataFrame:
    """Registered NGOs of single regions, a row a region (the latest if there are several), with bounds."""
    rows = evidence.select("ngos_registered", scope="region", repeats=False)
    rows = read_claims(rows.dropna(subset=["region", "value"])).sort_values("end", kind="stable")
    rows = rows.drop_duplicates("region", keep="last").sort_values("value", ascending=False, kind="stable")
    names = evidence.regions.set_index("region").title
    return rows.assign(title=rows.region.map(names)).reset_index(drop=True)


def country_count(evidence: Evidence) -> str | None:
    """Id of the latest count of registered NGOs in the whole country, or None."""
    rows = evidence.select("ngos_registered", scope="sector", repeats=False).dropna(subset=["value", "end"])
    return str(rows.sort_values("end", kind="stable").claim_id.iloc[-1]) if len(rows) else None


def populations(evidence: Evidence, base: str) -> dict[str, Interval]:
    """People by region code, and of the ``country``, under a population base.

    Parameters
    ----------
    base
        A year of ``population_region`` in ``context.csv``, as text: "2023" (some regions early in the year; the country
        as :func:`country_population`) or "2024" (all regions in the middle of the year; the country is their sum).

    Raises
    ------
    DataError
        If there is no such base.
    """
    rows = evidence.context[evidence.context.series == "population_region"]
    bases = sorted({str(year) for year in rows.year})
    if str(base) not in bases:
        raise DataError(f"population_base: found {base!r}, context.csv has the years {', '.join(bases)}; choose one")
    rows = rows[rows.year == int(base)]
    people = {str(code): Interval(float(n), float(n)) for code, n in zip(rows.code, rows.value, strict=True)}
    if set(people) >= set(evidence.regions.region):
        total = sum(interval.low for interval in people.values())
        return people | {"country": Interval(total, total)}
    return people | {"country": country_population(evidence, int(base))}


def places(evidence: Evidence, base: str = "2023", total_id: str | None = None) -> pd.DataFrame | None:
    """Printed counts by region beside people, with the rest of the country and the whole.

    Parameters
    ----------
    base
        As in :func:`populations`.
    total_id
        Claim taken as the count of the whole country; by default :func:`country_count`.

    Returns
    -------
    pandas.DataFrame or None
        A row a printed region (most NGOs first), then ``rest`` (all other regions together) and ``country``: region,
        title, claim_id, regions (how many), and for ngos, people, ngo_share, people_share (percent) and per_100k each
        ``_low`` and ``_high``. What has no population in the base is NaN. None if no count of a region or of the
        whole is there.

    Examples
    --------
    >>> import kzcivil as kz
    >>> table = places(kz.load()).set_index("title")
    >>> round(float(table.ngo_share_low["Almaty"]), 1)
    21.5
    """
    counts, total = printed_counts(evidence), total_id or country_count(evidence)
    if counts.empty or total is None:
        return None
    values = intervals_of(read_claims(evidence.claims))
    values |= {_people(code): interval for code, interval in populations(evidence, base).items()}
    people = [_people(code) for code in counts.region]
    others, everybody = len(evidence.regions) - len(counts), _people("country")
    rows = [
        _place((row.region, row.title, row.claim_id, 1), (row.claim_id, name), (total, everybody), values)
        for row, name in zip(each(counts), people, strict=True)
    ]
    if others:
        named = ("rest", f"The other {others} together", "", others)
        values |= _sums({"printed_ngos": list(counts.claim_id), "printed_people": people}, values)
        rows.append(_rest(named, ("printed_ngos", "printed_people"), (total, everybody), values))
    whole = ("country", "Whole country", total, len(evidence.regions))
    rows.append(_place(whole, (total, everybody), (total, everybody), values))
    return pd.DataFrame(rows)


def _people(code: str) -> str:
    return "people_" + code.replace("-", "_")


def _sums(parts: Mapping[str, list[str]], values: Mapping[str, Interval]) -> dict[str, Interval]:
    """Sums of different numbers, which are exact end by end; a sum that lacks a number is left away."""
    return {
        name: Interval(sum(values[key].low for key in keys), sum(values[key].high for key in keys))
        for name, keys in parts.items()
        if set(keys) <= set(values)
    }


_Named = tuple[str, str, str, int]
_Pair = tuple[str, str]


def _place(named: _Named, part: _Pair, whole: _Pair, values: Mapping[str, Interval]) -> dict[str, Any]:
    shares = [f"100 * {one} / {all_}" if one != all_ else "100" for one, all_ in zip(part, whole, strict=True)]
    return _measured(named, (*part, *shares, f"100000 * {part[0]} / {part[1]}"), values)


def _rest(named: _Named, parts: _Pair, whole: _Pair, values: Mapping[str, Interval]) -> dict[str, Any]:
    """What the parts leave of the whole; written so that each number occurs once and the formula is exact."""
    left = [f"({all_} - {some})" for some, all_ in zip(parts, whole, strict=True)]
    shares = [f"100 - 100 * {some} / {all_}" for some, all_ in zip(parts, whole, strict=True)]
    return _measured(named, (*left, *shares, f"100000 * {left[0]} / {left[1]}"), values)


def _measured(named: _Named, formulas: tuple[str, ...], values: Mapping[str, Interval]) -> dict[str, Any]:
    found: dict[str, Any] = dict(zip(("region", "title", "claim_id", "regions"), named, strict=True))
    for name, formula in zip(QUANTITIES, formulas, strict=True):
        interval = evaluate(formula, values) if formula_names(formula) <= set(values) else None
        found |= {f"{name}_low": interval.low if interval else math.nan}
        found |= {f"{name}_high": interval.high if interval else math.nan}
    return found


def both_bases(evidence: Evidence, total_id: str | None = None) -> pd.DataFrame | None:
    """:func:`places` under every population base, with the column ``base``."""
    rows = evidence.context[evidence.context.series == "population_region"]
    tables = [(str(base), places(evidence, str(base), total_id)) for base in sorted(set(rows.year))]
    found = [table.assign(base=base) for base, table in tables if table is not None]
    return pd.concat(found, ignore_index=True) if found else None


def of_place(table: pd.DataFrame | None, region: str, what: str) -> Interval | None:
    """One quantity of one row of :func:`places` (over several bases: from the least to the greatest), or None."""
    if table is None:
        return None
    rows = table.loc[table.region == region, [f"{what}_low", f"{what}_high"]].dropna()
    return Interval(float(rows.iloc[:, 0].min()), float(rows.iloc[:, 1].max())) if len(rows) else None


def printed_together(table: pd.DataFrame | None, what: str) -> Interval | None:
    """Share (percent) of all regions with a printed count taken together: what the rest leaves of the whole."""
    rest = of_place(table, "rest", f"{what}_share")
    return None if rest is None else Interval(100, 100) - rest


def against_country(table: pd.DataFrame | None) -> dict[str, str]:
    """Whether each printed region has more NGOs per inhabitant than the country: above, below, equal or undecided.

    A region is above if it is so for every population in the table.
    """
    country = of_place(table, "country", "per_100k")
    if table is None or country is None:
        return {}
    codes = [code for code in dict.fromkeys(table.region) if code not in ("rest", "country")]
    densities = {code: of_place(table, code, "per_100k") for code in codes}
    return {code: density.compare(country) for code, density in densities.items() if density}


def needed_to_pass(evidence: Evidence, base: str = "2024") -> pd.DataFrame:
    """How many NGOs a region without a printed count needs to be denser than the densest printed one.

    Returns
    -------
    pandas.DataFrame
        region, title, people, needed (the least whole number of NGOs above the densest printed region's rate), fits
        (whether the rest of the country holds so many), fewest people first; empty if nothing can be said.
    """
    columns = ["region", "title", "people", "needed", "fits"]
    table, people = places(evidence, base), populations(evidence, base)
    rest = of_place(table, "rest", "ngos")
    if table is None or rest is None or table.per_100k_low.isna().all():
        return pd.DataFrame(columns=columns)
    printed = table[~table.region.isin(["rest", "country"])]
    densest = float(printed.per_100k_high.max())
    open_regions = evidence.regions[
        ~evidence.regions.region.isin(printed.region) & evidence.regions.region.isin(list(people))
    ]
    rows = []
    for row in each(open_regions):
        needed = math.floor(densest * people[row.region].high / 1e5) + 1
        rows.append((row.region, row.title, people[row.region].high, needed, needed <= rest.high))
    return pd.DataFrame(rows, columns=columns).sort_values("people", kind="stable").reset_index(drop=True)


# --- active against registered -------------------------------------------------------------------------------------


class Activity(NamedTuple):
    """Active of registered (shares, 0 to 1): in the capital, in the country, and what they leave to the rest of it."""

    part: Interval
    whole: Interval
    rest: Interval | None


def activity(
    evidence: Evidence,
    words: Words = "logical",
    ceiling: float = CEILING,
    number: Number = "rounded",
    national: str = ACTIVE,
) -> Activity | None:
    """Share of active NGOs in Astana, in the country, and in the rest of the country.

    Active NGOs are taken as some of the registered ones, in each of the three. The share of the rest follows jointly:
    (national active - capital's active) / (national registered - capital's registered), cut to [0, 1].

    Parameters
    ----------
    words, ceiling, number
        As in :func:`kzcivil.read`.
    national
        Id of the claim on active NGOs of the country.

    Returns
    -------
    Activity or None
        None if a claim is missing; ``rest`` is None if the counts cannot hold together.

    Examples
    --------
    >>> import kzcivil as kz
    >>> talk = activity(kz.load(), "conversational")
    >>> round(talk.part.high, 3), round(talk.whole.low, 3)
    (0.338, 0.771)
    """
    values = intervals_of(read_claims(evidence.claims, number=number, words=words, ceiling=ceiling))
    if not all(key in values for key in (PART_ACTIVE, PART_REGISTERED, national, REGISTERED)):
        return None
    capped = {}
    for active, registered in ((PART_ACTIVE, PART_REGISTERED), (national, REGISTERED)):
        most = values[registered].high
        capped[active] = Interval(min(values[active].low, most), min(values[active].high, most))
    part = _cut(joint(f"{PART_ACTIVE} / {PART_REGISTERED}", values | capped))
    whole = _cut(joint(f"{national} / {REGISTERED}", values | capped))
    rest = joint(f"({national} - {PART_ACTIVE}) / ({REGISTERED} - {PART_REGISTERED})", values | capped)
    if part is None or whole is None:
        return None
    return Activity(part, whole, _cut(rest))


def _cut(share: Interval) -> Interval | None:
    return share.intersection(Interval(0, 1))


def word_stretch(evidence: Evidence, national: str = ACTIVE) -> float | None:
    """How many times its number the capital's "more than" must mean for its active share to reach the national one."""
    found, claims = activity(evidence, national=national), evidence.claims.set_index("claim_id")
    if found is None:
        return None
    return float(found.whole.low * claims.value[PART_REGISTERED] / claims.value[PART_ACTIVE])


def activity_cases(evidence: Evidence, ceiling: float = CEILING) -> pd.DataFrame:
    """The comparison of active shares under other readings and other national numbers.

    Returns
    -------
    pandas.DataFrame
        case, part, whole, rest (intervals as :class:`kzcivil.Interval`, shares) and verdict: the capital's share is
        below, above, equal to the national one, or undecided.
    """
    cases: list[tuple[str, Any, float, str]] = [("words taken logically", "logical", ceiling, ACTIVE)]
    limits = sorted({0.1, ceiling, 0.5, 1.0, 2.0})
    cases += [
        (f"in conversation, up to {100 * limit:.0f} % above", "conversational", limit, ACTIVE) for limit in limits
    ]
    cases += [
        ("UNDP representative's number, logically", "logical", ceiling, "aa_waw_ngos_18000"),
        ("UNDP representative's number, in conversation", "conversational", ceiling, "aa_waw_ngos_18000"),
    ]
    rows = []
    for case, words, limit, national in cases:
        found = activity(evidence, words, limit, national=national)
        if found is not None:
            rows.append((case, found.part, found.whole, found.rest, found.part.compare(found.whole)))
    return pd.DataFrame(rows, columns=["case", "part", "whole", "rest", "verdict"])


# --- regions named then, regions printed now -----------------------------------------------------------------------


class Naming(NamedTuple):
    """A sentence that names regions without a number: source, line, year, names as printed."""

    source_id: str
    line: int
    year: str
    names: tuple[str, ...]


NAMED = Naming(
    "diachenko", 31, "c. 2006", ("Almaty", "Astana", "Karaganda", "Eastern Kazakhstan", "Southern Kazakhstan")
)
"""Where NGOs were said to be mainly concentrated."""


def _heard(evidence: Evidence, source_id: str) -> bool:
    return source_id in set(evidence.claims.source_id)


def borders_today(evidence: Evidence, name: str) -> list[str]:
    """Codes of the regions that lie today within the borders of a region named before the splits.

    Examples
    --------
    >>> import kzcivil as kz
    >>> borders_today(kz.load(), "Southern Kazakhstan")
    ['KZ-61', 'KZ-79']
    """
    regions = evidence.regions
    spelled = [{row.title, *str(row.names_in_sources).split("; ")} for row in each(regions)]
    itself = regions[[name in names for names in spelled]]
    if itself.empty:
        return []
    first = itself.iloc[0]
    before = first.title if pd.isna(first.split_from) else first.split_from
    return [str(code) for code in regions.region[(regions.region == first.region) | (regions.split_from == before)]]


def then_and_now(evidence: Evidence, naming: Naming = NAMED) -> pd.DataFrame:
    """Regions named as strong before, with what lies in their borders now and which of it has a printed count.

    Returns
    -------
    pandas.DataFrame
        name, today (titles), split (year of the latest split of those borders, NaN if none), parts, printed_parts, ngos
        (sum of the printed counts), missing (titles without a count); empty if the naming source is left out.
    """
    columns = ["name", "today", "split", "parts", "printed_parts", "ngos", "missing"]
    if not _heard(evidence, naming.source_id):
        return pd.DataFrame(columns=columns)
    counts = printed_counts(evidence).set_index("region").value
    regions = evidence.regions.set_index("region")
    rows = []
    for name in naming.names:
        codes = borders_today(evidence, name)
        heirs = regions.loc[codes]
        split = heirs.since.max() if len(codes) > 1 else math.nan
        held = [code for code in codes if code in counts.index]
        missing = ", ".join(regions.title[code] for code in codes if code not in held)
        rows.append((name, ", ".join(heirs.title), split, len(codes), len(held), float(counts[held].sum()), missing))
    return pd.DataFrame(rows, columns=columns)


def region_status(evidence: Evidence, naming: Naming = NAMED) -> pd.DataFrame:
    """``regions`` with named (lies in the borders of a region named before) and printed (has a count)."""
    regions = evidence.regions
    names = naming.names if _heard(evidence, naming.source_id) else ()
    named = {code for name in names for code in borders_today(evidence, name)}
    counted = set(printed_counts(evidence).region)
    return regions.assign(named=regions.region.isin(named), printed=regions.region.isin(counted))


# --- fields of work ------------------------------------------------------------------------------------------------


class FieldList(NamedTuple):
    """A list of fields of work: piece, line, voice, year, origin, and ``field: words as printed; ...``."""

    piece_id: str
    line: int
    voice: str
    year: str
    origin: str
    fields: str


FIELD_LISTS = (
    FieldList(
        *("caci_report", 11, "Yermukanov", "2003", "author"),
        "environment: environmental; health: health-care; education, science: educational",
    ),
    FieldList(
        *("dia_article", 32, "Diachenko, shares", "c. 2006", "ministry"),
        "education, science: education; health: public health; culture, art, media: culture; "
        "vulnerable groups: socially vulnerable groups; human rights: human rights activity; "
        "environment: environment; women, gender: gender policy",
    ),
    FieldList(
        *("dia_article", 41, "Diachenko, groups", "c. 2006", "author"),
        "women, gender: women’s; vulnerable groups: vulnerable part of the population; health: public health sphere; "
        "human rights: human rights; environment: environmental; youth, children: youth; "
        "education, science: education; culture, art, media: culture",
    ),
    FieldList(
        *("dia_article", 101, "Diachenko, orders", "c. 2006", "author"),
        "vulnerable groups: social security; health: public health; environment: environment; law: civil law; "
        "education, science: science and education; culture, art, media: culture",
    ),
    FieldList(
        *("aa_minister", 212, "Minister", "2023", "ministry"),
        "vulnerable groups: vulnerable social groups; youth, children: youth and children's policy; "
        "law: legal protection; health: health protection; environment: ecology; "
        "education, science: education and science",
    ),
    FieldList(
        *("aa_partnership", 350, "Magazine", "2023", "unknown"),
        "women, gender: gender problems; health: medical institutions; vulnerable groups: disabled people; "
        "environment: environmental problems; culture, art, media: culture, art and the media",
    ),
    FieldList(
        *("aa_partnership", 358, "City of Astana", "2023", "akimat"),
        "education, science: education; health: healthy lifestyle; youth, children: youth, children's initiatives; "
        "vulnerable groups: vulnerable social groups; families: family and household issues",
    ),
    FieldList(
        *("aa_baigaliyev", 495, "Baigaliyev", "2023", "author"),
        "education, science: educational; law: legal; families: families in need; vulnerable groups: inclusive; "
        "health: drug addiction prevention",
    ),
    FieldList(
        *("aa_solovyova", 720, "Solovyova", "2023", "speaker"),
        "education, science: education; vulnerable groups: social protection",
    ),
    FieldList(
        *("aa_quick_round", 1361, "Citizen", "2023", "speaker"),
        "human rights: human rights; environment: environmental; families: domestic violence",
    ),
)
"""Lists of fields of work; the words are as printed, the fields are ours.

Diachenko's groups stand on three lines and his list of what the state orders on five, from the line given. Of
Solovyova's list the word "defense" fits no field for certain.
"""


def field_lists(evidence: Evidence) -> pd.DataFrame:
    """Every field of every list that the evidence still holds.

    Returns
    -------
    pandas.DataFrame
        voice, year, origin, field, words (as printed), line, piece_id, source_id.
    """
    rows = [(*item[:5], *pair.split(": ")) for item in FIELD_LISTS for pair in item.fields.split("; ")]
    table = pd.DataFrame(rows, columns=["piece_id", "line", "voice", "year", "origin", "field", "words"])
    table["source_id"] = table.piece_id.map(evidence.pieces.set_index("piece_id").source_id)
    left_out = table.origin.isin(evidence.without) | ~table.source_id.isin(set(evidence.claims.source_id))
    return table[~left_out].reset_index(drop=True)


def voices_naming(table: pd.DataFrame, field: str, year: str) -> list[str]:
    """Who names a field in the lists of a year.

    Examples
    --------
    >>> import kzcivil as kz
    >>> voices_naming(field_lists(kz.load()), "human rights", "2023")
    ['Citizen']
    """
    return table.loc[(table.field == field) & (table.year == year), "voice"].tolist()


FIELD_SHARES = ("dia_field_share_social", "dia_field_share_vulnerable", "dia_field_share_rights", "aa_waw_third_social")


def field_shares(evidence: Evidence, words: Words = "logical", ceiling: float = CEILING) -> pd.DataFrame:
    """Printed shares of NGOs in a field (percent), with the sum of those of one sentence.

    Returns
    -------
    pandas.DataFrame
        claim_id, counts, as_printed, year, low, high.
    """
    rows = read_claims(evidence.claims, words=words, ceiling=ceiling)
    rows = rows[rows.claim_id.isin(FIELD_SHARES)]
    return rows.assign(year=rows.start.dt.year.astype("Int64"))[
        ["claim_id", "counts", "as_printed", "year", "low", "high"]
    ]


# --- how much hangs on what ------------------------------------------------------------------------------------------


def sensitivity(cases: Mapping[str, Evidence], ceiling: float = CEILING) -> pd.DataFrame:
    """The page's main results for several bodies of evidence, in words; a dash where the evidence does not give one.

    Parameters
    ----------
    cases
        Evidence by the name of the case, for example with one source left out.
    ceiling
        How far above its number a conversational "more than" reaches.
    """
    rows = []
    for name, evidence in cases.items():
        table, talk = both_bases(evidence), activity(evidence, "conversational", ceiling)
        people = ratios(evidence, "conversational", ceiling)
        found = {
            "Printed regions' share of NGOs (%)": printed_together(table, "ngo"),
            "Rest per 100,000": of_place(table, "rest", "per_100k"),
            "Active in Astana (%)": _percent(talk.part) if talk else None,
            "Active elsewhere (%)": _percent(talk.rest) if talk and talk.rest else None,
            "Employed per NGO, c. 2006": ratio(people, "People employed per NGO", "c. 2006"),
            "Employed per NGO, 2018": ratio(people, "People employed per registered NGO", "2018"),
            "Volunteers per NGO, 2023": ratio(people, "Volunteers per registered NGO", "2023"),
        }
        rows.append({"Case": name} | {key: span(value) if value else "–" for key, value in found.items()})
    return pd.DataFrame(rows)


# --- tables in words -----------------------------------------------------------------------------------------------


def _ranges(low: pd.Series[Any], high: pd.Series[Any], scale: float = 1) -> list[str]:
    return [
        "–" if pd.isna(a) else span(Interval(float(a) / scale, float(b) / scale))
        for a, b in zip(low, high, strict=True)
    ]


def ratios_in_words(evidence: Evidence, words: Words, ceiling: float = CEILING) -> pd.DataFrame:
    """:func:`ratios` for the page: ranges in words, under one reading and under the logical one."""
    found, strict = ratios(evidence, words, ceiling), ratios(evidence)
    return pd.DataFrame(
        {
            "Ratio": found.title,
            "Year": found.year,
            "Unit": found.unit,
            "Kind": found.kind,
            "As printed": found.face,
            "Range": _ranges(found.low, found.high),
            "Range, words logical": _ranges(strict.low, strict.high),
        }
    )


def places_in_words(table: pd.DataFrame | None) -> pd.DataFrame:
    """:func:`places` for the page: ranges in words; no rows if nothing is printed."""
    headings = {
        "ngos": "Registered NGOs",
        "ngo_share": "Share of NGOs (%)",
        "people": "Inhabitants (thousand)",
        "people_share": "Share of people (%)",
        "per_100k": "NGOs per 100,000 inhabitants",
    }
    if table is None:
        return pd.DataFrame(columns=["Region", *headings.values()])
    scale = {"people": 1000.0}
    cells = {
        heading: _ranges(table[f"{name}_low"], table[f"{name}_high"], scale.get(name, 1))
        for name, heading in headings.items()
    }
    return pd.DataFrame({"Region": table.title, **cells})


def activity_in_words(evidence: Evidence, ceiling: float = CEILING) -> pd.DataFrame:
    """:func:`activity_cases` for the page, shares in percent."""
    cases = activity_cases(evidence, ceiling)
    said = {"below": "Astana lower", "above": "Astana higher", "equal": "equal", "undecided": "may agree"}
    shares = {"Astana (%)": cases.part, "Whole country (%)": cases.whole, "Without Astana (%)": cases.rest}
    cells = {
        name: [span(_percent(share)) if share else "cannot be" for share in column] for name, column in shares.items()
    }
    return pd.DataFrame({"Reading": cases.case, **cells, "Verdict": cases.verdict.map(said)})


# --- what the page says --------------------------------------------------------------------------------------------


def say_where(evidence: Evidence, total_id: str | None = None) -> str:
    """How the regions with a printed count stand to the rest of the country, over both population bases."""
    table = both_bases(evidence, total_id)
    ngos, people = printed_together(table, "ngo"), printed_together(table, "people")
    rest = of_place(table, "rest", "per_100k")
    if table is None or ngos is None or people is None or rest is None:
        return "No count of a region stands beside one of the whole country: nothing can be said of places."
    if ngos.high > 100:
        return "The printed counts of single regions add up to more than the printed count of the whole country."
    names = several(dict.fromkeys(table.title[~table.region.isin(["rest", "country"])]))
    than = {"above": "more than", "below": "less than", "undecided": "about", "equal": "just"}[ngos.compare(people)]
    return (
        f"{names} have printed counts: together {span(ngos)} % of the registered NGOs and {span(people)} % of the"
        f" people, {than} their share. All other regions together have {span(rest)} NGOs per 100,000 inhabitants."
    )


def say_density(evidence: Evidence, total_id: str | None = None) -> str:
    """Which printed regions have more NGOs per inhabitant than the country, and why this ranks nobody."""
    titles, sides = evidence.regions.set_index("region").title, against_country(both_bases(evidence, total_id))
    said = []
    for side, words in (("above", "more"), ("below", "fewer"), ("undecided", "about as many")):
        if names := [titles[code] for code, found in sides.items() if found == side]:
            said.append(f"{several(names)} {'has' if len(names) == 1 else 'have'} {words}")
    return f"Set against the country's NGOs per inhabitant, {'; '.join(said)}." if said else ""


def say_no_ranking(evidence: Evidence) -> str:
    """How few NGOs would make a region without a count the densest of all."""
    passing, rest = needed_to_pass(evidence), of_place(both_bases(evidence), "rest", "ngos")
    if passing.empty or rest is None:
        return ""
    first, mean = passing.iloc[0], rest.high / len(passing)
    if not passing.fits.any():
        return "No region without a count could have more NGOs per inhabitant than the densest of these."
    beside = "fewer" if first.needed < mean else "more"
    return (
        f"None is proved the densest: {first.title} would be so with {in_words(first.needed)} NGOs, {beside} than the"
        f" {in_words(round(mean))} that a region without a count has on average."
    )


def say_origin(evidence: Evidence) -> str:
    """On whose word the printed counts rest."""
    counts = printed_counts(evidence)
    if counts.empty:
        return ""
    unsaid = int((counts.origin == "unknown").sum())
    return f"Whose counts these are is not said for {unsaid} of the {len(counts)} regions."


def say_activity(evidence: Evidence, ceiling: float = CEILING) -> str:
    """Astana's active share beside the national one, under both readings of "more than"."""
    talk, logical = activity(evidence, "conversational", ceiling), activity(evidence)
    stretch = word_stretch(evidence)
    if talk is None or logical is None or stretch is None:
        return "Astana's active NGOs cannot be set against the country's: a printed count is missing."
    start = (
        f"Read as in conversation, {span(_percent(talk.part))} % of the NGOs registered in Astana work actively, and"
        f" {span(_percent(talk.whole))} % of the country's."
    )
    if talk.rest is None:
        return f"{start} The two cannot both hold: no number of active NGOs elsewhere fits them."
    elsewhere = f"{span(_percent(talk.rest))} % are active outside Astana."
    verdict = {"below": f"Then {elsewhere}", "above": f"Astana lies above the country; {elsewhere}"}
    strictly = "Read logically, too, the shares differ."
    if logical.part.meets(logical.whole):
        strictly = (
            "Read logically nothing is proved: the shares agree once “more than” means"
            f" {in_words(stretch)} times its number."
        )
    return f"{start} {verdict.get(talk.part.compare(talk.whole), 'The two may agree.')} {strictly}"


def _percent(share: Interval) -> Interval:
    return Interval(100 * share.low, 100 * share.high)


def say_people(evidence: Evidence, words: Words = "logical", ceiling: float = CEILING) -> str:
    """Employed people per NGO before and after, beside volunteers."""
    table = ratios(evidence, words, ceiling)
    before = ratio(table, "People employed per NGO", "c. 2006")
    after = ratio(table, "People employed per registered NGO", "2018")
    volunteers = ratio(table, "Volunteers per registered NGO", "2023")
    said = [f"{span(before, 'employed people')} per NGO about 2006"] if before else []
    said += [f"{span(after, 'employed people')} per registered NGO in 2018"] if after else []
    said += [f"{span(volunteers, 'volunteers')} per registered NGO in 2023"] if volunteers else []
    if not said:
        return "Nothing can be said of people per NGO: the printed numbers are left out."
    verdict = ""
    if before and after:
        verdict = {
            "below": " Rounding does not explain the fall; another definition may.",
            "above": " Employed people per NGO rose.",
        }.get(after.compare(before), " Under this reading the two numbers of employed people may agree.")
    return f"From the printed numbers follow {several(said)}.{verdict}"


def say_stock_flow(evidence: Evidence) -> str:
    """What it takes for one number to be a stock in one place and a yearly flow in another (Little 1961)."""
    values = intervals_of(read_claims(evidence.claims))
    if not {"aa_chair_experts", "aa_part_experts"} <= set(values):
        return "The number of experts is not printed both as a stock and as a flow."
    stay = joint("aa_chair_experts / aa_part_experts", values)
    rows = evidence.claims.set_index("claim_id")
    if rows.timing["aa_chair_experts"] == rows.timing["aa_part_experts"]:
        return "Both printings of the number of experts are of one kind, stock or flow."
    return (
        f"“{rows.as_printed['aa_chair_experts']}” is a stock, “{rows.as_printed['aa_part_experts']}” every year a flow."
        f" Both are right if an expert stays {span(stay)} years on average; if experts stay longer, there are more at a"
        " time than join in a year."
    )


def say_split(evidence: Evidence) -> str:
    """Whether the splits alone could hide a region that was named before."""
    table, counts = then_and_now(evidence), printed_counts(evidence)
    if table.empty or counts.empty:
        return ""
    gone = table[(table.printed_parts == 0) & (table.parts > 1)]
    if gone.empty:
        return "No region that was named before and split since is wholly without a count."
    least = int(counts.value.min())
    said = [
        f"{row.name} could hold {in_words(least * row.parts)} NGOs in its {row.parts} parts, none above that"
        for row in each(gone)
    ]
    return (
        f"Suppose, which no source says, that the printed counts were the greatest: the least is {in_words(least)}."
        f" Then {several(said)}, so the split alone can explain the absence."
    )


def say_field_sum(evidence: Evidence) -> str:
    """Whether the shares of one sentence leave room for an NGO in two fields."""
    shares = field_shares(evidence)
    shares = shares[shares.claim_id.str.startswith("dia_field_share")]
    if len(shares) < 3:
        return "The shares of about 2006 are not all there, so their sum cannot be checked."
    total = Interval(float(shares.low.sum()), float(shares.high.sum()))
    verdict = "each NGO seems to be put into one field" if 100 in total else "they do not make up the whole"
    return f"The three shares of about 2006 sum to {span(total)} %; {verdict}."


def say_naming(evidence: Evidence) -> str:
    """Regions named as strong before, against those with a printed count now."""
    table, status = then_and_now(evidence), region_status(evidence)
    if table.empty or not status.printed.any():
        return "Regions named before cannot be set against regions with a count: one of the two is left out."
    whole, part, none = (
        table[flag]
        for flag in (table.missing == "", (table.printed_parts > 0) & (table.missing != ""), table.ngos == 0)
    )
    said = [f"Of the {len(table)} regions named {NAMED.year}, {len(whole)} have a printed count in 2023"]
    said += [f"{several(part.name)} only for a part of the old borders"] if len(part) else []
    said += [f"{several(none.name)} none"] if len(none) else []
    new = status.title[status.printed & ~status.named].tolist()
    if not new:
        return f"{', '.join(said)}. No other region has a count."
    unsplit = status.since[status.title.isin(new)].isna().all()
    borders = "in unchanged borders, so no split explains it" if unsplit else "in borders that have changed"
    return f"{', '.join(said)}. Not named but printed: {several(new)}, {borders}."


def say_fields(evidence: Evidence, words: Words = "logical", ceiling: float = CEILING) -> str:
    """The share that helps vulnerable groups, then and now."""
    values = intervals_of(field_shares(evidence, words, ceiling))
    before, after = values.get("dia_field_share_vulnerable"), values.get("aa_waw_third_social")
    if before is None or after is None:
        return "The share that helps vulnerable groups cannot be compared: one of its two numbers is left out."
    change = {"above": "it rose", "below": "it fell"}.get(after.compare(before), "whether it rose is open")
    return f"{span(before)} % of NGOs helped vulnerable groups about 2006, {span(after)} % in 2023: {change}."


def say_rights(evidence: Evidence) -> str:
    """Who names human rights among the fields of work, then and now."""
    lists = field_lists(evidence)
    then, now = (lists[lists.year == year].voice.nunique() for year in ("c. 2006", "2023"))
    if not then or not now:
        return "Lists of fields cannot be compared: those of one of the two years are left out."
    before, after = (voices_naming(lists, "human rights", year) for year in ("c. 2006", "2023"))
    who = f" ({several(after)})" if after else ""
    return (
        f"Human rights are named in {len(before)} of {then} lists of about 2006 and in {len(after)} of {now}"
        f" of 2023{who}."
    )


def headlines(evidence: Evidence) -> list[dict[str, str]]:
    """Rows of the results table on people and places."""
    rows = [
        (
            "Where are the NGOs?",
            say_where(evidence),
            "The total that the magazine prints; two population bases. Printed is not the same as first.",
        ),
        (
            "How many registered NGOs work actively in Astana, and elsewhere?",
            say_activity(evidence),
            "How far “more than” may reach; the two offices may test activity differently.",
        ),
        (
            "How many people per NGO?",
            say_people(evidence, "conversational"),
            "Which people are counted (employed, involved, volunteers), and which NGOs.",
        ),
    ]
    return [
        {"question": question, "answer": answer, "hangs_on": hangs_on, "notebook": "07_people_places"}
        for question, answer, hangs_on in rows
    ]

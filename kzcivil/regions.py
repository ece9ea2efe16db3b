"""People and places: who works in the sector, who is served, and where.

Ratios of printed numbers are intervals, computed jointly. A stock (people at one time) is kept apart from a flow
(people or services in a year). Where only some regions have a printed count, the rest of the country is what remains
of the total, as one range: nothing is said of a single region without a count.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import pandas as pd

from kzcivil.evidence import DataError, Evidence
from kzcivil.intervals import CEILING, Interval, Words, each, formula_names, intervals_of, joint, read_claims
from kzcivil.prose import number, several, span

PART_ACTIVE, PART_REGISTERED = "aa_part_astana_active_ngos", "aa_inf_registered_astana"
ACTIVE, REGISTERED = "aa_minister_active_ngos", "aa_inf_registered_2023"
ACTIVE_UNDP = "aa_waw_ngos_18000"
OTHER, ZERO, HUNDRED = ("rest", "country"), Interval(0, 0), Interval(100, 100)
BEFORE, AFTER = ("People employed per NGO", "c. 2006"), ("People employed per registered NGO", "2018")
VOLUNTEERS = ("Volunteers per registered NGO", "2023")
ASTANA_PROJECTS = "100 * aa_part_astana_social_projects_2023 / aa_inf_registered_astana"
ASTANA_CENTRES = "aa_inf_registered_astana / aa_part_astana_centres"

RATIOS = (
    ("People involved per operating NGO", "2003", "caci_people_involved_2003 / caci_ngos_operating_2003", "people"),
    ("People involved per registered NGO", "2003", "caci_people_involved_2003 / aa_inf_registered_2003", "people"),
    (*BEFORE, "dia_people_employed / dia_ngos_five_thousand", "people"),
    (*AFTER, "kxr_people_employed / kxr_ngos_registered", "people"),
    (*VOLUNTEERS, "aa_chair_volunteers / aa_inf_registered_2023", "people"),
    ("Volunteers per active NGO", "2023", "aa_chair_volunteers / aa_minister_active_ngos", "people"),
    ("Experts per registered NGO", "2023", "aa_chair_experts / aa_inf_registered_2023", "people"),
    ("Degree holders per registered NGO", "2023", "aa_chair_degree_holders / aa_inf_registered_2023", "people"),
    ("People employed per 1,000 inhabitants", "c. 2006", "1000 * dia_people_employed / population_2006", "people"),
    ("People employed per 1,000 inhabitants", "2018", "1000 * kxr_people_employed / population_2018", "people"),
    ("Volunteers per 1,000 inhabitants", "2023", "1000 * aa_chair_volunteers / population_2023", "people"),
    ("Users per 1,000 inhabitants", "c. 2006", "1000 * dia_users / population_2006", "people"),
    ("Users per employed person", "c. 2006", "dia_users / dia_people_employed", "people"),
    ("Services per volunteer", "2023", "aa_chair_services / aa_chair_volunteers", "services a year"),
    ("Services per registered NGO", "2023", "aa_chair_services / aa_inf_registered_2023", "services a year"),
    ("Services per 1,000 inhabitants", "2023", "1000 * aa_chair_services / population_2023", "services a year"),
    ("City projects per 100 registered NGOs, Astana", "2023", ASTANA_PROJECTS, "projects a year"),
    ("Registered NGOs per multifunctional centre, Astana", "2023", ASTANA_CENTRES, "NGOs"),
)
"""Ratios of printed numbers: title, year, formula over claims and ``population_YEAR``, unit."""


def _read(
    evidence: Evidence, ids: Iterable[str], words: Words = "logical", ceiling: float = CEILING
) -> dict[str, Interval]:
    claims = evidence.claims
    return intervals_of(read_claims(claims[claims.claim_id.isin(list(ids))], words=words, ceiling=ceiling))


def country_population(evidence: Evidence, year: int) -> Interval:
    """Population of the country in a year, from the national count of 1 January to the World Bank's middle of the year.

    The national count is not in the tables. It is put at the World Bank's population on 1 January (mean of two
    mid-years), less the gap between it and the sum of the regions in the year for which all of them are there.
    """
    context = evidence.context
    rows, regions = (context[context.series == name] for name in ("population", "population_region"))
    world = dict(zip(rows.year, rows.value, strict=True))
    whole = regions.year.mode()[0]
    national = float(regions.value[regions.year == whole].sum()) / world[whole]
    return Interval(min(national, 1) * (world[year - 1] + world[year]) / 2, world[year])


def ratios(evidence: Evidence, words: Words = "logical", ceiling: float = CEILING) -> pd.DataFrame:
    """People and services in ratios, under one reading of open words; a ratio without its claims is left away.

    Columns: title, year, kind (stock or flow, by the printed words), face (numbers as printed; the World Bank's
    population), low, high, range (in words), unit, formula. Active NGOs are at most as many as registered ones.
    """
    rows = evidence.claims.set_index("claim_id", drop=False)
    values = _read(evidence, {name for row in RATIOS for name in formula_names(row[2])}, words, ceiling)
    if ACTIVE in values and REGISTERED in values:
        values[ACTIVE] = values[ACTIVE].intersection(Interval(0, values[REGISTERED].high)) or values[ACTIVE]
    face = {name: Interval(rows.value[name], rows.value[name]) for name in values if not pd.isna(rows.value[name])}
    for year in (2006, 2018, 2023):
        people = country_population(evidence, year)
        values[f"population_{year}"], face[f"population_{year}"] = people, Interval(people.high, people.high)
    found = []
    for title, said, formula, unit in RATIOS:
        names = formula_names(formula)
        if names <= face.keys():
            is_flow = rows.timing[rows.claim_id.isin(names)].isin(["per_year", "during"]).any()
            kind, value = "flow to stock" if is_flow else "stock to stock", joint(formula, values)
            at_face = joint(formula, face).low
            found.append((title, said, kind, at_face, value.low, value.high, span(value), unit, formula))
    columns = ["title", "year", "kind", "face", "low", "high", "range", "unit", "formula"]
    return pd.DataFrame(found, columns=columns)


def ratio(table: pd.DataFrame, title: str, year: str) -> Interval | None:
    """One row of :func:`ratios` as an interval; None if its claims were left out."""
    rows = table[(table.title == title) & (table.year == year)]
    return Interval(float(rows.low.iloc[0]), float(rows.high.iloc[0])) if len(rows) else None


PEOPLE = ("people_involved", "people_employed", "volunteers", "experts", "degree_holders", "users", "services")
TIMINGS = {"at": "stock", "per_year": "flow, a year", "during": "flow, in a period"}


def printed_people(evidence: Evidence) -> pd.DataFrame:
    """What the sources print on people and services, with ``kind`` (stock or flow) as the words have it."""
    rows = evidence.select(PEOPLE, scope="sector")
    titles = rows.measure.map(evidence.measures.set_index("measure").title)
    sources = rows.source_id.map(evidence.sources.set_index("source_id").short_title)
    kind = rows.timing.map(TIMINGS).fillna("not said")
    return rows.assign(kind=kind, title=titles, source=sources, again=rows.repeats.notna())


# --- places --------------------------------------------------------------------------------------------------------


def printed_counts(evidence: Evidence) -> pd.DataFrame:
    """Registered NGOs of single regions, a row a region (the latest if there are several), with bounds."""
    rows = evidence.select("ngos_registered", scope="region", repeats=False)
    rows = read_claims(rows.dropna(subset=["region", "value"])).sort_values("end", kind="stable")
    rows = rows.drop_duplicates("region", keep="last").sort_values("value", ascending=False, kind="stable")
    return rows.assign(title=rows.region.map(evidence.regions.set_index("region").title)).reset_index(drop=True)


def populations(evidence: Evidence, base: str) -> dict[str, Interval]:
    """People by region code, and of the ``country``, under a population base: a year of the regions' population.

    If all regions are there, the country is their sum, else :func:`country_population`.
    """
    rows = evidence.context[evidence.context.series == "population_region"]
    bases = sorted({str(year) for year in rows.year})
    if str(base) not in bases:
        raise DataError(f"population_base: found {base!r}, context.csv has the years {', '.join(bases)}; choose one")
    rows = rows[rows.year == int(base)]
    people = {str(code): Interval(n, n) for code, n in zip(rows.code, rows.value, strict=True)}
    is_whole = set(people) >= set(evidence.regions.region)
    return people | {"country": sum(people.values(), ZERO) if is_whole else country_population(evidence, int(base))}


def places(evidence: Evidence, base: str = "2023", total_id: str | None = None) -> pd.DataFrame:
    """Printed counts by region beside people, with the rest of the country and the whole.

    The population ``base`` is a year of ``population_region`` in ``context.csv``, ``total_id`` the claim taken as the
    count of the whole country, by default the latest. In each formula a number occurs once, so that it is exact.

    Returns
    -------
    pandas.DataFrame
        A row a printed region (most NGOs first), then ``rest`` (all other regions together) and ``country``: region,
        title, claim_id, and as intervals ngos, ngo_share (percent), people, people_share and per_100k (None without a
        population in the base). Empty if no count of a region or of the whole is there.

    Examples
    --------
    >>> import kzcivil as kz
    >>> table = places(kz.load()).set_index("title")
    >>> round(table.ngo_share["Almaty"].low, 1)
    21.5
    """
    counts, people = printed_counts(evidence), populations(evidence, base)
    totals = evidence.select("ngos_registered", scope="sector", repeats=False).dropna(subset=["value", "end"])
    if total_id is None and len(totals):
        total_id = str(totals.sort_values("end", kind="stable").claim_id.iloc[-1])
    rows: list[tuple[Any, ...]] = []
    if len(counts) and total_id:
        total, everybody = _read(evidence, [total_id])[total_id], people["country"]
        for row in each(counts):
            ngos, here = Interval(row.low, row.high), people.get(row.region)
            share = HUNDRED * here / everybody if here else None
            rows.append((row.region, row.title, row.claim_id, ngos, HUNDRED * ngos / total, here, share))
        if others := len(evidence.regions) - len(counts):
            counted, lived = sum((row[3] for row in rows), ZERO), [row[5] for row in rows if row[5]]
            here = everybody - sum(lived, ZERO) if len(lived) == len(counts) else None
            share = HUNDRED - HUNDRED * sum(lived, ZERO) / everybody if here else None
            named = ("rest", f"The other {others} together", "")
            rows.append((*named, total - counted, HUNDRED - HUNDRED * counted / total, here, share))
        rows.append(("country", "Whole country", total_id, total, HUNDRED, everybody, HUNDRED))
    rows = [(*row, Interval(1e5, 1e5) * row[3] / row[5] if row[5] else None) for row in rows]
    columns = ["region", "title", "claim_id", "ngos", "ngo_share", "people", "people_share", "per_100k"]
    return pd.DataFrame(rows, columns=columns)


def both_bases(evidence: Evidence, total_id: str | None = None) -> pd.DataFrame:
    """:func:`places` under every population base."""
    years = evidence.context.year[evidence.context.series == "population_region"]
    return pd.concat([places(evidence, str(base), total_id) for base in sorted(set(years))], ignore_index=True)


def of_place(table: pd.DataFrame, region: str, what: str) -> Interval | None:
    """One quantity of one row of :func:`places` (over several bases: from the least to the greatest), or None."""
    found = [one for one in table[what][table.region == region] if one]
    return Interval(min(one.low for one in found), max(one.high for one in found)) if found else None


def printed_together(table: pd.DataFrame, what: str) -> Interval | None:
    """Share (percent) of all regions with a printed count taken together: what the rest leaves of the whole."""
    rest = of_place(table, "rest", f"{what}_share")
    return HUNDRED - rest if rest else None


def against_country(table: pd.DataFrame) -> dict[str, str]:
    """Whether each printed region has more NGOs per inhabitant than the country: above, below, equal or undecided."""
    densities = {code: of_place(table, code, "per_100k") for code in table.region.unique()}
    country = densities.get("country")
    known = {code: found for code, found in densities.items() if found and code not in OTHER}
    return {code: found.compare(country) for code, found in known.items()} if country else {}


def needed_to_pass(evidence: Evidence, base: str = "2024") -> pd.DataFrame:
    """Regions without a count, fewest people first: title, people, how many NGOs are ``needed`` to be denser than the
    densest printed one, and whether the rest of the country holds so many (``fits``); empty if nothing can be said."""
    table, people = places(evidence, base), populations(evidence, base)
    rest = of_place(table, "rest", "ngos")
    if rest is None:
        return pd.DataFrame()
    densest = max(row.per_100k.high for row in each(table) if row.per_100k and row.region not in OTHER)
    regions = evidence.regions[~evidence.regions.region.isin(table.region)]
    rows = [(row.title, people[row.region].high) for row in each(regions) if row.region in people]
    found = pd.DataFrame(rows, columns=["title", "people"]).sort_values("people", kind="stable", ignore_index=True)
    needed = (densest * found.people / 1e5 + 1).astype(int)
    return found.assign(needed=needed, fits=needed <= rest.high)


class Activity(NamedTuple):
    """Active of registered (percent): in the capital, in the country, and what they leave to the rest of it."""

    part: Interval
    whole: Interval
    rest: Interval | None


def activity(
    evidence: Evidence, words: Words = "logical", ceiling: float = CEILING, national: str = ACTIVE
) -> Activity | None:
    """Share of active NGOs in Astana, in the country, and in the rest of the country, in percent.

    Active NGOs are taken as some of the registered ones, in each of the three. The share of the rest follows jointly:
    (national active - capital's active) / (national registered - capital's registered), cut to what is possible. None
    if a claim is missing; ``rest`` is None if the counts cannot hold together.
    """
    pairs = ((PART_ACTIVE, PART_REGISTERED), (national, REGISTERED))
    values = _read(evidence, [key for pair in pairs for key in pair], words, ceiling)
    if len(values) < 4:
        return None
    for active, registered in pairs:
        most = values[registered].high
        values[active] = Interval(min(values[active].low, most), min(values[active].high, most))
    rest = f"({national} - {PART_ACTIVE}) / ({REGISTERED} - {PART_REGISTERED})"
    formulas = [*(f"{active} / {registered}" for active, registered in pairs), rest]
    shares = [joint(f"100 * {formula}", values).intersection(Interval(0, 100)) for formula in formulas]
    return Activity(shares[0], shares[1], shares[2]) if shares[0] and shares[1] else None


def activity_in_words(evidence: Evidence, ceiling: float = CEILING) -> pd.DataFrame:
    """:func:`activity` under other readings and another national number, for the page."""
    said = {"below": "Astana lower", "above": "Astana higher", "equal": "equal", "undecided": "may agree"}
    cases: dict[str, tuple[Words, float, str]] = {"words taken logically": ("logical", ceiling, ACTIVE)}
    for limit in sorted({0.1, ceiling, 0.5, 1.0, 2.0}):
        cases[f"in conversation, up to {100 * limit:.0f} % above"] = ("conversational", limit, ACTIVE)
    cases["UNDP representative's number, logically"] = ("logical", ceiling, ACTIVE_UNDP)
    cases["UNDP representative's number, in conversation"] = ("conversational", ceiling, ACTIVE_UNDP)
    rows = []
    for case, reading in cases.items():
        if found := activity(evidence, *reading):
            shares = [span(share) if share else "cannot be" for share in found]
            rows.append((case, *shares, said[found.part.compare(found.whole)]))
    return pd.DataFrame(rows, columns=["Reading", "Astana (%)", "Whole country (%)", "Without Astana (%)", "Verdict"])


def listed(evidence: Evidence, kind: str) -> pd.DataFrame:
    """Rows of ``mentions.csv`` of a kind, with ``year``: of the document, "c." where only its year is inferred."""
    rows = evidence.mentions[evidence.mentions.kind == kind]
    published = rows.source_id.map(evidence.sources.set_index("source_id").published)
    return rows.assign(year=published.str[:4].where(published.str.len() > 4, "c. " + published)).reset_index(drop=True)


def then_and_now(evidence: Evidence) -> pd.DataFrame:
    """Regions named as strong before, with what lies in their old borders now and which of it has a printed count.

    A row a mention: name, year and source_id of the naming, codes and titles (today) within the old borders, split
    (latest year; NaN if none), parts, printed_parts, ngos (sum of the printed counts), missing (titles without one).
    """
    counts, regions = printed_counts(evidence).set_index("region").value, evidence.regions.set_index("region")
    before = regions.split_from.fillna(regions.title)
    rows = []
    for row in each(listed(evidence, "region")):
        heirs = regions[(regions.index == row.item) | (regions.split_from == before[row.item])]
        held, split = heirs.index.isin(counts.index), heirs.since.max() if len(heirs) > 1 else math.nan
        found = (list(heirs.index), ", ".join(heirs.title), split, len(heirs), int(held.sum()))
        ngos, missing = float(counts[heirs.index[held]].sum()), ", ".join(heirs.title[~held])
        rows.append((row.as_printed, row.year, row.source_id, *found, ngos, missing))
    columns = ["name", "year", "source_id", "codes", "today", "split", "parts", "printed_parts", "ngos", "missing"]
    return pd.DataFrame(rows, columns=columns)


def region_status(evidence: Evidence) -> pd.DataFrame:
    """``regions`` with named (lies in the borders of a region named before) and printed (has a count)."""
    regions, named = evidence.regions, then_and_now(evidence).codes.explode()
    printed = regions.region.isin(printed_counts(evidence).region)
    return regions.assign(named=regions.region.isin(named), printed=printed)


FIELD_SHARES = ("dia_field_share_social", "dia_field_share_vulnerable", "dia_field_share_rights", "aa_waw_third_social")


def sensitivity(cases: Mapping[str, Evidence], ceiling: float = CEILING) -> pd.DataFrame:
    """The page's main results, in words, for several bodies of evidence by the name of the case; a dash for none."""
    rows = []
    for name, evidence in cases.items():
        table, people = both_bases(evidence), ratios(evidence, "conversational", ceiling)
        talk = activity(evidence, "conversational", ceiling)
        found = {
            "Printed regions' share of NGOs (%)": printed_together(table, "ngo"),
            "Rest per 100,000": of_place(table, "rest", "per_100k"),
            "Active in Astana (%)": talk and talk.part,
            "Active elsewhere (%)": talk and talk.rest,
            "Employed per NGO, c. 2006": ratio(people, *BEFORE),
            "Employed per NGO, 2018": ratio(people, *AFTER),
            "Volunteers per NGO, 2023": ratio(people, *VOLUNTEERS),
        }
        rows.append({"Case": name} | {key: span(value) if value else "–" for key, value in found.items()})
    return pd.DataFrame(rows)


# --- what the page says --------------------------------------------------------------------------------------------


def say_where(evidence: Evidence) -> str:
    """How the regions with a printed count stand to the rest of the country, over both population bases."""
    table = both_bases(evidence)
    ngos, people = printed_together(table, "ngo"), printed_together(table, "people")
    rest = of_place(table, "rest", "per_100k")
    if ngos is None or people is None or rest is None:
        return "No count of a region stands beside one of the whole country: nothing can be said of places."
    if ngos.high > 100:
        return "The printed counts of single regions add up to more than the printed count of the whole country."
    names = several(dict.fromkeys(table.title[~table.region.isin(OTHER)]))
    than = {"above": "more than", "below": "less than"}.get(ngos.compare(people), "about")
    said = f"{names} have printed counts: together {span(ngos)} % of the registered NGOs and {span(people)} % of the"
    said += f" people, {than} their share."
    return f"{said} All other regions together have {span(rest)} NGOs per 100,000 inhabitants."


def say_density(evidence: Evidence) -> str:
    """Which printed regions have more NGOs per inhabitant than the country."""
    titles, sides = evidence.regions.set_index("region").title, against_country(both_bases(evidence))
    said = []
    for side, words in (("above", "more"), ("below", "fewer"), ("undecided", "about as many")):
        if names := [titles[code] for code, found in sides.items() if found == side]:
            said.append(f"{several(names)} {'has' if len(names) == 1 else 'have'} {words}")
    return f"Set against the country's NGOs per inhabitant, {'; '.join(said)}." if said else ""


def say_no_ranking(evidence: Evidence) -> str:
    """How few NGOs would make a region without a count the densest of all, and on whose word the counts rest."""
    passing, rest = needed_to_pass(evidence), of_place(both_bases(evidence), "rest", "ngos")
    if passing.empty or rest is None:
        return ""
    unsaid, first, mean = printed_counts(evidence).origin == "unknown", passing.iloc[0], rest.high / len(passing)
    verdict = f"None is proved the densest: {first.title} would be so with {number(first.needed)} NGOs,"
    verdict += f" {'fewer' if first.needed < mean else 'more'} than the {number(round(mean))} that a region without a"
    verdict += " count has on average."
    if not passing.fits.any():
        verdict = "No region without a count could have more NGOs per inhabitant than the densest of these."
    return f"{verdict} Whose counts these are is not said for {unsaid.sum()} of the {len(unsaid)} regions."


def say_activity(evidence: Evidence, ceiling: float = CEILING) -> str:
    """Astana's active share beside the national one, under both readings of "more than"."""
    talk, logical = activity(evidence, "conversational", ceiling), activity(evidence)
    if talk is None or logical is None:
        return "Astana's active NGOs cannot be set against the country's: a printed count is missing."
    start = f"Read as in conversation, {span(talk.part)} % of the NGOs registered in Astana work actively,"
    start += f" and {span(talk.whole)} % of the country's."
    if talk.rest is None:
        return f"{start} The two cannot both hold: no number of active NGOs elsewhere fits them."
    elsewhere = f"{span(talk.rest)} % are active outside Astana."
    verdict = {"below": f"Then {elsewhere}", "above": f"Astana lies above the country; {elsewhere}"}
    strictly = "Read logically, too, the shares differ."
    if logical.part.meets(logical.whole):
        strictly = "Read logically nothing is proved"
        if enough := logical.whole.low / logical.part.low if logical.part.low else 0:
            strictly += f": the shares agree once “more than” means {number(enough)} times its number"
        strictly += "."
    return f"{start} {verdict.get(talk.part.compare(talk.whole), 'The two may agree.')} {strictly}"


def say_people(evidence: Evidence, words: Words = "logical", ceiling: float = CEILING) -> str:
    """Employed people per NGO before and after, beside volunteers."""
    table = ratios(evidence, words, ceiling)
    before, after, volunteers = (ratio(table, *which) for which in (BEFORE, AFTER, VOLUNTEERS))
    said = {"employed people per NGO about 2006": before, "employed people per registered NGO in 2018": after}
    said |= {"volunteers per registered NGO in 2023": volunteers}
    if not any(said.values()):
        return "Nothing can be said of people per NGO: the printed numbers are left out."
    verdicts = {"below": " So read, rounding does not explain the fall; another definition may."}
    verdicts["above"] = " Employed people per NGO rose."
    unsure = " Under this reading the two numbers of employed people may agree."
    verdict = verdicts.get(after.compare(before), unsure) if before and after else ""
    given = several(span(one, what) for what, one in said.items() if one)
    return f"Read as set, the printed numbers give {given}.{verdict}"


def say_stock_flow(evidence: Evidence) -> str:
    """What it takes for one number to be a stock in one place and a yearly flow in another (Little 1961)."""
    stock, flow = "aa_chair_experts", "aa_part_experts"
    values, rows = _read(evidence, [stock, flow]), evidence.claims.set_index("claim_id")
    if len(values) < 2 or rows.timing[stock] == rows.timing[flow]:
        return "The number of experts is not printed both as a stock and as a flow."
    return (
        f"“{rows.as_printed[stock]}” is a stock, “{rows.as_printed[flow]}” every year a flow. Both are right if an"
        f" expert stays {span(values[stock] / values[flow])} years on average; if experts stay longer, there are more"
        " at a time than join in a year."
    )


def say_naming(evidence: Evidence) -> str:
    """Regions named as strong before, against those with a count now, and whether splits alone could hide one."""
    table, status = then_and_now(evidence), region_status(evidence)
    if table.empty or not status.printed.any():
        return "Regions named before cannot be set against regions with a count: one of the two is left out."
    is_whole, is_gone = table.missing == "", table.printed_parts == 0
    part, new = table.name[~is_whole & ~is_gone], status[status.printed & ~status.named]
    said = [f"Of the {len(table)} regions named {table.year[0]}, {is_whole.sum()} have a printed count in 2023"]
    said += [f"{several(part)} only for a part of the old borders"] if len(part) else []
    said += [f"{several(table.name[is_gone])} none"] if is_gone.any() else []
    borders = "unchanged borders, so no split explains it" if new.since.isna().all() else "borders that have changed"
    more = f"Not named but printed: {several(new.title)}, in {borders}." if len(new) else "No other region has a count."
    least = int(printed_counts(evidence).value.min())
    hidden = [
        f"{row.name} could hold {number(least * row.parts)} NGOs in its {row.parts} parts, none above that"
        for row in each(table[is_gone & (table.parts > 1)])
    ]
    suppose = "Suppose, which no source says, that the printed counts were the greatest: the least is"
    suppose += f" {number(least)}. Then {several(hidden)}, so the split alone can explain the absence."
    return f"{', '.join(said)}. {more} {suppose if hidden else ''}".rstrip()


def say_fields(evidence: Evidence, words: Words = "logical", ceiling: float = CEILING) -> str:
    """Whether the shares of about 2006 leave room for an NGO in two fields, and the vulnerable groups then and now."""
    exact, values = _read(evidence, FIELD_SHARES[:3]), _read(evidence, FIELD_SHARES, words, ceiling)
    first = "The shares of about 2006 are not all there, so their sum cannot be checked."
    if len(exact) == 3:
        total = sum(exact.values(), ZERO)
        verdict = "each NGO seems to be put into one field" if 100 in total else "they do not make up the whole"
        first = f"The three shares of about 2006 sum to {span(total)} %; {verdict}."
    before, after = values.get(FIELD_SHARES[1]), values.get(FIELD_SHARES[3])
    if before is None or after is None:
        return f"{first} The share that helps vulnerable groups cannot be compared: one of its two numbers is left out."
    change = {"above": "the printed share is higher", "below": "the printed share is lower"}.get(
        after.compare(before), "whether it rose is open"
    )
    return f"{first} {span(before)} % of NGOs helped vulnerable groups about 2006, {span(after)} % in 2023: {change}."


def say_rights(evidence: Evidence) -> str:
    """Who names human rights among the fields of work, then and now."""
    lists = listed(evidence, "field")
    then, now = (lists[lists.year == year] for year in ("c. 2006", "2023"))
    if then.empty or now.empty:
        return "Lists of fields cannot be compared: those of one of the two years are left out."
    before, after = (rows.list_title[rows.item == "human rights"] for rows in (then, now))
    who = f" ({several(after)})" if len(after) else ""
    said = f"{len(before)} of {then.list_id.nunique()} lists of about 2006"
    return f"Human rights are named in {said} and in {len(after)} of {now.list_id.nunique()} of 2023{who}."


def headlines(evidence: Evidence) -> list[dict[str, str]]:
    """Rows of the results table on people and places."""
    total = "The total that the magazine prints; two population bases. Printed is not the same as first."
    offices = "How far “more than” may reach; the two offices may test activity differently."
    whom = "Which people are counted (employed, involved, volunteers), and which NGOs."
    rows = [
        ("Where are the NGOs?", say_where(evidence), total),
        ("How many registered NGOs work actively in Astana, and elsewhere?", say_activity(evidence), offices),
        ("How many people per NGO?", say_people(evidence, "conversational"), whom),
    ]
    keys = ("question", "answer", "hangs_on")
    return [dict(zip(keys, row, strict=True)) | {"notebook": "07_people_places"} for row in rows]

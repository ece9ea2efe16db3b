"""How many NGOs were counted, when and under which definition; how fast they grew, and which statements clash.

Every function reads the evidence anew under a reading (see :class:`Reading`) and gives ranges. Definitions are kept
apart; that an unspecified count means registered NGOs is an assumption, ``pooled``, which each function lets go.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from itertools import combinations, pairwise, product
from typing import Any, NamedTuple, TypedDict, Unpack

import numpy as np
import pandas as pd

from kzcivil import growth
from kzcivil.coverage import silent_years
from kzcivil.evidence import DataError, Evidence, load
from kzcivil.growth import Count, Growth, MustGive, Relation, count_of, dated, growth_between
from kzcivil.intervals import Interval, Number, Words, each, formula_names, intervals_of, read_claims
from kzcivil.prose import known, number, outward, span

DEFINITIONS = {
    "ngos": "kind not said",
    "ngos_registered": "registered",
    "ngos_operating": "operating",
    "ngos_active": "active",
    "ngos_effective": "effective",
    "ngos_grant_registered": "registered for state grants",
    "alliance_members": "members of the Alliance",
}
"""Definitions under which NGOs are counted, in the order of the legend."""

REGISTERED_2003, OPERATING_2003 = "aa_inf_registered_2003", "caci_ngos_operating_2003"
REGISTERED_2018, REGISTERED_2023 = "kxr_ngos_registered", "aa_inf_registered_2023"
NGOS_1991, NGOS_1994, NGOS_1997 = "aa_chron_ngos_1991", "aa_baig_ngos_1994", "aa_baig_ngos_1997"
NGOS_2006, THREEFOLD = "dia_ngos_five_thousand", "dia_ngos_threefold_stage2"
ALONE_2023, YEARLY_NEW = "aa_baig_ngos_growth_2023", "aa_baig_new_ngos_per_year"
GROWTH_2023, FACTOR = "aa_chron_ngos_growth_2023", "aa_inf_growth_factor"
ACTIVE_ASTANA, REGISTERED_ASTANA = "aa_part_astana_active_ngos", "aa_inf_registered_astana"
ACTIVE_2023 = "aa_minister_active_ngos"

HEADLINE_PAIRS = (
    (NGOS_1991, REGISTERED_2023),
    (REGISTERED_2003, REGISTERED_2023),
    (OPERATING_2003, REGISTERED_2023),
    (REGISTERED_2003, REGISTERED_2018),
    (OPERATING_2003, REGISTERED_2018),
    (NGOS_1994, NGOS_1997),
    (REGISTERED_2018, REGISTERED_2023),
)

LADDER = {
    OPERATING_2003: REGISTERED_2003,
    "dia_ngos_effective": NGOS_2006,
    "kxr_ngos_grant_registered": REGISTERED_2018,
    "kxr_ngos_active": REGISTERED_2018,
    ACTIVE_2023: REGISTERED_2023,
    "aa_waw_ngos_18000": REGISTERED_2023,
    ACTIVE_ASTANA: REGISTERED_ASTANA,
    "aa_imprint_alliance_members": REGISTERED_2023,
}
"""Counts to set against the registered NGOs of their year."""

YEARS = range(1992, 2024)
"""Years at whose beginning a break is looked for."""

HUNDRED = Interval(100, 100)


class Reading(TypedDict, total=False):
    """How printed words become ranges; see :func:`kzcivil.intervals.read`."""

    words: Words
    ceiling: float
    number: Number


def both_readings(ceiling: float) -> tuple[Reading, Reading]:
    """The logical and the conversational reading."""
    return {"words": "logical"}, {"words": "conversational", "ceiling": ceiling}


# --- the printed counts ---------------------------------------------------------------------------------------------


def printed(evidence: Evidence, **reading: Unpack[Reading]) -> pd.DataFrame:
    """Every printed, dated count of NGOs under the definitions of :data:`DEFINITIONS`.

    Claims as read, with ``id``, ``definition``, ``source`` (short title), ``label`` (the number in short), ``when``
    (number and year), ``name`` (number, definition, year, source), ``first`` (repeats nobody), ``restates`` (a finer
    count of its year, rounded), ``own`` (first, of the sector, restates nothing) and ``t_low``, ``t_high`` (decimal
    years). Lost and undated values are left out. DataError if no count is left.

    Examples
    --------
    >>> import kzcivil as kz
    >>> printed(kz.load()).set_index("id").name["kxr_ngos_registered"]
    'over 20,000 registered (2018, kz.expert on re-registration)'
    """
    rows = evidence.claims.query("measure in @DEFINITIONS and wording != 'lost'").dropna(subset=["start", "end"])
    if rows.empty:
        raise DataError(f"claims.csv holds no dated count of NGOs (measures {', '.join(DEFINITIONS)})")
    rows = dated(read_claims(rows, **reading).assign(id=rows.claim_id)).sort_values(["t_low", "low"], kind="stable")
    rows["definition"] = rows.measure.map(DEFINITIONS)
    rows["source"] = rows.source_id.map(_titles(evidence))
    rows["label"] = [_short(row) for row in each(rows)]
    rows["when"] = [f"{row.label} ({row.start.year})" for row in each(rows)]
    kind = (" " + rows.definition).where(rows.measure != "ngos", "")
    rows["name"] = rows.label + kind + [f" ({row.start.year}, {row.source})" for row in each(rows)]
    rows["first"] = rows.repeats.isna()
    rows["restates"] = rows.id.isin(_restating(evidence, rows))
    rows["own"] = rows["first"] & ~rows.restates & (rows.scope == "sector")
    return rows.reset_index(drop=True)


def _titles(evidence: Evidence) -> pd.Series[str]:
    return evidence.sources.set_index("source_id").short_title


def _short(row: Any) -> str:
    """A printed number in short: "over 20,000", "about 1,000", or its words where it has no figure."""
    word = {"over": "over ", "at_least": "at least ", "about": "about ", "almost": "almost ", "slightly_more": "over "}
    return str(row.as_printed) if pd.isna(row.value) else word.get(row.wording, "") + number(row.value)


def _restating(evidence: Evidence, rows: pd.DataFrame) -> set[str]:
    """Counts that, rounded, hold a finer count of the same thing and dates (their bounds as stored, in any reading)."""
    stored = evidence.claims.set_index("claim_id")
    stored["width"] = (stored.high - stored.low).fillna(math.inf)
    same, found = evidence.pairs[evidence.pairs.relation == "same thing"], set()
    for pair in each(same[same.first_id.isin(rows.id) & same.second_id.isin(rows.id)]):
        fine, wide = sorted((stored.loc[pair.first_id], stored.loc[pair.second_id]), key=lambda row: float(row.width))
        alike = all(wide[column] == fine[column] for column in ("start", "end", "scope"))
        if alike and fine.width < wide.width and wide.low <= fine.low and fine.high <= wide.high:
            found.add(str(wide.name))
    return found


def series(rows: pd.DataFrame, *, pooled: bool = True, operating: bool = False) -> pd.DataFrame:
    """The counts that may share one series, first statements only, by date.

    ``pooled``: a count whose kind is not said is read as registered NGOs; ``operating``: the count of operating NGOs is
    taken as the count of all, in place of the registered count of its year.

    Examples
    --------
    >>> import kzcivil as kz
    >>> series(printed(kz.load()), pooled=False).label.tolist()
    ['3,500', 'over 20,000', '23,335']
    """
    wanted = ["ngos_registered", *(["ngos"] if pooled else []), *(["ngos_operating"] if operating else [])]
    kept: pd.DataFrame = rows[rows.measure.isin(wanted) & rows.own & ((rows.low > 0) | np.isfinite(rows.high))]
    if operating:
        taken = kept.measure == "ngos_operating"
        kept = kept[taken | ~kept.start.dt.year.isin(kept.start.dt.year[taken])]
    return kept.reset_index(drop=True)


def sides_of_2003(rows: pd.DataFrame, *, pooled: bool = True) -> dict[str, pd.DataFrame]:
    """The series with either count of 2003, by that count; the one series there is where neither is held."""
    found = {
        f"{row.label} in {row.start.year}": series(rows, pooled=pooled, operating=row.id == OPERATING_2003)
        for key in (REGISTERED_2003, OPERATING_2003)
        for row in each(rows[rows.id == key])
    }
    return found or {"no count of 2003": series(rows, pooled=pooled)}


# --- growth ---------------------------------------------------------------------------------------------------------


def growth_of(rows: pd.DataFrame, first: str, second: str) -> Growth | None:
    """Growth from one count to another by their ids; None where one is missing or they may be of one time."""
    if not {first, second} <= set(rows.id):
        return None
    one, other = count_of(rows, first), count_of(rows, second)
    return growth_between(one, other) if other.date.low > one.date.high else None


def pair_growth(rows: pd.DataFrame, *, pooled: bool = True) -> pd.DataFrame:
    """Growth (fields of :class:`kzcivil.growth.Growth`) between neighbours of the series and between headline pairs."""
    neighbours = list(pairwise(series(rows, pooled=pooled).id))
    names = dict(zip(rows.id, rows.when, strict=True))
    left_out = set() if pooled else set(rows.id[rows.measure == "ngos"])
    table = []
    for first, second in dict.fromkeys([*neighbours, *HEADLINE_PAIRS]):
        grown = growth_of(rows, first, second)
        if grown and not left_out & {first, second}:
            kind = "neighbours" if (first, second) in neighbours else "headline"
            table.append((first, second, kind, f"{names[first]} → {names[second]}", *grown))
    return pd.DataFrame(table, columns=["first", "second", "kind", "pair", *Growth._fields])


class Turn(NamedTuple):
    """Growth before and after 2018; ``left``: the mean rate that the growth of 2023 leaves to the other years."""

    before: Growth
    after: Growth
    left: Interval | None

    @property
    def verdict(self) -> str:
        """How growth after 2018 compares: ``"slower"``, ``"faster"`` or ``"undecided"``."""
        return _compared(self.before.rate, self.after.rate)


def _compared(before: Interval, after: Interval) -> str:
    return {"below": "slower", "above": "faster"}.get(after.compare(before), "undecided")


def turn_of_2018(
    evidence: Evidence, *, operating: bool = False, per_head: bool = False, **reading: Unpack[Reading]
) -> Turn | None:
    """Growth 2003 to 2018 against growth 2018 to 2023; None when one of the three counts is missing.

    The two share the count of 2018. Their ranges are each exact; where they do not meet, the verdict holds jointly as
    well. ``left`` supposes that the growth of 2023 lies before the last count.
    """
    rows = printed(evidence, **reading)
    rows = _per_head(evidence, rows) if per_head else rows
    before = growth_of(rows, OPERATING_2003 if operating else REGISTERED_2003, REGISTERED_2018)
    after, alone = growth_of(rows, REGISTERED_2018, REGISTERED_2023), _read(evidence, reading).get(ALONE_2023)
    if before is None or after is None:
        return None
    share = alone / HUNDRED if alone else None
    return Turn(before, after, growth.remaining_growth(after.factor, share, after.years) if share else None)


def _read(evidence: Evidence, reading: Reading) -> dict[str, Interval]:
    return intervals_of(read_claims(evidence.claims, **reading))


def _per_head(evidence: Evidence, rows: pd.DataFrame) -> pd.DataFrame:
    """Counts per 100,000 inhabitants, by the population of the years that their dates touch."""
    people = evidence.context[evidence.context.series == "population"]
    touched = [people.value[(people.year >= int(row.t_low)) & (people.year < row.t_high)] for row in each(rows)]
    most, fewest = [part.max() / 1e5 for part in touched], [part.min() / 1e5 for part in touched]
    return rows.assign(low=rows.low / most, high=rows.high / fewest).dropna(subset=["low", "high"])


def turns_of_2018(evidence: Evidence, ceiling: float, *, per_head: bool = False) -> list[Turn]:
    """:func:`turn_of_2018` in both readings, with each count of 2003 that is held; the logical reading comes first."""
    ways = product(both_readings(ceiling), (False, True))
    found = [turn_of_2018(evidence, operating=side, per_head=per_head, **reading) for reading, side in ways]
    return [turn for turn in found if turn is not None]


def dispute_2003(evidence: Evidence, **reading: Unpack[Reading]) -> pd.DataFrame:
    """Mean annual growth before each count of 2003, and from it until later counts, and how the two compare."""
    rows = printed(evidence, **reading).set_index("id", drop=False)
    table = []
    for side, later in product((REGISTERED_2003, OPERATING_2003), (NGOS_2006, REGISTERED_2018, REGISTERED_2023)):
        before, after = growth_of(rows, NGOS_1997, side), growth_of(rows, side, later)
        if before and after:
            verdict = _compared(before.rate, after.rate)
            table.append((rows.label[side], rows.when[later], before.rate, after.rate, verdict))
    columns = ["If it is", "After: until", "Growth a year before", "Growth a year after", "After 2003"]
    return pd.DataFrame(table, columns=columns)


def dispute_1994(evidence: Evidence, **reading: Unpack[Reading]) -> pd.DataFrame:
    """The numbers of 1994 and 1997 (organisations) under each side of the dispute, and the growth around them."""
    rows = printed(evidence, **reading).set_index("id", drop=False)
    table = []
    if {NGOS_1994, NGOS_1997} <= set(rows.id):
        early, late = count_of(rows, NGOS_1994), count_of(rows, NGOS_1997)
        sides = {f"{rows.label[NGOS_1994]} to {rows.label[NGOS_1997]}": (early, late)}
        if times := _read(evidence, reading).get(THREEFOLD):
            words = evidence.row(THREEFOLD).as_printed
            sides[f"{words}, to {rows.label[NGOS_1997]}"] = (Count(late.value / times, early.date), late)
            sides[f"{words}, from {rows.label[NGOS_1994]}"] = (early, Count(early.value * times, late.date))
        first, last = (count_of(rows, key) if key in rows.index else None for key in (NGOS_1991, REGISTERED_2003))
        for side, (one, other) in sides.items():
            steps = pairwise([first, one, other, last])
            rates = [growth_between(before, after).rate if before and after else None for before, after in steps]
            table.append((side, one.value, other.value, *rates))
    numbers = [f"Organisations {year}" for year in (1994, 1997)]
    steps_in_words = [f"Growth a year {before} to {after}" for before, after in pairwise((1991, 1994, 1997, 2003))]
    return pd.DataFrame(table, columns=["If it is", *numbers, *steps_in_words])


def rates_on_trial(evidence: Evidence, *, pooled: bool = True, **reading: Unpack[Reading]) -> pd.DataFrame:
    """Each printed figure of growth against what the printed counts give, and whether both can be true.

    New organisations are not fewer than net additions, so a number of new ones clashes only where it lies below them.
    """
    told, titles, found = _read(evidence, reading), _titles(evidence), []

    def trial(claim_id: str, against: str, counted: Interval) -> None:
        if claim_id in told:
            row, read = evidence.row(claim_id), told[claim_id]
            holds = read.high >= counted.low if claim_id == YEARLY_NEW else read.meets(counted)
            found.append((f"{row.as_printed} ({titles[row.source_id]})", read, against, counted, holds))

    pairs = pair_growth(printed(evidence, **reading), pooled=pooled)
    for row in each(pairs):
        if (row.first, row.second) == (NGOS_1994, NGOS_1997):
            trial(THREEFOLD, f"times, {row.pair}", row.factor)
        if row.first in (REGISTERED_2003, OPERATING_2003) and row.second == REGISTERED_2023:
            trial(FACTOR, f"times, {row.pair}", row.factor)
            trial(ALONE_2023, f"% a year, {row.pair}", row.rate * HUNDRED)
    if {ALONE_2023, REGISTERED_2023} <= set(told):
        words = f"net a year, {evidence.row(ALONE_2023).as_printed} of 2023"
        trial(YEARLY_NEW, words, told[REGISTERED_2023] * _added(told[ALONE_2023]))
    for row in each(pairs[pairs.kind == "neighbours"]):
        trial(YEARLY_NEW, f"net a year, {row.pair}", row.net)
    return pd.DataFrame(found, columns=["Printed growth", "As read", "Set against", "Counts give", "Both can be true"])


def _added(percent: Interval) -> Interval:
    """The share of the number at a year's end that a growth in percent has added."""
    low, high = (end / (100 + end) if np.isfinite(end) else 1.0 for end in (percent.low, percent.high))
    return Interval(low, high)


def coincidences(evidence: Evidence) -> tuple[list[str], int]:
    """Pairs of counts of the sector that grow, at face, by the percentage printed for 2023, and how many were tried."""
    rows = printed(evidence, number="face").query("first and scope == 'sector' and value.notna()")
    target = evidence.claims.value[evidence.claims.claim_id.isin([GROWTH_2023, ALONE_2023])].tolist()
    tried = [(a, b) for a, b in combinations(list(each(rows)), 2) if b.start.year > a.start.year]
    rates = [100 * ((b.value / a.value) ** (1 / (b.start.year - a.start.year)) - 1) for a, b in tried]
    hits = [pair for pair, rate in zip(tried, rates, strict=True) if round(rate, 1) in target[:1]]
    return [f"{a.when} → {b.when}" for a, b in hits], len(tried)


# --- what must give -------------------------------------------------------------------------------------------------


def must_give(
    evidence: Evidence, *, pooled: bool = True, derived_apart: bool = False, **reading: Unpack[Reading]
) -> MustGive:
    """Statements about numbers of NGOs that cannot all be true, by order and printed ratios alone.

    Numbers of one year and definition are one number; a part is not above its whole (``measures.csv``); new
    organisations of a year are not fewer than its net additions. Nothing is supposed about growth. A ratio that a piece
    computes from its own numbers counts as a statement only if ``derived_apart``.

    Examples
    --------
    >>> import kzcivil as kz
    >>> must_give(kz.load()).least
    2
    """
    rows, kinds_of = printed(evidence, **reading), ["ngos_new_per_year", "ngos_growth_rate", "ngos_growth_factor"]
    claims = read_claims(evidence.claims[evidence.claims.measure.isin(kinds_of)], **reading)
    says = {}
    for row in each(rows[rows.own]):
        measure = "ngos_registered" if pooled and row.measure == "ngos" else row.measure
        says[row.name] = Relation("", f"{measure} {row.start.year}", Interval(row.low, row.high))
    places = {relation.y for relation in says.values()}
    order, titles = _orders(evidence, places), _titles(evidence)
    derived = set() if derived_apart else _own_derivations(evidence, claims.claim_id)
    for row in each(claims[claims.repeats.isna()].dropna(subset=["start", "low", "high"])):
        first, last, ratio = row.start.year, row.end.year, Interval(row.low, row.high)
        where = f"({'-'.join(map(str, dict.fromkeys([first, last])))}, {titles[row.source_id]})"
        kinds = [kind for kind in ("ngos_registered", "ngos") if f"{kind} {last}" in places]
        both = [kind for kind in kinds if f"{kind} {first}" in places and row.claim_id not in derived]
        if row.measure == "ngos_new_per_year":
            says[f"{row.as_printed} new a year {where}"] = Relation("", f"new {first}", ratio)
            order[f"net additions within new ones, {first}"] = Relation(f"net {first}", f"new {first}")
        for kind in kinds[:1] if row.measure == "ngos_growth_rate" else ():
            says[f"{row.as_printed} growth {where}"] = Relation(f"{kind} {last}", f"net {last}", _added(ratio))
        for kind in both[:1] if row.measure == "ngos_growth_factor" else ():
            says[f"{row.as_printed} growth {where}"] = Relation(f"{kind} {first}", f"{kind} {last}", ratio)
    return growth.what_must_give({**says, **order}, fixed=list(order))


def _orders(evidence: Evidence, quantities: set[str]) -> dict[str, Relation]:
    """Each quantity at most the nearest wider one of its year, by the column part_of of measures.csv."""
    part_of = evidence.measures.set_index("measure").part_of
    found = {}
    for quantity in quantities:
        measure, year = quantity.rsplit(" ", 1)
        whole: Any = part_of.get(measure)
        while not pd.isna(whole) and f"{whole} {year}" not in quantities:
            whole = part_of.get(whole)
        if not pd.isna(whole):
            found[f"{measure} within {whole}, {year}"] = Relation(quantity, f"{whole} {year}")
    return found


def _own_derivations(evidence: Evidence, ids: pd.Series[str]) -> set[str]:
    """Those of the claims that a piece computes from its own numbers."""
    piece, found = evidence.claims.set_index("claim_id").piece_id, set()
    for row in each(evidence.derivations[evidence.derivations.claim_id.isin(ids)].dropna(subset=["formula"])):
        names = formula_names(row.formula) & set(piece.index)
        if len(names) > 1 and {piece[name] for name in names} == {piece.get(row.claim_id)}:
            found.add(row.claim_id)
    return found


def must_give_table(logical: MustGive, talk: MustGive, chosen: MustGive) -> pd.DataFrame:
    """The conflicts under either reading, and the smallest sets to give up under the chosen one, in words."""
    rows = []
    for conflict in {*logical.conflicts, *talk.conflicts}:
        rest = "logical" if conflict in logical.conflicts else "conversational"
        reading = "both" if conflict in logical.conflicts and conflict in talk.conflicts else rest
        rows.append(("cannot all be true", reading, " · ".join(sorted(conflict))))
    rows.sort(key=lambda row: (row[1] == "conversational", row[2]))
    rows += [("smallest set to give up", "as chosen", " · ".join(sorted(names))) for names in chosen.removals if names]
    return pd.DataFrame(rows, columns=["What", "Reading", "Statements"])


# --- one rate, or joined segments -----------------------------------------------------------------------------------


def fits(sides: Mapping[str, pd.DataFrame], *, most_breaks: int = 3, most_falling: int = 2) -> pd.DataFrame:
    """Could few joined segments, each of constant growth, have produced the counts of each series?

    One row a series and number of segments: whether it is possible without a fall, the sign patterns that are with one,
    how many counts at least have to go, and ``places``, for each break its possible years.
    """
    result = []
    for (side, table), n_breaks in product(sides.items(), range(most_breaks + 1)):
        found = growth.placements(table, YEARS, n_breaks)
        sets = growth.diagnose(list(table.id), _joined(table, n_breaks), every=False).removals
        always = sorted(table.name[table.id.isin(frozenset.intersection(*sets))]) if sets else list[str]()
        falling = " ".join(growth.falling_patterns(table, YEARS, n_breaks)) if n_breaks <= most_falling else "not asked"
        sizes = (n_breaks + 1, 2 * n_breaks + 2, len(table))
        words = ("possible" if found else "impossible", falling or "impossible")
        ways = (len(sets[0]) if sets else 0, 0 if found else len(sets), ", ".join(always))
        result.append((side, *sizes, *words, *ways, [sorted({breaks[i] for breaks in found}) for i in range(n_breaks)]))
    columns = ["Count of 2003", "Joined segments", "Parameters", "Counts", "Never falling", "One falling"]
    return pd.DataFrame(result, columns=[*columns, "Counts to give up", "Ways to do so", "In every way", "places"])


def _joined(table: pd.DataFrame, n_breaks: int) -> Any:
    return lambda kept: bool(growth.placements(table[table.id.isin(kept)], YEARS, n_breaks))


def fewest_segments(table: pd.DataFrame, most: int = 6) -> int | None:
    """The fewest joined segments, none falling, that could have produced the counts; None above ``most``."""
    if growth.falls(table):
        return None
    return next((n for n in range(1, most + 1) if growth.placements(table, YEARS, n - 1)), None)


def boundaries(evidence: Evidence) -> pd.DataFrame:
    """Where authors begin a new stage: ``author``, ``label``, ``low``, ``high`` (years); unprinted edges left out."""
    later = evidence.stages.query("order > 1").dropna(subset=["start_low", "start_high"])
    names = {"scheme_title": "author", "start_low": "low", "start_high": "high"}
    return later.rename(columns=names)[["author", "label", "low", "high"]].reset_index(drop=True)


def authors_at(edges: pd.DataFrame, first: int, last: int) -> list[str]:
    """Authors, with their stage's name, whose stage begins from the first year on and not after the last one's end."""
    hits = edges[(edges.low <= last) & (edges.high + 1 >= first)]
    return list(dict.fromkeys(f"{row.author} (“{row.label}”)" for row in each(hits)))


# --- how many are alive ---------------------------------------------------------------------------------------------


def ladder(evidence: Evidence, **reading: Unpack[Reading]) -> pd.DataFrame:
    """Counts of NGOs that operate, work or belong, as ``share`` per 100 registered of their year.

    An open upper end is 100, since a part is not above its whole.
    """
    held = {row.id: row for row in each(printed(evidence, **reading))}
    table = []
    for part_id, base_id in LADDER.items():
        if part_id in held and base_id in held:
            part, base = held[part_id], held[base_id]
            share = Interval(100 * part.low, 100 * part.high) / Interval(base.low, base.high)
            high = share.high if np.isfinite(share.high) else max(100.0, share.low)
            place = "" if pd.isna(part.region) else " in Astana" if part.region == "KZ-71" else f" in {part.region}"
            names = f"{part.label} {part.definition}{place}", f"{base.label} {base.definition}"
            year = part.start.year
            table.append((part_id, base_id, *names, part.measure, part.source_id, year, Interval(share.low, high)))
    return pd.DataFrame(table, columns=["claim_id", "base_id", "name", "base", "measure", "source_id", "year", "share"])


def rest_of_country(evidence: Evidence, **reading: Unpack[Reading]) -> tuple[Interval, Interval] | None:
    """Active NGOs per 100 registered in Astana and in the rest of the country; None where a count is missing."""
    ids = [ACTIVE_ASTANA, REGISTERED_ASTANA, ACTIVE_2023, REGISTERED_2023]
    if len(known(evidence, ids)) < len(ids):
        return None
    city, city_all, country, country_all = (_read(evidence, reading)[key] for key in ids)
    city = Interval(city.low, min(city.high, city_all.high))
    country = Interval(country.low, min(country.high, country_all.high))
    rest = HUNDRED * (country - city) / (country_all - city_all)
    return HUNDRED * city / city_all, Interval(rest.low, min(rest.high, 100.0))


NOBODY = {
    "NGOs closed, dissolved or struck off": r"\bclos|dissol|liquidat|struck off|ceased",
    "money from abroad that NGOs received in a year": r"foreign (money|funding|grants)|received from abroad",
    "wages and taxes that NGOs paid": r"\bwages?\b|\bsalar|\btax",
    "registered NGOs that filed a report": r"\breports? filed|reporting NGOs|filed a report",
    "informal groups outside the register": r"unregistered|informal groups",
    "NGOs founded or paid by the state": r"\bGONGO|state-founded|founded by the state",
    "members of NGOs": r"members of NGOs|NGO members\b",
}
"""What a picture of the sector would need, and words by which a statement about it would be known."""


def uncounted(evidence: Evidence) -> list[str]:
    """Things about the sector for which no statement gives a number, by the words of the column ``counts``."""
    told = evidence.claims[evidence.claims.scope == "sector"].counts.dropna()
    return [topic for topic, words in NOBODY.items() if not any(re.search(words, text, re.I) for text in told)]


# --- how much hangs on what -----------------------------------------------------------------------------------------


def sensitivity(evidence: Evidence, *, pooled: bool = True, **reading: Unpack[Reading]) -> pd.DataFrame:
    """The page's findings with each assumption moved, and with each source and each origin left out."""
    gap = silent_years(evidence)

    def findings(data: Evidence, pooled: bool = pooled, operating: bool = False, **new: Unpack[Reading]) -> Any:
        choice: Reading = {**reading, **new}
        try:
            table = series(printed(data, **choice), pooled=pooled, operating=operating)
        except DataError:
            return {"Counts in the series": 0}
        turn, left = turn_of_2018(data, operating=operating, **choice), gap_range(table, gap)
        return {
            "Counts in the series": len(table),
            "One rate fits": growth.one_rate(table) is not None,
            "Fewest segments": str(fewest_segments(table) or "none will do"),
            f"Allowed {gap[0]} to {gap[1]} (NGOs)": told(left) if left else "they clash",
            "After 2018": turn.verdict if turn else "cannot be said",
            "Statements that must give": must_give(data, pooled=pooled, **choice).least,
        }

    found = {
        "as set on this page": findings(evidence),
        "logical words": findings(evidence, words="logical"),
        "conversational words": findings(evidence, words="conversational"),
        "numbers at face": findings(evidence, number="face"),
        f"unspecified counts {'not ' * pooled}read as registered": findings(evidence, pooled=not pooled),
        "operating in 2003 as the count of all": findings(evidence, operating=True),
    }
    rows, origins = printed(evidence), evidence.origins.set_index("origin").title
    left_out = {f"without {_titles(evidence)[key]}": key for key in rows.source_id}
    left_out |= {f"without numbers of: {origins[key]}": key for key in rows.origin}
    found |= {name: findings(load(evidence.folders, [*evidence.without, key])) for name, key in left_out.items()}
    return pd.DataFrame([{"Case": name, **row} for name, row in found.items()])


# --- in words -------------------------------------------------------------------------------------------------------


def told(interval: Interval) -> str:
    """A range in words, rounded outward; open below it is "at most"."""
    ends = outward(interval)
    open_below = np.isinf(ends.low) and np.isfinite(ends.high)
    return (f"at most {number(ends.high)}" if open_below else span(ends)).replace("-", "−")


def per_cent(rate: Interval) -> str:
    """A range of shares in words, in percent, rounded outward; -1 is open below."""
    ends = outward(Interval(100 * rate.low, 100 * rate.high))
    low, high = (number(end).replace("-", "−") for end in (ends.low, ends.high))
    if rate.low <= -1:
        return "any rate" if np.isinf(rate.high) else f"at most {high} %"
    return f"at least {low} %" if np.isinf(rate.high) else f"{' to '.join(dict.fromkeys([low, high]))} %"


def a_year(rate: Interval) -> str:
    """A mean annual rate in words: "9.38 to 10.6 % a year", "at most 3.94 % a year" where it is open below."""
    return per_cent(rate) + (" a year" if per_cent(rate) != "any rate" else "")


def in_words(table: pd.DataFrame) -> pd.DataFrame:
    """A table with its ranges in words: shares in percent under headings that begin with "Growth a year"."""
    words = {name: per_cent if str(name).startswith("Growth a year") else told for name in table}
    told_cells = {name: [say(x) if isinstance(x, Interval) else x for x in table[name]] for name, say in words.items()}
    return pd.DataFrame(told_cells)


def said_total(rows: pd.DataFrame) -> str:
    """Growth to the last registered count from each first count, in a sentence; empty where it cannot be said."""
    parts = []
    for row in each(rows[rows.id.isin([NGOS_1991, REGISTERED_2003, OPERATING_2003])]):
        kind = "" if row.measure == "ngos" else f" {row.definition}"
        if grown := growth_of(rows, row.id, REGISTERED_2023):
            parts.append(f"{told(grown.factor)} times the {row.label}{kind} of {row.start.year}")
    last = rows.label[rows.id == REGISTERED_2023]
    return f"The {last.iloc[0]} registered in 2023 are {'; '.join(parts)}." if parts else ""


def said_fit(table: pd.DataFrame) -> str:
    """Whether one rate, or few joined segments, could have produced a series; empty for less than two counts."""
    if len(table) < 2:
        return ""
    rate, fewest, size = growth.one_rate(table), fewest_segments(table), len(table)
    if rate is not None:
        return f"Yes: {a_year(rate)} meets all {size} counts."
    if fewest is None:
        return f"No, and no joined segments that never fall either ({size} counts)."
    return f"No. The {size} counts need at least {fewest} joined segments, which have {2 * fewest} free parameters."


def said_turn(turn: Turn | None) -> str:
    """Growth before and after 2018 in a sentence; empty where it cannot be said."""
    if turn is None:
        return ""
    word = {"slower": "It slowed", "faster": "It rose", "undecided": "That cannot be told"}[turn.verdict]
    return f"{word}: {a_year(turn.before.rate)} from 2003 to 2018, {a_year(turn.after.rate)} from 2018 to 2023."


def said_firm(turns: list[Turn]) -> str:
    """Whether the verdict on 2018 is the same in every reading and with each count of 2003."""
    sides = " and with either count of 2003" if len(turns) > 2 else ""
    same = len({turn.verdict for turn in turns}) == 1
    return f"The direction {'holds' if same else 'does not hold'} in both readings{sides}."


def said_dispute(table: pd.DataFrame) -> str:
    """What each count of 2003 says of the growth in the years after it; empty where it cannot be said."""
    parts = []
    for _, last in table.groupby("If it is", sort=False).last().reset_index().iterrows():
        words = last["After 2003"].replace("undecided", "slower, equal or faster")
        rates = f"{a_year(last['Growth a year before'])}, then {a_year(last['Growth a year after'])}"
        parts.append(f"with {last['If it is']}, {words} ({rates})")
    return f"Growth from 2003 to 2023 against 1997 to 2003: {'; '.join(parts)}." if parts else ""


def said_alive(table: pd.DataFrame) -> str:
    """Each printed number of active NGOs of the sector per 100 registered; empty where none is printed."""
    active = table[(table.measure == "ngos_active") & table.base_id.isin([REGISTERED_2018, REGISTERED_2023])]
    parts = [f"{told(row.share)} in 100 by {row.name} ({row.year})" for row in each(active)]
    return f"{'; '.join(parts)}." if parts else ""


def gap_range(table: pd.DataFrame, gap: tuple[int, int]) -> Interval | None:
    """What the counts leave to every moment of some years, if the number never falls; None where they fall."""
    if table.empty or not gap[1] or growth.falls(table):
        return None
    band = growth.envelope(table, [gap[0], gap[1] + 0.99])
    return Interval(float(band.low.min()), float(band.high.max()))


def said_gap(evidence: Evidence, table: pd.DataFrame) -> str:
    """What the counts leave to the years that nobody counted, if the number never falls."""
    begin, end = silent_years(evidence)
    if not end or table.empty:
        return "Every year from the first count to the last has a count" if len(table) else "No count is left"
    left = gap_range(table, (begin, end))
    if left is None:
        return f"The counts clash: a number that never falls does not pass {begin} to {end}"
    return f"From {begin} to {end} the counts allow {span(left, 'NGOs')} in any year"


def fallen(evidence: Evidence, *, pooled: bool = True, **reading: Unpack[Reading]) -> str:
    """Whether the counts show a fall, as read and at face, in a sentence."""
    ways: dict[str, Reading] = {
        "The number certainly fell, or a count is wrong, between {}.": reading,
        "At face, the number fell between {}; with the slack of rounding it need not have. At face no path that never"
        " falls meets the counts.": {**reading, "number": "face"},
    }
    for words, choice in ways.items():
        rows = series(printed(evidence, **choice), pooled=pooled).set_index("id", drop=False)
        if pairs := growth.falls(rows):
            return words.format("; ".join(f"{rows.when[a]} and {rows.when[b]}" for a, b in pairs))
    return "No two counts of the series need a fall between them, rounded or at face."


def used(evidence: Evidence) -> list[str]:
    """Ids of the claims on numbers of NGOs and their growth that the page uses, repeats left out."""
    rows = printed(evidence)
    others = [THREEFOLD, FACTOR, GROWTH_2023, ALONE_2023, YEARLY_NEW, ACTIVE_ASTANA, REGISTERED_ASTANA]
    return known(evidence, [*rows.id[rows.own], *others])


def quotes(evidence: Evidence, *, pooled: bool = True, ceiling: float = 0.2) -> dict[str, list[tuple[str, str]]]:
    """Sentences that one may and may not write, each with its reason, by what the evidence bears."""
    logical, talk = both_readings(ceiling)
    turns = turns_of_2018(evidence, ceiling)
    verdicts, may, may_not = {turn.verdict for turn in turns}, [], []
    if len(verdicts) == 1 and "undecided" not in verdicts:
        slower = verdicts == {"slower"}
        words = (
            f"The number of registered NGOs grew {'more slowly' if slower else 'faster'} after 2018 than from 2003 to"
        )
        may.append((f"{words} 2018: by {a_year(turns[0].after.rate)}.", said_firm(turns)))
        turned = f"The growth of the NGO sector has {'sped up' if slower else 'slowed'} since 2018."
        may_not.append((turned, "The printed counts exclude it."))
    else:
        may_not.append(("Growth changed after 2018.", "The counts that are left do not decide it."))
    clash = min(must_give(evidence, pooled=pooled, **reading).least for reading in (logical, talk))
    if clash:
        sentence = f"Of the printed statements on NGOs, at least {clash} must be wrong or mean something else."
        may.append((sentence, "By order and printed ratios alone, in both readings."))
    else:
        may.append(("No printed numbers of NGOs contradict each other by order or ratio.", "In one reading at least."))
    table = series(printed(evidence, **logical), pooled=pooled)
    if growth.one_rate(table) is None:
        reason = "No constant rate meets the counts; a proof, not a bad fit."
        may_not.append(("The sector has grown at a steady rate since independence.", reason))
    assumed = ", and unspecified counts are of registered NGOs." if pooled else "."
    may.append((f"{said_gap(evidence, table)}.", f"Only if the number never fell{assumed}"))
    speakers = "The printed shares differ by the speaker; none says how it was tested."
    may_not.append(("Most of the registered NGOs are active.", speakers))
    origin = "The growth of 2023 was computed from counts of 2003 and 2023."
    may_not.append((origin, "One pair of many fits; that proves no origin."))
    return {"may": may[:3], "may_not": may_not[:3]}


# --- the results table ----------------------------------------------------------------------------------------------


def headlines(evidence: Evidence) -> list[dict[str, str]]:
    """Rows of the results table on the number of NGOs."""
    try:
        rows = printed(evidence)
    except DataError:
        return []
    pool = "That counts whose kind is not said are registered NGOs; without that the registered counts alone decide."
    turn = "One vague count of 2018 and one exact of 2023, by two publishers."
    dispute = "Whether 4,500 operating may stand for all; a count of 1997 by one author."
    alive = "What an author calls active; no source says how it was tested."
    found = [
        (
            "How much did the number of NGOs grow?",
            said_total(rows),
            "How round the first number is, and what it counts.",
        ),
        ("Could one constant rate have produced the counts?", said_fit(series(rows)), pool),
        ("Did growth change after 2018?", said_turn(turn_of_2018(evidence)), turn),
        ("What does the dispute about 2003 change?", said_dispute(dispute_2003(evidence)), dispute),
        ("How many of the registered NGOs are active?", said_alive(ladder(evidence)), alive),
    ]
    return [{"question": q, "answer": a, "hangs_on": h, "notebook": "02_growth"} for q, a, h in found if a]

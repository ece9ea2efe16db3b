"""How many NGOs were counted, when and under which definition; how fast they grew, and which statements clash.

Every function reads the evidence anew under a reading (see :class:`Reading`) and gives ranges. Definitions are kept
apart; that an unspecified count means registered NGOs is an assumption, ``pooled``, which each function lets go.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Any, NamedTuple, TypedDict, Unpack

import numpy as np
import pandas as pd

from kzcivil.coverage import silent_years
from kzcivil.evidence import DataError, Evidence, load
from kzcivil.growth import (
    Count,
    Growth,
    MustGive,
    Relation,
    Says,
    count_of,
    dated,
    envelope,
    falls,
    growth_between,
    one_rate,
    placements,
    possible_breaks,
    remaining_growth,
    smallest_removals,
    what_must_give,
)
from kzcivil.intervals import Interval, Number, Words, each, formula_names, read_claims
from kzcivil.prose import known, number, span

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

HEADLINE_PAIRS = (
    (NGOS_1991, REGISTERED_2023),
    (REGISTERED_2003, REGISTERED_2023),
    (OPERATING_2003, REGISTERED_2023),
    (REGISTERED_2003, REGISTERED_2018),
    (OPERATING_2003, REGISTERED_2018),
    (NGOS_1994, NGOS_1997),
    (REGISTERED_2018, REGISTERED_2023),
)

LADDER = (
    (OPERATING_2003, REGISTERED_2003),
    ("dia_ngos_effective", NGOS_2006),
    ("kxr_ngos_grant_registered", REGISTERED_2018),
    ("kxr_ngos_active", REGISTERED_2018),
    ("aa_minister_active_ngos", REGISTERED_2023),
    ("aa_waw_ngos_18000", REGISTERED_2023),
    ("aa_part_astana_active_ngos", "aa_inf_registered_astana"),
    ("aa_imprint_alliance_members", REGISTERED_2023),
)
"""Counts set against the registered NGOs of their year: part, base."""

YEARS = range(1992, 2024)
"""Years at whose beginning a break is looked for."""


class Reading(TypedDict, total=False):
    """How printed words become ranges; see :func:`kzcivil.intervals.read`."""

    words: Words
    ceiling: float
    number: Number


# --- the printed counts ---------------------------------------------------------------------------------------------


def printed(evidence: Evidence, **reading: Unpack[Reading]) -> pd.DataFrame:
    """Every printed, dated count of NGOs under the definitions of :data:`DEFINITIONS`.

    Returns
    -------
    pandas.DataFrame
        Claims as read, with ``id``, ``definition``, ``source`` (short title), ``label`` (the number in short), ``name``
        (number, definition, year, source), ``first`` (repeats nobody), ``restates`` (a finer count of its year,
        rounded) and ``t_low``, ``t_high`` (decimal years). Lost and undated values are left out.

    Raises
    ------
    DataError
        If no count is left.

    Examples
    --------
    >>> import kzcivil as kz
    >>> printed(kz.load()).set_index("id").name["kxr_ngos_registered"]
    'over 20,000 registered (2018, kz.expert on re-registration)'
    """
    rows = read_claims(evidence.claims, **reading)
    rows = rows[rows.measure.isin(list(DEFINITIONS)) & (rows.wording != "lost")].dropna(subset=["start", "end"])
    if rows.empty:
        raise DataError(f"claims.csv holds no dated count of NGOs (measures {', '.join(DEFINITIONS)})")
    rows = dated(rows.assign(id=rows.claim_id)).sort_values(["t_low", "low"], kind="stable")
    rows["definition"] = rows.measure.map(DEFINITIONS)
    rows["source"] = rows.source_id.map(evidence.sources.set_index("source_id").short_title)
    rows["label"] = [short(row) for row in each(rows)]
    kind = [f" {row.definition}" if row.measure != "ngos" else "" for row in each(rows)]
    rows["name"] = [f"{row.label}{k} ({row.start.year}, {row.source})" for k, row in zip(kind, each(rows), strict=True)]
    rows["first"] = rows.repeats.isna()
    rows["restates"] = rows.id.isin(_restating(evidence, rows))
    return rows.reset_index(drop=True)


def short(row: Any) -> str:
    """A printed number in short: "over 20,000", "about 1,000", or its words where it has no figure."""
    if pd.isna(row.value):
        return str(row.as_printed)
    word = {"over": "over ", "at_least": "at least ", "about": "about ", "almost": "almost ", "slightly_more": "over "}
    return word.get(row.wording, "") + number(row.value)


def _restating(evidence: Evidence, rows: pd.DataFrame) -> set[str]:
    """Counts that, rounded, hold a finer count of the same thing and dates (their bounds as stored, in any reading)."""
    stored = evidence.claims.set_index("claim_id")
    same = evidence.pairs[(evidence.pairs.relation == "same thing")]
    same = same[same.first_id.isin(rows.id) & same.second_id.isin(rows.id)]
    found = set()
    for pair in each(same):
        wide, fine = sorted((stored.loc[pair.first_id], stored.loc[pair.second_id]), key=_width, reverse=True)
        alike = all(wide[column] == fine[column] for column in ("start", "end", "scope"))
        if alike and _width(fine) < _width(wide) and wide.low <= fine.low and fine.high <= wide.high:
            found.add(str(wide.name))
    return found


def _width(row: Any) -> float:
    return float(row.high - row.low) if pd.notna(row.high) and pd.notna(row.low) else float("inf")


def series(rows: pd.DataFrame, *, pooled: bool = True, operating: bool = False) -> pd.DataFrame:
    """The counts that may share one series, first statements only, by date.

    Parameters
    ----------
    rows
        From :func:`printed`.
    pooled
        Whether a count whose kind is not said is read as registered NGOs.
    operating
        Whether the count of operating NGOs is taken as the count of all, in place of the registered count of its year.

    Examples
    --------
    >>> import kzcivil as kz
    >>> series(printed(kz.load()), pooled=False).label.tolist()
    ['3,500', 'over 20,000', '23,335']
    """
    wanted = ["ngos_registered", *(["ngos"] if pooled else []), *(["ngos_operating"] if operating else [])]
    kept: pd.DataFrame = rows[rows.measure.isin(wanted) & rows["first"] & ~rows.restates & (rows.scope == "sector")]
    if operating:
        years = set(kept.start.dt.year[kept.measure == "ngos_operating"])
        kept = kept[(kept.measure == "ngos_operating") | ~kept.start.dt.year.isin(years)]
    bounded: pd.DataFrame = kept.loc[(kept.low > 0) | np.isfinite(kept.high)]
    return bounded.reset_index(drop=True)


def sides_of_2003(rows: pd.DataFrame, *, pooled: bool = True) -> dict[str, pd.DataFrame]:
    """The series with either count of 2003, by that count; the one series there is where neither is held."""
    held = {row.id: f"{row.label} in {row.start.year}" for row in each(rows)}
    found = {
        held[key]: series(rows, pooled=pooled, operating=key == OPERATING_2003)
        for key in (REGISTERED_2003, OPERATING_2003)
        if key in held
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
    """Growth between neighbouring counts of the series and between the headline pairs.

    Returns
    -------
    pandas.DataFrame
        ``first``, ``second`` (ids), ``pair`` (in words), ``kind`` ("neighbours" or "headline") and the ranges of
        :class:`kzcivil.growth.Growth` as ``factor_low``, ``factor_high``, ...; rates are shares.
    """
    neighbours = list(pairwise(series(rows, pooled=pooled).id))
    chosen = [(*pair, "neighbours") for pair in neighbours]
    chosen += [(*pair, "headline") for pair in HEADLINE_PAIRS if pair not in neighbours]
    names = {row.id: f"{row.label} ({row.start.year})" for row in each(rows)}
    table = []
    for first, second, kind in chosen:
        growth = growth_of(rows, first, second)
        if growth is None or (not pooled and "ngos" in set(rows.measure[rows.id.isin([first, second])])):
            continue
        row: dict[str, object] = {"first": first, "second": second, "kind": kind}
        row["pair"] = f"{names[first]} → {names[second]}"
        for name in ("factor", "rate", "doubling", "net", "years"):
            row[f"{name}_low"], row[f"{name}_high"] = getattr(growth, name).low, getattr(growth, name).high
        table.append(row)
    return pd.DataFrame(table)


@dataclass(frozen=True, slots=True)
class Turn:
    """Growth before and after 2018, in total and per 100,000 inhabitants; ``left``: what 2023 alone leaves."""

    before: Growth
    after: Growth
    before_per_head: Growth | None
    after_per_head: Growth | None
    left: Interval | None

    @property
    def verdict(self) -> str:
        """How growth after 2018 compares: ``"slower"``, ``"faster"`` or ``"undecided"``."""
        return compared(self.before.rate, self.after.rate)

    @property
    def verdict_per_head(self) -> str:
        """The same per inhabitant; ``"undecided"`` where the population is not known."""
        if self.before_per_head is None or self.after_per_head is None:
            return "undecided"
        return compared(self.before_per_head.rate, self.after_per_head.rate)


def compared(before: Interval, after: Interval) -> str:
    """``"slower"`` or ``"faster"`` where the later rate certainly is, else ``"undecided"``."""
    return {"below": "slower", "above": "faster"}.get(after.compare(before), "undecided")


def turn_of_2018(evidence: Evidence, *, operating: bool = False, **reading: Unpack[Reading]) -> Turn | None:
    """Growth 2003 to 2018 against growth 2018 to 2023; None when one of the three counts is missing.

    The two share the count of 2018. Their ranges are each exact; where they do not meet, the verdict holds jointly as
    well. ``left`` supposes that the growth of 2023 lies before the last count.

    Examples
    --------
    >>> import kzcivil as kz
    >>> turn_of_2018(kz.load()).verdict
    'slower'
    """
    rows = printed(evidence, **reading)
    ids = [OPERATING_2003 if operating else REGISTERED_2003, REGISTERED_2018, REGISTERED_2023]
    before, after = growth_of(rows, ids[0], ids[1]), growth_of(rows, ids[1], ids[2])
    if before is None or after is None:
        return None
    per_head = [_per_head(evidence, count_of(rows, key)) for key in ids]
    heads = [None if a is None or b is None else growth_between(a, b) for a, b in pairwise(per_head)]
    alone = read_claims(evidence.claims[evidence.claims.claim_id == ALONE_2023], **reading)
    left = None
    if len(alone):
        known_year = Interval(float(alone.low.iloc[0]) / 100, float(alone.high.iloc[0]) / 100)
        left = remaining_growth(after.factor, known_year, after.years)
    return Turn(before, after, heads[0], heads[1], left)


def turns_of_2018(evidence: Evidence, ceiling: float) -> list[Turn]:
    """:func:`turn_of_2018` in both readings, with each count of 2003 that is held; the logical reading comes first."""
    found = [turn_of_2018(evidence, operating=side, **r) for r in both_readings(ceiling) for side in (False, True)]
    return [turn for turn in found if turn is not None]


def said_firm(turns: list[Turn]) -> str:
    """Whether the verdict on 2018 is the same in every reading and with each count of 2003."""
    sides = " and with either count of 2003" if len(turns) > 2 else ""
    same = len({turn.verdict for turn in turns}) == 1
    return f"This {'holds' if same else 'does not hold'} in both readings{sides}."


def _per_head(evidence: Evidence, count: Count) -> Count | None:
    """A count per 100,000 inhabitants, by the population of the years that its dates touch."""
    context = evidence.context
    years = range(int(count.date.low), int(np.ceil(count.date.high)))
    people = context.value[(context.series == "population") & context.year.isin(list(years))]
    if people.empty:
        return None
    return Count(count.value / Interval(float(people.min()) / 1e5, float(people.max()) / 1e5), count.date)


def dispute_2003(evidence: Evidence, **reading: Unpack[Reading]) -> pd.DataFrame:
    """What 3,500 and 4,500 in 2003 each imply: mean annual growth before and after, and how the two compare.

    Returns
    -------
    pandas.DataFrame
        One row a side and later count: ``side``, ``later`` (in words), ``before``, ``after`` (:class:`Interval`, shares
        a year) and ``verdict`` on growth after 2003.
    """
    rows = printed(evidence, **reading)
    labels = dict(zip(rows.id, rows.label, strict=True))
    table = []
    for side in (REGISTERED_2003, OPERATING_2003):
        before = growth_of(rows, NGOS_1997, side)
        for later in (NGOS_2006, REGISTERED_2018, REGISTERED_2023):
            after = growth_of(rows, side, later)
            if before is not None and after is not None:
                year = int(rows.t_low[rows.id == later].iloc[0])
                row = {"side": labels[side], "later": f"{labels[later]} ({year})"}
                table.append(
                    {**row, "before": before.rate, "after": after.rate, "verdict": compared(before.rate, after.rate)}
                )
    return pd.DataFrame(table, columns=["side", "later", "before", "after", "verdict"])


def dispute_1994(evidence: Evidence, **reading: Unpack[Reading]) -> pd.DataFrame:
    """The growth of 1994 to 1997 under each side: the numbers it implies and the growth around them.

    Returns
    -------
    pandas.DataFrame
        ``side``; the range of 1994 and of 1997 (organisations); mean annual growth 1991-94, 1994-97 and 1997-2003
        (:class:`Interval`, None where a count is missing).
    """
    rows = printed(evidence, **reading)
    ratio = read_claims(evidence.claims[evidence.claims.claim_id == THREEFOLD], **reading)
    if not {NGOS_1994, NGOS_1997} <= set(rows.id):
        return pd.DataFrame(columns=["side", "1994", "1997", "1991-94", "1994-97", "1997-2003"])
    early, late = count_of(rows, NGOS_1994), count_of(rows, NGOS_1997)
    labels = dict(zip(rows.id, rows.label, strict=True))
    sides = {f"{labels[NGOS_1994]} to {labels[NGOS_1997]}": (early, late)}
    if len(ratio):
        times = Interval(ratio.low.iloc[0], ratio.high.iloc[0])
        words = ratio.as_printed.iloc[0]
        sides[f"{words}, to {labels[NGOS_1997]}"] = (Count(late.value / times, early.date), late)
        sides[f"{words}, from {labels[NGOS_1994]}"] = (early, Count(early.value * times, late.date))
    around = {key: count_of(rows, key) if key in set(rows.id) else None for key in (NGOS_1991, REGISTERED_2003)}
    table = []
    for side, (one, other) in sides.items():
        first, last = around[NGOS_1991], around[REGISTERED_2003]
        table.append(
            {
                "side": side,
                "1994": one.value,
                "1997": other.value,
                "1991-94": None if first is None else growth_between(first, one).rate,
                "1994-97": growth_between(one, other).rate,
                "1997-2003": None if last is None else growth_between(other, last).rate,
            }
        )
    return pd.DataFrame(table)


def rates_on_trial(evidence: Evidence, *, pooled: bool = True, **reading: Unpack[Reading]) -> pd.DataFrame:
    """Each printed figure of growth against what the printed counts give.

    New organisations of a year are not fewer than its net additions, so a number of new ones clashes only where it
    lies below them.

    Returns
    -------
    pandas.DataFrame
        ``printed`` (words and source), ``range`` (as read), ``against`` (in words), ``counted`` (:class:`Interval`) and
        ``holds`` (whether both can be true).
    """
    rows = printed(evidence, **reading)
    claims = read_claims(evidence.claims, **reading)
    told = {row.claim_id: row for row in each(claims.dropna(subset=["low", "high"]))}
    titles = evidence.sources.set_index("source_id").short_title
    found: list[dict[str, Any]] = []

    def trial(claim_id: str, against: str, counted: Interval, *, floor: bool = False) -> None:
        if claim_id in told:
            row = told[claim_id]
            read = Interval(row.low, row.high)
            holds = read.high >= counted.low if floor else read.meets(counted)
            words = f"{row.as_printed} ({titles[row.source_id]})"
            found.append({"printed": words, "range": read, "against": against, "counted": counted, "holds": holds})

    pairs = pair_growth(rows, pooled=pooled)
    for row in each(pairs):
        factor = Interval(row.factor_low, row.factor_high)
        yearly = Interval(100 * row.rate_low, 100 * row.rate_high)
        if (row.first, row.second) == (NGOS_1994, NGOS_1997):
            trial(THREEFOLD, f"times, {row.pair}", factor)
        if row.first in (REGISTERED_2003, OPERATING_2003) and row.second == REGISTERED_2023:
            trial(FACTOR, f"times, {row.pair}", factor)
            trial(ALONE_2023, f"% a year, {row.pair}", yearly)
    if {ALONE_2023, REGISTERED_2023} <= set(told):
        growth, last = told[ALONE_2023], told[REGISTERED_2023]
        grown = Interval(last.low * growth.low / (100 + growth.low), last.high * growth.high / (100 + growth.high))
        trial(YEARLY_NEW, f"net a year, {growth.as_printed} of 2023", grown, floor=True)
    for row in each(pairs[pairs.kind == "neighbours"] if len(pairs) else pairs):
        trial(YEARLY_NEW, f"net a year, {row.pair}", Interval(row.net_low, row.net_high), floor=True)
    return pd.DataFrame(found, columns=["printed", "range", "against", "counted", "holds"])


class Coincidence(NamedTuple):
    """Pairs of counts that grow, at face, by the percentage printed for 2023; ``looked_at`` is how many were tried."""

    names: list[str]
    looked_at: int


def coincidences(evidence: Evidence) -> Coincidence:
    """Which pairs of printed counts of the sector, at face, grow by the percentage printed for 2023."""
    rows = printed(evidence, number="face")
    rows = rows[rows["first"] & (rows.scope == "sector") & rows.value.notna()]
    target = evidence.claims.value[evidence.claims.claim_id.isin([GROWTH_2023, ALONE_2023])]
    names, looked_at = [], 0
    for one, other in combinations(list(each(rows)), 2):
        years = other.start.year - one.start.year
        if years > 0:
            looked_at += 1
            rate = 100 * ((other.value / one.value) ** (1 / years) - 1)
            if len(target) and round(rate, 1) == target.iloc[0]:
                names.append(f"{one.label} ({one.start.year}) → {other.label} ({other.start.year})")
    return Coincidence(names, looked_at)


# --- what must give -------------------------------------------------------------------------------------------------


def must_give(
    evidence: Evidence, *, pooled: bool = True, derived_apart: bool = False, **reading: Unpack[Reading]
) -> MustGive:
    """Statements about numbers of NGOs that cannot all be true, by order and printed ratios alone.

    Numbers of one year and definition are one number; a part is not above its whole (``measures.csv``); new
    organisations of a year are not fewer than its net additions. Nothing is supposed about growth.

    Parameters
    ----------
    derived_apart
        Whether a ratio that a piece computes from its own numbers counts as a statement of its own.

    Returns
    -------
    MustGive
        With statements named as in :func:`printed`.

    Examples
    --------
    >>> import kzcivil as kz
    >>> least_to_give(must_give(kz.load()))
    2
    """
    rows = printed(evidence, **reading)
    rows = rows[rows["first"] & ~rows.restates & (rows.scope == "sector")]
    measures = rows.measure.where(~((rows.measure == "ngos") & pooled), "ngos_registered")
    quantity = [f"{measure} {row.start.year}" for measure, row in zip(measures, each(rows), strict=True)]
    says = {
        row.name: Says(place, Interval(row.low, row.high))
        for place, row in zip(quantity, each(rows), strict=True)
        if row.high > 0
    }
    order = _orders(evidence, set(quantity))
    ratios = _ratios(evidence, set(quantity), derived_apart, reading)
    yearly = read_claims(evidence.claims, **reading)
    for row in each(yearly[(yearly.measure == "ngos_new_per_year") & yearly.repeats.isna()].dropna(subset=["start"])):
        says[_naming(evidence, row, "new a year")] = Says(f"new {row.start.year}", Interval(row.low, row.high))
        order[f"net additions within new ones, {row.start.year}"] = Relation(
            f"net {row.start.year}", f"new {row.start.year}"
        )
    return what_must_give(says, {**ratios, **order}, fixed=list(order))


def _naming(evidence: Evidence, row: Any, what: str) -> str:
    source = evidence.sources.set_index("source_id").short_title[row.source_id]
    years = dict.fromkeys([row.start.year, row.end.year])
    return f"{row.as_printed} {what} ({'-'.join(map(str, years))}, {source})"


def _orders(evidence: Evidence, quantities: set[str]) -> dict[str, Relation]:
    """Each quantity at most the nearest wider one of its year, by the column part_of of measures.csv."""
    part_of = evidence.measures.set_index("measure").part_of
    found = {}
    for quantity in sorted(quantities):
        measure, year = quantity.rsplit(" ", 1)
        whole: Any = part_of.get(measure)
        while not pd.isna(whole) and f"{whole} {year}" not in quantities:
            whole = part_of.get(whole)
        if not pd.isna(whole):
            found[f"{measure} within {whole}, {year}"] = Relation(quantity, f"{whole} {year}")
    return found


def _ratios(evidence: Evidence, quantities: set[str], derived_apart: bool, reading: Reading) -> dict[str, Relation]:
    """Printed factors and yearly growth as relations of the quantities that they speak of."""
    claims = read_claims(evidence.claims, **reading)
    claims = claims[claims.measure.isin(["ngos_growth_factor", "ngos_growth_rate"]) & claims.repeats.isna()]
    derived = set() if derived_apart else _own_derivations(evidence)
    found = {}
    for row in each(claims.dropna(subset=["start", "low", "high"])):
        kinds = [m for m in ("ngos_registered", "ngos") if f"{m} {row.end.year}" in quantities]
        if row.measure == "ngos_growth_rate" and kinds:
            share = Interval(row.low / (100 + row.low), row.high / (100 + row.high) if np.isfinite(row.high) else 1)
            ends = (f"{kinds[0]} {row.end.year}", f"net {row.end.year}")
            found[_naming(evidence, row, "growth")] = Relation(*ends, share)
        both = [m for m in kinds if f"{m} {row.start.year}" in quantities]
        if row.measure == "ngos_growth_factor" and both and row.claim_id not in derived:
            ends = (f"{both[0]} {row.start.year}", f"{both[0]} {row.end.year}")
            found[_naming(evidence, row, "growth")] = Relation(*ends, Interval(row.low, row.high))
    return found


def _own_derivations(evidence: Evidence) -> set[str]:
    """Claims that a piece computes from its own numbers."""
    piece = evidence.claims.set_index("claim_id").piece_id
    found = set()
    for row in each(evidence.derivations.dropna(subset=["formula"])):
        names = formula_names(row.formula) & set(piece.index)
        if len(names) > 1 and {piece[name] for name in names} == {piece.get(row.claim_id)}:
            found.add(row.claim_id)
    return found


def must_give_table(logical: MustGive, talk: MustGive, chosen: MustGive) -> pd.DataFrame:
    """The conflicts under either reading, and the smallest sets to give up under the chosen one, in words."""
    rows = []
    for conflict in sorted(
        {*logical.conflicts, *talk.conflicts}, key=lambda c: (c not in logical.conflicts, sorted(c))
    ):
        both = conflict in logical.conflicts and conflict in talk.conflicts
        reading = "both" if both else "logical" if conflict in logical.conflicts else "conversational"
        rows.append(("cannot all be true", reading, " · ".join(sorted(conflict))))
    rows += [("smallest set to give up", "as chosen", " · ".join(sorted(names))) for names in chosen.removals if names]
    return pd.DataFrame(rows, columns=["What", "Reading", "Statements"])


def least_to_give(found: MustGive) -> int:
    """How many statements must be false, or mean something else, at the least."""
    return len(found.removals[0]) if found.removals else 0


# --- one rate, or joined segments -----------------------------------------------------------------------------------


def fits(table: pd.DataFrame, years: Iterable[int] = YEARS, most_breaks: int = 3) -> pd.DataFrame:
    """Could a path of few joined segments, each of constant growth and none falling, have produced the counts?

    Returns
    -------
    pandas.DataFrame
        ``segments``, ``parameters`` (a level, the rates and the breaks), ``counts``, ``fits``, ``places`` (for
        each break its possible years), ``give_up`` (how many counts at least have to go), ``sets`` (all smallest
        sets of ids), ``always`` (the names in each of them).
    """
    years = list(years)
    result = []
    for n_breaks in range(most_breaks + 1):
        found = placements(table, years, n_breaks)
        sets = smallest_removals(list(table.id), _joined(table, years, n_breaks))
        places = [sorted({breaks[i] for breaks in found}) for i in range(n_breaks)]
        names = dict(zip(table.id, table.name, strict=True))
        always = sorted(names[key] for key in frozenset.intersection(*sets)) if sets else []
        row = {
            "always": always,
            "segments": n_breaks + 1,
            "parameters": 2 * n_breaks + 2,
            "counts": len(table),
            "fits": bool(found),
        }
        result.append({**row, "places": places, "give_up": len(sets[0]) if sets else 0, "sets": sets})
    return pd.DataFrame(result)


def _joined(table: pd.DataFrame, years: list[int], n_breaks: int) -> Any:
    return lambda kept: bool(placements(table[table.id.isin(kept)], years, n_breaks))


def fewest_segments(table: pd.DataFrame, most: int = 6) -> int | None:
    """The fewest joined segments, none falling, that could have produced the counts; None above ``most``.

    Examples
    --------
    >>> import kzcivil as kz
    >>> fewest_segments(series(printed(kz.load())))
    4
    """
    if falls(table):
        return None
    return next((n for n in range(1, most + 1) if placements(table, YEARS, n - 1)), None)


def falling_fits(table: pd.DataFrame, n_breaks: int) -> list[str]:
    """Patterns of signs with at least one falling segment that could have produced the counts."""
    if n_breaks == 0:
        return ["-"] if one_rate(table, "-") else []
    found = possible_breaks(table, YEARS, n_breaks, nonfalling=False)
    return sorted({str(signs) for signs in found.signs[found.feasible] if "-" in str(signs)})


def boundaries(evidence: Evidence) -> pd.DataFrame:
    """Where authors begin a new stage: ``author``, ``label``, ``low``, ``high`` (years); unprinted edges left out."""
    stages = evidence.stages
    later = stages[(stages.order > 1) & stages.start_low.notna() & stages.start_high.notna()]
    names = {"author": later.scheme_title, "label": later.label, "low": later.start_low, "high": later.start_high}
    return pd.DataFrame(names).reset_index(drop=True)


def authors_at(edges: pd.DataFrame, years: Iterable[int]) -> list[str]:
    """Authors, with their stage's name, whose stage begins within, or at the end of, one of the years."""
    wanted = set(years)
    hits = [
        f"{row.author} (“{row.label}”)" for row in each(edges) if wanted & set(range(int(row.low), int(row.high) + 2))
    ]
    return list(dict.fromkeys(hits))


# --- how many are alive ---------------------------------------------------------------------------------------------


def ladder(evidence: Evidence, **reading: Unpack[Reading]) -> pd.DataFrame:
    """Counts of NGOs that operate, work or belong, per 100 registered of their year.

    Returns
    -------
    pandas.DataFrame
        ``claim_id``, ``base_id``, ``name``, ``base`` (in words), ``measure``, ``source_id``, ``year``, ``low`` and
        ``high`` (per 100; an open upper end is 100, since a part is not above its whole).

    Examples
    --------
    >>> import kzcivil as kz
    >>> float(ladder(kz.load()).set_index("claim_id").high.round()["kxr_ngos_active"])
    5.0
    """
    rows = printed(evidence, **reading)
    held = {row.id: row for row in each(rows)}
    table = []
    for part_id, base_id in LADDER:
        if part_id in held and base_id in held:
            part, base = held[part_id], held[base_id]
            share = Interval(100 * part.low, 100 * part.high) / Interval(base.low, base.high)
            place = "" if pd.isna(part.region) else " in Astana" if part.region == "KZ-71" else f" in {part.region}"
            row = {"claim_id": part_id, "base_id": base_id, "name": f"{part.label} {part.definition}{place}"}
            row |= {"base": f"{base.label} {base.definition}", "measure": part.measure, "source_id": part.source_id}
            high = share.high if np.isfinite(share.high) else 100.0
            table.append({**row, "year": part.start.year, "low": share.low, "high": max(high, share.low)})
    columns = ["claim_id", "base_id", "name", "base", "measure", "source_id", "year", "low", "high"]
    return pd.DataFrame(table, columns=columns)


def rest_of_country(evidence: Evidence, **reading: Unpack[Reading]) -> tuple[Interval, Interval] | None:
    """Active NGOs per 100 registered in Astana and in the rest of the country; None where a count is missing."""
    ids = ["aa_part_astana_active_ngos", "aa_inf_registered_astana", "aa_minister_active_ngos", REGISTERED_2023]
    if len(known(evidence, ids)) < len(ids):
        return None
    rows = printed(evidence, **reading)
    city, city_all, country, country_all = (count_of(rows, key).value for key in ids)
    city = Interval(city.low, min(city.high, city_all.high))
    country = Interval(country.low, min(country.high, country_all.high))
    hundred = Interval(100, 100)
    rest = hundred * (country - city) / (country_all - city_all)
    return hundred * city / city_all, Interval(rest.low, min(rest.high, 100.0))


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
    rows = printed(evidence)
    cases: dict[str, Mapping[str, Any]] = {
        "as set on this page": {},
        "logical words": {"words": "logical"},
        "conversational words": {"words": "conversational"},
        "numbers at face": {"number": "face"},
        "unspecified counts " + ("not read" if pooled else "read") + " as registered": {"pooled": not pooled},
        "operating in 2003 as the count of all": {"operating": True},
    }
    origins = evidence.origins.set_index("origin").title
    always = {**reading, "pooled": pooled, "gap": silent_years(evidence)}
    found = [_findings(name, evidence, {**always, **change}) for name, change in cases.items()]
    titles = evidence.sources.set_index("source_id").short_title
    left_out = [(key, f"without {titles[key]}") for key in dict.fromkeys(rows.source_id)]
    left_out += [(key, f"without numbers of: {origins[key]}") for key in dict.fromkeys(rows.origin)]
    for key, name in left_out:
        less = load(evidence.folders, [*evidence.without, key])
        found.append(_findings(name, less, always))
    return pd.DataFrame(found)


def _findings(name: str, evidence: Evidence, choices: Mapping[str, Any]) -> dict[str, Any]:
    reading = Reading()
    reading.update({key: choices[key] for key in Reading.__annotations__ if key in choices})  # type: ignore[typeddict-item]
    pooled, operating = bool(choices.get("pooled", True)), bool(choices.get("operating"))
    blank = {"Case": name, "Counts in the series": 0}
    gap: tuple[int, int] = choices["gap"]
    try:
        rows = printed(evidence, **reading)
    except DataError:
        return blank
    table = series(rows, pooled=pooled, operating=operating)
    turn, left = turn_of_2018(evidence, operating=operating, **reading), gap_range(table, gap)
    return {
        "Case": name,
        "Counts in the series": len(table),
        "One rate fits": one_rate(table) is not None,
        "Fewest segments": str(fewest_segments(table) or "none will do"),
        f"Allowed {gap[0]} to {gap[1]} (NGOs)": _in_words(left, False) if left else "they clash",
        "After 2018": "cannot be said" if turn is None else turn.verdict,
        "Statements that must give": least_to_give(must_give(evidence, pooled=pooled, **reading)),
    }


def both_readings(ceiling: float) -> tuple[Reading, Reading]:
    """The logical and the conversational reading."""
    return {"words": "logical"}, {"words": "conversational", "ceiling": ceiling}


# --- in words -------------------------------------------------------------------------------------------------------


def outward(interval: Interval, digits: int = 3) -> Interval:
    """A range with its ends rounded away from each other, so that no sentence says more than was computed.

    Examples
    --------
    >>> outward(Interval(9.3801, 10.6002))
    Interval(low=9.38, high=10.7)
    """
    return Interval(-_up(-interval.low, digits), _up(interval.high, digits))


def _up(value: float, digits: int) -> float:
    if value == 0 or not np.isfinite(value):
        return value
    decimals = max(0, digits - 1 - int(np.floor(np.log10(abs(value)))))
    return float(round(np.ceil(value * 10**decimals - 1e-7) / 10**decimals, decimals))


def a_year(rate: Interval) -> str:
    """A mean annual rate in words: "9.38 to 10.6 % a year", "at most 3.94 % a year" where it is open below."""
    words = per_cent(rate)
    return words if words == "any rate" else f"{words} a year"


def per_cent(rate: Interval) -> str:
    """A range of shares in words, in percent, rounded outward; -1 is open below."""
    ends = outward(Interval(100 * rate.low, 100 * rate.high))
    low, high = (number(end).replace("-", "−") for end in (ends.low, ends.high))
    if rate.low <= -1:
        return "any rate" if np.isinf(rate.high) else f"at most {high} %"
    if np.isinf(rate.high):
        return f"at least {low} %"
    return f"{' to '.join(dict.fromkeys([low, high]))} %"


HEADINGS = {
    "pair": "Counts",
    "factor": "Times",
    "rate": "Growth a year",
    "doubling": "Years to double",
    "net": "Net (organisations a year)",
    "side": "If it is",
    "later": "After: until",
    "before": "Growth a year before",
    "after": "Growth a year after",
    "verdict": "After 2003",
    "1994": "Organisations 1994",
    "1997": "Organisations 1997",
    "1991-94": "Growth a year 1991 to 1994",
    "1994-97": "Growth a year 1994 to 1997",
    "1997-2003": "Growth a year 1997 to 2003",
    "printed": "Printed growth",
    "range": "As read",
    "against": "Set against",
    "counted": "Counts give",
    "holds": "Both can be true",
}
RATES = frozenset({"rate", "before", "after", "1991-94", "1994-97", "1997-2003"})


def in_words(table: pd.DataFrame) -> pd.DataFrame:
    """A table of this module with its ranges in words and headings for readers."""
    result: dict[str, list[Any]] = {}
    for name in dict.fromkeys(str(column).removesuffix("_low").removesuffix("_high") for column in table):
        if name in HEADINGS and name in table:
            result[HEADINGS[name]] = [_in_words(value, name in RATES) for value in table[name]]
        elif name in HEADINGS:
            ends = zip(table[f"{name}_low"], table[f"{name}_high"], strict=True)
            result[HEADINGS[name]] = [_in_words(Interval(low, high), name in RATES) for low, high in ends]
    return pd.DataFrame(result)


def _in_words(value: Any, rate: bool) -> Any:
    if not isinstance(value, Interval):
        return value
    if rate:
        return per_cent(value)
    whole = outward(value)
    below = np.isinf(whole.low) and np.isfinite(whole.high)
    return (f"at most {number(whole.high)}" if below else span(whole)).replace("-", "−")


def fits_in_words(fits: Mapping[str, pd.DataFrame], falling: Mapping[str, list[str]]) -> pd.DataFrame:
    """The tables of :func:`fits` for several series, in words."""
    rows = []
    for side, table in fits.items():
        for row in each(table):
            rows.append(
                {
                    "Count of 2003": side,
                    "Joined segments": row.segments,
                    "Parameters": row.parameters,
                    "Counts": row.counts,
                    "Never falling": "possible" if row.fits else "impossible",
                    "One falling": _falling(falling[side], row.segments),
                    "Counts to give up": row.give_up,
                    "Ways to do so": 0 if row.fits else len(row.sets),
                    "In every way": ", ".join(row.always),
                }
            )
    return pd.DataFrame(rows)


def _falling(patterns: list[str], segments: int) -> str:
    if segments > 3:
        return "not asked"
    hits = [pattern for pattern in patterns if len(pattern) == segments]
    return " ".join(hits) if hits else "impossible"


def said_total(rows: pd.DataFrame) -> str:
    """Growth to the last registered count from each first count, in a sentence; empty where it cannot be said."""
    held = {row.id: row for row in each(rows)}
    parts = []
    for first in (NGOS_1991, REGISTERED_2003, OPERATING_2003):
        growth = growth_of(rows, first, REGISTERED_2023)
        if growth is not None:
            kind = "" if held[first].measure == "ngos" else f" {held[first].definition}"
            parts.append(
                f"{span(outward(growth.factor))} times the {held[first].label}{kind} of {held[first].start.year}"
            )
    if not parts:
        return ""
    return f"The {held[REGISTERED_2023].label} registered in 2023 are {'; '.join(parts)}."


def said_fit(table: pd.DataFrame) -> str:
    """Whether one rate, or few joined segments, could have produced a series; empty for less than two counts."""
    if len(table) < 2:
        return ""
    rate, fewest = one_rate(table), fewest_segments(table)
    if rate is not None:
        return f"Yes: {a_year(rate)} meets all {len(table)} counts."
    if fewest is None:
        return f"No, and no joined segments that never fall either ({len(table)} counts)."
    return (
        f"No. The {len(table)} counts need at least {fewest} joined segments, which have {2 * fewest} free parameters."
    )


def said_turn(turn: Turn | None) -> str:
    """Growth before and after 2018 in a sentence; empty where it cannot be said."""
    if turn is None:
        return ""
    word = {"slower": "It slowed", "faster": "It rose", "undecided": "That cannot be told"}[turn.verdict]
    return f"{word}: {a_year(turn.before.rate)} from 2003 to 2018, {a_year(turn.after.rate)} from 2018 to 2023."


def said_dispute(table: pd.DataFrame) -> str:
    """What each count of 2003 says of the growth in the years after it; empty where it cannot be said."""
    parts = []
    for side, rows in table.groupby("side", sort=False):
        last = rows.iloc[-1]
        words = {"undecided": "slower, equal or faster"}.get(last.verdict, last.verdict)
        parts.append(f"with {side}, {words} ({a_year(last.before)}, then {a_year(last.after)})")
    return f"Growth from 2003 to 2023 against 1997 to 2003: {'; '.join(parts)}." if parts else ""


def said_alive(table: pd.DataFrame) -> str:
    """Each printed number of active NGOs of the sector per 100 registered; empty where none is printed."""
    active = table[(table.measure == "ngos_active") & table.base_id.isin([REGISTERED_2018, REGISTERED_2023])]
    parts = [
        f"{span(outward(Interval(row.low, row.high)))} in 100 by “{row.name}” ({row.year})" for row in each(active)
    ]
    return f"{'; '.join(parts)}." if parts else ""


def gap_range(table: pd.DataFrame, gap: tuple[int, int]) -> Interval | None:
    """What the counts leave to every moment of some years, if the number never falls; None where they fall."""
    if table.empty or not gap[1] or falls(table):
        return None
    band = envelope(table, [gap[0], gap[1] + 0.99])
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


def said_rest(evidence: Evidence, ceiling: float) -> str:
    """What Astana's active NGOs leave to the rest of the country, in both readings; empty where it cannot be said."""
    found = [rest_of_country(evidence, **reading) for reading in both_readings(ceiling)]
    if found[0] is None or found[1] is None:
        return ""
    (city, rest), (city_talk, rest_talk) = found[0], found[1]
    return (
        f"Of 100 registered NGOs in Astana, {span(outward(city))} are active by the city's figure (conversationally"
        f" {span(outward(city_talk))}). For the national figure to hold, {span(outward(rest))} in 100"
        f" ({span(outward(rest_talk))}) must be active in the rest of the country."
    )


def fallen(evidence: Evidence, *, pooled: bool = True, **reading: Unpack[Reading]) -> str:
    """Whether the counts show a fall, as read and at face, in a sentence."""
    at_face: Reading = {**reading, "number": "face"}
    read, face = (series(printed(evidence, **choice), pooled=pooled) for choice in (reading, at_face))
    labels = {row.id: f"{row.label} ({row.start.year})" for row in each(face)}
    pairs = {
        name: [f"{labels[a]} and {labels[b]}" for a, b in falls(rows)]
        for name, rows in (("read", read), ("face", face))
    }
    if pairs["read"]:
        return f"The number certainly fell, or a count is wrong, between {'; '.join(pairs['read'])}."
    if pairs["face"]:
        return (
            f"At face, the number fell between {'; '.join(pairs['face'])}; with the slack of rounding it need not have."
            " At face no path that never falls meets the counts."
        )
    return "No two counts of the series need a fall between them, rounded or at face."


def used(evidence: Evidence) -> list[str]:
    """Ids of the claims on numbers of NGOs and their growth that the page uses, repeats left out."""
    rows = printed(evidence)
    ids = rows.id[rows["first"] & ~rows.restates & (rows.scope == "sector")].tolist()
    ids += [THREEFOLD, FACTOR, GROWTH_2023, ALONE_2023, YEARLY_NEW]
    return known(evidence, [*ids, "aa_part_astana_active_ngos", "aa_inf_registered_astana"])


Pairs = list[tuple[str, str]]


def quotes(evidence: Evidence, *, pooled: bool = True, ceiling: float = 0.2) -> dict[str, Pairs]:
    """Sentences that one may and may not write, each with its reason, by what the evidence bears."""
    logical, talk = both_readings(ceiling)
    turns = turns_of_2018(evidence, ceiling)
    verdicts, reason = {turn.verdict for turn in turns}, said_firm(turns)
    may: Pairs = []
    may_not: Pairs = []
    if verdicts == {"slower"}:
        rate = a_year(turns[0].after.rate)
        may.append(
            (f"The number of registered NGOs grew by {rate} after 2018, more slowly than from 2003 to 2018.", reason)
        )
        may_not.append(("The growth of the NGO sector has sped up since 2018.", "The printed counts exclude it."))
    elif verdicts == {"faster"}:
        may.append(("The number of registered NGOs grew faster after 2018 than from 2003 to 2018.", reason))
    else:
        may_not.append(("Growth changed after 2018.", "The counts that are left do not decide it."))
    clash = [least_to_give(must_give(evidence, pooled=pooled, **r)) for r in (logical, talk)]
    if min(clash):
        sentence = f"Of the printed statements on NGOs, at least {min(clash)} must be wrong or mean something else."
        may.append((sentence, "By order and printed ratios alone, in both readings."))
    else:
        may.append(("No printed numbers of NGOs contradict each other by order or ratio.", "In one reading at least."))
    table = series(printed(evidence, **logical), pooled=pooled)
    if one_rate(table) is None:
        reason = "No constant rate meets the counts; a proof, not a bad fit."
        may_not.append(("The sector has grown at a steady rate since independence.", reason))
    gap = said_gap(evidence, table)
    may.append(
        (
            f"{gap}.",
            "Only if the number never fell" + (", and unspecified counts are of registered NGOs." if pooled else "."),
        )
    )
    may_not += [
        (
            "Most of the registered NGOs are active.",
            "The printed shares differ by the speaker; none says how it was tested.",
        ),
        (
            "The growth of 2023 was computed from counts of 2003 and 2023.",
            "One pair of many fits; that proves no origin.",
        ),
    ]
    return {"may": may[:3], "may_not": may_not[:3]}


# --- the results table ----------------------------------------------------------------------------------------------


def headlines(evidence: Evidence) -> list[dict[str, str]]:
    """Rows of the results table on the number of NGOs."""
    try:
        rows = printed(evidence)
    except DataError:
        return []
    found = [
        (
            "How much did the number of NGOs grow?",
            said_total(rows),
            "How round the first number is, and what it counts.",
        ),
        (
            "Could one constant rate have produced the counts?",
            said_fit(series(rows)),
            "That counts whose kind is not said are registered NGOs; without that the registered counts alone decide.",
        ),
        (
            "Did growth change after 2018?",
            said_turn(turn_of_2018(evidence)),
            "One vague count of 2018 and one exact of 2023, by two publishers.",
        ),
        (
            "What does the dispute about 2003 change?",
            said_dispute(dispute_2003(evidence)),
            "Whether 4,500 operating may stand for all; a count of 1997 by one author.",
        ),
        (
            "How many of the registered NGOs are active?",
            said_alive(ladder(evidence)),
            "What an author calls active; no source says how it was tested.",
        ),
    ]
    names = ("question", "answer", "hangs_on")
    return [{**dict(zip(names, row, strict=True)), "notebook": "02_growth"} for row in found if row[1]]

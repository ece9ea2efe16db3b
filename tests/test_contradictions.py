"""Contradictions: planted errors are found by rule and classed, traps are not, and each number counts once."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import pandas as pd
import pytest
from planting import changed

import kzcivil as kz
from kzcivil import contradictions as con
from kzcivil.evidence import Evidence, schemas
from kzcivil.intervals import Interval, Words


def pairs_of(table: pd.DataFrame) -> dict[frozenset[str], dict[Any, Any]]:
    return {frozenset((row["first_id"], row["second_id"])): row for row in table.to_dict("records")}


def by_rule(evidence: Evidence, **reading: Any) -> dict[frozenset[str], dict[Any, Any]]:
    return pairs_of(con.contradictions(evidence, **reading))


@cache
def bundled(words: Words = "logical") -> dict[frozenset[str], dict[Any, Any]]:
    """What the rules find in the bundle."""
    return by_rule(kz.load(), words=words)


@cache
def conflicts() -> pd.DataFrame:
    """What rules and judgements find in the bundle."""
    return con.conflicts(kz.load())


ACTIVE = frozenset(("aa_minister_active_ngos", "aa_waw_ngos_18000"))
RECOMMENDATIONS = frozenset(("aa_chron_forum_recommendations", "aa_part_forum_recommendations"))
OPERATING = frozenset(("caci_ngos_operating_2003", "aa_inf_registered_2003"))
EMPLOYED = frozenset(("dia_people_employed", "kxr_people_employed"))


# --- planted errors


def test_a_doubled_count_is_found_and_no_wording_explains_it() -> None:
    assert ACTIVE not in bundled("conversational")
    found = by_rule(changed("claims", "aa_minister_active_ngos", value=36_000))
    row = found[ACTIVE]
    assert (row["kind"], row["class"], row["shows"]) == (con.SAME, "real", "under both readings")
    assert row["level"] == "between pieces of one document"
    assert row["gap"] == 36_000 - 19_000
    whole = found[frozenset(("aa_minister_active_ngos", "aa_inf_registered_2023"))]
    assert (whole["kind"], whole["class"]) == (con.PART, "definition")


def test_a_slipped_digit_is_called_a_misprint() -> None:
    slipped = changed("claims", "aa_waw_ngos_18000", value=1_800, step=100)
    assert by_rule(slipped, words="conversational")[ACTIVE]["class"] == "misprint"


def test_a_gap_of_one_step_is_rounding() -> None:
    assert by_rule(changed("claims", "aa_minister_active_ngos", value=19_500))[ACTIVE]["class"] == "rounding"


def test_a_repeat_that_prints_another_number_is_found() -> None:
    assert not {row["kind"] for row in bundled("conversational").values()} & {con.REPEAT}
    found = by_rule(changed("claims", "kxr_people_employed_repeat", value=60_000))
    row = found[frozenset(("kxr_people_employed", "kxr_people_employed_repeat"))]
    assert (row["kind"], row["level"]) == (con.REPEAT, "within one piece")


def test_a_repeat_counted_twice_is_found() -> None:
    pair = frozenset(("aa_chron_ngos_2023", "aa_baig_ngos_2023"))
    assert pair not in pairs_of(con.same_numbers(kz.load()))
    twice = changed("claims", "aa_baig_ngos_2023", repeats=None)
    assert pairs_of(con.same_numbers(twice))[pair]["class"] == "repeat counted twice?"
    other = changed("claims", "aa_baig_ngos_2023", repeats=None, origin="alliance")
    assert pairs_of(con.same_numbers(other))[pair]["class"] == "agreement"


def test_a_shifted_year_is_found() -> None:
    shifted = {"start": pd.Timestamp("2004-10-14"), "end": pd.Timestamp("2004-10-15")}
    assert "first_civil_forum" not in {row["measure"] for row in bundled().values()}
    found = con.contradictions(changed("events", "dia_forum1_days", **shifted))
    found = found[found.measure == "first_civil_forum"]
    assert set(found["class"]) == {"date"}
    assert (found.first_id.eq("dia_forum1_days") | found.second_id.eq("dia_forum1_days")).all()
    assert found.years.between(1, 2).all()
    assert {"within one piece", "between documents"} <= set(found.level)


def test_a_judgement_that_two_agree_gives_way_to_a_rule() -> None:
    pair = frozenset(("aa_tur_moratorium", "aa_zho_moratorium"))
    assert pairs_of(conflicts())[pair]["verdict"] == "explained"
    later = {"start": pd.Timestamp("2006-01-01"), "end": pd.Timestamp("2006-12-31")}
    row = pairs_of(con.conflicts(changed("events", "aa_zho_moratorium", **later)))[pair]
    assert (row["verdict"], row["found"], row["class"]) == (con.TOLD, "by both", "date")


def test_a_planted_fall_is_found() -> None:
    found = by_rule(changed("claims", "kxr_ngos_registered", wording="bare", value=2_000, step=100))
    row = found[frozenset(("aa_inf_registered_2003", "kxr_ngos_registered"))]
    assert (row["kind"], row["class"], row["first_id"]) == (con.FALL, "real", "aa_inf_registered_2003")


def test_a_region_above_the_country_is_found() -> None:
    found = by_rule(changed("claims", "aa_inf_registered_almaty", value=50_170))
    assert found[frozenset(("aa_inf_registered_almaty", "aa_inf_registered_2023"))]["kind"] == con.PART


# --- the data


def test_what_the_rules_find_in_the_data() -> None:
    found = bundled("conversational")
    assert (found[OPERATING]["kind"], found[OPERATING]["first_id"]) == (con.PART, "caci_ngos_operating_2003")
    assert (found[EMPLOYED]["kind"], found[EMPLOYED]["class"]) == (con.FALL, "definition")
    assert found[RECOMMENDATIONS]["shows"] == "conversational only"
    assert RECOMMENDATIONS not in bundled()
    assert RECOMMENDATIONS not in by_rule(kz.load(), words="conversational", ceiling=1.5)


def test_the_conversational_reading_finds_all_of_the_logical() -> None:
    assert set(bundled()) <= set(bundled("conversational"))


def test_code_and_judgement_together_exceed_forty_each_with_both_sides() -> None:
    found = conflicts()
    told = found[found.verdict == con.TOLD]
    assert (told["class"] != "wording").sum() > 40
    sides = [f"{side}_{name}" for side in ("first", "second") for name in ("printed", "source", "line")]
    assert told[[*sides, "class", "level", "reason", "settled_by"]].notna().all(axis=None)
    assert set(told["class"]) <= {
        "rounding",
        "definition",
        "date",
        "scope",
        "base missing",
        "misprint",
        "wording",
        "real",
    }
    assert (told.factor.dropna() >= 1).all()
    assert not told.duplicated(["numbers", "first_source", "second_source"]).any()


def test_a_pair_found_by_both_is_counted_once() -> None:
    found = pairs_of(conflicts())
    assert found[OPERATING]["found"] == "by both"
    assert found[OPERATING]["factor"] == pytest.approx(45 / 35)
    assert found[OPERATING]["settled_by"] == "The ministry's register of 2003"
    age = found[frozenset(("aa_chair_alliance_18_years", "aa_sol_alliance_age_head"))]
    assert (age["years"], age["found"]) == (2, "by both")


def test_a_pair_struck_out_is_no_longer_counted() -> None:
    alike = changed("pairs", "biennial_eighth_banner_2018", relation="looks alike", settled_by=None)
    before, after = (found.verdict.value_counts() for found in (conflicts(), con.conflicts(alike)))
    assert after[con.TOLD] == before[con.TOLD] - 1
    assert after["looks alike"] == before["looks alike"] + 1


def test_traps_are_listed_and_not_counted() -> None:
    found = pairs_of(conflicts())
    for first, second in (
        ("caci_ngos_operating_2003", "kxr_ngos_grant_registered"),
        ("dia_users", "aa_chair_volunteers"),
        ("dia_ngos_five_thousand", "aa_imprint_alliance_members"),
        ("aa_part_almaty_xiii_forum", "aa_part_xi_forum_briefing"),
        ("dia_field_share_social", "dia_field_share_rights"),
    ):
        assert found[frozenset((first, second))]["verdict"] == "looks alike"


# --- what is compared


def test_what_only_looks_alike_is_not_compared() -> None:
    claims = kz.load().claims.set_index("claim_id")
    pairs = con.comparable(kz.load())
    assert set(pairs.kind) <= set(con.KINDS)
    for row in pairs[pairs.kind.isin([con.SAME, con.PART])].itertuples():
        first, second = claims.loc[str(row.first_id)], claims.loc[str(row.second_id)]
        assert first.start <= second.end
        assert second.start <= first.end
        assert row.measure not in ("forum_number", "tender_number", "org_age")
        assert "lost" not in (first.wording, second.wording)
        if row.kind == con.SAME:
            assert first.measure == second.measure
            assert row.measure not in con.MANY_THINGS


def test_repeats_let_pieces_be_compared_but_count_once() -> None:
    pairs = con.comparable(kz.load())
    assert frozenset(("aa_baig_ngos_1991", "aa_baig_ngos_1994")) in pairs_of(pairs)  # the repeat stands closer
    numbers = con._printings(kz.load())
    assert len(pairs) < len(numbers)
    keys = pairs.merge(numbers)
    assert not keys.duplicated(["numbers", "first_source", "second_source"]).any()


def test_tenders_of_different_dates_are_not_compared() -> None:
    pair = frozenset(("dia_tender1_applicants", "dia_tender2_applicants"))
    assert pair not in pairs_of(con.comparable(kz.load()))
    when = {"start": pd.Timestamp("2003-09-01"), "end": pd.Timestamp("2003-09-30")}
    assert by_rule(changed("claims", "dia_tender2_applicants", **when))[pair]["level"] == "within one piece"


def test_an_undated_number_is_not_compared() -> None:
    undated = changed("claims", "aa_minister_active_ngos", start=pd.NaT, end=pd.NaT)
    assert ACTIVE not in pairs_of(con.comparable(undated))


def test_terms_differ_but_a_coarse_date_does_not() -> None:
    found = {row["measure"] for row in bundled().values()}
    assert "concept_2006_term" in found
    assert "death_penalty_moratorium" not in found  # 1 January 2004, and 2004
    shorter = con.contradictions(changed("events", "aa_baig_concept_2006", end=pd.Timestamp("2010-12-31")))
    assert "concept_2006_term" not in set(shorter.measure)


@pytest.mark.parametrize(
    ("kind", "first", "second", "apart"),
    [
        (con.SAME, Interval(1, 2), Interval(2, 3), False),
        (con.SAME, Interval(1, 2), Interval(3, 4), True),
        (con.PART, Interval(1, 2), Interval(3, 4), False),
        (con.PART, Interval(5, 6), Interval(3, 4), True),
        (con.FALL, Interval(1, 2), Interval(3, 4), False),
        (con.FALL, Interval(5, 6), Interval(3, 4), True),
        (con.FALL, Interval(5, math.inf), Interval(3, 4), True),
        (con.FALL, Interval(5, 6), Interval(3, math.inf), False),
    ],
)
def test_the_rules(kind: str, first: Interval, second: Interval, apart: bool) -> None:
    assert con._apart(kind, first, second) is apart


def test_the_measures_named_as_many_things_exist() -> None:
    evidence = kz.load()
    assert set(con.MANY_THINGS) <= set(evidence.measures.measure)
    assert set(con.SHARED_SCOPES) <= set(evidence.claims.scope)
    names = {key for ids in con.DISPUTED.values() for key in ids if key.isidentifier()}
    assert names <= set(evidence.claims.claim_id) | set(evidence.events.event_id)


# --- tables


@pytest.mark.parametrize("left_out", [(), "diachenko", "adal_azamat", "kzexpert_reregistration", "caci_forum"])
def test_the_matrix_counts_each_pair_once_in_each_direction(left_out: str) -> None:
    evidence = kz.load(without=left_out)
    found = con.conflicts(evidence)
    pairs = con.compared(evidence, found)
    told = found[found.verdict == con.TOLD]
    table = con.matrix(told, pairs)
    assert (table.contradictions <= table.comparable).all()
    mirrored = table.rename(columns={"first_source": "second_source", "second_source": "first_source"})
    keys = ["first_source", "second_source"]
    pd.testing.assert_frame_equal(
        table.sort_values(keys, ignore_index=True), mirrored[table.columns].sort_values(keys, ignore_index=True)
    )
    upper = table[table.first_source <= table.second_source]
    assert upper.contradictions.sum() == len(told)
    assert upper.comparable.sum() == len(pairs)


def test_disputed_quantities_stand_around_their_middle() -> None:
    found = con.disputed(kz.load())
    for _, part in found.groupby("quantity"):
        assert part.ratio.min() * part.ratio.max() == pytest.approx(1)
        assert part.ratio.max() / part.ratio.min() == pytest.approx(part.spread.iloc[0])
        assert (part.ratio_low <= part.ratio * (1 + 1e-9)).all()
        assert (part.ratio_high >= part.ratio * (1 - 1e-9)).all()
    assert found.spread.is_monotonic_decreasing
    agreed = con.disputed(changed("claims", "aa_baig_reform_packages", value=4, low=4, high=4))
    assert "Packages of reforms" not in set(agreed.quantity)


def test_tables_without_rows_keep_their_columns() -> None:
    evidence = kz.load()
    empty = Evidence({name: evidence[name].iloc[:0] for name in schemas()}, "test")
    assert "class" in con.contradictions(empty).columns
    assert con.comparable(empty).empty
    assert con.same_numbers(empty).empty
    assert "verdict" in con.conflicts(empty).columns
    assert con.matrix(con.conflicts(empty), con.compared(empty, con.conflicts(empty))).empty
    assert con.disputed(empty).empty

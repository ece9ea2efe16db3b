"""The audit: planted errors are found and classed, verdicts keep their order, every claim is counted once."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kzcivil as kz
from kzcivil import audit
from kzcivil.evidence import Evidence, schemas
from kzcivil.intervals import Interval


def changed(table: str, row_id: str, **values: Any) -> Evidence:
    """A copy of the evidence with one row changed."""
    evidence = kz.load()
    tables = {name: evidence[name].copy() for name in schemas()}
    rows = tables[table]
    key = rows.columns[0]
    assert (rows[key] == row_id).sum() == 1
    for column, value in values.items():
        rows.loc[rows[key] == row_id, column] = value
    return Evidence(tables, "test")


def verdicts(evidence: Evidence, **reading: Any) -> pd.Series[Any]:
    return audit.derivations(evidence, **reading).set_index("derivation_id").verdict


def result(value: float, step: float = 1, wording: str = "bare") -> pd.Series[Any]:
    claim = {"value": value, "step": step, "wording": wording, "unit": "times", "value_to": math.nan}
    return pd.Series({**claim, "low": math.nan, "high": math.nan, "bounds_note": None})


def judge(claim: pd.Series[Any], at_face: float, slack: Interval, joint: Interval | None = None) -> tuple[str, str]:
    printed = audit._printed_result(claim)
    return audit.verdict(at_face, slack, joint or slack, claim, printed)


# --- verdicts


def test_the_first_rule_that_applies_gives_the_verdict() -> None:
    six = result(6.6, 0.1)
    assert judge(six, 6.64, Interval(6.64, 6.64)) == (audit.AT_FACE, "")
    assert judge(six, 6.67, Interval(6.57, 6.76)) == (audit.WITHIN, audit.TRUNCATED)
    assert judge(six, 6.71, Interval(6.62, 6.8)) == (audit.WITHIN, "")
    assert judge(six, 6.67, Interval(6.66, 6.68)) == (audit.TRUNCATED, "")
    assert judge(six, 6.67, Interval(6.66, 6.68), Interval(6, math.inf)) == (audit.TRUNCATED, audit.OPEN)
    assert judge(six, 5.1, Interval(5.1, 5.1), Interval(5.1, math.inf)) == (audit.OPEN, "")
    assert judge(six, 5.1, Interval(5.1, 5.1)) == (audit.CONTRADICTED, "")


def test_a_tie_rounds_up() -> None:
    assert judge(result(2), 1.5, Interval(1.5, 1.5))[0] == audit.AT_FACE
    assert judge(result(1), 1.5, Interval(1.5, 1.5))[0] == audit.TRUNCATED


@pytest.mark.parametrize(
    ("wording", "value", "at_face", "holds"),
    [
        ("over", 10, 15, True),
        ("over", 10, 9, False),
        ("at_least", 8.6, 9.95, True),
        ("almost", 10, 9, True),
        ("almost", 10, 11, False),
        ("up_to", 5, 4, True),
        ("about", 10, 11, True),
        ("about", 10, 12, False),
        ("only", 10, 10, True),
    ],
)
def test_the_printed_words_may_hold_the_recomputed_number(
    wording: str, value: float, at_face: float, holds: bool
) -> None:
    step = 0.1 if value == 8.6 else 1
    found = judge(result(value, step, wording), at_face, Interval(at_face, at_face))[0]
    assert found == (audit.AT_FACE if holds else audit.CONTRADICTED)


@given(
    st.builds(lambda count, step: result(count * step, step), st.integers(1, 500), st.sampled_from([0.1, 1.0, 10.0])),
    st.floats(0.1, 6000),
    st.floats(0, 50),
    st.floats(0, 50),
    st.floats(0, 500),
)
def test_verdicts_keep_their_order(
    claim: pd.Series[Any], at_face: float, below: float, above: float, opening: float
) -> None:
    slack = Interval(at_face - below, at_face + above)
    joint = Interval(slack.low, slack.high + opening)
    found, also = judge(claim, at_face, slack, joint)
    printed = audit._printed_result(claim)
    order = audit.VERDICTS.index
    assert not also or order(also) > order(found)
    if found == audit.CONTRADICTED:
        assert not joint.meets(printed)
    if found in (audit.OPEN, audit.TRUNCATED):
        assert not slack.meets(printed)
    if found == audit.AT_FACE:
        assert abs(at_face - claim.value) <= claim.step * 0.51
    # Wider inputs never make a verdict worse.
    wider, _ = judge(claim, at_face, Interval(slack.low - 1, slack.high + 1), Interval(slack.low - 1, joint.high + 1))
    assert order(wider) <= order(found)


@settings(deadline=None)
@given(st.floats(1, 1e4), st.floats(1, 1e4), st.floats(0.1, 0.5))
def test_the_needed_input_gives_the_target(a: float, b: float, half: float) -> None:
    values = {"a": Interval(a, a), "b": Interval(b, b)}
    target = Interval(b / a * (1 - half), b / a * (1 + half))
    for name, value in values.items():
        span = audit._needed("b / a", name, target, values)
        assert span is not None
        assert value.low in span
        ends = [kz.evaluate("b / a", {**values, name: Interval(end, end)}).low for end in (span.low, span.high)]
        assert sorted(ends) == pytest.approx([target.low, target.high], rel=1e-6)


def test_what_is_needed_may_be_open_or_nothing() -> None:
    values = {"a": Interval(10, 10), "b": Interval(5, 5)}
    above = audit._needed("a + b", "a", Interval(100, math.inf), values)
    assert above is not None
    assert above.low == pytest.approx(95)
    assert above.high == math.inf
    assert audit._needed("a + b", "a", Interval(0, 1), values) is None
    assert audit._needed("a - a + b", "a", Interval(0, 9), values) is None
    assert audit._needed("b / a", "a", Interval(0, 1), values | {"b": Interval(4, 6)}) is None
    pole = audit._needed("100 * a / (b - a)", "a", Interval(50, 100), {"a": Interval(1, 1), "b": Interval(100, 100)})
    assert pole is not None
    assert (pole.low, pole.high) == pytest.approx((100 / 3, 50), abs=1e-6)


def test_whole_things_are_counted_inwards() -> None:
    assert audit._in_words(Interval(3509.02, 3562.6), "organisations") == "3,510 to 3,562"
    assert audit._in_words(Interval(2.2, 2.8), "organisations") == "2.2 to 2.8"
    assert audit._in_words(Interval(0, 420.9), "people") == "at most 420"
    assert audit._in_words(Interval(8.55, math.inf), "percent") == "at least 8.55"


# --- derivations of the data


def test_every_derivation_has_a_row_and_a_known_verdict() -> None:
    evidence = kz.load()
    for words in ("logical", "conversational"):
        found = audit.derivations(evidence, words)
        assert found.derivation_id.tolist() == evidence.derivations.derivation_id.tolist()
        assert set(found.verdict) <= set(audit.VERDICTS)
        none = found.verdict == audit.NOT_RECOMPUTED
        assert none.tolist() == evidence.derivations.formula.isna().tolist()
        assert (found.low[~none] <= found.high[~none]).all()
        assert not found[["also", "needs", "implies", "open_inputs", "inputs"]].isna().any(axis=None)


def test_the_sixfold_rise_and_the_multiple_of_the_infographic() -> None:
    found = verdicts(kz.load())
    assert found["factor_infographic"] == audit.WITHIN
    assert found["factor_operating_2003"] == audit.CONTRADICTED
    assert found["sixfold_on_2003"] == found["sixfold_on_2004"] == audit.AT_FACE
    claims = audit.by_claim(audit.derivations(kz.load())).set_index("claim_id")
    assert claims.verdict["dia_tender3_sum_factor"] == "holds for some of several bases"
    assert claims.verdict["aa_chron_forum_participants_factor"] == audit.NOT_RECOMPUTED


def test_a_claim_with_several_readings() -> None:
    rows = [("a", audit.AT_FACE), ("a", audit.WITHIN), ("b", audit.AT_FACE), ("b", audit.TRUNCATED)]
    rows += [("c", audit.OPEN), ("c", audit.CONTRADICTED), ("d", audit.AT_FACE), ("d", audit.NOT_RECOMPUTED)]
    table = pd.DataFrame(rows, columns=["claim_id", "verdict"]).assign(printed="x")
    assert audit.by_claim(table).verdict.tolist() == [
        "holds for each base",
        "holds for one of several bases",
        audit.OPEN,
        audit.AT_FACE,
    ]


def test_an_open_input_leaves_the_result_open_and_a_ceiling_closes_it() -> None:
    logical = audit.derivations(kz.load()).set_index("derivation_id").loc["per_ngo_all_registered"]
    assert (logical.low, logical.high, logical.verdict) == (0, math.inf, audit.OPEN)
    assert "kxr_ngos_registered" in logical.open_inputs
    talk = audit.derivations(kz.load(), "conversational").set_index("derivation_id").loc["per_ngo_all_registered"]
    assert talk["high"] < math.inf
    assert talk.verdict == audit.CONTRADICTED


def test_the_implied_base() -> None:
    found = audit.derivations(kz.load()).set_index("derivation_id").implies
    assert found["growth_2023_alone_base_unknown"].startswith("a base of 21,478 to 21,497 organisations")
    assert found["gdp_share_base_unknown"] == ""


def test_a_planted_multiple_is_contradicted() -> None:
    assert verdicts(changed("claims", "aa_inf_growth_factor", value=8.6))["factor_infographic"] == audit.CONTRADICTED
    exact = changed("claims", "aa_inf_registered_2003", step=1)
    assert verdicts(exact)["factor_infographic"] == audit.TRUNCATED
    right = changed("claims", "aa_inf_growth_factor", value=6.7)
    assert verdicts(right)["factor_infographic"] == audit.AT_FACE


def test_a_part_left_out_takes_its_derivations_with_it() -> None:
    without = kz.load(without="diachenko")
    assert not audit.derivations(without).claim_id.str.startswith("dia_").any()
    assert "diachenko" not in set(audit.matrix(audit.contradictions(without), audit.comparable(without)).first_source)
    audit.judged(without), audit.event_conflicts(without), audit.origins_table(without)


# --- contradictions


def pairs_of(table: pd.DataFrame) -> dict[frozenset[str], dict[Any, Any]]:
    return {frozenset((row["first_id"], row["second_id"])): row for row in table.to_dict("records")}


ACTIVE = frozenset(("aa_minister_active_ngos", "aa_waw_ngos_18000"))
RECOMMENDATIONS = frozenset(("aa_chron_forum_recommendations", "aa_part_forum_recommendations"))


def test_a_doubled_count_is_found_and_no_wording_explains_it() -> None:
    assert ACTIVE not in pairs_of(audit.both_readings(kz.load()))
    found = pairs_of(audit.contradictions(changed("claims", "aa_minister_active_ngos", value=36_000)))[ACTIVE]
    assert (found["class"], found["shows"]) == ("real", "under both readings")
    assert found["level"] == "between pieces of one document"
    assert found["gap"] == 36_000 - 19_000
    assert found["factor"] == pytest.approx(36 / 19)


def test_a_gap_of_one_step_is_rounding() -> None:
    found = pairs_of(audit.contradictions(changed("claims", "aa_minister_active_ngos", value=19_500)))[ACTIVE]
    assert found["class"] == "rounding"


def test_recommendations_contradict_only_in_conversation() -> None:
    assert RECOMMENDATIONS not in pairs_of(audit.contradictions(kz.load()))
    assert pairs_of(audit.both_readings(kz.load()))[RECOMMENDATIONS]["shows"] == "conversational only"
    assert RECOMMENDATIONS not in pairs_of(audit.both_readings(kz.load(), ceiling=1.5))


def test_what_only_looks_alike_is_not_compared() -> None:
    claims = kz.load().claims.set_index("claim_id")
    for pair, row in pairs_of(audit.comparable(kz.load())).items():
        first, second = audit._rows(claims.loc[list(pair)])
        assert first.measure == second.measure
        assert first.start <= second.end
        assert second.start <= first.end
        assert row["measure"] not in audit.MANY_THINGS
        assert row["measure"] not in ("forum_number", "tender_number", "org_age")
        assert claims.repeats[list(pair)].isna().all()


def test_tenders_of_different_dates_are_not_compared() -> None:
    pair = frozenset(("dia_tender1_applicants", "dia_tender2_applicants"))
    assert pair not in pairs_of(audit.comparable(kz.load()))
    moved = changed(
        "claims", "dia_tender2_applicants", start=pd.Timestamp("2003-09-01"), end=pd.Timestamp("2003-09-30")
    )
    assert pairs_of(audit.contradictions(moved))[pair]["level"] == "within one piece"


def test_an_undated_number_is_not_compared() -> None:
    undated = changed("claims", "aa_minister_active_ngos", start=pd.NaT, end=pd.NaT)
    assert ACTIVE not in pairs_of(audit.comparable(undated))


def test_a_repeat_counted_twice_is_found() -> None:
    pair = frozenset(("aa_chron_ngos_2023", "aa_baig_ngos_2023"))
    assert pair not in pairs_of(audit.same_numbers(kz.load()))
    twice = changed("claims", "aa_baig_ngos_2023", repeats=None)
    assert pairs_of(audit.same_numbers(twice))[pair]["class"] == "repeat counted twice?"
    before, after = (audit.own_numbers(one).set_index("source_id").loc["adal_azamat"] for one in (kz.load(), twice))
    assert after["repeat"] == before["repeat"] - 1
    assert after["of others"] == before["of others"] + 1


def test_the_measures_named_as_many_things_exist() -> None:
    assert set(audit.MANY_THINGS) | set(audit.GROWTH_OF) | set(audit.GROWTH_OF.values()) <= set(
        kz.load().measures.measure
    )
    assert set(audit.PUBLISHERS) <= set(kz.load().sources.source_id)
    assert set(audit.PUBLISHERS.values()) <= set(kz.load().origins.origin)


def test_each_judgement_has_both_sides() -> None:
    evidence = kz.load()
    found = audit.judged(evidence)
    assert found.pair_id.tolist() == evidence.pairs.pair_id.tolist()
    assert found[["first_printed", "second_printed", "first_line", "second_line", "level"]].notna().all(axis=None)
    assert (found.factor.dropna() >= 1).all()
    by_id = found.set_index("pair_id")
    assert by_id.factor["operating_above_registered_2003"] == pytest.approx(45 / 35)
    assert by_id.years["alliance_age_18_20"] == by_id.years["alliance_announced_established"] == 2
    assert math.isnan(by_id.factor["new_ngos_growth_2023"])


# --- dates


def test_a_shifted_year_is_found() -> None:
    shifted = {"start": pd.Timestamp("2004-10-14"), "end": pd.Timestamp("2004-10-15")}
    assert "first_civil_forum" not in set(audit.event_conflicts(kz.load()).event)
    found = audit.event_conflicts(changed("events", "dia_forum1_days", **shifted))
    found = found[found.event == "first_civil_forum"]
    assert set(found["class"]) == {"date"}
    assert (found.first_id.eq("dia_forum1_days") | found.second_id.eq("dia_forum1_days")).all()
    assert found.years.between(1, 2).all()
    assert {"within one piece", "between documents"} <= set(found.level)


def test_terms_differ_but_a_coarse_date_does_not() -> None:
    found = audit.event_conflicts(kz.load())
    assert "concept_2006_term" in set(found.event)
    assert "death_penalty_moratorium" not in set(found.event)  # 1 January 2004, and 2004
    shorter = changed("events", "aa_baig_concept_2006", end=pd.Timestamp("2010-12-31"))
    assert "concept_2006_term" not in set(audit.event_conflicts(shorter).event)


# --- sources


def test_the_matrix_counts_each_pair_once_in_each_direction() -> None:
    both, pairs = audit.both_readings(kz.load()), audit.comparable(kz.load())
    found = audit.matrix(both, pairs)
    assert (found.contradictions <= found.comparable).all()
    mirrored = found.rename(columns={"first_source": "second_source", "second_source": "first_source"})
    keys = ["first_source", "second_source"]
    pd.testing.assert_frame_equal(
        found.sort_values(keys, ignore_index=True), mirrored[found.columns].sort_values(keys, ignore_index=True)
    )
    upper = found[found.first_source <= found.second_source]
    assert upper.contradictions.sum() == len(both)
    assert upper.comparable.sum() == len(pairs)


def test_every_claim_has_one_part() -> None:
    evidence = kz.load()
    found = audit.own_numbers(evidence)
    assert found.source_id.tolist() == evidence.sources.source_id.tolist()
    assert found.claims.sum() == found[audit.PARTS].to_numpy().sum() == len(evidence.claims)
    origins = audit.origins_table(evidence)
    assert origins.claims.sum() == len(evidence.claims)
    assert origins.repeats.sum() == evidence.claims.repeats.notna().sum()
    assert (origins.derived <= origins["first"]).all()
    assert origins.derived.sum() == found.derived.sum()


def test_whose_numbers_hangs_on_who_publishes() -> None:
    own, other = (audit.own_numbers(kz.load(), who).set_index("source_id") for who in (audit.PUBLISHERS, {}))
    assert own.own["adal_azamat"] > other.own["adal_azamat"]
    assert own.own["diachenko"] == other.own["diachenko"]


def test_tables_without_rows_keep_their_columns() -> None:
    evidence = kz.load()
    empty = Evidence({name: evidence[name].iloc[:0] for name in schemas()}, "test")
    assert "verdict" in audit.derivations(empty).columns
    assert audit.by_claim(audit.derivations(empty)).empty
    assert "class" in audit.contradictions(empty).columns
    assert audit.same_numbers(empty).empty
    assert audit.judged(empty).empty
    assert audit.event_conflicts(empty).empty
    assert audit.matrix(audit.contradictions(empty), audit.comparable(empty)).empty
    assert audit.own_numbers(empty).empty
    assert audit.origins_table(empty).empty

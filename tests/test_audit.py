"""The audit: planted errors in sums are found and classed, verdicts keep their order, every claim counts once."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planting import changed

import kzcivil as kz
from kzcivil import audit
from kzcivil.evidence import Evidence, schemas
from kzcivil.intervals import Interval, Words


@cache
def bundled(words: Words = "logical") -> pd.DataFrame:
    """The derivations of the bundle, recomputed once."""
    return audit.derivations(kz.load(), words)


def verdicts(evidence: Evidence) -> pd.Series[Any]:
    return audit.derivations(evidence).set_index("derivation_id").verdict


def result(value: float, step: float = 1, wording: str = "bare") -> pd.Series[Any]:
    return pd.Series({"value": value, "step": step, "wording": wording, "unit": "times"})


def printed_result(claim: pd.Series[Any]) -> Interval:
    return audit._printed_result(claim, kz.read(claim.value, claim.wording, claim.step, claim.unit))


def judge(claim: pd.Series[Any], at_face: float, slack: Interval, joint: Interval | None = None) -> tuple[str, str]:
    printed = printed_result(claim)
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
    printed = printed_result(claim)
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


@settings(deadline=None, max_examples=20)
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
    for found in (bundled(), bundled("conversational")):
        assert found.derivation_id.tolist() == evidence.derivations.derivation_id.tolist()
        assert set(found.verdict) <= set(audit.VERDICTS)
        none = found.verdict == audit.NOT_RECOMPUTED
        assert none.tolist() == evidence.derivations.formula.isna().tolist()
        assert (found.low[~none] <= found.high[~none]).all()
        assert not found[["also", "needs", "implies", "inputs"]].isna().any(axis=None)


def test_the_sixfold_rise_and_the_multiple_of_the_infographic() -> None:
    found = bundled().set_index("derivation_id").verdict
    assert found["factor_infographic"] == audit.WITHIN
    assert found["factor_operating_2003"] == audit.CONTRADICTED
    assert found["sixfold_on_2003"] == found["sixfold_on_2004"] == audit.AT_FACE
    claims = audit.by_claim(bundled())
    assert claims["dia_tender3_sum_factor"] == "holds for some of several bases"
    assert claims["aa_chron_forum_participants_factor"] == audit.NOT_RECOMPUTED


def test_a_claim_with_several_readings() -> None:
    rows = [("a", audit.AT_FACE), ("a", audit.WITHIN), ("b", audit.AT_FACE), ("b", audit.TRUNCATED)]
    rows += [("c", audit.OPEN), ("c", audit.CONTRADICTED), ("d", audit.AT_FACE), ("d", audit.NOT_RECOMPUTED)]
    table = pd.DataFrame(rows, columns=["claim_id", "verdict"]).assign(printed="x")
    assert audit.by_claim(table).tolist() == [
        "holds for each base",
        "holds for one of several bases",
        audit.OPEN,
        audit.AT_FACE,
    ]


def test_an_open_input_leaves_the_result_open_and_a_ceiling_closes_it() -> None:
    logical = bundled().set_index("derivation_id").loc["per_ngo_all_registered"]
    assert (logical.low, logical.high, logical.verdict) == (0, math.inf, audit.OPEN)
    assert "kxr_ngos_registered" in logical.inputs
    talk = bundled("conversational").set_index("derivation_id").loc["per_ngo_all_registered"]
    assert talk["high"] < math.inf
    assert talk.verdict == audit.CONTRADICTED


def test_the_implied_base() -> None:
    found = bundled().set_index("derivation_id").implies
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
    assert "diachenko" not in set(audit.origins_table(without).source_id)


# --- sources


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
    assert audit.own_numbers(empty).empty
    assert audit.origins_table(empty).empty
    assert audit.two_readers(empty).empty


def test_whose_sets_exist() -> None:
    assert set(audit.GROWTH_OF) | set(audit.GROWTH_OF.values()) <= set(kz.load().measures.measure)
    assert set(audit.PUBLISHERS) <= set(kz.load().sources.source_id)
    assert set(audit.PUBLISHERS.values()) <= set(kz.load().origins.origin)


# --- one number, two readers


def test_two_readers_read_the_numbers_that_are_there() -> None:
    found = audit.two_readers(kz.load()).set_index("figures")
    assert len(found) == len(audit._READERS)
    staff = found.loc["Employees and registered NGOs, 2018"]
    assert staff.official == "There are 1.5 employees for each registered NGO."
    assert "leaves 25 %" in staff.critic
    more = audit.two_readers(changed("claims", "kxr_people_employed", value=50_000)).set_index("figures")
    assert more.official["Employees and registered NGOs, 2018"].startswith("There are 2.5 ")
    assert "no possible share" in more.critic["Employees and registered NGOs, 2018"]


@pytest.mark.parametrize("left_out", ["diachenko", "adal_azamat", "kzexpert_reregistration", "caci_forum", "ministry"])
def test_headlines_and_readers_without_a_source(left_out: str) -> None:
    evidence = kz.load(without=left_out)
    rows = audit.headlines(evidence)
    assert [sorted(row) for row in rows] == [["answer", "hangs_on", "notebook", "question"]] * 3
    assert {row["notebook"] for row in rows} == {"06_audit"}
    held = set(evidence.claims.claim_id)
    assert all(set(ids.split(", ")) <= held for ids in audit.two_readers(evidence).ids)


def test_headlines_count_a_planted_error() -> None:
    before, after = (
        audit.headlines(one)[0]["answer"] for one in (kz.load(), changed("claims", "aa_inf_growth_factor", value=8.6))
    )
    assert "contradicted: 4" in before
    assert "contradicted: 6" in after

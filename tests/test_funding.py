"""Money and success: bounds against brute force and linear programmes, money by hand, verdicts that planted data turn."""

from __future__ import annotations

import math
from itertools import combinations_with_replacement, product

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import kzcivil as kz
from kzcivil import funding
from kzcivil.charts import funding as draw
from kzcivil.funding import Tender, award_bounds, success_bounds
from kzcivil.intervals import Interval

SOURCES = ["caci_forum", "diachenko", "kzexpert_reregistration", "adal_azamat"]


def point(value: float) -> Interval:
    return Interval(value, value)


@pytest.fixture(scope="module")
def evidence() -> kz.Evidence:
    return kz.load()


@pytest.fixture(scope="module")
def claims(evidence: kz.Evidence) -> pd.DataFrame:
    return kz.read_claims(evidence.claims)


@pytest.fixture(scope="module")
def context(evidence: kz.Evidence) -> pd.DataFrame:
    return evidence.context


def planted(claims: pd.DataFrame, **values: float) -> pd.DataFrame:
    """The claims with some numbers changed, read as exact."""
    result = claims.copy()
    for claim_id, value in values.items():
        result.loc[result.claim_id == claim_id, ["value", "low", "high"]] = value
    return result


def growth(claims: pd.DataFrame, context: pd.DataFrame, sum_2005: funding.Sum2005 = "awarded") -> pd.DataFrame:
    return funding.multiples(claims, funding.money(claims, context, sum_2005=sum_2005))


def multiple(table: pd.DataFrame, base: int, prices: str) -> Interval:
    found = funding.of(table, "value", base=base, formula="multiple", prices=prices)
    assert found is not None
    return found


# --- success against brute force ------------------------------------------------------------------------------------


def divisions(applications: int, ngos: int) -> list[tuple[int, ...]]:
    """All ways to share out the applications so that each NGO has at least one (order does not matter)."""
    found = []
    for some in combinations_with_replacement(range(1, applications - ngos + 2), ngos):
        if sum(some) == applications:
            found.append(some)
    return found


def outcomes(applications: int, ngos: int) -> set[tuple[int, int]]:
    """Every pair (winning applications, winning NGOs) that some division and some jury's choice gives."""
    found = set()
    for division in divisions(applications, ngos):
        for won in product(*(range(size + 1) for size in division)):
            found.add((sum(won), sum(1 for number in won if number)))
    return found


SMALL = [(a, n) for a in range(1, 7) for n in range(1, a + 1)]


@pytest.mark.parametrize(("a", "n"), SMALL)
def test_success_equals_brute_force(a: int, n: int) -> None:
    every = outcomes(a, n)
    for w in range(1, a + 1):
        ngos = {winning / n for projects, winning in every if projects == w}
        bounds = success_bounds(point(a), point(n), point(w), "projects")
        assert bounds is not None
        assert (bounds[0].low, bounds[0].high) == (w / a, w / a)
        assert (bounds[1].low, bounds[1].high) == pytest.approx((min(ngos), max(ngos)))
        projects = {won / a for won, winning in every if winning == w}
        other = success_bounds(point(a), point(n), point(w), "NGOs")
        assert (other is None) == (not projects)
        if other is not None:
            assert (other[0].low, other[0].high) == pytest.approx((min(projects), max(projects)))
            assert (other[1].low, other[1].high) == pytest.approx((w / n, w / n))


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_success_over_intervals_is_the_hull_of_its_points(data: st.DataObject) -> None:
    def whole(low: int, high: int) -> Interval:
        ends = sorted(data.draw(st.tuples(st.integers(low, high), st.integers(low, high))))
        return Interval(*ends)

    a, n, w = whole(1, 9), whole(1, 9), whole(1, 9)
    unit: funding.Unit = data.draw(st.sampled_from(["projects", "NGOs"]))
    points = [
        bounds
        for ai, ni, wi in product(*(range(int(i.low), int(i.high) + 1) for i in (a, n, w)))
        if ai >= ni and (bounds := success_bounds(point(ai), point(ni), point(wi), unit))
    ]
    found = success_bounds(a, n, w, unit)
    assert (found is None) == (not points)
    if found is not None:
        for part in (0, 1):  # never too narrow; and exact where the counts are
            assert found[part].low <= min(p[part].low for p in points) + 1e-12
            assert found[part].high >= max(p[part].high for p in points) - 1e-12
            if n.low == n.high and w.low == w.high and a.low >= max(n.low, w.low):
                assert found[part].low == pytest.approx(min(p[part].low for p in points))
                assert found[part].high == pytest.approx(max(p[part].high for p in points))


def test_unknown_number_of_applicants_is_any_number() -> None:
    by_application, by_ngo = success_bounds(point(120), None, point(20), "NGOs") or (None, None)
    assert by_application == Interval(20 / 120, 1)
    assert by_ngo == Interval(20 / 120, 1)


def test_totals_that_contradict_give_none() -> None:
    assert success_bounds(point(10), point(12), point(3), "projects") is None
    assert success_bounds(point(10), point(5), point(11), "projects") is None
    assert success_bounds(point(10), point(5), point(6), "NGOs") is None


def test_tenders_and_success_of_the_bundle(claims: pd.DataFrame) -> None:
    tenders = funding.tenders(claims)
    assert [t.year for t in tenders] == [2003, 2004, 2005]
    assert tenders[0].applications == Interval(115, 125)
    assert (tenders[0].projects, tenders[0].ngos) == (point(20), point(20))
    table = funding.success(tenders).set_index(["year", "unit"])
    assert table.loc[(2003, "projects"), "ngo"].low == pytest.approx(4 / 109)
    assert table.loc[(2003, "NGOs"), "application"].high == pytest.approx(36 / 125)
    assert table.loc[(2005, "NGOs"), "application"].high == pytest.approx(119 / 234)
    assert table.loc[(2005, "NGOs"), "ngo"].high == pytest.approx(50 / 165)
    assert table.printed.to_dict()[(2004, "NGOs")] is False


def test_what_changes_under_every_reading(claims: pd.DataFrame) -> None:
    table = funding.changes(funding.tenders(claims))
    firm = [what for what, part in table.groupby("what", sort=False) if set(part.every) == {"rises"}]
    assert firm == ["applications", "applicants", "applications per applicant"]
    assert funding.change(table, 2003, 2004, "success by application") == "falls"
    assert funding.change(table, 2003, 2004, "success by NGO") == "undecided"
    assert funding.change(table, 2004, 2005, "success by NGO") == "rises"
    assert funding.change(table, 2004, 2005, "success by NGO", "every") == "undecided"
    assert funding.change(table, 2004, 2007, "success by NGO") is None


def test_contrary_winners_turn_the_title_and_the_verdict(claims: pd.DataFrame) -> None:
    def title(rows: pd.DataFrame) -> str:
        return draw.success_title(funding.changes(funding.tenders(rows)))

    assert title(claims).startswith("Success rose from 2004 to 2005")
    fewer = planted(claims, dia_tender2_projects=130, dia_tender3_winners=2)
    assert title(fewer).startswith("Success fell from 2004 to 2005")
    between = planted(claims, dia_tender3_winners=20)
    assert "not told by the totals alone" in title(between)
    assert title(claims[claims.start.dt.year != 2005]) != title(claims)
    assert "No two tenders" in title(claims[claims.start.dt.year == 2003])


# --- awards against linear programmes -------------------------------------------------------------------------------


def linear_median(
    total: Interval, n: int, least: float, greatest: float, *, reached: bool
) -> tuple[float, float] | None:
    from scipy.optimize import linprog

    weights = np.zeros(n)
    weights[(n - 1) // 2] += 0.5
    weights[n // 2] += 0.5
    order = np.eye(n)[:-1] - np.eye(n)[1:]
    limits = np.vstack([order, np.ones(n), -np.ones(n)])
    room = np.concatenate([np.zeros(n - 1), [total.high, -total.low]])
    box = [(least, greatest)] * n
    if reached:
        box[0], box[-1] = (least, least), (greatest, greatest)
    ends = [linprog(sign * weights, A_ub=limits, b_ub=room, bounds=box) for sign in (1, -1)]
    return (float(ends[0].fun), float(-ends[1].fun)) if ends[0].success else None


@settings(max_examples=30, deadline=None)
@example(n=3, share=0.0, slack=0.0, least=1.4972888193228537)  # all at the floor: rounding once crossed the ends
@given(n=st.integers(3, 9), share=st.floats(-0.1, 1.1), slack=st.floats(0, 0.1), least=st.floats(0, 3))
def test_medians_equal_linear_programmes(n: int, share: float, slack: float, least: float) -> None:
    greatest = least + 2
    middle = n * (least + 2 * share)
    total = Interval(max(0.0, middle - slack * n), max(0.0, middle + slack * n))
    found = award_bounds(total, n, least, greatest)
    free, reached = (linear_median(total, n, least, greatest, reached=flag) for flag in (False, True))
    if found is None or free is None:
        assert (
            (found is None) == (free is None)
            or abs(n * least - total.high) < 1e-6
            or abs(n * greatest - total.low) < 1e-6
        )
        return
    assert (found.median.low, found.median.high) == pytest.approx(free, abs=1e-6)
    if found.median_if_reached is not None and reached is not None:
        assert (found.median_if_reached.low, found.median_if_reached.high) == pytest.approx(reached, abs=1e-6)


@pytest.mark.parametrize("total", range(4, 21))
def test_counts_at_the_ends_equal_brute_force(total: int) -> None:
    lists = [some for some in combinations_with_replacement(range(1, 6), 4) if sum(some) == total]
    found = award_bounds(point(total), 4, 1, 5)
    assert found is not None
    # Real amounts reach no further here, because what is left over fits one award of whole tenge.
    assert found.most_at_top == max(some.count(5) for some in lists)
    assert found.most_at_floor == max(some.count(1) for some in lists)


def test_award_bounds_refuse_what_cannot_be() -> None:
    assert award_bounds(point(100), 4, 1, 5) is None
    assert award_bounds(point(1), 4, 1, 5) is None
    with pytest.raises(ValueError, match="three awards"):
        award_bounds(point(10), 2, 1, 5)


def test_awards_of_the_first_tender(claims: pd.DataFrame) -> None:
    table = funding.awards_by_tender(funding.tenders(claims)).set_index("year")
    assert table.fits.all()
    assert table.own.to_dict() == {2003: True, 2004: False, 2005: False}
    assert table["median"][2003] == Interval(400_000, 650_000)
    assert table.median_if_reached[2003] == Interval(400_000, 565_000)
    assert table.most_at_top.to_dict() == {2003: 2, 2004: 1, 2005: 36}


@pytest.mark.parametrize(("total", "count"), [(10.7e6, 20), (9.7e6, 20), (59.7e6, 50), (8e6 + 1.1e6, 20)])
def test_example_awards_make_up_the_total(total: float, count: int) -> None:
    lists = funding.example_awards(total, count, 4e5, 1.5e6)
    assert len(lists) == 3
    for some in lists.values():
        assert sum(some) == pytest.approx(total)
        assert len(some) == count
        assert (min(some), max(some)) == (4e5, 1.5e6)


def test_a_range_that_does_not_fit_turns_the_title(claims: pd.DataFrame) -> None:
    small = planted(claims, dia_tender1_sum=5e6)
    row = funding.awards_by_tender(funding.tenders(small)).iloc[0]
    assert not row.fits
    assert "does not fit" in draw.awards_title(2003, 20, None)
    assert "at most 2 of 20" in draw.awards_title(2003, 20, award_bounds(Interval(10.65e6, 10.75e6), 20, 4e5, 1.5e6))


# --- the sum of 2005 ------------------------------------------------------------------------------------------------


def test_readings_of_the_sum(claims: pd.DataFrame, context: pd.DataFrame) -> None:
    table = funding.sum_readings(funding.tenders(claims)).set_index("reading")
    asked = table.loc["asked for, by all applications"]
    assert asked["mean"].high < 400_000
    assert asked.below == 85
    several = table.loc["awarded, an NGO may have several projects"]
    assert several.divisor == Interval(50, 119)
    assert table.against.tolist() == ["below the range", "within the range", "within the range"]
    assert funding.favoured_sum(claims, context) == "awarded"
    assert asked.shared == Interval(20_000_000, 59_750_000)


def test_contrary_sums_turn_what_is_favoured(claims: pd.DataFrame, context: pd.DataFrame) -> None:
    assert funding.favoured_sum(planted(claims, dia_tender3_sum=150e6), context) == "asked"
    assert funding.favoured_sum(planted(claims, dia_tender3_sum_factor=9), context) is None
    assert funding.favoured_sum(claims[claims.measure != "tender_award"], context) is None
    little = funding.sum_readings(funding.tenders(planted(claims, dia_tender3_sum=1e6)))
    assert little.shared[0] == "impossible"


# --- prices ---------------------------------------------------------------------------------------------------------


def test_money_by_hand(claims: pd.DataFrame, context: pd.DataFrame) -> None:
    table = funding.money(claims, context).set_index(["year", "what"])
    first = table.loc[(2003, "as awarded")]
    assert first.real.low == pytest.approx(10.65e6 * 288.04 / 53.45)
    assert first.dollars.high == pytest.approx(10.75e6 / 149.58)
    assert table.loc[(2006, "with the increase"), "nominal"] == Interval(549e6, 551e6)
    last = table.loc[(2018, "total")]
    assert last.of_gdp.low == pytest.approx(19e9 / 61_819.5e9)
    assert last.per_person.low == pytest.approx(19e9 * 288.04 / 179.72 / 18_932_727)
    assert math.isinf(last.real.high)


def test_base_year_moves_amounts_but_no_multiple(claims: pd.DataFrame, context: pd.DataFrame) -> None:
    old, new = (funding.money(claims, context, year) for year in (2005, 2023))
    assert old.real[2].high == pytest.approx(59.75e6)
    ratio = [table.real[2].high / table.real[1].low for table in (old, new)]
    assert ratio[0] == pytest.approx(ratio[1])
    assert ratio[0] == pytest.approx(multiple(growth(claims, context), 2004, "real").high)


def test_multiples_and_where_six_fold_fits(claims: pd.DataFrame, context: pd.DataFrame) -> None:
    table = growth(claims, context)
    plain, real = (multiple(table, 2004, prices) for prices in ("nominal", "real"))
    assert (plain.low, plain.high) == pytest.approx((59.65 / 9.75, 59.75 / 9.65))
    assert (real.low, real.high) == pytest.approx((59.65 / 9.75 * 57.129 / 61.459, 59.75 / 9.65 * 57.129 / 61.459))
    rise = table[(table.base == 2004) & (table.formula == "rise") & (table.prices == "nominal")].value.iloc[0]
    assert (rise.low, rise.high) == pytest.approx((plain.low - 1, plain.high - 1))
    fits = [(row.base, row.formula, row.prices) for row in table.itertuples() if row.fits]
    assert fits == [(2003, "multiple", "nominal"), (2004, "multiple", "nominal"), (2004, "multiple", "real")]


def test_six_fold_title_follows_the_numbers(claims: pd.DataFrame, context: pd.DataFrame) -> None:
    def title(rows: pd.DataFrame) -> str:
        return draw.factor_title(growth(rows, context))

    assert title(claims).endswith("only 2004")
    assert "fits no earlier" in title(planted(claims, dia_tender3_sum=20e6))
    assert "none once prices" in title(planted(claims, dia_tender2_sum=10.8e6))
    assert "before and after" in title(planted(claims, dia_tender1_sum=4e6))
    assert "are left to compare" in title(claims[claims.start.dt.year == 2003])
    assert "are left to compare" in draw.factor_title(growth(claims, context), printed=False)


def test_asked_makes_the_sum_a_ceiling(claims: pd.DataFrame, context: pd.DataFrame) -> None:
    found = multiple(growth(claims, context, "asked"), 2004, "nominal")
    assert (found.low, found.high) == (0, pytest.approx(59.75e6 / 9.65e6, rel=1e-15))
    assert funding.money(claims, context, 2023, "asked").what[2] == "at most, as asked for"


def test_a_yardstick_that_is_missing_is_named(context: pd.DataFrame) -> None:
    with pytest.raises(kz.DataError, match=r"context\.csv.*'cpi'.*1950"):
        funding.yardstick(context, "cpi", 1950)
    with pytest.raises(kz.DataError, match="no year at all"):
        funding.yardstick(context, "wages", 2018)


def test_kinds_never_share_a_series(claims: pd.DataFrame, context: pd.DataFrame) -> None:
    table = funding.money(claims, context)
    assert set(growth(claims, context).base) == {2003, 2004}
    assert "only the pilot tenders" in draw.kinds_title(table)
    assert "no growth can be told" in draw.kinds_title(table[table.year != 2004].query("year > 2004"))
    assert "No sum" in draw.kinds_title(table.head(0))
    assert "no growth" in funding.unlike_told(table)
    assert funding.unlike_told(table.head(3)) == ""


# --- reach and denominators -----------------------------------------------------------------------------------------


def test_reach_by_hand(claims: pd.DataFrame) -> None:
    table = funding.reach(claims)
    assert funding.of(table, "share", who="won", year=2005) == Interval(0, 0.01)
    assert funding.of(table, "share", who="won", year=2003) == Interval(4 / 4550, 20 / 3450)
    assert funding.of(table, "share", who="applied", year=2004) is None
    ever = table[table.who == "won in any tender"].share.iloc[0]
    assert ever.high == pytest.approx((20 + 20 + 50) / 5000)
    assert table[table.who == "registered for state grants"].share.iloc[0].high == pytest.approx(4550 / 20_000)


def test_reach_never_exceeds_all(claims: pd.DataFrame) -> None:
    table = funding.reach(planted(claims, dia_ngos_five_thousand=180))
    assert max(share.high for share in table.share) == 1
    assert "1.8 %" in draw.reach_title(funding.reach(claims))
    assert "50 %" in draw.reach_title(table)
    contrary = funding.reach(planted(claims, dia_ngos_five_thousand=100))
    assert max(share.high for share in contrary.share) > 1  # more applied than the count holds: it shows
    assert draw.reach_title(table.head(0)) == "Whom the money touched cannot be said"


def test_denominators(claims: pd.DataFrame, evidence: kz.Evidence) -> None:
    table = funding.per_denominator(claims)
    grant = funding.of(table, "value", denominator="NGO registered for state grants")
    assert grant is not None
    assert grant.low == pytest.approx(19e9 / 4550)
    assert table.set_index("denominator").relative["registered NGO"].high == pytest.approx(0.2275)
    month = table[table.claim_id == "kxr_people_employed"].value.iloc[0]
    assert month.low == pytest.approx(19e9 / 30_500 / 12)
    talk = funding.per_denominator(kz.read_claims(evidence.claims, words="conversational"))
    registered = funding.of(talk, "value", denominator="registered NGO")
    assert registered is not None
    assert (registered.low, registered.high) == pytest.approx((19e9 / 24_000, 22.8e9 / 20_000))


def test_printed_quotient_is_checked(claims: pd.DataFrame) -> None:
    assert "agrees" in funding.quotient_told(claims)
    assert "does not follow" in funding.quotient_told(planted(claims, kxr_expenditure_per_ngo=2e6))
    assert funding.quotient_told(claims.head(0)) == ""


def test_ceiling_by_hand(claims: pd.DataFrame, context: pd.DataFrame) -> None:
    table = funding.at_ceiling(claims, context).set_index("what")
    total = 0.05 * 119_442.3e9
    assert table.value["one service"] == Interval(0, total / 1e6)
    assert table.value["one Alliance NGO, a year"].high == pytest.approx(total / 5000)
    assert table.mismatch["one Alliance NGO, a year"] == ""
    assert "of 2018, not 2023" in table.mismatch["one employee, a year"]
    times = funding.times_state_money(claims, context)
    assert times is not None
    assert times.high == pytest.approx(total / (19e9 * 288.04 / 179.72))
    assert "1.02" in draw.ceiling_title(table.reset_index())
    small = funding.at_ceiling(planted(claims, aa_part_services_gdp_share=0.01), context)
    assert "%" in draw.ceiling_title(small)


# --- the page -------------------------------------------------------------------------------------------------------


def test_statements_agree_or_are_kept_apart() -> None:
    rows = pd.DataFrame({"low": [1.0, 5.0], "high": [3.0, 9.0]})
    assert funding.agreed(rows) == Interval(1, 9)
    assert funding.agreed(rows.head(0)) is None


def test_readers_tender_joins_the_table(tmp_path: object, evidence: kz.Evidence) -> None:
    own = evidence.claims[evidence.claims.claim_id.isin(["dia_tender3_applications", "dia_tender3_winners"])].copy()
    own["claim_id"] = ["own_" + key for key in own.claim_id]
    own[["start", "end"]] = pd.Timestamp("2007-01-01"), pd.Timestamp("2007-12-31")
    tenders = funding.tenders(kz.read_claims(pd.concat([evidence.claims, own], ignore_index=True)))
    assert [t.year for t in tenders] == [2003, 2004, 2005, 2007]
    assert tenders[-1] == Tender(2007, point(234), None, None, point(50), None, None, tenders[-1].ids)


def test_sensitivity_moves_and_names_what_is_missing(evidence: kz.Evidence) -> None:
    table = funding.sensitivity(evidence)
    assert any("without diachenko" in case for case in table.case)
    row = table[table.case.str.contains("without diachenko")].iloc[0]
    assert row.by_ngo is None or pd.isna(row.by_ngo)
    assert len(table) > 4


@pytest.mark.parametrize("source", [*([name] for name in SOURCES), SOURCES])
def test_headlines_and_charts_without_a_source(source: list[str]) -> None:
    evidence = kz.load(without=source)
    claims, context = kz.read_claims(evidence.claims), evidence.context
    for row in funding.headlines(evidence):
        assert set(row) == {"question", "answer", "hangs_on", "notebook"}
        assert "nan" not in row["answer"]
        assert "None" not in row["answer"]
    tenders = funding.tenders(claims)
    money = funding.money(claims, context)
    worth = funding.at_ceiling(claims, context)
    for chart in (
        draw.success(evidence, tenders),
        draw.kinds(evidence, money, 2023),
        draw.factor(evidence, claims, growth(claims, context)),
        draw.reach(evidence, funding.reach(claims)),
        draw.ceiling(evidence, worth),
    ):
        assert len(chart.alt) > 20
    assert len(funding.printed(evidence, tenders)) == len(tenders)
    assert kz.known(evidence, funding.claims_used(evidence)) == funding.claims_used(evidence)


def test_charts_tell_their_numbers(evidence: kz.Evidence, claims: pd.DataFrame) -> None:
    picture = draw.awards(evidence, funding.tenders(claims))
    assert picture is not None
    assert "at most 2 of 20" in picture.alt
    assert draw.awards(evidence, funding.tenders(claims[claims.measure != "tender_award"])) is None
    assert "30.3 %" in draw.success(evidence, funding.tenders(claims)).alt


def test_headlines_turn_with_the_data(evidence: kz.Evidence) -> None:
    tables = {table: evidence[table] for table in kz.evidence.schemas()}
    tables["claims"] = planted(tables["claims"], dia_tender2_projects=130, dia_tender3_winners=2)
    answers = [row["answer"] for row in funding.headlines(kz.Evidence(tables, "planted"))]
    assert "falls" in answers[0]
    assert "it rose from 2004 to 2005" in funding.headlines(evidence)[0]["answer"]

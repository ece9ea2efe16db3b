"""From claims to bounds on one-person NGOs: every verdict turns when the data do, and a left-out source stops nothing but the question."""

from __future__ import annotations

import json
import math
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from test_staffing import every

import kzcivil as kz
from kzcivil import staff_evidence as staff
from kzcivil.charts import staffing as draw
from kzcivil.evidence import DataError
from kzcivil.intervals import Interval
from kzcivil.staffing import share_if_inactive_keep_one, share_if_only_active_staffed, share_with_one

ROWS = {
    "none": "No NGO is idle",
    "later": "Idle: as many as not active in 2023",
    "effective": "Idle: as many as not effective about 2006",
    "grants": "Idle: all not registered for grants",
    "active": "Idle: all but the article's active ones",
    "kept": "The inactive keep exactly one each",
}


def fewer_employees(plant: Any, to: str = "24", *, again: str = "24") -> kz.Evidence:
    """The same article with fewer employees."""
    changes = {
        "kxr_people_employed": {"as_printed": f"only {to} thousand", "value": f"{to}000"},
        "kxr_people_employed_repeat": {"as_printed": f"slightly more than {again} thousand", "value": f"{again}000"},
    }
    blank = {"low": "", "high": ""}
    return _load(plant("claims", {key: change | blank for key, change in changes.items()}))


def _load(folder: Path) -> kz.Evidence:
    """Without the columns of bounds, the rules give them."""
    import pandas as pd

    file = folder / "claims.csv"
    pd.read_csv(file, dtype="str", keep_default_na=False).drop(columns=["low", "high"]).to_csv(file, index=False)
    return kz.load(folder)


def verdicts(table: Any) -> dict[str, str]:
    by_name = table.set_index("name").verdict
    return {key: by_name[name] for key, name in ROWS.items() if name in by_name}


# --- the joint bounds, against every staffing -------------------------------------------------------------------------


def hull(seen: list[float]) -> tuple[float, float] | None:
    return (min(seen), max(seen)) if seen else None


@pytest.mark.parametrize(
    ("employees", "active", "organisations"),
    [((6, 8), (2, 4), (5, 7)), ((9, 9), (3, 3), (6, 7)), ((4, 5), (1, 2), (4, 6))],
)
@pytest.mark.parametrize("largest", [3, 6])
def test_only_active_staffed_against_every_staffing(
    employees: tuple[int, int], active: tuple[int, int], organisations: tuple[int, int], largest: int
) -> None:
    spans = [range(low, high + 1) for low, high in (employees, active, organisations)]
    seen = [
        staffing.count(1) / n
        for e, a, n in product(*spans)
        for staffing in every(n, e, largest)
        if staffing.count(0) == n - a
    ]
    found = share_if_only_active_staffed(Interval(*employees), Interval(*active), Interval(*organisations), largest)
    assert (found is None) == (not seen)
    if found is not None:
        least, most = min(seen), max(seen)
        assert found.low - 1e-9 <= least <= found.low + 1 / organisations[0]
        assert found.high - 1 / organisations[0] <= most <= found.high + 1e-9


@pytest.mark.parametrize(
    ("employees", "active", "organisations"), [(8, 2, 6), (9, 1, 5), (7, 3, 7), (12, 1, 6), (5, 2, 6)]
)
@pytest.mark.parametrize("largest", [3, 6])
def test_inactive_keep_one_against_every_staffing(
    employees: int, active: int, organisations: int, largest: int
) -> None:
    seen = [
        staffing.count(1) / organisations
        for staffing in every(organisations, employees, largest)
        if staffing.count(0) == 0 and staffing.count(1) >= organisations - active
    ]
    point = [Interval(x, x) for x in (employees, active, organisations)]
    found = share_if_inactive_keep_one(*point, largest)
    if seen:
        assert found is not None
        assert found.low - 1e-9 <= min(seen)
        assert max(seen) <= found.high + 1e-9
        assert min(seen) - found.low < 1 / organisations + 1e-9
        assert found.high - max(seen) < 1 / organisations + 1e-9


def test_one_uncertain_number_of_organisations_moves_both_z_and_m() -> None:
    employees, active, organisations = Interval(30_000, 30_000), Interval(4_500, 4_500), Interval(20_000, 24_000)
    joint = share_if_only_active_staffed(employees, active, organisations, 10)
    apart = share_with_one(employees / organisations, Interval(1 - 4_500 / 20_000, 1 - 4_500 / 24_000), 10)
    assert joint is not None
    assert apart is not None
    assert (joint.low, joint.high) == (0, pytest.approx(1_500 / 9 * 10 / 20_000))
    assert apart.high == pytest.approx(1 / 9)


# --- the bundle -------------------------------------------------------------------------------------------------------


def test_the_article_as_printed(evidence: kz.Evidence) -> None:
    found = staff.totals(evidence)
    assert (found.organisations, found.employees) == (Interval(20_000, 24_000), Interval(29_500, 33_000))
    assert found.printed_mean == 1.5
    both = staff.totals(evidence, wording="both", words="logical").employees
    assert both == Interval(30_000, 30_500)
    assert staff.totals(evidence, words="logical").organisations.high == math.inf


def test_one_premise_forces_and_the_other_rules_out(evidence: kz.Evidence) -> None:
    table = staff.premises(evidence, staff.totals(evidence))
    assert verdicts(table) == {
        "none": "possible",
        "later": "possible",
        "effective": "ruled out",
        "grants": "ruled out",
        "active": "ruled out",
        "kept": "forced",
    }
    text = staff.own_words(table)
    assert "95 to 100 %" in text
    assert "; but if" in text
    assert "at most 5 %" in text
    kept = table.set_index("name").staff[ROWS["kept"]]
    assert (kept.low, kept.high) == pytest.approx(((29_500 - 24_000) / 999 + 1, (33_000 - 20_000) / 20 + 1))


def test_a_small_limit_contradicts_the_few_active(evidence: kz.Evidence) -> None:
    table = staff.premises(evidence, staff.totals(evidence), largest=10)
    assert verdicts(table)["active"] == "contradictory"
    assert "no staffing fits" in staff.own_words(table)
    assert "contradictory under 1" in staff.tally(table)


def test_the_number_that_would_force_it(evidence: kz.Evidence) -> None:
    found = staff.totals(evidence)
    assert (
        "only if there are 24,000 to 30,000 NGOs; the article's “over” is read as 20,000 to 24,000 and the register"
        in staff.needed(evidence, found)
    )
    assert "of 2023 has 23,335" in staff.needed(evidence, found)
    assert "only if there are 20,000 to 30,000 NGOs" in staff.needed(evidence, found, 0.5)
    rows = staff.reached_from(found, idle=(0, 0.25, 0.3))
    assert rows["Forced from N ="].tolist() == ["24,000", "40,000", "nowhere"]


# --- planted data turn the verdicts -----------------------------------------------------------------------------------


def test_fewer_employees_force_the_claim(plant: Any, evidence: kz.Evidence) -> None:
    found, before = staff.totals(planted := fewer_employees(plant)), staff.totals(evidence)
    assert "possible and does not follow" in staff.no_idle(before)
    assert "does not" not in staff.no_idle(found, 0.65)
    assert "follows" in staff.no_idle(found, 0.65)
    assert "touch its edge" in draw.edge(before, 0.75)
    assert "lie inside it" in draw.edge(found, 0.6)
    assert "lie outside it" in draw.edge(before, 0.95)
    assert "only if there are 19,200 to 24,000 NGOs" in staff.needed(planted, found)
    assert staff.headlines(planted)[0]["answer"] != staff.headlines(evidence)[0]["answer"]


def test_fewer_employees_than_organisations_contradict_no_idle(plant: Any) -> None:
    found = staff.totals(planted := fewer_employees(plant, "9", again="9"))
    assert "no staffing fits" in staff.no_idle(found)
    table = staff.premises(planted, found)
    assert verdicts(table)["none"] == verdicts(table)["kept"] == "contradictory"
    assert "have none at all" in draw.floor_title(found.printed_mean)
    assert "only if there are 7,200 to 9,000 NGOs" in staff.needed(planted, found)
    for chart in (
        draw.premises_chart(planted, table, 0.75),
        draw.bounds_by_mean(planted, found, [0, 50], 0.75),
    ):
        assert chart.alt


def test_as_many_employees_as_before_solve_the_puzzle(plant: Any, evidence: kz.Evidence) -> None:
    assert "fell at least 6.5-fold" in staff.puzzle(evidence)
    assert "with one meaning, a steep fall" in staff.people_title(staff.people_per_ngo(evidence))
    planted = fewer_employees(plant, "900", again="900")
    assert "can be one number" in staff.puzzle(planted)
    assert "with one meaning, perhaps no change" in staff.people_title(staff.people_per_ngo(planted))
    assert staff.reconciliations(planted)["Do the sources allow it?"][0] == "can"
    assert "force no NGO" in draw.floor_title(staff.totals(planted).printed_mean)


def test_one_verdict_under_every_premise_is_said_so(evidence: kz.Evidence) -> None:
    table = staff.premises(evidence, staff.totals(evidence))
    assert staff.tally(table).startswith("75 % with one employee: forced under 1, possible under 3")
    assert "Under every premise" in staff.tally(table[table.verdict == "ruled out"])
    same = table.assign(verdict="possible")
    assert "; and if" in staff.own_words(same)


# --- sources and origins left out -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["diachenko", "adal_azamat", "caci_forum", "author", "unknown", "ministry", "npo_kz"])
def test_what_is_left_runs_through(name: str) -> None:
    evidence = kz.load(without=name)
    found = staff.totals(evidence)
    table = staff.premises(evidence, found)
    words = [staff.tally(table), staff.own_words(table), staff.needed(evidence, found), staff.puzzle(evidence)]
    assert all(words)
    assert not any("None" in text or "nan" in text for text in [*words, *table.words])
    people = staff.people_per_ngo(evidence)
    assert draw.people(evidence, people).alt
    assert len(staff.headlines(evidence)) == 2


@pytest.mark.parametrize("name", ["kzexpert_reregistration", "minister"])
def test_without_the_article_the_page_stops_and_headlines_stay(name: str) -> None:
    evidence = kz.load(without=name)
    with pytest.raises(DataError, match="needs a number of NGOs and of their employees"):
        staff.totals(evidence)
    rows = staff.headlines(evidence)
    assert len(rows) == 1
    assert "cannot be said without" in rows[0]["answer"]


def test_left_out_names_every_origin(evidence: kz.Evidence) -> None:
    rows = staff.left_out(evidence).set_index("Left out")
    assert rows.loc["minister", "What is left"] == "the question cannot be asked"
    assert rows.loc["author", "Forced"] == 0
    assert {"diachenko", "kzexpert_reregistration", "adal_azamat", "caci_forum"} <= set(rows.index)


# --- the other tables -------------------------------------------------------------------------------------------------


def test_readings_hold_every_verdict(evidence: kz.Evidence) -> None:
    rows = staff.readings(evidence).set_index("Reading")
    assert rows.loc["“only” alone, numbers at face", "Exactly one, none idle"] == "50 to 100 %"
    assert rows.loc["no ceiling on N or E", "At most one, in any case"] == "0 to 100 %"
    assert rows.loc["N at most as registered in 2023", "NGOs"] == "20,000 to 23,335"
    assert set(rows["75 %"]) == {"possible"}
    assert "forced" in set(staff.readings(evidence, 0.3)["30 %"])


def test_two_ways_to_the_same_bounds() -> None:
    rows = staff.compared_with_programme(1.5, (0, 0.25, 0.5, 0.875), (2, 10, 100))
    assert rows.Equal.all()
    assert (rows["Closed form"] == "no staffing fits").any()


def test_facts(evidence: kz.Evidence) -> None:
    facts = staff.one_more_fact(found := staff.totals(evidence), 15_000, (10, 0.02), 0.3)
    shares = facts.set_index("If one knew")["Exactly one"]
    assert shares["15,000 NGOs pay anybody"] == "at most 75 %"
    assert shares["none is idle and 2 % have 10 or more"] == "66 to 98 %"
    assert "as few as 5.4" in staff.facts_help(facts)
    assert "contradict" in staff.facts_help(facts.assign(**{"Points left open": math.nan}))
    others = staff.staff_of_others(staff.premises(evidence, found), found, (0.75, 0.9))
    assert others["Others, printed numbers"].tolist() == ["3", "6"]


@pytest.mark.parametrize(
    ("bounds", "text"), [((0.4999999, 0.5), "49 to 50 %"), ((0.35, 0.9256), "35 to 93 %"), ((0, 1), "0 to 100 %")]
)
def test_bounds_are_rounded_outward(bounds: tuple[float, float], text: str) -> None:
    assert staff.share_text(Interval(*bounds)) == text


# --- charts -----------------------------------------------------------------------------------------------------------


def test_each_step_of_the_slider_holds_the_bounds(evidence: kz.Evidence) -> None:
    chart = draw.bounds_by_mean(evidence, staff.totals(evidence), [0, 25, 90], 0.75)
    steps = chart.fig.layout.sliders[0].steps
    assert [step.label for step in steps] == ["0 %", "25 %", "90 %"]
    for step, z in zip(steps, (0, 0.25, 0.9), strict=True):
        change, traces = step.args
        assert list(traces) == [0, 1, 2, 3, 4]
        for x, y, k, end in zip(
            change["x"], change["y"], (math.inf, math.inf, 1000, 100, 10), ("low", *["high"] * 4), strict=True
        ):
            for m, share in zip(x, y, strict=True):
                bounds = share_with_one(m, z, k)
                assert bounds is not None
                assert share == pytest.approx(100 * getattr(bounds, end), abs=1e-6)
    first = steps[0].args[0]
    assert [list(trace.y) for trace in chart.fig.data[:5]] == [list(y) for y in first["y"]]
    assert json.dumps(chart._repr_mimebundle_()["application/vnd.plotly.v1+json"]).count("NaN") == 0


def test_the_maps_title_and_the_bars_tell_the_finding(evidence: kz.Evidence) -> None:
    found = staff.totals(evidence)
    assert draw.edge(found, 0.75) in draw.verdict_map(evidence, found, 0.75).alt
    table = staff.premises(evidence, found, largest=10)
    bars = draw.premises_chart(evidence, table, 0.75)
    assert len(bars.fig.data) == table.bounds.notna().sum() == 6
    assert "no staffing fits" in bars.alt

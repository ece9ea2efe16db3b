"""Stages: known answers, brute force over small cases, and planted data that turn each verdict."""

from __future__ import annotations

import math
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import kzcivil as kz
from kzcivil import growth
from kzcivil import stages as s
from kzcivil.charts import stages as draw
from kzcivil.evidence import schemas
from kzcivil.intervals import Interval


@pytest.fixture(scope="module")
def evidence() -> kz.Evidence:
    return kz.load()


@pytest.fixture(scope="module")
def counts(evidence: kz.Evidence) -> pd.DataFrame:
    return s.longest(s.dated_counts(evidence))


def table(*rows: tuple[float, float, float, float]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["low", "high", "start", "end"], dtype="float64")
    return growth.dated(frame.assign(id=list("abcdefghij"[: len(rows)])))


def planted(evidence: kz.Evidence, name: str, key: str, changes: dict[str, Any]) -> kz.Evidence:
    """The evidence with one row changed."""
    tables = {table: evidence[table] for table in schemas()}
    rows = tables[name].copy()
    column = {"claims": "claim_id", "stages": "stage_id"}[name]
    for field, value in changes.items():
        rows.loc[rows[column] == key, field] = value
    return kz.Evidence({**tables, name: rows}, evidence.version)


# --- boundaries and distances


def test_every_boundary_lies_between_its_stages(evidence: kz.Evidence) -> None:
    edges = s.boundaries(evidence)
    assert len(edges) == 15
    assert (edges["first"] <= edges.low).all()
    assert (edges.low <= edges.high).all()
    assert (edges.high <= edges["last"]).all()
    for _, part in edges.groupby("scheme"):
        assert part.low.is_monotonic_increasing
    assert not edges.scheme.eq("nurgaziyeva").any()


def test_stages_with_a_gap_between_them_have_a_wide_boundary(evidence: kz.Evidence) -> None:
    wide = planted(evidence, "stages", "diachenko_text_3", {"start_low": 2000, "start_high": 2000})
    edge = s.boundaries(wide).set_index("edge").loc["diachenko_text_3"]
    assert (edge.low, edge.high) == (1998.0, 2000.0)


def test_nearest_is_exact_on_a_grid() -> None:
    grid = np.arange(0, 6.01, 0.25)
    others = [Interval(0, 2), Interval(3.5, 4), Interval(5, 5)]
    for moment in (Interval(1, 3), Interval(0, 6), Interval(2.5, 2.5), Interval(4, 6)):
        inside = [grid[(grid >= part.low) & (grid <= part.high)] for part in (moment, *others)]
        worst = [min(abs(a - b) for b in rest) for a, *rest in product(*inside)]
        found = s.nearest(moment, others)
        assert (found.low, found.high) == pytest.approx((min(worst), max(worst)), abs=0.13)
        assert found.low <= min(worst)
        assert found.high >= max(worst) - 1e-12


def test_agreement_has_its_chance_level(evidence: kz.Evidence) -> None:
    near = s.agreement(evidence)
    assert (near.sets > 0).all()
    assert ((near.chance_low >= 0) & (near.chance_low <= near.chance_high) & (near.chance_high <= 1)).all()
    assert near.chance_low.min() > 0.05
    moved = kz.Evidence(
        {name: evidence[name] for name in ("sources", "pieces", "events", "claims")}
        | {"stages": two_authors([1994, 2001, 2010], [1994, 2001, 2010])},
        "test",
    )
    same = s.agreement(moved).iloc[0]
    assert same.low == 0
    assert same.chance_high < 0.05


def two_authors(one: list[int], two: list[int]) -> pd.DataFrame:
    rows = []
    for scheme, piece, cuts in (("x", "aa_zhovtis", one), ("y", "dia_article", two)):
        starts, ends = [1985, *cuts], [cut - 1 for cut in cuts]
        for order, start in enumerate(starts):
            end = ends[order] if order < len(ends) else None
            row = {"stage_id": f"{scheme}_{order}", "scheme": scheme, "scheme_title": scheme, "order": order + 1}
            row |= {"label": "l", "start_low": start, "start_high": start, "end_low": end, "end_high": end}
            rows.append({**row, "source_id": "adal_azamat", "piece_id": piece, "line": 1, "lineage": None})
    return pd.DataFrame(rows)


def test_most_shared_counts_authors_not_schemes(evidence: kz.Evidence) -> None:
    most, years = s.most_shared(s.boundaries(evidence))
    assert most == 2
    assert 2003 in years
    later = planted(evidence, "stages", "kaliyev_2", {"start_low": 2003, "start_high": 2003})
    later = planted(later, "stages", "kaliyev_1", {"end_low": 2003, "end_high": 2003})
    assert s.most_shared(s.boundaries(later))[0] == 3


# --- counts


def test_definitions_share_no_series_without_the_named_assumption(evidence: kz.Evidence) -> None:
    everything = s.dated_counts(evidence)
    assert set(everything.definition) == {"unspecified", "registered", "operating"}
    assert set(s.longest(everything).definition) == {"unspecified", "registered"}
    assert set(s.longest(everything, unspecified_as_registered=False).definition) == {"unspecified"}
    assert set(s.longest(everything[everything.definition != "unspecified"]).definition) == {"registered"}
    assert set(everything.year[everything.circular]) == {1994, 1997}


def test_a_count_left_out_lets_its_repeat_speak(evidence: kz.Evidence) -> None:
    changed = planted(evidence, "claims", "aa_baig_ngos_1991", {"source_id": "caci_forum", "origin": "author"})
    ids = set(s.dated_counts(changed, leave_out=["ministry"]).id)
    assert "aa_chron_ngos_1991" not in ids
    assert "aa_baig_ngos_1991" in ids


def test_a_scheme_speaks_only_of_its_own_time(evidence: kz.Evidence, counts: pd.DataFrame) -> None:
    heard = {scheme.scheme: set(table.year) for scheme, _, table in s.heard_by(evidence, counts)}
    assert heard["diachenko_chart"] == {1991, 1994, 1997, 2003}
    assert heard["diachenko_cooperation"] == {1997, 2003, 2006}


# --- rates


def random_counts(seed: int) -> pd.DataFrame:
    draw = np.random.default_rng(seed)
    begin = np.sort(draw.integers(2000, 2009, 5)).astype(float)
    low = np.exp(draw.uniform(0, 3, 5).cumsum() / 2)
    high = low * np.exp(draw.uniform(0, 0.8, 5))
    rows = zip(low, high, begin, begin + draw.integers(0, 2, 5), strict=True)
    return table(*((float(a), float(b), float(c), float(d)) for a, b, c, d in rows))


def test_a_fit_without_a_fall_is_possible_exactly_when_it_is_found() -> None:
    for seed in range(3):
        counts = random_counts(seed)
        for moments in ([Interval(2002, 2003)], [Interval(2001, 2002), Interval(2005, 2006)]):
            assert s.possible(counts, moments) == (s.fit(counts, moments) is not None)


def test_support_tells_needed_from_not_needed(evidence: kz.Evidence, counts: pd.DataFrame) -> None:
    now, bare = s.support(evidence, counts), s.support(evidence, counts[~counts.circular])
    assert now["diachenko_text_2"] == now["diachenko_text_3"] == s.NEEDED
    assert now["diachenko_text_4"] == s.FREE
    assert now["kaliyev_3"] == s.RULED_OUT
    assert bare["diachenko_text_2"] == bare["diachenko_text_4"] == s.FREE
    assert bare["diachenko_chart_2"] == s.SILENT
    assert bare["kaliyev_3"] == bare["zhovtis_3"] == s.NEEDED
    assert (s.support(evidence, counts[:2]) == s.SILENT).all()


def test_the_fewest_rates_and_where_they_change(counts: pd.DataFrame) -> None:
    found, bare = s.fewest_rates(counts), s.fewest_rates(counts[~counts.circular])
    assert found is not None
    assert bare is not None
    assert (found[0], bare[0]) == (4, 2)
    assert "none can lie in 2003" in s.in_words(found, "They", 2003)
    assert s.fewest_rates(counts[:2]) is None


def test_planted_counts_turn_the_number_of_rates() -> None:
    even = table(*((100 * 2**k, 100 * 2**k, 2000 + k, 2000 + k) for k in range(5)))
    assert s.fewest_rates(even) == (1, [()])
    assert s.in_words(s.fewest_rates(even), "They") == "They need no change of rate: one constant rate gives them all."
    one = s.in_words((2, [(2003,), (2004,)]), "They", 2003)
    assert one == "They need at least 1 change of pace (2003-04); with so few, one can lie in 2003."
    assert "too few" in s.in_words(None, "They")


# --- divisions


def test_divisions_by_formula_and_by_enumeration() -> None:
    for dates in range(2, 11):
        for stages in range(1, 6):
            steps = dates - 1
            brute = sum(
                all((labels[i + 1] - labels[i]) in (0, 1) for i in range(steps - 1))
                for labels in product(range(stages), repeat=steps)
                if labels[0] == 0 and labels[-1] == stages - 1
            ) if stages**steps <= 20_000 else len(s.divisions(dates, stages))  # fmt: skip
            assert brute == len(s.divisions(dates, stages)) == math.comb(max(dates - 2, 0), stages - 1)
    assert [len(s.divisions(n, 4)) for n in (6, 7, 8)] == [4, 10, 20]


def test_few_dates_leave_one_division(evidence: kz.Evidence, counts: pd.DataFrame) -> None:
    room = s.room_for_rank(evidence, counts).set_index("scheme")
    assert room.divisions["diachenko_text"] == 1
    assert room.divisions["kaliyev"] == 10
    assert room.possible["kaliyev"] == 0


# --- claims on trial


def verdict_of(evidence: kz.Evidence, key: str) -> str:
    judged = s.verdicts(evidence, s.longest(s.dated_counts(evidence))).set_index("key")
    return str(judged.verdict[key])


def test_planted_counts_turn_the_verdicts(evidence: kz.Evidence) -> None:
    key = "dia_ngos_threefold_stage2"
    assert verdict_of(evidence, key) == s.CONTRADICT
    by_hand = {"bounds_note": "planted", "wording": "indefinite"}
    few = planted(evidence, "claims", "aa_baig_ngos_1994", {**by_hand, "low": 480.0, "high": 490.0})
    few = planted(few, "claims", "aa_baig_ngos_1997", {**by_hand, "low": 1450.0, "high": 1460.0})
    assert verdict_of(few, key) == s.CONFIRM
    assert verdict_of(few, "aa_baig_ngos_1997") == s.OPEN
    wide = planted(evidence, "claims", "aa_baig_ngos_1994", {**by_hand, "low": 300.0, "high": 900.0})
    assert verdict_of(wide, key) == s.OPEN
    gone = planted(evidence, "claims", "aa_baig_ngos_1994", {"start": pd.NaT, "end": pd.NaT})
    assert verdict_of(gone, key) == s.CANNOT
    same = planted(evidence, "claims", "kxr_ngos_registered", {**by_hand, "low": 3500.0, "high": 3600.0})
    assert (verdict_of(evidence, "kaliyev_2"), verdict_of(same, "kaliyev_2")) == (s.CONTRADICT, s.CONFIRM)


def test_planted_sums_turn_the_words_on_money(evidence: kz.Evidence) -> None:
    assert "the sum fell" in s.money_words(s.tenders(evidence))
    rich = planted(evidence, "claims", "dia_tender1_sum", {"value": 5e6, "step": 1e5})
    assert "the sum rose" in s.money_words(s.tenders(rich))
    none = planted(evidence, "claims", "dia_tender1_sum", {"wording": "lost"})
    assert "nothing can be said" in s.money_words(s.tenders(none))
    assert s.tenders(evidence).tender.tolist() == [1, 2, 3]


def test_late_words_turn_with_the_count_of_2018(evidence: kz.Evidence, counts: pd.DataFrame) -> None:
    assert "surely slower" in s.late_words(evidence, counts)
    low = counts.assign(
        low=counts.low.where(counts.year != 2018, 6000), high=counts.high.where(counts.year != 2018, 7000)
    )
    assert "perhaps no slower" in s.late_words(evidence, low)
    assert "Nothing can be said" in s.late_words(evidence, counts[counts.year != 2018])


# --- results and charts


@pytest.mark.parametrize("left_out", ["diachenko", "adal_azamat"])
def test_headlines_and_charts_survive_without_a_source(left_out: str) -> None:
    less = kz.load(without=left_out)
    rows = s.headlines(less)
    assert {tuple(row) for row in rows} == {("question", "answer", "hangs_on", "notebook")}
    everything = s.dated_counts(less)
    one = s.longest(everything)
    full = s.stage_rates(less, one)
    grid = pd.DataFrame({"as set": s.support(less, one)})
    shown = [
        draw.periodizations(less, everything, "A title"),
        draw.distance_map(less, s.distances(s.boundaries(less)), "A title"),
        draw.rates(less, full, full, "A title"),
        draw.change_strip(less, {"as set": [Interval(1994, 1997)], "none": None}, "A title"),
        draw.support_map(less, grid, "A title"),
    ]
    assert all("A title" in chart.alt for chart in shown)


def test_headlines_name_what_moves_them(evidence: kz.Evidence, counts: pd.DataFrame) -> None:
    first, second = (row["answer"] for row in s.headlines(evidence))
    assert "no year can be one for more than 2 of them" in first
    assert "at least 3 changes of pace" in first
    assert "none can lie in 2003" in first
    assert second.startswith("None for sure")
    with_them, without = second.split("without them")
    assert "Diachenko (1994, 1997 and 1998)" in with_them
    assert "Kaliyev (1999-2000 and 2019)" in without
    assert "Diachenko" not in without


def test_planted_counts_turn_the_headlines(evidence: kz.Evidence, counts: pd.DataFrame) -> None:
    alone = {"piece_id": "kxr_article"}
    free = planted(planted(evidence, "claims", "aa_baig_ngos_1994", alone), "claims", "aa_baig_ngos_1997", alone)
    assert "no count is an author's own" in s.headlines(free)[1]["answer"]
    few = counts[counts.year.isin([1997, 2003, 2018, 2023])]
    sure = s.supported(evidence, pd.concat([few, counts[counts.year == 1994]]))
    assert sure.startswith("Surely boundaries of ")
    tables = {name: evidence[name] for name in schemas()}
    agreed = kz.Evidence({**tables, "stages": two_authors([1994, 2001], [1994, 2001])}, "test")
    assert "one year can be one for each of them" in s.told(agreed)
    one = kz.Evidence({**tables, "stages": tables["stages"][tables["stages"].scheme == "kaliyev"]}, "test")
    assert "nobody is left" in s.told(one)


def test_a_folder_of_planted_counts_turns_the_headline(tmp_path: Path) -> None:
    claims = kz.load().claims
    row = claims[claims.claim_id == "kxr_ngos_registered"].assign(low=6000, high=7000, bounds_note="planted for a test")
    row.to_csv(tmp_path / "claims.csv", index=False, date_format="%Y-%m-%d")
    before, after = (s.headlines(one)[0]["answer"] for one in (kz.load(), kz.load(tmp_path)))
    assert before != after

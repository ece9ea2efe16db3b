"""People and places: ratios, what the printed counts leave, shares that bind each other, and verdicts that turn."""

from __future__ import annotations

import math
from itertools import product
from pathlib import Path

import pandas as pd
import pytest

import kzcivil as kz
from kzcivil import Interval
from kzcivil import regions as r
from kzcivil.charts import regions as draw
from kzcivil.evidence import DataError, Evidence, bundle_folder, schemas
from kzcivil.intervals import joint

EVERYTHING = kz.load()
LEFT_OUT = ["caci_forum", "diachenko", "kzexpert_reregistration", "adal_azamat", "ministry", "akimat", "unknown"]
SENTENCES = [
    r.say_density,
    r.say_no_ranking,
    r.say_people,
    r.say_naming,
    r.say_stock_flow,
    r.say_fields,
    r.say_rights,
]


def planted(changes: dict[str, dict[str, object]], table: str = "claims", key: str = "claim_id") -> Evidence:
    """The bundle with cells of some rows changed."""
    tables = {name: EVERYTHING[name] for name in schemas()}
    rows = tables[table].copy()
    for name, cells in changes.items():
        hit = rows[key] == name
        assert hit.sum() == 1, name
        for column, value in cells.items():
            rows.loc[hit, column] = value
    return Evidence({**tables, table: rows}, EVERYTHING.version)


def places(evidence: Evidence, base: str) -> pd.DataFrame:
    """The table by region, with the ends of its intervals as columns ``_low`` and ``_high``."""
    table = r.places(evidence, base).set_index("region")
    for name in ("ngos", "ngo_share", "people", "people_share", "per_100k"):
        for end in ("low", "high"):
            table[f"{name}_{end}"] = [getattr(one, end) if one else math.nan for one in table[name]]
    return table


def exact(value: float) -> dict[str, object]:
    return {"value": value, "low": value, "high": value, "step": 1.0, "wording": "bare"}


# --- by hand


def test_places_by_hand() -> None:
    table = places(EVERYTHING, "2024")
    people = EVERYTHING.context.query("series == 'population_region' and year == 2024").set_index("code").value
    counts = {"KZ-75": 5017, "KZ-71": 3554, "KZ-79": 1512, "KZ-35": 1237, "KZ-43": 1217}
    assert table.ngos_low["rest"] == 23_335 - sum(counts.values()) == 10_798
    for code, count in counts.items():
        assert table.per_100k_low[code] == pytest.approx(1e5 * count / people[code])
    others = people.sum() - sum(people[code] for code in counts)
    assert table.per_100k_high["rest"] == pytest.approx(1e5 * 10_798 / others)
    assert table.ngo_share_low.drop("country").sum() == pytest.approx(100)
    assert table.people_share_low.drop("country").sum() == pytest.approx(100)


def test_the_rest_of_2023_is_a_range_over_the_population() -> None:
    table = places(EVERYTHING, "2023")
    country = r.country_population(EVERYTHING, 2023)
    five = table.people_low.drop(["rest", "country"]).sum()
    assert table.per_100k_low["rest"] == pytest.approx(1e5 * 10_798 / (country.high - five))
    assert table.per_100k_high["rest"] == pytest.approx(1e5 * 10_798 / (country.low - five))


def test_the_printed_word_of_a_rounded_total_gives_a_range() -> None:
    share = r.printed_together(r.both_bases(EVERYTHING, "aa_chron_ngos_2023"), "ngo")
    assert share.low == pytest.approx(100 * 12_537 / 23_500)
    assert share.high == pytest.approx(100 * 12_537 / 22_500)


def test_ratios_by_hand() -> None:
    table = r.ratios(EVERYTHING, "conversational").set_index(["title", "year"])
    assert table.loc[("People employed per registered NGO", "2018"), "low"] == pytest.approx(29_500 / 24_000)
    assert table.loc[("Services per volunteer", "2023"), "high"] == pytest.approx(1.2)
    assert table.loc[("Services per volunteer", "2023"), "kind"] == "flow to stock"
    assert (table.low <= table.face).all()
    assert (table.face <= table.high + 1e-9).all()


def test_experts_stand_as_stock_and_as_flow() -> None:
    kinds = r.printed_people(EVERYTHING).set_index("claim_id").kind
    assert kinds["aa_chair_experts"] == "stock"
    assert kinds["aa_part_experts"] == "flow, a year"
    assert "stays" in r.say_stock_flow(EVERYTHING)
    assert "not printed both" in r.say_stock_flow(planted({"aa_part_experts": {"timing": "at"}}))


def test_open_ends_divide() -> None:
    values = {"a": Interval(10, math.inf), "b": Interval(5, 20)}
    assert joint("a / b", values) == Interval(0.5, math.inf)
    assert joint("b / a", values) == Interval(0, 2)


# --- active NGOs, against every whole-number case


@pytest.mark.parametrize(
    ("part", "whole"), [((2, 3), (9, 12)), ((0, 4), (4, 10)), ((1, 1), (12, 12)), ((4, 4), (4, 4))]
)
def test_the_share_elsewhere_is_the_hull_of_all_cases(part: tuple[int, int], whole: tuple[int, int]) -> None:
    registered_part, registered = 4, 12
    evidence = planted(
        {
            r.PART_REGISTERED: exact(registered_part),
            r.REGISTERED: exact(registered),
            r.PART_ACTIVE: {"value": part[0], "value_to": part[1], "wording": "between", "bounds_note": pd.NA},
            r.ACTIVE: {"value": whole[0], "value_to": whole[1], "wording": "between", "bounds_note": pd.NA},
        }
    )
    possible = [
        100 * (all_ - some) / (registered - registered_part)
        for some, all_ in product(range(part[0], part[1] + 1), range(whole[0], whole[1] + 1))
        if some <= registered_part and 0 <= all_ - some <= registered - registered_part
    ]
    found = r.activity(evidence).rest
    assert (found is None) == (not possible)
    assert found is None or (found.low, found.high) == (pytest.approx(min(possible)), pytest.approx(max(possible)))


def test_counts_that_cannot_hold_together_are_a_finding() -> None:
    evidence = planted({r.PART_ACTIVE: exact(3000), r.ACTIVE: exact(2000)})
    assert r.activity(evidence).rest is None
    assert "cannot both hold" in r.say_activity(evidence)
    assert "cannot both be" in draw.activity_title(evidence)


@pytest.mark.parametrize(
    ("active", "verdict", "words"),
    [(1000, "below", "Then"), (2900, "undecided", "may agree"), (3540, "above", "Astana lies above")],
)
def test_the_verdict_on_astana_turns(active: int, verdict: str, words: str) -> None:
    evidence = planted({r.PART_ACTIVE: exact(active)})
    talk = r.activity(evidence, "conversational")
    assert talk.part.compare(talk.whole) == verdict
    assert words in r.say_activity(evidence)
    assert {"below": "lies below", "above": "lies above"}.get(verdict, "may agree") in draw.activity_title(evidence)


def test_the_stretch_of_the_word_is_where_the_shares_begin_to_agree() -> None:
    logical = r.activity(EVERYTHING)
    stretch = logical.whole.low / logical.part.low
    assert f"{kz.number(stretch)} times" in r.say_activity(EVERYTHING)
    near, far = (r.activity(EVERYTHING, "conversational", stretch - 1 + gap) for gap in (-0.01, 0.01))
    assert near.part.compare(near.whole) == "below"
    assert far.part.compare(far.whole) == "undecided"


# --- verdicts on places turn with planted data


def test_printed_regions_with_less_than_their_share() -> None:
    few = {claim: exact(400) for claim in r.printed_counts(EVERYTHING).claim_id}
    evidence = planted(few)
    assert "less than their share" in r.say_where(evidence)
    assert "have fewer" in r.say_density(evidence)
    assert draw.shares_title(evidence).startswith("No printed region is far above")


def test_parts_above_the_whole_are_said() -> None:
    assert "add up to more" in r.say_where(planted({"aa_inf_registered_almaty": exact(20_000)}))


def test_no_region_can_pass_if_nothing_is_left() -> None:
    evidence = planted({r.REGISTERED: exact(12_600)})
    assert not r.needed_to_pass(evidence).fits.any()
    assert "No region without a count could" in r.say_no_ranking(evidence)


def test_the_number_needed_is_the_least_that_passes() -> None:
    first = r.needed_to_pass(EVERYTHING).iloc[0]
    densest = places(EVERYTHING, "2024").per_100k_high.max()
    assert 1e5 * first.needed / first.people > densest >= 1e5 * (first.needed - 1) / first.people


def test_a_region_more_fills_the_map_and_shrinks_the_rest(tmp_path: Path) -> None:
    claims = pd.read_csv(bundle_folder() / "claims.csv", dtype=str, keep_default_na=False)
    row = claims[claims.claim_id == "aa_inf_registered_kyzylorda"].assign(
        claim_id="own_registered_pavlodar",
        as_printed="Pavlodar 900",
        value="900",
        low="900",
        high="900",
        region="KZ-55",
    )
    row.to_csv(tmp_path / "claims.csv", index=False)
    evidence = kz.load(tmp_path)
    assert "Pavlodar" in r.printed_counts(evidence).title.tolist()
    table = places(evidence, "2024")
    assert table.ngos_low["rest"] == 10_798 - 900
    assert "6 of 20" in draw.map_title(evidence)
    assert "Pavlodar 900" in draw.tile_map(evidence, "t").alt
    early = places(evidence, "2023")
    assert math.isnan(early.per_100k_low["KZ-55"])
    assert math.isnan(early.per_100k_low["rest"])


def test_named_then_and_printed_now() -> None:
    table = r.then_and_now(EVERYTHING).set_index("name")
    assert table.loc["Southern Kazakhstan", ["parts", "printed_parts", "ngos"]].tolist() == [2, 1, 1512]
    assert table.missing["Almaty"] == ""
    assert table.printed_parts["Eastern Kazakhstan"] == 0
    assert "all of them were split" in draw.naming_title(EVERYTHING)
    joined = planted({"KZ-10": {"split_from": pd.NA}}, "regions", "region")
    assert "2 of them were split" in draw.naming_title(joined)


def test_each_mentioned_region_is_one_that_bears_the_printed_name() -> None:
    regions = EVERYTHING.regions.set_index("region")
    for row in r.listed(EVERYTHING, "region").itertuples():
        assert row.as_printed in {regions.title[row.item], *regions.names_in_sources[row.item].split("; ")}


def test_the_lists_name_fields_and_are_left_out_with_their_origin() -> None:
    fields = r.listed(EVERYTHING, "field")
    assert fields.groupby("list_id").item.nunique().tolist() == fields.groupby("list_id").size().tolist()
    assert set(fields.year) == {"2003", "c. 2006", "2023"}
    assert r.say_rights(EVERYTHING) == (
        "Human rights are named in 2 of 3 lists of about 2006 and in 1 of 6 of 2023 (Citizen)."
    )
    left = r.listed(kz.load(without=["speaker"]), "field")
    assert set(fields.list_id) - set(left.list_id) == {"aa_citizen_fields", "aa_solovyova_fields"}


def test_the_change_in_vulnerable_groups_turns() -> None:
    assert "the printed share is higher" in r.say_fields(EVERYTHING, "conversational")
    assert "is open" in r.say_fields(EVERYTHING, "logical")
    assert "the printed share is lower" in r.say_fields(planted({"aa_waw_third_social": exact(15)}))
    assert "do not make up" in r.say_fields(planted({"dia_field_share_social": {"low": 50.0, "value": 50.0}}))


def test_employed_people_turn() -> None:
    assert "does not explain the fall" in r.say_people(EVERYTHING, "conversational")
    assert "may agree" in r.say_people(EVERYTHING, "logical")
    assert "rose" in r.say_people(planted({"kxr_people_employed": exact(9_000_000)}), "conversational")


# --- nothing breaks


@pytest.mark.parametrize("name", LEFT_OUT)
def test_left_out_evidence_leaves_sentences_and_tables(name: str) -> None:
    evidence = kz.load(without=[name])
    for say in SENTENCES:
        assert isinstance(say(evidence), str)
    rows = r.headlines(evidence)
    assert [set(row) for row in rows] == [{"question", "answer", "hangs_on", "notebook"}] * 3
    assert all(isinstance(cell, str) for row in rows for cell in row.values())
    assert list(r.places(evidence).columns) == list(r.places(EVERYTHING).columns)
    assert list(r.ratios(evidence, "conversational").columns) == list(r.ratios(EVERYTHING).columns)
    r.activity_in_words(evidence)


@pytest.mark.parametrize("name", ["diachenko", "adal_azamat", "akimat"])
def test_left_out_evidence_leaves_charts(name: str) -> None:
    evidence = kz.load(without=[name])
    draws = [
        draw.people_per_ngo(evidence),
        draw.tile_map(evidence, draw.map_title(evidence)),
        draw.shares(evidence, "2023", draw.shares_title(evidence)),
        draw.activity(evidence),
        draw.naming_map(evidence),
        draw.field_matrix(evidence, r.say_rights(evidence)),
    ]
    assert all(chart.alt for chart in draws)


def test_the_map_shows_the_unknown_as_unknown() -> None:
    fig = draw.tile_map(EVERYTHING, "t").fig
    hatched = [trace for trace in fig.data if trace.marker.pattern.shape == "/"]
    dashes = [note for note in fig.layout.annotations if note.text == "<b>–</b>"]
    assert len(hatched) == len(dashes) == 15
    assert len(fig.data) == 20


def test_an_unknown_base_is_named() -> None:
    with pytest.raises(DataError, match=r"2020.*2023, 2024"):
        r.places(EVERYTHING, "2020")


def test_the_title_on_people_turns() -> None:
    table = r.ratios(EVERYTHING, "conversational")
    per_ngo = table[table.title.str.contains("NGO") & (table.unit == "people")]
    assert "degree holders, or volunteers" in draw.people_title(per_ngo)
    employed = per_ngo[per_ngo.title.str.startswith("People employed")]
    assert draw.people_title(employed).endswith("2018, or c. 2006")
    assert "may agree" in draw.people_title(employed.iloc[:1])
    assert draw.people_title(per_ngo.iloc[:0]).startswith("No number")

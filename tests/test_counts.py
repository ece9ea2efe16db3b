"""What the page on the number of NGOs says, against hand-made numbers and planted data."""

from __future__ import annotations

from itertools import combinations

import pandas as pd
import pytest
from conftest import Plant

import kzcivil as kz
from kzcivil import counts as c
from kzcivil.charts import growth as draw
from kzcivil.evidence import DataError, Evidence
from kzcivil.intervals import Interval
from kzcivil.prose import outward

TABLES = ("sources", "pieces", "measures", "origins", "claims", "events", "stages", "derivations", "pairs", "context")


def planted(
    evidence: Evidence, changes: dict[str, dict[str, object]], new: tuple[int, float] | None = None
) -> Evidence:
    """The evidence with bounds and wordings changed, and perhaps an exact count of a further year."""
    claims = evidence.claims.set_index("claim_id", drop=False)
    for claim_id, cells in changes.items():
        for column, value in {"bounds_note": "planted", **cells}.items():
            claims.loc[claim_id, column] = value
    if new is not None:
        year, value = new
        row = claims.loc[[c.REGISTERED_2023]].assign(
            claim_id="planted", value=value, low=value, high=value, bounds_note="planted"
        )
        row["start"], row["end"] = pd.Timestamp(f"{year}-01-01"), pd.Timestamp(f"{year}-12-31")
        claims = pd.concat([claims, row])
    return Evidence({name: evidence[name] for name in TABLES} | {"claims": claims.reset_index(drop=True)}, "planted")


def exactly(value: float) -> dict[str, object]:
    return {"value": value, "low": value, "high": value, "wording": "bare"}


# --- the printed counts


def test_every_dated_count_is_on_the_page_once(evidence: Evidence) -> None:
    rows = c.printed(evidence)
    claims = evidence.claims
    wanted = claims[claims.measure.isin(list(c.DEFINITIONS)) & (claims.wording != "lost")].dropna(subset=["start"])
    assert sorted(rows.id) == sorted(wanted.claim_id)
    assert rows.id[rows.restates].tolist() == ["aa_chron_ngos_2023"]
    assert c.printed(evidence, number="face").restates.tolist() == rows.restates.tolist()


def test_definitions_share_no_series(evidence: Evidence) -> None:
    rows = c.printed(evidence)
    assert set(c.series(rows, pooled=False).measure) == {"ngos_registered"}
    assert set(c.series(rows).measure) == {"ngos_registered", "ngos"}
    side = c.series(rows, operating=True)
    assert side.start.dt.year.tolist().count(2003) == 1
    assert c.REGISTERED_2003 not in set(side.id)
    assert not c.series(rows).id.duplicated().any()


def test_no_count_at_all_is_one_clear_message(evidence: Evidence) -> None:
    with pytest.raises(DataError, match=r"claims\.csv holds no dated count"):
        c.printed(kz.load(without=[name for name in evidence.sources.source_id if name != "kzexpert_alliance"]))


# --- growth


def test_growth_by_hand(evidence: Evidence) -> None:
    table = c.pair_growth(c.printed(evidence)).set_index(["first", "second"])
    row = table.loc[(c.REGISTERED_2003, c.REGISTERED_2023)]
    assert row.factor.low == pytest.approx(23335 / 3550)
    assert row.rate.low == pytest.approx((23335 / 3550) ** (1 / 21) - 1)
    assert row.rate.high == pytest.approx((23335 / 3450) ** (1 / 19) - 1)
    assert row.net.high == pytest.approx((23335 - 3450) / 19)
    assert set(c.pair_growth(c.printed(evidence), pooled=False)["first"]) <= {
        c.REGISTERED_2003,
        c.OPERATING_2003,
        c.REGISTERED_2018,
    }


def test_growth_slowed_after_2018_in_every_way(evidence: Evidence) -> None:
    turns = c.turns_of_2018(evidence, 0.2)
    assert len(turns) == 4
    assert {turn.verdict for turn in turns} == {"slower"}
    heads = c.turns_of_2018(evidence, 0.2, per_head=True)
    assert [turn.verdict for turn in heads] == ["slower"] * 4
    assert "holds" in c.said_firm(turns)
    turn = turns[0]
    assert turn.after.rate.high == pytest.approx((23335 / 20000) ** (1 / 4) - 1)
    assert turn.before.rate.low == pytest.approx((20000 / 3550) ** (1 / 16) - 1)
    assert turn.left is not None
    assert turn.left.high == pytest.approx((23335 / 20000 / 1.0855) ** (1 / 3) - 1)
    people = evidence.context.query("series == 'population'").set_index("year").value
    per_head = (23335 / people[2023]) / (20000 / people[2018])
    assert heads[0].after.factor.high == pytest.approx(per_head)


@pytest.mark.parametrize(("last", "verdict"), [(90000, "faster"), (23335, "slower"), (40000, "undecided")])
def test_a_planted_count_turns_the_verdict_on_2018(evidence: Evidence, last: float, verdict: str) -> None:
    changed = planted(evidence, {c.REGISTERED_2023: exactly(last), c.REGISTERED_2018: exactly(20000)})
    turn = c.turn_of_2018(changed)
    assert turn is not None
    assert turn.verdict == verdict
    words = {"slower": "It slowed", "faster": "It rose", "undecided": "cannot be told"}
    assert words[verdict] in c.said_turn(turn)
    card = str(c.quotes(changed))
    assert ("more slowly" in card) == (verdict == "slower")
    assert ("grew faster" in card) == (verdict == "faster")


def test_rounding_is_outward() -> None:
    assert outward(Interval(3.9308, 3.9308)) == Interval(3.93, 3.94)
    assert outward(Interval(-0.666, 155.2)) == Interval(-0.666, 156)
    assert outward(Interval(0, float("inf"))) == Interval(0, float("inf"))
    assert outward(Interval(23335, 23335)) == Interval(23335, 23335)
    assert c.per_cent(Interval(-1, 0.039308)) == "at most 3.94 %"


# --- what must give


def test_the_conflicts_by_hand(evidence: Evidence) -> None:
    """The two disputes, from the bounds alone."""
    found = c.must_give(evidence)
    pairs = {frozenset(name.split(" (")[0] for name in conflict) for conflict in found.conflicts}
    assert pairs == {
        frozenset({"3,500 registered", "4,500 operating"}),
        frozenset({"several dozen", "1,500", "threefold growth"}),
    }
    assert found.least == 2
    assert len(found.removals) == 6
    talk = c.must_give(evidence, words="conversational")
    assert talk.least == 3
    assert any("150 or more" in " ".join(conflict) for conflict in talk.conflicts)
    apart = c.must_give(evidence, derived_apart=True)
    assert all(any("4,500 operating" in name for name in names) for names in apart.removals)


def test_sets_hit_every_conflict(evidence: Evidence) -> None:
    """Brute force: the smallest sets are exactly the smallest that meet each conflict."""
    found = c.must_give(evidence, words="conversational")
    names = sorted(frozenset.union(*found.conflicts))
    for size in range(len(names)):
        hits = {frozenset(s) for s in combinations(names, size) if all(set(s) & k for k in found.conflicts)}
        if hits:
            assert set(found.removals) == hits
            break


def test_a_mended_count_takes_a_conflict_away(plant: Plant) -> None:
    """The same through a reader's folder: an operating count below the registered one."""
    mended = {"low": "3350", "high": "3450", "bounds_note": "planted"}
    changed = kz.load(plant("claims", {c.OPERATING_2003: mended, "caci_ngos_operating_2003_again": mended}))
    assert c.must_give(changed).least == 1
    assert "at least 1 must be wrong" in str(c.quotes(changed))


# --- rates and segments


def test_four_segments_and_not_fewer(evidence: Evidence) -> None:
    table = c.series(c.printed(evidence))
    found = c.fits({"a": table}, most_falling=1)
    assert found["Never falling"].tolist() == ["impossible", "impossible", "impossible", "possible"]
    assert found["One falling"].tolist() == ["impossible", "impossible", "not asked", "not asked"]
    assert found["Counts to give up"].tolist() == [3, 2, 1, 0]
    assert found.Parameters.iloc[-1] > found.Counts.iloc[-1]
    assert c.fewest_segments(table) == 4
    assert c.fewest_segments(c.series(c.printed(evidence), pooled=False)) == 2
    assert c.fewest_segments(c.series(c.printed(evidence, number="face"))) is None
    shown = draw.break_places(evidence, found, c.boundaries(evidence), 2003).alt
    assert "not at 2003" in shown
    assert "break 3: 2010 to 2020" in shown


def test_counts_of_one_rate_are_seen_as_such(evidence: Evidence) -> None:
    """Counts planted on one path of 10 % a year turn the verdict and the title."""
    years = {c.NGOS_1991: 1991, c.NGOS_1994: 1994, c.NGOS_1997: 1997, c.REGISTERED_2003: 2003, c.NGOS_2006: 2006}
    years |= {c.REGISTERED_2018: 2018, c.REGISTERED_2023: 2023}
    changed = planted(evidence, {key: exactly(round(1106 * 1.1 ** (year - 1991))) for key, year in years.items()})
    table = c.series(c.printed(changed))
    assert c.said_fit(table).startswith("Yes")
    assert c.said_fit(c.series(c.printed(evidence))).startswith("No")
    fits = c.fits({"planted": table}, most_breaks=1, most_falling=-1)
    assert "One rate meets" in draw.break_places(changed, fits, c.boundaries(changed), 2003).alt
    assert "steady rate" not in str(c.quotes(changed))


def test_titles_of_places_have_all_branches(evidence: Evidence) -> None:
    edges = c.boundaries(evidence)
    registered = c.fits({"a": c.series(c.printed(evidence), pooled=False)}, most_breaks=1, most_falling=-1)
    assert "also at 2003" in draw.break_places(evidence, registered, edges, 2003).alt
    face = c.fits({"a": c.series(c.printed(evidence, number="face"))}, most_breaks=0, most_falling=-1)
    assert "No joined segments" in draw.break_places(evidence, face, edges, 2003).alt


# --- disputes, trials, ladder


def test_disputes_by_hand(evidence: Evidence) -> None:
    table = c.dispute_2003(evidence)
    verdict = table.set_index(["If it is", "After: until"])["After 2003"]
    assert set(verdict["3,500"]) == {"undecided"}
    assert verdict["4,500", "23,335 (2023)"] == "slower"
    early = c.dispute_1994(evidence).set_index("If it is")
    assert early["Organisations 1994"]["threefold, to 1,500"].low == pytest.approx(1250 / 3.5)
    assert early["Organisations 1994"]["threefold, to 1,500"].high == pytest.approx(1750 / 2.5)
    assert early["Organisations 1997"]["threefold, from several dozen"] == Interval(20 * 2.5, 99 * 3.5)


def test_rates_on_trial(evidence: Evidence) -> None:
    logical, talk = (c.rates_on_trial(evidence, **reading) for reading in c.both_readings(0.2))
    new, holds = logical["Printed growth"].str.startswith("150"), "Both can be true"
    assert logical[holds][new].all()
    assert not talk[holds][new & talk["Set against"].str.contains("8.6%")].any()
    assert not logical[holds][logical["Printed growth"].str.startswith("threefold")].any()
    assert c.coincidences(evidence)[0] == ["4,500 (2003) → 23,335 (2023)"]


def test_ladder_and_the_rest_of_the_country(evidence: Evidence) -> None:
    rungs = c.ladder(evidence, words="conversational").set_index("claim_id")
    assert rungs.share[c.OPERATING_2003].low > 100
    assert rungs.share["kxr_ngos_active"].high == pytest.approx(100 * 999 / 20000)
    assert all(share.high <= 100 for share in c.ladder(evidence).share[1:])
    found = c.rest_of_country(evidence, words="conversational")
    assert found is not None
    assert found[0].low == pytest.approx(100 * 1000 / 3554)
    assert found[1].low == pytest.approx(100 * (18000 - 1200) / (23335 - 3554))


def test_the_gap_is_as_wide_as_its_neighbours(evidence: Evidence) -> None:
    table = c.series(c.printed(evidence))
    assert c.gap_range(table, (2007, 2017)) == Interval(5000, 23335)
    changed = planted(evidence, {}, new=(2012, 9000))
    found = c.series(c.printed(changed))
    assert len(found) == len(table) + 1
    assert c.gap_range(found, (2013, 2017)) == Interval(9000, 23335)
    assert c.said_gap(changed, found) != c.said_gap(evidence, table)


def test_a_fall_is_said(evidence: Evidence) -> None:
    assert "At face, the number fell" in c.fallen(evidence)
    assert c.fallen(evidence, pooled=False).startswith("No two counts")
    fall = planted(evidence, {}, new=(2012, 2000))
    assert "certainly fell" in c.fallen(fall)
    assert c.said_gap(fall, c.series(c.printed(fall))).startswith("The counts clash")


# --- leaving out, and the results table


@pytest.mark.parametrize(
    "name", ["diachenko", "adal_azamat", "kzexpert_reregistration", "caci_forum", "ministry", "unknown"]
)
def test_every_sentence_stands_without_a_source(name: str) -> None:
    less = kz.load(without=name)
    rows = c.printed(less)
    for row in c.headlines(less):
        assert row["answer"]
        assert "nan" not in row["answer"]
    assert c.sides_of_2003(rows)
    c.in_words(c.pair_growth(rows))
    c.in_words(c.rates_on_trial(less))
    assert len(c.quotes(less)["may_not"]) == 3
    assert c.said_gap(less, c.series(rows))
    if name == "adal_azamat":
        assert c.turn_of_2018(less) is None
        assert c.must_give(less).least == 0


def test_sensitivity_and_headlines(evidence: Evidence) -> None:
    table = c.sensitivity(evidence).set_index("Case")
    assert len(table) <= 20
    assert table["Statements that must give"]["conversational words"] == 3
    assert table["After 2018"]["without kz.expert on re-registration"] == "cannot be said"
    assert len(c.headlines(evidence)) == 5
    assert {row["notebook"] for row in c.headlines(evidence)} == {"02_growth"}
    assert len(c.used(evidence)) <= 20


def test_charts_tell_their_finding(evidence: Evidence) -> None:
    rows = c.printed(evidence)
    face = draw.every_count(evidence, rows, 0.2)
    assert "22 printed counts" in face.alt
    shown = sum(len(trace.x) for trace in face.fig.data if trace.mode == "markers" and trace.hovertext is not None)
    assert shown == len(rows[rows.scope != "region"])
    pairs = [c.pair_growth(c.printed(evidence, **r)) for r in c.both_readings(0.2)]
    assert "8.09 to 9.02 %" in draw.rates(evidence, *pairs, "x").alt
    rungs = [c.ladder(evidence, **r) for r in c.both_readings(0.2)]
    assert "4,500 operating" in draw.ladder(evidence, *rungs, "x").alt
    assert "2007 to 2017" in draw.allowed_range(evidence, c.series(rows), "x").alt

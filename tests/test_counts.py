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
        c.printed(kz.load(without=list(evidence.sources.source_id)))


# --- growth


def test_growth_by_hand(evidence: Evidence) -> None:
    table = c.pair_growth(c.printed(evidence)).set_index(["first", "second"])
    row = table.loc[(c.REGISTERED_2003, c.REGISTERED_2023)]
    assert row.factor_low == pytest.approx(23335 / 3550)
    assert row.rate_low == pytest.approx((23335 / 3550) ** (1 / 21) - 1)
    assert row.rate_high == pytest.approx((23335 / 3450) ** (1 / 19) - 1)
    assert row.net_high == pytest.approx((23335 - 3450) / 19)
    assert set(c.pair_growth(c.printed(evidence), pooled=False)["first"]) <= {
        c.REGISTERED_2003,
        c.OPERATING_2003,
        c.REGISTERED_2018,
    }


def test_growth_slowed_after_2018_in_every_way(evidence: Evidence) -> None:
    turns = c.turns_of_2018(evidence, 0.2)
    assert len(turns) == 4
    assert {turn.verdict for turn in turns} == {"slower"}
    assert {turn.verdict_per_head for turn in turns} == {"slower"}
    assert "holds" in c.said_firm(turns)
    turn = turns[0]
    assert turn.after.rate.high == pytest.approx((23335 / 20000) ** (1 / 4) - 1)
    assert turn.before.rate.low == pytest.approx((20000 / 3550) ** (1 / 16) - 1)
    assert turn.left is not None
    assert turn.left.high == pytest.approx((23335 / 20000 / 1.0855) ** (1 / 3) - 1)
    people = evidence.context.query("series == 'population'").set_index("year").value
    per_head = (23335 / people[2023]) / (20000 / people[2018])
    assert turn.after_per_head is not None
    assert turn.after_per_head.factor.high == pytest.approx(per_head)


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
    assert c.outward(Interval(3.9308, 3.9308)) == Interval(3.93, 3.94)
    assert c.outward(Interval(-0.666, 155.2)) == Interval(-0.666, 156)
    assert c.outward(Interval(0, float("inf"))) == Interval(0, float("inf"))
    assert c.outward(Interval(23335, 23335)) == Interval(23335, 23335)
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
    assert c.least_to_give(found) == 2
    assert len(found.removals) == 6
    talk = c.must_give(evidence, words="conversational")
    assert c.least_to_give(talk) == 3
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
    assert c.least_to_give(c.must_give(changed)) == 1
    assert "at least 1 must be wrong" in str(c.quotes(changed))


# --- rates and segments


def test_four_segments_and_not_fewer(evidence: Evidence) -> None:
    table = c.series(c.printed(evidence))
    found = c.fits(table)
    assert found.fits.tolist() == [False, False, False, True]
    assert found.give_up.tolist() == [3, 2, 1, 0]
    assert found.parameters.iloc[-1] > found.counts.iloc[-1]
    assert c.fewest_segments(table) == 4
    assert c.falling_fits(table, 0) == c.falling_fits(table, 1) == []
    assert c.fewest_segments(c.series(c.printed(evidence), pooled=False)) == 2
    assert c.fewest_segments(c.series(c.printed(evidence, number="face"))) is None


def test_counts_of_one_rate_are_seen_as_such(evidence: Evidence) -> None:
    """Counts planted on one path of 10 % a year turn the verdict and the title."""
    years = {c.NGOS_1991: 1991, c.NGOS_1994: 1994, c.NGOS_1997: 1997, c.REGISTERED_2003: 2003, c.NGOS_2006: 2006}
    years |= {c.REGISTERED_2018: 2018, c.REGISTERED_2023: 2023}
    changed = planted(evidence, {key: exactly(round(1106 * 1.1 ** (year - 1991))) for key, year in years.items()})
    table = c.series(c.printed(changed))
    assert c.said_fit(table).startswith("Yes")
    assert c.said_fit(c.series(c.printed(evidence))).startswith("No")
    sides = {"planted": c.fits(table, most_breaks=1)}
    assert draw.title_of_places(sides, c.boundaries(changed), 2003).startswith("One rate meets")
    assert "steady rate" not in str(c.quotes(changed))


def test_titles_of_places_have_all_branches(evidence: Evidence) -> None:
    edges, rows = c.boundaries(evidence), c.printed(evidence)
    fitted = c.fits(c.series(rows))
    assert "not at 2003" in draw.title_of_places({"a": fitted}, edges, 2003)
    assert "also at 2003" in draw.title_of_places({"a": c.fits(c.series(rows, pooled=False))}, edges, 2003)
    face = c.series(c.printed(evidence, number="face"))
    assert draw.title_of_places({"a": c.fits(face, most_breaks=0)}, edges, 2003).startswith("No joined segments")


# --- disputes, trials, ladder


def test_disputes_by_hand(evidence: Evidence) -> None:
    table = c.dispute_2003(evidence)
    assert set(table.verdict[table.side == "3,500"]) == {"undecided"}
    assert table.verdict[(table.side == "4,500") & table.later.str.contains("2023")].tolist() == ["slower"]
    early = c.dispute_1994(evidence).set_index("side")
    assert early["1994"]["threefold, to 1,500"].low == pytest.approx(1250 / 3.5)
    assert early["1994"]["threefold, to 1,500"].high == pytest.approx(1750 / 2.5)
    assert early["1997"]["threefold, from several dozen"] == Interval(20 * 2.5, 99 * 3.5)


def test_rates_on_trial(evidence: Evidence) -> None:
    logical, talk = (c.rates_on_trial(evidence, **reading) for reading in c.both_readings(0.2))
    new = logical.printed.str.startswith("150")
    assert logical.holds[new].all()
    assert not talk.holds[new & talk.against.str.contains("8.6%")].any()
    assert not logical.holds[logical.printed.str.startswith("threefold")].any()
    assert c.coincidences(evidence).names == ["4,500 (2003) → 23,335 (2023)"]


def test_ladder_and_the_rest_of_the_country(evidence: Evidence) -> None:
    rungs = c.ladder(evidence, words="conversational").set_index("claim_id")
    assert rungs.low[c.OPERATING_2003] > 100
    assert rungs.high["kxr_ngos_active"] == pytest.approx(100 * 999 / 20000)
    assert (c.ladder(evidence).high.drop(0) <= 100).all()
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
        assert c.least_to_give(c.must_give(less)) == 0


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
    assert (
        "break 3: 2010 to 2020"
        in draw.break_places(evidence, {"a": c.fits(c.series(rows))}, c.boundaries(evidence), "x").alt
    )

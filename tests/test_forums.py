"""Forums, laws and the Alliance: planted dates and counts turn the verdicts; what is computed is computed twice."""

from __future__ import annotations

from itertools import pairwise, product
from typing import Any

import pandas as pd
import pytest

import kzcivil as kz
from kzcivil import forums
from kzcivil.charts import forums as draw
from kzcivil.evidence import Evidence, schemas
from kzcivil.intervals import Interval

EIGHTH = ("kxa_forum8_planned", "aa_part_banner_2018", "aa_part_banner_2018_again")


def changed(table: str, changes: dict[str, dict[str, Any]]) -> Evidence:
    """A copy of the evidence with some rows changed."""
    evidence = kz.load()
    tables = {name: evidence[name].copy() for name in schemas()}
    rows = tables[table]
    for key, values in changes.items():
        hit = rows[rows.columns[0]] == key
        assert hit.sum() == 1
        for column, value in values.items():
            rows.loc[hit, column] = value
    return Evidence(tables, "test")


def dated(*ids: str, start: str, end: str) -> Evidence:
    days = {"start": pd.Timestamp(start), "end": pd.Timestamp(end)}
    return changed("events", dict.fromkeys(ids, days))


# --- printings ------------------------------------------------------------------------------------------------------


def test_printings_are_joined_by_event(evidence: Evidence) -> None:
    table = forums.timeline(evidence).set_index("event")
    first = table.loc["first_civil_forum"]
    assert (first.shared_start, first.shared_end) == (pd.Timestamp("2003-10-14"), pd.Timestamp("2003-10-15"))
    assert (first.start, first.end) == (pd.Timestamp("2003-01-01"), pd.Timestamp("2003-12-31"))
    assert first.sources == ("diachenko", "adal_azamat")
    assert first.agreement == forums.CLOSER
    assert table.agreement["programme_2003_2005"] == forums.SAME
    assert table.agreement["law_npo_2001"] == forums.ONE
    assert len(table) == evidence.events[evidence.events.kind.isin(forums.KINDS)].event.nunique()


def test_two_terms_exclude_each_other_and_agree_when_the_year_is_mended() -> None:
    apart = forums.printed_apart(kz.load()).set_index("agreement").loc[[forums.OTHER]]
    assert list(apart.printed) == ["2006-2010; 2006-2011"]
    assert list(apart["where"]) == ["within one document and between documents"]
    assert f"for 1 the printings exclude each other: {apart.title.iloc[0]}." in forums.dates_said(kz.load())
    mended = dated("aa_baig_concept_2006", start="2006-01-01", end="2010-12-31")
    assert "no two printings of one event exclude each other" in forums.dates_said(mended)


def test_a_shifted_year_is_found() -> None:
    shifted = dated("aa_baig_second_forum_2005", start="2004-01-01", end="2004-12-31")
    row = forums.timeline(shifted).set_index("event").loc["second_civil_forum"]
    assert row.agreement == forums.OTHER
    assert row["where"] == "within one document and between documents"
    assert pd.isna(row.shared_start)


def test_pairs_of_dates_hold_the_alliance_and_no_mere_look_alikes(evidence: Evidence) -> None:
    text = " ".join(forums.told_apart(evidence)[["first", "second"]].to_numpy().ravel())
    assert "“July” (Adal Azamat, line 1216)" in text
    assert "“At the second forum, I was already the president” (Adal Azamat, line 710)" in text
    assert "XIII Regional" not in text


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ("2018-11-27", "2018-11-28", "27-28 November 2018"),
        ("2018-11-27", "2018-11-27", "27 November 2018"),
        ("2018-11-01", "2018-11-30", "November 2018"),
        ("2023-05-01", "2023-10-31", "May to October 2023"),
        ("2023-01-01", "2023-12-31", "2023"),
        ("2006-01-01", "2011-12-31", "2006-2011"),
        (None, None, "no printed date"),
    ],
)
def test_dates_are_no_more_exact_than_they_are(start: str | None, end: str | None, words: str) -> None:
    assert forums.date_words(pd.Timestamp(start), pd.Timestamp(end)) == words


# --- forums and their rhythm ----------------------------------------------------------------------------------------


def test_forums_have_a_row_each_and_gaps_stay_gaps(evidence: Evidence) -> None:
    table = forums.forums(evidence).set_index("number")
    assert list(table.index) == list(range(1, 12))
    assert list(table.index[table.start.notna()]) == [1, 2, 8, 11]
    assert list(table.index[table.numbered]) == [1, 2, 3, 7, 8, 11]
    assert table.participants[11] == "almost 4,000 people; about 5 thousand people"
    assert table.days[1] == "two-day"
    assert (table.place[11], table.place[3]) == ("Astana", "")
    assert not table.date.str.contains("planned").any()
    assert forums.forums(kz.load(without="adal_azamat")).set_index("number").date[8] == "November 2018 (planned)"


@pytest.mark.parametrize("gaps", [1, 2, 3, 4])
@pytest.mark.parametrize("years", range(1, 11))
def test_most_gaps_by_trying_all(years: int, gaps: int) -> None:
    found = [trial.count(2) for trial in product(range(1, years + 1), repeat=gaps) if sum(trial) == years]
    if found:
        assert forums.most_gaps(years, gaps) == max(found)
    else:
        with pytest.raises(ValueError, match="do not fit"):
            forums.most_gaps(years, gaps)


def test_the_rhythm_holds_on_average_and_not_strictly(evidence: Evidence) -> None:
    found = forums.rhythm(evidence)
    assert found is not None
    assert (found["years"], found["gaps"], found["mean"], found["most"]) == (20, 10, 2.0, 8)
    assert list(found["broken"]["last"]) == [8, 11]
    tried = forums.numbers_tried(evidence).set_index("number")
    assert tried.most.to_dict() == {6: 4, 7: 6, 8: 8, 9: 8, 10: 6}
    assert set(tried.date) == {"27-28 November 2018"}
    parts = forums.stretches(forums.forums(evidence))
    assert list(parts.evenest) == ["1 of 2", "5 of 2 and 1 of 3", "1 of 1 and 2 of 2"]


def test_the_rhythm_verdict_turns() -> None:
    strict = dated(*EIGHTH, start="2017-11-01", end="2017-11-30")
    assert "No printed date excludes" in forums.rhythm_said(strict)
    assert "Every printed date fits" in draw.steps_title(strict)
    assert forums.numbers_tried(strict).empty
    eleventh = list(kz.load().events.query("event == 'eleventh_civil_forum'").event_id)
    late = dated(*eleventh, start="2025-01-01", end="2025-12-31")
    assert "2.2 years on average, not 2" in forums.rhythm_said(late)
    assert draw.steps_title(late).startswith("Not even on average")
    told = changed(
        "claims", {key: {"value": 3.0} for key in ("aa_chair_forum_every_two_years", "aa_sol_forum_interval")}
    )
    assert "not 3" in forums.rhythm_said(told)


def test_forums_out_of_order_are_named() -> None:
    with pytest.raises(kz.DataError, match=r"forum VIII .* too near to II"):
        forums.stretches(forums.forums(dated(*EIGHTH, start="2006-01-01", end="2006-12-31")))


def test_a_reader_s_folder_moves_the_rhythm(plant: Any) -> None:
    days = {"start": "2017-11-27", "end": "2017-11-28"}
    folder = plant("events", dict.fromkeys(EIGHTH, days))
    assert "No printed date excludes" in forums.rhythm_said(kz.load(folder))


# --- counts ---------------------------------------------------------------------------------------------------------


def test_bases_by_hand(evidence: Evidence) -> None:
    table = forums.bases(evidence).set_index(["counted", "times"])
    almost = table.loc[("“almost 4,000 people” counts all", 10)]
    assert (almost.at_face, almost.logical.low) == (400, 0)
    assert [almost.logical.high, almost.talk.low] == pytest.approx([4000 / 9.5, 3200 / 10.5])
    added = table.loc[("the two are added", 11)]
    assert [added.talk.low, added.talk.high] == pytest.approx([7200 / 11.5, 10000 / 10.5])
    with pytest.raises(kz.DataError, match="give 10 or 11"):
        forums.base_said(evidence, 12)


def test_an_earlier_count_is_told() -> None:
    early = {"start": pd.Timestamp("2021-01-01"), "end": pd.Timestamp("2021-12-31"), "measure": "forum_participants"}
    grown = changed("claims", {"aa_part_forum_regional_participants": early})
    assert "The earlier counts printed: about 5 thousand people." in forums.base_said(grown)
    assert set(forums.bases(grown).counted) == {"“almost 4,000 people” counts all"}
    assert "agree in part" in draw.implied_bases(grown).alt


@pytest.mark.parametrize(
    ("what", "claim", "values", "said"),
    [
        ("participants", None, {}, "only if exactly 4,000"),
        ("participants", "aa_part_forum_regional_participants", {"value": 3000.0}, "can both be true."),
        ("participants", "aa_part_forum_regional_participants", {"value": 6000.0}, "cannot both be true"),
        ("recommendations", None, {}, "150 % above its number"),
        ("recommendations", "aa_chron_forum_recommendations", {"value": 900.0}, "can both be true."),
        ("recommendations", "aa_chron_forum_recommendations", {"wording": "bare"}, "cannot both be true"),
        (
            "recommendations",
            "aa_chron_forum_recommendations",
            {"value": 1000.0, "wording": "almost"},
            "can both be true.",
        ),
    ],
)
def test_two_counts_of_one_forum(what: str, claim: str | None, values: dict[str, Any], said: str) -> None:
    evidence = changed("claims", {claim: values}) if claim else kz.load()
    twice = forums.told_twice(evidence)
    assert [said in sentence for sentence in twice.said[twice.what == what]] == [True]


def test_the_ceiling_decides_on_the_recommendations(evidence: Evidence) -> None:
    said = [forums.told_twice(evidence, ceiling).set_index("what").said["recommendations"] for ceiling in (1.49, 1.5)]
    assert "exclude each other as people speak" in said[0]
    assert said[1].endswith("can both be true.")


# --- the Alliance ---------------------------------------------------------------------------------------------------


def test_acts_are_narrowed_to_the_forum_they_name(evidence: Evidence) -> None:
    table = forums.beginnings(evidence).set_index("event_id")
    assert table.act["aa_baig_alliance_2005"] == "created at a forum"
    assert table.act["aa_imp_alliance"] == "established"
    assert table.to["aa_sol_alliance_announced"] == pd.Timestamp("2003-10-15")
    assert table.from_["aa_chair_alliance"] == pd.Timestamp("2005-01-01")


def test_the_order_of_founding_and_proposal_turns() -> None:
    conference = ("aa_mak_2005", "aa_mak_july")
    assert forums.founded_before_proposed(kz.load()) == Interval(42, 73)
    later = dated(*conference, start="2005-10-01", end="2005-10-31")
    assert "19 to 50 days after" in forums.order_said(later)
    assert "19 to 50 days after" in draw.alliance(later).alt
    assert "either order" in forums.order_said(dated(*conference, start="2005-09-01", end="2005-09-30"))
    assert "cannot be said" in forums.order_said(kz.load(without="adal_azamat"))


def test_the_chair_s_term_turns() -> None:
    assert "begins 111 or more days after the forum" in forums.chair_said(kz.load())
    assert "covers the forum" in forums.chair_said(dated("aa_sol_chair", start="2005-01-01", end="2013-12-31"))


def test_ages_against_beginnings(evidence: Evidence) -> None:
    ages = forums.ages(evidence).drop_duplicates(["as_printed", "act"]).set_index(["as_printed", "act"])
    fits, implied = ages.fits, ages.implied["20 years", "announced"]
    assert fits["Almost 18 years ago", "founded at a conference"] == "by calendar years"
    assert fits["Almost 18 years ago", "established"] == "possible"
    assert fits["Almost 18 years ago", "announced"] == "no"
    assert fits["20 years", "announced"] == "yes"
    assert [implied.low, implied.high] == pytest.approx([2023 + 273 / 365 - 20.5, 2024 - 19.5])
    younger = changed("claims", {"aa_chair_alliance_18_years": {"value": 19.0}})
    assert "“Almost 18 years ago” fits *founded at a conference*" in forums.age_said(younger)


def test_one_number_three_times(evidence: Evidence) -> None:
    assert "3 printings are one testimony" in forums.size_said(evidence)
    other = changed("claims", {"aa_baig_alliance_members": {"value": 6000.0, "origin": "author"}})
    assert "2 different numbers from 2 origins" in forums.size_said(other)


# --- the page as a whole --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["diachenko", "adal_azamat", "kzexpert_alliance", "caci_forum", "alliance"])
def test_nothing_breaks_when_a_source_or_an_origin_is_left_out(name: str) -> None:
    evidence = kz.load(without=name)
    said = [forums.dates_said, forums.rhythm_said, forums.base_said, forums.founding_said]
    said += [forums.order_said, forums.age_said, forums.size_said, forums.chair_said]
    words = [*(one(evidence) for one in said), *forums.told_twice(evidence).said]
    assert all("nan" not in text and "None" not in text for text in words)
    assert all(row["answer"] and row["notebook"] == "08_forums_and_law" for row in forums.headlines(evidence))
    assert set(forums.numbers_tried(evidence).date) <= {"27-28 November 2018", "November 2018 (planned)"}


@pytest.mark.parametrize("name", ["diachenko", "adal_azamat", "alliance"])
def test_charts_are_drawn_from_what_is_left(name: str) -> None:
    evidence = kz.load(without=name)
    drawn = [draw.implied_bases(evidence), draw.alliance(evidence)]
    if name != "alliance":  # an origin carries counts, no dates
        drawn += [draw.steps(evidence), draw.map_of_events(evidence)]
        assert ("none bears dates" in drawn[-1].alt) == (name == "adal_azamat")
    assert all(chart.alt and "nan" not in chart.alt for chart in drawn)


def test_sensitivity_has_a_row_for_each_case(evidence: Evidence) -> None:
    table = forums.sensitivity(evidence).set_index("Case")
    assert table["Gaps that can be as told"]["without Adal Azamat"] == "6 of 7"
    assert table["Base of the multiple (people)"]["multiple read as 11 times"] == "278 to 952"
    assert table["Days from founding to proposal"]["without Diachenko"] == "-211 to 183"
    assert len(table) <= 20


def test_labels_of_the_timeline_do_not_meet(evidence: Evidence) -> None:
    table = draw.placed(forums.timeline(evidence))
    assert set(draw.LABELS) <= set(table.event), "a label for an event that is no more"
    for _, line in table.groupby("y"):
        wide = draw.MARK + draw.LETTER * line.text.str.len()
        ends = sorted(zip(line.low - wide.where(~line.right, 0), line.high + wide.where(line.right, 0), strict=True))
        assert all(a[1] <= b[0] for a, b in pairwise(ends))


def test_hover_holds_every_printing(evidence: Evidence) -> None:
    chart = draw.map_of_events(evidence)
    texts = [
        trace["hovertext"]
        for trace in chart._repr_mimebundle_()["application/vnd.plotly.v1+json"]["data"]
        if "hovertext" in trace
    ]
    term = next(text for text in texts if "2006-2011" in text)
    assert "“2006-2010” Diachenko, line 92" in term
    assert "“2006-2011” Adal Azamat, line 506" in term

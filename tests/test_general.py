"""A made-up collection about an invented country: the library knows none of its words and must serve it all the same."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import kzcivil as kz
from kzcivil import checks
from kzcivil.page import _page

HOME = Path(__file__).parent / "second_collection"
WORDS = {"title": "More libraries open than there are", "subtitle": "libraries", "note": "Source: three made-up texts"}


@pytest.fixture(scope="module")
def norland() -> kz.Evidence:
    return kz.load(HOME, bundle=False)


def test_it_loads_alone(norland: kz.Evidence) -> None:
    assert checks.validate(HOME, bundle=False) == []
    assert len(norland.sources) == 3
    assert len(norland.claims) == 17
    assert checks.verify(HOME / "texts", norland).verified.all()
    assert "NGO" not in norland._repr_html_() + repr(norland) + norland.label
    with pytest.raises(ValueError, match="did you mean libraries_registered"):
        norland.figures("libraries_registred")


def test_its_words_are_read_by_rule(norland: kz.Evidence) -> None:
    for row in norland.claims.itertuples():
        read = kz.parse(row.as_printed)
        assert read.wording == row.wording
        assert read.value == pytest.approx(row.value, nan_ok=True) or pd.isna(row.value)
        assert read.step == pytest.approx(row.step, nan_ok=True) or pd.isna(row.step)
        if pd.notna(row.low):
            assert (read.low, read.high) == (row.low, row.high)


def test_its_figures(norland: kz.Evidence) -> None:
    counts = norland.figures("libraries_registered").drop_duplicates("year")
    assert counts.year.tolist() == [1998, 2008, 2018]
    growth = counts.figure / counts.figure.shift()
    assert [f"{one:face}" for one in growth] == ["cannot be said", "1.63 times", "0.718 times"]
    first = norland.figure("su_registered_1998")
    assert (first.low, first.face, first.high) == (1150, 1200, 1200), "1,200 and 'over a thousand' are one number"
    assert (first - norland.figure("le_registered_1998")).exact
    told = norland.formula("ga_spending_2008 / ga_registered_2008")
    assert told.compare(norland.figure("ga_per_library_2008").of("")) == "undecided"
    assert str(norland.figure("ga_spending_2008") / norland.figure("ga_registered_2008")).startswith(
        "4,920 crowns per library ("
    )
    assert f"{norland.figure('ga_winners_2008') / norland.figure('ga_applications_2008'):%}" == "15 %"
    assert f"{norland.figure('su_doors_dark'):face}" == "“several dozen”"
    real = norland.figure("su_spending_1998") * (norland.context("cpi", 2008) / norland.context("cpi", 1998))
    assert f"{real:face}" == "4.8 million crowns"
    assert f"{kz.total(norland.figures('state_spending').figure):face}" == "12 million crowns"
    assert norland.cite("le_open_2018") == "Ben Page (reader) in Letter (2019), line 4: “Only 900”"
    assert set(norland.find("librarian").index) == {"su_librarians_1998", "le_librarians_2018"}


def test_its_contradictions_by_rule(norland: kz.Evidence) -> None:
    """Parts and wholes of one year, from measures.csv alone; the library has no list of contradictions."""
    whole_of = norland.measures.set_index("measure").part_of.dropna().to_dict()
    found = []
    for year in (1998, 2008, 2018):
        figures = {one.measure: one.figure for one in norland.figures(year=year).itertuples()}
        clashes = kz.clashes(
            figures, [(part, whole) for part, whole in whole_of.items() if {part, whole} <= set(figures)]
        )
        found += [(year, clash.chain) for clash in clashes]
    assert found == [(2008, ("libraries_open", "libraries_registered"))]
    clash = kz.clashes(
        {"open": norland.figure("ga_open_2008"), "registered": norland.figure("ga_registered_2008")},
        [("open", "registered")],
    )[0]
    assert (
        str(clash)
        == "open ≤ registered: 2,100 libraries (2,100 to 2,520) cannot be at most 1,950 libraries (1,945 to 1,955)"
    )
    without = norland.leave_out("gazette")
    assert (
        kz.clashes(
            {"open": without.figure("ga_open_2008"), "all": without.figure("su_registered_1998")}, [("open", "all")]
        )
        == []
    )


def test_its_methods(norland: kz.Evidence) -> None:
    rows = [norland.figure(name) for name in ("su_registered_1998", "ga_registered_2008", "le_registered_2018")]
    assert kz.annual_growth(rows[0], rows[1]).low > 0 > kz.annual_growth(rows[1], rows[2]).high
    assert kz.constant_rate(rows) is None, "it rose and fell"
    assert kz.constant_rate(rows[:2]).low > 0
    assert kz.years_between(rows[0], rows[2]).face == pytest.approx(20, abs=0.6)
    least, greatest = kz.share_with_exactly_one(
        norland.figure("le_librarians_2018"), norland.figure("le_registered_2018")
    )
    assert least.high <= 1
    assert greatest.face == 1
    alone = kz.share_with_at_most_one(norland.figure("le_librarians_2018"), norland.figure("le_registered_2018"))
    assert f"{alone:% face}" == "29 %"
    changed = kz.sensitivity(lambda ev: {"open": ev.latest("libraries_open")}, norland)
    assert changed.Case.tolist()[0] == "as on this page"
    assert "without Letter" in changed.Case.tolist()
    strict = norland.read(kz.Reading(strict=True))
    assert strict.figure("ga_open_2008").high == float("inf")


def test_its_findings(norland: kz.Evidence, capsys: pytest.CaptureFixture[str]) -> None:
    kz.in_short()
    before, after = norland.figure("su_registered_1998"), norland.figure("le_registered_2018")
    for view in (norland, norland.leave_out("letter")):
        now = view.figure("le_registered_2018")
        words = kz.verdict(now, before, "grew", "shrank", "may have done either")
        kz.finding(
            "growth",
            "Did they grow?",
            f"The register {words}: {now / before}.",
            now / before,
            hangs_on="Two counts.",
            short=1,
        )
        kz.say(f"It {words}.")
        shown = capsys.readouterr().out
        if view is norland:
            assert "The register grew: 1.17 times" in shown
            stored = _page.findings["growth"]["figures"][0]
            assert stored["claims"] == ["le_registered_2018", "su_registered_1998"]
            assert stored["face"] == pytest.approx(1400 / 1200)
        else:
            assert "Cannot be said: “1,400 libraries”" in shown
            assert _page.findings["growth"]["figures"] == []
    used = kz.sources(norland, before, after, "ga_tender", norland.figures("libraries_open"))
    for words in ("1,200 libraries", "about 800", "the tender of 2008", "Ada Quill", "Letter"):
        assert words in used.text


def test_a_reader_adds_to_it(norland: kz.Evidence, tmp_path: Path) -> None:
    head = ",".join(pd.read_csv(HOME / "claims.csv", nrows=0).columns)
    row = "le_open_2019,le,4,some 850,Ben Page,author,inferred,sector,libraries_open,libraries that open,850,,10,about,,,,,2019-01-01,2019-12-31,at,printed,,,"
    (tmp_path / "claims.csv").write_text(f"{head}\n{row}\n", encoding="utf-8")
    both = kz.load([HOME, tmp_path], bundle=False)
    assert both.latest("libraries_open").face == 850
    assert len(both.claims) == len(norland.claims) + 1


def test_its_charts(norland: kz.Evidence) -> None:
    counts = norland.figures("libraries_registered", "libraries_open").reset_index()
    counts["label"] = counts.counts
    titles = dict(zip(norland.measures.measure, norland.measures.title, strict=True))
    made = [
        kz.charts.counts(counts, **WORDS),
        kz.charts.ranges(counts, **WORDS),
        kz.charts.bars(counts, colour="source", **WORDS),
        kz.charts.spans(norland.stages.assign(lane=norland.stages.scheme), **WORDS),
        kz.charts.matrix(pd.DataFrame({"row": counts.source.astype(str), "column": counts.measure.map(titles) + counts.year.map(" {}".format), "value": counts.face}), **WORDS),
        kz.charts.tiles(
            pd.DataFrame({"tile_column": [1, 2], "tile_row": [1, 1], "label": ["North", "South"], "value": [3.0, 5.0]}), **WORDS
        ),
    ]  # fmt: skip
    for chart in made:
        assert WORDS["title"] in chart.alt
        assert "NGO" not in chart.alt
        assert chart._repr_mimebundle_() if hasattr(chart, "_repr_mimebundle_") else chart

"""The evidence: statements as figures, selections, search, citation, formulas, and what is left out."""

from __future__ import annotations

import copy
import cProfile
import math
import pstats
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

import kzcivil as kz
from kzcivil import tables

SOURCES = list(kz.load().sources.source_id)

# --- single statements ----------------------------------------------------------------------------------------------


def test_every_statement_is_a_figure(evidence: kz.Evidence) -> None:
    for view in (
        evidence,
        evidence.read(kz.Reading(strict=True)),
        evidence.read(kz.Reading(slack=0, about=0, over=0, near=0)),
    ):
        for row in view.claims.itertuples():
            one = view.figure(row.claim_id)
            assert isinstance(str(one), str)
            assert one.unit == ("%" if row.unit == "percent" else row.unit)
            if row.wording == "lost":
                assert one.missing
                continue
            assert one.claims
            assert one.low <= one.high
            if pd.notna(row.value) and row.wording != "between":
                assert one.low <= one.face <= one.high
            assert row.as_printed in repr(one.why()) or row.claim_id not in one.claims
            assert one._repr_markdown_()


def test_the_strict_reading_holds_the_plain_one(evidence: kz.Evidence) -> None:
    strict = evidence.read(kz.Reading(strict=True))
    for name in evidence.claims.claim_id:
        plain, wide = evidence.figure(name), strict.figure(name)
        if not plain.missing:
            assert wide.low <= plain.low + 1e-9
            assert wide.high >= plain.high - 1e-9


def test_ends_are_plain_numbers(evidence: kz.Evidence) -> None:
    """A cell that ends in ``growth.low`` shows a number, not the name of a type."""
    for one in (
        evidence.latest("ngos_registered"),
        evidence.context("cpi", 2005),
        evidence.latest("ngos_registered") * 2,
    ):
        assert [type(end) for end in (one.face, one.low, one.high)] == [float] * 3


def test_unknown_ids_name_the_nearest(evidence: kz.Evidence) -> None:
    known = str(evidence.claims.claim_id.iloc[20])
    wrong = known[:-1] + ("x" if known[-1] != "x" else "y")
    for ask in (evidence.figure, evidence.row, evidence.cite, evidence.formula):
        with pytest.raises(KeyError, match=r"did you mean") as error:
            ask(wrong)
        assert known in str(error.value)
    for nothing in ("", "§§§", 5, None):
        with pytest.raises(KeyError):
            evidence.figure(nothing)


def test_repeats_are_one_number(evidence: kz.Evidence) -> None:
    claims = evidence.claims
    again = claims[claims.repeats.notna()]
    assert len(again)
    alike = 0
    for row in again.itertuples():
        first = claims[claims.claim_id == row.repeats].iloc[0]
        if row.value == first.value and row.wording == first.wording:
            alike += 1
            difference = evidence.figure(row.claim_id) - evidence.figure(row.repeats)
            assert difference.missing or difference.low == difference.high == 0, row.claim_id
    assert alike > len(again) / 2


def test_the_same_number_in_other_words_is_their_common_range(evidence: kz.Evidence) -> None:
    claims = evidence.claims.set_index("claim_id")
    for name, row in claims[claims.same_as.notna()].iterrows():
        one, first = evidence.figure(name), evidence.figure(row.same_as)
        assert (one - first).exact
        assert one.claims == first.claims
        assert row.as_printed in repr(one.why())
        assert claims.at[row.same_as, "as_printed"] in repr(one.why())


def test_two_wordings_of_one_number(plant: Callable[..., Path], evidence: kz.Evidence) -> None:
    """'Over 100' and 'about 105' of the same thing: both hold."""
    base = evidence.claims[(evidence.claims.measure == "ngos_registered") & evidence.claims.value.notna()].iloc[0]
    shared = {
        "piece_id": base.piece_id, "speaker": base.speaker, "origin": base.origin, "origin_basis": base.origin_basis, "scope": base.scope,
        "measure": base.measure, "counts": "made up", "start": "2010-01-01", "end": "2010-12-31", "timing": "at", "date_basis": "printed",
    }  # fmt: skip
    over = shared | {
        "claim_id": f"{base.piece_id}_own_over",
        "line": "3",
        "as_printed": "over 100",
        "value": "100",
        "step": "100",
        "wording": "over",
    }
    about = shared | {
        "claim_id": f"{base.piece_id}_own_about",
        "line": "4",
        "as_printed": "about 105",
        "value": "105",
        "step": "1",
        "wording": "about",
    }
    own = kz.load(plant("claims", new=[over, about | {"same_as": f"{base.piece_id}_own_over"}]))
    one = own.figure(f"{base.piece_id}_own_about")
    assert (one.low, one.face, one.high) == (100, 100, pytest.approx(115.5))
    assert (one - own.figure(f"{base.piece_id}_own_over")).exact
    assert "over 100" in repr(one.why())
    assert "about 105" in repr(one.why())
    # Left alone, each is a number of its own.
    apart = kz.load(plant("claims", new=[over, about]))
    assert not (apart.figure(f"{base.piece_id}_own_about") - apart.figure(f"{base.piece_id}_own_over")).exact


def test_dates_are_ranges(evidence: kz.Evidence) -> None:
    strict = evidence.read(kz.Reading(strict=True))
    for row in evidence.claims[evidence.claims.start.notna() & evidence.claims.end.notna()].itertuples():
        for view in (evidence, strict):
            for leaf in view.figure(row.claim_id).leaves:
                if leaf.key == row.claim_id and leaf.when is not None:
                    face, first, last = leaf.when
                    assert first <= face <= last
                    assert row.start.year - 0.01 <= first
                    assert last <= row.end.year + 1.01


# --- selections -----------------------------------------------------------------------------------------------------


def test_columns_of_a_selection(evidence: kz.Evidence) -> None:
    table = evidence.figures("ngos_registered")
    assert table.index.name == "claim_id"
    assert table.index.is_unique
    assert set(table.measure) == {"ngos_registered"}
    assert list(table.columns[:4]) == ["figure", "face", "low", "high"]
    for name, row in table.iterrows():
        assert isinstance(row.figure, kz.Figure)
        assert row.figure.missing or (row.figure.low, row.figure.high) == (row.low, row.high)
        assert (row.figure - evidence.figure(name)).missing or (row.figure - evidence.figure(name)).exact
        assert row.place.startswith("line ")
    assert list(table.end) == sorted(table.end)
    assert list(table.source.cat.categories) == list(evidence.sources.short_title)
    assert table.year.dtype == "Int64"
    assert len(evidence.figures()) == evidence.claims.repeats.isna().sum()
    assert len(evidence.figures(first=False)) == len(evidence.claims)
    assert set(evidence.figures("ngos", "ngos_registered").measure) == {"ngos", "ngos_registered"}


def test_a_column_of_units_is_that_of_the_figures(evidence: kz.Evidence) -> None:
    table = evidence.figures(first=False)
    assert [one.unit for one in table.figure] == list(table.unit)


def test_filters(evidence: kz.Evidence) -> None:
    whole = evidence.figures(first=False)
    for scope in evidence.claims.scope.unique():
        assert set(evidence.figures(scope=scope, first=False).index) == set(whole[whole.scope == scope].index)
    titles = evidence.sources.set_index("source_id").short_title
    for source in SOURCES:
        assert set(evidence.figures(source=source).source) <= {titles[source]}
    for region in evidence.claims.region.dropna().unique():
        assert len(evidence.figures(region=region)) > 0
    assert len(evidence.figures(region=evidence.regions.region.iloc[0], scope="sector")) >= 0


@pytest.mark.parametrize(("ask", "kind", "nearest"), [
    ({"measures": ["ngos_registred"]}, "measure", "ngos_registered"), ({"scope": "sectr"}, "scope", "sector"),
    ({"source": "diachenco"}, "source", "diachenko"), ({"region": "KZ-7"}, "region", "KZ-7"), ({"region": "Almatty"}, "region", "Almaty"), ({"scope": ""}, "scope", ""),
    ({"measures": [""]}, "measure", ""), ({"measures": [None]}, "measure", ""), ({"source": 3}, "source", ""),
])  # fmt: skip
def test_unknown_names_name_the_nearest(evidence: kz.Evidence, ask: dict, kind: str, nearest: str) -> None:
    with pytest.raises(ValueError, match=f"no {kind} is called") as error:
        evidence.figures(*ask.get("measures", []), **{name: ask[name] for name in ask if name != "measures"})
    if nearest:
        assert "did you mean" in str(error.value)
        assert nearest in str(error.value)


def test_a_year_is_a_year(evidence: kz.Evidence) -> None:
    whole = evidence.figures(first=False)
    for year in (1991, 2003, 2018, 2023):
        found = set(evidence.figures(year=year, first=False).index)
        dated = whole[whole.start.notna() & whole.end.notna()]
        expected = dated[(dated.start.dt.year <= year) & (dated.end.dt.year >= year)].index
        assert found == set(expected)
        for same in (str(year), float(year)):
            assert set(evidence.figures(year=same, first=False).index) == found
        assert found == set(evidence.figures(start=year, end=year, first=False).index)
        assert found == set(evidence.figures(start=f"{year}-01-01", end=f"{year}-12-31", first=False).index)
        assert found == set(
            evidence.figures(start=pd.Timestamp(f"{year}-01-01"), end=f"{year}-12-31", first=False).index
        )
    assert len(evidence.figures(start=2010)) + len(evidence.figures(end=2009)) >= len(
        evidence.figures().dropna(subset=["start", "end"])
    )
    assert len(evidence.figures(year=1800)) == 0


@pytest.mark.parametrize("bad", ["x", "2005-13-01", 20, 20050, 0, "", "last year"])
def test_a_date_that_is_none_is_refused(evidence: kz.Evidence, bad: object) -> None:
    for name in ("year", "start", "end"):
        with pytest.raises(ValueError, match="is no date"):
            evidence.figures(**{name: bad})


def test_first_and_last_in_time(evidence: kz.Evidence) -> None:
    for measure in evidence.claims.measure.unique()[::4]:
        table = evidence.figures(measure)
        known = [one for one in table.dropna(subset="start").figure if not one.missing]
        if known:
            assert (evidence.earliest(measure) - known[0]).exact
            assert (evidence.latest(measure) - known[-1]).exact
        else:
            assert evidence.earliest(measure).missing
            assert evidence.latest(measure).missing
    nothing = evidence.earliest("ngos_registered", year=1800)
    assert nothing.missing
    title = evidence.measures.set_index("measure").title["ngos_registered"]
    assert title in nothing.missing[0], "what is missing is said in words, not in a code"


# --- search, citation, context --------------------------------------------------------------------------------------


def test_search(evidence: kz.Evidence) -> None:
    found = evidence.find("volunteer")
    assert len(found)
    assert evidence.find("VOLUNTEER").index.equals(found.index)
    assert len(evidence.find("zzzz")) == 0
    assert len(evidence.find(".*")) == 0, "a word, not a pattern"
    assert len(evidence.find("(")) < len(evidence.claims)
    assert list(found.columns[:2]) == ["figure", "year"]
    for measure in ("ngos_registered", "Registered NGOs"):
        assert set(evidence.figures("ngos_registered", first=False).index) <= set(evidence.find(measure).index)


def test_every_statement_can_be_cited(evidence: kz.Evidence) -> None:
    titles = evidence.sources.set_index("source_id").short_title
    for table, key in (("claims", "claim_id"), ("events", "event_id"), ("stages", "stage_id")):
        for row in evidence[table].itertuples():
            told = evidence.cite(getattr(row, key))
            assert titles[row.source_id] in told
            assert f"line {row.line}" in told
            assert f"“{row.as_printed}”" in told
            assert "nan" not in told.split("“")[0].lower().split()
    with pytest.raises(KeyError, match="no claim, event or stage"):
        evidence.cite("nobody")


def test_context(evidence: kz.Evidence) -> None:
    price = evidence.context("cpi", 2005)
    assert price.exact
    assert price.claims == (), "a yardstick is no evidence"
    assert str(evidence.context("cpi", "2005")) == str(price)
    assert evidence.context("cpi", 1800).missing
    with pytest.raises(KeyError, match="did you mean cpi"):
        evidence.context("cpy", 2005)
    rows = evidence["context"]
    several = rows.groupby(["series", "year"]).size()
    series, year = several[several > 1].index[0]
    with pytest.raises(ValueError, match="code"):
        evidence.context(series, year)
    for code in rows[(rows.series == series) & (rows.year == year)].code:
        assert not evidence.context(series, year, code).missing
    assert evidence.context(series, year, "nowhere").missing
    a, b = (evidence.context("cpi", year) for year in (2005, 2010))
    assert (a / b).unit == "times"


# --- a made collection, exactly ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def norland() -> kz.Evidence:
    return kz.load(Path(__file__).parent / "second_collection", bundle=False)


def made(norland: kz.Evidence, **changes: dict[str, object]) -> kz.Evidence:
    """The made collection with some cells of its claims changed."""
    claims = norland._everything["claims"].set_index("claim_id", drop=False)
    for name, change in changes.items():
        for column, cell in change.items():
            claims.loc[name, column] = cell
    return kz.Evidence({**norland._everything, "claims": claims.reset_index(drop=True)})


def test_a_leaf_says_all_that_is_printed(norland: kz.Evidence) -> None:
    said = norland.figure("su_open_1998")._node
    assert (said.key, said.face, said.low, said.high) == ("su_open_1998", 800, 720, 880)
    assert (said.words, said.place, said.kind, said.missing) == ("“about 800”", "Survey, line 4", "printed", False)
    both = norland.figure("le_registered_1998")._node
    assert both == norland.figure("su_registered_1998")._node
    assert (both.key, both.words, both.place) == (
        "su_registered_1998",
        "“1,200 libraries” / “over a thousand”",
        "Survey, line 3",
    )
    ends = {
        name: norland.figure(name)
        for name in ("su_doors_dark", "le_roofs_2018", "ga_winners_2008", "le_librarians_2018")
    }
    assert {name: (one.low, one.high) for name, one in ends.items()} == {
        "su_doors_dark": (36, 99), "le_roofs_2018": (3e6, 5e6), "ga_winners_2008": (45, 45), "le_librarians_2018": (0, 2000),
    }  # fmt: skip
    assert [math.isnan(one.face) for one in ends.values()] == [True, True, False, False]


def test_a_date_is_the_middle_half_of_what_it_may_be(norland: kz.Evidence) -> None:
    day = 2008 + 365 / 366  # 31 December of a leap year begins
    strict = norland.read(kz.Reading(strict=True))
    for name, plain, whole in (
        ("su_open_1998", (1998.5, 1998.25, 1998.75), (1998.5, 1998, 1999)),
        ("ga_visits", (2003.5, 1998.25, 2008.75), (2003.5, 1998, 2009)),
        ("ga_registered_2008", (day + 0.5 / 366, day + 0.25 / 366, day + 0.75 / 366), (day + 0.5 / 366, day, 2009)),
    ):
        assert norland.figure(name)._node.when == pytest.approx(plain, abs=1e-9)
        assert strict.figure(name)._node.when == pytest.approx(whole, abs=1e-9)
    month = made(norland, su_open_1998={"start": pd.Timestamp("1998-05-01"), "end": pd.Timestamp("1998-05-31")})
    first, last = 1998 + 120 / 365, 1998 + 151 / 365
    give = (last - first) / 4
    assert month.figure("su_open_1998")._node.when == pytest.approx(
        ((first + last) / 2, first + give, last - give), abs=1e-9
    )
    half = made(norland, su_open_1998={"start": pd.Timestamp("1998-05-01")})
    assert half.figure("su_open_1998")._node.when == (1998.5, 1998.25, 1998.75), "within one year: the year"
    for gone in ("start", "end"):
        assert made(norland, su_open_1998={gone: None}).figure("su_open_1998")._node.when is None


def test_what_the_columns_make_of_a_range(norland: kz.Evidence) -> None:
    def ends(name: str, **change: object) -> tuple[float, float]:
        one = made(norland, **{name: change}).figure(name)
        return one.low, one.high

    assert ends("su_open_1998", low=790.0, bounds_note="why") == (790, math.inf)
    assert ends("su_open_1998", high=810.0, bounds_note="why") == (0, 810)
    assert ends("su_open_1998", low=790.0, high=810.0) == (720, 880), "limits without a reason count for nothing"
    assert ends("ga_winners_2008", wording="indefinite", value=None) == (0, math.inf)
    assert ends("ga_applications_2008", exact=None) == (285, 315)
    assert ends("ga_applications_2008", exact=False) == (285, 315)
    assert ends("ga_applications_2008", exact=None, step=None) == (300, 300)
    lost = made(norland, su_open_1998={"wording": "lost", "value": None}).figure("su_open_1998")
    assert lost.missing == ("“about 800” (libraries open to readers): the number was lost",)


def test_which_number_a_repeat_is(norland: kz.Evidence) -> None:
    def key(name: str, **changes: dict[str, object]) -> str:
        return str(made(norland, **changes).figure(name)._node.key)

    last, alike = "le_registered_1998", {"same_as": None, "repeats": "su_registered_1998"}
    assert key(last) == "su_registered_1998"
    assert key(last, le_registered_1998=alike) == last, "of another value and wording: a number of its own"
    assert key(last, le_registered_1998=alike | {"value": 1200.0}) == last
    assert key(last, le_registered_1998=alike | {"wording": "bare"}) == last
    assert key(last, le_registered_1998=alike | {"value": 1200.0, "wording": "bare"}) == "su_registered_1998"
    assert key(last, le_registered_1998=alike | {"value": None, "wording": "bare"}) == "su_registered_1998"
    assert key(last, le_registered_1998={"same_as": "nobody"}) == last
    chain = {
        "le_registered_1998": {"same_as": "su_registered_1998"},
        "su_registered_1998": {"same_as": "ga_registered_2008"},
    }
    assert key(last, **chain) == "ga_registered_2008"
    circle = chain | {"ga_registered_2008": {"same_as": last}}
    assert key(last, **circle) == last, "a circle is gone round once"
    mended = {"le_registered_2018": {"supersedes": "su_open_1998"}}
    assert key("su_open_1998", **mended) == "su_open_1998", "a number asked for by its id stays what was printed"
    told = made(norland, **mended).figure("su_open_1998")._node
    assert (told.words, told.face) == ("“about 800”", 800)
    apart = made(norland, le_registered_1998={"value": 5000.0}).figure(last)
    assert (apart.low, apart.high) == (1150, 1250), "wordings that exclude each other: the first"


def test_citations_and_yardsticks_exactly(norland: kz.Evidence) -> None:
    for name, cited in (
        (
            "ga_registered_2008",
            "Ministry of Reading (ministry) in Gazette (2009), line 3: “1 950 registered libraries”",
        ),
        ("ga_tender", "Gazette (2009), line 8: “the tender of 2008”"),
        ("le_fall", "Letter (2019), line 3: “The register of 2018”"),
    ):
        assert norland.cite(name) == cited
    bare = made(norland, su_open_1998={"line": None, "speaker_role": None})
    assert bare.cite("su_open_1998") == "Ada Quill in Survey (1999): “about 800”"
    assert bare.figure("su_open_1998")._node.place == "Survey"
    assert bare.figures("libraries_open").place["su_open_1998"] == "place not verified"
    undated = norland._everything["sources"].assign(published=None)
    assert (
        kz.Evidence({**norland._everything, "sources": undated}).cite("ga_tender")
        == "Gazette, line 8: “the tender of 2008”"
    )
    said = norland.context("cpi", 1998)._node
    assert (said.key, said.face, said.low, said.high) == ("cpi_1998", 50, 50, 50)
    assert (said.words, said.place, said.kind) == ("cpi 1998", "Norland Statistics", "context")
    assert norland.context("cpi", 1998, "NL")._node.key == "cpi_1998_NL"
    assert norland.context("cpi", 1998).unit == "index, 2008 = 100"
    assert norland.context("cpi", 1999).missing == ("cpi of 1999",)
    two = norland._everything["context"].assign(year=1998, code=["A", "B"], series="a_series")
    view = kz.Evidence({**norland._everything, "context": two})
    assert (view.context("a_series", 1998, "B").face, view.context("a_series", 1998, "A")._node.words) == (
        100,
        "a series 1998",
    )
    with pytest.raises(ValueError, match=r"^a_series has one number a region; give its code: A, B$"):
        view.context("a_series", 1998)


def test_selections_exactly(norland: kz.Evidence) -> None:
    in_2008 = [
        "ga_visits",
        "ga_open_2008",
        "ga_spending_2008",
        "ga_per_library_2008",
        "ga_applications_2008",
        "ga_winners_2008",
        "ga_registered_2008",
    ]
    assert norland.figures(year=2008).index.tolist() == in_2008
    assert norland.figures(start="2008-12-31", end="2009").index.tolist() == in_2008
    assert norland.figures(start="2009-01-01", end="2018-01-01").index.tolist() == [
        "le_registered_2018", "le_open_2018", "le_librarians_2018", "le_roofs_2018",
    ]  # fmt: skip
    assert norland.figures(year=2008, start=2018).index.tolist() == []
    assert norland.figures(year=2008, end=1998).index.tolist() == ["ga_visits"], "it may fall into both"
    assert norland.figures(end="1997-12-31").index.tolist() == []
    assert len(norland.figures(end="1998-01-01")) == 7
    assert norland.figures("libraries_open", source="letter").index.tolist() == ["le_open_2018"]
    assert norland.figures("visits_growth").year.tolist() == [2003]
    towns = pd.DataFrame({"region": ["N-1", "N-2"], "title": ["North", "South"]})
    claims = norland._everything["claims"].assign(region=["N-1", "N-2", *[None] * 15])
    view = kz.Evidence({**norland._everything, "regions": towns, "claims": claims})
    assert view.figures(region="South").index.tolist() == view.figures(region="N-2").index.tolist() == ["su_open_1998"]
    again = made(
        norland, le_registered_1998={"repeats": "su_registered_1998"}, le_open_2018={"supersedes": "su_open_1998"}
    )
    assert len(again.figures()) == 15, "neither the repeat nor what was corrected ..."
    assert len(again.figures(first=False)) == 17
    shown = again.figures("libraries_open").as_printed
    assert shown["le_open_2018"] == "Only 900” corrects “about 800"
    assert norland.earliest("libraries_open")._node.key == "su_open_1998"
    assert norland.latest("libraries_open")._node.key == "le_open_2018"
    assert made(norland, le_open_2018={"start": None}).latest("libraries_open")._node.key == "ga_open_2008"
    assert norland.earliest("libraries_open", "librarians", year=1800).missing == (
        "any count of: Open libraries, Librarians",
    )
    for word, count in (
        ("ben page", 5),
        ("Registered lib", 4),
        ("lamp", 1),
        ("LIBRARIANS LEFT", 1),
        ("less than a hundred", 0),
        ("Norland", 0),
    ):
        assert len(norland.find(word)) == count, word
    titles = norland.measures.set_index("measure").title
    for row in norland.claims.itertuples():
        words = [row.as_printed, row.counts, row.measure, titles[row.measure], row.speaker]
        assert norland.find(" ".join(words)).index.tolist() == [row.claim_id]
    noted = made(norland, su_open_1998={"note": "Without the two in Sutter."})
    assert noted.find("sutter").index.tolist() == ["su_open_1998"]
    assert norland.find("lamp").columns.tolist() == [
        "figure",
        "year",
        "counts",
        "as_printed",
        "speaker",
        "source",
        "place",
        "measure",
    ]


def test_what_is_left_out_is_told(norland: kz.Evidence) -> None:
    view = norland.leave_out("gazette").leave_out("author", "gazette")
    assert view.without == ("gazette", "author")
    assert (
        view.label
        == f"Data {norland.version} with second_collection laid over it, without Gazette, author; plain reading"
    )
    gone = view.figure("ga_open_2008")
    assert (gone.missing, gone._node.key, gone.unit) == (
        ("“more than 2,100” (libraries open every day, Gazette)",),
        "ga_open_2008",
        "libraries",
    )
    for ask in (view.row, view.cite):
        with pytest.raises(
            KeyError,
            match=r"no claim, event or stage has the id 'ga_open_2008' in the data loaded \(its source was left out\)",
        ):
            ask("ga_open_2008")
    other = view.read(kz.Reading(strict=True))
    assert (other.version, other.folders, other.without, other.own) == (
        view.version,
        view.folders,
        view.without,
        view.own,
    )
    assert other.leave_out("letter").reading == kz.Reading(strict=True)
    assert other.leave_out("letter").own == norland.own
    assert norland.own == set(norland.claims.claim_id)
    plain = kz.Evidence(norland._everything)
    assert (plain.version, plain.folders, plain.without, plain.reading, plain.own) == (
        "",
        (),
        (),
        kz.Reading(),
        frozenset(),
    )
    assert repr(plain) == "<Evidence: Data ; plain reading; 17 statements>"
    assert '<td style="text-align:left"><code>ev.claims</code></td><td>17</td>' in plain._repr_html_()
    with pytest.raises(AttributeError, match=r"no table 'clams'; the tables are claims, codings, context, derivations"):
        plain.clams  # noqa: B018


# --- formulas -------------------------------------------------------------------------------------------------------


def test_formulas(evidence: kz.Evidence) -> None:
    table = evidence.figures("ngos_registered", scope="sector")
    first, last = [name for name, one in table.figure.items() if not one.missing][:2]
    a, b = evidence.figure(first), evidence.figure(last)
    for text, made in (
        (f"{last} / {first}", b / a), (f"({last} - {first}) / {first}", (b - a) / a), (f"-{first} + {last}", b - a), (f"  {first} * 2 ", a * 2),
        (f"({last} / {first}) ** 0.5 - 1", (b / a) ** 0.5 - 1), (f"{first} - {first}", a - a), (f"1_000 * {first}", 1000 * a),
    ):  # fmt: skip
        found = evidence.formula(text)
        assert (found.low, found.face, found.high) == tuple(
            pytest.approx(end) for end in (made.low, made.face, made.high)
        )
        assert set(found.claims) == set(made.claims)
    assert evidence.formula("2 + 3 * 4 ** 0.5").face == 8


HOSTILE = [
    "", "1 +", "1;2", "1\n2", "a := 1", "\x00", "__import__('os').system('true')", "().__class__", "[1]", "{}", "'text'", "True", "1j", "None", "...",
    "lambda: 1", "1 if 1 else 2", "1 < 2", "not 1", "~1", "1 // 2", "1 % 2", "1 @ 2", "1 << 2", "f'{1}'", "[x for x in (1,)]", "await x", "print(1)",
    "9**9**9", "9**9**9**9", "2**101", "(2**100)**100", "((9**99)**99)**99", "10**100*10**100*10**100*10**100", "1e400", "-1e400", "1e308*10",
    "(-1)**0.5", "1/0", "0**-1", "1/(2-2)", "(" * 5000 + "1" + ")" * 5000, "-" * 5000 + "1", "+".join(["1"] * 50_000), "1" * 5000, "9" * 400 + ".0",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=[repr(text)[:30] for text in HOSTILE])
def test_a_hostile_formula_is_answered_at_once(evidence: kz.Evidence, text: str) -> None:
    with cProfile.Profile() as profile, pytest.raises(ValueError) as error:  # noqa: PT011
        evidence.formula(text)
    assert pstats.Stats(profile).total_calls < 10_000
    assert len(str(error.value)) < 500


def test_a_long_formula_is_answered(evidence: kz.Evidence) -> None:
    name = next(name for name, one in evidence.figures("ngos_registered").figure.items() if not one.missing)
    with cProfile.Profile() as profile:
        long = evidence.formula(" + ".join([name] * 300))
        assert long.face == pytest.approx(300 * evidence.figure(name).face)
        nested = evidence.formula(f"{name} / {name}" + f" + {name} / {name}" * 100)
        assert nested.low <= 101 <= nested.high
        assert evidence.formula(f"({name} / {name}) ** 100 ** 1").face == pytest.approx(1)
        for text in (
            f"({name}/{name}+9)**100**1",
            f"(({name}/{name}+9)**100)**100",
            f"((({name}/{name}+9)**100)**100)**100",
        ):
            assert str(evidence.formula(text))
    assert pstats.Stats(profile).total_calls < 4_000_000


# --- left out -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("gone", [[name] for name in SOURCES] + [SOURCES[:2], SOURCES[1:], SOURCES], ids="+".join)
def test_sources_are_left_out_with_all_that_rests_on_them(evidence: kz.Evidence, gone: list[str]) -> None:
    view = kz.load(without=gone)
    pd.testing.assert_frame_equal(view.claims, evidence.leave_out(*gone).claims)
    for table in ("claims", "events", "stages", "mentions"):
        assert not view[table].source_id.isin(gone).any()
        assert len(view[table]) == (~evidence[table].source_id.isin(gone)).sum()
    kept = set(view.claims.claim_id)
    assert set(view.claims.repeats.dropna()) <= kept
    assert set(view.claims.same_as.dropna()) <= kept
    assert set(view.derivations.claim_id) <= kept
    titles = dict(zip(evidence.sources.source_id, evidence.sources.short_title, strict=True))
    assert all(titles[name] in view.label for name in gone)
    for row in evidence.claims.itertuples():
        one = view.figure(row.claim_id)
        assert bool(one.missing) == (row.source_id in gone or row.wording == "lost"), row.claim_id
        if row.source_id in gone:
            assert one.missing[0].startswith("“")
            assert titles[row.source_id] in one.missing[0]
            with pytest.raises(KeyError, match="left out"):
                view.cite(row.claim_id)
    assert set(view.figures(first=False).index) == kept
    for source in SOURCES:
        assert len(view.figures(source=source)) == 0 or source not in gone
    assert set(view.find("NGO").index) <= kept
    assert isinstance(repr(view) + view._repr_html_(), str)


def test_a_repeat_is_heard_when_the_first_is_left_out(evidence: kz.Evidence) -> None:
    claims = evidence.claims.set_index("claim_id")
    across = [
        name
        for name, row in claims.iterrows()
        if pd.notna(row.repeats) and claims.at[row.repeats, "source_id"] != row.source_id
    ]
    views = {source: evidence.leave_out(source) for source in SOURCES}
    for name in across:
        view = views[claims.at[claims.at[name, "repeats"], "source_id"]]
        assert not view.figure(name).missing
        assert pd.isna(view.claims.set_index("claim_id").repeats[name])


def test_origins_can_be_left_out(evidence: kz.Evidence) -> None:
    for origin in evidence.claims.origin.unique():
        view = evidence.leave_out(origin)
        assert origin not in set(view.claims.origin)
        assert len(view.claims) == (evidence.claims.origin != origin).sum()


def test_what_cannot_be_left_out() -> None:
    with pytest.raises(kz.DataError, match="did you mean diachenko"):
        kz.load(without="diachenco")
    with pytest.raises(kz.DataError, match="no source or origin"):
        kz.load(without="")
    with pytest.raises(kz.DataError):
        kz.load().leave_out(SOURCES[0], "nobody")
    for nothing in (None, [], ()):
        assert kz.load(without=nothing).without == ()
    twice = kz.load(without=[SOURCES[0], SOURCES[0]])
    assert twice.label == kz.load(without=SOURCES[0]).label
    assert kz.load(without=SOURCES[0]).leave_out(SOURCES[0]).label == twice.label


def test_missing_travels_through_a_computation(evidence: kz.Evidence) -> None:
    claims = evidence.claims[evidence.claims.value.notna()]
    first, second = (claims[claims.source_id == source].claim_id.iloc[0] for source in SOURCES[:2])
    view = evidence.leave_out(SOURCES[0])
    for made in (
        view.figure(first).of("") / view.figure(second).of(""),
        kz.total([view.figure(first).of(""), view.figure(second).of("")]),
    ):
        assert made.missing
        assert str(made) == "cannot be said"


# --- tables and how they show ---------------------------------------------------------------------------------------


def test_tables_are_copies(evidence: kz.Evidence) -> None:
    for name in ("claims", "events", "sources"):
        table = evidence[name]
        table["claims_are"] = 1
        table.iloc[0, 0] = "changed"
        assert "claims_are" not in evidence[name]
        assert evidence[name].iloc[0, 0] != "changed"
        pd.testing.assert_frame_equal(getattr(evidence, name), evidence[name])


def test_names_complete(evidence: kz.Evidence) -> None:
    assert {"claims", "figures", "figure", "find", "cite", "formula", "context"} <= set(dir(evidence))
    assert not [name for name in dir(evidence) if name.startswith("_")]
    assert "claims" in evidence._ipython_key_completions_()
    with pytest.raises(AttributeError, match="the tables are"):
        evidence.clams  # noqa: B018
    with pytest.raises(KeyError, match="did you mean claims"):
        evidence["clams"]
    assert not hasattr(evidence, "_repr_svg_")


def test_a_newcomer_sees_what_to_try(evidence: kz.Evidence) -> None:
    shown = evidence._repr_html_()
    for name in ("ev.claims", "ev.find", "ev.figures", "ev.cite"):
        assert name in shown
    assert f"{len(evidence.claims)}" in repr(evidence)
    assert evidence.version in evidence.label
    assert evidence.read(kz.Reading(strict=True)).label.endswith("strict reading")


@pytest.mark.parametrize("bad", ["/nonexistent/folder", "README.md", ["/nonexistent/folder"]])
def test_a_folder_that_is_none_is_refused(bad: object) -> None:
    with pytest.raises(kz.DataError, match="no such folder"):
        kz.load(bad)


def test_nothing_but_a_schema() -> None:
    nothing = kz.load(bundle=False)
    assert len(nothing.claims) == len(nothing.figures()) == len(nothing.find("a")) == 0
    assert "0 statements" in repr(nothing)
    with pytest.raises(KeyError):
        nothing.figure("a")
    with pytest.raises(ValueError, match="no measure"):
        nothing.figures("ngos")


@pytest.mark.parametrize(("change", "told"), [
    ((b",2003-01-01,", b",1.1.2003,"), "claims.csv, row 2, column start: '1.1.2003' is no date"),
    ((b",200000,", b",2OOOOO,"), "claims.csv, row 3, column value: '2OOOOO' is no number"),
    ((b",8,", b",99999999999999999999,"), "claims.csv, row 2, column line: '99999999999999999999' is no integer"),
    ((b"\n", b'\n"'), "claims.csv: cannot be read as UTF-8 CSV"),
    ((b"\n", b"\n\xff"), "claims.csv: cannot be read as UTF-8 CSV"),
    ((b"\n", b"\nx,y\n"), "claims.csv, row 2: 2 cells, but the first row names 27 columns"),
    ((b"\n", b"\ncaci_forum1_days" + b"," * 26 + b"\n"), "claims.csv, row 3: the key ['caci_forum1_days'] stands there a second time"),
])  # fmt: skip
def test_a_broken_bundle_is_told_with_file_and_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: tuple[bytes, bytes], told: str
) -> None:
    home = shutil.copytree(tables.bundle_folder(), tmp_path / "data")
    path = home / "claims.csv"
    path.write_bytes(path.read_bytes().replace(*change, 1))
    monkeypatch.setattr(tables, "bundle_folder", lambda: home)
    tables.bundled.cache_clear()
    with pytest.raises(kz.DataError) as error:
        kz.load([])
    assert told in str(error.value)


def test_rows_given_obey_what_is_left_out_and_the_reading() -> None:
    row = {"measure": "ngos_registered", "as_printed": "over 22 thousand", "year": 2020, "source": "A press release"}
    view = kz.load(pd.DataFrame([row]), "diachenko", kz.Reading(strict=True))
    assert view.without == ("diachenko",)
    assert view.reading.strict
    assert "diachenko" not in set(view.claims.source_id)
    assert view.latest("ngos_registered", year=2020).high == math.inf


def test_a_folder_without_claims_has_no_own_ones(tmp_path: Path) -> None:
    head, first = "measure,title,unit,nature,theme", "clubs,Clubs,clubs,stock,organisations"
    (tmp_path / "measures.csv").write_text(f"{head}\n{first}\n", encoding="utf-8")
    view = kz.load(tmp_path)
    assert view.own == frozenset()
    assert "clubs" in set(view.measures.measure)


def test_evidence_can_be_copied(evidence: kz.Evidence) -> None:
    assert copy.copy(evidence).label == evidence.label


def test_sources_of_a_selection_are_in_the_order_of_their_table(evidence: kz.Evidence) -> None:
    assert evidence.figures("ngos_registered").source.cat.ordered

"""What a page is made of, through a real run of a small notebook, and each part alone."""

from __future__ import annotations

import math
import re
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from nbclient import NotebookClient

import kzcivil as kz
from kzcivil import page
from kzcivil.figure import absent, figure

INF = math.inf
HOME = Path(__file__).parent / "second_collection"
EVIL = "<script>alert(1)</script> <img src=x onerror=alert(1)> ![x](https://example.org/x.png) [y](javascript:alert(1)) $3 and $5"

CELLS = [
    "import kzcivil as kz\nkz.in_short()",
    f"import pandas as pd\nev = kz.load({str(HOME)!r}, bundle=False)\na, b = ev.figure('su_registered_1998'), ev.figure('ga_registered_2008')",
    "chart = kz.charts.counts(ev.figures('libraries_registered').assign(label='on the register'), title='Libraries rose', subtitle='libraries', note='made up')\nkz.lead(chart)",
    "kz.finding('second', 'How many now?', f'There are {b}.', b, hangs_on='One register.', short=2)",
    "kz.finding('first', 'Did they grow?', f'They grew {b / a}.', b / a, hangs_on='Two counts.', short=1, about='documents')",
    "kz.finding('aside', 'And else?', 'Nothing.', hangs_on='Nothing.')",
    "gone = ev.leave_out('gazette').figure('ga_registered_2008')\nkz.finding('gone', 'And without?', f'It is {gone / a}.', gone / a, hangs_on='It.', short=3)",
    f"kz.finding('evil', 'What <b>now</b>?', {EVIL!r}, hangs_on={EVIL!r}, short=4)",
    f"kz.say('It grew.', {EVIL!r})",
    f"kz.show(pd.DataFrame({{'Words': [{EVIL!r}, '1,200'], 'Libraries': [b, gone]}}), 'Two rows <of> it')",
    "kz.quote_card([f'It grew {b / a:face}.', f'It is {gone}.'], [('It doubled.', 'No source says so.')])",
    "kz.show(kz.sensitivity(lambda ev: {'open': ev.latest('libraries_open')}, ev), 'Other readings')",
    "kz.sources(ev, a, b, 'le_open_2018', 'nobody', ev.figures('librarians'))",
    "b / a",
    "(b / a).why()",
    "ev",
]
FIRST, LEAD, SECOND, GROWTH, ASIDE, GONE, HOSTILE, SAID, SHOWN, CARD, SENSITIVE, USED, FIGURE, WHY, WHOLE = (
    0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
)  # fmt: skip


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> nbformat.NotebookNode:
    """A small page, run as a reader would run it."""
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text) for text in CELLS])
    folder = tmp_path_factory.mktemp("page")
    quiet = ["--IPKernelApp.log_level=40"]
    return NotebookClient(
        made,
        timeout=600,
        startup_timeout=600,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
        extra_arguments=quiet,
    ).execute()


def markdown(book: nbformat.NotebookNode, cell: int, output: int = 0) -> str:
    return str(book.cells[cell].outputs[output].data["text/markdown"])


def stored(book: nbformat.NotebookNode, cell: int) -> dict:
    return book.cells[cell].outputs[0].metadata[page.KEY]


def test_the_top_is_filled_from_below(book: nbformat.NotebookNode) -> None:
    top = markdown(book, FIRST)
    assert top.startswith(page.IN_SHORT[0])
    assert top.endswith(page.IN_SHORT[1])
    lines = [line for line in top.splitlines() if line.startswith("- ")]
    assert [line[2:] for line in lines] == [stored(book, cell)["sentence"] for cell in (GROWTH, SECOND, GONE, HOSTILE)]
    assert "Nothing." not in top
    assert "Run all cells" not in top
    picture = book.cells[FIRST].outputs[1].data
    assert "application/vnd.plotly.v1+json" in picture
    assert "Libraries rose" in str(picture)
    assert "Libraries rose" in markdown(book, LEAD)
    assert "plotly" not in str(book.cells[LEAD].outputs[0].data.keys()), "the chart stands once, at the top"


def test_findings_are_stored_with_their_figures(book: nbformat.NotebookNode) -> None:
    found = stored(book, GROWTH)
    assert (found["key"], found["question"], found["short"], found["about"]) == (
        "first",
        "Did they grow?",
        1,
        "documents",
    )
    one = found["figures"][0]
    assert one["claims"] == ["ga_registered_2008", "su_registered_1998"]
    assert one["formula"] == "ga_registered_2008 / su_registered_1998"
    assert one["unit"] == "times"
    assert one["face"] == pytest.approx(1.625)
    assert one["low"] < one["face"] < one["high"]
    assert one["words"] in found["sentence"]
    assert stored(book, SECOND)["figures"][0]["face"] == 1950
    assert isinstance(stored(book, SECOND)["figures"][0]["face"], int), "saving the page in JupyterLab changes nothing"
    assert stored(book, ASIDE)["figures"] == []
    text = markdown(book, GROWTH)
    assert text.startswith("> **Did they grow?** They grew 1.6")
    assert "Two counts." in text


def test_a_finding_of_what_is_missing_cannot_be_said(book: nbformat.NotebookNode) -> None:
    found = stored(book, GONE)
    assert found["sentence"].startswith("Cannot be said: “1 950 registered libraries”")
    assert found["sentence"].endswith("is not in the data loaded.")
    assert found["figures"] == []
    assert "Depends on" not in markdown(book, GONE)
    assert found["sentence"] in markdown(book, FIRST)


def harmless(text: str) -> bool:
    return not re.search(r"<(?!!-- /?in short -->)[A-Za-z/!?]|(?<!\\)!\[|\]\(\s*javascript|(?<!\\)\$", text)


def test_words_of_the_data_stay_words(book: nbformat.NotebookNode) -> None:
    for cell in (FIRST, HOSTILE, SAID):
        text = markdown(book, cell)
        assert "alert(1)" in text
        assert harmless(text), text
    found = stored(book, HOSTILE)
    assert harmless(found["sentence"] + found["hangs_on"])
    shown = book.cells[SHOWN].outputs[0].data["text/html"]
    assert "<script" not in shown
    assert "<img" not in shown
    assert "&lt;script&gt;" in shown
    assert "Two rows &lt;of&gt; it" in shown
    assert "tex2jax_ignore" in shown, "dollars stay dollars"


def test_a_table(book: nbformat.NotebookNode) -> None:
    shown = book.cells[SHOWN].outputs[0].data["text/html"]
    assert "1,950 (1,945 to 1,955)" in shown
    assert "<td" in shown
    assert "–</td>" in shown, "what is missing is a dash"
    assert shown.count("text-align:") >= 6, "each cell says its side: JupyterLab aligns all to the right"


def test_a_quote_card(book: nbformat.NotebookNode) -> None:
    text = markdown(book, CARD)
    assert text.index("You may write") < text.index("You may not write")
    assert re.search(r"- “It grew 1\.6\d times\.”", text)
    assert "cannot be said" not in text.lower()
    assert "- “It doubled.” *No source says so.*" in text


def test_other_readings(book: nbformat.NotebookNode) -> None:
    shown = book.cells[SENSITIVE].outputs[0].data["text/html"]
    for words in ("as on this page", "without Letter"):
        assert words in shown
    assert "without Survey" not in shown, "what changes nothing is left out"


def test_sources_of_a_page(book: nbformat.NotebookNode) -> None:
    shown = book.cells[USED].outputs[0].data["text/html"]
    for words in ("“1,200 libraries”", "“Only 900”", "Some 3,400 librarians", "Ben Page", "Gazette", "le_open_2018"):
        assert words in shown
    assert shown.count("“1,200 libraries”") == 1
    assert "nobody" not in shown


def test_what_ends_a_cell_reads_well(book: nbformat.NotebookNode) -> None:
    assert markdown(book, FIGURE).startswith("**1.6")
    assert "1,950 / 1,200" in markdown(book, FIGURE)
    assert "line 3" in markdown(book, WHY)
    assert "“1 950 registered libraries”" in markdown(book, WHY)
    assert "ev.claims" in book.cells[WHOLE].outputs[0].data["text/html"]


def test_a_second_run_says_the_same(book: nbformat.NotebookNode) -> None:
    """Nothing that is shown depends on an address, a time or an order that may change."""
    text = str([[output.get("data") for output in cell.outputs] for cell in book.cells])
    assert not re.search(r"0x[0-9a-f]{6,}|np\.float64|Timestamp\(", text)


# --- parts alone ----------------------------------------------------------------------------------------------------


def test_before_the_cells_below_have_run(capsys: pytest.CaptureFixture[str]) -> None:
    kz.in_short()
    assert "Run all cells" in capsys.readouterr().out
    kz.finding("a", "A?", "First.", hangs_on="It.", short=1)
    kz.finding("a", "A, anew?", "Second.", hangs_on="It.", short=1)  # a cell that was edited and run again
    assert [found["sentence"] for found in page._page.findings.values()] == ["Second."]
    assert page._page.top().text.count("- ") - page._page.top().text.count("<!-- ") == 1
    kz.in_short()
    assert page._page.findings == {}


def test_a_finding_without_a_top_is_still_shown(capsys: pytest.CaptureFixture[str]) -> None:
    page._page.__init__()
    kz.finding("a", "A?", "  Spread \n over   lines. ", hangs_on="It.")
    assert "Spread over lines." in capsys.readouterr().out


@pytest.mark.parametrize(("value", "column", "cell"), [
    (1500, "NGOs", "1,500"), (1900, "NGOs", "1,900"), (2003, "Year", "2003"), (2003.0, "year", "2003"), (INF, "Greatest", "no upper limit"),
    (-INF, "Least", "no lower limit"), (math.nan, "x", ""), (None, "x", ""), (pd.NA, "x", ""), (pd.NaT, "x", ""), (True, "x", "yes"), (False, "x", "no"),
    (pd.Timestamp("2003-10-22"), "Date", "2003‑10‑22"), (0.12345, "x", "0.123"), (4_222_222, "x", "4.22 million"), ("<b>", "x", "&lt;b&gt;"),
    (figure(3500, 3450, 3550, "NGOs"), "x", "3,500 (3,450 to 3,550)"), (absent("it"), "x", "–"), (figure(math.nan, 24, 99), "x", "24 to 99"),
])  # fmt: skip
def test_a_cell(value: object, column: str, cell: str) -> None:
    shown = kz.show(pd.DataFrame({column: pd.Series([value], dtype="object")}), "One").text
    assert re.search(r"<td [^>]*>(.*?)</td>", shown)[1] == cell


@pytest.mark.parametrize(("values", "side"), [
    ([1, 2.5, None], "right"), (["1,500", "", "–"], "right"), ([figure(3500), figure(4500)], "right"), ([figure(5e6), absent("it")], "right"),
    ([2003, "not verified"], "left"), ([figure(3500, 3450, 3550)], "left"), (["2003-10-22"], "left"), ([None], "left"), ([], "left"),
])  # fmt: skip
def test_numbers_stand_right_whatever_they_are_made_of(values: list[object], side: str) -> None:
    shown = kz.show(pd.DataFrame({"x": pd.Series(values, dtype="object")}), "One").text
    assert set(re.findall(r"<t[hd] style=\"text-align:(\w+)", shown)) == {side}


def test_columns_of_any_type() -> None:
    table = pd.DataFrame({
        "whole": pd.Series([1, None], dtype="Int64"), "yes": pd.Series([True, None], dtype="boolean"), "kind": pd.Categorical(["a", "b"]),
        "day": pd.to_datetime(["2003-01-01", None]), "number": [1.5, INF], "text": pd.Series(["a", None], dtype="str"),
    })  # fmt: skip
    shown = kz.show(table, "Any").text
    assert re.findall(r"<td [^>]*>(.*?)</td>", shown) == [
        "1",
        "yes",
        "a",
        "2003‑01‑01",
        "1.5",
        "a",
        "",
        "",
        "b",
        "",
        "no upper limit",
        "",
    ]
    assert "<td" not in kz.show(table.head(0), "Nothing").text


def test_a_long_table_is_kept_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = pd.DataFrame({"n": range(1000), "it": [figure(n) for n in range(1000)]})
    assert "(the first 200 of 1,000 rows; all are in the table" in kz.show(table, "Many").text
    monkeypatch.setenv(page.OVERFLOW, str(tmp_path / "tables" / "01_x"))
    shown = kz.show(table, "Many")
    assert shown.text.count("<tr>") == 201
    name = re.search(r"all are in tables/01_x/(table_\d+\.csv)\)", shown.plain)
    assert name
    assert pd.read_csv(tmp_path / "tables" / "01_x" / name[1]).n.tolist() == list(range(1000))
    assert "first" not in kz.show(table.head(200), "Fewer").plain


def test_parameters_are_checked_and_named_on_the_top(evidence: kz.Evidence) -> None:
    page._page.__init__()
    kz.parameters(share=(50, 75, range(1, 100)), pages=(["02"], ["02"], ["02", "03"]))
    kz.sources(evidence)
    assert page._page.top().text.endswith(
        "*Data 2.0.0; plain reading. Changed on this page: share = 50.*\n<!-- /in short -->"
    )
    for wrong in (0, 100, "75", 7.5, None):
        with pytest.raises(ValueError, match=r"share: found .*; expected a whole number from 1 to 99"):
            kz.parameters(share=(wrong, 75, range(1, 100)))
    with pytest.raises(ValueError, match="pages: found '04'; expected 02 or 03"):
        kz.parameters(pages=(["02", "04"], [], ["02", "03"]))
    page._page.__init__()


def test_added_rows_that_a_page_leaves_out_are_named() -> None:
    ev = kz.load(HOME.parent.parent / "examples" / "later_counts")
    told = kz.sources(ev, ev.figures("ngos_registered")).plain
    assert (
        "Of 6 added rows 2 are used here; left out: Active NGOs (1), Civil society organisations of all kinds (2)"
        in told
    )
    assert "added rows" not in kz.sources(ev, sorted(ev.own)).plain


def test_paragraphs() -> None:
    assert kz.say("One.", "", "Two  \n three.").text == "One.\n\nTwo three."
    assert kz.say().text == ""
    assert "\n#" not in kz.say("a\n# b").text


def test_a_card_of_any_lines() -> None:
    assert kz.quote_card([], []).text == ""
    assert kz.quote_card(["Cannot be said: x."], [("It cannot be said.", "why")]).text == ""


def test_a_line_of_a_card_stays_a_line() -> None:
    assert kz.quote_card(["A\n\n# b"], []).text.splitlines()[2:] == ["- “A # b”"]


def test_dates_stay_whole_and_long_ids_may_break() -> None:
    markup = kz.show(
        pd.DataFrame({"a": ["2003-10-22 (inferred)", "an_id_of_some_length", "a/b <i>", "2003-04"]}), "x"
    ).text
    assert ">2003\u201110\u201122 (inferred)<" in markup
    assert ">an_<wbr>id_<wbr>of_<wbr>some_<wbr>length<" in markup
    assert ">a/b &lt;i&gt;<" in markup
    assert ">2003-04<" in markup


def test_words_of_a_figure_are_escaped_where_they_are_shown() -> None:
    one = figure(3, 2, 4, "NGOs", EVIL)
    for shown in (
        one._repr_markdown_(),
        one.why()._repr_markdown_(),
        (one * 2).why()._repr_markdown_(),
        absent(EVIL)._repr_markdown_(),
    ):
        assert harmless(shown), shown


def test_sensitivity(evidence: kz.Evidence) -> None:
    table = kz.sensitivity(lambda ev: {"a": ev.latest("ngos_registered", scope="sector"), "b": figure(1)}, evidence)
    assert list(table.columns) == ["Case", "a", "b"]
    assert table.Case[0] == "as on this page"
    assert set(table.b) == {"1"}
    assert len(table.drop(columns="Case").drop_duplicates()) > 1
    named = kz.sensitivity(
        lambda ev: {"a": ev.earliest("ngos_registered", scope="sector")}, evidence,
        {"no slack": kz.Reading(slack=0)}, [],
    )  # fmt: skip
    assert named.Case.tolist() == ["as on this page", "no slack"]
    out = evidence.sources.source_id.iloc[0]
    assert f"without {evidence.sources.short_title.iloc[0]}" not in kz.sensitivity(
        lambda ev: {"n": figure(len(ev.claims))}, evidence.leave_out(out)
    ).Case.tolist()  # fmt: skip

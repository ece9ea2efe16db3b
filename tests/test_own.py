"""A reader's own folder: phrases in three languages, files as people make them, broken folders, what a row becomes."""

import cProfile
import csv
import io
import os
import pstats
import string
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_cli import call

import kzcivil as kz
from kzcivil import checks, own, remarks
from kzcivil.evidence import VARIABLE
from kzcivil.reading import Unreadable, parse
from kzcivil.tables import bundle_folder, primary_key, schemas

REGISTERED = "aa_inf_registered_2003"
LATER = Path(__file__).parents[1] / "examples" / "later_counts"
HEAD = "measure,as_printed,year,source\n"
ROW = 'ngos_registered,over 22 thousand NGOs,2020-04,"A ministry, press release, 2020"\n'
with (Path(__file__).parent / "phrases.csv").open(encoding="utf-8", newline="") as table:
    PHRASES = list(csv.DictReader(table))


def folder(path: Path, text: str | bytes = HEAD + ROW, name: str = "claims.csv") -> Path:
    home = path / "own"
    home.mkdir(exist_ok=True)
    (home / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return home


def problems(home: Path) -> str:
    return "\n".join(map(str, checks.validate(home)))


def only(evidence: kz.Evidence) -> pd.Series:
    assert len(evidence.own) == 1
    return evidence.row(next(iter(evidence.own)))


# --- words ----------------------------------------------------------------------------------------------------------


def test_the_phrase_table_is_large() -> None:
    assert len(PHRASES) >= 250
    letters = {"ru": set("ыэщё"), "kk": set("әғқңөұүһі")}
    assert sum(bool(letters["kk"] & set(row["words"].lower())) for row in PHRASES) >= 40
    assert sum(row["words"].isascii() for row in PHRASES) >= 70


@pytest.mark.parametrize("row", PHRASES, ids=lambda row: row["words"])
def test_phrases(row: dict[str, str]) -> None:
    if row["wording"] == "refused":
        with pytest.raises(Unreadable):
            parse(row["words"])
        return
    said = parse(row["words"])
    assert said.wording == row["wording"]
    for name in ("value", "value_to", "step", "low", "high"):
        expected = float(row[name] or "nan")
        assert getattr(said, name) == pytest.approx(expected, nan_ok=True), name


# --- one file is enough ---------------------------------------------------------------------------------------------


def test_a_row_of_four_cells(tmp_path: Path) -> None:
    ev = kz.load(folder(tmp_path))
    row = only(ev)
    assert (row.value, row.wording, row.step, row.scope, row.unit) == (22000, "over", 1000, "sector", "NGOs")
    assert (str(row.start.date()), str(row.end.date())) == ("2020-04-01", "2020-04-30")
    assert row.claim_id == "a_ministry_press_release_2020_ngos_registered_2020"
    assert ev.cite(row.claim_id) == "A ministry in A ministry 2020 (2020): “over 22 thousand NGOs”"
    figures = ev.figures("ngos_registered", year=2020)
    assert figures.place.tolist() == ["place not verified"]
    assert "line" not in str(figures.figure.iloc[0].why())
    assert len(ev.claims) == len(kz.load([]).claims) + 1


def test_a_given_column_wins_unless_the_words_say_otherwise(tmp_path: Path) -> None:
    text = "measure,as_printed,year,source,value,scope,region,note\n"
    home = folder(tmp_path, text + "ngos_registered,27.000,2020,X,27000,,Almaty,\n")
    row = only(kz.load(home))
    assert (row.value, row.step, row.wording, row.scope, row.region) == (27000, 1000, "bare", "region", "KZ-75")
    assert "19680, as '19 680' says" in problems(folder(tmp_path, text + "ngos_registered,19 680,2020,X,1968,,,\n"))
    assert "may be 27 or 27,000" in problems(folder(tmp_path, text + "ngos_registered,27.000,2020,X,,,,\n"))
    assert "may be 27" in problems(folder(tmp_path, text + "ngos_registered,27.000,2020,X,2700,,,\n"))
    for words, value in (("many of them", "27.000"), ("27.000", "27.000")):
        told = problems(folder(tmp_path, text + f"ngos_registered,{words},2020,X,{value},,,\n"))
        assert f"row 2, column value: found '{value}'; expected a number without a mark of thousands" in told


def test_other_numbers_of_the_source_decide_an_ambiguous_one(tmp_path: Path) -> None:
    both = "ngos_registered,27.000,2020,X\nvolunteers,1.234.567,2020,X\n"
    ev = kz.load(folder(tmp_path, HEAD + both))
    assert sorted(ev.claims[ev.claims.claim_id.isin(ev.own)].value) == [27000, 1234567]
    assert "may be 27" in problems(folder(tmp_path, HEAD + both.replace("1.234.567,2020,X", "1.234.567,2020,Y")))
    assert "may be 27" in problems(folder(tmp_path, HEAD + both + "people_per_ngo,1.5,2020,X\n"))


def test_all_problems_come_at_once(tmp_path: Path) -> None:
    rows = "ngo_registered,27.000,20177,X\nngos,many,2017,X\n\n,,,\nngos,5,2017,\nngos,-5,2017,X\nngos,5,2017,X\n"
    told = problems(folder(tmp_path, HEAD + rows))
    for words in (
        "row 2, column measure: found 'ngo_registered'",
        "did you mean ngos_registered",
        "measure,title,unit,nature,theme",
        "row 2, column year: found '20177'",
        "row 2, column as_printed: found '27.000'",
        "row 3, column as_printed: found 'many'",
        "row 6, column source: found nothing",
        "row 7, column as_printed: found '-5'",
    ):
        assert words in told, told
    assert len(told.splitlines()) == 6
    assert "also year, source" in problems(folder(tmp_path, "measure,as_printed\nngos,5\n"))


def test_a_new_measure_is_one_line(tmp_path: Path) -> None:
    home = folder(tmp_path, "measure,title,unit,nature,theme\nclubs,Clubs,clubs,stock,organisations\n", "measures.csv")
    folder(tmp_path, HEAD + "clubs,12,2020,X\n")
    assert f"{kz.load(home).latest('clubs')}" == "12 clubs"


def test_ids_are_steady_and_never_those_of_the_bundle(tmp_path: Path) -> None:
    rows = ["ngos,5,2017,Diachenko", "ngos,6,2017,Diachenko", "ngos,7,2017,Газета №1", "ngos,8,2017,12 тыс."]
    ev = kz.load(folder(tmp_path, HEAD + "\n".join(rows)))
    assert ev.own == {"diachenko_2_ngos_2017", "diachenko_2_ngos_2017_2", "gazeta_no1_ngos_2017", "tys_ngos_2017"}
    assert ev.sources.set_index("source_id").title["diachenko"] != "Diachenko"
    assert kz.load(ev.folders).own == ev.own


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("2012", ("2012-01-01", "2012-12-31")),
        ("2012.0", ("2012-01-01", "2012-12-31")),
        ("2012-05", ("2012-05-01", "2012-05-31")),
        ("31.12.2012", ("2012-12-31", "2012-12-31")),
        ("1.5.2012", ("2012-05-01", "2012-05-01")),
        ("2012-02-29", ("2012-02-29", "2012-02-29")),
        ("2012 – 2014", ("2012-01-01", "2014-12-31")),
    ],
)
def test_dates(text: str, dates: tuple[str, str]) -> None:
    assert own.dates(text) == dates


@pytest.mark.parametrize(
    "text", ["12", "1899", "2101", "2012-13", "31.02.2012", "2014-2012", "05/06/2012", "May 2012", "20120501", "nan"]
)
def test_no_dates(tmp_path: Path, text: str) -> None:
    assert f"column year: found {text!r}" in problems(folder(tmp_path, f"{HEAD}ngos,5,{text},X\n"))


def test_a_correction_keeps_the_printed_value_in_sight(tmp_path: Path) -> None:
    head = "measure,as_printed,year,source,supersedes,note\n"
    row = f'ngos_registered,3 700,2003,"Register, 2024",{REGISTERED},counted anew\n'
    ev = kz.load(folder(tmp_path, head + row))
    assert f"{ev.figure(REGISTERED):face}" == "3,500 NGOs", "a source is held to its own number"
    assert "correcting “3500” of Adal Azamat" in str(ev.figure("register_2024_ngos_registered_2003").why())
    assert "“3500” of Adal Azamat (counted anew)" in str(ev.figure("register_2024_ngos_registered_2003").why())
    assert f"{ev.earliest('ngos_registered', scope='sector'):face}" == "3,700 NGOs"
    shown = ev.figures("ngos_registered", scope="sector", year=2003)
    assert shown.as_printed.tolist() == ["3 700” corrects “3500"]
    assert ev.row(REGISTERED).as_printed == "3500"
    assert f"{ev.leave_out('register_2024').earliest('ngos_registered', scope='sector'):face}" == "3,500 NGOs"
    for change, words in (
        (("counted anew", ""), "why this statement corrects the other"),
        ((REGISTERED, "nothing"), "a key of claims.csv"),
        (("ngos_registered,", "ngos_active,"), "the measure of the corrected statement"),
        ((REGISTERED, "register_2024_ngos_registered_2003"), "in no circle"),
    ):
        assert words in problems(folder(tmp_path, head + row.replace(*change))), words


def test_of_several_counts_of_a_year_one_voice(tmp_path: Path) -> None:
    rows = ["ngos_registered,3 700,2003,A", "ngos_registered,9 000,2010,B", "ngos_registered,8 000,2010,A"]
    rows += ["ngos_registered,20 000 NGOs,2000,C", "ngos,17 000,2000,D"]
    ev = kz.load(folder(tmp_path, HEAD + "\n".join(rows)))
    both = ["year", "measure"]
    kept = ev.figures("ngos_registered", "ngos", scope="sector", one_voice=both)
    assert kept.face[kept.year.isin([2000, 2003, 2010])].tolist() == [20000, 17000, 3500, 8000], "A has more rows"
    assert len(ev.figures("ngos_registered", scope="sector", year=2010)) == 2
    mixed = ev.figures("ngos_registered", "ngos", scope="sector", year=2000, one_voice=["year"])
    assert mixed.source.nunique() == 1
    assert not ev.figures("ngos", scope="sector", source="diachenko", one_voice=both).wording.eq("lost").any()


def test_words_under_a_bundled_id_do_not_change(tmp_path: Path) -> None:
    rows = pd.read_csv(bundle_folder() / "claims.csv", dtype="str", keep_default_na=False)
    row = rows[rows.claim_id == REGISTERED].assign(as_printed="3600", value="3600")
    told = problems(folder(tmp_path, row.to_csv(index=False)))
    assert "column as_printed: found '3600'; expected '3500' as under this id" in told
    told = problems(folder(tmp_path, f"claim_id,{HEAD}{REGISTERED},ngos_registered,3600,2003,X\n"))
    assert "put its id into supersedes" in told


def test_dataframes_and_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = pd.DataFrame({"measure": ["ngos"], "as_printed": [1968], "year": [2017.0], "source": ["X, 2018"]})
    assert only(kz.load(rows)).value == 1968
    assert only(kz.load({"claims": rows.assign(measure="clubs"), "measures": pd.DataFrame(
        [{"measure": "clubs", "title": "Clubs", "unit": "clubs", "nature": "stock", "theme": "organisations"}]
    )})).unit == "clubs"  # fmt: skip
    with pytest.raises(kz.DataError, match="row 2, column year"):
        kz.load(rows.assign(year="soon"))
    monkeypatch.setenv(VARIABLE, f"{folder(tmp_path)}{os.pathsep}{LATER}")
    assert len(kz.load().own) == 7
    assert kz.load([]).own == set()
    assert "own, later_counts laid over it" in kz.load().label


# --- files as people make them --------------------------------------------------------------------------------------

RUSSIAN = 'ngos_registered,"более 22 тысяч НПО",2020,"Министерство, 2020"\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_encodings_ends_of_line_and_separators(tmp_path: Path, encoding: str, newline: str, separator: str) -> None:
    rows = [["measure", "as_printed", "year", "source"], ["ngos", "более 22 тыс., всего", "2020", "А; Б, 2020"]]
    file = io.StringIO()
    csv.writer(file, delimiter=separator, lineterminator=newline).writerows(rows)
    tables, told = own.read_folder(folder(tmp_path, file.getvalue().encode(encoding)), kz.load([])._tables)
    assert not told
    assert tables["claims"].as_printed.tolist() == ["более 22 тыс., всего"]
    assert tables["sources"].title.tolist() == ["А; Б, 2020"]


@pytest.mark.parametrize("encoding", ["koi8-r", "cp866", "kz1048", "utf-16-le"])
def test_other_encodings_are_refused(tmp_path: Path, encoding: str) -> None:
    text = RUSSIAN.replace("НПО", "үкіметтік емес") if encoding == "kz1048" else RUSSIAN
    home = folder(tmp_path, (HEAD + text).encode(encoding))
    assert "claims.csv" in problems(home)
    assert "UTF-8" in problems(home) or "one line of text" in problems(home) or "no known encoding" in problems(home)


def test_a_french_file_is_not_read_as_russian(tmp_path: Path) -> None:
    home = folder(tmp_path, (HEAD + 'ngos,5,2020,"Société civile"\n').encode("latin-1"))
    assert "no known encoding" in problems(home)


def test_stray_spaces_and_empty_rows_and_columns(tmp_path: Path) -> None:
    text = " Measure ,AS_PRINTED,year,source,value,,\n ngos\u00a0,\u202f23 335 , 2020 ,X ,23\u00a0335,,\n,,,,,,\n\n"
    row = only(kz.load(folder(tmp_path, text)))
    assert (row.measure, row.as_printed, row.value) == ("ngos", "23 335", 23335)
    assert "an extra cell" in problems(folder(tmp_path, text.replace("335,,\n", "335,here,\n")))
    assert "sep" not in problems(folder(tmp_path, "sep=;\r\n" + (HEAD + "ngos,5,2020,X\n").replace(",", ";")))


def test_names_of_files(tmp_path: Path) -> None:
    assert only(kz.load(folder(tmp_path, name="Claims.CSV"))).value == 22000
    home = folder(tmp_path, "notes", "notes.txt")
    (home / "README.md").write_text("x", encoding="utf-8")
    (home / ".~lock.claims.csv").write_text("x", encoding="utf-8")
    assert problems(home) == ""
    assert "a second file" in problems(folder(tmp_path, name="claims.tsv"))
    (home / "claims.tsv").unlink()
    assert "did you mean measures.csv" in problems(folder(tmp_path, "a\n", "mesures.csv"))
    (home / "mesures.csv").unlink()
    assert "save it as CSV" in problems(folder(tmp_path, "a\n", "events.xls"))


def sheet(*rows: list[str]) -> bytes:
    """A minimal spreadsheet of cells given as XML."""
    body = "".join(f"<row>{''.join(cells)}</row>" for cells in rows)
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    rels = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": f'<Relationships {rels}><Relationship Id="r" Type="{kind}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook {main} xmlns:r="{kind}"><sheets><sheet name="a" sheetId="1" r:id="r"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships {rels}><Relationship Id="r" Type="{kind}/worksheet" Target="worksheets/a.xml"/></Relationships>',
        "xl/worksheets/a.xml": f"<worksheet {main}><sheetData>{body}</sheetData></worksheet>",
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for name, text in parts.items():
            file.writestr(name, text)
    return buffer.getvalue()


def test_spreadsheets(tmp_path: Path) -> None:
    pytest.importorskip("python_calamine")
    text, number = '<c t="inlineStr"><is><t>{}</t></is></c>'.format, "<c><v>{}</v></c>".format
    head = [text(name) for name in HEAD.strip().split(",")]
    good = [text("ngos"), number(19680), number(2017), text("X")]
    home = folder(tmp_path, sheet(head, good), "claims.xlsx")
    assert only(kz.load(home)).value == 19680
    folder(tmp_path, sheet(head, [text("ngos"), number(0.25), number(2017), text("X")]), "claims.xlsx")
    assert "format it as text" in problems(home)
    folder(tmp_path, sheet(head, [text("ngo"), number(5), number(2017), text("X")]), "claims.xlsx")
    assert "claims.xlsx, row 2, column measure" in problems(home)
    folder(tmp_path, b"PK no sheet", "claims.xlsx")
    assert "cannot be read as a table" in problems(home)


def test_every_constraint_of_the_schema_is_asked() -> None:
    kinds = {
        kind for schema in schemas().values() for field in schema["fields"] for kind in field.get("constraints", {})
    }
    assert kinds <= {"required", "unique", "enum", "pattern", "minimum", "maximum"}
    unique = [[f["name"]] for s in schemas().values() for f in s["fields"] if f.get("constraints", {}).get("unique")]
    assert unique == [primary_key(table) for table in schemas() if primary_key(table) in unique]


# --- broken folders -------------------------------------------------------------------------------------------------


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(
    cells=st.lists(
        st.lists(st.text(st.characters(codec="utf-8"), max_size=12), min_size=4, max_size=4), min_size=1, max_size=4
    ),
    junk=st.binary(max_size=12),
)
def test_any_cells_end_in_a_report_or_are_read(tmp_path: Path, cells: list[list[str]], junk: bytes) -> None:
    file = io.StringIO()
    csv.writer(file).writerows([["measure", "as_printed", "year", "source"], ["ngos", "5", "2020", "X"], *cells])
    home = folder(tmp_path, file.getvalue().encode() + junk)
    assert all(problem.expected for problem in checks.validate(home))


@settings(max_examples=200)
@given(words=st.text(string.digits + " .,-–+%оти тысмл мыңданғе thousandmi", max_size=24))
def test_any_words_are_read_or_refused(words: str) -> None:
    try:
        said = parse(words)
    except Unreadable:
        return
    assert said.wording == "indefinite" or said.value >= 0


def test_the_work_grows_as_the_rows_do(tmp_path: Path) -> None:
    """Calls are counted and not seconds, which depend on what else the machine does."""
    calls = []
    for n in (1000, 4000):
        rows = "".join(f'volunteers,over {k + 1} thousand,{1990 + k % 30},"P{k % 40}, 2020"\n' for k in range(n))
        home = folder(tmp_path, HEAD + rows)
        with cProfile.Profile() as profile:
            ev = kz.load(home)
            assert len(ev.figures("volunteers")) >= n
        calls.append(pstats.Stats(profile).total_calls)  # type: ignore[attr-defined]
    assert calls[1] < 4 * calls[0], calls


# --- commands -------------------------------------------------------------------------------------------------------


def test_new_then_check(tmp_path: Path) -> None:
    home = tmp_path / "mine"
    assert call("new", home).exit_code == 0
    assert (home / "claims.csv").read_text(encoding="utf-8").startswith("measure,as_printed,year,source")
    assert "| ngos_registered |" in (home / "README.md").read_text(encoding="utf-8")
    assert call("check", home).exit_code == 0, "an empty table is no problem"
    assert "already" in call("new", home).output
    for line in (home / "README.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("| ") and "---" not in line and "measure |" not in line:
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            with (home / "claims.csv").open("a", encoding="utf-8", newline="") as file:
                csv.writer(file, lineterminator="\n").writerow([*cells, "", ""])
    shown = call("check", home)
    assert shown.exit_code == 0
    for words in (
        "“over 22 thousand registered NGOs” = 22,000 NGOs",
        "“свыше 29 тысяч человек” = 29,000 people",
        "People said to be employed",
        "place not verified",
    ):
        assert words in shown.output


def test_measures() -> None:
    assert "ngos_registered: Registered NGOs (NGOs)." in call("measures", "regist").output
    assert "csos" in call("measures", "--data", LATER).output
    assert "did you mean" in call("measures", "voluntears").output


def test_check_points_out_what_is_striking(tmp_path: Path) -> None:
    rows = [
        'ngos_registered,"37 thousand CSOs, homeowners included",2012,A',
        "ngos_registered,3 500,2003,B",
        "ngos_registered,24 thousand,2023,C",
        "ngos_active,30 thousand,2023,D",
        "ngos_registered,41 thousand,2010,E",
    ]
    told = call("check", folder(tmp_path, HEAD + "\n".join(rows))).output
    for words in (
        "a_ngos_registered_2012: “CSOs” names a wider class than ngos_registered",
        "b_ngos_registered_2003: the same number as aa_inf_registered_2003",
        "c_ngos_registered_2023: 24,000 NGOs",
        "are more than",
        "e_ngos_registered_2010: 41,000 NGOs, more than both neighbours in time",
    ):
        assert words in told, told


def test_the_example_is_read_as_meant() -> None:
    ev = kz.load(LATER)
    rows = ev.figures(first=False)
    rows = rows[rows.index.isin(ev.own)]
    got = sorted(zip(rows.measure, rows.year, rows.face, rows.wording, strict=True))
    assert got == [
        ("csos", 1997, 1600, "bare"),
        ("csos", 2012, 37000, "over"),
        ("ngos_active", 2020, 16400, "bare"),
        ("ngos_registered", 2017, 19680, "bare"),
        ("ngos_registered", 2020, 22000, "over"),
        ("people_involved", 2017, 29000, "over"),
    ]
    assert not list(remarks.remarks(ev)), "the wider class has a measure of its own"


def test_compare_tells_what_moved_and_by_which_rows() -> None:
    def found(words: str, face: float, claims: list[str]) -> pd.DataFrame:
        figure = {"face": face, "low": face, "high": face, "words": words, "claims": claims}
        row = {"page": "02_x", "key": "a", "question": "How many?", "sentence": f"It is {words}.", "figures": [figure]}
        return pd.DataFrame([row, row | {"key": "b", "sentence": "same", "figures": []}])

    table = remarks.compare(found("2", 2, ["old"]), found("3", 3, ["old", "new"]))
    assert table.moved.tolist() == [True, False]
    told = remarks.compared(table)
    assert told.startswith("1 of 2 findings moved.")
    for words in ("- before: It is 2.", "- after: It is 3.", "- figures: 2 → 3", "- by: new"):
        assert words in told

"""Validation finds each planted fault and says where; places are verified in the texts."""

import csv
import io
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from made import Plant

import kzcivil as kz
from kzcivil import checks, files
from kzcivil.tables import bundle_folder, empty_tables

GOOD, OTHER, OLD = "aa_inf_registered_2003", "aa_inf_registered_2023", "caci_ngos_operating_2003"


def found(problems: list[checks.Problem], column: str, words: str) -> bool:
    return any(problem.column == column and words in str(problem) for problem in problems)


def test_the_bundle_has_no_problem() -> None:
    assert checks.validate() == []


def test_frictionless_agrees() -> None:
    command = [str(Path(sys.executable).parent / "frictionless"), "validate", str(bundle_folder() / "datapackage.json")]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout[-2000:]


CELLS = [
    ({"value": "many"}, "value", "finite number"),
    ({"value": "inf"}, "value", "finite number"),
    ({"value": "NaN"}, "value", "finite number"),
    ({"value": "1e999"}, "value", "finite number"),
    ({"value": "3_500"}, "value", "finite number"),
    ({"line": "99999999999999999999"}, "line", "whole number"),
    ({"line": "9999999999"}, "line", "maximum"),
    ({"exact": "yes"}, "exact", "true or false"),
    ({"start": "2003-13-01"}, "start", "a date such as"),
    ({"start": "2003"}, "start", "a date such as"),
    ({"end": "9999-12-31"}, "end", "maximum"),
    ({"counts": "two\nlines"}, "counts", "one line of text"),
    ({"counts": "a\x00b"}, "counts", "one line of text"),
    ({"wording": "roughly"}, "wording", "enum"),
    ({"wording": ""}, "wording", "required"),
]
RULES = [
    ({"start": "2023-12-31", "end": "2003-01-01"}, "end", "a end not below start"),
    ({"start": ""}, "start", "both start and end"),
    ({"end": ""}, "start", "both start and end"),
    ({"measure": "ngos_unknown"}, "measure", "a key of measures.csv"),
    ({"region": "KZ-99"}, "region", "a key of regions.csv"),
    ({"piece_id": "aa_chair"}, "line", "a line within its piece"),
    ({"piece_id": "aa_chair"}, "claim_id", "begins with its piece_id"),
    ({"piece_id": "nowhere"}, "piece_id", "a key of pieces.csv"),
    ({"as_printed": "3500 " + "word " * 11 + "word"}, "as_printed", "at most 12 words"),
    ({"as_printed": "4500"}, "value", "4500, as '4500' says"),
    ({"as_printed": "23 335", "value": "335", "step": "1"}, "value", "23335, as '23 335' says"),
    ({"as_printed": "23 335", "value": "335", "step": "1", "note": "'23 335' is read so"}, "value", "23335"),
    ({"as_printed": "3500 and 4500 of them", "value": "350"}, "value", "more than one number"),
    ({"as_printed": "35.000", "value": "350", "step": "1"}, "value", "may be 35"),
    ({"as_printed": "over 3500"}, "wording", "over, as 'over 3500' says"),
    ({"step": "1"}, "step", "100, as"),
    ({"as_printed": "a great many"}, "value", "or a note that quotes 'a great many'"),
    ({"value": ""}, "value", "a value and a step"),
    ({"step": ""}, "value", "a value and a step"),
    ({"low": "3400"}, "bounds_note", "low or high set by hand and the reason, or neither"),
    ({"bounds_note": "why"}, "bounds_note", "low or high set by hand and the reason, or neither"),
    ({"low": "3600", "high": "3400", "bounds_note": "why"}, "high", "a high not below low"),
    ({"low": "3600", "bounds_note": "why"}, "value", "a value between low and high"),
    ({"wording": "lost"}, "value", "never guess"),
    ({"wording": "indefinite"}, "bounds_note", "how low and high follow"),
    ({"wording": "between"}, "value_to", "just for the wording between"),
    ({"value_to": "4000"}, "value_to", "just for the wording between"),
    ({"wording": "between", "value_to": "10"}, "value_to", "not below value"),
    ({"wording": "about", "exact": "true", "as_printed": "about 3500"}, "exact", "no complete tally"),
    ({"repeats": "aa_nothing"}, "repeats", "a key of claims.csv"),
    ({"repeats": GOOD}, "repeats", "in no circle"),
    ({"same_as": GOOD}, "same_as", "in no circle"),
    ({"repeats": OTHER}, "repeats", "of the same value; that one is 23335"),
    ({"same_as": OTHER}, "same_as", "a range that meets 3450 to 3550"),
    ({"repeats": OLD}, "repeats", "a statement on ngos_registered"),
]


@pytest.mark.parametrize(("change", "column", "words"), [*CELLS, *RULES])
def test_each_planted_fault_is_found_with_its_place(
    plant: Plant, change: dict[str, str], column: str, words: str
) -> None:
    problems = [p for p in checks.validate(plant("claims", {GOOD: change})) if p.file == "claims.csv" and p.row == 2]
    assert found(problems, column, words), [str(problem) for problem in problems]
    assert all(problem.advice for problem in problems)


def test_all_kinds_of_problems_come_at_once(plant: Plant) -> None:
    changes = {GOOD: {"step": "1", "wording": "roughly"}, OTHER: {"measure": "nothing"}, OLD: {"value": "many"}}
    folder = plant("claims", changes)
    (folder / "claim.csv").write_text("a\n", encoding="utf-8")
    (folder / "pairs.csv").write_text("pair_id;first_id\n", encoding="utf-8")
    problems = checks.validate(folder)
    assert {"claim.csv", "pairs.csv"} <= {problem.file for problem in problems}
    assert {2, 3, 4} <= {problem.row for problem in problems if problem.file == "claims.csv"}
    assert found(problems, "reason", "no such column")
    assert found(problems, "", "did you mean")
    with pytest.raises(kz.DataError, match=r"(?s)problem\(s\); nothing was loaded:.*claims.csv, row 3, column wording"):
        kz.load(folder)


def test_words_that_no_rule_reads_need_a_note(plant: Plant) -> None:
    words = {"as_printed": "a great many", "note": "'a great many' are the 3,500 of the line before"}
    by_hand = {"as_printed": "4500", "low": "3400", "high": "3600", "bounds_note": "a misprint"}
    with (bundle_folder() / "claims.csv").open(encoding="utf-8", newline="") as file:
        row = next(row for row in csv.DictReader(file) if row["claim_id"] == GOOD)
    for change in (words, by_hand):
        assert checks.validate(plant("claims", {}, new=[row | {"claim_id": "aa_inf_made"} | change])) == []


def test_complete_tallies_have_no_slack(plant: Plant) -> None:
    new = {"claim_id": "aa_inf_other", "value": "3520", "as_printed": "3520", "same_as": GOOD, "step": "10", "note": ""}
    with (bundle_folder() / "claims.csv").open(encoding="utf-8", newline="") as file:
        row = next(row for row in csv.DictReader(file) if row["claim_id"] == GOOD)
    assert checks.validate(plant("claims", {}, new=[row | new])) == []
    exact = [row | new | {"exact": "true"}, row | {"exact": "true"}]
    assert found(checks.validate(plant("claims", {}, new=exact)), "same_as", "a range that meets 3520 to 3520")


def test_a_circle_through_the_bundle_is_found(plant: Plant) -> None:
    first = kz.load().claims.dropna(subset="repeats").iloc[0]
    problems = checks.validate(plant("claims", {first.repeats: {"repeats": first.claim_id}}))
    assert found(problems, "repeats", "in no circle")


@pytest.mark.parametrize(
    ("table", "row", "change", "column", "words"),
    [
        ("pieces", "aa_inf", {"first_line": "9", "last_line": "2"}, "last_line", "not below first_line"),
        ("pieces", "aa_inf", {"last_line": "999999"}, "last_line", "a line that the document has"),
        ("pieces", "aa_inf", {"first_line": "1", "last_line": "2"}, "line", "961 in aa_inf_registered_2003"),
        ("sources", "diachenko", {"file": ".."}, "file", "the plain name"),
        ("sources", "diachenko", {"file": "../secret.txt"}, "file", "pattern"),
        ("sources", "diachenko", {"file": "C:secret.txt"}, "file", "the plain name"),
        ("stages", "dia_text_stage_2", {"end_low": "1990", "end_high": "1991"}, "end_high", "not below start_high"),
        ("stages", "dia_text_stage_2", {"start_low": ""}, "start_low", "both start_low and start_high"),
        ("stages", "dia_text_stage_2", {"start_low": "1996", "start_high": "1995"}, "start_high", "not below start_low"),
    ],
)  # fmt: skip
def test_faults_in_other_tables(
    plant: Plant, table: str, row: str, change: dict[str, str], column: str, words: str
) -> None:
    problems = checks.validate(plant(table, {row: change}))
    assert found(problems, column, words), [str(problem) for problem in problems]


def test_one_id_stands_in_one_table(plant: Plant) -> None:
    event = kz.load().events.event_id.iloc[0]
    row = {"claim_id": event, "piece_id": kz.load().events.piece_id.iloc[0]}
    problems = checks.validate(plant("claims", {}, new=[row]))
    assert any("stands in one table only" in problem.expected for problem in problems)


@pytest.mark.parametrize(
    ("change", "column", "words"),
    [
        (
            {"formula": "aa_inf_registered_2023 / aa_inf_registered_2033"},
            "formula",
            "did you mean aa_inf_registered_2023",
        ),
        ({"formula": "f(1)"}, "formula", "only numbers, claim ids"),
        ({"formula": "__import__('os')"}, "formula", "only numbers, claim ids"),
        ({"formula": "1 +"}, "formula", "a formula (invalid syntax"),
        ({"formula": "(" * 500 + "1" + ")" * 500}, "formula", "a formula ("),
        ({"formula": "", "reason": ""}, "reason", "a formula, or why there is none"),
    ],
)
def test_formulas_are_read(plant: Plant, change: dict[str, str], column: str, words: str) -> None:
    name = kz.load().derivations.dropna(subset="formula").derivation_id.iloc[0]
    problems = checks.validate(plant("derivations", {name: change}))
    assert [problem.column for problem in problems] == [column]
    assert words in str(problems[0])


def test_every_bundled_formula_has_a_value(evidence: kz.Evidence) -> None:
    for row in evidence.derivations.dropna(subset="formula").itertuples():
        assert not evidence.formula(row.formula).missing, row.derivation_id


def test_pairs_and_mentions_refer_to_something(plant: Plant, evidence: kz.Evidence) -> None:
    name = evidence.pairs.pair_id.iloc[0]
    assert found(
        checks.validate(plant("pairs", {name: {"first_id": "nobody"}})),
        "first_id",
        "a key of claims or events or stages.csv",
    )
    region = evidence.mentions[evidence.mentions.kind == "region"].mention_id.iloc[0]
    field = evidence.mentions[evidence.mentions.kind == "field"].mention_id.iloc[0]
    (plant("mentions") / "pairs.csv").unlink()
    problems = checks.validate(plant("mentions", {region: {"item": "KZ-99"}, field: {"item": "KZ-99"}}))
    assert [problem.column for problem in problems] == ["item"]


def test_wrong_files_and_columns(tmp_path: Path) -> None:
    assert "no such folder" in str(checks.validate(tmp_path / "x")[0])
    assert "no table" in str(checks.validate(tmp_path)[0])
    (tmp_path / "measures.csv").write_text("measure,titel,title\nzz,a,b,c\n\n", encoding="utf-8-sig")
    text = "\n".join(map(str, checks.validate(tmp_path)))
    assert "an extra cell, under no column name, in row 2" in text
    (tmp_path / "measures.csv").write_text("measure,titel,title\nzz,a,b\n\n", encoding="utf-8-sig")
    text = "\n".join(map(str, checks.validate(tmp_path)))
    for words in ("column titel: found an unknown column", "did you mean title", "column unit: found no such column"):
        assert words in text, text
    for raw in (b"measure,title\n\x98\xfe,x\n", b"", b"measure,measure\n", b'measure,title\n"open,x\n'):
        (tmp_path / "measures.csv").write_bytes(raw)
        problem = checks.validate(tmp_path)[0]
        assert problem.file == "measures.csv"
        assert "UTF-8" in problem.expected


def test_a_folder_that_stands_alone_needs_no_bundle(plant: Plant) -> None:
    folder = plant("claims", {GOOD: {}})
    assert checks.validate(folder) == []
    assert found(checks.validate(folder, bundle=False), "piece_id", "a key of pieces.csv")


@pytest.mark.parametrize("junk", ["\x00", '"', "é\u2028", "=1+1", "1" * 200_000])
def test_junk_ends_in_a_report_never_in_a_traceback(tmp_path: Path, junk: str) -> None:
    for table in ("claims", "stages", "context"):
        text = (bundle_folder() / f"{table}.csv").read_text(encoding="utf-8").splitlines()
        (tmp_path / f"{table}.csv").write_text("\n".join([*text[:3], junk, *text[3:5]]) + "\n", encoding="utf-8")
    assert checks.validate(tmp_path)


def test_refresh_writes_checksums_and_columns(tmp_path: Path) -> None:
    home = shutil.copytree(bundle_folder(), tmp_path / "data")
    assert files.refresh(home) == [], "run `kzcivil refresh`"
    with (home / "claims.csv").open("a", encoding="utf-8") as file:
        file.write("\n")
    (home / "README.md").write_text(
        (home / "README.md").read_text(encoding="utf-8").replace("Key of the document.", "?"), encoding="utf-8"
    )
    assert files.refresh(home) == ["datapackage.json", "README.md"]
    package = json.loads((home / "datapackage.json").read_text(encoding="utf-8"))
    assert {r["name"]: r["bytes"] for r in package["resources"]}["claims"] == (home / "claims.csv").stat().st_size
    (home / "pairs.csv").unlink()
    before = {path: path.read_bytes() for path in home.iterdir()}
    with pytest.raises(OSError, match=r"pairs\.csv"):
        files.refresh(home)
    assert before == {path: path.read_bytes() for path in home.iterdir()}


def test_frictionless_finds_no_fault_in_a_cell_that_is_not_told(tmp_path: Path) -> None:
    """Another hand's reading of the schema: each kind of constraint is broken in a bundle."""
    from frictionless import Package

    home = shutil.copytree(bundle_folder(), tmp_path / "data")
    for table, row, column, cell in (
        ("claims", 0, "value", "many"), ("claims", 1, "start", "2003-13-01"), ("claims", 2, "exact", "yes"),
        ("claims", 3, "wording", "roughly"), ("claims", 4, "wording", ""), ("claims", 5, "low", "-1"),
        ("claims", 6, "line", "99999999"), ("claims", 7, "end", "2101-01-01"), ("claims", 8, "region", "Almaty"),
        ("claims", 9, "claim_id", "Not An Id"), ("events", 0, "start", "1899-12-31"), ("stages", 0, "end_low", "soon"),
        ("context", 0, "value", "0"), ("sources", 0, "sha256", "0"), ("regions", 1, "region", "KZ-10"),
        ("claims", 10, "piece_id", "nowhere"), ("measures", 0, "part_of", "nobody"),
    ):  # fmt: skip
        with (home / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        rows[row][column] = cell
        with (home / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    theirs = {
        (f"{task.name}.csv", error.row_number, getattr(error, "field_name", ""))
        for task in Package(str(home / "datapackage.json")).validate().tasks
        for error in task.errors
        if getattr(error, "row_number", None)
    }
    problems = checks._problems(home, empty_tables(), whole=True)[0]
    ours = {(one.file, one.row, one.column) for one in problems} | {(one.file, one.row, "") for one in problems}
    assert len(theirs) >= 16
    assert not theirs - ours


def test_what_the_schema_finds_in_a_bundle(tmp_path: Path) -> None:
    home = shutil.copytree(bundle_folder(), tmp_path / "data")
    for name, change in (
        ("speakers", lambda lines: [*lines, lines[1]]),
        ("origins", lambda lines: ["name" + lines[0].removeprefix("origin"), *lines[1:]]),
        ("regions", lambda lines: [lines[0] + ",capital", *(line + ",x" for line in lines[1:])]),
        ("pairs", lambda _: []),
    ):
        lines = change((home / f"{name}.csv").read_text(encoding="utf-8").splitlines())
        (home / f"{name}.csv").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    (home / "other.csv").write_text("a\n", encoding="utf-8")
    problems = checks._problems(home, empty_tables(), whole=True)[0]
    stated = [
        one for one in problems if "count error" not in one.found and one.file not in ("claims.csv", "mentions.csv")
    ]
    told = {(one.file, one.row, one.column, one.found) for one in stated}
    assert told == {
        ("other.csv", None, "", "an unknown file"),
        ("origins.csv", 1, "name", "an unknown column"),
        ("origins.csv", 1, "origin", "no such column"),
        ("pairs.csv", None, "", "nothing; a table begins with a line of column names"),
        ("regions.csv", 1, "capital", "an unknown column"),
        ("speakers.csv", 29, "speaker", "'Marat Yermukanov'"),
        ("speakers.csv", 29, "", "primarykey error"),
    }
    assert [one.expected for one in problems if one.file == "pairs.csv"] == ["a table in CSV, UTF-8"]
    (home / "pairs.csv").unlink()
    gone = [one for one in checks._problems(home, empty_tables(), whole=True)[0] if one.file == "pairs.csv"]
    assert [(one.found, one.expected) for one in gone] == [("no such file", "a table in CSV, UTF-8")]
    counted = {(one.file, one.found, one.advice == checks.REFRESH) for one in problems if "count error" in one.found}
    changed = ("speakers.csv", "origins.csv", "regions.csv")
    assert counted == {(name, f"{kind} count error", True) for name in changed for kind in ("hash", "byte")}
    assert not [one for one in problems if one.advice == checks.REFRESH and "count error" not in one.found]


def test_the_schema_is_asked_of_every_cell_and_of_the_files(tmp_path: Path) -> None:
    home = shutil.copytree(bundle_folder(), tmp_path / "data")
    text = (home / "measures.csv").read_text(encoding="utf-8").replace(",stock,", ",heap,", 1)
    (home / "measures.csv").write_text(text, encoding="utf-8")
    found = checks._problems(home, empty_tables(), whole=True)[0]
    nature = [one for one in found if one.column]
    assert [(one.file, one.row, one.column, one.found, one.advice) for one in nature] == [
        ("measures.csv", 2, "nature", "'heap'", checks.Problem("", None, "", "", "").advice)
    ]
    assert "enum" in nature[0].expected
    assert {(one.file, one.row, one.column) for one in found if not one.column} == {("measures.csv", None, "")}


def test_what_a_claims_file_brings_into_other_tables_stands_in_its_rows(tmp_path: Path) -> None:
    row = "ngos_registered,over 22 thousand,2020,A\x01 ministry\n"
    (tmp_path / "Claims.csv").write_text("measure,as_printed,year,source\n" + row, encoding="utf-8")
    found = {(problem.file, problem.row, problem.column) for problem in checks.validate(tmp_path)}
    assert found == {("Claims.csv", 2, "source")}


# --- each rule alone ------------------------------------------------------------------------------------------------

NOTE = ", or a note that quotes 'threefold' and says how it is read"
UNREAD = "a number of the words, or a note that quotes 'a great many' and says how it is read ('a great many' holds no number that"
SPLIT = "a number of the words ('24.000' may be 24 or 24,000: give the number in the column value)"
MANY = {"as_printed": "a great many"}
FALL, OPEN, LAST = ("stages", "le_fall"), ("claims", "su_open_1998"), ("claims", "le_registered_1998")
VISITS, SPENT, SUM, PAIR = (("claims", "ga_visits"), ("claims", "su_spending_1998"), ("derivations", "per_library"), ("pairs", "open_above_register"))  # fmt: skip
PIECE, LETTER, ROOFS = ("pieces", "le"), ("sources", "letter"), ("claims", "le_roofs_2018")

# table and row of the second collection, what is changed in it, every column that is wrong then, with what was expected
SPAN = {"same_as": "ga_registered_2008", "wording": "between", "value": 1200.0, "step": 100.0}
ALONE = [
    (OPEN, {"value": None}, ["value: a value and a step"]),
    (OPEN, {"step": None}, ["value: a value and a step", "step: 100, as 'about 800' says"]),
    (OPEN, {"value": 900.0}, ["value: 800, as 'about 800' says"]),
    (OPEN, {"value": 800.01}, ["value: 800, as 'about 800' says"]),
    (OPEN, {"value": 800.0001}, []),
    (OPEN, {"wording": "over"}, ["wording: about, as 'about 800' says, or a note that quotes 'about 800' and says how it is read"]),
    (OPEN, {"low": 700.0}, ["bounds_note: low or high set by hand and the reason, or neither"]),
    (OPEN, {"high": 900.0}, ["bounds_note: low or high set by hand and the reason, or neither"]),
    (OPEN, {"bounds_note": "why"}, ["bounds_note: low or high set by hand and the reason, or neither"]),
    (OPEN, {"low": 800.0, "high": 800.0, "bounds_note": "why"}, []),
    (OPEN, {"low": 850.0, "bounds_note": "why"}, ["value: a value between low and high"]),
    (OPEN, {"high": 750.0, "bounds_note": "why"}, ["value: a value between low and high"]),
    (OPEN, {"low": 700.0, "high": 900.0, "bounds_note": "why", "step": 1.0}, []),
    (OPEN, {"exact": True}, ["exact: nothing: vague words are no complete tally"]),
    (("claims", "le_open_2018"), {"exact": True}, []),
    (OPEN, {"wording": "lost"}, ["value: nothing: the number was lost; never guess"]),
    (("claims", "su_doors_dark"), {"wording": "lost"}, ["value: nothing: the number was lost; never guess"]),
    (("claims", "su_doors_dark"), {"wording": "lost", "low": None, "high": None, "bounds_note": None}, []),
    (("claims", "su_doors_dark"), {"bounds_note": None},
     ["bounds_note: low or high set by hand and the reason, or neither", "bounds_note: how low and high follow from the words"]),
    (ROOFS, {"value_to": None},
     ["value_to: an upper number just for the wording between", "value_to: 5000000, as 'From 3 to 5 million crowns' says"]),
    (ROOFS, {"value_to": 4e6}, ["value_to: 5000000, as 'From 3 to 5 million crowns' says"]),
    (ROOFS, {"value_to": 2e6}, ["value_to: a value_to not below value", "value_to: 5000000, as 'From 3 to 5 million crowns' says"]),
    (LAST, {"same_as": "ga_open_2008"}, ["same_as: a statement on libraries_registered; that one is on libraries_open"]),
    (LAST, {"same_as": "ga_registered_2008"}, ["same_as: a range that meets 1000 to 1200"]),
    (LAST, {"same_as": "le_registered_1998"}, ["same_as: an earlier statement, in no circle"]),
    (LAST, {"same_as": "ga_registered_2008", "high": 1945.0, "bounds_note": "why"}, []),
    (LAST, {"same_as": "ga_registered_2008", "high": 1944.0, "bounds_note": "why"}, ["same_as: a range that meets 0 to 1944"]),
    (LAST, {"same_as": "ga_registered_2008", "low": 1956.0, "bounds_note": "why", "value": None, "wording": "indefinite"}, ["same_as: a range that meets 1956 to inf"]),
    (LAST, {"repeats": "su_registered_1998"}, []),
    (LAST, SPAN | {"value_to": 1300, "as_printed": "from 1200 to 1300"}, ["same_as: a range that meets 1200 to 1300"]),
    (LAST, SPAN | {"value_to": 2000, "as_printed": "from 1200 to 2000"}, []),
    (LAST, {"repeats": "su_registered_1998", "same_as": None}, ["repeats: a statement of the same value; that one is 1200"]),
    (LAST, {"repeats": "nobody"}, ["repeats: a key of claims.csv"]),
    (LAST, {"supersedes": "nobody"}, ["supersedes: a key of claims.csv", "note: why this statement corrects the other"]),
    (LAST, {"supersedes": "su_open_1998", "note": "n"}, ["measure: the measure of the corrected statement"]),
    (LAST, {"supersedes": "le_registered_1998", "note": "n"}, ["supersedes: an earlier statement, in no circle"]),
    (LAST, {"supersedes": "su_registered_1998", "note": "n"}, []),
    (LAST, {"start": pd.Timestamp("1999-01-01")}, ["end: a end not below start"]),
    (LAST, {"start": None}, ["start: both start and end, or neither"]),
    (LAST, {"end": None}, ["start: both start and end, or neither"]),
    (LAST, {"line": 8}, ["line: a line within its piece"]),
    (LAST, {"line": 0}, ["line: a line within its piece"]),
    (LAST, {"line": 1}, []),
    (LAST, {"line": None}, ["line: a line: the document has a text"]),
    (LAST, {"piece_id": "su"}, ["claim_id: an id that begins with its piece_id and _"]),
    (LAST, {"origin": "none"}, ["origin: a key of origins.csv"]),
    (LAST, {"as_printed": "over a thousand a b c d e f g h i"}, []),
    (LAST, {"as_printed": "over a thousand a b c d e f g h i j"}, ["as_printed: at most 12 words"]),
    (LAST, {"as_printed": None}, []),
    (SPENT, {"as_printed": "24.000", "value": 24.0, "step": 1.0}, []),
    (SPENT, {"as_printed": "24.000", "value": 24000.0, "step": 1000.0}, []),
    (SPENT, {"as_printed": "24.000", "value": 2400.0}, [f"value: {SPLIT}"]),
    (SPENT, {"as_printed": "24.000", "value": 2400.0, "note": "'24.000' is 2,400"}, [f"value: {SPLIT}"]),
    (SPENT, MANY, [f"value: {UNREAD}"]),
    (SPENT, MANY | {"note": "'A great many' is so"}, []),
    (SPENT, MANY | {"note": "'great many' is so"}, []),
    (SPENT, MANY | {"note": "'ever a great many' is so"}, []),
    (SPENT, MANY | {"note": "'ma' is so"}, [f"value: {UNREAD}"]),
    (SPENT, MANY | {"note": "'few' is so"}, [f"value: {UNREAD}"]),
    (VISITS, {"value": 4.0}, [f"value: 3, as 'threefold' says{NOTE}"]),
    (VISITS, {"value": 4.0, "note": "'Threefold' is so"}, []),
    (VISITS, {"wording": "about", "note": "'threefold' is so"}, []),
    (VISITS, {"step": 0.1, "note": "'threefold' is so"}, ["step: 1, as 'threefold' says"]),
    (("claims", "ga_winners_2008"), {"as_printed": "44 and 45"}, []),
    (("claims", "ga_winners_2008"), {"as_printed": "44 and 46"}, ["value: a number of the words ('44 and 46' holds more than one number (44, 46)"]),
    (PIECE, {"last_line": 8}, ["last_line: a line that the document has"]),
    (PIECE, {"first_line": None}, ["first_line: both first_line and last_line, or neither", "first_line: a line: the document has a text"]),
    (PIECE, {"last_line": None}, ["first_line: both first_line and last_line, or neither"]),
    (PIECE, {"first_line": 2}, []),
    (PIECE, {"first_line": 4}, ["line: a line within its piece"] * 2),
    (LETTER, {"sha256": None}, ["sha256: a cell just where file has one"]),
    (LETTER, {"lines": None}, ["lines: a cell just where file has one"]),
    (LETTER, {"file": None}, ["sha256: a cell just where file has one", "lines: a cell just where file has one"]),
    (LETTER, {"file": "a\\b"}, ["file: the plain name of a file, without folders"]),
    (LETTER, {"file": "a/b"}, ["file: the plain name of a file, without folders"]),
    (LETTER, {"file": "."}, ["file: the plain name of a file, without folders"]),
    (LETTER, {"file": ".."}, ["file: the plain name of a file, without folders"]),
    (FALL, {"start_low": 2011}, ["start_high: a start_high not below start_low"]),
    (FALL, {"end_low": 2019}, ["end_high: a end_high not below end_low"]),
    (FALL, {"start_low": None}, ["start_low: both start_low and start_high, or neither"]),
    (FALL, {"end_high": None}, ["end_low: both end_low and end_high, or neither"]),
    (FALL, {"start_low": 2018, "start_high": 2018}, []),
    (FALL, {"start_low": 2019, "start_high": 2019}, ["end_low: a end_low not below start_low", "end_high: a end_high not below start_high"]),
    (("events", "su_register"), {"end": pd.Timestamp("1997-01-01")}, ["end: a end not below start"]),
    (("events", "su_register"), {"start": None}, ["start: both start and end, or neither"]),
    (("events", "su_register"), {"event_id": "su_open_1998"}, ["event_id: an id that stands in one table only"]),
    (FALL, {"stage_id": "le_open_2018"}, ["stage_id: an id that stands in one table only"]),
    (("measures", "tender_winners"), {"part_of": "tender_winners"}, ["part_of: a wider measure, in no circle"]),
    (("measures", "tender_winners"), {"part_of": "nobody"}, ["part_of: a key of measures.csv"]),
    (("measures", "tender_applications"), {"part_of": "tender_winners"}, ["part_of: a wider measure, in no circle"] * 2),
    (SUM, {"formula": None}, ["reason: a formula, or why there is none"]),
    (SUM, {"formula": None, "reason": "none"}, []),
    (SUM, {"formula": "1+" * 999 + "11"}, []),
    (SUM, {"formula": "1+" * 1000 + "1"}, ["formula: a formula of at most 2000 signs"]),
    (SUM, {"formula": "1 +"}, ["formula: a formula (invalid syntax"]),
    (SUM, {"formula": "1 < 2"}, ["formula: only numbers, claim ids, brackets and + - * / **"]),
    (SUM, {"formula": "zzz + -ga_open_2008 ** 2"}, ["formula: claim ids only; there is no zzz"]),
    (SUM, {"formula": "ga_open_2009"}, ["formula: claim ids only; there is no ga_open_2009; did you mean ga_open_2008"]),
    (SUM, {"claim_id": "nobody"}, ["claim_id: a key of claims.csv"]),
    (PAIR, {"first_id": "nobody"}, ["first_id: a key of claims or events or stages.csv"]),
    (PAIR, {"second_id": "nobody"}, ["second_id: a key of claims or events or stages.csv"]),
    (PAIR, {"second_id": "su_register"}, []),
    (PAIR, {"second_id": "le_fall"}, []),
]  # fmt: skip


@pytest.fixture(scope="module")
def norland() -> dict[str, pd.DataFrame]:
    return dict(kz.load(Path(__file__).parent / "second_collection", bundle=False)._everything)


@pytest.mark.parametrize(
    ("where", "change", "wrong"), ALONE, ids=[f"{where[1]}{list(change)}" for where, change, _ in ALONE]
)
def test_a_rule_finds_its_fault_and_no_other(
    norland: dict[str, pd.DataFrame], where: tuple[str, str], change: dict[str, object], wrong: list[str]
) -> None:
    table, name = where
    rows = norland[table].set_axis(range(2, len(norland[table]) + 2))
    at = rows.index[rows.iloc[:, 0] == name][0]
    for column, cell in change.items():
        rows.loc[at, column] = cell
    found = list(checks._rules(norland | {table: rows}, empty_tables()))
    assert len(found) == len(wrong), found
    for problem, told in zip(found, wrong, strict=True):
        assert f"{problem.column}: {problem.expected}".startswith(told)
        if problem.column in change and len(found) == 1:
            cell = change[problem.column]
            shown = (
                "nothing"
                if cell is None
                else repr(cell)
                if isinstance(cell, str)
                else str(cell)[:10].removesuffix(".0")
            )
            assert (problem.file, problem.row) == (f"{table}.csv", at)
            assert problem.found in (shown, "1"), "a truth value is shown as its number"


def test_circles_and_what_leads_into_them() -> None:
    after = {"a": "b", "b": "c", "c": "b", "d": None, "e": "d", "f": "outside", "g": "a", "h": "h", "i": float("nan")}
    names = pd.Series([*after], range(2, 11))
    assert set(names[checks._circular(names, pd.Series([*after.values()], names.index))]) == {"a", "b", "c", "g", "h"}
    assert not len(checks._circular(names[:0], names[:0]))


# --- the bundle -----------------------------------------------------------------------------------------------------


def test_descriptor_describes_every_file_and_field() -> None:
    package = json.loads((bundle_folder() / "datapackage.json").read_text(encoding="utf-8"))
    assert {resource["path"] for resource in package["resources"]} == {
        path.name for path in bundle_folder().glob("*.csv")
    }
    for resource in package["resources"]:
        header = (bundle_folder() / resource["path"]).read_text(encoding="utf-8").split("\n", 1)[0].split(",")
        assert header == [field["name"] for field in resource["schema"]["fields"]]
        assert all(field["title"] and field["description"] for field in resource["schema"]["fields"])


def test_files_are_utf8_with_line_feeds() -> None:
    for path in bundle_folder().iterdir():
        raw = path.read_bytes()
        raw.decode("utf-8")
        assert b"\r" not in raw, path.name


def test_pieces_cover_their_documents_without_overlap(evidence: kz.Evidence) -> None:
    for source in evidence.sources.itertuples():
        pieces = evidence.pieces[evidence.pieces.source_id == source.source_id].sort_values("first_line")
        assert pieces.first_line.iloc[0] == 1
        assert pieces.last_line.iloc[-1] == source.lines
        assert (pieces.first_line.iloc[1:].to_numpy() == pieces.last_line.iloc[:-1].to_numpy() + 1).all()


def test_ids_of_version_1_are_found_again(evidence: kz.Evidence) -> None:
    known = {name for table in checks.PLACED for name in evidence[table].iloc[:, 0]}
    rows = evidence.ids_1_to_2[evidence.ids_1_to_2.table.isin(checks.PLACED)]
    assert set(rows.new_id.dropna()) <= known
    assert rows[rows.new_id.isna()].reason.notna().all(), "a withdrawn id says why"


def test_every_column_says_something(evidence: kz.Evidence) -> None:
    for table in ("claims", "events", "stages", "mentions", "pieces"):
        asked = evidence[table].drop(columns="supersedes", errors="ignore")  # a column of readers' tables only
        constant = [name for name, cells in asked.items() if cells.nunique(dropna=False) == 1]
        assert not constant, (table, constant)


# --- places in the texts --------------------------------------------------------------------------------------------


def test_every_place_is_verified(evidence: kz.Evidence, texts: Path) -> None:
    places = checks.verify(texts, evidence)
    assert len(places) == sum(len(evidence[table]) for table in checks.PLACED)
    assert places.verified.all(), places[~places.verified].to_string()


@pytest.mark.parametrize(
    ("line", "before", "words"),
    [
        ("there are 3500 of them", 0, ""),
        ("there are 13500 of them", 0, "nowhere"),
        ("3500 and 3500", 0, "2 times"),
        ("there are 3500 of them", 4, "on line 7 (the text differs"),
    ],
)
def test_places_are_whole_words_on_their_line(
    tmp_path: Path, evidence: kz.Evidence, line: str, before: int, words: str
) -> None:
    claim = evidence.claims[evidence.claims.claim_id == GOOD].assign(line=3, as_printed="3500")
    tables: dict[str, pd.DataFrame] = {table: evidence[table].iloc[:0] for table in checks.PLACED}
    (tmp_path / evidence.sources.set_index("source_id").file["adal_azamat"]).write_text(
        "\n" * before + f"one\ntwo\n{line}\n", encoding="utf-8"
    )
    said = checks.verify(tmp_path, {**tables, "claims": claim, "sources": evidence.sources}).found.iloc[0]
    assert (said == "") if not words else (words in said)


def test_a_missing_text_is_said(tmp_path: Path, evidence: kz.Evidence) -> None:
    places = checks.verify(tmp_path, evidence)
    assert not places.verified.any()
    assert (places.found == "the text file is not there").all()
    with pytest.raises(kz.DataError, match="no such folder"):
        checks.verify(tmp_path / "nowhere", evidence)


def test_no_sentence_of_a_source_is_in_the_project(texts: Path, root: Path, evidence: kz.Evidence) -> None:
    """No thirteen words in a row of any source stand in any file of the project."""

    def runs(text: str) -> list[tuple[str, ...]]:
        words = re.findall(r"\w+(?:[-'’]\w+)*", text.lower())
        return [tuple(words[k : k + 13]) for k in range(len(words) - 12)]

    known = {run for name in evidence.sources.file for run in runs((texts / name).read_text(encoding="utf-8"))}
    listed = subprocess.run(["git", "ls-files"], cwd=root, capture_output=True, text=True, check=True).stdout.split()
    for name in listed:
        if Path(name).suffix in {".csv", ".md", ".py", ".ipynb", ".cff", ".toml"}:
            text = (root / name).read_text(encoding="utf-8")
            parts = [cell for row in csv.reader(io.StringIO(text)) for cell in row] if name.endswith(".csv") else [text]
            hit = next((run for part in parts for run in runs(part) if run in known), None)
            assert hit is None, (name, hit)


def test_a_folder_that_is_not_there_is_named() -> None:
    assert str(checks.validate("nowhere")[0]).startswith("nowhere: found no such folder")


def test_what_a_small_file_brings_into_other_tables_stands_in_its_row(tmp_path: Path) -> None:
    row = 'ngos_registered,"over 22 thousand",2020,", 2020"'
    (tmp_path / "claims.csv").write_text(f"measure,as_printed,year,source\n{row}\n", encoding="utf-8")
    found = [one for one in checks.validate(tmp_path) if one.column == "publisher"]
    assert [(one.file, one.row) for one in found] == [("claims.csv", 2)]


def test_places_are_told_in_columns(evidence: kz.Evidence, tmp_path: Path) -> None:
    columns = ["table", "id", "file", "line", "as_printed", "verified", "found"]
    assert list(checks.verify(tmp_path, evidence).columns) == columns


def test_a_key_stands_once_whatever_else_its_row_says(tmp_path: Path) -> None:
    head, rows = "origin,title,kind", ["club,A club,unknown", "club,Another club,unknown"]
    (tmp_path / "origins.csv").write_text("\n".join([head, *rows, ""]), encoding="utf-8")
    found = [one for one in checks.validate(tmp_path) if one.expected == "a key that stands there once"]
    assert [(one.row, one.column) for one in found] == [(3, "origin")]

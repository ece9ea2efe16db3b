"""Validation finds each planted fault and says where; places are verified in the texts."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

import kzcivil as kz
from kzcivil import checks
from kzcivil.evidence import bundle_folder

Plant = Callable[..., Path]
GOOD = "aa_inf_registered_2003"


def test_the_bundle_has_no_problem() -> None:
    assert checks.validate() == []


def test_frictionless_agrees() -> None:
    command = [str(Path(sys.executable).parent / "frictionless"), "validate", str(bundle_folder() / "datapackage.json")]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout[-2000:]


@pytest.mark.parametrize(
    ("change", "column", "words"),
    [
        ({"value": "many"}, "value", "type"),
        ({"wording": "roughly"}, "wording", "enum"),
        ({"wording": ""}, "wording", "required"),
        ({"start": "2003-13-01"}, "start", "type"),
        ({"start": "2023-12-31", "end": "2003-01-01"}, "end", "not after"),
        ({"low": "3400"}, "low", "3450, by the rule for 'bare'"),
        ({"high": ""}, "high", "3550, by the rule"),
        ({"as_printed": "4500"}, "as_printed", "words that hold 3500"),
        ({"as_printed": "3500 " + "word " * 12}, "as_printed", "at most 12"),
        ({"measure": "ngos_unknown"}, "measure", "a key of measures.csv"),
        ({"unit": "people"}, "unit", "the unit of ngos_registered"),
        ({"piece_id": "aa_chair"}, "piece_id", "a place in aa_chair"),
        ({"repeats": "aa_nothing"}, "repeats", "a key of claims.csv"),
        ({"repeats": GOOD}, "repeats", "an earlier statement"),
        ({"region": "KZ-99"}, "region", "a key of regions.csv"),
        ({"wording": "lost"}, "value", "the value was lost"),
        ({"wording": "indefinite"}, "bounds_note", "why the bounds"),
        ({"wording": "between"}, "value_to", "upper number"),
        ({"value": ""}, "value", "a value and a step"),
        ({"wording": "between", "value_to": "10"}, "value_to", "not below 3500"),
        ({"value": "inf"}, "value", "finite"),
        ({"line": "99999999999999999999"}, "line", "maximum"),
        ({"end": "9999-12-31"}, "end", "maximum"),
    ],
)
def test_each_planted_fault_is_found_with_its_place(
    plant: Plant, change: dict[str, str], column: str, words: str
) -> None:
    problems = checks.validate(plant("claims", {GOOD: change}))
    hits = [
        problem
        for problem in problems
        if problem.column == column and problem.file == "claims.csv" and problem.row == 2
    ]
    assert hits, [str(problem) for problem in problems]
    assert any(words in str(problem) for problem in hits), [str(problem) for problem in hits]
    assert all(problem.advice for problem in problems)


def test_all_problems_come_at_once(plant: Plant) -> None:
    problems = checks.validate(plant("claims", {GOOD: {"low": "1"}, "aa_inf_registered_2023": {"measure": "nothing"}}))
    assert {problem.row for problem in problems} == {2, 3}


def test_bounds_by_hand_need_a_note(plant: Plant) -> None:
    assert checks.validate(plant("claims", {GOOD: {"low": "3400", "bounds_note": "a wider reading"}})) == []


def test_formulas_and_pairs_are_checked(plant: Plant) -> None:
    folder = plant(
        "derivations",
        {
            "sixfold_on_2004": {"formula": "dia_tender3_sum / nothing"},
            "sixfold_on_2003": {"formula": "f(1)"},
            "one_person_usual": {"reason": ""},
        },
    )
    found = [(problem.row, problem.column) for problem in checks.validate(folder)]
    assert sorted(found) == [(2, "reason"), (3, "formula"), (4, "formula")]
    folder = plant("pairs", {"involved_employed": {"first_id": "nobody"}})
    assert any(problem.column == "first_id" for problem in checks.validate(folder))


def test_mentioned_regions_are_known(plant: Plant) -> None:
    folder = plant("mentions", {"dia_centres_astana": {"item": "KZ-99"}, "dia_shares_health": {"item": "medicine"}})
    assert [(problem.row, problem.column) for problem in checks.validate(folder)] == [(3, "item")]


@pytest.mark.parametrize(
    "formula",
    ["aa_inf_registered_2023 / 0", "9 ** 9 ** 9", "(0 - aa_inf_registered_2023) ** 0.5", "*".join(["9 ** 40"] * 200)],
)
def test_formulas_without_a_value_are_found(plant: Plant, formula: str) -> None:
    problems = checks.validate(plant("derivations", {"sixfold_on_2004": {"formula": formula}}))
    assert [(problem.row, problem.column) for problem in problems] == [(2, "formula")]


def test_bundled_rows_must_fit_a_replaced_piece_or_measure(plant: Plant) -> None:
    problems = checks.validate(plant("pieces", {"aa_infographic": {"first_line": "1", "last_line": "2"}}))
    assert any("aa_inf_registered_2003" in problem.found for problem in problems)
    problems = checks.validate(plant("measures", {"ngos_registered": {"unit": "people"}}))
    assert any("aa_inf_registered_2003" in problem.found and problem.column == "unit" for problem in problems)


def test_a_file_with_semicolons_is_told(plant: Plant) -> None:
    folder = plant("claims", {GOOD: {}})
    text = (folder / "claims.csv").read_text(encoding="utf-8").replace(",", ";")
    (folder / "claims.csv").write_text(text, encoding="utf-8")
    (problem,) = checks.validate(folder)
    assert "separated by semicolons" in str(problem)
    with pytest.raises(kz.DataError, match="semicolons"):
        checks.refresh(folder)
    assert (folder / "claims.csv").read_text(encoding="utf-8") == text


def test_refresh_changes_all_or_nothing(tmp_path: Path) -> None:
    copy = tmp_path / "data"
    shutil.copytree(bundle_folder(), copy)
    table = pd.read_csv(copy / "claims.csv", dtype=str, keep_default_na=False)
    table.loc[table.claim_id == GOOD, "high"] = "9"
    table.to_csv(copy / "claims.csv", index=False, lineterminator="\n")
    (copy / "pairs.csv").unlink()
    before = {path: path.read_bytes() for path in copy.iterdir()}
    with pytest.raises(OSError, match=r"pairs\.csv"):
        checks.refresh(copy)
    assert before == {path: path.read_bytes() for path in copy.iterdir()}
    with pytest.raises(kz.DataError, match=r"neither claims.csv"):
        checks.refresh(tmp_path)


def test_wrong_files_and_columns(tmp_path: Path) -> None:
    assert "no table" in str(checks.validate(tmp_path)[0])
    (tmp_path / "claim.csv").write_text("a\n1\n", encoding="utf-8")
    assert "does not know" in str(checks.validate(tmp_path)[0])
    (tmp_path / "claim.csv").rename(tmp_path / "measures.csv")
    columns = {problem.column: problem.found for problem in checks.validate(tmp_path)}
    assert columns["a"] == "an unknown column"
    assert columns["title"] == "no such column"
    (tmp_path / "measures.csv").write_bytes(b"measure,title\n\xff\xfe,x\n")
    assert "utf-8" in str(checks.validate(tmp_path)[0]).lower()
    assert "no such folder" in str(checks.validate(tmp_path / "x")[0])


def test_nothing_is_loaded_from_a_faulty_folder(plant: Plant) -> None:
    with pytest.raises(kz.DataError, match=r"(?s)1 problem.*claims.csv, row 2, column low: found 1; expected 3450"):
        kz.load(plant("claims", {GOOD: {"low": "1"}}))


def test_refresh_writes_bounds_and_checksums(tmp_path: Path) -> None:
    copy = tmp_path / "data"
    shutil.copytree(bundle_folder(), copy)
    table = pd.read_csv(copy / "claims.csv", dtype=str, keep_default_na=False)
    table.loc[table.claim_id == GOOD, ["value", "as_printed"]] = ["3700", "3700"]
    table.to_csv(copy / "claims.csv", index=False, lineterminator="\n")
    assert len(checks.refresh(copy)) == 2
    after = pd.read_csv(copy / "claims.csv", dtype=str, keep_default_na=False).set_index("claim_id")
    assert after.loc[GOOD, ["low", "high"]].tolist() == ["3650", "3750"]
    before = pd.read_csv(bundle_folder() / "claims.csv", dtype=str, keep_default_na=False).set_index("claim_id")
    assert after.drop(GOOD).equals(before.drop(GOOD)), "only the changed row changes"
    package = json.loads((copy / "datapackage.json").read_text(encoding="utf-8"))
    assert package["resources"][4]["bytes"] == (copy / "claims.csv").stat().st_size
    assert checks.refresh(copy) == []


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


def test_parts_sum_to_their_total(evidence: kz.Evidence) -> None:
    claims = kz.read_claims(evidence.claims).set_index("claim_id")
    regions = claims[claims.region.notna() & (claims.measure == "ngos_registered")]
    assert regions.low.sum() <= claims.loc["aa_inf_registered_2023", "high"]
    fields = claims.loc[["dia_field_share_social", "dia_field_share_vulnerable", "dia_field_share_rights"]]
    assert fields.low.sum() <= 100 <= fields.high.sum()


def test_repeats_say_the_same_number(evidence: kz.Evidence) -> None:
    claims = evidence.claims.set_index("claim_id")
    repeats = claims[claims.repeats.notna()]
    first = claims.loc[repeats.repeats]
    assert first.repeats.isna().all(), "a repeat names the first statement, not another repeat"
    same = (repeats.value.to_numpy() == first.value.to_numpy()) | repeats.value.isna().to_numpy()
    assert same.all(), repeats.index[~same].tolist()
    assert (repeats.measure.to_numpy() == first.measure.to_numpy()).all()


def test_pieces_cover_their_documents_without_overlap(evidence: kz.Evidence) -> None:
    for source in evidence.sources.itertuples():
        pieces = evidence.pieces[evidence.pieces.source_id == source.source_id].sort_values("first_line")
        assert pieces.first_line.iloc[0] == 1
        assert pieces.last_line.iloc[-1] == source.lines
        assert (pieces.first_line.iloc[1:].to_numpy() == pieces.last_line.iloc[:-1].to_numpy() + 1).all()


# --- places in the texts --------------------------------------------------------------------------------------------


def tables(evidence: kz.Evidence) -> dict[str, pd.DataFrame]:
    return {table: evidence[table] for table in checks.PLACED}


def test_every_place_is_verified(evidence: kz.Evidence, texts: Path) -> None:
    places = checks.verify(tables(evidence), evidence.sources, texts)
    assert len(places) == sum(map(len, tables(evidence).values()))
    assert places.verified.all(), places[~places.verified].to_string()


def made_text(
    tmp_path: Path, evidence: kz.Evidence, line: str, before: int = 0
) -> tuple[pd.DataFrame, dict[str, pd.DataFrame]]:
    """One made document with one claim on line 3."""
    sources = evidence.sources[evidence.sources.source_id == "adal_azamat"]
    (tmp_path / sources.file.iloc[0]).write_text("\n" * before + f"one\ntwo\n{line}\n", encoding="utf-8")
    claim = evidence.claims[evidence.claims.claim_id == GOOD].assign(line=3, as_printed="3500")
    return sources, {"claims": claim}


@pytest.mark.parametrize(
    ("line", "before", "found"),
    [
        ("there are 3500 of them", 0, ""),
        ("there are 13500 of them", 0, "nowhere"),
        ("3500 and 3500", 0, "2 times"),
        ("there are 3500 of them", 4, "on line 7 (the text differs"),
    ],
)
def test_places_are_whole_words_on_their_line(
    tmp_path: Path, evidence: kz.Evidence, line: str, before: int, found: str
) -> None:
    sources, claims = made_text(tmp_path, evidence, line, before)
    result = checks.verify(claims, sources, tmp_path).found.iloc[0]
    assert (result == "") if not found else (found in result)


def test_a_missing_text_is_said(tmp_path: Path, evidence: kz.Evidence) -> None:
    places = checks.verify(tables(evidence), evidence.sources, tmp_path)
    assert not places.verified.any()
    assert (places.found == "the text file is not there").all()
    with pytest.raises(kz.DataError, match="no such folder"):
        checks.verify(tables(evidence), evidence.sources, tmp_path / "nowhere")


def test_no_sentence_of_a_source_is_in_the_project(texts: Path, root: Path, evidence: kz.Evidence) -> None:
    """No thirteen words in a row of any source stand in any file of the project."""

    def words(text: str) -> list[str]:
        return re.findall(r"\w+", text.lower())

    known = set()
    for name in evidence.sources.file:
        run = words((texts / name).read_text(encoding="utf-8"))
        known |= {tuple(run[k : k + 13]) for k in range(len(run) - 12)}
    listed = subprocess.run(["git", "ls-files"], cwd=root, capture_output=True, text=True, check=True).stdout.split()
    for name in listed:
        if Path(name).suffix in {".csv", ".md", ".py", ".ipynb", ".cff", ".toml"}:
            run = words((root / name).read_text(encoding="utf-8"))
            hit = next((run[k : k + 13] for k in range(len(run) - 12) if tuple(run[k : k + 13]) in known), None)
            assert hit is None, (name, hit)

"""The commands as a user meets them."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from conftest import PAGE, Plant, write_page
from kzcivil import publish
from kzcivil.cli import app

GOOD, OTHER = "aa_inf_registered_2003", "aa_inf_registered_2023"


def call(*words: object) -> Result:
    result = CliRunner().invoke(app, [str(word) for word in words])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_check(plant: Plant) -> None:
    result = call("check")
    assert (result.exit_code, result.output) == (0, "the bundled tables: no problem(s) found\n")
    result = call("check", plant("claims", {GOOD: {"step": "1"}, OTHER: {"value": "335"}}))
    assert result.exit_code == 1
    for words in ("claims.csv, row 2, column step", "claims.csv, row 3, column value", "2 problem(s) found"):
        assert words in result.output
    assert call("check", "nowhere").exit_code == 1


def test_check_finds_formulas_without_a_value(plant: Plant) -> None:
    row = {"derivation_id": "made", "claim_id": OTHER, "reading": "made", "formula": f"{OTHER} / ({GOOD} - {GOOD})"}
    result = call("check", plant("derivations", {}, new=[row]))
    assert result.exit_code == 1
    assert "derivations.csv, made:" in result.output


def test_check_of_a_folder_that_stands_alone(plant: Plant) -> None:
    result = call("check", plant("claims", {GOOD: {}}), "--alone")
    assert result.exit_code == 1
    assert "a key of pieces.csv" in result.output


def test_verify(texts: Path, tmp_path: Path) -> None:
    result = call("verify", texts)
    n = result.output.split()[0]
    assert (result.exit_code, result.output) == (0, f"{n} of {n} places verified\n")
    result = call("verify", tmp_path)
    assert result.exit_code == 1
    assert f"0 of {n} places verified" in result.output
    assert call("verify", tmp_path / "nowhere").exit_code == 1


def test_cite() -> None:
    assert "line 963" in call("cite", OTHER).output
    wrong = call("cite", "aa_inf_registered_2022")
    assert wrong.exit_code == 1
    assert "did you mean" in wrong.output
    assert call("cite", OTHER, "--data", "nowhere").exit_code == 1


def test_refresh_says_when_nothing_changes() -> None:
    assert call("refresh").output == "nothing changed\n"


def test_run_and_its_parameters(clone: Path, tmp_path: Path, plant: Plant) -> None:
    own = plant("claims", {GOOD: {}})
    result = call("run", "1", "-p", "factor=4", "--data", own, "--without", "caci_forum", "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert "1 of 1 pages ran" in result.output
    text = (tmp_path / "out" / "01_made.ipynb").read_text(encoding="utf-8")
    for words in ("6,000 NGOs", json.dumps(str(own))[1:-1], "caci_forum"):
        assert words in text


def test_unchanged_pages_are_kept_and_the_command_says_so(clone: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert "2 of 2 pages ran; they are in" in call("run", "--out", out).output
    result = call("run", "--out", out)
    assert result.exit_code == 0
    assert result.stdout.splitlines()[:2] == ["00_first: unchanged, kept", "01_made: unchanged, kept"]
    assert "0 of 2 pages ran, 2 were kept; they are in" in result.stdout
    assert "2 of 2 pages ran; they are in" in call("run", "--force", "--out", out).output


def test_a_failing_cell_is_named(clone: Path, tmp_path: Path) -> None:
    write_page(clone / "notebooks" / "02_bad.ipynb", [*PAGE[:3], ("code", "raise ValueError('claims.csv, row 7')", [])])
    result = call("run", "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert "02_bad: cell 3: ValueError: claims.csv, row 7" in result.output
    assert "2 of 3 pages ran" in result.output
    result = call("publish")
    assert result.exit_code == 1
    assert "nothing was written" in result.output


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["run", "-p", "facto=0.1"], "no parameter is called facto"),
        (["run", "-p", "factor"], "expected NAME=VALUE"),
        (["run", "-p", "factor=1", "-p", "factor=3"], "a name is given twice"),
        (["run", "-p", "data_dir=x"], "use --data FOLDER"),
        (["run", "99"], "no page is called 99"),
        (["run", "--without", "nobody"], "no source or origin has that id"),
        (["run", "--data", "nowhere_at_all"], "no such folder"),
    ],
)
def test_mistakes_are_told_before_anything_runs(clone: Path, words: list[str], message: str, tmp_path: Path) -> None:
    result = call(*words, "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert message in result.output
    assert not (tmp_path / "out").exists()


def test_a_place_that_cannot_be_written_is_told(clone: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    result = call("run", "1", "--out", tmp_path / "file" / "below")
    assert result.exit_code == 1
    assert "Not a directory" in result.output


@pytest.mark.parametrize("command", ["run", "publish"])
def test_without_a_clone_the_command_says_what_it_needs(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: str
) -> None:
    monkeypatch.setattr(publish, "__file__", str(tmp_path / "site" / "kzcivil" / "publish.py"))
    result = call(command)
    assert result.exit_code == 1
    assert "from a clone" in result.output

"""The commands as a user meets them."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from kzcivil import publish
from kzcivil.cli import app

Plant = Callable[..., Path]


def call(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def test_check() -> None:
    result = call("check")
    assert result.exit_code == 0
    assert "no problem found" in result.output


def test_check_lists_every_problem_and_fails(plant: Plant) -> None:
    folder = plant("claims", {"aa_inf_registered_2003": {"low": "1"}, "aa_inf_registered_2023": {"high": "1"}})
    result = call("check", folder)
    assert result.exit_code == 1
    assert "claims.csv, row 2, column low" in result.output
    assert "claims.csv, row 3, column high" in result.output
    assert "2 problem(s)" in result.output or "3 problem(s)" in result.output


def test_verify(texts: Path) -> None:
    result = call("verify", texts)
    assert result.exit_code == 0
    n = result.output.split()[0]
    assert f"{n} of {n} places verified" in result.output


def test_verify_fails_where_texts_are_missing(tmp_path: Path) -> None:
    result = call("verify", tmp_path)
    assert result.exit_code == 1
    assert "0 of" in result.output
    assert call("verify", tmp_path / "nowhere").exit_code == 1


def test_cite() -> None:
    assert "line 963" in call("cite", "aa_inf_registered_2023").output
    wrong = call("cite", "aa_inf_registered_2022")
    assert wrong.exit_code == 1
    assert "did you mean" in wrong.output


def test_refresh_says_when_nothing_changes() -> None:
    assert "nothing to change" in call("refresh").output


def test_run_leaves_the_committed_notebooks_alone(tmp_path: Path, root: Path) -> None:
    before = {path: path.read_bytes() for path in (root / "notebooks").glob("*.ipynb")}
    result = call("run", "01", "--without", "caci_forum", "--out", tmp_path)
    assert result.exit_code == 0, result.output
    assert "1 of 1 notebooks ran" in result.output
    text = (tmp_path / "01_evidence.ipynb").read_text(encoding="utf-8")
    assert "without caci_forum" in text
    assert before == {path: path.read_bytes() for path in before}


def test_run_reads_the_readers_own_data(plant: Plant, tmp_path_factory: pytest.TempPathFactory) -> None:
    row = {"claim_id": "planted", "source_id": "adal_azamat", "piece_id": "aa_infographic", "line": "963", "as_printed": "23 335", "speaker": "x",
           "speaker_role": "x", "origin": "unknown", "origin_basis": "unknown", "scope": "sector", "measure": "ngos", "counts": "x", "value": "12000", "step": "1000",
           "wording": "bare", "low": "11500", "high": "12500", "unit": "organisations", "start": "2012-01-01", "end": "2012-12-31", "timing": "at", "date_basis": "printed",
           "bounds_note": "planted"}  # fmt: skip
    out = tmp_path_factory.mktemp("out")
    result = call("run", "01_evidence", "--data", plant("claims", new=[row]), "--out", out)
    assert result.exit_code == 0, result.output
    stored = json.loads((Path(publish.notebooks_folder()) / "01_evidence.ipynb").read_text(encoding="utf-8"))
    fresh = json.loads((out / "01_evidence.ipynb").read_text(encoding="utf-8"))

    def titles(book: dict[str, object]) -> str:
        charts = publish.chart_outputs(book)
        return " ".join(output["data"][publish.PLOTLY]["layout"]["title"]["text"] for output in charts)

    assert titles(stored) != titles(fresh), "the finding in the title moves with the data"
    assert "2007 to 2017" in json.dumps(stored)
    assert "2007 to 2017" not in json.dumps(fresh)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["run", "-p", "celing=0.1"], "no parameter is called celing"),
        (["run", "-p", "ceiling"], "expected NAME=VALUE"),
        (["run", "-p", "ceiling=0.1", "-p", "ceiling=0.3"], "a name is given twice"),
        (["run", "-p", "data_dir=x"], "use --data FOLDER"),
        (["run", "99"], "no notebook is called '99'"),
        (["run", "--without", "nobody"], "no source or origin has that id"),
        (["run", "--data", "nowhere_at_all"], "no such folder"),
    ],
)
def test_mistakes_are_told_before_anything_runs(words: list[str], message: str, tmp_path: Path) -> None:
    result = call(*words, "--out", tmp_path)
    assert result.exit_code == 1
    assert message in result.output
    assert not list(tmp_path.iterdir())


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    result = call("run", "1", "--out", tmp_path / "file" / "below")
    assert result.exit_code == 1
    assert "cannot write there" in result.output


def test_a_failing_cell_is_named_and_the_others_stay(
    tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "notebooks"
    folder.mkdir()
    book = json.loads((root / "notebooks" / "01_evidence.ipynb").read_text(encoding="utf-8"))
    parameters = next(cell for cell in book["cells"] if "parameters" in cell["metadata"].get("tags", []))
    good = {**book, "cells": [parameters]}
    bad_cell = {
        "cell_type": "code",
        "id": "bad",
        "metadata": {},
        "execution_count": None,
        "outputs": [],
        "source": ["raise ValueError('claims.csv, row 7')"],
    }
    bad = {**book, "cells": [parameters, bad_cell]}
    (folder / "01_good.ipynb").write_text(json.dumps(good), encoding="utf-8")
    (folder / "02_bad.ipynb").write_text(json.dumps(bad), encoding="utf-8")
    monkeypatch.setattr(publish, "notebooks_folder", lambda: folder)
    out = tmp_path / "out"
    result = call("run", "--out", out)
    assert result.exit_code == 1
    assert "02_bad: cell" in result.output
    assert "ValueError: claims.csv, row 7" in result.output
    assert "1 of 2 notebooks ran" in result.output
    assert [path.name for path in out.iterdir()] == ["01_good.ipynb"]


def test_without_a_clone_the_run_says_what_it_needs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(publish, "__file__", str(tmp_path / "site" / "kzcivil" / "publish.py"))
    result = call("run")
    assert result.exit_code == 1
    assert "run this command from a clone" in result.output

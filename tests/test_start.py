"""The workflow and the files that start the collection elsewhere: what they name exists, and all install by the lock."""

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

import kzcivil as kz
from kzcivil import publish


def executable(path: Path) -> bool:
    return path.is_file() and os.access(path, os.X_OK)


def targets(root: Path) -> set[str]:
    text = (root / "Makefile").read_text(encoding="utf-8").replace("$(READY)", ".venv/.ready")
    return set(re.findall(r"(?m)^([\w./-]+):(?!=)", text))


@pytest.fixture
def workflow(root: Path) -> dict:
    return yaml.safe_load((root / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8"))


@pytest.fixture
def pythons(root: Path) -> list[str]:
    """The Pythons that the project says it runs on."""
    lines = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["classifiers"]
    return [line.rpartition(" ")[2] for line in lines if re.fullmatch(r".*Python :: 3\.\d+", line)]


def test_one_range_of_pythons(root: Path, workflow: dict, pythons: list[str]) -> None:
    first, last = ((3, int(name.partition(".")[2])) for name in (pythons[0], pythons[-1]))
    assert workflow["jobs"]["test"]["strategy"]["matrix"]["python"] == pythons
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["requires-python"] == f">=3.{first[1]},<3.{last[1] + 1}"
    assert f"not {first} <= sys.version_info[:2] <= {last}" in (root / "Makefile").read_text(encoding="utf-8")
    assert f"Python {pythons[0]} to {pythons[-1]}" in (root / "README.md").read_text(encoding="utf-8")


def test_the_workflow_runs_what_is_there(root: Path, workflow: dict) -> None:
    text = (root / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    assert set(workflow) == {"name", True, "permissions", "concurrency", "jobs"}  # YAML reads the key `on` as true
    assert workflow["permissions"] == {"contents": "read"}
    runs = []
    for job in workflow["jobs"].values():
        assert job["timeout-minutes"] <= 60
        matrix = set(job.get("strategy", {}).get("matrix", {}))
        assert set(re.findall(r"\$\{\{ *matrix\.(\w+)", text)) <= matrix
        for step in job["steps"]:
            assert ("uses" in step) != ("run" in step), step
            assert re.fullmatch(r"[\w-]+/[\w-]+@v\d+", step.get("uses", "some/action@v1")), step
            runs += step.get("run", "").splitlines()
    for command, *words in map(str.split, runs):
        assert set(words) <= targets(root) if command == "make" else executable(root / command), command
    assert runs


def test_a_codespace_is_made_as_in_the_workflow(root: Path, pythons: list[str]) -> None:
    made = json.loads((root / ".devcontainer" / "devcontainer.json").read_text(encoding="utf-8"))
    assert set(made) == {"name", "image", "postCreateCommand", "customizations"}
    assert made["image"].rpartition(":")[2] in pythons
    assert executable(root / made["postCreateCommand"])
    assert all((root / name).is_file() for name in made["customizations"]["codespaces"]["openFiles"])
    settings = made["customizations"]["vscode"]["settings"]
    assert settings == {"python.defaultInterpreterPath": "${containerWorkspaceFolder}/.venv/bin/python"}
    script = (root / made["postCreateCommand"]).read_text(encoding="utf-8")
    assert set(re.findall(r"(?m)^make (\S+)", script)) == {".venv/.ready"} <= targets(root)
    steps = (root / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert steps.index(made["postCreateCommand"]) < steps.index("make test")


def test_binder_and_make_install_by_one_script(root: Path, pythons: list[str], tmp_path: Path) -> None:
    """A Python that only notes what it is told: first uv alone by its hashes, then the lock by its hashes, then the clone."""
    assert {path.name for path in (root / ".binder").iterdir()} == {"runtime.txt", "postBuild"}
    assert (root / ".binder" / "runtime.txt").read_text().strip().removeprefix("python-") in pythons
    stub, log = tmp_path / "python", tmp_path / "log"
    stub.write_text(f'#!/bin/sh\necho "$@" >> "{log}"\nif [ "$2" = pip ]; then cat "$8" >> "{log}.uv"; fi\n')
    stub.chmod(0o755)
    path = os.pathsep.join([str(tmp_path), os.environ["PATH"]])
    subprocess.run([root / ".binder" / "postBuild"], cwd=root, check=True, env=os.environ | {"PATH": path})
    first, lock, clone = log.read_text().splitlines()
    assert first.startswith("-m pip install --quiet --disable-pip-version-check --require-hashes -r ")
    assert lock.startswith("-m uv pip install")
    assert lock.endswith("--require-hashes -r requirements.lock")
    assert f"--python {stub} " in lock
    assert clone.endswith("--no-deps --no-build-isolation -e .")
    name, *hashes = Path(f"{log}.uv").read_text().split(" \\\n")
    assert re.match(r"uv==[\d.]+", name)
    assert hashes
    assert all(re.fullmatch(r" +--hash=sha256:[0-9a-f]{64}\n?", line) for line in hashes)
    assert ".ci/install $(BIN)/python" in (root / "Makefile").read_text(encoding="utf-8")


def test_colab(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The start page asks for the address, installs by the lock, and tells of a pandas that was there before."""
    book = json.loads((root / "examples" / "colab.ipynb").read_text(encoding="utf-8"))
    start, first, pages = ("".join(cell["source"]) for cell in book["cells"] if cell["cell_type"] == "code")
    assert not any(cell.get("outputs") for cell in book["cells"])
    told: list[list[str]] = []
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setenv("PYTHONPATH", "")
    monkeypatch.setattr(subprocess, "run", lambda words, **_: told.append(words) or Path(words[-1]).mkdir())
    with pytest.raises(AssertionError, match="repository's address"):
        exec(start, {})
    with pytest.raises(AssertionError, match="Restart session"):
        exec(start.replace('address = ""', 'address = "https://example.org/x"'), {})
    clone, packages = str(tmp_path / "kzcivil_clone"), str(tmp_path / "kzcivil_packages")
    assert told[0] == ["git", "clone", "--quiet", "--depth", "1", "https://example.org/x", clone]
    assert told[1][1:4] == ["-m", "pip", "install"]
    assert told[1][-5:] == ["--require-hashes", "--requirement", f"{clone}/requirements.lock", "--target", packages]
    assert sys.path[:2] == os.environ["PYTHONPATH"].split(os.pathsep) == [clone, packages]
    exec(first, {"kz": kz})
    page, source = re.search(r'"run", "(\w+)", "--without", "(\w+)"', pages).groups()  # type: ignore[union-attr]
    assert publish.find_notebooks([page])
    assert source in set(kz.load().sources.source_id)

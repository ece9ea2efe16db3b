"""CONTRIBUTING: its picture is that of the imports, and what it tells a newcomer to run, open and write is there."""

import csv
import io
import re
from itertools import pairwise, product
from pathlib import Path

import pytest
from test_laws import GRAPH

import kzcivil as kz
from kzcivil import cli, publish

OUTSIDE = {("data", "tables"), ("kz", "notebooks")}
"""Arrows that are no imports between modules: files that are read, and pages that use the library."""


@pytest.fixture
def guide(root: Path) -> str:
    return (root / "CONTRIBUTING.md").read_text(encoding="utf-8")


def blocks(text: str, kind: str) -> list[str]:
    return [re.sub("(?m)^ +", "", body) for body in re.findall(rf"(?ms)^ *```{kind}\n(.*?)^ *```$", text)]


def arrows(picture: str) -> set[tuple[str, str]]:
    """Arrows of a Mermaid graph of `a & b[label] --> c --> d`, and nothing else."""
    head, *lines = picture.strip().splitlines()
    assert head == "graph LR"
    found: set[tuple[str, str]] = set()
    for line in lines:
        steps = [[name.strip() for name in re.sub(r"\[[^\]&]*\]", "", part).split("&")] for part in line.split("-->")]
        assert all(re.fullmatch("[a-z]+", name) for step in steps for name in step), line
        new = {arrow for before, after in pairwise(steps) for arrow in product(before, after)}
        assert new, line
        assert not new & found, "drawn twice"
        found |= new
    return found


def needed(graph: dict[str, set[str]]) -> set[tuple[str, str]]:
    """Imports as arrows from the used to the user, without those that follow from others."""

    def reached(module: str) -> set[str]:
        return {module}.union(*(reached(name) for name in graph[module]))

    return {
        (used, user)
        for user, names in graph.items()
        for used in names
        if not any(used in reached(other) for other in names - {used})
    }


def test_the_picture_is_that_of_the_imports(guide: str) -> None:
    graph = {"kz" if user == "__init__" else user: names for user, names in GRAPH.items() if user != "__main__"}
    [picture] = blocks(guide, "mermaid")
    assert arrows(picture) == needed(graph) | OUTSIDE


def test_wrong_pictures_are_seen() -> None:
    assert arrows("graph LR\n  a[(a/)] & b --> c[see: c] --> d") == {("a", "c"), ("b", "c"), ("c", "d")}
    assert needed({"a": set(), "b": {"a"}, "c": {"a", "b"}}) == {("a", "b"), ("b", "c")}
    for wrong in ("a -> b", "a --> b\n a --> b", "a", "a --> b[x] c"):
        with pytest.raises(AssertionError):
            arrows(f"graph LR\n{wrong}")


def test_what_it_tells_to_run_is_there(guide: str, root: Path) -> None:
    lines = [line.partition("#")[0].strip() for body in blocks(guide, "sh") for line in body.splitlines()]
    lines += [words for words in re.findall(r"`([^`\n]+)`", guide) if words.startswith(("make ", "kzcivil "))]
    commands = {command.callback.__name__ for command in cli.app.registered_commands if command.callback}
    makefile = (root / "Makefile").read_text(encoding="utf-8")
    own = next(name for line in lines if line.startswith("cp ") for name in line.split()[2:])
    for line in lines:
        _, program, rest = re.fullmatch(r"(\w+=\S+ )?(\S+) ?(.*)", line).groups()  # type: ignore[union-attr]
        if program == "make":
            assert re.search(rf"(?m)^{rest}:", makefile), line
        elif program == "kzcivil":
            assert rest.split()[0] in commands, line
            numbers = [word for word in rest.split() if re.fullmatch(r"\d\d", word)]
            assert all(Path(own).name.startswith(f"{n}_") or publish.find_notebooks([n]) for n in numbers), line
        elif program in ("pytest", "cp"):
            assert all((root / name).exists() for name in rest.split() if name != own), line
        else:
            assert line in ("source .venv/bin/activate", "git switch -c my-change"), line


def test_the_files_and_names_that_it_names_are_there(guide: str, root: Path) -> None:
    for name in re.findall(r"`([\w/.]+\.(?:csv|md|json|toml|py))`|\]\(([^)#]+)\)", guide):
        path = name[0] or name[1]
        new = path == "tests/test_page_10.py"  # what the reader writes
        assert new or (root / path).exists() or (root / "data" / path).exists(), path
    assert set(re.findall(r"\bkz\.(\w+)", guide)) <= set(kz.__all__)
    assert set(re.findall(r"kz\.charts\.(\w+)", guide)) <= set(dir(kz.charts))


def test_its_example_rows_would_be_read(guide: str, root: Path, tmp_path: Path) -> None:
    """The rows fit their columns, and load as they stand."""
    for table, row in zip(("claims", "measures"), blocks(guide, "csv"), strict=True):
        head = (root / "data" / f"{table}.csv").read_text(encoding="utf-8").splitlines()[0]
        assert len(next(csv.reader(io.StringIO(row)))) == len(head.split(","))
        (tmp_path / f"{table}.csv").write_text(f"{head}\n{row}", encoding="utf-8")
    name = blocks(guide, "csv")[0].partition(",")[0]
    ev = kz.load(tmp_path)
    assert f"{ev.figure(name)}" == "15,000 people (13,500 to 15,000)"
    assert f"kzcivil cite {name}" in guide


def test_its_example_chart_is_drawn(guide: str) -> None:
    import pandas as pd

    [cell] = blocks(guide, "python")
    body, _, call = cell.partition("kz.charts.bars(")
    names = {"kz": kz, "pd": pd, "ev": kz.load()}
    exec(f"{body}\nchart = kz.charts.bars({call}", names)
    assert "Bars: Printed events with a date, by kind." in names["chart"].alt

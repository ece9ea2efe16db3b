"""README: its computed parts are those of the pages, it is short, and what it names exists."""

import json
import re
import struct
from pathlib import Path

import pytest

import kzcivil as kz
from kzcivil import cli, publish

NOTEBOOKS = publish.find_notebooks()
PARTS = ("findings", "picture", "gallery")


@pytest.fixture
def readme(root: Path) -> str:
    text = (root / "README.md").read_text(encoding="utf-8")
    if not NOTEBOOKS:
        pytest.skip("no page yet")
    return text


def test_computed_parts_are_those_of_the_pages(readme: str) -> None:
    missing = [part for part in PARTS if not re.search(rf"<!-- {part}\b[^>]*-->.*<!-- /{part} -->", readme, re.S)]
    assert not missing, "README lacks computed parts"
    books = {page: json.loads(page.read_text(encoding="utf-8")) for page in NOTEBOOKS}
    text, pictures = publish.filled(readme, books)
    assert text == readme, "run `make publish`"
    assert {path.name for path in pictures} == {path.name for path in publish.notebooks_folder().glob("pictures/*.png")}
    assert all(path.read_bytes() == data for path, data in pictures.items()), "run `make publish`"


def test_the_first_screen(readme: str) -> None:
    """Question, five findings, one picture, two commands; in this order, before anything else."""
    first = readme.partition("\n## ")[0]
    places = [first.find(mark) for mark in ("?", "<!-- findings", "<!-- picture", "make notebooks")]
    assert -1 < places[0] < places[1] < places[2]
    assert places[3] > places[1]
    assert len(re.findall(r"(?m)^- ", first.partition("<!-- /findings")[0])) == 5


def test_it_is_short(readme: str) -> None:
    own = re.sub(r"<!-- (\w+)\b[^>]*-->.*?<!-- /\1 -->", "", readme, flags=re.S)
    assert len([line for line in own.splitlines() if line.strip()]) <= 120


def test_pictures_are_sharp_and_small() -> None:
    for path in publish.notebooks_folder().glob("pictures/*.png"):
        width = int(path.stem.rpartition("_")[2])
        assert struct.unpack(">I", path.read_bytes()[16:20])[0] <= 2 * width
        assert path.stat().st_size < 200_000


def test_links_lead_somewhere(readme: str, root: Path) -> None:
    for target in re.findall(r'(?:src|href)="([^"#]+)"|\]\(([^)#]+)\)', readme):
        name = target[0] or target[1]
        assert "://" in name or (root / name).exists(), name


def test_commands_and_names_exist(readme: str, root: Path) -> None:
    commands = {command.callback.__name__ for command in cli.app.registered_commands if command.callback}
    assert set(re.findall(r"(?m)^(?:\S*/)?kzcivil (\w+)", readme)) <= commands
    targets = set(re.findall(r"(?m)^(\w+):", (root / "Makefile").read_text(encoding="utf-8")))
    assert set(re.findall(r"make (\w+)", readme)) & {"notebooks", "test", "lab"} <= targets
    code = "".join(re.findall(r"(?s)```python\n(.*?)```", readme))
    assert {"load"} <= set(re.findall(r"\bkz\.(\w+)", code)) <= set(kz.__all__)


def test_each_page_of_the_gallery_has_its_first_sentence(readme: str) -> None:
    told = re.findall(r"\]\(notebooks/\w+\.ipynb\)\*\*<br>(.*)", readme)
    assert len(told) == len(NOTEBOOKS)
    assert all(told)

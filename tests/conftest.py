"""Fixtures: the evidence, the source texts where they are at hand, and folders with planted data."""

import csv
import os
from collections.abc import Callable
from pathlib import Path

import pytest

import kzcivil as kz
from kzcivil.evidence import bundle_folder

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def evidence() -> kz.Evidence:
    return kz.load()


@pytest.fixture(scope="session")
def texts() -> Path:
    """Folder with the five source texts; they are not part of the project."""
    folder = Path(os.environ.get("KZCIVIL_TEXTS", ROOT.parent / "shared" / "sources"))
    if not folder.is_dir():
        pytest.skip("THE SOURCE TEXTS ARE NOT HERE: set KZCIVIL_TEXTS to their folder to verify every place")
    return folder


Plant = Callable[..., Path]


@pytest.fixture
def plant(tmp_path: Path) -> Plant:
    """Write a reader's folder: rows of the bundle with some cells changed, or wholly new rows."""

    def write(
        table: str, changes: dict[str, dict[str, str]] | None = None, new: list[dict[str, str]] | None = None
    ) -> Path:
        with (bundle_folder() / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            columns, rows = list(reader.fieldnames or []), list(reader)
        key = columns[0]
        chosen = [row | (changes or {})[row[key]] for row in rows if row[key] in (changes or {})]
        assert len(chosen) == len(changes or {}), "the planted ids must exist"
        with (tmp_path / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, lineterminator="\n", restval="")
            writer.writeheader()
            writer.writerows([*chosen, *(new or [])])
        return tmp_path

    return write

"""Fixtures: the evidence, the source texts where they are at hand, folders with planted data, a small clone with made pages."""

import csv
import os
import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from made import FIRST, PAGE, Plant, write_page

import kzcivil as kz
from kzcivil import publish
from kzcivil.tables import bundle_folder

ROOT = Path(__file__).resolve().parent.parent

# No test depends on speed: the same examples everywhere, each with all the time it needs.
settings.register_profile("steady", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """nbval gives a cell's last output five seconds to arrive, and has no option for it."""
    for item in items:
        if hasattr(item, "output_timeout"):
            item.output_timeout = 300


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


def lacking(what: str) -> None:
    """Skip loudly, or fail where a browser is required."""
    (pytest.fail if os.environ.get("KZCIVIL_BROWSER_REQUIRED") else pytest.skip)(f"NO {what}: nothing is seen here")


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of the browser."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)
    return found or str(lacking("CHROME OR CHROMIUM (apt-get install chromium)"))


@pytest.fixture(scope="session")
def driven(chromium: str) -> str:
    """Path of the browser, where there is what drives it."""
    for name in ("playwright", "axe_playwright_python"):
        if find_spec(name) is None:
            lacking(f"{name.upper()} (pip install -e '.[test]')")
    return chromium


@pytest.fixture(scope="session")
def evidence() -> kz.Evidence:
    return kz.load()


@pytest.fixture(scope="session")
def texts() -> Path:
    """Folder with the source texts; they are not part of the project."""
    folder = Path(os.environ.get("KZCIVIL_TEXTS", ROOT.parent / "shared" / "sources"))
    if not folder.is_dir():
        pytest.skip("THE SOURCE TEXTS ARE NOT HERE: set KZCIVIL_TEXTS to their folder to verify every place")
    return folder


@pytest.fixture
def plant(tmp_path: Path) -> Plant:
    """Write a reader's folder: rows of the bundle with some cells changed, or wholly new rows."""

    def write(
        table: str, changes: dict[str, dict[str, str]] | None = None, new: list[dict[str, str]] | None = None
    ) -> Path:
        with (bundle_folder() / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            columns, rows = list(reader.fieldnames or []), list(reader)
        chosen = [row | (changes or {})[row[columns[0]]] for row in rows if row[columns[0]] in (changes or {})]
        assert len(chosen) == len(changes or {}), "the planted ids must exist"
        folder = tmp_path / "own"
        folder.mkdir(exist_ok=True)
        with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, lineterminator="\n", restval="")
            writer.writeheader()
            writer.writerows([*chosen, *(new or [])])
        return folder

    return write


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clone with a page that collects, and one page with a chart at its top."""
    root = tmp_path / "clone"
    (root / "notebooks").mkdir(parents=True)
    (root / "README.md").write_text(
        "# Made\n<!-- findings -->\n<!-- /findings -->\n<!-- picture: 01 -->\n<!-- /picture -->\n<!-- gallery -->\n<!-- /gallery -->\n",
        encoding="utf-8",
    )
    write_page(root / "notebooks" / "00_first.ipynb", FIRST)
    write_page(root / "notebooks" / "01_made.ipynb", PAGE)
    monkeypatch.setattr(publish, "notebooks_folder", lambda: root / "notebooks")
    return root

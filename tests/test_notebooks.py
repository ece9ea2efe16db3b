"""Structure of every notebook, the page as a reader without scripts sees it, README's computed parts, publishing."""

import ast
import base64
import json
import os
import re
import shutil
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

import kzcivil as kz
from kzcivil import publish
from kzcivil.headlines import as_markdown

Book = dict[str, Any]
NOTEBOOKS = publish.find_notebooks()
YEARISH = re.compile(r"\b(1[89]|20)\d\d(s\b|\b)([-–/]\d{2,4})?")
LINKISH = re.compile(r"\]\([^)]*\)|`[^`]*`|\$[^$]*\$|https?://\S+|<[^>]+>")


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def path(request: pytest.FixtureRequest) -> Path:
    return Path(request.param)


@pytest.fixture
def book(path: Path) -> Book:
    loaded: Book = json.loads(path.read_text(encoding="utf-8"))
    return loaded


def source(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


def code(book: Book) -> list[dict[str, Any]]:
    return [cell for cell in book["cells"] if cell["cell_type"] == "code"]


def outputs(book: Book) -> Iterator[dict[str, Any]]:
    return (output for cell in code(book) for output in cell["outputs"])


def test_it_ran_from_top_to_bottom_without_complaint(book: Book) -> None:
    assert [cell["execution_count"] for cell in code(book)] == list(range(1, len(code(book)) + 1))
    assert not [
        output for output in outputs(book) if output["output_type"] == "error" or output.get("name") == "stderr"
    ]


def test_headings(book: Book) -> None:
    headings = [
        len(mark)
        for cell in book["cells"]
        if cell["cell_type"] == "markdown"
        for mark in re.findall(r"(?m)^(#+) \S", source(cell))
    ]
    assert headings.count(1) == 1
    assert headings[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(headings))


def test_parts(path: Path, book: Book) -> None:
    text = "\n".join(source(cell) for cell in book["cells"]).lower()
    first = "\n".join(source(cell) for cell in book["cells"][:6]).lower()
    assert "in short" in first
    if not path.name.startswith("00"):
        assert "what would change this" in text
        assert "quote card" in text
    tagged = [cell for cell in code(book) if "parameters" in cell["metadata"].get("tags", [])]
    assert len(tagged) == 1
    assert {"data_dir", "without"} <= publish.parameters_of(path)


def test_cells_are_short(book: Book) -> None:
    assert all(len(source(cell).splitlines()) <= 20 for cell in code(book))
    hidden = [cell for cell in code(book) if "hide-input" in cell["metadata"].get("tags", [])]
    assert len(hidden) <= 10
    assert all(cell["metadata"].get("jupyter") == {"source_hidden": True} for cell in hidden)


def test_no_number_is_typed_into_prose(book: Book) -> None:
    for cell in book["cells"]:
        if cell["cell_type"] != "markdown":
            continue
        body = "\n".join(line for line in source(cell).splitlines() if not line.startswith("#"))
        body = re.sub(r"(?m)^\s*(\d+\.|[-*|])\s", " ", YEARISH.sub(" ", LINKISH.sub(" ", body)))
        typed = [
            n for n in re.findall(r"(?<![\w.])\d[\d,. ]*(?:%|\b)", body) if len(re.sub(r"\D", "", n)) >= 2 or "%" in n
        ]
        assert not typed, (typed, body[:200])


def test_links_lead_somewhere(path: Path, book: Book) -> None:
    for cell in book["cells"]:
        if cell["cell_type"] == "markdown":
            for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", source(cell)):
                assert "://" in target or (path.parent / target).exists(), target


def test_charts_carry_fresh_pictures_and_alt_text(book: Book) -> None:
    for output in publish.chart_outputs(book):
        picture = output["metadata"]["image/png"]
        assert picture["chart_sha256"] == publish.chart_hash(output), "stale picture: run `make publish`"
        assert base64.b64decode(output["data"]["image/png"]).startswith(b"\x89PNG")
        assert output["data"][publish.PLOTLY]["layout"]["title"]["text"]
    pictures = [output for output in outputs(book) if "image/png" in output.get("data", {})]
    assert len(pictures) <= 6
    for output in pictures:
        alt = output["metadata"]["image/png"]["alt"]
        assert len(alt.split()) >= 8
        assert alt == "".join(output["data"]["text/plain"])


def test_size_and_metadata(path: Path, book: Book) -> None:
    assert path.stat().st_size < 900_000
    assert set(book["metadata"]) == {"kernelspec", "language_info"}
    assert "version" not in book["metadata"]["language_info"]


def test_outputs_suit_a_reader_without_scripts(book: Book) -> None:
    for output in outputs(book):
        page = "".join(output.get("data", {}).get("text/html", ""))
        assert not re.search(r"<script|<iframe|<style", page, re.I)
        assert page.count("<tr") <= 22
        assert "image/svg+xml" not in output.get("data", {})


def test_the_page_without_scripts_holds_every_chart(path: Path, book: Book) -> None:
    from nbconvert import HTMLExporter

    html, _ = HTMLExporter(template_name="basic").from_filename(str(path))
    html = re.sub(r"<script.*?</script>|<style.*?</style>", "", html, flags=re.S)
    pictures = [output for output in outputs(book) if "image/png" in output.get("data", {})]
    images = re.findall(r"<img[^>]*>", html)
    assert len(images) >= len(pictures)
    assert all(re.search(r'alt="[^"]{20,}', image) for image in images)


def test_notebooks_import_little_else(book: Book) -> None:
    for cell in code(book):
        for node in ast.walk(ast.parse(source(cell))):
            names = (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
            assert all(name.split(".")[0] in {"kzcivil", "pandas", "numpy", "math"} for name in names), names


def test_links_to_previous_and_next() -> None:
    for number, notebook in enumerate(NOTEBOOKS):
        last = source(json.loads(notebook.read_text(encoding="utf-8"))["cells"][-1])
        assert "[Index](../README.md)" in last
        if number:
            assert NOTEBOOKS[number - 1].name in last
        if number + 1 < len(NOTEBOOKS):
            assert NOTEBOOKS[number + 1].name in last


# --- README ---------------------------------------------------------------------------------------------------------


def test_readme_holds_the_computed_table_and_gallery(root: Path, evidence: kz.Evidence) -> None:
    text = (root / "README.md").read_text(encoding="utf-8")
    books = {notebook: json.loads(notebook.read_text(encoding="utf-8")) for notebook in NOTEBOOKS}
    assert as_markdown(kz.headlines(evidence)) in text, "run `make publish`"
    assert publish.gallery(books) in text, "run `make publish`"
    for target in re.findall(r'(?:src|href)="([^"#]+)"|\]\(([^)#]+)\)', text):
        name = target[0] or target[1]
        assert "://" in name or (root / name).exists(), name


def test_headlines_survive_every_source_left_out(evidence: kz.Evidence) -> None:
    everything = kz.headlines(evidence)
    assert everything.map(bool).all(axis=None)
    assert set(everything.notebook) <= {path.stem for path in NOTEBOOKS}
    for name in evidence.sources.source_id:
        assert not kz.headlines(kz.load(without=name)).equals(everything)


# --- publishing -----------------------------------------------------------------------------------------------------


@pytest.fixture
def clone(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clone with one small notebook that holds one chart."""
    folder = tmp_path / "notebooks"
    folder.mkdir()
    shutil.copy(root / "README.md", tmp_path / "README.md")
    cells = [
        ("markdown", "# Is this a question?", []),
        ("code", "data_dir = None\nwithout = []", ["parameters"]),
        ("code", "import kzcivil as kz\nkz.say('It is.')", []),
        (
            "code",
            "fig = kz.charts.figure('A finding', 'what', 'Source: made')\n_ = fig.add_bar(x=[1], y=[2])\nkz.show_chart(fig, 'One bar.')",
            [],
        ),
    ]
    body = [
        {"cell_type": kind, "id": f"c{n}", "metadata": {"tags": tags}, "source": [text]}
        | ({"execution_count": None, "outputs": []} if kind == "code" else {})
        for n, (kind, text, tags) in enumerate(cells)
    ]
    book = {"cells": body, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (folder / "01_made.ipynb").write_text(json.dumps(book), encoding="utf-8")
    monkeypatch.setattr(publish, "notebooks_folder", lambda: folder)
    return tmp_path


def need_browser() -> None:
    if not any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome", "chrome")):
        if os.environ.get("KZCIVIL_BROWSER_REQUIRED"):
            pytest.fail("a browser is required here and none is installed")
        pytest.skip("NO CHROME OR CHROMIUM: pictures cannot be drawn here")


def test_publish_twice_changes_nothing_and_redraws_only_what_changed(
    clone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    need_browser()
    assert set(publish.publish()) == {"01_made.ipynb", "01_made.png", "README.md"}
    notebook = clone / "notebooks" / "01_made.ipynb"
    first = notebook.read_bytes()
    assert b"chart_sha256" in first
    assert b"[Index]" in first
    assert b"iopub" not in first
    # A second time no picture is drawn, so no browser is needed.
    monkeypatch.setattr(publish, "_new_pictures", lambda missing: {} if not missing else pytest.fail("redrawn"))
    assert publish.publish() == []
    assert notebook.read_bytes() == first


def test_without_a_browser_nothing_changes(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import kaleido

    def no_browser(**_: object) -> None:
        raise RuntimeError("Kaleido requires Google Chrome to be installed.")

    monkeypatch.setattr(kaleido, "start_sync_server", no_browser)
    before = {path: path.read_bytes() for path in clone.rglob("*") if path.is_file()}
    with pytest.raises(publish.PublishError, match=r"apt-get install chromium.*Nothing was changed"):
        publish.publish()
    assert before == {path: path.read_bytes() for path in clone.rglob("*") if path.is_file()}


def test_a_failing_notebook_publishes_nothing(clone: Path) -> None:
    notebook = clone / "notebooks" / "01_made.ipynb"
    notebook.write_text(notebook.read_text(encoding="utf-8").replace("kz.say('It is.')", "1 / 0"), encoding="utf-8")
    before = notebook.read_bytes()
    with pytest.raises(publish.PublishError, match="ZeroDivisionError"):
        publish.publish()
    assert notebook.read_bytes() == before


def test_readme_without_markers_is_told() -> None:
    with pytest.raises(kz.DataError, match="lacks the markers"):
        publish.refresh_readme("# nothing", {})

"""Running and publishing made-up pages: whole or not at all, twice changes nothing, findings are collected."""

import base64
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from conftest import FIRST, PAGE, write_page

import kzcivil as kz
from kzcivil import files, publish

SENTENCE = "It is 3,000 NGOs."


def book(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def text_of(page: Any) -> str:
    return json.dumps(page, ensure_ascii=False)


def need_browser() -> None:
    if not any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome", "chrome")):
        if os.environ.get("KZCIVIL_BROWSER_REQUIRED"):
            pytest.fail("a browser is required here and none is installed")
        pytest.skip("NO CHROME OR CHROMIUM: pictures cannot be drawn here")


# --- run ------------------------------------------------------------------------------------------------------------


def test_run_fills_the_top_collects_findings_and_leaves_the_stored_pages(clone: Path, tmp_path: Path) -> None:
    before, seen = contents(clone), list[str]()
    ended = publish.run(publish.find_notebooks(), tmp_path / "out", {}, seen.append)
    assert ended == {"00_first": "", "01_made": ""}
    assert seen == ["01_made", "00_first"], "the page that collects runs last"
    assert contents(clone) == before
    page = book(tmp_path / "out" / "01_made.ipynb")
    top = page["cells"][1]
    assert SENTENCE in "".join(top["outputs"][0]["data"]["text/markdown"])
    assert publish.PLOTLY in top["outputs"][1]["data"]
    assert top["metadata"]["tags"] == ["nbval-ignore-output"]
    assert SENTENCE in text_of(book(tmp_path / "out" / "00_first.ipynb"))
    found = publish.findings(tmp_path / "out")
    assert found.loc[0, ["page", "title", "key", "short"]].tolist() == ["01_made", "How much?", "much", 1]
    assert found.figures[0][0]["face"] == 3000


def test_parameters_reach_the_page_and_the_collection(clone: Path, tmp_path: Path) -> None:
    publish.run(publish.find_notebooks(), tmp_path, {"factor": 3})
    assert publish.findings(tmp_path).sentence.tolist() == ["It is 4,500 NGOs."]
    assert "4,500" in text_of(book(tmp_path / "00_first.ipynb"))
    with pytest.raises(
        publish.PublishError, match=r"no parameter is called facto; the pages know data_dir, factor, without"
    ):
        publish.run(publish.find_notebooks(), tmp_path, {"facto": 3})


def test_the_collecting_page_alone_reads_what_lies_there(clone: Path, tmp_path: Path) -> None:
    publish.run(publish.find_notebooks(["1"]), tmp_path, {"factor": 3})
    publish.run(publish.find_notebooks(["0"]), tmp_path, {})
    assert "4,500" in text_of(book(tmp_path / "00_first.ipynb"))
    shutil.copy(tmp_path / "01_made.ipynb", clone / "notebooks")
    assert publish.findings().sentence.tolist() == ["It is 4,500 NGOs."]


def test_where_a_cell_fails_the_page_stays_and_the_others_run(clone: Path, tmp_path: Path) -> None:
    write_page(clone / "notebooks" / "02_bad.ipynb", [*PAGE[:3], ("code", "raise ValueError('claims.csv, row 7')", [])])
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "02_bad.ipynb").write_text('{"cells": [], "note": "as it was"}', encoding="utf-8")
    ended = publish.run(publish.find_notebooks(), tmp_path / "out", {})
    assert ended == {"00_first": "", "01_made": "", "02_bad": "cell 3: ValueError: claims.csv, row 7"}
    assert (tmp_path / "out" / "02_bad.ipynb").read_text(encoding="utf-8") == '{"cells": [], "note": "as it was"}'
    assert SENTENCE in text_of(book(tmp_path / "out" / "00_first.ipynb"))
    assert not [path for path in (tmp_path / "out").iterdir() if path.name.startswith(".")]


def test_stored_pages_are_never_overwritten_by_a_run(clone: Path) -> None:
    with pytest.raises(publish.PublishError, match="would overwrite"):
        publish.run(publish.find_notebooks(), clone / "notebooks", {})


def test_pages_are_found_by_name_number_or_path(clone: Path) -> None:
    for name in ("1", "01", "01_made", "notebooks/01_made.ipynb"):
        assert [page.name for page in publish.find_notebooks([name])] == ["01_made.ipynb"]
    with pytest.raises(publish.PublishError, match="no page is called 99; there are 00_first, 01_made"):
        publish.find_notebooks(["99"])


# --- publish --------------------------------------------------------------------------------------------------------


def test_publish_twice_changes_nothing_and_draws_only_what_changed(
    clone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    need_browser()
    changed = publish.publish()
    assert set(changed) == {"00_first.ipynb", "01_made.ipynb", "README.md", "01_made_720.png", "01_made_320.png"}
    before = contents(clone)
    text = (clone / "notebooks" / "01_made.ipynb").read_text(encoding="utf-8")
    assert '"width": 300\n' in text, "a browser writes whole numbers without a point"
    assert '"pygments_lexer"' in text
    for noise in ("iopub", "papermill", "display_id", "transient", str(clone)):
        assert noise not in text, noise
    (chart,) = publish.charts_of(json.loads(text))
    picture = chart["metadata"]["image/png"]
    assert picture == {
        "alt": "One bar that is two high, made up for a test of pictures.",
        "chart_sha256": publish.chart_hash(chart),
    }
    assert base64.b64decode(chart["data"]["image/png"]).startswith(b"\x89PNG")
    links = "".join(json.loads(text)["cells"][-1]["source"])
    assert links == "---\n[← Start here](00_first.ipynb) · [Index](../README.md)"
    monkeypatch.setattr(publish, "_drawn", lambda missing: {} if not missing else pytest.fail("drawn anew"))
    assert publish.publish() == []
    assert contents(clone) == before


def test_saving_in_jupyterlab_changes_nothing(clone: Path) -> None:
    """What the server writes is nbformat's JSON of what a browser read: whole floats have lost their point."""
    import nbformat

    need_browser()
    publish.publish()
    page = clone / "notebooks" / "01_made.ipynb"
    browser = json.loads(
        page.read_text(encoding="utf-8"), parse_float=lambda x: int(float(x)) if float(x).is_integer() else float(x)
    )
    assert f"{nbformat.writes(nbformat.from_dict(browser))}\n".encode() == page.read_bytes()


def test_readme_shows_findings_picture_and_gallery(clone: Path) -> None:
    need_browser()
    publish.publish()
    text = (clone / "README.md").read_text(encoding="utf-8")
    assert f"<!-- findings -->\n- {SENTENCE} ([01](notebooks/01_made.ipynb))\n<!-- /findings -->" in text
    assert 'src="notebooks/pictures/01_made_720.png" width="720" alt="One bar' in text
    assert f"**[How much?](notebooks/01_made.ipynb)**<br>{SENTENCE}\n\n</td></tr>\n</table>" in text
    books = {page: book(page) for page in publish.find_notebooks()}
    chosen = text.replace("<!-- findings -->", "<!-- findings: 01 much -->")
    assert publish.filled(chosen, books)[0] == chosen
    with pytest.raises(kz.DataError, match="the finding little of page 01"):
        publish.filled(chosen.replace("01 much", "01 much, 01 little"), books)
    with pytest.raises(kz.DataError, match=r"<!-- /gallery --> are missing"):
        publish.filled("<!-- gallery -->\n", books)


def test_a_page_alone_is_published_with_the_one_that_collects(clone: Path) -> None:
    need_browser()
    publish.publish()
    page = clone / "notebooks" / "01_made.ipynb"
    page.write_text(page.read_text(encoding="utf-8").replace("factor = 2", "factor = 5"), encoding="utf-8")
    assert set(publish.publish(["1"])) == {"00_first.ipynb", "01_made.ipynb", "README.md"}
    assert "7,500" in text_of(book(clone / "notebooks" / "00_first.ipynb"))


def test_without_a_browser_nothing_changes(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import kaleido

    def no_browser(**_: object) -> None:
        raise RuntimeError("Kaleido requires Google Chrome to be installed.")

    monkeypatch.setattr(kaleido, "start_sync_server", no_browser)
    before = contents(clone)
    with pytest.raises(publish.PublishError, match=r"apt-get install chromium.*Nothing was changed"):
        publish.publish()
    assert contents(clone) == before


def test_a_failing_page_publishes_nothing(clone: Path) -> None:
    write_page(clone / "notebooks" / "02_bad.ipynb", [*FIRST[:2], ("code", "1 / 0", [])])
    before = contents(clone)
    with pytest.raises(publish.PublishError, match=r"02_bad: cell 2: ZeroDivisionError.*nothing was written"):
        publish.publish()
    assert contents(clone) == before


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "file"
    target.write_bytes(b"before")
    target.chmod(0o640)
    files.write_whole(target, b"after")
    assert (target.read_bytes(), target.stat().st_mode & 0o777) == (b"after", 0o640)

    def broken(self: Path, to: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(Path, "replace", broken)
    with pytest.raises(OSError, match="disk full"):
        files.write_whole(target, b"half")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert target.read_bytes() == b"after"


@pytest.mark.parametrize(("mode", "drawn"), [("P", []), ("RGBA", ["new"])])
def test_a_picture_that_jupyterlab_put_is_drawn_anew(
    mode: str, drawn: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import base64
    import io

    from PIL import Image

    buffer = io.BytesIO()
    Image.new(mode, (8, 8)).save(buffer, format="png")
    kept = base64.b64encode(buffer.getvalue()).decode("ascii")
    chart: dict[str, Any] = {"data": {publish.PLOTLY: {"data": []}, "text/plain": "words"}, "metadata": {}}
    mark = publish.chart_hash(chart)
    stored = {"data": {"image/png": kept}, "metadata": {"image/png": {"chart_sha256": mark}}}
    monkeypatch.setattr(publish, "_drawn", lambda missing: dict.fromkeys(missing, "new"))
    publish._draw([chart], [stored])
    assert chart["data"]["image/png"] == (drawn or [kept])[0]

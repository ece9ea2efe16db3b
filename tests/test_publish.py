"""Running and publishing made-up pages: whole or not at all, twice changes nothing, findings are collected."""

import base64
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import kzcivil as kz
from conftest import FIRST, PAGE, write_page
from kzcivil import files, publish

SENTENCE = "It is 3,000 NGOs."


def book(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def text_of(page: Any) -> str:
    return json.dumps(page, ensure_ascii=False)


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


def test_parameters_are_those_that_papermill_finds(root: Path, tmp_path: Path) -> None:
    from papermill import inspect_notebook

    cell = ("code", "a = 1\nb: int = 2  # c = 3\nd=[\n    'e = 4',\n]\nif a == 1:\n    pass", ["parameters"])
    write_page(tmp_path / "made.ipynb", [cell, ("code", "f = 5", [])])
    assert publish._parameters(tmp_path / "made.ipynb") == {"a", "b", "d"}
    for page in publish.find_notebooks():
        assert publish._parameters(page) == set(inspect_notebook(str(page))) != set(), page.stem


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


# --- runs that are stopped, crossed or cannot write -----------------------------------------------------------------

ENDS = {
    "killed": ("os.kill(os.getppid(), signal.SIGKILL)", -9, ""),
    "terminated": ("os.kill(os.getppid(), signal.SIGTERM)", 130, "Stopped. Each file is as it was"),
    "interrupted": ("os.kill(os.getppid(), signal.SIGINT)", 130, "Stopped. Each file is as it was"),
}
COMMAND = """
import os, signal, sys, pathlib
from kzcivil import cli, publish
home = pathlib.Path(sys.argv.pop(1))
publish.notebooks_folder = lambda: home
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
"""


def command(clone: Path, out: Path, before: str = "", **env: str) -> subprocess.CompletedProcess[str]:
    """`kzcivil run` of a made clone in a process of its own."""
    words = [sys.executable, "-c", f"{COMMAND}{before}\ncli.app()", str(clone / "notebooks"), "run", "--out", str(out)]
    place = os.pathsep.join([str(Path(kz.__file__).parents[1]), *sys.path[1:]])
    given = {**os.environ, "PYTHONPATH": place, **env}
    return subprocess.run(words, env=given, capture_output=True, text=True, check=False, timeout=300)


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"  # ended, and only not yet noticed


def lone_page(clone: Path, *cells: str) -> Path:
    for page in (clone / "notebooks").iterdir():
        page.unlink()
    page = clone / "notebooks" / "01_made.ipynb"
    write_page(page, [("markdown", "# M", []), ("code", "x = 1", ["parameters"]), *(("code", c, []) for c in cells)])
    return page


@pytest.mark.skipif(not Path("/proc/self/stat").is_file(), reason="processes are looked up in /proc")
@pytest.mark.parametrize("end", ENDS)
def test_however_a_run_ends_pages_stay_whole_and_no_kernel_goes_on(clone: Path, tmp_path: Path, end: str) -> None:
    deed, code, message = ENDS[end]
    pid = tmp_path / "pid"
    note = f"import os, pathlib, signal, time\npathlib.Path({str(pid)!r}).write_text(str(os.getpid()))"
    lone_page(clone, note, f"{deed}\ntime.sleep(300)")
    out = tmp_path / "out"
    out.mkdir()
    (out / "01_made.ipynb").write_text("as it was", encoding="utf-8")
    ended = command(clone, out)
    assert ended.returncode == code, ended.stderr
    assert message in ended.stderr
    assert "Traceback" not in ended.stderr
    assert (out / "01_made.ipynb").read_text(encoding="utf-8") == "as it was"
    for _ in range(2400):
        if not alive(int(pid.read_text())):
            return
        time.sleep(0.05)
    raise AssertionError("the kernel goes on")


def test_killed_as_it_writes(clone: Path, tmp_path: Path) -> None:
    lone_page(clone, "print('new')")
    out = tmp_path / "путь с пробелом"
    out.mkdir()
    (out / "01_made.ipynb").write_text("as it was", encoding="utf-8")
    ended = command(clone, out, "pathlib.Path.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)")
    assert ended.returncode == -9
    assert (out / "01_made.ipynb").read_text(encoding="utf-8") == "as it was"
    assert publish._pages_in(out) == [out / "01_made.ipynb"], "the draft that is left is no page"
    ended = command(clone, out, HOME=str(tmp_path / "nowhere"))
    assert ended.returncode == 0, ended.stderr
    assert sorted(path.name for path in out.iterdir()) == ["01_made.ipynb", publish.RECORD]
    assert "new\\n" in (out / "01_made.ipynb").read_text(encoding="utf-8")


def test_two_runs_into_one_folder(clone: Path, tmp_path: Path) -> None:
    lone_page(clone, "print('new')")
    out = tmp_path / "out"
    with files.alone(out):
        ended = command(clone, out)
        assert ended.returncode == 1
        assert f"another run (process {os.getpid()}) writes into this folder" in ended.stderr
        with pytest.raises(kz.DataError, match="wait for its end"):
            publish.run(publish.find_notebooks(), out, {})
    (out / ".lock").write_text("4194304", encoding="utf-8")  # of a process that is gone
    assert publish.run(publish.find_notebooks(), out, {}) == {"01_made": ""}
    assert sorted(path.name for path in out.iterdir()) == ["01_made.ipynb", publish.RECORD]


def test_a_full_disk_is_told_and_loses_nothing(clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lone_page(clone, "print('new')")
    (tmp_path / "01_made.ipynb").write_text("as it was", encoding="utf-8")

    def full(self: Path, data: bytes) -> int:
        with self.open("wb") as file:
            file.write(data[:9])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    assert "No space left" in publish.run(publish.find_notebooks(), tmp_path, {})["01_made"]
    assert (tmp_path / "01_made.ipynb").read_text(encoding="utf-8") == "as it was"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["01_made.ipynb", "clone"]


def test_files_are_written_all_or_none(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"before")
    (tmp_path / ".b.new").mkdir()  # where the second would be drafted
    with pytest.raises(OSError, match=r"b\.new"):
        files.write_all({tmp_path / "a": b"after", tmp_path / "b": b"after"})
    assert (tmp_path / "a").read_bytes() == b"before"


# --- a second run -----------------------------------------------------------------------------------------------------

BOTH = ["01_made", "00_first"]


def test_a_second_run_keeps_every_page_and_force_runs_them(clone: Path, tmp_path: Path) -> None:
    def seen() -> dict[Path, tuple[bytes, int]]:
        return {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in (tmp_path / "out").iterdir()}

    pages = publish.find_notebooks()
    assert publish.run(pages, tmp_path / "out", {}) == {"00_first": "", "01_made": ""}
    before = seen()
    assert publish.run(pages, tmp_path / "out", {}) == {"00_first": publish.KEPT, "01_made": publish.KEPT}
    assert seen() == before
    assert publish.run(pages, tmp_path / "out", {}, force=True) == {"00_first": "", "01_made": ""}
    after = seen()
    assert {path: data for path, (data, _) in after.items()} == {path: data for path, (data, _) in before.items()}


class Bench:
    """The made clone with a library, data and a folder of its own; `run` says which pages ran, without a kernel."""

    def __init__(self, clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.clone, self.out = clone, tmp_path / "out"
        self.page, self.made = clone / "notebooks" / "01_made.ipynb", self.out / "01_made.ipynb"
        for name in ("kzcivil/publish.py", "kzcivil/words.csv", "data/claims.csv", "own/claims.csv", "examples/a.csv"):
            (clone / name).parent.mkdir(exist_ok=True)
            (clone / name).write_text("as it was", encoding="utf-8")
        write_page(self.page, [*PAGE, ("code", "open('../examples/a.csv')", [])])
        monkeypatch.setattr(publish, "__file__", str(clone / "kzcivil" / "publish.py"))
        monkeypatch.setattr(publish, "bundle_folder", lambda: clone / "data")
        monkeypatch.setattr(publish, "_executed", self.executed)
        self.parameters: dict[str, Any] = {"data_dir": [str(clone / "own")], "factor": 2}
        self.ran: list[str] = []

    def executed(self, page: Path, parameters: dict[str, Any], *_: Any) -> Any:
        self.ran.append(page.stem)
        return {**book(page), "metadata": {"made with": str(parameters)}}

    def run(self, **force: bool) -> list[str]:
        self.ran = []
        ended = publish.run(publish.find_notebooks(), self.out, self.parameters, **force)
        assert {page for page, said in ended.items() if said != publish.KEPT} == {*self.ran}
        return self.ran


def _file(name: str) -> Callable[[Bench], object]:
    return lambda bench: (bench.clone / name).write_text("changed", encoding="utf-8")


def _edit(path: Callable[[Bench], Path]) -> Callable[[Bench], object]:
    return lambda bench: path(bench).write_bytes(path(bench).read_bytes().replace(b"How much", b"How many"))


@pytest.mark.parametrize(
    ("change", "again"),
    [
        (lambda bench: None, []),
        (_file("README.md"), []),
        (lambda bench: (bench.out / "notes.txt").write_text("x", encoding="utf-8"), []),
        (_file("kzcivil/publish.py"), BOTH),
        (_file("kzcivil/words.csv"), BOTH),
        (_file("kzcivil/new.py"), BOTH),
        (_file("data/claims.csv"), BOTH),
        (_file("data/context.csv"), BOTH),
        (_file("own/claims.csv"), BOTH),
        (_file("own/sources.csv"), BOTH),
        (lambda bench: (bench.clone / "own" / "claims.csv").unlink(), BOTH),
        (_file("examples/a.csv"), ["01_made"]),
        (_edit(lambda bench: bench.page), BOTH),
        (_edit(lambda bench: bench.clone / "notebooks" / "00_first.ipynb"), []),
        (lambda bench: write_page(bench.clone / "notebooks" / "00_first.ipynb", FIRST[:2]), ["00_first"]),
        (lambda bench: bench.parameters.update(factor=3), BOTH),
        (lambda bench: bench.parameters.pop("data_dir"), BOTH),
        (_edit(lambda bench: bench.made), ["01_made"]),
        (lambda bench: bench.made.write_bytes(b""), ["01_made"]),
        (lambda bench: bench.made.unlink(), ["01_made"]),
        (lambda bench: (bench.out / "00_first.ipynb").unlink(), ["00_first"]),
        (lambda bench: (bench.out / "02_own.ipynb").write_bytes(bench.made.read_bytes()), ["00_first"]),
        (lambda bench: (bench.out / publish.RECORD).unlink(), BOTH),
        (lambda bench: (bench.out / publish.RECORD).write_text('{"01_made": ', encoding="utf-8"), BOTH),
        (lambda bench: (bench.out / publish.RECORD).write_text('["01_made"]', encoding="utf-8"), BOTH),
    ],
)
def test_what_makes_a_page_run_again(
    change: Callable[[Bench], object], again: list[str], clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = Bench(clone, tmp_path, monkeypatch)
    assert bench.run() == BOTH
    assert bench.run() == []
    change(bench)
    assert bench.run() == again
    assert bench.run() == []
    assert bench.run(force=True) == BOTH


def test_versions_and_the_projects_variables_make_pages_run_again(
    clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = Bench(clone, tmp_path, monkeypatch)
    bench.run()
    monkeypatch.setenv("KZCIVIL_MADE", "1")
    assert bench.run() == BOTH
    (tmp_path / "site" / "made-1.0.dist-info").mkdir(parents=True)
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    assert bench.run() == BOTH
    (tmp_path / "site" / "made-1.0.dist-info").rename(tmp_path / "site" / "made-1.1.dist-info")
    assert bench.run() == BOTH
    monkeypatch.setattr("sys.version", "3.99.0")
    assert bench.run() == BOTH
    assert bench.run() == []


def test_a_page_that_failed_runs_again_and_keeps_no_other_from_being_kept(
    clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = Bench(clone, tmp_path, monkeypatch)
    bench.run()

    def failing(page: Path, parameters: dict[str, Any], *_: Any) -> Any:
        raise publish.PublishError("cell 3: made up")

    monkeypatch.setattr(publish, "_executed", failing)
    before = bench.made.read_bytes()
    bench.parameters["factor"] = 3
    for _ in range(2):
        ended = publish.run(publish.find_notebooks(), bench.out, bench.parameters)
        assert ended == {"00_first": publish.KEPT, "01_made": "cell 3: made up"}
    assert bench.made.read_bytes() == before


# --- publish --------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("chromium")
def test_publish_twice_changes_nothing_and_draws_only_what_changed(
    clone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
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


@pytest.mark.usefixtures("chromium")
def test_saving_in_jupyterlab_changes_nothing(clone: Path) -> None:
    """What the server writes is nbformat's JSON of what a browser read: whole floats have lost their point."""
    import nbformat

    publish.publish()
    page = clone / "notebooks" / "01_made.ipynb"
    browser = json.loads(
        page.read_text(encoding="utf-8"), parse_float=lambda x: int(float(x)) if float(x).is_integer() else float(x)
    )
    assert f"{nbformat.writes(nbformat.from_dict(browser))}\n".encode() == page.read_bytes()


@pytest.mark.usefixtures("chromium")
def test_readme_shows_findings_picture_and_gallery(clone: Path) -> None:
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


@pytest.mark.usefixtures("chromium")
def test_a_page_alone_is_published_with_the_one_that_collects(clone: Path) -> None:
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

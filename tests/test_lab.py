"""JupyterLab as a reader meets it, driven in Chromium: `make lab`, saving, Run All, a changed value, a blank notebook."""

import ast
import contextlib
import html
import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

import kzcivil as kz
from kzcivil import publish
from kzcivil.page import IN_SHORT, KEY

try:
    from playwright.sync_api import Page, sync_playwright
except ImportError:
    sync_playwright = None  # type: ignore[assignment]

NOTEBOOKS = [path.stem for path in publish.find_notebooks()]
PNG, MARKDOWN = "image/png", "text/markdown"
WINDOW = {"width": 1280, "height": 800}
PATIENCE = 120
"""Seconds until a server or a page is given up; nothing is measured by it."""
SETTINGS = {
    # A busy machine may need longer than JupyterLab's second to complete a name.
    "completer-extension/manager": {"providerTimeout": 1000 * PATIENCE},
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
}

# What the tests ask of JupyterLab's own objects; the rest they see and press as a reader does.
HELPERS = """
window.lab = {
  get page() { return jupyterapp.shell.currentWidget; },
  get cells() { return lab.page.content.widgets; },
  get outputs() { return lab.cells.flatMap(cell => cell.model.outputs ? cell.model.outputs.toJSON() : []); },
  get counts() { return lab.cells.filter(cell => cell.model.type === 'code').map(cell => cell.model.executionCount); },
  get idle() { return lab.page.sessionContext.session?.kernel?.status === 'idle'; },
  frame: () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))),
  async open(path) {
    const page = await jupyterapp.commands.execute('docmanager:open', { path });
    await page.revealed; await page.context.ready; await page.sessionContext?.ready;
  },
  follow(id) {  // what becomes of the next command of this name
    lab.followed = undefined;
    jupyterapp.commands.commandExecuted.connect(function heard(_, done) {
      if (done.id !== id) return;
      jupyterapp.commands.commandExecuted.disconnect(heard);
      done.result.then(ended => { lab.followed = ended; });
    });
  },
  async look() {  // JupyterLab draws a cell when it comes into view
    for (const [place, cell] of lab.cells.entries()) {
      await lab.page.content.scrollToItem(place); await cell.ready; await lab.frame();
    }
  },
  get drawn() {  // each chart is there, and JupyterLab has made its picture of it
    const charts = lab.outputs.filter(one => one.data?.['application/vnd.plotly.v1+json']);
    const plots = [...lab.page.node.querySelectorAll('.js-plotly-plot')];
    return plots.length === charts.length && charts.every(one => one.data['image/png'])
      && plots.every(plot => plot.querySelector('svg.main-svg .annotation-text'));
  },
  get pictures() {
    return [...lab.page.node.querySelectorAll('.jp-OutputArea-output img')].filter(image => image.offsetWidth)
      .map(image => image.naturalWidth);
  },
  get wide() {  // outputs and cells of code that run over their column
    return [...lab.page.node.querySelectorAll('.jp-OutputArea-output, .cm-scroller, .jp-RenderedMarkdown')]
      .filter(box => box.scrollWidth > box.clientWidth + 1 && box.offsetWidth)
      .map(box => `${box.scrollWidth} in ${box.clientWidth} pixels: ${box.textContent.trim().slice(0, 80)}`);
  },
  get tables() {
    const side = cell => getComputedStyle(cell).textAlign;
    return [...lab.page.node.querySelectorAll('.jp-OutputArea-output table')].map(table => ({
      caption: table.caption?.textContent ?? '',
      columns: [...table.tHead.rows[0].cells].map((head, place) => ({
        name: head.textContent, side: side(head),
        cells: [...table.tBodies[0].rows].map(row => [row.cells[place].textContent, side(row.cells[place])]),
      })),
    }));
  },
  get broken() {  // dates, written as 2003-10-14, that stand on two lines
    const found = [], walk = document.createTreeWalker(lab.page.node, NodeFilter.SHOW_TEXT), range = document.createRange();
    for (let text; (text = walk.nextNode());) {
      if (!text.parentElement.closest('.jp-RenderedHTML td')) continue;
      for (const date of text.data.matchAll(/\\d{4}[-\\u2011]\\d\\d[-\\u2011]\\d\\d/g)) {
        range.setStart(text, date.index); range.setEnd(text, date.index + date[0].length);
        if (new Set([...range.getClientRects()].map(box => Math.round(box.top))).size > 1) found.push(date[0]);
      }
    }
    return found;
  },
  get links() {
    return [...lab.page.node.querySelectorAll('.jp-RenderedHTMLCommon a[href]')].map(a => [a.textContent, a.href])
      .filter(([text, to]) => text !== '\\u00b6');
  },
};
"""


@dataclass
class Lab:
    """A running JupyterLab, a window on it, and what its console complained of."""

    root: Path
    page: "Page"
    info: dict[str, Any]
    log: Path
    complaints: list[str] = field(default_factory=list)

    def ask(self, name: str) -> Any:
        return self.page.evaluate(f"lab.{name}")

    def wait(self, condition: str) -> None:
        self.page.wait_for_function(f"lab.{condition}")

    def open(self, path: str) -> None:
        self.page.mouse.move(0, 0)  # a pointer that meets a chart has it drawn anew
        self.page.evaluate("path => lab.open(path)", path)

    def look(self) -> None:
        self.page.evaluate("lab.look()")

    def save(self) -> None:
        self.page.evaluate("lab.page.context.save()")

    def close(self) -> None:
        """Close the page without saving, and end its kernel."""
        self.page.evaluate(
            "(async () => { const page = lab.page; await page.sessionContext?.shutdown();"
            " page.context.model.dirty = false; page.close(); })()"
        )

    def run_all(self) -> None:
        """Run > Run All Cells, by the menu, until the last cell has ended."""
        self.page.evaluate("lab.follow('notebook:run-all-cells')")
        self.page.get_by_role("menuitem", name="Run", exact=True).click()
        self.page.get_by_text("Run All Cells", exact=True).click()
        self.wait("followed !== undefined")
        assert self.ask("followed"), "a cell failed"
        self.wait("idle")

    def type(self, text: str) -> None:
        """Type a new cell under the active one."""
        for key in ("Escape", "Escape", "b", "Enter"):
            self.page.keyboard.press(key)
        self.page.keyboard.insert_text(text)

    def shown(self, text: str) -> list[dict[str, Any]]:
        """Outputs of a new cell."""
        self.type(text)
        self.page.evaluate("jupyterapp.commands.execute('notebook:run-cell')")
        return list(self.page.evaluate("lab.page.content.activeCell.model.outputs.toJSON()"))

    def offered(self, text: str) -> set[str]:
        """What Tab offers after a text."""
        self.type(text)
        self.page.keyboard.press("Tab")
        items = self.page.locator(".jp-Completer:visible .jp-Completer-match")
        items.first.wait_for()
        return set(items.all_inner_texts())


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def environment(root: Path, home: Path, token: str) -> dict[str, str]:
    """Nothing of the user's settings, nor of a make that runs the tests."""
    own = re.compile("JUPYTER|IPYTHON|KZCIVIL_DATA|MAKE|MFLAGS")
    places = {f"JUPYTER_{name}_DIR": str(home / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")}
    kept = {name: value for name, value in os.environ.items() if not own.match(name)}
    return {
        **kept,
        **places,
        "HOME": str(home),
        "IPYTHONDIR": str(home),
        "JUPYTER_TOKEN": token,
        "PYTHONPATH": str(root),
    }


@pytest.fixture(scope="module")
def clone(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the clone whose .venv is the Python that runs the tests."""
    copy = tmp_path_factory.mktemp("lab") / "clone"
    listed = subprocess.run(["git", "ls-files"], cwd=root, capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )
    for name in filter(None, listed):
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(root / name, copy / name)
    (copy / ".venv" / "bin").mkdir(parents=True)
    jupyter = copy / ".venv" / "bin" / "jupyter"
    jupyter.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m jupyter "$@"\n')
    jupyter.chmod(0o755)
    (copy / ".venv" / ".ready").touch()
    return copy


@pytest.fixture(scope="module")
def lab(driven: str, clone: Path) -> Iterator[Lab]:
    home, token, port = clone.parent / "home", secrets.token_hex(), free_port()
    for name, value in SETTINGS.items():
        file = home / "config" / "lab" / "user-settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(value))
    flags = f"ARGS=--no-browser --port {port} --LabApp.expose_app_in_browser=True"
    log = clone.parent / "log"
    with log.open("w") as out:
        server = subprocess.Popen(
            ["make", "lab", flags], cwd=clone, env=environment(clone, home, token), stdout=out, stderr=subprocess.STDOUT
        )
    info = waited_for(server, home / "runtime", log)
    try:
        assert info["port"] == port, "the flags did not reach JupyterLab"
        with (
            sync_playwright() as driver,
            driver.chromium.launch(executable_path=driven, args=["--no-sandbox"]) as browser,
        ):
            page = browser.new_page(viewport=WINDOW)
            page.set_default_timeout(1000 * PATIENCE)
            page.add_init_script(HELPERS)
            made = Lab(clone, page, info, log)
            page.on("console", lambda said: made.complaints.append(said.text) if said.type == "error" else None)
            page.on("pageerror", lambda error: made.complaints.append(str(error)))
            page.goto(f"{info['url']}?token={token}")
            page.wait_for_function("window.jupyterapp?.shell.currentWidget?.context?.isReady")
            yield made
    finally:
        os.kill(info["pid"], signal.SIGTERM)
        server.wait(PATIENCE)


def waited_for(server: "subprocess.Popen[bytes]", folder: Path, log: Path) -> dict[str, Any]:
    """What JupyterLab writes of itself once it listens."""
    for _ in range(10 * PATIENCE):
        for file in folder.glob("jpserver-*.json"):
            if text := file.read_text():
                return dict(json.loads(text))
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(0.1)
            break
    server.kill()
    raise AssertionError(f"JupyterLab does not start: {log.read_text()}")


# --- make lab -------------------------------------------------------------------------------------------------------


def test_make_lab_says_how_to_begin_and_opens_the_first_page(lab: Lab) -> None:
    first, second, third = lab.log.read_text().splitlines()[:3]
    assert "00_start_here.ipynb" in first
    assert "parameters" in second
    assert "Run All Cells" in third
    assert Path(lab.info["root_dir"]) == lab.root
    assert "/lab/tree/notebooks/00_start_here.ipynb" in lab.page.url
    assert lab.ask("page.context.path") == "notebooks/00_start_here.ipynb"


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("codebook", "data/README.md"),
        ("Index", "README.md"),
        ("page 03", "notebooks/03_funding.ipynb"),
        ("statements", "data/claims.csv"),
        ("measures", "data/measures.csv"),
    ],
)
def test_a_link_opens_its_file(lab: Lab, text: str, path: str) -> None:
    lab.open("notebooks/00_start_here.ipynb")
    lab.look()
    lab.page.locator(f".jp-NotebookPanel:visible a:text-is('{text}')").first.click()
    lab.wait(f"page.context?.path === '{path}'")
    lab.close()


def test_links_of_the_readmes_lead_to_files(clone: Path) -> None:
    for name in ("README.md", "CONTRIBUTING.md", "data/README.md"):
        text = (clone / name).read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^)#\s]+)|(?:href|src)=\"([^\"#]+)", text):
            to = "".join(target)
            assert "://" in to or (clone / name).parent.joinpath(to).resolve().is_relative_to(clone), to
            assert "://" in to or (clone / name).parent.joinpath(to).exists(), to


# --- every page -----------------------------------------------------------------------------------------------------

# For each page a line of its parameters and what is put in its place; words that leave the answer on top, and that come.
# What was changed is named there too.
NAMED = {"strict": "strict reading", "without": "without Diachenko", "boundary": "boundary = 1997"}
NAMED['without = ["kzexpert_reregistration"]'] = "without kz.expert on re-registration"
STRICT, WITHOUT = ("strict = False", "strict = True"), ("without = []", 'without = ["diachenko"]')
CHANGES = {
    "00": (*WITHOUT, "5 documents", "4 documents"),
    "01": (*WITHOUT, "2007 to 2017", "2004 to 2017"),
    "02": (*STRICT, "11.7 to 14.4", "at least 11.4"),
    "03": (*WITHOUT, "80.1 million", "Cannot be said"),
    "04": (*STRICT, "1.25 to 1.53", "up to 1.53"),
    "05": ("boundary = 2003", "boundary = 1997", "sped up in 2003", "sped up in 1997"),
    "06": (*STRICT, "6 of 7", "7 of 7"),
    "07": ("without = []", 'without = ["kzexpert_reregistration"]', "1.5 employees in 2018", "Cannot be said"),
    "08": (*WITHOUT, "Of 8 dates", "Of 6 dates"),
    "09": (*STRICT, "17,700 to 21,200", "at least 17,700"),
}


@dataclass
class Visit:
    """What a reader does with a page, and what was there to see."""

    file: Path
    stored: bytes
    saved_unrun: bytes
    pictures: list[int]
    wide: list[str]
    links: list[list[str]]
    outputs: list[dict[str, Any]]
    live: dict[str, Any]
    saved: bytes
    complaints: list[str]
    changed: list[dict[str, Any]]


@pytest.fixture(scope="module", params=NOTEBOOKS)
def visit(request: pytest.FixtureRequest, lab: Lab) -> Visit:
    """Open, save, run, save again; then change a value in the parameters cell, run again and leave without saving."""
    file = lab.root / "notebooks" / f"{request.param}.ipynb"
    stored = file.read_bytes()
    lab.open(f"notebooks/{file.name}")
    lab.look()
    before = {name: lab.ask(name) for name in ("pictures", "wide", "links")}
    lab.save()
    saved_unrun, heard = file.read_bytes(), len(lab.complaints)
    lab.run_all()
    lab.look()
    lab.wait("drawn")
    complaints = lab.complaints[heard:]  # of the run; JupyterLab has some of its own as documents open and close
    live = {name: lab.ask(name) for name in ("wide", "tables", "broken", "counts")}
    outputs = lab.ask("outputs")
    lab.save()
    saved = file.read_bytes()
    old, new, *_ = CHANGES[file.name[:2]]
    cell = next(
        n for n, one in enumerate(json.loads(stored)["cells"]) if "parameters" in one["metadata"].get("tags", [])
    )
    source = lab.page.evaluate(
        "async n => { const book = lab.page.content; await book.scrollToItem(n); book.activeCellIndex = n;"
        " return book.activeCell.model.sharedModel.getSource(); }",
        cell,
    )
    assert old in source
    for key in ("Escape", "Enter", "Control+A"):
        lab.page.keyboard.press(key)
    lab.page.keyboard.insert_text(source.replace(old, new))
    lab.run_all()
    changed = lab.ask("outputs")
    lab.close()
    file.write_bytes(stored)
    return Visit(file, stored, saved_unrun, **before, outputs=outputs, live=live, saved=saved,
        complaints=complaints, changed=changed)  # fmt: skip


def findings(outputs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one["metadata"][KEY] for one in outputs if KEY in one.get("metadata", {})]


def answer(outputs: list[dict[str, Any]]) -> str:
    """The text at the top of a page."""
    return "".join(outputs[0]["data"][MARKDOWN])


def test_saving_an_opened_page_changes_no_byte(visit: Visit) -> None:
    assert visit.saved_unrun == visit.stored


def test_running_all_cells_raises_no_complaint(visit: Visit) -> None:
    assert visit.live["counts"] == list(range(1, len(visit.live["counts"]) + 1))
    assert not [one for one in visit.outputs if one["output_type"] == "error" or one.get("name") == "stderr"]
    assert not visit.complaints, "JupyterLab's console"


def test_run_and_saved_a_page_differs_in_its_pictures_only(visit: Visit) -> None:
    """JupyterLab stores a picture of its own with each chart; words, tables, charts and their alt texts stay."""
    old, new = json.loads(visit.stored), json.loads(visit.saved)
    for one in publish.outputs(old, publish.PLOTLY):
        del one["metadata"][PNG]["chart_sha256"], one["data"][PNG]
    for one in publish.outputs(new, publish.PLOTLY):
        assert one["data"].pop(PNG)
    assert new == old


def test_a_changed_value_changes_the_answer_on_top(visit: Visit) -> None:
    _, new, gone, come = CHANGES[visit.file.name[:2]]
    before, after, named = answer(visit.outputs), answer(visit.changed), NAMED.get(new, NAMED[new.split()[0]])
    assert named not in before
    assert named in after
    assert gone in before
    assert come not in before
    assert come in after
    assert gone not in after
    said = sorted((found for found in findings(visit.changed) if found["short"]), key=lambda found: found["short"])
    top = after.removeprefix(IN_SHORT[0]).removesuffix(IN_SHORT[1])
    assert re.findall(r"(?m)^- (.+)$", top) == [found["sentence"] for found in said]


def test_nothing_runs_over_its_column(visit: Visit) -> None:
    """Before a run and after it, in a window of 1,280 pixels with the list of files open."""
    assert visit.pictures, "no picture is stored"
    assert max(visit.pictures) <= 900
    assert visit.wide == []
    assert visit.live["wide"] == []


def test_words_stand_left_numbers_right_and_dates_on_one_line(visit: Visit) -> None:
    for table in visit.live["tables"]:
        for column in table["columns"]:
            cells = [(text.strip(), side) for text, side in column["cells"] if text.strip() not in {"", "–"}]
            number = r"[−-]?[\d,]+(\.\d+)?( (million|billion|trillion))?|no upper limit"
            numbers = bool(cells) and all(re.fullmatch(number, text) for text, _ in cells)
            sides = {column["side"], *(side for _, side in column["cells"])}
            assert sides == ({"right"} if numbers else {"left"}), (table["caption"], column)
    assert visit.live["broken"] == []


def test_links_of_a_page_lead_to_files_below_the_root(visit: Visit, lab: Lab) -> None:
    assert visit.links
    for text, to in visit.links:
        if to.startswith(lab.info["url"].replace("localhost", "127.0.0.1")) or to.startswith(lab.info["url"]):
            path = re.sub(r"^\w+://[^/]+/(?:files/|lab/tree/)?|[?#].*$", "", html.unescape(to))
            assert path == "" or (lab.root / path).is_file(), (text, to)
        else:
            assert not to.startswith("file:"), (text, to)


def test_a_pointer_that_meets_a_chart_changes_its_picture_only(lab: Lab) -> None:
    """JupyterLab draws the chart under the pointer and takes a picture of it; alt text and checksum stay."""
    file = lab.root / "notebooks" / "00_start_here.ipynb"
    stored = file.read_bytes()
    lab.open(f"notebooks/{file.name}")
    lab.look()  # else what is drawn late moves the chart away from the pointer
    picture = lab.page.locator(".jp-NotebookPanel:visible img.plot-img").first
    shown = picture.get_attribute("src")
    picture.scroll_into_view_if_needed()
    box = picture.bounding_box()
    assert box
    lab.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 20)
    lab.page.wait_for_function(
        "shown => lab.outputs.some(one => one.data?.['image/png'] && one.data['application/vnd.plotly.v1+json']"
        " && !shown.endsWith(one.data['image/png']))",
        arg=shown,
    )
    lab.save()
    lab.close()
    old, new = json.loads(stored), json.loads(file.read_bytes())
    file.write_bytes(stored)
    (was,), (now,) = publish.outputs(old, publish.PLOTLY), publish.outputs(new, publish.PLOTLY)
    assert was["data"].pop(PNG) != now["data"].pop(PNG)
    assert new == old


# --- folding --------------------------------------------------------------------------------------------------------

PROSE = {"in_short", "quote_card", "say", "sources"}


def computes(source: str) -> bool:
    """Whether a cell holds more than imports, prose and sources."""
    for line in ast.parse(source).body:
        call = line.value if isinstance(line, ast.Expr) else None
        told = isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in PROSE
        if not (told or isinstance(line, ast.Import | ast.ImportFrom)):
            return True
    return False


def badly_folded(book: dict[str, Any]) -> list[str]:
    """Folded cells of code that hide a computation, or that hide one line under a bar as high."""
    folded = [cell for cell in book["cells"] if cell["metadata"].get("jupyter", {}).get("source_hidden")]
    sources = ["".join(cell["source"]) for cell in folded if cell["cell_type"] == "code"]
    return [source for source in sources if "\n" not in source.strip() or computes(source)]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_folding_hides_only_prose_and_set_up(clone: Path, name: str) -> None:
    assert not badly_folded(json.loads((clone / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("source", "bad"),
    [("import pandas as pd\nimport kzcivil as kz", False), ("kz.say(\n'words')", False), ("kz.in_short()", True), ("a = 1\nkz.say('a')", True)],
)  # fmt: skip
def test_a_folded_computation_would_be_seen(source: str, bad: bool) -> None:
    cell = {"cell_type": "code", "metadata": {"jupyter": {"source_hidden": True}}, "source": source.splitlines(True)}
    assert bool(badly_folded({"cells": [cell]})) is bad
    assert not badly_folded({"cells": [cell | {"metadata": {}}]})


# --- a blank notebook -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def blank(lab: Lab) -> Iterator[Lab]:
    lab.page.evaluate(
        "(async () => { const page = await jupyterapp.commands.execute('notebook:create-new', {kernelName: 'python3'});"
        " await page.revealed; await page.context.ready; await page.sessionContext.ready; page.activate(); })()"
    )
    assert lab.shown("import kzcivil as kz\nev = kz.load()") == []
    yield lab
    lab.close()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("kz.", set(kz.__all__)),
        ("kz.charts.", {"bars", "counts", "matrix", "ranges", "spans", "tiles"}),
        ("ev.", {name for name in dir(kz.load()) if not name.startswith("_")}),
    ],
)
def test_completion_offers_the_public_names_and_nothing_else(blank: Lab, text: str, names: set[str]) -> None:
    assert blank.offered(text) == names


def test_help_is_readable(blank: Lab) -> None:
    (shown,) = blank.shown("kz.load?")
    text = re.sub(r"\x1b\[[\d;]*m", "", "".join(shown["data"]["text/plain"]))
    assert "Load the bundled tables" in text
    assert "Examples" in text
    assert not re.search(r":\w+:`", text), "marks of a documentation tool"
    assert max(map(len, text.splitlines())) <= 120


def test_evidence_shows_its_tables_and_what_to_try(blank: Lab) -> None:
    blank.shown("ev")
    text = blank.page.locator(".jp-Cell.jp-mod-active .jp-RenderedHTML:visible").inner_text()
    assert all(f"ev.{table}" in text for table in ("claims", "sources", "events"))
    tries = re.findall(r"ev\.\w+\('[^']+'\)", text)
    assert len(tries) >= 2
    for hint in tries:
        assert blank.shown(hint)[0]["output_type"] == "execute_result"


def test_a_figure_shows_face_range_and_how_it_came_about(blank: Lab) -> None:
    blank.shown("growth = ev.figure('aa_inf_registered_2023') / ev.figure('aa_inf_registered_2003')\ngrowth")
    output = blank.page.locator(".jp-Cell.jp-mod-active .jp-RenderedMarkdown:visible")
    assert output.inner_text().strip() == "6.67 times (6.57 to 6.77) = 23,335 / 3,500"
    blank.shown("growth.why()")
    assert "“23 335”, Adal Azamat, line 963" in output.inner_text()

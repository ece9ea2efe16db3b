"""Run the pages and publish them: picture each chart, link, clean, fill README; each file whole or not at all."""

from __future__ import annotations

import atexit
import base64
import hashlib
import json
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import Any

import pandas as pd

from kzcivil.canvas import rounded, small_png
from kzcivil.evidence import VARIABLE
from kzcivil.files import alone, between, write_all
from kzcivil.page import KEY, OVERFLOW
from kzcivil.tables import DataError, bundle_folder

PLOTLY = "application/vnd.plotly.v1+json"
PAGES = "KZCIVIL_PAGES"  # environment variable of a running page: the folder whose pages `findings` reads
FIRST = "00_"  # the page that collects the others' findings; it runs last
KEPT = "unchanged, kept"  # said of a page that needed no run
RECORD = "kept.json"  # in a run's folder: checksums of what its pages were made from
QUOTED = re.compile(r"""(["'])([^"'\n]*\w[^"'\n]*)\1""")
COLUMNS = ["page", "title", "key", "question", "sentence", "hangs_on", "short", "about", "figures"]
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
NO_BROWSER = "Charts that changed need Chrome or Chromium (`apt-get install chromium`). Nothing was changed."
Book = Any  # a page as nbformat or json reads it


def notebooks_folder() -> Path:
    """``notebooks/`` of the clone."""
    folder = Path(__file__).resolve().parent.parent / "notebooks"
    if not (folder.parent / "pyproject.toml").is_file():
        raise DataError("the pages are not in the installed package; run this from a clone of the repository")
    return folder


def find_notebooks(names: Iterable[str] = ()) -> list[Path]:
    """Pages by name, number or path; all of them if none is named."""
    everything = _pages_in(notebooks_folder())
    chosen = []
    for stem in (Path(name).stem.zfill(2) for name in names):
        hits = [page for page in everything if page.stem == stem or page.stem.startswith(f"{stem}_")]
        if not hits:
            raise DataError(f"no page is called {stem}; there are {', '.join(page.stem for page in everything)}")
        chosen += hits
    return list(dict.fromkeys(chosen)) or everything


def _pages_in(folder: Path) -> list[Path]:
    return sorted(folder.glob("[0-9][0-9]_*.ipynb"))


def findings(folder: str | os.PathLike[str] | None = None) -> pd.DataFrame:
    """What a folder's pages found, a row a finding, without the page that collects them.

    By default the folder is that of the run that goes on, else that of the clone.

    >>> list(findings(".").columns[:5])
    ['page', 'title', 'key', 'question', 'sentence']
    """
    pages = _pages_in(Path(folder or os.environ.get(PAGES) or notebooks_folder()))
    told = [page for page in pages if not page.name.startswith(FIRST)]
    found = [one for page in told for one in _found(page, json.loads(page.read_bytes()))]
    return pd.DataFrame(found, columns=COLUMNS)


def _found(page: Path, book: Book) -> list[dict[str, Any]]:
    found = [output["metadata"][KEY] for output in outputs(book) if KEY in output.get("metadata", {})]
    return [{"page": page.stem, "title": _title(book), **one} for one in found]


def outputs(book: Book, kind: str = "") -> list[Any]:
    """Outputs of a page in order; all, or those of a kind such as ``"image/png"``."""
    found = [output for cell in book["cells"] for output in cell.get("outputs", [])]
    return [output for output in found if kind in ["", *output.get("data", {})]]


def _title(book: Book) -> str:
    return "".join(book["cells"][0]["source"]).partition("\n")[0].removeprefix("# ")


def run(pages: list[Path], out: Path, parameters: Mapping[str, Any], *, force: bool = False) -> dict[str, str]:
    """Execute pages side by side into a folder; by page the cell and the message that stopped it, KEPT, or nothing.

    Where a cell fails, the file that was there stays. The page that collects findings runs last, on the folder's pages.
    A parameter must be known to one of the pages. A page that nothing changed for is kept, unless ``force`` is given.
    A kernel ends with this process, however that ends.
    """
    import typer  # noqa: PLC0415

    known = {page: _parameters(page) for page in pages}
    names = set().union(*known.values())
    if unknown := sorted(parameters.keys() - names):
        raise DataError(f"no parameter is called {unknown[0]}; the pages know {', '.join(sorted(names))}")
    if out.resolve() == notebooks_folder():
        raise DataError("the run would overwrite the stored pages; choose another folder")
    packages = sorted(path.name for place in sys.path for path in Path(place).glob("*.dist-info"))
    variables = sorted(f"{name}={value}" for name, value in os.environ.items() if name.startswith("KZCIVIL_"))
    same = _checksum(Path(__file__).parent, bundle_folder(), sys.version, *packages, *variables)
    record: dict[str, str] = {}  # by page the checksum of what it was made from and of what was written

    def one(page: Path) -> str:
        target, wanted = out / page.name, {name: parameters[name] for name in sorted(known[page] & parameters.keys())}
        try:
            named = [page.parent / name for _, name in QUOTED.findall(f"{_code(page)}\n{wanted}")]
            collected = [other for other in _pages_in(out) if page.name.startswith(FIRST) and other.name > page.name]
            mark = _checksum(same, page, str(wanted), *named, *collected)
            if not force and record.get(page.stem) == _checksum(mark, target):
                return KEPT
            write_all({target: _written(_executed(page, wanted, out))})
            record[page.stem] = _checksum(mark, target)
        except (DataError, OSError, RuntimeError) as error:  # a full disk, a kernel that does not start
            return str(error)
        return ""

    batches = [[page for page in pages if page.name.startswith(FIRST) == last] for last in (False, True)]
    with alone(out), tempfile.TemporaryDirectory() as spare:
        if not os.access(os.path.expanduser("~"), os.W_OK):  # Jupyter, IPython and matplotlib keep files there
            os.environ["HOME"] = spare
        with suppress(OSError, ValueError, TypeError):  # no such file, or one that is no record
            record |= json.loads((out / RECORD).read_bytes())
        pool = ThreadPoolExecutor(min(4, 1 + (os.cpu_count() or 1)))  # kernels wait a third of their time
        told = chain.from_iterable(pool.map(one, batch) for batch in batches)
        try:
            with typer.progressbar(told, len(pages), "running pages", show_pos=True, file=sys.stderr) as shown:
                ended = dict(zip(chain(*batches), shown, strict=True))
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
        if record:
            write_all({out / RECORD: f"{json.dumps(record, indent=1, sort_keys=True)}\n".encode()})
    return {page.stem: ended[page] for page in pages}


def _checksum(*texts: str | Path) -> str:
    """Checksum of texts, and of the files that they name, also of those in a folder that they name."""
    # os.path, for it says no where pathlib raises: of a text that could be no name, or one that is too long.
    within = [path for text in texts if os.path.isdir(text) for path in sorted(Path(text).iterdir())]
    files = [path for path in [*texts, *within] if os.path.isfile(path)]
    made = [(str(path), hashlib.sha256(Path(path).read_bytes()).hexdigest()) for path in files]
    return hashlib.sha256(repr([*map(str, texts), made]).encode()).hexdigest()


def _code(page: Path, tag: str = "") -> str:
    cells = [cell for cell in json.loads(page.read_bytes())["cells"] if cell["cell_type"] == "code"]
    return "\n".join("".join(one["source"]) for one in cells if tag in ["", *one["metadata"].get("tags", [])])


def _parameters(page: Path) -> set[str]:
    """Names that the parameters cell sets; an unchanged run need not import papermill for them."""
    return set(re.findall(r"^(\w+) *(?::[^=\n]*)?=(?!=)", _code(page, "parameters"), re.M))


def _executed(page: Path, parameters: dict[str, Any], out: Path) -> Book:
    from nbclient import NotebookClient  # noqa: PLC0415
    from nbclient.exceptions import CellExecutionError  # noqa: PLC0415
    from papermill.iorw import load_notebook_node  # noqa: PLC0415
    from papermill.parameterize import parameterize_notebook  # noqa: PLC0415

    book = load_notebook_node(str(page))
    book = parameterize_notebook(book, parameters) if parameters else book
    made = {PAGES: str(out.resolve()), OVERFLOW: str(out.resolve() / "tables" / page.stem), VARIABLE: ""}
    client = NotebookClient(book, timeout=300, kernel_name="python3", extra_arguments=["--IPKernelApp.log_level=40"])
    try:
        client.execute(cwd=str(page.parent), env={**os.environ, **made})
    except CellExecutionError as error:
        cell = next((n for n, cell in enumerate(book.cells) for one in cell.get("outputs", []) if "ename" in one), "?")
        raise DataError(f"cell {cell}: {error.ename}: {error.evalue}") from error
    finally:
        atexit.unregister(client._cleanup_kernel)  # nbclient leaves it there where a kernel dies as it starts
    # Left is what JupyterLab would store too, and nothing that differs from run to run.
    book.metadata = {"kernelspec": KERNEL, "language_info": book.metadata["language_info"]}
    for cell in book.cells:
        cell.metadata = {key: value for key, value in cell.metadata.items() if value and key in ("tags", "jupyter")}
        if "in_short()" in cell.source:  # filled from below, which nbval cannot follow
            cell.metadata["tags"] = sorted({*cell.metadata.get("tags", []), "nbval-ignore-output"})
    return rounded(book)


def _written(book: Book) -> bytes:
    import nbformat  # noqa: PLC0415

    return f"{nbformat.writes(nbformat.from_dict(book))}\n".encode()  # type: ignore[no-untyped-call]


def publish(names: Iterable[str] = ()) -> list[str]:
    """Run pages and write them with pictures and links, and README's parts; names of the files that changed.

    If a page fails or a picture cannot be drawn, nothing is written; a second time changes nothing. The page that
    collects findings runs with any. A picture is drawn where its chart changed.
    """
    pages, wanted = find_notebooks(), find_notebooks(names)
    chosen = [page for page in pages if page in wanted or page.name.startswith(FIRST)]
    stored = [chart for page in pages for chart in outputs(json.loads(page.read_bytes()), PLOTLY)]
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(notebooks_folder(), folder, dirs_exist_ok=True)
        ended = run(chosen, Path(folder), {})
        if failed := [f"{page}: {problem}" for page, problem in ended.items() if problem]:
            raise DataError(f"{'; '.join(failed)}; nothing was written")
        books = {page: json.loads((Path(folder) / page.name).read_bytes()) for page in pages}
    _draw([chart for page in chosen for chart in outputs(books[page], PLOTLY)], stored)
    _link(books)
    readme = notebooks_folder().parent / "README.md"
    text, pictures = filled(readme.read_text(encoding="utf-8"), books)
    with alone(notebooks_folder()):
        return write_all({**{page: _written(book) for page, book in books.items()}, readme: text.encode(), **pictures})


def _link(books: Mapping[Path, Book]) -> None:
    """The last cell of each page: previous, index, next."""
    named = [(_title(book), page.name) for page, book in books.items()]
    for number, book in enumerate(books.values()):
        before = [f"[← {title}]({name})" for title, name in named[:number][-1:]]
        after = [f"[{title} →]({name})" for title, name in named[number + 1 :][:1]]
        source = f"---\n{' · '.join([*before, '[Index](../README.md)', *after])}"
        cell = {"cell_type": "markdown", "id": "links", "metadata": {"tags": ["links"]}, "source": source}
        book["cells"] = [*(cell for cell in book["cells"] if cell.get("id") != "links"), cell]


def chart_hash(output: Any) -> str:
    """Checksum of a chart; its picture carries it, so that a stale picture is found out."""
    text = json.dumps(output["data"][PLOTLY], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _draw(charts: list[Any], stored: list[Any]) -> None:
    """Give each chart its picture: a stored one if its chart is the same."""
    kept = [(one["metadata"].get("image/png", {}), "".join(one["data"].get("image/png", ""))) for one in stored]
    # Where the pointer met a chart JupyterLab has put a picture of its own, which has no palette (colour type 3).
    known = {told.get("chart_sha256"): png for told, png in kept if base64.b64decode(png[:36])[25:26] == b"\3"}
    missing = {mark: chart["data"][PLOTLY] for chart in charts if (mark := chart_hash(chart)) not in known}
    known |= _drawn(missing) if missing else {}
    for chart in charts:
        mark, alt = chart_hash(chart), "".join(chart["data"]["text/plain"])
        chart["data"]["image/png"] = known[mark]
        chart["metadata"]["image/png"] = {"alt": alt, "chart_sha256": mark}


def _drawn(missing: Mapping[str, Any]) -> dict[str, str]:
    import kaleido  # noqa: PLC0415

    options = {"format": "png", "scale": 1}  # JupyterLab cuts off what is wider than its column (848 of 1,280 pixels)
    try:
        kaleido.start_sync_server(n=1, silence_warnings=True)
        drawn = {mark: kaleido.calc_fig_sync(chart, opts=options) for mark, chart in missing.items()}
    except Exception as error:  # kaleido raises many kinds where no browser is found
        raise DataError(f"{NO_BROWSER} ({type(error).__name__}: {error})") from error
    finally:
        kaleido.stop_sync_server(silence_warnings=True)
    return {mark: base64.b64encode(small_png(png)).decode("ascii") for mark, png in drawn.items()}


def filled(text: str, books: Mapping[Path, Book]) -> tuple[str, dict[Path, bytes]]:
    """README with its computed parts, and the pictures that these show.

    The parts stand between markers: ``<!-- findings: 02 key, 03 -->`` (without key a page's first finding, without list
    five pages), ``<!-- picture: 02 -->`` and ``<!-- gallery -->``, each closed by ``<!-- /findings -->`` and so on.
    """
    pictures: dict[Path, bytes] = {}
    found = [one for page, book in books.items() for one in _found(page, book)]

    def pick(page: str, key: str = "") -> list[dict[str, Any]]:
        """A finding of a page, by default its first; nothing where there is no such page."""
        there = [one for one in found if one["page"].startswith(page)]
        hits = [one for one in there if (one["key"] == key if key else one["short"] == 1)]
        if key and there and not hits:
            raise DataError(f"README.md asks for the finding {key} of page {page}, which has none of that name")
        return hits[:1]

    def image(page: Path, width: int) -> str:
        shown = [output["data"] for output in outputs(books[page], "image/png")]
        if not shown:
            return ""
        file = page.parent / "pictures" / f"{page.stem}_{width}.png"
        pictures[file] = small_png(base64.b64decode("".join(shown[0]["image/png"])), 2 * width)
        alt = "".join(shown[0]["text/plain"]).replace('"', "'")
        tag = f'<img src="notebooks/pictures/{file.name}" width="{width}" alt="{alt}">'
        return f'<a href="notebooks/{page.name}">{tag}</a>'

    def row(page: Path, book: Book) -> str:
        # A table of Markdown would give the words the room of the pictures; between empty lines stands Markdown.
        told = f"**[{_title(book)}](notebooks/{page.name})**<br>{''.join(one['sentence'] for one in pick(page.stem))}"
        return f'<tr><td width="33%">{image(page, 320)}</td><td>\n\n{told}\n\n</td></tr>'

    for marker, wanted in re.findall(r"<!-- (findings|picture|gallery)(?:: (.*?))? -->", text):
        if marker == "findings":
            items = wanted.split(",") if wanted else [page.stem for page in books if not page.name.startswith(FIRST)]
            hits = [one for item in items for one in pick(*item.split())][:5]
            part = [f"- {one['sentence']} ([{one['page'][:2]}](notebooks/{one['page']}.ipynb))" for one in hits]
        elif marker == "picture":
            part = [image(page, 720) for page in books if page.stem.startswith(wanted or "?")]
        else:
            part = ["<table>", *(row(page, book) for page, book in books.items()), "</table>"]
        text = between(text, marker, "\n".join(part) + "\n")
    return text, pictures

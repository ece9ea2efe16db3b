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
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pandas as pd

from kzcivil.canvas import rounded, small_png
from kzcivil.files import alone, between, write_all
from kzcivil.loading import VARIABLE
from kzcivil.page import KEY, OVERFLOW
from kzcivil.tables import DataError, bundle_folder

PLOTLY = "application/vnd.plotly.v1+json"
PAGES = "KZCIVIL_PAGES"
"""Environment variable of a running page: the folder whose pages :func:`findings` reads."""
FIRST = "00_"
"""The page that collects the others' findings; it runs last."""
KEPT, RECORD = "unchanged, kept", "kept.json"
"""Said of a page that needed no run; the file of a run's folder that tells from what its pages were made."""
QUOTED = re.compile(r"""(["'])([^"'\n]*\w[^"'\n]*)\1""")
COLUMNS = ["page", "title", "key", "question", "sentence", "hangs_on", "short", "about", "figures"]
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
NO_BROWSER = "Charts that changed need Chrome or Chromium (`apt-get install chromium`). Nothing was changed."
Book = Any
"""A page as nbformat or json reads it."""
Tick = Callable[[str], object]
"""Called with a page's name as it ends."""


class PublishError(RuntimeError):
    """Something that stops a run or a publication; the message says what to do."""


def notebooks_folder() -> Path:
    """``notebooks/`` of the clone."""
    folder = Path(__file__).resolve().parent.parent / "notebooks"
    if not (folder.parent / "pyproject.toml").is_file():
        raise PublishError("the pages are not in the installed package; run this from a clone of the repository")
    return folder


def find_notebooks(names: Iterable[str] = ()) -> list[Path]:
    """Pages by name, number or path; all of them if none is named."""
    everything = _pages_in(notebooks_folder())
    chosen = []
    for stem in (Path(name).stem.zfill(2) for name in names):
        hits = [page for page in everything if page.stem == stem or page.stem.startswith(f"{stem}_")]
        if not hits:
            raise PublishError(f"no page is called {stem}; there are {', '.join(page.stem for page in everything)}")
        chosen += hits
    return list(dict.fromkeys(chosen)) or everything


def _pages_in(folder: Path) -> list[Path]:
    return sorted(folder.glob("[0-9][0-9]_*.ipynb"))


def findings(folder: str | os.PathLike[str] | None = None) -> pd.DataFrame:
    """What a folder's pages found, a row a finding; by default those of the run that goes on, else of the clone.

    >>> list(findings(".").columns[:5])
    ['page', 'title', 'key', 'question', 'sentence']
    """
    pages = _pages_in(Path(folder or os.environ.get(PAGES) or notebooks_folder()))
    return _findings({page: json.loads(page.read_bytes()) for page in pages})


def _findings(books: Mapping[Path, Book]) -> pd.DataFrame:
    rows = []
    for page, book in books.items():
        found = [output["metadata"][KEY] for output in outputs(book) if KEY in output.get("metadata", {})]
        rows += [{"page": page.stem, "title": _title(book), **one} for one in found if not page.name.startswith(FIRST)]
    return pd.DataFrame(rows, columns=COLUMNS)


def outputs(book: Book) -> list[Any]:
    """Every output of a page, in order."""
    return [output for cell in book["cells"] for output in cell.get("outputs", [])]


def _title(book: Book) -> str:
    found = re.search(r"^# (.+)$", "".join(book["cells"][0]["source"]), re.M)
    return found[1] if found else ""


def run(
    pages: list[Path], out: Path, parameters: Mapping[str, Any], tick: Tick = str, *, force: bool = False
) -> dict[str, str]:
    """Execute pages side by side into a folder; by page the cell and the message that stopped it, KEPT, or nothing.

    Where a cell fails, the file that was there stays. The page that collects findings runs last, on the folder's pages.
    A parameter must be known to one of the pages. A page that nothing changed for is kept, unless ``force`` is given.
    However a run is stopped, no kernel goes on without it.
    """
    known = {page: _parameters(page) for page in pages}
    names = set().union(*known.values())
    if unknown := sorted(parameters.keys() - names):
        raise PublishError(f"no parameter is called {unknown[0]}; the pages know {', '.join(sorted(names))}")
    if out.resolve() == notebooks_folder():
        raise PublishError("the run would overwrite the stored pages; choose another folder")
    clients: list[Any] = []
    same = _same_for_all()
    record: dict[str, Any] = {}  # by page the checksums of what it was made from and of what was written

    def one(page: Path) -> str:
        try:
            wanted, target = {name: parameters[name] for name in known[page] & parameters.keys()}, out / page.name
            mark = _mark(page, wanted, out, same)
            if not force and target.is_file() and record.get(page.stem) == f"{mark} {_sha256(target.read_bytes())}":
                return KEPT
            written = _written(_executed(page, wanted, out, clients))
            write_all({target: written})
            record[page.stem] = f"{mark} {_sha256(written)}"
        except (PublishError, OSError, RuntimeError) as error:  # a full disk, a kernel that does not start
            return str(error)
        finally:
            tick(page.stem)
        return ""

    ended: dict[str, str] = {}
    with alone(out), tempfile.TemporaryDirectory() as spare:
        if not os.access(os.path.expanduser("~"), os.W_OK):  # Jupyter, IPython and matplotlib keep files there
            os.environ["HOME"] = spare
        with suppress(OSError, ValueError, TypeError):  # no such file, or one that is no record
            record |= json.loads((out / RECORD).read_bytes())
        before = dict(record)
        for last in (False, True):
            workers = min(4, 1 + (os.cpu_count() or 1))  # kernels wait a third of their time
            pool, batch = ThreadPoolExecutor(workers), [page for page in pages if page.name.startswith(FIRST) == last]
            try:
                jobs = [pool.submit(one, page) for page in batch]
                ended |= {page.stem: job.result() for page, job in zip(batch, jobs, strict=True)}
            except BaseException:  # stopped
                for _ in range(2):  # also a kernel that is just being started
                    for client in clients:
                        with suppress(AttributeError):
                            client.km.provisioner.process.kill()
                    time.sleep(0.3)
                raise
            finally:
                pool.shutdown(wait=False, cancel_futures=True)
        if record != before:
            write_all({out / RECORD: f"{json.dumps(record, indent=1, sort_keys=True)}\n".encode()})
    return {page.stem: ended[page.stem] for page in pages}


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _code(page: Path, tag: str = "") -> str:
    cells = [cell for cell in json.loads(page.read_bytes())["cells"] if cell["cell_type"] == "code"]
    chosen = [cell for cell in cells if not tag or tag in cell["metadata"].get("tags", [])]
    return "\n".join("".join(cell["source"]) for cell in chosen)


def _parameters(page: Path) -> set[str]:
    """Names that the parameters cell sets; papermill could tell them too, but takes seconds to import."""
    return set(re.findall(r"^(\w+) *(?::[^=\n]*)?=(?!=)", _code(page, "parameters"), re.M))


def _same_for_all() -> str:
    """Library, bundled tables, versions of Python and packages, and the project's environment variables."""
    packages = sorted(path.name for place in sys.path for path in Path(place).glob("*.dist-info"))
    variables = sorted(item for item in os.environ.items() if item[0].startswith("KZCIVIL_"))
    return repr([_checksums([Path(__file__).parent, bundle_folder()]), sys.version, packages, variables])


def _checksums(read: Iterable[Path]) -> list[tuple[str, str]]:
    """Files, also those of folders, with their checksums."""
    # os.path, for it says no where pathlib raises: of a text that could be no name, or one that is too long.
    within = [path for place in read if os.path.isdir(place) for path in place.iterdir()]
    return [(str(path), _sha256(path.read_bytes())) for path in sorted({*read, *within}) if os.path.isfile(path)]


def _mark(page: Path, parameters: Mapping[str, Any], out: Path, same: str) -> str:
    """Checksum of all that decides what a page becomes: what is the same for all pages, and its own.

    Its own are its file, its parameters, files and folders that its code or a parameter names in quotes, and the pages
    whose findings it collects.
    """
    named = [page.parent / name for _, name in QUOTED.findall(f"{_code(page)}\n{dict(parameters)}")]
    collected = [one for one in _pages_in(out) if not one.name.startswith(FIRST)] if page.name.startswith(FIRST) else []
    return _sha256(repr([_checksums([page, *named, *collected]), sorted(parameters.items()), same]).encode())


def _executed(page: Path, parameters: dict[str, Any], out: Path, clients: list[Any]) -> Book:
    import nbformat  # noqa: PLC0415
    from nbclient import NotebookClient  # noqa: PLC0415
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError  # noqa: PLC0415

    book: Book = nbformat.read(page, as_version=4)  # type: ignore[no-untyped-call]
    if parameters:
        from papermill.parameterize import parameterize_notebook  # noqa: PLC0415

        book.metadata |= {"papermill": {}, "kernelspec": KERNEL}
        for cell in book.cells:
            cell.metadata.setdefault("tags", [])  # papermill asks each cell for them
        book = parameterize_notebook(book, parameters)
    quiet = ["--IPKernelApp.log_level=40"]
    client = NotebookClient(book, timeout=300, kernel_name="python3", record_timing=False, extra_arguments=quiet)
    clients.append(client)
    try:
        made = {PAGES: str(out.resolve()), OVERFLOW: str(out.resolve() / "tables" / page.stem), VARIABLE: ""}
        client.execute(cwd=str(page.parent), env={**os.environ, **made})
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        cell = next((n for n, cell in enumerate(book.cells) for one in cell.get("outputs", []) if "ename" in one), "?")
        told = f"{error.ename}: {error.evalue}" if isinstance(error, CellExecutionError) else str(error)
        raise PublishError(f"cell {cell}: {told}") from error
    finally:
        atexit.unregister(client._cleanup_kernel)  # nbclient leaves it there where a kernel dies as it starts
    # Left is what JupyterLab would store too, and nothing that differs from run to run.
    book.metadata = {"kernelspec": KERNEL, "language_info": book.metadata["language_info"]}
    for cell in book.cells:
        cell.metadata = {key: value for key, value in cell.metadata.items() if key in ("tags", "jupyter")}
        if "in_short()" in cell.source:  # filled from below, which nbval cannot follow
            cell.metadata["tags"] = sorted({*cell.metadata.get("tags", []), "nbval-ignore-output"})
        if cell.cell_type == "code":
            cell.outputs = rounded(cell.outputs)
    return book


def _written(book: Book) -> bytes:
    import nbformat  # noqa: PLC0415

    return f"{nbformat.writes(nbformat.from_dict(book))}\n".encode()  # type: ignore[no-untyped-call]


def publish(names: Iterable[str] = (), tick: Tick = str, *, redraw: bool = False) -> list[str]:
    """Run pages and write them with pictures and links, and README's parts; names of the files that changed.

    If a page fails or a picture cannot be drawn, nothing is written; a second time changes nothing. The page that
    collects findings runs with any. With ``redraw`` also pictures whose chart did not change are drawn anew.
    """
    pages, wanted = find_notebooks(), find_notebooks(names)
    chosen = [page for page in pages if page in wanted or page.name.startswith(FIRST)]
    stored = [] if redraw else [chart for page in pages for chart in charts_of(json.loads(page.read_bytes()))]
    with tempfile.TemporaryDirectory() as folder:
        for page in pages:
            shutil.copy(page, folder)
        ended = run(chosen, Path(folder), {}, tick)
        if failed := [f"{page}: {problem}" for page, problem in ended.items() if problem]:
            raise PublishError(f"{'; '.join(failed)}; nothing was written")
        books = {page: json.loads((Path(folder) / page.name).read_bytes()) for page in pages}
    _draw([chart for page in chosen for chart in charts_of(books[page])], stored)
    for number, page in enumerate(pages):
        _link(books[page], number, pages, [_title(book) for book in books.values()])
    files = {page: _written(book) for page, book in books.items()}
    readme = notebooks_folder().parent / "README.md"
    if readme.is_file():
        text, pictures = filled(readme.read_text(encoding="utf-8"), books)
        files |= {readme: text.encode(), **pictures}
    with alone(notebooks_folder()):
        return write_all(files)


def _link(book: Book, number: int, pages: list[Path], titles: list[str]) -> None:
    """The last cell: previous, index, next."""
    links = [f"[← {titles[number - 1]}]({pages[number - 1].name})"] if number else []
    links += ["[Index](../README.md)"]
    links += [f"[{titles[number + 1]} →]({pages[number + 1].name})"] if number + 1 < len(pages) else []
    source = f"---\n{' · '.join(links)}"
    cell = {"cell_type": "markdown", "id": "links", "metadata": {"tags": ["links"]}, "source": source}
    book["cells"] = [*(cell for cell in book["cells"] if cell.get("id") != "links"), cell]


def charts_of(book: Book) -> list[Any]:
    """Outputs of a page that hold a plotly chart."""
    return [output for output in outputs(book) if PLOTLY in output.get("data", {})]


def chart_hash(output: Any) -> str:
    """Checksum of a chart; its picture carries it, so that a stale picture is found out."""
    return _sha256(json.dumps(output["data"][PLOTLY], sort_keys=True, separators=(",", ":")).encode())


def _draw(charts: list[Any], stored: list[Any]) -> None:
    """Give each chart its picture: a stored one if its chart is the same."""
    kept = [(one["metadata"].get("image/png", {}), "".join(one["data"].get("image/png", ""))) for one in stored]
    # Where the pointer met a chart JupyterLab has put a picture of its own, which has no palette (colour type 3).
    known = {x["chart_sha256"]: png for x, png in kept if "chart_sha256" in x and base64.b64decode(png[:36])[25] == 3}
    known |= _drawn({mark: chart["data"][PLOTLY] for chart in charts if (mark := chart_hash(chart)) not in known})
    for chart in charts:
        mark, alt = chart_hash(chart), "".join(chart["data"]["text/plain"])
        chart["data"]["image/png"] = known[mark]
        chart["metadata"]["image/png"] = {"alt": alt, "chart_sha256": mark}


def _drawn(missing: Mapping[str, Any]) -> dict[str, str]:
    if not missing:
        return {}
    import kaleido  # noqa: PLC0415

    drawn = {}
    try:
        kaleido.start_sync_server(n=1, silence_warnings=True)
        for mark, chart in missing.items():
            # As wide as the live chart: JupyterLab cuts off what is wider than its column (848 of 1,280 pixels).
            options = {"format": "png", "scale": 1, **{side: chart["layout"].get(side) for side in ("width", "height")}}
            png = kaleido.calc_fig_sync({"data": chart["data"], "layout": chart["layout"]}, opts=options)
            drawn[mark] = base64.b64encode(small_png(png)).decode("ascii")
    except Exception as error:  # kaleido raises many kinds where no browser is found
        raise PublishError(f"{NO_BROWSER} ({type(error).__name__}: {error})") from error
    finally:
        kaleido.stop_sync_server(silence_warnings=True)
    return drawn


def filled(text: str, books: Mapping[Path, Book]) -> tuple[str, dict[Path, bytes]]:
    """README with its computed parts, and the pictures that these show.

    The parts stand between markers: ``<!-- findings: 02 key, 03 -->`` (without key a page's first finding, without list
    five pages), ``<!-- picture: 02 -->`` and ``<!-- gallery -->``, each closed by ``<!-- /findings -->`` and so on.
    """
    said, pictures = _findings(books), dict[Path, bytes]()
    marked = dict(re.findall(r"<!-- (findings|picture|gallery)(?:: (.*?))? -->", text))

    def image(page: Path, width: int) -> str:
        shown = [output["data"] for output in outputs(books[page]) if "image/png" in output.get("data", {})]
        if not shown:
            return ""
        file = page.parent / "pictures" / f"{page.stem}_{width}.png"
        pictures[file] = small_png(base64.b64decode("".join(shown[0]["image/png"])), 2 * width)
        alt = "".join(shown[0]["text/plain"]).replace('"', "'")
        tag = f'<img src="notebooks/pictures/{file.name}" width="{width}" alt="{alt}">'
        return f'<a href="notebooks/{page.name}">{tag}</a>'

    def line(page: str, key: str = "") -> list[str]:
        """A finding of a page, by default its first; nothing where there is no such page."""
        there = said[said.page.str.startswith(page)]
        rows = (there[there.key == key] if key else there[there.short == 1]).head(1).to_dict("records")
        if key and len(there) and not rows:
            raise DataError(f"README.md asks for the finding {key} of page {page}, which has none of that name")
        return [f"- {row['sentence']} ([{row['page'][:2]}](notebooks/{row['page']}.ipynb))" for row in rows]

    wanted = marked.get("findings") or ",".join(dict.fromkeys(said.page.str[:2]))
    first = said[said.short == 1].drop_duplicates("page")
    words = dict(zip(first.page, first.sentence, strict=True))
    # A table of Markdown would give the words the room of the pictures; what stands between empty lines is Markdown.
    rows = []
    for page, book in books.items() if "gallery" in marked else ():
        told = f"**[{_title(book)}](notebooks/{page.name})**<br>{words.get(page.stem, '')}"
        rows.append(f'<tr><td width="33%">{image(page, 320)}</td><td>\n\n{told}\n\n</td></tr>')
    parts = {
        "findings": [one for item in wanted.split(",") if item for one in line(*item.split())][:5],
        "picture": [image(page, 720) for page in books if page.stem.startswith(marked.get("picture") or "?")],
        "gallery": ["<table>", *rows, "</table>"],
    }
    for marker in marked:
        text = between(text, marker, "\n".join(parts[marker]) + "\n")
    return text, pictures

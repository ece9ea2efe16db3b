"""Run the notebooks, and publish them: run, picture each chart, link, clean, and write whole or not at all."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kzcivil.charts import small_png
from kzcivil.checks import write_whole
from kzcivil.evidence import DataError

PLOTLY = "application/vnd.plotly.v1+json"
SCALE = 1.5
WORKERS = 2
KERNEL_ARGUMENTS = ["--IPKernelApp.log_level=40"]
LINKS_TAG = "links"
CHROMIUM_ADVICE = (
    "The charts that changed need a picture, and that needs Chrome or Chromium: on Debian or Ubuntu "
    "`apt-get install chromium`, elsewhere install Chrome. Nothing was changed. Running and testing need no browser."
)


class PublishError(RuntimeError):
    """Something that stops a run or a publication; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one notebook ended: the file written, or the cell and the message that stopped it."""

    notebook: str
    file: Path | None
    problem: str = ""


def notebooks_folder() -> Path:
    """``notebooks/`` of the clone.

    Raises
    ------
    PublishError
        If the package is installed without a clone.
    """
    folder = Path(__file__).resolve().parent.parent / "notebooks"
    if not folder.is_dir() or not (folder.parent / "pyproject.toml").is_file():
        raise PublishError(
            "the notebooks are not part of the installed package; run this command from a clone of the repository "
            "(git clone, then `make notebooks`)"
        )
    return folder


def find_notebooks(names: Iterable[str] = ()) -> list[Path]:
    """Notebooks by name, number or path; all of them if none is named."""
    folder = notebooks_folder()
    everything = sorted(folder.glob("[0-9][0-9]_*.ipynb"))
    chosen = []
    for name in names:
        stem = Path(name).stem
        stem = stem.zfill(2) if stem.isdigit() else stem
        hits = [path for path in everything if path.stem == stem or path.stem.startswith(f"{stem}_")]
        if not hits:
            raise PublishError(
                f"no notebook is called {name!r}; there are {', '.join(path.stem for path in everything)}"
            )
        chosen += hits
    return list(dict.fromkeys(chosen)) or everything


# --- run ------------------------------------------------------------------------------------------------------------


def parameters_of(notebook: Path) -> set[str]:
    """Names that a notebook's parameters cell sets."""
    import ast  # noqa: PLC0415

    book = json.loads(notebook.read_text(encoding="utf-8"))
    cells = [cell for cell in book["cells"] if "parameters" in cell.get("metadata", {}).get("tags", [])]
    if not cells:
        raise PublishError(f"{notebook.name} has no cell tagged `parameters`, so nothing can be set in it")
    tree = ast.parse("".join(cells[0]["source"]))
    targets = [target for node in tree.body if isinstance(node, ast.Assign) for target in node.targets]
    return {target.id for target in targets if isinstance(target, ast.Name)}


def run(
    notebooks: list[Path],
    out: Path,
    parameters: Mapping[str, Any],
    progress: Callable[[Outcome], None] = lambda outcome: None,
) -> list[Outcome]:
    """Execute notebooks side by side into a folder; the committed ones stay untouched.

    Parameters
    ----------
    notebooks
        Files to run.
    out
        Folder for the executed copies; finished ones stay also when another fails.
    parameters
        Values for the parameters cells; a name must be known to at least one of the notebooks.
    progress
        Called as each notebook ends.
    """
    known = {notebook: parameters_of(notebook) for notebook in notebooks}
    if unknown := [name for name in parameters if not any(name in names for names in known.values())]:
        every = sorted(set().union(*known.values()))
        raise PublishError(f"no parameter is called {', '.join(unknown)}; the notebooks know {', '.join(every)}")
    if out.resolve() == notebooks_folder():
        raise PublishError("the run would overwrite the committed notebooks; choose another folder")
    try:
        out.mkdir(parents=True, exist_ok=True)
        (out / ".writable").touch()
        (out / ".writable").unlink()
    except OSError as error:
        raise PublishError(f"{out}: cannot write there ({error.strerror}); choose another folder with --out") from error

    def one(notebook: Path) -> Outcome:
        wanted = {name: value for name, value in parameters.items() if name in known[notebook]}
        outcome = _execute(notebook, out / notebook.name, wanted)
        progress(outcome)
        return outcome

    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(one, notebooks))


def _execute(notebook: Path, target: Path, parameters: dict[str, Any]) -> Outcome:
    import papermill  # noqa: PLC0415
    from papermill.exceptions import PapermillExecutionError  # noqa: PLC0415

    _quiet()
    try:
        papermill.execute_notebook(
            str(notebook),
            str(target),
            parameters=parameters,
            cwd=str(notebook.parent),
            kernel_name="python3",
            progress_bar=False,
            extra_arguments=KERNEL_ARGUMENTS,
        )
    except PapermillExecutionError as error:
        target.unlink(missing_ok=True)
        return Outcome(notebook.stem, None, f"cell {error.cell_index}: {error.ename}: {error.evalue}")
    return Outcome(notebook.stem, target)


def _quiet() -> None:
    import logging  # noqa: PLC0415

    for name in ("papermill", "traitlets", "nbclient"):
        logging.getLogger(name).setLevel(logging.ERROR)


# --- publish --------------------------------------------------------------------------------------------------------


def publish(
    names: Iterable[str] = (), progress: Callable[[Outcome], None] = lambda outcome: None, *, redraw: bool = False
) -> list[str]:
    """Run notebooks and write them, with pictures and links, and README's tables; twice in a row changes nothing.

    Parameters
    ----------
    names
        Notebooks to run; all of them if none is named. The others stay as they are.
    progress
        Called as each notebook ends.
    redraw
        Draw every picture anew, also where its chart did not change.

    Returns
    -------
    list of str
        Names of the files that changed.

    Raises
    ------
    PublishError
        If a notebook fails or a picture cannot be drawn; then nothing is written.
    """
    notebooks, chosen = find_notebooks(), find_notebooks(names)
    with ThreadPoolExecutor(WORKERS) as pool:
        fresh = dict(zip(chosen, pool.map(lambda path: _run_in_memory(path, progress), chosen), strict=True))
    stored = {path: path.read_text(encoding="utf-8") for path in notebooks}
    books: dict[Path, dict[str, Any]] = {path: fresh.get(path) or json.loads(stored[path]) for path in notebooks}
    for number, path in enumerate(notebooks):
        _clean(books[path])
        _link(books[path], notebooks, number)
    _draw({path: books[path] for path in chosen}, {} if redraw else _pictures(stored.values()))
    files: dict[Path, bytes] = {}
    for path, book in books.items():
        files[path] = (json.dumps(book, indent=1, ensure_ascii=False, sort_keys=True) + "\n").encode("utf-8")
    files |= _thumbnails(books)
    readme = notebooks_folder().parent / "README.md"
    if readme.is_file():
        files[readme] = refresh_readme(readme.read_text(encoding="utf-8"), books).encode("utf-8")
    changed = [path for path, data in files.items() if not path.is_file() or path.read_bytes() != data]
    for path in changed:
        path.parent.mkdir(exist_ok=True)
        write_whole(path, files[path])
    return [path.name for path in changed]


def _run_in_memory(path: Path, progress: Callable[[Outcome], None]) -> dict[str, Any]:
    import nbformat  # noqa: PLC0415
    from nbclient import NotebookClient  # noqa: PLC0415
    from nbclient.exceptions import CellExecutionError  # noqa: PLC0415

    _quiet()
    book = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    client = NotebookClient(
        book,
        timeout=300,
        kernel_name="python3",
        resources={"metadata": {"path": str(path.parent)}},
        extra_arguments=KERNEL_ARGUMENTS,
    )
    try:
        client.execute()
    except CellExecutionError as error:
        progress(Outcome(path.stem, None, f"{error.ename}: {error.evalue}"))
        raise PublishError(f"{path.name} failed: {error.ename}: {error.evalue}; nothing was written") from error
    progress(Outcome(path.stem, path))
    plain: dict[str, Any] = json.loads(nbformat.writes(book))  # type: ignore[no-untyped-call]
    return plain


def _clean(book: dict[str, Any]) -> None:
    """Drop what differs from run to run or from machine to machine."""
    book["metadata"] = {
        "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
        "language_info": {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"},
    }
    for cell in book["cells"]:
        kept = {key: value for key, value in cell["metadata"].items() if key in ("tags", "jupyter")}
        cell["metadata"] = kept


def _link(book: dict[str, Any], notebooks: list[Path], number: int) -> None:
    """The last cell: previous, index, next."""
    parts = ["[Index](../README.md)"]
    if number > 0:
        parts.insert(0, f"[← {_title(notebooks[number - 1])}]({notebooks[number - 1].name})")
    if number + 1 < len(notebooks):
        parts.append(f"[{_title(notebooks[number + 1])} →]({notebooks[number + 1].name})")
    source = "---\n" + " · ".join(parts)
    cells = book["cells"]
    if cells and LINKS_TAG in cells[-1]["metadata"].get("tags", []):
        cells[-1]["source"] = source.splitlines(keepends=True)
    else:
        metadata = {"tags": [LINKS_TAG]}
        cells.append(
            {"cell_type": "markdown", "id": LINKS_TAG, "metadata": metadata, "source": source.splitlines(keepends=True)}
        )


def _title(notebook: Path) -> str:
    book = json.loads(notebook.read_text(encoding="utf-8"))
    found = re.search(r"^# (.+)$", "".join(book["cells"][0]["source"]), re.M)
    return found[1] if found else notebook.stem


def chart_outputs(book: dict[str, Any]) -> list[dict[str, Any]]:
    """Outputs of a notebook that hold a plotly chart."""
    return [
        output
        for cell in book["cells"]
        if cell["cell_type"] == "code"
        for output in cell["outputs"]
        if PLOTLY in output.get("data", {})
    ]


def chart_hash(output: dict[str, Any]) -> str:
    """Checksum of a chart's JSON; its picture carries it, so that a stale picture is found out."""
    spec = json.dumps(output["data"][PLOTLY], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(spec.encode("utf-8")).hexdigest()


def _pictures(stored: Iterable[str]) -> dict[str, str]:
    """Pictures that exist already, by the checksum of their chart."""
    found = {}
    for text in stored:
        for output in chart_outputs(json.loads(text)):
            mark = output.get("metadata", {}).get("image/png", {}).get("chart_sha256")
            if mark and "image/png" in output["data"]:
                png = output["data"]["image/png"]
                found[mark] = png if isinstance(png, str) else "".join(png)
    return found


def _draw(books: Mapping[Path, dict[str, Any]], pictures: dict[str, str]) -> None:
    outputs = [output for book in books.values() for output in chart_outputs(book)]
    missing = {chart_hash(output): output for output in outputs if chart_hash(output) not in pictures}
    pictures = pictures | _new_pictures(missing)
    for output in outputs:
        mark = chart_hash(output)
        alt = output["data"]["text/plain"]
        output["data"]["image/png"] = pictures[mark]
        alt = alt if isinstance(alt, str) else "".join(alt)
        output["metadata"] = {"image/png": {"alt": alt, "chart_sha256": mark}}


def _new_pictures(missing: Mapping[str, dict[str, Any]]) -> dict[str, str]:
    if not missing:
        return {}
    import kaleido  # noqa: PLC0415

    drawn = {}
    try:
        kaleido.start_sync_server(n=1, silence_warnings=True)
        for mark, output in missing.items():
            spec = output["data"][PLOTLY]
            size = {side: spec["layout"].get(side) for side in ("width", "height")}
            chart = {"data": spec["data"], "layout": spec["layout"]}
            png = kaleido.calc_fig_sync(chart, opts={"format": "png", "scale": SCALE, **size})
            drawn[mark] = base64.b64encode(small_png(png)).decode("ascii")
    except Exception as error:  # kaleido raises many kinds where no browser is found
        raise PublishError(f"{CHROMIUM_ADVICE} ({type(error).__name__}: {error})") from error
    finally:
        kaleido.stop_sync_server(silence_warnings=True)
    return drawn


# --- README ---------------------------------------------------------------------------------------------------------


def _first_picture(book: dict[str, Any]) -> tuple[bytes, str] | None:
    for cell in book["cells"]:
        for output in cell.get("outputs", []) if cell["cell_type"] == "code" else []:
            png = output.get("data", {}).get("image/png")
            if png:
                text = output["data"]["text/plain"]
                alt = text if isinstance(text, str) else "".join(text)
                return base64.b64decode(png if isinstance(png, str) else "".join(png)), alt
    return None


def _thumbnails(books: Mapping[Path, dict[str, Any]]) -> dict[Path, bytes]:
    from PIL import Image  # noqa: PLC0415

    files = {}
    for path, book in books.items():
        if first := _first_picture(book):
            image = Image.open(io.BytesIO(first[0])).convert("RGB")
            image.thumbnail((640, 640), Image.Resampling.LANCZOS)
            buffer = io.BytesIO()
            image.quantize(128, method=Image.Quantize.MAXCOVERAGE).save(buffer, format="png", optimize=True)
            files[path.parent / "pictures" / f"{path.stem}.png"] = buffer.getvalue()
    return files


def _between(text: str, marker: str, content: str) -> str:
    pattern = re.compile(rf"(<!-- {marker} -->\n).*?(<!-- /{marker} -->)", re.S)
    if not pattern.search(text):
        raise DataError(f"README.md lacks the markers <!-- {marker} --> and <!-- /{marker} -->; put them back")
    return pattern.sub(lambda match: match[1] + content + match[2], text)


def refresh_readme(text: str, books: Mapping[Path, dict[str, Any]]) -> str:
    """README with the results table and the gallery between their markers."""
    from kzcivil.evidence import load  # noqa: PLC0415
    from kzcivil.headlines import as_markdown, headlines  # noqa: PLC0415

    text = _between(text, "results", as_markdown(headlines(load())))
    return _between(text, "gallery", gallery(books))


def gallery(books: Mapping[Path, dict[str, Any]]) -> str:
    """Thumbnail and finding of each notebook, as Markdown."""
    rows = ["| | |", "| --- | --- |"]
    for path, book in books.items():
        title = re.search(r"^# (.+)$", "".join(book["cells"][0]["source"]), re.M)
        first = _first_picture(book)
        alt = first[1].replace("|", "/").replace('"', "'") if first else ""
        link = f"notebooks/{path.name}"
        image = (
            f'<a href="{link}"><img src="notebooks/pictures/{path.stem}.png" width="320" alt="{alt}"></a>'
            if first
            else ""
        )
        rows.append(f"| {image} | **[{title[1] if title else path.stem}]({link})**<br>{_finding(book)} |")
    return "\n".join(rows) + "\n"


def _finding(book: dict[str, Any]) -> str:
    """The first computed sentences of a notebook: its "In short"."""
    for cell in book["cells"]:
        for output in cell.get("outputs", []) if cell["cell_type"] == "code" else []:
            words = output.get("data", {}).get("text/markdown")
            if words:
                text = words if isinstance(words, str) else "".join(words)
                return text.split("\n\n")[0].replace("\n", " ").replace("|", "/")
    return ""

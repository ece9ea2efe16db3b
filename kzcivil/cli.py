"""The commands: check, verify, cite, refresh, run, publish."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Kazakhstan's civil society sector from five documents: check the tables, verify places, run the notebooks.",
)


def _print(text: str, *, error: bool = False) -> None:
    from rich.console import Console  # noqa: PLC0415

    Console(stderr=error, soft_wrap=True, highlight=False, markup=False).print(text)


def _fail(text: str) -> typer.Exit:
    _print(text, error=True)
    return typer.Exit(1)


@app.command()
def check(
    folder: Annotated[Path | None, typer.Argument(help="A folder of your own tables; without it the bundle.")] = None,
) -> None:
    """Validate the bundled tables, or a folder of your own; every problem at once."""
    from kzcivil import checks  # noqa: PLC0415

    problems = checks.validate(folder)
    for problem in problems:
        _print(str(problem))
    where = str(folder) if folder else "the bundled tables"
    if problems:
        raise _fail(f"{len(problems)} problem(s) in {where}")
    _print(f"{where}: no problem found")


@app.command()
def verify(
    texts: Annotated[Path, typer.Argument(help="Folder with the source texts.")],
    data: Annotated[list[Path] | None, typer.Option("--data", help="Folder of your own tables.")] = None,
) -> None:
    """Look up every place in the texts: the words on their line, as whole words."""
    from kzcivil import checks  # noqa: PLC0415
    from kzcivil.evidence import DataError, load  # noqa: PLC0415

    try:
        evidence = load(data)
        tables = {table: evidence[table] for table in checks.PLACED}
        places = checks.verify(tables, evidence.sources, texts)
    except DataError as error:
        raise _fail(str(error)) from error
    failed = places[~places.verified]
    for row in failed.itertuples():
        _print(f"{row.table}.csv, {row.id}: {row.file} line {row.line}, “{row.as_printed}”: {row.found}")
    _print(f"{int(places.verified.sum())} of {len(places)} places verified")
    if len(failed):
        raise typer.Exit(1)


@app.command()
def cite(
    statement: Annotated[str, typer.Argument(help="Id of a claim, an event or a stage.")],
    data: Annotated[list[Path] | None, typer.Option("--data", help="Folder of your own tables.")] = None,
) -> None:
    """Speaker, source, place and words of a statement."""
    from kzcivil.evidence import DataError, load  # noqa: PLC0415

    try:
        _print(load(data).cite(statement))
    except (DataError, KeyError) as error:
        raise _fail(str(error.args[0])) from error


@app.command()
def refresh(
    folder: Annotated[Path | None, typer.Argument(help="A folder of your own tables; without it the bundle.")] = None,
) -> None:
    """Write the bounds that follow from the reading rules, and the checksums of the bundle."""
    from kzcivil import checks  # noqa: PLC0415
    from kzcivil.evidence import DataError  # noqa: PLC0415

    try:
        changed = checks.refresh(folder)
    except (DataError, OSError, ValueError, KeyError, TypeError) as error:
        raise _fail(f"{error}\nNothing was changed.") from error
    _print("\n".join(changed) if changed else "nothing to change")


@app.command()
def run(
    notebooks: Annotated[list[str] | None, typer.Argument(help="Names or numbers; all without.")] = None,
    data: Annotated[
        list[Path] | None, typer.Option("--data", help="Folder of your own tables; may be repeated.")
    ] = None,
    without: Annotated[list[str] | None, typer.Option("--without", help="Source or origin to leave out.")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Folder for the executed notebooks.")] = None,
    parameter: Annotated[list[str] | None, typer.Option("-p", help="NAME=VALUE for the parameters cell.")] = None,
) -> None:
    """Execute notebooks into build/run (or another folder); the committed ones stay untouched."""
    from kzcivil import publish as work  # noqa: PLC0415
    from kzcivil.charts import build_folder  # noqa: PLC0415
    from kzcivil.evidence import DataError, load  # noqa: PLC0415

    pairs = [_parameter(text) for text in parameter or []]
    parameters = dict(pairs)
    if len(parameters) < len(pairs):
        raise _fail("-p: a name is given twice; give each once")
    if wrong := {"data_dir", "without"} & set(parameters):
        raise _fail(f"-p {wrong.pop()}: use --data FOLDER and --without ID")
    if data:
        parameters["data_dir"] = [str(folder.expanduser().resolve()) for folder in data]
    if without:
        parameters["without"] = list(without)
    try:
        found = work.find_notebooks(notebooks or ())
        load(data, without or ())  # one clear message before kernels start
        target = (out or build_folder() / "run").expanduser().resolve()
        outcomes = _with_progress(len(found), lambda tick: work.run(found, target, parameters, tick))
    except (DataError, work.PublishError) as error:
        raise _fail(str(error)) from error
    failed = [outcome for outcome in outcomes if outcome.problem]
    for outcome in failed:
        _print(f"{outcome.notebook}: {outcome.problem}", error=True)
    _print(f"{len(outcomes) - len(failed)} of {len(outcomes)} notebooks ran; they are in {target}")
    if failed:
        raise typer.Exit(1)


def _parameter(text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not equals or not name.isidentifier():
        raise _fail(f"-p {text}: expected NAME=VALUE")
    words = {"True": True, "False": False, "None": None}
    if value in words:
        return name, words[value]
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value


def _with_progress(total: int, work: Any) -> Any:
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("running notebooks", total=total)
        return work(lambda outcome: progress.update(task, advance=1, description=f"{outcome.notebook} done"))


@app.command()
def publish(
    notebooks: Annotated[list[str] | None, typer.Argument(help="Names or numbers; all without.")] = None,
    redraw: Annotated[bool, typer.Option("--redraw", help="Draw every picture anew.")] = False,
) -> None:
    """Run notebooks and write them with pictures, links and README's tables; needs Chromium for new charts."""
    from kzcivil import publish as work  # noqa: PLC0415
    from kzcivil.evidence import DataError  # noqa: PLC0415

    try:
        names = notebooks or []
        total = len(work.find_notebooks(names))
        changed = _with_progress(total, lambda tick: work.publish(names, tick, redraw=redraw))
    except (DataError, work.PublishError) as error:
        raise _fail(str(error)) from error
    _print("changed: " + ", ".join(changed) if changed else "nothing changed")

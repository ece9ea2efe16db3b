"""Documents that contradict each other, read as figures: check the tables, verify places, run the pages."""

from __future__ import annotations

import ast
import math
import os
import signal
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from kzcivil import checks, files, remarks
from kzcivil import publish as work
from kzcivil.evidence import load
from kzcivil.tables import DataError

MOST = 40  # remarks that a check shows


class _Told(TyperGroup):
    """Errors as one message for people; exit code 1 for them, and for a command that returns that not all is well."""

    def invoke(self, ctx: Any) -> None:
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends as by Ctrl-C, without a kernel left behind
        try:
            if super().invoke(ctx) is False:
                raise typer.Exit(1)
        except KeyboardInterrupt:
            typer.echo("Stopped. Each file is as it was, or new and whole.", err=True)
            os._exit(130)  # at once: threads still wait for their kernels, which end with this process
        except BrokenPipeError:  # a reader such as `head` had enough; not a mistake
            raise
        except (DataError, KeyError, OSError) as error:
            typer.echo(error.args[0] if isinstance(error, KeyError) else error, err=True)
            raise typer.Exit(1) from error


app = typer.Typer(cls=_Told, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
Pages = Annotated[list[str] | None, typer.Argument(help="Names or numbers of pages; all if left out.")]
Data = Annotated[list[Path] | None, typer.Option("--data", help="Folder of your own tables; may be repeated.")]
Out = Annotated[Path, typer.Option("--out", help="Folder for the executed pages, and what is told of them.")]
Force = Annotated[bool, typer.Option("--force", help="Run also pages that nothing changed for.")]


@app.command()
def new(folder: Annotated[Path, typer.Argument(help="Folder for your own figures; made if it is not there.")]) -> None:
    """Begin a folder of your own: claims.csv with its heading, and a README with two worked examples."""
    made = {folder / path.name: path.read_bytes() for path in sorted(Path(__file__).with_name("new").iterdir())}
    if there := [path.name for path in made if path.exists()]:
        raise DataError(f"{folder} has a {there[0]} already; nothing was written")
    folder.mkdir(parents=True, exist_ok=True)
    files.write_all(made)
    typer.echo(f"{folder}/claims.csv is ready: add a row for each number, then `kzcivil check {folder}`")


@app.command()
def measures(word: Annotated[str, typer.Argument(help="Only those that hold it.")] = "", data: Data = None) -> None:
    """What can be counted: the measures with their definitions."""
    typer.echo(remarks.measures(load(data), word))


@app.command()
def check(
    folder: Annotated[Path | None, typer.Argument(help="A folder of your own tables; without it the bundle.")] = None,
    alone: Annotated[bool, typer.Option("--alone", help="Not laid over the bundle.")] = False,
) -> bool:
    """Validate the bundled tables, or a folder of your own; every problem at once."""
    problems = [str(problem) for problem in checks.validate(folder, bundle=not alone)]
    if not problems:  # a formula may be well written and still have no value
        evidence = load(folder, bundle=not alone)
        for row in evidence.derivations.dropna(subset="formula").itertuples():
            try:
                made = evidence.formula(str(row.formula))
                gone = made.missing or (("no finite one: a divisor may be 0",) if math.isinf(made.low) else ())
            except (ValueError, ArithmeticError) as error:
                gone = (str(error),)
            problems += [f"derivations.csv, {row.derivation_id}: the formula has no value ({why})" for why in gone[:1]]
        if evidence.own and folder:
            striking = list(islice(remarks.remarks(evidence), MOST + 1))
            more = ["... and more"] if len(striking) > MOST else []
            typer.echo("\n".join(["What was read:", *remarks.what_was_read(evidence), ""]))
            typer.echo("\n".join(["Worth a second look:", *striking[:MOST], *more, ""]) if striking else "", nl=False)
    where = folder or "the bundled tables"
    typer.echo("\n".join([*problems, f"{where}: {len(problems) or 'no'} problem(s) found"]))
    return not problems


@app.command()
def verify(texts: Annotated[Path, typer.Argument(help="Folder with the source texts.")], data: Data = None) -> bool:
    """Look up every place in the texts: the words on their line, as whole words."""
    places = checks.verify(texts, load(data))
    for row in places[~places.verified].itertuples():
        typer.echo(f"{row.table}.csv, {row.id}: {row.file} line {row.line}, “{row.as_printed}”: {row.found}")
    typer.echo(f"{int(places.verified.sum())} of {len(places)} places verified")
    return bool(places.verified.all())


@app.command()
def cite(statement: Annotated[str, typer.Argument(help="Id of a claim, event or stage.")], data: Data = None) -> None:
    """Speaker, source, place and words of a statement."""
    typer.echo(load(data).cite(statement))


@app.command()
def refresh() -> None:
    """Bring the bundle's checksums, sizes and table of columns up to date."""
    typer.echo(f"changed: {', '.join(changed)}" if (changed := files.refresh()) else "nothing changed")


@app.command()
def run(
    pages: Pages = None,
    data: Data = None,
    without: Annotated[list[str] | None, typer.Option("--without", help="Source or origin to leave out.")] = None,
    out: Out = Path("build/run"),
    parameter: Annotated[list[str] | None, typer.Option("-p", help="NAME=VALUE for the parameters cell.")] = None,
    force: Force = False,
) -> bool:
    """Execute pages into a folder, those that changed or all; the stored ones stay untouched."""
    parameters = _parameters(parameter or []) | ({"without": list(without)} if without else {})
    evidence = load(data or None, without)  # one clear message before kernels start
    parameters |= {"data_dir": [*map(str, evidence.folders)]} if evidence.folders else {}
    target = out.expanduser().resolve()
    ended = work.run(work.find_notebooks(pages or ()), target, parameters, force=force)
    for page, told in ended.items():
        if told:
            typer.echo(f"{page}: {told}", err=told != work.KEPT)
    said = list(ended.values())
    kept = f", {said.count(work.KEPT)} were kept" if work.KEPT in said else ""
    typer.echo(f"{said.count('')} of {len(said)} pages ran{kept}; they are in {target}")
    return {*said} <= {"", work.KEPT}


@app.command()
def compare(
    data: Annotated[list[Path], typer.Option("--data", help="Folder of your own tables; may be repeated.")],
    pages: Pages = None,
    out: Out = Path("build/compare"),
    force: Force = False,
) -> bool:
    """What your rows move: findings of the stored pages and of a run on your data, side by side."""
    fine = run(pages, data, out=out, force=force)
    names = [page.stem for page in work.find_notebooks(pages or ())]
    found = map(work.findings, (work.notebooks_folder(), out))
    table = remarks.compare(*(one[one.page.isin(names)] for one in found))
    text = remarks.compared(table)
    told, listed = f"# What moved\n\n{text}\n", table.to_csv(index=False, lineterminator="\n")
    files.write_all({out / "compare.csv": listed.encode(), out / "compare.md": told.encode()})
    typer.echo(f"{text}\n\nAll findings: {out / 'compare.csv'}")
    return fine


def _parameters(given: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, equals, value in (text.partition("=") for text in given):
        if not equals or not name.isidentifier():
            raise DataError(f"-p {name}: expected NAME=VALUE")
        if name in ("data_dir", "without"):
            raise DataError(f"-p {name}: use --data FOLDER and --without ID")
        if name in found:
            raise DataError(f"-p {name}: a name is given twice; give each once")
        found[name] = value
        with suppress(ValueError, SyntaxError):
            found[name] = ast.literal_eval(value)
    return found


@app.command()
def publish(pages: Pages = None) -> None:
    """Run pages and write them with pictures, links and README's parts; needs Chromium for new charts."""
    changed = work.publish(pages or ())
    typer.echo(f"changed: {', '.join(changed)}" if changed else "nothing changed")

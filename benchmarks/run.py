"""Measure the library against the tools it stands on, and write README.md beside this file.

Only ratios of one run are told, for seconds belong to a machine. The two sides of a pair run in turn, again and again,
in fresh processes; which of them is first alternates. The median of the pairs' ratios is held against the limit.
"""

from __future__ import annotations

import csv
import json
import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("pandas", "frictionless", "papermill", "nbclient", "ipykernel", "plotly", "kaleido")
ENV = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE" and name[:7] != "KZCIVIL"}
Cost = tuple[float, float]
"""Seconds on the clock, and seconds of processor time of a process and of those it waited for."""
Side = Callable[[], Cost]
CLOCK, PROCESSOR = 0, 1
SPENT = "import time; start = time.process_time(); {}; print(time.process_time() - start)"

READ = "[pd.read_csv(name) for name in names]"
NAMES = "import pandas as pd; from pathlib import Path; import json; home = Path('data'); "
NAMES += "names = [home / one['path'] for one in json.loads((home / 'datapackage.json').read_text())['resources']]"
PAPERMILL = """
import sys, papermill
from pathlib import Path
for page in sorted(Path("notebooks").glob("[0-9]*.ipynb")):
    papermill.execute_notebook(page, Path(sys.argv[1]) / page.name, cwd="notebooks", progress_bar=False)
"""
SIDE_BY_SIDE = """
import sys
from pathlib import Path
from kzcivil import publish
made = Path(sys.argv[1])
ended = publish.run(sorted(made.glob("*.ipynb")), made / "out", {}, force=True)
sys.exit("; ".join(filter(None, ended.values())) or 0)
"""
CHARTS = """
import base64, json, kaleido
from kzcivil import publish
from kzcivil.canvas import small_png
stored = [publish.outputs(json.loads(page.read_bytes()), publish.PLOTLY) for page in publish.find_notebooks()]
some = {publish.chart_hash(chart): chart["data"][publish.PLOTLY] for charts in stored for chart in charts}
some = dict(list(some.items())[:12])
assert len(some) == 12
"""
TOGETHER = CHARTS + "publish._drawn(some)"
ALONE = (
    CHARTS
    + """
for chart in some.values():
    size = {side: chart["layout"].get(side) for side in ("width", "height")}
    options = {"format": "png", "scale": 1.125, **size}
    png = kaleido.calc_fig_sync({"data": chart["data"], "layout": chart["layout"]}, opts=options)
    base64.b64encode(small_png(png))
"""
)


def python(*words: object) -> Cost:
    """A fresh process; a failure stops everything, for a ratio of failures is none."""
    start = time.perf_counter()
    with tempfile.TemporaryFile() as told:
        process = subprocess.Popen([sys.executable, *map(str, words)], cwd=ROOT, env=ENV, stdout=told, stderr=told)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            told.seek(0)
            sys.exit(f"failed: {' '.join(map(str, words))[:200]}\n{told.read().decode()[-2000:]}")
    return time.perf_counter() - start, used.ru_utime + used.ru_stime


def spent(setting: str, code: str) -> Cost:
    """Processor time of one statement in a fresh process, without its imports."""
    words = [sys.executable, "-c", f"{setting}; {SPENT.format(code)}"]
    shown = subprocess.run(words, cwd=ROOT, env=ENV, capture_output=True, text=True, check=True).stdout
    return float(shown.split()[-1]), float(shown.split()[-1])


def write_rows(folder: Path, n: int) -> Path:
    """A reader's folder with n made-up claims of years and sources that the bundle does not have."""
    draw = random.Random(n)
    with (ROOT / "data" / "measures.csv").open(encoding="utf-8", newline="") as file:
        measures = [
            row["measure"] for row in csv.DictReader(file) if row["unit"] in ("NGOs", "people", "organisations")
        ]
    folder.mkdir()
    with (folder / "claims.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["measure", "as_printed", "year", "source"])
        for k in range(n):
            number = draw.randint(1000, 60_000)
            words = draw.choice([f"{number:,}", f"about {round(number, -3):,}", f"over {number // 1000} thousand"])
            writer.writerow([draw.choice(measures), words, draw.randint(1992, 2026), f"Made-up report {k % (n // 20)}"])
    return folder


def write_pages(folder: Path, n: int) -> Path:
    folder.mkdir()
    for k in range(n):
        cell = {"cell_type": "code", "id": "c", "metadata": {}, "source": "import kzcivil", "execution_count": None}
        kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
        book = {
            "cells": [{**cell, "outputs": []}],
            "metadata": {"kernelspec": kernel},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
        (folder / f"{k:02}_made.ipynb").write_text(json.dumps(book), encoding="utf-8")
    return folder


class Table:
    """The pairs as they are measured, and their table."""

    def __init__(self) -> None:
        self.rows: list[str] = []

    def add(self, what: str, limit: float, pairs: list[tuple[Cost, Cost]], by: int = PROCESSOR) -> None:
        ratios = sorted(ours[by] / theirs[by] for ours, theirs in pairs)
        middle = statistics.median(ratios)
        told = f"{middle:.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})"
        by_what = "processor time" if by == PROCESSOR else "clock"
        cells = [what, told, f"{limit:g}", "yes" if middle <= limit else "**no**", str(len(ratios)), by_what]
        self.rows.append(f"| {' | '.join(cells)} |")
        print(self.rows[-1], flush=True)

    def compare(self, what: str, limit: float, ours: Side, theirs: Side, times: int, by: int = PROCESSOR) -> None:
        pairs = []
        for n in range(times):
            if n % 2:
                second, first = theirs(), ours()
            else:
                first, second = ours(), theirs()
            pairs.append((first, second))
        self.add(what, limit, pairs, by)

    def text(self) -> str:
        head = ["What against what", "Ratio: median (range)", "Limit", "Held", "Pairs", "Measured by"]
        lines = [f"| {' | '.join(head)} |", "| --- | ---: | ---: | --- | ---: | --- |", *self.rows]
        return "\n".join(lines)


def run_pages(out: Path, *words: object) -> Cost:
    return python("-m", "kzcivil", "run", "--out", out, *words)


def measure_pages(table: Table, folder: Path, rounds: int) -> None:
    """All pages: one round measures each way once, so that every ratio is of runs that stand side by side."""
    n = len(list((ROOT / "notebooks").glob("[0-9]*.ipynb")))
    rows, made = write_rows(folder / "hundred", 100), write_pages(folder / "made", n)
    costs: dict[str, list[Cost]] = {name: [] for name in ("all", "again", "turn", "only", "added")}
    for number in range(rounds):
        out = folder / f"out_{number}"
        ways: dict[str, Side] = {
            "all": lambda out=out: run_pages(out, "--force"),
            "only": lambda: python("-c", SIDE_BY_SIDE, made),
            "added": lambda out=out: run_pages(out / "added", "--force", "--data", rows),
            "turn": lambda: python("-c", PAPERMILL, folder),
        }
        for way in list(ways) if number % 2 == 0 else list(ways)[::-1]:
            costs[way].append(ways[way]())
            if way == "all":
                costs["again"].append(run_pages(out))

    def pairs(ours: str, theirs: str) -> list[tuple[Cost, Cost]]:
        return list(zip(costs[ours], costs[theirs], strict=True))

    table.add("All pages against papermill in turn", 0.6, pairs("all", "turn"), CLOCK)
    table.add("All pages against as many that only import kzcivil, side by side", 1.6, pairs("all", "only"), CLOCK)
    table.add("A second, unchanged run of all pages against the first", 0.1, pairs("again", "all"), CLOCK)
    table.add("All pages with 100 added rows against none", 1.3, pairs("added", "all"), CLOCK)


def main(times: int, rounds: int) -> None:
    table = Table()
    python("-m", "kzcivil", "check")  # what is compiled or cached at a first use is not measured
    table.compare(
        "`import kzcivil` against `import pandas`",
        1.25,
        lambda: python("-c", "import kzcivil"),
        lambda: python("-c", "import pandas"),
        3 * times,
    )
    table.compare(
        "A program that calls `kz.load()` against one that calls `pd.read_csv` for the same files",
        2,
        lambda: python("-c", "import kzcivil as kz; kz.load()"),
        lambda: python("-c", f"{NAMES}; {READ}"),
        3 * times,
    )
    table.compare(
        "The first `kz.load()` alone, imports done, against `pd.read_csv` for the same files",
        2,
        lambda: spent("import kzcivil as kz", "kz.load()"),
        lambda: spent(NAMES, READ),
        3 * times,
    )
    valid = "from frictionless import Package; assert Package('data/datapackage.json').validate().valid"
    table.compare(
        "`validate()` of the bundle against frictionless alone",
        1.2,
        lambda: python("-c", "from kzcivil.checks import validate; assert not validate()"),
        lambda: python("-c", valid),
        times,
    )
    table.compare(
        "Pictures of 12 charts in one session against each in a browser of its own",
        0.3,
        lambda: python("-c", TOGETHER),
        lambda: python("-c", ALONE),
        rounds,
        CLOCK,
    )
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        measure_pages(table, folder, rounds)
        few, many = write_rows(folder / "few", 10_000), write_rows(folder / "many", 100_000)
        setting = "import kzcivil; from kzcivil import checks; kzcivil.load()"
        for what, code in [
            ("`kz.load` of 100,000 added rows against 10,000 (linear is 10)", "kzcivil.load({!r})"),
            ("`validate` of 100,000 added rows against 10,000 (linear is 10)", "checks.validate({!r})"),
        ]:
            table.compare(
                what,
                13,
                lambda code=code: spent(setting, code.format(str(many))),
                lambda code=code: spent(setting, code.format(str(few))),
                max(1, rounds - 1),
            )
    with (ROOT / "pyproject.toml").open("rb") as project:
        own = tomllib.load(project)["project"]["version"]
    versions = [
        f"kzcivil {own}",
        f"Python {platform.python_version()}",
        *(f"{name} {version(name)}" for name in PACKAGES),
    ]
    text = f"""# How fast, against what it stands on

Written by `make bench`; only ratios of one run, for seconds belong to a machine. Both sides run in turn, in fresh
processes; each pair's ratio is taken, and its median is held against the limit. Where one process works, processor
time is compared, which other work on the machine disturbs least; where several work side by side, the clock.

{table.text()}

Measured on {os.cpu_count()} cores ({platform.system()}, {platform.machine()}), beside other work, with
{", ".join(versions[:5])},
{", ".join(versions[5:])}.
"""
    (Path(__file__).parent / "README.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(*([int(word) for word in sys.argv[1:]] or [5, 3]))

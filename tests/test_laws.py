"""Laws of the house: the library knows nothing about its subject, is small, and its arrows run one way."""

import ast
import csv
import inspect
import io
import json
import re
import subprocess
import sys
import tokenize
import tomllib
import zipfile
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
from hypothesis import settings

import kzcivil as kz
from kzcivil import publish
from kzcivil.tables import bundle_folder

MODULES = sorted(Path(kz.__file__).parent.glob("*.py"))
LINES, LINES_OF_A_FILE = 4400, 450  # the goal is 3000
LAYERS = ["reading", "bounds", "figure", "evidence", "methods"]
"""A module of an earlier layer imports none of a later one."""
SHOWING = {"page", "charts", "publish", "cli"}
"""What shows and runs; the core imports none of it."""


def source(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def strings(text: str) -> Iterator[str]:
    """String literals and names of a module, docstrings left out."""
    tree = ast.parse(text)
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.value
    # Strings that stand alone as notes on an assignment are docstrings too, and comments are tokens.
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type in (tokenize.NAME, tokenize.COMMENT):
            yield token.string


def foreign(text: str, names: set[str]) -> set[str]:
    """Names of the data that a module holds."""
    return {word for string in strings(text) for word in re.findall(r"[\w-]+", string) if word in names}


def names_of_the_data() -> set[str]:
    names: set[str] = set()
    for table in ("sources", "pieces", "claims", "events", "stages", "mentions", "pairs", "derivations", "regions"):
        with (bundle_folder() / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            names |= {next(iter(row.values())) for row in csv.DictReader(file)}
    with (bundle_folder() / "speakers.csv").open(encoding="utf-8", newline="") as file:
        surnames = {row["speaker"].split()[-1] for row in csv.DictReader(file)}
    ordinary = {"author", "magazine", "authors", "people", "society", "expert"}
    return {name for name in names if "_" in name or "-" in name or len(name) > 8} | {
        s for s in surnames if s.lower() not in ordinary
    }


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_the_library_knows_no_row_of_the_data(path: Path) -> None:
    assert not foreign(source(path), names_of_the_data())


def test_the_law_on_names_can_be_broken() -> None:
    names = names_of_the_data()
    assert foreign("x = 'aa_inf_registered_2003 / 2'", names) == {"aa_inf_registered_2003"}
    assert foreign("# as in caci_ngos_operating_2003", names) == {"caci_ngos_operating_2003"}
    assert not foreign('"""Example: aa_inf_registered_2003."""', names)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_the_library_says_no_finding(path: Path) -> None:
    """No five words in a row of any finding stand in the library, outside docstrings."""

    def runs(text: str) -> set[tuple[str, ...]]:
        words = re.findall(r"[a-z]+", text.lower())
        return {tuple(words[k : k + 5]) for k in range(len(words) - 4)}

    said = runs("\n".join(strings(source(path))))
    for finding in publish.findings().itertuples():
        assert not said & runs(finding.sentence), (finding.page, finding.key)


def test_lines() -> None:
    lines = {path.stem: len(source(path).splitlines()) for path in MODULES}
    assert not {name: n for name, n in lines.items() if n > LINES_OF_A_FILE}
    assert sum(lines.values()) <= LINES, lines


def imports(text: str) -> set[str]:
    """Modules of the library that a module imports, anywhere in it; what only types need does not count."""
    tree = ast.parse(text)
    typing = {
        id(node)
        for test in ast.walk(tree)
        if isinstance(test, ast.If) and "TYPE_CHECKING" in ast.dump(test.test)
        for node in ast.walk(test)
    }
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("kzcivil") and id(node) not in typing:
            module = (node.module or "").partition(".")[2]
            found |= {module} if module else {alias.name for alias in node.names}
    return found


GRAPH = {path.stem: imports(source(path)) for path in MODULES}


def test_no_import_runs_in_a_circle() -> None:
    assert len(list(TopologicalSorter(GRAPH).static_order())) >= len(MODULES)
    assert imports("def f():\n    from kzcivil.checks import validate") == {"checks"}


def test_arrows_run_one_way() -> None:
    def reached(module: str) -> set[str]:
        return {module}.union(*(reached(name) for name in GRAPH.get(module, ())))

    for place, module in enumerate(LAYERS):
        assert not reached(module) & {*LAYERS[place + 1 :], *SHOWING}, module
    assert not GRAPH["charts"] & {"evidence", "methods", "page", "publish"}
    assert not reached("checks") & {"evidence", *SHOWING}


def public() -> Iterator[tuple[str, object]]:
    yield from ((f"kz.{name}", getattr(kz, name)) for name in kz.__all__ if name != "charts")
    yield from ((f"kz.charts.{name}", getattr(kz.charts, name)) for name in dir(kz.charts))
    for name, member in inspect.getmembers(kz.Evidence, inspect.isfunction):
        if not name.startswith("_"):
            yield f"Evidence.{name}", member


@pytest.mark.parametrize(("name", "thing"), list(public()), ids=lambda value: value if isinstance(value, str) else "")
def test_every_public_name_has_a_runnable_example(name: str, thing: object) -> None:
    doc = inspect.getdoc(thing) or ""
    if inspect.isclass(thing) and issubclass(thing, Exception):
        assert doc
    else:
        assert ">>> " in doc, name


def test_the_surface() -> None:
    assert dir(kz) == sorted(kz.__all__)
    assert dir(kz.charts) == ["bars", "counts", "matrix", "ranges", "spans", "tiles"]
    assert len(kz.__all__) <= 32


# --- the project as a whole -----------------------------------------------------------------------------------------


def test_one_version(root: Path) -> None:
    project = tomllib.loads(source(root / "pyproject.toml"))["project"]["version"]
    assert project == kz.__version__
    assert f"version: {project}" in source(root / "CITATION.cff")
    data = json.loads(source(bundle_folder() / "datapackage.json"))["version"]
    assert f"[{data}]" in source(root / "data" / "CHANGELOG.md")


def test_lock_is_hashed_and_names_no_address(root: Path) -> None:
    lock = source(root / "requirements.lock")
    assert not re.search(r"https?://|--index-url|--extra-index", lock)
    blocks = re.split(r"(?m)^(?=[a-z0-9])", lock)[1:]
    assert all("--hash=sha256:" in block for block in blocks)
    locked = {re.split(r"==|\[", block)[0] for block in blocks}
    project = tomllib.loads(source(root / "pyproject.toml"))["project"]
    wanted = [
        *project["dependencies"],
        *(name for names in project["optional-dependencies"].values() for name in names),
    ]
    assert {re.match(r"[a-z0-9-]+", name)[0] for name in wanted} <= locked  # type: ignore[index]


def test_every_dependency_is_used(root: Path) -> None:
    project = tomllib.loads(source(root / "pyproject.toml"))["project"]["dependencies"]
    text = "\n".join(source(path) for path in MODULES) + "".join(
        source(path) for path in (root / "notebooks").glob("*.ipynb")
    )
    silent = {"ipykernel", "kaleido"} & {"ipykernel"}  # the kernel that runs the pages
    names = {"pillow": "PIL", "python-slugify": "slugify"}
    unused = [
        name
        for name in (re.match(r"[a-z0-9-]+", line)[0] for line in project)
        if name not in silent and not re.search(rf"(import|from) {names.get(name, name)}", text)
    ]  # type: ignore[index]
    assert not unused


def test_nothing_in_the_project_names_this_machine(root: Path) -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=root, capture_output=True, text=True, check=True).stdout.split()
    for name in listed:
        if Path(name).suffix not in {".png", ".lock"}:
            assert not re.search(r"/(?:home|root|tmp|work)/\w", source(root / name)), name


def test_no_test_depends_on_speed(root: Path) -> None:
    """A busy machine is no mistake: no clock is read, no example of hypothesis has a deadline."""
    assert settings().deadline is None
    assert settings().derandomize
    clock = re.compile(r"\b(monotonic|perf_counter|process_time|time\.time)(_ns)?\(|\bdeadline=(?!None)")
    assert clock.search("assert time.monotonic() - before < 15")
    hits = {path.name: clock.findall(source(path)) for path in (root / "tests").glob("*.py") if path != Path(__file__)}
    assert not {name: found for name, found in hits.items() if found}


def test_import_is_cheap() -> None:
    """No heavy module is imported before it is needed."""
    heavy = {
        "plotly",
        "matplotlib",
        "seaborn",
        "scipy",
        "frictionless",
        "papermill",
        "nbformat",
        "nbclient",
        "kaleido",
        "IPython",
        "rich",
    }
    code = f"import sys, kzcivil; print(*sorted({heavy!r} & set(sys.modules)))"
    shown = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=MODULES[0].parent.parent
    )
    assert shown.stdout.split() == []


def test_wheel_works_elsewhere(root: Path, tmp_path: Path) -> None:
    build = [sys.executable, "-c", f"from hatchling.build import build_wheel; print(build_wheel({str(tmp_path)!r}))"]
    name = subprocess.run(build, cwd=root, capture_output=True, text=True, check=True).stdout.split()[-1]
    with zipfile.ZipFile(tmp_path / name) as wheel:
        wheel.extractall(tmp_path / "site")
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path / 'site')!r})\n"
        "import kzcivil as kz\n"
        f"assert kz.__file__.startswith({str(tmp_path)!r}), kz.__file__\n"
        "from kzcivil.tables import bundle_folder\n"
        f"assert str(bundle_folder()).startswith({str(tmp_path)!r})\n"
        "from kzcivil import checks, cli\n"
        "assert not checks.validate()\n"
        "cli.app(['new', 'mine'], standalone_mode=False)\n"
        "print(len(kz.load().claims))\n"
    )
    shown = subprocess.run([sys.executable, "-I", "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert int(shown.stdout.split()[-1]) == len(kz.load().claims)
    assert sorted(path.name for path in (tmp_path / "mine").iterdir()) == ["README.md", "claims.csv"]

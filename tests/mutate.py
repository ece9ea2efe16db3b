"""Do the tests bite? Small faults are planted in the library, one at a time, and the tests must notice them.

``python tests/mutate.py [how many] [seed]``. The faults are those of mutmut, drawn by a fixed seed from five modules in
proportion to their size. mutmut only makes them: it would switch them on inside a process that has already built its
tables and caches, and it leaves out functions with a decorator. Here every fault gets a process of its own, which has
imported other people's packages and nothing of ours, and a copy of the project with the fault written into it.

Left out is a fault that changes nothing but wording: one string constant that holds a space between two words, and is
no pattern. A survivor is either named in ``survivors.csv`` with its reason, or it is a gap.
"""

import ast
import csv
import difflib
import gc
import json
import os
import random
import resource
import shutil
import sys
from collections import Counter
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / "mutants"
MODULES = ("reading", "figure", "methods", "evidence", "checks")
TESTS = [f"tests/test_{name}.py" for name in (*MODULES, "general", "own")]
PARTS = ("kzcivil", "tests", "data", "examples", "notebooks", "README.md", "pyproject.toml")
PACKAGES = ("frictionless", "hypothesis", "kaleido", "nbclient", "pandas", "plotly.graph_objects", "pytest", "scipy.optimize", "seaborn", "typer")  # fmt: skip
SLOW = "not any_cells and not many_rows and not frictionless and not its_charts and not new_then_check"
"""What other tests see sooner."""
QUICK = 0.1
"""Seconds; every test of a module's own file that takes less is run: cases made at import call nothing later."""


def mutants(name: str) -> list[Callable[[], dict[str, str]]]:
    """All faults of a module that are more than wording; each, when called: function, change, and the whole text."""
    import libcst as cst
    from mutmut.mutation.file_mutation import MutationVisitor
    from mutmut.mutation.mutators import mutation_operators
    from mutmut.mutation.pragma_handling import IgnoredCode

    class Visitor(MutationVisitor):
        def _skip_node_and_children(self, node: cst.CSTNode) -> bool:
            return not isinstance(node, cst.FunctionDef) and super()._skip_node_and_children(node)

    text = (ROOT / "kzcivil" / f"{name}.py").read_text(encoding="utf-8")
    visitor = Visitor(mutation_operators, IgnoredCode(set(), set(), set()))
    module = cst.MetadataWrapper(cst.parse_module(text)).visit(visitor)

    def written(one: Any) -> dict[str, str]:
        inside = one.contained_by_top_level_function
        changed = module.deep_replace(one.original_node, one.mutated_node).code
        lines = list(difflib.unified_diff(text.splitlines(), changed.splitlines(), lineterm="", n=0))[2:]
        change = " | ".join(line[0] + line[1:].strip() for line in lines if line[0] in "+-")
        function = inside.name.value if isinstance(inside, cst.FunctionDef) else ""
        return {"module": name, "function": function, "change": change, "text": changed}

    code = module.code_for_node
    found = [one for one in visitor.mutations if not _only_wording(code(one.original_node), code(one.mutated_node))]
    return [partial(written, one) for one in found]


def _only_wording(before: str, after: str) -> bool:
    try:
        old, new = ast.parse(before.strip(), mode="eval").body, ast.parse(after.strip(), mode="eval").body
    except SyntaxError:
        return False
    if isinstance(old, ast.JoinedStr) or not isinstance(new, ast.Constant) or not isinstance(old, ast.Constant):
        return False
    return isinstance(old.value, str) and " " in old.value.strip() and not before.startswith(("r", "R"))


def in_child(folder: Path, tests: list[str], plugin: Any, seconds: int = 600) -> int:
    """Process of a pytest run in a copy of the project; its time is counted in work done, so a busy machine is as good."""
    if process := os.fork():
        return process
    code = 1
    try:
        os.chdir(folder)
        sys.path.insert(0, str(folder))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
        with open(os.devnull, "w", encoding="utf-8") as nowhere:
            os.dup2(nowhere.fileno(), 1)
            os.dup2(nowhere.fileno(), 2)
        import pytest

        options = ["-xq", "--override-ini=addopts=", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:nbval", "-k"]
        code = int(pytest.main([*options, SLOW, *tests], plugins=[plugin]))
    finally:
        os._exit(code)


class Calls:
    """Which functions each test calls, and how long it takes."""

    def __init__(self, out: Path) -> None:
        self.out, self.known = out, {}

    def pytest_runtest_protocol(self, item: Any, nextitem: Any) -> None:
        del nextitem
        self.seen: set[str] = set()
        home = str(WORK)

        def note(frame: Any, event: str, _: Any) -> None:
            code = frame.f_code
            if event == "call" and code.co_filename.startswith(home):
                self.seen.add(f"{Path(code.co_filename).stem}.{code.co_name}")

        self.known[item.nodeid] = [0.0, self.seen]
        sys.settrace(note)

    def pytest_runtest_logreport(self, report: Any) -> None:
        self.known[report.nodeid][0] += report.duration
        if report.when == "teardown":
            sys.settrace(None)

    def pytest_sessionfinish(self) -> None:
        self.out.write_text(json.dumps({name: [time, sorted(seen)] for name, (time, seen) in self.known.items()}))


class Choice:
    """The tests that can notice a fault, the quick ones first; a test that was not there yet is run too."""

    def __init__(self, fault: dict[str, str], calls: dict[str, Any]) -> None:
        self.fault, self.calls = fault, calls

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        module, called = self.fault["module"], f"{self.fault['module']}.{self.fault['function']}"
        unknown = (0.0, [called])
        own = f"tests/test_{module}.py"
        chosen = []
        for item in items:
            time, seen = self.calls.get(item.nodeid, unknown)
            if called in seen or not self.fault["function"] or (item.nodeid.startswith(own) and time < QUICK):
                chosen.append((not item.nodeid.startswith(own), time, len(chosen), item))
        items[:] = [item for *_, item in sorted(chosen, key=lambda one: one[:3])]


def copy_to(folder: Path) -> None:
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / part, folder / part)


def caught(faults: list[dict[str, str]], workers: int = 2) -> list[bool]:
    """Whether the tests notice each fault; those of the module's own file are asked first."""
    gc.freeze()  # what is imported already need not be looked through again and again
    shutil.rmtree(WORK, ignore_errors=True)
    for number in range(workers):
        copy_to(WORK / str(number))
    calls_file = Path(os.environ.get("CALLS", WORK / "calls.json"))
    if not calls_file.exists():
        _, status = os.waitpid(in_child(WORK / "0", TESTS, Calls(calls_file), 3600), 0)
        assert status == 0, "the tests fail before any fault is planted: run them first"
    calls = json.loads(calls_file.read_text())
    free, busy, results = list(range(workers)), {}, [False] * len(faults)
    todo = [(at, True) for at in range(len(faults))]
    while todo or busy:
        while todo and free:
            (at, own), folder = todo.pop(0), WORK / str(free.pop())
            for name in MODULES:
                whole = (ROOT / "kzcivil" / f"{name}.py").read_text("utf-8")
                text = faults[at]["text"] if name == faults[at]["module"] else whole
                place = folder / "kzcivil" / f"{name}.py"
                if place.read_text("utf-8") != text:
                    place.write_text(text, "utf-8")
                    for compiled in place.parent.glob(f"__pycache__/{name}.*"):
                        compiled.unlink()
            mine = f"tests/test_{faults[at]['module']}.py"
            tests = [mine] if own else [name for name in TESTS if name != mine]
            busy[in_child(folder, tests, Choice(faults[at], calls))] = (at, own, int(folder.name))
        process, status = os.wait()
        at, own, number = busy.pop(process)
        free.append(number)
        results[at] = os.waitstatus_to_exitcode(status) not in (0, 5)  # 5: no test was chosen
        if own and not results[at]:
            todo.append((at, False))
        if not own and not results[at]:
            print(f"survived: {faults[at]['module']}.{faults[at]['function']}: {faults[at]['change']}", flush=True)
        print(f"\r{len(todo) + len(busy)} runs to go ", end="", file=sys.stderr, flush=True)
    return results


def main(many: int = 300, seed: int = 1) -> int:
    for package in PACKAGES:
        import_module(package)

    faults = {name: mutants(name) for name in MODULES}
    share = min(1.0, many / sum(map(len, faults.values())))
    draw = random.Random(seed)
    sample = [one() for mine in faults.values() for one in draw.sample(mine, round(share * len(mine)))]
    noticed = caught(sample)
    with (Path(__file__).parent / "survivors.csv").open(encoding="utf-8", newline="") as file:
        reasons = {(row["module"], row["function"], row["change"]): row["reason"] for row in csv.DictReader(file)}
    total = Counter(fault["module"] for fault in sample)
    good = Counter(fault["module"] for fault, yes in zip(sample, noticed, strict=True) if yes)
    named = Counter(
        reasons.get((fault["module"], fault["function"], fault["change"]), "NO REASON")
        for fault, yes in zip(sample, noticed, strict=True) if not yes
    )  # fmt: skip
    print(*(f"{count} survived: {reason}" for reason, count in sorted(named.items())), sep="\n")
    for name in MODULES:
        print(f"{name}: {good[name]} of {total[name]} caught")
    share = sum(good.values()) / len(sample)
    print(
        f"seed {seed}: {sum(good.values())} of {len(sample)} caught, {share:.1%}; {named['NO REASON']} without a reason"
    )
    return int(share < 0.9 or named["NO REASON"] > 0)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))

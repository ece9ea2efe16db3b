"""Validation of the tables by their one schema, and verification of places in the texts.

The schema's constraints, and the rules of ``rules.csv``, which a schema cannot say, are asked of every row that can be
read, in the bundle as in a reader's folder; the bundle is frictionless' work as well. All problems come in one list.
"""

from __future__ import annotations

import ast
import copy
import hashlib
import math
import operator
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from kzcivil import own as reader
from kzcivil import tables as store
from kzcivil.formulas import parsed
from kzcivil.reading import WORDINGS, Reading, Unreadable, numbers_in, parse
from kzcivil.tables import PLACED, DataError, Problem, Tables, nearest, primary_key, schemas

MAX_FORMULA = 2000
SHAPES = {
    "integer": (r"-?\d{1,15}", "a whole number in plain digits"),
    "number": (r"-?\d{1,30}(\.\d{1,30})?([eE][-+]?\d\d?)?", "a finite number in plain digits, with a decimal point"),
    "boolean": (r"true|false", "true or false"),
    "date": (r"\d{4}-\d\d-\d\d", "a date such as 2003-10-22"),
    "string": (rf"(?!\s)[^{reader.BREAKS}]*(?<!\s)", "one line of text, without spaces around it"),
}
LIMITS: dict[str, tuple[Callable[[Any, Any], Any], str]] = {
    "required": (lambda cells, _: cells == "", "a cell that is filled (required)"),
    "enum": (lambda cells, limit: cells.notna() & ~cells.isin(limit), "one of {} (enum)"),
    "pattern": (lambda cells, limit: ~cells.str.fullmatch(limit, na=True), "the pattern {}"),
    "minimum": (operator.lt, "at least {} (minimum)"),
    "maximum": (operator.gt, "at most {} (maximum)"),
}
"""Constraints of a schema: which cells break them, and what was expected."""
TABLES = reader.SHEETS + reader.TEXTS
REFRESH = "If the change was meant, run `kzcivil refresh`."
READ = frozenset(WORDINGS) - {"indefinite", "lost"}
"""Wordings that give a number."""
SAID = ("value", "value_to", "step", "wording")
READ_AS = ["least", "most", *(f"said_{name}" for name in SAID), "said_unread", "how_value", "how_wording"]
"""Columns that the rules find beside those of the claims."""
PLAIN = Reading()


def validate(folder: str | os.PathLike[str] | None = None, *, bundle: bool = True) -> list[Problem]:
    """All problems of the bundle, or of a reader's folder laid over it (``bundle=False``: of one that stands alone).

    >>> validate("nowhere")[0].found
    'no such folder'
    """
    path = Path(folder).expanduser() if folder is not None else store.bundle_folder()
    whole = path.resolve() == store.bundle_folder()
    return _problems(path, store.empty_tables() if whole or not bundle else store.bundled(), whole=whole)[0]


def require_valid(folder: Path, base: Mapping[str, pd.DataFrame]) -> Tables:
    """A reader's tables, complete and typed; one DataError lists every problem of their folder, laid over a base."""
    problems, own = _problems(folder, base)
    if problems:
        listed = "".join(f"\n  {problem}" for problem in problems)
        raise DataError(f"{folder} has {len(problems)} problem(s); nothing was loaded:{listed}")
    return own


def _problems(folder: Path, base: Mapping[str, pd.DataFrame], *, whole: bool = False) -> tuple[list[Problem], Tables]:
    if not folder.is_dir():
        return [Problem(str(folder), None, "", "no such folder", "a folder with CSV files", "Check the path.")], {}
    raw, found = reader.read_folder(folder, base, whole=whole)
    own = {}
    for table, cells in raw.items():
        own[table], wrong = _by_schema(table, cells)
        found += wrong
    tables = {}
    for table, rows in base.items():  # a row of the base has no number in a file: 0
        parts = [part for part in (rows.set_axis([0] * len(rows)), own.get(table)) if part is not None and len(part)]
        key = primary_key(table)
        tables[table] = pd.concat(parts).dropna(subset=key).drop_duplicates(key, keep="last") if parts else rows
    known = {(problem.file, problem.row, problem.column) for problem in found if problem.row}
    more = [*_rules(tables, base), *(_by_frictionless(folder, raw) if whole else ())]
    found += [one for one in more if (one.file, one.row, one.column) not in known]
    files = {f"{path.stem.casefold()}.csv": path.name for path in folder.iterdir() if path.suffix.casefold() in TABLES}
    small = files.get("claims.csv", "")  # what a small claims file brings into other tables stands in its rows
    named = [replace(one, file=files.get(one.file, small if one.row and small else one.file)) for one in found]
    return list(dict.fromkeys(named)), own


def _told(table: str, rows: pd.DataFrame, column: str, wrong: Any, expected: str | list[str]) -> Iterator[Problem]:
    """Problems of the rows that are marked; what was expected is one text, or one for each row."""
    marks = wrong.to_numpy(bool, na_value=False).tolist() if isinstance(wrong, pd.Series) else wrong
    for at in [place for place, mark in enumerate(marks) if mark]:
        cell, row, key = rows[column].iloc[at], int(rows.index[at]), str(rows.iloc[at, 0])
        how = "%Y-%m-%d" if hasattr(cell, "year") else ".10g"
        found = "nothing" if pd.isna(cell) else repr(cell) if isinstance(cell, str) else format(cell, how)
        told = expected if isinstance(expected, str) else expected[at]
        yield Problem(f"{table}.csv", row or None, column, found if row else f"{found} in {key}", told)


# --- what the schema says -------------------------------------------------------------------------------------------


def _by_schema(table: str, cells: pd.DataFrame) -> tuple[pd.DataFrame, list[Problem]]:
    """Cells as the types of their columns, empty where they cannot be, and what of them the schema forbids."""
    fields = {field["name"]: field for field in schemas()[table]["fields"]}
    unknown = [str(name) for name in cells if name not in fields]
    odd = {name: ("an unknown column", f"one of {', '.join(fields)}{nearest(name, fields)}") for name in unknown}
    needed = [name for name, field in fields.items() if field.get("constraints", {}).get("required")]
    odd |= {name: ("no such column", "a column of this name") for name in needed if name not in cells}
    found = [Problem(f"{table}.csv", 1, name, *told) for name, told in odd.items()]
    fine = cells.drop(columns=unknown).replace("", None)
    for name in map(str, fine):
        text, kind = fine[name], fields[name]["type"]
        wrong = ~text.str.fullmatch(SHAPES[kind][0], na=True)
        if kind == "date":
            wrong |= text.notna() & pd.to_datetime(text, format="%Y-%m-%d", errors="coerce").isna()
        found += _told(table, fine, name, wrong, SHAPES[kind][1])
        fine[name] = text.mask(wrong)
    rows = store.typed(fine, table, f"{table}.csv")
    for name in map(str, fine):
        for kind, limit in fields[name].get("constraints", {}).items():
            broken, expected = LIMITS.get(kind, (None, ""))  # the key alone is unique, see below
            if broken:
                asked, shown = cells if kind == "required" else rows, ", ".join(limit) if kind == "enum" else limit
                found += _told(table, rows, name, broken(asked[name], limit), expected.format(shown))
    key = primary_key(table)
    again = rows[key].notna().all(axis=1) & rows.duplicated(key)
    return rows, [*found, *_told(table, rows, key[0], again, "a key that stands there once")]


def _by_frictionless(folder: Path, raw: Tables) -> Iterator[Problem]:
    """What frictionless finds in the bundle and its descriptor; references are rules, asked of all tables together."""
    from frictionless import Package, platform  # noqa: PLC0415

    # Its first use of jsonschema would build a grammar of international addresses, which takes as long as all the rest.
    grammar: Any = sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    _ = platform.jsonschema
    if grammar is None:
        del sys.modules["rfc3987_syntax"]
    for name in schemas():
        if not (folder / f"{name}.csv").is_file():
            yield Problem(f"{name}.csv", None, "", "no such file", "a table in CSV, UTF-8")
    package = copy.deepcopy(store.descriptor())
    package["resources"] = [resource for resource in package["resources"] if resource["name"] in raw]
    for resource in package["resources"]:
        schema, cells = resource["schema"], raw[resource["name"]]
        fields = {field["name"]: field for field in schema["fields"] + schema.pop("readerFields", [])}
        schema["fields"] = [fields.get(name, {"name": name, "type": "any"}) for name in cells]
        schema.pop("foreignKeys", None)
        if not set(primary_key(resource["name"])) <= set(cells):
            del schema["primaryKey"]
    report = Package.from_descriptor(package, basepath=str(folder)).validate()
    faults = [("datapackage", error) for error in report.errors]
    for table, error in faults + [(task.name, error) for task in report.tasks for error in task.errors]:
        column, row = getattr(error, "field_name", "") or "", getattr(error, "row_number", None)
        found = repr(getattr(error, "cell", "")) if column else error.title.lower()
        advice = [REFRESH] if error.type in ("hash-count", "byte-count") else []
        expected = error.note or "a row as the schema describes it"
        yield Problem(f"{table}.csv" if table in raw else "datapackage.json", row, column, found, expected, *advice)


# --- the collection's own rules -------------------------------------------------------------------------------------


def _rules(t: Tables, base: Mapping[str, pd.DataFrame]) -> Iterator[Problem]:
    """What is wrong between columns, rows and tables; ``rules.csv`` says most of it, in the words of DataFrame.eval.

    There ``piece_id__title`` is the title in the row that piece_id names, ``@claims`` are the keys of the claims, and
    ``before`` are the words under the same id in the base.
    """
    names: dict[str, Any] = {table: rows.iloc[:, 0].tolist() for table, rows in t.items()}
    for table, rows in t.items():
        for column, target in _links(table).items():
            gone = rows[column].notna() & ~rows[column].isin(names[target])
            yield from _told(table, rows, column, gone, f"a key of {target}.csv")
    units = dict(zip(t["measures"].measure, t["measures"].unit, strict=True))
    read = [_as_read(row, units.get(row.measure, "")) for row in t["claims"].itertuples()]
    t = t | {"claims": t["claims"].assign(**pd.DataFrame(read, columns=READ_AS).set_axis(t["claims"].index))}
    for table in PLACED:
        words = base[table].set_index(primary_key(table)).as_printed
        t[table] = t[table].assign(before=t[table].iloc[:, 0].map(words))
    names["circular"] = _circular
    for rule in pd.read_csv(Path(__file__).with_name("rules.csv")).to_dict("records"):
        linked = set(re.findall(r"\w+__\w+", f"{rule['wrong']} {rule['expected']}"))
        asked = set(re.findall(r"\w+", rule["wrong"]))  # eval would touch every column
        for table in [table for table in rule["tables"].split() if len(t[table])]:
            rows = t[table].assign(**{name: _cells(t, table, name) for name in linked})
            wrong: Any = rows[[name for name in rows if name in asked]].eval(
                rule["wrong"], local_dict=names, engine="python"
            )
            told = [rule["expected"].format_map(row) for row in rows.to_dict("records")] if wrong.any() else ""
            yield from _told(table, rows, rule["column"], wrong, told)
    sums, ids = t["derivations"], set(names["claims"])
    told = [_formula(text, ids) for text in sums.formula.fillna("0")]
    yield from _told("derivations", sums, "formula", told, told)


def _links(table: str) -> dict[str, str]:
    """Tables by the columns that hold their keys."""
    links = schemas()[table].get("foreignKeys", [])
    return {link["fields"][0]: link["reference"]["resource"] or table for link in links}


def _cells(t: Tables, table: str, name: str) -> pd.Series[Any]:
    """A column, or after two underscores one of the rows that it names; they are of its own table if no link says."""
    column, _, rest = name.partition("__")
    if not rest:
        return t[table][column]
    target = _links(table).get(column, table)
    return t[table][column].map(_cells(t, target, rest).set_axis(t[target].iloc[:, 0]))


def _circular(names: pd.Series[Any], after: pd.Series[Any]) -> pd.Series[Any]:
    """From which names a chain of references never ends."""
    reached = pd.Series(after.array, names, dtype="object")
    for _ in range(len(reached).bit_length()):  # twice as far each time, at last further than any chain that ends
        reached = reached.map(reached)
    return reached.notna().set_axis(names.index)


def _as_read(row: Any, unit: str) -> dict[str, Any]:
    """What the words of a claim say, or why they say no number, and its range by the plain reading."""
    told: dict[str, Any] = {
        "least": 0.0 if pd.isna(row.low) else row.low,
        "most": math.inf if pd.isna(row.high) else row.high,
    }
    if row.wording not in READ or pd.notna(row.bounds_note) or pd.isna(row.value) or pd.isna(row.as_printed):
        return told
    if row.value >= 0 and row.step >= 0:
        exact = bool(pd.notna(row.exact) and row.exact)
        ends = PLAIN.range(row.value, row.wording, row.step, unit=unit, exact=exact, value_to=row.value_to)
        told = dict(zip(told, ends, strict=True))
    words, note = row.as_printed, str(row.note).lower()
    how = f", or a note that quotes '{words}' and says how it is read"
    noted = ("wording",) if re.search(r"\d", words) else ("wording", "value", "unread")  # of others no note helps
    told |= {f"how_{name}": how if name in noted else "" for name in ("wording", "value")}
    try:
        said = parse(words)
        read = {name: getattr(said, name) for name in SAID}
    except Unreadable as error:
        either = re.findall(r"\d+\.\d{3}\b", words)  # "27.000" is 27 or 27,000
        numbers = [float(text) for both in either for text in (both, both.replace(".", ""))]
        numbers = numbers or [number for number, *_ in numbers_in(words)]
        read = {} if any(math.isclose(row.value, number, rel_tol=1e-6) for number in numbers) else {"unread": error}
    quoted = any(part in words.lower() or words.lower() in part for part in re.findall(r"'([^']{3,})'", note))
    return told | {f"said_{name}": found for name, found in read.items() if not (quoted and name in noted)}


def _formula(text: str, claims: set[str]) -> str:
    if len(text) > MAX_FORMULA:
        return f"a formula of at most {MAX_FORMULA} signs"
    try:
        unknown = sorted({node.id for node in parsed(text) if isinstance(node, ast.Name)} - claims)
    except ValueError as error:
        return str(error).removeprefix("expected ")
    return f"claim ids only; there is no {unknown[0]}{nearest(unknown[0], claims)}" if unknown else ""


def verify(texts: str | os.PathLike[str], evidence: Any) -> pd.DataFrame:
    """Look up every place in the texts: the words stand once, as whole words, on their line; else what was found."""
    folder = Path(texts).expanduser()
    if not folder.is_dir():
        raise DataError(f"{folder}: no such folder; give the folder that holds the source texts")
    sources, places = evidence["sources"].set_index("source_id"), []
    files = {name: folder / file for name, file in sources.file.dropna().items()}
    raw = {name: file.read_bytes() for name, file in files.items() if file.is_file()}
    read = {name: data.decode("utf-8", "replace").split("\n") for name, data in raw.items()}
    changed = {name for name, data in raw.items() if hashlib.sha256(data).hexdigest() != sources.sha256[name]}
    for table in PLACED:
        for row in evidence[table].itertuples():
            lines, file = read.get(row.source_id, []), sources.file[row.source_id]
            found = "no text and line are given" if pd.isna(row.line) else _look_up(lines, row.line, row.as_printed)
            found += " (the text differs from the one that was coded)" if found and row.source_id in changed else ""
            places.append((table, row[1], file, row.line, row.as_printed, not found, found))
    return pd.DataFrame(places, columns=["table", "id", "file", "line", "as_printed", "verified", "found"])


def _look_up(lines: list[str], line: int, words: str) -> str:
    """Empty if the words stand once on their line; else what was found instead."""
    pattern = re.compile(rf"(?<!\w){re.escape(words)}(?!\w)")
    hits = len(pattern.findall(lines[line - 1])) if line <= len(lines) else 0
    if hits:
        return "" if hits == 1 else f"the words stand {hits} times on the line; lengthen them"
    elsewhere = ", ".join(str(number) for number, text in enumerate(lines, start=1) if pattern.search(text))
    nowhere = "the text file is not there" if not lines else "the words stand nowhere in the file"
    return f"the words stand on line {elsewhere}" if elsewhere else nowhere

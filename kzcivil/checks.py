"""Validation of the tables by their one schema, and verification of places in the texts.

The schema's constraints, and the collection's own rules, which it cannot say, are asked of every row that can be read, in
the bundle as in a reader's folder; all problems come in one list. Tests hold the constraints against frictionless.
"""

from __future__ import annotations

import ast
import hashlib
import math
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path, PureWindowsPath
from typing import Any

import pandas as pd

from kzcivil import own as reader
from kzcivil import tables as store
from kzcivil.formulas import parsed
from kzcivil.reading import WORDINGS, Reading, Unreadable, numbers_in, parse
from kzcivil.tables import PLACED, DataError, Problem, Tables, nearest, primary_key, schemas

MAX_WORDS = 12
MAX_FORMULA = 2000
SHAPES = {
    "integer": (r"-?\d{1,15}", "a whole number in plain digits"),
    "number": (r"-?\d{1,30}(\.\d{1,30})?([eE][-+]?\d\d?)?", "a finite number in plain digits, with a decimal point"),
    "boolean": (r"true|false", "true or false"),
    "date": (r"\d{4}-\d\d-\d\d", "a date such as 2003-10-22"),
    "string": (rf"(?!\s)[^{reader.BREAKS}]*(?<!\s)", "one line of text, without spaces around it"),
}
EDGES = [("start_low", "start_high"), ("end_low", "end_high")]
TOGETHER = {("start", "end"), ("first_line", "last_line"), *EDGES}
"""Columns of which one needs the other."""
ORDERED = {
    "pieces": [("first_line", "last_line")],
    "claims": [("low", "high"), ("value", "value_to"), ("start", "end")],
    "events": [("start", "end")],
    "stages": [*EDGES, ("start_low", "end_low"), ("start_high", "end_high")],
}
"""Columns of which the first must not be above the second."""
ADVICE = Problem("", None, "", "", "").advice
TABLES = reader.SHEETS + reader.TEXTS
REFRESH = "If the change was meant, run `kzcivil refresh`."
READ = frozenset(WORDINGS) - {"indefinite", "lost"}
"""Wordings that give a number."""
Rule = tuple[str, str, Any, str | list[str]]
"""Table, column, which of its rows are wrong, what was expected (a text, or one for each row, empty where fine)."""


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
        fields = {field["name"]: field for field in schemas()[table]["fields"]}
        for name in cells.columns.difference(list(fields)):
            expected = f"one of {', '.join(fields)}{nearest(name, fields)}"
            found.append(Problem(f"{table}.csv", 1, name, "an unknown column", expected))
        needed = [name for name, field in fields.items() if field.get("constraints", {}).get("required")]
        gone = [name for name in needed if name not in cells]
        found += [Problem(f"{table}.csv", 1, name, "no such column", "a column of this name") for name in gone]
        fine = cells[cells.columns.intersection(list(fields))].replace("", None)
        for column, text in fine.items():
            (shape, expected), name = SHAPES[fields[str(column)]["type"]], str(column)
            wrong = ~text.str.fullmatch(shape, na=True)
            if fields[name]["type"] == "date":
                wrong |= text.notna() & pd.to_datetime(text, format="%Y-%m-%d", errors="coerce").isna()
            found += _told({table: fine}, [(table, name, wrong, expected)])
            fine[name] = text.mask(wrong)
        own[table] = store.typed(fine, table, f"{table}.csv")
    tables = {}
    for table, rows in base.items():  # a row of the base has no number in a file: 0
        parts = [part for part in (rows.set_axis([0] * len(rows)), own.get(table)) if part is not None and len(part)]
        key = primary_key(table)
        tables[table] = pd.concat(parts).dropna(subset=key).drop_duplicates(key, keep="last") if parts else rows
    by_row = [_told(own, _limits(raw, own)), _told(tables, _rules(tables)), _told(own, _reworded(own, base))]
    for rule in by_row:
        known = {(problem.file, problem.row, problem.column) for problem in found if problem.row}
        found += [one for one in rule if (one.file, one.row, one.column) not in known]
    found += _sums(folder, own) if whole else ()
    files = {f"{path.stem.casefold()}.csv": path.name for path in folder.iterdir() if path.suffix.casefold() in TABLES}
    small = files.get("claims.csv", "")  # what a small claims file brings into other tables stands in its rows
    named = [replace(one, file=files.get(one.file, small if one.row and small else one.file)) for one in found]
    return list(dict.fromkeys(named)), own


def _sums(folder: Path, own: Tables) -> Iterator[Problem]:
    """Files of the bundle that are not those which the schema was written for."""
    for resource in store.descriptor()["resources"]:
        raw = (folder / resource["path"]).read_bytes() if resource["name"] in own else None
        there = {"hash": f"sha256:{hashlib.sha256(raw).hexdigest()}", "bytes": len(raw)} if raw is not None else {}
        for kind in [kind for kind in there if there[kind] != resource[kind]]:
            found, expected = f"{kind.rstrip('s')} count error", f"{resource[kind]}; the file has {there[kind]}"
            yield Problem(resource["path"], None, "", found, expected, REFRESH)


def _limits(raw: Tables, own: Tables) -> Iterator[Rule]:
    """The schema's constraints, asked of every row."""
    for table, rows in own.items():
        for field in schemas()[table]["fields"]:
            name, limits = field["name"], field.get("constraints", {})
            cells, there = rows[name], rows[name].notna()
            if name not in raw[table]:
                continue
            if limits.get("required"):
                yield table, name, ~there, "a cell that is filled (required)"
            if "enum" in limits:
                yield table, name, there & ~cells.isin(limits["enum"]), f"one of {', '.join(limits['enum'])} (enum)"
            if "pattern" in limits:
                yield table, name, ~cells.str.fullmatch(limits["pattern"], na=True), f"the pattern {limits['pattern']}"
            end = pd.Timestamp if field["type"] == "date" else float
            if "minimum" in limits:
                yield table, name, cells < end(limits["minimum"]), f"at least {limits['minimum']} (minimum)"
            if "maximum" in limits:
                yield table, name, cells > end(limits["maximum"]), f"at most {limits['maximum']} (maximum)"
        key = primary_key(table)
        yield table, key[0], rows[key].notna().all(axis=1) & rows.duplicated(key), "a key that stands there once"


# --- the collection's own rules -------------------------------------------------------------------------------------


def _told(tables: Mapping[str, pd.DataFrame], rules: Iterable[Rule]) -> Iterator[Problem]:
    for table, column, wrong, expected in rules:
        marks = wrong.to_numpy(bool, na_value=False).tolist() if isinstance(wrong, pd.Series) else wrong
        rows = tables[table]
        for at in [place for place, mark in enumerate(marks) if mark]:
            cell, row, key = rows[column].iloc[at], int(rows.index[at]), str(rows.iloc[at, 0])
            found = "nothing" if pd.isna(cell) else repr(cell) if isinstance(cell, str) else _text(cell)
            told = expected if isinstance(expected, str) else expected[at]
            yield Problem(f"{table}.csv", row or None, column, found if row else f"{found} in {key}", told)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else f"{value:%Y-%m-%d}" if hasattr(value, "year") else f"{value:.10g}"


def _rules(t: Tables) -> Iterator[Rule]:
    for table, rows in t.items():
        for link in schemas()[table].get("foreignKeys", []):
            yield _refers(t, table, link["fields"][0], link["reference"]["resource"] or table)
        for first, last in ORDERED.get(table, []):
            yield table, last, rows[first] > rows[last], f"a {last} not below {first}"
            if (first, last) in TOGETHER:
                yield table, first, rows[first].isna() != rows[last].isna(), f"both {first} and {last}, or neither"
    for column in ("first_id", "second_id"):
        yield _refers(t, "pairs", column, *PLACED[:3])
    yield _refers(t, "mentions", "item", "regions", where=t["mentions"].kind == "region")
    away = [file in (".", "..") or PureWindowsPath(file).name != file for file in t["sources"].file.fillna("")]
    yield "sources", "file", away, "the plain name of a file, without folders"
    pieces, sources = t["pieces"].set_index("piece_id"), t["sources"].set_index("source_id")
    texts = set(sources.index[sources.file.notna()])
    for column in ("sha256", "lines"):
        uneven = t["sources"].file.isna() != t["sources"][column].isna()
        yield "sources", column, uneven, "a cell just where file has one"
    whole = t["pieces"].source_id.isin(texts) & t["pieces"].first_line.isna()
    yield "pieces", "first_line", whole, "a line: the document has a text"
    beyond = t["pieces"].last_line > t["pieces"].source_id.map(sources.lines)
    yield "pieces", "last_line", beyond, "a line that the document has"
    seen: set[str] = set()
    for table in PLACED:
        part, key = t[table], primary_key(table)[0]
        yield table, key, part[key].isin(seen), "an id that stands in one table only"
        seen |= set(part[key])
        other = [not name.startswith(f"{piece}_") for name, piece in zip(part[key], part.piece_id, strict=True)]
        yield table, key, other, "an id that begins with its piece_id and _"
        long = [len(str(words).split()) > MAX_WORDS for words in part.as_printed]
        yield table, "as_printed", long, f"at most {MAX_WORDS} words"
        start, end = part.piece_id.map(pieces.first_line), part.piece_id.map(pieces.last_line)
        yield table, "line", (part.line < start) | (part.line > end), "a line within its piece"
        bare = part.line.isna() & part.piece_id.map(pieces.source_id).isin(texts)
        yield table, "line", bare, "a line: the document has a text"
    yield "stages", "order", t["stages"].duplicated(["scheme", "order"]), "a number that its scheme has once"
    circles = _circular(dict(zip(t["measures"].measure, t["measures"].part_of, strict=True)))
    yield "measures", "part_of", t["measures"].measure.isin(circles), "a wider measure, in no circle"
    yield from _claim_rules(t["claims"], dict(zip(t["measures"].measure, t["measures"].unit, strict=True)))
    sums, ids = t["derivations"], set(t["claims"].claim_id)
    yield "derivations", "reason", sums.formula.isna() & sums.reason.isna(), "a formula, or why there is none"
    told = [_formula(text, ids) for text in sums.formula.fillna("0")]
    yield "derivations", "formula", told, told


def _refers(t: Tables, table: str, column: str, *targets: str, where: Any = True) -> Rule:
    cells, known = t[table][column], pd.concat([t[target].iloc[:, 0] for target in targets])
    return table, column, where & cells.notna() & ~cells.isin(known), f"a key of {' or '.join(targets)}.csv"


def _claim_rules(c: pd.DataFrame, units: dict[str, str]) -> Iterator[Rule]:
    hand, bounded, lost = c.bounds_note.notna(), c.low.notna() | c.high.notna(), c.wording == "lost"
    read = c.wording.isin(READ)
    yield "claims", "bounds_note", hand != bounded, "low or high set by hand and the reason, or neither"
    yield "claims", "bounds_note", (c.wording == "indefinite") & ~hand, "how low and high follow from the words"
    yield "claims", "value", (c.value < c.low) | (c.value > c.high), "a value between low and high"
    yield "claims", "value", lost & (c.value.notna() | bounded), "nothing: the number was lost; never guess"
    yield "claims", "value", read & (c.value.isna() | c.step.isna()), "a value and a step"
    span, tally = c.wording == "between", c.wording.isin(["bare", "only"])
    yield "claims", "value_to", span != c.value_to.notna(), "an upper number just for the wording between"
    yield "claims", "exact", c.exact.fillna(False) & ~tally, "nothing: vague words are no complete tally"
    rows: dict[str, Any] = {str(row.claim_id): row for row in c.itertuples()}
    for column in ("value", "value_to", "step", "wording"):
        told = [_said(row, column) if asked else "" for row, asked in zip(rows.values(), read & ~hand, strict=True)]
        yield "claims", column, told, told
    for column in ("repeats", "same_as", "supersedes"):
        circles = _circular(dict(zip(rows, c[column], strict=True)))
        yield "claims", column, c.claim_id.isin(circles), "an earlier statement, in no circle"
    for column in ("repeats", "same_as"):
        told = [_alike(row, rows, column, units) for row in rows.values()]
        yield "claims", column, told, told
    yield _refers({"claims": c}, "claims", "supersedes", "claims")
    yield "claims", "note", c.supersedes.notna() & c.note.isna(), "why this statement corrects the other"
    twice = c.supersedes.notna() & c.supersedes.duplicated()
    yield "claims", "supersedes", twice, "a statement that no other corrects; name its last correction"
    corrected = c.supersedes.map(c.set_index("claim_id").measure)
    yield "claims", "measure", corrected.notna() & (corrected != c.measure), "the measure of the corrected statement"


def _circular(after: Mapping[str, Any]) -> set[str]:
    """Names from which a chain of references never ends."""
    reached = pd.Series(after, dtype="object")
    for _ in range(len(reached).bit_length()):  # twice as far each time, at last further than any chain that ends
        reached = reached.map(reached)
    return set(reached.index[reached.notna()])


def _reworded(own: Tables, base: Mapping[str, pd.DataFrame]) -> Iterator[Rule]:
    """Other words under the id of a row that is there: a correction keeps what was printed in sight."""
    for table in set(PLACED) & set(own):
        rows, key = own[table], primary_key(table)[0]
        before = rows[key].map(base[table].set_index(key).as_printed)
        how = "as under this id; a correction has an id of its own and names this one in supersedes"
        told = [f"{was!r} {how}" for was in before]
        yield table, "as_printed", before.notna() & (before != rows.as_printed), told


def _said(row: Any, column: str) -> str:
    """What the words say, where it is not what a column holds, and no note that quotes them says why."""
    words, stored, note = str(row.as_printed), getattr(row, column), str(row.note)
    quoted = any(part in words.lower() or words.lower() in part for part in re.findall(r"'([^']{3,})'", note.lower()))
    fixed = column in ("step", "value_to") or (column == "value" and re.search(r"\d", words))  # no note helps these
    if pd.isna(row.as_printed) or pd.isna(row.value) or (quoted and not fixed):
        return ""
    how = "" if fixed else f", or a note that quotes '{words}' and says how it is read"
    try:
        said = getattr(parse(words), column)
    except Unreadable as error:
        either = re.findall(r"\d+\.\d{3}\b", words)  # "27.000" is 27 or 27,000
        numbers = [float(text) for both in either for text in (both, both.replace(".", ""))]
        numbers = numbers or [number for number, _ in numbers_in(words)]
        fine = column != "value" or any(_same(row.value, number) for number in numbers)
        return "" if fine else f"a number of the words{how} ({error})"
    alike = stored == said if column == "wording" else _same(stored, said)
    return "" if alike else f"{_text(said)}, as {words!r} says{how}"


def _same(a: float, b: float) -> bool:
    return bool(pd.isna(a) and pd.isna(b)) or math.isclose(a, b, rel_tol=1e-6)


def _alike(row: Any, rows: Mapping[str, Any], column: str, units: Mapping[str, str]) -> str:
    """Why a statement is not of the same number as the one that it names; empty if it is, or names none."""
    first = rows.get(getattr(row, column))
    if first is None or first.measure != row.measure:
        return "" if first is None else f"a statement on {row.measure}; that one is on {first.measure}"
    if column == "repeats":
        alike = _same(row.value, first.value) or pd.notna(row.same_as)
        return "" if alike else f"a statement of the same value; that one is {first.value:.10g}"
    (low, high), (other_low, other_high) = _range(row, units), _range(first, units)
    return "" if max(low, other_low) <= min(high, other_high) else f"a range that meets {low:.10g} to {high:.10g}"


def _range(row: Any, units: Mapping[str, str]) -> tuple[float, float]:
    """The plain reading's range; without limits where the row gives none."""
    if pd.isna(row.bounds_note) and row.value >= 0 and row.step >= 0 and row.wording in READ:
        unit, exact = units.get(row.measure, ""), bool(pd.notna(row.exact) and row.exact)
        return Reading().range(row.value, row.wording, row.step, unit=unit, exact=exact, value_to=row.value_to)
    return (0.0 if pd.isna(row.low) else row.low), (math.inf if pd.isna(row.high) else row.high)


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
    read = {name: file.read_bytes() for name, file in files.items() if file.is_file()}
    for table in PLACED:
        for row in evidence[table].itertuples():
            source, raw = sources.loc[row.source_id], read.get(row.source_id, b"")
            lines = raw.decode("utf-8", "replace").split("\n")
            found = "no text and line are given" if pd.isna(row.line) else _look_up(lines, row.line, row.as_printed)
            if found and raw and hashlib.sha256(raw).hexdigest() != source.sha256:
                found += " (the text differs from the one that was coded)"
            places.append((table, row[1], source.file, row.line, row.as_printed, not found, found))
    return pd.DataFrame(places, columns=["table", "id", "file", "line", "as_printed", "verified", "found"])


def _look_up(lines: list[str], line: int, words: str) -> str:
    """Empty if the words stand once on their line; else what was found instead."""
    pattern = re.compile(rf"(?<!\w){re.escape(words)}(?!\w)")
    hits = len(pattern.findall(lines[line - 1])) if line <= len(lines) else 0
    if hits:
        return "" if hits == 1 else f"the words stand {hits} times on the line; lengthen them"
    elsewhere = ", ".join(str(number) for number, text in enumerate(lines, start=1) if pattern.search(text))
    nowhere = "the text file is not there" if lines == [""] else "the words stand nowhere in the file"
    return f"the words stand on line {elsewhere}" if elsewhere else nowhere

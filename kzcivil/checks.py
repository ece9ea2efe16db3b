"""Validation of the tables by their one schema, and verification of places in the texts.

Types, enums, keys and checksums are frictionless' work; the collection's own rules (bounds follow the reading rules,
the words hold the number, references between tables, formulas) are added to the same list of problems.
"""

from __future__ import annotations

import copy
import hashlib
import json
import math
import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from kzcivil.evidence import (
    DataError,
    bundle_folder,
    descriptor,
    forget_bundle,
    overlay,
    primary_key,
    read_table,
    schemas,
)
from kzcivil.intervals import (
    UNREAD_WORDINGS,
    each,
    formula_names,
    intervals_of,
    joint,
    numbers_in,
    read,
    read_claims,
)

MAX_WORDS = 12
PLACED = ("claims", "events", "stages", "mentions")
"""Tables whose rows have a place in a text that is verified."""
ROUNDING = 1e-6
"""Relative tolerance when printed bounds are compared with the rule's."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a table."""

    file: str
    row: int | None
    column: str
    found: str
    expected: str
    advice: str

    def __str__(self) -> str:
        place = (
            self.file + (f", row {self.row}" if self.row else "") + (f", column {self.column}" if self.column else "")
        )
        return f"{place}: found {self.found}; expected {self.expected}. {self.advice}"


def rule_bounds(claims: pd.DataFrame) -> pd.DataFrame:
    """``low`` and ``high`` as the default rule gives them (rounded, logical); open ends and unread wordings are NaN.

    Parameters
    ----------
    claims
        Rows of ``claims.csv``; the columns value, value_to, step, wording and unit are used.
    """
    rows: list[tuple[float | None, float | None]] = []
    for row in each(claims):
        if (
            row.wording in UNREAD_WORDINGS
            or pd.isna(row.value)
            or (row.wording == "between" and not row.value_to >= row.value)
        ):
            rows.append((None, None))
            continue
        interval = read(row.value, str(row.wording), 0 if pd.isna(row.step) else row.step, str(row.unit), row.value_to)
        low = None if row.wording in ("almost", "up_to") else interval.low
        high = None if row.wording in ("over", "at_least", "slightly_more") else interval.high
        rows.append((low, high))
    return pd.DataFrame(rows, columns=["low", "high"], index=claims.index, dtype="float64")


# --- validation -----------------------------------------------------------------------------------------------------


def validate(folder: str | os.PathLike[str] | None = None) -> list[Problem]:
    """All problems of the bundle, or of a reader's folder laid over it.

    Parameters
    ----------
    folder
        A folder with some of the bundle's files; None validates the bundle with its checksums.

    Returns
    -------
    list of Problem
        Empty if there are none.

    Examples
    --------
    >>> from kzcivil.checks import validate
    >>> validate()
    []
    """
    if folder is None or Path(folder).resolve() == bundle_folder():
        home = bundle_folder()
        problems = list(_by_schema(home, descriptor()))
        tables = None if problems else {table: read_table(home / f"{table}.csv", table) for table in schemas()}
        return problems or [p for table in schemas() for p in own_rules({}, tables or {}, [table])]
    from kzcivil.evidence import load  # noqa: PLC0415

    base = load()
    return validate_folder(Path(folder), {table: base[table] for table in schemas()})


def require_valid(folder: Path, base: Mapping[str, pd.DataFrame]) -> None:
    """Raise one DataError that lists every problem of a reader's folder."""
    if problems := validate_folder(folder, base):
        listed = "\n".join(f"  {problem}" for problem in problems[:20])
        more = f"\n  ... and {len(problems) - 20} more" if len(problems) > 20 else ""
        raise DataError(f"{folder} has {len(problems)} problem(s); nothing was loaded:\n{listed}{more}")


def validate_folder(folder: Path, base: Mapping[str, pd.DataFrame]) -> list[Problem]:
    """All problems of a reader's folder, as if laid over the tables of ``base``."""
    if not folder.is_dir():
        return [Problem(str(folder), None, "", "no such folder", "a folder with CSV files", "Check the path.")]
    known = {f"{table}.csv": table for table in schemas()}
    files = sorted(path.name for path in folder.glob("*.csv"))
    problems = [
        Problem(name, None, "", "a file that the collection does not know", f"one of {', '.join(known)}", "Rename it.")
        for name in files
        if name not in known
    ]
    present = [known[name] for name in files if name in known]
    if not present:
        advice = "Put at least one of these files into the folder; data/README.md tells how."
        return problems or [Problem(str(folder), None, "", "no table", f"one of {', '.join(known)}", advice)]
    for table in present:
        if header := list(_header_problems(folder / f"{table}.csv", table)):
            problems += header
    if problems:
        return problems
    problems = list(_by_schema(folder, _folder_descriptor(folder, present)))
    if problems:
        return problems
    try:
        own = {table: read_table(folder / f"{table}.csv", table) for table in present}
    except DataError as error:
        return [Problem(str(folder), None, "", str(error), "a readable table", "Mend the file.")]
    return [*(problem for table in present for problem in own_rules(base, own, [table])), *_children(base, own)]


def _children(base: Mapping[str, pd.DataFrame], own: Mapping[str, pd.DataFrame]) -> Iterator[Problem]:
    """Bundled rows that no longer fit a piece or a measure that the reader replaced."""
    merged = overlay(base, own)
    for parent, key in (("pieces", "piece_id"), ("measures", "measure")):
        if parent not in own:
            continue
        for table in (name for name in PLACED if key in base[name]):
            name = primary_key(table)[0]
            rows = base[table][base[table][key].isin(own[parent][key])]
            rows = rows[~rows[name].isin(own[table][name] if table in own else [])]
            found = [*_place_rules(table, rows, merged), *(_claim_rules(rows, merged) if table == "claims" else ())]
            for number, column, what, expected, advice in found:
                told = f"{rows[name].iloc[number - 2]}: {what}"
                yield Problem(f"{parent}.csv, for the bundled {table}.csv", None, column, told, expected, advice)


def _header_problems(path: Path, table: str) -> Iterator[Problem]:
    try:
        path.read_bytes().decode("utf-8")
        columns = list(pd.read_csv(path, nrows=0, dtype="str", encoding="utf-8").columns)
    except (OSError, UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        yield Problem(path.name, None, "", str(error), "CSV with a heading line, in UTF-8", "Save it as UTF-8 CSV.")
        return
    if len(columns) == 1 and (mark := next((mark for mark in ";\t" if mark in columns[0]), "")):
        name = "semicolons" if mark == ";" else "tabs"
        yield Problem(
            path.name, 1, "", f"columns separated by {name}", "commas", "Save it with commas between columns."
        )
        return
    fields = {
        field["name"]: field.get("constraints", {}).get("required", False) for field in schemas()[table]["fields"]
    }
    for column in columns:
        if column not in fields:
            yield Problem(
                path.name, 1, str(column), "an unknown column", f"one of {', '.join(fields)}", "Rename or drop it."
            )
    for column, required in fields.items():
        if required and column not in columns:
            yield Problem(
                path.name,
                1,
                column,
                "no such column",
                "a column of this name",
                "Add it; its meaning is in data/README.md.",
            )


def _folder_descriptor(folder: Path, tables: Iterable[str]) -> dict[str, Any]:
    """The schema cut to the columns that a reader's files have; references are checked over all tables afterwards."""
    package = copy.deepcopy(descriptor())
    kept = []
    for resource in package["resources"]:
        if resource["name"] not in set(tables):
            continue
        columns = list(pd.read_csv(folder / resource["path"], nrows=0, dtype="str").columns)
        fields = {field["name"]: field for field in resource["schema"]["fields"]}
        resource["schema"] = {key: value for key, value in resource["schema"].items() if key != "foreignKeys"}
        resource["schema"]["fields"] = [fields[column] for column in columns]
        kept.append({key: value for key, value in resource.items() if key not in ("hash", "bytes")})
    return {**package, "resources": kept}


def _by_schema(folder: Path, package: dict[str, Any]) -> Iterator[Problem]:
    from frictionless import Package  # noqa: PLC0415

    report = Package.from_descriptor(package, basepath=str(folder)).validate()
    for error in report.errors:
        yield Problem(folder.name, None, "", error.message, "a valid descriptor", "Mend data/datapackage.json.")
    for task in report.tasks:
        for error in task.errors:
            yield _as_problem(Path(str(task.place)).name, error)


_ADVICE = {
    "type-error": "Write it in the column's type (numbers plain, dates YYYY-MM-DD).",
    "constraint-error": "Use a value that the column allows.",
    "foreign-key": "Add the row that is referred to, or mend the reference.",
    "primary-key": "Give the row a key of its own.",
    "unique-error": "Give the row a key of its own.",
    "hash-count": "If the change was meant, run `kzcivil refresh`.",
    "byte-count": "If the change was meant, run `kzcivil refresh`.",
}


def _as_problem(file: str, error: Any) -> Problem:
    column = getattr(error, "field_name", "") or ""
    cell = getattr(error, "cell", "")
    if error.type == "foreign-key":
        column = ", ".join(getattr(error, "field_names", []) or [])
        cell = ", ".join(map(str, getattr(error, "target_keys", "") or getattr(error, "cells", [])))[:60]
    found = repr(cell) if cell not in ("", None) else "nothing" if column else error.title.lower()
    row = getattr(error, "row_number", None)
    shapes = {
        "blank-row": "a row",
        "extra-cell": "as many cells as headings",
        "missing-cell": "as many cells as headings",
    }
    expected = error.note or shapes.get(error.type, "a row as the schema describes it")
    if error.type in ("hash-count", "byte-count"):
        found, expected = "another file than the descriptor knows", "the checksum and size in datapackage.json"
    return Problem(file, row, column, found, expected, _ADVICE.get(error.type, "Mend the row."))


# --- the collection's own rules -------------------------------------------------------------------------------------


def own_rules(
    base: Mapping[str, pd.DataFrame], own: Mapping[str, pd.DataFrame], tables: Iterable[str]
) -> Iterator[Problem]:
    """Problems that a schema cannot express, in the rows of ``own``; references look into ``base`` and ``own``."""
    merged = overlay(base, own) if base else dict(own)
    for table in tables:
        rows = own[table]
        found = list(_references(table, rows, merged)) if base else []
        if table == "claims":
            found += _claim_rules(rows, merged)
        elif table == "derivations":
            found += _derivation_rules(rows, merged)
        elif table == "pairs":
            found += _pair_rules(rows, merged)
        elif table == "mentions":
            found += _mention_rules(rows, merged)
        elif table == "stages":
            found += [*_ordered(rows, ["start_low", "start_high"]), *_ordered(rows, ["end_low", "end_high"])]
        for number, column, what, expected, advice in (*found, *_place_rules(table, rows, merged)):
            yield Problem(f"{table}.csv", number, column, what, expected, advice)


Finding = tuple[int, str, str, str, str]


def _numbered(rows: pd.DataFrame) -> Iterator[tuple[int, Any]]:
    """Rows with the number they have in their file (the heading is row 1)."""
    return ((number, row) for number, row in enumerate(each(rows), start=2))


def _references(table: str, rows: pd.DataFrame, merged: Mapping[str, pd.DataFrame]) -> Iterator[Finding]:
    for link in schemas()[table].get("foreignKeys", []):
        column, target = link["fields"][0], link["reference"]["resource"] or table
        known = set(merged[target][link["reference"]["fields"][0]])
        for number, row in _numbered(rows):
            value = getattr(row, column)
            if not pd.isna(value) and value not in known:
                advice = f"Add it to {target}.csv in your folder, or mend the reference."
                yield number, column, repr(value), f"a key of {target}.csv", advice


def _ordered(rows: pd.DataFrame, columns: list[str]) -> Iterator[Finding]:
    first, last = columns
    for number, row in _numbered(rows):
        low, high = getattr(row, first), getattr(row, last)
        if not pd.isna(low) and not pd.isna(high) and low > high:
            yield number, last, f"{first} {low} after {last} {high}", f"{first} not after {last}", "Swap or mend them."


def _place_rules(table: str, rows: pd.DataFrame, merged: Mapping[str, pd.DataFrame]) -> Iterator[Finding]:
    if "as_printed" not in rows:
        return
    if {"start", "end"} <= set(rows.columns):
        yield from _ordered(rows, ["start", "end"])
    pieces = merged["pieces"].set_index("piece_id")
    for number, row in _numbered(rows):
        if len(str(row.as_printed).split()) > MAX_WORDS:
            yield (
                number,
                "as_printed",
                f"{len(row.as_printed.split())} words",
                f"at most {MAX_WORDS}",
                "Shorten the quotation.",
            )
        if "piece_id" not in rows or row.piece_id not in pieces.index:
            continue
        piece = pieces.loc[row.piece_id]
        if piece.source_id != row.source_id or not piece.first_line <= row.line <= piece.last_line:
            place = f"{piece.source_id} lines {piece.first_line} to {piece.last_line}"
            yield (
                number,
                "piece_id",
                f"{row.source_id} line {row.line}",
                f"a place in {row.piece_id} ({place})",
                "Mend one of them.",
            )


def _claim_rules(rows: pd.DataFrame, merged: Mapping[str, pd.DataFrame]) -> Iterator[Finding]:
    units = dict(zip(merged["measures"].measure, merged["measures"].unit, strict=True))
    for (number, row), by_rule in zip(_numbered(rows), each(rule_bounds(rows)), strict=True):
        if units.get(row.measure, row.unit) != row.unit:
            expected = f"{units[row.measure]!r}, the unit of {row.measure}"
            yield number, "unit", repr(row.unit), expected, "Mend the unit or the measure."
        if row.low > row.high:
            yield number, "high", f"low {row.low} above high {row.high}", "low not above high", "Swap or mend them."
        if row.repeats == row.claim_id:
            yield number, "repeats", "the row itself", "an earlier statement", "Empty it or name the first statement."
        if row.wording in UNREAD_WORDINGS:
            yield from ((number, *finding) for finding in _unread(row))
        else:
            yield from ((number, *finding) for finding in _number_rules(row, by_rule))


def _unread(row: Any) -> Iterator[tuple[str, str, str, str]]:
    if row.wording == "lost" and not (pd.isna(row.value) and pd.isna(row.low) and pd.isna(row.high)):
        yield "value", "a number", "nothing: the value was lost", "Empty value, low and high; never guess."
    if row.wording == "indefinite" and pd.isna(row.bounds_note):
        yield "bounds_note", "nothing", "why the bounds were set so", "Say how the bounds follow from the words."


def _number_rules(row: Any, by_rule: Any) -> Iterator[tuple[str, str, str, str]]:
    if pd.isna(row.value) or pd.isna(row.step):
        yield "value", "nothing", f"a value and a step for the wording {row.wording!r}", "Fill them in."
        return
    if math.inf in (row.value, row.step, row.low, row.high):
        yield "value", "inf", "a finite number; an open bound is left empty", "Write the number, or empty the bound."
        return
    if row.wording == "between" and not row.value_to >= row.value:
        found = "nothing" if pd.isna(row.value_to) else f"{row.value_to:g}"
        yield (
            "value_to",
            found,
            f"the upper number of the range, not below {row.value:g}",
            "Fill it in, or swap the two.",
        )
        return
    if not pd.isna(row.bounds_note):
        return
    if not any(_same(row.value, number) for number in numbers_in(row.as_printed)):
        yield "as_printed", repr(row.as_printed), f"words that hold {row.value:g}", "Quote the number itself."
    for end in ("low", "high"):
        printed, expected = getattr(row, end), getattr(by_rule, end)
        if not _same(printed, expected):
            shown = "nothing (open)" if pd.isna(expected) else f"{expected:g}, by the rule for {row.wording!r}"
            advice = "Run `kzcivil refresh`, or say in bounds_note why it is set by hand."
            yield end, "nothing" if pd.isna(printed) else f"{printed:g}", shown, advice


def _same(a: float, b: float) -> bool:
    if pd.isna(a) or pd.isna(b):
        return bool(pd.isna(a) and pd.isna(b))
    return abs(a - b) <= ROUNDING * max(abs(a), abs(b), 1)


def _derivation_rules(rows: pd.DataFrame, merged: Mapping[str, pd.DataFrame]) -> Iterator[Finding]:
    known = set(merged["claims"].claim_id)
    values = intervals_of(read_claims(merged["claims"]))
    for number, row in _numbered(rows):
        if pd.isna(row.formula):
            if pd.isna(row.reason):
                yield number, "reason", "nothing", "a formula, or the reason why there is none", "Fill in one of them."
            continue
        try:
            names = formula_names(row.formula)
        except ValueError as error:
            yield number, "formula", repr(row.formula), "a formula over claim ids", f"{error}."
            continue
        for name in sorted(names - known):
            yield number, "formula", repr(name), "claim ids only", "Mend the id, or add the claim."
        if names <= set(values):
            try:
                joint(row.formula, values)
            except (ValueError, ArithmeticError) as error:
                yield number, "formula", repr(row.formula)[:80], "a formula that has a value", f"{error}."


def _pair_rules(rows: pd.DataFrame, merged: Mapping[str, pd.DataFrame]) -> Iterator[Finding]:
    known = set(merged["claims"].claim_id) | set(merged["events"].event_id)
    for number, row in _numbered(rows):
        for column in ("first_id", "second_id"):
            if getattr(row, column) not in known:
                yield (
                    number,
                    column,
                    repr(getattr(row, column)),
                    "a claim_id or an event_id",
                    "Mend the id, or add the row.",
                )


def _mention_rules(rows: pd.DataFrame, merged: Mapping[str, pd.DataFrame]) -> Iterator[Finding]:
    known = set(merged["regions"].region)
    for number, row in _numbered(rows):
        if row.kind == "region" and row.item not in known:
            yield number, "item", repr(row.item), "a key of regions.csv", "Mend the code, or the kind."


# --- places in the texts --------------------------------------------------------------------------------------------


def verify(
    claims_like: Mapping[str, pd.DataFrame], sources: pd.DataFrame, texts: str | os.PathLike[str]
) -> pd.DataFrame:
    """Look up every place in the texts.

    Parameters
    ----------
    claims_like
        Tables by name with source_id, line and as_printed (those of ``PLACED``).
    sources
        ``sources.csv``: file name and checksum of each text.
    texts
        Folder with the text files.

    Returns
    -------
    pandas.DataFrame
        One row a place: table, id, file, line, as_printed, verified, found (in words where it was not verified).
    """
    folder = Path(texts)
    if not folder.is_dir():
        raise DataError(f"{folder}: no such folder; give the folder that holds the source texts")
    lines: dict[str, list[str] | None] = {}
    hashes: dict[str, bool] = {}
    for source in each(sources):
        path = folder / source.file
        try:
            raw = path.read_bytes() if path.is_file() else None
        except OSError as error:
            raise DataError(f"{path}: cannot be read ({error.strerror}); check its permissions") from error
        lines[source.source_id] = None if raw is None else raw.decode("utf-8", "replace").split("\n")
        hashes[source.source_id] = raw is not None and hashlib.sha256(raw).hexdigest() == source.sha256
    files = sources.set_index("source_id").file
    places = []
    for table, rows in claims_like.items():
        for row in each(rows):
            found = _look_up(lines[row.source_id], row.line, row.as_printed, hashes[row.source_id])
            places.append(
                (table, getattr(row, primary_key(table)[0]), files[row.source_id], row.line, row.as_printed, found)
            )
    result = pd.DataFrame(places, columns=["table", "id", "file", "line", "as_printed", "found"])
    result.insert(5, "verified", result.found == "")
    return result


def _look_up(lines: list[str] | None, line: int, words: str, same_text: bool) -> str:
    """Empty if the words stand once on their line; else what was found instead."""
    if lines is None:
        return "the text file is not there"
    pattern = re.compile(rf"(?<!\w){re.escape(words)}(?!\w)")
    hits = len(pattern.findall(lines[line - 1])) if line <= len(lines) else 0
    if hits == 1:
        return ""
    if hits > 1:
        return f"the words stand {hits} times on the line; lengthen them"
    elsewhere = [str(number) for number, text in enumerate(lines, start=1) if pattern.search(text)]
    where = f"the words stand on line {', '.join(elsewhere)}" if elsewhere else "the words stand nowhere in the file"
    return where if same_text else f"{where} (the text differs from the one that was coded)"


# --- refresh --------------------------------------------------------------------------------------------------------


def refresh(folder: Path | None = None) -> list[str]:
    """Write the rule's bounds into ``claims.csv`` and, for the bundle, checksums and sizes into the descriptor.

    Returns
    -------
    list of str
        What was changed, in words; each file is written whole or not at all.
    """
    home = folder or bundle_folder()
    claims, package = home / "claims.csv", home / "datapackage.json"
    if not claims.is_file() and not package.is_file():
        raise DataError(f"{home}: neither claims.csv nor datapackage.json is there; give the folder that holds them")
    new: dict[Path, str] = {}
    if claims.is_file():
        new[claims] = _with_bounds(claims)
    if package.is_file():
        new[package] = _with_checksums(package, new)
    changed = {path: text for path, text in new.items() if text != path.read_text(encoding="utf-8")}
    for path, text in changed.items():
        write_whole(path, text)
    forget_bundle()
    words = {claims: "claims.csv: bounds by the rule", package: "datapackage.json: checksums and sizes"}
    return [words[path] for path in changed]


def _with_bounds(path: Path) -> str:
    """The text of a claims file with the rule's bounds; a file that the schema rejects is left as it is."""
    problems = list(_header_problems(path, "claims"))
    problems = problems or list(_by_schema(path.parent, _folder_descriptor(path.parent, ["claims"])))
    if problems:
        raise DataError("\n".join(map(str, problems[:20])))
    raw = pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8")
    typed = read_table(path, "claims")
    by_rule = rule_bounds(typed)
    for end in ("low", "high"):
        shown = by_rule[end].map(lambda v: "" if pd.isna(v) else f"{v:.10g}" if v < 1e9 else f"{v:.0f}")
        raw[end] = shown.where(typed.bounds_note.isna(), raw.get(end, ""))
    return raw.to_csv(index=False, lineterminator="\n")


def _with_checksums(path: Path, new: Mapping[Path, str]) -> str:
    """The descriptor with the checksums and sizes of its files as they will be written."""
    package = json.loads(path.read_text(encoding="utf-8"))
    for resource in package["resources"]:
        file = path.parent / resource["path"]
        raw = new[file].encode("utf-8") if file in new else file.read_bytes()
        resource["hash"], resource["bytes"] = f"sha256:{hashlib.sha256(raw).hexdigest()}", len(raw)
    return json.dumps(package, indent=2, ensure_ascii=False) + "\n"


def write_whole(path: Path, text: str | bytes) -> None:
    """Write a file whole or not at all: beside it first, then moved into its place."""
    data = text.encode("utf-8") if isinstance(text, str) else text
    path = path.resolve()
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.chmod(name, mode)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise

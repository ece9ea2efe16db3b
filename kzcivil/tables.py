"""The tables: their one schema, reading them from files, and laying a reader's over the bundle."""

from __future__ import annotations

import csv
import difflib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.types import pandas_dtype

Tables = dict[str, pd.DataFrame]
PLACED = ("claims", "events", "stages", "mentions")
"""Tables whose rows have a place in a text."""
_TYPES: dict[str, tuple[Callable[[str], Any], Any]] = {
    "string": (str, pandas_dtype("str")),
    "integer": (np.int64, pandas_dtype("Int64")),
    "number": (float, pandas_dtype("float64")),
    "boolean": ({"true": True, "false": False}.__getitem__, pandas_dtype("boolean")),
    "date": (date.fromisoformat, pandas_dtype("datetime64[s]")),
}
"""By type of the schema how a filled cell is read, and the type of its column."""


class DataError(ValueError):
    """Data that cannot be used; the message names file, row, column, what was found and what to do."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a table."""

    file: str
    row: int | None
    column: str
    found: str
    expected: str
    advice: str = "Mend it; data/README.md tells what each column holds."

    def __str__(self) -> str:
        row, column = f", row {self.row}" if self.row else "", f", column {self.column}" if self.column else ""
        found, expected = (t if len(t) < 600 else f"{t[:300]} ... {t[-200:]}" for t in (self.found, self.expected))
        return f"{self.file}{row}{column}: found {found}; expected {expected}. {self.advice}"


def nearest(name: object, known: Iterable[object]) -> str:
    """The known names nearest to one that is not, as the end of a message.

    >>> nearest("diachenco", ["diachenko", "adal_azamat"])
    '; did you mean diachenko?'
    """
    near = difflib.get_close_matches(str(name), [str(k) for k in known], n=3, cutoff=0.4)
    return f"; did you mean {' or '.join(near)}?" if near else ""


def bundle_folder() -> Path:
    """Folder of the bundled tables: inside the installed package, or beside it in a clone."""
    here = Path(__file__).resolve().parent
    for folder in (here / "data", here.parent / "data"):
        if (folder / "datapackage.json").is_file():
            return folder
    raise DataError(f"the bundled tables are missing: no data/datapackage.json in {here} or beside it; reinstall it")


@cache
def descriptor() -> dict[str, Any]:
    """The one schema, ``data/datapackage.json``."""
    found: dict[str, Any] = json.loads((bundle_folder() / "datapackage.json").read_text(encoding="utf-8"))
    return found


@cache
def schemas() -> dict[str, dict[str, Any]]:
    """Table schema by table name, with the columns that only a reader's table may have."""
    found = {resource["name"]: resource["schema"] for resource in descriptor()["resources"]}
    return {name: {**one, "fields": one["fields"] + one.get("readerFields", [])} for name, one in found.items()}


def primary_key(table: str) -> list[str]:
    """Columns that identify a row of a table."""
    return list(schemas()[table]["primaryKey"])


@cache
def bundled() -> Tables:
    """The bundled tables as they stand in their files, cast to the schema's types."""
    folder = bundle_folder()
    return {table: _read(folder / f"{table}.csv", table) for table in schemas()}


def empty_tables() -> Tables:
    """Tables of the schema without rows."""
    return {table: typed(pd.DataFrame(), table, table) for table in schemas()}


def _read(path: Path, table: str) -> pd.DataFrame:
    """A table by the csv module: for small tables each cell by itself is quicker than each column by pandas."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            head, *rows = filter(None, csv.reader(file, strict=True))
    except (OSError, ValueError, csv.Error) as error:
        raise DataError(f"{path.name}: cannot be read as UTF-8 CSV ({error})") from error
    for number, row in enumerate(rows, start=2):
        if len(row) != len(head):
            raise DataError(f"{path.name}, row {number}: {len(row)} cells, but the first row names {len(head)} columns")
    cells = dict(zip(head, zip(*rows, strict=True), strict=True)) if rows else {}
    frame, key = typed(cells, table, path.name, pd.RangeIndex(len(rows))), primary_key(table)
    for at in frame.index[frame.duplicated(key)][:1]:
        raise DataError(f"{path.name}, row {at + 2}: the key {list(frame.loc[at, key])} stands there a second time")
    return frame


def typed(cells: Any, table: str, file: str, index: Any = None) -> pd.DataFrame:
    """Text cells by column as the types of a table's schema; a column that is not there is empty."""
    columns: dict[str, Any] = {}
    index = cells.index if index is None else index
    for field in schemas()[table]["fields"]:
        name, (read, dtype), filled = field["name"], _TYPES[field["type"]], list[Any]()
        for text in cells.get(name, [None] * len(index)):
            try:
                filled.append(read(text) if isinstance(text, str) and text else None)
            except (ValueError, LookupError, OverflowError) as error:
                told = f"{text!r} is no {field['type']}"
                raise DataError(f"{file}, row {len(filled) + 2}, column {name}: {told}") from error
        columns[name] = pd.array(filled, dtype)
    return pd.DataFrame(columns, index)


def overlay(base: Mapping[str, pd.DataFrame], own: Mapping[str, pd.DataFrame]) -> Tables:
    """Tables with rows replaced in their place (same key) or added (new key)."""
    result = dict(base)
    for table, rows in own.items():
        both = pd.concat([base[table], rows]) if len(base[table]) else rows
        both = both.set_axis(both.groupby(primary_key(table), sort=False, dropna=False).ngroup().to_numpy())
        result[table] = both[~both.index.duplicated(keep="last")].sort_index()
    return result


def completed(tables: Mapping[str, pd.DataFrame]) -> Tables:
    """Tables with the columns that follow from others: source from piece, unit from measure, role from speaker."""

    def told(table: str, key: str, other: str, column: str) -> Any:
        known = dict(zip(tables[other][key].tolist(), tables[other][column].tolist(), strict=True))
        return pd.array([known.get(name) for name in tables[table][key].tolist()], _TYPES["string"][1])

    placed = {table: tables[table].assign(source_id=told(table, "piece_id", "pieces", "source_id")) for table in PLACED}
    unit, role = told("claims", "measure", "measures", "unit"), told("claims", "speaker", "speakers", "role")
    return {**tables, **placed, "claims": placed["claims"].assign(unit=unit, speaker_role=role)}


def leave_out(tables: Mapping[str, pd.DataFrame], names: Iterable[str]) -> Tables:
    """Completed tables without some sources or origins, and what rests on them; DataError if a name is neither."""
    wanted, known = tuple(names), [*tables["sources"].source_id, *tables["origins"].origin]
    if gone := [name for name in wanted if name not in known]:
        raise DataError(f"cannot leave out {gone[0]!r}: no source or origin has that id{nearest(gone[0], known)}")
    result = dict(tables)
    for table in PLACED:
        named = tables[table].columns.intersection(["source_id", "origin"])
        result[table] = tables[table][~tables[table][named].isin(wanted).any(axis=1)]
    spoken = pd.concat([result[table].iloc[:, 0] for table in PLACED])
    for table, columns in {"derivations": ["claim_id"], "pairs": ["first_id", "second_id"]}.items():
        result[table] = tables[table][tables[table][columns].isin(spoken.array).all(axis=1)]
    # A repeat whose first statement is left out is now the first that is heard.
    first = {name: result["claims"][name].where(lambda ids: ids.isin(spoken)) for name in ("repeats", "same_as")}
    result["claims"] = result["claims"].assign(**first)
    return {table: rows.reset_index(drop=True) for table, rows in result.items()}


def first_voice(table: pd.DataFrame, added: frozenset[str], columns: list[str]) -> pd.DataFrame:
    """Of the numbers that are equal in some columns those of one voice: not added, else the source with most rows."""
    table = table[table.low.notna()]  # what was lost is no voice
    order = table.source.value_counts().sort_values(ascending=False, kind="stable").index
    place = pd.Series(order.get_indexer(pd.Index(table.source)) + 1, table.index).where(table.index.isin(added), 0)
    return table[place == place.groupby([table[name] for name in columns], dropna=False).transform("min")]


def decimal_year(day: pd.Timestamp) -> float:
    """A day as a year with a fraction."""
    return day.year + (day.day_of_year - 1) / (365 + day.is_leap_year)


def as_day(value: str | int, *, last: bool) -> pd.Timestamp:
    """A day, or the first or last day of a year."""
    text = str(value).removesuffix(".0")
    text += ("-12-31" if last else "-01-01") if text.isdigit() and len(text) == 4 else ""
    day = pd.to_datetime(text, errors="coerce")
    if pd.isna(day):
        raise ValueError(f"{value!r} is no date; give a year (2005) or a day (2005-09-11)")
    return day

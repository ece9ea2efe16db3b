"""The evidence: bundled tables, the reader's own laid over them, and citations."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

DataFolders = str | os.PathLike[str] | Iterable[str | os.PathLike[str]] | None

_DTYPES: dict[str, Any] = {"string": "str", "integer": "Int64", "number": "float64", "boolean": "boolean"}


class DataError(ValueError):
    """Data that cannot be used; the message names file, row, column, what was found and what to do."""


class Evidence:
    """All tables of the collection, as pandas DataFrames.

    A table is an attribute (``evidence.claims``) or an item (``evidence["claims"]``). Each access gives a copy (lazy,
    by copy-on-write), so nothing that is done to it reaches the evidence.

    Attributes
    ----------
    sources, pieces, measures, origins, claims, events, stages, mentions, derivations, pairs
    second_pass, regions, context
        The tables of ``data/datapackage.json``.
    version : str
        Version of the bundled data.
    folders : tuple of pathlib.Path
        The reader's folders laid over the bundle.
    without : tuple of str
        Sources and origins that were left out.
    """

    def __init__(
        self,
        tables: Mapping[str, pd.DataFrame],
        version: str,
        folders: tuple[Path, ...] = (),
        without: tuple[str, ...] = (),
    ) -> None:
        self._tables = dict(tables)
        self.version = version
        self.folders = folders
        self.without = without

    def __getitem__(self, table: str) -> pd.DataFrame:
        return self._tables[table].copy(deep=False)

    def __getattr__(self, table: str) -> pd.DataFrame:
        if table.startswith("_") or table not in self._tables:
            raise AttributeError(f"there is no table {table!r}; the tables are {', '.join(sorted(self._tables))}")
        return self[table]

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._tables]

    def __repr__(self) -> str:
        extra = f", with {', '.join(folder.name for folder in self.folders)}" if self.folders else ""
        extra += f", without {', '.join(self.without)}" if self.without else ""
        return f"<Evidence: data {self.version}{extra}; {len(self._tables['claims'])} claims>"

    @property
    def label(self) -> str:
        """Which data a page rests on, in words."""
        own = f", with {len(self.folders)} folder(s) of your own laid over it" if self.folders else ""
        left_out = f", without {', '.join(self.without)}" if self.without else ""
        return f"data version {self.version}{own}{left_out}"

    def row(self, statement_id: str) -> pd.Series[Any]:
        """The row of a claim, an event or a stage, by its id.

        Raises
        ------
        KeyError
            If no table holds the id; the message names the nearest ids.
        """
        for table, key in (("claims", "claim_id"), ("events", "event_id"), ("stages", "stage_id")):
            rows = self._tables[table]
            hit = rows[rows[key] == statement_id]
            if len(hit):
                return hit.iloc[0]
        import difflib  # noqa: PLC0415

        ids = [*self._tables["claims"].claim_id, *self._tables["events"].event_id, *self._tables["stages"].stage_id]
        near = difflib.get_close_matches(str(statement_id), ids, n=3, cutoff=0.4)
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        raise KeyError(f"no claim, event or stage has the id {statement_id!r}{hint}")

    def cite(self, statement_id: str) -> str:
        """Speaker, source, place and words of a claim, an event or a stage.

        Examples
        --------
        >>> import kzcivil as kz
        >>> print(kz.load().cite("kxr_ngos_registered"))
        kz.expert (author) in kz.expert on re-registration (2018), line 3: “over 20 thousand”
        """
        row = self.row(statement_id)
        source = self._tables["sources"].set_index("source_id").loc[row.source_id]
        date = "" if pd.isna(source.published) else f" ({source.published[:4]})"
        if "speaker" in row.index:
            who = f"{row.speaker} ({row.speaker_role}) in "
        else:
            author = self._tables["pieces"].set_index("piece_id").author.get(row.piece_id)
            who = "" if pd.isna(author) else f"{author} in "
        return f"{who}{source.short_title}{date}, line {row.line}: “{row.as_printed}”"

    def select(
        self,
        measure: str | Iterable[str] | None = None,
        *,
        scope: str | None = None,
        source: str | None = None,
        region: str | None = None,
        start: str | None = None,
        end: str | None = None,
        repeats: bool = True,
    ) -> pd.DataFrame:
        """Claims by measure, scope, source, region and period.

        Parameters
        ----------
        measure
            One measure or several; a name that ``measures.csv`` does not hold is an error.
        scope, source, region
            Keep only rows with this value.
        start, end
            Keep only rows whose dates may fall within these days (ISO); undated rows drop out.
        repeats
            Whether to keep rows that repeat another statement.

        Examples
        --------
        >>> import kzcivil as kz
        >>> kz.load().select("ngos_operating").as_printed.tolist()[0]
        '4,500'
        """
        rows = self.claims
        if measure is not None:
            wanted = [measure] if isinstance(measure, str) else list(measure)
            known = set(self._tables["measures"].measure)
            if unknown := [name for name in wanted if name not in known]:
                raise KeyError(f"no measure is called {', '.join(unknown)}; see measures.csv")
            rows = rows[rows.measure.isin(wanted)]
        for column, value in (("scope", scope), ("source_id", source), ("region", region)):
            if value is not None:
                rows = rows[rows[column] == value]
        if start is not None:
            rows = rows[rows.end >= pd.Timestamp(start)]
        if end is not None:
            rows = rows[rows.start <= pd.Timestamp(end)]
        return rows if repeats else rows[rows.repeats.isna()]


def bundle_folder() -> Path:
    """Folder of the bundled tables: inside the installed package, or beside it in a clone."""
    here = Path(__file__).resolve().parent
    for folder in (here / "data", here.parent / "data"):
        if (folder / "datapackage.json").is_file():
            return folder
    raise DataError(
        f"the bundled tables are missing: no data/datapackage.json in {here} or beside it; reinstall kzcivil"
    )


@cache
def descriptor() -> dict[str, Any]:
    """The one schema, ``data/datapackage.json``."""
    found: dict[str, Any] = json.loads((bundle_folder() / "datapackage.json").read_text(encoding="utf-8"))
    return found


def schemas() -> dict[str, dict[str, Any]]:
    """Table schema by table name."""
    return {resource["name"]: resource["schema"] for resource in descriptor()["resources"]}


def primary_key(table: str) -> list[str]:
    """Columns that identify a row of a table."""
    key = schemas()[table]["primaryKey"]
    return [key] if isinstance(key, str) else list(key)


def load(data_dir: DataFolders = None, without: str | Iterable[str] = ()) -> Evidence:
    """Load the bundled tables, with the reader's own laid over them.

    Parameters
    ----------
    data_dir
        A folder or several. Their CSV files have the bundle's names and columns; a row with a known key replaces the
        bundle's, a new key is added; of several folders later ones win. They are always validated in full.
    without
        Ids of sources or origins to leave out, with everything that rests on them.

    Returns
    -------
    Evidence

    Raises
    ------
    DataError
        If a folder, a table or an id is not usable; all problems at once, each with file, row and column.

    Examples
    --------
    >>> import kzcivil as kz
    >>> evidence = kz.load(without="diachenko")
    >>> "diachenko" in set(evidence.claims.source_id)
    False
    """
    tables = dict(_bundle())
    folders = _folders(data_dir)
    for folder in folders:
        from kzcivil import checks  # noqa: PLC0415

        checks.require_valid(folder, tables)
        tables = overlay(tables, read_folder(folder))
    left_out = (without,) if isinstance(without, str) else tuple(without)
    if left_out:
        tables = _leave_out(tables, left_out)
    return Evidence(tables, descriptor()["version"], tuple(folders), left_out)


def _folders(data_dir: DataFolders) -> list[Path]:
    if data_dir is None:
        return []
    given = [data_dir] if isinstance(data_dir, str | os.PathLike) else list(data_dir)
    folders = [Path(folder).expanduser().resolve() for folder in given]
    for folder in folders:
        if not folder.is_dir():
            raise DataError(f"{folder}: no such folder; give the folder that holds your CSV files")
    return folders


@cache
def _bundle() -> dict[str, pd.DataFrame]:
    return {table: read_table(bundle_folder() / f"{table}.csv", table) for table in schemas()}


def forget_bundle() -> None:
    """Read the bundled files anew at the next use, because they were changed on disk."""
    descriptor.cache_clear()
    _bundle.cache_clear()


def read_folder(folder: Path) -> dict[str, pd.DataFrame]:
    """The tables that a folder holds, cast to the schema's types."""
    return {
        table: read_table(folder / f"{table}.csv", table) for table in schemas() if (folder / f"{table}.csv").is_file()
    }


def read_table(path: Path, table: str) -> pd.DataFrame:
    """One CSV file, cast to its schema's types; columns that the schema allows to be empty may be absent."""
    fields = schemas()[table]["fields"]
    try:
        raw = pd.read_csv(path, dtype="str", keep_default_na=False, na_values=[""], encoding="utf-8")
    except (OSError, UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise DataError(f"{path.name}: cannot be read as UTF-8 CSV ({error})") from error
    columns: dict[str, pd.Series[Any]] = {}
    for field in fields:
        name = field["name"]
        text = raw[name] if name in raw else pd.Series(None, index=raw.index, dtype="str")
        columns[name] = _cast(text, field["type"], path.name)
    frame = pd.DataFrame(columns)
    keys = primary_key(table)
    if frame.duplicated(keys).any():
        row = int(frame.duplicated(keys).to_numpy().argmax())
        raise DataError(f"{path.name}, row {row + 2}: the key {list(frame.loc[row, keys])} stands there a second time")
    if table == "claims":
        _fill_bounds(frame, raw)
    return frame


def _cast(text: pd.Series[Any], kind: str, file: str) -> pd.Series[Any]:
    try:
        if kind == "date":
            return pd.to_datetime(text, format="%Y-%m-%d").astype("datetime64[s]")
        if kind == "integer":
            return pd.to_numeric(text).astype("Int64")
        typed: pd.Series[Any] = text.astype(_DTYPES[kind])
        return typed
    except (ValueError, TypeError, OverflowError) as error:
        raise DataError(f"{file}: column {text.name}: {error}") from error


def _fill_bounds(claims: pd.DataFrame, raw: pd.DataFrame) -> None:
    """Where a reader's file has no bounds at all, the rule gives them."""
    if {"low", "high"} & set(raw.columns):
        return
    from kzcivil.checks import rule_bounds  # noqa: PLC0415

    claims[["low", "high"]] = rule_bounds(claims)


def overlay(base: Mapping[str, pd.DataFrame], own: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Tables with rows replaced (same key) or added (new key)."""
    result = dict(base)
    for table, rows in own.items():
        keys = primary_key(table)
        both = pd.concat([base[table], rows], ignore_index=True)
        order = ~both.duplicated(keys, keep="first")
        last = both[~both.duplicated(keys, keep="last")].set_index(keys)
        result[table] = last.loc[both.loc[order].set_index(keys).index].reset_index()[list(base[table].columns)]
    return result


def _leave_out(tables: dict[str, pd.DataFrame], names: tuple[str, ...]) -> dict[str, pd.DataFrame]:
    from kzcivil.intervals import formula_names  # noqa: PLC0415

    sources, origins = set(tables["sources"].source_id), set(tables["origins"].origin)
    if unknown := [name for name in names if name not in sources | origins]:
        raise DataError(
            f"cannot leave out {', '.join(unknown)}: no source or origin has that id; "
            f"sources are {', '.join(sorted(sources))}; origins are {', '.join(sorted(origins))}"
        )
    result = {
        table: rows[~rows.source_id.isin(names)] if "source_id" in rows and table not in ("sources", "pieces") else rows
        for table, rows in tables.items()
    }
    claims = result["claims"]
    claims = claims[~claims.origin.isin(names)]
    kept = set(claims.claim_id)
    if not kept:
        raise DataError(f"nothing is left without {', '.join(names)}; leave out fewer")
    # A repeat whose first statement is left out is now the first that is heard.
    result["claims"] = claims.assign(repeats=claims.repeats.where(claims.repeats.isin(kept)))
    result["mentions"] = result["mentions"][~result["mentions"].origin.isin(names)]
    rests = tables["derivations"]
    inputs = [set() if pd.isna(formula) else formula_names(formula) for formula in rests.formula]
    result["derivations"] = rests[
        [claim in kept and needs <= kept for claim, needs in zip(rests.claim_id, inputs, strict=True)]
    ]
    spoken = kept | set(result["events"].event_id)
    pairs = tables["pairs"]
    result["pairs"] = pairs[pairs.first_id.isin(spoken) & pairs.second_id.isin(spoken)]
    return {table: rows.reset_index(drop=True) for table, rows in result.items()}

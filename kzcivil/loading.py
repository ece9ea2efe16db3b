"""Loading: the bundled tables, and a reader's own laid over them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd

from kzcivil.evidence import Evidence
from kzcivil.reading import Reading
from kzcivil.tables import DataError, bundled, completed, descriptor, empty_tables, overlay

Folders = str | os.PathLike[str] | Iterable[str | os.PathLike[str]] | None
VARIABLE = "KZCIVIL_DATA"
"""Environment variable that names folders to load where none is given, for JupyterLab."""


def load(
    data_dir: Folders | pd.DataFrame | Mapping[str, pd.DataFrame] = None,
    without: str | Iterable[str] | None = (),
    reading: Reading | None = None,
    *,
    bundle: bool = True,
) -> Evidence:
    """Load the bundled tables, with the reader's own laid over them.

    Parameters
    ----------
    data_dir
        A folder or several (a small ``claims.csv`` is enough), a DataFrame of claims, or DataFrames by table, always
        validated in full. A row with a known key replaces the bundle's, a new key is added; later folders win. By
        default the folders that the environment variable ``KZCIVIL_DATA`` names; ``[]`` takes none.
    without
        Ids of sources or origins to leave out, with everything that rests on them.
    reading
        How vague words are read; the plain reading if left out.
    bundle
        With False only the reader's own tables, for a collection on another subject.

    Raises
    ------
    DataError
        If a folder, a table or an id is not usable; all problems at once, each with file, row and column.

    Examples
    --------
    >>> import kzcivil as kz, pandas as pd
    >>> evidence = kz.load(without="diachenko")
    >>> "diachenko" in set(evidence.claims.source_id)
    False
    >>> row = {"measure": "ngos_registered", "as_printed": "19,680", "year": 2017, "source": "A press release, 2018"}
    >>> print(f"{kz.load(pd.DataFrame([row])).latest('ngos_registered', year=2017):face}")
    19,680 NGOs
    """
    if isinstance(data_dir, pd.DataFrame | Mapping):
        given = {"claims": data_dir} if isinstance(data_dir, pd.DataFrame) else data_dir
        with tempfile.TemporaryDirectory() as made:
            folder = Path(made) / "rows given"
            folder.mkdir()
            for table, rows in given.items():
                rows.to_csv(folder / f"{table}.csv", index=False)
            return load(folder, without, reading, bundle=bundle)
    tables = dict(bundled()) if bundle else empty_tables()
    folders = _folders(data_dir)
    own: set[str] = set()
    for folder in folders:
        from kzcivil.checks import require_valid  # noqa: PLC0415

        rows = require_valid(folder, tables)
        own |= set(rows["claims"].claim_id) if "claims" in rows else set()
        tables = overlay(tables, rows)
    left_out = (without,) if isinstance(without, str) else tuple(dict.fromkeys(without or ()))
    version = str(descriptor()["version"]) if bundle else "of your own"
    return Evidence(completed(tables), version, tuple(folders), left_out, reading, frozenset(own))


def find(word: str, data_dir: Folders = None) -> pd.DataFrame:
    """Statements whose words, subject, measure or note hold a word: ``load(data_dir).find(word)``.

    >>> len(find("volunteer")) > 0
    True
    """
    return load(data_dir).find(word)


def _folders(data_dir: Folders) -> list[Path]:
    if data_dir is None:
        data_dir = [name for name in os.environ.get(VARIABLE, "").split(os.pathsep) if name]
    given = [data_dir] if isinstance(data_dir, str | os.PathLike) else list(data_dir)
    folders = [Path(folder).expanduser().resolve() for folder in given]
    if gone := [folder for folder in folders if not folder.is_dir()]:
        raise DataError(f"{gone[0]}: no such folder; give the folder that holds your CSV files")
    return folders

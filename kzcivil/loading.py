"""Loading: the bundled tables, and a reader's own laid over them."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from kzcivil.evidence import Evidence
from kzcivil.reading import Reading
from kzcivil.tables import DataError, bundled, completed, descriptor, empty_tables, overlay

DataFolders = str | os.PathLike[str] | Iterable[str | os.PathLike[str]] | None


def load(
    data_dir: DataFolders = None,
    without: str | Iterable[str] | None = (),
    reading: Reading | None = None,
    *,
    bundle: bool = True,
) -> Evidence:
    """Load the bundled tables, with the reader's own laid over them.

    Parameters
    ----------
    data_dir
        A folder or several. Their CSV files have the bundle's names and columns; a row with a known key replaces the
        bundle's, a new key is added; of several folders later ones win. They are always validated in full.
    without
        Ids of sources or origins to leave out, with everything that rests on them.
    reading
        How vague words are read; the plain reading if left out.
    bundle
        With False only the reader's own tables, for a collection on another subject.

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
    tables = dict(bundled()) if bundle else empty_tables()
    folders = _folders(data_dir)
    for folder in folders:
        from kzcivil import checks  # noqa: PLC0415

        tables = overlay(tables, checks.require_valid(folder, tables))
    left_out = (without,) if isinstance(without, str) else tuple(dict.fromkeys(without or ()))
    version = str(descriptor()["version"]) if bundle else "of your own"
    return Evidence(completed(tables), version, tuple(folders), left_out, reading)


def _folders(data_dir: DataFolders) -> list[Path]:
    if data_dir is None:
        return []
    given = [data_dir] if isinstance(data_dir, str | os.PathLike) else list(data_dir)
    folders = [Path(folder).expanduser().resolve() for folder in given]
    for folder in folders:
        if not folder.is_dir():
            raise DataError(f"{folder}: no such folder; give the folder that holds your CSV files")
    return folders

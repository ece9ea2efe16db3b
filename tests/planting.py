"""Evidence with planted errors, for tests that must see them found."""

from typing import Any

import kzcivil as kz
from kzcivil.evidence import Evidence, schemas


def changed(table: str, row_id: str, **values: Any) -> Evidence:
    """A copy of the evidence with one row changed."""
    evidence = kz.load()
    tables = {name: evidence[name].copy() for name in schemas()}
    rows = tables[table]
    key = rows.columns[0]
    assert (rows[key] == row_id).sum() == 1
    for column, value in values.items():
        rows.loc[rows[key] == row_id, column] = value
    return Evidence(tables, "test")

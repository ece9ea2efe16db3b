"""The results table: every analysis gives its own rows."""

from __future__ import annotations

from importlib import import_module

import pandas as pd

from kzcivil.evidence import Evidence

ANALYSES = ("coverage", "counts", "funding", "staff_evidence", "stages", "audit", "regions", "forums")
COLUMNS = ["question", "answer", "hangs_on", "notebook"]


def headlines(evidence: Evidence) -> pd.DataFrame:
    """Results as a table.

    Parameters
    ----------
    evidence
        From :func:`kzcivil.load`; the reader's own data and left-out sources count.

    Returns
    -------
    pandas.DataFrame
        question, answer (with its range), hangs_on (what moves it), notebook (name of its page).

    Examples
    --------
    >>> import kzcivil as kz
    >>> list(kz.headlines(kz.load()).columns)
    ['question', 'answer', 'hangs_on', 'notebook']
    """
    rows: list[dict[str, str]] = []
    for name in ANALYSES:
        rows += import_module(f"kzcivil.{name}").headlines(evidence)
    table = pd.DataFrame(rows, columns=COLUMNS)
    return table.assign(answer=table.answer.map(lambda words: words[:1].upper() + words[1:]))


def as_markdown(table: pd.DataFrame, folder: str = "notebooks/") -> str:
    """The results table as Markdown with links to the pages."""
    lines = ["| Question | Answer | What it hangs on | Page |", "| --- | --- | --- | --- |"]
    for row in table.itertuples(index=False):
        cells = [str(cell).replace("|", "/").replace("\n", " ") for cell in (row.question, row.answer, row.hangs_on)]
        page = f"[{str(row.notebook)[:2]}]({folder}{row.notebook}.ipynb)"
        lines.append("| " + " | ".join([*cells, page]) + " |")
    return "\n".join(lines) + "\n"

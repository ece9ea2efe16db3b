"""The evidence: loading, statements as figures with their place, search, selection and citation."""

from __future__ import annotations

import html
import math
import os
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from kzcivil import tables as store
from kzcivil.bounds import Leaf
from kzcivil.checks import require_valid
from kzcivil.figure import Figure, absent, from_leaf, nth
from kzcivil.formulas import evaluate
from kzcivil.reading import Reading
from kzcivil.tables import nearest

Folders = str | os.PathLike[str] | Iterable[str | os.PathLike[str]] | None
Data = Folders | pd.DataFrame | Mapping[str, pd.DataFrame]
Names = str | Iterable[str] | None
VARIABLE = "KZCIVIL_DATA"
"""Environment variable that names folders to load where none is given, for JupyterLab."""
KEYS = {"claims": "claim_id", "events": "event_id", "stages": "stage_id"}
SHOWN = [
    "figure", "face", "low", "high", "unit", "year", "as_printed", "counts", "measure", "scope", "region", "speaker",
    "source", "place", "start", "end", "wording", "origin", "note",
]  # fmt: skip


def load(
    data_dir: Data = None, without: Names = (), reading: Reading | None = None, *, bundle: bool = True
) -> Evidence:
    """Load the bundled tables, with the reader's own laid over them; one DataError tells every problem of them.

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

    Examples
    --------
    >>> row = {"measure": "ngos_registered", "as_printed": "19,680", "year": 2017, "source": "A press release, 2018"}
    >>> print(f"{kz.load(pd.DataFrame([row])).latest('ngos_registered', year=2017):face}")
    19,680 NGOs
    """
    if isinstance(data_dir, pd.DataFrame | Mapping):
        with tempfile.TemporaryDirectory() as made:
            folder = Path(made) / "rows given"
            folder.mkdir()
            for table, rows in ({"claims": data_dir} if isinstance(data_dir, pd.DataFrame) else data_dir).items():
                rows.to_csv(folder / f"{table}.csv", index=False)
            return load(folder, without, reading, bundle=bundle)
    if data_dir is None:
        data_dir = filter(None, os.environ.get(VARIABLE, "").split(os.pathsep))
    given = [data_dir] if isinstance(data_dir, str | os.PathLike) else data_dir
    folders = tuple(Path(folder).expanduser().resolve() for folder in given)
    tables, own = store.bundled() if bundle else store.empty_tables(), set[str]()
    for folder in folders:
        added = require_valid(folder, tables)
        own |= set(added["claims"].claim_id) if "claims" in added else set()
        tables = store.overlay(tables, added)
    left_out = (without,) if isinstance(without, str) else tuple(dict.fromkeys(without or ()))
    version = str(store.descriptor()["version"]) if bundle else "of your own"
    return Evidence(store.completed(tables), version, folders, left_out, reading or Reading(), frozenset(own))


def find(word: str, data_dir: Folders = None) -> pd.DataFrame:
    """Statements whose words, subject, measure or note hold a word: ``load(data_dir).find(word)``.

    >>> len(kz.find("volunteer")) > 0
    True
    """
    return load(data_dir).find(word)


@dataclass(repr=False, eq=False)
class Evidence:
    """All tables of a collection, and the figures that their statements make.

    A table is an attribute (``ev.claims``) or an item (``ev["claims"]``), always a copy. Made by :func:`load`.

    ``version`` is that of the data; ``folders`` are the reader's, laid over the bundle; ``without`` are the sources and
    origins that were left out; ``reading`` is how vague words are read; ``own`` are the ids of the reader's claims.

    >>> len(ev.sources) == len(ev["sources"]) > 0
    True
    """

    _everything: Mapping[str, pd.DataFrame]
    version: str = ""
    folders: tuple[Path, ...] = ()
    without: tuple[str, ...] = ()
    reading: Reading = field(default_factory=Reading)
    own: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self._tables = store.leave_out(self._everything, self.without) if self.without else dict(self._everything)
        self._titles: dict[Any, Any] = self._everything["sources"].set_index("source_id").short_title.to_dict()

    def __getitem__(self, table: str) -> pd.DataFrame:
        if table not in self._tables:
            raise KeyError(f"there is no table {table!r}{nearest(table, self._tables)}")
        return self._tables[table].copy(deep=False)

    def __getattr__(self, table: str) -> pd.DataFrame:
        if table.startswith("_") or table not in self._tables:
            raise AttributeError(f"there is no table {table!r}; the tables are {', '.join(sorted(store.schemas()))}")
        return self[table]

    def __dir__(self) -> list[str]:
        return sorted({name for name in super().__dir__() if not name.startswith("_")} | set(self._tables))

    def _ipython_key_completions_(self) -> list[str]:
        return list(self._tables)

    def __repr__(self) -> str:
        return f"<Evidence: {self.label}; {len(self._tables['claims'])} statements>"

    def _repr_html_(self) -> str:
        tries = ["ev.find('volunteer')", "ev.figures('ngos_registered')", "ev.figure(id)", "ev.cite(id)"]
        hints = ", ".join(f"<code>{html.escape(hint)}</code>" for hint in tries)
        left, row = 'style="text-align:left"', "<tr><td {}><code>ev.{}</code></td><td>{:,}</td></tr>"
        rows = "".join(row.format(left, name, len(table)) for name, table in self._tables.items())
        head = f"<tr><th {left}>Table</th><th>Rows</th></tr>"
        return f"<p>{html.escape(self.label)}. Try {hints}.</p><table>{head}{rows}</table>"

    @property
    def label(self) -> str:
        """Which data and which reading a page rests on, in words."""
        own = f" with {', '.join(folder.name for folder in self.folders)} laid over it" if self.folders else ""
        names = [self._titles.get(name, name) for name in self.without]
        left_out = f", without {', '.join(names)}" if names else ""
        return f"Data {self.version}{own}{left_out}; {self.reading.label}"

    def read(self, reading: Reading) -> Evidence:
        """The same evidence under another reading.

        >>> ev.read(kz.Reading(strict=True)).figure("kxr_ngos_registered").high
        inf
        """
        return replace(self, reading=reading)

    def leave_out(self, *names: str) -> Evidence:
        """The same evidence without further sources or origins.

        >>> print(ev.leave_out("diachenko").figure("dia_people_employed"))
        cannot be said
        """
        return replace(self, without=tuple(dict.fromkeys((*self.without, *names))))

    def row(self, statement_id: str) -> pd.Series[Any]:
        """The row of a claim, an event or a stage, by its id; a KeyError names the nearest ids.

        >>> ev.row("kxr_ngos_registered").as_printed
        'over 20 thousand'
        """
        for table, key in KEYS.items():
            for at in (self._tables[table][key] == statement_id).to_numpy().nonzero()[0]:
                return self._tables[table].iloc[at]
        ids = [name for table, key in KEYS.items() for name in self._everything[table][key]]
        gone = " in the data loaded (its source was left out)" if statement_id in ids else ""
        raise KeyError(f"no claim, event or stage has the id {statement_id!r}{gone or nearest(statement_id, ids)}")

    def cite(self, statement_id: str) -> str:
        """Speaker, source, place and words of a claim, an event or a stage.

        >>> print(ev.cite("kxr_ngos_registered"))
        kz.expert (author) in kz.expert on re-registration (2018), line 3: “over 20 thousand”
        """
        row: Any = self.row(statement_id)
        source = self._tables["sources"].set_index("source_id").loc[row.source_id]
        date = "" if pd.isna(source.published) else f" ({str(source.published)[:4]})"
        role = "" if pd.isna(row.get("speaker_role")) else f" ({row.speaker_role})"
        who = f"{row.speaker}{role} in " if "speaker" in row.index else ""
        place = "" if pd.isna(row.line) else f", line {row.line}"
        return f"{who}{source.short_title}{date}{place}: “{row.as_printed}”"

    def figure(self, claim_id: str) -> Figure:
        """A statement as a figure; missing if its source was left out; a KeyError names the nearest ids.

        Repeats, and the same number in other words (``same_as``), are one number; of the latter the ranges intersect.
        It stays what was printed: a correction has an id of its own, and stands in its place in :meth:`figures`.

        >>> print(ev.figure("aa_inf_registered_2023") / ev.figure("aa_inf_registered_2003"))
        6.67 times (6.57 to 6.77)
        """
        if row := self._rows.get(claim_id):
            return from_leaf(self._leaf(self._first(row)), "%" if row.unit == "percent" else row.unit)
        known: Any = self._everything["claims"]
        for gone in known[known.claim_id == claim_id].itertuples():
            return absent(f"“{gone.as_printed}” ({gone.counts}, {self._titles[gone.source_id]})", claim_id, gone.unit)
        raise KeyError(f"no claim has the id {claim_id!r}{nearest(claim_id, known.claim_id)}")

    @cached_property
    def _rows(self) -> dict[str, Any]:
        """Claims by id; what is empty is None."""
        claims = self._tables["claims"].astype("object")
        return {str(row.claim_id): row for row in claims.where(claims.notna(), None).itertuples()}

    @cached_property
    def _leaf(self) -> Callable[[str], Leaf]:
        """The number of a first statement, once made always the same."""
        rows, same = self._rows, self._tables["claims"].set_index("claim_id").groupby("same_as").groups

        def made(name: str) -> Leaf:
            row, alike = rows[name], [rows[other] for other in (name, *same.get(name, ()))]
            ranges = [self._range(one) for one in alike]
            low, high = max(low for low, _ in ranges), min(high for _, high in ranges)
            if low > high:  # two wordings that exclude each other are no one number
                low, high = ranges[0]
            told = " / ".join(dict.fromkeys(f"“{one.as_printed}”" for one in alike))
            if old := rows.get(row.supersedes):
                told += f", correcting “{old.as_printed}” of {self._titles[old.source_id]} ({row.note})"
            lost = row.wording == "lost"
            told += f" ({row.counts}): the number was lost" if lost else ""
            place = self._titles[row.source_id] + (f", line {row.line}" if row.line else "")
            face = math.nan if row.value is None or row.wording in ("indefinite", "lost", "between") else row.value
            return Leaf(name, face, low, high, told, place, "printed", lost, self._when(row))

        return cache(made)

    def _first(self, row: Any) -> str:
        """The first statement of a number: that which a repeat repeats, in whatever words."""
        seen = set[str]()
        while row.claim_id not in seen:
            seen.add(row.claim_id)
            before = self._rows.get(row.same_as or row.repeats, row)
            alike = row.same_as or (before.wording == row.wording and row.value in (None, before.value))
            row = before if alike else row
        return str(row.claim_id)

    def _range(self, row: Any) -> tuple[float, float]:
        if row.wording in ("indefinite", "lost") or row.bounds_note:
            return row.low or 0.0, math.inf if row.high is None else row.high
        more = {"unit": row.unit, "exact": bool(row.exact), "value_to": row.value_to or math.nan}
        return self.reading.range(row.value, row.wording, row.step or 0.0, **more)

    def _when(self, row: Any) -> tuple[float, float, float] | None:
        """Date in decimal years: face, first, last. A year is its middle half, on a strict reading all of it."""
        if not (row.start and row.end):
            return None
        first, last = store.decimal_year(row.start), store.decimal_year(row.end + pd.Timedelta(days=1))
        if row.start.year == row.end.year and last - first > 0.1:
            first, last = row.start.year, row.start.year + 1.0
        give = 0.0 if self.reading.strict else min(0.25, (last - first) / 4)
        return (first + last) / 2, first + give, last - give

    def formula(self, text: str) -> Figure:
        """A formula over claim ids as a figure, in plain numbers: name the unit with ``.of(...)``.

        It holds numbers, claim ids, brackets and ``+ - * / **``, and is parsed, never run as code; a ValueError says
        that it is none, a KeyError that there is no such claim.

        >>> print(ev.formula("aa_inf_registered_2023 / aa_inf_registered_2003"))
        6.67 (6.57 to 6.77)
        """
        return evaluate(text, self.figure)

    def context(self, series: str, year: int, code: str | None = None) -> Figure:
        """A yardstick from elsewhere (prices, exchange rate, population); never evidence about a source.

        >>> print(f"{ev.context('population', 2023):face}")
        20.3 million people
        """
        rows: Any = self._tables["context"]
        if series not in set(rows.series):
            raise KeyError(f"no context series is called {series!r}{nearest(series, sorted(set(rows.series)))}")
        rows = rows[(rows.series == series) & (rows.year == int(year)) & ((rows.code == code) | (code is None))]
        if len(rows) > 1:
            raise ValueError(f"{series} has one number a region; give its code: {', '.join(rows.code)}")
        for row in rows.itertuples():
            key, words = f"{series}_{year}" + (f"_{code}" if code else ""), f"{series.replace('_', ' ')} {year}"
            leaf = Leaf(key, row.value, row.value, row.value, words, row.publisher, "context")
            return from_leaf(leaf, row.unit)
        return absent(f"{series} of {year}")

    def figures(
        self,
        *measures: str,
        scope: str | None = None,
        source: str | None = None,
        region: str | None = None,
        start: str | int | None = None,
        end: str | int | None = None,
        year: int | None = None,
        first: bool = True,
        one_voice: Iterable[str] = (),
    ) -> pd.DataFrame:
        """Statements as figures, in order of time; a ValueError names the nearest to a name that is not known.

        The index is the claim id; ``figure`` holds :class:`Figure` objects, ``face``, ``low``, ``high`` their numbers,
        ``year`` the year of the statement's middle; ``source`` is a categorical in the order of ``sources.csv``.

        Parameters
        ----------
        measures
            Names of ``measures.csv``; none means all.
        scope, source, region
            Keep only rows with this value; a region by its code or its title.
        start, end, year
            Keep only rows whose dates may fall into this time; a year, or an ISO date. Undated rows drop out.
        first
            Keep only first statements; with False also those that repeat another or were corrected.
        one_voice
            Of numbers that are equal in these columns keep those of one voice: the documents with corrections of them,
            else the added source that has most rows here.

        Examples
        --------
        >>> ev.figures("ngos_operating").as_printed.tolist()
        ['4,500']
        """
        everything: Any = self._everything
        claims, codes = self._tables["claims"], everything["regions"].set_index("title").region.to_dict()
        asked = {"scope": scope, "source_id": source, "region": codes.get(str(region), region)}
        wanted = {"measure": list(measures)} | {column: [name] for column, name in asked.items() if name is not None}
        tables, rows = {"measure": "measures", "scope": "claims", "source_id": "sources", "region": "regions"}, claims
        for column, names in wanted.items():
            known = [*everything[tables[column]][column].dropna().unique()]
            for name in [name for name in names if name not in known]:
                near = nearest(name, [*known, *(codes if column == "region" else ())])
                raise ValueError(f"no {column.removesuffix('_id')} is called {name!r}{near}")
            rows = rows[rows[column].isin(names)] if names else rows
        if (since := year if start is None else start) is not None:
            rows = rows[rows.end >= store.as_day(since, last=False)]
        if (until := year if end is None else end) is not None:
            rows = rows[rows.start <= store.as_day(until, last=True)]
        if first:
            rows = rows[rows.repeats.isna() & ~rows.claim_id.isin(claims.supersedes)]
        table = self._with_figures(rows.sort_values(["end", "start"], kind="stable"))
        corrections = claims.claim_id[claims.supersedes.notna() & ~claims.supersedes.isin(self.own)]  # of documents
        return store.first_voice(table, self.own - set(corrections), list(one_voice)) if one_voice else table

    def _with_figures(self, rows: pd.DataFrame) -> pd.DataFrame:
        made = [self.figure(name) for name in rows.claim_id]
        middle, titles = rows.start + (rows.end - rows.start) / 2, self._titles
        before = rows.supersedes.map(self._tables["claims"].set_index("claim_id").as_printed)  # stays in sight
        table = rows.assign(
            figure=pd.Series(made, index=rows.index, dtype="object"),
            **{name: [getattr(one, name) for one in made] for name in ("unit", "face", "low", "high")},
            as_printed=rows.as_printed.where(before.isna(), rows.as_printed + "” corrects “" + before),
            year=middle.dt.year.astype("Int64"),
            source=pd.Categorical(rows.source_id.map(titles), list(dict.fromkeys(titles.values())), ordered=True),
            place=rows.line.map(lambda line: "place not verified" if pd.isna(line) else f"line {line}"),
        )
        return table.set_index("claim_id")[SHOWN]

    def earliest(self, *measures: str, **where: Any) -> Figure:
        """The first figure of a selection in time; missing if there is none. Parameters as in :meth:`figures`.

        >>> ev.earliest("ngos_registered", scope="sector").year
        '2003'
        """
        return self._pick(0, measures, where)

    def latest(self, *measures: str, **where: Any) -> Figure:
        """The last figure of a selection in time; missing if there is none. Parameters as in :meth:`figures`.

        >>> print(ev.latest("ngos_registered", scope="sector"))
        23,335 NGOs
        """
        return self._pick(-1, measures, where)

    def _pick(self, at: int, measures: tuple[str, ...], where: dict[str, Any]) -> Figure:
        dated = self.figures(*measures, **where).dropna(subset="start")
        titles = self._everything["measures"].set_index("measure").title
        return nth(dated.figure, at, f"any count of: {', '.join(titles[list(measures)])}")

    def find(self, word: str) -> pd.DataFrame:
        """Statements whose words, subject, measure or note hold a word, whatever its case.

        >>> len(ev.find("volunteer")) > 0
        True
        """
        rows, titles = self._tables["claims"], self._tables["measures"].set_index("measure").title
        more = rows.assign(title=rows.measure.map(titles))[["counts", "measure", "title", "speaker", "note"]]
        hit = rows[rows.as_printed.str.cat(more, " ", na_rep="").str.contains(word, case=False, regex=False)]
        shown = ["figure", "year", "counts", "as_printed", "speaker", "source", "place", "measure"]
        return self._with_figures(hit)[shown]

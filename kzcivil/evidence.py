"""The evidence: statements as figures, with their place; search, selection and citation."""

from __future__ import annotations

import html
import math
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from kzcivil.bounds import Leaf
from kzcivil.figure import Figure, absent, from_leaf, nth
from kzcivil.formulas import evaluate
from kzcivil.reading import Reading
from kzcivil.tables import as_day, decimal_year, first_voice, leave_out, nearest

KEYS = {"claims": "claim_id", "events": "event_id", "stages": "stage_id"}
SHOWN = [
    "figure", "face", "low", "high", "unit", "year", "as_printed", "counts", "measure", "scope", "region", "speaker",
    "source", "place", "start", "end", "wording", "origin", "note",
]  # fmt: skip


class Evidence:
    """All tables of a collection, and the figures that their statements make.

    A table is an attribute (``ev.claims``) or an item (``ev["claims"]``), always a copy.

    Attributes
    ----------
    version : str
        Version of the data.
    folders : tuple of pathlib.Path
        The reader's folders laid over the bundle.
    without : tuple of str
        Sources and origins that were left out.
    reading : Reading
        How vague words are read.
    own : frozenset of str
        Ids of the reader's own claims.

    Examples
    --------
    >>> import kzcivil as kz
    >>> ev = kz.load()
    >>> len(ev.sources) == len(ev["sources"]) > 0
    True
    """

    def __init__(
        self,
        everything: Mapping[str, pd.DataFrame],
        version: str = "",
        folders: tuple[Path, ...] = (),
        without: tuple[str, ...] = (),
        reading: Reading | None = None,
        own: frozenset[str] = frozenset(),
    ) -> None:
        self._everything = dict(everything)
        self._tables = leave_out(everything, without) if without else dict(everything)
        self._leaves: dict[str, Leaf] = {}
        self.version, self.folders, self.without = version, folders, without
        self.reading, self.own = reading or Reading(), own

    @cached_property
    def _rows(self) -> dict[str, Any]:
        return {str(row.claim_id): row for row in self._tables["claims"].itertuples()}

    @cached_property
    def _places(self) -> dict[str, tuple[str, int]]:
        return {
            name: (table, place) for table, key in KEYS.items() for place, name in enumerate(self._tables[table][key])
        }

    @cached_property
    def _titles(self) -> dict[str, str]:
        sources = self._tables["sources"]
        return dict(zip(sources.source_id, sources.short_title, strict=True))

    @cached_property
    def _alike(self) -> Mapping[Any, Any]:
        return self._tables["claims"].set_index("claim_id").groupby("same_as").groups

    @cached_property
    def _corrected(self) -> set[str]:
        return set(self._tables["claims"].supersedes.dropna())

    @cached_property
    def _added(self) -> frozenset[str]:
        claims = self._tables["claims"]
        documents = claims.claim_id[claims.supersedes.notna() & ~claims.supersedes.isin(self.own)]
        return self.own - set(documents)

    def __getitem__(self, table: str) -> pd.DataFrame:
        if table not in self._tables:
            raise KeyError(f"there is no table {table!r}{nearest(table, self._tables)}")
        return self._tables[table].copy(deep=False)

    def __getattr__(self, table: str) -> pd.DataFrame:
        if table.startswith("_") or table not in self._tables:
            raise AttributeError(f"there is no table {table!r}; the tables are {', '.join(sorted(self._tables))}")
        return self[table]

    def __dir__(self) -> list[str]:
        return sorted({name for name in super().__dir__() if not name.startswith("_")} | set(self._tables))

    def _ipython_key_completions_(self) -> list[str]:
        return list(self._tables)

    def __repr__(self) -> str:
        return f"<Evidence: {self.label}; {len(self._rows)} statements>"

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
        left_out = f", without {', '.join(map(self._title, self.without))}" if self.without else ""
        return f"Data {self.version}{own}{left_out}; {self.reading.label}"

    def _title(self, name: str) -> str:
        return str(self._titles.get(name, name))

    # other views of the same evidence

    def read(self, reading: Reading) -> Evidence:
        """The same evidence under another reading.

        Examples
        --------
        >>> import kzcivil as kz
        >>> kz.load().read(kz.Reading(strict=True)).figure("kxr_ngos_registered").high
        inf
        """
        return Evidence(self._everything, self.version, self.folders, self.without, reading, self.own)

    def leave_out(self, *names: str) -> Evidence:
        """The same evidence without further sources or origins.

        Examples
        --------
        >>> import kzcivil as kz
        >>> print(kz.load().leave_out("diachenko").figure("dia_people_employed"))
        cannot be said
        """
        left_out = tuple(dict.fromkeys((*self.without, *names)))
        return Evidence(self._everything, self.version, self.folders, left_out, self.reading, self.own)

    # single statements

    def row(self, statement_id: str) -> pd.Series[Any]:
        """The row of a claim, an event or a stage, by its id.

        Raises
        ------
        KeyError
            If no table holds the id; the message names the nearest ids.

        Examples
        --------
        >>> import kzcivil as kz
        >>> kz.load().row("kxr_ngos_registered").as_printed
        'over 20 thousand'
        """
        if statement_id in self._places:
            table, place = self._places[statement_id]
            return self._tables[table].iloc[place]
        ids = [name for table, key in KEYS.items() for name in self._everything[table][key]]
        gone = " in the data loaded (its source was left out)" if statement_id in ids else ""
        raise KeyError(f"no claim, event or stage has the id {statement_id!r}{gone or nearest(statement_id, ids)}")

    def cite(self, statement_id: str) -> str:
        """Speaker, source, place and words of a claim, an event or a stage.

        Examples
        --------
        >>> import kzcivil as kz
        >>> print(kz.load().cite("kxr_ngos_registered"))
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
        """A statement as a figure; missing if its source was left out.

        Repeats, and the same number in other words (``same_as``), are one number; of the latter the ranges intersect.
        It stays what was printed: a correction has an id of its own, and stands in its place in :meth:`figures`.

        Raises
        ------
        KeyError
            If there is no such statement; the message names the nearest ids.

        Examples
        --------
        >>> import kzcivil as kz
        >>> ev = kz.load()
        >>> print(ev.figure("aa_inf_registered_2023") / ev.figure("aa_inf_registered_2003"))
        6.67 times (6.57 to 6.77)
        """
        if claim_id in self._rows:
            return from_leaf(self._leaf(claim_id), "%" if (unit := self._rows[claim_id].unit) == "percent" else unit)
        gone = self._everything["claims"][self._everything["claims"].claim_id == claim_id]
        if len(gone):
            row = gone.iloc[0]
            return absent(f"“{row.as_printed}” ({row.counts}, {self._title(row.source_id)})", claim_id, row.unit)
        raise KeyError(f"no claim has the id {claim_id!r}{nearest(claim_id, self._everything['claims'].claim_id)}")

    def _leaf(self, claim_id: str) -> Leaf:
        if claim_id not in self._leaves:
            root = self._root(claim_id)
            rows = self._rows
            alike = [root, *self._alike.get(root, ())]
            ranges = [self._range(rows[name]) for name in alike]
            low, high = max(low for low, _ in ranges), min(high for _, high in ranges)
            if not low <= high:  # two wordings that exclude each other are no one number
                low, high = ranges[0]
            row, lost = rows[root], rows[root].wording == "lost"
            face = math.nan if row.wording in ("indefinite", "lost", "between") or pd.isna(row.value) else row.value
            words = " / ".join(dict.fromkeys(f"“{rows[name].as_printed}”" for name in alike))
            if old := rows.get(row.supersedes):
                words += f", correcting “{old.as_printed}” of {self._title(old.source_id)} ({row.note})"
            place = self._title(row.source_id) + ("" if pd.isna(row.line) else f", line {row.line}")
            told = f"{words} ({row.counts}): the number was lost" if lost else words
            leaf = Leaf(root, float(face), low, high, told, place, "printed", lost, self._when(row))
            self._leaves[root] = self._leaves[claim_id] = leaf
        return self._leaves[claim_id]

    def _root(self, claim_id: str) -> str:
        """The first statement of a number: that which a repeat repeats, in whatever words."""
        seen, row = set[str](), self._rows[claim_id]
        while row.claim_id not in seen:
            seen.add(row.claim_id)
            before = self._rows.get(row.repeats if pd.isna(row.same_as) else row.same_as, row)
            words_alike = before.wording == row.wording and (before.value == row.value or pd.isna(row.value))
            row = before if words_alike or pd.notna(row.same_as) else row
        return str(row.claim_id)

    def _range(self, row: Any) -> tuple[float, float]:
        if row.wording == "lost":
            return math.nan, math.nan
        if row.wording == "indefinite" or not pd.isna(row.bounds_note):
            return (0.0 if pd.isna(row.low) else row.low), (math.inf if pd.isna(row.high) else row.high)
        exact, step = pd.notna(row.exact) and bool(row.exact), 0.0 if pd.isna(row.step) else row.step
        return self.reading.range(row.value, row.wording, step, unit=row.unit, exact=exact, value_to=row.value_to)

    def _when(self, row: Any) -> tuple[float, float, float] | None:
        """Date in decimal years: face, first, last. A year is its middle half, on a strict reading all of it."""
        if pd.isna(row.start) or pd.isna(row.end):
            return None
        first, last = decimal_year(row.start), decimal_year(row.end + pd.Timedelta(days=1))
        if row.start.year == row.end.year and last - first > 0.1:
            first, last = float(row.start.year), row.start.year + 1.0
        give = 0.0 if self.reading.strict else min(0.25, (last - first) / 4)
        return (first + last) / 2, first + give, last - give

    def formula(self, text: str) -> Figure:
        """A formula over claim ids as a figure, in plain numbers: name the unit with ``.of(...)``.

        It holds numbers, claim ids, brackets and ``+ - * / **``; it is parsed, never run as code.

        Raises
        ------
        ValueError, KeyError
            If it is no such formula, or names a claim that there is not.

        Examples
        --------
        >>> import kzcivil as kz
        >>> print(kz.load().formula("aa_inf_registered_2023 / aa_inf_registered_2003"))
        6.67 (6.57 to 6.77)
        """
        return evaluate(text, self.figure)

    def context(self, series: str, year: int, code: str | None = None) -> Figure:
        """A yardstick from elsewhere (prices, exchange rate, population); never evidence about a source.

        Examples
        --------
        >>> import kzcivil as kz
        >>> print(f"{kz.load().context('population', 2023):face}")
        20.3 million people
        """
        rows = self._tables["context"]
        if series not in set(rows.series):
            raise KeyError(f"no context series is called {series!r}{nearest(series, sorted(set(rows.series)))}")
        hit = rows[(rows.series == series) & (rows.year == int(year)) & ((rows.code == code) | (code is None))]
        if not len(hit):
            return absent(f"{series} of {year}")
        if len(hit) > 1:
            raise ValueError(f"{series} has one number a region; give its code: {', '.join(hit.code)}")
        row: Any = hit.iloc[0]
        leaf = Leaf(f"{series}_{year}" + (f"_{code}" if code else ""), row.value, row.value, row.value,
                    f"{series.replace('_', ' ')} {year}", str(row.publisher), "context")  # fmt: skip
        return from_leaf(leaf, str(row.unit))

    # selections

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
        """Statements as figures, in order of time.

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

        Returns
        -------
        pandas.DataFrame
            Index: claim id. ``figure`` holds :class:`Figure` objects; ``face``, ``low``, ``high`` their numbers;
            ``year`` the year of the statement's middle; ``source`` is a categorical in the order of ``sources.csv``.

        Raises
        ------
        ValueError
            For a name that the tables do not know; the message names the nearest.

        Examples
        --------
        >>> import kzcivil as kz
        >>> kz.load().figures("ngos_operating").as_printed.tolist()
        ['4,500']
        """
        known = {
            "measure": list(self._everything["measures"].measure),
            "scope": sorted(set(self._everything["claims"].scope.dropna())),
            "source": list(self._everything["sources"].source_id),
            "region": [*(codes := self._everything["regions"].set_index("title").region.to_dict()).values(), *codes],
        }
        region = codes.get(str(region), region)
        asked = [*(("measure", name) for name in measures), ("scope", scope), ("source", source), ("region", region)]
        for kind, name in asked:
            if (kind == "measure" or name is not None) and name not in known[kind]:
                raise ValueError(f"no {kind} is called {name!r}{nearest(name, known[kind])}")
        rows = self._tables["claims"]
        chosen = {"measure": measures, "scope": [scope], "source_id": [source], "region": [region]}
        for column, values in chosen.items():
            rows = rows[rows[column].isin(values)] if set(values) - {None} else rows
        since, until = (year if start is None else start), (year if end is None else end)
        if since is not None:
            rows = rows[rows.end >= as_day(since, last=False)]
        if until is not None:
            rows = rows[rows.start <= as_day(until, last=True)]
        if first:
            rows = rows[rows.repeats.isna() & ~rows.claim_id.isin(self._corrected)]
        table = self._with_figures(rows.sort_values(["end", "start"], kind="stable"))
        return first_voice(table, self._added, list(one_voice)) if one_voice else table

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

        Examples
        --------
        >>> import kzcivil as kz
        >>> kz.load().earliest("ngos_registered", scope="sector").year
        '2003'
        """
        return self._pick(0, measures, where)

    def latest(self, *measures: str, **where: Any) -> Figure:
        """The last figure of a selection in time; missing if there is none. Parameters as in :meth:`figures`.

        Examples
        --------
        >>> import kzcivil as kz
        >>> print(kz.load().latest("ngos_registered", scope="sector"))
        23,335 NGOs
        """
        return self._pick(-1, measures, where)

    def _pick(self, at: int, measures: tuple[str, ...], where: dict[str, Any]) -> Figure:
        dated = self.figures(*measures, **where).dropna(subset="start")
        titles = self._everything["measures"].set_index("measure").title
        return nth(dated.figure, at, f"any count of: {', '.join(titles[list(measures)])}")

    def find(self, word: str) -> pd.DataFrame:
        """Statements whose words, subject, measure or note hold a word, whatever its case.

        Examples
        --------
        >>> import kzcivil as kz
        >>> len(kz.load().find("volunteer")) > 0
        True
        """
        rows, titles = self._tables["claims"], self._tables["measures"].set_index("measure").title
        more = rows.assign(title=rows.measure.map(titles))[["counts", "measure", "title", "speaker", "note"]]
        hit = rows[rows.as_printed.str.cat(more, " ", na_rep="").str.contains(word, case=False, regex=False)]
        shown = ["figure", "year", "counts", "as_printed", "speaker", "source", "place", "measure"]
        return self._with_figures(hit)[shown]

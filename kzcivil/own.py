"""A reader's own folder: files as people make them, and one small ``claims.csv`` from which the rest is derived."""

from __future__ import annotations

import csv
import io
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from kzcivil.reading import Printed, Unreadable, parse, unit_of_last_digit, wording_of
from kzcivil.tables import PLACED, DataError, Problem, Tables, nearest, schemas

ASKED = ("measure", "as_printed", "year", "source")
"""Columns that a small ``claims.csv`` needs; every other is derived where it is empty."""
TAKEN = ("year", "source", "url")
"""Columns of a small ``claims.csv`` that no full one has."""
SHEETS, TEXTS, OTHERS = (".xlsx", ".ods"), (".csv", ".tsv", ".txt"), (".xls", ".xlsm", ".numbers", ".json", ".parquet")
LARGEST, LONGEST = 200_000_000, 10_000
BREAKS = r"\x00-\x1f\x7f-\x9f\u2028\u2029"
"""What no cell holds: ends of lines, and signs that steer a screen."""
_SPACES = re.compile("[\u00a0\u2002\u2003\u2007\u2009\u202f]")
_NUMBERS = ("value", "value_to", "step", "low", "high")
_LATIN = {"ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ю": "iu", "я": "ia"}
_LATIN |= dict(zip("абвгдеёзийклмнопрстуфыэәғқңөұүһі", "abvgdeeziiklmnoprstufyeagqnouuhi", strict=True))

CLAIMS = "measure,as_printed,year,source,url,note\n"
README = """# Your own figures

One row of `claims.csv` is one printed number. Four cells are needed; every other may stay empty or be left out.

| measure | as_printed | year | source |
| --- | --- | --- | --- |
| ngos_registered | over 22 thousand registered NGOs | 2020-04 | A ministry, press release, 2020 |
| people_employed | свыше 29 тысяч человек | 2017 | A newspaper, 5 May 2018 |

- **measure**: what is counted. `kzcivil measures ngo` lists what there is; a new one is a row of `measures.csv`.
- **as_printed**: the words with the number, copied exactly, at most twelve words; English, Russian or Kazakh.
- **year**: when it holds: 2012, 2012-05, 31.12.2012, or 2012-2014.
- **source**: who printed it, what, when.

More columns, if you have them: `url`, `note`, `region`, `scope`, `speaker`; `value`, `wording`, `step` where the words
are not understood; `repeats` (the id of a statement that this one only repeats); `supersedes` (the id of one that it
corrects; say in `note` why).

`kzcivil check .` shows what was read, `kzcivil run --data .` reruns the pages, `kzcivil compare --data .` tells
what moved.
"""


def read_folder(
    folder: Path, base: Mapping[str, pd.DataFrame], *, whole: bool = False
) -> tuple[Tables, list[Problem]]:
    """The tables of a folder as text, and what is wrong with their files; the index is the row in the file.

    Files may be UTF-8 (with or without BOM), UTF-16 or Windows-1251, separated by commas, semicolons or tabs, or a
    spreadsheet. A ``claims`` file without the column ``piece_id`` is a small one: sources, pieces, ids, numbers and
    dates are derived from it. A whole collection has every table, and its cells are as they stand.
    """
    known, names = {name.casefold(): name for name in schemas()}, [f"{name}.csv" for name in schemas()]
    tables: Tables = {}
    problems: list[Problem] = []
    for path in sorted(folder.iterdir()):
        table, suffix = known.get(path.stem.casefold()), path.suffix.casefold()
        meant = SHEETS + TEXTS + OTHERS if table else (*SHEETS, ".csv", ".tsv")
        if path.name.startswith((".", "~$")) or suffix not in meant:
            continue
        try:
            if table is None:
                expected = f"one of {', '.join(names)}{nearest(path.name, names)}"
                problems.append(Problem(path.name, None, "", "an unknown file", expected))
                continue
            if table in tables:
                raise DataError("a second file for the same table")
            tables[table] = read_file(path) if whole else cleaned(read_file(path))
        except DataError as error:
            problems.append(Problem(path.name, None, "", str(error), "a table in CSV, UTF-8"))
    gone = [name for name in names if whole and name not in {path.name for path in folder.iterdir()}]
    problems += [Problem(name, None, "", "no such file", "a table in CSV, UTF-8") for name in gone]
    if not tables and not problems:
        problems.append(Problem(str(folder), None, "", "no table", f"one of {', '.join(schemas())}, as CSV"))
    if "claims" in tables and "piece_id" not in tables["claims"]:
        problems += _Small(tables, base).expand()
    return tables, problems


def read_file(path: Path) -> pd.DataFrame:
    """One table file as text cells, the index being the row in the file (heading 1); DataError tells what is wrong."""
    if not path.is_file() or path.stat().st_size > LARGEST:
        raise DataError(f"what is no plain file of at most {LARGEST // 1_000_000} MB")
    if not path.resolve().is_relative_to(path.parent.resolve()):
        raise DataError("a link out of the folder; put the file itself there")
    if path.suffix.casefold() in OTHERS:
        raise DataError(f"a {path.suffix} file; save it as CSV")
    try:
        rows = _sheet(path) if path.suffix.casefold() in SHEETS else _text_rows(path)
    except (OSError, csv.Error, ValueError) as error:
        raise DataError(f"what cannot be read as a table ({error})") from error
    filled = [(n, row) for n, row in enumerate(rows, start=1) if any(cell.strip() for cell in row)]
    if not filled:
        raise DataError("nothing; a table begins with a line of column names")
    if long := [n for n, row in filled if max(map(len, row)) > LONGEST]:
        raise DataError(f"a cell of more than {LONGEST} characters in row {long[0]}")
    wide = max(len(row) for _, row in filled)
    padded = [row + [""] * (wide - len(row)) for _, row in filled]
    kept = [k for k in range(wide) if any(row[k].strip() for row in padded)]  # a spreadsheet leaves empty columns
    nameless = [k for k in kept if not padded[0][k].strip()]
    if beyond := [str(n) for (n, _), row in zip(filled, padded, strict=True) if any(row[k].strip() for k in nameless)]:
        how = "put double quotes around cells that hold the separator"
        raise DataError(f"an extra cell, under no column name, in row {', '.join(beyond[:9])}; {how}")
    names = [padded[0][k] for k in kept]
    if twice := [name for name, n in Counter(map(str.casefold, names)).items() if n > 1]:
        raise DataError(f"the column {twice[0]} twice")
    cells = [[row[k] for k in kept] for row in padded[1:]]
    return pd.DataFrame(cells, columns=names, index=[n for n, _ in filled[1:]], dtype="object")


def _text_rows(path: Path) -> list[list[str]]:
    text = re.sub(r"\Asep=(.)\r?\n", "", _decoded(path.read_bytes()))
    head = re.split(r"[\r\n]", text, maxsplit=1)[0]
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count), strict=True))


def _decoded(raw: bytes) -> str:
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return raw.decode("utf-16")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1251")
    # Another one-byte alphabet read as Windows-1251 shows odd signs, capitals inside words, or mixed alphabets.
    odd = re.search(r"[^\x00-\x7fА-Яа-яЁё№«»„“”‘’–—…•°\u00a0]", text)
    mixed = odd or re.search(r"[а-яё][А-ЯЁ]|[A-Za-z][А-Яа-яЁё]|[А-Яа-яЁё][A-Za-z]", text)
    if mixed:
        raise ValueError(f"letters in no known encoding, near {mixed[0]!r}")
    return text


def _sheet(path: Path) -> list[list[str]]:
    """Rows of the only filled sheet of a spreadsheet."""
    try:
        sheets = pd.read_excel(path, sheet_name=None, header=None, dtype="object", na_filter=False, engine="calamine")
    except Exception as error:  # readers of spreadsheets raise kinds of their own
        raise ValueError(f"{error}; or save it as CSV") from error
    filled = [sheet for sheet in sheets.values() if sheet.size]
    if len(filled) != 1:
        raise ValueError(f"{len(filled)} filled sheets; keep one")
    head, *rows = filled[0].to_numpy().tolist()
    words = [str(name).strip().casefold() == "as_printed" for name in head]
    for n, row in enumerate(rows, start=2):
        for cell, printed in zip(row, words, strict=True):
            if printed and not isinstance(cell, str | int) and not (isinstance(cell, float) and cell.is_integer()):
                raise ValueError(f"row {n}: the words as printed are a cell of numbers or dates; format it as text")
    return [[_plain(cell) for cell in row] for row in (head, *rows)]


def _plain(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None or cell is pd.NaT else str(cell).removesuffix(" 00:00:00")


def cleaned(table: pd.DataFrame) -> pd.DataFrame:
    """Headings in lower case; cells without stray spaces; numbers without spaces inside and with a decimal point."""
    table = table.rename(columns=lambda name: _SPACES.sub(" ", str(name)).strip().casefold())
    for column in table.columns:
        cells = table[column].map(lambda cell: _SPACES.sub(" ", cell).strip(" \t"))
        if column in _NUMBERS:
            cells = cells.map(lambda cell: re.sub(r"(?<=\d) (?=\d{3}\b)", "", cell))
            cells = cells.map(lambda cell: re.sub(r"^(\d+),(\d{1,2}|\d{4,})$", r"\1.\2", cell))
        table[column] = cells
    return table


class _Small:
    """The full tables that follow from a small claims table."""

    def __init__(self, tables: Tables, base: Mapping[str, pd.DataFrame]) -> None:
        self.tables, self.base, self.given = tables, base, tables["claims"]
        titles = self.joined("measures", "measure"), self.joined("measures", "title")
        self.measures = dict(zip(*titles, strict=False))
        self.regions = {str(row.title).casefold(): str(row.region) for row in base["regions"].itertuples()}
        scopes = base["claims"].groupby("measure").scope
        self.sectors = {name: "sector" if "sector" in set(kinds) else kinds.mode().iloc[0] for name, kinds in scopes}
        self.used = Counter([*self.joined("sources", "source_id"), *self.joined("pieces", "piece_id")])
        self.used.update(name for table in PLACED for name in base[table].iloc[:, 0])
        self.pieces: dict[str, str] = {}

    def joined(self, table: str, column: str) -> list[str]:
        """A column of the base and of the reader's table."""
        own = self.tables[table][column].tolist() if column in self.tables.get(table, ()) else []
        return [*self.base[table][column].dropna(), *own]

    def expand(self) -> Iterator[Problem]:
        """Complete the claims in place and add their sources and pieces; yields what cannot be derived."""
        missing = [name for name in ASKED if name not in self.given]
        if missing:
            there = ", ".join(map(str, self.given)) or "nothing"
            yield Problem("claims.csv", 1, "", f"the columns {there}", f"also {', '.join(missing)}")
            fine = dict(zip(ASKED, (next(iter(self.measures), ""), "1", "2000", "nobody"), strict=True))
            self.given = self.given.assign(**{name: fine[name] for name in missing})  # the rest is read all the same
        self.others = self.given.groupby("source").as_printed.agg(" ".join)
        rows: dict[int, dict[str, str]] = {}
        for number, row in zip(self.given.index.tolist(), self.given.to_dict("records"), strict=True):
            cells = {str(name): str(cell) for name, cell in row.items() if cell}
            faults = [_Fault(name, "nothing", "a cell that is filled") for name in ASKED if name not in cells]
            broken = [(name, cell) for name, cell in cells.items() if re.search(f"[{BREAKS}]", cell)]
            faults += [_Fault(name, repr(cell), "one line of text") for name, cell in broken]
            made = {} if faults else self.full(cells, faults)
            yield from (Problem("claims.csv", number, *fault.args) for fault in faults)
            if not faults:
                rows[number] = made
        if missing:
            del self.tables["claims"]
            return
        full = pd.DataFrame.from_dict(rows, orient="index", dtype="object")
        columns = [*(full if rows else [field["name"] for field in schemas()["claims"]["fields"]])]
        # Also a column that is unknown, or empty in every row, is shown to the checks.
        columns += [name for name in self.given if name not in (*columns, *TAKEN)]
        self.tables["claims"] = full.reindex(columns=columns).astype("object").fillna("")
        if rows:
            self._add_sources(rows)
        if "unknown" not in self.joined("origins", "origin"):
            unknown = pd.DataFrame({"origin": "unknown", "title": "Not said", "kind": "unknown"}, index=[1])
            self.tables["origins"] = pd.concat([self.tables.get("origins"), unknown]).fillna("")

    def _add_sources(self, rows: dict[int, dict[str, str]]) -> None:
        """A source and its one piece for each title, at the row that names it first."""
        made = self.given.loc[[*rows], ["source"]].drop_duplicates().set_axis(["title"], axis=1)
        made = made.assign(source_id=made.title.map(self.pieces), kind="a reader's source", standpoint="not said")
        urls = self.given.get("url", pd.Series("", self.given.index)).groupby(self.given.source)
        short = made.title.map(_short)
        sources = made.assign(
            short_title=short.mask(short.duplicated(keep=False), made.title),
            publisher=made.title.str.partition(",")[0].str.strip(),
            published=made.title.map(_published),
            published_basis="printed",
            url=made.title.map(urls.agg(lambda cells: max(cells, key=len))),
        )
        for table, known in (("sources", sources), ("pieces", made.assign(piece_id=made.source_id))):
            self.tables[table] = pd.concat([self.tables.get(table), known]).fillna("")

    def full(self, cells: dict[str, str], faults: list[_Fault]) -> dict[str, str]:
        """One full row from the cells of a small one; given cells win over derived ones."""

        def tried(read: Callable[..., Any], *words: Any, default: Any) -> Any:
            try:
                return read(*words)
            except _Fault as fault:
                faults.append(fault)
                return default

        measure, source = cells["measure"], cells["source"]
        if measure not in self.measures:
            line = f"{measure},A title,organisations,stock,organisations"
            new = f"or a row of measures.csv that adds it (measure,title,unit,nature,theme: {line})"
            near = nearest(measure, self.measures).rstrip("?")
            faults.append(_Fault("measure", repr(measure), f"one of `kzcivil measures`{near}, {new}"))
        for name in _NUMBERS:
            if re.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}", cells.get(name, "")):
                faults.append(_Fault(name, repr(cells[name]), "a number without a mark of thousands"))
        start, end = tried(dates, cells["year"], default=("", ""))
        if source not in self.pieces:
            self.pieces[source] = self.unique(slug(source) or "source")
        piece = self.pieces[source]
        if not cells.get("claim_id", f"{piece}_").startswith(f"{piece}_"):
            how = f"nothing, or an id that begins with {piece}_; to correct a statement, put its id into supersedes"
            faults.append(_Fault("claim_id", repr(cells["claim_id"]), how))
        region = self.regions.get(cells.get("region", "").casefold(), cells.get("region", ""))
        full = {
            "claim_id": cells.get("claim_id") or self.unique(f"{piece}_{measure}_{start[:4]}"), "piece_id": piece,
            "speaker": source.partition(",")[0].strip(), "origin": "unknown", "origin_basis": "unknown",
            "scope": "region" if region else self.sectors.get(measure, "sector"),
            "counts": self.measures.get(measure, ""), "start": start, "end": end,
            "timing": "at", "date_basis": "printed",
        }  # fmt: skip
        full |= tried(self.number, cells, default={})
        own = {name: cell for name, cell in cells.items() if name not in TAKEN}
        return full | own | ({"region": region} if region else {})

    def number(self, cells: dict[str, str]) -> dict[str, str]:
        """Number, wording and unit of the last digit: from the words, from the other numbers, or as given."""
        words, given = cells["as_printed"], cells.get("value") or cells.get("low") or cells.get("high")
        try:
            said = parse(words)
            if math.isinf(said.value):
                raise Unreadable("not a finite number")
            return _said(said)
        except Unreadable as error:
            thousands = re.search(r"(?<![\d.])[1-9]\d{0,2}\.\d{3}(?![\d.])", words)
            others = self.others[cells["source"]]
            if thousands and re.search(r"\d\.\d{3}\.\d{3}\b", others) and not re.search(r"\d\.\d\d?\b", others):
                return _said(parse(words.replace(thousands[0], thousands[0].replace(".", " "))))
            if not given:
                raise _Fault("as_printed", repr(words), f"words with one number ({error})") from error
        if "value" not in cells:
            return {"wording": "indefinite"}
        step = unit_of_last_digit(cells["value"])
        return {"wording": wording_of(words), "step": f"{step:.12g}"} if step else {"wording": wording_of(words)}

    def unique(self, name: str) -> str:
        """A name that no row has yet."""
        found = name
        while self.used[found]:
            self.used[name] += 1
            found = f"{name}_{self.used[name]}"
        self.used[found] += 1
        return found


class _Fault(ValueError):
    """Column, what was found, what was expected."""


def _said(words: Printed) -> dict[str, str]:
    numbers = {name: getattr(words, name) for name in _NUMBERS}
    plain = {name: f"{number:.12g}" for name, number in numbers.items() if math.isfinite(number)}
    note = {"bounds_note": "by the rule for words without a number"} if words.wording == "indefinite" else {}
    return {"wording": words.wording, **plain, **note}


def dates(text: str) -> tuple[str, str]:
    """First and last day of a date as people write it.

    >>> [dates(text) for text in ("2012-05", "31.12.2012", "2012-2013")]
    [('2012-05-01', '2012-05-31'), ('2012-12-31', '2012-12-31'), ('2012-01-01', '2013-12-31')]
    """
    plain = re.sub(r"\s*[–—-]\s*", "-", text.strip()).removesuffix(".0")
    plain = re.sub(r"^(\d\d?)\.(\d\d?)\.(\d{4})$", lambda day: f"{day[3]}-{day[2]:0>2}-{day[1]:0>2}", plain)
    years = re.fullmatch(r"(\d{4})-(\d{4})", plain)
    parts = years.groups() if years else (plain, plain)
    try:
        if not all(re.fullmatch(r"\d{4}(-\d\d){0,2}", part) for part in parts):
            raise ValueError("no date")
        first, last = (pd.Period(part, freq={4: "Y", 7: "M"}.get(len(part), "D")) for part in parts)
        if not 1900 <= first.year <= last.year <= 2100:
            raise ValueError("out of range")
    except ValueError as error:
        expected = "a date of 1900 to 2100: 2012, 2012-05, 31.12.2012, or 2012-2014"
        raise _Fault("year", repr(text), expected) from error
    return f"{first.start_time:%Y-%m-%d}", f"{last.end_time:%Y-%m-%d}"


def slug(text: str) -> str:
    """The beginning of an id from any text.

    >>> slug("Министерство информации, 2020")
    'ministerstvo_informatsii_2020'
    """
    latin = "".join(_LATIN.get(letter, letter) for letter in text.casefold())
    plain = unicodedata.normalize("NFKD", latin).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", plain).lstrip("0123456789_")[:32].strip("_")


def _published(title: str) -> str:
    years: list[str] = re.findall(r"\b(?:19|20)\d\d\b", title)
    return years[-1] if years else ""


def _short(title: str) -> str:
    """Publisher and year of a source: names on charts are short."""
    publisher, year = title.partition(",")[0].strip(), _published(title)
    return publisher if year in publisher else f"{publisher} {year}"

"""A reader's own folder: files as people make them, and one small ``claims.csv`` from which the rest is derived."""

from __future__ import annotations

import csv
import io
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import pandas as pd
from slugify import slugify

from kzcivil.reading import Unreadable, digits, parse, wording_of
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


def read_folder(folder: Path, base: Mapping[str, pd.DataFrame], *, whole: bool = False) -> tuple[Tables, list[Problem]]:
    """The tables of a folder as text, and what is wrong with their files; the index is the row in the file.

    Files may be UTF-8 (with or without BOM), UTF-16 or Windows-1251, separated by commas, semicolons or tabs, or a
    spreadsheet. A ``claims`` file without the column ``piece_id`` is a small one: sources, pieces, ids, numbers and
    dates are derived from it. The cells of a whole collection are taken as they stand.
    """
    files, expected = [f"{name}.csv" for name in schemas()], "a table in CSV, UTF-8"
    tables: Tables = {}
    problems: list[Problem] = []
    for path in sorted(folder.iterdir()):
        table, suffix = path.stem.casefold(), path.suffix.casefold()
        known = table in schemas()
        meant = SHEETS + TEXTS + OTHERS if known else (*SHEETS, ".csv", ".tsv")
        if path.name.startswith((".", "~$")) or suffix not in meant:
            continue
        if not known:
            one_of = f"one of {', '.join(files)}{nearest(path.name, files)}"
            problems.append(Problem(path.name, None, "", "an unknown file", one_of))
        elif table in tables:
            problems.append(Problem(path.name, None, "", "a second file for the same table", expected))
        else:
            try:
                tables[table] = read_file(path) if whole else cleaned(read_file(path))
            except DataError as error:
                problems.append(Problem(path.name, None, "", str(error), expected))
    if not tables and not problems:
        problems.append(Problem(str(folder), None, "", "no table", f"one of {', '.join(files)}"))
    if "claims" in tables and "piece_id" not in tables["claims"] and not whole:
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
    wide = max(map(len, rows), default=0)
    table = pd.DataFrame([row + [""] * (wide - len(row)) for row in rows], dtype="object")
    table.index += 1
    filled = table.map(str.strip) != ""
    kept = filled.any(axis=1), filled.any()  # a spreadsheet leaves empty rows and columns
    table, filled = table.loc[kept], filled.loc[kept]
    if table.empty:
        raise DataError("nothing; a table begins with a line of column names")
    if (long := table.map(len).max(axis=1) > LONGEST).any():
        raise DataError(f"a cell of more than {LONGEST} characters in row {long.idxmax()}")
    if (beyond := filled.loc[:, ~filled.iloc[0]].any(axis=1)).any():
        numbers, how = table.index[beyond][:9], "put double quotes around cells that hold the separator"
        raise DataError(f"an extra cell, under no column name, in row {', '.join(map(str, numbers))}; {how}")
    head = table.iloc[0]
    if (twice := head.str.strip().str.casefold().duplicated()).any():
        raise DataError(f"the column {head[twice].iloc[0].strip()} twice")
    return table.iloc[1:].set_axis(head.tolist(), axis=1)


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
    sheet = filled[0]  # whole numbers are whole in it
    words = [name for name in sheet if str(sheet[name].iloc[0]).strip().casefold() == "as_printed"]
    odd = sheet[words].map(lambda cell: not isinstance(cell, str | int)).any(axis=1)
    if odd.any():
        raise ValueError(
            f"row {odd.argmax() + 1}: the words as printed are a cell of numbers or dates; format it as text"
        )
    return [[str(cell).removesuffix(" 00:00:00") for cell in row] for row in sheet.to_numpy().tolist()]


def cleaned(table: pd.DataFrame) -> pd.DataFrame:
    """Headings in lower case; cells without stray spaces; numbers without spaces inside and with a decimal point."""
    table = table.rename(columns=lambda name: _SPACES.sub(" ", str(name)).strip().casefold())
    table = table.map(lambda cell: _SPACES.sub(" ", cell).strip(" \t"))
    for name in [name for name in _NUMBERS if name in table]:
        plain = table[name].str.replace(r"(?<=\d) (?=\d{3}\b)", "", regex=True)
        table[name] = plain.str.replace(r"^(\d+),(\d{1,2}|\d{4,})$", r"\1.\2", regex=True)
    return table


class _Small:
    """The full tables that follow from a small claims table."""

    def __init__(self, tables: Tables, base: Mapping[str, pd.DataFrame]) -> None:
        self.tables, self.base, self.given = tables, base, tables["claims"]
        self.measures = dict(zip(self.joined("measures", "measure"), self.joined("measures", "title"), strict=False))
        self.regions = dict(zip(base["regions"].title.str.casefold(), base["regions"].region, strict=True))
        scopes = base["claims"].groupby("measure").scope
        self.sectors = {name: "sector" if "sector" in set(kinds) else kinds.mode().iloc[0] for name, kinds in scopes}
        self.used = Counter([*self.joined("sources", "source_id"), *self.joined("pieces", "piece_id")])
        self.used.update(name for table in PLACED for name in base[table].iloc[:, 0])
        self.pieces: dict[str, str] = {}

    def joined(self, table: str, column: str) -> list[str]:
        """A column of the base and of the reader's table."""
        return [*self.base[table][column].dropna(), *self.tables.get(table, pd.DataFrame()).get(column, [])]

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
            wrong = {name: "a cell that is filled" for name in ASKED if name not in cells}
            wrong |= {name: "one line of text" for name, cell in cells.items() if re.search(f"[{BREAKS}]", cell)}
            made = {} if wrong else self.full(cells, wrong)
            for name, expected in wrong.items():
                yield Problem("claims.csv", number, name, repr(cells[name]) if name in cells else "nothing", expected)
            if not wrong:
                rows[number] = made
        if missing:
            del self.tables["claims"]
            return
        columns = [*(field["name"] for field in schemas()["claims"]["fields"]), *self.given]  # also those it lacks
        columns = [name for name in dict.fromkeys(columns) if name not in TAKEN]
        full = pd.DataFrame.from_dict(rows, orient="index", dtype="object")
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
        publisher = made.title.str.partition(",")[0].str.strip()
        year = made.title.str.extract(r".*\b((?:19|20)\d\d)\b", expand=False).fillna("")
        pairs = zip(publisher, year, strict=True)  # names on charts are short
        short = pd.Series([name if number in name else f"{name} {number}" for name, number in pairs], made.index)
        sources = made.assign(
            short_title=short.mask(short.duplicated(keep=False), made.title),
            publisher=publisher,
            published=year,
            published_basis="printed",
            url=made.title.map(urls.agg(lambda cells: max(cells, key=len))),
        )
        for table, known in (("sources", sources), ("pieces", made.assign(piece_id=made.source_id))):
            self.tables[table] = pd.concat([self.tables.get(table), known]).fillna("")

    def full(self, cells: dict[str, str], wrong: dict[str, str]) -> dict[str, str]:
        """One full row from the cells of a small one, given cells before derived ones; tells what is wrong."""
        measure, source = cells["measure"], cells["source"]
        if measure not in self.measures:
            line = f"{measure},A title,organisations,stock,organisations"
            new = f"or a row of measures.csv that adds it (measure,title,unit,nature,theme: {line})"
            wrong["measure"] = f"one of `kzcivil measures`{nearest(measure, self.measures).rstrip('?')}, {new}"
        for name in _NUMBERS:
            if re.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}", cells.get(name, "")):
                wrong[name] = "a number without a mark of thousands"
        if source not in self.pieces:
            self.pieces[source] = self.unique(slug(source) or "source")
        piece = self.pieces[source]
        if not cells.get("claim_id", f"{piece}_").startswith(f"{piece}_"):
            how = f"begins with {piece}_; to correct a statement, put its id into supersedes"
            wrong["claim_id"] = f"nothing, or an id that {how}"
        start, end, said = "", "", {}
        try:
            start, end = dates(cells["year"])
        except ValueError as error:
            wrong["year"] = str(error)
        try:
            said = self.number(cells)
        except Unreadable as error:
            wrong["as_printed"] = f"words with one number ({error})"
        region = self.regions.get(cells.get("region", "").casefold(), cells.get("region", ""))
        full = {
            "claim_id": cells.get("claim_id") or self.unique(f"{piece}_{measure}_{start[:4]}"), "piece_id": piece,
            "speaker": source.partition(",")[0].strip(), "origin": "unknown", "origin_basis": "unknown",
            "scope": "region" if region else self.sectors.get(measure, "sector"),
            "counts": self.measures.get(measure, ""), "start": start, "end": end,
            "timing": "at", "date_basis": "printed",
        }  # fmt: skip
        return full | said | cells | ({"region": region} if region else {})

    def number(self, cells: dict[str, str]) -> dict[str, str]:
        """Number, wording and unit of the last digit: from the words, from the other numbers, or as given."""
        words, given = cells["as_printed"], cells.get("value") or cells.get("low") or cells.get("high")
        try:
            return _said(words)
        except Unreadable:
            thousands = re.search(r"(?<![\d.])[1-9]\d{0,2}\.\d{3}(?![\d.])", words)
            others = self.others[cells["source"]]
            if thousands and re.search(r"\d\.\d{3}\.\d{3}\b", others) and not re.search(r"\d\.\d\d?\b", others):
                return _said(words.replace(thousands[0], thousands[0].replace(".", " ")))
            if not given:
                raise
        if "value" not in cells:
            return {"wording": "indefinite"}
        plain = re.fullmatch(r"(\d+)(?:\.(\d+))?", cells["value"])
        return {"wording": wording_of(words)} | ({"step": f"{digits(*plain.groups())[1]:.12g}"} if plain else {})

    def unique(self, name: str) -> str:
        """A name that no row has yet."""
        found = name
        while self.used[found]:
            self.used[name] += 1
            found = f"{name}_{self.used[name]}"
        self.used[found] += 1
        return found


def _said(words: str) -> dict[str, str]:
    """What printed words say, as the cells of a row."""
    said = parse(words)
    if math.isinf(said.value):
        raise Unreadable("not a finite number")
    numbers = {name: getattr(said, name) for name in _NUMBERS}
    plain = {name: f"{number:.12g}" for name, number in numbers.items() if math.isfinite(number)}
    note = {"bounds_note": "by the rule for words without a number"} if said.wording == "indefinite" else {}
    return {"wording": said.wording, **plain, **note}


def dates(text: str) -> tuple[str, str]:
    """First and last day of a date as people write it.

    >>> [dates(text) for text in ("2012-05", "31.12.2012", "2012-2013")]
    [('2012-05-01', '2012-05-31'), ('2012-12-31', '2012-12-31'), ('2012-01-01', '2013-12-31')]
    """
    plain = re.sub(r"\s*[–—-]\s*", "-", text.strip()).removesuffix(".0")
    plain = re.sub(r"^(\d\d?)\.(\d\d?)\.(\d{4})$", lambda day: f"{day[3]}-{day[2]:0>2}-{day[1]:0>2}", plain)
    years = re.fullmatch(r"(\d{4})-(\d{4})", plain)
    first, last = years.groups() if years else (plain, plain)
    try:
        if not re.fullmatch(r"\d{4}(-\d\d){0,2}", first):
            raise ValueError("no date")
        start, end = pd.Period(first).start_time, pd.Period(last).end_time
        if not 1900 <= start.year <= end.year <= 2100:
            raise ValueError("out of range")
    except ValueError as error:
        raise ValueError("a date of 1900 to 2100: 2012, 2012-05, 31.12.2012, or 2012-2014") from error
    return f"{start:%Y-%m-%d}", f"{end:%Y-%m-%d}"


def slug(text: str) -> str:
    """The beginning of an id from any text.

    >>> slug("Министерство информации, 2020")
    'ministerstvo_informatsii_2020'
    """
    plain = slugify(text, separator="_", replacements=[("ә", "a"), ("қ", "q")])
    return plain.lstrip("0123456789_")[:32].strip("_")

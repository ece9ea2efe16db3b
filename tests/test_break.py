"""Folders that break: each ends in a clear refusal (file, row, column) or in a right result; nothing runs, nothing leaks."""

from __future__ import annotations

import csv
import io
import json
import os
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_cli import call

import kzcivil as kz
from kzcivil import checks, remarks
from kzcivil.tables import bundle_folder, primary_key, schemas

Cell = dict[str, str]
CLAIM = "aa_inf_registered_2003"
SMALL = {"measure": "ngos", "as_printed": "5", "year": "2020", "source": "X"}


class Case(NamedTuple):
    """Files of a folder, and where a problem must be told (file, row, column); ``None`` if the folder is right."""

    name: str
    files: dict[str, Any]
    told: tuple[str, int | None, str] | None
    holds: Callable[[kz.Evidence, str], bool] = lambda *_: True
    alone: bool = False


def table(*rows: Cell) -> str:
    file = io.StringIO()
    writer = csv.DictWriter(file, list(dict.fromkeys(name for row in rows for name in row)), restval="")
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()


def bundled_rows(name: str) -> list[Cell]:
    with (bundle_folder() / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# --- every constraint of the schema ---------------------------------------------------------------------------------

SHAPES = {
    "integer": ["1.5", "one", "1e3", "0x10", "99999999999999999999"],
    "number": ["inf", "-inf", "NaN", "sNaN", "1e999", "1_000", "many", "0x10", "1,5,2"],
    "boolean": ["yes", "True", "1"],
    "date": ["2003", "2003-13-01", "2003-02-30", "01.02.2003", "soon"],
    "string": ["two\nlines", "a\x00b", "a\x1b[31mb", "a\u2028b", "a\x9bb"],
}


def breaches(field: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Kind and cell of each way in which a field can be broken."""
    rules, kind = field.get("constraints", {}), field["type"]
    if rules.get("required"):
        yield "required", ""
    if "enum" in rules:
        yield "enum", rules["enum"][0].upper() + "?"
    if "pattern" in rules:
        yield "pattern", "No / Id"
    for limit, step in (("minimum", -1), ("maximum", 1)):
        if limit in rules:
            day = kind == "date"
            end = str(rules[limit]) if not day else str((pd.Timestamp(rules[limit]) + pd.Timedelta(days=step)).date())
            yield limit, end if day else str(int(float(end) + step) if kind == "integer" else float(end) + step)
    yield from (("type", cell) for cell in SHAPES[kind])


def unlike(name: str, row: Cell, number: int) -> Cell:
    """The row under a key of its own."""
    new, fields = dict(row), {field["name"]: field for field in schemas()[name]["fields"]}
    for key in primary_key(name):
        if fields[key]["type"] == "string" and "enum" not in fields[key].get("constraints", {}):
            new[key] = f"{row[key]}_x{number}" if name != "regions" else f"ZZ-{number % 1000}"
            break
    return new


def constraints(name: str, row: Cell) -> Iterator[tuple[str, str, str]]:
    """Kind, column and cell of each fault that the schema forbids in a table."""
    for field in schemas()[name]["fields"]:
        if field["name"] in row:
            yield from ((kind, field["name"], cell) for kind, cell in breaches(field))
    for link in schemas()[name].get("foreignKeys", []):
        yield "reference", link["fields"][0], "KZ-99" if link["fields"] == ["region"] else "nobody_of_the_kind"


def schema_cases(rows: int = 1) -> Iterator[Case]:
    for name in schemas():
        given = bundled_rows(name)
        chosen = given[:: max(1, len(given) // rows)][:rows]
        for at, row in enumerate(chosen):
            for kind, column, cell in constraints(name, row):
                files = {f"{name}.csv": table(row | {column: cell})}
                yield Case(f"{name} {at} {column} {kind} {cell!r}", files, (f"{name}.csv", 2, column))
            same = {f"{name}.csv": table(row, row)}
            yield Case(f"{name} {at} key", same, (f"{name}.csv", 3, primary_key(name)[0]))
            yield Case(f"{name} {at} as it is", {f"{name}.csv": table(row)}, None)
        for field in schemas()[name]["fields"]:
            if field.get("constraints", {}).get("required"):
                less = {key: cell for key, cell in given[0].items() if key != field["name"]}
                if (name, field["name"]) != ("claims", "piece_id"):  # without it a claims file is a small one
                    told = (f"{name}.csv", 1, field["name"])
                    yield Case(f"{name} no column {field['name']}", {f"{name}.csv": table(less)}, told)
        yield Case(f"{name} odd column", {f"{name}.csv": table(given[0] | {"odd": "1"})}, (f"{name}.csv", 1, "odd"))


# --- what a schema cannot say ---------------------------------------------------------------------------------------


def full(**change: str) -> Cell:
    """A full claim of its own, changed."""
    row = next(row for row in bundled_rows("claims") if row["claim_id"] == CLAIM)
    return row | {"claim_id": "aa_inf_made"} | change


def small(**change: str) -> Cell:
    return SMALL | change


def claims(*rows: Cell, **others: str) -> dict[str, Any]:
    return {"claims.csv": table(*rows), **{f"{name}.csv": text for name, text in others.items()}}


def measure(name: str, whole: str = "") -> Cell:
    return {"measure": name, "title": name, "unit": "NGOs", "nature": "stock", "part_of": whole, "theme": "people"}


def source(**change: str) -> str:
    row = {
        "source_id": "z",
        "title": "Z",
        "short_title": "Z",
        "publisher": "Z",
        "published_basis": "printed",
        "kind": "k",
    }
    return table(row | {"standpoint": "s", "file": "z.txt", "sha256": "0" * 64, "lines": "3"} | change)


def stage(**change: str) -> dict[str, Any]:
    years = {"start_low": "1990", "start_high": "1991", "end_low": "1999", "end_high": "2000"}
    row = {"stage_id": "aa_inf_x", "scheme": "s", "basis": "stated", "order": "1", "label": "l", **years}
    return {"stages.csv": table(row | {"piece_id": "aa_inf", "line": "961", "as_printed": "x"} | change)}


def event(**change: str) -> dict[str, Any]:
    return {"events.csv": table(bundled_rows("events")[0] | change)}


def formula(text: str, claim: str = CLAIM) -> dict[str, Any]:
    return {"derivations.csv": table({"derivation_id": "made", "claim_id": claim, "reading": "r", "formula": text})}


def face(number: float) -> Callable[[kz.Evidence, str], bool]:
    return lambda ev, name: ev.figure(name).face == number


C, R2 = "claims.csv", 2
RULE_CASES = [
    Case("end without start", claims(full(start="")), (C, R2, "start")),
    Case("start without end", claims(full(end="")), (C, R2, "start")),
    Case("end before start", claims(full(start="2004-01-01", end="2003-01-01")), (C, R2, "end")),
    Case("low above high", claims(full(low="9", high="5", bounds_note="n")), (C, R2, "high")),
    Case("upper number below", claims(full(wording="between", value_to="5")), (C, R2, "value_to")),
    Case("value against the words", claims(full(value="3700")), (C, R2, "value")),
    Case("335 for 23 335", claims(full(as_printed="23 335", value="335", step="1")), (C, R2, "value")),
    Case("step against the words", claims(full(step="7")), (C, R2, "step")),
    Case("wording against the words", claims(full(wording="over")), (C, R2, "wording")),
    Case("vague and exact", claims(full(as_printed="about 3500", wording="about", exact="true")), (C, R2, "exact")),
    Case("lost with a value", claims(full(wording="lost")), (C, R2, "value")),
    Case("lost with a range", claims(full(wording="lost", value="", low="3", bounds_note="n")), (C, R2, "value")),
    Case("repeats itself", claims(full(repeats="aa_inf_made")), (C, R2, "repeats")),
    Case("repeats in a circle", claims(full(repeats="aa_inf_b"), full(claim_id="aa_inf_b", repeats="aa_inf_made")), (C, R2, "repeats")),
    Case("repeats in a circle of three", claims(*(full(claim_id=f"aa_inf_{a}", repeats=f"aa_inf_{b}") for a, b in ("pq", "qr", "rp"))), (C, 4, "repeats")),
    Case("a repeat of another value", claims(full(repeats="aa_inf_registered_2023")), (C, R2, "repeats")),
    Case("a repeat of another measure", claims(full(repeats="caci_ngos_operating_2003")), (C, R2, "repeats")),
    Case("same as itself", claims(full(same_as="aa_inf_made")), (C, R2, "same_as")),
    Case("same as another number", claims(full(same_as="aa_inf_registered_2023")), (C, R2, "same_as")),
    Case("corrects itself", claims(full(supersedes="aa_inf_made", note="n")), (C, R2, "supersedes")),
    Case("corrections in a circle", claims(full(supersedes="aa_inf_b", note="n"), full(claim_id="aa_inf_b", supersedes="aa_inf_made", note="n")), (C, R2, "supersedes")),
    Case("corrects nothing known", claims(full(supersedes="nobody", note="n")), (C, R2, "supersedes")),
    Case("a correction without a reason", claims(full(supersedes=CLAIM, note="")), (C, R2, "note")),
    Case("a correction of another measure", claims(full(supersedes="caci_ngos_operating_2003", note="n")), (C, R2, "measure")),
    Case("a correction", claims(full(supersedes=CLAIM, note="counted anew")), None),
    Case("two corrections of one", claims(full(supersedes=CLAIM, note="n"), full(claim_id="aa_inf_b", supersedes=CLAIM, note="n")), (C, 3, "supersedes")),
    Case("other words under a bundled id", claims(full(claim_id=CLAIM, as_printed="3600", value="3600")), (C, R2, "as_printed")),
    Case("an id of another piece", claims(full(claim_id="caci_x")), (C, R2, "claim_id")),
    Case("thirteen words", claims(full(as_printed="3500 " + "word " * 11 + "word")), (C, R2, "as_printed")),
    Case("a line outside the piece", claims(full(line="1")), (C, R2, "line")),
    Case("no line where there is a text", claims(full(line="")), (C, R2, "line")),
    Case("an unknown region", claims(full(scope="region", region="KZ-99")), (C, R2, "region")),
    Case("an id shared with an event", claims(full(), events=event(event_id="aa_inf_made", piece_id="aa_inf", line="961")["events.csv"]), ("events.csv", R2, "event_id")),
    Case("an id shared with a stage", claims(full(), stages=stage(stage_id="aa_inf_made")["stages.csv"]), ("stages.csv", R2, "stage_id")),
    Case("an event's id as a claim's", claims(full(claim_id=bundled_rows("events")[0]["event_id"])), (C, R2, "claim_id")),
    Case("reversed lines", {"pieces.csv": table({"piece_id": "aa_inf", "source_id": "adal_azamat", "title": "T", "kind": "article", "standpoint": "sector", "first_line": "9", "last_line": "2"})}, ("pieces.csv", R2, "last_line")),
    Case("lines beyond the text", {"pieces.csv": table(bundled_rows("pieces")[0] | {"last_line": "9999999"})}, ("pieces.csv", R2, "last_line")),
    Case("half a range of lines", {"pieces.csv": table(bundled_rows("pieces")[0] | {"last_line": ""})}, ("pieces.csv", R2, "first_line")),
    *(Case(f"file {name}", {"sources.csv": source(file=name)}, ("sources.csv", R2, "file")) for name in ("..", ".", "../secret.txt", "/etc/passwd", "a\\b.txt", "C:secret.txt", "a/../b.txt")),
    Case("a file without lines", {"sources.csv": source(lines="")}, ("sources.csv", R2, "lines")),
    Case("a file without checksum", {"sources.csv": source(sha256="")}, ("sources.csv", R2, "sha256")),
    Case("a source with a text", {"sources.csv": source()}, None),
    Case("a stage", stage(), None),
    Case("a stage that ends before it starts", stage(end_low="1980", end_high="1981"), ("stages.csv", R2, "end_low")),
    Case("reversed edge", stage(start_low="1992"), ("stages.csv", R2, "start_high")),
    Case("a second stage of one order", stage(**{key: bundled_rows("stages")[0][key] for key in ("scheme", "order")}), ("stages.csv", R2, "order")),
    Case("half an edge", stage(start_low=""), ("stages.csv", R2, "start_low")),
    Case("an event that ends before it starts", event(start="2004-01-01", end="2003-01-01"), ("events.csv", R2, "end")),
    Case("part of itself", {"measures.csv": table(measure("a", "a"))}, ("measures.csv", R2, "part_of")),
    Case("parts in a circle", {"measures.csv": table(measure("a", "b"), measure("b", "c"), measure("c", "a"))}, ("measures.csv", R2, "part_of")),
    Case("a part of a circle", {"measures.csv": table(measure("d", "a"), measure("a", "b"), measure("b", "a"))}, ("measures.csv", 3, "part_of")),
    Case("parts of a measure", {"measures.csv": table(measure("a", "ngos"), measure("b", "a"))}, None),
    Case("a pair of one unknown", {"pairs.csv": table(bundled_rows("pairs")[0] | {"second_id": "nobody"})}, ("pairs.csv", R2, "second_id")),
    Case("a mention of no region", {"mentions.csv": table(next(row for row in bundled_rows("mentions") if row["kind"] == "region") | {"item": "KZ-99"})}, ("mentions.csv", R2, "item")),
    Case("no formula and no reason", formula(""), ("derivations.csv", R2, "reason")),
]  # fmt: skip
SMALL_CASES = [
    *(Case(f"no {name}", claims(small(**{name: ""})), (C, R2, name)) for name in SMALL),
    *(Case(f"year {year}", claims(small(year=year)), (C, R2, "year")) for year in ("1899", "2101", "20177", "2012-13", "31.02.2012", "2014-2012", "May", "inf", "nan", "0", "-2012", "2012-00-01")),
    *(Case(f"year {year}", claims(small(year=year)), None, face(5)) for year in ("1900", "2100", "2012-05", "31.12.2012", "2012-2014", "2012.0", "1900-2100")),
    *(Case(f"words {words[:20]!r}", claims(small(as_printed=words)), (C, R2, "as_printed")) for words in ("many", "-5", "27.000", "5 and 6", "9" * 400, "one " * 2000, "no more 5 or 7 or 9", "a third", "not 5", "5 m")),
    *(Case(f"words {words!r}", claims(small(as_printed=words)), None, face(number)) for words, number in (("0", 0), ("over 22 thousand", 22000), ("до 5", 5), ("not more than 12", 12), ("zero", 0))),
    *(Case(f"value {cell}", claims(small(as_printed="a great many", value=cell)), (C, R2, "value")) for cell in ("inf", "-inf", "NaN", "sNaN", "1e999", "-1", "1_000", "0x10")),
    *(Case(f"claim_id {cell!r}", claims(small(claim_id=cell)), (C, R2, "claim_id")) for cell in ("bad id", CLAIM, "x_" + "\u00e9", "../x_1", "1x")),
    Case("an end before the year", claims(small(end="2019-01-01")), (C, R2, "end")),
    Case("line 0", claims(small(line="0")), (C, R2, "line")),
    Case("a repeat of nobody", claims(small(repeats="nobody")), (C, R2, "repeats")),
    Case("an unknown measure", claims(small(measure="ngo_registred")), (C, R2, "measure")),
    Case("a command as measure", claims(small(measure="=cmd()")), (C, R2, "measure")),
    Case("a command as source", claims(small(source="=cmd()")), None, face(5)),
    Case("a command as note", claims(small(note="=HYPERLINK(\"http://z\")")), None, face(5)),
    Case("an unknown region", claims(small(region="Atlantis")), (C, R2, "region")),
    Case("a region by its title", claims(small(region="Almaty")), None, lambda ev, name: ev.row(name).region == "KZ-75"),
    Case("an unknown scope", claims(small(scope="sectr")), (C, R2, "scope")),
    Case("a newline in the words", claims(small(as_printed="5\nNGOs")), (C, R2, "as_printed")),
    Case("a NUL in the source", claims(small(source="X\x00Y")), (C, R2, "source")),
    Case("a newline in the source", claims(small(source="X\nY")), (C, R2, "source")),
    Case("an endless cell", claims(small(note="x" * 20_000)), (C, None, ""), alone=True),
    Case("the same words twice", claims(small(), small()), None, lambda ev, _: len(ev.own) == 2, alone=True),
    Case("an id twice", claims(small(claim_id="x_a"), small(claim_id="x_a")), (C, 3, "claim_id"), alone=True),
    Case("a source named like the bundle's", claims(small(source="Diachenko")), None, lambda ev, _: "Diachenko" not in set(ev.sources[ev.sources.source_id == "diachenko"].title)),
    Case("letters of no alphabet", claims(small(source="\U0001f600 \u4e2d\u6587")), None, face(5)),
    Case("one source of forty signs", claims(small(source="\u0416" * 4000)), None, face(5)),
    Case("a number without ceiling", claims(small(as_printed="over 5")), None, face(5)),
    Case("lost", claims(small(as_printed="the number is gone", wording="lost")), (C, R2, "as_printed")),
    Case("a range that is none", claims(small(as_printed="many", low="9", high="5", bounds_note="n")), (C, R2, "high")),
    Case("one-sided", claims(small(as_printed="many", low="9", bounds_note="'many' are at least nine")), None),
    Case("one-sided above", claims(small(as_printed="many", high="9", bounds_note="'many' are at most nine")), None),
    Case("eleven yearly counts", claims(*(small(measure="ngos_registered", as_printed=str(10_007 + 511 * n), year=str(2007 + n)) for n in range(11))), None, lambda ev, _: len(ev.own) == 11, alone=True),
]  # fmt: skip

HEAD = table(SMALL)
FILE_CASES = [
    Case("an empty file", {C: ""}, (C, None, "")),
    Case("empty lines", {C: "\n\n"}, (C, None, "")),
    Case("one word", {C: "a"}, (C, 1, "")),
    Case("a heading alone", {C: HEAD.splitlines()[0]}, None, lambda ev, _: not ev.own),
    Case("two columns missing", {C: table({"measure": "ngos", "as_printed": "5"})}, (C, 1, "")),
    Case("an open quote", {C: HEAD + 'ngos,"5,2020,X\n'}, (C, None, "")),
    Case("an extra cell", {C: HEAD + "ngos,5,2020,X,Y\n"}, (C, None, "")),
    Case("a column twice", {C: HEAD.replace("source", "source,YEAR") + "ngos,5,2020,X,1\n"}, (C, None, "")),
    Case("a column twice but for a space", {C: HEAD.replace("source", "source, year") + "ngos,5,2020,X,1\n"}, (C, None, "")),
    Case("a column misspelt", claims(small(vlue="5")), (C, 1, "vlue")),
    Case("a heading with a fault and a row with one", claims(small(vlue="5", year="soon")), (C, R2, "year")),
    Case("a column missing and an unknown measure", {C: table({"measure": "nogs", "as_printed": "5", "year": "2020"})}, (C, 1, "")),
    Case("binary", {C: bytes(range(256))}, (C, None, "")),
    Case("another alphabet", {C: (HEAD + "ngos,5,2020,Министерство\n").encode("koi8-r")}, (C, None, "")),
    Case("half UTF-16", {C: HEAD.encode("utf-16")[:-1]}, (C, None, "")),
    Case("capitals", {"claims.CSV": HEAD}, None, face(5)),
    Case("capitals of another table", {"MEASURES.Csv": table(measure("a"))}, None, lambda ev, _: "a" in set(ev.measures.measure)),
    Case("two files of one table", {C: HEAD, "claims.tsv": HEAD.replace(",", "\t")}, ("claims.tsv", None, "")),
    Case("two files that differ by case", {C: HEAD, "Claims.csv": HEAD}, (C, None, "")),
    Case("an unknown table", {C: HEAD, "mesures.csv": HEAD}, ("mesures.csv", None, "")),
    Case("an old spreadsheet", {"claims.xls": b"\xd0\xcf\x11\xe0"}, ("claims.xls", None, "")),
    Case("a spreadsheet that is none", {"claims.xlsx": b"PK no sheet"}, ("claims.xlsx", None, "")),
    Case("JSON", {"claims.json": "{}"}, ("claims.json", None, "")),
    Case("notes beside", {C: HEAD, "README.md": "x", "notes.txt": "x"}, None, face(5)),
    Case("a folder as table", {C: None}, (C, None, "")),
]  # fmt: skip

N03, N23 = f"{CLAIM}", "aa_inf_registered_2023"
VAGUE = [row["claim_id"] for row in bundled_rows("claims") if row["wording"] == "over"][:16]
GONE = ("derivations.csv", None, "")
F = ("derivations.csv", R2, "formula")
FORMULA_CASES = [
    *(Case(f"formula {text[:40]}", formula(text), F) for text in (
        "nobody + 1", "__import__('os').system('touch ran')", "open('ran', 'w')", "(lambda: 1)()", "[1][0]", "1 if 1 else 2",
        f"{N03} // 2", f"{N03} % 2", f"~{N03}", f"{N03} < 2", f"({N03}, 2)", "'a'", "f'{1}'", "True", "None", "1j", "x := 1",
        f"{N03}.face", f"{N03}(1)", "1 +", "(" * 900 + "1" + ")" * 900, "1+" * 4000 + "1", "import os", "a;b", "1\n+1", "(" * 300 + "2" + "**2)" * 300, "1e999", f"{N03} + 1e999",
    )),
    *(Case(f"no value {text[:40]}", formula(text), GONE) for text in (
        f"{N23} / ({N03} - {N03})", f"(0 - {N03}) ** 0.5", f"(0-8) ** (1/{N03})", "9**9**9**9", "2**2**2**2**2**2", f"{N03}**{N23}", "10**400",
        "((9**99)**99)**99", f"{N03} ** 101", "1/0", f"1/({N03} - 3500)", "0**(0-1)", f"1e308 * 1e308 * {N03}",
    )),
    *(Case(f"fine {text[:40]}", formula(text), None) for text in (
        f"{N23} / {N03}", " 1 ", f"{N03} + 1", f"-{N03}", f"{N03} ** 2", f"({N03} / {N23}) ** 0.5", "-" * 90 + "1", "+".join(["1"] * 1000), f"{N03} - {N03}", "2**0.5",
        " + ".join(VAGUE), " + ".join(VAGUE * 2), f"({' + '.join(VAGUE)}) / ({' + '.join(VAGUE[:8])})", "(" * 60 + "1" + ")" * 60,
        " * ".join(f"({a} + {b})" for a, b in zip(VAGUE[:8], VAGUE[8:], strict=True)), " * ".join([N03] * 60), "+".join([N03] * 85),
        "*".join(f"({a}-{b})" for a, b in zip(VAGUE[:8] * 2, VAGUE[8:] * 2, strict=True)),
    )),
]  # fmt: skip
LISTED = [*RULE_CASES, *SMALL_CASES, *FILE_CASES, *FORMULA_CASES]


def written(home: Path, case: Case) -> Path:
    home.mkdir()
    for name, text in case.files.items():
        if text is None:
            (home / name).mkdir()
        else:
            (home / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return home


def outcome(home: Path, case: Case) -> str:
    """What becomes of a folder, in two words, and why."""
    found = checks.validate(home)
    assert all(one.expected and one.found and one.advice and len(str(one)) < 3000 for one in found)
    told, words = [(one.file, one.row, one.column) for one in found], [str(one) for one in found]
    if not found and "derivations.csv" in case.files:  # well written, perhaps without a value
        shown = call("check", home)
        words = [line for line in shown.output.splitlines() if "the formula has no value" in line]
        told = [("derivations.csv", None, "") for _ in words]
        assert bool(words) == bool(shown.exit_code), shown.output
    if told and case.told:
        file, row, column = case.told
        clear = any(a.casefold() == file.casefold() and b == row and column in ("", c) for a, b, c in told)
        return "refused clearly" if clear else f"refused unclearly: {words[:3]}"
    if told or case.told:
        return f"refused wrongly: {words[0]}" if told else "accepted wrongly"
    evidence = kz.load(home)
    own = [name for name in evidence.claims.claim_id if name in evidence.own]
    for name in own:
        assert all([str(evidence.figure(name)), evidence.cite(name), repr(evidence.figure(name).why())])
    list(remarks.remarks(evidence))
    return "accepted rightly" if all(case.holds(evidence, one) for one in own) else "accepted with a wrong result"


@pytest.mark.parametrize("name", schemas())
def test_each_constraint_is_asked_of_each_row(tmp_path: Path, name: str) -> None:
    """All faults of a table in one folder, a row each, every one told at its place; a row without a fault is not."""
    rows, wanted = [], []
    for at, (_, column, cell) in enumerate(constraints(name, bundled_rows(name)[0]), start=2):
        rows.append(unlike(name, bundled_rows(name)[0], at) | {column: cell})
        wanted.append((f"{name}.csv", at, column))
    rows.append(bundled_rows(name)[-1])  # under its own key, unchanged
    home = written(tmp_path / "own", Case(name, {f"{name}.csv": table(*rows)}, None))
    told = [(one.file, one.row, one.column) for one in checks.validate(home)]
    assert not set(wanted) - set(told)
    assert len(rows) + 1 not in {row for _, row, _ in told}


def one_row(case: Case) -> bool:
    """Whether the row of a full claim can be told among others."""
    return list(case.files) == [C] and case.files[C].count("\n") == 2 and case.files[C].count("aa_inf_made") == 1


RULE_ROWS = [case for case in RULE_CASES if one_row(case)]


@pytest.mark.parametrize(
    "case", [*FILE_CASES, *(case for case in RULE_CASES if case not in RULE_ROWS)], ids=lambda case: case.name
)
def test_listed(tmp_path: Path, case: Case) -> None:
    home = written(tmp_path / "own", case)
    assert outcome(home, case) in ("accepted rightly", "refused clearly")
    assert sorted(tmp_path.rglob("*")) == sorted([home, *(home / name for name in case.files)]), "nothing is written"


@pytest.mark.parametrize("cases", [SMALL_CASES, FORMULA_CASES, RULE_ROWS], ids=["small", "formulas", "full"])
@pytest.mark.parametrize("right", [True, False])
def test_listed_rows(tmp_path: Path, cases: list[Case], right: bool) -> None:
    """The rows of many cases in one folder: those that are right are read, those that are not are told each."""
    chosen = [case for case in cases if right == (case.told is None) and case.told != GONE and not case.alone]
    rows, name = [], next(iter(chosen[0].files))
    for at, case in enumerate(chosen):
        (row,) = csv.DictReader(io.StringIO(case.files[name]))
        key = next(iter(row))
        made = "made" in row[key]
        rows.append(row | ({key: f"{row[key]}_{at}"} if made else {}))
    home = written(tmp_path / "own", Case("all", {name: table(*rows)}, None))
    told = {(one.row, one.column) for one in checks.validate(home)}
    missed = [case.name for at, case in enumerate(chosen, start=2) if not right and (at, case.told[2]) not in told]
    assert not missed
    if right:
        assert not told
        evidence = kz.load(home)
        own = [name for name in evidence.claims.claim_id if name in evidence.own]
        assert all(case.holds(evidence, one) for case, one in zip(chosen, own, strict=False))
        assert call("check", home).exit_code == 0


def test_formulas_without_a_value(tmp_path: Path) -> None:
    chosen = [case for case in FORMULA_CASES if case.told == GONE]
    rows = [next(csv.DictReader(io.StringIO(case.files["derivations.csv"]))) for case in chosen]
    rows = [row | {"derivation_id": f"made_{at:02}"} for at, row in enumerate(rows)]
    shown = call("check", written(tmp_path / "own", Case("all", {"derivations.csv": table(*rows)}, None)))
    assert shown.exit_code == 1
    assert [line[17:24] for line in shown.output.splitlines()[:-1]] == [row["derivation_id"] for row in rows]


def test_many_signs_are_read_or_refused(tmp_path: Path) -> None:
    """How deep Python's own parser goes differs by version."""
    home = written(tmp_path / "own", Case("signs", formula("-" * 900 + "1"), None))
    told = [(one.row, one.column) for one in checks.validate(home)]
    assert told in ([], [(2, "formula")])
    if not told:
        assert kz.load(home).formula("-" * 900 + "1").face == 1


def test_deep_computations_are_shown(evidence: kz.Evidence) -> None:
    made = kz.figure(1, words="one")
    for n in range(3000):
        made = made * 1.0001 if n % 2 else 1 / made
    assert repr(made.why()).endswith("one")
    assert made.formula.count("(") == made.formula.count(")")
    wide = kz.total([kz.figure(n, words=str(n)) for n in range(30_000)])
    assert wide.formula.endswith(" ...")
    assert evidence.formula(" - ".join([CLAIM] * 80)).face == -78 * 3500


# --- what is no plain file, and links -------------------------------------------------------------------------------


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no such files here")
@pytest.mark.parametrize("name", ["claims.csv", "measures.csv", "claims.xlsx"])
@pytest.mark.parametrize(
    "kind", ["folder", "pipe", "/dev/zero", "/dev/stdin", "/proc/self/environ", "away", "gone", "itself"]
)
def test_what_is_no_file_of_the_folder_is_refused(tmp_path: Path, name: str, kind: str) -> None:
    home = tmp_path / "own"
    home.mkdir()
    (tmp_path / "away").write_text("secret,words\n1,2\n", encoding="utf-8")
    place = home / name
    if kind == "folder":
        place.mkdir()
    elif kind == "pipe":
        os.mkfifo(place)
    else:
        place.symlink_to({"away": "../away", "gone": "nowhere", "itself": name}.get(kind, kind))
    (told,) = checks.validate(home)
    assert (told.file, told.row) == (name, None)
    assert "no plain file" in told.found or "a link out of the folder" in told.found
    assert "secret" not in str(told)


def test_a_link_within_the_folder_and_to_it_are_fine(tmp_path: Path) -> None:
    home = written(tmp_path / "own", Case("", {"kept.txt": HEAD}, None))
    (home / "claims.csv").symlink_to("kept.txt")
    (tmp_path / "link").symlink_to(home, target_is_directory=True)
    assert len(kz.load(tmp_path / "link").own) == 1


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads everything")
def test_an_unreadable_file_is_refused(tmp_path: Path) -> None:
    home = written(tmp_path / "own", Case("", claims(small()), None))
    (home / C).chmod(0)
    assert "cannot be read" in str(checks.validate(home)[0])


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = written(tmp_path / "own", Case("", claims(small()), None))
    read = Path.read_bytes

    def denied(self: Path) -> bytes:
        if self.name == C:
            raise PermissionError(13, "Permission denied", str(self))
        return read(self)

    monkeypatch.setattr(Path, "read_bytes", denied)
    (told,) = checks.validate(home)
    assert (told.file, told.row) == (C, None)
    assert "Permission denied" in told.found


# --- text that would like to be more --------------------------------------------------------------------------------

HOSTILE = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "<a href='javascript:alert(1)'>x</a>",
    "[x](javascript:alert(1))", "[x]( JavaScript:alert(1))", "[x](&#106;avascript:alert(1))", "[x](java&Tab;script:alert(1))",
    "[x](<javascript:alert(1)>)", "[x](data:text/html;base64,PHNjcmlwdD4=)", "![i](http://z/i.png)", "![i][1]", "<http://z>", "<!-- x",
    "[x](vbscript:a)", "</td><script>x</script>", "<iframe src=//z>", "`</code><script>x</script>`", "[![i](http://z/i.png)](http://z)",
]  # fmt: skip
DEAD = {"table", "caption", "thead", "tbody", "tr", "th", "td", "p", "ul", "ol", "li", "strong", "em", "code", "blockquote", "a", "h1", "h2", "hr", "br", "wbr", "b", "span"}  # fmt: skip


class Live(HTMLParser):
    """What of a page would run, load or lead astray."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        to = [value or "" for name, value in attrs if name in ("href", "src")]
        odd = tag not in DEAD or any(name.startswith("on") for name, _ in attrs)
        if odd or any(not re.match(r"https?://|[\w./#-]*$", link) for link in to):
            self.found.append(self.get_starttag_text() or tag)


def rendered(text: str) -> str:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": True}).enable("table").render(text)


def test_text_from_data_is_never_live(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [small(as_printed="5", source=text, speaker=text, counts=text, note=text, url=text) for text in HOSTILE]
    ev = kz.load(written(tmp_path / "own", Case("", claims(*rows), None)))
    names = [name for name in ev.claims.claim_id if name in ev.own]
    pages = [kz.sources(ev, names).text, kz.show(pd.DataFrame({text: [text] for text in HOSTILE}), HOSTILE[0]).text]
    pages.append(ev._repr_html_())
    for name, text in zip(names, HOSTILE, strict=True):
        made = kz.figure(2, words=text) + kz.figure(3, words=f"a {text}")
        kz.finding("k", text, f"{text} is {made}. {text}", made, hangs_on=text)
        chart = kz.charts.bars(ev.figures("ngos").assign(label=text), title=text, subtitle=text, note=text)
        marked = [
            capsys.readouterr().out,
            kz.say(text, ev.cite(name), f"a {text}"),
            kz.quote_card([text], [(text, text)]),
        ]
        marked += [made, made.why(), ev.figure(name), ev.figure(name).why()]
        pages += [
            rendered(one if isinstance(one, str) else getattr(one, "text", "") or one._repr_markdown_())
            for one in marked
        ]
        drawn = chart._repr_mimebundle_()[0]["application/vnd.plotly.v1+json"]
        pages += re.findall(r'"(?:text|hovertext)": "(.*?)(?<!\\)"', json.dumps(drawn, ensure_ascii=False))
        pages += drawn["layout"]["yaxis"]["ticktext"]
        assert not [one for page in pages for one in Live(page).found], text


def test_the_search_for_live_text_finds_it() -> None:
    assert all(Live(rendered(text)).found for text in HOSTILE[:2])
    assert Live('<a href="javascript:alert(1)">x</a>').found
    assert Live(rendered("![i](http://z/i.png)")).found
    assert not Live(rendered("**a** [x](02_growth.ipynb) [y](https://z.org)")).found


# --- anything at all ------------------------------------------------------------------------------------------------

NASTY = ["", " ", "=cmd()", "inf", "sNaN", "-1", "1e999", "9" * 400, "a\x00b", "a\nb", "\u2028", "../x", "|", "$a$", "{0}", "%s", "\ufeff", "\u202e",
         "NaN", "None", "null", "0", "1899", "2101-01-01", "nobody", CLAIM, "lost", "between", "indefinite", "true", "KZ-75", "aa_inf", *HOSTILE[:5]]  # fmt: skip
cell = st.one_of(st.sampled_from(NASTY), st.text(st.characters(codec="utf-8"), max_size=12))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.data(),
    name=st.sampled_from(
        ["claims", "small", "measures", "stages", "events", "sources", "pieces", "derivations", "pairs"]
    ),
)
def test_any_row_is_refused_at_its_place_or_read(tmp_path: Path, data: st.DataObject, name: str) -> None:
    base = small(note="n", value="", region="", speaker="") if name == "small" else bundled_rows(name)[0]
    name = "claims" if name == "small" else name
    wrong = data.draw(st.dictionaries(st.sampled_from(sorted(base)), cell, max_size=4))
    file = tmp_path / "own" / f"{name}.csv"
    file.parent.mkdir(exist_ok=True)
    for old in file.parent.iterdir():
        old.unlink()
    file.write_bytes(table(base | wrong).encode())
    found = checks.validate(file.parent)
    assert all(one.file and one.found and one.expected for one in found)
    assert not found or {one.file for one in found} <= {file.name} or all(one.row is None for one in found)
    if not found:
        ev = kz.load(file.parent)
        assert "".join(remarks.what_was_read(ev)) is not None
        assert all(str(one) and repr(one.why()) for one in ev.figures().figure)


def test_a_fault_at_the_end_of_many_rows_is_told(tmp_path: Path) -> None:
    rows = "".join(f"ngos,{k + 1},{1950 + k % 100},P{k % 50}\n" for k in range(2000))
    home = written(tmp_path / "own", Case("", {C: HEAD.splitlines()[0] + "\n" + rows + "ngos,many,2020,X\n"}, None))
    (told,) = checks.validate(home)
    assert (told.file, told.row, told.column) == (C, 2002, "as_printed")

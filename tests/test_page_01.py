"""Page 01 a second way: counted from the CSV files row by row, in plain Python, and held to printed numbers typed here."""

from __future__ import annotations

import csv
import json
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "notebooks" / "01_what_the_documents_count.ipynb"
YEARS = {
    1991: ["from 100"],
    1994: ["several dozen"],
    1997: ["one and a half thousand"],
    2003: ["4,500", "3500"],
    2006: ["only approximately 1,000 NGOs", "more than five thousand"],
    2018: ["over 20 thousand", "few tens (hundreds at most)"],
    2023: ["more than 18 thousand active NGOs", "23 thousand", "about 18 thousand", "23 335"],
}
"""Numbers of NGOs in the whole country, as printed."""
Rows = list[dict[str, str]]


def table(name: str) -> Rows:
    with (ROOT / "data" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def claims() -> Rows:
    return table("claims")


@pytest.fixture(scope="module")
def book() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(PAGE.read_text("utf-8"))
    return loaded


@pytest.fixture(scope="module")
def found(book: dict[str, Any]) -> dict[str, str]:
    outputs = [out for cell in book["cells"] for out in cell.get("outputs", [])]
    stored = [out["metadata"]["kzcivil"] for out in outputs if "kzcivil" in out.get("metadata", {})]
    return {one["key"]: f"{one['sentence']} {one['hangs_on']}" for one in stored}


def shown(book: dict[str, Any], cell: str) -> str:
    outputs = next(one for one in book["cells"] if one.get("id") == cell)["outputs"]
    return "".join("".join(text) for out in outputs for kind, text in out["data"].items() if kind != "image/png")


def test_statements(claims: Rows, found: dict[str, str]) -> None:
    source = {piece["piece_id"]: piece["source_id"] for piece in table("pieces")}
    magazine = sum(source[row["piece_id"]] == "adal_azamat" for row in claims)
    repeats = sum(bool(row["repeats"]) for row in claims)
    assert f"5 documents make {len(claims)} statements" in found["statements"]
    assert f"{100 * magazine / len(claims):.1f} % of them in Adal Azamat" in found["statements"]
    assert f"{repeats} repeat another" in found["statements"]


def test_years(found: dict[str, str], book: dict[str, Any]) -> None:
    years = sorted(YEARS)
    longest = max(pairwise(years), key=lambda pair: pair[1] - pair[0])
    assert f"for only {len(years)} of the {years[-1] - years[0] + 1} years from 1991 to 2023" in found["years"]
    assert "and a count of the register for 3" in found["years"]  # 2003, 2018, 2023
    assert f"gap is {longest[0] + 1} to {longest[1] - 1}" in found["years"]
    printed = shown(book, "years")
    assert all(f"“{words}”" in printed for several in YEARS.values() for words in several)
    assert printed.count("“") == sum(map(len, YEARS.values()))


def test_vague(claims: Rows, found: dict[str, str]) -> None:
    wording = Counter(row["wording"] for row in claims)
    words, lost = wording["indefinite"], wording["lost"]
    blurred = len(claims) - wording["bare"] - wording["only"]
    assert f"{100 * blurred / len(claims):.1f} % of the statements" in found["vague"]
    assert f"{blurred - words - lost} of {len(claims)} have a vague word" in found["vague"]
    assert f"{words} are in words only, {lost} are lost" in found["vague"]


def test_whose(claims: Rows, found: dict[str, str]) -> None:
    kinds = {row["origin"]: row["kind"] for row in table("origins")}
    count = Counter(kinds[row["origin"]] for row in claims)
    shares = {kind: f"{100 * n / len(claims):.1f} %" for kind, n in count.items()}
    assert f"{shares['state']} of the statements rest on numbers of the state" in found["whose"]
    assert f"{shares['author']} on the speaker's own" in found["whose"]
    assert f"for {shares['unknown']} no origin" in found["whose"]


def test_confirmed(claims: Rows, found: dict[str, str]) -> None:
    source = {piece["piece_id"]: piece["source_id"] for piece in table("pieces")}
    where: dict[str, set[str]] = {}
    for row in claims:
        where.setdefault(row["repeats"] or row["claim_id"], set()).add(source[row["piece_id"]])
    shared = [name for name, sources in where.items() if len(sources) > 1]
    assert len(shared) == 4  # applications, sectors of society, the first forum, the second
    said = f"of {len(where)} different statements {len(shared)} are printed in more than one document, 2 of which only number"
    assert said in found["confirmed"]
    assert all(words in found["confirmed"] for words in ("“120 applications”", "“three forces”"))


def test_how_the_rows_were_made(book: dict[str, Any]) -> None:
    said = shown(book, "made")
    # 255 and 258 statements with 247 in both, 167 and 137 events with 137 in both.
    assert f"{100 * 247 / (255 + 258 - 247):.0f} % of the statements and {100 * 137 / 167:.0f} % of the dated" in said
    assert f"the {len(table('second_pass'))} rows" in said
    assert "two dependent readings" in said


def test_the_matrix_counts_each_dated_statement_once(claims: Rows, book: dict[str, Any]) -> None:
    def column(day: str) -> int:
        return (int(day[:4]) - 1991) // 3

    dated = [
        row for row in claims if row["start"] and row["start"] >= "1991" and column(row["start"]) == column(row["end"])
    ]
    sizes = Counter(column(row["start"]) for row in dated)
    top = sizes.most_common(2)
    assert sorted(place for place, _ in top) == [(2003 - 1991) // 3, (2021 - 1991) // 3]
    share = 100 * sum(size for _, size in top) / len(dated)
    assert f"{share:.0f} % of the dated statements are about 2003–05 and 2021–23" in shown(book, "themes-chart")

"""Page 08 a second way: its findings from the printed dates and numbers, typed here, in plain Python."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

PAGE = Path(__file__).parents[1] / "notebooks" / "08_forums_and_law.ipynb"
FORUMS = {1: 2003, 2: 2005, 8: 2018, 11: 2023}
TERMS = {  # printed in two articles or more: first and last years, an article each
    "programme of state support": [(2003, 2005)] * 3,
    "concept of 2006": [(2006, 2010), (2006, 2010), (2006, 2011)],
    "concept until 2030": [(2030, 2030)] * 2,
    "concept adopted": [(2006, 2006)] * 2,
    "moratorium": [(2004, 2004)] * 2,
    "first forum": [(2003, 2003)] * 4,
    "second forum": [(2005, 2005)] * 2,
    "eighth forum": [(2018, 2018)] * 2,
}


@pytest.fixture(scope="module")
def findings() -> dict[str, dict[str, Any]]:
    outputs = [out for cell in json.loads(PAGE.read_text("utf-8"))["cells"] for out in cell.get("outputs", [])]
    stored = [out["metadata"]["kzcivil"] for out in outputs if "kzcivil" in out.get("metadata", {})]
    return {found["key"]: found for found in stored}


def test_the_rhythm_of_the_forums(findings: dict[str, dict[str, Any]]) -> None:
    pairs = [(1, 11), (2, 8), (8, 11)]
    steps = [(FORUMS[b] - FORUMS[a]) / (b - a) for a, b in pairs]
    assert [one["face"] for one in findings["rhythm"]["figures"]] == pytest.approx(steps)
    assert f"came {FORUMS[11] - FORUMS[1]} years after the first" in findings["rhythm"]["sentence"]
    said = f"planned for {FORUMS[8]}, where steps of two years give {FORUMS[1] + 14}."
    assert said in findings["rhythm"]["sentence"]


def test_the_conference_is_before_the_forum_of_september(findings: dict[str, dict[str, Any]]) -> None:
    (gap,) = findings["alliance"]["figures"]
    assert gap["low"] == (date(2005, 9, 11) - date(2005, 7, 31)).days > 0
    assert gap["high"] == (date(2005, 9, 12) - date(2005, 7, 1)).days


def test_dates_that_agree(findings: dict[str, dict[str, Any]]) -> None:
    agreeing = sum(len(set(spans)) == 1 for spans in TERMS.values())
    assert findings["dates"]["sentence"].startswith(f"Of {len(TERMS)} dates that two articles or more print, ")
    assert f" {agreeing} agree, " in findings["dates"]["sentence"]
    assert [one["face"] for one in findings["dates"]["figures"]] == sorted({end for _, end in TERMS["concept of 2006"]})


def test_the_eleventh_forum(findings: dict[str, dict[str, Any]]) -> None:
    assert [one["face"] for one in findings["eleventh"]["figures"]] == [4000, 5000, 400, 1000]
    for words in ("almost 4,000 people", "about 5,000", "more than 400", "more than 1,000"):
        assert words in findings["eleventh"]["sentence"]

"""Page 00: it collects what the other pages found, word for word, and its rules are those of the library."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kzcivil import publish

PAGE = Path(__file__).parents[1] / "notebooks" / "00_start_here.ipynb"


@pytest.fixture(scope="module")
def book() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(PAGE.read_text("utf-8"))
    return loaded


@pytest.fixture(scope="module")
def found(book: dict[str, Any]) -> dict[str, dict[str, Any]]:
    stored = [out["metadata"]["kzcivil"] for out in publish.outputs(book) if "kzcivil" in out.get("metadata", {})]
    return {one["key"]: one for one in stored}


def others() -> list[dict[str, Any]]:
    return [{str(name): value for name, value in one.items()} for one in publish.findings().to_dict("records")]


def test_each_page_gives_its_first_answer_word_for_word(found: dict[str, dict[str, Any]]) -> None:
    known = {f"{one['page'][:2]}-{one['key']}": one for one in others()}
    assert set(found) - set(known) == {"who"}
    assert {key for key, one in known.items() if one["short"] == 1} <= set(found)
    for key in set(found) & set(known):
        one, mine = known[key], found[key]
        assert mine["sentence"] == f"{one['sentence']} ([page {key[:2]}]({one['page']}.ipynb))"
        assert (mine["question"], mine["hangs_on"]) == (one["question"], one["hangs_on"])


def test_the_map_names_each_page(book: dict[str, Any]) -> None:
    said = "".join("".join(out["data"].get("text/markdown", "")) for out in publish.outputs(book) if "data" in out)
    for one in others():
        assert f"- [{one['page'][:2]} · {one['title']}]({one['page']}.ipynb): " in said


def test_rules(book: dict[str, Any]) -> None:
    cell = next(one for one in book["cells"] if one.get("id") == "rules-table")
    page = "".join("".join(out["data"].get("text/html", "")) for out in cell["outputs"])
    for words in (
        "3,450 to 3,550",  # 3,500: half of 100 either side
        "190,000 to 210,000",  # 200,000: 5 % either side
        "150,000 to 250,000",  # half of 100,000 either side
        "29,500 to 30,500",  # 30 thousand: half a thousand either side
        "4,500 to 5,500",  # about 5 thousand: 10 % either side
        "4,000 to 6,000",  # strictly a whole thousand, as that is more
        "20,000 to 24,000",  # 20 % above
        "at least 20,000",
        "30,000 to 33,000",
        "30,000 to 36,000",
        "3,600 to 4,000",
        "3,200 to 4,000",
    ):
        assert f">{words}</td>" in page, words

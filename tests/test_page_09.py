"""Page 09 a second way: from the printed numbers typed here, in plain Python."""

import json
import math
from pathlib import Path
from typing import Any

import pytest

PAGE = Path(__file__).parents[1] / "notebooks" / "09_your_data.ipynb"
REGISTER = {2003: 3500, 2018: 20000, 2023: 23335}


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    book = json.loads(PAGE.read_text(encoding="utf-8"))
    outputs = [output for cell in book["cells"] for output in cell.get("outputs", [])]
    return {o["metadata"]["kzcivil"]["key"]: o["metadata"]["kzcivil"] for o in outputs if "kzcivil" in o["metadata"]}


def implied(year: int) -> float:
    before, after = max(y for y in REGISTER if y <= year), min(y for y in REGISTER if y > year)
    return REGISTER[before] * (REGISTER[after] / REGISTER[before]) ** ((year - before) / (after - before))


def faces(finding: dict[str, Any]) -> list[float]:
    return [figure["face"] for figure in finding["figures"]]


def test_what_the_documents_imply_and_what_was_printed(found: dict[str, Any]) -> None:
    assert faces(found["register"]) == pytest.approx([implied(2017), 19680])
    assert faces(found["register-2"]) == pytest.approx([implied(2020), 22000])
    assert faces(found["active"]) == pytest.approx([implied(2020) * 18000 / 23335, 16400])
    assert faces(found["people"]) == pytest.approx([implied(2017) * 30000 / 20000, 29000])
    assert found["wider"]["figures"][0]["face"] == 37000
    assert "3.71 times" in found["wider"]["sentence"]
    assert 37000 / implied(2012) == pytest.approx(3.71, abs=0.01)


def test_ranges_are_those_of_the_words(found: dict[str, Any]) -> None:
    low, high = 3450 ** (1 / 15) * 20000 ** (14 / 15), 3550 ** (1 / 15) * 24000 ** (14 / 15)
    figure = found["register"]["figures"][0]
    assert (figure["low"], figure["high"]) == pytest.approx((low, high))
    assert low < 19680 < high
    assert "fits" in found["register"]["sentence"]


def test_what_moved(found: dict[str, Any]) -> None:
    before, after = faces(found["moved"])
    assert before == pytest.approx(100 * ((23335 / 20000) ** (1 / 5) - 1), abs=0.01)
    assert after == pytest.approx(100 * (math.exp(math.log(23335 / 22000) / 3) - 1), abs=0.01)

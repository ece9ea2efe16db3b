"""Page 03 a second way: its findings from the printed numbers, typed here, in plain Python; its bounds by brute force."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path
from typing import Any

import pytest

PAGE = Path(__file__).parents[1] / "notebooks" / "03_funding.ipynb"
CPI = {2003: 53.45, 2004: 57.129, 2005: 61.459, 2018: 179.72, 2023: 288.04}
SUMS = {2003: 10.7e6, 2004: 9.7e6, 2005: 59.7e6}
DOLLAR = {2003: 149.58, 2004: 136.03, 2005: 132.88, 2018: 344.71}
GDP = {2018: 61819.5e9, 2023: 119442.3e9}
PEOPLE = {2018: 18_932_727, 2023: 20_330_104}


@pytest.fixture(scope="module")
def findings() -> dict[str, dict[str, Any]]:
    outputs = [out for cell in json.loads(PAGE.read_text("utf-8"))["cells"] for out in cell.get("outputs", [])]
    stored = [out["metadata"]["kzcivil"] for out in outputs if "kzcivil" in out.get("metadata", {})]
    return {found["key"]: found for found in stored}


def faces(found: dict[str, Any]) -> list[float]:
    return [figure["face"] for figure in found["figures"]]


def close(*values: float) -> Any:
    return pytest.approx(list(values), rel=1e-6)


def test_tenders(findings: dict[str, dict[str, Any]]) -> None:
    dollars = sum(SUMS[year] / DOLLAR[year] for year in SUMS)
    assert faces(findings["tenders"]) == close(80.1e6, dollars, 20 + 20 + 50, 59.7e6)
    reached = findings["tenders"]["figures"][2]
    # all winners of the smaller tenders may be among the fifty of the largest
    assert (reached["low"], reached["high"]) == pytest.approx((50, 20 + 20 + 50))
    for words in ("80.1 million tenge", "592,000 US dollars", "at most 90 NGOs", "deputy chairman"):
        assert words in findings["tenders"]["sentence"]


def test_spending(findings: dict[str, dict[str, Any]]) -> None:
    per_head = 19e9 / PEOPLE[2018]
    assert faces(findings["spending"]) == close(19e9, 19e9 / DOLLAR[2018], 100 * 19e9 / GDP[2018], per_head)
    assert 1000 < per_head < 1010
    for words in ("over 19 billion tenge", "55 million US dollars", "over 0.03 % of GDP", "1,000 tenge per inhabitant"):
        assert words in findings["spending"]["sentence"]


def test_success(findings: dict[str, dict[str, Any]]) -> None:
    by_ngo = [100 * 20 / 119, 100 * 20 / 109, 100 * 20 / 119, 100 * 50 / 165]
    by_application = [100 * 20 / 120, 100 * 20 / 142, 100 * 50 / 234]
    assert faces(findings["success"]) == close(*by_ngo, *by_application)
    assert 100 * 50 / 165 > 100 * 20 / 119
    assert 100 * 50 / 234 > 100 * 20 / 142
    for words in (
        "20 of 109 in 2003 (18.3 %)",
        "at most 20 of 119 in 2004 (16.8 %)",
        "50 of 165 in 2005 (30.3 %)",
        "A larger share won",
    ):
        assert words in findings["success"]["sentence"]
    assert findings["success"]["figures"][-1]["high"] == pytest.approx(100 * (234 - 165 + 50) / 234)
    assert findings["success"]["figures"][2]["low"] == pytest.approx(100 / 119)


def test_asked_and_six_fold(findings: dict[str, dict[str, Any]]) -> None:
    assert faces(findings["asked"]) == close(59.7e6, 59.7e6 / 50, 59.7e6 / 234, 400_000, 1_500_000)
    assert 59.7e6 / 234 < 400_000 < 59.7e6 / 50 < 1_500_000
    ratio = 59.7 / 9.7
    assert faces(findings["six-fold"]) == close(ratio, ratio * CPI[2004] / CPI[2005])
    assert "5.58 times" in findings["six-fold"]["hangs_on"]
    assert pytest.approx(5.58, abs=0.005) == 59.7 / 10.7
    last = 59.7 / 10.7 * CPI[2003] / CPI[2005]
    assert "4.85 times" in findings["six-fold"]["hangs_on"]
    assert [round(one) for one in (ratio, 59.7 / 10.7, ratio * CPI[2004] / CPI[2005], last)] == [6, 6, 6, 5]


def test_budget_mean_and_ceiling(findings: dict[str, dict[str, Any]]) -> None:
    assert faces(findings["budget"]) == close(550e6)
    assert faces(findings["per-ngo"]) == close(4.2e6, 4500, 19e9 / 20_000)
    assert "4.22 million tenge" in findings["per-ngo"]["hangs_on"]
    assert pytest.approx(4.22e6, abs=5e3) == 19e9 / 4500
    assert faces(findings["gdp"]) == close(0.05 * GDP[2023] / 1e6, GDP[2023] / PEOPLE[2023])


def outcomes(applications: int, applicants: int) -> set[tuple[int, int]]:
    """Every (projects that won, NGOs that won) when each NGO applies at least once."""
    found = set()
    for sent in product(range(1, applications - applicants + 2), repeat=applicants):
        if sum(sent) == applications:
            for won in product(*(range(n + 1) for n in sent)):
                found.add((sum(won), sum(n > 0 for n in won)))
    return found


@pytest.mark.parametrize(("applications", "applicants"), [(4, 2), (5, 3), (6, 4), (6, 3)])
def test_bounds_of_the_page_are_sharp(applications: int, applicants: int) -> None:
    spare = applications - applicants
    found = outcomes(applications, applicants)
    for projects in range(1, applications + 1):
        ngos = [b for a, b in found if a == projects]
        assert min(ngos) == projects - min(spare, projects - 1)
        assert max(ngos) == min(projects, applicants)  # on the page fewer projects won than NGOs applied
    for winners in range(1, applicants + 1):
        won = [a for a, b in found if b == winners]
        assert (min(won), max(won)) == (winners, winners + spare)

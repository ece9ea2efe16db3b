"""Page 05 a second way: its findings from the printed years and numbers, typed here, in plain Python."""

from __future__ import annotations

import json
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import pytest

import kzcivil as kz

PAGE = Path(__file__).parents[1] / "notebooks" / "05_stages.ipynb"
TEXT = [
    (1987, 1989),
    (1994, 1994),
    (1998, 1998),
    (2003, 2003),
]  # Diachenko's text: the years in which a stage may begin
CHART = [1980, 1994, 1997, 2003]
OTHER = [(1990, 1993), (1994, 1996), (2000, 2001), (2003, 2003)]  # Baigaliyev
NGOS = {  # year: least and greatest number, plain reading
    1991: (95, 105), 1994: (36, 99), 1997: (1425, 1575), 2003: (3450, 3550), 2006: (5000, 6000), 2018: (20_000, 24_000),
    2023: (23_335, 23_335),
}  # fmt: skip
SLACK = 0.25  # a year's number stands in its middle half


@pytest.fixture(scope="module")
def findings() -> dict[str, dict[str, Any]]:
    outputs = [out for cell in json.loads(PAGE.read_text("utf-8"))["cells"] for out in cell.get("outputs", [])]
    stored = [out["metadata"]["kzcivil"] for out in outputs if "kzcivil" in out.get("metadata", {})]
    return {found["key"]: found for found in stored}


def ends(figure: dict[str, Any]) -> tuple[float, float]:
    return figure["low"], figure["high"]


def rate(before: tuple[float, float], after: tuple[float, float], years: float) -> tuple[float, float]:
    """Least and greatest mean growth, % a year, over all corners."""
    corners = [
        100 * ((b / a) ** (1 / span) - 1)
        for a, b, span in product(before, after, (years - 2 * SLACK, years, years + 2 * SLACK))
    ]
    return min(corners), max(corners)


def test_beginnings_by_brute_force(findings: dict[str, dict[str, Any]]) -> None:
    gaps = [
        [abs(a - b) for a in range(one[0], one[1] + 1) for b in range(two[0], two[1] + 1)]
        for one, two in zip(TEXT, OTHER, strict=True)
    ]
    found = findings["agree"]
    assert [ends(figure) for figure in found["figures"][1:]] == [(min(gap), max(gap)) for gap in gaps]
    assert f"the earlier ones begin up to {max(map(max, gaps))} years apart" in found["sentence"]
    assert found["sentence"].startswith(
        "One author, Diachenko, tells of four stages (from the end of the 1980s, 1994, 1998 and 2003); "
    )
    moved = [(a, b) for a, b in zip(TEXT, CHART, strict=True) if a != (b, b)]
    assert f"Of the 4 periods in Diachenko's chart {len(moved)} begin" in findings["text-chart"]["sentence"]
    assert [ends(figure) for figure in findings["text-chart"]["figures"]] == [
        (min(abs(b - year) for year in a), max(abs(b - year) for year in a)) for a, b in moved
    ]


def test_growth_between_neighbours(findings: dict[str, dict[str, Any]]) -> None:
    rates = [rate(NGOS[a], NGOS[b], b - a) for a, b in pairwise(NGOS)]
    stored = [ends(figure) for figure in findings["changes"]["figures"][1:-2]]
    assert stored == [pytest.approx(one, rel=1e-6) for one in rates]
    # A number shared by both rates moves both: the least and the greatest difference over all corners.
    became = {}
    for (a, b), c in zip(pairwise(NGOS), list(NGOS)[2:], strict=False):
        gaps = []
        for x, y, z, i, j, k in product(NGOS[a], NGOS[b], NGOS[c], *[(-SLACK, SLACK)] * 3):
            gaps.append((z / y) ** (1 / (c + k - b - j)) - (y / x) ** (1 / (b + j - a - i)))
        became[b] = "faster" if min(gaps) > 0 else "slower" if max(gaps) < 0 else "either"
    assert became == {1994: "faster", 1997: "slower", 2003: "either", 2006: "either", 2018: "slower"}
    for words in ("from 7 years", "slowed around 1997 and 2018", "around 1994 two", "around 2003 and 2006 they leave"):
        assert words in findings["changes"]["sentence"]


def test_growth_if_the_number_tripled(findings: dict[str, dict[str, Any]]) -> None:
    early, tripled = findings["changes"]["figures"][-2:]
    assert early["face"] == pytest.approx(100 * ((500 / 100) ** (1 / 3) - 1))
    assert tripled["face"] == pytest.approx(100 * (3 ** (1 / 3) - 1))
    words = f"{early['face']:.0f} % a year before 1994 and {tripled['face']:.0f} % a year after"
    assert words in findings["changes"]["hangs_on"]
    # 1994 cannot be told by "threefold"; in 1997 growth slowed by it too, so whoever is right.
    assert early["low"] < tripled["high"]
    assert tripled["low"] > rate(NGOS[1997], NGOS[2003], 6)[1]


def test_growth_before_and_after_2003(findings: dict[str, dict[str, Any]]) -> None:
    was, became = findings["boundary"]["figures"]
    assert was["face"] == pytest.approx(100 * ((3500 / 1500) ** (1 / 6) - 1))
    assert became["face"] == pytest.approx(100 * ((5000 / 3500) ** (1 / 3) - 1))
    assert "do not show that the growth of NGOs sped up in 2003" in findings["boundary"]["sentence"]
    operating = 100 * ((4500 / 1500) ** (1 / 6) - 1), 100 * ((5000 / 4500) ** (1 / 3) - 1)
    assert (
        "{:.1f} % a year before and {:.1f} % a year after: slower".format(*operating)
        in findings["boundary"]["hangs_on"]
    )
    assert rate((4450, 4550), NGOS[2006], 3)[1] < rate(NGOS[1997], (4450, 4550), 6)[0]


def test_the_nineties(findings: dict[str, dict[str, Any]]) -> None:
    counted = findings["same-years"]["figures"][1]
    assert ends(counted) == pytest.approx((1425 / 99, 1575 / 36))
    assert "at least 12-fold" in findings["same-years"]["sentence"]


def test_growth_after_2003(findings: dict[str, dict[str, Any]]) -> None:
    since, before, after = findings["since"]["figures"]
    assert (before["face"], after["face"]) == pytest.approx((3500 / 100, 23_335 / 3500))
    rates = 100 * (35 ** (1 / 12) - 1), 100 * ((23_335 / 3500) ** (1 / 20) - 1)
    assert f"is 35 times, or {rates[0]:.1f} % a year; " in findings["since"]["sentence"]
    assert f"it is 6.67 times, or {rates[1]:.2f} % a year. So" in findings["since"]["sentence"]
    assert since["face"] == pytest.approx(100 * (23_335 - 3500) / (23_335 - 100))
    assert f"is {100 * (23_335 - 4500) / (23_335 - 100):.1f} %" in findings["since"]["hangs_on"]
    assert ends(since) == pytest.approx((100 * (23_335 - 3550) / (23_335 - 95), 100 * (23_335 - 3450) / (23_335 - 105)))


def test_no_money_before_2003() -> None:
    assert "No document prints a sum of state money for the years before 2003." in PAGE.read_text("utf-8")
    money = kz.load().claims.query("unit == 'tenge' and scope == 'state'")
    assert money.start.dt.year.min() == 2003


def test_what_the_prose_says_of_events() -> None:
    events = kz.load().events
    solid = events[events.kind.isin(["law", "concept", "programme", "forum", "institution"])].drop_duplicates("event")
    years = solid[solid.start.dt.year == solid.end.dt.year].start.dt.year
    assert (years == 1994).sum() == 0
    assert {"first_civil_forum", "concept_state_support_ngos"} <= set(events.event[events.start.dt.year == 2003])

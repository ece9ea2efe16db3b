"""Page 04 a second way: its findings from the printed numbers, typed here, in plain Python; its bounds by brute force."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import kzcivil as kz

PAGE = Path(__file__).parents[1] / "notebooks" / "04_one_employee.ipynb"
NGOS, NGOS_MOST = 20_000, 24_000  # "over 20 thousand"
STAFF, STAFF_MOST = 30_000, 30_500  # "only 30 thousand", "slightly more than 30 thousand"
ACTIVE_MOST = 999  # "few tens (hundreds at most)"
REGISTER_2023 = 23_335


@pytest.fixture(scope="module")
def findings() -> dict[str, dict[str, Any]]:
    outputs = [out for cell in json.loads(PAGE.read_text("utf-8"))["cells"] for out in cell.get("outputs", [])]
    stored = [out["metadata"]["kzcivil"] for out in outputs if "kzcivil" in out.get("metadata", {})]
    return {found["key"]: found for found in stored}


def ends(figure: dict[str, Any]) -> Any:
    return [figure[end] for end in ("face", "low", "high")]


def close(*values: float) -> Any:
    return pytest.approx(list(values), rel=1e-9)


def test_mean(findings: dict[str, dict[str, Any]]) -> None:
    assert ends(findings["unknown"]["figures"][0]) == close(STAFF / NGOS, STAFF / NGOS_MOST, STAFF_MOST / NGOS)
    assert "1.5 employees per NGO (1.25 to 1.53)" in findings["unknown"]["sentence"]


def test_half_if_none_is_idle(findings: dict[str, dict[str, Any]]) -> None:
    least = [(2 * n - e) / n for n, e in ((NGOS, STAFF), (NGOS, STAFF_MOST), (NGOS_MOST, STAFF))]
    assert least == close(0.5, 0.475, 0.75)
    assert ends(findings["half"]["figures"][0]) == close(*least)
    for words in ("at least 47.5 %", "50 %"):
        assert words in findings["half"]["sentence"]
    assert "30,500 employees" in findings["half"]["hangs_on"]
    now = [(2 * REGISTER_2023 - staff) / REGISTER_2023 for staff in (STAFF, STAFF_MOST, STAFF)]
    assert ends(findings["count"]["figures"][0]) == close(*now)
    assert 0.692 <= now[1] < 0.693
    assert "at least 69.2 %" in findings["count"]["sentence"]


def test_nothing_is_forced_with_idle_ones(findings: dict[str, dict[str, Any]]) -> None:
    one_or_none, without = findings["idle"]["figures"]
    assert ends(one_or_none) == close(0.25, 1 - STAFF_MOST / NGOS / 2, 1 - STAFF / NGOS_MOST / 2)
    assert without["face"] == 5_000
    assert STAFF == 5_000 * 0 + 15_000 * 2
    assert NGOS == 5_000 + 15_000
    for words in ("5,000 NGOs (25 %)", "the other 15,000", "at least 23.7 %"):
        assert words in findings["idle"]["sentence"]


def test_two_premises(findings: dict[str, dict[str, Any]]) -> None:
    most, least = findings["premises"]["figures"]
    assert most["high"] == pytest.approx(100 * ACTIVE_MOST / NGOS)
    assert least["low"] == pytest.approx(100 * (NGOS - ACTIVE_MOST) / NGOS)
    assert "at most 5 %" in findings["premises"]["sentence"]
    assert "at least 95 %" in findings["premises"]["sentence"]


def test_puzzle_and_conclusion(findings: dict[str, dict[str, Any]]) -> None:
    fall = [200_000 / STAFF, 200_000 / STAFF_MOST, 240_000 / STAFF]
    assert ends(findings["puzzle"]["figures"][0]) == close(*fall)
    assert "The first is 6.5 to 8 times the second" in findings["puzzle"]["sentence"]
    assert 200_000 / NGOS == 10
    assert findings["needed"]["figures"][0]["face"] == pytest.approx(24_000)
    assert pytest.approx(0.75) == (2 * 24_000 - STAFF) / 24_000
    assert pytest.approx(0.75) == (2 * 24_400 - STAFF_MOST) / 24_400


def spreads(staff: int, ngos: int, least: int = 0) -> Iterator[tuple[int, ...]]:
    """Every way to spread employees over NGOs, smallest first, each with at least so many."""
    if ngos == 1:
        if staff >= least:
            yield (staff,)
        return
    for first in range(least, staff // ngos + 1):
        for rest in spreads(staff - first, ngos - 1, first):
            yield (first, *rest)


@pytest.mark.parametrize(("staff", "ngos"), [(6, 4), (9, 6), (12, 8), (5, 4), (7, 5), (10, 5), (11, 5), (3, 6), (6, 6)])
def test_bounds_are_sharp_on_whole_organisations(staff: int, ngos: int) -> None:
    total, holders = kz.figure(staff, unit="people"), kz.figure(ngos, unit="NGOs")
    every = list(spreads(staff, ngos))
    assert min(sum(one <= 1 for one in spread) for spread in every) == max(0, -(-(2 * ngos - staff) // 2))
    for idle in range(max(0, ngos - staff), ngos):
        ones = [spread.count(1) for spread in every if spread.count(0) == idle]
        busy = ngos - idle
        assert min(ones) == max(0, 2 * busy - staff)
        assert max(ones) == (busy if busy == staff else busy - 1)
        least, greatest = kz.share_with_exactly_one(total, holders, idle=idle / ngos)
        assert least.face * ngos == pytest.approx(min(ones))
        assert 0 <= greatest.face * ngos - max(ones) <= 1 + 1e-9  # up to one NGO


def test_the_examples_of_the_picture_use_up_the_totals() -> None:
    for example in (
        {1: 10_000, 2: 10_000},
        {1: 19_900, 101: 100},
        {0: 5_000, 2: 15_000},
    ):
        assert sum(example.values()) == NGOS
        assert sum(size * count for size, count in example.items()) == STAFF
        for count in example.values():
            assert f"{count:,}" in PAGE.read_text("utf-8")

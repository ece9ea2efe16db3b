"""Charts of the audit: titles tell the finding and turn with the data."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

import kzcivil as kz
from kzcivil import audit, charts
from kzcivil import contradictions as con
from kzcivil.charts import audit as draw


def test_titles_turn_with_the_data() -> None:
    evidence = kz.load()
    sums = audit.derivations(evidence)
    assert "the inputs contradict 4" in draw.verdicts(evidence, sums).alt
    fine = sums[sums.verdict != audit.CONTRADICTED]
    assert "none is contradicted" in draw.verdicts(evidence, fine).alt
    found = con.conflicts(evidence)
    told = found[found.verdict == con.TOLD]
    assert "inside one document" in draw.classes(evidence, told).alt
    apart = told[told.level == con.LEVELS[2]]
    assert "stand between documents" in draw.classes(evidence, apart).alt


def test_the_matrix_tells_which_is_more_frequent(monkeypatch: pytest.MonkeyPatch) -> None:
    # The page draws the picture; here only its title is asked for.
    monkeypatch.setattr(charts, "seaborn_look", lambda: SimpleNamespace(heatmap=lambda *_, **__: None))
    monkeypatch.setattr(charts, "caption_picture", lambda *_: None)
    monkeypatch.setattr(charts, "show_chart", charts.Chart)
    evidence = kz.load()
    found = con.conflicts(evidence)
    pairs = con.compared(evidence, found)
    told = found[found.verdict == con.TOLD]
    assert "no less often" in draw.who_contradicts_whom(evidence, told, pairs).alt
    other = told[told.first_source != told.second_source]
    assert "clash less often" in draw.who_contradicts_whom(evidence, other, pairs).alt


@pytest.mark.parametrize("left_out", ["diachenko", "adal_azamat", "caci_forum"])
def test_ratio_lines_and_own_numbers_without_a_source(left_out: str) -> None:
    evidence = kz.load(without=left_out)
    quantities = con.disputed(evidence).quantity.nunique()
    assert f"{quantities} quantities" in draw.ratio_lines(evidence).alt
    assert left_out not in draw.whose(evidence).alt


def test_labels_are_as_printed_without_the_thing_counted() -> None:
    assert draw.short("More than 400 recommendations") == "More than 400"
    assert draw.short("about 18 thousand") == "about 18 thousand"

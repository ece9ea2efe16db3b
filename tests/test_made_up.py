"""The pages on forty made-up rows of other publishers: nobody is charged with another's number."""

import ast
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import IPython.display
import pytest

from kzcivil import page, publish

MADE_UP = Path(__file__).parent / "made_up"
Findings = dict[str, dict[str, Any]]


def run(notebook: Path, patch: pytest.MonkeyPatch, **parameters: Any) -> tuple[Findings, str]:
    """A page's findings and its outputs as text, run here instead of in a kernel."""
    shown: list[Any] = []

    def display(one: Any, **how: Any) -> Any:
        shown.append(one)
        return SimpleNamespace(update=shown.append) if how.get("display_id") else None

    patch.setattr(IPython.display, "display", display)
    patch.chdir(notebook.parent)
    names: dict[str, Any] = {}
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] != "code":
            continue
        code = ast.parse("".join(cell["source"]))
        last = code.body.pop() if isinstance(code.body[-1], ast.Expr) else None
        exec(compile(code, cell["id"], "exec"), names)
        if last is not None:
            shown.append(eval(compile(ast.Expression(last.value), cell["id"], "eval"), names))
        if "parameters" in cell["metadata"].get("tags", []):
            names |= parameters
    texts = [getattr(one, "markup", getattr(one, "alt", getattr(one, "text", repr(one)))) for one in shown]
    return dict(page._page.findings), "\n".join(map(str, texts)).replace("<wbr>", "")  # where words may break


@pytest.fixture(scope="module")
def pages() -> dict[str, tuple[Findings, str]]:
    with pytest.MonkeyPatch.context() as patch:
        found = publish.find_notebooks()
        return {one.stem[:2]: run(one, patch, data_dir=str(MADE_UP)) for one in found if one.name[:2] != "00"}


def test_findings_about_the_documents_stay(pages: dict[str, tuple[Findings, str]]) -> None:
    stored = publish.findings()
    told = stored[stored.about == "documents"]
    assert len(told) > 20
    for row in told.itertuples():
        assert pages[str(row.page)[:2]][0][str(row.key)]["sentence"] == row.sentence, (row.page, row.key)


def test_other_findings_follow(pages: dict[str, tuple[Findings, str]]) -> None:
    assert "from 1991 to 2025" in pages["01"][0]["years"]["sentence"]
    assert "to 25,000 in 2025" in pages["02"][0]["register"]["sentence"]
    assert "in 2010, 10,310 NGOs, is above" in pages["09"][0]["register"]["sentence"]


RIGHT = [
    ("02", "3,500 NGOs were registered in 2003, a year that we concluded, and 23,335 in 2023"),  # not the correction
    (
        "03",
        "deputy chairman of the lower house of parliament; Made-up Ministry, prints for the state's tenders of 2003 to 2010",
    ),
    ("03", "“350 million tenge” and “another 200 million tenge”"),
    ("03", "20 of 109 in 2003 (18.3 %), at most 20 of 119 in 2004 (16.8 %) and 50 of 165 in 2005 (30.3 %)"),
    ("05", "from 4,500 operating NGOs this share is"),
    ("06", "Made-up Audit, 2025"),
    ("02", "“23,900 NGOs” corrects “23 335”"),
    ("02", "Registered NGOs; corrects aa_inf_registered_2023: made-up: duplicates were removed from the register"),
    ("02", "Of 40 added rows "),
    ("07", "are in Almaty, Astana, Shymkent, Karaganda region and Kyzylorda region"),
    ("07", "counts of 2023 (Made-up Atlas 2024) and 2024 (Made-up Atlas 2025)"),
    ("07", "by a count of the Civil Alliance's magazine"),
    (
        "09",
        '<td style="text-align:right">2023</td><td style="text-align:left">Registered NGOs</td><td style="text-align:left">23,335</td>',
    ),
]


@pytest.mark.parametrize(("number", "words"), RIGHT)
def test_right_statements(pages: dict[str, tuple[Findings, str]], number: str, words: str) -> None:
    assert words in pages[number][1]


def test_sources_are_shown_with_their_address_as_text(pages: dict[str, tuple[Findings, str]]) -> None:
    for number in ("01", "02", "05", "09"):
        assert "Made-up Bureau, yearbook, 2020 (https://example.org/yearbook?a=1&amp;b=&lt;i&gt;2" in pages[number][1]


def test_the_top_names_the_data(pages: dict[str, tuple[Findings, str]]) -> None:
    for number, (_, text) in pages.items():
        assert "with made_up laid over it; plain reading.*" in text, number

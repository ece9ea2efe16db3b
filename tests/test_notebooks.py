"""Structure of every page, the page as a reader without scripts sees it, and one value for one quantity across all."""

import ast
import base64
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from papermill import inspect_notebook

import kzcivil as kz
from kzcivil import publish
from kzcivil.page import IN_SHORT, KEY

Book = dict[str, Any]
NOTEBOOKS = publish.find_notebooks()
YEARISH = re.compile(r"\b(1[89]|20)\d\d(s\b|\b)([-–/]\d{2,4})?")
LINKISH = re.compile(r"“[^”]*”|\[[^\]]*\]\([^)]*\)|`[^`]*`|\$[^$]*\$|https?://\S+|<[^>]+>")
PNG = "image/png"


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def path(request: pytest.FixtureRequest) -> Path:
    return Path(request.param)


@pytest.fixture
def book(path: Path) -> Book:
    loaded: Book = json.loads(path.read_text(encoding="utf-8"))
    return loaded


def source(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


def text(output: dict[str, Any], kind: str) -> str:
    return "".join(output.get("data", {}).get(kind, ""))


def code(book: Book) -> list[dict[str, Any]]:
    return [cell for cell in book["cells"] if cell["cell_type"] == "code"]


def prose(book: Book) -> list[str]:
    return [source(cell) for cell in book["cells"] if cell["cell_type"] == "markdown"]


def tags(cell: dict[str, Any]) -> list[str]:
    return list(cell["metadata"].get("tags", []))


def typed_numbers(markdown: str) -> list[str]:
    """Numbers of two or more digits, or percentages, that are typed into prose; years may be."""
    body = "\n".join(line for line in markdown.splitlines() if not line.startswith("#"))
    body = re.sub(r"(?m)^\s*(\d+\.|[-*|])\s", " ", YEARISH.sub(" ", LINKISH.sub(" ", body)))
    found = re.findall(r"(?<![\w.])\d[\d,. ]*(?:%|\b)", body)
    return [number.strip() for number in found if len(re.sub(r"\D", "", number)) >= 2 or "%" in number]


def test_the_page_ran_from_top_to_bottom_without_complaint(book: Book) -> None:
    counts = [cell["execution_count"] for cell in code(book)]
    assert counts == list(range(1, len(counts) + 1)), "run `make publish`"
    complaints = [one for one in publish.outputs(book) if one["output_type"] == "error" or one.get("name") == "stderr"]
    assert not complaints


def test_headings(book: Book) -> None:
    headings = [len(mark) for markdown in prose(book) for mark in re.findall(r"(?m)^(#+) \S", markdown)]
    assert headings.count(1) == 1
    assert source(book["cells"][0]).startswith("# ")
    assert all(after <= before + 1 for before, after in pairwise(headings))


def test_the_first_screen_is_title_answer_and_picture(path: Path, book: Book) -> None:
    first = book["cells"][1]
    assert "kz.in_short()" in source(first)
    assert "nbval-ignore-output" in tags(first), "the top is filled from below, which nbval cannot follow"
    assert not any("nbval-ignore-output" in tags(cell) for cell in book["cells"][2:])
    answer, picture = first["outputs"]
    said = [one["metadata"][KEY] for one in publish.outputs(book) if KEY in one.get("metadata", {})]
    ranked = sorted((found for found in said if found["short"]), key=lambda found: found["short"])
    top = text(answer, "text/markdown").removeprefix(IN_SHORT[0]).removesuffix(IN_SHORT[1])
    assert re.findall(r"(?m)^- (.+)$", top) == [found["sentence"] for found in ranked]
    if not path.name.startswith(publish.FIRST):
        assert ranked
        assert ranked[0]["short"] == 1
        assert len(ranked) <= 5
        assert {publish.PLOTLY, PNG} & set(picture["data"]), "no chart leads the page"


def test_parameters(path: Path, book: Book) -> None:
    assert len([cell for cell in code(book) if "parameters" in tags(cell)]) == 1
    assert {"data_dir", "without"} <= set(inspect_notebook(str(path)))


def counts_as_code(line: str) -> bool:
    """Comments are no code, and neither are the lines on which a sentence goes on."""
    return bool(line.strip()) and not re.fullmatch(r'\s*(#.*|r?f?".*"[\])},]*)', line)


def test_size(path: Path, book: Book) -> None:
    cells = [cell for cell in book["cells"] if cell.get("id") != "links"]
    lines = [[line for line in source(cell).splitlines() if counts_as_code(line)] for cell in code(book)]
    assert not [line for cell in code(book) for line in source(cell).splitlines() if len(line) > 100]
    assert 20 <= len(cells) <= 32
    assert 60 <= sum(map(len, lines)) <= 160
    assert max(map(len, lines)) <= 20
    assert path.stat().st_size < 900_000
    assert set(book["metadata"]) == {"kernelspec", "language_info"}
    assert book["metadata"]["language_info"]["pygments_lexer"] == "ipython3", "JupyterLab would add it"


def test_no_number_is_typed_into_prose(book: Book) -> None:
    typed = [(numbers, markdown[:200]) for markdown in prose(book) if (numbers := typed_numbers(markdown))]
    assert not typed


def test_typed_numbers_are_seen() -> None:
    assert typed_numbers("grew by 233 times, or 18 %, and 5%") == ["233", "18 %", "5%"]
    assert not typed_numbers("## 12 things\n1. In 2003 and 2003-05, see [page 02](02_growth.ipynb): `x = 100`.")


def test_links_lead_somewhere(path: Path, book: Book) -> None:
    for markdown in prose(book):
        for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", markdown):
            assert "://" in target or (path.parent / target).exists(), target


def test_links_to_previous_and_next(path: Path, book: Book) -> None:
    last, number = source(book["cells"][-1]), NOTEBOOKS.index(path)
    assert "[Index](../README.md)" in last, "run `make publish`"
    assert all(page.name in last for page in NOTEBOOKS[max(0, number - 1) : number + 2] if page != path), (
        "run `make publish`"
    )


def test_charts_carry_fresh_pictures_and_alt_text(book: Book) -> None:
    charts = [one for one in publish.outputs(book) if {publish.PLOTLY, PNG} & set(one.get("data", {}))]
    assert len(charts) <= 4
    for one in charts:
        assert base64.b64decode(text(one, PNG)).startswith(b"\x89PNG"), "run `make publish`"
        picture = one["metadata"][PNG]
        assert len(picture["alt"].split()) >= 8
        assert picture["alt"] == text(one, "text/plain")
        if publish.PLOTLY in one["data"]:
            assert picture.get("chart_sha256") == publish.chart_hash(one), "stale picture: run `make publish`"
            assert one["data"][publish.PLOTLY]["layout"]["title"]["text"]
            assert not re.search(r"\d\.0[,\]}]", json.dumps(one["data"][publish.PLOTLY])), "JupyterLab would rewrite it"


def test_tables_are_whole_and_short(book: Book) -> None:
    for one in publish.outputs(book):
        page = text(one, "text/html")
        assert page.count("<tr") <= 21, page[:200]
        assert not re.search(r"<td[^>]*>(\.\.\.|…)</td>|rows × \d+ columns|further rows|more rows", page), (
            "a table is cut"
        )


def test_outputs_suit_a_reader_without_scripts(path: Path, book: Book) -> None:
    from nbconvert import HTMLExporter

    for one in publish.outputs(book):
        assert not re.search(r"<script|<iframe|<style", text(one, "text/html"), re.I)
        assert "image/svg+xml" not in one.get("data", {})
    html, _ = HTMLExporter(template_name="basic").from_filename(str(path))
    html = re.sub(r"<script.*?</script>|<style.*?</style>", "", html, flags=re.S)
    images = re.findall(r"<img[^>]*>", html)
    assert len(images) >= len([one for one in publish.outputs(book) if PNG in one.get("data", {})])
    assert all(re.search(r'alt="[^"]{20,}', image) for image in images)


def test_pages_import_little_else(book: Book) -> None:
    for cell in code(book):
        for node in ast.walk(ast.parse(source(cell))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert all(name.split(".")[0] in {"kzcivil", "pandas", "numpy", "math"} for name in names), names


# --- across the pages -----------------------------------------------------------------------------------------------


def stored_figures() -> Iterator[tuple[str, dict[str, Any]]]:
    for found in publish.findings().itertuples():
        yield from ((f"{found.page}: {found.key}", one) for one in found.figures)


def test_findings_are_named_once_and_can_be_quoted() -> None:
    found = publish.findings()
    assert not found.duplicated(["page", "key"]).any()
    assert not found.duplicated("sentence").any(), found[found.duplicated("sentence")].sentence.tolist()
    for one in found.itertuples():
        assert one.sentence[0].isupper() or not one.sentence[0].isalpha(), one.sentence
        assert one.sentence.endswith((".", "!", "?", ".)", ".”")), one.sentence
        assert not re.search(r"\bnan\b|\binf\b|\bNone\b|NaN|\[\]|assumed_\d|[a-z]_[a-z]", one.sentence), one.sentence
        assert one.hangs_on
        assert one.question.endswith("?"), one.question


def conflicts(figures: list[tuple[str, dict[str, Any]]]) -> list[tuple[str, set[tuple[Any, ...]]]]:
    """Formulas that show two values. Assumptions have no name that means the same on two pages."""
    values = defaultdict(set)
    for _, one in figures:
        if "assumed_" not in one["formula"]:
            values[one["formula"]].add((one["face"], one["low"], one["high"]))
    return [(formula, shown) for formula, shown in values.items() if len(shown) > 1]


def test_one_quantity_has_one_value_on_all_pages() -> None:
    assert not conflicts(list(stored_figures()))


def test_two_values_would_be_seen() -> None:
    one = {"formula": "a / b", "face": 1.5, "low": 1.4, "high": 1.6}
    assert conflicts([("02: x", one), ("05: y", one | {"high": 1.7})])
    assert not conflicts([("02: x", one), ("05: y", one)])


class Names(dict[str, Any]):
    """What a stored formula may name: claims and yardsticks, without their units."""

    def __init__(self, evidence: kz.Evidence) -> None:
        super().__init__(years=lambda a, b: kz.years_between(a, b).of(""), min=kz.smaller, max=kz.larger)
        self.evidence = evidence

    def __missing__(self, name: str) -> Any:
        series, _, year = name.rpartition("_")
        if name in set(self.evidence.claims.claim_id):
            return self.evidence.figure(name).of("")
        if series in set(self.evidence["context"].series):
            return self.evidence.context(series, int(year)).of("")
        raise KeyError(name)


def recomputed(formula: str, evidence: kz.Evidence) -> Any:
    """A stored formula computed anew with the public names; None where it names something that only its page knows."""
    body = re.sub(r"date:(\w+) - date:(\w+)", r"years(\2, \1)", formula)
    if "assumed_" in body or not re.fullmatch(r"[\w\s.,+\-*/()]+", body):
        return None
    try:
        return eval(compile(body, formula, "eval"), {"__builtins__": {}}, Names(evidence))
    except (SyntaxError, KeyError):
        return None


def differs(one: dict[str, Any], fresh: kz.Figure) -> list[str]:
    ends = [
        end
        for end in ("face", "low", "high")
        if one[end] is not None and one[end] != pytest.approx(getattr(fresh, end), rel=1e-8)
    ]
    return ends or (["words"] if str(fresh.of(one["unit"])) != one["words"] else [])


def test_each_figure_is_what_a_reader_recomputes(root: Path) -> None:
    evidence = kz.load(root / "examples" / "later_counts")  # the page on added rows names some of these too
    wrong, known, unknown = [], 0, []
    for where, one in stored_figures():
        fresh = recomputed(one["formula"], evidence)
        if not isinstance(fresh, kz.Figure):
            unknown.append((where, one["formula"]))
        else:
            known += 1
            wrong += [(where, one["formula"], one["words"], str(fresh)) for _ in differs(one, fresh)[:1]]
    assert not wrong
    assert known >= 2 * len(unknown), ("too many figures that a reader cannot recompute", unknown)


def test_a_wrong_figure_would_be_seen(evidence: kz.Evidence) -> None:
    formula = "100 * ((aa_inf_registered_2023 / aa_inf_registered_2003) ** (1 / (date:aa_inf_registered_2023 - date:aa_inf_registered_2003)) - 1)"
    fresh = recomputed(formula, evidence)
    one = {
        "face": fresh.face,
        "low": fresh.low,
        "high": fresh.high,
        "unit": "% a year",
        "words": str(fresh.of("% a year")),
    }
    assert not differs(one, fresh)
    assert differs(one | {"high": one["high"] * 1.001}, fresh) == ["high"]
    assert differs(one | {"words": "10 % a year"}, fresh) == ["words"]
    assert recomputed("(forum 11 - forum 1) / 10", evidence) is None

"""README and pages as GitHub shows them, in a browser: readable at three widths, on light and dark ground, by everyone.

GitHub strips scripts, styles and style attributes; its own style sheet lets tables and code scroll sideways and nothing
else. Each page is opened once; what is measured there is judged by the tests below, each in a sentence of its own.
"""

import base64
import html
import io
import itertools
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from kzcivil import publish
from kzcivil.canvas import PAPER, TEXT, WIDTH

ROOT = publish.notebooks_folder().parent
PAGES = {page.stem: page for page in publish.find_notebooks()}
PROSE = {str(path.relative_to(ROOT)): path for path in sorted([*ROOT.glob("*.md"), *ROOT.glob("data/*.md")])}
VIEWS = ["README.md", *PAGES]
WIDTHS = (1280, 720, 390)
KINDS = ("text/html", "text/markdown", "image/png", "text/plain")
"""What GitHub shows of an output: the first of these that is there."""
ALIVE = re.compile(r"(?i)<(script|style|iframe|svg|object|embed|canvas|form|input|button|video)\b|\son\w+=|javascript:")
FORMULA = re.compile(r"\$\$(?P<block>[^$]+)\$\$|(?<![\w$])\$(?![\s$])(?P<line>[^$\n]*[^\s$])\$(?![\w$])")
"""GitHub's rules: no space inside the dollar signs, no letter or digit before the first or after the last."""

STYLE = """
:root { --text: #1f2328; --ground: #ffffff; --link: #0969da; --quote: #59636e; --edge: #d1d9e0; --code: #f6f8fa; }
:root[data-theme=dark] { --text: #f0f6fc; --ground: #0d1117; --link: #4493f8; --quote: #9198a1; --edge: #3d444d; --code: #151b23; }
body { margin: 0 auto; max-width: 920px; padding: 24px; font: 16px/1.5 "Noto Sans", Helvetica, Arial, sans-serif; overflow-wrap: break-word; }
body { color: var(--text); background: var(--ground); }
:root { background: var(--ground); }
@media (max-width: 767px) { body { padding: 16px; } }
.readme { max-width: 830px; }
a { color: var(--link); }
h1 { font-size: 2em; line-height: 1.25; margin: 0 0 16px; padding-bottom: 0.3em; border-bottom: 1px solid var(--edge); }
h2 { font-size: 1.5em; line-height: 1.25; margin: 24px 0 16px; padding-bottom: 0.3em; border-bottom: 1px solid var(--edge); }
p, ul, table, pre, blockquote { margin: 0 0 16px; }
ul { padding-left: 2em; }
blockquote { padding: 0 1em; color: var(--quote); border-left: 0.25em solid var(--edge); }
img { max-width: 100%; height: auto; box-sizing: content-box; }
table { display: block; width: max-content; max-width: 100%; overflow: auto; border-collapse: collapse; }
th, td { padding: 6px 13px; border: 1px solid var(--edge); }
caption { text-align: left; padding-bottom: 6px; }
code { padding: 0.2em 0.4em; font-size: 85%; background: var(--code); font-family: "Liberation Mono", monospace; }
pre { padding: 16px; overflow: auto; font: 85%/1.45 "Liberation Mono", monospace; background: var(--code); }
pre code { padding: 0; font-size: 100%; }
"""


# --- what GitHub makes of the files ---------------------------------------------------------------------------------


def outputs_of(page: Path) -> list[Any]:
    return publish.outputs(json.loads(page.read_bytes()))


def joined(text: str | list[str]) -> str:
    return "".join(text)


def from_markdown(text: str) -> str:
    """A notebook's Markdown as HTML."""
    from nbconvert.filters import markdown2html

    made = re.sub(r'<a class="anchor-link".*?</a>', "", str(markdown2html(text)))
    return re.sub(r"<!--.*?-->", "", made, flags=re.S)


def shown(name: str) -> str:
    """README or a page as plain HTML, before anything is stripped."""
    if name in PROSE:
        from markdown_it import MarkdownIt

        return str(MarkdownIt("commonmark").enable("table").render(PROSE[name].read_text(encoding="utf-8")))
    parts = []
    for cell in json.loads(PAGES[name].read_bytes())["cells"]:
        source = joined(cell["source"])
        parts.append(from_markdown(source) if cell["cell_type"] == "markdown" else f"<pre>{html.escape(source)}</pre>")
        parts += map(shown_output, cell.get("outputs", []))
    return "\n".join(parts)


def shown_output(output: Any) -> str:
    data = output.get("data", {})
    kind = next((kind for kind in KINDS if kind in data), "")
    text = joined(data.get(kind, output.get("text", "")))
    if kind == "image/png":
        about = output["metadata"].get(kind, {})
        wide = f'width="{about["width"]}" ' if "width" in about else ""
        return (
            f'<p><img src="data:image/png;base64,{text.strip()}" {wide}alt="{html.escape(about.get("alt", ""))}"></p>'
        )
    if kind == "text/markdown":
        return from_markdown(text)
    return text if kind == "text/html" else f"<pre>{html.escape(text)}</pre>"


def stripped(markup: str) -> str:
    markup = re.sub(r"(?is)<(script|style)\b.*?</\1>", "", markup)
    return re.sub(r"""(?i)(<[^<>]*?)\sstyle=("[^"]*"|'[^']*')""", r"\1", markup)


def markdown_of(name: str) -> Iterator[str]:
    """The Markdown of a file, of its cells and outputs."""
    if name in PROSE:
        yield PROSE[name].read_text(encoding="utf-8")
        return
    for cell in json.loads(PAGES[name].read_bytes())["cells"]:
        if cell["cell_type"] == "markdown":
            yield joined(cell["source"])
        for output in cell.get("outputs", []):
            yield joined(output.get("data", {}).get("text/markdown", ""))


def without_code(text: str) -> str:
    return re.sub(r"(?s)^```.*?^```|`[^`\n]+`", "", text, flags=re.M)


def anchors(path: Path) -> set[str]:
    """Names of a file's headings, as GitHub makes them: of Markdown by its own rule, of a notebook by nbconvert's."""
    if path.suffix == ".ipynb":
        cells = json.loads(path.read_bytes())["cells"]
        text = "\n\n".join(joined(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
        return set(re.findall(r'<h\d id="([^"]+)"', from_markdown(text)))
    if path.suffix != ".md":
        return set()
    found: list[str] = []
    for heading in re.findall(
        r"(?m)^#+ +(.+?) *#*$", re.sub(r"(?sm)^```.*?^```", "", path.read_text(encoding="utf-8"))
    ):
        plain = re.sub(r"\[(.*?)\]\(.*?\)", r"\1", heading).lower()
        slug = re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
        found.append(f"{slug}-{found.count(slug)}" if slug in found else slug)
    return set(found)


def dead_links(markup: str, folder: Path) -> list[str]:
    dead = []
    for link in map(html.unescape, re.findall(r'(?:href|src)="([^"]*)"', markup)):
        place, _, anchor = link.partition("#")
        target = (folder / unquote(place)).resolve() if place else None
        if link.startswith(("https://", "data:image/png;base64,")):
            continue
        inside = target is None or (target.exists() and target.is_relative_to(ROOT))
        names = anchors(target) if inside and target else set(re.findall(r' id="([^"]+)"', markup))
        if not link or not inside or (anchor and unquote(anchor) not in names):
            dead.append(link)
    return dead


PLANTED = f"""<p>Whose?</p><h2>Deep</h2><h4>Too deep</h4><ul><li>{"wide " * 90}</li></ul><p><nobr>{"wide " * 90}</nobr></p><img
src="lost.png"><pre>{"wide " * 90}</pre><table><tr>{"<td>wide</td>" * 40}</tr></table>"""
"""A page with one fault of each kind: the measures must find them."""
_LABEL = {"x": 1, "y": 1, "text": "a label", "showarrow": False, "font": {"size": 7}}
_BARE = {"visible": False}
PLANTED_CHART = {
    "data": [{"x": [1, 2], "y": [1, 2]}],
    "layout": {"width": 400, "height": 300, "annotations": [_LABEL] * 2, "xaxis": _BARE, "yaxis": _BARE},
}


# --- what a browser sees --------------------------------------------------------------------------------------------

MEASURE = """() => {
  const wide = document.documentElement.clientWidth, down = e => e ? e.getBoundingClientRect().bottom + scrollY : null;
  const head = [...document.querySelectorAll('p')].find(p => p.textContent.trim() === 'In short');
  const first = head ? head.nextElementSibling.querySelector('li') : document.querySelector('li');
  const loose = [...document.body.querySelectorAll('*')].filter(e => !e.parentElement.closest('table, pre'));
  return {
    over: [...document.querySelectorAll('*')].filter(e => loose.includes(e) && e.getBoundingClientRect().right > wide + 1)
      .map(e => e.outerHTML.slice(0, 99)).concat(document.documentElement.scrollWidth > wide ? ['the whole page'] : []),
    pictures: [...document.images].map(i => [i.alt, i.naturalWidth, i.getBoundingClientRect().width]),
    tables: [...document.querySelectorAll('table')].map(t => [t.scrollWidth / t.clientWidth, t.innerText.slice(0, 60)]),
    code: [...document.querySelectorAll('pre')].map(p => [p.scrollWidth / p.clientWidth, p.innerText.slice(0, 60)]),
    question: down(document.querySelector('p')), answer: [down(first), first ? first.textContent : ''],
  };
}"""
DRAW = """async charts => {
const TEXTS = '.annotation-text, .gtitle, .gtitle-subtitle, [class$=tick] text, .heatmap-label text';
return Promise.all(charts.map(async chart => {
  const div = document.body.appendChild(document.createElement('div'));
  await Plotly.newPlot(div, chart.data, chart.layout, {displayModeBar: false});
  const home = div.getBoundingClientRect();
  return [...div.querySelectorAll(TEXTS)].map(text => {
    const box = text.getBoundingClientRect();
    const size = Math.min(...[text, ...text.querySelectorAll('*')].map(e => parseFloat(getComputedStyle(e).fontSize)));
    return [box.left - home.left, box.top - home.top, box.right - home.left, box.bottom - home.top, size, text.textContent];
  });
}))}"""


@pytest.fixture(scope="module")
def seen(driven: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """README and pages by name: what was measured at each width, and what axe-core finds on either ground."""
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright
    from plotly.offline import get_plotlyjs

    found: dict[str, Any] = {}
    folder = tmp_path_factory.mktemp("github")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=driven, args=["--no-sandbox", "--disable-gpu"])
        tab = browser.new_page()
        for name in (*VIEWS, "planted"):
            base = (PAGES[name].parent if name in PAGES else ROOT).as_uri()
            head = f'<meta charset="utf-8"><title>{name}</title><base href="{base}/"><style>{STYLE}</style>'
            markup = PLANTED if name == "planted" else shown(name)
            body = f'<body class="{"page" if name in PAGES else "readme"}"><main>{stripped(markup)}</main></body>'
            file = folder / f"{Path(name).stem}.html"
            file.write_text(f'<!doctype html><html lang="en"><head>{head}</head>{body}</html>', encoding="utf-8")
            tab.goto(file.as_uri())
            view = found[name] = {}
            for width in reversed(WIDTHS):
                tab.set_viewport_size({"width": width, "height": 800})
                view[width] = tab.evaluate(MEASURE)
            view["light"] = Axe().run(tab).response["violations"]
            tab.evaluate("document.documentElement.dataset.theme = 'dark'")
            view["dark"] = Axe().run(tab, options={"runOnly": ["color-contrast"]}).response["violations"]
        tab.goto("about:blank")
        tab.add_script_tag(content=get_plotlyjs())
        drawn = {name: publish.outputs(json.loads(page.read_bytes()), publish.PLOTLY) for name, page in PAGES.items()}
        charts_of = {name: [output["data"][publish.PLOTLY] for output in outputs] for name, outputs in drawn.items()}
        for name, charts in (charts_of | {"planted": [PLANTED_CHART]}).items():
            found[name]["charts"] = list(zip(charts, tab.evaluate(DRAW, charts), strict=True))
        browser.close()
    return found


def overlaps(labels: list[Any]) -> list[str]:
    return [
        f"{a[5]!r} on {b[5]!r}"
        for a, b in itertools.combinations(labels, 2)
        if a[2] > b[0] + 2 and b[2] > a[0] + 2 and a[3] > b[1] + 2 and b[3] > a[1] + 2
    ]


# --- the tests ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PAGES)
def test_github_can_show_every_output(name: str) -> None:
    page = PAGES[name]
    assert page.stat().st_size < 1_000_000
    assert "widgets" not in json.loads(page.read_bytes())["metadata"]
    for output in outputs_of(page):
        data = output.get("data", {})
        assert output["output_type"] in ("display_data", "execute_result"), output
        assert publish.PLOTLY not in data or "image/png" in data, "a live chart without a picture"
        assert not ALIVE.search(joined(data.get("text/html", "")) + joined(data.get("text/markdown", ""))), data


@pytest.mark.parametrize("name", [*PROSE, *PAGES])
def test_links_lead_somewhere(name: str) -> None:
    folder = PROSE[name].parent if name in PROSE else PAGES[name].parent
    markup = shown(name)
    if name in PROSE:  # markdown-it names no headings
        markup += "".join(f'<i id="{anchor}"></i>' for anchor in anchors(PROSE[name]))
    assert not dead_links(markup, folder)


@pytest.mark.parametrize("name", [*PROSE, *PAGES])
def test_a_dollar_sign_is_escaped_or_part_of_a_formula(name: str) -> None:
    from matplotlib.mathtext import MathTextParser

    for text in map(without_code, markdown_of(name)):
        left = FORMULA.sub("", text.replace("\\$", ""))
        assert "$" not in left, left[max(0, left.find("$") - 60) :][:120]
        for formula in FORMULA.finditer(text):
            shorter = (formula["block"] or formula["line"]).replace(r"\le ", r"\leq ").replace(r"\ge ", r"\geq ")
            MathTextParser("path").parse(f"${shorter}$")
    for output in outputs_of(PAGES[name]) if name in PAGES else ():
        markup = joined(output.get("data", {}).get("text/html", ""))
        assert "$" not in markup or 'class="tex2jax_ignore"' in markup


@pytest.mark.parametrize("name", VIEWS)
def test_charts_are_pictures_said_in_words(name: str, seen: dict[str, Any]) -> None:
    for alt, natural, _ in seen[name][1280]["pictures"]:
        assert natural, f"the picture is not there: {alt}"
        assert len(alt.split()) > 5, alt
        assert not re.search(r"(?i)\.(png|svg|jpe?g|gif)\b", alt), alt


@pytest.mark.parametrize("name", VIEWS)
def test_pictures_have_a_ground_of_their_own(name: str) -> None:
    """On a dark page a transparent picture would be dark on dark."""
    from PIL import Image

    if name in PAGES:
        held = [
            output["data"]["image/png"] for output in outputs_of(PAGES[name]) if "image/png" in output.get("data", {})
        ]
        files: list[Any] = [io.BytesIO(base64.b64decode(joined(data))) for data in held]
    else:
        files = sorted(publish.notebooks_folder().glob("pictures/*.png"))
    assert files
    for file in files:
        picture = Image.open(file)
        assert "transparency" not in picture.info
        assert "A" not in picture.getbands()
        ends = [(x, y) for x in (0, picture.width - 1) for y in (0, picture.height - 1)]
        paper = tuple(int(PAPER[k : k + 2], 16) for k in (1, 3, 5))
        for end in ends:
            inks = picture.convert("RGB").getpixel(end)
            assert max(abs(a - b) for a, b in zip(inks, paper, strict=True)) < 6, inks


@pytest.mark.parametrize("name", PAGES)
def test_chart_labels_neither_overlap_nor_leave_the_chart(name: str, seen: dict[str, Any]) -> None:
    for chart, labels in seen[name]["charts"]:
        wide, tall = chart["layout"]["width"], chart["layout"]["height"]
        for left, top, right, foot, _, words in labels:
            assert min(left, top, wide - right, tall - foot) >= -1, words
        assert not overlaps(labels)


@pytest.mark.parametrize("name", PAGES)
def test_chart_labels_are_readable_at_720(name: str, seen: dict[str, Any]) -> None:
    """At least 11 pixels, as the picture is shown there."""
    held = [output for output in outputs_of(PAGES[name]) if "image/png" in output.get("data", {})]
    drawn = iter(seen[name]["charts"])
    for output, (alt, _, shown_wide) in zip(held, seen[name][720]["pictures"], strict=True):
        live = next(drawn) if publish.PLOTLY in output["data"] else None
        size, wide = (min(label[4] for label in live[1]), live[0]["layout"]["width"]) if live else (TEXT, WIDTH)
        assert size * shown_wide / wide >= 11, alt


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", VIEWS)
def test_nothing_runs_over(name: str, width: int, seen: dict[str, Any]) -> None:
    """Tables and code scroll within themselves; everything else fits."""
    assert not seen[name][width]["over"]


@pytest.mark.parametrize("name", VIEWS)
def test_tables_and_code_need_no_scrolling_on_a_wide_screen(name: str, seen: dict[str, Any]) -> None:
    """And at 720 pixels a table is at most half as wide again."""
    for width, most in ((1280, 1.0), (720, 1.5)):
        assert not [words for share, words in seen[name][width]["tables"] if share > most]
    assert not [words for share, words in seen[name][1280]["code"] if share > 1]


@pytest.mark.parametrize("name", VIEWS)
def test_the_answer_is_on_the_first_screen(name: str, seen: dict[str, Any]) -> None:
    foot, words = seen[name][1280]["answer"]
    said = publish.findings().sentence
    assert words, "no answer"
    if name in PAGES:
        assert foot <= 500, words
    else:
        assert any(words.startswith(re.sub(r"[\\*]", "", sentence)[:60]) for sentence in said), words
        assert seen[name][1280]["question"] < foot < 800


@pytest.mark.parametrize("name", VIEWS)
def test_axe_finds_no_serious_fault(name: str, seen: dict[str, Any]) -> None:
    """Nor headings that jump; on the dark ground the contrast."""
    ours = {"heading-order", "empty-heading", "page-has-heading-one"}
    faults = [
        one
        for one in seen[name]["light"] + seen[name]["dark"]
        if one["impact"] in ("serious", "critical") or one["id"] in ours
    ]
    assert not [f"{one['id']}: {one['help']}: {one['nodes'][0]['html'][:120]}" for one in faults]


def test_each_fault_would_be_found(seen: dict[str, Any]) -> None:
    view = seen["planted"]
    assert [one[:6] for one in view[1280]["over"]] == ["<nobr>", "the wh"]
    assert [row[:2] for row in view[1280]["pictures"]] == [["", 0]]
    assert min(view[1280]["tables"][0][0], view[1280]["code"][0][0]) > 1
    assert {"image-alt", "heading-order"} <= {one["id"] for one in view["light"]}
    assert view[390]["answer"][0] > view[1280]["answer"][0] > 0
    (_, labels), *_ = view["charts"]
    assert (overlaps(labels), labels[0][4]) == (["'a label' on 'a label'"], 7)


def test_each_fault_of_a_text_would_be_found() -> None:
    assert not FORMULA.search("It cost $5 and then $ 6 or US$7 more, or $8.")
    assert [found["line"] for found in FORMULA.finditer("So $s$ is $1 - z$, no more.")] == ["s", "1 - z"]
    links = ["README.md", "README.md#cite", "README.md#sight", "lost.md", "../lost", "http://plain.example", ""]
    assert dead_links("".join(f'<a href="{link}">' for link in links), ROOT) == links[2:]
    assert [bool(ALIVE.search(text)) for text in ("<script>", "<b onclick='x'>", "<svg ", "<b>on = 1</b>")] == [
        1,
        1,
        1,
        0,
    ]
    assert stripped('<p style="color:red" id="a">x</p><style>p {}</style>') == '<p id="a">x</p>'

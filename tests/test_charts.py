"""Charts: nothing overlaps, nothing breaks, everything is said in words too."""

import html
import itertools
import json
import math
import random
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from kzcivil import charts
from kzcivil.canvas import PAD, PALETTE, WIDTH, Axis, width, wrap

WORDS = {"title": "A finding in one clause", "subtitle": "What and unit", "note": "Source: a document"}
NAN, INF = math.nan, math.inf
PLOTLY = "application/vnd.plotly.v1+json"
LONG = "Associations of owners of flats, gardens and allotments, counted together with religious ones"


@dataclass
class Fig:
    """A stand-in for a figure: face, low, high, words."""

    face: float = NAN
    low: float = NAN
    high: float = NAN
    words: str = ""

    def __post_init__(self):
        self.low = self.face if math.isnan(self.low) else self.low
        self.high = self.low if math.isnan(self.high) else self.high

    def __format__(self, spec):
        if math.isnan(self.low):
            return "cannot be said"
        face = self.words or f"{self.face:,.6g}"
        spread = "" if self.low == self.high else f" ({self.low:,.6g} to {self.high:,.6g})"
        return face if "bare" in spec else f"{face} NGOs{spread}"


def table(n=12, seed=1, sources=5):
    """Made-up counts of every kind: with and without a face, open-ended, missing, with long labels."""
    draw = random.Random(seed)
    rows = []
    for k in range(n):
        face = float(round(10 ** draw.uniform(1, 4.5)))
        figure = [Fig(face, face * 0.95, face * 1.1), Fig(face, face, INF), Fig(NAN, face, 2 * face, "several dozen")][
            k % 3
        ]
        year, source = draw.randint(1991, 2023), f"Source {k % sources}"
        label = [f"registered {k}", "active, says the minister", "", LONG][k % 4]
        kind = ["printed", "computed", "assumed"][k % 3]
        rows.append((year, figure, source, label, f"lane {k % 3}", kind, "line" if k % 2 else ""))
    frame = pd.DataFrame(rows, columns=["year", "figure", "source", "label", "lane", "kind", "line"])
    return frame.assign(start=frame.year, end=frame.year + 4.0)


def bars_of(frame, **more):
    return charts.bars(frame, colour="source", **WORDS, **more)


def spans_of(frame, **more):
    events = frame[["year", "lane", "label"]].assign(lane="events")
    return charts.spans(frame, colour="source", style="kind", events=events if len(frame) else None, **WORDS, **more)


def tiles_of(frame):
    frame = frame.assign(tile_column=[k % 6 for k in range(len(frame))], tile_row=[k // 6 for k in range(len(frame))])
    return charts.tiles(frame, value="figure", **WORDS)


FORMS = {
    "counts": lambda t: charts.counts(t, join="line", **WORDS),
    "ranges": lambda t: charts.ranges(t, colour="source", log=True, reference=500, **WORDS),
    "ranges, level": lambda t: charts.ranges(t, **WORDS),
    "bars": bars_of,
    "bars, facets": lambda t: bars_of(t, facet="lane"),
    "spans": spans_of,
    "tiles": tiles_of,
}
TABLES = {
    "twelve": table(),
    "one": table(1),
    "two, long and open": table(12).iloc[[1, 3]],
    "forty sources": table(40, sources=40),
    "one year": table(9).assign(year=2003),
    "missing": table(6).assign(figure=[Fig(3), Fig(), Fig(4), Fig(), Fig(7), Fig()]),
    "all missing": table(3).assign(figure=[Fig()] * 3),
    "huge and tiny": table(4).assign(figure=[Fig(1e13), Fig(0.004), Fig(5), Fig(NAN, 0, 20, "up to twenty")]),
    "below zero": table(4).assign(figure=[Fig(-3, -5, -1), Fig(0), Fig(5, -2, 6), Fig(2)]),
    "empty": table(1).iloc[:0],
}


def spec(chart):
    return chart._repr_mimebundle_()[0][PLOTLY]


def pixels(chart):
    """How far from the left and from above plotly draws a value of an axis."""
    layout = spec(chart)["layout"]
    margin = layout["margin"]
    wide, tall = WIDTH - margin["l"] - margin["r"], layout["height"] - margin["t"] - margin["b"]

    def share(name, value, log=True):
        axis = layout.get(f"{name[0]}axis{name[1:].removeprefix('1')}", {})
        low, high = axis.get("range", (0, 1))
        start, end = axis.get("domain", (0, 1))
        unit = math.log10(value) if log and axis.get("type") == "log" else value
        return start + (end - start) * (unit - low) / (high - low)

    def across(value, ref="x", log=True):
        return margin["l"] + wide * (value if ref == "paper" else share(ref, value, log))

    def down(value, ref="y", log=True):
        return margin["t"] + tall * (1 - (value if ref == "paper" else share(ref, value, log)))

    return across, down


def boxed(text, left, top, size=13, side="left", foot="top"):
    lines = [html.unescape(re.sub("<[^>]*>", "", line)) for line in text.split("<br>")]
    wide, tall = max(width(line, size) for line in lines), 1.3 * size * len(lines)
    left -= wide * {"left": 0, "center": 0.5, "right": 1}[side]
    top -= tall * {"top": 0, "middle": 0.5, "bottom": 1}[foot]
    return (left, top, left + wide, top + tall), " ".join(lines)


def texts(chart):
    """The boxes of a chart's texts in pixels, measured as the charts measure."""
    layout, (across, down) = spec(chart)["layout"], pixels(chart)
    titles = [(layout["title"]["text"], 20), (layout["title"]["subtitle"]["text"].removesuffix("<br>"), 14)]
    top = PAD
    for text, size in titles:
        yield boxed(text, PAD, top, size)
        top += 1.3 * size * (1 + text.count("<br>")) + 3
    for note in layout["annotations"]:
        left = across(note["x"], note.get("xref", "x"), log=False) + note.get("xshift", 0) + note.get("ax", 0)
        top = down(note["y"], note.get("yref", "y"), log=False) - note.get("yshift", 0) + note.get("ay", 0)
        size = note.get("font", {}).get("size", 13)
        yield boxed(note["text"], left, top, size, note["xanchor"], note.get("yanchor", "middle"))
    for name, axis in layout.items():
        for value, text in (
            zip(axis["tickvals"], axis["ticktext"], strict=True) if "axis" in name and "tickvals" in axis else ()
        ):
            if name == "yaxis" and text:
                yield boxed(text, across(0, "paper") - 8, down(value), side="right", foot="middle")
            elif text and axis.get("side") != "top":
                yield boxed(text, across(value, name.replace("axis", "")), down(0, "paper") + 6, side="center")


def meet(a, b, slack=1.5):
    return a[0] < b[2] - slack and b[0] < a[2] - slack and a[1] < b[3] - slack and b[1] < a[3] - slack


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", TABLES)
def test_no_label_overlaps_another_or_leaves_the_chart(form, name):
    chart = FORMS[form](TABLES[name])
    tall = spec(chart)["layout"]["height"]
    boxes = list(texts(chart))
    for box, words in boxes:
        assert min(box[0] + 2, box[1], WIDTH + 4 - box[2], tall - box[3]) >= 0, words
    for (a, first), (b, second) in itertools.combinations(boxes, 2):
        assert not meet(a, b), f"{first!r} on {second!r}"


@pytest.mark.parametrize("form", FORMS)
def test_no_label_lies_on_a_mark(form):
    chart = FORMS[form](TABLES["twelve"])
    across, down = pixels(chart)
    dots = [trace for trace in spec(chart)["data"] if trace.get("mode") == "markers"]
    points = [(across(dot["x"][0], dot.get("xaxis", "x")), down(dot["y"][0])) for dot in dots]
    marks = [(x - 5, y - 5, x + 5, y + 5) for x, y in points]
    assert marks or form in ("bars", "bars, facets", "tiles")
    for box, words in texts(chart):
        assert not any(meet(box, mark) for mark in marks), words


@pytest.mark.parametrize("form", [*FORMS, "matrix"])
def test_an_empty_table_says_so(form):
    draw = FORMS.get(form, lambda t: charts.matrix(t, row="source", column="year", value="figure", **WORDS))
    for empty in (pd.DataFrame(columns=table().columns), TABLES["empty"]):
        chart = draw(empty)
        assert "Nothing to draw" in chart.alt
        assert any("Nothing to draw" in words for _, words in texts(chart))


def test_missing_figures_are_named_in_the_note():
    chart = charts.ranges(pd.DataFrame({"label": ["here", "lost"], "figure": [Fig(3), Fig()]}), **WORDS)
    assert any("not drawn: lost" in words for _, words in texts(chart))
    assert "no figure for any of 3 rows" in charts.ranges(TABLES["all missing"], **WORDS).alt


def test_an_unknown_column_names_the_nearest():
    with pytest.raises(ValueError, match=r"'lable'; the nearest is 'label'"):
        charts.ranges(table(), label="lable", **WORDS)


def test_log_scales_are_said_and_ticks_are_plain():
    chart = charts.ranges(TABLES["twelve"], log=True, **WORDS)
    assert "log scale" in chart.alt
    assert "log scale" not in charts.ranges(TABLES["twelve"], **WORDS).alt
    words = [words for _, words in texts(charts.counts(TABLES["huge and tiny"], **WORDS))]
    assert {"10,000", "100 million", "1 trillion"} <= set(words)
    money = table(3).assign(figure=[Fig(2e6), Fig(3.5e7), Fig(9e7)])
    assert "20 million" in [words for _, words in texts(charts.bars(money, **WORDS))]


@pytest.mark.parametrize(
    ("values", "size", "words"),
    [
        ([0.88, 12.5], 330, ["1", "2", "5", "10"]),
        ([9.7e6, 2.2e10], 400, ["10 million", "100 million", "1 billion", "10 billion"]),
        ([2e7, 8e7], 120, ["10 million", "500 million"]),  # 100 million would stand on either
    ],
)
def test_a_log_scale_has_two_ticks_or_more(values, size, words):
    axis = Axis(values, size, 12, 30, log=True)
    ticks = axis.layout()
    for (one, left), (other, right) in itertools.pairwise(zip(ticks["tickvals"], ticks["ticktext"], strict=True)):
        assert axis.pixel(other) - axis.pixel(one) > (width(left) + width(right)) / 2
    assert ticks["ticktext"] == words


def test_lines_are_about_equally_long():
    assert wrap("2005: awarded in a tender, as it seems", 215) == "2005: awarded in a<br>tender, as it seems"
    assert wrap("North Kazakhstan", 88) == "North<br>Kazakhstan"
    for words in (LONG, "x", "", "Unbreakable" * 9):
        lines = wrap(words, 215).split("<br>")
        assert max(map(width, lines)) <= 215
        assert "".join(lines).replace(" ", "") == words.replace(" ", "")


def test_what_two_sources_say_alike_has_one_label():
    frame = pd.DataFrame({"year": 2003, "figure": [10, 10, 20], "source": ["A", "B", "B"], "label": "clubs"})
    chart = charts.counts(frame, **WORDS)
    assert [words for _, words in texts(chart) if "clubs" in words and words[0] in "12"] == ["10 clubs", "20 clubs"]
    assert len([trace for trace in spec(chart)["data"] if trace["type"] == "scatter"]) == 3
    assert chart.alt.count("10 clubs") == 2


def test_a_hollow_bar_has_no_key_of_pale_ones():
    frame = pd.DataFrame({"label": ["a", "b"], "figure": [Fig(NAN, 1, 2), Fig(NAN, 2, 3)], "kind": "computed"})
    assert "pale" not in json.dumps(spec(charts.ranges(frame, **WORDS)))
    assert "pale" in json.dumps(spec(charts.ranges(frame.assign(figure=[Fig(1, 1, 2), Fig(2)]), **WORDS)))


def test_a_heat_map_has_no_key_of_kinds():
    assert "computed" not in json.dumps(spec(FORMS["tiles"](TABLES["twelve"]))["layout"])
    assert "computed" in json.dumps(spec(FORMS["bars"](TABLES["twelve"]))["layout"])


def test_text_from_data_is_escaped():
    bad = table(2).assign(label=["<b>a</b> & $x$ and $y$", "<img src=x>"], source="<i>")
    for draw in FORMS.values():
        text = json.dumps(spec(draw(bad)))
        assert "<img" not in text
        assert "$" not in text
        assert "<i>" not in text


def test_colours_follow_the_category_and_the_ninth_is_grey():
    names = [f"Source {k}" for k in range(12)]
    frame = table(3).assign(source=pd.Categorical(["Source 2", "Source 9", "Source 11"], names, ordered=True))
    chart = bars_of(frame.assign(kind="printed", figure=[Fig(1)] * 3, label=["a", "b", "c"]))
    key = re.findall(
        r"color:(#\w+)'>&#x2B24;</span>\s([^<\u2003]+)", spec(chart)["layout"]["title"]["subtitle"]["text"]
    )
    assert key == [(PALETTE[2], "Source\xa02"), ("#9aa1a8", "others")]


def test_a_key_is_drawn_only_where_labels_do_not_name_the_colours():
    frame = pd.DataFrame({"label": ["A in 2003", "B in 2003"], "source": ["A", "B"], "figure": [1, 2]})
    keys = [
        json.dumps(spec(charts.bars(frame.assign(label=label), colour="source", **WORDS)))
        for label in (frame.label, "x")
    ]
    assert ["x2B24" in key for key in keys] == [False, True]


def test_joins_skip_the_empty():
    drawn = spec(charts.counts(table(6), join="line", **WORDS))["data"]
    lines = [trace for trace in drawn if trace.get("mode") == "lines"]
    faces = [row for row in table(6).itertuples() if row.line and not math.isnan(row.figure.face)]
    assert [len(line["x"]) for line in lines] == [len(faces)]


def test_alt_text_holds_title_form_and_at_most_fourteen_values():
    chart = charts.counts(table(40).assign(label="clubs"), **WORDS)
    assert chart.alt.startswith(
        "A finding in one clause. Counts over time: What and unit, log scale. 14 of 40 values: "
    )
    assert chart.alt.count(";") == 13
    data, metadata = chart._repr_mimebundle_()
    assert data["text/plain"] == metadata["image/png"]["alt"] == chart.alt


def test_the_json_is_stable_and_sends_nothing_home():
    bundle = spec(FORMS["counts"](TABLES["twelve"]))
    assert bundle["config"] == {"showSendToCloud": False, "displaylogo": False, "responsive": True}
    text = json.dumps(bundle)
    assert not re.search(r"\d\.0\b(?!\d)", re.sub(r'"[^"]*"', "", text))
    assert not re.search(r"\d{8}", re.sub(r'"[^"]*"', "", text).replace(".", ""))
    assert text == json.dumps(spec(FORMS["counts"](TABLES["twelve"])))


def test_every_font_is_readable_at_720_pixels():
    for draw in FORMS.values():
        layout = spec(draw(TABLES["twelve"]))["layout"]
        assert layout["width"] == WIDTH
        template = layout["template"]["layout"]
        fonts = re.findall(r'"(?:font|tickfont|textfont)": {[^}]*"size": (\d+)', json.dumps(layout))
        assert min(map(int, fonts)) >= 13
        assert template["font"]["size"] >= 13


def test_dates_and_strings_are_years():
    frame = table(3).assign(year=["2003", "2005-07-01", pd.Timestamp("2018-01-01")], label="clubs")
    assert re.findall(r"in (\d+)", charts.counts(frame, **WORDS).alt) == ["2003", "2005", "2018"]


def test_spans_with_uncertain_and_open_ends():
    frame = pd.DataFrame(
        {"lane": "A", "label": ["first", "second", "nowhen"], "start_low": [1990, 1996, None], "start_high": [1991, 1997, None],
         "end_low": [1996, None, None], "end_high": [1997, None, None]}
    )  # fmt: skip
    chart = charts.spans(frame, **WORDS)
    assert "A: first, 1990 to 1996; A: second, 1996 to open" in chart.alt
    symbols = [trace["marker"].get("symbol") for trace in spec(chart)["data"]]
    assert symbols.count("triangle-right") == 1
    bars = [(bar["base"][0], bar["base"][0] + bar["x"][0]) for bar in spec(chart)["data"] if bar["type"] == "bar"]
    assert bars[:3] == [(1990, 1991), (1996, 1997), (1991, 1996)]
    assert any("not drawn: nowhen" in words for _, words in texts(chart))


def test_matrix_is_a_picture_with_alt_text():
    frame = pd.DataFrame({"row": ["a", "a", LONG], "column": [2003, 1991, 2003], "value": [Fig(3), Fig(12), Fig()]})
    picture = charts.matrix(frame, **WORDS)
    data, metadata = picture._repr_mimebundle_()
    assert picture.png.startswith(b"\x89PNG")
    assert len(picture.png) < 60_000
    assert metadata["image/png"] == {"alt": picture.alt, "width": WIDTH}
    assert picture.alt.endswith("a, 1991: 12; a, 2003: 3.")
    assert data["text/plain"] == picture.alt
    many = pd.DataFrame([(f"row {k}", year, 3) for k in range(5) for year in range(1991, 2024)], columns=list(frame))
    assert charts.matrix(many, **WORDS).png


def test_the_pointer_finds_words_and_place():
    frame = pd.DataFrame({"label": ["clubs"], "figure": [10], "as_printed": ["ten <clubs>"], "place": ["A, line 3"]})
    for draw in (charts.bars, charts.ranges):
        (trace,) = spec(draw(frame, **WORDS))["data"]
        assert trace["hovertext"] == "<b>clubs</b><br>10<br>“ten &lt;clubs&gt;”<br>A, line 3"


def test_only_the_six_forms_are_public():
    assert dir(charts) == ["bars", "counts", "matrix", "ranges", "spans", "tiles"]


SCRIPT = """<pre id=out></pre><script>
const TEXTS = '.annotation-text, [class$=tick] text, .gtitle, .gtitle-subtitle, .heatmap-label text';
Promise.all(specs.map((s, n) => {
  const div = document.createElement('div'); document.body.append(div);
  return Plotly.newPlot(div, s.data, s.layout, {displayModeBar: false}).then(() => {
    const home = div.getBoundingClientRect();
    return [...div.querySelectorAll(TEXTS)].map(t => {
      const b = t.getBoundingClientRect();
      return [b.left - home.left, b.top - home.top, b.right - home.left, b.bottom - home.top, t.textContent];
    });
  });
})).then(all => { document.getElementById('out').textContent = 'BOXES' + JSON.stringify(all) + 'END'; });
</script>"""


def test_in_a_browser_no_label_overlaps_another(chromium: str, tmp_path: Path):
    from plotly.offline import get_plotlyjs

    specs = [spec(draw(frame)) for draw in FORMS.values() for name, frame in TABLES.items()]
    page = f"<meta charset=utf-8><script>{get_plotlyjs()}</script><script>const specs = {json.dumps(specs)}</script>{SCRIPT}"
    (tmp_path / "page.html").write_text(page, encoding="utf-8")
    command = [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=60000", "--dump-dom"]
    run = subprocess.run(
        [*command, f"file://{tmp_path}/page.html"], capture_output=True, text=True, timeout=900, check=True
    )
    found = re.search(r"BOXES(.*?)END", run.stdout.split("<pre", 1)[1], re.S)
    assert found
    for boxes in json.loads(html.unescape(found[1])):
        for a, b in itertools.combinations(boxes, 2):
            assert not meet(a, b, 2), f"{a[4]!r} on {b[4]!r}"
        assert all(box[0] >= -1 and box[2] <= WIDTH + 1 and box[1] >= -1 for box in boxes), boxes


def test_a_matrix_refuses_two_values_for_one_cell() -> None:
    table = pd.DataFrame({"row": ["West", "West"], "column": [2003, 2003], "value": [3, 4]})
    with pytest.raises(ValueError, match="two values for West, 2003"):
        charts.matrix(table, **WORDS)


def test_a_count_without_a_year_is_named_and_not_drawn() -> None:
    table = pd.DataFrame(
        {"year": pd.array([2003, pd.NA], dtype="Int64"), "figure": [1, 2], "source": "A", "label": ["one", "undated"]}
    )
    made = charts.counts(table, **WORDS)
    assert "1 one in 2003" in made.alt
    assert "2 undated in" not in made.alt
    assert "undated" in json.dumps(made._repr_mimebundle_()[0]["application/vnd.plotly.v1+json"]["layout"])


def test_bars_on_a_log_axis_begin_at_the_power_of_ten_below() -> None:
    table = pd.DataFrame({"label": ["a", "b", "c"], "figure": [20.0, 200.0, 2000.0]})
    chart = charts.bars(table, title="T", subtitle="S", note="N", log=True)
    assert [bar.base[0] for bar in chart.fig.data] == pytest.approx([10] * 3)
    assert [bar.base[0] + bar.x[0] for bar in chart.fig.data] == pytest.approx([20, 200, 2000])
    assert chart.fig.layout.xaxis.type == "log"
    assert "log scale" in chart.alt

"""Sentences, tables and charts as outputs of a notebook."""

import json
import math

import pandas as pd
import pytest

import kzcivil as kz
from kzcivil import charts


def test_text_from_data_is_escaped() -> None:
    table = pd.DataFrame({"<b>": ["<script>alert(1)</script>"]})
    markup = kz.show(table, "A <caption>").markup
    assert "<script" not in markup
    assert "&lt;script&gt;" in markup
    assert '<th align="left">&lt;b&gt;</th>' in markup


def test_hover_escapes_the_words(evidence: kz.Evidence) -> None:
    claims = evidence.claims
    claims.loc[claims.claim_id == "kxr_ngos_registered", "as_printed"] = "<img src=x>"
    planted = kz.Evidence(
        {name: evidence[name] for name in ("claims", "events", "stages", "sources", "pieces")} | {"claims": claims}, "x"
    )
    assert "<img" not in charts.hover(planted, ["kxr_ngos_registered"])[0]


def test_a_long_table_says_where_the_whole_is(tmp_path: object) -> None:
    table = pd.DataFrame({"n": range(50)})
    shown = kz.show(table, "Fifty rows", folder=tmp_path)  # type: ignore[arg-type]
    assert shown.markup.count("<tr>") == 21
    assert "first 20 of 50 rows" in shown.markup
    written = pd.read_csv(tmp_path / "fifty_rows.csv")  # type: ignore[operator]
    assert len(written) == 50


def test_table_cells() -> None:
    table = pd.DataFrame({"n": [1234567.0, None], "flag": [True, False], "day": [pd.Timestamp("2003-10-14"), pd.NaT]})
    markup = kz.show(table, "Cells").markup
    assert "1,234,567" in markup
    assert "2003-10-14" in markup
    assert "<td>yes</td>" in markup
    assert "nan" not in markup.lower()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (23335, "23,335"),
        (6.6667, "6.67"),
        (0.0858, "0.0858"),
        (1e9, "1,000,000,000"),
        (math.inf, "no upper limit"),
        (0, "0"),
        (-3.14159, "-3.14"),
        (999.6, "1,000"),
    ],
)
def test_numbers(value: float, text: str) -> None:
    assert kz.number(value) == text


def test_spans() -> None:
    assert kz.span(kz.Interval(0, 5), "%") == "at most 5 %"
    assert kz.span(kz.Interval(2, 3)) == "2 to 3"
    assert kz.span(kz.Interval(0, math.inf), "NGOs") == "any number of NGOs"


def test_a_chart_is_json_with_its_alt_text() -> None:
    fig = charts.figure("A finding", "what (unit)", "Source: made")
    fig.add_scatter(x=[1 / 3, 2], y=[1234567.891, 1])
    bundle = kz.show_chart(fig, "An  alt\n text")._repr_mimebundle_()
    spec = bundle["application/vnd.plotly.v1+json"]
    assert bundle["text/plain"] == "An alt text"
    assert spec["data"][0]["x"] == [0.333333, 2]
    assert spec["data"][0]["y"] == [1234570.0, 1]
    assert spec["config"]["showSendToCloud"] is False
    assert "A finding" in spec["layout"]["title"]["text"]
    json.dumps(spec, allow_nan=False)


def test_markup_from_data_is_no_markup() -> None:
    fig = charts.figure("A finding", "what", "Source: <a href='javascript:alert(1)'>x</a>")
    fig.add_scatter(x=[1], y=[1], name="<script>x</script>", hovertemplate="%{x}<br><b>y</b><extra></extra>")
    spec = json.dumps(kz.show_chart(fig, "alt")._repr_mimebundle_())
    assert "<a " not in spec
    assert "<script" not in spec
    assert "<br><b>y</b><extra></extra>" in spec
    assert kz.say("a <img src=x onerror=y> < b").data == "a &lt;img src=x onerror=y> < b"


def test_a_dollar_is_a_dollar() -> None:
    charts.seaborn_look()
    import matplotlib.pyplot as plt

    fig, _ = plt.subplots()
    charts.caption_picture(fig, "t", "s", "Source: Foo $5_% and $6")
    assert kz.show_chart(fig, "alt").png.startswith(b"\x89PNG")


def test_a_picture_carries_its_alt_text() -> None:
    charts.seaborn_look()
    import matplotlib.pyplot as plt

    fig, axes = plt.subplots()
    axes.plot([1, 2])
    charts.caption_picture(fig, "A finding", "what", "Source: made")
    data, metadata = kz.show_chart(fig, "An alt text")._repr_mimebundle_()
    assert metadata == {"image/png": {"alt": "An alt text"}}
    assert data["text/plain"] == "An alt text"


def luminance(colour: str) -> float:
    red, green, blue = (int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5))
    return 0.2126 * red**2.2 + 0.7152 * green**2.2 + 0.0722 * blue**2.2


def test_colours_can_be_told_apart_from_paper(evidence: kz.Evidence) -> None:
    shades = [charts.colour(source) for source in evidence.sources.source_id]
    assert len(set(shades)) == len(shades)
    assert all((1.05 / (luminance(shade) + 0.05)) > 2 for shade in shades), "each stands out from white paper"


def test_places_and_quote_card(evidence: kz.Evidence) -> None:
    table = kz.places(evidence, ["kxr_ngos_registered", "dia_tender1", "diachenko_text_1", "kxr_ngos_registered"])
    assert table.Id.tolist() == ["kxr_ngos_registered", "dia_tender1", "diachenko_text_1"]
    card = kz.quote_card([("One may.", "It is so.")], [("One may not.", "It is not.")]).data
    assert "✓ “One may.” *It is so.*" in card
    assert "✗ “One may not.”" in card
    assert kz.known(evidence, ["kxr_ngos_registered", "nothing"]) == ["kxr_ngos_registered"]

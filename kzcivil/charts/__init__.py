"""One look for every chart and table.

Colour is the source, symbol the definition, hollow a repeat of another's number. Printed figures are marks with their
interval, computed ones lines or bands, assumed ones dashed. The title states the finding, the subtitle what is plotted
and in which unit, the note the sources.
"""

from __future__ import annotations

import html
import io
import json
import math
import re
import textwrap
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from kzcivil.evidence import Evidence

INK, MUTED, FAINT, PAPER = "#1f2933", "#5b6770", "#d7dce0", "#ffffff"
COMPUTED = "#3d4f5c"

# Okabe and Ito's palette, safe for colour-blind readers, in an order whose lightness also differs in grey.
SOURCE_COLOURS = {
    "caci_forum": "#0072B2",
    "diachenko": "#E69F00",
    "kzexpert_alliance": "#CC79A7",
    "kzexpert_reregistration": "#D55E00",
    "adal_azamat": "#009E73",
}
MORE_COLOURS = ("#56B4E9", "#7A5195", "#8C6D31", "#444444")

SYMBOLS = {
    "ngos": "circle",
    "ngos_registered": "square",
    "ngos_operating": "diamond",
    "ngos_active": "triangle-up",
    "ngos_effective": "triangle-down",
    "ngos_grant_registered": "pentagon",
    "alliance_members": "hexagon",
}
_MARKUP = re.compile(r"<(?!/?(?:b|i|br|sub|sup|span|extra)\b)")
"""Tags that are not of the collection's own look: text from data, to be escaped."""

WIDTH, HEIGHT = 900, 520
SIGNIFICANT = 6
MAX_ROWS = 20


def colour(source_id: str, evidence: Evidence | None = None) -> str:
    """Colour of a source; a reader's own sources get further colours in the order of ``sources.csv``."""
    if source_id in SOURCE_COLOURS:
        return SOURCE_COLOURS[source_id]
    own = [] if evidence is None else [s for s in evidence.sources.source_id if s not in SOURCE_COLOURS]
    return MORE_COLOURS[own.index(source_id) % len(MORE_COLOURS)] if source_id in own else COMPUTED


def symbol(measure: str, *, hollow: bool = False) -> str:
    """Plotly symbol of a definition; hollow where the number repeats another's."""
    return SYMBOLS.get(measure, "circle") + ("-open" if hollow else "")


def escape(text: object) -> str:
    """Text from data, safe to stand in HTML and in plotly's labels."""
    return html.escape(str(text), quote=False)


def source_note(evidence: Evidence, claim_ids: Iterable[str] | None = None) -> str:
    """The note under a chart: the documents that its claims come from, and the data version."""
    claims = evidence.claims
    used = set(claims.source_id if claim_ids is None else claims[claims.claim_id.isin(list(claim_ids))].source_id)
    names = [row.short_title for row in evidence.sources.itertuples() if row.source_id in used]
    return f"Source: {', '.join(map(str, names))}; kzcivil {evidence.label}."


def wrap(text: str, width: int) -> str:
    """Text broken into lines for plotly."""
    return "<br>".join(textwrap.wrap(text, width))


def hover(evidence: Evidence, claim_ids: Iterable[str]) -> list[str]:
    """Hover texts: the words as printed, the speaker and the place."""
    texts = []
    for claim_id in claim_ids:
        row = evidence.row(claim_id)
        words = f"<b>“{escape(row.as_printed)}”</b>"
        texts.append(words + "<br>" + wrap(escape(evidence.cite(claim_id)).split("“")[0].rstrip(": "), 60))
    return texts


def figure(
    title: str, subtitle: str, note: str, *, height: int = HEIGHT, width: int = WIDTH, legend_rows: int = 1
) -> Any:
    """An empty plotly figure in the collection's look.

    Parameters
    ----------
    title
        The finding, as a sentence.
    subtitle
        What is plotted, and in which unit.
    note
        The sources.
    height, width
        Size in pixels.
    legend_rows
        Rows that the legend above the plot needs.

    Returns
    -------
    plotly.graph_objects.Figure
    """
    import plotly.graph_objects as go  # noqa: PLC0415

    lines = textwrap.wrap(title, int(width / 10))
    under = textwrap.wrap(subtitle, int(width / 6.4))
    heading = f"<b>{'<br>'.join(lines)}</b><br><span style='font-size:13px;color:{MUTED}'>{'<br>'.join(under)}</span>"
    foot = textwrap.wrap(note, int(width / 6.4))
    top = 24 + 23 * len(lines) + 19 * len(under) + 22 * legend_rows
    bottom = 74 + 15 * len(foot)
    fig = go.Figure(
        layout={**_layout(), "width": width, "height": height, "margin": {"t": top, "b": bottom, "l": 76, "r": 28}}
    )
    place = {"x": 0, "xref": "container", "y": 1, "yref": "container", "yanchor": "top", "pad": {"l": 16, "t": 26}}
    fig.update_layout(title={"text": heading, **place})
    fig.add_annotation(
        text="<br>".join(foot),
        x=1,
        y=0,
        xref="paper",
        yref="paper",
        xanchor="right",
        yanchor="bottom",
        yshift=-bottom + 8,
        align="right",
        showarrow=False,
        font={"size": 11, "color": MUTED},
    )
    return fig


def _layout() -> dict[str, Any]:
    axis = {
        "gridcolor": FAINT,
        "linecolor": MUTED,
        "zeroline": False,
        "ticks": "outside",
        "tickcolor": MUTED,
        "automargin": True,
        "title": {"font": {"size": 13}, "standoff": 10},
    }
    return {
        "template": "none",
        "font": {"family": "Open Sans, Arial, sans-serif", "size": 13, "color": INK},
        "paper_bgcolor": PAPER,
        "plot_bgcolor": PAPER,
        "xaxis": axis,
        "yaxis": axis,
        "hoverlabel": {"bgcolor": PAPER, "bordercolor": MUTED, "font": {"size": 12, "color": INK}, "align": "left"},
        "legend": {"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom", "font": {"size": 12}},
        "hovermode": "closest",
        "modebar": {"orientation": "v"},
    }


class Chart:
    """A plotly chart as a notebook output: its JSON, and its alt text as the plain twin."""

    def __init__(self, fig: Any, alt: str) -> None:
        self.fig = fig
        self.alt = " ".join(alt.split())

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        spec = _rounded(json.loads(self.fig.to_json()))
        spec["config"] = {"showSendToCloud": False, "displaylogo": False, "responsive": True}
        return {"application/vnd.plotly.v1+json": spec, "text/plain": self.alt}


class Picture:
    """A matplotlib picture as a notebook output: PNG with its alt text as the plain twin."""

    def __init__(self, fig: Any, alt: str) -> None:
        import matplotlib.pyplot as plt  # noqa: PLC0415

        self.alt = " ".join(alt.split())
        buffer = io.BytesIO()
        fig.savefig(buffer, format="png", dpi=120, facecolor=PAPER, metadata={"Software": None})
        plt.close(fig)
        self.png = small_png(buffer.getvalue())

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        import base64  # noqa: PLC0415

        coded = base64.b64encode(self.png).decode("ascii")
        return {"image/png": coded, "text/plain": self.alt}, {"image/png": {"alt": self.alt}}


def small_png(png: bytes) -> bytes:
    """The same picture at a quarter of its size: a chart has few colours, and small marks keep theirs."""
    from PIL import Image  # noqa: PLC0415

    buffer = io.BytesIO()
    picture = Image.open(io.BytesIO(png)).convert("RGB").quantize(256, method=Image.Quantize.MAXCOVERAGE)
    picture.save(buffer, format="png", optimize=True)
    return buffer.getvalue()


def show_chart(fig: Any, alt: str) -> Chart | Picture:
    """Show a plotly or matplotlib figure with its alt text.

    Parameters
    ----------
    fig
        A figure from :func:`figure`, or a matplotlib figure.
    alt
        What a reader who cannot see the picture should know: what is plotted, and the finding with its numbers.
    """
    return Chart(fig, alt) if hasattr(fig, "to_plotly_json") else Picture(fig, alt)


def _rounded(value: Any) -> Any:
    """Six significant digits, so that another machine's last digit changes no byte; no markup but the look's own."""
    if isinstance(value, float):
        return float(f"{value:.{SIGNIFICANT}g}") if math.isfinite(value) else None
    if isinstance(value, str):
        return _MARKUP.sub("&lt;", value)
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()} if "bdata" not in value else _plain_array(value)
    return value


def _plain_array(value: dict[str, Any]) -> Any:
    import base64  # noqa: PLC0415

    import numpy as np  # noqa: PLC0415

    array = np.frombuffer(base64.b64decode(value["bdata"]), dtype=value["dtype"])
    if "shape" in value:
        array = array.reshape([int(n) for n in str(value["shape"]).split(",")])
    return _rounded(array.tolist())


def seaborn_look() -> Any:
    """Set seaborn's theme to the collection's look; returns the module."""
    import matplotlib as mpl  # noqa: PLC0415
    import seaborn as sns  # noqa: PLC0415

    mpl.use("agg")
    sns.set_theme(
        style="whitegrid",
        palette=list(SOURCE_COLOURS.values()),
        rc={
            "axes.edgecolor": MUTED,
            "axes.labelcolor": INK,
            "axes.titlelocation": "left",
            "figure.constrained_layout.use": False,
            "font.family": "DejaVu Sans",
            "font.size": 10,
            "grid.color": FAINT,
            "text.color": INK,
            "text.parse_math": False,
            "xtick.color": INK,
            "ytick.color": INK,
        },
    )
    return sns


def caption_picture(fig: Any, title: str, subtitle: str, note: str) -> None:
    """Title, subtitle and note of a matplotlib figure, as on the plotly charts."""
    width, height = fig.get_size_inches()
    lines, under = textwrap.wrap(title, int(width * 9.2)), textwrap.wrap(subtitle, int(width * 12.2))
    foot = textwrap.wrap(note, int(width * 14))
    line = 1 / height
    top = 1 - 0.12 * line
    fig.text(0.015, top, "\n".join(lines), ha="left", va="top", fontsize=13, fontweight="bold", color=INK)
    top -= (0.24 * len(lines)) * line
    fig.text(0.015, top, "\n".join(under), ha="left", va="top", fontsize=10, color=MUTED)
    top -= (0.19 * len(under) + 0.1) * line
    bottom = (0.12 + 0.16 * len(foot)) * line
    fig.text(0.015, 0.06 * line, "\n".join(foot), ha="left", va="bottom", fontsize=8.5, color=MUTED)
    fig.tight_layout(rect=(0.005, bottom, 0.995, top))


# --- tables ---------------------------------------------------------------------------------------------------------


class Table:
    """A table as a notebook output: plain HTML with a caption, its caption as the plain twin."""

    def __init__(self, markup: str, caption: str) -> None:
        self.markup, self.caption = markup, caption

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/html": self.markup, "text/plain": self.caption}


def show(table: pd.DataFrame, caption: str, *, rows: int = MAX_ROWS, folder: Path | None = None) -> Table:
    """Show a table: plain HTML, thousands separated, with a caption in words.

    Parameters
    ----------
    table
        Column names are the headings and carry the units; numbers are formatted, everything is escaped.
    caption
        What the table holds.
    rows
        At most so many rows on the page; a longer table is written to ``build/tables`` and the caption says where.
    folder
        Where the whole is written, if not ``build/tables`` beside the notebooks.

    Examples
    --------
    >>> import pandas as pd
    >>> "1,500" in show(pd.DataFrame({"NGOs": [1500]}), "One row").markup
    True
    """
    words = caption
    if len(table) > rows:
        name = re.sub(r"[^a-z0-9]+", "_", caption.lower()).strip("_")[:60]
        target = (folder or build_folder() / "tables") / f"{name}.csv"
        target.parent.mkdir(parents=True, exist_ok=True)
        table.to_csv(target, index=False, lineterminator="\n")
        words += f" The first {rows} of {len(table)} rows; a rerun writes all to build/tables/{target.name}."
    shown = table.head(rows)
    sides = ["right" if pd.api.types.is_numeric_dtype(shown[column]) else "left" for column in shown.columns]
    head = "".join(f'<th align="{side}">{escape(name)}</th>' for name, side in zip(shown.columns, sides, strict=True))
    body = "\n".join(
        "<tr>" + "".join(_cell(value) for value in row) + "</tr>" for row in shown.itertuples(index=False, name=None)
    )
    markup = f"<table>\n<caption>{escape(words)}</caption>\n<tr>{head}</tr>\n{body}\n</table>"
    return Table(markup, words)


def _cell(value: Any) -> str:
    from kzcivil.prose import number  # noqa: PLC0415

    if isinstance(value, bool):
        return f"<td>{'yes' if value else 'no'}</td>"
    if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)) or value is pd.NaT:
        return "<td></td>"
    if isinstance(value, pd.Timestamp):
        return f"<td>{value:%Y-%m-%d}</td>"
    if isinstance(value, int | float) or hasattr(value, "dtype"):
        return f'<td align="right">{number(float(value))}</td>'
    return f'<td align="left">{escape(value)}</td>'


def build_folder() -> Path:
    """``build/`` of the clone, or of the working folder where the package is installed without one."""
    root = Path(__file__).resolve().parents[2]
    return (root if (root / "pyproject.toml").is_file() else Path.cwd()) / "build"


def grouped(rows: pd.DataFrame, by: str) -> Mapping[str, pd.DataFrame]:
    """Rows by the values of one column, in order of appearance: a trace each."""
    return {str(key): rows[rows[by] == key] for key in dict.fromkeys(rows[by])}

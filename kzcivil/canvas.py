"""The ground of all charts: text measured, axes of known range, free places for labels, and one look.

plotly draws axes, bars and marks. The range of each axis is set here, so that the pixel of a value is known before a
browser sees it: that is how no label comes to overlap another.
"""

from __future__ import annotations

import base64
import difflib
import html
import io
import itertools
import json
import math
import re
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from itertools import pairwise
from operator import add
from pathlib import Path
from typing import Any

import pandas as pd

from kzcivil.tables import decimal_year
from kzcivil.words import number

# plotly's template. Its hues are Okabe and Ito's, moved until every two differ for normal, deuteranope, protanope and
# tritanope eyes.
LOOK = json.loads(Path(__file__).with_name("look.json").read_text(encoding="utf-8"))
PALETTE, PAPER, BLANK = (*LOOK["layout"]["colorway"],), LOOK["layout"]["paper_bgcolor"], "#ecebe6"
INK, MUTED, FAINT, GREY, CLEAR = "#22303c", "#5c6873", "#e4e2db", "#9aa1a8", "rgba(0,0,0,0)"
WIDTH, PAD, TEXT, LINE = 800, 18, LOOK["layout"]["font"]["size"], 17
FONTS = LOOK["layout"]["font"]["family"].split(", ")
KINDS = {"printed": "filled", "computed": "pale", "assumed": "hatched"}
# How much of its ink a bar or a mark holds.
SHARES = {"printed": 1, "computed": 0.35, "assumed": 0.08, "hollow": 0, "strip": 1}


def mix(colour: str, share: float) -> str:
    """The colour thinned with paper."""
    ends = ((int(colour[i : i + 2], 16), int(PAPER[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02x}" for a, b in ends)


class Chart:
    """A plotly chart as a notebook output: its JSON, and its alt text, also for the picture JupyterLab makes of it."""

    def __init__(self, fig: Any, alt: str) -> None:
        self.fig, self.alt = fig, alt

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        # Six significant digits, so that another machine's last digit changes no byte.
        spec = rounded(json.loads(self.fig.to_json()), 6)
        spec["config"] = {"showSendToCloud": False, "displaylogo": False, "responsive": True}
        return {"application/vnd.plotly.v1+json": spec, "text/plain": self.alt}, {"image/png": {"alt": self.alt}}


class Picture:
    """A matplotlib picture as a notebook output: a PNG of double density, its alt text as the plain twin."""

    def __init__(self, fig: Any, alt: str) -> None:
        raw = io.BytesIO()
        fig.savefig(raw, format="png", dpi=112.5, facecolor=PAPER, metadata={"Software": None})
        self.png, self.alt = small_png(raw.getvalue()), alt

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        data = {"image/png": base64.b64encode(self.png).decode("ascii"), "text/plain": self.alt}
        return data, {"image/png": {"alt": self.alt, "width": WIDTH}}


def rounded(value: Any, digits: int = 17) -> Any:
    """JSON with whole floats as integers: so a browser writes them, and saving a page there changes nothing."""
    if isinstance(value, float):
        short = float(f"{value:.{digits}g}") if math.isfinite(value) else None
        return int(short) if short is not None and short.is_integer() and abs(short) < 2**53 else short
    if isinstance(value, list):
        return [rounded(item, digits) for item in value]
    return {key: rounded(item, digits) for key, item in value.items()} if isinstance(value, dict) else value


def small_png(png: bytes, width: int = 4000) -> bytes:
    """A picture of at most some width with a palette: a quarter of the size; a chart has few colours."""
    from PIL import Image  # noqa: PLC0415

    image, buffer = Image.open(io.BytesIO(png)).convert("RGB"), io.BytesIO()
    image.thumbnail((width, 4 * width), Image.Resampling.LANCZOS)
    image.quantize(256, method=Image.Quantize.MAXCOVERAGE).save(buffer, format="png", optimize=True)
    return buffer.getvalue()


def width(text: str, size: float = TEXT) -> float:
    """Pixels that a text takes in Arial, a little generous; a browser is not at hand."""
    ems = ((" .,:;'|!()[]ijlftI-/", 0.3), ("mwMW%@—…", 0.88))
    each = (next((em for some, em in ems if c in some), 0.72 if c.isupper() else 0.55) for c in text)
    return size * reduce(add, each, 0.0)  # the sum() of Python 3.12 rounds otherwise than that of 3.11


def wrap(text: object, room: float, size: float = TEXT) -> str:
    """As few lines as the room asks for, about equally long: no word stands alone on the last."""
    words = str(text)
    letters = int(1.2 * room * len(words) / max(width(words, size), 1))
    tries = (textwrap.wrap(words, n) for n in range(letters, 0, -1))
    fit = itertools.dropwhile(lambda lines: any(width(line, size) > room for line in lines), tries)
    first = next(fit, [words])
    same = itertools.takewhile(lambda some: len(some) == len(first) and " ".join(some) == " ".join(first), fit)
    return "<br>".join(map(safe, [first, *same][-1]))


def safe(text: object) -> str:
    """Text from data, safe in plotly's labels: no markup, no formulas between dollar signs."""
    return html.escape(str(text), quote=False).replace("$", "&#36;")


def plain(label: str) -> str:
    """A label for plotly as plain lines."""
    return html.unescape(re.sub("<[^>]*>", "", label.replace("<br>", "\n")))


def extent(*labels: str) -> tuple[float, int]:
    """Pixels that the widest and lines that the highest of some labels takes."""
    lines = [plain(label).split("\n") for label in labels]
    return 1.05 * max((width(line) for some in lines for line in some), default=0.0), max(map(len, lines), default=0)


def face_of(value: Any) -> float:
    value = getattr(value, "face", value)
    return math.nan if value is None or value is pd.NA else float(value)


def words_of(figure: Any, spec: str = "face bare") -> str:
    return format(figure, spec) if hasattr(figure, "face") else number(face_of(figure), 6)


def year_of(value: Any) -> float:
    """A year as a number: 2003, "2003", 2003.4, a date."""
    if isinstance(value, str) and not value.replace(".", "").isdigit():
        value = pd.Timestamp(value)
    if pd.isna(value):
        return math.nan
    return decimal_year(pd.Timestamp(value)) if hasattr(value, "year") else float(value)


def ordered(values: Any) -> Any:
    """Values in the order of their category, else by their number, else of their appearance."""
    if hasattr(values, "cat"):
        return values
    names = list(values.dropna().unique())
    names = sorted(names) if all(str(name)[:1].isdigit() for name in names) else names
    return pd.Series(pd.Categorical(values, categories=names))


def rows_of(table: Any, figure: str | None = None, log: bool = False, **names: str | None) -> tuple[Any, list[str]]:
    """The columns under the names of their roles, figures taken apart; the labels of rows that cannot be drawn."""
    if table is None or table.empty:
        return pd.DataFrame(columns=["label", "lane", "year", "kind", "ink", "group", "tip"]), []
    wanted = {role: name for role, name in {"figure": figure, **names}.items() if name is not None}
    for name in wanted.values():
        if name not in table.columns:
            near = difflib.get_close_matches(str(name), map(str, table.columns), 1, 0)[0]
            raise ValueError(f"no column {name!r}; the nearest is {near!r} (columns: {', '.join(map(str, table))})")
    wanted |= {name: name for name in ("kind", "as_printed", "place") if name in table and name not in wanted}
    rows = pd.DataFrame({role: table[name].array for role, name in wanted.items()})
    rows["kind"] = [kind if kind in KINDS else "printed" for kind in rows.get("kind", [""] * len(rows))]
    rows["label"] = ["" if pd.isna(label) else str(label) for label in rows.label]
    colours = ordered(rows.get("colour", pd.Series([""] * len(rows))))
    # An ordered categorical keeps its colours on every page; after eight, and for none, grey.
    codes = [code if 0 <= code < len(PALETTE) else -1 for code in colours.cat.codes]
    rows["ink"] = [GREY if code < 0 else PALETTE[code] for code in codes]
    rows["group"] = ["others" if code < 0 else str(colours.cat.categories[code]) for code in codes]
    rows["tip"] = [_tip(row) for row in rows.itertuples()]
    if figure is None:
        return rows, []
    for part in ("face", "low", "high"):
        rows[part] = [face_of(getattr(value, part, value)) for value in rows.figure]
    bad = rows.low.isna() | (log and rows.high <= 0) | rows.get("year", rows.low).isna()
    rows["face"] = rows.face.where((rows.face > 0) | (not log))
    return rows[~bad].copy(), list(rows.label[bad])


def _tip(row: Any) -> str:
    """What a pointer finds: label, figure, and the words as printed with their place, where the table has them."""
    figure = words_of(row.figure, "") if hasattr(row, "figure") else ""
    printed = getattr(row, "as_printed", None)
    quoted = f"“{printed}”" if isinstance(printed, str) else ""
    parts = [row.label, figure, quoted, row.group, getattr(row, "place", "")]
    texts = [wrap(part, 400) for part in parts if isinstance(part, str) and part]
    return "<br>".join([f"<b>{texts[0]}</b>", *texts[1:]]) if texts else ""


class Axis:
    """A plotly axis so many pixels long, of a range with so many pixels free at either end."""

    def __init__(
        self, values: Iterable[float], size: float, before: float, after: float, log: bool = False, years: bool = False
    ) -> None:
        self.size, self.log, self.years = size, log, years
        held = [self.unit(v) for v in values if math.isfinite(v) and (v > 0 or not log)]
        low, high = min(held, default=0.0), max(held, default=1.0)
        if not (log or years) and 0 < low < 0.5 * high:
            low = 0.0
        if high - low < (0.7 if log else 1e-9):
            half = 0.35 if log else 3 if years else abs(low) / 2 or 1
            low, high = low - half, high + half
        step = (high - low) / max(size - before - after, 40)
        self.low, self.high, self.last = low - step * before, high + step * after, high + step * min(after, 34)
        self.step = (self.high - self.low) / size

    def unit(self, value: float) -> float:
        """What plotly calls the place of a value: on a log axis its logarithm."""
        return value if not self.log else math.log10(value) if value > 0 else -math.inf

    def pixel(self, value: float) -> float:
        """The distance from the start of the axis; what lies outside is at its end."""
        return (min(max(self.unit(value), self.low), self.high) - self.low) / self.step

    def moved(self, value: float, pixels: float = 0) -> float:
        """The value so many pixels further, on the axis."""
        unit = self.low + (self.pixel(value) + pixels) * self.step
        return 10.0**unit if self.log else unit

    def layout(self, **more: Any) -> dict[str, Any]:
        """The axis for plotly, with two or more round values whose words find room beside each other."""
        if self.log:
            tens = [10.0**power for power in range(math.floor(self.low), math.ceil(self.last) + 1)]
            inside = [n * ten for ten in tens for n in (1, 2, 5) if self.low <= math.log10(n * ten) <= self.last]
            tens, few = [ten for ten in tens if ten in inside], self.last - self.low <= 2
            sets = [inside] * few + [tens[::n] for n in (1, 2, 3, 4, 6) if len(tens) > n]
            room = 12 + extent(*(number(v, 6) for v in inside))[0]
            fit = (some for some in sets if all(self.pixel(b) - self.pixel(a) > room for a, b in pairwise(some)))
            values = next(fit, inside[:: len(inside) - 1])
        else:
            least = max(min(self.step * (60 if self.years else 75), (self.last - self.low) / 2.5), self.years)
            power = 10.0 ** math.floor(math.log10(least))
            step = next(power * n for n in (1, 2, 5, 10) if power * n >= least * 0.999)
            values = [n * step for n in range(math.ceil(self.low / step - 1e-9), int(self.last / step + 1e-9) + 1)]
            values = values[:: math.ceil(58 * self.step / step)]
        words = [f"{v:.0f}" if self.years else number(v, 6) for v in values]
        kind = {"type": "log" if self.log else "linear", "range": [self.low, self.high]}
        return {**kind, "tickvals": values, "ticktext": words, **more}


def names_axis(names: Mapping[float, str], **more: Any) -> dict[str, Any]:
    """An axis with names at the places."""
    ticks = {"tickvals": [*names], "ticktext": [*names.values()], "tickfont": {"color": INK}}
    return {**ticks, "tickcolor": CLEAR, "ticklen": 8, "showgrid": False, **more}


def place(labels: Sequence[Any], taken: list[Any], area: Any) -> list[Any]:
    """Each label (its point in pixels and in units, its texts) in a free box beside its point, or None."""
    sides = ((1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (-1, -1), (1, 1), (-1, 1))
    crowd = [sum(abs(x - u) < 110 and abs(y - v) < 40 for (u, v), _, _ in labels) for (x, y), _, _ in labels]
    placed: list[Any] = [None] * len(labels)
    for n in sorted(range(len(labels)), key=lambda n: -crowd[n]):  # crowded points first, near before far
        (x, y), spot, texts = labels[n]
        for text, gap, (right, down) in itertools.product(texts, (9, 20, 34, 50, 70), sides):
            w, h = extent(text)[0] / 2, LINE * extent(text)[1] / 2
            u, v = right * (gap + w), down * (gap + h)
            box = (x + u - w, y + v - h, x + u + w, y + v + h)
            inside = area[0] <= box[0] and area[1] <= box[1] and box[2] <= area[2] and box[3] <= area[3]
            if inside and not any(b[0] < box[2] and box[0] < b[2] and b[1] < box[3] and box[1] < b[3] for b in taken):
                line = GREY if gap > 9 else CLEAR
                placed[n] = words_at(spot, text, "center", ax=u, ay=v, showarrow=True, arrowcolor=line)
                taken.append(box)
                break
    return placed


def box(
    low: float, high: float, at: float, thick: float, ink: str, kind: str, tip: str = "", upright: bool = False,
    **on: Any,
) -> dict[str, Any]:  # fmt: skip
    """A bar from low to high, hatched where it is assumed."""
    along, across = ("y", "x") if upright else ("x", "y")
    bar = {"type": "bar", "orientation": "v" if upright else "h", "base": [low], along: [high - low], across: [at]}
    hatch = {"shape": "/" * (kind == "assumed"), "fgcolor": ink}
    return {**bar, "width": thick, "marker": {**_look(ink, kind, ink), "pattern": hatch}, "hovertext": tip, **on}


def mark(
    value: float, at: float, ink: str, kind: str, tip: str = "", symbol: str = "circle", upright: bool = False,
    **on: Any,
) -> dict[str, Any]:  # fmt: skip
    """A mark, crossed where it is assumed."""
    x, y = (at, value) if upright else (value, at)
    dot = {"type": "scatter", "mode": "markers", "x": [x], "y": [y], "hovertext": tip}
    look = {**_look(ink, kind, PAPER), "symbol": "circle-x" if kind == "assumed" else symbol}
    return {**dot, "marker": look, **on}


def _look(ink: str, kind: str, edge: str) -> dict[str, Any]:
    """Paler than the ink by the kind, and then with an edge of ink."""
    line = {"color": edge if SHARES[kind] == 1 else ink, "width": 1.5 * (kind != "strip")}
    return {"color": mix(ink, SHARES[kind]), "line": line}


def words_at(place: tuple[float, float], words: str, side: str = "left", **more: Any) -> dict[str, Any]:
    """A text whose ``side`` (left, center, right) stands at the place."""
    return {"x": place[0], "y": place[1], "text": words, "xanchor": side, "align": side, "bgcolor": PAPER, **more}


def key(rows: Any, kinds: Mapping[str, str]) -> str:
    """What colours and looks mean, where labels do not say it."""
    inks = dict(sorted(zip(rows.group, rows.ink, strict=True), key=lambda pair: [*PALETTE, GREY].index(pair[1])))
    named = len(inks) < 2 or all(any(name in words for words in rows.label) for name in inks)
    items = [] if named else [f"⬤ {name}" for name in inks]
    # A hollow bar looks the same whether it is printed or computed.
    used = set(rows.kind[~(rows.kind.eq("computed") & rows.get("face", rows.kind).isna())])
    items += [f"{KINDS[kind]}: {name}" for kind, name in kinds.items() if kind in used and used != {"printed"}]
    told = wrap("\u2003 ".join(item.replace(" ", "\xa0") for item in items), 0.9 * WIDTH, 14)
    for ink in inks.values():
        told = told.replace("⬤", f"<span style='color:{ink}'>&#x2B24;</span>", 1)
    return f"<span style='color:{INK}'>{told}</span>" if items else ""


def titles_of(
    form: str, words: Sequence[str], lost: Sequence[str], said: Sequence[str], *, log: bool = False
) -> tuple[tuple[str, str, str], str]:
    """Title, subtitle and note as they are shown; and all in words, at most fourteen values, spread over the whole."""
    title, subtitle, note = words[0], words[1].rstrip(".") + ", log scale" * log, words[2]
    if lost:
        missing = ", ".join(filter(None, dict.fromkeys(lost))) or f"{len(lost)} rows"
        note = f"{note.rstrip('.')}. No figure, so not drawn: {missing}."
    n = len(said)
    told = said if n <= 14 else [said[round(k * (n - 1) / 13)] for k in range(14)]
    of_all = f"14 of {n} values: " if n > 14 else ""
    alt = f"{title.rstrip('.')}. {form}: {subtitle}. {of_all}{'; '.join(told)}."
    return (title, subtitle, note), " ".join(alt.split())


def chart(
    form: str, rows: Any, lost: Sequence[str], words: Sequence[str], said: Sequence[str] = (),
    traces: Sequence[Any] = (), *, tall: float = 100, left: float = PAD, right: float = PAD, head: float = 0,
    foot: float = 26, kinds: Any = None, texts: Sequence[Any] = (), shapes: Sequence[Any] = (), **axes: Any,
) -> Chart:  # fmt: skip
    """A plot so many pixels tall, with title, subtitle and key above, the note below, and all in words."""
    import plotly.graph_objects as go  # noqa: PLC0415

    if not traces:
        why = f"no figure for any of {len(lost)} rows" if lost else "the table is empty"
        said, axes = [f"Nothing to draw: {why}"], {"xaxis": {"visible": False}, "yaxis": {"visible": False}}
        texts = [words_at((0.5, 0.5), said[0], "center", xref="paper", yref="paper", font={"color": MUTED, "size": 15})]
    log = any(axis.get("type") == "log" for axis in axes.values())
    (title, subtitle, note), alt = titles_of(form, words, lost, said, log=log)
    room = WIDTH - 2 * PAD
    heading, source = f"<b>{wrap(title, (room - 20) / 1.05, 20)}</b>", wrap(note, room)
    # plotly sets titles of several lines higher than those of a single line: a subtitle has two at least.
    named = key(rows, {kind: kind for kind in KINDS} if kinds is None else kinds)
    under = f"{wrap(subtitle, room, 14)}<br>{named}"
    two, three = heading.count("<br>"), under.count("<br>") - (not named)
    above, below = PAD + 26 * two + 19 * three + 62 + head, foot + 41 + LINE * source.count("<br>")
    full = above + tall + below
    layout: Any = {"title": {"text": heading, "y": 1 - (PAD + 3 + 15 * (two > 0)) / full, "subtitle": {"text": under}}}
    aside: Any = {"xref": "paper", "yref": "paper", "xshift": PAD - left, "yshift": -foot - 10, "yanchor": "top"}
    texts = [*texts, words_at((0, 0), source, font={"color": MUTED}, **aside)]
    layout |= {"template": LOOK, "width": WIDTH, "height": full, "annotations": texts, "shapes": [*shapes]}
    layout |= {"margin": {"l": left, "r": right, "t": above, "b": below}, **axes}
    return Chart(go.Figure([*traces], layout), alt)

"""The ground of all charts: text measured, scales, free places for labels, and a canvas of pixels in one look.

Every label has its box in pixels before a browser sees it: that is how none comes to overlap another.
"""

from __future__ import annotations

import base64
import difflib
import html
import io
import itertools
import json
import math
from collections.abc import Iterable, Sequence
from functools import reduce
from operator import add
from typing import Any

import pandas as pd

from kzcivil.tables import decimal_year
from kzcivil.words import number

INK, MUTED, FAINT, PAPER, GREY, BLANK = "#22303c", "#5c6873", "#e4e2db", "#fdfcf9", "#9aa1a8", "#ecebe6"
# Okabe and Ito's hues, moved until every two differ for normal, deuteranope, protanope and tritanope eyes.
PALETTE = ("#0b6aa6", "#e09a1a", "#0f8f6a", "#c0461a", "#cc79a7", "#7cc4ea", "#43206b", "#5a3d12")
FONTS = ("Arial", "Liberation Sans", "Helvetica")
WIDTH, PAD, TEXT, LINE = 800, 18, 13, 17
KINDS = {"printed": "filled", "computed": "pale", "assumed": "dashed"}
CLEAR = "rgba(0,0,0,0)"
Box = tuple[float, float, float, float]


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


def wrap(text: object, room: float, size: float = TEXT) -> list[str]:
    """Lines no wider than the room; a word that is wider is cut."""
    lines = [""]
    for word in str(text).split():
        while width(word, size) > room and len(word) > 3:
            cut = next((n for n in range(len(word) - 1, 2, -1) if width(word[:n] + "-", size) <= room), 3)
            lines, word = [*lines, word[:cut] + "-"], word[cut:]  # noqa: PLW2901
        longer = f"{lines[-1]} {word}".strip()
        lines = [*lines[:-1], longer] if width(longer, size) <= room else [*lines, word]
    return [line for line in lines if line] or [""]


def even(text: object, room: float, size: float = TEXT) -> list[str]:
    """As few lines as the room asks for, about equally long: no word stands alone on the last."""
    lines = wrap(text, room, size)
    narrower = (wrap(text, room * step / 20, size) for step in range(19, 9, -1))
    return [lines, *itertools.takewhile(lambda some: len(some) == len(lines), narrower)][-1]


def widest(lines: Iterable[str]) -> float:
    return max(map(width, lines), default=0.0)


def safe(*lines: object) -> str:
    """Text from data, safe in plotly's labels: no markup, no formulas between dollar signs."""
    return "<br>".join(html.escape(str(line), quote=False).replace("$", "&#36;") for line in lines)


def mix(colour: str, share: float) -> str:
    """The colour thinned with paper."""
    ends = ((int(colour[i : i + 2], 16), int(PAPER[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02x}" for a, b in ends)


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


def rows_of(table: Any, figure: str | None = None, log: bool = False, **names: str | None) -> tuple[Any, list[str]]:
    """The columns under the names of their roles, figures taken apart; the labels of rows that cannot be drawn."""
    if table is None or table.empty:
        return pd.DataFrame(columns=["label", "lane", "year", "kind", "ink", "group"]), []
    wanted = {role: name for role, name in {"figure": figure, **names}.items() if name is not None}
    for name in wanted.values():
        if name not in table.columns:
            near = difflib.get_close_matches(str(name), map(str, table.columns), 1, 0)[0]
            raise ValueError(f"no column {name!r}; the nearest is {near!r} (columns: {', '.join(map(str, table))})")
    wanted |= {name: name for name in ("kind", "as_printed", "place") if name in table and name not in wanted}
    rows = pd.DataFrame({role: table[name].array for role, name in wanted.items()})
    rows["kind"] = [kind if kind in KINDS else "printed" for kind in rows.get("kind", [""] * len(rows))]
    rows["label"] = ["" if pd.isna(label) else str(label) for label in rows.label]
    colours = rows.get("colour", pd.Series([""] * len(rows)))
    if not hasattr(colours, "cat"):
        colours = pd.Series(pd.Categorical(colours, categories=colours.dropna().unique()))
    # An ordered categorical keeps its colours on every page; after eight, and for none, grey.
    codes = [code if 0 <= code < len(PALETTE) else -1 for code in colours.cat.codes]
    rows["ink"] = [GREY if code < 0 else PALETTE[code] for code in codes]
    rows["group"] = ["others" if code < 0 else str(colours.cat.categories[code]) for code in codes]
    if figure is None:
        return rows, []
    for part in ("face", "low", "high"):
        rows[part] = [face_of(getattr(value, part, value)) for value in rows.figure]
    bad = rows.low.isna() | (log and rows.high <= 0) | rows.get("year", rows.low).isna()
    rows["face"] = rows.face.where((rows.face > 0) | (not log))
    return rows[~bad], list(rows.label[bad])


def hover(row: Any) -> str:
    """What a pointer finds: label, figure, and the words as printed with their place, where the table has them."""
    figure = words_of(row.figure, "") if hasattr(row, "figure") else ""
    printed = getattr(row, "as_printed", None)
    quoted = f"“{printed}”" if isinstance(printed, str) else ""
    parts = [row.label, figure, quoted, getattr(row, "group", ""), getattr(row, "place", "")]
    texts = [safe(*wrap(part, 400)) for part in parts if isinstance(part, str) and part]
    return "<br>".join([f"<b>{texts[0]}</b>", *texts[1:]]) if texts else ""


class Scale:
    """Data to pixels between two places of the canvas, with so many pixels free at either end."""

    def __init__(
        self, values: Iterable[float], start: float, end: float, *, before: float = 0, after: float = 0,
        zero: bool = False, log: bool = False, years: bool = False,
    ) -> None:  # fmt: skip
        self.start, self.end, self.log, self.years = start, end, log, years
        held = [math.log10(v) if log else v for v in values if math.isfinite(v) and (v > 0 or not log)]
        low, high = min(held, default=0.0), max(held, default=1.0)
        if zero or not (log or years or not 0 < low < 0.5 * high):
            low, high, before = min(low, 0.0), max(high, 0.0), before if low < 0 else 0
        if high - low < (0.7 if log else 1e-9):
            half = 0.35 if log else 3 if years else abs(low) / 2 or 1
            low, high = low - half, high + half
        unit = (high - low) / max(abs(end - start) - before - after, 40)
        self.low, self.high = low - unit * before, high + unit * after

    def __call__(self, value: float) -> float:
        """The pixel of a value; what lies outside is at the end."""
        unit = value if not self.log else math.log10(value) if value > 0 else self.low
        return self.start + (self.end - self.start) * min(max((unit - self.low) / (self.high - self.low), 0), 1)

    def ticks(self) -> dict[float, str]:
        size = abs(self.end - self.start)
        if self.log:
            powers = range(math.floor(self.low), math.ceil(self.high) + 1)
            room = 45 if self.end < self.start else 16 + widest(number(10.0**power, 6) for power in powers)
            inside = [
                step * 10.0**power for power in powers for step in (1, 2, 5)
                if self.low - 1e-9 <= math.log10(step * 10.0**power) <= self.high + 1e-9
            ]  # fmt: skip
            if self.high - self.low > 2 or len(inside) * room > size:  # powers of ten alone, if there are two
                every = math.ceil(len(inside) / 3 * room / size)
                tens = [10.0**power for power in powers[::every] if 10.0**power in inside]
                inside = tens if len(tens) > 1 else inside[:: math.ceil(len(inside) * room / size)]
            return {v: number(v, 6) for v in inside}
        raw = (self.high - self.low) / max(size / (60 if self.years else 75), 2)
        power = 10.0 ** math.floor(math.log10(raw))
        step = next(power * n for n in (1, 2, 5, 10) if power * n >= raw * 0.999)
        step = max(step, 1) if self.years else step
        ends = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return {n * step: f"{n * step:.0f}" if self.years else number(n * step, 6) for n in range(ends[0], ends[1] + 1)}


def place(points: Sequence[tuple[float, float]], sizes: Sequence[Any], taken: list[Box], area: Box) -> list[Any]:
    """For each point a free box beside it, near before far, crowded points first: (number of the size, box) or None."""
    sides = ((1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (-1, -1), (1, 1), (-1, 1))
    crowd = [sum(abs(x - u) < 110 and abs(y - v) < 40 for u, v in points) for x, y in points]
    placed: list[Any] = [None] * len(points)
    for n in sorted(range(len(points)), key=lambda n: -crowd[n]):
        x, y = points[n]
        for (size, (w, h)), gap, (right, down) in itertools.product(enumerate(sizes[n]), (9, 20, 34, 50, 70), sides):
            left, top = x + right * (gap + w / 2) - w / 2, y + down * (gap + h / 2) - h / 2
            box = (left, top, left + w, top + h)
            inside = area[0] <= left and area[1] <= top and box[2] <= area[2] and box[3] <= area[3]
            if inside and not any(b[0] < box[2] and box[0] < b[2] and b[1] < box[3] and box[1] < b[3] for b in taken):
                placed[n] = (size, box)
                taken.append(box)
                break
    return placed


_LOOK: dict[str, Any] = {"template": "none", "showlegend": False, "dragmode": False, "modebar": {"orientation": "v"}}
_LOOK |= {"width": WIDTH, "margin": dict.fromkeys("tblr", 0), "paper_bgcolor": PAPER, "plot_bgcolor": PAPER}
_LOOK["font"] = {"family": ", ".join([*FONTS, "sans-serif"]), "size": TEXT, "color": INK}
_LOOK["hoverlabel"] = {"bgcolor": "#ffffff", "bordercolor": GREY, "font": {"size": TEXT, "color": INK}, "align": "left"}
_AXIS = {"visible": False, "fixedrange": True}


class Canvas:
    """Marks, lines, boxes and texts in pixels from the upper left; title, subtitle and key above, the note below."""

    def __init__(self, form: str, rows: Any, lost: Sequence[str], *words: str, log: bool = False, kinds: Any = None):
        self.form, self.lost = form, lost
        self.title, self.subtitle, self.note = words[0], words[1].rstrip(".") + ", log scale" * log, words[2]
        if lost:
            missing = ", ".join(filter(None, dict.fromkeys(lost))) or f"{len(lost)} rows"
            self.note = f"{self.note.rstrip('.')}. No figure, so not drawn: {missing}."
        self.marks: list[tuple[Any, ...]] = []
        self.shapes: list[dict[str, Any]] = []
        self.texts: list[dict[str, Any]] = []
        title, subtitle, _ = self.words()
        self.top = PAD + 27 * len(title) + 5.0
        self.text(PAD, self.top, safe(*subtitle), "left", "top", ink=MUTED, size=14)
        self.top += 19 * len(subtitle) + 5
        shades = [*PALETTE, GREY]
        inks = dict(sorted(zip(rows.group, rows.ink, strict=True), key=lambda pair: shades.index(pair[1])))
        # Colours need no key where the labels name them already.
        named = len(inks) < 2 or all(any(name in label for label in rows.label) for name in inks)
        items = [] if named else [(f"<span style='color:{ink}'>⬤</span> ", name) for name, ink in inks.items()]
        # A hollow bar looks the same whether it is printed or computed.
        hollow = rows.kind.eq("computed") & (rows.face.isna() if "face" in rows else False)
        used, kinds = set(rows.kind[~hollow]), kinds or {kind: kind for kind in KINDS}
        items += [("", f"{KINDS[kind]}: {kinds[kind]}") for kind in kinds if kind in used] if used - {"printed"} else []
        x = float(PAD)
        for sign, name in items:
            wide = width(name) + 38
            x, self.top = (float(PAD), self.top + 20) if x + wide > WIDTH else (x, self.top)
            self.text(x, self.top, sign + safe(name), "left", "top")
            x += wide - 16 * (not sign)
        self.top += 34.0 if items else 14.0

    def words(self, wide: float = 1) -> list[list[str]]:
        """Title, subtitle and note in lines, for a font so much wider than Arial."""
        room = (WIDTH - 2 * PAD) / wide
        return [even(self.title, (room - 20) / 1.05, 20), wrap(self.subtitle, room, 14), wrap(self.note, room)]

    def mark(self, x: float, y: float, ink: str, kind: str, tip: str = "", *, symbol: str = "circle") -> None:
        """A mark with what a pointer finds on it; of kind "none" it is only for the pointer."""
        fill = {"printed": ink, "computed": mix(ink, 0.35), "assumed": PAPER, "none": CLEAR}[kind]
        edge = {"printed": PAPER, "none": CLEAR}.get(kind, ink)
        self.marks.append((x, y, tip, symbol, fill, edge, 20 if kind == "none" else 12))

    def line(self, *ends: float, ink: str = GREY, wide: float = 1, kind: str = "") -> None:
        """A line from x, y to x, y; dashed where the kind is assumed."""
        line = {"color": ink, "width": wide, "dash": "4px,3px" if kind == "assumed" else "solid"}
        corners = dict(zip(("x0", "y0", "x1", "y1"), ends, strict=True))
        self.shapes.append({"type": "line", **corners, "line": line, "layer": "below"})

    def box(self, *corners: float, fill: str, edge: str = "", kind: str = "") -> None:
        self.line(*corners, ink=edge or fill, wide=1.5 if edge else 0, kind=kind)
        self.shapes[-1] |= {"type": "rect", "fillcolor": fill}

    def text(self, x: float, y: float, text: str, side: str = "left", foot: str = "middle", **look: Any) -> None:
        """Text whose ``side`` (left, center, right) and ``foot`` (top, middle, bottom) stands at the place."""
        font = {"size": look.get("size", TEXT), "color": look.get("ink", INK)}
        place = {"x": x, "y": y, "xanchor": side, "yanchor": foot, "align": side, "borderpad": 0, "showarrow": False}
        if text:
            self.texts.append({"text": text, **place, "font": font, "bgcolor": look.get("ground", CLEAR)})

    def grid(self, scale: Scale, start: float, end: float, across: bool = True) -> None:
        """Ticks, with lines from start to end: upright ones under a scale that runs across, else level ones."""
        for value, words in scale.ticks().items():
            at = scale(value)
            if across:
                self.line(at, start, at, end, ink=FAINT)
                self.line(at, end, at, end + 5)
                self.text(at, end + 7, words, "center", "top", ink=MUTED)
            else:
                self.line(start, at, end, at, ink=FAINT)
                self.text(start - 8, at, words, "right", ink=MUTED)

    def beside(self, points: list[tuple[float, float]], texts: list[Any], taken: list[Box], area: Box) -> None:
        """A label beside each mark: the first of its texts that finds room; the last of them is set bold."""
        sizes = [[(widest(lines) * 1.04, LINE * len(lines)) for lines in some] for some in texts]
        found = place(points, sizes, taken, area)
        for (x, y), some, spot in zip(points, texts, found, strict=True):
            if spot:
                chosen, (x0, y0, x1, y1) = spot
                at, side = (x0, "left") if x0 > x else (x1, "right") if x1 < x else ((x0 + x1) / 2, "center")
                bold = safe(*some[-1])
                self.text(at, (y0 + y1) / 2, safe(*some[chosen]).replace(bold, f"<b>{bold}</b>", 1), side, ground=PAPER)
                near = min(max(x, x0), x1), min(max(y, y0), y1)
                if math.dist(near, (x, y)) > 16:
                    self.line(x, y, *near)
        if None in found:
            self.note = f"{self.note.rstrip('.')}. Labels without room, shown by the pointer: {found.count(None)}."

    def hang(self, marks: list[tuple[float, str]], top: float, aside: float) -> float:
        """Labels to the right of their marks or, where the next is too near, further down on a line; where they end."""
        hung: list[tuple[float, float]] = []
        # From right to left each goes below those it would reach, so that neither labels nor lines cross.
        for at, words in sorted((mark for mark in marks if mark[1]), reverse=True):
            lines = wrap(words, 170)
            low = max([top, *(foot for left, foot in hung if left - 8 < at + aside + widest(lines) + 6)])
            foot = low + LINE * len(lines) + 3
            if aside < 10 or low > top:
                self.line(at, top + (18 if aside > 10 else 0), at, foot - 3)
            self.text(at + aside, low + 1, safe(*lines), foot="top", ground=PAPER)
            hung.append((at, foot))
        return max([top, *(foot for _, foot in hung)])

    def alt(self, said: Sequence[str]) -> str:
        """Title, form, and at most fourteen values in words, spread over the whole."""
        n = len(said)
        told = said if n <= 14 else [said[round(k * (n - 1) / 13)] for k in range(14)]
        of_all = f"14 of {n} values: " if n > 14 else ""
        return " ".join(f"{self.title.rstrip('.')}. {self.form}: {self.subtitle}. {of_all}{'; '.join(told)}.".split())

    def chart(self, foot: float, said: Sequence[str]) -> Chart:
        """The chart, whose drawing ends at ``foot``."""
        import plotly.graph_objects as go  # noqa: PLC0415

        title, _, note = self.words()
        self.text(PAD, foot + 10, safe(*note), "left", "top", ink=MUTED)
        tall = round(foot + 24 + LINE * len(note))
        axes = {"xaxis": {"range": [0, WIDTH], **_AXIS}, "yaxis": {"range": [tall, 0], **_AXIS}}
        layout = {**_LOOK, **axes, "height": tall, "annotations": self.texts, "shapes": self.shapes}
        # plotly sets a title of several lines 15 pixels higher than one of a single line.
        place = {"x": PAD / WIDTH, "y": 1 - (PAD + 3 + 15 * (len(title) > 1)) / tall, "xanchor": "left"}
        layout["title"] = {"text": f"<b>{safe(*title)}</b>", "font": {"size": 20, "color": INK}, **place}
        layout["title"] |= {"yref": "container", "yanchor": "top"}
        x, y, tips, symbols, fills, edges, sizes = ([mark[k] for mark in self.marks] for k in range(7))
        line = {"color": edges, "width": 1.5}
        marker = {"symbol": symbols, "size": sizes, "color": fills, "opacity": 1, "line": line}
        trace = {"type": "scatter", "mode": "markers", "x": x, "y": y, "marker": marker, "cliponaxis": False}
        return Chart(go.Figure([trace | {"hovertext": tips, "hoverinfo": "text"}], layout), self.alt(said))

    def nothing(self) -> Chart:
        why = f"Nothing to draw: {f'no figure for any of {len(self.lost)} rows' if self.lost else 'the table is empty'}"
        self.text(WIDTH / 2, self.top + 50, why, "center", ink=MUTED, size=15)
        return self.chart(self.top + 100, [why])

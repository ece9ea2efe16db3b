"""Six forms in one look: counts, ranges, bars, spans, matrix, tiles.

The title is the finding, the subtitle what is drawn in which unit, the note the source. Printed figures are filled
marks with a thin range, computed ones paler, assumed ones hatched; a hollow bar is a range without a number of its own.
A column ``kind`` (printed, computed, assumed) says which; ``as_printed`` and ``place`` are shown by the pointer.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

# isort: off
from kzcivil.canvas import BLANK, FAINT, FONTS, GREY, INK, KINDS, LINE, MUTED, PAD, PALETTE, PAPER, TEXT, WIDTH
from kzcivil.canvas import Axis, Chart, Picture
from kzcivil.canvas import box, chart, extent, face_of, mark, mix, names_axis, ordered, place, plain, rows_of
from kzcivil.canvas import safe, titles_of, words_at, words_of, wrap, year_of
# isort: on

__all__ = ["bars", "counts", "matrix", "ranges", "spans", "tiles"]


def __dir__() -> list[str]:
    return sorted(__all__)


def counts(table: pd.DataFrame, *, title: str, subtitle: str, note: str, join: str | None = None) -> Chart:
    """Counts over time on a log scale, each with its label beside it.

    Parameters
    ----------
    table
        A row for each count: ``year``, ``figure``, ``source`` (decides the colour) and ``label``.
    join
        Column whose equal values are joined by a line; never where it is empty.

    Examples
    --------
    >>> table = pd.DataFrame({"year": [2003, 2023], "figure": [10, 20], "source": "A", "label": ["clubs", "clubs"]})
    >>> counts(table, title="Clubs doubled", subtitle="Clubs", note="Source: A").alt
    'Clubs doubled. Counts over time: Clubs, log scale. 10 clubs in 2003; 20 clubs in 2023.'
    """
    rows, lost = rows_of(table, "figure", log=True, year="year", colour="source", label="label", join=join)
    if rows.empty:
        return chart("Counts over time", rows, lost, (title, subtitle, note))
    rows = rows.assign(year=[*map(year_of, rows.year)]).sort_values("year", kind="stable")
    tall = 400.0
    y = Axis([*rows.face, *rows.low, *rows.high], tall, 34, 40, log=True)
    left = PAD + 12 + extent(*y.layout()["ticktext"])[0]
    x = Axis(rows.year, WIDTH - 30 - left, 30, 46, years=True)
    traces, taken, labels, said = [], [], [], []
    joined = rows[rows.face.notna() & (rows["join"].fillna("").astype(str) != "")] if join else rows[:0]
    for _, group in joined.groupby("join", sort=False, observed=True) if join else ():
        ink = mix(group.ink.iloc[0] if group.ink.nunique() == 1 else MUTED, 0.5)
        line = {"type": "scatter", "mode": "lines", "line": {"color": ink, "width": 2}, "hoverinfo": "skip"}
        traces.append({**line, "x": [*group.year], "y": [*group.face]})
        for a, b in itertools.pairwise(zip(group.year.map(x.pixel), tall - group.face.map(y.pixel), strict=True)):
            taken += [(u - 3, v - 3, u + 3, v + 3) for u, v in np.linspace(a, b, int(math.dist(a, b) / 5) + 2)]
    for row in rows.itertuples():
        made, low, high = _figure(row, y, row.year, 17 * x.step, upright=True)
        traces += made
        at, head, foot = x.pixel(row.year), tall - y.pixel(high), tall - y.pixel(low)
        middle = (head + foot) / 2 if math.isnan(row.face) else tall - y.pixel(row.face)
        taken += [(at - 8, middle - 8, at + 8, middle + 8), (at - 7, head - 5, at + 7, foot + 2)]
        bare = words_of(row.figure)
        whole = row.label if bare in row.label else f"{bare} {row.label}".strip()
        if f"{whole} in {int(row.year)}" not in said:  # what two sources say alike has two marks and one label
            bold = (safe(bare), f"<b>{safe(bare)}</b>")
            texts = [text.replace(*bold, 1) for text in (wrap(whole, 190), wrap(whole, 120), safe(bare))]
            labels.append(((at, middle), (row.year, y.low + (tall - middle) * y.step), texts))
        said.append(f"{whole} in {int(row.year)}")
    found = place(labels, taken, (2, 2, WIDTH - left - 6, tall - 4))
    if None in found:
        note = f"{note.rstrip('.')}. Labels without room, shown by the pointer: {found.count(None)}."
    return chart(
        "Counts over time", rows, lost, (title, subtitle, note), said, traces, tall=tall, left=left, right=30,
        texts=[*filter(None, found)], xaxis=x.layout(showgrid=False, showline=True, linecolor=GREY),
        yaxis=y.layout(ticks=""),
    )  # fmt: skip


def _figure(
    row: Any, axis: Axis, at: float, thick: float, bar: bool = False, **on: Any
) -> tuple[list[Any], float, float]:
    """Traces of a figure with its range, and the ends of what is drawn."""
    low, high, traces = axis.moved(row.low), axis.moved(row.high), []
    none = math.isnan(row.face)
    face = low if none else axis.moved(row.face)
    if math.isinf(row.high):
        high = axis.moved(face, 28)
        symbol = "triangle-up" if on.get("upright") else "triangle-right"
        traces.append(mark(high, at, row.ink, "printed", symbol=symbol, **on))
    if none:
        kind = "assumed" if row.kind == "assumed" else "hollow"
        return [box(low, high, at, 0.7 * thick, row.ink, kind, row.tip, **on), *traces], low, high
    if bar:
        traces.append(box(axis.moved(0), face, at, thick, mix(row.ink, 0.8), row.kind, row.tip, **on))
    if low < high:
        ink, thick = (INK, 0.08 * thick) if bar else (mix(row.ink, 0.45), 0.25 * thick)
        traces.append(box(low, high, at, thick, ink, "strip", row.tip, **on))
    if not bar:
        traces.append(mark(face, at, row.ink, row.kind, row.tip, **on))
    return traces, low, max(high, face, axis.moved(0) if bar else low)


def ranges(
    table: pd.DataFrame, *, title: str, subtitle: str, note: str, label: str = "label", figure: str = "figure",
    colour: str | None = None, log: bool = False, reference: Any = None,
) -> Chart:  # fmt: skip
    """Ranges one under another, each with its mark and its figure written out; an upright line at a ``reference``.

    Examples
    --------
    >>> table = pd.DataFrame({"label": ["clubs", "choirs"], "figure": [10, 20]})
    >>> ranges(table, title="More choirs than clubs", subtitle="Number in 2023", note="Source: A").alt
    'More choirs than clubs. Ranges: Number in 2023. clubs: 10; choirs: 20.'
    """
    rows, lost = rows_of(table, figure, log, label=label, colour=colour)
    return _figures("Ranges", rows, lost, (title, subtitle, note), log, reference=reference)


def bars(
    table: pd.DataFrame, *, title: str, subtitle: str, note: str, label: str = "label", figure: str = "figure",
    colour: str | None = None, facet: str | None = None, log: bool = False,
) -> Chart:  # fmt: skip
    """Bars with their range as a thin line; each value of the column ``facet`` gets a panel, side by side.

    On a log axis, which has no zero, bars begin at the power of ten below the least value.

    Examples
    --------
    >>> table = pd.DataFrame({"label": ["clubs", "choirs"], "figure": [10, 20]})
    >>> bars(table, title="More choirs than clubs", subtitle="Number in 2023", note="Source: A").alt
    'More choirs than clubs. Bars: Number in 2023. clubs: 10; choirs: 20.'
    """
    rows, lost = rows_of(table, figure, log, label=label, colour=colour, facet=facet)
    return _figures("Bars", rows, lost, (title, subtitle, note), log, bar=True)


def _figures(
    form: str, rows: Any, lost: list[str], words: Sequence[str], log: bool, *, bar: bool = False, reference: Any = None
) -> Chart:  # fmt: skip
    """A row for each figure, with its words beside it."""
    if rows.empty:
        return chart(form, rows, lost, words)
    rows["panel"], rows["name"] = rows["facet"].astype(str) if "facet" in rows else "", rows.label
    rows["told"] = [words_of(one, "") for one in rows.figure]
    parts, panels = [told.partition(" (") for told in rows.told], rows.panel.nunique()
    heads = [words_of(one) for one in rows.figure] if bar else [head for head, _, _ in parts]  # no unit at a bar
    rests = [f" <span style='color:{MUTED}'>({safe(rest)}</span>" * bool(rest and panels < 3) for _, _, rest in parts]
    rows["text"] = [f"<b>{safe(head)}</b>{rest}" for head, rest in zip(heads, rests, strict=True)]
    if extent(*rows.text)[0] > 216 / panels:
        rows["text"] = rows.text.str.replace(" <span", "<br><span", regex=False)
    values = [*rows.face, *rows.low, *rows.high, face_of(reference)]
    if bar:
        least = min((value for value in values if value > 0), default=1.0)
        values.append(10.0 ** math.floor(math.log10(least)) if log else 0.0)
    before = 0 if bar and rows.low.min() >= 0 else 12
    axis = partial(Axis, values, before=before, after=30 + extent(*rows.text)[0], log=log)
    return _rows(form, rows, lost, words, axis, partial(_figure, bar=bar), base=bar, reference=reference)


def _rows(
    form: str, rows: Any, lost: list[str], words: Sequence[str], axis: Callable[..., Axis], draw: Callable[..., Any],
    *, base: bool = False, reference: Any = None, pad: float = 14, kinds: Any = None,
) -> Chart:  # fmt: skip
    """Rows under one another, those of one name together, each with its text beside it; panels side by side."""
    rows["turn"] = rows.groupby(["panel", "name"]).cumcount()
    panels, order = list(rows.panel.unique()), list(dict.fromkeys(zip(rows.name, rows.turn, strict=True)))
    names = {k: wrap(name, 215) for k, (name, turn) in enumerate(order) if not turn or order[k - 1][0] != name}
    pitch = pad + LINE * extent(*names.values(), *rows.text)[1]
    tall, left = pitch * len(order), PAD + 14 + extent(*names.values())[0]
    room = WIDTH - left - 10
    x = axis(size=(room + 30) / len(panels) - 30)
    traces, texts, shapes, axes = [], [], [], dict[str, Any]()
    line = {"type": "line", "layer": "between", "line": {"color": FAINT, "width": 1}}
    if rows.turn.any():
        ends = {"xref": "paper", "x0": (PAD - left) / room, "x1": 1}
        shapes = [{**line, **ends, "y0": pitch * k, "y1": pitch * k} for k in names if k]
    for n, panel in enumerate(panels):
        start = (x.size + 30) * n / room
        axes[f"xaxis{n + 1}"] = x.layout(domain=[start, start + x.size / room], zeroline=base, zerolinecolor=MUTED)
        texts += [words_at((start, 0), f"<b>{safe(panel)}</b>", xref="paper", yshift=14)] * bool(panel)
    if reference is not None:
        at = face_of(reference)
        shapes.append({**line, "line": {"color": MUTED, "width": 1}, "x0": at, "x1": at, "y0": tall, "y1": 0})
        texts.append(words_at((x.unit(at), 0), safe(words_of(reference)), "center", yshift=12, font={"color": MUTED}))
    for row in rows.itertuples():
        at, on = pitch * (order.index((row.name, row.turn)) + 0.5), f"x{panels.index(row.panel) + 1}"
        made, low, high = draw(row, x, at, min(0.62 * pitch, 26), xaxis=on)
        traces += made
        wide, gap = extent(row.text)[0], 8 + 6 * (made[-1]["type"] == "scatter")
        spot, side, shift = (low + high) / 2, "center", 0
        if x.pixel(high) + gap + wide <= x.size:
            spot, side, shift = high, "left", gap
        elif x.pixel(low) >= gap + wide:
            spot, side, shift = low, "right", -gap
        texts.append(words_at((x.unit(spot), at), row.text, side, xref=on, xshift=shift))
    said = [f"{one.name}{f', {one.panel}' * bool(one.panel)}: {one.told}" for one in rows.itertuples()]
    return chart(
        form, rows[rows.kind != "event"], lost, words, said, traces, tall=tall, left=left, right=10, texts=texts,
        head=24 * any(panels) + 20 * (reference is not None), kinds=kinds, shapes=shapes, **axes,
        yaxis=names_axis({pitch * (k + 0.5): name for k, name in names.items()}, range=[tall, 0]),
    )  # fmt: skip


def spans(
    table: pd.DataFrame, *, title: str, subtitle: str, note: str, lane: str = "lane", colour: str | None = None,
    style: str | None = None, events: pd.DataFrame | None = None,
) -> Chart:  # fmt: skip
    """Lanes of labelled bars over years, with events in lanes of their own below.

    Parameters
    ----------
    table
        A row for each bar: ``label``, ``start``, ``end``; an empty one is open and ends in an arrow. Between
        ``start_low`` and ``start_high``, ``end_low`` and ``end_high``, where there are such, the bar is lighter.
    style
        Column whose values, in their order, are drawn filled, pale and hatched.
    events
        A table with columns ``year``, ``label`` and ``lane``.

    Examples
    --------
    >>> table = pd.DataFrame({"lane": "A", "label": ["first", "second"], "start": [1991, 2003], "end": [2003, None]})
    >>> spans(table, title="Two stages", subtitle="Stages by author", note="Source: A").alt
    'Two stages. Spans of years: Stages by author. A: first, 1991 to 2003; A: second, 2003 to open.'
    """
    parts = ("start", "start_low", "start_high", "end", "end_low", "end_high")
    given: Any = {part: part for part in parts if part in table or ("_" not in part and f"{part}_low" not in table)}
    rows, _ = rows_of(table, lane=lane, label="label", colour=colour, style=style, **given)
    moments, _ = rows_of(events, lane="lane", label="label", start="year", end="year")
    kinds = None
    if style is not None and len(rows):
        styles = ordered(rows["style"]).cat
        rows["kind"] = [[*KINDS][min(code, 2)] for code in styles.codes]
        kinds = dict(zip(KINDS, map(str, styles.categories), strict=False))
    rows = pd.concat([rows, moments.assign(kind="event")], ignore_index=True)
    for part in parts:
        rows[part] = [*map(year_of, rows[part])] if part in rows else math.nan
    for side, low, high in (parts[:3], parts[3:]):
        rows[side] = rows[side].fillna((rows[low] + rows[high]) / 2)
        rows[low], rows[high] = rows[low].fillna(rows[side]), rows[high].fillna(rows[side])
    none, event, words = rows.start.isna() & rows.end.isna(), rows.kind == "event", (title, subtitle, note)
    lost = list(rows.label[none & ~event])
    if (none | event).all():
        return chart("Spans of years", rows[:0], lost, words)
    rows = rows[~none].assign(panel="", name=rows["lane"].astype(str), text=rows.label.map(lambda one: wrap(one, 300)))
    rows["turn"] = pd.factorize(rows.name)[0]
    rows = rows.sort_values(["turn", "start"], kind="stable", na_position="first")
    till = rows[["start", "end"]].map(lambda year: "open" if math.isnan(year) else str(int(year)))
    rows["told"] = rows.label + ", " + till.start + (" to " + till.end).where(rows.kind != "event", "")
    axis = partial(Axis, rows[[*parts]].to_numpy().ravel(), before=34, after=34, years=True)
    return _rows("Spans of years", rows, lost, words, axis, _span, pad=7, kinds=kinds)


def _span(row: Any, x: Axis, at: float, thick: float, **on: Any) -> tuple[list[Any], float, float]:
    """Traces of a bar, firm where it is certain, lighter where its start or end may lie, and its ends."""
    if row.kind == "event":
        return [mark(row.start, at, MUTED, "printed", row.tip, "diamond", **on)], row.start, row.start
    low, firm = (x.low, x.low) if math.isnan(row.start) else (row.start_low, row.start_high)
    sure, high = (x.high, x.high) if math.isnan(row.end) else (row.end_low, row.end_high)
    ink = mix(row.ink, 0.45) if row.kind == "printed" else row.ink
    light = [(low, min(firm, high)), (max(sure, low), high)]
    traces = [box(a, b, at, thick, mix(row.ink, 0.18), "strip", row.tip, **on) for a, b in light if a < b]
    if firm < sure:
        traces.append(box(firm, sure, at, thick, ink, row.kind, row.tip, **on))
    if math.isnan(row.start):
        traces.append(mark(low, at, row.ink, "printed", symbol="triangle-left", **on))
    if math.isnan(row.end):
        traces.append(mark(high, at, row.ink, "printed", symbol="triangle-right", **on))
    return traces, low, high


def tiles(
    table: pd.DataFrame, *, title: str, subtitle: str, note: str, label: str = "label", value: str = "value",
    text: str | None = None,
) -> Chart:  # fmt: skip
    """A map of equal tiles, the darker the more; a tile without a value is grey.

    A tile stands at ``tile_column`` and ``tile_row``, counted from the upper left. In it are written its label and the
    words of the column ``text``, else its value.

    Examples
    --------
    >>> table = pd.DataFrame({"tile_column": [0, 1], "tile_row": [0, 0], "label": ["West", "East"], "value": [3, None]})
    >>> tiles(table, title="West has three", subtitle="Clubs by region", note="Source: A").alt
    'West has three. Tile map: Clubs by region; the darker, the more. West: 3.'
    """
    rows, _ = rows_of(table, x="tile_column", y="tile_row", label=label, value=value, text=text)
    words = (title, subtitle.rstrip(".") + "; the darker, the more", note)
    if rows.empty:
        return chart("Tile map", rows, [], words)
    rows["face"] = rows.value.map(face_of)
    rows["words"] = ["" if math.isnan(face_of(one)) else words_of(one) for one in rows.value]
    if text:
        rows["words"] = [words if pd.isna(own) else str(own) for own, words in zip(rows.text, rows.words, strict=True)]
    columns, deep = (int(rows[at].max() - rows[at].min()) + 1 for at in ("x", "y"))
    wide = min((WIDTH - 2 * PAD) / columns, 124)
    rows["text"] = [
        wrap(one.label, wide - 12) + f"<br><b>{safe(one.words)}</b>" * bool(one.words) for one in rows.itertuples()
    ]
    said = [f"{one.label}: {one.words}" for one in rows.itertuples() if one.words]
    tall, side = (25 + LINE * extent(*rows.text)[1]) * deep, (WIDTH - wide * columns) / 2
    axes: Any = {"xaxis": {"visible": False}, "yaxis": {"visible": False, "autorange": "reversed"}}
    size: Any = {"tall": tall, "left": side, "right": side, "foot": 4}
    shares = ((rows.face - rows.face.min()) / (rows.face.max() - rows.face.min())).fillna(0.5)
    held = {"x": [*rows.x], "y": [*rows.y], "z": [*shares.where(rows.face.notna(), -0.01)], "text": [*rows.text]}
    trace = {"type": "heatmap", **held, "hovertext": [*rows.tip]}
    return chart("Tile map", rows, [], words, said, [trace], kinds={}, **size, **axes)


def matrix(
    table: pd.DataFrame, *, title: str, subtitle: str, note: str, row: str = "row", column: str = "column",
    value: str = "value",
) -> Chart | Picture:  # fmt: skip
    """A heat map with the number written in each cell.

    Names of rows and columns stand in the order of their category, of their number, or of their appearance.

    Examples
    --------
    >>> table = pd.DataFrame({"row": ["West", "East"], "column": [2003, 2003], "value": [3, 4]})
    >>> matrix(table, title="More in the East", subtitle="Clubs by year", note="Source: A").alt
    'More in the East. Heat map: Clubs by year; the darker, the more. East, 2003: 4; West, 2003: 3.'
    """
    rows, lost = rows_of(table, value, label=row, column=column)
    words = (title, subtitle.rstrip(".") + "; the darker, the more", note)
    if rows.empty:
        return chart("Heat map", rows, lost, words)
    for twice in rows[rows.duplicated(["label", "column"])].itertuples():
        raise ValueError(f"two values for {twice.label}, {twice.column}; a cell of the map holds one")
    import matplotlib as mpl  # noqa: PLC0415
    import seaborn as sns  # noqa: PLC0415
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415

    both = (ordered(table[name].dropna()).cat.remove_unused_categories() for name in (row, column))
    down, across = ([*map(str, names.cat.categories)] for names in both)
    rows = rows.assign(column=rows["column"].astype(str), words=rows.figure.map(words_of))
    grids = [rows.pivot(index="label", columns="column", values=part) for part in ("face", "words")]
    faces, cells = (grid.reindex(index=down, columns=across) for grid in grids)
    said = [f"{one.label}, {one.column}: {one.words}" for one in rows.sort_values("face").itertuples()]
    around, alt = titles_of("Heat map", words, (), said[::-1])
    fonts = [name for name in FONTS if name in mpl.font_manager.get_font_names()]
    grow = 1.0 if fonts else 1.13  # matplotlib's own font is wider
    room, names = (WIDTH - 2 * PAD) / grow, [wrap(name, 210) for name in down]
    left = PAD + 14 + extent(*names)[0] * grow
    cell = (WIDTH - left - PAD) / len(across)
    turned = extent(*(word for name in across for word in name.split()))[0] * grow > cell - 4
    heads = [safe(name) if turned else wrap(name, cell / grow - 4) for name in across]
    title, subtitle, note = (wrap(one, room, size) for one, size in zip(around, (21, 14, TEXT), strict=True))
    under = PAD + 27 * extent(title)[1] + 8
    top = under + 19 * extent(subtitle)[1] + 16 + (extent(*heads)[0] * grow if turned else LINE * extent(*heads)[1])
    foot = top + max(30, LINE * extent(*names)[1] + 8) * len(names)
    full = foot + 22 + LINE * extent(note)[1]
    with mpl.rc_context({"font.family": [*fonts, "DejaVu Sans"], "text.parse_math": False, "font.size": TEXT * 0.72}):
        fig = FigureCanvasAgg(mpl.figure.Figure(figsize=(WIDTH / 100, full / 100))).figure
        ax = fig.add_axes((left / WIDTH, 1 - foot / full, 1 - (left + PAD) / WIDTH, (foot - top) / full))
        shades = sns.blend_palette([mix(PALETTE[0], share) for share in (0.08, 0.62)], as_cmap=True)
        look = {"cmap": shades, "cbar": False, "linewidths": 1.5, "linecolor": PAPER, "annot_kws": {"color": INK}}
        look |= {"yticklabels": [*map(plain, names)], "xticklabels": [*map(plain, heads)]}
        sns.heatmap(faces, ax=ax, annot=cells, fmt="", vmin=min(0, rows.face.min()), **look)
        ax.set(xlabel="", ylabel="", facecolor=BLANK)
        ax.xaxis.tick_top()
        ax.tick_params("x", rotation=90 * turned, length=0, colors=INK)
        ax.tick_params("y", rotation=0, length=0, colors=INK)
        inks: Any = {"size": 14.2, "weight": "bold", "color": INK}, {"size": 10, "color": MUTED}, {"color": MUTED}
        for text, y, style in zip((title, subtitle, note), (PAD + 4, under, foot + 12), inks, strict=True):
            fig.text(PAD / WIDTH, 1 - y / full, plain(text), va="top", linespacing=1.35, **style)
        return Picture(fig, alt)

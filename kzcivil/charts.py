"""Six forms in one look: counts, ranges, bars, spans, matrix, tiles.

The title is the finding, the subtitle what is drawn in which unit, the note the source. Printed figures are filled
marks with a thin range, computed ones paler, assumed ones dashed; a hollow bar is a range without a number of its own.
A column ``kind`` (printed, computed, assumed) says which; ``as_printed`` and ``place`` are shown by the pointer.
"""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pandas as pd

# isort: off
from kzcivil.canvas import BLANK, FAINT, FONTS, INK, KINDS, LINE, MUTED, PAD, PALETTE, PAPER, TEXT, WIDTH
from kzcivil.canvas import Box, Canvas, Chart, Picture, Scale
from kzcivil.canvas import even, face_of, hover, mix, rows_of, safe, widest, words_of, wrap, year_of
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
    canvas = Canvas("Counts over time", rows, lost, title, subtitle, note, log=True)
    if rows.empty:
        return canvas.nothing()
    rows = rows.assign(year=[*map(year_of, rows.year)]).sort_values("year", kind="stable")
    foot, right = canvas.top + 400, WIDTH - 30.0
    y = Scale([*rows.face, *rows.low, *rows.high], foot, canvas.top, before=34, after=40, log=True)
    left = PAD + widest(y.ticks().values()) + 12
    x = Scale(rows.year, left, right, before=30, after=46, years=True)
    canvas.grid(y, left, right, across=False)
    canvas.grid(x, foot, foot)
    canvas.line(left, foot, right, foot)
    taken: list[Box] = [(PAD, y(tick) - 9, left - 4, y(tick) + 9) for tick in y.ticks()]
    joined = rows[rows.face.notna() & (rows["join"].fillna("").astype(str) != "")] if join else rows[:0]
    for _, group in joined.groupby("join", sort=False, observed=True) if join else ():
        ink = mix(group.ink.iloc[0] if group.ink.nunique() == 1 else MUTED, 0.5)
        for (a, b), (c, d) in itertools.pairwise(zip(group.year.map(x), group.face.map(y), strict=True)):
            canvas.line(a, b, c, d, ink=ink, wide=2)
            between = np.linspace((a, b), (c, d), int(math.dist((a, b), (c, d)) / 5) + 2)
            taken += [(u - 3, v - 3, u + 3, v + 3) for u, v in between]
    points, texts, said = [], [], []
    for row in rows.itertuples():
        at, low, high = x(row.year), y(row.low), y(row.high)
        none, bare = math.isnan(row.face), words_of(row.figure)
        if math.isinf(row.high):
            high = max((low if none else y(row.face)) - 30, canvas.top)
            canvas.mark(at, high, row.ink, "printed", symbol="triangle-up")
        middle = (low + high) / 2 if none else y(row.face)
        if none:
            canvas.box(at - 6, high, at + 6, low, fill=PAPER, edge=row.ink, kind=row.kind)
        else:
            canvas.line(at, low, at, high, ink=mix(row.ink, 0.45), wide=4, kind=row.kind)
        canvas.mark(at, middle, row.ink, "none" if none else row.kind, hover(row))
        taken += [(at - 8, middle - 8, at + 8, middle + 8), (at - 7, high - 5, at + 7, low + 2)]
        whole = row.label if bare in row.label else f"{bare} {row.label}".strip()
        told = f"{whole} in {int(row.year)}"
        if told not in said:  # what two sources say alike has two marks and one label
            points.append((at, middle))
            texts.append([wrap(whole, 190), wrap(whole, 120), [bare]])
        said.append(told)
    canvas.beside(points, texts, taken, (4, canvas.top + 2, WIDTH - 6, foot - 4))
    return canvas.chart(foot + 26, said)


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
    return _slots(Canvas("Ranges", rows, lost, title, subtitle, note, log=log), rows, log=log, reference=reference)


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
    return _slots(Canvas("Bars", rows, lost, title, subtitle, note, log=log), rows, bar=True, log=log)


def _slots(canvas: Canvas, rows: Any, *, bar: bool = False, log: bool = False, reference: Any = None) -> Chart:
    """A slot for each label with its bar or mark; panels side by side."""
    if rows.empty:
        return canvas.nothing()
    names = [str(name) for name in rows.get("facet", [""] * len(rows))]
    facets = list(dict.fromkeys(names))
    rows["panel"] = [facets.index(name) for name in names]
    pairs = list(zip(rows.label, rows.groupby(["panel", "label"]).cumcount(), strict=True))
    order = list(dict.fromkeys(pairs))
    rows["slot"] = [order.index(pair) for pair in pairs]
    lines = [even(label, 215) for label, _ in order]
    # Beside a mark stands the whole figure; at the end of a bar no unit, and where room is short no range.
    texts = [words_of(one, "") for one in rows.figure]
    if bar:
        shorts = [words_of(one) for one in rows.figure]
        ranged = [short + "".join(text.partition(" (")[1:]) for short, text in zip(shorts, texts, strict=True)]
        texts = ranged if widest(ranged) < 500 / len(facets) - 140 else shorts
    parts, two_lines = [text.partition(" (") for text in texts], widest(texts) > 206
    wide = 1.05 * widest([part for head, _, rest in parts for part in (head, f"({rest}")] if two_lines else texts)
    top = canvas.top + 24 * any(facets) + 20 * (reference is not None)
    pitch = LINE * max(1 + two_lines, *map(len, lines)) + 14
    foot, left = top + pitch * len(order), PAD + 14 + widest(itertools.chain(*lines))
    size = (WIDTH - PAD - (10 if bar else wide + 12) - left - 30 * (len(facets) - 1)) / len(facets)
    reach, before = [*rows.face, *rows.low, *rows.high, face_of(reference)], 12
    if bar and log:
        least = min((one for one in reach if one > 0), default=1.0)
        reach, before = [*reach, 10.0 ** math.floor(math.log10(least))], 0
    for panel, name in enumerate(facets):
        start = left + (size + 30) * panel
        value = Scale(
            reach, start, start + size, before=before, after=30 + wide if bar else 36, zero=bar and not log, log=log
        )
        canvas.grid(value, top, foot)
        canvas.text(start, canvas.top + 8, f"<b>{safe(name)}</b>" if name else "")
        if bar:
            canvas.line(value(0), top, value(0), foot, ink=MUTED)
        if reference is not None:
            at = value(face_of(reference))
            canvas.line(at, top - 18, at, foot, ink=MUTED)
            canvas.text(at + 5, top - 12, safe(words_of(reference)), ink=MUTED)
        for k, (label, _) in enumerate(order):
            if panel == 0 and (k == 0 or label != order[k - 1][0]):
                canvas.text(left - 14, top + pitch * (k + 0.5), safe(*lines[k]), "right")
        for row, (head, _, rest) in zip(rows.itertuples(), parts, strict=True):
            if row.panel == panel:
                middle = top + pitch * (row.slot + 0.5)
                end = _slot(canvas, row, value, middle, min(0.31 * pitch, 13), bar=bar)
                words = f"<b>{safe(head)}</b>"
                if rest:
                    words += f"{'<br>' if two_lines else ' '}<span style='color:{MUTED}'>({safe(rest)}</span>"
                canvas.text(end + 8 if bar else start + size + 12, middle, words, ground=PAPER)
    panel_of = [f", {name}" if name else "" for name in facets]
    said = [f"{one.label}{panel_of[one.panel]}: {words_of(one.figure, '')}" for one in rows.itertuples()]
    return canvas.chart(foot + 26, said)


def _slot(canvas: Canvas, row: Any, value: Scale, at: float, thick: float, *, bar: bool) -> float:
    """One bar or mark with its range; where it ends, in pixels."""
    none, base = math.isnan(row.face), value(0) if bar else 0
    low, face, end = value(row.low), value(row.low if none else row.face), value(row.high)
    if math.isinf(row.high):
        end = face + 26
        canvas.mark(end, at, row.ink, "printed", symbol="triangle-right")
    if none:
        canvas.box(low, at - thick * 0.7, end, at + thick * 0.7, fill=PAPER, edge=row.ink, kind=row.kind)
    elif bar:
        share, edge = {"printed": (0.8, ""), "computed": (0.35, row.ink), "assumed": (0.06, row.ink)}[row.kind]
        canvas.box(base, at - thick, face, at + thick, fill=mix(row.ink, share), edge=edge, kind=row.kind)
    if not none and end != low:
        canvas.line(low, at, end, at, ink=INK if bar else mix(row.ink, 0.45), wide=2 if bar else 5, kind=row.kind)
    middle = (low + end) / 2 if none else face
    canvas.mark(middle, at, row.ink, "none" if none or bar else row.kind, hover(row))
    return max(middle, end + 6 * math.isinf(row.high), base)


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
        Column whose values, in their order, are drawn filled, pale and dashed.
    events
        A table with columns ``year``, ``label`` and ``lane``.

    Examples
    --------
    >>> table = pd.DataFrame({"lane": "A", "label": ["first", "second"], "start": [1991, 2003], "end": [2003, None]})
    >>> spans(table, title="Two stages", subtitle="Stages by author", note="Source: A").alt
    'Two stages. Spans of years: Stages by author. A: first, 1991 to 2003; A: second, 2003 to open.'
    """
    edges = [part for part in ("start_low", "start_high", "end_low", "end_high") if part in table]
    ends = [side for side in ("start", "end") if side in table or len(edges) < 4]
    parts: Any = {part: part for part in (*ends, *edges)}
    rows, _ = rows_of(table, lane=lane, label="label", colour=colour, style=style, **parts)
    marks, _ = rows_of(events, lane="lane", label="label", year="year")
    kinds = _uncertain(rows, style is not None)
    none = rows.start.isna() & rows.end.isna()
    rows, lost = rows[~none], list(rows.label[none])
    canvas = Canvas("Spans of years", rows, lost, title, subtitle, note, kinds=kinds)
    if rows.empty:
        return canvas.nothing()
    marks = marks.assign(year=[*map(year_of, marks.year)]).dropna(subset="year").sort_values("year")
    lanes = {name: wrap(name, 130) for name in map(str, [*rows["lane"], *marks["lane"]])}
    left = PAD + 16 + widest(itertools.chain(*lanes.values())) * 1.05
    years = [*rows[["start_low", "start", "end", "end_high"]].to_numpy().ravel(), *marks.year]
    before, after = (34.0 if rows[side].isna().any() else 14.0 for side in ("start", "end"))
    right = WIDTH - 24.0
    for _ in range(2):  # the second time with room for labels that hang over the right edge
        x = Scale(years, left, right, before=before, after=after, years=True)
        rows["x0"] = [left if math.isnan(one) else x(one) for one in rows.start_high]
        rows["x1"] = [right - 9 if math.isnan(one) else x(one) for one in rows.end_low]
        rows["inside"] = [_inside(one.label, one.x1 - one.x0 - 8) for one in rows.itertuples()]
        tips = [(one.x0, one.label) for one in rows.itertuples() if not one.inside]
        tips += [(x(one.year), one.label) for one in marks.itertuples()]
        over = [at - right + 14 + widest(wrap(words, 170)) for at, words in tips]
        right = min([right, *(WIDTH - PAD - min(more, 180) for more in over)])
    depth = canvas.top
    for name, lines in lanes.items():
        top = depth
        tracks: list[list[Any]] = []
        here = rows[rows["lane"].astype(str) == name]
        for one in here.assign(order=here.start.fillna(-math.inf)).sort_values("order", kind="stable").itertuples():
            track = next((some for some in tracks if some[-1].end <= one.order + 0.01), None)
            if track is None:
                tracks.append(track := [])
            track.append(one)
        for track in tracks:
            tall = LINE * max(len(one.inside or [""]) for one in track) + 10.0
            for one in track:
                _bar(canvas, x, one, depth + 8, tall)
            hung = [(min(one.x0, one.x1) + 1, one.label) for one in track if not one.inside]
            depth = canvas.hang(hung, depth + tall + 8, 5)
        happened = marks[marks["lane"].astype(str) == name]
        for one in happened.itertuples():
            canvas.mark(x(one.year), depth + 17, MUTED, "printed", hover(one), symbol="diamond")
        if len(happened):
            depth = canvas.hang([(x(one.year), one.label) for one in happened.itertuples()], depth + 7, 11)
        canvas.text(left - 14, top + 10, f"<b>{safe(*lines)}</b>", "right", "top")
        depth = max(depth + 9, top + 20 + LINE * len(lines))
        canvas.line(PAD, depth, right, depth, ink=FAINT)
    drawn, canvas.shapes = canvas.shapes, []
    canvas.grid(x, canvas.top, depth)
    canvas.shapes += drawn
    till = [["open" if math.isnan(year) else str(int(year)) for year in rows[side]] for side in ("start", "end")]
    said = [f"{one.lane}: {one.label}, {a} to {b}" for one, a, b in zip(rows.itertuples(), *till, strict=True)]
    said += [f"{one.lane}: {one.label}, {int(one.year)}" for one in marks.itertuples()]
    return canvas.chart(depth + 26, said)


def _uncertain(rows: Any, styled: bool) -> dict[str, str] | None:
    """Give rows starts and ends as numbers, with their low and high, and the look of their style; what looks mean."""
    for side in ("start", "end"):
        low, high = f"{side}_low", f"{side}_high"
        for part in (side, low, high):
            rows[part] = [*map(year_of, rows[part])] if part in rows else math.nan
        rows[side] = rows[side].fillna((rows[low] + rows[high]) / 2)
        rows[low], rows[high] = rows[low].fillna(rows[side]), rows[high].fillna(rows[side])
    if not styled or rows.empty:
        return None
    order = list(rows["style"].cat.categories if hasattr(rows["style"], "cat") else rows["style"].unique())
    rows["kind"] = [list(KINDS)[min(order.index(one), 2)] for one in rows["style"]]
    return dict(zip(KINDS, map(str, order), strict=False))


def _inside(label: str, room: float) -> list[str]:
    """The lines of a label that fits into a bar, three at most; none where it does not fit."""
    lines = wrap(label, max(room, 1))
    return lines if len(lines) <= 3 and " ".join(lines) == " ".join(label.split()) and widest(lines) <= room else []


def _bar(canvas: Canvas, x: Scale, one: Any, top: float, tall: float) -> None:
    """A bar: firm where it is certain, lighter where its start or end may lie, an arrow where it is open."""
    share = {"printed": 0.42, "computed": 0.2, "assumed": 0.05}[one.kind]
    middle = (one.x0 + one.x1) / 2
    start = one.x0 if math.isnan(one.start) else x(one.start_low)
    end = one.x1 if math.isnan(one.end) else x(one.end_high)
    for a, b in ((start, min(one.x0, end)), (max(one.x1, start), end)):
        if b - a > 1:
            canvas.box(a + 1, top, b - 1, top + tall, fill=mix(one.ink, max(share / 2.4, 0.07)))
    if one.x1 - one.x0 > 2:
        edge = "" if one.kind == "printed" else mix(one.ink, 0.8)
        canvas.box(one.x0 + 1, top, one.x1 - 1, top + tall, fill=mix(one.ink, share), edge=edge, kind=one.kind)
    for year, at, symbol in ((one.start, one.x0 - 4, "triangle-left"), (one.end, one.x1 + 4, "triangle-right")):
        if math.isnan(year):
            canvas.mark(at, top + tall / 2, one.ink, "printed", symbol=symbol)
    canvas.mark(middle, top + tall / 2, one.ink, "none", hover(one))
    canvas.text(middle, top + tall / 2, safe(*one.inside), "center")


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
    canvas = Canvas("Tile map", rows, [], title, subtitle.rstrip(".") + "; the darker, the more", note)
    if rows.empty:
        return canvas.nothing()
    columns, deep = rows.x.max() - rows.x.min() + 1, rows.y.max() - rows.y.min() + 1
    wide = min((WIDTH - 2 * PAD) / columns, 124)
    names = [wrap(name, wide - 10) for name in rows.label]
    tall = 34 + LINE * max(map(len, names))
    rows["left"] = (WIDTH - wide * columns) / 2 + wide * (rows.x - rows.x.min())
    rows["top"] = canvas.top + tall * (rows.y - rows.y.min())
    faces = rows.value.map(face_of)
    shares = 0.08 + 0.54 * ((faces - faces.min()) / (faces.max() - faces.min())).fillna(0.5)
    said = []
    for row, name, known, share in zip(rows.itertuples(), names, faces.notna(), shares, strict=True):
        words = str(row.text) if text and not pd.isna(row.text) else words_of(row.value) if known else ""
        shown = safe(*name) + (f"<br><b>{safe(words)}</b>" if words else "")
        fill = mix(PALETTE[0], share) if known else BLANK
        x, y = row.left + wide / 2, row.top + tall / 2
        canvas.box(row.left + 2, row.top + 2, row.left + wide - 2, row.top + tall - 2, fill=fill)
        canvas.text(x, y, shown, "center", ink=INK if known else MUTED)
        canvas.mark(x, y, INK, "none", f"<b>{safe(row.label)}</b><br>{safe(words)}")
        said += [f"{row.label}: {words}"] if words else []
    return canvas.chart(canvas.top + tall * deep + 4, said)


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
    told = subtitle.rstrip(".") + "; the darker, the more"
    canvas = Canvas("Heat map", rows, lost if rows.empty else [], title, told, note)
    if rows.empty:
        return canvas.nothing()
    import matplotlib as mpl  # noqa: PLC0415
    import seaborn as sns  # noqa: PLC0415
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415

    for twice in rows[rows.duplicated(["label", "column"])].itertuples():
        raise ValueError(f"two values for {twice.label}, {twice.column}; a cell of the map holds one")
    down, across = (_order(table[name].dropna()) for name in (row, column))
    rows = rows.assign(column=rows["column"].astype(str), words=rows.figure.map(words_of))
    grids = [rows.pivot(index="label", columns="column", values=part) for part in ("face", "words")]
    faces, words = (grid.reindex(index=down, columns=across) for grid in grids)
    font = next((name for name in FONTS if name in mpl.font_manager.get_font_names()), "DejaVu Sans")
    grow = 1.05 if font in FONTS else 1.18
    around, lines = canvas.words(grow), [wrap(name, 210) for name in down]
    left = PAD + 14 + widest(itertools.chain(*lines)) * grow
    cell = (WIDTH - left - PAD) / len(across)
    turned = widest(word for name in across for word in name.split()) * grow > cell - 4
    heads = [[name] if turned else wrap(name, cell / grow - 4) for name in across]
    tall = max(30, LINE * max(map(len, lines)) + 8) * len(lines)
    top = PAD + 27 * len(around[0]) + 19 * len(around[1]) + 24.0
    top += widest(across) * grow if turned else LINE * max(map(len, heads))
    full = top + tall + 22 + LINE * len(around[2])
    with mpl.rc_context({"font.family": font, "text.parse_math": False, "font.size": TEXT * 0.72}):
        fig = FigureCanvasAgg(mpl.figure.Figure(figsize=(WIDTH / 100, full / 100))).figure
        ax = fig.add_axes((left / WIDTH, 1 - (top + tall) / full, 1 - (left + PAD) / WIDTH, tall / full))
        shades = sns.blend_palette([mix(PALETTE[0], share) for share in (0.08, 0.62)], as_cmap=True)
        look = {"cmap": shades, "cbar": False, "linewidths": 1.5, "linecolor": PAPER, "annot_kws": {"color": INK}}
        look |= {f"{a}ticklabels": ["\n".join(some) for some in ends] for a, ends in (("y", lines), ("x", heads))}
        sns.heatmap(faces, ax=ax, annot=words, fmt="", vmin=min(0, rows.face.min()), **look)
        ax.set(xlabel="", ylabel="", facecolor=BLANK)
        ax.xaxis.tick_top()
        ax.tick_params("x", rotation=90 * turned, length=0, colors=INK)
        ax.tick_params("y", rotation=0, length=0, colors=INK)
        places = (PAD + 4, PAD + 27 * len(around[0]) + 8, top + tall + 12)
        looks: Any = ({"size": 14.2, "weight": "bold", "color": INK}, {"size": 10, "color": MUTED}, {"color": MUTED})
        for some, y, style in zip(around, places, looks, strict=True):
            fig.text(PAD / WIDTH, 1 - y / full, "\n".join(some), va="top", linespacing=1.35, **style)
        said = [f"{one.label}, {one.column}: {one.words}" for one in rows.sort_values("face").itertuples()]
        return Picture(fig, canvas.alt(said[::-1]))


def _order(values: Any) -> list[str]:
    """Names in the order of their category, else by their number, else of their appearance."""
    if hasattr(values, "cat"):
        return [str(one) for one in values.cat.remove_unused_categories().cat.categories]
    names = list(values.unique())
    return [str(one) for one in (sorted(names) if all(str(one)[:1].isdigit() for one in names) else names)]

"""Six forms in one look: counts, ranges, bars, spans, matrix, tiles.

The title is the finding, the subtitle what is drawn in which unit, the note the source. Printed figures are filled
marks with a thin range, computed ones paler, assumed ones dashed; a hollow bar is a range without a number of its own.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

# isort: off
from kzcivil.canvas import BLANK, FAINT, FONTS, INK, LINE, MUTED, PAD, PALETTE, PAPER, TEXT, WIDTH
from kzcivil.canvas import Box, Canvas, Chart, Picture, Scale, alt_text, hover, inside, mix, number, order_of, rows_of
from kzcivil.canvas import safe, spans_of, widest, width, words_of, wrap, year_of
# isort: on

__all__ = ["bars", "counts", "matrix", "ranges", "spans", "tiles"]


def __dir__() -> list[str]:
    return sorted(__all__)


def counts(
    table: pd.DataFrame, *, title: str, subtitle: str, note: str, year: str = "year", figure: str = "figure",
    colour: str | None = "source", label: str = "label", join: str | None = None, start: str | None = None, end: str
    | None = None, log: bool = True, height: int | None = None,
) -> Chart:  # fmt: skip
    """Counts over time, each with its label beside it.

    Parameters
    ----------
    table
        A row for each count; a row whose figure is missing is named in the note.
    title, subtitle, note
        The finding; what is drawn in which unit; the source.
    year, figure, colour, label
        Columns: when, the figure, what decides the colour, the words beside the mark.
    join
        Column whose equal values are joined by a line; never where it is empty.
    start, end
        Columns of the years that a count may belong to, drawn as a thin level bar.

    Examples
    --------
    >>> table = pd.DataFrame({"year": [2003, 2023], "figure": [10, 20], "source": "A", "label": ["clubs", "clubs"]})
    >>> counts(table, title="Clubs doubled", subtitle="Clubs", note="Source: A", log=False).alt
    'Clubs doubled. Counts over time: Clubs. 10 clubs in 2003; 20 clubs in 2023.'
    """
    rows, lost = rows_of(table, figure, log, year=year, colour=colour, label=label, join=join, start=start, end=end)
    canvas = Canvas("Counts over time", rows, lost, title, subtitle, note, log=log)
    if rows.empty:
        return canvas.nothing()
    for part in {"year", "start", "end"} & set(rows):
        rows[part] = rows[part].map(year_of)
    rows = rows.sort_values("year", kind="stable")
    foot, right = canvas.top + (height or 580) - 180, WIDTH - 30.0
    y = Scale([*rows.face, *rows.low, *rows.high], foot, canvas.top, before=34, after=40, zero=True, log=log)
    left = PAD + widest(y.ticks().values()) + 12
    years = [*rows.year, *rows.get("start", []), *rows.get("end", [])]
    x = Scale(years, left, right, before=30, after=46, years=True)
    canvas.grid(y, left, right, across=False)
    canvas.grid(x, foot, foot)
    canvas.line(left, foot, right, foot)
    taken: list[Box] = [(PAD, y(tick) - 9, left - 4, y(tick) + 9) for tick in y.ticks()]
    points, texts, said = [], [], []
    joined = rows[rows.face.notna() & (rows["join"].fillna("").astype(str) != "")] if join else rows[:0]
    for _, group in joined.groupby("join", sort=False, observed=True) if join else ():
        ink = mix(group.ink.iloc[0] if group.ink.nunique() == 1 else MUTED, 0.5)
        spots = [(x(one.year), y(one.face)) for one in group.itertuples()]
        for (a, b), (c, d) in itertools.pairwise(spots):
            canvas.line(a, b, c, d, ink=ink, wide=2)
            steps = int(math.dist((a, b), (c, d)) / 5) + 1
            between = [(a + (c - a) * n / steps, b + (d - b) * n / steps) for n in range(steps + 1)]
            taken += [(u - 3, v - 3, u + 3, v + 3) for u, v in between]
    for row in rows.itertuples():
        at, low, high, none = x(row.year), y(row.low), y(row.high), math.isnan(row.face)
        if math.isinf(row.high):
            high = max((low if none else y(row.face)) - 30, canvas.top)
        middle, ink, bare = (low + high) / 2 if none else y(row.face), mix(row.ink, 0.45), words_of(row.figure)
        if start and end:
            canvas.line(x(row.start), middle, x(row.end), middle, ink=ink, wide=3, kind=row.kind)
            taken.append((x(row.start), middle - 3, x(row.end), middle + 3))
        if none:
            canvas.box(at - 6, high, at + 6, low, fill=PAPER, edge=row.ink, kind=row.kind)
        else:
            canvas.line(at, low, at, high, ink=ink, wide=4, kind=row.kind)
        if math.isinf(row.high):
            canvas.mark(at, high, row.ink, "printed", symbol="triangle-up")
        canvas.mark(at, middle, row.ink, "none" if none else row.kind, hover(row))
        taken += [(at - 8, middle - 8, at + 8, middle + 8), (at - 7, high - 5, at + 7, low + 2)]
        whole = row.label if bare in row.label else f"{bare} {row.label}".strip()
        points.append((at, middle))
        texts.append([wrap(whole, 190), wrap(whole, 120), [bare]])
        said.append(f"{whole} in {int(row.year)}")
    canvas.beside(points, texts, taken, (4, canvas.top + 2, WIDTH - 6, foot - 4))
    return canvas.chart(foot + 26, said)


def ranges(
    table: pd.DataFrame, *, title: str, subtitle: str, note: str, label: str = "label", figure: str = "figure",
    colour: str | None = None, log: bool = False, reference: Any = None, height: int | None = None,
) -> Chart:  # fmt: skip
    """Ranges one under another, each with its mark and its figure written out.

    Parameters
    ----------
    reference
        A value, or a dictionary of values by their names, drawn as upright lines.

    Examples
    --------
    >>> table = pd.DataFrame({"label": ["clubs", "choirs"], "figure": [10, 20]})
    >>> ranges(table, title="More choirs than clubs", subtitle="Number in 2023", note="Source: A").alt
    'More choirs than clubs. Ranges: Number in 2023. clubs: 10; choirs: 20.'
    """
    rows, lost = rows_of(table, figure, log, label=label, colour=colour)
    canvas = Canvas("Ranges", rows, lost, title, subtitle, note, log=log)
    marks = reference if isinstance(reference, Mapping) else {} if reference is None else {"": reference}
    return _slots(canvas, rows, log, height, bar=False, marks=marks)


def bars(
    table: pd.DataFrame, *, title: str, subtitle: str, note: str, label: str = "label", figure: str = "figure",
    colour: str | None = None, log: bool = False, facet: str | None = None, across: bool = True,
    height: int | None = None,
) -> Chart:  # fmt: skip
    """Bars with their range as a thin line.

    Parameters
    ----------
    facet
        Column whose values get a panel each, side by side.
    across
        Bars run across; upright bars (False) whose labels find no room are laid across all the same.

    Examples
    --------
    >>> table = pd.DataFrame({"label": ["clubs", "choirs"], "figure": [10, 20]})
    >>> bars(table, title="More choirs than clubs", subtitle="Number in 2023", note="Source: A").alt
    'More choirs than clubs. Bars: Number in 2023. clubs: 10; choirs: 20.'
    """
    rows, lost = rows_of(table, figure, log, label=label, colour=colour, facet=facet)
    canvas = Canvas("Bars", rows, lost, title, subtitle, note, log=log)
    return _slots(canvas, rows, log, height, bar=True, across=across)


def _slots(  # noqa: PLR0912, PLR0915
    canvas: Canvas, rows: Any, log: bool, height: int | None, *, bar: bool, across: bool = True,
    marks: Mapping[str, Any] | None = None,
) -> Chart:  # fmt: skip
    """A slot for each label with its bar or mark; panels side by side."""
    if rows.empty:
        return canvas.nothing()
    facets, marks = list(dict.fromkeys(map(str, rows.get("facet", [""])))), marks or {}
    rows["panel"] = [facets.index(str(one)) for one in rows["facet"]] if "facet" in rows else 0
    pairs = list(zip(rows.label, rows.groupby(["panel", "label"]).cumcount(), strict=True))
    order = list(dict.fromkeys(pairs))
    rows["slot"], names = [order.index(pair) for pair in pairs], [name for name, _ in order]
    n, panels = len(names), len(facets)
    room = (WIDTH - 2 * PAD - 60) / n / panels - 6
    shorts = [words_of(one) for one in rows.figure]
    across = across or room < widest([word for text in names for word in text.split()] + shorts) * 1.04
    lines = [wrap(name, 215 if across else room) for name in names]
    deep = LINE * max(map(len, lines))
    # Beside a mark stands the whole figure, at the end of a bar the same without its unit, on top of it only the face.
    texts = [words_of(one, "") for one in rows.figure]
    if bar:
        ranged = [short + "".join(text.partition(" (")[1:]) for short, text in zip(shorts, texts, strict=True)]
        texts = ranged if across and widest(ranged) < 500 / panels - 140 else shorts
    parts, apart = [text.partition(" (") for text in texts], "<br>" if widest(texts) > 206 else " "
    wide = widest([part for text in parts for part in (text[0], "(" + text[2])] if apart != " " else texts) * 1.05
    tail = 30 + wide if bar and across else 36
    reach = [*rows.face, *rows.low, *rows.high, *map(number, marks.values())]
    top = canvas.top + (24 if any(facets) else 0) + 20 * len(marks)
    if across:
        pitch = max([deep + 14, LINE * (1 + (apart != " ")) + 14, ((height or 0) - top - 70) / n])
        foot, left = top + pitch * n, PAD + 14 + widest(line for name in lines for line in name)
        right = WIDTH - PAD - (10 if bar else wide + 12)
    else:
        foot, right = top + (height or 480) - 180, WIDTH - PAD
        level = Scale(reach, foot, top, before=12, after=tail, zero=bar, log=log)
        left = PAD + 12 + widest(level.ticks().values())
    size = (right - left - 30 * (panels - 1)) / panels
    pitch = pitch if across else size / n
    thick = min(0.31 * pitch, 13 if across else 30)
    for panel, name in enumerate(facets):
        start, end = left + (size + 30) * panel, left + (size + 30) * panel + size
        value = Scale(reach, start, end, before=12, after=tail, zero=bar, log=log) if across else level
        slots = [(top if across else start) + pitch * (k + 0.5) for k in range(n)]
        canvas.grid(value, top if across else start, foot if across else end, across, named=across or panel == 0)
        canvas.text(start, canvas.top + 8, f"<b>{safe(name)}</b>" if name else "")
        if bar and not log:
            canvas.line(*((value(0), top, value(0), foot) if across else (start, value(0), end, value(0))), ink=MUTED)
        for k, (words, one) in enumerate(marks.items()):
            at, high, told = value(number(one)), top - 20 * (len(marks) - k) + 8, words or words_of(one)
            side = "left" if at + width(told) < WIDTH - PAD else "right"
            canvas.line(at, high - 6, at, foot, ink=MUTED)
            canvas.text(at + (5 if side == "left" else -5), high, safe(told), side, ink=MUTED)
        for k, (slot, broken) in enumerate(zip(slots, lines, strict=True)):
            if not across:
                canvas.text(slot, foot + 6, safe(*broken), "center", "top")
            elif panel == 0 and (k == 0 or names[k] != names[k - 1]):
                canvas.text(left - 14, slot, safe(*broken), "right")
        for row, (head, _, rest) in zip(rows.itertuples(), parts, strict=True):
            if row.panel == panel:
                end_of_row = _slot(canvas, row, value, slots[row.slot], thick, bar=bar, across=across)
                words = f"<b>{safe(head)}</b>"
                words += f"{apart}<span style='color:{MUTED}'>({safe(rest)}</span>" if rest else ""
                if across:
                    canvas.text(end_of_row + 8 if bar else end + 12, slots[row.slot], words, ground=PAPER)
                else:
                    canvas.text(slots[row.slot], end_of_row - 5, words, "center", "bottom", ground=PAPER)
    panel_of = [f", {name}" if name else "" for name in facets]
    said = [f"{one.label}{panel_of[one.panel]}: {words_of(one.figure, '')}" for one in rows.itertuples()]
    return canvas.chart(foot + (26 if across else deep + 8), said)


def _slot(canvas: Canvas, row: Any, value: Scale, slot: float, thick: float, *, bar: bool, across: bool) -> float:
    """One bar or mark with its range; where it ends, in pixels."""

    def turned(a: float, b: float, aside: float = 0) -> Box:
        return (a, slot - aside, b, slot + aside) if across else (slot - aside, a, slot + aside, b)

    ahead, none = 1 if across else -1, math.isnan(row.face)
    low, face, end = value(row.low), value(row.low if none else row.face), value(row.high)
    base = value.start if value.log else value(0)
    if math.isinf(row.high):
        end = face + 26 * ahead
    if none:
        canvas.box(*turned(low, end, thick * 0.7), fill=PAPER, edge=row.ink, kind=row.kind)
    elif bar:
        fill = mix(row.ink, {"printed": 0.8, "computed": 0.35, "assumed": 0.06}[row.kind])
        canvas.box(*turned(base, face, thick), fill=fill, edge=row.ink if row.kind != "printed" else "", kind=row.kind)
    if not none and end != low:
        canvas.line(*turned(low, end), ink=INK if bar else mix(row.ink, 0.45), wide=2 if bar else 5, kind=row.kind)
    if math.isinf(row.high):
        canvas.mark(*turned(end, end)[:2], row.ink, "printed", symbol="triangle-right" if across else "triangle-up")
    middle = (low + end) / 2 if none else face
    canvas.mark(*turned(middle, middle)[:2], row.ink, "none" if none or bar else row.kind, hover(row))
    reach = [middle, end + 6 * ahead * math.isinf(row.high), *([base] if bar else [])]
    return max(reach) if across else min(reach)


def spans(
    table: pd.DataFrame, *, title: str, subtitle: str, note: str, lane: str = "lane", start: str | None = "start",
    end: str | None = "end", label: str = "label", colour: str | None = None, style: str | None = None,
    events: pd.DataFrame | None = None, height: int | None = None,
) -> Chart:  # fmt: skip
    """Lanes of labelled bars over years, with events in lanes of their own below.

    Parameters
    ----------
    table
        A row for each bar. An empty start or end is open and ends in an arrow. Where there are columns ``start_low``,
        ``start_high``, ``end_low``, ``end_high``, the time between low and high is drawn lighter.
    lane, start, end
        Columns: the lane, and the years.
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
    parts: Any = {part: part for part in ("start_low", "start_high", "end_low", "end_high") if part in table}
    if "start_low" in parts and "end_low" in parts:
        start, end = (name if name in table else None for name in (start, end))
    rows, _ = rows_of(table, lane=lane, start=start, end=end, label=label, colour=colour, style=style, **parts)
    marks, _ = rows_of(events, lane="lane", label="label", year="year")
    rows, lost, kinds = spans_of(rows, style is not None)
    canvas = Canvas("Spans of years", rows, lost, title, subtitle, note, kinds=kinds)
    if rows.empty:
        return canvas.nothing()
    marks = marks.assign(year=marks["year"].map(year_of)).dropna(subset="year").sort_values("year")
    lanes = {name: wrap(name, 130) for name in map(str, [*rows["lane"], *marks["lane"]])}
    left = PAD + 16 + widest(line for lines in lanes.values() for line in lines) * 1.05
    years = [*rows[["start_low", "start", "end", "end_high"]].to_numpy().ravel(), *marks["year"]]
    before, after = (34.0 if rows[side].isna().any() else 14.0 for side in ("start", "end"))
    right = WIDTH - 24.0
    for _ in range(2):  # the second time with room for labels that hang over the right edge
        x = Scale(years, left, right, before=before, after=after, years=True)
        rows["x0"] = [left if math.isnan(one) else x(one) for one in rows.start_high]
        rows["x1"] = [right - 9 if math.isnan(one) else x(one) for one in rows.end_low]
        rows["inside"] = [inside(one.label, one.x1 - one.x0 - 8) for one in rows.itertuples()]
        tips = [(one.x0, one.label) for one in rows.itertuples() if not one.inside]
        tips += [(x(one.year), one.label) for one in marks.itertuples()]
        over = [at - right + 14 + widest(wrap(words, 170)) for at, words in tips]
        right = min([right, *(WIDTH - PAD - min(more, 180) for more in over)])
    depth: float = canvas.top
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
            depth += tall + 8
            depth = canvas.hang([(min(one.x0, one.x1) + 1, one.label) for one in track if not one.inside], depth, 5)
        happened = marks[marks["lane"].astype(str) == name]
        for one in happened.itertuples():
            canvas.mark(x(one.year), depth + 17, MUTED, "printed", hover(one), symbol="diamond")
        if len(happened):
            depth = canvas.hang([(x(one.year), one.label) for one in happened.itertuples()], depth + 7, 11)
        canvas.text(left - 14, top + 10, f"<b>{safe(*lines)}</b>", "right", "top")
        depth = max(depth + 9, top + 20 + LINE * len(lines))
        canvas.line(PAD, depth, right, depth, ink=FAINT)
    depth = max(depth, (height or 0) - 60)
    drawn, canvas.shapes = canvas.shapes, []
    canvas.grid(x, canvas.top, depth)
    canvas.shapes += drawn
    till = [["open" if math.isnan(year) else str(int(year)) for year in rows[side]] for side in ("start", "end")]
    said = [f"{one.lane}: {one.label}, {a} to {b}" for one, a, b in zip(rows.itertuples(), *till, strict=True)]
    said += [f"{one.lane}: {one.label}, {int(one.year)}" for one in marks.itertuples()]
    return canvas.chart(depth + 26, said)


def _bar(canvas: Canvas, x: Scale, one: Any, top: float, tall: float) -> None:
    """A bar: firm where it is certain, lighter where its start or end may lie, an arrow where it is open."""
    share, edge = {"printed": 0.42, "computed": 0.2, "assumed": 0.05}[one.kind], mix(one.ink, 0.8)
    outer = [one.x0 if math.isnan(one.start) else x(one.start_low), one.x1 if math.isnan(one.end) else x(one.end_high)]
    for a, b in ((outer[0], min(one.x0, outer[1])), (max(one.x1, outer[0]), outer[1])):
        if b - a > 1:
            canvas.box(a + 1, top, b - 1, top + tall, fill=mix(one.ink, max(share / 2.4, 0.07)))
    if one.x1 - one.x0 > 2:
        firm = one.x0 + 1, top, one.x1 - 1, top + tall
        canvas.box(*firm, fill=mix(one.ink, share), edge="" if one.kind == "printed" else edge, kind=one.kind)
    for year, at, symbol in ((one.start, one.x0 - 4, "triangle-left"), (one.end, one.x1 + 4, "triangle-right")):
        if math.isnan(year):
            canvas.mark(at, top + tall / 2, one.ink, "printed", symbol=symbol)
    canvas.mark((one.x0 + one.x1) / 2, top + tall / 2, one.ink, "none", hover(one))
    canvas.text((one.x0 + one.x1) / 2, top + tall / 2, safe(*one.inside), "center")


def tiles(
    table: pd.DataFrame, *, title: str, subtitle: str, note: str, x: str = "tile_column", y: str = "tile_row",
    label: str = "label", value: str = "value", text: str | None = None, height: int | None = None,
) -> Chart:  # fmt: skip
    """A map of equal tiles, the darker the more; a tile without a value is grey.

    Parameters
    ----------
    x, y, label
        Columns: the tile's place, counted from the upper left, and its name.
    value, text
        Columns: a figure or number, and the words written in the tile (else the number).

    Examples
    --------
    >>> table = pd.DataFrame({"tile_column": [0, 1], "tile_row": [0, 0], "label": ["West", "East"], "value": [3, None]})
    >>> tiles(table, title="West has three", subtitle="Clubs by region", note="Source: A").alt
    'West has three. Tile map: Clubs by region; the darker, the more. West: 3.'
    """
    rows, _ = rows_of(table, x=x, y=y, label=label, value=value, text=text)
    canvas = Canvas("Tile map", rows, [], title, subtitle.rstrip(".") + "; the darker, the more", note)
    if rows.empty:
        return canvas.nothing()
    rows["face"] = [number(one) for one in rows["value"]]
    columns, deep = rows.x.max() - rows.x.min() + 1, rows.y.max() - rows.y.min() + 1
    wide = min((WIDTH - 2 * PAD) / columns, 124)
    names = [wrap(name, wide - 10) for name in rows.label]
    tall = max(34 + LINE * max(map(len, names)), ((height or 0) - canvas.top - 44) / deep)
    low, high, said = rows.face.min(), rows.face.max(), []
    for row, name in zip(rows.itertuples(), names, strict=True):
        left = (WIDTH - wide * columns) / 2 + wide * (row.x - rows.x.min())
        top, known = canvas.top + tall * (row.y - rows.y.min()), not math.isnan(row.face)
        share = 0.08 + 0.54 * ((row.face - low) / (high - low) if high > low else 0.5) if known else 0
        words = str(row.text) if text and not pd.isna(row.text) else words_of(row.value) if known else ""
        shown = safe(*name) + (f"<br><b>{safe(words)}</b>" if words else "")
        canvas.box(left + 2, top + 2, left + wide - 2, top + tall - 2, fill=mix(PALETTE[0], share) if known else BLANK)
        canvas.text(left + wide / 2, top + tall / 2, shown, "center", ink=INK if known else MUTED)
        canvas.mark(left + wide / 2, top + tall / 2, INK, "none", f"<b>{safe(row.label)}</b><br>{safe(words)}")
        said += [f"{row.label}: {words}"] if words else []
    return canvas.chart(canvas.top + tall * deep + 4, said)


def matrix(
    table: pd.DataFrame, *, title: str, subtitle: str, note: str, row: str = "row", column: str = "column",
    value: str = "value", height: int | None = None,
) -> Chart | Picture:  # fmt: skip
    """A heat map with the number written in each cell.

    Parameters
    ----------
    row, column, value
        Columns: names, in the order of their category, their number or their appearance; and a figure or number.

    Examples
    --------
    >>> table = pd.DataFrame({"row": ["West", "East"], "column": [2003, 2003], "value": [3, 4]})
    >>> matrix(table, title="More in the East", subtitle="Clubs by year", note="Source: A").alt
    'More in the East. Heat map: Clubs by year; the darker, the more. East, 2003: 4; West, 2003: 3.'
    """
    rows, lost = rows_of(table, value, label=row, column=column)
    lost, told = lost if rows.empty else [], subtitle.rstrip(".") + "; the darker, the more"
    canvas = Canvas("Heat map", rows, lost, title, told, note)
    if rows.empty:
        return canvas.nothing()
    import matplotlib as mpl  # noqa: PLC0415
    import seaborn as sns  # noqa: PLC0415
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415
    from matplotlib.figure import Figure  # noqa: PLC0415

    names = [order_of(table[name].dropna()) for name in (row, column)]
    rows = rows.assign(column=rows["column"].astype(str), words=[words_of(one) for one in rows.figure])
    grids = [rows.pivot(index="label", columns="column", values=part) for part in ("face", "words")]
    grids = [grid.reindex(index=names[0], columns=names[1]) for grid in grids]
    font = next((name for name in FONTS if name in mpl.font_manager.get_font_names()), "DejaVu Sans")
    grow = 1.05 if font in FONTS else 1.18
    words, lines = canvas.words(grow), [wrap(name, 210) for name in names[0]]
    left = PAD + 14 + widest(line for some in lines for line in some) * grow
    cell = (WIDTH - left - PAD) / len(names[1])
    turned = widest(word for name in names[1] for word in name.split()) * grow > cell - 4
    heads = [[name] if turned else wrap(name, cell / grow - 4) for name in names[1]]
    tall = max(30, LINE * max(map(len, lines)) + 8, ((height or 0) - 200) / len(lines)) * len(lines)
    top = PAD + 27 * len(words[0]) + 19 * len(words[1]) + 24.0
    top += widest(names[1]) * grow if turned else LINE * max(map(len, heads))
    full = top + tall + 22 + LINE * len(words[2])
    with mpl.rc_context({"font.family": font, "text.parse_math": False, "font.size": TEXT * 0.72}):
        fig = FigureCanvasAgg(Figure(figsize=(WIDTH / 100, full / 100))).figure
        ax = fig.add_axes((left / WIDTH, 1 - (top + tall) / full, 1 - (left + PAD) / WIDTH, tall / full))
        shades = sns.blend_palette([mix(PALETTE[0], share) for share in (0.08, 0.62)], as_cmap=True)
        look = {"cmap": shades, "cbar": False, "linewidths": 1.5, "linecolor": PAPER, "annot_kws": {"color": INK}}
        look |= {f"{a}ticklabels": ["\n".join(some) for some in ends] for a, ends in (("y", lines), ("x", heads))}
        sns.heatmap(grids[0], ax=ax, annot=grids[1], fmt="", vmin=min(0, rows.face.min()), **look)
        ax.set(xlabel="", ylabel="", facecolor=BLANK)
        ax.xaxis.tick_top()
        ax.tick_params("x", rotation=90 * turned, length=0, colors=INK)
        ax.tick_params("y", rotation=0, length=0, colors=INK)
        places = (PAD + 4, PAD + 27 * len(words[0]) + 5, top + tall + 12)
        looks: Any = ({"size": 14.2, "weight": "bold", "color": INK}, {"size": 10, "color": MUTED}, {"color": MUTED})
        for some, y, style in zip(words, places, looks, strict=True):
            fig.text(PAD / WIDTH, 1 - y / full, "\n".join(some), va="top", linespacing=1.35, **style)
        said = [f"{one.label}, {one.column}: {one.words}" for one in rows.sort_values("face").itertuples()]
        return Picture(fig, alt_text(canvas.title, canvas.form, canvas.subtitle, said[::-1]))

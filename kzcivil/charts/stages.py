"""Charts of the page on stages."""

from __future__ import annotations

import math
import re
import textwrap
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import pandas as pd

from kzcivil import charts
from kzcivil.evidence import Evidence
from kzcivil.intervals import Interval, each
from kzcivil.prose import number, several
from kzcivil.stages import DEFINITIONS, FREE, NEEDED, RULED_OUT, SILENT, boundaries, dated_counts, schemes, when

Shown = charts.Chart | charts.Picture

LANDMARKS = {
    "independence_ngo_sector_forms": "independence",
    "law_public_associations_1996": "law on public associations",
    "presidential_address_1998": "President's address",
    "cnok_founded": "Confederation of NGOs",
    "law_npo_2001": "law on non-profits",
    "first_civil_forum": "First Civil Forum",
    "second_civil_forum": "Second Forum, Alliance",
    "concept_2006_adopted": "Concept of 2006",
    "eighth_civil_forum": "VIII Forum",
    "national_council_public_trust": "National Council",
    "concept_2020_adopted": "Concept of 2020",
    "january_2022": "January events",
    "eleventh_civil_forum": "XI Forum",
}
"""Short names of the events that stand on the chart; all others are in the tables."""

FIRST, LAST, SLICES, BAR, SLIGHT = 1979.5, 2026.0, 6, 0.36, Interval(-0.08, 0.08)
TOP_RATE = 9.5
"""Rates above 950 % a year end in an arrow."""


def _mix(one: str, two: str, share: float) -> str:
    """The colour between two, as #rrggbb."""
    ends = [[int(shade[i : i + 2], 16) for i in (1, 3, 5)] for shade in (one, two)]
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in zip(*ends, strict=True))


def periodizations(evidence: Evidence, counts: pd.DataFrame, title: str) -> Shown:
    """Every dated scheme as a bar of stages over the events; fuzzy edges fade, open ends run out in an arrow."""
    table, edges = schemes(evidence), boundaries(evidence)
    table = table[table.dated]
    subtitle = (
        "Stages by author; where an edge is fuzzy, one shade fades into the next; arrow: no end printed. "
        "Below: dated counts of NGOs (round: unspecified, square: registered, diamond: operating)"
    )
    note = f"{charts.source_note(evidence, counts.id)} Names are shortened; hover gives the printed edges."
    fig = charts.figure(title, subtitle, note, height=300 + 76 * len(table), width=1000)
    fig.update_layout(margin={"t": fig.layout.margin.t + 122, "l": 128}, showlegend=False)
    rows = {row.scheme: place for place, row in enumerate(each(table.iloc[::-1]), start=1)}
    shapes = _landmarks(fig, evidence, len(rows) + 0.62)
    for scheme in each(table):
        shapes += _stages_of(fig, evidence, scheme, rows[scheme.scheme])
    fig.update_layout(shapes=shapes)
    _count_marks(fig, evidence, counts)
    names = [charts.escape(row.title).replace(", ", ",<br>") for row in each(table.iloc[::-1])]
    ticks = {"tickvals": [0, *rows.values()], "ticktext": ["dated counts", *names], "ticks": ""}
    fig.update_yaxes(**ticks, showgrid=False, range=[-0.55, len(rows) + 0.62])
    fig.update_xaxes(range=[FIRST, LAST], dtick=5, tick0=1980, title_text="Year", showgrid=False)
    years = edges.groupby("title", sort=False).name.agg(lambda names: several(names.str.extract(r"\((.+)\)$")[0]))
    said = "; ".join(f"{name}: {told}" for name, told in years.items())
    alt = f"Bars of stages by author over a time line of events. {title}. Boundaries: {said}."
    return charts.show_chart(fig, alt)


def _stages_of(fig: Any, evidence: Evidence, scheme: Any, y: float) -> list[dict[str, Any]]:
    """A scheme's bar: names and arrow are drawn, its blocks are returned."""
    shade = charts.colour(scheme.source_id, evidence)
    stages, edges = evidence.stages[evidence.stages.scheme == scheme.scheme].sort_values("order"), boundaries(evidence)
    inner = [Interval(row.low, row.high) for row in each(edges[edges.scheme == scheme.scheme])]
    end = min(scheme.end, LAST - 1.4)
    marks = [Interval(scheme.begin_low, scheme.begin_high), *inner, Interval(end, end)]
    shades = [_mix(shade, charts.PAPER, 0.66 if place % 2 else 0.3) for place in range(len(stages))]
    blocks = []
    for place, (stage, (before, after)) in enumerate(zip(each(stages), pairwise(marks), strict=True)):
        earlier, width = shades[place - 1] if place else charts.PAPER, (before.high - before.low) / SLICES
        blocks.append((before.high, after.low, shades[place]))
        for step in range(SLICES if width else 0):  # a fuzzy edge fades
            start, colour = before.low + step * width, _mix(earlier, shades[place], (step + 0.5) / SLICES)
            blocks.append((start, start + width * 1.02, colour))
        if place and not width:
            blocks.append((before.low - 0.06, before.low + 0.06, "white"))
        _name(fig, stage, (before, after), y, evidence)
    if scheme.open:
        tip = {"x": [end, end, end + 1.1, end], "y": [y - BAR, y + BAR, y, y - BAR]}
        fig.add_scatter(**tip, fill="toself", fillcolor=shades[-1], mode="lines", line={"width": 0}, hoverinfo="skip")
    look = {"type": "rect", "line_width": 0, "layer": "below", "y0": y - BAR, "y1": y + BAR}
    return [{"x0": start, "x1": stop, "fillcolor": shade, **look} for start, stop, shade in blocks if stop > start]


def _name(fig: Any, stage: Any, ends: tuple[Interval, Interval], y: float, evidence: Evidence) -> None:
    """The stage's name in its bar, as far as it fits, and its printed edges on hover."""
    left, right = (ends[0].low + ends[0].high) / 2, (ends[1].low + ends[1].high) / 2
    label = str(stage.as_printed if str(stage.label).startswith("chart period") else stage.label)
    width = max(9, int((right - left) * 3.3))
    lines = textwrap.wrap(label, width, break_long_words=False, max_lines=3, placeholder=" …")
    lines = [re.sub(r"(,| of| the| a)* ?…$", " …", line) for line in lines]
    small = right - left <= 3.6 or len(lines) > 2
    place = evidence.cite(stage.stage_id).split("“", maxsplit=1)[0].rstrip(": ")
    words = [f"<b>“{charts.escape(stage.as_printed)}”</b>", charts.escape(stage.label), charts.escape(place)]
    text = f"<b>{stage.order}</b><br>" + "<br>".join(map(charts.escape, lines))
    look = {"textfont": {"size": 9 if small else 10.5, "color": charts.INK}, "hovertext": ["<br>".join(words)]}
    fig.add_scatter(x=[(left + right) / 2], y=[y], mode="text", text=[text], hoverinfo="text", **look)


def _landmarks(fig: Any, evidence: Evidence, top: float) -> list[dict[str, Any]]:
    """Short names of chosen events above the bars; thin lines down from them are returned."""
    events = evidence.events
    events["days"] = (events.end - events.start).dt.days
    events = events[events.event.isin(LANDMARKS)].sort_values("days", kind="stable").drop_duplicates("event")
    label, moments, line = -math.inf, [], {"color": "#9aa5ae", "width": 1, "dash": "dot"}
    for row in each(events.sort_values(["start", "end"])):
        moment = row.start.year + (row.start.day_of_year + row.end.day_of_year) / 730
        label = max(moment, label + 1.12)
        moments.append(moment)
        name = {"text": f"{LANDMARKS[row.event]}, {row.start.year}", "textangle": -55, "showarrow": False}
        look = {"xanchor": "left", "yanchor": "bottom", "xshift": -6, "font": {"size": 11, "color": charts.MUTED}}
        fig.add_annotation(x=label, y=1, yref="paper", **name, **look)
    look = {"type": "line", "y0": -0.55, "y1": top, "line": line, "layer": "below"}
    return [{"x0": moment, "x1": moment, **look} for moment in moments]


def _count_marks(fig: Any, evidence: Evidence, counts: pd.DataFrame) -> None:
    measures = {definition: measure for measure, definition in DEFINITIONS.items()}
    for row, slot in zip(each(counts), counts.groupby("year").cumcount(), strict=True):
        point = {"x": [(row.t_low + row.t_high) / 2], "y": [0.12 - 0.34 * slot], "mode": "markers"}
        mark = {"color": charts.colour(row.source_id, evidence), "symbol": charts.symbol(measures[row.definition])}
        words = charts.hover(evidence, [row.id])
        fig.add_scatter(**point, hovertext=words, hoverinfo="text", marker={**mark, "size": 11})
        if row.circular:
            ring = {"size": 20, "symbol": "circle-open", "color": charts.INK, "line": {"width": 1.3}}
            fig.add_scatter(**point, hoverinfo="skip", marker=ring)
    if counts.circular.any():
        look = {"showarrow": False, "font": {"size": 11, "color": charts.MUTED}}
        x = float(counts.t_high[counts.circular].mean()) - 0.5
        fig.add_annotation(x=x, y=-0.3, text="ringed: circular", **look)


def distance_map(evidence: Evidence, table: pd.DataFrame, title: str) -> Shown:
    """Years from each boundary to the nearest one of each other scheme: least possible as colour, range as text."""
    names, others = list(dict.fromkeys(table.name)), list(dict.fromkeys(boundaries(evidence).title))
    table = table.assign(text=[_range(row) for row in each(table)])
    cells = table.set_index(["name", "other_title"])
    grid, text = (cells[column].unstack().reindex(index=names, columns=others) for column in ("low", "text"))
    shades = charts.seaborn_look().light_palette(charts.COMPUTED, as_cmap=True)
    look = {"cmap": shades, "vmin": 0, "vmax": max(5.0, float(table.low.max())), "annot_kws": {"size": 9}}
    fig, ax = _grid(grid, text.fillna(""), names, (8.6, 1.9 + 0.33 * len(names)), look)
    ax.set_xticks(ax.get_xticks(), [textwrap.fill(str(name), 11) for name in others], rotation=0, fontsize=9)
    for place in table.drop_duplicates("name").groupby("scheme", sort=False).size().cumsum()[:-1]:
        ax.axhline(place, color=charts.MUTED, linewidth=1)
    subtitle = "Years from each boundary (row) to the nearest of another scheme (column); shade: the least possible"
    charts.caption_picture(fig, title, subtitle, charts.source_note(evidence, dated_counts(evidence).id))
    far = table.sort_values("low", kind="stable").iloc[-1]
    alt = f"Heat map of distances between stage boundaries. {title}. Farthest: {far['name']} from {far.other_title}"
    return charts.show_chart(fig, f"{alt}, {_range(far)} years.")


def _grid(values: pd.DataFrame, text: pd.DataFrame, names: list[str], size: Any, look: Mapping[str, Any]) -> Any:
    """A heat map with words in its cells and its column heads on top."""
    import matplotlib.pyplot as plt  # noqa: PLC0415

    fig, ax = plt.subplots(figsize=size)
    ax.grid(visible=False)
    charts.seaborn_look().heatmap(values, annot=text, fmt="", linewidths=1.2, cbar=False, ax=ax, **look)
    ax.set(xlabel="", ylabel="")
    ax.set_yticks(ax.get_yticks(), names, rotation=0, fontsize=9)
    ax.xaxis.tick_top()
    ax.tick_params(length=0)
    return fig, ax


def _range(row: Any) -> str:
    low, high = number(float(row.low), 2), number(float(row.high), 2)
    return low if low == high else f"{low}–{high}"


def rates(evidence: Evidence, full: pd.DataFrame, bare: pd.DataFrame, title: str) -> Shown:
    """The range of rates of each stage: from all counts, and from those that are not circular."""
    shown = set(full.scheme[full.verdict == "possible"]) | set(bare.scheme[bare.verdict == "possible"])
    labels = {(row.scheme, row.order): f"{row.title} {row.order}" for row in each(full) if row.scheme in shown}
    y = {key: place for place, key in enumerate(reversed(labels))}
    subtitle = "Constant annual growth within each stage that gives the counts, stages joined; by scheme and stage"
    note = charts.source_note(evidence, dated_counts(evidence).id)
    note = f"{note} Without a line: too few counts, or no constant rates give them."
    fig = charts.figure(title, subtitle, note, height=200 + 24 * len(y), width=900)
    _rate_lines(fig, full, y, 0.14, {"name": "all counts", "line": {"color": charts.COMPUTED, "width": 4}})
    light = {"color": "#8fa3b0", "width": 4, "dash": "dot"}
    _rate_lines(fig, bare, y, -0.16, {"name": "without the circular counts", "line": light})
    ticks = [0, 5, 10, 20, 40, 100, 200, 400, 900]
    fig.update_xaxes(type="log", tickvals=[1 + tick / 100 for tick in ticks], ticktext=list(map(str, ticks)))
    left = math.log10(max(0.3, 1 + min([0.0, *full.low.dropna(), *bare.low.dropna()]))) - 0.01
    fig.update_xaxes(range=[left, math.log10(11)], title_text="Growth (% a year), log scale; arrow: open above")
    _rows(fig, {labels[key]: place for key, place in y.items()})
    lines = [f"{row.title} {row.order}: {_percent(row)}" for row in each(full) if row.verdict == "possible"]
    alt = f"Ranges of growth rates by stage. {title}. With all counts: {'; '.join(lines) or 'none'}."
    return charts.show_chart(fig, alt)


def _rows(fig: Any, y: Mapping[str, int]) -> None:
    """Names of the rows on the vertical axis."""
    ticks = {"tickvals": list(y.values()), "ticktext": list(map(charts.escape, y)), "gridcolor": "#eef0f2"}
    fig.update_yaxes(**ticks, range=[-0.6, max(len(y) - 0.4, 0.6)])


def _strip(fig: Any, time: Interval, y: float, words: str, **look: Any) -> None:
    look = {"mode": "lines", "hovertext": [words] * 2, "hoverinfo": "text", **look}
    fig.add_scatter(x=[time.low, time.high], y=[y, y], **look)


def _rate_lines(fig: Any, table: pd.DataFrame, y: Mapping[Any, int], shift: float, look: Mapping[str, Any]) -> None:
    for place, row in enumerate(each(table[table.verdict == "possible"])):
        words = f"{row.title}, stage {row.order}: {row.label}<br>{look['name']}: {_percent(row)} a year"
        end = "triangle-right" if row.high > TOP_RATE else "line-ns-open"
        mark = {"color": look["line"]["color"], "size": 9, "symbol": ["line-ns-open", end]}
        ends = Interval(1 + row.low, 1 + min(row.high, TOP_RATE))
        shown = {"mode": "lines+markers", "marker": mark, "showlegend": place == 0, **look}
        _strip(fig, ends, y[row.scheme, row.order] + shift, words, **shown)


def _percent(row: Any) -> str:
    least = number(100 * row.low, 2)
    return f"{least} to {number(100 * row.high, 2)} %" if math.isfinite(row.high) else f"at least {least} %"


def change_strip(evidence: Evidence, found: Mapping[str, Sequence[Interval] | None], title: str) -> Shown:
    """Where the changes of rate can lie that the counts cannot do without, above the boundaries of the authors."""
    edges = boundaries(evidence)
    authors = list(dict.fromkeys(edges.title))
    y = {name: place for place, name in enumerate([*reversed(authors), *reversed(list(found))])}
    subtitle = "Dark: where the rate can change, if as seldom as can be (in brackets: how often). Colour: boundaries"
    note = charts.source_note(evidence, dated_counts(evidence).id)
    fig = charts.figure(title, subtitle, note, height=200 + 28 * len(y), width=900)
    fig.update_layout(showlegend=False)
    for name, spans in found.items():
        for place, span in enumerate(spans or [], start=1):
            words = f"{name}: change {place} at the turn of a year, {span.low:.0f} to {span.high:.0f}"
            line, level = {"color": charts.COMPUTED, "width": 9}, y[name] + (0.13 if place % 2 else -0.13)
            _strip(fig, span + SLIGHT, level, words, line=line)
        if not spans:
            text = "too few counts, or no such rates" if spans is None else "one rate does: no change needed"
            look = {"showarrow": False, "bgcolor": "white", "font": {"size": 11, "color": charts.MUTED}}
            fig.add_annotation(x=1991, y=y[name], text=text, xanchor="left", **look)
    for row in each(edges):
        line = {"color": charts.colour(row.source_id, evidence), "width": 13}
        words = charts.escape(f"{row.name}: {row.before} to {row.after}")
        _strip(fig, Interval(row.low, row.high) + SLIGHT, y[row.title], words, line=line)
    fig.add_hline(y=len(authors) - 0.5, line={"color": charts.MUTED, "width": 1})
    _rows(fig, y)
    fig.update_xaxes(range=[1990, 2024.5], dtick=5, tick0=1990, title_text="Year")
    years = {name: (when(Interval(s.low, s.high + 1)) for s in spans) for name, spans in found.items() if spans}
    said = [f"{name}: {several(spans)}" for name, spans in years.items()]
    return charts.show_chart(fig, f"Strips of years. {title}. {'; '.join(said)}.")


SIGNS = {NEEDED: ("#0b3954", "●"), FREE: ("#a9c4d6", "○"), RULED_OUT: ("#d9b08c", "×"), SILENT: ("#f3f4f5", "")}


def support_map(evidence: Evidence, table: pd.DataFrame, title: str) -> Shown:
    """What the counts say of each boundary (row) under each assumption (column)."""
    from matplotlib.colors import ListedColormap  # noqa: PLC0415
    from matplotlib.patches import Patch  # noqa: PLC0415

    names = list(boundaries(evidence).set_index("edge").name.reindex(table.index))
    codes, signs = table.map(list(SIGNS).index), table.map(lambda verdict: SIGNS[verdict][1])
    shades = ListedColormap([shade for shade, _ in SIGNS.values()])
    look = {"cmap": shades, "vmin": -0.5, "vmax": 3.5, "annot_kws": {"size": 10}}
    fig, ax = _grid(codes, signs, names, (9.6, 3.2 + 0.28 * len(table)), look)
    heads = [textwrap.fill(str(name), 20) for name in table.columns]
    ax.set_xticks(ax.get_xticks(), heads, rotation=58, ha="left", rotation_mode="anchor", fontsize=9)
    keys = [Patch(facecolor=shade, label=f"{sign} {name}".strip()) for name, (shade, sign) in SIGNS.items()]
    ax.legend(handles=keys, loc="upper center", bbox_to_anchor=(0.4, -0.02), ncol=4, frameon=False, fontsize=9)
    subtitle = "Can the stages on either side share a rate? By assumption; ruled out: the stages cannot give the counts"
    charts.caption_picture(fig, title, subtitle, charts.source_note(evidence, dated_counts(evidence).id))
    sums = table.set_axis(names).apply(
        lambda row: ", ".join(f"{n} {verdict}" for verdict, n in row.value_counts().items()), axis=1
    )
    said = "; ".join(f"{name}: {told}" for name, told in sums.items())
    return charts.show_chart(fig, f"Grid of boundaries by assumption. {title}. {said}.")

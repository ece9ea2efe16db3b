"""Charts of the page on stages."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from kzcivil import charts
from kzcivil.evidence import Evidence
from kzcivil.intervals import Interval, each
from kzcivil.prose import number, several
from kzcivil.stages import FREE, NEEDED, RULED_OUT, SILENT, boundaries, schemes, when

LANDMARKS = {
    "independence_ngo_sector_forms": "independence",
    "law_public_associations_1996": "law on public associations",
    "presidential_address_1998": "President's address",
    "cnok_founded": "CNOK",
    "law_npo_2001": "law on non-profits",
    "first_civil_forum": "First Civil Forum, first tender",
    "second_civil_forum": "Second Forum, Alliance, social order",
    "concept_2006_adopted": "first Concept",
    "eighth_civil_forum": "VIII Forum",
    "national_council_public_trust": "National Council",
    "concept_2020_adopted": "Concept of 2020",
    "january_2022": "January events",
    "eleventh_civil_forum": "XI Forum",
}
"""Short names of the events that stand on the chart; all others are in the tables."""

FIRST, LAST, SLICES = 1979.5, 2026.0, 14
BAR = 0.36


def _mix(one: str, two: str, share: float) -> str:
    """The colour between two, as #rrggbb."""
    ends = [[int(shade[i : i + 2], 16) for i in (1, 3, 5)] for shade in (one, two)]
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in zip(*ends, strict=True))


def periodizations(evidence: Evidence, counts: pd.DataFrame, title: str) -> charts.Chart | charts.Picture:
    """Every dated scheme as a bar of stages over the events; fuzzy edges fade, open ends run out in an arrow."""
    table = schemes(evidence)
    table = table[table.dated]
    subtitle = "Stages by author; where an edge is fuzzy, one shade fades into the next; an arrow: no end printed. Below: dated counts"
    note = f"{charts.source_note(evidence, counts.id)} Names of stages are shortened; hover gives the printed edges."
    fig = charts.figure(title, subtitle, note, height=330 + 76 * len(table), width=1060)
    fig.update_layout(margin={"t": fig.layout.margin.t + 150, "l": 128}, showlegend=False)
    rows = {row.scheme: place for place, row in enumerate(each(table.iloc[::-1]), start=1)}
    _landmarks(fig, evidence, len(rows) + 0.62)
    for scheme in each(table):
        _stages_of(fig, evidence, scheme, rows[scheme.scheme])
    _count_marks(fig, evidence, counts)
    names = [wrap_label(str(table.set_index("scheme").title[key])) for key in rows]
    fig.update_yaxes(tickvals=[0, *rows.values()], ticktext=["dated counts", *names], showgrid=False, ticks="")
    fig.update_yaxes(range=[-0.55, len(rows) + 0.62])
    fig.update_xaxes(range=[FIRST, LAST], dtick=5, tick0=1980, title_text="Year")
    edges = boundaries(evidence)
    said = [f"{row.title}: {several(when(Interval(e.low, e.high)) for e in each(edges[edges.scheme == row.scheme]))}" for row in each(table)]
    return charts.show_chart(fig, f"Bars of stages by author over a time line of events. {title}. Boundaries: {'; '.join(said)}.")


def wrap_label(title: str) -> str:
    """A scheme's title in two lines."""
    return charts.escape(title).replace(", ", ",<br>")


def _stages_of(fig: Any, evidence: Evidence, scheme: Any, y: float) -> None:
    shade = charts.colour(scheme.source_id, evidence)
    stages = evidence.stages[evidence.stages.scheme == scheme.scheme].sort_values("order")
    edges = boundaries(evidence)
    inner = [Interval(row.low, row.high) for row in each(edges[edges.scheme == scheme.scheme])]
    end = min(scheme.end, LAST - 1.4)
    marks = [Interval(scheme.begin_low, scheme.begin_high), *inner, Interval(end, end)]
    shades = [_mix(shade, charts.PAPER, 0.66 if place % 2 else 0.3) for place in range(len(stages))]
    for place, stage in enumerate(each(stages)):
        before, after = marks[place], marks[place + 1]
        _block(fig, before.high, after.low, y, shades[place])
        earlier = charts.PAPER if place == 0 else shades[place - 1]
        _fade(fig, before, y, earlier, shades[place])
        if before.low == before.high and place:
            fig.add_shape(type="line", x0=before.low, x1=before.low, y0=y - BAR, y1=y + BAR, line={"color": "white", "width": 2.5})
        _name(fig, stage, (before, after), y, evidence)
    if scheme.open:
        tip = {"x": [end, end, end + 1.1, end], "y": [y - BAR, y + BAR, y, y - BAR]}
        fig.add_scatter(**tip, fill="toself", fillcolor=shades[-1], mode="lines", line={"width": 0}, hoverinfo="skip")


def _block(fig: Any, start: float, stop: float, y: float, shade: str) -> None:
    if stop > start:
        fig.add_shape(type="rect", x0=start, x1=stop, y0=y - BAR, y1=y + BAR, fillcolor=shade, line_width=0, layer="below")


def _fade(fig: Any, moment: Interval, y: float, one: str, two: str) -> None:
    width = (moment.high - moment.low) / SLICES
    for step in range(SLICES if width else 0):
        start = moment.low + step * width
        _block(fig, start, start + width * 1.02, y, _mix(one, two, (step + 0.5) / SLICES))


def _name(fig: Any, stage: Any, ends: tuple[Interval, Interval], y: float, evidence: Evidence) -> None:
    """The stage's name in its bar, as far as it fits, and its printed edges on hover."""
    left, right = (ends[0].low + ends[0].high) / 2, (ends[1].low + ends[1].high) / 2
    label = str(stage.as_printed) if str(stage.label).startswith("chart period") else str(stage.label)
    lines = textwrap.wrap(label, max(6, int((right - left) * 3.5)), break_long_words=False)
    text = f"<b>{stage.order}</b><br>" + "<br>".join(map(charts.escape, lines))
    hover = f"<b>“{charts.escape(stage.as_printed)}”</b><br>{charts.escape(stage.label)}<br>{charts.escape(evidence.cite(stage.stage_id)).split('“')[0].rstrip(': ')}"
    fig.add_scatter(
        x=[(left + right) / 2],
        y=[y],
        mode="text",
        text=[text],
        textfont={"size": 10.5 if right - left > 3.6 else 9, "color": charts.INK},
        hovertext=[hover],
        hoverinfo="text",
    )


def _landmarks(fig: Any, evidence: Evidence, top: float) -> None:
    """Thin lines at chosen events, with short names above the bars."""
    events = evidence.events.assign(days=lambda rows: (rows.end - rows.start).dt.days).sort_values("days", kind="stable")
    events = events[events.event.isin(LANDMARKS)].drop_duplicates("event")
    places = sorted((row.start.year + (row.start.dayofyear + row.end.dayofyear) / 730, str(row.event)) for row in each(events))
    last = -math.inf
    for moment, event in places:
        label = max(moment, last + 1.12)
        last = label
        fig.add_shape(type="line", x0=moment, x1=moment, y0=-0.55, y1=top, line={"color": "#9aa5ae", "width": 1, "dash": "dot"}, layer="below")
        fig.add_annotation(
            x=label, y=1, yref="paper", text=f"{LANDMARKS[event]}, {int(moment)}", textangle=-55, showarrow=False,
            xanchor="left", yanchor="bottom", xshift=-6, font={"size": 11, "color": charts.MUTED},
        )  # fmt: skip


def _count_marks(fig: Any, evidence: Evidence, counts: pd.DataFrame) -> None:
    measures = {"unspecified": "ngos", "registered": "ngos_registered", "operating": "ngos_operating"}
    crowd = counts.groupby("year").cumcount()
    for row, slot in zip(each(counts), crowd, strict=True):
        shade, x = charts.colour(row.source_id, evidence), (row.t_low + row.t_high) / 2
        y = 0.12 - 0.34 * slot
        fig.add_scatter(
            x=[x], y=[y], mode="markers", hovertext=charts.hover(evidence, [row.id]), hoverinfo="text",
            marker={"color": shade, "size": 10, "symbol": charts.symbol(measures[row.definition])},
        )  # fmt: skip
        if row.circular:
            fig.add_scatter(
                x=[x], y=[y], mode="markers", hoverinfo="skip",
                marker={"size": 19, "symbol": "circle-open", "color": charts.INK, "line": {"width": 1.3}},
            )  # fmt: skip
    circular = counts[counts.circular]
    if len(circular):
        fig.add_annotation(
            x=float(circular.t_high.max()) + 0.4, y=-0.2, text="ringed: circular", showarrow=False, xanchor="left",
            font={"size": 11, "color": charts.MUTED},
        )  # fmt: skip


def distance_map(evidence: Evidence, table: pd.DataFrame, title: str) -> charts.Chart | charts.Picture:
    """Years from each boundary to the nearest one of each other scheme: the least possible as colour, the range as text."""
    import matplotlib.pyplot as plt  # noqa: PLC0415

    sns = charts.seaborn_look()
    names, others = list(dict.fromkeys(table.name)), list(dict.fromkeys(boundaries(evidence).title))
    grid = table.pivot(index="name", columns="other_title", values="low").reindex(index=names, columns=others)
    text = table.assign(t=[_range(row) for row in each(table)]).pivot(index="name", columns="other_title", values="t")
    text = text.reindex(index=names, columns=others).fillna("")
    fig, ax = plt.subplots(figsize=(9, 1.9 + 0.33 * len(names)))
    shades = sns.light_palette(charts.COMPUTED, as_cmap=True)
    sns.heatmap(grid, annot=text, fmt="", cmap=shades, vmin=0, vmax=max(5.0, min(18.0, float(table.low.max()))), ax=ax, linewidths=1.2,
                cbar_kws={"label": "least possible distance (years)", "shrink": 0.6}, annot_kws={"size": 9})  # fmt: skip
    ax.set(xlabel="", ylabel="")
    ax.set_xticks(ax.get_xticks(), [textwrap.fill(str(name), 13) for name in grid.columns], rotation=0, fontsize=9)
    ax.set_yticks(ax.get_yticks(), names, fontsize=9)
    ax.xaxis.tick_top()
    ax.tick_params(length=0)
    for place in range(1, len(names)):
        if names[place].split(" ")[:-2] != names[place - 1].split(" ")[:-2]:
            ax.axhline(place, color=charts.MUTED, linewidth=1)
    subtitle = "Years from each boundary (row) to the nearest boundary of each other scheme (column), least to greatest within the fuzz"
    charts.caption_picture(fig, title, subtitle, _stage_note(evidence))
    far = table[~table.same_author.astype(bool)].sort_values("low").iloc[-1] if len(table) else None
    alt = f"Heat map of distances between stage boundaries. {title}."
    return charts.show_chart(fig, alt + (f" Farthest: {far['name']} from {far.other_title}, {_range(far)} years." if far is not None else ""))


def _range(row: Any) -> str:
    low, high = number(float(row.low), 2), number(float(row.high), 2)
    return low if low == high else f"{low}–{high}"


def _stage_note(evidence: Evidence) -> str:
    names = evidence.sources.set_index("source_id").short_title
    used = dict.fromkeys(evidence.stages.source_id)
    return f"Source: {', '.join(str(names[key]) for key in used)}; kzcivil {evidence.label}."


def rates(evidence: Evidence, full: pd.DataFrame, bare: pd.DataFrame, title: str) -> charts.Chart | charts.Picture:
    """The range of rates of each stage: from all counts, and from those that are not circular."""
    keep = [scheme for scheme in dict.fromkeys(full.scheme) if (pd.concat([full, bare]).query("scheme == @scheme").verdict == "possible").any()]
    labels = [(row.scheme, row.order, f"{row.title} {row.order}") for row in each(full) if row.scheme in keep]
    y = {(scheme, order): place for place, (scheme, order, _) in enumerate(reversed(labels))}
    subtitle = "Constant annual growth within each stage that gives the counts, stages joined and never falling (log scale of growth)"
    fig = charts.figure(title, subtitle, charts.source_note(evidence) + " A scheme without a line: no constant rates give its counts.", height=210 + 27 * len(labels), width=960)
    for table, name, shade, shift, dash in ((full, "all counts", charts.COMPUTED, 0.14, "solid"), (bare, "without the circular counts", "#8fa3b0", -0.16, "dot")):
        first = True
        for row in each(table):
            if (row.scheme, row.order) not in y or row.verdict != "possible":
                continue
            place, top = y[row.scheme, row.order] + shift, min(row.high, 9.5)
            words = f"{row.title}, stage {row.order}: {row.label}<br>{name}: {_percent(row.low, row.high)} a year"
            open_end = not math.isfinite(row.high) or row.high > 9.5
            fig.add_scatter(
                x=[1 + row.low, 1 + top], y=[place, place], mode="lines+markers", name=name, showlegend=first, hovertext=[words] * 2, hoverinfo="text",
                line={"color": shade, "width": 4, "dash": dash}, marker={"color": shade, "size": 9, "opacity": 1, "symbol": ["line-ns-open", "triangle-right" if open_end else "line-ns-open"]},
            )  # fmt: skip
            first = False
    ticks = [0, 5, 10, 20, 40, 100, 200, 400, 900]
    fig.update_xaxes(type="log", tickvals=[1 + tick / 100 for tick in ticks], ticktext=[f"{tick}" for tick in ticks], title_text="Growth (% a year), log scale; arrow: open above", range=[math.log10(0.985), math.log10(11)])
    fig.update_yaxes(tickvals=list(y.values()), ticktext=[label for *_, label in reversed(labels)], range=[-0.6, max(len(labels) - 0.4, 0.6)], gridcolor="#eef0f2")
    lines = [f"{row.title} {row.order}: {_percent(row.low, row.high)}" for row in each(full) if row.verdict == "possible"]
    return charts.show_chart(fig, f"Ranges of growth rates by stage. {title}. With all counts: {'; '.join(lines) or 'none'}.")


def _percent(low: float, high: float) -> str:
    least = number(100 * low, 2)
    return f"{least} to {number(100 * high, 2)} %" if math.isfinite(high) else f"at least {least} %"


def change_strip(
    evidence: Evidence, found: Mapping[str, Sequence[Interval] | None], title: str
) -> charts.Chart | charts.Picture:
    """Where the changes of rate can lie that the counts cannot do without, above the boundaries of the authors."""
    edges = boundaries(evidence)
    authors = list(dict.fromkeys(edges.title))
    y = {name: place for place, name in enumerate([*reversed(authors), *reversed(list(found))])}
    subtitle = "Dark: turns of the year at which the rate can change if it changes as seldom as possible. Colour: boundaries by author"
    fig = charts.figure(title, subtitle, charts.source_note(evidence), height=230 + 34 * len(y), width=980)
    for name, spans in found.items():
        for place, span in enumerate(spans or [], start=1):
            words = f"{name}: change {place} at the turn of a year, {span.low:.0f} to {span.high:.0f}"
            x = [span.low, span.high] if span.high > span.low else [span.low - 0.08, span.low + 0.08]
            fig.add_scatter(x=x, y=[y[name] + (0.13 if place % 2 else -0.13)] * 2, mode="lines", line={"color": charts.COMPUTED, "width": 9},
                            hovertext=[words] * 2, hoverinfo="text", showlegend=False)  # fmt: skip
        if not spans:
            text = "too few counts, or no such rates" if spans is None else "one rate does, no change needed"
            fig.add_annotation(x=1992, y=y[name], text=text, showarrow=False, xanchor="left", font={"size": 11, "color": charts.MUTED})
    for row in each(edges):
        shade, wide = charts.colour(row.source_id, evidence), max(row.high - row.low, 0.25)
        fig.add_scatter(x=[row.low, row.low + wide], y=[y[row.title]] * 2, mode="lines", line={"color": shade, "width": 13}, opacity=0.75,
                        hovertext=[charts.escape(f"{row.name}: {row.before} to {row.after}")] * 2, hoverinfo="text", showlegend=False)  # fmt: skip
    fig.add_hline(y=len(authors) - 0.5, line={"color": charts.MUTED, "width": 1})
    fig.update_yaxes(tickvals=list(y.values()), ticktext=[charts.escape(name) for name in y], range=[-0.6, len(y) - 0.4], gridcolor="#eef0f2")
    fig.update_xaxes(range=[1990, 2024.5], dtick=5, tick0=1990, title_text="Year")
    said = [f"{name}: {', '.join(f'{s.low:.0f} to {s.high:.0f}' for s in spans)}" for name, spans in found.items() if spans]
    return charts.show_chart(fig, f"Strips of years. {title}. {'; '.join(said)}.")


SHADES = {NEEDED: "#0b3954", FREE: "#a9c4d6", RULED_OUT: "#d9b08c", SILENT: "#f3f4f5"}


def support_map(evidence: Evidence, table: pd.DataFrame, title: str) -> charts.Chart | charts.Picture:
    """What the counts say of each boundary (row) under each assumption (column)."""
    import matplotlib.pyplot as plt  # noqa: PLC0415
    from matplotlib.colors import ListedColormap  # noqa: PLC0415
    from matplotlib.patches import Patch  # noqa: PLC0415

    sns = charts.seaborn_look()
    order = list(SHADES)
    names = boundaries(evidence).set_index("edge").name.reindex(table.index)
    codes = table.map(order.index)
    signs = table.map({NEEDED: "●", FREE: "○", RULED_OUT: "×", SILENT: ""}.get)
    fig, ax = plt.subplots(figsize=(10.4, 3.3 + 0.29 * len(table)))
    sns.heatmap(codes, annot=signs, fmt="", cmap=ListedColormap(list(SHADES.values())), vmin=-0.5, vmax=3.5, cbar=False, linewidths=1.2, ax=ax, annot_kws={"size": 10})
    ax.set(xlabel="", ylabel="")
    ax.set_yticks(ax.get_yticks(), list(names), fontsize=9)
    ax.xaxis.tick_top()
    ax.set_xticks(ax.get_xticks(), [textwrap.fill(str(name), 20) for name in table.columns], rotation=58, ha="left", rotation_mode="anchor", fontsize=9)
    ax.tick_params(length=0)
    keys = [Patch(facecolor=shade, label=f"{sign} {name}".strip()) for (name, shade), sign in zip(SHADES.items(), ("●", "○", "×", ""), strict=True)]
    ax.legend(handles=keys, loc="upper center", bbox_to_anchor=(0.4, -0.02), ncol=4, frameon=False, fontsize=9)
    subtitle = "Can the stages on either side share one rate? A column an assumption; ruled out: no constant rates within the stages give the counts"
    charts.caption_picture(fig, title, subtitle, charts.source_note(evidence))
    sums = [f"{name}: {several(f'{n} {verdict}' for verdict, n in part.value_counts().items())}" for name, part in zip(names, (table.loc[key] for key in table.index), strict=True)]
    return charts.show_chart(fig, f"Grid of boundaries by assumption. {title}. {'; '.join(sums)}.")

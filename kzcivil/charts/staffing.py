"""Charts of the page on one-person NGOs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd

from kzcivil import charts
from kzcivil.evidence import Evidence
from kzcivil.intervals import each
from kzcivil.prose import number
from kzcivil.staff_evidence import EMPLOYED, USED, Totals, people_per_ngo, people_title, premises, share_text, tally
from kzcivil.staffing import share_surface, share_with_one, verdict

Shown = charts.Chart | charts.Picture
SHADES = {"contradictory": "#d9d9d9", "ruled out": "#f6efe2", "possible": "#9ecae1", "forced": "#0b3954"}
LIMITS = {1000: "dashdot", 100: "dash", 10: "dot"}
MOST_MEAN, POINTS, SLIDER_HEIGHT = 1000.0, 24, 84


def premises_chart(evidence: Evidence, table: pd.DataFrame, threshold: float) -> Shown:
    """Bounds on the share with exactly one employee, a bar a premise of ``table``, with the verdict beside it."""
    title = tally(table, threshold)
    subtitle = "Bounds on the share of NGOs with exactly one employee under each premise on the NGOs without staff"
    fig = charts.figure(title, subtitle, charts.source_note(evidence, USED), height=200 + 38 * len(table))
    heights = list(range(len(table)))[::-1]
    for row, height in zip(each(table), heights, strict=True):
        label = f"{share_text(row.bounds)}: <b>{row.verdict}</b>"
        fig.add_annotation(x=1.01, xref="paper", xanchor="left", y=height, text=label, showarrow=False)
        if row.bounds:
            low, wide = 100 * row.bounds.low, 100 * (row.bounds.high - row.bounds.low)
            words = f"<b>{charts.wrap(charts.escape(row.words), 50)}</b><br>{label}"
            bar = {"base": [low], "x": [wide], "y": [height], "width": 0.34, "marker_color": charts.COMPUTED}
            fig.add_bar(**bar, orientation="h", hovertext=words, hoverinfo="text")
    fig.add_vline(x=100 * threshold, line={"dash": "dash", "color": charts.INK, "width": 1.5})
    said = f"{number(100 * threshold)} %: “overwhelming” (assumed)"
    fig.add_annotation(x=100 * threshold, y=1, yref="paper", yanchor="bottom", showarrow=False, text=said)
    fig.update_layout(showlegend=False, margin_r=190, barmode="overlay")
    names = [charts.wrap(charts.escape(name), 44) for name in table["name"]]
    fig.update_yaxes(tickvals=heights, ticktext=names, range=[-0.6, len(table) - 0.4], showgrid=False)
    fig.update_xaxes(title_text="NGOs with exactly one employee (% of all)", range=[0, 100], dtick=25)
    told = "; ".join(f"{row.name}: {share_text(row.bounds)}" for row in each(table))
    return charts.show_chart(fig, f"Bars of bounds on the share of NGOs with exactly one employee. {title}. {told}.")


def edge(found: Totals, threshold: float) -> str:
    """Where the article's totals stand to the region in which the threshold is forced, no NGO being idle: a title."""
    ends = (found.mean.low, found.mean.high)
    forced = [verdict(threshold, share_with_one(max(1.0, m), 0)) == "forced" for m in ends]
    where = "lie inside it" if all(forced) else "touch its edge" if any(forced) else "lie outside it"
    return f"{number(100 * threshold)} % with one employee is forced in a corner; the article's totals {where}"


def verdict_map(evidence: Evidence, found: Totals, threshold: float) -> Shown:
    """Where the threshold is forced, possible and ruled out, over mean and idle share; one panel a limit to staff."""
    import matplotlib.pyplot as plt  # noqa: PLC0415
    import numpy as np  # noqa: PLC0415
    from matplotlib.colors import ListedColormap  # noqa: PLC0415
    from matplotlib.patches import Patch  # noqa: PLC0415

    charts.seaborn_look()
    panel_titles = {10: "At most 10 in one NGO", math.inf: "No limit to one NGO's staff"}
    fig, panels = plt.subplots(1, len(panel_titles), figsize=(9, 5.4), sharey=True)
    m, z = np.linspace(0.5, 4, 421), np.linspace(0, 1, 301)[:, None]
    look = {"cmap": ListedColormap(list(SHADES.values())), "vmin": 0, "vmax": 3, "interpolation": "nearest"}
    for panel, (limit, panel_title) in zip(panels, panel_titles.items(), strict=True):
        low, high = share_surface(m, z, limit)
        code = np.select([np.isnan(low), high < threshold - 1e-9, low < threshold - 1e-9], [0, 1, 2], 3)
        panel.imshow(code, origin="lower", aspect="auto", extent=(0.5, 4, 0, 100), **look)
        panel.grid(visible=False)
        panel.set_title(panel_title, fontsize=11)
        panel.set_xlabel("Employees per NGO")
        panel.set_xticks([1, 2, 3, 4])
        _premises_on(panel, evidence, found, limit)
    panels[0].set_ylabel("Idle NGOs (% of all)")
    handles = [Patch(facecolor=shade, edgecolor=charts.MUTED) for shade in SHADES.values()]
    names = ["no staffing fits", *list(SHADES)[1:]]
    panels[-1].legend(handles[::-1], names[::-1], loc=(0.6, 0.3), fontsize=9, framealpha=0.95)
    title = edge(found, threshold)
    subtitle = "Boxes: the article's employees per NGO (a range), at the idle shares that the premises take (ranges)"
    charts.caption_picture(fig, title, subtitle, charts.source_note(evidence, USED))
    alt = (
        f"Two maps over employees per NGO and share of idle NGOs, shaded by what follows. {title}. The article has "
        f"between {number(found.mean.low)} and {number(found.mean.high)} employees per NGO; {number(100 * threshold)} "
        f"% is forced only in a wedge near one employee per NGO and no idle NGO."
    )
    return charts.show_chart(fig, alt)


def _premises_on(panel: Any, evidence: Evidence, found: Totals, largest: float) -> None:
    from matplotlib.patches import Rectangle  # noqa: PLC0415

    shade = charts.colour(str(evidence.row(EMPLOYED).source_id), evidence)
    left, right = max(0.5, found.mean.low), min(4.0, found.mean.high)
    for row in each(premises(evidence, found, largest=largest).drop_duplicates("idle")):
        if row.idle.high - row.idle.low == 1:
            continue
        low, high = 100 * row.idle.low, 100 * max(row.idle.high, row.idle.low + 0.015)
        box = Rectangle((left, low), right - left, high - low, facecolor="#ffffffaa", edgecolor=shade, linewidth=2)
        panel.add_patch(box)
        label, wide = row.name.removeprefix("Idle: "), high - low > 30
        panel.text(right + 0.07, low + 5 if wide else (low + high) / 2 + 0.5, label, fontsize=8.5, va="center")


def people(evidence: Evidence, table: pd.DataFrame) -> Shown:
    """People per NGO by each pair of counts: a mark at the printed numbers, a line over what their words allow."""
    title = people_title(table)
    subtitle = "Mark: the printed numbers divided; line: what rounding and words allow; arrow: no upper end"
    note = charts.source_note(evidence, [*table.people_id, *table.ngos_id])
    fig = charts.figure(title, subtitle, note, height=190 + 36 * len(table))
    heights = list(range(len(table)))[::-1]
    top = max([500.0, *(value for value in [*table.low, *table.high] if value < math.inf)]) * 2
    titles = evidence.sources.set_index("source_id").short_title
    first = ~table.source_id.duplicated()
    for row, height, in_legend in zip(each(table), heights, first, strict=True):
        shade, unknown = charts.colour(row.source_id, evidence), math.isnan(row.face)
        hover = "<br>over<br>".join(charts.hover(evidence, [row.people_id, row.ngos_id]))
        common = {"legendgroup": row.source_id, "hovertext": hover, "hoverinfo": "text"}
        line = {"mode": "lines", "line": {"color": shade, "width": 4}, "showlegend": False}
        fig.add_scatter(x=[row.low, min(row.high, top)], y=[height] * 2, **line, **common)
        if math.isinf(row.high):
            arrow = {"text": "▶", "showarrow": False, "font": {"color": shade}, "xanchor": "center"}
            fig.add_annotation(x=math.log10(top), y=height, **arrow)
        marker = {"symbol": charts.symbol(row.measure), "color": shade, "size": 12, "opacity": 0 if unknown else 1}
        mark = {"mode": "markers", "marker": marker, "name": titles[row.source_id], "showlegend": bool(in_legend)}
        fig.add_scatter(x=[row.low if unknown else row.face], y=[height], **mark, **common)
    names = [_pair(row, evidence) for row in each(table)]
    fig.update_yaxes(tickvals=heights, ticktext=names, range=[-0.6, len(table) - 0.4])
    ticks = [0.3, 1, 3, 10, 30, 100, 300, 1000]
    fig.update_xaxes(type="log", range=[math.log10(0.3), math.log10(top) + 0.05], gridcolor=charts.FAINT)
    fig.update_xaxes(title_text="People per NGO (log scale)", tickvals=ticks, ticktext=[number(t) for t in ticks])
    ratios = ["open" if math.isnan(face) else number(face, 2) for face in table.face]
    told = "; ".join(f"{row.people} over {row.ngos}: {ratio}" for row, ratio in zip(each(table), ratios, strict=True))
    return charts.show_chart(fig, f"Marks of people per NGO on a log scale. {title}. {told}.")


def _pair(row: Any, evidence: Evidence) -> str:
    titles = evidence.measures.set_index("measure").title
    people, ngos = (str(titles[key]).split(",")[0] for key in (row.measured, row.measure))
    ngos = ngos if ngos.startswith("NGO") else ngos[:1].lower() + ngos[1:]
    return f"{charts.escape(f'{row.year}: {people.lower()}')}<br>over {charts.escape(ngos)}"


def floor_title(mean: float) -> str:
    """What a mean forces, with no idle NGO and with some: a title."""
    per = f"With {number(mean)} employees per NGO"
    if mean < 1:
        return f"{per} at least {number(100 * (1 - mean), 2)} % have none at all"
    if mean >= 2:
        return f"{per} the totals force no NGO to have exactly one"
    floor, gone = math.floor(100 * (2 - mean) + 1e-7), number(100 * (1 - mean / 2))
    return f"{per}, {number(floor)} % or more have exactly one if none is idle; from {gone} % idle on, perhaps none"


def bounds_by_mean(evidence: Evidence, found: Totals, idle_percent: Sequence[float], threshold: float) -> Shown:
    """Bounds on the share with exactly one over the mean, for four limits to staff; a slider moves the idle share.

    Every step of the slider (percent, below 100) is computed beforehand, so that it moves without a kernel; the first
    is the still picture.
    """
    title, overwhelming = floor_title(found.printed_mean), 100 * threshold
    table = people_per_ngo(evidence)
    table = table[table.measured.isin(["people_involved", "people_employed"])]
    subtitle = "Upper panel: what fits the totals; K: the largest staff of any NGO."
    subtitle += " Lower panel: people per NGO by the printed numbers"
    note = charts.source_note(evidence, [*table.people_id, *table.ngos_id])
    fig = charts.figure(title, subtitle, note, height=720)
    line = {"color": charts.COMPUTED, "width": 2.4}
    names = ["at least", "at most, no limit", *(f"at most, K = {number(k)}" for k in LIMITS)]
    styles = [line, line, *({"color": charts.MUTED, "width": 1.8, "dash": dash} for dash in LIMITS.values())]
    for (x, y), name, style in zip(_curves(idle_percent[0]), names, styles, strict=True):
        hover = f"%{{x:.3g}} employees per NGO<br>{name} %{{y:.1f}} %<extra></extra>"
        fig.add_scatter(x=x, y=y, mode="lines", name=name, line=style, hovertemplate=hover)
    fig.data[1].update(fill="tonexty", fillcolor="rgba(61,79,92,0.13)")
    _mark_sources(fig, evidence, table)
    dashed = {"dash": "dash", "color": charts.INK, "width": 1.2}
    fig.add_shape(type="line", x0=1, x1=MOST_MEAN, y0=overwhelming, y1=overwhelming, line=dashed)
    place = {"x": math.log10(MOST_MEAN), "y": overwhelming, "xanchor": "right", "yanchor": "bottom"}
    said = f"{number(overwhelming)} %: “overwhelming” (assumed)"
    fig.add_annotation(**place, bgcolor=charts.PAPER, showarrow=False, text=said)
    fig.add_vline(x=found.printed_mean, line={"color": charts.MUTED, "width": 1, "dash": "dot"})
    ticks = [0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]
    across = {"type": "log", "range": [math.log10(0.5), 3], "tickvals": ticks, "ticktext": [number(t) for t in ticks]}
    fig.update_xaxes(**across, title_text="Employees per NGO (log scale)", anchor="y2")
    up = {"range": [0, 103], "dtick": 25, "domain": [0.34, 1], "title": {"text": "With exactly one (% of NGOs)"}}
    fig.update_layout(yaxis=up, legend={"traceorder": "normal"})
    _add_slider(fig, idle_percent)
    at = share_with_one(found.printed_mean, idle_percent[0] / 100)
    alt = (
        f"Bounds on the share of NGOs with exactly one employee over employees per NGO (log scale), first at "
        f"{number(idle_percent[0])} % idle. {title}. At {number(found.printed_mean)} per NGO: {share_text(at)}. "
        f"A slider moves the idle share up to {number(idle_percent[-1])} %."
    )
    return charts.show_chart(fig, alt)


def _curves(idle_percent: float) -> list[tuple[list[float], list[float]]]:
    """Lower bound, upper bound, and the upper bounds with a limit to staff; x in employees per NGO, y in percent."""
    staffed = 1 - idle_percent / 100
    curves = []
    for limit in (math.inf, *LIMITS):
        stop = 2 * staffed if limit == math.inf else min(limit * staffed, MOST_MEAN)
        # Closer at the beginning, so that the curves look smooth on a log scale.
        x = [*(staffed + (stop - staffed) * (i / POINTS) ** 2 for i in range(POINTS)), stop]
        x += [MOST_MEAN] if limit == math.inf else []
        low, high = ((100 * ends).tolist() for ends in share_surface(x, 1 - staffed, limit))
        curves += [(x, low), (x, high)] if limit == math.inf else [(x, high)]
    return curves


def _mark_sources(fig: Any, evidence: Evidence, table: pd.DataFrame) -> None:
    """The sources' own people per NGO in a panel below the bounds, a row a source and year."""
    titles = evidence.sources.set_index("source_id").short_title
    table = table.dropna(subset=["face"])
    rows = sorted({(row.year, row.source_id) for row in each(table)})
    for row in each(table):
        text = "<br>over<br>".join(charts.hover(evidence, [row.people_id, row.ngos_id]))
        marks = {"symbol": charts.symbol(row.measure), "color": charts.colour(row.source_id, evidence), "size": 11}
        place = {"x": [row.face], "y": [rows.index((row.year, row.source_id))], "yaxis": "y2"}
        fig.add_scatter(**place, mode="markers", marker=marks, hovertext=text, hoverinfo="text", showlegend=False)
    names = [charts.wrap(charts.escape(f"{year} {titles[source_id]}"), 18) for year, source_id in rows]
    axis = {**fig.layout.yaxis.to_plotly_json(), "domain": [0, 0.27], "range": [-0.6, max(1, len(rows)) - 0.4]}
    fig.update_layout(yaxis2={**axis, "tickvals": list(range(len(rows))), "ticktext": names, "anchor": "x"})


def _add_slider(fig: Any, idle_percent: Sequence[float]) -> None:
    steps = []
    for share in idle_percent:
        curves = _curves(share)
        change = {"x": [x for x, _ in curves], "y": [y for _, y in curves]}
        steps.append({"method": "restyle", "label": f"{number(share)} %", "args": [change, list(range(len(curves)))]})
    shown = {"prefix": "Idle NGOs, without any staff: ", "font": {"size": 14, "color": charts.INK}, "xanchor": "left"}
    look = {"bgcolor": charts.FAINT, "bordercolor": charts.MUTED, "tickcolor": charts.MUTED, "ticklen": 4}
    place = {"pad": {"t": 62, "b": 0}, "x": 0, "len": 1, "font": {"size": 11}}
    fig.update_layout(sliders=[{"steps": steps, "active": 0, "currentvalue": shown, **place, **look}])
    fig.layout.annotations[0].yshift -= SLIDER_HEIGHT
    fig.update_layout(margin_b=fig.layout.margin.b + SLIDER_HEIGHT)

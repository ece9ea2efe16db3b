"""Charts of the page on one-person NGOs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd

from kzcivil import charts
from kzcivil.evidence import Evidence
from kzcivil.intervals import Interval, each
from kzcivil.prose import number
from kzcivil.staff_evidence import EMPLOYED, USED, Totals, edge, floor_title, people_per_ngo, premises, share_text
from kzcivil.staffing import share_surface, share_with_one

SHADES = {"contradiction": "#d9d9d9", "impossible": "#f6efe2", "possible": "#9ecae1", "forced": "#0b3954"}
VERDICT_WORDS = {
    "forced": "forced",
    "possible": "possible",
    "impossible": "ruled out",
    "contradiction": "contradictory",
}
LIMITS = {1000: "dashdot", 100: "dash", 10: "dot"}
MOST_MEAN, POINTS, SLIDER_HEIGHT = 1000.0, 24, 84


def premises_chart(
    evidence: Evidence, table: pd.DataFrame, title: str, threshold: float
) -> charts.Chart | charts.Picture:
    """Bounds on the share with exactly one employee, a bar a premise, with the verdict beside it.

    Parameters
    ----------
    evidence
        For the note.
    table
        From :func:`kzcivil.staff_evidence.premises`.
    title
        The finding.
    threshold
        What counts as overwhelming, drawn as an assumed line.
    """
    subtitle = "Bounds on the share of NGOs with exactly one employee under each premise on the NGOs without staff"
    fig = charts.figure(title, subtitle, charts.source_note(evidence, USED), height=200 + 38 * len(table))
    heights = list(range(len(table)))[::-1]
    fits = [None if math.isnan(row.low) else Interval(row.low, row.high) for row in each(table)]
    for row, height, bounds in zip(each(table), heights, fits, strict=True):
        label = f"{share_text(bounds)}: <b>{VERDICT_WORDS[row.verdict]}</b>"
        fig.add_annotation(x=1.01, xref="paper", xanchor="left", y=height, text=label, showarrow=False)
        if bounds is not None:
            low, wide = 100 * bounds.low, 100 * (bounds.high - bounds.low)
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
    told = "; ".join(f"{name}: {share_text(bounds)}" for name, bounds in zip(table["name"], fits, strict=True))
    return charts.show_chart(fig, f"Bars of bounds on the share of NGOs with exactly one employee. {title}. {told}.")


def verdict_map(
    evidence: Evidence, found: Totals, threshold: float, largest: Sequence[float] = (10, math.inf)
) -> charts.Chart | charts.Picture:
    """Where the threshold is forced, possible and ruled out, over mean and idle share; one panel a limit to staff."""
    import matplotlib.pyplot as plt  # noqa: PLC0415
    import numpy as np  # noqa: PLC0415
    from matplotlib.colors import ListedColormap  # noqa: PLC0415
    from matplotlib.patches import Patch  # noqa: PLC0415

    charts.seaborn_look()
    fig, panels = plt.subplots(1, len(largest), figsize=(9, 5.4), sharey=True)
    m, z = np.linspace(0.5, 4, 421), np.linspace(0, 1, 301)[:, None]
    for panel, k in zip(panels, largest, strict=True):
        low, high = share_surface(m, z, k)
        code = np.select([np.isnan(low), high < threshold - 1e-9, low < threshold - 1e-9], [0, 1, 2], 3)
        panel.imshow(
            code,
            origin="lower",
            aspect="auto",
            extent=(0.5, 4, 0, 100),
            cmap=ListedColormap(list(SHADES.values())),
            vmin=0,
            vmax=3,
            interpolation="nearest",
        )
        panel.grid(visible=False)
        panel.set_title(
            "No limit to one NGO's staff" if k == math.inf else f"At most {number(k)} in one NGO", fontsize=11
        )
        panel.set_xlabel("Employees per NGO")
        panel.set_xticks([1, 2, 3, 4])
        _premises_on(panel, evidence, found, threshold, k)
    panels[0].set_ylabel("Idle NGOs (% of all)")
    handles = [Patch(facecolor=shade, edgecolor=charts.MUTED) for shade in SHADES.values()]
    names = ["no staffing fits", *(VERDICT_WORDS[key] for key in list(SHADES)[1:])]
    panels[-1].legend(handles[::-1], names[::-1], loc=(0.6, 0.3), fontsize=9, framealpha=0.95)
    title = edge(found, threshold)
    note = charts.source_note(evidence, USED)
    charts.caption_picture(
        fig,
        title,
        "Boxes: the article's employees per NGO (a range), at the idle shares that the premises take (ranges)",
        note,
    )
    middle = f"between {number(found.mean.low)} and {number(found.mean.high)} employees per NGO"
    alt = (
        f"Two maps over employees per NGO and share of idle NGOs, shaded by what follows. {title}. The article has "
        f"{middle}; {number(100 * threshold)} % is forced only in a wedge near one employee per NGO and no idle NGO."
    )
    return charts.show_chart(fig, alt)


def _premises_on(panel: Any, evidence: Evidence, found: Totals, threshold: float, largest: float) -> None:
    from matplotlib.patches import Rectangle  # noqa: PLC0415

    table = premises(evidence, found, threshold, largest)
    shade = charts.colour(str(evidence.row(EMPLOYED).source_id), evidence)
    left, right = max(0.5, found.mean.low), min(4.0, found.mean.high)
    taken = table[table.idle_high - table.idle_low < 1].drop_duplicates(["idle_low", "idle_high"])
    for row in each(taken):
        low, high = 100 * row.idle_low, 100 * max(row.idle_high, row.idle_low + 0.015)
        box = Rectangle((left, low), right - left, high - low, facecolor="#ffffffaa", edgecolor=shade, linewidth=2)
        panel.add_patch(box)
        label, wide = row.name.removeprefix("Idle: "), high - low > 30
        panel.text(right + 0.07, low + 5 if wide else (low + high) / 2 + 0.5, label, fontsize=8.5, va="center")


def people(evidence: Evidence, table: pd.DataFrame, title: str) -> charts.Chart | charts.Picture:
    """People per NGO by each pair of counts: a mark at the printed numbers, a line over what their words allow."""
    subtitle = "Mark: the printed numbers divided; line: what rounding and words allow; arrow: no upper end"
    fig = charts.figure(
        title, subtitle, charts.source_note(evidence, [*table.people_id, *table.ngos_id]), height=190 + 36 * len(table)
    )
    heights = list(range(len(table)))[::-1]
    top = (
        1000
        if table.empty
        else 2 * max(value for column in ("low", "high") for value in table[column] if value < math.inf)
    )
    seen: set[str] = set()
    for row, height in zip(each(table), heights, strict=True):
        shade = charts.colour(row.source_id, evidence)
        hover = "<br>over<br>".join(charts.hover(evidence, [row.people_id, row.ngos_id]))
        name = evidence.sources.set_index("source_id").short_title[row.source_id]
        common = {"legendgroup": row.source_id, "hovertext": hover, "hoverinfo": "text"}
        fig.add_scatter(
            x=[row.low, min(row.high, top)],
            y=[height] * 2,
            mode="lines",
            line={"color": shade, "width": 4},
            showlegend=False,
            **common,
        )
        if math.isinf(row.high):
            fig.add_annotation(
                x=math.log10(top), y=height, text="▶", showarrow=False, font={"color": shade}, xanchor="center"
            )
        face = row.low if math.isnan(row.face) else row.face
        marks = {
            "symbol": charts.symbol(row.measure),
            "color": shade,
            "size": 12,
            "opacity": 0 if math.isnan(row.face) else 1,
        }
        fig.add_scatter(
            x=[face],
            y=[height],
            mode="markers",
            marker=marks,
            name=name,
            showlegend=row.source_id not in seen,
            **common,
        )
        seen.add(row.source_id)
    fig.update_yaxes(
        tickvals=heights, ticktext=[_pair(row, evidence) for row in each(table)], range=[-0.6, len(table) - 0.4]
    )
    fig.update_xaxes(
        type="log",
        title_text="People per NGO (log scale)",
        range=[math.log10(0.3), math.log10(top) + 0.05],
        tickvals=[0.3, 1, 3, 10, 30, 100, 300, 1000],
        ticktext=["0.3", "1", "3", "10", "30", "100", "300", "1,000"],
        gridcolor=charts.FAINT,
    )
    told = "; ".join(
        f"{row.people} over {row.ngos}: {'open' if math.isnan(row.face) else number(row.face, 2)}"
        for row in each(table)
    )
    return charts.show_chart(fig, f"Marks of people per NGO on a log scale. {title}. {told}.")


def _pair(row: Any, evidence: Evidence) -> str:
    titles = evidence.measures.set_index("measure").title
    people, ngos = (str(titles[key]).split(",")[0] for key in (row.measured, row.measure))
    ngos = ngos if ngos.startswith("NGO") else ngos[:1].lower() + ngos[1:]
    return f"{charts.escape(f'{row.year}: {people.lower()}')}<br>over {charts.escape(ngos)}"


# --- the slider -----------------------------------------------------------------------------------------------------


def bounds_by_mean(
    evidence: Evidence, found: Totals, idle_percent: Sequence[float], threshold: float
) -> charts.Chart | charts.Picture:
    """Bounds on the share with exactly one over the mean, for four limits to staff; a slider moves the idle share.

    Every step of the slider is computed beforehand, so that it moves without a kernel.

    Parameters
    ----------
    evidence, found
        The evidence, and its N and E.
    idle_percent
        Steps of the slider in percent, below 100; the first is the still picture.
    threshold
        What counts as overwhelming.
    """
    title = floor_title(found.printed_mean)
    table = people_per_ngo(evidence)
    table = table[table.measured.isin(["people_involved", "people_employed"])]
    subtitle = (
        "Upper panel: what fits the totals; K: the largest staff of any NGO. "
        "Lower panel: people per NGO by the printed numbers"
    )
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
    fig.add_shape(
        type="line",
        x0=1,
        x1=MOST_MEAN,
        y0=100 * threshold,
        y1=100 * threshold,
        line={"dash": "dash", "color": charts.INK, "width": 1.2},
    )
    fig.add_annotation(
        x=math.log10(MOST_MEAN),
        y=100 * threshold,
        xanchor="right",
        yanchor="bottom",
        bgcolor=charts.PAPER,
        showarrow=False,
        text=f"{number(100 * threshold)} %: “overwhelming” (assumed)",
    )
    fig.add_vline(x=found.printed_mean, line={"color": charts.MUTED, "width": 1, "dash": "dot"})
    ticks = [0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]
    across = {"type": "log", "range": [math.log10(0.5), 3], "tickvals": ticks, "ticktext": [number(t) for t in ticks]}
    fig.update_xaxes(**across, title_text="Employees per NGO (log scale)", anchor="y2")
    fig.update_layout(yaxis={"range": [0, 103], "dtick": 25, "domain": [0.34, 1]}, legend={"traceorder": "normal"})
    fig.update_layout(yaxis_title_text="With exactly one (% of NGOs)")
    _add_slider(fig, idle_percent)
    at = share_with_one(found.printed_mean, idle_percent[0] / 100)
    alt = (
        f"Bounds on the share of NGOs with exactly one employee over employees per NGO (log scale), first at "
        f"{number(idle_percent[0])} % idle. {title}. At {number(found.printed_mean)} per NGO: {share_text(at)}. "
        f"A slider moves the idle share up to {number(idle_percent[-1])} %."
    )
    return charts.show_chart(fig, alt)


Curve = tuple[list[float], list[float]]


def _curves(idle_percent: float) -> list[Curve]:
    """Lower bound, upper bound, and the upper bounds with a limit to staff; x in employees per NGO, y in percent."""
    staffed = 1 - idle_percent / 100

    def steps(stop: float) -> list[float]:
        """Closer at the beginning, so that the curves look smooth on a log scale."""
        return [staffed + (stop - staffed) * (i / POINTS) ** 2 for i in range(POINTS)] + [stop]

    curves = []
    for limit in (math.inf, *LIMITS):
        x = [*steps(2 * staffed), MOST_MEAN] if limit == math.inf else steps(min(limit * staffed, MOST_MEAN))
        pairs = [share_surface(m, 1 - staffed, limit) for m in x]
        curves.append((x, [100 * float(high) for _, high in pairs]))
        if limit == math.inf:
            curves.insert(0, (x, [100 * float(low) for low, _ in pairs]))
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
    look = {
        "bgcolor": charts.FAINT,
        "bordercolor": charts.MUTED,
        "tickcolor": charts.MUTED,
        "font": {"size": 11},
        "ticklen": 4,
    }
    fig.update_layout(
        sliders=[
            {"steps": steps, "active": 0, "currentvalue": shown, "pad": {"t": 62, "b": 0}, "x": 0, "len": 1, **look}
        ]
    )
    fig.layout.annotations[0].yshift -= SLIDER_HEIGHT
    fig.update_layout(margin_b=fig.layout.margin.b + SLIDER_HEIGHT)

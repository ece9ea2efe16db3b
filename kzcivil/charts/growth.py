"""Charts of the page on the number of NGOs and its growth."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from kzcivil import charts
from kzcivil.counts import DEFINITIONS, YEARS, outward, per_cent
from kzcivil.coverage import silent_years
from kzcivil.evidence import Evidence
from kzcivil.growth import envelope
from kzcivil.intervals import Interval, each
from kzcivil.prose import number, several, span

YEAR_RANGE = (1989.6, 2025.2)
COUNT_RANGE = (9.0, 60_000.0)
SHORTER = {"alliance_members": "Alliance members", "ngos_grant_registered": "registered for grants"}
COUNT_TICKS = (10, 100, 1000, 10_000)


def _thousands(fig: Any, low: float, high: float, title: str) -> None:
    """A logarithmic axis of organisations."""
    fig.update_yaxes(
        type="log",
        range=[math.log10(low), math.log10(high)],
        tickvals=COUNT_TICKS,
        ticktext=[number(tick) for tick in COUNT_TICKS],
        title_text=title,
    )


def _gap(fig: Any, evidence: Evidence, where: float) -> str:
    """Shade the longest run of years that nobody counted; the run in words."""
    begin, end = silent_years(evidence)
    if not end:
        return ""
    fig.add_vrect(x0=begin, x1=end + 1, fillcolor=charts.FAINT, opacity=0.4, line_width=0, layer="below")
    middle = {"x": (begin + end + 1) / 2, "y": math.log10(where), "showarrow": False}
    fig.add_annotation(
        text="no count of all NGOs<br>in any of the documents", font={"size": 12, "color": charts.MUTED}, **middle
    )
    return f"{begin} to {end}"


def _intervals(fig: Any, rows: pd.DataFrame, shade: str, ceiling: float = 0.2) -> None:
    """Intervals in value and in date; an open upper end is dotted, up to the ceiling."""
    closed: dict[str, list[float | None]] = {"x": [], "y": []}
    open_: dict[str, list[float | None]] = {"x": [], "y": []}
    for row in each(rows):
        closed["x"] += [row.t_low, row.t_high, None]
        closed["y"] += [row.height, row.height, None]
        part = open_ if math.isinf(row.high) else closed
        top = max(row.low, 1) * (1 + ceiling) ** 2 if math.isinf(row.high) else row.high
        part["x"] += [row.at, row.at, None]
        part["y"] += [max(row.low, COUNT_RANGE[0]), top, None]
    plain = {"mode": "lines", "hoverinfo": "skip", "showlegend": False, "opacity": 0.65}
    fig.add_scatter(**closed, **plain, line={"color": shade, "width": 1.6})
    fig.add_scatter(**open_, **plain, line={"color": shade, "width": 2, "dash": "2px,3px"})


def _spread(rows: pd.DataFrame) -> pd.DataFrame:
    """Marks at the middle of their dates, those of nearly one place side by side within the dates."""
    height = rows.value.where(rows.value.notna(), np.sqrt(rows.low.clip(lower=1) * rows.high))
    rows = rows.assign(height=height, at=(rows.t_low + rows.t_high) / 2, level=np.log10(height).round(1))
    groups = rows.groupby([rows.t_low.round(), "level"])
    slot, crowd = groups.cumcount(), groups["id"].transform("size")
    return rows.assign(at=rows["at"] + (slot - (crowd - 1) / 2) * (rows.t_high - rows.t_low) * 0.42)


def _label(fig: Any, rows: pd.DataFrame) -> None:
    """The number and its definition beside each first count, where no other mark or label stands."""
    wide, high = 790 / (YEAR_RANGE[1] - YEAR_RANGE[0]), 430 / math.log10(COUNT_RANGE[1] / COUNT_RANGE[0])
    marks = [(row.at * wide, math.log10(row.height) * high) for row in each(rows)]
    boxes: list[tuple[float, float, float, float]] = [(x - 7, y - 7, x + 7, y + 7) for x, y in marks]
    places = [(side, lift) for lift in (0, 8, -8, 16, -16, 24, -24, 32, -32) for side in ("right", "left")]
    right_edge = YEAR_RANGE[1] * wide
    for row in each(rows[rows["first"]].sort_values("height", ascending=False, kind="stable")):
        kind = "" if row.measure == "ngos" else f" {SHORTER.get(row.measure, row.definition)}"
        text = f"<b>{row.label}</b>{kind}"
        length, x, y = 6.5 * len(row.label + kind) + 4, row.at * wide, math.log10(row.height) * high

        def box(
            side: str, lift: int, x: float = x, y: float = y, length: float = length
        ) -> tuple[float, float, float, float]:
            begin = x + 12 if side == "right" else x - 12 - length
            return (begin, y + lift - 8, begin + length, y + lift + 8)

        def crowding(place: tuple[str, int], box: Any = box) -> float:
            left, low, right, top = box(*place)
            hits = sum(a < right and left < c and b < top and low < d for a, b, c, d in boxes)
            outside = right > right_edge or left < YEAR_RANGE[0] * wide + 20
            crowd: float = 3 * hits + 9 * outside + abs(place[1]) / 60
            return crowd

        side, lift = min(places, key=crowding)
        boxes.append(box(side, lift))
        fig.add_annotation(
            x=row.at,
            y=math.log10(row.height),
            text=charts.escape(text).replace("&lt;b&gt;", "<b>").replace("&lt;/b&gt;", "</b>"),
            showarrow=False,
            xanchor="left" if side == "right" else "right",
            xshift=12 if side == "right" else -12,
            yshift=lift,
            font={"size": 12, "color": charts.INK},
        )


def every_count(evidence: Evidence, rows: pd.DataFrame, ceiling: float) -> charts.Chart | charts.Picture:
    """Every printed count of the sector and the Alliance: value by year, with the interval of both."""
    rows = _spread(rows[rows.scope != "region"])
    first = rows[rows["first"] & (rows.scope == "sector")]
    begin, end = silent_years(evidence)
    kinds = rows.measure.nunique()
    title = f"{number(len(rows))} printed counts under {kinds} definition{'s' * (kinds != 1)}"
    title += f", and none of them for {begin} to {end}" if end else ", and no year-long gap among them"
    subtitle = "Printed numbers of NGOs, with their interval in value and in date. Hollow: a repeat. Dotted: open above"
    fig = charts.figure(title, subtitle, charts.source_note(evidence, rows.id), height=660)
    _gap(fig, evidence, 25)
    for source_id, part in charts.grouped(rows, "source_id").items():
        shade = charts.colour(source_id, evidence)
        _intervals(fig, part, shade, ceiling)
        symbols = [charts.symbol(row.measure, hollow=not row.first) for row in each(part)]
        edge = {"width": 1.6, "color": [charts.PAPER if row.first else shade for row in each(part)]}
        fig.add_scatter(
            x=part["at"],
            y=part.height,
            mode="markers",
            showlegend=False,
            marker={"color": shade, "size": 12, "symbol": symbols, "line": edge},
            hovertext=charts.hover(evidence, part.id),
            hoverinfo="text",
        )
        dot = {"color": shade, "size": 11, "symbol": "circle"}
        fig.add_scatter(x=[None], y=[None], mode="markers", name=part.source.iloc[0], marker=dot)
    for place, measure in enumerate(key for key in DEFINITIONS if key in set(rows.measure)):
        mark = {"color": charts.MUTED, "size": 10, "symbol": charts.symbol(measure)}
        legend = "legend2" if place < 4 else "legend3"
        fig.add_scatter(x=[None], y=[None], mode="markers", name=DEFINITIONS[measure], marker=mark, legend=legend)
    _label(fig, rows)
    _lost(fig, evidence)
    corner = {"orientation": "v", "y": 0.99, "yanchor": "top", "font": {"size": 12}, "bgcolor": "rgba(0,0,0,0)"}
    fig.update_layout(legend2={**corner, "x": 0.0}, legend3={**corner, "x": 0.15})
    _thousands(fig, *COUNT_RANGE, "Organisations (logarithmic scale)")
    fig.update_xaxes(range=list(YEAR_RANGE), dtick=5, tick0=1990, title_text="Year the count is about")
    listed = several(f"{row.label} ({row.definition}, {row.start.year})" for row in each(first))
    return charts.show_chart(fig, f"Marks on a logarithmic scale, 1991 to 2023. {title}. First counts: {listed}.")


def _lost(fig: Any, evidence: Evidence) -> None:
    """Counts that were printed and whose values are lost, as a row of gaps at the foot."""
    claims = evidence.claims
    lost = claims[claims.measure.isin(["ngos", "ngos_registered"]) & (claims.wording == "lost")].dropna(
        subset=["start"]
    )
    for row in each(lost):
        ends = [max(row.start.year + 0.6, YEAR_RANGE[0]), max(row.end.year + 0.4, row.start.year + 0.9)]
        shade = charts.colour(row.source_id, evidence)
        fig.add_scatter(
            x=ends,
            y=[10.6 if row.measure == "ngos" else 12.2] * 2,
            mode="lines",
            line={"color": shade, "width": 3, "dash": "2px,3px"},
            hovertext=charts.hover(evidence, [row.claim_id])[0] + "<br>value lost",
            hoverinfo="text",
            showlegend=False,
        )
    if len(lost):
        words = {"text": "printed, but the values are lost", "x": lost.end.dt.year.max() + 2.1, "y": math.log10(10.8)}
        fig.add_annotation(**words, showarrow=False, xanchor="left", font={"size": 11, "color": charts.MUTED})


RATE_EDGES = (-0.2, 0.6)


def rates(evidence: Evidence, logical: pd.DataFrame, talk: pd.DataFrame, title: str) -> charts.Chart | charts.Picture:
    """Mean annual growth between pairs of counts, as ranges: thin logical, thick conversational."""
    subtitle = (
        "Range of mean annual growth, with the slack of numbers and dates. Thick: conversational; thin: logical words"
    )
    note = charts.source_note(evidence, [*logical["first"], *logical["second"]]) if len(logical) else ""
    fig = charts.figure(title, subtitle, note, height=130 + 36 * max(len(logical), 4))
    order = list(logical.pair)[::-1] if len(logical) else []
    shades = {"neighbours": charts.COMPUTED, "headline": "#8a5a9c"}
    names = {"neighbours": "neighbouring counts", "headline": "headline pairs"}
    for table, width, opacity in ((talk, 12, 0.45), (logical, 2.5, 1.0)):
        for kind, part in charts.grouped(table, "kind").items() if len(table) else ():
            ends: dict[str, list[Any]] = {"x": [], "y": []}
            for row in each(part):
                low, high = (
                    100 * min(max(rate, RATE_EDGES[0]), RATE_EDGES[1]) for rate in (row.rate_low, row.rate_high)
                )
                ends["x"] += [low, high, None]
                ends["y"] += [row.pair, row.pair, None]
            line = {"color": shades[kind], "width": width}
            shown = {"name": names[kind], "showlegend": width > 10, "opacity": opacity, "hoverinfo": "skip"}
            fig.add_scatter(**ends, mode="lines", line=line, **shown)
            _tips(fig, part, shades[kind])
    for row in each(talk):
        words = per_cent(Interval(row.rate_low, row.rate_high))
        fig.add_annotation(
            x=1.01,
            xref="paper",
            y=row.pair,
            text=words,
            showarrow=False,
            xanchor="left",
            font={"size": 12},
            align="left",
        )
    fig.add_annotation(
        x=1.01, xref="paper", y=1, yref="paper", yanchor="bottom", xanchor="left", showarrow=False,
        text="a year,<br>conversational", font={"size": 11, "color": charts.MUTED}, align="left",
    )  # fmt: skip
    fig.add_vline(x=0, line={"color": charts.MUTED, "width": 1})
    fig.update_layout(margin={"r": 132})
    fig.update_yaxes(categoryorder="array", categoryarray=order, range=[-0.6, len(order) - 0.4], title_text="")
    edges = [100 * edge for edge in RATE_EDGES]
    fig.update_xaxes(range=edges, dtick=10, title_text="Mean growth a year (%), cut at both ends")
    told = "; ".join(f"{row.pair}: {per_cent(Interval(row.rate_low, row.rate_high))}" for row in each(talk))
    return charts.show_chart(fig, f"Ranges of mean annual growth. {title}. Conversational reading: {told}.")


def _tips(fig: Any, part: pd.DataFrame, shade: str) -> None:
    """Arrows where a range goes on beyond the edge of the chart."""
    low, high = RATE_EDGES
    tips = [(row.pair, 100 * high - 0.6, "arrow-right") for row in each(part) if row.rate_high > high]
    tips += [(row.pair, 100 * low + 0.6, "arrow-left") for row in each(part) if row.rate_low < low]
    if tips:
        pairs, at, symbols = zip(*tips, strict=True)
        marks = {"symbol": list(symbols), "size": 10, "color": shade}
        fig.add_scatter(x=list(at), y=list(pairs), mode="markers", marker=marks, hoverinfo="skip", showlegend=False)


def break_places(
    evidence: Evidence, sides: Mapping[str, pd.DataFrame], edges: pd.DataFrame, title: str
) -> charts.Chart | charts.Picture:
    """Where the breaks may lie with the fewest joined segments that fit, over the years where authors begin a stage."""
    subtitle = "Squares: where a break may lie, with the fewest segments that never fall; grey: an author's new stage"
    fig = charts.figure(title, subtitle, charts.source_note(evidence), height=430)
    told, height, ticks = [], 0, []
    for (side, table), shade in zip(sides.items(), ("#0b3954", "#a8763e", "#3f7cac"), strict=False):
        fitting = table[table.fits]
        if fitting.empty:
            continue
        best = fitting.iloc[0]
        name = f"{side}: {best.segments} segments, {best.parameters} parameters, {best.counts} counts"
        for place, years in enumerate(best.places):
            at = {"x": years, "y": [height] * len(years)}
            mark = {"color": shade, "size": 13, "symbol": "square"}
            hover = [f"{side}<br>break {place + 1} may lie at the beginning of {year}" for year in years]
            shown = {"name": name, "showlegend": place == 0, "hovertext": hover, "hoverinfo": "text"}
            fig.add_scatter(**at, mode="markers", marker=mark, **shown)
            ticks.append((height, f"break {place + 1}"))
            told.append(f"{side}, break {place + 1}: {several(f'{a} to {b}' for a, b in _spans(years)) or 'none'}")
            height += 1
        height += 1
    for row in each(edges):
        box = {"x0": row.low - 0.3, "x1": row.high + 0.3, "fillcolor": charts.FAINT, "opacity": 0.45}
        fig.add_vrect(**box, line_width=0, layer="below")
    for year in sorted({int(low) for low in edges.low if 1990 <= low <= 2023}):
        begins = several(dict.fromkeys(row.author for row in each(edges) if int(row.low) == year))
        fig.add_scatter(
            x=[year],
            y=[-1],
            mode="markers",
            marker={"symbol": "triangle-up", "color": charts.MUTED, "size": 9},
            hovertext=f"{year}: {begins}",
            hoverinfo="text",
            showlegend=False,
        )
    ticks.append((-1, "authors"))
    fig.update_yaxes(tickvals=[t[0] for t in ticks], ticktext=[t[1] for t in ticks], range=[-1.6, max(height - 1, 0.6)])
    fig.update_xaxes(range=[YEARS[0] - 1.5, YEARS[-1] + 1.5], dtick=5, tick0=1990, title_text="Year")
    return charts.show_chart(fig, f"Possible years of breaks. {title}. {'; '.join(told) or 'No placement fits'}.")


def allowed_range(evidence: Evidence, table: pd.DataFrame, title: str) -> charts.Chart | charts.Picture:
    """The band that the counts of one series leave to every moment, if the number never falls."""
    edges = {float(edge) + step for edge in [*table.t_low, *table.t_high] for step in (-0.001, 0.001)}
    moments = np.array(sorted({1990.0, 2024.2, *edges}))
    band = envelope(table, moments)
    low, high = band.low.clip(lower=COUNT_RANGE[0]), band.high.clip(upper=COUNT_RANGE[1])
    subtitle = "Computed range if the number never falls, from the counts of one series, the marks. Open ends are cut"
    fig = charts.figure(title, subtitle, charts.source_note(evidence, table.id), height=500)
    edge = {"color": charts.COMPUTED, "width": 1.2}
    fig.add_scatter(x=moments, y=high, mode="lines", line=edge, hoverinfo="skip", showlegend=False)
    filled = {"fill": "tonexty", "fillcolor": "rgba(61,79,92,0.18)", "name": "range the counts leave"}
    fig.add_scatter(x=moments, y=low, mode="lines", line=edge, hoverinfo="skip", **filled)
    rows = _spread(table)
    for source_id, part in charts.grouped(rows, "source_id").items():
        shade = charts.colour(source_id, evidence)
        _intervals(fig, part, shade)
        symbols = [charts.symbol(measure) for measure in part.measure]
        marks = {"color": shade, "size": 12, "symbol": symbols, "line": {"width": 1.4, "color": charts.PAPER}}
        text = charts.hover(evidence, part.id)
        name = part.source.iloc[0]
        fig.add_scatter(
            x=part["at"], y=part.height, mode="markers", marker=marks, hovertext=text, hoverinfo="text", name=name
        )
    _thousands(fig, *COUNT_RANGE, "Organisations (logarithmic scale)")
    fig.update_xaxes(range=[1989.8, 2024.6], dtick=5, tick0=1990, title_text="Year")
    begin, end = silent_years(evidence)
    alt = f"Band on a logarithmic scale. {title}."
    if end:
        fig.add_vrect(x0=begin, x1=end + 1, fillcolor=charts.FAINT, opacity=0.3, line_width=0, layer="below")
        alt += f" Years that nobody counted: {begin} to {end}."
    return charts.show_chart(fig, alt)


def ladder(evidence: Evidence, logical: pd.DataFrame, talk: pd.DataFrame, title: str) -> charts.Chart | charts.Picture:
    """NGOs that operate, work or belong, per 100 registered: thick conversational, thin logical."""
    subtitle = (
        "Per 100 registered of the same year (2006: of all NGOs). Thick: conversational words; thin: logical words,"
        " an open end drawn to 100"
    )
    fig = charts.figure(title, subtitle, charts.source_note(evidence, logical.claim_id), height=480)
    names = [
        f"{row.name}<br><span style='color:{charts.MUTED}'>of {row.base}, {row.year}</span>" for row in each(logical)
    ]
    for table, width, opacity in ((logical, 2.5, 0.9), (talk, 14, 0.35)):
        for row, label in zip(each(table), names, strict=True):
            line = {"color": charts.colour(row.source_id, evidence), "width": width}
            ends = {"x": [row.low, max(row.high, row.low + 0.4)], "y": [label, label]}
            fig.add_scatter(**ends, mode="lines", line=line, opacity=opacity, hoverinfo="skip", showlegend=False)
    symbols = [charts.symbol(measure) for measure in talk.measure]
    shades = [charts.colour(source_id, evidence) for source_id in talk.source_id]
    marks = {"color": shades, "size": 12, "symbol": symbols, "line": {"width": 1.5, "color": charts.PAPER}}
    hover = charts.hover(evidence, talk.claim_id)
    fig.add_scatter(
        x=(talk.low + talk.high) / 2,
        y=names,
        mode="markers",
        marker=marks,
        hovertext=hover,
        hoverinfo="text",
        showlegend=False,
    )
    for source_id in dict.fromkeys(talk.source_id):
        dot = {"color": charts.colour(source_id, evidence), "size": 11}
        title_of = evidence.sources.set_index("source_id").short_title[source_id]
        fig.add_scatter(x=[None], y=[None], mode="markers", name=title_of, marker=dot)
    fig.add_vline(x=100, line={"color": charts.INK, "width": 1.5})
    top = max(105.0, float(logical.high.max()) + 5) if len(logical) else 105.0
    fig.update_xaxes(range=[-2, top], title_text="Per 100 registered", dtick=20)
    fig.update_yaxes(categoryorder="array", categoryarray=names[::-1], range=[-0.6, len(names) - 0.4])
    told = "; ".join(
        f"{row.name} of {row.base} ({row.year}): {span(outward(Interval(row.low, row.high)))}" for row in each(logical)
    )
    return charts.show_chart(fig, f"Ranges per 100 registered NGOs. {title}. Logical reading: {told}.")


def title_of_places(sides: Mapping[str, pd.DataFrame], edges: pd.DataFrame, turning: int) -> str:
    """The finding of :func:`break_places`: whether any break may lie in or at the end of the year ``turning``."""
    best = [table[table.fits].iloc[0] for table in sides.values() if table.fits.any()]
    if not best:
        return "No joined segments that never fall meet all the counts"
    years = {year for row in best for place in row.places for year in place}
    at = sorted(years & {turning, turning + 1})
    if not years:
        return "One rate meets all the counts: no break is needed"
    runs = several(f"{a} to {b}" if a < b else str(a) for a, b in _spans(sorted(years)))
    close = f"also at {turning}" if at else f"not at {turning}"
    return f"Breaks in growth may lie in {runs}, {close}"


def _spans(years: list[int]) -> list[tuple[int, int]]:
    """Runs of consecutive years."""
    starts = [year for year in years if year - 1 not in years]
    ends = [year for year in years if year + 1 not in years]
    return list(zip(starts, ends, strict=True))

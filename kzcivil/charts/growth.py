"""Charts of the page on the number of NGOs and its growth."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from kzcivil import charts
from kzcivil.counts import DEFINITIONS, YEARS, per_cent, told
from kzcivil.coverage import silent_years
from kzcivil.evidence import Evidence
from kzcivil.growth import envelope
from kzcivil.intervals import each
from kzcivil.prose import number, several

YEAR_RANGE = (1989.6, 2025.2)
COUNT_RANGE = (9.0, 60_000.0)
SHORTER = {"alliance_members": "Alliance members", "ngos_grant_registered": "registered for grants"}
COUNT_TICKS = (10, 100, 1000, 10_000)
RATE_EDGES = (-0.2, 0.6)


# --- parts of the charts --------------------------------------------------------------------------------------------


def _axes(fig: Any, title: str) -> None:
    """Years across, organisations up on a logarithmic scale."""
    ends = [math.log10(end) for end in COUNT_RANGE]
    ticks = {"tickvals": COUNT_TICKS, "ticktext": [number(tick) for tick in COUNT_TICKS]}
    fig.update_yaxes(type="log", range=ends, title_text="Organisations (logarithmic scale)", **ticks)
    fig.update_xaxes(range=list(YEAR_RANGE), dtick=5, tick0=1990, title_text=title)


def _gap(fig: Any, evidence: Evidence) -> str:
    """Shade the longest run of years that nobody counted; the run in words."""
    begin, end = silent_years(evidence)
    if end:
        fig.add_vrect(x0=begin, x1=end + 1, fillcolor=charts.FAINT, opacity=0.4, line_width=0, layer="below")
    return f"{begin} to {end}" if end else ""


def _dots(
    fig: Any, x: Iterable[Any], y: Iterable[Any], hover: Sequence[str], marker: dict[str, Any], **more: Any
) -> None:
    """Marks with hover texts; without a name they stay out of the legend."""
    plain = {"mode": "markers", "hovertext": hover, "hoverinfo": "text", "showlegend": "name" in more}
    fig.add_scatter(x=list(x), y=list(y), marker=marker, **{**plain, **more})


def _line(fig: Any, points: Sequence[tuple[Any, Any]], line: dict[str, Any], **more: Any) -> None:
    """A line through points, broken at (None, None)."""
    x, y = zip(*points, strict=True) if points else ((), ())
    fig.add_scatter(x=x, y=y, line=line, **{"mode": "lines", "hoverinfo": "skip", "showlegend": False, **more})


def _key(fig: Any, name: str, **marker: Any) -> None:
    """An entry of the legend without a mark in the plot."""
    fig.add_scatter(x=[None], y=[None], mode="markers", name=name, marker={"size": 11, **marker})


def _counts(fig: Any, evidence: Evidence, rows: pd.DataFrame, ceiling: float = 0.2) -> None:
    """Counts with their intervals in value and in date, by source; an open upper end is dotted, up to the ceiling."""
    for source_id, part in charts.grouped(rows, "source_id").items():
        shade = charts.colour(source_id, evidence)
        closed: list[tuple[Any, Any]] = []
        open_: list[tuple[Any, Any]] = []
        for row in each(part):
            closed += [(row.t_low, row.height), (row.t_high, row.height), (None, None)]
            top = max(row.low, 1) * (1 + ceiling) ** 2 if math.isinf(row.high) else row.high
            ends = [(row.at, max(row.low, COUNT_RANGE[0])), (row.at, top), (None, None)]
            (open_ if math.isinf(row.high) else closed).extend(ends)
        _line(fig, closed, {"color": shade, "width": 1.6}, opacity=0.65)
        _line(fig, open_, {"color": shade, "width": 2, "dash": "2px,3px"}, opacity=0.65)
        edge = {"width": 1.6, "color": [charts.PAPER if row.first else shade for row in each(part)]}
        symbols = [charts.symbol(row.measure, hollow=not row.first) for row in each(part)]
        marker = {"color": shade, "size": 12, "symbol": symbols, "line": edge}
        _dots(fig, part["at"], part.height, charts.hover(evidence, part.id), marker)
        _key(fig, part.source.iloc[0], color=shade, symbol="circle")


def _spread(rows: pd.DataFrame) -> pd.DataFrame:
    """Marks at the middle of their dates, those of nearly one place side by side within the dates."""
    height = rows.value.where(rows.value.notna(), np.sqrt(rows.low.clip(lower=1) * rows.high))
    rows = rows.assign(height=height, at=(rows.t_low + rows.t_high) / 2, level=np.log10(height).round(1))
    groups = rows.groupby([rows.t_low.round(), "level"])
    slot, crowd = groups.cumcount(), groups["id"].transform("size")
    return rows.assign(at=rows["at"] + (slot - (crowd - 1) / 2) * (rows.t_high - rows.t_low) * 0.42)


Box = tuple[float, float, float, float]


def _label(fig: Any, rows: pd.DataFrame) -> None:
    """The number and its definition beside each first count, where no other mark or label stands (in pixels)."""
    wide, high = 790 / (YEAR_RANGE[1] - YEAR_RANGE[0]), 430 / math.log10(COUNT_RANGE[1] / COUNT_RANGE[0])
    rows = rows.assign(x=rows["at"] * wide, y=np.log10(rows.height) * high)
    boxes: list[Box] = [(row.x - 7, row.y - 7, row.x + 7, row.y + 7) for row in each(rows)]

    def crowding(box: Box) -> float:
        hits = sum(a < box[2] and box[0] < c and b < box[3] and box[1] < d for a, b, c, d in boxes)
        outside = box[2] > YEAR_RANGE[1] * wide or box[0] < YEAR_RANGE[0] * wide + 20
        return 3 * hits + 9 * outside

    for row in each(rows[rows["first"]].sort_values("height", ascending=False, kind="stable")):
        kind = "" if row.measure == "ngos" else f" {SHORTER.get(row.measure, row.definition)}"
        length = 6.5 * len(row.label + kind) + 4
        places: dict[tuple[str, int], Box] = {}
        for lift, side in product((0, 8, -8, 16, -16, 24, -24, 32, -32), ("left", "right")):
            begin = row.x + 12 if side == "left" else row.x - 12 - length
            places[side, lift] = (begin, row.y + lift - 8, begin + length, row.y + lift + 8)
        side, lift = min(places, key=lambda place: crowding(places[place]) + abs(place[1]) / 60)
        boxes.append(places[side, lift])
        shift = {"xanchor": side, "xshift": 12 if side == "left" else -12, "yshift": lift, "showarrow": False}
        text = f"<b>{charts.escape(row.label)}</b>{charts.escape(kind)}"
        font = {"size": 12, "color": charts.INK}
        fig.add_annotation(x=row.at, y=math.log10(row.height), text=text, font=font, **shift)


def _lost(fig: Any, evidence: Evidence) -> None:
    """Counts that were printed and whose values are lost, as a row of gaps at the foot."""
    claims = evidence.claims
    lost = claims[claims.measure.isin(["ngos", "ngos_registered"]) & (claims.wording == "lost")]
    lost = lost.dropna(subset=["start"])
    for row in each(lost):
        ends = [max(row.start.year + 0.6, YEAR_RANGE[0]), max(row.end.year + 0.4, row.start.year + 0.9)]
        line = {"color": charts.colour(row.source_id, evidence), "width": 3, "dash": "2px,3px"}
        text = charts.hover(evidence, [row.claim_id])[0] + "<br>value lost"
        height = 10.6 if row.measure == "ngos" else 12.2
        _dots(fig, ends, [height] * 2, [text] * 2, {}, mode="lines", line=line)
    if len(lost):
        words = {"text": "printed, but the values are lost", "x": lost.end.dt.year.max() + 2.1, "y": math.log10(10.8)}
        fig.add_annotation(**words, showarrow=False, xanchor="left", font={"size": 11, "color": charts.MUTED})


# --- the charts -----------------------------------------------------------------------------------------------------


def every_count(evidence: Evidence, rows: pd.DataFrame, ceiling: float) -> charts.Chart | charts.Picture:
    """Every printed count of the sector and the Alliance: value by year, with the interval of both."""
    rows = _spread(rows[rows.scope != "region"])
    begin, end = silent_years(evidence)
    kinds = [key for key in DEFINITIONS if key in set(rows.measure)]
    title = f"{number(len(rows))} printed counts under {len(kinds)} definition{'s' * (len(kinds) != 1)}"
    title += f", and none of them for {begin} to {end}" if end else ", and no year-long gap among them"
    subtitle = "Printed numbers of NGOs, with their interval in value and in date. Hollow: a repeat. Dotted: open above"
    fig = charts.figure(title, subtitle, charts.source_note(evidence, rows.id), height=700, legend_rows=3)
    if _gap(fig, evidence):
        words = {"text": "no count of all NGOs<br>in any of the documents", "font": {"size": 12, "color": charts.MUTED}}
        fig.add_annotation(x=(begin + end + 1) / 2, y=math.log10(25), showarrow=False, **words)
    _counts(fig, evidence, rows, ceiling)
    for measure in kinds:
        _key(fig, DEFINITIONS[measure], color=charts.MUTED, symbol=charts.symbol(measure))
    _label(fig, rows)
    _lost(fig, evidence)
    _axes(fig, "Year the count is about")
    first = rows[rows["first"] & (rows.scope == "sector")]
    listed = several(f"{row.label} ({row.definition}, {row.start.year})" for row in each(first))
    return charts.show_chart(fig, f"Marks on a logarithmic scale, 1991 to 2023. {title}. First counts: {listed}.")


def rates(evidence: Evidence, logical: pd.DataFrame, talk: pd.DataFrame, title: str) -> charts.Chart | charts.Picture:
    """Mean annual growth between pairs of counts, as ranges: thin logical, thick conversational."""
    subtitle = "Range of mean annual growth, with the slack of numbers and dates. Thick: conversational; thin: logical"
    note = charts.source_note(evidence, [*logical["first"], *logical["second"]]) if len(logical) else ""
    fig = charts.figure(title, subtitle, note, height=130 + 36 * max(len(logical), 4))
    looks = {"neighbours": ("neighbouring counts", charts.COMPUTED), "headline": ("headline pairs", "#8a5a9c")}
    least, most = (100 * edge for edge in RATE_EDGES)
    looks_of = product(((talk, 12, 0.45), (logical, 2.5, 1.0)), looks.items())
    for (table, width, opacity), (kind, (name, shade)) in looks_of:
        part = table[table.kind == kind]
        ends: list[tuple[Any, Any]] = []
        for row in each(part):
            low, high = (float(np.clip(100 * rate, least, most)) for rate in (row.rate.low, row.rate.high))
            ends += [(low, row.pair), (high, row.pair), (None, None)]
        told_once = width > 10 and len(part) > 0
        _line(fig, ends, {"color": shade, "width": width}, name=name, showlegend=told_once, opacity=opacity)
        tips = [(most - 0.6, row.pair, "arrow-right") for row in each(part) if 100 * row.rate.high > most]
        tips += [(least + 0.6, row.pair, "arrow-left") for row in each(part) if 100 * row.rate.low < least]
        if tips:
            at, pairs, symbols = zip(*tips, strict=True)
            _dots(fig, at, pairs, [], {"symbol": symbols, "size": 10, "color": shade}, hoverinfo="skip")
    beside = {"x": 1.01, "xref": "paper", "xanchor": "left", "align": "left", "showarrow": False}
    for row in each(talk):
        fig.add_annotation(y=row.pair, text=per_cent(row.rate), font={"size": 12}, **beside)
    small = {"text": "a year,<br>conversational", "font": {"size": 11, "color": charts.MUTED}}
    fig.add_annotation(y=1, yref="paper", yanchor="bottom", **small, **beside)
    fig.add_vline(x=0, line={"color": charts.MUTED, "width": 1})
    fig.update_layout(margin={"r": 132})
    fig.update_yaxes(categoryorder="array", categoryarray=list(logical.pair)[::-1], range=[-0.6, len(logical) - 0.4])
    fig.update_xaxes(range=[least, most], dtick=10, title_text="Mean growth a year (%), cut at both ends")
    listed = "; ".join(f"{row.pair}: {per_cent(row.rate)}" for row in each(talk))
    return charts.show_chart(fig, f"Ranges of mean annual growth. {title}. Conversational reading: {listed}.")


def break_places(
    evidence: Evidence, fits: pd.DataFrame, edges: pd.DataFrame, turning: int
) -> charts.Chart | charts.Picture:
    """Where the breaks may lie with the fewest joined segments that fit, over the years where authors begin a stage.

    The title says whether any may lie in, or at the end of, the year ``turning``.
    """
    fitting = fits[fits["Never falling"] == "possible"].drop_duplicates("Count of 2003")
    title = _title_of_places(fitting, turning)
    subtitle = "Squares: where a break may lie, with the fewest segments that never fall; grey: an author's new stage"
    fig = charts.figure(title, subtitle, charts.source_note(evidence), height=430)
    listed, height, ticks = [], 0, {-1: "authors"}
    for (_, best), shade in zip(fitting.iterrows(), ("#0b3954", "#a8763e", "#3f7cac"), strict=False):
        side = best["Count of 2003"]
        name = f"{side}: {best['Joined segments']} segments, {best.Parameters} parameters, {best.Counts} counts"
        for place, years in enumerate(best.places, start=1):
            hover = [f"{side}<br>break {place} may lie at the beginning of {year}" for year in years]
            mark = {"color": shade, "size": 13, "symbol": "square"}
            _dots(fig, years, [height] * len(years), hover, mark, name=name, showlegend=place == 1)
            ticks[height] = f"break {place}"
            listed.append(f"{side}, break {place}: {several(f'{a} to {b}' for a, b in _spans(years))}")
            height += 1
        height += 1
    for row in each(edges):
        box = {"x0": row.low - 0.3, "x1": row.high + 0.3, "fillcolor": charts.FAINT, "opacity": 0.45}
        fig.add_vrect(**box, line_width=0, layer="below")
    for year, part in edges[edges.low.between(1990, 2023)].groupby(edges.low.astype(int)):
        text = f"{year}: {several(dict.fromkeys(part.author))}"
        _dots(fig, [year], [-1], [text], {"symbol": "triangle-up", "color": charts.MUTED, "size": 9})
    fig.update_yaxes(tickvals=list(ticks), ticktext=list(ticks.values()), range=[-1.6, max(height - 1, 0.6)])
    fig.update_xaxes(range=[YEARS[0] - 1.5, YEARS[-1] + 1.5], dtick=5, tick0=1990, title_text="Year")
    return charts.show_chart(fig, f"Possible years of breaks. {title}. {'; '.join(listed) or 'No placement fits'}.")


def _title_of_places(fitting: pd.DataFrame, turning: int) -> str:
    if fitting.empty:
        return "No joined segments that never fall meet all the counts"
    years = {year for places in fitting.places for place in places for year in place}
    if not years:
        return "One rate meets all the counts: no break is needed"
    runs = several(f"{a} to {b}" if a < b else str(a) for a, b in _spans(sorted(years)))
    return f"Breaks in growth may lie in {runs}, {'also' if years & {turning, turning + 1} else 'not'} at {turning}"


def _spans(years: list[int]) -> list[tuple[int, int]]:
    """Runs of consecutive years."""
    starts = [year for year in years if year - 1 not in years]
    return list(zip(starts, [year for year in years if year + 1 not in years], strict=True))


def allowed_range(evidence: Evidence, table: pd.DataFrame, title: str) -> charts.Chart | charts.Picture:
    """The band that the counts of one series leave to every moment, if the number never falls."""
    edges = {float(edge) + step for edge in [*table.t_low, *table.t_high] for step in (-0.001, 0.001)}
    moments = sorted({1990.0, 2024.2, *edges})
    band = envelope(table, moments)
    subtitle = "Computed range if the number never falls, from the counts of one series, the marks. Open ends are cut"
    fig = charts.figure(title, subtitle, charts.source_note(evidence, table.id), height=500)
    plain = {"mode": "lines", "line": {"color": charts.COMPUTED, "width": 1.2}, "hoverinfo": "skip", "x": moments}
    fig.add_scatter(y=band.high.clip(upper=COUNT_RANGE[1]), showlegend=False, **plain)
    filled = {"fill": "tonexty", "fillcolor": "rgba(61,79,92,0.18)", "name": "range the counts leave"}
    fig.add_scatter(y=band.low.clip(lower=COUNT_RANGE[0]), **filled, **plain)
    _counts(fig, evidence, _spread(table))
    _axes(fig, "Year")
    gap = _gap(fig, evidence)
    silent = f" Years without a count here: {gap}." if gap else ""
    return charts.show_chart(fig, f"Band on a logarithmic scale. {title}.{silent}")


def ladder(evidence: Evidence, logical: pd.DataFrame, talk: pd.DataFrame, title: str) -> charts.Chart | charts.Picture:
    """NGOs that operate, work or belong, per 100 registered: thick conversational, thin logical."""
    subtitle = (
        "Per 100 registered of the year (2006: of all NGOs). Thick: conversational; thin: logical, open ends to 100"
    )
    fig = charts.figure(title, subtitle, charts.source_note(evidence, logical.claim_id), height=480)
    grey = f"<br><span style='color:{charts.MUTED}'>of"
    names = [f"{row.name}{grey} {row.base}, {row.year}</span>" for row in each(logical)]
    shades = [charts.colour(source_id, evidence) for source_id in talk.source_id]
    for table, width, opacity in ((logical, 2.5, 0.9), (talk, 14, 0.35)):
        for row, name, shade in zip(each(table), names, shades, strict=True):
            ends = [(row.share.low, name), (max(row.share.high, row.share.low + 0.4), name)]
            _line(fig, ends, {"color": shade, "width": width}, opacity=opacity)
    symbols, edge = [charts.symbol(measure) for measure in talk.measure], {"width": 1.5, "color": charts.PAPER}
    marks = {"color": shades, "size": 12, "symbol": symbols, "line": edge}
    middles = [(row.share.low + row.share.high) / 2 for row in each(talk)]
    _dots(fig, middles, names, charts.hover(evidence, talk.claim_id), marks)
    titles = evidence.sources.set_index("source_id").short_title
    for source_id, shade in dict(zip(talk.source_id, shades, strict=True)).items():
        _key(fig, titles[source_id], color=shade)
    fig.add_vline(x=100, line={"color": charts.INK, "width": 1.5})
    top = max([100.0, *(row.share.high for row in each(logical))]) + 5
    fig.update_xaxes(range=[-2, top], title_text="Per 100 registered", dtick=20)
    fig.update_yaxes(categoryorder="array", categoryarray=names[::-1], range=[-0.6, len(names) - 0.4])
    listed = "; ".join(f"{row.name} of {row.base} ({row.year}): {told(row.share)}" for row in each(logical))
    return charts.show_chart(fig, f"Ranges per 100 registered NGOs. {title}. Logical reading: {listed}.")

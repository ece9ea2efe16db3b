"""Charts of the page on forums, laws and the Alliance."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from typing import Any

import pandas as pd

from kzcivil import charts
from kzcivil.evidence import Evidence
from kzcivil.forums import (
    CLOSER,
    KINDS,
    OTHER,
    ages,
    bases,
    beginnings,
    decimal_year,
    forums,
    founded_before_proposed,
    founding_said,
    interval_told,
    numeral,
    possible_years,
    rhythm,
    stretches,
    timeline,
    written,
)
from kzcivil.intervals import CEILING, Interval, each
from kzcivil.prose import number, several, span

LABELS = {
    "civil_alliance_announced": "Alliance announced",
    "civil_alliance_founded": "Alliance established",
    "civil_alliance_founding_conference": "Alliance's conference",
    "civil_alliance_initiative": "Alliance proposed",
    "civil_forum_twentieth_anniversary": "20th anniversary",
    "concept_2006_adopted": "Concept of 2006",
    "concept_2006_term": "2006 concept's term",
    "concept_2020_adopted": "Concept of 2020",
    "concept_2020_term": "2020 concept's end",
    "concept_public_safety_2023": "Public safety",
    "concept_public_safety_term": "Safety concept's term",
    "concept_state_support_ngos": "State support of NGOs",
    "action_plan_eleventh_forum": "Plan after XI",
    "ant_organization_founded": "NGO Ant",
    "asar_founded": "Asar",
    "center_civil_initiatives_revived": "Mangystau centre",
    "charter_for_human_rights_founded": "Charter for Human Rights",
    "cnok_founded": "CNOK",
    "constitution_reform_2022": "Constitution",
    "death_penalty_moratorium": "Executions halted",
    "death_penalty_reduction_2014": "Fewer capital crimes",
    "death_penalty_removed_constitution": "No death penalty",
    "economics_curricula_1998": "Economics curricula",
    "eighth_civil_forum": "VIII",
    "eleventh_civil_forum": "XI",
    "eleventh_civil_forum_regional_stage": "XI in the regions",
    "first_civil_forum": "I",
    "foundation_local_communities_independent": "Local Communities",
    "human_rights_action_plan_2023": "Human rights plan",
    "human_rights_bureau_founded": "Human Rights Bureau",
    "ill_treatment_law_2023": "Ill-treatment",
    "info_center_founded": "Info-Center of NGOs",
    "kas_in_kazakhstan": "Adenauer Foundation",
    "law_npo_2001": "Non-Profit Organizations",
    "law_public_associations_1996": "Public Associations",
    "law_social_order_2005": "Social Order",
    "mangystau_alliance_founded": "Alliance in Mangystau",
    "mangystau_budget_2006": "Mangystau's budget",
    "national_council_public_trust": "Council of Public Trust",
    "national_plan_2016_2020": "National plan",
    "presidential_address_1998": "President's address",
    "president_speech_second_forum": "President's speech",
    "programme_2003_2005": "State support of NGOs",
    "public_experts_chamber_founded": "Experts Chamber",
    "regulations_voluntary_societies_1930": "1930: voluntary societies",
    "second_civil_forum": "II",
    "second_optional_protocol": "Optional Protocol",
    "senate_council_inclusion": "Council on Inclusion",
    "shyrak_founded": "Shyrak",
    "social_order_initiative": "Social order proposed",
    "undp_arrival": "UNDP",
    "union_women_intellectual_labor": "Union of Women",
    "voluntary_societies_created": "1920s: Soviet societies",
    "yerazamat_founded": "Yerazamat",
    "zhastar_aktau_center": "Zhastar in Aktau",
}
"""Short labels of the bundle's events; another event is labelled by its title, cut."""

FIRST_YEAR, LAST_YEAR = 1991.0, 2031.5
CLASH = "#b00020"
LETTER, MARK = 0.30, 0.55
"""Width of a letter and distance of a label from its mark, in years of the timeline's axis."""


def label(event: str, title: str) -> str:
    """Short label of an event."""
    return LABELS.get(event) or textwrap.shorten(title, 26, placeholder="…")


def _days(start: Any, end: Any) -> Interval:
    return Interval(decimal_year(start), decimal_year(end, end=True))


def _printed(evidence: Evidence, ids: Iterable[str]) -> str:
    """Every printing of an event with its place, for a hover text."""
    names = evidence.sources.set_index("source_id").short_title
    rows = [evidence.row(one) for one in ids]
    return "<br>".join(
        f"“{charts.escape(row.as_printed)}” {charts.escape(names[row.source_id])}, line {row.line}" for row in rows
    )


# --- the timeline ---------------------------------------------------------------------------------------------------


def placed(table: pd.DataFrame) -> pd.DataFrame:
    """The timeline's events with their place, so that no two labels meet.

    Returns
    -------
    pandas.DataFrame
        The table with x (of the mark), low and high (of the line), text (of the label), right (whether it stands to the
        right) and y.
    """
    rows = []
    for row in each(table):
        hull = _days(row.start, row.end)
        x = _middle(hull if pd.isna(row.shared_start) else _days(row.shared_start, row.shared_end))
        text = label(row.event, row.title)
        low, high = max(FIRST_YEAR, hull.low), max(FIRST_YEAR, hull.high)
        rows.append((max(x, FIRST_YEAR), low, high, text, high + MARK + LETTER * len(text) < LAST_YEAR))
    found = table.assign(**pd.DataFrame(rows, table.index, columns=["x", "low", "high", "text", "right"]))
    heights, top = {}, 0
    for _, lane in found.groupby("kind", sort=False):
        filled: list[float] = []
        for row in each(lane.sort_values("low", kind="stable")):
            wide = MARK + LETTER * len(row.text)
            begin, end = (row.low - MARK, row.high + wide) if row.right else (row.low - wide, row.high + MARK)
            level = next((n for n, until in enumerate(filled) if until < begin), len(filled))
            filled[level : level + 1] = [end]
            heights[row.event] = top + level
        top += len(filled) + 1
    return found.assign(y=found.event.map(heights))


def _middle(dates: Interval) -> float:
    return (dates.low + dates.high) / 2


def timeline_title(table: pd.DataFrame) -> str:
    """The finding of the timeline: where events crowd, and whether dates exclude each other."""
    years = table.start.dt.year.value_counts().sort_index()
    other = int((table.agreement == OTHER).sum())
    bears = f"{number(other)} bear{'s' * (other == 1)}" if other else "none bears"
    crowd = f"Of {number(len(table))} laws, programmes, institutions and forums {years.max()} begin in {years.idxmax()}"
    return f"{crowd}; {bears} dates that exclude each other"


def map_of_events(evidence: Evidence) -> charts.Chart | charts.Picture:
    """Laws, concepts, programmes, institutions and forums in lanes, each with the days its printings allow."""
    table = placed(timeline(evidence))
    title = timeline_title(table)
    subtitle = (
        "Mark: days that all printings allow; line: days that any allows; thick: a printed term; ring or rim: a second"
        " document; ≠: dates that exclude each other"
    )
    fig = charts.figure(title, subtitle, _note(evidence, table.sources), height=250 + 23 * (int(table.y.max()) + 1))
    for row in each(table):
        _event(fig, evidence, row)
    _labels(fig, table)
    _source_legend(fig, evidence, [source for sources in table.sources for source in sources])
    lanes = [
        (str(kind), int(lane.y.min()), int(lane.y.max()), len(lane)) for kind, lane in table.groupby("kind", sort=False)
    ]
    for _, top, bottom, _ in lanes:
        fig.add_shape(
            type="rect", xref="paper", x0=0, x1=1, y0=top - 0.6, y1=bottom + 0.6, fillcolor=charts.FAINT, opacity=0.22,
            line_width=0, layer="below",
        )  # fmt: skip
    names = [f"<b>{KINDS[kind]}</b>" for kind, *_ in lanes]
    middles = [(top + bottom) / 2 for _, top, bottom, _ in lanes]
    fig.update_yaxes(tickvals=middles, ticktext=names, ticks="", showgrid=False, showline=False)
    fig.update_yaxes(range=[int(table.y.max()) + 0.8, -0.8])
    fig.update_xaxes(range=[FIRST_YEAR - 0.6, LAST_YEAR], dtick=5, tick0=1990, title_text="Year")
    counts = several(f"{number(size)} {KINDS[kind].lower()}" for kind, _, _, size in lanes)
    closer, named = int((table.agreement == CLOSER).sum()), several(map(str, table.title[table.agreement == OTHER]))
    alt = (
        f"Timeline in lanes: {counts}. {title}. {number(closer)} are dated more exactly in one place than in another."
        f" Dates that exclude each other: {named or 'none'}."
    )
    return charts.show_chart(fig, alt)


def _note(evidence: Evidence, sources: Iterable[Iterable[str]]) -> str:
    used = {source for one in sources for source in one}
    names = evidence.sources.short_title[evidence.sources.source_id.isin(used)]
    return f"Source: {', '.join(names)}; kzcivil {evidence.label}."


def _event(fig: Any, evidence: Evidence, row: Any) -> None:
    shade, ring = charts.colour(row.sources[0], evidence), charts.colour(row.sources[-1], evidence)
    text = f"<b>{charts.wrap(charts.escape(row.title), 60)}</b><br>{_printed(evidence, row.ids)}"
    style = {"showlegend": False, "hovertext": text, "hoverinfo": "text"}
    clash = row.agreement == OTHER
    if row.end.year < FIRST_YEAR:
        marker = {"color": shade, "size": 11, "symbol": "triangle-left"}
        fig.add_scatter(x=[row.x], y=[row.y], mode="markers", marker=marker, **style)
    elif clash:
        _datings(fig, evidence, row, style)
    else:
        for wide, paint in ((10, ring), (6 if ring != shade else 10, shade)) if row.term else ((2, shade),):
            line = {"color": paint, "width": wide}
            fig.add_scatter(x=[row.low, row.high], y=[row.y] * 2, mode="lines", line=line, **style)
    if not row.term and not clash and row.end.year >= FIRST_YEAR:
        marker = {"color": shade, "size": 11, "line": {"color": ring, "width": 3 if ring != shade else 0}}
        fig.add_scatter(x=[row.x], y=[row.y], mode="markers", marker=marker, **style)


def _labels(fig: Any, table: pd.DataFrame) -> None:
    for right, part in table.groupby("right"):
        other = part.agreement == OTHER
        texts = [
            f"<b>≠ {charts.escape(t)}</b>" if o else charts.escape(t) for t, o in zip(part.text, other, strict=True)
        ]
        fig.add_scatter(
            x=part.high + 0.42 if right else part.low - 0.42, y=part.y, mode="text", text=texts, showlegend=False,
            textposition="middle right" if right else "middle left", hoverinfo="skip", cliponaxis=False,
            textfont={"size": 11, "color": [CLASH if o else charts.INK for o in other]},
        )  # fmt: skip


def _datings(fig: Any, evidence: Evidence, row: Any, style: dict[str, Any]) -> None:
    """A line for each printed dating of one event, one below the other."""
    printed: dict[tuple[Any, Any], str] = {}
    for one in map(evidence.row, row.ids):
        printed.setdefault((one.start, one.end), one.source_id)
    for step, ((start, end), source) in enumerate(sorted(printed.items())):
        days, y = _days(start, end), row.y + (step - (len(printed) - 1) / 2) * 0.42
        line = {"color": charts.colour(source, evidence), "width": 6}
        fig.add_scatter(x=[days.low, days.high], y=[y, y], mode="lines", line=line, **style)


def _source_legend(fig: Any, evidence: Evidence, sources: Iterable[str]) -> None:
    for row in each(evidence.sources[evidence.sources.source_id.isin(set(sources))]):
        marker = {"color": charts.colour(row.source_id, evidence), "size": 10}
        fig.add_scatter(x=[None], y=[None], mode="markers", marker=marker, name=row.short_title)


# --- the rhythm -----------------------------------------------------------------------------------------------------


def steps_title(evidence: Evidence) -> str:
    """The finding of the rhythm's chart."""
    found = rhythm(evidence)
    if found is None:
        return "Fewer than two forums are dated"
    told = number(found["interval"])
    mean = "On average" if found["mean"] == found["interval"] else f"Not even on average ({number(found['mean'])})"
    if found["broken"].empty:
        return f"Every printed date fits a forum every {told} years"
    verdict = f"at most {number(found['most'])} of {number(found['gaps'])} gaps can be {told} calendar years"
    return f"{mean} every {told} years, strictly not: {verdict}"


def steps(evidence: Evidence) -> charts.Chart | charts.Picture:
    """The dated forums against a strict grid, and the years that are left for the undated ones."""
    table, interval, title = forums(evidence), interval_told(evidence), steps_title(evidence)
    dated, last = table.dropna(subset=["start"]), int(table.number.max())
    sources = [evidence.row(one).source_id for ids in dated.date_ids for one in ids]
    subtitle = (
        "Filled: dated forums (ring: a second document); hollow: a strict grid; bars: years left for undated forums"
    )
    fig = charts.figure(title, subtitle, _note(evidence, [sources]), height=500)
    begin = int(dated.start.dt.year.iloc[0])
    grid = [begin + interval * (n - int(dated.number.iloc[0])) for n in range(1, last + 1)]
    for place, row in enumerate(each(possible_years(table))):
        fig.add_scatter(
            x=[row.low, row.high], y=[row.number] * 2, mode="lines", line={"color": charts.FAINT, "width": 12},
            name="years left (computed)", showlegend=place == 0, hoverinfo="text",
            hovertext=f"{numeral(row.number)}: {row.low} to {row.high}",
        )  # fmt: skip
    fig.add_scatter(
        x=grid, y=list(range(1, last + 1)), mode="lines+markers", name=f"every {interval} years (assumed)",
        line={"dash": "dash", "color": charts.MUTED, "width": 1}, hovertemplate="%{x}<extra></extra>",
        marker={"symbol": "circle-open", "color": charts.MUTED, "size": 10},
    )  # fmt: skip
    for row in each(dated):
        _forum(fig, evidence, row, grid[row.number - 1])
    _source_legend(fig, evidence, sources)
    numbers, end = list(table.number), max(grid[-1], int(dated.end.dt.year.max()))
    fig.update_yaxes(
        tickvals=numbers, ticktext=list(table.numeral), title_text="Number of the forum", range=[0.3, last + 0.9]
    )
    fig.update_xaxes(range=[begin - 1, end + 2.8], dtick=2, tick0=begin, title_text="Calendar year")
    parts = "; ".join(
        f"{row.name}: {number(row.years)} years in {number(row.gaps)}" for row in each(stretches(table, interval))
    )
    alt = f"Numbers of forums by year, with a dashed grid of {interval}-year steps. {title}. Years in gaps: {parts}."
    return charts.show_chart(fig, alt)


def _forum(fig: Any, evidence: Evidence, row: Any, expected: int) -> None:
    sources = list(dict.fromkeys(evidence.row(one).source_id for one in row.date_ids))
    shade, ring = (charts.colour(one, evidence) for one in (sources[0], sources[-1]))
    marker = {"color": shade, "size": 14, "line": {"color": ring, "width": 4 if ring != shade else 0}}
    text = f"<b>Forum {row.numeral}</b><br>{_printed(evidence, row.date_ids)}"
    style = {"hovertext": text, "hoverinfo": "text", "showlegend": False}
    fig.add_scatter(x=[row.start.year], y=[row.number], mode="markers", marker=marker, **style)
    off = row.start.year - expected
    late = f", {abs(off)} year{'s' * (abs(off) != 1)} {'after' if off > 0 else 'before'} the grid" if off else ""
    words = f"{row.date}{late}"
    place = {"x": row.start.year + 0.4, "y": row.number - 0.12, "xanchor": "left", "yanchor": "top"}
    fig.add_annotation(text=words, showarrow=False, font={"size": 12, "color": CLASH if off else charts.INK}, **place)


# --- ten times more -------------------------------------------------------------------------------------------------


def bases_title(table: pd.DataFrame, times: int) -> str:
    """The finding of the chart of implied bases."""
    chosen = table[table.times == times]
    if chosen.empty:
        return "No multiple of participants is told"
    implied = (
        f"“Ten times more” implies {span(Interval(chosen.low_talk.min(), chosen.high_talk.max()))} earlier participants"
    )
    agree = chosen.low_talk.max() <= chosen.high_talk.min()
    return f"{implied}, {'on which all counts agree in part' if agree else 'by who was counted'}"


def implied_bases(evidence: Evidence, times: int = 10, ceiling: float = CEILING) -> charts.Chart | charts.Picture:
    """How many an earlier forum would have had, by what was counted and what "more" means."""
    table = bases(evidence, ceiling)
    title = bases_title(table, times)
    subtitle = "Computed; thick: conversational reading, thin: logical; dashed and hollow: the other meaning of “more”"
    note = charts.source_note(evidence, [one for ids in table.ids for one in ids])
    fig = charts.figure(title, subtitle, note, height=420)
    fig.update_layout(showlegend=False)
    for place, row in enumerate(each(table)):
        _base(fig, place, row, chosen=row.times == times)
    ticks = [f"{charts.escape(row.counted)}, {row.times}×" for row in each(table)]
    fig.update_yaxes(tickvals=list(range(len(table))), ticktext=ticks, range=[len(table) - 0.4, -0.6], showgrid=False)
    fig.update_xaxes(title_text="People at an earlier forum (mark and number: at face value)", rangemode="tozero")
    faces = "; ".join(f"{row.counted}, {row.times} times: {number(row.at_face)}" for row in each(table))
    return charts.show_chart(fig, f"Ranges of the implied base. {title}. At face value: {faces or 'nothing is told'}.")


def _base(fig: Any, place: int, row: Any, *, chosen: bool) -> None:
    shade, dash, symbol = (charts.COMPUTED, "solid", "circle") if chosen else (charts.MUTED, "dash", "circle-open")
    for words, low, high, wide in (
        ("logical", row.low, row.high, 1.5),
        ("conversational", row.low_talk, row.high_talk, 7 if chosen else 3),
    ):
        text = f"{charts.escape(row.counted)}, {row.times} times, {words}: {span(Interval(low, high))}"
        line = {"color": shade, "width": wide, "dash": dash}
        fig.add_scatter(x=[low, high], y=[place] * 2, mode="lines", line=line, hovertext=text, hoverinfo="text")
    mark = {
        "color": shade,
        "size": 11,
        "symbol": symbol,
        "line": {"width": 2, "color": charts.PAPER if chosen else shade},
    }
    fig.add_scatter(x=[row.at_face], y=[place], mode="markers", marker=mark, hoverinfo="x")
    style = {"showarrow": False, "xanchor": "left", "xshift": 8, "font": {"size": 12, "color": shade}}
    fig.add_annotation(x=row.high, y=place, text=number(row.at_face), **style)


# --- the Alliance ---------------------------------------------------------------------------------------------------

ALLIANCE_YEARS = (2000.0, 2008.0)


def alliance_title(evidence: Evidence) -> str:
    """The finding of the chart of the Alliance's beginning."""
    days = founded_before_proposed(evidence)
    if days is not None and days[0] > 0:
        return f"As told, the Alliance was founded {days[0]} to {days[1]} days before the forum that proposed it"
    if days is not None and days[1] < 0:
        return f"As told, the Alliance was proposed first and founded {-days[1]} to {-days[0]} days later"
    return "Whether the Alliance was founded before it was proposed cannot be told from these dates"


def alliance(evidence: Evidence, ceiling: float = CEILING) -> charts.Chart | charts.Picture:
    """Every dating of the Alliance's beginning, and the beginning that each told age implies."""
    table, title = beginnings(evidence), alliance_title(evidence)
    by_age: dict[Interval, list[str]] = {}
    for row in each(ages(evidence, ceiling).drop_duplicates("as_printed")):
        by_age.setdefault(row.told, []).append(f"“{charts.escape(row.as_printed)}”")
    subtitle = "Line: days that the words allow; thick: narrowed to the forum they name; dashed: implied by a told age"
    height = 200 + 29 * (len(table) + len(by_age))
    fig = charts.figure(title, subtitle, _note(evidence, [table.source_id]), height=height)
    for y, row in enumerate(each(table)):
        _act(fig, evidence, y, row)
    ticks = [f"{row.act} (line {row.line})" for row in each(table)]
    for y, (age, words) in enumerate(by_age.items(), start=len(table)):
        now = written(evidence)
        line = {"color": charts.COMPUTED, "width": 3, "dash": "dash"}
        _line(fig, y, Interval(now.low - age.high, now.high - age.low), line, several(words, "or"))
        ticks.append(f"told age: {several(words, 'or')}")
    for row in each(forums(evidence).dropna(subset=["start"]).head(2)):
        days = _days(row.start, row.end)
        fig.add_vrect(
            x0=days.low - 0.01, x1=days.high + 0.01, fillcolor=charts.MUTED, opacity=0.4, line_width=0, layer="below"
        )
        style = {"showarrow": False, "font": {"size": 12, "color": charts.MUTED}}
        fig.add_annotation(x=_middle(days), y=-0.8, text=f"forum {row.numeral}", **style)
    _source_legend(fig, evidence, table.source_id)
    fig.update_yaxes(tickvals=list(range(len(ticks))), ticktext=ticks, range=[len(ticks) - 0.4, -1.2], showgrid=False)
    fig.update_xaxes(range=[ALLIANCE_YEARS[0] - 0.15, ALLIANCE_YEARS[1] + 0.15], dtick=1, title_text="Year")
    alt = f"The Alliance's beginning, a line a printing, and what told ages imply. {title}. {founding_said(evidence)}"
    return charts.show_chart(fig, alt)


def _act(fig: Any, evidence: Evidence, y: int, row: Any) -> None:
    shade = charts.colour(row.source_id, evidence)
    text = f"<b>{charts.escape(row.act)}</b><br>{_printed(evidence, [row.event_id])}"
    narrow = _days(row.from_, row.to)
    _line(fig, y, _days(row.start, row.end), {"color": shade, "width": 2}, text)
    _line(fig, y, narrow, {"color": shade, "width": 9}, text)
    if narrow.high - narrow.low < 0.03:  # a few days would not be seen
        style = {"marker": {"size": 12, "color": shade}, "hovertext": text, "hoverinfo": "text", "showlegend": False}
        fig.add_scatter(x=[_middle(narrow)], y=[y], mode="markers", **style)


def _line(fig: Any, y: int, dates: Interval, line: dict[str, Any], text: str) -> None:
    """A line over some days, with an arrow where the axis ends before they do."""
    first, last = ALLIANCE_YEARS
    style = {"hovertext": text, "hoverinfo": "text", "showlegend": False}
    fig.add_scatter(x=[max(dates.low, first), min(dates.high, last)], y=[y, y], mode="lines", line=line, **style)
    for x, symbol, beyond in ((first, "triangle-left", dates.low < first), (last, "triangle-right", dates.high > last)):
        if beyond:
            marker = {"symbol": symbol, "size": 12, "color": line["color"]}
            fig.add_scatter(x=[x], y=[y], mode="markers", marker=marker, **style)

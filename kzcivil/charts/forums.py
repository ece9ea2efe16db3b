"""Charts of the page on forums, laws and the Alliance."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from typing import Any

import pandas as pd

from kzcivil import charts, forums
from kzcivil.evidence import Evidence
from kzcivil.intervals import CEILING, Interval, each
from kzcivil.prose import number, several, span

_LABELS = """
civil_alliance_announced: Alliance announced; civil_alliance_founded: Alliance established;
civil_alliance_founding_conference: Alliance's conference; civil_alliance_initiative: Alliance proposed;
civil_forum_twentieth_anniversary: 20th anniversary; concept_2006_adopted: Concept of 2006;
concept_2006_term: 2006 concept's term; concept_2020_adopted: Concept of 2020; concept_2020_term: 2020 concept's end;
concept_public_safety_2023: Public safety; concept_public_safety_term: Safety concept's term;
concept_state_support_ngos: State support of NGOs; action_plan_eleventh_forum: Plan after XI;
ant_organization_founded: NGO Ant; asar_founded: Asar; center_civil_initiatives_revived: Mangystau centre;
charter_for_human_rights_founded: Charter for Human Rights; cnok_founded: CNOK; constitution_reform_2022: Constitution;
death_penalty_moratorium: Executions halted; death_penalty_reduction_2014: Fewer capital crimes;
death_penalty_removed_constitution: No death penalty; economics_curricula_1998: Economics curricula;
eleventh_civil_forum_regional_stage: XI in the regions; foundation_local_communities_independent: Local Communities;
human_rights_action_plan_2023: Human rights plan; human_rights_bureau_founded: Human Rights Bureau;
ill_treatment_law_2023: Ill-treatment; info_center_founded: Info-Center of NGOs; kas_in_kazakhstan: Adenauer Foundation;
law_npo_2001: Non-Profit Organizations; law_public_associations_1996: Public Associations;
law_social_order_2005: Social Order; mangystau_alliance_founded: Alliance in Mangystau;
mangystau_budget_2006: Mangystau's budget; national_council_public_trust: Council of Public Trust;
national_plan_2016_2020: National plan; presidential_address_1998: President's address;
president_speech_second_forum: President's speech; programme_2003_2005: State support of NGOs;
public_experts_chamber_founded: Experts Chamber; regulations_voluntary_societies_1930: 1930: voluntary societies;
second_optional_protocol: Optional Protocol; senate_council_inclusion: Council on Inclusion; shyrak_founded: Shyrak;
social_order_initiative: Social order proposed; undp_arrival: UNDP; union_women_intellectual_labor: Union of Women;
voluntary_societies_created: 1920s: Soviet societies; yerazamat_founded: Yerazamat;
zhastar_aktau_center: Zhastar in Aktau
"""
LABELS = dict(label.strip().split(": ", 1) for label in _LABELS.split(";"))
"""Short labels of the bundle's events; another event is labelled by its number as a forum or its title, cut."""

FIRST_YEAR, LAST_YEAR = 1991.0, 2031.5
CLASH = "#b00020"
LETTER, MARK = 0.30, 0.55
"""Width of a letter and distance of a label from its mark, in years of the timeline's axis."""


def _middle(dates: Interval) -> float:
    return (dates.low + dates.high) / 2


def _note(evidence: Evidence, sources: Iterable[str]) -> str:
    names = evidence.sources.short_title[evidence.sources.source_id.isin(set(sources))]
    return f"Source: {', '.join(names)}; kzcivil {evidence.label}."


def _hover(evidence: Evidence, title: str, ids: Iterable[str]) -> dict[str, Any]:
    """A trace's style, whose hover text holds every printing of an event with its place."""
    names = evidence.sources.set_index("source_id").short_title
    text = f"<b>{charts.wrap(charts.escape(title), 60)}</b>"
    for row in map(evidence.row, ids):
        text += f"<br>“{charts.escape(row.as_printed)}” {charts.escape(names[row.source_id])}, line {row.line}"
    return {"showlegend": False, "hovertext": text, "hoverinfo": "text"}


def _mark(evidence: Evidence, sources: tuple[str, ...], size: int, ring: int) -> dict[str, Any]:
    """A marker in the first source's colour, with a ring in another's."""
    shade, rim = charts.colour(sources[0], evidence), charts.colour(sources[-1], evidence)
    return {"color": shade, "size": size, "line": {"color": rim, "width": ring if rim != shade else 0}}


def _legend(fig: Any, evidence: Evidence, sources: Iterable[str]) -> None:
    for row in each(evidence.sources[evidence.sources.source_id.isin(set(sources))]):
        marker = {"color": charts.colour(row.source_id, evidence), "size": 10}
        fig.add_scatter(x=[None], y=[None], mode="markers", marker=marker, name=row.short_title)


# --- the timeline ---------------------------------------------------------------------------------------------------


def placed(table: pd.DataFrame) -> pd.DataFrame:
    """The timeline's events with their place, so that no two labels meet.

    Adds x (of the mark), low and high (of the line), text (of the label), right (whether it stands to the right) and y.
    """
    rows: list[Any] = []
    top = 0
    for _, lane in table.groupby("kind", sort=False):
        filled: list[float] = []
        for row in each(lane.sort_values("start", kind="stable")):
            days = forums.in_years(row.start, row.end)
            x = _middle(days if pd.isna(row.shared_start) else forums.in_years(row.shared_start, row.shared_end))
            low, high = max(FIRST_YEAR, days.low), max(FIRST_YEAR, days.high)
            forum = forums.ordinal_of(row.event)
            text = LABELS.get(row.event) or (
                forums.numeral(forum) if forum else textwrap.shorten(row.title, 26, placeholder="…")
            )
            wide = MARK + LETTER * len(text)
            right = high + wide < LAST_YEAR
            begin, end = (low - MARK, high + wide) if right else (low - wide, high + MARK)
            level = next((n for n, until in enumerate(filled) if until < begin), len(filled))
            filled[level : level + 1] = [end]
            rows.append((row.event, max(x, FIRST_YEAR), low, high, text, right, top + level))
        top += len(filled) + 1
    return table.merge(pd.DataFrame(rows, columns=["event", "x", "low", "high", "text", "right", "y"]), on="event")


def map_of_events(evidence: Evidence) -> charts.Chart | charts.Picture:
    """Laws, concepts, programmes, institutions and forums in lanes, each with the days its printings allow."""
    table = placed(forums.timeline(evidence))
    years, other = table.start.dt.year.value_counts().sort_index(), table.title[table.agreement == forums.OTHER]
    bears = f"{len(other)} bear{'s' * (len(other) == 1)}" if len(other) else "none bears"
    title = (
        f"Of {len(table)} laws, programmes, institutions and forums {years.max()} begin in {years.idxmax()};"
        f" {bears} dates that exclude each other"
    )
    subtitle = (
        "Mark: days that all printings allow; line: days that any allows; thick: a printed term; ring or rim: a second"
        " document; ≠: dates that exclude each other"
    )
    used, levels = [source for sources in table.sources for source in sources], int(table.y.max()) + 1
    fig = charts.figure(title, subtitle, _note(evidence, used), height=250 + 23 * levels)
    for row in each(table):
        _event(fig, evidence, row)
    for (right, clash), part in table.groupby(["right", table.agreement == forums.OTHER]):
        texts = [f"<b>≠ {charts.escape(text)}</b>" if clash else charts.escape(text) for text in part.text]
        fig.add_scatter(
            x=part.high + 0.42 if right else part.low - 0.42, y=part.y, mode="text", text=texts, showlegend=False,
            textposition="middle right" if right else "middle left", hoverinfo="skip", cliponaxis=False,
            textfont={"size": 11, "color": CLASH if clash else charts.INK},
        )  # fmt: skip
    _legend(fig, evidence, used)
    lanes = table.groupby("kind", sort=False).y.agg(["min", "max", "size"])
    for lane in each(lanes):
        ends = {"x0": 0, "x1": 1, "y0": lane.min - 0.6, "y1": lane.max + 0.6}
        look = {"fillcolor": charts.FAINT, "opacity": 0.22, "line_width": 0, "layer": "below"}
        fig.add_shape(type="rect", xref="paper", **ends, **look)
    names = [f"<b>{kind.title()}s</b>" for kind in lanes.index]
    fig.update_yaxes(tickvals=(lanes["min"] + lanes["max"]) / 2, ticktext=names, ticks="", showgrid=False)
    fig.update_yaxes(range=[levels - 0.2, -0.8], showline=False)
    fig.update_xaxes(range=[FIRST_YEAR - 0.6, LAST_YEAR], dtick=5, tick0=1990, title_text="Year")
    counts = several(f"{size} {kind}s" for kind, size in lanes["size"].items())
    alt = (
        f"Timeline in lanes: {counts}. {title}. {(table.agreement == forums.CLOSER).sum()} are dated more exactly in"
        f" one place than in another. Dates that exclude each other: {several(other) or 'none'}."
    )
    return charts.show_chart(fig, alt)


def _event(fig: Any, evidence: Evidence, row: Any) -> None:
    """The mark and the lines of one event; of dates that exclude each other a line each, one below the other."""
    style = _hover(evidence, row.title, row.ids)
    mark = _mark(evidence, row.sources, 11, 3)
    shade, rim = mark["color"], mark["line"]["color"]
    before, clash = row.end.year < FIRST_YEAR, row.agreement == forums.OTHER
    lines = [(row.low, row.high, row.y, shade, 2)]
    if clash:
        printed = dict(reversed([((one.start, one.end), one.source_id) for one in map(evidence.row, row.ids)]))
        lines = [
            (days.low, days.high, row.y + (step - (len(printed) - 1) / 2) * 0.42, charts.colour(source, evidence), 6)
            for step, (days, source) in enumerate(
                (forums.in_years(*days), source) for days, source in sorted(printed.items())
            )
        ]
    elif row.term:
        lines = [(row.low, row.high, row.y, rim, 10), (row.low, row.high, row.y, shade, 6 if rim != shade else 10)]
    for low, high, y, paint, width in [] if before else lines:
        fig.add_scatter(x=[low, high], y=[y, y], mode="lines", line={"color": paint, "width": width}, **style)
    if before or not (row.term or clash):
        marker = {"color": shade, "size": 11, "symbol": "triangle-left"} if before else mark
        fig.add_scatter(x=[row.x], y=[row.y], mode="markers", marker=marker, **style)


# --- the rhythm -----------------------------------------------------------------------------------------------------


def steps_title(evidence: Evidence) -> str:
    """The finding of the rhythm's chart."""
    found = forums.rhythm(evidence)
    if found is None or found["broken"].empty:
        return f"Every printed date fits a forum every {forums.interval_told(evidence)} years"
    told, gaps = found["interval"], f"{found['most']} of {found['gaps']}"
    mean = "On average" if found["mean"] == told else f"Not even on average ({number(found['mean'])})"
    return f"{mean} every {told} years, strictly not: at most {gaps} gaps can be {told} calendar years"


def steps(evidence: Evidence) -> charts.Chart | charts.Picture:
    """The dated forums against a strict grid, and the years that are left for the undated ones."""
    table, interval, title = forums.forums(evidence), forums.interval_told(evidence), steps_title(evidence)
    dated = table.dropna(subset=["start"])
    sources = {row.number: tuple(evidence.row(one).source_id for one in row.date_ids) for row in each(dated)}
    used = [source for names in sources.values() for source in names]
    subtitle = (
        "Filled: dated forums (ring: a second document); hollow: a strict grid; bars: years left for undated forums"
    )
    fig = charts.figure(title, subtitle, _note(evidence, used), height=500)
    begin = int(dated.start.dt.year.iloc[0])
    grid = begin + interval * (table.number - dated.number.iloc[0])
    for place, row in enumerate(each(forums.possible_years(table))):
        fig.add_scatter(
            x=[row.low, row.high], y=[row.number] * 2, mode="lines", line={"color": charts.FAINT, "width": 12},
            name="years left (computed)", showlegend=place == 0, hoverinfo="text",
            hovertext=f"{forums.numeral(row.number)}: {row.low} to {row.high}",
        )  # fmt: skip
    fig.add_scatter(
        x=grid, y=table.number, mode="lines+markers", name=f"every {interval} years (assumed)",
        line={"dash": "dash", "color": charts.MUTED, "width": 1}, hovertemplate="%{x}<extra></extra>",
        marker={"symbol": "circle-open", "color": charts.MUTED, "size": 10},
    )  # fmt: skip
    for row in each(dated):
        year, off = row.start.year, int(row.start.year - grid[row.number - 1])
        style = _hover(evidence, f"Forum {row.numeral}", row.date_ids)
        mark = _mark(evidence, sources[row.number], 14, 4)
        fig.add_scatter(x=[year], y=[row.number], mode="markers", marker=mark, **style)
        late = f", {abs(off)} year{'s' * (abs(off) != 1)} {'after' if off > 0 else 'before'} the grid" if off else ""
        at = {"x": year + 0.4, "y": row.number - 0.12, "xanchor": "left", "yanchor": "top", "showarrow": False}
        fig.add_annotation(text=row.date + late, font={"size": 12, "color": CLASH if off else charts.INK}, **at)
    _legend(fig, evidence, used)
    last, end = len(table), max(grid.max(), int(dated.end.dt.year.max()))
    fig.update_yaxes(tickvals=table.number, ticktext=table.numeral, range=[0.3, last + 0.9])
    fig.update_yaxes(title_text="Number of the forum")
    fig.update_xaxes(range=[begin - 1, end + 2.8], dtick=2, tick0=begin, title_text="Calendar year")
    parts = "; ".join(f"{row.name}: {row.years} years in {row.gaps}" for row in each(forums.stretches(table, interval)))
    alt = f"Numbers of forums by year, with a dashed grid of {interval}-year steps. {title}. Years in gaps: {parts}."
    return charts.show_chart(fig, alt)


# --- ten times more -------------------------------------------------------------------------------------------------


def implied_bases(evidence: Evidence, times: int = 10, ceiling: float = CEILING) -> charts.Chart | charts.Picture:
    """How many an earlier forum would have had, by what was counted and what "more" means."""
    table = forums.bases(evidence, ceiling)
    talk, whole = table.talk[table.times == times], forums.base_range(table, times)
    title = "No multiple of participants is told"
    if whole:
        agree = max(one.low for one in talk) <= min(one.high for one in talk)
        verdict = "on which all counts agree in part" if agree else "by who was counted"
        title = f"“Ten times more” implies {span(whole)} earlier participants, {verdict}"
    subtitle = "Computed; thick: conversational reading, thin: logical; dashed and hollow: the other meaning of “more”"
    note = charts.source_note(evidence, [one for ids in table.ids for one in ids])
    fig = charts.figure(title, subtitle, note, height=420)
    ticks = [f"{charts.escape(row.counted)}, {row.times}×" for row in each(table)]
    for y, row in enumerate(each(table)):
        chosen = row.times == times
        shade, dash = (charts.COMPUTED, "solid") if chosen else (charts.MUTED, "dash")
        for words, base, wide in (("logical", row.logical, 1.5), ("conversational", row.talk, 7 if chosen else 3)):
            line, text = {"color": shade, "width": wide, "dash": dash}, f"{ticks[y]}, {words}: {span(base)}"
            fig.add_scatter(
                x=[base.low, base.high], y=[y, y], mode="lines", line=line, hovertext=text, hoverinfo="text"
            )
        rim = {"width": 2, "color": charts.PAPER if chosen else shade}
        marker = {"color": shade, "size": 11, "symbol": "circle" if chosen else "circle-open", "line": rim}
        fig.add_scatter(x=[row.at_face], y=[y], mode="markers", marker=marker, hoverinfo="x")
        style = {"showarrow": False, "xanchor": "left", "xshift": 8, "font": {"size": 12, "color": shade}}
        fig.add_annotation(x=row.logical.high, y=y, text=number(row.at_face), **style)
    fig.update_layout(showlegend=False)
    fig.update_yaxes(tickvals=list(range(len(table))), ticktext=ticks, range=[len(table) - 0.4, -0.6], showgrid=False)
    fig.update_xaxes(title_text="People at an earlier forum (mark and number: at face value)", rangemode="tozero")
    faces = "; ".join(f"{row.counted}, {row.times} times: {number(row.at_face)}" for row in each(table))
    return charts.show_chart(fig, f"Ranges of the implied base. {title}. At face value: {faces or 'nothing is told'}.")


# --- the Alliance ---------------------------------------------------------------------------------------------------

ALLIANCE_YEARS = (2000.0, 2008.0)


def alliance(evidence: Evidence, ceiling: float = CEILING) -> charts.Chart | charts.Picture:
    """Every dating of the Alliance's beginning, and the beginning that each told age implies."""
    table, told, title = forums.beginnings(evidence), forums.ages(evidence, ceiling), forums.order_said(evidence)
    subtitle = "Line: days that the words allow; thick: narrowed to the forum they name; dashed: implied by a told age"
    ticks = [f"{row.act} (line {row.line})" for row in each(table)]
    height = 200 + 29 * (len(table) + told.implied.nunique())
    fig = charts.figure(title, subtitle, _note(evidence, table.source_id), height=height)
    for y, row in enumerate(each(table)):
        shade, style = charts.colour(row.source_id, evidence), _hover(evidence, row.act, [row.event_id])
        narrow = forums.in_years(row.from_, row.to)
        _line(fig, y, forums.in_years(row.start, row.end), {"color": shade, "width": 2}, style)
        _line(fig, y, narrow, {"color": shade, "width": 9}, style)
        if narrow.high - narrow.low < 0.03:  # a few days would not be seen
            fig.add_scatter(x=[_middle(narrow)], y=[y], mode="markers", marker={"size": 12, "color": shade}, **style)
    for implied in told.implied.drop_duplicates():
        same = told.as_printed[told.implied == implied].unique()
        words = several((f"“{charts.escape(one)}”" for one in same), "or")
        style = {"hovertext": words, "hoverinfo": "text", "showlegend": False}
        _line(fig, len(ticks), implied, {"color": charts.COMPUTED, "width": 3, "dash": "dash"}, style)
        ticks.append(f"told age: {words}")
    for row in each(forums.forums(evidence).dropna(subset=["start"]).head(2)):
        days, font = forums.in_years(row.start, row.end), {"size": 12, "color": charts.MUTED}
        band = {"x0": days.low - 0.01, "x1": days.high + 0.01, "fillcolor": charts.MUTED, "opacity": 0.4}
        fig.add_vrect(line_width=0, layer="below", **band)
        fig.add_annotation(x=_middle(days), y=-0.8, text=f"forum {row.numeral}", showarrow=False, font=font)
    _legend(fig, evidence, table.source_id)
    fig.update_yaxes(tickvals=list(range(len(ticks))), ticktext=ticks, range=[len(ticks) - 0.4, -1.2], showgrid=False)
    fig.update_xaxes(range=[ALLIANCE_YEARS[0] - 0.15, ALLIANCE_YEARS[1] + 0.15], dtick=1, title_text="Year")
    alt = f"The Alliance's beginning, a line a printing, and what told ages imply. {title}."
    return charts.show_chart(fig, f"{alt} {forums.founding_said(evidence)}")


def _line(fig: Any, y: int, dates: Interval, line: dict[str, Any], style: dict[str, Any]) -> None:
    """A line over some days, with an arrow where the axis ends before they do."""
    first, last = ALLIANCE_YEARS
    fig.add_scatter(x=[max(dates.low, first), min(dates.high, last)], y=[y, y], mode="lines", line=line, **style)
    for x, symbol, beyond in ((first, "triangle-left", dates.low < first), (last, "triangle-right", dates.high > last)):
        if beyond:
            marker = {"symbol": symbol, "size": 12, "color": line["color"]}
            fig.add_scatter(x=[x], y=[y], mode="markers", marker=marker, **style)

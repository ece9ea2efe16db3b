"""Charts of the page on the evidence."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from kzcivil import charts
from kzcivil.coverage import PRECISION, share_by_source, silent_years, statements
from kzcivil.evidence import Evidence

SHADES = ("#0b3954", "#3f7cac", "#95afba", "#d9b08c", "#a8763e", "#e6e6e6")


def map_of_statements(evidence: Evidence, title: str) -> charts.Chart | charts.Picture:
    """Each dated statement as a mark: theme by year, colour by source, hollow where it repeats another."""
    rows = statements(evidence).dropna(subset=["year"])
    themes = rows.theme.value_counts().index.tolist()[::-1]
    place = {theme: height for height, theme in enumerate(themes)}
    slot = rows.groupby(["theme", rows.year.round(1)]).cumcount()
    crowd = rows.groupby(["theme", rows.year.round(1)])["claim_id"].transform("size")
    rows = rows.assign(y=rows.theme.map(place) + (slot - (crowd - 1) / 2) * (0.8 / crowd.clip(lower=9)))
    subtitle = (
        "Dated statements by theme, at the middle of the dates their words allow; hollow: repeats another; "
        "shaded: no count of all NGOs"
    )
    fig = charts.figure(title, subtitle, charts.source_note(evidence), height=560)
    for source_id, part in charts.grouped(rows, "source_id").items():
        shade = charts.colour(source_id, evidence)
        marks = {"color": shade, "size": 7, "symbol": ["circle" if f else "circle-open" for f in part["first"]]}
        text = charts.hover(evidence, part.claim_id)
        name = part.source.iloc[0]
        fig.add_scatter(
            x=part.year, y=part.y, mode="markers", name=name, marker=marks, hovertext=text, hoverinfo="text"
        )
    fig.update_yaxes(
        tickvals=list(place.values()), ticktext=themes, range=[-0.6, len(themes) - 0.4], gridcolor="#eef0f2"
    )
    fig.update_xaxes(title_text="Year the statement is about", range=[1986.5, 2025], dtick=5, tick0=1990)
    begin, end = silent_years(evidence)
    if end:
        fig.add_vrect(x0=begin, x1=end + 1, fillcolor=charts.FAINT, opacity=0.35, line_width=0, layer="below")
    counts = rows.theme.value_counts()
    alt = (
        f"Dot map of {len(rows)} dated statements by year and theme, coloured by document. {title}. "
        f"Most statements are on {counts.index[0]} ({counts.iloc[0]})."
    )
    return charts.show_chart(fig, alt)


def _stacked(evidence: Evidence, table: pd.DataFrame, names: Mapping[str, str], words: tuple[str, str]) -> charts.Chart:
    title, subtitle = words
    fig = charts.figure(title, subtitle, charts.source_note(evidence), height=420)
    sizes = statements(evidence).source.value_counts()
    labels = [f"{source} ({sizes[source]})" for source in table.index][::-1]
    for (key, name), shade in zip(names.items(), SHADES, strict=False):
        if key not in table:
            continue
        part = table[key].mul(100)[::-1]
        inside = [f"{value:.0f}" if value >= 6 else "" for value in part]
        fig.add_bar(
            x=part,
            y=labels,
            orientation="h",
            name=name,
            marker_color=shade,
            text=inside,
            textangle=0,
            insidetextanchor="middle",
            hovertemplate=f"%{{y}}<br>{name}: %{{x:.1f}} %<extra></extra>",
        )
    fig.update_layout(barmode="stack", bargap=0.35, legend={"traceorder": "normal"})
    fig.update_xaxes(title_text="Share of the document's statements (%)", range=[0, 100])
    biggest = [f"{source}: {names[str(row.idxmax())]} {100 * row.max():.0f} %" for source, row in table.iterrows()]
    return charts.Chart(fig, f"Stacked bars by document. {title}. Largest share: {'; '.join(biggest)}.")


def vagueness(evidence: Evidence) -> charts.Chart:
    """Share of exact, round, vague, wordy and lost numbers by source."""
    table = share_by_source(evidence, "precision")
    vague = table.reindex(columns=["vague", "words"], fill_value=0).sum(axis=1)
    share = f"{100 * vague.max():.0f} % of its numbers carry a vague word or are words"
    title = f"{vague.idxmax()} is the vaguest document: {share}"
    if vague.max() == vague.min():
        title = "All documents are equally vague"
    return _stacked(
        evidence, table, PRECISION, (title, "Statements by precision; number of statements beside the name")
    )


def origins(evidence: Evidence) -> charts.Chart:
    """Share of each source's statements by the kind of their origin."""
    table = share_by_source(evidence, "origin_kind")
    names = {"state": "state", "alliance": "Alliance", "author": "speaker's own", "sector": "an NGO on itself"}
    names |= {"foreign": "foreign body", "unknown": "not said"}
    rows = statements(evidence)
    rows = rows[rows.standpoint == "independent critical"]
    share = 100 * (rows.origin_kind == "state").mean()
    title = f"Critical pieces take {share:.0f} % of their numbers from the state" if len(rows) else "No critic is left"
    return _stacked(
        evidence,
        table,
        names,
        (title, "Statements by whose number it is at the root; number of statements beside the name"),
    )

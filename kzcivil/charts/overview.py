"""Charts of the overview: who speaks when, and how words become intervals."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from kzcivil import charts
from kzcivil.charts.coverage import SHADES
from kzcivil.coverage import statements
from kzcivil.evidence import Evidence
from kzcivil.intervals import Interval, each, read_claims

ORIGINS = {
    "state": "state",
    "alliance": "Alliance",
    "author": "speaker's own",
    "sector": "an NGO on itself",
    "foreign": "foreign body",
    "unknown": "not said",
}
READINGS = ("rounded, logical", "rounded, conversational", "as printed")


def voices(evidence: Evidence) -> charts.Chart | charts.Picture:
    """Every piece that makes statements, in order of publication, by whose numbers it uses."""
    rows = statements(evidence)
    table = pd.crosstab(rows.piece_id, rows.origin_kind)
    pieces = evidence.pieces[evidence.pieces.piece_id.isin(table.index)]
    pieces = pieces.merge(evidence.sources[["source_id", "published", "short_title"]])
    pieces = pieces.sort_values(["published", "first_line"], kind="stable")
    own = pieces.piece_id.map(table.sum(axis=1) - table.get("state", 0))
    labels = [_label(piece) for piece in each(pieces)]
    state, total = int(table.get("state", table.iloc[:, 0] * 0).sum()), int(table.to_numpy().sum())
    title = "Few voices bring many numbers of their own; a handful of pieces carries most of them"
    if own.nlargest(3).sum() < own.sum() / 3:
        title = "Numbers come from many voices, none of which carries most of them"
    subtitle = (
        f"Statements by piece, in order of publication, and whose numbers they are ({state} of {total}: a state body's)"
    )
    fig = charts.figure(title, subtitle, charts.source_note(evidence), height=170 + 25 * len(labels), legend_rows=2)
    for (kind, name), shade in zip(ORIGINS.items(), SHADES, strict=True):
        if kind in table:
            count = pieces.piece_id.map(table[kind])
            text = f"%{{y}}<br>{name}: %{{x}} statements<extra></extra>"
            fig.add_bar(x=count, y=labels, orientation="h", name=name, marker_color=shade, hovertemplate=text)
    fig.update_layout(barmode="stack", bargap=0.28, legend={"traceorder": "normal"})
    fig.update_yaxes(autorange="reversed", tickfont={"size": 11})
    fig.update_xaxes(title_text="Statements")
    biggest = pieces.assign(n=pieces.piece_id.map(table.sum(axis=1))).nlargest(3, "n")
    most = "; ".join(f"{piece.title} in {piece.short_title}, {piece.n}" for piece in each(biggest))
    alt = f"Stacked bars, a bar a piece, of {total} statements by whose number it is. {title}. Most statements: {most}."
    return charts.show_chart(fig, alt)


def _label(piece: Any) -> str:
    year = "" if pd.isna(piece.published) else f"{piece.published[:4]} · "
    return charts.escape(f"{year}{piece.title} ({piece.standpoint})")


def readings(evidence: Evidence, ids: list[str], ceiling: float) -> charts.Chart | charts.Picture:
    """How the same words are read: each claim as a multiple of its printed number under three readings."""
    claims = evidence.claims.set_index("claim_id", drop=False)
    claims = claims.loc[[key for key in ids if key in claims.index]].dropna(subset=["value"])
    tables = {
        READINGS[0]: read_claims(claims),
        READINGS[1]: read_claims(claims, words="conversational", ceiling=ceiling),
        READINGS[2]: read_claims(claims, number="face", words="conversational", ceiling=0),
    }
    title = "The same words leave room for very different numbers"
    subtitle = f"Each printed number's range as a multiple of it; ceiling {100 * ceiling:.0f} %; an arrow has no end"
    fig = charts.figure(title, subtitle, charts.source_note(evidence, claims.claim_id), height=140 + 62 * len(claims))
    names = [f"“{charts.escape(claim.as_printed)}”" for claim in each(claims)]
    shades = {READINGS[0]: "#95afba", READINGS[1]: "#0b3954"}
    for place, (reading, shade) in enumerate(shades.items()):
        for number, row in enumerate(each(tables[reading])):
            low, high = (end / row.value for end in (row.low, row.high))
            y = number + (0.16 if place else -0.16)
            shown = min(high, 1.62)
            first = number == 0
            style = {"color": shade, "width": 9}
            fig.add_scatter(
                x=[low, shown],
                y=[y, y],
                mode="lines",
                line=style,
                name=reading,
                legendgroup=reading,
                showlegend=first,
                hoverinfo="skip",
            )
            if math.isinf(high):
                fig.add_scatter(
                    x=[1.64],
                    y=[y],
                    mode="markers",
                    marker={"symbol": "triangle-right", "size": 12, "color": shade},
                    showlegend=False,
                    hoverinfo="skip",
                )
    marks = {"symbol": "line-ns", "size": 26, "line": {"width": 2, "color": charts.INK}}
    text = charts.hover(evidence, claims.claim_id)
    fig.add_scatter(
        x=[1] * len(claims),
        y=list(range(len(claims))),
        mode="markers",
        marker=marks,
        name=READINGS[2],
        hovertext=text,
        hoverinfo="text",
    )
    fig.update_yaxes(tickvals=list(range(len(names))), ticktext=names, autorange="reversed", showgrid=False)
    fig.update_xaxes(
        title_text="Multiple of the printed number", range=[0, 1.7], tickvals=[0, 0.25, 0.5, 0.75, 1, 1.25, 1.5]
    )
    widest = tables[READINGS[0]].assign(width=lambda t: (t.high - t.low) / t.value).nlargest(1, "width")
    alt = (
        f"Range bars for {len(claims)} printed numbers under the logical and the conversational reading, in multiples "
        f"of the printed number. {title}. Widest under the logical reading: {widest.as_printed.iloc[0]}."
    )
    return charts.show_chart(fig, alt)


def interval_table(evidence: Evidence, ids: list[str], ceiling: float) -> pd.DataFrame:
    """The same claims as words, with their ends under the two readings."""
    from kzcivil.prose import span  # noqa: PLC0415

    claims = evidence.claims[evidence.claims.claim_id.isin(ids)].dropna(subset=["value"])
    logical = read_claims(claims)
    talk = read_claims(claims, words="conversational", ceiling=ceiling)
    ends = [
        (
            row.as_printed,
            row.wording,
            span(Interval(row.low, row.high)),
            span(Interval(other.low, other.high)),
            row.unit,
        )
        for row, other in zip(each(logical), each(talk), strict=True)
    ]
    return pd.DataFrame(ends, columns=["As printed", "Wording", "Logical reading", "Conversational reading", "Unit"])

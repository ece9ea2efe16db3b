"""Charts of the audit: verdicts, contradictions, whose numbers, and the disputed quantities on one scale."""

from __future__ import annotations

import math
import re
from typing import Any

import pandas as pd

from kzcivil import charts
from kzcivil.audit import AT_FACE, CONTRADICTED, PARTS, VERDICTS, own_numbers
from kzcivil.contradictions import LEVELS, disputed, matrix
from kzcivil.evidence import Evidence
from kzcivil.intervals import each
from kzcivil.prose import number, several

SHADES = ("#0b3954", "#3f7cac", "#b3c7d6", "#d9b08c", "#a8763e", "#e6e6e6", "#8a8a8a")


def verdicts(evidence: Evidence, recomputed: pd.DataFrame) -> charts.Chart | charts.Picture:
    """How many recomputed figures have which verdict."""
    counts = recomputed.verdict.value_counts().reindex(VERDICTS, fill_value=0)
    against = f"the inputs contradict {counts[CONTRADICTED]}" if counts[CONTRADICTED] else "none is contradicted"
    title = f"{counts[AT_FACE]} of {len(recomputed)} recomputed readings hold at face value; {against}"
    subtitle = "Readings of figures that the sources derive (several a figure), by the first verdict that applies"
    fig = charts.figure(title, subtitle, charts.source_note(evidence, recomputed.claim_id), height=380)
    printed = [recomputed.printed[recomputed.verdict == verdict].unique() for verdict in VERDICTS]
    fig.add_bar(
        x=counts, y=list(VERDICTS), orientation="h", marker_color=charts.COMPUTED, text=counts, textposition="outside",
        cliponaxis=False, hoverinfo="text",
        hovertext=["<br>".join(f"“{charts.escape(words)}”" for words in group) for group in printed],
    )  # fmt: skip
    fig.update_yaxes(autorange="reversed", gridcolor=charts.PAPER)
    fig.update_xaxes(title_text="Readings", rangemode="tozero")
    told = several(f"{verdict}: {count}" for verdict, count in counts.items())
    return charts.show_chart(fig, f"Bars of recomputed readings by verdict. {title}. {told}.")


def _stack(fig: Any, bars: pd.DataFrame, counts: pd.DataFrame, least: float) -> None:
    """A stacked bar a row, from below; a part that is ``least`` long or longer has its count inside."""
    for part, shade in zip(bars.columns, SHADES, strict=False):
        fig.add_bar(
            x=bars[part], y=list(bars.index), orientation="h", name=part, marker_color=shade,
            text=[str(count) if long >= least else "" for count, long in zip(counts[part], bars[part], strict=True)],
            textangle=0, insidetextanchor="middle",
            customdata=counts[part], hovertemplate=f"%{{y}}<br>{part}: %{{customdata}}<extra></extra>",
        )  # fmt: skip
    fig.update_layout(barmode="stack", bargap=0.35, legend={"traceorder": "normal"})
    fig.update_xaxes(rangemode="tozero")


def classes(evidence: Evidence, told: pd.DataFrame) -> charts.Chart | charts.Picture:
    """Contradictions by class, coloured by how close the two places stand."""
    table = pd.crosstab(told["class"], told.level).reindex(columns=LEVELS, fill_value=0)
    table = table.loc[table.sum(axis=1).sort_values(kind="stable").index]
    inside = int((told.level != LEVELS[2]).sum())
    where = "inside one document" if 2 * inside > len(told) else "between documents"
    count = inside if 2 * inside > len(told) else len(told) - inside
    title = f"{count} of {len(told)} contradictions stand {where}" if len(told) else "No contradiction is left"
    subtitle = "Pairs of numbers or dates that cannot both be meant as they stand, by what sets them apart"
    fig = charts.figure(title, subtitle, charts.source_note(evidence), height=420)
    _stack(fig, table, table, 1)
    fig.update_xaxes(title_text="Contradictions")
    fig.update_yaxes(gridcolor=charts.PAPER)
    sums = several(f"{count} {kind}" for kind, count in table.sum(axis=1)[::-1].items())
    return charts.show_chart(fig, f"Stacked bars of contradictions by class and place. {title}. {sums}.")


def who_contradicts_whom(evidence: Evidence, told: pd.DataFrame, pairs: pd.DataFrame) -> charts.Chart | charts.Picture:
    """Heat map of contradictions between sources, each with the pairs that were compared."""
    sns = charts.seaborn_look()
    import matplotlib.pyplot as plt  # noqa: PLC0415
    import numpy as np  # noqa: PLC0415

    counted = matrix(told, pairs)
    held = [name for name in evidence.sources.source_id if name in set(counted.first_source)]
    wide = {name: counted.pivot(index="first_source", columns="second_source", values=name).loc[held, held]
            for name in ("contradictions", "comparable")}  # fmt: skip
    titles = evidence.sources.set_index("source_id").short_title
    names = titles[held].str.replace(" on ", "\non ").tolist()
    share = 100 * wide["contradictions"] / wide["comparable"].where(wide["comparable"] > 0)
    notes = wide["contradictions"].astype(str) + " of " + wide["comparable"].astype(str)
    below = pd.DataFrame(np.triu(np.ones(share.shape, dtype=bool), 1), share.index, share.columns)
    own = (told.first_source == told.second_source).sum(), (pairs.first_source == pairs.second_source).sum()
    rest = len(told) - own[0], len(pairs) - own[1]
    shares = [hits / of if of else 0.0 for hits, of in (own, rest)]
    more = "no less" if shares[0] >= shares[1] else "less"
    title = f"Pairs inside a document clash {more} often than pairs between documents: "
    title += f"{own[0]} of {own[1]} pairs against {rest[0]} of {rest[1]}"
    fig, ax = plt.subplots(figsize=(9, 2.4 + 0.78 * len(held)))
    sns.heatmap(
        share, mask=below, annot=notes, fmt="", cmap="YlOrBr", vmin=0, vmax=100, linewidths=1.5, ax=ax,
        annot_kws={"fontsize": 9.5}, xticklabels=names, yticklabels=names,
        cbar_kws={"label": "Share of compared pairs that clash (%)"},
    )  # fmt: skip
    for row, column in ((r, c) for r in range(len(held)) for c in range(r + 1)):
        if wide["comparable"].iloc[row, column] == 0:
            ax.text(column + 0.5, row + 0.5, "no pair", ha="center", va="center", fontsize=9, color=charts.MUTED)
    ax.set(xlabel="", ylabel="")
    ax.grid(visible=False)
    ax.tick_params(rotation=0, labelsize=9)
    subtitle = "Contradictions of all pairs compared, by rule or by judgement; on the diagonal a document with itself"
    charts.caption_picture(fig, title, subtitle, charts.source_note(evidence))
    cells = [f"{titles[row.first_source]} with {titles[row.second_source]} {row.contradictions} of {row.comparable}"
             for row in each(counted) if row.first_source <= row.second_source and row.contradictions]  # fmt: skip
    return charts.show_chart(fig, f"Heat map of contradictions. {title}. By documents: {several(cells)}.")


def whose(evidence: Evidence) -> charts.Chart | charts.Picture:
    """What the numbers of each source are: own, of others, derived, repeats and more."""
    table = own_numbers(evidence)
    table = table[table.claims > 0]
    names = evidence.sources.set_index("source_id").short_title
    table.index = pd.Index([f"{names[row.source_id]} ({row.claims})" for row in each(table)])
    share = 100 * table.own / table.claims
    best, most = names[table.source_id.iloc[int(share.argmax())]], share.max()
    others = f"{number(100 - most, 2)} % of the statements are repeats, derived or somebody else's"
    title = f"Even in {best}, which has most, {others}"
    if 2 * most > 100:
        title = f"{number(most, 2)} % of the numbers in {best} are its own"
    subtitle = "Each number once, by the first that applies; number of statements beside the name"
    fig = charts.figure(title, subtitle, charts.source_note(evidence), height=440)
    counts = table.loc[::-1, PARTS]
    _stack(fig, 100 * counts.div(counts.sum(axis=1), axis=0), counts, 5)
    fig.update_xaxes(title_text="Share of the source's statements (%); inside the bars their number", range=[0, 100])
    told = several(f"{names[row.source_id]} {row.own} of {row.claims}" for row in each(table))
    return charts.show_chart(fig, f"Stacked bars of whose numbers each document prints. {title}. Own: {told}.")


def ratio_lines(evidence: Evidence) -> charts.Chart | charts.Picture:
    """Each disputed quantity as a line, all its values on a common ratio scale."""
    table = disputed(evidence)
    quantities = list(dict.fromkeys(table.quantity))
    height = {quantity: len(quantities) - place for place, quantity in enumerate(quantities)}
    title = "No quantity is told as two different numbers"
    if quantities:
        ends = [f"{number(table.spread.iloc[end], 2)}-fold ({quantities[end]})" for end in (-1, 0)]
        title = f"{len(quantities)} quantities are told as different numbers, from {ends[0]} to {ends[1]}"
    subtitle = "Printed values over the geometric middle of the least and the greatest; bars: rounding and vague words"
    subtitle += "; hollow: computed from other figures"
    fig = charts.figure(title, subtitle, charts.source_note(evidence), height=190 + 40 * len(quantities), width=980)
    for quantity, part in charts.grouped(table, "quantity").items():
        fig.add_scatter(
            x=[part.ratio.min(), part.ratio.max()], y=[height[quantity]] * 2, mode="lines", showlegend=False,
            line={"color": charts.FAINT, "width": 5}, hoverinfo="skip",
        )  # fmt: skip
    names = evidence.sources.set_index("source_id").short_title
    for source_id, part in charts.grouped(table, "source_id").items():
        shade = charts.colour(source_id, evidence) if source_id else charts.COMPUTED
        reach = {"array": part.ratio_high - part.ratio, "arrayminus": part.ratio - part.ratio_low}
        fig.add_scatter(
            x=part.ratio, y=part.quantity.map(height), mode="markers", name=names.get(source_id, "computed"),
            marker={"size": 11, "color": shade, "symbol": "circle" if source_id else "circle-open"},
            error_x={**reach, "color": shade, "thickness": 1.3, "width": 3}, hoverinfo="text",
            hovertext=charts.hover(evidence, part.id) if source_id else list(map(charts.escape, part.id)),
        )  # fmt: skip
    for mark in _labels(table):
        fig.add_annotation(y=height[mark.pop("quantity")], showarrow=False, font={"size": 11}, **mark)
    ticks = {"0.01": 0.01, "0.1": 0.1, "0.3": 0.3, "1": 1, "3": 3, "10": 10}
    fig.update_xaxes(
        type="log", range=[-2.1, 1.65], tickvals=list(ticks.values()), ticktext=list(ticks), gridcolor="#eef0f2",
        title_text="Times the middle of the told values (logarithmic scale)",
    )  # fmt: skip
    spreads = table.groupby("quantity").spread.first()
    words = [f"{quantity}  <b>×{number(spreads[quantity], 2)}</b>" for quantity in quantities]
    fig.update_yaxes(
        tickvals=list(height.values()), ticktext=words, range=[0.3, len(quantities) + 0.7], gridcolor="#f5f6f7"
    )
    told = "; ".join(f"{quantity} {number(spreads[quantity], 2)}" for quantity in quantities)
    alt = f"Lines of disputed quantities on a ratio scale. {title}. Greatest over least: {told}."
    return charts.show_chart(fig, alt)


def _labels(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Where each value's words stand: outside the least and the greatest, else above; equal values share one."""
    marks: list[dict[str, Any]] = []
    for quantity, part in charts.grouped(table, "quantity").items():
        reach = part.ratio_low.min(), part.ratio_high.max()
        for ratio in dict.fromkeys(part.ratio):
            same = part[part.ratio == ratio]
            words = " / ".join(dict.fromkeys(short(row.printed) or f"≈ {number(row.value)}" for row in each(same)))
            mark: dict[str, Any] = {"quantity": quantity, "text": charts.escape(words)}
            if abs(math.log10(ratio)) > 1 or part.ratio.min() < ratio < part.ratio.max():
                mark |= {"x": math.log10(ratio), "xanchor": "center", "yshift": 14}
            elif ratio == part.ratio.min():
                mark |= {"x": math.log10(reach[0]), "xanchor": "right", "xshift": -9}
            else:
                mark |= {"x": math.log10(reach[1]), "xanchor": "left", "xshift": 9}
            marks.append(mark)
    return marks


def short(printed: str) -> str:
    """The printed words as far as the number's own: without the thing that is counted."""
    things = "recommendations|people|(active )?NGOs|of political reforms|(reform )?packages|ago|years"
    return re.sub(f" ({things})", "", printed)

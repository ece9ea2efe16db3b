"""Charts of the page on the state's money: success, awards, three kinds of money, six-fold, reach, the ceiling."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from kzcivil import charts, funding
from kzcivil.evidence import Evidence
from kzcivil.intervals import Interval, each
from kzcivil.prose import number, several, span

KIND_SYMBOLS = {"pilot tenders": "circle", "contest budget": "square", "state expenditures": "diamond"}
BASES = {"ngos": "NGOs (kind not said)", "ngos_registered": "registered NGOs", "ngos_operating": "operating NGOs"}


def worded(table: pd.DataFrame, columns: Mapping[str, str | tuple[str, float]], digits: int = 4) -> pd.DataFrame:
    """Columns of a table under their headings, intervals in words.

    Parameters
    ----------
    columns
        By column its heading, or its heading and what intervals are multiplied with.
    digits
        Significant digits of the ends.
    """
    result = {}
    for column, told in columns.items():
        heading, scale = told if isinstance(told, tuple) else (told, 1.0)
        result[heading] = [
            span(Interval(v.low * scale, v.high * scale), digits=digits) if isinstance(v, Interval) else v
            for v in table[column]
        ]
    return pd.DataFrame(result)


def percent(share: Interval) -> Interval:
    """A share as a percentage."""
    return Interval(100 * share.low, 100 * share.high)


def _bar(fig: Any, y: str, value: Interval, *, end: float, words: str, sure: bool = True, **axes: str) -> None:
    """One computed interval: a thick line, a mark where it is a point, an arrow head where it is open."""
    shade = charts.COMPUTED if sure else charts.MUTED
    high = min(value.high, end)
    line = {"color": shade, "width": 7 if sure else 2, "dash": "solid" if sure else "dot"}
    ends = ["line-ns" if value.low < value.high else "circle"] * 2
    if math.isinf(value.high):
        ends[1] = "triangle-right"
    marks = {"symbol": ends if sure else [f"{e}-open" for e in ends], "size": 12, "color": shade}
    fig.add_scatter(
        x=[value.low, high],
        y=[y, y],
        mode="lines+markers",
        line=line,
        marker={**marks, "line": {"color": shade, "width": 2}},
        hovertext=words,
        hoverinfo="text",
        showlegend=False,
        **axes,
    )


def _label(fig: Any, x: float, y: str, text: str, **axes: Any) -> None:
    style = {"showarrow": False, "xanchor": "left", "xshift": 9, "font": {"size": 12, "color": charts.INK}}
    fig.add_annotation(x=x, y=y, text=charts.escape(text), **style, **axes)


# --- success --------------------------------------------------------------------------------------------------------


def success_title(changes: pd.DataFrame) -> str:
    """What the bounds say of the last step from tender to tender."""
    shares = changes[changes.what.str.startswith("success")]
    if shares.empty:
        return "No two tenders are left to compare: no change in success can be told"
    later = int(shares.later.max())
    earlier = int(shares.loc[shares.later == later, "earlier"].max())
    found = [funding.change(changes, earlier, later, f"success by {unit}") for unit in ("application", "NGO")]
    if found[0] == found[1] and found[0] in ("rises", "falls"):
        verb = "rose" if found[0] == "rises" else "fell"
        return f"Success {verb} from {earlier} to {later}, by application and by NGO, as the winners are printed"
    words = [f"by {unit} {v or 'unknown'}" for unit, v in zip(("application", "NGO"), found, strict=True)]
    return f"From {earlier} to {later} success is not told by the totals alone: {several(words)}"


def success(evidence: Evidence, claims: pd.DataFrame) -> charts.Chart | charts.Picture:
    """Bounds on success by application and by NGO, a line a tender and reading."""
    tenders = funding.tenders(claims)
    table = funding.success(tenders)
    subtitle = "Share that won, %; line: sharp bounds; dot: a single value; dotted: a reading that no source prints"
    note = charts.source_note(evidence, _ids(tenders))
    fig = charts.figure(success_title(funding.changes(tenders)), subtitle, note, height=450)
    rows = [f"{row.year}, winners are {row.unit}" for row in each(table)]
    parts = []
    for label, row in zip(rows, each(table), strict=True):
        for column, axis in (("application", "x"), ("ngo", "x2")):
            value = percent(getattr(row, column))
            words = f"{label}: {span(value, '%')}" + ("" if row.printed else " (not printed so)")
            _bar(fig, label, value, end=100, words=words, sure=row.printed, xaxis=axis)
            _label(fig, value.high, label, span(value), xref=axis, yref="y")
        parts.append(f"{label}: {span(percent(row.application), '%')} and {span(percent(row.ngo), '%')}")
    end = 1.32 * max([10.0, *(percent(value).high for column in ("application", "ngo") for value in table[column])])
    common: dict[str, Any] = {
        "range": [0, end],
        "gridcolor": charts.FAINT,
        "ticks": "outside",
        "linecolor": charts.MUTED,
    }
    common |= {"tickcolor": charts.MUTED, "automargin": True, "zeroline": False}
    fig.update_layout(
        xaxis={**common, "domain": [0, 0.48], "title": {"text": "Of the applications (%)", "font": {"size": 13}}},
        xaxis2={
            **common,
            "domain": [0.52, 1],
            "title": {"text": "Of the NGOs that applied (%)", "font": {"size": 13}, "standoff": 10},
            "anchor": "y",
        },
    )
    fig.update_yaxes(categoryorder="array", categoryarray=rows[::-1], showgrid=False)
    title = success_title(funding.changes(tenders))
    return charts.show_chart(fig, f"Intervals. {title}. By application and by NGO, {'; '.join(parts)}.")


def _ids(tenders: Iterable[funding.Tender]) -> list[str]:
    return [key for tender in tenders for ids in tender.ids.values() for key in ids]


# --- awards ---------------------------------------------------------------------------------------------------------


def awards_title(year: int, awards: int, found: funding.Awards | None) -> str:
    """Whether the printed range fits the printed total, and what the two leave open."""
    if found is None:
        return f"The printed range does not fit the total of {year}: no {awards} awards make it up"
    top = number(found.most_at_top)
    return f"The range fits the total of {year}, if at most {top} of {awards} awards were at the top"


def awards(evidence: Evidence, claims: pd.DataFrame) -> charts.Chart | charts.Picture | None:
    """Three lists of awards that fit the printed range and the printed total; None where either is missing."""
    known = funding.first_range(claims)
    tender = next((t for t in funding.tenders(claims) if known and t.year == known[0]), None)
    winners = tender.winners("projects") if tender else None
    if known is None or tender is None or tender.total is None or winners is None:
        return None
    year, limits = known
    count, middle = int(winners.low), (tender.total.low + tender.total.high) / 2
    found = funding.award_bounds(tender.total, count, limits.low, limits.high)
    title = awards_title(year, count, found)
    sns = charts.seaborn_look()
    import matplotlib.pyplot as plt  # noqa: PLC0415

    lists = funding.example_awards(middle, count, limits.low, limits.high)
    fig, axes = plt.subplots(1, max(1, len(lists)), figsize=(9, 3.9), sharey=True, squeeze=False)
    shade = charts.colour("caci_forum", evidence)
    for axis, (name, values) in zip(axes[0], lists.items(), strict=False):
        places = list(range(1, count + 1))
        sns.barplot(x=places, y=[v / 1e6 for v in values], ax=axis, color="#b9c3ca", edgecolor=charts.COMPUTED, lw=0.8)
        for end in (limits.low, limits.high):
            axis.axhline(end / 1e6, color=shade, lw=1.5)
        axis.set_title(name.capitalize(), fontsize=10)
        axis.set_xticks([0, count // 2 - 1, count - 1], ["1", str(count // 2), str(count)])
        axis.set_xlabel("Award, from the smallest")
        axis.set_ylabel("Million tenge" if axis is axes[0][0] else "")
    ids = [*tender.ids["total"], *funding.in_year(claims, "tender_award", year).claim_id]
    subtitle = f"Three of the many lists of {count} awards that make up {number(middle / 1e6)} million tenge; "
    subtitle += "lines: the least and the greatest award printed"
    charts.caption_picture(fig, title, subtitle, charts.source_note(evidence, ids))
    told = f" The median lies at {span(found.median, 'tenge')}." if found else ""
    return charts.show_chart(fig, f"Bars of three possible lists of awards. {title}.{told}")


# --- three kinds of money -------------------------------------------------------------------------------------------


def kinds_title(table: pd.DataFrame) -> str:
    """How many kinds there are, and inside which growth can be told."""
    kinds = list(dict.fromkeys(table.kind))
    dated = [kind for kind in kinds if table.loc[table.kind == kind, "year"].nunique() > 1]
    if not kinds:
        return "No sum of the state's is left"
    several_kinds = {1: "One kind", 2: "Two kinds", 3: "Three kinds"}.get(len(kinds), "Many kinds") + " of money"
    if not dated:
        return f"{several_kinds}, of one year each: no growth can be told"
    return f"{several_kinds} and no common series: only the {several(dated)} can be followed"


def kinds(evidence: Evidence, table: pd.DataFrame, base_year: int) -> charts.Chart | charts.Picture:
    """Each sum at constant prices on a logarithmic scale, in a panel of its kind."""
    ids = [key for some in table.ids for key in some]
    subtitle = f"Mark with number: tenge of {base_year}; bar: tenge as printed; arrow: no upper end; "
    subtitle += "colour: source; panels are not to be joined"
    fig = charts.figure(kinds_title(table), subtitle, charts.source_note(evidence, ids), height=500)
    labels = [f"{row.year}<br>{row.what}" for row in each(table)]
    source = evidence.claims.set_index("claim_id").source_id
    for place, row in enumerate(each(table)):
        shade = charts.colour(source[row.ids[0]], evidence)
        real, plain = ((v.low + v.high) / 2 if math.isfinite(v.high) else v.low for v in (row.real, row.nominal))
        hollow = "-open" if row.what.startswith("at most") else ""
        if hollow:
            real, plain = row.real.high, row.nominal.high
        words = "<br>".join(charts.hover(evidence, row.ids)) + f"<br>{span(row.real, f'tenge of {base_year}')}"
        mark = {"symbol": KIND_SYMBOLS.get(row.kind, "circle") + hollow, "size": 14, "color": shade}
        small = {"symbol": "line-ew", "size": 16, "line": {"color": shade, "width": 2.5}}
        for y, style in ((real / 1e6, mark), (plain / 1e6, small)):
            fig.add_scatter(
                x=[place], y=[y], mode="markers", marker=style, hovertext=words, hoverinfo="text", showlegend=False
            )
        axes = {"xref": "x", "yref": "y", "showarrow": False}
        text = number(float(f"{real / 1e6:.3g}"))
        fig.add_annotation(x=place, y=math.log10(real / 1e6), text=text, xanchor="left", xshift=12, **axes)
        if math.isinf(row.real.high):
            fig.add_annotation(x=place, y=math.log10(real / 1e6), text="▲", yshift=17, font={"color": shade}, **axes)
    _panels(fig, table)
    fig.update_xaxes(tickvals=list(range(len(table))), ticktext=labels, range=[-0.6, len(table) - 0.3], showgrid=False)
    ticks = [10**power for power in range(-1, 8)]
    ends = [v / 1e6 for row in each(table) for v in (row.nominal.high, row.real.high) if 0 < v < math.inf]
    ends += [row.real.low / 1e6 for row in each(table) if row.real.low > 0]
    fig.update_yaxes(
        type="log",
        title_text=f"Million tenge of {base_year} (log scale)",
        range=[math.log10(min(ends, default=1)) - 0.3, math.log10(max(ends, default=1)) + 0.7],
        tickvals=ticks,
        ticktext=[number(tick) for tick in ticks],
    )
    parts = [f"{row.kind} {row.year} ({row.what}) {span(row.real, 'tenge')}" for row in each(table)]
    return charts.show_chart(fig, f"Marks in a panel of each kind. {kinds_title(table)}. {'; '.join(parts)}.")


def _panels(fig: Any, table: pd.DataFrame) -> None:
    place = 0
    for kind, size in table.kind.value_counts(sort=False).items():
        if place:
            fig.add_vline(x=place - 0.45, line={"color": charts.MUTED, "width": 1, "dash": "dot"})
        style = {"showarrow": False, "xanchor": "left", "font": {"size": 13, "color": charts.MUTED}}
        fig.add_annotation(x=place - 0.38, y=1, yref="paper", yanchor="top", text=f"<b>{kind}</b>", **style)
        place += int(size)


# --- six-fold -------------------------------------------------------------------------------------------------------


def factor_title(table: pd.DataFrame, *, printed: bool = True) -> str:
    """Against which base the printed factor holds, nominal and real."""
    rows = table[table.formula == "multiple"]
    if rows.empty or not printed:
        return "No printed factor and sums are left to compare"
    both = {
        prices: [row.base for row in each(rows[(rows.prices == prices) & rows.fits])] for prices in ("nominal", "real")
    }
    said = {prices: several([str(base) for base in bases]) for prices, bases in both.items()}
    if not both["nominal"]:
        return "The printed factor fits no earlier tender's sum"
    if not both["real"]:
        return f"The printed factor fits the sum of {said['nominal']}, and none once prices are taken out"
    if said["nominal"] == said["real"]:
        return f"The printed factor fits the sum of {said['nominal']}, before and after prices are taken out"
    return f"The printed factor fits {said['nominal']} as base; once prices are taken out only {said['real']}"


def factor(evidence: Evidence, claims: pd.DataFrame, table: pd.DataFrame) -> charts.Chart | charts.Picture:
    """Multiple and rise against each base, nominal and real, beside the printed factor."""
    rows = claims[claims.measure == "tender_sum_factor"]
    printed = funding.agreed(rows)
    ids = [*_ids(funding.tenders(claims)), *rows.claim_id]
    subtitle = (
        "Sum of 2005 over an earlier sum (multiple), or what was added over it (rise); band: the printed factor; "
    )
    subtitle += "dotted: does not fit"
    fig = charts.figure(
        factor_title(table, printed=printed is not None), subtitle, charts.source_note(evidence, ids), height=430
    )
    names = {"multiple": "multiple of", "rise": "rise on"}
    parts, labels = [], []
    for row in each(table.sort_values(["base", "formula"], ascending=[False, True], kind="stable")):
        label = f"{names[row.formula]} {row.base}, {row.prices}"
        labels.append(label)
        _bar(fig, label, row.value, end=12, words=f"{label}: {span(row.value)}", sure=bool(row.fits))
        _label(fig, row.value.high, label, span(row.value) + (" (fits)" if row.fits else ""))
        parts.append(f"{label} {span(row.value)}")
    if printed is not None:
        shade = charts.colour(rows.source_id.iloc[0], evidence)
        fig.add_vrect(x0=printed.low, x1=printed.high, fillcolor=shade, opacity=0.25, line_width=0, layer="below")
        words = f"“{rows.as_printed.iloc[0]}”"
        fig.add_annotation(
            x=sum((printed.low, printed.high)) / 2, y=1, yref="paper", yanchor="bottom", text=words, showarrow=False
        )
    ends = [*table.value, *([] if printed is None else [printed])]
    low, high = min((v.low for v in ends), default=0), max((v.high for v in ends), default=8)
    fig.update_xaxes(title_text="Times", range=[low - 0.3, high + 1], zeroline=False)
    fig.update_yaxes(categoryorder="array", categoryarray=labels[::-1], showgrid=False)
    return charts.show_chart(
        fig, f"Intervals beside a band. {factor_title(table, printed=printed is not None)}. {'; '.join(parts)}."
    )


# --- reach ----------------------------------------------------------------------------------------------------------


def reach_title(table: pd.DataFrame) -> str:
    """The greatest share that can have won, and the share on the list for grants."""
    won = table[table.who.str.startswith("won")].share
    grants = table[table.who == "registered for state grants"].share
    parts = []
    if len(won):
        parts.append(f"at most {number(100 * max(s.high for s in won), 2)} % of the NGOs won a pilot tender")
    if len(grants):
        parts.append(f"{span(percent(grants.iloc[0]), '%')} were on the list for grants")
    words = "; ".join(parts)
    return words[:1].upper() + words[1:] if parts else "Whom the money touched cannot be said"


def reach(evidence: Evidence, table: pd.DataFrame) -> charts.Chart | charts.Picture:
    """Applicants, winners and those registered for grants, as shares of the counts nearest in time."""
    subtitle = "Share of all NGOs by the count nearest in time, %; the count is named under the share"
    fig = charts.figure(reach_title(table), subtitle, charts.source_note(evidence, table.base_id), height=520)
    labels, parts = [], []
    for row in each(table):
        value = percent(row.share)
        when = f"{row.who}" if "any tender" in row.who else f"{row.who}, {row.year}"
        label = f"{when}<br><span style='font-size:11px'>of {BASES[row.base]}, {row.base_year}</span>"
        labels.append(label)
        _bar(
            fig,
            label,
            value,
            end=100,
            words=f"{when}: {span(value, '%')}<br>{charts.hover(evidence, [row.base_id])[0]}",
        )
        _label(fig, value.high, label, span(value, "%"))
        parts.append(f"{when} of {BASES[row.base]} {row.base_year}: {span(value, '%')}")
    fig.update_xaxes(title_text="Share of the NGOs (%)", range=[0, max([10, *(130 * s.high for s in table.share)])])
    fig.update_yaxes(categoryorder="array", categoryarray=labels[::-1], showgrid=False)
    return charts.show_chart(fig, f"Intervals. {reach_title(table)}. {'; '.join(parts)}.")


# --- the ceiling ----------------------------------------------------------------------------------------------------


def ceiling_title(table: pd.DataFrame) -> str:
    """What one service would be worth at the ceiling, in inhabitants' shares of domestic product."""
    rows = table[table.what == "one service"]
    if rows.empty:
        return "What one service would be worth at the ceiling cannot be said"
    heads = rows.heads.iloc[0]
    if heads.high < 0.1:
        return f"At the ceiling one service would be worth {span(percent(heads), '%')} of GDP per inhabitant"
    return f"At the ceiling one service would be worth {span(heads)} times GDP per inhabitant"


def ceiling(evidence: Evidence, table: pd.DataFrame) -> charts.Chart | charts.Picture:
    """What one unit is worth at the ceiling, in domestic product per inhabitant, logarithmic."""
    subtitle = "Worth of one unit, were the services as much as the ceiling allows; "
    subtitle += "dotted: a total of something else; dashed: GDP per inhabitant"
    fig = charts.figure(ceiling_title(table), subtitle, charts.source_note(evidence, table.claim_id), height=400)
    least, parts, labels = 0.1, [], []
    for row in each(table):
        told = f"<br><span style='font-size:11px'>{row.mismatch}</span>" if row.mismatch else ""
        label = f"{row.what}{told}"
        labels.append(label)
        value = Interval(max(row.heads.low, least), max(row.heads.high, least))
        words = f"{row.what}: {span(row.value, 'tenge')}<br>{charts.hover(evidence, [row.claim_id])[0]}"
        _bar(fig, label, value, end=1e6, words=words, sure=not row.mismatch)
        if row.heads.low < least:
            fig.add_scatter(
                x=[least],
                y=[label],
                mode="markers",
                marker={"symbol": "triangle-left", "size": 13, "color": charts.MUTED},
                hoverinfo="skip",
                showlegend=False,
            )
        _label(fig, math.log10(value.high), label, span(row.heads))
        parts.append(f"{row.what} {span(row.value, 'tenge')}")
    fig.add_vline(x=1, line={"color": charts.MUTED, "dash": "dash"})
    fig.update_xaxes(
        type="log", title_text="Times domestic product per inhabitant (log scale)", range=[-1.05, 3.2], dtick=1
    )
    fig.update_yaxes(categoryorder="array", categoryarray=labels[::-1], showgrid=False)
    return charts.show_chart(fig, f"Intervals on a log scale. {ceiling_title(table)}. {'; '.join(parts)}.")

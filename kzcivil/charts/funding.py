"""Charts of the page on the state's money: success, awards, three kinds of money, six-fold, reach, the ceiling."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import pandas as pd

from kzcivil import charts, funding
from kzcivil.evidence import Evidence
from kzcivil.funding import per_cent, scaled
from kzcivil.intervals import Interval, each
from kzcivil.prose import number, several, span

KIND_SYMBOLS = {"pilot tenders": "circle", "contest budget": "square", "state expenditures": "diamond"}
SMALL = "<br><span style='font-size:11px'>{}</span>"
BASES = {"ngos": "NGOs (kind not said)", "ngos_registered": "registered NGOs", "ngos_operating": "operating NGOs"}


def worded(table: pd.DataFrame, columns: Mapping[str, str | tuple[str, float]], digits: int = 4) -> pd.DataFrame:
    """Columns of a table under their headings (or headings and scales), intervals in words of so many digits."""
    result = {}
    for column, told in columns.items():
        heading, by = told if isinstance(told, tuple) else (told, 1.0)
        words = [span(scaled(v, by), digits=digits) if isinstance(v, Interval) else v for v in table[column]]
        result[heading] = words
    return pd.DataFrame(result)


class Bar(NamedTuple):
    """One computed interval of a chart: its label, what stands beside it, what shows on hover."""

    label: str
    value: Interval
    text: str
    hover: str
    sure: bool = True


def _bars(fig: Any, bars: Iterable[Bar], *, end: float = 100, axis: str = "x", log: bool = False) -> None:
    """Thick lines with a mark where they are points and an arrow head where they are open; dotted where not sure."""
    found = list(bars)
    for label, value, text, hover, sure in found:
        shade, mark = charts.COMPUTED if sure else charts.MUTED, "line-ns" if value.low < value.high else "circle"
        ends = [mark, "triangle-right" if math.isinf(value.high) else mark]
        line = {"color": shade, "width": 7 if sure else 2, "dash": "solid" if sure else "dot"}
        marker = {"symbol": ends if sure else [f"{e}-open" for e in ends], "size": 12, "color": shade}
        told = {"hovertext": hover, "hoverinfo": "text", "showlegend": False, "xaxis": axis, "mode": "lines+markers"}
        marker |= {"line": {"color": shade, "width": 2}}
        fig.add_scatter(x=[value.low, min(value.high, end)], y=[label, label], line=line, marker=marker, **told)
        style = {"showarrow": False, "xanchor": "left", "xshift": 9, "font": {"size": 12, "color": charts.INK}}
        x = math.log10(value.high) if log else value.high
        fig.add_annotation(x=x, y=label, text=charts.escape(text), xref=axis, yref="y", **style)
    fig.update_yaxes(categoryorder="array", categoryarray=[bar.label for bar in found][::-1], showgrid=False)


def success_title(changes: pd.DataFrame) -> str:
    """What the bounds say of the last step from tender to tender."""
    shares = changes[changes.what.str.startswith("success")]
    if shares.empty:
        return "No two tenders are left to compare: no change in success can be told"
    later = int(shares.later.max())
    earlier = int(shares.earlier[shares.later == later].max())
    found = {unit: funding.change(changes, earlier, later, f"success by {unit}") for unit in ("application", "NGO")}
    verb = {"rises": "rose", "falls": "fell"}.get(str(found["NGO"]))
    if verb and found["application"] == found["NGO"]:
        return f"Success {verb} from {earlier} to {later}, by application and by NGO, as the winners are printed"
    words = several(f"by {unit} {verdict or 'unknown'}" for unit, verdict in found.items())
    return f"From {earlier} to {later} success is not told by the totals alone: {words}"


def success(evidence: Evidence, found: list[funding.Tender]) -> charts.Chart | charts.Picture:
    """Bounds on success by application and by NGO, a line a tender and reading."""
    table, title = funding.success(found).dropna(subset=["application"]), success_title(funding.changes(found))
    subtitle = "Share that won, %; line: sharp bounds; dot: a single value; dotted: a reading that no source prints"
    fig = charts.figure(
        title, subtitle, charts.source_note(evidence, funding.claims_used(evidence, funding.PARTS.values())), height=450
    )
    rows = {f"{row.year}, winners are {row.unit}": row for row in each(table)}
    for column, axis in (("application", "x"), ("ngo", "x2")):
        bars = []
        for label, row in rows.items():
            value = scaled(getattr(row, column), 100)
            hover = f"{label}: {span(value, '%')}" + ("" if row.printed else " (not printed so)")
            bars.append(Bar(label, value, span(value), hover, row.printed))
        _bars(fig, bars, axis=axis)
    end = 132 * max([0.1, *(value.high for column in ("application", "ngo") for value in table[column])])
    axes = fig.layout.xaxis.to_plotly_json() | {"range": [0, end]}
    names = {"xaxis": ([0, 0.48], "Of the applications (%)"), "xaxis2": ([0.52, 1], "Of the NGOs that applied (%)")}
    for axis, (domain, text) in names.items():
        title_of = {"text": text, "font": {"size": 13}, "standoff": 10}
        fig.update_layout({axis: axes | {"domain": domain, "title": title_of, "anchor": "y"}})
    parts = [f"{label}: {per_cent(row.application)} and {per_cent(row.ngo)}" for label, row in rows.items()]
    return charts.show_chart(fig, f"Intervals. {title}. By application and by NGO, {'; '.join(parts)}.")


def awards_title(year: int, awards: int, found: funding.Awards | None) -> str:
    """Whether the printed range fits the printed total, and what the two leave open."""
    if found is None:
        return f"The printed range does not fit the total of {year}: no {awards} awards make it up"
    return f"The range fits the total of {year}, if at most {found.most_at_top} of {awards} awards were at the top"


def awards(evidence: Evidence, found: list[funding.Tender]) -> charts.Chart | charts.Picture | None:
    """Three lists of awards that fit the printed range and the printed total; None where either is missing."""
    tender = next((tender for tender in found if tender.award), None)
    winners = tender.winners("projects") if tender else None
    if tender is None or tender.award is None or tender.total is None or winners is None:
        return None
    limits, count, middle = tender.award, int(winners.low), (tender.total.low + tender.total.high) / 2
    bounds = funding.award_bounds(tender.total, count, limits.low, limits.high)
    title = awards_title(tender.year, count, bounds)
    sns = charts.seaborn_look()
    import matplotlib.pyplot as plt  # noqa: PLC0415

    lists = funding.example_awards(middle, count, limits.low, limits.high)
    fig, axes = plt.subplots(1, max(1, len(lists)), figsize=(9, 3.9), sharey=True, squeeze=False)
    for axis, (name, values) in zip(axes[0], lists.items(), strict=False):
        bars = {"x": list(range(1, count + 1)), "y": [value / 1e6 for value in values]}
        sns.barplot(**bars, ax=axis, color="#b9c3ca", edgecolor=charts.COMPUTED, lw=0.8)
        for end in (limits.low, limits.high):
            axis.axhline(end / 1e6, color=charts.colour("caci_forum", evidence), lw=1.5)
        axis.set_xticks([0, count // 2 - 1, count - 1], ["1", str(count // 2), str(count)])
        axis.set_title(name.capitalize(), fontsize=10)
        axis.set(xlabel="Award, from the smallest", ylabel="Million tenge" if axis is axes[0][0] else "")
    subtitle = f"Three of the many lists of {count} awards that make up {number(middle / 1e6)} million tenge; "
    subtitle += "lines: the least and the greatest award printed"
    note = charts.source_note(evidence, [*tender.ids["total"], *tender.ids["award"]])
    charts.caption_picture(fig, title, subtitle, note)
    told = f" The median lies at {span(bounds.median, 'tenge')}." if bounds else ""
    return charts.show_chart(fig, f"Bars of three possible lists of awards. {title}.{told}")


def kinds_title(table: pd.DataFrame) -> str:
    """How many kinds there are, and inside which growth can be told."""
    years = table.groupby("kind", sort=False).year.nunique()
    if years.empty:
        return "No sum of the state's is left"
    kinds = {1: "One kind", 2: "Two kinds", 3: "Three kinds"}.get(len(years), "Many kinds") + " of money"
    if (years == 1).all():
        return f"{kinds}, of one year each: no growth can be told"
    return f"{kinds} and no common series: only the {several(map(str, years.index[years > 1]))} can be followed"


def kinds(evidence: Evidence, table: pd.DataFrame, base_year: int) -> charts.Chart | charts.Picture:
    """Each sum at constant prices on a logarithmic scale, in a panel of its kind."""
    subtitle = f"Mark with number: tenge of {base_year}; bar: tenge as printed; arrow: no upper end; "
    subtitle += "colour: source; panels are not to be joined"
    note = charts.source_note(evidence, [key for some in table.ids for key in some])
    fig = charts.figure(kinds_title(table), subtitle, note, height=500)
    ends = [v / 1e6 for row in each(table) for v in (row.nominal.high, row.real.high, row.real.low) if 0 < v < math.inf]
    for place, row in enumerate(each(table)):
        shade = charts.colour(evidence.row(row.ids[0]).source_id, evidence)
        ceiling = row.what.startswith("at most")
        real, plain = (
            v.high if ceiling else v.low if math.isinf(v.high) else (v.low + v.high) / 2
            for v in (scaled(row.real, 1e-6), scaled(row.nominal, 1e-6))
        )
        words = "<br>".join(charts.hover(evidence, row.ids)) + f"<br>{span(row.real, f'tenge of {base_year}')}"
        mark = {"symbol": KIND_SYMBOLS[row.kind] + ("-open" if ceiling else ""), "size": 14, "color": shade}
        small = {"symbol": "line-ew", "size": 16, "line": {"color": shade, "width": 2.5}}
        told = {"mode": "markers", "hovertext": words, "hoverinfo": "text", "showlegend": False}
        for y, marker in ((real, mark), (plain, small)):
            fig.add_scatter(x=[place], y=[y], marker=marker, **told)
        at = {"x": place, "y": math.log10(real), "xref": "x", "yref": "y", "showarrow": False}
        fig.add_annotation(text=number(float(f"{real:.3g}")), xanchor="left", xshift=12, **at)
        if math.isinf(row.real.high):
            fig.add_annotation(text="▲", yshift=17, font={"color": shade}, **at)
        if place == list(table.kind).index(row.kind):  # the kind's name, and a line between panels
            style = {"showarrow": False, "xanchor": "left", "font": {"size": 13, "color": charts.MUTED}}
            fig.add_annotation(x=place - 0.38, y=1, yref="paper", yanchor="top", text=f"<b>{row.kind}</b>", **style)
            fig.add_vline(x=place - 0.45, line={"color": charts.MUTED, "width": 1 if place else 0, "dash": "dot"})
    labels = [f"{row.year}<br>{row.what}" for row in each(table)]
    fig.update_xaxes(tickvals=list(range(len(table))), ticktext=labels, range=[-0.6, len(table) - 0.3], showgrid=False)
    limits = [math.log10(min(ends, default=1)) - 0.3, math.log10(max(ends, default=1)) + 0.7]
    ticks = [10**power for power in range(-1, 8)]
    fig.update_yaxes(type="log", range=limits, tickvals=ticks, ticktext=[number(tick) for tick in ticks])
    fig.update_yaxes(title_text=f"Million tenge of {base_year} (log scale)")
    parts = [f"{row.kind} {row.year} ({row.what}) {span(row.real, 'tenge')}" for row in each(table)]
    return charts.show_chart(fig, f"Marks in a panel of each kind. {kinds_title(table)}. {'; '.join(parts)}.")


def factor_title(table: pd.DataFrame, *, printed: bool = True) -> str:
    """Against which base the printed factor holds, nominal and real."""
    rows = table[table.formula == "multiple"]
    if rows.empty or not printed:
        return "No printed factor and sums are left to compare"
    nominal, real = (several(map(str, rows.base[rows.fits & (rows.prices == p)])) for p in ("nominal", "real"))
    if not nominal:
        return "The printed factor fits no earlier tender's sum"
    if not real:
        return f"The printed factor fits the sum of {nominal}, and none once prices are taken out"
    if nominal == real:
        return f"The printed factor fits the sum of {nominal}, before and after prices are taken out"
    return f"The printed factor fits {nominal} as base; once prices are taken out only {real}"


def factor(evidence: Evidence, claims: pd.DataFrame, table: pd.DataFrame) -> charts.Chart | charts.Picture:
    """Multiple and rise against each base, nominal and real, beside the printed factor."""
    rows = claims[claims.measure == "tender_sum_factor"]
    title, printed = factor_title(table, printed=len(rows) > 0), funding.agreed(rows)
    subtitle = "Sum of 2005 over an earlier sum (multiple), or what was added over it (rise); "
    subtitle += "band: the printed factor; dotted: does not fit"
    ids = funding.claims_used(evidence, [*funding.PARTS.values(), "tender_sum_factor"])
    fig = charts.figure(title, subtitle, charts.source_note(evidence, ids), height=430)
    bars = []
    for row in each(table.sort_values(["base", "formula"], ascending=[False, True], kind="stable")):
        label = f"{row.formula} {'of' if row.formula == 'multiple' else 'on'} {row.base}, {row.prices}"
        text = span(row.value)
        bars.append(Bar(label, row.value, text + (" (fits)" if row.fits else ""), f"{label}: {text}", row.fits))
    _bars(fig, bars, end=12)
    if printed is not None:
        shade = charts.colour(rows.source_id.iloc[0], evidence)
        fig.add_vrect(x0=printed.low, x1=printed.high, fillcolor=shade, opacity=0.25, line_width=0, layer="below")
        at = {"x": (printed.low + printed.high) / 2, "y": 1, "yref": "paper", "yanchor": "bottom", "showarrow": False}
        fig.add_annotation(text=f"“{charts.escape(rows.as_printed.iloc[0])}”", **at)
    ends = funding.hull([*table.value, printed]) or Interval(0, 8)
    fig.update_xaxes(title_text="Times", range=[ends.low - 0.3, ends.high + 1], zeroline=False)
    parts = [f"{bar.label} {span(bar.value)}" for bar in bars]
    return charts.show_chart(fig, f"Intervals beside a band. {title}. {'; '.join(parts)}.")


def reach_title(table: pd.DataFrame) -> str:
    """The greatest share that can have won, and the share on the list for grants."""
    won = funding.hull(table.share[table.who.str.startswith("won")])
    grants = funding.of(table, "share", who="registered for state grants")
    parts = [f"at most {number(100 * won.high, 2)} % of the NGOs won a pilot tender"] if won else []
    parts += [f"{per_cent(grants)} were on the list for grants"] if grants else []
    words = "; ".join(parts) or "whom the money touched cannot be said"
    return words[:1].upper() + words[1:]


def reach(evidence: Evidence, table: pd.DataFrame) -> charts.Chart | charts.Picture:
    """Applicants, winners and those registered for grants, as shares of the counts nearest in time."""
    subtitle = "Share of all NGOs by the count nearest in time, %; the count is named under the share"
    fig = charts.figure(reach_title(table), subtitle, charts.source_note(evidence, table.base_id), height=520)
    bars, parts = [], []
    for row in each(table):
        when, base = row.who if "any tender" in row.who else f"{row.who}, {row.year}", BASES[row.base]
        label, told = when + SMALL.format(f"of {base}, {row.base_year}"), per_cent(row.share)
        hover = f"{when}: {told}<br>{charts.hover(evidence, [row.base_id])[0]}"
        bars.append(Bar(label, scaled(row.share, 100), told, hover))
        parts.append(f"{when} of {base} {row.base_year}: {told}")
    _bars(fig, bars)
    fig.update_xaxes(title_text="Share of the NGOs (%)", range=[0, max([10, *(130 * s.high for s in table.share)])])
    return charts.show_chart(fig, f"Intervals. {reach_title(table)}. {'; '.join(parts)}.")


def ceiling_title(table: pd.DataFrame) -> str:
    """What one service would be worth at the ceiling, in inhabitants' shares of domestic product."""
    heads = funding.of(table, "heads", what="one service")
    if heads is None:
        return "What one service would be worth at the ceiling cannot be said"
    worth = f"{per_cent(heads)} of" if heads.high < 0.1 else f"{span(heads)} times"
    return f"At the ceiling one service would be worth {worth} GDP per inhabitant"


def ceiling(evidence: Evidence, table: pd.DataFrame) -> charts.Chart | charts.Picture:
    """What one unit is worth at the ceiling, in domestic product per inhabitant, logarithmic."""
    subtitle = "Worth of one unit, were the services as much as the ceiling allows; "
    subtitle += "dotted: a total of something else; dashed: GDP per inhabitant"
    fig = charts.figure(ceiling_title(table), subtitle, charts.source_note(evidence, table.claim_id), height=400)
    least, bars = 0.1, []
    for row in each(table):
        hover = f"{row.what}: {span(row.value, 'tenge')}<br>{charts.hover(evidence, [row.claim_id])[0]}"
        value = Interval(max(row.heads.low, least), max(row.heads.high, least))
        label = row.what + (SMALL.format(row.mismatch) if row.mismatch else "")
        bars.append(Bar(label, value, span(row.heads), hover, not row.mismatch))
    _bars(fig, bars, end=1e6, log=True)
    open_below = [bar.label for bar, heads in zip(bars, table.heads, strict=True) if heads.low < least]
    arrow = {"symbol": "triangle-left", "size": 13, "color": charts.MUTED}
    told = {"mode": "markers", "marker": arrow, "hoverinfo": "skip", "showlegend": False}
    fig.add_scatter(x=[least] * len(open_below), y=open_below, **told)
    fig.add_vline(x=1, line={"color": charts.MUTED, "dash": "dash"})
    title = "Times domestic product per inhabitant (log scale)"
    fig.update_xaxes(type="log", title_text=title, range=[-1.05, 3.2], dtick=1)
    parts = [f"{row.what} {span(row.value, 'tenge')}" for row in each(table)]
    return charts.show_chart(fig, f"Intervals on a log scale. {ceiling_title(table)}. {'; '.join(parts)}.")

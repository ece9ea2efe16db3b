"""Charts of the page on people and places."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import pandas as pd

from kzcivil import charts
from kzcivil import regions as places
from kzcivil.evidence import Evidence
from kzcivil.intervals import CEILING, Interval, Words, each, formula_names
from kzcivil.prose import number, several, span

TILE = 0.93
HATCH = {"shape": "/", "fgcolor": "#c4cbd1", "bgcolor": charts.PAPER, "size": 9, "solidity": 0.16}
OTHER = ["rest", "country"]
Place = tuple[float, float]


# --- tile maps -----------------------------------------------------------------------------------------------------


def _shade(colour: str, share: float) -> str:
    """A colour mixed with white; share 1 is the colour itself."""
    parts = [round(255 - (255 - int(colour[at : at + 2], 16)) * share) for at in (1, 3, 5)]
    return "#" + "".join(f"{part:02x}" for part in parts)


def _ink(fill: str) -> str:
    red, green, blue = (int(fill[at : at + 2], 16) for at in (1, 3, 5))
    return charts.PAPER if 0.299 * red + 0.587 * green + 0.114 * blue < 150 else charts.INK


def _tile(fig: Any, place: Place, fill: str | None, hover: str, *, width: float = TILE) -> None:
    """One tile with its middle at a place; hatched where there is nothing to fill it with."""
    pattern = {} if fill else {"pattern": HATCH}
    fig.add_bar(
        x=[place[0]],
        y=[TILE],
        base=[-place[1] - TILE / 2],
        width=[width],
        marker={"color": fill or charts.PAPER, "line": {"width": 0}, **pattern},
        hovertext=[hover],
        hoverinfo="text",
        showlegend=False,
    )


def _frame(fig: Any, place: Place, *, dashed: bool) -> None:
    left, top = place[0] - TILE / 2, -place[1] + TILE / 2
    line = {"color": "#9aa5ad" if dashed else charts.INK, "width": 1, "dash": "dot" if dashed else "solid"}
    fig.add_shape(type="rect", x0=left, x1=left + TILE, y0=top - TILE, y1=top, line=line)


def _label(fig: Any, place: Place, text: str, *, size: int, colour: str, shift: float = 0) -> None:
    font = {"size": size, "color": colour}
    fig.add_annotation(x=place[0], y=-place[1] + shift, text=text, showarrow=False, font=font)


def _name(title: str) -> str:
    """A region's name in two lines where it is long."""
    return charts.wrap(charts.escape(title), 11)


def _map_axes(fig: Any, regions: pd.DataFrame) -> None:
    columns, rows = int(regions.tile_column.max()), int(regions.tile_row.max())
    fig.update_xaxes(visible=False, range=[0.48, columns + 0.52])
    fig.update_yaxes(visible=False, range=[-rows - 0.52, -0.48])
    fig.update_layout(barmode="overlay", bargap=0, margin={"b": 44, "l": 24, "r": 24})
    fig.layout.annotations[0].update(yshift=-36)  # the note, closer, as there is no axis


def _key(fig: Any, at: Place, fill: str | None, text: str) -> None:
    box = {"x0": at[0], "x1": at[0] + 0.22, "y0": -at[1] - 0.09, "y1": -at[1] + 0.09}
    line = {"color": "#9aa5ad", "width": 1, "dash": "solid" if fill else "dot"}
    fig.add_shape(type="rect", **box, fillcolor=fill or charts.PAPER, line=line)
    fig.add_annotation(
        x=at[0] + 0.3, y=-at[1], text=text, showarrow=False, xanchor="left", align="left", font={"size": 12}
    )


def tile_map(evidence: Evidence, title: str) -> charts.Chart | charts.Picture:
    """The regions as tiles: printed counts filled by their size, the others visibly unknown."""
    counts = places.printed_counts(evidence).set_index("region")
    bases = places.both_bases(evidence)
    note = f"{charts.source_note(evidence, counts.claim_id)} People: Bureau of National Statistics, 2023 and 2024."
    subtitle = (
        "Registered NGOs by region, 2023, and per 100,000 inhabitants (range of two population bases). Tiles stand"
        " roughly where the regions lie"
    )
    fig = charts.figure(title, subtitle, note, height=690)
    for row in each(evidence.regions):
        place = (float(row.tile_column), float(row.tile_row))
        known = row.region in counts.index
        if known:
            count = counts.loc[row.region]
            share = 0.2 + 0.8 * math.sqrt(float(count.value) / float(counts.value.max()))
            fill = _shade(charts.colour(count.source_id, evidence), share)
            ink, density = _ink(fill), places.of_place(bases, row.region, "per_100k")
            _tile(fig, place, fill, charts.hover(evidence, [count.claim_id])[0])
            _label(fig, place, f"<b>{charts.escape(row.title)}</b>", size=13, colour=ink, shift=0.29)
            _label(fig, place, f"<b>{number(float(count.value))}</b>", size=23, colour=ink, shift=0.02)
            rate = span(density).replace(" to ", "–") + " per 100k" if density else ""
            _label(fig, place, rate, size=11, colour=ink, shift=-0.28)
        else:
            _tile(fig, place, None, f"<b>{charts.escape(row.title)}</b><br>no count is printed")
            _label(fig, place, _name(row.title), size=12, colour=charts.MUTED, shift=0.22)
            _label(fig, place, "<b>–</b>", size=22, colour=charts.MUTED, shift=-0.17)
        _frame(fig, place, dashed=not known)
    _map_axes(fig, evidence.regions)
    shade = charts.colour(str(counts.source_id.iloc[0]), evidence) if len(counts) else charts.FAINT
    _key(fig, (0.55, 4.85), _shade(shade, 0.7), "count printed (darker: more)")
    _key(fig, (0.55, 5.15), None, "no count printed: unknown, not zero")
    known_words = [f"{title} {number(float(n))}" for title, n in zip(counts.title, counts.value, strict=True)]
    alt = (
        f"Tile map of {len(evidence.regions)} regions. {title}. Printed: {several(known_words) or 'none'};"
        f" the other {len(evidence.regions) - len(counts)} tiles are hatched and hold a dash."
    )
    return charts.show_chart(fig, alt)


def map_title(evidence: Evidence) -> str:
    """Title of :func:`tile_map`: how many regions are known, and what they hold."""
    counts, regions = places.printed_counts(evidence), evidence.regions
    share = places.printed_together(places.both_bases(evidence), "ngo")
    if counts.empty:
        return f"For none of the {len(regions)} regions is a count printed"
    held = f", with {span(share)} % of the registered NGOs" if share else ""
    return f"{len(counts)} of {len(regions)} regions have a printed count{held}; {len(regions) - len(counts)} have none"


def naming_map(evidence: Evidence) -> charts.Chart | charts.Picture:
    """Regions named as strong before, and regions with a printed count now, as two halves of a tile."""
    status, counts = places.region_status(evidence), places.printed_counts(evidence)
    named = charts.colour(places.NAMED.source_id, evidence)
    printed = charts.colour(str(counts.source_id.iloc[0]), evidence) if len(counts) else charts.FAINT
    title = naming_title(evidence)
    subtitle = (
        f"Left half: in the old borders of a region named as a centre of NGOs {places.NAMED.year}. Right half: count"
        " printed in 2023"
    )
    texts = [
        row.short_title
        for row in each(evidence.sources)
        if row.source_id in (places.NAMED.source_id, *counts.source_id)
    ]
    fig = charts.figure(title, subtitle, f"Source: {', '.join(texts)}; kzcivil {evidence.label}.", height=600)
    for row in each(status):
        place = (float(row.tile_column), float(row.tile_row))
        words = [f"within a region named {places.NAMED.year}"] * row.named + ["count printed in 2023"] * row.printed
        hover = f"<b>{charts.escape(row.title)}</b><br>{'; '.join(words) or 'neither named nor printed'}"
        for side, on, shade in ((-1, row.named, named), (1, row.printed, printed)):
            _tile(fig, (place[0] + side * TILE / 4, place[1]), shade if on else None, hover, width=TILE / 2)
        _frame(fig, place, dashed=not (row.named or row.printed))
        since = "" if pd.isna(row.since) else f"<br><span style='font-size:10px'>since {row.since}</span>"
        fig.add_annotation(
            x=place[0],
            y=-place[1],
            text=_name(row.title) + since,
            showarrow=False,
            font={"size": 12},
            bgcolor="rgba(255,255,255,0.9)",
            borderpad=3,
        )
    _map_axes(fig, evidence.regions)
    _key(fig, (0.55, 4.75), named, f"named {places.NAMED.year}")
    _key(fig, (0.55, 5.0), printed, "count printed 2023")
    _key(fig, (0.55, 5.25), None, "neither")
    both, before, after = (
        several(status.title[flag]) or "none"
        for flag in (status.named & status.printed, status.named & ~status.printed, ~status.named & status.printed)
    )
    return charts.show_chart(
        fig, f"Tile map. {title}. Both: {both}. Named only: {before}. Printed only: {after}. All others: neither."
    )


def naming_title(evidence: Evidence) -> str:
    """Title of :func:`naming_map`: who is missing, who is new, and whether borders moved."""
    table, status = places.then_and_now(evidence), places.region_status(evidence)
    if table.empty or not status.printed.any():
        return "One of the two lists of regions is left out"
    gone = table[table.missing != ""]
    new = several(status.title[status.printed & ~status.named])
    if gone.empty:
        start = "All regions named before have a count"
    else:
        split = "all of them" if gone.split.notna().all() else f"{gone.split.notna().sum()} of them"
        start = f"{len(gone)} of {len(table)} regions named {places.NAMED.year} have no count or one for a part only"
        start += f"; {split} were split since"
    return f"{start}. {new}: with a count, not named" if new else start


# --- lines and bands -----------------------------------------------------------------------------------------------


def _band(fig: Any, interval: Interval, height: float, hover: str, *, width: float = 9, axis: str = "") -> None:
    """A computed interval as a thick line; a single value gets a mark as well."""
    fig.add_scatter(
        x=[interval.low, interval.high],
        y=[height, height],
        mode="lines+markers",
        line={"color": charts.COMPUTED, "width": width},
        marker={"symbol": "line-ns", "size": width, "line": {"color": charts.COMPUTED, "width": 2}},
        hovertext=hover,
        hoverinfo="text",
        showlegend=False,
        xaxis=f"x{axis}",
        yaxis=f"y{axis}",
    )


def shares(evidence: Evidence, base: str, title: str) -> charts.Chart | charts.Picture:
    """Share of NGOs beside share of people, and NGOs per 100,000 inhabitants, by region with a printed count."""
    table, bases = places.places(evidence, base), places.both_bases(evidence)
    used = [] if table is None else [key for key in table.claim_id if key]
    note = f"{charts.source_note(evidence, used)} People: Bureau of National Statistics and World Bank."
    subtitle = (
        f"Left: shares of registered NGOs and of people ({base}). Right: bands span both population bases; column:"
        " whole country"
    )
    fig = charts.figure(title, subtitle, note, height=520)
    if table is None or bases is None:
        return charts.show_chart(fig, f"Empty chart. {title}.")
    rows = [row for row in each(table) if row.region != "country"][::-1]
    for height, row in enumerate(rows):
        _share_row(fig, evidence, row, height)
        _density(fig, bases, row, height)
    labels = [row.title for row in rows]
    fig.update_layout(
        xaxis={"domain": [0, 0.5], "range": [0, 80], "title": {"text": "Share of the country (%)"}},
        yaxis={
            "tickvals": list(range(len(rows))),
            "ticktext": labels,
            "range": [-0.6, len(rows) - 0.3],
            "showgrid": False,
        },
    )
    axis = {**fig.layout.xaxis.to_plotly_json(), "domain": [0.57, 1], "anchor": "y2", "range": [0, 335]}
    fig.update_layout(
        xaxis2={**axis, "title": {"text": "Registered NGOs per 100,000 inhabitants", "font": {"size": 13}}}
    )
    fig.update_layout(yaxis2={"range": [-0.6, len(rows) - 0.3], "anchor": "x2", "visible": False})
    country = places.of_place(bases, "country", "per_100k")
    if country:
        column = {"x0": country.low, "x1": country.high, "y0": 0, "y1": 1, "xref": "x2", "yref": "y2 domain"}
        line = {"color": charts.MUTED, "width": 1, "dash": "dot"}
        fig.add_shape(type="rect", **column, layer="below", fillcolor="#e7ebee", line=line)
    _mark_key(
        fig,
        [
            ("square", charts.colour("adal_azamat"), "registered NGOs, printed"),
            ("square-open", charts.COMPUTED, "registered NGOs, what remains"),
            ("line-ew", charts.COMPUTED, "people"),
        ],
    )
    words = [
        f"{row.title} {number(row.ngo_share_low)} % of NGOs"
        f" and {span(Interval(row.people_share_low, row.people_share_high))} % of people"
        for row in rows[::-1]
        if not pd.isna(row.people_share_low)
    ]
    return charts.show_chart(fig, f"Share of NGOs beside share of people by region. {title}. {'; '.join(words)}.")


def _share_row(fig: Any, evidence: Evidence, row: Any, height: float) -> None:
    printed = row.region not in OTHER
    ngos, shade = Interval(row.ngo_share_low, row.ngo_share_high), charts.COMPUTED
    hover = f"{row.title}: {span(ngos)} % of the registered NGOs"
    if printed:
        shade = charts.colour(str(evidence.row(row.claim_id).source_id), evidence)
        hover = charts.hover(evidence, [row.claim_id])[0]
    to_the_left = False
    if not pd.isna(row.people_share_low):
        people = Interval(row.people_share_low, row.people_share_high)
        to_the_left = 20 < ngos.high < people.low
        ends, gap = {"x": [people.low, ngos.high], "y": [height, height]}, {"color": charts.FAINT, "width": 5}
        fig.add_scatter(**ends, mode="lines", line=gap, hoverinfo="skip", showlegend=False)
        _band(fig, people, height, f"{row.title}: {span(people)} % of the people", width=20)
    fig.add_scatter(
        x=[ngos.low],
        y=[height],
        mode="markers+text",
        marker={
            "symbol": "square" if printed else "square-open",
            "size": 13,
            "color": shade,
            "line": {"width": 2, "color": shade},
        },
        text=[f"{span(ngos)} % "] if to_the_left else [f" {span(ngos)} %"],
        textposition="middle left" if to_the_left else "middle right",
        textfont={"size": 12},
        hovertext=hover,
        hoverinfo="text",
        showlegend=False,
    )


def _density(fig: Any, bases: pd.DataFrame, row: Any, height: float) -> None:
    density = places.of_place(bases, row.region, "per_100k")
    if density is None:
        return
    hover = f"{row.title}: {span(density)} registered NGOs per 100,000 inhabitants"
    _band(fig, density, height, hover, axis="2", width=12)
    fig.add_annotation(
        x=density.high,
        y=height,
        xref="x2",
        yref="y2",
        text=span(density),
        showarrow=False,
        xanchor="left",
        xshift=8,
        bgcolor="rgba(255,255,255,0.85)",
        font={"size": 12},
    )


def _mark_key(fig: Any, entries: Iterable[tuple[str, str, str]]) -> None:
    for shape, colour, text in entries:
        marker = {
            "symbol": shape,
            "color": colour,
            "size": 11,
            "line": {"color": colour, "width": 2 if shape != "line-ew" else 6},
        }
        fig.add_scatter(x=[None], y=[None], mode="markers", marker=marker, name=text)


def shares_title(evidence: Evidence) -> str:
    """Title of :func:`shares`: how the densest stands to the rest, and who lies below the country."""
    bases, sides = places.both_bases(evidence), places.against_country(places.both_bases(evidence))
    rest = places.of_place(bases, "rest", "per_100k")
    if bases is None or rest is None or not sides:
        return "No count of a region stands beside one of the whole country"
    titles = evidence.regions.set_index("region").title
    high = {code: places.of_place(bases, code, "per_100k") for code in sides}
    dense = [titles[code] for code, found in high.items() if found and found.low > 1.5 * rest.high]
    below = [titles[code] for code, side in sides.items() if side == "below"]
    start = "No printed region is far above the rest"
    if dense:
        start = f"{several(dense)}: over one and a half times the NGOs per inhabitant of the rest"
    if below:
        start += f"; {several(below)}, though printed, below the country"
    return start


def activity(evidence: Evidence, ceiling: float = CEILING) -> charts.Chart | charts.Picture:
    """Active of registered NGOs in Astana, in the country and in the rest of it, under both readings of "more than"."""
    talk, logical = places.activity(evidence, "conversational", ceiling), places.activity(evidence)
    ids = [places.PART_ACTIVE, places.PART_REGISTERED, places.ACTIVE, places.REGISTERED]
    title = activity_title(evidence, ceiling)
    subtitle = (
        "Active NGOs as a share of registered ones, 2023. Thick: “more than” reaches"
        f" {number(100 * ceiling)} % above its number; thin: it has no end"
    )
    fig = charts.figure(title, subtitle, charts.source_note(evidence, ids), height=380)
    if talk is None or logical is None:
        return charts.show_chart(fig, f"Empty chart. {title}.")
    names = ["Astana", "Whole country", "Country without Astana"]
    said = []
    for height, (name, wide, close) in enumerate(zip(names[::-1], logical[::-1], talk[::-1], strict=True)):
        for interval, width in ((wide, 2), (close, 16)):
            if interval is not None:
                percent = Interval(100 * interval.low, 100 * interval.high)
                _band(fig, percent, height, f"{name}: {span(percent)} %", width=width)
        if close is not None:
            percent = Interval(100 * close.low, 100 * close.high)
            said.append(f"{name} {span(percent)} %")
            fig.add_annotation(
                x=(percent.low + percent.high) / 2,
                y=height,
                text=f"<b>{span(percent)} %</b>",
                showarrow=False,
                yshift=20,
            )
    fig.update_yaxes(tickvals=[0, 1, 2], ticktext=names[::-1], range=[-0.5, 2.7], showgrid=False)
    fig.update_xaxes(range=[0, 102], title_text="Active of registered NGOs (%)", dtick=20)
    return charts.show_chart(fig, f"Bands of shares. {title}. In conversation: {'; '.join(said)}.")


def activity_title(evidence: Evidence, ceiling: float = CEILING) -> str:
    """Title of :func:`activity`."""
    talk, logical = places.activity(evidence, "conversational", ceiling), places.activity(evidence)
    if talk is None or logical is None:
        return "Astana's active share cannot be computed: a printed count is missing"
    if talk.rest is None:
        return "Astana's and the country's active NGOs cannot both be as printed"
    found = talk.part.compare(talk.whole)
    start = {
        "below": "In conversation Astana's active share lies below the country's",
        "above": "In conversation Astana's active share lies above the country's",
    }.get(found, "In conversation Astana's active share and the country's may agree")
    return start + (
        "; taken logically, the words prove nothing" if logical.part.meets(logical.whole) else "; logically too"
    )


def people_per_ngo(
    evidence: Evidence, words: Words = "conversational", ceiling: float = CEILING
) -> charts.Chart | charts.Picture:
    """People of different kinds per NGO, on a log scale."""
    table = places.ratios(evidence, words, ceiling)
    table = table[table.title.isin([ratio.title for ratio in places.PER_NGO]) & (table.unit == "people")]
    used = sorted({name for formula in table.formula for name in formula_names(formula)})
    title = people_title(table)
    reading = "as in conversation" if words == "conversational" else "logically"
    subtitle = (
        f"People per NGO, computed from printed numbers; open words read {reading}. Band: range; white line: numbers as"
        " printed"
    )
    fig = charts.figure(title, subtitle, charts.source_note(evidence, used), height=470)
    rows = list(each(table))[::-1]
    for height, row in enumerate(rows):
        low, high = max(row.low, 0.2), min(row.high, 400)
        names = sorted(formula_names(row.formula))
        hover = f"<b>{row.title}, {row.year}</b><br>{span(Interval(row.low, row.high))}<br>" + "<br>".join(
            charts.hover(evidence, names)
        )
        _band(fig, Interval(low, high), height, hover, width=16)
        if high > 1.2 * low:
            mark = {"symbol": "line-ns", "size": 14, "line": {"color": charts.PAPER, "width": 2}}
            fig.add_scatter(x=[row.face], y=[height], mode="markers", marker=mark, hoverinfo="skip", showlegend=False)
        fig.add_annotation(
            x=math.log10(high),
            y=height,
            text=span(Interval(row.low, row.high)),
            showarrow=False,
            xanchor="left",
            xshift=12,
            font={"size": 12},
        )
    labels = [f"{row.title}, {row.year}" for row in rows]
    fig.update_yaxes(tickvals=list(range(len(rows))), ticktext=labels, range=[-0.6, len(rows) - 0.4], showgrid=False)
    ticks = [0.3, 1, 3, 10, 30, 100, 300]
    fig.update_xaxes(
        type="log",
        range=[math.log10(0.2), math.log10(700)],
        tickvals=ticks,
        ticktext=[number(t) for t in ticks],
        title_text="People per NGO (log scale)",
    )
    said = [f"{row.title} {row.year}: {span(Interval(row.low, row.high))}" for row in rows[::-1]]
    return charts.show_chart(fig, f"Ranges on a log scale. {title}. {'; '.join(said)}.")


def people_title(table: pd.DataFrame) -> str:
    """Title of :func:`people_per_ngo`: how far the kinds of people lie apart."""
    if table.empty:
        return "No number of people can be set against a number of NGOs"
    least = table.sort_values("high", kind="stable").iloc[0]
    most = table.sort_values("low", kind="stable").iloc[-1]
    if least.high >= most.low or least.high == 0:
        return "People per NGO: under this reading all printed numbers may agree"
    factor = number(most.low / least.high, 2)
    kinds = [str(row.title.split(" per ")[0].lower()) for row in (least, most)]
    if kinds[0] == kinds[1]:
        return f"“{kinds[0].capitalize()} per NGO” differs at least {factor}-fold: {least.year}, or {most.year}"
    return f"“People per NGO” differs at least {factor}-fold by whom one counts: {kinds[0]}, or {kinds[1]}"


# --- fields --------------------------------------------------------------------------------------------------------


def field_matrix(evidence: Evidence, title: str) -> charts.Chart | charts.Picture:
    """Which list names which field of work: a dot each, colour by source."""
    table = places.field_lists(evidence)
    voices = list(dict.fromkeys(zip(table.voice, table.year, strict=True)))
    fields = table.field.value_counts(ascending=True).index.tolist()
    sources = [row.short_title for row in each(evidence.sources) if row.source_id in set(table.source_id)]
    subtitle = (
        "Fields of work (number of lists beside the name) in lists by author; each dot: the list names the field, in"
        " words of its own"
    )
    fig = charts.figure(title, subtitle, f"Source: {', '.join(sources)}; kzcivil {evidence.label}.", height=560)
    for source_id, part in charts.grouped(table, "source_id").items():
        cells = zip(part.words, part.line, strict=True)
        fig.add_scatter(
            x=[voices.index(pair) for pair in zip(part.voice, part.year, strict=True)],
            y=[fields.index(field) for field in part.field],
            mode="markers",
            marker={"size": 19, "color": charts.colour(source_id, evidence)},
            name=evidence.sources.set_index("source_id").short_title[source_id],
            hovertext=[f"“{charts.escape(words)}”<br>line {line}" for words, line in cells],
            hoverinfo="text",
        )
    counts = table.field.value_counts()
    ticks = [f"{voice}<br>{year}" for voice, year in voices]
    fig.update_xaxes(
        tickvals=list(range(len(voices))),
        ticktext=[tick.replace(" of ", "<br>of ").replace(", ", ",<br>") for tick in ticks],
        range=[-0.5, len(voices) - 0.5],
        tickangle=0,
        tickfont={"size": 11},
    )
    fig.update_yaxes(
        tickvals=list(range(len(fields))),
        ticktext=[f"{field} ({counts[field]})" for field in fields],
        range=[-0.6, len(fields) - 0.4],
    )
    said = [f"{field} {counts[field]}" for field in fields[::-1]]
    return charts.show_chart(
        fig,
        f"Dot matrix of {len(voices)} lists and {len(fields)} fields. {title}. Lists naming each: {', '.join(said)}.",
    )

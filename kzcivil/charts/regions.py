"""Charts of the page on people and places."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from kzcivil import charts
from kzcivil import regions as places
from kzcivil.evidence import Evidence
from kzcivil.intervals import CEILING, Interval, Words, each, formula_names
from kzcivil.prose import number, several, span

TILE = 0.93
HATCH = {"shape": "/", "fgcolor": "#c4cbd1", "bgcolor": charts.PAPER, "size": 9, "solidity": 0.16}
Chart = charts.Chart | charts.Picture
_Dicts = list[dict[str, Any]]


def _text(at: tuple[float, float], text: str, size: int = 12, colour: str = charts.INK, **more: Any) -> dict[str, Any]:
    return {"x": at[0], "y": at[1], "text": text, "showarrow": False, "font": {"size": size, "color": colour}, **more}


def _rows(fig: Any, labels: list[str]) -> None:
    """A row a label, from below."""
    ticks = list(range(len(labels)))
    fig.update_yaxes(tickvals=ticks, ticktext=labels, range=[-0.6, len(labels) - 0.4], showgrid=False)


def _shade(colour: str, share: float) -> tuple[str, str]:
    """A colour mixed with white (share 1 is the colour itself), and the ink that can be read on it."""
    red, green, blue = (round(255 - (255 - int(colour[at : at + 2], 16)) * share) for at in (1, 3, 5))
    ink = charts.PAPER if 0.299 * red + 0.587 * green + 0.114 * blue < 150 else charts.INK
    return f"#{red:02x}{green:02x}{blue:02x}", ink


def _tile(fig: Any, at: tuple[float, float], fill: str | None, hover: str, width: float = TILE) -> None:
    """One tile with its middle at a place; hatched where there is nothing to fill it with."""
    marker = {"color": fill or charts.PAPER, "line": {"width": 0}} | ({} if fill else {"pattern": HATCH})
    bar = {"x": [at[0]], "y": [TILE], "base": [at[1] - TILE / 2], "width": [width], "marker": marker}
    fig.add_bar(**bar, hovertext=[hover], hoverinfo="text", showlegend=False)


def _box(at: tuple[float, float], half: tuple[float, float], colour: str | None, fill: str | None) -> dict[str, Any]:
    """A frame around a place; dotted without a colour of its own."""
    ends = {"x0": at[0] - half[0], "x1": at[0] + half[0], "y0": at[1] - half[1], "y1": at[1] + half[1]}
    line = {"color": colour or charts.MUTED, "width": 1, "dash": "solid" if colour else "dot"}
    return {"type": "rect", **ends, "line": line, "fillcolor": fill}


def _finish_map(fig: Any, regions: pd.DataFrame, key: dict[str, str | None], texts: _Dicts, boxes: _Dicts) -> None:
    """Axes without marks, frames and texts in one go, and a key of fills in the free corner."""
    for at, (text, fill) in enumerate(key.items()):
        y = -4.8 - 0.25 * at
        boxes.append(_box((0.66, y), (0.11, 0.09), charts.MUTED if fill else None, fill or charts.PAPER))
        texts.append(_text((0.85, y), text, xanchor="left", align="left"))
    fig.layout.annotations[0].update(yshift=-36)  # the note, closer, as there is no axis
    fig.update_layout(annotations=[*fig.layout.annotations, *texts], shapes=boxes)
    fig.update_layout(barmode="overlay", bargap=0, margin={"b": 44, "l": 24, "r": 24})
    fig.update_xaxes(visible=False, range=[0.48, regions.tile_column.max() + 0.52])
    fig.update_yaxes(visible=False, range=[-regions.tile_row.max() - 0.52, -0.48])


def tile_map(evidence: Evidence, title: str) -> Chart:
    """The regions as tiles: printed counts filled by their size, the others visibly unknown."""
    counts, bases = places.printed_counts(evidence).set_index("region"), places.both_bases(evidence)
    note = f"{charts.source_note(evidence, counts.claim_id)} People: Bureau of National Statistics, 2023 and 2024."
    subtitle = "Registered NGOs by region, 2023, and per 100,000 inhabitants (range of two population bases)."
    subtitle += " Tiles stand roughly where the regions lie"
    fig = charts.figure(title, subtitle, note, height=690)
    texts, boxes = _Dicts(), _Dicts()
    for row in each(evidence.regions):
        x, y = row.tile_column, -row.tile_row
        if row.region in counts.index:
            count, density = counts.loc[row.region], places.of_place(bases, row.region, "per_100k")
            share = 0.2 + 0.8 * math.sqrt(count.value / counts.value.max())
            fill, ink = _shade(charts.colour(count.source_id, evidence), share)
            _tile(fig, (x, y), fill, charts.hover(evidence, [count.claim_id])[0])
            texts.append(_text((x, y + 0.29), f"<b>{charts.escape(row.title)}</b>", 13, colour=ink))
            texts.append(_text((x, y + 0.02), f"<b>{number(count.value)}</b>", 23, colour=ink))
            if density:
                texts.append(_text((x, y - 0.28), span(density, "per 100k").replace(" to ", "–"), 11, colour=ink))
        else:
            _tile(fig, (x, y), None, f"<b>{charts.escape(row.title)}</b><br>no count is printed")
            texts.append(_text((x, y + 0.22), charts.wrap(charts.escape(row.title), 11), colour=charts.MUTED))
            texts.append(_text((x, y - 0.17), "<b>–</b>", 22, colour=charts.MUTED))
        boxes.append(_box((x, y), (TILE / 2, TILE / 2), charts.INK if row.region in counts.index else None, None))
    shade = charts.colour(str(counts.source_id.iloc[0]), evidence) if len(counts) else charts.FAINT
    key = {"count printed (darker: more)": _shade(shade, 0.7)[0], "no count printed: unknown, not zero": None}
    _finish_map(fig, evidence.regions, key, texts, boxes)
    printed = [f"{row.title} {number(row.value)}" for row in each(counts)]
    alt = f"Tile map of {len(evidence.regions)} regions. {title}. Printed: {several(printed) or 'none'};"
    alt += f" the other {len(evidence.regions) - len(counts)} tiles are hatched and hold a dash."
    return charts.show_chart(fig, alt)


def map_title(evidence: Evidence) -> str:
    """Title of :func:`tile_map`: how many regions are known, and what they hold."""
    known, everything = len(places.printed_counts(evidence)), len(evidence.regions)
    share = places.printed_together(places.both_bases(evidence), "ngo")
    held = f", with {span(share)} % of the registered NGOs" if share else ""
    return f"{known or 'None'} of {everything} regions have a printed count{held}; {everything - known} have none"


def naming_map(evidence: Evidence) -> Chart:
    """Regions named as strong before, and regions with a printed count now, as two halves of a tile."""
    status, counts = places.region_status(evidence), places.printed_counts(evidence)
    then, title = places.then_and_now(evidence), naming_title(evidence)
    when = then.year[0] if len(then) else "before"
    first = [table.source_id[0] if len(table) else "" for table in (then, counts)]
    named, printed = (charts.colour(source_id, evidence) for source_id in first)
    subtitle = f"Left half: in the old borders of a region named as a centre of NGOs {when}."
    subtitle += " Right half: count printed in 2023"
    used = evidence.sources.source_id.isin([*then.source_id, *counts.source_id])
    note = f"Source: {', '.join(evidence.sources.short_title[used])}; kzcivil {evidence.label}."
    fig = charts.figure(title, subtitle, note, height=600)
    texts, boxes = _Dicts(), _Dicts()
    for row in each(status):
        x, y = row.tile_column, -row.tile_row
        words = [f"within a region named {when}"] * row.named + ["count printed in 2023"] * row.printed
        hover = f"<b>{charts.escape(row.title)}</b><br>{'; '.join(words) or 'neither named nor printed'}"
        _tile(fig, (x - TILE / 4, y), named if row.named else None, hover, TILE / 2)
        _tile(fig, (x + TILE / 4, y), printed if row.printed else None, hover, TILE / 2)
        boxes.append(_box((x, y), (TILE / 2, TILE / 2), charts.INK if words else None, None))
        name = charts.wrap(charts.escape(row.title), 11)
        name += "" if pd.isna(row.since) else f"<br><span style='font-size:10px'>since {row.since}</span>"
        texts.append(_text((x, y), name, bgcolor="rgba(255,255,255,0.9)", borderpad=3))
    key = {f"named {when}": named, "count printed 2023": printed, "neither": None}
    _finish_map(fig, evidence.regions, key, texts, boxes)
    flags = (status.named & status.printed, status.named & ~status.printed, ~status.named & status.printed)
    both, before, after = (several(status.title[flag]) or "none" for flag in flags)
    alt = f"Both: {both}. Named only: {before}. Printed only: {after}. All others: neither."
    return charts.show_chart(fig, f"Tile map. {title}. {alt}")


def naming_title(evidence: Evidence) -> str:
    """Title of :func:`naming_map`: who is missing, who is new, and whether borders moved."""
    table, status = places.then_and_now(evidence), places.region_status(evidence)
    if table.empty or not status.printed.any():
        return "One of the two lists of regions is left out"
    start, gone = "All regions named before have a count", table[table.missing != ""]
    if len(gone):
        split = "all of them" if gone.split.notna().all() else f"{gone.split.notna().sum()} of them"
        start = f"{len(gone)} of {len(table)} regions named {table.year[0]} have no count or one for a part only"
        start += f"; {split} were split since"
    new = several(status.title[status.printed & ~status.named])
    return f"{start}. {new}: with a count, not named" if new else start


def _band(fig: Any, interval: Interval, height: float, hover: str, *, width: float = 9, axis: str = "") -> None:
    """A computed interval as a thick line; a single value gets a mark as well."""
    ends = {"x": [interval.low, interval.high], "y": [height, height], "xaxis": f"x{axis}", "yaxis": f"y{axis}"}
    marker = {"symbol": "line-ns", "size": width, "line": {"color": charts.COMPUTED, "width": 2}}
    line = {"color": charts.COMPUTED, "width": width}
    look = {"mode": "lines+markers", "line": line, "marker": marker, "showlegend": False}
    fig.add_scatter(**ends, **look, hovertext=hover, hoverinfo="text")


def shares(evidence: Evidence, base: str, title: str) -> Chart:
    """Share of NGOs beside share of people, and NGOs per 100,000 inhabitants, by region with a printed count."""
    table, bases = places.places(evidence, base), places.both_bases(evidence)
    used = f"{charts.source_note(evidence, table.claim_id)} People: Bureau of National Statistics and World Bank."
    subtitle = f"Left: shares of registered NGOs and of people ({base}). Right: bands span both population bases;"
    subtitle += " column: whole country"
    fig = charts.figure(title, subtitle, used, height=520)
    rows = [row for row in each(table) if row.region != "country"][::-1]
    for height, row in enumerate(rows):
        _share_row(fig, evidence, row, height)
        if density := places.of_place(bases, row.region, "per_100k"):
            hover = f"{row.title}: {span(density)} registered NGOs per 100,000 inhabitants"
            _band(fig, density, height, hover, axis="2", width=12)
            look: dict[str, Any] = {"xref": "x2", "yref": "y2", "xanchor": "left", "xshift": 8}
            fig.add_annotation(_text((density.high, height), span(density), bgcolor="rgba(255,255,255,0.85)", **look))
    _rows(fig, [row.title for row in rows])
    fig.update_layout(xaxis2=fig.layout.xaxis, yaxis2={"range": fig.layout.yaxis.range, "visible": False})
    fig.update_layout(xaxis={"domain": [0, 0.5], "range": [0, 80]}, xaxis2={"domain": [0.57, 1], "range": [0, 335]})
    fig.update_layout(xaxis_title_text="Share of the country (%)", xaxis2_anchor="y2", yaxis2_anchor="x2")
    fig.update_layout(xaxis2_title_text="Registered NGOs per 100,000 inhabitants")
    if country := places.of_place(bases, "country", "per_100k"):
        column = {"x0": country.low, "x1": country.high, "y0": 0, "y1": 1, "xref": "x2", "yref": "y2 domain"}
        line = {"color": charts.MUTED, "width": 1, "dash": "dot"}
        fig.add_shape(type="rect", **column, layer="below", fillcolor="#e7ebee", line=line)
    key = {"registered NGOs, printed": "square", "registered NGOs, what remains": "square-open", "people": "line-ew"}
    for text, symbol in key.items():
        colour, width = charts.COMPUTED, 6 if text == "people" else 2
        if symbol == "square":
            colour = charts.colour("adal_azamat")
        marker = {"symbol": symbol, "color": colour, "size": 11, "line": {"color": colour, "width": width}}
        fig.add_scatter(x=[None], y=[None], mode="markers", marker=marker, name=text)
    known = [row for row in rows[::-1] if row.people_share]
    said = [f"{row.title} {span(row.ngo_share)} % of NGOs and {span(row.people_share)} % of people" for row in known]
    return charts.show_chart(fig, f"Share of NGOs beside share of people by region. {title}. {'; '.join(said)}.")


def _share_row(fig: Any, evidence: Evidence, row: Any, height: float) -> None:
    ngos, people, symbol, shade = row.ngo_share, row.people_share, "square-open", charts.COMPUTED
    hover, is_left = f"{row.title}: {span(ngos)} % of the registered NGOs", False
    if row.region not in places.OTHER:
        symbol, shade = "square", charts.colour(str(evidence.row(row.claim_id).source_id), evidence)
        hover = charts.hover(evidence, [row.claim_id])[0]
    if people:
        is_left = 20 < ngos.high < people.low
        gap = {"mode": "lines", "line": {"color": charts.FAINT, "width": 5}, "hoverinfo": "skip", "showlegend": False}
        fig.add_scatter(x=[people.low, ngos.high], y=[height, height], **gap)
        _band(fig, people, height, f"{row.title}: {span(people)} % of the people", width=20)
    marker = {"symbol": symbol, "size": 13, "color": shade, "line": {"width": 2, "color": shade}}
    label = {"text": [f" {span(ngos)} % "], "textposition": f"middle {'left' if is_left else 'right'}"}
    mark = {"mode": "markers+text", "marker": marker, "textfont": {"size": 12}, "showlegend": False}
    fig.add_scatter(x=[ngos.low], y=[height], **mark, **label, hovertext=hover, hoverinfo="text")


def shares_title(evidence: Evidence) -> str:
    """Title of :func:`shares`: how the densest stands to the rest, and who lies below the country."""
    bases = places.both_bases(evidence)
    rest, sides = places.of_place(bases, "rest", "per_100k"), places.against_country(bases)
    if rest is None or not sides:
        return "No count of a region stands beside one of the whole country"
    titles = evidence.regions.set_index("region").title
    densities = {titles[code]: places.of_place(bases, code, "per_100k") for code in sides}
    dense = [name for name, found in densities.items() if found and found.low > 1.5 * rest.high]
    below = [titles[code] for code, side in sides.items() if side == "below"]
    far = f"{several(dense)}: over one and a half times the NGOs per inhabitant of the rest"
    start = far if dense else "No printed region is far above the rest"
    return f"{start}; {several(below)}, though printed, below the country" if below else start


def activity(evidence: Evidence, ceiling: float = CEILING) -> Chart:
    """Active of registered NGOs in Astana, in the country and in the rest of it, under both readings of "more than"."""
    talk, logical = places.activity(evidence, "conversational", ceiling), places.activity(evidence)
    ids = [places.PART_ACTIVE, places.PART_REGISTERED, places.ACTIVE, places.REGISTERED]
    title = activity_title(evidence, ceiling)
    subtitle = "Active NGOs as a share of registered ones, 2023. Thick: “more than” reaches"
    subtitle += f" {number(100 * ceiling)} % above its number; thin: it has no end"
    fig = charts.figure(title, subtitle, charts.source_note(evidence, ids), height=380)
    names, said = ["Country without Astana", "Whole country", "Astana"], []
    if talk and logical:
        for height, (name, wide, close) in enumerate(zip(names, logical[::-1], talk[::-1], strict=True)):
            for share, width in ((wide, 2), (close, 16)):
                if share:
                    _band(fig, share, height, f"{name}: {span(share)} %", width=width)
            if close:
                said.append(f"{name} {span(close)} %")
                fig.add_annotation(
                    _text(((close.low + close.high) / 2, height), f"<b>{span(close)} %</b>", 13, yshift=20)
                )
    _rows(fig, names)
    fig.update_xaxes(range=[0, 102], title_text="Active of registered NGOs (%)", dtick=20)
    return charts.show_chart(fig, f"Bands of shares. {title}. In conversation: {'; '.join(said) or 'nothing'}.")


def activity_title(evidence: Evidence, ceiling: float = CEILING) -> str:
    """Title of :func:`activity`."""
    talk, logical = places.activity(evidence, "conversational", ceiling), places.activity(evidence)
    if talk is None or logical is None:
        return "Astana's active share cannot be computed: a printed count is missing"
    if talk.rest is None:
        return "Astana's and the country's active NGOs cannot both be as printed"
    found = talk.part.compare(talk.whole)
    verdict = f"lies {found} the country's" if found in ("below", "above") else "and the country's may agree"
    strictly = "taken logically, the words prove nothing" if logical.part.meets(logical.whole) else "logically too"
    return f"In conversation Astana's active share {verdict}; {strictly}"


def people_per_ngo(evidence: Evidence, words: Words = "conversational", ceiling: float = CEILING) -> Chart:
    """People of different kinds per NGO, on a log scale."""
    table = places.ratios(evidence, words, ceiling)
    table = table[(table.unit == "people") & table.title.str.contains("NGO")]
    title, reading = people_title(table), "as in conversation" if words == "conversational" else "logically"
    subtitle = f"People per NGO, computed from printed numbers; open words read {reading}. Band: range; white line:"
    subtitle += " numbers as printed"
    note = charts.source_note(evidence, {name for formula in table.formula for name in formula_names(formula)})
    fig = charts.figure(title, subtitle, note, height=470)
    rows = list(each(table))[::-1]
    for height, row in enumerate(rows):
        low, high = max(row.low, 0.2), min(row.high, 400)
        claims = charts.hover(evidence, sorted(formula_names(row.formula)))
        hover = "<br>".join([f"<b>{row.title}, {row.year}</b>", row.range, *claims])
        _band(fig, Interval(low, high), height, hover, width=16)
        if high > 1.2 * low:
            mark = {"symbol": "line-ns", "size": 14, "line": {"color": charts.PAPER, "width": 2}}
            fig.add_scatter(x=[row.face], y=[height], mode="markers", marker=mark, hoverinfo="skip", showlegend=False)
        fig.add_annotation(_text((math.log10(high), height), row.range, xanchor="left", xshift=12))
    _rows(fig, [f"{row.title}, {row.year}" for row in rows])
    ticks = [0.3, 1, 3, 10, 30, 100, 300]
    fig.update_xaxes(type="log", range=[math.log10(0.2), math.log10(700)], title_text="People per NGO (log scale)")
    fig.update_xaxes(tickvals=ticks, ticktext=[number(tick) for tick in ticks])
    said = [f"{row.title} {row.year}: {row.range}" for row in rows[::-1]]
    return charts.show_chart(fig, f"Ranges on a log scale. {title}. {'; '.join(said)}.")


def people_title(table: pd.DataFrame) -> str:
    """Title of :func:`people_per_ngo`: how far the kinds of people lie apart."""
    if table.empty:
        return "No number of people can be set against a number of NGOs"
    least, most = (table.sort_values(end, kind="stable").iloc[at] for end, at in (("high", 0), ("low", -1)))
    if least.high >= most.low or least.high == 0:
        return "People per NGO: under this reading all printed numbers may agree"
    factor = number(most.low / least.high, 2)
    kinds = [row.title.split(" per ")[0].lower() for row in (least, most)]
    if kinds[0] == kinds[1]:
        return f"“{kinds[0].capitalize()} per NGO” differs at least {factor}-fold: {least.year}, or {most.year}"
    return f"“People per NGO” differs at least {factor}-fold by whom one counts: {kinds[0]}, or {kinds[1]}"


def field_matrix(evidence: Evidence, title: str) -> Chart:
    """Which list names which field of work: a dot each, colour by source."""
    table, titles = places.listed(evidence, "field"), evidence.sources.set_index("source_id").short_title
    lists = list(dict.fromkeys(zip(table.list_title, table.year, strict=True)))
    counts = table["item"].value_counts(ascending=True)
    fields, named = counts.index.tolist(), titles[titles.index.isin(table.source_id)]
    subtitle = "Fields of work (number of lists beside the name) in lists by author; each dot: the list names the"
    subtitle += " field, in words of its own"
    fig = charts.figure(title, subtitle, f"Source: {', '.join(named)}; kzcivil {evidence.label}.", height=560)
    for source_id, part in charts.grouped(table, "source_id").items():
        marker = {"size": 19, "color": charts.colour(source_id, evidence)}
        x = [lists.index(pair) for pair in zip(part.list_title, part.year, strict=True)]
        y = [fields.index(field) for field in part["item"]]
        hover = [f"“{charts.escape(row.as_printed)}”<br>line {row.line}" for row in each(part)]
        look = {"mode": "markers", "marker": marker, "name": titles[source_id], "hoverinfo": "text"}
        fig.add_scatter(x=x, y=y, hovertext=hover, **look)
    ticks = [f"{who}<br>{year}".replace(" of ", "<br>of ").replace(", ", ",<br>") for who, year in lists]
    fig.update_xaxes(tickvals=list(range(len(lists))), ticktext=ticks, tickangle=0, tickfont={"size": 11})
    fig.update_xaxes(range=[-0.5, len(lists) - 0.5])
    _rows(fig, [f"{field} ({counts[field]})" for field in fields])
    fig.update_yaxes(showgrid=True)
    said = ", ".join(f"{field} {counts[field]}" for field in fields[::-1])
    alt = f"Dot matrix of {len(lists)} lists and {len(fields)} fields. {title}. Lists naming each: {said}."
    return charts.show_chart(fig, alt)

"""What the documents count: by theme, year and source, how vaguely, on whose word, and how well two codings agree."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pandas as pd

from kzcivil import charts
from kzcivil.evidence import Evidence
from kzcivil.intervals import each

PRECISION = {
    "exact": "exact number",
    "rounded": "rounded number",
    "vague": "number with a vague word",
    "words": "words only",
    "lost": "lost",
}


def statements(evidence: Evidence) -> pd.DataFrame:
    """Claims with what the analyses group by.

    Returns
    -------
    pandas.DataFrame
        ``claims`` with theme, source (short title), standpoint of the piece, origin_title and origin_kind, precision (a
        key of :data:`PRECISION`), year (middle of the dates, decimal) and first (repeats nobody).
    """
    claims = evidence.claims
    claims = claims.merge(evidence.measures[["measure", "theme", "title"]].rename(columns={"title": "measure_title"}))
    origins = evidence.origins.rename(columns={"title": "origin_title", "kind": "origin_kind"})
    claims = claims.merge(origins[["origin", "origin_title", "origin_kind"]], how="left")
    claims = claims.merge(evidence.pieces[["piece_id", "standpoint"]], how="left")
    claims["source"] = claims.source_id.map(evidence.sources.set_index("source_id").short_title)
    claims["precision"] = [_precision(row) for row in each(claims)]
    middle = claims.start + (claims.end - claims.start) / 2
    claims["year"] = (middle.dt.year + (middle.dt.dayofyear - 1) / 365.25).astype("float64")
    claims["first"] = claims.repeats.isna()
    return claims


def _precision(row: object) -> str:
    wording, step, low, high = (getattr(row, name) for name in ("wording", "step", "low", "high"))
    if wording == "lost":
        return "lost"
    if wording == "indefinite":
        return "words"
    if wording in ("bare", "only"):
        return "exact" if low == high else "rounded"
    return "vague" if step == step else "words"


def theme_by_source(evidence: Evidence, *, repeats: bool = True) -> pd.DataFrame:
    """Number of statements by theme (rows) and source (columns)."""
    rows = statements(evidence)
    rows = rows if repeats else rows[rows["first"]]
    order = [title for title in evidence.sources.short_title if title in set(rows.source)]
    table = pd.crosstab(rows.theme, rows.source).reindex(columns=order, fill_value=0)
    return table.loc[table.sum(axis=1).sort_values(ascending=False, kind="stable").index]


def share_by_source(evidence: Evidence, column: str) -> pd.DataFrame:
    """Share (0 to 1) of each source's statements by the values of one column of :func:`statements`."""
    rows = statements(evidence)
    table = pd.crosstab(rows.source, rows[column], normalize="index")
    order = [title for title in evidence.sources.short_title if title in table.index]
    return table.loc[order]


def silent_years(evidence: Evidence, theme: str = "organisations", scope: str = "sector") -> tuple[int, int]:
    """First and last year of the longest run of years about which no number of a theme is given.

    A number speaks about a year if its dates are at most one calendar year wide and it is a stock or a ratio; spans and
    lost values say nothing about a single year.
    """
    rows = statements(evidence)
    rows = rows[(rows.theme == theme) & (rows.scope == scope) & (rows.precision != "lost")]
    dated = rows[(rows.end - rows.start).dt.days <= 366].dropna(subset=["start"])
    years = sorted({int(year) for year in dated.start.dt.year} | {int(year) for year in dated.end.dt.year})
    gaps = [(after - before, before + 1, after - 1) for before, after in zip(years, years[1:], strict=False)]
    longest = max(gaps, default=(0, 0, 0))
    return longest[1], longest[2]


def said_once(evidence: Evidence) -> pd.DataFrame:
    """Statements whose measure, scope and region no other statement speaks of."""
    rows = statements(evidence)
    key = ["measure", "scope", "region"]
    alone = rows.groupby(key, dropna=False)["claim_id"].transform("size") == 1
    return rows[alone]


def lost(evidence: Evidence) -> pd.DataFrame:
    """Statements whose value the extraction lost."""
    rows = statements(evidence)
    return rows[rows.wording == "lost"]


def agreement(evidence: Evidence) -> pd.DataFrame:
    """How far two codings agree, by kind of row.

    Two rows match if they name the same source and line, share a word of ``as_printed`` and, for claims, the value.

    Returns
    -------
    pandas.DataFrame
        By kind ("claim", "event"): first, second (rows of each coding), both (matched), overlap (matched over all
        distinct rows), same_wording and same_dates (shares of the matched), estimate (Chapman's capture-recapture
        number of all there is; two readings by one manual are not independent, so it is a floor), kept (matched rows
        that stand in the tables of the collection, as a share).

    References
    ----------
    Chapman, D. G. (1951). Some properties of the hypergeometric distribution with applications to zoological censuses.
    """
    rows = []
    tables = {"claim": evidence.claims, "event": evidence.events}
    for kind in ("claim", "event"):
        coded = evidence.second_pass[evidence.second_pass.kind == kind]
        first, second = (coded[coded.coder == coder].to_dict("records") for coder in "ab")
        pairs = _match(first, second, value=kind == "claim")
        both = len(pairs)
        held = {(row.source_id, row.line) for row in each(tables[kind])}
        rows.append(
            {
                "kind": kind,
                "first": len(first),
                "second": len(second),
                "both": both,
                "overlap": both / max(1, len(first) + len(second) - both),
                "same_wording": _share(a["wording"] == b["wording"] for a, b in pairs) if kind == "claim" else None,
                "same_dates": _share(_same_dates(a, b) for a, b in pairs),
                "estimate": (len(first) + 1) * (len(second) + 1) / (both + 1) - 1,
                "kept": _share((a["source_id"], a["line"]) in held for a, _ in pairs),
            }
        )
    return pd.DataFrame(rows)


Coded = Mapping[str, object]


def _match(first: list[dict[str, object]], second: list[dict[str, object]], *, value: bool) -> list[tuple[Coded, Coded]]:
    left = list(range(len(second)))
    pairs: list[tuple[Coded, Coded]] = []
    for row in first:
        hit = next((k for k in left if _alike(row, second[k], value=value)), None)
        if hit is not None:
            left.remove(hit)
            pairs.append((row, second[hit]))
    return pairs


def _alike(a: Coded, b: Coded, *, value: bool) -> bool:
    if (a["source_id"], a["line"]) != (b["source_id"], b["line"]):
        return False
    words_a, words_b = (set(re.findall(r"\w+", str(row["as_printed"]).lower())) for row in (a, b))
    same = a["value"] == b["value"] or (pd.isna(a["value"]) and pd.isna(b["value"]))  # type: ignore[call-overload]
    return bool(words_a & words_b) and (same or not value)


def _same_dates(a: Coded, b: Coded) -> bool:
    def key(row: Coded) -> tuple[str, str]:
        return str(row["start"]), str(row["end"])

    return key(a) == key(b)


def _share(flags: object) -> float:
    found = list(flags)  # type: ignore[call-overload]
    return sum(found) / len(found) if found else float("nan")


def headlines(evidence: Evidence) -> list[dict[str, str]]:
    """Rows of the results table that rest on the evidence as a whole."""
    from kzcivil.prose import number  # noqa: PLC0415

    rows = statements(evidence)
    own, state = rows["first"].sum(), (rows.origin_kind == "state").mean()
    begin, end = silent_years(evidence)
    vague = rows.precision.isin(["vague", "words", "lost"]).mean()
    return [
        {
            "question": "What do the five documents count?",
            "answer": (
                f"{number(len(rows))} statements, {number(own)} of them not repeats; "
                f"{number(100 * vague, 2)} % are vague, in words only, or lost; "
                f"{number(100 * state, 2)} % rest on a state body's number."
            ),
            "hangs_on": "What counts as a statement (the codebook's inclusion rule); who is taken as the origin of a number.",
            "notebook": "01_evidence",
        },
        {
            "question": "Which years did nobody count?",
            "answer": f"{begin} to {end}: no dated number of NGOs in the whole sector." if end >= begin else "None.",
            "hangs_on": "Five documents; another document could fill the gap.",
            "notebook": "01_evidence",
        },
    ]


# --- charts of this page --------------------------------------------------------------------------------------------


def _note(evidence: Evidence) -> str:
    return f"Source: {', '.join(evidence.sources.short_title)}; kzcivil {evidence.label}."


def map_chart(evidence: Evidence, title: str) -> charts.Chart | charts.Picture:
    """Each dated statement as a mark: theme by year, colour by source, hollow where it repeats another."""
    rows = statements(evidence).dropna(subset=["year"])
    themes = rows.theme.value_counts().index.tolist()[::-1]
    place = {theme: height for height, theme in enumerate(themes)}
    slot = rows.groupby(["theme", rows.year.round(1)]).cumcount()
    crowd = rows.groupby(["theme", rows.year.round(1)])["claim_id"].transform("size")
    rows = rows.assign(y=rows.theme.map(place) + (slot - (crowd - 1) / 2) * (0.8 / crowd.clip(lower=9)))
    subtitle = "Dated statements by theme, at the middle of the dates their words allow; hollow: repeats another statement"
    fig = charts.figure(title, subtitle, _note(evidence), height=560)
    for source_id, part in charts.grouped(rows, "source_id").items():
        shade = charts.colour(source_id, evidence)
        marks = {"color": shade, "size": 7, "symbol": ["circle" if f else "circle-open" for f in part["first"]]}
        text = charts.hover(evidence, part.claim_id)
        name = part.source.iloc[0]
        fig.add_scatter(x=part.year, y=part.y, mode="markers", name=name, marker=marks, hovertext=text, hoverinfo="text")
    fig.update_yaxes(tickvals=list(place.values()), ticktext=themes, range=[-0.6, len(themes) - 0.4], gridcolor="#eef0f2")
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
    fig = charts.figure(title, subtitle, _note(evidence), height=420)
    sizes = statements(evidence).source.value_counts()
    labels = [f"{source} ({sizes[source]})" for source in table.index][::-1]
    shades = ["#0b3954", "#3f7cac", "#95afba", "#d9b08c", "#c8553d", "#e6e6e6"]
    for (key, name), shade in zip(names.items(), shades, strict=False):
        if key not in table:
            continue
        part = table[key].mul(100)[::-1]
        inside = [f"{value:.0f}" if value >= 6 else "" for value in part]
        fig.add_bar(
            x=part, y=labels, orientation="h", name=name, marker_color=shade, text=inside, textangle=0, insidetextanchor="middle",
            hovertemplate=f"%{{y}}<br>{name}: %{{x:.1f}} %<extra></extra>",
        )
    fig.update_layout(barmode="stack", bargap=0.35, legend={"traceorder": "normal"})
    fig.update_xaxes(title_text="Share of the document's statements (%)", range=[0, 100])
    biggest = [f"{source}: {names[str(row.idxmax())]} {100 * row.max():.0f} %" for source, row in table.iterrows()]
    return charts.Chart(fig, f"Stacked bars by document. {title}. Largest share: {'; '.join(biggest)}.")


def vagueness_chart(evidence: Evidence) -> charts.Chart:
    """Share of exact, round, vague, wordy and lost numbers by source."""
    table = share_by_source(evidence, "precision")
    vague = table.reindex(columns=["vague", "words"], fill_value=0).sum(axis=1)
    first, last = str(vague.idxmax()), str(vague.idxmin())
    title = f"{first} is the vaguest document, {last} the most exact"
    if vague.max() == vague.min():
        title = "All documents are equally vague"
    return _stacked(evidence, table, PRECISION, (title, "Statements by precision; number of statements beside the name"))


def origin_chart(evidence: Evidence) -> charts.Chart:
    """Share of each source's statements by the kind of their origin."""
    table = share_by_source(evidence, "origin_kind")
    names = {"state": "state", "alliance": "Alliance", "author": "speaker's own", "sector": "an NGO on itself"}
    names |= {"foreign": "foreign body", "unknown": "not said"}
    critical = evidence.sources.loc[evidence.sources.standpoint.str.startswith("independent"), "short_title"]
    state = table["state"] if "state" in table else table.iloc[:, 0] * 0
    share = 100 * state[state.index.isin(critical)].max() if state.index.isin(critical).any() else float("nan")
    title = "Critics lean on the state's own numbers" if share >= 40 else "Critics rarely lean on the state's numbers"
    return _stacked(evidence, table, names, (title, "Statements by whose number it is at the root; number of statements beside the name"))


def show_sensitivity(evidence: Evidence) -> charts.Table:
    """The page's main figures with repeats left out, and with each source left out."""
    rows = statements(evidence)
    cases = {"everything": rows, "repeats left out": rows[rows["first"]]}
    cases |= {f"without {name}": rows[rows.source != name] for name in dict.fromkeys(rows.source)}
    table = pd.DataFrame(
        {
            "Case": list(cases),
            "Statements": [len(part) for part in cases.values()],
            "Exact (%)": [round(100 * (part.precision == "exact").mean(), 1) for part in cases.values()],
            "Vague, words or lost (%)": [
                round(100 * part.precision.isin(["vague", "words", "lost"]).mean(), 1) for part in cases.values()
            ],
            "State origin (%)": [round(100 * (part.origin_kind == "state").mean(), 1) for part in cases.values()],
        }
    )
    return charts.show(table, "The page's main shares when repeats or one document are left out.")

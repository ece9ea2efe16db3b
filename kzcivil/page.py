"""What a page is made of: the answer on top, findings where they are derived, tables, sensitivity, sources."""

from __future__ import annotations

import html
import math
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from kzcivil.evidence import Evidence
from kzcivil.figure import Figure
from kzcivil.files import write_all
from kzcivil.reading import Reading
from kzcivil.words import escaped, number, several

KEY = "kzcivil"
"""Key of findings in an output's metadata."""
YEARS = ("year", "line", "from", "to", "earliest", "latest", "first year", "last year")
"""Headings whose numbers are written without a thousands mark."""
IN_SHORT = ("<!-- in short -->", "<!-- /in short -->")
LONGEST = 200
"""Rows that a page shows of one table; a longer one stands whole in a file of the run."""
OVERFLOW = "KZCIVIL_TABLES"
"""Environment variable of a running page: the folder for tables that are too long to show."""


class _Page:
    """Findings and data of the page that runs, and the displays on its top that they fill."""

    def __init__(self) -> None:
        self.findings: dict[str, dict[str, Any]] = {}
        self.label, self.changed, self.tables = "", "", 0
        self.text: Any = None
        self.picture: Any = None


_page = _Page()


class Text:
    """Markdown as a notebook output."""

    def __init__(self, text: str, plain: str = "") -> None:
        self.text, self.plain = text, plain or text

    def _repr_markdown_(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return self.plain


def in_short() -> None:
    """Begin a page: the place on its top that :func:`finding` and :func:`lead` fill from below.

    Run it in the first cell. Until the cells below have run it says so.

    Examples
    --------
    >>> in_short()  # doctest: +ELLIPSIS
    <!-- in short -->...
    """
    from IPython.display import display  # noqa: PLC0415

    _page.__init__()  # type: ignore[misc]
    _page.text = display(Text(_top()), display_id=True)  # type: ignore[no-untyped-call]
    _page.picture = display(Text(""), display_id=True)  # type: ignore[no-untyped-call]


def _top() -> str:
    ranked = sorted((found for found in _page.findings.values() if found["short"]), key=lambda found: found["short"])
    body = "\n".join(f"- {found['sentence']}" for found in ranked) or "Run all cells; the answer appears here."
    data = ". ".join(escaped(part) for part in (_page.label, _page.changed) if part)
    return f"{IN_SHORT[0]}\n**In short**\n\n{body}" + (f"\n\n*{data}.*" if data else "") + f"\n{IN_SHORT[1]}"


def parameters(**given: tuple[Any, Any, Sequence[Any]]) -> None:
    """Check a page's own parameters, and name on its top those that differ from the published page.

    Each has its value (or a list of them), the published value, and what is allowed.

    Examples
    --------
    >>> parameters(large=(100, 100, range(1, 1000)))
    >>> parameters(large=(0, 100, range(1, 1000)))
    Traceback (most recent call last):
    ValueError: large: found 0; expected a whole number from 1 to 999
    """
    for name, (value, _, allowed) in given.items():
        for one in value if isinstance(value, list) else [value]:
            if one not in allowed:
                ends = f"a whole number from {allowed[0]} to {allowed[-1]}"
                told = ends if isinstance(allowed, range) else several(list(allowed), "or")
                raise ValueError(f"{name}: found {one!r}; expected {told}")
    moved = [f"{name} = {value!r}" for name, (value, published, _) in given.items() if value != published]
    _page.changed = f"Changed on this page: {', '.join(moved)}" if moved else ""
    _retop()


def _retop() -> None:
    if _page.text is not None:
        _page.text.update(Text(_top()))


def lead(chart: Any) -> Any:
    """Show a chart at the top of the page, under the answer; the cell that draws it says so.

    Examples
    --------
    >>> import kzcivil as kz
    >>> table = pd.DataFrame({"label": ["one"], "figure": [kz.figure(1)]})
    >>> chart = lead(kz.charts.bars(table, title="One bar", subtitle="number", note="made up"))
    """
    if _page.picture is None:
        return chart
    _page.picture.update(chart)
    return Text(f"*The chart at the top of the page:* {escaped(chart.alt.split('. ')[0])}.", chart.alt)


def finding(
    key: str,
    question: str,
    sentence: str,
    *figures: Any,
    hangs_on: str,
    short: int = 0,
    about: str = "data",
) -> None:
    """State a result where it is derived, and keep it for the top of the page, page 00 and README.

    Parameters
    ----------
    key
        Its name, unique on the page.
    question
        The question that it answers.
    sentence
        The answer in words that anyone can quote.
    figures
        The figures it is made of; if one of them is missing, the sentence is replaced by what is not in the data.
    hangs_on
        What would change it.
    short
        Its place in the answer on top, from 1; 0 keeps it out.
    about
        ``"data"``, or ``"documents"`` for a finding about the bundled documents that added data leave as it is.

    Examples
    --------
    >>> import kzcivil as kz
    >>> finding("two", "How many?", f"There are {kz.figure(2)}.", kz.figure(2), hangs_on="The count.")
    > **How many?** There are 2.
    >
    > *Depends on: The count.*
    """
    from IPython.display import display  # noqa: PLC0415

    if wrong := [one for one in figures if not isinstance(one, Figure)]:
        raise TypeError(f"{type(wrong[0]).__name__} is no figure; give figures one by one, a column as *column")
    said, why, made = _line(sentence), _line(hangs_on), [_stored(one) for one in figures]
    if gone := list(dict.fromkeys(name for one in figures for name in one.missing)):
        said = f"Cannot be said: {escaped(several(gone))} {'is' if len(gone) == 1 else 'are'} not in the data loaded."
        why, made = "", []
    record = {"key": key, "question": question, "sentence": said, "hangs_on": why, "short": short, "about": about}
    _page.findings[key] = record = {**record, "figures": made}
    text = f"> **{escaped(question)}** {said}" + (f"\n>\n> *Depends on: {why}*" if not gone else "")
    display(Text(text), metadata={KEY: record})  # type: ignore[no-untyped-call]
    _retop()


def _line(words: str) -> str:
    return escaped(" ".join(words.split()))


def _stored(one: Figure) -> dict[str, Any]:
    def plain(value: float) -> float | int | None:
        short = float(f"{value:.10g}")
        return None if not math.isfinite(short) else int(short) if short.is_integer() else short

    ends = {"face": plain(one.face), "low": plain(one.low), "high": plain(one.high)}
    return {**ends, "unit": one.unit, "formula": one.formula, "claims": list(one.claims), "words": str(one)}


def say(*paragraphs: str) -> Text:
    """Computed sentences as Markdown, a paragraph an argument.

    Examples
    --------
    >>> say("One sentence.", "Another   one.")
    One sentence.
    <BLANKLINE>
    Another one.
    """
    return Text("\n\n".join(_line(paragraph) for paragraph in paragraphs if paragraph))


def quote_card(may: Sequence[str | tuple[str, str]], may_not: Sequence[str | tuple[str, str]]) -> Text:
    """Sentences that one may write from a page, and sentences that one may not, each with its reason if given.

    Examples
    --------
    >>> print(quote_card(["It rose."], [("It tripled.", "No source says so.")]).text.splitlines()[0])
    **You may write**
    """
    parts = []
    for title, lines in (("You may write", may), ("You may not write", may_not)):
        pairs = [(line, "") if isinstance(line, str) else line for line in lines]
        kept = [(line, why) for line, why in pairs if line and "cannot be said" not in line.lower()]
        listed = [f"- “{_line(line)}”" + (f" *{_line(why)}*" if why else "") for line, why in kept]
        parts += ["\n".join([f"**{title}**", "", *listed])] if kept else []
    return Text("\n\n".join(parts))


# --- tables ---------------------------------------------------------------------------------------------------------


class Table:
    """A table as a notebook output: plain HTML with a caption."""

    def __init__(self, markup: str, caption: str, plain: str) -> None:
        self.markup, self.caption, self.plain = markup, caption, plain

    def _repr_html_(self) -> str:
        return self.markup

    def __repr__(self) -> str:
        return self.plain


def show(table: pd.DataFrame, caption: str) -> Table:
    """Show a table: its column names are the headings and carry the units; text is escaped, numbers are formatted.

    At most twenty rows are good to read. Of hundreds the first are shown; the caption says where all are.

    Examples
    --------
    >>> "1,500" in show(pd.DataFrame({"NGOs": [1500]}), "One row").markup
    True
    """
    if len(table) > LONGEST:
        caption, table = _overflow(table, caption), table.head(LONGEST)
    cells = [[_cell(*pair) for pair in zip(row, table.columns, strict=True)] for row in table.itertuples(index=False)]
    columns = list(zip(*cells, strict=True)) or [()] * len(table.columns)
    style = [f'style="text-align:{"right" if _numeric(column) else "left"}"' for column in columns]

    def row_of(tag: str, texts: Iterable[str]) -> str:
        return f"<tr>{''.join(f'<{tag} {how}>{text}</{tag}>' for how, text in zip(style, texts, strict=True))}</tr>"

    head = row_of("th", [html.escape(str(name)) for name in table.columns])
    body = "\n".join(row_of("td", row) for row in cells)
    parts = [f"<caption>{html.escape(caption)}</caption>", f"<thead>{head}</thead>", f"<tbody>\n{body}\n</tbody>"]
    markup = "\n".join(['<table class="tex2jax_ignore">', *parts, "</table>"])
    return Table(markup, caption, f"{caption} ({len(table)} rows)")


def _overflow(table: pd.DataFrame, caption: str) -> str:
    """The caption of a long table, which is kept whole in a file beside the run's page."""
    where = "all are in the table that this cell is given"
    if folder := os.environ.get(OVERFLOW):
        _page.tables += 1
        path = Path(folder) / f"table_{_page.tables}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_all({path: table.to_csv(index=False, lineterminator="\n").encode()})
        where = f"all are in {'/'.join(path.parts[-3:])}"
    return f"{caption} (the first {LONGEST} of {len(table):,} rows; {where})"


def _numeric(cells: Sequence[str]) -> bool:
    """Whether a column shows numbers only, be they figures, numbers or text."""
    written = r"(–|no upper limit|[−-]?\d[\d,]*(\.\d+)?( (m|b|tr)illion)?)?"
    return any(cell.strip("–") for cell in cells) and all(re.fullmatch(written, cell) for cell in cells)


def _cell(value: Any, column: Any) -> str:
    if isinstance(value, Figure):
        return "–" if value.missing else html.escape(f"{value:both bare}")
    if pd.api.types.is_scalar(value) and pd.isna(value):
        return ""
    if isinstance(value, bool) or str(getattr(value, "dtype", "")) == "bool":
        return "yes" if value else "no"
    if isinstance(value, pd.Timestamp):
        value = f"{value:%Y-%m-%d}"
    if isinstance(value, int | float) or hasattr(value, "dtype"):
        plain = float(value)
        return f"{plain:.0f}" if str(column).casefold() in YEARS and math.isfinite(plain) else number(plain)
    whole = re.sub(r"\b(\d{4})-(\d\d)-(\d\d)\b", "\\1\u2011\\2\u2011\\3", str(value))  # a date does not break
    # Ids and addresses may break after a stroke, or a table would be wider than the page.
    return re.sub(r"\S{16,}", lambda word: re.sub("[_/]", r"\g<0><wbr>", word[0]), html.escape(whole, quote=False))


def sources(evidence: Evidence, *used: Any, caption: str = "Printed words that this page rests on") -> Table:
    """The statements that a page uses, each with its words, speaker and place, and which added rows it leaves out.

    Give ids, figures, or tables of figures; what is not in the data is left out.

    Examples
    --------
    >>> import kzcivil as kz
    >>> ev = kz.load()
    >>> "over 20 thousand" in sources(ev, ev.figure("kxr_ngos_registered")).markup
    True
    """
    ids: list[str] = []
    for item in used:
        given = [item] if isinstance(item, str) else item.claims if isinstance(item, Figure) else item
        ids += map(str, given.index if isinstance(given, pd.DataFrame) else given)
    titles, rows = _documents(evidence), []
    for name in dict.fromkeys(ids):
        try:
            row = evidence.row(name)
        except KeyError:
            continue
        said = row.get("speaker", "")
        what = row.counts if "counts" in row.index else row.get("title", row.get("label", ""))
        what += "" if pd.isna(row.get("supersedes")) else f"; corrects {row.supersedes}: {row.note}"
        line = "not verified" if pd.isna(row.line) else row.line
        rows.append((f"“{row.as_printed}”", what, said, titles[row.source_id], line, name))
    own = evidence.claims[evidence.claims.claim_id.isin(evidence.own)]
    unused = own.measure[~own.claim_id.isin(ids)].map(evidence.measures.set_index("measure").title).value_counts()
    if len(unused):
        listed = several([f"{title} ({n})" for title, n in sorted(unused.items())])
        caption += f". Of {len(own)} added rows {len(own) - unused.sum()} are used here; left out: {listed}"
    _page.label = evidence.label
    _retop()
    columns = ["As printed", "Of what", "Who says it", "Document", "Line", "Id"]
    return show(pd.DataFrame(rows, columns=columns), caption)


def _documents(evidence: Evidence) -> pd.Series[Any]:
    """Name of each document by its id; of one without a text also what it is and where it can be looked up."""
    rows = evidence.sources.set_index("source_id")
    told = rows.title + (" (" + rows.url + ")").fillna("")
    return rows.short_title.where(rows.file.notna(), told)


# --- sensitivity ----------------------------------------------------------------------------------------------------


def sensitivity(
    answers: Callable[[Evidence], Mapping[str, Figure]],
    evidence: Evidence,
    readings: Mapping[str, Reading] | None = None,
    sources: Iterable[str] | None = None,
) -> pd.DataFrame:
    """A page's answers under other readings and with each source left out.

    Parameters
    ----------
    answers
        Function from evidence (at first what the page loaded) to figures by name; written on the page.
    readings
        Further readings by name; the strict one and a wider "over" if left out.
    sources
        Sources to leave out one by one; if left out, all with a text and those that an answer rests on.

    The table has a row for each case that differs from the first, and a column for each answer.

    Examples
    --------
    >>> import kzcivil as kz
    >>> ev = kz.load()
    >>> table = sensitivity(lambda e: {"registered": e.latest("ngos_registered", scope="sector")}, ev)
    >>> table["Case"].iloc[0]
    'as on this page'
    """
    asked = readings or {
        "strict reading": Reading(strict=True),
        "“over” up to half above": Reading(over=0.5, about=evidence.reading.about),
    }
    cases: list[tuple[str, Evidence]] = [("as on this page", evidence)]
    cases += [(name, evidence.read(reading)) for name, reading in asked.items()]
    titles: dict[Any, str] = evidence.sources.set_index("source_id").short_title.to_dict()
    made = [one for one in answers(evidence).values() if isinstance(one, Figure)]
    rests = {evidence.row(claim).source_id for one in made for claim in one.claims}
    added = set(evidence.sources.source_id[evidence.sources.file.isna()])  # a reader's, perhaps hundreds
    left_out = [name for name in (titles if sources is None else sources) if name in rests or name not in added]
    others = {name: evidence.leave_out(name) for name in left_out if name not in evidence.without}
    cases += [(f"without {titles.get(name, name)}", view) for name, view in others.items()]
    rows: list[dict[str, Any]] = []
    for name, view in cases:
        row = {key: format(value) for key, value in answers(view).items()}
        if not rows or row != {key: rows[0][key] for key in row}:
            rows.append({"Case": name, **row})
    return pd.DataFrame(rows)

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

from kzcivil.canvas import rounded
from kzcivil.evidence import Evidence
from kzcivil.figure import Figure
from kzcivil.files import write_all
from kzcivil.reading import Reading
from kzcivil.words import escaped, number, several

KEY = "kzcivil"  # of findings in an output's metadata
IN_SHORT = ("<!-- in short -->", "<!-- /in short -->")
YEARS = ("year", "line", "from", "to", "earliest", "latest", "first year", "last year")  # written without a comma
NUMBER = re.compile(r"(–|no upper limit|[−-]?\d[\d,]*(\.\d+)?( (m|b|tr)illion)?)?")  # as a cell shows it, or none
LONGEST = 200  # rows that a page shows of one table
OVERFLOW = "KZCIVIL_TABLES"  # environment variable of a running page: the folder for tables that are longer


class Shown:
    """Markdown or HTML as a notebook output, with its plain twin."""

    def __init__(self, text: str, plain: str = "", kind: str = "text/markdown") -> None:
        self.text, self.plain, self.kind = text, plain or text, kind

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {self.kind: self.text, "text/plain": self.plain}

    def __repr__(self) -> str:
        return self.plain


class _Page:
    """Findings and data of the page that runs, and the displays on its top that they fill."""

    def __init__(self) -> None:
        self.findings: dict[str, dict[str, Any]] = {}
        self.label, self.changed, self.tables = "", "", 0
        self.answer: Any = None
        self.picture: Any = None

    def top(self) -> Shown:
        ranked = sorted((one for one in self.findings.values() if one["short"]), key=lambda one: one["short"])
        body = "\n".join(f"- {one['sentence']}" for one in ranked) or "Run all cells; the answer appears here."
        data = ". ".join(escaped(part) for part in (self.label, self.changed) if part)
        return Shown(f"{IN_SHORT[0]}\n**In short**\n\n{body}" + f"\n\n*{data}.*" * bool(data) + f"\n{IN_SHORT[1]}")

    def renew(self) -> None:
        if self.answer is not None:
            self.answer.update(self.top())


_page = _Page()


def in_short() -> None:
    """Begin a page: the place on its top that :func:`finding` and :func:`lead` fill from below.

    Run it in the first cell. Until the cells below have run it says so.

    >>> kz.in_short()  # doctest: +ELLIPSIS
    <!-- in short -->...
    """
    from IPython.display import display  # noqa: PLC0415

    _page.__init__()  # type: ignore[misc]
    _page.answer = display(_page.top(), display_id=True)  # type: ignore[no-untyped-call]
    _page.picture = display(Shown(""), display_id=True)  # type: ignore[no-untyped-call]


def parameters(**given: tuple[Any, Any, Sequence[Any]]) -> None:
    """Check a page's own parameters, and name on its top those that differ from the published page.

    Each has its value (or a list of them), the published value, and what is allowed.

    >>> kz.parameters(large=(100, 100, range(1, 1000)))
    >>> kz.parameters(large=(0, 100, range(1, 1000)))
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
    _page.renew()


def lead(chart: Any) -> Any:
    """Show a chart at the top of the page, under the answer; the cell that draws it says so.

    >>> table = pd.DataFrame({"label": ["one"], "figure": [kz.figure(1)]})
    >>> chart = kz.lead(kz.charts.bars(table, title="One bar", subtitle="number", note="made up"))
    """
    if _page.picture is None:
        return chart
    _page.picture.update(chart)
    return Shown(f"*The chart at the top of the page:* {escaped(chart.alt.split('. ')[0])}.", chart.alt)


def finding(
    key: str, question: str, sentence: str, *figures: Any, hangs_on: str, short: int = 0, about: str = "data"
) -> None:
    """State a result where it is derived, and keep it for the top of the page, page 00 and README.

    Parameters
    ----------
    key, question, sentence
        Its name, unique on the page; what it answers; the answer in words that anyone can quote.
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
    >>> kz.finding("two", "How many?", f"There are {kz.figure(2)}.", kz.figure(2), hangs_on="The count.")
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
    told = {"key": key, "question": question, "sentence": said, "hangs_on": why, "short": short, "about": about}
    _page.findings[key] = {**told, "figures": made}
    text = f"> **{escaped(question)}** {said}" + (f"\n>\n> *Depends on: {why}*" if not gone else "")
    display(Shown(text), metadata={KEY: _page.findings[key]})  # type: ignore[no-untyped-call]
    _page.renew()


def _line(words: str) -> str:
    return escaped(" ".join(words.split()))


def _stored(one: Figure) -> dict[str, Any]:
    ends = {name: rounded(getattr(one, name), 10) for name in ("face", "low", "high")}
    return {**ends, "unit": one.unit, "formula": one.formula, "claims": list(one.claims), "words": str(one)}


def say(*paragraphs: str) -> Shown:
    """Computed sentences as Markdown, a paragraph an argument.

    >>> kz.say("One sentence.", "Another   one.")
    One sentence.
    <BLANKLINE>
    Another one.
    """
    return Shown("\n\n".join(_line(paragraph) for paragraph in paragraphs if paragraph))


def quote_card(may: Sequence[str | tuple[str, str]], may_not: Sequence[str | tuple[str, str]]) -> Shown:
    """Sentences that one may write from a page, and sentences that one may not, each with its reason if given.

    >>> print(kz.quote_card(["It rose."], [("It tripled.", "No source says so.")]).text.splitlines()[0])
    **You may write**
    """
    parts = []
    for title, lines in (("You may write", may), ("You may not write", may_not)):
        pairs = [(line, "") if isinstance(line, str) else line for line in lines]
        kept = [(line, why) for line, why in pairs if line and "cannot be said" not in line.lower()]
        listed = [f"- “{_line(line)}”" + (f" *{_line(why)}*" if why else "") for line, why in kept]
        parts += ["\n".join([f"**{title}**", "", *listed])] if kept else []
    return Shown("\n\n".join(parts))


def show(table: pd.DataFrame, caption: str) -> Shown:
    """Show a table: its column names are the headings and carry the units; text is escaped, numbers are formatted.

    At most twenty rows are good to read. Of hundreds the first are shown; the caption says where all are.

    >>> "1,500" in kz.show(pd.DataFrame({"NGOs": [1500]}), "One row").text
    True
    """
    if len(table) > LONGEST:
        where = "the table that this cell is given"
        if folder := os.environ.get(OVERFLOW):
            _page.tables += 1
            path = Path(folder) / f"table_{_page.tables}.csv"
            path.parent.mkdir(parents=True, exist_ok=True)
            write_all({path: table.to_csv(index=False, lineterminator="\n").encode()})
            where = "/".join(path.parts[-3:])
        caption = f"{caption} (the first {LONGEST} of {len(table):,} rows; all are in {where})"
        table = table.head(LONGEST)
    columns = []
    for name, values in table.items():
        cells = [_cell(value, name) for value in values]
        numeric = any(cell.strip("–") for cell in cells) and all(NUMBER.fullmatch(cell) for cell in cells)
        how = f'style="text-align:{"right" if numeric else "left"}"'
        head = f"<th {how}>{html.escape(str(name))}</th>"
        columns.append([head, *(f"<td {how}>{cell}</td>" for cell in cells)])
    rows = [f"<tr>{''.join(row)}</tr>" for row in zip(*columns, strict=True)]
    parts = [f"<caption>{html.escape(caption)}</caption>", f"<thead>{''.join(rows[:1])}</thead>", "<tbody>", *rows[1:]]
    markup = "\n".join(['<table class="tex2jax_ignore">', *parts, "</tbody>", "</table>"])
    return Shown(markup, f"{caption} ({len(table)} rows)", "text/html")


def _cell(value: Any, column: Any) -> str:
    types: Any = pd.api.types
    if isinstance(value, Figure):
        return "–" if value.missing else html.escape(f"{value:both bare}")
    if types.is_scalar(value) and pd.isna(value):
        return ""
    if types.is_bool(value):
        return "yes" if value else "no"
    if types.is_number(value):
        plain = float(value)
        return f"{plain:.0f}" if str(column).casefold() in YEARS and math.isfinite(plain) else number(plain)
    text = html.escape(str(value).removesuffix(" 00:00:00"), quote=False)
    text = re.sub(r"\b(\d{4})-(\d\d)-(\d\d)\b", "\\1\u2011\\2\u2011\\3", text)  # a date does not break
    # Ids and addresses may break after a stroke, or a table would be wider than the page.
    return re.sub(r"\S{16,}", lambda word: re.sub("[_/]", r"\g<0><wbr>", word[0]), text)


def sources(evidence: Evidence, *used: Any, caption: str = "Printed words that this page rests on") -> Shown:
    """The statements that a page uses, each with its words, speaker and place, and which added rows it leaves out.

    Give ids, figures, or tables of figures; what is not in the data is left out.

    >>> "over 20 thousand" in kz.sources(ev, ev.figure("kxr_ngos_registered")).text
    True
    """
    ids: list[str] = []
    for item in used:
        given = [item] if isinstance(item, str) else item.claims if isinstance(item, Figure) else item
        ids += map(str, given.index if isinstance(given, pd.DataFrame) else given)
    known = evidence.sources.set_index("source_id")
    # Of a document without a text also what it is and where it can be looked up.
    titles = known.short_title.where(known.file.notna(), known.title + (" (" + known.url + ")").fillna(""))
    rows = []
    for name in dict.fromkeys(ids):
        try:
            row = evidence.row(name)
        except KeyError:
            continue
        what = row.counts if "counts" in row.index else row.get("title", row.get("label", ""))
        what += "" if pd.isna(row.get("supersedes")) else f"; corrects {row.supersedes}: {row.note}"
        line = "not verified" if pd.isna(row.line) else row.line
        rows.append((f"“{row.as_printed}”", what, row.get("speaker", ""), titles[row.source_id], line, name))
    own = evidence.claims[evidence.claims.claim_id.isin(evidence.own)]
    unused = own.measure[~own.claim_id.isin(ids)].map(evidence.measures.set_index("measure").title).value_counts()
    if len(unused):
        listed = several([f"{title} ({n})" for title, n in sorted(unused.items())])
        caption += f". Of {len(own)} added rows {len(own) - unused.sum()} are used here; left out: {listed}"
    _page.label = evidence.label
    _page.renew()
    columns = ["As printed", "Of what", "Who says it", "Document", "Line", "Id"]
    return show(pd.DataFrame(rows, columns=columns), caption)


def sensitivity(
    answers: Callable[[Evidence], Mapping[str, Figure]],
    evidence: Evidence,
    readings: Mapping[str, Reading] | None = None,
    sources: Iterable[str] | None = None,
) -> pd.DataFrame:
    """A page's answers under other readings and with each source left out, a row for each case that differs.

    Parameters
    ----------
    answers
        Function from evidence (at first what the page loaded) to figures by name; written on the page.
    readings, sources
        Further readings by name (if left out the strict one and a wider "over"); sources to leave out one by one (if
        left out all with a text, and those that an answer rests on).

    Examples
    --------
    >>> kz.sensitivity(lambda e: {"registered": e.latest("ngos_registered", scope="sector")}, ev).Case[0]
    'as on this page'
    """
    over = Reading(over=0.5, about=evidence.reading.about)
    asked = readings or {"strict reading": Reading(strict=True), "“over” up to half above": over}
    cases = [("as on this page", evidence), *((name, evidence.read(reading)) for name, reading in asked.items())]
    titles = evidence.sources.set_index("source_id").short_title
    claims = {claim for made in answers(evidence).values() for claim in getattr(made, "claims", ())}
    rests = {evidence.row(claim).source_id for claim in claims}
    added = set(evidence.sources.source_id[evidence.sources.file.isna()])  # a reader's, perhaps hundreds
    for name in titles.index if sources is None else sources:
        if name not in evidence.without and (name in rests or name not in added):
            cases.append((f"without {titles.get(name, name)}", evidence.leave_out(name)))
    rows = [{"Case": name, **{key: format(one) for key, one in answers(view).items()}} for name, view in cases]
    return pd.DataFrame(rows[:1] + [row for row in rows[1:] if row != {**rows[0], "Case": row["Case"]}])

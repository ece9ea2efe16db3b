"""Made pages, and what plants rows into a table."""

import json
from collections.abc import Callable
from pathlib import Path

from kzcivil import publish

Plant = Callable[..., Path]

CHART = """
class Chart:
    alt = "One bar that is two high, made up for a test of pictures."
    def _repr_mimebundle_(self, include=None, exclude=None):
        layout = {"title": {"text": "A made bar"}, "width": 300.0, "height": 200.0}
        return {"application/vnd.plotly.v1+json": {"data": [{"type": "bar", "y": [1.0, 2.5]}], "layout": layout}, "text/plain": self.alt}
"""
PAGE = [
    ("markdown", "# How much?", []),
    ("code", "import kzcivil as kz\nkz.in_short()", []),
    ("code", "data_dir = None\nwithout = []\nfactor = 2", ["parameters"]),
    ("code", CHART, []),
    ("code", "ev = kz.load(data_dir, without)\nn = kz.figure(1500, unit='NGOs') * factor\nkz.lead(Chart())", []),
    ("code", "kz.finding('much', 'How much?', f'It is {n}.', n, hangs_on='nothing', short=1)", []),
]  # fmt: skip
FIRST = [
    ("markdown", "# Start here", []),
    ("code", "import kzcivil as kz\nfrom kzcivil import publish\ndata_dir = None\nwithout = []", ["parameters"]),
    ("code", "print(publish.findings().sentence.tolist())", []),
]


def write_page(path: Path, cells: list[tuple[str, str, list[str]]]) -> None:
    body = [
        {"cell_type": kind, "id": f"c{n}", "metadata": {"tags": tags}, "source": text}
        | ({"execution_count": None, "outputs": []} if kind == "code" else {})
        for n, (kind, text, tags) in enumerate(cells)
    ]
    book = {"cells": body, "metadata": {"kernelspec": publish.KERNEL}, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(book), encoding="utf-8")

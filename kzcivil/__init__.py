"""kzcivil: figures that carry face value, range and provenance, for documents that contradict each other."""

from kzcivil import charts
from kzcivil.evidence import Evidence, find, load
from kzcivil.figure import Figure, figure, larger, nth, smaller, total, verdict
from kzcivil.methods import (
    annual_growth,
    clashes,
    constant_rate,
    share_with_at_most_one,
    share_with_exactly_one,
    years_between,
)
from kzcivil.page import finding, in_short, lead, parameters, quote_card, say, sensitivity, show, sources
from kzcivil.reading import Reading, parse
from kzcivil.tables import DataError
from kzcivil.words import number, several

__version__ = "2.0.0"
__all__ = [
    "DataError", "Evidence", "Figure", "Reading", "annual_growth", "charts", "clashes", "constant_rate", "figure",
    "find", "finding", "in_short", "larger", "lead", "load", "nth", "number", "parameters", "parse", "quote_card",
    "say", "sensitivity", "several", "share_with_at_most_one", "share_with_exactly_one", "show", "smaller",
    "sources", "total", "verdict", "years_between",
]  # fmt: skip


def __dir__() -> list[str]:
    return __all__

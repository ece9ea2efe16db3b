"""kzcivil: Kazakhstan's civil society sector from five documents that contradict each other.

Every figure keeps its place in the source and is read as an interval; what a source derived is recomputed; where the
data allow no point estimate, exact bounds are given.
"""

from kzcivil import charts, coverage
from kzcivil.charts import show, show_chart
from kzcivil.evidence import DataError, Evidence, load
from kzcivil.headlines import headlines
from kzcivil.intervals import Interval, evaluate, intervals_of, read, read_claims
from kzcivil.prose import known, number, places, quote_card, say, several, span

__version__ = "1.0.0"
__all__ = [
    "DataError",
    "Evidence",
    "Interval",
    "charts",
    "coverage",
    "evaluate",
    "headlines",
    "intervals_of",
    "known",
    "load",
    "number",
    "places",
    "quote_card",
    "read",
    "read_claims",
    "say",
    "several",
    "show",
    "show_chart",
    "span",
]

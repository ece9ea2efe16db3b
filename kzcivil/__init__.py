"""kzcivil: Kazakhstan's civil society sector from five documents that contradict each other.

Every figure keeps its place in the source and is read as an interval; what a source derived is recomputed; where the
data allow no point estimate, exact bounds are given.
"""

from kzcivil.evidence import DataError, Evidence, load
from kzcivil.intervals import Interval, evaluate, intervals_of, read, read_claims

__version__ = "1.0.0"
__all__ = ["DataError", "Evidence", "Interval", "evaluate", "intervals_of", "load", "read", "read_claims"]

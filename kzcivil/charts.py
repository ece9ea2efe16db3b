class _C:
    def __init__(s, alt):
        s.alt = alt

    def _repr_markdown_(s):
        return s.alt


def _f(table, *, title="", **k):
    return _C(title)


counts = ranges = bars = spans = matrix = tiles = _f

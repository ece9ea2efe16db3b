"""What comes of units: like over like is ``times``, unlike is ``a per b``; what makes no sense is an error."""

RATIOS = ("", "times")


def _one(unit: str) -> str:
    """A unit in the singular, for "per ..."."""
    if unit.endswith("ies"):
        return f"{unit[:-3]}y"
    plain = unit[:-1] if unit.endswith("s") and not unit.endswith("ss") else unit
    return {"people": "person", "%": "percent"}.get(unit, plain)


def unit_of(sign: str, a: str, b: str) -> str:
    """Unit of what is computed from figures of two units; ValueError says why there is none."""
    if sign in "*/":
        if "%" in (a, b) and a != b and "" not in (a, b):
            raise ValueError("a percentage multiplies or divides nothing but plain numbers; use its .share")
        return _product(a, b) if sign == "*" else _ratio(a, b)
    if sign == "**":
        if b not in (*RATIOS, "years", "per year") or a not in RATIOS:
            raise ValueError(f"{a or 'a number'} to the power of {b or 'a number'} makes no sense")
        return a
    if a == b or (sign in ("max", "min") and "" in (a, b)):
        return a or b
    if sign == "+" and {a, b} == {*RATIOS}:
        return "times"
    what = "added" if sign == "+" else "compared"
    raise ValueError(f"{a or 'a plain number'} and {b or 'a plain number'} cannot be {what}; they are different things")


def _product(a: str, b: str) -> str:
    for one, other in ((a, b), (b, a)):
        if one in RATIOS:
            return other if other or not one else one
        if one.endswith(f" per {_one(other)}"):
            return one.removesuffix(f" per {_one(other)}")
    raise ValueError(f"{a} times {b} makes no sense; name the unit of one of them with .of(...)")


def _ratio(a: str, b: str) -> str:
    if b == "%" and a == "":
        raise ValueError("a plain number over a percentage makes no sense; use its .share")
    if a == b:
        return "times" if a else ""
    if b in RATIOS:
        return a
    return f"per {_one(b)}" if a in RATIOS else f"{a} per {_one(b)}"

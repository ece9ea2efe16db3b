"""What comes of units: like over like is ``times``, unlike is ``a per b``; what makes no sense is an error."""

RATIOS = ("", "times")


def _one(unit: str) -> str:
    """A unit in the singular, for "per ..."."""
    special = {"people": "person", "%": "percent"}
    if unit.endswith("ies"):
        return f"{unit[:-3]}y"
    return special.get(unit, unit[:-1] if unit.endswith("s") and not unit.endswith("ss") else unit)


def product_unit(a: str, b: str) -> str:
    _refuse_percent(a, b)
    for one, other in ((a, b), (b, a)):
        if one in RATIOS:
            return other if other or not one else one
        if one.endswith(f" per {_one(other)}"):
            return one.removesuffix(f" per {_one(other)}")
    raise ValueError(f"{a} times {b} makes no sense; name the unit of one of them with .of(...)")


def _refuse_percent(a: str, b: str) -> None:
    """A percentage may be scaled, but it must be turned into a share before it multiplies something else."""
    if "%" in (a, b) and a != b and "" not in (a, b):
        raise ValueError("a percentage multiplies or divides nothing but plain numbers; use its .share")


def ratio_unit(a: str, b: str) -> str:
    _refuse_percent(a, b)
    if b == "%" and a == "":
        raise ValueError("a plain number over a percentage makes no sense; use its .share")
    if a == b:
        return "times" if a else ""
    if b in RATIOS:
        return a
    return f"per {_one(b)}" if a in RATIOS else f"{a} per {_one(b)}"


def sum_unit(a: str, b: str) -> str:
    if a == b:
        return a
    if {a, b} <= set(RATIOS):
        return "times"
    raise ValueError(f"{a or 'a plain number'} and {b or 'a plain number'} cannot be added; they are different things")


def picked_unit(a: str, b: str) -> str:
    if a and b and a != b:
        raise ValueError(f"{a} and {b} cannot be compared; they are different things")
    return a or b


def power_unit(a: str, b: str) -> str:
    if b not in (*RATIOS, "years", "per year") or a not in RATIOS:
        raise ValueError(f"{a or 'a number'} to the power of {b or 'a number'} makes no sense")
    return a


UNIT_RULES = {
    "+": sum_unit,
    "*": product_unit,
    "/": ratio_unit,
    "**": power_unit,
    "max": picked_unit,
    "min": picked_unit,
}

"""Formulas over names, parsed and never run as code."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable
from operator import add, mul, pow, sub, truediv
from typing import Any

from kzcivil.figure import Figure

_OPERATORS: dict[type, Any] = {ast.Add: add, ast.Sub: sub, ast.Mult: mul, ast.Div: truediv, ast.Pow: pow}
_NODES = (ast.BinOp, ast.UnaryOp, ast.Name, ast.Load, ast.Constant, ast.USub, *_OPERATORS)
LONGEST = 20_000


def parsed(text: str) -> list[ast.AST]:
    """The nodes of a formula, operands before what is made of them; ValueError says what was expected."""
    if len(text) > LONGEST:
        raise ValueError(f"expected a formula of at most {LONGEST} signs")
    try:
        nodes = list(ast.walk(ast.parse(text.strip(), mode="eval").body))
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ValueError(f"expected a formula ({error})") from error
    known = all(isinstance(node, _NODES) and type(getattr(node, "value", 0)) in (int, float) for node in nodes)
    if not known or any(math.isinf(float(str(node.value))) for node in nodes if isinstance(node, ast.Constant)):
        raise ValueError("expected only numbers, claim ids, brackets and + - * / **")
    return nodes[::-1]


def evaluate(text: str, figure: Callable[[str], Figure]) -> Figure:
    """A formula of numbers, names, brackets and ``+ - * / **`` as a figure; ValueError if it is none, or has no value.

    Examples
    --------
    >>> print(evaluate("a / 4", lambda name: kz.figure(3)))
    0.75
    """
    made: dict[int, Figure] = {}
    for node in parsed(text):  # in turn, not in each other: however deep
        if isinstance(node, ast.BinOp):
            left, right = made[id(node.left)], made[id(node.right)]
            if isinstance(node.op, ast.Pow) and not right.leaves and not abs(right.face) <= 100:
                raise ValueError("expected a power of at most 100")
            made[id(node)] = _OPERATORS[type(node.op)](left, right)
        elif isinstance(node, ast.UnaryOp):
            made[id(node)] = -made[id(node.operand)]
        elif isinstance(node, ast.Name):
            made[id(node)] = figure(node.id).of("")
        elif isinstance(node, ast.Constant):
            made[id(node)] = Figure(float(str(node.value)))
    found = list(made.values())[-1]
    if not found.leaves and not math.isfinite(found.low):
        raise ValueError(f"expected a formula with a finite value, found {text[:80]!r}")
    return found

"""Formulas over names, parsed and never run as code."""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable

from kzcivil.figure import Figure

_OPERATORS: dict[type, Callable[[Figure, Figure], Figure]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}  # fmt: skip
_NODES = (ast.BinOp, ast.UnaryOp, ast.Name, ast.Load, ast.Constant, ast.USub, *_OPERATORS)
LONGEST = 2000


def parsed(text: str) -> list[ast.AST]:
    """The nodes of a formula, operands before what is made of them; ValueError says what was expected."""
    if len(text) > LONGEST:
        raise ValueError(f"expected a formula of at most {LONGEST} signs")
    try:
        nodes = list(ast.walk(ast.parse(text.strip(), mode="eval").body))
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ValueError(f"expected a formula that can be read ({error})") from error
    known = all(isinstance(node, _NODES) and type(getattr(node, "value", 0)) in (int, float) for node in nodes)
    if not known or any(math.isinf(float(str(node.value))) for node in nodes if isinstance(node, ast.Constant)):
        raise ValueError("expected a formula of only finite numbers, claim ids, brackets and + - * / **")
    return nodes[::-1]


def evaluate(text: str, figure: Callable[[str], Figure]) -> Figure:
    """A formula of numbers, names, brackets and ``+ - * / **`` as a figure, in plain numbers.

    Raises
    ------
    ValueError
        If it is no such formula, or has no finite value.

    Examples
    --------
    >>> import kzcivil as kz
    >>> print(evaluate("a / 4", lambda name: kz.figure(3)))
    0.75
    """
    made: dict[int, Figure] = {}
    for node in parsed(text):  # in turn, not in each other: however deep
        if isinstance(node, ast.BinOp):
            made[id(node)] = _OPERATORS[type(node.op)](made[id(node.left)], made[id(node.right)])
        elif isinstance(node, ast.UnaryOp):
            made[id(node)] = -made[id(node.operand)]
        elif isinstance(node, ast.Name):
            made[id(node)] = figure(node.id).of("")
        elif isinstance(node, ast.Constant):
            made[id(node)] = Figure(float(str(node.value)))
    found = list(made.values())[-1]
    if math.inf in (found.low, -found.high):
        raise ValueError(f"expected a formula with a finite value, found {text[:80]!r}")
    return found

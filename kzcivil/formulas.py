"""Formulas over names, parsed and never run as code."""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable
from typing import Any

from kzcivil.figure import Figure

_OPERATORS = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}  # fmt: skip


def evaluate(text: str, figure: Callable[[str], Figure]) -> Figure:
    """A formula of numbers, names, brackets and ``+ - * / **`` as a figure, in plain numbers.

    Raises
    ------
    ValueError
        If it is no such formula, or has no value.

    Examples
    --------
    >>> import kzcivil as kz
    >>> print(evaluate("a / 4", lambda name: kz.figure(3)))
    0.75
    """

    def value(node: ast.AST) -> Any:
        if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
            left, right = value(node.left), value(node.right)
            if isinstance(node.op, ast.Pow) and not isinstance(right, Figure) and abs(right) > 100:
                raise ValueError("a power above 100 is not allowed in a formula")
            return _OPERATORS[type(node.op)](left, right)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return -value(node.operand)
        if isinstance(node, ast.Name):
            return figure(node.id).of("")
        if isinstance(node, ast.Constant) and type(node.value) in (int, float):
            return float(str(node.value))
        raise ValueError(f"a formula holds only numbers, claim ids and + - * / **, found {type(node).__name__}")

    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ValueError(f"{text[:80]!r} cannot be read as a formula: {error}") from error
    try:
        found = value(tree)
        if not isinstance(found, Figure) and not math.isfinite(found):
            raise OverflowError("no finite number")
    except (RecursionError, OverflowError, ZeroDivisionError, TypeError) as error:
        raise ValueError(f"{text[:80]!r} has no value: {type(error).__name__}") from error
    return found if isinstance(found, Figure) else Figure(float(found))

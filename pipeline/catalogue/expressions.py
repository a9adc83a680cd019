"""Expressions of metrics: sums of measures with whole coefficients, and at most one division."""

import ast
from collections.abc import Callable
from dataclasses import dataclass, field

from pipeline.catalogue.model import Linear


class ExpressionError(ValueError):
    """The expression is not one; `step` says what to write instead."""

    def __init__(self, reason: str, step: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.step = step


@dataclass(frozen=True, slots=True)
class Quotient:
    """`numerator`, or `numerator / denominator`; measure -> whole coefficient."""

    numerator: dict[str, int] = field(default_factory=dict)
    denominator: dict[str, int] | None = None

    def linear(self) -> tuple[Linear, Linear | None]:
        below = None if self.denominator is None else Linear(self.denominator)
        return Linear(self.numerator), below


Lookup = Callable[[str], Quotient]


def parse(text: str, lookup: Lookup) -> Quotient:
    """Read an expression; `lookup` gives what a name means. Raises ExpressionError."""
    try:
        tree = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as fault:
        raise ExpressionError(
            f"'{text}' cannot be read", "write measures with + - * / and brackets"
        ) from fault
    if isinstance(tree, ast.Name):
        return lookup(tree.id)
    if isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.Div):
        return Quotient(_linear(tree.left, lookup), _linear(tree.right, lookup))
    return Quotient(_linear(tree, lookup))


def _linear(node: ast.expr, lookup: Lookup) -> dict[str, int]:
    match node:
        case ast.Name(id=name):
            meant = lookup(name)
            if meant.denominator is not None:
                raise _not_linear(f"'{name}' is a ratio itself")
            return meant.numerator
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return _scaled(_linear(operand, lookup), -1)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _sum(_linear(left, lookup), _linear(right, lookup))
        case ast.BinOp(left=left, op=ast.Sub(), right=right):
            return _sum(_linear(left, lookup), _scaled(_linear(right, lookup), -1))
        case ast.BinOp(left=ast.Constant(value=int(factor)), op=ast.Mult(), right=right):
            return _scaled(_linear(right, lookup), int(factor))
        case ast.BinOp(left=left, op=ast.Mult(), right=ast.Constant(value=int(factor))):
            return _scaled(_linear(left, lookup), int(factor))
        case ast.BinOp(op=ast.Mult()):
            raise _not_linear("a product of measures")
        case ast.BinOp(op=ast.Div()):
            raise _not_linear("a division below the top")
        case _:
            raise _not_linear(f"'{ast.unparse(node)}'")


def _not_linear(what: str) -> ExpressionError:
    return ExpressionError(
        f"not linear: {what}", "sum measures, times whole numbers, and divide once, at the top"
    )


def _sum(left: dict[str, int], right: dict[str, int]) -> dict[str, int]:
    added = {name: left.get(name, 0) + right.get(name, 0) for name in (*left, *right)}
    return {name: factor for name, factor in added.items() if factor}


def _scaled(terms: dict[str, int], factor: int) -> dict[str, int]:
    return {name: factor * times for name, times in terms.items() if factor}

"""Matrix algebra on trees: sums, products, determinants become matrices of formulas, or formulas."""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from typing import Final

from autograder.symbolic.evaluate import Unsupported
from autograder.symbolic.tree import (
    Add,
    Call,
    Divide,
    Matrix,
    Multiply,
    Negate,
    Node,
    Number,
    Power,
    Sequence,
    walk,
)

_LARGEST: Final = 6
_MOST_POWER: Final = 8
_ONE: Final = Number(Fraction(1))
_ZERO: Final = Number(Fraction(0))
_OF_VECTORS: Final = frozenset({"dot", "cross", "norm", "det", "trace", "transpose", "inverse"})

Rows = tuple[tuple[Node, ...], ...]


def worked_out(node: Node) -> Node:
    """The tree with matrix operations carried out.

    Raises:
        Unsupported: shapes do not fit, or a matrix stands where none can be.
    """
    if not any(isinstance(part, (Matrix, Call)) and _is_matrix_work(part) for part in walk(node)):
        return node
    return _of(node)


def _is_matrix_work(node: Node) -> bool:
    return isinstance(node, Matrix) or (isinstance(node, Call) and node.function in _OF_VECTORS)


def _of(node: Node) -> Node:
    match node:
        case Matrix(rows=rows):
            return Matrix(tuple(tuple(_of(entry) for entry in row) for row in rows))
        case Add(terms=terms):
            return _sum([_of(term) for term in terms])
        case Multiply(factors=factors):
            return _product([_of(factor) for factor in factors])
        case Negate(operand=operand):
            return _scaled(Number(Fraction(-1)), _of(operand))
        case Divide(numerator=top, denominator=bottom):
            above, below = _of(top), _scalar(_of(bottom))
            if isinstance(above, Matrix):
                return _scaled(Divide(_ONE, below), above)
            return Divide(above, below)
        case Power(base=base, exponent=exponent):
            return _power(_of(base), exponent)
        case Call(function=function, arguments=arguments) if function in _OF_VECTORS:
            return _applied(function, [_of(argument) for argument in arguments])
        case Call(function=function, arguments=arguments):
            return Call(function, tuple(_scalar(_of(argument)) for argument in arguments))
        case Sequence(items=items):
            return dataclasses.replace(node, items=tuple(_of(item) for item in items))
    return node


def _scalar(node: Node) -> Node:
    if isinstance(node, Matrix):
        if node.shape == (1, 1):
            return node.rows[0][0]
        raise Unsupported("a matrix where a number is needed")
    return node


def _sum(terms: list[Node]) -> Node:
    matrices = [term for term in terms if isinstance(term, Matrix)]
    if not matrices:
        return Add(tuple(terms))
    if len(matrices) != len(terms) or len({m.shape for m in matrices}) > 1:
        raise Unsupported("a sum of matrices of different shapes")
    rows = zip(*(m.rows for m in matrices), strict=True)
    return Matrix(tuple(tuple(Add(e) for e in zip(*row, strict=True)) for row in rows))


def _product(factors: list[Node]) -> Node:
    result = factors[0]
    for factor in factors[1:]:
        if isinstance(result, Matrix) and isinstance(factor, Matrix):
            result = Matrix(_multiplied(result.rows, factor.rows))
        elif isinstance(factor, Matrix):
            result = _scaled(result, factor)
        elif isinstance(result, Matrix):
            result = _scaled(factor, result)
        else:
            result = Multiply((result, factor))
    return result


def _multiplied(left: Rows, right: Rows) -> Rows:
    if len(left[0]) != len(right):
        raise Unsupported("a product of matrices whose shapes do not fit")
    columns = list(zip(*right, strict=True))
    return tuple(tuple(_inner(row, column) for column in columns) for row in left)


def _inner(left: tuple[Node, ...], right: tuple[Node, ...]) -> Node:
    terms = tuple(Multiply(pair) for pair in zip(left, right, strict=True))
    return Add(terms) if len(terms) > 1 else terms[0]


def _scaled(factor: Node, matrix: Node) -> Node:
    if not isinstance(matrix, Matrix):
        return Multiply((factor, matrix))
    return Matrix(tuple(tuple(Multiply((factor, e)) for e in row) for row in matrix.rows))


def _power(base: Node, exponent: Node) -> Node:
    if not isinstance(base, Matrix):
        return Power(base, exponent)
    if not isinstance(exponent, Number) or exponent.value.denominator != 1:
        raise Unsupported("a power of a matrix that is not whole")
    times = int(exponent.value)
    if times == -1:
        return _applied("inverse", [base])
    if not 0 < times <= _MOST_POWER:
        raise Unsupported("a power of a matrix that is too high")
    return _product([base] * times)


def _applied(function: str, arguments: list[Node]) -> Node:
    vectors = [_entries(argument) for argument in arguments]
    match function, arguments:
        case "transpose", [Matrix(rows=rows)]:
            return Matrix(tuple(zip(*rows, strict=True)))
        case "trace", [Matrix(rows=rows)] if len(rows) == len(rows[0]):
            return Add(tuple(rows[i][i] for i in range(len(rows)))) if len(rows) > 1 else rows[0][0]
        case "det", [Matrix(rows=rows)] if len(rows) == len(rows[0]) <= _LARGEST:
            return determinant(rows)
        case "inverse", [Matrix(rows=rows)] if len(rows) == len(rows[0]) <= _LARGEST - 1:
            return _inverse(rows)
        case "dot", [_, _] if len(vectors[0]) == len(vectors[1]):
            return _inner(vectors[0], vectors[1])
        case "norm", [_]:
            return Call("sqrt", (_inner(vectors[0], vectors[0]),))
        case "cross", [_, _] if len(vectors[0]) == len(vectors[1]) == 3:
            return _cross(vectors[0], vectors[1])
    raise Unsupported(f"{function} of what has not the shape for it")


def _entries(node: Node) -> tuple[Node, ...]:
    """The entries of a vector, or the lone number."""
    match node:
        case Sequence(items=items):
            return items
        case Matrix(rows=rows):
            return tuple(entry for row in rows for entry in row)
    return (node,)


def determinant(rows: Rows) -> Node:
    """The determinant, expanded along the first row."""
    if len(rows) == 1:
        return rows[0][0]
    terms = []
    for place, entry in enumerate(rows[0]):
        if entry == _ZERO:
            continue
        term: Node = Multiply((entry, determinant(_without(rows, 0, place))))
        terms.append(Negate(term) if place % 2 else term)
    if not terms:
        return _ZERO
    return Add(tuple(terms)) if len(terms) > 1 else terms[0]


def _without(rows: Rows, row: int, column: int) -> Rows:
    kept = (r for i, r in enumerate(rows) if i != row)
    return tuple((*r[:column], *r[column + 1 :]) for r in kept)


def _inverse(rows: Rows) -> Node:
    whole, size = determinant(rows), len(rows)
    if size == 1:
        return Matrix(((Divide(_ONE, rows[0][0]),),))
    return Matrix(
        tuple(
            tuple(Divide(_cofactor(rows, column, row), whole) for column in range(size))
            for row in range(size)
        )
    )


def _cofactor(rows: Rows, row: int, column: int) -> Node:
    minor = determinant(_without(rows, row, column))
    return Negate(minor) if (row + column) % 2 else minor


def _cross(left: tuple[Node, ...], right: tuple[Node, ...]) -> Node:
    entries = []
    for i in range(3):
        j, k = (i + 1) % 3, (i + 2) % 3
        minus = Negate(Multiply((left[k], right[j])))
        entries.append((Add((Multiply((left[j], right[k])), minus)),))
    return Matrix(tuple(entries))

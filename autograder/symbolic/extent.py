"""How far the body of a product reaches: to the last factor in which its index occurs.

Nobody writes `prod_{i=1}^{j-1} S_i (K_j - 1)` for a power of K_j - 1; who means that writes a bracket.
"""

from __future__ import annotations

from dataclasses import replace

from autograder.symbolic.tree import Fold, Multiply, Node, free_symbols


def without_what_follows(product: Fold) -> Node:
    """A product whose body was read as far as it goes, times the factors that do not belong to it."""
    count = free_at_end(product)
    if count == 0 or not isinstance(product.body, Multiply):
        return product
    *kept, last = product.body.factors[:-count]
    inside = replace(product, body=Multiply((*kept, last)) if kept else last)
    return Multiply((inside, *product.body.factors[-count:]), span=product.span)


def free_at_end(product: Fold) -> int:
    """How many factors at the body's end do not depend on the index, where one before them does."""
    if not isinstance(product.body, Multiply):
        return 0
    free = [product.index not in free_symbols(factor) for factor in product.body.factors]
    return 0 if all(free) else free[::-1].index(False)

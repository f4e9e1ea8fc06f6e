"""Derivations: chains of formulas in which each equals the one before, or equations that follow.

    E[v_t] = E[(1 - q) v_{t-1} + q g_t] = (1 - q) E[v_{t-1}] + q E[g_t] = g

Every line is set against the line before under the hypotheses, exactly, as a rational function of the
symbols and of moments; what is no rational function goes to the general comparison.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final, Literal

from autograder.errors import FormulaError
from autograder.symbolic import mojibake
from autograder.symbolic.compare import Comparer, Counterexample, Verdict
from autograder.symbolic.domain import Domain
from autograder.symbolic.evaluate import NoValue
from autograder.symbolic.lexer import MAX_LENGTH
from autograder.symbolic.moments import Moments, Randomness
from autograder.symbolic.ratios import Ratio
from autograder.symbolic.reader import read_lines
from autograder.symbolic.substitute import substitute
from autograder.symbolic.table import SymbolTable
from autograder.symbolic.tree import Indexed, Label, Node, Relation, Symbol, walk
from autograder.symbolic.witness import generators_of, separate

Mode = Literal["equal", "equivalent"]

_OPERATOR_NAMES: Final = (
    (re.compile(r"\\math(?:bb|rm|bf|sf)\s*\{?\s*E\s*\}?|\\operatorname\*?\s*\{E\}|𝔼"), " E "),
    (re.compile(r"\\mathop\s*\{\s*E\s*\}"), " E "),
    (
        re.compile(r"\\(?:math(?:bb|rm|bf|sf)|operatorname\*?|text|mathrm)\s*\{\s*(?:Var|V)\s*\}"),
        " Var ",
    ),
    (re.compile(r"\\(?:math(?:rm|bf|sf)|operatorname\*?|text)\s*\{\s*Cov\s*\}"), " Cov "),
    (re.compile(r"\b(E|Var|Cov)\s*_\s*(?:\{[^{}]*\}|\w)(?=\s*(?:\\left|\\big)?\s*[\[(])"), r"\1 "),
)
_ARROWS: Final = re.compile(
    r"\\(?:Rightarrow|implies|iff|Leftrightarrow|Longrightarrow|Longleftrightarrow|therefore)\b"
    r"|⇒|⟹|⇔|⟺|∴|=>|<=>"
)
_REMARKS: Final = re.compile(
    r"\\(?:tag|label)\s*\{[^{}]*\}"
    r"|(?:\\q?quad[ \t]{0,9})?\\(?:text|mbox|textit)\s*\{[^{}]*[A-Za-z]{2,}[^{}]*\}"
    r"|#[^\n]*"
)
# `(by linearity)` at the end of a line: words, not a formula.
_TRAILING_WORDS: Final = re.compile(
    r"[ \t]{0,20}[\[(](?=[^()\[\]=+*/^]*\b[A-Za-z]{3,}\b)[A-Za-z0-9 ,;.:'’-]*[\])][ \t]*(?=\n|\\\\|$)"
)
_RAISED: Final = re.compile(r"\b(E|Var)\s*\^\s*(?:2|\{2\})\s*(?:\\left)?\s*[\[(]")
_LEADING_EQUALS: Final = re.compile(r"^[\s$&]*(?:\\begin\s*\{[a-z]+\*?\}[\s&]*)?=")


@dataclass(frozen=True)
class Hypotheses:
    """What may be used: randomness, equalities, and names that take each of several values."""

    randomness: Randomness = field(default_factory=Randomness)
    equalities: tuple[tuple[Node, Node], ...] = ()
    running: str = ""
    sizes: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def extended(self, table: SymbolTable) -> SymbolTable:
        """The table with the running index, and the operators where something is random."""
        if self.running:
            table = table.with_symbols([self.running])
        if not self.randomness.names:
            return table
        operators = self.randomness.operators
        families = {**dict.fromkeys(operators, Domain()), **table.families}
        axes = {name: 2 for name, kind in operators.items() if kind == "covariance"}
        return SymbolTable(
            table.symbols, families, table.aliases, table.open, {**table.axes, **axes}
        )


@dataclass(frozen=True)
class Fault:
    """The first line, from 1, that does not follow from the one before, and why."""

    line: int
    verdict: Verdict


def read_derivation(text: str, table: SymbolTable, mode: Mode, start: Node) -> tuple[Node, ...]:
    """The lines of a derivation: formulas that are equal, or equations.

    A chain, a line each, LaTeX's align, and remarks such as `(by linearity)` are understood. A text that
    begins with an equals sign goes on from the start.

    Raises:
        FormulaError: a line is no formula, or no equation where equations are asked for.
    """
    source, _ = mojibake.mend(text)
    if len(source) > MAX_LENGTH:
        message = f"the answer is {len(source)} characters long; at most {MAX_LENGTH} are read"
        raise FormulaError(message, source, MAX_LENGTH)
    opening = _LEADING_EQUALS.match(source)
    if opening and mode == "equal":
        source = source[opening.end() :]
    for pattern, name in _OPERATOR_NAMES:
        source = pattern.sub(name, source)
    source = _TRAILING_WORDS.sub("", _REMARKS.sub("", _ARROWS.sub("\n", source)))
    if raised := _RAISED.search(source):
        message = f"write {raised[1]}[...]^2 for the square of an expectation"
        raise FormulaError(message, source, *raised.span())
    lines = _chain(source, table) if mode == "equal" else _equations(source, table)
    return (start, *lines) if opening and mode == "equal" else lines


def _chain(source: str, table: SymbolTable) -> tuple[Node, ...]:
    lines: list[Node] = []
    first: Node | None = None
    for statement in read_lines(source, table):
        if not statement.is_equation:
            start, end = statement.parts[0].span or (0, len(source))
            message = "every line must be equal to the one before; an inequality is not"
            raise FormulaError(message, source, start, end)
        _refuse_unread(statement.parts[0], table, source)
        parts = [part for part in statement.parts if not isinstance(part, Label)]
        # `a = b` and on the next line `a = c` go on from b.
        repeated = len(parts) > 1 and lines and parts[0] in (first, lines[-1])
        lines += parts[1:] if repeated else parts
        first = lines[0] if lines else None
    return tuple(lines)


def _refuse_unread(first: Node, table: SymbolTable, source: str) -> None:
    """A name of the student's own may stand before `=`; a formula that cannot be read may not."""
    if not isinstance(first, Label):
        return
    words = set(re.findall(r"[A-Za-z]+", first.text))
    if words & {*table.families, *table.symbols}:
        start, end = first.span or (0, len(source))
        message = f"cannot read {first.text.strip()!r}, which is neither a formula nor a new name"
        raise FormulaError(message, source, start, end)


def _equations(source: str, table: SymbolTable) -> tuple[Node, ...]:
    found: list[Node] = []
    for statement in read_lines(source, table):
        if statement.operators != ("=",):
            start, end = statement.parts[0].span or (0, len(source))
            message = "every line must be one equation, such as a + b = 0"
            raise FormulaError(message, source, start, end)
        found.append(Relation("=", *statement.parts))
    return tuple(found)


class Chain:
    """Checks steps over one table, under hypotheses."""

    def __init__(
        self, comparer: Comparer, hypotheses: Hypotheses, mode: Mode = "equal", seed: int = 0
    ) -> None:
        self.comparer = comparer
        self.hypotheses = hypotheses
        self.mode = mode
        self.seed = seed

    def first_fault(self, lines: Sequence[Node]) -> Fault | None:
        """The first line that does not follow from the one before."""
        for place, (before, after) in enumerate(itertools.pairwise(lines)):
            verdict = self.follows(before, after)
            if not verdict.equal:
                return Fault(place + 1, verdict)
        return None

    def follows(self, before: Node, after: Node, *, assume: bool = True) -> Verdict:
        """Whether two lines are equal (or equivalent); without `assume` by algebra alone."""
        evidence: list[str] = []
        for fixed in self._assignments():
            verdict = self._follows_at(fixed, before, after, assume=assume)
            if not verdict.equal:
                return verdict
            evidence.append(", ".join(f"{n} = {v}" for n, v in fixed.items()))
        sizes = f" for {'; '.join(evidence)}" if any(evidence) else ""
        return Verdict("equal", f"the same{sizes}", "exact")

    def same(self, goal: Node, line: Node) -> bool:
        """Whether two lines are one by algebra alone; of equations, side by side."""
        if not (isinstance(goal, Relation) and isinstance(line, Relation)):
            return self.follows(goal, line, assume=False).equal
        sides = Chain(self.comparer, self.hypotheses, "equal", self.seed)
        orders = ((line.left, line.right), (line.right, line.left))
        return any(
            sides.same(goal.left, left) and sides.same(goal.right, right) for left, right in orders
        )

    def _assignments(self) -> Iterator[dict[str, int]]:
        names = list(self.hypotheses.sizes)
        for values in itertools.product(*self.hypotheses.sizes.values()):
            yield dict(zip(names, values, strict=True))

    def _moments(self, fixed: Mapping[str, int], *, assume: bool) -> Moments:
        hypotheses = self.hypotheses
        left_out = {*fixed, hypotheses.running}
        symbols = [name for name in self.comparer.table.symbols if name not in left_out]
        return Moments(
            symbols,
            hypotheses.randomness,
            fixed,
            hypotheses.equalities,
            assume=assume,
            running=hypotheses.running,
        )

    def _follows_at(
        self, fixed: Mapping[str, int], before: Node, after: Node, *, assume: bool
    ) -> Verdict:
        try:
            moments = self._moments(fixed, assume=assume)
            if self.mode == "equivalent":
                return self._equivalent(moments, before, after)
            left, right = moments.value(before), moments.value(after)
        except NoValue as reason:
            return self._generally(before, after, str(reason), assume=assume)
        if left == right:
            return Verdict("equal", "the same", "exact")
        return self._different(moments, fixed, left, right)

    def _different(
        self, moments: Moments, fixed: Mapping[str, int], left: Ratio, right: Ratio
    ) -> Verdict:
        space = moments.space
        used = generators_of(space.ratios, left, right)
        if used & space.opaque:
            return Verdict("undecided", "a function of a random value has no known expectation")
        found = separate(space.ratios, left, right, self.comparer.table.symbols, self.seed)
        if found is None:
            return Verdict("different", "differs", counterexample=None)
        values, a, b = found
        point = {name: str(value) for name, value in fixed.items()}
        point |= {space.label(name): str(v) for name, v in values.items() if name in used}
        example = Counterexample(point, _shown(a), _shown(b))
        return Verdict("different", f"differs at {example.where()}", counterexample=example)

    def _equivalent(self, moments: Moments, before: Node, after: Node) -> Verdict:
        """Whether two equations hold at the same values: the same factors that may vanish."""
        factors = [self._vanishing(moments, equation) for equation in (before, after)]
        if factors[0] == factors[1]:
            return Verdict("equal", "the same solutions", "exact")
        lost = factors[0] is None or (factors[1] is not None and factors[0] - factors[1])
        words = "loses a solution or changes it" if lost else "has more solutions"
        return Verdict("different", words)

    def _vanishing(self, moments: Moments, equation: Node) -> frozenset[str] | None:
        """The factors of left minus right that may be zero; None where it is always zero."""
        assert isinstance(equation, Relation)
        left, right = moments.value(equation.left), moments.value(equation.right)
        algebra = moments.space.ratios
        numerator = algebra.add(left, algebra.negate(right)).reduced().numerator
        if numerator.is_zero():
            return None
        _, factors = numerator.factor()
        names = sorted(algebra.generators)
        kept = (f for f, _ in factors if not self._never_zero(f, names))
        return frozenset(str(f / f.leading_coefficient()) for f in kept)

    def _never_zero(self, factor: object, names: Sequence[str]) -> bool:
        """Whether a factor is one symbol that is not zero, or a sum of positive terms."""
        domains = self.comparer.table.symbols
        terms = factor.to_dict()  # type: ignore[attr-defined]
        for degrees, coefficient in terms.items():
            for name, degree in zip(names, degrees, strict=True):
                domain = domains.get(name, Domain())
                nonzero = domain.positive or (len(terms) == 1 and domain.nonzero)
                if degree and not nonzero:
                    return False
            if coefficient < 0 and len(terms) > 1:
                return False
        return True

    def _generally(self, before: Node, after: Node, reason: str, *, assume: bool) -> Verdict:
        """The general comparison, for what is no rational function and has no expectation in it."""
        operators = self.hypotheses.randomness.operators if self.hypotheses.randomness.names else {}
        parts = (part for line in (before, after) for part in walk(line))
        known = all(isinstance(left, Symbol) for left, _ in self.hypotheses.equalities)
        if (
            self.mode == "equivalent"
            or (assume and not known)
            or any(isinstance(part, Indexed) and part.family in operators for part in parts)
        ):
            return Verdict("undecided", reason)
        if assume:
            before, after = self._substituted(before), self._substituted(after)
        return self.comparer.compare(before, after)

    def _substituted(self, node: Node) -> Node:
        for left, right in self.hypotheses.equalities:
            if isinstance(left, Symbol):
                node = substitute(node, {left.name: right})
        return node


def _shown(value: Fraction | None) -> str:
    return "no value" if value is None else str(value)

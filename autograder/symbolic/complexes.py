"""The algebra of complex numbers: principal branches, in certified complex balls.

What is real is computed as real numbers are, exactly where possible. Roots, logarithms and inverse
functions of real numbers outside their real domain have complex values here.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Final

from flint import acb, arb, fmpq

from autograder.symbolic import real_functions
from autograder.symbolic.arithmetic import Reals
from autograder.symbolic.balls import Complex, ball, exact, is_zero, sign
from autograder.symbolic.evaluate import Evaluator, Imprecise, TooCostly, Undefined, Unsupported
from autograder.symbolic.tree import Fold, Integral, Limit

_LARGEST_EXPONENT: Final = 10**15


def gaussian(real: Fraction, imaginary: Fraction) -> Complex:
    """The complex number with these parts."""
    if imaginary == 0:
        return exact(real)
    return acb(arb(exact(real)), arb(exact(imaginary)))


class Complexes:
    """The algebra of complex numbers."""

    def __init__(self) -> None:
        self._reals = Reals()

    def rational(self, value: Fraction) -> Complex:
        """An exact number."""
        return exact(value)

    def constant(self, name: str) -> Complex:
        """pi, e or i"""
        return acb(0, 1) if name == "i" else self._reals.constant(name)

    def add(self, left: Complex, right: Complex) -> Complex:
        """left + right"""
        return _tidy(left + right)

    def multiply(self, left: Complex, right: Complex) -> Complex:
        """left · right"""
        if isinstance(left, acb) or isinstance(right, acb):
            return fmpq(0) if is_zero(left) or is_zero(right) else _tidy(left * right)
        return self._reals.multiply(left, right)

    def negate(self, operand: Complex) -> Complex:
        """-operand"""
        return -operand

    def divide(self, numerator: Complex, denominator: Complex) -> Complex:
        """numerator / denominator"""
        if not (isinstance(numerator, acb) or isinstance(denominator, acb)):
            return self._reals.divide(numerator, denominator)
        if is_zero(denominator):
            raise Undefined("division by zero")
        if acb(denominator).contains(0):
            raise Imprecise("division by a number near zero")
        return _tidy(acb(numerator) / acb(denominator))

    def power(self, base: Complex, exponent: Complex) -> Complex:
        """The principal power exp(exponent · log(base))"""
        if not (isinstance(base, acb) or isinstance(exponent, acb)):
            try:
                return self._reals.power(base, exponent)
            except Undefined:
                if is_zero(base):
                    raise
        if isinstance(exponent, fmpq) and exponent.denom() == 1:
            if abs(exponent) > _LARGEST_EXPONENT:
                raise TooCostly("an exponent of too many digits")
            return _tidy(_finite(acb(base) ** int(exponent.numer())))
        if isinstance(exponent, fmpq) and exponent.denom() == 2:
            return self.power(_square_root(base), exponent * 2)
        return self.exponential(self.multiply(exponent, _logarithm(base)))

    @staticmethod
    def exponential(value: Complex) -> Complex:
        """e to the value"""
        if isinstance(value, acb) and abs(value) > 10**7:
            raise TooCostly("an exponential beyond every precision")
        return _tidy(_finite(acb(value).exp()))

    def integer(self, value: Complex) -> int:
        """An exact integer."""
        if isinstance(value, acb):
            raise Undefined("a bound or index is not an integer")
        return self._reals.integer(value)

    def compare(self, left: Complex, right: Complex) -> int:
        """-1, 0 or 1 for real numbers; complex ones are equal or not, which counts as 1."""
        difference = self.add(left, self.negate(right))
        if not isinstance(difference, acb):
            return sign(difference)
        if difference.contains(0):
            raise Imprecise("an equation that the precision does not decide")
        return 1

    def analysis(self, node: Fold | Integral | Limit, at: Evaluator[Complex]) -> Complex:
        """An infinite sum, an integral or a limit"""
        raise Unsupported(f"no certain value of {type(node).__name__.lower()}s is known")

    def call(self, function: str, arguments: list[Complex]) -> Complex:
        """A function; a real one where it is real."""
        if not any(isinstance(argument, acb) for argument in arguments):
            if function == "root" and sign(arguments[0]) < 0:  # type: ignore[arg-type]
                return _tidy(_root(*arguments))  # the principal root, not the real one
            try:
                return self._reals.call(function, arguments)  # type: ignore[arg-type]
            except Undefined:
                if function not in _FUNCTIONS or is_zero(arguments[0]):
                    raise
        try:
            return _tidy(_FUNCTIONS[function](*arguments))
        except KeyError:
            raise Undefined(f"{function} of a complex number") from None


def _finite(value: acb) -> acb:
    if not value.is_finite():
        raise Imprecise("a number that the precision does not bound")
    return value


def _tidy(value: Complex) -> Complex:
    """A complex value that is real for certain as a real one, exact where it is exact."""
    if not isinstance(value, acb):
        return value
    if not value.imag.is_zero():
        return value
    real: arb = value.real
    if not real.is_exact():
        return real
    mantissa, exponent = real.man_exp()
    if abs(int(exponent)) > _LONGEST:
        return real
    return fmpq(int(mantissa)) * fmpq(2) ** int(exponent)


_LONGEST: Final = 4_000


def _square_root(value: Complex) -> Complex:
    if not isinstance(value, acb) and sign(value) < 0:
        root = real_functions.FUNCTIONS["sqrt"](-value)
        return acb(0, ball(root))
    return _finite(acb(value).sqrt())


def _root(value: Complex, degree: Complex) -> Complex:
    if not isinstance(degree, fmpq) or degree.denom() != 1 or degree <= 0:
        raise Undefined("a root whose degree is not a positive integer")
    return Complexes().power(value, 1 / degree)


def _logarithm(value: Complex, base: Complex | None = None) -> Complex:
    if is_zero(value):
        raise Undefined("the logarithm of zero")
    result = _tidy(_finite(acb(value).log()))
    return result if base is None else Complexes().divide(result, _logarithm(base))


def _argument(value: Complex) -> Complex:
    if is_zero(value):
        raise Undefined("the argument of zero")
    return _finite(acb(acb(value).arg())).real


def _sign(value: Complex) -> Complex:
    return Complexes().divide(value, abs(acb(value)))


def _norm(value: Complex) -> Complex:
    return abs(acb(value))


def _analytic(name: str) -> Callable[[Complex], Complex]:
    """One of acb's functions, on its principal branch."""

    def apply(value: Complex) -> Complex:
        return _finite(getattr(acb(value), name)())

    return apply


def _sigmoid(value: Complex) -> Complex:
    return Complexes().divide(fmpq(1), 1 + acb(-value).exp())


_FUNCTIONS: Final[dict[str, Callable[..., Complex]]] = {
    **{
        name: _analytic(name)
        for name in "exp sin cos tan sinh cosh tanh asin acos atan asinh acosh atanh erf".split()
    },
    "Gamma": _analytic("gamma"),
    "digamma": _analytic("digamma"),
    "sqrt": _square_root,
    "root": _root,
    "log": _logarithm,
    "abs": _norm,
    "norm": _norm,
    "sign": _sign,
    "arg": _argument,
    "conjugate": lambda z: acb(z).conjugate(),
    "re": lambda z: acb(z).real,
    "im": lambda z: acb(z).imag,
    "sigmoid": _sigmoid,
    "softplus": lambda z: _logarithm(1 + acb(z).exp()),
}

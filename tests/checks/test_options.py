"""Which option a student's words name; what is not certain is nobody's."""

from __future__ import annotations

import pytest

from autograder.checks.options import Option, find_option

DEPENDENCE = {
    "proportional": Option(label="proportional to c", aliases=("linear", "linear in c")),
    "quadratic": Option(label="proportional to c squared", aliases=("c²", "c^2")),
    "inverse": Option(label="inversely proportional to c", aliases=("1/c",)),
    "independent": Option(label="independent of c", aliases=("does not depend on c",)),
}
KEYED = {
    "a": Option(label="always"),
    "b": Option(label="in train mode only"),
    "c": Option(label="in eval mode only"),
}
YES = {"yes": Option(label="yes"), "no": Option(label="no")}
TRENDS = {"up": Option(label="it increases"), "down": Option(label="it decreases")}


@pytest.mark.parametrize(
    ("options", "text", "key"),
    [
        (DEPENDENCE, "It is linear.", "proportional"),
        (DEPENDENCE, "proportional to $c$", "proportional"),
        (DEPENDENCE, r"\text{proportional to } c", "proportional"),
        (DEPENDENCE, "proportional to c squared", "quadratic"),
        (DEPENDENCE, "c^{2}", "quadratic"),
        (DEPENDENCE, "1/c", "inverse"),
        (DEPENDENCE, "independant of c", "independent"),
        (DEPENDENCE, "Independent, because c cancels", "independent"),
        (DEPENDENCE, "it does not depend on c", "independent"),
        (KEYED, "(b)", "b"),
        (KEYED, "**B.**", "b"),
        (KEYED, "option b", "b"),
        (KEYED, "b) in train mode only", "b"),
        (KEYED, "I think b", "b"),
        (KEYED, "C - in eval mode only", "c"),
        (YES, "Yes, because it holds", "yes"),
        (YES, "No, it doesn't", "no"),
        (TRENDS, "it incraeses", "up"),
        (TRENDS, "it decreased", "down"),
    ],
)
def test_what_names_one_option(options: dict[str, Option], text: str, key: str) -> None:
    assert find_option(text, options) == key


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (DEPENDENCE, "proportional to c^2 and c"),
        (DEPENDENCE, "proportional to c^3"),
        (DEPENDENCE, "proportional to c²·t"),
        (DEPENDENCE, "proportional to 1/c"),
        (DEPENDENCE, "inversely proportional to c squared"),
        (DEPENDENCE, "dependent of c"),
        (DEPENDENCE, "disproportional to c"),
        (DEPENDENCE, "non-linear"),
        (DEPENDENCE, "linear in t"),
        (DEPENDENCE, "not linear"),
        (DEPENDENCE, "quadratic rather than linear"),
        (DEPENDENCE, "either linear or quadratic"),
        (DEPENDENCE, "c"),
        (DEPENDENCE, "1/c^2"),
        (KEYED, "a and b"),
        (KEYED, "b or c"),
        (KEYED, "a, b"),
        (KEYED, "not a"),
        (KEYED, "a is wrong, b"),
        (KEYED, "never in train mode only"),
        (KEYED, "always b"),
        (KEYED, "a training thing"),
        (KEYED, "d"),
        (YES, "yes and no"),
        (YES, "not yes"),
        (TRENDS, "it increases or decreases"),
        (TRENDS, "it creases"),
        (TRENDS, ""),
    ],
)
def test_what_is_not_certain(options: dict[str, Option], text: str) -> None:
    assert find_option(text, options) is None

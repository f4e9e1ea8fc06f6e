"""What every page is: one file of HTML with its style and script in it, and nothing else allowed.

The templates escape everything that is not markup of ours, and every text is made printable and cut
to a length before, whoever wrote it.
"""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from autograder.reports.escape import printable
from autograder.reports.page import axes, palette
from autograder.reports.page.curves import Curves
from autograder.reports.page.filters import FILTERS
from autograder.reports.page.standing import STANDINGS, standing
from autograder.reports.page.told import to_staff
from autograder.reports.words import WORDS


def render(template: str, **values: Any) -> str:
    """The page of a template."""
    environment = _environment()
    return environment.get_template(template).render(**values)


def drawn(chart: Curves, label: str) -> Markup:
    """Training curves as a figure, for a page with a style of its own."""
    parts = _environment().get_template("parts.html").make_module()
    return Markup(parts.curves(chart, label))  # type: ignore[attr-defined]  # noqa: S704


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader(__name__.rpartition(".")[0], "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_bounded,
    )
    environment.filters.update(FILTERS)
    environment.globals.update(
        STANDINGS=STANDINGS, WORDS=WORDS, standing=standing, axes=axes, to_staff=to_staff
    )
    style, script = (_source(environment, f"page.{end}") for end in ("css", "js"))
    style = f"{palette.stylesheet()}\n{style}"
    environment.globals.update(
        style=Markup(style),  # noqa: S704
        script=Markup(script),  # noqa: S704
        policy=_policy(style, script),
    )
    return environment


def _source(environment: Environment, name: str) -> str:
    """A file as it is, without being a template."""
    assert environment.loader is not None
    return environment.loader.get_source(environment, name)[0]


def policy() -> str:
    """The Content-Security-Policy of every page, for a server that sends one."""
    return str(_environment().globals["policy"])


def _policy(style: str, script: str) -> str:
    """A Content-Security-Policy that allows this style and this script, and no request at all."""
    return (
        f"default-src 'none'; style-src {_digest(style)}; script-src {_digest(script)}; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _bounded(value: Any) -> Any:
    """What is written into a page: texts are bounded, markup of ours is as it is."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return printable(value)
    return value

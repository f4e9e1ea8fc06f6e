"""Renders pages from templates; everything that is put in is escaped."""

from __future__ import annotations

import time
from functools import lru_cache
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from autograder import __version__
from autograder.reports.escape import printable
from autograder.reports.words import WORDS
from autograder.service.tables import Person
from autograder.service.web.guard import form_token
from autograder.service.web.markdown import as_markup


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("autograder.service.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "markdown": as_markup,
        "points": lambda value: f"{round(value, 4):g}",
        "counted": lambda points: f"{points:g} point{'' if points == 1 else 's'}",
        "moment": moment,
        "shown": printable,
        "word": lambda outcome: WORDS[outcome],
    }
    return environment


def render(
    request: Request, template: str, person: Person | None, *, status: int = 200, **values: Any
) -> HTMLResponse:
    """A page for a visitor."""
    values |= {
        "person": person,
        "form_token": form_token(request),
        "path": request.url.path,
        "version": asset_version(),
    }
    return HTMLResponse(_environment().get_template(template).render(values), status_code=status)


def fragment(template: str, **values: Any) -> str:
    """A piece of a page, for a script to put into one that is there."""
    return _environment().get_template(template).render(values)


def moment(seconds: float) -> Markup:
    """A time in UTC, for people and for machines; scripts turn it into the reader's own."""
    then = time.gmtime(seconds)
    read, said = (
        time.strftime(form, then) for form in ("%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d %H:%M UTC")
    )
    return Markup('<time datetime="{}">{}</time>').format(read, said)


@lru_cache(maxsize=1)
def asset_version() -> str:
    """Part of the addresses of scripts and styles, which changes when they do."""
    folder = resources.files("autograder.service.web") / "static"
    sizes = [len(item.read_bytes()) for item in folder.iterdir() if item.is_file()]
    return f"{__version__}-{sum(sizes)}"
